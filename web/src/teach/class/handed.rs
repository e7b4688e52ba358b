//! What is handed in: a finished lesson as a link, with its answers and a digest, so that it can be read without a server.
//!
//! `#h1.` and base64url of: the digest (8 bytes, least first), then fields, one a line, in a fixed order. The digest is a plain sum over the fields that
//! everybody can work out. It says that a link came whole, as the page wrote it; it does not say who answered, nor that the page wrote it.

use base64ct::{Base64UrlUnpadded, Encoding};
use resync_lessons::play::Sure;

/// What every such link begins with.
pub const PREFIX: &str = "#h1.";
/// A longer name is cut off, characters.
pub const NAME_CHARS_MAX: usize = 60;
/// The fields of a longer link are not read, bytes: an answer that draws a curve has some 300.
pub const BYTES_MAX: usize = 2_000;
/// Goals that a link can tell of.
const GOALS_MAX: usize = 12;

/// A bet, or a transfer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Answer {
    /// What was answered, by the lesson's own names: an answer's id, a number, points, an order.
    pub given: String,
    /// How sure.
    pub sure: Option<Sure>,
    /// Whether the first answer of all was near the truth, by the page of who answered.
    pub near: bool,
}

/// A lesson that is handed in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Handed {
    /// Who, as they typed it.
    pub name: String,
    /// The lesson's id.
    pub lesson: String,
    /// [`resync_core::BEHAVIOUR`] of the engine that it was played on.
    pub behaviour: u32,
    /// The bet.
    pub bet: Answer,
    /// The sentence that was chosen as the because, from 0, and whether it was true of the run; nothing where the lesson asks none.
    pub because: Option<(u8, bool)>,
    /// The transfer; nothing where the lesson has none.
    pub transfer: Option<Answer>,
    /// The goals: which of them were reached when it was handed in.
    pub goals: Vec<bool>,
    /// When, minutes since 1970, UTC, by the clock of who handed it in.
    pub minute: u64,
}

/// Why a link is not a lesson that was handed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unread {
    /// There is no such link in it.
    NoLink,
    /// Not base64url: a character was lost or added.
    Encoding,
    /// Longer than [`BYTES_MAX`].
    TooLong,
    /// It ends too early.
    Short,
    /// Of a later release.
    Version,
    /// Its fields are not of this form.
    Form,
}

/// The fields, one a line, in their order.
const FIELDS: [&str; 11] = ["lesson", "behaviour", "given", "sure", "near", "because", "t-given", "t-sure", "t-near", "goals", "minute"];

/// A sum over bytes, in which each one changes half of the bits. Not cryptographic: see the head of this file.
#[must_use]
pub fn digest(bytes: &[u8]) -> u64 {
    let mixed = |sum: u64, of: u64| {
        let sum = (sum ^ of).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        sum ^ (sum >> 29)
    };
    mixed(bytes.iter().fold(0x7265_7379_6e63, |sum, byte| mixed(sum, u64::from(*byte))), bytes.len() as u64)
}

/// A name as it is kept: one line, without what cannot be seen, and not too long.
#[must_use]
pub fn name(typed: &str) -> String {
    let seen: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    words.join(" ").chars().take(NAME_CHARS_MAX).collect::<String>().trim_end().to_owned()
}

fn text(handed: &Handed) -> String {
    let near = |near: bool| if near { "yes" } else { "no" }.to_owned();
    let sure = |answer: &Answer| answer.sure.map_or_else(String::new, |sure| sure.name().to_owned());
    let transfer = |field: fn(&Answer) -> String| handed.transfer.as_ref().map_or_else(String::new, field);
    let values: [String; 11] = [
        handed.lesson.clone(),
        handed.behaviour.to_string(),
        handed.bet.given.clone(),
        sure(&handed.bet),
        near(handed.bet.near),
        handed.because.map_or_else(String::new, |(at, holds)| format!("{at} {}", near(holds))),
        transfer(|answer| answer.given.clone()),
        handed.transfer.as_ref().map_or_else(String::new, sure),
        handed.transfer.as_ref().map_or_else(String::new, |answer| near(answer.near)),
        handed.goals.iter().map(|reached| if *reached { '1' } else { '0' }).collect(),
        handed.minute.to_string(),
    ];
    let mut out = format!("name {}\n", handed.name);
    for (field, value) in FIELDS.iter().zip(values) {
        out.push_str(&format!("{field} {value}\n"));
    }
    out
}

/// The link's fragment, `#h1.` included; the name as [`name`] keeps it.
#[must_use]
pub fn encode(handed: &Handed) -> String {
    let text = text(&Handed { name: name(&handed.name), ..handed.clone() });
    let mut bytes = digest(text.as_bytes()).to_le_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    format!("{PREFIX}{}", Base64UrlUnpadded::encode_string(&bytes))
}

/// Reads a fragment, with or without its `#`: what it says, and whether the digest fits.
///
/// # Errors
/// If it is not of this form, within the bounds.
pub fn decode(fragment: &str) -> Result<(Handed, bool), Unread> {
    let rest = fragment.strip_prefix('#').unwrap_or(fragment).strip_prefix('h').ok_or(Unread::NoLink)?;
    let (version, body) = rest.split_once('.').ok_or(Unread::NoLink)?;
    if version.is_empty() || !version.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Unread::NoLink);
    }
    if version != "1" {
        return Err(Unread::Version);
    }
    if body.len() > (BYTES_MAX + 8) * 4 / 3 + 4 {
        return Err(Unread::TooLong);
    }
    let bytes = Base64UrlUnpadded::decode_vec(body).map_err(|_| Unread::Encoding)?;
    let (sum, text) = bytes.split_first_chunk::<8>().ok_or(Unread::Short)?;
    let fits = u64::from_le_bytes(*sum) == digest(text);
    let handed = fields(std::str::from_utf8(text).map_err(|_| Unread::Form)?)?;
    Ok((handed, fits))
}

fn fields(text: &str) -> Result<Handed, Unread> {
    let mut lines = text.split('\n');
    let mut value = |field: &str| {
        let line = lines.next().ok_or(Unread::Short)?;
        line.strip_prefix(field).and_then(|rest| rest.strip_prefix(' ')).map(str::to_owned).ok_or(Unread::Form)
    };
    let flag = |text: &str| match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(Unread::Form),
    };
    let sure = |text: &str| match text {
        "" => Ok(None),
        text => Sure::ALL.into_iter().find(|sure| sure.name() == text).map(Some).ok_or(Unread::Form),
    };
    fn number<T: std::str::FromStr>(text: &str) -> Result<T, Unread> {
        text.parse().map_err(|_| Unread::Form)
    }
    let who = value("name")?;
    if who != name(&who) {
        return Err(Unread::Form);
    }
    let lesson = value("lesson")?;
    if lesson.is_empty() || !lesson.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(Unread::Form);
    }
    let behaviour = number(&value("behaviour")?)?;
    let bet = Answer { given: value("given")?, sure: sure(&value("sure")?)?, near: flag(&value("near")?)? };
    let because = match value("because")?.as_str() {
        "" => None,
        text => {
            let (at, holds) = text.split_once(' ').ok_or(Unread::Form)?;
            Some((number(at)?, flag(holds)?))
        }
    };
    let (given, how, near) = (value("t-given")?, value("t-sure")?, value("t-near")?);
    let transfer = if near.is_empty() { None } else { Some(Answer { given, sure: sure(&how)?, near: flag(&near)? }) };
    let goals = value("goals")?;
    if goals.len() > GOALS_MAX || !goals.bytes().all(|b| b == b'0' || b == b'1') {
        return Err(Unread::Form);
    }
    let minute = number(&value("minute")?)?;
    if lines.next() != Some("") || lines.next().is_some() {
        return Err(Unread::Short);
    }
    Ok(Handed { name: who, lesson, behaviour, bet, because, transfer, goals: goals.bytes().map(|b| b == b'1').collect(), minute })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn handed(name: &str) -> Handed {
        Handed {
            name: name.into(),
            lesson: "13-where-the-write-went".into(),
            behaviour: 6,
            bet: Answer { given: "near-one".into(), sure: Some(Sure::Sure), near: false },
            because: Some((2, true)),
            transfer: Some(Answer { given: "12000".into(), sure: Some(Sure::Guess), near: true }),
            goals: vec![true, false, true],
            minute: 29_934_560,
        }
    }

    #[test]
    fn what_is_handed_in_comes_back() {
        for handed in [
            handed("Li Lei"),
            handed("李雷 <script>alert(1)</script>"),
            Handed { because: None, transfer: None, goals: Vec::new(), ..handed("") },
            Handed { bet: Answer { given: "12500:2000,20000:-8000".into(), sure: None, near: true }, ..handed("名".repeat(60).as_str()) },
        ] {
            let link = encode(&handed);
            assert_eq!(decode(&link), Ok((handed.clone(), true)));
            assert_eq!(decode(&link[1..]), Ok((handed, true)), "without its #");
            assert!(link.bytes().skip(1).all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)), "{link}");
        }
        assert!(encode(&handed("Li Lei")).len() < 300, "{}", encode(&handed("Li Lei")).len());
    }

    #[test]
    fn a_name_is_one_line() {
        for (typed, kept) in [(" Li\tLei\n\n", "Li Lei"), ("", ""), ("\u{7}", ""), (&"ab ".repeat(30), &"ab ".repeat(20)[..59])] {
            assert_eq!(name(typed), kept, "{typed:?}");
            assert_eq!(name(&name(typed)), kept);
        }
    }

    #[test]
    fn a_link_that_was_cut_or_changed_is_refused_or_marked() {
        let link = encode(&handed("韩梅梅"));
        for end in 0..link.len() {
            assert!(decode(&link[..end]).is_err(), "cut at {end}");
        }
        let whole = |link: &str| matches!(decode(link), Ok((_, true)));
        for at in PREFIX.len()..link.len() {
            for other in "AZaz09-_.=! \u{e9}".chars() {
                let mut changed: Vec<char> = link.chars().collect();
                if changed[at] == other {
                    continue;
                }
                changed[at] = other;
                assert!(!whole(&changed.iter().collect::<String>()), "{other} at {at}");
                changed.remove(at);
                assert!(!whole(&changed.iter().collect::<String>()), "without the one at {at}");
                changed.insert(at, other);
                changed.insert(at, other);
                assert!(!whole(&changed.iter().collect::<String>()), "with one more at {at}");
            }
        }
    }

    #[test]
    fn hostile_links_get_an_answer() {
        let of = |text: &str| {
            let mut bytes = digest(text.as_bytes()).to_le_bytes().to_vec();
            bytes.extend_from_slice(text.as_bytes());
            decode(&format!("{PREFIX}{}", Base64UrlUnpadded::encode_string(&bytes)))
        };
        let good = text(&handed("a"));
        assert!(of(&good).is_ok());
        for (from, to, why) in [
            ("13-where", "<b>", Unread::Form),
            ("near no", "near maybe", Unread::Form),
            ("sure sure", "sure very", Unread::Form),
            ("minute 29934560", "minute -1", Unread::Form),
            ("minute 29934560\n", "minute 1\nmore x\n", Unread::Short),
            ("goals 101", "goals 1111111111111", Unread::Form),
            ("name a", "name a\u{8}", Unread::Form),
            ("because 2 yes", "because 256 yes", Unread::Form),
            ("behaviour", "behavior", Unread::Form),
        ] {
            assert_eq!(of(&good.replace(from, to)), Err(why), "{to}");
        }
        for (link, why) in [
            ("", Unread::NoLink),
            ("#", Unread::NoLink),
            ("#v1.AA", Unread::NoLink),
            ("#h.AA", Unread::NoLink),
            ("#hx.AA", Unread::NoLink),
            ("#h2.AA", Unread::Version),
            ("#h1.", Unread::Short),
            ("#h1.AAAA", Unread::Short),
            ("#h1.%%%%", Unread::Encoding),
        ] {
            assert_eq!(decode(link), Err(why), "{link}");
        }
        assert_eq!(decode(&format!("{PREFIX}{}", "A".repeat(1_000_000))), Err(Unread::TooLong));
    }
}
