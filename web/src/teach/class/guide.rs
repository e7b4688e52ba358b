//! The teacher's guide: the text of `docs/teaching.md` in each language, read as blocks, and what it says of a step and of a lesson.

use crate::i18n::Lang;
use crate::teach::Step;

/// A block of the guide.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block<'a> {
    /// A heading below the title.
    Heading(&'a str),
    /// A paragraph.
    Paragraph(String),
    /// A list, and whether it is numbered.
    List(bool, Vec<String>),
    /// A table: its first row are heads.
    Table(Vec<Vec<&'a str>>),
}

/// The guide in a language; one that has none is content with the first.
#[must_use]
pub const fn text(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => include_str!("../../../../docs/teaching.zh.md"),
        _ => include_str!("../../../../docs/teaching.md"),
    }
}

/// Its blocks. The title, and the link to the other language below it, are the page's own.
#[must_use]
pub fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut all = Vec::new();
    for part in text.split("\n\n").skip(2) {
        let lines: Vec<&str> = part.lines().filter(|line| !line.is_empty()).collect();
        let Some(first) = lines.first() else { continue };
        if let Some(heading) = first.strip_prefix("## ") {
            all.push(Block::Heading(heading));
        } else if first.starts_with('|') {
            all.push(Block::Table(lines.into_iter().filter(|line| !line.starts_with("|---")).map(cells).collect()));
        } else if numbered(first).is_some() || first.starts_with("- ") {
            all.push(Block::List(numbered(first).is_some(), items(&lines)));
        } else {
            all.push(Block::Paragraph(joined(&lines)));
        }
    }
    all
}

/// The cells of a row, between its outer bars; the last one may be empty.
fn cells(line: &str) -> Vec<&str> {
    let inner = line.strip_prefix('|').unwrap_or(line);
    inner.strip_suffix('|').unwrap_or(inner).split('|').map(str::trim).collect()
}

/// What stands behind the number of an item.
fn numbered(line: &str) -> Option<&str> {
    line.split_once(". ").filter(|(number, _)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).map(|(_, rest)| rest)
}

/// Lines that belong together; between Chinese characters there is no blank.
fn joined(lines: &[&str]) -> String {
    let mut out = String::new();
    for line in lines {
        let line = line.trim();
        if out.chars().next_back().is_some_and(|c| c.is_ascii()) {
            out.push(' ');
        }
        out.push_str(line);
    }
    out
}

fn items(lines: &[&str]) -> Vec<String> {
    let mut all: Vec<Vec<&str>> = Vec::new();
    for line in lines {
        match (numbered(line).or_else(|| line.strip_prefix("- ")), all.last_mut()) {
            (Some(first), _) if !line.starts_with(' ') => all.push(vec![first]),
            (_, Some(item)) => item.push(line),
            (_, None) => {}
        }
    }
    all.iter().map(|lines| joined(lines)).collect()
}

/// A piece of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<'a> {
    /// Words.
    Plain(&'a str),
    /// Bold ones.
    Bold(&'a str),
    /// What Redis or a file calls itself.
    Code(&'a str),
}

/// The pieces of a line: `**bold**`, `` `code` ``, and words.
#[must_use]
pub fn pieces(line: &str) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    for (at, part) in line.split('`').enumerate() {
        if at % 2 == 1 {
            all.push(Piece::Code(part));
        } else {
            let parts = part.split("**").enumerate().filter(|(_, part)| !part.is_empty());
            all.extend(parts.map(|(at, part)| if at % 2 == 1 { Piece::Bold(part) } else { Piece::Plain(part) }));
        }
    }
    all
}

/// How a step goes in a room; `counted`: its vote is closed.
#[must_use]
pub fn step(text: &str, step: Step, counted: bool) -> Option<String> {
    let list = blocks(text).into_iter().find_map(|block| if let Block::List(true, items) = block { Some(items) } else { None })?;
    let at = match step {
        Step::Symptom | Step::Parts => 0,
        Step::Bet if counted => 2,
        Step::Bet => 1,
        Step::See => 3,
        Step::Because => 4,
        Step::Twin => 5,
        Step::Transfer => 6,
        Step::Open => return None,
    };
    list.get(at).cloned()
}

/// What the guide says or asks in a lesson, by the number in front of its id.
#[must_use]
pub fn lesson(text: &str, id: &str) -> Option<String> {
    let number = id.split('-').next()?;
    let rows = blocks(text).into_iter().filter_map(|block| if let Block::Table(rows) = block { Some(rows) } else { None }).flatten();
    rows.filter(|row| row.get(1).is_some_and(|what| what.split(' ').next() == Some(number)))
        .find_map(|row| row.get(2).map(|say| (*say).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_same_guide_in_blocks() {
        let shape = |lang: Lang| -> Vec<(u8, usize)> {
            let of = |block: &Block<'_>| match block {
                Block::Heading(_) => (0, 0),
                Block::Paragraph(_) => (1, 0),
                Block::List(numbered, items) => (2 + u8::from(*numbered), items.len()),
                Block::Table(rows) => (4, rows.len()),
            };
            blocks(text(lang)).iter().map(of).collect()
        };
        assert_eq!(shape(Lang::En), shape(Lang::Zh));
        assert!(shape(Lang::En).contains(&(3, 7)) && shape(Lang::En).iter().filter(|(kind, _)| *kind == 4).count() == 3);
        for lang in Lang::ALL {
            for block in blocks(text(lang)) {
                let Block::Table(rows) = block else { continue };
                assert!(rows.iter().all(|row| row.len() == 3), "{rows:?}");
            }
        }
    }

    #[test]
    fn a_step_and_a_lesson_have_their_words() {
        for lang in Lang::ALL {
            let text = text(lang);
            for of in Step::ALL {
                assert_eq!(step(text, of, false).is_some(), of != Step::Open, "{of:?}");
            }
            assert_ne!(step(text, Step::Bet, false), step(text, Step::Bet, true));
            assert!(lesson(text, "13-where-the-write-went").is_some_and(|say| say.contains("OK")));
            assert_eq!(lesson(text, "99-nowhere"), None);
        }
        assert!(
            step(text(Lang::En), Step::Bet, true)
                .is_some_and(|how| how.starts_with("Count.") && how.contains("convince each other for a minute and ask again"))
        );
    }

    #[test]
    fn lines_are_read_in_pieces() {
        assert_eq!(
            pieces("**See**. Run `SET k v` now"),
            [Piece::Bold("See"), Piece::Plain(". Run "), Piece::Code("SET k v"), Piece::Plain(" now")]
        );
        assert_eq!(joined(&["开口讨论", "之前"]), "开口讨论之前");
    }
}
