//! A packet: its freight, and where it is on its way.

use crate::node::api::{Label, Payload};
use crate::sim::link::Lane;
use crate::time::Time;
use bytes::Bytes;

/// What a packet carries.
#[derive(Clone, Debug)]
pub enum Freight {
    /// The last step of the three-way handshake: the listener may accept.
    Accept,
    /// Bytes.
    Data(Label),
    /// The sender will send no more.
    Fin,
    /// There is no such connection.
    Reset,
}

/// A packet under way, or still in the sender's kernel.
#[derive(Clone, Debug)]
pub struct Packet {
    /// Rises with each packet of the run.
    pub id: u64,
    /// What it is.
    pub freight: Freight,
    /// Its bytes.
    pub bytes: Bytes,
    /// The ladder's row that ends with it.
    pub row: Option<u32>,
    /// When it left its sender.
    pub sent: Time,
    /// The present segment's start …
    pub t0: Time,
    /// … and end; [`Time::NEVER`] while it is held by a black hole.
    pub t1: Time,
    /// Place at `t0`, per mille of the way.
    pub x0: u32,
    pub(super) tx_start_ns: u64,
    pub(super) tx_end_ns: u64,
    /// Held: bytes still to serialise, and per mille of the way still to go.
    pub(super) held: Option<(u64, u64)>,
}
impl Packet {
    pub(super) fn new(id: u64, freight: Freight, bytes: Bytes, row: Option<u32>) -> Packet {
        Packet {
            id,
            freight,
            bytes,
            row,
            sent: Time::NEVER,
            t0: Time::ZERO,
            t1: Time::NEVER,
            x0: 0,
            tx_start_ns: 0,
            tx_end_ns: 0,
            held: None,
        }
    }
    pub(super) fn len(&self) -> u64 {
        self.bytes.len() as u64
    }
    /// Where it is, per mille of the way.
    #[must_use]
    pub fn place(&self, now: Time) -> u32 {
        if self.t1 == Time::NEVER || now <= self.t0 {
            return self.x0;
        }
        if now >= self.t1 {
            return 1_000;
        }
        let (done, all) = (now.since(self.t0).as_micros(), self.t1.since(self.t0).as_micros());
        self.x0 + (u64::from(1_000 - self.x0) * done / all.max(1)) as u32
    }
    /// Stops it where it is.
    pub(super) fn hold(&mut self, now: Time) {
        if self.held.is_some() {
            return;
        }
        let now_ns = now.as_micros() * 1_000;
        let end = self.tx_end_ns.div_ceil(1_000);
        self.held = Some(if self.tx_end_ns > now_ns && self.len() > 0 {
            let whole = (self.tx_end_ns - self.tx_start_ns).max(1);
            let left = self.tx_end_ns - now_ns.max(self.tx_start_ns);
            (((u128::from(self.len()) * u128::from(left)).div_ceil(u128::from(whole))) as u64, 1_000)
        } else {
            let (left, way) = (self.t1.as_micros().saturating_sub(now.as_micros()), self.t1.as_micros().saturating_sub(end));
            (0, (left.min(way) * 1_000).div_ceil(way.max(1)).clamp(1, 1_000))
        });
        self.x0 = self.place(now);
        self.t0 = now;
        self.t1 = Time::NEVER;
    }
    /// Lets it go (on).
    pub(super) fn launch(&mut self, lane: &mut Lane, seed: u64, now: Time, not_before: Time) {
        let (left, per_mille) = self.held.take().unwrap_or((self.len(), 1_000));
        let plan = lane.plan(seed, now, left, per_mille);
        self.tx_start_ns = plan.tx_start_ns;
        self.tx_end_ns = plan.tx_end_ns;
        self.t0 = if self.x0 == 0 { Time::from_micros(plan.tx_start_ns / 1_000) } else { now };
        self.t1 = plan.arrives.max(not_before);
    }
}

/// A run's first packet and what follows it: their labels, if `bytes` go into the first and so many are left.
pub(super) fn split_label(label: Label, bytes: usize, left: usize) -> (Label, Label) {
    match label.payload {
        Payload::Stream { first, .. } => (label, Payload::Stream { first: first + bytes as i64, commands: 0, ping: false }.into()),
        // What was sent counts to the end of the packet.
        Payload::Rdb { sent, total } => (Payload::Rdb { sent: sent.saturating_sub(left as u64), total }.into(), label),
        _ => (label.clone(), label),
    }
}
