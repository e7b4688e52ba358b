//! The session: what a master knows of one replica (docs/redis.md §2.1).

use super::{Offset, backlog::CursorId};
use crate::fact::{SessionPhase, SessionState};
use alloc::collections::VecDeque;
use bytes::Bytes;

/// Where a BGSAVE's bytes go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// A file, which the parent then sends.
    Disk,
    /// The sockets of the waiting replicas.
    Sockets,
}

/// How far the replica's synchronisation is: `replstate`.
#[derive(Clone, Debug)]
pub enum Phase {
    /// Its second connection, which is to bring the RDB, is awaited (8.0).
    WaitRdbChannel,
    /// The RDB is under way over that one, and the stream flows over this (8.0).
    BulkAndStream,
    /// It waits for a BGSAVE to start.
    WaitBgsaveStart,
    /// It waits for the running BGSAVE to end.
    WaitBgsaveEnd {
        /// Where the RDB goes.
        target: Target,
    },
    /// It loads an RDB that came, or comes, over a second connection, and the stream flows: until its first ACK (Valkey 8.0).
    BgRdbLoad,
    /// The RDB is being sent from the file.
    SendBulk {
        /// `$n\r\n` and the file, as one sequence of bytes.
        preamble: Bytes,
        /// The whole file.
        rdb: Bytes,
        /// Bytes of both handed to the kernel.
        sent: u64,
    },
    /// The stream flows, or will at the first ACK.
    Online {
        /// After a diskless transfer: nothing is streamed before the first ACK.
        held: bool,
    },
    /// It wanted nothing but the RDB, and has it (7.0): it is about to be closed.
    RdbTransmitted,
}

/// One replica of this master.
#[derive(Clone, Debug)]
pub struct Session {
    /// Where its synchronisation stands.
    pub phase: Phase,
    /// It used SYNC: it never ACKs and never times out.
    pub pre_psync: bool,
    /// Last acknowledged offset; 0 if none.
    pub ack_offset: Offset,
    /// Up to where its append-only file is written, as it said (`FACK`, 7.2).
    pub file_offset: Offset,
    /// Unix second of the last sign of life; 0 if none.
    pub ack_time_s: i64,
    /// The offset to which its RDB corresponds.
    pub initial_offset: Offset,
    /// Offset of the last stream byte handed to the kernel.
    pub sent: Offset,
    /// 2.6: the database in which its stream stands.
    pub selected: usize,
    /// 7.0: its place in the shared buffer.
    pub cursor: Option<CursorId>,
    /// Bytes of a sockets child's RDB handed to the kernel.
    pub streamed: u64,
    /// Bytes of a sockets child's RDB that wait for room.
    pub payload: VecDeque<Bytes>,
    /// Unix second at which it last took some of them.
    pub progress_s: i64,
    /// `REPLCONF rdb-only 1` (6.2): no command is kept for it.
    pub rdb_only: bool,
    /// It is a second connection (8.0).
    pub second: bool,
    /// The client number of the first one of such, where that is known (Redis 8.0).
    pub main: Option<u64>,
    /// The child that wrote to it has given it up (8.0).
    pub given_up: bool,
}

impl Session {
    /// A replica that just asked for a full synchronisation.
    #[must_use]
    pub const fn waiting(pre_psync: bool) -> Session {
        Session {
            phase: Phase::WaitBgsaveStart,
            pre_psync,
            ack_offset: Offset::ZERO,
            file_offset: Offset::ZERO,
            ack_time_s: 0,
            initial_offset: Offset::ZERO,
            sent: Offset::ZERO,
            selected: 0,
            cursor: None,
            streamed: 0,
            payload: VecDeque::new(),
            progress_s: 0,
            rdb_only: false,
            second: false,
            main: None,
            given_up: false,
        }
    }
    /// A replica whose partial resynchronisation was accepted; the next byte it gets is `from`.
    #[must_use]
    pub fn resumed(from: Offset, now_s: i64) -> Session {
        Session {
            phase: Phase::Online { held: false },
            ack_time_s: now_s,
            initial_offset: from - 1,
            sent: from - 1,
            ..Session::waiting(false)
        }
    }
    /// `replstate`.
    #[must_use]
    pub const fn phase(&self) -> SessionPhase {
        match self.phase {
            Phase::WaitRdbChannel => SessionPhase::WaitRdbChannel,
            Phase::BulkAndStream => SessionPhase::BulkAndStream,
            Phase::BgRdbLoad => SessionPhase::BgRdbLoad,
            Phase::WaitBgsaveStart => SessionPhase::WaitBgsaveStart,
            Phase::WaitBgsaveEnd { .. } => SessionPhase::WaitBgsaveEnd,
            Phase::SendBulk { .. } => SessionPhase::SendBulk,
            Phase::Online { .. } => SessionPhase::Online,
            Phase::RdbTransmitted => SessionPhase::RdbTransmitted,
        }
    }
    /// The state as INFO prints it.
    #[must_use]
    pub const fn info_state(&self) -> SessionState {
        self.phase().state()
    }
    /// Whether it counts for ROLE, WAIT and good replicas.
    #[must_use]
    pub const fn online(&self) -> bool {
        matches!(self.phase, Phase::Online { .. })
    }
    /// Whether commands are being kept or sent for it.
    #[must_use]
    pub const fn takes_stream(&self) -> bool {
        !self.rdb_only && !matches!(self.phase, Phase::WaitBgsaveStart | Phase::WaitRdbChannel)
    }
    /// Whether bytes of an RDB wait to be sent.
    #[must_use]
    pub fn transfers(&self) -> bool {
        matches!(self.phase, Phase::SendBulk { .. }) || !self.payload.is_empty()
    }
    /// Whether stream bytes may leave now.
    #[must_use]
    pub const fn flows(&self) -> bool {
        matches!(self.phase, Phase::Online { held: false } | Phase::BulkAndStream | Phase::BgRdbLoad)
    }
    /// INFO's `lag`, s: 0 unless online.
    #[must_use]
    pub const fn lag_s(&self, now_s: i64) -> i64 {
        if self.online() { now_s - self.ack_time_s } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_replica_gets_and_counts_for_in_each_phase() {
        let bulk = || Phase::SendBulk { preamble: Bytes::new(), rdb: Bytes::new(), sent: 0 };
        // Names in the source and in INFO; online, takes the stream, transfers, flows; lag.
        for (phase, state, info, is, lag) in [
            (Phase::WaitRdbChannel, "WAIT_RDB_CHANNEL", "wait_bgsave", [false, false, false, false], 0),
            (Phase::BulkAndStream, "SEND_BULK_AND_STREAM", "send_bulk_and_stream", [false, true, false, true], 0),
            (Phase::BgRdbLoad, "BG_RDB_LOAD", "bg_transfer", [false, true, false, true], 0),
            (Phase::WaitBgsaveStart, "WAIT_BGSAVE_START", "wait_bgsave", [false, false, false, false], 0),
            (Phase::WaitBgsaveEnd { target: Target::Disk }, "WAIT_BGSAVE_END", "wait_bgsave", [false, true, false, false], 0),
            (bulk(), "SEND_BULK", "send_bulk", [false, true, true, false], 0),
            (Phase::Online { held: true }, "ONLINE", "online", [true, true, false, false], 7),
            (Phase::Online { held: false }, "ONLINE", "online", [true, true, false, true], 7),
            (Phase::RdbTransmitted, "RDB_TRANSMITTED", "rdb_transmitted", [false, true, false, false], 0),
        ] {
            let mut session = Session { phase, ack_time_s: 93, ..Session::waiting(false) };
            let got = [session.online(), session.takes_stream(), session.transfers(), session.flows()];
            assert_eq!((session.phase().name(), session.info_state().name(), got, session.lag_s(100)), (state, info, is, lag));
            session.rdb_only = true;
            assert!(!session.takes_stream(), "{state}");
            session.payload.push_back(Bytes::from_static(b"REDIS"));
            assert!(session.transfers(), "{state}");
        }
    }

    #[test]
    fn a_resumed_replica_stands_one_byte_before_what_it_gets() {
        let session = Session::resumed(Offset(51), 93);
        assert_eq!((session.initial_offset, session.sent, session.ack_offset), (Offset(50), Offset(50), Offset::ZERO));
        assert!(session.flows() && !session.pre_psync);
        assert_eq!(session.lag_s(95), 2);
    }
}
