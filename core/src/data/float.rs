//! Floating point numbers as Redis reads and prints them, without a maths library.

use alloc::format;
use alloc::string::String;

/// C's `%.17g`: seventeen significant digits, no trailing zeros; `inf`, `-inf`, `nan`.
#[must_use]
pub fn print_g17(value: f64) -> String {
    if value.is_nan() {
        return (if value.is_sign_negative() { "-nan" } else { "nan" }).into();
    }
    if value.is_infinite() {
        return (if value > 0.0 { "inf" } else { "-inf" }).into();
    }
    let text = format!("{value:.16e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(|&c| c != '.').collect();
    let digits = digits.trim_end_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    let mut out = String::from(sign);
    if (-4..17).contains(&exponent) {
        match usize::try_from(exponent) {
            Ok(whole) => {
                let whole = whole + 1;
                if digits.len() <= whole {
                    out.push_str(digits);
                    out.extend(core::iter::repeat_n('0', whole - digits.len()));
                } else {
                    out.push_str(&digits[..whole]);
                    out.push('.');
                    out.push_str(&digits[whole..]);
                }
            }
            Err(_) => {
                out.push_str("0.");
                out.extend(core::iter::repeat_n('0', exponent.unsigned_abs() as usize - 1));
                out.push_str(digits);
            }
        }
    } else {
        out.push_str(&digits[..1]);
        if digits.len() > 1 {
            out.push('.');
            out.push_str(&digits[1..]);
        }
        let sign = if exponent < 0 { '-' } else { '+' };
        out.push_str(&format!("e{sign}{:02}", exponent.unsigned_abs()));
    }
    out
}

/// The number that `strtod` reads, if it reads all of the text: no space in front, no nan.
#[must_use]
pub fn parse(text: &[u8]) -> Option<f64> {
    let text = core::str::from_utf8(text).ok()?;
    if let Some(value) = parse_hex(text) {
        return Some(value);
    }
    let value: f64 = text.parse().ok()?;
    // A number too big for a double is refused; only the word gives infinity.
    let overflow = value.is_infinite() && text.bytes().any(|b| b.is_ascii_digit());
    if value.is_nan() || overflow { None } else { Some(value) }
}

/// `0x1f`, `-0x1.8p3`: C reads these too. Digits behind the sixteenth do not count.
fn parse_hex(text: &str) -> Option<f64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text.strip_prefix('+').unwrap_or(text)), |rest| (true, rest));
    let digits = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"))?;
    let (digits, power) = digits.split_once(['p', 'P']).map_or((digits, Some(0)), |(digits, power)| (digits, power.parse::<i32>().ok()));
    let mut exponent = power?.clamp(-20_000, 20_000);
    let (mut mantissa, mut seen, mut dot) = (0u64, false, false);
    for c in digits.chars() {
        match c.to_digit(16) {
            Some(digit) => {
                seen = true;
                if mantissa >> 60 == 0 {
                    mantissa = mantissa << 4 | u64::from(digit);
                    exponent -= if dot { 4 } else { 0 };
                } else {
                    exponent += if dot { 0 } else { 4 };
                }
            }
            None if c == '.' && !dot => dot = true,
            None => return None,
        }
    }
    let mut value = if seen { mantissa as f64 } else { return None };
    let step = if exponent < 0 { 0.5 } else { 2.0 };
    for _ in 0..exponent.unsigned_abs() {
        value *= step;
    }
    if value.is_infinite() { None } else { Some(if negative { -value } else { value }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_c_does() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1, "0.10000000000000001"),
            (3.3, "3.2999999999999998"),
            (100.0, "100"),
            (1e16, "10000000000000000"),
            (1e17, "1e+17"),
            (1.5e300, "1.5000000000000001e+300"),
            (1e-4, "0.0001"),
            (1e-5, "1.0000000000000001e-05"),
            (123_456_789.125, "123456789.125"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(print_g17(value), text);
        }
    }

    #[test]
    fn reads_whole_texts_only() {
        for (text, value) in [
            ("1", Some(1.0)),
            ("+1.5e3", Some(1500.0)),
            ("-inf", Some(f64::NEG_INFINITY)),
            ("+Infinity", Some(f64::INFINITY)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("nan", None),
            (" 1", None),
            ("1 ", None),
            ("1x", None),
            ("", None),
            ("e5", None),
            ("1e999", None),
            ("0x10", Some(16.0)),
            ("-0x1.8p3", Some(-12.0)),
            ("0x.8", Some(0.5)),
            ("0x", None),
            ("0x1g", None),
            ("0x1p", None),
            ("0x1p99999", None),
        ] {
            assert_eq!(parse(text.as_bytes()), value, "{text:?}");
        }
    }
}
