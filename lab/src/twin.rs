//! I6 once more, by a twin: a run in which a link is interrupted, and the same run in which it is not. After a partial resynchronisation the replica must
//! stand where the twin's stands: the same data at the same offset. The witness says so from the master's past; here no past is asked.

use crate::dice::Dice;
use resync_core::era::Era;
use resync_core::scenario;
use resync_core::sim::{Recorder, Sim};
use resync_core::time::Time;
use std::fmt::Write as _;

/// When clients fall silent and when both runs are looked at, ms.
const SILENT_MS: u64 = 7_000;
const END_MS: u64 = 12_000;

/// Bytes of a PING in the stream.
const PING: i64 = 14;

/// A run, and what sets it apart from its twin.
pub struct Pair {
    /// The world and its clients: the twin's whole text.
    pub calm: String,
    /// What is done to the link.
    pub troubles: String,
}

/// How a pair ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// The replica came back by partial resynchronisations alone, and stands where its twin stands.
    Together,
    /// It needed another full one, or came back by none: nothing to compare.
    NotPartial,
}

/// The pair of a seed.
#[must_use]
pub fn draw(seed: u64, eras: &[Era]) -> Pair {
    let mut dice = Dice::new(seed, "twins");
    let with_psync: Vec<Era> = eras.iter().copied().filter(|era| era.capabilities().psync).collect();
    let era = dice.pick(&with_psync).name();
    let mut calm = format!("title Twin {seed}\nseed {seed}\nera {era}\ndefault link latency {}ms", dice.pick(&[1, 3, 20]));
    if dice.one_in(3) {
        let _ = write!(calm, " jitter {}ms", dice.between(1, 9));
    }
    let backlog = dice.pick(&["64kb", "200kb", "1mb"]);
    let _ = writeln!(
        calm,
        "\nnode master keys {} size 40 repl-backlog-size {backlog} repl-timeout {} repl-ping-slave-period {}",
        dice.pick(&[1, 60]),
        dice.pick(&[2, 60]),
        dice.pick(&[1, 10])
    );
    let _ = writeln!(calm, "node replica-1 follows master repl-backlog-size {backlog} repl-timeout {}", dice.pick(&[2, 60]));
    for n in 0..dice.between(1, 3) {
        let command = dice.pick(&[
            "SET key:{1..40} {30 bytes}",
            "pipeline 3 LPUSH list:{1..5} {n}",
            "RPOP list:{1..5}",
            "HINCRBY hash:{1..3} field:{1..9} {1..5}",
            "APPEND text:{1..6} {5 bytes}",
            "ZADD board {1..1000} player:{1..20}",
            "SPOP set:{1..4}",
            "SADD set:{1..4} {1..60}",
            "SET big:{1..6} {900 bytes}",
            "INCR counter",
        ]);
        let _ = writeln!(calm, "client writer-{n} on master: every {}ms {command}", dice.between(15, 90));
        let _ = writeln!(calm, "at {SILENT_MS}ms client writer-{n} stop");
    }
    let mut troubles = String::new();
    for _ in 0..dice.between(1, 3) {
        let from = dice.between(1_500, SILENT_MS - 1_000);
        let how =
            dice.pick(&["cut master replica-1", "freeze master replica-1", "freeze master -> replica-1", "freeze replica-1 -> master"]);
        let _ = writeln!(troubles, "at {from}ms {how}");
        let _ = writeln!(troubles, "at {}ms heal master replica-1", (from + dice.between(5, 3_000)).min(SILENT_MS));
    }
    Pair { calm, troubles }
}

/// Plays both, and compares.
///
/// # Errors
/// A sentence: where they stand apart, or why a text is no scenario.
pub fn compare(pair: &Pair) -> Result<Ended, String> {
    let play = |text: &str| -> Result<Sim, String> {
        let parsed = scenario::parse(text).map_err(|why| why.to_string())?;
        let mut sim = Sim::new(&parsed.world).map_err(|why| why.to_string())?;
        let mut recorder = Recorder::new();
        // A PING may be on its way at the end.
        let behind = |sim: &Sim| sim.node(1).link_mark().is_some_and(|link| link.up && link.applied != sim.node(0).master_offset());
        for later in 0..10 {
            sim.run_until(Time::from_millis(END_MS + later * 20), &mut recorder, u64::MAX);
            if !behind(&sim) {
                break;
            }
        }
        Ok(sim)
    };
    let (twin, run) = (play(&pair.calm)?, play(&(pair.calm.clone() + &pair.troubles))?);
    // Who lets go of an idle link by itself is no twin.
    let calm = twin.node(0).counters();
    if calm.sync_full != 1 || calm.sync_partial_ok != 0 {
        return Ok(Ended::NotPartial);
    }
    let counters = run.node(0).counters();
    if counters.sync_full != 1 || counters.sync_partial_ok == 0 || !run.node(1).link_mark().is_some_and(|link| link.up) {
        return Ok(Ended::NotPartial);
    }
    let stands = |sim: &Sim| {
        let link = sim.node(1).link_mark().map_or(0, |link| link.applied.0);
        (link, sim.node(0).master_offset().0, sim.node(1).dataset().digest(), sim.node(1).dataset().total_keys())
    };
    let (there, here) = (stands(&twin), stands(&run));
    // From 4.0 on a master that nobody follows does not ping: while the link was down its stream had fewer bytes, all of them PINGs.
    let pings_less = if run.node(0).capabilities().pings_without_replicas { 0 } else { END_MS as i64 / 1_000 };
    let less = there.0 - here.0;
    let same_stream = less % PING == 0 && (0..=pings_less * PING).contains(&less);
    if here.0 == here.1 && there.0 == there.1 && same_stream && (there.2, there.3) == (here.2, here.3) {
        return Ok(Ended::Together);
    }
    Err(format!(
        "after {} partial resynchronisations it stands at {} of {} with {} keys ({:016x}); its twin at {} of {} with {} keys ({:016x})",
        counters.sync_partial_ok, here.0, here.1, here.3, here.2, there.0, there.1, there.3, there.2
    ))
}
