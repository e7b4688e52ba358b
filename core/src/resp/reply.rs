//! Replies: their shape, their bytes, and reading them back.

use super::number::{parse_i64, push_i64};
use crate::limits;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// A reply, before it is written as RESP.
#[derive(Clone, PartialEq, Debug)]
pub enum Reply {
    /// `+OK` and friends, without the `+`.
    Status(&'static str),
    /// A status made at run time.
    StatusText(String),
    /// `-…`, without the `-`: the whole text with its code.
    Error(String),
    /// `:n`.
    Int(i64),
    /// A bulk string.
    Bulk(Bytes),
    /// `$-1`.
    Nil,
    /// `*-1`.
    NilArray,
    /// An array.
    Array(Vec<Reply>),
    /// Replies that stand one behind the other: SUBSCRIBE gives one for each channel that it names.
    Several(Vec<Reply>),
    /// Nothing is sent (REPLCONF ACK, a client that went to WAIT).
    None,
}

impl Reply {
    /// `+OK`.
    pub const OK: Reply = Reply::Status("OK");

    /// An error reply of this text (with its code, without `-`).
    #[must_use]
    pub fn error(text: &str) -> Reply {
        Reply::Error(text.into())
    }
    /// A bulk string of a copy of these bytes.
    #[must_use]
    pub fn bulk(bytes: impl AsRef<[u8]>) -> Reply {
        Reply::Bulk(Bytes::copy_from_slice(bytes.as_ref()))
    }
    /// Whether this is an error.
    #[must_use]
    pub const fn is_error(&self) -> bool {
        matches!(self, Reply::Error(_))
    }
}

pub(crate) fn write_header(mark: u8, number: i64, out: &mut Vec<u8>) {
    out.push(mark);
    push_i64(number, out);
    out.extend_from_slice(b"\r\n");
}

/// A line's text must not end the line: Redis replaces CR and LF in errors by spaces.
fn write_line(mark: u8, text: &str, out: &mut Vec<u8>) {
    out.push(mark);
    out.extend(text.bytes().map(|b| if b == b'\r' || b == b'\n' { b' ' } else { b }));
    out.extend_from_slice(b"\r\n");
}

/// Appends one bulk string.
pub(crate) fn write_bulk(bytes: &[u8], out: &mut Vec<u8>) {
    write_header(b'$', bytes.len() as i64, out);
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
}

/// Appends a reply as RESP 2.
pub fn write_reply(reply: &Reply, out: &mut Vec<u8>) {
    match reply {
        Reply::Status(text) => write_line(b'+', text, out),
        Reply::StatusText(text) => write_line(b'+', text, out),
        Reply::Error(text) => write_line(b'-', text, out),
        Reply::Int(number) => write_header(b':', *number, out),
        Reply::Bulk(bytes) => write_bulk(bytes, out),
        Reply::Nil => out.extend_from_slice(b"$-1\r\n"),
        Reply::NilArray => out.extend_from_slice(b"*-1\r\n"),
        Reply::Array(items) => {
            write_header(b'*', items.len() as i64, out);
            for item in items {
                write_reply(item, out);
            }
        }
        Reply::Several(replies) => {
            for reply in replies {
                write_reply(reply, out);
            }
        }
        Reply::None => {}
    }
}

/// Appends a command as a multi bulk request, as clients send it and as the stream carries it.
pub fn write_command(words: &[impl AsRef<[u8]>], out: &mut Vec<u8>) {
    write_header(b'*', words.len() as i64, out);
    for word in words {
        write_bulk(word.as_ref(), out);
    }
}

/// Bytes that are no reply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplyError {
    /// The first byte that did not fit.
    pub got: u8,
}

/// Arrays inside arrays: no reply of a server comes near.
const DEPTH_MAX: usize = 32;

/// Reads replies from a byte stream, in pieces of any size.
#[derive(Clone, Debug, Default)]
pub struct ReplyParser {
    buffer: Vec<u8>,
    at: usize,
}

impl ReplyParser {
    /// An empty parser.
    #[must_use]
    pub fn new() -> ReplyParser {
        ReplyParser::default()
    }
    /// Takes in what came off the wire.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.at > 0 && self.at == self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }
    /// Bytes taken in and not yet part of a whole reply.
    #[must_use]
    pub fn pending_len(&self) -> usize {
        self.buffer.len() - self.at
    }
    /// The next whole reply, if it is there.
    ///
    /// # Errors
    /// If the bytes are no RESP. The parser is of no use afterwards.
    #[allow(clippy::should_implement_trait, reason = "an iterator would end at the first gap")]
    pub fn next(&mut self) -> Result<Option<Reply>, ReplyError> {
        let mut at = self.at;
        let reply = read(&self.buffer, &mut at, 0)?;
        if reply.is_some() {
            self.at = at;
            if self.at >= 64 * 1024 {
                self.buffer.drain(..self.at);
                self.at = 0;
            }
        }
        Ok(reply)
    }
}

fn read(buffer: &[u8], at: &mut usize, depth: usize) -> Result<Option<Reply>, ReplyError> {
    let rest = &buffer[*at..];
    let Some(&mark) = rest.first() else { return Ok(None) };
    if !matches!(mark, b'+' | b'-' | b':' | b'$' | b'*') {
        return Err(ReplyError { got: mark });
    }
    let Some(end) = rest.iter().position(|&b| b == b'\n') else { return Ok(None) };
    let line = &rest[1..end];
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let number = || parse_i64(line).ok_or(ReplyError { got: mark });
    let mut next = *at + end + 1;
    let reply = match mark {
        b'+' => Reply::StatusText(String::from_utf8_lossy(line).into_owned()),
        b'-' => Reply::Error(String::from_utf8_lossy(line).into_owned()),
        b':' => Reply::Int(number()?),
        b'$' => match number()? {
            -1 => Reply::Nil,
            length if (0..=limits::BULK_BYTES_MAX).contains(&length) => {
                let length = usize::try_from(length).unwrap_or(0);
                if buffer.len() < next + length + 2 {
                    return Ok(None);
                }
                let bytes = Bytes::copy_from_slice(&buffer[next..next + length]);
                next += length + 2;
                Reply::Bulk(bytes)
            }
            _ => return Err(ReplyError { got: mark }),
        },
        _ => match number()? {
            -1 => Reply::NilArray,
            count if (0..=limits::MULTIBULK_MAX).contains(&count) && depth < DEPTH_MAX => {
                let mut items = Vec::new();
                for _ in 0..count {
                    match read(buffer, &mut next, depth + 1)? {
                        Some(item) => items.push(item),
                        None => return Ok(None),
                    }
                }
                Reply::Array(items)
            }
            _ => return Err(ReplyError { got: mark }),
        },
    };
    *at = next;
    Ok(Some(reply))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn written(reply: &Reply) -> Vec<u8> {
        let mut out = Vec::new();
        write_reply(reply, &mut out);
        out
    }

    #[test]
    fn replies_as_bytes() {
        for (reply, bytes) in [
            (Reply::OK, &b"+OK\r\n"[..]),
            (Reply::StatusText("a\r\nb".into()), b"+a  b\r\n"),
            (Reply::error("ERR x"), b"-ERR x\r\n"),
            (Reply::Int(-7), b":-7\r\n"),
            (Reply::bulk("a\r\nb"), b"$4\r\na\r\nb\r\n"),
            (Reply::Nil, b"$-1\r\n"),
            (Reply::NilArray, b"*-1\r\n"),
            (Reply::Array(vec![]), b"*0\r\n"),
            (Reply::Array(vec![Reply::Int(1), Reply::Array(vec![Reply::Nil])]), b"*2\r\n:1\r\n*1\r\n$-1\r\n"),
            (Reply::None, b""),
        ] {
            assert_eq!(written(&reply), bytes, "{reply:?}");
        }
    }

    #[test]
    fn commands_have_the_lengths_the_offsets_count() {
        let mut out = Vec::new();
        write_command(&["PING"], &mut out);
        assert_eq!(out.len(), 14);
        write_command(&["SELECT", "0"], &mut out);
        assert_eq!(out.len(), 14 + 23);
        write_command(&["REPLCONF", "GETACK", "*"], &mut out);
        assert_eq!(out.len(), 14 + 23 + 37);
    }

    #[test]
    fn reads_back_what_it_wrote_cut_anywhere() {
        let replies = [
            Reply::StatusText("OK".into()),
            Reply::Error("ERR no".into()),
            Reply::Int(42),
            Reply::Nil,
            Reply::NilArray,
            Reply::bulk("\r\n$3\r\n"),
            Reply::Array(vec![Reply::Int(1), Reply::Array(vec![Reply::bulk("x"), Reply::Nil]), Reply::Array(vec![])]),
        ];
        let mut wire = Vec::new();
        for reply in &replies {
            write_reply(reply, &mut wire);
        }
        for cut in 0..=wire.len() {
            let mut parser = ReplyParser::new();
            let mut got = Vec::new();
            for piece in [&wire[..cut], &wire[cut..]] {
                parser.feed(piece);
                while let Some(reply) = parser.next().expect("well formed") {
                    got.push(reply);
                }
            }
            assert_eq!(got, replies, "cut at {cut}");
            assert_eq!(parser.pending_len(), 0);
        }
    }

    #[test]
    fn refuses_what_is_no_reply() {
        for wire in ["x", "$-2\r\n", "$99999999999\r\n", "*-2\r\n", ":a\r\n", "*99999999\r\n"] {
            let mut parser = ReplyParser::new();
            parser.feed(wire.as_bytes());
            assert!(parser.next().is_err(), "{wire:?}");
        }
        let mut parser = ReplyParser::new();
        parser.feed("*1\r\n".repeat(100).as_bytes());
        assert!(parser.next().is_err(), "bounded depth");
    }
}
