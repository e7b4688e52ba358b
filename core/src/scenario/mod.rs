//! Scenario text ↔ [`crate::sim::world::World`], and the one condition language.

/// To be filled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition;
