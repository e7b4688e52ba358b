//! Lines and columns of the ladder: what folds, and where it stands.

use crate::draw::mono_width;
use resync_core::fact::{Control, ReplState};
use resync_core::view::{LadderRow, PacketKind};

/// Height of a row.
pub(super) const ROW: f64 = 16.6;
/// Above the first row.
pub(super) const HEAD: f64 = 6.0;

/// A line of the ladder.
#[derive(Clone, PartialEq, Debug)]
pub enum Line<'a> {
    /// One message.
    Message(&'a LadderRow),
    /// Dials that came to nothing, folded.
    Dials {
        /// First one's time, µs.
        from_us: u64,
        /// How they ended.
        how: Control,
        /// How many.
        times: u64,
        /// The replica's state after the last.
        state: Option<ReplState>,
    },
    /// Messages of the stream, folded: what and how often, in the order of their first appearance.
    Band {
        /// First one's time, µs.
        from_us: u64,
        /// Last one's time, µs.
        to_us: u64,
        /// `SET × 526`.
        counts: Vec<(String, u64)>,
        /// First and last byte of the stream in it.
        range: Option<(i64, i64)>,
        /// It all went over the second of two connections.
        second: bool,
    },
}

impl Line<'_> {
    /// When it began, µs.
    #[must_use]
    pub fn begins_us(&self) -> u64 {
        match self {
            Line::Message(row) => row.at_us,
            Line::Dials { from_us, .. } | Line::Band { from_us, .. } => *from_us,
        }
    }
}

pub(super) fn folds(row: &LadderRow) -> bool {
    !row.decisive
        && !row.refusal
        && row.replica_state.is_none()
        && row.master_state.is_none()
        && matches!(row.kind, PacketKind::Stream | PacketKind::Ping | PacketKind::Ack | PacketKind::Newline)
}

/// What a folded row is called: the command's name, `ACK`, `PING`, `\n`.
pub(super) fn called(row: &LadderRow) -> String {
    match row.kind {
        PacketKind::Ack => "ACK".to_owned(),
        PacketKind::Ping => "PING".to_owned(),
        PacketKind::Newline => "\\n".to_owned(),
        _ => row.text.split([' ', '×']).next().unwrap_or_default().to_owned(),
    }
}

/// How a dial ended that was refused or timed out, if a row is the end of one.
pub(super) fn failed_dial(row: &LadderRow) -> Option<Control> {
    row.control.filter(|control| matches!(control, Control::Refused | Control::TimedOut))
}

/// Folds neighbours of the stream into bands and failed dials into one line; everything else keeps its row.
#[must_use]
pub fn fold(rows: &[LadderRow]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line> = Vec::new();
    for row in rows {
        if let Some(ended) = failed_dial(row) {
            let mut from = row.at_us;
            // Its own SYN is part of it.
            if let Some(Line::Message(syn)) = lines.last()
                && syn.control == Some(Control::Syn)
                && syn.up
            {
                from = syn.at_us;
                lines.pop();
            }
            let last = row.replica_state;
            match lines.last_mut() {
                Some(Line::Dials { how, times, state, .. }) if *how == ended => {
                    *times += u64::from(row.times);
                    *state = last.or(*state);
                }
                _ => lines.push(Line::Dials { from_us: from, how: ended, times: u64::from(row.times), state: last }),
            }
            continue;
        }
        if !folds(row) {
            lines.push(Line::Message(row));
            continue;
        }
        if !matches!(lines.last(), Some(Line::Band { second, .. }) if *second == row.second) {
            lines.push(Line::Band { from_us: row.at_us, to_us: row.at_us, counts: Vec::new(), range: None, second: row.second });
        }
        if let Some(Line::Band { to_us, counts, range, .. }) = lines.last_mut() {
            *to_us = (*to_us).max(row.at_us);
            let name = called(row);
            match counts.iter_mut().find(|(held, _)| *held == name) {
                Some((_, times)) => *times += u64::from(row.times),
                None => counts.push((name, u64::from(row.times))),
            }
            if let Some((a, b)) = row.range {
                *range = Some(range.map_or((a.0, b.0), |(x, y)| (x.min(a.0), y.max(b.0))));
            }
        }
    }
    lines
}

/// A line whose shortened ids lose more where it would not fit: `c61930…c5e5` becomes `c61930…`, then `c6…`; the number behind it stays whole.
#[must_use]
pub fn fitted(line: &str, room: f64) -> String {
    if mono_width(line, 12.0) <= room {
        return line.to_owned();
    }
    let cut = |word: &str, keep: usize| match word.find('…') {
        Some(at) => word[..at].chars().take(keep).chain(['…']).collect(),
        None => word.to_owned(),
    };
    let with = |keep: usize| line.split(' ').map(|word| cut(word, keep)).collect::<Vec<_>>().join(" ");
    let long = with(6);
    if mono_width(&long, 12.0) <= room { long } else { with(2) }
}

/// A moment in seconds: `24.680`, `100.68`; from a thousand seconds on `16:40`.
#[must_use]
pub fn short_clock(us: u64) -> String {
    let ms = us / 1_000;
    match ms {
        0..100_000 => format!("{}.{:03}", ms / 1_000, ms % 1_000),
        100_000..1_000_000 => format!("{}.{:02}", ms / 1_000, ms / 10 % 100),
        _ => format!("{}:{:02}", ms / 60_000, ms / 1_000 % 60),
    }
}

/// Where the rows are scrolled to so that the newest is in sight and no row at the top is cut through; `high` is the height of all rows, `room` of the
/// part in sight. At most a row of the ground stays free below.
#[must_use]
pub fn scrolled(high: f64, room: f64) -> f64 {
    if high <= room { 0.0 } else { HEAD + ((high - room - HEAD) / ROW).ceil() * ROW }
}

/// Columns of the ladder; states, then sizes give way where there is no room.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Columns {
    /// Right edge of the clock.
    pub clock: f64,
    /// Life line of the replica.
    pub replica: f64,
    /// Life line of the master.
    pub master: f64,
    /// Right edge of the sizes.
    pub size: f64,
    /// Whether sizes are shown.
    pub sizes: bool,
    /// Whether states are shown.
    pub states: bool,
}

impl Columns {
    /// Right edge of the replica's states.
    #[must_use]
    pub fn state(&self) -> f64 {
        self.replica - 3.0
    }
}

/// Lays the columns out to a width.
#[must_use]
pub fn columns(w: f64) -> Columns {
    // The longest state of a replica has thirteen letters, that of a session eleven.
    let (sizes, states) = (w >= 330.0, w >= 396.0);
    // As much of the width as there is to spare parts the clock from the longest state.
    let replica = if states { 145.5 + ((w - 429.0) * 0.1).clamp(0.0, 6.0) } else { 60.0 };
    let master = w - if states {
        83.0
    } else if sizes {
        66.0
    } else {
        14.0
    };
    Columns { clock: if states { 44.0 } else { 46.0 }, replica, master, size: w - 2.0, sizes, states }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_core::repl::Offset;

    fn row(at_us: u64, kind: PacketKind, text: &str) -> LadderRow {
        LadderRow {
            at_us,
            arrived_us: Some(at_us + 20_000),
            up: kind == PacketKind::Ack,
            second: false,
            kind,
            text: text.into(),
            bytes: 64,
            times: 1,
            replica_state: None,
            master_state: None,
            control: None,
            refusal: false,
            decisive: false,
            progress: None,
            range: None,
        }
    }

    #[test]
    fn neighbours_of_the_stream_fold_and_decisions_stay() {
        let mut rows = vec![row(1, PacketKind::Request, "PSYNC ? -1")];
        rows[0].decisive = true;
        for i in 0..10 {
            let mut r = row(100 + i, PacketKind::Stream, &format!("SET key:{i}"));
            r.range = Some((Offset(i as i64 * 64), Offset(i as i64 * 64 + 63)));
            rows.push(r);
        }
        let mut ping = row(111, PacketKind::Ping, "PING");
        ping.times = 3;
        rows.push(ping);
        rows.push(row(112, PacketKind::Ack, "REPLCONF ACK 640"));
        let mut cut = row(200, PacketKind::Control, "RST");
        (cut.control, cut.refusal) = (Some(Control::Rst), true);
        rows.push(cut);
        let lines = fold(&rows);
        assert_eq!(lines.len(), 3, "{lines:?}");
        let Line::Band { from_us, to_us, counts, range, .. } = &lines[1] else { panic!("{:?}", lines[1]) };
        assert_eq!((*from_us, *to_us, *range), (100, 112, Some((0, 639))));
        assert_eq!(*counts, [("SET".to_owned(), 10), ("PING".to_owned(), 3), ("ACK".to_owned(), 1)]);
    }

    #[test]
    fn a_band_is_of_one_connection() {
        let mut rows: Vec<LadderRow> = (0..4).map(|i| row(100 + i, PacketKind::Newline, "\\n")).collect();
        rows[1].second = true;
        rows[2].second = true;
        let bands: Vec<_> = fold(&rows).iter().map(|line| matches!(line, Line::Band { second: true, .. })).collect();
        assert_eq!(bands, [false, true, false]);
    }

    #[test]
    fn dials_that_were_refused_fold_with_their_syns() {
        let control = |at_us: u64, up: bool, what: Control| {
            let mut r = row(at_us, PacketKind::Control, what.name());
            (r.up, r.control, r.refusal) = (up, Some(what), what.refuses());
            r.replica_state = Some(if up { ReplState::Connecting } else { ReplState::Connect });
            r
        };
        let mut rows = vec![control(1, false, Control::Cut)];
        for i in 0..7 {
            rows.push(control(100 + i * 10, true, Control::Syn));
            rows.push(control(101 + i * 10, false, Control::Refused));
        }
        rows.push(control(900, true, Control::Syn));
        let lines = fold(&rows);
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert_eq!(lines[1], Line::Dials { from_us: 100, how: Control::Refused, times: 7, state: Some(ReplState::Connect) });
    }

    #[test]
    fn a_row_that_changes_a_state_is_not_folded() {
        let mut r = row(5, PacketKind::Stream, "backlog");
        r.replica_state = Some(ReplState::Connected);
        assert!(matches!(fold(&[r])[0], Line::Message(_)));
    }

    #[test]
    fn clocks_stay_short() {
        assert_eq!(short_clock(24_680_400), "24.680");
        assert_eq!(short_clock(0), "0.000");
        assert_eq!((short_clock(100_689_000), short_clock(1_000_500_000)), ("100.68".to_owned(), "16:40".to_owned()));
        assert_eq!(fitted("+FULLRESYNC c61930…c5e5 51694", 186.0), "+FULLRESYNC c61930… 51694");
        assert_eq!(fitted("+FULLRESYNC c61930…c5e5 280", 300.0), "+FULLRESYNC c61930…c5e5 280");
        let narrow = columns(429.0);
        let room = narrow.master - narrow.replica + 3.0;
        assert_eq!(fitted("+FULLRESYNC c61930…c5e5 4194304", room), "+FULLRESYNC c61930… 4194304");
        assert!(mono_width("REPLCONF listening-port 6379", 12.0) <= room, "{room}");
        assert!(
            mono_width(&fitted("+FULLRESYNC c61930…c5e5 27488106951", room), 12.0) <= room,
            "the offset is read with states at both sides"
        );
    }

    #[test]
    fn a_scrolled_ladder_begins_with_a_whole_row() {
        assert!(scrolled(200.0, 200.0).abs() < 1e-9, "all in sight");
        for rows in 5..60 {
            let (high, room) = (HEAD + f64::from(rows) * ROW + 6.0, 190.0);
            let top = scrolled(high, room);
            let free = top + room - high;
            let row = (top - HEAD) / ROW;
            assert!(top.abs() < 1e-9 || ((row - row.round()).abs() < 1e-9 && (0.0..ROW).contains(&free)), "{rows}: {top} {free}");
        }
    }

    #[test]
    fn the_longest_state_keeps_off_the_clock() {
        let c = columns(429.0);
        assert!(c.state() - mono_width("RECEIVE_PSYNC", 12.0) >= c.clock + 4.0, "{c:?}");
    }

    #[test]
    fn states_and_sizes_give_way() {
        assert!(columns(500.0).sizes && columns(500.0).states);
        assert!(columns(433.0).states, "at 1 440 the states stand at both sides");
        assert!(!columns(374.0).states);
        assert!(columns(340.0).sizes && !columns(340.0).states);
        assert!(!columns(250.0).sizes);
        for w in [200.0, 280.0, 410.0, 600.0] {
            let c = columns(w);
            assert!(c.clock < c.replica && c.replica + 80.0 < c.master && c.master <= c.size, "{c:?}");
        }
    }
}
