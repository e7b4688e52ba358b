//! What the node asks for: bytes that go to the recorded others, children and files that take as long as the recorded ones.

use super::machine::base_data;
use super::terms::MANY;
use super::{CONSOLE, Cue, ROOM, Stage, ZERO_US, is_ack, remember, shown, told, us};
use crate::conformance::recording::{Dir, Event, Prop};
use bytes::Bytes;
use resync_core::node::api::{ChildKind, ChildResult, ConnId, FileOp, FileResult, Input, Output};
use resync_core::resp::ReplyParser;

impl Stage<'_> {
    pub(super) fn output(&mut self, output: Output) {
        let soon = self.free + 50;
        match output {
            Output::Connect { token, to } => self.dial(token, &to),
            Output::CancelConnect { .. } | Output::Loaded | Output::Worked { .. } => {}
            Output::Send { conn, bytes, .. } if conn == CONSOLE => self.heard_by_client(&bytes),
            Output::Send { conn, bytes, .. } if self.raw.contains_key(&conn) => {
                let at = self.ms(self.now);
                let Some((line, parser)) = self.raw.get_mut(&conn) else { return };
                parser.feed(&bytes);
                if let Ok(Some(reply)) = parser.next() {
                    // What follows the first reply is for nobody.
                    *parser = ReplyParser::new();
                    let line = std::mem::take(line);
                    if !line.is_empty() {
                        self.play.replies.push((at, line, shown(&reply)));
                    }
                }
            }
            Output::Send { conn, bytes, .. } => self.sent(conn, &bytes),
            Output::Shut { conn } => self.child.1.retain(|held| *held != conn),
            Output::Close { conn } => {
                if let Some(name) = self.conns.get(&conn).cloned() {
                    let inherited = self.child.1.contains(&conn);
                    let at = self.ms(if inherited { self.now.max(self.child.0) } else { self.now });
                    let at = self.proxies.get(&((conn.0 - 100) as usize)).map_or(at, |proxy| proxy.closes(at));
                    self.play.closed.push((at, name));
                    if let Some(script) = self.scripts.get_mut(&((conn.0 - 100) as usize)) {
                        script.open = false;
                    }
                }
            }
            Output::Spawn { job, kind, delay } => {
                // What it sleeps is in the recorded time already.
                let takes = self.child_takes().max(delay.as_micros());
                if let ChildKind::RdbToSockets { rdb } = kind {
                    if let Some(at) = self.child_goes_on() {
                        // Whoever it wrote for has gone meanwhile.
                        let result = if self.node.era().capabilities().diskless_pipe { None } else { Some(ChildResult::Failed) };
                        self.push(at, Cue::Give(Input::ChildOutput { job, bytes: rdb }));
                        if let Some(result) = result {
                            self.push(at + 1, Cue::Give(Input::ChildExited { job, result }));
                        }
                        return;
                    }
                    self.push(soon, Cue::Give(Input::ChildOutput { job, bytes: rdb }));
                }
                self.child = (soon + takes, self.conns.keys().copied().collect());
                self.push(soon + takes, Cue::Give(Input::ChildExited { job, result: ChildResult::Success }));
            }
            Output::Kill { job } => self.push(soon, Cue::Give(Input::ChildExited { job, result: ChildResult::Signalled(10) })),
            Output::File { op, what } => {
                if let FileOp::WriteDump { rdb } | FileOp::RenameTemp { rdb } = what {
                    self.dump = Some(rdb);
                    self.push(soon, Cue::Give(Input::FileDone { op, result: FileResult::Done }));
                }
            }
            Output::Exit => {
                self.dead = true;
                for (conn, name) in std::mem::take(&mut self.conns) {
                    self.play.closed.push((self.ms(self.now), name));
                    if let Some(script) = self.scripts.get_mut(&((conn.0 - 100) as usize)) {
                        script.open = false;
                    }
                }
            }
        }
    }
    /// The node writes to one of the recorded others.
    fn sent(&mut self, conn: ConnId, bytes: &[u8]) {
        let Some(name) = self.conns.get(&conn).cloned() else { return };
        if self.recording.speaks(self.part.server(), &name) == Some(Dir::Down) {
            remember(&mut self.own_ids, bytes);
            self.own_numbers.extend(told(bytes).map(<[u8]>::to_vec));
        }
        if bytes.starts_with(b"REPLCONF capa") && self.recording.early(self.part.server()) {
            // Its release does not say this, so nobody answers.
            self.push(self.free + 50, Cue::Give(Input::Received { conn, bytes: Bytes::from_static(b"+OK\r\n") }));
            return;
        }
        let at = self.ms(self.now);
        if let Some(proxy) = self.proxies.get_mut(&((conn.0 - 100) as usize)) {
            let header = bytes.strip_prefix(b"$").and_then(|rest| rest.strip_suffix(b"\r\n"));
            if let Some(len) = header.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok()) {
                proxy.announced(len);
            }
            let mut from = 0;
            for (at, len) in proxy.write(at, bytes.len() as u64) {
                if at.is_finite() {
                    self.play.sent.push((at, name.clone(), bytes[from..from + len as usize].to_vec()));
                }
                from += len as usize;
            }
            let look = self.free + 50;
            self.push(look, Cue::Passed((conn.0 - 100) as usize));
            return;
        }
        self.play.sent.push((at, name, bytes.to_vec()));
        if self.slow_kernel() {
            self.push(self.free + 12_000, Cue::Give(Input::Room { conn, bytes: bytes.len() as u64 }));
        }
        let id = (conn.0 - 100) as usize;
        if let Some(script) = self.scripts.get_mut(&id)
            && !is_ack(bytes)
        {
            script.heard += bytes.len() as u64;
            self.schedule(id);
        }
    }
    /// Whether the recorded servers had so many keys that loading, sending and freeing them took time.
    pub(super) fn large(&self) -> bool {
        self.recording.large()
    }
    /// Whether the kernel took a noticeable while to take the RDB.
    pub(super) fn slow_kernel(&self) -> bool {
        self.large() || self.recording.has(Prop::SlowKernel)
    }
    /// Data in the place of those that a recorded master was given in a way that was not kept: as many bytes of RDB, or as many keys.
    pub(super) fn filler(&self) -> Option<String> {
        if self.part.server() != "master" {
            return None;
        }
        if self.recording.has(Prop::FillerKeys) {
            return Some(format!("DEBUG POPULATE {MANY}"));
        }
        if !self.recording.has(Prop::FillerBytes) {
            return None;
        }
        let (at, len) =
            self.recording.events.iter().find_map(|(at, e)| if let Event::Rdb(_, len, ..) = e { Some((*at, *len)) } else { None })?;
        let asked = |e: &Event| matches!(e, Event::Log(_, _, text) if text.starts_with("Starting BGSAVE"));
        let forked = self.recording.events.iter().find(|(_, e)| asked(e)).map_or(at, |(t, _)| *t);
        let load = |(t, e): &&(f64, Event)| *t < forked && matches!(e, Event::Command(_, line, _) if line.starts_with("SET load"));
        let mut data = base_data();
        for n in 0..self.recording.events.iter().filter(load).count() {
            data.set(0, format!("load{}", n % 50).as_bytes(), Bytes::from("z".repeat(5_000)), None);
        }
        let rest = len - resync_core::rdb::encode(&data, self.node.era(), 0, None).len();
        Some(format!("SET filler <{} z>", rest - 14))
    }
    /// Bytes that the kernel takes at once from a conn.
    pub(super) fn room(&self) -> u64 {
        if self.slow_kernel() { 32 * 1_024 } else { ROOM }
    }
    /// When the child that was forked now, and stopped at once, was let go on.
    pub(super) fn child_goes_on(&self) -> Option<u64> {
        let now = self.ms(self.now);
        let events = &self.recording.events;
        let said = |e: &Event, word: &str| matches!(e, Event::Command(_, line, _) | Event::Act(line) if line.starts_with(word));
        let stop = events.iter().find(|(at, e)| *at >= now - 5.0 && *at < now + 15.0 && said(e, "SIGSTOP BGSAVE child"))?;
        let go = events.iter().find(|(at, e)| at > &stop.0 && said(e, "SIGCONT BGSAVE child"));
        Some(go.map_or(ZERO_US + us(self.recording.end()) + 1, |(at, _)| ZERO_US + us(*at)))
    }
    /// How long the recorded child lived: its last line is written before it goes, and its parent notices at the first tick after that.
    pub(super) fn child_takes(&self) -> u64 {
        let now = self.ms(self.now);
        let after = |from: f64, marks: [&str; 2]| {
            let line =
                |e: &Event| matches!(e, Event::Log(who, _, text) if who == self.part.server() && marks.iter().any(|m| text.contains(m)));
            self.recording.events.iter().find(|(at, e)| *at >= from && line(e)).map(|(at, _)| *at)
        };
        let last = after(now, ["copy-on-write", "Fork CoW"]);
        let Some(noticed) = after(now, ["Background saving terminated", "Background RDB transfer terminated"]) else {
            // The recording ends before that.
            return last
                .map(|at| us(at - now))
                .or_else(|| self.child_goes_on().map(|at| at - self.now))
                .unwrap_or_else(|| us(self.recording.end() - now) + 1_000);
        };
        let line = last.filter(|at| *at <= noticed).unwrap_or(now);
        us((line.max(noticed - 100.0) + noticed) / 2.0 - now)
    }
}
