//! A row of the fleet's table: what INFO of both ends says, and what of it is abnormal.

use super::pair::Pair;
use crate::desk::Run;
use resync_core::info::{InfoText, Replication};
use resync_core::order;
use std::borrow::Cow;

/// Seconds of INFO's lag that a healthy replica may show: it acknowledges once a second, and both ends count whole seconds.
const LAG_S: i64 = 2;

/// What is abnormal about a pair, the gravest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sign {
    /// An end's process is not there.
    Down,
    /// `master_link_status` is not `up`.
    Link,
    /// The master lists no replica, or not as online.
    State,
    /// No ACK for longer than a healthy replica takes.
    Lag,
    /// The ends hold different numbers of keys.
    Keys,
    /// Nothing.
    Healthy,
}

/// A row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The pair.
    pub pair: Pair,
    /// INFO's state of the replica at its master, or what its process is; empty where the master lists none.
    pub state: String,
    /// `offset` and `lag` of `slave0`.
    pub acked: Option<(i64, i64)>,
    /// `master_repl_offset` of the master.
    pub head: Option<i64>,
    /// `slave_repl_offset` of the replica.
    pub offset: Option<i64>,
    /// `master_link_status` of the replica; empty while it is not there.
    pub link: String,
    /// Keys of both ends.
    pub keys: (u64, u64),
    /// What is abnormal.
    pub sign: Sign,
}

/// Reads a row.
#[must_use]
pub fn row(run: &Run, pair: Pair) -> Row {
    let sim = run.timeline().sim();
    let info = |ix| run.info(ix, Some("replication"));
    let (master, replica) = (info(pair.master), info(pair.replica));
    let slave0 = master.as_ref().and_then(|info| info.replicas().next()).and_then(|(_, line)| line.ok().map(Cow::into_owned));
    let number = |info: &Option<InfoText>, field: Replication| info.as_ref().and_then(|info| info.number(field).ok());
    let keys = |ix| sim.node(ix).dataset().total_keys() as u64;
    let mut row = Row {
        pair,
        state: slave0.as_ref().map(|line| line.state.name().to_owned()).unwrap_or_default(),
        acked: slave0.and_then(|line| line.acked).map(|acked| (acked.offset, acked.lag_s)),
        head: number(&master, Replication::MasterReplOffset),
        offset: number(&replica, Replication::SlaveReplOffset),
        link: replica.as_ref().and_then(|info| info.text(Replication::MasterLinkStatus)).map(Cow::into_owned).unwrap_or_default(),
        keys: (keys(pair.master), keys(pair.replica)),
        sign: Sign::Healthy,
    };
    row.sign = if master.is_none() || replica.is_none() {
        Sign::Down
    } else if row.link != "up" {
        Sign::Link
    } else if row.state != "online" {
        Sign::State
    } else if row.acked.is_some_and(|(_, lag)| lag > LAG_S) {
        Sign::Lag
    } else if row.keys.0 != row.keys.1 {
        Sign::Keys
    } else {
        Sign::Healthy
    };
    row
}

/// The places of the rows, the most abnormal first: by what is abnormal, then the longest lag, then in their own order.
#[must_use]
pub fn by_abnormality(rows: &[Row]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    order::sort_by_key(&mut places, |at| {
        let row = &rows[*at];
        let lag = row.acked.map_or(0, |(_, lag)| lag);
        (row.sign, if row.sign == Sign::Healthy { 0 } else { -lag }, *at)
    });
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_abnormal_come_first_and_the_healthy_keep_their_order() {
        let row = |sign, lag| Row {
            pair: Pair { master: 0, replica: 1 },
            state: String::new(),
            acked: Some((0, lag)),
            head: None,
            offset: None,
            link: String::new(),
            keys: (0, 0),
            sign,
        };
        let rows = [row(Sign::Healthy, 0), row(Sign::Lag, 7), row(Sign::Healthy, 2), row(Sign::Link, 0), row(Sign::Lag, 9)];
        assert_eq!(by_abnormality(&rows), [3, 4, 1, 0, 2]);
    }
}
