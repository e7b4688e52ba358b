//! Keys and whole databases.

use super::context::{Cx, Done, count, fail, int, is, read, short_int, wrote};
use super::errors::{self, NO_SUCH_KEY, SYNTAX};
use super::spec::{Args, DataCtx, Effect, Outcome, Reply};
use super::strings::Unit;
use super::{glob, scan};
use crate::data::Dataset;
use crate::data::value::int_bytes;
use crate::era::{Era, StreamTtl};
use crate::prng::below;
use crate::resp::parse_i64;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// One active expiry cycle of a master: removes keys whose time has passed and returns them, each to be fed as `DEL` or `UNLINK`. At most `budget` keys.
pub fn active_expire(data: &mut Dataset, now_ms: i64, budget: usize) -> Vec<(usize, Bytes)> {
    let mut gone = Vec::new();
    if data.next_expiry().is_none_or(|when| now_ms <= when) {
        return gone;
    }
    for db in 0..data.databases() {
        for key in data.expired(db, now_ms, budget - gone.len()) {
            data.remove(db, &key);
            gone.push((db, key));
        }
    }
    gone
}

pub(super) fn del(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let mut gone = 0;
    for key in &args[1..] {
        cx.expire_if_needed(key);
        if let Some(value) = cx.remove(key) {
            cx.touched(value.len());
            gone += 1;
        }
    }
    wrote(count(gone), gone > 0)
}
/// UNLINK frees in another thread: the size of the value costs nothing.
pub(super) fn unlink(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let mut gone = 0;
    for key in &args[1..] {
        cx.expire_if_needed(key);
        gone += usize::from(cx.remove(key).is_some());
    }
    cx.touched(args.len());
    wrote(count(gone), gone > 0)
}
/// A look at a key for callers that wait for it: what has expired goes first. `args` is the key alone.
pub(crate) fn look(d: &mut DataCtx<'_>, args: &Args) -> Outcome {
    super::context::run(d, args, |cx, args| {
        cx.expire_if_needed(&args[0]);
        read(Reply::Nil)
    })
}
pub(super) fn exists(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let there = args[1..].iter().filter(|key| cx.exists(key)).count();
    read(count(there))
}
pub(super) fn touch(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let there = args[1..].iter().filter(|key| cx.reading(key).is_some()).count();
    read(count(there))
}
pub(super) fn type_of(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let name = cx.reading(&args[1]).map_or("none", |value| value.type_of().name());
    read(Reply::Status(name))
}
pub(super) fn dbsize(cx: &mut Cx<'_, '_>, _args: &Args) -> Done {
    read(count(cx.d.data.len(cx.d.db)))
}

pub(super) fn keys(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let pattern = &args[1];
    cx.touched(cx.d.data.len(cx.d.db));
    let all = &pattern[..] == b"*";
    let mut shown = Vec::new();
    let mut past = Vec::new();
    for entry in cx.d.data.iter(cx.d.db) {
        if all || glob::matches(pattern, entry.key, false) {
            if cx.past(entry.expiry) {
                past.push(entry.key.clone());
            } else {
                shown.push(Reply::Bulk(entry.key.clone()));
            }
        }
    }
    // Up to 4.0 KEYS also deletes what it finds expired; later it only hides it.
    if !cx.has(Era::V5_0) {
        for key in past {
            cx.expire_if_needed(&key);
        }
    }
    read(Reply::Array(shown))
}

pub(super) fn scan(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let cursor = scan::cursor(&args[1])?;
    let options = scan::options(&args[2..], cx.has(Era::V6_2))?;
    let (mut shown, mut past, mut walked) = (Vec::new(), Vec::new(), 0);
    let len = cx.d.data.len(cx.d.db);
    let next = scan::walk(
        cursor,
        options.count,
        len,
        |from| cx.d.data.scan_from(cx.d.db, from),
        |(_, entry)| {
            walked += 1;
            if !options.fits(entry.key) {
                return;
            }
            // What has expired goes, whatever its type.
            if cx.past(entry.expiry) {
                past.push(entry.key.clone());
            } else if options.kind.as_ref().is_none_or(|kind| is(kind, entry.value.type_of().name())) {
                shown.push(Reply::Bulk(entry.key.clone()));
            }
        },
    );
    cx.touched(walked);
    for key in past {
        cx.expire_if_needed(&key);
    }
    read(scan::reply(next, shown))
}

pub(super) fn randomkey(cx: &mut Cx<'_, '_>, _args: &Args) -> Done {
    /// A replica gives up looking for a key that is not expired after this many.
    const TRIES: u32 = 100;
    for attempt in 0.. {
        let len = cx.d.data.len(cx.d.db);
        let at = below(cx.draw(), len as u64) as usize;
        let Some(key) = cx.d.data.nth(cx.d.db, at).map(|entry| entry.key.clone()) else { break };
        if !cx.expire_if_needed(&key) || (cx.hides() && attempt >= TRIES) {
            return read(Reply::Bulk(key));
        }
    }
    read(Reply::Nil)
}

fn rename_to(cx: &mut Cx<'_, '_>, args: &Args, only_new: bool) -> Done {
    let (from, to) = (&args[1], &args[2]);
    let same = from == to;
    if same && !cx.has(Era::V3_2) {
        return fail("ERR source and destination objects are the same");
    }
    let Some(value) = cx.writing(from).cloned() else { return fail(NO_SUCH_KEY) };
    let done = if only_new { Reply::Int(1) } else { Reply::OK };
    if same {
        return read(if only_new { Reply::Int(0) } else { Reply::OK });
    }
    if cx.writing(to).is_some() && only_new {
        return read(Reply::Int(0));
    }
    let expiry = cx.d.data.expiry(cx.d.db, from);
    cx.remove(from);
    cx.put_moved(to, value, expiry);
    wrote(done, true)
}
pub(super) fn rename(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    rename_to(cx, args, false)
}
pub(super) fn renamenx(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    rename_to(cx, args, true)
}

/// The number of a database, if there is one of that number.
fn database(cx: &Cx<'_, '_>, n: i64) -> Option<usize> {
    usize::try_from(n).ok().filter(|&n| n < cx.d.data.databases())
}
pub(super) fn move_key(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let target = if cx.has(Era::V6_2) {
        let n = short_int(&args[2]).map_err(Reply::error)?;
        database(cx, n).ok_or_else(|| Reply::error("ERR DB index is out of range"))?
    } else {
        let n = parse_i64(&args[2]).unwrap_or(-1);
        database(cx, n).ok_or_else(|| Reply::error("ERR index out of range"))?
    };
    let (key, here) = (&args[1], cx.d.db);
    if target == here {
        return fail("ERR source and destination objects are the same");
    }
    let Some(value) = cx.writing(key).cloned() else { return read(Reply::Int(0)) };
    let taken = cx.in_db(target, |cx| cx.writing(key).is_some());
    if taken {
        return read(Reply::Int(0));
    }
    let expiry = cx.d.data.expiry(here, key);
    cx.remove(key);
    cx.in_db(target, |cx| cx.put_moved(key, value, expiry));
    wrote(Reply::Int(1), true)
}
/// COPY source destination [DB n] [REPLACE]
pub(super) fn copy(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (mut target, mut replace) = (cx.d.db, false);
    let mut i = 3;
    while let Some(arg) = args.get(i) {
        if is(arg, "replace") {
            replace = true;
        } else if is(arg, "db") && i + 1 < args.len() {
            let n = short_int(&args[i + 1]).map_err(Reply::error)?;
            target = database(cx, n).ok_or_else(|| Reply::error("ERR DB index is out of range"))?;
            i += 1;
        } else {
            return fail(SYNTAX);
        }
        i += 1;
    }
    let (from, to, here) = (&args[1], &args[2], cx.d.db);
    if from == to && target == here {
        return fail("ERR source and destination objects are the same");
    }
    let Some(value) = cx.reading(from).cloned() else { return read(Reply::Int(0)) };
    let expiry = cx.d.data.expiry(here, from);
    let taken = cx.in_db(target, |cx| cx.writing(to).is_some());
    if taken && !replace {
        return read(Reply::Int(0));
    }
    cx.touched(value.len());
    cx.in_db(target, |cx| cx.put_moved(to, value, expiry));
    wrote(Reply::Int(1), true)
}

/// The options behind EXPIRE's time (7.0).
#[derive(Default)]
struct When {
    nx: bool,
    xx: bool,
    gt: bool,
    lt: bool,
}
fn conditions(args: &Args) -> Result<When, Reply> {
    let mut when = When::default();
    for arg in args {
        let slot = [("nx", &mut when.nx), ("xx", &mut when.xx), ("gt", &mut when.gt), ("lt", &mut when.lt)]
            .into_iter()
            .find(|(word, _)| is(arg, word));
        match slot {
            Some((_, slot)) => *slot = true,
            None => return Err(Reply::Error(format!("ERR Unsupported option {}", String::from_utf8_lossy(arg)))),
        }
    }
    if when.nx && (when.xx || when.gt || when.lt) {
        return fail("ERR NX and XX, GT or LT options at the same time are not compatible");
    }
    if when.gt && when.lt {
        return fail("ERR GT and LT options at the same time are not compatible");
    }
    Ok(when)
}

fn expire_generic(cx: &mut Cx<'_, '_>, args: &Args, name: &str, unit: Unit) -> Done {
    let conditions = conditions(&args[3..])?;
    let given = int(&args[2])?;
    let base = if unit.absolute() { 0 } else { cx.d.now_ms };
    let factor = if unit.in_seconds() { 1_000 } else { 1 };
    let when = match given.checked_mul(factor).and_then(|millis| millis.checked_add(base)) {
        Some(when) => when,
        None if cx.has(Era::V6_2) => return Err(errors::invalid_expire(name, cx.era())),
        None => given.wrapping_mul(factor).wrapping_add(base),
    };
    let key = &args[1];
    if cx.writing(key).is_none() {
        return read(Reply::Int(0));
    }
    let present = cx.d.data.expiry(cx.d.db, key);
    if (conditions.nx && present.is_some())
        || (conditions.xx && present.is_none())
        || (conditions.gt && present.is_none_or(|present| when <= present))
        || (conditions.lt && present.is_some_and(|present| when >= present))
    {
        return read(Reply::Int(0));
    }
    if when <= cx.d.now_ms && !cx.d.replica {
        cx.remove(key);
        return Ok((Reply::Int(1), Effect::Rewritten(alloc::vec![cx.deletes(key)])));
    }
    cx.set_expiry(key, Some(when));
    let absolute = cx.era().capabilities().stream_ttl == StreamTtl::Absolute;
    if !absolute || unit == Unit::AtMillis {
        return wrote(Reply::Int(1), true);
    }
    let mut words = args.to_vec();
    words[0] = Bytes::from_static(b"PEXPIREAT");
    words[2] = int_bytes(when);
    Ok((Reply::Int(1), Effect::Rewritten(alloc::vec![words])))
}
pub(super) fn expire(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    expire_generic(cx, args, "expire", Unit::Seconds)
}
pub(super) fn pexpire(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    expire_generic(cx, args, "pexpire", Unit::Millis)
}
pub(super) fn expireat(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    expire_generic(cx, args, "expireat", Unit::AtSeconds)
}
pub(super) fn pexpireat(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    expire_generic(cx, args, "pexpireat", Unit::AtMillis)
}

fn time_left(cx: &mut Cx<'_, '_>, args: &Args, seconds: bool, absolute: bool) -> Done {
    if cx.reading(&args[1]).is_none() {
        // 2.6 does not tell a missing key from one that stays.
        return read(Reply::Int(if cx.has(Era::V2_8) { -2 } else { -1 }));
    }
    let Some(when) = cx.d.data.expiry(cx.d.db, &args[1]) else { return read(Reply::Int(-1)) };
    let millis = if absolute { when } else { when.saturating_sub(cx.d.now_ms).max(0) };
    read(Reply::Int(if seconds { millis.saturating_add(500) / 1_000 } else { millis }))
}
pub(super) fn ttl(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    time_left(cx, args, true, false)
}
pub(super) fn pttl(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    time_left(cx, args, false, false)
}
pub(super) fn expiretime(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    time_left(cx, args, true, true)
}
pub(super) fn pexpiretime(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    time_left(cx, args, false, true)
}
pub(super) fn persist(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    // Up to 3.2 PERSIST does not look whether the time has passed: it rescues an expired key that nobody has touched.
    if cx.has(Era::V4_0) {
        cx.writing(&args[1]);
    }
    if cx.d.data.expiry(cx.d.db, &args[1]).is_none() {
        return read(Reply::Int(0));
    }
    if cx.has(Era::V6_2) {
        cx.set_expiry(&args[1], None);
    } else {
        // WATCH does not see it before.
        cx.d.data.set_expiry(cx.d.db, &args[1], None);
    }
    wrote(Reply::Int(1), true)
}

/// The option of FLUSHDB and FLUSHALL (4.0).
fn check_flush_mode(cx: &Cx<'_, '_>, args: &Args) -> Result<(), Reply> {
    match args {
        [_] => Ok(()),
        [_, mode] if is(mode, "async") || (is(mode, "sync") && cx.has(Era::V6_2)) => Ok(()),
        _ => fail(SYNTAX),
    }
}
pub(super) fn flushdb(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    check_flush_mode(cx, args)?;
    let gone = cx.d.data.flush(cx.d.db);
    cx.wrote_databases([cx.d.db]);
    cx.touched(gone);
    wrote(Reply::OK, gone > 0 || cx.has(Era::V7_0))
}
pub(super) fn flushall(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    check_flush_mode(cx, args)?;
    let gone = cx.d.data.flush_all();
    cx.wrote_databases(0..cx.d.data.databases());
    cx.touched(gone);
    wrote(Reply::OK, true)
}
pub(super) fn swapdb(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let number = |arg: &[u8], text: &str| parse_i64(arg).filter(|&n| i32::try_from(n).is_ok()).ok_or_else(|| Reply::error(text));
    let a = number(&args[1], "ERR invalid first DB index")?;
    let b = number(&args[2], "ERR invalid second DB index")?;
    let (Some(a), Some(b)) = (database(cx, a), database(cx, b)) else { return fail("ERR DB index is out of range") };
    cx.d.data.swap(a, b);
    if a != b {
        cx.wrote_databases([a, b]);
    }
    wrote(Reply::OK, true)
}
