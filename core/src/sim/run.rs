//! The kernel of the simulated world: it gives nodes their inputs and carries out their outputs.
//!
//! A process is never called before it is done with what it was given. Meanwhile bytes wait in its receive buffers, and everything else in its inbox. A turn of
//! its event loop is: what the kernel has for it, then all readable conns in the order in which they were accepted, one read each; then timers.

use super::disk::{Child, LEAST, PIECE, child_rate, slept};
use super::machine::{Machine, Process};
use super::queue::Event;
use super::recorder::Recorder;
use super::tcp::{self, Owner, Signal};
use super::wire::Said;
use super::{Given, Sim, script};
use crate::fact::Fault;
use crate::limits;
use crate::node::api::{ChildKind, ChildResult, ConnId, FileOp, FileResult, Input, JobId, Label, OpId, Output};
use crate::note::Note;
use crate::resp::{Reply, cli};
use crate::time::{Span, Time};
use alloc::rc::Rc;
use alloc::string::ToString;
use alloc::vec::Vec;
use bytes::Bytes;

/// Effects of longer work are seen when it is done; of shorter work they are sent off at once, with the later time on them.
const LONG: Span = Span::from_millis(1);

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
                    None => {}
                },
            }
        }
    }
    fn accept(&mut self, end: ConnId, rec: &mut Recorder) {
        let Some(Owner::Node(n)) = self.net.end(end).map(|end| end.owner) else { return };
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
        if self.machine(n).busy_until > now {
            self.plan(n);
            return false;
        }
        let mut real = false;
        if !self.machine(n).deferred.is_empty() {
            let mut outputs = core::mem::take(&mut self.machine_mut(n).deferred);
            self.apply(n, now, &mut outputs, rec);
            real = true;
        }
        if self.machine(n).process == Process::Up
            && self.machine(n).busy_until <= now
            && let Some(input) = self.next_input(n)
        {
            self.handle(n, input, rec);
            real = true;
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
        let free = machine.busy_until.max(now);
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
            self.machine_mut(n).upstream = Some(*conn);
            let source = self.net.end(tcp::peer(*conn)).map(|end| end.owner);
            self.pasts.connected(n, if let Some(Owner::Node(source)) = source { Some(source) } else { None });
        }
        let closed = if let Input::Closed { conn, .. } = &input { Some(*conn) } else { None };
        self.scratch.want_flow = rec.want_flow;
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
        if closed.is_some() && machine.upstream == closed {
            machine.upstream = None;
        }
        // What came behind the RDB in one read is applied when the RDB is loaded.
        let installed = self.scratch.notes.iter().any(|note| matches!(note, Note::FullDone { .. }));
        if !self.scratch.notes.is_empty() {
            let mut notes = core::mem::take(&mut self.scratch.notes);
            for note in notes.drain(..) {
                self.note(n, note, rec);
            }
            self.scratch.notes = notes;
        }
        let received = if installed { self.machine(n).upstream } else { received };
        self.observe(n, received);
        if self.scratch.outputs.is_empty() {
            return;
        }
        let mut outputs = core::mem::take(&mut self.scratch.outputs);
        if span > LONG {
            self.machine_mut(n).deferred.append(&mut outputs);
        } else {
            self.apply(n, now + span, &mut outputs, rec);
        }
        self.scratch.outputs = outputs;
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
                Output::Close { conn } => {
                    if let Some(of) = self.net.conn(conn) {
                        let (link, up) = (of.link(), conn.0 & 1 == 0);
                        if let Some(link) = link {
                            let (id, put, row) = self.wire.control(Said { link, from: n, up, at, event: self.event }, "FIN", false);
                            rec.row(self.event, id, put, row);
                        }
                    }
                    self.net.close(&mut self.queue, at, conn);
                    let machine = self.machine_mut(n);
                    machine.ready.retain(|other| *other != conn);
                    machine.turn.retain(|other| *other != conn);
                    if machine.upstream == Some(conn) {
                        machine.upstream = None;
                    }
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
                Output::Exit => self.exited(n, rec),
            }
        }
    }
    fn send(&mut self, n: u32, at: Time, conn: ConnId, bytes: Bytes, label: Label, rec: &mut Recorder) {
        let Some(of) = self.net.conn(conn) else { return };
        let up = conn.0 & 1 == 0;
        let other = of.ends[usize::from(up)].owner;
        if let Owner::Console(at_node) = other {
            self.console_heard(at_node, &bytes, rec);
            return;
        }
        let mut id = None;
        if let Some(link) = of.link() {
            let this = &of.ends[usize::from(!up)];
            let (no_rdb, new_stream) = (this.rdb.is_none(), this.nagle.is_none() && matches!(label, Label::Stream { .. }));
            if let (Label::Rdb { total, .. }, true) = (&label, no_rdb) {
                let place = if *total < 0 { self.machine(n).streamed } else { self.pasts.dump(n) };
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
            let (row, put, of) = self.wire.sent(Said { link, from: n, up, at, event: self.event }, &label, bytes.len() as u64);
            rec.row(self.event, row, put, of);
            id = Some(row);
        }
        self.net.send(&mut self.queue, at, conn, bytes, label, id);
    }

    // ---- the process

    fn boot(&mut self, n: u32, rec: &mut Recorder) {
        let now = self.now;
        let machine = self.machine_mut(n);
        machine.process = Process::Up;
        machine.since = now;
        machine.boots += 1;
        machine.busy_until = now;
        machine.forget();
        machine.console.hung_up();
        machine.disk.temp = 0;
        machine.disk.temp_failed = false;
        let aof = machine.spec.config.iter().any(|line| script::is_line(line, "appendonly", "yes"));
        let rdb = machine.disk.dump.clone();
        let with_rdb = rdb.is_some() && !aof;
        self.handle(n, Input::Boot { rdb, aof }, rec);
        self.booted(n, with_rdb);
        self.plan(n);
    }
    /// The process ended: the kernel closes what it had open.
    fn exited(&mut self, n: u32, rec: &mut Recorder) {
        let now = self.now;
        self.finish_files(n);
        self.ended(n, Process::Down);
        if let Some(with_rdb) = self.machine_mut(n).again.take() {
            if !with_rdb {
                self.machine_mut(n).disk.dump = None;
                self.pasts.dump_received(n, None);
            }
            self.note(n, Note::Restarted { with_rdb }, rec);
            self.queue.push(now + LEAST, Event::Boot(n));
        }
    }
    /// What a kernel does when a process of it is gone.
    pub(super) fn ended(&mut self, n: u32, process: Process) {
        let now = self.now;
        self.pasts.died(n);
        let ends = self.net.ends_of(n);
        for end in ends {
            if process == Process::Off {
                self.net.power_off(end);
            } else if self.net.end(end).is_some_and(|end| end.process) {
                self.net.close(&mut self.queue, now, end);
            }
        }
        let dials: Vec<u64> = self.machine(n).dials.values().copied().collect();
        for dial in dials {
            self.dials.remove(&dial);
        }
        let machine = self.machine_mut(n);
        machine.forget();
        machine.process = process;
        machine.since = now;
        machine.revision += 1;
        if process == Process::Off {
            machine.children.clear();
            machine.disk.pending.clear();
        }
        // A child that streams to its parent dies of a broken pipe.
        let orphans: Vec<(JobId, u32)> =
            machine.children.iter().filter(|child| child.streams()).map(|child| (child.job, child.life)).collect();
        for (job, life) in orphans {
            self.child_gone(n, job, life);
        }
        if let Some(conn) = self.machine(n).console.conn {
            if process == Process::Off {
                self.net.power_off(conn);
            }
            self.net.close(&mut self.queue, now, conn);
        }
        self.machine_mut(n).console.hung_up();
    }

    // ---- the redis-cli that stands at the node

    pub(super) fn console_heard(&mut self, n: u32, bytes: &Bytes, rec: &mut Recorder) {
        self.machine_mut(n).console.parser.feed(bytes);
        loop {
            let machine = self.machine_mut(n);
            match machine.console.parser.next() {
                Ok(Some(reply)) => {
                    let Some(command) = machine.console.waiting.pop_front() else { continue };
                    if machine.console.expects_at_once {
                        machine.console.at_once = Some(reply);
                        continue;
                    }
                    let text = cli::format_for(&command, &reply, machine.spec.era);
                    let words: Vec<_> = command.iter().map(|word| alloc::string::String::from_utf8_lossy(word).to_string()).collect();
                    self.note(n, Note::ClientReply { command: words.join(" "), reply: text }, rec);
                }
                Ok(None) => return,
                Err(_) => {
                    if let Some(conn) = machine.console.conn {
                        machine.console.hung_up();
                        self.net.close(&mut self.queue, self.now, conn);
                    }
                    return;
                }
            }
        }
    }
    fn console_ready(&mut self, n: u32, end: ConnId) {
        if self.net.take_close(&mut self.queue, self.now, end).is_some() && self.machine(n).console.conn == Some(end) {
            self.machine_mut(n).console.hung_up();
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
        self.machine_mut(n).console.waiting.push_back(command);
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

    // ---- children

    fn spawn(&mut self, n: u32, at: Time, job: JobId, kind: ChildKind, delay: Span) {
        let costs = self.world.costs;
        let total = match &kind {
            ChildKind::RdbToDisk { rdb } | ChildKind::RdbToSockets { rdb } => rdb.len() as u64,
            ChildKind::AofRewrite { bytes } => *bytes,
        };
        let holds: Vec<ConnId> = self.net.ends_of(n).into_iter().filter(|end| self.net.end(*end).is_some_and(|end| end.process)).collect();
        for end in &holds {
            self.net.inherit(*end);
        }
        let place = self.pasts.fork(n);
        let machine = self.machine_mut(n);
        if matches!(kind, ChildKind::RdbToSockets { .. }) {
            machine.streamed = place;
        }
        let child = Child {
            job,
            life: machine.boots,
            kind,
            total,
            done: 0,
            seen: at,
            rate: child_rate(slept(costs.rdb_save, costs.scale, total, delay), costs.scale, machine.fault),
            delay,
            holds,
            killed: None,
            handed: 0,
            place,
            due: Time::NEVER,
        };
        machine.children.push(child);
        self.child_plan(n, job);
    }
    /// Asks the queue for the next moment at which a child has something to show.
    fn child_plan(&mut self, n: u32, job: JobId) {
        let life = self.machine(n).boots;
        let child = self.machine_mut(n).children.iter_mut().find(|child| child.job == job && child.life <= life);
        let Some(child) = child else { return };
        child.due = if child.streams() { child.when(child.total.min(child.handed + PIECE)) } else { child.when(child.total) };
        if child.due != Time::NEVER && child.done == 0 && child.handed == 0 {
            child.due = child.due.max(child.seen + LEAST);
        }
        let due = child.due;
        self.queue.push(due, Event::Child(n, job.0));
    }
    /// Rates change with a fault that is switched on or off.
    pub(super) fn children_change(&mut self, n: u32) {
        let (now, costs) = (self.now, self.world.costs);
        let machine = self.machine_mut(n);
        let fault = machine.fault;
        let mut jobs = Vec::new();
        for child in &mut machine.children {
            let rate = child_rate(slept(costs.rdb_save, costs.scale, child.total, child.delay), costs.scale, fault);
            child.turn_to(now, rate);
            jobs.push(child.job);
        }
        for job in jobs {
            self.child_plan(n, job);
        }
    }
    fn child_event(&mut self, n: u32, job: JobId, rec: &mut Recorder) -> bool {
        let now = self.now;
        let machine = self.machine_mut(n);
        let (life, fault, alive) = (machine.boots, machine.fault, machine.alive());
        let waiting = machine.inbox.len();
        let Some(child) = machine.children.iter_mut().find(|child| child.job == job && child.due == now) else { return false };
        let own = child.life == life && alive;
        if let Some(signal) = child.killed {
            self.child_exit(n, job, ChildResult::Signalled(signal), rec);
            return true;
        }
        if child.streams() {
            if waiting > 16 {
                // The pipe is full: the parent does not read.
                child.due = now + LEAST;
                self.queue.push(now + LEAST, Event::Child(n, job.0));
                return false;
            }
            let (from, to) = (child.handed, child.total.min(child.handed + PIECE));
            child.handed = to;
            let piece = child.payload().slice(from as usize..to as usize);
            let over = to == child.total;
            if own && from < to {
                machine.inbox.push_back(Input::ChildOutput { job, bytes: piece });
            }
            if !over {
                self.child_plan(n, job);
                self.touch(n, rec);
                return true;
            }
        }
        let ok = !matches!(fault, Fault::ChildFails | Fault::DiskFull);
        if ok {
            let machine = self.machine_mut(n);
            let done = machine.children.iter().find(|child| child.job == job && child.due == now);
            if let Some((rdb, place)) =
                done.and_then(|child| if let ChildKind::RdbToDisk { rdb } = &child.kind { Some((rdb.clone(), child.place)) } else { None })
            {
                machine.disk.dump = Some(rdb);
                self.pasts.dump_received(n, place);
            }
        }
        self.child_exit(n, job, if ok { ChildResult::Success } else { ChildResult::Failed }, rec);
        true
    }
    fn child_exit(&mut self, n: u32, job: JobId, result: ChildResult, rec: &mut Recorder) {
        let now = self.now;
        let machine = self.machine_mut(n);
        let Some(found) = machine.children.iter().position(|child| child.job == job && child.due == now) else { return };
        let life = machine.children[found].life;
        let own = life == machine.boots && machine.alive();
        self.child_gone(n, job, life);
        if own {
            self.machine_mut(n).inbox.push_back(Input::ChildExited { job, result });
            self.touch(n, rec);
        }
    }
    /// A child is no more: the conns that it held close if nobody else holds them.
    fn child_gone(&mut self, n: u32, job: JobId, life: u32) {
        let now = self.now;
        let machine = self.machine_mut(n);
        let Some(found) = machine.children.iter().position(|child| child.job == job && child.life == life) else { return };
        let child = machine.children.remove(found);
        for end in child.holds {
            self.net.release(&mut self.queue, now, end);
        }
    }

    // ---- files

    fn file(&mut self, n: u32, at: Time, op: OpId, what: FileOp) {
        let costs = self.world.costs;
        let fault = self.machine(n).fault;
        match what {
            FileOp::AppendTemp { bytes } => {
                let disk = &mut self.machine_mut(n).disk;
                disk.temp += bytes;
                disk.temp_failed |= fault == Fault::DiskFull;
            }
            FileOp::RemoveTemp => {
                let disk = &mut self.machine_mut(n).disk;
                disk.temp = 0;
                disk.temp_failed = false;
            }
            FileOp::RemoveDump => {
                self.machine_mut(n).disk.dump = None;
                self.pasts.dump_received(n, None);
            }
            // A node of a world has no such file, and so never asks.
            FileOp::RewriteConfig { .. } => {}
            FileOp::WriteDump { .. } | FileOp::RenameTemp { .. } => {
                let (bytes, place) = match &what {
                    FileOp::WriteDump { rdb } => (rdb.len() as u64, self.pasts.fork(n)),
                    _ => (0, self.machine(n).upstream.and_then(|conn| self.net.end(tcp::peer(conn))).and_then(|end| end.rdb)),
                };
                let rate = child_rate(costs.rdb_save, costs.scale, Fault::None);
                let takes = Span::from_micros((u128::from(bytes) * 1_000_000 / u128::from(rate)) as u64);
                let machine = self.machine_mut(n);
                let life = machine.boots;
                machine.disk.pending.push((op, life, what, place));
                self.queue.push(at + takes.max(Span::from_micros(50)), Event::File(n, op));
            }
        }
    }
    fn file_event(&mut self, n: u32, op: OpId, rec: &mut Recorder) -> bool {
        let machine = self.machine_mut(n);
        let Some(found) = machine.disk.pending.iter().position(|(id, life, ..)| *id == op && *life == machine.boots) else { return false };
        let result = self.file_done(n, found);
        if self.machine(n).alive() {
            self.machine_mut(n).inbox.push_back(Input::FileDone { op, result });
            self.touch(n, rec);
        }
        true
    }
    fn file_done(&mut self, n: u32, found: usize) -> FileResult {
        let machine = self.machine_mut(n);
        let (_, _, what, place) = machine.disk.pending.remove(found);
        let full = machine.fault == Fault::DiskFull;
        match what {
            FileOp::WriteDump { .. } if full => return FileResult::Error("No space left on device".to_string()),
            FileOp::RenameTemp { .. } if machine.disk.temp_failed => return FileResult::Error("No such file or directory".to_string()),
            FileOp::WriteDump { rdb } => machine.disk.dump = Some(rdb),
            FileOp::RenameTemp { rdb } => {
                machine.disk.dump = Some(rdb);
                machine.disk.temp = 0;
            }
            FileOp::AppendTemp { .. } | FileOp::RemoveTemp | FileOp::RemoveDump | FileOp::RewriteConfig { .. } => return FileResult::Done,
        }
        self.pasts.dump_received(n, place);
        FileResult::Done
    }
    /// What a process was writing while it ended has been written: SHUTDOWN waits for its file.
    fn finish_files(&mut self, n: u32) {
        while !self.machine(n).disk.pending.is_empty() {
            self.file_done(n, 0);
        }
    }
}
