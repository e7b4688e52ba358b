//! Hashes.

use super::context::{Cx, Done, count, fail, int, is, read, rewritten, words, wrote};
use super::errors::{self, NOT_A_FLOAT, OVERFLOW, SYNTAX};
use super::sample::Sample;
use super::scan;
use super::spec::{Args, Reply};
use super::strings::stored;
use crate::data::long_double::{self, Bad};
use crate::data::value::int_bytes;
use crate::era::Era;
use crate::resp::parse_i64;
use alloc::vec::Vec;
use bytes::Bytes;

fn set_pairs(cx: &mut Cx<'_, '_>, args: &Args, name: &str) -> Result<usize, Reply> {
    if !args.len().is_multiple_of(2) {
        // Before 6.2 both say HMSET.
        return Err(if cx.has(Era::V6_2) { errors::wrong_arity(name) } else { errors::wrong_pairs("hmset", cx.era()) });
    }
    cx.hash_to_write(&args[1])?;
    cx.touched(args.len() / 2 - 1);
    Ok(cx.update_hash(&args[1], |hash| args[2..].chunks_exact(2).filter(|pair| hash.insert(&pair[0], stored(&pair[1])).is_none()).count()))
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
    if cx.hash_to_write(&args[1])?.is_some_and(|hash| hash.get(&args[2]).is_some()) {
        return read(Reply::Int(0));
    }
    cx.update_hash(&args[1], |hash| hash.insert(&args[2], stored(&args[3])));
    wrote(Reply::Int(1), true)
}
pub(super) fn hget(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let hash = cx.hash(&args[1])?;
    read(hash.and_then(|hash| hash.get(&args[2]).cloned()).map_or(Reply::Nil, Reply::Bulk))
}
pub(super) fn hmget(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let hash = cx.hash(&args[1])?;
    cx.touched(args.len() - 2);
    let value = |field: &[u8]| hash.as_ref().and_then(|hash| hash.get(field).cloned()).map_or(Reply::Nil, Reply::Bulk);
    read(Reply::Array(args[2..].iter().map(|field| value(field)).collect()))
}
fn listed(cx: &mut Cx<'_, '_>, args: &Args, fields: bool, values: bool) -> Done {
    let Some(hash) = cx.hash(&args[1])? else { return read(Reply::Array(Vec::new())) };
    cx.touched(hash.len());
    let mut items = Vec::with_capacity(hash.len() * 2);
    for (field, value) in hash.iter() {
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
    let Some(hash) = cx.hash_to_write(&args[1])? else { return read(Reply::Int(0)) };
    if !args[2..].iter().any(|field| hash.get(field).is_some()) {
        return read(Reply::Int(0));
    }
    cx.touched(args.len() - 2);
    let gone = cx.update_hash(&args[1], |hash| args[2..].iter().filter(|field| hash.remove(field).is_some()).count());
    wrote(count(gone), true)
}
pub(super) fn hlen(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let hash = cx.hash(&args[1])?;
    read(count(hash.map_or(0, |hash| hash.len())))
}
pub(super) fn hexists(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let hash = cx.hash(&args[1])?;
    read(Reply::Int(i64::from(hash.is_some_and(|hash| hash.get(&args[2]).is_some()))))
}
pub(super) fn hstrlen(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let hash = cx.hash(&args[1])?;
    read(count(hash.and_then(|hash| hash.get(&args[2]).map(Bytes::len)).unwrap_or(0)))
}
pub(super) fn hincrby(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let by = int(&args[3])?;
    let old = match cx.hash_to_write(&args[1])?.and_then(|hash| hash.get(&args[2])) {
        None => 0,
        Some(text) => parse_i64(text).ok_or_else(|| Reply::error("ERR hash value is not an integer"))?,
    };
    let Some(new) = old.checked_add(by) else { return fail(OVERFLOW) };
    cx.update_hash(&args[1], |hash| hash.insert(&args[2], int_bytes(new)));
    wrote(Reply::Int(new), true)
}
pub(super) fn hincrbyfloat(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (key, field) = (&args[1], &args[2]);
    // The increment is looked at before the key.
    match long_double::add(b"0", &args[3]) {
        Err(Bad::Infinite) if cx.has(Era::V7_0) => return fail("ERR value is NaN or Infinity"),
        Ok(_) | Err(Bad::Infinite) => {}
        Err(_) => return fail(NOT_A_FLOAT),
    }
    let old = cx.hash_to_write(key)?.and_then(|hash| hash.get(field).cloned());
    let sum = long_double::add(old.as_deref().unwrap_or(b"0"), &args[3]).map_err(|bad| {
        Reply::error(match bad {
            Bad::Infinite => errors::NOT_FINITE,
            Bad::Present | Bad::Increment if cx.has(Era::V4_0) => "ERR hash value is not a float",
            Bad::Present | Bad::Increment => "ERR hash value is not a valid float",
        })
    })?;
    let new = Bytes::from(sum.into_bytes());
    cx.update_hash(key, |hash| hash.insert(field, new.clone()));
    let told = if cx.d.era.capabilities().hincrbyfloat_is_hsetex {
        words([b"HSETEX", key, b"KEEPTTL", b"FIELDS", b"1", field, &new])
    } else {
        words([b"HSET", key, field, &new])
    };
    rewritten(Reply::Bulk(new), told)
}
/// HSETEX key [FNX|FXX] [KEEPTTL] FIELDS n field value [field value …] (8.0). The forms that give fields a time to live are refused.
pub(super) fn hsetex(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (mut at, mut fresh) = (2, None);
    while let Some(word) = args.get(at).filter(|word| !is(word, "fields")) {
        match () {
            () if is(word, "fnx") && fresh.is_none() => fresh = Some(true),
            () if is(word, "fxx") && fresh.is_none() => fresh = Some(false),
            () if is(word, "keepttl") => {}
            () if ["ex", "px", "exat", "pxat"].iter().any(|time| is(word, time)) => {
                return fail("ERR Resync gives no field of a hash a time to live");
            }
            () => return fail(SYNTAX),
        }
        at += 1;
    }
    let Some(n) = args.get(at + 1) else { return fail(SYNTAX) };
    let pairs = args.get(at + 2..).unwrap_or_default();
    if int(n)?.checked_mul(2) != i64::try_from(pairs.len()).ok() || pairs.is_empty() {
        return fail("ERR The `numfields` parameter must match the number of arguments");
    }
    let there = |hash: Option<&crate::data::Hash>, field: &Bytes| hash.is_some_and(|hash| hash.get(field).is_some());
    let hash = cx.hash_to_write(&args[1])?;
    if fresh.is_some_and(|fresh| pairs.chunks_exact(2).any(|pair| there(hash, &pair[0]) == fresh)) {
        return read(Reply::Int(0));
    }
    cx.touched(pairs.len() / 2);
    cx.update_hash(&args[1], |hash| pairs.chunks_exact(2).for_each(|pair| drop(hash.insert(&pair[0], stored(&pair[1])))));
    wrote(Reply::Int(1), true)
}
/// HRANDFIELD key [count [WITHVALUES]]
pub(super) fn hrandfield(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let asked = Sample::parse(&args[2..], "withvalues")?;
    let Some(hash) = cx.hash(&args[1])? else { return read(asked.nothing()) };
    let places = asked.places(cx, hash.len());
    let mut items = Vec::with_capacity(places.len() * 2);
    for (field, value) in places.into_iter().filter_map(|at| hash.nth(at)) {
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
        if options.fits(field) {
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
