//! What a person does: lines of scenario text, and the consoles' history.

use super::branches::Made;
use super::console::{Own, Typed};
use super::run::Run;
use super::{Desk, Logged};
use crate::ids::RunId;
use crate::inspection::{Answer, ConsoleLine};
use crate::refusal::Refusal;
use resync_core::note::Note;
use resync_core::scenario;
use resync_core::sim::world::Act;
use resync_core::view::NodeIx;

/// What became of an act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Acted {
    /// A command's reply, as redis-cli prints it; `None` if there is none, or none yet.
    pub reply: Option<String>,
    /// The branch that it made, if it was done in the past.
    pub branch: Option<Made>,
}

impl Desk {
    /// One line of scenario text, applied now in the run in focus: see [`Desk::act_in`].
    ///
    /// # Errors
    /// As [`Desk::act_in`].
    pub fn act(&mut self, line: &str) -> Result<Acted, Refusal> {
        self.act_in(self.run().id, line)
    }
    /// One line of scenario text, applied now in a run. In the past of that run it is done in a new branch instead, and the run keeps its future; a branch of
    /// the run in focus comes into focus.
    ///
    /// # Errors
    /// What is wrong with the line, why it cannot be done, or that there is no such run. Nothing has changed then but that console's history.
    pub fn act_in(&mut self, id: RunId, line: &str) -> Result<Acted, Refusal> {
        self.attempt(id, line, &scenario::parse_act(line).map_err(Refusal::from))
    }
    /// An act by value, applied now in the run in focus as [`Desk::act`] applies a line; recorded and told as the line of scenario text that means it.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub fn perform(&mut self, act: Act) -> Result<Acted, Refusal> {
        self.attempt(self.run().id, &scenario::act_line(&act), &Ok(act))
    }

    /// A line typed at the console of a node: what the console does by itself (`help`, `clear`, `exit`), or a command.
    ///
    /// # Errors
    /// As [`Desk::act_in`].
    pub fn type_at(&mut self, node: &str, line: &str) -> Result<Acted, Refusal> {
        let run = self.run_mut();
        let Some(ix) = run.place_named(node) else { return self.act(&format!("{node}: {line}")) };
        let era = run.era_at(ix);
        match Own::of(line, era) {
            None => self.act(&format!("{node}: {line}")),
            Some(Own::HangUp) => self.perform(Act::Interrupt { node: node.to_owned() }),
            Some(Own::Help(help)) => {
                run.type_line(ix, line, Answer::Help(help));
                Ok(Acted { reply: None, branch: None })
            }
            Some(Own::Clear) => {
                run.consoles.entry(ix).or_default().clear();
                Ok(Acted { reply: None, branch: None })
            }
        }
    }

    fn attempt(&mut self, id: RunId, line: &str, act: &Result<Act, Refusal>) -> Result<Acted, Refusal> {
        let next = RunId(self.next_id);
        let hook = self.log;
        let run = self.named_mut(id)?;
        let console = run.console_of(line).map(|(node, _)| node);
        if let Some(node) = console
            && !run.lives(node)
        {
            run.type_line(node, line, Answer::Refused);
            return Err(Refusal::NobodyListens);
        }
        hook(&Logged::Input { run: id, at_us: run.now_us(), line });
        let branched = if run.timeline.in_past() { run.branch(next).map(Some) } else { Ok(None) };
        let (done, branch) = match branched {
            Err(why) => (Err(why), None),
            Ok(None) => (run.act_here(line, act), None),
            Ok(Some(mut branch)) => match branch.act_here(line, act) {
                Ok(reply) => (Ok(reply), Some(branch)),
                // A line that is not taken makes no branch.
                Err(why) => (Err(why), None),
            },
        };
        match (done, branch) {
            (Err(why), _) => {
                if let Some(node) = console {
                    run.type_line(node, line, Answer::Unreadable(why.clone()));
                }
                hook(&Logged::Refused { run: id });
                Err(why)
            }
            (Ok(reply), None) => {
                hook(&Logged::Done { run: id, of: id });
                Ok(Acted { reply, branch: None })
            }
            (Ok(reply), Some(branch)) => {
                let made = self.take_in(branch);
                hook(&Logged::Done { run: made.run, of: id });
                Ok(Acted { reply, branch: Some(made) })
            }
        }
    }
}

impl Run {
    /// One line, applied now; its console hears of it if it is taken.
    fn act_here(&mut self, line: &str, act: &Result<Act, Refusal>) -> Result<Option<String>, Refusal> {
        let console = self.console_of(line).map(|(node, _)| node);
        let act = act.as_ref().map_err(Clone::clone)?;
        let reply = self.timeline.act_said(act)?;
        let step = self.timeline.step_number();
        // What had been typed later never was.
        for console in self.consoles.values_mut() {
            console.forget_from(step);
        }
        self.told_event = self.told_event.min(step.saturating_sub(1));
        if let Act::Interrupt { node } = act
            && let Some(node) = self.place_named(node)
        {
            self.type_line(node, "^C", Answer::Nothing);
        }
        if let Some(node) = console {
            self.type_line(node, line, reply.clone().map_or(Answer::Waiting, Answer::Reply));
        }
        Ok(reply)
    }

    /// The node, or the sentinel, and the words of a console line (`master: SET a b`).
    fn console_of<'a>(&self, line: &'a str) -> Option<(NodeIx, &'a str)> {
        let (name, words) = line.split_once(':')?;
        Some((self.place_named(name.trim())?, words.trim()))
    }
    /// Whether a line is typed at a console: errors about it are shown there.
    #[must_use]
    pub fn is_console_line(&self, line: &str) -> bool {
        self.console_of(line).is_some()
    }

    fn type_line(&mut self, node: NodeIx, line: &str, answer: Answer) {
        let input = line.split_once(':').map_or(line, |(_, words)| words.trim()).to_owned();
        let (prompt, database) = (self.prompt(node), self.database(node));
        let selected = match &answer {
            Answer::Reply(reply) if reply.trim_end() == "OK" => selects(&input),
            _ => None,
        };
        let typed = Typed {
            step: self.timeline.step_number(),
            line: ConsoleLine { at_us: self.now_us(), event: self.timeline.sim().event(), prompt, input, answer },
            database: selected.unwrap_or(database),
            boots: self.boots(node),
        };
        self.consoles.entry(node).or_default().push(typed);
    }

    pub(super) fn typed(&self, node: NodeIx) -> impl Iterator<Item = &Typed> {
        let now = self.timeline.step_number();
        self.consoles.get(&node).into_iter().flat_map(move |console| console.until(now))
    }
    /// How often the process there has started; of a sentinel, which has no databases, nobody asks.
    fn boots(&self, place: u32) -> u32 {
        self.timeline.sim().machines().get(place as usize).map_or(0, |machine| machine.boots)
    }
    fn database(&self, node: NodeIx) -> u32 {
        let boots = self.boots(node);
        self.typed(node).last().filter(|t| t.boots == boots).map_or(0, |t| t.database)
    }
    pub(super) fn prompt(&self, node: NodeIx) -> String {
        let (ip, port) = self.timeline.sim().listens_at(node);
        match self.database(node) {
            0 => format!("{ip}:{port}> "),
            db => format!("{ip}:{port}[{db}]> "),
        }
    }

    /// The console's lines up to now; replies that came late stand at their commands.
    pub(super) fn console(&self, node: NodeIx) -> Vec<ConsoleLine> {
        let mut lines: Vec<ConsoleLine> = self.typed(node).map(|t| t.line.clone()).collect();
        let event = self.timeline.sim().event();
        let late = self.timeline.recorder().journal().entries().iter().filter(|e| e.node == node && e.event <= event);
        let mut late =
            late.filter_map(|e| if let Note::ClientReply { reply, .. } = &e.note { Some((e.event, reply)) } else { None }).peekable();
        for line in lines.iter_mut().filter(|l| l.answer == Answer::Waiting && !hears_on(&l.input)) {
            while late.next_if(|(event, _)| *event < line.event).is_some() {}
            if let Some((_, reply)) = late.next() {
                line.answer = Answer::Reply(reply.clone());
            }
        }
        self.add_printed(node, &mut lines);
        lines
    }
    /// What a console printed on its own belongs to the command that made it read on.
    fn add_printed(&self, node: NodeIx, lines: &mut [ConsoleLine]) {
        let console = &self.timeline.sim().machine(node).console;
        let mut to = u64::MAX;
        let mut last = true;
        for line in lines.iter_mut().rev().filter(|line| !matches!(line.answer, Answer::Help(_) | Answer::Unreadable(_))) {
            if hears_on(&line.input) && !matches!(line.answer, Answer::Refused) {
                let first = if let Answer::Reply(reply) = &line.answer { Some(reply.trim_end().to_owned()) } else { None };
                let printed = console.printed().filter(|p| (line.event..to).contains(&p.event)).map(|p| p.line.clone());
                // redis-cli says so before it has read the first reply.
                let subscribes = line.input.to_ascii_lowercase().contains("subscribe").then(|| READS_MESSAGES.to_owned());
                let lines = subscribes.into_iter().chain(first).chain(printed).collect();
                line.answer = Answer::Printed { lines, on: last && console.reads_on() };
            }
            to = line.event;
            last = false;
        }
    }
}

/// The line with which redis-cli begins to print messages.
const READS_MESSAGES: &str = "Reading messages... (press Ctrl-C to quit)";

/// Whether a redis-cli reads on after this command: see [`resync_core::sim::cli`].
fn hears_on(input: &str) -> bool {
    let first = input.split_whitespace().next().unwrap_or_default();
    ["monitor", "subscribe", "psubscribe", "psync", "sync"].iter().any(|name| first.eq_ignore_ascii_case(name))
}

/// The database that a line of a console selects.
fn selects(input: &str) -> Option<u32> {
    let mut words = input.split_whitespace();
    (words.next()?.eq_ignore_ascii_case("select")).then(|| words.next()?.parse().ok())?
}
