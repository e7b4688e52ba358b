//! Sums as C's 80-bit `long double` gives them: what INCRBYFLOAT and HINCRBYFLOAT compute with.
//!
//! A number is read to the nearest one of 64 significant bits, two are added and rounded the same way, and the sum is printed with seventeen decimals
//! (`%.17Lf`) less the trailing zeros. Whole numbers of any size, in words of 32 bits, do all of it.

use alloc::string::String;
use alloc::vec::Vec;

/// Characters of a number that Redis reads; longer ones are no numbers.
const TEXT_MAX: usize = 5 * 1024;
/// Decimal exponents beyond this are zero or infinity to a `long double`.
const EXPONENT_MAX: i64 = 5_000;
/// The largest binary exponent of a number in `[0.5, 1) · 2^e`.
const TOP_MAX: i64 = 16_384;
const DECIMALS: u32 = 17;

/// `± mantissa · 2^exponent`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Extended {
    negative: bool,
    mantissa: u64,
    exponent: i64,
}

/// Adds two numbers in decimal.
///
/// # Errors
/// See [`Bad`].
pub fn add(present: &[u8], increment: &[u8]) -> Result<String, Bad> {
    let a = read(present).ok_or(Bad::Present)?;
    let b = read(increment).ok_or(Bad::Increment)?;
    let (Number::Finite(a), Number::Finite(b)) = (a, b) else { return Err(Bad::Infinite) };
    let sum = sum(a, b);
    if sum.mantissa != 0 && sum.exponent + 64 > TOP_MAX {
        return Err(Bad::Infinite);
    }
    Ok(print(sum))
}

/// Why there is no sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bad {
    /// The first text is no number.
    Present,
    /// The second text is no number.
    Increment,
    /// The sum is not finite.
    Infinite,
}

enum Number {
    Finite(Extended),
    Infinite,
}

/// A whole number, least word first, without leading zeros.
#[derive(Clone, Default)]
struct Big(Vec<u32>);
impl Big {
    fn from(mut value: u64) -> Big {
        let mut words = Vec::new();
        while value > 0 {
            words.push(value as u32);
            value >>= 32;
        }
        Big(words)
    }
    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }
    fn bits(&self) -> i64 {
        self.0.last().map_or(0, |top| self.0.len() as i64 * 32 - i64::from(top.leading_zeros()))
    }
    fn times_plus(&mut self, factor: u32, add: u32) {
        let mut carry = u64::from(add);
        for word in &mut self.0 {
            let product = u64::from(*word) * u64::from(factor) + carry;
            *word = product as u32;
            carry = product >> 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }
    /// Divides; the remainder comes back.
    fn divide(&mut self, divisor: u32) -> u32 {
        let mut rest = 0u64;
        for word in self.0.iter_mut().rev() {
            let part = (rest << 32) | u64::from(*word);
            *word = (part / u64::from(divisor)) as u32;
            rest = part % u64::from(divisor);
        }
        self.trim();
        rest as u32
    }
    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
    fn shift_left(&mut self, bits: i64) {
        let (words, bits) = ((bits / 32) as usize, (bits % 32) as u32);
        if self.is_zero() {
            return;
        }
        if bits > 0 {
            self.times_plus(1 << bits, 0);
        }
        self.0.splice(0..0, core::iter::repeat_n(0, words));
    }
    /// Shifts right and rounds to the nearest, to the even one of two. `sticky`: something smaller was already lost.
    fn shift_right_rounding(&mut self, bits: i64, sticky: bool) {
        if bits <= 0 {
            return;
        }
        let bit = |big: &Big, n: i64| n >= 0 && big.0.get((n / 32) as usize).is_some_and(|word| word >> (n % 32) & 1 == 1);
        let half = bit(self, bits - 1);
        let below = sticky || (0..bits - 1).any(|n| bit(self, n));
        let words = (bits / 32) as usize;
        self.0.drain(..words.min(self.0.len()));
        let rest = (bits % 32) as u32;
        if rest > 0 {
            let mut carry = 0;
            for word in self.0.iter_mut().rev() {
                let low = *word << (32 - rest);
                *word = (*word >> rest) | carry;
                carry = low;
            }
        }
        self.trim();
        if half && (below || self.0.first().is_some_and(|word| word & 1 == 1)) {
            let mut carry = 1;
            for word in &mut self.0 {
                let (next, over) = word.overflowing_add(carry);
                *word = next;
                carry = u32::from(over);
            }
            if carry > 0 {
                self.0.push(carry);
            }
        }
    }
    fn compare(&self, other: &Big) -> core::cmp::Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
    fn add(&mut self, other: &Big) {
        let mut carry = 0u64;
        for i in 0..self.0.len().max(other.0.len()) {
            if i == self.0.len() {
                self.0.push(0);
            }
            let sum = u64::from(self.0[i]) + u64::from(other.0.get(i).copied().unwrap_or(0)) + carry;
            self.0[i] = sum as u32;
            carry = sum >> 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }
    /// Takes away a smaller one.
    fn subtract(&mut self, other: &Big) {
        let mut borrow = 0i64;
        for (i, word) in self.0.iter_mut().enumerate() {
            let difference = i64::from(*word) - i64::from(other.0.get(i).copied().unwrap_or(0)) - borrow;
            *word = difference as u32;
            borrow = i64::from(difference < 0);
        }
        self.trim();
    }
    fn low(&self) -> u64 {
        u64::from(self.0.first().copied().unwrap_or(0)) | (u64::from(self.0.get(1).copied().unwrap_or(0)) << 32)
    }
}

/// The nearest number of 64 significant bits to `big · 2^exponent` (and a little more, if `sticky`).
fn rounded(negative: bool, mut big: Big, mut exponent: i64, sticky: bool) -> Extended {
    let surplus = big.bits() - 64;
    if surplus > 0 {
        big.shift_right_rounding(surplus, sticky);
        exponent += surplus;
        // Rounding up may have made it one bit longer: its low bits are zeros then.
        if big.bits() > 64 {
            big.shift_right_rounding(1, false);
            exponent += 1;
        }
    }
    Extended { negative, mantissa: big.low(), exponent }
}

fn read(text: &[u8]) -> Option<Number> {
    if text.len() > TEXT_MAX {
        return None;
    }
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if rest.eq_ignore_ascii_case(b"inf") || rest.eq_ignore_ascii_case(b"infinity") {
        return Some(Number::Infinite);
    }
    let mut big = Big::default();
    let (mut scale, mut seen, mut dot, mut i) = (0i64, false, false, 0);
    while let Some(&byte) = rest.get(i) {
        match byte {
            b'0'..=b'9' => {
                big.times_plus(10, u32::from(byte - b'0'));
                scale -= i64::from(dot);
                seen = true;
            }
            b'.' if !dot => dot = true,
            _ => break,
        }
        i += 1;
    }
    if !seen {
        return None;
    }
    match &rest[i..] {
        [] => {}
        [b'e' | b'E', digits @ ..] => {
            let (minus, digits) = match digits {
                [b'-', digits @ ..] => (true, digits),
                [b'+', digits @ ..] => (false, digits),
                _ => (false, digits),
            };
            if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
                return None;
            }
            let exponent = digits.iter().fold(0i64, |sum, digit| (sum * 10 + i64::from(digit - b'0')).min(1 << 40));
            scale += if minus { -exponent } else { exponent };
        }
        _ => return None,
    }
    if big.is_zero() {
        return Some(Number::Finite(Extended { negative, mantissa: 0, exponent: 0 }));
    }
    // Too large or too small for the format: Redis refuses both.
    if !(-2 * EXPONENT_MAX..=EXPONENT_MAX).contains(&scale) {
        return None;
    }
    let number = if scale >= 0 {
        (0..scale).for_each(|_| big.times_plus(10, 0));
        rounded(negative, big, 0, false)
    } else {
        // Enough bits that the quotient has more than 64 of them.
        let shift = (-scale * 10 / 3 + 80 - big.bits()).max(0);
        big.shift_left(shift);
        let sticky = (0..-scale).fold(false, |sticky, _| (big.divide(10) != 0) | sticky);
        rounded(negative, big, -shift, sticky)
    };
    let top = number.exponent + 64 - i64::from(number.mantissa.leading_zeros());
    if !(-TOP_MAX..=TOP_MAX).contains(&top) {
        return None;
    }
    Some(Number::Finite(number))
}

fn sum(a: Extended, b: Extended) -> Extended {
    let exponent = a.exponent.min(b.exponent);
    let aligned = |n: Extended| {
        let mut big = Big::from(n.mantissa);
        big.shift_left(n.exponent - exponent);
        big
    };
    let (mut x, mut y) = (aligned(a), aligned(b));
    if a.negative == b.negative {
        x.add(&y);
        return rounded(a.negative, x, exponent, false);
    }
    match x.compare(&y) {
        core::cmp::Ordering::Less => {
            y.subtract(&x);
            rounded(b.negative, y, exponent, false)
        }
        core::cmp::Ordering::Equal => Extended { negative: false, mantissa: 0, exponent: 0 },
        core::cmp::Ordering::Greater => {
            x.subtract(&y);
            rounded(a.negative, x, exponent, false)
        }
    }
}

fn print(number: Extended) -> String {
    let mut big = Big::from(number.mantissa);
    for _ in 0..DECIMALS {
        big.times_plus(10, 0);
    }
    if number.exponent >= 0 {
        big.shift_left(number.exponent);
    } else {
        big.shift_right_rounding(-number.exponent, false);
    }
    let mut digits = Vec::new();
    while !big.is_zero() || digits.len() <= DECIMALS as usize {
        digits.push(b'0' + big.divide(10) as u8);
    }
    let mut out = String::new();
    let zeros = digits.iter().take(DECIMALS as usize).take_while(|&&digit| digit == b'0').count();
    for (place, digit) in digits.iter().enumerate().skip(zeros).rev() {
        out.push(char::from(*digit));
        if place == DECIMALS as usize && zeros < DECIMALS as usize {
            out.push('.');
        }
    }
    if number.negative && out != "0" {
        out.insert(0, '-');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_as_long_doubles_give_them() {
        for (a, b, sum) in [
            ("0", "0.5", Ok("0.5")),
            ("0.1", "0.2", Ok("0.3")),
            ("10.50", "0.1", Ok("10.6")),
            ("5.0e3", "2.0e2", Ok("5200")),
            ("3", "-3", Ok("0")),
            ("-1", "0.25", Ok("-0.75")),
            ("1", "-1.5", Ok("-0.5")),
            ("100", "1", Ok("101")),
            ("0", "-0", Ok("0")),
            ("1e-20", "0", Ok("0")),
            ("18446744073709551615", "1", Ok("18446744073709551616")),
            ("18446744073709551616", "1", Ok("18446744073709551616")),
            ("1e30", "1", Ok("1000000000000000000024696061952")),
            ("x", "1", Err(Bad::Present)),
            ("", "1", Err(Bad::Present)),
            (".", "1", Err(Bad::Present)),
            ("1", "1x", Err(Bad::Increment)),
            ("1", " 1", Err(Bad::Increment)),
            ("1", "nan", Err(Bad::Increment)),
            ("1", "1e", Err(Bad::Increment)),
            ("1", "1e99999999999999999999", Err(Bad::Increment)),
            ("1", "inf", Err(Bad::Infinite)),
            ("1.18e4932", "1.18e4932", Err(Bad::Infinite)),
        ] {
            assert_eq!(add(a.as_bytes(), b.as_bytes()), sum.map(String::from), "{a} + {b}");
        }
    }
}
