//! Lists.

use super::context::{Cx, Done, count, fail, int, is, range, read, rewritten, words, wrote};
use super::errors::{NO_SUCH_KEY, SYNTAX};
use super::spec::{Args, Block, Effect, Reply};
use super::strings::stored;
use crate::data::value::int_bytes;
use crate::data::{List, float};
use crate::era::Era;
use crate::fact::DataType;
use crate::resp::parse_i64;
use alloc::vec::Vec;
use bytes::Bytes;

/// An end of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Left,
    Right,
}
impl End {
    fn push(self, list: &mut List, item: Bytes) {
        match self {
            End::Left => list.push_front(item),
            End::Right => list.push_back(item),
        }
    }
    fn pop(self, list: &mut List) -> Option<Bytes> {
        match self {
            End::Left => list.pop_front(),
            End::Right => list.pop_back(),
        }
    }
}

fn push(cx: &mut Cx<'_, '_>, args: &Args, end: End, only_if_there: bool) -> Done {
    if cx.list_to_write(&args[1])?.is_none() && only_if_there {
        return read(Reply::Int(0));
    }
    cx.touched(args.len() - 2);
    let length = cx.update_list(&args[1], |list| {
        for item in &args[2..] {
            end.push(list, stored(item));
        }
        list.len()
    });
    wrote(count(length), true)
}
pub(super) fn lpush(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    push(cx, args, End::Left, false)
}
pub(super) fn rpush(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    push(cx, args, End::Right, false)
}
pub(super) fn lpushx(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    push(cx, args, End::Left, true)
}
pub(super) fn rpushx(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    push(cx, args, End::Right, true)
}

/// LPOP key [count]: the count from 6.2 on, as the arity says.
fn pop(cx: &mut Cx<'_, '_>, args: &Args, name: &str, end: End) -> Done {
    let wanted = match args {
        [_, _] => None,
        [_, _, n] => Some(positive(n)?),
        _ => return Err(super::errors::wrong_arity(name)),
    };
    if cx.list_to_write(&args[1])?.is_none() {
        return read(if wanted.is_some() { Reply::NilArray } else { Reply::Nil });
    }
    let Some(wanted) = wanted else {
        let item = cx.update_list(&args[1], |list| end.pop(list));
        return wrote(item.map_or(Reply::Nil, Reply::Bulk), true);
    };
    if wanted == 0 {
        return read(Reply::Array(Vec::new()));
    }
    let items: Vec<Reply> = cx.update_list(&args[1], |list| core::iter::from_fn(|| end.pop(list)).take(wanted).map(Reply::Bulk).collect());
    cx.touched(items.len());
    wrote(Reply::Array(items), true)
}
/// A count that must not be negative.
pub(super) fn positive(arg: &[u8]) -> Result<usize, Reply> {
    let n = parse_i64(arg).unwrap_or(-1);
    usize::try_from(n).map_err(|_| Reply::error("ERR value is out of range, must be positive"))
}
pub(super) fn lpop(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    pop(cx, args, "lpop", End::Left)
}
pub(super) fn rpop(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    pop(cx, args, "rpop", End::Right)
}

pub(super) fn llen(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let list = cx.list(&args[1])?;
    read(count(list.map_or(0, |list| list.len())))
}
pub(super) fn lrange(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (start, end) = (int(&args[2])?, int(&args[3])?);
    let Some(list) = cx.list(&args[1])? else { return read(Reply::Array(Vec::new())) };
    let items: Vec<Reply> = match range(start, end, list.len()) {
        None => Vec::new(),
        Some((from, to)) => list.iter_from(from).take(to - from + 1).map(|item| Reply::Bulk(item.clone())).collect(),
    };
    cx.touched(items.len());
    read(Reply::Array(items))
}
/// The place of an index that may count from the end.
fn place(index: i64, len: usize) -> Option<usize> {
    let index = if index < 0 { i64::try_from(len).ok()?.checked_add(index)? } else { index };
    usize::try_from(index).ok().filter(|&index| index < len)
}
pub(super) fn lindex(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let Some(list) = cx.list(&args[1])? else { return read(Reply::Nil) };
    let index = int(&args[2])?;
    read(place(index, list.len()).and_then(|at| list.get(at)).map_or(Reply::Nil, |item| Reply::Bulk(item.clone())))
}
pub(super) fn lset(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let Some(list) = cx.list_to_write(&args[1])? else { return fail(NO_SUCH_KEY) };
    let index = int(&args[2])?;
    let Some(at) = place(index, list.len()) else { return fail("ERR index out of range") };
    cx.update_list(&args[1], |list| list.replace(at, stored(&args[3])));
    wrote(Reply::OK, true)
}
pub(super) fn ltrim(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (start, end) = (int(&args[2])?, int(&args[3])?);
    let Some(list) = cx.list_to_write(&args[1])? else { return read(Reply::OK) };
    let len = list.len();
    let (from, kept) = range(start, end, len).map_or((len, 0), |(from, to)| (from, to - from + 1));
    let gone = len - kept;
    cx.touched(gone);
    if gone == 0 {
        cx.wrote(&args[1]);
    } else {
        cx.update_list(&args[1], |list| {
            for _ in 0..from {
                list.pop_front();
            }
            while list.len() > kept {
                list.pop_back();
            }
        });
    }
    // 6.2 counts what it removed; before, LTRIM always counts as a change.
    wrote(Reply::OK, gone > 0 || !cx.has(Era::V6_2))
}
pub(super) fn lrem(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let wanted = int(&args[2])?;
    let Some(list) = cx.list_to_write(&args[1])? else { return read(Reply::Int(0)) };
    let most = match wanted {
        0 => usize::MAX,
        n => usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX),
    };
    let item = &args[3];
    let all = list.iter().filter(|other| *other == item).count();
    let (len, gone) = (list.len(), all.min(most));
    cx.touched(len);
    if gone == 0 {
        return read(Reply::Int(0));
    }
    // From the tail: the first ones stay.
    let mut spare = if wanted < 0 { all - gone } else { 0 };
    let mut left = gone;
    cx.update_list(&args[1], |list| {
        list.remove_where(|_, other| {
            if other != item || left == 0 {
                return false;
            }
            if spare > 0 {
                spare -= 1;
                return false;
            }
            left -= 1;
            true
        })
    });
    wrote(count(gone), true)
}
pub(super) fn linsert(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let after = if is(&args[2], "after") {
        true
    } else if is(&args[2], "before") {
        false
    } else {
        return fail(SYNTAX);
    };
    let Some(list) = cx.list_to_write(&args[1])? else { return read(Reply::Int(0)) };
    let len = list.len();
    let pivot = list.iter().position(|item| *item == args[3]);
    cx.touched(len);
    let Some(pivot) = pivot else { return read(Reply::Int(-1)) };
    cx.update_list(&args[1], |list| list.insert(pivot + usize::from(after), stored(&args[4])));
    wrote(count(len + 1), true)
}

/// Takes the last of one list and puts it into another. `None` if there is nothing to take.
fn take_over(cx: &mut Cx<'_, '_>, source: &Bytes, target: &Bytes, from: End, to: End) -> Result<Option<Bytes>, Reply> {
    if cx.list_to_write(source)?.is_none() {
        return Ok(None);
    }
    if source == target {
        // The key stays, with its time to live, though the list may be empty for a moment.
        return Ok(cx.update_list(source, |list| {
            let item = from.pop(list)?;
            to.push(list, item.clone());
            Some(item)
        }));
    }
    cx.list_to_write(target)?;
    let Some(item) = cx.update_list(source, |list| from.pop(list)) else { return Ok(None) };
    let moved = item.clone();
    cx.update_list(target, |list| to.push(list, moved));
    Ok(Some(item))
}
fn move_item(cx: &mut Cx<'_, '_>, args: &Args, from: End, to: End) -> Done {
    let item = take_over(cx, &args[1], &args[2], from, to)?;
    let taken = item.is_some();
    wrote(item.map_or(Reply::Nil, Reply::Bulk), taken)
}
pub(super) fn rpoplpush(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    move_item(cx, args, End::Right, End::Left)
}
fn end(arg: &[u8]) -> Result<End, Reply> {
    match () {
        () if is(arg, "left") => Ok(End::Left),
        () if is(arg, "right") => Ok(End::Right),
        () => fail(SYNTAX),
    }
}
pub(super) fn lmove(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (from, to) = (end(&args[3])?, end(&args[4])?);
    move_item(cx, args, from, to)
}

/// LPOS key element [RANK rank] [COUNT count] [MAXLEN len]
pub(super) fn lpos(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (mut rank, mut most, mut max_len) = (1, None, 0);
    for pair in args[3..].chunks(2) {
        match pair {
            [word, n] if is(word, "rank") => {
                rank = int(n)?;
                if rank == 0 {
                    return fail(if cx.has(Era::V7_0) {
                        "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list"
                    } else {
                        "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second, ..."
                    });
                }
            }
            [word, n] if is(word, "count") => match usize::try_from(int(n)?) {
                Ok(n) => most = Some(n),
                Err(_) => return fail("ERR COUNT can't be negative"),
            },
            [word, n] if is(word, "maxlen") => match usize::try_from(int(n)?) {
                Ok(n) => max_len = n,
                Err(_) => return fail("ERR MAXLEN can't be negative"),
            },
            _ => return fail(SYNTAX),
        }
    }
    let Some(list) = cx.list(&args[1])? else { return read(most.map_or(Reply::Nil, |_| Reply::Array(Vec::new()))) };
    let looked = if max_len == 0 { list.len() } else { max_len.min(list.len()) };
    cx.touched(looked);
    // The lowest number has no positive twin: C takes it for −1.
    let skip = rank.checked_neg().map_or(0, |_| usize::try_from(rank.unsigned_abs() - 1).unwrap_or(usize::MAX));
    let take = match most {
        None => 1,
        Some(0) => usize::MAX,
        Some(n) => n,
    };
    let (element, last) = (&args[2], list.len().wrapping_sub(1));
    let found: Vec<usize> = if rank > 0 {
        list.iter().take(looked).enumerate().filter(|(_, item)| *item == element).map(|(at, _)| at).skip(skip).take(take).collect()
    } else {
        let places = list.iter().rev().take(looked).enumerate().filter(|(_, item)| *item == element).map(|(at, _)| last - at);
        places.skip(skip).take(take).collect()
    };
    read(match most {
        Some(_) => Reply::Array(found.into_iter().map(count).collect()),
        None => found.first().map_or(Reply::Nil, |&at| count(at)),
    })
}

// ---- commands that wait

/// The time to wait, in milliseconds, 0 for ever: whole seconds up to 5.0, fractions later. Where the moment it ends has no number, C wraps round: up to
/// 5.0 it lies in the past, so that nobody waits; later it is never looked at again.
pub(super) fn timeout(cx: &Cx<'_, '_>, arg: &[u8]) -> Result<u64, Reply> {
    let negative = || Reply::error("ERR timeout is negative");
    if !cx.has(Era::V6_2) {
        let seconds = parse_i64(arg).ok_or_else(|| Reply::error("ERR timeout is not an integer or out of range"))?;
        if seconds <= 0 {
            return if seconds < 0 { Err(negative()) } else { Ok(0) };
        }
        // 2.8 counts in seconds.
        let (now, unit) = if cx.has(Era::V3_0) { (cx.d.now_ms, 1_000) } else { (cx.d.now_ms / 1_000, 1) };
        let past = seconds.wrapping_mul(unit).wrapping_add(now) < now;
        return Ok(if past { 1 } else { seconds.unsigned_abs().saturating_mul(1_000) });
    }
    // A long double holds whole seconds of any length to the millisecond, a double does not.
    let (whole, parts) = match parse_i64(arg) {
        Some(seconds) => (seconds.checked_mul(1_000), false),
        None => {
            let seconds =
                float::parse(arg).filter(|s| !s.is_nan()).ok_or_else(|| Reply::error("ERR timeout is not a float or out of range"))?;
            let millis = seconds * 1_000.0;
            // What no number holds turns negative in C.
            let fits = millis > -(i64::MAX as f64) && millis < i64::MAX as f64;
            (fits.then_some(millis as i64).filter(|_| seconds >= 0.0), millis > (millis as i64) as f64)
        }
    };
    let whole = whole.and_then(|whole| u64::try_from(whole).ok()).ok_or_else(negative)?;
    if cx.d.now_ms.checked_add_unsigned(whole).is_none() {
        return Ok(0);
    }
    // From 7.0 on a part of a millisecond is a whole one; before, it is nothing, which means for ever.
    Ok(if parts && cx.has(Era::V7_0) { whole + 1 } else { whole })
}
/// Nothing was there: the caller waits. Who may not wait, in a transaction, gets `reply` instead.
pub(super) fn wait(
    cx: &mut Cx<'_, '_>,
    kind: DataType,
    (before, keys, behind): (&Args, &Args, &Args),
    timeout_ms: u64,
    reply: Reply,
) -> Done {
    let block = Block { keys: keys.to_vec(), kind, timeout_ms, around: (before.to_vec(), behind.to_vec()) };
    cx.block = Some(alloc::boxed::Box::new(block));
    read(reply)
}
fn blocking_pop(cx: &mut Cx<'_, '_>, args: &Args, from: End) -> Done {
    let last = args.len() - 1;
    let timeout = timeout(cx, &args[last])?;
    for key in &args[1..last] {
        if cx.list_to_write(key)?.is_some() {
            let item = cx.update_list(key, |list| from.pop(list)).unwrap_or_default();
            let name: &[u8] = if from == End::Left { b"LPOP" } else { b"RPOP" };
            return rewritten(Reply::Array(Vec::from([Reply::Bulk(key.clone()), Reply::Bulk(item)])), words([name, key]));
        }
    }
    wait(cx, DataType::List, (&args[..1], &args[1..last], &args[last..]), timeout, Reply::NilArray)
}
pub(super) fn blpop(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    blocking_pop(cx, args, End::Left)
}
pub(super) fn brpop(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    blocking_pop(cx, args, End::Right)
}
/// BRPOPLPUSH source destination timeout. Up to 3.2 it travels as it came; when it had waited, up to 5.0 as a pop and a push.
pub(super) fn brpoplpush(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let timeout = timeout(cx, &args[3])?;
    let (source, target) = (&args[1], &args[2]);
    let Some(item) = take_over(cx, source, target, End::Right, End::Left)? else {
        return wait(cx, DataType::List, (&args[..1], &args[1..2], &args[2..]), timeout, Reply::Nil);
    };
    let effect = if cx.has(if cx.d.woken { Era::V6_2 } else { Era::V4_0 }) {
        Effect::Rewritten(Vec::from([words([b"RPOPLPUSH", source, target])]))
    } else if cx.d.woken {
        Effect::Rewritten(Vec::from([words([b"RPOP", source]), words([b"LPUSH", target, &item])]))
    } else {
        Effect::Verbatim
    };
    Ok((Reply::Bulk(item), effect))
}
/// BLMOVE source destination LEFT|RIGHT LEFT|RIGHT timeout
pub(super) fn blmove(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (from, to) = (end(&args[3])?, end(&args[4])?);
    let timeout = timeout(cx, &args[5])?;
    let Some(item) = take_over(cx, &args[1], &args[2], from, to)? else {
        return wait(cx, DataType::List, (&args[..1], &args[1..2], &args[2..]), timeout, Reply::Nil);
    };
    // The caller's own words, unless it had waited.
    let word = |end: End, given: &Bytes| match (cx.d.woken, end) {
        (false, _) => given.clone(),
        (true, End::Left) => Bytes::from_static(b"left"),
        (true, End::Right) => Bytes::from_static(b"right"),
    };
    let (from, to) = (word(from, &args[3]), word(to, &args[4]));
    rewritten(Reply::Bulk(item), words([b"LMOVE", &args[1], &args[2], &from, &to]))
}

/// The arguments that LMPOP and ZMPOP share: `numkeys key … WHERE [COUNT count]` from `args` on. Where the keys end, the word, the count.
pub(super) fn multi_pop<T>(args: &Args, place: impl Fn(&[u8]) -> Result<T, Reply>) -> Result<(&Args, T, usize), Reply> {
    let from_one =
        |arg: &[u8], text: &str| parse_i64(arg).and_then(|n| usize::try_from(n).ok()).filter(|&n| n > 0).ok_or_else(|| Reply::error(text));
    let keys = from_one(&args[0], "ERR numkeys should be greater than 0")?;
    let at = keys.checked_add(1).filter(|&at| at < args.len()).ok_or_else(|| Reply::error(SYNTAX))?;
    let place = place(&args[at])?;
    let count = match &args[at + 1..] {
        [] => 1,
        [word, n] if is(word, "count") => from_one(n, "ERR count should be greater than 0")?,
        _ => return fail(SYNTAX),
    };
    Ok((&args[1..at], place, count))
}
fn list_multi_pop(cx: &mut Cx<'_, '_>, keys: &Args, from: End, most: usize) -> Result<Option<(Reply, Vec<Bytes>)>, Reply> {
    for key in keys {
        if cx.list_to_write(key)?.is_none() {
            continue;
        }
        let items: Vec<Reply> = cx.update_list(key, |list| core::iter::from_fn(|| from.pop(list)).take(most).map(Reply::Bulk).collect());
        cx.touched(items.len());
        let name: &[u8] = if from == End::Left { b"LPOP" } else { b"RPOP" };
        let effect = words([name, key, &int_bytes(i64::try_from(items.len()).unwrap_or(i64::MAX))]);
        return Ok(Some((Reply::Array(Vec::from([Reply::Bulk(key.clone()), Reply::Array(items)])), effect)));
    }
    Ok(None)
}
/// LMPOP numkeys key … LEFT|RIGHT [COUNT count]
pub(super) fn lmpop(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (keys, from, most) = multi_pop(&args[1..], end)?;
    match list_multi_pop(cx, keys, from, most)? {
        Some((reply, effect)) => rewritten(reply, effect),
        None => read(Reply::NilArray),
    }
}
/// BLMPOP timeout numkeys key … LEFT|RIGHT [COUNT count]
pub(super) fn blmpop(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let timeout = timeout(cx, &args[1])?;
    let (keys, from, most) = multi_pop(&args[2..], end)?;
    match list_multi_pop(cx, keys, from, most)? {
        Some((reply, effect)) => rewritten(reply, effect),
        None => wait_for_one(cx, DataType::List, args, keys, timeout),
    }
}
/// Waits as BLMPOP and BZMPOP do: with one key they are written with the number 1.
pub(super) fn wait_for_one(cx: &mut Cx<'_, '_>, kind: DataType, args: &Args, keys: &Args, timeout: u64) -> Done {
    let before = [args[0].clone(), args[1].clone(), Bytes::from_static(b"1")];
    wait(cx, kind, (&before, keys, &args[3 + keys.len()..]), timeout, Reply::NilArray)
}
