//! A sentinel of the world, and what is under way from and to one. What is done with them stands in `sentries`.

use super::machine::Process;
use super::tcp::Packet;
use super::world::SentinelSpec;
use crate::node::api::Token;
use crate::sentinel::Sentinel;
use crate::sentinel::api::Input;
use crate::time::Time;
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::vec::Vec;

/// A sentinel and what its kernel keeps for it.
#[derive(Clone)]
pub struct Sentry {
    /// What the scenario says of it.
    pub spec: Rc<SentinelSpec>,
    /// The sentinel.
    pub sentinel: Sentinel,
    /// Its process.
    pub process: Process,
    /// Since when.
    pub since: Time,
    /// What its kernel has for it while it is stopped.
    pub(super) held: Vec<Input>,
    pub(super) timer_at: Time,
    pub(super) booted: bool,
    pub(super) dials: BTreeMap<Token, u64>,
    pub(super) ports: u16,
}

/// A packet under way from or to a sentinel.
#[derive(Clone, Copy, Debug)]
pub struct SentryPacket<'a> {
    /// The link, by its number among those of sentinels.
    pub link: u32,
    /// The end that sent it: a node, or a sentinel by its number as an end.
    pub from: u32,
    /// The other end.
    pub to: u32,
    /// The packet.
    pub packet: &'a Packet,
}
