//! Handshake: a ladder with one row a message, whatever time passed between. Repeats fold into a band, the RDB is a bar, what decides is bold.

use crate::action::{Action, Look, Travel};
use crate::draw::replicas::by_name;
use crate::draw::{FigureProps, Hue, Size, clip, hue_of, mark, mono_width, n, pointer, sans_width, use_size};
use crate::format::{grouped, size as size_text, span_us};
use crate::i18n::Strings;
use crate::panels::verdict::shortened;
use resync_core::fact::ReplState;
use resync_core::view::{LadderRow, PacketKind};
use web_sys::{Element, KeyboardEvent};
use yew::{Callback, Event, Html, MouseEvent, classes, component, html, use_effect_with, use_mut_ref, use_node_ref};

/// Height of a row.
const ROW: f64 = 16.6;
/// Above the first row.
const HEAD: f64 = 6.0;

/// A line of the ladder.
#[derive(Clone, PartialEq, Debug)]
pub enum Line<'a> {
    /// One message.
    Message(&'a LadderRow),
    /// Dials that came to nothing, folded.
    Dials {
        /// First one's time, µs.
        from_us: u64,
        /// The engine's word for how they ended.
        text: &'a str,
        /// How many.
        times: u64,
        /// The replica's state after the last.
        state: Option<ReplState>,
    },
    /// Messages of the stream, folded: what and how often, in the order of their first appearance.
    Band {
        /// First one's time, µs.
        from_us: u64,
        /// Last one's time, µs.
        to_us: u64,
        /// `SET × 526`.
        counts: Vec<(String, u64)>,
        /// First and last byte of the stream in it.
        range: Option<(i64, i64)>,
    },
}

impl Line<'_> {
    /// When it began, µs.
    #[must_use]
    pub fn begins_us(&self) -> u64 {
        match self {
            Line::Message(row) => row.at_us,
            Line::Dials { from_us, .. } | Line::Band { from_us, .. } => *from_us,
        }
    }
}

fn folds(row: &LadderRow) -> bool {
    !row.decisive
        && !row.refusal
        && row.replica_state.is_none()
        && row.master_state.is_none()
        && matches!(row.kind, PacketKind::Stream | PacketKind::Ping | PacketKind::Ack | PacketKind::Newline)
}

/// What a folded row is called: the command's name, `ACK`, `PING`, `\n`.
fn called(row: &LadderRow) -> String {
    match row.kind {
        PacketKind::Ack => "ACK".to_owned(),
        PacketKind::Ping => "PING".to_owned(),
        PacketKind::Newline => "\\n".to_owned(),
        _ => row.text.split([' ', '×']).next().unwrap_or_default().to_owned(),
    }
}

/// Whether a row is the end of a dial that was refused or timed out.
fn is_failed_dial(row: &LadderRow) -> bool {
    row.kind == PacketKind::Control && row.refusal && (row.text.ends_with(REFUSED) || row.text == TIMED_OUT)
}

/// How the engine says what became of a dial or a connection.
const REFUSED: &str = "connection refused";
const TIMED_OUT: &str = "timed out";
const CUT: &str = "the link is cut";

/// Folds neighbours of the stream into bands and failed dials into one line; everything else keeps its row.
#[must_use]
pub fn fold(rows: &[LadderRow]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line> = Vec::new();
    for row in rows {
        if is_failed_dial(row) {
            let mut from = row.at_us;
            // Its own SYN is part of it.
            if let Some(Line::Message(syn)) = lines.last()
                && syn.kind == PacketKind::Control
                && !syn.refusal
                && syn.up
            {
                from = syn.at_us;
                lines.pop();
            }
            let last = row.replica_state;
            match lines.last_mut() {
                Some(Line::Dials { text, times, state, .. }) if *text == row.text => {
                    *times += u64::from(row.times);
                    *state = last.or(*state);
                }
                _ => lines.push(Line::Dials { from_us: from, text: &row.text, times: u64::from(row.times), state: last }),
            }
            continue;
        }
        if !folds(row) {
            lines.push(Line::Message(row));
            continue;
        }
        if !matches!(lines.last(), Some(Line::Band { .. })) {
            lines.push(Line::Band { from_us: row.at_us, to_us: row.at_us, counts: Vec::new(), range: None });
        }
        if let Some(Line::Band { to_us, counts, range, .. }) = lines.last_mut() {
            *to_us = (*to_us).max(row.at_us);
            let name = called(row);
            match counts.iter_mut().find(|(held, _)| *held == name) {
                Some((_, times)) => *times += u64::from(row.times),
                None => counts.push((name, u64::from(row.times))),
            }
            if let Some((a, b)) = row.range {
                *range = Some(range.map_or((a.0, b.0), |(x, y)| (x.min(a.0), y.max(b.0))));
            }
        }
    }
    lines
}

/// A line whose shortened ids lose their ends as well where it would not fit: `c61930…c5e5` becomes `c61930…`.
#[must_use]
pub fn fitted(line: &str, room: f64) -> String {
    if mono_width(line, 11.0) <= room {
        return line.to_owned();
    }
    let shorter = |word: &str| word.find('…').map_or_else(|| word.to_owned(), |at| word[..at + '…'.len_utf8()].to_owned());
    line.split(' ').map(shorter).collect::<Vec<_>>().join(" ")
}

/// A moment in seconds: `24.680`, `100.68`; from a thousand seconds on `16:40`.
#[must_use]
pub fn short_clock(us: u64) -> String {
    let ms = us / 1_000;
    match ms {
        0..100_000 => format!("{}.{:03}", ms / 1_000, ms % 1_000),
        100_000..1_000_000 => format!("{}.{:02}", ms / 1_000, ms / 10 % 100),
        _ => format!("{}:{:02}", ms / 60_000, ms / 1_000 % 60),
    }
}

/// Columns of the ladder; states, then sizes give way where there is no room.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Columns {
    /// Right edge of the clock.
    pub clock: f64,
    /// Life line of the replica.
    pub replica: f64,
    /// Life line of the master.
    pub master: f64,
    /// Right edge of the sizes.
    pub size: f64,
    /// Whether sizes are shown.
    pub sizes: bool,
    /// Whether states are shown.
    pub states: bool,
}

/// Lays the columns out to a width.
#[must_use]
pub fn columns(w: f64) -> Columns {
    let (sizes, states) = (w >= 330.0, w >= 290.0);
    let replica = if states { 130.0 } else { 54.0 };
    let master = w - if sizes { 70.0 } else { 14.0 };
    Columns { clock: 41.0, replica, master, size: w - 2.0, sizes, states }
}

/// The panel.
#[component]
pub fn Handshake(props: &FigureProps) -> Html {
    let frame = use_node_ref();
    let scroll = use_node_ref();
    let follow = use_mut_ref(|| true);
    // Where the rows were scrolled to last: only upwards is it the person who scrolled.
    let reached = use_mut_ref(|| 0);
    let size = use_size(&frame, Size::new(410.0, 212.0));
    let t = &props.t.figures.ladder;
    let h = &props.views.handshake;
    let lines = fold(&h.rows);
    // The newest row stays in sight unless the person scrolled up.
    {
        let (scroll, follow, reached) = (scroll.clone(), follow.clone(), reached.clone());
        use_effect_with((props.views.clone(), size), move |_| {
            if *follow.borrow()
                && let Some(element) = scroll.cast::<Element>()
            {
                element.set_scroll_top(element.scroll_height());
                *reached.borrow_mut() = element.scroll_top();
            }
        });
    }
    let onscroll = {
        let scroll = scroll.clone();
        Callback::from(move |_: Event| {
            if let Some(e) = scroll.cast::<Element>() {
                let top = e.scroll_top();
                if top + e.client_height() >= e.scroll_height() - 4 {
                    *follow.borrow_mut() = true;
                } else if top < *reached.borrow() {
                    // Rows that came since the last scroll do not count as scrolling away.
                    *follow.borrow_mut() = false;
                }
                *reached.borrow_mut() = top;
            }
        })
    };
    if lines.is_empty() {
        let name = if h.replica.is_empty() { None } else { Some(h.replica.as_str()) };
        return html! {
            <section class="panel handshake" aria-label={t.name}>
                <div class="head"><h2>{ t.title }</h2></div>
                <div class="figure" ref={frame}><p class="empty">{ (t.none)(name) }</p></div>
            </section>
        };
    }
    let c = columns(size.w);
    let high = HEAD + ROW * lines.len() as f64 + 6.0;
    let all_high = high.max(size.h - 22.0);
    let ix = by_name(&props.views, &h.replica).unwrap_or(1);
    let pen = Pen { c, hue: hue_of(ix), t: props.t, pointed: props.pointed, on: &props.on };
    // What had happened last at the pointed moment.
    let current = props.moment.and_then(|moment| lines.iter().rposition(|line| line.begins_us() <= moment));
    html! {
        <section class="panel handshake" aria-label={t.name}>
            <div class="head"><h2>{ t.title }</h2><span class="muted optional">{ t.subtitle }</span></div>
            <div class="figure ladder" ref={frame}>
                <svg class="ends" viewBox={format!("0 0 {} 18", n(size.w))} aria-hidden="true">
                    { mark::glyph(ix, c.replica - sans_width(&h.replica, 11.5) * 0.5 - 9.0, 8.0, 4.0) }
                    <text x={n(c.replica)} y="12" class="b c">{ h.replica.clone() }</text>
                    <text x={n(c.master.min(size.w - sans_width(&h.master, 11.5) * 0.5))} y="12" class="b c">{ h.master.clone() }</text>
                </svg>
                <div class="rows" ref={scroll} {onscroll} tabindex="0" role="group" aria-label={(t.figure)(&h.replica, &h.master)}>
                    <svg viewBox={format!("0 0 {} {}", n(size.w), n(all_high))}>
                        <path d={format!("M{} 0V{}M{} 0V{}", n(c.replica), n(all_high), n(c.master), n(all_high))} class="sr w1 fn" />
                        { for lines.iter().enumerate().map(|(i, line)| pen.line(line, HEAD + ROW * i as f64)) }
                        if let Some(i) = current {
                            <rect x="1" y={n(HEAD + ROW * i as f64)} width={n(c.size)} height={n(ROW - 1.0)} rx="3" class="fn si w15 moment" />
                        }
                    </svg>
                </div>
            </div>
        </section>
    }
}

/// What a line's frame needs.
struct Framed<'a> {
    y: f64,
    at_us: u64,
    text: &'a str,
    bad: bool,
    decisive: bool,
    first: Option<i64>,
}

struct Pen<'a> {
    c: Columns,
    hue: Hue,
    t: &'static Strings,
    pointed: Option<i64>,
    on: &'a Callback<Action>,
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

    fn line(&self, line: &Line, y: f64) -> Html {
        match line {
            Line::Message(row) => self.message(row, y),
            Line::Dials { from_us, text, times, state } => self.dials(*from_us, text, *times, *state, y),
            Line::Band { from_us, to_us, counts, range } => {
                let most = ((self.between() - 20.0) / 60.0).max(1.0) as usize;
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
                        <text x={n(self.middle())} y={n(base)} class="c mu">{ clip(&text, self.between() - 6.0, 10.0) }</text>
                        <text x={n(self.c.clock)} y={n(base)} class="mu e">{ span_us(to_us - from_us) }</text>
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
        let side = |text: &str, room: f64| clip(&text.to_uppercase(), room, 10.0);
        let sized = self.c.sizes && row.bytes > 0 && row.master_state.is_none();
        let body = html! {
            <>
                if row.refusal { <rect x={n(x0 + 1.0)} y={n(y + 0.5)} width={n(x1 - x0 - 2.0)} height={n(ROW - 1.0)} class="fbad" /> }
                <text x={n(self.c.clock)} y={n(base)} class="m mu e">{ short_clock(row.at_us) }</text>
                { drawn }
                if let (true, Some(state)) = (self.c.states, row.replica_state) { <text x={n(x0 - 7.0)} y={n(base)} class="m mu e st">{ side(state.name(), x0 - 50.0) }</text> }
                if let (true, Some(state)) = (self.c.sizes, row.master_state) { <text x={n(x1 + 3.0)} y={n(base)} class="m mu st">{ side(state.name(), self.c.size + 1.0 - x1 - 2.0) }</text> }
                if sized { <text x={n(self.c.size)} y={n(base)} class="m mu e">{ size_text(row.bytes) }</text> }
            </>
        };
        self.framed(
            &Framed { y, at_us: row.at_us, text: &repeated, bad: row.refusal, decisive: row.decisive, first: row.range.map(|r| r.0.0) },
            body,
        )
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
                <text x={n(self.middle())} y={n(y + 8.8)} class={classes!("m", "c", "halo", row.decisive.then_some("b"), row.refusal.then_some("xf"))}>{ clip(&fitted(text, self.between() - 3.0), self.between() - 3.0, 11.0) }</text>
            </>
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
        html! { <>{ self.bar(y, part.clamp(0.0, 1.0), "fnew") }<text x={n(self.middle())} y={n(y + 12.0)} class="m c b">{ clip(&text, self.between() - 24.0, 11.4) }</text></> }
    }

    fn stream(&self, row: &LadderRow, text: &str, hot: bool, y: f64) -> Html {
        let label = row
            .range
            .map_or_else(|| text.to_owned(), |(a, b)| format!("{} {} – {}", self.t.figures.ladder.bytes, grouped(a.0), grouped(b.0)));
        html! {
            <>
                { self.bar(y, 1.0, "fnew") }
                if hot { <rect x={n(self.c.replica + 10.0)} y={n(y + 1.8)} width={n(self.between() - 12.0)} height="13" rx="2" class="fn si w15" /> }
                <text x={n(self.middle())} y={n(y + 12.0)} class={classes!("m", "c", row.decisive.then_some("b"))}>{ clip(&label, self.between() - 24.0, 11.4) }</text>
            </>
        }
    }

    /// What became of a connection, in the page's words; what stands on the wire stays as it is.
    fn worded<'b>(&self, text: &'b str) -> &'b str {
        let t = &self.t.figures.ladder;
        match text {
            TIMED_OUT => t.timed_out,
            text if text.ends_with(REFUSED) => t.refused,
            text if text.ends_with(CUT) => t.cut,
            text => text,
        }
    }

    /// Dials that came back: an arrow that stops short.
    fn dials(&self, from_us: u64, text: &str, times: u64, state: Option<ReplState>, y: f64) -> Html {
        let (x0, at, base) = (self.c.replica, y + ROW * 0.5, y + 12.0);
        let words = self.worded(text);
        let words = if times > 1 { format!("{words} × {}", grouped(times as i64)) } else { words.to_owned() };
        let w = sans_width(&words, 11.0) + 8.0;
        let stop = x0 + ((self.between() - w) * 0.5).clamp(16.0, 58.0);
        let body = html! {
            <>
                <text x={n(self.c.clock)} y={n(base)} class="m mu e">{ short_clock(from_us) }</text>
                <path d={format!("M{} {}H{}m0 -4v8", n(x0), n(at), n(stop))} class={classes!(self.hue.stroke(), "w15", "fn")} />
                <text x={n(stop + 8.0)} y={n(base)} class={self.hue.text()}>{ words.clone() }</text>
                if let (true, Some(state)) = (self.c.states, state) { <text x={n(x0 - 7.0)} y={n(base)} class="m mu e st">{ clip(&state.name().to_uppercase(), x0 - 50.0, 10.0) }</text> }
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
        let text = clip(self.worded(text), self.between() - 36.0, 11.0);
        let w = mono_width(&text, 11.0).max(sans_width(&text, 11.0)) + 24.0;
        html! {
            <>
                <path d={format!("M{} {}H{}", n(x0), n(at), n(x1))} class="sf w15 fn d3" />
                <rect x={n(self.middle() - w * 0.5)} y={n(y + 1.5)} width={n(w)} height={n(ROW - 3.0)} class="fbad" />
                <text x={n(self.middle())} y={n(y + 12.0)} class="b xf c">{ format!("✕ {text}") }</text>
            </>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_core::repl::Offset;

    fn row(at_us: u64, kind: PacketKind, text: &str) -> LadderRow {
        LadderRow {
            at_us,
            arrived_us: Some(at_us + 20_000),
            up: kind == PacketKind::Ack,
            kind,
            text: text.into(),
            bytes: 64,
            times: 1,
            replica_state: None,
            master_state: None,
            refusal: false,
            decisive: false,
            progress: None,
            range: None,
        }
    }

    #[test]
    fn neighbours_of_the_stream_fold_and_decisions_stay() {
        let mut rows = vec![row(1, PacketKind::Request, "PSYNC ? -1")];
        rows[0].decisive = true;
        for i in 0..10 {
            let mut r = row(100 + i, PacketKind::Stream, &format!("SET key:{i}"));
            r.range = Some((Offset(i as i64 * 64), Offset(i as i64 * 64 + 63)));
            rows.push(r);
        }
        let mut ping = row(111, PacketKind::Ping, "PING");
        ping.times = 3;
        rows.push(ping);
        rows.push(row(112, PacketKind::Ack, "REPLCONF ACK 640"));
        let mut cut = row(200, PacketKind::Control, "reset");
        cut.refusal = true;
        rows.push(cut);
        let lines = fold(&rows);
        assert_eq!(lines.len(), 3, "{lines:?}");
        let Line::Band { from_us, to_us, counts, range } = &lines[1] else { panic!("{:?}", lines[1]) };
        assert_eq!((*from_us, *to_us, *range), (100, 112, Some((0, 639))));
        assert_eq!(*counts, [("SET".to_owned(), 10), ("PING".to_owned(), 3), ("ACK".to_owned(), 1)]);
    }

    #[test]
    fn dials_that_were_refused_fold_with_their_syns() {
        let control = |at_us: u64, up: bool, text: &str| {
            let mut r = row(at_us, PacketKind::Control, text);
            (r.up, r.refusal) = (up, !up);
            r.replica_state = Some(if up { ReplState::Connecting } else { ReplState::Connect });
            r
        };
        let mut rows = vec![control(1, false, "RST: the link is cut")];
        for i in 0..7 {
            rows.push(control(100 + i * 10, true, "SYN"));
            rows.push(control(101 + i * 10, false, "RST: connection refused"));
        }
        rows.push(control(900, true, "SYN"));
        let lines = fold(&rows);
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert_eq!(lines[1], Line::Dials { from_us: 100, text: "RST: connection refused", times: 7, state: Some(ReplState::Connect) });
    }

    #[test]
    fn a_row_that_changes_a_state_is_not_folded() {
        let mut r = row(5, PacketKind::Stream, "backlog");
        r.replica_state = Some(ReplState::Connected);
        assert!(matches!(fold(&[r])[0], Line::Message(_)));
    }

    #[test]
    fn clocks_stay_short() {
        assert_eq!(short_clock(24_680_400), "24.680");
        assert_eq!(short_clock(0), "0.000");
        assert_eq!((short_clock(100_689_000), short_clock(1_000_500_000)), ("100.68".to_owned(), "16:40".to_owned()));
        assert_eq!(fitted("+FULLRESYNC c61930…c5e5 51694", 180.0), "+FULLRESYNC c61930… 51694");
        assert_eq!(fitted("+FULLRESYNC c61930…c5e5 280", 300.0), "+FULLRESYNC c61930…c5e5 280");
    }

    #[test]
    fn states_and_sizes_give_way() {
        assert!(columns(410.0).sizes && columns(410.0).states);
        assert!(!columns(300.0).sizes && columns(300.0).states);
        assert!(!columns(250.0).states);
        for w in [200.0, 280.0, 410.0, 600.0] {
            let c = columns(w);
            assert!(c.clock < c.replica && c.replica + 80.0 < c.master && c.master <= c.size, "{c:?}");
        }
    }
}
