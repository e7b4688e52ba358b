//! The wire between two machines: order, windows, faults, ends.

use super::*;
use crate::node::api::{CloseWhy, Payload};
use crate::sim::queue::Event;
use crate::sim::world::{Physics, PhysicsChange};
use crate::time::Span;

/// Two machines, one link, one conn whose end 0 is node 0's.
struct Wire {
    net: Net,
    queue: Queue,
    now: Time,
    conn: ConnId,
    heard: Vec<(Time, ConnId)>,
}
fn address() -> Address {
    Address { host: "10.0.0.1".into(), port: 6379 }
}
impl Wire {
    fn new(physics: Physics) -> Wire {
        let mut net = Net::new(Links::new(physics, 1));
        let mut queue = Queue::default();
        let link = net.links.between(0, 1);
        let medium = Medium::Link { link, lane: 0 };
        let conn = net.open(&mut queue, Time::ZERO, (Owner::Node(0), address()), (Owner::Node(1), address()), medium);
        Wire { net, queue, now: Time::ZERO, conn, heard: Vec::new() }
    }
    fn there(&self) -> ConnId {
        peer(self.conn)
    }
    fn send(&mut self, from: ConnId, bytes: usize) {
        self.net.send(&mut self.queue, self.now, from, Bytes::from(alloc::vec![b'x'; bytes]), Payload::Newline.into(), None);
    }
    /// Runs until `until`; nobody reads unless told to.
    fn run(&mut self, until: Time, read: bool) {
        while let Some(at) = self.queue.next_at().filter(|at| *at <= until) {
            let Some((_, event)) = self.queue.pop() else { break };
            self.now = at;
            match event {
                Event::Arrive(to) => {
                    self.net.arrive(&mut self.queue, at, to);
                }
                Event::Room(end) => {
                    self.net.room_event(at, end);
                }
                Event::Pump(end) => {
                    self.net.pump_event(&mut self.queue, at, end);
                }
                other => panic!("{other:?} is not the network's"),
            }
            for signal in core::mem::take(&mut self.net.signals) {
                if let Signal::Ready(end) = signal {
                    self.heard.push((at, end));
                    if read {
                        while self.net.read(&mut self.queue, at, end, 16 * 1024).is_some() {}
                    }
                }
            }
        }
        self.now = until;
    }
    fn read(&mut self, end: ConnId) -> usize {
        let mut all = 0;
        while let Some(bytes) = self.net.read(&mut self.queue, self.now, end, 16 * 1024) {
            assert!(bytes.len() <= 16 * 1024);
            all += bytes.len();
        }
        all
    }
}
fn ms(ms: u64) -> Time {
    Time::from_millis(ms)
}

#[test]
fn bytes_arrive_in_order_after_the_latency() {
    let mut wire = Wire::new(Physics::default());
    for n in 0..5u8 {
        wire.net.send(&mut wire.queue, Time::ZERO, wire.conn, Bytes::from(alloc::vec![n; 10]), Payload::Newline.into(), None);
    }
    wire.run(Time::from_micros(999), false);
    let there = wire.there();
    assert_eq!(wire.read(there), 0);
    wire.run(ms(1), false);
    let got = wire.net.read(&mut wire.queue, ms(1), there, 16 * 1024).expect("bytes");
    assert!(got.windows(2).all(|pair| pair[0] <= pair[1]) && got.len() == 50);
}

#[test]
fn jitter_never_reorders_a_conn() {
    let mut wire = Wire::new(Physics { jitter: Span::from_millis(50), ..Physics::default() });
    for n in 0..100u8 {
        wire.now = Time::from_micros(u64::from(n) * 100);
        wire.net.send(&mut wire.queue, wire.now, wire.conn, Bytes::from(alloc::vec![n]), Payload::Newline.into(), None);
    }
    wire.run(ms(200), false);
    let there = wire.there();
    let got = wire.net.read(&mut wire.queue, ms(200), there, 16 * 1024).expect("bytes");
    assert_eq!(got.to_vec(), (0..100).collect::<Vec<u8>>());
}

#[test]
fn a_slow_line_takes_its_time() {
    let mut wire = Wire::new(Physics { bandwidth: 100_000, ..Physics::default() });
    let conn = wire.conn;
    wire.send(conn, 50_000);
    wire.run(ms(300), true);
    let half = 50_000 - wire.net.end(wire.conn).expect("end").on_the_way();
    assert!((27_000..=31_000).contains(&half), "{half} after 300 ms at 100 kB/s");
    wire.run(ms(500), true);
    assert_ne!(wire.net.end(wire.conn).expect("end").on_the_way(), 0, "the latency comes on top");
    wire.run(ms(501), true);
    assert_eq!(wire.net.end(wire.conn).expect("end").on_the_way(), 0);
}

#[test]
fn a_reader_that_does_not_read_closes_the_window_and_then_the_senders_room() {
    let physics = Physics { send_buffer: 8_192, receive_buffer: 4_096, ..Physics::default() };
    let mut wire = Wire::new(physics);
    let conn = wire.conn;
    let mut sent = 0;
    for step in 1..200 {
        let more = wire.net.room(conn).min(1_000);
        if more > 0 {
            wire.send(conn, more as usize);
            sent += more;
        }
        wire.run(ms(step * 5), false);
        wire.net.take_grant(conn);
    }
    assert!(sent <= 8_192 + 4_096, "{sent}");
    assert!(wire.net.end(wire.there()).expect("end").unread() <= 4_096);
    let there = wire.there();
    let mut got = wire.read(there);
    for step in 200..400 {
        wire.run(ms(step * 5), false);
        got += wire.read(there);
    }
    assert_eq!(got as u64, sent, "all of it comes when it is read");
    assert!(wire.net.room(conn) >= 8_192 * 2 / 3, "and the room comes back");
}

#[test]
fn a_black_hole_keeps_what_was_sent_and_gives_it_after_the_thaw() {
    let mut wire = Wire::new(Physics::default());
    let conn = wire.conn;
    wire.run(ms(5), true);
    wire.send(conn, 100);
    wire.run(Time::from_micros(5_500), true);
    wire.net.freeze(wire.now, 0, 0);
    assert_eq!(wire.net.conn(conn).expect("conn").ends[0].packets().map(|p| p.place(ms(9_000))).collect::<Vec<_>>(), [500]);
    for step in 1..100 {
        wire.send(conn, 100);
        wire.run(ms(5 + step), true);
    }
    let back = wire.there();
    wire.send(back, 7);
    wire.run(ms(1_000), false);
    assert_eq!(wire.read(conn), 7, "the other direction works");
    assert!(wire.heard.iter().all(|(at, end)| *end != wire.there() || *at <= ms(5)), "nothing passes");
    wire.net.thaw(&mut wire.queue, ms(2_000), 0, 0);
    wire.run(Time::from_micros(2_000_499), false);
    let there = wire.there();
    assert_eq!(wire.read(there), 0);
    wire.run(Time::from_micros(2_000_500), false);
    assert_eq!(wire.read(there), 100, "it was half way");
    wire.run(ms(2_001), false);
    assert_eq!(wire.read(there), 9_900);
}

#[test]
fn acknowledgements_freeze_with_their_direction() {
    let mut wire = Wire::new(Physics { send_buffer: 4_096, ..Physics::default() });
    let conn = wire.conn;
    wire.net.freeze(Time::ZERO, 0, 1);
    wire.send(conn, 4_096);
    wire.run(ms(500), true);
    assert_eq!(wire.net.room(conn), 0);
    wire.net.thaw(&mut wire.queue, ms(500), 0, 1);
    wire.run(ms(501), true);
    assert_eq!(wire.net.room(conn), 4_096);
}

#[test]
fn a_cut_resets_both_ends_at_once_but_what_had_arrived_can_be_read() {
    let mut wire = Wire::new(Physics::default());
    let conn = wire.conn;
    wire.send(conn, 10);
    wire.run(ms(2), false);
    wire.send(conn, 90);
    wire.net.cut(0);
    let there = wire.there();
    assert_eq!(wire.net.take_close(&mut wire.queue, ms(2), there), None, "bytes first");
    assert_eq!(wire.read(there), 10);
    assert_eq!(wire.net.take_close(&mut wire.queue, ms(2), there), Some(CloseWhy::Cut));
    assert_eq!(wire.net.take_close(&mut wire.queue, ms(2), conn), Some(CloseWhy::Cut));
    wire.run(ms(100), false);
    assert!(wire.net.conn(conn).is_none(), "it is forgotten");
}

#[test]
fn without_nodelay_small_pieces_wait_for_an_acknowledgement_and_go_together() {
    let mut wire = Wire::new(Physics::default());
    let (conn, there) = (wire.conn, wire.there());
    wire.run(ms(5), true);
    wire.net.end_mut(conn).expect("end").nagle = Some(true);
    let mut heard = Vec::new();
    for step in 0..60 {
        wire.send(conn, 10);
        wire.heard.clear();
        wire.run(ms(6 + step), false);
        if wire.heard.iter().any(|(_, end)| *end == there) {
            heard.push((6 + step, wire.read(there)));
        }
    }
    assert_eq!(heard, [(6, 10), (48, 41 * 10)], "the first at once, the others 40 ms and a round trip later");
}

#[test]
fn fin_follows_the_bytes() {
    let mut wire = Wire::new(Physics { bandwidth: 10_000, ..Physics::default() });
    let conn = wire.conn;
    wire.send(conn, 5_000);
    wire.net.close(&mut wire.queue, wire.now, conn);
    wire.run(ms(600), false);
    let there = wire.there();
    assert_eq!(wire.read(there), 5_000);
    assert_eq!(wire.net.take_close(&mut wire.queue, ms(600), there), Some(CloseWhy::Fin));
    wire.run(ms(700), false);
    assert!(wire.net.conn(conn).is_none());
}

#[test]
fn fin_waits_for_the_child_that_inherited_the_conn() {
    let mut wire = Wire::new(Physics::default());
    let (conn, there) = (wire.conn, wire.there());
    wire.run(ms(2), false);
    wire.net.inherit(conn);
    wire.net.close(&mut wire.queue, ms(2), conn);
    wire.run(ms(5_000), false);
    assert_eq!(wire.net.take_close(&mut wire.queue, wire.now, there), None);
    wire.net.release(&mut wire.queue, wire.now, conn);
    wire.run(ms(5_001), false);
    assert_eq!(wire.net.take_close(&mut wire.queue, wire.now, there), Some(CloseWhy::Fin));
}

#[test]
fn who_sends_to_a_process_that_is_gone_gets_a_reset() {
    let mut wire = Wire::new(Physics::default());
    let (conn, there) = (wire.conn, wire.there());
    wire.run(ms(2), false);
    wire.net.close(&mut wire.queue, wire.now, there);
    wire.send(conn, 10);
    wire.run(ms(10), false);
    assert_eq!(wire.net.take_close(&mut wire.queue, wire.now, conn), Some(CloseWhy::Reset));
}

#[test]
fn a_machine_without_power_says_nothing_until_it_is_back() {
    let mut wire = Wire::new(Physics::default());
    let (conn, there) = (wire.conn, wire.there());
    wire.run(ms(2), false);
    wire.net.power_off(there);
    wire.send(conn, 10);
    wire.run(ms(60_000), false);
    assert_eq!(wire.net.take_close(&mut wire.queue, wire.now, conn), None);
    wire.net.power_on(&mut wire.queue, wire.now, there);
    wire.run(ms(60_001), false);
    assert_eq!(wire.net.take_close(&mut wire.queue, wire.now, conn), Some(CloseWhy::Reset));
}

#[test]
fn a_change_of_physics_gives_what_is_under_way_a_new_segment() {
    let mut wire = Wire::new(Physics { latency: Span::from_millis(100), ..Physics::default() });
    let conn = wire.conn;
    wire.send(conn, 10);
    wire.run(ms(50), false);
    let slower = PhysicsChange { latency: Some(Span::from_millis(1_000)), ..PhysicsChange::default() };
    wire.net.change(&mut wire.queue, wire.now, 0, 0, slower);
    let packet = wire.net.conn(conn).expect("conn").ends[0].packets().last().expect("a packet").clone();
    assert_eq!((packet.x0, packet.t0, packet.t1), (500, ms(50), ms(550)));
    assert_eq!(packet.place(ms(300)), 750);
    wire.run(ms(549), false);
    let there = wire.there();
    assert_eq!(wire.read(there), 0);
    wire.run(ms(550), false);
    assert_eq!(wire.read(there), 10);
}
