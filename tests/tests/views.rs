//! What the screen is told of a small run, as a readable expectation: every number here can be reckoned by hand.

use resync_core::fact::BesideStage;
use resync_core::time::Time;
use resync_core::timeline::Timeline;
use resync_core::view::{self, Ask, PacketKind, ScreenBook, Stretch};
use serde_json::{Value, json};

const TEXT: &str = "\
era 3.0
seed 7
default link latency 20ms
node master repl-backlog-size 16kb
node replica-1 follows master
at 5s master: SET greeting hello
at 7s cut master replica-1
at 7.5s master: SET greeting bye
";

fn at(seconds: u64) -> Timeline {
    let mut run = Timeline::from_text(TEXT).expect("a scenario");
    run.advance(Time::from_secs(seconds), u64::MAX);
    run
}

/// The fields of `like`, as they are in `value`.
fn as_in(value: &Value, like: &Value) -> Value {
    match (value, like) {
        (Value::Object(value), Value::Object(like)) => {
            like.iter().map(|(key, like)| (key.clone(), value.get(key).map_or(Value::Null, |value| as_in(value, like)))).collect()
        }
        (Value::Array(values), Value::Array(likes)) if values.len() == likes.len() => {
            values.iter().zip(likes).map(|(value, like)| as_in(value, like)).collect()
        }
        (value, _) => value.clone(),
    }
}
fn expect(value: &impl serde::Serialize, like: &Value) {
    let value = serde_json::to_value(value).expect("views are plain data");
    assert_eq!(serde_json::to_string_pretty(&as_in(&value, like)).unwrap(), serde_json::to_string_pretty(like).unwrap());
}

/// Folded rows count what was said up to the cursor, not what the recorder knows of a later time: whoever goes back sees what stood there before.
#[test]
fn a_ladder_at_an_earlier_moment_is_what_it_was_then() {
    let mut run = Timeline::from_text(TEXT).expect("a scenario");
    let (mut ladders, mut told) = (Vec::new(), Vec::new());
    for second in 2..12 {
        run.advance(Time::from_secs(second), u64::MAX);
        ladders.push(view::handshake(run.sim(), run.recorder(), 0));
        told.push(view::happened(run.sim(), run.recorder()));
    }
    let folded = |ladder: &view::HandshakeView| ladder.rows.iter().map(|row| row.times).max();
    assert!(folded(&ladders[0]) < folded(&ladders[4]), "something is folded meanwhile");
    for second in (2..12).rev() {
        let (ladder, happened) = (&ladders[second as usize - 2], &told[second as usize - 2]);
        run.seek(Time::from_secs(second), u64::MAX);
        assert_eq!(view::handshake(run.sim(), run.recorder(), 0), *ladder, "{second} s");
        let back = view::happened(run.sim(), run.recorder());
        assert_eq!(
            (&back.arrived, &back.sent, &back.ran, back.moved),
            (&happened.arrived, &happened.sent, &happened.ran, happened.moved),
            "{second} s"
        );
    }
}

/// One link, two connections: each row of the ladder, each packet and the replica's own buffer say which is which, in each family's words.
#[test]
fn a_resynchronisation_over_two_connections_tells_them_apart() {
    for (era, more, first, second) in [
        ("8.6", "", ["PSYNC ? -1", "+RDBCHANNELSYNC"], ["PSYNC ? -1", "+FULLRESYNC"]),
        ("valkey-8.1", " dual-channel-replication-enabled yes", ["PSYNC ? -1", "+DUALCHANNELSYNC"], ["SYNC", "$ENDOFF:"]),
    ] {
        let text = format!(
            "era {era}\nseed 7\ndefault link latency 20ms bandwidth 100kb/s buffer 16kb\n\
             node master keys 300 size 1kb rdbcompression no repl-diskless-sync-delay 0{more}\nnode replica-1 follows master{more}\n\
             client writer on master: every 20ms SET key:{{1..40}} {{200 bytes}}\n"
        );
        let mut run = Timeline::from_text(&text).expect("a scenario");
        let (mut seen, mut kept) = ([0; 4], 0);
        for ms in (0..6_000).step_by(50) {
            run.advance(Time::from_millis(ms), u64::MAX);
            let world = view::cluster(run.sim(), run.recorder(), Vec::new());
            let beside = world.nodes[1].upstream.as_ref().and_then(|up| up.beside);
            if let Some(beside) = beside.filter(|beside| beside.stage == BesideStage::Beside) {
                kept = kept.max(beside.held);
                assert!(world.links[0].second && beside.held <= beside.size && !beside.full, "{era}: {beside:?}");
                assert_eq!(world.nodes[1].upstream.as_ref().map(|up| up.link_up), Some(false), "{era}");
            }
            for packet in view::packets(run.sim()).iter().filter(|packet| beside.is_some() && !packet.up) {
                match (packet.kind, packet.second) {
                    (PacketKind::Rdb, second) => seen[usize::from(second)] += 1,
                    (PacketKind::Stream, second) => seen[2 + usize::from(second)] += 1,
                    _ => {}
                }
            }
        }
        assert!(seen[0] == 0 && seen[1] > 20 && seen[2] > 20 && seen[3] == 0, "{era}: the RDB has one, the stream the other: {seen:?}");
        assert!(kept > 10_000, "{era}: {kept}");
        let world = view::cluster(run.sim(), run.recorder(), Vec::new());
        assert!(!world.links[0].second && world.nodes[1].upstream.as_ref().is_some_and(|up| up.link_up && up.beside.is_none()), "{era}");
        let ladder = view::handshake(run.sim(), run.recorder(), 0);
        let says = |second: bool, text: &str| {
            ladder.rows.iter().position(|row| row.second == second && row.decisive && row.text.starts_with(text)).is_some()
        };
        for (over, texts) in [(false, first), (true, second)] {
            for text in texts {
                assert!(says(over, text), "{era}: {text} over the second: {over}; {:#?}", ladder.rows);
                assert!(text.starts_with("PSYNC") || !says(!over, text), "{era}: {text} goes over one alone");
            }
        }
        assert!(
            ladder.rows.iter().all(|row| row.kind != PacketKind::Rdb || row.second)
                && ladder.rows.iter().any(|row| row.kind == PacketKind::Rdb)
        );
    }
}

/// SELECT 0 has 23 bytes, SET greeting hello 38; the first offset is 1.
#[test]
fn a_pair_that_streams() {
    let run = at(6);
    expect(
        &view::cluster(run.sim(), run.recorder(), run.checker().lamps()),
        &json!({
            "now_ms": 6000,
            "nodes": [
                {
                    "name": "master", "era": "3.0", "role": "master", "process": "up", "offset": 62, "keys": 1,
                    "counters": { "sync_full": 1, "sync_partial_ok": 0, "sync_partial_err": 0 },
                    "backlog": { "active": true, "size": 16384, "first": 2, "histlen": 61, "idx": 61, "shape": { "kind": "ring", "idx": 61 } },
                    "replicas": [{ "name": "replica-1", "node": 1, "state": "online", "replstate": "ONLINE", "gap": 0, "sent": 62, "pre_psync": false }],
                    "upstream": null, "truth": null, "good": null, "child": null
                },
                {
                    "name": "replica-1", "role": "replica", "keys": 1,
                    "upstream": { "node": 0, "state": "connected", "link_up": true, "read": 62, "applied": 62, "initial_offset": 1, "cached": null },
                    "truth": { "master": 0, "applied": 62, "received": 62, "gap": 0, "staleness_ms": 0, "runway": null }
                }
            ],
            "links": [{
                "from": "master", "to": "replica-1", "state": "up", "connected": true,
                "down": { "latency_us": 20000, "frozen": false, "in_flight": 0 }
            }],
            "clients": [],
            "lamps": [
                { "name": "I1", "holds": true, "broken": null }, { "name": "I2", "holds": true, "broken": null },
                { "name": "I3", "holds": true, "broken": null }, { "name": "I4", "holds": true, "broken": null },
                { "name": "I7", "holds": true, "broken": null }
            ]
        }),
    );
    let commands: Vec<(i64, u32, String)> =
        view::stream_commands(run.sim(), 0, resync_core::repl::Offset(2), resync_core::repl::Offset(62))
            .into_iter()
            .map(|c| (c.first.0, c.bytes, c.text))
            .collect();
    assert_eq!(commands, [(2, 23, "SELECT 0".to_string()), (25, 38, "SET greeting".to_string())]);
    expect(
        &view::keys(run.sim(), 1, 10),
        &json!([{ "db": 0, "key": "\"greeting\"", "kind": "string", "ttl_ms": null, "preview": "\"hello\"" }]),
    );
    let session = &view::node(run.sim(), run.recorder(), 0).replicas[0];
    let info = view::info(run.sim(), 0, Some("replication")).expect("it is up");
    let line = info.named("slave0").expect("INFO lists it");
    assert!(line.ends_with(&format!("state={},offset={},lag={}", session.state.name(), session.offset, session.lag)), "{line}");
}

/// What is written while the link is cut waits in the backlog alone: 16 384 − 36 bytes are left of the runway.
#[test]
fn a_replica_that_is_away() {
    let run = at(9);
    let wants = 63;
    expect(
        &view::cluster(run.sim(), run.recorder(), run.checker().lamps()),
        &json!({
            "nodes": [
                { "name": "master", "offset": 98, "replicas": [] },
                {
                    "name": "replica-1",
                    "upstream": { "link_up": false, "applied": 62 },
                    "truth": { "applied": 62, "gap": 36, "staleness_ms": 1500, "runway": { "wants": wants, "bytes": 16384 - 36, "partial_now": true } }
                }
            ],
            "links": [{ "state": "cut", "since_us": 7_000_000, "connected": false }]
        }),
    );
    let verdict = view::verdict(run.sim(), run.recorder(), Some(1)).expect("it asked once");
    expect(
        &verdict,
        &json!({
            "replica": "replica-1", "master": "master", "asked_id": "?", "asked_offset": -1, "id_ok": false, "partial": false,
            "log": "Full resync requested by slave 10.0.0.2:6379",
            "now": { "window_first": 2, "asked_offset": wants, "window_end": 99, "partial": true }
        }),
    );
    let lanes: Vec<Stretch> = view::lanes(run.sim(), run.recorder(), 0, run.end()).into_iter().map(|stretch| stretch.what).collect();
    assert_eq!(lanes, [Stretch::Away, Stretch::Syncing, Stretch::Full, Stretch::Streaming, Stretch::Cut]);
    let series = view::series(run.sim(), run.recorder(), 1, 40).samples;
    let last = series.last().expect("samples");
    assert_eq!((last.at_us, last.gap, last.lag_s, last.head), (9_000_000, 36, None, 98));
}

#[test]
fn the_ladder_tells_the_handshake() {
    let ladder = {
        let run = at(6);
        view::handshake(run.sim(), run.recorder(), 0)
    };
    assert_eq!((ladder.master.as_str(), ladder.replica.as_str()), ("master", "replica-1"));
    let said: Vec<(bool, &str)> = ladder
        .rows
        .iter()
        .filter(|row| matches!(row.kind, PacketKind::Request | PacketKind::Reply | PacketKind::Rdb))
        .map(|row| (row.up, row.text.split(' ').next().unwrap_or("")))
        .collect();
    let rdb = said.iter().position(|(_, text)| text.starts_with('$')).expect("the RDB's size");
    assert_eq!(
        said[..rdb],
        [
            (true, "PING"),
            (false, "+PONG"),
            (true, "REPLCONF"),
            (false, "+OK"),
            (true, "REPLCONF"),
            (false, "+OK"),
            (true, "PSYNC"),
            (false, "+FULLRESYNC")
        ]
    );
    assert_eq!(said[rdb + 1], (false, "RDB"));
    let decisive: Vec<&str> = ladder.rows.iter().filter(|row| row.decisive).map(|row| row.text.as_str()).collect();
    assert_eq!(decisive[0], "PSYNC ? -1");
    assert!(ladder.rows.iter().all(|row| row.arrived_us.is_none_or(|arrived| arrived >= row.at_us)));
    // At an earlier moment less has been said.
    assert!(
        {
            let run = at(0);
            view::handshake(run.sim(), run.recorder(), 0)
        }
        .rows
        .is_empty()
    );
}

/// Exports and pages that embed the engine compare with these words: values leave it by the names that they always had.
#[test]
fn values_leave_the_engine_by_their_names() {
    let run = at(9);
    let journal = serde_json::to_value(view::journal(run.sim(), run.recorder(), 100)).expect("plain data");
    let told = |name: &str| -> Vec<&Value> {
        journal.as_array().expect("a list").iter().filter(|row| row["name"] == name).map(|row| &row["fields"]).collect()
    };
    assert_eq!(told("forked")[0][0], json!(["kind", "disk"]));
    assert_eq!(told("child-done")[0], &json!([["kind", "disk"], ["ok", true]]));
    let states: Vec<&Value> = told("session-state").into_iter().map(|fields| &fields[1][1]).collect();
    assert_eq!(states, ["wait_bgsave", "send_bulk", "online"]);
    assert_eq!(told("upstream-state")[0], &json!([["from", "connect"], ["to", "connecting"]]));
    assert_eq!(told("session-ended")[0][1], json!(["why", "closed"]));
    assert_eq!(told("upstream-lost")[0][0], json!(["why", "reset"]));
    let verdict: Vec<&Value> = told("psync-verdict")[0].as_array().expect("a list").iter().map(|field| &field[0]).collect();
    assert_eq!(
        verdict,
        [
            "replica",
            "asked_id",
            "asked_offset",
            "my_id",
            "my_id2",
            "second_offset",
            "id_ok",
            "window_first",
            "window_end",
            "window_ok",
            "has_backlog",
            "partial",
            "bytes",
            "reply",
            "reason"
        ]
    );
    let ladder = serde_json::to_value(view::handshake(run.sim(), run.recorder(), 0)).expect("plain data");
    let rows = ladder["rows"].as_array().expect("a list");
    assert_eq!((&rows[0]["text"], &rows[0]["kind"], &rows[0]["replica_state"]), (&json!("SYN"), &json!("control"), &json!("receive_pong")));
    assert!(rows.iter().any(|row| row["master_state"] == "online") && rows.iter().any(|row| row["text"] == "RST: the link is cut"));
    let log = serde_json::to_value(view::log(run.sim(), run.recorder(), 0, 100)).expect("plain data");
    assert!(log.as_array().expect("a list").iter().all(|line| ["*", "#", "-"].contains(&line["mark"].as_str().expect("a mark"))));
}

/// Every release line as master and as replica of itself, cut and healed: whatever the screen asks for is there, and serialises.
#[test]
fn every_view_stands_in_every_era() {
    for era in resync_core::era::Era::ALL {
        let text = TEXT.replace("era 3.0", &format!("era {era}")).replace(" repl-backlog-size 16kb", "")
            + "at 9s heal master replica-1\nat 12s crash master\nat 14s restart master\n";
        let mut run = Timeline::from_text(&text).unwrap_or_else(|error| panic!("{era}: {error}"));
        for half in 1..=46 {
            run.advance(Time::from_millis(half * 500), u64::MAX);
            let cluster = serde_json::to_value(view::cluster(run.sim(), run.recorder(), run.checker().lamps())).expect("plain data");
            assert_eq!(cluster["nodes"][0]["era"], era.name());
            for node in 0..2 {
                assert!(
                    view::info(run.sim(), node, None).is_some_and(|info| !info.sections.is_empty()) || (23..=28).contains(&half),
                    "{era} at {half}"
                );
                let _ =
                    (view::variables(run.sim(), node), view::directives(run.sim(), node), view::log(run.sim(), run.recorder(), node, 100));
                let _ = (view::keys(run.sim(), node, 10), view::series(run.sim(), run.recorder(), node, 100));
            }
            let _ =
                (view::packets(run.sim()), view::journal(run.sim(), run.recorder(), 100), view::verdict(run.sim(), run.recorder(), None));
            let _ = (view::handshake(run.sim(), run.recorder(), 0), view::lanes(run.sim(), run.recorder(), 0, run.end()));
        }
        assert!(run.sim().node(1).upstream().is_some_and(|upstream| upstream.link_up), "{era}");
    }
}

/// A screen that was made from the one before is the screen that is made from nothing, wherever one goes and whatever one does on the way.
#[test]
fn a_screen_made_on_from_the_last_is_a_screen_made_anew() {
    let mut run = Timeline::from_text(TEXT).expect("a scenario");
    let mut book = ScreenBook::default();
    let ask = |run: &Timeline| Ask { node: (run.step_number() % 2) as u32, chosen: false, link: None, lens: None, packet: None };
    let mut look = |run: &Timeline| {
        let made = |book: &mut ScreenBook| book.refresh(run.sim(), run.recorder(), run.checker().lamps(), run.end(), &ask(run));
        let (kept, anew) = (made(&mut book), made(&mut ScreenBook::default()));
        assert_eq!(made(&mut book), kept, "nothing happened: every part is the very same value");
        assert_eq!(format!("{kept:?}"), format!("{anew:?}"), "at {} µs", kept.now_us);
        let lanes: Vec<_> = (0..kept.links.len() as u32).map(|link| view::lanes(run.sim(), run.recorder(), link, run.end())).collect();
        assert_eq!(kept.lanes.iter().map(|lane| lane.to_vec()).collect::<Vec<_>>(), lanes);
    };
    for tenth in 1..160 {
        run.advance(Time::from_millis(tenth * 100), u64::MAX);
        look(&run);
    }
    for (ms, act) in [(14_000, ""), (9_050, ""), (15_900, ""), (7_000, "pause replica-1"), (3_000, "crash replica-1")] {
        run.seek(Time::from_millis(ms), u64::MAX);
        look(&run);
        if !act.is_empty() {
            run.act_line(act).expect("it can be done");
            look(&run);
            for tenth in 1..30 {
                run.advance(Time::from_millis(ms + tenth * 100), u64::MAX);
                look(&run);
            }
        }
    }
}

/// Before the first `REPLICAOF` every node is a master: whichever is inspected, what is shown is the stream of the one that is written to, unless somebody
/// chose the other.
#[test]
fn of_masters_without_replicas_the_one_that_is_written_to_is_shown() {
    let text = "era 7.0\nnode lone\nnode master\nnode other\nclient writer on master: every 10ms SET key value\nat 3s lone: REPLICAOF master 6379\n";
    let mut run = Timeline::from_text(text).expect("a scenario");
    let top = |run: &Timeline, node: u32, chosen: bool| {
        let ask = Ask { node, chosen, link: None, lens: None, packet: None };
        ScreenBook::default().refresh(run.sim(), run.recorder(), run.checker().lamps(), run.end(), &ask).top
    };
    run.advance(Time::from_secs(2), u64::MAX);
    assert_eq!([0, 1, 2].map(|node| top(&run, node, false)), [1, 1, 1]);
    assert_eq!([0, 1, 2].map(|node| top(&run, node, true)), [0, 1, 2]);
    run.advance(Time::from_secs(5), u64::MAX);
    assert_eq!([0, 1].map(|node| top(&run, node, false)), [1, 1]);
    run.act_line("crash master").expect("it can be done");
    assert_eq!(top(&run, 0, false), 1, "its replica still follows it");
}
