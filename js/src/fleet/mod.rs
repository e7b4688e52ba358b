//! Many pairs of a master and its replica: a row for each, and what tells chosen pairs from all others.
//!
//! Everything is read as an operator reads it: off INFO, CONFIG, the handshake's messages and the log. Reading a thousand servers takes longer than a frame,
//! so it is done in pieces ([`Reading::go_on`]), and what came of it is compared as often as somebody chooses anew ([`Facts::compare`]).

mod facts;
mod pair;
mod rows;

pub use facts::{Difference, Facts, Holds, Source};
pub use pair::Pair;
pub use rows::{Row, Sign, by_abnormality, row};

use crate::desk::Run;

/// Rows, or facts, of all pairs at one moment, read piece by piece.
#[derive(Clone, Debug)]
pub struct Reading {
    event: u64,
    at: usize,
    rows: Vec<Row>,
    facts: Option<Facts>,
}

impl Reading {
    /// Begins with what the table shows.
    #[must_use]
    pub fn rows_of(run: &Run) -> Reading {
        Reading { event: run.timeline().sim().event(), at: 0, rows: Vec::new(), facts: None }
    }
    /// Whether it reads what can be compared.
    #[must_use]
    pub fn of_facts(&self) -> bool {
        self.facts.is_some()
    }
    /// Begins with everything that can be compared.
    #[must_use]
    pub fn facts_of(run: &Run) -> Reading {
        Reading { facts: Some(Facts::default()), ..Reading::rows_of(run) }
    }
    /// The event after which it is read.
    #[must_use]
    pub fn event(&self) -> u64 {
        self.event
    }
    /// Reads on, as long as there is time; `true` when all pairs are read. A run that has moved meanwhile is read on as it is then: each pair is of one moment.
    pub fn go_on(&mut self, run: &Run, pairs: &[Pair], in_time: &dyn Fn() -> bool) -> bool {
        while self.at < pairs.len() && in_time() {
            match &mut self.facts {
                Some(facts) => facts.read(run, pairs[self.at]),
                None => self.rows.push(row(run, pairs[self.at])),
            }
            self.at += 1;
        }
        self.at >= pairs.len()
    }
    /// The rows that were read, in the order of the pairs.
    #[must_use]
    pub fn rows(self) -> Vec<Row> {
        self.rows
    }
    /// The facts that were read.
    #[must_use]
    pub fn facts(self) -> Facts {
        self.facts.unwrap_or_default()
    }
}
