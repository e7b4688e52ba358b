//! *Be the replica*: something comes from the master, or nothing any more.
//!
//! Steps: which command do I send next; which byte of the stream do I want next; in which state am I once I have dealt with it.

use super::made::{Drill, Kind, Scene, Sends, Stands, Step, Turn};
use super::plan::{self, Dice, Next, logged, opening};
use crate::play::fault::Fault;
use resync_core::fact::ReplState;
use resync_core::note::{Note, NoteKind};
use resync_core::repl::Offset;
use resync_core::sim::Sim;
use resync_core::time::{Span, Time};
use resync_core::timeline::{Ran, Timeline};
use resync_core::view::{self, LadderRow, PacketKind, UpstreamView};

const ERAS: [&str; 7] = ["2.8", "3.0", "3.2", "4.0", "5.0", "6.2", "7.0"];
/// Rows of the ladder that are shown.
const ROWS: usize = 5;

/// What a row of the ladder is, if it is a command that the replica sends.
fn sends_of(row: &LadderRow) -> Option<Sends> {
    match row.kind {
        PacketKind::Ack => Some(Sends::Acks),
        PacketKind::Request | PacketKind::Ping => Some(match row.text.split(' ').next().unwrap_or_default() {
            "PING" => Sends::Ping,
            "PSYNC" | "SYNC" => Sends::Asks,
            _ => Sends::Introduces,
        }),
        _ => None,
    }
}
/// Where a replica in this state stands.
const fn stands_of(state: ReplState) -> Stands {
    match state {
        ReplState::None | ReplState::Connect | ReplState::Connecting => Stands::Dials,
        ReplState::Transfer => Stands::Receives,
        ReplState::Connected => Stands::Follows,
        _ => Stands::Waits,
    }
}

pub(super) struct Plan {
    end: usize,
    seed: u64,
    dice: Dice,
}

impl Plan {
    pub(super) fn new(end: usize, seed: u64) -> Plan {
        Plan { end, seed, dice: Dice(seed) }
    }
    fn era(&self) -> &'static str {
        self.dice.of(1, &ERAS)
    }
    fn password(&self) -> bool {
        // Whoever stands at the console gives none.
        self.end != 4 && self.dice.below(7, 3) == 0
    }
    /// When it begins, ms: nothing before counts.
    fn since(&self) -> u64 {
        match self.end {
            8 => 0,
            _ => 8_000 + 10 * self.dice.below(4, 400),
        }
    }
    fn world(&self) -> (String, Time) {
        let (dice, since) = (self.dice, self.since());
        let (wants, gives) = if self.password() { (" requirepass s3cret masterauth s3cret", " masterauth s3cret") } else { ("", "") };
        let head = format!(
            "era {}\nseed {}\ndefault link latency {}ms\ndefault node repl-diskless-sync no repl-ping-slave-period 3600\n",
            self.era(),
            dice.world(),
            10 + dice.below(5, 60),
        );
        let (every, bytes) = (20 + dice.below(2, 40), 20 + dice.below(3, 60));
        let writer = format!("every {every}ms SET key:{{10..99}} {{{bytes} bytes}}");
        let pair = |size: &str, keys: &str| {
            format!("node master{size}{wants}{keys}\nnode replica-1{gives} follows master\nclient writer on master: {writer}\n")
        };
        let away = if self.end == 8 { 0 } else { 1_000 + 10 * dice.below(6, 300) };
        let back = format!("at {}ms cut master replica-1\nat {since}ms heal master replica-1\n", since - away);
        let body = match self.end {
            // It comes back to the handshake, to the question, to the answer; nothing is written any more, so that what follows is what it missed.
            0..=2 => format!("{}at {}ms client writer stop\n{back}", pair("", ""), since - 20),
            // The window is too small for what was written meanwhile: more than 16 KB in a second's outage.
            3 | 7 => format!(
                "{}client flood on master: stopped pipeline 8 SET other:{{10..99}} {{400 bytes}}\nat {}ms client flood every 10ms\nat {}ms client flood stop\n\
                 at {}ms client writer stop\n{back}",
                pair(" repl-backlog-size 16kb", ""),
                since - away,
                since - away / 2,
                since - 20,
            ),
            4 => format!(
                "{}at {}ms client writer stop\nat {since}ms master: SET last {}\n",
                pair("", ""),
                since - 2_500,
                "x".repeat(10 + dice.below(8, 60) as usize),
            ),
            // Its master is a replica itself, without a link.
            5 => format!(
                "node top{wants}\nnode master{wants} follows top\nnode replica-1{gives} follows master\nclient writer on top: {writer}\n\
                 at {}ms cut top master\n{back}",
                since - away - 500,
            ),
            6 => format!("{}at {since}ms crash master\nat {}ms restart master\n", pair("", ""), since + 3_000),
            _ => pair("", ""),
        };
        // A write is looked at as it comes, everything else from behind.
        let until = if self.end == 4 { Time::from_micros(since * 1_000 - 1) } else { Time::from_millis(since + 12_000) };
        (format!("{head}{body}"), until)
    }
    fn fault(&self, why: &str) -> Fault {
        Fault::new("be the replica", 0, format!("{why}, end {}, seed {}", self.end, self.seed))
    }
    /// The moment at which it decides, and what came.
    fn moment(&self, run: &mut Timeline, rows: &[LadderRow]) -> Result<(Time, Option<String>), Fault> {
        let since = Time::from_millis(self.since());
        if self.end == 4 {
            return self.write(run, since);
        }
        let down = |wanted: &dyn Fn(&LadderRow) -> bool| {
            let row = rows.iter().find(|row| !row.up && row.control.is_none() && row.at_us >= since.as_micros() && wanted(row));
            row.and_then(|row| Some((Time::from_micros(row.arrived_us?), Some(row.text.clone()))))
        };
        let ix = run.sim().by_name("replica-1");
        let noted = |wanted: &dyn Fn(&Note) -> bool| {
            let entries = run.recorder().journal().entries().iter();
            entries.filter(|entry| Some(entry.node) == ix && entry.at >= since).find(|entry| wanted(&entry.note)).map(|entry| entry.at)
        };
        let found = match self.end {
            0 => down(&|row| row.kind == PacketKind::Reply),
            1 | 8 => {
                // What came last before it asked.
                let asks = rows.iter().find(|row| row.up && row.at_us >= since.as_micros() && sends_of(row) == Some(Sends::Asks));
                asks.and_then(|asked| {
                    let came = || rows.iter().filter(|row| !row.up && row.control.is_none());
                    let at = came().filter_map(|row| row.arrived_us).filter(|at| *at <= asked.at_us).max()?;
                    // Several replies may lie in one packet.
                    let with: Vec<&LadderRow> = came().filter(|row| row.arrived_us == Some(at)).collect();
                    let text = with.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join(" ");
                    Some((Time::from_micros(at), Some(text)))
                })
            }
            2 => down(&|row| row.text.starts_with("+CONTINUE")),
            3 => down(&|row| row.text.starts_with("+FULLRESYNC")),
            5 => down(&|row| row.refusal && !row.text.starts_with("-NOAUTH")),
            6 => noted(&|note| matches!(note, Note::UpstreamLost { .. })).map(|at| (at, None)),
            _ => noted(&|note| matches!(note, Note::FullDone { .. })).map(|at| (at, Some("RDB".to_owned()))),
        };
        found.ok_or_else(|| self.fault("the moment does not come"))
    }
    /// A write arrives: the ladder folds it with those before, so the run is looked at closely.
    fn write(&self, run: &mut Timeline, since: Time) -> Result<(Time, Option<String>), Fault> {
        let ix = run.sim().by_name("replica-1").unwrap_or_default();
        let applied = |sim: &Sim| sim.node(ix).upstream().map_or(0, |upstream| upstream.applied.0);
        let before = applied(run.sim());
        let ran = run.advance_showing(since + Span::from_secs(2), u64::MAX, &mut |sim| applied(sim) != before);
        let bytes = applied(run.sim()) - before;
        if ran != Ran::Held || bytes < 1 {
            return Err(self.fault("the write does not come"));
        }
        let master = run.sim().by_name("master").unwrap_or_default();
        let commands = view::stream_commands(run.sim(), master, Offset(before + 1), Offset(before + bytes));
        let text = commands.iter().map(|command| command.text.clone()).collect::<Vec<_>>().join(" · ");
        Ok((run.now(), Some(text)))
    }
    /// The next ACK after the present moment.
    fn ack(&self, run: &mut Timeline) -> Result<(Sends, String, Time), Fault> {
        let event = run.sim().event();
        let to = run.now() + Span::from_secs(3);
        let ran = run.advance_asking(to, u64::MAX, true, &mut |facts| facts.noted("replica-1", NoteKind::AckSent, Some(event), &|_| true));
        let acked = run.recorder().flow().iter().rev().find_map(|flow| match flow.note {
            Note::AckSent { offset } if flow.event > event => Some(offset),
            _ => None,
        });
        match (ran, acked) {
            (Ran::Held, Some(offset)) => Ok((Sends::Acks, format!("REPLCONF ACK {offset}"), run.now())),
            _ => Err(self.fault("it sends nothing")),
        }
    }
    /// What it knows of its master at the present moment.
    fn upstream(&self, run: &Timeline) -> Result<UpstreamView, Fault> {
        let ix = run.sim().by_name("replica-1").unwrap_or_default();
        view::node(run.sim(), run.recorder(), ix).upstream.ok_or_else(|| self.fault("it follows nobody"))
    }
    fn read(&self, run: &mut Timeline) -> Result<Box<Drill>, Fault> {
        let text = run.run_text();
        let links = run.sim().links();
        let ends = (run.sim().by_name("master"), run.sim().by_name("replica-1"));
        let link = links.iter().position(|link| [(Some(link.a), Some(link.b)), (Some(link.b), Some(link.a))].contains(&ends));
        let ladder = view::handshake(run.sim(), run.recorder(), link.ok_or_else(|| self.fault("no link"))? as u32).rows;
        let (at, came) = self.moment(run, &ladder)?;
        let next = ladder.iter().filter(|row| row.up && row.at_us >= at.as_micros()).find_map(|row| Some((sends_of(row)?, row)));
        let (sends, sent, sent_at) = match next {
            Some((sends, row)) => (sends, row.text.clone(), Time::from_micros(row.at_us)),
            // The ladder folds it with those before.
            None => self.ack(run)?,
        };
        let shown = ladder.iter().filter(|row| {
            row.control.is_none()
                && if row.up { row.at_us < at.as_micros() } else { row.arrived_us.is_some_and(|came| came < at.as_micros()) }
        });
        let mut rows: Vec<(bool, String)> = shown.map(|row| (row.up, row.text.clone())).collect();
        rows.drain(..rows.len().saturating_sub(ROWS));
        run.seek(Time::from_micros(at.as_micros() - 1), u64::MAX);
        let before = self.upstream(run)?;
        run.seek(at + Span::from_millis(1), u64::MAX);
        let then = self.upstream(run)?.state;
        // Who follows has applied by its next ACK what came with it; whoever does not is done at once.
        if sends == Sends::Acks && stands_of(then) == Stands::Follows {
            run.seek(sent_at, u64::MAX);
        }
        let after = self.upstream(run)?;
        let log = logged(run, "replica-1", at);
        let wants = |of: &UpstreamView| match (stands_of(of.state), of.cached) {
            (Stands::Follows, _) => Some((of.master_id, of.applied.0)),
            // SYNC names no byte, and learns none.
            (Stands::Receives, _) => (of.initial_offset.0 >= 0).then_some((of.master_id, of.initial_offset.0)),
            (_, Some((id, offset))) => Some((id, offset.0)),
            _ => None,
        };
        let (known, wanted) = (wants(&before), wants(&after));
        let follows = stands_of(then) == Stands::Follows;
        let bytes = if let (true, Some((_, had)), Some((_, has))) = (follows, known, wanted) { has - had } else { 0 };
        let turn = Turn {
            state: before.state.name().to_owned(),
            id: known.map(|(id, _)| id.to_string()),
            applied: known.map(|(_, offset)| offset),
            cached: before.cached.is_some(),
            password: self.password(),
            bytes,
            comes: came,
            rows,
            sends: sent,
            after_ms: (sent_at - at).as_millis(),
            then: then.name().to_owned(),
            log,
        };
        let place = |of: usize, at: Option<usize>| Step::choose(of, at.unwrap_or_default());
        Ok(Box::new(Drill {
            kind: Kind::Replica,
            end: self.end,
            seed: self.seed,
            era: self.era().to_owned(),
            text: opening(&text, at),
            node: "replica-1",
            steps: [
                place(Sends::ALL.len(), Sends::ALL.iter().position(|each| *each == sends)),
                Step::number(wanted.map_or(-1, |(_, offset)| offset + 1), 0),
                place(Stands::ALL.len(), Stands::ALL.iter().position(|each| *each == stands_of(then))),
            ],
            scene: Scene::Replica(turn),
        }))
    }
}

impl plan::Plan for Plan {
    fn next(&mut self, run: Option<&mut Timeline>) -> Result<Next, Fault> {
        match run {
            None => {
                let (text, until) = self.world();
                Ok(Next::World(text, until))
            }
            Some(run) => self.read(run).map(Next::Made),
        }
    }
}
