//! An answer with its hands, and the scale that says which of three to do.

use crate::action::Action;
use crate::draw::n;
use crate::i18n::{Strings, class_of};
use crate::panels::count::rendered;
use crate::panels::lesson::plain;
use crate::teach::class::Wish;
use crate::teach::class::hands::{EXPLAIN_BELOW, GO_ON_ABOVE};
use crate::teach::class::wall::Hands;
use std::rc::Rc;
use yew::{Callback, Html, Properties, classes, component, html};

/// An answer.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct CountedProps {
    /// All of them.
    pub hands: Rc<Hands>,
    /// Its place.
    pub at: usize,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The answer: a button while a vote is open.
#[component]
pub(super) fn Counted(props: &CountedProps) -> Html {
    rendered();
    let t = &class_of(props.t).presenter;
    let (hands, at) = (&props.hands, props.at);
    let words = &hands.choices[at];
    let open = hands.asked && hands.vote.open();
    let shown = hands.vote.shown() && hands.vote.all() > 0;
    let all = f64::from(hands.vote.all().max(1));
    let now = hands.vote.hands().get(at).copied().unwrap_or(0);
    // While the second vote is counted, the first one would lead it.
    let before = hands.vote.before().filter(|_| !hands.vote.open());
    let tick = before.map(|before| f64::from(before[at.min(before.len() - 1)]) * 100.0 / f64::from(before.iter().sum::<u32>().max(1)));
    let spoken = if shown { (t.hands)(now, before.map(|before| before[at])) } else { t.hidden.to_owned() };
    let class = match hands.right {
        Some(right) if right == at => "answer right",
        Some(_) => "answer other",
        None => "answer",
    };
    let name = if open { (t.count)(words) } else { format!("{words}: {spoken}") };
    html! {
        <li {class}>
            <button disabled={!open} aria-label={name} onclick={props.on.reform(move |_| Action::Class(Wish::Hand(at)))}>
                <kbd aria-hidden="true">{ at + 1 }</kbd><b>{ plain(words) }</b><span class="count">{ if shown { now.to_string() } else { String::new() } }</span>
                if hands.vote.all() > 0 || open {
                    <span class={classes!("bar", (!shown).then_some("sealed"))}>
                        if shown {
                            <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                                <rect width={n(f64::from(now) * 100.0 / all)} height="10" class="fnew" />
                                if let Some(tick) = tick { <path d={format!("M{} 0V10", n(tick.clamp(0.3, 99.7)))} class="si w25" vector-effect="non-scaling-stroke" /> }
                            </svg>
                        }
                    </span>
                }
            </button>
            if hands.right == Some(at) { <span class="hidden">{ t.is_true }</span> }
        </li>
    }
}

/// The scale.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct ScaleProps {
    /// The hands.
    pub hands: Rc<Hands>,
    /// Strings.
    pub t: &'static Strings,
}

/// Three parts, a marker, and one sentence; empty while a vote is open.
#[component]
pub(super) fn Scale(props: &ScaleProps) -> Html {
    rendered();
    let t = &class_of(props.t).presenter;
    let hands = &props.hands;
    if !hands.vote.open() && hands.vote.all() == 0 {
        return html! { <div class="scale"><p>{ t.nobody }</p></div> };
    }
    let Some((percent, advice)) = hands.verdict else { return html! { <div class="scale"></div> } };
    let sentence = hands.before.map_or_else(|| (t.advice)(percent, advice), |(before, _)| (t.both)(before, percent, advice));
    let wide = 560.0;
    let x = |percent: u32| f64::from(percent) * wide / 100.0;
    let bounds = [0, EXPLAIN_BELOW, GO_ON_ABOVE, 100];
    let part = |(at, name): (usize, &&'static str)| {
        let (from, to) = (x(bounds[at]), x(bounds[at + 1]));
        html! {
            <g key={at}>
                <rect x={n(from + 1.0)} y="14" width={n(to - from - 2.0)} height="12" rx="3" class={["fwin", "fnew half", "fnew"][at]} />
                <text x={n((from + to) / 2.0)} y="45" class="c">{ *name }</text>
            </g>
        }
    };
    let mark = x(percent);
    html! {
        <div class="scale" role="status">
            <svg viewBox="0 0 560 50" role="img" aria-label={format!("{}: {percent} %", t.scale)}>
                { for t.zones.iter().enumerate().map(part) }
                <path d={format!("M{} 0h16l-8 13z", n(mark - 8.0))} class="fi" />
                <path d={format!("M{} 8V29", n(mark))} class="si w2 fn" />
            </svg>
            <p>{ sentence }</p>
        </div>
    }
}
