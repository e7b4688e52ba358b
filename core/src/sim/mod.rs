//! The world around the nodes: links, disks, children, clients, one queue of events.

pub mod disk;
pub mod journal;
pub mod link;
pub mod queue;
pub mod recorder;
pub mod tcp;
pub mod truth;
pub mod wire;
pub mod world;
