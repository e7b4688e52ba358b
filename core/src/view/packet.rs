//! A packet opened: its bytes, piece by piece, and what they say. Made for the one packet that somebody has opened; nobody else pays for it.

use super::stream::{Frame, frame};
use super::{LinkIx, NodeIx, PacketKind};
use crate::node::api::Payload;
use crate::repl::Offset;
use crate::resp::cli;
use crate::sim::tcp::Freight;
use crate::sim::wire::text_of;
use crate::sim::{OnTheWay, Sim};
use crate::time::Time;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// Characters of one word of a command.
const WORD_MAX: usize = 24;
/// Characters of a whole command, or of a line.
const TEXT_MAX: usize = 96;

/// Where an opened packet is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PacketState {
    /// At this moment of the run it has not been sent yet.
    NotSent,
    /// On its way; it arrives at this moment, µs.
    OnItsWay(u64),
    /// Held by a black hole.
    Held,
    /// It has arrived.
    Arrived,
    /// Its connection was reset while it was on its way.
    Lost,
}

/// The kind of a piece of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PartKind {
    /// A whole command, as RESP writes it.
    Command,
    /// A line: an inline request, a reply, the size that goes before an RDB.
    Line,
    /// A keepalive newline.
    Newline,
    /// A piece of an RDB.
    Rdb,
    /// The end, or the middle, of a command that began in an earlier packet.
    Rest,
    /// A command that ends in a later packet.
    Begin,
}

/// A piece of a packet that says one thing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PacketPart {
    /// Place of its first byte in the packet.
    pub at: usize,
    /// Its bytes.
    pub bytes: usize,
    /// Offset of its first byte in the stream, if it is stream.
    pub offset: Option<Offset>,
    /// What it is.
    pub kind: PartKind,
    /// What it says: a command with its words, a line.
    pub text: String,
}

/// A packet with its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PacketOpened {
    /// Its number, the same in every run of the same inputs.
    pub id: u64,
    /// Its link.
    pub link: LinkIx,
    /// Who sent it.
    pub from: NodeIx,
    /// To whom.
    pub to: NodeIx,
    /// Over the connection that an RDB has of its own, beside that of the stream.
    pub second: bool,
    /// What it is.
    pub kind: PacketKind,
    /// Its short text.
    pub text: String,
    /// When it left, µs.
    pub sent_us: u64,
    /// Where it is.
    pub state: PacketState,
    /// When it was to arrive as it was last known, µs; nothing while it is held.
    pub due_us: Option<u64>,
    /// Its bytes: the very ones that travel.
    pub bytes: Bytes,
    /// Offset of its first byte in the stream, if it is stream.
    pub first: Option<Offset>,
    /// A piece of an RDB: place of its first byte in the file, and the file's size (−1: unknown until its end).
    pub file: Option<(u64, i64)>,
    /// What it says, in order: together all its bytes.
    pub parts: Vec<PacketPart>,
}

/// The opened packet at this moment. `before`: the same packet as it was shown last, if it was.
pub(super) fn opened(sim: &Sim, id: u64, before: Option<&PacketOpened>) -> Option<PacketOpened> {
    let before = before.filter(|before| before.id == id);
    let Some(under_way) = sim.packets().find(|under_way| under_way.packet.id == id) else {
        // It is no longer, or not yet, on its way.
        let before = before?;
        let now = sim.now().as_micros();
        let state = match before.due_us {
            _ if now < before.sent_us => PacketState::NotSent,
            Some(due) if now >= due => PacketState::Arrived,
            _ => PacketState::Lost,
        };
        return Some(PacketOpened { state, ..before.clone() });
    };
    let packet = under_way.packet;
    let due_us = (packet.t1 != Time::NEVER).then(|| packet.t1.as_micros());
    let state = due_us.map_or(PacketState::Held, PacketState::OnItsWay);
    match before {
        Some(before) => Some(PacketOpened { state, due_us, ..before.clone() }),
        None => Some(PacketOpened { state, due_us, ..decoded(sim, &under_way) }),
    }
}

fn decoded(sim: &Sim, under_way: &OnTheWay<'_>) -> PacketOpened {
    let packet = under_way.packet;
    let ends = &sim.links()[under_way.link as usize];
    let bytes = packet.bytes.clone();
    let (kind, text, first, file) = match &packet.freight {
        Freight::Data(label) => {
            let first = if let Payload::Stream { first, .. } = label.payload { Some(Offset(first)) } else { None };
            let file = if let Payload::Rdb { sent, total } = label.payload {
                Some((sent.saturating_sub(bytes.len() as u64), total))
            } else {
                None
            };
            (PacketKind::of(label.payload), text_of(label).to_string(), first, file)
        }
        Freight::Accept => (PacketKind::Control, crate::fact::Control::Syn.to_string(), None, None),
        Freight::Fin => (PacketKind::Control, crate::fact::Control::Fin.to_string(), None, None),
        Freight::Reset => (PacketKind::Control, crate::fact::Control::Rst.to_string(), None, None),
    };
    PacketOpened {
        id: packet.id,
        link: under_way.link,
        from: under_way.from,
        to: if under_way.from == ends.a { ends.b } else { ends.a },
        second: under_way.second,
        kind,
        text,
        sent_us: if packet.sent == Time::NEVER { sim.now() } else { packet.sent }.as_micros(),
        state: PacketState::Held,
        due_us: None,
        parts: parts(&bytes, kind, first),
        bytes,
        first,
        file,
    }
}

/// What the bytes of a packet say, piece by piece: together all of them, in order.
#[must_use]
fn parts(bytes: &Bytes, kind: PacketKind, first: Option<Offset>) -> Vec<PacketPart> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let (end, of, text) =
            if kind == PacketKind::Rdb { (bytes.len(), PartKind::Rdb, String::new()) } else { piece(bytes, at, first.is_some()) };
        all.push(PacketPart { at, bytes: end - at, offset: first.map(|first| first + at as i64), kind: of, text });
        at = end;
    }
    all
}

/// The piece that begins at `at`: where it ends, what it is, and what it says.
fn piece(bytes: &Bytes, at: usize, stream: bool) -> (usize, PartKind, String) {
    match bytes[at] {
        b'\n' => return (at + 1, PartKind::Newline, String::from("\\n")),
        b'*' => match frame(bytes, at) {
            Frame::Command(words) => {
                let end = words.last().map_or(bytes.len(), |(_, end)| end + 2);
                return (end, PartKind::Command, command_text(bytes, &words));
            }
            Frame::Short => return (bytes.len(), PartKind::Begin, begun_text(&bytes[at..])),
            Frame::Wrong => {}
        },
        _ if stream => {
            // The rest of what an earlier packet began: up to the first place from which commands follow.
            let begins =
                |place: &usize| bytes[*place] == b'*' && bytes[place - 1] == b'\n' && !matches!(frame(bytes, *place), Frame::Wrong);
            let end = (at + 1..bytes.len()).find(begins).unwrap_or(bytes.len());
            return (end, PartKind::Rest, line_text(&bytes[at..end]));
        }
        _ => {}
    }
    let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |place| at + place + 1);
    (end, PartKind::Line, line_text(&bytes[at..end]))
}

/// A command's words, long ones cut, as one could type them.
fn command_text(bytes: &[u8], words: &[(usize, usize)]) -> String {
    let mut text = String::new();
    for (start, end) in words {
        if text.chars().count() > TEXT_MAX {
            text.push_str(" …");
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        word_text(&bytes[*start..*end], &mut text);
    }
    text
}

fn word_text(word: &[u8], text: &mut String) {
    let shown = &word[..word.len().min(WORD_MAX)];
    if !shown.is_empty() && shown.iter().all(u8::is_ascii_graphic) {
        text.push_str(core::str::from_utf8(shown).unwrap_or_default());
    } else {
        text.push_str(&cli::quote(shown));
    }
    if word.len() > WORD_MAX {
        text.push('…');
    }
}

/// The words of a command of which not all bytes are here, as far as they are whole.
fn begun_text(bytes: &[u8]) -> String {
    let mut lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).skip(1);
    let mut text = String::new();
    while let (Some(length), Some(word)) = (lines.next(), lines.next()) {
        if !length.starts_with(b"$") || text.chars().count() > TEXT_MAX {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        word_text(word, &mut text);
    }
    text.push('…');
    text
}

/// A line without its end; bytes that do not print as redis-cli writes them.
fn line_text(bytes: &[u8]) -> String {
    let line = bytes.trim_ascii_end();
    let shown = &line[..line.len().min(TEXT_MAX)];
    let mut text = if shown.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
        String::from_utf8_lossy(shown).into_owned()
    } else {
        cli::quote(shown)
    };
    if line.len() > TEXT_MAX {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Recorder;

    fn said(bytes: &'static [u8], kind: PacketKind, first: Option<i64>) -> Vec<(usize, usize, PartKind, String)> {
        let all = parts(&Bytes::from_static(bytes), kind, first.map(Offset));
        assert_eq!(all.iter().map(|part| part.bytes).sum::<usize>(), bytes.len(), "all bytes are in some piece");
        assert!(all.windows(2).all(|two| two[0].at + two[0].bytes == two[1].at));
        assert!(all.iter().all(|part| part.offset.map(|offset| offset.0) == first.map(|first| first + part.at as i64)));
        all.into_iter().map(|part| (part.at, part.bytes, part.kind, part.text)).collect()
    }
    fn text(text: &str) -> String {
        String::from(text)
    }

    #[test]
    fn each_byte_of_a_packet_belongs_to_one_piece() {
        use PartKind::{Begin, Command, Line, Newline, Rdb, Rest};
        let stream = b"*1\r\n$4\r\nPING\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\na b\r\n";
        assert_eq!(said(stream, PacketKind::Stream, Some(21)), [(0, 14, Command, text("PING")), (14, 29, Command, text("SET k \"a b\""))]);
        let torn = b"KING\r\n*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nDEL\r\n$9\r\nkey:";
        assert_eq!(
            said(torn, PacketKind::Stream, Some(7)),
            [(0, 6, Rest, text("KING")), (6, 14, Command, text("PING")), (20, 21, Begin, text("DEL key:…"))]
        );
        assert_eq!(said(b"PSYNC ? -1\r\n", PacketKind::Request, None), [(0, 12, Line, text("PSYNC ? -1"))]);
        assert_eq!(said(b"\n", PacketKind::Newline, None), [(0, 1, Newline, text("\\n"))]);
        assert_eq!(said(b"+CONTINUE\r\n$3\r\n", PacketKind::Reply, None), [(0, 11, Line, text("+CONTINUE")), (11, 4, Line, text("$3"))]);
        assert_eq!(said(b"REDIS0006\xfe\n*", PacketKind::Rdb, None), [(0, 12, Rdb, text(""))]);
        for wrong in [&b"*x\r\n"[..], b"*", b"$", b"\xff\xfe", b"*99999999999\r\n"] {
            let all = parts(&Bytes::copy_from_slice(wrong), PacketKind::Stream, Some(Offset(1)));
            assert_eq!(all.iter().map(|part| part.bytes).sum::<usize>(), wrong.len());
        }
    }

    const WORLD: &str = "era 3.0\nseed 7\ndefault link latency 60ms bandwidth 40kb/s\nnode master keys 300 size 100\nnode replica-1 follows master\n\
        client writer on master: every 50ms SET key:{1..100} {32 bytes}\n";

    #[test]
    fn an_opened_packet_stays_until_it_has_landed_and_its_offsets_are_those_of_the_stream() {
        let scenario = crate::scenario::parse(WORLD).unwrap();
        let (mut sim, mut rec) = (Sim::new(&scenario.world).unwrap(), Recorder::default());
        let (mut streams, mut files) = (0, 0);
        for _ in 0..200 {
            sim.run_until(sim.now() + crate::time::Span::from_millis(20), &mut rec, 100_000);
            for view in super::super::packets(&sim) {
                let packet = opened(&sim, view.id, None).expect("it is on its way");
                assert_eq!((packet.text.as_str(), packet.bytes.len() as u64, packet.first), (&*view.text, view.bytes, view.first));
                assert!(packet.sent_us <= sim.now().as_micros() && packet.due_us.is_some_and(|due| due >= sim.now().as_micros()));
                assert_eq!(packet.parts.iter().map(|part| part.bytes).sum::<usize>(), packet.bytes.len());
                assert_eq!(packet.state, PacketState::OnItsWay(view.t1_us));
                if let Some(first) = packet.first {
                    streams += 1;
                    let held = sim.node(0).backlog().read(first, packet.bytes.len());
                    assert_eq!(held, packet.bytes, "the master's backlog holds the same bytes at {first}");
                }
                if let Some((at, total)) = packet.file {
                    files += 1;
                    assert!(at + packet.bytes.len() as u64 <= total as u64);
                    assert!(at > 0 || packet.bytes.starts_with(b"REDIS"), "byte 0 of the file is its magic");
                }
            }
        }
        assert!(streams > 20 && files > 3, "{streams} {files}");

        let id = super::super::packets(&sim).last().expect("something is always under way").id;
        let open = opened(&sim, id, None).expect("it is there");
        let earlier = sim.clone();
        let link = (sim.machine(0).spec.name.clone(), sim.machine(1).spec.name.clone());
        let mut cut = sim.clone();
        let act = crate::sim::world::Act::Cut { a: link.0, b: link.1 };
        cut.act(&act, &mut rec.clone()).unwrap();
        assert_eq!(opened(&cut, id, Some(&open)).map(|packet| packet.state), Some(PacketState::Lost));
        sim.run_until(sim.now() + crate::time::Span::from_secs(2), &mut rec, 100_000);
        let landed = opened(&sim, id, Some(&open)).expect("it stays open");
        assert_eq!((landed.state, &landed.bytes), (PacketState::Arrived, &open.bytes));
        assert_eq!(opened(&earlier, id, Some(&landed)).map(|packet| packet.due_us), Some(open.due_us), "back in time it flies again");
        assert_eq!(opened(&sim, u64::MAX, Some(&landed)), None);
    }
}
