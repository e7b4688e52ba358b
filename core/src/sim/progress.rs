//! How far the scenario's script is.

use super::world::Script as Line;
use crate::condition::Watch;
use crate::order;
use crate::time::Time;
use alloc::rc::Rc;
use alloc::vec::Vec;

/// How far the script is.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    pub(super) lines: Rc<Vec<Line>>,
    /// `at` lines by time, then by place.
    pub(super) moments: Rc<Vec<(Time, usize)>>,
    pub(super) next_moment: usize,
    /// The line that is read next.
    pub(super) at: usize,
    /// The watch of the `until` or `expect` at that line, and when patience ends.
    pub(super) waiting: Option<(Watch, Time)>,
}

impl Progress {
    pub(super) fn new(lines: &[Line]) -> Progress {
        let mut moments: Vec<(Time, usize)> =
            lines.iter().enumerate().filter_map(|(ix, line)| if let Line::At(at, _) = line { Some((*at, ix)) } else { None }).collect();
        order::sort(&mut moments);
        Progress { lines: Rc::new(lines.to_vec()), moments: Rc::new(moments), next_moment: 0, at: 0, waiting: None }
    }
    /// When the script has something to do by itself.
    pub(super) fn next_at(&self) -> Option<Time> {
        let moment = self.moments.get(self.next_moment).map(|(at, _)| *at);
        let patience = self.waiting.as_ref().map(|(_, until)| *until);
        match (moment, patience) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
}
