//! The knobs under the stage: `repl-backlog-size`, write rate and value size of the writer.

use crate::action::Action;
use crate::format::{grouped, size};
use crate::i18n::Strings;
use crate::views::{Shared, Views};
use resync_core::era::BacklogKind;
use resync_core::note::Note;
use resync_core::view::{ClientView, NodeView};
use web_sys::{Event, HtmlInputElement, InputEvent};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, component, html, use_state_eq};

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
/// Sends a second as a time between two.
#[must_use]
pub fn every_us(rate: u64) -> u64 {
    if rate == 0 { 0 } else { 1_000_000 / rate }
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
    let views = &props.views;
    let Some(node) = views.cluster.nodes.iter().find(|n| n.ix == views.top) else { return Html::default() };
    let writer = views.cluster.clients.iter().find(|c| c.on == node.name);
    html! {
        <div class="knobs" role="group" aria-label={props.t.shell.knobs.title}>
            <BacklogKnob name={node.name.clone()} bytes={node.backlog.size} asked={clamped(views, node)}
                empties={node.era.capabilities().backlog == BacklogKind::Ring} t={props.t} on={props.on.clone()} />
            if let Some(writer) = writer {
                { rate(props, writer) }
                { value(props, writer) }
            }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct BacklogKnobProps {
    name: AttrValue,
    bytes: u64,
    asked: Option<(u64, u64)>,
    empties: bool,
    t: &'static Strings,
    on: Callback<Action>,
}

#[component]
fn BacklogKnob(props: &BacklogKnobProps) -> Html {
    let t = &props.t.shell.knobs;
    // While the slider is held it shows what would be asked, and its price.
    let held = use_state_eq(|| None::<u32>);
    let stop = (*held).unwrap_or_else(|| backlog_stop(props.bytes));
    let of = |e: &HtmlInputElement| e.value_as_number().max(0.0) as u32;
    let oninput = {
        let held = held.clone();
        Callback::from(move |e: InputEvent| held.set(Some(of(&e.target_unchecked_into()))))
    };
    let onchange = {
        let (held, on, name, now) = (held.clone(), props.on.clone(), props.name.clone(), props.bytes);
        Callback::from(move |e: Event| {
            let bytes = backlog_bytes(of(&e.target_unchecked_into()));
            held.set(None);
            if bytes != now {
                on.emit(Action::Act(format!("{name}: CONFIG SET repl-backlog-size {bytes}")));
            }
        })
    };
    let shown = held.map_or(props.bytes, backlog_bytes);
    let price = match (*held, props.asked) {
        (Some(s), _) if backlog_bytes(s) != props.bytes => Some(if props.empties { t.empties.to_owned() } else { t.keeps.to_owned() }),
        (None, Some((asked, kept))) => Some((t.kept)(&grouped(asked.cast_signed()), &grouped(kept.cast_signed()))),
        _ => None,
    };
    html! {
        <label>
            <span class="mono">{ "repl-backlog-size" }</span>
            <input type="range" min="0" max={BACKLOG_STEPS.to_string()} step="1" value={stop.to_string()} aria-label="repl-backlog-size"
                aria-valuetext={size(shown)} {oninput} {onchange} />
            <b class="mono">{ size(shown) }</b>
            if let Some(price) = price {
                <span class="price">{ price }</span>
            }
        </label>
    }
}

fn rate(props: &KnobsProps, writer: &ClientView) -> Html {
    let t = &props.t.shell.knobs;
    let now = if writer.every_us == 0 { 0 } else { 1_000_000 / writer.every_us };
    let text = if now == 0 && writer.every_us > 0 {
        format!("1/{} s", writer.every_us / 1_000_000)
    } else if now == 0 {
        t.stopped.to_owned()
    } else {
        (t.per_second)(&grouped(now.cast_signed()))
    };
    let name = writer.name.clone();
    let oninput = props.on.reform(move |e: InputEvent| {
        let stop = e.target_unchecked_into::<HtmlInputElement>().value_as_number().max(0.0) as usize;
        Action::Act(format!("client {name} every {}us", every_us(RATES[stop.min(RATES.len() - 1)])))
    });
    html! {
        <label>
            <span>{ t.writes }</span>
            <input type="range" min="0" max={(RATES.len() - 1).to_string()} step="1" value={nearest(&RATES, now).to_string()} aria-label={t.writes_name}
                aria-valuetext={text.clone()} {oninput} />
            <b class="mono wide">{ text }</b>
        </label>
    }
}

fn value(props: &KnobsProps, writer: &ClientView) -> Html {
    let t = &props.t.shell.knobs;
    let Some(bytes) = writer.value_bytes else { return Html::default() };
    let name = writer.name.clone();
    let oninput = props.on.reform(move |e: InputEvent| {
        let stop = e.target_unchecked_into::<HtmlInputElement>().value_as_number().max(0.0) as usize;
        Action::Act(format!("client {name} bytes {}", SIZES[stop.min(SIZES.len() - 1)]))
    });
    html! {
        <label>
            <span>{ t.value }</span>
            <input type="range" min="0" max={(SIZES.len() - 1).to_string()} step="1" value={nearest(&SIZES, bytes).to_string()} aria-label={t.value_name}
                aria-valuetext={size(bytes)} {oninput} />
            <b class="mono wide">{ size(bytes) }</b>
        </label>
    }
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
        assert_eq!((every_us(0), every_us(20), every_us(5_000)), (0, 50_000, 200));
    }
}
