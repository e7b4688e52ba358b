//! Worlds with sentinels: nobody tells a server whom to follow but they.
//!
//! Servers of one era that can go on where they were, three to five sentinels with short patience, and trouble on every link. At the end everything is well
//! again, and the sentinels alone must bring everybody together.

use crate::dice::Dice;
use resync_core::era::Era;
use std::fmt::Write as _;

/// The earliest and the latest end of the trouble, ms. Sentinels need their first twelve seconds to learn of replicas.
const CHAOS_MS: (u64, u64) = (18_000, 30_000);
/// Time that everything has to come together, ms: failovers that begin again, a replica that is put right, the old master.
const HEALING_MS: u64 = 120_000;
/// When trouble begins, ms.
const FROM_MS: u64 = 12_500;

/// The scenario of a seed.
pub(super) fn scenario(seed: u64, eras: &[Era]) -> String {
    let mut dice = Dice::new(seed, "councils");
    let able: Vec<Era> = eras.iter().copied().filter(|era| era.has(Era::V2_8)).collect();
    let era = if able.is_empty() { Era::V7_0 } else { dice.pick(&able) };
    let heals = dice.between(CHAOS_MS.0, CHAOS_MS.1);
    let (replicas, sentinels) = (dice.between(1, 3), dice.pick(&[3, 3, 3, 5]));
    let mut text = format!("title Council {seed}\nseed {seed}\nera {era}\n");
    let _ = writeln!(text, "default link latency {}", dice.pick(&["200us", "1ms", "10ms", "60ms"]));
    let mut nodes = vec!["master".to_string()];
    let words = "save \"\" repl-timeout 5 repl-ping-slave-period 1 repl-diskless-sync no";
    let _ = writeln!(text, "node master {words}");
    for n in 1..=replicas {
        let priority = dice.pick(&["", "", " slave-priority 10", " slave-priority 200"]);
        let _ = writeln!(text, "node replica-{n} follows master {words}{priority}");
        nodes.push(format!("replica-{n}"));
    }
    let _ = writeln!(text, "client writer on master: every {}ms SET key:{{1..40}} {{16 bytes}}", dice.pick(&[20, 50, 200]));
    let councils: Vec<String> = (1..=sentinels).map(|n| format!("s{n}")).collect();
    let quorum = dice.pick(&[sentinels / 2 + 1, 2, 1]);
    let _ = writeln!(
        text,
        "sentinel {} watch master quorum {quorum} down-after {}ms failover-timeout {}s parallel-syncs {}",
        councils.join(" "),
        dice.pick(&[1_000, 2_000, 3_000]),
        dice.pick(&[4, 8]),
        dice.between(1, 2)
    );
    let everybody: Vec<&String> = nodes.iter().chain(&councils).collect();
    let mut acts: Vec<(u64, String)> = Vec::new();
    for _ in 0..dice.between(2, 7) {
        let at = dice.between(FROM_MS, heals - 500);
        let node = nodes[dice.below(nodes.len() as u64) as usize].clone();
        let (a, b) = (dice.below(everybody.len() as u64) as usize, dice.below(everybody.len() as u64 - 1) as usize);
        let (a, b) = (everybody[a], everybody[if b >= a { b + 1 } else { b }]);
        let kind = dice.below(7);
        if kind < 2 {
            // Whoever dies comes back, by what its configuration says: that of the text, or what a failover has rewritten.
            let node = if kind == 0 { &nodes[0] } else { &node };
            acts.push((at, format!("crash {node}")));
            acts.push(((at + dice.between(500, 9_000)).min(heals), format!("restart {node}")));
            continue;
        }
        acts.push((
            at,
            match kind {
                2 => format!("pause {node}"),
                3 => format!("resume {node}"),
                4 => format!("freeze {a} {b}"),
                5 => format!("heal {a} {b}"),
                _ => format!("cut {a} {b}"),
            },
        ));
    }
    // One of the sentinels, too. Drawn apart, so that all other draws stay as they were.
    let mut dice = Dice::new(seed, "sentinels end");
    if dice.one_in(3) {
        let (one, from) = (dice.pick(&["s1", "s2", "s3"]), dice.between(FROM_MS, heals - 500));
        let to = (from + dice.between(300, 6_000)).min(heals);
        let (ends, begins) = dice.pick(&[("crash", "restart"), ("pause", "resume"), ("power-off", "restart")]);
        acts.extend([(from, format!("{ends} {one}")), (to, format!("{begins} {one}"))]);
    }
    acts.sort_by_key(|(at, _)| *at);
    for (at, act) in acts {
        let _ = writeln!(text, "at {at}ms {act}");
    }
    let _ = writeln!(text, "#heals {heals}ms ends {}ms", heals + HEALING_MS);
    for (n, a) in everybody.iter().enumerate() {
        for b in &everybody[n + 1..] {
            let _ = writeln!(text, "at {heals}ms heal {a} {b}");
        }
    }
    for node in &nodes {
        let _ = writeln!(text, "at {heals}ms resume {node}");
    }
    let _ = writeln!(text, "at {}ms client writer stop", heals + 3_500);
    text
}
