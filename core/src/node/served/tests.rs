//! The stream and its replicas without a server around them.

use super::*;
use crate::command::Reply;
use crate::era::Era;
use crate::fact::SessionEnd;
use crate::node::api::{Address, Output};
use crate::node::callers::Conns;
use crate::node::conn::{Conn, Pipe};
use crate::node::parts::ChildPurpose;
use crate::repl::master::{Phase, Target};
use crate::time::Time;
use alloc::format;
use alloc::string::String;
use bytes::Bytes;

/// A stream of an era, and the conns of replicas that announced all there is to announce.
struct Bench {
    served: Served,
    conns: Conns,
    ctx: Ctx,
    out: Outbox,
}

const ID: ReplId = ReplId::EMPTY;
fn words(line: &str) -> Vec<Bytes> {
    line.split(' ').map(|word| Bytes::copy_from_slice(word.as_bytes())).collect()
}

impl Bench {
    fn new(era: Era, lines: &[&str]) -> Bench {
        let ctx = Ctx::of(era, lines);
        let mut served = Served::new(&ctx);
        served.started(ReplId::from_wire(&[b'a'; 40]).expect("forty letters"), 0);
        Bench { served, conns: Conns::default(), ctx, out: Outbox::default() }
    }
    fn call(&mut self, id: u64, room: u64) {
        let pipe = Pipe::new(ConnId(id), room, self.ctx.caps.reply_list);
        let mut conn = Conn::new(pipe, id, Address { host: format!("10.0.0.{id}"), port: 1 }, 0, true);
        (conn.announced.port, conn.announced.eof, conn.announced.psync2) = (7_000, true, true);
        self.conns.insert(ConnId(id), conn);
    }
    fn psync(&mut self, id: u64, replid: &str, offset: i64) -> Synced {
        let replid = Bytes::copy_from_slice(replid.as_bytes());
        self.served.sync(ConnId(id), Some((&replid, Some(offset))), &mut self.conns, &mut self.ctx, &mut self.out)
    }
    fn feed(&mut self, line: &str) {
        self.served.feed(0, &words(line), &mut self.conns, &self.ctx, &mut self.out);
    }
    /// A full synchronisation up to its end.
    fn full(&mut self, id: u64) {
        assert_eq!(self.psync(id, "?", -1), Synced::Full(None));
        let (conns, ctx, out) = (&mut self.conns, &self.ctx, &mut self.out);
        let start = Start { offset: self.served.rdb_offset(ctx), target: Target::Disk, cursor: None };
        assert!(self.served.full_setup(ConnId(id), start, conns, ctx, out));
        self.served.first_replica(ctx, out);
        self.served.begins_to_send(ConnId(id), &Bytes::from_static(b"REDIS"), conns, ctx, out);
        assert_eq!(self.served.send_rdb(conns.get_mut(&ConnId(id)).expect("a conn"), 0, out), Transfer::Done);
        self.served.goes_online(ConnId(id), false, conns, ctx, out);
    }
    /// What left on a conn since this was asked last, as text.
    fn sent(&mut self, id: u64) -> String {
        if let Some(conn) = self.conns.get_mut(&ConnId(id)) {
            self.served.send(conn, &mut self.out);
        }
        let mut text = String::new();
        for output in core::mem::take(&mut self.out.outputs) {
            if let Output::Send { conn, bytes, .. } = output
                && conn == ConnId(id)
            {
                text.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
        text
    }
    fn leaves(&mut self, id: u64) {
        let conn = self.conns.remove(&ConnId(id)).expect("a conn");
        let session = conn.session.as_ref().expect("a replica");
        self.served.left(&conn, session, SessionEnd::Closed, &self.conns, &self.ctx, &mut self.out);
    }
}

const PSYNC_ERAS: [Era; 7] = [Era::V2_8, Era::V3_0, Era::V3_2, Era::V4_0, Era::V5_0, Era::V6_2, Era::V7_0];

#[test]
fn a_replica_that_comes_back_goes_on_where_it_stopped() {
    for era in PSYNC_ERAS {
        let mut bench = Bench::new(era, &[]);
        bench.call(1, 1 << 20);
        bench.full(1);
        let said = bench.sent(1);
        let first = bench.served.offset() + 1;
        assert!(said.starts_with(&format!("+FULLRESYNC {} ", bench.served.replid())), "{era}: {said}");
        assert!(said.ends_with("$5\r\nREDIS"), "{era}: {said}");
        bench.feed("SET a 1");
        let before = bench.sent(1);
        assert!(before.starts_with("*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n"), "{era}: {before}");
        bench.leaves(1);
        bench.feed("SET a 2");
        bench.call(2, 1 << 20);
        let (id, from) = (format!("{}", bench.served.replid()), first.0 + before.len() as i64);
        assert_eq!(bench.psync(2, &id, from), Synced::Partial(true), "{era}");
        let rest = bench.sent(2);
        let (answer, stream) = rest.split_once("\r\n").expect("a line");
        assert_eq!(answer, if bench.ctx.caps.psync2 { format!("+CONTINUE {id}") } else { "+CONTINUE".into() }, "{era}");
        assert_eq!(stream, "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n2\r\n", "{era}");
        assert_eq!((bench.served.counters().sync_full, bench.served.counters().sync_partial_ok), (1, 1), "{era}");
    }
}

#[test]
fn who_asks_for_what_is_gone_gets_everything_and_a_conn_without_room_goes() {
    for era in PSYNC_ERAS {
        let mut bench = Bench::new(era, &[]);
        bench.call(1, 1 << 20);
        bench.full(1);
        bench.feed("SET a 1");
        let id = format!("{}", bench.served.replid());
        bench.call(2, 1 << 20);
        assert_eq!(bench.psync(2, &id, 1_000_000), Synced::Full(None), "{era}: ahead of its master");
        bench.call(3, 1 << 20);
        assert_eq!(bench.psync(3, &"b".repeat(40), 1), Synced::Full(None), "{era}: another's stream");
        bench.call(4, 3);
        assert_eq!(bench.psync(4, &id, bench.served.offset().0 + 1), Synced::Partial(false), "{era}: no room for the answer");
        assert_eq!(bench.served.counters().sync_partial_err, 2, "{era}");
        assert_eq!(bench.served.replicas(), [1, 2, 3, 4].map(ConnId), "{era}: who goes is the caller's business");
        let late = bench.served.sync(ConnId(9), None, &mut bench.conns, &mut bench.ctx, &mut bench.out);
        assert_eq!(late, Synced::Refused(Reply::None), "{era}: nobody is there");
    }
}

#[test]
fn a_running_bgsave_is_shared_with_what_waits_for_its_first_replica() {
    for era in PSYNC_ERAS {
        let mut bench = Bench::new(era, &["repl-diskless-sync no"]);
        for id in [1, 2] {
            bench.call(id, 1 << 20);
        }
        assert_eq!(bench.psync(1, "?", -1), Synced::Full(None));
        let choose = |bench: &mut Bench, id, child: Option<ChildPurpose>| {
            bench.served.chooses(ConnId(id), child, child.is_none(), &mut bench.conns, &bench.ctx, &mut bench.out)
        };
        assert_eq!(choose(&mut bench, 1, None), Choice::Starts, "{era}");
        let start = Start { offset: bench.served.rdb_offset(&bench.ctx), target: Target::Disk, cursor: None };
        assert!(bench.served.full_setup(ConnId(1), start, &mut bench.conns, &bench.ctx, &mut bench.out));
        bench.served.first_replica(&bench.ctx, &mut bench.out);
        bench.feed("SET a 1");
        assert_eq!(bench.psync(2, "?", -1), Synced::Full(None));
        let Choice::Shares(shared) = choose(&mut bench, 2, Some(ChildPurpose::ReplicasDisk)) else { panic!("{era}: it is shared") };
        assert_eq!((shared.offset, shared.target), (start.offset, Target::Disk), "{era}");
        assert!(bench.served.full_setup(ConnId(2), shared, &mut bench.conns, &bench.ctx, &mut bench.out));
        let waiting = |bench: &Bench, id| {
            let conn = bench.conns.get(&ConnId(id)).expect("a conn");
            bench.served.waiting(conn, conn.session.as_ref().expect("a replica"))
        };
        assert_eq!((waiting(&bench, 1), waiting(&bench, 2)), (23 + 27, 23 + 27), "{era}");
        // Who comes while a child writes to sockets waits for the next.
        bench.call(3, 1 << 20);
        assert_eq!(bench.psync(3, "?", -1), Synced::Full(None));
        assert_eq!(choose(&mut bench, 3, Some(ChildPurpose::ReplicasSockets)), Choice::Waits, "{era}");
        assert_eq!(bench.served.waiting_alike(&bench.conns, &bench.ctx).0, [ConnId(3)], "{era}");
        let phase = bench.conns.get(&ConnId(3)).and_then(|conn| conn.session.as_ref()).map(|session| session.phase.clone());
        assert!(matches!(phase, Some(Phase::WaitBgsaveStart)), "{era}");
    }
}

#[test]
fn a_promotion_keeps_the_old_id_up_to_here_and_a_fresh_stream_keeps_nothing() {
    let mut bench = Bench::new(Era::V5_0, &[]);
    bench.served.takes_over(ID, Offset(41), &bench.ctx, &mut bench.out);
    assert_eq!((bench.served.replid(), bench.served.offset()), (ID, Offset(41)));
    assert!(bench.served.backlog().active());
    bench.served.shift_ids(&mut bench.ctx, &mut bench.out);
    assert_eq!((bench.served.replid2(), bench.served.second_offset()), (ID, Offset(42)));
    let own = bench.served.replid();
    assert!(own != ID);
    // Asked under the old id, one byte past the end of its validity is foreign.
    bench.call(1, 1 << 20);
    assert_eq!(bench.psync(1, &format!("{ID}"), 43), Synced::Full(None));
    bench.call(2, 1 << 20);
    assert_eq!(bench.psync(2, &format!("{ID}"), 42), Synced::Partial(true));
    bench.served.becomes_another(&mut bench.ctx, &mut bench.out);
    assert_eq!((bench.served.replid2(), bench.served.second_offset()), (ReplId::ZEROS, Offset::NONE));
    assert!(bench.served.replid() != own);
}

#[test]
fn silence_lag_and_the_time_without_replicas_are_counted_in_seconds() {
    let mut bench = Bench::new(Era::V6_2, &["repl-timeout 10", "repl-backlog-ttl 5", "min-replicas-to-write 1"]);
    let at = |bench: &mut Bench, second| bench.ctx.clock.look(Time::from_secs(second));
    bench.call(1, 1 << 20);
    bench.full(1);
    bench.feed("SET a 1");
    let silent = |bench: &mut Bench| bench.served.silent(ConnId(1), &bench.conns, &bench.ctx, &mut bench.out);
    assert_eq!((bench.served.good(), bench.served.lagging(&bench.conns)), (1, 1));
    at(&mut bench, 10);
    assert!(!silent(&mut bench));
    at(&mut bench, 11);
    assert!(silent(&mut bench));
    bench.served.count_good(&bench.conns, &bench.ctx, &mut bench.out);
    assert_eq!(bench.served.good(), 0, "its last sign of life is more than 10 s ago");
    let offset = bench.served.offset().0;
    assert_eq!(bench.served.acked(ConnId(1), offset, &mut bench.conns, bench.ctx.cached_s()), Some(false));
    assert_eq!((bench.served.have(offset, &bench.conns, &bench.ctx), bench.served.lagging(&bench.conns)), (1, 0));
    assert!(!silent(&mut bench));
    bench.leaves(1);
    for (second, active) in [(16, true), (17, false)] {
        at(&mut bench, second);
        bench.served.expire_backlog(&mut bench.ctx, &mut bench.out);
        assert_eq!(bench.served.backlog().active(), active, "{second}");
    }
}

#[test]
fn a_replica_over_its_limit_is_doomed_where_bytes_are_added() {
    for era in PSYNC_ERAS {
        let mut bench = Bench::new(era, &["client-output-buffer-limit slave 40000 0 0", "repl-backlog-size 16384"]);
        bench.call(1, 1 << 10);
        bench.full(1);
        if let Some(conn) = bench.conns.get_mut(&ConnId(1)) {
            conn.pipe.room = 0;
        }
        let doomed = |bench: &Bench| bench.conns.values().any(|conn| matches!(conn.state, crate::node::conn::State::Doomed { .. }));
        for n in 0..8 {
            // Twice what waits is the most that it counts for, in any era.
            assert!(n > 1 || !doomed(&bench), "{era}: {n}");
            bench.feed(&format!("SET a {}", "x".repeat(10_000)));
        }
        assert!(doomed(&bench), "{era}");
        assert!(bench.out.logged().iter().any(|line| line.contains("overcoming of output buffer limits")), "{era}");
    }
}
