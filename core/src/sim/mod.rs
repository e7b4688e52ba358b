//! The world around the nodes: links, disks, children, clients, one queue of events.
//!
//! In reading order: [`world`] is the plain description. [`queue`] orders what is due. [`link`] carries, [`tcp`] makes bytes of it, [`dial`] makes conns.
//! [`machine`] is a process with its kernel, [`disk`] what it leaves on disk and forks, [`client`] who talks to it. `run` gives a node its inputs and does
//! what it asks for: `process` is its life, `children` and `files` are what it forks and writes, `console` is the redis-cli beside it, `sentries` are the sentinels. [`act`] is what script
//! and person do. `relations` says who follows whom, [`truth`] which data a replica really has, `runway` how long it may come back. [`recorder`], [`journal`]
//! and [`wire`] remember, outside of the [`Sim`], what the screen shows; [`script`] does what the scenario says, and asks its conditions of `evidence`.
//!
//! A [`Sim`] is a value: a clone goes on by itself and becomes exactly the same, as long as the same is done to it.

pub mod act;
mod beneath;
mod children;
pub mod cli;
pub mod client;
mod console;
pub mod dial;
mod dials;
pub mod disk;
mod error;
mod evidence;
mod files;
pub mod journal;
pub mod link;
pub mod machine;
mod moved;
mod places;
mod process;
mod progress;
pub mod queue;
pub mod recorder;
mod relations;
mod run;
mod runway;
pub mod script;
mod sentries;
mod sentry;
pub mod tcp;
pub mod truth;
mod truths;
pub mod wire;
pub mod world;

pub use act::ActDone;
pub use cli::Console;
pub use client::Client;
pub use disk::Child;
pub use error::{ActError, Stuck, WorldError};
pub use evidence::Evidence;
pub use link::{Lane, Link, LinkState};
pub use machine::{Doing, Machine, Process};
pub use moved::{Moved, Tick};
pub use places::{SENTINEL_PORT, SENTINELS_FROM, sentinel_at};
pub use recorder::Recorder;
pub use runway::Runway;
pub use sentry::{Sentry, SentryPacket};
pub use truths::Reality;
pub use wire::Kind;

use self::dial::Dial;
use self::link::Links;
use self::progress::Progress;
use self::queue::{Event, Queue};
use self::tcp::{Conn, Net, Packet};
use self::truth::Pasts;
use self::wire::Wire;
use self::world::{NodeSpec, World};
use crate::data::Dataset;
use crate::era::Era;
use crate::fingerprint::Fingerprint;
use crate::limits;
use crate::node::Node;
use crate::node::api::{ConnId, Outbox, Settings};
use crate::note::Note;
use crate::prng::{self, Purpose};
use crate::time::Time;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// One event that was processed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stepped {
    /// Its number.
    pub event: u64,
    /// When.
    pub at: Time,
    /// The node that it was about, if it was about one.
    pub node: Option<u32>,
}

/// How a run ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ran {
    /// The moment was reached.
    Reached,
    /// As many events as allowed were processed.
    Budget,
    /// Time does not pass any more.
    Stuck(Stuck),
}

/// The input that a node was given in an event: why it did what it did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Given {
    /// It read bytes of this conn.
    Bytes(ConnId),
    /// A timer of its own.
    Timer,
    /// Anything else.
    Other,
}

/// A packet under way on a link.
#[derive(Clone, Copy, Debug)]
pub struct OnTheWay<'a> {
    /// The link.
    pub link: u32,
    /// The lane of the link: 0 leaves its end `a`.
    pub lane: usize,
    /// From the end that dialled to the one that accepted.
    pub up: bool,
    /// Over the connection that an RDB has of its own.
    pub second: bool,
    /// The node that sent it.
    pub from: u32,
    /// The packet.
    pub packet: &'a Packet,
}

/// The world and everything in it, at one moment.
#[derive(Clone)]
pub struct Sim {
    world: Rc<World>,
    now: Time,
    event: u64,
    in_instant: u32,
    queue: Queue,
    net: Net,
    machines: Vec<Rc<Machine>>,
    clients: Vec<Rc<Client>>,
    sentinels: Vec<Rc<Sentry>>,
    dials: BTreeMap<u64, Dial>,
    next_dial: u64,
    pasts: Pasts,
    wire: Wire,
    script: Progress,
    names: Rc<BTreeMap<String, u32>>,
    /// By IP, then by port.
    addresses: Rc<BTreeMap<String, BTreeMap<u16, u32>>>,
    print: Fingerprint,
    notes: Vec<(u32, Note)>,
    given: Vec<(u32, Given)>,
    touched: Option<u32>,
    /// The queue's entry that was processed last; none for what the script or a person did.
    fired: Option<Event>,
    ticked: Tick,
    /// Where nodes leave their effects: reused, always empty between events.
    scratch: Outbox,
}

impl Sim {
    /// A world at its start: every machine is there, every process about to start.
    ///
    /// # Errors
    /// Names that do not exist or exist twice, a configuration that the era refuses.
    pub fn new(world: &World) -> Result<Sim, WorldError> {
        if world.nodes.len() > limits::NODES_MAX {
            return Err(WorldError::TooManyNodes);
        }
        let mut sim = Sim {
            now: Time::ZERO,
            event: 0,
            in_instant: 0,
            queue: Queue::default(),
            net: Net::new(Links::new(world.default_link, world.seed)),
            machines: Vec::with_capacity(world.nodes.len()),
            clients: Vec::new(),
            sentinels: Vec::new(),
            dials: BTreeMap::new(),
            next_dial: 0,
            pasts: Pasts::default(),
            wire: Wire::default(),
            script: Progress::new(&world.script),
            names: Rc::default(),
            addresses: Rc::default(),
            print: Fingerprint::default(),
            notes: Vec::new(),
            given: Vec::new(),
            touched: None,
            fired: None,
            ticked: Tick::default(),
            scratch: Outbox::default(),
            world: Rc::new(world.clone()),
        };
        sim.print.mix(world.seed);
        let mut preloads = Vec::new();
        for spec in &world.nodes {
            // All names first: `follows` may look ahead.
            sim.name(spec)?;
        }
        for spec in &world.nodes {
            sim.add_machine(spec, &mut preloads)?;
        }
        for spec in &world.nodes {
            // The links of the replication tree first, in the order of the text: the stage shows them before the first dial.
            let master = spec.follows.as_ref().and_then(|name| sim.by_name(name));
            if let (Some(master), Some(replica)) = (master, sim.by_name(&spec.name).filter(|ix| Some(*ix) != master)) {
                sim.net.links.between(master, replica);
            }
        }
        for spec in &world.sentinels {
            sim.add_sentinel(spec)?;
        }
        for link in &world.links {
            let (Some(from), Some(to)) = (sim.place(&link.from), sim.place(&link.to)) else {
                return Err(WorldError::LinkNowhere { from: link.from.clone(), to: link.to.clone() });
            };
            if from == to {
                return Err(WorldError::LinkToItself(link.from.clone()));
            }
            let ix = sim.net.links.between(from, to);
            let link_of = sim.net.links.get_mut(ix);
            let lane = link_of.lane_from(from);
            link_of.lanes[lane].change(link.change);
            if !link.one_way {
                link_of.lanes[lane ^ 1].change(link.change);
            }
        }
        for spec in &world.clients {
            sim.add_client(spec)?;
        }
        Ok(sim)
    }

    fn name(&mut self, spec: &NodeSpec) -> Result<u32, WorldError> {
        let ix = self.names.len() as u32;
        if Rc::make_mut(&mut self.names).insert(spec.name.clone(), ix).is_some() {
            return Err(WorldError::NodeTwice(spec.name.clone()));
        }
        if Rc::make_mut(&mut self.addresses).entry(spec.ip.clone()).or_default().insert(spec.port, ix).is_some() {
            return Err(WorldError::AddressTaken { node: spec.name.clone(), ip: spec.ip.clone(), port: spec.port });
        }
        Ok(ix)
    }

    fn add_machine(&mut self, spec: &NodeSpec, preloads: &mut Vec<(Era, world::Preload, Bytes)>) -> Result<u32, WorldError> {
        let ix = self.machines.len() as u32;
        let mut config = spec.config.clone();
        let line = |words: &[&str]| words.iter().map(|word| Bytes::copy_from_slice(word.as_bytes())).collect::<Vec<_>>();
        config.push(line(&["port", &spec.port.to_string()]));
        if let Some(master) = &spec.follows {
            let nobody = || WorldError::FollowsNobody { node: spec.name.clone(), master: master.clone() };
            let master = self.by_name(master).ok_or_else(nobody)?;
            let (ip, port) = self.address_of(master);
            config.push(line(&[if spec.era.capabilities().replicaof { "replicaof" } else { "slaveof" }, &ip, &port.to_string()]));
        }
        let settings = Settings {
            name: spec.name.clone(),
            era: spec.era,
            ip: spec.ip.clone(),
            config,
            seed: self.world.seed,
            epoch_unix_ms: self.world.epoch_unix_s.saturating_mul(1_000).saturating_add(spec.skew_ms),
            costs: self.world.costs,
            pid: None,
            config_file: Some(String::from("/etc/redis/redis.conf")),
            allocator: spec.allocator,
        };
        let node = Node::new(settings).map_err(|error| WorldError::Config { node: spec.name.clone(), reason: error.reason })?;
        let mut machine = Machine::new(Rc::new(spec.clone()), node);
        machine.since = self.now;
        if let Some(preload) = spec.preload {
            let made = preloads.iter().find(|(era, of, _)| *era == spec.era && *of == preload).map(|(.., rdb)| rdb.clone());
            let rdb = match made {
                Some(rdb) => rdb,
                None => {
                    let rdb = self.preload(spec, preload);
                    preloads.push((spec.era, preload, rdb.clone()));
                    rdb
                }
            };
            machine.disk.dump = Some(rdb);
        }
        self.machines.push(Rc::new(machine));
        self.pasts.add_node();
        if spec.preload.is_some() {
            self.pasts.preloaded(ix);
        }
        self.queue.push(self.now, Event::Boot(ix));
        Ok(ix)
    }
    fn preload(&self, spec: &NodeSpec, preload: world::Preload) -> Bytes {
        let mut data = Dataset::new(16);
        // Letters that do not pack, so that a file is as large as its keys and values are said to be.
        let letter =
            |n: u64| b"abcdefghijklmnopqrstuvwxyz012345"[(prng::rand(0, prng::actor("preload"), Purpose::Workload, n) & 31) as usize];
        let value: Bytes = (0..preload.value_bytes.min(limits::BULK_BYTES_MAX as u64)).map(letter).collect();
        for n in 1..=preload.keys {
            data.set(0, format!("key:{n}").as_bytes(), value.clone(), None);
        }
        crate::rdb::encode(&data, spec.era, self.world.epoch_unix_s.saturating_mul(1_000), None)
    }
    fn add_client(&mut self, spec: &world::ClientSpec) -> Result<(), WorldError> {
        if self.clients.iter().any(|client| client.spec.name == spec.name) {
            return Err(WorldError::ClientTwice(spec.name.clone()));
        }
        let nobody = || WorldError::ClientOnNobody { client: spec.name.clone(), node: spec.on.clone() };
        let on = self.by_name(&spec.on).ok_or_else(nobody)?;
        let ix = self.clients.len() as u32;
        let mut client = Client::new(spec.clone(), on, self.world.seed);
        if spec.every > crate::time::Span::ZERO {
            client.tick_at = self.now + spec.every;
            self.queue.push(client.tick_at, Event::Client(ix));
        }
        self.clients.push(Rc::new(client));
        Ok(())
    }

    // ---- readers

    /// Now.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.now
    }
    /// Events processed so far.
    #[must_use]
    pub const fn event(&self) -> u64 {
        self.event
    }
    /// The description that it was made from.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }
    /// When something happens next. It may turn out that nothing does: outdated wakeups are not searched for.
    #[must_use]
    pub fn next_event_at(&self) -> Option<Time> {
        match (self.queue.next_at(), self.script.next_at()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
    /// All machines, in the scenario's order.
    #[must_use]
    pub fn machines(&self) -> &[Rc<Machine>] {
        &self.machines
    }
    /// A machine.
    #[must_use]
    pub fn machine(&self, ix: u32) -> &Machine {
        &self.machines[ix as usize]
    }
    /// A node. After a crash: as it was when it died.
    #[must_use]
    pub fn node(&self, ix: u32) -> &Node {
        &self.machines[ix as usize].node
    }
    /// A node's number by its name.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<u32> {
        self.names.get(name).copied()
    }
    fn address_of(&self, ix: u32) -> (String, u16) {
        let all = self.addresses.iter().flat_map(|(ip, ports)| ports.iter().map(move |(port, of)| (ip, *port, *of)));
        all.into_iter().find(|(.., of)| *of == ix).map_or_else(|| (String::new(), 0), |(ip, port, _)| (ip.clone(), port))
    }
    /// Links that were ever used, described or touched, by number.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        self.net.links.all()
    }
    /// The number of the link between two nodes, if it was ever used, described or touched.
    #[must_use]
    pub fn link_between(&self, a: u32, b: u32) -> Option<u32> {
        self.net.links.find(a, b)
    }
    /// All conns, with the number of the end that dialled.
    pub fn conns(&self) -> impl Iterator<Item = (ConnId, &Conn)> {
        self.net.all()
    }
    /// A conn by the number of either end.
    #[must_use]
    pub fn conn(&self, end: ConnId) -> Option<&Conn> {
        self.net.conn(end)
    }
    /// Packets under way on links, in no order; those whose journey begins in a moment included.
    pub fn packets(&self) -> impl Iterator<Item = OnTheWay<'_>> {
        self.net.all().flat_map(|(_, conn)| {
            conn.link().filter(|link| *link < places::SENTINEL_LINKS).into_iter().flat_map(move |link| {
                conn.ends.iter().enumerate().flat_map(move |(side, end)| {
                    let from = if let tcp::Owner::Node(node) = end.owner { node } else { 0 };
                    end.packets().map(move |packet| OnTheWay {
                        link,
                        lane: conn.lane_of(side),
                        up: side == 0,
                        second: conn.second,
                        from,
                        packet,
                    })
                })
            })
        })
    }
    /// How many packets were made since the start: the newest one's number.
    #[must_use]
    pub const fn packets_made(&self) -> u64 {
        self.net.packets_made()
    }
    /// Clients, in the scenario's order.
    #[must_use]
    pub fn clients(&self) -> &[Rc<Client>] {
        &self.clients
    }
    /// What happened with the last event (or act), log lines and flow notes included.
    #[must_use]
    pub fn notes(&self) -> &[(u32, Note)] {
        &self.notes
    }
    /// What the nodes were given with the last event (or act), in order.
    #[must_use]
    pub fn given(&self) -> &[(u32, Given)] {
        &self.given
    }
    /// A row of a ladder as it is at this moment: the recorder's may have been joined by repeats of a later time since.
    #[must_use]
    pub fn row_now<'a>(&'a self, id: u32, recorded: &'a wire::Row) -> &'a wire::Row {
        self.wire.open_row(recorded.link, id).unwrap_or(recorded)
    }
    /// A number that is equal in equal runs, natively and in wasm.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut print = self.print;
        for machine in &self.machines {
            print.mix(machine.node.fingerprint());
        }
        for sentry in &self.sentinels {
            print.mix(sentry.sentinel.fingerprint());
        }
        print.get()
    }

    /// Switches bugs on in every node, for tests of the checks.
    #[cfg(feature = "planted")]
    pub fn plant(&mut self, bugs: crate::planted::Bugs) {
        for machine in &mut self.machines {
            Rc::make_mut(machine).node.plant(bugs);
        }
        for sentry in &mut self.sentinels {
            Rc::make_mut(sentry).sentinel.plant(bugs);
        }
    }

    // ---- going on

    /// Processes the next event. `None`: nothing will ever happen.
    pub fn step(&mut self, rec: &mut Recorder) -> Option<Stepped> {
        self.step_until(Time::NEVER, rec)
    }
    fn step_until(&mut self, until: Time, rec: &mut Recorder) -> Option<Stepped> {
        loop {
            let (queued, scripted) = (self.queue.next_at(), self.script.next_at());
            let at = queued.unwrap_or(Time::NEVER).min(scripted.unwrap_or(Time::NEVER));
            if at == Time::NEVER || at > until {
                return None;
            }
            self.sample_before(at, rec);
            // What the script does at a moment comes after everything else of that moment: so does what a person does there.
            let event = if queued == Some(at) { self.queue.pop() } else { None };
            if at > self.now {
                self.now = at;
                self.in_instant = 0;
            }
            self.event += 1;
            #[cfg(target_arch = "wasm32")]
            if self.event.is_multiple_of(4_096) {
                headroom();
            }
            self.notes.clear();
            self.given.clear();
            self.touched = None;
            self.fired = event.map(|(_, event)| event);
            let real = match event {
                Some((_, event)) => {
                    let real = self.fire(event, rec);
                    if real {
                        self.print.mix(at.as_micros());
                        self.print.mix(code(event));
                    }
                    real
                }
                None => self.script_due(rec),
            };
            if !real {
                self.event -= 1;
                continue;
            }
            self.in_instant += 1;
            self.finish(rec);
            return Some(Stepped { event: self.event, at, node: self.touched });
        }
    }
    /// Goes on until `until`, everything of that moment included, or for as many events as allowed.
    pub fn run_until(&mut self, until: Time, rec: &mut Recorder, budget_events: u64) -> Ran {
        for _ in 0..budget_events {
            if self.in_instant > limits::EVENTS_PER_INSTANT_MAX {
                return Ran::Stuck(Stuck { events: self.in_instant, at: self.now });
            }
            if self.step_until(until, rec).is_none() {
                if until != Time::NEVER {
                    self.sample_before(until, rec);
                    self.now = self.now.max(until);
                    self.in_instant = 0;
                }
                return Ran::Reached;
            }
        }
        Ran::Budget
    }
    /// The end of an event: the script looks, the recorder closes it.
    fn finish(&mut self, rec: &mut Recorder) {
        self.script_looks(rec);
        self.sample_milestones(rec);
        rec.done(self.event);
    }
}

/// Sees to it that there is memory for a while. Left to itself the allocator asks for 64 KiB at a time, and each time the browser looks over its own
/// heap: in a world that grows that took more time than the world. A sixteenth of what there is at once costs nothing.
#[cfg(target_arch = "wasm32")]
fn headroom() {
    const PAGE: usize = 64 << 10;
    let bytes = (core::arch::wasm32::memory_size(0) / 16 * PAGE).clamp(256 << 10, 8 << 20);
    drop(core::hint::black_box(Vec::<u8>::with_capacity(bytes)));
}

/// An event as a number, for the fingerprint.
const fn code(event: Event) -> u64 {
    match event {
        Event::Boot(n) => 1 << 56 | n as u64,
        Event::Run(n) => 2 << 56 | n as u64,
        Event::Arrive(end) => 3 << 56 ^ end.0,
        Event::Room(end) => 4 << 56 ^ end.0,
        Event::Pump(end) => 5 << 56 ^ end.0,
        Event::Syn(n) => 6 << 56 | n,
        Event::SynAnswer(n) => 7 << 56 | n,
        Event::SynRetry(n) => 8 << 56 | n,
        Event::Child(n, job) => 9 << 56 ^ (n as u64) << 32 ^ job,
        Event::File(n, op) => 10 << 56 ^ (n as u64) << 32 ^ op.0,
        Event::Client(n) => 11 << 56 | n as u64,
        Event::Sentinel(n) => 12 << 56 | n as u64,
    }
}

#[cfg(test)]
mod stories_of_channels;
#[cfg(test)]
mod stories_of_ground;
#[cfg(test)]
mod stories_of_transfer;
#[cfg(test)]
mod tests;
