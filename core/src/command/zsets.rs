//! Sorted sets.

use super::context::{Cx, Done, count, fail, int, is, range, read, wrote};
use super::errors::{NOT_A_FLOAT, SYNTAX};
use super::scan;
use super::spec::{Args, Reply};
use crate::data::float;
use crate::data::value::print_score;
use crate::data::{Scored, ZSet};
use crate::era::Era;
use alloc::vec::Vec;
use bytes::Bytes;

fn score_reply(score: f64) -> Reply {
    Reply::bulk(print_score(score))
}
fn score(arg: &[u8]) -> Result<f64, Reply> {
    float::parse(arg).ok_or_else(|| Reply::error(NOT_A_FLOAT))
}

/// What may stand before ZADD's scores.
#[derive(Clone, Copy, Default)]
struct Add {
    nx: bool,
    xx: bool,
    gt: bool,
    lt: bool,
    changed: bool,
    incr: bool,
}

/// ZADD key [NX|XX] [GT|LT] [CH] [INCR] score member …
pub(super) fn zadd(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let mut how = Add::default();
    let mut i = 2;
    // The options came in 3.0.2, GT and LT in 6.2.
    while let Some(arg) = args.get(i).filter(|_| cx.has(Era::V3_0)) {
        let slot = [("nx", &mut how.nx, Era::V3_0), ("xx", &mut how.xx, Era::V3_0), ("ch", &mut how.changed, Era::V3_0)]
            .into_iter()
            .chain([("incr", &mut how.incr, Era::V3_0), ("gt", &mut how.gt, Era::V6_2), ("lt", &mut how.lt, Era::V6_2)])
            .find(|(word, _, since)| is(arg, word) && cx.d.era.has(*since));
        match slot {
            Some((_, slot, _)) => *slot = true,
            None => break,
        }
        i += 1;
    }
    let pairs = &args[i..];
    if pairs.is_empty() || !pairs.len().is_multiple_of(2) {
        return fail(SYNTAX);
    }
    if how.nx && how.xx {
        return fail("ERR XX and NX options at the same time are not compatible");
    }
    if [how.nx, how.gt, how.lt].into_iter().filter(|&given| given).count() > 1 {
        return fail("ERR GT, LT, and/or NX options at the same time are not compatible");
    }
    if how.incr && pairs.len() > 2 {
        return fail("ERR INCR option supports a single increment-element pair");
    }
    add(cx, &args[1], pairs, how)
}
pub(super) fn zincrby(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    add(cx, &args[1], &args[2..], Add { incr: true, ..Add::default() })
}
fn add(cx: &mut Cx<'_, '_>, key: &[u8], pairs: &Args, how: Add) -> Done {
    let mut scores = Vec::with_capacity(pairs.len() / 2);
    for pair in pairs.chunks_exact(2) {
        scores.push((score(&pair[0])?, &pair[1]));
    }
    cx.touched(scores.len());
    // The new score of a member, if it gets one.
    let new = |zset: &ZSet, given: f64, member: &[u8]| {
        let present = zset.score(member);
        if (how.nx && present.is_some()) || (how.xx && present.is_none()) {
            return Step::Skip;
        }
        let new = if how.incr { given + present.unwrap_or(0.0) } else { given };
        if new.is_nan() {
            return Step::NotANumber;
        }
        if present.is_some_and(|present| (how.lt && new >= present) || (how.gt && new <= present)) {
            return Step::Skip;
        }
        #[allow(clippy::float_cmp, reason = "the very same score is no change")]
        match present {
            None => Step::Add(new),
            Some(present) if present != new => Step::Update(new),
            Some(_) => Step::Keep(new),
        }
    };
    let (mut added, mut updated, mut last, mut failed) = (0usize, 0usize, None, false);
    let mut take = |step: Step| {
        match step {
            Step::Skip => {}
            Step::NotANumber => failed = true,
            Step::Add(score) => (added, last) = (added + 1, Some(score)),
            Step::Update(score) => (updated, last) = (updated + 1, Some(score)),
            Step::Keep(score) => last = Some(score),
        }
        !failed
    };
    // A look first: a set that will not change must not be copied.
    let nothing = ZSet::default();
    let present = cx.zset_to_write(key)?.unwrap_or(&nothing);
    let idle = scores.iter().take_while(|(given, member)| {
        let step = new(present, *given, member);
        step.is_idle() && take(step)
    });
    let idle = idle.count();
    if idle < scores.len() {
        cx.update_zset(key, |zset| {
            for (given, member) in &scores[idle..] {
                let step = new(zset, *given, member);
                if let Step::Add(score) | Step::Update(score) = step {
                    zset.insert(member, score);
                }
                if !take(step) {
                    break;
                }
            }
        });
    }
    if failed {
        return fail("ERR resulting score is not a number (NaN)");
    }
    let reply = if how.incr { last.map_or(Reply::Nil, score_reply) } else { count(if how.changed { added + updated } else { added }) };
    wrote(reply, added + updated > 0)
}
/// What ZADD does with one member.
#[derive(Clone, Copy)]
enum Step {
    Skip,
    Keep(f64),
    Add(f64),
    Update(f64),
    NotANumber,
}
impl Step {
    const fn is_idle(self) -> bool {
        matches!(self, Step::Skip | Step::Keep(_))
    }
}
pub(super) fn zrem(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let known = cx.zset_to_write(&args[1])?.is_some_and(|zset| args[2..].iter().any(|member| zset.score(member).is_some()));
    cx.touched(args.len() - 2);
    if !known {
        return read(Reply::Int(0));
    }
    let gone = cx.update_zset(&args[1], |zset| args[2..].iter().filter(|member| zset.remove(member).is_some()).count());
    wrote(count(gone), true)
}
pub(super) fn zscore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let zset = cx.zset(&args[1])?;
    read(zset.and_then(|zset| zset.score(&args[2])).map_or(Reply::Nil, score_reply))
}
pub(super) fn zmscore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let zset = cx.zset(&args[1])?;
    let of = |member: &[u8]| zset.as_ref().and_then(|zset| zset.score(member)).map_or(Reply::Nil, score_reply);
    read(Reply::Array(args[2..].iter().map(|member| of(member)).collect()))
}
pub(super) fn zcard(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let zset = cx.zset(&args[1])?;
    read(count(zset.map_or(0, |zset| zset.len())))
}
fn ranked(cx: &mut Cx<'_, '_>, args: &Args, backwards: bool) -> Done {
    let zset = cx.zset(&args[1])?;
    let rank = zset.and_then(|zset| zset.rank(&args[2]).map(|rank| if backwards { zset.len() - 1 - rank } else { rank }));
    read(rank.map_or(Reply::Nil, count))
}
pub(super) fn zrank(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    ranked(cx, args, false)
}
pub(super) fn zrevrank(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    ranked(cx, args, true)
}

/// A bound of a range by score: `5`, `(5`, `-inf`.
#[derive(Clone, Copy)]
struct Bound {
    score: f64,
    open: bool,
}
fn bound(arg: &[u8]) -> Result<Bound, Reply> {
    let (open, text) = arg.strip_prefix(b"(").map_or((false, arg), |rest| (true, rest));
    let score = float::parse(text).ok_or_else(|| Reply::error("ERR min or max is not a float"))?;
    Ok(Bound { score, open })
}
/// The ranks of the members within two bounds.
fn within(zset: &ZSet, min: Bound, max: Bound) -> core::ops::Range<usize> {
    let from = zset.partition_point(|s| if min.open { s.score <= min.score } else { s.score < min.score });
    let to = zset.partition_point(|s| if max.open { s.score < max.score } else { s.score <= max.score });
    from..to.max(from)
}
fn listed<'a>(members: impl Iterator<Item = &'a Scored>, with_scores: bool) -> Vec<Reply> {
    let mut items = Vec::new();
    for scored in members {
        items.push(Reply::Bulk(scored.member.clone()));
        if with_scores {
            items.push(score_reply(scored.score));
        }
    }
    items
}

/// How a range is asked for.
struct Query<'a> {
    start: &'a [u8],
    end: &'a [u8],
    by_score: bool,
    backwards: bool,
    with_scores: bool,
    limit: Option<(i64, i64)>,
}
fn answer(cx: &mut Cx<'_, '_>, key: &[u8], query: &Query<'_>) -> Done {
    let (mut from, mut to) = (0, 0);
    let (mut min, mut max) = (Bound { score: 0.0, open: false }, Bound { score: 0.0, open: false });
    if query.by_score {
        let bounds =
            (|| Ok::<_, Reply>((bound(query.start)?, bound(query.end)?)))().map_err(|_| Reply::error("ERR min or max is not a float"))?;
        (min, max) = if query.backwards { (bounds.1, bounds.0) } else { bounds };
    } else {
        (from, to) = (int(query.start)?, int(query.end)?);
    }
    let Some(zset) = cx.zset(key)? else { return read(Reply::Array(Vec::new())) };
    let len = zset.len();
    // Ranks in the direction of the walk.
    let ranks = if query.by_score {
        let ranks = within(&zset, min, max);
        if query.backwards { len - ranks.end..len - ranks.start } else { ranks }
    } else {
        range(from, to, len).map_or(0..0, |(from, to)| from..to + 1)
    };
    let ranks = match query.limit {
        None => ranks,
        // A negative offset gives nothing, a negative count everything.
        Some((offset, _)) if offset < 0 => 0..0,
        Some((offset, most)) => {
            let start = ranks.start.saturating_add(usize::try_from(offset).unwrap_or(usize::MAX)).min(ranks.end);
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            start..start.saturating_add(most).min(ranks.end)
        }
    };
    cx.touched(ranks.len());
    if ranks.is_empty() {
        return read(Reply::Array(Vec::new()));
    }
    let items = if query.backwards {
        listed(zset.iter_back_from(len - 1 - ranks.start).take(ranks.len()), query.with_scores)
    } else {
        listed(zset.iter_from(ranks.start).take(ranks.len()), query.with_scores)
    };
    read(Reply::Array(items))
}

/// ZRANGE key start stop [WITHSCORES]; from 6.2 on also [BYSCORE] [REV] [LIMIT offset count].
pub(super) fn zrange(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let mut query = Query { start: &args[2], end: &args[3], by_score: false, backwards: false, with_scores: false, limit: None };
    let rich = cx.has(Era::V6_2);
    if !rich {
        check_ranks(&query)?;
        if args.len() > 5 {
            return fail(SYNTAX);
        }
    }
    options(&args[4..], &mut query, rich, rich)?;
    if query.limit.is_some() && !query.by_score {
        return fail("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
    }
    answer(cx, &args[1], &query)
}
/// Up to 6.0 the ranks are read before the options.
fn check_ranks(query: &Query<'_>) -> Result<(), Reply> {
    int(query.start)?;
    int(query.end)?;
    Ok(())
}
fn options<'a>(args: &'a Args, query: &mut Query<'a>, by: bool, limit: bool) -> Result<(), Reply> {
    let mut i = 0;
    while let Some(arg) = args.get(i) {
        if is(arg, "withscores") {
            query.with_scores = true;
        } else if limit && is(arg, "limit") && i + 2 < args.len() {
            query.limit = Some((int(&args[i + 1])?, int(&args[i + 2])?));
            i += 2;
        } else if by && is(arg, "byscore") {
            query.by_score = true;
        } else if by && is(arg, "rev") {
            query.backwards = true;
        } else {
            return fail(SYNTAX);
        }
        i += 1;
    }
    Ok(())
}
pub(super) fn zrevrange(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let mut query = Query { start: &args[2], end: &args[3], by_score: false, backwards: true, with_scores: false, limit: None };
    if !cx.has(Era::V6_2) {
        check_ranks(&query)?;
    }
    if args.len() > 5 {
        return fail(SYNTAX);
    }
    options(&args[4..], &mut query, false, false)?;
    answer(cx, &args[1], &query)
}
fn by_score(cx: &mut Cx<'_, '_>, args: &Args, backwards: bool) -> Done {
    let mut query = Query { start: &args[2], end: &args[3], by_score: true, backwards, with_scores: false, limit: None };
    // Up to 5.0 the bounds are read first.
    if !cx.has(Era::V6_2) {
        bound(query.start)?;
        bound(query.end)?;
    }
    options(&args[4..], &mut query, false, true)?;
    answer(cx, &args[1], &query)
}
pub(super) fn zrangebyscore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    by_score(cx, args, false)
}
pub(super) fn zrevrangebyscore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    by_score(cx, args, true)
}
pub(super) fn zcount(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (min, max) = (bound(&args[2])?, bound(&args[3])?);
    let zset = cx.zset(&args[1])?;
    read(count(zset.map_or(0, |zset| within(&zset, min, max).len())))
}

fn remove_range(cx: &mut Cx<'_, '_>, key: &[u8], ranks: impl FnOnce(&ZSet) -> core::ops::Range<usize>) -> Done {
    let Some(zset) = cx.zset_to_write(key)? else { return read(Reply::Int(0)) };
    let ranks = ranks(zset);
    let members: Vec<Bytes> = zset.iter_from(ranks.start).take(ranks.len()).map(|scored| scored.member.clone()).collect();
    cx.touched(members.len());
    if members.is_empty() {
        return read(Reply::Int(0));
    }
    cx.update_zset(key, |zset| members.iter().filter(|member| zset.remove(member).is_some()).count());
    wrote(count(members.len()), true)
}
pub(super) fn zremrangebyrank(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (start, end) = (int(&args[2])?, int(&args[3])?);
    remove_range(cx, &args[1], |zset| range(start, end, zset.len()).map_or(0..0, |(from, to)| from..to + 1))
}
pub(super) fn zremrangebyscore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (min, max) = (bound(&args[2])?, bound(&args[3])?);
    remove_range(cx, &args[1], |zset| within(zset, min, max))
}
/// ZPOPMIN key [count]
fn pop(cx: &mut Cx<'_, '_>, args: &Args, backwards: bool) -> Done {
    let wanted = match args {
        [_, _] => 1,
        [_, _, n] if cx.has(Era::V7_0) => super::lists::positive(n)?,
        [_, _, n] => usize::try_from(int(n)?).unwrap_or(0),
        _ => return fail(SYNTAX),
    };
    let Some(zset) = cx.zset_to_write(&args[1])? else { return read(Reply::Array(Vec::new())) };
    let members: Vec<Scored> =
        if backwards { zset.iter().rev().take(wanted).cloned().collect() } else { zset.iter().take(wanted).cloned().collect() };
    cx.touched(members.len());
    if members.is_empty() {
        return read(Reply::Array(Vec::new()));
    }
    cx.update_zset(&args[1], |zset| members.iter().filter(|scored| zset.remove(&scored.member).is_some()).count());
    wrote(Reply::Array(listed(members.iter(), true)), true)
}
pub(super) fn zpopmin(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    pop(cx, args, false)
}
pub(super) fn zpopmax(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    pop(cx, args, true)
}
pub(super) fn zscan(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let cursor = scan::cursor(&args[2])?;
    let Some(zset) = cx.zset(&args[1])? else { return read(scan::reply(0, Vec::new())) };
    let options = scan::options(&args[3..], false)?;
    let mut items = Vec::new();
    // 7.0 keeps whole scores of a small set as integers, and prints what it keeps.
    let whole = zset.packed() && cx.has(Era::V7_0);
    let mut take = |member: &Bytes, score: f64| {
        if options.fits(member) {
            items.push(Reply::Bulk(member.clone()));
            #[allow(clippy::float_cmp, reason = "whether it is whole")]
            let as_integer = whole && score.abs() <= (i64::MAX / 2) as f64 && (score as i64) as f64 == score;
            items.push(if as_integer { Reply::Bulk(crate::data::value::int_bytes(score as i64)) } else { score_reply(score) });
        }
    };
    let next = if zset.packed() {
        zset.iter().for_each(|scored| take(&scored.member, scored.score));
        0
    } else {
        scan::walk_trie(cursor, options.count, zset.table(), |member, score| take(member, *score))
    };
    cx.touched(items.len());
    read(scan::reply(next, items))
}
