//! The lines of a scenario.

use super::act::{self, Defaults, name, number, pair, time};
use super::{Opening, Scenario, Words};
use crate::condition::lexer::Lexer;
use crate::condition::{Condition, Expected, Quantity, TextError, Thing, Unit, Wrong, quantity};
use crate::limits;
use crate::node::api::Costs;
use crate::sim::world::{Act, LinkSpec, NodeSpec, Physics, Script, SentinelSpec, World};
use crate::time::{Span, Time};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Unix seconds at which a run starts unless its text says otherwise: 14 November 2023, 22:13:20 UTC.
const EPOCH_UNIX_S: i64 = 1_700_000_000;

const LINES: &Expected = &Expected::OneOf(&[
    "lesson", "title", "words", "opens", "era", "seed", "epoch", "scale", "cost", "default", "node", "link", "client", "sentinel", "at",
    "then", "until", "expect",
]);

/// Reads a scenario.
///
/// # Errors
/// Names the line, the column and what was expected; everything is checked against [`limits`] before anything is built.
pub fn parse(text: &str) -> Result<Scenario, TextError> {
    if text.len() > limits::SCENARIO_BYTES_MAX {
        return Err(TextError { line: 0, column: 0, expected: Expected::AtMost(Unit::Bytes), wrong: Wrong::LongText(text.len()) });
    }
    let mut reader = Reader::new();
    for (i, line) in text.lines().enumerate() {
        let line = if i == 0 { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
        if line.trim_start().starts_with('#') || line.trim().is_empty() {
            continue;
        }
        let number = u32::try_from(i + 1).unwrap_or(u32::MAX);
        reader.line(&mut Lexer::new(number, line))?;
    }
    reader.finish()
}

struct Reader {
    scenario: Scenario,
    defaults: Defaults,
    nodes: BTreeSet<String>,
    clients: BTreeSet<String>,
    sentinels: BTreeSet<String>,
    /// Names that were used, with the line to blame: checked at the end, so that lines may stand in any order.
    used_nodes: BTreeMap<String, u32>,
    used_clients: BTreeMap<String, u32>,
    /// Ends of links: nodes or sentinels.
    used_ends: BTreeMap<String, u32>,
    /// Whether the text has said where it opens.
    opens: bool,
}

impl Reader {
    fn new() -> Reader {
        let world = World {
            seed: 1,
            epoch_unix_s: EPOCH_UNIX_S,
            costs: Costs::default(),
            default_link: Physics::default(),
            local_link: Physics { latency: Span::from_micros(50), ..Physics::default() },
            nodes: Vec::new(),
            links: Vec::new(),
            clients: Vec::new(),
            sentinels: Vec::new(),
            script: Vec::new(),
        };
        Reader {
            scenario: Scenario { words: Words::default(), opens: Opening::default(), world },
            defaults: Defaults::default(),
            nodes: BTreeSet::new(),
            clients: BTreeSet::new(),
            sentinels: BTreeSet::new(),
            used_nodes: BTreeMap::new(),
            used_clients: BTreeMap::new(),
            used_ends: BTreeMap::new(),
            opens: false,
        }
    }

    fn line(&mut self, lexer: &mut Lexer<'_>) -> Result<(), TextError> {
        let first = lexer.word(LINES)?;
        let world = &mut self.scenario.world;
        match first.text() {
            _ if first.quoted => return Err(lexer.wrong(&first, LINES)),
            "lesson" => self.scenario.words.read_lesson(lexer)?,
            "title" => self.scenario.words.read_title(lexer),
            "words" => self.scenario.words.read_line(lexer)?,
            "opens" => {
                let twice = core::mem::replace(&mut self.opens, true);
                self.scenario.opens = Opening::read(lexer, first.column, twice)?;
            }
            "era" => self.defaults.era = act::era(lexer)?,
            "seed" => world.seed = number(lexer, Quantity::Number, 0, u64::MAX)?,
            "epoch" => world.epoch_unix_s = i64::try_from(number(lexer, Quantity::UnixSeconds, 0, 253_402_300_799)?).expect("bounded"),
            "scale" => world.costs.scale = number(lexer, Quantity::Factor, 1, 1_000_000)?,
            "cost" => cost(lexer, &mut world.costs)?,
            "default" => {
                let word = lexer.word(&Expected::OneOf(&["link", "client", "node"]))?;
                match word.text() {
                    "link" => act::apply(&mut world.default_link, &act::physics(lexer)?),
                    "client" => act::apply(&mut world.local_link, &act::physics(lexer)?),
                    "node" => {
                        while !lexer.is_empty() {
                            let word = lexer.word(&Expected::Directive)?;
                            let words = act::directive(lexer, &word)?;
                            self.defaults.config.retain(|old| old[0] != words[0] || act::repeats(&words[0]));
                            self.defaults.config.push(words);
                        }
                        if self.defaults.config.iter().map(Vec::len).sum::<usize>() > limits::CONFIG_WORDS_MAX {
                            return Err(lexer.wrong(&word, &Expected::AtMost(Unit::ConfigWords)));
                        }
                    }
                    _ => return Err(lexer.wrong(&word, &Expected::OneOf(&["link", "client", "node"]))),
                }
            }
            "node" => {
                let column = lexer.column();
                let spec = act::node(lexer, &self.defaults)?;
                self.add_node(lexer, column, &spec)?;
                self.scenario.world.nodes.push(spec);
            }
            "link" => {
                let (from, to, one_way) = pair(lexer, true)?;
                self.use_end(&from, lexer.line());
                self.use_end(&to, lexer.line());
                let change = act::physics(lexer)?;
                self.scenario.world.links.push(LinkSpec { from, to, one_way, change });
            }
            "client" => {
                let column = lexer.column();
                let client = name(lexer, &Expected::NewName(Thing::Client))?;
                let word = lexer.word(&Expected::OneOf(&["on"]))?;
                if !word.is("on") {
                    return Err(lexer.wrong(&word, &Expected::OneOf(&["on NODE: …"])));
                }
                let spec = act::client_spec(lexer, client)?;
                self.use_node(&spec.on, lexer.line());
                self.add_client(lexer, column, &spec.name)?;
                self.scenario.world.clients.push(spec);
            }
            "sentinel" => {
                let column = lexer.column();
                for spec in super::watch::read(lexer)? {
                    self.add_sentinel(lexer, column, spec)?;
                }
            }
            "at" => {
                let at = Time::ZERO + time(lexer, &Expected::Time("10s"))?;
                let act = self.act(lexer)?;
                self.script(lexer, Script::At(at, act))?;
            }
            "then" => {
                let act = self.act(lexer)?;
                self.script(lexer, Script::Then(act))?;
            }
            "until" => {
                let condition = self.condition(lexer)?;
                if !lexer.take("within") {
                    let column = lexer.column();
                    return Err(lexer.error(column, &Expected::OneOf(&["and", "or", "within TIME"]), Wrong::NoBound));
                }
                let within = time(lexer, &Expected::Time("30s"))?;
                self.script(lexer, Script::Until(condition, within))?;
            }
            "expect" => {
                let condition = self.condition(lexer)?;
                self.script(lexer, Script::Expect(condition))?;
            }
            _ => return Err(lexer.wrong(&first, LINES)),
        }
        lexer.end()
    }

    fn use_node(&mut self, name: &str, line: u32) {
        self.used_nodes.entry(name.to_string()).or_insert(line);
    }
    fn use_end(&mut self, name: &str, line: u32) {
        self.used_ends.entry(name.to_string()).or_insert(line);
    }
    fn use_client(&mut self, name: &str, line: u32) {
        self.used_clients.entry(name.to_string()).or_insert(line);
    }
    fn script(&mut self, lexer: &Lexer<'_>, step: Script) -> Result<(), TextError> {
        self.scenario.world.script.push(step);
        if self.scenario.world.script.len() > limits::SCRIPT_LINES_MAX {
            return Err(lexer.error(0, &Expected::AtMost(Unit::ScriptLines), Wrong::TooMany(Unit::ScriptLines)));
        }
        Ok(())
    }
    fn add_node(&mut self, lexer: &Lexer<'_>, column: u32, spec: &NodeSpec) -> Result<(), TextError> {
        if self.sentinels.contains(&spec.name) || !self.nodes.insert(spec.name.clone()) {
            return Err(lexer.error(column, &Expected::FreeName(Thing::Node), Wrong::Exists(Thing::Node, spec.name.clone())));
        }
        if self.nodes.len() > limits::NODES_MAX {
            return Err(lexer.error(column, &Expected::AtMost(Unit::Nodes), Wrong::TooMany(Unit::Nodes)));
        }
        if let Some(master) = &spec.follows {
            self.use_node(master, lexer.line());
        }
        Ok(())
    }
    fn add_sentinel(&mut self, lexer: &Lexer<'_>, column: u32, spec: SentinelSpec) -> Result<(), TextError> {
        if self.nodes.contains(&spec.name) || !self.sentinels.insert(spec.name.clone()) {
            return Err(lexer.error(column, &Expected::FreeName(Thing::Node), Wrong::Exists(Thing::Node, spec.name)));
        }
        if self.sentinels.len() > limits::SENTINELS_MAX {
            return Err(lexer.error(column, &Expected::AtMost(Unit::Sentinels), Wrong::TooMany(Unit::Sentinels)));
        }
        self.use_node(&spec.watch, lexer.line());
        self.scenario.world.sentinels.push(spec);
        Ok(())
    }
    fn add_client(&mut self, lexer: &Lexer<'_>, column: u32, name: &str) -> Result<(), TextError> {
        if !self.clients.insert(name.to_string()) {
            return Err(lexer.error(column, &Expected::FreeName(Thing::Client), Wrong::Exists(Thing::Client, name.to_string())));
        }
        if self.clients.len() > limits::CLIENTS_MAX {
            return Err(lexer.error(column, &Expected::AtMost(Unit::Clients), Wrong::TooMany(Unit::Clients)));
        }
        Ok(())
    }
    fn condition(&mut self, lexer: &mut Lexer<'_>) -> Result<Condition, TextError> {
        let condition = Condition::read(lexer)?;
        let (mut nodes, mut clients) = (Vec::new(), Vec::new());
        condition.names(&mut nodes, &mut clients);
        nodes.iter().for_each(|node| self.use_node(node, lexer.line()));
        clients.iter().for_each(|client| self.use_client(client, lexer.line()));
        Ok(condition)
    }
    fn act(&mut self, lexer: &mut Lexer<'_>) -> Result<Act, TextError> {
        let column = lexer.column();
        let act = act::read(lexer, &self.defaults)?;
        let line = lexer.line();
        match &act {
            Act::Cut { a, b } | Act::Heal { a, b } | Act::Freeze { a, b, .. } | Act::Link { a, b, .. } => {
                self.use_end(a, line);
                self.use_end(b, line);
            }
            Act::Pause { node }
            | Act::Resume { node }
            | Act::Crash { node }
            | Act::Interrupt { node }
            | Act::PowerOff { node }
            | Act::Restart { node, .. }
            | Act::Command { node, .. } => self.use_end(node, line),
            Act::Fault { node, .. } => self.use_node(node, line),
            Act::ClientRate { client, .. } | Act::ClientBytes { client, .. } => self.use_client(client, line),
            Act::ClientMove { client, to } => {
                self.use_client(client, line);
                self.use_node(to, line);
            }
            Act::AddNode(spec) => self.add_node(lexer, column, spec)?,
            Act::AddClient(spec) => {
                self.use_node(&spec.on, line);
                self.add_client(lexer, column, &spec.name)?;
            }
        }
        Ok(act)
    }

    fn finish(mut self) -> Result<Scenario, TextError> {
        let unknown = |what: Thing, name: &str, line: u32, known: &BTreeSet<String>| {
            let expected = Expected::KnownName(what, known.iter().take(20).cloned().collect());
            Err(TextError { line, column: 0, expected, wrong: Wrong::NoSuch(what, name.to_string()) })
        };
        if self.nodes.is_empty() {
            return Err(TextError { line: 0, column: 0, expected: Expected::FirstNode, wrong: Wrong::NoNode });
        }
        let first_wrong = self.used_nodes.iter().filter(|(name, _)| !self.nodes.contains(*name)).min_by_key(|(_, line)| **line);
        if let Some((name, line)) = first_wrong {
            return unknown(Thing::Node, name, *line, &self.nodes);
        }
        let is_end = |name: &String| self.nodes.contains(name) || self.sentinels.contains(name);
        let first_wrong = self.used_ends.iter().filter(|(name, _)| !is_end(name)).min_by_key(|(_, line)| **line);
        if let Some((name, line)) = first_wrong {
            return unknown(Thing::Node, name, *line, &self.nodes);
        }
        let first_wrong = self.used_clients.iter().filter(|(name, _)| !self.clients.contains(*name)).min_by_key(|(_, line)| **line);
        if let Some((name, line)) = first_wrong {
            return unknown(Thing::Client, name, *line, &self.clients);
        }
        let nodes = &mut self.scenario.world.nodes;
        let mut taken: BTreeSet<String> = nodes.iter().filter(|node| !node.ip.is_empty()).map(|node| node.ip.clone()).collect();
        let mut next = 1u32;
        for node in nodes.iter_mut().filter(|node| node.ip.is_empty()) {
            node.ip = super::free_address(&taken, &mut next);
            taken.insert(node.ip.clone());
        }
        // Sentinels stand in a network of their own, so that a node more changes no address.
        let mut next = 9 << 16 | 1;
        for sentinel in &mut self.scenario.world.sentinels {
            sentinel.ip = super::free_address(&taken, &mut next);
        }
        Ok(self.scenario)
    }
}

fn cost(lexer: &mut Lexer<'_>, costs: &mut Costs) -> Result<(), TextError> {
    const KINDS: &Expected = &Expected::OneOf(&["rdb-save", "rdb-load", "flush", "fork", "command", "element"]);
    let kind = lexer.word(KINDS)?;
    let word = lexer.word(&Expected::Cost)?;
    let text = word.text();
    let with_unit = |unit: &str| text.strip_suffix(unit).and_then(quantity::size);
    match kind.text() {
        "rdb-save" => costs.rdb_save = quantity::rate(text).ok_or_else(|| lexer.wrong(&word, &Expected::Rate("20mb/s")))?,
        "rdb-load" => costs.rdb_load = quantity::rate(text).ok_or_else(|| lexer.wrong(&word, &Expected::Rate("20mb/s")))?,
        "flush" => costs.flush_keys = with_unit("keys/s").ok_or_else(|| lexer.wrong(&word, &Expected::KeyRate))?,
        "fork" => {
            let us = text.strip_suffix("us/mib").and_then(|n| n.parse().ok()).filter(|us| *us <= 1_000_000);
            costs.fork_us_per_mib = us.ok_or_else(|| lexer.wrong(&word, &Expected::ForkCost))?;
        }
        "command" => {
            let span = quantity::span(text).filter(|span| *span <= Span::from_secs(10));
            costs.command = span.ok_or_else(|| lexer.wrong(&word, &Expected::Time("2us")))?;
        }
        "element" => {
            let ns = match text.strip_suffix("ns") {
                Some(digits) => digits.parse().ok(),
                None => quantity::span(text).map(|span| span.as_micros().saturating_mul(1_000)),
            };
            costs.element_ns = ns.filter(|ns| *ns <= 10_000_000_000).ok_or_else(|| lexer.wrong(&word, &Expected::Time("100ns")))?;
        }
        _ => return Err(lexer.wrong(&kind, KINDS)),
    }
    Ok(())
}
