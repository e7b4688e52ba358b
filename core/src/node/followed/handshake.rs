//! Dials, and the handshake with the master up to the answer to PSYNC (docs/redis.md §1).

use super::Followed;
use crate::command::directives::DisklessLoad;
use crate::era::{Capabilities, Handshake};
use crate::fact::{Errno, HandshakeStep};
use crate::node::ConnId;
use crate::node::api::{Address, CloseWhy, DialError, Label, Outbox, Output, Token};
use crate::node::conn::Pipe;
use crate::node::ctx::Ctx;
use crate::node::lines::{Dial, Upstream as Line};
use crate::node::upstream::{Upstream, UpstreamState};
use crate::note::{HandshakeFailure, Note};
use crate::repl::replica::{self, Introduction, Step, Transfer};
use crate::repl::{Offset, ReplId};
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// What a line of the handshake leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::node) enum Heard {
    /// Nothing for others to do: the handshake goes on, or is over.
    Done,
    /// It is the answer to PSYNC.
    Psync,
}

/// The errno that a dial leaves.
pub(super) const fn dial_errno(why: DialError) -> Errno {
    match why {
        DialError::Refused => Errno::Refused,
        DialError::Unreachable => Errno::NoRoute,
        DialError::UnknownHost => Errno::UnknownHost,
        DialError::TimedOut => Errno::TimedOut,
    }
}
/// The errno text that a failed read leaves; after an orderly close it is whatever errno was before.
pub(in crate::node) const fn read_errno(why: CloseWhy, caps: &Capabilities) -> Errno {
    match why {
        CloseWhy::Fin if caps.psync_no_reply_later => Errno::Success,
        CloseWhy::Fin => Errno::InProgress,
        CloseWhy::Reset | CloseWhy::Cut => Errno::Reset,
        CloseWhy::TimedOut => Errno::TimedOut,
    }
}

impl Followed {
    // ---- dialling

    /// Dials the master.
    pub(in crate::node) fn dial(&mut self, why: Dial, ctx: &Ctx, out: &mut Outbox) {
        let Some(upstream) = &self.upstream else { return };
        let (host, port) = (upstream.host.clone(), upstream.port);
        ctx.log(Line::Dialling { host: &host, port, why }, out);
        let token = Token(self.next_token);
        self.next_token += 1;
        self.attempts.current += 1;
        self.attempts.total += 1;
        self.set_state(UpstreamState::Connecting { token }, ctx, out);
        self.touch(ctx);
        ctx.log(Line::SyncStarted, out);
        out.outputs.push(Output::Connect { token, to: Address { host, port } });
    }
    fn dials(&self, token: Token) -> bool {
        matches!(&self.upstream, Some(Upstream { state: UpstreamState::Connecting { token: mine }, .. }) if *mine == token)
    }
    pub(in crate::node) fn dial_failed(&mut self, token: Token, why: DialError, ctx: &mut Ctx, out: &mut Outbox) {
        if self.dials_channel(token) {
            return self.channel_refused(why, ctx, out);
        }
        if !self.dials(token) {
            return;
        }
        let errno = dial_errno(why);
        let unknown = matches!(why, DialError::UnknownHost);
        ctx.log(if unknown { Line::CannotConnect { errno } } else { Line::SocketError { errno } }, out);
        out.notes.push(Note::HandshakeFailed { step: HandshakeStep::Connect, why: HandshakeFailure::Errno(errno) });
        self.set_state(UpstreamState::Connect, ctx, out);
    }
    /// The dial succeeded: the handshake begins.
    pub(in crate::node) fn dial_succeeded(&mut self, token: Token, conn: ConnId, room: u64, ctx: &Ctx, out: &mut Outbox) {
        if self.dials_channel(token) {
            return self.channel_dialled(conn, room, ctx);
        }
        if !self.dials(token) {
            out.outputs.push(Output::Close { conn });
            return;
        }
        ctx.log(Line::Connected, out);
        let pipe = Pipe::new(conn, room, ctx.caps.reply_list);
        self.set_state(UpstreamState::Handshake { pipe, step: Step::Pong, line: Vec::new(), todo: VecDeque::new() }, ctx, out);
        self.request(&[Bytes::from_static(b"PING")], ctx);
    }

    // ---- requests

    /// Writes a request of the handshake.
    fn request(&mut self, words: &[Bytes], ctx: &Ctx) {
        let wire = replica::encode_request(&ctx.caps, words);
        let syncs = words.first().is_some_and(|word| word.as_ref() == b"PSYNC");
        let label = Label::request(syncs, replica::request_text(words));
        if let Some(pipe) = self.pipe_mut() {
            pipe.push(wire, label);
        }
    }
    /// Writes the next request, unless it was written with the others, and awaits its answer. `hands_over`: see [`Followed::ask_psync`].
    fn next_request(&mut self, hands_over: bool, ctx: &Ctx, out: &mut Outbox) {
        let Some(Upstream { state: UpstreamState::Handshake { todo, .. }, .. }) = &mut self.upstream else { return };
        let step = match todo.pop_front() {
            Some((step, words)) => {
                if !matches!(ctx.caps.handshake, Handshake::Pipelined) {
                    self.request(&words, ctx);
                }
                step
            }
            None if ctx.caps.psync => {
                self.ask_psync(hands_over, ctx, out);
                Step::Psync
            }
            None => return self.ask_sync(ctx, out),
        };
        let from = self.state(&ctx.caps);
        if let Some(Upstream { state: UpstreamState::Handshake { step: mine, .. }, .. }) = &mut self.upstream {
            *mine = step;
        }
        out.notes.push(Note::UpstreamState { from, to: self.state(&ctx.caps) });
    }
    /// PSYNC: where the cached link stopped, or `? -1` (docs/redis.md §1.6). `hands_over`: this server gives its role to the one that it asks.
    fn ask_psync(&mut self, hands_over: bool, ctx: &Ctx, out: &mut Outbox) {
        self.initial_offset = Offset::NONE;
        let (id, offset) = match &self.cached {
            Some(link) => {
                let (id, offset) = link.request();
                ctx.log(Line::TryingPartial { id: &id, offset }, out);
                (id, offset)
            }
            None => {
                ctx.log(Line::NoCachedMaster, out);
                ("?".to_string(), -1)
            }
        };
        let mut words = replica::psync_words(&id, offset);
        if hands_over {
            words.push(Bytes::from_static(b"FAILOVER"));
        }
        self.request(&words, ctx);
        out.notes.push(Note::PsyncAsked { id, offset });
    }
    /// SYNC, inline in every era, and the transfer that follows it.
    pub(in crate::node) fn ask_sync(&mut self, ctx: &Ctx, out: &mut Outbox) {
        if let Some(pipe) = self.pipe_mut() {
            pipe.push(Bytes::from_static(b"SYNC\r\n"), Label::request(true, "SYNC"));
        }
        self.begin_transfer(ctx, out);
    }
    /// An RDB will come.
    pub(in crate::node) fn begin_transfer(&mut self, ctx: &Ctx, out: &mut Outbox) {
        let Some(Upstream { state: UpstreamState::Handshake { pipe, .. }, .. }) = &self.upstream else { return };
        let pipe = pipe.clone();
        self.set_state(UpstreamState::Transfer { pipe, line: Vec::new(), transfer: Transfer::default() }, ctx, out);
        self.touch(ctx);
    }

    // ---- answers

    /// One reply line of the handshake.
    pub(in crate::node) fn heard(&mut self, step: Step, line: &[u8], hands_over: bool, ctx: &Ctx, out: &mut Outbox) -> Heard {
        self.touch(ctx);
        let text = || String::from_utf8_lossy(line).into_owned();
        match step {
            Step::Pong => {
                let tolerated = line.starts_with(b"-NOAUTH")
                    || line.starts_with(b"-ERR operation not permitted")
                    || (ctx.caps.acl && line.starts_with(b"-NOPERM"));
                if !line.starts_with(b"+") && !tolerated {
                    ctx.log(Line::PingError { reply: &text() }, out);
                    self.failed(step, HandshakeFailure::Said(text()), ctx, out);
                    return Heard::Done;
                }
                ctx.log(Line::PingReplied, out);
                let all = VecDeque::from(requests(ctx));
                if matches!(ctx.caps.handshake, Handshake::Pipelined) {
                    for (_, words) in &all {
                        self.request(words, ctx);
                    }
                }
                if let Some(Upstream { state: UpstreamState::Handshake { todo, .. }, .. }) = &mut self.upstream {
                    *todo = all;
                }
            }
            Step::Auth if line.starts_with(b"-") => {
                ctx.log(Line::AuthError { reply: &text() }, out);
                self.failed(step, HandshakeFailure::Said(text()), ctx, out);
                return Heard::Done;
            }
            Step::Auth => {}
            Step::Port | Step::Ip | Step::Plain | Step::Capa | Step::Version => {
                if line.starts_with(b"-") {
                    ctx.log(Line::ReplconfError { option: step.asked().name(), reply: &text() }, out);
                }
            }
            Step::Psync => return Heard::Psync,
        }
        self.next_request(hands_over, ctx, out);
        Heard::Done
    }
    /// The handshake fails: the connection is closed.
    pub(in crate::node) fn failed(&mut self, step: Step, why: HandshakeFailure, ctx: &Ctx, out: &mut Outbox) {
        out.notes.push(Note::HandshakeFailed { step: step.asked(), why });
        if let Some(conn) = self.conn() {
            out.outputs.push(Output::Close { conn });
        }
        self.set_state(UpstreamState::Connect, ctx, out);
    }
    /// +FULLRESYNC.
    pub(in crate::node) fn full_announced(&mut self, id: ReplId, offset: Offset, ctx: &Ctx, out: &mut Outbox) {
        self.master_id = id;
        self.initial_offset = offset;
        ctx.log(Line::FullResync { id, offset }, out);
        out.notes.push(Note::FullStarted { id: id.to_string(), offset: offset.0 });
    }
    /// +FULLRESYNC without an id or offset that could be read.
    pub(in crate::node) fn full_announced_badly(&mut self, ctx: &Ctx, out: &mut Outbox) {
        ctx.log(Line::FullMalformed, out);
        self.master_id = ReplId::EMPTY;
    }
    /// +CONTINUE under another id: the cached link has it from now on. Gives the old one.
    pub(in crate::node) fn rename_cached(&mut self, id: ReplId) -> Option<ReplId> {
        let link = self.cached.as_mut().filter(|link| link.id != id)?;
        Some(core::mem::replace(&mut link.id, id))
    }

    /// The connection ended in the middle of the handshake (docs/redis.md §1.4, §1.7 rows 0 and 0'). Says what
    /// happened; [`Followed::cut_ends`] comes behind what it leads to.
    pub(in crate::node) fn cut(&self, step: Step, why: CloseWhy, ctx: &Ctx, out: &mut Outbox) -> Cut {
        let errno = read_errno(why, &ctx.caps);
        if ctx.caps.psync_no_reply_later {
            if matches!(step, Step::Psync) {
                ctx.log(Line::NoReplyToPsync, out);
            } else {
                ctx.log(Line::ReadFailed { errno }, out);
                ctx.log(Line::NoResponse, out);
            }
            return Cut::Fails;
        }
        if !matches!(why, CloseWhy::Fin) && ctx.caps.handshake_asks_socket {
            // Up to 5.0 each step asks the socket for its error first.
            ctx.log(Line::SocketError { errno }, out);
            return Cut::Fails;
        }
        // A failed read becomes the text of a reply.
        let reply = format!("-Reading from master: {errno}");
        match step {
            Step::Pong => ctx.log(Line::PingError { reply: &reply }, out),
            Step::Auth => ctx.log(Line::AuthCut { errno }, out),
            Step::Port | Step::Ip | Step::Plain | Step::Capa | Step::Version => {
                ctx.log(Line::ReplconfCut { option: step.asked().name(), errno }, out);
                ctx.log(Line::BrokenPipe, out);
            }
            Step::Psync => {
                ctx.log(Line::PsyncUnexpected { reply: &reply }, out);
                return Cut::FallsBack;
            }
        }
        Cut::Fails
    }
    /// What is to be done about it is done.
    pub(in crate::node) fn cut_ends(&mut self, step: Step, why: CloseWhy, ctx: &Ctx, out: &mut Outbox) {
        let errno = read_errno(why, &ctx.caps);
        out.notes.push(Note::HandshakeFailed { step: step.asked(), why: HandshakeFailure::Errno(errno) });
        self.set_state(UpstreamState::Connect, ctx, out);
    }
}

/// What the end of a connection in the middle of the handshake means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::node) enum Cut {
    /// The attempt failed.
    Fails,
    /// It failed at PSYNC, which counts as an answer that was not understood: a full synchronisation is ahead, and fails too.
    FallsBack,
}

/// The words of AUTH behind its name; none without a password.
pub(super) fn auth_words(ctx: &Ctx) -> Vec<Bytes> {
    let conf = &ctx.conf;
    let mut auth = Vec::new();
    if !conf.masterauth.is_empty() {
        if ctx.caps.acl && !conf.masteruser.is_empty() {
            auth.push(conf.masteruser.clone());
        }
        auth.push(conf.masterauth.clone());
    }
    auth
}
/// The port and the address that this server announces; the latter may be empty.
pub(super) fn announces(ctx: &Ctx) -> (i64, String) {
    let conf = &ctx.conf;
    let port = if conf.announce_port != 0 { conf.announce_port } else { conf.port };
    (port, String::from_utf8_lossy(&conf.announce_ip).into_owned())
}
/// The requests between PING and PSYNC, with the answers that they await.
fn requests(ctx: &Ctx) -> Vec<(Step, Vec<Bytes>)> {
    let (port, ip) = announces(ctx);
    let auth = auth_words(ctx);
    let who = Introduction {
        auth: &auth,
        port,
        ip: Some(ip.as_str()).filter(|ip| !ip.is_empty()),
        plain: !matches!(ctx.conf.diskless_load(), DisklessLoad::Disabled),
        release: ctx.era.release(),
        channel: ctx.conf.two_connections(&ctx.caps),
    };
    replica::handshake_requests(&ctx.caps, &who)
}
