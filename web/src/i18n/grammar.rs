//! The grammar of scenario text as examples, which the languages explain.

macro_rules! lines {
    ($($line:ident $example:literal,)+) => {
        /// A kind of line, or of act.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs, reason = "each is named after its first word, and its example says the rest")]
        pub enum Line {
            $($line,)+
        }
        impl Line {
            /// All of them, in the order of a text that uses each.
            pub const ALL: &[Line] = &[$(Line::$line,)+];
            /// A line of this kind. All together are a scenario.
            #[must_use]
            pub const fn example(self) -> &'static str {
                match self { $(Line::$line => $example,)+ }
            }
        }
    };
}
lines! {
    Comment "# what this is about",
    Title "title Cut and come back",
    Words "words en task cut the link, and heal it within five seconds",
    Opens "opens at 8s",
    Lesson "lesson 01-short-cut-long-cut",
    Era "era 3.0",
    Seed "seed 7",
    Epoch "epoch 1700000000",
    Scale "scale 10",
    Cost "cost rdb-save 20mb/s",
    DefaultNode "default node repl-timeout 10",
    DefaultLink "default link latency 1ms bandwidth 10mb/s",
    Node "node master repl-backlog-size 16kb keys 100 size 32",
    Follows "node replica-1 follows master",
    Release "node replica-2 era 7.0 port 6380 follows replica-1",
    Link "link master replica-1 latency 20ms jitter 2ms",
    Client "client writer on master: every 20ms SET key:{1..100} {32 bytes}",
    Sentinel "sentinel s1 s2 s3 watch master quorum 2 down-after 5s",
    At "at 10s cut master replica-1",
    Until "until note replica-1 upstream-lost within 30s",
    Then "then heal master replica-1",
    Expect "expect note replica-1 partial-accepted",
    Reply "expect note master client-reply command=\"GET key:1\" reply~hello",
    LogLine "expect note replica-1 log text~\"sync started\"",
    Key "expect replica-1 key key:1 exists and not replica-1 key key:1 ttl < 500",
    SameData "expect same-data master replica-1 or same-keys master replica-1",
    Freeze "at 40s freeze replica-1 -> master",
    Physics "at 41s link master replica-1 bandwidth 64kb/s",
    Command "at 42s master: CONFIG SET repl-backlog-size 1mb",
    Rate "at 43s client writer every 5ms",
    Pause "at 44s pause replica-1",
    Resume "at 45s resume replica-1",
    Crash "at 46s crash master",
    Restart "at 47s restart master without rdb",
    PowerOff "at 48s power-off replica-2",
    Fault "at 49s fault master child-slow 10",
    Interrupt "at 50s interrupt master",
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use resync_core::condition::Expected;
    use resync_core::scenario::{parse, parse_act};

    #[test]
    fn the_examples_are_a_scenario_and_leave_no_kind_of_line_out() {
        let text: String = Line::ALL.iter().flat_map(|line| [line.example(), "\n"]).collect();
        parse(&text).unwrap_or_else(|why| panic!("{why}\n{text}"));
        for wrong in ["nonsense", "at 1s nonsense"] {
            let why = parse(wrong).expect_err(wrong);
            let Expected::OneOf(words) = why.expected else { continue };
            for word in words {
                assert!(Line::ALL.iter().any(|line| line.example().split(' ').any(|w| w == *word)), "no example of {word}");
            }
        }
        let why = parse_act("nonsense x").expect_err("no act").to_string();
        for act in ["cut", "heal", "freeze", "link", "pause", "resume", "crash", "power-off", "restart", "interrupt", "fault", "client"] {
            assert!(why.contains(act), "{act} is no act any more: {why}");
            assert!(Line::ALL.iter().any(|line| line.example().split(' ').any(|w| w == act)), "no example of {act}");
        }
    }

    #[test]
    fn every_language_explains_every_line() {
        for lang in Lang::ALL {
            let said: Vec<_> = Line::ALL.iter().map(|line| (lang.strings().grammar)(*line)).collect();
            assert!(said.iter().all(|said| said.chars().count() > 5));
            let mut once = said.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), said.len());
        }
    }
}
