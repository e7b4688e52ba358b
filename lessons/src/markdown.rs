//! A lesson's words: the small part of Markdown that they need.
//!
//! ```text
//! # Title
//!
//! The question that the lesson answers, in one line.
//!
//! ## about
//!
//! One or more paragraphs.
//!
//! ## try first
//!
//! what to try first: it goes on behind “Try this:”.
//!
//! ## bet
//!
//! A section of a course: see the head of this crate for their names. It has a text …
//!
//! ### none: On none of them
//!
//! … and parts of it, by their ids: a few words behind the colon, and a text again.
//! ```
//!
//! The sections have these English names in every language. Lines of a paragraph are joined; there is no markup within one.

use crate::Words;

/// A `##` section or a `###` part of one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Section {
    /// What stands behind the `#`, up to the colon.
    pub(crate) name: String,
    /// The few words behind the colon.
    pub(crate) short: String,
    /// Its paragraphs, with an empty line between them.
    pub(crate) text: String,
    /// Where it begins, from 1.
    pub(crate) line: usize,
    /// Its `###` parts.
    pub(crate) parts: Vec<Section>,
}

/// Reads what stands in `#`, and the sections; nothing may stand between the two.
pub(crate) fn sections(text: &str) -> Result<(String, Vec<Section>), String> {
    let (title, line, sections) = parts(text)?;
    if line.is_empty() { Ok((title, sections)) } else { Err(format!("`{line}` stands in no section")) }
}

/// The title, what stands below it, and the sections.
fn parts(text: &str) -> Result<(String, String, Vec<Section>), String> {
    let mut lines = text.lines().map(str::trim_end).enumerate().peekable();
    while lines.next_if(|(_, line)| line.is_empty()).is_some() {}
    let title = lines.next().and_then(|(_, line)| line.strip_prefix("# ")).ok_or("the first line is not `# Title`")?;
    let mut head = Section::default();
    let mut sections: Vec<Section> = Vec::new();
    let mut fresh = true;
    for (at, line) in lines {
        let here = if line.starts_with("### ") {
            let above = sections.last_mut().ok_or_else(|| format!("line {}: `{line}` stands in no section", at + 1))?;
            &mut above.parts
        } else if line.starts_with("## ") {
            &mut sections
        } else if line.starts_with('#') {
            return Err(format!("line {}: `{line}` is no section: those begin with `## `, their parts with `### `", at + 1));
        } else {
            let last = sections
                .last_mut()
                .map_or(&mut head, |last| if last.parts.is_empty() { last } else { last.parts.last_mut().expect("there is one") });
            if line.is_empty() {
                fresh = true;
            } else {
                if fresh && !last.text.is_empty() {
                    last.text.push_str("\n\n");
                    last.text.push_str(line.trim_start());
                } else {
                    join(&mut last.text, line.trim_start());
                }
                fresh = false;
            }
            continue;
        };
        fresh = true;
        let heading = line.trim_start_matches('#').trim();
        let (name, short) = heading.split_once(':').map_or((heading, ""), |(name, short)| (name.trim(), short.trim()));
        if here.iter().any(|there| there.name == name) {
            return Err(format!("line {}: there are two sections `{}`", at + 1, line.split(':').next().unwrap_or(line)));
        }
        here.push(Section { name: name.to_owned(), short: short.to_owned(), line: at + 1, ..Section::default() });
    }
    Ok((title.trim().to_owned(), head.text, sections))
}

/// Reads the words of one language: those that every lesson has, and the sections of a course.
pub(crate) fn words(text: &str) -> Result<(Words, Vec<Section>), String> {
    let (title, line, mut sections) = parts(text)?;
    let mut taken =
        |name: &str| sections.iter().position(|section| section.name == name).map(|at| sections.remove(at).text).unwrap_or_default();
    let words = Words { title, line, about: taken("about"), try_first: taken("try first") };
    for (what, said, one) in [
        ("the title", &words.title, true),
        ("the line below the title", &words.line, true),
        ("about", &words.about, false),
        ("try first", &words.try_first, true),
    ] {
        if said.is_empty() {
            return Err(format!("{what} is empty or missing"));
        }
        if one && said.contains("\n\n") {
            return Err(format!("{what} has more than one paragraph"));
        }
    }
    Ok((words, sections))
}

/// Joins a line to a paragraph: with a blank, but for scripts that write none between words.
fn join(paragraph: &mut String, line: &str) {
    let wide = |c: Option<char>| c.is_some_and(|c| c >= '\u{2e80}');
    let spaced = !(wide(paragraph.chars().last()) && wide(line.chars().next()));
    if spaced && !paragraph.is_empty() {
        paragraph.push(' ');
    }
    paragraph.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_paragraphs_are_told_apart() {
        let text = "\n# A title\n\nWhy is\nthat so?\n\n## about\nOne\nline.\n\n第一，\n第二 three\n四。\n\n## try first\n\ndo it.\n";
        let (read, sections) = words(text).expect("well formed");
        assert_eq!(sections, []);
        assert_eq!((read.title.as_str(), read.line.as_str()), ("A title", "Why is that so?"));
        assert_eq!((read.about.as_str(), read.try_first.as_str()), ("One line.\n\n第一，第二 three 四。", "do it."));
    }

    #[test]
    fn what_is_missing_or_too_much_is_named() {
        for (text, says) in [
            ("", "first line"),
            ("A title\n", "first line"),
            ("# A\n\n## about\nx\n## try first\ny\n", "line below the title"),
            ("# A\n\nx\n\ny\n\n## about\nx\n## try first\ny\n", "the line below the title has more than one paragraph"),
            ("# A\nx\n## about\nx\n", "try first is empty"),
            ("# A\nx\n## about\n## try first\ny\n", "about is empty"),
            ("# A\nx\n## about\nx\n## about\ny\n", "two sections"),
            ("# A\nx\n## try first\nx\n\ny\n## about\nz\n", "try first has more than one paragraph"),
            ("# A\nx\n## About\n", "about is empty"),
            ("# A\nx\n### about\n", "line 3: `### about` stands in no section"),
            ("# A\nx\n## bet\n### a: b\n### a\n", "line 5: there are two sections `### a`"),
            ("# A\nx\n#### about\n", "line 3: `#### about` is no section"),
        ] {
            let why = words(text).expect_err(text);
            assert!(why.contains(says), "{text:?}: {why}");
        }
    }

    #[test]
    fn sections_of_a_course_have_parts_with_few_words_and_a_text() {
        let text = "# A\nWhy?\n## about\nx\n## bet\nHow\nmany?\n### none: On none: not one\nFeed\nback.\n\nMore.\n### all\n## because\nSo.\n## try first\ny\n";
        let (_, sections) = words(text).expect("well formed");
        let part = |name: &str, short: &str, text: &str, line| Section {
            name: name.into(),
            short: short.into(),
            text: text.into(),
            line,
            parts: Vec::new(),
        };
        assert_eq!(
            sections,
            [
                Section {
                    parts: vec![part("none", "On none: not one", "Feed back.\n\nMore.", 8), part("all", "", "", 13)],
                    ..part("bet", "", "How many?", 5)
                },
                part("because", "", "So.", 14)
            ]
        );
    }
}
