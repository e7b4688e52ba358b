//! What the screen reads: views of the panels and the inspector's open tab.

use super::Desk;
use super::run::Run;
use crate::inspection::Tab;
use crate::inspection::{Inspection, KEYS_SHOWN, LOG_SHOWN};
use crate::player::Player;
use crate::views::{LaneStretch, Views};
use resync_core::repl::Offset;
use resync_core::view::{self, LinkIx, NodeIx};

/// Milestones that the views carry.
const JOURNAL_SHOWN: usize = 600;
/// Samples of one chart.
const SAMPLES_SHOWN: usize = 400;
/// Bytes on each side of the lens whose commands are decoded.
const LENS_REACH: i64 = 6 * 1024;

/// What the views are made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ask {
    /// The inspected node.
    pub node: NodeIx,
    /// The chosen link; without one, that where something happened last.
    pub link: Option<LinkIx>,
    /// Middle of the lens; `None` follows the head.
    pub lens: Option<i64>,
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
    /// The link whose ladder is shown when none is selected: one on which something is going on, else that of the latest verdict, else the first.
    fn default_link(&self) -> Option<LinkIx> {
        let sim = self.timeline.sim();
        let of = |replica: NodeIx| {
            let master = sim.master_of(replica)?;
            sim.link_between(master, replica)
        };
        let unsettled =
            (0..self.node_count()).find(|ix| sim.machine(*ix).alive() && sim.node(*ix).link_mark().is_some_and(|link| !link.up));
        let latest = || {
            let replica = view::verdict(self.timeline.sim(), self.timeline.recorder(), None)?.replica;
            sim.by_name(&replica)
        };
        let first = || (0..self.node_count()).find(|ix| of(*ix).is_some());
        unsettled.and_then(of).or_else(|| latest().and_then(of)).or_else(|| first().and_then(of))
    }

    /// Everything that panels read; `player` is the clock's state.
    #[must_use]
    pub fn views(&self, ask: &Ask, player: &Player) -> Views {
        let run = &self.timeline;
        let sim = run.sim();
        let link = ask.link.or_else(|| self.default_link());
        let ends = link.and_then(|ix| sim.links().get(ix as usize));
        // The chosen link's replica, if one end follows the other.
        let replica = ends.and_then(|l| [l.a, l.b].into_iter().find(|ix| !sim.node(*ix).role_is_master()));
        let top = match (ask.link, ends) {
            (Some(_), Some(l)) => sim.root_of(replica.unwrap_or(l.a)),
            _ => sim.root_of(ask.node),
        };
        let head = sim.node(top).master_offset();
        let middle = ask.lens.unwrap_or(head.0);
        let cluster = view::cluster(run.sim(), run.recorder(), run.checker().lamps());
        let lanes = |ix: usize| {
            let stretches = view::lanes(run.sim(), run.recorder(), ix as LinkIx, run.end());
            stretches.into_iter().map(|s| LaneStretch { from_us: s.from_us, to_us: s.to_us, what: s.what }).collect()
        };
        Views {
            run: self.id,
            top,
            handshake: link.map(|ix| view::handshake(run.sim(), run.recorder(), ix)).unwrap_or_default(),
            verdict: replica
                .and_then(|r| view::verdict(run.sim(), run.recorder(), Some(r)))
                .or_else(|| view::verdict(run.sim(), run.recorder(), None)),
            series: (0..self.node_count())
                .filter(|ix| *ix != top)
                .map(|ix| view::series(run.sim(), run.recorder(), ix, SAMPLES_SHOWN))
                .filter(|s| !s.samples.is_empty())
                .collect(),
            commands: view::stream_commands(run.sim(), top, Offset(middle - LENS_REACH), Offset(middle + LENS_REACH)),
            journal: view::journal(run.sim(), run.recorder(), JOURNAL_SHOWN),
            log: Vec::new(),
            lanes: (0..cluster.links.len()).map(lanes).collect(),
            cluster,
            end_us: self.end_us(),
            playing: player.playing(),
            speed_milli: player.speed_milli(),
        }
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
            console: Vec::new(),
            info: None,
            variables: Vec::new(),
            log: view::log(run.sim(), run.recorder(), ask.node, LOG_SHOWN),
            keys: Vec::new(),
            keys_total: 0,
            directives: Vec::new(),
        };
        match ask.tab {
            Tab::Console => inspection.console = self.console(ask.node),
            Tab::Info => inspection.info = self.info(ask.node, None),
            Tab::Variables => {
                let ends = [Some(ask.node), self.other_end(ask)];
                inspection.variables = ends.into_iter().flatten().map(|ix| (name(ix), view::variables(run.sim(), ix))).collect();
            }
            // The log stands under the other tabs as well, where there is room.
            Tab::Log => {}
            Tab::Keys => {
                inspection.keys = view::keys(run.sim(), ask.node, KEYS_SHOWN);
                inspection.keys_total = sim.node(ask.node).dataset().total_keys() as u64;
            }
            Tab::Config => inspection.directives = view::directives(run.sim(), ask.node),
        }
        inspection
    }

    /// The other end of what the inspected node talks to: its master; for a master, the replica of the chosen link, or its first.
    fn other_end(&self, ask: &Ask) -> Option<NodeIx> {
        let sim = self.timeline.sim();
        if !sim.node(ask.node).role_is_master() {
            return sim.master_of(ask.node);
        }
        let link = ask.link.and_then(|ix| sim.links().get(ix as usize)).filter(|l| l.a == ask.node || l.b == ask.node);
        let far = link.map(|l| if l.a == ask.node { l.b } else { l.a });
        let follows = |ix: &NodeIx| sim.master_of(*ix) == Some(ask.node);
        far.or_else(|| (0..self.node_count()).find(follows))
    }
}
