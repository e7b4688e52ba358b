//! Sentinels at this moment, and what is under way from and to them.

use super::{LinkState, NodeIx, PacketKind, PacketView, Shared};
use crate::node::api::Payload;
use crate::order;
use crate::sentinel::State;
use crate::sim::tcp::Freight;
use crate::sim::wire::text_of;
use crate::sim::{Doing, Process, SENTINELS_FROM, Sim, sentinel_at};
use alloc::string::String;
use alloc::vec::Vec;
use serde::Serialize;

/// How a sentinel sees its master.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sees {
    /// It answers.
    Up,
    /// Down, in its own eyes.
    Down,
    /// Down, and enough others agree.
    Agreed,
    /// It asks for votes.
    Asks,
    /// It was elected, and changes the master.
    FailsOver,
}

/// A sentinel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SentinelView {
    /// Its number.
    pub ix: u32,
    /// Its name.
    pub name: String,
    /// What its process is doing: up, paused, down or off.
    pub doing: Doing,
    /// Its timer had stood still: for half a minute it only watches.
    pub tilts: bool,
    /// The node that it takes for the master; `None`: none of this world.
    pub master_ix: Option<NodeIx>,
    /// How it sees it.
    pub sees: Sees,
    /// Its epoch.
    pub epoch: u64,
    /// The sentinel that it voted for in that epoch, by number.
    pub voted_ix: Option<u32>,
    /// Its links to nodes and to sentinels of a higher number.
    pub ways: Vec<WayView>,
}

/// A link of a sentinel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct WayView {
    /// Its number, as packets name it.
    pub link: u32,
    /// The node at the other end, or else the sentinel.
    pub node_ix: Option<NodeIx>,
    /// That sentinel.
    pub sentinel_ix: Option<u32>,
    /// How it is.
    pub state: LinkState,
}

/// The number, among all links, of a sentinels' link.
const fn numbered(link: u32) -> u32 {
    (1 << 24) + link
}

/// All sentinels.
#[must_use]
pub fn sentinels(sim: &Sim) -> Vec<SentinelView> {
    let view = |(ix, sentry): (usize, &alloc::rc::Rc<crate::sim::Sentry>)| {
        let one = &sentry.sentinel;
        let sees = match one.state() {
            State::None if one.master().agreed_since.is_some() => Sees::Agreed,
            State::None if one.master().down() => Sees::Down,
            State::None => Sees::Up,
            State::WaitStart => Sees::Asks,
            _ => Sees::FailsOver,
        };
        let place = SENTINELS_FROM + ix as u32;
        let ways =
            sim.sentinel_links().iter().enumerate().filter(|(_, link)| link.b == place && link.a < SENTINELS_FROM || link.a == place);
        let ways = ways.map(|(link_ix, link)| {
            let other = if link.b == place { link.a } else { link.b };
            WayView {
                link: numbered(link_ix as u32),
                node_ix: sentinel_at(other).is_none().then_some(other),
                sentinel_ix: sentinel_at(other),
                state: link.state(),
            }
        });
        let by_id = |id: &str| sim.sentinels().iter().position(|sentry| alloc::format!("{}", sentry.sentinel.id()) == id);
        SentinelView {
            ix: ix as u32,
            name: sentry.spec.name.clone(),
            doing: match sentry.process {
                Process::Up => Doing::Up,
                Process::Paused => Doing::Paused,
                Process::Down => Doing::Down,
                Process::Off => Doing::Off,
            },
            tilts: one.tilts(),
            master_ix: sim.by_ip_port(&alloc::format!("{}:{}", one.master().address.host, one.master().address.port)),
            sees,
            epoch: one.epoch(),
            voted_ix: one.vote().filter(|(_, epoch)| *epoch == one.epoch()).and_then(|(leader, _)| by_id(leader)).map(|ix| ix as u32),
            ways: ways.collect(),
        }
    };
    sim.sentinels().iter().enumerate().map(view).collect()
}

/// Packets under way from and to sentinels, in the order of their numbers: up leads to the end of the lower number. What decides has words, the others none.
#[must_use]
pub fn sentinel_packets(sim: &Sim) -> Vec<PacketView> {
    let mut all: Vec<PacketView> = sim
        .sentinel_packets()
        .filter_map(|under_way| {
            let packet = under_way.packet;
            let Freight::Data(label) = &packet.freight else { return None };
            let words = text_of(label);
            let decisive = ["is ", "vote for", "SLAVEOF", "down"].iter().any(|word| words.starts_with(word));
            let kind = match label.payload {
                _ if decisive && under_way.from >= SENTINELS_FROM => PacketKind::Request,
                _ if decisive => PacketKind::Reply,
                Payload::Request { .. } | Payload::Reply { .. } | Payload::Client => PacketKind::Ack,
                other => PacketKind::of(other),
            };
            Some(PacketView {
                id: packet.id,
                link: numbered(under_way.link),
                up: under_way.from > under_way.to,
                second: false,
                kind,
                text: if decisive { words.into() } else { String::new() },
                decisive,
                bytes: packet.bytes.len() as u64,
                first: None,
                t0_us: packet.t0.as_micros(),
                t1_us: packet.t1.as_micros(),
                x0: packet.x0,
                x1: 1_000,
            })
        })
        .collect();
    order::sort_by_key(&mut all, |packet| packet.id);
    all
}

/// All sentinels, as a part of the screen.
pub(super) fn renew(part: &mut Shared<Vec<SentinelView>>, sim: &Sim) {
    part.renew(sentinels(sim));
}
