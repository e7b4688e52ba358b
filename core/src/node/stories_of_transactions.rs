//! Stories of transactions in which a command makes the process stand: DEBUG RELOAD, SAVE, SHUTDOWN; and of what is refused for want of memory.

use super::api::Costs;
use super::pair::Pair;
use crate::era::Era;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A master of many keys, whose load takes two seconds, and its replica.
fn slow(era: Era) -> Pair {
    let quick = if era.capabilities().diskless_default { "rdbcompression no; repl-diskless-sync no" } else { "rdbcompression no" };
    let costs = Costs { rdb_load: 100_000, ..Costs::default() };
    let mut pair = Pair::costing(&[(era, quick), (era, "slaveof 10.0.0.1 7001")], costs);
    pair.run_ms(4_000);
    for n in 0..20 {
        pair.cli(0, &format!("SET big:{n} {}", (0..9_000u64).map(|at| char::from(b'a' + (at * at % 23) as u8)).collect::<String>()));
    }
    pair.run_ms(4_000);
    pair
}
fn transaction(pair: &mut Pair, lines: &[&str]) -> String {
    assert_eq!(pair.cli(0, "MULTI"), "OK");
    for line in lines {
        assert_eq!(pair.cli(0, line), "QUEUED", "{line}");
    }
    pair.cli(0, "EXEC")
}

/// As 5.0.10, 6.0.9, 6.2.14 and 7.0.15 answer.
#[test]
fn a_transaction_goes_on_when_its_debug_reload_is_through() {
    for era in Era::ALL {
        let mut quick = Pair::new(era, &[""]);
        quick.run_ms(1_000);
        let lines = ["SET a 1", "DEBUG RELOAD", "SET b 2", "DBSIZE"];
        assert_eq!(transaction(&mut quick, &lines), "1) OK\n2) OK\n3) OK\n4) (integer) 2", "{era}");
        assert_eq!(quick.cli(0, "GET b"), "\"2\"", "{era}");

        let mut pair = slow(era);
        let (since, full) = (pair.now, pair.info(0, "sync_full"));
        assert_eq!(transaction(&mut pair, &["SELECT 3", "SET a 1", "DEBUG RELOAD", "SET b 2", "DBSIZE"]), "(none yet)", "{era}");
        pair.run_ms(500);
        assert_eq!(pair.info(0, "loading"), "1", "{era}");
        let other = pair.deaf_caller(0, 1 << 20);
        pair.says(0, other, &["SET c 3"]);
        assert!(!pair.nodes[0].dataset().contains(3, b"b"), "{era}: it stands in the load");
        pair.run_ms(8_000);
        assert_eq!(pair.reply(0), "1) OK\n2) OK\n3) OK\n4) OK\n5) (integer) 2", "{era}");
        assert!(!pair.nodes[0].dataset().contains(0, b"c"), "{era}: who came meanwhile was told -LOADING");
        pair.run_ms(1_500);
        assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest(), "{era}");
        if era.capabilities().psync {
            assert_eq!(pair.info(0, "sync_full"), full, "{era}");
        }
        let stream: String = pair.sent(0, 1, since).concat();
        assert_eq!((stream.matches("MULTI").count(), stream.matches("EXEC").count()), (1, 1), "{era}: one transaction: {stream}");
        let order = ["MULTI", "$1\\r\\na\\r\\n", "$1\\r\\nb\\r\\n", "EXEC"]
            .map(|what| stream.find(what).unwrap_or_else(|| panic!("{era}: {what}")));
        assert!(order.is_sorted(), "{era}: {stream}");
    }
}

#[test]
fn who_hangs_up_during_such_a_load_gets_the_rest_of_its_transaction_run() {
    for era in [Era::V3_0, Era::V6_2, Era::V7_0] {
        let mut pair = slow(era);
        let caller = pair.deaf_caller(0, 1 << 20);
        pair.says(0, caller, &["SELECT 2", "MULTI", "SET a 1", "DEBUG RELOAD", "SET b 2", "EXEC"]);
        pair.run_ms(300);
        pair.hang_up(0, caller);
        pair.run_ms(9_000);
        assert!(pair.nodes[0].dataset().contains(2, b"a") && pair.nodes[0].dataset().contains(2, b"b"), "{era}");
        assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest(), "{era}");
        assert_eq!(pair.info(0, "connected_clients"), "1", "{era}: it is let go then");
    }
}

/// As 5.0.10, 6.0.9 and 7.0.15 answer.
#[test]
fn a_transaction_stands_in_its_save_up_to_6_2() {
    for era in Era::ALL {
        let mut pair = Pair::new(era, &["", "slaveof 10.0.0.1 7001"]);
        pair.run_ms(4_000);
        if era.capabilities().subcommands {
            pair.cli(0, "MULTI");
            assert_eq!(pair.cli(0, "SAVE"), "(error) ERR Command not allowed inside a transaction");
            continue;
        }
        let other = pair.deaf_caller(0, 1 << 20);
        assert_eq!(transaction(&mut pair, &["SET a 1", "SAVE", "APPEND a 2"]), "(none yet)", "{era}");
        pair.says(0, other, &["SET a x"]);
        assert_eq!(pair.nodes[0].dataset().get(0, b"a").map(|value| format!("{value:?}").contains('x')), Some(false), "{era}");
        pair.run_ms(2);
        assert_eq!(pair.reply(0), "1) OK\n2) OK\n3) (integer) 2", "{era}");
        assert_eq!(pair.cli(0, "GET a"), "\"x\"", "{era}: what came meanwhile comes after the whole transaction");
        pair.run_ms(1_500);
        assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest(), "{era}");
    }
}

#[test]
fn nothing_of_a_transaction_runs_behind_its_shutdown() {
    for era in Era::ALL.into_iter().filter(|era| !era.capabilities().subcommands) {
        for (words, saves) in [("SHUTDOWN NOSAVE", false), ("SHUTDOWN SAVE", true)] {
            let mut pair = Pair::new(era, &[""]);
            pair.run_ms(1_000);
            assert_eq!(transaction(&mut pair, &["SET a 1", words, "SET b 2"]), "(none yet)", "{era}");
            pair.run_ms(100);
            assert_eq!((pair.nodes[0].is_up(), pair.reply(0).as_str()), (false, "(none yet)"), "{era} {words}");
            pair.boot(0);
            pair.run_ms(1_000);
            let has = |key: &str| pair.nodes[0].dataset().contains(0, key.as_bytes());
            assert_eq!((has("a"), has("b")), (saves, false), "{era} {words}");
        }
    }
}

// ---- memory

const OOM: &str = "(error) OOM command not allowed when used memory > 'maxmemory'.";

/// As 5.0.10, 6.0.9 and 7.0.15 answer.
#[test]
fn what_needs_memory_is_refused_over_maxmemory_and_aborts_a_transaction() {
    for era in Era::ALL {
        let caps = era.capabilities();
        let mut pair = Pair::new(era, &[""]);
        pair.run_ms(1_000);
        assert_eq!(transaction(&mut pair, &["SET a 1"]), "1) OK", "{era}");
        for line in ["MULTI", "SET a 2"] {
            pair.cli(0, line);
        }
        let other = pair.deaf_caller(0, 1 << 20);
        let since = pair.now;
        pair.says(0, other, &["CONFIG SET maxmemory 1"]);
        let warned = pair.log(0, since).concat();
        assert!(warned.starts_with("# WARNING: the new maxmemory value set via CONFIG SET"), "{era}: {warned}");
        assert_eq!(warned.contains("CONFIG SET (1)"), caps.little_memory_in_numbers, "{era}: {warned}");
        let aborted = "(error) EXECABORT Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'.";
        assert_eq!(pair.cli(0, "EXEC"), if caps.exec_is_asked_again { aborted } else { "1) OK" }, "{era}: what was queued before");
        for (line, said) in [
            ("SET b 1", OOM),
            ("LPUSH l 1", OOM),
            ("SORT l", OOM),
            ("GETSET a b", OOM),
            ("SETX", "(error) ERR unknown command"),
            ("SET a", "(error) ERR wrong number of arguments for 'set' command"),
            ("GET nothing", "(nil)"),
            ("DEL nothing", "(integer) 0"),
            ("RENAME x y", "(error) ERR no such key"),
            ("EXPIRE nothing 1", "(integer) 0"),
            ("PUBLISH a b", "(integer) 0"),
            ("BLPOP l 1 x", "(error) ERR timeout is not"),
        ] {
            let reply = pair.cli(0, line);
            assert!(reply.starts_with(said), "{era} {line}: {reply}");
        }
        // From 5.0 on nothing is queued at all.
        assert_eq!(pair.cli(0, "MULTI"), "OK", "{era}");
        let queued = if caps.nothing_queued_without_memory { OOM } else { "QUEUED" };
        assert_eq!([pair.cli(0, "GET a"), pair.cli(0, "SET a 1")], [queued, OOM], "{era}");
        assert_eq!(pair.cli(0, "EXEC"), "(error) EXECABORT Transaction discarded because of previous errors.", "{era}");
        pair.cli(0, "MULTI");
        let discards = if caps.nothing_queued_without_memory && !caps.exec_is_asked_again { OOM } else { "OK" };
        assert_eq!(pair.cli(0, "DISCARD"), discards, "{era}");
        pair.cli(0, "EXEC");
        pair.cli(0, "CONFIG SET maxmemory 0");
        assert_eq!(pair.cli(0, "SET b 1"), "OK", "{era}");
    }
}

#[test]
fn a_replica_ignores_maxmemory_from_5_0_on_and_drops_writes_of_its_master_before() {
    for era in Era::ALL {
        let caps = era.capabilities();
        let settings: &[(&str, bool)] =
            if caps.replica_ignores_maxmemory { &[("", false), ("replica-ignore-maxmemory no", true)] } else { &[("", true)] };
        for (line, drops) in settings {
            let quick = if caps.diskless_default { "repl-diskless-sync no" } else { "" };
            let mut pair = Pair::new(era, &[quick, &format!("slaveof 10.0.0.1 7001;maxmemory 1;{line}")]);
            pair.run_ms(4_000);
            let since = pair.now;
            for line in ["SET a 1", "MULTI", "SET b 1", "DEL none", "EXEC", "SADD s 1", "DEL s"] {
                pair.cli(0, line);
            }
            pair.run_ms(1_500);
            let has: Vec<bool> = ["a", "b"].iter().map(|key| pair.nodes[1].dataset().contains(0, key.as_bytes())).collect();
            assert_eq!(has, [!drops, !drops], "{era} {line}");
            if caps.psync {
                assert_eq!(pair.info(1, "slave_repl_offset"), pair.info(0, "master_repl_offset"), "{era} {line}: the bytes count");
            }
            let told = pair.log(1, since).iter().any(|line| line.contains("== CRITICAL ==") && line.contains("OOM"));
            assert_eq!(told, *drops && caps.exec_is_asked_again, "{era} {line}: {:?}", pair.log(1, since));
        }
    }
}

#[test]
fn policies_that_evict_are_refused_by_name() {
    for era in Era::ALL {
        let mut pair = Pair::new(era, &[""]);
        pair.run_ms(1_000);
        let reply = pair.cli(0, "CONFIG SET maxmemory-policy allkeys-lru");
        assert!(reply.contains("Resync evicts nothing: noeviction is the one policy that it has"), "{era}: {reply}");
        assert_eq!(pair.cli(0, "CONFIG SET maxmemory-policy noeviction"), "OK", "{era}");
    }
}
