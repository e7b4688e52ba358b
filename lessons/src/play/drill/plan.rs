//! How a kind of drill is made: a world, the moments at which it is looked at, and numbers from the seed.

use super::made::Drill;
use crate::play::draw::drawn;
use crate::play::fault::Fault;
use resync_core::condition::Facts;
use resync_core::note::Value;
use resync_core::time::Time;
use resync_core::timeline::Timeline;
use resync_core::view;

/// What comes next while a drill is made.
pub(super) enum Next {
    /// Another world is played, up to this moment.
    World(String, Time),
    /// The world goes on up to this moment.
    Until(Time),
    /// It is made.
    Made(Box<Drill>),
}

/// How a kind is made: asked at the start, and again whenever the moment has come that it named.
pub(super) trait Plan {
    fn next(&mut self, run: Option<&mut Timeline>) -> Result<Next, Fault>;
}

/// Numbers of one seed, by name: each is drawn for itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(self, n: u64, of: u64) -> u64 {
        drawn(self.0, n) % of.max(1)
    }
    pub(super) fn of<T: Copy>(self, n: u64, all: &[T]) -> T {
        all[self.below(n, all.len() as u64) as usize]
    }
    /// Forty hexadecimal digits.
    pub(super) fn id(self, n: u64) -> String {
        (0..40).map(|at| char::from_digit(self.below(n + at, 16) as u32, 16).unwrap_or('0')).collect()
    }
    /// The seed of the world.
    pub(super) fn world(self) -> u64 {
        self.below(0, 1_000_000)
    }
}

/// The text of a run, opening at a moment and standing there. Up to a tenth of a second more is played, so that what is sent at the moment is under way.
pub(super) fn opening(text: &str, at: Time) -> String {
    format!("opens at {}us paused\n{text}", at.as_micros())
}

pub(super) fn number(facts: &dyn Facts, node: &str, field: &str) -> i64 {
    if let Some(Value::Int(number)) = facts.node(node, field) { number } else { 0 }
}
pub(super) fn word(facts: &dyn Facts, node: &str, field: &str) -> String {
    facts.node(node, field).map(|word| word.to_text()).unwrap_or_default()
}
pub(super) fn yes(facts: &dyn Facts, node: &str, field: &str) -> bool {
    facts.node(node, field) == Some(Value::Bool(true))
}

/// Lines of a log that are looked at.
const LINES_MAX: usize = 40;

/// The lines that a node has logged at a moment and just behind it, as its release prints them but for process and date.
pub(super) fn logged(run: &Timeline, node: &str, since: Time) -> Vec<String> {
    let Some(ix) = run.sim().by_name(node) else { return Vec::new() };
    let lines = view::log(run.sim(), run.recorder(), ix, LINES_MAX);
    lines
        .iter()
        .filter(|line| (since.as_micros()..since.as_micros() + 5_000).contains(&line.at_us))
        .map(|line| format!("{} {}", line.mark.name(), line.text))
        .collect()
}
