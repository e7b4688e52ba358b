//! A course in packed form: one walk over its fields, in one order, that writes them or reads them.
//!
//! Empty fields are left out. Below `bet`, `choice`, `item` and so on stand the fields of each; since the order is fixed, a name means one thing.

use crate::course::{Ask, Bet, Choice, Course, Item, Pause, Row, Sentence, Transfer, Twin, Value};
use crate::{Edit, Spoken};

/// Things of one kind at most: more is a stranger's joke.
const MANY: usize = 64;

/// A field as it was read: its line, its name, its value.
pub(crate) type Field = (usize, String, String);

/// Writes or reads.
enum Way<'a> {
    Put(&'a mut String),
    Take(std::iter::Peekable<std::vec::IntoIter<Field>>),
}

struct Carrier<'a> {
    way: Way<'a>,
    /// The line of the last field that was read, and the first that could not be.
    wrong: Option<usize>,
}

/// Adds the course's fields to a packed lesson.
pub(crate) fn write(out: &mut String, course: &Course) {
    let mut carrier = Carrier { way: Way::Put(out), wrong: None };
    walk(&mut carrier, &mut course.clone());
}

/// Reads the fields that [`write`] wrote; the line of the first one that does not belong there otherwise.
pub(crate) fn read(fields: Vec<Field>) -> Result<Course, usize> {
    let mut carrier = Carrier { way: Way::Take(fields.into_iter().peekable()), wrong: None };
    let mut course = Course::default();
    walk(&mut carrier, &mut course);
    let Way::Take(mut left) = carrier.way else { return Ok(course) };
    match (carrier.wrong, left.next()) {
        (Some(line), _) | (None, Some((line, ..))) => Err(line),
        (None, None) => Ok(course),
    }
}

impl Carrier<'_> {
    /// The next field's value, if it has this name.
    fn next(&mut self, name: &str) -> Option<(usize, String)> {
        let Way::Take(fields) = &mut self.way else { return None };
        fields.next_if(|(_, there, _)| there == name).map(|(line, _, value)| (line, value))
    }
    fn text(&mut self, name: &str, value: &mut String) {
        match &mut self.way {
            Way::Put(out) if !value.is_empty() => put(out, name, value),
            Way::Put(_) => {}
            Way::Take(_) => {
                if let Some((_, read)) = self.next(name) {
                    *value = read;
                }
            }
        }
    }
    fn texts(&mut self, name: &str, values: &mut Vec<String>) {
        self.list(name, values, |carrier, value| carrier.text("is", value));
    }
    fn number<N: ToString + std::str::FromStr + Default + PartialEq>(&mut self, name: &str, value: &mut N) {
        match &mut self.way {
            Way::Put(out) if *value != N::default() => put(out, name, &value.to_string()),
            Way::Put(_) => {}
            Way::Take(_) => {
                if let Some((line, read)) = self.next(name) {
                    match read.parse() {
                        Ok(read) => *value = read,
                        Err(_) => self.wrong = self.wrong.or(Some(line)),
                    }
                }
            }
        }
    }
    fn flag(&mut self, name: &str, value: &mut bool) {
        let mut number = u8::from(*value);
        self.number(name, &mut number);
        *value = number != 0;
    }
    fn spoken(&mut self, name: &str, value: &mut Spoken<String>) {
        match &mut self.way {
            Way::Put(out) => {
                for (code, said) in value.iter().filter(|(_, said)| !said.is_empty()) {
                    put(out, &format!("{name} {code}"), said);
                }
            }
            Way::Take(fields) => {
                let of = |field: &Field| field.1.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')).map(str::to_owned);
                while let Some(code) = fields.peek().and_then(of) {
                    if let Some((.., said)) = fields.next() {
                        *value.entry(&code) = said;
                    }
                }
            }
        }
    }
    fn list<T: Default>(&mut self, name: &str, all: &mut Vec<T>, each: impl Fn(&mut Self, &mut T)) {
        if let Way::Put(_) = self.way {
            for one in all {
                if let Way::Put(out) = &mut self.way {
                    put(out, name, "");
                }
                each(self, one);
            }
            return;
        }
        while let Some((line, _)) = self.next(name) {
            if all.len() == MANY {
                self.wrong = self.wrong.or(Some(line));
                return;
            }
            let mut one = T::default();
            each(self, &mut one);
            all.push(one);
        }
    }
    fn option<T: Default>(&mut self, name: &str, value: &mut Option<T>, each: impl Fn(&mut Self, &mut T)) {
        let mut list: Vec<T> = value.take().into_iter().collect();
        self.list(name, &mut list, each);
        *value = list.into_iter().next_back();
    }
    fn edits(&mut self, edits: &mut Vec<Edit>) {
        self.list("edit", edits, |carrier, edit: &mut Edit| {
            carrier.text("line", &mut edit.line);
            carrier.text("becomes", &mut edit.becomes);
        });
    }
    fn values(&mut self, values: &mut Vec<Value>) {
        self.list("let", values, |carrier, value: &mut Value| {
            carrier.text("name", &mut value.name);
            carrier.text("from", &mut value.from);
        });
    }
    fn choices(&mut self, name: &str, choices: &mut Vec<Choice>) {
        self.list(name, choices, |carrier, choice: &mut Choice| {
            carrier.text("id", &mut choice.id);
            carrier.text("when", &mut choice.when);
            carrier.spoken("words", &mut choice.words);
            carrier.spoken("feedback", &mut choice.feedback);
        });
    }
    fn ask(&mut self, ask: &mut Ask) {
        let mut kind = match ask {
            Ask::Choose { .. } => "choose",
            Ask::Number { .. } => "number",
            Ask::Curve { .. } => "curve",
            Ask::Order { .. } => "order",
        }
        .to_owned();
        self.text("ask", &mut kind);
        if let Way::Take(_) = self.way {
            *ask = match kind.as_str() {
                "number" => Ask::Number { value: String::new(), near: 0, unit: String::new() },
                "curve" => Ask::Curve { field: String::new(), from_ms: 0, to_ms: 0, top: 0, unit: String::new(), line: None, near: 0 },
                "order" => Ask::Order { messages: Vec::new() },
                _ => Ask::default(),
            };
        }
        match ask {
            Ask::Choose { choices } => self.choices("choice", choices),
            Ask::Order { messages } => self.choices("message", messages),
            Ask::Number { value, near, unit } => {
                self.text("value", value);
                self.number("near", near);
                self.text("unit", unit);
            }
            Ask::Curve { field, from_ms, to_ms, top, unit, line, near } => {
                self.text("field", field);
                self.number("from-ms", from_ms);
                self.number("to-ms", to_ms);
                self.number("top", top);
                self.text("unit", unit);
                self.option("level", line, |carrier, (level, words)| {
                    carrier.number("at", level);
                    carrier.spoken("words", words);
                });
                self.number("near", near);
            }
        }
    }
    fn bet(&mut self, bet: &mut Bet) {
        self.spoken("question", &mut bet.question);
        self.ask(&mut bet.ask);
        self.text("until", &mut bet.until);
        self.text("moment", &mut bet.moment);
        self.spoken("right", &mut bet.near_words);
        self.spoken("far", &mut bet.far_words);
    }
}

fn walk(carrier: &mut Carrier<'_>, course: &mut Course) {
    carrier.number("minutes", &mut course.minutes);
    carrier.number("chapter", &mut course.chapter);
    carrier.number("order", &mut course.order);
    carrier.spoken("touches", &mut course.touches);
    carrier.flag("try-first", &mut course.try_first);
    carrier.spoken("symptom", &mut course.symptom);
    carrier.spoken("parts", &mut course.parts);
    carrier.spoken("example", &mut course.example);
    carrier.values(&mut course.values);
    carrier.list("pause", &mut course.pauses, |carrier, pause: &mut Pause| {
        carrier.text("when", &mut pause.when);
        carrier.spoken("words", &mut pause.words);
    });
    carrier.bet(&mut course.bet);
    carrier.spoken("because", &mut course.because);
    carrier.list("sentence", &mut course.sentences, |carrier, sentence: &mut Sentence| {
        carrier.text("when", &mut sentence.when);
        carrier.spoken("words", &mut sentence.words);
    });
    carrier.option("twin", &mut course.twin, |carrier, twin: &mut Twin| {
        carrier.edits(&mut twin.edits);
        carrier.text("adds", &mut twin.adds);
        carrier.spoken("name", &mut twin.name);
        carrier.spoken("words", &mut twin.words);
        carrier.text("until", &mut twin.until);
        carrier.list("row", &mut twin.rows, |carrier, row: &mut Row| {
            carrier.spoken("words", &mut row.words);
            carrier.text("value", &mut row.value);
            carrier.flag("decisive", &mut row.decisive);
        });
    });
    carrier.option("transfer", &mut course.transfer, |carrier, transfer: &mut Transfer| {
        carrier.text("text", &mut transfer.text);
        carrier.values(&mut transfer.values);
        carrier.bet(&mut transfer.bet);
    });
    carrier.list("item", &mut course.items, |carrier, item: &mut Item| {
        carrier.text("id", &mut item.id);
        carrier.text("text", &mut item.text);
        carrier.values(&mut item.values);
        carrier.bet(&mut item.bet);
    });
    carrier.texts("card", &mut course.cards);
    carrier.texts("prints", &mut course.prints);
}

/// Writes one field: a name, a tab, the value without line feeds.
pub(crate) fn put(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    out.push('\t');
    for c in value.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\\' => out.push_str("\\\\"),
            c => out.push(c),
        }
    }
    out.push('\n');
}
