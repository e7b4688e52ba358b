//! Dials: SYN, its answer, and SYN again when nothing comes back.

use super::dial::{Dial, NO_HOST, Step};
use super::link::Lane;
use super::machine::Process;
use super::places::sentinel_at;
use super::queue::Event;
use super::recorder::Recorder;
use super::script::loopback;
use super::tcp::{Medium, Owner};
use super::wire::Said;
use super::{Sim, Tick};
use crate::fact::Control;
use crate::node::api::{Address, ConnId, DialError, Input, Token};
use crate::note::Note;
use crate::prng;
use crate::time::{Span, Time};
use alloc::rc::Rc;
use alloc::string::String;

/// Linux sends SYN again after 1, 2, 4 … s, and gives up after the seventh has stayed unanswered for 64 s: 127 s in all.
const SYNS: u32 = 7;

enum Target {
    Node(u32),
    NoPort(u32),
    NoHost,
    NoName,
}

impl Sim {
    fn resolve(&self, from: u32, to: &Address) -> Target {
        if let Some(node) = self.by_address(from, &to.host, to.port) {
            return Target::Node(node);
        }
        let local = to.host.eq_ignore_ascii_case("localhost") || to.host == "127.0.0.1";
        if local {
            return Target::NoPort(from);
        }
        if let Some(node) = self.machines.iter().position(|machine| machine.spec.name == to.host || machine.spec.ip == to.host) {
            return Target::NoPort(node as u32);
        }
        let address = to.host.split('.').filter(|part| part.parse::<u8>().is_ok()).count() == 4;
        if address { Target::NoHost } else { Target::NoName }
    }
    /// A node dials.
    pub(super) fn dial(&mut self, n: u32, at: Time, token: Token, to: &Address, rec: &mut Recorder) {
        self.next_dial += 1;
        let id = self.next_dial;
        let second = self.node(n).dials_second(token);
        let mut dial = Dial { from: n, token, to: None, link: None, second, tries: 0, sent: at, step: Step::Asking, due: Time::NEVER };
        match self.resolve(n, to) {
            Target::Node(node) | Target::NoPort(node) => {
                let listens = matches!(self.resolve(n, to), Target::Node(_));
                dial.to = listens.then_some(node);
                if node != n {
                    dial.link = Some(self.net.links.between(n, node));
                }
            }
            Target::NoHost => {
                dial.step = Step::Answer(Err(DialError::Unreachable));
                dial.due = at + NO_HOST;
            }
            Target::NoName => {
                dial.step = Step::Answer(Err(DialError::UnknownHost));
                dial.due = at + Span::from_micros(1);
            }
        }
        self.machine_mut(n).dials.insert(token, id);
        self.dials.insert(id, dial);
        if dial.due == Time::NEVER {
            if let Some(link) = dial.link {
                let (row, put, of) = self.wire.control(Said { link, from: n, up: true, second, at, event: self.event }, Control::Syn);
                rec.row(self.event, row, put, of);
            }
            self.syn_send(id, at);
        } else {
            self.queue.push(dial.due, Event::SynAnswer(id));
        }
    }
    fn lanes_of(&self, dial: &Dial) -> Option<(&Lane, &Lane, bool)> {
        let link = self.net.links.get(dial.link?);
        let lane = link.lane_from(dial.from);
        Some((&link.lanes[lane], &link.lanes[lane ^ 1], link.cut))
    }
    pub(super) fn syn_send(&mut self, id: u64, at: Time) {
        let Some(mut dial) = self.dials.get(&id).copied() else { return };
        dial.tries += 1;
        dial.sent = at;
        dial.step = Step::Asking;
        let local = (Span::from_micros(20), Span::from_micros(20), false, false);
        let (there, back, cut, frozen) =
            self.lanes_of(&dial).map_or(local, |(out, back, cut)| (out.physics.latency, back.physics.latency, cut, out.frozen));
        if cut {
            dial.step = Step::Answer(Err(DialError::Refused));
            dial.due = at + there + back;
            self.queue.push(dial.due, Event::SynAnswer(id));
        } else if frozen {
            self.dials.insert(id, dial);
            self.syn_lost(id);
            return;
        } else {
            dial.due = at + there;
            self.queue.push(dial.due, Event::Syn(id));
        }
        self.dials.insert(id, dial);
    }
    fn syn_lost(&mut self, id: u64) {
        let Some(dial) = self.dials.get_mut(&id) else { return };
        let wait = Span::from_secs(1 << (dial.tries - 1).min(SYNS));
        let link = dial.link;
        if dial.tries >= SYNS {
            dial.step = Step::Answer(Err(DialError::TimedOut));
            dial.due = dial.sent + wait;
            self.queue.push(dial.due, Event::SynAnswer(id));
        } else {
            dial.step = Step::Silent;
            dial.due = dial.sent + wait;
            self.queue.push(dial.due, Event::SynRetry(id));
        }
        if let Some(link) = link {
            self.net.links.get_mut(link).dials_failed += 1;
        }
    }
    /// A SYN arrives.
    pub(super) fn syn(&mut self, id: u64, _rec: &mut Recorder) -> bool {
        let now = self.now;
        let Some(mut dial) = self.dials.get(&id).copied().filter(|dial| dial.due == now && dial.step == Step::Asking) else { return false };
        let (back, frozen, back_frozen, cut) = self
            .lanes_of(&dial)
            .map_or((Span::from_micros(20), false, false, false), |(out, back, cut)| (back.physics.latency, out.frozen, back.frozen, cut));
        let process =
            dial.to.map(|to| sentinel_at(to).map_or_else(|| self.machine(to).process, |ix| self.sentinels()[ix as usize].process));
        if frozen || back_frozen || process == Some(Process::Off) {
            self.syn_lost(id);
            return true;
        }
        let listens = matches!(process, Some(Process::Up | Process::Paused));
        dial.step = Step::Answer(if cut || !listens { Err(DialError::Refused) } else { Ok(()) });
        dial.due = now + back;
        self.queue.push(dial.due, Event::SynAnswer(id));
        self.dials.insert(id, dial);
        true
    }
    /// The answer to a SYN arrives.
    pub(super) fn syn_answer(&mut self, id: u64, rec: &mut Recorder) -> bool {
        let now = self.now;
        let Some(dial) = self.dials.get(&id).copied().filter(|dial| dial.due == now) else { return false };
        let Step::Answer(answer) = dial.step else { return false };
        if answer.is_ok() && self.lanes_of(&dial).is_some_and(|(_, back, _)| back.frozen) {
            self.syn_lost(id);
            return true;
        }
        self.dials.remove(&id);
        let n = dial.from;
        if let Some(ix) = sentinel_at(n) {
            if let Some(row) = dial.link.and_then(|link| self.wire.last(link)) {
                rec.arrived(now, self.event, row);
            }
            self.sentinel_answered(ix, &dial, answer.is_ok(), rec);
            return true;
        }
        if self.machine_mut(n).dials.remove(&dial.token).is_none() {
            return false;
        }
        let input = match answer {
            Ok(()) => {
                let conn = self.connect(n, dial.to.unwrap_or(n), dial.link);
                if dial.second {
                    self.net.is_second(conn);
                }
                if let Some(row) = dial.link.and_then(|link| self.wire.last(link)) {
                    rec.arrived(now, self.event, row);
                }
                self.machine_mut(n).connects(conn);
                Input::Connected { token: dial.token, conn, room: self.net.room(conn) }
            }
            Err(why) => {
                if let Some(link) = dial.link {
                    let how = if why == DialError::TimedOut { Control::TimedOut } else { Control::Refused };
                    let other = dial.to.unwrap_or(n);
                    let (row, put, of) =
                        self.wire.control(Said { link, from: other, up: false, second: dial.second, at: now, event: self.event }, how);
                    rec.row(self.event, row, put, of);
                    rec.arrived(now, self.event, row);
                    if why == DialError::Refused {
                        self.net.links.get_mut(link).dials_failed += 1;
                    }
                }
                Input::Refused { token: dial.token, why }
            }
        };
        self.machine_mut(n).inbox.push_back(input);
        self.touch(n, rec);
        true
    }
    /// Nothing came back: the kernel asks again.
    pub(super) fn syn_retry(&mut self, id: u64, _rec: &mut Recorder) -> bool {
        let now = self.now;
        if self.dials.get(&id).is_none_or(|dial| dial.due != now || dial.step != Step::Silent) {
            return false;
        }
        self.syn_send(id, now);
        true
    }
    fn connect(&mut self, n: u32, to: u32, link: Option<u32>) -> ConnId {
        let now = self.now;
        let port = self.machine_mut(n).next_port();
        let ip = self.machine(n).spec.ip.clone();
        let here = Address { host: ip, port };
        let there = Address { host: self.machine(to).spec.ip.clone(), port: self.machine(to).spec.port };
        let medium = match link {
            Some(link) => Medium::Link { link, lane: self.net.links.get(link).lane_from(n) as u8 },
            None => self.local(n),
        };
        self.net.open(&mut self.queue, now, (Owner::Node(n), here), (Owner::Node(to), there), medium)
    }
    fn local(&self, actor: u32) -> Medium {
        let lane = |side: u64| Lane::new(self.world.local_link, prng::actor("local") ^ u64::from(actor) << 8 ^ side);
        Medium::Local([lane(0), lane(1)])
    }
    /// A client connects to its node. `None`: nobody listens.
    pub(super) fn client_connects(&mut self, ix: u32) -> Option<ConnId> {
        let on = self.clients[ix as usize].on;
        if !self.machine(on).alive() {
            return None;
        }
        let port = self.machine_mut(on).next_port();
        let medium = self.local(0x1_0000 + ix);
        let there = Address { host: String::from("127.0.0.1"), port: self.machine(on).spec.port };
        Some(self.net.open(&mut self.queue, self.now, (Owner::Client(ix), loopback(port)), (Owner::Node(on), there), medium))
    }
    /// The redis-cli of a node connects: over no distance.
    pub(super) fn open_console(&mut self, n: u32) -> ConnId {
        let port = self.machine_mut(n).next_port();
        let medium = self.local(0x2_0000 + n);
        let there = Address { host: String::from("127.0.0.1"), port: self.machine(n).spec.port };
        self.net.open_at_once((Owner::Console(n), loopback(port)), (Owner::Node(n), there), medium)
    }
    /// Dials under way on a link that was cut are refused at once.
    pub(super) fn dials_cut(&mut self, link: u32) {
        let now = self.now;
        for (id, dial) in &mut self.dials {
            if dial.link == Some(link) && dial.step != Step::Answer(Err(DialError::Refused)) {
                dial.step = Step::Answer(Err(DialError::Refused));
                dial.due = now + Span::from_micros(1);
                self.queue.push(dial.due, Event::SynAnswer(*id));
            }
        }
    }

    // ---- clients of the scenario

    /// A client's tick.
    pub(super) fn client_event(&mut self, ix: u32) -> bool {
        let now = self.now;
        let client = &self.clients[ix as usize];
        if client.tick_at != now || client.spec.every == Span::ZERO {
            return false;
        }
        self.touched = Some(client.on);
        let next = now + client.spec.every;
        let (waits, known) = (client.waiting > 0, client.conn);
        Rc::make_mut(&mut self.clients[ix as usize]).tick_at = next;
        self.queue.push(next, Event::Client(ix));
        self.ticked = if waits { Tick::Waits } else { Tick::Sent };
        if waits {
            return true;
        }
        let conn = match known {
            Some(conn) => Some(conn),
            None => self.client_connects(ix),
        };
        let password = self.node(self.clients[ix as usize].on).password();
        let client = Rc::make_mut(&mut self.clients[ix as usize]);
        let Some(conn) = conn else {
            client.hung_up("Connection refused");
            self.ticked = Tick::Refused;
            return true;
        };
        client.conn = Some(conn);
        let label = crate::node::api::Label::from(crate::node::api::Payload::Client);
        if let Some(password) = password.filter(|_| known.is_none()) {
            let greeting = client.greeting(&password);
            self.net.send(&mut self.queue, now, conn, greeting, label.clone(), None);
        }
        let bytes = client.next_bytes();
        self.net.send(&mut self.queue, now, conn, bytes, label, None);
        true
    }
    /// A client goes on at another node: it closes its conn, hears no more of what it asked for there, and connects at its next tick.
    pub(super) fn client_moves(&mut self, ix: u32, to: u32, rec: &mut Recorder) {
        let from = self.clients[ix as usize].on;
        if from == to {
            return;
        }
        let name = self.machine(to).spec.name.clone();
        let client = Rc::make_mut(&mut self.clients[ix as usize]);
        let conn = client.conn;
        client.hung_up("");
        client.on = to;
        Rc::make_mut(&mut client.spec).on = name;
        let client = client.spec.name.clone();
        if let Some(conn) = conn {
            self.net.close(&mut self.queue, self.now, conn);
        }
        let from = self.machine(from).spec.name.clone();
        self.note(to, Note::ClientMoved { client, from }, rec);
    }
    /// Something came back to a client.
    pub(super) fn client_ready(&mut self, ix: u32, end: ConnId) {
        let now = self.now;
        let client = Rc::make_mut(&mut self.clients[ix as usize]);
        while let Some(bytes) = self.net.read(&mut self.queue, now, end, usize::MAX) {
            if client.conn == Some(end) {
                client.heard(&bytes);
            }
        }
        if self.net.take_close(&mut self.queue, now, end).is_some() && client.conn == Some(end) {
            client.hung_up("Server closed the connection");
        }
    }
}
