//! Refutation cards: what people say of replication, that it is not so, because, and where to look.
//!
//! ```text
//! web/cards/lag-is-delay/   the folder's name is the card's id: it stands in addresses and never changes
//!   card.toml               the lesson in which it is seen, and what real servers printed or did that shows it
//!   en.md zh.md …           `# ` what people say, then the sections `not so`, `because` and `look`
//! ```
//!
//! Lessons name the cards that belong to them (`course::Course::cards`). The page fetches all cards in one file when the first is wanted.

use crate::Spoken;
use crate::carried::put;
use crate::packed::{Unreadable, fields};

const CARDS: &str = "resync-cards\t1";

/// A card in one language. Between backquotes stands what Redis prints or takes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Refuted {
    /// What people say: one sentence.
    pub claim: String,
    /// What is so instead: one or two sentences.
    pub not_so: String,
    /// Why.
    pub because: String,
    /// Where it can be seen on a server of one's own.
    pub look: String,
}

/// Something that a recording of a real server shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "folder", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct Shown {
    /// The recording's name; it ends with the release.
    pub recording: String,
    /// What it holds, word for word: a line or a part of one, `field:value` of INFO, `command -> reply`.
    pub prints: String,
}

impl Shown {
    /// The recording's name without its releases, the master's release, and that of the replica where it is another.
    #[must_use]
    pub fn servers(&self) -> (&str, &str, Option<&str>) {
        let (name, releases) = self.recording.rsplit_once("__").unwrap_or((&self.recording, ""));
        match releases.strip_prefix('m').and_then(|releases| releases.split_once("_r")) {
            Some((master, replica)) => (name, master, Some(replica)),
            None => (name, releases, None),
        }
    }
}

/// A card.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Card {
    /// The folder's name.
    pub id: String,
    /// The lesson in which it is seen.
    pub lesson: String,
    /// What shows it.
    pub shows: Vec<Shown>,
    /// What it says.
    pub words: Spoken<Refuted>,
}

/// All cards in packed form.
#[must_use]
pub fn packed(cards: &[Card]) -> String {
    let mut out = format!("{CARDS}\n");
    for card in cards {
        put(&mut out, "card", &card.id);
        put(&mut out, "lesson", &card.lesson);
        for shown in &card.shows {
            put(&mut out, "recording", &shown.recording);
            put(&mut out, "prints", &shown.prints);
        }
        for (code, words) in card.words.iter() {
            put(&mut out, &format!("claim {code}"), &words.claim);
            put(&mut out, &format!("not {code}"), &words.not_so);
            put(&mut out, &format!("because {code}"), &words.because);
            put(&mut out, &format!("look {code}"), &words.look);
        }
    }
    put(&mut out, "end", "");
    out
}

/// Reads what [`packed`] wrote.
///
/// # Errors
/// Says the first line that is not of this form.
pub fn read(text: &str) -> Result<Vec<Card>, Unreadable> {
    let mut cards: Vec<Card> = Vec::new();
    fields(text, CARDS, |name, value| {
        let (name, code) = name.split_once(' ').unwrap_or((name, ""));
        if name == "card" {
            cards.push(Card { id: value, ..Card::default() });
            return Some(());
        }
        let card = cards.last_mut()?;
        match name {
            "lesson" => card.lesson = value,
            "recording" => card.shows.push(Shown { recording: value, prints: String::new() }),
            "prints" => card.shows.last_mut()?.prints = value,
            "claim" => card.words.entry(code).claim = value,
            "not" => card.words.entry(code).not_so = value,
            "because" => card.words.entry(code).because = value,
            "look" => card.words.entry(code).look = value,
            _ => return None,
        }
        Some(())
    })?;
    Ok(cards)
}

/// Every card below `cards`, by its id.
///
/// # Errors
/// One line for each thing that is wrong, with the file it is wrong in.
#[cfg(feature = "folder")]
pub fn read_all(cards: &std::path::Path) -> Result<Vec<Card>, String> {
    let entries = std::fs::read_dir(cards).map_err(|why| format!("{}: {why}", cards.display()))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut read = Vec::new();
    let mut wrong = Vec::new();
    for path in paths {
        let id = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match one(&path, &id) {
            Ok(card) => read.push(card),
            Err(why) => wrong.push(format!("{id}/{why}")),
        }
    }
    if read.is_empty() && wrong.is_empty() {
        wrong.push(format!("{}: there is no card", cards.display()));
    }
    if wrong.is_empty() { Ok(read) } else { Err(wrong.join("\n")) }
}

#[cfg(feature = "folder")]
fn one(folder: &std::path::Path, id: &str) -> Result<Card, String> {
    use crate::COMPLETE;

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sheet {
        lesson: String,
        shows: Vec<Shown>,
    }
    if id.is_empty() || id.len() > 40 || !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        return Err(": a card's name has small letters, digits and -, at most 40".to_owned());
    }
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|why| format!("{name}: {why}"));
    let sheet: Sheet = toml::from_str(&text("card.toml")?).map_err(|why| format!("card.toml: {why}"))?;
    let mut card = Card { id: id.to_owned(), lesson: sheet.lesson, shows: sheet.shows, words: Spoken::default() };
    // English first: that is what every other language falls back on.
    for code in COMPLETE {
        let file = format!("{code}.md");
        *card.words.entry(code) = refuted(&text(&file)?).map_err(|why| format!("{file}: {why}"))?;
    }
    Ok(card)
}

#[cfg(feature = "folder")]
fn refuted(text: &str) -> Result<Refuted, String> {
    let (claim, sections) = crate::markdown::sections(text)?;
    let mut said = Refuted { claim, ..Refuted::default() };
    for section in sections {
        let place = match section.name.as_str() {
            "not so" => &mut said.not_so,
            "because" => &mut said.because,
            "look" => &mut said.look,
            other => return Err(format!("line {}: a card has no section `{other}`", section.line)),
        };
        *place = section.text;
    }
    for (what, said) in [("not so", &said.not_so), ("because", &said.because), ("look", &said.look)] {
        if said.is_empty() || said.contains("\n\n") {
            return Err(format!("`{what}` is one paragraph"));
        }
        if said.matches('`').count() % 2 != 0 {
            return Err(format!("`{what}`: a backquote is left alone"));
        }
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_read_again_and_half_a_file_is_none() {
        let words = |code: &str| Refuted {
            claim: format!("{code} `lag`"),
            not_so: "No:\nso.".to_owned(),
            because: "a\\b".to_owned(),
            look: "INFO".to_owned(),
        };
        let words = ["en", "zh"].into_iter().map(|code| (code.to_owned(), words(code))).collect();
        let shows = vec![Shown { recording: "x__3.0.7".to_owned(), prints: "a:1\r\n".to_owned() }];
        let cards =
            vec![Card { id: "a".to_owned(), lesson: "01-a".to_owned(), shows, words }, Card { id: "b".to_owned(), ..Card::default() }];
        let text = packed(&cards);
        assert_eq!(read(&text).as_deref(), Ok(&cards[..]));
        assert_eq!(read(&text[..text.len() - 5]).map_err(|why| why.line), Err(text.lines().count()));
        assert_eq!(read("resync-cards\t1\nlesson\t01-a\nend\t\n").map_err(|why| why.line), Err(2), "a lesson of no card");
        assert_eq!(read("resync-lessons\t1\nend\t\n").map_err(|why| why.line), Err(1));
    }

    #[test]
    fn a_recording_names_its_servers() {
        for (recording, servers) in [
            ("a_b__3.0.7", ("a_b", "3.0.7", None)),
            ("i_cross__m3.0.7_r2.6.17", ("i_cross", "3.0.7", Some("2.6.17"))),
            ("odd", ("odd", "", None)),
        ] {
            assert_eq!(Shown { recording: recording.to_owned(), ..Shown::default() }.servers(), servers);
        }
    }

    #[cfg(feature = "folder")]
    #[test]
    fn a_card_says_all_four_or_what_it_lacks() {
        let whole = "# People say so.\n\n## not so\n\nIt is `lag`.\n\n## because\n\nb\n\n## look\n\nc\n";
        let said = refuted(whole).expect("whole");
        assert_eq!((said.claim.as_str(), said.look.as_str()), ("People say so.", "c"));
        for (change, to, says) in [
            ("## look\n\nc\n", "", "`look` is one paragraph"),
            ("## look", "## see", "line 11: a card has no section `see`"),
            ("`lag`", "`lag", "a backquote is left alone"),
            ("# People say so.", "People say so.", "the first line is not `# Title`"),
        ] {
            let why = refuted(&whole.replace(change, to)).expect_err(change);
            assert!(why.contains(says), "{why}");
        }
    }
}
