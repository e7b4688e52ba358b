//! OBJECT: how a value is kept.

use super::context::{Cx, Done, is, read};
use super::spec::{Args, Reply};
use crate::data::Value;
use crate::era::Era;
use crate::resp::parse_i64;
use alloc::format;
use alloc::string::String;

/// Whole numbers below this are one shared object each.
const SHARED_INTEGERS: i64 = 10_000;
/// The reference count that Redis shows for a shared object from 4.0 on.
const SHARED_COUNT: i64 = i32::MAX as i64;
const NO_LFU: &str = "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.";

fn shared_integer(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => parse_i64(text).filter(|n| (0..SHARED_INTEGERS).contains(n)),
        _ => None,
    }
}
/// How many users an object has. Up to 3.2 each key that holds a small number counts, and the pool: that takes a look at all keys.
fn references(cx: &Cx<'_, '_>, value: &Value) -> i64 {
    let Some(number) = shared_integer(value) else { return 1 };
    if cx.has(Era::V4_0) {
        return SHARED_COUNT;
    }
    let data = &cx.d.data;
    let users = (0..data.databases()).flat_map(|db| data.iter(db)).filter(|entry| shared_integer(entry.value) == Some(number)).count();
    i64::try_from(users).unwrap_or(i64::MAX).saturating_add(1)
}

pub(super) fn object(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let sub = &args[1];
    if is(sub, "help") && args.len() == 2 && cx.has(Era::V4_0) {
        return read(help(cx.era()));
    }
    let known = ["encoding", "refcount", "idletime"].iter().any(|word| is(sub, word)) || (is(sub, "freq") && cx.has(Era::V4_0));
    if !known || args.len() != 3 {
        let word = String::from_utf8_lossy(sub);
        let lower = word.to_ascii_lowercase();
        return Err(Reply::Error(if !cx.has(Era::V4_0) {
            "ERR Syntax error. Try OBJECT (refcount|encoding|idletime)".into()
        } else if !cx.has(Era::V7_0) {
            format!("ERR Unknown subcommand or wrong number of arguments for '{word}'. Try OBJECT HELP.")
        } else if known || lower == "help" {
            format!("ERR wrong number of arguments for 'object|{lower}' command")
        } else {
            format!("ERR unknown subcommand '{word}'. Try OBJECT HELP.")
        }));
    }
    let key = &args[2];
    // OBJECT looks past expiry up to 5.0 (captures k_expiry); later it is a look as any other.
    let hidden = cx.era().capabilities().object_hides_expired && cx.expire_if_needed(key);
    let Some(value) = cx.d.data.get(cx.d.db, key).filter(|_| !hidden) else { return read(Reply::Nil) };
    match () {
        () if is(sub, "encoding") => read(Reply::bulk(value.encoding(cx.era()))),
        () if is(sub, "refcount") => read(Reply::Int(references(cx, value))),
        () if is(sub, "freq") => Err(Reply::error(NO_LFU)),
        () => Err(Reply::error("ERR Resync keeps no access times: it does not answer OBJECT IDLETIME")),
    }
}

/// OBJECT HELP.
fn help(era: Era) -> Reply {
    let lines: &[&'static str] = if era.has(Era::V6_2) { &HELP_6_2 } else { &HELP_4_0 };
    let tail: &[&'static str] = if era.has(Era::V6_2) { &["HELP", "    Prints this help."] } else { &[] };
    Reply::Array(lines.iter().chain(tail).map(|line| Reply::Status(line)).collect())
}

const HELP_4_0: [&str; 5] = [
    "OBJECT <subcommand> arg arg ... arg. Subcommands are:",
    "ENCODING <key> -- Return the kind of internal representation used in order to store the value associated with a key.",
    "FREQ <key> -- Return the access frequency index of the key. The returned integer is proportional to the logarithm of the recent access frequency of the key.",
    "IDLETIME <key> -- Return the idle time of the key, that is the approximated number of seconds elapsed since the last access to the key.",
    "REFCOUNT <key> -- Return the number of references of the value associated with the specified key.",
];
const HELP_6_2: [&str; 13] = [
    "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "ENCODING <key>",
    "    Return the kind of internal representation used in order to store the value",
    "    associated with a <key>.",
    "FREQ <key>",
    "    Return the access frequency index of the <key>. The returned integer is",
    "    proportional to the logarithm of the recent access frequency of the key.",
    "IDLETIME <key>",
    "    Return the idle time of the <key>, that is the approximated number of",
    "    seconds elapsed since the last access to the key.",
    "REFCOUNT <key>",
    "    Return the number of references of the value associated with the specified",
    "    <key>.",
];
