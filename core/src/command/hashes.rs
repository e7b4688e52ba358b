//! Hashes.

use super::context::{Cx, Done, count, fail, int, read, rewritten, words, wrote};
use super::errors::{self, NOT_A_FLOAT, OVERFLOW};
use super::sample::Sample;
use super::scan;
use super::spec::{Args, Effect, Reply};
use super::strings::stored;
use crate::data::long_double::{self, Bad};
use crate::data::value::int_bytes;
use crate::era::Era;
use crate::resp::parse_i64;
use alloc::vec;
use alloc::vec::Vec;
use bytes::Bytes;

fn set_pairs(cx: &mut Cx<'_, '_>, args: &Args, name: &str) -> Result<usize, Reply> {
    if !args.len().is_multiple_of(2) {
        // Before 6.2 both say HMSET.
        return Err(if cx.has(Era::V6_2) { errors::wrong_arity(name) } else { errors::wrong_pairs("hmset", cx.era()) });
    }
    cx.hash_to_write(&args[1])?;
    cx.touched(args.len() / 2 - 1);
    // Valkey counts a field whose time has passed as a new one.
    let judged = if cx.era().capabilities().valkey && !cx.d.from_master { cx.d.judged_ms } else { i64::MIN };
    Ok(cx.update_hash(&args[1], |hash| {
        let mut added =
            |pair: &[Bytes]| hash.time(&pair[0]).is_some_and(|when| when < judged) | hash.insert(&pair[0], stored(&pair[1])).is_none();
        args[2..].chunks_exact(2).filter(|pair| added(pair)).count()
    }))
}
pub(super) fn hset(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let added = set_pairs(cx, args, "hset")?;
    wrote(count(added), true)
}
pub(super) fn hmset(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    set_pairs(cx, args, "hmset")?;
    wrote(Reply::OK, true)
}
pub(super) fn hsetnx(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let hash = cx.hash_as_written(&args[1])?;
    if hash.as_ref().is_some_and(|hash| cx.living(hash, &args[2]).is_some()) {
        return read(Reply::Int(0));
    }
    let timed = hash.is_some_and(|hash| hash.timed() > 0);
    let gone = if timed { cx.drop_expired_field(&args[1], &args[2]) } else { None };
    cx.update_hash(&args[1], |hash| hash.insert(&args[2], stored(&args[3])));
    // A replica may still have the field: Valkey says what came of it.
    if timed && cx.era().capabilities().valkey {
        return rewritten(Reply::Int(1), words([b"HSET", &args[1], &args[2], &args[3]]));
    }
    Ok((Reply::Int(1), behind(gone, None, args)))
}
/// What the stream gets of a command in whose way a field stood whose time had passed: its HDEL, then the command, in these words or the caller's.
fn behind(gone: Option<Vec<Bytes>>, told: Option<Vec<Bytes>>, args: &Args) -> Effect {
    match (gone, told) {
        (None, None) => Effect::Verbatim,
        (None, Some(told)) => Effect::Rewritten(vec![told]),
        (Some(gone), told) => Effect::Rewritten(vec![gone, told.unwrap_or_else(|| args.to_vec())]),
    }
}
pub(super) fn hget(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let hash = cx.hash(&args[1])?;
    read(hash.and_then(|hash| cx.living(&hash, &args[2]).cloned()).map_or(Reply::Nil, Reply::Bulk))
}
pub(super) fn hmget(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let hash = cx.hash(&args[1])?;
    cx.touched(args.len() - 2);
    let value = |field: &[u8]| hash.as_ref().and_then(|hash| cx.living(hash, field).cloned()).map_or(Reply::Nil, Reply::Bulk);
    read(Reply::Array(args[2..].iter().map(|field| value(field)).collect()))
}
fn listed(cx: &mut Cx<'_, '_>, args: &Args, fields: bool, values: bool) -> Done {
    let Some(hash) = cx.hash(&args[1])? else { return read(Reply::Array(Vec::new())) };
    cx.touched(hash.len());
    let mut items = Vec::with_capacity(hash.len() * 2);
    for (field, value) in hash.iter().filter(|(field, _)| hash.timed() == 0 || cx.living(&hash, field).is_some()) {
        if fields {
            items.push(Reply::Bulk(field.clone()));
        }
        if values {
            items.push(Reply::Bulk(value.clone()));
        }
    }
    read(Reply::Array(items))
}
pub(super) fn hgetall(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    listed(cx, args, true, true)
}
pub(super) fn hkeys(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    listed(cx, args, true, false)
}
pub(super) fn hvals(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    listed(cx, args, false, true)
}
pub(super) fn hdel(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let Some(hash) = cx.hash_as_written(&args[1])? else { return read(Reply::Int(0)) };
    // Redis takes out what its time has left behind as well; to Valkey it is gone already.
    let valkey = cx.era().capabilities().valkey;
    let there = |field: &&Bytes| hash.get(field).is_some() && (!valkey || cx.living(&hash, field).is_some());
    let meant: Vec<&Bytes> = args[2..].iter().filter(there).collect();
    drop(hash);
    if meant.is_empty() {
        return read(Reply::Int(0));
    }
    cx.touched(args.len() - 2);
    let gone = cx.update_hash(&args[1], |hash| meant.iter().filter(|field| hash.remove(field).is_some()).count());
    wrote(count(gone), true)
}
/// HLEN counts fields whose time has passed until they are gone.
pub(super) fn hlen(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let hash = cx.hash(&args[1])?;
    read(count(hash.map_or(0, |hash| hash.len())))
}
pub(super) fn hexists(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let hash = cx.hash(&args[1])?;
    read(Reply::Int(i64::from(hash.is_some_and(|hash| cx.living(&hash, &args[2]).is_some()))))
}
pub(super) fn hstrlen(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let hash = cx.hash(&args[1])?;
    read(count(hash.and_then(|hash| cx.living(&hash, &args[2]).map(Bytes::len)).unwrap_or(0)))
}
/// The field that HINCRBY and HINCRBYFLOAT find: its value, its time, and whether the hash has times at all.
struct Found {
    value: Option<Bytes>,
    time: Option<i64>,
    timed: bool,
}
fn found(cx: &mut Cx<'_, '_>, args: &Args) -> Result<Found, Reply> {
    let hash = cx.hash_as_written(&args[1])?;
    let value = hash.as_ref().and_then(|hash| cx.living(hash, &args[2]).cloned());
    let time = hash.as_ref().and_then(|hash| hash.time(&args[2])).filter(|_| value.is_some());
    Ok(Found { value, time, timed: hash.is_some_and(|hash| hash.timed() > 0) })
}
/// What HINCRBY and HINCRBYFLOAT leave under a field of a hash that has times, in Valkey's words: 9.1 names the time, so that a replica keeps it.
fn left_behind(cx: &Cx<'_, '_>, args: &Args, time: Option<i64>, new: &[u8]) -> Vec<Bytes> {
    match time.filter(|_| cx.has(Era::Valkey9_1)) {
        Some(when) => words([b"HSETEX", &args[1], b"PXAT", &int_bytes(when), b"FIELDS", b"1", &args[2], new]),
        None => words([b"HSET", &args[1], &args[2], new]),
    }
}
pub(super) fn hincrby(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let by = int(&args[3])?;
    let found = found(cx, args)?;
    let old = match &found.value {
        None => 0,
        Some(text) => parse_i64(text).ok_or_else(|| Reply::error("ERR hash value is not an integer"))?,
    };
    let Some(new) = old.checked_add(by) else { return fail(OVERFLOW) };
    let gone = if found.timed { cx.drop_expired_field(&args[1], &args[2]) } else { None };
    cx.update_hash(&args[1], |hash| hash.insert_keeping(&args[2], int_bytes(new)));
    let told = (found.timed && cx.has(Era::Valkey9_1)).then(|| left_behind(cx, args, found.time, &int_bytes(new)));
    Ok((Reply::Int(new), behind(gone.filter(|_| told.is_none()), told, args)))
}
pub(super) fn hincrbyfloat(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (key, field) = (&args[1], &args[2]);
    // The increment is looked at before the key.
    match long_double::add(b"0", &args[3]) {
        Err(Bad::Infinite) if cx.has(Era::V7_0) => return fail("ERR value is NaN or Infinity"),
        Ok(_) | Err(Bad::Infinite) => {}
        Err(_) => return fail(NOT_A_FLOAT),
    }
    let found = found(cx, args)?;
    let sum = long_double::add(found.value.as_deref().unwrap_or(b"0"), &args[3]).map_err(|bad| {
        Reply::error(match bad {
            Bad::Infinite => errors::NOT_FINITE,
            Bad::Present | Bad::Increment if cx.has(Era::V4_0) => "ERR hash value is not a float",
            Bad::Present | Bad::Increment => "ERR hash value is not a valid float",
        })
    })?;
    let new = Bytes::from(sum.into_bytes());
    let gone = if found.timed { cx.drop_expired_field(key, field) } else { None };
    cx.update_hash(key, |hash| hash.insert_keeping(field, new.clone()));
    let keeps = cx.d.era.capabilities().hincrbyfloat_is_hsetex;
    let told =
        if keeps { words([b"HSETEX", key, b"KEEPTTL", b"FIELDS", b"1", field, &new]) } else { left_behind(cx, args, found.time, &new) };
    // HSET makes the field anew: what stood there needs no HDEL.
    Ok((Reply::Bulk(new), behind(gone.filter(|_| keeps), Some(told), args)))
}
/// HRANDFIELD key [count [WITHVALUES]]
pub(super) fn hrandfield(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let asked = Sample::parse(&args[2..], "withvalues")?;
    let Some(hash) = cx.hash(&args[1])? else { return read(asked.nothing()) };
    // Fields whose time has passed are none that could be drawn.
    let living: Option<Vec<usize>> = (hash.timed() > 0)
        .then(|| hash.iter().enumerate().filter(|(_, (field, _))| cx.living(&hash, field).is_some()).map(|(at, _)| at).collect());
    let len = living.as_ref().map_or(hash.len(), Vec::len);
    if len == 0 {
        return read(asked.nothing());
    }
    let places = asked.places(cx, len);
    let mut items = Vec::with_capacity(places.len() * 2);
    let place = |at: usize| living.as_ref().map_or(Some(at), |living| living.get(at).copied());
    for (field, value) in places.into_iter().filter_map(|at| hash.nth(place(at)?)) {
        items.push(Reply::Bulk(field.clone()));
        if asked.with_values {
            items.push(Reply::Bulk(value.clone()));
        }
    }
    read(match asked.count {
        None => items.pop().unwrap_or(Reply::Nil),
        Some(_) => Reply::Array(items),
    })
}
pub(super) fn hscan(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let cursor = scan::cursor(&args[2])?;
    let hash = cx.hash(&args[1])?;
    let Some(hash) = hash else { return read(scan::reply(0, Vec::new())) };
    let options = scan::options(&args[3..], false)?;
    let mut items = Vec::new();
    let mut take = |field: &Bytes, value: &Bytes| {
        if options.fits(field) && (hash.timed() == 0 || cx.living(&hash, field).is_some()) {
            items.push(Reply::Bulk(field.clone()));
            items.push(Reply::Bulk(value.clone()));
        }
    };
    let next = match hash.table() {
        Some(table) => scan::walk_trie(cursor, options.count, table, |field, value| take(field, value)),
        None => {
            hash.iter().for_each(|(field, value)| take(field, value));
            0
        }
    };
    cx.touched(items.len());
    read(scan::reply(next, items))
}
