//! Claims of numbers: what takes a time, or happens so many times.

use crate::tale::Tale;
use crate::{SINCE_2_8, SINCE_3_0, STORY};
use resync_core::era::Era;
use std::ops::RangeInclusive;

/// The first of some moments, from a moment on.
fn first(moments: &[f64], from: f64) -> f64 {
    moments.first().map_or(f64::INFINITY, |at| at - from)
}
fn gaps(moments: &[f64]) -> Vec<f64> {
    moments.windows(2).map(|two| two[1] - two[0]).collect()
}
fn median(mut of: Vec<f64>) -> Vec<f64> {
    of.sort_by(f64::total_cmp);
    of.get(of.len() / 2).copied().into_iter().collect()
}

/// Something that takes a time or happens so many times.
struct Measure {
    claim: &'static str,
    eras: &'static [Era],
    taken: fn(Era) -> Vec<f64>,
    /// What all of it must lie in: what was seen, or, where that was one moment of two clocks, what their other moments can make of it …
    seen: fn(Era) -> RangeInclusive<f64>,
    /// … and what must lie between the least and the most of it: the very figure that was seen.
    figure: fn(Era) -> Option<f64>,
}

const MEASURES: &[Measure] = &[
    Measure {
        claim: "ACKs come 1002 to 1005 ms apart, in the median",
        eras: SINCE_2_8,
        taken: |era| {
            let mut tale = Tale::pair(era, 5, "", "");
            tale.to(120_000);
            median(gaps(&tale.notes("replica-1", "ack-sent", 10_000.0)))
        },
        seen: |_| 1_001.5..=1_005.5,
        figure: |_| None,
    },
    Measure {
        claim: "a finished BGSAVE is noticed after 1 to 113 ms",
        eras: Era::ALL.as_slice(),
        taken: |era| {
            (0..20)
                .map(|n| {
                    let mut tale = Tale::pair(era, n, "", "");
                    tale.to(3_000 + 83 * n);
                    // A full one: what was promoted and wrote has another past.
                    tale.act("replica-1: SLAVEOF NO ONE");
                    tale.act("replica-1: SET own 1");
                    let at = tale.now();
                    tale.act("replica-1: SLAVEOF master 6379");
                    tale.pass(3_000);
                    let saved = tale.lines("master", "DB saved on disk", at);
                    first(&tale.lines("master", "Background saving terminated", at), saved[0])
                })
                .collect()
        },
        seen: |_| 0.0..=113.0,
        figure: |_| Some(70.0),
    },
    Measure {
        claim: "after SLAVEOF a replica dials at its next tick of a second; from 6.2 on at once",
        eras: Era::ALL.as_slice(),
        taken: |era| {
            (0..12)
                .map(|n| {
                    let mut tale = Tale::pair(era, n, "", "");
                    tale.to(3_000);
                    tale.act("replica-1: SLAVEOF NO ONE");
                    tale.pass(500 + 83 * n);
                    let at = tale.now();
                    tale.act("replica-1: SLAVEOF master 6379");
                    tale.pass(1_500);
                    first(&tale.lines("replica-1", "Connecting to MASTER", at), at)
                })
                .collect()
        },
        seen: |era| if era.capabilities().redial_at_once { 0.0..=0.9 } else { 0.0..=1_044.0 },
        figure: |_| None,
    },
    Measure {
        claim: "a replica whose connection the master killed is back at its next tick; from 6.2 on within a millisecond or so",
        eras: SINCE_3_0,
        taken: |era| {
            (0..12)
                .map(|n| {
                    let mut tale = Tale::pair(era, n, "", "");
                    tale.to(4_000 + 83 * n);
                    let at = tale.now();
                    tale.act("master: CLIENT KILL TYPE slave");
                    tale.pass(1_500);
                    first(&tale.notes("replica-1", "partial-accepted", at), at)
                })
                .collect()
        },
        seen: |era| if era.capabilities().redial_at_once { 0.4..=1.5 } else { 1.0..=1_010.0 },
        figure: |era| (!era.capabilities().redial_at_once).then_some(435.0),
    },
    Measure {
        claim: "the first ACK after a diskless transfer comes at once from 6.2 on, before that at the tick",
        eras: SINCE_2_8,
        taken: |era| {
            (0..6)
                .map(|n| {
                    let mut tale = Tale::of(&format!(
                        "era {era}\nseed {n}\ndefault link latency 100us\nnode master repl-diskless-sync yes repl-diskless-sync-delay 0 save \"\"\nnode replica-1 save \"\" follows master\n"
                    ));
                    tale.to(8_000);
                    let loaded = tale.lines("replica-1", "MASTER <-> ", 0.0).pop().expect("a load");
                    first(&tale.notes("replica-1", "ack-sent", loaded), loaded)
                })
                .collect()
        },
        seen: |era| if era.capabilities().ack_after_streamed_load { 0.0..=20.0 } else { 0.0..=1_010.0 },
        figure: |_| None,
    },
    Measure {
        claim: "a frozen replica is dropped 5 to 6 s later if repl-timeout is 5",
        eras: SINCE_2_8,
        taken: |era| {
            (0..8)
                .map(|n| {
                    let mut tale = Tale::pair(era, n, "repl-timeout 5 repl-ping-slave-period 1", "");
                    tale.to(6_000 + 131 * n);
                    let at = tale.now();
                    tale.act("pause replica-1");
                    tale.pass(8_000);
                    first(&tale.lines("master", "Disconnecting timedout", at), at)
                })
                .collect()
        },
        seen: |_| 4_000.0..=7_050.0,
        figure: |_| Some(5_960.0),
    },
    Measure {
        claim: "a frozen master is given up after 5 to 6 s if repl-timeout is 5 (2.6 writes \"time out\")",
        eras: Era::ALL.as_slice(),
        taken: |era| {
            (0..8)
                .map(|n| {
                    let mut tale = Tale::pair(era, n, "repl-ping-slave-period 1", "repl-timeout 5");
                    tale.to(6_000 + 131 * n);
                    let at = tale.now();
                    tale.act("pause master");
                    tale.pass(8_000);
                    first(
                        &tale.lines(
                            "replica-1",
                            if era.has(Era::V2_8) { "MASTER timeout: no data nor PING received" } else { "MASTER time out: no data nor" },
                            at,
                        ),
                        at,
                    )
                })
                .collect()
        },
        seen: |_| 4_000.0..=7_050.0,
        figure: |_| None,
    },
    Measure {
        claim: "… and then a handshake times out every 6 s or so",
        eras: Era::ALL.as_slice(),
        taken: |era| {
            let mut tale = Tale::pair(era, 3, "repl-ping-slave-period 1", "repl-timeout 5");
            tale.to(6_000);
            tale.act("pause master");
            tale.pass(60_000);
            gaps(&tale.lines("replica-1", "Timeout connecting to the MASTER...", 0.0))
        },
        seen: |_| 4_900.0..=7_100.0,
        figure: |_| None,
    },
    Measure {
        claim: "with a password missing here but asked for there, a replica tries once a second; from 6.2 on hundreds of times a second",
        eras: SINCE_2_8,
        taken: |era| {
            let mut tale = Tale::pair(era, 3, "requirepass s3cret", "");
            tale.to(4_000);
            let tries = tale.lines("replica-1", "MASTER <-> ", 2_000.0).len();
            vec![tries as f64 / 2.0]
        },
        seen: |era| if era.capabilities().redial_at_once { 300.0..=5_000.0 } else { 0.9..=1.6 },
        figure: |_| None,
    },
    Measure {
        claim: "a wrong password is tried once a second in every era",
        eras: Era::ALL.as_slice(),
        taken: |era| {
            let mut tale = Tale::pair(era, 3, "requirepass s3cret", "masterauth wrong");
            tale.to(12_000);
            gaps(&tale.lines("replica-1", "Connecting to MASTER", 2_000.0))
        },
        seen: |_| 990.0..=1_030.0,
        figure: |_| None,
    },
    Measure {
        claim: "a diskless transfer with a delay of 1 s begins at the tick that finds it idle for more than a second: 3 s after SLAVEOF; from 6.2 on for no less, 1 s after it",
        eras: SINCE_2_8,
        taken: |era| diskless_start(era, 1),
        seen: |era| if era.capabilities().diskless_delay_inclusive { 0.0..=2_050.0 } else { 1_000.0..=4_050.0 },
        figure: |era| Some(if era.capabilities().diskless_delay_inclusive { 1_000.0 } else { 3_000.0 }),
    },
    Measure {
        claim: "… with a delay of 5 s 7 s after it, from 6.2 on 5 s",
        eras: SINCE_2_8,
        taken: |era| diskless_start(era, 5),
        seen: |era| if era.capabilities().diskless_delay_inclusive { 4_000.0..=6_050.0 } else { 5_000.0..=8_050.0 },
        figure: |era| Some(if era.capabilities().diskless_delay_inclusive { 5_000.0 } else { 7_000.0 }),
    },
    Measure {
        claim: "a restart of a master with a password, 1.5 million keys and a second of load ends in the story now and then: once in nine, where it was tried",
        eras: STORY,
        taken: |era| {
            let hits = (0..60).filter(|n| natural(era, *n)).count();
            vec![hits as f64]
        },
        seen: |_| 1.0..=15.0,
        figure: |_| None,
    },
    Measure {
        claim: "… and never from 4.0 on",
        eras: &[Era::V4_0, Era::V7_0],
        taken: |era| vec![(0..20).filter(|n| natural(era, *n)).count() as f64],
        seen: |_| 0.0..=0.0,
        figure: |_| None,
    },
    Measure {
        claim: "from 6.2 on a lost link is dialled at once, and if that is refused once a second",
        eras: &[Era::V6_2, Era::V7_0],
        taken: |era| {
            let mut tale = Tale::pair(era, 3, "", "");
            tale.to(5_500);
            tale.act("cut master replica-1");
            tale.pass(6_000);
            let dials = tale.lines("replica-1", "MASTER <-> ", 5_400.0);
            assert!(dials[0] < 5_510.0, "{dials:?}");
            gaps(&dials[1..])
        },
        seen: |_| 990.0..=1_020.0,
        figure: |_| None,
    },
    Measure {
        claim: "with min-slaves-max-lag 3, writes are refused some 4 s after the replica froze",
        eras: SINCE_2_8,
        taken: |era| refused_and_again(era).0,
        seen: |_| 3_000.0..=5_020.0,
        figure: |_| Some(3_950.0),
    },
    Measure {
        claim: "… and accepted again at the master's tick after the ACK of the replica's next tick",
        eras: SINCE_2_8,
        taken: |era| refused_and_again(era).1,
        seen: |_| 0.0..=2_020.0,
        figure: |_| Some(1_060.0),
    },
    Measure {
        claim: "… and refused at once when its link is cut",
        eras: SINCE_2_8,
        taken: |era| {
            let mut tale = Tale::pair(era, 2, "min-slaves-to-write 1 min-slaves-max-lag 3", "");
            tale.to(6_333);
            let at = tale.now();
            tale.act("cut master replica-1");
            while tale.act("master: SET a 1") == "OK" {
                tale.pass(10);
            }
            vec![tale.now() - at]
        },
        seen: |_| 0.0..=80.0,
        figure: |_| None,
    },
];

/// From SLAVEOF to the start of a diskless transfer, ms.
fn diskless_start(era: Era, delay: u32) -> Vec<f64> {
    let start = |n: u64| {
        let mut tale = Tale::of(&format!(
            "era {era}\nseed {n}\ndefault link latency 100us\nnode master repl-diskless-sync yes repl-diskless-sync-delay {delay} save \"\"\nnode replica-1 save \"\"\n"
        ));
        tale.to(3_000 + 131 * n);
        let at = tale.now();
        tale.act("replica-1: SLAVEOF master 6379");
        tale.pass(9_000);
        first(&tale.notes("master", "forked", at), at)
    };
    (0..8).map(start).collect()
}

/// Whether a master's restart at some moment leaves its replica online without ACKs.
fn natural(era: Era, n: u64) -> bool {
    let mut tale = Tale::of(&format!(
        "era {era}\nseed {n}\nscale 340\ncost rdb-load 38mb/s\ndefault link latency 100us\nnode master requirepass pw masterauth pw keys 1000 size 100 save \"\"\nnode replica-1 masterauth pw save \"\" follows master\n"
    ));
    tale.to(12_000 + 37 * n);
    assert!(tale.up(), "{era} {n}");
    tale.act("restart master");
    tale.pass(9_000);
    tale.up() && tale.line_of("master", "slave0").0 == 0 && tale.line_of("master", "slave0").1 >= 3
}

/// When writes were refused after a freeze, and accepted after its end, ms, at several moments.
fn refused_and_again(era: Era) -> (Vec<f64>, Vec<f64>) {
    let (mut refused, mut again) = (Vec::new(), Vec::new());
    for n in 0..8 {
        let mut tale = Tale::pair(era, n, "min-slaves-to-write 1 min-slaves-max-lag 3", "");
        tale.to(6_000 + 131 * n);
        let at = tale.now();
        tale.act("pause replica-1");
        while tale.act("master: SET a 1") == "OK" {
            tale.pass(20);
        }
        refused.push(tale.now() - at);
        tale.pass(2_000 + 77 * n);
        let at = tale.now();
        tale.act("resume replica-1");
        while tale.act("master: SET a 1") != "OK" {
            tale.pass(20);
        }
        again.push(tale.now() - at);
    }
    (refused, again)
}

#[test]
fn measures_lie_in_the_ranges_that_were_seen() {
    let mut wrong = Vec::new();
    for Measure { claim, eras, taken, seen, figure } in MEASURES {
        for era in *eras {
            let (taken, seen) = (taken(*era), seen(*era));
            let (least, most) = taken.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
            println!("{era} {claim}: {least:.1} to {most:.1} of {seen:?}");
            let met = figure(*era).is_none_or(|figure| (least..=most).contains(&figure));
            if taken.is_empty() || !met || !taken.iter().all(|x| seen.contains(x)) {
                wrong.push(format!("{era} {claim}: {taken:.1?}, seen {seen:?}, {:?}", figure(*era)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
