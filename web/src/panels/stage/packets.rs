//! Packets on their way: a fixed pool of SVG elements, made once and moved each frame outside the virtual DOM.
//!
//! A packet that is already drawn costs a frame one call that sets its translation: no string, no allocation. Its place is linear in its segment and
//! follows simulated time without any easing.

use crate::draw::{Hue, mono_width};
use resync_core::view::{LinkIx, PacketKind, PacketView};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, SvgGraphicsElement, SvgTransform};

/// Packets drawn at once over all lanes.
pub const SLOTS: usize = 160;
/// In a lane with more than this under way, the lane itself is drawn filled, with its rate.
pub const LANE_MOST: u32 = 24;
/// Labels placed in a lane at most.
const LABELS: usize = 12;

/// One direction of a link, as the stage has laid it out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Lane {
    /// The link.
    pub link: LinkIx,
    /// Towards `from`.
    pub up: bool,
    /// Where its packets start.
    pub start: f64,
    /// Where they arrive.
    pub end: f64,
    /// Middle of the lane.
    pub y: f64,
    /// Base line of the labels, or none if there is no room for them.
    pub label: Option<f64>,
    /// The part of the labels' line, at its right end, that has other words.
    pub reserved: f64,
    /// Hue of the replica.
    pub hue: Hue,
    /// Drawn as a filled pipe or a pile by the stage: no single packets.
    pub filled: bool,
}

/// Width of a packet by its size: 64 B are 22 units, each doubling 11 more, 8 to 120.
#[must_use]
pub fn width(bytes: u64) -> f64 {
    (22.0 + 11.0 * (bytes.max(1) as f64 / 64.0).log2()).clamp(8.0, 120.0)
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
    x.clamp(lo + half, hi - half)
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

/// Label places already taken in one lane, without allocation.
struct Labels {
    taken: [(f64, f64); LABELS],
    len: usize,
}
impl Labels {
    const fn new() -> Labels {
        Labels { taken: [(0.0, 0.0); LABELS], len: 0 }
    }
    fn take(&mut self, from: f64, to: f64) -> bool {
        let free = self.len < LABELS && self.taken[..self.len].iter().all(|(a, b)| to <= *a || from >= *b);
        if free {
            self.taken[self.len] = (from, to);
            self.len += 1;
        }
        free
    }
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
    label_width: f64,
    labelled: bool,
    lane: usize,
    hot: bool,
}

#[derive(Default)]
struct Pool {
    slots: Vec<Slot>,
    lanes: Vec<Lane>,
    still: bool,
    pointed: Option<i64>,
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

impl PacketPool {
    /// An empty pool: it draws nothing until a stage attaches it.
    #[must_use]
    pub fn new() -> PacketPool {
        PacketPool::default()
    }
    /// Makes the elements inside `group`. What an earlier stage made is forgotten with that stage's elements.
    pub fn attach(&self, group: &Element) {
        let made = (0..SLOTS).map_while(|_| Slot::new(group)).collect();
        self.0.borrow_mut().slots = made;
    }
    /// The lanes as they are laid out now.
    pub fn set_lanes(&self, lanes: Vec<Lane>) {
        let mut pool = self.0.borrow_mut();
        if pool.lanes != lanes {
            pool.lanes = lanes;
            // Shapes and hues belong to lanes: draw each packet anew.
            for slot in &mut pool.slots {
                slot.hide();
            }
        }
    }
    /// Without movement: each packet stands still in its lane as a numbered arrow.
    pub fn set_still(&self, still: bool) {
        let mut pool = self.0.borrow_mut();
        if pool.still != still {
            pool.still = still;
            for slot in &mut pool.slots {
                slot.hide();
            }
        }
    }
    /// The pointed byte: the packet that carries it is outlined.
    pub fn set_pointed(&self, pointed: Option<i64>) {
        self.0.borrow_mut().pointed = pointed;
    }
}

impl Slot {
    fn new(parent: &Element) -> Option<Slot> {
        const SVG: &str = "http://www.w3.org/2000/svg";
        let document = parent.owner_document()?;
        let make = |name: &str| document.create_element_ns(Some(SVG), name).ok();
        let (group, outline, label) = (make("g")?, make("path")?, make("text")?);
        let mover = |element: &Element| -> Option<SvgTransform> {
            element.set_attribute("transform", "translate(0 0)").ok()?;
            element.dyn_ref::<SvgGraphicsElement>()?.transform().base_val().get_item(0).ok()
        };
        group.set_attribute("visibility", "hidden").ok()?;
        group.append_child(&outline).ok()?;
        group.append_child(&label).ok()?;
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
            label_width: 0.0,
            labelled: false,
            lane: 0,
            hot: false,
        })
    }
    fn hide(&mut self) {
        if self.packet.take().is_some() {
            let _ = self.group.set_attribute("visibility", "hidden");
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
        let text = match number {
            Some(number) => format!("{number} {}", packet.text),
            None if is_plain(packet.kind) => String::new(),
            None => packet.text.clone(),
        };
        self.label_width = mono_width(&text, 11.0) + 8.0;
        let _ = self.outline.set_attribute("d", &shape(drawn, self.width, packet.up));
        let _ = self.outline.set_attribute("class", &paint_of(drawn, lane.hue));
        let _ = self.label.set_attribute("class", if packet.up { "m c halop mu" } else { "m c halop" });
        let _ = self.label.set_attribute("visibility", "hidden");
        self.label.set_text_content(Some(&text));
        let _ = self.group.set_attribute("visibility", "visible");
        self.packet = Some(packet.id);
        self.labelled = false;
        self.hot = false;
        self.lane = lane_ix;
    }
    fn show_label(&mut self, shown: bool) {
        if self.labelled != shown {
            self.labelled = shown;
            // A hidden group hides its text; a shown one leaves the choice to it.
            let _ = self.label.set_attribute("visibility", if shown { "inherit" } else { "hidden" });
        }
    }
    fn set_hot(&mut self, hot: bool) {
        if self.hot != hot {
            self.hot = hot;
            let _ = self.group.set_attribute("class", if hot { "hot" } else { "" });
        }
    }
}

/// Draws the packets under way at `now_us`. Newer packets keep their labels, older ones give way.
pub fn paint(pool: &PacketPool, packets: &[PacketView], now_us: u64) {
    let mut pool = pool.0.borrow_mut();
    let Pool { slots, lanes, still, pointed } = &mut *pool;
    for slot in slots.iter_mut() {
        slot.seen = false;
    }
    for (lane_ix, lane) in lanes.iter().enumerate().filter(|(_, lane)| !lane.filled) {
        let mut labels = Labels::new();
        let here = || packets.iter().filter(|p| p.link == lane.link && p.up == lane.up && p.t1_us != u64::MAX);
        let count = if *still { here().count() } else { 0 };
        let mut nth = 0;
        for packet in here().rev() {
            nth += 1;
            let number = still.then(|| count - nth + 1);
            let held = slots.iter().position(|s| s.packet == Some(packet.id) && s.lane == lane_ix);
            let Some(at) = held.or_else(|| slots.iter().position(|s| s.packet.is_none())) else { break };
            let slot = &mut slots[at];
            if held.is_none() {
                slot.take(packet, lane, lane_ix, number);
            }
            slot.seen = true;
            let way = if *still { (nth as f64 - 0.5) / count.max(1) as f64 } else { progress(packet, now_us) };
            let x = middle(lane, way, slot.width);
            let _ = slot.group_move.set_translate(x as f32, lane.y as f32);
            let (lo, hi) = (lane.start.min(lane.end), lane.start.max(lane.end));
            let half = slot.label_width * 0.5;
            let fits = lane.label.is_some() && slot.label_width > 8.0 && slot.label_width < hi - lo - lane.reserved;
            let at = if fits { x.clamp(lo + half, hi - lane.reserved - half) } else { x };
            let shown = fits && labels.take(at - half, at + half);
            if shown {
                let _ = slot.label_move.set_translate((at - x) as f32, (lane.label.unwrap_or(lane.y) - lane.y) as f32);
            }
            slot.show_label(shown);
            let carries = |p: i64| packet.first.is_some_and(|first| p >= first.0 && p < first.0 + packet.bytes as i64);
            slot.set_hot(pointed.is_some_and(carries));
        }
    }
    for slot in slots.iter_mut().filter(|slot| !slot.seen) {
        slot.hide();
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
            kind: PacketKind::Stream,
            text: "SET key:1".into(),
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
        let lane = Lane { link: 0, up: true, start: 800.0, end: 436.0, y: 0.0, label: None, reserved: 0.0, hue: hue_of(1), filled: false };
        assert!((middle(&lane, 0.0, 22.0) - 787.0).abs() < 1e-9, "it starts at the right end");
        assert!((middle(&lane, 1.0, 22.0) - 449.0).abs() < 1e-9);
        assert!((middle(&lane, 0.5, 22.0) - 618.0).abs() < 1e-9);
    }

    #[test]
    fn labels_give_way_and_are_bounded() {
        let mut labels = Labels::new();
        assert!(labels.take(0.0, 50.0) && !labels.take(40.0, 60.0) && labels.take(50.0, 80.0));
        for i in 0..100 {
            labels.take(f64::from(i) * 100.0 + 100.0, f64::from(i) * 100.0 + 150.0);
        }
        assert_eq!(labels.len, LABELS);
    }
}
