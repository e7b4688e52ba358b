use super::*;

fn words(text: &str) -> Vec<Bytes> {
    text.split(' ').map(|w| Bytes::copy_from_slice(w.replace('_', " ").as_bytes())).collect()
}
fn set(era: Era, text: &str) -> Result<Vec<Changed>, String> {
    Config::defaults(era).set(&words(text))
}
fn error(era: Era, text: &str) -> String {
    set(era, text).unwrap_err()
}

#[test]
fn errors_of_7_0_as_a_real_server_gives_them() {
    let failed = |name: &str, why: &str| format!("ERR CONFIG SET failed (possibly related to argument '{name}') - {why}");
    for (text, expect) in [
        ("repl-timeout 0", failed("repl-timeout", "argument must be between 1 and 2147483647 inclusive")),
        ("repl-timeout abc", failed("repl-timeout", "argument couldn't be parsed into an integer")),
        ("repl-timeout", "ERR wrong number of arguments for 'config|set' command".into()),
        ("repl-timeout 5 x", "ERR syntax error".into()),
        ("x 5", "ERR Unknown option or number of arguments for CONFIG SET - 'x'".into()),
        ("repl-timeout 5 repl-timeout 6", failed("repl-timeout", "duplicate parameter")),
        ("repl-backlog-size -1", failed("repl-backlog-size", "argument must be a memory value")),
        ("repl-backlog-size 0", failed("repl-backlog-size", "argument must be between 1 and 9223372036854775807 inclusive")),
        ("repl-backlog-size 1tb", failed("repl-backlog-size", "argument must be a memory value")),
        ("slave-read-only maybe", failed("slave-read-only", "argument must be 'yes' or 'no'")),
        ("repl-diskless-load foo", failed("repl-diskless-load", "argument(s) must be one of the following: disabled, on-empty-db, swapdb")),
        ("appendfsync foo", failed("appendfsync", "argument(s) must be one of the following: everysec, always, no")),
        ("databases 3", failed("databases", "can't set immutable config")),
        ("slaveof a_1", failed("slaveof", "can't set immutable config")),
        ("dbfilename x", failed("dbfilename", "can't set protected config")),
        ("save abc", failed("save", "Invalid save parameters")),
        ("min-slaves-to-write -1", failed("min-slaves-to-write", "argument must be between 0 and 2147483647 inclusive")),
        ("replica-announce-port 70000", failed("replica-announce-port", "argument must be between 0 and 65535 inclusive")),
        ("maxclients 0", failed("maxclients", "argument must be between 1 and 4294967295 inclusive")),
        ("proto-max-bulk-len 1", failed("proto-max-bulk-len", "argument must be between 1048576 and 9223372036854775807 inclusive")),
        ("repl-backlog-size 10 repl-timeout x", failed("repl-timeout", "argument couldn't be parsed into an integer")),
        (
            "client-output-buffer-limit slave_1_1",
            failed("client-output-buffer-limit", "Wrong number of arguments in buffer limit configuration."),
        ),
        (
            "client-output-buffer-limit foo_1_1_1",
            failed("client-output-buffer-limit", "Invalid client class specified in buffer limit configuration."),
        ),
        (
            "client-output-buffer-limit slave_1x_1_1",
            failed("client-output-buffer-limit", "Error in hard, soft or soft_seconds setting in buffer limit configuration."),
        ),
    ] {
        assert_eq!(error(Era::V7_0, text), expect);
    }
}

#[test]
fn errors_of_3_0() {
    assert_eq!(error(Era::V3_0, "repl-timeout 0"), "ERR Invalid argument '0' for CONFIG SET 'repl-timeout'");
    assert_eq!(error(Era::V3_0, "repl-backlog-size foo"), "ERR Invalid argument 'foo' for CONFIG SET 'repl-backlog-size'");
    assert_eq!(error(Era::V3_0, "nosuch 1"), "ERR Unsupported CONFIG parameter: nosuch");
    assert_eq!(error(Era::V3_0, "slaveof a_1"), "ERR Unsupported CONFIG parameter: slaveof");
    assert_eq!(error(Era::V3_0, "min-replicas-to-write 1"), "ERR Unsupported CONFIG parameter: min-replicas-to-write");
    assert_eq!(error(Era::V3_0, "repl-timeout"), "ERR Wrong number of arguments for CONFIG SET");
    assert_eq!(
        error(Era::V6_2, "repl-timeout x"),
        "ERR Invalid argument 'x' for CONFIG SET 'repl-timeout' - argument couldn't be parsed into an integer"
    );
}

#[test]
fn backlog_size_is_clamped_and_its_units_go_by_era() {
    for (era, text, size) in [
        (Era::V3_0, "100", Some(16_384)),
        (Era::V3_0, "0", Some(16_384)),
        (Era::V3_0, "2mb", Some(2 << 20)),
        (Era::V3_0, "64Kb", Some(65_536)),
        (Era::V3_0, "64k", Some(64_000)),
        (Era::V2_8, "2mb", None),
        (Era::V2_8, "2097152", Some(2 << 20)),
        (Era::V2_8, "0", None),
        (Era::V6_2, "0", None),
        (Era::V7_0, "1", Some(16_384)),
        (Era::V7_0, "9223372036854775807gb", None),
    ] {
        let mut config = Config::defaults(era);
        let done = config.set(&words(&format!("repl-backlog-size {text}")));
        assert_eq!(done.ok().map(|_| config.repl_backlog_size), size, "{era} {text}");
    }
}

#[test]
fn buffer_limits_read_units_as_their_era_does() {
    let shown = |era: Era| {
        let mut config = Config::defaults(era);
        config.set(&words("client-output-buffer-limit slave_1mb_1mb_10")).map(|_| config.value("client-output-buffer-limit").unwrap())
    };
    assert_eq!(shown(Era::V3_0).unwrap(), "normal 0 0 0 slave 1 1 10 pubsub 33554432 8388608 60");
    assert_eq!(shown(Era::V7_0).unwrap(), "normal 0 0 0 slave 1048576 1048576 10 pubsub 33554432 8388608 60");
    assert!(shown(Era::V2_8).is_err());
    let file = Config::from_lines(Era::V2_8, &[words("client-output-buffer-limit slave 12mb 12mb 0")]).unwrap();
    assert_eq!(file.output_limits[ClientClass::Replica as usize], BufferLimit { hard: 12 << 20, soft: 12 << 20, soft_seconds: 0 });
}

#[test]
fn config_get_finds_by_glob_and_by_both_names() {
    let names =
        |era: Era, pattern: &str| -> Vec<String> { Config::defaults(era).get(&words(pattern)).into_iter().map(|(n, _)| n).collect() };
    assert_eq!(names(Era::V3_0, "repl-t*"), ["repl-timeout"]);
    assert!(names(Era::V3_0, "REPL-T*").is_empty());
    assert_eq!(names(Era::V7_0, "REPL-T*"), ["repl-timeout"]);
    assert_eq!(names(Era::V7_0, "REPLICA-PRIORITY"), ["REPLICA-PRIORITY"]);
    assert_eq!(names(Era::V7_0, "*-priority"), ["replica-priority", "slave-priority"]);
    assert_eq!(names(Era::V3_0, "*-priority"), ["slave-priority"]);
    assert_eq!(names(Era::V3_0, "[mr]*-slave*"), ["repl-ping-slave-period", "min-slaves-to-write", "min-slaves-max-lag"]);
    assert!(names(Era::V2_6, "repl-backlog-size").is_empty());
    let defaults = Config::defaults(Era::V7_0);
    assert_eq!(defaults.value("save").unwrap(), "3600 1 300 100 60 10000");
    assert_eq!(defaults.value("repl-diskless-sync").unwrap(), "yes");
}

#[test]
fn files_are_read_and_their_errors_name_the_line() {
    let file = |text: &str| Config::from_lines(Era::V3_0, &text.lines().map(words).collect::<Vec<_>>());
    let config = file("port 7001\nslaveof master 6379\nrepl-backlog-size 16kb\nsave 900 1\nsave 300 10\nrequirepass s3cret").unwrap();
    assert_eq!(config.replicaof, Some(("master".to_owned(), 6_379)));
    assert_eq!((config.port, config.repl_backlog_size, &config.save[..]), (7_001, 16_384, &[(900, 1), (300, 10)][..]));
    assert_eq!(
        file("port 1\nrepl-timeout x").unwrap_err(),
        ConfigError { index: 1, reason: "argument couldn't be parsed into an integer".to_owned() }
    );
    assert_eq!(file("nosuch 1").unwrap_err().reason, "Bad directive or wrong number of arguments");
    assert_eq!(file("slaveof a 123456").unwrap_err().reason, "Invalid master port");
    assert_eq!(file("repl-timeout").unwrap_err().reason, "wrong number of arguments");
    assert_eq!(file("save \"\"").unwrap().save, []);
}

#[test]
fn several_pairs_are_set_all_or_nothing() {
    let mut config = Config::defaults(Era::V7_0);
    let changed = config.set(&words("min-replicas-to-write 2 repl-timeout 7")).unwrap();
    assert_eq!(changed.iter().map(|c| c.name).collect::<Vec<_>>(), ["min-slaves-to-write", "repl-timeout"]);
    assert_eq!((config.min_to_write, config.repl_timeout), (2, 7));
    assert!(config.set(&words("repl-timeout 9 min-replicas-to-write x")).is_err());
    assert_eq!(config.repl_timeout, 7);
    config.set(&words("hz 100000")).unwrap();
    assert_eq!(config.hz, 500);
}

#[test]
fn no_words_can_panic() {
    for era in Era::ALL {
        for row in TABLE {
            for value in ["", " ", "-1", "\u{e9}", "99999999999999999999", "a b c d", "slave 1 1 99999999999999999999"] {
                let _ = Config::defaults(era).set(&[Bytes::from_static(row.old.as_bytes()), Bytes::copy_from_slice(value.as_bytes())]);
                let _ = Config::from_lines(era, &[[row.old, value, "\u{ff}"].map(|w| Bytes::copy_from_slice(w.as_bytes())).to_vec()]);
            }
        }
        assert!(Config::defaults(era).list().iter().all(|d| d.value == d.default));
    }
}

/// As 6.2.14 and 7.0.15 show them.
#[test]
fn directives_with_two_names_show_one_value() {
    let value = |config: &Config, name: &str| config.get(&words(name)).pop().map(|(_, value)| value);
    for (era, one, other) in [
        (Era::V7_0, "hash-max-ziplist-entries", Some("hash-max-listpack-entries")),
        (Era::V7_0, "zset-max-listpack-value", Some("zset-max-ziplist-value")),
        (Era::V7_0, "list-max-listpack-size", Some("list-max-ziplist-size")),
        (Era::V7_0, "lua-time-limit", Some("busy-reply-threshold")),
        (Era::V7_0, "busy-reply-threshold", Some("lua-time-limit")),
        (Era::V5_0, "cluster-slave-validity-factor", Some("cluster-replica-validity-factor")),
        (Era::V6_2, "hash-max-ziplist-entries", None),
        (Era::V6_2, "lua-time-limit", None),
    ] {
        let mut config = Config::defaults(era);
        config.set(&words(&format!("{one} 77"))).unwrap();
        assert_eq!(value(&config, one).as_deref(), Some("77"), "{era} {one}");
        assert_eq!(other.map(|name| value(&config, name)), other.map(|_| Some("77".to_owned())), "{era} {one}");
        let file = Config::from_lines(era, &[words(&format!("{one} 78"))]).unwrap();
        assert_eq!(other.map(|name| value(&file, name)), other.map(|_| Some("78".to_owned())), "{era} {one}");
    }
    assert_eq!(value(&Config::defaults(Era::V6_2), "hash-max-listpack-entries"), None);
    assert_eq!(value(&Config::defaults(Era::V2_8), "maxmemory-policy").as_deref(), Some("volatile-lru"));
    assert_eq!(value(&Config::defaults(Era::V3_0), "maxmemory-policy").as_deref(), Some("noeviction"));
}
