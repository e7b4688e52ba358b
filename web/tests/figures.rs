//! What of the figures needs a browser: packets move outside the virtual DOM, by elements that were made once.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, reason = "tests")]

use resync_core::repl::Offset;
use resync_core::view::{PacketKind, PacketView};
use resync_web::draw::hue_of;
use resync_web::panels::stage::packets::{Lane, PacketPool, SLOTS, paint};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Element;

wasm_bindgen_test_configure!(run_in_browser);

const SVG: &str = "http://www.w3.org/2000/svg";

/// A group in an `<svg>` of the document, and a pool attached to it with one link's two lanes.
fn stage() -> (Element, PacketPool) {
    let document = web_sys::window().and_then(|w| w.document()).expect("a document");
    let make = |name: &str| document.create_element_ns(Some(SVG), name).expect("an element");
    let (svg, group) = (make("svg"), make("g"));
    svg.append_child(&group).expect("a child");
    document.body().expect("a body").append_child(&svg).expect("a child");
    let pool = PacketPool::new();
    pool.attach(&group);
    pool.set_lanes(lanes(false), 1_068.0);
    (group, pool)
}

fn lanes(filled: bool) -> Vec<Lane> {
    let lane = |up: bool, start: f64, end: f64| Lane {
        link: 0,
        up,
        second: None,
        start,
        end,
        y: if up { 43.0 } else { 30.0 },
        label: Some(if up { 62.0 } else { 18.0 }),
        inline: None,
        before: 0.0,
        reserved: 0.0,
        slopes: None,
        rise: 0.0,
        hue: hue_of(1),
        filled,
    };
    vec![lane(false, 436.0, 800.0), lane(true, 800.0, 436.0)]
}

fn packet(id: u64, up: bool, x0: u32) -> PacketView {
    PacketView {
        id,
        link: 0,
        up,
        second: false,
        kind: PacketKind::Stream,
        text: format!("SET key:{id}"),
        decisive: false,
        bytes: 64,
        first: Some(Offset(id as i64 * 64)),
        t0_us: 0,
        t1_us: 100_000,
        x0,
        x1: 1_000,
    }
}

fn visible(group: &Element) -> Vec<Element> {
    let all = group.children();
    (0..all.length()).filter_map(|i| all.item(i)).filter(|e| e.tag_name() == "g" && e.get_attribute("display").is_none()).collect()
}

/// Where a packet was moved to: the first number of its `translate`.
fn x_of(element: &Element) -> f64 {
    let text = element.get_attribute("transform").expect("a transform");
    let inside = text.split(['(', ')']).nth(1).expect("numbers");
    inside.split([' ', ',']).next().and_then(|n| n.parse().ok()).expect("a number")
}

fn labels(group: &Element) -> Vec<String> {
    visible(group)
        .iter()
        .filter_map(Element::last_element_child)
        .filter(|label| label.get_attribute("display").is_none())
        .filter_map(|label| label.text_content())
        .collect()
}

#[wasm_bindgen_test]
fn a_packet_moves_linearly_and_nothing_is_made_for_it() {
    let (group, pool) = stage();
    assert_eq!(group.child_element_count() as usize, SLOTS + 1, "and the line that joins an opened packet to its drawer");
    let packets = [packet(1, false, 0)];
    for (now_us, x) in [(50_000, 618.0), (75_000, 709.0), (25_000, 527.0)] {
        paint(&pool, &packets, now_us);
        let shown = visible(&group);
        assert_eq!(shown.len(), 1);
        assert!((x_of(&shown[0]) - x).abs() < 0.1, "{} at {now_us}", x_of(&shown[0]));
        assert_eq!(group.child_element_count() as usize, SLOTS + 1, "and the line that joins an opened packet to its drawer");
    }
    paint(&pool, &[], 80_000);
    assert!(visible(&group).is_empty(), "it arrived");
}

#[wasm_bindgen_test]
fn the_older_label_gives_way_to_the_newer() {
    let (group, pool) = stage();
    paint(&pool, &[packet(1, false, 500), packet(2, false, 480)], 0);
    assert_eq!(visible(&group).len(), 2);
    assert_eq!(labels(&group), ["SET key:2"]);
    paint(&pool, &[packet(1, false, 900), packet(3, false, 100)], 0);
    let mut both = labels(&group);
    both.sort();
    assert_eq!(both, ["SET key:1", "SET key:3"]);
}

#[wasm_bindgen_test]
fn more_packets_than_slots_are_no_harm_and_a_filled_lane_draws_none() {
    let (group, pool) = stage();
    let many: Vec<PacketView> = (0..1_000).map(|id| packet(id, id % 2 == 0, 0)).collect();
    paint(&pool, &many, 10_000);
    assert_eq!(visible(&group).len(), SLOTS);
    pool.set_lanes(lanes(true), 1_068.0);
    paint(&pool, &many, 10_000);
    assert!(visible(&group).is_empty());
}

#[wasm_bindgen_test]
fn without_movement_packets_are_numbered_and_stand() {
    let (group, pool) = stage();
    pool.set_still(true);
    let packets = [packet(7, true, 0), packet(9, true, 0)];
    paint(&pool, &packets, 10_000);
    let before: Vec<f64> = visible(&group).iter().map(x_of).collect();
    paint(&pool, &packets, 90_000);
    let after: Vec<f64> = visible(&group).iter().map(x_of).collect();
    assert_eq!(before, after);
    let mut names = labels(&group);
    names.sort();
    assert_eq!(names, ["1 SET key:7", "2 SET key:9"]);
}

#[wasm_bindgen_test]
fn the_packet_that_carries_the_pointed_byte_is_marked() {
    let (group, pool) = stage();
    pool.set_pointed(Some(130));
    paint(&pool, &[packet(1, false, 100), packet(2, false, 700)], 0);
    let hot: Vec<String> =
        visible(&group).iter().filter(|e| e.get_attribute("class").as_deref() == Some("hot")).filter_map(|e| e.text_content()).collect();
    assert_eq!(hot, ["SET key:2"]);
}
