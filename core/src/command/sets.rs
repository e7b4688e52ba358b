//! Sets.

use super::context::{Cx, Done, count, deletion, fail, int, is, read, rewritten, words, wrote};
use super::errors::SYNTAX;
use super::lists::positive;
use super::sample::{choose, sample_count};
use super::scan;
use super::spec::{Args, Effect, Reply};
use crate::data::Set;
use crate::era::Era;
use crate::prng::below;
use alloc::rc::Rc;
use alloc::vec::Vec;
use bytes::Bytes;

pub(super) fn sadd(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let known = cx.set_to_write(&args[1])?.is_some_and(|set| args[2..].iter().all(|member| set.contains(member)));
    cx.touched(args.len() - 2);
    if known {
        return read(Reply::Int(0));
    }
    let added = cx.update_set(&args[1], |set| args[2..].iter().filter(|member| set.insert(member)).count());
    wrote(count(added), true)
}
pub(super) fn srem(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let known = cx.set_to_write(&args[1])?.is_some_and(|set| args[2..].iter().any(|member| set.contains(member)));
    cx.touched(args.len() - 2);
    if !known {
        return read(Reply::Int(0));
    }
    let gone = cx.update_set(&args[1], |set| args[2..].iter().filter(|member| set.remove(member)).count());
    wrote(count(gone), true)
}
pub(super) fn smembers(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let set = cx.set(&args[1])?;
    let members: Vec<Reply> = set.map_or_else(Vec::new, |set| set.iter().map(Reply::Bulk).collect());
    cx.touched(members.len());
    read(Reply::Array(members))
}
pub(super) fn sismember(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let set = cx.set(&args[1])?;
    read(Reply::Int(i64::from(set.is_some_and(|set| set.contains(&args[2])))))
}
pub(super) fn smismember(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let set = cx.set(&args[1])?;
    let has = |member: &[u8]| Reply::Int(i64::from(set.as_ref().is_some_and(|set| set.contains(member))));
    read(Reply::Array(args[2..].iter().map(|member| has(member)).collect()))
}
pub(super) fn scard(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let set = cx.set(&args[1])?;
    read(count(set.map_or(0, |set| set.len())))
}

/// Members in one SREM of a SPOP.
const SREM_MEMBERS: usize = 1_024;

/// SPOP key [count]: the count from 3.2 on, as the arity says.
pub(super) fn spop(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let key = &args[1];
    match args {
        [_, _] => {
            let Some(len) = cx.set_to_write(key)?.map(Set::len) else { return read(Reply::Nil) };
            let at = below(cx.draw(), len as u64) as usize;
            let member = cx.update_set(key, |set| {
                let member = set.nth(at)?;
                set.remove(&member);
                Some(member)
            });
            let Some(member) = member else { return read(Reply::Nil) };
            rewritten(Reply::Bulk(member.clone()), words([b"SREM", key, &member]))
        }
        [_, _, n] => {
            let n = if cx.has(Era::V6_2) {
                positive(n)?
            } else {
                usize::try_from(int(n)?).map_err(|_| Reply::error("ERR index out of range"))?
            };
            let Some(set) = cx.set_to_write(key)?.cloned() else { return read(Reply::Array(Vec::new())) };
            if n == 0 {
                return read(Reply::Array(Vec::new()));
            }
            cx.touched(n.min(set.len()));
            if n >= set.len() {
                cx.remove(key);
                return rewritten(Reply::Array(set.iter().map(Reply::Bulk).collect()), deletion(cx.has(Era::V7_2) && cx.d.lazy_del, key));
            }
            let members: Vec<Bytes> = choose(cx, n, set.len()).into_iter().filter_map(|at| set.nth(at)).collect();
            drop(set);
            cx.update_set(key, |set| members.iter().filter(|member| set.remove(member)).count());
            let one_by_one = !cx.d.era.capabilities().spop_is_one_srem;
            let srem = |members: &[Bytes]| [words([b"SREM", key]), members.to_vec()].concat();
            let effect = Effect::Rewritten(members.chunks(if one_by_one { 1 } else { SREM_MEMBERS }).map(srem).collect());
            Ok((Reply::Array(members.into_iter().map(Reply::Bulk).collect()), effect))
        }
        _ => fail(SYNTAX),
    }
}
/// SRANDMEMBER key [count]: a negative count may give a member twice.
pub(super) fn srandmember(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    match args {
        [_, key] => {
            let Some(set) = cx.set(key)? else { return read(Reply::Nil) };
            let at = below(cx.draw(), set.len() as u64) as usize;
            read(set.nth(at).map_or(Reply::Nil, Reply::Bulk))
        }
        [_, key, n] => {
            let n = if cx.has(Era::V6_2) { sample_count(n)? } else { int(n)? };
            let Some(set) = cx.set(key)? else { return read(Reply::Array(Vec::new())) };
            let places: Vec<usize> = if n < 0 {
                let n = n.unsigned_abs().min(crate::limits::MULTIBULK_MAX.unsigned_abs());
                (0..n).map(|_| below(cx.draw(), set.len() as u64) as usize).collect()
            } else {
                let n = usize::try_from(n).unwrap_or(usize::MAX).min(set.len());
                choose(cx, n, set.len())
            };
            cx.touched(places.len());
            read(Reply::Array(places.into_iter().filter_map(|at| set.nth(at)).map(Reply::Bulk).collect()))
        }
        _ => fail(SYNTAX),
    }
}
pub(super) fn smove(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let (from, to, member) = (&args[1], &args[2], &args[3]);
    if cx.writing(from).is_none() {
        return read(Reply::Int(0));
    }
    let there = cx.set_to_write(from)?.is_some_and(|set| set.contains(member));
    cx.set_to_write(to)?;
    if from == to || !there {
        return read(Reply::Int(i64::from(there)));
    }
    cx.update_set(from, |set| set.remove(member));
    cx.update_set(to, |set| set.insert(member));
    wrote(Reply::Int(1), true)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Algebra {
    Inter,
    Union,
    Diff,
}
fn combine(cx: &mut Cx<'_, '_>, keys: &Args, how: Algebra, to_write: bool) -> Result<Set, Reply> {
    let mut sets: Vec<Option<Rc<Set>>> = Vec::with_capacity(keys.len());
    for key in keys {
        if to_write {
            cx.set_to_write(key)?;
        }
        sets.push(cx.set(key)?);
        // Up to 5.0 nobody looks at what stands behind a missing set.
        if how == Algebra::Inter && !cx.has(Era::V6_2) && sets.last().is_some_and(Option::is_none) {
            return Ok(Set::default());
        }
    }
    let total: usize = sets.iter().flatten().map(|set| set.len()).sum();
    cx.touched(total);
    let mut result = Set::default();
    let mut put = |member: Bytes| {
        result.insert(&member);
    };
    match how {
        Algebra::Union => sets.iter().flatten().flat_map(|set| set.iter()).for_each(&mut put),
        Algebra::Inter => {
            if let Some(sets) = sets.into_iter().collect::<Option<Vec<_>>>()
                && let Some((at, smallest)) = sets.iter().enumerate().min_by_key(|(_, set)| set.len())
            {
                let all = |member: &[u8]| sets.iter().enumerate().all(|(i, set)| i == at || set.contains(member));
                smallest.iter().filter(|member| all(member)).for_each(&mut put);
            }
        }
        Algebra::Diff => {
            if let Some((Some(first), others)) = sets.split_first() {
                let none = |member: &[u8]| !others.iter().flatten().any(|set| set.contains(member));
                first.iter().filter(|member| none(member)).for_each(&mut put);
            }
        }
    }
    Ok(result)
}
fn combined(cx: &mut Cx<'_, '_>, args: &Args, how: Algebra) -> Done {
    let result = combine(cx, &args[1..], how, false)?;
    read(Reply::Array(result.iter().map(Reply::Bulk).collect()))
}
fn store_combined(cx: &mut Cx<'_, '_>, args: &Args, how: Algebra) -> Done {
    let (target, sources) = (&args[1], &args[2..]);
    let result = combine(cx, sources, how, true)?;
    // Up to 5.0 storing counts as a change though nothing is there before and after, but for an intersection with a missing set.
    let missing = how == Algebra::Inter && sources.iter().any(|key| !cx.d.data.contains(cx.d.db, key));
    let len = result.len();
    if len == 0 {
        let had = cx.remove(target).is_some();
        return wrote(Reply::Int(0), had || (!missing && !cx.has(Era::V6_2)));
    }
    cx.put_result(target, result);
    wrote(count(len), true)
}
pub(super) fn sinter(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    combined(cx, args, Algebra::Inter)
}
pub(super) fn sunion(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    combined(cx, args, Algebra::Union)
}
pub(super) fn sdiff(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    combined(cx, args, Algebra::Diff)
}
pub(super) fn sinterstore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    store_combined(cx, args, Algebra::Inter)
}
pub(super) fn sunionstore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    store_combined(cx, args, Algebra::Union)
}
pub(super) fn sdiffstore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    store_combined(cx, args, Algebra::Diff)
}
/// SINTERCARD numkeys key … [LIMIT limit]
pub(super) fn sintercard(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let number = crate::resp::parse_i64(&args[1]).and_then(|n| usize::try_from(n).ok()).filter(|&n| n > 0);
    let Some(number) = number else { return fail("ERR numkeys should be greater than 0") };
    if number > args.len() - 2 {
        return fail("ERR Number of keys can't be greater than number of args");
    }
    let mut limit = 0;
    for pair in args[2 + number..].chunks(2) {
        match pair {
            [word, n] if is(word, "limit") => limit = super::context::limit(n)?,
            _ => return fail(SYNTAX),
        }
    }
    let whole = combine(cx, &args[2..2 + number], Algebra::Inter, false)?.len();
    read(count(if limit > 0 { whole.min(limit) } else { whole }))
}
pub(super) fn sscan(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let cursor = scan::cursor(&args[2])?;
    let Some(set) = cx.set(&args[1])? else { return read(scan::reply(0, Vec::new())) };
    let options = scan::options(&args[3..], false)?;
    let mut items = Vec::new();
    let next = match set.table() {
        Some(table) => scan::walk_trie(cursor, options.count, table, |member, ()| {
            if options.fits(member) {
                items.push(Reply::Bulk(member.clone()));
            }
        }),
        None => {
            items.extend(set.iter().filter(|member| options.fits(member)).map(Reply::Bulk));
            0
        }
    };
    cx.touched(items.len());
    read(scan::reply(next, items))
}
