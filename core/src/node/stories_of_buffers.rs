//! Stories of output that nobody takes: bursts over the limits of replicas and of callers, every era.

use super::pair::Pair;
use super::stories::synced;
use crate::era::Era;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const BIG: usize = 500_000;
const OVER: &str = "scheduled to be closed ASAP for overcoming of output buffer limits.";

/// Nobody is left on a node but its console and its replica.
fn alone(pair: &mut Pair) -> bool {
    !pair.cli(0, "CLIENT LIST").contains("addr=10.0.0.99:")
}
/// A large value, and the time that its SET takes.
fn set_big(pair: &mut Pair) {
    let at_once = pair.cli(0, &format!("SET big {}", "x".repeat(BIG)));
    pair.run_ms(10);
    assert!(at_once == "OK" || pair.reply(0) == "OK");
}
fn over(pair: &Pair, at: crate::time::Time) -> Vec<String> {
    pair.log(0, at).into_iter().filter(|line| line.contains("overcoming of output buffer limits.")).collect()
}

/// Live 2.8.17, 3.0.5 and 5.0.10: `sync_full:1`, `sync_partial_ok:1`, 0 bytes are sent again. 6.2.14 and 7.0.15: `lack of backlog`, `sync_full:2`.
#[test]
fn a_burst_over_the_limit_leaves_before_the_close_up_to_5_0() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
        let mut pair = synced(era);
        pair.cli(0, "CONFIG SET repl-backlog-size 16384");
        assert_eq!(pair.cli(0, "CONFIG SET client-output-buffer-limit \"slave 200000 200000 0\""), "OK");
        let (full, at) = (pair.info(0, "sync_full"), pair.now);
        set_big(&mut pair);
        pair.run_ms(2_500);
        assert_eq!(over(&pair, at).len(), 1, "{era}: {:?}", pair.log(0, at));
        let partial = era.capabilities().doomed_still_gets;
        assert_eq!(pair.info(0, "sync_full") == full, partial, "{era}: {:?}", pair.log(0, at));
        if partial {
            assert!(pair.log(0, at).iter().any(|line| line.contains("Sending 0 bytes of backlog")), "{era}: {:?}", pair.log(0, at));
        } else {
            assert!(pair.log(0, at).iter().any(|line| line.contains("for lack of backlog")), "{era}: {:?}", pair.log(0, at));
        }
        assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest(), "{era}");
    }
}

/// Live, four GETs of 5 MB each followed by an INCR, in one read: 2.8.17 and 3.0.5 run all of it (the counter is 4), 5.0.10, 6.2.14 and 7.0.15
/// nothing behind the first GET (0). Whoever reads gets what the kernel takes until the close up to 5.0, nothing from 6.0 on.
#[test]
fn a_caller_over_its_limit_is_closed_and_what_it_asked_for_is_dropped() {
    for era in Era::ALL {
        let mut pair = synced(era);
        set_big(&mut pair);
        pair.cli(0, "SET n 0");
        assert_eq!(pair.cli(0, "CONFIG SET client-output-buffer-limit \"normal 100000 0 0\""), "OK", "{era}");
        pair.run_ms(100);
        let (at, caller) = (pair.now, pair.deaf_caller(0, 70_000));
        pair.says(0, caller, &["GET big", "INCR n", "GET big", "INCR n", "GET big", "INCR n", "GET big", "INCR n"]);
        assert_eq!(over(&pair, at).len(), 1, "{era}: {:?}", pair.log(0, at));
        assert!(over(&pair, at)[0].contains(OVER) && over(&pair, at)[0].contains("flags=N"), "{era}: {:?}", pair.log(0, at));
        let ran = if era.capabilities().doomed_still_runs { "\"4\"" } else { "\"0\"" };
        assert_eq!(pair.cli(0, "GET n"), ran, "{era}");
        assert_eq!(alone(&mut pair), era.capabilities().close_before_sleep, "{era}: closed before the next sleep from 6.0 on");
        pair.run_ms(110);
        assert!(alone(&mut pair), "{era}: closed by the next serverCron at the latest");
    }
}

/// Live 5.0.10: with `normal 0 100000 1` nothing happens until the next byte is added; 6.2.14 and 7.0.15 close by themselves after 2 s.
#[test]
fn a_soft_limit_of_callers_counts_seconds() {
    for era in Era::ALL {
        let mut pair = synced(era);
        set_big(&mut pair);
        assert_eq!(pair.cli(0, "CONFIG SET client-output-buffer-limit \"normal 0 100000 1\""), "OK");
        let (at, caller) = (pair.now, pair.deaf_caller(0, 70_000));
        pair.says(0, caller, &["GET big", "GET big"]);
        pair.run_ms(900);
        assert!(over(&pair, at).is_empty(), "{era}: {:?}", over(&pair, at));
        pair.run_ms(2_200);
        let by_itself = era.capabilities().limits_at_cron;
        assert_eq!(over(&pair, at).len(), usize::from(by_itself), "{era}: {:?}", over(&pair, at));
        pair.says(0, caller, &["GET big"]);
        pair.run_ms(110);
        assert_eq!(over(&pair, at).len(), 1, "{era}: {:?}", over(&pair, at));
        assert_eq!(over(&pair, at)[0].contains(OVER), !by_itself, "{era}: {:?}", over(&pair, at));
        assert!(alone(&mut pair), "{era}");
    }
}

/// A server whose only company is a subscriber that reads nothing: no replica and no writer gives it a reason to tick. Live 6.2.14 and 7.0.15 close
/// the subscriber within a second of the soft limit's time; 5.0 waits for the next message.
#[test]
fn a_soft_limit_runs_out_on_a_server_that_has_nothing_else_to_do() {
    for era in Era::ALL {
        let mut pair = Pair::new(era, &[""]);
        pair.run_ms(100);
        pair.cli(0, "CONFIG SET client-output-buffer-limit \"pubsub 0 100000 1\"");
        let (at, caller) = (pair.now, pair.deaf_caller(0, 70_000));
        pair.says(0, caller, &["SUBSCRIBE news"]);
        for _ in 0..4 {
            pair.cli(0, &format!("PUBLISH news {}", "x".repeat(60_000)));
        }
        pair.run_ms(900);
        assert!(over(&pair, at).is_empty() && !alone(&mut pair), "{era}: {:?}", over(&pair, at));
        pair.run_ms(1_300);
        assert_eq!(over(&pair, at).len(), usize::from(era.capabilities().limits_at_cron), "{era}: {:?}", over(&pair, at));
        // The limit may also come down on what waits already.
        let caller = pair.deaf_caller(0, 70_000);
        pair.says(0, caller, &["SUBSCRIBE other"]);
        pair.cli(0, &format!("PUBLISH other {}", "x".repeat(90_000)));
        let at = pair.now;
        pair.cli(0, "CONFIG SET client-output-buffer-limit \"pubsub 10000 0 0\"");
        pair.run_ms(210);
        assert_eq!(over(&pair, at).len(), usize::from(era.capabilities().limits_at_cron), "{era}: {:?}", over(&pair, at));
    }
}

/// 1000 keys of 103 bytes: 114 kB of reply, of which the static buffer could hold 16. Live 6.2.14 and 7.0.15 close the caller, for they write its length
/// last, and so all of it is in the list; an LRANGE of as much lives.
#[test]
fn keys_fills_the_list_alone() {
    for era in [Era::V6_2, Era::V7_0] {
        let mut pair = Pair::new(era, &[""]);
        pair.run_ms(100);
        pair.cli(0, "CONFIG SET client-output-buffer-limit \"normal 105000 0 0\"");
        for n in 0..1_000 {
            let key = format!("{}{n:03}", "k".repeat(100));
            pair.cli(0, &format!("SET {key} 1"));
            pair.cli(0, &format!("RPUSH l {key}"));
        }
        for (line, closes) in [("LRANGE l 0 -1", false), ("KEYS k*", true)] {
            let (at, caller) = (pair.now, pair.deaf_caller(0, 70_000));
            pair.says(0, caller, &[line]);
            pair.run_ms(110);
            assert_eq!(over(&pair, at).len(), usize::from(closes), "{era} {line}: {:?}", over(&pair, at));
        }
    }
}

/// MONITOR makes a caller of the class `normal`; in 2.6 it is one of the replicas' class.
#[test]
fn who_monitors_has_the_limits_of_callers() {
    for era in Era::ALL {
        for (class, closes) in [("normal", era.capabilities().psync), ("slave", !era.capabilities().psync)] {
            let mut pair = Pair::new(era, &[""]);
            pair.run_ms(100);
            pair.cli(0, &format!("CONFIG SET client-output-buffer-limit \"{class} 100000 0 0\""));
            let (at, caller) = (pair.now, pair.deaf_caller(0, 70_000));
            pair.says(0, caller, &["MONITOR"]);
            for _ in 0..4 {
                pair.cli(0, &format!("SET k {}", "x".repeat(60_000)));
            }
            pair.run_ms(110);
            assert_eq!(over(&pair, at).len(), usize::from(closes), "{era} {class}: {:?}", pair.log(0, at));
            assert!(!closes || over(&pair, at)[0].contains("flags=O"), "{era} {class}: {:?}", over(&pair, at));
        }
    }
}

/// A caller that takes what it asks for is never closed, however much it asks for.
#[test]
fn who_reads_is_no_burden() {
    for era in Era::ALL {
        let mut pair = synced(era);
        pair.cli(0, "SET big x");
        assert_eq!(pair.cli(0, "CONFIG SET client-output-buffer-limit \"normal 100000 50000 0\""), "OK");
        let (at, caller) = (pair.now, pair.deaf_caller(0, 1 << 20));
        for _ in 0..50 {
            pair.says(0, caller, &["SET big xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "GET big"]);
        }
        pair.run_ms(110);
        assert!(over(&pair, at).is_empty() && !alone(&mut pair), "{era}: {:?}", over(&pair, at));
    }
}

/// Live 2.8.17, 3.0.5, 5.0.10, 6.2.14 and 7.0.15: who has subscribed to something is of the class `pubsub`, and not of `normal` any more.
#[test]
fn subscribers_have_limits_of_their_own() {
    for era in Era::ALL {
        for (class, closes) in [("pubsub", true), ("normal", false)] {
            let mut pair = Pair::new(era, &[""]);
            pair.run_ms(100);
            pair.cli(0, &format!("CONFIG SET client-output-buffer-limit \"{class} 100000 0 0\""));
            if class == "normal" {
                pair.cli(0, "CONFIG SET client-output-buffer-limit \"pubsub 0 0 0\"");
            }
            let (at, caller) = (pair.now, pair.deaf_caller(0, 70_000));
            pair.says(0, caller, &["SUBSCRIBE news"]);
            for _ in 0..4 {
                pair.cli(0, &format!("PUBLISH news {}", "x".repeat(60_000)));
            }
            pair.run_ms(110);
            assert_eq!(over(&pair, at).len(), usize::from(closes), "{era} {class}: {:?}", pair.log(0, at));
        }
    }
}

/// Live, two SETs after a pair has synchronised: the caller's own line, the replica's, and the master's at the replica.
#[test]
fn client_list_has_the_fields_of_its_era() {
    for (era, own, master) in [
        (
            Era::V2_8,
            "flags=N db=0 sub=0 psub=0 multi=-1 qbuf=0 qbuf-free=32768 obl=0 oll=0 omem=0 events=r cmd=client",
            "flags=M db=0 sub=0 psub=0 multi=-1 qbuf=0 qbuf-free=0 obl=0 oll=0 omem=0 events=r cmd=set",
        ),
        (
            Era::V5_0,
            "flags=N db=0 sub=0 psub=0 multi=-1 qbuf=26 qbuf-free=32742 obl=0 oll=0 omem=0 events=r cmd=client",
            "flags=M db=0 sub=0 psub=0 multi=-1 qbuf=0 qbuf-free=0 obl=0 oll=0 omem=0 events=r cmd=set",
        ),
        (
            Era::V6_2,
            "flags=N db=0 sub=0 psub=0 multi=-1 qbuf=26 qbuf-free=32744 argv-mem=10 obl=0 oll=0 omem=0 tot-mem=49810 events=r cmd=client user=default redir=-1",
            "flags=M db=0 sub=0 psub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 obl=0 oll=0 omem=0 tot-mem=17048 events=r cmd=set user=(superuser) redir=-1",
        ),
        (
            Era::V7_0,
            "flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf=26 qbuf-free=20448 argv-mem=10 multi-mem=0 rbs=1024 rbp=0 obl=0 oll=0 omem=0 tot-mem=22298 events=r cmd=client|list user=default redir=-1 resp=2",
            "cmd=set user=(superuser) redir=-1 resp=2",
        ),
    ] {
        let mut pair = synced(era);
        pair.cli(0, "SET a 1");
        pair.run_ms(10);
        let list = |pair: &mut Pair, n: usize| pair.cli(n, "CLIENT LIST");
        let here = list(&mut pair, 0);
        assert!(here.contains(own), "{era}: {here}");
        assert_eq!(here.contains(" laddr=10.0.0.1:7001 fd="), era.capabilities().counts_errors, "{era}: {here}");
        assert!(here.contains("cmd=replconf"), "{era}: the replica's last command is its ACK: {here}");
        let there = list(&mut pair, 1);
        assert!(there.contains(master), "{era}: {there}");
    }
}

/// Live 2.8.17 to 7.0.15: `cmd` is the last command that came, whether it ran or not; who sent none, or one that is not there, has `NULL`.
#[test]
fn cmd_is_the_command_that_came_last() {
    for era in Era::ALL {
        let mut pair = Pair::new(era, &["requirepass x"]);
        pair.run_ms(100);
        let subcommand = if era.capabilities().subcommands { "cmd=config|get" } else { "cmd=config" };
        for (said, shown) in [("NOPE", "cmd=NULL"), ("GET", "cmd=get"), ("GET a", "cmd=get"), ("CONFIG GET port", subcommand)] {
            let caller = pair.deaf_caller(0, 70_000);
            pair.says(0, caller, &[said]);
            pair.cli(0, "AUTH x");
            let list = pair.cli(0, "CLIENT LIST");
            let line = list.split("\\n").find(|line| line.contains("addr=10.0.0.99:50000") && line.contains(shown));
            assert!(line.is_some(), "{era} {said}: {list}");
        }
        let list = pair.cli(0, "CLIENT LIST");
        assert_eq!(list.starts_with("\"id=2 "), era.capabilities().psync, "{era}: {list}");
    }
}

/// Live 7.0.15: `multi=2 … multi-mem=49` for SET x y and GET x, `argv-mem=7 … tot-mem` 31 more for who waits in BLPOP q 0.
#[test]
fn queued_and_waiting_words_count_from_6_2_on() {
    for (era, queued, waits) in [
        (Era::V5_0, "flags=x db=0 sub=0 psub=0 multi=2 qbuf=0", "flags=b db=0 sub=0 psub=0 multi=-1 qbuf=0"),
        (Era::V6_2, "multi=2 qbuf=0 qbuf-free=0 argv-mem=0", "flags=b db=0 sub=0 psub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=7"),
        (Era::V7_0, "multi=2 qbuf=0 qbuf-free=20474 argv-mem=0 multi-mem=49", "qbuf=0 qbuf-free=20474 argv-mem=7 multi-mem=0"),
    ] {
        let mut pair = Pair::new(era, &[""]);
        pair.run_ms(100);
        let (a, b) = (pair.deaf_caller(0, 70_000), pair.deaf_caller(0, 70_000));
        pair.says(0, a, &["MULTI", "SET x y", "GET x"]);
        pair.says(0, b, &["BLPOP q 0"]);
        pair.run_ms(200);
        let list = pair.cli(0, "CLIENT LIST");
        assert!(list.contains(queued) && list.contains(waits), "{era}: {list}");
    }
}
