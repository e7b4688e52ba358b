//! The evidence for conditions: the fields of [`crate::condition::fields`], read off the world.

use super::link::Link;
use super::recorder::Recorder;
use super::{Sim, tcp};
use crate::condition::Facts;
use crate::data::Value as Data;
use crate::fact::{Invariant, SessionPhase};
use crate::note::{Note, NoteKind, Value};
use crate::resp::parse_i64;
use crate::time::Time;
use alloc::string::{String, ToString};

/// A world at one moment with its record, for [`crate::condition::Watch`].
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// The world.
    pub sim: &'a Sim,
    /// What was recorded of it; notes that came later are not seen.
    pub recorder: &'a Recorder,
}

/// Entries of the journal that are looked through for what is new.
const NEAR: usize = 1_024;

fn int(n: impl TryInto<i64>) -> Option<Value> {
    Some(Value::Int(n.try_into().unwrap_or(i64::MAX)))
}
#[allow(clippy::unnecessary_wraps, reason = "an arm of a match of options")]
fn yes(b: bool) -> Option<Value> {
    Some(Value::Bool(b))
}
#[allow(clippy::unnecessary_wraps, reason = "an arm of a match of options")]
fn word(s: impl Into<String>) -> Option<Value> {
    Some(Value::Text(s.into()))
}

impl Evidence<'_> {
    fn field(&self, ix: u32, field: &str) -> Option<Value> {
        let machine = self.sim.machine(ix);
        let node = &machine.node;
        let backlog = node.backlog();
        let upstream = || if machine.alive() { node.upstream() } else { None };
        match field {
            "role" => word(if node.role_is_master() { "master" } else { "replica" }),
            "process" => word(machine.doing(self.sim.now()).name()),
            "offset" => match upstream() {
                Some(upstream) => int(upstream.applied.0),
                None => int(node.master_offset().0),
            },
            "replid" => word(node.repl_id().as_str()),
            "keys" => int(node.dataset().total_keys() as u64),
            "loading" => yes(machine.alive() && node.loading().is_some()),
            "connected" => int(node.sessions().count() as u64),
            "sync_full" => int(node.counters().sync_full),
            "sync_partial_ok" => int(node.counters().sync_partial_ok),
            "sync_partial_err" => int(node.counters().sync_partial_err),
            "backlog.active" => yes(backlog.active()),
            "backlog.size" => int(backlog.size()),
            "backlog.first" => int(backlog.first().0),
            "backlog.histlen" => int(backlog.histlen()),
            "good" => node.good().and_then(|(have, ..)| int(have)),
            "refusing" => yes(node.good().is_some_and(|(.., refusing)| refusing)),
            "child" => yes(node.child().is_some()),
            "online" => yes(upstream().is_some_and(|upstream| upstream.link_up) && self.sim.listed_online(ix)),
            "link_up" => upstream().and_then(|upstream| yes(upstream.link_up)),
            "state" => upstream().and_then(|upstream| word(upstream.state.name())),
            "pre_psync" => upstream().and_then(|upstream| yes(upstream.pre_psync)),
            "cached" => upstream().and_then(|upstream| yes(upstream.cached.is_some())),
            "applied" => self.sim.reality(ix).and_then(|reality| int(reality.applied)),
            "gap" => self.sim.reality(ix).and_then(|reality| int(reality.gap)),
            "staleness" => self.sim.reality(ix).and_then(|reality| reality.staleness).and_then(|span| int(span.as_millis())),
            "kept" => upstream().and_then(|upstream| int(upstream.beside.map_or(0, |beside| beside.held))),
            "runway" => self.sim.runway(ix).and_then(|runway| int(runway.bytes)),
            _ => None,
        }
    }
    fn link_named(&self, from: &str, to: &str) -> Option<&Link> {
        let ix = self.sim.link_between(self.sim.by_name(from)?, self.sim.by_name(to)?)?;
        self.sim.links().get(ix as usize)
    }
}

impl Facts for Evidence<'_> {
    fn now(&self) -> Time {
        self.sim.now()
    }
    fn event(&self) -> u64 {
        self.sim.event()
    }
    fn node(&self, node: &str, field: &str) -> Option<Value> {
        self.field(self.sim.by_name(node)?, field)
    }
    fn key(&self, node: &str, db: usize, key: &str, field: &str) -> Option<Value> {
        let node = self.sim.node(self.sim.by_name(node)?);
        let Some((value, expiry)) = node.dataset().entry(db, key.as_bytes()) else {
            return if field == "exists" || field == "over" { yes(false) } else { None };
        };
        let now_ms = node.unix_ms_at(self.sim.now());
        match field {
            "exists" => yes(true),
            "over" => yes(expiry.is_some_and(|when| now_ms > when)),
            "type" => word(value.type_of().name()),
            "value" => match value {
                Data::String(text) | Data::Sum(text) | Data::Grown(text) => {
                    parse_i64(text).map(Value::Int).or_else(|| word(String::from_utf8_lossy(text)))
                }
                _ => None,
            },
            "ttl" => expiry.map(|when| Value::Int(when.saturating_sub(now_ms))),
            _ => None,
        }
    }
    fn session(&self, master: &str, replica: &str, field: &str) -> Option<Value> {
        let (master, replica) = (self.sim.by_name(master)?, self.sim.by_name(replica)?);
        let Some(session) = self.sim.session_of(master, replica) else {
            return if field == "listed" { yes(false) } else { None };
        };
        match field {
            "listed" => yes(true),
            "state" => word(session.phase.state().name()),
            "offset" => int(session.ack_offset.0),
            "lag" => int(self.sim.lag_s(master, session.phase == SessionPhase::Online, session.ack_time)),
            "buffer" => int(session.output_buffer),
            "pre_psync" => yes(session.pre_psync),
            _ => None,
        }
    }
    fn link(&self, from: &str, to: &str, field: &str) -> Option<Value> {
        let link = self.link_named(from, to)?;
        match field {
            "state" => word(link.state().name()),
            "connected" => yes(self.sim.replicates_over(link)),
            "in_flight" | "unsent" => {
                let ix = self.sim.link_between(link.a, link.b);
                let of = if field == "unsent" { tcp::End::unsent } else { tcp::End::on_the_way };
                let bytes = self.sim.conns().filter(|(_, conn)| conn.link() == ix).flat_map(|(_, conn)| &conn.ends).map(of).sum::<u64>();
                int(bytes)
            }
            _ => None,
        }
    }
    fn client(&self, client: &str, field: &str) -> Option<Value> {
        let client = self.sim.clients().iter().find(|of| of.spec.name == client)?;
        match field {
            "sent" => int(client.sent),
            "ok" => int(client.ok),
            "refused" => int(client.refused),
            _ => None,
        }
    }
    fn same_data(&self, a: &str, b: &str, times: bool) -> bool {
        match (self.sim.by_name(a), self.sim.by_name(b)) {
            (Some(a), Some(b)) => {
                let (a, b) = (self.sim.node(a).dataset(), self.sim.node(b).dataset());
                if times { a.same_to_the_millisecond(b) } else { a.digest() == b.digest() }
            }
            _ => false,
        }
    }
    fn invariant(&self, which: Invariant) -> bool {
        let event = self.sim.event();
        !self
            .recorder
            .journal()
            .entries()
            .iter()
            .any(|entry| matches!(&entry.note, Note::InvariantBroken { invariant, .. } if *invariant == which && entry.event <= event))
    }
    fn noted(&self, node: &str, kind: NoteKind, after: Option<u64>, fits: &dyn Fn(&Note) -> bool) -> bool {
        let Some(ix) = self.sim.by_name(node) else { return false };
        let event = self.sim.event();
        let in_time = |at: u64| at <= event && after.is_none_or(|after| at > after);
        if kind == NoteKind::Log {
            return self
                .recorder
                .log(ix)
                .rev()
                .take_while(|line| after.is_none_or(|after| line.event > after))
                .filter(|line| in_time(line.event))
                .any(|line| fits(&Note::Log { mark: line.mark, text: line.text.to_string(), line: line.line.to_string() }));
        }
        // Whoever watches looks after every event: what is new since then stands at the end, or was folded into what stands near it.
        let near = if after.is_some() { NEAR } else { usize::MAX };
        let milestone = self
            .recorder
            .journal()
            .entries()
            .iter()
            .rev()
            .filter(|entry| entry.event <= event)
            .take(near)
            .filter(|entry| entry.node == ix && entry.note.kind() == kind)
            .any(|entry| entry.occurrences().any(|(at, _)| in_time(at)) && fits(&entry.note));
        milestone
            || self
                .recorder
                .flow()
                .iter()
                .rev()
                .take_while(|flow| after.is_none_or(|after| flow.event > after))
                .any(|flow| flow.node == ix && in_time(flow.event) && flow.note.kind() == kind && fits(&flow.note))
    }
}
