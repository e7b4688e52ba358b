//! The upstream, which is what a replica knows of its master: the steps of the handshake, what a reply to PSYNC means, the transfer, and the link itself.
//!
//! Everything here is a value or a pure function; `node` moves the state machine and owns the sockets.

use super::{Offset, ReplId};
use crate::era::{Capabilities, Channel, Handshake};
use crate::fact::{HandshakeStep, ReplState};
use crate::resp;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// The reply of the handshake that is awaited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The answer to PING.
    Pong,
    /// The answer to AUTH.
    Auth,
    /// The answer to REPLCONF listening-port.
    Port,
    /// The answer to REPLCONF ip-address.
    Ip,
    /// The answer to REPLCONF rdb-no-compress (8.6).
    Plain,
    /// The answer to REPLCONF capa.
    Capa,
    /// The answer to REPLCONF version (Valkey 8.0).
    Version,
    /// The answer to PSYNC.
    Psync,
}
impl Step {
    /// The state in which its answer is awaited, as the era names it.
    #[must_use]
    pub const fn awaited(self, caps: &Capabilities) -> ReplState {
        let pipelined = matches!(caps.handshake, Handshake::Pipelined);
        match (self, pipelined) {
            (Step::Pong, false) => ReplState::ReceivePong,
            (Step::Pong, true) => ReplState::ReceivePingReply,
            (Step::Auth, false) => ReplState::ReceiveAuth,
            (Step::Auth, true) => ReplState::ReceiveAuthReply,
            (Step::Port, false) => ReplState::ReceivePort,
            (Step::Port, true) => ReplState::ReceivePortReply,
            (Step::Ip, false) => ReplState::ReceiveIp,
            (Step::Ip, true) => ReplState::ReceiveIpReply,
            (Step::Capa, false) => ReplState::ReceiveCapa,
            (Step::Capa, true) => ReplState::ReceiveCapaReply,
            (Step::Plain, _) => ReplState::ReceiveCompReply,
            (Step::Version, _) => ReplState::ReceiveVersionReply,
            (Step::Psync, false) => ReplState::ReceivePsync,
            (Step::Psync, true) => ReplState::ReceivePsyncReply,
        }
    }
    /// The request whose answer this is, as logs name it.
    #[must_use]
    pub const fn asked(self) -> HandshakeStep {
        match self {
            Step::Pong => HandshakeStep::Ping,
            Step::Auth => HandshakeStep::Auth,
            Step::Port => HandshakeStep::Port,
            Step::Ip => HandshakeStep::Ip,
            Step::Plain => HandshakeStep::Plain,
            Step::Capa => HandshakeStep::Capa,
            Step::Version => HandshakeStep::Version,
            Step::Psync => HandshakeStep::Psync,
        }
    }
}

/// The reply that is awaited on the second connection of a full resynchronisation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Greeting {
    /// The answer to AUTH.
    Auth,
    /// The answer to REPLCONF, which says whose second connection it is.
    Replconf,
    /// Where the RDB ends: `+FULLRESYNC`.
    Origin,
}

/// How an era says that it can take the RDB over a second connection.
#[must_use]
pub const fn channel_capa(kind: Channel) -> &'static str {
    match kind {
        Channel::None => "",
        Channel::Redis => "rdb-channel-repl",
        Channel::Valkey => "dual-channel",
    }
}

const fn text(s: &'static str) -> Bytes {
    Bytes::from_static(s.as_bytes())
}

/// `REPLCONF` of the second connection: what it is for, (Redis) the `client` that the first one is at the master, and (Valkey 9.1) the
/// replica's `release` (docs/redis.md §6A, §6B).
#[must_use]
pub fn channel_words(client: Option<i64>, port: i64, ip: Option<&str>, release: Option<&'static str>) -> Vec<Bytes> {
    let mut words = Vec::from([text("REPLCONF"), text("capa"), text("eof"), text("rdb-only"), text("1"), text("rdb-channel"), text("1")]);
    if let Some(client) = client {
        words.extend([text("main-ch-client-id"), Bytes::from(client.to_string())]);
    }
    words.extend([text("listening-port"), Bytes::from(port.to_string())]);
    if let Some(ip) = ip {
        words.extend([text("ip-address"), Bytes::from(ip.to_string())]);
    }
    if let Some(release) = release {
        words.extend([text("version"), text(release)]);
    }
    words
}

/// The place of a snapshot in its master's stream, as Valkey says it: `$ENDOFF:<offset> <id> <database> <client number of the second connection>`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EndOff {
    /// The stream's identity.
    pub id: ReplId,
    /// The last byte that the RDB includes.
    pub offset: Offset,
    /// The database that the stream has selected; −1: none.
    pub db: i64,
    /// What the master calls the second connection.
    pub client: i64,
}
impl EndOff {
    /// Reads such a line.
    #[must_use]
    pub fn read(line: &[u8]) -> Option<EndOff> {
        let text = core::str::from_utf8(line.strip_prefix(b"$ENDOFF:")?).ok()?;
        let mut words = text.split(' ');
        let offset = words.next()?.parse().ok()?;
        let id = ReplId::from_wire(words.next()?.as_bytes())?;
        let (db, client) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        words.next().is_none().then_some(EndOff { id, offset: Offset(offset), db, client })
    }
}

/// What a replica says of itself between PONG and PSYNC.
#[derive(Clone, Copy, Default, Debug)]
pub struct Introduction<'a> {
    /// What AUTH takes: a password, before it perhaps a name; nothing: there is no AUTH.
    pub auth: &'a [Bytes],
    /// `listening-port`.
    pub port: i64,
    /// `ip-address`, if one is announced.
    pub ip: Option<&'a str>,
    /// It would rather have an RDB without compression (8.6).
    pub plain: bool,
    /// Its release, which Valkey tells.
    pub release: &'a str,
    /// A second connection may bring the RDB.
    pub channel: bool,
}

/// Words of the handshake that follow PONG, each with the step that awaits its answer, in order.
#[must_use]
pub fn handshake_requests(caps: &Capabilities, who: &Introduction<'_>) -> Vec<(Step, Vec<Bytes>)> {
    let Introduction { auth, port, ip, plain, release, channel } = *who;
    let mut list = Vec::new();
    if !auth.is_empty() {
        let mut words = Vec::from([text("AUTH")]);
        words.extend_from_slice(auth);
        list.push((Step::Auth, words));
    }
    list.push((Step::Port, Vec::from([text("REPLCONF"), text("listening-port"), Bytes::from(port.to_string())])));
    if let Some(ip) = ip {
        list.push((Step::Ip, Vec::from([text("REPLCONF"), text("ip-address"), Bytes::from(ip.to_string())])));
    }
    if plain && caps.rdb_no_compress {
        list.push((Step::Plain, Vec::from([text("REPLCONF"), text("rdb-no-compress"), text("1")])));
    }
    if caps.capa {
        let mut words = Vec::from([text("REPLCONF"), text("capa"), text("eof")]);
        if caps.psync2 {
            words.extend([text("capa"), text("psync2")]);
        }
        if channel {
            words.extend([text("capa"), text(channel_capa(caps.channel))]);
        }
        list.push((Step::Capa, words));
    }
    if caps.valkey {
        list.push((Step::Version, Vec::from([text("REPLCONF"), text("version"), Bytes::copy_from_slice(release.as_bytes())])));
    }
    list
}

/// A request of the handshake on the wire: inline text without any quoting up to 4.0, RESP from 5.0 on. An empty word leaves two spaces behind.
#[must_use]
pub fn encode_request(caps: &Capabilities, words: &[Bytes]) -> Bytes {
    let mut wire = Vec::new();
    if caps.handshake_resp {
        resp::write_command(words, &mut wire);
    } else {
        for (i, word) in words.iter().enumerate() {
            if i > 0 {
                wire.push(b' ');
            }
            wire.extend_from_slice(word);
        }
        wire.extend_from_slice(b"\r\n");
    }
    Bytes::from(wire)
}

/// A request as a ladder shows it; passwords are hidden.
#[must_use]
pub fn request_text(words: &[Bytes]) -> String {
    if words.first().is_some_and(|w| w.as_ref() == b"AUTH") {
        return "AUTH ***".to_string();
    }
    let words: Vec<_> = words.iter().map(|w| String::from_utf8_lossy(w)).collect();
    words.join(" ")
}

/// The meaning of a reply to PSYNC (docs/redis.md §1.7).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PsyncReply {
    /// An empty line: the master is not ready yet.
    Wait,
    /// `+FULLRESYNC id offset`.
    Full {
        /// The stream's identity.
        id: ReplId,
        /// Last byte that the RDB includes.
        offset: Offset,
    },
    /// `+FULLRESYNC` and something else.
    FullMalformed,
    /// `+CONTINUE`, perhaps with a new id.
    Continue {
        /// The id, if one was given.
        id: Option<ReplId>,
    },
    /// `+RDBCHANNELSYNC n`, `+DUALCHANNELSYNC`: the RDB comes over another connection.
    Channel {
        /// What the master calls this connection, if it says so (Redis).
        client: Option<i64>,
    },
    /// Later.
    TryLater,
    /// `-ERR`, or so this era takes it.
    NotSupported {
        /// It was no `-ERR`: logged as unexpected.
        unexpected: bool,
    },
}

/// Reads the answer to PSYNC as the era does: prefixes, in this order, letter case matters.
#[must_use]
pub fn classify(reply: &[u8], caps: &Capabilities) -> PsyncReply {
    if reply.is_empty() {
        return PsyncReply::Wait;
    }
    if reply.starts_with(b"+FULLRESYNC") {
        let mut words = reply.split(|b| *b == b' ').skip(1);
        let id = words.next().and_then(ReplId::from_wire);
        let offset = words.next().map(leading_number);
        return match (id, offset) {
            (Some(id), Some(offset)) => PsyncReply::Full { id, offset: Offset(offset) },
            _ => PsyncReply::FullMalformed,
        };
    }
    if reply.starts_with(b"+CONTINUE") {
        let id = if caps.psync2 { reply.get(10..50).and_then(ReplId::from_wire).filter(|_| reply.len() == 50) } else { None };
        return PsyncReply::Continue { id };
    }
    if matches!(caps.channel, Channel::Redis)
        && let Some(client) = reply.strip_prefix(b"+RDBCHANNELSYNC ")
    {
        return PsyncReply::Channel { client: Some(leading_number(client)) };
    }
    if matches!(caps.channel, Channel::Valkey) && reply.starts_with(b"+DUALCHANNELSYNC") {
        return PsyncReply::Channel { client: None };
    }
    if caps.psync_try_later && (reply.starts_with(b"-NOMASTERLINK") || reply.starts_with(b"-LOADING")) {
        return PsyncReply::TryLater;
    }
    PsyncReply::NotSupported { unexpected: !reply.starts_with(b"-ERR") }
}

/// The number at the start of a word, as `strtoll` reads it: 0 if there is none.
fn leading_number(word: &[u8]) -> i64 {
    let (negative, digits) = match word.first() {
        Some(b'-') => (true, &word[1..]),
        _ => (false, word),
    };
    let mut value = 0i64;
    for digit in digits.iter().take_while(|b| b.is_ascii_digit()) {
        value = value.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
    }
    if negative { -value } else { value }
}

/// How the RDB arrives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Form {
    /// The header line has not come yet.
    Unknown,
    /// `$n`.
    Sized(u64),
    /// `$EOF:mark`.
    Marked([u8; 40]),
}

/// An RDB on its way.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// What the header said.
    pub form: Form,
    /// Bytes received.
    pub read: u64,
    /// The pieces.
    pieces: Vec<Bytes>,
    /// The last forty bytes, for the mark.
    tail: Vec<u8>,
}
impl Default for Transfer {
    fn default() -> Transfer {
        Transfer { form: Form::Unknown, read: 0, pieces: Vec::new(), tail: Vec::new() }
    }
}
impl Transfer {
    /// The size that INFO counts with: −1 before the header, 0 with a mark.
    #[must_use]
    pub const fn size(&self) -> i64 {
        match self.form {
            Form::Unknown => -1,
            Form::Sized(n) => n as i64,
            Form::Marked(_) => 0,
        }
    }
    /// `master_sync_left_bytes`.
    #[must_use]
    pub const fn left(&self) -> i64 {
        match self.form {
            Form::Unknown => -1,
            Form::Sized(n) => n as i64 - self.read as i64,
            Form::Marked(_) => -(self.read as i64),
        }
    }
    /// Takes what belongs to the RDB off `bytes`. True when it is whole.
    pub fn take(&mut self, bytes: &mut Bytes) -> bool {
        match &self.form {
            Form::Unknown => false,
            Form::Sized(size) => {
                let n = (size - self.read).min(bytes.len() as u64);
                let piece = bytes.split_to(n as usize);
                self.read += n;
                if !piece.is_empty() {
                    self.pieces.push(piece);
                }
                self.read == *size
            }
            Form::Marked(mark) => {
                let piece = bytes.split_to(bytes.len());
                self.read += piece.len() as u64;
                if piece.len() >= 40 {
                    self.tail = piece[piece.len() - 40..].to_vec();
                } else {
                    self.tail.extend_from_slice(&piece);
                    let cut = self.tail.len().saturating_sub(40);
                    self.tail.drain(..cut);
                }
                self.pieces.push(piece);
                self.tail == mark
            }
        }
    }
    /// As [`Transfer::take`], for a parser that has taken the bytes already: only the count and the mark are kept.
    pub fn take_and_forget(&mut self, bytes: &mut Bytes) -> bool {
        let whole = self.take(bytes);
        self.pieces.clear();
        whole
    }
    /// The whole file, without the mark.
    #[must_use]
    pub fn file(&self) -> Bytes {
        let mut whole = match self.pieces.as_slice() {
            [one] => one.clone(),
            many => {
                let mut all = Vec::with_capacity(self.read as usize);
                for piece in many {
                    all.extend_from_slice(piece);
                }
                Bytes::from(all)
            }
        };
        if matches!(self.form, Form::Marked(_)) {
            whole.truncate(whole.len().saturating_sub(40));
        }
        whole
    }
}

/// The header line of a transfer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Header {
    /// A keepalive newline.
    Newline,
    /// `-…`: the text without the minus.
    Aborted(String),
    /// No `$`.
    BadProtocol(String),
    /// `$n` or `$EOF:mark`.
    Form(Form),
}

/// Reads the header line.
#[must_use]
pub fn header(line: &[u8]) -> Header {
    let text = || String::from_utf8_lossy(line).into_owned();
    match line.first() {
        None => Header::Newline,
        Some(b'-') => Header::Aborted(String::from_utf8_lossy(&line[1..]).into_owned()),
        Some(b'$') => match line.strip_prefix(b"$EOF:").and_then(|mark| mark.get(..40)).and_then(|mark| <[u8; 40]>::try_from(mark).ok()) {
            Some(mark) => Header::Form(Form::Marked(mark)),
            None => Header::Form(Form::Sized(u64::try_from(leading_number(&line[1..])).unwrap_or(0))),
        },
        Some(_) => Header::BadProtocol(text()),
    }
}

/// The link to the master, live or cached.
#[derive(Clone, Debug)]
pub struct Link {
    /// The stream's identity, as this link knows it; empty after a SYNC fallback of a process that never saw one.
    pub id: ReplId,
    /// Last byte counted: read (2.8–3.2) or applied (4.0+).
    pub offset: Offset,
    /// Last byte read off the socket.
    pub read: Offset,
    /// The database that the stream has selected.
    pub db: usize,
    /// It began by SYNC: no ACK is ever sent.
    pub pre_psync: bool,
    /// Bytes of the stream that are not a whole command yet.
    pub parser: resp::Parser,
    /// An open MULTI of the stream.
    pub multi: Option<Vec<resp::Request>>,
    /// A request that waits for the end of a pause (6.2+).
    pub held: Option<alloc::boxed::Box<resp::Request>>,
    /// 4.0+: bytes read and not yet passed on to this server's own replicas.
    pub unforwarded: Vec<Bytes>,
}
impl Link {
    /// A link that starts behind `offset`; −1 after a SYNC fallback.
    #[must_use]
    pub fn new(id: ReplId, offset: Offset, db: usize) -> Link {
        Link {
            id,
            offset,
            read: offset,
            db,
            pre_psync: offset == Offset::NONE,
            parser: resp::Parser::new(),
            multi: None,
            held: None,
            unforwarded: Vec::new(),
        }
    }
    /// What is left of a half command when the link goes: kept and continued in 2.8–3.2, dropped and asked for again from 4.0 on.
    pub fn suspend(&mut self, caps: &Capabilities) {
        if caps.reploff_counts_applied {
            self.parser = resp::Parser::new();
            self.read = self.offset;
            self.multi = None;
            self.held = None;
            self.unforwarded.clear();
        }
    }
    /// The words of the next PSYNC.
    #[must_use]
    pub fn request(&self) -> (String, i64) {
        (self.id.to_string(), self.offset.0 + 1)
    }
}

/// `PSYNC id offset`.
#[must_use]
pub fn psync_words(id: &str, offset: i64) -> Vec<Bytes> {
    Vec::from([Bytes::from_static(b"PSYNC"), Bytes::from(id.to_string()), Bytes::from(format!("{offset}"))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::era::Era;

    #[test]
    fn the_answer_to_psync_in_each_era() {
        let id = "a6b8dfd60d668811c5a3bec869697f94de44f6ec";
        let full = PsyncReply::Full { id: ReplId::from_wire(id.as_bytes()).expect("forty"), offset: Offset(15) };
        let not = |unexpected| PsyncReply::NotSupported { unexpected };
        for (reply, old, new) in [
            (String::new(), PsyncReply::Wait, PsyncReply::Wait),
            (format!("+FULLRESYNC {id} 15"), full.clone(), full.clone()),
            ("+FULLRESYNC abc 15".to_string(), PsyncReply::FullMalformed, PsyncReply::FullMalformed),
            (format!("+FULLRESYNC {id}"), PsyncReply::FullMalformed, PsyncReply::FullMalformed),
            ("+CONTINUE".to_string(), PsyncReply::Continue { id: None }, PsyncReply::Continue { id: None }),
            (format!("+CONTINUE {id}"), PsyncReply::Continue { id: None }, PsyncReply::Continue { id: ReplId::from_wire(id.as_bytes()) }),
            ("-LOADING Redis is".to_string(), not(true), PsyncReply::TryLater),
            ("-NOMASTERLINK Can't".to_string(), not(true), PsyncReply::TryLater),
            ("-ERR Can't SYNC while".to_string(), not(false), not(false)),
            ("-NOAUTH Authentication".to_string(), not(true), not(true)),
            ("-BUSY".to_string(), not(true), not(true)),
        ] {
            assert_eq!(classify(reply.as_bytes(), &Era::V3_0.capabilities()), old, "{reply} in 3.0");
            assert_eq!(classify(reply.as_bytes(), &Era::V7_0.capabilities()), new, "{reply} in 7.0");
        }
    }

    #[test]
    fn an_empty_id_leaves_two_spaces_in_the_inline_request() {
        assert_eq!(encode_request(&Era::V3_0.capabilities(), &psync_words("", 50)), Bytes::from_static(b"PSYNC  50\r\n"));
        assert_eq!(
            encode_request(&Era::V7_0.capabilities(), &psync_words("?", -1)),
            Bytes::from_static(b"*3\r\n$5\r\nPSYNC\r\n$1\r\n?\r\n$2\r\n-1\r\n")
        );
    }

    #[test]
    fn a_marked_transfer_ends_wherever_the_mark_is_split() {
        let mark = [b'e'; 40];
        let mut wire = b"REDIS0006 and so on".to_vec();
        wire.extend_from_slice(&mark);
        for split in 1..wire.len() {
            let mut t = Transfer { form: Form::Marked(mark), ..Transfer::default() };
            let (mut a, mut b) = (Bytes::copy_from_slice(&wire[..split]), Bytes::copy_from_slice(&wire[split..]));
            assert!(!t.take(&mut a));
            assert!(t.take(&mut b), "split at {split}");
            assert_eq!(t.file().as_ref(), b"REDIS0006 and so on");
        }
    }

    #[test]
    fn header_lines() {
        assert_eq!(header(b""), Header::Newline);
        assert_eq!(header(b"$73"), Header::Form(Form::Sized(73)));
        assert_eq!(header(b"$EOF:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"), Header::Form(Form::Marked([b'e'; 40])));
        assert_eq!(header(b"-LOADING Redis"), Header::Aborted("LOADING Redis".to_string()));
        assert_eq!(header(b"+FULLRESYNC x"), Header::BadProtocol("+FULLRESYNC x".to_string()));
    }

    #[test]
    fn steps_are_named_as_the_era_spells_them() {
        let (old, new) = (Era::V5_0.capabilities(), Era::V7_0.capabilities());
        for (step, before, since, option) in [
            (Step::Pong, "receive_pong", "receive_ping_reply", "PING"),
            (Step::Auth, "receive_auth", "receive_auth_reply", "AUTH"),
            (Step::Port, "receive_port", "receive_port_reply", "listening-port"),
            (Step::Ip, "receive_ip", "receive_ip_reply", "ip-address"),
            (Step::Capa, "receive_capa", "receive_capa_reply", "capa"),
            (Step::Psync, "receive_psync", "receive_psync_reply", "PSYNC"),
        ] {
            assert_eq!((step.awaited(&old).name(), step.awaited(&new).name(), step.asked().name()), (before, since, option));
        }
    }

    #[test]
    fn requests_of_the_handshake_in_each_era() {
        let secret = [Bytes::from_static(b"user"), Bytes::from_static(b"secret")];
        for (era, auth, ip, expected) in [
            (Era::V2_6, &[][..], None, &["REPLCONF listening-port 6380"][..]),
            (Era::V2_8, &[], None, &["REPLCONF listening-port 6380", "REPLCONF capa eof"]),
            (Era::V3_2, &secret[1..], None, &["AUTH ***", "REPLCONF listening-port 6380", "REPLCONF capa eof"]),
            (
                Era::V7_0,
                &secret,
                Some("10.0.0.9"),
                &["AUTH ***", "REPLCONF listening-port 6380", "REPLCONF ip-address 10.0.0.9", "REPLCONF capa eof capa psync2"],
            ),
            (Era::V8_2, &[], None, &["REPLCONF listening-port 6380", "REPLCONF capa eof capa psync2"]),
            (Era::V8_6, &[], None, &["REPLCONF listening-port 6380", "REPLCONF rdb-no-compress 1", "REPLCONF capa eof capa psync2"]),
            (Era::Valkey8_1, &[], None, &["REPLCONF listening-port 6380", "REPLCONF capa eof capa psync2", "REPLCONF version 8.1.8"]),
        ] {
            let who = Introduction { auth, port: 6380, ip, plain: true, release: era.release(), channel: false };
            let requests = handshake_requests(&era.capabilities(), &who);
            let texts: Vec<String> = requests.iter().map(|(_, words)| request_text(words)).collect();
            assert_eq!(texts, expected, "{era:?}");
            if let Some((Step::Auth, words)) = requests.first() {
                assert_eq!(words[1..], *auth, "{era:?}");
            }
        }
    }

    #[test]
    fn numbers_end_where_their_digits_end() {
        for (word, value) in
            [("", 0), ("-", 0), ("x1", 0), ("15", 15), ("-1", -1), ("-12x3", -12), ("7 8", 7), ("99999999999999999999", i64::MAX)]
        {
            assert_eq!(leading_number(word.as_bytes()), value, "{word:?}");
        }
    }

    #[test]
    fn a_new_id_is_read_only_off_a_line_of_exactly_its_length() {
        let id = "a6b8dfd60d668811c5a3bec869697f94de44f6ec";
        for line in [format!("+CONTINUE {id} "), format!("+CONTINUE {}", &id[1..])] {
            assert_eq!(classify(line.as_bytes(), &Era::V7_0.capabilities()), PsyncReply::Continue { id: None }, "{line}");
        }
    }

    #[test]
    fn a_sized_transfer_takes_its_bytes_and_leaves_the_stream() {
        let mut t = Transfer::default();
        assert_eq!((t.size(), t.left(), t.take(&mut Bytes::from_static(b"x"))), (-1, -1, false));
        t.form = Form::Sized(7);
        let mut wire = Bytes::from_static(b"REDI");
        assert!(!t.take(&mut wire));
        assert_eq!((t.size(), t.left(), t.read), (7, 3, 4));
        wire = Bytes::from_static(b"S00*1\r\n");
        assert!(t.take(&mut wire));
        assert_eq!((wire.as_ref(), t.left(), t.file().as_ref()), (&b"*1\r\n"[..], 0, &b"REDIS00"[..]));
    }

    #[test]
    fn a_marked_transfer_counts_downwards_and_knows_its_mark_in_crumbs() {
        let mark: [u8; 40] = core::array::from_fn(|i| i as u8);
        let mut t = Transfer { form: Form::Marked(mark), ..Transfer::default() };
        for (i, byte) in b"REDIS".iter().chain(&mark).enumerate() {
            let whole = t.take_and_forget(&mut Bytes::copy_from_slice(&[*byte]));
            assert_eq!((whole, t.size(), t.left()), (i == 44, 0, -(i as i64) - 1));
        }
        assert!(t.file().is_empty(), "the parser had the bytes");
        let mut exact = Transfer { form: Form::Marked(mark), ..Transfer::default() };
        assert!(exact.take(&mut Bytes::copy_from_slice(&mark)));
    }

    #[test]
    fn a_half_command_stays_with_the_link_before_4_0_and_is_asked_for_again_since() {
        for (era, read, request) in [(Era::V3_2, Offset(60), 51), (Era::V4_0, Offset(50), 51)] {
            let mut link = Link::new(ReplId::ZEROS, Offset(50), 3);
            assert!(!link.pre_psync);
            link.read = Offset(60);
            link.multi = Some(Vec::new());
            link.unforwarded.push(Bytes::from_static(b"*1\r\n"));
            link.suspend(&era.capabilities());
            let kept = read == Offset(60);
            assert_eq!((link.read, link.multi.is_some(), link.unforwarded.len()), (read, kept, usize::from(kept)), "{era:?}");
            assert_eq!(link.request(), (ReplId::ZEROS.to_string(), request), "{era:?}");
        }
        assert!(Link::new(ReplId::EMPTY, Offset::NONE, 0).pre_psync);
    }
}
