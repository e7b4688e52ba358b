//! `repl-diskless-load` (6.0+): the RDB goes from the socket straight into the parser, without a file (docs/redis.md §6).
//!
//! `swapdb` keeps the old data until the new are whole; from 7.0 on they stay readable meanwhile if the stream is the one they came from.

use super::api::CloseWhy;
use super::followed::read_errno;
use super::lines::Load as Line;
use super::load::{cost, key_delay};
use super::loading::Loading;
use super::{Node, Outbox};
use crate::command::directives::DisklessLoad;
use crate::fact::{Errno, HandshakeStep};
use crate::note::{HandshakeFailure, LoadFailure, Note};
use crate::planted::Bug;
use crate::rdb::{LoadError, Loaded, Medium, Step};
use bytes::Bytes;

impl Node {
    /// How this transfer is to be loaded past the disk: whether data are swapped; `None` if it goes to a file.
    pub(super) fn parses_from_socket(&self) -> Option<bool> {
        if !self.ctx.caps.diskless_load {
            return None;
        }
        match self.ctx.conf.diskless_load() {
            DisklessLoad::Disabled => None,
            DisklessLoad::OnEmptyDb => self.data.is_empty().then_some(false),
            DisklessLoad::SwapDb => Some(true),
        }
    }

    /// The header came: what follows is parsed as it comes.
    pub(super) fn begin_parse(&mut self, swap: bool, out: &mut Outbox) {
        let beside = swap && self.ctx.caps.async_load && self.followed.comes_from(self.served.replid());
        self.followed.begin_parse(&self.ctx, out);
        self.saving.stop_aof_before_load(&self.ctx, out);
        if !swap && self.ctx.caps.keeps_cache_until_load {
            self.followed.discard_cached(&self.ctx, out);
            self.drop_past(out);
        }
        // Up to 6.2 the words are the same for a swap, of which the log has none; all databases are emptied although they were put aside, names of own keys
        // with them.
        if !swap || !self.ctx.caps.async_load {
            self.own.forget();
            if self.ctx.caps.flushes_within_load {
                self.log(Line::Loading, out);
            }
            self.log(Line::Flushing, out);
        }
        if !swap {
            self.ctx.spend(self.flush_takes());
            self.callers.touch_all(&self.data);
            let keys = self.data.flush_all();
            self.note(Note::Flushed { keys: keys as i64 }, out);
        }
        if swap || !self.ctx.caps.flushes_within_load {
            self.log(Line::Loading, out);
        }
        self.note(Note::LoadStarted { bytes: -1 }, out);
        let loading = Loading::from_socket(self.ctx.era, self.data.databases(), self.ctx.time(), swap, beside);
        self.loading = Some(loading);
        self.ctx.clock.load_begins(self.ctx.time());
    }

    /// Payload for the parser. What follows the RDB in the same read stays in `bytes`.
    pub(super) fn parse_bytes(&mut self, bytes: &mut Bytes, out: &mut Outbox) {
        self.ctx.clock.look(self.ctx.now());
        let Some((piece, whole)) = self.followed.parses(bytes, &self.ctx) else { return };
        let costs = self.ctx.settings.costs;
        let step = self.step_bytes();
        let Some(loading) = &mut self.loading else { return };
        let (before, keys) = (loading.done(), loading.keys());
        let (read, result) = loading.feed(&piece, whole);
        let looks = before / step != loading.done() / step;
        let keys = loading.keys().saturating_sub(keys);
        let took = cost(read.saturating_mul(costs.scale.max(1)), costs.rdb_load) + key_delay(&self.ctx.conf, keys);
        if looks {
            // As with a file, the process looks at its event loop now and then, and tells its master that it lives.
            loading.progress = before;
            loading.open_ears();
        }
        if let Some(head) = loading.header() {
            self.log_header(&head, out);
        }
        self.ctx.spend(took);
        match result {
            Some(Ok(Step::Done(loaded))) => self.parsed(Ok(loaded), bytes, out),
            Some(Ok(Step::Starved | Step::More)) => self.parsed(Err(LoadError::Short), bytes, out),
            Some(Err(error)) => self.parsed(Err(error), bytes, out),
            None if looks => self.newline_to_master(out),
            None => {}
        }
    }

    fn parsed(&mut self, result: Result<Loaded, LoadError>, bytes: &mut Bytes, out: &mut Outbox) {
        let Some(loading) = self.loading.take() else { return };
        self.ctx.clock.look(self.ctx.time());
        let mut rest = core::mem::take(bytes);
        if self.ctx.bugs.has(Bug::StreamedTailLost) {
            rest.clear();
        }
        match result {
            Ok(loaded) => {
                self.log_loaded(&loaded, out);
                let took = self.ctx.time().since(loading.since());
                self.note(Note::LoadDone { keys: loaded.keys as i64, ms: took.as_millis() as i64 }, out);
                if loading.swaps() {
                    self.followed.discard_cached(&self.ctx, out);
                    self.drop_past(out);
                    if self.ctx.caps.async_load {
                        self.log(Line::Swapping, out);
                        self.log(Line::DiscardingOld, out);
                    }
                }
                if self.followed.parsed_whole(rest, &self.ctx, out) {
                    self.installed(loaded, out);
                }
            }
            Err(error) => {
                if self.load_failed(&error, loading.progress, Medium::Socket, out) {
                    return self.give_up(out);
                }
                self.parse_failed(loading.swaps(), "Invalid argument", out);
            }
        }
    }

    fn parse_failed(&mut self, swaps: bool, why: &str, out: &mut Outbox) {
        self.log(Line::FromMasterFailed { socket: true, why }, out);
        self.abort_transfer(HandshakeStep::Load, HandshakeFailure::Unloadable, out);
        if swaps && self.ctx.caps.async_load {
            self.log(Line::DiscardingNew, out);
        }
    }

    /// The connection ended before the RDB was whole.
    pub(super) fn parse_cut(&mut self, why: CloseWhy, out: &mut Outbox) {
        let errno = match why {
            // What stands in errno is from the dial, or from the event loop if the process looked there.
            CloseWhy::Fin if self.loading.as_ref().is_some_and(|loading| loading.progress > 0) => Errno::Again,
            CloseWhy::Fin => Errno::InProgress,
            why => read_errno(why, &self.ctx.caps),
        };
        let Some(loading) = self.loading.take() else { return };
        let swaps = loading.swaps();
        self.ctx.clock.look(self.ctx.now());
        for line in LoadError::Short.log_lines(self.ctx.era, Medium::Socket, loading.progress) {
            self.log(Line::Broken { line: &line }, out);
        }
        self.note(Note::LoadFailed { why: LoadFailure::Cut(errno) }, out);
        self.followed.forget_conn(&self.ctx, out);
        self.parse_failed(swaps, errno.name(), out);
    }

    /// Gives up if it is time.
    pub(super) fn parse_timeout(&mut self, out: &mut Outbox) {
        if self.followed.parse_is_late(&self.ctx) {
            let (swaps, progress) = self.loading.as_ref().map_or((false, 0), |loading| (loading.swaps(), loading.progress));
            self.ctx.clock.look(self.ctx.now());
            for line in LoadError::Short.log_lines(self.ctx.era, Medium::Socket, progress) {
                self.log(Line::Broken { line: &line }, out);
            }
            self.parse_failed(swaps, Errno::TimedOut.name(), out);
        }
    }
}
