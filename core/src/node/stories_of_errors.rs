//! Stories of commands that fail where nobody expects it, and of what INFO counts, every era.

use super::pair::Pair;
use super::stories::synced;
use crate::era::Era;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A pair whose replica may be written to, and was: `n` and `l` are other things there than on the master.
fn at_odds(era: Era) -> Pair {
    let mut pair = synced(era);
    pair.cli(1, "CONFIG SET slave-read-only no");
    pair.cli(0, "DEL str n");
    pair.run_ms(10);
    assert_eq!(pair.cli(1, "SET n foo"), "OK");
    assert_eq!(pair.cli(1, "SET l x"), "OK");
    pair
}
fn critical(pair: &Pair, n: usize, at: crate::time::Time) -> Vec<String> {
    pair.log(n, at).into_iter().filter(|line| line.contains("CRITICAL") || line.contains("Latest backlog")).collect()
}

/// Live 2.8.17 and 3.0.5 say nothing; 5.0.10 tells the errors that it puts together, not those that it keeps ready; 6.2.14 and 7.0.15 tell all.
#[test]
fn a_command_of_the_stream_that_fails_is_told_as_the_era_tells_it() {
    for era in Era::ALL {
        let mut pair = at_odds(era);
        let at = pair.now;
        pair.cli(0, "INCRBY n 1");
        pair.cli(0, "LPUSH l a");
        pair.cli(0, "MULTI");
        pair.cli(0, "INCR n");
        pair.cli(0, "SET z 1");
        pair.cli(0, "EXEC");
        pair.run_ms(10);
        let word = if era.capabilities().says_replica { "replica" } else { "slave" };
        let master = if era.capabilities().valkey { "primary" } else { "master" };
        let told = |error: &str, command: &str| {
            format!("# == CRITICAL == This {word} is sending an error to its {master}: '{error}' after processing the command '{command}'")
        };
        let (number, list) =
            ("value is not an integer or out of range", "-WRONGTYPE Operation against a key holding the wrong kind of value");
        let lines = critical(&pair, 1, at);
        let lines: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.contains("CRITICAL")).collect();
        let expected: Vec<String> = match era {
            Era::V2_6 | Era::V2_8 | Era::V3_0 | Era::V3_2 => Vec::new(),
            Era::V4_0 | Era::V5_0 => [told(number, "incrby"), told(number, "exec")].into(),
            _ => [told(number, "incrby"), told(list, "lpush"), told(number, "exec")].into(),
        };
        assert_eq!(lines, expected, "{era}");
        let counted = era.capabilities().counts_errors;
        let expected = if counted { ["3", "3"] } else { ["(absent)", "(absent)"] };
        assert_eq!([pair.info(1, "unexpected_error_replies"), pair.info(1, "total_error_replies")], expected, "{era}");
        assert_eq!(pair.info(1, "errorstat_WRONGTYPE"), if counted { "count=1" } else { "(absent)" }, "{era}");
        assert_eq!(pair.info(0, "unexpected_error_replies"), if counted { "0" } else { "(absent)" }, "{era}");
    }
}

/// Live 6.2.14 and 7.0.15, word for word: what stood in the backlog before the command, at most 256 bytes of it.
#[test]
fn from_6_0_on_the_latest_bytes_of_the_backlog_are_told_too() {
    for era in [Era::V6_2, Era::V7_0] {
        let mut pair = at_odds(era);
        pair.run_ms(2_000);
        pair.cli(0, "SET a 1");
        pair.run_ms(10);
        let at = pair.now;
        pair.cli(0, "INCRBY n 1");
        pair.cli(0, "LPUSH l a");
        pair.run_ms(10);
        let lines = critical(&pair, 1, at);
        assert_eq!(lines.len(), 4, "{era}: {lines:?}");
        let before = "*3\\r\\n$3\\r\\nSET\\r\\n$1\\r\\na\\r\\n$1\\r\\n1\\r\\n";
        assert!(lines[1].starts_with("# Latest backlog is: '\"") && lines[1].ends_with(&format!("{before}\"'")), "{era}: {}", lines[1]);
        assert!(
            lines[3].ends_with(&format!("{before}*3\\r\\n$6\\r\\nINCRBY\\r\\n$1\\r\\nn\\r\\n$1\\r\\n1\\r\\n\"'")),
            "{era}: the command that failed before stands there, the one that fails does not: {}",
            lines[3]
        );
        for _ in 0..20 {
            pair.cli(0, "SET filler 0123456789");
        }
        pair.cli(0, "INCRBY n 1");
        pair.run_ms(10);
        let last = critical(&pair, 1, at).pop().unwrap_or_default();
        let dumped = last.trim_start_matches("# Latest backlog is: '\"").trim_end_matches("\"'").replace("\\r", "r").replace("\\n", "n");
        assert_eq!(dumped.len(), 256, "{era}: {last}");
    }
}

/// Live: what a replica sends, and is answered with an error: 5.0.10, 6.2.14 and 7.0.15 tell it; from 6.2 on a replica's conn has no keys.
#[test]
fn an_error_to_a_replica_is_told_from_5_0_on() {
    for era in Era::ALL {
        let mut pair = synced(era);
        let at = pair.now;
        let replica = pair.link_of(0);
        pair.deliver(0, replica, b"*2\r\n$4\r\nINCR\r\n$3\r\nstr\r\n".to_vec());
        pair.run_ms(10);
        let error = match era {
            Era::V5_0 => "value is not an integer or out of range",
            Era::V6_2 => "Replica can't interract with the keyspace",
            _ if era.has(Era::V7_0) => "Replica can't interact with the keyspace",
            _ => "",
        };
        let master = if era.capabilities().valkey { "primary" } else { "master" };
        let line =
            format!("# == CRITICAL == This {master} is sending an error to its replica: '{error}' after processing the command 'incr'");
        assert_eq!(critical(&pair, 0, at), if error.is_empty() { Vec::new() } else { Vec::from([line]) }, "{era}");
    }
}

/// Commands that ran, that were refused, that failed: live 5.0.10, 6.2.14 and 7.0.15 count these so.
#[test]
fn commandstats_and_errorstats_count_as_the_era_does_and_resetstat_resets() {
    for era in Era::ALL {
        let mut pair = Pair::new(era, &[""]);
        pair.run_ms(100);
        for line in ["SET a 1", "SET b 2", "GET a", "LPUSH a x", "NOPE", "GET"] {
            pair.cli(0, line);
        }
        let all = |pair: &Pair, field: &str| {
            pair.nodes[0].info_text(pair.now, Some("all")).named(field).unwrap_or_else(|| "(absent)".to_string())
        };
        let counts = era.capabilities().counts_errors;
        let more = |rejected: u32, failed: u32| {
            if counts { format!(",rejected_calls={rejected},failed_calls={failed}") } else { String::new() }
        };
        assert_eq!(all(&pair, "cmdstat_set"), format!("calls=2,usec=4,usec_per_call=2.00{}", more(0, 0)), "{era}");
        assert_eq!(all(&pair, "cmdstat_get"), format!("calls=1,usec=2,usec_per_call=2.00{}", more(1, 0)), "{era}");
        assert_eq!(all(&pair, "cmdstat_lpush"), format!("calls=1,usec=2,usec_per_call=2.00{}", more(0, 1)), "{era}");
        assert_eq!((pair.info(0, "cmdstat_set").as_str(), pair.info(0, "total_commands_processed").as_str()), ("(absent)", "4"), "{era}");
        let errors = if counts { ["count=2", "count=1"] } else { ["(absent)", "(absent)"] };
        assert_eq!([pair.info(0, "errorstat_ERR"), pair.info(0, "errorstat_WRONGTYPE")], errors, "{era}");
        assert_eq!(pair.info(0, "total_error_replies"), if counts { "3" } else { "(absent)" }, "{era}");
        assert_eq!(pair.cli(0, "CONFIG RESETSTAT"), "OK", "{era}");
        let name = if era.capabilities().subcommands { "cmdstat_config|resetstat" } else { "cmdstat_config" };
        assert_eq!(all(&pair, name), format!("calls=1,usec=2,usec_per_call=2.00{}", more(0, 0)), "{era}: it counts itself");
        assert_eq!((all(&pair, "cmdstat_set").as_str(), pair.info(0, "total_commands_processed").as_str()), ("(absent)", "1"), "{era}");
        assert_eq!(pair.info(0, "errorstat_ERR"), "(absent)", "{era}");
        assert_eq!(pair.info(0, "total_error_replies"), if counts { "0" } else { "(absent)" }, "{era}");
    }
}

/// Live 7.0.15: both ends count the same bytes, RDB with its frame and stream; forks are counted from 6.2 on.
#[test]
fn forks_and_bytes_of_replication_are_counted() {
    for era in Era::ALL {
        let mut pair = synced(era);
        pair.cli(0, "SET a 1");
        pair.run_ms(100);
        let caps = era.capabilities();
        assert_eq!(pair.info(0, "total_forks"), if caps.info_6_2 { "1" } else { "(absent)" }, "{era}");
        assert_ne!(pair.info(0, "rdb_last_bgsave_time_sec"), "-1", "{era}");
        let (output, input) = (pair.info(0, "total_net_repl_output_bytes"), pair.info(1, "total_net_repl_input_bytes"));
        if !caps.config_7_0 {
            assert_eq!([output, input], ["(absent)", "(absent)"], "{era}");
            continue;
        }
        assert_eq!(output, input, "what was sent has come");
        let offset: u64 = pair.info(0, "master_repl_offset").parse().expect("a number");
        assert!(output.parse::<u64>().is_ok_and(|bytes| bytes > offset + 100), "an RDB and {offset} bytes of stream: {output}");
        assert_eq!(
            (pair.info(0, "total_net_repl_input_bytes"), pair.info(1, "total_net_repl_output_bytes")),
            ("0".to_string(), "0".to_string())
        );
        assert_eq!(
            (pair.info(1, "rdb_last_load_keys_loaded"), pair.info(1, "rdb_last_load_keys_expired")),
            ("3".to_string(), "0".to_string())
        );
    }
}
