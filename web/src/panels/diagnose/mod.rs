//! The sheet of diagnosis: the paste at the left with what is quoted of it, findings at the right.

use crate::action::Action;
use crate::browser;
use crate::i18n::diagnose::Diagnose;
use crate::i18n::{Strings, diagnose_of, size_of};
use crate::panels::count::rendered;
use crate::pasted::{EXAMPLE, Line, Pasted, Wish};
use resync_core::diagnose::{Certainty, Diagnosis, Finding, Grade, Node, Role};
use resync_desk::size::{Form, from_diagnosis};
use resync_desk::{Lang, certainty, grade, said, verdict};
use std::rc::Rc;
use web_sys::HtmlTextAreaElement;
use yew::{Callback, Html, InputEvent, Properties, TargetCast, classes, component, html, use_effect_with};

/// What is shown.
#[derive(Clone, PartialEq, Properties)]
pub struct DiagnoseProps {
    /// The texts and what came of them.
    pub pasted: Rc<Pasted>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The box for the first text.
const BOX: &str = "paste";

/// The language in which findings speak.
fn lang(t: &Strings) -> Lang {
    t.tag.split('-').next().and_then(Lang::of).unwrap_or(Lang::En)
}

/// The sheet.
#[component]
pub fn DiagnosePage(props: &DiagnoseProps) -> Html {
    rendered();
    let t = diagnose_of(props.t);
    let pasted = &props.pasted;
    use_effect_with((), |()| {
        if !browser::narrow() {
            browser::focus_soon(BOX.to_owned());
        }
    });
    let wish = |wish: Wish| props.on.reform(move |_| Action::Diagnose(wish.clone()));
    html! {
        <div class="diagnose">
            <section class="pasted" aria-label={t.pasted}>
                <div class="row">
                    <h3>{ t.pasted }</h3><span class="space"></span>
                    <button onclick={wish(Wish::Text(0, EXAMPLE.to_owned()))}>{ t.example }</button>
                    <button onclick={wish(Wish::Clear)} disabled={pasted.texts.iter().all(String::is_empty)}>{ t.clear }</button>
                </div>
                { text_box(props, 0, t.first, Some(BOX)) }
                <p class="muted">{ t.private }</p>
                if pasted.diagnosis.is_some() {
                    { marked(t, &pasted.lines(0)) }
                    <div class="again">
                        <p><b>{ t.again }</b></p>
                        { text_box(props, 1, t.second, None) }
                        { marked(t, &pasted.lines(1)) }
                    </div>
                }
            </section>
            <div class="found" role="status" aria-live="polite">{ found(props, t) }</div>
        </div>
    }
}

/// A box for a text. What is typed is the page's; the box keeps its cursor.
fn text_box(props: &DiagnoseProps, which: usize, label: &'static str, id: Option<&'static str>) -> Html {
    let oninput = props.on.reform(move |e: InputEvent| {
        let text = e.target_dyn_into::<HtmlTextAreaElement>().map(|area| area.value()).unwrap_or_default();
        Action::Diagnose(Wish::Text(which, text))
    });
    let rows = if which == 0 { "9" } else { "3" };
    html! { <textarea {id} class="mono" {rows} spellcheck="false" aria-label={label} placeholder={label} value={props.pasted.texts[which].clone()} {oninput} /> }
}

/// The lines of a text, with what findings quote of them.
fn marked(t: &Diagnose, lines: &[Line]) -> Html {
    if lines.is_empty() || lines.iter().all(|line| line.pieces.is_empty()) {
        return Html::default();
    }
    let line = |line: &Line| {
        let piece = |(words, marked): &(String, bool)| {
            if *marked {
                html! { <mark>{ words.clone() }</mark> }
            } else {
                html! { { words.clone() } }
            }
        };
        let who = line.findings.iter().map(|n| html! { <i>{ *n }</i> });
        html! {
            <div key={line.number} class={classes!("ln", line.unread.then_some("unread"), (!line.findings.is_empty()).then_some("hot"))} title={line.unread.then_some(t.passed_over)}>
                <span class="no">{ line.number }</span><span class="tx">{ for line.pieces.iter().map(piece) }</span><span class="mk">{ for who }</span>
            </div>
        }
    };
    html! { <div class="lines mono" role="group" aria-label={t.lines} tabindex="0">{ for lines.iter().map(line) }</div> }
}

/// What was found.
fn found(props: &DiagnoseProps, t: &Diagnose) -> Html {
    let Some(diagnosis) = props.pasted.diagnosis.as_deref() else {
        return html! { <p class="muted">{ t.lead }</p> };
    };
    let lang = lang(props.t);
    let paste = &diagnosis.paste;
    html! {
        <>
            <p class="verdict"><b>{ verdict(lang, diagnosis.health) }</b></p>
            <ul class="nodes" aria-label={t.nodes}>{ for paste.nodes.iter().map(|node| card(t, node)) }</ul>
            { for diagnosis.findings.iter().enumerate().map(|(n, finding)| one(props, t, diagnosis, n, finding)) }
            <p class="muted">{ (t.read)(paste.read, paste.unread.len()) }</p>
            if !paste.all { <p class="muted">{ t.too_long }</p> }
        </>
    }
}

/// What a node is called.
fn name(t: &Diagnose, node: &Node) -> String {
    let role = match node.role {
        Some(Role::Master) => t.master,
        Some(Role::Replica) => t.replica,
        None => t.node,
    };
    if node.name.is_empty() { role.to_owned() } else { format!("{} · {role}", node.name) }
}
fn card(t: &Diagnose, node: &Node) -> Html {
    let eras = node.eras();
    let (first, last) = (eras.first().map(|era| era.name()), eras.last().map(|era| era.name()));
    let eras = if first == last {
        first.unwrap_or_default().to_owned()
    } else {
        format!("{} – {}", first.unwrap_or_default(), last.unwrap_or_default())
    };
    html! { <li><b>{ name(t, node) }</b><span class="muted">{ (t.of)(&eras, node.infos.len(), node.told.len()) }</span></li> }
}

/// Whether a finding is about a size: of the backlog, or of an output buffer.
fn sizes(rule: &str) -> bool {
    rule.starts_with("backlog-") || rule.starts_with("limit-")
}

/// One finding.
fn one(props: &DiagnoseProps, t: &Diagnose, diagnosis: &Diagnosis, n: usize, finding: &Finding) -> Html {
    let lang = lang(props.t);
    let words = said(lang, finding);
    let sure = match finding.certainty {
        Certainty::Sure => 3,
        Certainty::Likely => 2,
        Certainty::Open => 1,
    };
    let ill = finding.grade == Grade::Ill && finding.certainty != Certainty::Open;
    let squares = (0..3)
        .map(|at| html! { <rect x={(at * 9).to_string()} y="0" width="8" height="8" class={if at < sure { "fi" } else { "fn sr" }} /> });
    let commands = |title: &'static str, all: &[String]| {
        if all.is_empty() {
            return Html::default();
        }
        html! { <div><h4>{ title }</h4><pre class="mono">{ all.join("\n") }</pre></div> }
    };
    let who = finding.node.and_then(|at| diagnosis.paste.nodes.get(at)).map(|node| name(t, node));
    html! {
        <section key={n} class={classes!("finding", ill.then_some("ill"))} aria-label={words.title.clone()}>
            <div class="head">
                <b class="num">{ n + 1 }</b><h3>{ words.title.clone() }</h3>
            </div>
            <p class="muted sure"><svg viewBox="0 0 26 8" width="26" height="8" aria-hidden="true">{ for squares }</svg>{ format!("{} · {}", certainty(lang, finding.certainty), grade(lang, finding.grade)) }{ who.map(|who| format!(" · {who}")) }</p>
            <div class="cols">
                <div><h4>{ t.why }</h4><p>{ words.why }</p></div>
                <div><h4>{ t.cost }</h4><p>{ words.cost }</p></div>
                { commands(t.next, &finding.next) }
                if !finding.change.is_empty() || !words.price.is_empty() {
                    <div>
                        { commands(t.change, &finding.change) }
                        if !words.price.is_empty() { <p class="muted">{ words.price }</p> }
                    </div>
                }
            </div>
            <div class="row">
                if resync_core::diagnose::scene(diagnosis, finding).is_some() {
                    <button onclick={props.on.reform(move |_| Action::Diagnose(Wish::Open(n)))}>{ t.open }</button>
                }
                if sizes(finding.rule) && from_diagnosis(Form::default(), diagnosis, Some(finding)).is_some() {
                    <button onclick={props.on.reform(move |_| Action::Diagnose(Wish::Size(n)))}>{ size_of(props.t).fill }</button>
                }
            </div>
        </section>
    }
}
