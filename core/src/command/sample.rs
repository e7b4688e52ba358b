//! Random choices: those of SPOP, SRANDMEMBER, HRANDFIELD and ZRANDMEMBER.

use super::context::{Cx, fail, int, is};
use super::errors::SYNTAX;
use super::spec::{Args, Reply};
use crate::prng::below;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

/// `n` different numbers below `len`, drawn so that every choice is equally likely, in the order drawn.
pub(super) fn choose(cx: &mut Cx<'_, '_>, n: usize, len: usize) -> Vec<usize> {
    // Floyd: each step draws below a bound that grows by one, and takes the bound itself if the draw is taken.
    let mut seen = BTreeSet::new();
    let mut chosen = Vec::with_capacity(n);
    for bound in len - n..len {
        let draw = below(cx.draw(), bound as u64 + 1) as usize;
        let pick = if seen.insert(draw) { draw } else { bound };
        seen.insert(pick);
        chosen.push(pick);
    }
    chosen
}

/// How many are drawn, from 6.2 on: the least of all numbers has no opposite.
pub(super) fn sample_count(arg: &[u8]) -> Result<i64, Reply> {
    let count = int(arg)?;
    if count == i64::MIN {
        return fail("ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807");
    }
    Ok(count)
}
/// The request of HRANDFIELD and ZRANDMEMBER.
pub(super) struct Sample {
    /// How many; a negative number may give one twice.
    pub(super) count: Option<i64>,
    pub(super) with_values: bool,
}
impl Sample {
    /// Reads `[count [word]]`.
    pub(super) fn parse(args: &Args, word: &str) -> Result<Sample, Reply> {
        let Some(n) = args.first() else { return Ok(Sample { count: None, with_values: false }) };
        let count = sample_count(n)?;
        let with_values = match &args[1..] {
            [] => false,
            [given] if is(given, word) => true,
            _ => return fail(SYNTAX),
        };
        if with_values && count.unsigned_abs() > i64::MAX.unsigned_abs() / 2 {
            return fail("ERR value is out of range");
        }
        Ok(Sample { count: Some(count), with_values })
    }
    /// The answer where nothing is.
    pub(super) fn nothing(&self) -> Reply {
        self.count.map_or(Reply::Nil, |_| Reply::Array(Vec::new()))
    }
    /// Places below `len` that the draws choose.
    pub(super) fn places(&self, cx: &mut Cx<'_, '_>, len: usize) -> Vec<usize> {
        let n = self.count.unwrap_or(-1);
        let wanted = usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX);
        cx.touched(wanted.min(len));
        if n < 0 {
            // Redis gives as many as are asked for; a page's memory has a bound.
            let wanted = wanted.min(crate::limits::MULTIBULK_MAX.unsigned_abs() as usize);
            return (0..wanted).map(|_| below(cx.draw(), len as u64) as usize).collect();
        }
        choose(cx, wanted.min(len), len)
    }
}
