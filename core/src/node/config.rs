//! CONFIG, and what a changed directive does at once.

use super::api::{FileOp, FileResult};
use super::conn::On;
use super::gate::loading;
use super::lines::Life;
use super::{ConnId, Node, Outbox};
use crate::command::Reply;
use crate::command::directives::parse_memory;
use crate::note::Note;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// Directives that CONFIG SET of 7.0 refuses while an RDB is being loaded.
const LOADING_STAYS: [&str; 3] = ["appendonly", "dir", "repl-diskless-load"];

impl Node {
    #[cold]
    pub(super) fn config(&mut self, id: ConnId, words: &[Bytes], in_exec: bool, out: &mut Outbox) -> Reply {
        let Some(sub) = words.get(1) else { return crate::command::wrong_arity("config") };
        let is = |text: &str| sub.eq_ignore_ascii_case(text.as_bytes());
        if is("get") && words.len() >= 3 {
            let mut list = Vec::new();
            let patterns = if self.ctx.caps.config_7_0 { &words[2..] } else { &words[2..3] };
            for (name, value) in self.ctx.conf.get(patterns) {
                list.push(Reply::Bulk(Bytes::from(name)));
                list.push(Reply::Bulk(Bytes::from(value)));
            }
            return Reply::Array(list);
        }
        if is("set") && words.len() >= 4 {
            // 7.0: some directives stay while an RDB is being loaded, by whatever way.
            let stays = |name: &[u8]| LOADING_STAYS.iter().any(|one| name.eq_ignore_ascii_case(one.as_bytes()));
            let pairs = &words[2..];
            if self.ctx.caps.config_7_0
                && self.loading.is_some()
                && pairs.len().is_multiple_of(2)
                && pairs.iter().step_by(2).any(|name| stays(name))
            {
                return Reply::Error(format!("LOADING {}", loading(&self.ctx.caps)));
            }
            return match self.ctx.conf.set(&words[2..]) {
                Ok(changed) => {
                    let mut reply = Reply::Status("OK");
                    for one in changed {
                        let asked = words[2..].chunks_exact(2).find(|pair| pair[0].eq_ignore_ascii_case(one.name.as_bytes()));
                        if let Err(text) = self.config_changed(one.name, asked.map(|pair| &pair[1]), in_exec, out) {
                            reply = Reply::error(text);
                        }
                    }
                    reply
                }
                Err(text) => Reply::Error(text),
            };
        }
        let alone = words.len() == 2;
        if is("resetstat") && alone {
            self.served.reset_counters();
            self.tally.reset();
            self.ctx.reset_forks();
            (self.commands, self.connections, self.stale_expired, self.stale_fields) = (0, 0, 0, 0);
            return Reply::OK;
        }
        if is("rewrite") && alone && self.ctx.caps.psync {
            if self.ctx.settings.config_file.is_none() {
                return Reply::Error("ERR The server is running without a config file".to_string());
            }
            return self.rewrite_config(id, in_exec, out);
        }
        let shown = String::from_utf8_lossy(sub);
        let known = ["get", "set", "resetstat"].iter().any(|word| is(word)) || (is("rewrite") && self.ctx.caps.psync);
        Reply::Error(if self.ctx.caps.config_7_0 && known {
            format!("ERR wrong number of arguments for 'config|{}' command", shown.to_ascii_lowercase())
        } else if self.ctx.caps.config_7_0 {
            format!("ERR unknown subcommand '{shown}'. Try CONFIG HELP.")
        } else if self.ctx.caps.psync2 {
            format!("ERR Unknown subcommand or wrong number of arguments for '{shown}'. Try CONFIG HELP.")
        } else if known {
            format!("ERR Wrong number of arguments for CONFIG {shown}")
        } else {
            format!("ERR CONFIG subcommand must be one of GET, SET, RESETSTAT{}", if self.ctx.caps.psync { ", REWRITE" } else { "" })
        })
    }

    /// CONFIG REWRITE: the kernel has the file, this server what it is to say. The caller waits, but for one within EXEC.
    fn rewrite_config(&mut self, id: ConnId, in_exec: bool, out: &mut Outbox) -> Reply {
        let follows = self.followed.upstream().map(|upstream| (upstream.host.as_str(), upstream.port));
        let wanted = self.ctx.conf.wanted(follows);
        let op = self.ctx.file(FileOp::RewriteConfig { wanted }, out);
        self.pending_rewrite = Some((op, Some(id).filter(|_| !in_exec)));
        if in_exec {
            return Reply::Status("OK");
        }
        self.callers.wait(id, On::Disk, None);
        Reply::None
    }
    /// The file was written, or not.
    pub(super) fn config_rewritten(&mut self, caller: Option<ConnId>, result: &FileResult, out: &mut Outbox) {
        let reply = if let FileResult::Error(why) = result {
            self.log(Life::RewriteFailed { why }, out);
            Reply::Error(format!("ERR Rewriting config file: {why}"))
        } else {
            self.log(Life::Rewritten, out);
            Reply::Status("OK")
        };
        if let Some(id) = caller {
            self.file_answer(id, &reply, out);
        }
    }

    /// The directive's immediate effect; all others are looked at when they are needed. `asked` is the value as it was given: what is kept may be another.
    fn config_changed(&mut self, name: &'static str, asked: Option<&Bytes>, in_exec: bool, out: &mut Outbox) -> Result<(), &'static str> {
        let value = self.ctx.conf.value(name).unwrap_or_default();
        self.note(Note::ConfigSet { name: name.to_string(), value }, out);
        match name {
            "repl-backlog-size" => {
                let kept = self.ctx.conf.repl_backlog_size;
                let asked = asked.and_then(|text| core::str::from_utf8(text).ok()).and_then(parse_memory).unwrap_or(kept);
                let resized = self.served.resize_backlog(kept.max(0).cast_unsigned());
                self.ctx.conf.repl_backlog_size = i64::try_from(resized.size).unwrap_or(i64::MAX);
                self.note(
                    Note::BacklogResized {
                        asked,
                        bytes: resized.size as i64,
                        dropped: resized.dropped as i64,
                        offset: self.served.offset().0,
                    },
                    out,
                );
            }
            "maxmemory" => self.maxmemory_set(out),
            "min-slaves-to-write" | "min-slaves-max-lag" => self.served.count_good(self.callers.conns(), &self.ctx, out),
            "appendonly" if self.ctx.conf.appendonly && !self.saving.aof().enabled() => {
                let late = in_exec && self.ctx.caps.forks_after_exec;
                let started = self.saving.start_aof(late, &self.data, &mut self.ctx, out);
                self.ctx.conf.appendonly = started.is_ok();
                return started.map_err(|()| "ERR Unable to turn on AOF. Check server logs.");
            }
            "appendonly" if !self.ctx.conf.appendonly && self.saving.aof().enabled() => self.saving.stop_aof(&self.ctx, out),
            _ => {}
        }
        Ok(())
    }
}
