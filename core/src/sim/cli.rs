//! The redis-cli that stands at a node, as a machine of its own: what it sent, what it waits for, and what it goes on printing.
//!
//! Three commands never end in a redis-cli: MONITOR and SUBSCRIBE print what comes until Ctrl-C, PSYNC and SYNC make it a replica that discards the RDB
//! and prints the stream. Meanwhile nothing can be typed but Ctrl-C.

use crate::era::Era;
use crate::node::api::ConnId;
use crate::resp::{Reply, ReplyParser, cli};
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// Printed lines that are kept, the newest.
pub const PRINTED_LINES_MAX: usize = 400;
/// Bytes of the mark that ends a transfer of unknown size (2.8.18 and later, diskless).
const MARK_BYTES: usize = 40;

/// What a redis-cli does with what comes.
#[derive(Clone, Debug, Default)]
enum Reading {
    /// Each reply answers a command.
    #[default]
    Replies,
    /// MONITOR, SUBSCRIBE: everything that comes is printed.
    Pushes,
    /// SYNC, PSYNC.
    Stream(Follow),
}

/// One line that a redis-cli printed on its own, and in which event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Printed {
    /// The event.
    pub event: u64,
    /// The line.
    pub line: String,
}

/// The redis-cli that stands at a node.
#[derive(Clone, Debug, Default)]
pub struct Console {
    pub(super) conn: Option<ConnId>,
    parser: ReplyParser,
    /// Commands that were not answered yet.
    pub(super) waiting: VecDeque<Vec<Bytes>>,
    /// Somebody waits for the reply of this very moment …
    pub(super) expects_at_once: bool,
    /// … and here it is.
    pub(super) at_once: Option<Reply>,
    reading: Reading,
    printed: VecDeque<Printed>,
}

/// What comes out of the bytes that a server sent.
#[derive(PartialEq, Debug)]
pub(super) enum Heard {
    /// The reply to this command.
    Answer(Vec<Bytes>, Reply),
    /// Nothing that anybody waits for.
    Nothing,
    /// No protocol: redis-cli hangs up.
    Broken,
}

impl Console {
    /// Its connection, while it has one.
    #[must_use]
    pub const fn conn(&self) -> Option<ConnId> {
        self.conn
    }
    /// Commands that were not answered yet, oldest first.
    pub fn waiting(&self) -> impl Iterator<Item = &Vec<Bytes>> {
        self.waiting.iter()
    }
    /// Whether it goes on printing what comes, so that only Ctrl-C leads back to its prompt.
    #[must_use]
    pub fn reads_on(&self) -> bool {
        !matches!(self.reading, Reading::Replies)
    }
    /// The lines that it printed while it read on, oldest first; at most [`PRINTED_LINES_MAX`].
    pub fn printed(&self) -> impl Iterator<Item = &Printed> {
        self.printed.iter()
    }
    /// Its conn has gone, and with it all that it waited for.
    pub(super) fn hung_up(&mut self) {
        self.conn = None;
        self.parser = ReplyParser::new();
        self.waiting.clear();
        self.reading = Reading::Replies;
    }
    /// The server closed the conn under it.
    pub(super) fn lost(&mut self, event: u64) {
        if self.reads_on() {
            self.print(event, "Error: Server closed the connection".to_string());
        }
        self.hung_up();
    }
    /// A command sets out.
    pub(super) fn sends(&mut self, command: Vec<Bytes>, event: u64, era: Era) {
        let is = |names: &[&str]| names.iter().any(|name| command[0].eq_ignore_ascii_case(name.as_bytes()));
        if is(&["sync", "psync"]) {
            let follow = Follow { era, ..Follow::default() };
            self.print(event, format!("Entering {} output mode...  (press Ctrl-C to quit)", follow.role()));
            self.reading = Reading::Stream(follow);
        } else {
            self.waiting.push_back(command);
        }
    }
    /// Bytes of the server came.
    pub(super) fn feed(&mut self, bytes: &Bytes, event: u64) {
        let Reading::Stream(follow) = &mut self.reading else { return self.parser.feed(bytes) };
        let (lines, goes_on) = follow.read(bytes);
        for line in lines {
            self.print(event, line);
        }
        if !goes_on {
            self.reading = Reading::Replies;
        }
    }
    /// The next thing that the bytes so far say; `None`: nothing more.
    pub(super) fn hear(&mut self, event: u64, era: Era) -> Option<Heard> {
        let reply = match self.parser.next() {
            Ok(Some(reply)) => reply,
            Ok(None) => return None,
            Err(_) => return Some(Heard::Broken),
        };
        if let Some(command) = self.waiting.pop_front() {
            let endless = ["monitor", "subscribe", "psubscribe"].iter().any(|name| command[0].eq_ignore_ascii_case(name.as_bytes()));
            if endless && !reply.is_error() {
                self.reading = Reading::Pushes;
            }
            return Some(Heard::Answer(command, reply));
        }
        if self.reads_on() {
            self.print(event, cli::format_era(&reply, era));
        }
        Some(Heard::Nothing)
    }
    fn print(&mut self, event: u64, line: String) {
        if self.printed.len() == PRINTED_LINES_MAX {
            self.printed.pop_front();
        }
        self.printed.push_back(Printed { event, line });
    }
}

/// A redis-cli that plays the replica, as `redis-cli --replica` does: it discards the RDB and prints each command of the stream as a line of CSV.
#[derive(Clone, Debug)]
struct Follow {
    era: Era,
    part: Part,
    /// Bytes of a part whose end has not come.
    held: Vec<u8>,
    /// Which kind of synchronisation it is.
    partial: bool,
    /// Asked by SYNC: no line comes before the RDB.
    answered: bool,
    stream: ReplyParser,
}
#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    /// Lines: `+FULLRESYNC …`, newlines that keep the conn alive, `$<length>`.
    Lines,
    /// So many bytes of an RDB are to come.
    Rdb(u64),
    /// An RDB that ends with this mark.
    Marked([u8; MARK_BYTES]),
    /// Commands.
    Stream,
}
impl Default for Follow {
    fn default() -> Follow {
        Follow { era: Era::V7_0, part: Part::Lines, held: Vec::new(), partial: false, answered: false, stream: ReplyParser::new() }
    }
}

impl Follow {
    /// What the era's redis-cli calls itself.
    fn role(&self) -> &'static str {
        if self.era.capabilities().cli_says_replica { "replica" } else { "slave" }
    }
    /// What this synchronisation is called: redis-cli of 7.0 tells the two kinds apart, earlier ones know SYNC.
    fn kind(&self) -> &'static str {
        match (self.era.capabilities().cli_says_full_resync, self.partial) {
            (false, _) => "SYNC",
            (true, false) => "Full resync",
            (true, true) => "Partial resync",
        }
    }
    /// Reads on: the lines that it prints, and whether it goes on reading.
    fn read(&mut self, bytes: &[u8]) -> (Vec<String>, bool) {
        let mut lines = Vec::new();
        self.held.extend_from_slice(bytes);
        loop {
            match self.part.clone() {
                Part::Lines => {
                    let Some(end) = self.held.iter().position(|byte| *byte == b'\n') else { return (lines, true) };
                    let line: Vec<u8> = self.held.drain(..=end).collect();
                    let text = String::from_utf8_lossy(line.trim_ascii_end()).into_owned();
                    if !self.line(&text, &mut lines) {
                        return (lines, false);
                    }
                }
                Part::Rdb(left) => {
                    let take = left.min(self.held.len() as u64);
                    self.held.drain(..take as usize);
                    if take < left {
                        self.part = Part::Rdb(left - take);
                        return (lines, true);
                    }
                    self.begin(&mut lines);
                }
                Part::Marked(mark) => {
                    let Some(at) = self.held.windows(MARK_BYTES).position(|window| window == mark) else {
                        let keep = self.held.len().min(MARK_BYTES - 1);
                        self.held.drain(..self.held.len() - keep);
                        return (lines, true);
                    };
                    self.held.drain(..at + MARK_BYTES);
                    self.begin(&mut lines);
                }
                Part::Stream => {
                    self.stream.feed(&core::mem::take(&mut self.held));
                    loop {
                        match self.stream.next() {
                            Ok(Some(reply)) => lines.push(csv(&reply)),
                            Ok(None) => return (lines, true),
                            Err(_) => return (lines, false),
                        }
                    }
                }
            }
        }
    }
    fn begin(&mut self, lines: &mut Vec<String>) {
        self.part = Part::Stream;
        lines.push(format!("{} done. Logging commands from master.", self.kind()));
    }
    /// One line before the stream; `false`: the master refused.
    fn line(&mut self, text: &str, lines: &mut Vec<String>) -> bool {
        if let Some(size) = text.strip_prefix('$') {
            if let Some(mark) = size.strip_prefix("EOF:").and_then(|mark| mark.as_bytes().try_into().ok()) {
                lines.push(format!("{} with master, discarding bytes of bulk transfer until EOF marker...", self.kind()));
                self.part = Part::Marked(mark);
            } else if let Ok(size) = size.parse::<u64>() {
                lines.push(format!("{} with master, discarding {size} bytes of bulk transfer...", self.kind()));
                self.part = Part::Rdb(size);
            } else {
                lines.push(text.to_string());
                return false;
            }
            return true;
        }
        match text.as_bytes().first() {
            // A newline: the master is alive and has nothing yet.
            None => true,
            Some(b'+') if !self.answered => {
                self.answered = true;
                lines.push(text[1..].to_string());
                if text.starts_with("+CONTINUE") {
                    self.partial = true;
                    lines.push(format!("{} with master...", self.kind()));
                    self.begin(lines);
                }
                true
            }
            Some(b'-') => {
                lines.push(format!("(error) {}", &text[1..]));
                false
            }
            _ => {
                lines.push(text.to_string());
                false
            }
        }
    }
}

/// A command of the stream as redis-cli prints it there: its words quoted, with commas between them.
fn csv(reply: &Reply) -> String {
    match reply {
        Reply::Array(items) => items.iter().map(csv).collect::<Vec<_>>().join(","),
        other => cli::format(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(era: Era, pieces: &[&[u8]]) -> (Vec<String>, bool) {
        let mut follow = Follow { era, ..Follow::default() };
        let mut all = Vec::new();
        for piece in pieces {
            let (lines, goes_on) = follow.read(piece);
            all.extend(lines);
            if !goes_on {
                return (all, false);
            }
        }
        (all, true)
    }
    const SET: &[u8] = b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$3\r\nb\"c\r\n";

    #[test]
    fn a_full_resync_is_discarded_and_its_stream_printed() {
        let bytes = [b"+FULLRESYNC abc 1\r\n\n\n$5\r\n\r\n$*3".as_slice(), SET, b"*1\r\n$4\r\nPING\r\n"].concat();
        let expect = [
            "FULLRESYNC abc 1",
            "Full resync with master, discarding 5 bytes of bulk transfer...",
            "Full resync done. Logging commands from master.",
            r#""SET","a","b\"c""#,
            r#""PING""#,
        ];
        assert_eq!(follow(Era::V7_0, &[&bytes]), (expect.map(String::from).to_vec(), true));
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(follow(Era::V7_0, &single).0, expect, "byte by byte it says the same");
    }

    #[test]
    fn a_mark_ends_a_transfer_of_unknown_size_even_across_pieces() {
        let mark = [b'm'; MARK_BYTES];
        let bytes = [b"$EOF:".as_slice(), &mark, b"\r\nREDISmm", &mark[..30], b"x", &mark, SET].concat();
        for cut in 1..bytes.len() {
            let (lines, goes_on) = follow(Era::V6_2, &[&bytes[..cut], &bytes[cut..]]);
            let expect = [
                "SYNC with master, discarding bytes of bulk transfer until EOF marker...",
                "SYNC done. Logging commands from master.",
                r#""SET","a","b\"c""#,
            ];
            assert_eq!((lines, goes_on), (expect.map(String::from).to_vec(), true), "cut at {cut}");
        }
    }

    #[test]
    fn a_partial_resync_prints_at_once_and_a_refusal_ends_it() {
        let (lines, goes_on) = follow(Era::V7_0, &[b"+CONTINUE abc\r\n", SET]);
        assert_eq!(
            (lines.as_slice(), goes_on),
            (
                [
                    "CONTINUE abc",
                    "Partial resync with master...",
                    "Partial resync done. Logging commands from master.",
                    r#""SET","a","b\"c""#
                ]
                .map(String::from)
                .as_slice(),
                true
            )
        );
        let refused = follow(Era::V3_0, &[b"-NOAUTH Authentication required.\r\n"]);
        assert_eq!(refused, (alloc::vec![String::from("(error) NOAUTH Authentication required.")], false));
        assert!(!follow(Era::V3_0, &[b"$x\r\n"]).1);
        assert!(!follow(Era::V3_0, &[b"+FULLRESYNC a 1\r\n$1\r\nx?\r\n"]).1, "what is no command ends it");
    }

    #[test]
    fn monitor_prints_until_it_is_hung_up_and_keeps_no_more_than_it_may() {
        let mut console = Console::default();
        console.sends(alloc::vec![Bytes::from_static(b"MONITOR")], 1, Era::V7_0);
        console.feed(&Bytes::from_static(b"+OK\r\n"), 2);
        assert!(matches!(console.hear(2, Era::V7_0), Some(Heard::Answer(_, Reply::Status("OK") | Reply::StatusText(_)))));
        assert!(console.reads_on());
        for event in 0..PRINTED_LINES_MAX as u64 + 5 {
            console.feed(&Bytes::from(format!("+{event} [0 lua] \"PING\"\r\n")), event);
            assert_eq!(console.hear(event, Era::V7_0), Some(Heard::Nothing));
        }
        assert_eq!(console.hear(9, Era::V7_0), None);
        let printed: Vec<_> = console.printed().collect();
        assert_eq!((printed.len(), printed[0].event, printed[0].line.as_str()), (PRINTED_LINES_MAX, 5, "5 [0 lua] \"PING\""));
        console.hung_up();
        assert!(!console.reads_on());
        assert_eq!(console.printed().count(), PRINTED_LINES_MAX, "what was printed stays on the terminal");
    }

    #[test]
    fn a_refused_monitor_leads_back_to_the_prompt() {
        let mut console = Console::default();
        console.sends(alloc::vec![Bytes::from_static(b"monitor")], 1, Era::V7_0);
        console.feed(&Bytes::from_static(b"-NOAUTH Authentication required.\r\n"), 1);
        assert!(matches!(console.hear(1, Era::V7_0), Some(Heard::Answer(..))));
        assert!(!console.reads_on());
    }
}
