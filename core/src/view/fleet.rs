//! A fleet at a glance: one small row for each node.

use super::survey::Survey;
use super::{NodeIx, Process, Role};
use crate::sim::Sim;
use crate::sim::world::NodeSpec;
use alloc::rc::Rc;
use alloc::vec::Vec;

/// A node in a few words: enough for a tile or a row of a list. What its name is stays in the scenario's own memory.
#[derive(Clone, PartialEq, Debug)]
pub struct FleetRow {
    /// Its number.
    pub ix: NodeIx,
    spec: Rc<NodeSpec>,
    /// The process.
    pub process: Process,
    /// Role.
    pub role: Role,
    /// The node that it follows, if it is one.
    pub master: Option<NodeIx>,
    /// `master_link_status:up`; false for a master.
    pub link_up: bool,
    /// Bytes of its top master's stream that it lacks; `None` for a master, and where nobody knows.
    pub gap: Option<i64>,
    /// Replicas that it has as online.
    pub online: u32,
}
impl FleetRow {
    /// Its name in the scenario.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.spec.name
    }
}

/// The rows of all nodes, by number.
pub(super) fn fleet(sim: &Sim, survey: &Survey) -> Vec<FleetRow> {
    let rows = sim.machines().iter().enumerate().map(|(ix, machine)| {
        let (ix, node) = (ix as NodeIx, &machine.node);
        FleetRow {
            ix,
            spec: Rc::clone(&machine.spec),
            process: machine.doing(sim.now()),
            role: if node.role_is_master() { Role::Master } else { Role::Replica },
            master: survey.master(ix),
            link_up: machine.alive() && node.link_up(),
            gap: survey.reality(ix).map(|reality| reality.gap),
            online: if machine.alive() { node.acks().filter(|(_, acked, _)| acked.is_some()).count() as u32 } else { 0 },
        }
    });
    rows.collect()
}
