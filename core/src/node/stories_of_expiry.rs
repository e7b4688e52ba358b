//! Stories of keys whose time is over: who deletes them, who is told, who keeps them. What is expected was seen on real 2.8.17, 3.0.5, 5.0.10, 6.2.14 and
//! 7.0.15; 2.6, 3.2 and 4.0 are told by docs/redis.md §4.2.

use super::pair::Pair;
use super::stories::synced;
use crate::era::Era;
use crate::resp;
use crate::time::Time;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What the master sent its replica since then, as commands parted by `; `, without PINGs.
fn stream(pair: &Pair, since: Time) -> String {
    let mut parser = resp::Parser::new();
    let bytes: Vec<u8> = pair.wire.iter().filter(|w| w.0 >= since && w.1 == 0 && w.2 == 1).flat_map(|w| w.3.to_vec()).collect();
    parser.feed(&bytes.into());
    let mut said = Vec::new();
    while let Ok(Some(request)) = parser.next() {
        let words: Vec<_> = request.args.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
        if !words.is_empty() && !words[0].eq_ignore_ascii_case("ping") {
            let at =
                |word: &String| if word.len() == 13 && word.bytes().all(|b| b.is_ascii_digit()) { String::from("T") } else { word.clone() };
            said.push(words.iter().map(at).collect::<Vec<_>>().join(" "));
        }
    }
    said.join("; ")
}
fn keys(pair: &mut Pair, n: usize) -> (String, String) {
    (pair.cli(n, "DBSIZE"), pair.info(n, "expired_keys"))
}
fn pair_of(size: &str, expired: &str) -> (String, String) {
    (format!("(integer) {size}"), expired.into())
}

#[test]
fn a_key_that_expires_before_a_waiting_caller_gets_it_is_told() {
    for era in Era::ALL {
        let mut pair = synced(era);
        pair.cli(0, "DEBUG SET-ACTIVE-EXPIRE 0");
        pair.cli(0, "FLUSHALL");
        pair.run_ms(5);
        let waiting = pair.deaf_caller(0, 1 << 20);
        pair.says(0, waiting, &["BRPOP k 9"]);
        pair.run_ms(5);
        let since = pair.now;
        for line in ["MULTI", "RPUSH k x", "PEXPIRE k 100", "DEBUG SLEEP 0.2"] {
            pair.cli(0, line);
        }
        assert!(pair.cli(0, "EXEC").starts_with("1) (integer) 1"), "{era}");
        pair.run_ms(300);
        let expire = if era.has(Era::V7_0) { "PEXPIREAT k T" } else { "PEXPIRE k 100" };
        let gone = if era.capabilities().lazyfree_default { "UNLINK" } else { "DEL" };
        assert_eq!(stream(&pair, since), format!("MULTI; RPUSH k x; {expire}; EXEC; {gone} k"), "{era}");
        assert_eq!(keys(&mut pair, 0), pair_of("0", "1"), "{era}");
        assert_eq!(keys(&mut pair, 1), pair_of("0", "0"), "{era}");
    }
}

#[test]
fn what_is_found_expired_goes_by_unlink_where_that_is_configured() {
    for era in [Era::V3_0, Era::V4_0, Era::V7_0] {
        let mut pair = synced(era);
        let lazy = pair.cli(0, "CONFIG SET lazyfree-lazy-expire yes") == "OK";
        assert_eq!(lazy, era.has(Era::V4_0));
        let word = if lazy { "UNLINK" } else { "DEL" };
        pair.cli(0, "SET in-database-0 1");
        pair.run_ms(5);
        let since = pair.now;
        pair.cli(0, "SET active 1 PX 20");
        pair.run_ms(200);
        pair.cli(0, "DEBUG SET-ACTIVE-EXPIRE 0");
        pair.cli(0, "SET looked 1 PX 20");
        pair.cli(0, "SET past 1");
        pair.run_ms(50);
        assert_eq!(pair.cli(0, "GET looked"), "(nil)");
        assert_eq!(pair.cli(0, "EXPIRE past -1"), "(integer) 1");
        pair.run_ms(50);
        let set = |key: &str| if era.has(Era::V7_0) { format!("SET {key} 1 PXAT T") } else { format!("SET {key} 1 PX 20") };
        let told = format!("{}; {word} active; {}; SET past 1; {word} looked; {word} past", set("active"), set("looked"));
        assert_eq!(stream(&pair, since), told, "{era}");
        assert_eq!(pair.info(0, "expired_keys"), "2", "EXPIRE in the past deletes and counts nothing");
    }
}

#[test]
fn what_a_walk_finds_expired_is_no_batch_and_what_a_command_finds_is_one_in_7_0() {
    for (era, mget) in [(Era::V6_2, "DEL a; DEL b"), (Era::V7_0, "MULTI; DEL a; DEL b; EXEC")] {
        let mut pair = synced(era);
        pair.cli(0, "FLUSHALL");
        pair.run_ms(5);
        pair.cli(0, "DEBUG SET-ACTIVE-EXPIRE 0");
        for (line, told) in [("MGET a b", mget), ("SCAN 0", "DEL . x2"), ("RANDOMKEY", "DEL . x2"), ("SCAN 0 TYPE list", "DEL . x2")] {
            pair.cli(0, "SET a 1 PX 20");
            pair.cli(0, "SET b 1 PX 20");
            pair.run_ms(50);
            let since = pair.now;
            pair.cli(0, line);
            pair.run_ms(50);
            let got = stream(&pair, since);
            match told {
                "DEL . x2" => assert!(["DEL a; DEL b", "DEL b; DEL a"].contains(&got.as_str()), "{era} {line}: {got}"),
                _ => assert_eq!(got, told, "{era} {line}"),
            }
        }
    }
}

#[test]
fn exec_judges_keys_by_the_moment_it_began_from_6_0_on() {
    for era in [Era::V3_0, Era::V5_0, Era::V6_2, Era::V7_0] {
        let mut pair = synced(era);
        pair.cli(0, "DEBUG SET-ACTIVE-EXPIRE 0");
        pair.cli(0, "SET k v PX 100");
        for line in ["MULTI", "DEBUG SLEEP 0.2", "GET k"] {
            pair.cli(0, line);
        }
        let held = era.has(Era::V6_2);
        assert_eq!(pair.cli(0, "EXEC"), if held { "1) OK\n2) \"v\"" } else { "1) OK\n2) (nil)" }, "{era}");
        pair.run_ms(300);
        assert_eq!(pair.cli(0, "GET k"), "(nil)");
    }
}

#[test]
fn what_a_transaction_finds_expired_stands_outside_of_it_up_to_5_0() {
    for (era, read, read_and_write) in [
        (Era::V3_0, "DEL k", "DEL k; MULTI; SET a b; EXEC"),
        (Era::V5_0, "DEL k", "DEL k; MULTI; SET a b; EXEC"),
        (Era::V6_2, "MULTI; DEL k; EXEC", "MULTI; DEL k; SET a b; EXEC"),
        (Era::V7_0, "DEL k", "MULTI; DEL k; SET a b; EXEC"),
    ] {
        let mut pair = synced(era);
        pair.cli(0, "DEBUG SET-ACTIVE-EXPIRE 0");
        for (queued, told) in [(&["GET k"][..], read), (&["GET k", "SET a b"], read_and_write)] {
            pair.cli(0, "SET k v PX 20");
            pair.run_ms(50);
            let since = pair.now;
            pair.cli(0, "MULTI");
            queued.iter().for_each(|line| assert_eq!(pair.cli(0, line), "QUEUED"));
            pair.cli(0, "EXEC");
            pair.run_ms(50);
            assert_eq!(stream(&pair, since), told, "{era}");
        }
    }
}

#[test]
fn expiry_counts_for_no_save_point() {
    for era in Era::ALL {
        let mut pair = synced(era);
        let changes = pair.info(0, "rdb_changes_since_last_save");
        pair.cli(0, "SET k v PX 20");
        pair.run_ms(300);
        assert_eq!(pair.info(0, "expired_keys"), "1");
        let one_more = changes.parse::<u64>().expect("a number") + 1;
        assert_eq!(pair.info(0, "rdb_changes_since_last_save"), format!("{one_more}"), "{era}");
    }
}

/// docs/redis.md §4.2.
#[test]
fn a_writable_replica_deletes_what_its_callers_wrote_from_4_0_on() {
    for era in Era::ALL {
        let mut pair = synced(era);
        pair.cli(0, "FLUSHALL");
        pair.run_ms(5);
        let deletes = era.has(Era::V4_0);
        let tracked = |pair: &Pair, n: u32| {
            let shown = pair.info(1, "slave_expires_tracked_keys");
            assert_eq!(shown, if deletes { format!("{n}") } else { "(absent)".into() }, "{era}");
        };
        assert_eq!(pair.cli(1, "CONFIG SET slave-read-only no"), "OK");
        pair.cli(1, "SET k 1 PX 300");
        pair.cli(1, "SELECT 3");
        pair.cli(1, "SET k 1 PX 300");
        pair.cli(1, "SELECT 0");
        pair.cli(1, "SET plain 1");
        pair.cli(1, "APPEND k 2");
        tracked(&pair, 1);
        pair.run_ms(800);
        tracked(&pair, 0);
        assert_eq!(keys(&mut pair, 1), if deletes { pair_of("1", "2") } else { pair_of("2", "0") }, "{era}");
        assert_eq!(pair.cli(0, "DBSIZE"), "(integer) 0");
        // The master's own key, to which the replica gave a time to live.
        pair.cli(0, "SET m 1");
        pair.run_ms(100);
        pair.cli(1, "PEXPIRE m 200");
        pair.run_ms(600);
        assert_eq!(
            (pair.cli(0, "EXISTS m"), pair.cli(1, "DBSIZE")),
            ("(integer) 1".into(), if deletes { "(integer) 1" } else { "(integer) 3" }.into())
        );
        // Names stay until a look finds no time to live, and go with a promotion only by the looks of a replica.
        for (line, then) in [("SET a 1 EX 100", 1), ("PERSIST a", 1), ("SET b 1 EX 100", 1), ("RENAME b c", 2)] {
            pair.cli(1, line);
            tracked(&pair, then);
            if line.starts_with("PERSIST") {
                pair.run_ms(300);
                tracked(&pair, 0);
            }
        }
        pair.run_ms(300);
        tracked(&pair, 1);
        pair.cli(1, "SLAVEOF NO ONE");
        pair.run_ms(300);
        tracked(&pair, 1);
        pair.cli(1, "FLUSHALL");
        tracked(&pair, 0);
    }
}

#[test]
fn what_the_master_wrote_later_under_an_own_name_follows_the_replicas_clock() {
    let mut pair = synced(Era::V5_0);
    pair.cli(1, "CONFIG SET slave-read-only no");
    pair.cli(0, "FLUSHALL");
    pair.run_ms(5);
    pair.cli(0, "DEBUG SET-ACTIVE-EXPIRE 0");
    for (own, masters, keys) in [("SET x 1 EX 100", "SET x 2", "(integer) 1"), ("SET y 1 EX 100", "SET y 2 PX 200", "(integer) 1")] {
        pair.cli(1, own);
        pair.cli(0, masters);
        pair.run_ms(700);
        assert_eq!((pair.cli(1, "DBSIZE").as_str(), pair.info(1, "slave_expires_tracked_keys").as_str()), (keys, "0"), "{masters}");
    }
    assert_eq!((pair.cli(0, "DBSIZE").as_str(), pair.info(1, "expired_keys").as_str()), ("(integer) 2", "1"));
    // A full resynchronisation empties all databases: names go.
    pair.cli(1, "SET z 1 EX 100");
    assert_eq!(pair.info(1, "slave_expires_tracked_keys"), "1");
    pair.cli(1, "SLAVEOF NO ONE");
    pair.cli(1, "SET other 1");
    pair.cli(1, "SLAVEOF 10.0.0.1 7001");
    pair.run_ms(3_000);
    assert_eq!((pair.info(1, "master_link_status").as_str(), pair.info(1, "slave_expires_tracked_keys").as_str()), ("up", "0"));
}

#[test]
fn looks_and_writes_at_own_keys_whose_time_is_over() {
    for (era, setnx, counted) in [(Era::V5_0, "(integer) 0", "0"), (Era::V6_2, "(integer) 0", "0"), (Era::V7_0, "(integer) 1", "1")] {
        let mut pair = synced(era);
        pair.cli(1, "CONFIG SET slave-read-only no");
        pair.cli(1, "DEBUG SET-ACTIVE-EXPIRE 0");
        pair.cli(1, "SET e 1 PX 100");
        pair.run_ms(300);
        assert_eq!(pair.cli(1, "GET e"), "(nil)");
        assert_eq!((pair.cli(1, "SETNX e 2").as_str(), pair.info(1, "expired_keys").as_str()), (setnx, counted), "{era}");
        pair.cli(1, "DEBUG SET-ACTIVE-EXPIRE 1");
        pair.run_ms(300);
        assert_eq!(pair.info(1, "expired_keys"), "1", "{era}");
    }
}

/// docs/redis.md §4.2: up to 3.2 an RDB leaves out what has expired, and a replica has fewer keys than its master.
#[test]
fn a_replica_has_fewer_keys_than_its_master_up_to_3_2() {
    for era in Era::ALL {
        let config = if era.capabilities().diskless_sync { "repl-diskless-sync no" } else { "" };
        let mut pair = Pair::new(era, &[config, config, config]);
        pair.run_ms(1_100);
        pair.cli(0, "DEBUG SET-ACTIVE-EXPIRE 0");
        for line in ["SET gone x PX 200", "SET stays y", "SET later z PX 60000"] {
            pair.cli(0, line);
        }
        pair.run_ms(1_000);
        pair.cli(1, "SLAVEOF 10.0.0.1 7001");
        pair.run_ms(3_000);
        let left_out = !era.has(Era::V4_0);
        assert_eq!(pair.cli(0, "DBSIZE"), "(integer) 3");
        assert_eq!(pair.cli(1, "DBSIZE"), if left_out { "(integer) 2" } else { "(integer) 3" }, "{era}");
        // What expires on a replica that has it stays until the master says DEL; a replica of that replica does not get it.
        pair.cli(0, "SET short q PX 200");
        pair.run_ms(1_000);
        assert_eq!(pair.cli(1, "DBSIZE"), if left_out { "(integer) 3" } else { "(integer) 4" }, "{era}");
        pair.cli(2, "SLAVEOF 10.0.0.2 7002");
        pair.run_ms(3_000);
        assert_eq!(pair.cli(2, "DBSIZE"), if left_out { "(integer) 2" } else { "(integer) 4" }, "{era}");
        // A look at the master's keys tells everybody.
        pair.cli(0, "GET gone");
        pair.cli(0, "GET short");
        pair.run_ms(100);
        for n in 0..3 {
            assert_eq!(pair.cli(n, "DBSIZE"), "(integer) 2", "{era} {n}");
        }
    }
}

/// docs/redis.md §4.2, seen on 7.0.15: what stands behind SLAVEOF in one transaction is written on a read-only replica, which remembers none of it.
#[test]
fn a_read_only_replica_remembers_no_key_of_its_own() {
    let mut pair = Pair::new(Era::V7_0, &["", "", ""]);
    pair.run_ms(1_100);
    for line in ["MULTI", "SLAVEOF 10.0.0.9 7009", "SET soon x PX 40", "EXEC"] {
        pair.cli(1, line);
    }
    pair.run_ms(1_000);
    assert_eq!((pair.cli(1, "DBSIZE").as_str(), pair.info(1, "slave_expires_tracked_keys").as_str()), ("(integer) 1", "0"));
    // Its own master again, it deletes the key.
    pair.cli(1, "SLAVEOF NO ONE");
    pair.run_ms(1_000);
    assert_eq!((pair.cli(1, "DBSIZE").as_str(), pair.info(1, "expired_keys").as_str()), ("(integer) 0", "1"));
}
