//! Strings.

use super::context::{Cx, Done, count, fail, int, is, range, read, rewritten, words, wrote};
use super::errors::{self, NOT_A_FLOAT, NOT_AN_INTEGER, OVERFLOW, SYNTAX};
use super::spec::{Args, Effect, Reply};
use crate::data::Value;
use crate::data::long_double::{self, Bad};
use crate::era::{Era, StreamTtl};
use crate::limits;
use crate::resp::parse_i64;
use alloc::vec::Vec;
use bytes::Bytes;

/// The unit of an expiry argument, and whether it is a moment or a span.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Millis,
    AtSeconds,
    AtMillis,
}
impl Unit {
    pub(super) const fn in_seconds(self) -> bool {
        matches!(self, Unit::Seconds | Unit::AtSeconds)
    }
    pub(super) const fn absolute(self) -> bool {
        matches!(self, Unit::AtSeconds | Unit::AtMillis)
    }
    pub(super) fn of_option(arg: &[u8], era: Era) -> Option<Unit> {
        let found = [("ex", Unit::Seconds), ("px", Unit::Millis), ("exat", Unit::AtSeconds), ("pxat", Unit::AtMillis)];
        found.into_iter().find(|(word, _)| is(arg, word)).map(|(_, unit)| unit).filter(|unit| !unit.absolute() || era.has(Era::V6_2))
    }
}

/// The unix milliseconds of an expiry argument of SET, SETEX, GETEX: it must be positive.
fn expiry(cx: &Cx<'_, '_>, name: &str, unit: Unit, arg: &[u8]) -> Result<i64, Reply> {
    let given = int(arg)?;
    let invalid = || errors::invalid_expire(name, cx.era());
    if given <= 0 || (cx.has(Era::V6_2) && unit.in_seconds() && given > i64::MAX / 1_000) {
        return Err(invalid());
    }
    // Before 6.2 a span too long goes round the end of the number, as C's does.
    let millis = if unit.in_seconds() { given.wrapping_mul(1_000) } else { given };
    if unit.absolute() {
        return Ok(millis);
    }
    match cx.d.now_ms.checked_add(millis) {
        Some(when) => Ok(when),
        None if cx.has(Era::V6_2) => Err(invalid()),
        None => Ok(cx.d.now_ms.wrapping_add(millis)),
    }
}

/// How a SET with a time to live travels.
fn set_effect(cx: &Cx<'_, '_>, key: &[u8], value: &[u8], unit: Unit, when: i64) -> Effect {
    let (word, number) = match cx.era().capabilities().stream_ttl {
        StreamTtl::Verbatim => return Effect::Verbatim,
        StreamTtl::SetRelative if !unit.absolute() => (&b"PX"[..], when - cx.d.now_ms),
        StreamTtl::SetRelative | StreamTtl::Absolute => (&b"PXAT"[..], when),
    };
    Effect::Rewritten(alloc::vec![words([b"SET", key, value, word, &crate::data::value::int_bytes(number)])])
}

/// The condition that a SET or DELEX makes of the value that is there (Valkey 8.1, Redis 8.6).
#[derive(Clone, Copy)]
enum IfValue<'a> {
    /// IFEQ: it is this one.
    Is(&'a [u8]),
    /// IFNE: it is another, or none.
    IsNot(&'a [u8]),
}
impl<'a> IfValue<'a> {
    fn read(cx: &Cx<'_, '_>, word: &[u8], value: &'a [u8]) -> Option<IfValue<'a>> {
        if is(word, "ifeq") && (cx.has(Era::V8_6) || cx.has(Era::Valkey8_1)) {
            Some(IfValue::Is(value))
        } else if is(word, "ifne") && cx.has(Era::V8_6) {
            Some(IfValue::IsNot(value))
        } else {
            None
        }
    }
    fn holds(self, present: Option<&Bytes>) -> bool {
        match self {
            IfValue::Is(value) => present.is_some_and(|present| present[..] == *value),
            IfValue::IsNot(value) => present.is_none_or(|present| present[..] != *value),
        }
    }
}

/// SET key value [NX|XX|IFEQ v|IFNE v] [GET] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL]
pub(super) fn set(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (mut nx, mut xx, mut get, mut keep_ttl) = (false, false, false, false);
    let mut expire: Option<(Unit, &Bytes)> = None;
    let exclusive = cx.has(Era::V3_2);
    let mut compare: Option<IfValue<'_>> = None;
    let mut i = 3;
    while let Some(arg) = args.get(i) {
        let next = args.get(i + 1);
        if is(arg, "nx") && !(exclusive && xx) && (!get || cx.has(Era::V7_0)) && compare.is_none() {
            nx = true;
        } else if is(arg, "xx") && !(exclusive && nx) && compare.is_none() {
            xx = true;
        } else if let Some(value) = next.filter(|_| !nx && !xx && compare.is_none())
            && let Some(condition) = IfValue::read(cx, arg, value)
        {
            compare = Some(condition);
            i += 1;
        } else if is(arg, "get") && cx.has(Era::V6_2) && (cx.has(Era::V7_0) || !nx) {
            get = true;
        } else if is(arg, "keepttl") && cx.era().capabilities().keepttl && expire.is_none() {
            keep_ttl = true;
        } else if let (Some(unit), Some(next)) = (Unit::of_option(arg, cx.era()), next)
            && !keep_ttl
            && !(exclusive && expire.is_some())
        {
            expire = Some((unit, next));
            i += 1;
        } else {
            return fail(SYNTAX);
        }
        i += 1;
    }
    let (key, value) = (&args[1], &args[2]);
    let when = match expire {
        Some((unit, arg)) => Some((unit, expiry(cx, "set", unit, arg)?)),
        None => None,
    };
    let old = if get { Some(cx.string(key)?.map_or(Reply::Nil, Reply::Bulk)) } else { None };
    if let Some(condition) = compare {
        let present = cx.string(key)?;
        if !condition.holds(present.as_ref()) {
            return read(old.unwrap_or(Reply::Nil));
        }
    }
    cx.clear_if_expired(key);
    if nx || xx {
        let there = cx.d.data.contains(cx.d.db, key);
        if (nx && there) || (xx && !there) {
            return read(old.unwrap_or(Reply::Nil));
        }
    }
    let kept = if keep_ttl { cx.d.data.expiry(cx.d.db, key) } else { None };
    cx.put_until(key, if cx.d.alone { value.clone() } else { stored(value) }, when.map(|(_, when)| when).or(kept));
    if when.is_some() {
        cx.timed(key);
    }
    cx.work.bytes += value.len() as u64;
    let effect = match when {
        Some((unit, when)) => set_effect(cx, key, value, unit, when),
        None if get => Effect::Rewritten(alloc::vec![
            args.iter().enumerate().filter(|(i, arg)| *i < 3 || !is(arg, "get")).map(|(_, a)| a.clone()).collect()
        ]),
        None => Effect::Verbatim,
    };
    Ok((old.unwrap_or(Reply::OK), effect))
}

/// A word as it is kept: a copy, so that one short value does not pin a whole read buffer. A big one came in a buffer of its own.
pub(super) fn stored(word: &Bytes) -> Bytes {
    if word.len() >= limits::READ_BYTES_MAX { word.clone() } else { Bytes::copy_from_slice(word) }
}

pub(super) fn setnx(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    if cx.writing(&args[1]).is_some() {
        return read(Reply::Int(0));
    }
    cx.put(&args[1], stored(&args[2]));
    wrote(Reply::Int(1), true)
}
fn set_with_ttl(cx: &mut Cx<'_, '_>, args: &Args, name: &str, unit: Unit) -> Done {
    let when = expiry(cx, name, unit, &args[2])?;
    cx.clear_if_expired(&args[1]);
    cx.put_moved(&args[1], stored(&args[3]), Some(when));
    let effect = set_effect(cx, &args[1], &args[3], unit, when);
    Ok((Reply::OK, effect))
}
pub(super) fn setex(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    set_with_ttl(cx, args, "setex", Unit::Seconds)
}
pub(super) fn psetex(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    set_with_ttl(cx, args, "psetex", Unit::Millis)
}

pub(super) fn get(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let value = cx.string(&args[1])?;
    read(value.map_or(Reply::Nil, Reply::Bulk))
}
pub(super) fn mget(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    cx.touched(args.len());
    let replies = args[1..].iter().map(|key| cx.string(key).ok().flatten().map_or(Reply::Nil, Reply::Bulk)).collect();
    read(Reply::Array(replies))
}
pub(super) fn getset(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let old = cx.string(&args[1])?.map_or(Reply::Nil, Reply::Bulk);
    cx.clear_if_expired(&args[1]);
    cx.put(&args[1], stored(&args[2]));
    if cx.has(Era::V6_2) { rewritten(old, words([b"SET", &args[1], &args[2]])) } else { wrote(old, true) }
}
pub(super) fn getdel(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    match cx.string(&args[1])? {
        None => read(Reply::Nil),
        Some(old) => {
            cx.remove(&args[1]);
            rewritten(Reply::Bulk(old), words([b"DEL", &args[1]]))
        }
    }
}

/// GETEX key [EX s|PX ms|EXAT s|PXAT ms|PERSIST]
pub(super) fn getex(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (mut persist, mut expire) = (false, None);
    let mut i = 2;
    while let Some(arg) = args.get(i) {
        if is(arg, "persist") && expire.is_none() {
            persist = true;
        } else if let (Some(unit), Some(next)) = (Unit::of_option(arg, cx.era()), args.get(i + 1))
            && !persist
            && expire.is_none()
        {
            expire = Some((unit, next));
            i += 1;
        } else {
            return fail(SYNTAX);
        }
        i += 1;
    }
    let key = &args[1];
    let Some(value) = cx.string(key)? else { return read(Reply::Nil) };
    let reply = Reply::Bulk(value);
    if let Some((unit, arg)) = expire {
        let when = expiry(cx, "getex", unit, arg)?;
        if unit.absolute() && when <= cx.d.now_ms && !cx.d.replica {
            cx.remove(key);
            return rewritten(reply, cx.deletes(key));
        }
        cx.set_expiry(key, Some(when));
        let relative = !unit.absolute() && cx.era().capabilities().stream_ttl != StreamTtl::Absolute;
        let (word, number) = if relative { (&b"PEXPIRE"[..], when - cx.d.now_ms) } else { (&b"PEXPIREAT"[..], when) };
        return rewritten(reply, words([word, key, &crate::data::value::int_bytes(number)]));
    }
    if persist && cx.d.data.expiry(cx.d.db, key).is_some() {
        cx.set_expiry(key, None);
        return rewritten(reply, words([b"PERSIST", key]));
    }
    read(reply)
}

pub(super) fn strlen(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let value = cx.string(&args[1])?;
    read(count(value.map_or(0, |value| value.len())))
}
/// Redis's bound on a string's length is 512 MB; ours is the bound on a word.
fn check_length(cx: &Cx<'_, '_>, length: u64) -> Result<(), Reply> {
    match length > limits::BULK_BYTES_MAX as u64 {
        true if cx.has(Era::V6_2) => fail("ERR string exceeds maximum allowed size (proto-max-bulk-len)"),
        true => fail("ERR string exceeds maximum allowed size (512MB)"),
        false => Ok(()),
    }
}
pub(super) fn append(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let old = cx.string_to_write(&args[1])?;
    check_length(cx, (old.as_ref().map_or(0, Bytes::len) + args[2].len()) as u64)?;
    // A key that was not there gets a string as SET would make it.
    let (value, length) = match old {
        None => (Value::String(stored(&args[2])), args[2].len()),
        Some(old) => (Value::Grown([&old[..], &args[2][..]].concat().into()), old.len() + args[2].len()),
    };
    cx.work.bytes += length as u64;
    cx.put_keeping_ttl(&args[1], value);
    wrote(count(length), true)
}
pub(super) fn setrange(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let offset = int(&args[2])?;
    let Ok(offset) = usize::try_from(offset) else { return fail("ERR offset is out of range") };
    let piece = &args[3];
    let old = cx.string_to_write(&args[1])?;
    if piece.is_empty() {
        return read(count(old.map_or(0, |old| old.len())));
    }
    check_length(cx, offset as u64 + piece.len() as u64)?;
    let mut value = Vec::from(old.unwrap_or_default());
    value.resize(value.len().max(offset + piece.len()), 0);
    value[offset..offset + piece.len()].copy_from_slice(piece);
    cx.work.bytes += value.len() as u64;
    let length = value.len();
    cx.put_keeping_ttl(&args[1], Value::Grown(value.into()));
    wrote(count(length), true)
}
pub(super) fn getrange(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (start, end) = (int(&args[2])?, int(&args[3])?);
    let value = cx.string(&args[1])?.unwrap_or_default();
    // Both below zero and crossed: nothing, from 3.2 on. Otherwise an end before the first byte is the first byte.
    if start < 0 && end < 0 && start > end && cx.has(Era::V3_2) {
        return read(Reply::Bulk(Bytes::new()));
    }
    let end = if end < 0 { (value.len() as i64).saturating_add(end).max(0) } else { end };
    let piece = range(start, end, value.len()).map_or_else(Bytes::new, |(from, to)| value.slice(from..=to));
    cx.work.bytes += piece.len() as u64;
    read(Reply::Bulk(piece))
}

/// Up to 3.0 a number is what C's `strtoll` reads to the end: a plus sign and zeros in front, and
/// nothing at all, are numbers too, and a NUL is the end.
fn loose_i64(text: &[u8], era: Era) -> Option<i64> {
    if era.has(Era::V3_2) {
        return None;
    }
    let text = text.split(|&b| b == 0).next().unwrap_or_default();
    if text.is_empty() { Some(0) } else { core::str::from_utf8(text).ok()?.parse().ok() }
}
fn add(cx: &mut Cx<'_, '_>, key: &[u8], by: i64) -> Done {
    let old = match cx.string_to_write(key)? {
        None => 0,
        Some(text) => parse_i64(&text).or_else(|| loose_i64(&text, cx.era())).ok_or_else(|| Reply::error(NOT_AN_INTEGER))?,
    };
    let Some(new) = old.checked_add(by) else { return fail(OVERFLOW) };
    cx.put_keeping_ttl(key, crate::data::value::int_bytes(new));
    wrote(Reply::Int(new), true)
}
pub(super) fn incr(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    add(cx, &args[1], 1)
}
pub(super) fn decr(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    add(cx, &args[1], -1)
}
pub(super) fn incrby(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let by = int(&args[2])?;
    add(cx, &args[1], by)
}
pub(super) fn decrby(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let by = int(&args[2])?;
    match by.checked_neg() {
        Some(by) => add(cx, &args[1], by),
        // From 7.0 on this is noticed; before, C's negation gives the same number back.
        None if cx.has(Era::V7_0) => fail("ERR decrement would overflow"),
        None => add(cx, &args[1], by),
    }
}

pub(super) fn incrbyfloat(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let key = &args[1];
    let old = cx.string_to_write(key)?;
    let sum = long_double::add(old.as_deref().unwrap_or(b"0"), &args[2]).map_err(|bad| {
        Reply::error(match bad {
            Bad::Present | Bad::Increment => NOT_A_FLOAT,
            Bad::Infinite => errors::NOT_FINITE,
        })
    })?;
    let new = Bytes::from(sum.into_bytes());
    cx.put_keeping_ttl(key, Value::Sum(new.clone()));
    // The sum travels, not the summand: another machine may add otherwise.
    let mut set = words([b"SET", key, &new]);
    if cx.era().capabilities().keepttl {
        set.push(Bytes::from_static(b"KEEPTTL"));
    }
    rewritten(Reply::Bulk(new), set)
}

/// Bytes of a string up to which bits may be set: Redis's own bound, 512 MB, is cut down to ours.
fn bit_place(arg: &[u8]) -> Result<(usize, u8), Reply> {
    let bad = || Reply::error("ERR bit offset is not an integer or out of range");
    let bit = parse_i64(arg).ok_or_else(bad)?;
    let byte = usize::try_from(bit >> 3).map_err(|_| bad())?;
    if bit >= limits::BULK_BYTES_MAX * 8 { Err(bad()) } else { Ok((byte, 0x80 >> (bit & 7))) }
}
pub(super) fn setbit(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (byte, mask) = bit_place(&args[2])?;
    let on = match parse_i64(&args[3]) {
        Some(0) => false,
        Some(1) => true,
        _ => return fail("ERR bit is not an integer or out of range"),
    };
    let old = cx.string_to_write(&args[1])?.unwrap_or_default();
    let before = old.get(byte).is_some_and(|b| b & mask != 0);
    // 7.0 leaves a bit that is already right alone; before, it counts as a change.
    let idle = before == on && byte < old.len();
    if idle {
        // It was made ready to be written.
        cx.d.data.update(cx.d.db, &args[1], |value| *value = Value::Grown(old));
    } else {
        let mut value = Vec::from(old);
        value.resize(value.len().max(byte + 1), 0);
        value[byte] = if on { value[byte] | mask } else { value[byte] & !mask };
        cx.work.bytes += value.len() as u64;
        cx.put_keeping_ttl(&args[1], Value::Grown(value.into()));
    }
    wrote(Reply::Int(i64::from(before)), !idle || !cx.has(Era::V7_0))
}
pub(super) fn getbit(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (byte, mask) = bit_place(&args[2])?;
    let value = cx.string(&args[1])?.unwrap_or_default();
    read(Reply::Int(i64::from(value.get(byte).is_some_and(|b| b & mask != 0))))
}
/// BITCOUNT key [start end [BYTE|BIT]]
pub(super) fn bitcount(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let value = cx.string(&args[1])?;
    let (start, end, bits) = match args {
        [_, _] => (0, -1, false),
        [_, _, start, end] => (int(start)?, int(end)?, false),
        [_, _, start, end, unit] if cx.has(Era::V7_0) => {
            let (start, end) = (int(start)?, int(end)?);
            if !is(unit, "bit") && !is(unit, "byte") {
                return fail(SYNTAX);
            }
            (start, end, is(unit, "bit"))
        }
        _ => return fail(SYNTAX),
    };
    let value = value.unwrap_or_default();
    cx.work.bytes += value.len() as u64;
    if start < 0 && end < 0 && start > end && cx.has(Era::V3_2) {
        return read(Reply::Int(0));
    }
    let len = value.len() * if bits { 8 } else { 1 };
    let end = if end < 0 { (len as i64).saturating_add(end).max(0) } else { end };
    let Some((from, to)) = range(start, end, len) else { return read(Reply::Int(0)) };
    let set = if bits {
        (from..=to).filter(|bit| value[bit / 8] & (0x80 >> (bit % 8)) != 0).count()
    } else {
        value[from..=to].iter().map(|byte| byte.count_ones() as usize).sum()
    };
    read(count(set))
}

fn put_pairs(cx: &mut Cx<'_, '_>, args: &Args) {
    cx.touched(args.len() / 2);
    for pair in args[1..].chunks_exact(2) {
        cx.clear_if_expired(&pair[0]);
        cx.put(&pair[0], stored(&pair[1]));
    }
}
pub(super) fn mset(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    if args.len().is_multiple_of(2) {
        return Err(errors::wrong_pairs("mset", cx.era()));
    }
    put_pairs(cx, args);
    wrote(Reply::OK, true)
}
pub(super) fn msetnx(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    if args.len().is_multiple_of(2) {
        return Err(errors::wrong_pairs(if cx.has(Era::V7_0) { "msetnx" } else { "mset" }, cx.era()));
    }
    for pair in args[1..].chunks_exact(2) {
        if cx.writing(&pair[0]).is_some() {
            return read(Reply::Int(0));
        }
    }
    put_pairs(cx, args);
    wrote(Reply::Int(1), true)
}

/// MSETEX numkeys key value … [NX|XX] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL] (Redis 8.6, Valkey 9.1): all keys or none.
pub(super) fn msetex(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let n = parse_i64(&args[1]).filter(|n| *n > 0).ok_or_else(|| Reply::error("ERR invalid numkeys value"))?;
    let end = usize::try_from(n).ok().and_then(|n| n.checked_mul(2)?.checked_add(2)).filter(|end| *end <= args.len());
    let Some(end) = end else { return Err(errors::wrong_arity("msetex")) };
    let (mut fresh, mut keep_ttl, mut expire) = (None, false, None);
    let mut i = end;
    while let Some(arg) = args.get(i) {
        if fresh.is_none() && (is(arg, "nx") || is(arg, "xx")) {
            fresh = Some(is(arg, "nx"));
        } else if is(arg, "keepttl") && expire.is_none() {
            keep_ttl = true;
        } else if let (Some(unit), Some(next)) = (Unit::of_option(arg, cx.era()), args.get(i + 1))
            && !keep_ttl
            && expire.is_none()
        {
            expire = Some((i, unit, next));
            i += 1;
        } else {
            return fail(SYNTAX);
        }
        i += 1;
    }
    let when = match expire {
        Some((_, unit, arg)) => Some(expiry(cx, "msetex", unit, arg)?),
        None => None,
    };
    let pairs = &args[2..end];
    if let Some(fresh) = fresh
        && pairs.chunks_exact(2).any(|pair| cx.writing(&pair[0]).is_some() == fresh)
    {
        return read(Reply::Int(0));
    }
    cx.touched(pairs.len() / 2);
    for pair in pairs.chunks_exact(2) {
        cx.clear_if_expired(&pair[0]);
        let kept = if keep_ttl { cx.d.data.expiry(cx.d.db, &pair[0]) } else { None };
        cx.put_moved(&pair[0], stored(&pair[1]), when.or(kept));
    }
    match (expire, when) {
        (Some((at, unit, _)), Some(when)) if unit != Unit::AtMillis => {
            let mut told = args.to_vec();
            told[at] = Bytes::from_static(b"PXAT");
            told[at + 1] = crate::data::value::int_bytes(when);
            rewritten(Reply::Int(1), told)
        }
        _ => wrote(Reply::Int(1), true),
    }
}
/// DELEX key [IFEQ v|IFNE v] (Redis 8.6): with a condition it travels as DEL.
pub(super) fn delex(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let key = &args[1];
    let condition = match args {
        [_, _] => None,
        [_, _, word, value] => {
            Some(IfValue::read(cx, word, value).ok_or_else(|| Reply::error("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE"))?)
        }
        _ => return Err(errors::wrong_arity("delex")),
    };
    let Some(value) = cx.writing(key) else { return read(Reply::Int(0)) };
    let plain = match value {
        Value::String(bytes) | Value::Sum(bytes) | Value::Grown(bytes) => Some(bytes.clone()),
        _ => None,
    };
    if let Some(condition) = condition {
        let Some(value) = plain else { return fail("ERR Key should be of string type if conditions are specified") };
        if !condition.holds(Some(&value)) {
            return read(Reply::Int(0));
        }
    }
    cx.remove(key);
    if condition.is_some() { rewritten(Reply::Int(1), cx.deletes(key)) } else { wrote(Reply::Int(1), true) }
}
