//! Many links at once, as a teacher pastes them: a table, and every line that could not be read with the reason and its text.

use super::handed::{Handed, Unread, decode};
use std::fmt::Write as _;

/// Lines that are read at once: more than a lecture hall has seats.
pub const LINES_MAX: usize = 2_000;
/// Of a line that could not be read so much is shown, characters.
pub const SHOWN_MAX: usize = 160;

/// A line that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its line in the paste, from 1.
    pub line: usize,
    /// The lesson.
    pub handed: Handed,
    /// Whether the digest fits.
    pub fits: bool,
    /// An earlier row that is the same, or of the same name and lesson.
    pub double: Option<Double>,
}

/// A row that there was before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Double {
    /// The very same, in this line.
    Same(usize),
    /// The same name and lesson in this line, with other answers or at another time.
    Again(usize),
}

/// A line that was not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// Its line, from 1.
    pub line: usize,
    /// Its text, or the beginning of it.
    pub text: String,
    /// The reason.
    pub why: Unread,
}

/// What was pasted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    /// The rows, in the order of the lines.
    pub rows: Vec<Row>,
    /// The lines that could not be read.
    pub refused: Vec<Refused>,
    /// Lines behind [`LINES_MAX`], which were not looked at.
    pub left: usize,
}

/// Reads a paste. A line may have anything around its link, and more links than one; an empty one is nothing.
#[must_use]
pub fn read(text: &str) -> Table {
    let mut table = Table::default();
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())).filter(|(_, line)| !line.is_empty());
    for (at, line) in lines.by_ref().take(LINES_MAX) {
        let refuse = |why| Refused { line: at, text: line.chars().take(SHOWN_MAX).collect(), why };
        let links = links(line);
        if links.is_empty() {
            table.refused.push(refuse(Unread::NoLink));
        }
        for link in links {
            match decode(link) {
                Ok((handed, fits)) => {
                    let before = |same: &dyn Fn(&Handed) -> bool| table.rows.iter().find(|row| same(&row.handed)).map(|row| row.line);
                    let same = before(&|row| *row == handed).map(Double::Same);
                    let again = || before(&|row| row.name == handed.name && row.lesson == handed.lesson).map(Double::Again);
                    let double = same.or_else(again);
                    table.rows.push(Row { line: at, handed, fits, double });
                }
                Err(why) => table.refused.push(refuse(why)),
            }
        }
    }
    table.left = lines.count();
    table
}

/// The links of a line: from `#h` and digits and a point on, as far as base64url goes.
fn links(line: &str) -> Vec<&str> {
    let belongs = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let mut all = Vec::new();
    for (at, _) in line.match_indices("#h") {
        let digits = line[at + 2..].bytes().take_while(u8::is_ascii_digit).count();
        let point = at + 2 + digits;
        if digits > 0 && line.as_bytes().get(point) == Some(&b'.') {
            let body = line[point + 1..].bytes().take_while(|b| belongs(*b)).count();
            all.push(&line[at..point + 1 + body]);
        }
    }
    all
}

/// One cell of a CSV: quoted where it must be, and never a formula. What begins as one gets an apostrophe in front, which spreadsheets show as text.
fn cell(text: &str) -> String {
    let begins = text.trim_start_matches([' ', '\u{3000}', '\u{a0}']).chars().next();
    // The full-width forms are taken for the others by some spreadsheets.
    let formula = begins.is_some_and(|c| "=+-@＝＋－＠|%".contains(c)) || text.starts_with(['\t', '\r', '\n']);
    let safe = if formula { format!("'{text}") } else { text.to_owned() };
    if safe.contains(['"', ',', ';', '\n', '\r', '\t', '\'']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

/// Rows of cells as CSV: CRLF at the end of lines, and a mark in front by which spreadsheets know UTF-8.
#[must_use]
pub fn csv(rows: &[Vec<String>]) -> String {
    let mut out = String::from("\u{feff}");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
        let _ = write!(out, "{}\r\n", cells.join(","));
    }
    out
}

/// A minute since 1970 as `2026-11-30 12:45`, so many minutes east of Greenwich.
#[must_use]
pub fn when(minute: u64, east: i64) -> String {
    // No year behind 9999: a clock that says so is not one.
    let local = i64::try_from(minute).unwrap_or(i64::MAX).clamp(0, 4_222_000_000) + east;
    let (days, minute) = (local.div_euclid(1_440), local.rem_euclid(1_440));
    // Days since 1 March of the year 0, in eras of 400 years, as the calendar repeats.
    let day = days + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::super::handed::{encode, tests::handed};
    use super::*;

    #[test]
    fn a_paste_is_read_line_by_line_and_nothing_is_lost() {
        let (a, b) = (encode(&handed("Li Lei")), encode(&Handed { minute: 5, ..handed("Li Lei") }));
        let c = encode(&handed("Han"));
        let mut bent = c.clone();
        bent.replace_range(bent.len() - 2..bent.len() - 1, if bent.ends_with("CA") { "D" } else { "C" });
        let text = format!(
            "Li Lei 10:03 https://x.example/resync/{a}\n\n  <{a}>\nhallo\n{b} und {c}.\nhttps://x.example/#h7.AA\n{}\nhttps://x.example/#13-where\n",
            &c[..40]
        );
        let table = read(&text);
        let rows: Vec<_> = table.rows.iter().map(|row| (row.line, row.handed.name.as_str(), row.fits, row.double)).collect();
        assert_eq!(
            rows,
            [
                (1, "Li Lei", true, None),
                (3, "Li Lei", true, Some(Double::Same(1))),
                (5, "Li Lei", true, Some(Double::Again(1))),
                (5, "Han", true, None)
            ]
        );
        let refused: Vec<_> = table.refused.iter().map(|refused| (refused.line, refused.why)).collect();
        assert_eq!(refused[..2], [(4, Unread::NoLink), (6, Unread::Version)]);
        assert!(refused[2].0 == 7 && refused[3] == (8, Unread::NoLink), "{refused:?}");
        assert_eq!(table.refused[0].text, "hallo");
    }

    #[test]
    fn more_lines_than_a_hall_has_seats_are_counted() {
        let text = format!("{}\n", encode(&handed("a"))).repeat(LINES_MAX + 7);
        let table = read(&text);
        assert_eq!((table.rows.len(), table.left), (LINES_MAX, 7));
    }

    #[test]
    fn a_cell_is_quoted_and_never_a_formula() {
        for (text, out) in [
            ("Li Lei", "Li Lei"),
            ("Lei, Li", "\"Lei, Li\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+1", "\"'+1\""),
            ("-2", "\"'-2\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            (" =1", "\"' =1\""),
            ("＝1", "\"'＝1\""),
            ("\t=1", "\"'\t=1\""),
            ("a\nb", "\"a\nb\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), out, "{text:?}");
        }
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        assert_eq!(csv(&[row(&["name", "lesson"]), row(&["李雷", "a,b"])]), "\u{feff}name,lesson\r\n李雷,\"a,b\"\r\n");
    }

    #[test]
    fn minutes_are_dates() {
        for (minute, east, date) in [
            (0, 0, "1970-01-01 00:00"),
            (0, -60, "1969-12-31 23:00"),
            (29_934_045, 0, "2026-11-30 12:45"),
            (29_934_045, 480, "2026-11-30 20:45"),
            (951_782_400 / 60, 0, "2000-02-29 00:00"),
            (u64::MAX, 0, "9997-05-23 10:40"),
        ] {
            assert_eq!(when(minute, east), date, "{minute}");
        }
    }
}
