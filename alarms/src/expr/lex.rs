//! The pieces of an expression.

use super::{ExprError, TEXT_MAX, Wrong};
use resync_core::data::float::decimal;

/// A piece.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Token {
    /// A name or a keyword; colons belong to it.
    Word(String),
    Number(f64),
    /// A span of time, ms.
    Span(i64),
    Text(String),
    /// Brackets, commas, operators.
    Sign(&'static str),
}

impl Token {
    /// As it would be quoted.
    pub(super) fn shown(&self) -> String {
        match self {
            Token::Word(word) => word.clone(),
            Token::Number(number) => number.to_string(),
            Token::Span(ms) => format!("{ms}ms"),
            Token::Text(text) => format!("{text:?}"),
            Token::Sign(sign) => (*sign).to_owned(),
        }
    }
}

/// Longer ones first.
const SIGNS: [&str; 25] =
    ["==", "!=", ">=", "<=", "=~", "!~", "(", ")", "{", "}", "[", "]", ",", "=", ">", "<", "+", "-", "*", "/", "%", "^", ":", "@", "!"];

/// All pieces with where they begin. A comment goes from `#` to the end of its line.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ExprError> {
    if text.len() > TEXT_MAX {
        return Err(ExprError { at: TEXT_MAX, why: Wrong::Long });
    }
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let begun = at;
        if c.is_whitespace() {
            at += c.len_utf8();
        } else if c == '#' {
            at += text[at..].find('\n').unwrap_or(text.len() - at);
        } else if c.is_ascii_digit() || (c == '.' && text[at + 1..].starts_with(|c: char| c.is_ascii_digit())) {
            let (token, length) = number(&text[at..]).map_err(|why| ExprError { at, why })?;
            at += length;
            all.push((begun, token));
        } else if matches!(c, '"' | '\'' | '`') {
            let (content, length) = quoted(&text[at..], c).ok_or(ExprError { at, why: Wrong::Quote })?;
            at += length;
            all.push((begun, Token::Text(content)));
        } else if c.is_ascii_alphabetic() || c == '_' || (c == ':' && text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic())) {
            let length = text[at..].find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len() - at);
            let word = &text[at..at + length];
            at += length;
            let token = match word.to_ascii_lowercase().as_str() {
                "inf" => Token::Number(f64::INFINITY),
                "nan" => Token::Number(f64::NAN),
                _ => Token::Word(word.to_owned()),
            };
            all.push((begun, token));
        } else if let Some(sign) = SIGNS.iter().find(|sign| text[at..].starts_with(**sign)) {
            at += sign.len();
            all.push((begun, Token::Sign(sign)));
        } else {
            return Err(ExprError { at, why: Wrong::Character(c) });
        }
    }
    Ok(all)
}

/// A number, or a span of time: what begins with a digit.
fn number(text: &str) -> Result<(Token, usize), Wrong> {
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let length = hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len());
        let value = u64::from_str_radix(&hex[..length], 16).map_err(|_| Wrong::Number(text[..length + 2].to_owned()))?;
        return Ok((Token::Number(value as f64), length + 2));
    }
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if digits > 0 && text[digits..].starts_with(['s', 'm', 'h', 'd', 'w', 'y']) {
        let length = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
        let span = &text[..length];
        return span_ms(span).map(|ms| (Token::Span(ms), length)).ok_or_else(|| Wrong::Span(span.to_owned()));
    }
    let mut length = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(text.len());
    if text[..length].ends_with(['e', 'E']) && text[length..].starts_with(['+', '-']) {
        let more = &text[length + 1..];
        length += 1 + more.find(|c: char| !c.is_ascii_digit()).unwrap_or(more.len());
    }
    let written = &text[..length];
    let value = decimal(written).ok_or_else(|| Wrong::Number(written.to_owned()))?;
    Ok((Token::Number(value), length))
}

/// `1h30m` in ms: units once each, the largest first; nothing where a text is no span.
#[must_use]
pub fn span_ms(text: &str) -> Option<i64> {
    const UNITS: [(&str, i64); 7] =
        [("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let (mut rest, mut sum, mut next) = (text, 0_i64, 0);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|at| *at > 0)?;
        let count: i64 = rest[..digits].parse().ok()?;
        let unit = &rest[digits..];
        let unit = &unit[..unit.find(|c: char| c.is_ascii_digit()).unwrap_or(unit.len())];
        let place = UNITS.iter().skip(next).position(|(name, _)| *name == unit)? + next;
        sum = sum.checked_add(count.checked_mul(UNITS[place].1)?)?;
        next = place + 1;
        rest = &rest[digits + unit.len()..];
    }
    (!text.is_empty()).then_some(sum)
}

/// A quoted text and its length with the quotes. Between backticks a backslash is one.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut content = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Some((content, at + 1)),
            '\n' if quote != '`' => return None,
            '\\' if quote != '`' => match chars.next()?.1 {
                'n' => content.push('\n'),
                't' => content.push('\t'),
                'r' => content.push('\r'),
                c @ ('\\' | '"' | '\'') => content.push(c),
                _ => return None,
            },
            c => content.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_each_unit_once() {
        assert_eq!(span_ms("5m"), Some(300_000));
        assert_eq!(span_ms("1h30m"), Some(5_400_000));
        assert_eq!(span_ms("1m30s500ms"), Some(90_500));
        for wrong in ["", "m", "5", "30m1h", "1m1m", "5x", "99999999999999y"] {
            assert_eq!(span_ms(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_text_is_cut_into_its_pieces() {
        let words: Vec<String> = tokens("sum(a:b{x!~\"y\\\"\"}[5m]) >= 1.5e-3 # rest\n^ 0x10 - .5")
            .expect("well formed")
            .iter()
            .map(|(_, t)| t.shown())
            .collect();
        let wanted =
            ["sum", "(", "a:b", "{", "x", "!~", "\"y\\\"\"", "}", "[", "300000ms", "]", ")", ">=", "0.0015", "^", "16", "-", "0.5"];
        assert_eq!(words, wanted);
        assert_eq!(tokens("a ; b").map_err(|e| (e.at, e.why)), Err((2, Wrong::Character(';'))));
        assert_eq!(tokens("a{b=\"c").map_err(|e| e.at), Err(4));
        assert!(matches!(tokens("1.2.3").map_err(|e| e.why), Err(Wrong::Number(_))));
    }
}
