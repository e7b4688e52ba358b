//! The packed form: what the build writes and the page fetches.
//!
//! A text of fields, one a line: a name, a tab, the value. In a value `\n`, `\r` and `\\` stand for a line feed, a carriage return and a backslash. The
//! first line names the form and its version, the last one is `end`, so that half a file is not taken for a whole one. A field that repeats (`variant`, `goal`, `lesson`) begins a new one of its kind; those below belong to it.
//! A course stands behind `course`, up to the end; its order is fixed.

use crate::carried::{self, put};
use crate::{Card, Edit, Entry, Goal, Lesson, Place, Spoken, Variant, Words};
use std::fmt;

const LESSON: &str = "resync-lesson\t1";
const INDEX: &str = "resync-lessons\t1";
const COURSE: &str = "course";
const END: &str = "end";
/// The largest packed lesson that is read, bytes: six times what ours may have, whoever wrote it.
pub const LARGEST: usize = 128 * 1024;

/// Why a text is not in packed form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreadable {
    /// The line, from 1.
    pub line: usize,
}
impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is not of this form", self.line)
    }
}
impl std::error::Error for Unreadable {}

/// A lesson in packed form.
#[must_use]
pub fn lesson(lesson: &Lesson) -> String {
    let mut out = format!("{LESSON}\n");
    put(&mut out, "id", &lesson.id);
    put(&mut out, "text", &lesson.text);
    put(&mut out, "node", &lesson.look.node);
    put(&mut out, "tab", &lesson.look.tab);
    put(&mut out, "link", &lesson.look.link);
    for (code, words) in lesson.words.iter() {
        put(&mut out, &format!("title {code}"), &words.title);
        put(&mut out, &format!("line {code}"), &words.line);
        put(&mut out, &format!("about {code}"), &words.about);
        put(&mut out, &format!("try {code}"), &words.try_first);
    }
    for variant in &lesson.variants {
        put(&mut out, "variant", "");
        for (code, said) in variant.words.iter() {
            put(&mut out, &format!("words {code}"), said);
        }
        for edit in &variant.edits {
            put(&mut out, "edit", &edit.line);
            put(&mut out, "becomes", &edit.becomes);
        }
    }
    for goal in &lesson.goals {
        put(&mut out, "goal", &goal.when);
        for (code, said) in goal.words.iter() {
            put(&mut out, &format!("reached {code}"), said);
        }
    }
    if let Some(course) = &lesson.course {
        put(&mut out, COURSE, "");
        carried::write(&mut out, course);
    }
    put(&mut out, END, "");
    out
}

/// Reads what [`lesson`] wrote.
///
/// # Errors
/// Says the first line that is not of this form, or line 1 if the text is larger than [`LARGEST`].
pub fn read_lesson(text: &str) -> Result<Lesson, Unreadable> {
    if text.len() > LARGEST {
        return Err(Unreadable { line: 1 });
    }
    let mut lesson = Lesson::default();
    // The fields of the course, once it has begun.
    let mut course: Option<Vec<carried::Field>> = None;
    let mut line = 1;
    fields(text, LESSON, |name, value| {
        line += 1;
        if let Some(course) = &mut course {
            course.push((line, name.to_owned(), value));
            return Some(());
        }
        let (name, code) = name.split_once(' ').unwrap_or((name, ""));
        match name {
            "id" => lesson.id = value,
            "text" => lesson.text = value,
            "node" => lesson.look.node = value,
            "tab" => lesson.look.tab = value,
            "link" => lesson.look.link = value,
            "title" => words(&mut lesson, code).title = value,
            "line" => words(&mut lesson, code).line = value,
            "about" => words(&mut lesson, code).about = value,
            "try" => words(&mut lesson, code).try_first = value,
            "variant" => lesson.variants.push(Variant::default()),
            "words" => *lesson.variants.last_mut()?.words.entry(code) = value,
            "edit" => lesson.variants.last_mut()?.edits.push(Edit { line: value, becomes: String::new() }),
            "becomes" => lesson.variants.last_mut()?.edits.last_mut()?.becomes = value,
            "goal" => lesson.goals.push(Goal { when: value, words: Spoken::default() }),
            "reached" => *lesson.goals.last_mut()?.words.entry(code) = value,
            COURSE => course = Some(Vec::new()),
            _ => return None,
        }
        Some(())
    })?;
    if let Some(fields) = course {
        lesson.course = Some(Box::new(carried::read(fields).map_err(|line| Unreadable { line })?));
    }
    Ok(lesson)
}

fn words<'a>(lesson: &'a mut Lesson, code: &str) -> &'a mut Words {
    lesson.words.entry(code)
}

/// An index in packed form.
#[must_use]
pub fn index(entries: &[Entry]) -> String {
    let mut out = format!("{INDEX}\n");
    for entry in entries {
        put(&mut out, "lesson", &entry.id);
        put(&mut out, "file", &entry.file);
        put(&mut out, "picture", &entry.picture);
        for (code, card) in entry.cards.iter() {
            put(&mut out, &format!("title {code}"), &card.title);
            put(&mut out, &format!("line {code}"), &card.line);
        }
        if let Some(place) = &entry.course {
            put(&mut out, "chapter", &place.chapter.to_string());
            put(&mut out, "order", &place.order.to_string());
            put(&mut out, "minutes", &place.minutes.to_string());
            put(&mut out, "eras", &place.eras);
            for (code, touches) in place.touches.iter() {
                put(&mut out, &format!("touches {code}"), touches);
            }
        }
    }
    put(&mut out, END, "");
    out
}

/// Reads what [`index`] wrote.
///
/// # Errors
/// Says the first line that is not of this form.
pub fn read_index(text: &str) -> Result<Vec<Entry>, Unreadable> {
    let mut entries: Vec<Entry> = Vec::new();
    fields(text, INDEX, |name, value| {
        let (name, code) = name.split_once(' ').unwrap_or((name, ""));
        if name == "lesson" {
            entries.push(Entry { id: value, ..Entry::default() });
            return Some(());
        }
        let entry = entries.last_mut()?;
        match name {
            "file" => entry.file = value,
            "picture" => entry.picture = value,
            "title" => card(entry, code).title = value,
            "line" => card(entry, code).line = value,
            "chapter" => entry.course = Some(Place { chapter: value.parse().ok()?, ..Place::default() }),
            "order" => entry.course.as_mut()?.order = value.parse().ok()?,
            "minutes" => entry.course.as_mut()?.minutes = value.parse().ok()?,
            "eras" => entry.course.as_mut()?.eras = value,
            "touches" => *entry.course.as_mut()?.touches.entry(code) = value,
            _ => return None,
        }
        Some(())
    })?;
    Ok(entries)
}

fn card<'a>(entry: &'a mut Entry, code: &str) -> &'a mut Card {
    entry.cards.entry(code)
}

/// Hands each field to `take`, which answers nothing if it does not know what to do with it.
pub(crate) fn fields(text: &str, form: &str, mut take: impl FnMut(&str, String) -> Option<()>) -> Result<(), Unreadable> {
    let mut lines = text.split_terminator('\n').enumerate();
    if lines.next().is_none_or(|(_, first)| first != form) {
        return Err(Unreadable { line: 1 });
    }
    let mut last = 1;
    for (at, line) in lines.by_ref() {
        last = at + 1;
        let field = line.split_once('\t').and_then(|(name, value)| Some((name, plain(value)?)));
        let (name, value) = field.ok_or(Unreadable { line: last })?;
        if name == END {
            return if lines.next().is_none() { Ok(()) } else { Err(Unreadable { line: last + 1 }) };
        }
        take(name, value).ok_or(Unreadable { line: last })?;
    }
    Err(Unreadable { line: last + 1 })
}

fn plain(value: &str) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next()? {
                'n' => '\n',
                'r' => '\r',
                '\\' => '\\',
                _ => return None,
            },
            c => c,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Look;
    use crate::course::{Ask, Bet, Choice, Course, Item, Pause, Row, Sentence, Transfer, Twin, Value};

    fn spoken<T>(all: impl IntoIterator<Item = (&'static str, T)>) -> Spoken<T> {
        all.into_iter().map(|(code, said)| (code.to_owned(), said)).collect()
    }
    fn whole() -> Lesson {
        let words = |title: &str| Words {
            title: title.into(),
            line: "Why?".into(),
            about: "One.\n\nTwo \\n with a\ttab.".into(),
            try_first: "do it.".into(),
        };
        Lesson {
            id: "01-a".into(),
            text: "# c:\\path\r\nnode a\n".into(),
            look: Look { node: "a".into(), tab: "log".into(), link: "b".into() },
            variants: vec![
                Variant {
                    edits: vec![
                        Edit { line: "era 3.0".into(), becomes: "era 4.0".into() },
                        Edit { line: "x".into(), becomes: String::new() },
                    ],
                    words: spoken([("en", "4.0".to_owned()), ("zh", "四".to_owned())]),
                },
                Variant::default(),
            ],
            goals: vec![Goal { when: "a online".into(), words: spoken([("en", "online".to_owned())]) }],
            course: Some(Box::new(course())),
            words: spoken([("en", words("A")), ("zh", words("甲"))]),
        }
    }

    /// Every kind of bet, and something in every field.
    fn course() -> Course {
        let said = |text: &str| spoken([("en", text.to_owned()), ("zh", format!("{text}。"))]);
        let choice = |id: &str| Choice { id: id.into(), when: "a online".into(), words: said(id), feedback: said("because") };
        let bet = |ask: Ask| Bet {
            question: said("Which?"),
            ask,
            until: "now > 1s".into(),
            moment: "now > 0s".into(),
            near_words: said("near"),
            far_words: spoken([("en", "far".to_owned())]),
        };
        let value = |name: &str| Value { name: name.into(), from: "a gap at now > 1s".into() };
        let item = |id: &str, ask| Item { id: id.into(), text: "draw n = 1..2\nnode a\n".into(), values: vec![value("n")], bet: bet(ask) };
        let line = Some((16_384, said("the backlog")));
        Course {
            minutes: 4,
            chapter: 2,
            order: 5,
            touches: said("ruler"),
            try_first: true,
            symptom: said("symptom"),
            parts: said("parts"),
            example: Spoken::default(),
            values: vec![value("gap"), value("lag")],
            pauses: vec![Pause { when: "a online".into(), words: said("seen") }],
            bet: bet(Ask::Choose { choices: vec![choice("a"), choice("b")] }),
            because: said("so"),
            sentences: vec![Sentence { when: "a online".into(), words: said("one") }, Sentence::default()],
            twin: Some(Twin {
                edits: vec![Edit { line: "x".into(), becomes: "y".into() }],
                adds: "at 1s crash a\n".into(),
                name: said("twin"),
                words: said("both"),
                until: "now > 9s".into(),
                rows: vec![Row { words: said("gap"), value: "gap".into(), decisive: true }, Row::default()],
            }),
            transfer: Some(Transfer {
                text: "node b\n".into(),
                values: vec![value("n")],
                bet: bet(Ask::Number { value: "n".into(), near: 50, unit: "B".into() }),
            }),
            items: vec![
                item("curve", Ask::Curve { field: "a gap".into(), from_ms: 5, to_ms: 9, top: 7, unit: "B".into(), line, near: 80 }),
                item("order", Ask::Order { messages: vec![choice("ping"), choice("psync")] }),
                item("number", Ask::Number { value: "n".into(), near: 0, unit: String::new() }),
            ],
            cards: vec!["lag-is-delay".into()],
            prints: vec!["log a x".into(), "info a y".into()],
        }
    }

    #[test]
    fn a_strangers_course_is_bounded_and_in_order() {
        let mut lesson = Lesson { course: Some(Box::default()), ..Lesson::default() };
        let with = |lesson: &mut Lesson, sentences: usize| {
            lesson.course.as_mut().expect("a course").sentences = vec![Sentence::default(); sentences];
            super::lesson(lesson)
        };
        assert!(read_lesson(&with(&mut lesson, 64)).is_ok());
        assert_eq!(read_lesson(&with(&mut lesson, 65)), Err(Unreadable { line: 8 + 65 }));
        for (text, line) in [
            ("course\t\nminutes\tmany\nend\t\n", 3),
            ("course\t\nchapter\t1\nminutes\t1\nend\t\n", 4),
            ("course\t\nlunch\t1\nend\t\n", 3),
            ("course\t\nwhen\tx\nend\t\n", 3),
        ] {
            assert_eq!(read_lesson(&format!("resync-lesson\t1\n{text}")), Err(Unreadable { line }), "{text:?}");
        }
        assert_eq!(read_lesson(&format!("resync-lesson\t1\nid\t{}\nend\t\n", "a".repeat(LARGEST))), Err(Unreadable { line: 1 }));
    }

    #[test]
    fn what_is_packed_is_read_back() {
        assert_eq!(read_lesson(&lesson(&whole())), Ok(whole()));
        let entries = ["01-a", "02-b"].map(|id| Entry {
            id: id.into(),
            file: format!("{id}-0.txt"),
            picture: "<svg>\n</svg>".into(),
            cards: spoken([("en", Card { title: "A".into(), line: "Why?".into() }), ("zh", Card::default())]),
            course: (id == "02-b").then(|| Place {
                chapter: 2,
                order: 3,
                minutes: 4,
                touches: spoken([("en", "stage".into())]),
                eras: "3.0 7.0".into(),
            }),
        });
        assert_eq!(read_index(&index(&entries)).as_deref(), Ok(&entries[..]));
    }

    #[test]
    fn what_is_not_packed_is_refused_with_its_line() {
        for (text, line) in [
            ("", 1),
            ("<!doctype html>\n", 1),
            ("resync-lesson\t2\n", 1),
            ("resync-lesson\t1\nid\ta\nno tab\n", 3),
            ("resync-lesson\t1\nlunch\tx\n", 2),
            ("resync-lesson\t1\nbecomes\tx\n", 2),
            ("resync-lesson\t1\nwords en\tx\n", 2),
            ("resync-lesson\t1\nid\ta\\x\n", 2),
            ("resync-lesson\t1\nid\ta\\", 2),
            ("resync-lesson\t1\nid\ta\n", 3),
            ("resync-lesson\t1\nend\t\nid\ta\n", 3),
        ] {
            assert_eq!(read_lesson(text), Err(Unreadable { line }), "{text:?}");
        }
        assert_eq!(read_index("resync-lessons\t1\nfile\tx\n"), Err(Unreadable { line: 2 }));
        // Half of a file, as a broken transfer leaves it, is never taken for a whole one.
        let text = lesson(&whole());
        for (at, _) in text.char_indices().skip(1) {
            assert_eq!(read_lesson(&text[..at]).is_ok(), at + 1 == text.len(), "cut at {at}: {:?}", &text[..at]);
        }
    }

    #[test]
    fn a_telling_changes_its_lines_alone() {
        let lesson = Lesson { text: "era 3.0\nnode a\n# era 3.0\n".into(), ..Lesson::default() };
        let variant = Variant { edits: vec![Edit { line: "era 3.0".into(), becomes: "era 4.0".into() }], ..Variant::default() };
        assert_eq!(lesson.telling(&variant), "era 4.0\nnode a\n# era 3.0\n");
    }

    #[test]
    fn another_language_falls_back() {
        let said = spoken([("en", 1), ("zh", 2), ("fr", 3)]);
        assert_eq!(
            [&["zh"][..], &["de", "fr", "en"], &["de"], &[]].map(|codes| said.get(codes).copied()),
            [Some(2), Some(3), Some(1), Some(1)]
        );
        assert_eq!((Spoken::<u8>::default().get(&["en"]), said.exactly("de")), (None, None));
    }
}
