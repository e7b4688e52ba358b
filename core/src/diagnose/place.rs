//! Places in a pasted text, and its lines without what terminals, chats and tickets put around them.

use crate::limits::PASTE_BYTES_MAX;
use alloc::string::String;
use alloc::vec::Vec;

/// A place in a pasted text: bytes `from..to` of it, which begin in line `line`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// Which text: 0 the first, 1 the one that was pasted later.
    pub sample: u8,
    /// The line, from 1.
    pub line: u32,
    /// The first byte.
    pub from: usize,
    /// The byte behind the last one.
    pub to: usize,
}

impl Place {
    /// The words that stand there.
    #[must_use]
    pub fn words<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.from..self.to).unwrap_or_default()
    }
    /// First and last column in its line, from 1, in characters.
    #[must_use]
    pub fn columns(&self, text: &str) -> (usize, usize) {
        let begins = text.get(..self.from).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let first = text.get(begins..self.from).map_or(0, |before| before.chars().count());
        (first + 1, first + self.words(text).chars().count())
    }
}

/// A line as it is read: its text, and where each byte of it came from.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The text, without what was around it.
    pub text: String,
    /// Where each byte of `text` stood, and where the last one ended.
    from: Vec<u32>,
    /// Which text it is of.
    sample: u8,
    /// The line, from 1.
    pub line: u32,
    /// How many `1)` of a reply stood before it.
    pub numbered: u8,
    /// Whether a quote mark of a reply stood before it.
    pub quoted: bool,
}

impl Row {
    /// The place of bytes `from..to` of its text.
    pub(super) fn place(&self, from: usize, to: usize) -> Place {
        let end = self.from.len() - 1;
        let to = to.min(end);
        let from = from.min(to);
        Place { sample: self.sample, line: self.line, from: self.from[from] as usize, to: self.from[to] as usize }
    }
    /// All of it.
    pub(super) fn whole(&self) -> Place {
        self.place(0, self.text.len())
    }
    /// It and the next one as one line, with or without a blank between them.
    pub(super) fn joined(&self, next: &Row, blank: bool) -> Row {
        let mut row = self.clone();
        let end = row.from.pop().unwrap_or(0);
        if blank {
            row.text.push(' ');
            row.from.push(end);
        }
        row.text.push_str(&next.text);
        row.from.extend(&next.from);
        row
    }
    /// It with some words exchanged for others.
    pub(super) fn exchanged(&self, words: &[(&str, &str)]) -> Row {
        let mut row = Row { text: String::with_capacity(self.text.len()), from: Vec::with_capacity(self.from.len()), ..self.clone() };
        let mut at = 0;
        while at < self.text.len() {
            let rest = &self.text[at..];
            if let Some((old, new)) = words.iter().find(|(old, _)| rest.starts_with(old)) {
                row.text.push_str(new);
                row.from.extend((0..new.len()).map(|n| self.from[at + n.min(old.len() - 1)]));
                at += old.len();
            } else {
                let length = rest.chars().next().map_or(1, char::len_utf8);
                row.text.push_str(&rest[..length]);
                row.from.extend(&self.from[at..at + length]);
                at += length;
            }
        }
        row.from.push(self.from[self.from.len() - 1]);
        row
    }
    /// Only its bytes from `first` to `end`.
    fn cut(&mut self, first: usize, end: usize) {
        self.from = self.from[first..=end].to_vec();
        self.text = String::from(&self.text[first..end]);
    }
}

/// The lines of a text, at most [`PASTE_BYTES_MAX`] bytes of it; empty ones are left out. Whether all of it was looked at.
pub(super) fn rows(text: &str, sample: u8) -> (Vec<Row>, bool) {
    let mut end = text.len().min(PASTE_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut rows = Vec::new();
    let mut at = 0;
    for (line, written) in (1..).zip(text[..end].split_inclusive('\n')) {
        // A reply as redis-cli quotes it where it writes to no terminal of its own: its line ends are letters.
        let quoted = written.contains("\\r\\n") || written.contains("\\n#");
        let mut from = at;
        while from < at + written.len() {
            let rest = &text[from..at + written.len()];
            let (length, skip) = segment(rest, quoted);
            if let Some(row) = cleaned(&rest[..length], from, line, sample) {
                rows.push(row);
            }
            from += length + skip;
        }
        at += written.len();
    }
    (rows, end == text.len())
}

/// How far a line goes, and how many bytes of its end are skipped.
fn segment(rest: &str, quoted: bool) -> (usize, usize) {
    let mut ends = [('\r', 1), ('\n', 1)].iter().filter_map(|(sign, skip)| Some((rest.find(*sign)?, *skip))).min();
    if quoted {
        let literal = ["\\r\\n", "\\n"].iter().filter_map(|sign| Some((rest.find(sign)?, sign.len()))).min();
        ends = ends.into_iter().chain(literal).min();
    }
    ends.unwrap_or((rest.len(), 0))
}

const ENTITIES: [(&str, char); 8] =
    [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"'), ("&#39;", '\''), ("&#x27;", '\''), ("&apos;", '\''), ("&nbsp;", ' ')];

/// One line without colours, entities, quote marks and the like; `None` if nothing is left.
fn cleaned(written: &str, at: usize, line: u32, sample: u8) -> Option<Row> {
    let from = Vec::with_capacity(written.len() + 1);
    let mut row = Row { text: String::with_capacity(written.len()), from, sample, line, numbered: 0, quoted: false };
    let bytes = written.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        let place = u32::try_from(at + i).unwrap_or(u32::MAX);
        let sign = written[i..].chars().next()?;
        let length = sign.len_utf8();
        let (told, skip) = match sign {
            '\u{1b}' => (None, escape(&bytes[i..])),
            '\t' | '\u{a0}' | '\u{3000}' => (Some(' '), length),
            '\u{200b}' | '\u{feff}' | '\u{200e}' | '\u{200f}' => (None, length),
            '\u{ff1a}' => (Some(':'), length),
            '\u{201c}' | '\u{201d}' => (Some('"'), length),
            '&' => ENTITIES
                .iter()
                .find(|(name, _)| written[i..].starts_with(name))
                .map_or((Some('&'), 1), |(name, sign)| (Some(*sign), name.len())),
            '\\' if written[i..].starts_with("\\\"") => (Some('"'), 2),
            sign if sign.is_control() => (None, length),
            sign => (Some(sign), length),
        };
        if let Some(sign) = told {
            row.text.push(sign);
            row.from.extend(core::iter::repeat_n(place, sign.len_utf8()));
        }
        i += skip;
    }
    row.from.push(u32::try_from(at + written.len()).unwrap_or(u32::MAX));
    stripped(row)
}

/// The length of a terminal's escape sequence.
fn escape(bytes: &[u8]) -> usize {
    if bytes.get(1) != Some(&b'[') {
        return 1;
    }
    bytes.iter().skip(2).position(u8::is_ascii_alphabetic).map_or(bytes.len(), |n| n + 3)
}

/// The row without blanks, quote marks of mails and chats, and the numbers of a reply.
fn stripped(mut row: Row) -> Option<Row> {
    let mut first = 0;
    loop {
        let rest = &row.text[first..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && digits < 5 && rest[digits..].starts_with(')') {
            first += digits + 1;
            row.numbered = row.numbered.saturating_add(1);
        } else if rest.starts_with([' ', '>', '|', '`', '~']) {
            first += 1;
        } else if rest.starts_with('"') {
            row.quoted = true;
            first += 1;
        } else if let Some(bullet) = ["- ", "• ", "│"].iter().find(|bullet| rest.starts_with(*bullet)) {
            first += bullet.len();
        } else {
            break;
        }
    }
    let mut end = first + row.text[first..].trim_end_matches([' ', '`', '|']).len();
    if row.quoted && row.text[first..end].ends_with('"') {
        end -= 1;
    }
    row.cut(first, end);
    (!row.text.is_empty()).then_some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(paste: &str) -> Vec<String> {
        let (rows, all) = rows(paste, 0);
        assert!(all);
        for row in &rows {
            let place = row.whole();
            assert!(place.from <= place.to && place.to <= paste.len(), "{place:?}");
            assert_eq!(place.line as usize, paste[..place.from].matches('\n').count() + 1, "{row:?}");
        }
        rows.into_iter().map(|row| row.text).collect()
    }

    #[test]
    fn lines_lose_what_is_around_them() {
        assert_eq!(texts("> > role:master\r\n\r\n  | `lag=1` |\n- x\n"), ["role:master", "lag=1", "x"]);
        assert_eq!(texts("MASTER &lt;-&gt; SLAVE sync\n\u{1b}[31mrole:slave\u{1b}[0m"), ["MASTER <-> SLAVE sync", "role:slave"]);
        assert_eq!(texts("1) 1) \"127.0.0.1\"\n   2) \"9001\""), ["127.0.0.1", "9001"]);
        assert_eq!(texts("\"# Replication\\r\\nrole:master\\r\\n\""), ["# Replication", "role:master"]);
        assert_eq!(texts("role：master\u{200b}"), ["role:master"]);
    }

    #[test]
    fn a_place_is_in_the_text_as_it_was() {
        let paste = "> x\n> a &lt; b slave0:1\n";
        let (rows, _) = rows(paste, 0);
        let at = rows[1].text.find("slave0").expect("it is there");
        let place = rows[1].place(at, at + 6);
        assert_eq!((place.words(paste), place.line, place.columns(paste)), ("slave0", 2, (12, 17)));
        assert_eq!(rows[1].whole().words(paste), "a &lt; b slave0:1");
        let joined = rows[0].joined(&rows[1], true);
        assert_eq!((joined.text.as_str(), joined.whole().words(paste)), ("x a < b slave0:1", "x\n> a &lt; b slave0:1"));
        let other = rows[1].exchanged(&[("slave", "replica")]);
        assert_eq!(other.text, "a < b replica0:1");
        assert_eq!(other.whole().words(paste), "a &lt; b slave0:1");
    }
}
