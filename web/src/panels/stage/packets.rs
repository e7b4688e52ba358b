//! Packets on their way: a fixed pool of SVG elements, made once and moved each frame outside the virtual DOM, on a layer of their own: what moves paints
//! nothing else anew.
//!
//! A packet that is already drawn costs a frame one call that sets its translation: no string, no allocation. Its place is linear in its segment and
//! follows simulated time without any easing.

use super::labels::{Line, MOST, Wish};
use crate::draw::{Hue, between, maths, mono_width, n};
use crate::panels::verdict::shortened;
use resync_core::view::{LinkIx, PacketKind, PacketView};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::f64::consts::LN_2;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, SvgGraphicsElement, SvgTransform};

/// Packets drawn at once over all lanes.
pub const SLOTS: usize = 160;
/// In a lane with more than this under way, the lane itself is drawn filled, with its rate.
pub const LANE_MOST: u32 = 24;
/// Half the height in which a packet is hit.
const REACH: f64 = 10.0;

/// One direction of a link, as the stage has laid it out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Lane {
    /// The link.
    pub link: LinkIx,
    /// Towards `from`.
    pub up: bool,
    /// Two connections are on the link: this lane is the first one's, or the second one's, in both directions.
    pub second: Option<bool>,
    /// Where its packets start.
    pub start: f64,
    /// Where they arrive.
    pub end: f64,
    /// Middle of the lane.
    pub y: f64,
    /// Base line of the labels, or none if there is no room for them.
    pub label: Option<f64>,
    /// Base line on the pipe itself, for what must be said where there is no line for labels: both lanes of a link have it in common.
    pub inline: Option<f64>,
    /// The parts of the labels' line, at its left and right end, that have other words.
    pub before: f64,
    /// The right one.
    pub reserved: f64,
    /// It is a sentinel's: not level, and its words stand beside their packets, between these edges.
    pub slopes: Option<(f64, f64)>,
    /// How much lower it ends than it starts.
    pub rise: f64,
    /// Hue of the replica.
    pub hue: Hue,
    /// Drawn as a filled pipe or a pile by the stage: no single packets.
    pub filled: bool,
}

impl Lane {
    /// Whether a packet goes in it.
    fn takes(&self, packet: &PacketView) -> bool {
        self.link == packet.link && self.second.map_or(packet.up == self.up, |second| packet.second == second)
    }
    /// Part of the lane, from its start, that a packet has gone.
    fn part(&self, packet: &PacketView, gone: f64) -> f64 {
        if packet.up == self.up { gone } else { 1.0 - gone }
    }
    /// Whether packets are drawn in it as in the other.
    fn same_way(&self, other: &Lane) -> bool {
        Lane { before: 0.0, reserved: 0.0, ..*self } == Lane { before: 0.0, reserved: 0.0, ..*other }
    }
}

/// Width of a packet by its size: 64 B are 22 units, each doubling 11 more, 8 to 120.
#[must_use]
pub fn width(bytes: u64) -> f64 {
    (22.0 + 11.0 * maths::ln(bytes.max(1) as f64 / 64.0) / LN_2).clamp(8.0, 120.0)
}

/// Where a packet is at this moment, 0 at its start and 1 at its goal.
#[must_use]
pub fn progress(packet: &PacketView, now_us: u64) -> f64 {
    let (from, to) = (f64::from(packet.x0), f64::from(packet.x1));
    let part = if packet.t1_us == u64::MAX || packet.t1_us <= packet.t0_us {
        f64::from(u8::from(packet.t1_us != u64::MAX))
    } else {
        (now_us.saturating_sub(packet.t0_us) as f64 / (packet.t1_us - packet.t0_us) as f64).min(1.0)
    };
    ((from + (to - from) * part) / 1000.0).clamp(0.0, 1.0)
}

/// The middle of a packet in its lane: it never sticks out of the pipe.
#[must_use]
pub fn middle(lane: &Lane, progress: f64, width: f64) -> f64 {
    let (lo, hi) = (lane.start.min(lane.end), lane.start.max(lane.end));
    let x = lane.start + (lane.end - lane.start) * progress;
    let half = (width * 0.5 + 2.0).min((hi - lo) * 0.5);
    between(x, lo + half, hi - half)
}

/// The outline of a packet around its own middle.
fn shape(kind: PacketKind, width: f64, up: bool) -> String {
    let half = width * 0.5;
    match kind {
        PacketKind::Ack => "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z".to_owned(),
        PacketKind::Ping => "M-5.5 0L0 -5L5.5 0L0 5z".to_owned(),
        PacketKind::Newline => "M0 -4.5V4.5".to_owned(),
        PacketKind::Control => "M-3 -3L3 3M-3 3L3 -3".to_owned(),
        // Handshake messages point to where they go.
        PacketKind::Request | PacketKind::Reply => {
            let (tail, tip) = if up { (half, -half) } else { (-half, half) };
            let neck = tip - (tip - tail).signum() * 4.0;
            format!("M{tail:.1} -4.5L{neck:.1} -4.5L{tip:.1} 0L{neck:.1} 4.5L{tail:.1} 4.5z")
        }
        PacketKind::Stream | PacketKind::Rdb | PacketKind::Client => format!("M{:.1} -4.5h{width:.1}v9h-{width:.1}z", -half),
    }
}

/// Classes of a packet's outline.
fn paint_of(kind: PacketKind, hue: Hue) -> String {
    match kind {
        PacketKind::Stream => hue.fill().to_owned(),
        PacketKind::Rdb => "fi".to_owned(),
        PacketKind::Ack | PacketKind::Ping => format!("fp w2 {}", hue.stroke()),
        PacketKind::Request | PacketKind::Reply => format!("fp w15 {}", hue.stroke()),
        PacketKind::Newline => format!("fn w2 {}", hue.stroke()),
        PacketKind::Control => "fn w15 smu".to_owned(),
        PacketKind::Client => "fmu".to_owned(),
    }
}

/// Whether the kind is told by its shape alone when its lane is crowded; such a packet's label gives way to others' first.
const fn is_plain(kind: PacketKind) -> bool {
    matches!(kind, PacketKind::Newline | PacketKind::Control)
}

struct Slot {
    group: Element,
    outline: Element,
    label: Element,
    group_move: SvgTransform,
    label_move: SvgTransform,
    /// The packet it draws; `None`: hidden.
    packet: Option<u64>,
    seen: bool,
    width: f64,
    /// Its texts: whole, and the first word of it.
    text: String,
    full: f64,
    brief: f64,
    shown: Shown,
    lane: usize,
    hot: bool,
    /// First and last byte of the stream that it carries.
    range: Option<(i64, i64)>,
    decisive: bool,
    rdb: bool,
    x: f64,
    y: f64,
    label_at: (f64, f64),
}

/// What of a label is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shown {
    Nothing,
    Brief,
    Full,
}

#[derive(Default)]
struct Pool {
    slots: Vec<Slot>,
    leader: Option<Element>,
    lanes: Vec<Lane>,
    still: bool,
    pointed: Option<i64>,
    /// The packet under the pointer.
    hovered: Option<u64>,
    opened: Option<u64>,
    /// Right edge of the figure.
    right: f64,
    /// Something else than time has changed what is to be drawn.
    stale: bool,
}

/// The pool: made by the app, filled and laid out by the stage, painted by [`paint`].
#[derive(Clone, Default)]
pub struct PacketPool(Rc<RefCell<Pool>>);

impl PartialEq for PacketPool {
    fn eq(&self, other: &PacketPool) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
impl std::fmt::Debug for PacketPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PacketPool({} slots)", self.0.borrow().slots.len())
    }
}

/// A packet at a place of the figure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hit {
    /// Its number.
    pub id: u64,
    /// The first byte of the stream that it carries.
    pub first: Option<i64>,
}

impl PacketPool {
    /// An empty pool: it draws nothing until a stage attaches it.
    #[must_use]
    pub fn new() -> PacketPool {
        PacketPool::default()
    }
    /// Makes the elements inside `parent`. What an earlier stage made is forgotten with that stage's elements.
    pub fn attach(&self, parent: &Element) {
        let mut pool = self.0.borrow_mut();
        pool.leader = made(parent, "path").inspect(|leader| {
            let _ = leader.set_attribute("class", "leader");
            let _ = parent.append_child(leader);
        });
        pool.slots = (0..SLOTS).map_while(|_| Slot::new(parent)).collect();
        pool.stale = true;
    }
    /// The lanes as they are laid out now, in a figure of this width. The two lanes of a link stand one behind the other.
    pub fn set_lanes(&self, lanes: Vec<Lane>, right: f64) {
        let mut pool = self.0.borrow_mut();
        pool.right = right;
        if pool.lanes == lanes {
            return;
        }
        // Shapes and hues belong to lanes: draw each packet anew, unless only other words take more or less room.
        let same = pool.lanes.len() == lanes.len() && pool.lanes.iter().zip(&lanes).all(|(a, b)| a.same_way(b));
        pool.lanes = lanes;
        if same {
            pool.stale = true;
        } else {
            pool.forget();
        }
    }
    /// Without movement: each packet stands still in its lane as a numbered arrow.
    pub fn set_still(&self, still: bool) {
        let mut pool = self.0.borrow_mut();
        if pool.still != still {
            pool.still = still;
            pool.forget();
        }
    }
    /// The pointed byte: the packet that carries it is outlined.
    pub fn set_pointed(&self, pointed: Option<i64>) {
        let mut pool = self.0.borrow_mut();
        pool.stale |= pool.pointed != pointed;
        pool.pointed = pointed;
    }
    /// The packet under the pointer: it is outlined and carries its label.
    pub fn set_hovered(&self, hovered: Option<u64>) {
        let mut pool = self.0.borrow_mut();
        pool.stale |= pool.hovered != hovered;
        pool.hovered = hovered;
    }
    /// The opened packet: outlined, and joined to the right edge of the figure, behind which its bytes are shown.
    pub fn set_opened(&self, opened: Option<u64>) {
        let mut pool = self.0.borrow_mut();
        pool.stale |= pool.opened != opened;
        pool.opened = opened;
    }
    /// Whether something but time has changed since this was asked last.
    #[must_use]
    pub fn take_stale(&self) -> bool {
        std::mem::take(&mut self.0.borrow_mut().stale)
    }
    /// The packet at a place of the figure.
    #[must_use]
    pub fn hit(&self, x: f64, y: f64) -> Option<Hit> {
        let pool = self.0.borrow();
        let near = |slot: &&Slot| (slot.x - x).abs() <= (slot.width * 0.5).max(8.0) + 2.0 && (slot.y - y).abs() <= REACH;
        let shown = pool.slots.iter().filter(|slot| slot.packet.is_some()).filter(near);
        let nearest = shown.min_by(|a, b| {
            ((a.y - y).abs(), (a.x - x).abs()).partial_cmp(&((b.y - y).abs(), (b.x - x).abs())).unwrap_or(Ordering::Equal)
        })?;
        Some(Hit { id: nearest.packet?, first: nearest.range.map(|(first, _)| first) })
    }
}

impl Pool {
    fn forget(&mut self) {
        self.slots.iter_mut().for_each(Slot::hide);
        self.stale = true;
    }
}

fn made(parent: &Element, name: &str) -> Option<Element> {
    const SVG: &str = "http://www.w3.org/2000/svg";
    parent.owner_document()?.create_element_ns(Some(SVG), name).ok()
}

impl Slot {
    fn new(parent: &Element) -> Option<Slot> {
        let (group, outline, label) = (made(parent, "g")?, made(parent, "path")?, made(parent, "text")?);
        let mover = |element: &Element| -> Option<SvgTransform> {
            element.set_attribute("transform", "translate(0 0)").ok()?;
            element.dyn_ref::<SvgGraphicsElement>()?.transform().base_val().get_item(0).ok()
        };
        // What is not displayed costs a frame nothing; what is only invisible would be walked through.
        group.set_attribute("display", "none").ok()?;
        for child in [&outline, &label] {
            group.append_child(child).ok()?;
        }
        parent.append_child(&group).ok()?;
        let (group_move, label_move) = (mover(&group)?, mover(&label)?);
        Some(Slot {
            group,
            outline,
            label,
            group_move,
            label_move,
            packet: None,
            seen: false,
            width: 0.0,
            text: String::new(),
            full: 0.0,
            brief: 0.0,
            shown: Shown::Nothing,
            lane: 0,
            hot: false,
            range: None,
            decisive: false,
            rdb: false,
            x: f64::NAN,
            y: f64::NAN,
            label_at: (f64::NAN, f64::NAN),
        })
    }
    fn hide(&mut self) {
        if self.packet.take().is_some() {
            let _ = self.group.set_attribute("display", "none");
        }
    }
    /// Takes a new packet: the only moment at which strings are made.
    fn take(&mut self, packet: &PacketView, lane: &Lane, lane_ix: usize, number: Option<usize>) {
        let drawn = if number.is_some() { PacketKind::Request } else { packet.kind };
        self.width = match drawn {
            PacketKind::Ack => 8.0,
            PacketKind::Ping => 11.0,
            PacketKind::Newline | PacketKind::Control => 6.0,
            _ => width(packet.bytes).min((lane.end - lane.start).abs() * 0.6),
        };
        let text = shortened(&packet.text);
        self.text = match number {
            Some(number) => format!("{number} {text}"),
            None if is_plain(packet.kind) => String::new(),
            None => text,
        };
        self.full = label_width(&self.text);
        self.brief = label_width(brief(&self.text));
        let _ = self.outline.set_attribute("d", &shape(drawn, self.width, packet.up));
        let _ = self.outline.set_attribute("class", &paint_of(drawn, lane.hue));
        let class = match (packet.decisive, packet.up) {
            (true, _) => "m c halop b",
            (false, true) => "m c halop mu",
            (false, false) => "m c halop",
        };
        let _ = self.label.set_attribute("class", class);
        let _ = self.label.set_attribute("display", "none");
        let _ = self.group.remove_attribute("display");
        let _ = self.group.set_attribute("class", "");
        self.packet = Some(packet.id);
        self.shown = Shown::Nothing;
        self.hot = false;
        self.lane = lane_ix;
        self.range = packet.first.map(|first| (first.0, first.0 + packet.bytes as i64 - 1));
        self.decisive = packet.decisive;
        self.rdb = packet.kind == PacketKind::Rdb;
        (self.x, self.y, self.label_at) = (f64::NAN, f64::NAN, (f64::NAN, f64::NAN));
    }
    fn show(&mut self, shown: Shown) {
        if self.shown == shown {
            return;
        }
        match shown {
            Shown::Nothing => {}
            Shown::Brief => self.label.set_text_content(Some(brief(&self.text))),
            Shown::Full => self.label.set_text_content(Some(&self.text)),
        }
        if (self.shown == Shown::Nothing) != (shown == Shown::Nothing) {
            let _ =
                if shown == Shown::Nothing { self.label.set_attribute("display", "none") } else { self.label.remove_attribute("display") };
        }
        self.shown = shown;
    }
    fn move_to(&mut self, x: f64, y: f64) {
        // A tenth of a unit is nothing that an eye sees.
        if !((self.x - x).abs() < 0.05 && (self.y - y).abs() < 0.05) {
            (self.x, self.y) = (x, y);
            let _ = self.group_move.set_translate(x as f32, y as f32);
        }
    }
    fn label_to(&mut self, at: f64, line: f64) {
        let to = (at - self.x, line - self.y);
        if !((self.label_at.0 - to.0).abs() < 0.05 && (self.label_at.1 - to.1).abs() < 0.05) {
            self.label_at = to;
            let _ = self.label_move.set_translate(to.0 as f32, to.1 as f32);
        }
    }
    fn set_hot(&mut self, hot: bool) {
        if self.hot != hot {
            self.hot = hot;
            let _ = self.group.set_attribute("class", if hot { "hot" } else { "" });
        }
    }
}

/// The first word of a label.
fn brief(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}
fn label_width(text: &str) -> f64 {
    // Bold is no wider in a monospaced face.
    mono_width(text, 12.0) + 8.0
}

/// Draws the packets under way at `now_us`. What decides always carries its label; of the others the newer ones keep theirs.
pub fn paint(pool: &PacketPool, packets: &[PacketView], now_us: u64) {
    let mut pool = pool.0.borrow_mut();
    pool.stale = false;
    let Pool { slots, lanes, still, pointed, hovered, opened, leader, right, .. } = &mut *pool;
    for slot in slots.iter_mut() {
        slot.seen = false;
    }
    let mut inline = Line::new(0.0, 0.0);
    for (lane_ix, lane) in lanes.iter().enumerate() {
        let (lo, hi) = (lane.start.min(lane.end), lane.start.max(lane.end));
        if lane_ix % 2 == 0 {
            inline = Line::new(lo, hi);
        }
        if lane.filled {
            continue;
        }
        let mut wishes = [Wish::default(); MOST];
        let mut wished = 0;
        let mut rdb = false;
        let here = || packets.iter().filter(|p| lane.takes(p) && p.t1_us != u64::MAX);
        let count = if *still { here().count() } else { 0 };
        for (nth, packet) in here().rev().enumerate() {
            let held = slots.iter().position(|s| s.packet == Some(packet.id) && s.lane == lane_ix);
            let Some(at) = held.or_else(|| slots.iter().position(|s| s.packet.is_none())) else { break };
            let slot = &mut slots[at];
            if held.is_none() {
                slot.take(packet, lane, lane_ix, still.then(|| count - nth));
            }
            slot.seen = true;
            let way = if *still { (nth as f64 + 0.5) / count.max(1) as f64 } else { lane.part(packet, progress(packet, now_us)) };
            let x = middle(lane, way, slot.width);
            slot.move_to(x, lane.y + lane.rise * way);
            let pinned = Some(packet.id) == *hovered || Some(packet.id) == *opened;
            slot.set_hot(pinned || pointed.is_some_and(|p| slot.range.is_some_and(|(first, last)| p >= first && p <= last)));
            // Of the pieces of one RDB the newest speaks for all.
            let decisive = slot.decisive && !(slot.rdb && std::mem::replace(&mut rdb, true));
            if wished < MOST && !slot.text.is_empty() {
                let (from, to) = lane.slopes.unwrap_or((lo, hi));
                let x = if lane.label.is_some() { x } else { beside(x, slot, from, to) };
                wishes[wished] = Wish { of: at, x, full: slot.full, brief: slot.brief, decisive, first: pinned };
                wished += 1;
            }
        }
        label(slots, lane, lane_ix, &wishes[..wished], &mut inline);
    }
    for slot in slots.iter_mut().filter(|slot| !slot.seen) {
        slot.hide();
    }
    if let Some(leader) = leader {
        let open = opened.and_then(|id| slots.iter().find(|slot| slot.packet == Some(id)));
        let d = open.map_or_else(String::new, |slot| {
            let half = slot.width * 0.5 + 3.0;
            let (x, y) = (slot.x, slot.y - 7.5);
            format!("M{} {}h{}v15h{}zM{} {}V1H{}", n(x - half), n(y), n(half * 2.0), n(-half * 2.0), n(x - half + 4.0), n(y), n(*right))
        });
        let _ = leader.set_attribute("d", &d);
    }
}

/// The middle of a label that stands on the pipe itself: behind its packet, or before it where there is no room behind.
fn beside(x: f64, slot: &Slot, lo: f64, hi: f64) -> f64 {
    let away = (slot.width + slot.full) * 0.5 + 1.0;
    if x + away + slot.full * 0.5 <= hi || x - away - slot.full * 0.5 < lo { x + away } else { x - away }
}

/// Places the labels of one lane.
fn label(slots: &mut [Slot], lane: &Lane, lane_ix: usize, wishes: &[Wish], inline: &mut Line) {
    let (lo, hi) = (lane.start.min(lane.end), lane.start.max(lane.end));
    let mut own = Line::new(lo, hi);
    if let Some((lo, hi)) = lane.slopes {
        own = Line::new(lo, hi);
        own.must(wishes);
    }
    let (line, base) = match (lane.label, lane.inline) {
        (Some(base), _) => {
            // What must be said takes the room of other words at the end of the line only if there is none besides.
            let spare = hi - lane.reserved;
            own = Line::new(lo + lane.before, spare);
            own.must(wishes);
            if own.placed().is_empty() {
                own = Line::new(lo, hi);
                own.must(wishes);
            }
            own.may(wishes, spare);
            (&own, base)
        }
        (None, Some(base)) => {
            if inline.placed().is_empty() {
                inline.must(wishes);
            } else {
                inline.also(wishes);
            }
            (&*inline, base)
        }
        (None, None) => (&own, lane.y),
    };
    let mut shown = [false; MOST];
    for placed in line.placed() {
        let Some(wish) = wishes.iter().position(|wish| wish.of == placed.of) else { continue };
        shown[wish] = true;
        let slot = &mut slots[placed.of];
        if slot.lane == lane_ix {
            slot.label_to(placed.at, if lane.slopes.is_some() { slot.y + 4.0 } else { base });
            slot.show(if placed.brief { Shown::Brief } else { Shown::Full });
        }
    }
    for (wish, shown) in wishes.iter().zip(shown) {
        if !shown {
            slots[wish.of].show(Shown::Nothing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::hue_of;

    fn packet(x0: u32, x1: u32, t0_us: u64, t1_us: u64) -> PacketView {
        PacketView {
            id: 1,
            link: 0,
            up: false,
            second: false,
            kind: PacketKind::Stream,
            text: "SET key:1".into(),
            decisive: false,
            bytes: 64,
            first: None,
            t0_us,
            t1_us,
            x0,
            x1,
        }
    }

    #[test]
    fn a_place_is_linear_in_its_segment() {
        let p = packet(200, 1_000, 1_000, 2_000);
        for (now, place) in [(0, 0.2), (1_000, 0.2), (1_500, 0.6), (2_000, 1.0), (9_000, 1.0)] {
            assert!((progress(&p, now) - place).abs() < 1e-9, "{now}");
        }
        assert!((progress(&packet(300, 300, 5, u64::MAX), 1_000_000) - 0.3).abs() < 1e-9, "a frozen packet stands");
        assert!((progress(&packet(0, 1_000, 5, 5), 5) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn packets_are_sized_by_bytes_and_stay_in_the_pipe() {
        assert!((width(64) - 22.0).abs() < 1e-9 && (width(128) - 33.0).abs() < 1e-9);
        assert!((width(1) - 8.0).abs() < 1e-9 && (width(1 << 30) - 120.0).abs() < 1e-9);
        let lane = Lane {
            link: 0,
            up: true,
            second: None,
            start: 800.0,
            end: 436.0,
            y: 0.0,
            label: None,
            inline: None,
            before: 0.0,
            reserved: 0.0,
            slopes: None,
            rise: 0.0,
            hue: hue_of(1),
            filled: false,
        };
        assert!((middle(&lane, 0.0, 22.0) - 787.0).abs() < 1e-9, "it starts at the right end");
        assert!((middle(&lane, 1.0, 22.0) - 449.0).abs() < 1e-9);
        assert!((middle(&lane, 0.5, 22.0) - 618.0).abs() < 1e-9);
    }

    #[test]
    fn with_two_connections_a_lane_is_one_of_them_in_both_directions() {
        let lane = |second: bool| Lane {
            link: 0,
            up: false,
            second: Some(second),
            start: 436.0,
            end: 800.0,
            y: 0.0,
            label: None,
            inline: None,
            before: 0.0,
            reserved: 0.0,
            slopes: None,
            rise: 0.0,
            hue: hue_of(1),
            filled: false,
        };
        let down = packet(0, 1_000, 0, 1_000);
        let up = PacketView { up: true, ..down.clone() };
        let rdb = PacketView { second: true, ..down.clone() };
        for (packet, first) in [(&down, true), (&up, true), (&rdb, false)] {
            assert_eq!((lane(false).takes(packet), lane(true).takes(packet)), (first, !first));
        }
        let at = |packet: &PacketView| middle(&lane(false), lane(false).part(packet, 0.25), 22.0);
        assert!((at(&down) - 527.0).abs() < 1e-9 && (at(&up) - 709.0).abs() < 1e-9, "each goes its own way");
    }
}
