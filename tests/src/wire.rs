//! The two ends that tests speak from: a caller's conn, and a replica that only listens.

use bytes::Bytes;
use resync_core::command::Reply;
use resync_core::resp::{ReplyParser, split_args, write_command};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A conn that speaks RESP.
pub struct Conn {
    stream: TcpStream,
    parser: ReplyParser,
}
impl Conn {
    /// Connects to a port of this machine.
    ///
    /// # Panics
    /// If nobody listens.
    #[must_use]
    pub fn to(port: u16) -> Conn {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream.set_nodelay(true).expect("no delay");
        Conn { stream, parser: ReplyParser::new() }
    }
    /// Sends a command.
    ///
    /// # Panics
    /// If the server is gone.
    pub fn send(&mut self, args: &[Bytes]) {
        let mut wire = Vec::new();
        write_command(args, &mut wire);
        self.stream.write_all(&wire).expect("the server reads");
    }
    /// The next reply.
    ///
    /// # Panics
    /// If none comes within 20 s.
    pub fn reply(&mut self) -> Reply {
        self.reply_within(Duration::from_secs(20)).expect("the server answers")
    }
    /// The next reply, if it comes in time and the server does not close.
    ///
    /// # Panics
    /// On bytes that are no reply.
    pub fn reply_within(&mut self, time: Duration) -> Option<Reply> {
        self.stream.set_read_timeout(Some(time)).expect("a timeout");
        loop {
            if let Some(reply) = self.parser.next().expect("RESP") {
                return Some(reply);
            }
            let mut bytes = [0; 16_384];
            let n = self.stream.read(&mut bytes).unwrap_or_default();
            if n == 0 {
                return None;
            }
            self.parser.feed(&bytes[..n]);
        }
    }
    /// Sends a command and waits for its reply.
    ///
    /// # Panics
    /// If none comes within 20 s.
    pub fn run(&mut self, args: &[Bytes]) -> Reply {
        self.send(args);
        self.reply()
    }
    /// The same for a line as redis-cli takes it.
    ///
    /// # Panics
    /// If no reply comes within 20 s.
    pub fn line(&mut self, line: &str) -> Reply {
        self.run(&split_args(line).expect("balanced quotes"))
    }
}

/// A replica of ours that only listens: the stream of a real master.
pub struct Listener {
    stream: TcpStream,
    seen: Vec<u8>,
}
impl Listener {
    /// Asks the server of a port for a full resynchronisation, and lets the dump go by.
    ///
    /// # Panics
    /// If no dump comes.
    #[must_use]
    pub fn of(port: u16) -> Listener {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream.write_all(b"SYNC\r\n").expect("the server reads");
        let mut seen = Vec::new();
        // `$<length>`, the RDB, then the stream.
        loop {
            let mut bytes = [0; 16_384];
            let n = stream.read(&mut bytes).expect("the dump comes");
            seen.extend_from_slice(&bytes[..n]);
            let start = seen.iter().position(|&b| b != b'\n').unwrap_or(seen.len());
            let Some(end) = seen[start..].iter().position(|&b| b == b'\n').map(|end| start + end) else { continue };
            let length: usize = std::str::from_utf8(&seen[start + 1..end]).expect("a line").trim().parse().expect("a length");
            if seen.len() >= end + 1 + length {
                seen.drain(..end + 1 + length);
                return Listener { stream, seen };
            }
        }
    }
    /// What the stream carried until this key was set, that SET not included.
    ///
    /// # Panics
    /// If the mark does not come within 20 s.
    pub fn until_mark(&mut self, mark: &str) -> Vec<u8> {
        let mut end = Vec::new();
        write_command(&["SET", "mark", mark], &mut end);
        loop {
            if let Some(at) = self.seen.windows(end.len()).position(|window| window == end) {
                let rest = self.seen.split_off(at + end.len());
                let mut before = std::mem::replace(&mut self.seen, rest);
                before.truncate(at);
                return before;
            }
            let mut bytes = [0; 16_384];
            let n = self.stream.read(&mut bytes).expect("the stream goes on");
            assert!(n > 0, "the master closed");
            self.seen.extend_from_slice(&bytes[..n]);
        }
    }
}
