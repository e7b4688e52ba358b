//! The output buffer of a replica at its master, against the limits that end the connection: it lies between the master and the link.

use super::layout::{Pipe, Room};
use crate::draw::{n, sans_width};
use crate::format::grouped;
use crate::i18n::Strings;
use resync_core::view::{OutputLimitView, SessionView};
use yew::{Html, classes, html};

/// Bytes that wait, and the limits.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Gauge {
    /// With numbers.
    pub(super) text: String,
    /// Part of the hard limit that is used; nothing without one.
    part: Option<f64>,
    /// Where on the same scale the soft limit stands.
    soft: Option<f64>,
    /// It may end the connection.
    grave: bool,
}

impl Gauge {
    /// How its words are written.
    pub(super) const fn class(&self) -> &'static str {
        if self.grave { "xf b" } else { "mu" }
    }
}

/// The gauge of a replica's session; none while nothing waits.
pub(super) fn gauge(session: &SessionView, limit: &OutputLimitView, t: &'static Strings) -> Option<Gauge> {
    let waiting = session.output_counts.max(session.output_buffer);
    if waiting == 0 {
        return None;
    }
    let whole = if limit.hard > 0 { limit.hard } else { limit.soft };
    let part = (whole > 0).then(|| (session.output_counts as f64 / whole as f64).min(1.0));
    let soft = (limit.soft > 0 && limit.soft < whole).then(|| limit.soft as f64 / whole as f64);
    let bytes = grouped(waiting as i64);
    let mut text = if whole > 0 { (t.topology.buffer_of)(&bytes, &grouped(whole as i64)) } else { (t.topology.buffer)(&bytes) };
    if let Some(seconds) = session.over_soft_s {
        text = format!("{text} · {}", (t.topology.over_soft)(seconds, limit.soft_s));
    }
    Some(Gauge { text, part, soft, grave: session.over_soft_s.is_some() || part.is_some_and(|part| part >= 0.5) })
}

/// Room that its words take at the left end of the line below the pipe, in steps, so that it does not change with each byte.
pub(super) fn width(gauge: &Gauge) -> f64 {
    ((sans_width(&gauge.text, 12.0) + 16.0) / 24.0).ceil() * 24.0
}

/// The bar, close under the pipe's left end; the words stand where those of the link stand.
pub(super) fn draw(pipe: &Pipe, gauge: &Gauge) -> Html {
    let Some(part) = gauge.part else { return Html::default() };
    let (x, w) = (pipe.x0 + 4.0, (pipe.len() * 0.42).min(150.0));
    let (y, h) = (pipe.y + pipe.lane + 1.0, if pipe.room == Room::Full { 2.5 } else { 2.0 });
    html! {
        <g class="gauge" aria-hidden="true">
            <rect x={n(x)} y={n(y)} width={n(w)} height={n(h)} class="fwash" />
            <rect x={n(x)} y={n(y)} width={n((w * part).max(1.0))} height={n(h)} class={classes!(if gauge.grave { "ff" } else { "fmu" })} />
            if let Some(soft) = gauge.soft { <path d={format!("M{} {}v{}", n(x + w * soft), n(y - 1.0), n(h + 2.0))} class="si w1 fn" /> }
            <path d={format!("M{} {}v{}", n(x + w), n(y - 1.0), n(h + 2.0))} class="sf w15 fn" />
        </g>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn a_buffer_stands_against_its_limit_with_numbers() {
        let t = Lang::En.strings();
        let mut session = crate::fixture::plain().nodes[0].replicas[0].clone();
        let limit = OutputLimitView { hard: 1_000_000, soft: 500_000, soft_s: 60 };
        (session.output_buffer, session.output_counts) = (0, 0);
        assert_eq!(gauge(&session, &limit, t), None);
        (session.output_buffer, session.output_counts) = (700, 0);
        let calm = gauge(&session, &limit, t).expect("something waits");
        assert!(calm.part == Some(0.0) && !calm.grave && calm.text.contains("700"), "{calm:?}");
        (session.output_buffer, session.output_counts, session.over_soft_s) = (600_000, 765_158, Some(12));
        let full = gauge(&session, &limit, t).expect("much waits");
        assert!(full.grave && full.soft == Some(0.5) && full.text.contains("12 of 60 s"), "{full:?}");
        session.over_soft_s = None;
        let none = gauge(&session, &OutputLimitView::default(), t).expect("much waits");
        assert!(none.part.is_none() && !none.text.contains("of"), "{none:?}");
    }
}
