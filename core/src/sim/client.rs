//! Clients of the scenario.
//!
//! A client is synchronous, as most are: it sends its next command (or pipeline) at its next tick after the last one was answered. What it sends is a
//! function of the seed, its name and how much it has sent: a client more or less disturbs nobody.

use super::world::{ClientSpec, Part};
use crate::node::api::ConnId;
use crate::prng::{Draws, Purpose, actor};
use crate::resp::{Reply, ReplyParser, push_i64, write_bulk, write_command, write_header};
use crate::time::Time;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// A workload.
#[derive(Clone, Debug)]
pub struct Client {
    /// What the scenario says of it, as changed since.
    pub spec: Rc<ClientSpec>,
    /// Its node.
    pub on: u32,
    /// Commands sent.
    pub sent: u64,
    /// Answered with anything but an error.
    pub ok: u64,
    /// Answered with an error.
    pub refused: u64,
    /// The last error.
    pub last_error: String,
    /// What came last was an error, or the end of its conn.
    pub failing: bool,
    /// Commands sent that were not answered yet.
    pub waiting: u64,
    pub(super) conn: Option<ConnId>,
    pub(super) tick_at: Time,
    /// Answers to come that are about no command of its own: AUTH's.
    greetings: u64,
    parser: ReplyParser,
    from: Draws,
    draws: u64,
    /// Bytes of its last pipeline: the next one will be about as long.
    length: usize,
    /// Where a short pipeline is put together.
    draft: Vec<u8>,
}

impl Client {
    pub(super) fn new(spec: ClientSpec, on: u32, seed: u64) -> Client {
        Client {
            from: Draws::new(seed, actor(&spec.name), Purpose::Workload),
            spec: Rc::new(spec),
            on,
            sent: 0,
            ok: 0,
            refused: 0,
            last_error: String::new(),
            failing: false,
            waiting: 0,
            conn: None,
            tick_at: Time::NEVER,
            greetings: 0,
            parser: ReplyParser::new(),
            draws: 0,
            length: 0,
            draft: Vec::new(),
        }
    }
    /// Bytes of its first `{N bytes}`, if its command has one.
    #[must_use]
    pub fn value_bytes(&self) -> Option<u64> {
        self.spec.command.iter().flatten().find_map(|part| if let Part::Filler(bytes) = part { Some(*bytes) } else { None })
    }
    fn draw(&mut self) -> u64 {
        self.draws += 1;
        self.from.nth(self.draws)
    }
    /// What it says first on a new conn of a server with a password: an application knows that.
    pub(super) fn greeting(&mut self, password: &Bytes) -> Bytes {
        let mut out = Vec::new();
        write_command(&[&b"AUTH"[..], password], &mut out);
        self.greetings += 1;
        Bytes::from(out)
    }
    /// Its next pipeline, as it goes over the wire.
    pub(super) fn next_bytes(&mut self) -> Bytes {
        /// Below this a copy is cheaper than memory that stays unused for as long as the bytes are kept.
        const COPIED: usize = 4_096;
        let mut out = core::mem::take(&mut self.draft);
        out.clear();
        out.reserve(self.length + 32);
        let mut word = Vec::new();
        let spec = Rc::clone(&self.spec);
        for _ in 0..spec.pipeline.max(1) {
            self.sent += 1;
            self.waiting += 1;
            write_header(b'*', spec.command.len() as i64, &mut out);
            for parts in &spec.command {
                match &parts[..] {
                    [Part::Text(text)] => write_bulk(text, &mut out),
                    [Part::Filler(bytes)] => {
                        let bytes = filler_bytes(*bytes);
                        write_header(b'$', bytes as i64, &mut out);
                        self.fill(bytes, &mut out);
                        out.extend_from_slice(b"\r\n");
                    }
                    parts => {
                        word.clear();
                        self.word(parts, &mut word);
                        write_bulk(&word, &mut out);
                    }
                }
            }
        }
        self.length = out.len();
        if out.len() > COPIED {
            return Bytes::from(out);
        }
        let bytes = Bytes::copy_from_slice(&out);
        self.draft = out;
        bytes
    }
    fn word(&mut self, parts: &[Part], word: &mut Vec<u8>) {
        for part in parts {
            match part {
                Part::Text(text) => word.extend_from_slice(text),
                Part::Uniform(from, to) => {
                    let width = (i128::from(*to) - i128::from(*from) + 1).max(1);
                    let value = i128::from(*from) + ((i128::from(self.draw() >> 1) * width) >> 63);
                    push_i64(i64::try_from(value).unwrap_or(*to), word);
                }
                Part::Counter => push_i64(i64::try_from(self.sent).unwrap_or(i64::MAX), word),
                Part::Filler(bytes) => self.fill(filler_bytes(*bytes), word),
            }
        }
    }
    /// Appends so many letters, eight a draw.
    fn fill(&mut self, bytes: usize, out: &mut Vec<u8>) {
        let start = out.len();
        out.resize(start + bytes, 0);
        let (from, mut n) = (self.from, self.draws);
        let mut eights = out[start..].chunks_exact_mut(8);
        for eight in &mut eights {
            n += 1;
            eight.copy_from_slice(&letters(from.nth(n)));
        }
        let rest = eights.into_remainder();
        if !rest.is_empty() {
            n += 1;
            rest.copy_from_slice(&letters(from.nth(n))[..rest.len()]);
        }
        self.draws = n;
    }
    /// Bytes came back.
    pub(super) fn heard(&mut self, bytes: &Bytes) {
        if self.parser.pending_len() == 0 && bytes.chunks(5).all(|reply| reply == b"+OK\r\n") {
            let mut replies = (bytes.len() / 5) as u64;
            let greetings = self.greetings.min(replies);
            self.greetings -= greetings;
            replies -= greetings;
            self.ok += replies;
            self.failing &= replies == 0;
            self.waiting = self.waiting.saturating_sub(replies);
            return;
        }
        self.parser.feed(bytes);
        loop {
            match self.parser.next() {
                Ok(Some(_)) if self.greetings > 0 => {
                    self.greetings -= 1;
                    continue;
                }
                Ok(Some(Reply::Error(text))) => {
                    self.refused += 1;
                    self.last_error = text;
                    self.failing = true;
                }
                Ok(Some(_)) => {
                    self.ok += 1;
                    self.failing = false;
                }
                Ok(None) => return,
                Err(_) => {
                    self.parser = ReplyParser::new();
                    return;
                }
            }
            self.waiting = self.waiting.saturating_sub(1);
        }
    }
    /// Its conn is gone: what was not answered will not be.
    pub(super) fn hung_up(&mut self, why: &str) {
        self.conn = None;
        self.waiting = 0;
        self.greetings = 0;
        self.parser = ReplyParser::new();
        self.last_error = why.to_string();
        self.failing = true;
    }
    /// Changes the size of its values.
    pub(super) fn set_bytes(&mut self, bytes: u64) -> bool {
        let spec = Rc::make_mut(&mut self.spec);
        let mut any = false;
        for part in spec.command.iter_mut().flatten() {
            if let Part::Filler(size) = part {
                *size = bytes;
                any = true;
            }
        }
        any
    }
}

/// Letters that stand for `{N bytes}`.
fn filler_bytes(asked: u64) -> usize {
    usize::try_from(asked).unwrap_or(usize::MAX).min(crate::limits::BULK_BYTES_MAX as usize)
}

/// Eight printable letters of a draw, each from the five low bits of a byte of it: `a` … `z`, `0` … `5`.
const fn letters(draw: u64) -> [u8; 8] {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let letter = draw & (31 * EACH);
    let digit = ((letter + (128 - 26) * EACH) >> 7) & EACH;
    (letter + b'a' as u64 * EACH - digit * (b'a' as u64 + 26 - b'0' as u64)).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    fn client(name: &str, command: Vec<Vec<Part>>) -> Client {
        let spec = ClientSpec { name: name.into(), on: "m".into(), every: Span::from_millis(1), pipeline: 1, command };
        Client::new(spec, 0, 7)
    }
    fn text(text: &'static str) -> Vec<Part> {
        alloc::vec![Part::Text(Bytes::from_static(text.as_bytes()))]
    }

    #[test]
    fn letters_are_those_of_the_alphabet() {
        for n in 0..=255_u64 {
            let expect = b"abcdefghijklmnopqrstuvwxyz012345"[n as usize & 31];
            assert_eq!(letters(n << 56 | n << 16 | n), [expect, b'a', expect, b'a', b'a', b'a', b'a', expect]);
        }
    }

    #[test]
    fn words_are_keyed_by_name_and_count() {
        let command = alloc::vec![text("SET"), alloc::vec![Part::Text("key:".into()), Part::Uniform(-3, 3)], alloc::vec![Part::Filler(20)]];
        let mut one = client("writer", command.clone());
        let mut two = client("writer", command.clone());
        let mut other = client("other", command);
        let first: Vec<Bytes> = (0..50).map(|_| one.next_bytes()).collect();
        assert_eq!(first, (0..50).map(|_| two.next_bytes()).collect::<Vec<_>>());
        assert_ne!(first, (0..50).map(|_| other.next_bytes()).collect::<Vec<_>>());
        let keys: alloc::collections::BTreeSet<&[u8]> = first.iter().map(|bytes| &bytes[bytes.len() - 40..]).collect();
        assert!(keys.len() > 30);
        assert!(first.iter().all(|bytes| bytes.starts_with(b"*3\r\n$3\r\nSET\r\n$") && bytes.ends_with(b"\r\n")));
    }

    #[test]
    fn uniform_reaches_both_ends_and_no_further() {
        let mut client = client("u", alloc::vec![alloc::vec![Part::Uniform(1, 4)]]);
        let seen: alloc::collections::BTreeSet<Bytes> = (0..200).map(|_| client.next_bytes()).collect();
        assert_eq!(seen.len(), 4);
    }

    #[test]
    fn answers_are_counted() {
        let mut client = client("c", alloc::vec![text("SET"), text("a"), alloc::vec![Part::Counter]]);
        for _ in 0..5 {
            client.next_bytes();
        }
        client.heard(&Bytes::from_static(b"+OK\r\n+OK\r\n"));
        client.heard(&Bytes::from_static(b"-NOREPLICAS Not eno"));
        client.heard(&Bytes::from_static(b"ugh good slaves to write.\r\n$1\r\nx\r\n"));
        assert_eq!((client.sent, client.ok, client.refused, client.waiting), (5, 3, 1, 1));
        assert_eq!(client.last_error, "NOREPLICAS Not enough good slaves to write.");
    }
}
