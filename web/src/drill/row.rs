//! A line of the sitting's table: what one had, what it is, what one said.

use crate::format::{exact_size, short_id, short_ids};
use resync_lessons::play::{Drill, Kind, Said, Scene};

/// How a decision ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// The engine played it: the first of its kind.
    Played,
    /// All own steps were right.
    Right,
    /// One was not.
    Missed,
    /// The engine was asked to play it.
    Shown,
}
impl Mark {
    /// All of them.
    pub const ALL: [Mark; 4] = [Mark::Played, Mark::Right, Mark::Missed, Mark::Shown];
}

/// A decision that is over. Its texts are Redis's own words and numbers, the same in every language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its kind.
    pub kind: Kind,
    /// The end that its world was drawn for.
    pub end: usize,
    /// How many steps were one's own.
    pub mine: usize,
    /// Whether it repeated one that was missed.
    pub again: bool,
    /// How it ended.
    pub mark: Mark,
    /// The release.
    pub era: String,
    /// What one had before one.
    pub had: String,
    /// What it is.
    pub truth: String,
}

impl Row {
    /// The row of a decision.
    pub(super) fn of(drill: &Drill, mine: usize, mark: Mark, again: bool) -> Row {
        let (had, truth) = match &drill.scene {
            Scene::Master(knock) => {
                let truth = match knock.bytes {
                    Some(bytes) => format!("+CONTINUE · {bytes} B"),
                    None if knock.reply.starts_with('+') => format!("+FULLRESYNC … {}", knock.reply.rsplit(' ').next().unwrap_or_default()),
                    None => knock.reply.split(' ').next().unwrap_or_default().to_owned(),
                };
                (format!("PSYNC {} {}", short_id(&knock.asked_id), knock.asked), truth)
            }
            Scene::Replica(turn) => (short_ids(turn.comes.as_deref().unwrap_or("—")), short_ids(&turn.sends)),
            Scene::Info(case) => {
                let counts = |field: &str| case.master.iter().find_map(|line| line.strip_prefix(field)).unwrap_or("–").to_owned();
                (format!("sync_full:{} partial_ok:{}", counts("sync_full:"), counts("sync_partial_ok:")), String::new())
            }
            Scene::Size(sizing) => {
                (format!("{} B/s · {} s", sizing.rate, sizing.away_ms as f64 / 1_000.0), exact_size(sizing.sizes[sizing.smallest]))
            }
        };
        Row { kind: drill.kind, end: drill.end, mine, again, mark, era: drill.era.clone(), had, truth }
    }
}

/// What was said in a step, beside what the engine said, where a number is what they differ in: `30041` and `30040`.
#[must_use]
pub fn numbers(drill: &Drill, given: Option<Said>, step: usize) -> Option<(i64, i64)> {
    let (said, right) = (given?, drill.steps[step].right?);
    let same = drill.steps[step].choices == 0 || said.choice == right.choice;
    let error = drill.kind == Kind::Master && right.choice == 2;
    (same && !error && numbered(drill, step, right.choice)).then_some((said.number?, right.number?))
}

/// Whether a number belongs to this choice of a step.
#[must_use]
pub fn numbered(drill: &Drill, step: usize, choice: usize) -> bool {
    match drill.kind {
        Kind::Master => step == 2 && choice < 3,
        Kind::Replica => step == 1,
        Kind::Info => false,
        Kind::Size => step == 0,
    }
}
