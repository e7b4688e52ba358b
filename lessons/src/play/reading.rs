//! A reading: a run played from its start, and everything that a course wants to know of it.

use super::fault::Fault;
use super::grade::Truth;
use super::holds::{Holds, waits};
use super::source::{self, Field, Source, Sum, Wanted};
use crate::course::{Ask, Bet, Course, Item, Transfer, Value};
use crate::tell::{Seen, Values};
use resync_core::condition::{Condition, Facts, Watch};
use resync_core::time::{Span, Time};
use resync_core::timeline::{Ran, Timeline};
use resync_core::view;
use std::cell::Cell;
use std::collections::BTreeSet;

/// How far a run is read at most, simulated.
pub const LONGEST: Time = Time::from_secs(600);
/// How long a reading goes on for a value that has not come when everything else is over.
const GRACE: Span = Span::from_secs(30);
/// How often a curve is read.
const SAMPLES: u64 = 120;
/// How often a `for` is looked at where nothing happens.
const LOOK: Span = Span::from_millis(20);

/// Everything that was read off a run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Told {
    /// The values by their names; one that never came is not here.
    pub values: Values,
    /// The truth of the bet, once its `until` has held: nothing of a choice if not exactly one holds.
    pub truth: Option<Truth>,
    /// The choices that hold, by their places: exactly one in a lesson that is right.
    pub holding: Vec<usize>,
    /// When the bet's `until` first held.
    pub until: Option<Time>,
    /// When the bet's `moment` first held.
    pub moment: Option<Time>,
    /// When each of the pauses first held, in their order.
    pub pauses: Vec<Option<Time>>,
    /// Which of the sentences are true, in their order.
    pub sentences: Vec<bool>,
    /// The values of the twin's table, in its order.
    pub rows: Vec<Option<Seen>>,
    /// What real Redis prints, in the order of the course's `prints`; nothing where the run has no such line.
    pub prints: Vec<Option<String>>,
    /// When the twin's `until` first held: so far run and twin are shown.
    pub shown: Option<Time>,
    /// When the reading ended.
    pub end: Time,
}

/// A condition that is waited for.
struct Probe {
    watch: Watch,
    held: Option<Time>,
}

impl Probe {
    fn new(condition: &Condition) -> Probe {
        // Event 0 is before everything.
        Probe { watch: Watch::since(condition, 0), held: None }
    }
    /// Whether it holds for the first time just now.
    fn comes(&mut self, facts: &dyn Facts) -> bool {
        if self.held.is_some() || !self.watch.holds(facts) {
            return false;
        }
        self.held = Some(facts.now());
        true
    }
}

/// A value that is read.
struct Read {
    name: String,
    source: Source,
    probe: Option<Probe>,
    seen: Option<Seen>,
    done: bool,
}

/// What is looked for in the logs and in INFO at the end.
#[derive(Clone)]
enum Print {
    Log(String, String),
    Info(String, String),
}

/// A curve that is read.
struct Curve {
    field: Field,
    /// The moments, ms, latest first.
    left: Vec<u64>,
    seen: Vec<(u64, Option<i64>)>,
}

/// The bet as it is read.
enum Asked {
    Choose(Vec<Holds>),
    Number(String),
    Curve(Curve),
    Order(Vec<Probe>),
}

/// A run that is played to be read; nothing of it is shown.
pub struct Reading {
    run: Timeline,
    book: Book,
}

/// What is wanted of the run, and what has been read.
struct Book {
    reads: Vec<Read>,
    asked: Asked,
    until: Probe,
    moment: Probe,
    /// Further conditions that the reading waits for: the end of a twin.
    ends: Vec<Probe>,
    pauses: Vec<Probe>,
    sentences: Vec<Holds>,
    prints: Vec<Print>,
    rows: Vec<Sum>,
    /// What the run said of choices and sentences when the bet's moment had come; nothing where values are compared.
    said: (Vec<Option<bool>>, Vec<Option<bool>>),
    /// Moments at which time stops by itself: those that conditions name, latest first.
    stops: Vec<Time>,
    /// Whether a condition must hold for some time.
    waits: bool,
    flow: bool,
    /// The last event that was looked at.
    event: u64,
    /// Whether the first moment is over.
    begun: bool,
    over: bool,
}

impl Reading {
    /// Reads a lesson's own run: `text` is the scene, or what the page's run says of itself (`run_text`), with everything that the person did.
    ///
    /// # Errors
    /// Names the place in the course, or the line of the text.
    pub fn of_lesson(course: &Course, text: &str) -> Result<Reading, Fault> {
        let mut reading = Reading::new("bet", &course.values, &course.bet, text)?;
        reading.book.of_course(course, false)?;
        Ok(reading)
    }
    /// Reads the twin of a lesson: `text` is what [`super::twin_text`] makes of the lesson's own.
    ///
    /// # Errors
    /// As [`Reading::of_lesson`].
    pub fn of_twin(course: &Course, text: &str) -> Result<Reading, Fault> {
        let mut reading = Reading::new("bet", &course.values, &course.bet, text)?;
        reading.book.of_course(course, true)?;
        Ok(reading)
    }
    /// Reads a lesson's own run as far as its sentences need: up to the bet's `until` and the values that they compare. For tests over many seeds.
    ///
    /// # Errors
    /// As [`Reading::of_lesson`].
    pub fn of_sentences(course: &Course, text: &str) -> Result<Reading, Fault> {
        let mut reading = Reading::of_lesson(course, text)?;
        let book = &mut reading.book;
        let mut needed: BTreeSet<String> = book.sentences.iter().flat_map(Holds::names).map(str::to_owned).collect();
        // A sum stands behind the values that it names.
        for read in book.reads.iter().rev() {
            if let Source::Sum(sum) = &read.source
                && needed.contains(&read.name)
            {
                needed.extend(sum.names().map(str::to_owned));
            }
        }
        for read in book.reads.iter_mut().filter(|read| !needed.contains(&read.name)) {
            read.done = true;
        }
        book.moment.held = Some(Time::ZERO);
        book.ends.clear();
        Ok(reading)
    }
    /// Reads a transfer's run.
    ///
    /// # Errors
    /// As [`Reading::of_lesson`].
    pub fn of_transfer(transfer: &Transfer) -> Result<Reading, Fault> {
        Reading::new("transfer", &transfer.values, &transfer.bet, &transfer.text)
    }
    /// Reads the run of an item whose numbers are drawn ([`super::fresh`]).
    ///
    /// # Errors
    /// As [`Reading::of_lesson`].
    pub fn of_item(item: &Item) -> Result<Reading, Fault> {
        Reading::new(&format!("item {}", item.id), &item.values, &item.bet, &item.text)
    }

    fn new(place: &str, values: &[Value], bet: &Bet, text: &str) -> Result<Reading, Fault> {
        let run = Timeline::from_text(text).map_err(|why| Fault::new(&format!("{place}, scene"), 0, why.to_string()))?;
        let mut reads: Vec<Read> = Vec::new();
        for value in values {
            let of = format!("{place}, value {}", value.name);
            let mut source = Source::parse(&of, &value.from, &|name| reads.iter().any(|read| read.name == name))?;
            source.among(run.scenario().world.nodes.iter().map(|node| node.name.as_str()));
            let probe = source.condition().map(Probe::new);
            reads.push(Read { name: value.name.clone(), source, probe, seen: None, done: false });
        }
        let known = |name: &str| reads.iter().any(|read| read.name == name);
        let when = |what: &str, text: &str| source::condition(&format!("{place}, {what}"), "", text);
        let asked = match &bet.ask {
            Ask::Choose { choices } => {
                let holds = |choice: &crate::course::Choice| Holds::parse(&format!("{place}, choice {}", choice.id), &choice.when, &known);
                Asked::Choose(choices.iter().map(holds).collect::<Result<_, _>>()?)
            }
            Ask::Number { value, .. } if known(value) => Asked::Number(value.clone()),
            Ask::Number { value, .. } => return Err(Fault::new(&format!("{place}, number"), 0, format!("there is no value `{value}`"))),
            Ask::Curve { field, from_ms, to_ms, .. } => {
                let of = format!("{place}, curve");
                let field = Field::parse(&of, "", field)?;
                if from_ms >= to_ms || *to_ms > LONGEST.as_millis() {
                    return Err(Fault::new(&of, 0, format!("it goes from {from_ms} to {to_ms} ms")));
                }
                let samples = SAMPLES.min(to_ms - from_ms);
                let left = (0..=samples).rev().map(|at| from_ms + (to_ms - from_ms) * at / samples).collect();
                Asked::Curve(Curve { field, left, seen: Vec::new() })
            }
            Ask::Order { messages } => {
                let probe = |message: &crate::course::Choice| Ok(Probe::new(&when(&format!("message {}", message.id), &message.when)?));
                Asked::Order(messages.iter().map(probe).collect::<Result<_, Fault>>()?)
            }
        };
        let until = Probe::new(&when("until", &bet.until)?);
        let moment = Probe::new(&when("moment", &bet.moment)?);
        let mut book = Book {
            reads,
            asked,
            until,
            moment,
            ends: Vec::new(),
            pauses: Vec::new(),
            sentences: Vec::new(),
            prints: Vec::new(),
            rows: Vec::new(),
            said: (Vec::new(), Vec::new()),
            stops: Vec::new(),
            waits: false,
            flow: false,
            event: 0,
            begun: false,
            over: false,
        };
        book.prepare();
        Ok(Reading { run, book })
    }
    /// Reads on, at most so many steps of the run; says whether everything is read.
    pub fn go_on(&mut self, steps: u64) -> bool {
        let Reading { run, book } = self;
        let last = run.step_number().saturating_add(steps);
        while !book.over && run.step_number() < last {
            let stop = book.next_stop(run.now());
            let ran = run.advance_asking(stop, last - run.step_number(), book.flow, &mut |facts| book.looks(facts, false));
            if ran == Ran::Reached {
                run.asked(|facts| book.looks(facts, true));
            }
            book.over |= run.now() >= book.limit() || matches!(ran, Ran::Stuck(_));
        }
        book.over
    }
    /// Reads to the end.
    #[must_use]
    pub fn whole(mut self) -> Told {
        while !self.go_on(1_000_000) {}
        self.told()
    }
    /// What has been read so far; whole once [`Reading::go_on`] has said so.
    #[must_use]
    pub fn told(&self) -> Told {
        let mut told = self.book.told();
        told.prints = self.book.prints.iter().map(|print| printed(print, &self.run)).collect();
        told.end = self.run.now();
        told
    }
    /// The run as far as it was read.
    #[must_use]
    pub fn run(&self) -> &Timeline {
        &self.run
    }
}

impl Book {
    /// What a whole lesson wants to know beside its bet.
    fn of_course(&mut self, course: &Course, twin: bool) -> Result<(), Fault> {
        let known = |name: &str| self.reads.iter().any(|read| read.name == name);
        if let Some(of) = &course.twin {
            for (at, row) in of.rows.iter().enumerate() {
                self.rows.push(Sum::parse(&format!("twin, row {}", at + 1), &row.value, &known)?);
            }
            self.ends.push(Probe::new(&source::condition("twin, until", "", &of.until)?));
        }
        if !twin {
            for (at, pause) in course.pauses.iter().enumerate() {
                self.pauses.push(Probe::new(&source::condition(&format!("pause {}", at + 1), "", &pause.when)?));
            }
            for (at, sentence) in course.sentences.iter().enumerate() {
                self.sentences.push(Holds::parse(&format!("sentence {}", at + 1), &sentence.when, &known)?);
            }
        }
        for (at, print) in course.prints.iter().enumerate() {
            let mut words = print.splitn(3, ' ');
            let print = match (words.next(), words.next(), words.next()) {
                (Some("log"), Some(node), Some(text)) => Print::Log(node.to_owned(), text.to_owned()),
                (Some("info"), Some(node), Some(text)) => Print::Info(node.to_owned(), text.to_owned()),
                _ => {
                    return Err(Fault::new(
                        &format!("print {}", at + 1),
                        1,
                        format!("`{print}` is neither `log NODE TEXT` nor `info NODE TEXT`"),
                    ));
                }
            };
            self.prints.push(print);
        }
        self.prepare();
        Ok(())
    }
    /// Notes at which moments conditions come to hold by themselves, and what else they need.
    fn prepare(&mut self) {
        let mut moments = BTreeSet::new();
        let (mut waiting, mut flow) = (false, false);
        let mut each = |condition: &Condition| {
            times(condition, &mut moments);
            waiting |= waits(condition);
            flow |= condition.asks_for_flow();
        };
        let orders: &[Probe] = if let Asked::Order(messages) = &self.asked { messages } else { &[] };
        let probes = [&self.until, &self.moment].into_iter().chain(&self.ends).chain(&self.pauses).chain(orders);
        let of_values = self.reads.iter().filter_map(|read| read.probe.as_ref());
        probes.chain(of_values).for_each(|probe| each(probe.watch.condition()));
        let choices: &[Holds] = if let Asked::Choose(choices) = &self.asked { choices } else { &[] };
        choices.iter().chain(&self.sentences).filter_map(Holds::condition).for_each(&mut each);
        for read in &self.reads {
            if let Source::Note(_, wanted) | Source::Count(wanted, _) = &read.source {
                flow |= wanted.of_the_flow();
            }
        }
        if let Asked::Curve(curve) = &self.asked {
            moments.extend(curve.left.iter().map(|ms| Time::from_millis(*ms)));
        }
        self.stops = moments.into_iter().rev().collect();
        (self.waits, self.flow) = (waiting, flow);
    }

    /// The next moment at which something may come to hold by itself.
    fn next_stop(&mut self, now: Time) -> Time {
        while self.stops.last().is_some_and(|stop| *stop <= now && self.begun) {
            self.stops.pop();
        }
        self.begun = true;
        let limit = self.limit();
        let look = if self.waits { Time::from_micros((now.as_micros() / LOOK.as_micros() + 1) * LOOK.as_micros()) } else { limit };
        self.stops.last().copied().unwrap_or(limit).min(limit).min(look)
    }
    fn limit(&self) -> Time {
        let ends = [&self.until, &self.moment].into_iter().chain(&self.ends).map(|probe| probe.held);
        ends.collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max()).map_or(LONGEST, |end| (end + GRACE).min(LONGEST))
    }
    /// Whether everything that is waited for has come.
    fn is_over(&self) -> bool {
        let held = |probe: &Probe| probe.held.is_some();
        let drawn = if let Asked::Curve(curve) = &self.asked { curve.left.is_empty() } else { true };
        held(&self.until)
            && held(&self.moment)
            && self.ends.iter().all(held)
            && drawn
            && self.reads.iter().all(|read| read.done || (read.probe.is_none() && !matches!(read.source, Source::Note(..))))
    }
    /// Looks at the run as it stands; ends the reading when all is read. `settled`: everything of this moment has happened.
    fn looks(&mut self, facts: &dyn Facts, settled: bool) -> bool {
        let after = self.event;
        for read in self.reads.iter_mut().filter(|read| !read.done) {
            look(read, facts, after);
        }
        self.event = facts.event();
        self.moment.comes(facts);
        for probe in self.ends.iter_mut().chain(&mut self.pauses) {
            probe.comes(facts);
        }
        match &mut self.asked {
            Asked::Order(messages) if self.until.held.is_none() => messages.iter_mut().for_each(|message| {
                message.comes(facts);
            }),
            Asked::Curve(curve) if settled => {
                while curve.left.last().is_some_and(|ms| *ms <= facts.now().as_millis()) {
                    let ms = curve.left.pop().unwrap_or(0);
                    let seen = curve.field.read(facts).and_then(|seen| seen.number());
                    curve.seen.push((ms, seen));
                }
            }
            _ => {}
        }
        if self.until.comes(facts) {
            let of = |all: &[Holds]| all.iter().map(|holds| holds.of_run(facts)).collect::<Vec<_>>();
            self.said = (if let Asked::Choose(choices) = &self.asked { of(choices) } else { Vec::new() }, of(&self.sentences));
        }
        self.over = self.is_over();
        self.over
    }

    fn told(&self) -> Told {
        let mut values = Values::new();
        for read in &self.reads {
            let seen = if let Source::Sum(sum) = &read.source { sum.of(&values) } else { read.seen.clone() };
            if let Some(seen) = seen {
                values.insert(read.name.clone(), seen);
            }
        }
        let holds = |(holds, said): (&Holds, &Option<bool>)| said.or_else(|| holds.of_values(&values)).unwrap_or(false);
        let mut holding = Vec::new();
        let truth = match &self.asked {
            _ if self.until.held.is_none() => None,
            Asked::Choose(choices) => {
                let all = choices.iter().zip(&self.said.0).map(holds).enumerate();
                holding.extend(all.filter(|(_, holds)| *holds).map(|(at, _)| at));
                if let [one] = holding.as_slice() { Some(Truth::Choose(*one)) } else { None }
            }
            Asked::Number(name) => values.get(name).and_then(Seen::number).map(Truth::Number),
            Asked::Curve(curve) => curve.left.is_empty().then(|| Truth::Curve(curve.seen.clone())),
            Asked::Order(messages) => {
                let mut order: Vec<_> = messages.iter().enumerate().filter_map(|(at, message)| Some((message.held?, at))).collect();
                order.sort_unstable();
                (order.len() == messages.len()).then(|| Truth::Order(order.into_iter().map(|(_, at)| at).collect()))
            }
        };
        Told {
            truth,
            holding,
            until: self.until.held,
            moment: self.moment.held,
            pauses: self.pauses.iter().map(|pause| pause.held).collect(),
            shown: self.ends.first().and_then(|end| end.held),
            sentences: self.sentences.iter().zip(&self.said.1).map(holds).collect(),
            rows: self.rows.iter().map(|row| row.of(&values)).collect(),
            values,
            ..Told::default()
        }
    }
}

/// The line of a log or of INFO that was asked for.
fn printed(print: &Print, run: &Timeline) -> Option<String> {
    let sim = run.sim();
    match print {
        Print::Log(node, text) => {
            let lines = view::log(sim, run.recorder(), sim.by_name(node)?, usize::MAX);
            lines.into_iter().find(|line| line.text.contains(text)).map(|line| line.line)
        }
        Print::Info(node, text) => {
            let info = view::info(sim, sim.by_name(node)?, Some("replication"))?.to_string();
            info.lines().find(|line| line.starts_with(text)).map(str::to_owned)
        }
    }
}

/// Looks whether a value has come.
fn look(read: &mut Read, facts: &dyn Facts, after: u64) {
    let held = read.probe.as_mut().is_some_and(|probe| probe.comes(facts));
    let fresh = facts.event() > after;
    match &read.source {
        Source::At(field, _) => {
            if held {
                read.seen = field.read(facts);
                read.done = true;
            }
        }
        Source::Time(_) => {
            if held {
                read.seen = Some(Seen::Number(i64::try_from(facts.now().as_millis()).unwrap_or(i64::MAX)));
                read.done = true;
            }
        }
        Source::Note(name, wanted) if fresh => {
            read.seen = first(wanted, name, facts, after);
            read.done = read.seen.is_some();
        }
        Source::Count(wanted, _) => {
            if fresh {
                let count = Cell::new(0);
                wanted.look(facts, after, &|_| {
                    count.set(count.get() + 1);
                    false
                });
                let before = read.seen.as_ref().and_then(Seen::number).unwrap_or(0);
                read.seen = Some(Seen::Number(before + count.get()));
            }
            read.done = held;
        }
        Source::Extreme { most, field, .. } => {
            if let Some(now) = field.read(facts).and_then(|seen| seen.number()) {
                let so_far = read.seen.as_ref().and_then(Seen::number);
                let seen = so_far.map_or(now, |so_far| if *most { now.max(so_far) } else { now.min(so_far) });
                read.seen = Some(Seen::Number(seen));
            }
            read.done = held;
        }
        Source::Note(..) | Source::Sum(_) => {}
    }
}

/// A field of such a note that came after event `after`.
fn first(wanted: &Wanted, name: &str, facts: &dyn Facts, after: u64) -> Option<Seen> {
    let found = Cell::new(None);
    wanted.look(facts, after, &|note| {
        let field = note.fields().into_iter().find(|(field, _)| *field == name);
        found.set(field.map(|(_, value)| Seen::from(value)));
        true
    });
    found.into_inner()
}

/// The moments that a condition names.
fn times(condition: &Condition, into: &mut BTreeSet<Time>) {
    match condition {
        Condition::Now { time, .. } => {
            into.insert(*time);
        }
        Condition::Not(part) | Condition::For(part, _) => times(part, into),
        Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| times(part, into)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::Choice;

    const SCENE: &str =
        "era 3.0\nseed 11\ndefault link latency 20ms\nnode master\nnode replica-1 follows master\nat 5s master: SET greeting hello\n";

    fn values(all: &[(&str, &str)]) -> Vec<Value> {
        all.iter().map(|(name, from)| Value { name: (*name).into(), from: (*from).into() }).collect()
    }
    fn told(values_of: &[(&str, &str)], ask: Ask) -> Told {
        let bet = Bet { ask, until: "now >= 5.01s".into(), moment: "now >= 5s".into(), ..Bet::default() };
        Reading::new("bet", &values(values_of), &bet, SCENE).unwrap_or_else(|fault| panic!("{fault}")).whole()
    }
    fn choice(when: &str) -> Choice {
        Choice { when: when.into(), ..Choice::default() }
    }

    #[test]
    fn values_are_read_when_their_conditions_come_to_hold() {
        let told = told(
            &[
                ("gap", "replica-1 gap at now >= 5.01s"),
                ("after", "replica-1 gap at now >= 5.03s"),
                ("came", "time of replica-1 keys = 1"),
                ("asked", "offset of note replica-1 psync-asked"),
                ("syncs", "count of note master psync-verdict"),
                ("most", "most of replica-1 gap until now >= 5.5s"),
                ("up", "replica-1 online at now >= 5s"),
                ("way", "came - 5000"),
                ("line", "text of note replica-1 log text~\"Connecting\""),
                ("never", "replica-1 gap at replica-1 keys = 9"),
            ],
            Ask::Number { value: "gap".into(), near: 0, unit: "B".into() },
        );
        let number = |name: &str| told.values.get(name).and_then(Seen::number);
        assert_eq!((number("gap"), number("after"), told.truth.clone()), (Some(61), Some(0), Some(Truth::Number(61))));
        assert_eq!((number("came"), number("way"), number("syncs"), number("most")), (Some(5_020), Some(20), Some(1), Some(61)));
        assert_eq!((number("asked"), number("up"), number("never")), (Some(-1), Some(1), None));
        assert_eq!(told.values.get("line"), Some(&Seen::Text("Connecting to MASTER 10.0.0.1:6379".into())));
        assert_eq!((told.moment, told.until), (Some(Time::from_secs(5)), Some(Time::from_millis(5_010))));
        assert_eq!(told.end, Time::from_millis(35_010), "a value that never comes is waited for half a minute");
    }

    #[test]
    fn exactly_one_choice_is_the_truth() {
        let of = |choices: &[&str]| {
            let choices = choices.iter().map(|when| choice(when)).collect();
            let told = told(&[("gap", "replica-1 gap at now >= 5.01s")], Ask::Choose { choices });
            (told.truth, told.holding)
        };
        assert_eq!(of(&["replica-1 keys = 1", "let gap = 61"]), (Some(Truth::Choose(1)), vec![1]));
        assert_eq!(of(&["replica-1 keys = 0", "let gap > 60"]), (None, vec![0, 1]));
        assert_eq!(of(&["note master psync-verdict partial=true", "let gap > 61"]), (None, vec![]));
    }

    #[test]
    fn orders_and_curves_are_read_as_they_come() {
        let messages = ["note replica-1 full-done", "note replica-1 psync-asked", "note master psync-verdict"].map(choice).to_vec();
        assert_eq!(told(&[], Ask::Order { messages }).truth, Some(Truth::Order(vec![1, 2, 0])));
        let curve = |from_ms, to_ms| Ask::Curve {
            field: "replica-1 gap".into(),
            from_ms,
            to_ms,
            top: 100,
            unit: "B".into(),
            line: None,
            near: 100,
        };
        let Some(Truth::Curve(points)) = told(&[], curve(4_990, 5_030)).truth else { panic!("no curve") };
        assert_eq!((points.len(), points[0], points[40]), (41, (4_990, Some(0)), (5_030, Some(0))));
        assert_eq!(
            (points[9], points[10], points[30], points[31]),
            ((4_999, Some(0)), (5_000, Some(61)), (5_020, Some(61)), (5_021, Some(0)))
        );
        let bet = Bet { ask: curve(9, 9), until: "now > 5s".into(), moment: "now > 5s".into(), ..Bet::default() };
        assert!(Reading::new("bet", &[], &bet, SCENE).is_err());
    }

    #[test]
    fn a_reading_in_small_pieces_is_the_same() {
        let bet = Bet {
            ask: Ask::Choose { choices: vec![choice("replica-1 online"), choice("not replica-1 online")] },
            until: "replica-1 online for 1s".into(),
            moment: "replica-1 online".into(),
            ..Bet::default()
        };
        let begin = || Reading::new("bet", &values(&[("gap", "replica-1 gap at now >= 5.01s")]), &bet, SCENE).expect("right");
        let mut pieces = begin();
        let mut count = 1;
        while !pieces.go_on(2) {
            count += 1;
        }
        assert!(count > 10, "{count}");
        assert_eq!(pieces.told(), begin().whole());
        let Told { until: Some(until), moment: Some(moment), .. } = pieces.told() else { panic!("both hold") };
        assert!((1_000..1_020).contains(&until.since(moment).as_millis()), "{until:?} {moment:?}");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = |values_of: &[(&str, &str)], ask, until: &str| {
            let bet = Bet { ask, until: until.into(), moment: "now > 1s".into(), ..Bet::default() };
            Reading::new("transfer", &values(values_of), &bet, SCENE).err().expect("wrong").to_string()
        };
        let number = |value: &str| Ask::Number { value: value.into(), near: 0, unit: String::new() };
        assert_eq!(wrong(&[], number("gap"), "now > 1s"), "transfer, number: there is no value `gap`");
        assert!(
            wrong(&[("gap", "replica-1 gap")], number("gap"), "now > 1s").starts_with("transfer, value gap, column 1: there is no value")
        );
        assert!(wrong(&[], Ask::default(), "now > often").starts_with("transfer, until, column 7: "));
        let scene = Reading::new("bet", &[], &Bet { until: "now > 1s".into(), moment: "now > 1s".into(), ..Bet::default() }, "node\n");
        assert!(scene.err().expect("wrong").to_string().starts_with("bet, scene: line 1"));
    }
}
