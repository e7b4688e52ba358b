//! Stories of the corners where passwords, pauses, waits and transactions meet replication: every era, against what real servers showed.

use super::pair::Pair;
use crate::era::Era;
use crate::time::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A master and its replica, online, with one key that both have.
fn pair(era: Era, master: &str, replica: &str) -> Pair {
    let quick = if era.capabilities().diskless_default { "repl-diskless-sync no;" } else { "" };
    let mut pair = Pair::new(era, &[&format!("{quick}{master}"), &format!("slaveof 10.0.0.1 7001; {replica}")]);
    pair.run_ms(4_000);
    assert_eq!(pair.cli(0, "SET before 1"), "OK", "{era}");
    pair.run_ms(1_200);
    pair
}
fn has(pair: &Pair, n: usize, key: &[u8]) -> bool {
    pair.nodes[n].dataset().contains(0, key)
}
fn number(pair: &Pair, n: usize, field: &str) -> i64 {
    pair.info(n, field).parse().unwrap_or_else(|_| panic!("{field}: {}", pair.info(n, field)))
}
/// The offset and the lag of the master's replica.
fn acked(pair: &Pair) -> (i64, i64) {
    let line = pair.info(0, "slave0");
    let of = |name: &str| line.split(',').find_map(|part| part.strip_prefix(name)?.parse().ok()).unwrap_or(-1);
    (of("offset="), of("lag="))
}

// ---- passwords

#[test]
fn a_password_at_run_time_shuts_replicas_out_up_to_5_0_and_leads_to_a_full_resynchronisation() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
        let keeps = era.capabilities().trusts_from_birth;
        let mut world = pair(era, "repl-timeout 6; repl-ping-slave-period 1", "repl-timeout 6");
        let since = world.now;
        assert_eq!(world.cli(0, "CONFIG SET requirepass s3cret"), "OK");
        assert_eq!(world.cli(1, "CONFIG SET masterauth s3cret"), "OK");
        assert_eq!(world.cli(0, "GET before"), if keeps { "\"1\"" } else { "(error) NOAUTH Authentication required." }, "{era}");
        world.run_ms(4_000);
        let (offset, lag) = acked(&world);
        if keeps {
            assert!(lag <= 1 && offset > 0, "{era}: {offset}, {lag}");
            world.run_ms(8_000);
            assert_eq!((world.info(0, "sync_full"), world.info(1, "master_link_status")), ("1".into(), "up".into()), "{era}");
            continue;
        }
        assert!((3..=5).contains(&lag), "{era}: the lag grows by one a second: {lag}");
        // Each ACK is answered in the stream, and 34 bytes count that the master never fed.
        let stray: i64 = world.sent(0, 1, since).iter().map(|bytes| bytes.matches("-NOAUTH Authentication required.").count() as i64).sum();
        assert!((3..=5).contains(&stray), "{era}: {stray}");
        assert_eq!(number(&world, 1, "slave_repl_offset"), number(&world, 0, "master_repl_offset") + 34 * stray, "{era}");
        world.run_ms(8_000);
        let log = |world: &Pair, n, text: &str| world.log(n, since).iter().any(|line| line.contains(text));
        assert!(log(&world, 0, "Disconnecting timedout"), "{era}: {:?}", world.log(0, since));
        assert!(log(&world, 0, "tried to PSYNC with an offset that is greater than the master replication offset."), "{era}");
        assert_eq!((world.info(0, "sync_full"), world.info(1, "master_link_status")), ("2".into(), "up".into()), "{era}");
        assert_eq!(world.cli(0, "AUTH s3cret"), "OK", "{era}");
        assert_eq!(world.cli(0, "SET after 1"), "OK", "{era}");
        world.run_ms(1_500);
        assert!(acked(&world).1 <= 1 && has(&world, 1, b"after"), "{era}: the replica has given it now");
    }
}

#[test]
fn a_replica_without_the_password_never_comes_back() {
    for era in [Era::V2_8, Era::V3_0, Era::V5_0] {
        let mut world = pair(era, "repl-timeout 3; repl-ping-slave-period 1", "repl-timeout 3");
        world.cli(0, "CONFIG SET requirepass s3cret");
        world.run_ms(12_000);
        assert_eq!(world.info(1, "master_link_status"), "down", "{era}");
        world.cli(1, "CONFIG SET masterauth wrong");
        world.run_ms(3_000);
        assert_eq!(world.info(1, "master_link_status"), "down", "{era}: a wrong one");
        world.cli(1, "CONFIG SET masterauth s3cret");
        world.run_ms(4_000);
        assert_eq!(world.info(1, "master_link_status"), "up", "{era}");
    }
}

// ---- pauses

#[test]
fn a_paused_replica_reads_its_masters_stream_and_does_not_apply_it() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().client_pause) {
        let caps = era.capabilities();
        for mode in ["", " ALL", " WRITE"].into_iter().filter(|mode| mode.is_empty() || caps.pause_writes) {
            let mut world = pair(era, "repl-ping-slave-period 1000", "");
            assert_eq!(world.cli(1, &format!("CLIENT PAUSE 3000{mode}")), "OK");
            let before = number(&world, 1, "slave_repl_offset");
            world.cli(0, "SET foo2 bar");
            world.run_ms(1_500);
            let (master, applied) = (number(&world, 0, "master_repl_offset"), number(&world, 1, "slave_repl_offset"));
            assert!(!has(&world, 1, b"foo2") && master > before, "{era}{mode}");
            assert_eq!(applied, if caps.reploff_counts_applied { before } else { master }, "{era}{mode}");
            if caps.info_6_2 {
                assert_eq!(number(&world, 1, "slave_read_repl_offset"), master, "{era}{mode}");
            }
            let (acked, lag) = acked(&world);
            assert_eq!((acked, lag <= 1), (applied, true), "{era}{mode}: ACKs go on, with what counts");
            assert_eq!(world.cli(1, "GET foo2"), if mode == " WRITE" { "(nil)" } else { "(none yet)" }, "{era}{mode}");
            world.run_ms(1_700);
            if mode != " WRITE" {
                // Up to 5.0 the older client goes on first, and that is the console; later who was stopped first.
                assert_eq!(world.reply(1), if caps.pause_stops_reading { "(nil)" } else { "\"bar\"" }, "{era}{mode}: after the pause");
            }
            assert!(has(&world, 1, b"foo2"), "{era}{mode}");
            assert_eq!(number(&world, 1, "slave_repl_offset"), master, "{era}{mode}");
            if caps.psync2 {
                assert_eq!(number(&world, 1, "master_repl_offset"), master, "{era}{mode}: passed on");
            }
        }
    }
}

#[test]
fn a_transaction_of_the_stream_stops_at_its_first_write_and_unpause_lets_it_go_on() {
    for era in [Era::V6_2, Era::V7_0] {
        let mut world = pair(era, "repl-ping-slave-period 1000", "");
        world.cli(1, "CLIENT PAUSE 60000 WRITE");
        for line in ["MULTI", "SET a 1", "SET b 2", "EXEC", "SET c 3"] {
            world.cli(0, line);
        }
        world.run_ms(500);
        assert!(!has(&world, 1, b"a") && !has(&world, 1, b"c"), "{era}");
        assert_eq!(world.cli(1, "CLIENT UNPAUSE"), "OK");
        assert!(has(&world, 1, b"a") && has(&world, 1, b"b") && has(&world, 1, b"c"), "{era}");
        assert_eq!(number(&world, 1, "slave_repl_offset"), number(&world, 0, "master_repl_offset"), "{era}");
    }
}

#[test]
fn a_link_that_is_lost_while_a_pause_stops_it_is_not_cached_from_6_2_on() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().client_pause) {
        let caps = era.capabilities();
        let mut world = pair(era, "", "");
        world.cli(1, "CLIENT PAUSE 5000");
        world.cli(0, "SET foo 1");
        world.run_ms(300);
        let since = world.now;
        world.cut();
        world.run_ms(8_000);
        let full = if caps.pause_writes { "2" } else { "1" };
        assert_eq!(world.info(0, "sync_full"), full, "{era}");
        let cached = world.log(1, since).iter().any(|line| line.starts_with("Caching the disconnected master state."));
        assert_eq!(cached, !caps.pause_writes, "{era}");
        assert!(has(&world, 1, b"foo") && world.info(1, "master_link_status") == "up", "{era}");
        assert_eq!(world.nodes[0].dataset().digest(), world.nodes[1].dataset().digest(), "{era}");
    }
}

#[test]
fn a_pause_ends_at_a_tick_and_nothing_expires_meanwhile() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().client_pause) {
        let mut world = pair(era, "", "");
        world.cli(0, "SET gone x PX 300");
        world.cli(0, "CLIENT PAUSE 730");
        let began = world.now;
        assert_eq!(world.cli(0, "GET before"), "(none yet)", "{era}");
        world.run_ms(700);
        assert_eq!(world.reply(0), "(none yet)", "{era}");
        assert_eq!(has(&world, 0, b"gone"), era.capabilities().pause_stops_expiry, "{era}");
        while world.reply(0) == "(none yet)" {
            world.run_ms(1);
            assert!(world.now < began + Span::from_millis(840), "{era}: a tick comes every 100 ms");
        }
        assert!(world.now > began + Span::from_millis(730), "{era}");
        world.run_ms(200);
        assert!(!has(&world, 0, b"gone"), "{era}");
    }
}

#[test]
fn unpause_lets_writes_in_during_a_failover_of_6_2_and_not_of_7_0() {
    for era in [Era::V6_2, Era::V7_0] {
        let mut world = pair(era, "", "");
        world.frozen.push(1);
        world.cli(0, "SET late 1");
        assert_eq!(world.cli(0, "FAILOVER TO 10.0.0.2 7002 TIMEOUT 20000"), "OK", "{era}");
        assert_eq!(world.cli(0, "CLIENT UNPAUSE"), "OK", "{era}");
        let two = era.capabilities().pauses_by_purpose;
        assert_eq!(world.cli(0, "SET more 1"), if two { "(none yet)" } else { "OK" }, "{era}");
        world.run_ms(21_000);
        if two {
            assert_eq!(world.reply(0), "OK", "{era}: it was given up");
        }
        assert_eq!(world.cli(0, "SET again 1"), "OK", "{era}");
    }
}

// ---- work that takes long

#[test]
fn what_stands_behind_a_sleep_in_a_transaction_leaves_after_it() {
    for era in Era::ALL {
        let mut world = pair(era, "", "");
        for line in ["MULTI", "DEBUG SLEEP 3", "SLAVEOF NO ONE", "EXEC"] {
            world.cli(1, line);
        }
        let began = world.now;
        world.run_ms(1_000);
        assert_eq!(world.info(0, "connected_slaves"), "1", "{era}: the link is closed after the sleep");
        world.run_to(began + Span::from_millis(3_100));
        assert_eq!(world.info(0, "connected_slaves"), "0", "{era}");
        let mut world = pair(era, "", "");
        for line in ["MULTI", "SLAVEOF NO ONE", "DEBUG SLEEP 3", "EXEC"] {
            world.cli(1, line);
        }
        world.run_ms(100);
        assert_eq!(world.info(0, "connected_slaves"), "0", "{era}: the link is closed before the sleep");
        // Two commands of one read are no different.
        let mut world = pair(era, "", "");
        let caller = world.deaf_caller(1, 1 << 20);
        world.says(1, caller, &["SLAVEOF NO ONE", "DEBUG SLEEP 3"]);
        world.run_ms(100);
        assert_eq!(world.info(0, "connected_slaves"), "0", "{era}: the link is closed before the sleep");
    }
}

// ---- waits

/// How long a wait took, in ms.
fn took(world: &mut Pair, line: &str) -> u64 {
    let began = world.now;
    assert_eq!(world.cli(0, line), "(none yet)");
    while world.reply(0) == "(none yet)" {
        world.run_ms(1);
        assert!(world.now < began + Span::from_secs(20), "{line} never ends");
    }
    world.now.since(began).as_millis()
}
#[test]
fn waits_end_when_the_event_loop_looks() {
    for era in Era::ALL {
        let caps = era.capabilities();
        // Nothing else happens but ticks: the master's replica is far away.
        let mut world = Pair::new(era, &["", ""]);
        world.run_ms(1_000);
        let (mut least, mut most) = (u64::MAX, 0);
        for n in 0..14 {
            world.run_ms(37 + n);
            let line = if caps.wait { "WAIT 2 300" } else { "BLPOP none 1" };
            let ms = took(&mut world, line);
            (least, most) = (least.min(ms), most.max(ms));
        }
        let asked = if caps.wait { 300..=402 } else { 1_000..=2_102 };
        assert!(asked.contains(&least) && asked.contains(&most) && most > least + 20, "{era}: {least} to {most} ms");
        if !caps.wait {
            assert!(most > 1_500, "{era}: the last second of the clock is waited for whole: {most}");
        }
    }
}

// ---- 7.0: a replica that cannot save

#[test]
fn a_replica_of_7_0_that_cannot_save_says_so_and_ends_itself_at_the_next_write() {
    for (ignores, lives) in [("no", false), ("yes", true)] {
        let mut world = pair(Era::V7_0, "", &format!("save 900 1; replica-ignore-disk-write-errors {ignores}"));
        world.children_fail = true;
        world.cli(1, "BGSAVE");
        world.run_ms(500);
        assert!(world.cli(1, "PING").starts_with("(error) MISCONF"), "a replica too");
        let since = world.now;
        world.cli(0, "SET a 1");
        world.run_ms(500);
        assert_eq!(world.nodes[1].is_up(), lives);
        let log: Vec<String> = world.log(1, since);
        if lives {
            assert_eq!(log, ["# Replica is applying a command it is unable to write to disk."], "at most once in 10 s");
            assert!(has(&world, 1, b"a"));
        } else {
            assert_eq!(log, ["# Guru Meditation: Replica was unable to write command to disk. #server.c:3890"]);
        }
    }
    let mut world = pair(Era::V6_2, "", "save 900 1");
    world.children_fail = true;
    world.cli(1, "BGSAVE");
    world.run_ms(500);
    assert_eq!(world.cli(1, "PING"), "PONG", "before 7.0 masters alone");
    world.cli(0, "SET a 1");
    world.run_ms(500);
    assert!(world.nodes[1].is_up() && has(&world, 1, b"a"));
}

// ---- `timeout`

#[test]
fn timeout_closes_who_is_idle_and_never_a_replica() {
    for era in Era::ALL {
        let mut world = pair(era, "timeout 3; repl-ping-slave-period 1000; repl-timeout 1000", "timeout 3; repl-timeout 1000");
        let clients = |world: &Pair| number(world, 0, "connected_clients");
        assert_eq!(clients(&world), 1, "{era}");
        let began = world.now;
        while clients(&world) == 1 {
            world.run_ms(10);
            assert!(world.now < began + Span::from_millis(4_300), "{era}: it is closed within a second of its limit");
        }
        assert!(world.now > began + Span::from_millis(1_700), "{era}");
        world.run_ms(20_000);
        assert_eq!((world.info(0, "connected_slaves"), world.info(1, "master_link_status")), ("1".into(), "up".into()), "{era}");
    }
}

// ---- callers without the password

/// As 6.2.14 and 7.0.15 do; 5.0.10 and 6.0.9 do not yet.
#[test]
fn who_has_not_given_the_password_may_announce_few_and_short_words() {
    for era in Era::ALL {
        let bounded = era.capabilities().bounds_strangers;
        for (wire, error) in [
            ("*10\r\n", ""),
            ("*11\r\n", "unauthenticated multibulk length"),
            ("*2\r\n$16384\r\n", ""),
            ("*2\r\n$16385\r\n", "unauthenticated bulk length"),
        ] {
            for authenticated in [false, true] {
                let mut world = Pair::new(era, &["requirepass pw"]);
                world.run_ms(500);
                let clients = number_at(&world, "connected_clients");
                if authenticated {
                    assert_eq!(world.cli(0, "AUTH pw"), "OK", "{era}");
                }
                world.inject(0, wire.as_bytes().to_vec());
                world.run_ms(200);
                let closed = number_at(&world, "connected_clients") < clients;
                let refused = bounded && !authenticated && !error.is_empty();
                assert_eq!(closed, refused, "{era} {wire:?} {authenticated}");
                let said = if refused { format!("(error) ERR Protocol error: {error}") } else { "(none yet)".into() };
                assert_eq!(world.reply(0), said, "{era} {wire:?} {authenticated}");
            }
        }
    }
}
fn number_at(pair: &Pair, field: &str) -> i64 {
    number(pair, 0, field)
}

// ---- EXEC on a replica

/// As 2.8.17, 3.0.5, 5.0.10, 6.0.9, 6.2.14 and 7.0.15 answer.
#[test]
fn a_transaction_that_came_to_stand_on_a_replica_is_refused_from_5_0_on() {
    for era in Era::ALL {
        let caps = era.capabilities();
        let mut world = Pair::new(era, &[""]);
        world.run_ms(1_000);
        for (writes, read_only) in [(true, true), (false, true), (true, false)] {
            assert_eq!(world.cli(0, if read_only { "CONFIG SET slave-read-only yes" } else { "CONFIG SET slave-read-only no" }), "OK");
            world.cli(0, "SLAVEOF NO ONE");
            for line in ["MULTI", if writes { "SET x 1" } else { "GET x" }] {
                world.cli(0, line);
            }
            let other = world.deaf_caller(0, 1 << 20);
            world.says(0, other, &["SLAVEOF 127.0.0.1 1"]);
            let said = match (writes && read_only, caps.exec_refuses_replica, caps.exec_is_asked_again) {
                (true, true, _) => "(error) ERR Transaction contains write commands but instance is now a read-only slave. EXEC aborted.",
                (true, _, true) => {
                    "(error) EXECABORT Transaction discarded because of: READONLY You can't write against a read only replica."
                }
                _ if writes => "1) OK",
                _ if era.capabilities().exec_is_asked_again || caps.exec_refuses_replica => "1) (nil)",
                _ => "1) \"1\"",
            };
            assert_eq!(world.cli(0, "EXEC"), said, "{era} {writes} {read_only}");
            assert_eq!(world.cli(0, "EXEC"), "(error) ERR EXEC without MULTI", "{era}");
        }
    }
}

// ---- MONITOR

/// As 2.8.17, 3.0.5, 5.0.10, 6.0.9 (the line first) and 6.2.14, 7.0.15 (the reply first) do.
#[test]
fn who_monitors_sees_its_own_command_behind_the_answer_from_6_2_on() {
    for era in Era::ALL {
        let mut world = Pair::new(era, &[""]);
        world.run_ms(1_000);
        assert_eq!(world.cli(0, "MONITOR"), "OK");
        let first = world.cli(0, "PING");
        let second = world.reply(0);
        let (reply, line) = if era.capabilities().monitor_shows_behind { (first, second) } else { (second, first) };
        assert_eq!(reply, "PONG", "{era}");
        assert!(line.ends_with("\"PING\""), "{era}: {line}");
        assert_eq!(world.reply(0), "(none yet)", "{era}: once");
    }
}

// ---- what INFO counts

/// As 7.0.15 counts (jemalloc): the blocks that two waiting replicas and the backlog share are counted once.
#[test]
fn blocks_of_7_0_count_once_however_many_replicas_wait_for_them() {
    let mut world = Pair::new(
        Era::V7_0,
        &[
            "repl-backlog-size 16kb; repl-diskless-sync no; client-output-buffer-limit replica 0 0 0",
            "slaveof 10.0.0.1 7001",
            "slaveof 10.0.0.1 7001",
        ],
    );
    world.run_ms(6_000);
    assert_eq!(world.info(0, "connected_slaves"), "2");
    world.drains = false;
    for n in 0..3 {
        world.cli(0, &format!("SET key:{n} {}", "x".repeat(900_000)));
        world.run_ms(20);
    }
    let (theirs, backlog, all) = (
        number(&world, 0, "mem_clients_slaves"),
        number(&world, 0, "mem_replication_backlog"),
        number(&world, 0, "mem_total_replication_buffers"),
    );
    assert!(all > 600_000, "both wait: {all}");
    assert_eq!((backlog - 16_384, theirs), (4, all - 16_384), "what goes beyond the backlog's size is theirs, once");
}
