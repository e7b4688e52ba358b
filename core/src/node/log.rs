//! The frame of a log line: pid, role letter, date, mark, as each era prints it. Dates are UTC.

use crate::era::Capabilities;
use crate::fact::Mark;
use crate::time::Time;
use alloc::format;
use alloc::string::String;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Year, month (0–11) and day of a day counted from 1 January 1970.
fn civil(days: i64) -> (i64, usize, i64) {
    // Eras of 400 years that begin on 1 March: the leap day is then the last day of a year.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let from_january = if month < 10 { month + 2 } else { month - 10 };
    let year = year_of_era + era * 400 + i64::from(from_january < 2);
    (year, usize::try_from(from_january).unwrap_or(0), day)
}

/// `21 Nov 21:12:04.713`, with the year from 5.0 on.
#[must_use]
pub fn date(unix_ms: i64, year: bool) -> String {
    let seconds = unix_ms.div_euclid(1_000);
    let ms = unix_ms.rem_euclid(1_000);
    let (y, month, day) = civil(seconds.div_euclid(86_400));
    let of_day = seconds.rem_euclid(86_400);
    let (h, m, s) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    let month = MONTHS[month];
    if year {
        format!("{day:02} {month} {y} {h:02}:{m:02}:{s:02}.{ms:03}")
    } else {
        format!("{day:02} {month} {h:02}:{m:02}:{s:02}.{ms:03}")
    }
}

/// A whole line. `role` is `M`, `S` or `C`.
#[must_use]
pub fn line(caps: &Capabilities, pid: u64, role: char, unix_ms: i64, mark: Mark, text: &str) -> String {
    let date = date(unix_ms, caps.log_year);
    if caps.log_role { format!("{pid}:{role} {date} {mark} {text}") } else { format!("[{pid}] {date} {mark} {text}") }
}

/// `Mon Nov 30 03:20:10 2026`, as C's `ctime` writes it, in UTC.
#[must_use]
pub fn ctime(unix_s: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let days = unix_s.div_euclid(86_400);
    let (y, month, day) = civil(days);
    let of_day = unix_s.rem_euclid(86_400);
    let weekday = DAYS[usize::try_from(days.rem_euclid(7)).unwrap_or(0)];
    format!("{weekday} {} {day:2} {:02}:{:02}:{:02} {y}", MONTHS[month], of_day / 3_600, of_day / 60 % 60, of_day % 60)
}

/// Unix milliseconds of a moment on a node's clock.
#[must_use]
pub const fn unix_ms(epoch_unix_ms: i64, now: Time) -> i64 {
    epoch_unix_ms + now.as_millis() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::era::Era;

    #[test]
    fn frames_are_those_of_the_era() {
        // 1795295524713 ms: 21 November 2026, 21:12:04.713 UTC
        let at = 1_795_295_524_713;
        let frame = |era: Era| line(&era.capabilities(), 17, 'M', at, Mark::Notice, "text");
        assert_eq!(frame(Era::V2_8), "[17] 21 Nov 21:12:04.713 * text");
        assert_eq!(frame(Era::V3_0), "17:M 21 Nov 21:12:04.713 * text");
        assert_eq!(frame(Era::V7_0), "17:M 21 Nov 2026 21:12:04.713 * text");
    }

    #[test]
    fn a_date_as_ctime_writes_it() {
        assert_eq!(ctime(1_796_008_810), "Mon Nov 30 03:20:10 2026");
        assert_eq!(ctime(0), "Thu Jan  1 00:00:00 1970");
    }
    #[test]
    fn dates_know_leap_days() {
        assert_eq!(date(951_782_400_000, true), "29 Feb 2000 00:00:00.000");
        assert_eq!(date(0, true), "01 Jan 1970 00:00:00.000");
        assert_eq!(date(4_107_542_399_999, true), "28 Feb 2100 23:59:59.999");
    }
}
