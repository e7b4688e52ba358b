//! INFO as values: what a server says of itself, line by line, before it is text and after.
//!
//! [`crate::node::Node`] builds an [`InfoText`] and this room writes it; a text that somebody pasted is read into the same type by [`parse`]. The
//! two agree: a text that is parsed and written is the same text, byte for byte, and what a node built is found again in what it wrote.
//!
//! ```
//! use resync_core::info::{self, Replication};
//!
//! let text = info::parse("role:master\nslave0:ip=10.0.0.2,port=6379,state=online,offset=14,lag=1\nmaster_repl_offset:14\n")?;
//! assert_eq!(text.number(Replication::MasterReplOffset), Ok(14));
//! let (_, replica) = text.replicas().next().expect("one line");
//! assert_eq!(replica?.acked.map(|acked| acked.lag_s), Some(1));
//! # Ok::<(), info::InfoError>(())
//! ```
//!
//! The room knows the names of the fields that Resync prints ([`Field`]), and keeps every other line as it stands. It knows no server: which values
//! a server has is the business of `node`.

mod error;
mod field;
mod parse;
mod replica;
#[cfg(test)]
mod tests;

pub use error::{InfoError, InfoErrorKind};
pub use field::{Clients, Field, Kind, Memory, Persistence, Replication, Server, Stats, Topic};
pub use parse::parse;
pub use replica::{Acked, DatabaseLine, LineFault, ReplicaLine, ReplicaState};

use alloc::borrow::{Cow, ToOwned as _};
use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

/// An INFO text: its sections in the order in which they stand.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InfoText {
    /// Lines before the first heading, if there are any, are a section without a heading.
    pub sections: Vec<Section>,
}

/// A heading and the lines below it, up to the next heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// What its heading says it is about; `None` before the first heading.
    pub topic: Option<Topic>,
    /// Its lines; the first is the heading if `topic` is known.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Blanks before it: nothing in what a server prints, often some in what is pasted.
    pub indent: String,
    /// What it says.
    pub entry: Entry,
    /// Blanks behind it.
    pub tail: String,
    /// How it ends.
    pub end: End,
}

/// How a line ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// `\r\n`: as servers write.
    CrLf,
    /// `\n`: as most of what is pasted has it.
    Lf,
    /// `\r`, and then the text ends: a text that was cut between the two.
    Cr,
    /// The text ends.
    Text,
}
impl End {
    const fn text(self) -> &'static str {
        match self {
            End::CrLf => "\r\n",
            End::Lf => "\n",
            End::Cr => "\r",
            End::Text => "",
        }
    }
}

/// What a line says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Entry {
    /// `# Replication`, as written.
    Heading(Cow<'static, str>),
    /// `name:value`.
    Pair {
        /// Before the first colon.
        name: Name,
        /// Behind it.
        value: Value,
    },
    /// Nothing.
    Blank,
    /// A line that is none of these.
    Stray(String),
}

/// The name of a pair.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Name {
    /// A field that Resync prints as well.
    Field(Field),
    /// `slaveN`: a replica of this server.
    Replica(u32),
    /// `dbN`: a database with keys.
    Database(u32),
    /// `cmdstat_…`: what was counted of a command.
    Calls(String),
    /// `errorstat_…`: how many errors began so.
    Errors(String),
    /// Any other.
    Other(String),
}

/// The value of a pair. A value is a number or a line of parts only if it is written exactly as a server writes it; anything else is text, from which
/// the lookups of [`InfoText`] still read what they can.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A whole number, or a flag: 0, 1.
    Number(i64),
    /// A number with two places behind the point, in hundredths: `12.34` is 1234.
    Hundredths(u64),
    /// The line of a replica.
    Replica(Box<ReplicaLine>),
    /// The line of a database.
    Database(Box<DatabaseLine>),
    /// Words, ids, addresses.
    Text(Cow<'static, str>),
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Number(i64::from(flag))
    }
}
impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Number(number)
    }
}
impl From<u64> for Value {
    fn from(number: u64) -> Value {
        Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}
impl From<usize> for Value {
    fn from(number: usize) -> Value {
        Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}
impl From<&'static str> for Value {
    fn from(word: &'static str) -> Value {
        Value::Text(Cow::Borrowed(word))
    }
}
impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(Cow::Owned(text))
    }
}

impl Value {
    /// Its parts with their names: for a replica (`state=`, `online`) and so on, else one without a name.
    #[must_use]
    pub fn parts(&self) -> Vec<(Cow<'_, str>, String)> {
        match self {
            Value::Replica(line) => line.parts(),
            Value::Database(line) => line.parts(),
            Value::Number(_) | Value::Hundredths(_) | Value::Text(_) => Vec::from([(Cow::Borrowed(""), self.to_string())]),
        }
    }
    /// It as a whole number.
    fn number(&self) -> Option<i64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Text(text) => text.trim().parse().ok(),
            Value::Hundredths(_) | Value::Replica(_) | Value::Database(_) => None,
        }
    }
}

impl Section {
    /// A section with its heading, as a server prints it.
    #[must_use]
    pub fn new(topic: Topic) -> Section {
        let heading = Entry::Heading(Cow::Borrowed(topic.heading()));
        Section { topic: Some(topic), lines: Vec::from([Line::new(heading)]) }
    }
    /// Adds a field.
    pub fn put(&mut self, field: impl Into<Field>, value: impl Into<Value>) {
        self.lines.push(Line::new(Entry::Pair { name: Name::Field(field.into()), value: value.into() }));
    }
    /// Adds the line of a replica.
    pub fn put_replica(&mut self, number: u32, line: ReplicaLine) {
        self.lines.push(Line::new(Entry::Pair { name: Name::Replica(number), value: Value::Replica(Box::new(line)) }));
    }
    /// Adds a line of commandstats or errorstats, whose name says of what it is.
    pub fn put_count(&mut self, name: Name, value: String) {
        self.lines.push(Line::new(Entry::Pair { name, value: Value::Text(value.into()) }));
    }
    /// Adds the line of a database.
    pub fn put_database(&mut self, number: u32, line: DatabaseLine) {
        self.lines.push(Line::new(Entry::Pair { name: Name::Database(number), value: Value::Database(Box::new(line)) }));
    }
}
impl Line {
    /// A line as a server prints it.
    #[must_use]
    pub const fn new(entry: Entry) -> Line {
        Line { indent: String::new(), entry, tail: String::new(), end: End::CrLf }
    }
}

impl InfoText {
    /// Adds a section below the others, an empty line before it.
    pub fn push(&mut self, section: Section) {
        if let Some(last) = self.sections.last_mut() {
            last.lines.push(Line::new(Entry::Blank));
        }
        self.sections.push(section);
    }
    /// Its lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (u32, &Line)> + '_ {
        (1..).zip(self.sections.iter().flat_map(|section| &section.lines))
    }
    /// Its pairs with the numbers of their lines.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, &Name, &Value)> + '_ {
        self.lines().filter_map(|(at, line)| if let Entry::Pair { name, value } = &line.entry { Some((at, name, value)) } else { None })
    }
    /// A field's line number and value; of several the first.
    pub fn find(&self, field: impl Into<Field>) -> Option<(u32, &Value)> {
        let field = field.into();
        self.pairs().find_map(|(at, name, value)| (*name == Name::Field(field)).then_some((at, value)))
    }
    /// A field's value, as written, without blanks around it.
    pub fn text(&self, field: impl Into<Field>) -> Option<Cow<'_, str>> {
        self.find(field).map(|(_, value)| match value {
            Value::Text(text) => Cow::Borrowed(text.trim()),
            other => Cow::Owned(other.to_string()),
        })
    }
    /// The value of any line by its name as printed, `slave0` and names that Resync never prints among them.
    #[must_use]
    pub fn named(&self, wanted: &str) -> Option<String> {
        self.pairs().find_map(|(_, name, value)| name.is(wanted).then(|| value.to_string()))
    }
    /// A field's value as a whole number.
    ///
    /// # Errors
    /// If there is no such line, or no number in it.
    pub fn number(&self, field: impl Into<Field>) -> Result<i64, InfoError> {
        let field = field.into();
        let (line, value) = self.find(field).ok_or(InfoError { line: None, kind: InfoErrorKind::Missing(field) })?;
        value.number().ok_or_else(|| InfoError { line: Some(line), kind: InfoErrorKind::NoNumber { field, found: value.to_string() } })
    }
    /// A field that is 0 or 1.
    ///
    /// # Errors
    /// If there is no such line, or another value in it.
    pub fn flag(&self, field: impl Into<Field>) -> Result<bool, InfoError> {
        let field = field.into();
        match self.number(field)? {
            0 => Ok(false),
            1 => Ok(true),
            other => {
                let line = self.find(field).map(|(line, _)| line);
                Err(InfoError { line, kind: InfoErrorKind::NoFlag { field, found: other } })
            }
        }
    }
    /// Whether a field has this word.
    pub fn says(&self, field: impl Into<Field>, word: &str) -> bool {
        self.text(field).is_some_and(|text| text == word)
    }
    /// The lines of its replicas: N of `slaveN`, and the line, read as far as it can be.
    pub fn replicas(&self) -> impl Iterator<Item = (u32, Result<Cow<'_, ReplicaLine>, InfoError>)> + '_ {
        self.pairs().filter_map(|(at, name, value)| {
            let Name::Replica(number) = *name else { return None };
            let read = match value {
                Value::Replica(line) => Ok(Cow::Borrowed(&**line)),
                other => ReplicaLine::read(other.to_string().trim())
                    .map(Cow::Owned)
                    .map_err(|fault| InfoError { line: Some(at), kind: InfoErrorKind::Replica { number, fault } }),
            };
            Some((number, read))
        })
    }
    /// The lines of its databases: N of `dbN`, and the line, read as far as it can be.
    pub fn databases(&self) -> impl Iterator<Item = (u32, Result<Cow<'_, DatabaseLine>, InfoError>)> + '_ {
        self.pairs().filter_map(|(at, name, value)| {
            let Name::Database(number) = *name else { return None };
            let read = match value {
                Value::Database(line) => Ok(Cow::Borrowed(&**line)),
                other => DatabaseLine::read(other.to_string().trim())
                    .map(Cow::Owned)
                    .map_err(|fault| InfoError { line: Some(at), kind: InfoErrorKind::Database { number, fault } }),
            };
            Some((number, read))
        })
    }
    /// What is wrong with it, line by line: lines that are no pair, values that their field cannot have, lines of replicas and databases that cannot
    /// be read, and pairs that stand in it twice (as when two texts are pasted as one). An unknown name is no complaint.
    #[must_use]
    pub fn complaints(&self) -> Vec<InfoError> {
        let mut seen = alloc::collections::BTreeMap::new();
        let mut all = Vec::new();
        for (at, line) in self.lines() {
            let mut complain = |kind| all.push(InfoError { line: Some(at), kind });
            match &line.entry {
                Entry::Heading(_) | Entry::Blank => {}
                Entry::Stray(_) => complain(InfoErrorKind::NoPair),
                Entry::Pair { name, value } => {
                    if let Some(kind) = misfit(name, value) {
                        complain(kind);
                    }
                    if let Some(first) = seen.get(&name.to_string()) {
                        complain(InfoErrorKind::Twice { name: name.to_string(), first: *first });
                    } else {
                        seen.insert(name.to_string(), at);
                    }
                }
            }
        }
        all
    }
}

/// Why this name cannot have this value.
fn misfit(name: &Name, value: &Value) -> Option<InfoErrorKind> {
    match name {
        Name::Calls(_) | Name::Errors(_) | Name::Other(_) => None,
        Name::Replica(number) => {
            if matches!(value, Value::Replica(_)) {
                return None;
            }
            let fault = ReplicaLine::read(value.to_string().trim()).err()?;
            Some(InfoErrorKind::Replica { number: *number, fault })
        }
        Name::Database(number) => {
            if matches!(value, Value::Database(_)) {
                return None;
            }
            let fault = DatabaseLine::read(value.to_string().trim()).err()?;
            Some(InfoErrorKind::Database { number: *number, fault })
        }
        Name::Field(field) => match field.kind() {
            Kind::Text => None,
            Kind::Number => value.number().is_none().then(|| InfoErrorKind::NoNumber { field: *field, found: value.to_string() }),
            Kind::Flag => match value.number() {
                Some(0 | 1) => None,
                Some(found) => Some(InfoErrorKind::NoFlag { field: *field, found }),
                None => Some(InfoErrorKind::NoNumber { field: *field, found: value.to_string() }),
            },
            Kind::Percent => {
                // A 7.0 replica that does not know the size yet prints `-0.00`.
                let number = |text: &str| text.trim().trim_start_matches('-').split('.').all(|part| part.parse::<u64>().is_ok());
                (!number(&value.to_string())).then(|| InfoErrorKind::NoNumber { field: *field, found: value.to_string() })
            }
            Kind::Word(words) => {
                let found = value.to_string();
                (!words.contains(&found.trim())).then_some(InfoErrorKind::NoWord { field: *field, found })
            }
        },
    }
}

impl Name {
    /// The name that is printed so.
    #[must_use]
    pub fn of(name: &str) -> Name {
        let numbered = |prefix: &str| {
            let digits = name.strip_prefix(prefix)?;
            let number: u32 = digits.parse().ok()?;
            // `slave007` and `slave+1` are none of a server's names.
            (number.to_string() == digits).then_some(number)
        };
        if let Some(field) = Field::of(name) {
            Name::Field(field)
        } else if let Some(number) = numbered("slave") {
            Name::Replica(number)
        } else if let Some(number) = numbered("db") {
            Name::Database(number)
        } else if let Some(command) = name.strip_prefix("cmdstat_") {
            Name::Calls(command.to_owned())
        } else if let Some(code) = name.strip_prefix("errorstat_") {
            Name::Errors(code.to_owned())
        } else {
            Name::Other(name.to_owned())
        }
    }
    /// Whether it is printed so.
    fn is(&self, wanted: &str) -> bool {
        match self {
            Name::Field(field) => field.name() == wanted,
            Name::Other(name) => name == wanted,
            Name::Replica(_) | Name::Database(_) | Name::Calls(_) | Name::Errors(_) => *self == Name::of(wanted),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::Field(field) => f.write_str(field.name()),
            Name::Replica(number) => write!(f, "slave{number}"),
            Name::Database(number) => write!(f, "db{number}"),
            Name::Calls(command) => write!(f, "cmdstat_{command}"),
            Name::Errors(code) => write!(f, "errorstat_{code}"),
            Name::Other(name) => f.write_str(name),
        }
    }
}
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => number.fmt(f),
            Value::Hundredths(hundredths) => write!(f, "{}.{:02}", hundredths / 100, hundredths % 100),
            Value::Replica(line) => line.fmt(f),
            Value::Database(line) => line.fmt(f),
            Value::Text(text) => f.write_str(text),
        }
    }
}
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Entry::Heading(text) => f.write_str(text),
            Entry::Pair { name, value } => write!(f, "{name}:{value}"),
            Entry::Blank => Ok(()),
            Entry::Stray(text) => f.write_str(text),
        }
    }
}
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}{}", self.indent, self.entry, self.tail, self.end.text())
    }
}
impl fmt::Display for InfoText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines().try_for_each(|(_, line)| line.fmt(f))
    }
}
