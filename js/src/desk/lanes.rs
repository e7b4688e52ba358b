//! The runs as lanes on one axis of time: what the drawer below the timeline shows.

use super::Desk;
use super::picture::Picture;
use super::run::Run;
use crate::ids::RunId;
use std::rc::Rc;

/// A run as a lane.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Its number.
    pub id: RunId,
    /// The name that a person gave it.
    pub name: Option<String>,
    /// The run that it shares its past with, that run's name, and until when, µs.
    pub branched: Option<(RunId, Option<String>, u64)>,
    /// Until when it is the same as the run in focus, µs; its own end for that one.
    pub shared_us: u64,
    /// Its cursor, µs.
    pub now_us: u64,
    /// The furthest moment played, µs.
    pub end_us: u64,
    /// What is painted.
    pub picture: Rc<Picture>,
}
impl PartialEq for Lane {
    fn eq(&self, other: &Lane) -> bool {
        let facts = |lane: &Lane| (lane.id, lane.shared_us, lane.now_us, lane.end_us);
        facts(self) == facts(other)
            && self.name == other.name
            && self.branched == other.branched
            && Rc::ptr_eq(&self.picture, &other.picture)
    }
}

/// All runs, for the drawer and the button that opens it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Lanes {
    /// How many runs there are.
    pub count: usize,
    /// The run in focus first, then the others in the order in which they were made; empty while the drawer is closed.
    pub rows: Vec<Lane>,
    /// The dropped run that can be brought back: its number, its name, and whole seconds left.
    pub dropped: Option<(RunId, Option<String>, u64)>,
}
impl Lanes {
    /// The furthest moment that any of them was played to, µs.
    #[must_use]
    pub fn end_us(&self) -> u64 {
        self.rows.iter().map(|row| row.end_us).max().unwrap_or(0)
    }
}

impl Desk {
    /// The runs as lanes; without `open` only how many there are.
    #[must_use]
    pub fn lanes(&self, open: bool) -> Lanes {
        let count = self.runs.len();
        if !open {
            return Lanes { count, ..Lanes::default() };
        }
        let focus = self.run();
        let others = self.runs.iter().filter(|run| run.id != focus.id);
        let rows = std::iter::once(focus).chain(others).map(|run| self.lane(run)).collect();
        let dropped = self.dropped().map(|(run, left_us)| (run.id, run.name.clone(), left_us.div_ceil(1_000_000)));
        Lanes { count, rows, dropped }
    }
    fn lane(&self, run: &Run) -> Lane {
        let branched = run.branched.map(|branched| {
            let name = self.named(branched.parent).ok().and_then(|parent| parent.name.clone());
            (branched.parent, name, branched.at_us)
        });
        Lane {
            id: run.id,
            name: run.name.clone(),
            branched,
            shared_us: self.shared_us(run.id, self.run().id),
            now_us: run.now_us(),
            end_us: run.end_us(),
            picture: run.picture.of(&run.timeline),
        }
    }
    /// Until when two runs are one, µs: all of it for a run and itself, nothing for two that were opened apart.
    #[must_use]
    pub fn shared_us(&self, a: RunId, b: RunId) -> u64 {
        let (a, b) = (self.ancestry(a), self.ancestry(b));
        a.iter().find_map(|(id, until)| b.iter().find(|(other, _)| other == id).map(|(_, other)| *until.min(other))).unwrap_or(0)
    }
    /// A run, its parent, its parent's parent …, and until when it is the same as each.
    fn ancestry(&self, id: RunId) -> Vec<(RunId, u64)> {
        let mut all: Vec<(RunId, u64)> = Vec::new();
        let mut next = self.named(id).ok();
        let mut until = next.map_or(0, Run::end_us);
        while let Some(run) = next.filter(|run| all.iter().all(|(id, _)| *id != run.id)) {
            all.push((run.id, until));
            until = until.min(run.branched.map_or(0, |branched| branched.at_us));
            next = run.branched.and_then(|branched| self.named(branched.parent).ok());
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Desk, Turn};
    use super::*;
    use resync_core::view::Stretch;

    const PAIR: &str = "era 3.0\nseed 3\ndefault link latency 20ms\nnode master\nnode replica-1 follows master\nnode replica-2 follows master\n\
        client writer on master: every 50ms SET key:{1..100} {32 bytes}\n";

    fn seek(desk: &mut Desk, ms: u64) {
        assert_eq!(desk.run_mut().seek_some(ms * 1_000, &|| true), Turn::Done);
    }
    /// main to 20 s; a branch from 10 s; a branch of that from 15 s; another of main from 5 s.
    fn tree() -> Desk {
        let mut desk = Desk::load(PAIR).expect("a scenario");
        seek(&mut desk, 20_000);
        for (of, at, line) in [(0, 10_000, "cut master replica-1"), (1, 15_000, "cut master replica-2"), (0, 5_000, "pause master")] {
            desk.focus(RunId(of)).expect("a run");
            seek(&mut desk, at);
            desk.act(line).expect(line).branch.expect("a branch");
            seek(&mut desk, 18_000);
        }
        desk
    }

    #[test]
    fn what_two_runs_share_ends_where_their_ways_part() {
        let desk = tree();
        for (a, b, seconds) in [(0, 1, 10), (1, 2, 15), (0, 2, 10), (0, 3, 5), (2, 3, 5), (1, 3, 5), (1, 1, 18), (0, 0, 20)] {
            assert_eq!(desk.shared_us(RunId(a), RunId(b)), seconds * 1_000_000, "{a} and {b}");
            assert_eq!(desk.shared_us(RunId(b), RunId(a)), seconds * 1_000_000, "{b} and {a}");
        }
    }

    #[test]
    fn the_run_in_focus_is_on_top_and_each_lane_is_whole() {
        let mut desk = tree();
        desk.focus(RunId(1)).expect("a branch");
        seek(&mut desk, 11_000);
        let lanes = desk.lanes(true);
        assert_eq!(lanes.rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [1, 0, 2, 3]);
        assert_eq!((lanes.count, lanes.end_us()), (4, 20_000_000));
        let main = &lanes.rows[1];
        assert_eq!((main.now_us, main.end_us, main.shared_us), (5_000_000, 20_000_000, 10_000_000));
        for row in &lanes.rows {
            assert_eq!(row.picture.stripes.iter().map(|stripe| stripe.to).collect::<Vec<_>>(), [1, 2]);
            assert_eq!(row.picture.stripes[0].stretches.last().map(|s| s.to_us), Some(row.end_us), "beyond the cursor too");
        }
        let cut = |row: &Lane| row.picture.stripes[0].stretches.iter().find(|s| s.what == Stretch::Cut).map(|s| s.from_us);
        assert_eq!(lanes.rows.iter().map(cut).collect::<Vec<_>>(), [Some(10_000_000), None, Some(10_000_000), None]);
        assert_eq!(lanes.rows[0].branched, Some((RunId(0), None, 10_000_000)));
        assert_eq!(desk.lanes(false), Lanes { count: 4, ..Lanes::default() });
    }

    #[test]
    fn a_picture_is_made_once() {
        let mut desk = tree();
        let before = desk.lanes(true);
        seek(&mut desk, 9_000);
        assert!(Rc::ptr_eq(&desk.lanes(true).rows[1].picture, &before.rows[1].picture));
        assert!(Rc::ptr_eq(&desk.lanes(true).rows[0].picture, &before.rows[0].picture), "going back plays nothing new");
        seek(&mut desk, 19_000);
        assert!(!Rc::ptr_eq(&desk.lanes(true).rows[0].picture, &before.rows[0].picture));
    }

    #[test]
    fn a_dropped_run_is_offered_with_its_seconds() {
        let mut desk = tree();
        desk.rename(RunId(1), "short cut").expect("a name");
        desk.drop_run(RunId(1)).expect("dropped");
        assert_eq!(desk.lanes(true).dropped, Some((RunId(1), Some(String::from("short cut")), 8)));
        desk.pass(1_500_000);
        assert_eq!(desk.lanes(true).dropped.map(|(.., left)| left), Some(7));
    }
}
