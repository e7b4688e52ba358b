//! What of a run is worth slowing down for, and how often it has been seen: what decides is slow the first time, faster when it comes again, and passed
//! over when it has come often.
//!
//! How novel something is follows from the run alone: it is counted by what of its kind came before it in the run and was on the screen. Who goes back sees
//! it as slow as the first time; who jumps over things meets them as new ones.

use crate::matters::matter;
use crate::player::{Facts, Situation, crossing};
use resync_core::fact::ReplState;
use resync_core::node::api::Payload;
use resync_core::sim::tcp::{Freight, Packet};
use resync_core::sim::{Doing, OnTheWay, Process, Recorder, Sim};
use resync_core::time::Time;
use std::collections::BTreeMap;

/// Wall time in which a packet that decides crosses its link, µs: the first of its kind, the next ones; those after them are not waited for.
const WEIGHTY_US: [u64; 3] = [650_000, 350_000, 200_000];
/// The same for the steps that every handshake has.
const STEP_US: [u64; 2] = [550_000, 120_000];
/// How long something that happened is looked at, µs of wall time: the first of its kind, and the next ones.
const NEWS_US: [u64; 3] = [700_000, 300_000, 150_000];
/// How many links or nodes may each show the same before it counts as seen elsewhere: what forty pairs do at once is one sight. The steps that every
/// handshake has are the same on any link.
const ELSEWHERE: usize = 2;
/// Of each kind so many are remembered: more than are ever waited for on all links together.
const KEPT: usize = 16;
/// Simulated time over which the rate of a stream is measured, µs.
const RATE_OVER_US: u64 = 3_000_000;

/// A kind of thing: its word, the variety of it, and where; `None`: wherever.
type Kind = (String, u32, Option<u32>);

/// What was seen of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Interest {
    /// Of each kind the first ones in the run that were on the screen: numbers of packets or events.
    seen: BTreeMap<Kind, Vec<u64>>,
    /// The newest packet that was looked at.
    packets: u64,
    /// The last event whose notes were looked at.
    event: Option<u64>,
    /// For how long what happened meanwhile wants to be looked at, µs.
    news_us: u64,
    /// Whether it was the first of its kind.
    first: bool,
    /// Whether something happened that was seen often.
    again: bool,
    /// Replicas whose runway has run out.
    lost: Vec<u32>,
}

/// Remembers one of a kind, and says how many came before it.
fn rank(seen: &mut BTreeMap<Kind, Vec<u64>>, kind: Kind, number: u64) -> usize {
    let all = seen.entry(kind).or_default();
    match all.binary_search(&number) {
        Ok(at) => at,
        Err(at) => {
            all.insert(at, number);
            all.truncate(KEPT);
            at
        }
    }
}

/// A packet that decides something: its word, the variety, and whether more hangs on it than on a step that every handshake has.
fn sort(packet: &Packet) -> Option<(&str, u32, bool)> {
    let first = |words: &'static str| (words, 0, false);
    Some(match &packet.freight {
        Freight::Accept => first("accept"),
        Freight::Fin => first("fin"),
        Freight::Reset => ("reset", 0, true),
        Freight::Data(label) => {
            let mut words = label.words.split(' ');
            let word = words.next().unwrap_or_default();
            match label.payload {
                // To go on, or to have everything: two different questions.
                Payload::Request { syncs: true } => (word, u32::from(words.next() == Some("?")), true),
                Payload::Request { .. } if word == "REPLCONF" => (words.next().unwrap_or_default(), 1, false),
                Payload::Request { .. } => (word, 0, false),
                Payload::Reply { error } => (word, 0, error || ["+FULLRESYNC", "+CONTINUE"].contains(&word)),
                Payload::Rdb { .. } => ("RDB", 0, true),
                Payload::Stream { .. } | Payload::Ack(_) | Payload::Newline | Payload::Client => return None,
            }
        }
    })
}

impl Interest {
    /// How long one of a kind, at a place, is waited for.
    fn wanted(&mut self, (word, variety): (&str, u32), at: Option<u32>, number: u64, walls: &[u64]) -> Option<u64> {
        let anywhere = rank(&mut self.seen, (word.to_owned(), variety, None), number);
        let rank = at.map_or(anywhere, |at| rank(&mut self.seen, (word.to_owned(), variety, Some(at)), number).max(anywhere / ELSEWHERE));
        self.first |= rank == 0;
        walls.get(rank).copied()
    }
    /// The speed at which a packet can be followed, millionths of real time; `None`: it decides nothing, does not move, or was seen often.
    fn pace(&mut self, on: &OnTheWay<'_>) -> Option<u64> {
        let packet = on.packet;
        let (word, variety, weighty) = sort(packet)?;
        // Held back: it does not move, and nobody waits for it to arrive.
        let us = (packet.t1 != Time::NEVER).then(|| packet.t1.since(packet.t0).as_micros())?;
        let wall = if weighty {
            self.wanted((word, variety), Some(on.link), packet.id, &WEIGHTY_US)
        } else {
            self.wanted((word, variety), None, packet.id, &STEP_US)
        };
        Some(crossing(us, wall?))
    }
    /// Looks at what the last event told. `true`: something that is looked at.
    fn hear(&mut self, sim: &Sim) -> bool {
        if self.event.replace(sim.event()) == Some(sim.event()) {
            return false;
        }
        let mut heard = false;
        for (node, note) in sim.notes() {
            let Some(variety) = matter(note).looked_at else { continue };
            if let Some(us) = self.wanted((note.kind().name(), variety), Some(*node), sim.event(), &NEWS_US) {
                self.news_us = self.news_us.max(us);
                heard = true;
            } else {
                self.again = true;
            }
        }
        heard
    }
    /// Looks at the world after an event. `true`: something is new that a frame at this speed, in millionths of real time, would pass over.
    pub(super) fn sees(&mut self, sim: &Sim, speed: u64) -> bool {
        let mut new = self.hear(sim);
        if sim.packets_made() != self.packets {
            let known = self.packets;
            for on in sim.packets().filter(|on| on.packet.id > known) {
                new |= self.pace(&on).is_some_and(|pace| pace < speed);
            }
            self.packets = sim.packets_made();
        }
        new
    }

    /// What is under way, as far as the speed is concerned.
    pub(super) fn facts(&mut self, sim: &Sim, recorder: &Recorder) -> Facts {
        self.hear(sim);
        self.packets = sim.packets_made();
        let mut facts = Facts::default();
        let mut stream: Option<u64> = None;
        for on in sim.packets() {
            if let Some(pace) = self.pace(&on) {
                facts.decisive = Some(facts.decisive.map_or(pace, |least| least.min(pace)));
            } else if let Freight::Data(label) = &on.packet.freight
                && matches!(label.payload, Payload::Stream { ping: false, .. })
                && on.packet.t1 != Time::NEVER
            {
                stream = Some(stream.unwrap_or(0).max(on.packet.t1.since(on.packet.t0).as_micros()));
            }
        }
        let runway = self.runway(sim, recorder);
        facts.situation = if let Some(whole_us) = runway {
            Situation::Runway(whole_us)
        } else if working(sim) {
            Situation::Working
        } else if waiting(sim) {
            Situation::Waiting
        } else {
            stream.map_or(Situation::Silence, Situation::Stream)
        };
        facts.news_us = std::mem::take(&mut self.news_us);
        facts.first = std::mem::take(&mut self.first);
        facts.again = std::mem::take(&mut self.again);
        facts
    }

    /// The shortest runway of those that shrink, as a whole, µs of the run. That one has run out is news.
    fn runway(&mut self, sim: &Sim, recorder: &Recorder) -> Option<u64> {
        let mut shortest: Option<u64> = None;
        for ix in 0..sim.machines().len() as u32 {
            let runway = sim.runway(ix);
            let lost = runway.is_some_and(|runway| !runway.partial_now);
            match self.lost.iter().position(|known| *known == ix) {
                Some(at) if !lost => {
                    self.lost.swap_remove(at);
                }
                None if lost => {
                    self.lost.push(ix);
                    let us = self.wanted(("runway", 0), Some(ix), sim.event(), &NEWS_US);
                    self.news_us = self.news_us.max(us.unwrap_or(0));
                }
                _ => {}
            }
            let whole = runway.filter(|runway| runway.partial_now).and_then(|_| {
                let size = sim.node(sim.master_of(ix)?).backlog().size();
                (size * 1_000_000).checked_div(rate(sim, recorder, ix))
            });
            shortest = [shortest, whole].into_iter().flatten().min();
        }
        shortest
    }
}

/// Bytes a second that the stream above a replica grew by lately.
fn rate(sim: &Sim, recorder: &Recorder, replica: u32) -> u64 {
    let (samples, now) = (recorder.series(replica), sim.now().as_micros());
    let upto = samples.partition_point(|sample| sample.at.as_micros() <= now);
    let Some(last) = samples[..upto].last() else { return 0 };
    let since = last.at.as_micros().saturating_sub(RATE_OVER_US);
    let from = samples[..upto].partition_point(|sample| sample.at.as_micros() < since);
    let first = &samples[from];
    let (us, bytes) = (last.at.since(first.at).as_micros(), last.head.saturating_sub(first.head));
    u64::try_from(bytes).unwrap_or(0).saturating_mul(1_000_000).checked_div(us).unwrap_or(0)
}

/// Whether an RDB is on its way, or is loaded.
fn working(sim: &Sim) -> bool {
    sim.machines().iter().any(|machine| {
        machine.node.link_mark().is_some_and(|link| link.installing || link.state == ReplState::Transfer)
            || machine.doing(sim.now()) == Doing::Loading
    })
}
/// Whether somebody waits for somebody.
fn waiting(sim: &Sim) -> bool {
    sim.machines().iter().any(|machine| machine.process != Process::Up || machine.node.link_mark().is_some_and(|link| !link.up))
        || sim.links().iter().any(|link| link.cut || link.frozen())
}
