//! The world around the nodes: links, disks, children, clients, one queue of events.

pub mod world;
