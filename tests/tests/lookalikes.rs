//! Each rule of diagnosis has a paste that looks like what it finds and is not; noise leads to nothing that is sure, and to no panic.

use resync_core::diagnose::{Certainty, FAMILIES, Grade, Reader, joined, judge};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// A line of a master about an id that it does not know.
const FOREIGN: &str = "M * Partial resynchronization not accepted: Replication ID mismatch (Replica asked for 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', \
    my replication IDs are 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb' and '0000000000000000000000000000000000000000')\n";

/// The rule, a paste that looks like it, and a second sample where two are needed.
const LOOKALIKES: &[(&str, &str, &str)] = &[
    // It came a second ago.
    ("sync-replica", "role:master\nslave0:ip=h,port=1,state=online,offset=0,lag=1\nmaster_repl_offset:4242\n", ""),
    // A master of 2.6 knows nothing else.
    (
        "sync-fallback",
        "R * Master does not support PSYNC or is in error state (reply: -ERR unknown command 'PSYNC')\nR * Retrying with SYNC...\nR * MASTER <-> SLAVE sync: Finished with success\n",
        "",
    ),
    ("sync-sticky", "R * Trying a partial resynchronization (request 8d2b7fe1b8affe328194605a8ec4b3dbde8efa5c:4243).\n", ""),
    (
        "sync-diverged",
        "R * Retrying with SYNC...\nR * MASTER <-> SLAVE sync: Loading DB in memory\nR * MASTER <-> SLAVE sync: Finished with success\nR * Full resync from master: 8d2b7fe1b8affe328194605a8ec4b3dbde8efa5c:4300\n",
        "",
    ),
    // It was, and is no more.
    ("refused", "R # Error condition on socket for SYNC: Connection refused\nR * MASTER <-> SLAVE sync: Finished with success\n", ""),
    ("unreachable", "R # Error condition on socket for SYNC: Connection refused\n", ""),
    ("name", "R # Unable to connect to MASTER: Connection refused\n", ""),
    ("dial-timeout", "R # Timeout connecting to the MASTER...\nR * MASTER <-> SLAVE sync: Finished with success\n", ""),
    ("auth-missing", "R # Error reply to PING from master: '-LOADING Redis is loading the dataset in memory'\n", ""),
    ("auth-wrong", "R # Unable to AUTH to MASTER: -ERR Client sent AUTH, but no password is set\n", ""),
    ("auth-superfluous", "R # Unable to AUTH to MASTER: -ERR invalid password\n", ""),
    ("no-permission", "R # Unable to AUTH to MASTER: -WRONGPASS invalid username-password pair\n", ""),
    ("master-loading", "(error) LOADING Redis is loading the dataset in memory\n", ""),
    ("stale-master", "(error) MASTERDOWN Link with MASTER is down and slave-serve-stale-data is set to 'no'.\n", ""),
    ("no-master-link", "R # Error reply to PING from master: '-LOADING Redis is loading the dataset in memory'\n", ""),
    ("protected-mode", "R # Unable to AUTH to MASTER: -ERR invalid password\n", ""),
    ("master-misconf", "(error) MISCONF Redis is configured to save RDB snapshots, but is currently not able to persist on disk.\n", ""),
    ("not-a-master", "R # Error condition on socket for SYNC: Connection refused\n", ""),
    ("tls", "R # Error condition on socket for SYNC: Connection reset by peer\n", ""),
    (
        "link-down",
        "role:slave\nmaster_host:db1\nmaster_port:6379\nmaster_link_status:down\nmaster_sync_in_progress:1\nmaster_sync_left_bytes:5\nmaster_sync_last_io_seconds_ago:0\n",
        "",
    ),
    (
        "never-linked",
        "role:slave\nmaster_host:db1\nmaster_port:6379\nmaster_link_status:down\nmaster_sync_in_progress:0\nmaster_link_down_since_seconds:17\n",
        "",
    ),
    (
        "same-address",
        "role:master\nslave0:ip=h,port=1,state=online,offset=14,lag=0\nslave1:ip=h,port=2,state=online,offset=14,lag=0\nmaster_repl_offset:14\n",
        "",
    ),
    (
        "waits-for-bgsave",
        "role:master\nslave0:ip=h,port=1,state=online,offset=14,lag=0\nmaster_repl_offset:14\nrdb_bgsave_in_progress:1\n",
        "",
    ),
    ("sends-rdb", "role:master\nslave0:ip=h,port=1,state=wait_bgsave,offset=0,lag=0\nmaster_repl_offset:14\n", ""),
    ("receives-rdb", "role:slave\nmaster_link_status:down\nmaster_sync_in_progress:0\nmaster_link_down_since_seconds:17\n", ""),
    (
        "transfer-stalls",
        "role:slave\nmaster_link_status:down\nmaster_sync_in_progress:1\nmaster_sync_left_bytes:5\nmaster_sync_last_io_seconds_ago:1\n",
        "",
    ),
    ("loads", "loading:0\nasync_loading:0\nrole:master\n", ""),
    // A client that is no replica.
    (
        "limit-loop",
        "M # Client id=4 addr=10.0.0.9:6 fd=7 name= age=97 idle=1 flags=N omem=268435476 events=r cmd=lrange scheduled to be closed ASAP for overcoming of output buffer limits.\n",
        "",
    ),
    (
        "limit-online",
        "M # Client id=4 addr=10.0.0.2:6 fd=7 name= age=97 idle=1 flags=S omem=268435476 events=r cmd=psync scheduled to be closed ASAP for overcoming of output buffer limits.\n",
        "",
    ),
    (
        "limit-once",
        "M # Client id=4 addr=10.0.0.9:6 fd=7 name= age=97 idle=1 flags=P omem=33554532 events=r cmd=subscribe scheduled to be closed ASAP for overcoming of output buffer limits.\n",
        "",
    ),
    // Its size was known: no child that saves into the socket.
    (
        "silent-child",
        "R * MASTER <-> SLAVE sync: receiving 38277800 bytes from master\nR # Timeout receiving bulk data from MASTER... If the problem persists try to set the 'repl-timeout' parameter in redis.conf to a larger value.\n",
        "",
    ),
    (
        "stalled-transfer",
        "R * MASTER <-> SLAVE sync: receiving streamed RDB from master\nR # Timeout receiving bulk data from MASTER... If the problem persists try to set the 'repl-timeout' parameter in redis.conf to a larger value.\n",
        "",
    ),
    (
        "transfer-timeout",
        "R * MASTER <-> SLAVE sync: receiving 38277800 bytes from master\nR # Timeout receiving bulk data from MASTER... If the problem persists try to set the 'repl-timeout' parameter in redis.conf to a larger value.\n",
        "",
    ),
    ("rdb-version", "R # Failed trying to load the MASTER synchronization DB from disk\n", ""),
    ("rdb-broken", "R # Can't handle RDB format version 10\nR # Failed trying to load the MASTER synchronization DB from disk\n", ""),
    ("disk-full", "M # Write error saving DB on disk: Input/output error\nM # Background saving error\n", ""),
    ("fork-failed", "M # Background saving error\n", ""),
    // Redis's own signal: nobody wants the file any more.
    ("child-killed", "M # Background saving terminated by signal 10\n", ""),
    ("dropped-while-sending", "M # Disconnecting timedout slave: 10.0.0.2:6379\n", ""),
    // Three replicas that came once each.
    (
        "resync-loop",
        "M * Full resync requested by slave 10.0.0.2:6379\nM * Full resync requested by slave 10.0.0.3:6379\nM * Full resync requested by slave 10.0.0.4:6379\n",
        "",
    ),
    ("resyncs-counted", "role:master\nmaster_repl_offset:10\nsync_full:4\n", "role:master\nmaster_repl_offset:90\nsync_full:4\n"),
    ("no-replicas", "role:master\nmin_slaves_good_slaves:1\nslave0:ip=h,port=1,state=online,offset=14,lag=0\nmaster_repl_offset:14\n", ""),
    ("read-only", "role:slave\nmaster_link_status:up\nslave_read_only:1\n", ""),
    ("master-down", "(error) LOADING Redis is loading the dataset in memory\n", ""),
    ("loading", "role:master\nloading:1\n", ""),
    ("misconf", "(error) OOM command not allowed when used memory > 'maxmemory'.\n", ""),
    ("over-memory", "[1234.5] Out of memory: Killed process 4712 (redis-server) total-vm:9000000kB\n", ""),
    ("unblocked", "(error) NOREPLICAS Not enough good slaves to write.\n", ""),
    ("writable-replica", "role:slave\nmaster_link_status:up\nslave_read_only:1\n", ""),
    ("silent-replica", "role:master\nslave0:ip=h,port=1,state=online,offset=14,lag=2\nmaster_repl_offset:14\n", ""),
    // It caught up meanwhile.
    (
        "slow-replica",
        "role:master\nslave0:ip=h,port=1,state=online,offset=50000000,lag=1\nmaster_repl_offset:90000000\n",
        "role:master\nslave0:ip=h,port=1,state=online,offset=99000000,lag=1\nmaster_repl_offset:99100000\n",
    ),
    ("gap", "role:master\nslave0:ip=h,port=1,state=online,offset=91543935501,lag=1\nmaster_repl_offset:91543969598\n", ""),
    ("silent-master", "role:slave\nmaster_host:h\nmaster_port:1\nmaster_link_status:up\nmaster_last_io_seconds_ago:9\n", ""),
    ("ping-period", "repl-ping-slave-period 10\nrepl-timeout 60\nR # MASTER timeout: no data nor PING received...\n", ""),
    ("master-froze", "R # Connection with master lost.\nR * Caching the disconnected master state.\n", ""),
    ("replica-dropped", "M # Connection with slave 10.0.0.2:6379 lost.\n", ""),
    // It was told to.
    ("link-broke", "R # Connection with master lost.\nR * MASTER MODE enabled (user request)\n", ""),
    (
        "backlog-lack",
        "M * Partial resynchronization request from 10.0.0.2:6379 accepted. Sending 130 bytes of backlog starting from offset 4243.\n",
        "",
    ),
    ("backlog-freed", "role:master\nconnected_slaves:0\nmaster_repl_offset:0\nrepl_backlog_active:0\n", ""),
    ("backlog-inactive", "role:master\nconnected_slaves:0\nmaster_repl_offset:0\nrepl_backlog_active:0\n", ""),
    (
        "backlog-resized",
        "role:master\nmaster_repl_offset:9000\nrepl_backlog_active:1\nrepl_backlog_size:1048576\nrepl_backlog_histlen:9000\n",
        "role:master\nmaster_repl_offset:9100\nrepl_backlog_active:1\nrepl_backlog_size:1048576\nrepl_backlog_histlen:9100\n",
    ),
    (
        "backlog-full",
        "role:master\nmaster_repl_offset:9000\nrepl_backlog_active:1\nrepl_backlog_size:1048576\nrepl_backlog_histlen:9000\n",
        "",
    ),
    ("master-emptied", "M * DB loaded from disk: 2.310 seconds\nM * Ready to accept connections\n{foreign}", ""),
    ("id-restart", "{foreign}", ""),
    (
        "id-mismatch",
        "M * Synchronization with replica 10.0.0.2:6379 succeeded\nM # Redis is now ready to exit, bye bye...\nM * DB loaded from disk: 2.310 seconds\nM * Ready to accept connections\n{foreign}",
        "",
    ),
    ("denied-fresh", "{foreign}", ""),
    ("second-id", "{foreign}", ""),
    (
        "ahead",
        "M * Replication backlog freed after 3600 seconds without connected replicas.\nM # Warning: replica 10.0.0.2:6379 tried to PSYNC with an offset that is greater than the master replication offset.\n",
        "",
    ),
    (
        "aof-restart",
        "R * DB loaded from disk: 3.141 seconds\nR * Ready to accept connections\nR * Partial resynchronization not possible (no cached master)\n",
        "",
    ),
    (
        "first-contact",
        "R * DB loaded from append only file: 3.141 seconds\nR * Ready to accept connections\nR * Partial resynchronization not possible (no cached master)\n",
        "",
    ),
    (
        "cut-again",
        "M * Partial resynchronization request from 10.0.0.2:6379 accepted. Sending 130 bytes of backlog starting from offset 4243.\n",
        "",
    ),
    (
        "expired-kept",
        "=== m ===\nrole:master\nmaster_repl_offset:14\ndb0:keys=5,expires=0,avg_ttl=0\n=== r ===\nrole:slave\nmaster_link_status:up\nslave_repl_offset:14\ndb0:keys=7,expires=0,avg_ttl=0\n",
        "",
    ),
    (
        "keys-differ",
        "=== m ===\nrole:master\nmaster_repl_offset:14\ndb0:keys=5,expires=2,avg_ttl=0\n=== r ===\nrole:slave\nmaster_link_status:up\nslave_repl_offset:14\ndb0:keys=7,expires=4,avg_ttl=0\n",
        "",
    ),
    ("own-offset", "role:slave\nmaster_link_status:up\nslave_repl_offset:14\nmaster_repl_offset:14\n", ""),
    ("stream-errors", "redis_version:7.0.15\nrole:slave\nmaster_link_status:up\nunexpected_error_replies:0\n", ""),
    ("stream-corrupt", "R # Error condition on socket for SYNC: Connection refused\n", ""),
    // A newer replica reads what an older master writes.
    (
        "versions",
        "=== m ===\nredis_version:6.2.14\nrole:master\nmaster_repl_offset:14\n=== r ===\nredis_version:7.0.15\nrole:slave\nmaster_link_status:up\nslave_repl_offset:14\n",
        "",
    ),
    ("oom-killed", "M # Out Of Memory allocating 1048576 bytes!\nrole:master\n", ""),
    ("crashed", "M # User requested shutdown...\nM # Redis is now ready to exit, bye bye...\n", ""),
    ("aof-off", "M * Background append only file rewriting terminated with success\nrole:master\n", ""),
    ("priority-zero", "role:slave\nmaster_link_status:up\nslave_priority:100\n", ""),
    ("cascade", "role:slave\nmaster_link_status:up\nconnected_slaves:0\n", ""),
    ("swapdb", "role:slave\nloading:1\nasync_loading:0\n", ""),
    ("just-started", "uptime_in_seconds:86400\nrole:slave\nmaster_link_status:up\n", ""),
];

/// What is found of a row: the rules, and whether anything was read.
fn found(reader: &Reader, first: &str, second: &str) -> (Vec<&'static str>, bool) {
    let fill = |text: &str| text.replace("{foreign}", FOREIGN);
    let (first, second) = (fill(first), fill(second));
    let paste =
        if second.is_empty() { reader.read(&first, 0) } else { joined(reader.read(&first, 0), reader.read(&second, 1), Some(10_000)) };
    let read = paste.read > 0 || !paste.complaints.is_empty();
    (judge(paste).findings.iter().map(|finding| finding.rule).collect(), read)
}

#[test]
fn every_rule_has_one_that_looks_like_it_and_is_not() {
    let reader = Reader::default();
    let rules: BTreeSet<&str> = FAMILIES.iter().flat_map(|(_, rules)| rules.iter().map(|rule| rule.name)).collect();
    let rows: BTreeSet<&str> = LOOKALIKES.iter().map(|(rule, ..)| *rule).collect();
    assert_eq!(rules.difference(&rows).collect::<Vec<_>>(), Vec::<&&str>::new(), "every rule has a row");
    assert_eq!(rows.difference(&rules).collect::<Vec<_>>(), Vec::<&&str>::new(), "every row has a rule");
    let mut wrong = Vec::new();
    for (rule, first, second) in LOOKALIKES {
        let (found, read) = found(&reader, first, second);
        if found.contains(rule) || !read {
            wrong.push(format!("{rule}: {found:?}, read: {read}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Keyed numbers for the mutations.
struct Draws(u64);
impl Draws {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize).checked_rem(most).unwrap_or(0)
    }
}

/// A text with a few changes as chats, terminals and people make them: cut, doubled, joined, broken, swapped, noise put in.
fn mutated(text: &str, draws: &mut Draws) -> String {
    let mut signs: Vec<char> = text.chars().collect();
    for _ in 0..=draws.below(6) {
        let at = draws.below(signs.len().max(1)).min(signs.len());
        let to = (at + draws.below(60)).min(signs.len());
        match draws.below(7) {
            0 => drop(signs.drain(at..to)),
            1 => {
                let again: Vec<char> = signs[at..to].to_vec();
                signs.splice(at..at, again);
            }
            2 => signs.insert(at, ['\n', '\r', '\t', ' ', '\0', '。', ':', ',', '=', '-', '9', '\u{202f}'][draws.below(12)]),
            3 if at < signs.len() => signs[at] = ['0', '9', '-', 'x', '\u{fffd}', '我'][draws.below(6)],
            4 => signs.truncate(at.max(1)),
            5 => signs.splice(at..at, "99999999999999999999".chars()).for_each(drop),
            _ => signs.iter_mut().filter(|sign| **sign == '\n').take(draws.below(3)).for_each(|sign| *sign = ' '),
        }
    }
    signs.into_iter().collect()
}

/// 1 MB of noise: bytes of every kind, words of Redis among them, and lines that nearly are some.
fn noise(draws: &mut Draws) -> String {
    let words = [
        "role",
        "slave",
        "offset",
        "the",
        "master",
        "lag",
        "is",
        "12:34",
        "loading",
        "=",
        "{}",
        "<div>",
        "我们",
        "\u{1f980}",
        "0x7f",
        "-1",
        "sync",
        "no",
    ];
    let mut text = String::new();
    while text.len() < 1 << 20 {
        for _ in 0..draws.below(14) {
            text.push_str(words[draws.below(words.len())]);
            text.push(if draws.below(9) == 0 { char::from_u32(draws.below(0xd7ff) as u32).unwrap_or('?') } else { ' ' });
        }
        text.push('\n');
    }
    text
}

/// Hundred thousand mutations of real texts (`RESYNC_MUTATIONS` of them; a thousandth of that in a debug build's ordinary run), each read and judged without a
/// panic; the slowest one is printed. And 1 MB of noise, of which nothing is sure.
#[test]
fn mutations_and_noise_panic_nobody_and_noise_is_sure_of_nothing() {
    let reader = Reader::default();
    let mut draws = Draws(7);
    let many: usize = std::env::var("RESYNC_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000);
    let texts: Vec<String> = LOOKALIKES.iter().map(|(_, first, second)| format!("{first}{second}").replace("{foreign}", FOREIGN)).collect();
    let long: Vec<String> = (0..20).map(|n| texts.iter().cycle().skip(n * 3).take(12).cloned().collect::<String>()).collect();
    let (mut slowest, mut all) = (Duration::ZERO, Duration::ZERO);
    for n in 0..many {
        let text = if n % 4 == 0 { &long[n / 4 % long.len()] } else { &texts[n % texts.len()] };
        let text = mutated(text, &mut draws);
        let began = Instant::now();
        let diagnosis = judge(reader.read(&text, 0));
        let took = began.elapsed();
        slowest = slowest.max(took);
        all += took;
        for place in diagnosis.findings.iter().flat_map(|finding| &finding.quotes) {
            assert!(!place.words(&text).is_empty(), "a quote stands in the text: {text}");
        }
    }
    println!("{many} mutations: the slowest took {slowest:?}, each {:?}", all / u32::try_from(many.max(1)).unwrap_or(1));
    let mut slow = Duration::ZERO;
    for _ in 0..3 {
        let text = noise(&mut draws);
        let began = Instant::now();
        let diagnosis = judge(reader.read(&text, 0));
        slow = slow.max(began.elapsed());
        let sure: Vec<_> =
            diagnosis.findings.iter().filter(|found| found.certainty != Certainty::Open && found.grade != Grade::Fine).collect();
        assert!(sure.is_empty(), "{sure:#?}");
        assert!(!diagnosis.paste.all || diagnosis.paste.read < 100_000);
    }
    println!("1 MB of noise: {slow:?}");
}
