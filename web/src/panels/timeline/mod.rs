//! The timeline: play and step, speed, the scrubber painted with what happened, the clock, and below them the lanes of all runs.

mod drawer;
mod layout;
mod scrubber;

pub use layout::{Event, events, shown_span};

use crate::action::{Action, Look, Travel};
use crate::format::clock_us;
use crate::i18n::Strings;
use crate::i18n::glossary::Term;
use crate::panels::count::rendered;
use crate::panels::steady::steady;
use crate::panels::words::{rules, term};
use drawer::Drawer;
use resync_js::desk::Lanes;
use resync_js::player::{STOPS_MILLI, speed_text};
use resync_js::views::{Shared, Views};
use scrubber::Scrubber;
use web_sys::{HtmlInputElement, InputEvent};
use yew::{Callback, Html, Properties, TargetCast, component, html};

/// What the timeline shows.
#[derive(Clone, PartialEq, Properties)]
pub struct TimelineProps {
    /// Everything on the screen but the packets.
    pub views: Shared<Views>,
    /// The slider's stop.
    pub stop: usize,
    /// Whether the speed follows what happens.
    pub auto: bool,
    /// The present speed, in millionths of real time.
    pub speed_micro: u64,
    /// The runs on the desk.
    pub lanes: Shared<Lanes>,
    /// Whether their lanes are open.
    pub open: bool,
    /// Where a long seek is going, µs.
    #[prop_or_default]
    pub going_to: Option<u64>,
    /// The pointed moment, µs.
    #[prop_or_default]
    pub moment: Option<u64>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The timeline.
#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    rendered();
    let t = &props.t.shell.bar;
    let views = &props.views;
    let on = &props.on;
    let (word, icon) = if views.playing { (t.pause, "M2 1h3.4v11H2zM7.6 1H11v11H7.6z") } else { (t.play, "M2.5.8v11.4L12 6.5z") };
    let button = |label: &'static str, path: &'static str, class: &'static str, action: Action| {
        let click = on.reform(move |_| action.clone());
        html! { <button class={class} aria-label={label} title={label} onclick={click}><svg class="icon" viewBox="0 0 13 13" aria-hidden="true"><path d={path} /></svg></button> }
    };
    // With the lanes open, all runs share the axis.
    let end_us = views.end_us.max(props.lanes.end_us());
    let speed = speed_text(props.speed_micro);
    let set_speed =
        on.reform(|e: InputEvent| Action::Travel(Travel::Speed(e.target_unchecked_into::<HtmlInputElement>().value_as_number() as usize)));
    let toggle_auto = on.reform({
        let auto = props.auto;
        move |_| Action::Travel(Travel::Auto(!auto))
    });
    html! {
        <section class="timeline" id="timeline" aria-label={t.title} tabindex="-1">
            <div class="transport">
                { button(t.start, "M1 1h2v11H1zM12 1v11L4 6.5z", "", Action::Travel(Travel::Seek(0))) }
                { button(t.back, "M10 1v11L3 6.5z", "", Action::Travel(Travel::Back)) }
                { button(word, icon, "play", Action::Travel(Travel::TogglePlay)) }
                { button(t.step, "M3 1v11l7-5.5z", "", Action::Travel(Travel::Step)) }
            </div>
            <div class="speed">
                <div class="row">
                    <b>{ &speed }</b>
                    <button class="plain" aria-pressed={props.auto.to_string()} title={t.auto_hint} onclick={toggle_auto}>{ steady(t.auto) }</button>
                </div>
                <input type="range" min="0" max={(STOPS_MILLI.len() - 1).to_string()} step="1" value={props.stop.to_string()} aria-label={t.speed}
                    aria-valuetext={speed} oninput={set_speed} />
            </div>
            <Scrubber views={views.clone()} {end_us} moment={props.moment} t={props.t} on={on.clone()} />
            { opener(props) }
            <div class="clock">
                if let Some(target) = props.going_to {
                    <span class="small">{ (t.working)(&clock_us(views.now_us), &clock_us(target)) }</span>
                    <button onclick={on.reform(|_| Action::Travel(Travel::Cancel))}>{ t.cancel }</button>
                } else {
                    <span>{ clock_us(views.now_us) }</span>
                    <small>{ term(Term::Event, &(t.event)(views.event), props.t, rules(views), on) }</small>
                }
            </div>
            if props.open {
                <Drawer lanes={props.lanes.clone()} span_us={shown_span(end_us)} moment={props.moment} t={props.t} on={on.clone()} />
            }
        </section>
    }
}

/// The button that opens and closes the lanes; it is always there, so that nothing moves when the first branch appears.
fn opener(props: &TimelineProps) -> Html {
    let count = props.lanes.count;
    let label = (props.t.shell.branches.open)(count);
    let click = props.on.reform(|_| Action::Look(Look::Lanes));
    html! {
        <button class="opener" aria-expanded={props.open.to_string()} aria-controls="lanes" aria-label={label.clone()} title={label} onclick={click}>
            <svg class="icon" viewBox="0 0 13 13" aria-hidden="true"><path d="M3 .8v11.4M3 9.2c0-4 7-2.4 7-6.4M10 3V.8" /></svg>
            <b>{ count }</b>
        </button>
    }
}
