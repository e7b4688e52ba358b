//! What every era does, against what was recorded or seen of its release: the stream table, and the golden vectors of handshakes, fallbacks and
//! hand-made requests.

use resync_core::command::lookup;
use resync_core::era::Era;
use resync_core::resp::Reply;
use resync_tests::hand::Hand;
use serde_json::Value as Json;

fn unescape(text: &str) -> String {
    text.replace("\\r", "\r").replace("\\n", "\n")
}
/// Moments differ from run to run: thirteen digits are one, and so is the id that begins with them. So are the members that chance chose.
fn plain(wire: &[u8], commands: &[String]) -> String {
    let text = String::from_utf8_lossy(wire);
    let words: Vec<&str> = text.split("\r\n").collect();
    let chosen = commands.iter().any(|c| c.starts_with("SPOP"));
    let place = |n: usize| chosen && n + 2 == words.len();
    let show = |(n, word): (usize, &&str)| match *word {
        word if word.len() == 13 && word.bytes().all(|b| b.is_ascii_digit()) => "<unix_ms>".to_owned(),
        "<ms>" => "<unix_ms>".to_owned(),
        _ if place(n) => "<member>".to_owned(),
        word => word.to_owned(),
    };
    words.iter().enumerate().map(show).collect::<Vec<_>>().join("\r\n")
}

/// What the stream carries in eras of which no table was recorded: for a step, the row of another release that holds there too, or bytes of its own.
#[derive(Clone, Copy)]
enum Row {
    /// That release's row.
    As(&'static str),
    /// These bytes.
    Wire(&'static str),
    /// The commands are not there yet.
    Absent,
}

/// The row of a step for an era; `None` if the release was not asked.
fn row(era: Era, commands: &[String]) -> Row {
    let line = commands.join("; ");
    match era {
        Era::V2_8 => Row::As("2.8.24"),
        Era::V3_0 => Row::As("3.0.7"),
        Era::V4_0 => Row::As("4.0.14"),
        Era::V7_0 => Row::As("7.0.15"),
        // PSYNC came with 2.8; the words of the commands did not change. SELECT is the inline text of a client of old, see below.
        Era::V2_6 => Row::As("2.8.24"),
        // As 4.0, without what came with that; MULTI wraps a SELECT.
        Era::V3_2 => match commands[0].split(' ').next().unwrap_or_default() {
            "UNLINK" | "SWAPDB" => Row::Absent,
            _ if line == "SET sw 1" => Row::Absent,
            _ => Row::As("4.0.14"),
        },
        Era::V5_0 => Row::As("4.0.14"),
        // Effects as in 7.0, but times to live relative and transactions whole.
        Era::V6_2 => match line.as_str() {
            "EXPIRE n 1000" | "SET px 1 PX 100000" | "SET after multi" => Row::As("4.0.14"),
            "MULTI; GET m1; SET m1 3; EXEC" => Row::As("4.0.14"),
            "MULTI; SELECT 4; SET m4 1; SELECT 0; EXEC" => Row::As("3.0.7"),
            "SET ge 1; GETEX ge EX 100" => Row::Wire(
                "*3\\r\\n$3\\r\\nSET\\r\\n$2\\r\\nge\\r\\n$1\\r\\n1\\r\\n*3\\r\\n$7\\r\\nPEXPIRE\\r\\n$2\\r\\nge\\r\\n$6\\r\\n100000\\r\\n",
            ),
            _ => Row::As("7.0.15"),
        },
        _ => unreachable!("later ones have a table of their own"),
    }
}

/// A recorded table of streams.
fn table(name: &str) -> Json {
    let file = format!("{}/captures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(file).expect("the recording")).expect("valid JSON")
}
/// The commands of a step of a table.
fn commands_of(step: &Json) -> Vec<String> {
    step["commands"].as_array().expect("commands").iter().map(|c| c.as_str().expect("text").to_owned()).collect()
}
/// What a release sent in a step.
fn row_of(step: &Json, release: &str) -> Option<String> {
    let rows = step["by_version"].as_array().expect("rows").iter();
    // The later table spells "all" letter by letter.
    let of = |row: &&Json| row["versions"].as_array().expect("versions").iter().any(|v| v == release || v == "a");
    rows.into_iter().find(of).map(|row| row["wire_m2r"].as_str().expect("bytes").to_owned())
}
/// Runs a step on a master with one replica: the bytes that reach that one.
fn run_step(hand: &mut Hand, replica: u64, commands: &[String], era: Era) -> Vec<u8> {
    for command in commands.iter().filter(|c| known(c, era)) {
        let _ = hand.command(command);
        if command.starts_with("WAIT") {
            // The replica answers what it is asked, with the offset that its era reports.
            let mut heard = hand.heard(replica);
            if heard.ends_with(b"GETACK\r\n$1\r\n*\r\n") {
                let now: i64 = hand.info("master_repl_offset").parse().expect("a number");
                let ack = if era.capabilities().getack_counts_itself { now } else { now - 37 };
                let mut wire = Vec::new();
                resync_core::repl::stream::ack(ack, &mut wire);
                let _ = hand.say(replica, wire);
            }
            hand.pass(350);
            heard.extend(hand.heard(replica));
            hand.keep(replica, heard);
        }
    }
    hand.heard(replica)
}
/// Scripts, streams and the like are refused by name: their rows say nothing about this engine.
fn known(command: &str, era: Era) -> bool {
    lookup(command.split(' ').next().unwrap_or_default().as_bytes(), era).is_some()
}
/// Plays a table's steps one after the other. `expect` says what a step shall send, unless nobody knows. Gives how many were compared and refused. `selected`: the stream has
/// had a SELECT before.
fn play(
    era: Era,
    selected: bool,
    steps: &[Json],
    expect: &dyn Fn(&[String], &Json) -> Option<String>,
    differences: &mut Vec<String>,
) -> (usize, usize) {
    let mut hand = Hand::new(era, &["repl-ping-slave-period 3600"]);
    hand.pass(1_500);
    let caps = era.capabilities();
    let replica = hand.replica(if caps.psync { "PSYNC ? -1\r\n" } else { "SYNC\r\n" });
    if selected {
        // The recorded stream had its first SELECT behind it.
        let _ = hand.command("SET before 1");
        let _ = hand.command("DEL before");
    }
    let _ = hand.heard(replica);
    let (mut compared, mut refused) = (0, 0);
    for step in steps {
        let commands = commands_of(step);
        let Some(expect) = expect(&commands, step) else { continue };
        let offset: i64 = hand.info("master_repl_offset").parse().unwrap_or(0);
        let wire = run_step(&mut hand, replica, &commands, era);
        if !commands.iter().all(|command| known(command, era)) {
            refused += 1;
            continue;
        }
        let moved = hand.info("master_repl_offset").parse().unwrap_or(0) - offset;
        if caps.psync && moved != wire.len() as i64 {
            differences.push(format!("{era} {commands:?}: the offset moved by {moved}, {} bytes went out", wire.len()));
        }
        if ["SADD set b", "RPUSH bl x y"].contains(&commands[0].as_str()) {
            // A member that chance may have taken before; a push that woke a client of another step.
            continue;
        }
        let (got, mut want) = (plain(&wire, &commands), plain(unescape(&expect).as_bytes(), &commands));
        if !caps.psync {
            for db in ["0", "2", "4"] {
                want = want.replace(&format!("*2\r\n$6\r\nSELECT\r\n$1\r\n{db}\r\n"), &format!("select {db}\r\n"));
            }
        }
        if got != want {
            differences.push(format!("{era} {commands:?}: there {want:?}, here {got:?}"));
        }
        compared += 1;
    }
    println!("{era}: {compared} rows compared, {refused} rows of refused commands");
    (compared, refused)
}

#[test]
fn the_stream_table_holds_in_every_era() {
    let recorded = table("stream_table_by_version");
    let later = table("stream_table8_by_version");
    let mut differences = Vec::new();
    for era in Era::UP_TO_7_0 {
        let expect = |commands: &[String], step: &Json| match row(era, commands) {
            Row::As(release) => row_of(step, release),
            Row::Wire(bytes) => Some(bytes.to_owned()),
            Row::Absent => None,
        };
        let (compared, _) = play(era, true, recorded["steps"].as_array().expect("steps"), &expect, &mut differences);
        assert!(compared >= 40, "{era}");
    }
    let steps = later["tables"]["l_stream"]["steps"].as_array().expect("steps");
    for era in [Era::V7_2, Era::V7_4, Era::V8_0, Era::V8_2, Era::Valkey8_0, Era::Valkey8_1, Era::Valkey9_0] {
        let release = if era.capabilities().valkey { format!("valkey-{}", era.release()) } else { era.release().to_owned() };
        let (compared, _) = play(era, false, steps, &|_, step| row_of(step, &release), &mut differences);
        assert!(compared >= 40, "{era}");
    }
    assert_eq!(differences, Vec::<String>::new());
}

/// A reply as the tables write it.
fn told(reply: &Reply) -> String {
    match reply {
        Reply::Int(n) => format!("(integer) {n}"),
        Reply::Nil => "(nil)".to_owned(),
        Reply::Bulk(bytes) => format!("\"{}\"", String::from_utf8_lossy(bytes)),
        Reply::Error(text) => format!("(error) {text}"),
        Reply::Array(items) => format!("[{}]", items.iter().map(told).collect::<Vec<_>>().join(", ")),
        Reply::Status(text) => (*text).to_owned(),
        Reply::StatusText(text) => text.clone(),
        other => format!("{other:?}"),
    }
}
/// A step of the table of hashes whose fields expire: what it sends and what callers hear. `<t>` is a moment a while ahead.
fn run_field_step(hand: &mut Hand, replica: u64, commands: &[String]) -> (Vec<u8>, Vec<String>) {
    let mut replies = Vec::new();
    for command in commands {
        if let Some(wait) = command.strip_prefix("(wait ") {
            let seconds: f64 = wait.trim_end_matches(" s)").parse().expect("seconds");
            hand.pass((seconds * 1_000.0) as u64);
            continue;
        }
        hand.pass(3);
        let ahead = if command.starts_with("HPEXPIREAT") { "1795296524000" } else { "1795296524" };
        replies.push(hand.command(&command.replace("<t>", ahead)).as_ref().map_or_else(String::new, told));
    }
    (hand.heard(replica), replies)
}

/// Fields of hashes with times to live: what each release sends and answers, Redis and Valkey. A release without them refuses the commands as unknown.
#[test]
fn the_table_of_hash_fields_that_expire_holds() {
    let later = table("stream_table8_by_version");
    let steps = later["tables"]["n_stream_hash_expiry"]["steps"].as_array().expect("steps");
    let mut differences = Vec::new();
    for era in [Era::V7_2, Era::V7_4, Era::V8_0, Era::V8_2, Era::Valkey8_0, Era::Valkey9_0] {
        let release = if era.capabilities().valkey { format!("valkey-{}", era.release()) } else { era.release().to_owned() };
        let mut hand = Hand::new(era, &["repl-ping-slave-period 3600"]);
        hand.pass(1_500);
        let replica = hand.replica("PSYNC ? -1\r\n");
        let _ = hand.heard(replica);
        let (mut compared, mut open) = (0, (String::new(), String::new()));
        for step in steps {
            let commands = commands_of(step);
            if ["EVAL", "RESTORE", "MULTI"].iter().any(|word| commands[0].starts_with(word))
                && (commands[0] != "MULTI" || !era.has(Era::V7_4))
            {
                // No scripts; what a refused command does to a transaction stands elsewhere.
                continue;
            }
            let Some(wire) = row_of(step, &release) else { continue };
            let (mut got, replies) = run_field_step(&mut hand, replica, &commands);
            if !open.1.is_empty() {
                hand.pass(150);
                got.extend(hand.heard(replica));
            }
            let (got, want) = (plain(&got, &commands), plain(unescape(&wire).as_bytes(), &commands));
            // When within a tick a field goes is chance: the step that gives it a millisecond and the next one are one.
            let (got, want) = (format!("{}{got}", open.0), format!("{}{want}", open.1));
            if commands.iter().any(|command| command.starts_with("HPEXPIRE g3")) {
                open = (got, want);
            } else {
                open = (String::new(), String::new());
                if got != want {
                    differences.push(format!("{era} {commands:?}: there {want:?}, here {got:?}"));
                }
            }
            let row = step["by_version"].as_array().expect("rows").iter().find(|row| {
                row["versions"].as_array().expect("versions").iter().any(|version| version == release.as_str() || version == "a")
            });
            let recorded = row.and_then(|row| row["replies"].as_array().cloned()).unwrap_or_default();
            for (reply, recorded) in replies.iter().zip(&recorded) {
                let recorded = recorded.as_str().expect("text");
                // Moments within an error's words.
                if reply != recorded && !recorded.contains("179596") && !recorded.contains("<ms>") {
                    differences.push(format!("{era} {commands:?}: there {recorded}, here {reply}"));
                }
            }
            compared += 1;
        }
        println!("{era}: {compared} steps compared");
        assert!(compared >= 38, "{era}: {compared}");
    }
    assert_eq!(differences, Vec::<String>::new());
}

fn resp(words: &[&str]) -> Vec<u8> {
    let mut wire = Vec::new();
    resync_core::resp::write_command(words, &mut wire);
    wire
}
/// A request as the era's replica writes it.
fn request(era: Era, words: &[&str]) -> Vec<u8> {
    if era.capabilities().handshake_resp { resp(words) } else { format!("{}\r\n", words.join(" ")).into_bytes() }
}
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The handshake of a replica that was told at run time, up to its last request.
fn handshake(hand: &mut Hand, era: Era) -> (u64, Vec<u8>) {
    let caps = era.capabilities();
    let conn = hand.dialled(1_100).expect("a dial");
    assert_eq!(text(&hand.heard(conn)), text(&request(era, &["PING"])), "{era}");
    let mut heard = hand.say(conn, "+PONG\r\n");
    let port = request(era, &["REPLCONF", "listening-port", "7002"]);
    let capa = match (caps.capa, caps.psync2) {
        (false, _) => Vec::new(),
        (true, false) => request(era, &["REPLCONF", "capa", "eof"]),
        (true, true) if matches!(caps.channel, resync_core::era::Channel::Redis) => {
            request(era, &["REPLCONF", "capa", "eof", "capa", "psync2", "capa", "rdb-channel-repl"])
        }
        (true, true) => request(era, &["REPLCONF", "capa", "eof", "capa", "psync2"]),
    };
    if matches!(caps.handshake, resync_core::era::Handshake::Pipelined) {
        let version = if caps.valkey { request(era, &["REPLCONF", "version", era.release()]) } else { Vec::new() };
        assert_eq!(text(&heard), text(&[port, capa, version].concat()), "{era}");
        for _ in 0..if caps.valkey { 2 } else { 1 } {
            assert_eq!(hand.say(conn, "+OK\r\n"), b"", "{era}");
        }
        heard = hand.say(conn, "+OK\r\n");
    } else {
        assert_eq!(text(&heard), text(&port), "{era}");
        heard = hand.say(conn, "+OK\r\n");
        if caps.capa {
            assert_eq!(text(&heard), text(&capa), "{era}");
            heard = hand.say(conn, "+OK\r\n");
        }
    }
    (conn, heard)
}

#[test]
fn a_replica_told_at_run_time_says_what_its_release_said() {
    for era in Era::ALL {
        let caps = era.capabilities();
        let mut hand = Hand::new(era, &[]);
        let own = hand.info("master_replid");
        let _ = hand.command("SLAVEOF 127.0.0.1 7001");
        let (conn, last) = handshake(&mut hand, era);
        let expect = match (caps.psync, caps.psync2) {
            (false, _) => b"SYNC\r\n".to_vec(),
            (true, false) => request(era, &["PSYNC", "?", "-1"]),
            (true, true) => request(era, &["PSYNC", &own, "1"]),
        };
        assert_eq!(text(&last), text(&expect), "{era}");
        assert!(!hand.hung_up(conn));
    }
}

/// An RDB of an era with no keys, as `$len` and payload.
fn empty_rdb(era: Era) -> Vec<u8> {
    let rdb = resync_core::rdb::encode(&resync_core::data::Dataset::new(16), era, 1_795_295_524_000, None);
    [format!("${}\r\n", rdb.len()).as_bytes(), &rdb].concat()
}
/// 50 bytes of stream.
const FIFTY: &[u8] = b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n";

#[test]
fn loading_answered_to_the_first_psync_makes_a_replica_fall_back_before_4_0_and_wait_from_4_0_on() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
        let caps = era.capabilities();
        let mut hand = Hand::new(era, &[]);
        let _ = hand.command("SLAVEOF 127.0.0.1 7001");
        let (conn, asked) = handshake(&mut hand, era);
        let next = hand.say(conn, "-LOADING Redis is loading the dataset in memory\r\n");
        if caps.psync_try_later {
            assert_eq!(next, b"", "{era}");
            assert!(hand.hung_up(conn), "{era}");
            let (_, again) = handshake(&mut hand, era);
            assert_eq!(text(&again), text(&asked), "{era}");
            continue;
        }
        assert_eq!(text(&next), "SYNC\r\n", "{era}");
        let _ = hand.say(conn, empty_rdb(era));
        let _ = hand.say(conn, FIFTY);
        hand.pass(4_000);
        assert_eq!(hand.heard(conn), b"", "{era}: no ACK ever");
        assert_eq!(hand.info("slave_repl_offset"), "49", "{era}: -1 + 50");
        assert_eq!(hand.command("GET a"), Some(Reply::Bulk("b".into())), "{era}");
        // The id is empty: the next request has two spaces, and what the master says to that leads to SYNC again.
        hand.close(conn);
        let (conn, asked) = handshake(&mut hand, era);
        assert_eq!(text(&asked), "PSYNC  50\r\n", "{era}");
        assert_eq!(text(&hand.say(conn, "-ERR wrong number of arguments for 'psync' command\r\n")), "SYNC\r\n", "{era}");
    }
}

#[test]
fn a_stale_id_survives_the_fallback_and_its_offset_counts_from_minus_one() {
    let id = "a".repeat(40);
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
        let caps = era.capabilities();
        let mut hand = Hand::new(era, &[]);
        let _ = hand.command("SLAVEOF 127.0.0.1 7001");
        let (conn, _) = handshake(&mut hand, era);
        let _ = hand.say(conn, format!("+FULLRESYNC {id} 1000\r\n"));
        let _ = hand.say(conn, empty_rdb(era));
        let _ = hand.say(conn, "*1\r\n$4\r\nPING\r\n");
        hand.pass(1_100);
        assert!(hand.heard(conn).ends_with(b"ACK\r\n$4\r\n1014\r\n"), "{era}");
        hand.close(conn);
        let (conn, asked) = handshake(&mut hand, era);
        assert_eq!(text(&asked), text(&request(era, &["PSYNC", &id, "1015"])), "{era}");
        let next = hand.say(conn, "-LOADING Redis is loading the dataset in memory\r\n");
        let resume = if caps.psync_try_later {
            assert!(hand.hung_up(conn), "{era}");
            "1015"
        } else {
            assert_eq!(text(&next), "SYNC\r\n", "{era}");
            let _ = hand.say(conn, empty_rdb(era));
            let _ = hand.say(conn, "*1\r\n$4\r\nPING\r\n");
            hand.pass(1_100);
            hand.close(conn);
            "14"
        };
        let (conn, asked) = handshake(&mut hand, era);
        assert_eq!(text(&asked), text(&request(era, &["PSYNC", &id, resume])), "{era}");
        let _ = hand.say(conn, "+CONTINUE\r\n");
        hand.pass(3_100);
        let acks = text(&hand.heard(conn));
        assert_eq!(acks.matches("ACK").count(), if caps.psync_try_later { 3 } else { 0 }, "{era}: {acks}");
        assert_eq!(hand.info("master_link_status"), "up", "{era}");
    }
}

#[test]
fn hand_made_psyncs_get_the_answers_that_real_masters_gave() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
        let caps = era.capabilities();
        let mut hand = Hand::new(era, &["repl-ping-slave-period 3600"]);
        hand.pass(1_500);
        let replica = hand.replica("PSYNC ? -1\r\n");
        let _ = hand.command("SET a 1");
        hand.close(replica);
        let _ = hand.command("SET a 2");
        let id = if caps.psync2 { hand.info("master_replid") } else { hand.node().run_id().to_string() };
        let first: i64 = hand.info("repl_backlog_first_byte_offset").parse().expect("a number");
        let offset: i64 = hand.info("master_repl_offset").parse().expect("a number");
        assert_eq!((first, offset), if caps.psync2 { (1, 77) } else { (2, 78) }, "{era}");
        for (ask, partial) in [(offset + 2, None), (offset + 1, Some(0)), (first, Some(77)), (first - 1, None)] {
            let conn = hand.connect();
            let heard = text(&hand.say(conn, format!("PSYNC {id} {ask}\r\n")));
            match partial {
                // Without `capa psync2` it is the bare word.
                Some(bytes) => assert_eq!(heard.strip_prefix("+CONTINUE\r\n").map(str::len), Some(bytes), "{era} {ask}: {heard}"),
                None => assert!(heard.contains(&format!("+FULLRESYNC {id} {offset}\r\n")), "{era} {ask}: {heard}"),
            }
            hand.close(conn);
            hand.pass(150);
        }
        let warned = hand.log.iter().filter(|line| line.contains("tried to PSYNC with an offset that is greater than the")).count();
        assert_eq!(warned, 1, "{era}");
        // No number.
        let conn = hand.connect();
        let heard = text(&hand.say(conn, format!("PSYNC {id} abc\r\n")));
        let error = "-ERR value is not an integer or out of range\r\n";
        if era.has(Era::V6_2) {
            assert_eq!(heard, error, "{era}");
        } else {
            assert_eq!(heard, format!("+FULLRESYNC {id} {offset}\r\n{error}"), "{era}");
        }
        // With it, the id is repeated.
        let conn = hand.connect();
        let _ = hand.say(conn, "REPLCONF capa psync2\r\n");
        let heard = text(&hand.say(conn, format!("PSYNC {id} {}\r\n", offset + 1)));
        assert_eq!(heard, if caps.psync2 { format!("+CONTINUE {id}\r\n") } else { "+CONTINUE\r\n".to_owned() }, "{era}");
    }
}

/// As 6.2.14 and 7.0.15 answered hand-made clients.
#[test]
fn who_wants_nothing_but_the_rdb_gets_no_stream_and_is_closed() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
        let mut hand = Hand::new(era, &["repl-diskless-sync no"]);
        let conn = hand.connect();
        let answer = hand.say(conn, "REPLCONF rdb-only 1\r\n");
        if !era.has(Era::V6_2) {
            assert_eq!(answer, b"-ERR Unrecognized REPLCONF option: rdb-only\r\n", "{era}");
            continue;
        }
        assert_eq!(answer, b"+OK\r\n");
        assert_eq!(hand.say(conn, "REPLCONF rdb-only 2\r\n"), b"-ERR value is out of range, value must between 0 and 1\r\n");
        assert_eq!(hand.say(conn, "REPLCONF rdb-only x\r\n"), b"-ERR value is not an integer or out of range\r\n");
        assert_eq!(hand.command("SET before 1"), Some(Reply::StatusText("OK".to_owned())));
        let _ = hand.say(conn, "PSYNC ? -1\r\n");
        assert_eq!(hand.command("SET meanwhile 1"), Some(Reply::StatusText("OK".to_owned())));
        hand.pass(1_200);
        let heard = hand.heard(conn);
        assert!(heard.windows(6).any(|w| w == b"before") && !heard.windows(9).any(|w| w == b"meanwhile"), "{era}");
        assert!(hand.hung_up(conn), "{era}");
        let name = "127.0.0.1:<unknown-replica-port>";
        let told = if era.has(Era::V7_0) {
            format!("RDB transfer completed, rdb only replica ({name}) should be disconnected asap")
        } else {
            format!("Close the connection with replica {name} as RDB transfer is complete")
        };
        assert!(hand.log.contains(&told), "{era}: {:?}", hand.log);
        assert!(!hand.log.iter().any(|line| line.starts_with("Synchronization with")), "{era}");
        assert_eq!((hand.info("connected_slaves").as_str(), hand.info("sync_full").as_str()), ("0", "1"), "{era}");
    }
}

#[test]
fn a_replica_joins_a_bgsave_only_if_its_stream_is_kept() {
    for era in [Era::V6_2, Era::V7_0] {
        for (first, second, joins) in [(true, true, true), (true, false, false), (false, true, true), (false, false, true)] {
            let mut hand = Hand::new(era, &["repl-diskless-sync no"]);
            let conns = [first, second].map(|only| {
                let conn = hand.connect();
                let _ = hand.say(conn, if only { "REPLCONF rdb-only 1\r\n" } else { "REPLCONF rdb-only 0\r\n" });
                let _ = hand.say(conn, "PSYNC ? -1\r\n");
                conn
            });
            assert_eq!(hand.log.iter().any(|line| line == "Waiting for end of BGSAVE for SYNC"), joins, "{era}: {first} {second}");
            assert_eq!(hand.command("SET meanwhile 1"), Some(Reply::StatusText("OK".to_owned())));
            hand.pass(3_000);
            for (conn, only) in conns.into_iter().zip([first, second]) {
                let heard = hand.heard(conn);
                let rdbs = heard.windows(5).filter(|w| *w == b"REDIS").count();
                let told = heard.windows(9).any(|w| w == b"meanwhile");
                assert_eq!((rdbs, hand.hung_up(conn)), (1, only), "{era}: {first} {second}");
                assert!(told || only, "{era}: {first} {second}: the stream, or an RDB that was made later");
            }
        }
    }
}

#[test]
fn a_filtered_rdb_is_empty_and_goes_past_the_disk() {
    let mut hand = Hand::new(Era::V7_0, &["repl-diskless-sync no"]);
    assert_eq!(hand.command("SET kept 1"), Some(Reply::StatusText("OK".to_owned())));
    let conn = hand.connect();
    assert_eq!(hand.say(conn, "REPLCONF rdb-filter-only keys\r\n"), b"-ERR Unsupported rdb-filter-only option: keys\r\n");
    assert_eq!(
        hand.say(conn, b"*3\r\n$8\r\nREPLCONF\r\n$15\r\nrdb-filter-only\r\n$1\r\n\"\r\n"),
        b"-ERR Missing rdb-filter-only values\r\n"
    );
    assert_eq!(hand.say(conn, "REPLCONF rdb-filter-only \"\"\r\n"), b"+OK\r\n");
    assert_eq!(hand.say(conn, "SYNC\r\n"), b"-ERR Filtered replica requires EOF capability\r\n");
    assert_eq!(hand.say(conn, "REPLCONF capa eof\r\n"), b"+OK\r\n");
    // Somebody with other wishes waits for the next BGSAVE.
    let asked = hand.say(conn, "PSYNC ? -1\r\n");
    hand.keep(conn, asked);
    let whole = hand.connect();
    let _ = hand.say(whole, "PSYNC ? -1\r\n");
    hand.pass(3_000);
    let (filtered, all) = (hand.heard(conn), hand.heard(whole));
    assert!(
        filtered.windows(5).any(|w| w == b"$EOF:") && !filtered.windows(4).any(|w| w == b"kept"),
        "{:?}",
        String::from_utf8_lossy(&filtered)
    );
    assert!(!all.windows(5).any(|w| w == b"$EOF:") && all.windows(4).any(|w| w == b"kept"), "{:?}", String::from_utf8_lossy(&all));
}
