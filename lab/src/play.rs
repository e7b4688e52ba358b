//! Plays a text under watch: the lamps and the witness after every event, and at the end the question whether everything came together.

use crate::draw::OWN_DB;
use crate::situations::Situations;
use resync_core::check::{Checker, Hole, Witness};
use resync_core::data::Value;
use resync_core::fact::Invariant;
use resync_core::scenario;
use resync_core::sim::{Recorder, Sentry, Sim};
use resync_core::time::{Span, Time};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Events of one run, at most: far above what a drawn scenario has.
const EVENTS_MAX: u64 = 3_000_000;
/// Events of one moment, at most.
const IN_A_MOMENT_MAX: u64 = 100_000;
/// How often everything is looked at while it comes together, ms.
const LOOK_MS: u64 = 50;

/// The invariant that broke.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broke {
    /// `I1` …, or `panic`, `stuck`.
    pub invariant: String,
    /// A sentence.
    pub text: String,
    /// When, ms.
    pub at_ms: u64,
}

/// How a run went.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// What broke first; a run ends there.
    pub broke: Option<Broke>,
    /// What was met on the way.
    pub met: Situations,
    /// Events in all.
    pub events: u64,
    /// How long after the healing everything had come together, ms.
    pub together_ms: Option<u64>,
    /// Acknowledged writes that nobody has any more. Redis promises nothing else: they are counted, not held against it.
    pub lost: u64,
    /// The run's fingerprint at its end.
    pub fingerprint: u64,
}

/// When a text heals and ends: its line `#heals 5000ms ends 65000ms`; without it there is nothing to come together.
fn healing(text: &str) -> Option<(Time, Time)> {
    let line = text.lines().find_map(|line| line.strip_prefix("#heals "))?;
    let (heals, ends) = line.split_once(" ends ")?;
    let ms = |text: &str| text.strip_suffix("ms")?.parse().ok().map(Time::from_millis);
    Some((ms(heals)?, ms(ends)?))
}

/// Plays a text. `prepare` may do something to the world before it starts.
///
/// # Errors
/// A text that is no scenario.
pub fn play(text: &str, prepare: &dyn Fn(&mut Sim)) -> Result<Played, String> {
    play_telling(text, prepare, &mut |_| {})
}
/// As [`play`], and calls `tell` after every event.
///
/// # Errors
/// As [`play`].
pub fn play_telling(text: &str, prepare: &dyn Fn(&mut Sim), tell: &mut dyn FnMut(&Sim)) -> Result<Played, String> {
    let parsed = scenario::parse(text).map_err(|error| error.to_string())?;
    let mut sim = Sim::new(&parsed.world).map_err(|error| error.to_string())?;
    prepare(&mut sim);
    let mut played = Played::default();
    let ran = catch_unwind(AssertUnwindSafe(|| run(&mut sim, healing(text), &mut played, tell)));
    if let Err(panic) = ran {
        let text = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        played.broke = Some(Broke { invariant: "panic".into(), text: text.unwrap_or_default(), at_ms: sim.now().as_millis() });
    }
    Ok(played)
}

fn run(sim: &mut Sim, healing: Option<(Time, Time)>, played: &mut Played, tell: &mut dyn FnMut(&Sim)) {
    let mut recorder = Recorder::new();
    recorder.want_flow = false;
    let (mut checker, mut witness) = (Checker::leaving_out(OWN_DB), Witness::leaving_out(OWN_DB));
    let ends = healing.map_or(Time::from_secs(60), |(_, ends)| ends);
    let calm = healing.map(|(heals, _)| heals + Span::from_millis(CALM_MS));
    let mut look_at = calm.unwrap_or(Time::NEVER);
    // Replies in replicas' streams before the last stretch of the healing.
    let (mut storm_at, mut storm) = (healing.map_or(Time::NEVER, |(heals, _)| heals + Span::from_millis(STORM_MS)), None);
    let (mut moment, mut in_moment) = (Time::ZERO, 0);
    while sim.next_event_at().is_some_and(|at| at <= ends) {
        if sim.step(&mut recorder).is_none() {
            break;
        }
        tell(sim);
        let lamps = checker.look(sim);
        witness.saw(sim);
        played.met.saw(sim);
        let at_ms = sim.now().as_millis();
        let mut broke = witness.broken().first().map(|(name, broken)| ((*name).to_string(), broken.text.clone()));
        for (name, broken) in lamps {
            // An ACK of a stream with a stray reply in it is above what was sent: the lamp is lit there as real Redis deserves it, and the witness
            // judges the others.
            if name == Invariant::I7 && witness.holes().any(|(hole, _)| hole == Hole::StrayReply) {
                continue;
            }
            // I2 lit at a replica that went through a hole is right. Elsewhere it is a known false positive: `truth::Pasts` loses one replica in some
            // 1 400 schedules when several change masters at once, or a pause of callers stands in between. Both are counted, and the witness judges the same data from the bytes alone.
            if name == Invariant::I2 {
                played.met.add(if witness.astray(sim, broken.node) { "lamp I2 lit by a hole" } else { "lamp I2 lit for no hole" }, 1);
                continue;
            }
            if broke.is_none() {
                broke = Some((name.to_string(), broken.text));
            }
        }
        (moment, in_moment) = if sim.now() == moment { (moment, in_moment + 1) } else { (sim.now(), 0) };
        if broke.is_none() && (in_moment > IN_A_MOMENT_MAX || sim.event() > EVENTS_MAX) {
            broke = Some(("stuck".into(), format!("{in_moment} events in one moment, {} in all", sim.event())));
        }
        if let Some((invariant, text)) = broke {
            played.broke = Some(Broke { invariant, text, at_ms });
            break;
        }
        if sim.now() >= storm_at {
            storm_at = Time::NEVER;
            storm = Some(stray(&witness));
        }
        if sim.now() >= look_at {
            look_at = sim.now() + Span::from_millis(LOOK_MS);
            if apart(sim, &witness).is_none() {
                played.together_ms = healing.map(|(heals, _)| sim.now().since(heals).as_millis());
                break;
            }
        }
    }
    if let Some((heals, _)) = healing.filter(|_| played.broke.is_none() && played.together_ms.is_none()) {
        let storms = storm.is_some_and(|before| stray(&witness) > before);
        if storms {
            // Up to 3.2 a master that streams its RDB may answer each first ACK of a replica that closes on such an answer: a loop of real Redis.
            played.met.add("storm: full resynchronisations for a reply in the stream", 1);
        } else if nobody_fit(sim) {
            played.met.add("council: a master that follows, and nobody fit to take its place", 1);
        } else {
            let why = apart(sim, &witness).unwrap_or_default();
            let text = format!("{} ms after everything healed: {why}", sim.now().since(heals).as_millis());
            played.broke = Some(Broke { invariant: "I14".into(), text, at_ms: sim.now().as_millis() });
        }
    }
    for (hole, times) in witness.holes() {
        let name = match hole {
            Hole::AfterSync => "hole: went on after a SYNC fallback",
            Hole::NewerStream => "hole: went on with the stream of a newer release",
            Hole::StrayReply => "hole: a reply in a replica's stream",
            Hole::HalfReloaded => "hole: forked in the middle of DEBUG RELOAD",
            Hole::RunIdAgain => "hole: one run id, counted anew",
            Hole::FewerKeys => "hole: went on with a server that has fewer keys",
            Hole::LoadedBeside => "hole: loaded beside another synchronisation",
            Hole::SnapshotId => "hole: kept its snapshot's id under a primary that had taken another",
            Hole::ServedBehind => "hole: a blocked caller was served on a replica",
            Hole::StrayPast => "hole: went on with a promoted server that had counted a reply",
        };
        played.met.add(name, times);
    }
    played.lost = lost(sim);
    played.met.add("acknowledged writes lost", u64::from(played.lost > 0));
    played.events = sim.event();
    played.fingerprint = sim.fingerprint();
}

/// Who is still apart so long after the healing, and for a hole of real Redis that opens again and again, is in a storm, ms.
const STORM_MS: u64 = 40_000;
/// How often a reply went into a replica's stream.
fn stray(witness: &Witness) -> u64 {
    witness.holes().filter(|(hole, _)| *hole == Hole::StrayReply).map(|(_, times)| times).sum()
}

/// The master of all sentinels came back as a replica, and everybody else has been without a link for longer than a candidate may: real Sentinel begins a
/// failover again and again and finds no good slave, for good (docs/redis.md §16.4).
fn nobody_fit(sim: &Sim) -> bool {
    /// The links were said to be down by an INFO that is no older.
    const INFO_AGE: Span = Span::from_secs(2);
    let now = sim.now();
    let stuck = |sentry: &Sentry| {
        let (one, spec) = (&sentry.sentinel, &sentry.spec);
        let Some(down_since) = one.master().down_since.filter(|_| !one.master().says_master) else { return false };
        let most = Span::from_micros(spec.down_after.as_micros() * 10) + now.since(down_since);
        one.replicas().iter().all(|replica| replica.priority == 0 || replica.was_cut_off() + INFO_AGE > most)
    };
    let follows = |ix: u32| !sim.node(ix).role_is_master();
    !sim.sentinels().is_empty() && (0..sim.machines().len() as u32).all(follows) && sim.sentinels().iter().all(|sentry| stuck(sentry))
}

/// When all commands of the healing were said and all clients are silent, ms after it began.
const CALM_MS: u64 = 3_600;

/// The reason why the servers are still apart; `None`: one leads, everybody follows, and all data are the same.
fn apart(sim: &Sim, witness: &Witness) -> Option<String> {
    let leaders: Vec<u32> = (0..sim.machines().len() as u32).filter(|ix| sim.node(*ix).role_is_master()).collect();
    let [leader] = leaders[..] else { return Some(format!("{} masters", leaders.len())) };
    let whole = sim.node(leader).dataset().digest_without(OWN_DB);
    for (ix, machine) in sim.machines().iter().enumerate() {
        let (ix, name, node) = (ix as u32, &machine.spec.name, &machine.node);
        if !machine.alive() {
            return Some(format!("{name} does not run"));
        }
        if node.loading().is_some() {
            return Some(format!("{name} loads"));
        }
        if ix == leader {
            continue;
        }
        let Some(link) = node.link_mark().filter(|link| link.up) else {
            return Some(format!("{name} has no link to its master"));
        };
        if node.dataset().digest_without(OWN_DB) != whole && !witness.astray(sim, ix) {
            return Some(format!(
                "{name} has other data than {} ({} keys, {} keys)",
                sim.machine(leader).spec.name,
                node.dataset().total_keys(),
                sim.node(leader).dataset().total_keys()
            ));
        }
        let session = link.conn.map(resync_core::sim::tcp::peer);
        if !sim.machines().iter().any(|other| other.node.session_marks().any(|mark| Some(mark.conn) == session && mark.online)) {
            return Some(format!("{name} is not online at its master"));
        }
    }
    None
}

/// Increments that were acknowledged and are in no data of the master any more.
fn lost(sim: &Sim) -> u64 {
    let Some(leader) = (0..sim.machines().len() as u32).find(|ix| sim.node(*ix).role_is_master()) else { return 0 };
    let data = sim.node(leader).dataset();
    let counters = sim.clients().iter().filter(|client| client.spec.name.starts_with("counter-"));
    counters
        .map(|client| {
            let key = client.spec.name.replace("counter-", "acked:");
            let value = match data.get(0, key.as_bytes()) {
                Some(Value::String(text) | Value::Sum(text) | Value::Grown(text)) => {
                    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(0)
                }
                _ => 0,
            };
            client.ok.saturating_sub(value)
        })
        .sum()
}
