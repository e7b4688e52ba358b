//! The ladder's marks, drawn where the layout says.

use super::layout::{Columns, Line, ROW, fitted, short_clock};
use crate::action::{Action, Look, Travel};
use crate::draw::{Hue, clip, clip_sans, mono_width, n, pointer, sans_width};
use crate::format::{grouped, size as size_text, span_us};
use crate::i18n::Strings;
use crate::i18n::glossary::Term;
use crate::panels::verdict::shortened;
use crate::panels::words::{begins, word};
use resync_core::fact::{Control, ReplState};
use resync_core::view::{LadderRow, PacketKind};
use web_sys::KeyboardEvent;
use yew::{Callback, Html, MouseEvent, classes, html};

/// What a line's frame needs.
pub(super) struct Framed<'a> {
    pub(super) y: f64,
    pub(super) at_us: u64,
    pub(super) text: &'a str,
    pub(super) bad: bool,
    pub(super) decisive: bool,
    pub(super) first: Option<i64>,
}

pub(super) struct Pen<'a> {
    pub(super) c: Columns,
    pub(super) hue: Hue,
    pub(super) t: &'static Strings,
    pub(super) pointed: Option<i64>,
    pub(super) on: &'a Callback<Action>,
}

impl Pen<'_> {
    fn middle(&self) -> f64 {
        (self.c.replica + self.c.master) * 0.5
    }
    fn between(&self) -> f64 {
        self.c.master - self.c.replica
    }

    /// A line's frame: the ground of refusals, where to click, and what a screen reader hears.
    fn framed(&self, row: &Framed, body: Html) -> Html {
        let Framed { y, at_us, text, bad, decisive, first } = *row;
        let seek = move || Action::Travel(Travel::Seek(at_us));
        let onclick = self.on.reform(move |_: MouseEvent| seek());
        let onkeydown = {
            let on = self.on.clone();
            Callback::from(move |event: KeyboardEvent| {
                if pointer::is_press(&event.key()) {
                    event.prevent_default();
                    event.stop_propagation();
                    on.emit(seek());
                }
            })
        };
        let onmouseenter = {
            let on = self.on.clone();
            Callback::from(move |_: MouseEvent| {
                on.emit(Action::Look(Look::Point(first)));
                on.emit(Action::Look(Look::Moment(Some(at_us))));
            })
        };
        let onmouseleave = {
            let on = self.on.clone();
            Callback::from(move |_: MouseEvent| {
                on.emit(Action::Look(Look::Point(None)));
                on.emit(Action::Look(Look::Moment(None)));
            })
        };
        let key = decisive || bad;
        html! {
            <g class={classes!("row", bad.then_some("bad"))} role={key.then_some("button")} tabindex={key.then_some("0")}
                aria-label={key.then(|| format!("{} {text}", short_clock(at_us)))} {onclick} onkeydown={key.then_some(onkeydown)}
                {onmouseenter} {onmouseleave}>
                <rect class="hit" x="0" y={n(y)} width={n(self.c.size + 2.0)} height={n(ROW)} />
                { body }
            </g>
        }
    }

    pub(super) fn line(&self, line: &Line, y: f64) -> Html {
        match line {
            Line::Message(row) => self.message(row, y),
            Line::Dials { from_us, how, times, state } => self.dials(*from_us, *how, *times, *state, y),
            Line::Band { from_us, to_us, counts, range, second } => {
                // A band changes no state: its words may reach into the columns of the states.
                let beside = if self.c.states { 40.0 } else { -6.0 };
                let most = ((self.between() + beside - 14.0) / 60.0).max(1.0) as usize;
                let mut text = counts
                    .iter()
                    .take(most)
                    .map(|(name, times)| format!("{name} × {}", grouped(*times as i64)))
                    .collect::<Vec<_>>()
                    .join(" · ");
                if counts.len() > most {
                    text.push_str(" …");
                }
                let hot = range.zip(self.pointed).is_some_and(|((a, b), p)| p >= a && p <= b);
                let (base, x0, x1) = (y + 12.0, self.c.replica, self.c.master);
                let body = html! {
                    <>
                        <rect x={n(x0 - 3.0)} y={n(y + 1.5)} width={n(x1 - x0 + 6.0)} height={n(ROW - 3.5)} class={classes!("fwash", hot.then_some("si"))} />
                        <path d={format!("M{} {}H{}M{} {}H{}", n(x0), n(y + 1.5), n(x1), n(x0), n(y + ROW - 2.0), n(x1))} class="sr w1 fn d3" />
                        <text x={n(self.middle())} y={n(base)} class="c mu">{ self.band(&clip_sans(&text, self.between() + beside, 12.0)) }</text>
                        { self.numbered(*second, y) }
                        <text x={n(self.c.clock)} y={n(base)} class={classes!("mu", "e", (to_us == from_us).then_some("m"))}>{ if to_us == from_us { short_clock(*from_us) } else { span_us(to_us - from_us) } }</text>
                    </>
                };
                self.framed(&Framed { y, at_us: *from_us, text: &text, bad: false, decisive: false, first: range.map(|r| r.0) }, body)
            }
        }
    }

    fn message(&self, row: &LadderRow, y: f64) -> Html {
        let (x0, x1, base) = (self.c.replica, self.c.master, y + 12.0);
        let text = shortened(&row.text);
        let repeated = if row.times > 1 { format!("{text} × {}", grouped(i64::from(row.times))) } else { text.clone() };
        let hot = row.range.zip(self.pointed).is_some_and(|((a, b), p)| p >= a.0 && p <= b.0);
        let drawn = match row.kind {
            PacketKind::Rdb => self.rdb(row, y),
            PacketKind::Stream if row.range.is_some() => self.stream(row, &text, hot, y),
            PacketKind::Control => self.control(row, &repeated, y),
            _ => self.arrow(row, &repeated, y),
        };
        let spoken = if row.second { format!("{repeated}, {}", self.t.figures.ladder.over_second) } else { repeated.clone() };
        let side = |text: &str, room: f64| clip(&text.to_ascii_uppercase(), room, 12.0);
        let sized = self.c.sizes && row.bytes > 0 && (row.master_state.is_none() || !self.c.states);
        let body = html! {
            <>
                if row.refusal { <rect x={n(x0 + 1.0)} y={n(y + 0.5)} width={n(x1 - x0 - 2.0)} height={n(ROW - 1.0)} class="fbad" /> }
                <text x={n(self.c.clock)} y={n(base)} class="m mu e">{ short_clock(row.at_us) }</text>
                { drawn }
                { self.numbered(row.second, y) }
                if let (true, Some(state)) = (self.c.states, row.replica_state) { <text x={n(self.c.state())} y={n(base)} class="m mu e st">{ word(Term::State, side(state.name(), self.c.state() - self.c.clock), self.on) }</text> }
                if let (true, Some(state)) = (self.c.states, row.master_state) { <text x={n(x1 + 3.0)} y={n(base)} class="m mu st">{ word(Term::State, side(state.name(), self.c.size + 1.0 - x1 - 2.0), self.on) }</text> }
                if sized { <text x={n(self.c.size)} y={n(base)} class="m mu e">{ size_text(row.bytes) }</text> }
            </>
        };
        self.framed(
            &Framed { y, at_us: row.at_us, text: &spoken, bad: row.refusal, decisive: row.decisive, first: row.range.map(|r| r.0.0) },
            body,
        )
    }

    /// Beside the replica's life line: it went over the second connection.
    fn numbered(&self, second: bool, y: f64) -> Html {
        if !second {
            return Html::default();
        }
        html! {
            <g class="second">
                <circle cx={n(self.c.replica)} cy={n(y + ROW * 0.5)} r="6.5" class={classes!("fp", self.hue.stroke(), "w15")} />
                <text x={n(self.c.replica)} y={n(y + ROW * 0.5 + 4.0)} class="c b t11">{ self.t.figures.ladder.second }</text>
            </g>
        }
    }

    fn arrow(&self, row: &LadderRow, text: &str, y: f64) -> Html {
        let (x0, x1) = (self.c.replica, self.c.master);
        let at = y + 13.5;
        let heavy = if row.decisive { "w2" } else { "w15" };
        let (stroke, fill) = if row.refusal {
            ("sf", "ff")
        } else if row.up {
            (self.hue.stroke(), self.hue.fill())
        } else {
            ("smu", "fmu")
        };
        // A message that has not arrived yet ends on its way, without a head.
        let on_the_way = row.arrived_us.is_none();
        let (from, to) = if row.up { (x0, x1) } else { (x1, x0) };
        let toward = (to - from).signum();
        let end = if on_the_way { from + (to - from) * 0.62 } else { to - toward * 4.0 };
        html! {
            <>
                <path d={format!("M{} {}H{}", n(from), n(at), n(end))} class={classes!(stroke, "fn", heavy, on_the_way.then_some("d2"))} />
                if !on_the_way { <path d={format!("M{} {}l{} -3.6v7.2z", n(to), n(at), n(-7.0 * toward))} class={fill} /> }
                <text x={n(self.middle())} y={n(y + 8.8)} class={classes!("m", "c", "halo", row.decisive.then_some("b"), row.refusal.then_some("xf"))}>{ self.worded_text(&clip(&fitted(text, self.between() - 6.0), self.between() + 3.0, 12.0)) }</text>
            </>
        }
    }

    /// A message whose first word is one of the glossary's.
    fn worded_text(&self, text: &str) -> Html {
        let first = text.split(' ').next().unwrap_or_default();
        let of = match first {
            "PSYNC" => Term::Psync,
            "SYNC" => Term::Sync,
            "+FULLRESYNC" => Term::Full,
            "+CONTINUE" => Term::Partial,
            "-LOADING" => Term::Loading,
            "RDB" => Term::Rdb,
            _ => return html! { { text.to_owned() } },
        };
        begins(Some(of), text, first.len(), self.on)
    }

    /// What is folded into a band: of its names ACK is a word of the glossary's.
    fn band(&self, text: &str) -> Html {
        match text.find("ACK") {
            Some(at) => html! { <>{ text[..at].to_owned() }{ begins(Some(Term::Ack), &text[at..], 3, self.on) }</> },
            None => html! { { text.to_owned() } },
        }
    }

    fn bar(&self, y: f64, part: f64, class: &'static str) -> Html {
        let (x0, x1) = (self.c.replica, self.c.master);
        let w = (x1 - x0 - 12.0).max(0.0);
        html! {
            <>
                <rect x={n(x0 + 10.0)} y={n(y + 1.8)} width={n(w)} height="13" rx="2" class="fwash" />
                <rect x={n(x0 + 10.0 + w * (1.0 - part))} y={n(y + 1.8)} width={n(w * part)} height="13" rx="2" {class} opacity=".4" />
                <path d={format!("M{} {}l-9 5.5l9 5.5z", n(x0 + 12.0), n(y + 2.8))} class="fmu" />
            </>
        }
    }

    fn rdb(&self, row: &LadderRow, y: f64) -> Html {
        let (part, text) = match row.progress {
            Some((done, total)) if total > 0 && (done as i64) < total => {
                (done as f64 / total as f64, format!("RDB {} / {}", grouped(done as i64), size_text(total.unsigned_abs())))
            }
            Some((done, total)) if total > 0 => (1.0, format!("RDB {}", size_text(done))),
            Some((done, _)) => (1.0, format!("RDB {} …", grouped(done as i64))),
            None => (1.0, shortened(&row.text)),
        };
        html! { <>{ self.bar(y, part.clamp(0.0, 1.0), "fnew") }<text x={n(self.middle())} y={n(y + 12.0)} class="m c b">{ self.worded_text(&clip(&text, self.between() - 24.0, 12.0)) }</text></> }
    }

    fn stream(&self, row: &LadderRow, text: &str, hot: bool, y: f64) -> Html {
        let label = row
            .range
            .map_or_else(|| text.to_owned(), |(a, b)| format!("{} {} – {}", self.t.figures.ladder.bytes, grouped(a.0), grouped(b.0)));
        html! {
            <>
                { self.bar(y, 1.0, "fnew") }
                if hot { <rect x={n(self.c.replica + 10.0)} y={n(y + 1.8)} width={n(self.between() - 12.0)} height="13" rx="2" class="fn si w15" /> }
                <text x={n(self.middle())} y={n(y + 12.0)} class={classes!("m", "c", row.decisive.then_some("b"))}>{ clip(&label, self.between() - 24.0, 12.0) }</text>
            </>
        }
    }

    /// What became of a connection, in the page's words; what stands on the wire stays as it is.
    const fn worded(&self, what: Control) -> &'static str {
        let t = &self.t.figures.ladder;
        match what {
            Control::TimedOut => t.timed_out,
            Control::Refused => t.refused,
            Control::Cut => t.cut,
            Control::Syn | Control::Fin | Control::Rst => what.name(),
        }
    }

    /// Dials that came back: an arrow that stops short.
    fn dials(&self, from_us: u64, how: Control, times: u64, state: Option<ReplState>, y: f64) -> Html {
        let (x0, at, base) = (self.c.replica, y + ROW * 0.5, y + 12.0);
        let words = self.worded(how);
        let words = if times > 1 { format!("{words} × {}", grouped(times as i64)) } else { words.to_owned() };
        let w = sans_width(&words, 12.0) + 8.0;
        let stop = x0 + ((self.between() - w) * 0.5).clamp(16.0, 58.0);
        let body = html! {
            <>
                <text x={n(self.c.clock)} y={n(base)} class="m mu e">{ short_clock(from_us) }</text>
                <path d={format!("M{} {}H{}m0 -4v8", n(x0), n(at), n(stop))} class={classes!(self.hue.stroke(), "w15", "fn")} />
                <text x={n(stop + 8.0)} y={n(base)} class={self.hue.text()}>{ words.clone() }</text>
                if let (true, Some(state)) = (self.c.states, state) { <text x={n(self.c.state())} y={n(base)} class="m mu e st">{ clip(&state.name().to_ascii_uppercase(), self.c.state() - self.c.clock, 12.0) }</text> }
            </>
        };
        self.framed(&Framed { y, at_us: from_us, text: &words, bad: true, decisive: false, first: None }, body)
    }

    /// Connections: dials, refusals, resets.
    fn control(&self, row: &LadderRow, text: &str, y: f64) -> Html {
        let (x0, x1, at) = (self.c.replica, self.c.master, y + ROW * 0.5);
        if !row.refusal {
            return self.arrow(row, text, y);
        }
        let text = clip(row.control.map_or(text, |what| self.worded(what)), self.between() - 36.0, 12.0);
        let w = mono_width(&text, 12.0).max(sans_width(&text, 12.0)) + 24.0;
        html! {
            <>
                <path d={format!("M{} {}H{}", n(x0), n(at), n(x1))} class="sf w15 fn d3" />
                <rect x={n(self.middle() - w * 0.5)} y={n(y + 1.5)} width={n(w)} height={n(ROW - 3.0)} class="fbad" />
                <text x={n(self.middle())} y={n(y + 12.0)} class="b xf c">{ format!("✕ {text}") }</text>
            </>
        }
    }
}
