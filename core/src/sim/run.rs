//! The kernel of the simulated world: it gives nodes their inputs and carries out their outputs.
//!
//! A process is never called before it is done with what it was given. Meanwhile bytes wait in its receive buffers, and everything else in its inbox. A turn of
//! its event loop is: what the kernel has for it, then all readable conns in the order in which they were accepted, one read each; then timers.

use super::machine::{Machine, Process};
use super::queue::Event;
use super::recorder::Recorder;
use super::tcp::{self, Owner, Signal};
use super::wire::Said;
use super::{Given, Sim};
use crate::fact::Control;
use crate::node::api::{ConnId, Input, JobId, Label, Output, Payload};
use crate::note::Note;
use crate::time::{Span, Time};
use alloc::rc::Rc;
use alloc::vec::Vec;
use bytes::Bytes;

/// Effects of longer work are seen when it is done; of shorter work they are sent off at once, with the later time on them.
pub(super) const LONG: Span = Span::from_millis(1);

impl Sim {
    pub(super) fn machine_mut(&mut self, ix: u32) -> &mut Machine {
        Rc::make_mut(&mut self.machines[ix as usize])
    }

    /// An entry of the queue is due. `false`: it was outdated, and nothing happened.
    pub(super) fn fire(&mut self, event: Event, rec: &mut Recorder) -> bool {
        let now = self.now;
        let real = match event {
            Event::Boot(n) => {
                if self.machine(n).process != Process::Down {
                    return false;
                }
                self.touched = Some(n);
                self.boot(n, rec);
                true
            }
            Event::Run(n) => {
                let machine = self.machine_mut(n);
                if machine.run_at != now && machine.timer_at != now {
                    return false;
                }
                for at in [&mut machine.run_at, &mut machine.timer_at] {
                    if *at == now {
                        *at = Time::NEVER;
                    }
                }
                self.run(n, rec)
            }
            Event::Arrive(end) => self.net.arrive(&mut self.queue, now, end),
            Event::Room(end) => self.net.room_event(now, end),
            Event::Pump(end) => self.net.pump_event(&mut self.queue, now, end),
            Event::Syn(dial) => self.syn(dial, rec),
            Event::SynAnswer(dial) => self.syn_answer(dial, rec),
            Event::SynRetry(dial) => self.syn_retry(dial, rec),
            Event::Child(n, job) => self.child_event(n, JobId(job), rec),
            Event::File(n, op) => self.file_event(n, op, rec),
            Event::Client(ix) => self.client_event(ix),
            Event::Sentinel(ix) => self.sentinel_event(ix, rec),
        };
        self.drain(rec);
        real
    }

    /// Does what the network signalled.
    pub(super) fn drain(&mut self, rec: &mut Recorder) {
        while let Some(signal) = self.net.signals.pop_front() {
            match signal {
                Signal::Row(link, row) => {
                    self.wire.arrived(link, row, self.now, self.event);
                    rec.arrived(self.now, self.event, row);
                }
                Signal::Accept(end) => self.accept(end, rec),
                Signal::Ready(end) => match self.net.end(end).map(|end| end.owner) {
                    Some(Owner::Node(n)) => {
                        self.machine_mut(n).wake(end);
                        self.touch(n, rec);
                    }
                    Some(Owner::Client(ix)) => self.client_ready(ix, end),
                    Some(Owner::Console(n)) => self.console_ready(n, end),
                    Some(Owner::Sentinel(ix)) => self.sentinel_ready(ix, end, rec),
                    None => {}
                },
            }
        }
    }
    fn accept(&mut self, end: ConnId, rec: &mut Recorder) {
        let n = match self.net.end(end).map(|end| end.owner) {
            Some(Owner::Node(n)) => n,
            Some(Owner::Sentinel(ix)) => {
                if !matches!(self.sentinels()[ix as usize].process, Process::Up | Process::Paused) {
                    return self.net.refuse(&mut self.queue, self.now, end);
                }
                return self.sentinel_handles(ix, crate::sentinel::api::Input::Accepted { conn: end }, rec);
            }
            _ => return,
        };
        if !self.machine(n).alive() {
            self.net.refuse(&mut self.queue, self.now, end);
            return;
        }
        let peer = self.net.end(tcp::peer(end)).map(|dialler| dialler.address.clone());
        let Some(peer) = peer else { return };
        let input = Input::Accepted { conn: end, room: self.net.room(end), peer };
        self.machine_mut(n).inbox.push_back(input);
        self.touch(n, rec);
    }
    /// Something waits for a node: it runs now if it can, or when it is free.
    pub(super) fn touch(&mut self, n: u32, rec: &mut Recorder) {
        if self.machine(n).process == Process::Up && self.machine(n).busy_until <= self.now {
            self.run(n, rec);
        } else {
            self.plan(n);
        }
    }
    /// One input for a node that is free. `false`: there was nothing for it.
    fn run(&mut self, n: u32, rec: &mut Recorder) -> bool {
        let now = self.now;
        if self.machine(n).process != Process::Up {
            return false;
        }
        let mut real = self.release(n, now, rec);
        if self.machine(n).busy_until > now {
            self.plan(n);
            return real;
        }
        if self.machine(n).process == Process::Up
            && self.machine(n).busy_until <= now
            && let Some(input) = self.next_input(n)
        {
            self.handle(n, input, rec);
            real = true;
        }
        if self.machine(n).children.iter().any(|child| child.waits) {
            self.wake_children(n);
        }
        self.plan(n);
        if real {
            self.touched = Some(n);
        }
        real
    }
    /// Asks the queue for the next moment at which the node has something to do.
    pub(super) fn plan(&mut self, n: u32) {
        let now = self.now;
        let machine = &self.machines[n as usize];
        if machine.process != Process::Up {
            return;
        }
        let free = machine.next_release().unwrap_or(machine.busy_until).max(now);
        if machine.idle() {
            let at = machine.node.next_wakeup().unwrap_or(Time::NEVER).max(free);
            if at < machine.timer_at {
                self.machine_mut(n).timer_at = at;
                self.queue.push(at, Event::Run(n));
            }
        } else if free < machine.run_at {
            self.machine_mut(n).run_at = free;
            self.queue.push(free, Event::Run(n));
        }
    }
    fn next_input(&mut self, n: u32) -> Option<Input> {
        let now = self.now;
        let Sim { machines, net, queue, .. } = self;
        let machine = Rc::make_mut(&mut machines[n as usize]);
        loop {
            if let Some(input) = machine.inbox.pop_front() {
                return Some(input);
            }
            if !machine.pipe.is_empty()
                && machine.node.reads_child()
                && let Some((job, bytes)) = machine.pipe.pop_front()
            {
                return Some(Input::ChildOutput { job, bytes });
            }
            while let Some(conn) = machine.turn.pop_front() {
                let room = net.take_grant(conn);
                if room > 0 {
                    machine.turn.push_front(conn);
                    return Some(Input::Room { conn, bytes: room });
                }
                if !machine.node.reads(conn) {
                    machine.parked.push(conn);
                    continue;
                }
                if let Some((bytes, more)) = net.read_on(queue, now, conn, machine.node.read_bytes(conn)) {
                    // What is left, or the end behind it, is for the next turn.
                    if more {
                        machine.wake(conn);
                    }
                    return Some(Input::Received { conn, bytes });
                }
                if let Some(why) = net.take_close(queue, now, conn) {
                    return Some(Input::Closed { conn, why });
                }
            }
            if machine.timers_next {
                machine.timers_next = false;
                if machine.node.next_wakeup().is_some_and(|at| at <= now) {
                    return Some(Input::Timer);
                }
            }
            machine.timers_next = true;
            for conn in machine.ready.drain(..) {
                if net.wants(conn) {
                    machine.turn.push_back(conn);
                }
            }
            if machine.turn.is_empty() {
                return None;
            }
        }
    }

    /// Gives a node one input, and does what it asks for.
    pub(super) fn handle(&mut self, n: u32, input: Input, rec: &mut Recorder) {
        let now = self.now;
        // The redis-cli of the node may come a moment early: then the node sees the moment at which it is free.
        let now = now.max(self.machine(n).busy_until);
        let received = if let Input::Received { conn, .. } = &input { Some(*conn) } else { None };
        let given = match (&input, received) {
            (_, Some(conn)) => Given::Bytes(conn),
            (Input::Timer, _) => Given::Timer,
            _ => Given::Other,
        };
        self.given.push((n, given));
        if let Input::Connected { conn, .. } = &input {
            self.machine_mut(n).connects(*conn);
            let source = self.net.end(tcp::peer(*conn)).map(|end| end.owner);
            if self.machine(n).upstream == Some(*conn) {
                self.pasts.connected(n, if let Some(Owner::Node(source)) = source { Some(source) } else { None });
            }
        }
        if let Some(conn) = received.filter(|conn| self.machine(n).rdb_conn == Some(*conn))
            && let Some(theirs) = self.net.end(tcp::peer(conn))
            && let Owner::Node(source) = theirs.owner
        {
            // It may be gone when the RDB is loaded.
            let from = (source, theirs.rdb);
            self.machine_mut(n).rdb_from = Some(from);
        }
        let closed = if let Input::Closed { conn, .. } = &input { Some(*conn) } else { None };
        self.scratch.want_flow = rec.want_flow || rec.closely;
        let machine = Rc::make_mut(&mut self.machines[n as usize]);
        let span = machine.node.handle(now, input, &mut self.scratch).max(Span::from_micros(1));
        machine.busy_until = now + span;
        machine.revision += 1;
        if !machine.parked.is_empty() {
            for conn in core::mem::take(&mut machine.parked) {
                if machine.node.reads(conn) {
                    machine.wake(conn);
                } else {
                    machine.parked.push(conn);
                }
            }
        }
        if let Some(conn) = closed {
            machine.disconnects(conn);
        }
        // What comes beside an RDB is only kept.
        let keeps = machine.node.keeps_stream();
        if let Some(conn) = received.filter(|conn| keeps && machine.upstream == Some(*conn)) {
            self.remember_kept(n, conn);
        }
        let received = received.filter(|_| !keeps);
        // What came behind the RDB in one read is applied when the RDB is loaded.
        let installed = self.scratch.outputs.iter().any(|output| matches!(output, Output::Loaded));
        if installed {
            // It asks for nothing: what the world does about it is not put off to the end of a long load.
            self.scratch.outputs.retain(|output| !matches!(output, Output::Loaded));
        }
        if !self.scratch.notes.is_empty() {
            let mut notes = core::mem::take(&mut self.scratch.notes);
            for note in notes.drain(..) {
                self.note(n, note, rec);
            }
            self.scratch.notes = notes;
        }
        // So is, at its end, what a pause held back: no byte comes with it.
        let node = &self.machine(n).node;
        let streams = received.is_none() && node.link_mark().is_some_and(|link| link.up && !link.installing);
        let released = streams
            && (node.unapplied() as i64) < self.pasts.unapplied(n)
            && node.master_offset().0 == self.pasts.offset(n) + self.pasts.unapplied(n) - node.unapplied() as i64;
        let received = if installed || released { self.machine(n).upstream } else { received };
        if (installed || released) && received.is_none() {
            self.observe_kept(n);
        }
        self.observe(n, received);
        if self.scratch.outputs.is_empty() {
            return;
        }
        let mut outputs = core::mem::take(&mut self.scratch.outputs);
        if span > LONG {
            let machine = self.machine_mut(n);
            machine.deferred.append(&mut outputs);
            machine.deferred_from = now;
            self.release(n, now + LONG, rec);
        } else {
            self.apply(n, now + span, &mut outputs, rec);
        }
        self.scratch.outputs = outputs;
    }
    /// Does what a node has asked for in longer work, as far as it had come with it by `until`. Whether that was anything.
    fn release(&mut self, n: u32, until: Time, rec: &mut Recorder) -> bool {
        let mut any = false;
        while let Some(at) = self.machine(n).next_release().filter(|at| *at <= until) {
            let machine = self.machine_mut(n);
            let end = machine.deferred.iter().position(|output| matches!(output, Output::Worked { .. }));
            let rest = machine.deferred.split_off(end.map_or(machine.deferred.len(), |end| end + 1));
            let mut outputs = core::mem::replace(&mut machine.deferred, rest);
            self.apply(n, at.max(self.now), &mut outputs, rec);
            any = true;
        }
        any
    }
    /// Something is worth remembering.
    pub(super) fn note(&mut self, n: u32, note: Note, rec: &mut Recorder) {
        self.truth_of(n, &note);
        self.ladder_of(n, &note, rec);
        rec.note(self.now, self.event, n, &note);
        self.notes.push((n, note));
    }
    /// State changes stand at the ladder's newest row.
    fn ladder_of(&mut self, n: u32, note: &Note, rec: &mut Recorder) {
        match note {
            Note::UpstreamState { to, .. } => {
                let link = self.machine(n).upstream.and_then(|conn| self.net.conn(conn)).and_then(tcp::Conn::link);
                let link = link.or_else(|| self.dials.values().filter(|dial| dial.from == n).find_map(super::dial::Dial::link));
                if let Some(row) = link.and_then(|link| self.wire.last(link)) {
                    rec.replica_state(self.event, row, *to);
                }
            }
            Note::SessionState { replica, state } => {
                let link = self.by_ip_port(replica).and_then(|other| self.net.links.find(n, other));
                if let Some(row) = link.and_then(|link| self.wire.last(link)) {
                    rec.master_state(self.event, row, *state);
                }
            }
            _ => {}
        }
    }

    /// Does what a node asked for. `at`: when it was done with the work that led to it.
    fn apply(&mut self, n: u32, at: Time, outputs: &mut Vec<Output>, rec: &mut Recorder) {
        for output in outputs.drain(..) {
            match output {
                Output::Connect { token, to } => self.dial(n, at, token, &to, rec),
                Output::CancelConnect { token } => {
                    if let Some(dial) = self.machine_mut(n).dials.remove(&token) {
                        self.dials.remove(&dial);
                    }
                }
                Output::Send { conn, bytes, label } => self.send(n, at, conn, bytes, label, rec),
                Output::Shut { conn } => self.net.shut(&mut self.queue, at, conn),
                Output::Close { conn } => {
                    if let Some(of) = self.net.conn(conn) {
                        let (link, up, second) = (of.link(), conn.0 & 1 == 0, of.second);
                        if let Some(link) = link {
                            let (id, put, row) = self.wire.control(Said { link, from: n, up, second, at, event: self.event }, Control::Fin);
                            rec.row(self.event, id, put, row);
                        }
                    }
                    self.net.close(&mut self.queue, at, conn);
                    let machine = self.machine_mut(n);
                    machine.ready.retain(|other| *other != conn);
                    machine.turn.retain(|other| *other != conn);
                    machine.disconnects(conn);
                }
                Output::Spawn { job, kind, delay } => self.spawn(n, at, job, kind, delay),
                Output::Kill { job } => {
                    let life = self.machine(n).boots;
                    if let Some(child) = self.machine_mut(n).children.iter_mut().find(|child| child.job == job && child.life == life) {
                        child.killed = Some(10);
                        child.due = at + Span::from_micros(100);
                        let due = child.due;
                        self.queue.push(due, Event::Child(n, job.0));
                    }
                }
                Output::File { op, what } => self.file(n, at, op, what),
                Output::Loaded | Output::Worked { .. } => {}
                Output::Exit => self.exited(n, rec),
            }
        }
    }
    fn send(&mut self, n: u32, at: Time, conn: ConnId, bytes: Bytes, label: Label, rec: &mut Recorder) {
        let Some(of) = self.net.conn(conn) else { return };
        let (up, second) = (conn.0 & 1 == 0, of.second);
        let other = of.ends[usize::from(up)].owner;
        if let Owner::Console(at_node) = other {
            // Bytes for a conn that redis-cli has closed find nobody.
            if self.machine(at_node).console.conn == Some(tcp::peer(conn)) {
                self.console_heard(at_node, &bytes, rec);
            }
            return;
        }
        let mut id = None;
        // An ACK that answers what was read is one that was asked for; those of the clock come by a timer.
        let asked = matches!(label.payload, Payload::Ack(_)) && self.given.last() == Some(&(n, Given::Bytes(conn)));
        let label = if asked { Label { words: "asked".into(), ..label } } else { label };
        if let Some(link) = of.link() {
            let this = &of.ends[usize::from(!up)];
            let (no_rdb, new_stream) = (this.rdb.is_none(), this.nagle.is_none() && matches!(label.payload, Payload::Stream { .. }));
            if let (Payload::Rdb { total, .. }, true) = (label.payload, no_rdb) {
                let place = if total < 0 { self.machine(n).streamed } else { self.pasts.dump(n) };
                if let Some(end) = self.net.end_mut(conn) {
                    end.rdb = place;
                }
            }
            if new_stream {
                let off = self.machine(n).node.config_values().repl_disable_tcp_nodelay;
                if let Some(end) = self.net.end_mut(conn) {
                    end.nagle = Some(off);
                }
            }
            let (row, put, of) = self.wire.sent(Said { link, from: n, up, second, at, event: self.event }, &label, bytes.len() as u64);
            rec.row(self.event, row, put, of);
            id = Some(row);
        }
        self.net.send(&mut self.queue, at, conn, bytes, label, id);
    }
}
