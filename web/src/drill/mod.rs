//! A sitting of drills: which decision comes next, which of its steps are one's own, what was said, when it is enough. No Yew, no browser, no engine
//! but the decisions that it has made.
//!
//! The first decision of a kind is played, with its reasons; then the last step is one's own, then the last two, then all three. Kinds and ends are
//! mixed; what was missed comes again two decisions later, with other numbers. Three right in a row over two kinds, the last of them with every step
//! one's own, end the sitting.

mod kept;
pub mod reason;
pub mod row;

pub use kept::{read, text};
pub use resync_lessons::play::{Cause, Drill, Kind, Knock, Said, Scene, Sends, Sizing, Stands, Step, Turn};
pub use row::{Mark, Row, numbered};

use std::rc::Rc;

/// Right in a row that end a sitting …
pub const IN_A_ROW: usize = 3;
/// … over so many kinds.
pub const KINDS: usize = 2;
/// No sitting is longer.
pub const ROWS_MAX: usize = 40;
/// Decisions between one that was missed and its like.
const APART: usize = 2;

/// What somebody asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    /// This is said in this step, from 0.
    Give(usize, Said),
    /// It is to be graded.
    Answer,
    /// The engine is to play it, with its reasons.
    Play,
    /// The next decision.
    Next,
    /// Its run is to be opened at the moment of the decision.
    Open,
    /// Another sitting.
    Again,
}

/// A decision that is asked for: what the engine makes it from, and how many of its last steps are one's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    /// Its kind.
    pub kind: Kind,
    /// The end that its world is drawn for.
    pub end: usize,
    /// Its seed.
    pub seed: u64,
    /// How many steps are one's own, from the last: 0 (played) to 3.
    pub mine: usize,
}

/// A sitting.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sitting {
    /// What it is drawn from.
    pub seed: u64,
    /// How many steps were one's own in each kind, in the order of [`Kind::ALL`], when it began.
    pub levels: [usize; 4],
    /// The decisions that are over.
    pub rows: Vec<Row>,
    /// What has been said in the steps of the present one.
    pub given: [Option<Said>; 3],
    /// Whether it is graded.
    pub graded: bool,
}

impl Sitting {
    /// A new one. `levels`: how far somebody is in each kind; what is known is begun with the last two steps.
    #[must_use]
    pub fn new(seed: u64, levels: [usize; 4]) -> Sitting {
        Sitting { seed, levels: levels.map(|level| level.min(2)), ..Sitting::default() }
    }
    /// The decision that is asked now. It is the same each time, until a row has been added.
    #[must_use]
    pub fn asked(&self) -> Asked {
        // What is graded stands in the rows already.
        let rows = &self.rows[..self.rows.len() - usize::from(self.graded)];
        let at = rows.len();
        let last = rows.last().map(|row| row.kind);
        let again = self.due(rows).filter(|row| Some(row.kind) != last).map(|row| (row.kind, row.end));
        let (kind, end) = again.unwrap_or_else(|| {
            let kind = self.kind(rows, last);
            let fresh = rows.iter().filter(|row| row.kind == kind && !row.again).count();
            (kind, self.end(kind, fresh))
        });
        let seed = mixed(self.seed, 1_000 + at as u64);
        Asked { kind, end, seed, mine: self.level(rows, kind) }
    }
    /// Whether the present decision repeats one that was missed.
    #[must_use]
    pub fn repeats(&self) -> bool {
        let rows = &self.rows[..self.rows.len() - usize::from(self.graded)];
        let last = rows.last().map(|row| row.kind);
        self.due(rows).is_some_and(|row| Some(row.kind) != last)
    }
    /// A decision that was missed, and has not come again.
    fn due<'a>(&self, rows: &'a [Row]) -> Option<&'a Row> {
        let missed = |row: &Row| matches!(row.mark, Mark::Missed | Mark::Shown);
        rows.iter().enumerate().find_map(|(at, row)| {
            let came = rows[at + 1..].iter().any(|later| later.again && (later.kind, later.end) == (row.kind, row.end));
            (missed(row) && !came && rows.len() > at + APART).then_some(row)
        })
    }
    /// The kind whose turn it is: of those that have joined, the one that came least, and never twice in a row.
    fn kind(&self, rows: &[Row], last: Option<Kind>) -> Kind {
        let joined = match rows.len() {
            _ if self.knows() => 4,
            0..8 => 2,
            8..12 => 3,
            _ => 4,
        };
        let order = self.order();
        let times = |kind: Kind| rows.iter().filter(|row| row.kind == kind).count();
        let free = order[..joined].iter().copied().filter(|kind| Some(*kind) != last);
        free.min_by_key(|kind| times(*kind)).unwrap_or(order[0])
    }
    /// Whether somebody has drilled before.
    fn knows(&self) -> bool {
        self.levels.iter().any(|level| *level > 0)
    }
    /// The order in which kinds join: who knows none begins with the two ends of the link.
    fn order(&self) -> [Kind; 4] {
        let mut order = Kind::ALL;
        if self.knows() {
            for at in (1..order.len()).rev() {
                order.swap(at, (mixed(self.seed, at as u64) % (at as u64 + 1)) as usize);
            }
        }
        order
    }
    /// The n-th end of a kind: each comes once before any comes again.
    fn end(&self, kind: Kind, nth: usize) -> usize {
        let ends = kind.ends();
        let deck = 100 + 50 * (kind as u64) + 1_000_000 * (nth / ends) as u64;
        let mut all: Vec<usize> = (0..ends).collect();
        for at in (1..ends).rev() {
            all.swap(at, (mixed(self.seed, deck + at as u64) % (at as u64 + 1)) as usize);
        }
        all[nth % ends]
    }
    /// How many steps are one's own in this kind by now: one more for each that was played or right.
    fn level(&self, rows: &[Row], kind: Kind) -> usize {
        let gained = rows.iter().filter(|row| row.kind == kind && matches!(row.mark, Mark::Played | Mark::Right)).count();
        (self.levels[kind as usize] + gained).min(3)
    }
    /// The levels by now, for the next sitting.
    #[must_use]
    pub fn levels_now(&self) -> [usize; 4] {
        Kind::ALL.map(|kind| self.level(&self.rows, kind))
    }
    /// How many in a row were right; what was played does not count and does not interrupt.
    #[must_use]
    pub fn in_a_row(&self) -> usize {
        self.row().count()
    }
    fn row(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().rev().filter(|row| row.mark != Mark::Played).take_while(|row| row.mark == Mark::Right)
    }
    /// Whether it is enough.
    #[must_use]
    pub fn over(&self) -> bool {
        let kinds = Kind::ALL.into_iter().filter(|kind| self.row().any(|row| row.kind == *kind)).count();
        let whole = self.rows.last().is_some_and(|row| row.mine == 3);
        self.in_a_row() >= IN_A_ROW && kinds >= KINDS && whole || self.rows.len() >= ROWS_MAX
    }

    // ---- the present decision

    /// Whether this step, from 0, is one's own.
    #[must_use]
    pub fn owns(&self, step: usize) -> bool {
        step + self.asked().mine >= 3
    }
    /// What stands in a step: what was said, or what the engine played.
    #[must_use]
    pub fn said(&self, drill: &Drill, step: usize) -> Option<Said> {
        if self.owns(step) { self.given[step] } else { drill.steps[step].right }
    }
    /// Whether a step is asked, by what has been said so far: who refuses, or does not know the id, does not look at the byte.
    #[must_use]
    pub fn is_asked(&self, drill: &Drill, step: usize) -> bool {
        drill.kind != Kind::Master || step != 1 || self.said(drill, 0).is_none_or(|said| said.choice < 2)
    }
    /// The step to be said next.
    #[must_use]
    pub fn present(&self, drill: &Drill) -> Option<usize> {
        (0..3).find(|step| self.owns(*step) && self.is_asked(drill, *step) && !self.whole(drill, *step))
    }
    /// Whether everything of a step is said.
    fn whole(&self, drill: &Drill, step: usize) -> bool {
        self.given[step].is_some_and(|said| said.number.is_some() || !numbered(drill, step, said.choice))
    }
    /// Something is said. Nothing happens once it is graded, and to steps that are not one's own.
    pub fn give(&mut self, step: usize, said: Said) {
        if step < 3 && self.owns(step) && !self.graded {
            self.given[step] = Some(said);
        }
    }
    /// The first own step that is not what the engine said; nothing if all are.
    #[must_use]
    pub fn wrong(&self, drill: &Drill) -> Option<usize> {
        (0..3).find(|step| self.owns(*step) && !self.step_right(drill, *step))
    }
    /// Whether what was said in a step is what the engine said.
    #[must_use]
    pub fn step_right(&self, drill: &Drill, step: usize) -> bool {
        let truth = &drill.steps[step];
        // One who did not look at the byte, where the engine did not either, or where the step before was missed already.
        if !self.is_asked(drill, step) {
            return truth.right.is_none();
        }
        self.given[step].map_or(truth.right.is_none(), |said| truth.takes(said))
    }
    /// It is graded, or was only shown: a row is added.
    pub fn grade(&mut self, drill: &Drill, shown: bool) {
        if self.graded {
            return;
        }
        let asked = self.asked();
        let mark = match self.wrong(drill) {
            _ if asked.mine == 0 => Mark::Played,
            _ if shown => Mark::Shown,
            None => Mark::Right,
            Some(_) => Mark::Missed,
        };
        let row = Row::of(drill, asked.mine, mark, self.repeats());
        self.rows.push(row);
        self.graded = true;
    }
    /// To the next decision.
    pub fn go_on(&mut self) {
        if self.graded && !self.over() {
            self.given = [None; 3];
            self.graded = false;
        }
    }
}

/// A number from a seed (SplitMix64).
fn mixed(seed: u64, n: u64) -> u64 {
    let mut z = seed.wrapping_add((n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What the sheet shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// The sitting.
    pub sitting: Sitting,
    /// The present decision, once it is made.
    pub drill: Option<Rc<Drill>>,
    /// Why it could not be made.
    pub fault: Option<String>,
}

#[cfg(test)]
mod tests;
