//! The texts of errors, era by era.

use crate::era::Era;
use crate::resp::Reply;
use alloc::format;
use alloc::string::String;
use bytes::Bytes;

pub(super) const SYNTAX: &str = "ERR syntax error";
pub(super) const NOT_AN_INTEGER: &str = "ERR value is not an integer or out of range";
pub(super) const NOT_A_FLOAT: &str = "ERR value is not a valid float";
pub(super) const NOT_FINITE: &str = "ERR increment would produce NaN or Infinity";
pub(super) const NO_SUCH_KEY: &str = "ERR no such key";
pub(super) const OVERFLOW: &str = "ERR increment or decrement would overflow";

/// `ERR wrong number of arguments for 'get' command`.
#[must_use]
pub fn wrong_arity(name: &str) -> Reply {
    Reply::Error(format!("ERR wrong number of arguments for '{name}' command"))
}

/// A word as C prints it: up to the first NUL.
fn c_text(word: &[u8]) -> &[u8] {
    word.split(|&b| b == 0).next().unwrap_or_default()
}

/// The error for a command that the era or Resync does not have; from 4.0 on it repeats the first words.
#[must_use]
pub fn unknown_command(args: &[Bytes], era: Era) -> Reply {
    if let Some(refusal) = args.first().and_then(|name| super::absent::absent(name, era)) {
        return refusal;
    }
    let name = args.first().map_or(&b""[..], |name| c_text(name));
    let shown = |word: &[u8], most: usize| String::from_utf8_lossy(&word[..word.len().min(most)]).into_owned();
    if !era.has(Era::V4_0) {
        return Reply::Error(format!("ERR unknown command '{}'", shown(name, usize::MAX)));
    }
    let (open, close, between) = if era.has(Era::V7_0) { ('\'', '\'', " ") } else { ('`', '`', ", ") };
    let mut words = String::new();
    for word in args.iter().skip(1) {
        if words.len() >= 128 {
            break;
        }
        let most = 128 - words.len();
        words.push(open);
        words.push_str(&shown(c_text(word), most));
        words.push(close);
        words.push_str(between);
    }
    Reply::Error(format!("ERR unknown command {open}{}{close}, with args beginning with: {words}", shown(name, 128)))
}

pub(super) fn wrong_type() -> Reply {
    Reply::error("WRONGTYPE Operation against a key holding the wrong kind of value")
}

/// A time to live that is zero, negative or too large.
pub(super) fn invalid_expire(name: &str, era: Era) -> Reply {
    Reply::Error(if era.has(Era::V7_0) {
        format!("ERR invalid expire time in '{name}' command")
    } else {
        format!("ERR invalid expire time in {name}")
    })
}

/// Words that do not come in pairs.
pub(super) fn wrong_pairs(name: &str, era: Era) -> Reply {
    if era.has(Era::V7_0) {
        wrong_arity(name)
    } else {
        Reply::Error(format!("ERR wrong number of arguments for {}", name.to_ascii_uppercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::split_args;

    #[test]
    fn unknown_commands_by_era() {
        let args = split_args("FOO a \"b c\"").expect("balanced");
        for (era, text) in [
            (Era::V3_0, "ERR unknown command 'FOO'"),
            (Era::V5_0, "ERR unknown command `FOO`, with args beginning with: `a`, `b c`, "),
            (Era::V7_0, "ERR unknown command 'FOO', with args beginning with: 'a' 'b c' "),
        ] {
            assert_eq!(unknown_command(&args, era), Reply::error(text));
        }
        let long = [Bytes::from_static(b"FOO"), Bytes::from(alloc::vec![b'x'; 500]), Bytes::from_static(b"never shown")];
        let Reply::Error(text) = unknown_command(&long, Era::V7_0) else { panic!("an error") };
        assert!(text.ends_with("x' ") && text.len() < 200);
    }
}
