//! Nodes, links, clients and packets at this moment.

use super::survey::Survey;
use super::{
    BacklogShape, BacklogView, BlockView, ChildView, ClientView, ClusterView, Counters, GoodView, LampView, LaneView, LinkIx, LinkView,
    NodeIx, NodeView, OutputLimitView, PacketKind, PacketView, Role, Runway, SessionView, Truth, UpstreamView,
};
use crate::fact::{Control, SessionPhase};
use crate::node::SessionRow;
use crate::node::api::Payload;
use crate::order;
use crate::repl::backlog::Backlog;
use crate::repl::{Offset, ReplId};
use crate::sim::tcp::Freight;
use crate::sim::wire::text_of;
use crate::sim::{Link, Machine, Recorder, Sim};
use crate::time::{Span, Time};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Everything at this moment. The lamps are those of the run's checks, which stand beside the world.
#[must_use]
pub fn cluster(sim: &Sim, recorder: &Recorder, lamps: Vec<LampView>) -> ClusterView {
    let (survey, traffic) = (Survey::of(sim, recorder), Traffic::of(sim));
    ClusterView {
        now_ms: sim.now().as_millis(),
        now_us: sim.now().as_micros(),
        event: sim.event(),
        behaviour: crate::BEHAVIOUR,
        fingerprint: hex(sim.fingerprint()),
        nodes: (0..sim.machines().len() as NodeIx).map(|ix| node_view(sim, &survey, ix)).collect(),
        links: sim.links().iter().enumerate().map(|(ix, link)| link_view(sim, &survey, ix as LinkIx, link, &traffic)).collect(),
        clients: clients(sim),
        lamps,
    }
}

pub(super) fn clients(sim: &Sim) -> Vec<ClientView> {
    sim.clients()
        .iter()
        .map(|client| ClientView {
            name: client.spec.name.clone(),
            on: client.spec.on.clone(),
            every_us: client.spec.every.as_micros(),
            value_bytes: client.value_bytes(),
            sent: client.sent,
            ok: client.ok,
            refused: client.refused,
            last_error: client.last_error.clone(),
            failing: client.failing,
        })
        .collect()
}

/// A node at this moment.
#[must_use]
pub fn node(sim: &Sim, recorder: &Recorder, ix: NodeIx) -> NodeView {
    node_view(sim, &Survey::of(sim, recorder), ix)
}

pub(super) fn node_view(sim: &Sim, survey: &Survey, ix: NodeIx) -> NodeView {
    let machine = sim.machine(ix);
    let node = &machine.node;
    let alive = machine.alive();
    let counters = node.counters();
    NodeView {
        ix,
        name: machine.spec.name.clone(),
        ip: machine.spec.ip.clone(),
        port: machine.spec.port,
        era: machine.spec.era,
        process: machine.doing(sim.now()),
        process_since_us: machine.since.as_micros(),
        role: if node.role_is_master() { Role::Master } else { Role::Replica },
        replid: node.repl_id(),
        replid2: if node.capabilities().psync2 { node.repl_id2() } else { ReplId::ZEROS },
        second_offset: node.second_offset(),
        offset: node.master_offset(),
        counters: Counters {
            sync_full: counters.sync_full,
            sync_partial_ok: counters.sync_partial_ok,
            sync_partial_err: counters.sync_partial_err,
        },
        backlog: if alive { backlog(node.backlog(), node, survey.rate(ix)) } else { no_backlog(node.backlog()) },
        replicas: if alive { node.sessions().map(|row| session(sim, survey, ix, &row)).collect() } else { Vec::new() },
        upstream: if alive { upstream(sim, survey, ix) } else { None },
        truth: truth(sim, survey, ix),
        unreceived: unreceived(sim, survey, ix),
        keys: node.dataset().total_keys() as u64,
        digest: hex(node.dataset().digest()),
        good: node.good().map(|(have, need, max_lag_s, refusing)| GoodView { have, need, max_lag_s, refusing }),
        output_limits: {
            let (hard, soft, soft_s) = node.replica_output_limit();
            OutputLimitView { hard, soft, soft_s }
        },
        child: child(sim, machine),
        output_limit: node.output_limit(),
        revision: machine.revision,
    }
}

/// Of a master whose process is gone: bytes of its stream that no server has received. `None` where nobody can tell.
fn unreceived(sim: &Sim, survey: &Survey, ix: NodeIx) -> Option<i64> {
    let (machine, node) = (sim.machine(ix), sim.node(ix));
    if machine.alive() || !node.role_is_master() {
        return None;
    }
    let reached = (0..sim.machines().len() as NodeIx).filter(|other| *other != ix).filter_map(|other| {
        let its = sim.node(other);
        // Whoever was promoted since says by its second id how far the history is common.
        let common = its.role_is_master() && its.capabilities().psync2 && its.repl_id2() == node.repl_id();
        if common {
            return Some(its.second_offset().0 - 1);
        }
        survey.reality(other).filter(|reality| reality.master == ix).map(|reality| reality.received)
    });
    reached.max().map(|reached| (node.master_offset().0 - reached).max(0))
}

/// A number as 16 hex digits.
fn hex(number: u64) -> String {
    (0..16).rev().map(|place| char::from(b"0123456789abcdef"[(number >> (4 * place) & 15) as usize])).collect()
}

fn backlog(backlog: &Backlog, node: &crate::node::Node, rate: u64) -> BacklogView {
    let shape = match backlog.kind() {
        crate::era::BacklogKind::Ring => BacklogShape::Ring { idx: backlog.idx() },
        crate::era::BacklogKind::Blocks => {
            let place = |cursor| node.session_cursors().position(|of| of == Some(cursor));
            let blocks = backlog
                .blocks()
                .into_iter()
                .map(|block| BlockView {
                    first: block.first,
                    size: block.size,
                    used: block.used,
                    refs: block.refs,
                    pinned_by: block.cursors.iter().filter_map(|cursor| place(*cursor)).map(|at| at as u32).collect(),
                })
                .collect();
            BacklogShape::Blocks { blocks }
        }
    };
    let idx = if let BacklogShape::Ring { idx } = shape { idx } else { 0 };
    BacklogView { active: backlog.active(), size: backlog.size(), first: backlog.first(), histlen: backlog.histlen(), shape, idx, rate }
}

/// A dead process holds nothing; how large its backlog was says how it is set.
fn no_backlog(was: &Backlog) -> BacklogView {
    let shape = match was.kind() {
        crate::era::BacklogKind::Ring => BacklogShape::Ring { idx: 0 },
        crate::era::BacklogKind::Blocks => BacklogShape::Blocks { blocks: Vec::new() },
    };
    BacklogView { active: false, size: was.size(), first: Offset(0), histlen: 0, shape, idx: 0, rate: 0 }
}

fn session(sim: &Sim, survey: &Survey, master: NodeIx, row: &SessionRow) -> SessionView {
    let node = sim.dialler(row.conn);
    SessionView {
        name: node.map_or_else(|| sim.node(master).session_name(row.conn), |ix| sim.machine(ix).spec.name.clone()),
        node,
        state: row.phase.state(),
        replstate: row.phase,
        offset: row.ack_offset,
        lag: sim.lag_s(master, row.phase == SessionPhase::Online, row.ack_time),
        gap: node.and_then(|ix| survey.reality(ix)).filter(|reality| reality.master == master).map(|reality| reality.gap),
        sent: row.sent,
        ack_time: row.ack_time,
        pre_psync: row.pre_psync,
        output_buffer: row.output_buffer,
        output_counts: row.counts,
        over_soft_s: row.soft_since_s.map(|since| sim.node(master).unix_ms_at(sim.now()).div_euclid(1_000) - since),
    }
}

fn upstream(sim: &Sim, survey: &Survey, ix: NodeIx) -> Option<UpstreamView> {
    let row = sim.node(ix).upstream()?;
    Some(UpstreamView {
        node: survey.master(ix),
        host: row.host,
        port: row.port,
        state: row.state,
        link_up: row.link_up,
        read: row.read,
        applied: row.applied,
        // As INFO says it now: the node itself looked at its clock when it was last woken.
        last_io_s: sim.node(ix).last_io_at(sim.now()),
        initial_offset: row.initial_offset,
        master_id: row.master_id,
        pre_psync: row.pre_psync,
        cached: row.cached,
        transfer: row.transfer,
        loading: row.loading,
        next_try_us: row.next_try.map(Time::as_micros),
        beside: row.beside,
    })
}

fn truth(sim: &Sim, survey: &Survey, ix: NodeIx) -> Option<Truth> {
    let reality = survey.reality(ix)?;
    let runway = |left: crate::sim::Runway| Runway {
        wants: left.wants,
        bytes: left.bytes,
        ms: match (survey.rate(reality.master), u64::try_from(left.bytes)) {
            (_, Err(_)) => Some(0),
            (0, _) => None,
            (rate, Ok(bytes)) => Some(bytes.saturating_mul(1_000) / rate),
        },
        partial_now: left.partial_now,
    };
    Some(Truth {
        master: reality.master,
        applied: Offset(reality.applied),
        received: Offset(reality.received),
        gap: reality.gap,
        staleness_ms: reality.staleness.map(Span::as_millis),
        runway: sim.runway(ix).map(runway),
        if_cut: sim.runway_if_cut(ix).map(runway),
    })
}

fn child(sim: &Sim, machine: &Machine) -> Option<ChildView> {
    let (kind, job) = machine.node.child_at_work()?;
    let whole = machine.node.child().map_or(0, |child| child.rdb().len() as u64);
    let work = machine.children.iter().find(|work| work.job == job && work.life == machine.boots);
    let (done, total) = work.map_or((whole, whole), |work| {
        let since = sim.now().since(work.seen).as_micros();
        ((work.done + work.rate.saturating_mul(since) / 1_000_000).min(work.total), work.total)
    });
    Some(ChildView { kind, done, total })
}

/// What is under way on a lane.
#[derive(Clone, Copy, Default)]
struct UnderWay {
    bytes: u64,
    packets: u32,
    /// Of these over a second connection.
    second: u32,
}

/// Bytes and packets under way on each lane, and which links carry a second connection.
pub(super) struct Traffic {
    lanes: Vec<[UnderWay; 2]>,
    second: Vec<bool>,
}
impl Traffic {
    pub(super) fn of(sim: &Sim) -> Traffic {
        let mut lanes = alloc::vec![[UnderWay::default(); 2]; sim.links().len()];
        let mut second = alloc::vec![false; sim.links().len()];
        for (_, conn) in sim.conns() {
            // What goes from and to sentinels is counted nowhere here.
            let Some(of) = conn.link().and_then(|link| lanes.get_mut(link as usize)) else { continue };
            if let (true, Some(link)) = (conn.second, conn.link()) {
                second[link as usize] = true;
            }
            for (side, end) in conn.ends.iter().enumerate() {
                let lane = &mut of[conn.lane_of(side)];
                let packets = end.packets().count() as u32;
                lane.bytes += end.on_the_way();
                lane.packets += packets;
                lane.second += if conn.second { packets } else { 0 };
            }
        }
        Traffic { lanes, second }
    }
}

pub(super) fn link_view(sim: &Sim, survey: &Survey, ix: LinkIx, link: &Link, traffic: &Traffic) -> LinkView {
    let (from, to) = survey.oriented(sim, link);
    let lane = |from: NodeIx| {
        let place = link.lane_from(from);
        let lane = &link.lanes[place];
        let UnderWay { bytes: in_flight, packets, second: second_packets } = traffic.lanes[ix as usize][place];
        LaneView {
            latency_us: lane.physics.latency.as_micros(),
            jitter_us: lane.physics.jitter.as_micros(),
            bandwidth: lane.physics.bandwidth,
            frozen: lane.frozen,
            in_flight,
            packets,
            second_packets,
            rate: lane.rate(sim.now()),
        }
    };
    LinkView {
        ix,
        from: sim.machine(from).spec.name.clone(),
        to: sim.machine(to).spec.name.clone(),
        from_ix: from,
        to_ix: to,
        state: link.state(),
        since_us: link.since.as_micros(),
        connected: survey.connected(sim, link),
        second: traffic.second[ix as usize],
        dials_failed: link.dials_failed,
        down: lane(from),
        up: lane(to),
    }
}

/// Packets under way on links, in the order of their numbers.
#[must_use]
pub fn packets(sim: &Sim) -> Vec<PacketView> {
    let tops: Vec<NodeIx> = sim.links().iter().map(|link| sim.oriented(link).0).collect();
    let mut all: Vec<PacketView> = sim
        .packets()
        .map(|under_way| {
            let packet = under_way.packet;
            let (kind, text, first) = match &packet.freight {
                Freight::Accept => (PacketKind::Control, Control::Syn.to_string(), None),
                Freight::Fin => (PacketKind::Control, Control::Fin.to_string(), None),
                Freight::Reset => (PacketKind::Control, Control::Rst.to_string(), None),
                Freight::Data(label) => {
                    let first = if let Payload::Stream { first, .. } = label.payload { Some(Offset(first)) } else { None };
                    (PacketKind::of(label.payload), text_of(label).into(), first)
                }
            };
            PacketView {
                id: packet.id,
                link: under_way.link,
                up: tops[under_way.link as usize] != under_way.from,
                second: under_way.second,
                kind,
                text,
                decisive: decides(&packet.freight),
                bytes: packet.bytes.len() as u64,
                first,
                t0_us: packet.t0.as_micros(),
                t1_us: packet.t1.as_micros(),
                x0: packet.x0,
                x1: 1_000,
            }
        })
        .collect();
    order::sort_by_key(&mut all, |packet| packet.id);
    all
}

/// Whether a packet is one of those that decide how things go on.
fn decides(freight: &Freight) -> bool {
    let Freight::Data(label) = freight else { return false };
    let said = |word: &str| label.words.starts_with(word);
    match label.payload {
        Payload::Request { syncs } => syncs,
        Payload::Reply { error } => {
            error || said("+FULLRESYNC") || said("+CONTINUE") || said("+RDBCHANNELSYNC") || said("+DUALCHANNELSYNC") || said("$ENDOFF")
        }
        Payload::Rdb { .. } => true,
        // The words of an ACK say that it was asked for.
        Payload::Ack(_) => !label.words.is_empty(),
        Payload::Stream { .. } => said("REPLCONF"),
        Payload::Newline | Payload::Client => false,
    }
}
