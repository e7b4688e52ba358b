//! One node from within: INFO, variables, directives, keys, and its stream around an offset.

use super::{Directive, KeyView, NodeIx, StreamCommand, Variable};
use crate::command::directives::Config;
use crate::data::Value;
use crate::era::Era;
use crate::info::InfoText;
use crate::order;
use crate::repl::Offset;
use crate::resp::cli;
use crate::sim::Sim;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What INFO would say now; `None` of a section is the whole. Nothing while there is no process.
#[must_use]
pub fn info(sim: &Sim, node: NodeIx, section: Option<&str>) -> Option<InfoText> {
    let machine = sim.machine(node);
    machine.alive().then(|| machine.node.info_text(sim.now(), section))
}

/// What a debugger would show of a node.
#[must_use]
pub fn variables(sim: &Sim, node: NodeIx) -> Vec<Variable> {
    sim.node(node).variables(sim.now()).into_iter().map(|(name, value)| Variable { name, value }).collect()
}

/// A node's directives with their present values, by name.
#[must_use]
pub fn directives(sim: &Sim, node: NodeIx) -> Vec<Directive> {
    let listed = sim.node(node).config_values().list();
    listed
        .into_iter()
        .map(|row| Directive { name: row.name.to_string(), value: row.value, default: row.default, bounds: row.bounds })
        .collect()
}

/// The names of an era's directives, in alphabetical order.
#[must_use]
pub fn directive_names(era: Era) -> Vec<&'static str> {
    let mut names: Vec<_> = Config::defaults(era).list().into_iter().map(|row| row.name).collect();
    order::sort(&mut names);
    names
}

/// Letters of a value that are shown.
const PREVIEW_MAX: usize = 60;

/// The first keys of all databases, at most `most`.
#[must_use]
pub fn keys(sim: &Sim, node: NodeIx, most: usize) -> Vec<KeyView> {
    let machine = sim.machine(node);
    let data = machine.node.dataset();
    let now_ms = machine.node.settings().epoch_unix_ms + i64::try_from(sim.now().as_millis()).unwrap_or(i64::MAX);
    (0..data.databases())
        .flat_map(|db| data.iter(db).map(move |entry| (db, entry)))
        .take(most)
        .map(|(db, entry)| KeyView {
            db: db as u32,
            key: cli::quote(entry.key),
            kind: entry.value.type_of(),
            ttl_ms: entry.expiry.map(|at| at - now_ms),
            preview: preview(entry.value),
        })
        .collect()
}

fn preview(value: &Value) -> String {
    let quoted = |bytes: &[u8]| {
        let text = cli::quote(&bytes[..bytes.len().min(PREVIEW_MAX)]);
        if bytes.len() > PREVIEW_MAX { format!("{text}\u{2026}") } else { text }
    };
    let some = |items: Vec<String>, all: usize| {
        let shown = items.join(" ");
        if all > items.len() { format!("{shown} \u{2026} ({all})") } else { shown }
    };
    match value {
        Value::String(bytes) | Value::Sum(bytes) | Value::Grown(bytes) => quoted(bytes),
        Value::List(list) => some(list.iter().take(3).map(|item| quoted(item)).collect(), list.len()),
        Value::Set(set) => some(set.iter().take(3).map(|item| quoted(&item)).collect(), set.len()),
        Value::Hash(hash) => {
            some(hash.iter().take(2).map(|(field, value)| format!("{} {}", quoted(field), quoted(value))).collect(), hash.len())
        }
        Value::ZSet(zset) => some(
            zset.iter().take(2).map(|item| format!("{} {}", crate::data::value::print_score(item.score), quoted(&item.member))).collect(),
            zset.len(),
        ),
        Value::Stream(stream) => some(Vec::new(), usize::try_from(stream.entries()).unwrap_or(usize::MAX)),
    }
}

/// Commands of a node's stream of which some byte lies in `from..=to`, as far as its backlog holds them.
#[must_use]
pub fn stream_commands(sim: &Sim, node: NodeIx, from: Offset, to: Offset) -> Vec<StreamCommand> {
    super::stream::commands(sim.node(node).backlog(), from, to)
}
