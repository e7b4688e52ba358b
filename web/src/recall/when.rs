//! When the ten-item test is taken.

/// When it is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum When {
    /// Before the first lesson.
    #[default]
    Before,
    /// In its place, when a lesson had been seen already: what it says of the course is less, and it is marked so.
    Late,
    /// After the last.
    After,
    /// A month after that.
    Later,
}

impl When {
    /// All of them, in their order.
    pub const ALL: [When; 4] = [When::Before, When::Late, When::After, When::Later];
    /// Its name in links and in what is kept.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            When::Before => "before",
            When::Late => "late",
            When::After => "after",
            When::Later => "later",
        }
    }
    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<When> {
        When::ALL.into_iter().find(|when| when.name() == name)
    }
}
