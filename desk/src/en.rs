//! Findings in English.

use crate::words::Words;

/// Each rule's sentences.
pub(crate) const RULES: &[(&str, Words)] = &[
    (
        "sync-replica",
        Words {
            title: "{replica} came by SYNC: it will never acknowledge, and its lag grows for ever.",
            why: "A replica sends an ACK each second; after a SYNC, which has no offset, it sends none. It comes to that when PSYNC was answered with an error (up to 3.2: LOADING or “not connected with my master” too), or when it is a 2.6. One that froze before its first ACK looks the same until repl-timeout.",
            cost: "The data arrive. But WAIT and min-replicas do not count it, Sentinel sees it last, and each break costs a full resync.",
            price: "Typed on the replica: one full resync, and the ACKs come.",
        },
    ),
    (
        "sync-fallback",
        Words {
            title: "It fell back to SYNC and got its data that way: no ACK from it, ever.",
            why: "PSYNC was answered {reply}; releases before 4.0 take any error for “PSYNC is unknown” and send SYNC. The master was ready by then.",
            cost: "The master shows offset=0 and a lag that grows for ever; WAIT and min-replicas do not count it; each break costs a full resync.",
            price: "On the replica: one full resync. From 4.0 on the replica waits instead.",
        },
    ),
    (
        "sync-sticky",
        Words {
            title: "It asks with an empty id: each reconnect ends in SYNC and a full resync.",
            why: "After a SYNC there is no id to ask with; PSYNC with an empty one has a word too few, and the error makes it fall back again.",
            cost: "A full resync at every break, and still no ACK.",
            price: "On the replica: one more full resync, the last of these.",
        },
    ),
    (
        "sync-diverged",
        Words {
            title: "The data of this replica have probably diverged: it was continued at a wrong place.",
            why: "After a SYNC it counts from -1 but keeps the old id, so it asks for an offset far too low, and the master accepts: commands run a second time.",
            cost: "Counters too high, lists too long, and both offsets agree afterwards: no line says so.",
            price: "On the replica: a full resync, which brings the master's data.",
        },
    ),
    (
        "refused",
        Words {
            title: "Nobody listens at {master}: the connection is refused.",
            why: "{error}: the host answers and no process has that port. The master is down, listens on another port, or only on 127.0.0.1.",
            cost: "Nothing is replicated; the replica tries again each second.",
            price: "",
        },
    ),
    (
        "unreachable",
        Words {
            title: "There is no way to {master}.",
            why: "{error}: the network or a firewall says so, not Redis.",
            cost: "Nothing is replicated; the replica tries again each second.",
            price: "",
        },
    ),
    (
        "name",
        Words {
            title: "The name of the master does not resolve.",
            why: "“Unable to connect” is said before anything was sent: the address has no meaning here. The words behind it ({error}) are a stale errno.",
            cost: "Nothing is replicated until the name resolves.",
            price: "",
        },
    ),
    (
        "dial-timeout",
        Words {
            title: "{master} takes the connection and says nothing.",
            why: "A frozen or stopped host still accepts connections; a firewall that drops packets looks the same.",
            cost: "Nothing is replicated; an attempt takes repl-timeout each.",
            price: "",
        },
    ),
    (
        "auth-missing",
        Words {
            title: "The master wants a password, and the replica has none.",
            why: "{reply}: masterauth is not set on this replica (or requirepass was set on the master later).",
            cost: "Nothing is replicated; from 6.2 on it tries thousands of times a second.",
            price: "On the replica, and in its redis.conf. CONFIG REWRITE keeps it.",
        },
    ),
    (
        "auth-wrong",
        Words {
            title: "The master refuses the replica's password.",
            why: "{reply}: masterauth is not what requirepass (or the user's password) is there.",
            cost: "Nothing is replicated; it tries again each second.",
            price: "On the replica, and in its redis.conf.",
        },
    ),
    (
        "auth-superfluous",
        Words {
            title: "The replica sends a password, and the master has none.",
            why: "{reply}: AUTH fails where no password is set, and that ends the handshake.",
            cost: "Nothing is replicated; it tries again each second.",
            price: "On the replica; or set requirepass on the master.",
        },
    ),
    (
        "no-permission",
        Words {
            title: "The master's user for replication may not do this.",
            why: "{reply}: an ACL user wants at least +psync +replconf +ping.",
            cost: "Nothing is replicated.",
            price: "On the master; ACL SAVE keeps it.",
        },
    ),
    (
        "master-loading",
        Words {
            title: "The master is loading its data; the replica waits.",
            why: "{reply}: it is answered so until the load is over.",
            cost: "Nothing is replicated until then. Before 4.0 a PSYNC at the wrong moment makes a SYNC replica of it.",
            price: "",
        },
    ),
    (
        "stale-master",
        Words {
            title: "The master is itself a replica whose link is down, and serves nothing meanwhile.",
            why: "{reply}: its serve-stale-data is no, and that refuses replication too.",
            cost: "The whole chain below stands still, and loses what would have made its next resync partial.",
            price: "On the node in the middle: clients read old data there.",
        },
    ),
    (
        "no-master-link",
        Words {
            title: "The node above is a replica that has no link to its own master yet.",
            why: "{reply}: the chain is broken one step up; look there.",
            cost: "Everything below waits.",
            price: "",
        },
    ),
    (
        "protected-mode",
        Words {
            title: "The master is in protected mode and talks to its own host alone.",
            why: "{reply}: no password, no bind: then 3.2 and later refuse other hosts.",
            cost: "Nothing is replicated.",
            price: "On the master: then masterauth on the replicas.",
        },
    ),
    (
        "master-misconf",
        Words {
            title: "The master could not save and refuses even PING.",
            why: "{reply}: its last BGSAVE failed, and stop-writes-on-bgsave-error is yes.",
            cost: "No write is taken, and no replica gets through a handshake.",
            price: "",
        },
    ),
    (
        "not-a-master",
        Words {
            title: "What answers there is no Redis that sends an RDB.",
            why: "The first byte should be $; it sent “{received}”. A wrong port, a proxy, or a reply that came too late.",
            cost: "Nothing is replicated.",
            price: "",
        },
    ),
    (
        "tls",
        Words {
            title: "One side speaks TLS and the other does not.",
            why: "“wrong version number” is what OpenSSL says of plain bytes.",
            cost: "Nothing is replicated.",
            price: "On the replica, with the TLS port as the master's port.",
        },
    ),
    (
        "link-down",
        Words {
            title: "The link to {master} is down ({down}); why is not in what was pasted.",
            why: "INFO says that it is down, the replica's log says why.",
            cost: "Its data are as old as the break.",
            price: "",
        },
    ),
    (
        "never-linked",
        Words {
            title: "It has never been linked to {master} since it started.",
            why: "-1 (or a whole unix time, up to 6.0) stands for never. A replica that was told a second ago shows it too.",
            cost: "Sentinel will not promote it. Its data are its own, if it has any.",
            price: "",
        },
    ),
    (
        "same-address",
        Words {
            title: "Two replicas stand at the same address, {address}.",
            why: "They are behind NAT (Docker's bridge), or announce the same port.",
            cost: "Sentinel and clients see one of them, and may reach neither.",
            price: "On each replica: an address that others can reach (3.2.2 and later).",
        },
    ),
    (
        "waits-for-bgsave",
        Words {
            title: "{replica} waits for an RDB to be made ({since}).",
            why: "A full resync begins with a child that writes; the master sends a line end each second meanwhile, so a disk child may take as long as it likes.",
            cost: "A fork, a write of the whole dataset, and a buffer that grows by every write.",
            price: "",
        },
    ),
    (
        "sends-rdb",
        Words {
            title: "{replica} is getting the RDB.",
            why: "send_bulk: bytes flow. One sample does not tell whether they still do.",
            cost: "Every write is kept for it until it is online.",
            price: "",
        },
    ),
    (
        "receives-rdb",
        Words {
            title: "It receives an RDB: {left} left, {rate}, done in {eta}.",
            why: "A full resync is under way. A second INFO tells how fast.",
            cost: "Until the end it has old data, or none.",
            price: "",
        },
    ),
    (
        "transfer-stalls",
        Words {
            title: "The RDB has not moved for {silent}.",
            why: "At {timeout} it gives up and begins again. A diskless child that is busy with one key sends nothing; neither does a stalled link.",
            cost: "A transfer that is given up is a fork and a dataset for nothing.",
            price: "",
        },
    ),
    (
        "loads",
        Words {
            title: "It is loading data into memory.",
            why: "loading:1: clients get LOADING until it is done.",
            cost: "No reads and no writes there.",
            price: "",
        },
    ),
    (
        "limit-loop",
        Words {
            title: "A full resync that never ends: the replica is thrown out before it is done.",
            why: "cmd=psync is a replica that has sent no ACK yet. {omem} waited after {age}: {rate} of writes. Rounds seen: {rounds}. It is not repl-timeout: raising that changes nothing here.",
            cost: "A fork and a whole dataset for each round, and no replica meanwhile.",
            price: "On the master: room for rate × (save + send + load), here with some margin {need}. Price: as much memory while it syncs.",
        },
    ),
    (
        "limit-once",
        Words {
            title: "A replica that was still syncing was closed by the output buffer limit.",
            why: "{omem} waited after {age}: {rate} of writes were more than the limit has room for.",
            cost: "That transfer was for nothing; the next one meets the same limit.",
            price: "On the master. Price: up to {need} of memory while it syncs.",
        },
    ),
    (
        "limit-online",
        Words {
            title: "An online replica was too slow and was closed by the output buffer limit.",
            why: "cmd=replconf: it had sent ACKs. {omem} waited for it.",
            cost: "It comes back: partially if the backlog still has it, else in full.",
            price: "On the master. Price: memory. It does not make the replica faster.",
        },
    ),
    (
        "silent-child",
        Words {
            title: "A diskless child sent nothing for longer than repl-timeout, and the replica gave up (× {rounds}).",
            why: "Once a diskless child runs, no line ends are sent: one huge key, slow disk reads or a stopped child are silence.",
            cost: "It begins again for ever, with a fork each time.",
            price: "On the master: to disk, where line ends are sent; or a longer repl-timeout on the replica.",
        },
    ),
    (
        "stalled-transfer",
        Words {
            title: "The transfer of the RDB stood still for longer than repl-timeout (× {rounds}).",
            why: "It had begun and then nothing came: repl-timeout measures silence, not duration. It is the link, or a master that sends nothing.",
            cost: "The whole transfer begins again.",
            price: "",
        },
    ),
    (
        "transfer-timeout",
        Words {
            title: "The replica gave up waiting for the RDB (× {rounds}).",
            why: "Nothing of it had come. Three causes look like this from here: the master closed it for its output buffer while a child held the socket; a silent diskless child; a dead link. The master's log at that time tells.",
            cost: "A full resync for nothing.",
            price: "",
        },
    ),
    (
        "rdb-version",
        Words {
            title: "The replica is older than its master and cannot read its RDB (version {version}).",
            why: "A release reads RDBs of its own version and older ones.",
            cost: "It is already empty: the old data went before the load. And it begins again, at once.",
            price: "On the replica: this stops the loop; it does not bring data back. Upgrade replicas first.",
        },
    ),
    (
        "rdb-broken",
        Words {
            title: "What the master sent cannot be loaded.",
            why: "The RDB is cut short or broken.",
            cost: "The old data are gone, and it begins again.",
            price: "",
        },
    ),
    (
        "disk-full",
        Words {
            title: "The disk is full: the RDB cannot be written.",
            why: "No space left on device. A file is written beside the old one: it wants its size a second time.",
            cost: "No full resync, no saving; with stop-writes-on-bgsave-error yes no writes either.",
            price: "",
        },
    ),
    (
        "fork-failed",
        Words {
            title: "fork(2) failed: no child, no full resync.",
            why: "The kernel refuses to promise the memory a second time.",
            cost: "Replicas that need a full resync wait for ever.",
            price: "On the host: the kernel then promises more than it has.",
        },
    ),
    (
        "child-killed",
        Words {
            title: "The child that wrote the RDB was killed (signal {signal}).",
            why: "9 is mostly the kernel's out-of-memory killer: copies of written pages came on top.",
            cost: "The full resync begins again, and dies again.",
            price: "",
        },
    ),
    (
        "dropped-while-sending",
        Words {
            title: "{replica} was dropped while bytes of its RDB were still on the way.",
            why: "It counts as online when the kernel has the last byte; then an ACK must come within repl-timeout, but it is still receiving or loading.",
            cost: "It loads, finds the link dead, and asks again: partially if the backlog has it.",
            price: "On the master: longer than the slowest link needs for what sockets hold.",
        },
    ),
    (
        "resync-loop",
        Words {
            title: "The same replica was resynced in full {rounds} times, and no cause is in this log.",
            why: "Causes: output buffer limit, a silent child, a stalled link. The other side's log has it.",
            cost: "A fork and a whole dataset each time.",
            price: "",
        },
    ),
    (
        "resyncs-counted",
        Words {
            title: "{rounds} full resync(s) between the two samples.",
            why: "sync_full has grown.",
            cost: "A fork and a whole dataset each.",
            price: "",
        },
    ),
    (
        "no-replicas",
        Words {
            title: "Writes are refused: {good} good replicas of {replicas}.",
            why: "Good is online with a lag within min-replicas-max-lag; the count is made once a second and kept until then. Offsets do not matter, and a SYNC replica is never good.",
            cost: "NOREPLICAS for every write.",
            price: "On the master: writes are taken, and are on no other node.",
        },
    ),
    (
        "read-only",
        Words {
            title: "A write went to a replica.",
            why: "READONLY: the client has the wrong server. After a failover it may still hold the old address.",
            cost: "That write did not happen.",
            price: "",
        },
    ),
    (
        "master-down",
        Words {
            title: "A replica refuses reads while its link is down.",
            why: "MASTERDOWN: replica-serve-stale-data is no.",
            cost: "Reads fail until the link is back.",
            price: "",
        },
    ),
    (
        "loading",
        Words {
            title: "A server refuses commands while it loads.",
            why: "LOADING: after a start or a full resync.",
            cost: "It passes by itself.",
            price: "",
        },
    ),
    (
        "misconf",
        Words {
            title: "Writes are refused, for the last save failed.",
            why: "MISCONF: the disk, mostly.",
            cost: "No write, and no handshake of replicas.",
            price: "",
        },
    ),
    (
        "over-memory",
        Words {
            title: "Writes are refused: maxmemory is reached.",
            why: "Buffers of replicas are not counted, data and backlog are (7.0).",
            cost: "No write that takes memory.",
            price: "",
        },
    ),
    (
        "unblocked",
        Words {
            title: "A blocked client was let go, for its master became a replica.",
            why: "The role changed under it.",
            cost: "The client has to connect to the new master.",
            price: "",
        },
    ),
    (
        "writable-replica",
        Words {
            title: "This replica takes writes of clients: its data can drift.",
            why: "slave_read_only:0. What is written here is in no stream.",
            cost: "It differs from its master until the next full resync, which takes those writes away.",
            price: "On the replica: writes are refused there. What is different stays.",
        },
    ),
    (
        "silent-replica",
        Words {
            title: "{replica} has not acknowledged for {lag}.",
            why: "An ACK comes each second. It is frozen, in one long command, flushing or swapping, or the link swallows bytes. lag is silence, not delay.",
            cost: "It is dropped when the lag passes {timeout}; until then its output is kept in memory.",
            price: "",
        },
    ),
    (
        "slow-replica",
        Words {
            title: "{replica} falls behind: {gap}, and {was} before.",
            why: "It acknowledges each second (small lag), but less than is written: {rate}; it is {behind} behind. Slow commands there, or a link too narrow.",
            cost: "Reads there are that old. The rest waits in the output buffer until its limit closes it.",
            price: "",
        },
    ),
    (
        "gap",
        Words {
            title: "{replica} is {gap} behind.",
            why: "One sample does not tell a burst from a replica that is too slow.",
            cost: "Reads there are as old as that.",
            price: "",
        },
    ),
    (
        "silent-master",
        Words {
            title: "The master has been silent for {silent}, and should speak each {period}.",
            why: "last_io is the age of the master's last byte; a PING comes even without writes. It is frozen, or the link swallows bytes.",
            cost: "At {timeout} the replica gives the link up.",
            price: "",
        },
    ),
    (
        "ping-period",
        Words {
            title: "An idle link times out again and again ({rounds} times), and each time comes back partially.",
            why: "The master pings less often than repl-timeout allows: period ≥ timeout + 2 s. It never grows into full resyncs.",
            cost: "Short breaks; nothing is lost.",
            price: "The period on the master, the timeout on both.",
        },
    ),
    (
        "master-froze",
        Words {
            title: "The master fell silent and does not answer since.",
            why: "“MASTER timeout”, and no link since then: a frozen or stopped process still takes connections.",
            cost: "Nothing is replicated.",
            price: "",
        },
    ),
    (
        "replica-dropped",
        Words {
            title: "{replica} was silent for longer than repl-timeout, and was dropped.",
            why: "No ACK: frozen, one long step (a flush, a script, swap), or a link that swallows bytes. A long load alone does not do it from 2.8.3 on.",
            cost: "It comes back: partially if the backlog still has it.",
            price: "",
        },
    ),
    (
        "link-broke",
        Words {
            title: "A live link broke, and is whole again.",
            why: "This side saw only that it ended. The master's log says whether it closed it.",
            cost: "A partial resync, or a full one.",
            price: "",
        },
    ),
    (
        "backlog-lack",
        Words {
            title: "The backlog ({size}) did not reach back to byte {asked}: hence a full resync.",
            why: "{replica} asked for what had been overwritten, or there was no backlog.",
            cost: "A fork and a whole dataset for some bytes.",
            price: "On the master: write rate × longest outage × 2. Up to 6.2 the change empties it: do it while all replicas are online.",
        },
    ),
    (
        "backlog-freed",
        Words {
            title: "The backlog was freed after {ttl} s without replicas.",
            why: "repl-backlog-ttl. From 4.0.3 on the id changes too, so that nobody continues by mistake.",
            cost: "Whoever comes back needs a full resync, even with nothing missed.",
            price: "On the master: 0 keeps it. Price: its memory.",
        },
    ),
    (
        "backlog-inactive",
        Words {
            title: "This master has no backlog: the next replica needs a full resync.",
            why: "It never had a replica, or repl-backlog-ttl freed it.",
            cost: "Nothing as long as no replica is away.",
            price: "On the master: keeps the next one.",
        },
    ),
    (
        "backlog-resized",
        Words {
            title: "The backlog was emptied by a change of its size: {old} before, {new} now.",
            why: "Up to 6.2 every change, larger or smaller, throws it away.",
            cost: "A replica that is away right now needs a full resync.",
            price: "",
        },
    ),
    (
        "backlog-full",
        Words {
            title: "The backlog is full, as it should be: {size} at {rate} cover {covers}.",
            why: "histlen is history, not debt.",
            cost: "A longer outage ends in a full resync.",
            price: "",
        },
    ),
    (
        "master-emptied",
        Words {
            title: "The master was restarted, and may be empty: then its replicas are about to be emptied.",
            why: "It has a new id, and nothing or next to nothing was loaded at its start.",
            cost: "A full resync copies an empty dataset over the last good one.",
            price: "",
        },
    ),
    (
        "id-restart",
        Words {
            title: "The master was restarted and has another id: hence a full resync.",
            why: "It was asked for {asked}. Ids up to 3.2 are the process's; 4.0 to 6.2 do not take theirs over a restart, 7.0 does.",
            cost: "A full resync for each replica.",
            price: "",
        },
    ),
    (
        "id-mismatch",
        Words {
            title: "A replica asked with an id that this master does not have; why is not in this log.",
            why: "A fresh replica of 4.0 or later asks with an id of its own: then nothing is wrong, and sync_partial_err counts it all the same. Else the master was restarted, failed over, or lost its backlog.",
            cost: "One full resync.",
            price: "",
        },
    ),
    (
        "denied-fresh",
        Words {
            title: "“Partial resynchronization not accepted” is none here: the replica was new.",
            why: "From 4.0 on a server that becomes a replica asks with its own id, just in case.",
            cost: "sync_partial_err is 1 too high.",
            price: "",
        },
    ),
    (
        "second-id",
        Words {
            title: "This replica was ahead of the one that was promoted: {lost} are lost.",
            why: "It asked for {asked}; the new master knows the old history up to {until}. The full resync is right. Multiples of 14 are PINGs.",
            cost: "Those bytes exist no more, and one full resync.",
            price: "",
        },
    ),
    (
        "ahead",
        Words {
            title: "{replica} asked for bytes that its master has not written.",
            why: "The master lost data (a restart from an older file), or another history. A replica that has all also “is ahead” where there is no backlog.",
            cost: "What it has more is thrown away by the full resync.",
            price: "",
        },
    ),
    (
        "aof-restart",
        Words {
            title: "The replica was restarted with AOF on: hence a full resync.",
            why: "Id and offset stand in the RDB, and it loads the AOF.",
            cost: "A full resync at each restart of this replica.",
            price: "",
        },
    ),
    (
        "first-contact",
        Words {
            title: "It had nothing to continue from: first contact, or a restart, or another master.",
            why: "“no cached master”. Up to 3.2 every restart and every SLAVEOF does that.",
            cost: "A full resync, which is right.",
            price: "",
        },
    ),
    (
        "cut-again",
        Words {
            title: "A replica came back having missed next to nothing ({bytes} B) (× {rounds}).",
            why: "Somebody cuts an idle link: a proxy's or firewall's timeout, CLIENT KILL, repl-timeout below the ping period. It is not the backlog.",
            cost: "Short breaks.",
            price: "",
        },
    ),
    (
        "expired-kept",
        Words {
            title: "The replica has {more} keys and the master {keys}: the rest have expired and wait for the master's DEL.",
            why: "A replica does not expire keys itself, and DBSIZE counts them until then.",
            cost: "None; up to 3.0 GET still serves them.",
            price: "",
        },
    ),
    (
        "keys-differ",
        Words {
            title: "The offsets agree, and the keys do not: {keys} on the master, {more} on the replica.",
            why: "Nothing expires there. Writes on the replica, or a continuation at a wrong place.",
            cost: "Reads there are wrong.",
            price: "On the replica: a full resync.",
        },
    ),
    (
        "own-offset",
        Words {
            title: "master_repl_offset ({own}) is this replica's own counter, not its place in the stream ({stream}).",
            why: "Up to 3.2 a replica writes a stream of its own for its sub-replicas.",
            cost: "None, unless a monitor subtracts it.",
            price: "",
        },
    ),
    (
        "stream-errors",
        Words {
            title: "Commands of the replication stream fail: {command} {error}",
            why: "Master and replica disagree about the data, or a replica asks what it should not.",
            cost: "They have diverged, or are about to.",
            price: "On the replica: a full resync.",
        },
    ),
    (
        "stream-corrupt",
        Words {
            title: "The stream had bytes in it that no master sends.",
            why: "A proxy, a wrong continuation, or something else on that port.",
            cost: "The link is closed, and a full resync follows.",
            price: "",
        },
    ),
    (
        "versions",
        Words {
            title: "The replica ({replica}) is older than its master ({master}) and cannot read its RDB.",
            why: "A release reads RDBs of its own version and older ones.",
            cost: "At the next full resync it empties itself and begins again for ever.",
            price: "",
        },
    ),
    (
        "oom-killed",
        Words {
            title: "The kernel killed the server (pid {pid}): out of memory.",
            why: "Dataset, copies of written pages and buffers were more than the host has.",
            cost: "Whatever was not saved; replicas wait.",
            price: "",
        },
    ),
    (
        "crashed",
        Words { title: "The process ended by itself.", why: "It says so in its last lines.", cost: "Whatever was not saved.", price: "" },
    ),
    (
        "aof-off",
        Words {
            title: "The append-only file cannot be written after the sync.",
            why: "The disk, or a child in the way.",
            cost: "From 5.0 on the process exits at the tenth failure.",
            price: "",
        },
    ),
    (
        "priority-zero",
        Words {
            title: "Its priority is 0: Sentinel never promotes it.",
            why: "slave_priority:0 is a choice.",
            cost: "If it is the only one, there is no failover.",
            price: "",
        },
    ),
    (
        "cascade",
        Words {
            title: "It is a replica with {count} replica(s) of its own.",
            why: "A chain: they depend on its link. From 4.0 on it sends no PING of its own.",
            cost: "If its link breaks, everything below falls silent too.",
            price: "",
        },
    ),
    (
        "swapdb",
        Words {
            title: "It loads beside the old data and swaps.",
            why: "repl-diskless-load swapdb.",
            cost: "Both datasets are in memory meanwhile.",
            price: "",
        },
    ),
    (
        "just-started",
        Words {
            title: "The process is {up} old.",
            why: "uptime_in_seconds: a restart, or a loop of them.",
            cost: "What it says of links began then.",
            price: "",
        },
    ),
];
