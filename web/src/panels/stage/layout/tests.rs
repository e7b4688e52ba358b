use super::*;
use crate::action::Tab;
use resync_core::sim::world::Act;
use resync_js::desk::{Ask, Desk};
use std::fmt::Write;

/// The boxes of figures: a desk, a small desk, a wide one, a tablet, a phone, and a window of nothing.
const SIZES: [(f64, f64); 8] =
    [(1068.0, 226.0), (926.0, 196.0), (1326.0, 330.0), (760.0, 290.0), (500.0, 220.0), (374.0, 330.0), (317.0, 420.0), (292.0, 300.0)];

fn ask(node: NodeIx) -> Ask {
    Ask { node, chosen: false, link: None, lens: None, packet: None, tab: Tab::Console }
}
fn views(text: &str) -> Views {
    Desk::load(text).expect("a scenario").views(&ask(0))
}
/// A scenario played for some seconds, with lines typed at moments.
fn played(text: &str, acts: &[(u64, &str)], until_ms: u64) -> Views {
    let mut desk = Desk::load(text).expect("a scenario");
    for (at_ms, line) in acts {
        while !matches!(desk.run_mut().seek_some(at_ms * 1_000, &|| true), resync_js::desk::Turn::Done) {}
        desk.act(line).unwrap_or_else(|why| panic!("{line}: {why:?}"));
    }
    while !matches!(desk.run_mut().seek_some(until_ms * 1_000, &|| true), resync_js::desk::Turn::Done) {}
    desk.views(&ask(0))
}
const CHAIN: &str = "era 7.0\nseed 1\nnode master\nnode a follows master\nnode b follows master\nnode under follows a\n";

/// Whether two boxes have more than an edge in common.
fn overlap(a: &Area, b: &Area) -> bool {
    let e = 0.01;
    a.x + e < b.x + b.w && b.x + e < a.x + a.w && a.y + e < b.y + b.h && b.y + e < a.y + a.h
}

/// Everything lies inside the figure, no two boxes overlap, no pipe runs through a box or another pipe, and every node has one place.
fn sound(views: &Views, what: &str) {
    for (w, h) in SIZES {
        let plan = plan(views, Size::new(w, h));
        let mut boxes: Vec<(String, Area)> = vec![("frame".into(), plan.frame)];
        boxes.extend(plan.cards.iter().map(|c| (format!("card {}", c.ix), c.area)));
        boxes.extend(plan.tiles.iter().map(|t| (format!("tile {}", t.ix), t.area)));
        boxes.extend(
            plan.pipes.iter().map(|p| (format!("pipe {}", p.link), Area { x: p.x0, y: p.y - p.lane, w: p.len(), h: p.lane * 2.0 })),
        );
        for (i, (name, a)) in boxes.iter().enumerate() {
            let inside = a.x >= 0.0 && a.x + a.w <= w + 0.01 && a.y >= 0.0 && a.y + a.h <= h + 0.01 && a.w > 0.0 && a.h > 0.0;
            assert!(inside, "{what} at {w}×{h}: {name} {a:?} is not inside");
            for (other, b) in &boxes[i + 1..] {
                assert!(!overlap(a, b), "{what} at {w}×{h}: {name} {a:?} and {other} {b:?} overlap");
            }
        }
        for trunk in &plan.trunks {
            for (x, y) in [trunk.from, trunk.to] {
                assert!(x >= 0.0 && x <= w && y >= 0.0 && y <= h, "{what} at {w}×{h}: {trunk:?}");
            }
        }
        let shown = 1 + plan.cards.len() + plan.tiles.iter().map(|tile| tile.nodes).sum::<usize>();
        assert_eq!(shown, views.nodes.len(), "{what} at {w}×{h}: each node has its place");
    }
}

#[test]
fn one_to_forty_replicas_never_overlap() {
    for count in (1..=40).chain([100, 500, 2_000]) {
        let mut text = String::from("era 6.2\nnode master\n");
        for i in 1..=count {
            let _ = writeln!(text, "node replica-{i} follows master");
        }
        let views = views(&text);
        sound(&views, &format!("{count} replicas"));
        let plan = plan(&views, Size::new(1068.0, 226.0));
        if count <= 40 {
            assert_eq!((plan.cards.len(), plan.pipes.len()), (count, count));
            assert!(plan.cards.iter().all(|card| card.room >= Room::Line && card.area.w >= 60.0), "{count}: each says its name");
            assert!(plan.pipes.iter().all(|pipe| pipe.len() >= 30.0), "{count}: in each pipe a packet is seen");
        }
    }
}

#[test]
fn one_to_five_hundred_and_forty_pairs_never_overlap() {
    for count in (1..=40).chain([540]) {
        let mut text = String::from("era 3.0\n");
        for i in 1..=count {
            let _ = writeln!(text, "node master-{i}\nnode replica-{i} follows master-{i}");
        }
        let views = views(&text);
        sound(&views, &format!("{count} pairs"));
        let plan = plan(&views, Size::new(1068.0, 226.0));
        assert_eq!(plan.top, 0);
        assert!(plan.pipes.iter().any(|pipe| (pipe.left, pipe.right) == (0, 1)), "the shown pair stands in full");
    }
}

#[test]
fn chains_circles_and_mixtures_never_overlap() {
    for count in [2, 3, 5, 8, 12, 30] {
        let mut text = String::from("era 5.0\nnode n0\n");
        for i in 1..count {
            let _ = writeln!(text, "node n{i} follows n{}", i - 1);
        }
        sound(&views(&text), &format!("a chain of {count}"));
        let mut text = String::from("era 5.0\nnode m\n");
        for i in 0..count {
            let _ = writeln!(text, "node r{i} follows m\nnode s{i} follows r{i}\nnode lone{i}");
        }
        sound(&views(&text), &format!("{count} replicas with one each, and {count} alone"));
    }
    sound(&views("era 5.0\nnode a follows b\nnode b follows a\nnode c follows b\n"), "a circle");
}

#[test]
fn after_a_failover_the_new_master_stands_left_and_the_dead_one_keeps_a_place() {
    let text = "era 6.2\nseed 7\nnode master\nnode replica-1 follows master\nnode replica-2 follows master\n\
        client writer on master: every 50ms SET key:{1..100} {32 bytes}\n";
    let acts = [(3_000, "crash master"), (4_000, "replica-1: REPLICAOF NO ONE")];
    let half = played(text, &acts, 5_000);
    sound(&half, "a failover in which the other replica still waits for the dead");
    assert_eq!(half.top, 1, "the dead master's heir is shown");
    let whole = [acts[0], acts[1], (4_500, "replica-2: REPLICAOF 10.0.0.2 6379"), (5_000, "client writer to replica-1")];
    let over = played(text, &whole, 7_000);
    sound(&over, "a failover");
    let plan = plan(&over, Size::new(1068.0, 226.0));
    assert_eq!(plan.top, 1);
    let pair = |left, right| plan.pipes.iter().any(|pipe| (pipe.left, pipe.right) == (left, right));
    assert!(pair(1, 2) && pair(1, 0), "{:?}", plan.pipes);
    assert!(plan.cards.iter().any(|card| card.ix == 0));
    // The old one comes back and follows.
    let back = [&whole[..], &[(8_000, "restart master"), (8_500, "master: REPLICAOF 10.0.0.2 6379")]].concat();
    let views = played(text, &back, 11_000);
    sound(&views, "the old master as a replica");
    assert_eq!(views.top, 1);
}

#[test]
fn two_living_masters_stand_side_by_side() {
    let text = "era 6.2\nseed 7\nnode master\nnode replica-1 follows master\nnode replica-2 follows master\n\
        client writer on master: every 50ms SET key:{1..100} {32 bytes}\n";
    let acts = [(3_000, "cut master replica-1"), (4_000, "replica-1: REPLICAOF NO ONE"), (4_100, "replica-2: REPLICAOF 10.0.0.2 6379")];
    let views = played(text, &acts, 6_000);
    sound(&views, "two masters");
    assert_eq!(views.top, 1, "everybody has left the old one");
    assert!(plan(&views, Size::new(1068.0, 226.0)).pipes.iter().any(|pipe| (pipe.left, pipe.right) == (1, 0)), "their link can be healed");
    let alone = played("era 5.0\nnode a\nnode b\n", &[], 1_000);
    sound(&alone, "two masters who know nothing of each other");
    let mut desk = Desk::load(text).expect("a scenario");
    desk.perform(Act::Crash { node: "master".into() }).expect("it runs");
    sound(&desk.views(&ask(0)), "everybody's master is dead");
}

#[test]
fn a_tall_box_stacks_a_sub_replica_right_below_its_master() {
    let views = views(CHAIN);
    for (w, h) in [(317.0, 330.0), (292.0, 420.0), (400.0, 600.0)] {
        let plan = plan(&views, Size::new(w, h));
        assert_eq!((plan.cards.len(), plan.pipes.len(), plan.trunks.len()), (3, 3, 3));
        assert!(plan.pipes.iter().all(|pipe| pipe.len() >= 20.0), "{:?}", plan.pipes);
        let y = |ix: NodeIx| plan.cards.iter().find(|c| c.ix == ix).map(|c| c.area.y);
        assert!(y(1) < y(3) && y(3) < y(2), "{:?}", plan.cards);
    }
}

#[test]
fn a_wide_box_has_no_trunks() {
    let plan = plan(&views(CHAIN), Size::new(1068.0, 226.0));
    assert!(plan.trunks.is_empty() && plan.memory.is_some());
    assert_eq!(plan.pipes.len(), 3);
}
