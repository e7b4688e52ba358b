//! The redis-cli that stands at a node: its commands go before anything else that waits.

use super::cli::Heard;
use super::machine::Process;
use super::recorder::Recorder;
use super::run::LONG;
use super::{Sim, script, tcp};
use crate::limits;
use crate::node::api::{ConnId, Input};
use crate::note::Note;
use crate::resp::{Reply, cli};
use alloc::string::ToString;
use alloc::vec::Vec;
use bytes::Bytes;

impl Sim {
    pub(super) fn console_heard(&mut self, n: u32, bytes: &Bytes, rec: &mut Recorder) {
        let (event, era) = (self.event, self.machine(n).spec.era);
        let console = &mut self.machine_mut(n).console;
        let read_on = console.reads_on();
        console.feed(bytes, event);
        // A replica that was refused is no use any more: redis-cli connects anew for the next command.
        if read_on && !console.reads_on() {
            return self.console_hangs_up(n);
        }
        while let Some(heard) = self.machine_mut(n).console.hear(event, era) {
            match heard {
                Heard::Nothing => {}
                Heard::Broken => return self.console_hangs_up(n),
                Heard::Answer(_, reply) if self.machine(n).console.expects_at_once => self.machine_mut(n).console.at_once = Some(reply),
                Heard::Answer(command, reply) => {
                    let text = cli::format_for(&command, &reply, era);
                    let words: Vec<_> = command.iter().map(|word| alloc::string::String::from_utf8_lossy(word).to_string()).collect();
                    self.note(n, Note::ClientReply { command: words.join(" "), reply: text }, rec);
                }
            }
        }
    }
    /// Ctrl-C, or nothing more to be had of this conn: redis-cli closes it, and connects anew for its next command.
    pub(super) fn console_hangs_up(&mut self, n: u32) {
        if let Some(conn) = self.machine(n).console.conn {
            self.machine_mut(n).console.hung_up();
            self.net.close(&mut self.queue, self.now, conn);
        }
    }
    pub(super) fn console_ready(&mut self, n: u32, end: ConnId) {
        if self.net.take_close(&mut self.queue, self.now, end).is_some() && self.machine(n).console.conn == Some(end) {
            let event = self.event;
            self.machine_mut(n).console.lost(event);
        }
    }
    /// Gives a command of the console to the node. `Some`: it was answered at once.
    pub(super) fn console_command(&mut self, n: u32, command: Vec<Bytes>, rec: &mut Recorder) -> Option<Reply> {
        let now = self.now;
        let known = self.machine(n).console.conn.filter(|conn| self.net.end(*conn).is_some_and(|end| end.process));
        let conn = match known {
            Some(conn) => conn,
            None => {
                let machine = self.machine_mut(n);
                machine.console.hung_up();
                let conn = self.open_console(n);
                self.machine_mut(n).console.conn = Some(conn);
                let peer = self.net.end(conn).map(|end| end.address.clone()).unwrap_or_else(|| script::loopback(0));
                let server = tcp::peer(conn);
                let input = Input::Accepted { conn: server, room: self.net.room(server), peer };
                self.machine_mut(n).inbox.push_back(input);
                conn
            }
        };
        let server = tcp::peer(conn);
        let mut bytes = Vec::new();
        crate::resp::write_command(&command, &mut bytes);
        let (event, era) = (self.event, self.machine(n).spec.era);
        self.machine_mut(n).console.sends(command, event, era);
        self.net.deliver(server, Bytes::from(bytes));
        self.machine_mut(n).wake(server);
        let machine = self.machine(n);
        let free = machine.process == Process::Up && machine.busy_until <= now + LONG && machine.deferred.is_empty();
        if !free || machine.console.waiting.len() > 1 {
            self.plan(n);
            return None;
        }
        // The person's command goes before anything else that waits, and what the process is just about to finish is no reason to wait.
        self.machine_mut(n).console.expects_at_once = true;
        let waiting = core::mem::take(&mut self.machine_mut(n).inbox);
        let (own, others) = waiting
            .into_iter()
            .partition::<alloc::collections::VecDeque<_>, _>(|input| matches!(input, Input::Accepted { conn, .. } if *conn == server));
        self.machine_mut(n).inbox = others;
        for input in own {
            self.handle(n, input, rec);
        }
        if self.machine(n).node.reads(server)
            && let Some(bytes) = self.net.read(&mut self.queue, now, server, limits::READ_BYTES_MAX)
        {
            self.handle(n, Input::Received { conn: server, bytes }, rec);
        }
        let machine = self.machine_mut(n);
        machine.console.expects_at_once = false;
        let reply = machine.console.at_once.take();
        self.plan(n);
        reply
    }
}
