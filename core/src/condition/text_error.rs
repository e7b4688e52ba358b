//! What is wrong with a text that a person wrote: where, what stands there, and what was expected. The words here are English, for native users and
//! tests; the page has its own for each value.

use crate::era::Era;
use crate::fact::Invariant;
use crate::limits;
use crate::note::NoteKind;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// What is wrong with a text: where, and what was expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextError {
    /// The line, from 1; 0 if the text is a single line from elsewhere.
    pub line: u32,
    /// The column of the word that is wrong, in characters from 1; 0: the whole line.
    pub column: u32,
    /// What was expected there.
    pub expected: Expected,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What of a scenario has a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Thing {
    /// A node.
    Node,
    /// A client.
    Client,
}

/// What there can be too many of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Bytes of a text.
    Bytes,
    /// Characters.
    Characters,
    /// Nodes.
    Nodes,
    /// Clients.
    Clients,
    /// Sentinels.
    Sentinels,
    /// Lines of a script.
    ScriptLines,
    /// Lines of words.
    WordsLines,
    /// Words of one node's configuration.
    ConfigWords,
    /// Words of one command.
    CommandWords,
    /// Levels of `not` and parentheses.
    Levels,
}
impl Unit {
    /// One of each.
    pub const ALL: [Unit; 10] = [
        Unit::Bytes,
        Unit::Characters,
        Unit::Nodes,
        Unit::Clients,
        Unit::Sentinels,
        Unit::ScriptLines,
        Unit::WordsLines,
        Unit::ConfigWords,
        Unit::CommandWords,
        Unit::Levels,
    ];
    /// How many there may be.
    #[must_use]
    pub const fn most(self) -> usize {
        match self {
            Unit::Bytes => limits::SCENARIO_BYTES_MAX,
            Unit::Characters => limits::WORDS_CHARS_MAX,
            Unit::Nodes => limits::NODES_MAX,
            Unit::Clients => limits::CLIENTS_MAX,
            Unit::Sentinels => limits::SENTINELS_MAX,
            Unit::ScriptLines => limits::SCRIPT_LINES_MAX,
            Unit::WordsLines => limits::WORDS_LINES_MAX,
            Unit::ConfigWords => limits::CONFIG_WORDS_MAX,
            Unit::CommandWords => limits::CLIENT_WORDS_MAX,
            Unit::Levels => limits::CONDITION_DEPTH_MAX,
        }
    }
    const fn name(self) -> &'static str {
        match self {
            Unit::Bytes => "bytes",
            Unit::Characters => "characters",
            Unit::Nodes => "nodes",
            Unit::Clients => "clients",
            Unit::Sentinels => "sentinels",
            Unit::ScriptLines => "lines of script",
            Unit::WordsLines => "lines of words",
            Unit::ConfigWords => "words of configuration",
            Unit::CommandWords => "words",
            Unit::Levels => "levels of not and parentheses",
        }
    }
}

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quantity {
    /// Nothing in particular.
    Number,
    /// Seconds since 1970.
    UnixSeconds,
    /// A factor.
    Factor,
    /// A percentage.
    Percentage,
    /// A port.
    Port,
    /// Keys.
    Keys,
    /// Commands.
    Commands,
}
impl Quantity {
    /// One of each.
    pub const ALL: [Quantity; 7] = [
        Quantity::Number,
        Quantity::UnixSeconds,
        Quantity::Factor,
        Quantity::Percentage,
        Quantity::Port,
        Quantity::Keys,
        Quantity::Commands,
    ];
    const fn name(self) -> &'static str {
        match self {
            Quantity::Number => "a number",
            Quantity::UnixSeconds => "unix seconds",
            Quantity::Factor => "a factor",
            Quantity::Percentage => "a percentage",
            Quantity::Port => "a port",
            Quantity::Keys => "a number of keys",
            Quantity::Commands => "a number of commands",
        }
    }
}

/// What was expected. Words in capitals (`NODE`, `TIME`) stand for values; examples and keywords are the language's own and the same everywhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expected {
    /// One of these words or forms.
    OneOf(&'static [&'static str]),
    /// An act.
    Act,
    /// A condition.
    Condition,
    /// A node's name.
    Node,
    /// The name of a node that is not the one just named.
    OtherNode,
    /// The same, or `->` before it.
    OtherNodeOrArrow,
    /// A node's name and a colon.
    NodeAndColon,
    /// A client's name.
    Client,
    /// A replica's name.
    Replica,
    /// A new name.
    NewName(Thing),
    /// A name that nobody has yet.
    FreeName(Thing),
    /// One of the names that there are, the first of them; none: a line that defines one.
    KnownName(Thing, Vec<String>),
    /// A line that makes a first node.
    FirstNode,
    /// A lesson's name.
    Lesson,
    /// A language's tag.
    Language,
    /// What a line of words says.
    WhatItSays,
    /// No second line of words about the same.
    OneLineEach,
    /// No second line that says where the run opens.
    OneOpening,
    /// A command.
    Command,
    /// A command, as a client sends it.
    ClientCommand,
    /// What may stand between braces.
    Braces,
    /// A time, with an example.
    Time(&'static str),
    /// A time of at most [`limits::OPENS_MAX`].
    TimeUpTo,
    /// A size, with an example.
    Size(&'static str),
    /// A size of at most [`limits::FILLER_BYTES_MAX`].
    SizeUpTo,
    /// A size of at most [`limits::LINK_BUFFER_MAX`], and not 0.
    BufferSize,
    /// Bytes a second, with an example.
    Rate(&'static str),
    /// Bytes a second, or `unlimited`.
    RateOrUnlimited,
    /// Keys a second.
    KeyRate,
    /// Microseconds for each MiB.
    ForkCost,
    /// What something costs.
    Cost,
    /// An IPv4 address.
    Address,
    /// An era.
    Era,
    /// A number, between bounds.
    Number(Quantity, Option<(u64, u64)>),
    /// A directive.
    Directive,
    /// A directive, or one of the words that a node's line has besides.
    DirectiveOrOwn,
    /// The allocator that a server imitates.
    Allocator,
    /// The value of a directive.
    ValueOf(String),
    /// A directive that this release takes, with a value that it takes.
    DirectiveOf(Era),
    /// At most so many as [`Unit::most`] says.
    AtMost(Unit),
    /// At most [`limits::PRELOAD_BYTES_MAX`] of data.
    LessData,
    /// A shorter line.
    ShorterLine,
    /// A shorter condition.
    ShorterCondition,
    /// One line.
    OneLine,
    /// The end of the line.
    EndOfLine,
    /// A quote that closes.
    ClosingQuote,
    /// A blank behind the closing quote.
    BlankAfterQuote,
    /// A brace that closes.
    ClosingBrace,
    /// A parenthesis that closes.
    ClosingParenthesis,
    /// An invariant's name.
    Invariant,
    /// A sign that compares.
    Sign,
    /// A key.
    Key,
    /// A field, one of these; none: any.
    Field(Vec<&'static str>),
    /// A value to compare with.
    Value,
    /// Yes or no.
    TrueOrFalse,
    /// Text.
    Text,
    /// A number, for only numbers are less or greater.
    NumberAfterSign,
    /// A note's name.
    Note,
    /// A field of the note.
    NoteField,
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// This word stands there.
    Found(String),
    /// The line ends.
    LineEnds,
    /// The text ends.
    TextEnds,
    /// A quote is never closed.
    OpenQuote,
    /// A quote ends inside a word.
    QuoteInWord,
    /// A `{` is never closed.
    OpenBrace,
    /// It is too long.
    TooLong,
    /// The text has so many bytes.
    LongText(usize),
    /// There are several lines.
    SeveralLines,
    /// Nothing stands behind the node's name.
    NothingAfterName,
    /// Nothing of the link is changed.
    NothingChanged,
    /// Redis does not take this directive.
    Directive {
        /// Its words.
        line: String,
        /// Whether it comes from `default node`.
        by_default: bool,
        /// Redis's own reason.
        reason: String,
    },
    /// A node gets too much data.
    TooMuchData,
    /// A command has too many words.
    LongCommand,
    /// An `until` has no bound.
    NoBound,
    /// There are too many of these.
    TooMany(Unit),
    /// There is one of this name already.
    Exists(Thing, String),
    /// There is none of this name.
    NoSuch(Thing, String),
    /// The scenario has no node.
    NoNode,
    /// `not` and parentheses stand too deep in one another.
    TooDeep,
    /// This field is not yes or no by itself.
    NotYesOrNo(&'static str),
    /// The words have this topic in this language already.
    WordsTwice {
        /// The topic.
        topic: &'static str,
        /// The language.
        language: String,
    },
    /// The text says a second time where the run opens.
    OpensTwice,
}

/// The words with which acts begin.
pub const ACTS: &[&str] = &[
    "cut",
    "heal",
    "freeze",
    "link",
    "pause",
    "resume",
    "crash",
    "power-off",
    "restart",
    "interrupt",
    "fault",
    "client",
    "node",
    "NODE: COMMAND",
];
/// The forms of conditions.
pub const CONDITIONS: &[&str] = &[
    "note NODE NAME",
    "NODE FIELD = VALUE",
    "NODE sees NODE FIELD = VALUE",
    "link A B FIELD = VALUE",
    "client NAME FIELD = VALUE",
    "now > TIME",
    "NODE key KEY FIELD = VALUE",
    "same-data A B",
    "same-keys A B",
    "invariant I1",
    "not",
    "(",
];

/// The names of the eras that a text may name.
#[must_use]
pub fn eras() -> Vec<&'static str> {
    Era::ALL.iter().map(|era| era.name()).collect()
}
/// The names of the invariants.
#[must_use]
pub fn invariants() -> Vec<&'static str> {
    Invariant::ALL.iter().map(|one| one.name()).collect()
}
/// The names of the notes.
#[must_use]
pub fn notes() -> Vec<&'static str> {
    NoteKind::ALL.iter().map(|kind| kind.name()).collect()
}

/// `a, b or c`.
fn either(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => String::from(*one),
        [first @ .., last] => [&first.join(", "), " or ", last].concat(),
    }
}

impl Thing {
    const fn name(self) -> &'static str {
        match self {
            Thing::Node => "node",
            Thing::Client => "client",
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::OneOf(words) => f.write_str(&either(words)),
            Expected::Act => write!(f, "an act: {}", either(ACTS)),
            Expected::Condition => write!(f, "a condition: {}", either(CONDITIONS)),
            Expected::Node => f.write_str("the name of a node"),
            Expected::OtherNode => f.write_str("the name of another node"),
            Expected::OtherNodeOrArrow => f.write_str("the name of another node, or ->"),
            Expected::NodeAndColon => f.write_str("the name of a node and a colon"),
            Expected::Client => f.write_str("the name of a client"),
            Expected::Replica => f.write_str("the name of a replica"),
            Expected::NewName(of) => {
                write!(f, "a name for the {}: letters, digits and -, at most {}, no keyword", of.name(), limits::NAME_CHARS_MAX)
            }
            Expected::FreeName(of) => write!(f, "a name that no other {} has", of.name()),
            Expected::KnownName(of, known) if known.is_empty() => write!(f, "a line that defines the {}", of.name()),
            Expected::KnownName(_, known) => write!(f, "one of {}", known.join(", ")),
            Expected::FirstNode => f.write_str("a line such as: node master"),
            Expected::Lesson => write!(f, "the name of a lesson: letters, digits and -, at most {}", limits::NAME_CHARS_MAX),
            Expected::Language => f.write_str("a language such as en or zh-CN"),
            Expected::WhatItSays => f.write_str("what it says"),
            Expected::OneLineEach => f.write_str("one line for each language and topic"),
            Expected::OneOpening => f.write_str("one line that opens"),
            Expected::Command => f.write_str("a command"),
            Expected::ClientCommand => f.write_str("a command such as SET key:{1..100} {32 bytes}"),
            Expected::Braces => f.write_str("{a..b}, {n} or {N bytes} (quote a brace to mean the character)"),
            Expected::Time(example) => write!(f, "a time such as {example}"),
            Expected::TimeUpTo => write!(f, "a time up to {}s", limits::OPENS_MAX.as_millis() / 1_000),
            Expected::Size(example) => write!(f, "a size such as {example}"),
            Expected::SizeUpTo => f.write_str("a size up to 8mb"),
            Expected::BufferSize => f.write_str("a size from 1 to 64mb"),
            Expected::Rate(example) => write!(f, "bytes a second such as {example}"),
            Expected::RateOrUnlimited => f.write_str("bytes a second such as 10mb/s, or unlimited"),
            Expected::KeyRate => f.write_str("keys a second such as 2000000keys/s"),
            Expected::ForkCost => f.write_str("µs for each MiB such as 20us/mib"),
            Expected::Cost => f.write_str("what it costs"),
            Expected::Address => f.write_str("an address such as 10.0.0.9"),
            Expected::Era => write!(f, "an era: {}", eras().join(", ")),
            Expected::Number(what, None) => f.write_str(what.name()),
            Expected::Number(what, Some((least, most))) => write!(f, "{} from {least} to {most}", what.name()),
            Expected::Directive => f.write_str("a directive"),
            Expected::Allocator => f.write_str("libc or jemalloc"),
            Expected::DirectiveOrOwn => f.write_str("a directive of redis.conf, or follows, keys, era, port, ip, skew, allocator"),
            Expected::ValueOf(directive) => write!(f, "the value of {directive}"),
            Expected::DirectiveOf(era) => write!(f, "a directive that Redis {} takes, with a value it takes", era.release()),
            Expected::AtMost(unit) => write!(f, "at most {} {}", unit.most(), unit.name()),
            Expected::LessData => f.write_str("at most 256 MB of data (64 bytes counted for each key)"),
            Expected::ShorterLine => f.write_str("a shorter line"),
            Expected::ShorterCondition => f.write_str("a shorter condition"),
            Expected::OneLine => f.write_str("one line"),
            Expected::EndOfLine => f.write_str("the end of the line"),
            Expected::ClosingQuote => f.write_str("a closing quote"),
            Expected::BlankAfterQuote => f.write_str("a blank after the closing quote"),
            Expected::ClosingBrace => f.write_str("a closing }"),
            Expected::ClosingParenthesis => f.write_str("a closing )"),
            Expected::Invariant => write!(f, "one of {}", invariants().join(", ")),
            Expected::Sign => f.write_str("a sign: = != < <= > >= ~"),
            Expected::Key => f.write_str("a key"),
            Expected::Field(names) if names.is_empty() => f.write_str("a field"),
            Expected::Field(names) => write!(f, "a field: {}", names.join(", ")),
            Expected::Value => f.write_str("a value"),
            Expected::TrueOrFalse => f.write_str("true or false"),
            Expected::Text => f.write_str("text"),
            Expected::NumberAfterSign => f.write_str("a number after this sign"),
            Expected::Note => write!(f, "the name of a note: {}", notes().join(", ")),
            Expected::NoteField => f.write_str("a field of the note"),
        }
    }
}
impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wrong::Found(word) => write!(f, "found \u{201c}{word}\u{201d}"),
            Wrong::LineEnds => f.write_str("the line ends here"),
            Wrong::TextEnds => f.write_str("the text ends here"),
            Wrong::OpenQuote => f.write_str("a quote that is never closed"),
            Wrong::QuoteInWord => f.write_str("a quote that ends inside a word"),
            Wrong::OpenBrace => f.write_str("a { that is never closed (quote it to mean the character)"),
            Wrong::TooLong => f.write_str("too long"),
            Wrong::LongText(bytes) => write!(f, "the text has {bytes} bytes"),
            Wrong::SeveralLines => f.write_str("several lines"),
            Wrong::NothingAfterName => f.write_str("nothing after the name"),
            Wrong::NothingChanged => f.write_str("nothing is changed"),
            Wrong::Directive { line, by_default, reason } => {
                let from = if *by_default { " (from default node)" } else { "" };
                write!(f, "\u{201c}{line}\u{201d}{from}: {reason}")
            }
            Wrong::TooMuchData => f.write_str("too much data"),
            Wrong::LongCommand => f.write_str("too long a command"),
            Wrong::NoBound => f.write_str("an until needs a bound"),
            Wrong::TooMany(unit) => write!(f, "too many {}", unit.name()),
            Wrong::Exists(of, name) => write!(f, "there is a {} {name} already", of.name()),
            Wrong::NoSuch(of, name) => write!(f, "there is no {} {name}", of.name()),
            Wrong::NoNode => f.write_str("the scenario has no node"),
            Wrong::TooDeep => f.write_str("nested too deeply"),
            Wrong::NotYesOrNo(field) => write!(f, "{field} is not yes or no by itself"),
            Wrong::WordsTwice { topic, language } => write!(f, "there is a {topic} in {language} already"),
            Wrong::OpensTwice => f.write_str("the run opens twice"),
        }
    }
}
impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, 0) => {}
            (0, column) => write!(f, "column {column}: ")?,
            (line, 0) => write!(f, "line {line}: ")?,
            (line, column) => write!(f, "line {line}, column {column}: ")?,
        }
        write!(f, "{}; expected {}", self.wrong, self.expected)
    }
}
impl core::error::Error for TextError {}
