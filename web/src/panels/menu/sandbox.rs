//! The scenario's text, to be changed and run, with the grammar beside it; and files that are opened into it.

use crate::action::{Action, Course};
use crate::i18n::Strings;
use crate::i18n::grammar::Line;
use crate::panels::count::rendered;
use web_sys::{Event, HtmlInputElement, HtmlTextAreaElement};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, component, html, use_effect_with, use_node_ref};

/// What the sandbox shows.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct EditorProps {
    /// The text that runs.
    pub text: AttrValue,
    /// The text that was not taken: it stays in the box.
    pub draft: Option<AttrValue>,
    /// Why it was not taken.
    pub refused: Option<AttrValue>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The field and its buttons.
#[component]
pub(super) fn Editor(props: &EditorProps) -> Html {
    rendered();
    let m = &props.t.shell.menu;
    let area = use_node_ref();
    // A text that was not taken stays in the box, wherever it came from.
    use_effect_with(props.draft.clone(), {
        let area = area.clone();
        move |draft| {
            if let (Some(area), Some(draft)) = (area.cast::<HtmlTextAreaElement>(), draft) {
                area.set_value(draft);
            }
        }
    });
    let run = {
        let area = area.clone();
        props.on.reform(move |_| Action::Course(Course::Text(area.cast::<HtmlTextAreaElement>().map(|a| a.value()).unwrap_or_default())))
    };
    let revert = {
        let (area, text) = (area.clone(), props.text.clone());
        Callback::from(move |_| {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                area.set_value(&text);
            }
        })
    };
    let add = |line: Line| {
        let area = area.clone();
        Callback::from(move |_| {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                let text = area.value();
                let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
                area.set_value(&format!("{text}{gap}{}\n", line.example()));
                area.set_scroll_top(area.scroll_height());
            }
        })
    };
    let choose = {
        let on = props.on.clone();
        Callback::from(move |e: Event| {
            let field: HtmlInputElement = e.target_unchecked_into();
            if let Some(file) = field.files().and_then(|files| files.get(0)) {
                on.emit(Action::Course(Course::File(file)));
            }
            // The same file may be chosen again.
            field.set_value("");
        })
    };
    html! {
        <>
            <p class="muted">{ m.scenario_lead }</p>
            <div class="sandbox">
                <div>
                    <textarea ref={area.clone()} class="mono" aria-label={m.scenario} spellcheck="false" rows="16" defaultvalue={props.draft.clone().unwrap_or_else(|| props.text.clone())} />
                    if let Some(why) = &props.refused {
                        <p class="grave" role="alert">{ why }</p>
                    }
                    <div class="row">
                        <button class="primary" onclick={run}>{ m.run }</button>
                        <button onclick={revert}>{ m.revert }</button>
                        <label class="button file">{ m.open_file }<input type="file" class="hidden" accept=".resync,.txt,text/plain" onchange={choose} /></label>
                        <span class="muted">{ m.or_drop }</span>
                    </div>
                </div>
                <section class="grammar" aria-label={m.grammar}>
                    <h3>{ m.grammar }</h3>
                    <p class="muted">{ m.grammar_lead }</p>
                    <dl>{ for Line::ALL.iter().map(|line| html! {
                        <div key={line.example()}>
                            <dt><button class="code" onclick={add(*line)}>{ line.example() }</button></dt>
                            <dd>{ (props.t.grammar)(*line) }</dd>
                        </div>
                    }) }</dl>
                </section>
            </div>
        </>
    }
}
