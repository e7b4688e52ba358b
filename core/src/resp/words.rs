//! Splitting a line into words, with the quoting rules that redis.conf, redis-cli and inline commands share.

use alloc::vec::Vec;
use bytes::Bytes;
use core::fmt;

/// Quotes that do not close, or a closing quote with more text right after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QuoteError {
    /// Byte position in the line where it went wrong.
    pub at: usize,
}
impl fmt::Display for QuoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unbalanced quotes at byte {}", self.at)
    }
}

/// Splits a line into words.
///
/// # Errors
/// If quotes do not balance.
pub fn split_args(line: &str) -> Result<Vec<Bytes>, QuoteError> {
    split_bytes(line.as_bytes())
}

/// Whether C's `isspace` calls the byte space.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}
const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Splits a line of any bytes into words. A NUL ends the line, as in C.
///
/// # Errors
/// If quotes do not balance.
pub fn split_bytes(line: &[u8]) -> Result<Vec<Bytes>, QuoteError> {
    let at = |i: usize| line.get(i).copied().unwrap_or(0);
    let mut words = Vec::new();
    let mut i = 0;
    loop {
        while at(i) != 0 && is_space(at(i)) {
            i += 1;
        }
        if at(i) == 0 {
            return Ok(words);
        }
        let mut word = Vec::new();
        loop {
            match at(i) {
                0 => break,
                byte if is_space(byte) => break,
                quote @ (b'"' | b'\'') => {
                    i = quoted(line, i + 1, quote, &mut word)?;
                    if at(i) != 0 && !is_space(at(i)) {
                        return Err(QuoteError { at: i });
                    }
                    break;
                }
                byte => {
                    word.push(byte);
                    i += 1;
                }
            }
        }
        words.push(Bytes::from(word));
    }
}

/// Reads from after an opening quote to after the closing one.
fn quoted(line: &[u8], mut i: usize, quote: u8, word: &mut Vec<u8>) -> Result<usize, QuoteError> {
    let at = |i: usize| line.get(i).copied().unwrap_or(0);
    loop {
        match at(i) {
            0 => return Err(QuoteError { at: i.min(line.len()) }),
            b'\\' if quote == b'\'' && at(i + 1) == b'\'' => {
                word.push(b'\'');
                i += 2;
            }
            b'\\' if quote == b'"' && at(i + 1) == b'x' && hex(at(i + 2)).is_some() && hex(at(i + 3)).is_some() => {
                word.push(hex(at(i + 2)).unwrap_or(0) * 16 + hex(at(i + 3)).unwrap_or(0));
                i += 4;
            }
            b'\\' if quote == b'"' && at(i + 1) != 0 => {
                word.push(match at(i + 1) {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 0x08,
                    b'a' => 0x07,
                    other => other,
                });
                i += 2;
            }
            byte if byte == quote => return Ok(i + 1),
            byte => {
                word.push(byte);
                i += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verify(line: &str, expect: Result<&[&[u8]], usize>) {
        let got = split_args(line);
        match expect {
            Ok(words) => assert_eq!(got.expect(line), words.iter().map(|w| Bytes::copy_from_slice(w)).collect::<Vec<_>>(), "{line:?}"),
            Err(at) => assert_eq!(got, Err(QuoteError { at }), "{line:?}"),
        }
    }

    #[test]
    fn splits_as_redis_does() {
        verify("", Ok(&[]));
        verify("  \t\r\n ", Ok(&[]));
        verify("SET key value", Ok(&[b"SET", b"key", b"value"]));
        verify("  a  b\t", Ok(&[b"a", b"b"]));
        verify(r#""" ''"#, Ok(&[b"", b""]));
        verify(r#""a b" 'c d'"#, Ok(&[b"a b", b"c d"]));
        verify(r#""\x41\xfF\n\r\t\a\b\\\"\q""#, Ok(&[b"A\xff\n\r\t\x07\x08\\\"q"]));
        verify(r#""\xZZ""#, Ok(&[b"xZZ"]));
        verify(r"'a\'b\n'", Ok(&[b"a'b\\n"]));
        verify(r#"ab"cd""#, Ok(&[b"abcd"]));
        verify(r"a\nb", Ok(&[b"a\\nb"]));
        verify("a\0b", Ok(&[b"a"]));
    }

    #[test]
    fn refuses_unbalanced_quotes() {
        verify(r#"a "b"#, Err(4));
        verify("'a", Err(2));
        verify(r#""a"b"#, Err(3));
        verify("'a'b", Err(3));
        verify(r#""a\"#, Err(3));
    }
}
