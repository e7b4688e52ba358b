//! Writing the stream: commands as RESP arrays, and SELECT when the database changes (docs/redis.md §4.1).

use crate::era::Era;
use alloc::vec::Vec;
use bytes::Bytes;

/// Knows which database the stream stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StreamWriter {
    /// The database of the last SELECT; `None` at the start and after each full resynchronisation's set-up: the next command brings its own.
    pub selected: Option<usize>,
}

impl StreamWriter {
    /// Forces a SELECT before the next command.
    pub fn forget(&mut self) {
        self.selected = None;
    }
    /// Appends a command of database `db`, with the SELECT it may need before it.
    pub fn command(&mut self, db: usize, args: &[Bytes], out: &mut Vec<u8>) {
        self.select(db, out);
        write_args(args, out);
    }
    /// Appends a SELECT if the stream stands elsewhere. Says whether it did.
    pub fn select(&mut self, db: usize, out: &mut Vec<u8>) -> bool {
        if self.selected == Some(db) {
            return false;
        }
        self.selected = Some(db);
        let mut digits = [0u8; 20];
        let number = decimal(db as u64, &mut digits);
        out.extend_from_slice(b"*2\r\n$6\r\nSELECT\r\n");
        bulk(number, out);
        true
    }
}

/// The ping that a master feeds each `repl-ping-slave-period`: 14 bytes. It never brings a SELECT.
#[must_use]
pub const fn ping(era: Era) -> &'static [u8] {
    if era.capabilities().lower_case_ping { b"*1\r\n$4\r\nping\r\n" } else { b"*1\r\n$4\r\nPING\r\n" }
}

/// The question that WAIT feeds: 37 bytes. It never brings a SELECT.
#[must_use]
pub const fn getack() -> &'static [u8] {
    b"*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n"
}

/// The pieces in which a server adds commands to a buffer: a command's count, then header, text and end of each word. A SELECT is one piece, and so is
/// anything that is no command.
pub fn pieces(bytes: &[u8], mut add: impl FnMut(&[u8])) {
    const SELECT: &[u8] = b"*2\r\n$6\r\nSELECT\r\n";
    let line = |at: usize| bytes[at..].iter().position(|b| *b == b'\n').map(|n| at + n + 1);
    let mut at = 0;
    while at < bytes.len() {
        let mut words = None;
        let head = if bytes[at..].starts_with(SELECT) {
            line(at + SELECT.len()).and_then(line)
        } else if bytes[at] == b'*' {
            words = Some(());
            line(at)
        } else {
            None
        };
        let end = head.unwrap_or(bytes.len());
        add(&bytes[at..end]);
        at = end;
        while words.is_some() && bytes.get(at) == Some(&b'$') {
            let len = line(at).and_then(|text| {
                let digits = core::str::from_utf8(&bytes[at + 1..text - 2]).ok()?;
                digits.parse::<usize>().ok().filter(|len| text + len + 2 <= bytes.len()).map(|len| (text, len))
            });
            let Some((text, len)) = len else { break };
            add(&bytes[at..text]);
            add(&bytes[text..text + len]);
            add(&bytes[text + len..text + len + 2]);
            at = text + len + 2;
        }
    }
}

/// `REPLCONF ACK <offset>` as a replica sends it, RESP in every era. Outside the counted stream.
pub fn ack(offset: i64, out: &mut Vec<u8>) {
    let mut text = [0u8; 20];
    let number = signed(offset, &mut text);
    out.extend_from_slice(b"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n");
    bulk(number, out);
}

fn write_args(args: &[Bytes], out: &mut Vec<u8>) {
    out.reserve(args.iter().map(|a| a.len() + 16).sum::<usize>() + 16);
    let mut digits = [0u8; 20];
    out.push(b'*');
    out.extend_from_slice(decimal(args.len() as u64, &mut digits));
    out.extend_from_slice(b"\r\n");
    for arg in args {
        bulk(arg, out);
    }
}
fn bulk(bytes: &[u8], out: &mut Vec<u8>) {
    let mut digits = [0u8; 20];
    out.push(b'$');
    out.extend_from_slice(decimal(bytes.len() as u64, &mut digits));
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
}
fn decimal(mut n: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            return &digits[at..];
        }
    }
}
fn signed(n: i64, digits: &mut [u8; 20]) -> &[u8] {
    let at = digits.len() - decimal(n.unsigned_abs(), digits).len();
    if n < 0 {
        digits[at - 1] = b'-';
        return &digits[at - 1..];
    }
    &digits[at..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(words: &[&'static str]) -> Vec<Bytes> {
        words.iter().map(|w| Bytes::from_static(w.as_bytes())).collect()
    }

    #[test]
    fn select_comes_once_for_each_change_of_database() {
        let mut writer = StreamWriter::default();
        let mut out = Vec::new();
        writer.command(0, &args(&["SET", "a", "b"]), &mut out);
        assert_eq!(out, b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n");
        assert_eq!(out.len(), 23 + 27);
        out.clear();
        writer.command(0, &args(&["del", ""]), &mut out);
        assert_eq!(out, b"*2\r\n$3\r\ndel\r\n$0\r\n\r\n");
        out.clear();
        writer.command(11, &args(&["FLUSHDB"]), &mut out);
        assert!(out.starts_with(b"*2\r\n$6\r\nSELECT\r\n$2\r\n11\r\n*1\r\n"));
        writer.forget();
        assert!(writer.select(11, &mut out));
        assert!(!writer.select(11, &mut out));
    }

    #[test]
    fn fixed_items_have_their_lengths() {
        assert_eq!((ping(Era::V3_0).len(), getack().len()), (14, 37));
        assert_eq!(ping(Era::V7_0), b"*1\r\n$4\r\nping\r\n");
        assert_eq!(ping(Era::V5_0), b"*1\r\n$4\r\nPING\r\n");
    }

    #[test]
    fn ack_prints_any_offset() {
        for (n, text) in [(0, "$1\r\n0"), (-1, "$2\r\n-1"), (1_234_567, "$7\r\n1234567"), (i64::MIN, "$20\r\n-9223372036854775808")] {
            let mut out = Vec::new();
            ack(n, &mut out);
            assert_eq!(out, alloc::format!("*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n{text}\r\n").as_bytes());
        }
    }

    #[test]
    fn pieces_are_what_a_server_adds_one_by_one() {
        for (wire, expected) in [
            ("", &[][..]),
            ("*2\r\n$6\r\nSELECT\r\n$2\r\n11\r\n", &["*2\r\n$6\r\nSELECT\r\n$2\r\n11\r\n"]),
            (
                "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*2\r\n$3\r\nDEL\r\n$12\r\nab\r\ncd\nef$*g\r\n",
                &["*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n", "*2\r\n", "$3\r\n", "DEL", "\r\n", "$12\r\n", "ab\r\ncd\nef$*g", "\r\n"],
            ),
            ("*1\r\n$0\r\n\r\n*1\r\n$1\r\na\r\n", &["*1\r\n", "$0\r\n", "", "\r\n", "*1\r\n", "$1\r\n", "a", "\r\n"]),
            // No command: all in one.
            ("PING\r\n*1\r\n", &["PING\r\n*1\r\n"]),
            ("$3\r\nabc\r\n", &["$3\r\nabc\r\n"]),
            // Halves of commands: what is whole goes as its pieces, the rest in one.
            ("*1", &["*1"]),
            ("*2\r\n$1\r\na\r\n$3\r\nab", &["*2\r\n", "$1\r\n", "a", "\r\n", "$3\r\nab"]),
            ("*1\r\n$3\r\nabc\r", &["*1\r\n", "$3\r\nabc\r"]),
            ("*1\r\n$3", &["*1\r\n", "$3"]),
            ("*1\r\n$x\r\nabc\r\n", &["*1\r\n", "$x\r\nabc\r\n"]),
        ] {
            let mut got = Vec::new();
            pieces(wire.as_bytes(), |piece| got.push(alloc::string::String::from_utf8_lossy(piece).into_owned()));
            assert_eq!(got, expected, "{wire:?}");
        }
    }
}
