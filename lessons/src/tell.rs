//! Values of a run within a text: `{gap}`, `{asked:clock}`.
//!
//! Numbers take the form of our own texts (docs/design.md §5): thousands by a narrow space, a true minus, a unit behind a space. What Redis prints is
//! told as it is, by `{…:raw}`.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// A value as a run had it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Seen {
    /// A number; its name says of what.
    Number(i64),
    /// A text.
    Text(String),
    /// Yes or no.
    Yes(bool),
}

impl Seen {
    /// The number, if it is one; yes is 1 and no is 0.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        match self {
            Seen::Number(number) => Some(*number),
            Seen::Yes(yes) => Some(i64::from(*yes)),
            Seen::Text(text) => text.parse().ok(),
        }
    }
}

/// Values by their names; those of a twin as `twin.NAME`.
pub type Values = BTreeMap<String, Seen>;

/// The form that a value takes in a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `{n}`: thousands by a narrow space.
    Plain,
    /// `{n:raw}`: as Redis prints it, without grouping.
    Raw,
    /// `{n:bytes}`: with the word of the language: `64 bytes`, `64 字节`.
    Bytes,
    /// `{n:size}`: in the unit that reads best: `64 B`, `16 KB`, `1.5 MB`.
    Size,
    /// `{ms:time}`: a length of time in ms: `80 ms`, `5.3 s`, `37 s`, `3 min`.
    Time,
    /// `{ms:clock}`: a moment in ms, to the millisecond: `5.020 s`.
    Clock,
    /// `{s:seconds}`: whole seconds, as INFO counts: `15 s`.
    Seconds,
    /// `{id:id}`: a run or replication id: `8f3c2a…d41b`.
    Id,
}

impl Form {
    const ALL: [(&'static str, Form); 7] = [
        ("raw", Form::Raw),
        ("bytes", Form::Bytes),
        ("size", Form::Size),
        ("time", Form::Time),
        ("clock", Form::Clock),
        ("seconds", Form::Seconds),
        ("id", Form::Id),
    ];
    /// The form of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Form> {
        Form::ALL.iter().find(|(known, _)| *known == name).map(|(_, form)| *form)
    }
    /// A value in this form.
    #[must_use]
    pub fn told(self, seen: &Seen, language: &str) -> String {
        let number = match (self, seen) {
            (Form::Id, Seen::Text(id)) if id.len() > 12 && id.is_ascii() => return format!("{}…{}", &id[..6], &id[id.len() - 4..]),
            (_, Seen::Text(text)) => return text.clone(),
            (_, Seen::Yes(yes)) => {
                return match (language, yes) {
                    ("zh", true) => "是",
                    ("zh", false) => "否",
                    (_, true) => "yes",
                    (_, false) => "no",
                }
                .to_owned();
            }
            (_, Seen::Number(number)) => *number,
        };
        match self {
            Form::Raw | Form::Id => number.to_string(),
            Form::Plain => grouped(number),
            Form::Bytes if language == "zh" => format!("{} 字节", grouped(number)),
            Form::Bytes if number == 1 => "1 byte".to_owned(),
            Form::Bytes => format!("{} bytes", grouped(number)),
            Form::Size => sized(number),
            Form::Seconds => format!("{} s", grouped(number)),
            Form::Clock => {
                let sign = if number < 0 { "−" } else { "" };
                let ms = number.unsigned_abs();
                format!("{sign}{}.{:03} s", ms / 1_000, ms % 1_000)
            }
            Form::Time => {
                let sign = if number < 0 { "−" } else { "" };
                sign.to_owned() + &length(number.unsigned_abs())
            }
        }
    }
}

/// Thousands by a narrow no-break space, a true minus: `72 286`, `−9 536`.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::from(if number < 0 { "−" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// `64 B`, `16 KB`, `1.5 MB`; binary, as Redis means them.
fn sized(number: i64) -> String {
    let bytes = number.unsigned_abs();
    let sign = if number < 0 { "−" } else { "" };
    let Some((unit, name)) = [(1 << 30, "GB"), (1 << 20, "MB"), (1_u64 << 10, "KB")].into_iter().find(|(unit, _)| bytes >= *unit) else {
        return format!("{sign}{bytes} B");
    };
    let tenths = (u128::from(bytes) * 10 + u128::from(unit) / 2) / u128::from(unit);
    if tenths >= 1_000 || tenths.is_multiple_of(10) {
        format!("{sign}{} {name}", tenths / 10)
    } else {
        format!("{sign}{}.{} {name}", tenths / 10, tenths % 10)
    }
}

/// `80 ms`, `5.3 s`, `37 s`, `3 min`: seconds under 10 have one decimal, above none.
fn length(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..10_000 => format!("{}.{} s", ms / 1_000, ms / 100 % 10),
        10_000..180_000 => format!("{} s", ms / 1_000),
        _ => format!("{} min", ms / 60_000),
    }
}

/// A piece of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece<'a> {
    /// Words as they stand.
    Words(&'a str),
    /// A value by its name, with the name of its form.
    Value(&'a str, Form),
    /// What stands between braces and is no value: its form is not known, or its name is none.
    Wrong(&'a str),
}

/// The pieces of a text, in their order.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut left = text;
    std::iter::from_fn(move || {
        if left.is_empty() {
            return None;
        }
        let Some(inside) = left.strip_prefix('{') else {
            let (words, rest) = left.split_at(left.find('{').unwrap_or(left.len()));
            left = rest;
            return Some(Piece::Words(words));
        };
        let Some((value, rest)) = inside.split_once('}') else {
            return Some(Piece::Words(std::mem::take(&mut left)));
        };
        left = rest;
        let (name, form) = value.split_once(':').map_or((value, Some(Form::Plain)), |(name, form)| (name, Form::named(form)));
        let fits = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.');
        Some(match form {
            Some(form) if fits => Piece::Value(name, form),
            _ => Piece::Wrong(value),
        })
    })
}

/// A value as a text names it: `{gap:bytes}`.
#[must_use]
pub fn braces(name: &str, form: Form) -> String {
    match Form::ALL.iter().find(|(_, known)| *known == form) {
        Some((form, _)) => format!("{{{name}:{form}}}"),
        None => format!("{{{name}}}"),
    }
}

/// A text with its values in it, in a language (`en`, `zh`; any other gets English words). A value that is not known (yet) is told as `…`.
#[must_use]
pub fn fill(text: &str, values: &Values, language: &str) -> String {
    pieces(text)
        .map(|piece| match piece {
            Piece::Words(words) => Cow::Borrowed(words),
            Piece::Value(name, form) => values.get(name).map_or(Cow::Borrowed("…"), |seen| form.told(seen, language).into()),
            Piece::Wrong(words) => format!("{{{words}}}").into(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_form_that_is_asked_for() {
        let told = |form: &str, number| fill(&format!("{{n{form}}}"), &[("n".to_owned(), Seen::Number(number))].into(), "en");
        for (form, number, says) in [
            ("", 16_384, "16\u{202f}384"),
            ("", -1_234_567, "−1\u{202f}234\u{202f}567"),
            (":raw", -1_234, "-1234"),
            (":bytes", 1, "1 byte"),
            (":bytes", 14_172, "14\u{202f}172 bytes"),
            (":size", 64, "64 B"),
            (":size", 16_384, "16 KB"),
            (":size", 1_572_864, "1.5 MB"),
            (":size", -2_780, "−2.7 KB"),
            (":time", 80, "80 ms"),
            (":time", 5_340, "5.3 s"),
            (":time", 37_900, "37 s"),
            (":time", 200_000, "3 min"),
            (":clock", 5_020, "5.020 s"),
            (":clock", 20_997, "20.997 s"),
            (":seconds", 15, "15 s"),
        ] {
            assert_eq!(told(form, number), says, "{form} of {number}");
        }
        let id = Seen::Text("8f3c2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad41b".into());
        assert_eq!((Form::Id.told(&id, "en"), Form::Bytes.told(&Seen::Number(61), "zh")), ("8f3c2a…d41b".into(), "61 字节".into()));
        assert_eq!((Form::Plain.told(&Seen::Yes(true), "zh"), Form::Plain.told(&Seen::Yes(false), "fr")), ("是".into(), "no".into()));
    }

    #[test]
    fn a_text_is_words_and_values() {
        let values: Values = [("gap".to_owned(), Seen::Number(61)), ("twin.gap".to_owned(), Seen::Number(0))].into();
        assert_eq!(fill("缺 {gap:bytes}，对照 {twin.gap}。", &values, "zh"), "缺 61 字节，对照 0。");
        assert_eq!(fill("{lag} later", &values, "en"), "… later");
        assert_eq!(fill("{gap:lunch} {Gap} {gap", &values, "en"), "{gap:lunch} {Gap} {gap");
        let wrong: Vec<_> = pieces("a {b:time} {c:lunch}").collect();
        assert_eq!(wrong, [Piece::Words("a "), Piece::Value("b", Form::Time), Piece::Words(" "), Piece::Wrong("c:lunch")]);
        assert_eq!(Seen::Text("12".into()).number(), Some(12));
    }
}
