//! SHUTDOWN and SIGTERM: children are killed, a last RDB is written, and only if that works the process exits.

use super::api::{FileOp, FileResult, Input};
use super::callers::ReplyKind;
use super::conn::On;
use super::lines::{Life, Saving};
use super::parts::{Exiting, How, Shutdown};
use super::server_commands::error;
use super::{ConnId, Node, Outbox, Output, State};
use crate::command::Reply;
use crate::fact::SessionPhase;
use crate::note::Note;
use crate::time::Span;
use alloc::vec::Vec;
use bytes::Bytes;

const SYNTAX: &str = "ERR syntax error";

impl Node {
    /// SHUTDOWN [SAVE|NOSAVE] [NOW] [FORCE] [ABORT]
    #[cold]
    pub(super) fn shutdown(&mut self, id: ConnId, words: &[Bytes], out: &mut Outbox) -> Reply {
        let (mut save, mut nosave, mut now, mut force) = (false, false, false, false);
        for word in &words[1..] {
            match word.to_ascii_lowercase().as_slice() {
                b"save" => save = true,
                b"nosave" => nosave = true,
                b"now" if self.ctx.caps.config_7_0 => now = true,
                b"force" if self.ctx.caps.config_7_0 => force = true,
                b"abort" if self.ctx.caps.config_7_0 && words.len() == 2 => return self.abort_shutdown(out),
                _ => return error(SYNTAX),
            }
        }
        if save && nosave {
            return error(SYNTAX);
        }
        let dump = save || (!nosave && !self.ctx.conf.save.is_empty());
        self.callers.wait(id, On::Shutdown, None);
        let client = self.client_info(id);
        self.begin_shutdown(How { dump, force, signal: false }, now, &client, out);
        Reply::None
    }
    /// SIGTERM or SIGINT.
    pub(super) fn terminate(&mut self, out: &mut Outbox) {
        if self.shutdown.is_none() {
            self.begin_shutdown(How { dump: !self.ctx.conf.save.is_empty(), force: false, signal: true }, false, "", out);
        }
    }
    /// Exits, or waits until replicas have caught up (7.0). `client`: who asked for it, if it was no signal.
    fn begin_shutdown(&mut self, how: How, now: bool, client: &str, out: &mut Outbox) {
        self.log(Life::ShutdownRequested { client }, out);
        let timeout = self.ctx.conf.shutdown_timeout;
        if self.ctx.caps.config_7_0 && !now && timeout > 0 && !self.ctx.is_replica() && self.lagging() > 0 {
            // From 7.0 on writes pause while replicas catch up.
            self.served.want_acks();
            self.log(Life::WaitingForReplicas, out);
            self.shutdown = Some(Shutdown { until: self.ctx.time() + Span::from_secs(timeout.unsigned_abs()), how });
            return;
        }
        self.exit(how, out);
    }
    /// Replicas that have not acknowledged everything.
    fn lagging(&self) -> usize {
        self.served.lagging(self.callers.conns())
    }
    fn abort_shutdown(&mut self, out: &mut Outbox) -> Reply {
        if self.shutdown.take().is_none() {
            return error("ERR No shutdown in progress.");
        }
        self.log(Life::ShutdownAborted, out);
        self.answer_shutdowns(out);
        self.callers.goes_on();
        Reply::Status("OK")
    }
    /// Who asked for the end that does not come.
    fn answer_shutdowns(&mut self, out: &mut Outbox) {
        for id in self.callers.wait_for_end() {
            if self.transaction_goes_on(id, &error("ERR Errors trying to SHUTDOWN. Check logs."), out) {
                continue;
            }
            self.callers.set_state(id, State::Serving);
            self.callers.reply(id, &error("ERR Errors trying to SHUTDOWN. Check logs."), ReplyKind::Caller);
            self.callers.serve_later(id);
        }
    }
    /// Whether the replicas have caught up, or the time is over: then the process ends.
    pub(super) fn shutdown_due(&mut self, out: &mut Outbox) {
        let Some(shutdown) = self.shutdown else { return };
        if self.lagging() == 0 || shutdown.until <= self.ctx.now() {
            self.shutdown = None;
            self.exit(shutdown.how, out);
        }
    }

    /// The children go, the last RDB is written; after that the process ends.
    fn exit(&mut self, how: How, out: &mut Outbox) {
        if self.ctx.caps.config_7_0 && !self.served.replicas().is_empty() {
            let now_s = self.ctx.real_s();
            let all = self.served.replicas().len();
            for s in self.sessions().collect::<Vec<_>>() {
                if s.ack_offset != self.served.offset() {
                    let behind = self.served.offset().bytes_since(s.ack_offset);
                    let lag = if s.phase == SessionPhase::Online { now_s - s.ack_time } else { 0 };
                    let state = s.phase.state().name();
                    self.log(Life::LaggingReplica { replica: &self.session_name(s.conn), behind, lag_s: lag, state }, out);
                }
            }
            let synced = all - self.lagging();
            self.log(Life::InSync { synced, of: all }, out);
        }
        if !self.saving.exits(how.force, &self.ctx, out) {
            return self.shutdown_failed(how, out);
        }
        if how.dump {
            self.log(Life::SavingBeforeExit, out);
            let rdb = self.encode_rdb();
            self.ctx.spend(self.ctx.save_delay(self.data.total_keys()));
            let op = self.ctx.file(FileOp::WriteDump { rdb }, out);
            self.exiting = Some(Exiting { op, how });
            return;
        }
        self.ready_to_exit(out);
    }
    /// The process writes its last RDB and looks at nothing else.
    pub(super) fn exiting_takes(&mut self, input: Input, out: &mut Outbox) -> Span {
        match input {
            Input::FileDone { op, result } if self.exiting.is_some_and(|exiting| exiting.op == op) => {
                self.last_dump_done(&result, out);
                // It lives on: what came meanwhile is looked at now.
                for input in core::mem::take(&mut self.held) {
                    if self.up && self.exiting.is_none() {
                        self.dispatch(input, out);
                    }
                }
                if self.up && self.exiting.is_none() {
                    self.ctx.clock.look(self.ctx.now());
                    self.before_sleep(out);
                }
            }
            Input::Timer => {}
            other => self.held.push(other),
        }
        self.ctx.busy()
    }
    pub(super) fn last_dump_done(&mut self, result: &FileResult, out: &mut Outbox) {
        let Some(Exiting { how, .. }) = self.exiting.take() else { return };
        if let FileResult::Error(why) = result {
            self.log_write_error(why, out);
            if !how.force {
                self.log(Life::SaveFailedStays, out);
                return self.shutdown_failed(how, out);
            }
            self.log(Life::SaveFailedExits, out);
        } else {
            self.log(Saving::Saved, out);
        }
        self.ready_to_exit(out);
    }
    /// The process goes on.
    fn shutdown_failed(&mut self, how: How, out: &mut Outbox) {
        if self.ctx.caps.config_7_0 {
            self.log(Life::ShutdownFailed, out);
        } else if how.signal {
            self.log(Life::SigtermFailed, out);
        }
        self.answer_shutdowns(out);
        self.callers.goes_on();
    }
    fn ready_to_exit(&mut self, out: &mut Outbox) {
        self.log(Life::ByeBye, out);
        self.note(Note::ShutDown {}, out);
        // What is written reaches the kernel before the process is gone.
        let ids: Vec<ConnId> = self.callers.conns().keys().copied().collect();
        for id in ids {
            self.flush_conn(id, out);
        }
        self.up = false;
        out.outputs.push(Output::Exit);
    }
}
