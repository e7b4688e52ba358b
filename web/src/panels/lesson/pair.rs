//! A run and its twin: two equal columns of the same figures on one clock, and the table of what tells them apart.

use super::words::marked;
use crate::action::{Action, Selection};
use crate::draw::FigureProps;
use crate::format::clock_us;
use crate::i18n::glossary::Rules;
use crate::i18n::{Strings, course_of};
use crate::panels::count::rendered;
use crate::panels::lag::Lag;
use crate::panels::ruler::Ruler;
use crate::teach::shown::Pair;
use resync_js::views::{Shared, Views};
use std::rc::Rc;
use yew::{Callback, Html, Properties, classes, component, html};

/// What the columns show.
#[derive(Clone, PartialEq, Properties)]
pub struct PairFiguresProps {
    /// What differs, and from when on.
    pub pair: Rc<Pair>,
    /// The run.
    pub run: Shared<Views>,
    /// Its twin, as soon as there is one.
    pub twin: Option<Shared<Views>>,
    /// What is selected in both.
    pub selection: Option<Selection>,
    /// The pointed byte.
    pub pointed: Option<i64>,
    /// The pointed moment, µs.
    pub moment: Option<u64>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// Two columns. Where nobody points at a moment, both charts mark the first one at which the runs differ.
#[component]
pub fn PairFigures(props: &PairFiguresProps) -> Html {
    rendered();
    let t = &course_of(props.t).pair;
    let differs = props.pair.differs_us;
    let column = |name: &'static str, lines: &[String], views: &Shared<Views>| {
        let figure = FigureProps {
            views: views.clone(),
            selection: props.selection,
            pointed: props.pointed,
            moment: props.moment.or(differs),
            lit: false,
            t: props.t,
            on: props.on.clone(),
        };
        html! {
            <section class="side" aria-label={name}>
                <div class="side-head"><h3>{ name }</h3>{ for lines.iter().map(|line| html! { <code key={line.clone()}>{ line }</code> }) }<span class="space"></span><span class="muted mono">{ clock_us(views.now_us) }</span></div>
                <Ruler views={views.clone()} selection={props.selection} pointed={props.pointed} t={props.t} on={props.on.clone()} />
                <Lag ..figure />
            </section>
        }
    };
    html! {
        <div class="pair">
            { column(t.run, &props.pair.run_lines, &props.run) }
            if let Some(twin) = &props.twin { { column(t.twin, &props.pair.twin_lines, twin) } }
        </div>
    }
}

/// What the words show.
#[derive(Clone, PartialEq, Properties)]
pub struct PairWordsProps {
    /// What differs, and what it shows.
    pub pair: Rc<Pair>,
    /// The release whose words the glossary explains.
    pub rules: Rules,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// Words and table.
#[component]
pub fn PairWords(props: &PairWordsProps) -> Html {
    rendered();
    let t = &course_of(props.t).pair;
    let pair = &props.pair;
    if !pair.ready {
        return html! { <div class="pair-words"><div class="prose"><p class="muted" role="status">{ course_of(props.t).lesson.working }</p></div></div> };
    }
    let row = |(what, run, twin, decisive): &(String, String, String, bool)| {
        html! {
            <tr key={what.clone()} class={classes!(decisive.then_some("hot"))}>
                <th scope="row">if *decisive { <span class="hidden">{ t.decisive }{ " " }</span> }{ what }</th><td>{ run }</td><td>{ twin }</td>
            </tr>
        }
    };
    html! {
        <div class="pair-words">
            <div class="prose">
                { for pair.words.split("\n\n").map(|words| html! { <p key={words.to_owned()}>{ marked(words, props.t, props.rules, &props.on) }</p> }) }
                <p class="muted">{ t.same }{ " " }{ pair.differs_us.map_or_else(|| t.never.to_owned(), |at| (t.differs)(&clock_us(at))) }</p>
            </div>
            <table class="pair-table" aria-label={t.table}>
                <thead><tr><td></td><th scope="col">{ t.run }</th><th scope="col">{ t.twin }</th></tr></thead>
                <tbody>{ for pair.rows.iter().map(row) }</tbody>
            </table>
        </div>
    }
}
