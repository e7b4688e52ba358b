//! The form of a rule's sentences.

/// What a rule says in a language, with holes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    /// What is the matter, in one sentence.
    pub(crate) title: &'static str,
    /// Why, and what else it can be.
    pub(crate) why: &'static str,
    /// What it costs.
    pub(crate) cost: &'static str,
    /// Where the change is to be made, and its price; empty if there is none.
    pub(crate) price: &'static str,
}
