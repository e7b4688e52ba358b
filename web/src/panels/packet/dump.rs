//! The bytes of a piece: in hexadecimal and as text, each line with the offset of its first byte.

use crate::format::grouped;
use crate::i18n::Strings;
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

/// The bytes of a piece. Those of a stream stand at their offsets, those of a file at their places in it, others are counted from 0.
pub(super) fn dump(packet: &PacketOpened, part: &PacketPart, t: &'static Strings) -> Html {
    let end = part.at + part.bytes.min(SHOWN);
    let bytes = packet.bytes.get(part.at..end).unwrap_or_default();
    let from = part.offset.map(|offset| offset.0).or_else(|| packet.file.map(|(at, _)| at as i64)).unwrap_or(0);
    let all = lines(bytes, from);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_stands_at_its_offset() {
        let all = lines(b"*1\r\n$4\r\nPING\r\n", 21_006);
        assert_eq!(all.len(), 2);
        assert_eq!(all[0], Line { at: grouped(21_006), hex: "2a 31 0d 0a 24 34 0d 0a".into(), text: "*1··$4··".into() });
        assert_eq!(all[1], Line { at: grouped(21_014), hex: "50 49 4e 47 0d 0a".into(), text: "PING··".into() });
        assert!(lines(b"", 1).is_empty());
    }
}
