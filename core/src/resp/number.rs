//! Whole numbers as Redis reads and writes them.

use alloc::vec::Vec;

/// Reads a whole number the strict way: no spaces, no plus sign, no leading zeros, nothing after it.
///
/// This is what Redis uses for lengths, for `INCR`'s values and for every integer argument.
#[must_use]
pub fn parse_i64(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'0'] => return Some(0),
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    if digits.len() > 19 || !matches!(digits.first(), Some(b'1'..=b'9')) {
        return None;
    }
    let mut value: u64 = 0;
    for &digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
    }
    if negative { 0i64.checked_sub_unsigned(value) } else { i64::try_from(value).ok() }
}

/// Appends a whole number in decimal.
pub fn push_i64(value: i64, out: &mut Vec<u8>) {
    // Lengths and counts, most of them: in wasm a 64-bit division is a real one.
    if let Ok(digit) = u8::try_from(value)
        && digit < 10
    {
        return out.push(b'0' + digit);
    }
    let mut text = [0u8; 20];
    let mut at = text.len();
    let mut rest = value.unsigned_abs();
    while rest > u64::from(u32::MAX) {
        at -= 1;
        text[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let mut rest = rest as u32;
    loop {
        at -= 1;
        text[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        at -= 1;
        text[at] = b'-';
    }
    out.extend_from_slice(&text[at..]);
}

/// How many bytes `value` takes in decimal.
#[must_use]
pub const fn decimal_len(value: u64) -> usize {
    match value.checked_ilog10() {
        Some(n) => n as usize + 1,
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_the_one_spelling() {
        for (text, value) in [
            ("0", Some(0)),
            ("1", Some(1)),
            ("-1", Some(-1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("-9223372036854775809", None),
            ("18446744073709551616", None),
            ("99999999999999999999", None),
            ("", None),
            ("-", None),
            ("-0", None),
            ("00", None),
            ("01", None),
            ("+1", None),
            (" 1", None),
            ("1 ", None),
            ("1a", None),
        ] {
            assert_eq!(parse_i64(text.as_bytes()), value, "{text:?}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for value in [0, 1, -1, 9, 10, 99, 100, i64::MAX, i64::MIN] {
            let mut text = Vec::new();
            push_i64(value, &mut text);
            assert_eq!(parse_i64(&text), Some(value));
            if value >= 0 {
                assert_eq!(decimal_len(value.unsigned_abs()), text.len());
            }
        }
    }
}
