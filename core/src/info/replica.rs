//! The lines that have parts: `slaveN` and `dbN`.

use crate::fact::SessionState;
use alloc::borrow::{Cow, ToOwned as _};
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

/// What `slaveN` says of a replica: `ip=…,port=…,state=…,offset=…,lag=…`, or `ip,port,state` of servers without offsets (2.6).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplicaLine {
    /// The address that it announced, or from which it came.
    pub ip: String,
    /// The port that it announced; 0 if it never did.
    pub port: i64,
    /// How far its synchronisation is.
    pub state: ReplicaState,
    /// What it acknowledged; `None` in the form of 2.6.
    pub acked: Option<Acked>,
    /// Parts that Resync does not know, in their order: `type=replica` of 8.0.
    pub more: Vec<(String, String)>,
}

/// What a replica acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Acked {
    /// The last offset; 0 before the first ACK.
    pub offset: i64,
    /// Whole seconds since the last sign of life; 0 unless it is online.
    pub lag_s: i64,
}

/// INFO's `state` of a replica.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReplicaState {
    /// One that Resync prints as well.
    Known(SessionState),
    /// A word of a later release.
    Other(String),
}
impl ReplicaState {
    /// The state that INFO prints so.
    #[must_use]
    pub fn of(word: &str) -> ReplicaState {
        let known = SessionState::ALL.iter().find(|state| state.name() == word);
        known.map_or_else(|| ReplicaState::Other(word.to_owned()), |state| ReplicaState::Known(*state))
    }
    /// As INFO prints it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            ReplicaState::Known(state) => state.name(),
            ReplicaState::Other(word) => word,
        }
    }
}

/// Why a line with parts cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineFault {
    /// A part that must be there is not.
    Missing(&'static str),
    /// A part that must be a number is none.
    NoNumber {
        /// The part's name.
        part: &'static str,
        /// Its value.
        found: String,
    },
    /// Something between two commas is no `name=value`.
    NoPart(String),
}
impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LineFault::Missing(part) => write!(f, "{part} is missing"),
            LineFault::NoNumber { part, found } => write!(f, "{part} is no number: {found}"),
            LineFault::NoPart(found) => write!(f, "no name=value: {found}"),
        }
    }
}

/// The `name=value` parts of a line.
struct Parts<'a>(Vec<(&'a str, &'a str)>);
impl<'a> Parts<'a> {
    fn of(written: &'a str) -> Result<Parts<'a>, LineFault> {
        let parts = written.split(',').map(|part| part.split_once('=').ok_or_else(|| LineFault::NoPart(part.to_owned())));
        parts.collect::<Result<_, _>>().map(Parts)
    }
    fn maybe(&mut self, name: &str) -> Option<&'a str> {
        let at = self.0.iter().position(|(part, _)| *part == name)?;
        Some(self.0.remove(at).1)
    }
    fn take(&mut self, name: &'static str) -> Result<&'a str, LineFault> {
        self.maybe(name).ok_or(LineFault::Missing(name))
    }
    fn number(&mut self, name: &'static str) -> Result<i64, LineFault> {
        let found = self.take(name)?;
        number(name, found)
    }
    fn rest(self) -> Vec<(String, String)> {
        self.0.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

fn number(part: &'static str, found: &str) -> Result<i64, LineFault> {
    found.trim().parse().map_err(|_| LineFault::NoNumber { part, found: found.to_owned() })
}

impl ReplicaLine {
    /// Reads what stands behind `slaveN:`, in either form; parts in any order.
    ///
    /// # Errors
    /// If the address, port or state is missing, or what must be a number is none.
    pub fn read(written: &str) -> Result<ReplicaLine, LineFault> {
        if !written.split(',').next().is_some_and(|part| part.contains('=')) {
            return ReplicaLine::read_old(written);
        }
        let mut parts = Parts::of(written)?;
        let (ip, port, state) = (parts.take("ip")?, parts.number("port")?, parts.take("state")?);
        let (offset, lag) = (parts.maybe("offset"), parts.maybe("lag"));
        let acked = match (offset, lag) {
            (None, None) => None,
            (Some(offset), Some(lag)) => Some(Acked { offset: number("offset", offset)?, lag_s: number("lag", lag)? }),
            (None, Some(_)) => return Err(LineFault::Missing("offset")),
            (Some(_), None) => return Err(LineFault::Missing("lag")),
        };
        Ok(ReplicaLine { ip: ip.to_owned(), port, state: ReplicaState::of(state), acked, more: parts.rest() })
    }
    /// `ip,port,state`, as 2.6 prints it.
    fn read_old(written: &str) -> Result<ReplicaLine, LineFault> {
        let mut parts = written.split(',');
        let ip = parts.next().filter(|ip| !ip.is_empty()).ok_or(LineFault::Missing("ip"))?;
        let port = number("port", parts.next().ok_or(LineFault::Missing("port"))?)?;
        let state = ReplicaState::of(parts.next().ok_or(LineFault::Missing("state"))?.trim());
        match parts.next() {
            Some(more) => Err(LineFault::NoPart(more.to_owned())),
            None => Ok(ReplicaLine { ip: ip.to_owned(), port, state, acked: None, more: Vec::new() }),
        }
    }
    /// Its parts with their names, `ip=` and so on; the form of 2.6 has values alone.
    #[must_use]
    pub fn parts(&self) -> Vec<(Cow<'_, str>, String)> {
        let values = [("ip=", self.ip.clone()), ("port=", self.port.to_string()), ("state=", self.state.name().to_owned())];
        let Some(acked) = self.acked else {
            return values.into_iter().map(|(_, value)| (Cow::Borrowed(""), value)).collect();
        };
        let acked = [("offset=", acked.offset.to_string()), ("lag=", acked.lag_s.to_string())];
        let named = values.into_iter().chain(acked).map(|(name, value)| (Cow::Borrowed(name), value));
        named.chain(others(&self.more)).collect()
    }
}

/// Unknown parts with their names and `=`.
fn others(more: &[(String, String)]) -> impl Iterator<Item = (Cow<'_, str>, String)> {
    more.iter().map(|(name, value)| (Cow::Owned(name.clone() + "="), value.clone()))
}

fn write_others(more: &[(String, String)], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    more.iter().try_for_each(|(name, value)| write!(f, ",{name}={value}"))
}

impl fmt::Display for ReplicaLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ReplicaLine { ip, port, state, acked, more } = self;
        let state = state.name();
        match acked {
            None => write!(f, "{ip},{port},{state}"),
            Some(Acked { offset, lag_s }) => {
                write!(f, "ip={ip},port={port},state={state},offset={offset},lag={lag_s}")?;
                write_others(more, f)
            }
        }
    }
}

/// What `dbN` says of a database that is not empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DatabaseLine {
    /// Its keys.
    pub keys: i64,
    /// How many of them expire.
    pub expires: i64,
    /// Mean time that those have left, ms; `None` if the line has no such part.
    pub avg_ttl_ms: Option<i64>,
    /// Parts that Resync does not know, in their order.
    pub more: Vec<(String, String)>,
}
impl DatabaseLine {
    /// Reads what stands behind `dbN:`.
    ///
    /// # Errors
    /// If a count is missing or none.
    pub fn read(written: &str) -> Result<DatabaseLine, LineFault> {
        let mut parts = Parts::of(written)?;
        let (keys, expires) = (parts.number("keys")?, parts.number("expires")?);
        let avg_ttl_ms = parts.maybe("avg_ttl").map(|found| number("avg_ttl", found)).transpose()?;
        Ok(DatabaseLine { keys, expires, avg_ttl_ms, more: parts.rest() })
    }
    /// Its parts with their names, `keys=` and so on.
    #[must_use]
    pub fn parts(&self) -> Vec<(Cow<'_, str>, String)> {
        let counts = [("keys=", self.keys), ("expires=", self.expires)];
        let ttl = self.avg_ttl_ms.map(|ms| ("avg_ttl=", ms));
        let named = counts.into_iter().chain(ttl).map(|(name, value)| (Cow::Borrowed(name), value.to_string()));
        named.chain(others(&self.more)).collect()
    }
}
impl fmt::Display for DatabaseLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "keys={},expires={}", self.keys, self.expires)?;
        if let Some(ms) = self.avg_ttl_ms {
            write!(f, ",avg_ttl={ms}")?;
        }
        write_others(&self.more, f)
    }
}
