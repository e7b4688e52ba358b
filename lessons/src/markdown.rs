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
//! ```
//!
//! The sections have these English names in every language. Lines of a paragraph are joined; there is no markup within one.

use crate::Words;

/// Reads the words of one language.
pub(crate) fn words(text: &str) -> Result<Words, String> {
    let mut lines = text.lines().map(str::trim_end).peekable();
    while lines.next_if(|line| line.is_empty()).is_some() {}
    let title = lines.next().and_then(|line| line.strip_prefix("# ")).ok_or("the first line is not `# Title`")?;
    let mut words = Words { title: title.trim().to_owned(), ..Words::default() };
    let mut section = "";
    let mut seen = Vec::new();
    let mut paragraph = String::new();
    let mut flush = |section: &str, paragraph: &mut String| {
        if paragraph.is_empty() {
            return Ok(());
        }
        let into = match section {
            "" => &mut words.line,
            "about" => &mut words.about,
            _ => &mut words.try_first,
        };
        if !into.is_empty() {
            if section != "about" {
                return Err(format!("there is more than one paragraph {}", if section.is_empty() { "below the title" } else { section }));
            }
            into.push_str("\n\n");
        }
        into.push_str(paragraph);
        paragraph.clear();
        Ok(())
    };
    for line in lines {
        if let Some(name) = line.strip_prefix('#') {
            flush(section, &mut paragraph)?;
            section = match name.trim_start_matches('#').trim() {
                "about" if name.starts_with("# ") => "about",
                "try first" if name.starts_with("# ") => "try first",
                _ => return Err(format!("`{line}` is no section: there are `## about` and `## try first`")),
            };
            if seen.contains(&section) {
                return Err(format!("there are two sections `## {section}`"));
            }
            seen.push(section);
        } else if line.is_empty() {
            flush(section, &mut paragraph)?;
        } else {
            join(&mut paragraph, line.trim_start());
        }
    }
    flush(section, &mut paragraph)?;
    for (what, said) in
        [("the title", &words.title), ("the line below the title", &words.line), ("about", &words.about), ("try first", &words.try_first)]
    {
        if said.is_empty() {
            return Err(format!("{what} is empty or missing"));
        }
    }
    Ok(words)
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
        let read = words(text).expect("well formed");
        assert_eq!((read.title.as_str(), read.line.as_str()), ("A title", "Why is that so?"));
        assert_eq!((read.about.as_str(), read.try_first.as_str()), ("One line.\n\n第一，第二 three 四。", "do it."));
    }

    #[test]
    fn what_is_missing_or_too_much_is_named() {
        for (text, says) in [
            ("", "first line"),
            ("A title\n", "first line"),
            ("# A\n\n## about\nx\n## try first\ny\n", "line below the title"),
            ("# A\n\nx\n\ny\n\n## about\nx\n## try first\ny\n", "more than one paragraph below the title"),
            ("# A\nx\n## about\nx\n", "try first is empty"),
            ("# A\nx\n## about\n## try first\ny\n", "about is empty"),
            ("# A\nx\n## about\nx\n## about\ny\n", "two sections"),
            ("# A\nx\n## try first\nx\n\ny\n## about\nz\n", "more than one paragraph try first"),
            ("# A\nx\n## About\n", "no section"),
            ("# A\nx\n### about\n", "no section"),
        ] {
            let why = words(text).expect_err(text);
            assert!(why.contains(says), "{text:?}: {why}");
        }
    }
}
