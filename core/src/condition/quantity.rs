//! Numbers with units: times, sizes, rates. Integers only.

use crate::limits;
use crate::time::Span;
use alloc::format;
use alloc::string::{String, ToString};

/// Splits `1.5s` into digits, digits after the point, and the unit.
fn split(text: &str) -> Option<(u64, &str, &str)> {
    let whole_end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let whole = text[..whole_end].parse().ok()?;
    let rest = &text[whole_end..];
    let Some(after) = rest.strip_prefix('.') else {
        return Some((whole, "", rest));
    };
    let fraction_end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    if fraction_end == 0 { None } else { Some((whole, &after[..fraction_end], &after[fraction_end..])) }
}

/// A span as texts write it: `20ms`, `1.5s`, `2min`, `80us`, `0`. `None` if it is none, is finer than a microsecond, or is above [`limits::SPAN_MAX`].
#[must_use]
pub fn span(text: &str) -> Option<Span> {
    let (whole, fraction, unit) = split(text)?;
    let (unit_us, digits): (u64, u32) = match unit {
        "us" | "µs" => (1, 0),
        "ms" => (1_000, 3),
        "s" => (1_000_000, 6),
        "min" => (60_000_000, 6),
        "h" => (3_600_000_000, 6),
        "" if whole == 0 && fraction.is_empty() => (1, 0),
        _ => return None,
    };
    let length = u32::try_from(fraction.len()).ok()?;
    if length > digits {
        return None;
    }
    let mut us = whole.checked_mul(unit_us)?;
    if length > 0 {
        let part: u64 = fraction.parse().ok()?;
        us = us.checked_add(part * (unit_us / 10u64.pow(length)))?;
    }
    let span = Span::from_micros(us);
    if span > limits::SPAN_MAX { None } else { Some(span) }
}

/// A time as this format writes it: exact, in the unit that reads best.
#[must_use]
pub fn span_text(span: Span) -> String {
    let us = span.as_micros();
    if us == 0 {
        "0ms".to_string()
    } else if us < 1_000 {
        format!("{us}us")
    } else if us < 1_000_000 {
        decimal(us, 1_000, 3, "ms")
    } else {
        decimal(us, 1_000_000, 6, "s")
    }
}

fn decimal(us: u64, unit_us: u64, digits: usize, unit: &str) -> String {
    let rest = us % unit_us;
    if rest == 0 {
        return format!("{}{unit}", us / unit_us);
    }
    let fraction = format!("{rest:0digits$}");
    format!("{}.{}{unit}", us / unit_us, fraction.trim_end_matches('0'))
}

/// A size as Redis reads it: `16384`, `16kb` (× 1 024), `16k` (× 1 000), `1mb`, `1gb`, letter case aside. `None` if it is none.
#[must_use]
pub fn size(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..end].parse().ok()?;
    let factor: u64 = match text[end..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" => 1_000,
        "kb" => 1 << 10,
        "m" => 1_000_000,
        "mb" => 1 << 20,
        "g" => 1_000_000_000,
        "gb" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(factor)
}

/// A size as this format writes it.
#[must_use]
pub fn size_text(bytes: u64) -> String {
    for (shift, unit) in [(30, "gb"), (20, "mb"), (10, "kb")] {
        if bytes != 0 && bytes.trailing_zeros() >= shift {
            return format!("{}{unit}", bytes >> shift);
        }
    }
    bytes.to_string()
}

/// A rate as texts write it, in bytes a second: `10mb/s`; `unlimited` is 0. `None` if it is none.
#[must_use]
pub fn rate(text: &str) -> Option<u64> {
    if text == "unlimited" {
        return Some(0);
    }
    let bytes = size(text.strip_suffix("/s")?)?;
    if bytes == 0 { None } else { Some(bytes) }
}

/// A rate as this format writes it.
#[must_use]
pub fn rate_text(bytes: u64) -> String {
    if bytes == 0 { "unlimited".to_string() } else { format!("{}/s", size_text(bytes)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_exact_both_ways() {
        for (text, us, back) in [
            ("20ms", 20_000, "20ms"),
            ("1.5s", 1_500_000, "1.5s"),
            ("90us", 90, "90us"),
            ("2min", 120_000_000, "120s"),
            ("0", 0, "0ms"),
            ("12.345678s", 12_345_678, "12.345678s"),
            ("1.001ms", 1_001, "1.001ms"),
        ] {
            assert_eq!(span(text), Some(Span::from_micros(us)), "{text}");
            assert_eq!(span_text(Span::from_micros(us)), back);
            assert_eq!(span(back), Some(Span::from_micros(us)), "{back}");
        }
        for bad in ["", "ms", "20", "1.s", "0.5us", "1.1234567s", "-1s", "99999999h", "20 ms", "1.5.2s"] {
            assert_eq!(span(bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes_are_redis_sizes() {
        for (text, bytes, back) in [
            ("16kb", 16_384, "16kb"),
            ("16k", 16_000, "16000"),
            ("1mb", 1 << 20, "1mb"),
            ("3", 3, "3"),
            ("2GB", 2 << 30, "2gb"),
            ("0", 0, "0"),
        ] {
            assert_eq!(size(text), Some(bytes), "{text}");
            assert_eq!(size_text(bytes), back);
        }
        assert_eq!(rate("10mb/s"), Some(10 << 20));
        assert_eq!(rate("unlimited"), Some(0));
        assert_eq!(rate_text(10 << 20), "10mb/s");
        assert_eq!((rate("10mb"), rate("0/s"), size("x"), size("1tb"), size("99999999999gb")), (None, None, None, None, None));
    }
}
