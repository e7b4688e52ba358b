//! What a paste says, as values: nodes with their INFOs, log lines, clients and directives, each with its place.

use super::place::Place;
use super::said::{Frame, Known};
use crate::condition;
use crate::era::{Capabilities, Era};
use crate::info::Field;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

/// A value and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Value {
    /// As written.
    pub text: String,
    /// The name and the value.
    pub place: Place,
}

/// One INFO, or as much of it as was pasted; ROLE's answer is read as the lines of INFO that say the same.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Info {
    /// Its pairs by name.
    pub pairs: BTreeMap<String, Value>,
}

/// What a line `slaveN` says, as far as it is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replica {
    /// Its address; empty if it was left out.
    pub ip: String,
    /// Its port; 0 if it was left out.
    pub port: i64,
    /// `online` and so on; empty if it was left out.
    pub state: String,
    /// The offset that it has acknowledged.
    pub offset: Option<i64>,
    /// Seconds since it did.
    pub lag_s: Option<i64>,
    /// Whether it is one of two connections over which one replica synchronises: `type=main-channel`, `type=rdb-channel`.
    pub one_of_two: bool,
    /// The line.
    pub place: Place,
}
impl Replica {
    /// `ip:port`.
    #[must_use]
    pub fn address(&self) -> String {
        if self.ip.is_empty() { String::from("slave") } else { alloc::format!("{}:{}", self.ip, self.port) }
    }
}

impl Info {
    /// A field's value.
    #[must_use]
    pub fn get(&self, field: impl Into<Field>) -> Option<&Value> {
        self.pairs.get(field.into().name())
    }
    /// A field's value as text; empty if there is none.
    #[must_use]
    pub fn text(&self, field: impl Into<Field>) -> &str {
        self.get(field).map_or("", |value| value.text.as_str())
    }
    /// A field's value as a whole number.
    #[must_use]
    pub fn number(&self, field: impl Into<Field>) -> Option<i64> {
        self.get(field)?.text.parse().ok()
    }
    /// The lines of its replicas.
    #[must_use]
    pub fn replicas(&self) -> Vec<Replica> {
        self.pairs
            .iter()
            .filter(|(name, _)| matches!(crate::info::Name::of(name), crate::info::Name::Replica(_)))
            .map(|(_, value)| replica(value))
            .collect()
    }
    /// Keys of all its databases, how many of them expire, and the place of the first; `None` if it names none.
    #[must_use]
    pub fn keys(&self) -> Option<(i64, i64, Place)> {
        let mut all = None;
        for (name, value) in &self.pairs {
            if matches!(crate::info::Name::of(name), crate::info::Name::Database(_)) {
                let (keys, expires) = (part(&value.text, "keys").parse().unwrap_or(0), part(&value.text, "expires").parse().unwrap_or(0));
                let (before, mortal, place) = all.unwrap_or((0i64, 0i64, value.place));
                all = Some((before.saturating_add(keys), mortal.saturating_add(expires), place));
            }
        }
        all
    }
}

/// The value of `name=…` in a line of such parts.
pub(super) fn part<'a>(line: &'a str, name: &str) -> &'a str {
    line.split([',', ' ']).find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
}

fn replica(value: &Value) -> Replica {
    let line = value.text.as_str();
    if !line.contains('=') {
        let mut parts = line.split(',');
        let mut next = || parts.next().unwrap_or_default().to_string();
        let (ip, port, state) = (next(), next(), next());
        return Replica { ip, port: port.parse().unwrap_or(0), state, offset: None, lag_s: None, one_of_two: false, place: value.place };
    }
    Replica {
        ip: part(line, "ip").to_string(),
        port: part(line, "port").parse().unwrap_or(0),
        state: part(line, "state").to_string(),
        offset: part(line, "offset").parse().ok(),
        lag_s: part(line, "lag").parse().ok(),
        one_of_two: part(line, "type").ends_with("-channel"),
        place: value.place,
    }
}

/// A line of a log that was known again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// Which line it is.
    pub known: Known,
    /// What stood before it.
    pub frame: Frame,
    /// Where it stands, without the frame.
    pub place: Place,
}
impl Told {
    /// A field's value; empty if the line was cut before it.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.known.values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
    }
    /// A field's value as a whole number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.value(name).parse().ok()
    }
}

/// A line of CLIENT LIST.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Client {
    /// `addr=…` and so on.
    pub line: String,
    /// Where.
    pub place: Place,
}
impl Client {
    /// The value of `name=…`.
    #[must_use]
    pub fn part(&self, name: &str) -> &str {
        part(&self.line, name)
    }
}

/// An error that a client got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
    /// `NOREPLICAS` and so on.
    pub code: &'static str,
    /// Where.
    pub place: Place,
}

/// Master or replica; one in the middle of a chain is a replica.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// It follows nobody.
    Master,
    /// It follows somebody.
    Replica,
}

/// A server that the paste speaks of.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Node {
    /// What the paste calls it: a host, an address, a heading; nothing if it does not.
    pub name: String,
    /// What it is.
    pub role: Option<Role>,
    /// What it printed of itself, oldest first.
    pub infos: Vec<Info>,
    /// What it logged.
    pub told: Vec<Told>,
    /// Lines of its CLIENT LIST.
    pub clients: Vec<Client>,
    /// Directives by name.
    pub config: BTreeMap<String, Value>,
    /// Milliseconds between its last two INFOs; `None` if nobody knows.
    pub apart_ms: Option<u64>,
    /// Its log's process.
    pub(super) pid: Option<u64>,
    /// Its log's host.
    pub(super) host: Option<String>,
    /// The part of the paste in which it was met first.
    pub(super) block: usize,
}

impl Node {
    /// Its latest INFO.
    #[must_use]
    pub fn info(&self) -> Option<&Info> {
        self.infos.last()
    }
    /// Its INFO before that.
    #[must_use]
    pub fn before(&self) -> Option<&Info> {
        self.infos.len().checked_sub(2).and_then(|at| self.infos.get(at))
    }
    /// Lines of these names in its log, oldest first.
    pub fn lines<'a>(&'a self, names: &'a [&'static str]) -> impl DoubleEndedIterator<Item = &'a Told> {
        self.told.iter().filter(move |told| names.contains(&told.known.line))
    }
    /// The latest of them.
    #[must_use]
    pub fn last(&self, names: &[&'static str]) -> Option<&Told> {
        self.told.iter().rev().find(|told| names.contains(&told.known.line))
    }
    /// Where in its log the latest of them stands.
    #[must_use]
    pub fn last_at(&self, names: &[&'static str]) -> Option<usize> {
        self.told.iter().rposition(|told| names.contains(&told.known.line))
    }
    /// Whether it follows somebody.
    #[must_use]
    pub fn follows(&self) -> bool {
        self.role == Some(Role::Replica)
    }
    /// A directive as a whole number, by its old or its new name.
    #[must_use]
    pub fn directive(&self, names: &[&str]) -> Option<i64> {
        names.iter().find_map(|name| size(&self.config.get(*name)?.text))
    }
    /// The eras that print and log what this node did; all of them if it shows nothing particular.
    #[must_use]
    pub fn eras(&self) -> Vec<Era> {
        let printed = self.info().and_then(|info| {
            let valkey = info.pairs.get("valkey_version").and_then(|value| release("valkey-", &value.text));
            valkey.or_else(|| release("", info.text(crate::info::Server::RedisVersion)))
        });
        if let Some(era) = printed {
            return Vec::from([era]);
        }
        let fits = |era: &Era| {
            let caps = era.capabilities();
            let fields = self.infos.iter().flat_map(|info| info.pairs.keys()).filter_map(|name| Field::of(name));
            let mut fields = fields.filter_map(|field| if let Field::Replication(field) = field { Some(field) } else { None });
            fields.all(|field| field.printed(&caps))
                && self.told.iter().all(|told| {
                    let framed =
                        told.frame.pid.is_none() || (told.frame.role.is_some() == caps.log_role && told.frame.year == caps.log_year);
                    framed && (told.known.eras.is_empty() || told.known.eras.contains(era))
                })
        };
        let fit: Vec<Era> = Era::ALL.into_iter().filter(fits).collect();
        if fit.is_empty() { Era::ALL.to_vec() } else { fit }
    }
    /// What the oldest of these eras can do: its names of directives are understood by all later ones.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.eras().first().map_or_else(|| Era::ALL[0].capabilities(), |era| era.capabilities())
    }
}

/// The era of a release: the latest one of this family that is not after it.
fn release(family: &str, version: &str) -> Option<Era> {
    let pair = |text: &str| {
        let mut parts = text.split('.');
        Some((parts.next()?.parse::<u32>().ok()?, parts.next()?.parse::<u32>().ok()?))
    };
    let found = pair(version)?;
    Era::ALL.into_iter().rev().find(|era| era.name().strip_prefix(family).and_then(pair).is_some_and(|own| own <= found))
}

/// A whole number with a unit of redis.conf, or without one, quoted or not.
pub(super) fn size(text: &str) -> Option<i64> {
    condition::size(text.trim_matches(['"', '\'', ' '])).and_then(|bytes| bytes.try_into().ok())
}
