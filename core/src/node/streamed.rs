//! `repl-diskless-load` (6.0+): the RDB goes from the socket straight into the parser, without a file (docs/redis.md §6).
//!
//! `swapdb` keeps the old data until the new are whole; from 7.0 on they stay readable meanwhile if the stream is the one they came from.

use super::api::CloseWhy;
use super::lines::Load as Line;
use super::load::{STEP_BYTES, cost};
use super::loading::Loading;
use super::upstream::{Upstream, UpstreamState};
use super::{Node, Outbox};
use crate::command::directives::DisklessLoad;
use crate::fact::{Errno, HandshakeStep};
use crate::note::{HandshakeFailure, LoadFailure, Note};
use crate::rdb::{LoadError, Loaded, Medium, Step};
use crate::repl::Offset;
use crate::time::{Span, Time};
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
        let Some(UpstreamState::Transfer { pipe, transfer, .. }) = self.upstream.as_ref().map(|u| u.state.clone()) else { return };
        let same_stream = self.memory.master_id == self.served.replid() && self.memory.initial_offset != Offset::NONE;
        let beside = swap && self.ctx.caps.async_load && same_stream;
        self.set_upstream(UpstreamState::Parsing { pipe, transfer }, out);
        self.saving.stop_aof_before_load(&self.ctx, out);
        if !swap {
            if self.ctx.caps.keeps_cache_until_load {
                self.discard_cached(out);
                self.drop_past(out);
            }
            self.log(Line::Flushing, out);
            self.touch_all();
            let keys = self.data.flush_all();
            self.note(Note::Flushed { keys: keys as i64 }, out);
        }
        self.log(Line::Loading, out);
        self.note(Note::LoadStarted { bytes: -1 }, out);
        let loading = Loading::from_socket(self.ctx.era, self.data.databases(), self.ctx.time(), swap, beside);
        self.loading = Some(loading);
        self.ctx.clock.load_begins(self.ctx.time());
    }

    /// Payload for the parser. What follows the RDB in the same read stays in `bytes`.
    pub(super) fn parse_bytes(&mut self, bytes: &mut Bytes, out: &mut Outbox) {
        self.ctx.clock.look(self.ctx.now());
        let before = bytes.clone();
        let Some(Upstream { state: UpstreamState::Parsing { transfer, .. }, .. }) = &mut self.upstream else { return };
        let whole = transfer.take_and_forget(bytes);
        let piece = before.slice(..before.len() - bytes.len());
        self.touch_upstream();
        let costs = self.ctx.settings.costs;
        let Some(loading) = &mut self.loading else { return };
        let (read, result) = loading.feed(&piece, whole);
        let done = loading.done().saturating_mul(costs.scale.max(1));
        let read = read.saturating_mul(costs.scale.max(1));
        self.ctx.spend(cost(read, costs.rdb_load));
        match result {
            Some(Ok(Step::Done(loaded))) => self.parsed(Ok(loaded), bytes, out),
            Some(Ok(Step::Starved | Step::More)) => self.parsed(Err(LoadError::Short), bytes, out),
            Some(Err(error)) => self.parsed(Err(error), bytes, out),
            // As with a file, the master hears of it at each 2 MiB.
            None if loading_step(done - read) != loading_step(done) => self.newline_to_master(out),
            None => {}
        }
    }

    fn parsed(&mut self, result: Result<Loaded, LoadError>, bytes: &mut Bytes, out: &mut Outbox) {
        let Some(loading) = self.loading.take() else { return };
        self.ctx.clock.look(self.ctx.time());
        let rest = core::mem::take(bytes);
        match result {
            Ok(loaded) => {
                self.log_header(loaded.written_by.as_deref(), loaded.created_s, loaded.used_memory, out);
                self.log_loaded(&loaded, out);
                let took = self.ctx.time().since(loading.since());
                self.note(Note::LoadDone { keys: loaded.keys as i64, ms: took.as_millis() as i64 }, out);
                if loading.swaps() {
                    self.discard_cached(out);
                    self.drop_past(out);
                    self.log(Line::Swapping, out);
                    self.log(Line::DiscardingOld, out);
                }
                let Some(UpstreamState::Parsing { pipe, transfer }) = self.upstream.as_ref().map(|u| u.state.clone()) else { return };
                self.set_upstream(UpstreamState::Installing { pipe, transfer, rest, lost: None }, out);
                self.installed(loaded, out);
            }
            Err(error) => {
                if self.load_failed(&error, Medium::Socket, out) {
                    return self.give_up(out);
                }
                self.parse_failed(loading.swaps(), "Invalid argument", out);
            }
        }
    }

    fn parse_failed(&mut self, swaps: bool, why: &str, out: &mut Outbox) {
        self.log(Line::FromMasterFailed { socket: true, why }, out);
        if swaps {
            self.log(Line::DiscardingNew, out);
        }
        self.abort_transfer(HandshakeStep::Load, HandshakeFailure::Unloadable, out);
    }

    /// The connection ended before the RDB was whole.
    pub(super) fn parse_cut(&mut self, why: CloseWhy, out: &mut Outbox) {
        let errno = self.read_errno(why);
        let swaps = self.loading.take().is_some_and(|l| l.swaps());
        self.ctx.clock.look(self.ctx.now());
        self.note(Note::LoadFailed { why: LoadFailure::Cut(errno) }, out);
        self.set_upstream(UpstreamState::Connect, out);
        self.parse_failed(swaps, errno.name(), out);
    }

    /// When a parser that gets nothing gives up: reads have `repl-timeout` as their limit.
    pub(super) fn parse_deadline(&self) -> Option<Time> {
        let upstream = self.upstream.as_ref().filter(|u| matches!(u.state, UpstreamState::Parsing { .. }))?;
        let limit_s = upstream.last_io_s + self.ctx.conf.repl_timeout + 1;
        let ms = limit_s.saturating_mul(1_000).saturating_sub(self.ctx.settings.epoch_unix_ms);
        Some(Time::from_millis(u64::try_from(ms).unwrap_or(0)).max(self.ctx.now() + Span::from_micros(1)))
    }
    /// Gives up if it is time.
    pub(super) fn parse_timeout(&mut self, out: &mut Outbox) {
        let now_s = self.ctx.real_s();
        let late = self.upstream.as_ref().is_some_and(|u| now_s - u.last_io_s > self.ctx.conf.repl_timeout);
        if late {
            let swaps = self.loading.as_ref().is_some_and(Loading::swaps);
            self.ctx.clock.look(self.ctx.now());
            self.parse_failed(swaps, Errno::TimedOut.name(), out);
        }
    }
}

/// How many steps of 2 MiB lie behind `bytes`.
const fn loading_step(bytes: u64) -> u64 {
    bytes / STEP_BYTES
}
