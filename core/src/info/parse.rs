//! A text into lines. Nothing is refused but what is too long: what cannot be understood is kept as it stands.

use super::{DatabaseLine, End, Entry, InfoError, InfoErrorKind, InfoText, Kind, Line, Name, ReplicaLine, Section, Topic, Value};
use crate::limits::{INFO_BYTES_MAX, INFO_LINES_MAX};
use alloc::borrow::{Cow, ToOwned as _};
use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

/// Reads an INFO text: a server's answer, or part of one as people paste it. Lines may end in CRLF or LF and be indented, headings may be missing,
/// names may be unknown. Writing the result gives the text again.
///
/// # Errors
/// If the text has more than [`INFO_BYTES_MAX`] bytes or [`INFO_LINES_MAX`] lines. What is odd about single lines is told by
/// [`InfoText::complaints`].
pub fn parse(text: &str) -> Result<InfoText, InfoError> {
    if text.len() > INFO_BYTES_MAX {
        return Err(InfoError { line: None, kind: InfoErrorKind::TooLong { bytes: text.len() } });
    }
    let mut sections: Vec<Section> = Vec::new();
    for (n, written) in text.split_inclusive('\n').enumerate() {
        if n == INFO_LINES_MAX {
            return Err(InfoError { line: u32::try_from(n + 1).ok(), kind: InfoErrorKind::TooManyLines });
        }
        let (line, topic) = line(written);
        match sections.last_mut() {
            Some(section) if topic.is_none() => section.lines.push(line),
            _ => sections.push(Section { topic, lines: Vec::from([line]) }),
        }
    }
    Ok(InfoText { sections })
}

/// One line with its end, and the topic if it is a heading.
fn line(written: &str) -> (Line, Option<Topic>) {
    let (body, end) = if let Some(body) = written.strip_suffix("\r\n") {
        (body, End::CrLf)
    } else if let Some(body) = written.strip_suffix('\n') {
        (body, End::Lf)
    } else if let Some(body) = written.strip_suffix('\r') {
        (body, End::Cr)
    } else {
        (written, End::Text)
    };
    let begun = body.trim_start();
    let indent = body[..body.len() - begun.len()].to_owned();
    let said = begun.trim_end();
    let tail = begun[said.len()..].to_owned();
    let topic = said.starts_with('#').then(|| Topic::of(said));
    (Line { indent, entry: entry(said, topic.as_ref()), tail, end }, topic)
}

fn entry(said: &str, topic: Option<&Topic>) -> Entry {
    if let Some(topic) = topic {
        let printed = topic.heading();
        return Entry::Heading(if printed == said { Cow::Borrowed(printed) } else { Cow::Owned(said.to_owned()) });
    }
    match said.split_once(':') {
        None if said.is_empty() => Entry::Blank,
        // A name has no blanks: a sentence with a colon is no pair.
        Some((name, value)) if !name.is_empty() && !name.contains(char::is_whitespace) => {
            let name = Name::of(name);
            let value = value_of(&name, value);
            Entry::Pair { name, value }
        }
        _ => Entry::Stray(said.to_owned()),
    }
}

/// The value, typed if the type would be written in the same way.
fn value_of(name: &Name, written: &str) -> Value {
    let typed = match name {
        Name::Field(field) => match field.kind() {
            Kind::Number | Kind::Flag => written.parse().ok().map(Value::Number),
            Kind::Percent => hundredths(written).map(Value::Hundredths),
            Kind::Word(words) => words.iter().find(|word| **word == written).map(|word| Value::Text(Cow::Borrowed(*word))),
            Kind::Text => None,
        },
        Name::Replica(_) => ReplicaLine::read(written).ok().map(|line| Value::Replica(Box::new(line))),
        Name::Database(_) => DatabaseLine::read(written).ok().map(|line| Value::Database(Box::new(line))),
        Name::Calls(_) | Name::Errors(_) | Name::Other(_) => None,
    };
    typed.filter(|value| value.to_string() == written).unwrap_or_else(|| Value::Text(Cow::Owned(String::from(written))))
}

/// `12.34` as 1234.
fn hundredths(written: &str) -> Option<u64> {
    let (whole, part) = written.split_once('.')?;
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(part.parse().ok()?)
}
