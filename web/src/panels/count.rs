//! Renders of panels, counted: the figure *panels rendered at a refresh where nothing changed* is read here. Each component below `panels` counts itself
//! at its start; the `tidy` test holds that.

use std::cell::Cell;

thread_local! {
    static RENDERED: Cell<u64> = const { Cell::new(0) };
}

/// A component of a panel renders.
pub(crate) fn rendered() {
    RENDERED.set(RENDERED.get() + 1);
}

/// Renders of all panels' components since the page began.
#[must_use]
pub fn renders() -> u64 {
    RENDERED.get()
}
