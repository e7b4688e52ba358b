//! A lesson as one text, for who writes one in an editor and opens it on the page: the files of a folder behind each other, each below a line with its name.
//!
//! ```text
//! === scene.resync
//! era 3.0
//! …
//! === lesson.toml
//! [look]
//! …
//! === en.md
//! # How late
//! …
//! ```
//!
//! The files are those of a lesson of the course; one language is enough, and the picture and what the tests want (`[proof]`, the lines `lesson` and `title`
//! of the scene) may be left out. It is a stranger's text: it is bounded, nothing of it is taken for markup, and what is wrong is said with its line.

use crate::folder::{Files, Whose, of_files};
use crate::{Lesson, packed};
use std::collections::BTreeMap;

/// The largest text that is read, bytes.
pub const LARGEST: usize = packed::LARGEST;
/// So many files a lesson has at most: scene, sheet, picture, languages, a transfer and the scenes of items.
const FILES_MAX: usize = 40;
/// What the line in front of a file begins with.
const MARK: &str = "=== ";
/// What the id of such a lesson begins with: none of the course does.
pub const OWN: &str = "own-";

/// Whether a text is meant as a lesson, and not as a scene: its first line that is not empty names a file.
#[must_use]
pub fn is_one(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').lines().find(|line| !line.trim().is_empty()).is_some_and(|line| line.starts_with(MARK))
}

/// Reads such a text. The lesson's id is made of its content, so that what somebody does in it is kept for this very text.
///
/// # Errors
/// One sentence for each thing that is wrong, with the line of the text where it has one.
pub fn read(text: &str) -> Result<Lesson, Vec<String>> {
    if text.len() > LARGEST {
        return Err(vec![format!("the text has {} bytes; a lesson has at most {LARGEST}", text.len())]);
    }
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let files = split(&text)?;
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let folder = of_files(&format!("{OWN}{hash:016x}"), Files::of(files), Whose::Strangers, Vec::new())?;
    let mut lesson = folder.lesson;
    lesson.text = scene(&lesson.text);
    if let Some(course) = &mut lesson.course {
        if let Some(transfer) = &mut course.transfer {
            transfer.text = scene(&transfer.text);
        }
        course.items.iter_mut().for_each(|item| item.text = scene(&item.text));
    }
    // What is read is what the page takes from anybody: with the same bounds.
    packed::read_lesson(&packed::lesson(&lesson))
        .map_err(|why| vec![format!("it has more of something than a lesson may have: {why} of its packed form")])
}

/// The files, each with so many empty lines in front that its lines have the numbers that they have in the text.
fn split(text: &str) -> Result<BTreeMap<String, Result<String, String>>, Vec<String>> {
    let mut files: BTreeMap<String, Result<String, String>> = BTreeMap::new();
    let mut open: Option<(String, String)> = None;
    let mut wrong = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if let Some(name) = line.strip_prefix(MARK) {
            if let Some((name, text)) = open.take() {
                files.insert(name, Ok(text));
            }
            let name = name.trim_end_matches('=').trim().to_owned();
            if files.contains_key(&name) {
                wrong.push(format!("line {}: there are two files {name}", at + 1));
            }
            open = Some((name, "\n".repeat(at + 1)));
        } else if let Some((_, text)) = &mut open {
            text.push_str(line);
            text.push('\n');
        } else if !line.trim().is_empty() {
            wrong.push(format!(
                "line {}: `{}` stands in no file: a line `{MARK}scene.resync` comes first",
                at + 1,
                line.chars().take(40).collect::<String>()
            ));
        }
    }
    if let Some((name, text)) = open {
        files.insert(name, Ok(text));
    }
    if files.len() > FILES_MAX {
        wrong.push(format!("there are {} files; a lesson has at most {FILES_MAX}", files.len()));
    }
    if wrong.is_empty() { Ok(files) } else { Err(wrong) }
}

/// A scene as it is played: without the empty lines in front, and without the line that would make it a scene of the course.
fn scene(text: &str) -> String {
    let lines = text.lines().skip_while(|line| line.is_empty()).filter(|line| !line.starts_with("lesson "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "=== scene.resync ===\nera 3.0\nnode a\n\n=== lesson.toml\n[look]\nnode = \"a\"\ntab = \"log\"\nlink = \"a\"\n\
        [course]\nminutes = 3\nchapter = 1\n[course.bet]\nuntil = \"now > 5s\"\nmoment = \"now > 4s\"\n\
        choice = [{ id = \"x\", when = \"now > 1s\" }, { id = \"y\", when = \"now < 1s\" }]\n\
        === zh.md\n# 甲\n\n为什么\n\n## about\n一。\n## try first\n做。\n## touches\nt\n## symptom\ns\n## parts\np\n## bet\nQ?\n### x: X\nF <b>.\n### y: Y\nG.\n## because\nB.\n";

    #[test]
    fn a_lesson_in_one_text_is_read_with_one_language_and_without_a_proof() {
        let lesson = read(TEXT).unwrap_or_else(|why| panic!("{why:?}"));
        assert!(lesson.id.starts_with(OWN) && is_one(TEXT) && !is_one("era 3.0\nnode a\n"));
        assert_eq!(lesson.text, "era 3.0\nnode a\n\n");
        let course = lesson.course.as_deref().expect("a course");
        assert_eq!(course.bet.question.get(&["en"]).map(String::as_str), Some("Q?"), "in the language that there is");
        let other = read(&format!("\u{feff}\n{}", TEXT.replace('\n', "\r\n"))).expect("as editors write it");
        assert_eq!(other.text, lesson.text);
        assert_ne!(read(&TEXT.replace("era 3.0", "lesson 13-x\nera 4.0")).expect("read").id, lesson.id, "another text is another lesson");
        assert_eq!(read(&TEXT.replace("era 3.0", "lesson 13-x\nera 3.0")).expect("read").text, lesson.text, "and none of the course");
    }

    #[test]
    fn whatever_is_wrong_is_said_with_its_line() {
        for (from, to, says) in [
            ("=== scene", "hello\n=== scene", "line 1: `hello` stands in no file"),
            ("=== zh.md", "=== lesson.toml\n=== zh.md", "line 17: there are two files lesson.toml"),
            ("## because\nB.\n", "", "zh.md: there is no `## because`"),
            ("### y: Y\nG.\n", "### y: Y\n", "zh.md, line 36: `### y` of `## bet` has no text"),
            ("## because", "## lunch\n## because", "zh.md, line 38: nothing in lesson.toml asks for `## lunch`"),
            ("minutes = 3", "minutes = true", "line 11"),
            ("=== zh.md\n", "=== notes\n", "en.md or zh.md: missing"),
            ("=== scene.resync", "=== notes.txt", "scene.resync: missing"),
        ] {
            let why = read(&TEXT.replacen(from, to, 1)).expect_err(says).join("\n");
            assert!(why.contains(says), "{why}\ninstead of {says}");
        }
        assert!(read(&"a".repeat(LARGEST + 1)).is_err_and(|why| why[0].contains("at most")));
        let many: String = (0..60).map(|at| format!("=== {at}\n")).collect();
        assert!(read(&many).is_err_and(|why| why[0].contains("60 files")));
    }

    #[test]
    fn no_part_of_a_text_makes_it_panic() {
        for (at, _) in TEXT.char_indices() {
            let _ = read(&TEXT[..at]);
            let _ = read(&TEXT[at..]);
        }
    }
}
