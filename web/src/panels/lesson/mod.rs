//! The column of a lesson: the strip of its steps, the sentence, the bet or what came of it, and the buttons below.
//!
//! Nothing here is a wizard: every step that can be gone to is a button of the strip, and the figures beside it stay live.

mod ask;
mod curve;
mod pair;
mod reveal;
mod words;

pub(crate) use ask::Answers;
pub(crate) use ask::read as read_number;
pub use pair::{PairFigures, PairWords};
pub(crate) use reveal::Reveal;
pub use reveal::heading;
pub(crate) use words::{marked, plain};

use crate::action::{Action, Course, Look, Page, Sheet};
use crate::format::clock_us;
use crate::i18n::glossary::Rules;
use crate::i18n::{Strings, class_of, course_of};
use crate::panels::cards::of_lesson;
use crate::panels::count::rendered;
use crate::teach::shown::{Asked, Body, Pair, Sentence, Shown, Told};
use crate::teach::{Step, Wish};
use reveal::MadeBet;
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::{Callback, Html, Properties, classes, component, html, use_effect_with, use_mut_ref, use_node_ref};

/// What the column shows.
#[derive(Clone, PartialEq, Properties)]
pub struct LessonProps {
    /// The step.
    pub shown: Rc<Shown>,
    /// The release whose words the glossary explains.
    pub rules: Rules,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// What a column is about: another one begins with its sentence in focus.
fn scene(shown: &Shown) -> (Step, u8) {
    let phase = match &shown.body {
        Body::Ask(_) => 0,
        Body::Running { .. } => 1,
        _ => 2,
    };
    (shown.step, phase)
}

/// The column.
#[component]
pub fn Lesson(props: &LessonProps) -> Html {
    rendered();
    let t = &course_of(props.t).lesson;
    let shown = &props.shown;
    let title = use_node_ref();
    let last = use_mut_ref(|| None::<(Step, u8)>);
    use_effect_with(scene(shown), {
        let title = title.clone();
        move |now: &(Step, u8)| {
            let before = last.borrow_mut().replace(*now);
            // Who goes on by keyboard goes on at the top; a page that opens takes the focus from nobody.
            if before.is_some_and(|before| before != *now)
                && let Some(title) = title.cast::<HtmlElement>()
            {
                let _ = title.focus();
            }
        }
    });
    let text = |text: &str| marked(text, props.t, props.rules, &props.on);
    html! {
        <section class={classes!("lesson", format!("at-{}", shown.step.name()))} aria-label={t.title}>
            { strip(props) }
            <h2 class="asks" tabindex="-1" ref={title}>{ plain(&shown.title) }</h2>
            if shown.acted {
                <div class="acted" role="status">
                    <p>{ t.acted }</p>
                    <button onclick={wish(props, Wish::OwnRun)}>{ t.own_run }</button>
                </div>
            }
            if let Some(why) = &shown.stuck {
                <p class="grave" role="alert">{ (t.stuck)(why) }</p>
            }
            { match &shown.body {
                Body::Words { text: words, picture, example } => html! {
                    <div class="told">
                        if let Some(picture) = picture {
                            // Checked by the build against a list of what a picture may have.
                            <div class="picture" aria-hidden="true">{ Html::from_html_unchecked(picture.clone().into()) }</div>
                        }
                        if !words.is_empty() { <p class="parts">{ text(words) }</p> }
                        if let Some(example) = example {
                            <div class="example"><h3>{ t.example }</h3><p>{ text(example) }</p></div>
                        }
                    </div>
                },
                Body::Ask(asked) => html! { <Answers asked={asked.clone()} t={props.t} on={props.on.clone()} /> },
                Body::Running { until, stop, bet } => html! {
                    <>
                        { running(props, until, stop.as_ref()) }
                        <MadeBet made={Rc::new((**bet).clone())} t={props.t} />
                    </>
                },
                Body::Told(told) => html! {
                    <>
                        <Reveal told={Rc::new((**told).clone())} t={props.t} />
                        <div class="feedback" role="status">{ for told.feedback.iter().map(|words| html! { <p key={words.clone()}>{ text(words) }</p> }) }</div>
                    </>
                },
                Body::Because { sentences, text: words, prints, .. } => because(props, sentences, words, prints),
                Body::Pair(pair) => html! { <PairWords pair={Rc::new((**pair).clone())} rules={props.rules} t={props.t} on={props.on.clone()} /> },
                Body::Open { goals, cards, .. } => html! { <>{ open(props, goals) }{ of_lesson(cards, props.rules, props.t, &props.on) }</> },
            } }
            <div class="go">{ buttons(props) }</div>
        </section>
    }
}

/// A click that asks this of the lesson.
fn wish<E: 'static>(props: &LessonProps, wish: Wish) -> Callback<E> {
    props.on.reform(move |_| Action::Lesson(wish.clone()))
}

/// The steps; those that can be gone to are buttons.
fn strip(props: &LessonProps) -> Html {
    let t = &course_of(props.t).lesson;
    let now = props.shown.step;
    let one = |(step, open): &(Step, bool)| {
        let class = if *step == now {
            "at"
        } else if *step < now {
            "done"
        } else {
            "to-come"
        };
        html! {
            <li key={step.name()} {class}>
                <button class="plain" disabled={!open} aria-current={(*step == now).then_some("step")} onclick={wish(props, Wish::Go(*step))}>{ (t.step)(*step) }</button>
            </li>
        }
    };
    html! { <ol class="steps" aria-label={t.steps}>{ for props.shown.steps.iter().map(one) }</ol> }
}

/// The run is on its way.
fn running(props: &LessonProps, until: &str, stop: Option<&(String, String)>) -> Html {
    let t = &course_of(props.t).lesson;
    html! {
        <div class="told" role="status" aria-live="polite">
            if let Some((clock, words)) = stop {
                <p class="muted">{ (t.stopped)(clock) }</p>
                <p class="parts">{ marked(words, props.t, props.rules, &props.on) }</p>
            } else {
                <p class="parts">{ (t.running)(until) }</p>
            }
        </div>
    }
}

/// The rule, and in front of it the question which sentence is the rule.
fn because(props: &LessonProps, sentences: &[Sentence], words: &str, prints: &[String]) -> Html {
    let t = &course_of(props.t).lesson;
    let asked = sentences.iter().any(|sentence| sentence.chosen);
    let one = |(at, sentence): (usize, &Sentence)| {
        let verdict = sentence.holds.map(|holds| if holds { t.is_true } else { t.is_not });
        html! {
            <li key={at} class={classes!("choice-row", (sentence.holds == Some(true)).then_some("true"), sentence.chosen.then_some("mine"))}>
                <label>
                    <input type="radio" name="because" checked={sentence.chosen} onchange={wish(props, Wish::Because(at))} />
                    <span>{ plain(&sentence.words) }</span>
                </label>
                if let Some(verdict) = verdict.filter(|_| sentence.chosen || sentence.holds == Some(true)) { <span class="verdict-word">{ verdict }</span> }
            </li>
        }
    };
    html! {
        <div class="told">
            if !sentences.is_empty() {
                <div role="radiogroup" aria-label={t.which}>
                    <ol class={classes!("choices", asked.then_some("settled"))}>{ for sentences.iter().enumerate().map(one) }</ol>
                </div>
            }
            if !words.is_empty() {
                <div class="feedback" role="status">{ for words.split("\n\n").map(|words| html! { <p key={words.to_owned()}>{ marked(words, props.t, props.rules, &props.on) }</p> }) }</div>
                if !prints.is_empty() {
                    <div class="prints"><h3>{ t.prints }</h3><pre tabindex="0" role="group" aria-label={t.prints}>{ for prints.iter().map(|line| html! { <span key={line.clone()}>{ line }</span> }) }</pre></div>
                }
            }
        </div>
    }
}

/// The sandbox: what can be brought about.
fn open(props: &LessonProps, goals: &[(String, bool)]) -> Html {
    let t = &course_of(props.t).lesson;
    let m = &props.t.shell.menu;
    html! {
        <div class="told">
            <p class="parts">{ t.open_lead }</p>
            if !goals.is_empty() {
                <h3>{ m.goals }</h3>
                <ul class="goals">{ for goals.iter().map(|(words, reached)| {
                    let (mark, spoken) = if *reached { ("✓", m.reached) } else { ("○", m.not_reached) };
                    html! {
                        <li key={words.clone()} class={classes!(reached.then_some("on"))}>
                            <span class="mark" aria-hidden="true">{ mark }</span><span><span class="hidden">{ spoken }{ crate::format::after(spoken) }</span>{ words }</span>
                        </li>
                    }
                }) }</ul>
            }
        </div>
    }
}

/// The buttons at the lower edge, in every step: the filled one is the next act.
fn buttons(props: &LessonProps) -> Html {
    let t = &course_of(props.t).lesson;
    let shown = &props.shown;
    let open: Vec<Step> = shown.steps.iter().map(|(step, _)| *step).collect();
    let here = open.iter().position(|step| *step == shown.step).unwrap_or(0);
    let next = open.get(here + 1).copied().unwrap_or(shown.step);
    let go = |step: Step, words: &'static str, class: Option<&'static str>| html! { <button {class} onclick={wish(props, Wish::Go(step))}>{ words }</button> };
    let back = if here > 0 { go(open[here - 1], t.back, None) } else { Html::default() };
    let primary = Some("primary");
    let moment = |at: Option<u64>| {
        at.map(|at| html! { <button onclick={wish(props, Wish::Moment)}>{ (t.moment)(&clock_us(at)) }</button> }).unwrap_or_default()
    };
    match &shown.body {
        Body::Words { .. } => {
            html! { <>{ back }{ go(next, if next == Step::Bet { t.to_bet } else { t.next }, primary) }{ figures(props) }</> }
        }
        Body::Ask(asked) => html! { <>{ back }{ lay(props, asked) }{ figures(props) }</> },
        Body::Running { stop, .. } => html! {
            <>
                { back }
                if stop.is_some() { <button class="primary" onclick={wish(props, Wish::GoOn)}>{ t.go_on }</button> }
                <button onclick={wish(props, Wish::Skip)}>{ t.go_there }</button>
                { figures(props) }
            </>
        },
        Body::Told(told) => told_buttons(props, told, next, back, moment(told.moment_us)),
        Body::Because { text, moment_us, .. } => html! {
            <>
                { back }
                { go(next, (t.step)(next), (!text.is_empty()).then_some("primary")) }
                { moment(*moment_us) }
                { figures(props) }
            </>
        },
        Body::Pair(pair) => pair_buttons(props, pair, next, back),
        Body::Open { next, .. } => html! {
            <>
                { back }
                if let Some(id) = next.clone() {
                    <button class="primary" onclick={props.on.reform(move |_| Action::Course(Course::Lesson(id.clone())))}>{ t.next_lesson }</button>
                }
                <button onclick={props.on.reform(|_| Action::Page(Page::Share))}>{ t.link }</button>
                <button onclick={props.on.reform(|_| Action::Look(Look::Sheet(Some(Sheet::HandIn))))}>{ class_of(props.t).hand_in.title }</button>
                <button onclick={props.on.reform(|_| Action::Look(Look::Sheet(Some(Sheet::Lessons))))}>{ t.all_lessons }</button>
                { figures(props) }
            </>
        },
    }
}

fn told_buttons(props: &LessonProps, told: &Told, next: Step, back: Html, moment: Html) -> Html {
    let t = &course_of(props.t).lesson;
    let words = if told.transfer { (t.step)(next) } else { t.why };
    html! {
        <>
            { back }
            <button class="primary" onclick={wish(props, Wish::Go(next))}>{ words }</button>
            { moment }
            <button onclick={wish(props, Wish::Again)}>{ t.again }</button>
            { figures(props) }
        </>
    }
}

fn pair_buttons(props: &LessonProps, pair: &Pair, next: Step, back: Html) -> Html {
    let t = course_of(props.t);
    let words = if next == Step::Transfer { t.pair.other_run } else { (t.lesson.step)(next) };
    html! {
        <>
            { back }
            <button class="primary" onclick={wish(props, Wish::Go(next))}>{ words }</button>
            if let Some(at) = pair.differs_us { <button onclick={wish(props, Wish::Differs)}>{ (t.pair.jump)(&clock_us(at)) }</button> }
            { figures(props) }
        </>
    }
}

/// The bet's own button; before the engine knows how far the run will go, it says so.
fn lay(props: &LessonProps, asked: &Asked) -> Html {
    let t = &course_of(props.t).lesson;
    let words = asked.until.as_ref().map_or_else(|| t.lay_soon.to_owned(), |until| (t.lay)(until));
    html! { <button class="primary" disabled={!asked.ready} onclick={wish(props, Wish::Lay)}>{ words }</button> }
}

/// On a phone: the figures in place of the text.
fn figures(props: &LessonProps) -> Html {
    let t = &course_of(props.t).lesson;
    html! { <button class="to-figures" onclick={props.on.reform(|_| Action::Look(Look::Text(false)))}>{ t.figures }</button> }
}
