//! Conditions as values, read from text and printed back. The grammar stands at the head of [`super`].

use super::fields::{self, Kind};
use super::lexer::{Lexer, Mode, Token, quote};
use super::names::is_name;
use super::quantity;
use super::text_error::{Expected, Quantity, TextError, Unit, Wrong};
use crate::fact::Invariant;
use crate::limits;
use crate::note::{Class, NoteKind};
use crate::time::{Span, Time};
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// A comparison sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sign {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `~`: the text on the left contains that on the right.
    Contains,
}

impl Sign {
    const ALL: [(Sign, &'static str); 7] = [
        (Sign::Equal, "="),
        (Sign::NotEqual, "!="),
        (Sign::Less, "<"),
        (Sign::AtMost, "<="),
        (Sign::More, ">"),
        (Sign::AtLeast, ">="),
        (Sign::Contains, "~"),
    ];
    fn of(token: &Token) -> Option<Sign> {
        if token.quoted {
            return None;
        }
        let text = if token.text() == "==" { "=" } else { token.text() };
        Sign::ALL.into_iter().find(|(_, sign)| *sign == text).map(|(sign, _)| sign)
    }
    const fn text(self) -> &'static str {
        match self {
            Sign::Equal => "=",
            Sign::NotEqual => "!=",
            Sign::Less => "<",
            Sign::AtMost => "<=",
            Sign::More => ">",
            Sign::AtLeast => ">=",
            Sign::Contains => "~",
        }
    }
    /// Compares two numbers; none contains another.
    #[must_use]
    pub const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Sign::Equal => left == right,
            Sign::NotEqual => left != right,
            Sign::Less => left < right,
            Sign::AtMost => left <= right,
            Sign::More => left > right,
            Sign::AtLeast => left >= right,
            Sign::Contains => false,
        }
    }
}

/// The right side of a comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Literal {
    /// A number; sizes with units are numbers of bytes.
    Number(i64),
    /// A word.
    Word(String),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Number(n) => n.fmt(f),
            Literal::Word(word) => f.write_str(&quote(word.as_bytes())),
        }
    }
}

/// A sign with its right side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compare {
    /// The sign.
    pub sign: Sign,
    /// The right side.
    pub value: Literal,
}

impl Compare {
    /// Whether `left` stands in this relation to the right side. A number is compared with a number, a word with a word by `=`, `!=` and `~`.
    #[must_use]
    pub fn holds(&self, left: &crate::note::Value) -> bool {
        use crate::note::Value;
        match (left, &self.value) {
            (Value::Int(left), Literal::Number(right)) if self.sign != Sign::Contains => self.sign.holds(*left, *right),
            (left, Literal::Word(right)) => self.words(&left.to_text(), right),
            (left, Literal::Number(right)) => self.words(&left.to_text(), &right.to_string()),
        }
    }
    fn words(&self, left: &str, right: &str) -> bool {
        match self.sign {
            Sign::Equal => left == right,
            Sign::NotEqual => left != right,
            Sign::Contains => left.contains(right),
            Sign::Less | Sign::AtMost | Sign::More | Sign::AtLeast => false,
        }
    }
}

/// A condition on a world. Print it with `to_string`; the text parses back to the same condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Condition {
    /// `note NODE NAME [field=value …]`
    Note {
        /// Whose.
        node: String,
        /// The note's kind.
        kind: NoteKind,
        /// What its fields must be.
        fields: Vec<(String, Compare)>,
    },
    /// `NODE FIELD [SIGN VALUE]`
    Node {
        /// Whose.
        node: String,
        /// A name of [`fields::NODE`].
        field: &'static str,
        /// `None`: the field is true.
        compare: Option<Compare>,
    },
    /// `MASTER sees REPLICA FIELD [SIGN VALUE]`
    Session {
        /// Who sees.
        master: String,
        /// Whom.
        replica: String,
        /// A name of [`fields::SESSION`].
        field: &'static str,
        /// `None`: the field is true.
        compare: Option<Compare>,
    },
    /// `link A B FIELD [SIGN VALUE]`
    Link {
        /// One end.
        from: String,
        /// The other.
        to: String,
        /// A name of [`fields::LINK`].
        field: &'static str,
        /// `None`: the field is true.
        compare: Option<Compare>,
    },
    /// `client NAME FIELD [SIGN VALUE]`
    Client {
        /// Which.
        client: String,
        /// A name of [`fields::CLIENT`].
        field: &'static str,
        /// `None`: the field is true.
        compare: Option<Compare>,
    },
    /// `now SIGN TIME`
    Now {
        /// The sign.
        sign: Sign,
        /// The moment.
        time: Time,
    },
    /// `same-data A B`: the same keys and values in every database, each key's time to live ending at the same unix millisecond. `same-keys A B`: whenever
    /// they end.
    SameData {
        /// One node.
        a: String,
        /// The other.
        b: String,
        /// Whether times to live count.
        times: bool,
    },
    /// `NODE key KEY [db N] FIELD [SIGN VALUE]`
    Key {
        /// Whose.
        node: String,
        /// Which.
        key: String,
        /// In which database.
        db: usize,
        /// A name of [`fields::KEY`].
        field: &'static str,
        /// `None`: the field is true.
        compare: Option<Compare>,
    },
    /// `invariant I4`: it has held so far.
    Invariant(Invariant),
    /// `not …`
    Not(Box<Condition>),
    /// `… and …`
    And(Vec<Condition>),
    /// `… or …`
    Or(Vec<Condition>),
    /// `… for 3s`: has held without a break for that long.
    For(Box<Condition>, Span),
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// Names the column and what was expected.
    pub fn parse(text: &str) -> Result<Condition, TextError> {
        let mut lexer = Lexer::new(0, text);
        let condition = Condition::read(&mut lexer)?;
        lexer.end()?;
        Ok(condition)
    }
    /// Reads a condition that may end in `within TIME`, as `until` takes it.
    ///
    /// # Errors
    /// Names the column and what was expected.
    pub fn parse_until(text: &str) -> Result<(Condition, Option<Span>), TextError> {
        let mut lexer = Lexer::new(0, text);
        let condition = Condition::read(&mut lexer)?;
        let within = if lexer.take("within") { Some(time_word(&mut lexer)?) } else { None };
        lexer.end()?;
        Ok((condition, within))
    }
    pub(crate) fn read(lexer: &mut Lexer<'_>) -> Result<Condition, TextError> {
        if lexer.rest_bytes() > limits::INLINE_BYTES_MAX {
            return Err(lexer.error(1, &Expected::ShorterCondition, Wrong::TooLong));
        }
        any(lexer, 0)
    }
    /// Whether it asks for notes of the flow (each command, each ACK), which are made only where somebody wants them.
    #[must_use]
    pub fn asks_for_flow(&self) -> bool {
        match self {
            Condition::Note { kind, .. } => kind.class() == Class::Flow,
            Condition::Not(part) | Condition::For(part, _) => part.asks_for_flow(),
            Condition::And(parts) | Condition::Or(parts) => parts.iter().any(Condition::asks_for_flow),
            _ => false,
        }
    }
    /// Every node and client that it names, for checking.
    pub(crate) fn names(&self, nodes: &mut Vec<String>, clients: &mut Vec<String>) {
        match self {
            Condition::Note { node, .. } | Condition::Node { node, .. } | Condition::Key { node, .. } => nodes.push(node.clone()),
            Condition::Session { master: a, replica: b, .. }
            | Condition::Link { from: a, to: b, .. }
            | Condition::SameData { a, b, .. } => {
                nodes.push(a.clone());
                nodes.push(b.clone());
            }
            Condition::Client { client, .. } => clients.push(client.clone()),
            Condition::Now { .. } | Condition::Invariant(_) => {}
            Condition::Not(inner) | Condition::For(inner, _) => inner.names(nodes, clients),
            Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| part.names(nodes, clients)),
        }
    }
}

fn any(lexer: &mut Lexer<'_>, depth: usize) -> Result<Condition, TextError> {
    let mut parts = alloc::vec![all(lexer, depth)?];
    while lexer.take("or") {
        parts.push(all(lexer, depth)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::Or(parts) })
}

fn all(lexer: &mut Lexer<'_>, depth: usize) -> Result<Condition, TextError> {
    let mut parts = alloc::vec![part(lexer, depth)?];
    while lexer.take("and") {
        parts.push(part(lexer, depth)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::And(parts) })
}

fn part(lexer: &mut Lexer<'_>, depth: usize) -> Result<Condition, TextError> {
    if depth >= limits::CONDITION_DEPTH_MAX {
        let column = lexer.column();
        return Err(lexer.error(column, &Expected::AtMost(Unit::Levels), Wrong::TooDeep));
    }
    if lexer.take("not") {
        return Ok(Condition::Not(Box::new(part(lexer, depth + 1)?)));
    }
    let inner = if lexer.take("(") {
        let inner = any(lexer, depth + 1)?;
        let close = lexer.word_in(Mode::Condition, &Expected::ClosingParenthesis)?;
        if !close.is(")") {
            return Err(lexer.wrong(&close, &Expected::OneOf(&["and", "or", ")"])));
        }
        inner
    } else {
        test(lexer)?
    };
    if lexer.take("for") {
        return Ok(Condition::For(Box::new(inner), time_word(lexer)?));
    }
    Ok(inner)
}

fn test(lexer: &mut Lexer<'_>) -> Result<Condition, TextError> {
    let first = lexer.word_in(Mode::Condition, &Expected::Condition)?;
    if first.is("note") {
        return note(lexer);
    }
    if first.is("same-data") || first.is("same-keys") {
        let a = name(lexer, &Expected::Node)?;
        let b = name(lexer, &Expected::OtherNode)?;
        return Ok(Condition::SameData { a, b, times: first.is("same-data") });
    }
    if first.is("invariant") {
        let which = lexer.word_in(Mode::Condition, &Expected::Invariant)?;
        return match Invariant::ALL.iter().find(|one| which.is(one.name())) {
            Some(one) => Ok(Condition::Invariant(*one)),
            None => Err(lexer.wrong(&which, &Expected::Invariant)),
        };
    }
    if first.is("now") {
        let sign = lexer.word_in(Mode::Condition, &Expected::Sign)?;
        let Some(sign) = Sign::of(&sign).filter(|sign| *sign != Sign::Contains) else {
            return Err(lexer.wrong(&sign, &Expected::Sign));
        };
        return Ok(Condition::Now { sign, time: Time::ZERO + time_word(lexer)? });
    }
    if first.is("link") {
        let from = name(lexer, &Expected::Node)?;
        let to = name(lexer, &Expected::OtherNode)?;
        let (field, compare) = field(lexer, fields::LINK)?;
        return Ok(Condition::Link { from, to, field, compare });
    }
    if first.is("client") {
        let client = name(lexer, &Expected::Client)?;
        let (field, compare) = field(lexer, fields::CLIENT)?;
        return Ok(Condition::Client { client, field, compare });
    }
    if !is_name(first.text()) {
        return Err(lexer.wrong(&first, &Expected::Condition));
    }
    let node = first.text().to_string();
    if lexer.take("sees") {
        let replica = name(lexer, &Expected::Replica)?;
        let (field, compare) = field(lexer, fields::SESSION)?;
        return Ok(Condition::Session { master: node, replica, field, compare });
    }
    if lexer.take("key") {
        return key(lexer, node);
    }
    let (field, compare) = field(lexer, fields::NODE)?;
    Ok(Condition::Node { node, field, compare })
}

/// `KEY [db N] FIELD [SIGN VALUE]`; any word may be a key.
fn key(lexer: &mut Lexer<'_>, node: String) -> Result<Condition, TextError> {
    let word = lexer.word_in(Mode::Condition, &Expected::Key)?;
    let Ok(key) = core::str::from_utf8(&word.bytes).map(ToString::to_string) else { return Err(lexer.wrong(&word, &Expected::Text)) };
    let mut db = 0;
    if lexer.take("db") {
        let word = lexer.word_in(Mode::Condition, &Expected::Number(Quantity::Number, None))?;
        db = word.text().parse::<u16>().map(usize::from).map_err(|_| lexer.wrong(&word, &Expected::Number(Quantity::Number, None)))?;
    }
    let (field, compare) = field(lexer, fields::KEY)?;
    Ok(Condition::Key { node, key, db, field, compare })
}

fn name(lexer: &mut Lexer<'_>, expected: &Expected) -> Result<String, TextError> {
    let word = lexer.word_in(Mode::Condition, expected)?;
    if is_name(word.text()) { Ok(word.text().to_string()) } else { Err(lexer.wrong(&word, expected)) }
}

fn time_word(lexer: &mut Lexer<'_>) -> Result<Span, TextError> {
    let word = lexer.word_in(Mode::Condition, &Expected::Time("30s"))?;
    quantity::span(word.text()).ok_or_else(|| lexer.wrong(&word, &Expected::Time("30s or 200ms")))
}

fn field(lexer: &mut Lexer<'_>, table: &'static [fields::Field]) -> Result<(&'static str, Option<Compare>), TextError> {
    let word = lexer.word_in(Mode::Condition, &Expected::Field(Vec::new()))?;
    let Some(field) = table.iter().find(|field| word.is(field.name)) else {
        return Err(lexer.wrong(&word, &Expected::Field(table.iter().map(|field| field.name).collect())));
    };
    match lexer.peek_in(Mode::Condition).and_then(|token| Sign::of(&token)) {
        Some(_) => Ok((field.name, Some(compare(lexer, Some(field.kind))?))),
        None if field.kind == Kind::Bool => Ok((field.name, None)),
        None => {
            let column = lexer.column();
            Err(lexer.error(column, &Expected::Sign, Wrong::NotYesOrNo(field.name)))
        }
    }
}

/// `SIGN VALUE`; `kind` is what the left side can be, if known.
fn compare(lexer: &mut Lexer<'_>, kind: Option<Kind>) -> Result<Compare, TextError> {
    let word = lexer.word_in(Mode::Condition, &Expected::Sign)?;
    let Some(sign) = Sign::of(&word) else {
        return Err(lexer.wrong(&word, &Expected::Sign));
    };
    let word = lexer.word_in(Mode::Condition, &Expected::Value)?;
    let number = if word.quoted { None } else { number(word.text()) };
    let value = match (kind, number) {
        (Some(Kind::Int | Kind::Any) | None, Some(number)) if sign != Sign::Contains => Literal::Number(number),
        (Some(Kind::Int), _) => return Err(lexer.wrong(&word, &Expected::Number(Quantity::Number, None))),
        (Some(Kind::Bool), _) if word.is("yes") || word.is("true") => Literal::Word("true".to_string()),
        (Some(Kind::Bool), _) if word.is("no") || word.is("false") => Literal::Word("false".to_string()),
        (Some(Kind::Bool), _) => return Err(lexer.wrong(&word, &Expected::TrueOrFalse)),
        (Some(Kind::Word | Kind::Any) | None, _) => match core::str::from_utf8(&word.bytes) {
            Ok(text) => Literal::Word(text.to_string()),
            Err(_) => return Err(lexer.wrong(&word, &Expected::Text)),
        },
    };
    let words_only = matches!(value, Literal::Word(_)) && !matches!(sign, Sign::Equal | Sign::NotEqual | Sign::Contains);
    if words_only { Err(lexer.wrong(&word, &Expected::NumberAfterSign)) } else { Ok(Compare { sign, value }) }
}

fn number(text: &str) -> Option<i64> {
    match text.strip_prefix('-') {
        Some(digits) => digits.parse::<i64>().ok().map(|n| -n),
        None => quantity::size(text).and_then(|n| i64::try_from(n).ok()),
    }
}

fn note(lexer: &mut Lexer<'_>) -> Result<Condition, TextError> {
    let node = name(lexer, &Expected::Node)?;
    let word = lexer.word_in(Mode::Condition, &Expected::Note)?;
    let Some(kind) = NoteKind::ALL.iter().find(|kind| word.is(kind.name())) else {
        return Err(lexer.wrong(&word, &Expected::Note));
    };
    let mut fields = Vec::new();
    loop {
        let mut ahead = lexer.clone();
        let Ok(Some(field)) = ahead.next(Mode::Condition) else { break };
        if ahead.peek_in(Mode::Condition).and_then(|sign| Sign::of(&sign)).is_none() {
            break;
        }
        if !is_name(&field.text().replace('_', "-")) {
            return Err(lexer.wrong(&field, &Expected::NoteField));
        }
        *lexer = ahead;
        fields.push((field.text().to_string(), compare(lexer, None)?));
    }
    Ok(Condition::Note { node, kind: *kind, fields })
}

impl fmt::Display for Compare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sign.text(), self.value)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tail = |f: &mut fmt::Formatter<'_>, field: &str, compare: &Option<Compare>| match compare {
            Some(compare) => write!(f, "{field} {compare}"),
            None => f.write_str(field),
        };
        match self {
            Condition::Note { node, kind, fields } => {
                write!(f, "note {node} {kind}")?;
                fields.iter().try_for_each(|(field, compare)| write!(f, " {field}{}{}", compare.sign.text(), compare.value))
            }
            Condition::Node { node, field, compare } => {
                write!(f, "{node} ")?;
                tail(f, field, compare)
            }
            Condition::Session { master, replica, field, compare } => {
                write!(f, "{master} sees {replica} ")?;
                tail(f, field, compare)
            }
            Condition::Link { from, to, field, compare } => {
                write!(f, "link {from} {to} ")?;
                tail(f, field, compare)
            }
            Condition::Client { client, field, compare } => {
                write!(f, "client {client} ")?;
                tail(f, field, compare)
            }
            Condition::Now { sign, time } => write!(f, "now {} {}", sign.text(), quantity::span_text(*time - Time::ZERO)),
            Condition::SameData { a, b, times } => write!(f, "same-{} {a} {b}", if *times { "data" } else { "keys" }),
            Condition::Key { node, key, db, field, compare } => {
                write!(f, "{node} key {} ", quote(key.as_bytes()))?;
                if *db > 0 {
                    write!(f, "db {db} ")?;
                }
                tail(f, field, compare)
            }
            Condition::Invariant(one) => write!(f, "invariant {}", one.name()),
            Condition::Not(inner) => match &**inner {
                Condition::And(_) | Condition::Or(_) | Condition::For(..) => write!(f, "not ({inner})"),
                _ => write!(f, "not {inner}"),
            },
            Condition::And(parts) => joined(f, parts, " and "),
            Condition::Or(parts) => joined(f, parts, " or "),
            Condition::For(inner, span) => match &**inner {
                Condition::And(_) | Condition::Or(_) | Condition::Not(_) | Condition::For(..) => {
                    write!(f, "({inner}) for {}", quantity::span_text(*span))
                }
                _ => write!(f, "{inner} for {}", quantity::span_text(*span)),
            },
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Condition], between: &str) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        match part {
            Condition::Or(_) | Condition::And(_) => write!(f, "({part})")?,
            _ => write!(f, "{part}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_print_what_they_were_read_from() {
        for text in [
            "note replica-1 partial-accepted",
            "note replica-1 full-done pre_psync=true offset=-1",
            "note master log text=\"Connection with slave client id\"",
            "replica-1 online",
            "replica-1 gap > 0 and replica-1 state = connected",
            "(replica-1 online or replica-2 online) and not master loading",
            "not (replica-1 online and replica-2 online)",
            "master sees replica-1 lag >= 3 for 2s",
            "(not replica-1 online) for 1.5s",
            "master backlog.size = 16384",
            "link master replica-1 state = cut",
            "client writer refused > 0",
            "now >= 10s",
            "same-data master replica-1",
            "same-keys master replica-1",
            "replica-1 key session exists and not replica-1 key session over",
            "replica-1 key k db 3 ttl > 5000",
            "replica-1 key \"a b\" value ~ alice",
            "master key n value >= 5",
            "note master client-reply command=\"GET k\" reply=\"(nil)\"",
            "note master log text~\"Full resync\"",
            "invariant I4",
            "replica-1 keys = 3 or replica-1 keys = 4 or replica-1 keys = 5",
        ] {
            let condition = Condition::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(condition.to_string(), text);
            assert_eq!(Condition::parse(&condition.to_string()).unwrap(), condition);
        }
        // Other spellings of the same.
        for (text, same) in [
            ("replica-1 gap>0", "replica-1 gap > 0"),
            ("master backlog.size == 16kb", "master backlog.size = 16384"),
            ("replica-1 online = yes", "replica-1 online = true"),
            ("((replica-1 online))", "replica-1 online"),
        ] {
            assert_eq!(Condition::parse(text).unwrap().to_string(), same);
        }
    }

    #[test]
    fn errors_say_where_and_what() {
        for (text, column, expected) in [
            ("", 1, "a condition"),
            ("master", 7, "a field"),
            ("master colour = 3", 8, "a field: "),
            ("master offset", 14, "a sign"),
            ("master offset = abc", 17, "a number"),
            ("note master exploded", 13, "the name of a note"),
            ("(master loading", 16, "a closing )"),
            ("master loading loading", 16, "the end of the line"),
            ("invariant I99", 11, "one of I1"),
            ("master key", 11, "a key"),
            ("master key k", 13, "a field"),
            ("master key k colour", 14, "a field: exists, over, type, value, ttl"),
            ("master key k db x exists", 17, "a number"),
            ("master key k ttl ~ 5", 20, "a number"),
            ("master key k value > abc", 22, "a number after"),
            ("master loading for ever", 20, "a time"),
            ("master role > master", 15, "a number after"),
        ] {
            let error = Condition::parse(text).unwrap_err();
            assert_eq!(error.column, column, "{text}: {error}");
            assert!(error.expected.to_string().contains(expected), "{text}: {error}");
        }
        let deep = alloc::format!("{}master loading", "not ".repeat(200));
        assert!(Condition::parse(&deep).is_err());
    }

    #[test]
    fn until_takes_a_bound() {
        let (condition, within) = Condition::parse_until("replica-1 online within 30s").unwrap();
        assert_eq!((condition.to_string().as_str(), within), ("replica-1 online", Some(Span::from_secs(30))));
        assert_eq!(Condition::parse_until("replica-1 online").unwrap().1, None);
    }
}
