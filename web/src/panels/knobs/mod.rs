//! The knobs under the stage: `repl-backlog-size`, write rate and value size of the writer.

use crate::action::Action;
use crate::format::{grouped, size};
use crate::i18n::Strings;
use crate::panels::count::rendered;
use resync_core::era::BacklogKind;
use resync_core::note::Note;
use resync_core::sim::world::Act;
use resync_core::time::Span;
use resync_core::view::{ClientView, NodeView};
use resync_js::views::{Shared, Views};
use web_sys::{Event, HtmlInputElement, InputEvent};
use yew::{Callback, Html, Properties, TargetCast, component, html, use_state_eq};

/// Steps of the backlog slider: 16 KB × 2⁰ … 2¹² = 64 MB.
const BACKLOG_STEPS: u32 = 12;
/// Writes a second at each stop of the rate slider.
pub const RATES: [u64; 13] = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];
/// Bytes of a value at each stop of the size slider.
pub const SIZES: [u64; 14] = [1, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 16_384, 65_536, 262_144];

/// What the knobs show.
#[derive(Clone, PartialEq, Properties)]
pub struct KnobsProps {
    /// Everything on the screen but the packets.
    pub views: Shared<Views>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// Bytes at a stop of the backlog slider.
#[must_use]
pub fn backlog_bytes(stop: u32) -> u64 {
    (16 * 1024) << stop.min(BACKLOG_STEPS)
}
/// The stop nearest below a size.
#[must_use]
pub fn backlog_stop(bytes: u64) -> u32 {
    (0..=BACKLOG_STEPS).rev().find(|s| backlog_bytes(*s) <= bytes).unwrap_or(0)
}
/// The stop nearest to a value.
#[must_use]
pub fn nearest(table: &[u64], value: u64) -> usize {
    (0..table.len()).min_by_key(|i| table[*i].abs_diff(value)).unwrap_or(0)
}
/// Sends a second as a time between two; zero is a writer that is stopped.
#[must_use]
pub fn every(rate: u64) -> Span {
    Span::from_micros(1_000_000_u64.checked_div(rate).unwrap_or(0))
}

/// The asked and the kept size of the latest resize of this node, if they differ.
fn clamped(views: &Views, node: &NodeView) -> Option<(u64, u64)> {
    let asked = views.journal.iter().rev().filter(|e| e.node == node.ix).find_map(|e| match e.note {
        Some(Note::BacklogResized { asked, bytes, .. }) => Some((asked.unsigned_abs(), bytes.unsigned_abs())),
        _ => None,
    });
    asked.filter(|(asked, kept)| asked != kept && *kept == node.backlog.size)
}

/// The knobs.
#[component]
pub fn Knobs(props: &KnobsProps) -> Html {
    rendered();
    let (views, on) = (&props.views, &props.on);
    let t = &props.t.shell.knobs;
    let Some(node) = views.nodes().find(|n| n.ix == views.top) else { return Html::default() };
    let writer = views.clients.iter().find(|c| c.on == node.name);
    let empties = node.era.capabilities().backlog == BacklogKind::Ring;
    let clamp = clamped(views, node).map(|(asked, kept)| (t.kept)(&grouped(asked.cast_signed()), &grouped(kept.cast_signed())));
    let (master, size_now) = (node.name.clone(), node.backlog.size);
    let resize =
        on.reform(move |stop: usize| Action::config_set(&master, "repl-backlog-size", backlog_bytes(stop as u32).to_string().as_bytes()));
    html! {
        <div class="knobs" role="group" aria-label={t.title}>
            <Knob name="repl-backlog-size" shown="repl-backlog-size" code=true stops={BACKLOG_STEPS as usize + 1} stop={backlog_stop(size_now) as usize}
                text={size(size_now)} at={Callback::from(|stop: usize| size(backlog_bytes(stop as u32)))}
                note={clamp} price={if empties { t.empties } else { t.keeps }} set={resize} />
            if let Some(writer) = writer { { rate(props, writer) } { value(props, writer) } }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct KnobProps {
    /// Accessible name.
    name: &'static str,
    /// Visible name.
    shown: &'static str,
    /// The name is a word of Redis.
    #[prop_or_default]
    code: bool,
    stops: usize,
    /// The stop of the present value …
    stop: usize,
    /// … and its text.
    text: String,
    /// The text at any stop.
    at: Callback<usize, String>,
    /// Beside the value.
    #[prop_or_default]
    note: Option<String>,
    /// Beside the value while another is about to be set.
    #[prop_or_default]
    price: Option<&'static str>,
    set: Callback<usize>,
}

/// A slider that acts when it is let go: one movement of the hand is one input of the run. While it is held it shows what would be asked, and its price.
#[component]
fn Knob(props: &KnobProps) -> Html {
    rendered();
    let held = use_state_eq(|| None::<usize>);
    let stop_of = |e: &HtmlInputElement| e.value_as_number().max(0.0) as usize;
    let oninput = {
        let held = held.clone();
        Callback::from(move |e: InputEvent| held.set(Some(stop_of(&e.target_unchecked_into()))))
    };
    let onchange = {
        let (held, set, now) = (held.clone(), props.set.clone(), props.stop);
        Callback::from(move |e: Event| {
            let stop = stop_of(&e.target_unchecked_into());
            held.set(None);
            if stop != now {
                set.emit(stop);
            }
        })
    };
    let text = held.map_or_else(|| props.text.clone(), |stop| props.at.emit(stop));
    let beside = match *held {
        Some(stop) if stop != props.stop => props.price.map(str::to_owned),
        Some(_) => None,
        None => props.note.clone(),
    };
    html! {
        <label>
            <span class={props.code.then_some("mono")}>{ props.shown }</span>
            <input type="range" min="0" max={(props.stops - 1).to_string()} step="1" value={held.unwrap_or(props.stop).to_string()} aria-label={props.name}
                aria-valuetext={text.clone()} {oninput} {onchange} />
            <b class="mono">{ text }</b>
            if let Some(beside) = beside { <span class="price">{ beside }</span> }
        </label>
    }
}

fn rate(props: &KnobsProps, writer: &ClientView) -> Html {
    let t = &props.t.shell.knobs;
    let per_second = move |rate: u64| if rate == 0 { t.stopped.to_owned() } else { (t.per_second)(&grouped(rate.cast_signed())) };
    let now = 1_000_000_u64.checked_div(writer.every_us).unwrap_or(0);
    let text = if now == 0 && writer.every_us > 0 { format!("1/{} s", writer.every_us / 1_000_000) } else { per_second(now) };
    let name = writer.name.clone();
    let set = props
        .on
        .reform(move |stop: usize| Action::Run(Act::ClientRate { client: name.clone(), every: every(RATES[stop.min(RATES.len() - 1)]) }));
    html! { <Knob name={t.writes_name} shown={t.writes} stops={RATES.len()} stop={nearest(&RATES, now)} {text} at={Callback::from(move |stop: usize| per_second(RATES[stop.min(RATES.len() - 1)]))} {set} /> }
}

fn value(props: &KnobsProps, writer: &ClientView) -> Html {
    let t = &props.t.shell.knobs;
    let Some(bytes) = writer.value_bytes else { return Html::default() };
    let name = writer.name.clone();
    let set =
        props.on.reform(move |stop: usize| Action::Run(Act::ClientBytes { client: name.clone(), bytes: SIZES[stop.min(SIZES.len() - 1)] }));
    html! { <Knob name={t.value_name} shown={t.value} stops={SIZES.len()} stop={nearest(&SIZES, bytes)} text={size(bytes)} at={Callback::from(|stop: usize| size(SIZES[stop.min(SIZES.len() - 1)]))} {set} /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backlog_slider_is_a_log_scale_from_16_kb_to_64_mb() {
        assert_eq!((backlog_bytes(0), backlog_bytes(BACKLOG_STEPS)), (16_384, 64 * 1024 * 1024));
        for stop in 0..=BACKLOG_STEPS {
            assert_eq!(backlog_stop(backlog_bytes(stop)), stop);
        }
        assert_eq!((backlog_stop(1), backlog_stop(20_000), backlog_stop(u64::MAX)), (0, 0, BACKLOG_STEPS));
    }

    #[test]
    fn rates_and_sizes_find_their_stops() {
        assert_eq!((nearest(&RATES, 20), nearest(&RATES, 19), nearest(&RATES, 1 << 40)), (5, 5, RATES.len() - 1));
        assert_eq!((nearest(&SIZES, 32), nearest(&SIZES, 40)), (3, 3));
        assert_eq!((every(0), every(20), every(5_000)), (Span::ZERO, Span::from_millis(50), Span::from_micros(200)));
    }
}
