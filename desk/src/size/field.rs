//! The fields of the form: bounds, stops of their sliders, and how a value is written and read.

use resync_core::condition;

const KB: u64 = 1 << 10;
const MB: u64 = 1 << 20;
const GB: u64 = 1 << 30;
const TB: u64 = 1 << 40;

/// A quantity of the form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Field {
    /// Bytes a second in the stream.
    Rate,
    /// Writes a second.
    Writes,
    /// Bytes of a value.
    Value,
    /// The longest outage to survive, s.
    Outage,
    /// The margin, tenths: 20 is twice.
    Margin,
    /// The dataset as an RDB, bytes.
    Dataset,
    /// Bytes a second to and from the disk.
    Disk,
    /// Bytes a second to one replica.
    Network,
    /// Bytes a second that a replica loads.
    Load,
    /// How long a fork stops the master, ms for each GB.
    Fork,
    /// Replicas of the master.
    Replicas,
}

impl Field {
    /// Every field, in the order of the form.
    pub const ALL: [Field; 11] = [
        Field::Rate,
        Field::Writes,
        Field::Value,
        Field::Outage,
        Field::Margin,
        Field::Dataset,
        Field::Disk,
        Field::Network,
        Field::Load,
        Field::Fork,
        Field::Replicas,
    ];
    /// The least and the greatest value.
    #[must_use]
    pub const fn bounds(self) -> (u64, u64) {
        match self {
            Field::Rate => (KB, GB),
            Field::Writes => (1, 1_000_000),
            Field::Value => (1, 8 * MB),
            Field::Outage => (1, 7_200),
            Field::Margin => (10, 100),
            Field::Dataset => (MB, TB),
            Field::Disk | Field::Network | Field::Load => (MB, 16 * GB),
            Field::Fork => (0, 1_000),
            Field::Replicas => (1, 64),
        }
    }
    /// Where its slider stops.
    #[must_use]
    pub fn stops(self) -> Vec<u64> {
        let (from, to) = self.bounds();
        match self {
            Field::Rate => series(&[1, 2, 5, 10, 20, 50, 100, 200, 500], &[KB, MB], to),
            Field::Writes => series(&[1, 2, 5, 10, 20, 50, 100, 200, 500], &[1, 1_000], to),
            Field::Value | Field::Dataset | Field::Disk | Field::Network | Field::Load => {
                let doubled = |bytes: &u64| Some(bytes * 2).filter(|bytes| *bytes <= to);
                core::iter::successors(Some(from), doubled).collect()
            }
            Field::Outage => vec![1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1_200, 1_800, 2_700, 3_600, 5_400, 7_200],
            Field::Margin => vec![10, 11, 12, 13, 15, 17, 20, 25, 30, 40, 50, 70, 100],
            Field::Fork => vec![0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
            Field::Replicas => vec![1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64],
        }
    }
    /// A value as it stands in its field: exact, but for sizes that are whole in no unit, which are rounded.
    #[must_use]
    pub fn text(self, value: u64) -> String {
        match self {
            Field::Rate | Field::Disk | Field::Network | Field::Load => amount_text(value) + "/s",
            Field::Value | Field::Dataset => amount_text(value),
            Field::Outage => format!("{value} s"),
            Field::Margin if value.is_multiple_of(10) => format!("× {}", value / 10),
            Field::Margin => format!("× {}.{}", value / 10, value % 10),
            Field::Writes => format!("{value}/s"),
            Field::Fork => format!("{value} ms/GB"),
            Field::Replicas => value.to_string(),
        }
    }
    /// What somebody typed, without regard to spaces and to the unit where there is but one; `None` if it is no such value, or out of bounds.
    #[must_use]
    pub fn read(self, typed: &str) -> Option<u64> {
        let text: String = typed.chars().filter(|sign| !sign.is_whitespace()).collect::<String>().to_ascii_lowercase();
        let value = match self {
            Field::Rate | Field::Disk | Field::Network | Field::Load => read_bytes(text.strip_suffix("/s").unwrap_or(&text))?,
            Field::Value | Field::Dataset => read_bytes(&text)?,
            Field::Outage => {
                let seconds = || condition::span(&text).map(|span| span.as_micros().div_ceil(1_000_000));
                text.parse().ok().or_else(seconds)?
            }
            Field::Margin => tenths(text.trim_matches(['×', 'x']))?,
            Field::Writes => text.strip_suffix("/s").unwrap_or(&text).parse().ok()?,
            Field::Fork => text.strip_suffix("/gb").unwrap_or(&text).trim_end_matches("ms").parse().ok()?,
            Field::Replicas => text.parse().ok()?,
        };
        let (from, to) = self.bounds();
        (from..=to).contains(&value).then_some(value)
    }
    /// The stop nearest to a value.
    #[must_use]
    pub fn stop(self, value: u64) -> usize {
        let stops = self.stops();
        (0..stops.len()).min_by_key(|at| stops[*at].abs_diff(value)).unwrap_or(0)
    }
}

/// `steps` in each of the units, up to `to`.
fn series(steps: &[u64], units: &[u64], to: u64) -> Vec<u64> {
    let all = units.iter().flat_map(|unit| steps.iter().map(move |step| step * unit));
    all.filter(|value| *value < to).chain([to]).collect()
}

/// `2`, `1.5` in tenths.
fn tenths(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let part: u64 = if part.len() == 1 { part.parse().ok()? } else { return None };
    whole.parse::<u64>().ok()?.checked_mul(10)?.checked_add(part)
}

/// A size as somebody types it: `12mb`, `1.5 GB`, `16384`, `100k`. A unit is one of 1 024, but for `k`, `m` and `g`, which are redis.conf's of 1 000.
#[must_use]
pub fn read_bytes(text: &str) -> Option<u64> {
    let text: String = text.chars().filter(|sign| !sign.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let end = text.find(|sign: char| !sign.is_ascii_digit() && sign != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = match unit {
        "tb" => TB,
        "t" => 1_000_000_000_000,
        unit => condition::size(&format!("1{unit}"))?,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let whole = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    if part.is_empty() {
        return number.bytes().all(|digit| digit.is_ascii_digit()).then_some(whole);
    }
    let scale = 10u64.checked_pow(u32::try_from(part.len()).ok().filter(|digits| *digits <= 6)?)?;
    whole.checked_add(part.parse::<u64>().ok()?.checked_mul(unit)? / scale)
}

/// A size as it stands in a field: whole in the largest unit in which it is, if that number has no more than four digits; else rounded to three figures.
#[must_use]
fn amount_text(bytes: u64) -> String {
    for (unit, name) in [(TB, "TB"), (GB, "GB"), (MB, "MB"), (KB, "KB")] {
        if bytes >= unit && bytes.is_multiple_of(unit) && bytes / unit < 10_000 {
            return format!("{} {name}", bytes / unit);
        }
    }
    bytes_text(bytes)
}

/// A size to be read: three figures, rounded.
#[must_use]
pub fn bytes_text(bytes: u64) -> String {
    for (unit, name) in [(TB, "TB"), (GB, "GB"), (MB, "MB"), (KB, "KB")] {
        if bytes >= unit {
            let hundredths = u64::try_from(u128::from(bytes) * 100 / u128::from(unit)).unwrap_or(u64::MAX);
            return match hundredths {
                _ if hundredths.is_multiple_of(100) => format!("{} {name}", hundredths / 100),
                0..1_000 => format!("{}.{:02} {name}", hundredths / 100, hundredths % 100),
                1_000..10_000 => format!("{}.{} {name}", hundredths / 100, hundredths / 10 % 10),
                _ => format!("{} {name}", hundredths / 100),
            };
        }
    }
    format!("{bytes} B")
}

/// A time to be read, rounded down: `0.34 s`, `1.1 s`, `62 s`, `20 min`, `2 h`.
#[must_use]
pub fn seconds_text(ms: u64) -> String {
    match ms {
        0..100 => format!("{}.{:03} s", ms / 1_000, ms % 1_000),
        100..1_000 => format!("0.{:02} s", ms / 10),
        1_000..10_000 if ms.is_multiple_of(1_000) => format!("{} s", ms / 1_000),
        1_000..10_000 => format!("{}.{} s", ms / 1_000, ms / 100 % 10),
        10_000..600_000 => format!("{} s", ms / 1_000),
        600_000..7_200_000 => format!("{} min", ms / 60_000),
        7_200_000..172_800_000 => format!("{} h", ms / 3_600_000),
        _ => format!("{} d", ms / 86_400_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_field_is_read_again() {
        for field in Field::ALL {
            let (from, to) = field.bounds();
            for value in field.stops().into_iter().chain([from, to]) {
                assert_eq!(field.read(&field.text(value)), Some(value), "{field:?}: {}", field.text(value));
            }
            for (at, value) in field.stops().into_iter().enumerate() {
                assert!((from..=to).contains(&value) && field.stop(value) == at, "{field:?}: {value}");
            }
            assert_eq!(field.read(&field.text(to * 2)), None, "{field:?}");
            for none in ["", "much", "-1", "1 2 x", "99999999999999999999 TB"] {
                assert_eq!(field.read(none), None, "{field:?}: {none}");
            }
        }
    }

    #[test]
    fn people_type_units_as_they_like() {
        for (field, typed, value) in [
            (Field::Rate, "100kb/s", 102_400),
            (Field::Rate, "100 KB", 102_400),
            (Field::Rate, "1.5 MB/s", 3 << 19),
            (Field::Rate, "22138996", 22_138_996),
            (Field::Dataset, "2gb", 2 << 30),
            (Field::Dataset, "1 TB", 1 << 40),
            (Field::Outage, "60", 60),
            (Field::Outage, "5 min", 300),
            (Field::Outage, "1h", 3_600),
            (Field::Outage, "1.2s", 2),
            (Field::Margin, "2", 20),
            (Field::Margin, "x1.5", 15),
            (Field::Fork, "20", 20),
            (Field::Fork, "20ms", 20),
        ] {
            assert_eq!(field.read(typed), Some(value), "{field:?}: {typed}");
        }
        assert_eq!((read_bytes("1.5"), read_bytes("1."), read_bytes(".5mb"), read_bytes("16k")), (Some(1), None, None, Some(16_000)));
    }

    #[test]
    fn sizes_and_times_are_short() {
        let sizes = [(0, "0 B"), (1_023, "1023 B"), (6_143_999, "5.85 MB"), (6 << 20, "6 MB"), (62_914_559, "59.9 MB"), (3 << 40, "3 TB")];
        for (bytes, text) in sizes {
            assert_eq!(bytes_text(bytes), text);
        }
        for (ms, text) in [
            (20, "0.020 s"),
            (340, "0.34 s"),
            (1_100, "1.1 s"),
            (9_000, "9 s"),
            (62_900, "62 s"),
            (1_300_000, "21 min"),
            (7_300_000, "2 h"),
        ] {
            assert_eq!(seconds_text(ms), text);
        }
    }
}
