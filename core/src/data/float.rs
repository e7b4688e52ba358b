//! Floating point numbers as Redis reads and prints them, without a maths library.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

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
    let value = decimal(text)?;
    // A number too big for a double is refused; only the word gives infinity.
    let overflow = value.is_infinite() && text.bytes().any(|b| b.is_ascii_digit());
    if value.is_nan() || overflow { None } else { Some(value) }
}

/// The double nearest to a decimal number, ties to even: what `str::parse` reads, and no other text, to the last bit.
///
/// The standard library's way is quick with the help of 10 KB of powers that nothing compresses. Numbers of fifteen digits or so are as quick here; others are
/// divided out in whole numbers.
#[must_use]
pub fn decimal(text: &str) -> Option<f64> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text.strip_prefix('+').unwrap_or(text)), |rest| (true, rest));
    let size = match () {
        () if rest.eq_ignore_ascii_case("inf") || rest.eq_ignore_ascii_case("infinity") => f64::INFINITY,
        () if rest.eq_ignore_ascii_case("nan") => f64::NAN,
        () => unsigned(rest)?,
    };
    Some(if negative { -size } else { size })
}

/// Digits that can change which double is nearest; of the others it only matters whether one is not zero.
const DIGITS: usize = 770;

/// `12`, `.5`, `5.`, `1.25e-7`.
fn unsigned(text: &str) -> Option<f64> {
    let (number, power) = text.split_once(['e', 'E']).map_or((text, Some(0)), |(number, power)| (number, written_power(power)));
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && part.is_empty() || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut digits: Vec<u8> = whole.bytes().chain(part.bytes()).map(|b| b - b'0').skip_while(|&digit| digit == 0).collect();
    let mut power = power?.saturating_sub(part.len() as i64);
    if digits.len() > DIGITS {
        power = power.saturating_add((digits.len() - DIGITS) as i64);
        let more = digits.drain(DIGITS..).any(|digit| digit != 0);
        if more {
            digits.push(1);
            power = power.saturating_sub(1);
        }
    }
    let height = power.saturating_add(digits.len() as i64);
    if digits.is_empty() || height < -330 {
        return Some(0.0);
    }
    if height > 310 {
        return Some(f64::INFINITY);
    }
    let power = power as i32;
    if digits.len() <= 15 && power.unsigned_abs() <= 22 {
        // Both are doubles without a rest, so one operation rounds as it should.
        let number = digits.iter().fold(0u64, |sum, &digit| sum * 10 + u64::from(digit)) as f64;
        let ten = (0..power.unsigned_abs()).fold(1.0, |ten, _| ten * 10.0);
        return Some(if power < 0 { number / ten } else { number * ten });
    }
    let mut number = Whole(Vec::new());
    digits.iter().for_each(|&digit| number.times_and(10, u32::from(digit)));
    let mut by = Whole(alloc::vec![1]);
    let grows = if power < 0 { &mut by } else { &mut number };
    (0..power.unsigned_abs()).for_each(|_| grows.times_and(10, 0));
    Some(divided(number, by))
}

/// The power of ten behind an `e`. One that is too long to be counted is as good as any other that large.
fn written_power(text: &str) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text.strip_prefix('+').unwrap_or(text)), |rest| (true, rest));
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = digits.bytes().fold(0i64, |sum, b| (sum * 10 + i64::from(b - b'0')).min(1 << 50));
    Some(if negative { -size } else { size })
}

/// A whole number of any length, in pieces of 32 bits, the least one first; the last is not zero.
struct Whole(Vec<u32>);

impl Whole {
    fn times_and(&mut self, factor: u32, add: u32) {
        let mut carry = u64::from(add);
        for piece in &mut self.0 {
            carry += u64::from(*piece) * u64::from(factor);
            *piece = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }
    /// How many bits it has.
    fn bits(&self) -> i32 {
        self.0.last().map_or(0, |last| self.0.len() as i32 * 32 - last.leading_zeros() as i32)
    }
    fn doubled(&mut self, times: i32) {
        let (pieces, bits) = (times / 32, times % 32);
        self.times_and(1 << bits, 0);
        self.0.splice(0..0, core::iter::repeat_n(0, pieces as usize));
    }
    fn is_less_than(&self, other: &Whole) -> bool {
        self.0.len() < other.0.len() || self.0.len() == other.0.len() && self.0.iter().rev().lt(other.0.iter().rev())
    }
    /// Takes away another one that is not more than this.
    fn less(&mut self, other: &Whole) {
        let mut borrowed = false;
        for (at, piece) in self.0.iter_mut().enumerate() {
            let (once, under) = piece.overflowing_sub(other.0.get(at).copied().unwrap_or(0));
            let (twice, below) = once.overflowing_sub(u32::from(borrowed));
            (*piece, borrowed) = (twice, under || below);
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}

/// The double nearest to `number` ÷ `by`, neither of them zero.
fn divided(mut number: Whole, mut by: Whole) -> f64 {
    // The quotient is (number ÷ by) × 2^power, and number ÷ by is at least one and less than two.
    let mut power = number.bits() - by.bits();
    if power < 0 {
        number.doubled(-power);
    } else {
        by.doubled(power);
    }
    if number.is_less_than(&by) {
        number.doubled(1);
        power -= 1;
    }
    // What the last place counts; the least double is 2^-1074.
    let last = (power - 52).max(-1_074);
    if power < last - 1 {
        return 0.0;
    }
    let mut quotient = 0u64;
    for _ in last..=power {
        quotient *= 2;
        if !number.is_less_than(&by) {
            number.less(&by);
            quotient += 1;
        }
        number.doubled(1);
    }
    // The rest, twice: more than the divisor is more than half of the last place, as much is half, which goes to the even one.
    if by.is_less_than(&number) || !number.is_less_than(&by) && quotient % 2 == 1 {
        quotient += 1;
    }
    let step = if last < 0 { 0.5 } else { 2.0 };
    (0..last.unsigned_abs()).fold(quotient as f64, |value, _| value * step)
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
    use alloc::string::ToString;

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

    /// Both ways read the same of a text, bit by bit.
    fn same(text: &str) {
        let (ours, theirs) = (decimal(text), text.parse::<f64>().ok());
        assert_eq!(ours.map(f64::to_bits), theirs.map(f64::to_bits), "{text}");
    }

    #[test]
    fn a_decimal_is_the_double_that_the_standard_library_reads() {
        for text in [
            "",
            ".",
            "-",
            "+",
            "e",
            "1e",
            "1e+",
            ".e1",
            "1.",
            ".1",
            "-.5e-3",
            "1.e5",
            "00012.500",
            "0",
            "-0",
            "0e999999999999",
            "1e-999999999999",
            "1e999999999999",
            "1E5",
            "inf",
            "-iNF",
            "infinity",
            "nan",
            "-nan",
            "infinit",
            "1_0",
            "1 ",
            " 1",
            "--1",
            "+-1",
            "1.2.3",
            "1e1.5",
            "0x10",
            "١",
            "9007199254740993",
            "9007199254740992.5",
            "4.9e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.2250738585072011e-308",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "123456789012345e22",
            "123456789012345e23",
        ] {
            same(text);
        }
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state ^ state >> 33
        };
        for round in 0..3_000u64 {
            // Doubles of every size, the least ones more often.
            let bits = if round % 4 == 0 { draw() >> 12 >> (round % 50) } else { draw() & !(1 << 63) };
            let value = f64::from_bits(bits);
            if !value.is_finite() {
                continue;
            }
            for text in [format!("{value:e}"), format!("{value:.3e}"), format!("-{value:.25e}"), format!("{value}")] {
                same(&text);
            }
            // Halfway between two doubles, to the last digit, and a trace more: odd numbers of 54 bits, times or divided by a power of two.
            let odd = u128::from(draw() >> 11 | 1 << 53 | 1);
            let power = (draw() % 30) as u32;
            same(&(odd << power).to_string());
            same(&format!("{}e-{power}", odd * 5u128.pow(power)));
            same(&format!("{}00000000000000000001e-{}", odd * 5u128.pow(power), power + 20));
            same(&format!("{}e-{power}", odd * 5u128.pow(power) - 1));
            same(&format!("{}.{:019}e{}", draw(), draw(), draw() % 700).replace("e", if round % 2 == 0 { "e-" } else { "e" }));
        }
        for (low, up) in [("4503599627370497.5", 4_503_599_627_370_498.0), ("4503599627370496.5", 4_503_599_627_370_496.0)] {
            assert_eq!(decimal(low), Some(up), "half goes to the even one");
        }
        let long = format!("1{}", "0".repeat(2_000));
        same(&format!("0.{}", "0".repeat(400)));
        same(&format!("{long}e-2000"));
        same(&format!("4503599627370496.5{}1", "0".repeat(2_000)));
        same(&format!("{}e-1990", "7".repeat(2_000)));
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
