//! A condition being watched: what it must remember between two looks.

use super::language::{Compare, Condition};
use crate::fact::Invariant;
use crate::note::{Note, NoteKind, Value};
use crate::time::Time;
use alloc::rc::Rc;
use alloc::vec::Vec;

/// What conditions are asked of. Names that nobody has and fields that do not exist now answer `None`.
pub trait Facts {
    /// Now.
    fn now(&self) -> Time;
    /// The number of the last event.
    fn event(&self) -> u64;
    /// A field of a node, by a name of [`super::fields::NODE`].
    fn node(&self, node: &str, field: &str) -> Option<Value>;
    /// A field of a key in a database of a node, by a name of [`super::fields::KEY`].
    fn key(&self, node: &str, db: usize, key: &str, field: &str) -> Option<Value>;
    /// A field of what a master knows of a replica, by a name of [`super::fields::SESSION`].
    fn session(&self, master: &str, replica: &str, field: &str) -> Option<Value>;
    /// A field of a link, by a name of [`super::fields::LINK`].
    fn link(&self, from: &str, to: &str, field: &str) -> Option<Value>;
    /// A field of a client, by a name of [`super::fields::CLIENT`].
    fn client(&self, client: &str, field: &str) -> Option<Value>;
    /// Whether two nodes hold the same data; `times`: and each key's time to live ends at the same moment.
    fn same_data(&self, a: &str, b: &str, times: bool) -> bool;
    /// Whether an invariant has held so far.
    fn invariant(&self, which: Invariant) -> bool;
    /// Whether a note of this name for which `fits` holds was left by the node after event `after` (`None`: since the start).
    fn noted(&self, node: &str, kind: NoteKind, after: Option<u64>, fits: &dyn Fn(&Note) -> bool) -> bool;
}

/// A condition with its memory: which notes it has seen, and since when its `for` parts hold.
#[derive(Clone, Debug)]
pub struct Watch {
    condition: Rc<Condition>,
    /// Notes count that came after this event.
    after: Option<u64>,
    /// One for each `note` and each `for`, in the order of the text.
    memory: Vec<Memory>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Memory {
    /// A note that has not come yet, or has.
    Note(bool),
    /// Since when a part holds.
    For(Option<Time>),
}

impl Watch {
    /// Watches from the event `event` on.
    #[must_use]
    pub fn since(condition: &Condition, event: u64) -> Watch {
        Watch::new(condition, Some(event))
    }
    /// Looks back to the start of the run: what `expect` does.
    #[must_use]
    pub fn since_start(condition: &Condition) -> Watch {
        Watch::new(condition, None)
    }
    fn new(condition: &Condition, after: Option<u64>) -> Watch {
        let mut memory = Vec::new();
        remember(condition, &mut memory);
        Watch { condition: Rc::new(condition.clone()), after, memory }
    }
    /// The condition.
    #[must_use]
    pub fn condition(&self) -> &Condition {
        &self.condition
    }
    /// Looks now. Every part is looked at, so that each `for` knows since when it holds.
    pub fn holds(&mut self, facts: &dyn Facts) -> bool {
        let condition = Rc::clone(&self.condition);
        let mut next = 0;
        let holds = self.part(&condition, facts, &mut next);
        // Notes of this event may still come, by an act; those before it have been looked at.
        self.after = self.after.map(|after| after.max(facts.event().saturating_sub(1)));
        holds
    }
    fn part(&mut self, condition: &Condition, facts: &dyn Facts, next: &mut usize) -> bool {
        match condition {
            Condition::Note { node, kind, fields } => {
                let slot = *next;
                *next += 1;
                if self.memory[slot] == Memory::Note(true) {
                    return true;
                }
                let seen = facts.noted(node, *kind, self.after, &|note| fits(note, fields));
                if seen {
                    self.memory[slot] = Memory::Note(true);
                }
                seen
            }
            Condition::Node { node, field, compare } => compares(facts.node(node, field), compare.as_ref()),
            Condition::Key { node, key, db, field, compare } => compares(facts.key(node, *db, key, field), compare.as_ref()),
            Condition::Session { master, replica, field, compare } => compares(facts.session(master, replica, field), compare.as_ref()),
            Condition::Link { from, to, field, compare } => compares(facts.link(from, to, field), compare.as_ref()),
            Condition::Client { client, field, compare } => compares(facts.client(client, field), compare.as_ref()),
            Condition::Now { sign, time } => {
                let micros = |time: Time| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
                sign.holds(micros(facts.now()), micros(*time))
            }
            Condition::SameData { a, b, times } => facts.same_data(a, b, *times),
            Condition::Invariant(which) => facts.invariant(*which),
            Condition::Not(inner) => !self.part(inner, facts, next),
            Condition::And(parts) => self.count(parts, facts, next) == parts.len(),
            Condition::Or(parts) => self.count(parts, facts, next) > 0,
            Condition::For(inner, span) => {
                let slot = *next;
                *next += 1;
                if !self.part(inner, facts, next) {
                    self.memory[slot] = Memory::For(None);
                    return false;
                }
                let since = match self.memory[slot] {
                    Memory::For(Some(since)) => since,
                    Memory::For(None) | Memory::Note(_) => facts.now(),
                };
                self.memory[slot] = Memory::For(Some(since));
                facts.now().since(since) >= *span
            }
        }
    }
    /// How many parts hold; none is left out, so that each keeps its memory.
    fn count(&mut self, parts: &[Condition], facts: &dyn Facts, next: &mut usize) -> usize {
        let mut holding = 0;
        for part in parts {
            holding += usize::from(self.part(part, facts, next));
        }
        holding
    }
}

fn remember(condition: &Condition, memory: &mut Vec<Memory>) {
    match condition {
        Condition::Note { .. } => memory.push(Memory::Note(false)),
        Condition::For(inner, _) => {
            memory.push(Memory::For(None));
            remember(inner, memory);
        }
        Condition::Not(inner) => remember(inner, memory),
        Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| remember(part, memory)),
        Condition::Node { .. }
        | Condition::Key { .. }
        | Condition::Session { .. }
        | Condition::Link { .. }
        | Condition::Client { .. }
        | Condition::Now { .. }
        | Condition::SameData { .. }
        | Condition::Invariant(_) => {}
    }
}

fn fits(note: &Note, fields: &[(alloc::string::String, Compare)]) -> bool {
    if fields.is_empty() {
        return true;
    }
    let has = note.fields();
    fields.iter().all(|(name, compare)| has.iter().any(|(field, value)| field == name && compare.holds(value)))
}

fn compares(value: Option<Value>, compare: Option<&Compare>) -> bool {
    match (value, compare) {
        (Some(value), Some(compare)) => compare.holds(&value),
        (Some(value), None) => value == Value::Bool(true),
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// A world of one number and one note.
    struct Small {
        now: Cell<u64>,
        gap: Cell<Option<i64>>,
        note: (u64, Note),
    }
    impl Facts for Small {
        fn now(&self) -> Time {
            Time::from_millis(self.now.get())
        }
        fn event(&self) -> u64 {
            0
        }
        fn node(&self, node: &str, field: &str) -> Option<Value> {
            if node == "replica-1" && field == "gap" { self.gap.get().map(Value::Int) } else { None }
        }
        fn session(&self, _: &str, _: &str, _: &str) -> Option<Value> {
            Some(Value::Bool(true))
        }
        fn link(&self, _: &str, _: &str, _: &str) -> Option<Value> {
            Some(Value::Text("cut".into()))
        }
        fn client(&self, _: &str, _: &str) -> Option<Value> {
            None
        }
        fn key(&self, node: &str, db: usize, key: &str, field: &str) -> Option<Value> {
            match (node, db, key, field) {
                ("master", 0, "k", "value") => Some(Value::Int(7)),
                ("master", 3, "k", "value") => Some(Value::Text("hello world".into())),
                _ => None,
            }
        }
        fn same_data(&self, a: &str, b: &str, times: bool) -> bool {
            a == b || !times
        }
        fn invariant(&self, which: Invariant) -> bool {
            which == Invariant::I1
        }
        fn noted(&self, node: &str, kind: NoteKind, after: Option<u64>, fits: &dyn Fn(&Note) -> bool) -> bool {
            node == "master" && kind == self.note.1.kind() && after.is_none_or(|after| self.note.0 > after) && fits(&self.note.1)
        }
    }
    fn small() -> Small {
        Small { now: Cell::new(0), gap: Cell::new(Some(3)), note: (5, Note::PartialAccepted { offset: 7 }) }
    }
    fn holds(text: &str) -> bool {
        Watch::since_start(&Condition::parse(text).unwrap()).holds(&small())
    }

    #[test]
    fn fields_notes_and_their_combinations() {
        for (text, expected) in [
            ("replica-1 gap = 3", true),
            ("replica-1 gap >= 4", false),
            ("not replica-1 gap >= 4", true),
            ("replica-2 gap != 3", false),
            ("master sees replica-1 listed", true),
            ("link master replica-1 state = cut", true),
            ("link master replica-1 state != cut", false),
            ("client writer sent >= 0", false),
            ("now < 1ms", true),
            ("same-data a b or same-data a a", true),
            ("same-data a b and same-data a a", false),
            ("same-keys a b", true),
            ("master key k value = 7", true),
            ("master key k value > 6 and not master key k value > 7", true),
            ("master key k value ~ 7", true),
            ("master key k db 3 value ~ \"o w\"", true),
            ("master key k db 3 value = hello", false),
            ("master key gone value != 7", false),
            ("invariant I1", true),
            ("invariant I2", false),
            ("note master partial-accepted", true),
            ("note master partial-accepted offset=7", true),
            ("note master partial-accepted offset>7", false),
            ("note master partial-accepted colour=7", false),
            ("note master full-done", false),
            ("note replica-1 partial-accepted", false),
        ] {
            assert_eq!(holds(text), expected, "{text}");
        }
        let condition = Condition::parse("note master partial-accepted").unwrap();
        assert!(Watch::since(&condition, 4).holds(&small()));
        assert!(!Watch::since(&condition, 5).holds(&small()));
    }

    #[test]
    fn for_wants_an_unbroken_time() {
        let world = small();
        let mut watch = Watch::since(&Condition::parse("replica-1 gap > 0 for 2s").unwrap(), 0);
        let mut look = |ms: u64, gap: Option<i64>| {
            world.now.set(ms);
            world.gap.set(gap);
            watch.holds(&world)
        };
        assert_eq!(
            [
                look(0, Some(1)),
                look(1_999, Some(1)),
                look(2_000, Some(0)),
                look(2_500, Some(1)),
                look(4_499, Some(9)),
                look(4_500, Some(1)),
                look(5_000, None)
            ],
            [false, false, false, false, false, true, false]
        );
    }

    #[test]
    fn a_note_once_seen_stays_seen() {
        let mut world = small();
        let mut watch = Watch::since(&Condition::parse("note master partial-accepted and replica-1 gap = 0").unwrap(), 0);
        assert!(!watch.holds(&world));
        world.note.1 = Note::Paused {};
        world.gap.set(Some(0));
        assert!(watch.holds(&world));
    }
}
