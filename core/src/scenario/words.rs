//! The words that a scenario text carries for people, so that a text opened by link or file speaks for itself: whose lesson it is, its title, what it
//! asks, what to do, what to watch, each in several languages. The engine never reads them, and no run depends on them.

use crate::condition::lexer::Lexer;
use crate::condition::{Expected, TextError, Unit, Wrong};
use crate::limits;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;

/// What a line of words is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Topic {
    /// The title, where `title …` is not to stand for every language.
    Title,
    /// What the run is to answer.
    Question,
    /// What the person is asked to do.
    Task,
    /// Where to look meanwhile.
    Watch,
}
impl Topic {
    /// Every topic, in the order in which a page shows them.
    pub const ALL: [Topic; 4] = [Topic::Title, Topic::Question, Topic::Task, Topic::Watch];

    /// As the text spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Topic::Title => "title",
            Topic::Question => "question",
            Topic::Task => "task",
            Topic::Watch => "watch",
        }
    }
}

/// One `words LANGUAGE TOPIC …` line.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Line {
    language: String,
    topic: Topic,
    text: String,
}

/// Everything that a text says to people.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Words {
    lesson: String,
    title: String,
    lines: Vec<Line>,
}

impl Words {
    /// `lesson …`: the lesson that this text is the scene of; empty if it is of none. A page that has that lesson has its words as well.
    #[must_use]
    pub fn lesson(&self) -> &str {
        &self.lesson
    }
    /// `title …`, whatever its language; empty if there is none.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }
    /// What the text says about a topic in the first of the `preferred` languages (BCP 47 tags) that it speaks. `zh-CN` is content with `zh` and the
    /// other way round. If it speaks none of them: for a title `title …`, then English, then the language that stands first; empty if it says nothing.
    #[must_use]
    pub fn get(&self, topic: Topic, preferred: &[&str]) -> &str {
        let about = || self.lines.iter().filter(|line| line.topic == topic);
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let spoken = |tag: &&str| {
            let exact = about().find(|line| line.language.eq_ignore_ascii_case(tag));
            exact.or_else(|| about().find(|line| primary(&line.language) == primary(tag)))
        };
        if let Some(line) = preferred.iter().find_map(spoken) {
            return &line.text;
        }
        if topic == Topic::Title && !self.title.is_empty() {
            return &self.title;
        }
        spoken(&"en").or_else(|| about().next()).map_or("", |line| &line.text)
    }
    /// Whether nothing is said but perhaps a title.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.lines.iter().all(|line| line.topic == Topic::Title)
    }

    /// The rest of a `title` line.
    pub(super) fn read_title(&mut self, lexer: &mut Lexer<'_>) {
        self.title = lexer.rest().to_string();
    }
    /// The rest of a `lesson` line: letters, digits and `-`.
    pub(super) fn read_lesson(&mut self, lexer: &mut Lexer<'_>) -> Result<(), TextError> {
        const EXPECTED: &Expected = &Expected::Lesson;
        let word = lexer.word(EXPECTED)?;
        let text = word.text();
        if text.is_empty() || text.len() > limits::NAME_CHARS_MAX || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(lexer.wrong(&word, EXPECTED));
        }
        self.lesson = text.to_string();
        Ok(())
    }
    /// The rest of a `words` line: a language, a topic, and the text up to the line's end as it stands.
    pub(super) fn read_line(&mut self, lexer: &mut Lexer<'_>) -> Result<(), TextError> {
        const LANGUAGE: &Expected = &Expected::Language;
        const TOPIC: &Expected = &Expected::OneOf(&["title", "question", "task", "watch"]);
        let language = lexer.word(LANGUAGE)?;
        let tag = language.text();
        let is_tag = (2..=35).contains(&tag.len())
            && tag.starts_with(|c: char| c.is_ascii_alphabetic())
            && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if language.quoted || !is_tag {
            return Err(lexer.wrong(&language, LANGUAGE));
        }
        let word = lexer.word(TOPIC)?;
        let Some(topic) = Topic::ALL.into_iter().find(|topic| word.is(topic.name())) else { return Err(lexer.wrong(&word, TOPIC)) };
        if self.lines.iter().any(|line| line.topic == topic && line.language.eq_ignore_ascii_case(tag)) {
            return Err(lexer.error(
                word.column,
                &Expected::OneLineEach,
                Wrong::WordsTwice { topic: topic.name(), language: tag.to_string() },
            ));
        }
        if self.lines.len() >= limits::WORDS_LINES_MAX {
            return Err(lexer.error(0, &Expected::AtMost(Unit::WordsLines), Wrong::TooMany(Unit::WordsLines)));
        }
        let column = lexer.column();
        let text = lexer.rest();
        if text.is_empty() {
            return Err(lexer.error(column, &Expected::WhatItSays, Wrong::LineEnds));
        }
        if text.chars().count() > limits::WORDS_CHARS_MAX {
            return Err(lexer.error(column, &Expected::AtMost(Unit::Characters), Wrong::TooLong));
        }
        self.lines.push(Line { language: tag.to_string(), topic, text: text.to_string() });
        Ok(())
    }

    /// The lines that read back to these words.
    pub(super) fn print(&self, text: &mut String) {
        // Writing into a `String` cannot fail.
        if !self.lesson.is_empty() {
            let _ = writeln!(text, "lesson {}", self.lesson);
        }
        if !self.title.is_empty() {
            let _ = writeln!(text, "title {}", self.title);
        }
        for Line { language, topic, text: said } in &self.lines {
            let _ = writeln!(text, "words {language} {} {said}", topic.name());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{parse, world_text};
    use super::*;
    use alloc::format;

    const TEXT: &str = "\
lesson 01-a-cut
title A cut
words zh title 一次断开
words en question How long may it be away?
words zh-CN question   它可以离开多久？\u{20}
words en task type \"SET a 1\" # not a comment
words fr watch la file
node master
";

    #[test]
    fn words_follow_the_preferred_languages() {
        let words = parse(TEXT).unwrap().words;
        assert_eq!((words.lesson(), words.title()), ("01-a-cut", "A cut"));
        for (topic, preferred, said) in [
            (Topic::Title, &["en"][..], "A cut"),
            (Topic::Title, &["zh-CN", "en"], "一次断开"),
            (Topic::Title, &[], "A cut"),
            (Topic::Question, &["zh"], "它可以离开多久？"),
            (Topic::Question, &["de", "ZH-cn"], "它可以离开多久？"),
            (Topic::Question, &["de"], "How long may it be away?"),
            (Topic::Task, &["zh-CN"], "type \"SET a 1\" # not a comment"),
            (Topic::Watch, &["zh-CN", "en"], "la file"),
        ] {
            assert_eq!(words.get(topic, preferred), said, "{topic:?} {preferred:?}");
        }
        assert!(!words.is_silent());
        let bare = parse("title A cut\nwords zh title 一次断开\nnode master\n").unwrap().words;
        assert!(bare.is_silent());
        assert_eq!((bare.get(Topic::Task, &["en"]), bare.lesson()), ("", ""));
    }

    #[test]
    fn words_change_no_world_and_round_trip() {
        let scenario = parse(TEXT).unwrap();
        assert_eq!(scenario.world, parse("node master\n").unwrap().world);
        let text = world_text(&scenario);
        assert_eq!(parse(&text).unwrap(), scenario, "{text}");
        assert!(text.contains("\nwords zh-CN question 它可以离开多久？\n"), "{text}");
        // No word is taken away from names by this.
        assert!(parse("node words\nnode lesson\nuntil words online or lesson online within 1s\n").is_ok());
    }

    #[test]
    fn errors_name_the_place() {
        let long = format!("words en task {}\nnode a", "x".repeat(limits::WORDS_CHARS_MAX + 1));
        let many: String = (0..=limits::WORDS_LINES_MAX).map(|n| format!("words x{n} task do\n")).collect();
        for (text, at, expected, message) in [
            ("words", (1, 6), "a language", "ends here"),
            ("node a\nwords e task x", (2, 7), "a language such as", "e"),
            ("words \"en\" task x", (1, 7), "a language", "en"),
            ("words en lunch x", (1, 10), "title, question, task or watch", "lunch"),
            ("words en task  ", (1, 16), "what it says", "ends here"),
            ("words en task x\nwords EN task y", (2, 10), "one line for each", "already"),
            ("lesson", (1, 7), "the name of a lesson", "ends here"),
            ("lesson 01_cut", (1, 8), "letters, digits", "01_cut"),
            ("lesson a b", (1, 10), "the end of the line", "b"),
            (&long, (1, 15), "at most 1000", "too long"),
            (&many, (65, 0), "at most 64", "too many"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!((error.line, error.column), at, "{text}: {error}");
            assert!(error.expected.to_string().contains(expected) && error.wrong.to_string().contains(message), "{text}: {error}");
        }
    }
}
