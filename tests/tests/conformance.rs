//! Recordings of real servers against the engine: see `resync_tests::conformance`.

use resync_tests::conformance::{Part, Recording, judge};

/// Each recording with the parts that the node plays in it.
const RECORDINGS: &[(&str, &[Part])] = &[
    ("b_fullsync__3.0.7", BOTH),
    ("b_fullsync__7.0.15", BOTH),
    ("b_auth_ok__3.0.7", BOTH),
    ("b_auth_ok__7.0.15", BOTH),
    ("b_auth_wrong__3.0.7", BOTH),
    ("b_auth_wrong__7.0.15", BOTH),
    ("b_auth_missing__3.0.7", BOTH),
    ("b_auth_missing__7.0.15", BOTH),
    ("b_masterauth_but_nopass__3.0.7", BOTH),
    ("b_masterauth_but_nopass__7.0.15", BOTH),
    ("b_two_replicas__3.0.7", &[Part::Master]),
    ("c_partial_inside__3.0.7", BOTH),
    ("c_partial_inside__7.0.15", BOTH),
    ("d_backlog_resize_connected__3.0.7", BOTH),
    ("d_backlog_resize_connected__7.0.15", BOTH),
    ("d_backlog_resize_disconnected__3.0.7", BOTH),
    ("e_min_slaves__3.0.7", BOTH),
    ("f_blackhole__3.0.7", BOTH),
    ("f_blackhole__7.0.15", BOTH),
    ("f_freeze_master_sigstop__3.0.7", BOTH),
    ("f_freeze_replica_sigstop__3.0.7", BOTH),
    ("f_freeze_replica_sigstop__7.0.15", BOTH),
    ("a_story_loading_auth__3.0.7", BOTH),
    ("a_story_loading_auth__7.0.15", BOTH),
    ("a_loading_noauth__3.0.7", BOTH),
    ("a_loading_noauth__7.0.15", BOTH),
    ("c_backlog_ttl__3.0.7", BOTH),
    ("g_ping4_timeout5__3.0.7", BOTH),
    ("g_ping5_timeout5__3.0.7", BOTH),
    ("g_ping6_timeout5__3.0.7", BOTH),
    ("g_ping10_timeout5__3.0.7", BOTH),
    ("g_ping10_timeout5__7.0.15", BOTH),
    ("h1_bgsave_slow_disk__3.0.7", BOTH),
    ("h1_bgsave_slow_disk__7.0.15", BOTH),
    ("k_expiry__3.0.7", BOTH),
    ("k_expiry__7.0.15", BOTH),
    ("l_stream__3.0.7", BOTH),
    ("l_stream__7.0.15", BOTH),
    ("m_diskless_delay1__3.0.7", BOTH),
    ("m_diskless_delay1__7.0.15", BOTH),
    ("m_diskless_delay5__7.0.15", BOTH),
    ("m_diskless_two_replicas__3.0.7", &[Part::Master]),
    ("m_diskless_two_replicas__7.0.15", &[Part::Master]),
];
const BOTH: &[Part] = &[Part::Master, Part::Replica];

#[test]
fn real_servers_and_the_engine_say_the_same() {
    let wanted = std::env::var("RESYNC_RECORDING").unwrap_or_default();
    let (mut held, mut tried) = (0, 0);
    for (name, parts) in RECORDINGS {
        if !name.contains(&wanted) {
            continue;
        }
        let recording = Recording::read(name);
        for part in *parts {
            let verdict = judge(&recording, *part);
            let [wire, log, info, replies] = verdict.compared;
            tried += 1;
            held += u32::from(verdict.differences.is_empty());
            let word = if verdict.differences.is_empty() { "holds " } else { "DIFFERS" };
            println!(
                "{word} {name} as {part:?}: {wire} messages, {log} log lines, {info} INFO fields, {replies} replies; farthest {:.0} ms; {:?}",
                verdict.farthest_ms, verdict.unknowns
            );
            for difference in verdict.differences.iter().take(8) {
                println!("    {difference}");
            }
        }
    }
    println!("{held} of {tried} hold");
    assert_eq!(held, tried);
}
