//! The caption is held to the run: every scene of the lessons is played as the page plays it, and each sentence that is said is compared with what the
//! run itself says at that moment, in facts and in the words of each language.

use super::said::Said;
use super::*;
use crate::action::{Selection, Tab};
use crate::draw::replicas::selected_link;
use crate::i18n::Lang;
use resync_core::fact::SessionEnd;
use resync_js::desk::{Ask, Desk};
use resync_lessons::folder::{Folder, read_all};
use std::collections::BTreeMap;
use std::path::Path;

/// A frame of the page, µs.
const FRAME_US: u64 = 16_667;
/// Frames between two refreshes.
const REFRESH: u32 = 6;

/// A page without a browser: a desk, a narrator, a clock on the wall.
struct Page {
    desk: Desk,
    narrator: Narrator,
    ask: Ask,
    chosen: Option<NodeIx>,
    wall_us: u64,
    lang: Lang,
}

/// The lessons of the page.
fn lessons() -> Vec<Folder> {
    read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons")).expect("the lessons are read")
}

impl Page {
    fn open(text: &str, node: &str, link: &str) -> Page {
        let mut desk = Desk::load(text).expect("a scene");
        let at = desk.run().opens_at_us();
        assert_eq!(desk.run_mut().seek_some(at, &|| true), resync_js::desk::Turn::Done);
        desk.player.play();
        let ask =
            Ask { node: desk.run().node_named(node).unwrap_or(0), chosen: false, link: None, lens: None, packet: None, tab: Tab::Console };
        let chosen = desk.run().node_named(link);
        Page { desk, narrator: Narrator::default(), ask, chosen, wall_us: 0, lang: Lang::En }
    }
    fn now_ms(&self) -> f64 {
        self.wall_us as f64 / 1_000.0
    }
    fn look(&mut self) -> Views {
        let mut views = self.desk.views(&self.ask);
        if let Some(link) = self.chosen.and_then(|ix| selected_link(&views, Some(Selection::Node(ix)))).map(|link| link.ix) {
            self.ask.link = Some(link);
            views = self.desk.views(&self.ask);
        }
        let (chosen, t, now) = (self.chosen, self.lang.strings(), self.now_ms());
        self.narrator.look(&views, chosen, t, now);
        views
    }
    /// Plays to the next refresh, and looks.
    fn refresh(&mut self) -> Views {
        for _ in 0..REFRESH {
            self.wall_us += FRAME_US;
            // Where it stops by itself, at an invariant that breaks, somebody goes on at once.
            if !self.desk.player.playing() {
                self.desk.player.play();
            }
            self.desk.frame(FRAME_US, &|| true).expect("time passes");
        }
        self.look()
    }
}

/// What one scene sounded like.
#[derive(Default, Debug)]
struct Heard {
    /// When the live region spoke, ms, and what.
    spoken: Vec<(f64, String)>,
    /// Sentences shown.
    shown: usize,
}

/// Plays a scene for so much wall time; every sentence is held against the run.
fn play(name: &str, mut page: Page, wall_s: u64) -> Heard {
    let mut heard = Heard::default();
    let mut since: BTreeMap<String, f64> = BTreeMap::new();
    let (mut about, mut text, mut text_at) = (String::new(), String::new(), 0.0);
    let mut outcome: Option<f64> = None;
    while page.wall_us < wall_s * 1_000_000 {
        let views = page.refresh();
        let now = page.now_ms();
        let said = page.narrator.said().expect("something is said").clone();
        let place = format!("{name} at {} s, event {}: {said:?}", views.now_us as f64 / 1e6, views.event);
        truth::holds(&said, page.desk.run(), &place);
        truth::worded(&said, &place);
        let shown = page.narrator.sentence().text.clone();
        let began = *since.entry(said.about()).or_insert(now);
        if let Said::Note(noted) = &said {
            let outcome_now = weight::weight(&noted.note) >= OUTCOME;
            assert!(now - began <= OUTCOME_MS + 150.0, "{place}: too long");
            if said.about() != about {
                let step_too_soon = outcome.is_some_and(|at| !outcome_now && now - at < OUTCOME_MS - 1.0);
                assert!(!step_too_soon, "{place}: an outcome gave way to a step");
                outcome = outcome_now.then_some(now);
            }
        } else {
            let round = matches!(said, Said::Round(_));
            assert!(round || outcome.is_none_or(|at| now - at >= OUTCOME_MS - 150.0), "{place}: an outcome went before its time");
            outcome = None;
            since.clear();
        }
        if shown != text {
            assert!(said.about() != about || now - text_at >= NUMBERS_MS - 1.0, "{place}: a number runs: {text} / {shown}");
            heard.shown += 1;
            (text, text_at) = (shown, now);
        }
        about = said.about();
        if heard.spoken.last().is_none_or(|(_, last)| last != page.narrator.spoken()) {
            heard.spoken.push((now, page.narrator.spoken().to_owned()));
        }
    }
    for pair in heard.spoken.windows(2) {
        assert!(pair[1].0 - pair[0].0 >= SPEAK_MS - 1.0, "{name}: {pair:?}");
    }
    heard
}

/// The most that was spoken within any 30 s.
fn busiest(heard: &Heard) -> usize {
    let at: Vec<f64> = heard.spoken.iter().map(|(at, _)| *at).collect();
    at.iter().map(|from| at.iter().filter(|to| (0.0..30_000.0).contains(&(**to - from))).count()).max().unwrap_or(0)
}

#[test]
fn every_sentence_of_every_scene_is_true() {
    for folder in lessons() {
        let lesson = &folder.lesson;
        for lang in Lang::ALL {
            let mut page = Page::open(&lesson.text, &lesson.look.node, &lesson.look.link);
            page.lang = lang;
            // Both languages are worded in either play; one of them is played longer.
            let heard = play(&lesson.id, page, if lang == Lang::En { 120 } else { 20 });
            println!(
                "{} {lang:?}: {} sentences, {} spoken, {} in the busiest 30 s",
                lesson.id,
                heard.shown,
                heard.spoken.len(),
                busiest(&heard)
            );
            for (at, text) in &heard.spoken {
                println!("    {:6.1} s  {text}", at / 1_000.0);
            }
            assert!(busiest(&heard) <= 9, "{}: {}", lesson.id, busiest(&heard));
        }
    }
}

/// The speeds of the slider are played as well: at sixty times real time a refresh passes six seconds.
#[test]
fn every_sentence_is_true_at_any_speed() {
    for folder in lessons() {
        let lesson = &folder.lesson;
        for stop in [11, 14] {
            let mut page = Page::open(&lesson.text, &lesson.look.node, &lesson.look.link);
            page.desk.player.set_stop(stop);
            let heard = play(&lesson.id, page, if stop == 14 { 10 } else { 20 });
            println!("{} at stop {stop}: {} sentences, {} spoken", lesson.id, heard.shown, heard.spoken.len());
            for (at, text) in &heard.spoken {
                println!("    {:6.1} s  {text}", at / 1_000.0);
            }
        }
    }
}

#[test]
fn a_step_forward_or_back_says_what_the_event_was() {
    let folder = lessons().into_iter().find(|folder| folder.lesson.id.starts_with("03")).expect("the lesson of single events");
    let lesson = &folder.lesson;
    let mut page = Page::open(&lesson.text, &lesson.look.node, &lesson.look.link);
    page.desk.player.pause();
    page.look();
    let mut forward = Vec::new();
    for _ in 0..400 {
        page.desk.step();
        page.wall_us += 200_000;
        page.look();
        let said = page.narrator.said().expect("a sentence").clone();
        let event = page.desk.run().timeline().step_number();
        let place = format!("event {event}: {said:?}");
        assert!(said.passing(), "{place}");
        truth::holds(&said, page.desk.run(), &place);
        truth::worded(&said, &place);
        assert!(page.narrator.sentence().lead.contains(&crate::format::grouped(event as i64)), "{place}");
        forward.push((event, page.narrator.sentence().clone()));
    }
    let told: Vec<&str> = forward.iter().map(|(_, sentence)| sentence.text.as_str()).collect();
    for part in ["gets AUTH *** from", "asks for a full resync", "acknowledges offset", "child has saved the RDB"] {
        assert!(told.iter().any(|text| text.contains(part)), "{part}: {told:#?}");
    }
    let mute = told.iter().filter(|text| text.contains("nothing comes of")).count();
    assert!(mute < told.len() / 2, "{mute} of {} events have nothing to say", told.len());
    while let Some((event, sentence)) = forward.pop() {
        assert_eq!((page.desk.run().timeline().step_number(), page.narrator.sentence()), (event, &sentence), "the way back says the same");
        page.desk.back();
        page.wall_us += 200_000;
        page.look();
    }
}

/// Who cuts and pauses reads of the cut: time that passed before the pause is no step.
#[test]
fn a_pause_keeps_what_had_just_happened() {
    let folder = lessons().into_iter().find(|folder| folder.lesson.id.starts_with("01")).expect("the first lesson");
    let lesson = &folder.lesson;
    for frames in 1..12 {
        let mut page = Page::open(&lesson.text, &lesson.look.node, &lesson.look.link);
        for _ in 0..3 {
            page.refresh();
        }
        page.desk.act("cut master replica-1").expect("it is cut");
        page.look();
        for _ in 0..frames {
            page.wall_us += FRAME_US;
            page.desk.frame(FRAME_US, &|| true).expect("time passes");
        }
        page.desk.player.pause();
        page.look();
        assert_eq!(page.narrator.sentence().lead, "", "{frames} frames after the cut: {:?}", page.narrator.sentence());
        let text = page.narrator.sentence().text.clone();
        assert!(text.contains("replica-1") && text.contains("cut") || text.contains("reach"), "{frames}: {text}");
        // A step afterwards is told as one.
        page.desk.step();
        page.look();
        assert_ne!(page.narrator.sentence().lead, "", "{frames}: {:?}", page.narrator.sentence());
    }
}

/// The loop of the seventh scene is told by its cause, aloud, within the first minute: which round, in what time, which limit, and when it is reached.
#[test]
fn the_loop_is_said_by_the_limit_that_makes_it() {
    let folder = lessons().into_iter().find(|folder| folder.lesson.id.starts_with("07")).expect("the lesson of the loop");
    let lesson = &folder.lesson;
    for lang in Lang::ALL {
        let mut page = Page::open(&lesson.text, &lesson.look.node, &lesson.look.link);
        page.lang = lang;
        let (round, text) = loop {
            page.refresh();
            let said = page.narrator.said().expect("a sentence").clone();
            if let Said::Round(round) = &said
                && page.narrator.spoken() == page.narrator.sentence().text
            {
                truth::holds(&said, page.desk.run(), "the loop");
                break (round.clone(), page.narrator.spoken().to_owned());
            }
            assert!(page.wall_us < 45_000_000, "{lang:?}: nobody speaks of a loop: {said:?}");
        };
        let said::Again::Full { why: SessionEnd::OutputLimit, limit: 65_536, after_us: Some(after) } = round.what else {
            panic!("{round:?}")
        };
        for part in ["64 KB", &crate::format::span_us(after), &crate::format::span_us(round.span_us), "replica-1", "master", "3"] {
            assert!(text.contains(part), "{lang:?}, {part}: {text}");
        }
    }
}

/// Who steps through any scene hears of each event what moved: a client, a disk, a child, a packet.
#[test]
fn an_event_beneath_the_nodes_is_named_by_what_moved() {
    let mut heard: BTreeMap<&str, usize> = BTreeMap::new();
    for folder in lessons() {
        let lesson = &folder.lesson;
        for lang in Lang::ALL {
            let mut page = Page::open(&lesson.text, &lesson.look.node, &lesson.look.link);
            page.lang = lang;
            page.desk.player.pause();
            page.look();
            for _ in 0..300 {
                page.desk.step();
                page.wall_us += 200_000;
                page.look();
                let said = page.narrator.said().expect("a sentence").clone();
                let place = format!("{} at event {}: {said:?}", lesson.id, page.desk.run().timeline().step_number());
                truth::holds(&said, page.desk.run(), &place);
                truth::worded(&said, &place);
                let Said::Event(event) = &said else { continue };
                let kind = match event {
                    said::Event::Arrived { .. } | said::Event::Sent { .. } => "message",
                    said::Event::Ran { .. } => "timer",
                    said::Event::Read { .. } => "read",
                    said::Event::Below(said::Below::Sent { .. } | said::Below::Waits { .. }) => "client sends",
                    said::Event::Below(said::Below::Packet { to: said::Party::Client(_), .. }) => "client is answered",
                    said::Event::Below(said::Below::Packet { .. }) => "kernel",
                    said::Event::Below(said::Below::Taken { .. }) => "room",
                    said::Event::Below(said::Below::Child { .. }) => "child",
                    said::Event::Below(said::Below::File { .. }) => "file",
                    said::Event::Below(said::Below::Dial { .. }) => "dial",
                    said::Event::Below(said::Below::Gone) => "gone",
                    said::Event::Below(_) => "other",
                };
                *heard.entry(kind).or_default() += 1;
            }
        }
    }
    println!("{heard:?}");
    for kind in ["client sends", "client is answered", "timer", "dial"] {
        assert!(heard.contains_key(kind), "{kind}: {heard:?}");
    }
    assert!(heard.get("gone").copied().unwrap_or(0) * 20 <= heard.values().sum::<usize>(), "{heard:?}");
}

#[test]
fn a_pause_keeps_what_was_said_and_then_says_what_is_going_on() {
    let text = "era 3.0\nnode master\nnode replica-1 follows master\nclient w on master: every 100ms SET k v\nat 5s cut master replica-1\n";
    let mut page = Page::open(text, "master", "replica-1");
    while !matches!(page.narrator.said(), Some(Said::Note(noted)) if noted.note.kind() == resync_core::note::NoteKind::LinkCut) {
        page.refresh();
        assert!(page.wall_us < 200_000_000, "{:?}", page.narrator.said());
    }
    page.desk.player.pause();
    page.wall_us += 1_000_000;
    page.look();
    assert!(page.narrator.sentence().text.contains("cut off"), "{:?}", page.narrator.sentence());
    assert_eq!(page.narrator.sentence().lead, "");
    page.wall_us += 6_000_000;
    page.look();
    assert!(matches!(page.narrator.said(), Some(Said::Away(_))), "{:?}", page.narrator.said());
}

#[test]
fn a_broken_invariant_does_not_silence_the_rest() {
    let folder = lessons().into_iter().find(|folder| folder.lesson.id.starts_with("09")).expect("the lesson with a broken lamp");
    let lesson = &folder.lesson;
    let mut page = Page::open(&lesson.text, &lesson.look.node, &lesson.look.link);
    let mut broken = false;
    let mut after = Vec::new();
    while page.wall_us < 60_000_000 {
        page.refresh();
        let said = page.narrator.said().expect("a sentence").about();
        broken |= said.contains("invariant-broken");
        if broken && after.last() != Some(&said) {
            after.push(said);
        }
    }
    assert!(broken && after.len() > 1, "{after:?}");
}

#[test]
fn a_cursor_that_leaps_brings_no_old_news() {
    let text = "era 3.0\nnode master\nnode replica-1 follows master\nat 5s cut master replica-1\nat 8s heal master replica-1\n";
    let mut page = Page::open(text, "master", "replica-1");
    page.desk.player.set_stop(9);
    page.refresh();
    let turn = page.desk.run_mut().seek_some(20_000_000, &|| true);
    assert_eq!(turn, resync_js::desk::Turn::Done);
    page.refresh();
    assert!(matches!(page.narrator.said(), Some(Said::Level { .. })), "{:?}", page.narrator.said());
}

/// The whole life of a process: nobody says that it is dead before it has run, and a dead master has no replicas that follow.
#[test]
fn the_dead_are_told_as_dead() {
    let text = "era 3.0\nnode master\nnode replica-1 follows master\nclient w on master: every 100ms SET k v\nat 8s crash master\nat 40s restart master\nat 80s power-off replica-1\n";
    let mut page = Page::open(text, "master", "replica-1");
    // A run opens when every process has started; before that one comes by going back.
    while page.desk.run().timeline().step_number() > 0 {
        page.desk.back();
    }
    page.look();
    assert!(matches!(page.narrator.said(), Some(Said::Unborn { .. })), "{:?}", page.narrator.said());
    page.desk.player.set_stop(10);
    let mut kinds = Vec::new();
    while page.wall_us < 60_000_000 {
        page.refresh();
        let said = page.narrator.said().expect("a sentence").clone();
        let place = format!("{said:?}");
        truth::holds(&said, page.desk.run(), &place);
        truth::worded(&said, &place);
        let kind = said.about();
        if kinds.last() != Some(&kind) {
            kinds.push(kind);
        }
    }
    for part in ["dead master", "dead replica-1"] {
        assert!(kinds.iter().any(|kind| kind == part), "{part}: {kinds:#?}");
    }
}

#[test]
fn with_reduced_motion_every_hop_is_told() {
    let folder = lessons().into_iter().find(|folder| folder.lesson.id.starts_with("03")).expect("a lesson");
    let lesson = &folder.lesson;
    let mut page = Page::open(&lesson.text, &lesson.look.node, &lesson.look.link);
    page.desk.set_reduced(true);
    page.narrator.set_hops(true);
    let mut told = Vec::new();
    while page.wall_us < 30_000_000 {
        page.refresh();
        let text = page.narrator.sentence().text.clone();
        if told.last() != Some(&text) {
            told.push(text);
        }
    }
    for part in ["asks for a full resync", "gets +FULLRESYNC", "begins to receive an RDB", "has all data"] {
        assert!(told.iter().any(|text| text.contains(part)), "{part}: {told:#?}");
    }
}
