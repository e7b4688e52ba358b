//! The line of CLIENT LIST about one caller or about the link to the master, which logs use as well (docs/redis.md §8.6).

use super::conn::{Conn, State};
use super::ctx::Ctx;
use crate::era::{Capabilities, ClientFields};
use crate::repl::backlog::Backlog;
use crate::repl::master::Phase;
use crate::time::Span;
use alloc::format;
use alloc::string::String;

/// A query buffer that was used is given back at the next round of the clients; in 7.0, where it is no larger than one read, two seconds later.
const ROUND: Span = Span::from_millis(100);
const IDLE_7_0_S: i64 = 2;

/// What a line says.
pub(super) struct ClientFacts<'a> {
    pub(super) seq: u64,
    /// `ip:port` of the peer, and of this end.
    pub(super) addr: String,
    pub(super) laddr: String,
    pub(super) name: String,
    /// Seconds.
    pub(super) age: i64,
    pub(super) idle: i64,
    pub(super) flags: String,
    pub(super) db: usize,
    pub(super) subscriptions: (usize, usize),
    /// Commands that wait for EXEC; −1: no transaction is open. And the bytes of their words, and how many words.
    pub(super) multi: (i64, u64, u64),
    /// Keys that it watches.
    pub(super) watched: usize,
    /// Bytes in the query buffer.
    pub(super) qbuf: usize,
    /// Whether the query buffer is still as large as a read made it.
    pub(super) warm: bool,
    /// Bytes and number of the words of the command that runs.
    pub(super) words: (u64, u64),
    /// `obl`, `oll`, `omem`.
    pub(super) output: (u64, u64, u64),
    pub(super) writes: bool,
    pub(super) command: &'a str,
    pub(super) user: &'a str,
}

/// Sizes that INFO and CLIENT LIST count, as measured: Redis 5.0.10 and 7.0.15 with jemalloc, 6.2.14 with libc.
mod size {
    /// What one read leaves in a query buffer, in all and beside its bytes.
    pub(super) const QUERY: usize = 32_768;
    pub(super) const QUERY_6_2: usize = 32_770;
    pub(super) const QUERY_7_0: usize = 20_474;
    /// 6.2: a client, its query buffer after a read, and a query buffer that was given back.
    pub(super) const CLIENT_6_2: u64 = 17_024;
    pub(super) const READ_6_2: u64 = 32_776;
    pub(super) const IDLE_6_2: u64 = 24;
    /// 7.0: a client beside its buffers, its reply buffer at first and after the first rounds, the query buffer after a read and given back, what a
    /// queued command takes beside its words, and a word of a request.
    pub(super) const CLIENT_7_0: u64 = 768;
    pub(super) const REPLY_FIRST: u64 = 16_384;
    pub(super) const REPLY: u64 = 1_024;
    pub(super) const READ_7_0: u64 = 20_480;
    pub(super) const IDLE_7_0: u64 = 8;
    pub(super) const QUEUED: u64 = 24;
    pub(super) const WORD: u64 = 8;
}

impl ClientFacts<'_> {
    /// The line, as the era prints it.
    pub(super) fn line(&self, caps: &Capabilities) -> String {
        let ClientFacts { seq, addr, laddr, name, age, idle, flags, db, qbuf, command: cmd, user, .. } = self;
        let ((sub, psub), (multi, queued_bytes, queued_words)) = (self.subscriptions, self.multi);
        let (obl, oll, omem) = self.output;
        let (argv, argc) = self.words;
        let (fd, events) = (seq + 5, if self.writes { "rw" } else { "r" });
        let free = |whole: usize| if self.warm { whole.saturating_sub(*qbuf) } else { 0 };
        let id = if matches!(caps.client_fields, ClientFields::NoIds) { String::new() } else { format!("id={seq} ") };
        let head = format!("name={name} age={age} idle={idle} flags={flags} db={db} sub={sub} psub={psub}");
        let reply = format!("obl={obl} oll={oll} omem={omem}");
        match caps.client_fields {
            ClientFields::NoIds | ClientFields::Ids => format!(
                "{id}addr={addr} fd={fd} {head} multi={multi} qbuf={qbuf} qbuf-free={} {reply} events={events} cmd={cmd}",
                free(size::QUERY)
            ),
            ClientFields::Memory => {
                let total = size::CLIENT_6_2 + if self.warm { size::READ_6_2 } else { size::IDLE_6_2 } + argv + omem;
                format!(
                    "{id}addr={addr} laddr={laddr} fd={fd} {head} multi={multi} qbuf={qbuf} qbuf-free={} argv-mem={argv} {reply} tot-mem={total} events={events} cmd={cmd} user={user} redir=-1",
                    free(size::QUERY_6_2)
                )
            }
            ClientFields::Buffers | ClientFields::Later { .. } => {
                let (mut watch, mut tail, mut head) = (String::new(), String::new(), head);
                if let ClientFields::Later { watch: watches, io_thread, capa } = caps.client_fields {
                    watch = if watches { format!(" watch={}", self.watched) } else { watch };
                    tail = format!(" lib-name= lib-ver={}", if io_thread { " io-thread=0" } else { "" });
                    head = if capa { head.replacen(" db=", " capa= db=", 1) } else { head };
                }
                let queued = queued_bytes + queued_words * size::WORD;
                let buffer = if *age == 0 { size::REPLY_FIRST } else { size::REPLY };
                let query = if self.warm { size::READ_7_0 } else { size::IDLE_7_0 };
                let count = u64::try_from(multi).unwrap_or(0);
                let total = size::CLIENT_7_0 + buffer + query + argv + argc * size::WORD + queued + count * size::QUEUED + omem;
                format!(
                    "{id}addr={addr} laddr={laddr} fd={fd} {head} ssub=0 multi={multi}{watch} qbuf={qbuf} qbuf-free={} argv-mem={argv} multi-mem={queued} rbs={buffer} rbp=0 {reply} tot-mem={total} events={events} cmd={cmd} user={user} redir=-1 resp=2{tail}",
                    free(size::QUERY_7_0)
                )
            }
        }
    }
}

/// The line of a caller; of a replica that reads from the shared blocks of the backlog, what it holds back there counts.
pub(super) fn client_line(c: &Conn, backlog: &Backlog, ctx: &Ctx) -> String {
    let (now_s, caps) = (ctx.cached_s(), &ctx.caps);
    let session = c.session.as_ref();
    let cursor = session.and_then(|s| s.cursor);
    let waits = c.pipe.queued() > 0 || cursor.is_some_and(|cursor| backlog.cursor_pending(cursor) > 0);
    // From 3.2 on a process writes before it sleeps, and asks to be told of room only for what was left.
    let asks = if caps.writes_before_sleep { waits && c.pipe.room == 0 } else { waits };
    let output = match cursor {
        Some(cursor) => (0, backlog.cursor_blocks(cursor), backlog.cursor_memory(cursor)),
        None => {
            let (omem, oll) = c.pipe.waiting.figures();
            (c.pipe.waiting.in_static(), oll, omem)
        }
    };
    let idle = now_s - c.active_s;
    let warm_7_0 = c.usage.has_read && idle <= IDLE_7_0_S;
    let facts = ClientFacts {
        seq: c.seq,
        addr: format!("{}:{}", c.peer.host, c.peer.port),
        laddr: format!("{}:{}", ctx.settings.ip, ctx.conf.port),
        name: c.name.as_ref().map(|n| String::from_utf8_lossy(n).into_owned()).unwrap_or_default(),
        age: now_s - c.since_s,
        idle,
        flags: flags(c, caps),
        db: c.db,
        subscriptions: c.subscribed.figures(),
        multi: c.multi.as_ref().map_or((-1, 0, 0), |multi| {
            let words = || multi.queued.iter().flatten();
            (multi.queued.len() as i64, words().map(|word| word.len() as u64).sum(), words().count() as u64)
        }),
        watched: c.watch.keys.len(),
        // Up to 4.0 what is taken leaves the query buffer at once, later when all that was read has been looked at.
        qbuf: c.parser.pending_len().max(if caps.query_stays { c.usage.turn } else { 0 }),
        warm: match caps.client_fields {
            ClientFields::Buffers | ClientFields::Later { .. } => warm_7_0,
            _ => c.usage.has_read && ctx.time().since(c.usage.read_at) < ROUND,
        },
        words: c.usage.words,
        output,
        writes: session.map_or(asks, |s| matches!(s.phase, Phase::SendBulk { .. }) || s.flows() && asks),
        command: c.last_command,
        user: "default",
    };
    facts.line(caps)
}

fn flags(c: &Conn, caps: &Capabilities) -> String {
    let all = [
        (c.session.is_some(), 'S'),
        (c.session.as_ref().is_some_and(|session| session.main.is_some()), 'C'),
        (c.monitors && c.session.is_none(), 'O'),
        (c.subscribed.any() && caps.lists_subscribers, 'P'),
        (c.multi.is_some(), 'x'),
        (matches!(c.state, State::Blocked { .. }), 'b'),
        (c.watch.broken(), 'd'),
        (matches!(c.state, State::Closing), 'c'),
        (matches!(c.state, State::Doomed { .. }), 'A'),
        (c.no_evict, 'e'),
    ];
    let flags: String = all.iter().filter(|(is, _)| *is).map(|(_, flag)| *flag).collect();
    if flags.is_empty() { String::from("N") } else { flags }
}
