//! The bytes of a piece: in hexadecimal and as text, each line with the offset of its first byte.

use crate::action::Written;
use crate::format::grouped;
use crate::i18n::Strings;
use resync_core::resp::cli::quote;
use resync_core::view::{PacketOpened, PacketPart};
use yew::{Html, html};

/// Bytes of a line.
const WIDE: usize = 8;
/// Bytes that are shown at most.
const SHOWN: usize = 256;

/// A line: where its first byte stands, the bytes in hexadecimal, and as text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Line {
    pub(super) at: String,
    pub(super) hex: String,
    pub(super) text: String,
}

/// The lines of some bytes, of which the first stands at `from`.
pub(super) fn lines(bytes: &[u8], from: i64) -> Vec<Line> {
    bytes
        .chunks(WIDE)
        .enumerate()
        .map(|(i, line)| {
            let hex: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
            let text = line.iter().map(|byte| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '·' }).collect();
            Line { at: grouped(from + (i * WIDE) as i64), hex: hex.join(" "), text }
        })
        .collect()
}

/// The number of a piece's first byte.
fn first_at(packet: &PacketOpened, part: &PacketPart) -> i64 {
    part.offset.map(|offset| offset.0).or_else(|| packet.file.map(|(at, _)| at as i64)).unwrap_or(0)
}

/// The bytes of a piece. Those of a stream stand at their offsets, those of a file at their places in it, others are counted from 0.
pub(super) fn dump(packet: &PacketOpened, part: &PacketPart, t: &'static Strings) -> Html {
    let end = part.at + part.bytes.min(SHOWN);
    let bytes = packet.bytes.get(part.at..end).unwrap_or_default();
    let all = lines(bytes, first_at(packet, part));
    let wide = all.last().map_or(0, |line| line.at.chars().count());
    html! {
        <>
            if part.bytes > SHOWN { <p class="muted">{ (t.topology.dump_of)(&grouped(SHOWN as i64), &grouped(part.bytes as i64)) }</p> }
            <pre class="hex" tabindex="0">
                { for all.into_iter().map(|line| html! { <><span class="muted">{ format!("{:>wide$}", line.at) }</span>{ format!("  {:<23}  {}\n", line.hex, line.text) }</> }) }
            </pre>
        </>
    }
}

/// All bytes of a packet as one writes them down. In hexadecimal a line has the number of its first byte, without grouping.
#[must_use]
pub fn written(packet: &PacketOpened, how: Written) -> String {
    let pieces = packet.parts.iter().map(|part| (part, packet.bytes.get(part.at..part.at + part.bytes).unwrap_or_default()));
    let mut out = String::new();
    for (part, bytes) in pieces {
        match how {
            Written::Quoted => {
                out.push_str(&quote(bytes));
                out.push('\n');
            }
            Written::Hex => {
                for line in lines(bytes, first_at(packet, part)) {
                    out.push_str(&format!("{}  {:<23}  {}\n", line.at.replace('\u{202f}', ""), line.hex, line.text));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_core::repl::Offset;
    use resync_core::view::{PacketKind, PacketState, PartKind};

    #[test]
    fn each_line_stands_at_its_offset() {
        let all = lines(b"*1\r\n$4\r\nPING\r\n", 21_006);
        assert_eq!(all.len(), 2);
        assert_eq!(all[0], Line { at: grouped(21_006), hex: "2a 31 0d 0a 24 34 0d 0a".into(), text: "*1··$4··".into() });
        assert_eq!(all[1], Line { at: grouped(21_014), hex: "50 49 4e 47 0d 0a".into(), text: "PING··".into() });
        assert!(lines(b"", 1).is_empty());
    }

    #[test]
    fn what_is_copied_is_every_byte_in_either_writing() {
        let (a, b) = (&b"+CONTINUE\r\n"[..], &b"*1\r\n$4\r\nPING\r\n"[..]);
        let part = |at: usize, bytes: usize, offset: Option<i64>| PacketPart {
            at,
            bytes,
            offset: offset.map(Offset),
            kind: PartKind::Line,
            text: String::new(),
        };
        let packet = PacketOpened {
            id: 1,
            link: 0,
            from: 0,
            to: 1,
            second: false,
            kind: PacketKind::Reply,
            text: String::new(),
            sent_us: 0,
            state: PacketState::Arrived,
            due_us: None,
            bytes: [a, b].concat().into(),
            first: None,
            file: None,
            parts: vec![part(0, a.len(), None), part(a.len(), b.len(), Some(21_006))],
        };
        assert_eq!(written(&packet, Written::Quoted), "\"+CONTINUE\\r\\n\"\n\"*1\\r\\n$4\\r\\nPING\\r\\n\"\n");
        let hex = written(&packet, Written::Hex);
        assert!(hex.starts_with("0  2b 43 4f 4e 54 49 4e 55  +CONTINU\n8  45 0d 0a"), "{hex}");
        assert!(hex.contains("21006  2a 31 0d 0a 24 34 0d 0a  *1··$4··\n21014  50 49 4e 47 0d 0a"), "{hex}");
    }
}
