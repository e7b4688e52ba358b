//! The figures through server-side rendering, over one moment whose numbers agree.
//!
//! `RESYNC_LOOK=<folder> cargo test -p resync-web look` writes pages for the eye: all figures with their styles.

use crate::action::{Motion, Scheme, Selection, Sheet};
use crate::caption::Said;
use crate::draw::FigureProps;
use crate::fixture;
use crate::format::after;
use crate::i18n::Lang;
use crate::i18n::glossary::{Entry, Rules, Term, entry};
use crate::i18n::memory_of;
use crate::lessons::cards::Cards;
use crate::lessons::folders;
use crate::lessons::shelf::{Fault, Next, Shelf, Wish};
use crate::lessons::told::Told;
use crate::panels::cards::{CardsPage, CardsProps};
use crate::panels::handshake::Handshake;
use crate::panels::knobs::{Knobs, KnobsProps};
use crate::panels::lag::Lag;
use crate::panels::menu::{Menu, MenuProps};
use crate::panels::ruler::{Ruler, RulerProps};
use crate::panels::stage::packets::PacketPool;
use crate::panels::stage::{Stage, StageProps};
use crate::panels::verdict::Verdict;
use crate::still::markup as render;
use resync_core::era::Era;
use resync_core::fact::ReplState;
use resync_core::time::Time;
use resync_core::timeline::Timeline;
use resync_core::view::{self, Ask, Process, ScreenBook};
use resync_js::views::Views;
use std::path::Path;
use std::rc::Rc;
use yew::Callback;

#[path = "../../../xtask/src/styles.rs"]
pub(crate) mod styles;

fn figure(views: &Views, lang: Lang, selection: Option<Selection>, pointed: Option<i64>) -> FigureProps {
    FigureProps {
        views: fixture::shared(views.clone()),
        selection,
        pointed,
        moment: None,
        lit: false,
        t: lang.strings(),
        on: Callback::noop(),
    }
}

fn ruler(views: &Views, lang: Lang, selection: Option<Selection>, pointed: Option<i64>) -> String {
    let p = figure(views, lang, selection, pointed);
    render::<Ruler>(RulerProps { views: p.views, selection, pointed, lens: None, magnify: 0, t: p.t, on: p.on })
}

fn stage(views: &Views, lang: Lang, selection: Option<Selection>, pointed: Option<i64>) -> String {
    let p = figure(views, lang, selection, pointed);
    let words = folders()[0].lesson.words.get(lang.strings().preferred).expect("complete").clone();
    let hint = format!("{}{}{}", lang.strings().shell.menu.try_this, after(lang.strings().shell.menu.try_this), words.try_first);
    render::<Stage>(StageProps {
        views: p.views,
        selection,
        pointed,
        packet: None,
        hint: hint.into(),
        pool: PacketPool::new(),
        t: p.t,
        on: p.on,
        coach: yew::Html::default(),
        children: yew::Html::default(),
    })
}

/// Rendered text without tags, white space folded: what a reader gets.
pub(crate) fn words(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(if c == '\u{202f}' { ' ' } else { c }),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_ruler_says_where_everyone_stands() {
    let text = words(&ruler(&fixture::plain(), Lang::En, None, None));
    for said in [
        "first byte 55 903",
        "head",
        "72 286",
        "acked 70 814",
        "−128",
        "sent, not received",
        "−4 928",
        "5.3 s runway 6 848 B, then full resync",
        "away 7.4 s",
        "−9 536",
        "SET key:76 · 64 B",
        "magnified",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let lost = words(&ruler(&fixture::lost(), Lang::En, None, None));
    assert!(lost.contains("full resync needed") && !lost.contains("runway"), "{lost}");
    let none = words(&ruler(&fixture::beginning(), Lang::En, None, None));
    assert!(none.contains("no backlog yet") && !none.contains("first byte"), "{none}");
}

#[test]
fn nodes_and_links_are_buttons_with_their_names() {
    let html = stage(&fixture::plain(), Lang::En, Some(Selection::Node(3)), None);
    for name in ["master", "replica-1", "replica-2", "replica-3", "Link master to replica-1", "Link master to replica-3"] {
        let tag = html.split('<').find(|tag| tag.contains(&format!("aria-label=\"{name}\"")) && tag.contains("role=\"button\""));
        assert!(tag.is_some_and(|tag| tag.contains("tabindex=\"0\"")), "{name}");
    }
    assert!(html.contains("aria-label=\"Backlog\"") && html.contains("aria-label=\"Stage\""));
    let text = words(&html);
    for said in [
        "cut 7.4 s ago",
        "frozen 3.8 s",
        "4 928 B kept by TCP",
        "9 536 B wait in the backlog only",
        "dial refused × 7",
        "next try in 80 ms",
        "idx 6 749",
        "no line",
        "lag 4 s",
        "Heal",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    for field in ["Latency", "Bandwidth"] {
        assert!(html.contains(&format!("aria-label=\"{field}\"")), "{field}");
    }
    let up = stage(&fixture::plain(), Lang::En, Some(Selection::Link(0)), None);
    assert!(words(&up).contains("Cut C Freeze F"), "a link that works can be cut and frozen");
    let frozen = stage(&played(&[(12_000, "freeze master replica-1")], 14_000), Lang::En, Some(Selection::Link(0)), None);
    assert!(words(&frozen).contains("Heal H Cut C"), "a frozen one healed and cut: {}", words(&frozen));
    let cut = stage(&played(&[(12_000, "cut master replica-1")], 14_000), Lang::En, Some(Selection::Link(0)), None);
    assert!(words(&cut).contains("Heal H Freeze F"), "{}", words(&cut));
}

/// A master that came back under a new id has no offset in common with a replica that was away meanwhile: no number is said of the one in the other's terms.
#[test]
fn another_history_is_called_so_and_has_no_offsets() {
    let acts = [(12_000, "cut master replica-1"), (14_000, "restart master")];
    let views = played(&acts, 20_000);
    let all = crate::draw::replicas::replicas(&views);
    let lone = all.iter().find(|r| r.node.name == "replica-1").expect("it is shown");
    assert!(lone.foreign && lone.gap.is_none() && lone.applied.is_none(), "{lone:?}");
    assert!(all.iter().any(|r| r.node.name == "replica-2" && !r.foreign && r.gap.is_some()), "the other one has the new history");
    for lang in Lang::ALL {
        let words_of = lang.strings().face.lane.other_history;
        let card = words(&stage(&views, lang, Some(Selection::Node(1)), None));
        let lane = words(&ruler(&views, lang, None, None));
        assert!(card.contains(words_of) && lane.contains(words_of), "{card} {lane}");
    }
    let said = crate::caption::going_on(&views, Some(1));
    assert!(matches!(&said, crate::caption::Said::Foreign { who, .. } if who == "replica-1"), "{said:?}");
    let chart = words(&render::<crate::panels::lag::Lag>(figure(&views, Lang::En, None, None)));
    assert!(!chart.contains("-"), "{chart}");
}

/// A second master is a node with a stream of its own: its card has its offset, its id, what its backlog holds and who follows it.
#[test]
fn a_second_master_has_its_own_ring() {
    let text = "era 6.2\nnode master\nnode replica-1 follows master\nnode replica-2 follows master\nclient w on master: every 100ms SET k v\n\
                at 8s cut master replica-1\nat 9s replica-1: REPLICAOF NO ONE\nat 10s replica-1: SET own history\n";
    let mut run = Timeline::from_text(text).expect("a scene");
    run.advance(Time::from_secs(14), u64::MAX);
    let views = read(&run, 0, 1);
    let own = &views.nodes[1];
    assert!(own.offset.0 > 0 && own.backlog.active, "it writes: {:?}", own.offset);
    let html = stage(&views, Lang::En, Some(Selection::Node(0)), None);
    let text = words(&html);
    for part in [
        crate::format::grouped(own.offset.0).replace('\u{202f}', " "),
        crate::format::short_id(own.replid.as_str()),
        "nobody follows".to_owned(),
    ] {
        assert!(text.contains(&part), "{part}: {text}");
    }
    let card = &html[html.find("aria-label=\"replica-1\"").expect("its card")..];
    let card = &card[..card.find("</g>").unwrap_or(card.len())];
    assert!(card.contains("<circle"), "its ring: {card}");
}

#[test]
fn a_verdict_shows_both_tests_with_their_numbers() {
    let text = words(&render::<Verdict>(figure(&fixture::plain(), Lang::En, None, None)));
    for said in [
        "If it asked now",
        "PSYNC 8f3c2a…1b11 62751",
        "Mine?",
        "8f3c2a…1b11 = 8f3c2a…1b11",
        "55 903 ≤ 62 751 ≤ 72 287",
        "+CONTINUE and 9 536 bytes",
        "For 5.3 s more. Then +FULLRESYNC.",
        "Last asked 00:24.680 PSYNC 8f3c2a…1b11 23015",
        "+CONTINUE and 6 030 bytes",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let sync = words(&render::<Verdict>(figure(&fixture::synced(), Lang::En, None, None)));
    let card = &Lang::En.strings().face.verdict;
    assert!([card.sync_asks, card.sync_tests, card.sync_reply, card.sync_after].iter().all(|said| sync.contains(said)), "{sync}");
    assert!(!sync.contains("PSYNC") && !sync.contains("Mine?"), "a SYNC has neither id nor offset: {sync}");
    let refused = words(&render::<Verdict>(figure(&fixture::lost(), Lang::En, None, None)));
    assert!(refused.find("Still held?") < refused.find("Mine?"), "the failed test is first: {refused}");
    assert!(refused.contains("55 903 ≰ 55 303 ≤ 72 287") && refused.contains("and an RDB"), "{refused}");
    let second = words(&render::<Verdict>(figure(&fixture::blocks(), Lang::En, None, None)));
    assert!(second.contains("23 015 ≰ 23 000"), "the second id's bound: {second}");
}

#[test]
fn the_ladder_folds_repeats_and_shows_what_decides() {
    let html = render::<Handshake>(figure(&fixture::plain(), Lang::En, None, None));
    let text = words(&html);
    for said in [
        "24.680",
        "+CONTINUE",
        "PSYNC 8f3c2a…1b11 23015",
        "stream 23 015 – 29 044",
        "SET × 526 · PING × 3 · ACK × 26",
        "26 s",
        "✕ cut: reset",
        "dial refused × 7",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let rdb = words(&render::<Handshake>(figure(&fixture::blocks(), Lang::En, None, None)));
    assert!(rdb.contains("RDB 5 120 / 12 KB"), "{rdb}");
    let none = words(&render::<Handshake>(figure(&fixture::beginning(), Lang::En, None, None)));
    assert!(none.contains("No handshake yet"), "{none}");
}

#[test]
fn the_chart_never_draws_a_missing_line_at_zero() {
    let text = words(&render::<Lag>(figure(&fixture::plain(), Lang::En, None, None)));
    for said in ["▲ no line", "9 536", "4 928", "128", "beyond 16 384: full resync", "frozen", "cut", "lag that INFO reports, s"] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[test]
fn blocks_say_who_pins_them_and_what_is_over() {
    let text = words(&stage(&fixture::blocks(), Lang::En, None, None));
    for said in ["Backlog, in blocks", "2 blocks", "40 961", "57 345", "10 846 B over its size", "RDB 41 %"] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

/// A sheet over the page, with nothing in it that belongs to a run.
fn sheet(sheet: Sheet, lang: Lang) -> MenuProps {
    MenuProps {
        path: None,
        page: yew::Html::default(),
        sitting: None,
        sheet,
        lesson: None,
        shelf: Shelf::new(Rc::default()),
        told: Told::default(),
        goals: Vec::new(),
        text: "".into(),
        draft: None,
        refused: None,
        scheme: Scheme::System,
        motion: Motion::System,
        stored: true,
        rules: Rules::of(Era::V3_0),
        t: lang.strings(),
        on: Callback::noop(),
    }
}

#[test]
fn the_claims_beside_the_lessons_are_those_of_their_cards() {
    let cards = resync_lessons::cards::read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cards")).expect("cards");
    for lang in Lang::ALL {
        for (id, claim) in memory_of(lang.strings()).cards.some {
            let card = cards.iter().find(|card| card.id == *id).unwrap_or_else(|| panic!("there is no card {id}"));
            let said = &card.words.get(lang.strings().preferred).expect("complete").claim;
            let plain = |text: &str| text.replace(['`', '.', '。'], "").to_lowercase();
            assert_eq!(plain(said), plain(claim));
        }
    }
}

#[test]
fn a_page_of_cards_has_each_with_its_quote_and_names_one() {
    let cards = resync_lessons::cards::read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cards")).expect("cards");
    for lang in Lang::ALL {
        let questions = cards.iter().map(|card| (card.lesson.clone(), "Why?".to_owned())).collect();
        let named = Some(cards[3].id.clone().into());
        let all = Cards::Here(cards.clone().into());
        let props = |cards: Cards| CardsProps {
            cards,
            named: None,
            questions: Vec::new(),
            rules: Rules::of(Era::V3_0),
            t: lang.strings(),
            on: Callback::noop(),
        };
        let html = render::<CardsPage>(CardsProps { named, questions, ..props(all) });
        assert_eq!((html.matches("<article").count(), html.matches("refuted named").count()), (cards.len(), 1));
        for card in &cards {
            assert!(html.contains(&format!("id=\"card-{}\"", card.id)) && html.contains(&format!("href=\"#card-{}\"", card.id)));
            // As the browser has it: what HTML writes otherwise is left out on both sides.
            let bare = |text: &str| text.split(['<', '>', '&', '"', '\'', '/']).next().unwrap_or_default().to_owned();
            assert!(card.shows.iter().all(|shown| html.contains(&format!("<pre>{}", bare(&shown.prints)))), "{}", card.id);
        }
        assert!(words(&render::<CardsPage>(props(Cards::Coming))).contains(memory_of(lang.strings()).cards.coming));
        assert!(render::<CardsPage>(props(Cards::Lost(Fault::Unreachable))).contains("role=\"alert\""));
    }
}

#[test]
fn the_menu_lists_every_lesson_or_says_what_did_not_come() {
    let folders = folders();
    let index = resync_lessons::packed::index(&folders.iter().map(resync_lessons::folder::Folder::entry).collect::<Vec<_>>());
    for lang in Lang::ALL {
        let m = &lang.strings().shell.menu;
        let mut shelf = Shelf::new(Rc::new(folders[0].lesson.clone()));
        let shown =
            |shelf: &Shelf| render::<Menu>(MenuProps { shelf: shelf.clone(), lesson: Some("x".into()), ..sheet(Sheet::Lessons, lang) });
        assert!(words(&shown(&shelf)).contains(m.coming));
        assert_eq!(shelf.index_came(Err(Fault::Unreachable)), Next::Rest);
        assert!(shown(&shelf).contains("role=\"alert\"") && words(&shown(&shelf)).contains(m.again));
        assert_eq!(shelf.again(), Next::FetchIndex);
        assert_eq!(shelf.index_came(Ok(index.clone())), Next::Rest);
        let html = shown(&shelf);
        for folder in &folders {
            let card = folder.lesson.words.get(lang.strings().preferred).expect("complete");
            assert!(words(&html).contains(&card.title) && words(&html).contains(&card.line), "{html}");
        }
        assert_eq!(html.matches("<svg viewBox").count(), folders.len(), "each with its picture");
        assert!(!html.contains("style=") && !html.contains("role=\"alert\""));
        // One that does not come is named, and the others stay.
        let lost = &folders[1].lesson;
        let _ = shelf.want(&lost.id, Wish::Open);
        assert_eq!(shelf.lesson_came(&lost.id, Err(Fault::Status(404))), Next::Show);
        let html = words(&shown(&shelf));
        let title = &lost.words.get(lang.strings().preferred).expect("complete").title;
        assert!(html.contains(&(m.no_lesson)(title, Fault::Status(404))) && html.contains("404"), "{html}");
        assert!(folders.iter().all(|folder| html.contains(&folder.lesson.words.get(lang.strings().preferred).expect("complete").title)));
    }
}

#[test]
fn what_a_run_says_of_itself_is_shown_with_its_goals() {
    let told = Told {
        title: "A cut".into(),
        question: "How long?".into(),
        about: vec!["One.".into(), "Two.".into()],
        watch: "the runway.".into(),
        task: "cut it.".into(),
    };
    let goals = vec![("a partial resync".into(), true), ("a full one".into(), false)];
    let text = words(&render::<Menu>(MenuProps { told, goals, ..sheet(Sheet::About, Lang::En) }));
    let m = &Lang::En.strings().shell.menu;
    let said = [
        "A cut",
        "How long?",
        "One.",
        "Two.",
        m.watch,
        "the runway",
        m.try_this,
        "cut it.",
        m.reached,
        "a partial resync",
        m.not_reached,
        "a full one",
    ];
    let places: Vec<Option<usize>> = said.iter().map(|part| text.find(part)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {text}");
    let bare = words(&render::<Menu>(MenuProps { told: Told { title: "A".into(), ..Told::default() }, ..sheet(Sheet::About, Lang::En) }));
    assert!(!bare.contains(m.watch) && !bare.contains(m.goals) && !bare.contains(m.try_this), "{bare}");
}

#[test]
fn the_keyboard_leads_to_the_list_of_differences() {
    for lang in Lang::ALL {
        let t = lang.strings();
        let sheet = |which: Sheet| words(&render::<Menu>(sheet(which, lang)));
        assert!(sheet(Sheet::Keys).contains(t.shell.differs.title));
        let list = sheet(Sheet::Differs);
        assert!(t.shell.differs.list.iter().all(|item| list.contains(item)), "{list}");
    }
}

#[test]
fn a_pointed_moment_lights_up_in_ladder_and_chart() {
    let views = fixture::plain();
    let first = views.handshake.rows.first().expect("a handshake").at_us;
    let ladder = |moment| render::<Handshake>(FigureProps { moment, ..figure(&views, Lang::En, None, None) });
    let marked = |html: &str| html.matches("moment").count();
    assert_eq!((marked(&ladder(None)), marked(&ladder(Some(first - 1)))), (0, 0), "before the first message nothing had happened");
    assert_eq!(marked(&ladder(Some(first))), 1);
    let now = views.now_us;
    let chart = |moment| render::<Lag>(FigureProps { moment, ..figure(&views, Lang::En, None, None) });
    assert_ne!(chart(Some(now - 1_000_000)), chart(None));
    assert_eq!(chart(Some(now + 1_000_000)), chart(None), "the future has no values to read");
}

#[test]
fn every_figure_draws_every_moment_in_both_languages_without_inline_styles() {
    for views in [fixture::plain(), fixture::lost(), fixture::blocks(), fixture::beginning(), fixture::many()] {
        for lang in Lang::ALL {
            for (selection, pointed) in [
                (None, None),
                (Some(Selection::Node(3)), Some(72_100)),
                (Some(Selection::Link(1)), Some(1)),
                (Some(Selection::Node(99)), None),
            ] {
                let p = || figure(&views, lang, selection, pointed);
                let html = [
                    ruler(&views, lang, selection, pointed),
                    stage(&views, lang, selection, pointed),
                    render::<Verdict>(p()),
                    render::<Handshake>(p()),
                    render::<Lag>(p()),
                ]
                .concat();
                assert!(!html.contains("style="), "CSP");
                assert!(!html.contains("NaN") && !html.replace("data-term=\"info\"", "").contains("inf"), "a coordinate is no number");
            }
        }
    }
}

/// What the panels read of a real run.
fn read(run: &Timeline, top: u32, replica: u32) -> Views {
    let link = run.sim().link_between(top, replica).expect("a link");
    let ask = Ask { node: top, chosen: false, link: Some(link), lens: None, packet: None };
    let screen = ScreenBook::default().refresh(run.sim(), run.recorder(), run.checker().lamps(), run.now(), &ask);
    Views {
        run: resync_js::ids::RunId::default(),
        screen,
        happened: resync_js::views::Shared::default(),
        playing: false,
        speed_milli: 1_000,
    }
}

/// The first scene played to a moment, with these acts at these, all in ms.
pub(crate) fn played(acts: &[(u64, &str)], to_ms: u64) -> Views {
    let mut run = Timeline::from_text(include_str!("../../lessons/01-short-cut-long-cut/scene.resync")).expect("the first scene");
    for (at_ms, line) in acts {
        run.advance(Time::from_millis(*at_ms), u64::MAX);
        run.act_line(line).unwrap_or_else(|why| panic!("{line}: {why}"));
    }
    run.advance(Time::from_millis(to_ms), u64::MAX);
    read(&run, 0, 1)
}

/// Moments of the first scene, played by the engine, with what a person is asked to try in it.
fn moments() -> Vec<(&'static str, Views, Option<i64>)> {
    let mut run = Timeline::from_text(include_str!("../../lessons/01-short-cut-long-cut/scene.resync")).expect("the first scene");
    let mut all = Vec::new();
    let to = |run: &mut Timeline, ms: u64| {
        run.advance(Time::from_millis(ms), u64::MAX);
    };
    let act = |run: &mut Timeline, line: &str| {
        run.act_line(line).unwrap_or_else(|why| panic!("{line}: {why}"));
    };
    to(&mut run, 700);
    all.push(("run-0-handshake", read(&run, 0, 1), None));
    to(&mut run, 12_000);
    act(&mut run, "cut master replica-1");
    to(&mut run, 14_010);
    act(&mut run, "freeze master replica-2");
    to(&mut run, 16_000);
    all.push(("run-1-cut", read(&run, 0, 1), None));
    act(&mut run, "heal master replica-1");
    act(&mut run, "heal master replica-2");
    to(&mut run, 22_420);
    let byte = view::cluster(run.sim(), run.recorder(), run.checker().lamps()).nodes[0].offset.0 - 100;
    all.push(("run-2-partial", read(&run, 0, 1), Some(byte)));
    act(&mut run, "cut master replica-1");
    to(&mut run, 40_000);
    all.push(("run-3-lost", read(&run, 0, 1), None));
    act(&mut run, "heal master replica-1");
    to(&mut run, 41_200);
    all.push(("run-4-full", read(&run, 0, 1), None));
    all
}

#[test]
fn a_real_run_reads_as_it_went() {
    let all = moments();
    let said = |name: &str| {
        let (_, views, _) = all.iter().find(|(of, ..)| *of == name).expect("a moment");
        let selection = Some(Selection::Node(1));
        let p = || figure(views, Lang::En, selection, None);
        let [verdict, ladder, chart] = [render::<Verdict>(p()), render::<Handshake>(p()), render::<Lag>(p())];
        words(&[ruler(views, Lang::En, selection, None), stage(views, Lang::En, selection, None), verdict, ladder, chart].concat())
    };
    let cut = said("run-1-cut");
    for expected in ["runway", "cut 4.0 s ago", "no line", "wait in the backlog only", "dial refused ×", "frozen 1.9 s", "online in INFO"]
    {
        assert!(cut.contains(expected), "{expected}: {cut}");
    }
    let partial = said("run-2-partial");
    assert!(partial.contains("+CONTINUE") && partial.contains("Still held?") && partial.contains("It asked at"), "{partial}");
    let lost = said("run-3-lost");
    assert!(lost.contains("full resync needed") && lost.contains("some are gone"), "{lost}");
    let full = said("run-4-full");
    assert!(full.contains("+FULLRESYNC") && full.contains("≰"), "{full}");
}

/// Pages for the eye, in the study's grid at 1440×900 without the inspector's side.
#[test]
fn look() {
    let views = [
        ("plain", fixture::plain()),
        ("lost", fixture::lost()),
        ("blocks", fixture::blocks()),
        ("beginning", fixture::beginning()),
        ("many", fixture::many()),
    ];
    let views = views.map(|(name, views)| (name, views, (name == "lost").then_some(72_180), 3));
    let real = moments().into_iter().map(|(name, views, pointed)| (name, views, pointed, 1));
    for (name, views, pointed, chosen) in views.into_iter().chain(real) {
        for lang in Lang::ALL {
            let selection = Some(Selection::Node(chosen));
            let p = || figure(&views, lang, selection, pointed);
            let page = format!(
                "<main>{}{}<div class=\"dock\">{}{}{}</div></main>",
                ruler(&views, lang, selection, pointed),
                stage(&views, lang, selection, pointed),
                render::<Verdict>(p()),
                render::<Handshake>(p()),
                render::<Lag>(p())
            );
            assert!(page.len() > 10_000, "{name}");
            let Ok(folder) = std::env::var("RESYNC_LOOK") else { continue };
            let css = styles::joined(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))).expect("the stylesheets").concat();
            let grid = "body{height:100vh;display:grid;grid-template:44px minmax(0,1fr) 100px/minmax(0,1fr) var(--side)}main{grid-row:2;display:grid;\
                        grid-template-rows:minmax(0,217fr) minmax(0,285fr) minmax(0,250fr);min-width:0;min-height:0}.stream{border-bottom:1px solid var(--line)}";
            let html = format!(
                "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><style>{css}{grid}</style><body>{page}</body></html>",
                lang.strings().tag
            );
            std::fs::write(format!("{folder}/{name}-{}.html", lang.strings().tag), html).expect("a page");
        }
    }
}

#[test]
fn a_dead_master_says_how_long_it_has_been_gone() {
    let mut views = fixture::plain();
    let top = views.top;
    let (now, id) = (views.now_us, views.nodes[top as usize].replid);
    let nodes = views.nodes.make_mut();
    let node = nodes[top as usize].make_mut();
    node.process = Process::Down;
    node.process_since_us = now - 2_300_000;
    node.backlog.active = false;
    node.unreceived = Some(64);
    for (lang, said, lost) in [(Lang::En, "crashed 2.3 s ago", "64 B reached nobody"), (Lang::Zh, "已被强制终止 2.3 s", "64 B 没有送达")]
    {
        let drawn = stage(&views, lang, None, None);
        assert!(drawn.contains(said), "{said}");
        assert!(!drawn.contains("0 µs"), "and not since this very moment");
        assert!(!drawn.contains(id.as_str()), "{said}: no id is shown as if it were so now");
        let text = words(&drawn);
        assert!(text.contains(lost) && text.contains(lang.strings().face.lane.ring_gone[0]), "{text}");
        assert!(!text.contains("full/part/err") && !text.contains("idx"), "{text}");
    }
}

/// Everything that the figures and the shell say of the moments that the tests have, as text.
fn page_text(lang: Lang) -> String {
    let mut text = String::new();
    for views in [fixture::plain(), fixture::lost(), fixture::blocks(), fixture::beginning(), fixture::many()] {
        let one = || figure(&views, lang, None, None);
        let drawn = [ruler(&views, lang, None, None), stage(&views, lang, None, None)];
        let knobs = KnobsProps { views: fixture::shared(views.clone()), t: lang.strings(), on: Callback::noop() };
        let docked = [render::<Verdict>(one()), render::<Handshake>(one()), render::<Lag>(one()), render::<Knobs>(knobs)];
        for html in drawn.iter().chain(&docked) {
            text.push_str(&words(html));
            text.push('\n');
        }
    }
    let t = lang.strings();
    let (i, s) = (&t.shell.inspector, &t.figures.stage);
    // What stands beside the figures: header, strip, knobs, timeline, inspector, caption.
    text.push_str(&(t.shell.header.about)("3.0", 1, 2, 7));
    for label in [s.cut_verb, s.freeze_verb, s.latency, s.bandwidth, t.shell.bar.auto, i.pause_process, i.crash, i.console_empty, "INFO"] {
        text.extend([" ", label]);
    }
    text.extend([(t.shell.bar.event)(7), (t.shell.caption.lamps)(5, 5)]);
    let state = Said::Handshake { who: "r".into(), master: "m".into(), state: ReplState::ReceivePong };
    text.push_str(&(t.tell)(&state));
    for folder in folders() {
        let lesson = folder.lesson.words.get(lang.strings().preferred).cloned().expect("words");
        text.extend([lesson.title, lesson.line, lesson.about, lesson.try_first]);
    }
    text
}

#[test]
fn every_term_stands_somewhere_on_the_page_and_is_explained_in_the_list() {
    for lang in Lang::ALL {
        let t = lang.strings();
        let text = page_text(lang);
        for rules in [Era::V3_0, Era::V7_0].map(Rules::of) {
            let listed = words(&render::<Menu>(MenuProps { rules, ..sheet(Sheet::Words, lang) }));
            for term in Term::ALL {
                let entry = entry(t, *term, rules);
                assert!(listed.contains(entry.text) && listed.contains(entry.word), "{term:?}: {listed}");
            }
        }
        let said = |entry: Entry| std::iter::once(&entry.word).chain(entry.forms).any(|form| text.contains(form));
        let idle: Vec<&Term> =
            Term::ALL.iter().filter(|term| ![Era::V3_0, Era::V7_0].iter().any(|era| said(entry(t, **term, Rules::of(*era))))).collect();
        assert!(idle.is_empty(), "{lang:?}: explained, and nowhere to be read: {idle:?}");
    }
}

#[test]
fn the_words_of_a_lesson_are_explained_where_they_stand() {
    for lang in Lang::ALL {
        let lesson = folders()[0].lesson.words.get(lang.strings().preferred).cloned().expect("words");
        let told = Told { about: vec![lesson.about], ..Told::default() };
        let shown = render::<Menu>(MenuProps { told, ..sheet(Sheet::About, lang) });
        for term in ["backlog", "offset", "partial-resync"] {
            assert!(shown.contains(&format!("data-term=\"{term}\"")), "{lang:?} {term}: {shown}");
        }
    }
}
