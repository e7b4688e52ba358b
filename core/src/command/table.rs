//! The one table of commands: name, since when, arity, flags, keys, and what runs.

use super::context::run;
use super::spec::{Flags, Run, ServerCmd, Spec};
use super::{field_times, hashes, keys, lists, objects, sets, sort, strings, zset_algebra, zsets};
use crate::era::Era::{self, V2_6, V2_8, V3_0, V3_2, V4_0, V5_0, V6_2, V7_0, V7_2, V7_4, V8_0, V8_6, Valkey9_0, Valkey9_1};

/// How many words a command takes: the same in all eras, or by era.
macro_rules! arity {
    ($n:literal) => {
        &[(V2_6, $n)]
    };
    ($($n:literal from $era:ident),+) => {
        &[$(($era, $n)),+]
    };
}
macro_rules! data {
    ($name:literal, $since:ident, [$($arity:tt)+], $flags:ident, $keys:expr, $run:path) => {
        Spec {
            name: $name,
            since: ($since, None),
            arity: arity!($($arity)+),
            flags: $flags,
            keys: $keys,
            run: Run::Data(|d, args| run(d, args, $run)),
        }
    };
}
/// A data command that Valkey got by itself.
macro_rules! both {
    ($name:literal, $since:ident and $valkey:ident, $arity:literal, $flags:ident, $keys:expr, $run:path) => {
        Spec {
            name: $name,
            since: ($since, Some($valkey)),
            arity: arity!($arity),
            flags: $flags,
            keys: $keys,
            run: Run::Data(|d, args| run(d, args, $run)),
        }
    };
}
macro_rules! server {
    ($name:literal, $since:ident, [$($arity:tt)+], $flags:expr, $run:ident) => {
        Spec { name: $name, since: ($since, None), arity: arity!($($arity)+), flags: $flags, keys: (0, 0, 0), run: Run::Server(ServerCmd::$run) }
    };
}

const NONE: Flags =
    Flags { write: false, readonly: false, loading: false, stale: false, no_multi: false, no_auth: false, admin: false, waits: false };
const fn write(_: Era) -> Flags {
    Flags { write: true, ..NONE }
}
const fn waits(_: Era) -> Flags {
    Flags { write: true, waits: true, ..NONE }
}
const fn reads(_: Era) -> Flags {
    Flags { readonly: true, ..NONE }
}

/// One key, the first word.
const ONE: (i32, i32, i32) = (1, 1, 1);
/// Two keys.
const TWO: (i32, i32, i32) = (1, 2, 1);
/// All words are keys.
const ALL: (i32, i32, i32) = (1, -1, 1);
/// Every second word is a key.
const PAIRS: (i32, i32, i32) = (1, -1, 2);
/// All words but the last are keys.
const BUT_LAST: (i32, i32, i32) = (1, -2, 1);
const NO: (i32, i32, i32) = (0, 0, 0);

/// All commands of all eras.
static TABLE: &[Spec] = &[
    // Strings.
    data!("get", V2_6, [2], reads, ONE, strings::get),
    data!("set", V2_6, [-3], write, ONE, strings::set),
    data!("setnx", V2_6, [3], write, ONE, strings::setnx),
    data!("setex", V2_6, [4], write, ONE, strings::setex),
    data!("psetex", V2_6, [4], write, ONE, strings::psetex),
    data!("append", V2_6, [3], write, ONE, strings::append),
    data!("strlen", V2_6, [2], reads, ONE, strings::strlen),
    data!("setrange", V2_6, [4], write, ONE, strings::setrange),
    data!("getrange", V2_6, [4], reads, ONE, strings::getrange),
    data!("substr", V2_6, [4], reads, ONE, strings::getrange),
    data!("incr", V2_6, [2], write, ONE, strings::incr),
    data!("decr", V2_6, [2], write, ONE, strings::decr),
    data!("incrby", V2_6, [3], write, ONE, strings::incrby),
    data!("decrby", V2_6, [3], write, ONE, strings::decrby),
    data!("incrbyfloat", V2_6, [3], write, ONE, strings::incrbyfloat),
    data!("setbit", V2_6, [4], write, ONE, strings::setbit),
    data!("getbit", V2_6, [3], reads, ONE, strings::getbit),
    data!("bitcount", V2_6, [-2], reads, ONE, strings::bitcount),
    data!("getset", V2_6, [3], write, ONE, strings::getset),
    data!("getdel", V6_2, [2], write, ONE, strings::getdel),
    data!("getex", V6_2, [-2], write, ONE, strings::getex),
    data!("mget", V2_6, [-2], reads, ALL, strings::mget),
    data!("mset", V2_6, [-3], write, PAIRS, strings::mset),
    data!("msetnx", V2_6, [-3], write, PAIRS, strings::msetnx),
    both!("msetex", V8_6 and Valkey9_1, -4, write, NO, strings::msetex),
    data!("delex", V8_6, [-2], write, ONE, strings::delex),
    // Keys and databases.
    data!("del", V2_6, [-2], write, ALL, keys::del),
    data!("unlink", V4_0, [-2], write, ALL, keys::unlink),
    data!("exists", V2_6, [2 from V2_6, -2 from V3_0], reads, ALL, keys::exists),
    data!("touch", V3_2, [-2], reads, ALL, keys::touch),
    data!("type", V2_6, [2], reads, ONE, keys::type_of),
    data!("keys", V2_6, [2], reads, NO, keys::keys),
    data!("scan", V2_8, [-2], reads, NO, keys::scan),
    data!("randomkey", V2_6, [1], reads, NO, keys::randomkey),
    data!("dbsize", V2_6, [1], reads, NO, keys::dbsize),
    data!("rename", V2_6, [3], write, TWO, keys::rename),
    data!("renamenx", V2_6, [3], write, TWO, keys::renamenx),
    data!("move", V2_6, [3], write, ONE, keys::move_key),
    data!("copy", V6_2, [-3], write, TWO, keys::copy),
    data!("expire", V2_6, [3 from V2_6, -3 from V7_0], write, ONE, keys::expire),
    data!("pexpire", V2_6, [3 from V2_6, -3 from V7_0], write, ONE, keys::pexpire),
    data!("expireat", V2_6, [3 from V2_6, -3 from V7_0], write, ONE, keys::expireat),
    data!("pexpireat", V2_6, [3 from V2_6, -3 from V7_0], write, ONE, keys::pexpireat),
    data!("ttl", V2_6, [2], reads, ONE, keys::ttl),
    data!("pttl", V2_6, [2], reads, ONE, keys::pttl),
    data!("expiretime", V7_0, [2], reads, ONE, keys::expiretime),
    data!("pexpiretime", V7_0, [2], reads, ONE, keys::pexpiretime),
    data!("persist", V2_6, [2], write, ONE, keys::persist),
    data!("flushdb", V2_6, [1 from V2_6, -1 from V4_0], write, NO, keys::flushdb),
    data!("flushall", V2_6, [1 from V2_6, -1 from V4_0], write, NO, keys::flushall),
    data!("swapdb", V4_0, [3], write, NO, keys::swapdb),
    data!("object", V2_6, [3 from V2_6, -2 from V4_0], reads, (2, 2, 1), objects::object),
    data!("sort", V2_6, [-2], write, ONE, sort::sort),
    data!("sort_ro", V7_0, [-2], reads, ONE, sort::sort_ro),
    // Lists.
    data!("lpush", V2_6, [-3], write, ONE, lists::lpush),
    data!("rpush", V2_6, [-3], write, ONE, lists::rpush),
    data!("lpushx", V2_6, [3 from V2_6, -3 from V4_0], write, ONE, lists::lpushx),
    data!("rpushx", V2_6, [3 from V2_6, -3 from V4_0], write, ONE, lists::rpushx),
    data!("lpop", V2_6, [2 from V2_6, -2 from V6_2], write, ONE, lists::lpop),
    data!("rpop", V2_6, [2 from V2_6, -2 from V6_2], write, ONE, lists::rpop),
    data!("llen", V2_6, [2], reads, ONE, lists::llen),
    data!("lrange", V2_6, [4], reads, ONE, lists::lrange),
    data!("lindex", V2_6, [3], reads, ONE, lists::lindex),
    data!("lset", V2_6, [4], write, ONE, lists::lset),
    data!("ltrim", V2_6, [4], write, ONE, lists::ltrim),
    data!("lrem", V2_6, [4], write, ONE, lists::lrem),
    data!("linsert", V2_6, [5], write, ONE, lists::linsert),
    data!("rpoplpush", V2_6, [3], write, TWO, lists::rpoplpush),
    data!("lmove", V6_2, [5], write, TWO, lists::lmove),
    data!("lpos", V6_2, [-3], reads, ONE, lists::lpos),
    data!("lmpop", V7_0, [-4], write, NO, lists::lmpop),
    data!("blpop", V2_6, [-3], waits, BUT_LAST, lists::blpop),
    data!("brpop", V2_6, [-3], waits, BUT_LAST, lists::brpop),
    data!("brpoplpush", V2_6, [4], waits, TWO, lists::brpoplpush),
    data!("blmove", V6_2, [6], waits, TWO, lists::blmove),
    data!("blmpop", V7_0, [-5], waits, NO, lists::blmpop),
    // Hashes.
    data!("hset", V2_6, [4 from V2_6, -4 from V4_0], write, ONE, hashes::hset),
    data!("hmset", V2_6, [-4], write, ONE, hashes::hmset),
    data!("hsetnx", V2_6, [4], write, ONE, hashes::hsetnx),
    data!("hget", V2_6, [3], reads, ONE, hashes::hget),
    data!("hmget", V2_6, [-3], reads, ONE, hashes::hmget),
    data!("hgetall", V2_6, [2], reads, ONE, hashes::hgetall),
    data!("hkeys", V2_6, [2], reads, ONE, hashes::hkeys),
    data!("hvals", V2_6, [2], reads, ONE, hashes::hvals),
    data!("hdel", V2_6, [-3], write, ONE, hashes::hdel),
    data!("hlen", V2_6, [2], reads, ONE, hashes::hlen),
    data!("hexists", V2_6, [3], reads, ONE, hashes::hexists),
    data!("hstrlen", V3_2, [3], reads, ONE, hashes::hstrlen),
    data!("hincrby", V2_6, [4], write, ONE, hashes::hincrby),
    both!("hexpire", V7_4 and Valkey9_0, -6, write, ONE, field_times::hexpire),
    both!("hpexpire", V7_4 and Valkey9_0, -6, write, ONE, field_times::hpexpire),
    both!("hexpireat", V7_4 and Valkey9_0, -6, write, ONE, field_times::hexpireat),
    both!("hpexpireat", V7_4 and Valkey9_0, -6, write, ONE, field_times::hpexpireat),
    both!("httl", V7_4 and Valkey9_0, -5, reads, ONE, field_times::httl),
    both!("hpttl", V7_4 and Valkey9_0, -5, reads, ONE, field_times::hpttl),
    both!("hexpiretime", V7_4 and Valkey9_0, -5, reads, ONE, field_times::hexpiretime),
    both!("hpexpiretime", V7_4 and Valkey9_0, -5, reads, ONE, field_times::hpexpiretime),
    both!("hpersist", V7_4 and Valkey9_0, -5, write, ONE, field_times::hpersist),
    both!("hsetex", V8_0 and Valkey9_0, -6, write, ONE, field_times::hsetex),
    both!("hgetex", V8_0 and Valkey9_0, -5, write, ONE, field_times::hgetex),
    both!("hgetdel", V8_0 and Valkey9_1, -5, write, ONE, field_times::hgetdel),
    data!("hincrbyfloat", V2_6, [4], write, ONE, hashes::hincrbyfloat),
    data!("hrandfield", V6_2, [-2], reads, ONE, hashes::hrandfield),
    data!("hscan", V2_8, [-3], reads, ONE, hashes::hscan),
    // Sets.
    data!("sadd", V2_6, [-3], write, ONE, sets::sadd),
    data!("srem", V2_6, [-3], write, ONE, sets::srem),
    data!("smembers", V2_6, [2], reads, ONE, sets::smembers),
    data!("sismember", V2_6, [3], reads, ONE, sets::sismember),
    data!("smismember", V6_2, [-3], reads, ONE, sets::smismember),
    data!("scard", V2_6, [2], reads, ONE, sets::scard),
    data!("spop", V2_6, [2 from V2_6, -2 from V3_2], write, ONE, sets::spop),
    data!("srandmember", V2_6, [-2], reads, ONE, sets::srandmember),
    data!("smove", V2_6, [4], write, TWO, sets::smove),
    data!("sinter", V2_6, [-2], reads, ALL, sets::sinter),
    data!("sunion", V2_6, [-2], reads, ALL, sets::sunion),
    data!("sdiff", V2_6, [-2], reads, ALL, sets::sdiff),
    data!("sinterstore", V2_6, [-3], write, ALL, sets::sinterstore),
    data!("sunionstore", V2_6, [-3], write, ALL, sets::sunionstore),
    data!("sdiffstore", V2_6, [-3], write, ALL, sets::sdiffstore),
    data!("sintercard", V7_0, [-3], reads, NO, sets::sintercard),
    data!("sscan", V2_8, [-3], reads, ONE, sets::sscan),
    // Sorted sets.
    data!("zadd", V2_6, [-4], write, ONE, zsets::zadd),
    data!("zincrby", V2_6, [4], write, ONE, zsets::zincrby),
    data!("zrem", V2_6, [-3], write, ONE, zsets::zrem),
    data!("zscore", V2_6, [3], reads, ONE, zsets::zscore),
    data!("zmscore", V6_2, [-3], reads, ONE, zsets::zmscore),
    data!("zcard", V2_6, [2], reads, ONE, zsets::zcard),
    data!("zrank", V2_6, [3], reads, ONE, zsets::zrank),
    data!("zrevrank", V2_6, [3], reads, ONE, zsets::zrevrank),
    data!("zrange", V2_6, [-4], reads, ONE, zsets::zrange),
    data!("zrevrange", V2_6, [-4], reads, ONE, zsets::zrevrange),
    data!("zrangebyscore", V2_6, [-4], reads, ONE, zsets::zrangebyscore),
    data!("zrevrangebyscore", V2_6, [-4], reads, ONE, zsets::zrevrangebyscore),
    data!("zcount", V2_6, [4], reads, ONE, zsets::zcount),
    data!("zremrangebyrank", V2_6, [4], write, ONE, zsets::zremrangebyrank),
    data!("zremrangebyscore", V2_6, [4], write, ONE, zsets::zremrangebyscore),
    data!("zpopmin", V5_0, [-2], write, ONE, zsets::zpopmin),
    data!("zpopmax", V5_0, [-2], write, ONE, zsets::zpopmax),
    data!("zrangebylex", V2_8, [-4], reads, ONE, zsets::zrangebylex),
    data!("zrevrangebylex", V2_8, [-4], reads, ONE, zsets::zrevrangebylex),
    data!("zlexcount", V2_8, [4], reads, ONE, zsets::zlexcount),
    data!("zremrangebylex", V2_8, [4], write, ONE, zsets::zremrangebylex),
    data!("zrangestore", V6_2, [-5], write, TWO, zsets::zrangestore),
    data!("zrandmember", V6_2, [-2], reads, ONE, zsets::zrandmember),
    data!("zmpop", V7_0, [-4], write, NO, zsets::zmpop),
    data!("bzpopmin", V5_0, [-3], waits, BUT_LAST, zsets::bzpopmin),
    data!("bzpopmax", V5_0, [-3], waits, BUT_LAST, zsets::bzpopmax),
    data!("bzmpop", V7_0, [-5], waits, NO, zsets::bzmpop),
    data!("zunionstore", V2_6, [-4], write, ONE, zset_algebra::zunionstore),
    data!("zinterstore", V2_6, [-4], write, ONE, zset_algebra::zinterstore),
    data!("zdiffstore", V6_2, [-4], write, ONE, zset_algebra::zdiffstore),
    data!("zunion", V6_2, [-3], reads, NO, zset_algebra::zunion),
    data!("zinter", V6_2, [-3], reads, NO, zset_algebra::zinter),
    data!("zdiff", V6_2, [-3], reads, NO, zset_algebra::zdiff),
    data!("zintercard", V7_0, [-3], reads, NO, zset_algebra::zintercard),
    data!("zscan", V2_8, [-3], reads, ONE, zsets::zscan),
    // The server.
    server!("ping", V2_6, [1 from V2_6, -1 from V2_8], |era| Flags { readonly: !era.has(V3_2), stale: !era.has(V7_0), ..NONE }, Ping),
    server!("echo", V2_6, [2], |era| Flags { readonly: !era.has(V3_2), loading: era.has(V7_0), stale: era.has(V7_0), ..NONE }, Echo),
    server!("select", V2_6, [2], |era| Flags { readonly: !era.has(V3_2), loading: true, stale: era.has(V6_2), ..NONE }, Select),
    server!(
        "auth",
        V2_6,
        [2 from V2_6, -2 from V6_2],
        |era| Flags { readonly: !era.has(V3_2), loading: true, stale: true, no_auth: true, ..NONE },
        Auth
    ),
    server!("multi", V2_6, [1], transaction, Multi),
    server!("exec", V2_6, [1], |era| Flags { readonly: false, ..transaction(era) }, Exec),
    server!("discard", V2_6, [1], transaction, Discard),
    Spec { keys: ALL, ..server!("watch", V2_6, [-2], transaction, Watch) },
    server!("unwatch", V2_6, [1], |era| Flags { no_multi: false, ..transaction(era) }, Unwatch),
    server!(
        "monitor",
        V2_6,
        [1],
        |era| Flags { admin: true, readonly: !era.has(V3_2), loading: era.has(V6_2), stale: era.has(V6_2), ..NONE },
        Monitor
    ),
    server!("hello", V6_2, [-1], |_| Flags { loading: true, stale: true, no_auth: true, ..NONE }, Hello),
    server!("reset", V6_2, [1], |_| Flags { loading: true, stale: true, no_auth: true, ..NONE }, Reset),
    server!("info", V2_6, [-1], |era| Flags { readonly: !era.has(V3_2), loading: true, stale: true, ..NONE }, Info),
    server!("role", V2_8, [1], |era| Flags { loading: true, stale: true, admin: !era.has(V5_0), ..NONE }, Role),
    server!(
        "config",
        V2_6,
        [-2],
        |era| Flags { admin: true, readonly: !era.has(V4_0), stale: era.has(V2_8), loading: era.has(V3_2), ..NONE },
        Config
    ),
    server!("slaveof", V2_6, [3], |_| Flags { admin: true, stale: true, ..NONE }, SlaveOf),
    server!("replicaof", V5_0, [3], |_| Flags { admin: true, stale: true, ..NONE }, SlaveOf),
    server!("failover", V6_2, [-1], |_| Flags { admin: true, stale: true, ..NONE }, Failover),
    server!(
        "replconf",
        V2_6,
        [-1],
        |era| Flags { admin: true, readonly: !era.has(V3_2), loading: era.has(V2_8), stale: era.has(V2_8), ..NONE },
        ReplConf
    ),
    server!("sync", V2_6, [1], admin_read, Sync),
    server!("psync", V2_8, [3 from V2_8, -3 from V6_2], admin_read, Psync),
    server!("wait", V3_0, [3], |era| Flags { readonly: !era.has(V3_2), ..NONE }, Wait),
    server!("waitaof", V7_2, [4], |_| NONE, WaitAof),
    server!("debug", V2_6, [-2], |era| Flags { admin: true, loading: era.has(V6_2), stale: era.has(V6_2), ..NONE }, Debug),
    server!(
        "client",
        V2_6,
        [-2],
        |era| Flags {
            admin: !era.has(V3_0) || era.has(V3_2),
            readonly: !era.has(V3_2),
            loading: era.has(V6_2),
            stale: era.has(V6_2),
            ..NONE
        },
        Client
    ),
    server!("time", V2_6, [1], |era| Flags { readonly: !era.has(V3_2), loading: era.has(V6_2), stale: era.has(V6_2), ..NONE }, Time),
    server!("command", V2_8, [0 from V2_8, -1 from V4_0], |era| Flags { readonly: !era.has(V3_2), loading: true, stale: true, ..NONE }, Command),
    server!(
        "lastsave",
        V2_6,
        [1],
        |era| Flags { readonly: !era.has(V3_2), loading: era.has(V6_2), stale: era.has(V6_2), ..NONE },
        LastSave
    ),
    server!("save", V2_6, [1], admin_read, Save),
    server!("bgrewriteaof", V2_6, [1], |era| Flags { no_multi: false, ..admin_read(era) }, BgRewriteAof),
    server!("bgsave", V2_6, [1 from V2_6, -1 from V3_2], |era| Flags { no_multi: false, ..admin_read(era) }, BgSave),
    server!(
        "shutdown",
        V2_6,
        [-1],
        |era| Flags { admin: true, readonly: !era.has(V3_2), loading: true, stale: true, no_multi: era.has(V7_0), ..NONE },
        Shutdown
    ),
    server!("publish", V2_6, [3], pubsub, Publish),
    server!("subscribe", V2_6, [-2], pubsub, Subscribe),
    server!("psubscribe", V2_6, [-2], pubsub, PSubscribe),
    server!("unsubscribe", V2_6, [-1], pubsub, Unsubscribe),
    server!("punsubscribe", V2_6, [-1], pubsub, PUnsubscribe),
    server!("pubsub", V2_8, [-2], pubsub, PubSub),
    server!("quit", V2_6, [-1], |_| Flags { loading: true, stale: true, no_auth: true, no_multi: true, ..NONE }, Quit),
];

/// MULTI, EXEC and DISCARD are never queued.
const fn transaction(era: Era) -> Flags {
    Flags { readonly: !era.has(V3_2), loading: era.has(V6_2), stale: era.has(V6_2), no_multi: true, ..NONE }
}
/// PUBLISH, SUBSCRIBE and their like are answered in every state.
const fn pubsub(era: Era) -> Flags {
    Flags { readonly: !era.has(V3_2), loading: true, stale: true, ..NONE }
}
/// SYNC, PSYNC and SAVE: refused in MULTI from 7.0 on.
const fn admin_read(era: Era) -> Flags {
    Flags { admin: true, readonly: !era.has(V3_2), no_multi: era.has(V7_0), ..NONE }
}

/// Places of the names: open addressing over a power of two that leaves room.
const SLOTS: usize = 512;
const EMPTY: u8 = u8::MAX;
static INDEX: [u8; SLOTS] = {
    assert!(TABLE.len() < EMPTY as usize);
    let mut index = [EMPTY; SLOTS];
    let mut row = 0;
    while row < TABLE.len() {
        let mut slot = slot_of(TABLE[row].name.as_bytes());
        while index[slot] != EMPTY {
            slot = (slot + 1) % SLOTS;
        }
        index[slot] = row as u8;
        row += 1;
    }
    index
};

const fn slot_of(name: &[u8]) -> usize {
    let mut hash = 0x811c_9dc5_u32;
    let mut i = 0;
    while i < name.len() {
        hash = (hash ^ (name[i] | 0x20) as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    ((hash ^ (hash >> 15)) as usize) % SLOTS
}

/// All commands of all eras.
#[must_use]
pub fn table() -> &'static [Spec] {
    TABLE
}
/// The command of this name, in any letter case, if the era has it.
#[must_use]
pub fn lookup(name: &[u8], era: Era) -> Option<&'static Spec> {
    let mut slot = slot_of(name);
    loop {
        let spec = TABLE.get(usize::from(INDEX[slot]))?;
        if name.eq_ignore_ascii_case(spec.name.as_bytes()) {
            return Some(spec).filter(|spec| spec.there(era));
        }
        slot = (slot + 1) % SLOTS;
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn every_row_is_found_by_its_name_and_only_in_its_eras() {
        let mut names = BTreeSet::new();
        for spec in table() {
            assert!(names.insert(spec.name), "{} stands twice", spec.name);
            assert_eq!(spec.name, spec.name.to_ascii_lowercase());
            for era in Era::ALL {
                for name in [spec.name.to_ascii_lowercase(), spec.name.to_ascii_uppercase()] {
                    assert_eq!(lookup(name.as_bytes(), era).map(|found| found.name), Some(spec.name).filter(|_| spec.there(era)));
                }
                let flags = (spec.flags)(era);
                assert!(!(flags.write && flags.readonly), "{}", spec.name);
            }
            assert!(spec.arity.is_sorted_by_key(|(era, _)| *era) && !spec.arity.is_empty());
        }
        for name in ["", "nosuch", "gett", "ge", "GET ", "@et"] {
            assert!(lookup(name.as_bytes(), Era::V7_0).is_none(), "{name:?}");
        }
    }

    #[test]
    fn arity_by_era() {
        let arity = |name: &str, era| lookup(name.as_bytes(), era).expect("there").arity(era);
        assert_eq!((arity("exists", Era::V2_8), arity("exists", Era::V3_0)), (2, -2));
        assert_eq!((arity("psync", Era::V3_0), arity("psync", Era::V7_0)), (3, -3));
        assert_eq!((arity("command", Era::V3_0), arity("command", Era::V7_0)), (0, -1));
        let fits = |name: &str, era, words| lookup(name.as_bytes(), era).expect("there").takes(era, words);
        assert!(fits("get", Era::V3_0, 2) && !fits("get", Era::V3_0, 3) && !fits("get", Era::V3_0, 1));
        assert!(fits("del", Era::V3_0, 9) && !fits("del", Era::V3_0, 1));
        assert!(fits("command", Era::V3_0, 1) && fits("command", Era::V3_0, 7));
    }
}
