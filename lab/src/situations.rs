//! Counters of the situations that a run met: a swarm that meets none finds nothing.

use resync_core::fact::{FreedWhy, SessionState};
use resync_core::note::{HandshakeFailure, Note};
use resync_core::repl::psync::IdTest;
use resync_core::sim::{Given, Sim};
use std::collections::BTreeMap;

/// How often each situation was met.
#[derive(Clone, Debug, Default)]
pub struct Situations {
    met: BTreeMap<String, u64>,
    /// Keys of each server, to see them expire.
    keys: Vec<usize>,
}

/// The situations that a swarm must meet; without one of these a test run fails.
pub const MUST: &[&str] = &[
    "full resynchronisation",
    "full resynchronisation by SYNC",
    "partial resynchronisation",
    "partial resynchronisation with nothing to send",
    "partial resynchronisation by the second id",
    "verdict: asked",
    "verdict: foreign-id",
    "verdict: lack-of-backlog",
    "verdict: ahead-of-master",
    "verdict: second-id-too-far",
    "refused: LOADING",
    "refused: NOREPLICAS",
    "refused: READONLY",
    "refused: NOAUTH",
    "a transaction refused at its end",
    "a replica's stream waited for a pause",
    "handshake: -LOADING",
    "handshake: -NOMASTERLINK",
    "SYNC fallback",
    "session ended: output-limit",
    "session ended: timeout",
    "session ended: bgsave-failed",
    "replica timed out: connect",
    "replica timed out: transfer",
    "replica timed out: stream",
    "a replica of a replica online",
    "promoted",
    "failover: the target is synced",
    "clients paused",
    "hole: a reply in a replica's stream",
    "id changed by +CONTINUE",
    "forked: disk",
    "forked: sockets",
    "RDB parsed from the socket",
    "child failed",
    "backlog resized",
    "backlog expired",
    "key expired by a master",
    "WAIT answered",
    "transaction answered",
    "crashed",
    "powered off",
    "restarted with its RDB",
    "restarted without RDB",
    "paused",
    "link cut",
    "link frozen",
    "hole: went on after a SYNC fallback",
    "acknowledged writes lost",
];

/// What a swarm may meet only so often: in at most one of so many schedules, and once more. More of it makes a run fail.
///
/// The lamp I2 goes by the world's own book-keeping, which loses one replica in some 1 400 schedules (14 in seeds 1 to 20 000) when several turn to others at
/// once, or when somebody is promoted while a pause of callers holds his stream back.
pub const SELDOM: &[(&str, u64)] = &[("lamp I2 lit for no hole", 1_000)];

impl Situations {
    /// Counts something.
    pub fn add(&mut self, name: &str, times: u64) {
        if times > 0 {
            match self.met.get_mut(name) {
                Some(met) => *met += times,
                None => {
                    self.met.insert(name.to_string(), times);
                }
            }
        }
    }
    /// Adds up.
    pub fn merge(&mut self, other: &Situations) {
        for (name, times) in &other.met {
            self.add(name, *times);
        }
    }
    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.met.iter().map(|(name, times)| (name.as_str(), *times))
    }
    /// What must be met and was not.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        MUST.iter().filter(|name| !self.met.contains_key(**name)).copied().collect()
    }
    /// What was met more often than so many schedules allow, with how often it was met and how often it may be.
    #[must_use]
    pub fn too_often(&self, schedules: u64) -> Vec<(&'static str, u64, u64)> {
        let met = |name: &str| self.met.get(name).copied().unwrap_or(0);
        let all = SELDOM.iter().map(|(name, one_in)| (*name, met(name), 1 + schedules / one_in));
        all.filter(|(_, met, most)| met > most).collect()
    }

    /// Looks at the last event.
    pub fn saw(&mut self, sim: &Sim) {
        for (n, note) in sim.notes() {
            self.note(sim, *n, note);
        }
        for (n, given) in sim.given() {
            let at = *n as usize;
            if self.keys.len() <= at {
                self.keys.resize(sim.machines().len(), 0);
            }
            let (node, keys) = (sim.node(*n), sim.node(*n).dataset().total_keys());
            self.add("a replica's stream waited for a pause", u64::from(node.paused().is_some() && node.unapplied() > 0));
            if *given == Given::Timer && keys < self.keys[at] && node.role_is_master() && node.loading().is_none() {
                self.add("key expired by a master", 1);
            }
            self.keys[at] = keys;
        }
    }

    fn note(&mut self, sim: &Sim, n: u32, note: &Note) {
        match note {
            Note::FullDone { pre_psync, .. } => {
                self.add("full resynchronisation", 1);
                self.add("full resynchronisation by SYNC", u64::from(*pre_psync));
            }
            Note::PsyncVerdict { ruling, .. } => match ruling.partial() {
                Some(bytes) => {
                    let second = ruling.decision().is_some_and(|decision| matches!(decision.id, IdTest::Second { .. }));
                    self.add("partial resynchronisation", 1);
                    self.add("partial resynchronisation with nothing to send", u64::from(bytes == 0));
                    self.add("partial resynchronisation by the second id", u64::from(second));
                }
                None => self.add(&format!("verdict: {}", ruling.reason()), 1),
            },
            Note::Refused { code, .. } => self.add(&format!("refused: {code}"), 1),
            Note::HandshakeFailed { why: HandshakeFailure::Said(why), .. } if why.starts_with('-') => {
                self.add(&format!("handshake: {}", why.split(' ').next().unwrap_or_default()), 1);
            }
            Note::SyncFallback { reply } => {
                self.add("SYNC fallback", 1);
                self.add(&format!("handshake: {}", reply.split(' ').next().unwrap_or_default()), 1);
            }
            Note::SessionEnded { why, .. } => self.add(&format!("session ended: {why}"), 1),
            Note::SessionState { state: SessionState::Online, .. } if !sim.node(n).role_is_master() => {
                self.add("a replica of a replica online", 1);
            }
            Note::SessionState { state: SessionState::BulkAndStream, .. } => self.add("full resynchronisation over two connections", 1),
            Note::SessionState { state: SessionState::BgTransfer, .. } => {
                self.add("full resynchronisation over two connections of Valkey", 1);
            }
            Note::UpstreamTimeout { phase, .. } => self.add(&format!("replica timed out: {phase}"), 1),
            Note::Log { text, .. } if text.starts_with("Failover target ") && text.contains(" is synced") => {
                self.add("failover: the target is synced", 1);
            }
            Note::Log { text, .. } if text.starts_with("FAILOVER to ") && text.contains(" aborted") => self.add("failover: given up", 1),
            Note::ClientReply { command, reply } if command.starts_with("CLIENT PAUSE") && reply == "OK" => self.add("clients paused", 1),
            Note::Promoted { .. } => self.add("promoted", 1),
            Note::IdChanged { .. } if sim.notes().iter().any(|(of, note)| *of == n && matches!(note, Note::PartialAccepted { .. })) => {
                self.add("id changed by +CONTINUE", 1);
            }
            Note::Forked { kind, .. } => self.add(&format!("forked: {kind}"), 1),
            Note::LoadStarted { bytes: -1 } => self.add("RDB parsed from the socket", 1),
            Note::LoadFailed { .. } => self.add("load failed", 1),
            Note::ChildDone { ok: false, .. } => self.add("child failed", 1),
            Note::BacklogResized { .. } => self.add("backlog resized", 1),
            Note::BacklogFreed { why } => self.add(if *why == FreedWhy::Ttl { "backlog expired" } else { "backlog freed" }, 1),
            Note::ClientReply { command, reply } if command.starts_with("WAIT") && reply.starts_with("(integer)") => {
                self.add("WAIT answered", 1);
            }
            Note::ClientReply { command, reply } if command == "EXEC" && reply.contains("discarded because of:") => {
                self.add("a transaction refused at its end", 1);
            }
            Note::ClientReply { command, reply } if command == "EXEC" && !reply.starts_with("(error)") => {
                self.add("transaction answered", 1);
            }
            Note::Crashed {} => self.add("crashed", 1),
            Note::PoweredOff {} => self.add("powered off", 1),
            Note::Restarted { with_rdb } => self.add(if *with_rdb { "restarted with its RDB" } else { "restarted without RDB" }, 1),
            Note::Paused {} => self.add("paused", 1),
            Note::LinkCut { .. } => self.add("link cut", 1),
            Note::LinkFrozen { .. } => self.add("link frozen", 1),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SELDOM, Situations};

    #[test]
    fn what_is_seldom_fails_when_it_is_not() {
        let (name, one_in) = SELDOM[0];
        let mut met = Situations::default();
        assert_eq!(met.too_often(30), []);
        met.add(name, 1);
        assert_eq!(met.too_often(30), [], "once may be chance");
        met.add(name, 1);
        assert_eq!(met.too_often(one_in - 1), [(name, 2, 1)]);
        assert_eq!(met.too_often(one_in), []);
    }
}
