//! The sentinels of the world: what [`crate::sentinel`] asks for is done here, as `run` does it for nodes.
//!
//! A sentinel is an end of links like a node, with numbers behind those of all nodes, and its links are in a list of their own: who shows nodes and the links
//! between them does not meet it.

use super::act::ActDone;
use super::dial::{Dial, NO_HOST, Step};
use super::disk::LEAST;
use super::error::{ActError, WorldError};
use super::machine::Process;
use super::places::{SENTINEL_LINKS, SENTINEL_PORT, SENTINELS_FROM, sentinel_at};
use super::queue::Event;
use super::recorder::Recorder;
use super::sentry::{Sentry, SentryPacket};
use super::tcp::{Medium, Owner};
use super::wire::Said;
use super::world::{Act, SentinelSpec};
use super::{Link, Sim};
use crate::fact::Control;
use crate::limits;
use crate::node::api::{Address, ConnId, Token};
use crate::note::Note;
use crate::resp::Reply;
use crate::sentinel::Sentinel;
use crate::sentinel::api::{Input, Output, Settings, Told, decides};
use crate::time::Time;
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::vec::Vec;
use bytes::Bytes;

impl Sim {
    /// All sentinels, in the scenario's order.
    #[must_use]
    pub fn sentinels(&self) -> &[Rc<Sentry>] {
        &self.sentinels
    }
    /// Links that a sentinel is an end of, by their number among themselves.
    #[must_use]
    pub fn sentinel_links(&self) -> &[Link] {
        self.net.links.of_sentinels()
    }
    /// Packets under way on them, in no order.
    pub fn sentinel_packets(&self) -> impl Iterator<Item = SentryPacket<'_>> {
        self.net.all().filter_map(|(_, conn)| Some((conn, conn.link()?.checked_sub(SENTINEL_LINKS)?))).flat_map(move |(conn, link)| {
            conn.ends.iter().enumerate().flat_map(move |(side, end)| {
                let place = |owner: Owner| match owner {
                    Owner::Node(n) => n,
                    Owner::Sentinel(ix) => SENTINELS_FROM + ix,
                    Owner::Client(_) | Owner::Console(_) => 0,
                };
                let (from, to) = (place(end.owner), place(conn.ends[side ^ 1].owner));
                end.packets().map(move |packet| SentryPacket { link, from, to, packet })
            })
        })
    }
    /// An end of links by its name: a node or a sentinel.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<u32> {
        let sentinel = || self.sentinels.iter().position(|sentry| sentry.spec.name == name);
        self.by_name(name).or_else(|| sentinel().map(|ix| SENTINELS_FROM + ix as u32))
    }
    /// The name of an end of links.
    #[must_use]
    pub fn place_name(&self, place: u32) -> &str {
        match sentinel_at(place) {
            Some(ix) => &self.sentinels[ix as usize].spec.name,
            None => &self.machine(place).spec.name,
        }
    }
    /// Where an end of links listens: its address and port.
    #[must_use]
    pub fn listens_at(&self, place: u32) -> (&str, u16) {
        match sentinel_at(place) {
            Some(ix) => (&self.sentinels[ix as usize].spec.ip, SENTINEL_PORT),
            None => (&self.machine(place).spec.ip, self.machine(place).spec.port),
        }
    }
    pub(super) fn add_sentinel(&mut self, spec: &SentinelSpec) -> Result<(), WorldError> {
        if self.place(&spec.name).is_some() {
            return Err(WorldError::NodeTwice(spec.name.clone()));
        }
        let nobody = || WorldError::FollowsNobody { node: spec.name.clone(), master: spec.watch.clone() };
        let master = self.by_name(&spec.watch).ok_or_else(nobody)?;
        let (host, port) = self.address_of(master);
        let ix = self.sentinels.len() as u32;
        let sentinel = Sentinel::new(Settings {
            name: spec.name.clone(),
            address: Address { host: spec.ip.clone(), port: SENTINEL_PORT },
            master: Address { host, port },
            watched: spec.watch.clone(),
            quorum: spec.quorum,
            down_after: spec.down_after,
            failover_timeout: spec.failover_timeout,
            parallel_syncs: spec.parallel_syncs,
            seed: self.world.seed,
            epoch_unix_ms: self.world.epoch_unix_s.saturating_mul(1_000),
        });
        self.sentinels.push(Rc::new(Sentry {
            spec: Rc::new(spec.clone()),
            sentinel,
            process: Process::Up,
            since: self.now,
            held: Vec::new(),
            timer_at: self.now,
            booted: false,
            dials: BTreeMap::new(),
            ports: 0,
        }));
        self.queue.push(self.now, Event::Sentinel(ix));
        Ok(())
    }
    fn sentry_mut(&mut self, ix: u32) -> &mut Sentry {
        Rc::make_mut(&mut self.sentinels[ix as usize])
    }

    /// A sentinel's moment.
    pub(super) fn sentinel_event(&mut self, ix: u32, rec: &mut Recorder) -> bool {
        let now = self.now;
        let sentry = self.sentry_mut(ix);
        if sentry.timer_at != now || sentry.process != Process::Up {
            return false;
        }
        let input = if core::mem::replace(&mut sentry.booted, true) { Input::Timer } else { Input::Boot };
        self.sentinel_handles(ix, input, rec);
        true
    }
    /// Gives a sentinel one input, and does what it asks for.
    pub(super) fn sentinel_handles(&mut self, ix: u32, input: Input, rec: &mut Recorder) {
        let now = self.now;
        let sentry = self.sentry_mut(ix);
        match sentry.process {
            Process::Up => {}
            Process::Paused => return sentry.held.push(input),
            Process::Down | Process::Off => return,
        }
        let mut outputs = Vec::new();
        sentry.sentinel.handle(now, input, &mut outputs);
        let due = sentry.sentinel.due();
        if due != sentry.timer_at {
            sentry.timer_at = due;
            self.queue.push(due, Event::Sentinel(ix));
        }
        for output in outputs {
            match output {
                Output::Connect { token, to } => self.sentinel_dials(ix, token, &to, rec),
                Output::Cancel { token } => {
                    if let Some(dial) = self.sentry_mut(ix).dials.remove(&token) {
                        self.dials.remove(&dial);
                    }
                }
                Output::Send { conn, bytes, label } => {
                    let up = conn.0 & 1 == 0;
                    let link = self.net.conn(conn).and_then(super::tcp::Conn::link);
                    let id = link.map(|link| {
                        let said = Said { link, from: SENTINELS_FROM + ix, up, second: false, at: now, event: self.event };
                        let (row, put, of) = self.wire.sent(said, &label, bytes.len() as u64);
                        rec.row(self.event, row, put, of);
                        row
                    });
                    self.net.send(&mut self.queue, now, conn, bytes, label, id);
                }
                Output::Close { conn } => self.net.close(&mut self.queue, now, conn),
                Output::Told(told) => self.sentinel_told(ix, told, rec),
            }
        }
    }
    // ---- what is done to one

    /// The sentinel that an act is about, if it is one that is done to processes.
    pub(super) fn sentinel_of(&self, act: &Act) -> Option<u32> {
        let (Act::Pause { node }
        | Act::Resume { node }
        | Act::Crash { node }
        | Act::PowerOff { node }
        | Act::Restart { node, .. }
        | Act::Interrupt { node }
        | Act::Command { node, .. }) = act
        else {
            return None;
        };
        self.place(node).and_then(sentinel_at)
    }
    pub(super) fn sentinel_act(&mut self, ix: u32, act: &Act, rec: &mut Recorder) -> Result<ActDone, ActError> {
        let (process, name) = (self.sentinels[ix as usize].process, self.sentinels[ix as usize].spec.name.clone());
        let stopped = || Err(ActError::NotRunning(name.clone()));
        match (act, process) {
            (Act::Pause { .. }, Process::Up) => self.sentinel_is(ix, Process::Paused),
            (Act::Resume { .. }, Process::Paused) => self.sentinel_resumes(ix, rec),
            (Act::Pause { .. }, Process::Paused) | (Act::Resume { .. }, Process::Up) | (Act::PowerOff { .. }, Process::Off) => {}
            (Act::Pause { .. } | Act::Resume { .. }, _) | (Act::Crash { .. }, Process::Down | Process::Off) => return stopped(),
            (Act::Crash { .. }, _) => self.sentinel_ends(ix, Process::Down),
            (Act::PowerOff { .. }, _) => self.sentinel_ends(ix, Process::Off),
            (Act::Restart { .. }, _) => self.sentinel_restarts(ix),
            (Act::Command { args, .. }, Process::Up) => return Ok(ActDone { reply: self.sentinel_command(ix, args) }),
            (Act::Command { .. }, Process::Paused) => return stopped(),
            (Act::Command { .. }, _) => {
                return Err(ActError::NobodyListens { ip: self.sentinels[ix as usize].spec.ip.clone(), port: SENTINEL_PORT });
            }
            _ => {}
        }
        Ok(ActDone { reply: None })
    }
    fn sentinel_is(&mut self, ix: u32, process: Process) {
        let now = self.now;
        let sentry = self.sentry_mut(ix);
        (sentry.process, sentry.since) = (process, now);
    }
    fn sentinel_resumes(&mut self, ix: u32, rec: &mut Recorder) {
        self.sentinel_is(ix, Process::Up);
        // First it hears what came, and then its timer finds how late it is.
        for input in core::mem::take(&mut self.sentry_mut(ix).held) {
            self.sentinel_handles(ix, input, rec);
        }
        for end in self.net.ends_of_owner(Owner::Sentinel(ix)) {
            self.sentinel_ready(ix, end, rec);
        }
        self.sentinel_wakes(ix, self.now);
    }
    fn sentinel_wakes(&mut self, ix: u32, at: Time) {
        self.sentry_mut(ix).timer_at = at;
        self.queue.push(at, Event::Sentinel(ix));
    }
    fn sentinel_ends(&mut self, ix: u32, process: Process) {
        let now = self.now;
        for end in self.net.ends_of_owner(Owner::Sentinel(ix)) {
            if process == Process::Off {
                self.net.power_off(end);
            } else {
                self.net.close(&mut self.queue, now, end);
            }
        }
        self.sentinel_is(ix, process);
        let sentry = self.sentry_mut(ix);
        sentry.held.clear();
        sentry.timer_at = Time::NEVER;
        for dial in core::mem::take(&mut sentry.dials).into_values() {
            self.dials.remove(&dial);
        }
    }
    /// It starts (again), with what its file says.
    fn sentinel_restarts(&mut self, ix: u32) {
        match self.sentinels[ix as usize].process {
            Process::Up | Process::Paused => self.sentinel_ends(ix, Process::Down),
            Process::Off => {
                for end in self.net.ends_of_owner(Owner::Sentinel(ix)) {
                    self.net.power_on(&mut self.queue, self.now, end);
                }
            }
            Process::Down => {}
        }
        self.sentinel_is(ix, Process::Up);
        self.sentry_mut(ix).booted = false;
        self.sentinel_wakes(ix, self.now + LEAST);
    }
    /// A command is typed at the redis-cli of a sentinel.
    fn sentinel_command(&mut self, ix: u32, args: &[Bytes]) -> Option<Reply> {
        for word in args {
            self.print.mix_bytes(word);
        }
        let words: Vec<_> = args.iter().map(|word| alloc::string::String::from_utf8_lossy(word)).collect();
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        Some(self.sentinels[ix as usize].sentinel.asked(self.now, &words)).filter(|reply| !matches!(reply, Reply::None))
    }

    fn sentinel_told(&mut self, ix: u32, told: Told, rec: &mut Recorder) {
        let place = SENTINELS_FROM + ix;
        rec.note(self.now, self.event, place, &Note::Log { mark: told.mark, text: told.text.clone(), line: told.line });
        let Some(event) = told.event.filter(|event| decides(*event)) else { return };
        // Of another sentinel its log alone speaks.
        let Some(about) = self.addresses.get(&told.about.host).and_then(|ports| ports.get(&told.about.port)).copied() else { return };
        let sentinel = self.sentinels[ix as usize].spec.name.clone();
        self.note(about, Note::Sentinel { sentinel, event, epoch: told.epoch.cast_signed(), text: told.text }, rec);
    }
    /// Something came for a sentinel.
    pub(super) fn sentinel_ready(&mut self, ix: u32, end: ConnId, rec: &mut Recorder) {
        let now = self.now;
        if self.sentinels[ix as usize].process != Process::Up {
            // Its kernel keeps what comes.
            return;
        }
        while let Some(bytes) = self.net.read(&mut self.queue, now, end, limits::READ_BYTES_MAX) {
            self.sentinel_handles(ix, Input::Received { conn: end, bytes }, rec);
        }
        if self.net.take_close(&mut self.queue, now, end).is_some() {
            self.sentinel_handles(ix, Input::Closed { conn: end }, rec);
        }
    }
    /// The answer to a sentinel's dial.
    pub(super) fn sentinel_answered(&mut self, ix: u32, dial: &Dial, stands: bool, rec: &mut Recorder) {
        let token = dial.token;
        if self.sentry_mut(ix).dials.remove(&token).is_none() {
            return;
        }
        let input = match dial.to.zip(dial.link).filter(|_| stands) {
            None => Input::Refused { token },
            Some((to, link)) => {
                let sentry = self.sentry_mut(ix);
                sentry.ports = (sentry.ports + 1) % 28_000;
                let here = Address { host: sentry.spec.ip.clone(), port: 32_768 + sentry.ports };
                let (owner, there) = match sentinel_at(to) {
                    Some(other) => {
                        let host = self.sentinels[other as usize].spec.ip.clone();
                        (Owner::Sentinel(other), Address { host, port: SENTINEL_PORT })
                    }
                    None => (Owner::Node(to), Address { host: self.machine(to).spec.ip.clone(), port: self.machine(to).spec.port }),
                };
                let medium = Medium::Link { link, lane: self.net.links.get(link).lane_from(dial.from) as u8 };
                let conn = self.net.open(&mut self.queue, self.now, (Owner::Sentinel(ix), here), (owner, there), medium);
                Input::Connected { token, conn }
            }
        };
        self.sentinel_handles(ix, input, rec);
    }
    fn sentinel_dials(&mut self, ix: u32, token: Token, to: &Address, rec: &mut Recorder) {
        let from = SENTINELS_FROM + ix;
        let other = self.sentinels.iter().position(|sentry| sentry.spec.ip == to.host && to.port == SENTINEL_PORT);
        let node = || self.addresses.get(&to.host).and_then(|ports| ports.get(&to.port)).copied();
        let target = other.map(|other| SENTINELS_FROM + other as u32).or_else(node);
        self.next_dial += 1;
        let id = self.next_dial;
        let link = target.map(|target| self.net.links.between(from, target));
        let mut dial =
            Dial { from, token, to: target, link, second: false, tries: 0, sent: self.now, step: Step::Asking, due: Time::NEVER };
        self.sentry_mut(ix).dials.insert(token, id);
        if let Some(link) = link {
            let said = Said { link, from, up: true, second: false, at: self.now, event: self.event };
            let (row, put, of) = self.wire.control(said, Control::Syn);
            rec.row(self.event, row, put, of);
            self.dials.insert(id, dial);
            self.syn_send(id, self.now);
        } else {
            dial.step = Step::Answer(Err(crate::node::api::DialError::Unreachable));
            dial.due = self.now + NO_HOST;
            self.queue.push(dial.due, Event::SynAnswer(id));
            self.dials.insert(id, dial);
        }
    }
}
