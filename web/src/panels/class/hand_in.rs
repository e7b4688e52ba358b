//! Handing in: a name, and the link that has the answers.

use crate::action::{Action, Look, Sheet};
use crate::i18n::{Strings, class_of};
use crate::panels::count::rendered;
use crate::panels::field::Field;
use crate::teach::class::Wish;
use yew::{AttrValue, Callback, Html, Properties, component, html};

/// What the sheet shows.
#[derive(Clone, PartialEq, Properties)]
pub struct HandInProps {
    /// The name, as far as it is typed.
    pub name: AttrValue,
    /// The whole link; nothing where no lesson has been finished.
    pub link: Option<AttrValue>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The sheet.
#[component]
pub fn HandIn(props: &HandInProps) -> Html {
    rendered();
    let t = &class_of(props.t).hand_in;
    let Some(link) = &props.link else { return html! { <p class="muted">{ t.nothing }</p> } };
    let take = {
        let on = props.on.clone();
        Callback::from(move |text: String| {
            on.emit(Action::Class(Wish::Name(text)));
            true
        })
    };
    html! {
        <div class="hand-in">
            <p class="muted">{ t.lead }</p>
            <p><b>{ t.name }</b></p>
            <Field name={t.name} value={props.name.clone()} class="wide" {take} />
            <p><b>{ t.link }</b></p>
            <textarea class="mono" readonly=true rows="5" aria-label={t.link} value={link.clone()} />
            <div class="row"><button class="primary" onclick={props.on.reform(|_| Action::Class(Wish::HandIn))}>{ t.copy }</button></div>
            <p class="muted">{ t.digest }</p>
            <div class="row"><button class="plain" onclick={props.on.reform(|_| Action::Look(Look::Sheet(Some(Sheet::Class))))}>{ t.teacher }</button></div>
        </div>
    }
}
