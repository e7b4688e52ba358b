//! Loading an RDB, from the disk at the start or from the master: in steps of 2 MiB, between which callers are served with -LOADING
//! (docs/redis.md §1.8, §6). Before a master's RDB is loaded the old data are flushed, which blocks the process altogether.

use super::api::{Output, Payload};
use super::callers::ReplyKind;
use super::followed::Installed;
use super::lines::{Channel, Load as Line, Saving};
use super::loading::{Loading, Phase, Source};
use super::{ConnId, Node, Outbox, State};
use crate::command::Reply;
use crate::command::directives::Config;
use crate::fact::HandshakeStep;
use crate::note::{HandshakeFailure, LoadFailure, Note};
use crate::rdb::{Header, LoadError, Loaded, Loader, Medium, Step};
use crate::repl::{Offset, ReplId};
use crate::time::Span;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use bytes::Bytes;

/// A step of a load is no longer than this: where an RDB is read so slowly that 2 MiB take longer, a process looks at its event loop between less.
const STEP_MOST: Span = Span::from_millis(100);
/// A load whose last step is shorter than this ends within the same call.
const SHORT: Span = Span::from_millis(1);
/// A flush is cut into pieces no longer than this, so that the newlines to the master keep their times.
const FLUSH_PIECE: Span = Span::from_secs(1);
/// Keys after which a flush that serves callers looks at them (8.0).
const FLUSH_KEYS: u64 = 65_536;

/// `key-load-delay`: how much longer so many keys take.
pub(super) fn key_delay(conf: &Config, keys: u64) -> Span {
    Span::from_micros(u64::try_from(conf.key_load_delay).unwrap_or(0).saturating_mul(keys))
}

/// How long `amount` takes at `rate` a second; 0 is "no time".
pub(super) fn cost(amount: u64, rate: u64) -> Span {
    if rate == 0 {
        Span::ZERO
    } else {
        Span::from_micros((u128::from(amount) * 1_000_000 / u128::from(rate)).min(u128::from(u64::MAX)) as u64)
    }
}

impl Node {
    /// Whether a flush blocks the process.
    pub(super) fn flushing(&self) -> bool {
        self.loading.as_ref().is_some_and(Loading::flushing)
    }
    /// Whether the process is blocked in a read from its master.
    pub(super) fn deaf(&self) -> bool {
        self.loading.as_ref().is_some_and(Loading::deaf)
    }
    /// Whether commands are refused with -LOADING.
    pub(super) fn refuses_loading(&self) -> bool {
        self.loading.as_ref().is_some_and(|l| !l.flushing() && !l.beside())
    }

    /// At the start: the dump file, if there is one.
    pub(super) fn boot_load(&mut self, rdb: Option<Bytes>, out: &mut Outbox) {
        if self.ctx.caps.master_restores_id && !self.ctx.is_replica() && rdb.is_some() {
            self.served.load_begins();
        }
        match rdb {
            Some(file) => self.begin_load(Source::Boot, file, out),
            None => self.log_ready(out),
        }
    }

    /// DEBUG RELOAD: saves, flushes, loads; the caller waits.
    pub(super) fn debug_reload(&mut self, id: ConnId, in_exec: bool, out: &mut Outbox) -> Reply {
        let file = self.encode_rdb();
        self.spend_saving(file.len() as u64);
        self.ctx.file(super::api::FileOp::WriteDump { rdb: file.clone() }, out);
        self.log(Saving::Saved, out);
        self.callers.touch_all(&self.data);
        let costs = self.ctx.settings.costs;
        let keys = self.data.total_keys() as u64;
        self.ctx.spend(cost(keys.saturating_mul(costs.scale.max(1)), costs.flush_keys));
        self.data.flush_all();
        self.own.forget();
        self.callers.wait(id, super::conn::On::Reload, None);
        self.begin_load(Source::Reload { conn: id, in_exec }, file, out);
        // Within EXEC a load that ended at once is answered in its place.
        self.reloaded.take().unwrap_or(Reply::None)
    }

    /// The master's RDB is here: first the old data go.
    pub(super) fn begin_install(&mut self, file: Bytes, out: &mut Outbox) {
        if self.ctx.caps.flushes_within_load {
            self.log(Line::Loading, out);
        }
        if self.ctx.caps.psync {
            self.log(Line::Flushing, out);
        }
        let keys = self.data.total_keys() as u64;
        let left = self.flush_takes();
        self.loading = Some(
            Loading::of_file(Source::Master, file, Phase::Flush(left), self.ctx.time()).that_answers(self.ctx.caps.flushes_within_load),
        );
        if left < SHORT {
            if keys > 0 && !self.flushes_lazily() {
                self.newline_to_master(out);
            }
            self.ctx.spend(left);
            self.flushed(out);
        } else {
            self.load_step(out);
        }
    }

    /// `replica-lazy-flush` (4.0+): a thread frees the old data, and the process does not stand still for it.
    fn flushes_lazily(&self) -> bool {
        self.ctx.caps.lazyfree && self.ctx.conf.replica_lazy_flush
    }
    /// How long a full resynchronisation stands still for the old data.
    pub(super) fn flush_takes(&self) -> Span {
        if self.flushes_lazily() {
            return Span::ZERO;
        }
        let costs = self.ctx.settings.costs;
        cost((self.data.total_keys() as u64).saturating_mul(costs.scale.max(1)), costs.flush_keys)
    }

    fn flushed(&mut self, out: &mut Outbox) {
        self.callers.touch_all(&self.data);
        let keys = self.data.flush_all();
        self.own.forget();
        self.note(Note::Flushed { keys: keys as i64 }, out);
        if !self.ctx.caps.flushes_within_load {
            self.log(Line::Loading, out);
        }
        let Some(loading) = self.loading.take() else { return };
        self.begin_load(loading.source, loading.file, out);
        if let Some(new) = &mut self.loading {
            new.newline_s = loading.newline_s;
        }
        for input in core::mem::take(&mut self.held) {
            self.dispatch(input, out);
        }
    }

    fn begin_load(&mut self, source: Source, file: Bytes, out: &mut Outbox) {
        self.note(Note::LoadStarted { bytes: file.len() as i64 }, out);
        // A master leaves out what has expired; a replica waits for its master's DEL.
        let drop_at = (!self.ctx.is_replica()).then(|| self.ctx.unix_ms());
        let mut loader = Loader::new(self.ctx.era, self.data.databases(), drop_at);
        loader.feed(&file);
        loader.finish();
        self.loading = Some(Loading::of_file(source, file, Phase::Steps(Box::new(loader)), self.ctx.time()));
        self.ctx.clock.load_begins(self.ctx.time());
        self.load_step(out);
    }

    /// One step: a piece of the flush, 2 MiB of RDB, or the end.
    pub(super) fn load_step(&mut self, out: &mut Outbox) {
        if let Some(loading) = self.loading.as_mut().filter(|loading| loading.awaits_socket()) {
            loading.close_ears();
            return self.parse_timeout(out);
        }
        self.ctx.clock.look(self.ctx.now());
        let costs = self.ctx.settings.costs;
        let scale = costs.scale.max(1);
        let step = self.step_bytes();
        let interval = u64::try_from(self.ctx.conf.loading_interval).unwrap_or(0).max(1);
        let Some(loading) = &self.loading else { return };
        if loading.done > 0 {
            // After each step the process looks at its event loop, and tells its master that it lives.
            let steps = matches!(loading.phase, Phase::Steps(_));
            self.ctx.clock.look(self.ctx.now());
            if steps && self.ctx.caps.counts_ticks_while_loading {
                self.ctx.clock.count_missed(self.ctx.now());
            }
            if steps {
                self.newline_to_master(out);
            }
        }
        let Some(loading) = &mut self.loading else { return };
        match &mut loading.phase {
            Phase::Flush(left) => {
                if *left == Span::ZERO {
                    return self.flushed(out);
                }
                self.newline_to_master(out);
                // From 8.0 on the process looks at its event loop after each so many keys.
                let most =
                    if self.ctx.caps.flushes_within_load { cost(FLUSH_KEYS, costs.flush_keys).min(FLUSH_PIECE) } else { FLUSH_PIECE };
                let Some(Loading { phase: Phase::Flush(left), .. }) = &mut self.loading else { return };
                let piece = (*left).min(most);
                *left = Span::from_micros(left.as_micros() - piece.as_micros());
                self.ctx.spend(piece);
            }
            Phase::Steps(loader) => {
                let (before, keys) = (loader.consumed(), loader.keys());
                let result = loader.step(step);
                let read = loader.consumed() - before;
                let keys = loader.keys() - keys;
                loading.done = loader.consumed();
                loading.progress = loading.done - loading.done % interval;
                let took = cost(read.saturating_mul(scale), costs.rdb_load) + key_delay(&self.ctx.conf, keys);
                let ended = match result {
                    Ok(Step::More) => None,
                    // Everything was fed: what is missing is missing for good.
                    Ok(Step::Starved) => Some(Err(LoadError::Short)),
                    Ok(Step::Done(loaded)) => Some(Ok(loaded)),
                    Err(error) => Some(Err(error)),
                };
                let head = loader.header();
                self.log_header(&head, out);
                self.ctx.spend(took);
                match ended {
                    Some(result) if took < SHORT => self.load_ended(result, out),
                    Some(result) => {
                        if let Some(loading) = &mut self.loading {
                            loading.phase = Phase::Ended(Box::new(result));
                        }
                    }
                    None => {}
                }
            }
            Phase::Ended(_) => {
                let Some(Loading { phase: Phase::Ended(result), .. }) = self.loading.clone() else { return };
                self.load_ended(*result, out);
            }
        }
    }

    /// While it flushes or loads, a replica tells its master at most once a second that it lives.
    pub(super) fn newline_to_master(&mut self, out: &mut Outbox) {
        if !self.ctx.caps.psync {
            return;
        }
        let now_s = self.ctx.real_s();
        let Some(loading) = self.loading.as_mut().filter(|l| l.from_master() && l.newline_s != Some(now_s)) else { return };
        loading.newline_s = Some(now_s);
        if let Some(pipe) = self.upstream_pipe() {
            pipe.write_through(Bytes::from_static(b"\n"), Payload::Newline.into(), &mut out.outputs);
        }
        if out.want_flow {
            self.note(Note::Newline {}, out);
        }
    }

    fn load_ended(&mut self, result: Result<Loaded, LoadError>, out: &mut Outbox) {
        let Some(loading) = self.loading.take() else { return };
        self.ctx.clock.look(self.ctx.time());
        match result {
            Ok(loaded) => {
                self.log_loaded(&loaded, out);
                let took = self.ctx.time().since(loading.since);
                self.note(Note::LoadDone { keys: loaded.keys as i64, ms: took.as_millis() as i64 }, out);
                match loading.source {
                    Source::Boot => self.booted(loaded, took, out),
                    Source::Reload { conn, in_exec } => {
                        self.data = loaded.data;
                        self.log(Saving::Reloaded, out);
                        self.answer_reload(conn, in_exec, Reply::Status("OK"), out);
                    }
                    Source::Master | Source::Socket { .. } => self.installed(loaded, out),
                }
            }
            Err(error) => {
                let exits = self.load_failed(&error, loading.progress, Medium::Disk, out);
                match loading.source {
                    Source::Boot => {
                        if !exits {
                            self.log(Line::Fatal, out);
                        }
                        self.give_up(out);
                    }
                    _ if exits => self.give_up(out),
                    Source::Reload { conn, in_exec } => {
                        let why = Reply::Error("ERR Error trying to load the RDB dump".to_string());
                        self.answer_reload(conn, in_exec, why, out);
                    }
                    Source::Master | Source::Socket { .. } => {
                        if self.ctx.caps.valkey {
                            self.log(Line::DiscardingHalf, out);
                        }
                        self.log(Line::FromMasterFailed { socket: false, why: "Invalid argument" }, out);
                        self.abort_transfer(HandshakeStep::Load, HandshakeFailure::Unloadable, out);
                        if self.ctx.caps.aof_restarts_after_failed_load {
                            self.restart_aof(out);
                        }
                    }
                }
            }
        }
    }

    /// Bytes of RDB between two looks at the event loop.
    pub(super) fn step_bytes(&self) -> u64 {
        let costs = self.ctx.settings.costs;
        let scale = costs.scale.max(1);
        let interval = match u64::try_from(self.ctx.conf.loading_interval) {
            Ok(interval @ 1..) => interval / scale,
            _ => u64::MAX,
        };
        let most = if costs.rdb_load == 0 { u64::MAX } else { costs.rdb_load.saturating_mul(STEP_MOST.as_micros()) / 1_000_000 / scale };
        interval.min(most).max(1)
    }

    /// Logs why an RDB was not loaded. Whether the process exits: it takes a broken file for a broken disk, on a replica too.
    pub(super) fn load_failed(&mut self, error: &LoadError, progress: u64, from: Medium, out: &mut Outbox) -> bool {
        let lines = error.log_lines(self.ctx.era, from, progress);
        for line in &lines {
            self.log(Line::Broken { line }, out);
        }
        let line = lines.into_iter().next().unwrap_or_default();
        self.note(Note::LoadFailed { why: LoadFailure::Broken { error: error.clone(), line } }, out);
        error.ends_process(from)
    }
    /// The process exits: an operator has to look at the file.
    pub(super) fn give_up(&mut self, out: &mut Outbox) {
        self.up = false;
        out.outputs.push(super::Output::Exit);
    }

    fn answer_reload(&mut self, id: ConnId, in_exec: bool, reply: Reply, out: &mut Outbox) {
        if self.transaction_goes_on(id, &reply, out) {
            return;
        }
        self.callers.set_state(id, State::Serving);
        if in_exec {
            self.reloaded = Some(reply);
            return;
        }
        self.callers.reply(id, &reply, ReplyKind::Caller);
        self.serve(id, out);
    }

    /// The fields of the head are logged as they are read (6.2+), each once.
    pub(super) fn log_header(&mut self, head: &Header, out: &mut Outbox) {
        if !self.ctx.caps.log_target {
            return;
        }
        let said = self.loading.as_ref().map_or(0, |loading| loading.said);
        let now_s = self.ctx.real_s();
        let lines = [
            head.written_by.as_deref().map(|version| Line::WrittenBy { version, valkey: head.by_valkey }),
            head.created_s.map(|created_s| Line::Age { seconds: (now_s - created_s).max(0) }),
            head.used_memory.map(|used_bytes| Line::Memory { used_bytes }),
        ];
        let known = lines.iter().filter(|line| line.is_some()).count();
        for line in lines.into_iter().flatten().skip(said) {
            self.log(line, out);
        }
        if let Some(loading) = &mut self.loading {
            loading.said = known;
        }
    }

    pub(super) fn log_loaded(&mut self, loaded: &Loaded, out: &mut Outbox) {
        self.tally.loaded(loaded.expired.len() as u64, loaded.keys);
        let (named, skipped) = &loaded.empty;
        if self.ctx.caps.log_done_loading {
            for key in named {
                self.log(Line::EmptyKey { key: &String::from_utf8_lossy(key) }, out);
            }
        }
        if loaded.unchecked {
            self.log(Line::Unchecked, out);
        }
        if self.ctx.caps.log_done_loading {
            self.log(Line::Done { keys: loaded.keys, expired: loaded.expired.len(), skipped: *skipped }, out);
        }
    }

    /// The dump file is loaded: identities that survive a restart (docs/redis.md §7.6), then the first callers.
    fn booted(&mut self, loaded: Loaded, took: Span, out: &mut Outbox) {
        self.data = loaded.data;
        for (db, key) in &loaded.expired {
            self.feed(*db, &crate::command::deletion(self.ctx.conf.lazyfree_lazy_expire, key), out);
        }
        self.log(Line::FromDisk { ms: took.as_millis() }, out);
        let id = loaded.aux.as_ref().and_then(|aux| ReplId::from_wire(aux.id.as_bytes()));
        match (loaded.aux, id) {
            (Some(aux), Some(id)) if self.ctx.is_replica() && self.ctx.caps.psync2 => {
                self.served.loaded_replica(id, Offset(aux.offset));
                self.cache_myself(out);
                self.followed.cache_loaded(usize::try_from(aux.stream_db).unwrap_or(0));
            }
            (Some(aux), Some(id)) if self.ctx.caps.master_restores_id => {
                self.served.loaded_master(id, aux.offset, self.ctx.real_s(), out);
            }
            _ => self.served.loaded_without_place(),
        }
        self.log_ready(out);
    }

    /// The master's RDB is loaded: the link begins to live.
    pub(super) fn installed(&mut self, loaded: Loaded, out: &mut Outbox) {
        let db = loaded.aux.as_ref().and_then(|aux| usize::try_from(aux.stream_db).ok()).filter(|_| self.ctx.caps.psync2).unwrap_or(0);
        self.data = loaded.data;
        if !self.followed.installs() {
            return self.attached(out);
        }
        if self.followed.awaits_main() {
            return self.log(Line::Finished, out);
        }
        self.link_begins(db, out);
    }
    /// Valkey 8.0: an RDB is loaded whose synchronisation was given up meanwhile.
    fn attached(&mut self, out: &mut Outbox) {
        self.log(Line::Finished, out);
        if !self.followed.attaches_to_another(&self.ctx, out) {
            return;
        }
        self.served.takes_over(self.followed.master_id(), Offset::NONE, &self.ctx, out);
        self.note(Note::FullDone { offset: -1, pre_psync: false }, out);
        out.outputs.push(Output::Loaded);
        self.followed.send_ack(&self.ctx, out);
        self.followed.begin_streaming(None, &self.ctx, out);
        self.stream_kept(out);
    }
    /// The data of the master's RDB are there, and so is the stream behind it.
    pub(super) fn link_begins(&mut self, db: usize, out: &mut Outbox) {
        let early = self.followed.rdb_came_first();
        let Some(Installed { offset, pre_psync, marked, rest, lost, kept }) = self.followed.installed(db, &self.ctx, out) else { return };
        if self.ctx.caps.psync2 {
            self.served.takes_over(self.followed.master_id(), offset, &self.ctx, out);
        }
        if early {
            self.log(Channel::MainAccepted { loads: false }, out);
        } else {
            self.log(Line::Finished, out);
        }
        self.note(Note::FullDone { offset: offset.0, pre_psync }, out);
        out.outputs.push(Output::Loaded);
        if (self.ctx.caps.ack_after_streamed_load && marked) || self.ctx.caps.ack_after_any_load {
            self.followed.send_ack(&self.ctx, out);
        }
        self.restart_aof(out);
        if !rest.is_empty() {
            self.upstream_received(rest, out);
        }
        if kept {
            self.followed.begin_streaming(lost, &self.ctx, out);
            return self.stream_kept(out);
        }
        if let Some(why) = lost {
            self.link_closed(why, out);
        }
    }
}
