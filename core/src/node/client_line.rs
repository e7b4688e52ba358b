//! The line of CLIENT LIST about one caller, which logs use as well.

use super::conn::{Conn, State};
use super::ctx::Ctx;
use crate::repl::backlog::Backlog;
use crate::repl::master::Phase;
use alloc::format;
use alloc::string::String;

/// The line; of a replica that reads from the shared blocks of the backlog, what it holds back there counts.
pub(super) fn client_line(c: &Conn, backlog: &Backlog, ctx: &Ctx) -> String {
    let now_s = ctx.cached_s();
    let name = c.name.as_ref().map(|n| String::from_utf8_lossy(n).into_owned()).unwrap_or_default();
    let flags = match (c.session.as_ref(), &c.multi, &c.state) {
        (Some(_), ..) => "S",
        _ if c.monitors => "O",
        _ if c.subscribed.any() && ctx.caps.lists_subscribers => "P",
        _ if c.watch.broken() => "d",
        (None, Some(_), _) => "x",
        (None, None, State::Blocked { .. }) => "b",
        _ => "N",
    };
    let multi = c.multi.as_ref().map_or(-1, |m| m.queued.len() as i64);
    let fd = c.seq + 5;
    let (age, idle) = (now_s - c.since_s, now_s - c.active_s);
    let qbuf = c.parser.pending_len();
    let (waits, shared) = (c.pipe.queued() > 0, c.session.as_ref().and_then(|s| s.cursor));
    let waits = waits || shared.is_some_and(|cursor| backlog.cursor_pending(cursor) > 0);
    let writes = c.session.as_ref().map_or(waits, |s| matches!(s.phase, Phase::SendBulk { .. }) || s.flows() && waits);
    let events = if writes { "rw" } else { "r" };
    let (host, port) = (&c.peer.host, c.peer.port);
    let (obl, (omem, oll)) = match c.session.as_ref().and_then(|s| s.cursor) {
        Some(cursor) => (0, (backlog.cursor_memory(cursor), backlog.cursor_blocks(cursor))),
        None => (c.pipe.waiting.in_static(), c.pipe.waiting.figures()),
    };
    let (sub, psub) = c.subscribed.figures();
    let (seq, db, cmd) = (c.seq, c.db, c.last_command);
    if ctx.caps.config_7_0 {
        let laddr = format!("{}:{}", ctx.settings.ip, ctx.conf.port);
        format!(
            "id={seq} addr={host}:{port} laddr={laddr} fd={fd} name={name} age={age} idle={idle} flags={flags} db={db} sub={sub} psub={psub} ssub=0 multi={multi} qbuf={qbuf} qbuf-free=20474 argv-mem=10 multi-mem=0 rbs=1024 rbp=0 obl={obl} oll={oll} omem={omem} tot-mem={} events={events} cmd={cmd} user=default redir=-1 resp=2",
            22_272 + omem
        )
    } else {
        format!(
            "id={seq} addr={host}:{port} fd={fd} name={name} age={age} idle={idle} flags={flags} db={db} sub={sub} psub={psub} multi={multi} qbuf={qbuf} qbuf-free={} obl={obl} oll={oll} omem={omem} events={events} cmd={cmd}",
            if qbuf == 0 { 32_768 } else { 32_768usize.saturating_sub(qbuf) }
        )
    }
}
