//! Acts on the world, by the script and by the person.

use super::Sim;
use super::disk::LEAST;
use super::error::{ActError, WorldError};
use super::machine::Process;
use super::places::sentinel_at;
use super::queue::Event;
use super::recorder::{LinkMark, Recorder};
use super::wire::Said;
use super::world::{Act, NodeSpec, PhysicsChange};
use crate::fact::{Control, Fault};
use crate::node::Input;
use crate::node::api::Ground;
use crate::note::Note;
use crate::resp::Reply;
use crate::time::{Span, Time};
use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// The result of an act.
#[derive(Clone, PartialEq, Debug)]
pub struct ActDone {
    /// A command's reply, if it was answered at once.
    pub reply: Option<Reply>,
}

/// The number of an act's kind in the run's fingerprint, beside its time.
pub(super) const FINGERPRINT_OF_AN_ACT: u64 = 0x00ac_7000;

const NOTHING: ActDone = ActDone { reply: None };

impl Sim {
    /// Does something to the world, now. It is an event of its own. Acting forgets what the recorder knows of a later time.
    ///
    /// # Errors
    /// Names that do not exist, states that do not allow it; nothing has changed then.
    pub fn act(&mut self, act: &Act, rec: &mut Recorder) -> Result<ActDone, ActError> {
        self.forget_later(rec);
        self.act_again(act, rec)
    }
    /// Makes the recorder forget what it knows of a time after this moment: from here on the run may be another.
    pub fn forget_later(&self, rec: &mut Recorder) {
        rec.back_to(self.now, self.event, &self.wire);
    }
    /// Does what was done at this moment when the run came by for the first time: nothing that was recorded is forgotten.
    ///
    /// # Errors
    /// As [`Sim::act`].
    pub fn act_again(&mut self, act: &Act, rec: &mut Recorder) -> Result<ActDone, ActError> {
        self.event += 1;
        self.in_instant += 1;
        self.notes.clear();
        self.given.clear();
        self.touched = None;
        self.fired = None;
        let done = self.act_now(act, rec);
        match done {
            Ok(_) => {
                self.print.mix(self.now.as_micros());
                self.print.mix(FINGERPRINT_OF_AN_ACT);
                self.finish(rec);
            }
            Err(_) => {
                self.event -= 1;
                self.in_instant -= 1;
            }
        }
        done
    }

    fn named(&self, name: &str) -> Result<u32, ActError> {
        self.by_name(name).ok_or_else(|| ActError::NoNode(name.to_string()))
    }
    fn link_of(&mut self, a: &str, b: &str) -> Result<(u32, u32, u32), ActError> {
        let end = |name: &str| self.place(name).ok_or_else(|| ActError::NoNode(name.to_string()));
        let (a_ix, b_ix) = (end(a)?, end(b)?);
        if a_ix == b_ix {
            return Err(ActError::OneNode(a.to_string()));
        }
        Ok((self.net.links.between(a_ix, b_ix), a_ix, b_ix))
    }
    /// Whom that end names: the other one.
    fn peer_of(&self, a: &str, b: &str) -> String {
        if self.by_name(a).is_some() || self.by_name(b).is_none() { b.to_string() } else { a.to_string() }
    }
    /// The end of a link that tells of it: the one named first, or, if that is a sentinel, the other.
    fn tells(&self, link: u32, first: u32) -> Option<u32> {
        let link = self.net.links.get(link);
        [first, link.a, link.b].into_iter().find(|end| sentinel_at(*end).is_none())
    }
    fn link_note(&mut self, link: u32, node: u32, note: Note, rec: &mut Recorder) {
        let now = self.now;
        let of = self.net.links.get_mut(link);
        of.since = now;
        of.dials_failed = 0;
        let mark = LinkMark { at: now, event: self.event, link, cut: of.cut, frozen: [of.lanes[0].frozen, of.lanes[1].frozen] };
        rec.link(mark);
        // Of a link between two sentinels no node has anything to say.
        if let Some(node) = self.tells(link, node) {
            self.note(node, note, rec);
        }
    }

    pub(super) fn act_now(&mut self, act: &Act, rec: &mut Recorder) -> Result<ActDone, ActError> {
        let done = self.act_inner(act, rec);
        self.drain(rec);
        done
    }
    fn act_inner(&mut self, act: &Act, rec: &mut Recorder) -> Result<ActDone, ActError> {
        if let Some(ix) = self.sentinel_of(act) {
            return self.sentinel_act(ix, act, rec);
        }
        match act {
            Act::Cut { a, b } => self.cut(a, b, rec)?,
            Act::Heal { a, b } => self.heal(a, b, rec)?,
            Act::Freeze { a, b, one_way } => {
                let (link, node, _) = self.link_of(a, b)?;
                let lane = self.net.links.get(link).lane_from(node);
                self.net.freeze(self.now, link, lane);
                if !one_way {
                    self.net.freeze(self.now, link, lane ^ 1);
                }
                self.link_note(link, node, Note::LinkFrozen { peer: self.peer_of(a, b) }, rec);
            }
            Act::Link { a, b, one_way, change } => {
                let (link, node, _) = self.link_of(a, b)?;
                self.change_link(link, node, *one_way, *change);
                if let Some(node) = self.tells(link, node) {
                    self.note(node, Note::LinkChanged { peer: self.peer_of(a, b) }, rec);
                }
            }
            Act::Pause { node } => {
                let n = self.named(node)?;
                if self.machine(n).process == Process::Paused {
                    return Ok(NOTHING);
                }
                if self.machine(n).process != Process::Up {
                    return Err(ActError::NotRunning(node.clone()));
                }
                self.set_process(n, Process::Paused);
                self.note(n, Note::Paused {}, rec);
            }
            Act::Resume { node } => {
                let n = self.named(node)?;
                if self.machine(n).process != Process::Paused {
                    return if self.machine(n).process == Process::Up { Ok(NOTHING) } else { Err(ActError::NotRunning(node.clone())) };
                }
                self.resume(n, rec);
            }
            Act::Crash { node } => {
                let n = self.named(node)?;
                if !self.machine(n).alive() {
                    return Err(ActError::NotRunning(node.clone()));
                }
                self.ended(n, Process::Down);
                self.note(n, Note::Crashed {}, rec);
            }
            Act::PowerOff { node } => {
                let n = self.named(node)?;
                if self.machine(n).process == Process::Off {
                    return Ok(NOTHING);
                }
                self.ended(n, Process::Off);
                self.note(n, Note::PoweredOff {}, rec);
            }
            Act::Restart { node, with_rdb } => {
                let n = self.named(node)?;
                self.restart(n, *with_rdb, rec);
            }
            Act::Command { node, args } => return self.command(node, args, rec),
            Act::Interrupt { node } => {
                let n = self.named(node)?;
                self.touched = Some(n);
                self.console_hangs_up(n);
            }
            Act::ClientRate { client, every } => {
                let ix = self.client_named(client)?;
                self.client_rate(ix, *every);
            }
            Act::ClientBytes { client, bytes } => {
                let ix = self.client_named(client)?;
                if !Rc::make_mut(&mut self.clients[ix as usize]).set_bytes(*bytes) {
                    return Err(ActError::NoFiller(client.clone()));
                }
            }
            Act::ClientMove { client, to } => {
                let (ix, to) = (self.client_named(client)?, self.named(to)?);
                self.client_moves(ix, to, rec);
            }
            Act::AddNode(spec) => self.add_node(spec, rec)?,
            Act::AddClient(spec) => self.add_client(spec)?,
            Act::Fault { node, fault } => {
                let n = self.named(node)?;
                self.machine_mut(n).fault = *fault;
                self.machine_mut(n).node.stands_on(Ground { forks: *fault != Fault::ForkFails, folder: fault.folder() });
                self.children_change(n);
                self.note(n, Note::FaultSet { what: *fault }, rec);
            }
        }
        Ok(NOTHING)
    }

    /// A command is typed at the redis-cli of a node.
    fn command(&mut self, node: &str, args: &[Bytes], rec: &mut Recorder) -> Result<ActDone, ActError> {
        let n = self.named(node)?;
        if args.is_empty() {
            return Ok(NOTHING);
        }
        if !self.machine(n).alive() {
            let spec = &self.machine(n).spec;
            return Err(ActError::NobodyListens { ip: spec.ip.clone(), port: spec.port });
        }
        if self.machine(n).console.reads_on() {
            return Err(ActError::ConsoleReads(node.to_string()));
        }
        for word in args {
            self.print.mix_bytes(word);
        }
        self.touched = Some(n);
        let reply = self.console_command(n, args.to_vec(), rec);
        Ok(ActDone { reply })
    }

    /// A cable is pulled: RST reaches both ends of each conn on it.
    fn cut(&mut self, a: &str, b: &str, rec: &mut Recorder) -> Result<(), ActError> {
        let (link, node, _) = self.link_of(a, b)?;
        if self.net.links.get(link).cut {
            return Ok(());
        }
        self.net.links.get_mut(link).cut = true;
        self.link_note(link, node, Note::LinkCut { peer: self.peer_of(a, b) }, rec);
        if self.net.all().any(|(_, conn)| conn.link() == Some(link)) {
            let (row, put, of) =
                self.wire.control(Said { link, from: node, up: false, second: false, at: self.now, event: self.event }, Control::Cut);
            rec.row(self.event, row, put, of);
            rec.arrived(self.now, self.event, row);
        }
        self.net.cut(link);
        self.dials_cut(link);
        Ok(())
    }
    /// A link works again in both directions.
    fn heal(&mut self, a: &str, b: &str, rec: &mut Recorder) -> Result<(), ActError> {
        let (link, node, _) = self.link_of(a, b)?;
        let was = self.net.links.get(link).clone();
        self.net.links.get_mut(link).cut = false;
        for lane in 0..2 {
            if was.lanes[lane].frozen {
                self.net.thaw(&mut self.queue, self.now, link, lane);
            }
        }
        if was.cut {
            self.link_note(link, node, Note::LinkHealed { peer: self.peer_of(a, b) }, rec);
        }
        if was.frozen() {
            self.link_note(link, node, Note::LinkThawed { peer: self.peer_of(a, b) }, rec);
        }
        Ok(())
    }
    fn client_named(&self, name: &str) -> Result<u32, ActError> {
        let found = self.clients.iter().position(|client| client.spec.name == name);
        found.map(|ix| ix as u32).ok_or_else(|| ActError::NoClient(name.to_string()))
    }
    fn client_rate(&mut self, ix: u32, every: Span) {
        let now = self.now;
        let client = Rc::make_mut(&mut self.clients[ix as usize]);
        let last = if client.tick_at == Time::NEVER || client.spec.every == Span::ZERO {
            now
        } else {
            Time::from_micros(client.tick_at.as_micros().saturating_sub(client.spec.every.as_micros()))
        };
        Rc::make_mut(&mut client.spec).every = every;
        client.tick_at = if every == Span::ZERO { Time::NEVER } else { (last + every).max(now + Span::from_micros(1)) };
        let at = client.tick_at;
        self.queue.push(at, Event::Client(ix));
    }
    fn change_link(&mut self, link: u32, from: u32, one_way: bool, change: PhysicsChange) {
        let lane = self.net.links.get(link).lane_from(from);
        self.net.change(&mut self.queue, self.now, link, lane, change);
        if !one_way {
            self.net.change(&mut self.queue, self.now, link, lane ^ 1, change);
        }
    }
    fn set_process(&mut self, n: u32, process: Process) {
        let now = self.now;
        let machine = self.machine_mut(n);
        machine.process = process;
        machine.since = now;
        machine.revision += 1;
    }
    fn resume(&mut self, n: u32, rec: &mut Recorder) {
        let stopped = self.machine(n).since;
        self.set_process(n, Process::Up);
        let now = self.now;
        let machine = self.machine_mut(n);
        // First of all the process learns that it missed ticks; then comes what its kernel kept for it.
        machine.inbox.push_front(Input::Resumed { stopped });
        machine.run_at = Time::NEVER;
        machine.busy_until = machine.busy_until.max(now);
        self.note(n, Note::Resumed {}, rec);
        self.plan(n);
    }
    /// Starts a process (again). One that runs is told to SHUTDOWN first, as a service manager would, and saves if it is to come back with its data.
    fn restart(&mut self, n: u32, with_rdb: bool, rec: &mut Recorder) {
        if self.machine(n).process == Process::Paused {
            self.resume(n, rec);
        }
        if self.machine(n).process == Process::Up {
            self.machine_mut(n).again = Some(with_rdb);
            if self.machine(n).console.reads_on() {
                self.console_hangs_up(n);
            }
            let word = |word: &'static str| Bytes::from_static(word.as_bytes());
            if let Some(password) = self.node(n).password() {
                self.console_command(n, alloc::vec![word("AUTH"), password], rec);
            }
            self.console_command(n, alloc::vec![word("SHUTDOWN"), word(if with_rdb { "SAVE" } else { "NOSAVE" })], rec);
            return;
        }
        if self.machine(n).process == Process::Off {
            let ends: Vec<_> = self.net.ends_of(n);
            self.set_process(n, Process::Down);
            for end in ends {
                self.net.power_on(&mut self.queue, self.now, end);
            }
        }
        if !with_rdb {
            self.machine_mut(n).disk.dump = None;
            self.pasts.dump_received(n, None);
        }
        self.note(n, Note::Restarted { with_rdb }, rec);
        self.queue.push(self.now + LEAST, Event::Boot(n));
    }
    fn add_node(&mut self, spec: &NodeSpec, _rec: &mut Recorder) -> Result<(), ActError> {
        if self.machines.len() >= crate::limits::NODES_MAX {
            return Err(WorldError::TooManyNodes.into());
        }
        let mut spec = spec.clone();
        if spec.ip.is_empty() {
            // The first address of the scenario's network that nobody has.
            let taken = |ip: &String| self.machines.iter().any(|machine| machine.spec.ip == *ip);
            spec.ip = (0u32..).map(|n| format!("10.0.{}.{}", n / 254, n % 254 + 1)).find(|ip| !taken(ip)).unwrap_or_default();
        }
        let spec = &spec;
        let (names, addresses) = (Rc::clone(&self.names), Rc::clone(&self.addresses));
        let queue = self.queue.clone();
        let added = self.name(spec).and_then(|_| self.add_machine(spec, &mut Vec::new()));
        if let Err(error) = added {
            self.names = names;
            self.addresses = addresses;
            self.queue = queue;
            return Err(error.into());
        }
        Ok(())
    }
}
