//! The desk: owner of the run. It holds the timeline, the player's clock and the consoles, and makes what the screen reads. No Yew, no browser.
//!
//! Everything that a person does goes through [`Desk::act`]; the log on the JavaScript side hears of it before the engine does.

use crate::action::Tab;
use crate::inspection::{Answer, ConsoleLine, Inspection, KEYS_SHOWN, LOG_SHOWN};
use crate::player::{Facts, Plan, Player};
use crate::share;
use crate::views::{LaneStretch, Views};
use resync_core::info::InfoText;
use resync_core::node::api::Label;
use resync_core::note::{Class, Note};
use resync_core::repl::Offset;
use resync_core::scenario::{Condition, Watch};
use resync_core::sim::tcp::Freight;
use resync_core::time::{Span, Time};
use resync_core::timeline::{Ran, Timeline};
use resync_core::view::{self, ClusterView, LinkIx, NodeIx, PacketView};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// The desk as the page and its JavaScript face hold it. No component below the page sees it.
pub type SharedDesk = Rc<RefCell<Desk>>;

/// Steps between two looks at the clock.
const SLICE: u64 = 300;
/// Milestones that the views carry.
const JOURNAL_SHOWN: usize = 600;
/// Samples of one chart.
const SAMPLES_SHOWN: usize = 400;
/// Bytes on each side of the lens whose commands are decoded.
const LENS_REACH: i64 = 6 * 1024;
/// Console lines kept for each node.
const CONSOLE_LINES_MAX: usize = 400;
/// Reduced motion: a hop ends at a milestone, or after this much time without one, µs.
const HOP_US_MAX: u64 = 1_000_000;
/// How far a condition is waited for, unless it says `within`.
pub const UNTIL_DEFAULT: Span = Span::from_secs(3_600);

/// What the views are made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ask {
    /// The inspected node.
    pub node: NodeIx,
    /// The chosen link; without one, that where something happened last.
    pub link: Option<LinkIx>,
    /// Middle of the lens; `None` follows the head.
    pub lens: Option<i64>,
    /// The inspector's open tab.
    pub tab: Tab,
}

/// How far a long piece of work got in one turn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Turn {
    /// Done.
    Done,
    /// The time of this turn is used up: call again.
    More,
    /// It cannot be done: why.
    Failed(String),
}

/// A condition that is waited for.
pub struct Waiting {
    watch: Watch,
    to: Time,
    text: String,
}
impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Waiting({})", self.text)
    }
}

/// A milestone for those who listen from JavaScript.
#[derive(Clone, PartialEq, Debug)]
pub struct Heard {
    /// When, µs.
    pub at_us: u64,
    /// The node's name.
    pub node: String,
    /// What.
    pub note: Note,
}

/// A line of a console, when it was typed, and what it leads to.
#[derive(Clone, Debug)]
struct Typed {
    /// Step number right after it.
    step: u64,
    line: ConsoleLine,
    /// The console's database after it …
    database: u32,
    /// … which the process forgets when it ends.
    boots: u32,
}

/// Owner of a run.
pub struct Desk {
    timeline: Timeline,
    /// Speed and play state; what it plans, [`Desk::frame`] does.
    pub player: Player,
    text: String,
    consoles: BTreeMap<NodeIx, Vec<Typed>>,
    before_input: fn(u64, &str),
    /// What a link says this run's fingerprint is at a moment.
    expected: Option<(u64, u64)>,
    /// The newest milestone that listeners were told.
    told_event: u64,
    /// Rises with each long piece of work that begins, so that an older one sees that it is over.
    job: u64,
    replaced: bool,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Desk({} at {} µs)", self.title(), self.now_us())
    }
}

impl Desk {
    /// A run at its start, paused.
    ///
    /// # Errors
    /// If the text is no scenario: where, and what was expected.
    pub fn load(text: &str) -> Result<Desk, String> {
        let timeline = Timeline::from_text(text).map_err(|e| e.to_string())?;
        Ok(Desk {
            timeline,
            player: Player::default(),
            text: text.to_owned(),
            consoles: BTreeMap::new(),
            before_input: |_, _| {},
            expected: None,
            told_event: 0,
            job: 0,
            replaced: false,
        })
    }
    /// From now on this hears of every input before it is applied: the moment in µs and the line.
    pub fn before_input(&mut self, hook: fn(u64, &str)) {
        self.before_input = hook;
    }

    /// Another run takes the place of this one; speed, hook and the count of work stay.
    pub fn replace(&mut self, fresh: Desk) {
        let (player, hook, job) = (self.player.clone(), self.before_input, self.job + 1);
        *self = Desk { player, before_input: hook, job, ..fresh };
        self.player.pause();
        self.replaced = true;
    }
    /// Whether another run took the place of this one since this was asked last.
    pub fn take_replaced(&mut self) -> bool {
        std::mem::take(&mut self.replaced)
    }

    // ---- readers

    /// The scenario's title; empty if it has none.
    #[must_use]
    pub fn title(&self) -> &str {
        self.timeline.scenario().words.title()
    }
    /// The scenario's seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.timeline.scenario().world.seed
    }
    /// The text that was loaded.
    #[must_use]
    pub fn scenario_text(&self) -> &str {
        &self.text
    }
    /// Scenario and inputs.
    #[must_use]
    pub fn run_text(&self) -> String {
        self.timeline.run_text()
    }
    /// The run at this moment, for a link.
    #[must_use]
    pub fn shared(&self) -> share::Run {
        share::Run {
            // Comments explain the text to its readers; the run is the same without them.
            text: self.run_text().lines().filter(|l| !l.trim_start().starts_with('#')).flat_map(|l| [l, "\n"]).collect(),
            at_us: self.now_us(),
            behaviour: resync_core::BEHAVIOUR,
            fingerprint: Some(self.timeline.sim().fingerprint()),
        }
    }
    /// Now, µs.
    #[must_use]
    pub fn now_us(&self) -> u64 {
        self.timeline.now().as_micros()
    }
    /// The furthest moment played, µs.
    #[must_use]
    pub fn end_us(&self) -> u64 {
        self.timeline.end().as_micros()
    }
    /// How many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> NodeIx {
        self.timeline.sim().machines().len() as NodeIx
    }
    /// A node by its name.
    #[must_use]
    pub fn node_named(&self, name: &str) -> Option<NodeIx> {
        self.timeline.sim().by_name(name)
    }
    /// What `window.resync.view()` returns.
    #[must_use]
    pub fn cluster(&self) -> ClusterView {
        view::cluster(&self.timeline)
    }
    /// INFO of a node as it would answer now; nothing while its process is not there.
    #[must_use]
    pub fn info(&self, node: NodeIx, section: Option<&str>) -> Option<InfoText> {
        view::info(&self.timeline, node, section)
    }
    /// Packets under way.
    #[must_use]
    pub fn packets(&self) -> Vec<PacketView> {
        view::packets(&self.timeline)
    }
    /// The milestone after a moment, µs: where the next key leads, and where a hop ends.
    #[must_use]
    pub fn mark_after(&self, now_us: u64) -> Option<u64> {
        self.marks().find(|at| *at > now_us)
    }
    /// The milestone before a moment, µs.
    #[must_use]
    pub fn mark_before(&self, now_us: u64) -> Option<u64> {
        self.marks().take_while(|at| *at < now_us).last()
    }
    fn marks(&self) -> impl Iterator<Item = u64> {
        let entries = self.timeline.recorder().journal().entries();
        entries.iter().filter(|e| worth_seeing(&e.note)).map(|e| e.at.as_micros())
    }

    // ---- time

    /// Switches discrete steps.
    pub fn set_reduced(&mut self, on: bool) {
        self.player.set_reduced(on);
    }

    /// One frame of playing: what the player plans, as long as `in_time` says so. What does not fit is given up: the clock slips.
    ///
    /// # Errors
    /// If time no longer passes: why.
    pub fn frame(&mut self, wall_us: u64, in_time: &dyn Fn() -> bool) -> Result<Plan, String> {
        if !self.player.playing() {
            return Ok(Plan::Rest);
        }
        let before = self.facts();
        let plan = self.player.frame(wall_us, &before);
        match plan {
            Plan::Rest => {}
            Plan::Hop => self.hop(in_time)?,
            Plan::Advance(us) => {
                let to = Time::from_micros(self.now_us() + us);
                // Under *auto*, silence ends where something sets out: the frame ends there, and the next one is slow.
                let watchful = self.player.auto() && before.decisive_us.is_none();
                loop {
                    match self.timeline.advance(to, if watchful { 32 } else { SLICE }) {
                        Ran::Stuck(why) => return Err(why.to_string()),
                        Ran::Reached => break,
                        Ran::Budget | Ran::Held => {}
                    }
                    if !in_time() || watchful && self.facts().decisive_us.is_some() {
                        break;
                    }
                }
            }
        }
        Ok(plan)
    }

    /// On to the end of the instant of the next milestone worth seeing, or by a second if there is none.
    ///
    /// # Errors
    /// If time no longer passes: why.
    pub fn hop(&mut self, in_time: &dyn Fn() -> bool) -> Result<(), String> {
        let newest = |desk: &Desk| desk.timeline.recorder().journal().entries().back().map(|e| (e.event, e.times, worth_seeing(&e.note)));
        let to = self.timeline.now() + Span::from_micros(HOP_US_MAX);
        loop {
            let before = newest(self);
            match self.timeline.advance(to, 1) {
                Ran::Stuck(why) => return Err(why.to_string()),
                Ran::Reached => return Ok(()),
                Ran::Budget | Ran::Held => {}
            }
            let now = newest(self);
            if now != before && now.is_some_and(|(.., worth)| worth) {
                // What happens together is seen together.
                return match self.timeline.advance(self.timeline.now(), 10_000) {
                    Ran::Stuck(why) => Err(why.to_string()),
                    _ => Ok(()),
                };
            }
            if !in_time() {
                return Ok(());
            }
        }
    }

    /// What is under way, as far as the speed is concerned.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let sim = self.timeline.sim();
        let mut facts = Facts::default();
        for packet in sim.packets().map(|under_way| under_way.packet) {
            // Frozen: it does not move, and nobody waits for it to arrive.
            if packet.t1 == Time::NEVER {
                continue;
            }
            let slot = match &packet.freight {
                Freight::Accept | Freight::Fin | Freight::Reset => &mut facts.decisive_us,
                Freight::Data(Label::Handshake(_) | Label::Reply(_) | Label::Rdb { .. }) => &mut facts.decisive_us,
                Freight::Data(Label::Stream { .. } | Label::Ack(_) | Label::Newline) => &mut facts.everyday_us,
                Freight::Data(Label::Client(_)) => continue,
            };
            *slot = Some(slot.unwrap_or(0).max(packet.t1.since(packet.t0).as_micros()));
        }
        facts.someone_away =
            sim.machines().iter().any(|m| m.node.upstream().is_some_and(|u| !u.link_up)) || sim.links().iter().any(|l| l.cut || l.frozen());
        facts
    }

    /// One event on.
    pub fn step(&mut self) {
        self.player.pause();
        self.timeline.step();
    }
    /// One event back.
    pub fn back(&mut self) {
        self.player.pause();
        self.timeline.back();
    }

    /// A new long piece of work begins: its number. Older ones are over.
    pub fn begin_job(&mut self) -> u64 {
        self.job += 1;
        self.job
    }
    /// Whether this piece of work is still the newest.
    #[must_use]
    pub fn is_job(&self, job: u64) -> bool {
        self.job == job
    }

    /// Some of the way to a moment, back or forward, as long as `in_time` says so.
    pub fn seek_some(&mut self, to_us: u64, in_time: &dyn Fn() -> bool) -> Turn {
        let to = Time::from_micros(to_us);
        loop {
            match self.timeline.seek(to, SLICE) {
                Ran::Reached | Ran::Held => return Turn::Done,
                Ran::Stuck(why) => return Turn::Failed(why.to_string()),
                Ran::Budget if !in_time() => return Turn::More,
                Ran::Budget => {}
            }
        }
    }

    /// Begins to wait for a condition, which may end in `within TIME`.
    ///
    /// # Errors
    /// If the text is no condition.
    pub fn wait_for(&mut self, condition: &str) -> Result<Waiting, String> {
        let (condition, within) = Condition::parse_until(condition).map_err(|e| e.to_string())?;
        let to = self.timeline.now() + within.unwrap_or(UNTIL_DEFAULT);
        Ok(Waiting { watch: self.timeline.watch(&condition), to, text: condition.to_string() })
    }
    /// Plays some of the way to it.
    pub fn wait_some(&mut self, waiting: &mut Waiting, in_time: &dyn Fn() -> bool) -> Turn {
        loop {
            match self.timeline.advance_watching(&mut waiting.watch, waiting.to, SLICE) {
                Ran::Held => return Turn::Done,
                Ran::Reached => return Turn::Failed(format!("{} did not hold until {} ms", waiting.text, waiting.to.as_millis())),
                Ran::Stuck(why) => return Turn::Failed(why.to_string()),
                Ran::Budget if !in_time() => return Turn::More,
                Ran::Budget => {}
            }
        }
    }

    /// A link said which fingerprint the run has at a moment; `None`: it did not.
    pub fn expect_fingerprint(&mut self, at_us: u64, fingerprint: Option<u64>) {
        self.expected = fingerprint.map(|f| (at_us, f));
    }
    /// Once that moment is reached: whether the run came out as the link said. Asked once.
    pub fn take_verification(&mut self) -> Option<bool> {
        let (at, fingerprint) = self.expected.filter(|(at, _)| *at == self.now_us())?;
        self.expected = None;
        // The moment has several states, one for each of its events; the link means the last.
        Some(self.now_us() == at && self.timeline.sim().fingerprint() == fingerprint)
    }

    // ---- acting

    /// One line of scenario text, applied now. The reply is a command's, as redis-cli prints it; `None` if there is none, or none yet.
    /// In the past, everything that was played after this moment is dropped.
    ///
    /// # Errors
    /// What is wrong with the line, or why it cannot be done.
    pub fn act(&mut self, line: &str) -> Result<Option<String>, String> {
        let console = self.console_of(line);
        if let Some((node, _)) = console
            && !self.timeline.sim().machine(node).alive()
        {
            self.type_line(node, line, Answer::Refused);
            return Err(String::from("nobody listens there: the process is not running"));
        }
        (self.before_input)(self.now_us(), line);
        let before = self.timeline.step_number();
        let done = self.timeline.act_line(line).map_err(|why| why.to_string());
        if done.is_ok() {
            // What had been typed later never was.
            for lines in self.consoles.values_mut() {
                lines.retain(|t| t.step <= before);
            }
        }
        self.told_event = self.told_event.min(self.timeline.sim().event());
        if let Some((node, _)) = console {
            let answer = match &done {
                Ok(Some(reply)) => Answer::Reply(reply.clone()),
                Ok(None) => Answer::Waiting,
                Err(why) => Answer::Unreadable(why.clone()),
            };
            self.type_line(node, line, answer);
        }
        done
    }

    /// The node and the words of a console line (`master: SET a b`).
    fn console_of<'a>(&self, line: &'a str) -> Option<(NodeIx, &'a str)> {
        let (name, words) = line.split_once(':')?;
        Some((self.node_named(name.trim())?, words.trim()))
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
            boots: self.timeline.sim().machine(node).boots,
        };
        let lines = self.consoles.entry(node).or_default();
        lines.push(typed);
        if lines.len() > CONSOLE_LINES_MAX {
            lines.remove(0);
        }
    }

    fn typed(&self, node: NodeIx) -> impl Iterator<Item = &Typed> {
        let now = self.timeline.step_number();
        self.consoles.get(&node).into_iter().flatten().filter(move |t| t.step <= now)
    }
    fn database(&self, node: NodeIx) -> u32 {
        let boots = self.timeline.sim().machine(node).boots;
        self.typed(node).last().filter(|t| t.boots == boots).map_or(0, |t| t.database)
    }
    fn prompt(&self, node: NodeIx) -> String {
        let spec = &self.timeline.sim().machine(node).spec;
        match self.database(node) {
            0 => format!("{}:{}> ", spec.ip, spec.port),
            db => format!("{}:{}[{db}]> ", spec.ip, spec.port),
        }
    }

    /// The console's lines up to now; replies that came late stand at their commands.
    fn console(&self, node: NodeIx) -> Vec<ConsoleLine> {
        let mut lines: Vec<ConsoleLine> = self.typed(node).map(|t| t.line.clone()).collect();
        let event = self.timeline.sim().event();
        let late = self.timeline.recorder().journal().entries().iter().filter(|e| e.node == node && e.event <= event);
        let mut late =
            late.filter_map(|e| if let Note::ClientReply { reply, .. } = &e.note { Some((e.event, reply)) } else { None }).peekable();
        for line in lines.iter_mut().filter(|l| l.answer == Answer::Waiting) {
            while late.next_if(|(event, _)| *event < line.event).is_some() {}
            if let Some((_, reply)) = late.next() {
                line.answer = Answer::Reply(reply.clone());
            }
        }
        lines
    }

    // ---- listeners

    /// Milestones since the last call, oldest first, folded repeats once. Going back tells nothing twice.
    pub fn news(&mut self) -> Vec<Heard> {
        let event = self.timeline.sim().event();
        let sim = self.timeline.sim();
        let entries = self.timeline.recorder().journal().entries();
        let fresh = entries
            .iter()
            .rev()
            .take_while(|e| e.event > self.told_event)
            .filter(|e| e.event <= event && e.note.class() == Class::Milestone);
        let mut heard: Vec<Heard> =
            fresh.map(|e| Heard { at_us: e.at.as_micros(), node: sim.machine(e.node).spec.name.clone(), note: e.note.clone() }).collect();
        heard.reverse();
        self.told_event = self.told_event.max(event);
        heard
    }

    // ---- what the screen reads

    /// The link whose ladder is shown when none is selected: one on which something is going on, else that of the latest verdict, else the first.
    fn default_link(&self) -> Option<LinkIx> {
        let sim = self.timeline.sim();
        let of = |replica: NodeIx| {
            let upstream = sim.node(replica).upstream()?;
            let master = sim.by_address(replica, &upstream.host, upstream.port)?;
            sim.link_between(master, replica)
        };
        let unsettled = (0..self.node_count()).find(|ix| sim.machine(*ix).alive() && sim.node(*ix).upstream().is_some_and(|u| !u.link_up));
        let latest = || {
            let replica = view::verdict(&self.timeline, None)?.replica;
            sim.by_name(&replica)
        };
        let first = || (0..self.node_count()).find(|ix| of(*ix).is_some());
        unsettled.and_then(of).or_else(|| latest().and_then(of)).or_else(|| first().and_then(of))
    }

    /// The top of a node's tree.
    fn top_of(&self, node: NodeIx) -> NodeIx {
        let sim = self.timeline.sim();
        let mut at = node;
        // A loop of followers has no top: stop after as many steps as there are nodes.
        for _ in 0..self.node_count() {
            let above = sim.node(at).upstream().and_then(|u| sim.by_address(at, &u.host, u.port));
            match above {
                Some(above) if above != at => at = above,
                _ => break,
            }
        }
        at
    }

    /// Everything that panels read.
    #[must_use]
    pub fn views(&self, ask: &Ask) -> Views {
        let run = &self.timeline;
        let sim = run.sim();
        let link = ask.link.or_else(|| self.default_link());
        let ends = link.and_then(|ix| sim.links().get(ix as usize));
        // The chosen link's replica, if one end follows the other.
        let replica = ends.and_then(|l| [l.a, l.b].into_iter().find(|ix| sim.node(*ix).upstream().is_some()));
        let top = match (ask.link, ends) {
            (Some(_), Some(l)) => self.top_of(replica.unwrap_or(l.a)),
            _ => self.top_of(ask.node),
        };
        let head = sim.node(top).master_offset();
        let middle = ask.lens.unwrap_or(head.0);
        let cluster = view::cluster(run);
        let lanes = |ix: usize| {
            let stretches = view::lanes(run, ix as LinkIx);
            stretches.into_iter().map(|s| LaneStretch { from_us: s.from_us, to_us: s.to_us, what: s.what }).collect()
        };
        Views {
            top,
            handshake: link.map(|ix| view::handshake(run, ix)).unwrap_or_default(),
            verdict: replica.and_then(|r| view::verdict(run, Some(r))).or_else(|| view::verdict(run, None)),
            series: (0..self.node_count())
                .filter(|ix| *ix != top)
                .map(|ix| view::series(run, ix, SAMPLES_SHOWN))
                .filter(|s| !s.samples.is_empty())
                .collect(),
            commands: view::stream_commands(run, top, Offset(middle - LENS_REACH), Offset(middle + LENS_REACH)),
            journal: view::journal(run, JOURNAL_SHOWN),
            log: Vec::new(),
            lanes: (0..cluster.links.len()).map(lanes).collect(),
            cluster,
            end_us: self.end_us(),
            playing: self.player.playing(),
            speed_milli: self.player.speed_milli(),
        }
    }

    /// What the inspector's open tab shows.
    #[must_use]
    pub fn inspection(&self, ask: &Ask) -> Inspection {
        let run = &self.timeline;
        let sim = run.sim();
        let name = |ix: NodeIx| sim.machine(ix).spec.name.clone();
        let mut inspection = Inspection {
            node: ask.node,
            tab: ask.tab,
            prompt: self.prompt(ask.node),
            console: Vec::new(),
            info: None,
            variables: Vec::new(),
            log: view::log(run, ask.node, LOG_SHOWN),
            keys: Vec::new(),
            keys_total: 0,
            directives: Vec::new(),
        };
        match ask.tab {
            Tab::Console => inspection.console = self.console(ask.node),
            Tab::Info => inspection.info = self.info(ask.node, None),
            Tab::Variables => {
                let ends = [Some(ask.node), self.other_end(ask)];
                inspection.variables = ends.into_iter().flatten().map(|ix| (name(ix), view::variables(run, ix))).collect();
            }
            // The log stands under the other tabs as well, where there is room.
            Tab::Log => {}
            Tab::Keys => {
                inspection.keys = view::keys(run, ask.node, KEYS_SHOWN);
                inspection.keys_total = sim.node(ask.node).dataset().total_keys() as u64;
            }
            Tab::Config => inspection.directives = view::directives(run, ask.node),
        }
        inspection
    }

    /// The other end of what the inspected node talks to: its master; for a master, the replica of the chosen link, or its first.
    fn other_end(&self, ask: &Ask) -> Option<NodeIx> {
        let sim = self.timeline.sim();
        if let Some(upstream) = sim.node(ask.node).upstream() {
            return sim.by_address(ask.node, &upstream.host, upstream.port);
        }
        let link = ask.link.and_then(|ix| sim.links().get(ix as usize)).filter(|l| l.a == ask.node || l.b == ask.node);
        let far = link.map(|l| if l.a == ask.node { l.b } else { l.a });
        let follows = |ix: &NodeIx| sim.node(*ix).upstream().and_then(|u| sim.by_address(*ix, &u.host, u.port)) == Some(ask.node);
        far.or_else(|| (0..self.node_count()).find(follows))
    }
}

/// The database that a line of a console selects.
fn selects(input: &str) -> Option<u32> {
    let mut words = input.split_whitespace();
    (words.next()?.eq_ignore_ascii_case("select")).then(|| words.next()?.parse().ok())?
}

/// Milestones at which the keys for the previous and next event, and a hop, stop.
fn worth_seeing(note: &Note) -> bool {
    note.class() == Class::Milestone
        && !matches!(
            note,
            Note::Log { .. } | Note::SessionState { .. } | Note::ConfigSet { .. } | Note::ClientReply { .. } | Note::ChildDone { .. }
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::SCENES;
    use resync_core::view::LinkState;

    const ASK: Ask = Ask { node: 0, link: None, lens: None, tab: Tab::Console };

    fn always() -> bool {
        true
    }
    fn first() -> Desk {
        Desk::load(SCENES[0].text).expect("the first scene")
    }
    fn until(desk: &mut Desk, condition: &str) {
        let mut waiting = desk.wait_for(condition).expect(condition);
        assert_eq!(desk.wait_some(&mut waiting, &always), Turn::Done, "{condition}");
    }
    fn seek(desk: &mut Desk, ms: u64) {
        assert_eq!(desk.seek_some(ms * 1_000, &always), Turn::Done);
    }

    #[test]
    fn a_short_cut_ends_in_a_partial_resync_and_a_long_one_in_a_full() {
        let mut desk = first();
        until(&mut desk, "replica-1 online and replica-2 online within 20s");
        seek(&mut desk, 12_000);
        desk.act("cut master replica-1").expect("a cut");
        seek(&mut desk, 15_000);
        let views = desk.views(&ASK);
        assert_eq!(views.cluster.links.iter().filter(|l| l.state == LinkState::Cut).count(), 1);
        desk.act("heal master replica-1").expect("a heal");
        until(&mut desk, "replica-1 online within 10s");
        assert_eq!(desk.cluster().nodes[0].counters.sync_partial_ok, 1);
        desk.act("cut master replica-1").expect("a cut");
        until(&mut desk, "replica-1 runway <= 0 within 60s");
        desk.act("heal master replica-1").expect("a heal");
        until(&mut desk, "replica-1 online within 10s");
        let views = desk.views(&ASK);
        assert_eq!(views.cluster.nodes[0].counters.sync_full, 3);
        let verdict = views.verdict.expect("a verdict");
        assert!(verdict.id_ok && !verdict.window_ok && !verdict.partial, "{verdict:?}");
        assert_eq!(views.lanes.len(), views.cluster.links.len());
        assert!(!views.commands.is_empty() && !views.journal.is_empty());
    }

    #[test]
    fn the_console_answers_as_redis_cli_does() {
        let mut desk = first();
        seek(&mut desk, 3_000);
        assert_eq!(desk.act("master: SET greeting hello").expect("a reply").as_deref().map(str::trim_end), Some("OK"));
        assert_eq!(desk.act("master: SELECT 2").expect("a reply").as_deref().map(str::trim_end), Some("OK"));
        let inspection = desk.inspection(&ASK);
        assert_eq!(inspection.prompt, "10.0.0.1:6379[2]> ");
        assert_eq!(inspection.console.len(), 2);
        assert_eq!(inspection.console[0].prompt, "10.0.0.1:6379> ");
        assert!(desk.act("master: \"unbalanced").is_err());
        assert!(matches!(desk.inspection(&ASK).console[2].answer, Answer::Unreadable(_)), "told in the console");
        desk.act("restart master").expect("a restart");
        seek(&mut desk, 5_000);
        assert_eq!(desk.inspection(&ASK).prompt, "10.0.0.1:6379> ", "a new process knows nothing of the database");
        desk.act("crash master").expect("a crash");
        assert!(desk.act("master: PING").is_err());
        assert_eq!(desk.inspection(&ASK).console.last().map(|l| l.answer.clone()), Some(Answer::Refused));
        assert_eq!(desk.info(0, None), None);
    }

    #[test]
    fn a_late_reply_stands_at_its_command() {
        let mut desk = first();
        until(&mut desk, "replica-1 online and replica-2 online within 20s");
        assert_eq!(desk.act("master: WAIT 5 400"), Ok(None), "it blocks");
        assert_eq!(desk.inspection(&ASK).console[0].answer, Answer::Waiting);
        let now = desk.now_us() / 1_000;
        seek(&mut desk, now + 3_000);
        let Answer::Reply(text) = &desk.inspection(&ASK).console[0].answer else { panic!("no reply came") };
        assert!(text.starts_with("(integer) "), "{text}");
        seek(&mut desk, now + 1);
        assert_eq!(desk.inspection(&ASK).console[0].answer, Answer::Waiting, "and in the past it has not come yet");
    }

    #[test]
    fn acting_in_the_past_drops_what_had_been_typed_later() {
        let mut desk = first();
        seek(&mut desk, 4_000);
        desk.act("master: SET a 1").expect("a reply");
        seek(&mut desk, 8_000);
        desk.act("master: SET b 2").expect("a reply");
        seek(&mut desk, 6_000);
        assert_eq!(desk.inspection(&ASK).console.len(), 1, "what was typed at 8 s is not there yet at 6 s");
        desk.act("master: SET c 3").expect("a reply");
        seek(&mut desk, 9_000);
        let inputs: Vec<String> = desk.inspection(&ASK).console.iter().map(|l| l.input.clone()).collect();
        assert_eq!(inputs, ["SET a 1", "SET c 3"]);
        assert!(!desk.run_text().contains("SET b 2"));
    }

    #[test]
    fn a_shared_run_comes_out_the_same() {
        let mut desk = first();
        seek(&mut desk, 9_000);
        desk.act("cut master replica-2").expect("a cut");
        seek(&mut desk, 11_500);
        let link = share::encode(&desk.shared());
        assert!(link.len() < 500, "{} characters", link.len());
        let shared = share::decode(&link).expect("our own link");
        let mut again = Desk::load(&shared.text).expect("our own text");
        again.expect_fingerprint(shared.at_us, shared.fingerprint);
        assert_eq!(again.take_verification(), None, "not there yet");
        assert_eq!(again.seek_some(shared.at_us, &always), Turn::Done);
        assert_eq!(again.take_verification(), Some(true));
        assert_eq!(again.cluster(), desk.cluster());
    }

    #[test]
    fn a_resize_below_the_minimum_says_what_was_asked_and_what_is_kept() {
        let mut desk = first();
        seek(&mut desk, 5_000);
        desk.act("master: CONFIG SET repl-backlog-size 100").expect("a reply");
        let views = desk.views(&ASK);
        let resized = views.journal.iter().rev().find_map(|e| match e.note {
            Some(Note::BacklogResized { asked, bytes, .. }) => Some((asked, bytes)),
            _ => None,
        });
        assert_eq!(resized, Some((100, 16_384)));
    }

    #[test]
    fn auto_stops_the_frame_where_a_handshake_begins() {
        let mut desk = first();
        desk.player.play();
        let mut slowest = u64::MAX;
        for _ in 0..400 {
            desk.frame(16_000, &always).expect("time passes");
            slowest = slowest.min(desk.player.speed_milli());
        }
        assert!(slowest < 200, "60 ms of link are shown slowly, not at {slowest}/1000");
        assert!(desk.now_us() > 400_000, "and yet it gets on: {} µs", desk.now_us());
    }

    #[test]
    fn reduced_motion_goes_from_milestone_to_milestone() {
        let mut desk = first();
        desk.set_reduced(true);
        desk.player.play();
        let mut stops = Vec::new();
        for _ in 0..600 {
            if desk.frame(50_000, &always).expect("time passes") == Plan::Hop {
                stops.push(desk.now_us());
            }
        }
        assert!(stops.len() >= 20, "{stops:?}");
        assert!(stops.windows(2).all(|w| w[1] <= w[0] + HOP_US_MAX), "never further than a second");
        let marked = stops.iter().filter(|at| desk.marks().any(|m| m == **at)).count();
        assert!(marked * 2 > stops.len(), "{marked} of {} stops are milestones", stops.len());
    }

    #[test]
    fn listeners_hear_each_milestone_once() {
        let mut desk = first();
        assert!(desk.news().iter().all(|h| h.at_us == 0));
        until(&mut desk, "replica-1 online and replica-2 online within 20s");
        let heard = desk.news();
        assert_eq!(heard.iter().filter(|h| h.note.name() == "full-done").count(), 2);
        assert!(heard.windows(2).all(|w| w[0].at_us <= w[1].at_us));
        assert!(desk.news().is_empty());
        seek(&mut desk, 100);
        assert!(desk.news().is_empty(), "going back is no news");
    }

    #[test]
    fn every_scene_fills_every_panel() {
        let folders = resync_lessons::folder::read_all(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons").as_path());
        for folder in folders.expect("the lessons are right") {
            let id = &folder.lesson.id;
            let mut desk = Desk::load(&folder.lesson.text).expect(id);
            seek(&mut desk, 13_000);
            for tab in Tab::ALL {
                for node in 0..desk.node_count() {
                    let ask = Ask { node, link: None, lens: Some(500), tab };
                    let (views, inspection) = (desk.views(&ask), desk.inspection(&ask));
                    assert_eq!(views.cluster.now_ms, 13_000);
                    assert_eq!(inspection.node, node);
                    assert!(!inspection.log.is_empty(), "{id}: node {node} has logged something");
                }
            }
            let lamps = &desk.cluster().lamps;
            // A lesson may show where real Redis breaks one: then it says so.
            let meant = |name: &str| folder.proof.breaks.contains(name);
            assert!(!lamps.is_empty() && lamps.iter().all(|l| l.holds || meant(l.name.name())), "{id}: {lamps:?}");
        }
    }

    #[test]
    fn what_a_person_does_is_written_down_before_it_is_done() {
        thread_local! {
            static LOG: RefCell<Vec<(u64, String)>> = const { RefCell::new(Vec::new()) };
        }
        let mut desk = first();
        desk.before_input(|at, line| LOG.with_borrow_mut(|log| log.push((at, line.to_owned()))));
        seek(&mut desk, 1_500);
        desk.act("pause replica-1").expect("a pause");
        assert!(desk.act("nonsense").is_err());
        let log = LOG.take();
        assert_eq!(log, [(1_500_000, String::from("pause replica-1")), (1_500_000, String::from("nonsense"))]);
    }
}
