//! Facts with names: the closed sets that notes, labels, views and conditions speak of.
//!
//! Each set is an enum made by one table that yields the variants, `ALL`, and the name of each: as conditions compare it and as exports print it. A name
//! is kebab-case unless Redis itself prints the value, in which case it is spelled as Redis spells it. Sentences about a value are the page's, in each of
//! its languages; nothing here is meant for a reader of the page.

use core::fmt;

/// A set of values with names.
pub trait Named: Copy + Sized + 'static {
    /// Every value, in the table's order.
    const ALL: &'static [Self];
    /// The name, as conditions compare it and exports print it.
    fn name(self) -> &'static str;
}

/// Declares enums whose variants have names: `enum Kind { First = "first" }`. They are ordered as their table is.
macro_rules! named {
    ($( $(#[$meta:meta])+ $vis:vis enum $kind:ident { $( $(#[$doc:meta])+ $variant:ident = $name:literal ),+ $(,)? } )+) => { $(
        $(#[$meta])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        $vis enum $kind { $( $(#[$doc])+ $variant ),+ }
        impl $kind {
            /// Every value, in the table's order.
            pub const ALL: &'static [$kind] = &[ $( $kind::$variant ),+ ];
            /// The name, as conditions compare it and exports print it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( $kind::$variant => $name ),+ }
            }
        }
        impl $crate::fact::Named for $kind {
            const ALL: &'static [$kind] = $kind::ALL;
            fn name(self) -> &'static str {
                $kind::name(self)
            }
        }
        impl core::fmt::Display for $kind {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.name())
            }
        }
        impl serde::Serialize for $kind {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    )+ };
}
pub(crate) use named;

named! {
    /// Where a full resynchronisation over two connections stands at its replica (docs/redis.md §6A, §6B).
    pub enum BesideStage {
        /// The second connection is dialled, or in its handshake.
        Opens = "opens",
        /// The first connection asks to go on where the RDB ends (Valkey).
        Joins = "joins",
        /// RDB and stream come side by side.
        Beside = "beside",
        /// The RDB is loaded, and what was kept of the stream is applied.
        Applies = "applies",
    }
    /// How loud a line of a log is: the mark that Redis prints before the text.
    pub enum Mark {
        /// LL_VERBOSE.
        Verbose = "-",
        /// LL_NOTICE.
        Notice = "*",
        /// LL_WARNING.
        Warning = "#",
    }

    /// An event of a sentinel's log, in Redis's words (docs/redis.md §16.6).
    pub enum SentinelEvent {
        /// It watches a master from now on.
        Monitor = "+monitor",
        /// It found a replica.
        Slave = "+slave",
        /// It found another sentinel.
        Sentinel = "+sentinel",
        /// A server has another run id than before.
        Reboot = "+reboot",
        /// It sees a server down.
        Sdown = "+sdown",
        /// It sees the server again.
        NotSdown = "-sdown",
        /// Enough sentinels see the master down.
        Odown = "+odown",
        /// No longer enough do.
        NotOdown = "-odown",
        /// An epoch began.
        NewEpoch = "+new-epoch",
        /// It wants to fail over, and asks for votes.
        TryFailover = "+try-failover",
        /// It gave its vote of this epoch.
        VoteForLeader = "+vote-for-leader",
        /// It was elected to fail over.
        ElectedLeader = "+elected-leader",
        /// It was not elected in time.
        AbortNotElected = "-failover-abort-not-elected",
        /// It chooses a replica.
        StateSelectSlave = "+failover-state-select-slave",
        /// It chose this replica.
        SelectedSlave = "+selected-slave",
        /// No replica is fit.
        AbortNoGoodSlave = "-failover-abort-no-good-slave",
        /// It is about to promote the replica.
        StateSendSlaveofNoOne = "+failover-state-send-slaveof-noone",
        /// It told the replica to follow nobody.
        StateWaitPromotion = "+failover-state-wait-promotion",
        /// The replica was not promoted in time.
        AbortSlaveTimeout = "-failover-abort-slave-timeout",
        /// The replica says that it is a master.
        PromotedSlave = "+promoted-slave",
        /// The other replicas are told now.
        StateReconfSlaves = "+failover-state-reconf-slaves",
        /// It told a replica whom to follow.
        SlaveReconfSent = "+slave-reconf-sent",
        /// The replica follows the new master.
        SlaveReconfInprog = "+slave-reconf-inprog",
        /// The replica's link to it is up.
        SlaveReconfDone = "+slave-reconf-done",
        /// The replica does not do what it was told.
        SlaveReconfSentTimeout = "-slave-reconf-sent-timeout",
        /// The time is up: it told the replica, whatever comes of it.
        SlaveReconfSentBe = "+slave-reconf-sent-be",
        /// The failover ends because its time is up.
        FailoverEndForTimeout = "+failover-end-for-timeout",
        /// The failover is over.
        FailoverEnd = "+failover-end",
        /// Another sentinel knows a newer configuration.
        ConfigUpdateFrom = "+config-update-from",
        /// From now on another server is the master.
        SwitchMaster = "+switch-master",
        /// A server has the role that it should have.
        RoleChange = "+role-change",
        /// A server has another role than it should have.
        NotRoleChange = "-role-change",
        /// It told a master to be a replica.
        ConvertToSlave = "+convert-to-slave",
        /// It told a replica that follows somebody else whom to follow.
        FixSlaveConfig = "+fix-slave-config",
    }

    /// A replica's `repl_state` (docs/redis.md §1.1). 6.2 renamed the states that await an answer; a server only takes those of its own era.
    pub enum ReplState {
        /// It follows nobody.
        None = "none",
        /// It must dial.
        Connect = "connect",
        /// The dial is under way.
        Connecting = "connecting",
        /// The answer to PING is awaited (up to 6.0).
        ReceivePong = "receive_pong",
        /// The answer to PING is awaited (6.2+).
        ReceivePingReply = "receive_ping_reply",
        /// The answer to AUTH is awaited (up to 6.0).
        ReceiveAuth = "receive_auth",
        /// The answer to AUTH is awaited (6.2+).
        ReceiveAuthReply = "receive_auth_reply",
        /// The answer to REPLCONF listening-port is awaited (up to 6.0).
        ReceivePort = "receive_port",
        /// The answer to REPLCONF listening-port is awaited (6.2+).
        ReceivePortReply = "receive_port_reply",
        /// The answer to REPLCONF ip-address is awaited (up to 6.0).
        ReceiveIp = "receive_ip",
        /// The answer to REPLCONF ip-address is awaited (6.2+).
        ReceiveIpReply = "receive_ip_reply",
        /// The answer to REPLCONF capa is awaited (up to 6.0).
        ReceiveCapa = "receive_capa",
        /// The answer to REPLCONF capa is awaited (6.2+).
        ReceiveCapaReply = "receive_capa_reply",
        /// The answer to REPLCONF rdb-no-compress is awaited (8.6).
        ReceiveCompReply = "receive_comp_reply",
        /// The answer to REPLCONF version is awaited (Valkey 8.0).
        ReceiveVersionReply = "receive_version_reply",
        /// The answer to PSYNC is awaited (up to 6.0).
        ReceivePsync = "receive_psync",
        /// The answer to PSYNC is awaited (6.2+).
        ReceivePsyncReply = "receive_psync_reply",
        /// The RDB is received, or loaded.
        Transfer = "transfer",
        /// The stream flows.
        Connected = "connected",
    }

    /// Where the way to a master ended: the request whose answer was awaited, as logs name it, or what came before and after the requests.
    pub enum HandshakeStep {
        /// The dial.
        Connect = "connect",
        /// PING.
        Ping = "PING",
        /// AUTH.
        Auth = "AUTH",
        /// REPLCONF listening-port.
        Port = "listening-port",
        /// REPLCONF ip-address.
        Ip = "ip-address",
        /// REPLCONF rdb-no-compress (8.6).
        Plain = "rdb-no-compress",
        /// REPLCONF capa.
        Capa = "capa",
        /// REPLCONF version (Valkey 8.0), which its log spells in capitals.
        Version = "VERSION",
        /// PSYNC.
        Psync = "PSYNC",
        /// The line before the RDB.
        Sync = "sync",
        /// The RDB.
        Transfer = "transfer",
        /// Loading the RDB.
        Load = "load",
    }

    /// An errno by its text, as Redis prints it.
    pub enum Errno {
        /// ECONNREFUSED.
        Refused = "Connection refused",
        /// EHOSTUNREACH.
        NoRoute = "No route to host",
        /// No errno: what the resolver says.
        UnknownHost = "Can't resolve the host name",
        /// ETIMEDOUT.
        TimedOut = "Connection timed out",
        /// ECONNRESET.
        Reset = "Connection reset by peer",
        /// 0, which an orderly close leaves where nothing failed before (7.0).
        Success = "Success",
        /// EINPROGRESS, which an orderly close leaves behind from the dial (up to 6.2, and while an RDB is parsed as its bytes come).
        InProgress = "Operation now in progress",
        /// EAGAIN, which an orderly close leaves behind from a look at the event loop while an RDB is parsed as its bytes come.
        Again = "Resource temporarily unavailable",
    }

    /// How a live link to a master ended.
    pub enum UpstreamEnd {
        /// This server closed it: a timeout, another master, a promotion, CLIENT KILL, a protocol error.
        Here = "closed here",
        /// The master closed it: FIN.
        Closed = "closed",
        /// RST, or the link was cut.
        Reset = "reset",
        /// The kernel gave up retransmitting.
        TimedOut = "timed out",
    }

    /// What a replica was waiting for when `repl-timeout` was over.
    pub enum UpstreamPhase {
        /// The dial, or an answer of the handshake.
        Connect = "connect",
        /// Bytes of the RDB.
        Transfer = "transfer",
        /// Bytes of the stream.
        Stream = "stream",
    }

    /// A replica's state as INFO of its master prints it.
    pub enum SessionState {
        /// It waits for a BGSAVE to start or to end.
        WaitBgsave = "wait_bgsave",
        /// The RDB is being sent.
        SendBulk = "send_bulk",
        /// The RDB is being sent over a second connection, and the stream beside it (8.0).
        BulkAndStream = "send_bulk_and_stream",
        /// The stream flows.
        Online = "online",
        /// It loads an RDB that came over a second connection, and the stream flows (Valkey 8.0).
        BgTransfer = "bg_transfer",
        /// It wanted nothing but the RDB, and has it (7.0).
        RdbTransmitted = "rdb_transmitted",
    }

    /// A replica's `replstate` in its master: finer than what INFO prints.
    pub enum SessionPhase {
        /// It waits for a BGSAVE to start.
        WaitBgsaveStart = "WAIT_BGSAVE_START",
        /// It waits for the running BGSAVE to end.
        WaitBgsaveEnd = "WAIT_BGSAVE_END",
        /// Its second connection is awaited, or what that one waits for (8.0).
        WaitRdbChannel = "WAIT_RDB_CHANNEL",
        /// The RDB is being sent from the file.
        SendBulk = "SEND_BULK",
        /// A child sends the RDB over its second connection, and the stream flows beside it (8.0).
        BulkAndStream = "SEND_BULK_AND_STREAM",
        /// The stream flows, or will at the first ACK.
        Online = "ONLINE",
        /// It loads an RDB that came over a second connection, and the stream flows (Valkey 8.0).
        BgRdbLoad = "BG_RDB_LOAD",
        /// It wanted nothing but the RDB, and has it (7.0).
        RdbTransmitted = "RDB_TRANSMITTED",
    }

    /// Why a master has a replica no longer.
    pub enum SessionEnd {
        /// The replica closed, its link was cut, or this server closes because its own stream becomes another one.
        Closed = "closed",
        /// RST, or the kernel gave up: the peer's address is no longer known.
        Reset = "reset",
        /// Silent for longer than `repl-timeout`.
        Timeout = "timeout",
        /// Its output buffer went over `client-output-buffer-limit`.
        OutputLimit = "output-limit",
        /// The BGSAVE that it waited for failed.
        BgsaveFailed = "bgsave-failed",
        /// It wanted nothing but the RDB, and has it.
        RdbOnly = "rdb-only",
        /// CLIENT KILL.
        Killed = "killed",
        /// It sent a command that would be answered (7.0).
        Answered = "answered",
    }

    /// What a child process does.
    pub enum ForkKind {
        /// It saves an RDB to the disk.
        Disk = "disk",
        /// It streams an RDB to waiting replicas.
        Sockets = "sockets",
        /// It rewrites the append-only file.
        Aof = "aof",
    }

    /// Why a backlog was freed.
    pub enum FreedWhy {
        /// The server follows another master (up to 3.2).
        Follows = "follows",
        /// The server became a master without replicas (up to 3.2).
        Promoted = "promoted",
        /// A full resynchronisation makes its stream another one.
        FullSync = "full-sync",
        /// Nobody was connected for `repl-backlog-ttl`.
        Ttl = "ttl",
    }

    /// The code of a refusal by the gate.
    pub enum RefusalCode {
        /// "operation not permitted": no AUTH yet (2.6).
        Err = "ERR",
        /// No AUTH yet.
        Noauth = "NOAUTH",
        /// More memory is used than `maxmemory`.
        Oom = "OOM",
        /// The last BGSAVE failed, and `stop-writes-on-bgsave-error` is set.
        Misconf = "MISCONF",
        /// Too few good replicas.
        Noreplicas = "NOREPLICAS",
        /// A write on a replica.
        Readonly = "READONLY",
        /// The link to the master is down, and `serve-stale-data` is not set.
        Masterdown = "MASTERDOWN",
        /// An RDB is being loaded.
        Loading = "LOADING",
    }

    /// The type of a value, by the word of TYPE.
    pub enum DataType {
        /// A string.
        String = "string",
        /// A list.
        List = "list",
        /// A set.
        Set = "set",
        /// A hash.
        Hash = "hash",
        /// Members ordered by score.
        ZSet = "zset",
        /// A stream (5.0).
        Stream = "stream",
    }

    /// What TCP says on a link beside payload, or what became of a dial.
    pub enum Control {
        /// A dial.
        Syn = "SYN",
        /// An orderly close.
        Fin = "FIN",
        /// A reset.
        Rst = "RST",
        /// A reset because the link was cut.
        Cut = "RST: the link is cut",
        /// A dial that was refused: nobody listens, or the link is cut.
        Refused = "RST: connection refused",
        /// A dial that was not answered: the kernel gave up.
        TimedOut = "timed out",
    }

    /// An invariant of a cluster; what each says stands in [`crate::check`].
    pub enum Invariant {
        /// Offsets never fall within one id.
        I1 = "I1",
        /// A replica's data are a state of its master's.
        I2 = "I2",
        /// A loaded RDB is the master's data at its offset.
        I3 = "I3",
        /// A backlog ends at the offset.
        I4 = "I4",
        /// acked ≤ had ≤ sent ≤ the master's offset.
        I7 = "I7",
    }
}

/// What is the matter with a machine's disk or children.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Nothing any more.
    None,
    /// Children work at this percentage of their rate.
    ChildSlow(u32),
    /// Children stop producing (SIGSTOP).
    ChildSilent,
    /// Children exit with an error.
    ChildFails,
    /// Writes fail with "No space left on device".
    DiskFull,
    /// fork(2) fails with "Cannot allocate memory": there is no child at all.
    ForkFails,
    /// The folder of its files is gone: none can be made in it, and none is renamed in it.
    FolderGone,
    /// The folder's file system takes no writes any more.
    FolderReadOnly,
}
impl Fault {
    /// One of each kind.
    pub const EACH: [Fault; 8] = [
        Fault::None,
        Fault::ChildSlow(10),
        Fault::ChildSilent,
        Fault::ChildFails,
        Fault::DiskFull,
        Fault::ForkFails,
        Fault::FolderGone,
        Fault::FolderReadOnly,
    ];
    /// What making a file in the folder of the process comes to.
    #[must_use]
    pub const fn folder(self) -> Folder {
        match self {
            Fault::FolderGone => Folder::Gone,
            Fault::FolderReadOnly => Folder::ReadOnly,
            _ => Folder::There,
        }
    }
}

/// The folder in which a process makes its files.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Folder {
    /// As it should be.
    #[default]
    There,
    /// ENOENT.
    Gone,
    /// EROFS.
    ReadOnly,
    /// EACCES.
    Denied,
}
impl Folder {
    /// Why no file can be made in it, as errno says it.
    #[must_use]
    pub const fn error(self) -> Option<&'static str> {
        match self {
            Folder::There => None,
            Folder::Gone => Some("No such file or directory"),
            Folder::ReadOnly => Some("Read-only file system"),
            Folder::Denied => Some("Permission denied"),
        }
    }
}
/// As scenarios write it: `child-slow 10`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::None => f.write_str("none"),
            Fault::ChildSlow(percent) => write!(f, "child-slow {percent}"),
            Fault::ChildSilent => f.write_str("child-silent"),
            Fault::ChildFails => f.write_str("child-fails"),
            Fault::DiskFull => f.write_str("disk-full"),
            Fault::ForkFails => f.write_str("fork-fails"),
            Fault::FolderGone => f.write_str("folder-gone"),
            Fault::FolderReadOnly => f.write_str("folder-read-only"),
        }
    }
}

impl SessionPhase {
    /// What INFO prints for it.
    #[must_use]
    pub const fn state(self) -> SessionState {
        match self {
            SessionPhase::WaitRdbChannel | SessionPhase::WaitBgsaveStart | SessionPhase::WaitBgsaveEnd => SessionState::WaitBgsave,
            SessionPhase::SendBulk => SessionState::SendBulk,
            SessionPhase::BulkAndStream => SessionState::BulkAndStream,
            SessionPhase::BgRdbLoad => SessionState::BgTransfer,
            SessionPhase::Online => SessionState::Online,
            SessionPhase::RdbTransmitted => SessionState::RdbTransmitted,
        }
    }
}

impl Control {
    /// Whether it ends a connection or a dial by force.
    #[must_use]
    pub const fn refuses(self) -> bool {
        match self {
            Control::Syn | Control::Fin => false,
            Control::Rst | Control::Cut | Control::Refused | Control::TimedOut => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    fn distinct<T: Named>() {
        let names: BTreeSet<&str> = T::ALL.iter().map(|one| one.name()).collect();
        assert_eq!(names.len(), T::ALL.len(), "{names:?}");
        assert!(names.iter().all(|name| !name.is_empty()));
    }

    #[test]
    fn no_two_values_of_a_set_share_a_name() {
        distinct::<Mark>();
        distinct::<ReplState>();
        distinct::<HandshakeStep>();
        distinct::<Errno>();
        distinct::<UpstreamEnd>();
        distinct::<UpstreamPhase>();
        distinct::<SessionState>();
        distinct::<SessionPhase>();
        distinct::<SessionEnd>();
        distinct::<ForkKind>();
        distinct::<FreedWhy>();
        distinct::<RefusalCode>();
        distinct::<Control>();
        distinct::<DataType>();
        distinct::<Invariant>();
        distinct::<crate::repl::psync::Reason>();
    }

    /// Scenario texts and links that are already out compare with these.
    #[test]
    fn names_stay_as_scenarios_wrote_them() {
        let names = |of: &[&dyn fmt::Display]| of.iter().map(alloc::string::ToString::to_string).collect::<alloc::vec::Vec<_>>().join(" ");
        assert_eq!(
            names(&[&SessionEnd::OutputLimit, &SessionEnd::BgsaveFailed, &SessionEnd::RdbOnly, &SessionEnd::Timeout]),
            "output-limit bgsave-failed rdb-only timeout"
        );
        assert_eq!(
            names(&[&FreedWhy::Ttl, &FreedWhy::FullSync, &FreedWhy::Follows, &FreedWhy::Promoted]),
            "ttl full-sync follows promoted"
        );
        assert_eq!(names(&[&ForkKind::Disk, &ForkKind::Sockets, &ForkKind::Aof]), "disk sockets aof");
        assert_eq!(names(&[&UpstreamPhase::Connect, &UpstreamPhase::Transfer, &UpstreamPhase::Stream]), "connect transfer stream");
        assert_eq!(names(&[&SessionState::WaitBgsave, &SessionState::Online, &ReplState::Connected]), "wait_bgsave online connected");
        assert_eq!(
            names(&Fault::EACH.each_ref().map(|fault| fault as _)),
            "none child-slow 10 child-silent child-fails disk-full fork-fails folder-gone folder-read-only"
        );
    }
}
