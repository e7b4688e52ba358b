//! Whole servers that rewrite their append-only files and write RDBs, era by era.

use super::pair::Pair;
use crate::era::Era;
use crate::time::{Span, Time};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What was logged since `from`, pids replaced.
fn log(pair: &Pair, n: usize, from: Time) -> Vec<String> {
    let digits = |c: char| c.is_ascii_digit();
    let plain = |line: String| {
        let at = ["by pid ", "child: ", "temp-rewriteaof-bg-"].iter().find_map(|before| Some(line.find(before)? + before.len()));
        at.map_or(line.clone(), |at| format!("{}N{}", &line[..at], line[at..].trim_start_matches(digits)))
    };
    pair.log(n, from).into_iter().map(plain).collect()
}
fn persistence(pair: &mut Pair, n: usize) -> [String; 5] {
    ["aof_enabled", "aof_rewrite_in_progress", "aof_rewrite_scheduled", "rdb_bgsave_in_progress", "aof_last_bgrewrite_status"]
        .map(|field| pair.info(n, field))
}

#[test]
fn switched_on_and_rewritten_as_each_era_says_it() {
    let old = "Background append only file rewriting started by pid N";
    let ended = ["Background AOF rewrite terminated with success", "Background AOF rewrite finished successfully"];
    for era in Era::ALL {
        let mut pair = Pair::new(era, &[""]);
        pair.run_ms(1_000);
        let from = pair.now;
        assert_eq!(pair.cli(0, "SET a b"), "OK");
        assert_eq!(pair.cli(0, "CONFIG SET appendonly yes"), "OK", "{era}");
        assert_eq!(persistence(&mut pair, 0), ["1", "1", "0", "0", "ok"], "{era}");
        assert_eq!(pair.cli(0, "BGREWRITEAOF"), "(error) ERR Background append only file rewriting already in progress");
        pair.run_ms(200);
        assert_eq!(persistence(&mut pair, 0), ["1", "0", "0", "0", "ok"], "{era}");
        assert_eq!(pair.cli(0, "BGREWRITEAOF"), "Background append only file rewriting started");
        pair.run_ms(200);
        let said = log(&pair, 0, from);
        let caps = era.capabilities();
        if caps.aof_parts {
            assert_eq!(
                said,
                [
                    "Creating AOF incr file temp-appendonly.aof.incr on background rewrite",
                    old,
                    "Successfully created the temporary AOF base file temp-rewriteaof-bg-N.aof",
                    "Fork CoW for AOF rewrite: current 0 MB, peak 0 MB, average 0 MB",
                    ended[0],
                    "Successfully renamed the temporary AOF base file temp-rewriteaof-bg-N.aof into appendonly.aof.1.base.rdb",
                    "Successfully renamed the temporary AOF incr file temp-appendonly.aof.incr into appendonly.aof.1.incr.aof",
                    ended[1],
                    "Creating AOF incr file appendonly.aof.2.incr.aof on background rewrite",
                    old,
                    "Successfully created the temporary AOF base file temp-rewriteaof-bg-N.aof",
                    "Fork CoW for AOF rewrite: current 0 MB, peak 0 MB, average 0 MB",
                    ended[0],
                    "Successfully renamed the temporary AOF base file temp-rewriteaof-bg-N.aof into appendonly.aof.2.base.rdb",
                    "Removing the history file appendonly.aof.1.incr.aof in the background",
                    "Removing the history file appendonly.aof.1.base.rdb in the background",
                    ended[1],
                ]
            );
            continue;
        }
        let mut once = Vec::from([old]);
        if caps.aof_diff_to_child {
            once.extend([
                "AOF rewrite child asks to stop sending diffs.",
                "Parent agreed to stop sending diffs. Finalizing AOF...",
                "Concatenating 0.00 MB of AOF diff received from parent.",
            ]);
        }
        once.push("SYNC append only file rewrite performed");
        if caps.psync {
            once.push("AOF rewrite: 0 MB of memory used by copy-on-write");
        }
        once.push(ended[0]);
        once.push(if caps.aof_diff_to_child {
            "Residual parent diff successfully flushed to the rewritten AOF (0.00 MB)"
        } else {
            "Parent diff successfully flushed to the rewritten AOF (0 bytes)"
        });
        once.push(ended[1]);
        assert_eq!(said, [once.clone(), once].concat(), "{era}");
    }
}

#[test]
fn bgsave_and_bgrewriteaof_wait_for_each_other() {
    for era in Era::ALL {
        let caps = era.capabilities();
        let mut pair = Pair::new(era, &["save \"\""]);
        pair.child_takes = Span::from_millis(300);
        pair.run_ms(1_000);
        assert_eq!(pair.cli(0, "BGSAVE"), "Background saving started");
        assert_eq!(pair.cli(0, "BGREWRITEAOF"), "Background append only file rewriting scheduled", "{era}");
        assert_eq!(persistence(&mut pair, 0), ["0", "0", "1", "1", "ok"]);
        pair.run_ms(600);
        assert_eq!(persistence(&mut pair, 0), ["0", "1", "0", "0", "ok"], "{era}: it starts when the other is over");
        let refused = pair.cli(0, "BGSAVE");
        let expected = match (caps.one_child, caps.says_any_child) {
            (false, _) => "Can't BGSAVE while AOF log rewriting is in progress",
            (true, false) => {
                "An AOF log rewriting in progress: can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible."
            }
            (true, true) => {
                "Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible."
            }
        };
        assert_eq!(refused, format!("(error) ERR {expected}"), "{era}");
        if !caps.one_child {
            assert_eq!(pair.cli(0, "BGSAVE SCHEDULE"), "(error) ERR wrong number of arguments for 'bgsave' command");
            continue;
        }
        assert_eq!(pair.cli(0, "BGSAVE later"), "(error) ERR syntax error");
        assert_eq!(pair.cli(0, "BGSAVE SCHEDULE"), "Background saving scheduled");
        pair.run_ms(400);
        assert_eq!(persistence(&mut pair, 0), ["0", "0", "0", "1", "ok"], "{era}");
        pair.run_ms(600);
        assert_eq!(pair.cli(0, "MULTI"), "OK");
        assert_eq!(pair.cli(0, "BGREWRITEAOF"), "QUEUED");
        let begun = pair.cli(0, "EXEC");
        assert_eq!(begun.contains("scheduled"), caps.forks_after_exec, "{era}: {begun}");
    }
}

#[test]
fn after_a_full_sync_a_replica_begins_its_file_anew_and_its_own_replica_waits_for_that() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
        let caps = era.capabilities();
        let disk = "repl-diskless-sync no";
        let mut pair = Pair::new(era, &[disk, &format!("{disk}; appendonly yes"), disk]);
        pair.run_ms(1_000);
        assert_eq!(pair.cli(1, "SLAVEOF 10.0.0.1 7001"), "OK");
        pair.run_ms(2_200);
        assert_eq!(pair.info(1, "master_link_status"), "up", "{era}");
        assert_eq!(persistence(&mut pair, 1), ["1", "0", "0", "0", "ok"], "{era}");
        let said = log(&pair, 1, Time::ZERO);
        let at = |text: &str| said.iter().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{era}: {text}: {said:#?}"));
        assert!(at("Finished with success") < at("Background append only file rewriting started"), "{era}");
        assert!(at("rewriting started") < at("Background AOF rewrite finished successfully"), "{era}");
        // The child of the replica's file works while a third server asks.
        pair.child_takes = Span::from_secs(4);
        assert_eq!(pair.cli(1, "BGREWRITEAOF"), "Background append only file rewriting started");
        assert_eq!(pair.cli(2, "SLAVEOF 10.0.0.2 7002"), "OK");
        pair.run_ms(2_000);
        let delayed = log(&pair, 1, Time::ZERO).iter().any(|line| line.starts_with("No BGSAVE in progress, but an"));
        assert_eq!(delayed, caps.one_child, "{era}");
        assert_eq!(pair.info(1, "rdb_bgsave_in_progress"), if caps.one_child { "0" } else { "1" }, "{era}: two children up to 3.0");
        pair.run_ms(10_000);
        assert_eq!(pair.info(2, "master_link_status"), "up", "{era}");
    }
}

#[test]
fn a_load_ends_the_rewrite_of_what_was_there_before() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
        let disk = "repl-diskless-sync no";
        let mut pair = Pair::new(era, &[disk, &format!("{disk}; appendonly yes")]);
        pair.run_ms(1_000);
        pair.child_takes = Span::from_millis(2_000);
        assert_eq!(pair.cli(1, "BGREWRITEAOF"), "Background append only file rewriting started");
        pair.child_takes = Span::from_millis(20);
        assert_eq!(pair.cli(1, "SLAVEOF 10.0.0.1 7001"), "OK");
        pair.run_ms(3_000);
        let said = log(&pair, 1, Time::ZERO);
        let at = |text: &str| said.iter().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{era}: {text}: {said:#?}"));
        let killed = at("Killing running AOF rewrite child: N");
        assert_eq!(killed < at("Flushing old data"), era.capabilities().aof_stops_before_load, "{era}: {said:#?}");
        assert_eq!(said.iter().filter(|line| line.contains("rewriting started")).count(), 2, "{era}");
        assert_eq!(persistence(&mut pair, 1), ["1", "0", "0", "0", "ok"], "{era}");
    }
}

#[test]
fn what_is_in_the_way_of_appendonly_yes() {
    for era in Era::ALL {
        let caps = era.capabilities();
        let mut pair = Pair::new(era, &["save \"\""]);
        pair.child_takes = Span::from_millis(300);
        pair.run_ms(1_000);
        assert_eq!(pair.cli(0, "BGREWRITEAOF"), "Background append only file rewriting started");
        let reply = pair.cli(0, "CONFIG SET appendonly yes");
        let said = log(&pair, 0, Time::from_millis(1_000));
        if caps.aof_replaces_rewrite {
            assert_eq!((reply.as_str(), said.len() > 3), ("OK", true));
            assert!(said[1].starts_with("# AOF was enabled but there is already an AOF rewriting in background."), "{era}: {said:?}");
            assert_eq!(said[2], "Killing running AOF rewrite child: N");
        } else {
            assert_eq!(reply, "(error) ERR Unable to turn on AOF. Check server logs.", "{era}");
            assert!(said[1].starts_with("# Redis needs to enable the AOF but can't trigger a background"), "{era}: {said:?}");
            assert_eq!(persistence(&mut pair, 0)[0], "0", "{era}");
            assert!(pair.cli(0, "CONFIG GET appendonly").contains("no"));
        }
        pair.run_ms(1_000);
        assert_eq!(pair.cli(0, "CONFIG SET appendonly no"), "OK");
        assert_eq!(pair.cli(0, "BGSAVE"), "Background saving started");
        assert_eq!(pair.cli(0, "CONFIG SET appendonly yes"), "OK");
        assert_eq!(persistence(&mut pair, 0)[..3], if caps.one_child { ["1", "0", "1"] } else { ["1", "1", "0"] }, "{era}");
        pair.run_ms(1_000);
        assert_eq!(persistence(&mut pair, 0), ["1", "0", "0", "0", "ok"], "{era}");
    }
}

/// As the sources of 6.2.14 and 7.0.15 have it: 7.0 forks for nobody within EXEC.
#[test]
fn a_file_that_is_switched_on_in_a_transaction_is_begun_behind_it_from_7_0_on() {
    for era in [Era::V5_0, Era::V6_2, Era::V7_0] {
        let mut pair = Pair::new(era, &["save \"\""]);
        pair.run_ms(1_000);
        let at = pair.now;
        for line in ["MULTI", "SET k 1", "CONFIG SET appendonly yes"] {
            pair.cli(0, line);
        }
        assert!(pair.cli(0, "EXEC").ends_with("OK"), "{era}");
        let said = log(&pair, 0, at);
        let late = era.capabilities().forks_after_exec;
        assert_eq!(said[0].contains("during a transaction. An AOF background was scheduled"), late, "{era}: {said:?}");
        assert_eq!(persistence(&mut pair, 0)[..3], if late { ["1", "0", "1"] } else { ["1", "1", "0"] }, "{era}");
        pair.run_ms(1_000);
        assert_eq!(persistence(&mut pair, 0), ["1", "0", "0", "0", "ok"], "{era}");
    }
}

/// Redis's own suite of 7.0 ends a server whose first rewrite takes its time: it stays, unless it is forced.
#[test]
fn a_server_whose_data_are_in_no_file_yet_does_not_end() {
    for era in [Era::V6_2, Era::V7_0] {
        let mut pair = Pair::new(era, &["save \"\""]);
        pair.run_ms(1_000);
        for line in ["SET k 1", "CONFIG SET rdb-key-save-delay 30000000", "CONFIG SET appendonly yes"] {
            assert_eq!(pair.cli(0, line), "OK", "{era}");
        }
        pair.run_ms(1_000);
        assert_eq!(persistence(&mut pair, 0)[1], "1", "{era}: each key takes the child its delay here too");
        let at = pair.now;
        assert_eq!(pair.cli(0, "SHUTDOWN"), "(error) ERR Errors trying to SHUTDOWN. Check logs.", "{era}");
        let said = log(&pair, 0, at);
        assert!(said.iter().any(|line| line.contains("Writing initial AOF, can't exit")), "{era}: {said:?}");
        pair.run_ms(29_500);
        assert_eq!(persistence(&mut pair, 0)[1], "0", "{era}");
    }
}
