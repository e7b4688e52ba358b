//! The chosen rule in the chosen weather, in words.

use crate::alarm::short::short;
use crate::alarm::{Shown, State};
use crate::i18n::alarms::Alarms;

/// Rule and weather.
pub(super) fn heading(shown: &Shown, t: &Alarms) -> String {
    let row = shown.row();
    format!("{} · {}", short(&row.rule, row.known.map(|known| known.id)), (t.weather)(shown.weather().id).0)
}

/// What came of it, as a sentence.
pub(super) fn said(shown: &Shown, t: &Alarms) -> String {
    let row = shown.row();
    let at = shown.chosen.1;
    match &row.cells[at] {
        State::Waits => t.waits.to_owned(),
        State::Fails(why) => (t.fails)(why),
        State::Tried(tried) => {
            let rule = short(&row.rule, row.known.map(|known| known.id));
            let part = row.proposed() && shown.chosen.0 >= shown.own;
            (t.sentence)(&rule, (t.weather)(shown.weather().id).0, tried.cell, row.rule.for_ms / 1_000, part)
        }
    }
}
