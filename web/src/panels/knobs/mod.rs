//! The knobs under the stage: `repl-backlog-size`, write rate and value size of the writer.

use crate::action::Action;
use crate::format::{exact_size, grouped, promise_ms, size};
use crate::i18n::Strings;
use crate::panels::count::rendered;
use crate::panels::field::Field;
use resync_core::condition;
use resync_core::era::BacklogKind;
use resync_core::note::Note;
use resync_core::sim::world::Act;
use resync_core::time::Span;
use resync_core::view::NodeView;
use resync_js::ids::RunId;
use resync_js::views::{Shared, Views};
use web_sys::{Event, HtmlInputElement, InputEvent};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, classes, component, html, use_state_eq};

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

/// The quantity that a knob sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Quantity {
    /// `repl-backlog-size`, bytes.
    Backlog,
    /// Writes a second.
    Rate,
    /// Bytes of a value.
    Value,
}
impl Quantity {
    /// How many stops its slider has.
    const fn stops(self) -> usize {
        match self {
            Quantity::Backlog => BACKLOG_STEPS as usize + 1,
            Quantity::Rate => RATES.len(),
            Quantity::Value => SIZES.len(),
        }
    }
    /// The value at a stop.
    fn at(self, stop: usize) -> u64 {
        match self {
            Quantity::Backlog => backlog_bytes(stop as u32),
            Quantity::Rate => RATES[stop.min(RATES.len() - 1)],
            Quantity::Value => SIZES[stop.min(SIZES.len() - 1)],
        }
    }
    /// The stop that stands for a value.
    fn stop(self, value: u64) -> usize {
        match self {
            Quantity::Backlog => backlog_stop(value) as usize,
            Quantity::Rate => nearest(&RATES, value),
            Quantity::Value => nearest(&SIZES, value),
        }
    }
    /// A value as it is said.
    fn text(self, value: u64, t: &'static Strings) -> String {
        let t = &t.shell.knobs;
        match self {
            Quantity::Rate if value == 0 => t.stopped.to_owned(),
            Quantity::Rate => (t.per_second)(&grouped(value.cast_signed())),
            Quantity::Backlog | Quantity::Value => exact_size(value),
        }
    }
    /// A typed value; `None` if it is none, or more than a run takes. Spaces between its digits and before its unit do not matter.
    fn read(self, typed: &str) -> Option<u64> {
        let text: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        match self {
            Quantity::Backlog => condition::size(&text).filter(|bytes| *bytes > 0),
            Quantity::Rate => text.strip_suffix("/s").unwrap_or(&text).parse().ok().filter(|rate| *rate <= RATES[RATES.len() - 1]),
            Quantity::Value => condition::size(&text).filter(|bytes| (1..=SIZES[SIZES.len() - 1]).contains(bytes)),
        }
    }
    /// Why what was typed is none.
    fn wrong(self, t: &'static Strings) -> String {
        let t = &t.face.strip;
        match self {
            Quantity::Backlog => t.no_size.to_owned(),
            Quantity::Rate => (t.no_rate)(&grouped(RATES[RATES.len() - 1].cast_signed())),
            Quantity::Value => (t.no_value)(&size(SIZES[SIZES.len() - 1])),
        }
    }
    /// Visible name, accessible name, and the end of the id of its line.
    const fn names(self, t: &'static Strings) -> (&'static str, &'static str, &'static str) {
        let t = &t.shell.knobs;
        match self {
            Quantity::Backlog => ("repl-backlog-size", "repl-backlog-size", "knob-backlog"),
            Quantity::Rate => (t.writes, t.writes_name, "knob-rate"),
            Quantity::Value => (t.value, t.value_name, "knob-value"),
        }
    }
}

/// How long a time of writes fits into so many bytes, at so many a second, and what becomes of what is held.
fn price(bytes: u64, rate: u64, then: &str, t: &'static Strings) -> String {
    let t = &t.face.strip;
    let holds = bytes.saturating_mul(1_000).checked_div(rate).map_or_else(|| t.holds_all.to_owned(), |ms| (t.holds)(&promise_ms(ms)));
    format!("{holds} · {then}")
}

/// The knobs. There are always the same three: what has no object is there and cannot be moved.
#[component]
pub fn Knobs(props: &KnobsProps) -> Html {
    rendered();
    let (views, on, t) = (&props.views, &props.on, props.t);
    let (shell, strip) = (&t.shell.knobs, &t.face.strip);
    let Some(node) = views.nodes().find(|n| n.ix == views.top) else { return Html::default() };
    let rate = node.backlog.rate;
    let ring = node.era.capabilities().backlog == BacklogKind::Ring;
    let rest = clamped(views, node).map_or_else(
        || price(node.backlog.size, rate, if ring { strip.empties } else { strip.keeps }, t),
        |(asked, kept)| (shell.kept)(&grouped(asked.cast_signed()), &grouped(kept.cast_signed())),
    );
    let before = if ring { shell.empties } else { shell.keeps };
    let master = node.name.clone();
    let resize = on.reform(move |bytes: u64| Action::config_set(&master, "repl-backlog-size", bytes.to_string().as_bytes()));
    let writer = views.clients.iter().find(|c| c.on == node.name);
    let client = writer.map_or_else(String::new, |writer| writer.name.clone());
    let paced = {
        let client = client.clone();
        on.reform(move |rate: u64| Action::Run(Act::ClientRate { client: client.clone(), every: every(rate) }))
    };
    let sized = on.reform(move |bytes: u64| Action::Run(Act::ClientBytes { client: client.clone(), bytes }));
    // Slower than once a second it is no rate of the slider's.
    let slow = writer.filter(|w| w.every_us > 1_000_000).map(|w| AttrValue::from(format!("1/{} s", w.every_us / 1_000_000)));
    let writes = writer.map(|w| 1_000_000_u64.checked_div(w.every_us).unwrap_or(0));
    let value = writer.and_then(|w| w.value_bytes);
    // The newest write, not a PING or SELECT that the master put into its stream by itself.
    let own = |text: &str| ["PING", "SELECT"].iter().any(|word| text.starts_with(word));
    let newest = views.commands.iter().rev().find(|c| !own(&c.text)).filter(|_| value.is_some());
    let each = newest.map(|c| (strip.a_write)(&grouped(i64::from(c.bytes))));
    let flows = writer.map_or_else(|| strip.no_writer.to_owned(), |_| format!("{} B/s", grouped(rate.cast_signed())));
    html! {
        <div class="knobs" role="group" aria-label={shell.title}>
            <Knob what={Quantity::Backlog} now={node.backlog.size} {rest} {rate} {before} run={views.run} set={resize} {t} />
            <Knob what={Quantity::Rate} now={writes} said={slow} rest={flows} run={views.run} set={paced} {t} />
            <Knob what={Quantity::Value} now={value} rest={each.unwrap_or_default()} run={views.run} set={sized} {t} />
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct KnobProps {
    what: Quantity,
    /// The present value; without one there is nothing to set.
    now: Option<u64>,
    /// How that is said, if not as the quantity says it.
    #[prop_or_default]
    said: Option<AttrValue>,
    /// The line below while nothing is about to be set.
    rest: String,
    /// Bytes a second that fill what is set.
    #[prop_or_default]
    rate: u64,
    /// In the line below while another value is about to be set: what becomes of what is held.
    #[prop_or_default]
    before: Option<&'static str>,
    /// The run, which is in the ids of its elements.
    run: RunId,
    set: Callback<u64>,
    t: &'static Strings,
}

/// A slider with a field for the number. The slider acts when it is let go: one movement of the hand is one input of the run; while it is held the line
/// below says the price. Its three rows are there in every state.
#[component]
fn Knob(props: &KnobProps) -> Html {
    rendered();
    let held = use_state_eq(|| None::<usize>);
    let wrong = use_state_eq(|| false);
    let (what, t, now) = (props.what, props.t, props.now);
    let at_rest = now.map_or(0, |now| what.stop(now));
    let stop_of = |e: &HtmlInputElement| e.value_as_number().max(0.0) as usize;
    let oninput = {
        let held = held.clone();
        Callback::from(move |e: InputEvent| held.set(Some(stop_of(&e.target_unchecked_into()))))
    };
    let onchange = {
        let (held, set) = (held.clone(), props.set.clone());
        Callback::from(move |e: Event| {
            let stop = stop_of(&e.target_unchecked_into());
            held.set(None);
            if stop != at_rest {
                set.emit(what.at(stop));
            }
        })
    };
    let take = {
        let set = props.set.clone();
        Callback::from(move |typed: String| {
            let value = what.read(&typed);
            if let Some(value) = value.filter(|value| Some(*value) != now) {
                set.emit(value);
            }
            value.is_some()
        })
    };
    let on_wrong = {
        let wrong = wrong.clone();
        Callback::from(move |is: bool| wrong.set(is))
    };
    let asked = held.map(|stop| what.at(stop));
    let said = || now.map_or_else(|| "–".to_owned(), |now| what.text(now, t));
    let text: AttrValue = match (asked, &props.said) {
        (Some(value), _) => what.text(value, t).into(),
        (None, Some(said)) => said.clone(),
        (None, None) => said().into(),
    };
    let (line, class) = match (*wrong, asked.filter(|_| *held != Some(at_rest)), props.before) {
        (true, ..) => (what.wrong(t), "wrong"),
        (false, Some(value), Some(before)) => (price(value, props.rate, before, t), "asked"),
        _ => (props.rest.clone(), "muted"),
    };
    let (shown, name, id) = what.names(t);
    let id = props.run.dom(id);
    html! {
        <div class={classes!("knob", id_class(what))}>
            <span class={classes!("label", (what == Quantity::Backlog).then_some("mono"))}>{ shown }</span>
            <span class="row">
                <input type="range" min="0" max={(what.stops() - 1).to_string()} step="1" value={held.unwrap_or(at_rest).to_string()} aria-label={name}
                    aria-valuetext={text.clone()} disabled={now.is_none()} {oninput} {onchange} />
                <Field {name} value={text} disabled={now.is_none()} says={AttrValue::from(id.clone())} {take} wrong={on_wrong} />
            </span>
            <span class={classes!("price", class)} {id} title={line.clone()} role={wrong.then_some("alert")}>{ line }</span>
        </div>
    }
}

/// The class of a knob's column: the first is wider than the others.
fn id_class(what: Quantity) -> Option<&'static str> {
    (what == Quantity::Backlog).then_some("wide")
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

    #[test]
    fn typed_quantities_are_read_as_redis_reads_sizes() {
        for (what, typed, value) in [
            (Quantity::Backlog, "16kb", Some(16_384)),
            (Quantity::Backlog, "1 MB", Some(1 << 20)),
            (Quantity::Backlog, "1m", Some(1_000_000)),
            (Quantity::Backlog, "100", Some(100)),
            (Quantity::Backlog, "0", None),
            (Quantity::Backlog, "1 tb", None),
            (Quantity::Backlog, "", None),
            (Quantity::Rate, "20/s", Some(20)),
            (Quantity::Rate, "1\u{202f}000", Some(1_000)),
            (Quantity::Rate, "0", Some(0)),
            (Quantity::Rate, "5001", None),
            (Quantity::Rate, "-1", None),
            (Quantity::Value, "32 B", Some(32)),
            (Quantity::Value, "1kb", Some(1_024)),
            (Quantity::Value, "1gb", None),
            (Quantity::Value, "0", None),
        ] {
            assert_eq!(what.read(typed), value, "{what:?} {typed:?}");
        }
    }

    #[test]
    fn the_text_in_a_field_reads_as_the_value_it_shows() {
        for t in crate::i18n::Lang::ALL.map(crate::i18n::Lang::strings) {
            for what in [Quantity::Backlog, Quantity::Rate, Quantity::Value] {
                for stop in usize::from(what == Quantity::Rate)..what.stops() {
                    assert_eq!(what.read(&what.text(what.at(stop), t)), Some(what.at(stop)), "{what:?} at {stop}");
                    assert_eq!(what.stop(what.at(stop)), stop);
                }
            }
        }
    }

    #[test]
    fn the_price_is_said_in_time_and_rounds_down() {
        let t = crate::i18n::Lang::En.strings();
        assert_eq!(price(16_384, 1_280, "x", t), "holds 12 s · x");
        assert_eq!(price(16_384, 3_000, "x", t), "holds 5.4 s · x");
        assert_eq!(price(16_384, 0, "x", t), "no writes · x");
    }
}
