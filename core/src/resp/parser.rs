//! Requests: RESP multi bulk and inline commands, read in pieces of any size.
//!
//! Words are slices of the pieces they came in: nothing is copied unless a word lies across two pieces. Memory grows with what was received, never
//! with what a length announces.

use super::number::parse_i64;
use super::words::split_bytes;
use crate::limits;
use alloc::collections::VecDeque;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;
use core::fmt;

/// One request, as it came off the wire.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// The words, the command's name first. Empty for an empty line (a keepalive) and for `*0`.
    pub args: Vec<Bytes>,
    /// How many bytes of the wire it took.
    pub bytes: usize,
    /// Whether it was an inline command or an empty line.
    pub inline: bool,
    /// The very bytes, if they came in one piece and are what [`super::write_command`] would write: the stream can take them as they are.
    pub raw: Option<Bytes>,
    /// Whether it was all that its piece held: who keeps a word of it keeps little else with it.
    pub alone: bool,
}

/// A request that Redis refuses to go on after: the error is sent, then the conn is closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProtocolError {
    /// The reply's text, with its code: `ERR Protocol error: …`.
    pub text: String,
}
impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
fn refuse(text: &str) -> ProtocolError {
    ProtocolError { text: ["ERR Protocol error: ", text].concat() }
}

/// Pieces smaller than this are joined, so that a word that comes byte by byte does not become a thousand pieces.
const JOIN_BELOW: usize = 512;

/// Bytes of a line or word whose end has not come: a chain of pieces, so that cloning a parser copies nothing.
#[derive(Clone, Default, Debug)]
struct Partial {
    pieces: Vec<Bytes>,
    len: usize,
}
impl Partial {
    fn push(&mut self, piece: Bytes) {
        if piece.is_empty() {
            return;
        }
        self.len += piece.len();
        match self.pieces.last_mut() {
            Some(last) if last.len() + piece.len() <= JOIN_BELOW => *last = [&last[..], &piece[..]].concat().into(),
            _ => self.pieces.push(piece),
        }
    }
    /// Takes everything out as one.
    fn take(&mut self) -> Bytes {
        self.len = 0;
        if self.pieces.len() == 1 { self.pieces.pop().unwrap_or_default() } else { core::mem::take(&mut self.pieces).concat().into() }
    }
    fn last_byte(&self) -> Option<u8> {
        self.pieces.last().and_then(|piece| piece.last().copied())
    }
    fn contains(&self, byte: u8) -> bool {
        self.pieces.iter().any(|piece| piece.contains(&byte))
    }
}

/// More words than this go the long way, which grows with what comes.
const WORDS_MAX: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Between requests: the next byte says which kind comes.
    Idle,
    /// Inside an inline command.
    Inline,
    /// Inside the line `*n`.
    Count,
    /// Inside a line `$n`; this many words are still to come.
    Length { words: usize },
    /// Inside a word of this length.
    Word { words: usize, length: usize },
    /// Refused: nothing more is read.
    Broken,
}

/// Reads requests. Feed it what came off the wire, take requests out until there is none.
#[derive(Clone, Debug)]
pub struct Parser {
    chunks: VecDeque<Bytes>,
    /// Whether something was taken off the first chunk.
    cut: bool,
    queued: usize,
    partial: Partial,
    state: State,
    args: Vec<Bytes>,
    /// Bytes held in `args`.
    held: usize,
    /// Bytes of the present request taken so far.
    taken: usize,
    /// The piece in which the present request began, from its first byte, unless it went over a border or is not plain.
    start: Option<Bytes>,
    /// Memory for the words of the next request.
    spare: Vec<Bytes>,
    /// Whether a bare newline swallows the byte after it (Redis 2.8 to 4.0.10, docs/redis.md §2.8).
    greedy_newline: bool,
    /// Whether it reads for a peer who has yet to give the password: requests of few and short words alone.
    stranger: bool,
}
impl Default for Parser {
    fn default() -> Parser {
        Parser::new()
    }
}

impl Parser {
    /// An empty parser.
    #[must_use]
    pub fn new() -> Parser {
        Parser {
            chunks: VecDeque::new(),
            cut: false,
            queued: 0,
            partial: Partial::default(),
            state: State::Idle,
            args: Vec::new(),
            held: 0,
            taken: 0,
            start: None,
            spare: Vec::new(),
            greedy_newline: false,
            stranger: false,
        }
    }
    /// The same parser with or without the slip of Redis 2.8 to 4.0.10: an inline line that ends in a bare LF takes one byte more with it, if
    /// that byte has already come.
    #[must_use]
    pub fn with_greedy_newline(mut self, yes: bool) -> Parser {
        self.greedy_newline = yes;
        self
    }
    /// Whether the peer has yet to give a password that is asked for. From 5.0.14 on such a one may announce at most
    /// [`limits::STRANGER_WORDS_MAX`] words of at most [`limits::STRANGER_BULK_BYTES_MAX`] bytes each (docs/redis.md §1.8).
    pub const fn reads_for_stranger(&mut self, yes: bool) {
        self.stranger = yes;
    }

    /// Takes in what came off the wire.
    pub fn feed(&mut self, bytes: &Bytes) {
        self.take_in(bytes.clone());
    }
    /// The same, for bytes that nobody else needs.
    pub fn take_in(&mut self, bytes: Bytes) {
        if self.state != State::Broken && !bytes.is_empty() {
            self.queued += bytes.len();
            self.chunks.push_back(bytes);
        }
    }
    /// Takes back the words of a request that was dealt with: their memory serves the next one.
    pub fn recycle(&mut self, mut args: Vec<Bytes>) {
        args.clear();
        if args.capacity() <= WORDS_MAX {
            self.spare = args;
        }
    }

    /// Bytes taken in and not yet given out as a request: Redis's query buffer.
    #[must_use]
    pub fn pending_len(&self) -> usize {
        self.queued + self.taken
    }

    /// Whether the next request has begun but its end has not come.
    #[must_use]
    pub fn mid_request(&self) -> bool {
        self.state != State::Idle
    }

    /// The next whole request, if it is there.
    ///
    /// # Errors
    /// If the peer broke the protocol. Afterwards the parser gives nothing more.
    #[allow(clippy::should_implement_trait, reason = "an iterator would end at the first gap")]
    pub fn next(&mut self) -> Result<Option<Request>, ProtocolError> {
        if self.chunks.is_empty() {
            // A state is left only with bytes.
            return Ok(None);
        }
        let result = self.advance();
        if result.is_err() {
            let greedy = self.greedy_newline;
            *self = Parser { state: State::Broken, ..Parser::new().with_greedy_newline(greedy) };
        }
        result
    }

    fn advance(&mut self) -> Result<Option<Request>, ProtocolError> {
        loop {
            match self.state {
                State::Broken => return Ok(None),
                State::Idle => {
                    if let Some(request) = self.whole() {
                        return Ok(Some(request));
                    }
                    let Some(chunk) = self.chunks.front() else { return Ok(None) };
                    self.start = Some(chunk.clone());
                    self.state = if chunk[0] == b'*' { State::Count } else { State::Inline };
                }
                State::Inline => {
                    // C's strchr looks for the newline: it does not look past a NUL.
                    let blind = self.partial.contains(0);
                    let Some(mut line) = self.line(!blind)? else {
                        if self.partial.len > limits::INLINE_BYTES_MAX {
                            return Err(refuse("too big inline request"));
                        }
                        return Ok(None);
                    };
                    line.truncate(line.len() - 1);
                    let bare = line.last() != Some(&b'\r');
                    if !bare {
                        line.truncate(line.len() - 1);
                    }
                    let args = split_bytes(&line).map_err(|_| refuse("unbalanced quotes in request"))?;
                    if bare && self.greedy_newline && !self.chunks.is_empty() {
                        self.take(1);
                    }
                    return Ok(Some(self.finish(args, true)));
                }
                State::Count => {
                    let Some(line) = self.line(true)? else {
                        self.check_line("too big mbulk count string")?;
                        return Ok(None);
                    };
                    let count = number(&line).filter(|&n| n <= limits::MULTIBULK_MAX).ok_or_else(|| refuse("invalid multibulk length"))?;
                    if self.stranger && count > limits::STRANGER_WORDS_MAX {
                        return Err(refuse("unauthenticated multibulk length"));
                    }
                    self.note_ending(&line);
                    match usize::try_from(count) {
                        Ok(words) if words > 0 => {
                            self.args.reserve(words.min(64));
                            self.state = State::Length { words };
                        }
                        _ => return Ok(Some(self.finish(Vec::new(), false))),
                    }
                }
                State::Length { words } => {
                    if self.partial.len == 0 {
                        match self.chunks.front() {
                            None => return Ok(None),
                            Some(chunk) if chunk[0] != b'$' => {
                                return Err(refuse(&["expected '$', got '", &char::from(chunk[0]).to_string(), "'"].concat()));
                            }
                            Some(_) => {}
                        }
                    }
                    let Some(line) = self.line(true)? else {
                        self.check_line("too big bulk count string")?;
                        return Ok(None);
                    };
                    let length = number(&line)
                        .filter(|&n| (0..=limits::REDIS_BULK_BYTES_MAX).contains(&n))
                        .ok_or_else(|| refuse("invalid bulk length"))?;
                    if self.stranger && length > limits::STRANGER_BULK_BYTES_MAX {
                        return Err(refuse("unauthenticated bulk length"));
                    }
                    if length > limits::BULK_BYTES_MAX {
                        return Err(refuse("invalid bulk length"));
                    }
                    self.note_ending(&line);
                    let length = usize::try_from(length).unwrap_or(0);
                    if self.held + length > limits::QUERY_BYTES_MAX {
                        return Err(refuse("invalid bulk length"));
                    }
                    self.state = State::Word { words, length };
                }
                State::Word { words, length } => {
                    let Some(mut word) = self.piece(length + 2) else { return Ok(None) };
                    self.note_ending(&word);
                    word.truncate(length);
                    self.held += length;
                    self.args.push(word);
                    if words == 1 {
                        let args = core::mem::take(&mut self.args);
                        return Ok(Some(self.finish(args, false)));
                    }
                    self.state = State::Length { words: words - 1 };
                }
            }
        }
    }

    /// The short way: a multi bulk request that lies whole in the first chunk and is written as [`super::write_command`] writes it. Anything else,
    /// errors too, is left to the long way.
    fn whole(&mut self) -> Option<Request> {
        if self.stranger {
            return None;
        }
        let chunk = self.chunks.front_mut()?;
        let wire = &chunk[..];
        let (count, mut at) = short_line(wire, 0, b'*')?;
        if count == 0 || count > WORDS_MAX {
            return None;
        }
        let mut args = core::mem::take(&mut self.spare);
        // Of a request that turned out not to be whole.
        args.clear();
        args.reserve(count);
        for _ in 0..count {
            let Some((length, start)) = short_line(wire, at, b'$') else {
                self.spare = args;
                return None;
            };
            let end = start + length;
            if wire.get(end..end + 2) != Some(&b"\r\n"[..]) {
                self.spare = args;
                return None;
            }
            args.push(chunk.slice(start..end));
            at = end + 2;
        }
        let last = at == chunk.len();
        let alone = last && !self.cut;
        let raw = if last { self.chunks.pop_front()? } else { chunk.split_to(at) };
        self.cut = !last;
        self.queued -= at;
        Some(Request { args, bytes: at, inline: false, raw: Some(raw), alone })
    }

    /// The lines of a multi bulk request may end in anything that is two bytes long; only `\r\n` can be forwarded as it is.
    fn note_ending(&mut self, bytes: &[u8]) {
        if !bytes.ends_with(b"\r\n") {
            self.start = None;
        }
    }

    fn check_line(&self, text: &str) -> Result<(), ProtocolError> {
        if self.partial.len > limits::INLINE_BYTES_MAX { Err(refuse(text)) } else { Ok(()) }
    }

    /// Takes `n` bytes off the first chunk.
    fn take(&mut self, n: usize) -> Bytes {
        let chunk = self.chunks.front_mut().expect("only called with bytes there");
        self.cut = n < chunk.len();
        let piece = if self.cut { chunk.split_to(n) } else { self.chunks.pop_front().unwrap_or_default() };
        self.queued -= n;
        self.taken += n;
        piece
    }

    /// Takes a whole line, its ending included: up to LF for inline commands, up to CR and the byte after it in multi bulk requests.
    fn line(&mut self, ends: bool) -> Result<Option<Bytes>, ProtocolError> {
        let inline = self.state == State::Inline;
        while let Some(chunk) = self.chunks.front() {
            let end = if !ends {
                None
            } else if inline {
                chunk.iter().position(|&b| b == b'\n' || b == 0).filter(|&i| chunk[i] == b'\n').map(|i| i + 1)
            } else if self.partial.last_byte() == Some(b'\r') {
                Some(1)
            } else {
                chunk.iter().position(|&b| b == b'\r').map(|i| i + 2).filter(|&end| end <= chunk.len())
            };
            match end {
                Some(end) => {
                    let piece = self.take(end);
                    if self.partial.len == 0 {
                        return Ok(Some(piece));
                    }
                    self.start = None;
                    self.partial.push(piece);
                    return Ok(Some(self.partial.take()));
                }
                None => {
                    let blind = inline && chunk.contains(&0);
                    let len = chunk.len();
                    self.start = None;
                    let piece = self.take(len);
                    self.partial.push(piece);
                    if self.partial.len > limits::INLINE_BYTES_MAX || blind {
                        return Ok(None);
                    }
                }
            }
        }
        Ok(None)
    }

    /// Takes exactly `n` bytes, once they are there.
    fn piece(&mut self, n: usize) -> Option<Bytes> {
        if self.partial.len == 0 && self.chunks.front().is_some_and(|chunk| chunk.len() >= n) {
            return Some(self.take(n));
        }
        self.start = None;
        while self.partial.len < n {
            let len = self.chunks.front()?.len();
            let piece = self.take(len.min(n - self.partial.len));
            self.partial.push(piece);
        }
        Some(self.partial.take())
    }

    fn finish(&mut self, args: Vec<Bytes>, inline: bool) -> Request {
        let bytes = self.taken;
        let raw = self.start.take().filter(|chunk| !inline && !args.is_empty() && chunk.len() >= bytes).map(|mut chunk| {
            chunk.truncate(bytes);
            chunk
        });
        self.state = State::Idle;
        self.taken = 0;
        self.held = 0;
        Request { args, bytes, inline, raw, alone: false }
    }
}

/// A line `*n\r\n` or `$n\r\n` at `at`, of at most six digits: the number, and where the line ends.
fn short_line(wire: &[u8], at: usize, mark: u8) -> Option<(usize, usize)> {
    let line = wire.get(at..)?;
    // Most lines have one digit, two or three.
    if let [first, tens @ b'1'..=b'9', ones @ b'0'..=b'9', b'\r', b'\n', ..] = line
        && *first == mark
    {
        return Some((usize::from(tens - b'0') * 10 + usize::from(ones - b'0'), at + 5));
    }
    if let [first, digit @ b'0'..=b'9', b'\r', b'\n', ..] = line
        && *first == mark
    {
        return Some((usize::from(digit - b'0'), at + 4));
    }
    if let [first, a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', b'\r', b'\n', ..] = line
        && *first == mark
    {
        return Some((usize::from(a - b'0') * 100 + usize::from(b - b'0') * 10 + usize::from(c - b'0'), at + 6));
    }
    if *line.first()? != mark {
        return None;
    }
    let mut value = 0usize;
    for (i, &byte) in line.iter().enumerate().skip(1).take(7) {
        match byte {
            b'0'..=b'9' => value = value * 10 + usize::from(byte - b'0'),
            b'\r' if line.get(i + 1) == Some(&b'\n') => {
                // One spelling only: `$0`, but not `$` nor `$07`.
                let plain = i == 2 || (i > 2 && line[1] != b'0');
                return plain.then_some((value, at + i + 2));
            }
            _ => return None,
        }
    }
    None
}

/// The number in a line `*n…` or `$n…`, its two-byte ending included.
fn number(line: &[u8]) -> Option<i64> {
    parse_i64(line.get(1..line.len().checked_sub(2)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prng::{Purpose, actor, below, rand};
    use crate::resp::write_command;
    use alloc::vec;

    fn read_all(parser: &mut Parser, pieces: &[&[u8]]) -> Result<Vec<Request>, ProtocolError> {
        let mut requests = Vec::new();
        for piece in pieces {
            parser.feed(&Bytes::copy_from_slice(piece));
            while let Some(request) = parser.next()? {
                requests.push(request);
            }
        }
        Ok(requests)
    }
    fn words(requests: &[Request]) -> Vec<Vec<String>> {
        requests.iter().map(|r| r.args.iter().map(|a| String::from_utf8_lossy(a).into_owned()).collect()).collect()
    }
    /// What the wire says, however it is cut.
    fn verify(wire: &[u8], expect: Result<&[&[&str]], &str>) {
        for cut in 0..=wire.len() {
            let mut parser = Parser::new();
            let got = read_all(&mut parser, &[&wire[..cut], &wire[cut..]]);
            match expect {
                Ok(expect) => {
                    let got = got.expect("no error");
                    assert_eq!(words(&got), expect, "cut at {cut}");
                    let bytes: usize = got.iter().map(|r| r.bytes).sum();
                    assert_eq!(bytes + parser.pending_len(), wire.len(), "every byte is counted once, cut at {cut}");
                    for request in got {
                        if let Some(raw) = request.raw {
                            let mut again = Vec::new();
                            write_command(&request.args, &mut again);
                            assert_eq!(raw, again, "raw bytes are canonical");
                        }
                    }
                }
                Err(text) => {
                    assert_eq!(got.expect_err("refused").text, text, "cut at {cut}");
                    parser.feed(&Bytes::from_static(b"PING\r\n"));
                    assert_eq!(parser.next(), Ok(None), "nothing after an error");
                }
            }
        }
        let mut parser = Parser::new();
        let single: Vec<&[u8]> = wire.chunks(1).collect();
        let got = read_all(&mut parser, &single);
        match expect {
            Ok(expect) => assert_eq!(words(&got.expect("no error")), expect, "byte by byte"),
            Err(text) => assert_eq!(got.expect_err("refused").text, text, "byte by byte"),
        }
    }

    #[test]
    fn multi_bulk_cut_at_every_byte() {
        verify(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nbc\r\n*1\r\n$4\r\nPING\r\n", Ok(&[&["SET", "k", "a\r\nbc"], &["PING"]]));
        verify(b"*1\r\n$0\r\n\r\n", Ok(&[&[""]]));
        verify(b"*0\r\n*-1\r\n*1\r\n$1\r\nx\r\n", Ok(&[&[], &[], &["x"]]));
        verify(b"*2\r\n$1\r\nx\r\n", Ok(&[]));
        verify(b"*1\rx$1\rxaXY", Ok(&[&["a"]]));
    }

    #[test]
    fn inline_cut_at_every_byte() {
        verify(b"PING\r\nSET a \"b c\"\n\r\n\n", Ok(&[&["PING"], &["SET", "a", "b c"], &[], &[]]));
        verify(b"REPLCONF listening-port 7002\r\nPSYNC ? -1\r\n", Ok(&[&["REPLCONF", "listening-port", "7002"], &["PSYNC", "?", "-1"]]));
        verify(b"PSYNC  50\r\n", Ok(&[&["PSYNC", "50"]]));
        verify(b"\n*1\r\n$4\r\nPING\r\n", Ok(&[&[], &["PING"]]));
        verify(b"abc", Ok(&[]));
        verify(b"a\0b\nPING\r\n", Ok(&[]));
    }

    #[test]
    fn refusals() {
        verify(b"*x\r\n", Err("ERR Protocol error: invalid multibulk length"));
        verify(b"*1048577\r\n", Err("ERR Protocol error: invalid multibulk length"));
        verify(b"*01\r\n", Err("ERR Protocol error: invalid multibulk length"));
        verify(b"*1\r\nPING\r\n", Err("ERR Protocol error: expected '$', got 'P'"));
        verify(b"*1\r\n$-1\r\n", Err("ERR Protocol error: invalid bulk length"));
        verify(b"*1\r\n$999999999999\r\n", Err("ERR Protocol error: invalid bulk length"));
        verify(b"SET a \"b\r\n", Err("ERR Protocol error: unbalanced quotes in request"));
        let long = vec![b'a'; limits::INLINE_BYTES_MAX + 1];
        let count = [b"*", &vec![b'1'; limits::INLINE_BYTES_MAX][..]].concat();
        let length = [b"*1\r\n$", &vec![b'1'; limits::INLINE_BYTES_MAX][..]].concat();
        for (wire, text) in [
            (&long, "ERR Protocol error: too big inline request"),
            (&count, "ERR Protocol error: too big mbulk count string"),
            (&length, "ERR Protocol error: too big bulk count string"),
        ] {
            let mut parser = Parser::new();
            assert_eq!(read_all(&mut parser, &[wire]).expect_err("too long").text, text);
        }
    }

    #[test]
    fn the_old_newline_takes_a_byte_with_it() {
        let wire = b"\n*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n1\r\n";
        let mut old = Parser::new().with_greedy_newline(true);
        let got = read_all(&mut old, &[wire]).expect("no error");
        assert_eq!(words(&got)[..3], [vec![], vec!["3".to_string()], vec!["$8".to_string()]]);
        assert_eq!(got[0].bytes, 2);
        let mut apart = Parser::new().with_greedy_newline(true);
        assert_eq!(words(&read_all(&mut apart, &[&wire[..1], &wire[1..]]).expect("no error")), [vec![], vec!["REPLCONF", "ACK", "1"]]);
    }

    #[test]
    fn a_request_in_one_piece_is_not_copied() {
        let wire = Bytes::from_static(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1\r\n$4\r\nPING\r\n");
        let mut parser = Parser::new();
        parser.feed(&wire);
        let first = parser.next().expect("fine").expect("whole");
        assert_eq!(first.args[1].as_ptr(), wire[17..].as_ptr());
        assert_eq!(first.raw.as_deref(), Some(&wire[..20]));
        let second = parser.next().expect("fine").expect("whole");
        assert_eq!(second.raw.as_deref(), Some(&wire[20..]));
    }

    #[test]
    fn a_word_in_many_pieces_and_clones_midway() {
        let value = vec![b'v'; 100_000];
        let mut wire = Vec::new();
        write_command(&[&b"SET"[..], b"k", &value], &mut wire);
        for size in [1, 7, 1_000, 16_384] {
            let mut parser = Parser::new();
            let mut got = None;
            for piece in wire.chunks(size) {
                parser = parser.clone();
                parser.feed(&Bytes::copy_from_slice(piece));
                got = parser.next().expect("fine");
            }
            assert_eq!(got.expect("whole").args[2], value, "pieces of {size}");
        }
    }

    #[test]
    fn any_bytes_neither_panic_nor_grow() {
        let alphabet = b"*$\r\n0123456789-abc\"'\\x \0";
        let me = actor("parser");
        for run in 0..2_000u64 {
            let mut parser = Parser::new().with_greedy_newline(run % 2 == 0);
            let mut fed = 0;
            let mut given = 0;
            for n in 0..40u64 {
                let draw = |k| rand(run, me, Purpose::Swarm, n * 64 + k);
                let piece: Vec<u8> = (0..below(draw(0), 24))
                    .map(|k| if run % 3 == 0 { draw(k + 1) as u8 } else { alphabet[below(draw(k + 1), alphabet.len() as u64) as usize] })
                    .collect();
                fed += piece.len();
                parser.feed(&Bytes::from(piece));
                match (|| {
                    while let Some(request) = parser.next()? {
                        given += request.bytes;
                    }
                    Ok::<(), ProtocolError>(())
                })() {
                    Ok(()) => assert_eq!(parser.pending_len() + given, fed, "run {run}: bytes are neither lost nor invented"),
                    Err(_) => break,
                }
            }
        }
    }
}
