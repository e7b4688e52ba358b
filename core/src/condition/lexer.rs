//! Words of one line, with their columns. Quoting is that of redis.conf and redis-cli.

use super::text_error::{Expected, TextError, Wrong};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// A word of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Token {
    /// Its bytes after unquoting.
    pub(crate) bytes: Bytes,
    /// The column of its first character, from 1.
    pub(crate) column: u32,
    /// Whether any of it was quoted: a quoted word is never a keyword.
    pub(crate) quoted: bool,
}

impl Token {
    /// The word as text, if it is valid UTF-8.
    pub(crate) fn text(&self) -> &str {
        core::str::from_utf8(&self.bytes).unwrap_or("")
    }
    /// Whether it is this keyword.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        !self.quoted && self.text() == keyword
    }
}

/// What separates words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Blanks alone.
    Plain,
    /// Parentheses and comparison signs are words of their own.
    Condition,
}

/// Reads one line from left to right.
#[derive(Clone)]
pub(crate) struct Lexer<'a> {
    line: u32,
    text: &'a str,
    at: usize,
}

const SIGNS: [&str; 10] = ["<=", ">=", "!=", "==", "<", ">", "=", "~", "(", ")"];

impl<'a> Lexer<'a> {
    /// A reader of `text`, which is line `line` (0: not part of a file).
    pub(crate) const fn new(line: u32, text: &'a str) -> Lexer<'a> {
        Lexer { line, text, at: 0 }
    }
    /// The line's number.
    pub(crate) const fn line(&self) -> u32 {
        self.line
    }
    fn column_of(&self, at: usize) -> u32 {
        u32::try_from(self.text[..at].chars().count()).unwrap_or(u32::MAX).saturating_add(1)
    }
    /// The column of the next word (or of the end of the line).
    pub(crate) fn column(&mut self) -> u32 {
        self.skip_blanks();
        self.column_of(self.at)
    }
    fn skip_blanks(&mut self) {
        while self.text[self.at..].starts_with(|c: char| c.is_ascii_whitespace() || c == '\0') {
            self.at += 1;
        }
    }
    /// An error at this column.
    pub(crate) fn error(&self, column: u32, expected: &Expected, wrong: Wrong) -> TextError {
        TextError { line: self.line, column, expected: expected.clone(), wrong }
    }
    /// An error about this word.
    pub(crate) fn wrong(&self, token: &Token, expected: &Expected) -> TextError {
        self.error(token.column, expected, Wrong::Found(String::from_utf8_lossy(&token.bytes).into_owned()))
    }
    /// Whether nothing is left.
    pub(crate) fn is_empty(&mut self) -> bool {
        self.skip_blanks();
        self.at >= self.text.len()
    }
    /// How many bytes are left.
    pub(crate) fn rest_bytes(&self) -> usize {
        self.text.len() - self.at
    }
    /// What is left, as it stands.
    pub(crate) fn rest(&mut self) -> &'a str {
        self.skip_blanks();
        let rest = self.text[self.at..].trim_end();
        self.at = self.text.len();
        rest
    }
    /// The next word without taking it, as conditions separate words.
    pub(crate) fn peek_in(&self, mode: Mode) -> Option<Token> {
        self.clone().next(mode).ok().flatten()
    }
    /// Takes the next word if it is this keyword.
    pub(crate) fn take(&mut self, keyword: &str) -> bool {
        let mut ahead = self.clone();
        match ahead.next(Mode::Condition) {
            Ok(Some(token)) if token.is(keyword) => {
                *self = ahead;
                true
            }
            _ => false,
        }
    }
    /// The next word; an error that says what was expected if there is none.
    pub(crate) fn word(&mut self, expected: &Expected) -> Result<Token, TextError> {
        match self.next(Mode::Plain)? {
            Some(token) => Ok(token),
            None => Err(self.error(self.column_of(self.text.trim_end().len()), expected, Wrong::LineEnds)),
        }
    }
    /// As [`Lexer::word`], as conditions separate words.
    pub(crate) fn word_in(&mut self, mode: Mode, expected: &Expected) -> Result<Token, TextError> {
        match self.next(mode)? {
            Some(token) => Ok(token),
            None => Err(self.error(self.column_of(self.text.trim_end().len()), expected, Wrong::TextEnds)),
        }
    }
    /// Nothing may be left.
    pub(crate) fn end(&mut self) -> Result<(), TextError> {
        match self.next(Mode::Plain)? {
            None => Ok(()),
            Some(token) => Err(self.wrong(&token, &Expected::EndOfLine)),
        }
    }
    /// The next word.
    pub(crate) fn next(&mut self, mode: Mode) -> Result<Option<Token>, TextError> {
        self.skip_blanks();
        let start = self.at;
        let column = self.column_of(start);
        if start >= self.text.len() {
            return Ok(None);
        }
        if mode == Mode::Condition
            && let Some(sign) = SIGNS.iter().find(|sign| self.text[start..].starts_with(**sign))
        {
            self.at += sign.len();
            return Ok(Some(Token { bytes: Bytes::from_static(sign.as_bytes()), column, quoted: false }));
        }
        let mut bytes = Vec::new();
        let mut quoted = false;
        while let Some(c) = self.text[self.at..].chars().next() {
            if c.is_ascii_whitespace() || c == '\0' {
                break;
            }
            if mode == Mode::Condition && SIGNS.iter().any(|sign| self.text[self.at..].starts_with(*sign)) {
                break;
            }
            if c == '"' || c == '\'' {
                quoted = true;
                self.quoted(c, mode, &mut bytes)?;
                break;
            }
            let mut buffer = [0u8; 4];
            bytes.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
            self.at += c.len_utf8();
        }
        Ok(Some(Token { bytes: Bytes::from(bytes), column, quoted }))
    }
    /// A quoted piece; like Redis, nothing but a blank may follow it.
    fn quoted(&mut self, quote: char, mode: Mode, into: &mut Vec<u8>) -> Result<(), TextError> {
        let open = self.at;
        let raw = self.text.as_bytes();
        self.at += 1;
        loop {
            let Some(&byte) = raw.get(self.at) else {
                return Err(self.error(self.column_of(open), &Expected::ClosingQuote, Wrong::OpenQuote));
            };
            if byte == quote as u8 {
                self.at += 1;
                break;
            }
            if byte == b'\\' && quote == '"' {
                if raw.get(self.at + 1) == Some(&b'x')
                    && let (Some(high), Some(low)) = (hex(raw.get(self.at + 2)), hex(raw.get(self.at + 3)))
                {
                    into.push(high * 16 + low);
                    self.at += 4;
                    continue;
                }
                if let Some(&escaped) = raw.get(self.at + 1) {
                    into.push(match escaped {
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'b' => 8,
                        b'a' => 7,
                        other => other,
                    });
                    self.at += 2;
                    continue;
                }
            } else if byte == b'\\' && raw.get(self.at + 1) == Some(&b'\'') {
                into.push(b'\'');
                self.at += 2;
                continue;
            }
            into.push(byte);
            self.at += 1;
        }
        match raw.get(self.at) {
            None => Ok(()),
            Some(b')') if mode == Mode::Condition => Ok(()),
            Some(byte) if byte.is_ascii_whitespace() || *byte == 0 => Ok(()),
            Some(_) => Err(self.error(self.column_of(self.at), &Expected::BlankAfterQuote, Wrong::QuoteInWord)),
        }
    }
    /// The next word of a workload's command: outside quotes, `{…}` is one piece even with a blank in it.
    pub(crate) fn template(&mut self) -> Result<Option<Vec<Piece<'a>>>, TextError> {
        self.skip_blanks();
        if self.at >= self.text.len() {
            return Ok(None);
        }
        let mut pieces = Vec::new();
        let mut plain = Vec::new();
        while let Some(c) = self.text[self.at..].chars().next() {
            if c.is_ascii_whitespace() {
                break;
            }
            if c == '"' || c == '\'' {
                self.quoted(c, Mode::Plain, &mut plain)?;
                break;
            }
            if c == '{' {
                let column = self.column_of(self.at);
                let Some(length) = self.text[self.at..].find('}') else {
                    return Err(self.error(column, &Expected::ClosingBrace, Wrong::OpenBrace));
                };
                if !plain.is_empty() {
                    pieces.push(Piece::Text(Bytes::from(core::mem::take(&mut plain))));
                }
                pieces.push(Piece::Hole { inside: &self.text[self.at + 1..self.at + length], column });
                self.at += length + 1;
                continue;
            }
            let mut buffer = [0u8; 4];
            plain.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
            self.at += c.len_utf8();
        }
        if !plain.is_empty() || pieces.is_empty() {
            pieces.push(Piece::Text(Bytes::from(plain)));
        }
        Ok(Some(pieces))
    }
}

/// A part of a workload's word.
pub(crate) enum Piece<'a> {
    /// As written.
    Text(Bytes),
    /// Between braces.
    Hole {
        /// What stands inside.
        inside: &'a str,
        /// The column of the `{`.
        column: u32,
    },
}

fn hex(byte: Option<&u8>) -> Option<u8> {
    byte.and_then(|b| (*b as char).to_digit(16)).map(|digit| digit as u8)
}

/// A word as this format writes it: bare where it can be, quoted where it must be.
pub(crate) fn quote(bytes: &[u8]) -> String {
    let bare = !bytes.is_empty()
        && bytes
            .iter()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'{' | b'}' | b'(' | b')' | b'=' | b'<' | b'>' | b'!' | b'~'))
        && bytes[0] != b'#';
    if bare {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let mut text = String::from("\"");
    for &byte in bytes {
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            b' '..=b'~' => text.push(byte as char),
            other => text.push_str(&format!("\\x{other:02x}")),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn words(text: &str) -> Result<Vec<(String, u32)>, String> {
        let mut lexer = Lexer::new(1, text);
        let mut all = Vec::new();
        loop {
            match lexer.next(Mode::Plain) {
                Ok(Some(token)) => all.push((String::from_utf8_lossy(&token.bytes).into_owned(), token.column)),
                Ok(None) => return Ok(all),
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    #[test]
    fn words_have_columns_and_redis_quoting() {
        let expect = |items: &[(&str, u32)]| Ok(items.iter().map(|(w, c)| (w.to_string(), *c)).collect::<Vec<_>>());
        assert_eq!(words("  SET  a   b"), expect(&[("SET", 3), ("a", 8), ("b", 12)]));
        assert_eq!(words(r#"SET "a b" 'it\'s' "\x41\n""#), expect(&[("SET", 1), ("a b", 5), ("it's", 11), ("A\n", 19)]));
        assert_eq!(words("é \"\""), expect(&[("é", 1), ("", 3)]));
        assert!(words("SET \"a").unwrap_err().contains("column 5"));
        assert!(words("SET \"a\"b").unwrap_err().contains("column 8"));
    }

    /// The words are those that redis.conf and redis-cli would read.
    #[test]
    fn words_agree_with_redis() {
        const PIECES: [&str; 16] =
            ["a", "SET", " ", "  ", "\"", "'", "\\", "\\x41", "\\n", "\t", "é", "#", "{1..2}", "\"a b\"", "'a b'", "(x)"];
        for n in 0..5_000 {
            let draw = |i: u64| crate::prng::rand(n, 2, crate::prng::Purpose::Swarm, i);
            let line: String = (0..draw(0) % 8).map(|i| PIECES[(draw(i + 1) % 16) as usize]).collect();
            let theirs = crate::resp::split_args(&line).ok();
            let mut lexer = Lexer::new(1, &line);
            let mut ours = Some(Vec::new());
            while let Some(all) = &mut ours {
                match lexer.next(Mode::Plain) {
                    Ok(Some(token)) => all.push(token.bytes),
                    Ok(None) => break,
                    Err(_) => ours = None,
                }
            }
            assert_eq!(ours, theirs, "{line:?}");
        }
    }

    #[test]
    fn quoting_round_trips() {
        for bytes in [&b"plain"[..], b"", b"two words", b"q\"uote", b"it's", b"\x00\xff\n", b"{1..3}", b"#x", b"back\\slash", b"a=b"] {
            let text = quote(bytes);
            let mut lexer = Lexer::new(1, &text);
            let token = lexer.next(Mode::Condition).unwrap().unwrap();
            assert_eq!(&token.bytes[..], bytes, "{text}");
            assert!(lexer.is_empty(), "{text}");
        }
    }
}
