//! A lesson in front of a class: the presenter, hands that are counted, what is handed in. No Yew, no browser.

pub mod guide;
pub mod handed;
pub mod hands;
pub mod notes;
pub mod own;
pub mod present;
pub mod table;
pub mod wall;

/// What a person asks of the class's pages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    /// The presenter, or away from it.
    Present,
    /// On: what the button at the lower right says.
    Onward,
    /// Back by one.
    Backward,
    /// A hand for the answer in this place.
    Hand(usize),
    /// The last hand was none.
    TakeBack,
    /// The curtain up or down.
    Curtain,
    /// The name under which somebody hands in.
    Name(String),
    /// The link that is handed in, into the clipboard.
    HandIn,
    /// The speaker's notes, in a window of their own.
    Notes,
    /// One figure in place of stream and stage, by its place in [`present::PANELS`]; the same again: those two.
    Panel(usize),
}
