//! Diagnosis of what real servers printed and logged.

use resync_core::diagnose::{Amount, Certainty, Diagnosis, Grade, Health, Reader, judge};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What one recording has: INFOs at each moment, by who printed them, and logs.
struct Recording {
    name: String,
    infos: Vec<(u64, String, String)>,
    logs: BTreeMap<String, String>,
}

fn recordings() -> Vec<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let mut paths: Vec<_> = std::fs::read_dir(folder).expect("the recordings").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.into_iter().filter(|path| path.extension().is_some_and(|ext| ext == "json")).filter_map(|path| recording(&path)).collect()
}

fn recording(path: &Path) -> Option<Recording> {
    let json: Json = serde_json::from_str(&std::fs::read_to_string(path).expect("readable")).expect("JSON");
    let name = path.file_stem()?.to_string_lossy().into_owned();
    let mut now: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut found = Recording { name, infos: Vec::new(), logs: BTreeMap::new() };
    for event in json.get("events")?.as_array()? {
        let kind = event["kind"].as_str().unwrap_or_default();
        let at = event["t_ms"].as_u64().unwrap_or(0);
        let who = event["node"].as_str().unwrap_or_else(|| kind.split('_').nth(1).unwrap_or_default()).to_owned();
        if kind.starts_with("info_") {
            let fields = now.entry(who.clone()).or_default();
            if event["full"].as_bool() == Some(true) {
                fields.clear();
            }
            for (name, value) in event["fields"].as_object().into_iter().flatten() {
                fields.insert(name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            }
            for name in event["removed"].as_array().into_iter().flatten() {
                fields.remove(name.as_str().unwrap_or_default());
            }
            let text = fields.iter().fold(String::from("# Replication\n"), |text, (name, value)| text + name + ":" + value + "\n");
            found.infos.push((at, who, text));
        } else if kind.starts_with("log_") {
            let letter = if who == "master" || who == "A" { 'M' } else { 'S' };
            let pid = 4_000 + u64::from(who.bytes().next().unwrap_or(0));
            let text = found.logs.entry(who).or_default();
            let (seconds, ms) = (at / 1_000, at % 1_000);
            let mark = event["level"].as_str().unwrap_or("*");
            let said = event["text"].as_str().unwrap_or_default();
            writeln!(text, "{pid}:{letter} 12 Mar 14:{:02}:{:02}.{ms:03} {mark} {said}", seconds / 60 % 60, seconds % 60)
                .expect("a String");
        }
    }
    Some(found)
}

/// What a log of this recording must show, whoever's it is, and what else is true of it.
fn truth(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    let old = ["2.6", "2.8", "3.0"].iter().any(|release| name.contains(&format!("__{release}")));
    match name.split("__").next().unwrap_or_default() {
        "a_story_loading_auth" if old => (&["sync-fallback", "sync-sticky", "sync-replica"], &["no-replicas"]),
        "a_story_natural" => (&["sync-fallback", "sync-replica"], &[]),
        "a_story_then_freeze" => (&["sync-fallback", "sync-replica"], &[]),
        "a_story_same_runid_corruption" => (&["sync-diverged"], &["sync-replica"]),
        "a_loading_noauth" => (&[], &["refused", "id-restart"]),
        "b_auth_missing" => (&["auth-missing"], &[]),
        "b_auth_wrong" => (&["auth-wrong"], &[]),
        "b_masterauth_but_nopass" => (&["auth-superfluous"], &[]),
        // Its second and its third replica announce the same port.
        "b_two_replicas" => (&[], &["same-address"]),
        "c_backlog_ttl" => (&["backlog-freed"], &["backlog-lack", "backlog-inactive"]),
        "c_master_restart" if name.contains("7.0") => (&[], &["refused"]),
        "c_master_restart" => (&["id-restart"], &["refused"]),
        "c_partial_inside" => (&[], &["refused", "cut-again"]),
        "d_backlog_resize_connected" => (&[], &["cut-again", "link-broke"]),
        "d_backlog_resize_disconnected" => (&["backlog-lack"], &["cut-again"]),
        "e_min_slaves" => (&["no-replicas"], &["refused", "silent-replica"]),
        "f_blackhole" => (&["replica-dropped"], &["master-froze", "dial-timeout", "silent-replica", "silent-master"]),
        "f_freeze_master_sigstop" => (&[], &["master-froze", "dial-timeout", "silent-master", "cut-again"]),
        "f_freeze_replica_sigstop" => (&["replica-dropped"], &["silent-replica"]),
        "g_ping10_timeout5" => (&["ping-period"], &["cut-again"]),
        // The replica's log alone shows that it comes round and round, and not why.
        "h2_bgsave_slow_outbuf" | "h3_slow_transfer_writes" => (&["limit-loop"], &["link-broke", "resync-loop"]),
        "h5_load_phase_overflow" => (&["limit-loop", "backlog-lack"], &[]),
        "h3_slow_transfer_nowrites" => (&["replica-dropped", "dropped-while-sending"], &[]),
        "h3_stalled_transfer" => (&["stalled-transfer"], &["transfer-stalls"]),
        "h6_diskless_slow_child" => (&["silent-child"], &["transfer-stalls"]),
        "h7_keydelay" => (&[], &["silent-child", "transfer-stalls"]),
        "i_cross" if name.contains("m4.0.14_r3") => (&["rdb-version"], &[]),
        "n_cross" if name.ends_with("m8.0.6_rvalkey-9.0.0") => (&["rdb-version"], &[]),
        "n_cross" | "n_cross_channel" if name.ends_with("mvalkey-9.0.0_rvalkey-8.0.1") => (&[], &["rdb-broken", "resync-loop"]),
        "m_diskless_master_old_replica" if name.contains("m7.0.15") => (&["rdb-version"], &[]),
        "x_misc_replica_behaviour" => (&[], &["writable-replica", "backlog-inactive", "cut-again"]),
        _ => (&[], &[]),
    }
}

/// What the raw fields of an INFO say, without a rule: the names that may be found, and whether something is amiss.
fn amiss(text: &str) -> (Vec<&'static str>, bool) {
    let has = |line: &str| text.contains(line);
    let table = [
        ("master_link_status:down", "link-down"),
        ("master_link_status:down", "never-linked"),
        ("master_sync_in_progress:1", "receives-rdb"),
        ("state=wait_bgsave", "waits-for-bgsave"),
        ("state=send_bulk", "sends-rdb"),
        ("loading:1", "loads"),
    ];
    let found: Vec<_> = table.iter().filter(|(line, _)| has(line)).map(|(_, rule)| *rule).collect();
    let amiss = !found.is_empty();
    (found, amiss)
}

/// How many moments were judged right, how many wrong, of how many nothing was said.
#[derive(Default, Debug)]
struct Tally {
    right: usize,
    wrong: Vec<String>,
    unsaid: Vec<String>,
}

impl Tally {
    /// Takes the judgement of one moment: every finding that is sure or likely must be true, and what is amiss must be said.
    fn take(&mut self, at: &str, diagnosis: &Diagnosis, allowed: &[&str], wanted: &[&str], amiss: bool) {
        let bad = diagnosis.findings.iter().filter(|finding| finding.grade != Grade::Fine);
        let said: Vec<(&str, Certainty)> = bad.map(|finding| (finding.rule, finding.certainty)).collect();
        let wrong: Vec<_> = said
            .iter()
            .filter(|(rule, certainty)| *certainty != Certainty::Open && !allowed.contains(rule) && !wanted.contains(rule))
            .collect();
        let missing: Vec<_> = wanted.iter().filter(|rule| !said.iter().any(|(own, _)| own == *rule)).collect();
        if !wrong.is_empty() || amiss && diagnosis.health == Health::Well {
            self.wrong.push(format!("{at}: {wrong:?}"));
        } else if !missing.is_empty() || amiss && said.is_empty() || diagnosis.health == Health::Unreadable {
            self.unsaid.push(format!("{at}: {missing:?}"));
        } else {
            self.right += 1;
        }
    }
}

#[test]
fn every_recording_is_diagnosed() {
    let reader = Reader::default();
    let (mut moments, mut logs) = (Tally::default(), Tally::default());
    for recording in recordings() {
        let (wanted, also) = truth(&recording.name);
        for (at, who, text) in &recording.infos {
            let (mut allowed, amiss) = amiss(text);
            allowed.extend(wanted.iter().chain(also));
            moments.take(&format!("{} {who} at {at} ms", recording.name), &judge(reader.read(text, 0)), &allowed, &[], amiss);
        }
        let mut said = Vec::new();
        for (who, log) in &recording.logs {
            let diagnosis = judge(reader.read(log, 0));
            assert_eq!(diagnosis.paste.nodes.len(), 1, "{} {who}", recording.name);
            logs.take(&format!("{} {who}", recording.name), &diagnosis, &[wanted, also].concat(), &[], false);
            said.extend(diagnosis.findings.iter().map(|finding| finding.rule));
        }
        // Both logs of a pair, as one paste: what this recording is about is found.
        let glued = recording.logs.iter().fold(String::new(), |text, (who, log)| text + "=== " + who + " ===\n" + log);
        let of_log: Vec<&str> = wanted.iter().copied().filter(|rule| !["sync-replica", "no-replicas"].contains(rule)).collect();
        if !recording.logs.is_empty() {
            logs.take(&format!("{} both", recording.name), &judge(reader.read(&glued, 0)), also, &of_log, false);
        }
    }
    for (name, tally) in [("moments", &moments), ("logs", &logs)] {
        let all = tally.right + tally.wrong.len() + tally.unsaid.len();
        println!("{name}: {all}, right {}, wrong {}, not said {}", tally.right, tally.wrong.len(), tally.unsaid.len());
        assert!(tally.wrong.is_empty() && tally.right * 100 >= all * 95, "{name}: {:#?}\n{:#?}", tally.wrong, tally.unsaid);
    }
}

/// What people pasted, and the finding that it must lead to; `""`: it is healthy. With `?` it may not be sure.
const CASES: &[(&str, &str)] = &[
    (
        "",
        "role:master\nconnected_slaves:1\nslave0:ip=10.0.0.2,port=6379,state=online,offset=4228,lag=0\nmaster_repl_offset:4242\nrepl_backlog_active:1\n\
         repl_backlog_size:1048576\nrepl_backlog_first_byte_offset:1\nrepl_backlog_histlen:4242\n",
    ),
    (
        "backlog-full?",
        "`slave0:ip=10.0.0.2,port=6379,state=online,offset=91543935501,lag=1` `slave1:ip=10.0.0.3,port=6379,state=online,offset=91543965574,lag=1` \
         `master_repl_offset:91543969598` `repl_backlog_active:1` `repl_backlog_size:1048576` `repl_backlog_histlen:1048576`",
    ),
    (
        "limit-loop",
        "M # Client id=4711 addr=10.0.0.2:60018 fd=7 name= age=97 idle=1 flags=S db=0 obl=0 oll=62960 omem=2147483656 events=rw cmd=psync scheduled to be closed ASAP for overcoming of output buffer limits.\n\
         M # Connection with slave 10.0.0.2:6379 lost.\nM * Slave 10.0.0.2:6379 asks for synchronization\n\
         M * Unable to partial resync with slave 10.0.0.2:6379 for lack of backlog (Slave request was: 353114957).\nM * Starting BGSAVE for SYNC with target: disk\n",
    ),
    (
        "limit-online",
        "# Client id=4711 addr=10.0.0.2:60018 fd=7 name= age=86400 idle=1 flags=S db=0 obl=0 oll=62960 omem=268435476 events=rw cmd=replconf scheduled to be closed ASAP for overcoming of output buffer limits.",
    ),
    ("second-id", "Partial resynchronization not accepted: Requested offset for second ID was 16323, but I can reply up to 16301"),
    (
        "master-emptied?",
        "12:M 12 Mar 2026 14:00:34.204 * DB loaded from disk: 0.000 seconds\n12:M 12 Mar 2026 14:00:34.204 * Ready to accept connections\n12:M 12 Mar 2026 14:00:35.204 * Partial resynchronization not accepted: \
         Replication ID mismatch (Replica asked for 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', my replication IDs are 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb' and '0000000000000000000000000000000000000000')",
    ),
    ("first-contact", "R * Partial resynchronization not possible (no cached master)"),
    (
        "aof-restart",
        "R * DB loaded from append only file: 3.141 seconds\nR * Ready to accept connections\nR * Connecting to MASTER 10.0.0.1:6379\nR * Partial resynchronization not possible (no cached master)",
    ),
    ("rdb-version", "R # Can't handle RDB format version 10\nR # Failed trying to load the MASTER synchronization DB from disk"),
    (
        "limit-once",
        "=== master ===\nM # Client id=4 addr=10.0.0.2:6 fd=7 name= age=97 idle=1 flags=S omem=268435476 events=r cmd=psync scheduled to be closed ASAP for overcoming of output buffer limits.\n\
         === replica ===\nR # Timeout receiving bulk data from MASTER... If the problem persists try to set the 'repl-timeout' parameter in redis.conf to a larger value.",
    ),
    (
        "transfer-timeout?",
        "R # Timeout receiving bulk data from MASTER... If the problem persists try to set the 'repl-timeout' parameter in redis.conf to a larger value.",
    ),
    ("replica-dropped", "M # Disconnecting timedout slave: 10.0.0.2:6379"),
    (
        "sync-replica",
        "role:master\nslave0:ip=10.0.0.2,port=6379,state=online,offset=0,lag=734\nmaster_repl_offset:4242\n\nrole:slave\nmaster_link_status:up\nslave_repl_offset:4240\n",
    ),
    (
        "sync-fallback",
        "* Unexpected reply to PSYNC from master: -LOADING Redis is loading the dataset in memory\n* Retrying with SYNC...\n* MASTER &lt;-&gt; SLAVE sync: receiving 38277800 bytes from master\n\
         * MASTER &lt;-&gt; SLAVE sync: Finished with success",
    ),
    (
        "receives-rdb?",
        "role:slave\nmaster_link_status:down\nmaster_sync_in_progress:1\nmaster_sync_left_bytes:1834217311\nmaster_sync_last_io_seconds_ago:0\n",
    ),
    (
        "never-linked",
        "role:slave\nmaster_host:db1\nmaster_port:6379\nmaster_link_status:down\nmaster_sync_in_progress:0\nmaster_link_down_since_seconds:1700000123\n",
    ),
    (
        "never-linked",
        "role:slave\nmaster_host:db1\nmaster_port:6379\nmaster_link_status:down\nmaster_sync_in_progress:0\nmaster_link_down_since_seconds:-1\n",
    ),
    ("name", "R * Connecting to MASTER db1:6379\nR # Unable to connect to MASTER: Operation now in progress"),
    (
        "same-address",
        "slave0:ip=172.17.0.1,port=6379,state=online,offset=14,lag=0\nslave1:ip=172.17.0.1,port=6379,state=online,offset=14,lag=1\nmaster_repl_offset:14\n",
    ),
    (
        "backlog-freed",
        "* Replication backlog freed after 3600 seconds without connected replicas.\n* Partial resynchronization not possible",
    ),
    (
        "cut-again?",
        "* Partial resynchronization request from 10.0.0.2:6379 accepted. Sending 0 bytes of backlog starting from offset 4243.",
    ),
    ("no-replicas", "(error) NOREPLICAS Not enough good slaves to write."),
    ("read-only", "redis.exceptions.ReadOnlyError: READONLY You can't write against a read only replica."),
    ("tls", "# Error accepting a client connection: error:1408F10B:SSL routines:ssl3_get_record:wrong version number"),
    ("protected-mode", "# Error reply to PING from master: '-DENIED Redis is running in protected mode because protected mode is enabled'"),
    ("oom-killed", "[1234.5] Out of memory: Killed process 4712 (redis-server) total-vm:9000000kB"),
    (
        "stale-master",
        "R # Unexpected reply to PSYNC from master: -MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    ),
];

#[test]
fn what_people_pasted_leads_to_what_was_the_matter() {
    let reader = Reader::default();
    for (wanted, paste) in CASES {
        let diagnosis = judge(reader.read(paste, 0));
        let all: Vec<(&str, Certainty)> = diagnosis.findings.iter().map(|finding| (finding.rule, finding.certainty)).collect();
        let sure = |rule: &str| all.iter().any(|(own, certainty)| *own == rule && *certainty != Certainty::Open);
        match wanted.strip_suffix('?') {
            _ if wanted.is_empty() => assert_eq!((diagnosis.health, &all[..]), (Health::Well, &[][..]), "{paste}"),
            Some(open) => assert!(all.contains(&(open, Certainty::Open)), "{wanted}: {all:?}"),
            None => assert!(sure(wanted), "{wanted}: {all:?} of {:?}", diagnosis.paste),
        }
        // The finding is the first of what is sure, and nothing sure stands beside it that this excerpt does not show.
        let others: Vec<_> =
            all.iter().filter(|(rule, certainty)| *certainty == Certainty::Sure && *rule != wanted.trim_end_matches('?')).collect();
        let explained = ["backlog-lack", "link-down", "never-linked", "own-offset", "read-only"];
        assert!(others.iter().all(|(rule, _)| explained.contains(rule)), "{wanted}: {others:?}");
    }
}

#[test]
fn what_a_chat_says_behind_a_number_is_no_part_of_it() {
    let paste = "`Can't handle RDB format version 10` / `Failed trying to load the MASTER synchronization DB from disk`, each second";
    let diagnosis = judge(Reader::default().read(paste, 0));
    let found = diagnosis.findings.iter().find(|finding| finding.rule == "rdb-version").expect("it is found");
    assert_eq!(found.values, [("version", Amount::Words("10".into()))]);
}

#[test]
fn a_second_sample_tells_slow_from_stuck() {
    let sample = |offset: i64, acked: i64, lag: i64| {
        format!(
            "role:master\nconnected_slaves:1\nslave0:ip=10.0.0.2,port=6379,state=online,offset={acked},lag={lag}\nmaster_repl_offset:{offset}\n"
        )
    };
    let judged = |first: String, second: String| {
        let reader = Reader::default();
        let paste = resync_core::diagnose::joined(reader.read(&first, 0), reader.read(&second, 1), Some(10_000));
        judge(paste).findings.into_iter().map(|finding| (finding.rule, finding.certainty, finding.number("rate"))).collect::<Vec<_>>()
    };
    let once = judge(Reader::default().read(&sample(90_000_000, 50_000_000, 1), 0));
    assert_eq!((once.findings[0].rule, once.findings[0].certainty), ("gap", Certainty::Open));
    let slow = judged(sample(90_000_000, 50_000_000, 1), sample(110_000_000, 55_000_000, 1));
    assert_eq!(slow, [("slow-replica", Certainty::Sure, Some(2_000_000))]);
    assert_eq!(judged(sample(90_000_000, 50_000_000, 1), sample(91_000_000, 90_900_000, 0)), [], "it caught up");
    let stuck = judged(sample(90_000_000, 89_000_000, 4), sample(90_000_000, 89_000_000, 14));
    assert_eq!(stuck[0].0, "silent-replica");
}

#[test]
fn the_terminal_s_exit_status_tells_health() {
    let run = |args: &[&str], text: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_resync-diagnose"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), text.as_bytes()).expect("it reads");
        let done = child.wait_with_output().expect("it ends");
        (done.status.code(), String::from_utf8(done.stdout).expect("UTF-8"))
    };
    let (status, said) = run(&[], CASES[0].1);
    assert_eq!((status, said.lines().next()), (Some(0), Some("Healthy: nothing here is wrong.")));
    let (status, said) = run(&["--lang", "zh"], CASES[12].1);
    assert!(
        status == Some(1) && said.contains("[有问题, 确定]") && said.contains("REPLICAOF NO ONE") | said.contains("SLAVEOF NO ONE"),
        "{said}"
    );
    let (status, said) = run(&["--json"], CASES[12].1);
    let read: Json = serde_json::from_str(&said).expect("JSON");
    assert_eq!((status, read["findings"][0]["rule"].as_str()), (Some(1), Some("sync-replica")));
    assert_eq!(read["findings"][0]["quotes"][0]["line"].as_u64(), Some(2));
    assert_eq!(run(&[], "lorem ipsum\n").0, Some(2));
    assert_eq!(run(&["--nonsense"], "").0, Some(2));
}

/// What the servers of a run print and log at a moment, as somebody would paste it.
fn said_by(run: &resync_core::timeline::Timeline) -> String {
    let mut text = String::new();
    for (n, machine) in (0..).zip(run.sim().machines()) {
        writeln!(text, "=== node-{n} ===").expect("a String");
        if machine.alive() {
            text.push_str(&machine.node.info(run.now(), Some("all")));
        }
        for line in resync_core::view::log(run.sim(), run.recorder(), n, 400) {
            writeln!(text, "{}", line.line).expect("a String");
        }
    }
    text
}

/// The findings of a scenario at the moment at which it opens, with a sample ten seconds before.
fn shown(text: &str) -> Vec<(&'static str, Certainty)> {
    use resync_core::time::Time;
    let opens: u64 =
        text.split("opens at ").nth(1).and_then(|rest| rest.split('s').next()).and_then(|s| s.parse().ok()).expect("it says when");
    let mut run = resync_core::timeline::Timeline::from_text(text).unwrap_or_else(|why| panic!("{why}:\n{text}"));
    let reader = Reader::default();
    let mut pastes = Vec::new();
    for second in [opens.saturating_sub(10), opens] {
        while run.now() < Time::from_secs(second) {
            let _ = run.advance(Time::from_secs(second), 1_000_000);
        }
        pastes.push(said_by(&run));
    }
    let once = judge(reader.read(&pastes[1], 0));
    let twice = judge(resync_core::diagnose::joined(reader.read(&pastes[0], 0), reader.read(&pastes[1], 1), Some(10_000)));
    once.findings.iter().chain(&twice.findings).map(|finding| (finding.rule, finding.certainty)).collect()
}

/// The scenario that a finding opens shows the same finding, in each release in which the rule holds.
#[test]
fn the_scenario_of_a_finding_shows_it_again() {
    use resync_core::diagnose::{FAMILIES, Finding, read, scene};
    let (mut shows, mut broken, mut without) = (0, Vec::new(), Vec::new());
    for rule in FAMILIES.iter().flat_map(|(_, rules)| rules.iter()) {
        let mut seen = std::collections::BTreeSet::new();
        for version in ["3.0.7", "7.0.15"] {
            let paste = read(&format!("redis_version:{version}\nrole:master\n"), 0);
            if !(rule.holds)(&paste.nodes[0].capabilities()) {
                continue;
            }
            let finding = Finding {
                rule: rule.name,
                grade: rule.grade,
                certainty: rule.certainty,
                node: Some(0),
                quotes: Vec::new(),
                values: Vec::new(),
                next: Vec::new(),
                change: Vec::new(),
            };
            let Some(text) = scene(&judge(paste), &finding) else {
                without.push(rule.name);
                break;
            };
            if seen.insert(text.clone()) {
                let found = shown(&text);
                shows += 1;
                if !found.iter().any(|(name, _)| *name == rule.name) {
                    broken.push(format!("{} {version}: {found:?}", rule.name));
                }
            }
        }
    }
    println!("{shows} scenarios show their finding; without one: {without:?}");
    assert!(broken.is_empty() && shows > 50, "{broken:#?}");
}
