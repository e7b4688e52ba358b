//! Conns that the node dials: what the recorded master sends on them, once the node has said what led to it.

use super::{Cue, Stage, ZERO_US, conn_id, us};
use crate::conformance::recording::{Conn, Event};
use resync_core::node::api::{Address, DialError, Input, Token};

impl Stage<'_> {
    pub(super) fn dial(&mut self, token: Token, _to: &Address) {
        let soon = self.free + 150;
        if self.refusing {
            self.push(soon, Cue::Give(Input::Refused { token, why: DialError::Refused }));
            return;
        }
        let Some(id) = self.scripts.keys().copied().find(|id| *id >= self.next_dial) else { return };
        let name = self.ids[id].clone();
        self.next_dial = id + 1;
        let conn = conn_id(id);
        self.conns.insert(conn, name.clone());
        let opened = self.recording.events.iter().find(|(_, e)| *e == Event::Open(name.clone())).map_or(0.0, |(at, _)| *at);
        let script = self.scripts.get_mut(&id).expect("each recorded conn has a script");
        script.open = true;
        script.shift = soon as i64 - (ZERO_US + us(opened)) as i64;
        self.play.opened.push((self.ms(soon), name));
        self.push(soon, Cue::Give(Input::Connected { token, conn, room: self.room() }));
        self.push(soon + 1, Cue::Down(id));
    }
    /// Whether the proxy reset this conn before the recorded replica looked at it: it had nobody to connect to.
    pub(super) fn reset(&self, conn: &Conn) -> bool {
        let events = &self.recording.events;
        let refused = |e: &Event| matches!(e, Event::Close(c, who) if c == conn && who == "target refused");
        let Some((at, _)) = events.iter().find(|(_, e)| refused(e)) else { return false };
        let logged =
            |e: &Event| matches!(e, Event::Log(who, _, text) if who == self.part.server() && text.ends_with("Connection reset by peer"));
        events.iter().any(|(t, e)| (t - at).abs() < 5.0 && logged(e))
    }
    /// Sees to it that the next thing that comes down on a conn has its time.
    pub(super) fn schedule(&mut self, id: usize) {
        let now = self.free;
        let Some(script) = self.scripts.get_mut(&id) else { return };
        let Some(step) = script.steps.front() else { return };
        if !script.open || script.heard < step.needs {
            return;
        }
        let at = if step.settled { step.at as i64 } else { step.at as i64 + script.shift };
        let at = (at.max(0) as u64).max(now + 50).max(script.last);
        self.push(at, Cue::Down(id));
    }
    pub(super) fn down(&mut self, id: usize) {
        if self.hole.is_some() {
            return;
        }
        let Some(script) = self.scripts.get_mut(&id) else { return };
        let Some(step) = script.steps.front() else { return };
        let due = if step.settled { step.at as i64 } else { step.at as i64 + script.shift };
        if !script.open || script.heard < step.needs {
            return;
        }
        if due > self.now as i64 {
            self.push(due as u64, Cue::Down(id));
            return;
        }
        let step = script.steps.pop_front().expect("the step that was seen");
        script.last = self.now;
        let conn = conn_id(id);
        match step.what {
            Input::Received { mut bytes, .. } => {
                while !bytes.is_empty() {
                    let piece = bytes.split_to(self.node.read_bytes(conn).min(bytes.len()));
                    self.give(Input::Received { conn, bytes: piece });
                }
            }
            Input::Closed { why, .. } => {
                script.open = false;
                self.give(Input::Closed { conn, why });
            }
            other => unreachable!("no step of a script: {other:?}"),
        }
        self.schedule(id);
    }
}
