//! Acts: what a script or a person does to the world, one line each.

use crate::command::directives::Config;
use crate::condition::lexer::{Lexer, Mode, Piece, Token, quote};
use crate::condition::quantity::{self, rate_text, size_text, span_text};
use crate::condition::{Expected, Quantity, TextError, Thing, Unit, Wrong, is_name};
use crate::era::Era;
use crate::limits;
use crate::repl::Allocator;
use crate::sim::world::{Act, ClientSpec, Fault, NodeSpec, Part, Physics, PhysicsChange, Preload};
use crate::time::Span;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;
use core::fmt::Write;

/// Reads one act: `cut A B`, `heal A B`, `freeze A B`, `freeze A -> B`, `link A B latency 2ms …`, `pause N`, `resume N`, `crash N`,
/// `power-off N`, `restart N [without rdb]`, `N: COMMAND …`, `client W every 10ms`, `client W stop`, `client W bytes 64`, `client W to N`, `node N …`,
/// `client N on M: …`, `fault N child-slow 10|child-silent|child-fails|disk-full|none`.
///
/// # Errors
/// Names the column and what was expected.
pub fn parse_act(text: &str) -> Result<Act, TextError> {
    if text.len() > limits::SCENARIO_BYTES_MAX {
        return Err(TextError { line: 0, column: 0, expected: Expected::ShorterLine, wrong: Wrong::TooLong });
    }
    let line = text.trim_end_matches(['\n', '\r']);
    if line.contains(['\n', '\r']) {
        return Err(TextError { line: 0, column: 0, expected: Expected::OneLine, wrong: Wrong::SeveralLines });
    }
    let mut lexer = Lexer::new(0, line);
    read(&mut lexer, &Defaults::default())
}

/// What nodes of a text get unless they say otherwise.
#[derive(Clone)]
pub(super) struct Defaults {
    /// `era …`
    pub(super) era: Era,
    /// `default node …`
    pub(super) config: Vec<Vec<Bytes>>,
}
impl Default for Defaults {
    fn default() -> Defaults {
        Defaults { era: Era::V7_0, config: Vec::new() }
    }
}

/// Reads an act and the end of its line.
pub(super) fn read(lexer: &mut Lexer<'_>, defaults: &Defaults) -> Result<Act, TextError> {
    let first = lexer.word(&Expected::Act)?;
    let act = match first.text() {
        _ if first.quoted => return Err(lexer.wrong(&first, &Expected::Act)),
        "cut" => {
            let (a, b, _) = pair(lexer, false)?;
            Act::Cut { a, b }
        }
        "heal" => {
            let (a, b, _) = pair(lexer, false)?;
            Act::Heal { a, b }
        }
        "freeze" => {
            let (a, b, one_way) = pair(lexer, true)?;
            Act::Freeze { a, b, one_way }
        }
        "link" => {
            let (a, b, one_way) = pair(lexer, true)?;
            Act::Link { a, b, one_way, change: physics(lexer)? }
        }
        "pause" => Act::Pause { node: name(lexer, &Expected::Node)? },
        "resume" => Act::Resume { node: name(lexer, &Expected::Node)? },
        "interrupt" => Act::Interrupt { node: name(lexer, &Expected::Node)? },
        "crash" => Act::Crash { node: name(lexer, &Expected::Node)? },
        "power-off" => Act::PowerOff { node: name(lexer, &Expected::Node)? },
        "restart" => {
            let node = name(lexer, &Expected::Node)?;
            let with_rdb = !lexer.take("without");
            if !with_rdb {
                let word = lexer.word(&Expected::OneOf(&["rdb"]))?;
                if !word.is("rdb") {
                    return Err(lexer.wrong(&word, &Expected::OneOf(&["rdb"])));
                }
            }
            Act::Restart { node, with_rdb }
        }
        "fault" => Act::Fault { node: name(lexer, &Expected::Node)?, fault: fault(lexer)? },
        "node" => Act::AddNode(node(lexer, defaults)?),
        "client" => client(lexer)?,
        word => match word.strip_suffix(':') {
            Some(node) if is_name(node) => {
                let mut args = Vec::new();
                while let Some(arg) = lexer.next(Mode::Plain)? {
                    args.push(arg.bytes);
                }
                if args.is_empty() {
                    let column = lexer.column();
                    return Err(lexer.error(column, &Expected::Command, Wrong::NothingAfterName));
                }
                Act::Command { node: node.to_string(), args }
            }
            _ => return Err(lexer.wrong(&first, &Expected::Act)),
        },
    };
    lexer.end()?;
    Ok(act)
}

pub(super) fn name(lexer: &mut Lexer<'_>, expected: &Expected) -> Result<String, TextError> {
    let word = lexer.word(expected)?;
    if is_name(word.text()) { Ok(word.text().to_string()) } else { Err(lexer.wrong(&word, expected)) }
}

/// `A B` or, where it makes sense, `A -> B`.
pub(super) fn pair(lexer: &mut Lexer<'_>, directed: bool) -> Result<(String, String, bool), TextError> {
    let a = name(lexer, &Expected::Node)?;
    let mut second = lexer.word(&Expected::OtherNode)?;
    let one_way = directed && second.is("->");
    if one_way {
        second = lexer.word(&Expected::OtherNode)?;
    }
    if !is_name(second.text()) || second.text() == a {
        let expected = if directed { &Expected::OtherNodeOrArrow } else { &Expected::OtherNode };
        return Err(lexer.wrong(&second, expected));
    }
    Ok((a, second.text().to_string(), one_way))
}

/// `latency 2ms jitter 1ms bandwidth 10mb/s buffer 256kb window 32kb`, at least one of them: `buffer` is both kernels' buffers, `window` the receiver's
/// alone, which is all that can be under way while the sender's holds the rest.
pub(super) fn physics(lexer: &mut Lexer<'_>) -> Result<PhysicsChange, TextError> {
    const WORDS: &Expected = &Expected::OneOf(&["latency", "jitter", "bandwidth", "buffer", "window"]);
    let mut change = PhysicsChange::default();
    if lexer.is_empty() {
        let column = lexer.column();
        return Err(lexer.error(column, WORDS, Wrong::NothingChanged));
    }
    while !lexer.is_empty() {
        let word = lexer.word(WORDS)?;
        match word.text() {
            "latency" => {
                let span = time(lexer, &Expected::Time("20ms"))?;
                change.latency = Some(if span == Span::ZERO { Span::from_micros(1) } else { span });
            }
            "jitter" => change.jitter = Some(time(lexer, &Expected::Time("5ms"))?),
            "bandwidth" => {
                let word = lexer.word(&Expected::RateOrUnlimited)?;
                change.bandwidth = Some(quantity::rate(word.text()).ok_or_else(|| lexer.wrong(&word, &Expected::RateOrUnlimited))?);
            }
            "buffer" => change.buffer = Some(buffer_size(lexer)?),
            "window" => change.window = Some(buffer_size(lexer)?),
            _ => return Err(lexer.wrong(&word, WORDS)),
        }
    }
    Ok(change)
}

fn buffer_size(lexer: &mut Lexer<'_>) -> Result<u64, TextError> {
    let word = lexer.word(&Expected::Size("256kb"))?;
    let bytes = quantity::size(word.text()).filter(|bytes| (1..=limits::LINK_BUFFER_MAX).contains(bytes));
    bytes.ok_or_else(|| lexer.wrong(&word, &Expected::BufferSize))
}

/// What a change makes of a link.
pub(super) fn apply(physics: &mut Physics, change: &PhysicsChange) {
    if let Some(latency) = change.latency {
        physics.latency = latency;
    }
    if let Some(jitter) = change.jitter {
        physics.jitter = jitter;
    }
    if let Some(bandwidth) = change.bandwidth {
        physics.bandwidth = bandwidth;
    }
    if let Some(buffer) = change.buffer {
        physics.send_buffer = buffer;
        physics.receive_buffer = buffer;
    }
    if let Some(window) = change.window {
        physics.receive_buffer = window;
    }
}

pub(super) fn time(lexer: &mut Lexer<'_>, expected: &Expected) -> Result<Span, TextError> {
    let word = lexer.word(expected)?;
    quantity::span(word.text()).ok_or_else(|| lexer.wrong(&word, expected))
}

pub(super) fn number(lexer: &mut Lexer<'_>, what: Quantity, least: u64, most: u64) -> Result<u64, TextError> {
    let word = lexer.word(&Expected::Number(what, None))?;
    match word.text().parse::<u64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(lexer.wrong(&word, &Expected::Number(what, Some((least, most))))),
    }
}

fn fault(lexer: &mut Lexer<'_>) -> Result<Fault, TextError> {
    const FAULTS: &Expected = &Expected::OneOf(&[
        "child-slow PERCENT",
        "child-silent",
        "child-fails",
        "disk-full",
        "fork-fails",
        "folder-gone",
        "folder-read-only",
        "none",
    ]);
    let word = lexer.word(FAULTS)?;
    Ok(match word.text() {
        "none" => Fault::None,
        "child-slow" => Fault::ChildSlow(number(lexer, Quantity::Percentage, 1, 100)? as u32),
        "child-silent" => Fault::ChildSilent,
        "child-fails" => Fault::ChildFails,
        "disk-full" => Fault::DiskFull,
        "fork-fails" => Fault::ForkFails,
        "folder-gone" => Fault::FolderGone,
        "folder-read-only" => Fault::FolderReadOnly,
        _ => return Err(lexer.wrong(&word, FAULTS)),
    })
}

pub(super) fn era(lexer: &mut Lexer<'_>) -> Result<Era, TextError> {
    let word = lexer.word(&Expected::Era)?;
    let era = Era::from_name(word.text()).filter(|era| Era::ALL.contains(era));
    era.ok_or_else(|| lexer.wrong(&word, &Expected::Era))
}

/// How many words follow a directive on a node's line.
fn words_of(directive: &str) -> usize {
    match directive {
        "client-output-buffer-limit" => 4,
        "save" | "slaveof" | "replicaof" | "rename-command" => 2,
        _ => 1,
    }
}

/// One directive with its words.
pub(super) fn directive(lexer: &mut Lexer<'_>, first: &Token) -> Result<Vec<Bytes>, TextError> {
    let name = first.text().to_ascii_lowercase();
    if first.quoted || name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
        return Err(lexer.wrong(first, &Expected::DirectiveOrOwn));
    }
    let mut words = alloc::vec![Bytes::from(name.clone().into_bytes())];
    for i in 0..words_of(&name) {
        if name == "save" && i == 1 && words[1].is_empty() {
            break; // `save ""` has one word
        }
        words.push(lexer.word(&Expected::ValueOf(name.clone()))?.bytes);
    }
    Ok(words)
}

/// `NAME [era X] [port N] [ip A] [skew T] [allocator A] [keys N size M] [follows OTHER] directive value …`, in any order.
pub(super) fn node(lexer: &mut Lexer<'_>, defaults: &Defaults) -> Result<NodeSpec, TextError> {
    let name = name(lexer, &Expected::NewName(Thing::Node))?;
    let mut spec = NodeSpec {
        name,
        era: defaults.era,
        ip: String::new(),
        port: 6379,
        config: defaults.config.clone(),
        follows: None,
        skew_ms: 0,
        allocator: Allocator::default(),
        preload: None,
    };
    let mut columns: Vec<(Bytes, u32)> = Vec::new();
    while !lexer.is_empty() {
        let word = lexer.word(&Expected::Directive)?;
        match word.text() {
            _ if word.quoted => return Err(lexer.wrong(&word, &Expected::Directive)),
            "era" => spec.era = era(lexer)?,
            "port" => spec.port = number(lexer, Quantity::Port, 1, 65_535)? as u16,
            "ip" => {
                let word = lexer.word(&Expected::Address)?;
                let parts: Vec<_> = word.text().split('.').collect();
                if parts.len() != 4 || !parts.iter().all(|part| part.parse::<u8>().is_ok_and(|n| n.to_string() == **part)) {
                    return Err(lexer.wrong(&word, &Expected::Address));
                }
                spec.ip = word.text().to_string();
            }
            "skew" => {
                let word = lexer.word(&Expected::Time("200ms or -2s"))?;
                let (negative, text) = word.text().strip_prefix('-').map_or((false, word.text()), |text| (true, text));
                let span = quantity::span(text).ok_or_else(|| lexer.wrong(&word, &Expected::Time("200ms or -2s")))?;
                let ms = i64::try_from(span.as_millis()).expect("bounded by SPAN_MAX");
                spec.skew_ms = if negative { -ms } else { ms };
            }
            "allocator" => {
                let word = lexer.word(&Expected::Allocator)?;
                spec.allocator = Allocator::of(word.text()).ok_or_else(|| lexer.wrong(&word, &Expected::Allocator))?;
            }
            "follows" => {
                let word = lexer.word(&Expected::Node)?;
                if !is_name(word.text()) || word.text() == spec.name {
                    return Err(lexer.wrong(&word, &Expected::OtherNode));
                }
                spec.follows = Some(word.text().to_string());
            }
            "keys" => spec.preload = Some(preload(lexer)?),
            _ => {
                let words = directive(lexer, &word)?;
                columns.push((words[0].clone(), word.column));
                spec.config.retain(|old| old[0] != words[0] || repeats(&words[0]));
                spec.config.push(words);
            }
        }
        if spec.config.iter().map(Vec::len).sum::<usize>() > limits::CONFIG_WORDS_MAX {
            return Err(lexer.wrong(&word, &Expected::AtMost(Unit::ConfigWords)));
        }
    }
    if let Err(error) = Config::from_lines(spec.era, &spec.config) {
        let words = spec.config.get(error.index).cloned().unwrap_or_default();
        let directive = words.iter().map(|word| String::from_utf8_lossy(word)).collect::<Vec<_>>().join(" ");
        let column = words.first().and_then(|name| columns.iter().rfind(|(named, _)| named == name)).map_or(0, |(_, column)| *column);
        let wrong = Wrong::Directive { line: directive, by_default: column == 0, reason: error.reason };
        return Err(lexer.error(column, &Expected::DirectiveOf(spec.era), wrong));
    }
    Ok(spec)
}

/// Directives of which each line adds something.
pub(super) fn repeats(directive: &[u8]) -> bool {
    matches!(directive, b"save" | b"client-output-buffer-limit" | b"rename-command")
}

fn preload(lexer: &mut Lexer<'_>) -> Result<Preload, TextError> {
    let most = limits::PRELOAD_BYTES_MAX / 64;
    let column = lexer.column();
    let keys = number(lexer, Quantity::Keys, 1, most)?;
    let word = lexer.word(&Expected::OneOf(&["size"]))?;
    if !word.is("size") {
        return Err(lexer.wrong(&word, &Expected::OneOf(&["size"])));
    }
    let word = lexer.word(&Expected::Size("100, 4kb"))?;
    let Some(value_bytes) = quantity::size(word.text()).filter(|bytes| *bytes <= limits::FILLER_BYTES_MAX) else {
        return Err(lexer.wrong(&word, &Expected::SizeUpTo));
    };
    if keys.saturating_mul(value_bytes + 64) > limits::PRELOAD_BYTES_MAX {
        return Err(lexer.error(column, &Expected::LessData, Wrong::TooMuchData));
    }
    Ok(Preload { keys, value_bytes })
}

/// `client W every 10ms`, `client W stop`, `client W bytes 64`, `client W to N`, or `client N on M: …`.
fn client(lexer: &mut Lexer<'_>) -> Result<Act, TextError> {
    const WORDS: &Expected = &Expected::OneOf(&["every TIME", "stop", "bytes SIZE", "to NODE", "on NODE: …"]);
    let client = name(lexer, &Expected::Client)?;
    let word = lexer.word(WORDS)?;
    Ok(match word.text() {
        "every" => Act::ClientRate { client, every: time(lexer, &Expected::Time("10ms"))? },
        "stop" => Act::ClientRate { client, every: Span::ZERO },
        "bytes" => {
            let word = lexer.word(&Expected::Size("64"))?;
            let size = quantity::size(word.text()).filter(|bytes| *bytes <= limits::FILLER_BYTES_MAX);
            Act::ClientBytes { client, bytes: size.ok_or_else(|| lexer.wrong(&word, &Expected::SizeUpTo))? }
        }
        "to" => Act::ClientMove { client, to: name(lexer, &Expected::Node)? },
        "on" => Act::AddClient(client_spec(lexer, client)?),
        _ => return Err(lexer.wrong(&word, WORDS)),
    })
}

/// What follows `client NAME on`.
pub(super) fn client_spec(lexer: &mut Lexer<'_>, name: String) -> Result<ClientSpec, TextError> {
    let word = lexer.word(&Expected::NodeAndColon)?;
    let Some(on) = word.text().strip_suffix(':').filter(|on| is_name(on)) else {
        return Err(lexer.wrong(&word, &Expected::NodeAndColon));
    };
    let on = on.to_string();
    let word = lexer.word(&Expected::OneOf(&["every TIME", "stopped"]))?;
    let every = if word.is("every") {
        time(lexer, &Expected::Time("20ms"))?
    } else if word.is("stopped") {
        Span::ZERO
    } else {
        return Err(lexer.wrong(&word, &Expected::OneOf(&["every TIME", "stopped"])));
    };
    let pipeline = if lexer.take("pipeline") { number(lexer, Quantity::Commands, 1, u64::from(limits::PIPELINE_MAX))? as u32 } else { 1 };
    let mut command = Vec::new();
    while let Some(pieces) = lexer.template()? {
        let mut parts = Vec::new();
        for piece in pieces {
            parts.push(match piece {
                Piece::Text(bytes) => Part::Text(bytes),
                Piece::Hole { inside, column } => {
                    hole(inside).ok_or_else(|| lexer.error(column, &Expected::Braces, Wrong::Found(["{", inside, "}"].concat())))?
                }
            });
        }
        command.push(parts);
        if command.len() > limits::CLIENT_WORDS_MAX {
            let column = lexer.column();
            return Err(lexer.error(column, &Expected::AtMost(Unit::CommandWords), Wrong::LongCommand));
        }
    }
    if command.is_empty() {
        let column = lexer.column();
        return Err(lexer.error(column, &Expected::ClientCommand, Wrong::LineEnds));
    }
    Ok(ClientSpec { name, on, every, pipeline, command })
}

/// What stands between braces.
fn hole(inside: &str) -> Option<Part> {
    let inside = inside.trim();
    if inside == "n" {
        return Some(Part::Counter);
    }
    if let Some((low, high)) = inside.split_once("..") {
        let (low, high) = (low.trim().parse().ok()?, high.trim().parse().ok()?);
        return if low <= high { Some(Part::Uniform(low, high)) } else { None };
    }
    let size = quantity::size(inside.strip_suffix("bytes")?.trim_end())?;
    if size <= limits::FILLER_BYTES_MAX { Some(Part::Filler(size)) } else { None }
}

/// The line of text that means this act: [`parse_act`] reads it back to the same act.
#[must_use]
pub fn act_line(act: &Act) -> String {
    let arrow = |one_way: bool| if one_way { " -> " } else { " " };
    match act {
        Act::Cut { a, b } => format!("cut {a} {b}"),
        Act::Heal { a, b } => format!("heal {a} {b}"),
        Act::Freeze { a, b, one_way } => format!("freeze {a}{}{b}", arrow(*one_way)),
        Act::Link { a, b, one_way, change } => format!("link {a}{}{b}{}", arrow(*one_way), change_text(change)),
        Act::Pause { node } => format!("pause {node}"),
        Act::Resume { node } => format!("resume {node}"),
        Act::Interrupt { node } => format!("interrupt {node}"),
        Act::Crash { node } => format!("crash {node}"),
        Act::PowerOff { node } => format!("power-off {node}"),
        Act::Restart { node, with_rdb } => format!("restart {node}{}", if *with_rdb { "" } else { " without rdb" }),
        Act::Command { node, args } => {
            let mut line = format!("{node}:");
            for arg in args {
                line.push(' ');
                line.push_str(&quote(arg));
            }
            line
        }
        Act::ClientRate { client, every } if *every == Span::ZERO => format!("client {client} stop"),
        Act::ClientRate { client, every } => format!("client {client} every {}", span_text(*every)),
        Act::ClientBytes { client, bytes } => format!("client {client} bytes {bytes}"),
        Act::ClientMove { client, to } => format!("client {client} to {to}"),
        Act::AddNode(spec) => node_line(spec),
        Act::AddClient(spec) => client_line(spec),
        Act::Fault { node, fault } => format!("fault {node} {fault}"),
    }
}

pub(super) fn change_text(change: &PhysicsChange) -> String {
    let mut text = String::new();
    if let Some(latency) = change.latency {
        let _ = write!(text, " latency {}", span_text(latency));
    }
    if let Some(jitter) = change.jitter {
        let _ = write!(text, " jitter {}", span_text(jitter));
    }
    if let Some(bandwidth) = change.bandwidth {
        let _ = write!(text, " bandwidth {}", rate_text(bandwidth));
    }
    if let Some(buffer) = change.buffer {
        let _ = write!(text, " buffer {}", size_text(buffer));
    }
    if let Some(window) = change.window {
        let _ = write!(text, " window {}", size_text(window));
    }
    text
}

/// `node …` with everything said.
pub(super) fn node_line(spec: &NodeSpec) -> String {
    let mut line = format!("node {} era {}", spec.name, spec.era);
    if !spec.ip.is_empty() {
        let _ = write!(line, " ip {}", spec.ip);
    }
    if spec.port != 6379 {
        let _ = write!(line, " port {}", spec.port);
    }
    if spec.skew_ms != 0 {
        let sign = if spec.skew_ms < 0 { "-" } else { "" };
        let _ = write!(line, " skew {sign}{}", span_text(Span::from_millis(spec.skew_ms.unsigned_abs())));
    }
    if spec.allocator != Allocator::default() {
        let _ = write!(line, " allocator {}", spec.allocator.name());
    }
    if let Some(preload) = spec.preload {
        let _ = write!(line, " keys {} size {}", preload.keys, size_text(preload.value_bytes));
    }
    for word in spec.config.iter().flatten() {
        let _ = write!(line, " {}", quote(word));
    }
    if let Some(master) = &spec.follows {
        let _ = write!(line, " follows {master}");
    }
    line
}

/// `client NAME on NODE: …`
pub(super) fn client_line(spec: &ClientSpec) -> String {
    let mut line = format!("client {} on {}:", spec.name, spec.on);
    if spec.every == Span::ZERO {
        line.push_str(" stopped");
    } else {
        let _ = write!(line, " every {}", span_text(spec.every));
    }
    if spec.pipeline != 1 {
        let _ = write!(line, " pipeline {}", spec.pipeline);
    }
    for word in &spec.command {
        line.push(' ');
        for (i, part) in word.iter().enumerate() {
            match part {
                // Only the last piece of a word can be quoted: nothing may follow a closing quote.
                Part::Text(bytes) if i + 1 == word.len() => line.push_str(&quote(bytes)),
                Part::Text(bytes) => line.push_str(&String::from_utf8_lossy(bytes)),
                Part::Uniform(low, high) => {
                    let _ = write!(line, "{{{low}..{high}}}");
                }
                Part::Counter => line.push_str("{n}"),
                Part::Filler(bytes) => {
                    let _ = write!(line, "{{{bytes} bytes}}");
                }
            }
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prng::{Purpose, below, rand};

    #[test]
    fn acts_print_what_they_were_read_from() {
        for line in [
            "cut master replica-1",
            "heal master replica-1",
            "interrupt master",
            "freeze master replica-1",
            "freeze master -> replica-1",
            "link master replica-1 latency 2ms jitter 500us bandwidth 10mb/s buffer 64kb",
            "link replica-1 -> master bandwidth unlimited",
            "link master replica-1 buffer 512kb window 32kb",
            "pause replica-1",
            "resume replica-1",
            "crash master",
            "power-off master",
            "restart master",
            "restart master without rdb",
            "master: SET greeting hello",
            "master: SET greeting \"hello world\"",
            "master: CONFIG SET repl-backlog-size 16384",
            "client writer every 10ms",
            "client writer stop",
            "client writer bytes 64",
            "client writer to replica-1",
            "client reader on replica-1: every 1s pipeline 4 GET key:{1..100}",
            "client reader on replica-1: stopped SET k{n}:{1..3} {32 bytes} \"{not a hole}\" x",
            "node replica-3 era 3.0 ip 10.0.0.9 port 6380 skew -2s allocator jemalloc keys 100 size 1kb repl-timeout 5 save \"\" client-output-buffer-limit slave 1mb 512kb 60 follows master",
            "fault master child-slow 10",
            "fault master child-silent",
            "fault master disk-full",
            "fault master none",
        ] {
            let act = parse_act(line).unwrap_or_else(|e| panic!("{line}: {e}"));
            assert_eq!(act_line(&act), line);
        }
    }

    #[test]
    fn errors_say_where_and_what() {
        for (line, column, expected) in [
            ("", 1, "an act"),
            ("explode master", 1, "an act"),
            ("cut master", 11, "another node"),
            ("cut master master", 12, "another node"),
            ("cut master -> replica-1", 12, "another node"),
            ("freeze master ->", 17, "another node"),
            ("link master replica-1", 22, "latency, jitter"),
            ("link master replica-1 latency soon", 31, "a time"),
            ("link master replica-1 bandwidth 10mb", 33, "bytes a second"),
            ("link master replica-1 buffer 1gb", 30, "1 to 64mb"),
            ("link master replica-1 window 1gb", 30, "1 to 64mb"),
            ("restart master without data", 24, "rdb"),
            ("restart master now", 16, "the end of the line"),
            ("master:", 8, "a command"),
            ("master:SET a b", 1, "an act"),
            ("client writer every", 20, "a time"),
            ("client writer to", 17, "a node"),
            ("client writer on master: SET a b", 26, "every TIME"),
            ("client writer on master: every 1s SET {a b", 39, "a closing }"),
            ("client writer on master: every 1s SET {5..1}", 39, "{a..b}"),
            ("client w on master: every 1s pipeline 0 PING", 39, "from 1 to 10000"),
            ("fault master child-slow 101", 25, "from 1 to 100"),
            ("node replica-3 era 7.3", 20, "6.2, 7.0"),
            ("node replica-3 era 9.9", 20, "an era"),
            ("node at follows master", 6, "a name for the node"),
            ("node replica-3 ip 10.0.0.256", 19, "an address"),
            ("node a keys 100000000 size 1kb", 13, "a number of keys"),
            ("node a keys 1000000 size 8mb", 13, "at most 256 MB"),
            ("node a repl-timeout", 20, "the value of repl-timeout"),
            ("node a era 3.0 repl-timeout soon", 16, "Redis 3.0.7"),
            ("node a era 3.0 replica-read-only no", 16, "Redis 3.0.7"),
            ("node a replica-read-only perhaps era 7.0", 8, "Redis 7.0.15"),
        ] {
            let error = parse_act(line).map(|act| act_line(&act)).unwrap_err();
            assert_eq!(error.column, column, "{line}: {error}");
            assert!(error.expected.to_string().contains(expected), "{line}: {error}");
        }
        assert!(parse_act("cut a b\ncut c d").is_err());
    }

    /// Commands of random bytes survive the way to text and back.
    #[test]
    fn any_command_round_trips() {
        for n in 0..500 {
            let draw = |i: u64| rand(n, 1, Purpose::Swarm, i);
            let args = (0..=below(draw(0), 5))
                .map(|a| Bytes::from((0..below(draw(1 + a), 12)).map(|b| (draw(100 + a * 20 + b) & 0xff) as u8).collect::<Vec<_>>()))
                .collect();
            let act = Act::Command { node: "master".to_string(), args };
            assert_eq!(parse_act(&act_line(&act)).as_ref(), Ok(&act), "{}", act_line(&act));
        }
    }
}
