//! Selecting what stands in a figure, by pointer and by key.

use super::pointer;
use crate::action::{Action, Look, Selection};
use web_sys::{KeyboardEvent, MouseEvent};
use yew::Callback;

/// What a click and a key press on something selectable do.
pub fn selecting(on: &Callback<Action>, what: Selection) -> (Callback<MouseEvent>, Callback<KeyboardEvent>) {
    let (clicked, pressed) = (on.clone(), on.clone());
    (
        Callback::from(move |_| clicked.emit(Action::Look(Look::Select(what)))),
        Callback::from(move |event: KeyboardEvent| {
            if pointer::is_press(&event.key()) {
                event.prevent_default();
                event.stop_propagation();
                pressed.emit(Action::Look(Look::Select(what)));
            }
        }),
    )
}
