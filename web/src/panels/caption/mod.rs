//! The caption: one sentence about this moment, the lamps of the invariants, and the quiet line that answers what the person asked for.

use crate::action::{Action, Look, Selection, Travel};
use crate::caption::{Sentence, subject};
use crate::draw::hue_of;
use crate::format::after;
use crate::i18n::Strings;
use crate::i18n::glossary::Rules;
use crate::panels::count::rendered;
use crate::panels::words::marked;
use resync_core::note::Note;
use resync_core::view::LampView;
use resync_js::views::{Shared, Views};
use yew::{AttrValue, Callback, Html, Properties, classes, component, html};

/// What the caption shows.
#[derive(Clone, PartialEq, Properties)]
pub struct CaptionProps {
    /// Everything on the screen but the packets.
    pub views: Shared<Views>,
    /// The sentence.
    pub sentence: Sentence,
    /// What the live region says: the sentence, at most every two seconds.
    pub spoken: AttrValue,
    /// The quiet line, if there is one.
    #[prop_or_default]
    pub status: Option<AttrValue>,
    /// The release whose words are explained.
    pub rules: Rules,
    /// The scene is one to go through step by step, and stands still.
    #[prop_or_default]
    pub next: bool,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The caption.
#[component]
pub fn Caption(props: &CaptionProps) -> Html {
    rendered();
    let t = &props.t.shell;
    html! {
        <section class="caption" aria-label={t.caption.title}>
            if props.next {
                <button class="primary next" onclick={props.on.reform(|_| Action::Travel(Travel::NextStep))}>{ t.coach.next_step }</button>
            }
            if let Some(status) = &props.status {
                <p class="status" role="alert">{ status }</p>
                <button onclick={props.on.reform(|_| Action::Look(Look::Dismiss))}>{ t.status.dismiss }</button>
            } else {
                { said(props) }
            }
            <p class="hidden" role="status" aria-live="polite">{ &props.spoken }</p>
            <span class="space"></span>
            { lamps(props) }
        </section>
    }
}

fn said(props: &CaptionProps) -> Html {
    let Sentence { lead, text, grave } = &props.sentence;
    let (node, who, rest) = subject(&props.views, text);
    let who = node.map(|ix| {
        let select = props.on.reform(move |_| Action::Look(Look::Select(Selection::Node(ix))));
        html! { <b class={classes!(hue_of(ix).word(), "subject")} onclick={select}>{ who }</b> }
    });
    html! { <p class={classes!("sentence", grave.then_some("grave"))} title={text.clone()} aria-hidden="true">
        if !lead.is_empty() {
            <span class="muted lead">{ lead }{ after(lead) }</span>
        }
        { who }{ marked(rest, props.t, props.rules, &props.on) }
    </p> }
}

/// What is wrong with a broken invariant; of one that holds, its name.
fn meaning(props: &CaptionProps, lamp: &LampView) -> String {
    let Some((why, _)) = lamp.broken.clone() else { return lamp.name.name().to_owned() };
    (props.t.say)(&Note::InvariantBroken { invariant: lamp.name, why }, "", &str::to_owned)
}

fn lamps(props: &CaptionProps) -> Html {
    let lamps = &props.views.lamps;
    if lamps.is_empty() {
        return Html::default();
    }
    let holding = lamps.iter().filter(|l| l.holds).count();
    let words = (props.t.shell.caption.lamps)(holding, lamps.len());
    html! {
        <div class="lamps" title={words.clone()}>
            <span class="lights" aria-hidden="true">
                { for lamps.iter().map(|lamp| html! {
                    <span key={lamp.name.name()} class={if lamp.holds { "lamp" } else { "lamp broken" }} title={meaning(props, lamp)}>
                        { if lamp.holds { "" } else { lamp.name.name() } }
                    </span>
                }) }
            </span>
            <span class="muted">{ marked(&words, props.t, props.rules, &props.on) }</span>
        </div>
    }
}
