//! I17: the edges where callers meet a server: waits end, the idle are closed, limits of output hold, strangers are heard briefly, refusals come in one order,
//! what a transaction asks for before it sleeps leaves before the sleep, what fails of a stream is told (6.0+), and who is dropped during a BGSAVE hears of it
//! at once (5.0; docs/redis.md §1.8, §2.7, §2.13, §4.8).

use super::seen::{Edges, Say, Seen};
use crate::era::LinkErrors;
use crate::fact::RefusalCode;
use crate::node::api::ConnId;
use crate::node::{LinkMark, Node};
use crate::note::Note;
use crate::sim::tcp::peer;
use crate::sim::{Given, Machine, Process, Sim};
use crate::time::{Span, Time};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};

/// Ticks come ten times a second and look at all callers within one: so much later a wait has ended, and who is idle is closed.
const LATE: Span = Span::from_millis(2_500);
/// A close that stands before a sleep is out after this.
const OUT: Span = Span::from_millis(20);
/// A sleep worth the name.
const SLEEP: Span = Span::from_millis(100);
/// `timeout` counts whole seconds: one more may pass.
const SECOND: Span = Span::from_secs(1);

/// CONFIG SET maxmemory.
fn sets_maxmemory(note: &Note) -> bool {
    matches!(note, Note::ConfigSet { name, .. } if name == "maxmemory")
}

impl Edges {
    /// After an event of any server: whether what was to leave before a sleep has left.
    pub(super) fn watch(&mut self, sim: &Sim, ix: u32, say: &mut Say<'_>) {
        self.dropped.retain(|(conn, due)| {
            let Some(tcp) = sim.conn(*conn) else { return false };
            let [end, other] = [conn.0 & 1 == 1, conn.0 & 1 == 0].map(|at| &tcp.ends[usize::from(at)]);
            // Who hung up first waits for nothing.
            let stands = end.stands() && end.children > 0 && other.process && sim.machine(ix).process == Process::Up;
            if stands && sim.now() > *due {
                say("I17", "a replica that it dropped during the BGSAVE would hear of it from the child's end alone".to_string());
            }
            stands && sim.now() <= *due
        });
        let Some((conn, due, wakes)) = self.closes else { return };
        let held = sim.conn(conn).is_some_and(|tcp| tcp.ends[usize::from(conn.0 & 1 == 1)].process);
        if !held || sim.now() >= wakes || sim.machine(ix).process != Process::Up {
            self.closes = None;
        } else if sim.now() > due {
            self.closes = None;
            say(
                "I17",
                format!(
                    "the link that it gave up before it slept is still open, {} ms before it wakes",
                    wakes.since(sim.now()).as_millis()
                ),
            );
        }
    }
    pub(super) fn look(
        &mut self,
        sim: &Sim,
        ix: u32,
        machine: &Machine,
        (seen, free_since): (&Seen, Option<Time>),
        link: Option<&LinkMark>,
        say: &mut Say<'_>,
    ) {
        let (now, node) = (sim.now(), &machine.node);
        let caps = node.capabilities();
        let notes = || sim.notes().iter().filter(move |(n, _)| *n == ix).map(|(_, note)| note);
        // Pauses that end let many be served in one event: what was refused before the limit stood is judged by nothing that came later.
        let mut limit_stood = seen.master && !seen.paused && !notes().any(sets_maxmemory);
        for note in notes() {
            match note {
                note if sets_maxmemory(note) => limit_stood = true,
                Note::ClientReply { command, reply } => {
                    let huge = command.starts_with("GET huge:") && reply.starts_with('"');
                    if huge && caps.close_before_sleep {
                        say("I17", format!("{command} was answered, and the answer is larger than a caller may let wait"));
                    }
                    if caps.bounds_strangers
                        && command.split(' ').count() as i64 > crate::limits::STRANGER_WORDS_MAX
                        && reply.contains("NOAUTH")
                    {
                        say("I17", format!("a stranger was heard to the end of {command}"));
                    }
                }
                Note::Refused { command, code } if node.config_values().maxmemory == 1 && node.role_is_master() => {
                    let needs = ["SET", "INCR", "LPUSH", "SADD", "ZADD", "HINCRBY", "APPEND"].contains(&command.as_str());
                    let later = matches!(code, RefusalCode::Misconf | RefusalCode::Noreplicas);
                    // While it loads, nobody asks.
                    if needs && later && limit_stood && node.paused().is_none() && node.loading().is_none() {
                        say("I17", format!("{command} is refused with {code}, and want of memory comes before that"));
                    }
                }
                Note::Promoted { .. } if machine.busy_until > now + SLEEP && link.is_none() => {
                    self.closes = seen.conn.map(|conn| (conn, now + OUT, machine.busy_until));
                }
                _ => {}
            }
        }
        self.failed_of_stream(sim, ix, (node, seen), link, say);
        if caps.shuts_waiting_replica {
            let known: BTreeSet<ConnId> = node.session_marks().map(|session| session.conn).collect();
            let out = machine.busy_until.max(now) + OUT;
            self.dropped.extend(self.wait_for_child.difference(&known).map(|conn| (*conn, out)));
            self.wait_for_child = node.session_marks().filter(|session| session.waits_for_child).map(|session| session.conn).collect();
        }
        self.waits(machine, now, say, free_since.filter(|_| node.paused().is_none()));
        let said = |conn: ConnId| sim.given().iter().any(|(n, given)| *n == ix && matches!(given, Given::Bytes(of) if *of == peer(conn)));
        self.idle(machine, now, said, say, free_since);
    }
    /// From 6.0 on each command of the stream that fails is told in the log.
    fn failed_of_stream(&mut self, sim: &Sim, ix: u32, (node, seen): (&Node, &Seen), link: Option<&LinkMark>, say: &mut Say<'_>) {
        // Callers who had to wait may be answered in the same event.
        let refused = sim.notes().iter().filter(|(n, note)| *n == ix && matches!(note, Note::Refused { .. })).count() as u64;
        let before = core::mem::replace(&mut self.errors, node.errors()) + refused;
        let mut given = sim.given().iter().filter(|(n, _)| *n == ix);
        let by_master = |given: &Given| matches!(given, Given::Bytes(conn) if link.is_some_and(|link| link.up && link.conn == Some(*conn)));
        let alone = given.next().is_some_and(|(_, given)| by_master(given)) && given.all(|(_, given)| by_master(given));
        let told = |(n, note): &(u32, Note)| *n == ix && matches!(note, Note::Log { text, .. } if text.contains("== CRITICAL =="));
        if node.capabilities().link_errors == LinkErrors::All
            && alone
            && !seen.paused
            && before < self.errors
            && !sim.notes().iter().any(told)
        {
            say("I17", "a command of its master's stream failed, and its log does not say so".to_string());
        }
    }
    /// WAIT n ms ends.
    fn waits(&mut self, machine: &Machine, now: Time, say: &mut Say<'_>, free_since: Option<Time>) {
        let front = machine.console.waiting().next();
        let (Some(front), Some(free)) = (front, free_since) else {
            self.waits = None;
            return;
        };
        match &mut self.waits {
            Some((before, since)) if before == front => {
                *since = (*since).max(free);
                let number = |at: usize| front.get(at).and_then(|word| core::str::from_utf8(word).ok()?.parse::<u64>().ok());
                let limit = number(2).filter(|ms| *ms > 0 && front[0].eq_ignore_ascii_case(b"wait"));
                if let Some(ms) = limit
                    && now.since(*since) > Span::from_millis(ms) + LATE
                {
                    say("I17", format!("WAIT of {ms} ms has lasted for {} ms", now.since(*since).as_millis()));
                }
            }
            _ => self.waits = Some((front.clone(), now)),
        }
    }
    /// Who says nothing for longer than `timeout` is closed.
    fn idle(&mut self, machine: &Machine, now: Time, said: impl Fn(ConnId) -> bool, say: &mut Say<'_>, free_since: Option<Time>) {
        let limit = u64::try_from(machine.node.config_values().timeout).unwrap_or(0);
        let silent =
            machine.console.conn().filter(|_| limit > 0 && machine.console.waiting().next().is_none() && !machine.console.reads_on());
        let (Some(conn), Some(free)) = (silent, free_since) else {
            self.idle = None;
            return;
        };
        match &mut self.idle {
            Some((before, since)) if *before == conn && !said(conn) => {
                *since = (*since).max(free);
                if now.since(*since) > Span::from_secs(limit) + SECOND + LATE {
                    let text: String =
                        format!("its redis-cli has been silent for {} ms and is kept; timeout is {limit}", now.since(*since).as_millis());
                    say("I17", text);
                }
            }
            _ => self.idle = Some((conn, now)),
        }
    }
}
