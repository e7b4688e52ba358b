//! The scenario with the numbers of the form: a master, its replicas, a writer with the write rate, and the outage.

use super::answer::{TTL_S, sizes};
use super::field::Field;
use super::form::{Form, set_bytes};
use resync_core::condition::{size_text, span_text};
use resync_core::time::Span;

/// When the links are cut, s.
pub(super) const CUT_S: u64 = 20;
/// Bytes that a page holds without trouble.
const BYTES_MAX: u64 = 32 << 20;
/// Time between two writes, µs.
const EVERY_US: u64 = 100_000;
/// Replicas that a proof shows at most: one more tells nothing new.
const REPLICAS_MAX: u64 = 3;

/// How many bytes one byte of the run stands for: 1, or a power of two where the numbers are larger than a page can play. Times are as stated.
#[must_use]
pub fn scale(form: &Form) -> u64 {
    let written = form.get(Field::Rate).saturating_mul(form.get(Field::Outage) + CUT_S);
    let largest = sizes(form).backlog.max(written);
    largest.div_ceil(BYTES_MAX).next_power_of_two()
}

/// The scenario with a backlog of this size: the links are cut for as long as the outage lasts, and heal.
#[must_use]
pub fn scene(form: &Form, backlog: u64) -> String {
    let scale = scale(form);
    let caps = form.era.capabilities();
    let (rate, outage) = (form.get(Field::Rate), form.get(Field::Outage));
    // One write takes so many bytes in the stream, and comes so often that the rate is met.
    let bytes = (rate * EVERY_US).div_ceil(1_000_000 * scale).max(40);
    let every = u64::try_from(u128::from(bytes) * 1_000_000 * u128::from(scale) / u128::from(rate)).unwrap_or(EVERY_US);
    let value = (1..=bytes).rev().find(|value| set_bytes(*value) <= bytes).unwrap_or(1);
    let names: Vec<String> = (1..=form.get(Field::Replicas).min(REPLICAS_MAX)).map(|n| format!("replica-{n}")).collect();
    let diskless = if caps.diskless_default { " repl-diskless-sync-delay 0" } else { "" };
    let ttl = sizes(form).ttl_s;
    let ttl = if ttl == TTL_S { String::new() } else { format!(" repl-backlog-ttl {ttl}") };
    let size = size_text(backlog / scale);
    let mut text = format!("title repl-backlog-size {}, {outage} s\n", size_text(backlog));
    if scale > 1 {
        text += &format!("# one byte stands for {scale}\n");
    }
    text += &format!(
        "opens at {}s\nera {}\nseed 7\ndefault link latency 2ms\nnode master repl-backlog-size {size}{ttl}{diskless} save \"\"\n",
        CUT_S - 1,
        form.era.name()
    );
    for name in &names {
        text += &format!("node {name} save \"\" follows master\n");
    }
    text += &format!("client writer on master: every {} SET key:{{10..99}} {{{value} bytes}}\n", span_text(Span::from_micros(every)));
    let online = names.iter().map(|name| format!("{name} online")).collect::<Vec<_>>().join(" and ");
    text += &format!("until {online} within 15s\n");
    for (at, what) in [(CUT_S, "cut"), (CUT_S + outage, "heal")] {
        for name in &names {
            text += &format!("at {at}s {what} master {name}\n");
        }
    }
    text + &format!("until {online} within 60s\n")
}
