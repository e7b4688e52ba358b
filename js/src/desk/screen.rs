//! What the screen reads: views of the panels and the inspector's open tab.

use super::Desk;
use super::run::Run;
use crate::inspection::Tab;
use crate::inspection::{ENDS_SHOWN, Inspection, KEYS_OFFERED, KEYS_SHOWN, LOG_SHOWN, NODES_OFFERED};
use crate::player::Player;
use crate::views::Views;
use resync_core::order;
use resync_core::view::{self, Happened, LinkIx, NodeIx};

/// What the views are made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ask {
    /// The inspected node.
    pub node: NodeIx,
    /// Whether somebody has chosen it.
    pub chosen: bool,
    /// The chosen link; without one, that where something happened last.
    pub link: Option<LinkIx>,
    /// Middle of the lens; `None` follows the head.
    pub lens: Option<i64>,
    /// The opened packet.
    pub packet: Option<u64>,
    /// The inspector's open tab.
    pub tab: Tab,
}

impl Desk {
    /// Everything that panels read of the run in focus.
    #[must_use]
    pub fn views(&self, ask: &Ask) -> Views {
        self.run().views(ask, &self.player)
    }
}

impl Run {
    /// Everything that panels read; `player` is the clock's state.
    #[must_use]
    pub fn views(&self, ask: &Ask, player: &Player) -> Views {
        let run = &self.timeline;
        let ask = view::Ask { node: ask.node, chosen: ask.chosen, link: ask.link, lens: ask.lens, packet: ask.packet };
        let screen = self.screens.borrow_mut().refresh(run.sim(), run.recorder(), run.checker().lamps(), run.end(), &ask);
        let happened = {
            let mut happened = self.happened.borrow_mut();
            happened.renew(if player.playing() { Happened::default() } else { view::happened(run.sim(), run.recorder()) });
            happened.clone()
        };
        Views { run: self.id, screen, happened, playing: player.playing(), speed_milli: player.speed_milli() }
    }

    /// What the inspector's open tab shows.
    #[must_use]
    pub fn inspection(&self, ask: &Ask) -> Inspection {
        let run = &self.timeline;
        let sim = run.sim();
        let name = |ix: NodeIx| sim.machine(ix).spec.name.clone();
        let mut inspection = Inspection {
            run: self.id,
            node: ask.node,
            tab: ask.tab,
            prompt: self.prompt(ask.node),
            era: sim.node(ask.node).era(),
            console: Vec::new(),
            reads_on: false,
            nodes: Vec::new(),
            info: None,
            variables: Vec::new(),
            more_ends: 0,
            log: view::log(run.sim(), run.recorder(), ask.node, LOG_SHOWN),
            keys: Vec::new(),
            keys_total: 0,
            directives: Vec::new(),
        };
        match ask.tab {
            Tab::Console => {
                inspection.console = self.console(ask.node);
                inspection.reads_on = sim.machine(ask.node).console.reads_on();
                inspection.keys = view::keys(sim, ask.node, KEYS_OFFERED);
                let others = sim.machines().iter().enumerate().filter(|(ix, _)| *ix != ask.node as usize).take(NODES_OFFERED);
                inspection.nodes = others.map(|(_, machine)| format!("{} {}", machine.spec.ip, machine.spec.port)).collect();
            }
            Tab::Info => inspection.info = self.info(ask.node, None),
            Tab::Variables => {
                let ends = self.ends(ask);
                inspection.more_ends = ends.len().saturating_sub(ENDS_SHOWN);
                inspection.variables = ends.into_iter().take(ENDS_SHOWN).map(|ix| (name(ix), view::variables(run.sim(), ix))).collect();
            }
            // The log stands under the other tabs as well, where there is room.
            Tab::Log | Tab::Guide => {}
            Tab::Keys => {
                inspection.keys = view::keys(run.sim(), ask.node, KEYS_SHOWN);
                inspection.keys_total = sim.node(ask.node).dataset().total_keys() as u64;
            }
            Tab::Config => inspection.directives = view::directives(run.sim(), ask.node),
        }
        inspection
    }

    /// The inspected node, then the other ends of what it talks to: of a master its replicas, that of the chosen link first; of a replica its master, then
    /// that one's other replicas.
    fn ends(&self, ask: &Ask) -> Vec<NodeIx> {
        let sim = self.timeline.sim();
        let master = sim.master_of(ask.node).filter(|_| !sim.node(ask.node).role_is_master());
        let head = master.unwrap_or(ask.node);
        let follows = |ix: &NodeIx| sim.master_of(*ix) == Some(head) && *ix != ask.node && *ix != head;
        let mut replicas: Vec<NodeIx> = (0..self.node_count()).filter(follows).collect();
        let link = ask.link.and_then(|ix| sim.links().get(ix as usize));
        order::sort_by_key(&mut replicas, |ix| !link.is_some_and(|link| [link.a, link.b].contains(ix)));
        std::iter::once(ask.node).chain(master).chain(replicas).collect()
    }
}
