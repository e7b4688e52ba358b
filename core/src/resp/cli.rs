//! Replies as redis-cli prints them on a terminal.

use super::Reply;
use crate::era::Era;
use alloc::string::{String, ToString};
use bytes::Bytes;
use core::fmt::Write;

/// A reply as redis-cli of 7.0 prints it, without the last line's end.
#[must_use]
pub fn format(reply: &Reply) -> String {
    format_era(reply, Era::V7_0)
}

/// A reply as the redis-cli of an era prints it, without the last line's end.
#[must_use]
pub fn format_era(reply: &Reply, era: Era) -> String {
    let mut out = String::new();
    // redis-cli said "list or set" until 6.0 learned more types.
    let empty = if era.capabilities().cli_says_empty_array { "(empty array)" } else { "(empty list or set)" };
    terminal(reply, "", empty, &mut out);
    while out.ends_with('\n') {
        out.pop();
    }
    out
}

fn terminal(reply: &Reply, prefix: &str, empty: &str, out: &mut String) {
    match reply {
        Reply::Status(text) => out.push_str(text),
        Reply::StatusText(text) => out.push_str(text),
        Reply::Error(text) => {
            out.push_str("(error) ");
            out.push_str(text);
        }
        Reply::Int(number) => {
            let _ = write!(out, "(integer) {number}");
        }
        Reply::Bulk(bytes) => quote_into(bytes, out),
        Reply::Nil | Reply::NilArray => out.push_str("(nil)"),
        Reply::Array(items) if items.is_empty() => out.push_str(empty),
        Reply::Array(items) => {
            let width = items.len().to_string().len();
            let deeper = [prefix, &" ".repeat(width + 2)].concat();
            for (i, item) in items.iter().enumerate() {
                let _ = write!(out, "{}{:>width$}) ", if i == 0 { "" } else { prefix }, i + 1);
                terminal(item, &deeper, empty, out);
            }
            return;
        }
        Reply::Several(replies) => {
            for reply in replies {
                terminal(reply, prefix, empty, out);
            }
            return;
        }
        Reply::None => return,
    }
    out.push('\n');
}

/// A reply as redis-cli prints it when a command's output is text for people: strings as they are.
#[must_use]
pub fn format_raw(reply: &Reply) -> String {
    match reply {
        Reply::Bulk(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Reply::Status(text) => (*text).to_string(),
        Reply::StatusText(text) | Reply::Error(text) => text.clone(),
        Reply::Int(number) => number.to_string(),
        Reply::Nil | Reply::NilArray | Reply::None => String::new(),
        Reply::Array(items) | Reply::Several(items) => items.iter().map(format_raw).collect::<alloc::vec::Vec<_>>().join("\n"),
    }
}

/// Whether redis-cli prints this command's reply as it is, without quotes: INFO, CLIENT LIST and the like.
#[must_use]
pub fn is_raw(command: &[Bytes]) -> bool {
    let word = |i: usize, text: &str| command.get(i).is_some_and(|w: &Bytes| w.eq_ignore_ascii_case(text.as_bytes()));
    word(0, "info")
        || (word(0, "client") && (word(1, "list") || word(1, "info")))
        || (word(0, "cluster") && (word(1, "nodes") || word(1, "info")))
        || (word(0, "memory") && (word(1, "malloc-stats") || word(1, "doctor")))
        || (word(0, "latency") && (word(1, "graph") || word(1, "doctor")))
}

/// The text that redis-cli prints for one command: quoted or raw as the command asks for.
#[must_use]
pub fn format_for(command: &[Bytes], reply: &Reply, era: Era) -> String {
    match reply {
        Reply::Bulk(_) if is_raw(command) => format_raw(reply),
        _ => format_era(reply, era),
    }
}

/// Bytes in double quotes, as redis-cli and Redis's logs print them.
#[must_use]
pub fn quote(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    quote_into(bytes, &mut out);
    out
}

fn quote_into(bytes: &[u8], out: &mut String) {
    out.push('"');
    for &byte in bytes {
        match byte {
            b'\\' | b'"' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x07 => out.push_str("\\a"),
            0x08 => out.push_str("\\b"),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    #[test]
    fn scalars() {
        for (reply, text) in [
            (Reply::OK, "OK"),
            (Reply::error("ERR syntax error"), "(error) ERR syntax error"),
            (Reply::Int(-1), "(integer) -1"),
            (Reply::Nil, "(nil)"),
            (Reply::NilArray, "(nil)"),
            (Reply::bulk("a \"b\"\\\n\x07\x00\u{e4}"), r#""a \"b\"\\\n\a\x00\xc3\xa4""#),
            (Reply::Array(vec![]), "(empty array)"),
            (Reply::None, ""),
        ] {
            assert_eq!(format(&reply), text);
        }
        assert_eq!(format_era(&Reply::Array(vec![]), Era::V3_0), "(empty list or set)");
    }

    #[test]
    fn arrays_align_and_nest() {
        let ten: Vec<Reply> = (1..=10).map(Reply::Int).collect();
        let nested =
            Reply::Array(vec![Reply::bulk("0"), Reply::Array(vec![Reply::bulk("a"), Reply::Array(ten), Reply::Nil]), Reply::Array(vec![])]);
        let text = "1) \"0\"\n2) 1) \"a\"\n   2)  1) (integer) 1\n       2) (integer) 2\n       3) (integer) 3\n       4) (integer) 4\n       5) (integer) 5\n       6) (integer) 6\n       7) (integer) 7\n       8) (integer) 8\n       9) (integer) 9\n      10) (integer) 10\n   3) (nil)\n3) (empty array)";
        assert_eq!(format(&nested), text);
    }

    #[test]
    fn info_is_printed_as_it_is() {
        let info = [Bytes::from_static(b"INFO"), Bytes::from_static(b"replication")];
        let reply = Reply::bulk("# Replication\r\nrole:master\r\n");
        assert_eq!(format_for(&info, &reply, Era::V3_0), "# Replication\r\nrole:master\r\n");
        assert!(is_raw(&info) && is_raw(&["client".into(), "LIST".into()]) && !is_raw(&["CLIENT".into(), "ID".into()]));
        assert_eq!(format_for(&info, &Reply::error("LOADING x"), Era::V3_0), "(error) LOADING x");
    }
}
