//! Which room of the sources a world's instructions run in: `cargo xtask bench profile`.
//!
//! Instructions are counted by valgrind's callgrind, not timed: the same on a busy machine as on a quiet one. Each world is played twice, over two spans of
//! simulated time that begin alike, and what is told is the difference: neither the start nor the first synchronisation is in it.

use crate::rooms;
use crate::shell::{Done, cargo, find, program, run, target};
use std::collections::BTreeMap;

/// The worlds, as the bench names them, with the simulated seconds of the shorter play and of the longer one.
const WORLDS: [(&str, u64, u64); 4] = [("busy", 2, 12), ("three", 5, 65), ("idle", 5, 305), ("pairs", 1, 4)];
/// Functions that are named beside the rooms.
const FUNCTIONS: usize = 12;

/// Instructions by function.
type Costs = BTreeMap<String, u64>;

/// Counts and prints. `worlds`: these alone; none named means all.
pub(crate) fn print(worlds: &[&str]) -> Done {
    if let Some(odd) = worlds.iter().find(|name| !WORLDS.iter().any(|(world, ..)| world == *name)) {
        let all: Vec<&str> = WORLDS.iter().map(|(world, ..)| *world).collect();
        return Err(format!("`{odd}` is no world of the profile; there are {}", all.join(", ")));
    }
    if find("valgrind").is_none() {
        return Err("the profile needs valgrind. On Debian: apt-get install -y --no-install-recommends valgrind".into());
    }
    run(&mut cargo(&["build", "--locked", "--release", "-p", "resync-tests", "--bin", "bench"]))?;
    for (world, from, to) in WORLDS.iter().filter(|(world, ..)| worlds.is_empty() || worlds.contains(world)) {
        let [short, long] = [counted(world, *from)?, counted(world, *to)?];
        tell(world, to - from, &less(&long, &short));
    }
    Ok(())
}

/// Plays a world for so many seconds under callgrind.
fn counted(world: &str, seconds: u64) -> Done<Costs> {
    let file = target().join(format!("callgrind-{world}-{seconds}.out"));
    let mut valgrind = program("valgrind");
    valgrind.args(["--quiet", "--tool=callgrind", &format!("--callgrind-out-file={}", file.display())]);
    run(valgrind.arg(target().join("release/bench")).args(["play", world, &seconds.to_string()]))?;
    let text = std::fs::read_to_string(&file).map_err(|why| format!("{}: {why}", file.display()))?;
    Ok(costs(&text))
}

/// Each function's own instructions of a callgrind file; what it calls is not in them.
fn costs(text: &str) -> Costs {
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    let mut costs = Costs::new();
    let (mut present, mut called) = ("", false);
    for line in text.lines() {
        if let Some((key, value)) = line.split_once('=') {
            match key {
                "fn" | "cfn" => {
                    let (id, name) = value.split_once(' ').unwrap_or((value, ""));
                    if !name.is_empty() {
                        names.insert(id, name);
                    }
                    if key == "fn" {
                        present = id;
                    }
                }
                // The next line is what the call cost, the callee's own work included.
                "calls" => called = true,
                _ => {}
            }
        } else if line.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '*')) {
            let cost = line.split(' ').nth(1).and_then(|cost| cost.parse::<u64>().ok()).unwrap_or_default();
            if !std::mem::take(&mut called) {
                let name = names.get(present).copied().unwrap_or("?");
                // Each depth of a recursion has a name of its own.
                let name = name.split_once('\'').map_or(name, |(name, _)| name);
                *costs.entry(name.to_owned()).or_default() += cost;
            }
        }
    }
    costs
}

/// What the longer play has more.
fn less(long: &Costs, short: &Costs) -> Costs {
    let left = |(name, cost): (&String, &u64)| (name.clone(), cost.saturating_sub(short.get(name).copied().unwrap_or_default()));
    long.iter().map(left).filter(|(_, cost)| *cost > 0).collect()
}

fn tell(world: &str, seconds: u64, costs: &Costs) {
    let all: u64 = costs.values().sum();
    println!("\n{world}: {} instructions a simulated second", grouped(all / seconds));
    let mut by_room: BTreeMap<String, u64> = BTreeMap::new();
    for (name, cost) in costs {
        *by_room.entry(rooms::room_of(name)).or_default() += cost;
    }
    let share = |cost: u64| cost as f64 * 100.0 / all.max(1) as f64;
    let falling = |costs: &BTreeMap<String, u64>| {
        let mut rows: Vec<(String, u64)> = costs.iter().map(|(name, cost)| (name.clone(), *cost)).collect();
        rows.sort_by_key(|(_, cost)| std::cmp::Reverse(*cost));
        rows
    };
    for (room, cost) in falling(&by_room).into_iter().filter(|(_, cost)| share(*cost) >= 0.5) {
        println!("{:>14}  {:>5.1} %  {room}", grouped(cost / seconds), share(cost));
    }
    println!("the dearest functions:");
    for (name, cost) in falling(costs).into_iter().take(FUNCTIONS) {
        println!("{:>14}  {:>5.1} %  {name}", grouped(cost / seconds), share(cost));
    }
}

/// `1 234 567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let ahead = digits.len() % 3;
    let mut out = digits[..ahead].to_owned();
    for (at, digit) in digits[ahead..].chars().enumerate() {
        if at % 3 == 0 && !out.is_empty() {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
events: Ir\n\
fn=(1) resync_core::sim::Sim::step\n16 400\n+3 5\ncfi=(2)\ncfn=(2) resync_core::node::Node::handle\ncalls=10 7\n* 9000\n-1 6\n\
\nfn=(2)\n7 8000\n\nfn=(3) resync_core::data::trie::Node<V>::insert'2\n1 20\ncfn=(1)\ncalls=1 1\n1 3\n\nfn=(4) resync_core::data::trie::Node<V>::insert\n2 30\n";

    #[test]
    fn a_function_has_its_own_instructions_alone() {
        let costs = costs(FILE);
        let of = |name: &str| costs.get(name).copied();
        assert_eq!(of("resync_core::sim::Sim::step"), Some(411));
        assert_eq!(of("resync_core::node::Node::handle"), Some(8_000));
        assert_eq!(of("resync_core::data::trie::Node<V>::insert"), Some(50), "all depths of a recursion are one function");
        assert_eq!(costs.values().sum::<u64>(), 8_461);
    }

    #[test]
    fn the_start_is_not_in_it() {
        let [long, short] = [("a", 50), ("b", 7)].map(|(name, cost)| Costs::from([(name.to_owned(), cost), ("start".to_owned(), 9)]));
        assert_eq!(less(&long, &short), Costs::from([("a".to_owned(), 50)]));
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1_000, 74_508_467].map(grouped), ["0", "999", "1 000", "74 508 467"]);
    }
}
