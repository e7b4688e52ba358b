//! On a page too narrow for all figures: which one is shown. Wide pages hide this row, and so does the accessibility tree.

use crate::action::{Action, Figure, Look};
use crate::i18n::{Strings, course_of};
use crate::panels::count::rendered;
use crate::panels::steady::steady;
use yew::{Callback, Html, Properties, component, html};

/// What the row shows.
#[derive(Clone, PartialEq, Properties)]
pub struct FiguresProps {
    /// The figure that is shown.
    pub shown: Figure,
    /// A lesson asks: on a phone its text is one tap away.
    pub lesson: bool,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The row.
#[component]
pub fn Figures(props: &FiguresProps) -> Html {
    rendered();
    let t = &props.t.shell.header;
    html! {
        <nav class="figures" aria-label={t.figures}>
            if props.lesson {
                <button class="to-text" onclick={props.on.reform(|_| Action::Look(Look::Text(true)))}>{ course_of(props.t).lesson.text }</button>
            }
            { for Figure::ALL.into_iter().map(|figure| html! {
                <button key={figure.class()} class={figure.class()} aria-pressed={(figure == props.shown).to_string()}
                    onclick={props.on.reform(move |_| Action::Look(Look::Figure(figure)))}>{ steady((t.figure)(figure)) }</button>
            }) }
        </nav>
    }
}
