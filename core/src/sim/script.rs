//! The scenario's script.
//!
//! Lines with a moment (`at 10s …`) are done at that moment, after everything else of it, wherever they stand. Beside that the script is read from top to
//! bottom: an `at` line is passed when its moment has come, `until` waits, `expect` checks, `then` does.

use super::evidence::Evidence;
use super::recorder::Recorder;
use super::world::{Act, Script as Line};
use super::{ActDone, Sim};
use crate::condition::Watch;
use crate::node::api::Address;
use crate::note::Note;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

impl Sim {
    /// Whether the script was read to its end.
    #[must_use]
    pub fn script_done(&self) -> bool {
        self.script.at >= self.script.lines.len()
    }
    /// The line that the script waits at, if it waits.
    #[must_use]
    pub fn script_line(&self) -> Option<&Line> {
        self.script.lines.get(self.script.at)
    }
    /// The script's moment has come.
    pub(super) fn script_due(&mut self, rec: &mut Recorder) -> bool {
        if let Some((at, ix)) = self.script.moments.get(self.script.next_moment).copied().filter(|(at, _)| *at <= self.now) {
            self.script.next_moment += 1;
            let lines = Rc::clone(&self.script.lines);
            if let Line::At(_, act) = &lines[ix] {
                self.scripted(act, rec);
            }
            // As an act of the person at the same moment: a run that is played from its text is the same run.
            self.print.mix(at.as_micros());
            self.print.mix(super::act::FINGERPRINT_OF_AN_ACT);
            return true;
        }
        // Patience has ended: the look after the event says so.
        self.script.waiting.as_ref().is_some_and(|(_, until)| *until <= self.now)
    }
    fn scripted(&mut self, act: &Act, rec: &mut Recorder) {
        match (self.act_now(act, rec), act) {
            (Err(error), _) => {
                let text = error.to_string();
                self.note(0, Note::Expectation { text, ok: false }, rec);
            }
            (Ok(ActDone { reply: Some(reply) }), Act::Command { node, args }) => {
                // Nobody stands at the console: the journal has it, as it has replies that come later.
                let Some(n) = self.by_name(node) else { return };
                let words: Vec<_> = args.iter().map(|word| String::from_utf8_lossy(word)).collect();
                let reply = crate::resp::cli::format_for(args, &reply, self.machine(n).spec.era);
                self.note(n, Note::ClientReply { command: words.join(" "), reply }, rec);
            }
            (Ok(_), _) => {}
        }
    }
    /// After an event: the script goes on as far as it can.
    pub(super) fn script_looks(&mut self, rec: &mut Recorder) {
        while self.script.at < self.script.lines.len() {
            let lines = Rc::clone(&self.script.lines);
            let ix = self.script.at;
            match &lines[ix] {
                Line::At(..) => {
                    let passed = self.script.moments[..self.script.next_moment].iter().any(|(_, done)| *done == ix);
                    if !passed {
                        return;
                    }
                }
                Line::Then(act) => self.scripted(act, rec),
                Line::Until(condition, within) => {
                    let (mut watch, until) = match self.script.waiting.take() {
                        Some(waiting) => waiting,
                        None => (Watch::since(condition, self.event), self.now + *within),
                    };
                    let holds = watch.holds(&Evidence { sim: self, recorder: rec });
                    if !holds && self.now < until {
                        self.script.waiting = Some((watch, until));
                        return;
                    }
                    self.note(0, Note::Expectation { text: condition.to_string(), ok: holds }, rec);
                }
                Line::Expect(condition) => {
                    let ok = Watch::since_start(condition).holds(&Evidence { sim: self, recorder: rec });
                    self.note(0, Note::Expectation { text: condition.to_string(), ok }, rec);
                }
            }
            self.script.at += 1;
        }
    }
}

/// Whether a line of redis.conf is this directive with this value.
pub(super) fn is_line(line: &[Bytes], name: &str, value: &str) -> bool {
    matches!(line, [n, v] if n.eq_ignore_ascii_case(name.as_bytes()) && v.eq_ignore_ascii_case(value.as_bytes()))
}
/// The address of somebody on the same machine.
pub(super) fn loopback(port: u16) -> Address {
    Address { host: String::from("127.0.0.1"), port }
}
