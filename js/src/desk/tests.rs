use super::pace::HOP_US_MAX;
use super::*;
use crate::inspection::{Answer, Help, Tab};
use crate::player::Plan;
use crate::share;
use resync_core::note::{Note, NoteKind};
use resync_core::sim::world::Act;
use resync_core::view::LinkState;
use std::cell::RefCell;

/// The page's first scene.
const FIRST: &str = include_str!("../../../web/lessons/01-short-cut-long-cut/scene.resync");
/// And its second.
const SECOND: &str = include_str!("../../../web/lessons/02-the-lag-that-never-stops/scene.resync");
const ASK: Ask = Ask { node: 0, chosen: false, link: None, lens: None, packet: None, tab: Tab::Console };

fn always() -> bool {
    true
}
fn first() -> Desk {
    Desk::load(FIRST).expect("the first scene")
}
fn until(desk: &mut Desk, condition: &str) {
    let mut waiting = desk.run_mut().wait_for(condition).expect(condition);
    assert_eq!(desk.run_mut().wait_some(&mut waiting, &always), Turn::Done, "{condition}");
}
fn seek(desk: &mut Desk, ms: u64) {
    assert_eq!(desk.run_mut().seek_some(ms * 1_000, &always), Turn::Done);
}

#[test]
fn a_short_cut_ends_in_a_partial_resync_and_a_long_one_in_a_full() {
    let mut desk = first();
    until(&mut desk, "replica-1 online and replica-2 online within 20s");
    seek(&mut desk, 12_000);
    desk.act("cut master replica-1").expect("a cut");
    seek(&mut desk, 15_000);
    let views = desk.views(&ASK);
    assert_eq!(views.links().filter(|l| l.state == LinkState::Cut).count(), 1);
    desk.act("heal master replica-1").expect("a heal");
    until(&mut desk, "replica-1 online within 10s");
    assert_eq!(desk.run().cluster().nodes[0].counters.sync_partial_ok, 1);
    desk.act("cut master replica-1").expect("a cut");
    until(&mut desk, "replica-1 runway <= 0 within 60s");
    desk.act("heal master replica-1").expect("a heal");
    until(&mut desk, "replica-1 online within 10s");
    let views = desk.views(&ASK);
    assert_eq!(views.nodes[0].counters.sync_full, 3);
    let verdict = views.verdict.as_ref().expect("a verdict");
    let decision = verdict.ruling.decision().expect("it asked by PSYNC");
    assert!(decision.id.ok() && !decision.window.ok() && verdict.ruling.partial().is_none(), "{verdict:?}");
    assert_eq!(views.lanes.len(), views.links.len());
    assert!(!views.commands.is_empty() && !views.journal.is_empty());
}

/// A page that refreshes while nothing happens gets the very same values: there is nothing to draw again. One event on, what that event did not touch is
/// still the very same.
#[test]
fn a_refresh_at_which_nothing_happened_changes_no_part() {
    let mut desk = first();
    seek(&mut desk, 12_000);
    let before = desk.views(&ASK);
    assert_eq!(desk.views(&ASK), before);
    desk.step();
    let after = desk.views(&ASK);
    assert_ne!(after, before);
    assert_eq!((&after.lamps, &after.journal), (&before.lamps, &before.journal));
}

#[test]
fn the_console_answers_as_redis_cli_does() {
    let mut desk = first();
    seek(&mut desk, 3_000);
    assert_eq!(desk.act("master: SET greeting hello").expect("a reply").reply.as_deref().map(str::trim_end), Some("OK"));
    assert_eq!(desk.act("master: SELECT 2").expect("a reply").reply.as_deref().map(str::trim_end), Some("OK"));
    let inspection = desk.run().inspection(&ASK);
    assert_eq!(inspection.prompt, "10.0.0.1:6379[2]> ");
    assert_eq!(inspection.console.len(), 2);
    assert_eq!(inspection.console[0].prompt, "10.0.0.1:6379> ");
    assert!(desk.act("master: \"unbalanced").is_err());
    assert!(matches!(desk.run().inspection(&ASK).console[2].answer, Answer::Unreadable(_)), "told in the console");
    desk.act("restart master").expect("a restart");
    seek(&mut desk, 5_000);
    assert_eq!(desk.run().inspection(&ASK).prompt, "10.0.0.1:6379> ", "a new process knows nothing of the database");
    desk.act("crash master").expect("a crash");
    assert!(desk.act("master: PING").is_err());
    assert_eq!(desk.run().inspection(&ASK).console.last().map(|l| l.answer.clone()), Some(Answer::Refused));
    assert_eq!(desk.run().info(0, None), None);
}

fn printed(desk: &Desk, at: usize) -> (Vec<String>, bool) {
    let inspection = desk.run().inspection(&ASK);
    let Answer::Printed { lines, on } = inspection.console[at].answer.clone() else { panic!("{:?}", inspection.console[at]) };
    assert_eq!(on, inspection.reads_on && at + 1 == inspection.console.len());
    (lines, on)
}

/// MONITOR prints what comes, in its own time, until Ctrl-C; meanwhile nothing is sent, and the past knows what it had printed by then.
#[test]
fn monitor_prints_until_ctrl_c() {
    let mut desk = first();
    seek(&mut desk, 3_000);
    desk.type_at("master", "MONITOR").expect("taken");
    assert_eq!(printed(&desk, 0), (vec![String::from("OK")], true));
    seek(&mut desk, 4_000);
    let (lines, on) = printed(&desk, 0);
    assert!(on && lines.len() > 10 && lines[1..].iter().all(|line| line.contains("\"SET\" \"key:")), "{lines:?}");
    let refused = desk.type_at("master", "GET a").expect_err("it reads on");
    assert!(refused.to_string().contains("Ctrl-C"), "{refused}");
    assert!(matches!(desk.run().inspection(&ASK).console[1].answer, Answer::Unreadable(_)));
    desk.type_at("master", "exit").expect("Ctrl-C");
    seek(&mut desk, 5_000);
    assert_eq!(printed(&desk, 0), (lines.clone(), false), "nothing more comes");
    assert_eq!(desk.type_at("master", "PING").expect("a new conn").reply.as_deref(), Some("PONG"));
    seek(&mut desk, 3_500);
    let (then, on) = printed(&desk, 0);
    assert!(on && then.len() < lines.len() && lines.starts_with(&then));
    assert_eq!(desk.run().inspection(&ASK).console.len(), 1);
    let again = Desk::load(&desk.run().run_text()).expect("the run's text");
    assert!(again.run().run_text().contains("interrupt master"), "it travels");
}

/// No release here shows REPLCONF ACK to MONITOR: 2.8.24 hides administrative commands, 2.6 has no ACK.
#[test]
fn monitor_hides_the_acks_of_replicas() {
    for era in ["2.6", "2.8", "3.0", "7.0"] {
        let text = format!("seed 1\nera {era}\nnode master\nnode replica-1 follows master\n");
        let mut desk = Desk::load(&text).expect("a text");
        seek(&mut desk, 12_000);
        desk.type_at("master", "MONITOR").expect("taken");
        seek(&mut desk, 15_500);
        let (lines, _) = printed(&desk, 0);
        assert_eq!(lines, ["OK"], "{era}");
    }
}

/// A subscriber prints what is published, also at the master of the node that it stands at, and nothing can be typed before Ctrl-C.
#[test]
fn a_subscriber_prints_messages_until_ctrl_c() {
    let mut desk =
        Desk::load("seed 1\nera 7.0\nnode master\nnode replica-1 follows master\nat 12s master: PUBLISH news \"a b\"\n").expect("a text");
    seek(&mut desk, 11_000);
    let ask = Ask { node: 1, ..ASK };
    desk.type_at("replica-1", "SUBSCRIBE news other").expect("taken");
    seek(&mut desk, 13_000);
    let inspection = desk.run().inspection(&ask);
    let Answer::Printed { lines, on } = inspection.console[0].answer.clone() else { panic!("{:?}", inspection.console[0]) };
    let expect = [
        "Reading messages... (press Ctrl-C to quit)",
        "1) \"subscribe\"\n2) \"news\"\n3) (integer) 1",
        "1) \"subscribe\"\n2) \"other\"\n3) (integer) 2",
        "1) \"message\"\n2) \"news\"\n3) \"a b\"",
    ];
    assert_eq!((lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>(), on), (expect.to_vec(), true));
    assert!(desk.type_at("replica-1", "GET a").expect_err("it reads on").to_string().contains("Ctrl-C"));
    desk.type_at("replica-1", "exit").expect("Ctrl-C");
    seek(&mut desk, 14_000);
    assert_eq!(desk.type_at("replica-1", "PUBSUB CHANNELS").expect("a new conn").reply.as_deref(), Some("(empty array)"));
}

/// A typed PSYNC is a replica of redis-cli's kind: the RDB is discarded, the stream printed.
#[test]
fn a_typed_psync_prints_the_stream() {
    let mut desk = first();
    seek(&mut desk, 3_000);
    // What the old conn still had under way is not the new one's.
    for line in ["MONITOR", "quit", "clear"] {
        desk.type_at("master", line).expect("taken");
    }
    assert_eq!(desk.type_at("master", "PSYNC ? -1").expect("taken").reply, None);
    seek(&mut desk, 5_000);
    let (lines, on) = printed(&desk, 0);
    assert!(on);
    assert_eq!(lines[0], "Entering slave output mode...  (press Ctrl-C to quit)");
    assert!(lines[1].starts_with("FULLRESYNC "), "{lines:?}");
    assert!(lines[2].starts_with("SYNC with master, discarding ") && lines[3] == "SYNC done. Logging commands from master.");
    assert!(lines[4..].iter().any(|line| line.starts_with("\"SET\",\"key:")));
    desk.perform(Act::Interrupt { node: String::from("master") }).expect("Ctrl-C");
    seek(&mut desk, 6_000);
    let info = desk.run().info(0, Some("replication")).expect("it runs").to_string();
    assert!(info.contains("connected_slaves:2\r\n"), "it is no replica any more: {info}");
    // A command that blocks ends by Ctrl-C too.
    desk.type_at("master", "BLPOP nothing 0").expect("taken");
    desk.type_at("master", "quit").expect("Ctrl-C");
    assert_eq!(desk.type_at("master", "PING").expect("a reply").reply.as_deref(), Some("PONG"));
}

#[test]
fn help_and_clear_are_the_consoles_own() {
    let mut desk = first();
    seek(&mut desk, 3_000);
    let before = desk.run().run_text();
    desk.type_at("master", "help WAIT").expect("help");
    assert_eq!(desk.run().inspection(&ASK).console[0].answer, Answer::Help(Help::Usage(String::from("WAIT numreplicas timeout"))));
    desk.type_at("master", "clear").expect("clear");
    assert!(desk.run().inspection(&ASK).console.is_empty());
    assert_eq!(desk.run().run_text(), before, "the run knows nothing of it");
}

#[test]
fn a_late_reply_stands_at_its_command() {
    let mut desk = first();
    until(&mut desk, "replica-1 online and replica-2 online within 20s");
    assert_eq!(desk.act("master: WAIT 5 400").expect("taken").reply, None, "it blocks");
    assert_eq!(desk.run().inspection(&ASK).console[0].answer, Answer::Waiting);
    let now = desk.run().now_us() / 1_000;
    seek(&mut desk, now + 3_000);
    let Answer::Reply(text) = &desk.run().inspection(&ASK).console[0].answer else { panic!("no reply came") };
    assert!(text.starts_with("(integer) "), "{text}");
    seek(&mut desk, now + 1);
    assert_eq!(desk.run().inspection(&ASK).console[0].answer, Answer::Waiting, "and in the past it has not come yet");
}

#[test]
fn acting_in_the_past_drops_what_had_been_typed_later() {
    let mut desk = first();
    seek(&mut desk, 4_000);
    desk.act("master: SET a 1").expect("a reply");
    seek(&mut desk, 8_000);
    desk.act("master: SET b 2").expect("a reply");
    seek(&mut desk, 6_000);
    assert_eq!(desk.run().inspection(&ASK).console.len(), 1, "what was typed at 8 s is not there yet at 6 s");
    desk.act("master: SET c 3").expect("a reply");
    seek(&mut desk, 9_000);
    let inputs: Vec<String> = desk.run().inspection(&ASK).console.iter().map(|l| l.input.clone()).collect();
    assert_eq!(inputs, ["SET a 1", "SET c 3"]);
    assert!(!desk.run().run_text().contains("SET b 2"));
}

#[test]
fn a_shared_run_comes_out_the_same() {
    let mut desk = first();
    seek(&mut desk, 9_000);
    desk.act("cut master replica-2").expect("a cut");
    seek(&mut desk, 11_500);
    let link = share::encode(&desk.run().shared());
    assert!(link.len() < 500, "{} characters", link.len());
    let shared = share::decode(&link).expect("our own link");
    let mut again = Desk::load(&shared.text).expect("our own text");
    again.run_mut().expect_fingerprint(shared.at_us, shared.fingerprint);
    assert_eq!(again.run_mut().take_verification(), None, "not there yet");
    assert_eq!(again.run_mut().seek_some(shared.at_us, &always), Turn::Done);
    assert_eq!(again.run_mut().take_verification(), Some(true));
    assert_eq!(again.run().cluster(), desk.run().cluster());
}

#[test]
fn a_resize_below_the_minimum_says_what_was_asked_and_what_is_kept() {
    let mut desk = first();
    seek(&mut desk, 5_000);
    desk.act("master: CONFIG SET repl-backlog-size 100").expect("a reply");
    let views = desk.views(&ASK);
    let resized = views.journal.iter().rev().find_map(|e| match e.note {
        Some(Note::BacklogResized { asked, bytes, .. }) => Some((asked, bytes)),
        _ => None,
    });
    assert_eq!(resized, Some((100, 16_384)));
}

#[test]
fn auto_stops_the_frame_where_a_handshake_begins() {
    let mut desk = first();
    desk.player.play();
    let mut slowest = u64::MAX;
    for _ in 0..400 {
        desk.frame(16_000, &always).expect("time passes");
        slowest = slowest.min(desk.player.speed_milli());
    }
    assert!(slowest < 200, "60 ms of link are shown slowly, not at {slowest}/1000");
    assert!(desk.run().now_us() > 400_000, "and yet it gets on: {} µs", desk.run().now_us());
}

#[test]
fn reduced_motion_goes_from_milestone_to_milestone() {
    let mut desk = first();
    desk.set_reduced(true);
    desk.player.play();
    let mut stops = Vec::new();
    for _ in 0..600 {
        if desk.frame(50_000, &always).expect("time passes") == Plan::Hop {
            stops.push(desk.run().now_us());
        }
    }
    assert!(stops.len() >= 20, "{stops:?}");
    assert!(stops.windows(2).all(|w| w[1] <= w[0] + HOP_US_MAX), "never further than a second");
    let marked = stops.iter().filter(|at| desk.run().marks().any(|m| m == **at)).count();
    assert!(marked * 2 > stops.len(), "{marked} of {} stops are milestones", stops.len());
}

#[test]
fn listeners_hear_each_milestone_once() {
    let mut desk = first();
    assert!(desk.run_mut().news().iter().all(|h| h.at_us == 0));
    until(&mut desk, "replica-1 online and replica-2 online within 20s");
    let heard = desk.run_mut().news();
    assert_eq!(heard.iter().filter(|h| h.note.kind() == NoteKind::FullDone).count(), 2);
    assert!(heard.windows(2).all(|w| w[0].at_us <= w[1].at_us));
    let lines: Vec<&str> =
        heard.iter().filter_map(|h| if let Note::Log { text, .. } = &h.note { Some(text.as_str()) } else { None }).collect();
    assert!(lines.iter().any(|line| line.contains("MASTER <-> ") && line.contains("sync started")), "log lines too: {lines:?}");
    assert!(desk.run_mut().news().is_empty());
    seek(&mut desk, 100);
    assert!(desk.run_mut().news().is_empty(), "going back is no news");
}

#[test]
fn every_scene_fills_every_panel() {
    let folders = resync_lessons::folder::read_all(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/lessons").as_path());
    for folder in folders.expect("the lessons are right") {
        let id = &folder.lesson.id;
        let mut desk = Desk::load(&folder.lesson.text).expect(id);
        seek(&mut desk, 13_000);
        for tab in Tab::ALL {
            for node in 0..desk.run().node_count() {
                let ask = Ask { node, chosen: true, link: None, lens: Some(500), packet: None, tab };
                let (views, inspection) = (desk.views(&ask), desk.run().inspection(&ask));
                assert_eq!(views.now_us, 13_000_000);
                assert_eq!(inspection.node, node);
                assert!(!inspection.log.is_empty(), "{id}: node {node} has logged something");
            }
        }
        let lamps = &desk.run().cluster().lamps;
        // A lesson may show where real Redis breaks one: then it says so.
        let meant = |name: &str| folder.proof.breaks.contains(name);
        assert!(!lamps.is_empty() && lamps.iter().all(|l| l.holds || meant(l.name.name())), "{id}: {lamps:?}");
    }
}

#[test]
fn what_a_person_does_is_written_down_before_it_is_done() {
    thread_local! {
        static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }
    let mut desk = first();
    desk.log_to(|what| {
        LOG.with_borrow_mut(|log| {
            log.push(match what {
                Logged::Begun { run, .. } => format!("{run} begins"),
                Logged::Input { run, at_us, line } => format!("{run} at {at_us}: {line}"),
                Logged::Done { run, of } => format!("{run} of {of} did it"),
                Logged::Refused { run } => format!("{run} refused"),
            });
        });
    });
    seek(&mut desk, 1_500);
    desk.act("pause replica-1").expect("a pause");
    assert!(desk.act("nonsense").is_err());
    seek(&mut desk, 500);
    assert!(desk.act("nonsense").is_err());
    desk.act("cut master replica-1").expect("a cut in the past");
    desk.open(SECOND).expect("another run");
    let log = LOG.take();
    assert_eq!(
        log,
        [
            "0 at 1500000: pause replica-1",
            "0 of 0 did it",
            "0 at 1500000: nonsense",
            "0 refused",
            "0 at 500000: nonsense",
            "0 refused",
            "0 at 500000: cut master replica-1",
            "1 of 0 did it",
            "2 begins"
        ]
    );
}

#[test]
fn a_sentinel_has_a_console_and_a_log() {
    let text = "node master era 7.0\nnode replica-1 follows master\nsentinel s1 s2 s3 watch master quorum 2 down-after 5s\n";
    let mut desk = Desk::load(text).expect("a scene");
    seek(&mut desk, 14_000);
    let said = desk.type_at("s1", "SENTINEL ckquorum master").expect("taken").reply;
    assert_eq!(said.as_deref(), Some("OK 3 usable Sentinels. Quorum and failover authorization can be reached"));
    let typed: Vec<(String, String)> = desk.run().sentinel_console(0).map(|line| (line.prompt.clone(), line.input.clone())).collect();
    assert_eq!(typed, [(String::from("10.9.0.1:26379> "), String::from("SENTINEL ckquorum master"))]);
    assert!(desk.run().sentinel_console(1).next().is_none());
    assert!(desk.run().sentinel_log(0, 50).iter().any(|line| line.text.starts_with("+monitor master master ")));
    desk.act("crash s2").expect("it runs");
    assert!(matches!(desk.type_at("s2", "PING"), Err(Refusal::NobodyListens)));
    assert_eq!(desk.run().sentinel_console(1).next().map(|line| line.answer.clone()), Some(Answer::Refused));
    desk.act("restart s2").expect("it is down");
    seek(&mut desk, 20_000);
    assert_eq!(desk.type_at("s2", "PING").expect("taken").reply.as_deref(), Some("PONG"));
    assert_eq!(desk.run().sentinel_log(1, 50).iter().filter(|line| line.text.starts_with("Sentinel ID is ")).count(), 2);
}
