//! FAILOVER (6.2+): a master hands its role to a replica that has everything, and follows it (docs/redis.md §2.11).

use super::lines::Failover as Line;
use super::parts::Failover;
use super::server_commands::integer;
use super::{ConnId, Node, Outbox};
use crate::command::Reply;
use crate::fact::SessionPhase;
use crate::repl::replica::PsyncReply;
use crate::time::Span;
use alloc::format;
use alloc::string::String;
use bytes::Bytes;

fn error(text: &str) -> Reply {
    Reply::Error(format!("ERR {text}"))
}

impl Node {
    /// `master_failover_state`.
    pub(super) fn failover_state(&self) -> &'static str {
        self.failover.as_ref().map_or("no-failover", Failover::name)
    }
    /// Whether the role was given away and the successor has not answered yet.
    pub(super) fn hands_over(&self) -> bool {
        self.failover.as_ref().is_some_and(|f| f.in_progress)
    }
    /// Pings wait while a failover with a time limit holds writes back.
    pub(super) fn failover_stops_pings(&self) -> bool {
        self.failover.as_ref().is_some_and(|f| f.until.is_some()) && self.callers.paused()
    }

    /// `FAILOVER [TO host port [FORCE]] [ABORT] [TIMEOUT ms]`.
    #[cold]
    pub(super) fn failover(&mut self, words: &[Bytes], out: &mut Outbox) -> Reply {
        let is = |word: &Bytes, text: &str| word.eq_ignore_ascii_case(text.as_bytes());
        if words.len() == 2 && is(&words[1], "abort") {
            if self.failover.is_none() {
                return error("No failover in progress.");
            }
            self.abort_failover("Failover manually aborted", out);
            return Reply::Status("OK");
        }
        let (mut target, mut timeout, mut force) = (None, None, false);
        let mut rest = &words[1..];
        while let [option, tail @ ..] = rest {
            rest = match tail {
                [ms, tail @ ..] if is(option, "timeout") && timeout.is_none() => {
                    let Some(ms) = integer(ms) else { return error("value is not an integer or out of range") };
                    let Some(ms) = u64::try_from(ms).ok().filter(|ms| *ms > 0) else {
                        return error("FAILOVER timeout must be greater than 0");
                    };
                    timeout = Some(ms);
                    tail
                }
                [host, port, tail @ ..] if is(option, "to") && target.is_none() => {
                    let Some(port) = integer(port) else { return error("value is not an integer or out of range") };
                    target = Some((String::from_utf8_lossy(host).into_owned(), port));
                    tail
                }
                tail if is(option, "force") && !force => {
                    force = true;
                    tail
                }
                _ => return error("syntax error"),
            };
        }
        if self.failover.is_some() {
            return error("FAILOVER already in progress.");
        }
        if self.ctx.is_replica() {
            return error("FAILOVER is not valid when server is a replica.");
        }
        if self.served.replicas().is_empty() {
            return error("FAILOVER requires connected replicas.");
        }
        if force && (timeout.is_none() || target.is_none()) {
            return error("FAILOVER with force option requires both a timeout and target HOST and IP.");
        }
        if let Some((host, port)) = &target {
            let row = self.sessions().find(|s| s.ip.eq_ignore_ascii_case(host) && s.port == *port);
            let Some(row) = row else { return error("FAILOVER target HOST and PORT is not a replica.") };
            if row.phase != SessionPhase::Online {
                return error("FAILOVER target replica is not online.");
            }
        }
        self.log(Line::Requested { to: target.as_ref().map(|(host, port)| (host.as_str(), *port)) }, out);
        let longest = crate::limits::SPAN_MAX.as_millis();
        let until = timeout.map(|ms| self.ctx.time() + Span::from_millis(ms.min(longest)));
        self.failover = Some(Failover { target, force, until, in_progress: false });
        self.callers.failover_begins(&self.ctx);
        Reply::Status("OK")
    }

    /// Looks whether the time has come: in the replication cron, ten times a second now, and before each sleep.
    pub(super) fn advance_failover(&mut self, out: &mut Outbox) {
        let Some(failover) = self.failover.as_ref().filter(|f| !f.in_progress) else { return };
        if failover.until.is_some_and(|until| until <= self.ctx.time()) {
            if !failover.force {
                return self.abort_failover("Replica never caught up before timeout", out);
            }
            let Some(target) = failover.target.clone() else { return };
            self.log(Line::TimeOver { host: &target.0, port: target.1 }, out);
            return self.hand_over(target, out);
        }
        let wanted = |ip: &str, port: i64| failover.target.as_ref().is_none_or(|(h, p)| h.eq_ignore_ascii_case(ip) && *p == port);
        let ready = self.sessions().find(|s| s.ack_offset == self.served.offset() && wanted(&s.ip, s.port));
        let Some(target) = ready.map(|s| (String::from(s.ip), s.port)) else { return };
        self.log(Line::Synced { host: &target.0, port: target.1 }, out);
        self.hand_over(target, out);
    }

    fn hand_over(&mut self, target: (String, i64), out: &mut Outbox) {
        let (host, port) = target.clone();
        if let Some(failover) = &mut self.failover {
            failover.in_progress = true;
            failover.target = Some(target);
        }
        self.follow(host, u16::try_from(port).unwrap_or(0), out);
    }

    fn abort_failover(&mut self, why: &str, out: &mut Outbox) {
        let Some(failover) = &self.failover else { return };
        let to = failover.target.as_ref().map(|(host, port)| (host.as_str(), *port));
        let in_progress = failover.in_progress;
        self.log(Line::Aborted { to, why }, out);
        if in_progress {
            self.promote(out);
        }
        self.end_failover();
    }
    fn end_failover(&mut self) {
        self.failover = None;
        self.callers.failover_ends(&self.ctx);
    }

    /// The successor's answer to `PSYNC … FAILOVER`. False if that ends the attempt: this server is a master again.
    pub(super) fn successor_answers(&mut self, reply: &PsyncReply, out: &mut Outbox) -> bool {
        if !self.hands_over() {
            return true;
        }
        match reply {
            PsyncReply::Wait => true,
            PsyncReply::Continue { .. } | PsyncReply::Full { .. } | PsyncReply::FullMalformed | PsyncReply::Channel { .. } => {
                self.end_failover();
                true
            }
            PsyncReply::TryLater | PsyncReply::NotSupported { .. } => {
                self.abort_failover("Failover target rejected psync request", out);
                false
            }
        }
    }

    /// `PSYNC id offset FAILOVER`: this replica becomes the master, if the asker's stream is its own.
    pub(super) fn take_over(&mut self, id: ConnId, words: &[Bytes], out: &mut Outbox) -> Result<(), Reply> {
        let replid = String::from_utf8_lossy(&words[1]).into_owned();
        self.log(Line::TakeOverAsked { replid: &replid }, out);
        if !self.ctx.is_replica() {
            return Err(error("PSYNC FAILOVER can't be sent to a master."));
        }
        if !self.served.replid().matches(&words[1]) {
            return Err(error("PSYNC FAILOVER replid must match my replid."));
        }
        self.promote(out);
        let from = self.client_info(id);
        self.log(Line::TookOver { from: &from }, out);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::era::Era;
    use crate::node::pair::Pair;
    use alloc::format;

    const ERAS: [Era; 2] = [Era::V6_2, Era::V7_0];

    fn trio(era: Era) -> Pair {
        let delay = if era.capabilities().diskless_default { "repl-diskless-sync-delay 0" } else { "" };
        let mut world = Pair::new(era, &[delay, "replicaof 10.0.0.1 7001", "replicaof 10.0.0.1 7001"]);
        world.run_ms(4_000);
        for n in 0..20 {
            let _ = world.cli(0, &format!("SET k{n} v"));
        }
        world
    }
    #[test]
    fn the_role_goes_to_a_replica_that_has_everything_and_nothing_is_sent_again() {
        for era in ERAS {
            for line in ["FAILOVER", "FAILOVER TO 10.0.0.3 7003", "FAILOVER TO 10.0.0.3 7003 TIMEOUT 5000"] {
                let mut world = trio(era);
                let id = world.info(0, "master_replid");
                assert_eq!(world.cli(0, line), "OK", "{era} {line}");
                world.run_ms(5_000);
                let master = if line.contains("7003") || world.info(2, "role") == "master" { 2 } else { 1 };
                assert_eq!(world.info(master, "role"), "master", "{era} {line}: {:#?}", world.log(0, crate::time::Time::ZERO));
                assert_eq!(world.info(0, "role"), "slave", "{era} {line}");
                assert_eq!(world.info(0, "master_link_status"), "up", "{era} {line}");
                assert_eq!(world.info(0, "master_failover_state"), "no-failover", "{era} {line}");
                assert_eq!(world.info(master, "master_replid2"), id, "{era} {line}");
                assert_eq!(world.nodes[master].counters().sync_full, 0, "{era} {line}: partial for the old master");
                assert!(world.cli(0, "SET a b").starts_with("(error) READONLY"), "{era} {line}");
                assert_eq!(world.cli(master, "SET a b"), "OK");
                world.run_ms(1_000);
                assert_eq!(world.nodes[0].dataset().digest(), world.nodes[master].dataset().digest(), "{era} {line}");
            }
        }
    }

    #[test]
    fn a_target_that_lags_is_waited_for_until_the_time_is_over() {
        for era in ERAS {
            let mut world = trio(era);
            world.run_ms(2_000);
            let since = world.now;
            world.frozen.push(1);
            let _ = world.cli(0, "SET late 1");
            assert_eq!(world.cli(0, "FAILOVER TO 10.0.0.2 7002 TIMEOUT 1500"), "OK");
            world.run_ms(500);
            assert_eq!(world.info(0, "master_failover_state"), "waiting-for-sync", "{era}");
            assert_eq!(world.cli(0, "REPLICAOF 10.0.0.2 7002"), "(error) ERR REPLICAOF not allowed while failing over.");
            assert_eq!(world.cli(0, "FAILOVER"), "(error) ERR FAILOVER already in progress.");
            world.run_ms(1_200);
            assert_eq!(world.info(0, "master_failover_state"), "no-failover", "{era}");
            let aborted = "FAILOVER to 10.0.0.2:7002 aborted: Replica never caught up before timeout";
            assert!(world.log(0, since).iter().any(|l| l.contains(aborted)), "{era}");
            assert_eq!(world.cli(0, "SET again 1"), "OK", "{era}");
        }
    }

    #[test]
    fn abort_gives_writes_back_and_the_refusals_are_in_order() {
        for era in ERAS {
            let mut world = trio(era);
            for (line, text) in [
                ("FAILOVER ABORT", "No failover in progress."),
                ("FAILOVER TO 10.0.0.9 1", "FAILOVER target HOST and PORT is not a replica."),
                ("FAILOVER FORCE", "FAILOVER with force option requires both a timeout and target HOST and IP."),
                ("FAILOVER TIMEOUT 0", "FAILOVER timeout must be greater than 0"),
                ("FAILOVER TIMEOUT x", "value is not an integer or out of range"),
                ("FAILOVER NOW", "syntax error"),
                ("FAILOVER TO 10.0.0.2", "syntax error"),
            ] {
                assert_eq!(world.cli(0, line), format!("(error) ERR {text}"), "{era} {line}");
            }
            assert_eq!(world.cli(1, "FAILOVER"), "(error) ERR FAILOVER is not valid when server is a replica.", "{era}");
            world.frozen.push(1);
            let _ = world.cli(0, "SET late 1");
            assert_eq!(world.cli(0, "FAILOVER TO 10.0.0.2 7002"), "OK", "{era}");
            assert_eq!(world.cli(0, "FAILOVER ABORT"), "OK", "{era}");
            assert_eq!(world.cli(0, "SET again 1"), "OK", "{era}");
            let mut alone = Pair::new(era, &[""]);
            assert_eq!(alone.cli(0, "FAILOVER"), "(error) ERR FAILOVER requires connected replicas.", "{era}");
        }
    }
}
