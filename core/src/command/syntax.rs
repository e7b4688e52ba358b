//! How commands are written, for people who type them: the arguments of each command and subcommand, era by era.
//!
//! A row is words with spaces between: `key` is wanted, `[…]` may be left out, `...` inside brackets may come again. `@6.2` behind an item: since that
//! release; `-@3.0`: until the one before it. A test holds each row against the arity of its command in each era.

use super::table::lookup;
use crate::era::Era;
use alloc::string::String;
use alloc::vec::Vec;

/// Each command with its arguments.
static COMMANDS: &[(&str, &str)] = &[
    ("append", "key value"),
    ("auth", "[username]@6.2 password"),
    ("bgrewriteaof", ""),
    ("bgsave", "[SCHEDULE]@3.2"),
    ("bitcount", "key [start end]"),
    ("blmove", "source destination LEFT|RIGHT LEFT|RIGHT timeout"),
    ("blmpop", "timeout numkeys key [key ...] LEFT|RIGHT [COUNT count]"),
    ("blpop", "key [key ...] timeout"),
    ("brpop", "key [key ...] timeout"),
    ("brpoplpush", "source destination timeout"),
    ("bzmpop", "timeout numkeys key [key ...] MIN|MAX [COUNT count]"),
    ("bzpopmax", "key [key ...] timeout"),
    ("bzpopmin", "key [key ...] timeout"),
    ("client", "subcommand [argument ...]"),
    ("command", "[subcommand]@4.0 [argument ...]@4.0"),
    ("config", "subcommand [argument ...]"),
    ("copy", "source destination [DB number] [REPLACE]"),
    ("dbsize", ""),
    ("debug", "subcommand [argument ...]"),
    ("decr", "key"),
    ("decrby", "key decrement"),
    ("del", "key [key ...]"),
    ("delex", "key [IFEQ value|IFNE value]"),
    ("discard", ""),
    ("echo", "message"),
    ("exec", ""),
    ("exists", "key [key ...]@3.0"),
    ("expire", "key seconds [NX|XX|GT|LT]@7.0"),
    ("expireat", "key unix-seconds [NX|XX|GT|LT]@7.0"),
    ("expiretime", "key"),
    ("failover", "[TO host port [FORCE]] [ABORT] [TIMEOUT milliseconds]"),
    ("flushall", "[ASYNC]@4.0 [SYNC]@6.2"),
    ("flushdb", "[ASYNC]@4.0 [SYNC]@6.2"),
    ("get", "key"),
    ("getbit", "key offset"),
    ("getdel", "key"),
    ("getex", "key [EX seconds|PX milliseconds|EXAT unix-seconds|PXAT unix-milliseconds|PERSIST]"),
    ("getrange", "key start end"),
    ("getset", "key value"),
    ("hdel", "key field [field ...]"),
    ("hello", "[protover] [AUTH username password] [SETNAME name]"),
    ("hexists", "key field"),
    ("hexpire", "key seconds [NX|XX|GT|LT] FIELDS numfields field [field ...]"),
    ("hexpireat", "key unix-seconds [NX|XX|GT|LT] FIELDS numfields field [field ...]"),
    ("hexpiretime", "key FIELDS numfields field [field ...]"),
    ("hget", "key field"),
    ("hgetall", "key"),
    ("hgetdel", "key FIELDS numfields field [field ...]"),
    ("hgetex", "key [EX seconds|PX milliseconds|EXAT unix-seconds|PXAT unix-milliseconds|PERSIST] FIELDS numfields field [field ...]"),
    ("hincrby", "key field increment"),
    ("hincrbyfloat", "key field increment"),
    ("hkeys", "key"),
    ("hlen", "key"),
    ("hmget", "key field [field ...]"),
    ("hmset", "key field value [field value ...]"),
    ("hpersist", "key FIELDS numfields field [field ...]"),
    ("hpexpire", "key milliseconds [NX|XX|GT|LT] FIELDS numfields field [field ...]"),
    ("hpexpireat", "key unix-milliseconds [NX|XX|GT|LT] FIELDS numfields field [field ...]"),
    ("hpexpiretime", "key FIELDS numfields field [field ...]"),
    ("hpttl", "key FIELDS numfields field [field ...]"),
    ("hrandfield", "key [count [WITHVALUES]]"),
    ("hscan", "key cursor [MATCH pattern] [COUNT count]"),
    ("hset", "key field value [field value ...]@4.0"),
    (
        "hsetex",
        "key [FNX|FXX] [EX seconds|PX milliseconds|EXAT unix-seconds|PXAT unix-milliseconds|KEEPTTL] FIELDS numfields field value [field value ...]",
    ),
    ("hsetnx", "key field value"),
    ("hstrlen", "key field"),
    ("httl", "key FIELDS numfields field [field ...]"),
    ("hvals", "key"),
    ("incr", "key"),
    ("incrby", "key increment"),
    ("incrbyfloat", "key increment"),
    ("info", "[section]"),
    ("keys", "pattern"),
    ("lastsave", ""),
    ("lindex", "key index"),
    ("linsert", "key BEFORE|AFTER pivot value"),
    ("llen", "key"),
    ("lmove", "source destination LEFT|RIGHT LEFT|RIGHT"),
    ("lmpop", "numkeys key [key ...] LEFT|RIGHT [COUNT count]"),
    ("lpop", "key [count]@6.2"),
    ("lpos", "key value [RANK rank] [COUNT matches] [MAXLEN length]"),
    ("lpush", "key value [value ...]"),
    ("lpushx", "key value [value ...]@4.0"),
    ("lrange", "key start stop"),
    ("lrem", "key count value"),
    ("lset", "key index value"),
    ("ltrim", "key start stop"),
    ("mget", "key [key ...]"),
    ("monitor", ""),
    ("move", "key db"),
    ("mset", "key value [key value ...]"),
    ("msetex", "numkeys key value [key value ...] [NX|XX] [EX seconds|PX milliseconds|EXAT unix-seconds|PXAT unix-milliseconds|KEEPTTL]"),
    ("msetnx", "key value [key value ...]"),
    ("multi", ""),
    ("object", "subcommand key-@4.0 [key]@4.0"),
    ("persist", "key"),
    ("pexpire", "key milliseconds [NX|XX|GT|LT]@7.0"),
    ("pexpireat", "key unix-milliseconds [NX|XX|GT|LT]@7.0"),
    ("pexpiretime", "key"),
    ("ping", "[message]@2.8"),
    ("psetex", "key milliseconds value"),
    ("psubscribe", "pattern [pattern ...]"),
    ("psync", "replicationid offset [FAILOVER]@6.2"),
    ("pttl", "key"),
    ("publish", "channel message"),
    ("pubsub", "subcommand [argument ...]"),
    ("punsubscribe", "[pattern ...]"),
    ("quit", "[argument ...]"),
    ("randomkey", ""),
    ("rename", "key newkey"),
    ("renamenx", "key newkey"),
    ("replconf", "[option value ...]"),
    ("replicaof", "host port"),
    ("reset", ""),
    ("role", ""),
    ("rpop", "key [count]@6.2"),
    ("rpoplpush", "source destination"),
    ("rpush", "key value [value ...]"),
    ("rpushx", "key value [value ...]@4.0"),
    ("sadd", "key member [member ...]"),
    ("save", ""),
    ("scan", "cursor [MATCH pattern] [COUNT count]"),
    ("scard", "key"),
    ("sdiff", "key [key ...]"),
    ("sdiffstore", "destination key [key ...]"),
    ("select", "index"),
    ("set", "key value [NX|XX] [GET]@6.2 [EX seconds|PX milliseconds] [EXAT unix-seconds|PXAT unix-milliseconds]@6.2 [KEEPTTL]@6.2"),
    ("setbit", "key offset value"),
    ("setex", "key seconds value"),
    ("setnx", "key value"),
    ("setrange", "key offset value"),
    ("shutdown", "[NOSAVE|SAVE]"),
    ("sinter", "key [key ...]"),
    ("sintercard", "numkeys key [key ...] [LIMIT limit]"),
    ("sinterstore", "destination key [key ...]"),
    ("sismember", "key member"),
    ("slaveof", "host port"),
    ("smembers", "key"),
    ("smismember", "key member [member ...]"),
    ("smove", "source destination member"),
    ("sort", "key [BY pattern] [LIMIT offset count] [GET pattern ...] [ASC|DESC] [ALPHA] [STORE destination]"),
    ("sort_ro", "key [BY pattern] [LIMIT offset count] [GET pattern ...] [ASC|DESC] [ALPHA]"),
    ("spop", "key [count]@3.2"),
    ("srandmember", "key [count]"),
    ("srem", "key member [member ...]"),
    ("sscan", "key cursor [MATCH pattern] [COUNT count]"),
    ("strlen", "key"),
    ("subscribe", "channel [channel ...]"),
    ("substr", "key start end"),
    ("sunion", "key [key ...]"),
    ("sunionstore", "destination key [key ...]"),
    ("swapdb", "index1 index2"),
    ("sync", ""),
    ("time", ""),
    ("touch", "key [key ...]"),
    ("ttl", "key"),
    ("type", "key"),
    ("unlink", "key [key ...]"),
    ("unsubscribe", "[channel ...]"),
    ("unwatch", ""),
    ("wait", "numreplicas timeout"),
    ("waitaof", "numlocal numreplicas timeout"),
    ("watch", "key [key ...]"),
    ("zadd", "key [NX|XX]@3.0 [GT|LT]@6.2 [CH]@3.0 [INCR]@3.0 score member [score member ...]"),
    ("zcard", "key"),
    ("zcount", "key min max"),
    ("zdiff", "numkeys key [key ...] [WITHSCORES]"),
    ("zdiffstore", "destination numkeys key [key ...]"),
    ("zincrby", "key increment member"),
    ("zinter", "numkeys key [key ...] [WEIGHTS weight ...] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]"),
    ("zintercard", "numkeys key [key ...] [LIMIT limit]"),
    ("zinterstore", "destination numkeys key [key ...] [WEIGHTS weight ...] [AGGREGATE SUM|MIN|MAX]"),
    ("zlexcount", "key min max"),
    ("zmpop", "numkeys key [key ...] MIN|MAX [COUNT count]"),
    ("zmscore", "key member [member ...]"),
    ("zpopmax", "key [count]"),
    ("zpopmin", "key [count]"),
    ("zrandmember", "key [count [WITHSCORES]]"),
    ("zrange", "key start stop [BYSCORE|BYLEX]@6.2 [REV]@6.2 [LIMIT offset count]@6.2 [WITHSCORES]"),
    ("zrangebylex", "key min max [LIMIT offset count]"),
    ("zrangebyscore", "key min max [WITHSCORES] [LIMIT offset count]"),
    ("zrangestore", "destination source min max [BYSCORE|BYLEX] [REV] [LIMIT offset count]"),
    ("zrank", "key member"),
    ("zrem", "key member [member ...]"),
    ("zremrangebylex", "key min max"),
    ("zremrangebyrank", "key start stop"),
    ("zremrangebyscore", "key min max"),
    ("zrevrange", "key start stop [WITHSCORES]"),
    ("zrevrangebylex", "key max min [LIMIT offset count]"),
    ("zrevrangebyscore", "key max min [WITHSCORES] [LIMIT offset count]"),
    ("zrevrank", "key member"),
    ("zscan", "key cursor [MATCH pattern] [COUNT count]"),
    ("zscore", "key member"),
    ("zunion", "numkeys key [key ...] [WEIGHTS weight ...] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]"),
    ("zunionstore", "destination numkeys key [key ...] [WEIGHTS weight ...] [AGGREGATE SUM|MIN|MAX]"),
];

/// Each subcommand with its arguments and the first release that has it; those that a node here answers.
static SUBCOMMANDS: &[(&str, &str, Era, &str)] = &[
    ("client", "getname", Era::V2_6, ""),
    ("client", "id", Era::V5_0, ""),
    ("client", "info", Era::V6_2, ""),
    ("client", "kill", Era::V2_6, "ip:port-@2.8 [ip:port]@2.8 [ID id]@2.8 [TYPE type]@2.8 [ADDR ip:port]@2.8 [SKIPME yes|no]@2.8"),
    ("client", "list", Era::V2_6, "[TYPE type]@5.0 [ID id ...]@6.2"),
    ("client", "no-evict", Era::V7_0, "ON|OFF"),
    ("client", "pause", Era::V3_0, "milliseconds [WRITE|ALL]@6.2"),
    ("client", "reply", Era::V3_2, "ON|OFF|SKIP"),
    ("client", "setname", Era::V2_6, "name"),
    ("client", "unblock", Era::V5_0, "id [TIMEOUT|ERROR]"),
    ("client", "unpause", Era::V6_2, ""),
    ("command", "count", Era::V2_8, ""),
    ("command", "info", Era::V2_8, "[command ...]"),
    ("config", "get", Era::V2_6, "directive [directive ...]@7.0"),
    ("config", "resetstat", Era::V2_6, ""),
    ("config", "rewrite", Era::V2_8, ""),
    ("config", "set", Era::V2_6, "directive value [directive value ...]@7.0"),
    ("debug", "change-repl-id", Era::V4_0, ""),
    ("debug", "digest", Era::V2_6, ""),
    ("debug", "digest-value", Era::V5_0, "[key ...]"),
    ("debug", "object", Era::V2_6, "key"),
    ("debug", "pause-cron", Era::V6_2, "0|1"),
    ("debug", "populate", Era::V2_6, "count [prefix [size]]"),
    ("debug", "reload", Era::V2_6, ""),
    ("debug", "replicate", Era::V7_0, "AOF|REPL|ALL command [argument ...]"),
    ("debug", "segfault", Era::V2_6, ""),
    ("debug", "set-active-expire", Era::V2_6, "0|1"),
    ("debug", "sleep", Era::V2_6, "seconds"),
    ("object", "encoding", Era::V2_6, "key"),
    ("object", "refcount", Era::V2_6, "key"),
    ("pubsub", "channels", Era::V2_8, "[pattern]"),
    ("pubsub", "numpat", Era::V2_8, ""),
    ("pubsub", "numsub", Era::V2_8, "[channel ...]"),
    ("replconf", "ack", Era::V2_8, "offset"),
    ("replconf", "capa", Era::V2_8, "capability"),
    ("replconf", "getack", Era::V3_0, "*"),
    ("replconf", "ip-address", Era::V3_2, "ip"),
    ("replconf", "listening-port", Era::V2_6, "port"),
];

/// One argument: its text, and whether it may be left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Argument {
    /// As it is written, brackets included.
    pub text: &'static str,
    /// It stands in brackets.
    pub optional: bool,
}
impl Argument {
    /// How many words of a command line it stands for.
    #[must_use]
    pub fn words(&self) -> usize {
        self.text.split(' ').count()
    }
}

/// The arguments of a command in an era; `None`: that era has no such command.
#[must_use]
pub fn arguments(command: &str, era: Era) -> Option<Vec<Argument>> {
    lookup(command.as_bytes(), era)?;
    let at = COMMANDS.binary_search_by_key(&command.to_ascii_lowercase().as_str(), |(name, _)| name).ok()?;
    Some(of_era(COMMANDS[at].1, era))
}
/// The arguments of a subcommand in an era, behind its two words; `None`: that era has no such one.
#[must_use]
pub fn sub_arguments(command: &str, sub: &str, era: Era) -> Option<Vec<Argument>> {
    let row = SUBCOMMANDS.iter().find(|row| row.0.eq_ignore_ascii_case(command) && row.1.eq_ignore_ascii_case(sub) && era.has(row.2))?;
    Some(of_era(row.3, era))
}
/// The names of all commands of an era, in alphabetical order.
pub fn names(era: Era) -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|(name, _)| *name).filter(move |name| lookup(name.as_bytes(), era).is_some())
}
/// The subcommands of a command in an era, in alphabetical order.
pub fn subcommands(command: &str, era: Era) -> impl Iterator<Item = &'static str> {
    let command = command.to_ascii_lowercase();
    SUBCOMMANDS.iter().filter(move |row| row.0 == command && era.has(row.2)).map(|row| row.1)
}
/// A command with its arguments as one line: `SET key value [NX|XX] …`.
#[must_use]
pub fn usage(command: &str, era: Era) -> Option<String> {
    let mut line = command.to_ascii_uppercase();
    for argument in arguments(command, era)? {
        line.push(' ');
        line.push_str(argument.text);
    }
    Some(line)
}

/// The items of a row that an era has.
fn of_era(row: &'static str, era: Era) -> Vec<Argument> {
    let mut arguments = Vec::new();
    let mut rest = row;
    while !rest.is_empty() {
        let mut depth = 0_i32;
        let end = rest.find(|c: char| {
            depth += i32::from(c == '[') - i32::from(c == ']');
            c == ' ' && depth == 0
        });
        let (item, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after.trim_start();
        let (text, there) = match item.rsplit_once('@') {
            None => (item, true),
            Some((text, since)) => match text.strip_suffix('-') {
                Some(text) => (text, !has(era, since)),
                None => (text, has(era, since)),
            },
        };
        if there {
            arguments.push(Argument { text, optional: text.starts_with('[') });
        }
    }
    arguments
}
fn has(era: Era, since: &str) -> bool {
    Era::ALL.into_iter().find(|era| alloc::string::ToString::to_string(era) == since).is_some_and(|since| era.has(since))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::table;

    #[test]
    fn every_command_of_every_era_is_written_as_its_arity_says() {
        assert!(COMMANDS.is_sorted_by_key(|(name, _)| *name));
        assert_eq!(COMMANDS.len(), table().len());
        for spec in table() {
            for era in Era::ALL.into_iter().filter(|era| spec.there(*era)) {
                let arguments = arguments(spec.name, era).unwrap_or_else(|| panic!("{} is not in the list", spec.name));
                let least = 1 + arguments.iter().filter(|a| !a.optional).map(Argument::words).sum::<usize>() as i32;
                let open = arguments.iter().any(|a| a.optional);
                match spec.arity(era) {
                    // COMMAND of 2.8 to 3.2 takes any words, and needs none.
                    0 => {}
                    arity => assert_eq!((arity.abs(), arity < 0), (least, open), "{} {era}: {arguments:?}", spec.name),
                }
            }
        }
    }

    #[test]
    fn subcommands_are_in_order_and_belong_to_commands() {
        assert!(SUBCOMMANDS.is_sorted_by_key(|row| (row.0, row.1)));
        for (command, sub, since, _) in SUBCOMMANDS {
            assert!(lookup(command.as_bytes(), *since).is_some(), "{command} {sub}");
        }
        assert_eq!(subcommands("CLIENT", Era::V2_6).collect::<Vec<_>>(), ["getname", "kill", "list", "setname"]);
    }

    #[test]
    fn a_line_says_what_its_era_takes() {
        assert_eq!(usage("expire", Era::V6_2).as_deref(), Some("EXPIRE key seconds"));
        assert_eq!(usage("EXPIRE", Era::V7_0).as_deref(), Some("EXPIRE key seconds [NX|XX|GT|LT]"));
        assert_eq!(usage("unlink", Era::V3_0), None);
        assert_eq!(usage("failover", Era::V7_0).as_deref(), Some("FAILOVER [TO host port [FORCE]] [ABORT] [TIMEOUT milliseconds]"));
        let kill = |era| sub_arguments("client", "KILL", era).expect("a form").iter().map(|a| a.text).collect::<Vec<_>>();
        assert_eq!(kill(Era::V2_6), ["ip:port"]);
        assert_eq!(kill(Era::V3_0)[0], "[ip:port]");
    }
}
