//! A lane for each replica: what it has, what is on its way to it, and in the tall one how long it may stay away.

use super::layout::{GONE, Lane, NARROW, SIDE, acked_end};
use super::picture::Picture;
use crate::action::{Action, Look, Selection};
use crate::draw::place::Taken;
use crate::draw::replicas::{Replica, Standing};
use crate::draw::{between, clip_sans, hue_of, mark, mono_width, n, sans_width};
use crate::format::{grouped, promise_ms, span_us};
use crate::i18n::glossary::Term;
use crate::panels::words::{begins, word};
use resync_core::fact::BesideStage;
use resync_core::repl::psync::Asked;
use resync_core::view::{Beside, LinkState, Runway};
use web_sys::MouseEvent;
use yew::{Callback, Html, classes, html};

/// How long after a partial resync its lane says by how much it came in time, µs.
const REMEMBERED_US: u64 = 4_000_000;
/// The words of the tall lane begin so far behind the arrow's left end, whatever its length: they do not wander.
const INSET: f64 = 40.0;

/// The words of the tall lane: a large number, and two lines beside it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Words {
    /// The large number, if there is one to give.
    pub(super) big: Option<String>,
    /// Upper line.
    pub(super) title: String,
    /// Lower line.
    pub(super) below: String,
    /// Something is lost, or is being lost.
    pub(super) grave: bool,
}
impl Words {
    fn new(title: impl Into<String>, below: impl Into<String>, grave: bool) -> Words {
        Words { big: None, title: title.into(), below: below.into(), grave }
    }
    /// Width of the large number with the space behind it. Numbers of one length are equally wide, so the lines stand still.
    fn lead(&self) -> f64 {
        self.big.as_ref().map_or(0.0, |big| sans_width(big, 20.0) * 1.06 + 10.0)
    }
    fn width(&self) -> f64 {
        self.lead() + (sans_width(&self.title, 12.0) * 1.08).max(sans_width(&self.below, 12.0))
    }
}

/// What a lane's marks are drawn with.
struct Marks<'a> {
    r: &'a Replica<'a>,
    lane: Lane,
    /// Place of the byte that is wanted next.
    x: f64,
    /// Names stand left of it: marks that are further back than the axis keep clear of them.
    edge: f64,
}

impl Picture<'_> {
    /// What the tall lane says of a replica; nothing where there is nothing to promise.
    pub(super) fn words(&self, r: &Replica) -> Option<Words> {
        let t = &self.t.face.lane;
        let counted = |left: Runway, title: &str, below: String, grave: bool| {
            let (big, below) = match left.ms {
                Some(ms) => (promise_ms(ms), below),
                None => (format!("{} B", grouped(left.bytes)), t.while_quiet.to_owned()),
            };
            Words { big: Some(big), title: title.to_owned(), below, grave }
        };
        match r.standing {
            Standing::Away(_) if r.applied.is_none() => None,
            Standing::Away(_) if self.dead() => Some(Words::new(t.master_gone, t.backlog_died, true)),
            Standing::Away(Some(left)) if left.bytes < 0 || !left.partial_now => {
                let id = r.node.upstream.as_ref().and_then(|up| up.cached).map(|(id, _)| id);
                let known = id.is_none_or(|id| id == self.top.replid || id == self.top.replid2);
                let wants = grouped(left.wants.0);
                let why = match (known, left.bytes < 0) {
                    (false, _) => t.other_id.to_owned(),
                    (true, true) => (t.overwritten)(&wants),
                    // It counted what its master did not: bytes that were no stream, or writes of a master that has died.
                    (true, false) if left.wants > self.top.offset + 1 => (t.ahead)(&wants),
                    (true, false) => String::new(),
                };
                Some(Words::new(self.t.figures.ruler.lost, why, true))
            }
            Standing::Away(Some(left)) => Some(counted(left, t.runway, (t.then_full)(&grouped(left.bytes)), true)),
            Standing::Streaming => self.came_back(r).or_else(|| {
                let left = r.node.truth.as_ref()?.if_cut.filter(|left| left.partial_now && left.bytes > 0)?;
                Some(counted(left, t.if_cut, (t.lives)(&grouped(left.bytes)), false))
            }),
            Standing::Syncing(..) | Standing::Away(None) => None,
        }
    }

    /// By how much a replica that was just continued came in time.
    fn came_back(&self, r: &Replica) -> Option<Words> {
        let t = &self.t.face.lane;
        let v = self.verdict.filter(|v| v.replica == r.node.name && self.now_us.saturating_sub(v.at_us) < REMEMBERED_US)?;
        v.ruling.partial()?;
        let (Asked::Psync { offset: Some(asked), .. }, Some(window)) = (&v.ruling.asked, v.ruling.window) else { return None };
        let spare = u64::try_from(self.backlog.size as i64 - (window.end().0 - asked)).ok()?;
        let span =
            spare.saturating_mul(1_000).checked_div(self.backlog.rate).map_or_else(|| format!("{} B", grouped(spare as i64)), promise_ms);
        Some(Words::new((t.in_time)(&span), (t.was_held)(&grouped(*asked)), false))
    }

    /// Under the name in the tall lane: how the replica is.
    fn state(&self, r: &Replica) -> (String, bool) {
        let since = |us: u64| span_us(self.now_us.saturating_sub(us));
        let broken = r.link.filter(|link| link.state != LinkState::Up);
        match (r.standing, r.session, broken) {
            (Standing::Away(_), _, Some(link)) => ((self.t.face.lane.away)(&since(link.since_us)), true),
            (Standing::Streaming, _, Some(_)) => (self.t.figures.stage.online_in_info.to_owned(), false),
            (Standing::Streaming | Standing::Syncing(..), Some(session), _) => (session.state.to_string(), false),
            _ => (r.node.upstream.as_ref().map_or_else(String::new, |up| up.state.to_string()), r.applied.is_some() || r.foreign),
        }
    }

    pub(super) fn lane(&self, r: &Replica, lane: Lane, selected: bool, on: &Callback<Action>) -> Html {
        let ix = r.node.ix;
        let hue = hue_of(ix);
        let Lane { y, half, line, tall } = lane;
        let x_head = self.x_head();
        let x_from = if self.holds() { self.x_first() } else { SIDE + GONE };
        let onclick = on.reform(move |_: MouseEvent| Action::Look(Look::Select(Selection::Node(ix))));
        let gap = r.gap.map(|g| if g == 0 { "0 B".to_owned() } else { format!("{} B", grouped(-g)) });
        // Behind the head, and behind a mark of an ACK that lies beyond it.
        let x_acked = r.session.map_or(x_head, |s| self.place.axis.at((s.offset.0 + 1) as f64));
        let x_gap = x_head.max(x_acked.min(self.right() - 30.0)) + 9.0;
        // In a narrow box the unit would leave the figure.
        let gap = gap.map(|gap| if x_gap + mono_width(&gap, 12.0) > self.size.w { gap.trim_end_matches(" B").to_owned() } else { gap });
        let beside = tall && self.size.w >= NARROW;
        let (name_y, name_px) = if beside { (y - 2.0, 13.0) } else { (line + 4.0, 12.0) };
        let state = beside.then(|| self.state(r)).filter(|(text, _)| !text.is_empty());
        let ground = match (tall, selected) {
            (true, _) => {
                let class = if selected { "track fsel" } else { "track fn" };
                html! { <rect x={n(SIDE - 8.0)} y={n(y - half)} width={n(self.right() - SIDE + 16.0)} height={n(2.0 * half)} rx="4" {class} /> }
            }
            (false, chosen) => html! {
                <>
                    if chosen { <rect x={n(SIDE - 8.0)} y={n(y - half - 1.0)} width={n(self.right() - SIDE + 16.0)} height={n(2.0 * half + 2.0)} rx="3" class="fsel" /> }
                    <rect x={n(x_from + 1.0)} y={n(y - half)} width={n((x_head - x_from - 2.0).max(0.0))} height={n(2.0 * half)} class={if chosen { "track fn" } else { "track fwash" }} opacity=".6" />
                </>
            },
        };
        html! {
            <g class={classes!("lane", selected.then_some("sel"), tall.then_some("tall"))} {onclick}>
                { ground }
                { self.lane_marks(r, lane) }
                { mark::glyph(ix, SIDE + 7.0, line, if beside { 5.5 } else { 4.5 }) }
                <text x={n(SIDE + 18.0)} y={n(name_y)} class={classes!("b", beside.then_some("t13"), (!selected && !tall).then_some("halo"))}>{ clip_sans(&r.node.name, GONE - 24.0, name_px) }</text>
                if let Some((text, grave)) = state { <text x={n(SIDE + 18.0)} y={n(y + 13.0)} class={if grave { "b xf" } else { "mu" }}>{ clip_sans(&text, GONE - 22.0, 12.0) }</text> }
                if let Some(gap) = gap { <text x={n(x_gap)} y={n(line + 4.0)} class={classes!("m", tall.then_some("b"), hue.text())}>{ gap }</text> }
            </g>
        }
    }

    fn lane_marks(&self, r: &Replica, lane: Lane) -> Html {
        let edge = SIDE + GONE.min(130.0) - 8.0;
        let (Some(applied), Some(received)) = (r.applied, r.received) else { return self.without_past(r, lane, edge) };
        let m = Marks { r, lane, x: self.place.axis.at((applied + 1) as f64).max(edge), edge };
        match r.standing {
            Standing::Away(left) => self.missed(&m, left),
            Standing::Streaming | Standing::Syncing(..) => self.streamed(&m, received),
        }
    }

    /// A replica that has nothing of this stream yet: what is being done about it.
    fn without_past(&self, r: &Replica, lane: Lane, edge: f64) -> Html {
        let t = &self.t.figures.ruler;
        let (x_head, y) = (self.x_head(), lane.line);
        if let Some(beside) = r.node.upstream.as_ref().and_then(|up| up.beside) {
            return self.beside(r, &beside, lane, edge);
        }
        let (text, done) = match r.standing {
            Standing::Syncing(done, total) if total > 0 => {
                ((t.rdb)(&grouped(done as i64), &grouped(total)), Some(done as f64 / total as f64))
            }
            Standing::Syncing(0, 0) => (t.loading.to_owned(), Some(1.0)),
            Standing::Syncing(0, _) => (t.waits.to_owned(), None),
            Standing::Syncing(done, _) => ((t.rdb)(&grouped(done as i64), "?"), None),
            _ if r.foreign => (self.t.face.lane.other_history.to_owned(), None),
            _ => (t.nothing.to_owned(), None),
        };
        let w = sans_width(&text, 12.0);
        let x0 = if self.holds() { self.x_first().max(edge) } else { edge };
        let room = (x_head - x0 - 2.0).max(0.0);
        // Where the held part is short, the words stand before it.
        let x_text = if room > w + 24.0 || x0 - 14.0 - w < edge { (x0 + x_head) * 0.5 } else { x0 - 12.0 - w * 0.5 };
        let x_text = x_text.clamp(SIDE + 4.0 + w * 0.5, (self.right() - 4.0 - w * 0.5).max(SIDE + 4.0 + w * 0.5));
        // In a narrow box long words stand below the name, where the tall lane has room.
        let below = if lane.tall && self.size.w < NARROW && x_text - w * 0.5 < edge { 25.0 } else { 0.0 };
        html! {
            <>
                if let Some(done) = done {
                    <rect x={n(x0 + 1.0)} y={n(y - 4.0)} width={n(room * done.clamp(0.0, 1.0))} height="8" class="fnew" opacity=".5" />
                    <rect x={n(x0 + 1.0)} y={n(y - 4.0)} width={n(room)} height="8" class="fn sr" />
                }
                { plate(x_text - w * 0.5, y + below, w, 14.0) }
                <text x={n(x_text)} y={n(y + below + 4.0)} class={classes!("c", if r.foreign { "b xf" } else { hue_of(r.node.ix).text() })}>{ text }</text>
            </>
        }
    }

    /// A replica whose RDB comes over a second connection: what it keeps of the stream meanwhile, from where the RDB ends, and what its master keeps behind that.
    fn beside(&self, r: &Replica, beside: &Beside, lane: Lane, edge: f64) -> Html {
        let t = &self.t.figures.ruler;
        let (x_head, y, hue) = (self.x_head(), lane.line, hue_of(r.node.ix));
        let number = |bytes: u64| grouped(bytes as i64);
        let (held, waits) = (number(beside.held), r.session.map_or(0, |s| s.output_buffer));
        let text = match (beside.stage, r.standing) {
            (BesideStage::Applies, _) => (t.applies_kept)(&held),
            (BesideStage::Opens | BesideStage::Joins, _) => t.opens_second.to_owned(),
            (BesideStage::Beside, _) if beside.full => (t.beside_full)(&held, &number(waits)),
            (BesideStage::Beside, Standing::Syncing(done, _)) if done > 0 => (t.beside)(&number(done), &held),
            (BesideStage::Beside, _) => (t.loading_beside)(&held),
        };
        let origin = r.node.upstream.as_ref().map_or(0, |up| up.initial_offset.0);
        let at = |offset: i64| self.place.axis.at((offset + 1) as f64).max(edge);
        // What is applied of it already stands before what is left.
        let to = r.node.upstream.as_ref().map_or(origin, |up| up.read.0.max(origin + beside.held as i64)).min(self.head);
        let (x0, x1) = (at(to - beside.held as i64), at(to));
        // In a narrow box the words stand below the name, and may begin where it does.
        let side = if lane.tall && self.size.w < NARROW { 8.0 } else { SIDE + 4.0 };
        let text = clip_sans(&text, self.right() - side - 4.0, 12.0);
        let w = sans_width(&text, 12.0);
        // They stand before what is kept, or behind the head's side where that has no room.
        let before = x0 - 14.0 - w > edge;
        let x_text =
            if before { x0 - 10.0 - w * 0.5 } else { (edge + 4.0 + w * 0.5).min((self.right() - 4.0 - w * 0.5).max(side + w * 0.5)) };
        let below = if lane.tall && (!before || self.size.w < NARROW) { if self.size.w < NARROW { 25.0 } else { 13.0 } } else { 0.0 };
        html! {
            <>
                if beside.stage != BesideStage::Opens {
                    <rect x={n(x0)} y={n(y - 4.0)} width={n((x1 - x0).max(0.0))} height="8" class={hue.fill()} opacity=".45" />
                    <path d={format!("M{} {}v12", n(at(origin)), n(y - 6.0))} class={classes!(hue.stroke(), "w15", "fn")} />
                    <rect x={n(x1)} y={n(y - 4.0)} width={n((x_head - x1).max(0.0))} height="8" class={classes!("fn", hue.stroke(), "w1", "d3")} />
                    if beside.full { <path d={format!("M{} {}v14", n(x1), n(y - 7.0))} class="sf w2 fn" /> }
                }
                if before || lane.tall { { plate(x_text - w * 0.5, y + below, w, 14.0) } }
                <text x={n(x_text)} y={n(y + below + 4.0)} class={classes!("c", if beside.full { "xf" } else { hue.text() }, (!before && !lane.tall).then_some("halo"))}>{ text }</text>
            </>
        }
    }

    /// A replica that is away: what it missed, and how long that may go on.
    fn missed(&self, m: &Marks, left: Option<Runway>) -> Html {
        let t = &self.t.figures.ruler;
        let (hue, y, x_head) = (hue_of(m.r.node.ix), m.lane.line, self.x_head());
        let lost = self.dead() || left.is_some_and(|left| left.bytes < 0 || !left.partial_now);
        let hatch = if lost { "url(#hatch-fault)".to_owned() } else { format!("url(#hatch-{})", hue.hatch()) };
        let mut taken = Taken::default();
        let half = if m.lane.tall { 9.0 } else { 4.0 };
        let arrow = if lost { Html::default() } else { left.map_or_else(Html::default, |left| self.arrow(m, left, true)) };
        let words = self.said(m, lost, &mut taken);
        let label = if self.dead() {
            ""
        } else {
            let labels = if left.is_some_and(|left| left.bytes < 0) { [t.missed_lost, t.missed_short] } else { [t.missed, t.missed_short] };
            labels.into_iter().find(|label| x_head - m.x > sans_width(label, 12.0) + 30.0).unwrap_or_default()
        };
        let (w, middle) = (sans_width(label, 12.0), (m.x + x_head) * 0.5);
        let labelled = !label.is_empty() && taken.take(middle - w * 0.5 - 8.0, middle + w * 0.5 + 8.0);
        html! {
            <>
                <rect x={n(m.x)} y={n(y - half)} width={n((x_head - m.x).max(0.0))} height={n(2.0 * half)} fill={hatch} opacity=".6" />
                { arrow }
                { self.glyph(m) }
                if labelled {
                    { plate(middle - w * 0.5, y, w, 2.0 * half + 2.0) }
                    <text x={n(middle)} y={n(y + 4.0)} class={classes!("c", if lost { "xf" } else { hue.text() })}>{ label }</text>
                }
                { words }
            </>
        }
    }

    /// A replica that gets the stream: acknowledged, applied, received, sent.
    fn streamed(&self, m: &Marks, received: i64) -> Html {
        let t = &self.t.figures.ruler;
        let (hue, y, edge, x_applied) = (hue_of(m.r.node.ix), m.lane.line, m.edge, m.x);
        let next = |offset: i64| self.place.axis.at((offset + 1) as f64).max(edge);
        let acked = m.r.session.map(|s| s.offset.0);
        let sent = m.r.session.map_or(received, |s| s.sent.0.max(received)).min(self.head);
        let (x_received, x_sent) = (next(received), next(sent));
        let mut taken = Taken::default();
        let words = self.said(m, false, &mut taken);
        let arrow = if m.lane.tall && self.came_back(m.r).is_none() {
            let left = m.r.node.truth.as_ref().and_then(|truth| truth.if_cut).filter(|left| left.partial_now && left.bytes > 0);
            // It ends before the words about the last ACK.
            left.map_or_else(Html::default, |left| self.arrow(m, left, false))
        } else {
            Html::default()
        };
        // Data that never were the master's stand nowhere on its line: what was sent did come, and is no part of that past.
        let astray = m.r.node.truth.as_ref().is_some_and(|truth| truth.staleness_ms.is_none());
        let flight = if astray { self.t.figures.stage.never_was } else { t.in_flight };
        let (flight_w, flight_x) = (sans_width(flight, 12.0), (x_received + x_sent) * 0.5);
        let in_flight =
            x_sent - x_received > flight_w + 40.0 && taken.take(flight_x - flight_w * 0.5 - 8.0, flight_x + flight_w * 0.5 + 8.0);
        html! {
            <>
                { arrow }
                if let Some(x) = acked.map(next) {
                    <path d={format!("M{} {}H{}", n(x.min(x_applied)), n(y), n(x.max(x_applied)))} class={classes!(hue.stroke(), "w2", "fn")} />
                }
                if x_received > x_applied + 0.5 {
                    <path d={format!("M{} {}H{}m0 -4v8", n(x_applied), n(y), n(x_received))} class={classes!(hue.stroke(), "w1", "fn")} />
                }
                if x_sent > x_received + 7.0 {
                    <rect x={n(x_received)} y={n(y - 4.0)} width={n(x_sent - x_received - 4.0)} height="8" fill={format!("url(#hatch-{})", hue.hatch())} opacity=".55" />
                    <path d={format!("M{} {}l8 6l-8 6z", n(x_sent - 9.0), n(y - 6.0))} class={classes!("fp", hue.stroke(), "w15")} />
                } else if x_sent > x_received + 0.5 {
                    <path d={format!("M{} {}H{}", n(x_received), n(y), n(x_sent))} class={classes!(hue.stroke(), "w2", "fn", "d3")} />
                }
                { acked.map(|acked| self.acked(m, acked, &mut taken)).unwrap_or_default() }
                { self.glyph(m) }
                if in_flight {
                    { plate(flight_x - flight_w * 0.5, y, flight_w, 14.0) }
                    <text x={n(flight_x)} y={n(y + 4.0)} class={classes!("c", if astray { "xf" } else { hue.text() })}>{ flight }</text>
                }
                { words }
            </>
        }
    }

    /// The mark of the last ACK, with its number where there is room.
    fn acked(&self, m: &Marks, acked: i64, taken: &mut Taken) -> Html {
        let (hue, y) = (hue_of(m.r.node.ix), m.lane.line);
        let said = self.t.figures.ruler.acked;
        let number = grouped(acked);
        let w = sans_width(said, 12.0) + 5.0 + mono_width(&number, 12.0);
        let x = self.place.axis.at((acked + 1) as f64).max(m.edge);
        let end = acked_end(x, m.x, w);
        let between = (x + m.x) * 0.5 + w * 0.5;
        // Left of it, else between it and what is applied.
        let clear = |end: f64, taken: &mut Taken| taken.take(end - w - 6.0, end + 2.0).then_some(end);
        let (place, on_line) = if end - w > m.edge - 4.0 {
            (clear(end, taken), end > m.x)
        } else if m.x - x > w + 30.0 {
            (clear(between, taken), true)
        } else {
            (None, false)
        };
        html! {
            <>
                <circle cx={n(x)} cy={n(y)} r="4.5" class={classes!("fp", hue.stroke(), "w2")} />
                if let Some(end) = place {
                    if m.lane.tall || on_line { { plate(end - w, y, w, if m.lane.tall { 18.0 } else { 14.0 }) } }
                    <text x={n(end)} y={n(y + 4.0)} class={classes!("e", hue.text())}>{ word(Term::Acked, said, self.on) }<tspan class="m" dx="5">{ number }</tspan></text>
                }
            </>
        }
    }

    fn glyph(&self, m: &Marks) -> Html {
        let (ix, y) = (m.r.node.ix, m.lane.line);
        let beyond = m.r.applied.is_some_and(|applied| self.place.axis.at((applied + 1) as f64) < m.edge);
        html! {
            <>
                { mark::glyph(ix, m.x, y, if m.lane.tall { 5.5 } else { 5.0 }) }
                if beyond { <path d={format!("M{} {}l-4 4l4 4", n(m.x - 8.0), n(y - 4.0))} class={classes!(hue_of(ix).stroke(), "w15", "fn")} /> }
            </>
        }
    }

    /// Where the runway ends: the place of the oldest byte that a full backlog would hold. While the backlog fills that is left of its first byte, so that the
    /// arrow is as long as its number says.
    fn x_end(&self) -> f64 {
        self.place.axis.at((self.head + 1 - self.backlog.size as i64) as f64)
    }

    /// The arrow of the runway: from the wanted byte to where the backlog's end will have come. Where that lies beyond the axis it is broken off.
    fn arrow(&self, m: &Marks, left: Runway, away: bool) -> Html {
        let y = m.lane.line;
        let whole = self.x_end() >= m.edge - 1.0;
        let from = if whole { self.x_end() + 3.0 } else { m.edge + 4.0 };
        // Before a cut it ends at the mark of the last ACK.
        let acked = m.r.session.map_or(m.x, |s| between(self.place.axis.at((s.offset.0 + 1) as f64), m.edge, m.x));
        let to = if away { m.x - 9.0 } else { acked.min(m.x) - 9.0 };
        if left.bytes <= 0 || to <= from {
            return Html::default();
        }
        let (stroke, width) = if away { ("sf", "w2") } else { ("smu", "w1") };
        let class = classes!(stroke, width, "fn");
        let (head, rise) = if m.lane.tall { (7.0, 6.0) } else { (5.0, 4.0) };
        let line = format!("M{} {}H{}", n(from), n(y), n(to));
        let begin = if whole {
            format!("M{} {}l-{head} {rise}l{head} {rise}", n(from + head), n(y - rise))
        } else {
            // Torn: it goes on further than the axis does.
            format!("M{} {}l-3 5l5 2l-3 5", n(from + 1.0), n(y - 6.0))
        };
        let end = format!("M{} {}l{head} {rise}l-{head} {rise}", n(to - head), n(y - rise));
        html! {
            <g class={classes!("runway", away.then_some("away"))}>
                <path d={line} class={classes!(class.clone(), "d2")} />
                if to - from > 2.0 * head { <path d={begin} class={class.clone()} /> }
                if away && to - from > 3.0 * head { <path d={end} {class} /> }
            </g>
        }
    }

    /// The words of a lane: in the tall one the large number with its two lines, in the others one word if it must be said.
    fn said(&self, m: &Marks, lost: bool, taken: &mut Taken) -> Html {
        let Some(words) = self.words(m.r) else { return Html::default() };
        if m.lane.tall {
            return self.said_large(m, &words, taken);
        }
        let text = match (&words.big, lost) {
            (_, true) => words.title,
            (Some(big), false) if words.grave => format!("{} {big}", words.title),
            _ => return Html::default(),
        };
        let (y, w) = (m.lane.line, sans_width(&text, 12.0) * 1.08);
        let inside = self.x_end().max(m.edge) + 16.0;
        // Behind its arrow's end, else right of its mark, else left of it: never among the gaps.
        let x = if m.x - 20.0 - w > inside {
            inside
        } else if m.x + 14.0 + w + 8.0 < self.x_head() {
            m.x + 14.0
        } else {
            m.x - 14.0 - w
        };
        if x < m.edge - 4.0 {
            return Html::default();
        }
        if !taken.take(x - 8.0, x + w + 8.0) {
            return Html::default();
        }
        html! { <g class="said">{ plate(x, y, w, 14.0) }<text x={n(x)} y={n(y + 4.0)} class="b xf">{ text }</text></g> }
    }

    fn said_large(&self, m: &Marks, words: &Words, taken: &mut Taken) -> Html {
        let (lane, lead, w) = (m.lane, words.lead(), words.width());
        let narrow = self.size.w < NARROW;
        let begin = self.x_end().max(m.edge);
        let (x, upper, lower) = if narrow {
            (SIDE, lane.y + lane.half - 22.0, lane.y + lane.half - 7.0)
        } else if m.x - begin > INSET + w + 30.0 {
            (begin + INSET, lane.y - 3.0, lane.y + 12.0)
        } else {
            (m.x + 18.0, lane.y - 3.0, lane.y + 12.0)
        };
        // At the right edge the words end before the head.
        let x = if narrow { x } else { x.min(self.x_head() - w - 14.0).max(m.edge) };
        if !narrow {
            taken.take(x - 10.0, x + w + 10.0);
        }
        let ink = if words.grave { "xf" } else { "" };
        let below = if narrow { clip_sans(&words.below, self.size.w - 2.0 * SIDE - lead, 12.0) } else { words.below.clone() };
        html! {
            <g class="said">
                if !narrow { <rect x={n(x - 8.0)} y={n(lane.y - lane.half + 2.0)} width={n(w + 16.0)} height={n(2.0 * lane.half - 4.0)} rx="3" class="plate" /> }
                if let Some(big) = &words.big { <text x={n(x)} y={n((upper + lower) * 0.5 + 3.5)} class={classes!("t20", "b", ink)}>{ big.clone() }</text> }
                <text x={n(x + lead)} y={n(upper)} class={classes!("b", ink)}>{ self.titled(&words.title) }</text>
                <text x={n(x + lead)} y={n(lower)} class={if words.grave { "xf" } else { "mu" }}>{ below }</text>
            </g>
        }
    }

    /// The title of the tall lane's words: where it begins with the runway, that is a word of the glossary.
    fn titled(&self, title: &str) -> Html {
        let runway = self.t.face.lane.runway;
        let of = title.starts_with(runway).then_some(Term::Runway);
        begins(of, title, runway.len(), self.on)
    }
}

/// Blank ground behind words on a line or a hatch.
fn plate(x: f64, y: f64, w: f64, h: f64) -> Html {
    html! { <rect x={n(x - 5.0)} y={n(y - h * 0.5)} width={n(w + 10.0)} height={n(h)} rx="3" class="plate" /> }
}
