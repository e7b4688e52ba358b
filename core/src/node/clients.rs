//! Commands of callers that concern callers: CLIENT, MONITOR, HELLO, RESET, and the pause that holds their commands back.

use super::client_line::client_line;
use super::conn::{On, Replies};
use super::{Conn, ConnId, Node, Outbox, State};
use crate::command::{self, Reply, Run, ServerCmd, Spec};
use crate::era::Era;
use crate::fact::SessionEnd;
use crate::order;
use crate::resp::{self, parse_i64};
use crate::time::Span;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

const NOT_INTEGER: &str = "ERR value is not an integer or out of range";
const SYNTAX: &str = "ERR syntax error";
const BAD_NAME: &str = "ERR Client names cannot contain spaces, newlines or special characters.";

fn error(text: impl Into<String>) -> Reply {
    Reply::Error(text.into())
}
fn is(word: &[u8], text: &str) -> bool {
    word.eq_ignore_ascii_case(text.as_bytes())
}
fn fits_name(name: &[u8]) -> bool {
    name.iter().all(|b| (b'!'..=b'~').contains(b))
}

/// One form of CLIENT: its word, since when, and how many words it takes (negative: at least).
struct Form {
    word: &'static str,
    since: Era,
    words: i32,
}
const fn form(word: &'static str, since: Era, words: i32) -> Form {
    Form { word, since, words }
}
const FORMS: [Form; 14] = [
    form("list", Era::V2_6, -2),
    form("kill", Era::V2_6, -3),
    form("setname", Era::V2_6, 3),
    form("getname", Era::V2_6, 2),
    form("pause", Era::V3_0, -3),
    form("reply", Era::V3_2, 3),
    form("id", Era::V5_0, 2),
    form("unblock", Era::V5_0, -3),
    form("help", Era::V5_0, 2),
    form("info", Era::V6_2, 2),
    form("unpause", Era::V6_2, 2),
    form("getredir", Era::V6_2, 2),
    form("tracking", Era::V6_2, -3),
    form("no-evict", Era::V7_0, 3),
];

/// The filter of CLIENT KILL.
#[derive(Default)]
struct Victims {
    addr: Option<Bytes>,
    laddr: Option<Bytes>,
    kind: Option<Kind>,
    seq: Option<u64>,
    skip_me: bool,
}
/// CLIENT LIST TYPE and CLIENT KILL TYPE.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Normal,
    Replica,
    Pubsub,
    Master,
}
impl Kind {
    fn of(word: &[u8], era: Era) -> Option<Kind> {
        let caps = era.capabilities();
        match () {
            () if is(word, "normal") => Some(Kind::Normal),
            () if is(word, "slave") || (is(word, "replica") && caps.says_replica) => Some(Kind::Replica),
            () if is(word, "pubsub") => Some(Kind::Pubsub),
            () if is(word, "master") && caps.client_type_master => Some(Kind::Master),
            () => None,
        }
    }
    fn fits(self, conn: &Conn) -> bool {
        match self {
            Kind::Normal => conn.session.is_none() && !conn.subscribed.any(),
            Kind::Replica => conn.session.is_some(),
            Kind::Pubsub => conn.session.is_none() && conn.subscribed.any(),
            Kind::Master => false,
        }
    }
}
fn unknown_kind(word: &[u8]) -> Reply {
    error(format!("ERR Unknown client type '{}'", String::from_utf8_lossy(word)))
}

impl Node {
    // ---- the pause

    /// Whether a master leaves expired keys alone, so that its data stand still.
    pub(super) const fn pause_stops_expiry(&self) -> bool {
        self.ctx.caps.pause_stops_expiry && self.callers.paused()
    }
    /// Whether reads on a master hide expired keys without deleting them.
    pub(super) const fn pause_hides_expired(&self) -> bool {
        self.ctx.caps.pause_writes && self.callers.paused()
    }
    /// Whether GETACK waits for the end of the pause.
    pub(super) const fn withholds_getack(&self) -> bool {
        self.ctx.caps.pause_writes && self.callers.paused()
    }
    fn pause(&mut self, words: &[Bytes]) -> Reply {
        let writes_only = match words.get(3) {
            None => false,
            Some(word) if is(word, "write") => true,
            Some(word) if is(word, "all") => false,
            Some(_) => return error("ERR CLIENT PAUSE mode must be WRITE or ALL"),
        };
        let Some(ms) = parse_i64(&words[2]) else { return error("ERR timeout is not an integer or out of range") };
        let Ok(ms) = u64::try_from(ms) else { return error("ERR timeout is negative") };
        if self.ctx.unix_ms().checked_add_unsigned(ms).is_none() {
            // Its end wraps round and lies in the past.
            return Reply::Status("OK");
        }
        let until = self.ctx.time() + Span::from_millis(ms.min(crate::limits::SPAN_MAX.as_millis()));
        self.callers.pause(until, writes_only, &self.ctx);
        Reply::OK
    }
    /// Before a sleep those who may go on do so, the master's stream among them. Each may be stopped anew.
    pub(super) fn go_on(&mut self, out: &mut Outbox) {
        let upstream = self.upstream_conn();
        for id in self.callers.take_postponed(upstream, &self.ctx) {
            if Some(id) == upstream {
                self.stream_goes_on(out);
                continue;
            }
            if let Some(words) = self.callers.take_held_back(id) {
                self.request(id, &words, out);
            }
            if self.callers.get(id).is_some_and(|conn| conn.serves(&self.ctx.caps) && conn.parser.pending_len() > 0) {
                self.serve(id, out);
            }
        }
    }

    // ---- MONITOR, HELLO, RESET

    #[cold]
    pub(super) fn monitor(&mut self, id: ConnId) -> Reply {
        if self.callers.get(id).is_none_or(|conn| conn.session.is_some()) {
            return Reply::None;
        }
        self.callers.monitor(id, true);
        Reply::OK
    }
    /// Shows a command that runs to those who MONITOR. Administrative ones are not shown.
    pub(super) fn show_monitors(&mut self, id: ConnId, spec: &Spec, words: &[Bytes]) {
        let hidden =
            self.ctx.caps.monitor_hides_admin && (spec.flags)(self.ctx.era).admin && !(self.ctx.caps.subcommands && harmless(words));
        if hidden || matches!(spec.run, Run::Server(ServerCmd::Auth | ServerCmd::Hello)) {
            return;
        }
        let Some(conn) = self.callers.get(id) else { return };
        let micros = self.ctx.time().as_micros().rem_euclid(1_000) as i64 + self.ctx.unix_ms().rem_euclid(1_000) * 1_000;
        let mut line = format!("+{}.{micros:06} [{} {}:{}]", self.ctx.unix_ms().div_euclid(1_000), conn.db, conn.peer.host, conn.peer.port);
        for word in words {
            line.push(' ');
            line.push_str(&resp::cli::quote(word));
        }
        line.push_str("\r\n");
        let line = Bytes::from(line.into_bytes());
        // From 6.2 on who MONITORs sees its own command behind the answer to it.
        let own = self.ctx.caps.monitor_shows_behind && conn.monitors;
        self.callers.show(&line, Some(id).filter(|_| own));
        if own {
            self.own_lines.push(line);
        }
    }
    /// What somebody who MONITORs is shown of its own command, behind the answer to it.
    pub(super) fn show_own(&mut self, id: ConnId) {
        for line in core::mem::take(&mut self.own_lines) {
            self.callers.show_to(id, &line);
        }
    }

    /// HELLO [protocol [AUTH user password] [SETNAME name]] (6.0). Only RESP 2 is spoken here.
    #[cold]
    pub(super) fn hello(&mut self, id: ConnId, words: &[Bytes]) -> Reply {
        if let Some(version) = words.get(1) {
            match parse_i64(version) {
                Some(2) => {}
                // Redis would change to RESP 3.
                Some(_) => return error("NOPROTO unsupported protocol version"),
                None => return error("ERR Protocol version is not an integer or out of range"),
            }
        }
        let (mut name, mut auth) = (None, None);
        let mut rest = words.get(2..).unwrap_or_default();
        while let [option, behind @ ..] = rest {
            rest = match behind {
                [user, password, behind @ ..] if is(option, "auth") => {
                    auth = Some([option.clone(), user.clone(), password.clone()]);
                    behind
                }
                [given, behind @ ..] if is(option, "setname") => {
                    if !fits_name(given) {
                        return error(BAD_NAME);
                    }
                    name = Some(given.clone());
                    behind
                }
                _ => return error(format!("ERR Syntax error in HELLO option '{}'", String::from_utf8_lossy(option))),
            };
        }
        if let Some(words) = auth {
            let reply = self.auth(id, &words);
            if reply.is_error() {
                return reply;
            }
        }
        let role = if self.ctx.is_replica() { "replica" } else { "master" };
        let release = self.ctx.era.release();
        let Some(conn) = self.callers.get_mut(id) else { return Reply::None };
        if !conn.authenticated {
            return error(
                "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time",
            );
        }
        if let Some(name) = name {
            conn.name = Some(name).filter(|name| !name.is_empty());
        }
        let text = |word: &str| Reply::bulk(word);
        Reply::Array(Vec::from([
            text("server"),
            text("redis"),
            text("version"),
            text(release),
            text("proto"),
            Reply::Int(2),
            text("id"),
            Reply::Int(conn.seq as i64),
            text("mode"),
            text("standalone"),
            text("role"),
            text(role),
            text("modules"),
            Reply::Array(Vec::new()),
        ]))
    }
    /// RESET (6.2): the conn is as it was when it came.
    #[cold]
    pub(super) fn reset(&mut self, id: ConnId) -> Reply {
        self.callers.unwatch(id);
        self.callers.monitor(id, false);
        self.callers.unsubscribe_from_all(id);
        let open = self.ctx.conf.requirepass.is_empty();
        let Some(conn) = self.callers.get_mut(id) else { return Reply::None };
        conn.multi = None;
        conn.db = 0;
        conn.name = None;
        conn.replies = Replies::On;
        conn.no_evict = false;
        conn.authenticated = open;
        Reply::Status("RESET")
    }

    // ---- CLIENT

    /// A caller's line of CLIENT LIST.
    pub(super) fn client_info(&self, id: ConnId) -> String {
        self.callers.get(id).map(|conn| client_line(conn, self.served.backlog(), &self.ctx)).unwrap_or_default()
    }

    #[cold]
    pub(super) fn client(&mut self, id: ConnId, words: &[Bytes], out: &mut Outbox) -> Reply {
        let Some(sub) = words.get(1) else { return command::wrong_arity("client") };
        let shown = String::from_utf8_lossy(sub);
        let form = FORMS.iter().find(|form| is(sub, form.word) && self.ctx.era.has(form.since));
        let fits = |form: &Form| {
            let count = i32::try_from(words.len()).unwrap_or(i32::MAX);
            // KILL alone is a syntax error of its own before subcommands had arities.
            if form.words > 0 { count == form.words } else { count >= -form.words || (form.word == "kill" && !self.ctx.caps.subcommands) }
        };
        let too_long = matches!(form, Some(f) if f.word == "pause" && words.len() > if self.ctx.caps.pause_writes { 4 } else { 3 });
        let Some(form) = form.filter(|form| fits(form) && !too_long) else {
            return error(if self.ctx.caps.subcommands {
                match form {
                    Some(_) if too_long => {
                        format!("ERR unknown subcommand or wrong number of arguments for '{shown}'. Try CLIENT HELP.")
                    }
                    Some(form) => format!("ERR wrong number of arguments for 'client|{}' command", form.word),
                    None => format!("ERR unknown subcommand '{shown}'. Try CLIENT HELP."),
                }
            } else if self.ctx.caps.says_replica {
                let end = if self.ctx.caps.pause_writes { "." } else { "" };
                format!("ERR Unknown subcommand or wrong number of arguments for '{shown}'. Try CLIENT HELP{end}")
            } else {
                "ERR Syntax error, try CLIENT (LIST | KILL ip:port | GETNAME | SETNAME connection-name)".to_string()
            });
        };
        match form.word {
            "list" => self.client_list(words),
            "info" => Reply::Bulk(Bytes::from(self.client_info(id) + "\n")),
            "kill" => self.client_kill(id, words, out),
            "pause" => self.pause(words),
            "unpause" => {
                self.callers.unpause();
                Reply::OK
            }
            "unblock" => self.client_unblock(words, out),
            "help" => Reply::Array(HELP.iter().map(|line| Reply::Status(line)).collect()),
            "tracking" => error("ERR Resync has no client side caching: CLIENT TRACKING is not there"),
            _ => self.client_own(id, form.word, words),
        }
    }
    /// The forms about the caller itself.
    fn client_own(&mut self, id: ConnId, form: &str, words: &[Bytes]) -> Reply {
        let Some(conn) = self.callers.get_mut(id) else { return Reply::None };
        let argument = words.get(2).cloned().unwrap_or_default();
        match form {
            "id" => Reply::Int(conn.seq as i64),
            "getredir" => Reply::Int(-1),
            "getname" => conn.name.clone().map_or(Reply::Nil, Reply::Bulk),
            "setname" if !fits_name(&argument) => error(BAD_NAME),
            "setname" => {
                conn.name = Some(argument).filter(|name| !name.is_empty());
                Reply::OK
            }
            "no-evict" => {
                match () {
                    () if is(&argument, "on") => conn.no_evict = true,
                    () if is(&argument, "off") => conn.no_evict = false,
                    () => return error(SYNTAX),
                }
                Reply::OK
            }
            _ => {
                match () {
                    () if is(&argument, "on") => {
                        conn.replies = Replies::On;
                        return Reply::OK;
                    }
                    () if is(&argument, "off") => conn.replies = Replies::Off,
                    () if is(&argument, "skip") => {
                        if conn.replies != Replies::Off {
                            conn.replies = Replies::SkipNext;
                        }
                    }
                    () => return error(SYNTAX),
                }
                Reply::None
            }
        }
    }

    fn client_list(&mut self, words: &[Bytes]) -> Reply {
        let mut ids: Vec<ConnId> = self.callers.conns().keys().copied().collect();
        let mut with_master = true;
        match &words[2..] {
            [] => {}
            // Before 5.0 nothing may stand here.
            _ if !self.ctx.caps.says_replica => {
                return error("ERR Syntax error, try CLIENT (LIST | KILL ip:port | GETNAME | SETNAME connection-name)");
            }
            [option, kind] if is(option, "type") => {
                let Some(known) = Kind::of(kind, self.ctx.era) else { return unknown_kind(kind) };
                ids.retain(|id| known.fits(&self.callers.conns()[id]));
                with_master = known == Kind::Master;
            }
            [option, list @ ..] if is(option, "id") && !list.is_empty() && self.ctx.caps.pause_writes => {
                let mut wanted = Vec::new();
                for text in list {
                    let Some(seq) = parse_i64(text).filter(|n| *n > 0) else { return error("ERR Invalid client ID") };
                    wanted.push(seq as u64);
                }
                ids.retain(|id| wanted.contains(&self.callers.conns()[id].seq));
                order::sort_by_key(&mut ids, |id| wanted.iter().position(|seq| *seq == self.callers.conns()[id].seq));
                with_master = false;
            }
            _ => return error(SYNTAX),
        }
        let mut text = String::new();
        for line in ids.iter().map(|id| self.client_info(*id)).chain(self.followed.client_line(&self.ctx).filter(|_| with_master)) {
            text.push_str(&line);
            text.push('\n');
        }
        Reply::Bulk(Bytes::from(text))
    }

    /// CLIENT UNBLOCK id [TIMEOUT|ERROR] (5.0)
    fn client_unblock(&mut self, words: &[Bytes], out: &mut Outbox) -> Reply {
        let fails = match &words[3..] {
            [] => false,
            [how] if is(how, "timeout") => false,
            [how] if is(how, "error") => true,
            _ => return error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"),
        };
        let Some(seq) = parse_i64(&words[2]) else { return error(NOT_INTEGER) };
        let found = self.callers.conns().values().find(|c| c.seq as i64 == seq).map(|c| (c.pipe.id, c.state.clone()));
        let why = "UNBLOCKED client unblocked via CLIENT UNBLOCK";
        match found {
            Some((id, State::Blocked { on: On::Keys { .. }, .. })) => {
                self.callers.end_wait(id, &if fails { error(why) } else { Reply::NilArray });
            }
            Some((id, State::Blocked { on: On::Replicas { .. }, .. })) => {
                self.end_wait_for_replicas(id, fails.then(|| error(why)), out);
            }
            _ => return Reply::Int(0),
        }
        Reply::Int(1)
    }

    fn client_kill(&mut self, id: ConnId, words: &[Bytes], out: &mut Outbox) -> Reply {
        let old_style = words.len() == 3;
        let asked = if old_style {
            Victims { addr: Some(words[2].clone()), ..Victims::default() }
        } else {
            match self.victims(&words[2..]) {
                Ok(asked) => asked,
                Err(reply) => return reply,
            }
        };
        let (mut killed, mut myself) = (0, false);
        let here = format!("{}:{}", self.ctx.settings.ip, self.ctx.conf.port);
        let victims: Vec<ConnId> = self
            .callers
            .conns()
            .values()
            .filter(|c| asked.addr.as_ref().is_none_or(|a| a.as_ref() == format!("{}:{}", c.peer.host, c.peer.port).as_bytes()))
            .filter(|_| asked.laddr.as_ref().is_none_or(|a| a.as_ref() == here.as_bytes()))
            .filter(|c| asked.seq.is_none_or(|seq| seq == c.seq))
            .filter(|c| asked.kind.is_none_or(|kind| kind.fits(c)))
            .filter(|c| !(asked.skip_me && c.pipe.id == id))
            .map(|c| c.pipe.id)
            .collect();
        for victim in victims {
            killed += 1;
            if victim == id {
                myself = true;
            } else {
                self.drop_conn(victim, SessionEnd::Killed, true, out);
            }
        }
        let masters = asked.kind.is_none_or(|kind| kind == Kind::Master) && asked.seq.is_none() && asked.laddr.is_none();
        if masters && self.kill_master_link(asked.addr.as_deref(), out) {
            killed += 1;
        }
        // Its answer goes out first.
        if myself && let Some(conn) = self.callers.get_mut(id) {
            conn.state = State::Closing;
        }
        if !old_style {
            Reply::Int(killed)
        } else if killed > 0 {
            Reply::OK
        } else {
            error("ERR No such client")
        }
    }
    fn victims(&self, options: &[Bytes]) -> Result<Victims, Reply> {
        let mut asked = Victims { skip_me: true, ..Victims::default() };
        if options.is_empty() {
            return Err(error(SYNTAX));
        }
        for pair in options.chunks(2) {
            let [option, value] = pair else { return Err(error(SYNTAX)) };
            match () {
                () if is(option, "addr") => asked.addr = Some(value.clone()),
                () if is(option, "laddr") && self.ctx.caps.pause_writes => asked.laddr = Some(value.clone()),
                () if is(option, "type") => asked.kind = Some(Kind::of(value, self.ctx.era).ok_or_else(|| unknown_kind(value))?),
                () if is(option, "id") => {
                    let seq = parse_i64(value);
                    if self.ctx.caps.subcommands && seq.is_none_or(|n| n < 1) {
                        return Err(error("ERR client-id should be greater than 0"));
                    }
                    // Before, 0 stands for all.
                    asked.seq = Some(seq.ok_or_else(|| error(NOT_INTEGER))?.cast_unsigned()).filter(|seq| *seq != 0);
                }
                () if is(option, "user") && self.ctx.caps.acl => {
                    if &value[..] != b"default" {
                        return Err(error(format!("ERR No such user '{}'", String::from_utf8_lossy(value))));
                    }
                }
                () if is(option, "skipme") && is(value, "yes") => asked.skip_me = true,
                () if is(option, "skipme") && is(value, "no") => asked.skip_me = false,
                () => return Err(error(SYNTAX)),
            }
        }
        Ok(asked)
    }
}

/// Whether a form of CLIENT is not administrative where each has flags of its own (7.0).
fn harmless(words: &[Bytes]) -> bool {
    let admin = ["kill", "list", "no-evict", "pause", "unblock", "unpause"];
    let client = words.first().is_some_and(|name| is(name, "client"));
    client && words.get(1).is_some_and(|form| !admin.iter().any(|word| is(form, word)))
}

/// CLIENT HELP: the forms that are here.
const HELP: [&str; 15] = [
    "CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "GETNAME",
    "ID",
    "INFO",
    "KILL <ip:port>",
    "KILL <option> <value> [<option> <value> [...]]",
    "LIST [options ...]",
    "NO-EVICT (ON|OFF)",
    "PAUSE <timeout> [WRITE|ALL]",
    "REPLY (ON|OFF|SKIP)",
    "SETNAME <name>",
    "UNBLOCK <clientid> [TIMEOUT|ERROR]",
    "UNPAUSE",
    "HELP",
    "    Prints this help.",
];
