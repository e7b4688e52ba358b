//! Where a value comes from: the texts of [`Value::from`](crate::course::Value::from), read.

use super::fault::Fault;
use crate::tell::{Seen, Values};
use resync_core::condition::{self, Compare, Condition, Facts};
use resync_core::note::{Note, NoteKind, Value};

/// A field that can be read at any moment: a condition of which only the left side counts.
#[derive(Clone, Debug)]
pub(super) struct Field(Condition);

/// A note that is waited for, at one node, or at each whose name begins so (`r-*`).
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    nodes: Vec<String>,
    begins: Option<String>,
    kind: NoteKind,
    fields: Vec<(String, Compare)>,
}

/// A value's origin.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// `FIELD at CONDITION`
    At(Field, Condition),
    /// `time of CONDITION`, ms
    Time(Condition),
    /// `NAME of note NODE KIND …`: a field of the first such note
    Note(String, Wanted),
    /// `count of note NODE KIND … [at CONDITION]`
    Count(Wanted, Option<Condition>),
    /// `most of FIELD [until CONDITION]`, `least of …`
    Extreme { most: bool, field: Field, until: Option<Condition> },
    /// `a - b * 2`, from left to right
    Sum(Sum),
}

/// Arithmetic over values and whole numbers.
#[derive(Clone, Debug)]
pub(super) struct Sum(Vec<(char, Term)>);

#[derive(Clone, Debug)]
enum Term {
    Name(String),
    Number(i64),
}

impl From<Value> for Seen {
    fn from(value: Value) -> Seen {
        match value {
            Value::Int(number) => Seen::Number(number),
            Value::Text(text) => Seen::Text(text),
            Value::Bool(yes) => Seen::Yes(yes),
        }
    }
}

impl Field {
    /// Reads `NODE FIELD`, `NODE sees NODE FIELD`, `link A B FIELD`, `client NAME FIELD` or `NODE key KEY FIELD`.
    pub(super) fn parse(place: &str, before: &str, text: &str) -> Result<Field, Fault> {
        // A field that is yes or no stands by itself; any other wants a right side.
        let read = Condition::parse(text).or_else(|_| Condition::parse(&format!("{text} = 0")));
        match read {
            Ok(
                field @ (Condition::Node { .. }
                | Condition::Session { .. }
                | Condition::Link { .. }
                | Condition::Client { .. }
                | Condition::Key { .. }),
            ) => Ok(Field(field)),
            Ok(_) => {
                Err(Fault::new(place, before.chars().count() + 1, format!("`{text}` is no field of a node, session, link, client or key")))
            }
            Err(error) => Err(Fault::shifted(place, before, &error)),
        }
    }
    pub(super) fn read(&self, facts: &dyn Facts) -> Option<Seen> {
        match &self.0 {
            Condition::Node { node, field, .. } => facts.node(node, field),
            Condition::Session { master, replica, field, .. } => facts.session(master, replica, field),
            Condition::Link { from, to, field, .. } => facts.link(from, to, field),
            Condition::Client { client, field, .. } => facts.client(client, field),
            Condition::Key { node, key, db, field, .. } => facts.key(node, *db, key, field),
            _ => None,
        }
        .map(Seen::from)
    }
}

impl Wanted {
    fn parse(place: &str, before: &str, text: &str) -> Result<Wanted, Fault> {
        let begins = text.strip_prefix("note ").and_then(|rest| rest.split(' ').next()?.strip_suffix('*')).map(str::to_owned);
        // A name of the same length in place of the star: columns of errors stay.
        let one = if begins.is_some() { text.replacen('*', "x", 1) } else { text.to_owned() };
        match Condition::parse(&one) {
            Ok(Condition::Note { node, kind, fields }) => Ok(Wanted { nodes: vec![node], begins, kind, fields }),
            Ok(_) => Err(Fault::new(place, before.chars().count() + 1, format!("`{text}` is no note"))),
            Err(error) => Err(Fault::shifted(place, before, &error)),
        }
    }
    /// Of these nodes those are meant whose names begin as it says; if it names one, that one.
    pub(super) fn among<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        if let Some(begins) = &self.begins {
            self.nodes = names.filter(|name| name.starts_with(begins.as_str())).map(str::to_owned).collect();
        }
    }
    /// Shows every such note that came after event `after` to `each`, newest first at each node, until it says that this one will do.
    pub(super) fn look(&self, facts: &dyn Facts, after: u64, each: &dyn Fn(&Note) -> bool) {
        self.nodes.iter().any(|node| {
            facts.noted(node, self.kind, Some(after), &|note| {
                let has = note.fields();
                let fits = |(name, compare): &(String, Compare)| has.iter().any(|(field, value)| field == name && compare.holds(value));
                self.fields.iter().all(fits) && each(note)
            })
        });
    }
    /// Whether such notes are made only where somebody asks for them.
    pub(super) fn of_the_flow(&self) -> bool {
        self.as_condition().asks_for_flow()
    }
    fn as_condition(&self) -> Condition {
        Condition::Note { node: self.nodes.first().cloned().unwrap_or_default(), kind: self.kind, fields: self.fields.clone() }
    }
}

/// Reads a condition.
pub(super) fn condition(place: &str, before: &str, text: &str) -> Result<Condition, Fault> {
    Condition::parse(text).map_err(|error| Fault::shifted(place, before, &error))
}

impl Source {
    /// Tells it which nodes there are.
    pub(super) fn among<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        if let Source::Note(_, wanted) | Source::Count(wanted, _) = self {
            wanted.among(names);
        }
    }
    /// Reads where a value comes from; `known` are the values that stand before it.
    pub(super) fn parse(place: &str, text: &str, known: &dyn Fn(&str) -> bool) -> Result<Source, Fault> {
        // What stands behind `head`, with everything before it: for the columns of errors.
        let behind = |head: &str| text.strip_prefix(head).map(|rest| (&text[..head.len()], rest));
        if let Some((before, rest)) = behind("time of ") {
            return Ok(Source::Time(condition(place, before, rest)?));
        }
        if let Some((before, rest)) = behind("count of ") {
            let (note, when) = parted(text, before.len(), " at ", |part| Wanted::parse("", "", part).is_ok());
            let when = when.map(|(before, rest)| condition(place, before, rest)).transpose()?;
            return Ok(Source::Count(Wanted::parse(place, before, note.unwrap_or(rest))?, when));
        }
        for (head, most) in [("most of ", true), ("least of ", false)] {
            if let Some((before, rest)) = behind(head) {
                let (field, until) = parted(text, before.len(), " until ", |_| true);
                let until = until.map(|(before, rest)| condition(place, before, rest)).transpose()?;
                return Ok(Source::Extreme { most, field: Field::parse(place, before, field.unwrap_or(rest))?, until });
            }
        }
        if let Some((name, rest)) = text.split_once(" of note ")
            && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        {
            let before = &text[..text.len() - rest.len() - "note ".len()];
            return Ok(Source::Note(name.to_owned(), Wanted::parse(place, before, &text[before.len()..])?));
        }
        if let (Some(field), Some((before, rest))) = parted(text, 0, " at ", |part| Field::parse("", "", part).is_ok()) {
            return Ok(Source::At(Field::parse(place, "", field)?, condition(place, before, rest)?));
        }
        Sum::parse(place, text, known).map(Source::Sum)
    }
    /// What it waits for.
    pub(super) fn condition(&self) -> Option<&Condition> {
        match self {
            Source::At(_, when) | Source::Time(when) => Some(when),
            Source::Count(_, when) => when.as_ref(),
            Source::Extreme { until, .. } => until.as_ref(),
            Source::Note(..) | Source::Sum(_) => None,
        }
    }
}

/// Parts `text` from `start` on at the first such word whose left side `fits`: the left side, and everything before the right side with that side.
fn parted<'a>(text: &'a str, start: usize, word: &str, fits: impl Fn(&str) -> bool) -> (Option<&'a str>, Option<(&'a str, &'a str)>) {
    for (at, _) in text[start..].match_indices(word) {
        let left = &text[start..start + at];
        if fits(left) {
            let right = start + at + word.len();
            return (Some(left), Some((&text[..right], &text[right..])));
        }
    }
    (None, None)
}

impl Sum {
    pub(super) fn parse(place: &str, text: &str, known: &dyn Fn(&str) -> bool) -> Result<Sum, Fault> {
        let mut terms = Vec::new();
        let mut sign = Some('+');
        let mut left = text;
        loop {
            left = left.trim_start();
            let column = text[..text.len() - left.len()].chars().count() + 1;
            let end = left.find(' ').unwrap_or(left.len());
            let (word, rest) = left.split_at(end);
            left = rest;
            if word.is_empty() {
                break;
            }
            match sign.take() {
                None => match word {
                    "+" | "-" | "*" | "/" => sign = word.chars().next(),
                    _ => return Err(Fault::new(place, column, format!("found `{word}`; expected + - * / or the end"))),
                },
                Some(before) => {
                    let number = condition::size(word).and_then(|number| i64::try_from(number).ok());
                    let term = match number {
                        Some(number) => Term::Number(number),
                        None if known(word) => Term::Name(word.to_owned()),
                        None => {
                            let says = "expected FIELD at CONDITION, time of, NAME of note, count of note, most of, least of, \
                                        or arithmetic over values that stand before it";
                            return Err(Fault::new(place, column, format!("there is no value `{word}`; {says}")));
                        }
                    };
                    terms.push((before, term));
                }
            }
        }
        if sign.is_some() {
            return Err(Fault::new(place, text.chars().count() + 1, "the line ends; expected a value or a number"));
        }
        Ok(Sum(terms))
    }
    /// The values that it names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|(_, term)| if let Term::Name(name) = term { Some(name.as_str()) } else { None })
    }
    /// What it comes to: nothing if a value is missing, is no number, or is divided by nothing. A single value is itself, whatever it is.
    pub(super) fn of(&self, values: &Values) -> Option<Seen> {
        if let [(_, Term::Name(name))] = self.0.as_slice() {
            return values.get(name).cloned();
        }
        let mut sum = 0_i64;
        for (sign, term) in &self.0 {
            let number = match term {
                Term::Name(name) => values.get(name)?.number()?,
                Term::Number(number) => *number,
            };
            sum = match sign {
                '+' => sum.checked_add(number),
                '-' => sum.checked_sub(number),
                '*' => sum.checked_mul(number),
                _ => sum.checked_div(number),
            }?;
        }
        Some(Seen::Number(sum))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let kind = |text: &str| match Source::parse("value x", text, &|name| name == "a" || name == "b") {
            Ok(Source::At(..)) => "at",
            Ok(Source::Time(_)) => "time",
            Ok(Source::Note(..)) => "note",
            Ok(Source::Count(_, None)) => "count",
            Ok(Source::Count(_, Some(_))) => "count at",
            Ok(Source::Extreme { most: true, until: None, .. }) => "most",
            Ok(Source::Extreme { most: false, until: Some(_), .. }) => "least until",
            Ok(Source::Extreme { .. }) => "extreme",
            Ok(Source::Sum(_)) => "sum",
            Err(fault) => panic!("{text}: {fault}"),
        };
        for (text, says) in [
            ("replica-1 gap at now >= 5.1s", "at"),
            ("replica-1 online at note master psync-verdict", "at"),
            ("replica-1 key at value at now > 1s", "at"),
            ("master sees replica-1 lag at replica-1 online", "at"),
            ("time of note replica-1 psync-asked", "time"),
            ("bytes of note replica-1 transfer-started", "note"),
            ("line of note odd log text~\"meet at noon\"", "note"),
            ("count of note master full-started", "count"),
            ("count of note master log text~\" at \" at now >= 5s", "count at"),
            ("count of note r-* full-done pre_psync=true at now >= 5s", "count at"),
            ("most of replica-1 gap", "most"),
            ("least of link a b in_flight until now >= 5s", "least until"),
            ("a", "sum"),
            ("a - b * 2 + 16kb", "sum"),
        ] {
            assert_eq!(kind(text), says, "{text}");
        }
    }

    #[test]
    fn errors_say_whose_and_where() {
        for (text, column, says) in [
            ("replica-1 gap", 1, "there is no value `replica-1`"),
            ("replica-1 colour at now > 1s", 1, "there is no value `replica-1`"),
            ("replica-1 gap at now > ever", 24, "expected a time"),
            ("time of now", 12, "expected a sign"),
            ("bytes of note a exploded", 17, "the name of a note"),
            ("count of master offset = 3", 10, "is no note"),
            ("most of now", 9, "`now` is no field"),
            ("a +", 4, "the line ends"),
            ("a b", 3, "expected + - * /"),
            ("a + c", 5, "there is no value `c`"),
        ] {
            let fault = Source::parse("value x", text, &|name| name == "a" || name == "b").expect_err(text);
            assert!(fault.column == column && fault.why.contains(says), "{text}: {fault}");
        }
    }

    #[test]
    fn arithmetic_goes_from_left_to_right() {
        let values: Values = [("a".to_owned(), Seen::Number(7)), ("t".to_owned(), Seen::Text("x".into()))].into();
        let of = |text: &str| Sum::parse("", text, &|name| name.len() == 1).expect(text).of(&values);
        for (text, says) in [
            ("a - 1 * 2", Some(12)),
            ("a / 2", Some(3)),
            ("a / 0", None),
            ("a * 9gb * 9gb", None),
            ("b + 1", None),
            ("t + 1", None),
            ("16kb - a", Some(16_377)),
        ] {
            assert_eq!(of(text), says.map(Seen::Number), "{text}");
        }
        assert_eq!(of("t"), Some(Seen::Text("x".into())));
    }
}
