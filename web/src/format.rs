//! Numbers and ids as our own text writes them (docs/design.md §5). What Redis prints never passes through here.

/// Thousands by a narrow no-break space, a true minus: `72 286`, `−9 536`.
#[must_use]
pub fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3 + 3);
    if n < 0 {
        out.push('−');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    out
}

/// A size in the unit that reads best, binary as Redis means it: `64 B`, `16 KB` (= 16 384), `1.5 MB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    const KIB: u64 = 1024;
    const MIB: u64 = 1024 * 1024;
    const GIB: u64 = 1024 * 1024 * 1024;
    let (unit, name) = match bytes {
        0..KIB => return format!("{bytes} B"),
        KIB..MIB => (KIB, "KB"),
        MIB..GIB => (MIB, "MB"),
        _ => (GIB, "GB"),
    };
    let tenths = (bytes * 10 + unit / 2) / unit;
    if bytes.is_multiple_of(unit) || tenths >= 1000 || tenths.is_multiple_of(10) {
        format!("{} {name}", tenths / 10)
    } else {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    }
}

/// A size in the largest unit of which it is a whole number: `16 KB`, `1536 KB`, `100 B`. Typed back it is the same size.
#[must_use]
pub fn exact_size(bytes: u64) -> String {
    let unit = [(30, "GB"), (20, "MB"), (10, "KB")].into_iter().find(|(shift, _)| bytes != 0 && bytes.trailing_zeros() >= *shift);
    unit.map_or_else(|| format!("{bytes} B"), |(shift, name)| format!("{} {name}", bytes >> shift))
}

/// A length of time: `80 µs`, `80 ms`, `5.3 s`, `37 s`, `3 min`, `2 h`. Seconds under 10 have one decimal, above none.
#[must_use]
pub fn span_us(us: u64) -> String {
    match us {
        0..1_000 => format!("{us} µs"),
        1_000..1_000_000 => {
            let ms = us / 1_000;
            if ms < 10 && !us.is_multiple_of(1_000) { format!("{ms}.{} ms", us / 100 % 10) } else { format!("{ms} ms") }
        }
        1_000_000..10_000_000 => format!("{}.{} s", us / 1_000_000, us / 100_000 % 10),
        10_000_000..180_000_000 => format!("{} s", us / 1_000_000),
        180_000_000..7_200_000_000 => format!("{} min", us / 60_000_000),
        _ => format!("{} h", us / 3_600_000_000),
    }
}

/// A time that is promised, ms: never more than there is, so it is rounded down; below ten seconds to tenths.
#[must_use]
pub fn promise_ms(ms: u64) -> String {
    match ms {
        0..10_000 => format!("{}.{} s", ms / 1_000, ms / 100 % 10),
        _ => span_us(ms.saturating_mul(1_000)),
    }
}

/// A moment of the run: `00:58.420`, with hours once there are some: `1:00:58.420`.
#[must_use]
pub fn clock_us(us: u64) -> String {
    let ms = us / 1_000;
    let (h, m, s, ms) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000);
    if h > 0 { format!("{h}:{m:02}:{s:02}.{ms:03}") } else { format!("{m:02}:{s:02}.{ms:03}") }
}

/// A span of the wall clock: `02:40`, with hours once there are some.
#[must_use]
pub fn wall(seconds: u64) -> String {
    let (h, m, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if h > 0 { format!("{h}:{m:02}:{s:02}") } else { format!("{m:02}:{s:02}") }
}

/// A run or replication id, six and four digits of it: `8f3c2a…d41b`. Anything shorter (`?`) stays whole.
#[must_use]
pub fn short_id(id: &str) -> String {
    if id.len() > 12 && id.is_ascii() { format!("{}…{}", &id[..6], &id[id.len() - 4..]) } else { id.to_owned() }
}

/// A line of the wire with each id in it cut short.
#[must_use]
pub fn short_ids(text: &str) -> String {
    let id = |word: &str| word.len() == 40 && word.bytes().all(|b| b.is_ascii_hexdigit());
    text.split(' ').map(|word| if id(word) { short_id(word) } else { word.to_owned() }).collect::<Vec<_>>().join(" ")
}

/// What parts a label from the text behind it: a space, but none behind punctuation of full width.
#[must_use]
pub fn after(label: &str) -> &'static str {
    if label.ends_with(['：', '，', '。', '；']) { "" } else { " " }
}

/// A word of Redis within a sentence: its hyphens are no places to break a line at.
#[must_use]
pub fn unbroken(word: &str) -> String {
    word.replace('-', "\u{2011}")
}

/// The code of an error reply, as a word of a sentence: `‑LOADING`; `None` if the reply has none.
#[must_use]
pub fn error_code(reply: &str) -> Option<String> {
    let code = reply.strip_prefix('-')?.split_whitespace().next()?;
    (code.len() > 3 && code.bytes().all(|b| b.is_ascii_uppercase())).then(|| format!("\u{2011}{code}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_narrow_spaces() {
        for (n, text) in
            [(0, "0"), (999, "999"), (1_000, "1\u{202f}000"), (-9_536, "−9\u{202f}536"), (1_234_567, "1\u{202f}234\u{202f}567")]
        {
            assert_eq!(grouped(n), text);
        }
        assert_eq!(grouped(i64::MIN), "−9\u{202f}223\u{202f}372\u{202f}036\u{202f}854\u{202f}775\u{202f}808");
    }

    #[test]
    fn sizes_are_binary_as_redis_means_them() {
        for (n, text) in
            [(64, "64 B"), (16_384, "16 KB"), (1_536, "1.5 KB"), (1 << 20, "1 MB"), (67_108_864, "64 MB"), (10_000_000, "9.5 MB")]
        {
            assert_eq!(size(n), text);
        }
        for (n, text) in [(0, "0 B"), (16_384, "16 KB"), (1_536, "1536 B"), (3 << 19, "1536 KB"), (1 << 30, "1 GB")] {
            assert_eq!(exact_size(n), text);
        }
    }

    #[test]
    fn times_have_three_figures_at_most() {
        for (us, text) in [
            (80, "80 µs"),
            (1_500, "1.5 ms"),
            (80_000, "80 ms"),
            (5_340_000, "5.3 s"),
            (37_900_000, "37 s"),
            (200_000_000, "3 min"),
            (7_200_000_000, "2 h"),
        ] {
            assert_eq!(span_us(us), text);
        }
        for (ms, text) in [(0, "0.0 s"), (99, "0.0 s"), (6_299, "6.2 s"), (9_999, "9.9 s"), (12_750, "12 s"), (1_556_000, "25 min")] {
            assert_eq!(promise_ms(ms), text);
        }
        assert_eq!(clock_us(58_420_999), "00:58.420");
        assert_eq!(clock_us(3_658_420_000), "1:00:58.420");
    }

    #[test]
    fn no_space_follows_punctuation_of_full_width() {
        assert_eq!((after("Try this:"), after("试一试："), after("")), (" ", "", " "));
    }

    #[test]
    fn replies_stand_in_sentences_by_their_code() {
        assert_eq!(error_code("-LOADING Redis is loading the dataset in memory").as_deref(), Some("\u{2011}LOADING"));
        assert_eq!((error_code("-ERR unknown command"), error_code("+OK"), error_code("")), (None, None, None));
        assert_eq!(unbroken("-LOADING"), "\u{2011}LOADING");
    }

    #[test]
    fn ids_show_their_ends() {
        assert_eq!(short_id("8f3c2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad41b"), "8f3c2a…d41b");
        assert_eq!(short_id("?"), "?");
        assert_eq!(short_ids("REPLCONF listening-port 6379"), "REPLCONF listening-port 6379");
        assert_eq!(short_ids(&format!("PSYNC {}ab 30041", "8f3c2a".repeat(6) + "0d")), "PSYNC 8f3c2a…0dab 30041");
    }
}
