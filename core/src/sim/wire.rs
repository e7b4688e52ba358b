//! The rows of each link's ladder: what was said on it, one row a message, repeats folded.
//!
//! The tail of each link's ladder (the rows that may still be folded into) is part of the `Sim`, so that a recorder that is taken back to a moment can be
//! made exactly as it was then. Rows themselves stand in the [`super::recorder::Recorder`].

use super::places::SENTINEL_LINKS;
use crate::fact::{Control, ReplState, SessionState};
use crate::node::api::{Label, Payload};
use crate::text::{Sketch, Text};
use crate::time::Time;
use alloc::format;
use alloc::vec::Vec;
use serde::Serialize;

/// The kind of a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A request of the handshake.
    Request,
    /// A reply line.
    Reply,
    /// Commands of the stream.
    Stream,
    /// The stream's PING.
    Ping,
    /// REPLCONF ACK.
    Ack,
    /// RDB payload.
    Rdb,
    /// Keepalive newline.
    Newline,
    /// SYN, FIN or RST.
    Control,
    /// Client traffic.
    Client,
}
impl Kind {
    /// The kind of a run of bytes.
    #[must_use]
    pub const fn of(payload: Payload) -> Kind {
        match payload {
            Payload::Request { .. } => Kind::Request,
            Payload::Reply { .. } => Kind::Reply,
            Payload::Stream { ping: true, .. } => Kind::Ping,
            Payload::Stream { .. } => Kind::Stream,
            Payload::Ack(_) => Kind::Ack,
            Payload::Newline => Kind::Newline,
            Payload::Rdb { .. } => Kind::Rdb,
            Payload::Client => Kind::Client,
        }
    }
    /// Repeats of it make one row.
    const fn folds(self) -> bool {
        matches!(self, Kind::Stream | Kind::Ping | Kind::Ack | Kind::Rdb | Kind::Newline)
    }
}

/// The text of a label, as one line.
#[must_use]
pub fn text_of(label: &Label) -> Text {
    match label.payload {
        Payload::Request { .. } | Payload::Reply { .. } | Payload::Client | Payload::Stream { commands: 0 | 1, .. } => label.words.clone(),
        Payload::Stream { commands, .. } => format!("{} +{}", label.words, commands - 1).into(),
        Payload::Ack(offset) => {
            let mut text = Sketch::default();
            text.push_str("REPLCONF ACK ");
            text.push_number(offset);
            text.text()
        }
        Payload::Newline => "\\n".into(),
        Payload::Rdb { .. } => "RDB".into(),
    }
}

/// The speaker of a message on a link, and its moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Said {
    /// The link.
    pub link: u32,
    /// The node that sends.
    pub from: u32,
    /// From the end that dialled to the one that accepted.
    pub up: bool,
    /// Over the connection that an RDB has of its own, beside that of the stream.
    pub second: bool,
    /// When.
    pub at: Time,
    /// With which event.
    pub event: u64,
}

/// One row of a ladder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its link.
    pub link: u32,
    /// From the end that dialled (the replica) to the one that accepted.
    pub up: bool,
    /// The node that sent.
    pub from: u32,
    /// Over the connection that an RDB has of its own, beside that of the stream.
    pub second: bool,
    /// When the first of it was sent, and by which event.
    pub at: Time,
    /// The event.
    pub event: u64,
    /// When the last of it was sent.
    pub last_at: Time,
    /// When the last of it arrived, and with which event.
    pub arrived: Option<(Time, u64)>,
    /// What it is.
    pub kind: Kind,
    /// The payload as one line; of repeats the first, of ACKs the newest.
    pub text: Text,
    /// Bytes, repeats included.
    pub bytes: u64,
    /// How many.
    pub times: u32,
    /// RDB: bytes so far and in all (−1: until the mark).
    pub progress: Option<(u64, i64)>,
    /// Stream: first and last offset, in the sender's counting.
    pub range: Option<(i64, i64)>,
    /// What TCP said, if it is no payload.
    pub control: Option<Control>,
    /// It is PSYNC or SYNC.
    pub syncs: bool,
    /// A refusal: an error reply, a refused dial, a reset.
    pub refusal: bool,
    /// The replica's state after it, and the event that changed it.
    pub replica_state: Option<(ReplState, u64)>,
    /// The master's state for the replica after it, and the event that changed it.
    pub master_state: Option<(SessionState, u64)>,
}

/// The end of one link's ladder.
#[derive(Clone, Debug, Default)]
struct Tail {
    /// Rows that repeats may join.
    open: Vec<(u32, Row)>,
    /// The newest row.
    last: Option<u32>,
}

/// The ends of all ladders.
#[derive(Clone, Debug, Default)]
pub struct Wire {
    next: u32,
    /// By the link's number.
    tails: Vec<Tail>,
    /// Those of sentinels.
    of_sentinels: Vec<Tail>,
}

/// The change to the rows after a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Put {
    /// A row more.
    New,
    /// A row has become this.
    Changed,
}

impl Row {
    /// Becomes what `now`, the same row, has become since: what a repeat changes.
    pub fn catch_up(&mut self, now: &Row) {
        self.times = now.times;
        self.bytes = now.bytes;
        self.last_at = now.last_at;
        self.arrived = now.arrived;
        self.progress = now.progress;
        self.range = now.range;
        if now.kind == Kind::Ack {
            self.text.clone_from(&now.text);
        }
    }
}

impl Wire {
    /// The number that the next row will have.
    #[must_use]
    pub const fn next(&self) -> u32 {
        self.next
    }
    /// The newest row of a link.
    #[must_use]
    pub fn last(&self, link: u32) -> Option<u32> {
        self.known_tail(link)?.last
    }
    /// Rows that may still be folded into, as they are now.
    pub fn open_rows(&self) -> impl Iterator<Item = (u32, &Row)> {
        self.tails.iter().chain(&self.of_sentinels).flat_map(|tail| tail.open.iter().map(|(id, row)| (*id, row)))
    }
    /// A row that may still be folded into, as it is now.
    #[must_use]
    pub fn open_row(&self, link: u32, id: u32) -> Option<&Row> {
        let tail = self.tails.get(link as usize)?;
        tail.open.iter().find(|(open, _)| *open == id).map(|(_, row)| row)
    }
    /// A labelled run of bytes was sent: its row.
    pub fn sent(&mut self, said: Said, label: &Label, bytes: u64) -> (u32, Put, &Row) {
        let Said { link, up, second, at, .. } = said;
        let kind = Kind::of(label.payload);
        let range = if let Payload::Stream { first, .. } = label.payload { Some((first, first + bytes as i64 - 1)) } else { None };
        let progress = if let Payload::Rdb { sent, total } = label.payload { Some((sent, total)) } else { None };
        let open = self.known_tail(link).map_or(&[][..], |tail| &tail.open);
        let found =
            if kind.folds() { open.iter().position(|(_, row)| row.kind == kind && row.up == up && row.second == second) } else { None };
        if let Some(found) = found {
            let tail = self.tail(link);
            let (id, row) = &mut tail.open[found];
            row.times += 1;
            row.bytes += bytes;
            row.last_at = at;
            if kind == Kind::Ack {
                row.text = text_of(label);
            }
            row.progress = progress;
            row.range = range.map(|(first, last)| (row.range.map_or(first, |(before, _)| before), last));
            tail.last = Some(*id);
            return (*id, Put::Changed, row);
        }
        let refusal = label.payload == Payload::Reply { error: true };
        let syncs = label.payload == Payload::Request { syncs: true };
        let row = Row { range, progress, refusal, syncs, ..Self::row(said, kind, text_of(label), bytes) };
        self.push(link, row)
    }
    /// The last of a row arrived.
    pub fn arrived(&mut self, link: u32, id: u32, now: Time, event: u64) {
        let open = self.tail(link).open.iter_mut().find(|(open, _)| *open == id);
        if let Some((_, row)) = open {
            row.arrived = Some((now, event));
        }
    }
    /// Something that is no payload: a dial, an end.
    pub fn control(&mut self, said: Said, what: Control) -> (u32, Put, &Row) {
        self.tail(said.link).open.clear();
        let row = Row { control: Some(what), refusal: what.refuses(), ..Self::row(said, Kind::Control, what.name().into(), 0) };
        self.push(said.link, row)
    }
    fn row(said: Said, kind: Kind, text: Text, bytes: u64) -> Row {
        let Said { link, from, up, second, at, event } = said;
        Row {
            link,
            up,
            from,
            second,
            at,
            event,
            last_at: at,
            arrived: None,
            kind,
            text,
            bytes,
            times: 1,
            progress: None,
            range: None,
            control: None,
            syncs: false,
            refusal: false,
            replica_state: None,
            master_state: None,
        }
    }
    fn known_tail(&self, link: u32) -> Option<&Tail> {
        match link.checked_sub(SENTINEL_LINKS) {
            Some(link) => self.of_sentinels.get(link as usize),
            None => self.tails.get(link as usize),
        }
    }
    fn tail(&mut self, link: u32) -> &mut Tail {
        let (tails, link) = match link.checked_sub(SENTINEL_LINKS) {
            Some(link) => (&mut self.of_sentinels, link as usize),
            None => (&mut self.tails, link as usize),
        };
        if tails.len() <= link {
            tails.resize_with(link + 1, Tail::default);
        }
        &mut tails[link]
    }
    fn push(&mut self, link: u32, row: Row) -> (u32, Put, &Row) {
        let id = self.next;
        self.next += 1;
        let tail = self.tail(link);
        tail.last = Some(id);
        if !row.kind.folds() {
            tail.open.clear();
        }
        tail.open.push((id, row));
        let (_, row) = tail.open.last().expect("a row was pushed");
        (id, Put::New, row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn said(link: u32, from: u32, up: bool, at: Time, event: u64) -> Said {
        Said { link, from, up, second: false, at, event }
    }

    #[test]
    fn repeats_fold_until_something_else_is_said() {
        let mut wire = Wire::default();
        let ping = Label::stream(1, "PING", 1);
        let (a, put, _) = wire.sent(said(0, 1, false, Time::from_secs(1), 1), &ping, 14);
        assert_eq!(put, Put::New);
        let ack = wire.sent(said(0, 2, true, Time::from_secs(2), 2), &Payload::Ack(15).into(), 37).0;
        let again = Label::stream(15, "PING", 1);
        let (b, put, row) = wire.sent(said(0, 1, false, Time::from_secs(3), 3), &again, 14);
        assert_eq!((a, put, row.times, row.bytes, row.range), (b, Put::Changed, 2, 28, Some((1, 28))));
        assert_ne!(a, ack);
        wire.sent(said(0, 1, false, Time::from_secs(4), 4), &Label::reply("-LOADING"), 10);
        assert_ne!(wire.sent(said(0, 1, false, Time::from_secs(5), 5), &again, 14).0, a);
        assert_ne!(wire.sent(said(7, 1, false, Time::from_secs(5), 5), &again, 14).0, a, "each link has its own ladder");
    }

    #[test]
    fn what_is_said_over_either_connection_has_rows_of_its_own() {
        let mut wire = Wire::default();
        let newline: Label = Payload::Newline.into();
        let second = |at, event| Said { second: true, ..said(0, 1, false, at, event) };
        let main = wire.sent(said(0, 1, false, Time::from_secs(1), 1), &newline, 1).0;
        let (other, put, row) = wire.sent(second(Time::from_secs(2), 2), &newline, 1);
        assert_eq!((put, row.second), (Put::New, true));
        assert_ne!(main, other);
        assert_eq!(wire.sent(second(Time::from_secs(3), 3), &newline, 1).0, other);
        assert_eq!(wire.sent(said(0, 1, false, Time::from_secs(4), 4), &newline, 1).0, main);
    }
}
