//! The counts of INFO about commands and errors: commandstats, errorstats and the totals beside them (docs/redis.md §8.5), and
//! the words of an error that goes along a replication link (docs/redis.md §4.8).

use crate::era::{Capabilities, LinkErrors};
use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

/// What was counted of one command.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Calls {
    /// How often it ran.
    pub(super) calls: u64,
    /// For how long in all, µs.
    pub(super) usec: u64,
    /// How often it was refused before it ran (6.2).
    pub(super) rejected: u64,
    /// How often it ran and its reply was an error (6.2).
    pub(super) failed: u64,
}

/// The counts, since the start or since CONFIG RESETSTAT.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    rows: Vec<(&'static str, Calls)>,
    /// The row that was counted last: most of the time it is the next one too.
    last: usize,
    /// How often each code began an error.
    errors: BTreeMap<String, u64>,
    ran: u64,
    total_errors: u64,
    unexpected: u64,
    /// Bytes that came from a master: RDBs and streams, not the talk before them (7.0).
    repl_input: u64,
    /// Keys that the last load found expired, and keys that it loaded (7.0).
    last_load: (u64, u64),
}

impl Tally {
    fn row(&mut self, name: &'static str) -> &mut Calls {
        if self.rows.get(self.last).is_none_or(|(known, _)| *known != name) {
            self.last = self.rows.iter().position(|(known, _)| *known == name).unwrap_or(self.rows.len());
            if self.last == self.rows.len() {
                self.rows.push((name, Calls::default()));
            }
        }
        &mut self.rows[self.last].1
    }
    /// A command ran.
    pub(super) fn ran(&mut self, name: &'static str, usec: u64, failed: bool) {
        self.ran += 1;
        let row = self.row(name);
        row.calls += 1;
        row.usec += usec;
        row.failed += u64::from(failed);
    }
    /// A command was refused before it ran.
    pub(super) fn refused(&mut self, name: &'static str) {
        self.row(name).rejected += 1;
    }
    /// An error was given to somebody: `text` as it stands on the wire behind its `-`.
    pub(super) fn error(&mut self, text: &str) {
        self.total_errors += 1;
        let code = text.split(' ').next().unwrap_or_default();
        match self.errors.get_mut(code) {
            Some(count) => *count += 1,
            None => {
                self.errors.insert(code.to_string(), 1);
            }
        }
    }
    /// An error went along a replication link.
    pub(super) fn unexpected(&mut self) {
        self.unexpected += 1;
    }
    /// Bytes of an RDB or of a stream came from a master.
    pub(super) const fn heard_master(&mut self, bytes: usize) {
        self.repl_input += bytes as u64;
    }
    /// A load ended.
    pub(super) const fn loaded(&mut self, expired: u64, keys: u64) {
        self.last_load = (expired, keys);
    }
    /// CONFIG RESETSTAT: what the last load found stays.
    pub(super) fn reset(&mut self) {
        *self = Tally { last_load: self.last_load, ..Tally::default() };
    }

    /// Commands that ran.
    pub(super) const fn commands(&self) -> u64 {
        self.ran
    }
    /// Errors that were given.
    pub(super) const fn total_errors(&self) -> u64 {
        self.total_errors
    }
    /// Errors that went along a replication link.
    pub(super) const fn unexpected_errors(&self) -> u64 {
        self.unexpected
    }
    /// Bytes that came from a master.
    pub(super) const fn repl_input(&self) -> u64 {
        self.repl_input
    }
    /// Keys that the last load found expired, and keys that it loaded.
    pub(super) const fn last_load(&self) -> (u64, u64) {
        self.last_load
    }
    /// The lines of commandstats, by name: the command and what was counted of it. Real servers print them in the order of a hash table.
    pub(super) fn commandstats(&self, caps: &Capabilities) -> Vec<(String, String)> {
        let mut rows = self.rows.clone();
        crate::order::sort_by_key(&mut rows, |(name, _)| *name);
        let lines = rows.iter().filter(|(_, row)| row.calls > 0 || (caps.counts_errors && row.rejected + row.failed > 0));
        lines.map(|(name, row)| ((*name).to_string(), row.line(caps))).collect()
    }
    /// The lines of errorstats.
    pub(super) fn errorstats(&self) -> Vec<(String, String)> {
        self.errors.iter().map(|(code, count)| (code.clone(), format!("count={count}"))).collect()
    }
}
impl Calls {
    fn line(&self, caps: &Capabilities) -> String {
        let Calls { calls, usec, rejected, failed } = self;
        // Hundredths, rounded as printf rounds.
        let hundredths = (usec * 200 + calls).checked_div(calls * 2).unwrap_or(0);
        let mut line = format!("calls={calls},usec={usec},usec_per_call={}.{:02}", hundredths / 100, hundredths % 100);
        if caps.counts_errors {
            line += &format!(",rejected_calls={rejected},failed_calls={failed}");
        }
        line
    }
}

/// Errors that Redis keeps ready, whole with their code: up to 5.0 they pass by unseen, later they are told with it.
fn is_ready_made(text: &str) -> bool {
    const WHOLE: [&str; 4] =
        ["ERR syntax error", "ERR source and destination objects are the same", "ERR index out of range", "ERR no such key"];
    const CODES: [&str; 12] = [
        "WRONGTYPE",
        "NOSCRIPT",
        "LOADING",
        "BUSY",
        "MASTERDOWN",
        "MISCONF",
        "READONLY",
        "NOAUTH",
        "OOM",
        "EXECABORT",
        "NOREPLICAS",
        "BUSYKEY",
    ];
    let code = text.split(' ').next().unwrap_or_default();
    WHOLE.contains(&text) || CODES.contains(&code)
}
/// An error as the line `== CRITICAL ==` tells it; `None` where the era tells none of it. `text` as it stands on the wire behind its `-`.
pub(super) fn told_of_link<'a>(text: &'a str, to_master: bool, caps: &Capabilities) -> Option<Cow<'a, str>> {
    match caps.link_errors {
        LinkErrors::Untold => return None,
        LinkErrors::FormattedToMaster if !to_master => return None,
        LinkErrors::FormattedToMaster | LinkErrors::Formatted if is_ready_made(text) => return None,
        _ => {}
    }
    match text.strip_prefix("ERR ") {
        Some(bare) if !is_ready_made(text) => Some(Cow::Borrowed(bare)),
        _ => Some(Cow::Owned(format!("-{text}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::era::Era;

    #[test]
    fn a_line_of_commandstats_is_that_of_its_era() {
        let mut tally = Tally::default();
        tally.ran("set", 9, false);
        tally.ran("set", 2, false);
        tally.ran("lpush", 5, true);
        tally.refused("get");
        tally.ran("set", 5, false);
        let of = |era: Era| tally.commandstats(&era.capabilities());
        let pair = |name: &str, line: &str| (name.to_string(), line.to_string());
        assert_eq!(of(Era::V5_0), [pair("lpush", "calls=1,usec=5,usec_per_call=5.00"), pair("set", "calls=3,usec=16,usec_per_call=5.33")]);
        assert_eq!(
            of(Era::V7_0),
            [
                pair("get", "calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=0"),
                pair("lpush", "calls=1,usec=5,usec_per_call=5.00,rejected_calls=0,failed_calls=1"),
                pair("set", "calls=3,usec=16,usec_per_call=5.33,rejected_calls=0,failed_calls=0"),
            ]
        );
        assert_eq!(tally.commands(), 4);
    }

    #[test]
    fn errors_are_counted_by_their_first_word() {
        let mut tally = Tally::default();
        for text in ["ERR no such key", "WRONGTYPE Operation", "ERR syntax error"] {
            tally.error(text);
        }
        let pair = |name: &str, line: &str| (name.to_string(), line.to_string());
        assert_eq!(tally.errorstats(), [pair("ERR", "count=2"), pair("WRONGTYPE", "count=1")]);
        assert_eq!((tally.total_errors(), tally.unexpected_errors()), (3, 0));
        tally.reset();
        assert!(tally.errorstats().is_empty() && tally.total_errors() == 0);
    }

    /// Seen on 5.0.10, 6.2.14 and 7.0.15.
    #[test]
    fn which_errors_are_told_and_how() {
        let (not_integer, wrong, no_key) = ("ERR value is not an integer or out of range", "WRONGTYPE Operation", "ERR no such key");
        for (era, to_master, expected) in [
            (Era::V3_2, true, [None, None, None]),
            (Era::V4_0, true, [Some("value is not an integer or out of range"), None, None]),
            (Era::V4_0, false, [None, None, None]),
            (Era::V5_0, true, [Some("value is not an integer or out of range"), None, None]),
            (Era::V5_0, false, [Some("value is not an integer or out of range"), None, None]),
            (Era::V6_2, true, [Some("value is not an integer or out of range"), Some("-WRONGTYPE Operation"), Some("-ERR no such key")]),
            (Era::V7_0, false, [Some("value is not an integer or out of range"), Some("-WRONGTYPE Operation"), Some("-ERR no such key")]),
        ] {
            let caps = era.capabilities();
            let told = [not_integer, wrong, no_key].map(|text| told_of_link(text, to_master, &caps).map(Cow::into_owned));
            assert_eq!(told, expected.map(|text| text.map(str::to_string)), "{era}");
        }
    }
}
