//! A world as text: [`super::parse`] reads it back to the same world.

use super::Scenario;
use super::act::{act_line, change_text, client_line, node_line};
use crate::condition::{rate_text, span_text};
use crate::node::api::Costs;
use crate::sim::world::{Physics, PhysicsChange, Script, World};
use crate::time::Time;
use alloc::format;
use alloc::string::String;
use core::fmt::Write;

/// The text of a scenario, everything said.
#[must_use]
pub fn world_text(scenario: &Scenario) -> String {
    let Scenario { words, opens, world } = scenario;
    let mut text = String::new();
    words.print(&mut text);
    opens.print(&mut text);
    let _ = writeln!(text, "seed {}\nepoch {}", world.seed, world.epoch_unix_s);
    costs(&mut text, world);
    physics(&mut text, "default link", &world.default_link);
    physics(&mut text, "default client", &world.local_link);
    for node in &world.nodes {
        let _ = writeln!(text, "{}", node_line(node));
    }
    for link in &world.links {
        let arrow = if link.one_way { " -> " } else { " " };
        let _ = writeln!(text, "link {}{arrow}{}{}", link.from, link.to, change_text(&link.change));
    }
    for client in &world.clients {
        let _ = writeln!(text, "{}", client_line(client));
    }
    for sentinel in &world.sentinels {
        let _ = writeln!(text, "{}", super::watch::line(sentinel));
    }
    for step in &world.script {
        let _ = writeln!(text, "{}", script_line(step));
    }
    text
}

/// One line of the script.
#[must_use]
pub fn script_line(step: &Script) -> String {
    match step {
        Script::At(at, act) => format!("at {} {}", span_text(*at - Time::ZERO), act_line(act)),
        Script::Until(condition, within) => format!("until {condition} within {}", span_text(*within)),
        Script::Expect(condition) => format!("expect {condition}"),
        Script::Then(act) => format!("then {}", act_line(act)),
    }
}

fn costs(text: &mut String, world: &World) {
    let Costs { command, element_ns, fork_us_per_mib, rdb_save, rdb_load, flush_keys, scale } = world.costs;
    let _ = writeln!(text, "scale {scale}");
    let _ = writeln!(text, "cost rdb-save {}\ncost rdb-load {}", rate_text(rdb_save), rate_text(rdb_load));
    let _ = writeln!(
        text,
        "cost flush {flush_keys}keys/s\ncost fork {fork_us_per_mib}us/mib\ncost command {}\ncost element {element_ns}ns",
        span_text(command)
    );
}

fn physics(text: &mut String, what: &str, physics: &Physics) {
    let change = PhysicsChange {
        latency: Some(physics.latency),
        jitter: Some(physics.jitter),
        bandwidth: Some(physics.bandwidth),
        buffer: Some(physics.send_buffer),
        window: (physics.receive_buffer != physics.send_buffer).then_some(physics.receive_buffer),
    };
    let _ = writeln!(text, "{what}{}", change_text(&change));
}
