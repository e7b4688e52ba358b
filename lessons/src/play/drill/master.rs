//! *Be the master*: a PSYNC at the door.
//!
//! Steps: whose id is it (mine, my second one, somebody's, or I do not even look); can I go on from that byte; what do I reply, with which number. An error
//! and an id of somebody else decide before the byte is looked at.

use super::made::{Drill, ERRORS, Kind, Knock, Said, Scene, Step};
use super::plan::{self, Dice, Next, logged, number, opening, word, yes};
use crate::play::fault::Fault;
use resync_core::note::Note;
use resync_core::repl::psync::{IdTest, Ruling};
use resync_core::time::{Span, Time};
use resync_core::timeline::Timeline;

/// Releases that know PSYNC …
const ERAS: [&str; 7] = ["2.8", "3.0", "3.2", "4.0", "5.0", "6.2", "7.0"];
/// … and those that have a second id.
const SECOND: [&str; 4] = ["4.0", "5.0", "6.2", "7.0"];
/// A reply has come by then.
const REPLIED: Span = Span::from_millis(1_500);

pub(super) struct Plan {
    end: usize,
    seed: u64,
    dice: Dice,
    era: &'static str,
    /// What was shown before the PSYNC came, and when it came.
    asked: Option<(Knock, Time)>,
}

impl Plan {
    pub(super) fn new(end: usize, seed: u64) -> Plan {
        let dice = Dice(seed);
        let era = if matches!(end, 8 | 9) { dice.of(1, &SECOND) } else { dice.of(1, &ERAS) };
        Plan { end, seed, dice, era, asked: None }
    }
    /// The node that is asked.
    const fn node(&self) -> &'static str {
        if self.end == 11 { "middle" } else { "master" }
    }
    /// Whether this master wants a password: always where that decides, sometimes where it does not.
    fn wants_password(&self) -> bool {
        self.end == 12 || self.end < 8 && self.dice.below(7, 4) == 0
    }
    fn world(&self) -> (String, Time) {
        let dice = self.dice;
        let head = format!(
            "era {}\nseed {}\ndefault link latency 5ms\ndefault node repl-diskless-sync no repl-ping-slave-period 3600\n",
            self.era,
            dice.world()
        );
        let writes = format!("every {}ms SET key:{{10..99}} {{{} bytes}}", 10 + dice.below(2, 30), 20 + dice.below(3, 60));
        // When the PSYNC comes, ms; whatever has to happen before it does so behind the fourth second.
        let at = 8_000 + 10 * dice.below(4, 800);
        let middle = 4_000 + (at - 4_000) / 2;
        let pass = if self.wants_password() { " requirepass s3cret masterauth s3cret" } else { "" };
        let body = match self.end {
            8 | 9 => format!(
                "node old\nnode master repl-backlog-size 16kb follows old\nclient writer on old: {writes}\n\
                 client next on master: stopped SET key:{{10..99}} {{{} bytes}}\nat {middle}ms crash old\nat {}ms master: {}\nat {}ms client next every {}ms\n",
                20 + dice.below(8, 60),
                middle + 300,
                "SLAVEOF NO ONE",
                middle + 400,
                40 + dice.below(9, 60),
            ),
            10 => format!(
                "scale 64\ncost rdb-load 4mb/s\nnode master repl-backlog-size 16kb keys 6000 size 100 save \"\"\nnode replica-1 follows master\n\
                 client writer on master: {writes}\nat {}ms crash master\nat {}ms restart master\n",
                at - 1_500,
                at - 1_000,
            ),
            11 => format!(
                "node top repl-backlog-size 16kb\nnode middle repl-backlog-size 16kb follows top\nnode bottom follows middle\nclient writer on top: {writes}\n\
                 at {}ms cut top middle\n",
                at - 500 - dice.below(8, 1_500),
            ),
            _ => {
                let gives = if pass.is_empty() { "" } else { " masterauth s3cret" };
                format!(
                    "node master repl-backlog-size 16kb{pass}\nnode replica-1{gives} follows master\nclient writer on master: {writes}\n"
                )
            }
        };
        (format!("{head}{body}"), Time::from_millis(at))
    }
    /// What the server knows, and what it is asked for.
    fn look(&self, run: &Timeline) -> Knock {
        let (node, dice) = (self.node(), self.dice);
        let ix = run.sim().by_name(node).unwrap_or_default();
        let me = resync_core::view::node(run.sim(), run.recorder(), ix);
        let (first, head, histlen, size, state, loading) = run.asked(|facts| {
            let of = |field| number(facts, node, field);
            (
                of("backlog.first"),
                of("offset"),
                of("backlog.histlen"),
                of("backlog.size"),
                yes(facts, node, "link_up"),
                yes(facts, node, "loading"),
            )
        });
        // Up to 3.2 a replica numbers the stream that it passes on for itself.
        let head = if histlen > 0 { first + histlen - 1 } else { head };
        let my_id = run.asked(|facts| word(facts, node, "replid"));
        let second = (me.second_offset.0 > 0).then(|| (me.replid2.to_string(), me.second_offset.0));
        let inside = first + dice.below(5, (head - first).max(1) as u64) as i64;
        let up_to = second.as_ref().map_or(0, |(_, up_to)| *up_to);
        let theirs = second.as_ref().map_or_else(String::new, |(id, _)| id.clone());
        let (asked_id, asked) = match self.end {
            0 => (my_id.clone(), head + 1),
            1 => (my_id.clone(), head),
            2 => (my_id.clone(), first),
            3 => (my_id.clone(), first - 1),
            4 => (my_id.clone(), head + 2),
            6 => (dice.id(100), inside),
            7 => ("?".to_owned(), -1),
            // The last byte that both histories share, or one before it; the first that they do not, or one behind it.
            8 => (
                theirs,
                if dice.below(6, 2) == 0 { up_to } else { first.max(1) + dice.below(5, (up_to - first.max(1)).max(1) as u64) as i64 },
            ),
            9 => (theirs, up_to + 1 + if dice.below(6, 2) == 0 { 0 } else { dice.below(5, (head - up_to).max(1) as u64) as i64 }),
            // A replica of the master that was: what it had is beside the point.
            10 => (self.before_the_crash(run), 5_000 + dice.below(5, 9_000) as i64),
            11 | 12 if dice.below(6, 3) == 0 => (my_id.clone(), head + 1),
            _ => (my_id.clone(), inside),
        };
        Knock {
            second,
            knows_second: me.era.capabilities().psync2,
            link_up: me.upstream.is_some().then_some(state),
            loading,
            password: self.wants_password().then_some(self.end != 12),
            size,
            first,
            histlen,
            head,
            asked_id,
            asked,
            my_id,
            reply: String::new(),
            bytes: None,
            reason: "",
            log: Vec::new(),
        }
    }
    /// The id that the master had before it was started again: its replica asks with that one.
    fn before_the_crash(&self, run: &Timeline) -> String {
        let full = run.recorder().journal().entries().iter().rev().find_map(|entry| match &entry.note {
            Note::FullStarted { id, .. } => Some(id.clone()),
            _ => None,
        });
        full.unwrap_or_else(|| self.dice.id(100))
    }
    fn read(&self, run: &Timeline, mut knock: Knock, at: Time) -> Result<Box<Drill>, Fault> {
        let wrong = |why: &str| Fault::new("be the master", 0, format!("{why}, end {}, seed {}", self.end, self.seed));
        let ix = run.sim().by_name(self.node()).unwrap_or_default();
        let printed = run.sim().machine(ix).console.printed().nth(1).map(|printed| printed.line.clone());
        let printed = printed.ok_or_else(|| wrong("nothing was replied"))?;
        let (choice, said) = match (printed.strip_prefix("(error) "), printed.starts_with("CONTINUE")) {
            (Some(error), _) => (2, format!("-{error}")),
            (None, goes_on) => (if goes_on { 0 } else { 1 }, format!("+{printed}")),
        };
        let verdict = run.recorder().journal().entries().iter().rev().find_map(|entry| match &entry.note {
            Note::PsyncVerdict { replica, ruling } if entry.at >= at && replica.starts_with("127.") => Some(ruling),
            _ => None,
        });
        knock.log = logged(run, self.node(), at);
        knock.reason = verdict.map_or("", Ruling::reason);
        knock.bytes = verdict.and_then(Ruling::partial).map(|bytes| bytes as i64);
        let named = match choice {
            0 => knock.bytes,
            1 => said.rsplit(' ').next().and_then(|offset| offset.parse().ok()),
            _ => ERRORS.iter().position(|error| said.split(' ').next() == Some(*error)).map(|error| error as i64),
        };
        let named = named.ok_or_else(|| wrong(&said))?;
        let decision = verdict.and_then(Ruling::decision);
        let whose = match decision.map(|decision| decision.id) {
            Some(IdTest::Mine) => 0,
            Some(IdTest::Second { .. } | IdTest::SecondTooFar { .. }) => 1,
            Some(IdTest::NoId | IdTest::Foreign) => 2,
            None => 3,
        };
        // The byte is looked at only under an id that is known.
        let byte = decision.filter(|_| whose < 2).map(|decision| decision.id.ok() && decision.window.ok());
        let byte = Step { choices: 2, right: byte.map(|held| Said { choice: usize::from(!held), number: None }), near: 0 };
        knock.reply = said;
        Ok(Box::new(Drill {
            kind: Kind::Master,
            end: self.end,
            seed: self.seed,
            era: self.era.to_owned(),
            text: opening(&run.run_text(), at),
            node: self.node(),
            steps: [Step::choose(4, whose), byte, Step { choices: 3, right: Some(Said { choice, number: Some(named) }), near: 0 }],
            scene: Scene::Master(knock),
        }))
    }
}

impl plan::Plan for Plan {
    fn next(&mut self, run: Option<&mut Timeline>) -> Result<Next, Fault> {
        let Some(run) = run else {
            let (text, until) = self.world();
            return Ok(Next::World(text, until));
        };
        if let Some((knock, at)) = self.asked.take() {
            return self.read(run, knock, at).map(Next::Made);
        }
        let knock = self.look(run);
        let node = self.node();
        let mut does = |line: String| run.act_line(&line).map(drop).map_err(|why| Fault::new("be the master", 0, format!("{line}: {why}")));
        if knock.password == Some(true) {
            does(format!("{node}: AUTH s3cret"))?;
        }
        does(format!("{node}: PSYNC {} {}", knock.asked_id, knock.asked))?;
        let at = run.now();
        self.asked = Some((knock, at));
        Ok(Next::Until(at + REPLIED))
    }
}
