//! The backlog as it lies in memory: a ring up to 6.2, a chain of shared blocks from 7.0. Drawn inside its master's frame on the stage.

use crate::action::Action;
use crate::draw::replicas::{Replica, Standing};
use crate::draw::{age_opacity, clip, clip_sans, hue_of, mark, maths, mono_width, n, sans_width};
use crate::format::{grouped, size as size_text};
use crate::i18n::Strings;
use crate::i18n::glossary::Term;
use crate::panels::words::{begins, word};
use resync_core::view::{BacklogShape, BacklogView, BlockView, NodeIx, SessionView, StreamCommand};
use std::f64::consts::TAU;
use yew::{Callback, Html, classes, html};

/// Arcs of the age ramp.
const ARCS: u32 = 48;
/// Command boundaries nearer to each other than this are not all drawn.
const APART: f64 = 3.0;

/// Glyphs that stand inside the band at most, where many replicas want nearly the same byte.
const CROWD: usize = 4;

/// A box inside a figure.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Area {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

/// What the figure needs.
#[derive(Clone, Copy)]
pub struct Memory<'a> {
    /// The backlog.
    pub backlog: &'a BacklogView,
    /// The node's offset.
    pub head: i64,
    /// What the node knows of its replicas, for those that pin a block.
    pub sessions: &'a [SessionView],
    /// The replicas of the shown stream.
    pub replicas: &'a [Replica<'a>],
    /// Commands near the head, or wherever the lens stands.
    pub commands: &'a [StreamCommand],
    /// The pointed byte.
    pub pointed: Option<i64>,
    /// The process that held it is not there.
    pub gone: bool,
    /// The replica whose runway is shown before a cut as well.
    pub selected: Option<NodeIx>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: &'a Callback<Action>,
}

/// Where in a ring of `size` bytes the byte at `offset` lies, when the byte after `head` will be written at `idx`.
#[must_use]
pub fn index_of(offset: i64, head: i64, idx: u64, size: u64) -> u64 {
    let size = size.max(1) as i128;
    (i128::from(idx) + i128::from(offset) - i128::from(head) - 1).rem_euclid(size) as u64
}

/// The offset of the byte that lies at `index`; `None` where nothing was written yet.
#[must_use]
pub fn offset_at(index: u64, head: i64, idx: u64, size: u64, histlen: u64) -> Option<i64> {
    let size = size.max(1);
    let back = (i128::from(idx) - 1 - i128::from(index)).rem_euclid(i128::from(size)) as u64;
    (back < histlen).then(|| head - back as i64)
}

/// A ring: index 0 on top, clockwise.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ring {
    /// Centre.
    pub cx: f64,
    /// Centre.
    pub cy: f64,
    /// Middle of its band.
    pub r: f64,
    /// Width of its band.
    pub band: f64,
}

impl Ring {
    /// The largest ring in a box that leaves room for the marks and the arcs of runways outside it.
    #[must_use]
    pub fn within(area: Area) -> Ring {
        let half = (area.w.min(area.h) * 0.5).min(170.0);
        let band = (half * 0.2).clamp(10.0, 30.0);
        // Where there is no room for it, it is as small as its marks let it be.
        let r = (half - band * 0.5 - 15.0).max(band * 0.5 + 12.0);
        Ring { cx: area.x + area.w * 0.5, cy: area.y + area.h * 0.5, r, band }
    }
    /// The point at this part of a turn and this distance from the centre.
    #[must_use]
    pub fn point(&self, turn: f64, r: f64) -> (f64, f64) {
        let (sin, cos) = maths::sin_cos(turn * TAU);
        (self.cx + r * sin, self.cy - r * cos)
    }
    /// A clockwise arc between two parts of a turn.
    #[must_use]
    pub fn arc(&self, from: f64, to: f64, r: f64) -> String {
        let span = (to - from).clamp(0.0, 0.9999);
        let ((x0, y0), (x1, y1)) = (self.point(from, r), self.point(from + span, r));
        format!("M{} {}A{} {} 0 {} 1 {} {}", n(x0), n(y0), n(r), n(r), u8::from(span > 0.5), n(x1), n(y1))
    }
    /// A radial line.
    #[must_use]
    pub fn radius(&self, turn: f64, from: f64, to: f64) -> String {
        let ((x0, y0), (x1, y1)) = (self.point(turn, from), self.point(turn, to));
        format!("M{} {}L{} {}", n(x0), n(y0), n(x1), n(y1))
    }
    /// The part of a turn at which a point stands, if it is on the band.
    #[must_use]
    pub fn turn_at(&self, x: f64, y: f64) -> Option<f64> {
        let (dx, dy) = (x - self.cx, self.cy - y);
        let r = maths::hypot(dx, dy);
        ((r - self.r).abs() <= self.band * 0.5 + 4.0).then(|| maths::atan2(dx, dy).rem_euclid(TAU) / TAU)
    }
}

/// Which boundaries are drawn when they crowd: each at least `APART` from the one before, going back from the newest.
fn thinned(turns: impl Iterator<Item = f64>, radius: f64) -> Vec<f64> {
    let mut last: Option<f64> = None;
    let mut kept = Vec::new();
    for turn in turns {
        if last.is_none_or(|l: f64| (l - turn).rem_euclid(1.0) * TAU * radius >= APART) {
            last = Some(turn);
            kept.push(turn);
        }
    }
    kept
}

/// The backlog in its box.
pub fn memory(area: Area, m: &Memory) -> Html {
    let t = &m.t.figures.backlog;
    let body = if m.backlog.active {
        match &m.backlog.shape {
            BacklogShape::Ring { idx } => ring(area, *idx, m),
            BacklogShape::Blocks { blocks: list } => blocks(area, list, m),
        }
    } else {
        none(area, m)
    };
    html! { <g role="region" aria-label={t.name} class="backlog">{ body }</g> }
}

/// A backlog beside the one that is shown: the ring or the blocks alone, without a word, in a small square.
pub fn small(area: Area, m: &Memory) -> Html {
    let (size, held) = (m.backlog.size.max(1), m.backlog.histlen as f64 / m.backlog.size.max(1) as f64);
    let half = area.w.min(area.h) * 0.5;
    let band = (half * 0.3).clamp(6.0, 12.0);
    let ring = Ring { cx: area.x + area.w * 0.5, cy: area.y + area.h * 0.5, r: half - band * 0.5 - 6.0, band };
    let BacklogShape::Ring { idx } = m.backlog.shape else {
        // Blocks in a row one above the other, each filled as far as it is used.
        let BacklogShape::Blocks { blocks } = &m.backlog.shape else { return Html::default() };
        let rows = blocks.len().clamp(1, 8);
        let high = ((area.h - 8.0) / rows as f64).min(14.0);
        let from = blocks.len().saturating_sub(rows);
        return (0..rows)
            .map(|i| {
                let fill = blocks.get(from + i).map_or(0.0, |b| b.used as f64 / b.size.max(1) as f64);
                let y = area.y + 4.0 + high * i as f64;
                html! {
                    <>
                        <rect x={n(area.x + 4.0)} y={n(y)} width={n(area.w - 8.0)} height={n(high - 3.0)} rx="2" class="fwash sr" />
                        <rect x={n(area.x + 4.0)} y={n(y)} width={n((area.w - 8.0) * fill.min(1.0))} height={n(high - 3.0)} rx="2" class="fnew" opacity={format!("{:.2}", age_opacity((i + 1) as f64 / rows as f64))} />
                    </>
                }
            })
            .collect();
    };
    let write = idx as f64 / size as f64;
    let turn = |offset: i64| index_of(offset, m.head, idx, size) as f64 / size as f64;
    let arcs = (0..ARCS / 2).filter(|_| m.backlog.active).map(|i| {
        let (a, b) = (f64::from(i) / f64::from(ARCS / 2), f64::from(i + 1) / f64::from(ARCS / 2));
        let (from, to) = (write - held + held * a, (write - held + held * b + 0.003).min(write));
        html! { <path d={ring.arc(from, to, ring.r)} class="fn snew" stroke-width={n(band)} opacity={format!("{:.2}", age_opacity(a))} /> }
    });
    let outer = ring.r + band * 0.5;
    html! {
        <>
            <circle cx={n(ring.cx)} cy={n(ring.cy)} r={n(ring.r)} class="fn swash" stroke-width={n(band)} />
            { for arcs }
            if m.backlog.active {
                { wanted(&ring, m, write, &turn) }
                <path d={ring.radius(write, ring.r - band * 0.5 - 2.0, outer + 4.0)} class="si w25 fn" />
            }
        </>
    }
}

fn none(area: Area, m: &Memory) -> Html {
    let t = &m.t.figures.backlog;
    let (x, y) = (area.x + area.w * 0.5, area.y + area.h * 0.5);
    let words = if m.gone { m.t.face.lane.ring_gone } else { [t.none, t.none_until] };
    let outline = match &m.backlog.shape {
        BacklogShape::Ring { .. } => {
            let ring = Ring::within(area);
            html! { <circle cx={n(ring.cx)} cy={n(ring.cy)} r={n(ring.r)} class="fn swash" stroke-width={n(ring.band)} /> }
        }
        BacklogShape::Blocks { .. } => {
            html! { <rect x={n(area.x + 6.0)} y={n(area.y + 6.0)} width={n(area.w - 12.0)} height={n(area.h - 12.0)} rx="4" class="fn sr" stroke-dasharray="2 3" /> }
        }
    };
    html! {
        <>
            { outline }
            <text x={n(x)} y={n(y - 8.0)} class="b c">{ word(Term::Backlog, t.title, m.on) }</text>
            <text x={n(x)} y={n(y + 8.0)} class="mu c">{ words[0] }</text>
            <text x={n(x)} y={n(y + 23.0)} class="mu c">{ words[1] }</text>
        </>
    }
}

fn ring(area: Area, idx: u64, m: &Memory) -> Html {
    let t = &m.t.figures.backlog;
    let ring = Ring::within(area);
    let (size, histlen) = (m.backlog.size.max(1), m.backlog.histlen);
    let turn = |offset: i64| index_of(offset, m.head, idx, size) as f64 / size as f64;
    let (inner, outer) = (ring.r - ring.band * 0.5, ring.r + ring.band * 0.5);
    let write = idx as f64 / size as f64;
    let held = histlen as f64 / size as f64;
    let full = histlen >= size;
    let arcs = (0..ARCS).map(|i| {
        let (a, b) = (f64::from(i) / f64::from(ARCS), f64::from(i + 1) / f64::from(ARCS));
        let from = write - held + held * a;
        // A little overlap hides the seams.
        let to = (write - held + held * b + if i + 1 < ARCS { 0.0016 } else { 0.0 }).min(write);
        html! { <path d={ring.arc(from, to, ring.r)} class="fn snew" stroke-width={n(ring.band)} opacity={format!("{:.2}", age_opacity(a))} /> }
    });
    let first = m.backlog.first.0;
    let boundaries = thinned(m.commands.iter().rev().map(|c| c.first.0).filter(|o| *o >= first && *o <= m.head).map(turn), ring.r);
    let ticks: String = boundaries.iter().map(|turn| ring.radius(*turn, inner, outer)).collect();
    let (tip_x, tip_y) = ring.point(write, outer + 3.0);
    let (wing, back) = (0.62 / ring.r, outer + 14.0);
    let (l, r) = (ring.point(write - wing * 1.6, back), ring.point(write + wing * 1.6, back));
    let hot = m.pointed.filter(|p| *p >= first && *p <= m.head).map(|p| {
        let near = m.commands.iter().find(|c| p >= c.first.0 && p < c.first.0 + i64::from(c.bytes));
        let (from, bytes) = near.map_or((p, 1), |c| (c.first.0, c.bytes));
        let span = (f64::from(bytes) / size as f64).max(2.2 / (TAU * ring.r));
        html! {
            <>
                <path d={ring.arc(turn(from), turn(from) + span, ring.r)} class="fn si" stroke-width={n(ring.band + 6.0)} opacity=".85" />
                <path d={ring.radius(turn(p), outer + 2.0, outer + 9.0)} class="si w2 fn" />
            </>
        }
    });
    // Words stand between the band's inner edges, and between the glyphs that crowd there.
    let crowd = if crowded(&ring, m, write, &turn) { 24.0 } else { 4.0 };
    let chord = |dy: f64| 2.0 * (inner * inner - dy * dy).max(0.0).sqrt() - 2.0 * crowd;
    let tall = inner > 48.0;
    // A small ring has its own name and the index in it, nothing else, and no number outside.
    let small = inner < 42.0;
    let detail = if full {
        [t.next_write, t.oldest_goes].map(str::to_owned)
    } else {
        [t.next_write_free.to_owned(), (t.free)(&grouped((size - histlen) as i64))]
    };
    let fits = |text: &str, chord: f64| sans_width(text, 12.0) <= chord;
    html! {
        <>
            <circle cx={n(ring.cx)} cy={n(ring.cy)} r={n(ring.r)} class="fn swash" stroke-width={n(ring.band)} />
            { for arcs }
            <path d={ticks} class="sp fn" stroke-width=".9" opacity=".75" />
            { runways(&ring, m, write, size) }
            { wanted(&ring, m, write, &turn) }
            { hot.unwrap_or_default() }
            <path d={ring.radius(write, inner - 4.0, outer + 4.0)} class="si w25 fn" />
            <path d={format!("M{} {}L{} {}L{} {}z", n(tip_x), n(tip_y), n(l.0), n(l.1), n(r.0), n(r.1))} class="fi" />
            if !small || crowd < 20.0 { <text x={n(ring.cx)} y={n(ring.cy + if tall { -17.0 } else { -6.0 })} class="b c">{ word(Term::Backlog, t.title, m.on) }</text> }
            if tall && fits(t.as_memory, chord(-42.0)) { <text x={n(ring.cx)} y={n(ring.cy - 33.0)} class="mu c">{ t.as_memory }</text> }
            if small {
                <text x={n(ring.cx)} y={n(ring.cy + 9.0)} class="m c">{ grouped(idx as i64) }</text>
            } else {
                <text x={n(ring.cx)} y={n(ring.cy + if tall { 0.0 } else { 10.0 })} class="m b c t13">{ begins(Some(Term::WriteIndex), &format!("idx {}", grouped(idx as i64)), 3, m.on) }</text>
            }
            if tall {
                if fits(&detail[0], chord(18.0)) { <text x={n(ring.cx)} y={n(ring.cy + 16.0)} class="mu c">{ detail[0].clone() }</text> }
                if fits(&detail[1], chord(32.0)) { <text x={n(ring.cx)} y={n(ring.cy + 30.0)} class="mu c">{ detail[1].clone() }</text> }
            }
        </>
    }
}

/// The way that the write index has to go before it reaches what an absent replica wants.
fn runways(ring: &Ring, m: &Memory, write: f64, size: u64) -> Html {
    let outer = ring.r + ring.band * 0.5;
    m.replicas
        .iter()
        .filter_map(|r| match r.standing {
            Standing::Away(left) => Some((left?, "sf w2")),
            // Of those that are there the selected one shows what it would have.
            Standing::Streaming if m.selected == Some(r.node.ix) => Some((r.node.truth.as_ref()?.if_cut?, "smu w1")),
            _ => None,
        })
        .filter(|(left, _)| left.bytes > 0 && left.partial_now)
        .enumerate()
        .map(|(i, (left, class))| {
            let from = write + 0.012;
            // As much of a turn as is left of the backlog's size: what is not written yet counts as well.
            let span = (left.bytes as f64 / size as f64 - 0.024).clamp(0.0, 0.97);
            html! { <path d={ring.arc(from, from + span, outer + 6.0 + 4.0 * i as f64)} class={classes!("fn", "d2", class)} /> }
        })
        .collect()
}

/// Whether glyphs stand inside the band, because there is no room for them outside.
fn crowded(ring: &Ring, m: &Memory, write: f64, turn: &impl Fn(i64) -> f64) -> bool {
    let outer = ring.r + ring.band * 0.5;
    let held =
        m.replicas.iter().filter_map(|r| r.applied).map(|a| a + 1).filter(|wants| *wants >= m.backlog.first.0 && *wants <= m.head + 1);
    let mut outside = vec![write];
    for at in held.map(turn) {
        if outside.iter().any(|other| ((at - other + 0.5).rem_euclid(1.0) - 0.5).abs() * TAU * outer <= 12.5) {
            return true;
        }
        outside.push(at);
    }
    false
}

/// The byte that each replica wants next.
fn wanted(ring: &Ring, m: &Memory, write: f64, turn: &impl Fn(i64) -> f64) -> Html {
    let (inner, outer) = (ring.r - ring.band * 0.5, ring.r + ring.band * 0.5);
    let mut outside: Vec<f64> = vec![write];
    let mut inside: Vec<f64> = Vec::new();
    let clear =
        |taken: &[f64], at: f64, r: f64| taken.iter().all(|other| ((at - other + 0.5).rem_euclid(1.0) - 0.5).abs() * TAU * r > 12.5);
    let mark = |ix: NodeIx, wants: i64| {
        let at = turn(wants);
        let line = html! { <path d={ring.radius(at, inner - 2.0, outer + 2.0)} class={classes!(hue_of(ix).stroke(), "w25", "fn")} /> };
        if inside.len() >= CROWD {
            return line;
        }
        let (r, near) = if clear(&outside, at, outer) {
            outside.push(at);
            (outer + 9.0, at)
        } else {
            // Crowded: inside the band, each beside the last.
            let r = inner - 9.0;
            let mut near = at;
            // In a ring so small that two have no room side by side they lie over each other.
            for _ in 0..inside.len() {
                if clear(&inside, near, r) {
                    break;
                }
                near -= 13.0 / (TAU * r.max(1.0));
            }
            inside.push(near);
            (r, near)
        };
        let (x, y) = ring.point(near, r);
        html! { <>{ line }{ mark::glyph(ix, x, y, 4.5) }</> }
    };
    let held = |wants: i64| wants >= m.backlog.first.0 && wants <= m.head + 1;
    let mut mark = mark;
    m.replicas
        .iter()
        .filter_map(|r| r.applied.map(|a| (r.node.ix, a + 1)))
        .filter(|(_, wants)| held(*wants))
        .map(|(ix, wants)| mark(ix, wants))
        .collect()
}

/// Columns, and the height of a box, for so many blocks in a space.
#[must_use]
pub fn block_grid(count: usize, w: f64, h: f64) -> (usize, f64) {
    let columns = match count {
        0..=5 => 1,
        6..=10 => 2,
        11..=18 => 3,
        _ => ((count as f64).sqrt() * (w / h.max(1.0)).sqrt()).ceil().max(4.0) as usize,
    };
    let rows = count.div_ceil(columns).max(1);
    (columns, (h / rows as f64).clamp(7.0, 56.0))
}

fn blocks(area: Area, list: &[BlockView], m: &Memory) -> Html {
    let t = &m.t.figures.backlog;
    let head_h = 46.0;
    let over = m.backlog.histlen.saturating_sub(m.backlog.size);
    let foot_h = 22.0;
    let (w, h) = (area.w - 20.0, (area.h - head_h - foot_h - 8.0).max(20.0));
    let (columns, row) = block_grid(list.len(), w, h);
    let gap = if columns > 6 { 3.0 } else { 8.0 };
    let (box_w, box_h) = ((w - gap * (columns as f64 - 1.0)) / columns as f64, (row - if row > 24.0 { 8.0 } else { 4.0 }).max(4.0));
    let all: u64 = list.iter().map(|b| b.used).sum();
    let mut before = 0_u64;
    let cells = list.iter().enumerate().map(|(i, block)| {
        let x = area.x + 10.0 + (i % columns) as f64 * (box_w + gap);
        let y = area.y + head_h + (i / columns) as f64 * row;
        let newness = if all == 0 { 1.0 } else { (before + block.used / 2) as f64 / all as f64 };
        before += block.used;
        let fill = if block.size == 0 { 0.0 } else { block.used as f64 / block.size as f64 };
        let hot = m.pointed.filter(|p| *p >= block.first.0 && *p < block.first.0 + block.used as i64);
        let text = grouped(block.first.0);
        let text = if box_h >= 13.0 { clip(&text, box_w - 10.0, 12.0) } else { String::new() };
        let dots_from = mono_width(&text, 12.0) + 14.0;
        let dots = (block.refs as usize).min((((box_w - dots_from) / 6.0).max(0.0)) as usize);
        let pins = block.pinned_by.iter().filter_map(|s| m.sessions.get(*s as usize)).filter_map(|s| s.node);
        let last = i + 1 == list.len();
        html! {
            <g>
                <rect x={n(x)} y={n(y)} width={n(box_w)} height={n(box_h)} rx="3" class="fwash" />
                <rect x={n(x)} y={n(y)} width={n((box_w * fill).max(1.0))} height={n(box_h)} rx="2" class="fnew" opacity={format!("{:.2}", age_opacity(newness))} />
                <rect x={n(x)} y={n(y)} width={n(box_w)} height={n(box_h)} rx="3" class={classes!("fn", if hot.is_some() { "si" } else { "sr" }, if hot.is_some() { "w2" } else { "w1" })} />
                if let Some(p) = hot {
                    <path d={format!("M{} {}v{}", n(x + box_w * (p - block.first.0) as f64 / block.size.max(1) as f64), n(y), n(box_h))} class="si w2 fn" />
                }
                if !text.is_empty() { <text x={n(x + 6.0)} y={n(y + box_h * 0.5 + 4.0)} class="m halonew">{ text }</text> }
                { for (0..dots).map(|k| html! { <circle cx={n(x + box_w - 6.0 - 6.0 * k as f64)} cy={n(y + 6.0)} r="1.8" class="fi" /> }) }
                { for pins.enumerate().map(|(k, ix)| html! { <g class="halo1">{ mark::glyph(ix, x + box_w - 8.0 - 12.0 * k as f64, y + box_h - 1.0, 4.2) }</g> }) }
                if last {
                    <path d={format!("M{} {}v{}", n(x + box_w * fill), n(y - 3.0), n(box_h + 6.0))} class="si w25 fn" />
                    <path d={format!("M{} {}l-5 -8h10z", n(x + box_w * fill), n(y - 2.0))} class="fi" />
                }
            </g>
        }
    });
    // Beside a narrow chain stands its master's name: what has no room is said shorter.
    let room = area.w - 12.0;
    let fits = |long: String, brief: &str| if sans_width(&long, 12.0) <= room { long } else { clip_sans(brief, room, 12.0) };
    let held = grouped(m.backlog.histlen as i64);
    let foot = if over > 0 {
        fits((t.over)(&grouped(over as i64)), &(t.over_brief)(&grouped(over as i64)))
    } else {
        fits((t.of_size)(&held, &size_text(m.backlog.size)), &format!("{held} B"))
    };
    let title = fits(t.title_blocks.to_owned(), t.title);
    html! {
        <>
            <text x={n(area.x + 10.0)} y={n(area.y + 19.0)} class="b t12">{ word(Term::Backlog, title, m.on) }</text>
            <text x={n(area.x + 10.0)} y={n(area.y + 34.0)} class="mu">{ fits((t.blocks)(list.len()), &(t.blocks_brief)(list.len())) }</text>
            { for cells }
            <text x={n(area.x + 10.0)} y={n(area.y + area.h - 9.0)} class={if over > 0 { "b" } else { "mu" }}>{ foot }</text>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_byte_lies_at_the_write_index() {
        let (head, idx, size) = (72_286, 6_749, 16_384);
        assert_eq!(index_of(head + 1, head, idx, size), idx);
        assert_eq!(index_of(head, head, idx, size), idx - 1);
        // The oldest byte of a full ring lies where the next one will be written.
        assert_eq!(index_of(head - 16_384 + 1, head, idx, size), idx);
        assert_eq!(index_of(head - 6_749, head, idx, size), size - 1);
    }

    #[test]
    fn index_and_offset_are_inverse() {
        let (head, idx, size, histlen) = (72_286, 6_749, 16_384, 16_384);
        for index in [0, 1, 6_748, 6_749, 16_383] {
            let offset = offset_at(index, head, idx, size, histlen).unwrap();
            assert_eq!(index_of(offset, head, idx, size), index);
            assert!(offset > head - 16_384 && offset <= head);
        }
        assert_eq!(offset_at(100, 50, 50, 1_000, 50), None, "nothing was written there yet");
        assert_eq!(offset_at(49, 50, 50, 1_000, 50), Some(50));
    }

    #[test]
    fn where_there_is_no_room_a_ring_has_its_marks_inside_it_all_the_same() {
        for h in 0..240 {
            let ring = Ring::within(Area { x: 0.0, y: 0.0, w: 240.0, h: f64::from(h) });
            // The marks stand 9 units within its inner edge: a radius of none or less has no turn to go round.
            assert!(ring.r - ring.band * 0.5 - 9.0 > 2.0, "{h}: {ring:?}");
        }
    }

    #[test]
    fn a_ring_turns_clockwise_from_the_top() {
        let ring = Ring::within(Area { x: 0.0, y: 0.0, w: 240.0, h: 222.0 });
        assert!((ring.r - 84.9).abs() < 0.5 && ring.r + ring.band * 0.5 + 14.0 <= 111.0, "{ring:?}");
        let (x, y) = ring.point(0.25, ring.r);
        assert!(x > ring.cx && (y - ring.cy).abs() < 1e-9, "a quarter turn is on the right");
        assert!((ring.turn_at(x, y).unwrap() - 0.25).abs() < 1e-9);
        assert_eq!(ring.turn_at(ring.cx, ring.cy), None);
        assert!(ring.arc(0.0, 0.75, 80.0).contains(" 0 1 1 "), "more than half a turn is the long way");
    }

    #[test]
    fn crowded_boundaries_are_thinned() {
        let every = (0..1_000).map(|i| 0.9 - f64::from(i) / 2_000.0);
        let kept = thinned(every, 82.0);
        assert!(kept.len() > 50 && kept.len() < 100, "{}", kept.len());
        assert_eq!(thinned([0.5, 0.4, 0.3].into_iter(), 82.0).len(), 3);
    }

    #[test]
    fn many_blocks_still_fit() {
        assert_eq!(block_grid(2, 220.0, 150.0).0, 1);
        for count in [1, 5, 6, 17, 64, 300] {
            let (columns, row) = block_grid(count, 220.0, 150.0);
            assert!(columns * (150.0 / row).floor() as usize >= count || row <= 7.0, "{count}: {columns} × {row}");
        }
    }
}
