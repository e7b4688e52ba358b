//! Sorted sets.

use super::context::{Cx, Done, count, fail, int, is, range, read, rewritten, words, wrote};
use super::errors::{NOT_A_FLOAT, SYNTAX};
use super::lists::{self, timeout};
use super::sample::Sample;
use super::scan;
use super::spec::{Args, Reply};
use crate::data::float;
use crate::data::value::{int_bytes, print_score};
use crate::data::{Scored, ZSet};
use crate::era::Era;
use crate::fact::DataType;
use alloc::vec::Vec;
use bytes::Bytes;

fn score_reply(score: f64) -> Reply {
    Reply::bulk(print_score(score))
}
/// A score. Up to 3.0 nothing at all is 0, as C's `strtod` reads it.
fn score(arg: &[u8], era: Era) -> Result<f64, Reply> {
    float::parse(arg).or_else(|| (arg.is_empty() && !era.has(Era::V3_2)).then_some(0.0)).ok_or_else(|| Reply::error(NOT_A_FLOAT))
}

/// The flags before ZADD's scores.
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
        scores.push((score(&pair[0], cx.era())?, &pair[1]));
    }
    cx.touched(scores.len());
    let unsigned = cx.era().capabilities().packed_zero_unsigned;
    // The new score of a member, if it gets one.
    let new = |zset: &ZSet, given: f64, member: &[u8]| {
        let present = zset.score(member);
        if (how.nx && present.is_some()) || (how.xx && present.is_none()) {
            return Step::Skip;
        }
        let new = present.filter(|_| how.incr).map_or(given, |present| given + present);
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
                    let score = if unsigned && zset.stays_packed(member) { score + 0.0 } else { score };
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
/// The effect of ZADD on one member.
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
pub(super) fn listed<'a>(members: impl Iterator<Item = &'a Scored>, with_scores: bool) -> Vec<Reply> {
    let mut items = Vec::new();
    for scored in members {
        items.push(Reply::Bulk(scored.member.clone()));
        if with_scores {
            items.push(score_reply(scored.score));
        }
    }
    items
}

/// A bound of a range by bytes: `-`, `+`, `[a`, `(a`.
#[derive(Clone, Copy)]
enum Lex<'a> {
    Lowest,
    Highest,
    At { word: &'a [u8], open: bool },
}
fn lex(arg: &[u8]) -> Result<Lex<'_>, Reply> {
    match arg {
        b"-" => Ok(Lex::Lowest),
        b"+" => Ok(Lex::Highest),
        [b'[', word @ ..] => Ok(Lex::At { word, open: false }),
        [b'(', word @ ..] => Ok(Lex::At { word, open: true }),
        _ => fail("ERR min or max not valid string range item"),
    }
}
/// The ranks of the members within two bounds by bytes, in a set whose scores are all the same.
fn within_lex(zset: &ZSet, min: Lex<'_>, max: Lex<'_>) -> core::ops::Range<usize> {
    let from = match min {
        Lex::Lowest => 0,
        Lex::Highest => zset.len(),
        Lex::At { word, open } => zset.partition_point(|s| if open { &s.member[..] <= word } else { &s.member[..] < word }),
    };
    let to = match max {
        Lex::Lowest => 0,
        Lex::Highest => zset.len(),
        Lex::At { word, open } => zset.partition_point(|s| if open { &s.member[..] < word } else { &s.member[..] <= word }),
    };
    from..to.max(from)
}

/// The kind of a range's two ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Rank,
    Score,
    Lex,
}
/// How a range is asked for.
struct Query<'a> {
    start: &'a [u8],
    end: &'a [u8],
    by: By,
    backwards: bool,
    with_scores: bool,
    limit: Option<(i64, i64)>,
}
impl<'a> Query<'a> {
    fn new(start: &'a [u8], end: &'a [u8], by: By, backwards: bool) -> Query<'a> {
        Query { start, end, by, backwards, with_scores: false, limit: None }
    }
}
/// A query whose ends have been read.
enum Range<'a> {
    Rank(i64, i64),
    Score(Bound, Bound),
    Lex(Lex<'a>, Lex<'a>),
}
/// Reads the ends of a query; backwards the higher one stands first.
fn ends<'a>(query: &Query<'a>) -> Result<Range<'a>, Reply> {
    let (low, high) = if query.backwards { (query.end, query.start) } else { (query.start, query.end) };
    Ok(match query.by {
        By::Rank => Range::Rank(int(query.start)?, int(query.end)?),
        By::Score => Range::Score(bound(low)?, bound(high)?),
        By::Lex => Range::Lex(lex(low)?, lex(high)?),
    })
}
/// The members that a query finds.
fn found(zset: &ZSet, query: &Query<'_>, range_asked: &Range<'_>) -> Vec<Scored> {
    let len = zset.len();
    let turned = |ranks: core::ops::Range<usize>| if query.backwards { len - ranks.end..len - ranks.start } else { ranks };
    // Ranks in the direction of the walk.
    let ranks = match *range_asked {
        Range::Rank(from, to) => range(from, to, len).map_or(0..0, |(from, to)| from..to + 1),
        Range::Score(min, max) => turned(within(zset, min, max)),
        Range::Lex(min, max) => turned(within_lex(zset, min, max)),
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
    if ranks.is_empty() {
        return Vec::new();
    }
    if query.backwards {
        zset.iter_back_from(len - 1 - ranks.start).take(ranks.len()).cloned().collect()
    } else {
        zset.iter_from(ranks.start).take(ranks.len()).cloned().collect()
    }
}
fn answer(cx: &mut Cx<'_, '_>, key: &[u8], query: &Query<'_>) -> Done {
    let ends = ends(query)?;
    let Some(zset) = cx.zset(key)? else { return read(Reply::Array(Vec::new())) };
    let members = found(&zset, query, &ends);
    cx.touched(members.len());
    read(Reply::Array(listed(members.iter(), query.with_scores)))
}

/// ZRANGE key start stop [WITHSCORES]; from 6.2 on also [BYSCORE|BYLEX] [REV] [LIMIT offset count].
pub(super) fn zrange(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let mut query = Query::new(&args[2], &args[3], By::Rank, false);
    if cx.has(Era::V6_2) {
        rich_options(&args[4..], &mut query, true)?;
    } else {
        check_ranks(&query)?;
        if args.len() > 5 {
            return fail(SYNTAX);
        }
        options(&args[4..], &mut query, Choice { by: false, limit: false, scores: true })?;
    }
    answer(cx, &args[1], &query)
}
/// ZRANGESTORE destination source min max [BYSCORE|BYLEX] [REV] [LIMIT offset count]
pub(super) fn zrangestore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (target, source) = (&args[1], &args[2]);
    let mut query = Query::new(&args[3], &args[4], By::Rank, false);
    rich_options(&args[5..], &mut query, false)?;
    let ends = ends(&query)?;
    let members = match cx.zset_to_write(source)? {
        Some(zset) => found(zset, &query, &ends),
        None => Vec::new(),
    };
    cx.touched(members.len());
    store(cx, target, members.into_iter().map(|scored| (scored.member, scored.score)).collect())
}
/// Puts a result under a key; without members the key goes.
pub(super) fn store(cx: &mut Cx<'_, '_>, target: &Bytes, result: ZSet) -> Done {
    let len = result.len();
    if len == 0 {
        let had = cx.remove(target).is_some();
        return wrote(Reply::Int(0), had);
    }
    let zeros = result.packed() && cx.era().capabilities().packed_zero_unsigned && result.iter().any(|scored| scored.score == 0.0);
    let result = if zeros { result.iter().map(|scored| (scored.member.clone(), scored.score + 0.0)).collect() } else { result };
    cx.put_result(target, result);
    wrote(count(len), true)
}
fn rich_options<'a>(args: &'a Args, query: &mut Query<'a>, scores: bool) -> Result<(), Reply> {
    options(args, query, Choice { by: true, limit: true, scores })?;
    if query.limit.is_some() && query.by == By::Rank {
        return fail("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
    }
    check_combination(query)
}
fn check_combination(query: &Query<'_>) -> Result<(), Reply> {
    if query.with_scores && query.by == By::Lex {
        return fail("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
    }
    Ok(())
}
/// Up to 5.0 the ranks are read before the options.
fn check_ranks(query: &Query<'_>) -> Result<(), Reply> {
    int(query.start)?;
    int(query.end)?;
    Ok(())
}
/// The options that a command knows.
#[derive(Clone, Copy)]
struct Choice {
    by: bool,
    limit: bool,
    scores: bool,
}
fn options<'a>(args: &'a Args, query: &mut Query<'a>, choice: Choice) -> Result<(), Reply> {
    let mut i = 0;
    while let Some(arg) = args.get(i) {
        if choice.scores && is(arg, "withscores") {
            query.with_scores = true;
        } else if choice.limit && is(arg, "limit") && i + 2 < args.len() {
            query.limit = Some((int(&args[i + 1])?, int(&args[i + 2])?));
            i += 2;
        } else if choice.by && is(arg, "byscore") {
            query.by = By::Score;
        } else if choice.by && is(arg, "bylex") {
            query.by = By::Lex;
        } else if choice.by && is(arg, "rev") {
            query.backwards = true;
        } else {
            return fail(SYNTAX);
        }
        i += 1;
    }
    Ok(())
}
pub(super) fn zrevrange(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let mut query = Query::new(&args[2], &args[3], By::Rank, true);
    if !cx.has(Era::V6_2) {
        check_ranks(&query)?;
    }
    if args.len() > 5 {
        return fail(SYNTAX);
    }
    options(&args[4..], &mut query, Choice { by: false, limit: false, scores: true })?;
    answer(cx, &args[1], &query)
}
fn by_ends(cx: &mut Cx<'_, '_>, args: &Args, by: By, backwards: bool) -> Done {
    let mut query = Query::new(&args[2], &args[3], by, backwards);
    // Up to 5.0 the ends are read first.
    if !cx.has(Era::V6_2) {
        ends(&query)?;
    }
    options(&args[4..], &mut query, Choice { by: false, limit: true, scores: by == By::Score || cx.has(Era::V6_2) })?;
    check_combination(&query)?;
    answer(cx, &args[1], &query)
}
pub(super) fn zrangebyscore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    by_ends(cx, args, By::Score, false)
}
pub(super) fn zrevrangebyscore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    by_ends(cx, args, By::Score, true)
}
pub(super) fn zrangebylex(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    by_ends(cx, args, By::Lex, false)
}
pub(super) fn zrevrangebylex(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    by_ends(cx, args, By::Lex, true)
}
pub(super) fn zcount(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (min, max) = (bound(&args[2])?, bound(&args[3])?);
    let zset = cx.zset(&args[1])?;
    read(count(zset.map_or(0, |zset| within(&zset, min, max).len())))
}
pub(super) fn zlexcount(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (min, max) = (lex(&args[2])?, lex(&args[3])?);
    let zset = cx.zset(&args[1])?;
    read(count(zset.map_or(0, |zset| within_lex(&zset, min, max).len())))
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
pub(super) fn zremrangebylex(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (min, max) = (lex(&args[2])?, lex(&args[3])?);
    remove_range(cx, &args[1], |zset| within_lex(zset, min, max))
}
/// Takes up to `wanted` members off one end of a set that is there.
fn take(cx: &mut Cx<'_, '_>, key: &[u8], wanted: usize, backwards: bool) -> Result<Vec<Scored>, Reply> {
    let Some(zset) = cx.zset_to_write(key)? else { return Ok(Vec::new()) };
    let members: Vec<Scored> =
        if backwards { zset.iter().rev().take(wanted).cloned().collect() } else { zset.iter().take(wanted).cloned().collect() };
    cx.touched(members.len());
    if !members.is_empty() {
        cx.update_zset(key, |zset| members.iter().filter(|scored| zset.remove(&scored.member).is_some()).count());
    }
    Ok(members)
}
/// ZPOPMIN key [count]
fn pop(cx: &mut Cx<'_, '_>, args: &Args, backwards: bool) -> Done {
    let wanted = match args {
        [_, _] => 1,
        [_, _, n] if cx.has(Era::V7_0) => super::lists::positive(n)?,
        [_, _, n] => usize::try_from(int(n)?).unwrap_or(0),
        _ => return fail(SYNTAX),
    };
    // Up to 6.2 nothing is looked at for nothing.
    if wanted == 0 && !cx.has(Era::V7_0) {
        return read(Reply::Array(Vec::new()));
    }
    let members = take(cx, &args[1], wanted, backwards)?;
    let changed = !members.is_empty();
    wrote(Reply::Array(listed(members.iter(), true)), changed)
}
pub(super) fn zpopmin(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    pop(cx, args, false)
}
pub(super) fn zpopmax(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    pop(cx, args, true)
}
/// Takes one member of the first set that has any; the reply names the key.
fn blocking_pop(cx: &mut Cx<'_, '_>, args: &Args, backwards: bool) -> Done {
    let last = args.len() - 1;
    let timeout = timeout(cx, &args[last])?;
    for key in &args[1..last] {
        if let [scored] = &take(cx, key, 1, backwards)?[..] {
            let reply = [Reply::Bulk(key.clone()), Reply::Bulk(scored.member.clone()), score_reply(scored.score)];
            let name: &[u8] = match (cx.d.woken && !cx.has(Era::V7_0), backwards) {
                (false, _) => pop_name(backwards),
                // Whoever had waited gets it in small letters.
                (true, false) => b"zpopmin",
                (true, true) => b"zpopmax",
            };
            return rewritten(Reply::Array(reply.into()), words([name, key]));
        }
    }
    lists::wait(cx, DataType::ZSet, (&args[..1], &args[1..last], &args[last..]), timeout, Reply::NilArray)
}
const fn pop_name(backwards: bool) -> &'static [u8] {
    if backwards { b"ZPOPMAX" } else { b"ZPOPMIN" }
}
pub(super) fn bzpopmin(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    blocking_pop(cx, args, false)
}
pub(super) fn bzpopmax(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    blocking_pop(cx, args, true)
}
fn min_or_max(arg: &[u8]) -> Result<bool, Reply> {
    match () {
        () if is(arg, "min") => Ok(false),
        () if is(arg, "max") => Ok(true),
        () => fail(SYNTAX),
    }
}
fn multi_pop(cx: &mut Cx<'_, '_>, keys: &Args, most: usize, backwards: bool) -> Result<Option<(Reply, Vec<Bytes>)>, Reply> {
    for key in keys {
        let members = take(cx, key, most, backwards)?;
        if !members.is_empty() {
            let pairs = members.iter().map(|s| Reply::Array([Reply::Bulk(s.member.clone()), score_reply(s.score)].into()));
            let reply = Reply::Array([Reply::Bulk(key.clone()), Reply::Array(pairs.collect())].into());
            return Ok(Some((reply, words([pop_name(backwards), key, &int_bytes(members.len() as i64)]))));
        }
    }
    Ok(None)
}
/// ZMPOP numkeys key … MIN|MAX [COUNT count]
pub(super) fn zmpop(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (keys, backwards, most) = lists::multi_pop(&args[1..], min_or_max)?;
    match multi_pop(cx, keys, most, backwards)? {
        Some((reply, effect)) => rewritten(reply, effect),
        None => read(Reply::NilArray),
    }
}
/// BZMPOP timeout numkeys key … MIN|MAX [COUNT count]
pub(super) fn bzmpop(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let timeout = timeout(cx, &args[1])?;
    let (keys, backwards, most) = lists::multi_pop(&args[2..], min_or_max)?;
    match multi_pop(cx, keys, most, backwards)? {
        Some((reply, effect)) => rewritten(reply, effect),
        None => lists::wait_for_one(cx, DataType::ZSet, args, keys, timeout),
    }
}
/// ZRANDMEMBER key [count [WITHSCORES]]
pub(super) fn zrandmember(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let asked = Sample::parse(&args[2..], "withscores")?;
    let Some(zset) = cx.zset(&args[1])? else { return read(asked.nothing()) };
    let places = asked.places(cx, zset.len());
    let members: Vec<&Scored> = places.into_iter().filter_map(|at| zset.iter_from(at).next()).collect();
    read(match asked.count {
        None => members.first().map_or(Reply::Nil, |scored| Reply::Bulk(scored.member.clone())),
        Some(_) => Reply::Array(listed(members.into_iter(), asked.with_values)),
    })
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
