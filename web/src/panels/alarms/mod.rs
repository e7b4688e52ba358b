//! The alarm lab: the rule at the left, the matrix of rules and weathers at the right, and below it what the chosen rule saw in the chosen weather.

mod fields;
mod figure;
mod matrix;
#[cfg(test)]
mod tests;
mod words;

use crate::action::Action;
use crate::alarm::{Export, PERIODS_S, Shown, Wish, Wrong, span};
use crate::browser;
use crate::i18n::alarms::Alarms;
use crate::i18n::{Strings, alarms_of};
use crate::panels::count::rendered;
use figure::AlarmFigure;
use matrix::Matrix;
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use words::{heading, said};
use yew::{Callback, Html, InputEvent, Properties, TargetCast, component, html, use_effect_with};

/// What the sheet shows.
#[derive(Clone, PartialEq, Properties)]
pub struct AlarmsProps {
    /// Rules, weathers, and what came of them.
    pub shown: Rc<Shown>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The box for the rule.
const BOX: &str = "alarm-rule";

/// A click that asks for this.
fn wish<E: 'static>(on: &Callback<Action>, wish: Wish) -> Callback<E> {
    on.reform(move |_| Action::Alarm(wish.clone()))
}

/// The sheet.
#[component]
pub fn AlarmsPage(props: &AlarmsProps) -> Html {
    rendered();
    let t = alarms_of(props.t);
    use_effect_with((), |()| {
        if !browser::narrow() {
            browser::focus_soon(BOX.to_owned());
        }
    });
    let shown = &props.shown;
    let (ready, all) = shown.ready();
    html! {
        <div class="alarms">
            <section class="asked" aria-label={t.rule}>
                { rule(props, t) }
                <fields::ByFields t={props.t} on={props.on.clone()} />
                { scraper(props, t) }
                if let Some(known) = shown.row().known {
                    <div class="why"><h3>{ t.why_head }</h3><p>{ crate::panels::lesson::plain((t.why)(known.id)) }</p></div>
                }
            </section>
            <div class="tried">
                <div class="row"><h3>{ t.matrix }</h3><span class="space"></span>
                    <span class="muted" role="status">{ if ready < all { (t.ready)(ready, all) } else { String::new() } }</span></div>
                if let Some(fault) = &shown.fault { <p class="grave" role="alert">{ fault.clone() }</p> }
                <Matrix shown={Rc::clone(shown)} t={props.t} on={props.on.clone()} />
                { looked_at(props, t) }
            </div>
        </div>
    }
}

/// The box, the span, and what is to be said of both.
fn rule(props: &AlarmsProps, t: &'static Alarms) -> Html {
    let shown = &props.shown;
    let text = props.on.reform(|e: InputEvent| {
        Action::Alarm(Wish::Text(e.target_dyn_into::<HtmlTextAreaElement>().map(|area| area.value()).unwrap_or_default()))
    });
    let hold = props.on.reform(|e: InputEvent| {
        Action::Alarm(Wish::For(e.target_dyn_into::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default()))
    });
    let said = match &shown.wrong {
        Some(why) => html! {
            <>
                <p class="grave" role="alert">{ (t.wrong)(why, &shown.text) }</p>
                if let Wrong::Expr(why) = why { { place(&shown.text, why.at) } }
                if let Wrong::Rules(why) = why { { line(&shown.text, why.line) } }
            </>
        },
        None if shown.file => html! { <p class="muted">{ (t.read_file)(shown.own) }</p> },
        None if shown.own == 0 => html! { <p class="muted">{ t.empty }</p> },
        None => html! { <p class="muted">{ (t.read)(&span(shown.rows[0].rule.for_ms)) }</p> },
    };
    html! {
        <>
            <div class="row"><h3>{ t.rule }</h3><span class="space"></span>
                <button onclick={wish(&props.on, Wish::Link)} disabled={shown.text.trim().is_empty()}>{ t.link }</button></div>
            <textarea id={BOX} class="mono" rows="5" spellcheck="false" aria-label={t.text} placeholder={t.text} value={shown.text.clone()} oninput={text} />
            <label class="hold"><span class="mono">{ t.hold }</span><input type="text" class="mono" value={shown.hold.clone()} placeholder="0s" spellcheck="false" disabled={shown.file} oninput={hold} /></label>
            { said }
        </>
    }
}

/// So many characters of the text stand on each side of the place.
const AROUND: usize = 24;

/// The place in the text, with what stands around it.
fn place(text: &str, at: usize) -> Html {
    let at = at.min(text.len());
    let (Some(before), Some(behind)) = (text.get(..at), text.get(at..)) else { return Html::default() };
    let line = before.rsplit('\n').next().unwrap_or_default();
    let skipped = line.chars().count().saturating_sub(AROUND);
    let before: String = line.chars().skip(skipped).collect();
    let mut behind = behind.chars().take_while(|c| *c != '\n');
    let sign = behind.next().unwrap_or('␣');
    let rest: String = behind.take(AROUND).collect();
    html! { <p class="mono place" aria-hidden="true">{ if skipped > 0 { "…" } else { "" } }{ before }<mark>{ sign }</mark>{ rest }</p> }
}

/// A line of a file, from 1.
fn line(text: &str, number: usize) -> Html {
    let line: String = text.lines().nth(number.saturating_sub(1)).unwrap_or_default().chars().take(4 * AROUND).collect();
    html! { <p class="mono place" aria-hidden="true"><mark>{ line }</mark></p> }
}

/// How it is scraped.
fn scraper(props: &AlarmsProps, t: &'static Alarms) -> Html {
    let scraper = props.shown.scraper;
    let number = |label: &'static str, value: i64, least: i64, most: i64, make: fn(i64) -> Wish| {
        let on = props.on.clone();
        let onchange = Callback::from(move |e: yew::Event| {
            let value = e.target_dyn_into::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default();
            if let Ok(s) = value.trim().parse::<i64>() {
                on.emit(Action::Alarm(make(s)));
            }
        });
        html! { <label>{ label }<input type="number" min={least.to_string()} max={most.to_string()} value={value.to_string()} {onchange} /></label> }
    };
    let (period_s, phase_s) = (scraper.period_ms / 1_000, scraper.phase_ms / 1_000);
    html! {
        <div class="scraper" role="group" aria-label={t.scraper}>
            <h3>{ t.scraper }</h3>
            { number(t.period, period_s, PERIODS_S[0], PERIODS_S[1], Wish::Period) }
            { number(t.phase, phase_s, 0, period_s - 1, Wish::Phase) }
        </div>
    }
}

/// The chosen rule in the chosen weather.
fn looked_at(props: &AlarmsProps, t: &'static Alarms) -> Html {
    let shown = &props.shown;
    let row = shown.row();
    let own = shown.chosen.0 < shown.own;
    let export = |file: Export| html! { <button onclick={wish(&props.on, Wish::Export(file))} disabled={shown.tried().is_none()}>{ (t.export)(file) }</button> };
    html! {
        <section class="looked-at" aria-label={said(shown, t)}>
            <div class="row"><h3>{ heading(shown, t) }</h3><span class="muted beside">{ t.beside }</span></div>
            <AlarmFigure shown={Rc::clone(shown)} t={props.t} />
            <p class="sentence" role="status" aria-live="polite">{ said(shown, t) }</p>
            <div class="row go">
                <button class="primary" onclick={wish(&props.on, Wish::Open)} disabled={shown.tried().is_none()}>{ t.open }</button>
                if let Some(known) = row.known.filter(|_| !own) {
                    <button onclick={wish(&props.on, Wish::Take(known.id))}>{ t.take }</button>
                }
                <span class="space"></span>
                { for [Export::OpenMetrics, Export::Rules, Export::Promtool].map(export) }
            </div>
        </section>
    }
}

/// What the column beside an opened run shows.
#[derive(Clone, PartialEq, Properties)]
pub struct AlarmColumnProps {
    /// What was chosen when it was opened.
    pub shown: Rc<Shown>,
    /// The moment of the run, ms.
    pub now_ms: i64,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The column beside a run that was opened from the lab: the rule, what came of it, and when.
#[component]
pub fn AlarmColumn(props: &AlarmColumnProps) -> Html {
    rendered();
    let t = alarms_of(props.t);
    let shown = &props.shown;
    html! {
        <section class="lesson alarm" aria-label={t.column}>
            <p class="muted">{ t.title }</p>
            <h2 class="asks">{ heading(shown, t) }</h2>
            <p class="mono">{ shown.row().rule.text.clone() }</p>
            <p>{ said(shown, t) }</p>
            <AlarmFigure shown={Rc::clone(shown)} now_ms={Some(props.now_ms)} t={props.t} />
            if let Some(known) = shown.row().known { <p>{ crate::panels::lesson::plain((t.why)(known.id)) }</p> }
            <div class="go"><button onclick={wish(&props.on, Wish::Back)}>{ t.back }</button></div>
        </section>
    }
}
