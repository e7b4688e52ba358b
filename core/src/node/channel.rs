//! A full resynchronisation over two connections, as far as the rest of a replica is concerned: who hears of which connection, what its end means, and how
//! the stream that was kept beside the RDB is applied (docs/redis.md §6A). The connections themselves are `followed`'s.

use super::api::{CloseWhy, Payload};
use super::followed::{Joined, MainLost};
use super::lines::Channel as Line;
use super::{ConnId, Node, Outbox};
use crate::fact::{Errno, HandshakeStep};
use crate::note::{HandshakeFailure, Note};
use crate::rdb::{LoadError, Medium};
use bytes::Bytes;

/// While it applies what it kept, a process looks at its event loop after so many bytes.
const LOOK_BYTES: u64 = 2 << 20;

impl Node {
    /// The connection that brings the RDB of a full resynchronisation, if it has one of its own.
    #[must_use]
    pub fn rdb_conn(&self) -> Option<ConnId> {
        self.followed.rdb_conn()
    }
    /// Whether this is one of the connections to the master.
    pub(super) fn is_upstream(&self, conn: ConnId) -> bool {
        self.upstream_conn() == Some(conn) || self.rdb_conn() == Some(conn)
    }
    /// The connection on which an RDB comes: the second one, if there are two.
    pub(super) fn load_conn(&self) -> Option<ConnId> {
        self.rdb_conn().or_else(|| self.upstream_conn())
    }
    /// Whether what comes over the connection to the master is kept for later, because its RDB is not loaded yet or what came before is not applied.
    #[must_use]
    pub fn keeps_stream(&self) -> bool {
        self.followed.beside()
    }
    /// Bytes of its master's stream that are kept so.
    #[must_use]
    pub const fn kept(&self) -> u64 {
        self.followed.kept().held()
    }

    /// +RDBCHANNELSYNC.
    pub(super) fn channel_announced(&mut self, client: Option<i64>, out: &mut Outbox) {
        self.log(Line::Begins, out);
        self.open_temp(out);
        if self.followed.expects() != super::followed::Expects::Nothing {
            self.followed.dial_channel(client, &self.ctx, out);
        }
    }
    /// Bytes on the second connection: its handshake, then the RDB.
    pub(super) fn channel_received(&mut self, mut bytes: Bytes, out: &mut Outbox) {
        while !bytes.is_empty() && self.followed.greets() {
            match self.followed.channel_line(&mut bytes) {
                Some(Ok(line)) => self.followed.channel_heard(&line, &mut self.ctx, out),
                Some(Err(())) => self.followed.channel_heard(b"-line too long", &mut self.ctx, out),
                None => return,
            }
        }
        if self.followed.beside() {
            self.upstream_received(bytes, out);
        }
    }
    /// Bytes on the first connection: they are kept while the RDB is on its way, and until what came before them is applied.
    pub(super) fn main_received(&mut self, mut bytes: Bytes, out: &mut Outbox) {
        while self.followed.joins() {
            let joined = match self.followed.join_line(&mut bytes) {
                Some(Ok(line)) => self.followed.join_heard(&line, &self.ctx, out),
                Some(Err(())) => Joined::Refused,
                None => return,
            };
            match joined {
                Joined::Waits => {}
                Joined::In { loaded } => {
                    if loaded {
                        self.link_begins(0, out);
                    }
                    break;
                }
                Joined::Refused => {
                    return self.abort_transfer(HandshakeStep::Psync, HandshakeFailure::Uncached, out);
                }
            }
        }
        if bytes.is_empty() {
            return;
        }
        if self.followed.beside() || self.followed.streams() {
            self.tally.heard_master(bytes.len());
            self.followed.keep_stream(bytes, &self.ctx, out);
        } else {
            self.upstream_received(bytes, out);
        }
    }
    /// The second connection is gone.
    pub(super) fn channel_closed(&mut self, why: CloseWhy, out: &mut Outbox) {
        if self.followed.greets() {
            self.followed.greeting_cut(why, &mut self.ctx, out);
        } else {
            self.link_closed(why, out);
        }
    }
    /// The first connection is gone.
    pub(super) fn main_closed(&mut self, why: CloseWhy, out: &mut Outbox) {
        if !self.followed.has_channel() {
            return self.link_closed(why, out);
        }
        let from_file = self.loading.as_ref().is_some_and(|loading| loading.from_master() && !loading.awaits_socket());
        match self.followed.main_closed(why, from_file, &mut self.ctx, out) {
            MainLost::Noted | MainLost::LoadGoesOn => {}
            MainLost::Aborts(errno) => self.abort_transfer(HandshakeStep::Transfer, HandshakeFailure::TransferCut(Some(errno)), out),
            MainLost::LoadBreaks(errno) => self.load_breaks(errno, out),
        }
    }
    /// Valkey: the load of a file is broken off because the first connection is gone. From 8.1 on that is taken for a broken file, and is the end of the process;
    /// 8.0 begins another synchronisation, and goes on with the load beside it.
    fn load_breaks(&mut self, errno: Errno, out: &mut Outbox) {
        let load = self.loading.take();
        let progress = load.as_ref().map_or(0, |loading| loading.progress);
        self.abort_transfer(HandshakeStep::Transfer, HandshakeFailure::TransferCut(Some(errno)), out);
        if self.ctx.caps.cut_load_goes_on {
            self.loading = load;
            return;
        }
        self.load_failed(&LoadError::Short, progress, Medium::Disk, out);
        self.give_up(out);
    }

    /// The RDB is loaded: what was kept beside it is applied, at most so much in one turn; callers are served between.
    pub(super) fn stream_kept(&mut self, out: &mut Outbox) {
        let most = (LOOK_BYTES / self.ctx.settings.costs.scale.max(1)).max(1);
        let mut done = 0;
        while done < most {
            let Some(piece) = self.followed.next_kept(&self.ctx) else {
                if let Some(why) = self.followed.streamed(&self.ctx, out) {
                    self.link_closed(why, out);
                }
                return;
            };
            done += piece.len() as u64;
            self.stream_received(piece, out);
            if !self.followed.streams() || !self.up {
                return;
            }
        }
        let now_s = self.ctx.real_s();
        if self.followed.tells_it_lives(now_s) {
            if let Some(pipe) = self.upstream_pipe() {
                pipe.write_through(Bytes::from_static(b"\n"), Payload::Newline.into(), &mut out.outputs);
            }
            if out.want_flow {
                self.note(Note::Newline {}, out);
            }
        }
    }
}
