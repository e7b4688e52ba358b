//! The proxy of a recording where it held the bytes back: it passed them on slowly, or stalled, or nobody read behind it.
//!
//! The wire shows when the proxy passed each byte on, not when the server wrote it. So the n-th byte of the node counts as heard when the n-th byte
//! of the recorded server was, and not before it is written; and the kernel has room for as many bytes as the sockets and the proxy could hold.

use super::recording::{Conn, Dir, Event, Prop, Recording};

/// Milliseconds between two looks at an RDB that trickles.
const LOOK_MS: f64 = 20.0;
/// What the sockets on both sides of the proxy held when they were full, where nothing in a recording tells (a stall ended without word of the master's).
const UNTOLD: u64 = 2_900_000;
/// What they held in `h5`, whose proxy had small buffers: 4990481, the first byte of the block at which the master stood, is known of its backlog.
const SMALL: u64 = 3_446_000;

/// How one conn's bytes came through.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// When (ms) that many bytes had been passed on.
    passed: Vec<(f64, u64)>,
    /// Whether what was not passed on in the end was lost: the master had closed, and the proxy gave up.
    lossy: bool,
    /// Where the RDB begins and ends among them.
    rdb: (u64, u64),
    /// The recorded RDB's announced length, and whether all of it came.
    recorded: u64,
    whole: bool,
    /// Bytes that the sockets hold.
    holds: u64,
    /// … and while the RDB goes through, if the node's is smaller than the recorded one.
    holds_rdb: u64,
    /// Bytes that the node wrote.
    written: u64,
    /// Bytes of room that it was given, from the start.
    pub granted: u64,
}

impl Proxy {
    /// The proxy of a conn from this master, if it held anything back.
    #[must_use]
    pub fn of(recording: &Recording, conn: &Conn, master: &str) -> Option<Proxy> {
        if !recording.throttled() || recording.speaks(master, conn) != Some(Dir::Down) {
            return None;
        }
        let mut passed = Vec::new();
        let mut total = 0;
        let mut rdb = None;
        for (at, event) in &recording.events {
            match event {
                Event::Bytes(c, Dir::Down, bytes) if c == conn => {
                    total += bytes.len() as u64;
                    passed.push((*at, total));
                }
                Event::Rdb(c, len, _, end) if c == conn => {
                    let len = *len as u64;
                    let came = recording.broken.get(conn).map_or(len, |share| (len as f64 * share).round() as u64);
                    let looks = ((end - at) / LOOK_MS).ceil().max(1.0);
                    for n in 0..looks as u64 {
                        let share = (n + 1) as f64 / looks;
                        passed.push((at + (end - at) * (n as f64 / looks), total + (came as f64 * share).round() as u64));
                    }
                    rdb = Some((*at, *end, total, len, came));
                    total += came;
                }
                _ => {}
            }
        }
        let (start, end, before, len, came) = rdb?;
        let log = |text: &str| {
            recording.events.iter().find_map(|(at, e)| match e {
                Event::Log(who, _, line) if who == master && *at >= start && line.starts_with(text) => Some(*at),
                _ => None,
            })
        };
        let through = |at: f64| passed.iter().rev().find(|(t, _)| *t <= at).map_or(0, |(_, n)| *n);
        // What was written and not passed on: all of the file when the master called it sent, or what still came after the master had closed.
        let sent = log("Synchronization with").filter(|at| *at < end).map(|at| before + len - through(at));
        let lost = log("Connection with").filter(|at| *at < end).map(|at| before + came - through(at));
        let holds = if recording.has(Prop::SmallSockets) { SMALL } else { sent.or(lost).unwrap_or(UNTOLD) };
        let lossy = came < len || recording.has(Prop::SmallSockets);
        Some(Proxy {
            passed,
            lossy,
            rdb: (before, before + came),
            recorded: len,
            whole: came == len,
            holds,
            holds_rdb: holds,
            written: 0,
            granted: holds,
        })
    }
    /// The node's RDB has so many bytes in the place of `of`: each of them stands for many.
    pub fn shrink(&mut self, len: u64, of: u64) {
        let (start, end) = self.rdb;
        for (_, n) in &mut self.passed {
            *n = if *n <= start {
                *n
            } else if *n <= end {
                start + (*n - start) * len / of
            } else {
                *n - end + start + len
            };
        }
        self.rdb.1 = start + len;
        self.holds_rdb = self.holds * len / of;
        self.granted = self.holds_rdb;
    }
    /// The node announces its RDB, a few bytes longer or shorter than was thought.
    pub fn announced(&mut self, len: u64) {
        let (start, end) = self.rdb;
        if !self.whole {
            return;
        }
        // Its header may have other than as many digits.
        let digits = |n: u64| n.to_string().len() as u64;
        let (more, less) = (digits(len), digits(self.recorded));
        for (_, n) in &mut self.passed {
            if *n >= end {
                *n = *n - end + start + len + more - less;
            } else if *n >= start {
                *n = *n + more - less;
            }
        }
        self.rdb = (start + more - less, start + more - less + len);
    }
    /// When it looks again, all times.
    pub fn looks(&self) -> impl Iterator<Item = f64> + '_ {
        self.passed.iter().map(|(at, _)| *at)
    }
    /// The node writes `len` bytes at this moment: when each part of them is heard.
    pub fn write(&mut self, at: f64, len: u64) -> Vec<(f64, u64)> {
        let (mut from, to) = (self.written, self.written + len);
        self.written = to;
        let mut parts = Vec::new();
        let mut ix = self.passed.partition_point(|(_, n)| *n <= from);
        while from < to {
            // Behind all that was heard nothing was heard sooner, or nothing at all.
            let last = self.passed.last().map_or(at, |(t, _)| if self.lossy { f64::INFINITY } else { *t });
            let (when, until) = self.passed.get(ix).copied().unwrap_or((last, u64::MAX));
            parts.push((when.max(at), until.min(to) - from));
            from = until.min(to);
            ix += 1;
        }
        parts
    }
    /// Room that has become free by this moment.
    pub fn frees(&mut self, at: f64) -> u64 {
        let through = self.passed.iter().rev().find(|(t, _)| *t <= at).map_or(0, |(_, n)| *n).min(self.written);
        let holds = if through < self.rdb.1 { self.holds_rdb } else { self.holds };
        let more = (holds + through).saturating_sub(self.granted);
        self.granted += more;
        more
    }
    /// When a close at this moment is seen: behind the last bytes that came through.
    #[must_use]
    pub fn closes(&self, at: f64) -> f64 {
        self.passed.last().map_or(at, |(t, _)| t.max(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_heard_when_they_were_passed_on_and_never_before_they_are_written() {
        let passed = vec![(10.0, 5), (20.0, 8), (90.0, 10)];
        let mut proxy =
            Proxy { passed, lossy: false, rdb: (0, 0), recorded: 0, whole: true, holds: 4, holds_rdb: 4, written: 0, granted: 4 };
        assert_eq!(proxy.write(1.0, 4), [(10.0, 4)]);
        assert_eq!((proxy.frees(5.0), proxy.frees(10.0), proxy.frees(11.0)), (0, 4, 0));
        assert_eq!(proxy.write(12.0, 4), [(12.0, 1), (20.0, 3)]);
        assert!((proxy.closes(13.0) - 90.0).abs() < 0.1);
        assert_eq!(proxy.write(95.0, 3), [(95.0, 2), (95.0, 1)]);
        assert!((proxy.closes(96.0) - 96.0).abs() < 0.1);
    }
}
