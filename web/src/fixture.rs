//! One moment of one run, for tests and for looking at the figures: its numbers agree with each other (first = offset − histlen + 1, a gap is the
//! difference of two offsets, a ring's write index is where the next byte goes).
//!
//! Redis 3.0, a master with 16 KB of backlog, 20 writes of 64 bytes a second. `replica-1` is well, the link of `replica-2` is frozen for 3.8 s,
//! `replica-3` was cut off 7.4 s ago.

use resync_core::era::Era;
use resync_core::fact::{Control, ReplState, SessionPhase, SessionState};
use resync_core::repl::psync::{Asked, Lineage, Request, Ruling, Window};
use resync_core::repl::{Offset, ReplId};
use resync_core::view::{
    BacklogShape, BacklogView, BlockView, ClientView, Counters, HandshakeView, LadderRow, LaneView, LinkState, LinkView, NodeView,
    OutputLimitView, PacketKind, PacketView, Process, Role, Runway, Sample, Screen, SeriesView, SessionView, StreamCommand, Stretch, Truth,
    UpstreamView, VerdictView,
};
use resync_js::ids::RunId;
use resync_js::views::{LaneStretch, Shared, Views};

/// Now, µs.
pub(crate) const NOW: u64 = 58_420_000;
/// The master's offset.
pub(crate) const HEAD: i64 = 72_286;
/// `repl-backlog-size`.
pub(crate) const SIZE: u64 = 16_384;

fn id() -> ReplId {
    ReplId::from_wire(b"8f3c2a0000000000000000000000000000d41b11".as_slice()).expect("forty bytes")
}

/// Whose stream the master can continue, with its newest byte at `head`.
fn lineage(second: Option<(ReplId, Offset)>, head: i64) -> Lineage {
    Lineage { id: id(), second, offset: Offset(head) }
}

/// A master's decision about a request, with a backlog from `first` to its head.
fn ruling(asked: ReplId, at: i64, lineage: Lineage, first: i64) -> Ruling {
    let window = Window { first: Offset(first), histlen: u64::try_from(lineage.offset.0 + 1 - first).expect("a window") };
    Ruling::psync(&Request { id: asked.as_bytes(), offset: Some(at) }, lineage, Some(window))
}

fn session(name: &str, ix: u32, acked: i64, lag: i64, gap: i64) -> SessionView {
    SessionView {
        name: name.into(),
        node: Some(ix),
        state: SessionState::Online,
        replstate: SessionPhase::Online,
        offset: Offset(acked),
        lag,
        gap: Some(gap),
        sent: Offset(HEAD),
        ack_time: 57,
        pre_psync: false,
        output_buffer: 0,
        output_counts: 0,
        over_soft_s: None,
    }
}

fn upstream(state: ReplState, applied: i64) -> UpstreamView {
    UpstreamView {
        host: "master".into(),
        port: 6379,
        node: Some(0),
        state,
        link_up: state == ReplState::Connected,
        read: Offset(applied),
        applied: Offset(applied),
        last_io_s: 0,
        initial_offset: Offset(1),
        master_id: id(),
        pre_psync: false,
        cached: (state != ReplState::Connected).then(|| (id(), Offset(applied))),
        transfer: None,
        loading: false,
        next_try_us: (state != ReplState::Connected).then_some(NOW + 80_000),
        beside: None,
    }
}

fn no_backlog() -> BacklogView {
    BacklogView { active: false, size: SIZE, first: Offset(0), histlen: 0, shape: BacklogShape::Ring { idx: 0 }, idx: 0, rate: 0 }
}

fn node(ix: u32, name: &str) -> NodeView {
    NodeView {
        ix,
        name: name.into(),
        ip: format!("10.0.0.{}", ix + 1),
        port: 6379 + ix as u16,
        era: Era::V3_0,
        process: Process::Up,
        process_since_us: 0,
        role: Role::Replica,
        replid: id(),
        replid2: ReplId::ZEROS,
        second_offset: Offset(-1),
        offset: Offset(0),
        counters: Counters::default(),
        backlog: no_backlog(),
        replicas: Vec::new(),
        upstream: None,
        truth: None,
        unreceived: None,
        keys: 100,
        digest: "0011223344556677".into(),
        good: None,
        output_limits: OutputLimitView { hard: 256 << 20, soft: 64 << 20, soft_s: 60 },
        child: None,
        output_limit: 0,
        revision: 1,
    }
}

fn replica(ix: u32, applied: i64, state: ReplState, staleness_ms: u64, runway: Option<Runway>) -> NodeView {
    let mut node = node(ix, &format!("replica-{ix}"));
    node.upstream = Some(upstream(state, applied));
    node.truth = Some(Truth {
        master: 0,
        applied: Offset(applied),
        received: Offset(applied),
        gap: HEAD - applied,
        staleness_ms: Some(staleness_ms),
        runway,
        if_cut: (state == ReplState::Connected).then(|| self::runway(applied + 1)),
    });
    node
}

fn lane(latency_ms: u64, bandwidth: u64) -> LaneView {
    LaneView {
        latency_us: latency_ms * 1_000,
        jitter_us: 0,
        bandwidth,
        frozen: false,
        in_flight: 0,
        packets: 0,
        second_packets: 0,
        rate: 1_280,
    }
}

fn link(ix: u32, state: LinkState, since_us: u64, latency_ms: u64, bandwidth: u64) -> LinkView {
    LinkView {
        ix: ix - 1,
        from: "master".into(),
        to: format!("replica-{ix}"),
        from_ix: 0,
        to_ix: ix,
        state,
        since_us,
        connected: state != LinkState::Cut,
        second: false,
        dials_failed: 0,
        down: lane(latency_ms, bandwidth),
        up: lane(latency_ms, bandwidth),
    }
}

/// Bytes left of a stream that grows by 1 280 a second, until `wants` is overwritten.
fn runway(wants: i64) -> Runway {
    let bytes = wants - (HEAD - SIZE as i64 + 1);
    Runway { wants: Offset(wants), bytes, ms: Some((bytes.max(0) * 1_000 / 1_280) as u64), partial_now: bytes >= 0 }
}

fn row(at_ms: u64, up: bool, text: &str, bytes: u64) -> LadderRow {
    let kind = if up { PacketKind::Request } else { PacketKind::Reply };
    LadderRow {
        at_us: at_ms * 1_000,
        arrived_us: Some(at_ms * 1_000 + 20_000),
        up,
        second: false,
        kind,
        text: text.into(),
        bytes,
        times: 1,
        replica_state: None,
        master_state: None,
        control: None,
        refusal: false,
        decisive: false,
        progress: None,
        range: None,
    }
}

fn ladder() -> HandshakeView {
    let stated = |mut r: LadderRow, state: ReplState| {
        r.replica_state = Some(state);
        r
    };
    let decisive = |mut r: LadderRow| {
        r.decisive = true;
        r
    };
    let id = id();
    let mut rows = vec![
        stated(row(24_540, true, "PING", 6), ReplState::ReceivePong),
        row(24_560, false, "+PONG", 7),
        stated(row(24_580, true, "REPLCONF listening-port 6382", 30), ReplState::ReceivePort),
        row(24_600, false, "+OK", 5),
        stated(row(24_620, true, "REPLCONF capa eof", 19), ReplState::ReceiveCapa),
        row(24_640, false, "+OK", 5),
        decisive(stated(row(24_660, true, &format!("PSYNC {id} 23015"), 54), ReplState::ReceivePsync)),
        decisive(row(24_680, false, "+CONTINUE", 11)),
    ];
    let mut backlog = decisive(stated(row(24_680, false, "backlog", 6_030), ReplState::Connected));
    backlog.kind = PacketKind::Stream;
    backlog.master_state = Some(SessionState::Online);
    backlog.range = Some((Offset(23_015), Offset(29_044)));
    rows.push(backlog);
    for (kind, up, text, times, at_ms) in [
        (PacketKind::Stream, false, "SET key:76", 526, 24_700),
        (PacketKind::Ping, false, "PING", 3, 30_000),
        (PacketKind::Ack, true, "REPLCONF ACK 62750", 26, 51_000),
    ] {
        let mut r = row(at_ms, up, text, 64);
        (r.kind, r.times) = (kind, times);
        if kind == PacketKind::Stream {
            r.range = Some((Offset(29_045), Offset(62_750)));
        }
        rows.push(r);
    }
    let control = |at_ms: u64, up: bool, what: Control| {
        let mut r = row(at_ms, up, what.name(), 0);
        (r.kind, r.control, r.refusal) = (PacketKind::Control, Some(what), what.refuses());
        r
    };
    rows.push(stated(control(51_000, false, Control::Cut), ReplState::Connect));
    for i in 0..7 {
        rows.extend([control(51_500 + i * 1_000, true, Control::Syn), control(51_520 + i * 1_000, false, Control::Refused)]);
    }
    HandshakeView { replica: "replica-3".into(), master: "master".into(), rows }
}

fn series() -> Vec<SeriesView> {
    let frozen_from = 54_620_000;
    let cut_at = 51_000_000;
    [1_u32, 2, 3]
        .map(|ix| SeriesView {
            node: ix,
            samples: (0..=292)
                .map(|i| {
                    let at_us = i * 200_000;
                    let phase = [440_000, 340_000, 520_000][ix as usize - 1];
                    let since = match ix {
                        2 if at_us > frozen_from => Some(at_us - frozen_from),
                        3 if at_us > cut_at => Some(at_us - cut_at),
                        _ => None,
                    };
                    let gap = 64 + since.map_or(64, |us| us as i64 * 1_280 / 1_000_000);
                    let lag_s = match (ix, since) {
                        (3, Some(_)) => None,
                        (2, Some(us)) => Some(us as i64 / 1_000_000 + i64::from(at_us % 1_000_000 < phase)),
                        _ => Some(i64::from(at_us % 1_000_000 < phase)),
                    };
                    Sample {
                        at_us,
                        lag_s,
                        offset: lag_s.map(|_| 1_000),
                        gap,
                        staleness_ms: Some(since.map_or(70, |us| us / 1_000)),
                        head: HEAD - ((NOW - at_us.min(NOW)) as i64 * 1_280 / 1_000_000),
                    }
                })
                .collect(),
        })
        .into()
}

/// The last commands up to the head, 64 bytes each.
fn commands(count: i64) -> Vec<StreamCommand> {
    (0..count)
        .rev()
        .map(|i| StreamCommand {
            first: Offset(HEAD + 1 - 64 * (i + 1)),
            bytes: 64,
            text: format!("SET key:{}", [76, 39, 92, 55, 18, 71, 20, 64][(i % 8) as usize]),
        })
        .collect()
}

/// Parts, each shared, as a screen has them.
fn each<T>(values: Vec<T>) -> Shared<Vec<Shared<T>>> {
    Shared::new(values.into_iter().map(Shared::new).collect())
}

/// The moment itself.
pub(crate) fn plain() -> Views {
    let first = HEAD - SIZE as i64 + 1;
    let mut master = node(0, "master");
    master.role = Role::Master;
    master.offset = Offset(HEAD);
    master.counters = Counters { sync_full: 3, sync_partial_ok: 1, sync_partial_err: 0 };
    master.backlog = BacklogView {
        active: true,
        size: SIZE,
        first: Offset(first),
        histlen: SIZE,
        shape: BacklogShape::Ring { idx: 6_749 },
        idx: 6_749,
        rate: 1_280,
    };
    master.replicas = vec![session("replica-1", 1, 70_814, 1, 128), session("replica-2", 2, 66_974, 4, 4_928)];
    let nodes = vec![
        master,
        replica(1, 72_158, ReplState::Connected, 70, None),
        replica(2, 67_358, ReplState::Connected, 3_800, None),
        replica(3, 62_750, ReplState::Connecting, 7_400, Some(runway(62_751))),
    ];
    let mut links = vec![
        link(1, LinkState::Up, 0, 80, 10 << 20),
        link(2, LinkState::Frozen, 54_620_000, 40, 0),
        link(3, LinkState::Cut, 51_000_000, 20, 10 << 20),
    ];
    links[0].down.packets = 2;
    links[1].down.frozen = true;
    links[1].up.frozen = true;
    links[1].down.in_flight = 4_928;
    links[1].down.packets = 77;
    links[2].dials_failed = 7;
    let streaming = |from_us, to_us| LaneStretch { from_us, to_us, what: Stretch::Streaming };
    let full = LaneStretch { from_us: 900_000, to_us: 1_300_000, what: Stretch::Full };
    let screen = Screen {
        now_us: NOW,
        event: 11_604,
        nodes: each(nodes),
        links: each(links),
        clients: Shared::new(vec![ClientView {
            name: "writer".into(),
            on: "master".into(),
            every_us: 50_000,
            value_bytes: Some(32),
            sent: 1_129,
            ok: 1_129,
            refused: 0,
            last_error: String::new(),
            failing: false,
        }]),
        top: 0,
        handshake: Shared::new(ladder()),
        verdict: Shared::new(Some(VerdictView {
            at_us: 24_680_000,
            replica: "replica-3".into(),
            master: "master".into(),
            era: Era::V3_0,
            ruling: ruling(id(), 23_015, lineage(None, 29_044), 12_661),
            log: Some(
                "Partial resynchronization request from 10.0.0.4:6382 accepted. Sending 6030 bytes of backlog starting from offset 23015."
                    .into(),
            ),
            now: Some(ruling(id(), 62_751, lineage(None, HEAD), first)),
            if_cut: None,
        })),
        series: each(series()),
        commands: Shared::new(commands(256)),
        lanes: each(vec![
            vec![full, streaming(1_300_000, NOW)],
            vec![full, streaming(1_300_000, 54_620_000), LaneStretch { from_us: 54_620_000, to_us: NOW, what: Stretch::Frozen }],
            vec![full, streaming(1_300_000, 51_000_000), LaneStretch { from_us: 51_000_000, to_us: NOW, what: Stretch::Cut }],
        ]),
        end_us: NOW,
        ..Screen::default()
    };
    Views { run: RunId::default(), screen, happened: Shared::default(), playing: true, speed_milli: 50 }
}

/// The moment after the runway of `replica-3` ran out: its next byte is overwritten, and its PSYNC was refused.
pub(crate) fn lost() -> Views {
    let mut views = plain();
    let node = views.nodes.make_mut()[3].make_mut();
    let applied = HEAD - SIZE as i64 - 600;
    if let Some(truth) = node.truth.as_mut() {
        (truth.applied, truth.received, truth.gap) = (Offset(applied), Offset(applied), HEAD - applied);
        truth.runway = Some(runway(applied + 1));
    }
    if let Some(v) = views.verdict.make_mut() {
        v.ruling = ruling(id(), applied + 1, lineage(None, HEAD), HEAD - SIZE as i64 + 1);
        v.log =
            Some(format!("Unable to partial resync with slave 10.0.0.4:6382 for lack of backlog (Slave request was: {}).", applied + 1));
        v.now = None;
    }
    views
}

/// The moment after `replica-3` came by SYNC.
pub(crate) fn synced() -> Views {
    let mut views = plain();
    if let Some(v) = views.verdict.make_mut() {
        v.ruling.asked = Asked::Sync;
        (v.now, v.log) = (None, None);
    }
    views
}

/// Redis 7.0: the backlog is a chain of blocks; a replica receives an RDB; a second id.
pub(crate) fn blocks() -> Views {
    let mut views = plain();
    let master = views.nodes.make_mut()[0].make_mut();
    master.era = Era::V7_0;
    let first = 40_961;
    let block =
        |first: i64, used: u64, refs: u32, pinned_by: Vec<u32>| BlockView { first: Offset(first), size: 16_384, used, refs, pinned_by };
    master.backlog.first = Offset(first);
    master.backlog.histlen = (HEAD - first + 1) as u64;
    master.backlog.shape = BacklogShape::Blocks {
        blocks: vec![block(first, 16_384, 2, vec![1]), block(first + 16_384, (HEAD - first + 1) as u64 - 16_384, 1, vec![0])],
    };
    master.backlog.size = 20_480;
    master.backlog.idx = 0;
    let mut syncing = session("replica-3", 3, 0, 0, 0);
    (syncing.state, syncing.replstate) = (SessionState::SendBulk, SessionPhase::SendBulk);
    syncing.gap = None;
    master.replicas.push(syncing);
    if let Some(up) = views.nodes.make_mut()[3].make_mut().upstream.as_mut() {
        up.state = ReplState::Transfer;
        up.transfer = Some((5_120, 12_288));
        up.next_try_us = None;
    }
    let link = views.links.make_mut()[2].make_mut();
    (link.state, link.connected) = (LinkState::Up, true);
    if let Some(v) = views.verdict.make_mut() {
        v.era = Era::V7_0;
        let second = ReplId::from_wire(b"1111222233334444555566667777888899990000".as_slice()).expect("forty bytes");
        v.ruling = ruling(second, 23_015, lineage(Some((second, Offset(23_000))), 29_044), 12_661);
        v.now = None;
        v.log =
            Some("Partial resynchronization not accepted: Requested offset for second ID was 23015, but I can reply up to 23000".into());
    }
    let rows = &mut views.handshake.make_mut().rows;
    rows.truncate(8);
    rows[7].text = format!("+FULLRESYNC {} {HEAD}", id());
    let mut rdb = row(24_700, false, "RDB", 12_288);
    (rdb.kind, rdb.decisive, rdb.progress) = (PacketKind::Rdb, true, Some((5_120, 12_288)));
    rdb.replica_state = Some(ReplState::Transfer);
    rdb.master_state = Some(SessionState::SendBulk);
    rows.push(rdb);
    views
}

/// The first instant: nothing has happened yet.
pub(crate) fn beginning() -> Views {
    let mut views = plain();
    views.now_us = 0;
    let master = views.nodes.make_mut()[0].make_mut();
    master.offset = Offset(0);
    master.counters = Counters::default();
    master.backlog = no_backlog();
    master.replicas.clear();
    for node in &mut views.nodes.make_mut()[1..] {
        let node = node.make_mut();
        node.truth = None;
        node.upstream = Some(upstream(ReplState::Connect, 0));
        if let Some(up) = node.upstream.as_mut() {
            (up.cached, up.next_try_us) = (None, None);
        }
    }
    for (i, link) in views.links.make_mut().iter_mut().enumerate() {
        *link.make_mut() = LinkView { connected: false, ..self::link(i as u32 + 1, LinkState::Up, 0, 2, 0) };
    }
    views.handshake = Shared::default();
    views.verdict = Shared::default();
    views.series = Shared::default();
    views.commands = Shared::default();
    views.lanes = each(vec![Vec::new(); 3]);
    views
}

/// Twelve replicas, and one below another: more than there is room for in full.
pub(crate) fn many() -> Views {
    let mut views = plain();
    for ix in 4..=12_u32 {
        let mut node = replica(ix, HEAD - i64::from(ix) * 64, ReplState::Connected, 70, None);
        let mut link = link(ix, LinkState::Up, 0, 20, 0);
        if ix == 12 {
            if let Some(up) = node.upstream.as_mut() {
                up.node = Some(11);
            }
            (link.from, link.from_ix) = ("replica-11".into(), 11);
            views.nodes.make_mut()[11].make_mut().replicas.push(session("replica-12", 12, HEAD - 800, 0, 768));
        } else {
            views.nodes.make_mut()[0].make_mut().replicas.push(session(
                &format!("replica-{ix}"),
                ix,
                HEAD - i64::from(ix) * 64,
                0,
                i64::from(ix) * 64,
            ));
        }
        views.nodes.make_mut().push(Shared::new(node));
        views.links.make_mut().push(Shared::new(link));
        views.lanes.make_mut().push(Shared::default());
    }
    views
}

/// Packets on their way at [`NOW`].
pub(crate) fn packets() -> Vec<PacketView> {
    let packet = |id, up, kind, text: &str, x0: u32| PacketView {
        id,
        link: 0,
        up,
        second: false,
        kind,
        text: text.into(),
        decisive: false,
        bytes: 64,
        first: None,
        t0_us: NOW,
        t1_us: NOW + 40_000,
        x0,
        x1: 1_000,
    };
    vec![
        packet(1, false, PacketKind::Stream, "SET key:39", 820),
        packet(2, false, PacketKind::Stream, "SET key:76", 260),
        packet(3, true, PacketKind::Ack, "REPLCONF ACK 72094", 730),
    ]
}

/// Shared, as components take it.
pub(crate) fn shared(views: Views) -> Shared<Views> {
    Shared::new(views)
}

#[test]
fn the_numbers_of_every_fixture_agree() {
    for views in [plain(), lost(), blocks(), beginning(), many()] {
        let master = &views.nodes[0];
        let backlog = &master.backlog;
        if backlog.active {
            assert_eq!(backlog.first.0, master.offset.0 - backlog.histlen as i64 + 1, "first = offset − histlen + 1");
        }
        if let BacklogShape::Blocks { blocks } = &backlog.shape {
            assert_eq!(blocks.iter().map(|b| b.used).sum::<u64>(), backlog.histlen);
            assert!(blocks.windows(2).all(|w| w[0].first.0 + w[0].used as i64 == w[1].first.0));
        }
        for node in &views.nodes[1..] {
            if let Some(truth) = &node.truth {
                assert_eq!(truth.gap, master.offset.0 - truth.applied.0, "{}", node.name);
                if let Some(runway) = truth.runway {
                    assert_eq!((runway.wants.0, runway.bytes), (truth.applied.0 + 1, SIZE as i64 - truth.gap), "{}", node.name);
                }
            }
        }
        assert!(packets().iter().all(|p| p.link == views.links[0].ix));
        assert_eq!(views.lanes.len(), views.links.len());
        if let Some(last) = views.commands.last() {
            assert_eq!(last.first.0 + i64::from(last.bytes), master.offset.0 + 1);
        }
    }
}
