//! What the column and the desk of an incident show: plain values, in the page's language.

use super::{Panel, Step};
use resync_core::view::{ClientView, LaneStretch, NodeIx, Shared};
use resync_js::fleet::{Difference, Row};
use resync_lessons::incidents::Quote;
use std::rc::Rc;

/// A cause that can be named.
#[derive(Clone, PartialEq, Debug)]
pub struct Choice {
    /// What it says.
    pub words: String,
    /// What was answered when it was named, and what shows that.
    pub answered: Option<(String, Vec<Quote>)>,
    /// It is the one, and was named.
    pub right: bool,
}

/// The column.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// The incident's id.
    pub id: String,
    /// The step.
    pub step: Step,
    /// What was reported.
    pub symptom: String,
    /// What is known besides; paragraphs.
    pub about: Vec<String>,
    /// The question above the causes.
    pub question: String,
    /// The causes.
    pub choices: Vec<Choice>,
    /// The one that is chosen.
    pub chosen: Option<usize>,
    /// Hints that were given.
    pub hints: Vec<String>,
    /// There are more.
    pub more_hints: bool,
    /// What is to be so in the end.
    pub mend: String,
    /// For how many seconds that has been so, of how many.
    pub held: (u64, u32),
    /// It is mended.
    pub mended: bool,
    /// What happened; paragraphs, once the lid is lifted.
    pub lid: Vec<String>,
    /// The lid was lifted before it was mended.
    pub given_up: bool,
    /// The grade.
    pub grade: usize,
    /// Seconds of the wall clock since it was opened, where the clock is on.
    pub wall_s: Option<u64>,
    /// Simulated seconds since then.
    pub run_s: u64,
    /// What is pinned of the comparison: key, and how often here and there.
    pub pins: Vec<(String, String)>,
}

/// What an operator has.
#[derive(Clone, PartialEq, Debug)]
pub struct Desk {
    /// The open panel.
    pub panel: Panel,
    /// Whether there is a fleet.
    pub fleet: bool,
    /// The table of all pairs, where it is open.
    pub table: Option<Rc<Table>>,
    /// The nodes that can be looked into: their numbers and names.
    pub nodes: Vec<(NodeIx, String)>,
    /// The clients, for their errors.
    pub clients: Rc<Vec<ClientView>>,
    /// How many errors they got since the start.
    pub errors: u64,
    /// While the past is being played up to the moment at which one is called: how far, percent.
    pub coming: Option<u64>,
}

/// A fleet: its table, the states over time above it, and what the chosen pairs have in common.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// A row for each pair, in their order …
    pub rows: Rc<Vec<Row>>,
    /// … and their places, the most abnormal first.
    pub order: Rc<Vec<usize>>,
    /// The names of the pairs.
    pub names: Rc<Vec<String>>,
    /// The chosen ones.
    pub chosen: Rc<Vec<bool>>,
    /// The one that is looked at.
    pub look: usize,
    /// How many look ill.
    pub ill: usize,
    /// What went on on each pair's link.
    pub lanes: Vec<Shared<Vec<LaneStretch>>>,
    /// Now, µs.
    pub now_us: u64,
    /// What tells the chosen from all others; empty while none is chosen.
    pub compared: Rc<Vec<Difference>>,
    /// It is being read.
    pub reading: bool,
    /// It is read anew when time stands still.
    pub moves: bool,
    /// What of it is pinned, by key.
    pub pins: Vec<String>,
}
