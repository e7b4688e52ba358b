//! The deadlines: timeouts of links, refusals when good replicas are missing, closes of output buffers over their limits.

use super::seen::{Pace, Say, Seen};
use crate::command::directives::ClientClass;
use crate::era::{BacklogKind, ReplyList};
use crate::fact::{RefusalCode, ReplState, SessionEnd};
use crate::limits::READ_BYTES_MAX;
use crate::node::api::ConnId;
use crate::node::{LinkMark, Node, SessionMark};
use crate::note::Note;
use crate::sim::tcp::Owner;
use crate::sim::{Given, Machine, Sim};
use crate::time::{Span, Time};
use alloc::format;
use alloc::vec::Vec;

/// A replication cron runs each second, a few milliseconds late, and compares whole seconds: so much later than its limit a side has given up.
const LATE: Span = Span::from_millis(2_600);
/// A cached count of good replicas is at most this old.
const RECOUNT: Span = Span::from_millis(1_150);
/// A cached second is at most this late.
const CACHED: Span = Span::from_millis(120);
/// An output buffer over its limit is closed at the next tick.
const CLOSED: Span = Span::from_millis(350);
/// The memory of buffers beside their bytes, and what may come and go within one event.
const SLACK: u64 = 64 * 1024;
/// Work of this length is no pause.
const SHORT: Span = Span::from_millis(50);

/// Seconds of a server's clock.
fn second(node: &Node, at: Time) -> i64 {
    node.unix_ms_at(at).div_euclid(1_000)
}
fn earlier(at: Time, by: Span) -> Time {
    Time::from_micros(at.as_micros().saturating_sub(by.as_micros()))
}

/// What comes beside an RDB is kept in blocks, up to a limit that whole blocks pass; and one read more.
fn kept_limit(node: &Node, say: &mut Say<'_>) {
    const BLOCK: u64 = 1_052_640;
    let conf = node.config_values();
    let own = u64::try_from(conf.full_sync_buffer_limit).unwrap_or(0);
    let limit = if own > 0 { own } else { conf.output_limits[ClientClass::Replica as usize].hard };
    if limit > 0 && node.kept() > limit + BLOCK + READ_BYTES_MAX as u64 {
        say("I12", format!("it keeps {} bytes of its master's stream beside an RDB; the limit is {limit}", node.kept()));
    }
}

impl Pace {
    /// The server did something: looks at the time that it took.
    pub(super) fn look(&mut self, sim: &Sim, ix: u32, machine: &Machine, seen: &Seen, link: Option<&LinkMark>, say: &mut Say<'_>) {
        let (now, node) = (sim.now(), &machine.node);
        let notes = || sim.notes().iter().filter(move |(n, _)| *n == ix).map(|(_, note)| note);
        let given = || sim.given().iter().filter(move |(n, _)| *n == ix).map(|(_, given)| *given);
        let disturbed = notes().any(|note| matches!(note, Note::ConfigSet { .. } | Note::Started { .. } | Note::Resumed {}));
        if node.loading().is_some() || machine.busy_until > now + SHORT {
            self.free_since = None;
        } else if self.free_since.is_none() || disturbed {
            self.free_since = Some(now);
        }
        if notes().any(|note| matches!(note, Note::Resumed {})) {
            self.woken = Some(now);
        }
        let free_since = self.free_since;
        let free = |for_long: Span, since: Time| free_since.is_some_and(|free| now.since(free) > for_long && now.since(since) > for_long);
        let limit = Span::from_millis(u64::try_from(node.config_values().repl_timeout).unwrap_or(0).saturating_mul(1_000)) + LATE;

        // Both sides give up what is silent.
        let sessions: Vec<SessionMark> = node.session_marks().collect();
        for session in sessions.iter().filter(|session| session.online && !session.pre_psync) {
            let heard = *self.heard.entry(session.conn).or_insert(now);
            if free(limit, heard) {
                say("I14", format!("a replica has been silent for {} ms and is kept", now.since(heard).as_millis()));
            }
        }
        self.heard.retain(|conn, _| {
            sessions.iter().any(|session| session.conn == *conn && session.online) || link.is_some_and(|link| link.conn == Some(*conn))
        });
        let state = link.map_or(ReplState::None, |link| link.state);
        let read =
            given().any(|given| matches!(given, Given::Bytes(conn) if link.is_some_and(|link| link.rdb_conn.or(link.conn) == Some(conn))));
        // It may give up and dial again in one go.
        let news = read || notes().any(|note| matches!(note, Note::UpstreamState { .. }));
        match self.way {
            Some((before, since)) if before == state && !news => {
                if !matches!(state, ReplState::None | ReplState::Connect) && link.is_some_and(|link| !link.installing) && free(limit, since)
                {
                    say(
                        "I14",
                        format!(
                            "its master has been silent for {} ms in state {state}, and it does not give up",
                            now.since(since).as_millis()
                        ),
                    );
                }
            }
            _ => self.way = Some((state, now)),
        }

        // Writes are let in only with enough good replicas.
        self.good_replicas(node, now, &sessions, disturbed);
        let refused = notes().any(|note| matches!(note, Note::Refused { code, .. } if *code == RefusalCode::Noreplicas));
        let awake = self.woken.is_none_or(|woken| now.since(woken) > RECOUNT + RECOUNT);
        if let Some(since) = self.enough.filter(|_| refused && awake)
            && free(RECOUNT, since)
        {
            say("I9", format!("it refuses a write although it has had enough good replicas for {} ms", now.since(since).as_millis()));
        }
        let from_caller = given().any(|given| {
            matches!(given, Given::Bytes(conn) if link.is_none_or(|link| link.conn != Some(conn)) && sessions.iter().all(|session| session.conn != conn))
        });
        // Up to 5.0 EXEC is not asked again what its commands were asked: it may write for a console that queued them in better days.
        let at_console = |conn| sim.conn(conn).is_some_and(|conn| matches!(conn.ends[0].owner, Owner::Console(_)));
        let may_exec =
            !node.capabilities().exec_is_asked_again && given().any(|given| matches!(given, Given::Bytes(conn) if at_console(conn)));
        let wrote =
            from_caller && link.is_none() && seen.master && node.master_offset() > seen.offset && node.dataset().digest() != seen.whole;
        if let Some(since) = self.lacking.filter(|_| wrote && !may_exec && !refused && seen.volatile == 0)
            && free(RECOUNT, since)
        {
            say("I9", format!("it takes a write although it has lacked good replicas for {} ms", now.since(since).as_millis()));
        }
        // What is refused (a password set at run time, up to 5.0) is no ACK.
        let strayed = notes().any(|note| matches!(note, Note::StrayReply { .. }));
        for given in given().filter(|_| !strayed) {
            if let Given::Bytes(conn) = given
                && let Some(heard) = self.heard.get_mut(&conn)
            {
                *heard = now;
            }
        }
        self.good_replicas(node, now, &sessions, false);

        self.output_limits(node, now, &sessions, seen, notes, say);
        kept_limit(node, say);
    }

    fn good_replicas(&mut self, node: &Node, now: Time, sessions: &[SessionMark], disturbed: bool) {
        let Some((_, need, max_lag, _)) = node.good().filter(|_| node.role_is_master()) else {
            (self.enough, self.lacking) = (None, None);
            return;
        };
        let (mut surely, mut perhaps) = (0, 0);
        for session in sessions.iter().filter(|session| session.online) {
            let Some(heard) = self.heard.get(&session.conn).copied().filter(|_| !session.pre_psync) else {
                perhaps += 1;
                continue;
            };
            surely += u64::from(second(node, now) - second(node, earlier(heard, CACHED)) <= max_lag as i64);
            perhaps += u64::from(second(node, earlier(now, CACHED)) - second(node, heard) <= max_lag as i64);
        }
        let since = |holds: bool, since: Option<Time>| if !holds { None } else { since.filter(|_| !disturbed).or(Some(now)) };
        self.enough = since(surely >= need, self.enough);
        self.lacking = since(perhaps < need, self.lacking);
    }

    fn output_limits<'a, N: Iterator<Item = &'a Note>>(
        &mut self,
        node: &Node,
        now: Time,
        sessions: &[SessionMark],
        seen: &Seen,
        notes: impl Fn() -> N,
        say: &mut Say<'_>,
    ) {
        let limit = node.config_values().output_limits[crate::command::directives::ClientClass::Replica as usize];
        let shared = matches!(node.capabilities().backlog, BacklogKind::Blocks);
        let hard = if shared && limit.hard > 0 { limit.hard.max(node.backlog().size()) } else { limit.hard };
        let least = [hard, limit.soft].into_iter().filter(|limit| *limit > 0).min();
        let old = |since: Time| now.since(since) > CLOSED && self.free_since.is_some_and(|free| now.since(free) > CLOSED);
        let late = self.least.filter(|(since, _)| !old(*since));
        self.least = match (least, late) {
            (Some(least), Some((_, lower))) if lower < least => late,
            (Some(least), _) => Some((now, least)),
            (None, late) => late,
        };
        let least = self.least.map(|(_, least)| least);
        // Strings that double as they grow count up to twice what they hold.
        let counts = if matches!(node.capabilities().reply_list, ReplyList::Objects) { 2 } else { 1 };
        let closed = notes().filter(|note| matches!(note, Note::SessionEnded { why, .. } if *why == SessionEnd::OutputLimit)).count();
        let stays = |conn: &ConnId| sessions.iter().any(|session| session.conn == *conn);
        // What was decided up to 5.0 at an earlier event was judged there: what was flushed since says nothing.
        let decided = self.doomed.iter().filter(|conn| !stays(conn)).count();
        let dooms = |session: &&SessionMark| session.doomed && !self.doomed.contains(&session.conn);
        if closed > decided || sessions.iter().any(|session| dooms(&session)) {
            // Those that went, or are to go, held as much as any limit asks for, or had it added in this event.
            let fed = u64::try_from(node.master_offset().0 - seen.offset.0).unwrap_or(0);
            let gone =
                self.waiting.iter().filter(|(conn, _)| !stays(conn) && !self.doomed.contains(conn)).map(|(_, (waiting, _))| *waiting);
            // Who is fed without a stream of the server's own (2.6) is measured as it stands now, too.
            let held = |conn: &ConnId| self.waiting.get(conn).map_or(0, |(waiting, _)| *waiting);
            let due = sessions.iter().filter(dooms).map(|session| held(&session.conn).max(session.waiting)).min();
            let most = match (gone.max(), due) {
                _ if closed <= decided => due.unwrap_or(0),
                (Some(gone), Some(due)) => gone.min(due),
                (gone, _) => gone.unwrap_or(0),
            };
            // A partial resynchronisation queues what is missing at once.
            let missing = |note: &Note| match note {
                Note::PsyncVerdict { ruling, .. } => ruling.partial().unwrap_or(0),
                _ => 0,
            };
            let most = most + notes().map(missing).max().unwrap_or(0);
            match least {
                None => say("I12", "it closes a replica for its output buffer, and there is no limit".into()),
                Some(least) if counts * (most + fed) + SLACK < least => {
                    say("I12", format!("it closes a replica for an output buffer of {most} bytes; the limit is {least}"));
                }
                Some(_) => {}
            }
        }
        self.doomed = sessions.iter().filter(|session| session.doomed).map(|session| session.conn).collect();
        let before = core::mem::take(&mut self.waiting);
        for session in sessions {
            let over = hard > 0 && session.waiting > hard + SLACK;
            let (held, since) = before.get(&session.conn).copied().unwrap_or((0, None));
            // Before 6.2 a limit is looked at where something is added: one that was lowered waits for the next byte.
            let looked = node.capabilities().limits_at_cron || session.waiting > held || node.master_offset() > seen.offset;
            let since = since.filter(|_| over).or((over && looked).then_some(now));
            if let (Some(since), Some(free)) = (since, self.free_since)
                && now.since(since) > CLOSED
                && now.since(free) > CLOSED
            {
                say(
                    "I12",
                    format!("a replica's output buffer of {} bytes is over its limit of {hard}, and it is not closed", session.waiting),
                );
            }
            self.waiting.insert(session.conn, (session.waiting, since));
        }
    }
}
