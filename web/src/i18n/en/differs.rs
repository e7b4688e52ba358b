//! English: where a node differs from a real server.

use crate::i18n::differs::Differs;

pub(crate) const DIFFERS: Differs = Differs {
    title: "Where a node differs from a real server",
    lead: "What is known. Everything else is meant to be as Redis does it, byte for byte and word for word; where it is not, that is a bug.",
    list: [
        "Each line is one release: 2.6.17, 2.8.24, 3.0.7, 3.2.13, 4.0.14, 5.0.14, 6.2.14, 7.0.15, 7.2.6, 7.4.1, 8.0.6, 8.2.3, 8.6.3, and of Valkey 8.0.1, 8.1.8, 9.0.0, 9.1.2. What earlier ones of a line did otherwise is not there.",
        "Not here, and refused by name: clustering, SENTINEL (a scenario has sentinels of its own), scripts and functions, commands on streams, sharded Pub/Sub, HyperLogLogs, places, bit fields, BITOP, LCS, DUMP and RESTORE, MIGRATE, SLOWLOG, LATENCY, MEMORY, modules, ACL. There is one password, and no TLS, RESP 3 or keyspace notifications.",
        "No append-only file (AOF) is written or read. A rewrite occupies the server as its child does; a server with appendonly yes starts empty.",
        "maxmemory refuses what needs memory, and evicts nothing: of the policies there is noeviction alone, any other is refused by name (2.6 and 2.8 begin with volatile-lru, and behave as if no key had a time to live). used_memory is an estimate.",
        "OBJECT IDLETIME is refused, for no access times are kept; OBJECT FREQ always answers that no LFU policy is selected.",
        "Keys, members and fields come in another order than that of Redis's hash tables.",
        "INFO has the fields around replication and a choice of the others; figures of memory are estimates.",
        "COMMAND DOCS is empty.",
        "DEBUG has CHANGE-REPL-ID, DIGEST, DIGEST-VALUE, OBJECT, PAUSE-CRON, POPULATE, RELOAD, REPLICATE, SEGFAULT, SET-ACTIVE-EXPIRE and SLEEP, each in its releases; any other word is refused as one that nobody knows; LOADAOF, RESTART and CRASH-AND-RECOVER by name. DEBUG and the protected directives of 7.0 need no permission.",
        "Directives that are about something else than replication are kept and shown, and have no effect; so are the thresholds of encodings. resync-node listens on no Unix socket, and its children are threads: no process has the pid that its log gives them, and none can be killed alone.",
        "DEBUG RELOAD is refused during a load.",
        "A node of a scenario has a redis.conf of what the scenario says, without remarks; CONFIG REWRITE changes it, and the next process begins with it. Directives without effect keep their lines; those of resync-node's command line are not added.",
        "In a scenario a node up to 5.0 has the default save points although its configuration names none.",
        "The time of a signal is the moment it comes, not the next tick of the server's clock.",
        "INCRBYFLOAT adds as the 80-bit numbers of x86 do, on every machine.",
        "A replica of Valkey 9 downloads its RDB as 8.1 does, without a thread of its own.",
        "Sizes are bounded: 64 MB a value, not 512, and a page has less memory than a server.",
    ],
};
