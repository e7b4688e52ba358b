//! The screen by parts: what a look at a run shows, each part a shared value that stays the same value as long as nothing in it changes.
//!
//! Whoever draws a part compares one pointer to know whether it must be drawn again. A refresh at which nothing has happened makes nothing.

use super::cluster::{Traffic, clients, link_view, node_view};
use super::fleet::{FleetRow, fleet};
use super::history::VerdictBook;
use super::packet::opened;
use super::survey::Survey;
use super::{
    ClientView, HandshakeView, JournalBook, JournalView, LampView, LaneBook, LaneStretch, LinkIx, LinkView, NodeIx, NodeView, PacketOpened,
    SentinelView, SeriesView, Shared, StreamCommand, VerdictView, handshake, series, stream_commands,
};
use crate::repl::Offset;
use crate::sim::{Recorder, Sim};
use crate::time::Time;
use alloc::vec::Vec;

/// Milestones that a screen carries.
const JOURNAL_SHOWN: usize = 600;
/// Samples of one chart.
const SAMPLES_SHOWN: usize = 400;
/// Bytes on each side of the lens whose commands are decoded.
const LENS_REACH: i64 = 6 * 1024;

/// What a screen is made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ask {
    /// The inspected node.
    pub node: NodeIx,
    /// Whether somebody has chosen that node, or it is inspected because one has to be.
    pub chosen: bool,
    /// The chosen link; without one, that where something happened last.
    pub link: Option<LinkIx>,
    /// Middle of the lens; `None` follows the head.
    pub lens: Option<i64>,
    /// The opened packet.
    pub packet: Option<u64>,
}

/// Everything that a screen shows of a run at one moment but the packets. A copy costs some counts of references.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Screen {
    /// Now, µs.
    pub now_us: u64,
    /// Events processed so far.
    pub event: u64,
    /// Furthest moment played, µs.
    pub end_us: u64,
    /// The node whose stream the ruler shows: the top of the inspected node's tree, or of the chosen link's.
    pub top: NodeIx,
    /// A small row for each node.
    pub fleet: Shared<Vec<FleetRow>>,
    /// The nodes, by number.
    pub nodes: Shared<Vec<Shared<NodeView>>>,
    /// The links, by number.
    pub links: Shared<Vec<Shared<LinkView>>>,
    /// Sentinels of the scenario.
    pub sentinels: Shared<Vec<SentinelView>>,
    /// Clients of the scenario.
    pub clients: Shared<Vec<ClientView>>,
    /// Invariants.
    pub lamps: Shared<Vec<LampView>>,
    /// Ladder of the chosen link.
    pub handshake: Shared<HandshakeView>,
    /// Latest verdict of the chosen replica (or of anyone, if it has none).
    pub verdict: Shared<Option<VerdictView>>,
    /// Lag, offset, gap and staleness of each replica of `top`, and of the masters that once were replicas.
    pub series: Shared<Vec<Shared<SeriesView>>>,
    /// The opened packet with its bytes, on its way or landed.
    pub packet: Shared<Option<PacketOpened>>,
    /// Commands around the lens.
    pub commands: Shared<Vec<StreamCommand>>,
    /// Milestones up to now, newest last, at most some hundred.
    pub journal: Shared<Vec<Shared<JournalView>>>,
    /// One lane for each link, in the order of `links`.
    pub lanes: Shared<Vec<Shared<Vec<LaneStretch>>>>,
}

impl Screen {
    /// The nodes, by number.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = &NodeView> + ExactSizeIterator + Clone {
        self.nodes.iter().map(|node| &**node)
    }
    /// The links, by number.
    pub fn links(&self) -> impl DoubleEndedIterator<Item = &LinkView> + ExactSizeIterator + Clone {
        self.links.iter().map(|link| &**link)
    }
    /// A node's name; empty if there is no such node.
    #[must_use]
    pub fn name(&self, ix: NodeIx) -> &str {
        self.fleet.get(ix as usize).map_or("", FleetRow::name)
    }
}

/// What a screen was made of: as long as it is the same, the screen is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Stamp {
    ask: Ask,
    now: Time,
    event: u64,
    end: Time,
    high: u64,
    generation: u64,
    journal: u64,
}

/// The screens of one run, each made from the one before: what did not change stays the very same value.
#[derive(Clone, Debug, Default)]
pub struct ScreenBook {
    stamp: Option<Stamp>,
    screen: Screen,
    lanes: LaneBook,
    journal: JournalBook,
    verdicts: VerdictBook,
}

impl ScreenBook {
    /// The screen at this moment. `sim` and `recorder` are those of one run at every call; `lamps` are those of its checks, which stand beside the world,
    /// and `end` is the furthest moment that it was played to.
    pub fn refresh(&mut self, sim: &Sim, recorder: &Recorder, lamps: Vec<LampView>, end: Time, ask: &Ask) -> Screen {
        let stamp = Stamp {
            ask: *ask,
            now: sim.now(),
            event: sim.event(),
            end,
            high: recorder.high(),
            generation: recorder.generation(),
            journal: recorder.journal().revision(),
        };
        if self.stamp != Some(stamp) {
            self.make(sim, recorder, end, ask);
            self.stamp = Some(stamp);
        }
        self.screen.lamps.renew(lamps);
        self.screen.clone()
    }

    fn make(&mut self, sim: &Sim, recorder: &Recorder, end: Time, ask: &Ask) {
        let (screen, verdicts) = (&mut self.screen, &mut self.verdicts);
        let link = ask.link.or_else(|| default_link(sim, recorder, verdicts));
        let ends = link.and_then(|ix| sim.links().get(ix as usize));
        // The chosen link's replica, if one end follows the other.
        let replica = ends.and_then(|link| [link.a, link.b].into_iter().find(|ix| !sim.node(*ix).role_is_master()));
        screen.top = match (ask.link, ends) {
            (Some(_), Some(link)) => living(sim, sim.root_of(replica.unwrap_or(link.a)), false),
            _ => living(sim, sim.root_of(ask.node), ask.chosen),
        };
        (screen.now_us, screen.event, screen.end_us) = (sim.now().as_micros(), sim.event(), end.as_micros());

        let (survey, traffic) = (Survey::of(sim, recorder), Traffic::of(sim));
        screen.fleet.renew(fleet(sim, &survey));
        renew_each(&mut screen.nodes, sim.machines().len(), |ix| node_view(sim, &survey, ix as NodeIx));
        renew_each(&mut screen.links, sim.links().len(), |ix| link_view(sim, &survey, ix as LinkIx, &sim.links()[ix], &traffic));
        super::watch::renew(&mut screen.sentinels, sim);
        screen.clients.renew(clients(sim));
        screen.handshake.renew(link.map(|ix| handshake(sim, recorder, ix)).unwrap_or_default());
        let found = replica.and_then(|ix| verdicts.latest(sim, recorder, Some(ix))).or_else(|| verdicts.latest(sim, recorder, None));
        screen.verdict.renew(found.and_then(|found| found.told(sim, recorder)));
        let top = screen.top;
        let charted: Vec<NodeIx> = (0..sim.machines().len() as NodeIx)
            .filter(|ix| *ix != top && (sim.node(*ix).role_is_master() || survey.root(*ix) == top))
            .filter(|ix| !recorder.series(*ix).is_empty() || sim.sample_now(*ix).is_some())
            .collect();
        renew_each(&mut screen.series, charted.len(), |at| series(sim, recorder, charted[at], SAMPLES_SHOWN));
        let middle = ask.lens.unwrap_or_else(|| sim.node(top).master_offset().0);
        screen.commands.renew(stream_commands(sim, top, Offset(middle - LENS_REACH), Offset(middle + LENS_REACH)));
        let packet = ask.packet.and_then(|id| opened(sim, id, screen.packet.as_ref()));
        screen.packet.renew(packet);
        screen.journal = self.journal.rows(sim, recorder, JOURNAL_SHOWN);
        screen.lanes.renew(self.lanes.lanes(sim, recorder, &survey, end));
    }
}

/// The node whose stream is shown in place of a master that is dead, or that everybody has left: the one, if any, that has taken its role over. They have
/// had a link with each other. A living master that somebody has chosen is shown all the same; one that nobody has chosen, that nobody follows and nobody
/// writes to gives way to the first that a client writes to: before the first `REPLICAOF` that is the one of whom there is something to see.
fn living(sim: &Sim, top: NodeIx, chosen: bool) -> NodeIx {
    let all = || 0..sim.machines().len() as NodeIx;
    let followers = |of: NodeIx| all().filter(|ix| sim.master_of(*ix) == Some(of)).count();
    let alive = sim.machine(top).alive();
    if alive && (chosen || followers(top) > 0) {
        return top;
    }
    let heir = |ix: &NodeIx| {
        let takes_over = sim.machine(*ix).alive() && sim.node(*ix).role_is_master() && sim.link_between(top, *ix).is_some();
        *ix != top && takes_over && (!alive || followers(*ix) > 0)
    };
    let written = || {
        let alone = alive && sim.root_of(top) == top && sim.clients().iter().all(|client| client.on != top);
        let on = sim.clients().iter().map(|client| client.on);
        on.filter(|ix| alone && sim.machine(*ix).alive()).map(|ix| sim.root_of(ix)).next()
    };
    all().filter(heir).max_by_key(|ix| (followers(*ix), core::cmp::Reverse(*ix))).or_else(written).unwrap_or(top)
}

/// Makes each item anew; those that are what they were stay the same values, and so does the whole if all do.
fn renew_each<T: PartialEq>(parts: &mut Shared<Vec<Shared<T>>>, count: usize, mut make: impl FnMut(usize) -> T) {
    let mut changed = parts.len() != count;
    let made: Vec<Shared<T>> = (0..count)
        .map(|at| {
            let value = make(at);
            match parts.get(at) {
                Some(kept) if **kept == value => kept.clone(),
                _ => {
                    changed = true;
                    Shared::new(value)
                }
            }
        })
        .collect();
    if changed {
        *parts = Shared::new(made);
    }
}

/// The link whose ladder is shown when none is selected: one on which something is going on, else that of the latest verdict, else the first.
fn default_link(sim: &Sim, recorder: &Recorder, verdicts: &mut VerdictBook) -> Option<LinkIx> {
    let nodes = || 0..sim.machines().len() as NodeIx;
    let of = |replica: NodeIx| sim.link_between(sim.master_of(replica)?, replica);
    let unsettled = nodes().find(|ix| sim.machine(*ix).alive() && sim.node(*ix).follows().is_some() && !sim.node(*ix).link_up());
    let mut latest = || verdicts.latest(sim, recorder, None)?.asker(sim);
    unsettled.and_then(of).or_else(|| latest().and_then(of)).or_else(|| nodes().find_map(of))
}
