//! The keys of the sheet, and where the focus goes.

use crate::action::Action;
use crate::browser;
use crate::drill::{Drill, Kind, Said, Sitting, Wish};
use std::rc::Rc;
use web_sys::{Element, KeyboardEvent};
use yew::{Callback, TargetCast};

/// Id of the heading: where the focus goes with each new decision.
pub(super) const ASKS: &str = "drill-asks";
/// Id of the first button: where it goes when something is graded.
pub(super) const GO: &str = "drill-go";
/// Id of the field for a number: there is one at a time.
pub(super) const FIELD: &str = "drill-number";

/// Sends a wish up, and the focus where what follows begins.
pub(super) fn wish(on: &Callback<Action>, wish: Wish) {
    on.emit(Action::Drill(wish));
    match wish {
        Wish::Answer | Wish::Play => browser::focus_soon(GO.to_owned()),
        Wish::Next | Wish::Again => browser::focus_soon(ASKS.to_owned()),
        Wish::Give(..) | Wish::Open => {}
    }
}

/// What a key says: in the open step, or, where nothing is open, in the last own one that it fits.
fn says(sitting: &Sitting, drill: &Drill, key: &str) -> Option<(usize, Said)> {
    let digit = key.parse::<usize>().ok().filter(|digit| (1..=4).contains(digit)).map(|digit| digit - 1);
    let yes = match key {
        "y" | "Y" => Some(0),
        "n" | "N" => Some(1),
        _ => None,
    };
    let open = sitting.present(drill);
    let steps = open.map_or_else(|| (0..3).rev().filter(|step| sitting.owns(*step)).collect(), |step| vec![step]);
    steps.into_iter().find_map(|step| {
        // The reply is an error already: digits say which.
        if let (Kind::Master, 2, Some(Said { choice: 2, number: None })) = (drill.kind, step, sitting.given[step]) {
            return digit.map(|digit| (step, Said { choice: 2, number: Some(digit as i64) }));
        }
        let choices = drill.steps[step].choices;
        let choice = if choices == 2 { yes? } else { digit.filter(|digit| *digit < choices)? };
        Some((step, Said { choice, number: None }))
    })
}

/// Keys while a decision is made: none of them is the page's, but Escape.
pub(super) fn nothing() -> Callback<KeyboardEvent> {
    Callback::from(|e: KeyboardEvent| {
        if e.key() != "Escape" {
            e.stop_propagation();
        }
    })
}

/// What the keys of the sheet do. None of them is the page's; Escape alone goes on.
pub(super) fn keyed(on: &Callback<Action>, sitting: &Sitting, drill: &Rc<Drill>) -> Callback<KeyboardEvent> {
    let (on, sitting, drill) = (on.clone(), sitting.clone(), Rc::clone(drill));
    Callback::from(move |e: KeyboardEvent| {
        let key = e.key();
        if key == "Escape" || e.ctrl_key() || e.meta_key() || e.alt_key() {
            return;
        }
        e.stop_propagation();
        let tag = e.target_dyn_into::<Element>().map(|target| target.tag_name().to_ascii_lowercase()).unwrap_or_default();
        match (key.as_str(), tag.as_str()) {
            // A button with the focus is pressed by the browser.
            ("Enter", "button" | "a") => {}
            ("Enter", _) => match (sitting.graded, sitting.over()) {
                (false, _) if sitting.asked().mine == 0 => wish(&on, Wish::Next),
                (false, _) if sitting.present(&drill).is_some() => {}
                (false, _) => wish(&on, Wish::Answer),
                (true, false) => wish(&on, Wish::Next),
                (true, true) => wish(&on, Wish::Again),
            },
            (_, "input") => {}
            _ => {
                let Some((step, said)) = says(&sitting, &drill, &key).filter(|_| !sitting.graded) else { return };
                e.prevent_default();
                wish(&on, Wish::Give(step, said));
            }
        }
    })
}
