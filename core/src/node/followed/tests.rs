//! The way to a master without a server around it.

use super::*;
use crate::era::Era;
use crate::node::api::{Address, DialError};
use crate::node::lines::Dial;
use crate::note::HandshakeFailure;
use crate::repl::replica::Step;
use crate::resp;
use crate::time::Time;
use alloc::string::ToString;
use alloc::vec::Vec;
use bytes::Bytes;

/// The way of an era to its master, 10.0.0.9:7009.
struct Bench {
    followed: Followed,
    ctx: Ctx,
    out: Outbox,
}
const CONN: ConnId = ConnId(5);

impl Bench {
    fn new(era: Era, lines: &[&str]) -> Bench {
        let mut ctx = Ctx::of(era, lines);
        let mut followed = Followed::default();
        followed.follow("10.0.0.9".to_string(), 7_009, &mut ctx);
        Bench { followed, ctx, out: Outbox::default() }
    }
    fn dial(&mut self) {
        self.followed.dial(Dial::First, &self.ctx, &mut self.out);
        let Some(Output::Connect { token, to }) = self.out.outputs.pop() else { panic!("a dial") };
        assert_eq!(to, Address { host: "10.0.0.9".to_string(), port: 7_009 });
        self.followed.dial_succeeded(token, CONN, 1 << 20, &self.ctx, &mut self.out);
    }
    /// The words of the requests that were written since this was asked last.
    fn asked(&mut self) -> Vec<String> {
        let pipe = self.followed.pipe_mut().expect("a connection");
        pipe.flush(&mut self.out.outputs);
        let mut parser = resp::Parser::new();
        for output in core::mem::take(&mut self.out.outputs) {
            if let Output::Send { bytes, .. } = output {
                parser.feed(&bytes);
            }
        }
        let mut asked = Vec::new();
        while let Ok(Some(request)) = parser.next() {
            let words: Vec<String> = request.args.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
            asked.push(words.join(" "));
        }
        asked
    }
    fn hears(&mut self, line: &str) -> Heard {
        let Expects::Line(step) = self.followed.expects() else { panic!("a handshake") };
        let mut bytes = Bytes::copy_from_slice(line.as_bytes());
        let line = self.followed.line(&mut bytes).expect("a whole line").expect("one that is not too long");
        self.followed.heard(step, &line, false, &self.ctx, &mut self.out)
    }
    /// The handshake up to PSYNC, or to SYNC in 2.6.
    fn shake_hands(&mut self) -> Vec<String> {
        self.dial();
        let mut asked = self.asked();
        let mut answer = "+PONG\r\n";
        while !asked.iter().any(|line| line.contains("SYNC")) {
            assert_eq!(self.hears(answer), Heard::Done);
            asked.extend(self.asked());
            answer = "+OK\r\n";
        }
        asked
    }
    /// A link that lives behind `offset`, after an RDB of three bytes.
    fn link(&mut self, offset: i64) {
        self.shake_hands();
        if self.ctx.caps.psync {
            assert_eq!(self.hears("+FULLRESYNC\r\n"), Heard::Psync);
            self.followed.full_announced(ReplId::ZEROS, Offset(offset), &self.ctx, &mut self.out);
            self.followed.begin_transfer(&self.ctx, &mut self.out);
        }
        let mut bytes = Bytes::from_static(b"$3\r\nRDB*1\r\n");
        assert_eq!(self.followed.expects(), Expects::Header);
        let line = self.followed.line(&mut bytes).expect("whole").expect("short");
        assert_eq!(self.followed.headed(&line, false, &self.ctx, &mut self.out), Headed::Begins);
        assert!(self.followed.receives(&mut bytes, &mut self.ctx, &mut self.out));
        let file = self.followed.received(core::mem::take(&mut bytes), &self.ctx, &mut self.out);
        assert_eq!(file.as_deref(), Some(&b"RDB"[..]));
        assert_eq!(self.followed.expects(), Expects::Later);
        self.followed.keep_for_later(b"$4\r\nPING\r\n");
        let installed = self.followed.installed(3, &self.ctx, &mut self.out).expect("a link");
        assert_eq!((installed.rest.as_ref(), installed.lost), (&b"*1\r\n$4\r\nPING\r\n"[..], None));
    }
    /// What of the stream runs now.
    fn reads(&mut self, text: &str) -> Vec<String> {
        self.followed.read_stream(Bytes::copy_from_slice(text.as_bytes()), &self.ctx);
        let mut runs = Vec::new();
        while let Ok(Some(request)) = self.followed.next_of_stream(&self.ctx, &mut self.out) {
            let words = |request: &resp::Request| request.args.iter().map(|w| String::from_utf8_lossy(w)).collect::<Vec<_>>().join(" ");
            match self.followed.admits(&request) {
                Applies::Nothing => {}
                Applies::Now => runs.push(words(&request)),
                Applies::Later => self.followed.keep(request),
                Applies::All(requests) => runs.push(requests.iter().map(words).collect::<Vec<_>>().join("; ")),
            }
        }
        runs
    }
}

#[test]
fn each_era_asks_in_its_own_way() {
    for era in Era::ALL {
        let mut bench = Bench::new(era, &["masterauth secret"]);
        let asked = bench.shake_hands();
        let (first, last) = (asked.first().expect("a request"), asked.last().expect("a request"));
        assert_eq!(first, "PING", "{era}");
        assert!(asked.contains(&"AUTH secret".to_string()), "{era}: {asked:?}");
        assert_eq!(last, if bench.ctx.caps.psync { "PSYNC ? -1" } else { "SYNC" }, "{era}");
        assert_eq!(asked.iter().any(|line| line.contains("capa psync2")), bench.ctx.caps.psync2, "{era}: {asked:?}");
    }
}

#[test]
fn a_dial_that_is_no_longer_wanted_is_closed_and_one_that_fails_is_tried_again() {
    let mut bench = Bench::new(Era::V5_0, &[]);
    bench.followed.dial(Dial::First, &bench.ctx, &mut bench.out);
    let Some(Output::Connect { token: first, .. }) = bench.out.outputs.pop() else { panic!("a dial") };
    bench.followed.cancel(&mut bench.ctx, &mut bench.out);
    assert!(matches!(bench.out.outputs[..], [Output::CancelConnect { token }] if token == first));
    bench.followed.dial_succeeded(first, CONN, 100, &bench.ctx, &mut bench.out);
    assert!(matches!(bench.out.outputs[..], [_, Output::Close { conn: CONN }]), "it came after all");
    assert!(bench.followed.must_dial());
    bench.followed.dial(Dial::First, &bench.ctx, &mut bench.out);
    let Some(Output::Connect { token: second, .. }) = bench.out.outputs.pop() else { panic!("a dial") };
    bench.followed.dial_failed(first, DialError::Refused, &mut bench.ctx, &mut bench.out);
    assert!(!bench.followed.must_dial(), "that was the other one");
    bench.followed.dial_failed(second, DialError::Refused, &mut bench.ctx, &mut bench.out);
    assert!(bench.followed.must_dial() && bench.ctx.is_replica());
    bench.followed.leave(&mut bench.ctx);
    assert!(!bench.followed.must_dial() && !bench.ctx.is_replica());
}

#[test]
fn a_link_counts_what_was_read_up_to_3_2_and_what_was_applied_from_4_0_on() {
    let half = "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPI";
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
        let mut bench = Bench::new(era, &[]);
        bench.link(100);
        assert_eq!(bench.reads(half), ["PING"], "{era}");
        let counted = bench.followed.ran(None, &bench.ctx);
        let applied = bench.ctx.caps.reploff_counts_applied;
        assert_eq!(counted.as_deref(), applied.then_some(&b"*1\r\n$4\r\nPING\r\n"[..]), "{era}");
        assert_eq!((bench.followed.offset().0, bench.followed.read().0), (if applied { 114 } else { 124 }, 124), "{era}");
        assert_eq!(bench.followed.unapplied(), 10, "{era}");
        // When the link is lost, half a command goes on there up to 3.2, and is asked for again later.
        let ended = bench.followed.end_link(Some(CloseWhy::Fin), true, &bench.ctx, &mut bench.out).expect("it lived");
        assert!(ended.cached, "{era}");
        assert_eq!(bench.followed.read().0, if applied { 114 } else { 124 }, "{era}");
        assert!(bench.followed.end_link(None, true, &bench.ctx, &mut bench.out).is_none(), "once");
        let asked = bench.shake_hands();
        let from = if applied { 115 } else { 125 };
        assert_eq!(asked.last(), Some(&alloc::format!("PSYNC {} {from}", ReplId::ZEROS)), "{era}");
        assert_eq!(bench.followed.resume(&bench.ctx, &mut bench.out), Some(Offset(from - 1)), "{era}");
        assert!(bench.followed.cached().is_none() && bench.followed.link().is_some(), "{era}");
        let rest = if applied { "*1\r\n$4\r\nPING\r\n" } else { "NG\r\n" };
        assert_eq!(bench.reads(rest), ["PING"], "{era}");
    }
}

#[test]
fn a_transaction_of_the_stream_runs_as_one_and_counts_at_its_end() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().reploff_counts_applied) {
        let mut bench = Bench::new(era, &[]);
        bench.link(0);
        assert!(bench.reads("*1\r\n$5\r\nMULTI\r\n*2\r\n$4\r\nINCR\r\n$1\r\na\r\n").is_empty(), "{era}");
        assert_eq!(bench.followed.ran(None, &bench.ctx), None, "{era}: it is open");
        assert_eq!(bench.reads("*2\r\n$4\r\nINCR\r\n$1\r\nb\r\n*1\r\n$4\r\nEXEC\r\n"), ["INCR a; INCR b"], "{era}");
        let whole = bench.followed.ran(None, &bench.ctx).expect("all of it");
        assert_eq!((whole.len() as i64, bench.followed.offset()), (bench.followed.read().0, bench.followed.read()), "{era}");
    }
}

#[test]
fn what_takes_too_long_is_told_apart() {
    let late = |bench: &mut Bench, second| {
        bench.ctx.clock.look(Time::from_secs(second));
        bench.followed.overdue(&bench.ctx, &mut bench.out)
    };
    let mut bench = Bench::new(Era::V3_2, &["repl-timeout 10"]);
    bench.dial();
    assert_eq!((late(&mut bench, 10), late(&mut bench, 11)), (None, Some(Overdue::Synchronisation)));
    bench.followed.cancel(&mut bench.ctx, &mut bench.out);
    assert_eq!(late(&mut bench, 100), None, "nothing is under way");
    bench.link(0);
    assert_eq!((late(&mut bench, 110), late(&mut bench, 111)), (None, Some(Overdue::Stream)));
    let lines = bench.out.logged();
    assert!(lines.iter().any(|line| line.starts_with("Timeout connecting to the MASTER")), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("MASTER timeout: no data nor PING received")), "{lines:?}");
}

#[test]
fn an_end_means_what_was_going_on() {
    let close = |bench: &mut Bench, why| bench.followed.closed(why, &mut bench.ctx, &mut bench.out);
    let mut bench = Bench::new(Era::V4_0, &[]);
    assert_eq!(close(&mut bench, CloseWhy::Fin), Closed::Noted);
    bench.shake_hands();
    assert_eq!(close(&mut bench, CloseWhy::Reset), Closed::Handshake(Step::Psync));
    assert_eq!(bench.followed.cut(Step::Psync, CloseWhy::Fin, &bench.ctx, &mut bench.out), Cut::FallsBack);
    bench.followed.begin_transfer(&bench.ctx, &mut bench.out);
    assert!(matches!(close(&mut bench, CloseWhy::Fin), Closed::Transfer(HandshakeFailure::HeaderCut(_))));
    assert!(bench.followed.must_dial(), "its file is removed, and the way begins anew");
    bench.link(0);
    assert_eq!(close(&mut bench, CloseWhy::Cut), Closed::Stream);
}
