//! Claims of words: what a server says or does.

use crate::tale::Tale;
use crate::{SINCE_2_8, STORY};
use resync_core::era::Era;
use resync_tests::hand::Hand;
use std::ops::RangeInclusive;

/// Something that is said or done: the engine's account of it, and what was seen.
struct Account {
    claim: &'static str,
    eras: &'static [Era],
    told: fn(Era) -> String,
    seen: fn(Era) -> String,
}

/// C behind B behind A, told at run time. B is cut off from A when C asks it, and back a moment later: what C asks for with SYNC reaches a B that is
/// online again, if the way is long enough.
fn chain_error(era: Era) -> Tale {
    let mut tale = Tale::of(&format!(
        "era {era}\nseed 4\ndefault link latency 100us\nlink node-b node-c latency 1000ms\nnode node-a save \"\" repl-diskless-sync no\nnode node-b save \"\" repl-diskless-sync no follows node-a\nnode node-c save \"\" repl-diskless-sync no\n"
    ));
    tale.to(4_000);
    tale.act("node-c: SLAVEOF node-b 6379");
    // Its PSYNC is on its way for a second.
    for _ in 0..14_000 {
        tale.pass(1);
        if !tale.notes("node-c", "psync-asked", 4_000.0).is_empty() {
            break;
        }
    }
    tale.pass(900);
    tale.act("cut node-a node-b");
    tale.pass(150);
    tale.act("heal node-a node-b");
    tale.pass(25_000);
    tale
}

/// The lesson of the lag that never stops: a master that loads meets a replica with a password.
fn story(era: Era) -> Tale {
    let text = include_str!("../../../web/lessons/02-the-lag-that-never-stops/scene.resync").replace("era 3.0", &format!("era {era}"));
    let world = text.split("\nuntil ").next().unwrap_or_default();
    let mut tale = Tale::of(&format!("{world}\n"));
    tale.to(20_000);
    tale.act("restart master");
    for _ in 0..8_000 {
        tale.pass(5);
        if !tale.notes("replica-1", "sync-fallback", 20_000.0).is_empty() {
            break;
        }
    }
    tale.act("freeze replica-1 -> master");
    while !tale.notes("master", "load-done", 20_000.0).iter().any(|at| *at > 20_000.0) {
        tale.pass(50);
    }
    tale.pass(100);
    tale.act("heal replica-1 master");
    let now = tale.now() as u64;
    tale.to(now + 15_000);
    tale
}
/// The line of replica-1 among its master's.
fn its_line(tale: &Tale) -> (i64, i64) {
    let lines = ["slave0", "slave1"].map(|slave| (tale.info("master", slave), tale.line_of("master", slave)));
    let address = tale.sim.node(tale.ix("replica-1")).settings().ip.clone();
    lines.into_iter().find(|(line, _)| line.contains(&format!("ip={address},"))).map_or((-1, -1), |(_, line)| line)
}

const ACCOUNTS: &[Account] = &[
    Account {
        claim: "a chain gets into the story without a password: C asks B while B has no master",
        eras: SINCE_2_8,
        told: |era| {
            let tale = chain_error(era);
            let (offset, lag) = tale.line_of("node-b", "slave0");
            let fell = tale.log("node-c").iter().any(|line| line.contains("(reply: -ERR Can't SYNC while not connected with my master)"));
            format!(
                "fell back {fell}, offset 0 {}, lag grows {}, link {}",
                offset == 0,
                lag > 10,
                tale.info("node-c", "master_link_status")
            )
        },
        seen: |era| {
            let falls = !era.capabilities().psync_try_later;
            format!("fell back {falls}, offset 0 {falls}, lag grows {falls}, link up")
        },
    },
    Account {
        claim: "the story does not end with a new connection: every one is a full synchronisation; SLAVEOF NO ONE and SLAVEOF end it",
        eras: STORY,
        told: |era| {
            let mut tale = chain_error(era);
            let line = |tale: &Tale| tale.line_of("node-b", "slave0");
            let lag = line(&tale).1;
            let mut full = vec![tale.number("node-b", "sync_full")];
            for _ in 0..2 {
                tale.act("cut node-b node-c");
                tale.pass(500);
                tale.act("heal node-b node-c");
                tale.pass(30_000);
                full.push(tale.number("node-b", "sync_full"));
            }
            let again = line(&tale);
            let partial = tale.number("node-b", "sync_partial_ok") + tale.number("node-b", "sync_partial_err");
            tale.act("node-c: SLAVEOF NO ONE");
            tale.act("node-c: SLAVEOF node-b 6379");
            tale.pass(30_000);
            let (offset, healed) = line(&tale);
            format!(
                "lag grows {} and {}, full {:?}, partial {partial}, then offset known {} and lag small {}",
                lag > 8,
                again.0 == 0 && again.1 > 8,
                full.iter().map(|n| n - full[0]).collect::<Vec<_>>(),
                offset > 0,
                healed <= 3
            )
        },
        seen: |_| "lag grows true and true, full [0, 1, 2], partial 0, then offset known true and lag small true".to_owned(),
    },
    Account {
        claim: "in the story a master misses a good replica that is healthy, and never times it out; WAIT hides it for a moment",
        eras: STORY,
        told: |era| {
            let mut tale = story(era);
            tale.act("master: AUTH s3cret");
            tale.pass(10_000);
            tale.act("master: CONFIG SET min-slaves-max-lag 10");
            tale.act("master: CONFIG SET min-slaves-to-write 2");
            tale.pass(1_100);
            let write = tale.act("master: SET a 1");
            tale.act("master: CONFIG SET min-slaves-to-write 0");
            let waits = era.capabilities().wait;
            let mut hidden = (true, true);
            if waits {
                tale.act("master: SET b 1");
                tale.act("master: WAIT 2 500");
                tale.pass(600);
                hidden.0 = its_line(&tale).0 > 0 && its_line(&tale).1 <= 1;
                tale.pass(5_000);
                hidden.1 = its_line(&tale).1 >= 4;
            }
            tale.act("master: CONFIG SET repl-timeout 5");
            tale.act("pause replica-1");
            tale.act("pause replica-2");
            tale.pass(20_000);
            format!("{write} {hidden:?} {} left, replica-1 {}", tale.number("master", "connected_slaves"), its_line(&tale).1 > 15)
        },
        seen: |_| "(error) NOREPLICAS Not enough good slaves to write. (true, true) 1 left, replica-1 true".to_owned(),
    },
    Account {
        claim: "a replica of 2.6 on a master of 3.0 looks like the story, by design",
        eras: &[Era::V3_0],
        told: |era| {
            let mut tale = Tale::mixed(era, Era::V2_6, 3, "", "");
            tale.to(15_000);
            let (offset, lag) = tale.line_of("master", "slave0");
            format!("{offset} {}", lag > 8)
        },
        seen: |_| "0 true".to_owned(),
    },
    Account {
        claim: "up to 3.2 a master without replicas goes on pinging into its backlog",
        eras: SINCE_2_8,
        told: |era| {
            let mut tale = Tale::pair(era, 3, "repl-ping-slave-period 2", "");
            tale.to(6_000);
            tale.act("cut master replica-1");
            tale.pass(1_000);
            let before = tale.number("master", "master_repl_offset");
            tale.pass(20_050);
            ((tale.number("master", "master_repl_offset") - before) / 14).to_string()
        },
        seen: |era| if era.capabilities().psync2 { "0" } else { "10" }.to_owned(),
    },
    Account {
        claim: "after +CONTINUE a replica's offset is 0 in INFO until its first ACK",
        eras: SINCE_2_8,
        told: |era| {
            let mut tale = Tale::pair(era, 3, "", "");
            tale.to(6_000);
            tale.act("master: SET a 1");
            tale.pass(1_100);
            tale.act("cut master replica-1");
            tale.pass(100);
            tale.act("heal master replica-1");
            let cut = tale.now();
            while tale.notes("replica-1", "partial-accepted", cut).is_empty() {
                tale.pass(1);
            }
            let at_once = tale.line_of("master", "slave0").0;
            tale.pass(1_100);
            format!("{at_once} {}", tale.line_of("master", "slave0").0 == tale.number("master", "master_repl_offset"))
        },
        seen: |_| "0 true".to_owned(),
    },
    Account {
        claim: "up to 6.2 any change of repl-backlog-size throws the past away; 7.0 keeps it; 16384 is the least",
        eras: SINCE_2_8,
        told: |era| {
            let mut tale = Tale::pair(era, 3, "", "");
            tale.to(5_000);
            for n in 0..100 {
                tale.act(&format!("master: SET key:{n} {}", "x".repeat(1_000)));
            }
            let mut kept = Vec::new();
            for size in ["2097152", "65536", "100"] {
                let before = tale.number("master", "repl_backlog_histlen");
                tale.pass(5);
                tale.act(&format!("master: CONFIG SET repl-backlog-size {size}"));
                let after = tale.number("master", "repl_backlog_histlen");
                kept.push(if after == 0 {
                    "nothing"
                } else if after == before {
                    "all"
                } else {
                    "some"
                });
                tale.act(&format!("master: SET key {}", "x".repeat(30_000)));
            }
            format!("{kept:?} {}", tale.info("master", "repl_backlog_size"))
        },
        seen: |era| {
            if era.has(Era::V7_0) { "[\"all\", \"some\", \"some\"] 16384" } else { "[\"nothing\", \"nothing\", \"nothing\"] 16384" }
                .to_owned()
        },
    },
    Account {
        claim: "a restarted master that kept its RDB is partial from 7.0 on, a restarted replica from 4.0 on, an expired backlog never",
        eras: SINCE_2_8,
        told: |era| {
            let way = |before: i64, tale: &Tale| if tale.number("master", "sync_full") > before { "full" } else { "partial" };
            let mut tale = Tale::pair(era, 3, "", "");
            tale.to(5_000);
            tale.act("master: SET a 1");
            tale.pass(1_500);
            tale.act("master: SHUTDOWN SAVE");
            tale.pass(200);
            tale.act("restart master");
            tale.pass(5_000);
            let master = way(0, &tale);
            tale.act("replica-1: SHUTDOWN SAVE");
            tale.pass(200);
            let before = tale.number("master", "sync_full");
            tale.act("restart replica-1");
            tale.pass(5_000);
            let replica = way(before, &tale);
            let mut tale = Tale::pair(era, 3, "repl-backlog-ttl 2", "");
            tale.to(5_000);
            let (before, id) = (tale.number("master", "sync_full"), tale.info("master", "master_replid"));
            tale.act("cut master replica-1");
            tale.pass(5_000);
            tale.act("heal master replica-1");
            tale.pass(3_000);
            let changed = era.capabilities().psync2 && tale.info("master", "master_replid") != id;
            format!("{master} {replica} {} {changed}", way(before, &tale))
        },
        seen: |era| {
            match era {
                _ if era.has(Era::V7_0) => "partial partial full true",
                Era::V4_0 | Era::V5_0 | Era::V6_2 => "full partial full true",
                _ => "full full full false",
            }
            .to_owned()
        },
    },
    Account {
        claim: "fourteen seconds of freeze on either side end in a partial synchronisation",
        eras: SINCE_2_8,
        told: |era| {
            let ways = ["replica-1", "master"].map(|frozen| {
                let mut tale = Tale::pair(era, 3, "repl-timeout 5 repl-ping-slave-period 1", "repl-timeout 5");
                tale.to(5_000);
                tale.act(&format!("pause {frozen}"));
                tale.pass(14_000);
                tale.act(&format!("resume {frozen}"));
                tale.pass(6_000);
                (tale.number("master", "sync_full"), tale.number("master", "sync_partial_ok"), tale.up())
            });
            format!("{ways:?}")
        },
        seen: |_| "[(1, 1, true), (1, 1, true)]".to_owned(),
    },
    Account {
        claim: "a sub-replica counts as the master above its master from 4.0 on, on its own before",
        eras: SINCE_2_8,
        told: |era| {
            let mut tale = Tale::of(&format!(
                "era {era}\nseed 4\ndefault link latency 100us\nnode node-a save \"\" repl-diskless-sync no\nnode node-b save \"\" repl-diskless-sync no follows node-a\nnode node-c save \"\" repl-diskless-sync no follows node-b\n"
            ));
            tale.to(2_000);
            for n in 0..5 {
                tale.act(&format!("node-a: SET a {n}"));
                tale.pass(1_500);
            }
            (tale.info("node-a", "master_repl_offset") == tale.info("node-c", "slave_repl_offset")).to_string()
        },
        seen: |era| era.capabilities().psync2.to_string(),
    },
    Account {
        claim: "what a replica says of a password that is wrong, and of one that nobody asks for",
        eras: Era::ALL.as_slice(),
        told: |era| {
            let line = |master: &str, replica: &str| {
                let mut tale = Tale::pair(era, 3, master, replica);
                tale.to(4_000);
                assert!(!tale.up());
                let said =
                    |line: &&String| line.contains("AUTH") || line.contains("invalid password") || line.contains("no password is set");
                tale.log("replica-1").iter().rfind(said).cloned().unwrap_or_default()
            };
            let short = |text: String| text.split_once(" without any").map_or(text.clone(), |(head, _)| head.to_owned());
            let shorter = |text: String| text.split_once(" invalid username").map_or(text.clone(), |(head, _)| head.to_owned());
            format!("{} | {}", shorter(line("requirepass s3cret", "masterauth wrong")), short(line("", "masterauth s3cret")))
        },
        seen: |era| {
            let lead = match era {
                _ if era.capabilities().valkey => "Unable to AUTH to PRIMARY: ",
                _ if era.has(Era::V2_8) => "Unable to AUTH to MASTER: ",
                _ => "Unable to AUTH to MASTER: Error from master: ",
            };
            let wrong = if era.capabilities().acl { "-WRONGPASS" } else { "-ERR invalid password" };
            let none = if era.capabilities().acl { "-ERR AUTH <password> called" } else { "-ERR Client sent AUTH, but no password is set" };
            format!("{lead}{wrong} | {lead}{none}")
        },
    },
    Account {
        claim: "a master of 2.6 knows neither REPLCONF capa nor PSYNC, and says so",
        eras: &[Era::V2_6],
        told: |era| {
            let mut hand = Hand::new(era, &[]);
            let conn = hand.connect();
            let heard = ["REPLCONF capa eof\r\n", "PSYNC ? -1\r\n"].map(|line| String::from_utf8_lossy(&hand.say(conn, line)).into_owned());
            heard.concat()
        },
        seen: |_| "-ERR Unrecognized REPLCONF option: capa\r\n-ERR unknown command 'PSYNC'\r\n".to_owned(),
    },
    Account {
        claim: "too few good replicas: DEL of a missing key and EXPIRE are refused too, PUBLISH is not, EXEC aborts; so it is from the start",
        eras: SINCE_2_8,
        told: |era| {
            let mut tale = Tale::pair(era, 3, "min-slaves-to-write 1", "");
            tale.to(1);
            let early = tale.act("master: SET a 1");
            tale.to(5_000);
            let fine = tale.act("master: SET a 1");
            tale.act("master: CONFIG SET min-slaves-to-write 2");
            tale.pass(1_100);
            let mut words: Vec<String> =
                ["DEL nokey", "EXPIRE a 10", "PUBLISH c m", "GET a"].map(|line| tale.act(&format!("master: {line}"))).into();
            tale.act("master: MULTI");
            tale.act("master: SET b 1");
            words.push(tale.act("master: EXEC"));
            let short = |text: &String| text.split(' ').take(2).collect::<Vec<_>>().join(" ");
            format!("{early} | {fine} | {:?}", words.iter().map(short).collect::<Vec<_>>())
        },
        seen: |era| {
            let word = if era.capabilities().says_replica { "replicas" } else { "slaves" };
            format!(
                "(error) NOREPLICAS Not enough good {word} to write. | OK | [\"(error) NOREPLICAS\", \"(error) NOREPLICAS\", \"(integer) 0\", \"\\\"1\\\"\", \"(error) EXECABORT\"]"
            )
        },
    },
    Account {
        claim: "an expired key on a replica of a frozen master, as each era reads it",
        eras: SINCE_2_8,
        told: |era| {
            let mut tale = Tale::pair(era, 3, "", "");
            tale.to(5_000);
            tale.act("master: SET k v PX 1500");
            tale.pass(500);
            tale.act("pause master");
            tale.pass(2_000);
            let words = ["GET k", "EXISTS k", "TTL k", "TYPE k", "KEYS *", "DBSIZE", "OBJECT ENCODING k"];
            words.map(|line| tale.act(&format!("replica-1: {line}"))).join(", ").replace("(integer) ", "")
        },
        seen: |era| {
            match era {
                Era::V2_8 | Era::V3_0 => "\"v\", 1, 0, string, (empty list or set), 1, \"embstr\"",
                Era::V3_2 => "(nil), 1, -2, none, (empty list or set), 1, \"embstr\"",
                Era::V4_0 | Era::V5_0 => "(nil), 0, -2, none, (empty list or set), 1, \"embstr\"",
                _ => "(nil), 0, -2, none, (empty array), 1, (nil)",
            }
            .replace("\"embstr\"", if era.has(Era::V3_0) { "\"embstr\"" } else { "\"raw\"" })
        },
    },
    Account {
        claim: "promotion in the middle of a chain: up to 3.2 the one below is left alone and the old master joins with a full synchronisation; from 4.0 on it \
                is dropped and both go on partially",
        eras: SINCE_2_8,
        told: |era| {
            let mut tale = Tale::of(&format!(
                "era {era}\nseed 4\ndefault link latency 100us\nnode node-a save \"\" repl-diskless-sync no\nnode node-b save \"\" repl-diskless-sync no follows node-a\nnode node-c save \"\" repl-diskless-sync no follows node-b\n"
            ));
            tale.to(8_000);
            tale.act("node-a: SET a 1");
            tale.pass(1_500);
            let at = tale.now();
            let full = tale.number("node-b", "sync_full");
            tale.act("node-b: SLAVEOF NO ONE");
            tale.act("node-b: SET b 1");
            tale.pass(3_000);
            let dropped = !tale.lines("node-c", "Connection with master lost", at).is_empty();
            let of_c = tale.number("node-b", "sync_full") - full;
            tale.act("node-a: SLAVEOF node-b 6379");
            tale.pass(4_000);
            let of_a = tale.number("node-b", "sync_full") - full - of_c;
            let same = ["node-a", "node-c"].map(|node| tale.act(&format!("{node}: GET b")));
            format!("dropped {dropped}, full {of_c} and {of_a}, {same:?}")
        },
        seen: |era| {
            let early = !era.capabilities().psync2;
            format!("dropped {}, full 0 and {}, [\"\\\"1\\\"\", \"\\\"1\\\"\"]", !early, u32::from(early))
        },
    },
    Account {
        claim: "a pinging period of up to one second more than the timeout is enough; beyond that the replica gives up and goes on partially, never full",
        eras: &[Era::V3_0, Era::V7_0],
        told: |era| {
            let play = |period: u32, seed: u64| {
                let timeout = "repl-timeout 5";
                let mut tale = Tale::pair(era, seed, &format!("repl-ping-slave-period {period} {timeout}"), timeout);
                tale.to(48_000);
                let dropped = tale.lines("master", "Disconnecting timedout", 0.0).len();
                assert_eq!((tale.number("master", "sync_full"), dropped), (1, 0), "{era} {period}");
                tale.lines("replica-1", "MASTER timeout", 3_000.0).len()
            };
            let always = |period: u32, seen: RangeInclusive<usize>| (1..6).all(|seed| seen.contains(&play(period, seed)));
            // A period of 6 hangs on where the two ticks stand in the wall clock's second: started together, as they were, a ping comes just in time.
            let six = (1..40).any(|seed| play(6, seed) == 0);
            format!("{} {} {six} {} {}", always(4, 0..=0), always(5, 0..=0), always(7, 5..=7), always(10, 3..=5))
        },
        seen: |_| "true true true true true".to_owned(),
    },
    Account {
        claim: "a newer RDB format is never understood",
        eras: &[Era::V7_0, Era::V5_0, Era::V4_0],
        told: |era| {
            let readers: &[Era] = match era {
                Era::V7_0 => &[Era::V2_6, Era::V2_8, Era::V3_0, Era::V6_2],
                Era::V5_0 => &[Era::V3_2],
                _ => &[Era::V3_0],
            };
            let up: Vec<bool> = readers
                .iter()
                .map(|reader| {
                    let mut tale = Tale::mixed(era, *reader, 3, "", "");
                    tale.to(6_000);
                    tale.up() || tale.lines("replica-1", "Can't handle RDB format version", 0.0).is_empty()
                })
                .collect();
            format!("{}", up.iter().any(|up| *up))
        },
        seen: |_| "false".to_owned(),
    },
    Account {
        claim: "a silent child that writes to the disk harms nobody, for the master sends a newline each second; of one that writes to sockets a replica gets tired",
        eras: &[Era::V3_0, Era::V6_2, Era::V7_0],
        told: |era| {
            let play = |diskless: &str| {
                let mut tale = Tale::of(&format!(
                    "era {era}\nseed 4\ndefault link latency 100us\nnode master repl-diskless-sync {diskless} repl-diskless-sync-delay 0 repl-timeout 5 repl-ping-slave-period 1 save \"\" keys 100 size 100\nnode replica-1 repl-timeout 5 save \"\" follows master\nat 1ms fault master child-silent\n"
                ));
                tale.to(45_000);
                (tale.lines("replica-1", "Timeout receiving bulk data from MASTER", 0.0).len(), tale.number("master", "sync_full"))
            };
            let (disk, diskless) = (play("no"), play("yes"));
            format!("{disk:?} {}", diskless.0 >= 1)
        },
        seen: |_| "(0, 1) true".to_owned(),
    },
    Account {
        claim: "READONLY within MULTI; PING and SYNC of a stale replica that does not serve; SLAVEOF of whom it follows",
        eras: SINCE_2_8,
        told: |era| {
            let mut tale = Tale::pair(era, 3, "", "");
            tale.to(5_000);
            tale.act("replica-1: MULTI");
            tale.act("replica-1: SET a 1");
            let exec = tale.act("replica-1: EXEC");
            let again = tale.act("replica-1: SLAVEOF 10.0.0.1 6379");
            tale.act("replica-1: CONFIG SET slave-serve-stale-data no");
            tale.act("cut master replica-1");
            tale.pass(200);
            let words = ["PING", "GET a", "PSYNC ? -1"].map(|line| tale.act(&format!("replica-1: {line}")));
            let word = |text: &str| text.split(' ').take(2).collect::<Vec<_>>().join(" ");
            format!("{} | {} | {} | {} | {}", word(&exec), again, word(&words[0]), word(&words[1]), word(&words[2]))
        },
        seen: |era| {
            let exec = match era {
                _ if era.has(Era::V6_2) => "(error) EXECABORT",
                _ => "(empty list",
            };
            let ping = if era.capabilities().stale_refuses_ping { "(error) MASTERDOWN" } else { "PONG" };
            format!("{exec} | OK Already connected to specified master | {ping} | (error) MASTERDOWN | (error) MASTERDOWN")
        },
    },
];

#[test]
fn accounts_are_those_of_real_servers() {
    let mut wrong = Vec::new();
    for Account { claim, eras, told, seen } in ACCOUNTS {
        for era in *eras {
            let (told, seen) = (told(*era), seen(*era));
            if told != seen {
                wrong.push(format!("{era} {claim}:\n    seen {seen}\n    here {told}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
