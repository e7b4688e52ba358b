//! SORT: elements of a list, set or sorted set, by themselves or by what stands under other keys.

use super::context::{Cx, Done, count, fail, int, is, read, wrote};
use super::errors::{SYNTAX, wrong_type};
use super::spec::{Args, Reply};
use crate::data::{List, Value, float};
use crate::era::Era;
use crate::order;
use alloc::vec::Vec;
use bytes::Bytes;
use core::cmp::Ordering;

/// The arguments of SORT.
struct Asked<'a> {
    by: Option<&'a Bytes>,
    gets: Vec<&'a Bytes>,
    limit: Option<(i64, i64)>,
    backwards: bool,
    alpha: bool,
    store: Option<&'a Bytes>,
}

/// The key by which an element is ordered.
enum Weight {
    Itself,
    Number(f64),
    Text(Option<Bytes>),
}

/// `weight_*`, `object_*->field`: the star stands for the element. `None` without a star, or if nothing stands there.
fn looked_up(cx: &mut Cx<'_, '_>, pattern: &[u8], element: &Bytes) -> Option<Bytes> {
    if pattern == b"#" {
        return Some(element.clone());
    }
    let star = pattern.iter().position(|&b| b == b'*')?;
    let arrow = pattern[star..].windows(2).position(|two| two == b"->").map(|at| star + at).filter(|at| at + 2 < pattern.len());
    let key = [&pattern[..star], element, &pattern[star + 1..arrow.unwrap_or(pattern.len())]].concat();
    match (cx.reading(&key)?, arrow) {
        (Value::Hash(hash), Some(arrow)) => hash.get(&pattern[arrow + 2..]).cloned(),
        (Value::String(text) | Value::Sum(text) | Value::Grown(text), None) => Some(text.clone()),
        _ => None,
    }
}

fn parse(args: &Args, may_store: bool) -> Result<Asked<'_>, Reply> {
    let mut asked = Asked { by: None, gets: Vec::new(), limit: None, backwards: false, alpha: false, store: None };
    let mut i = 2;
    while let Some(arg) = args.get(i) {
        let behind = &args[i + 1..];
        if is(arg, "asc") || is(arg, "desc") {
            asked.backwards = is(arg, "desc");
        } else if is(arg, "alpha") {
            asked.alpha = true;
        } else if let [start, most, ..] = behind
            && is(arg, "limit")
        {
            asked.limit = Some((int(start)?, int(most)?));
            i += 2;
        } else if let [word, ..] = behind {
            match () {
                () if may_store && is(arg, "store") => asked.store = Some(word),
                () if is(arg, "by") => asked.by = Some(word),
                () if is(arg, "get") => asked.gets.push(word),
                () => return fail(SYNTAX),
            }
            i += 1;
        } else {
            return fail(SYNTAX);
        }
        i += 1;
    }
    Ok(asked)
}

/// The elements in the order in which they are kept.
fn elements(value: Option<Value>) -> Result<Vec<Bytes>, Reply> {
    Ok(match value {
        None => Vec::new(),
        Some(Value::List(list)) => list.iter().cloned().collect(),
        Some(Value::Set(set)) => set.iter().collect(),
        Some(Value::ZSet(zset)) => zset.iter().map(|scored| scored.member.clone()).collect(),
        Some(_) => return Err(wrong_type()),
    })
}

fn run(cx: &mut Cx<'_, '_>, args: &Args, may_store: bool) -> Done {
    let asked = parse(args, may_store)?;
    let value = if asked.store.is_some() { cx.writing(&args[1]).cloned() } else { cx.reading(&args[1]).cloned() };
    let is_set = matches!(value, Some(Value::Set(_)));
    // Up to 3.0 lists are not turned round.
    let turns = matches!(value, Some(Value::ZSet(_))) || cx.has(Era::V3_2);
    let mut items = elements(value)?;
    cx.touched(items.len());
    // BY a pattern without a star is BY nothing. A set that is stored needs an order all the same.
    let mut sorted = asked.by.is_none_or(|by| by.contains(&b'*'));
    let (mut alpha, mut by) = (asked.alpha, asked.by.filter(|_| sorted));
    if !sorted && is_set && asked.store.is_some() {
        (sorted, alpha, by) = (true, true, None);
    }
    if sorted {
        items = ordered(cx, items, by, alpha, asked.backwards)?;
    } else if asked.backwards && turns && !is_set {
        items.reverse();
    }
    let items = limited(items, asked.limit);
    let mut shown: Vec<Option<Bytes>> = Vec::new();
    for item in items {
        if asked.gets.is_empty() {
            shown.push(Some(item));
            continue;
        }
        for pattern in &asked.gets {
            shown.push(looked_up(cx, pattern, &item));
        }
    }
    let Some(target) = asked.store else {
        return read(Reply::Array(shown.into_iter().map(|item| item.map_or(Reply::Nil, Reply::Bulk)).collect()));
    };
    let length = shown.len();
    if length == 0 {
        let had = cx.remove(target).is_some();
        return wrote(Reply::Int(0), had);
    }
    cx.clear_if_expired(target);
    cx.put(target, shown.into_iter().map(Option::unwrap_or_default).collect::<List>());
    wrote(count(length), true)
}

fn ordered(cx: &mut Cx<'_, '_>, items: Vec<Bytes>, by: Option<&Bytes>, alpha: bool, backwards: bool) -> Result<Vec<Bytes>, Reply> {
    let mut weighed: Vec<(Weight, Bytes)> = Vec::with_capacity(items.len());
    for item in items {
        let looked = match by {
            Some(pattern) => looked_up(cx, pattern, &item),
            None => Some(item.clone()),
        };
        let weight = match looked {
            _ if alpha && by.is_none() => Weight::Itself,
            text if alpha => Weight::Text(text),
            None => Weight::Number(0.0),
            Some(text) => match float::parse(&text) {
                Some(number) => Weight::Number(number),
                None => return fail("ERR One or more scores can't be converted into double"),
            },
        };
        weighed.push((weight, item));
    }
    order::sort_by(&mut weighed, |(a, x), (b, y)| {
        let order = match (a, b) {
            // Equal numbers go by the elements' bytes, so that the order is one whatever came before.
            (Weight::Number(a), Weight::Number(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal).then_with(|| x.cmp(y)),
            (Weight::Text(a), Weight::Text(b)) => a.cmp(b),
            _ => x.cmp(y),
        };
        if backwards { order.reverse() } else { order }
    });
    Ok(weighed.into_iter().map(|(_, item)| item).collect())
}

fn limited(mut items: Vec<Bytes>, limit: Option<(i64, i64)>) -> Vec<Bytes> {
    let Some((start, most)) = limit else { return items };
    let start = usize::try_from(start).unwrap_or(0).min(items.len());
    items.drain(..start);
    // A negative count takes all.
    items.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    items
}

/// SORT key [BY pattern] [LIMIT offset count] [GET pattern …] [ASC|DESC] [ALPHA] [STORE destination]
pub(super) fn sort(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    run(cx, args, true)
}
/// SORT_RO, the same without STORE (7.0).
pub(super) fn sort_ro(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    run(cx, args, false)
}
