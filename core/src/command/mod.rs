//! Commands as values: one table, looked up by name; data commands are functions over the data, server commands a plain enum that the node
//! matches. Propagation, blocking and cost are decided here and acted on by the node.

mod absent;
#[cfg(test)]
mod cases;
pub mod conf_file;
mod context;
pub mod directives;
mod errors;
mod field_times;
pub mod glob;
mod hashes;
mod inert;
mod keys;
mod listing;
mod lists;
mod names;
mod objects;
mod sample;
mod scan;
mod sets;
mod sort;
pub mod spec;
mod strings;
pub mod syntax;
mod table;
mod zset_algebra;
mod zsets;

pub(crate) use absent::absent_debug;
pub(crate) use context::{deletion, short_int};
pub use errors::{unknown_command, wrong_arity};
pub use field_times::{ExpiredFields, expire_fields};
pub use inert::is_inert;
pub use keys::active_expire;
pub(crate) use keys::look;
pub use listing::{command as command_info, denied_without_memory};
pub use names::{full_name, length_comes_last};
pub use spec::{Args, Block, DataCtx, Effect, Flags, Outcome, Reply, Run, ServerCmd, Spec, Work, Written};
pub use table::{lookup, table};

use crate::era::Era;
use crate::text::{Sketch, Text};
use bytes::Bytes;

/// Characters of one word that [`short_text`] shows.
const SHORT_WORD: usize = 24;

/// A command in a few characters, for lanes and panels: name and first key, `SET key:76`; the first words of a command without keys.
#[must_use]
pub fn short_text(args: &[Bytes]) -> Text {
    let mut out = Sketch::default();
    let Some(name) = args.first() else { return Text::default() };
    push_word(name, &mut out);
    let keys = lookup(name, Era::V7_0).map_or((0, 0, 0), |spec| spec.keys);
    let shown = match keys {
        (0, ..) => 3,
        (_, last, _) if last > 1 => 3,
        _ => 2,
    };
    for word in args.iter().take(shown).skip(1) {
        out.push_str(" ");
        push_word(word, &mut out);
    }
    if args.len() > shown && (keys.0 == 0 || keys.1 < 0) {
        out.push_str(" …");
    }
    out.text()
}
fn push_word(word: &[u8], out: &mut Sketch) {
    out.push_ascii(&word[..word.len().min(SHORT_WORD)]);
    if word.len() > SHORT_WORD {
        out.push_str("…");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::split_args;

    #[test]
    fn short_texts() {
        for (line, text) in [
            ("SET key:76 value PX 100", "SET key:76"),
            ("get k", "get k"),
            ("DEL a", "DEL a"),
            ("DEL a b c", "DEL a …"),
            ("RENAME a b", "RENAME a b"),
            ("PING", "PING"),
            ("SELECT 3", "SELECT 3"),
            ("REPLCONF ACK 42", "REPLCONF ACK 42"),
            ("CONFIG SET a b", "CONFIG SET a …"),
            (r#"SET "a\nb" x"#, "SET a·b"),
            (r#"SET "\x00\xff" x"#, "SET ··"),
            ("SET abcdefghijklmnopqrstuvwxyz x", "SET abcdefghijklmnopqrstuvwx…"),
            ("", ""),
        ] {
            assert_eq!(short_text(&split_args(line).expect("balanced")), text, "{line}");
        }
    }
}
