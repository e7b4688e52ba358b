//! Scenario text ↔ [`World`]. Conditions within it are those of [`crate::condition`].
//!
//! One line, one thing. Words and quoting are those of redis.conf and redis-cli; a line that begins with `#` is a comment.
//!
//! ```text
//! lesson 01-short-cut-long-cut                     whose scene this is
//! title Short cut, long cut                        for menus and links, up to the line's end
//! words zh title 短断与长断                        the same in one language; also question, task and watch (see [`Words`])
//! opens at 16s                                     the moment that a page shows first; `opens at 1s paused`: and stands there (see [`Opening`])
//! era 3.0                                          of the nodes below; 7.0 unless said
//! seed 7
//! epoch 1700000000                                 unix seconds of the start
//! scale 26                                         each stored byte counts 26 for times
//! cost rdb-save 20mb/s                             rdb-load 30mb/s, flush 2000000keys/s, fork 20us/mib, command 2us, element 100ns
//! default link latency 1ms bandwidth 10mb/s        links that no line names; jitter, buffer, window as well
//! default client latency 50us                      clients to their node
//! default node repl-timeout 10                     redis.conf of the nodes below
//! node master repl-backlog-size 16kb               redis.conf in the era's words; also era 3.0, port 6380, ip 10.0.0.9, skew 200ms,
//!                                                  allocator jemalloc
//! node replica-1 follows master keys 100 size 32   the scenario's own words: follows, and data in its dump file
//! link master replica-1 latency 2ms                both directions
//! link replica-1 -> master latency 20ms            one
//! client writer on master: every 20ms pipeline 4 SET key:{1..100} {32 bytes}
//! sentinel s1 s2 s3 watch master quorum 2 down-after 5s   also failover-timeout 180s, parallel-syncs 1
//! at 10s cut master replica-1                      an act at an absolute time (see [`parse_act`])
//! until replica-1 online within 30s                waits; begins when every `at` above it is done
//! then heal master replica-1                       an act as soon as the script is here
//! expect note replica-1 partial-accepted           checked when the script is here
//! ```

mod act;
mod opening;
mod parse;
mod print;
mod watch;
mod words;

pub use act::{act_line, parse_act};
pub use opening::Opening;
pub use parse::parse;
pub use print::{script_line, world_text};
pub use words::{Topic, Words};

use crate::sim::world::World;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;

/// A world with the words that belong to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scenario {
    /// What the text says to people.
    pub words: Words,
    /// Where whoever watches comes in.
    pub opens: Opening,
    /// Everything else.
    pub world: World,
}

/// The next address `10.x.y.z` that nobody has; `next` counts on.
pub(crate) fn free_address(taken: &BTreeSet<String>, next: &mut u32) -> String {
    loop {
        let n = *next;
        *next += 1;
        let address = format!("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255);
        if n & 255 != 0 && n & 255 != 255 && !taken.contains(&address) {
            return address;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;
    use alloc::string::ToString;

    const WHOLE: &str = "\
# a comment
title Short cut, long cut
words zh task 断开链路
opens at 16s paused
era 3.0
seed 7
epoch 1600000000
scale 26
cost rdb-save 20mb/s
cost fork 30us/mib
default link latency 40ms jitter 2ms
default client latency 100us
default node repl-timeout 10 repl-backlog-size 32kb
node master repl-backlog-size 16kb
node replica-1 follows master
node replica-2 era 7.0 port 6380 follows master skew -2s keys 10 size 100
link master replica-1 latency 2ms bandwidth 10mb/s
link replica-1 -> master latency 20ms
client writer on master: every 20ms pipeline 2 SET key:{1..100} {32 bytes}
client counter on master: stopped INCR n
sentinel s1 s2 s3 watch master quorum 2 down-after 5s
at 10s cut master replica-1
at 12.5s node replica-3 follows replica-1
at 16s heal master replica-1
at 17s cut s1 master
until replica-1 online and replica-3 online within 30s
then client writer every 5ms
expect note replica-1 partial-accepted
expect same-data master replica-1
";

    #[test]
    fn a_whole_scenario_round_trips() {
        let scenario = parse(WHOLE).unwrap();
        assert_eq!(scenario.words.title(), "Short cut, long cut");
        assert_eq!(scenario.opens, Opening { at: crate::time::Time::from_secs(16), paused: true });
        let world = &scenario.world;
        assert_eq!((world.nodes.len(), world.links.len(), world.clients.len(), world.script.len()), (3, 2, 2, 8));
        assert_eq!((world.sentinels.len(), world.sentinels[2].ip.as_str(), world.sentinels[0].quorum), (3, "10.9.0.3", 2));
        assert_eq!(world.nodes.iter().map(|n| n.ip.as_str()).collect::<std::vec::Vec<_>>(), ["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
        let config = |ix: usize| {
            world.nodes[ix]
                .config
                .iter()
                .map(|line| line.iter().map(|w| std::str::from_utf8(w).unwrap()).collect::<std::vec::Vec<_>>().join(" "))
                .collect::<std::vec::Vec<_>>()
        };
        assert_eq!(config(0), ["repl-timeout 10", "repl-backlog-size 16kb"]);
        assert_eq!(config(1), ["repl-timeout 10", "repl-backlog-size 32kb"]);
        let text = world_text(&scenario);
        assert_eq!(parse(&text).unwrap(), scenario, "{text}");
        assert_eq!(world_text(&parse(&text).unwrap()), text);
    }

    #[test]
    fn errors_name_line_column_and_what_was_expected() {
        for (text, at, expected, message) in [
            ("", (0, 0), "node master", "no node"),
            ("node a\nnode a", (2, 6), "no other node", "a node a already"),
            ("node a\nbogus", (2, 1), "lesson, title, words, opens, era", "bogus"),
            ("opens 16s\nnode a", (1, 7), "at TIME", "16s"),
            ("opens at noon\nnode a", (1, 10), "a time", "noon"),
            ("opens at 700s\nnode a", (1, 10), "a time up to 600s", "700s"),
            ("opens at 1s slowly\nnode a", (1, 13), "paused", "slowly"),
            ("opens at 1s\nopens at 2s\nnode a", (2, 1), "one line", "opens twice"),
            ("node a follows b", (1, 0), "one of a", "no node b"),
            ("node a\n\n# x\nat 1s cut a b", (4, 0), "one of a", "no node b"),
            ("node a\nexpect b online", (2, 0), "one of a", "no node b"),
            ("node a\nat 1s client w stop", (2, 0), "defines the client", "no client w"),
            ("node a\nuntil a loading", (2, 16), "within TIME", "needs a bound"),
            ("node a\nat soon crash a", (2, 4), "a time", "soon"),
            ("era 2.4\nnode a", (1, 5), "2.6, 2.8", "2.4"),
            ("cost rdb-save 20", (1, 15), "20mb/s", "20"),
            ("cost lunch 3us", (1, 6), "rdb-save", "lunch"),
            ("scale 0", (1, 7), "from 1", "0"),
            ("node a extra", (1, 13), "the value of extra", "ends here"),
            ("node a\nsentinel s watch b", (2, 0), "one of a", "no node b"),
            ("node a\nsentinel a watch a", (2, 10), "no other node", "a node a already"),
            ("node a\nsentinel s", (2, 11), "watch MASTER", "ends here"),
            ("node a\nsentinel s watch a down-after soon", (2, 31), "a time", "soon"),
            ("node a\nsentinel s watch a\nat 1s fault s disk-full", (3, 0), "one of a", "no node s"),
            ("seed -1", (1, 6), "a number", "-1"),
            ("node a \"x", (1, 8), "closing quote", "never closed"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!((error.line, error.column), at, "{text}: {error}");
            assert!(error.expected.to_string().contains(expected), "{text}: {error}");
            assert!(error.wrong.to_string().contains(message), "{text}: {error}");
        }
        assert!(parse(&"#".repeat(limits::SCENARIO_BYTES_MAX + 1)).is_err());
        let many: String = (0..=limits::NODES_MAX).map(|i| format!("node n{i}\n")).collect();
        assert!(parse(&many).unwrap_err().wrong.to_string().contains("too many nodes"));
        assert_eq!(
            parse("node a\nbogus").unwrap_err().to_string(),
            "line 2, column 1: found \u{201c}bogus\u{201d}; expected lesson, title, words, opens, era, seed, epoch, scale, cost, default, node, link, client, sentinel, at, then, until or expect"
        );
    }

    /// Damaged texts are refused or read, never a panic; what is read prints and reads back.
    #[test]
    fn damaged_texts_never_panic() {
        use crate::prng::{Purpose, below, rand};
        const PIECES: [&str; 12] = ["\"", "'", "{", "}", "(", "\\x", "\u{e9}", "\n", " ", "->", "99999999999999999999", "\u{1f980}"];
        let mut read = 0;
        for n in 0..4_000 {
            let draw = |i: u64| rand(n, 3, Purpose::Swarm, i);
            let mut text: std::vec::Vec<char> = WHOLE.chars().collect();
            for edit in 0..=below(draw(0), 3) {
                let at = below(draw(10 + edit), text.len() as u64) as usize;
                match below(draw(20 + edit), 3) {
                    0 => {
                        text.remove(at);
                    }
                    1 => text[at] = ' ',
                    _ => {
                        let piece = PIECES[below(draw(30 + edit), PIECES.len() as u64) as usize];
                        text.splice(at..at, piece.chars());
                    }
                }
            }
            let text: String = text.into_iter().collect();
            if let Ok(scenario) = parse(&text) {
                read += 1;
                assert_eq!(parse(&world_text(&scenario)), Ok(scenario), "{text}");
            }
        }
        assert!(read > 100, "{read}");
    }
}
