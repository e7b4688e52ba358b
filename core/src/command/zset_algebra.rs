//! Unions, intersections and differences of sorted sets, in which plain sets take part with scores of 1.

use super::context::{Cx, Done, count, fail, int, is, limit, read};
use super::errors::{SYNTAX, wrong_type};
use super::spec::{Args, Reply};
use super::zsets::{listed, store};
use crate::data::{Set, Value, ZSet, float};
use crate::era::Era;
use crate::order;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::Rc;
use alloc::vec::Vec;
use bytes::Bytes;

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Union,
    Inter,
    Diff,
}
#[derive(Clone, Copy)]
enum Aggregate {
    Sum,
    Min,
    Max,
}
impl Aggregate {
    fn of(self, a: f64, b: f64) -> f64 {
        match self {
            // ∞ − ∞ is 0 here.
            Aggregate::Sum if (a + b).is_nan() => 0.0,
            Aggregate::Sum => a + b,
            Aggregate::Min => {
                if b < a {
                    b
                } else {
                    a
                }
            }
            Aggregate::Max => {
                if b > a {
                    b
                } else {
                    a
                }
            }
        }
    }
}

/// One of the sets that are put together.
enum Source {
    Plain(Rc<Set>),
    Scored(Rc<ZSet>),
    Nothing,
}
impl Source {
    fn len(&self) -> usize {
        match self {
            Source::Plain(set) => set.len(),
            Source::Scored(zset) => zset.len(),
            Source::Nothing => 0,
        }
    }
    fn score(&self, member: &[u8]) -> Option<f64> {
        match self {
            Source::Plain(set) => set.contains(member).then_some(1.0),
            Source::Scored(zset) => zset.score(member),
            Source::Nothing => None,
        }
    }
    fn members(&self) -> Vec<(Bytes, f64)> {
        match self {
            Source::Plain(set) => set.iter().map(|member| (member, 1.0)).collect(),
            Source::Scored(zset) => zset.iter().map(|scored| (scored.member.clone(), scored.score)).collect(),
            Source::Nothing => Vec::new(),
        }
    }
}

fn source(cx: &mut Cx<'_, '_>, key: &Bytes, to_write: bool) -> Result<Source, Reply> {
    let value = if to_write { cx.writing(key) } else { cx.reading(key) };
    match value {
        None => Ok(Source::Nothing),
        Some(Value::Set(set)) => Ok(Source::Plain(set.clone())),
        Some(Value::ZSet(zset)) => Ok(Source::Scored(zset.clone())),
        Some(_) => Err(wrong_type()),
    }
}
/// A weight that is 0 takes ∞ to 0.
fn weighed(score: f64, weight: f64) -> f64 {
    let score = score * weight;
    if score.is_nan() { 0.0 } else { score }
}

/// The options behind the keys.
struct Options {
    weights: Vec<f64>,
    aggregate: Aggregate,
    with_scores: bool,
    limit: usize,
}
/// The options that a command knows.
#[derive(Clone, Copy)]
struct Known {
    weights: bool,
    scores: bool,
    limit: bool,
}
fn options(args: &Args, keys: usize, known: Known) -> Result<Options, Reply> {
    let mut options = Options { weights: alloc::vec![1.0; keys], aggregate: Aggregate::Sum, with_scores: false, limit: 0 };
    let mut i = 0;
    while let Some(arg) = args.get(i) {
        let behind = &args[i + 1..];
        if known.weights && is(arg, "weights") && behind.len() >= keys {
            for (weight, text) in options.weights.iter_mut().zip(behind) {
                *weight = float::parse(text).ok_or_else(|| Reply::error("ERR weight value is not a float"))?;
            }
            i += keys;
        } else if known.weights && is(arg, "aggregate") && !behind.is_empty() {
            options.aggregate = match () {
                () if is(&behind[0], "sum") => Aggregate::Sum,
                () if is(&behind[0], "min") => Aggregate::Min,
                () if is(&behind[0], "max") => Aggregate::Max,
                () => return fail(SYNTAX),
            };
            i += 1;
        } else if known.scores && is(arg, "withscores") {
            options.with_scores = true;
        } else if known.limit && is(arg, "limit") && !behind.is_empty() {
            options.limit = limit(&behind[0])?;
            i += 1;
        } else {
            return fail(SYNTAX);
        }
        i += 1;
    }
    Ok(options)
}

/// Reads `numkeys key … options` and puts the sets together.
fn combine(cx: &mut Cx<'_, '_>, name: &str, args: &Args, how: How, known: Known, to_write: bool) -> Result<(ZSet, Options), Reply> {
    let number = int(&args[0])?;
    if number < 1 {
        return Err(Reply::Error(if cx.has(Era::V7_0) {
            format!("ERR at least 1 input key is needed for '{name}' command")
        } else if cx.has(Era::V6_2) {
            format!("ERR at least 1 input key is needed for {name}")
        } else {
            "ERR at least 1 input key is needed for ZUNIONSTORE/ZINTERSTORE".into()
        }));
    }
    let number = usize::try_from(number).ok().filter(|&n| n < args.len()).ok_or_else(|| Reply::error(SYNTAX))?;
    let mut sources = Vec::with_capacity(number);
    for key in &args[1..=number] {
        sources.push(source(cx, key, to_write)?);
    }
    let options = options(&args[1 + number..], number, known)?;
    cx.touched(sources.iter().map(Source::len).sum());
    let result = match how {
        How::Union => {
            let mut sums: BTreeMap<Bytes, f64> = BTreeMap::new();
            for (source, &weight) in sources.iter().zip(&options.weights) {
                for (member, score) in source.members() {
                    let score = weighed(score, weight);
                    sums.entry(member).and_modify(|sum| *sum = options.aggregate.of(*sum, score)).or_insert(score);
                }
            }
            sums.into_iter().collect()
        }
        How::Inter => {
            // From the smallest: sums of scores depend on the order in which they are added.
            let mut by_size: Vec<usize> = (0..sources.len()).collect();
            order::sort_by_key(&mut by_size, |&at| sources[at].len());
            let (first, others) = (by_size[0], &by_size[1..]);
            let members = sources[first].members().into_iter();
            let whole = members.filter_map(|(member, score)| {
                let mut sum = weighed(score, options.weights[first]);
                for &other in others {
                    sum = options.aggregate.of(sum, weighed(sources[other].score(&member)?, options.weights[other]));
                }
                Some((member, sum))
            });
            if options.limit > 0 { whole.take(options.limit).collect() } else { whole.collect() }
        }
        How::Diff => {
            let others = &sources[1..];
            sources[0].members().into_iter().filter(|(member, _)| others.iter().all(|other| other.score(member).is_none())).collect()
        }
    };
    Ok((result, options))
}

const STORING: Known = Known { weights: true, scores: false, limit: false };
const SHOWING: Known = Known { weights: true, scores: true, limit: false };
const DIFF: Known = Known { weights: false, scores: true, limit: false };

fn stored(cx: &mut Cx<'_, '_>, name: &str, args: &Args, how: How, known: Known) -> Done {
    let (result, _) = combine(cx, name, &args[2..], how, known, true)?;
    store(cx, &args[1], result)
}
fn shown(cx: &mut Cx<'_, '_>, name: &str, args: &Args, how: How, known: Known) -> Done {
    let (result, options) = combine(cx, name, &args[1..], how, known, false)?;
    read(Reply::Array(listed(result.iter(), options.with_scores)))
}
/// ZUNIONSTORE destination numkeys key … [WEIGHTS weight …] [AGGREGATE SUM|MIN|MAX]
pub(super) fn zunionstore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    stored(cx, "zunionstore", args, How::Union, STORING)
}
pub(super) fn zinterstore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    stored(cx, "zinterstore", args, How::Inter, STORING)
}
/// ZDIFFSTORE destination numkeys key …
pub(super) fn zdiffstore(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    stored(cx, "zdiffstore", args, How::Diff, Known { scores: false, ..DIFF })
}
pub(super) fn zunion(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    shown(cx, "zunion", args, How::Union, SHOWING)
}
pub(super) fn zinter(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    shown(cx, "zinter", args, How::Inter, SHOWING)
}
pub(super) fn zdiff(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    shown(cx, "zdiff", args, How::Diff, DIFF)
}
/// ZINTERCARD numkeys key … [LIMIT limit]
pub(super) fn zintercard(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let known = Known { weights: false, scores: false, limit: true };
    let (result, _) = combine(cx, "zintercard", &args[1..], How::Inter, known, false)?;
    read(count(result.len()))
}
