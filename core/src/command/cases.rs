//! Data commands case by case: what each answers, and what the stream gets of it, in the two eras that recordings have proven.

use super::{DataCtx, Effect, Reply, Run, deletion, lookup, unknown_command, wrong_arity};
use crate::data::Dataset;
use crate::era::{Era, StreamTtl};
use crate::resp::{cli, split_args};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};
use bytes::Bytes;

const NOW: i64 = 1_000_000;

/// Where commands run.
struct Place {
    data: Dataset,
    era: Era,
    db: usize,
    now_ms: i64,
    replica: bool,
    from_master: bool,
    lazy_expire: bool,
    draws: u64,
    /// What the last command put into the stream.
    stream: Vec<(usize, Vec<Bytes>)>,
}
impl Place {
    fn of(era: Era) -> Place {
        Place {
            data: Dataset::default(),
            era,
            db: 0,
            now_ms: NOW,
            replica: false,
            from_master: false,
            lazy_expire: false,
            draws: 0,
            stream: Vec::new(),
        }
    }
    /// Reply and stream of a line. `+5000` in it moves the clock by so many milliseconds; `@3` chooses a database.
    fn run(&mut self, line: &str) -> (Reply, String) {
        self.stream.clear();
        let args = split_args(line).expect("balanced");
        if let Some(ms) = line.strip_prefix('+') {
            self.now_ms += ms.parse::<i64>().expect("milliseconds");
            return (Reply::None, String::new());
        }
        if let Some(db) = line.strip_prefix('@') {
            self.db = db.parse().expect("a database");
            return (Reply::None, String::new());
        }
        let Some(spec) = lookup(&args[0], self.era) else { return (unknown_command(&args, self.era), String::new()) };
        if !spec.takes(self.era, args.len()) {
            return (wrong_arity(spec.name), String::new());
        }
        let Run::Data(run) = spec.run else { panic!("{line} needs a node") };
        let draws = &mut self.draws;
        let mut draw = || {
            *draws += 1;
            crate::prng::rand(1, 2, crate::prng::Purpose::Command, *draws)
        };
        let mut ctx = DataCtx {
            data: &mut self.data,
            db: self.db,
            now_ms: self.now_ms,
            era: self.era,
            judged_ms: self.now_ms,
            replica: self.replica,
            holds_expired: false,
            lazy_expire: self.lazy_expire,
            lazy_del: false,
            from_master: self.from_master,
            alone: false,
            track: true,
            woken: false,
            draw: &mut draw,
        };
        let outcome = run(&mut ctx, &args);
        self.stream = outcome.expired.into_iter().map(|(db, key)| (db, deletion(self.lazy_expire, &key))).collect();
        match outcome.effect {
            Effect::None => {}
            Effect::Verbatim => self.stream.push((self.db, args)),
            Effect::Rewritten(commands) => self.stream.extend(commands.into_iter().map(|words| (self.db, words))),
        }
        let text = |(db, words): &(usize, Vec<Bytes>)| {
            let words = words.iter().map(|w| String::from_utf8_lossy(w).into_owned()).collect::<Vec<_>>().join(" ");
            if *db == self.db { words } else { format!("{words} @{db}") }
        };
        (outcome.reply, self.stream.iter().map(text).collect::<Vec<_>>().join("; "))
    }
}

/// Runs a script. Each line is `command => reply => stream`; the reply as redis-cli prints it, lines joined by ` | `; a stream of `=` is the command
/// itself, one that is left out is none.
fn verify(place: &mut Place, script: &str) {
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut parts = line.split(" => ");
        let command = parts.next().unwrap_or_default().trim();
        let (reply, stream) = place.run(command);
        let Some(expect) = parts.next() else { continue };
        assert_eq!(cli::format_era(&reply, place.era).replace('\n', " | "), expect.trim(), "{}: reply to {command}", place.era);
        let expect = parts.next().unwrap_or("").trim();
        assert_eq!(stream, if expect == "=" { command.to_string() } else { expect.to_string() }, "{}: stream of {command}", place.era);
    }
}
fn both(script: &str) {
    for era in [Era::V3_0, Era::V7_0] {
        verify(&mut Place::of(era), script);
    }
}
fn old(script: &str) {
    verify(&mut Place::of(Era::V3_0), script);
}
fn new(script: &str) {
    verify(&mut Place::of(Era::V7_0), script);
}

#[test]
fn strings() {
    both(
        "SET k v => OK => =
        set k w => OK => =
        GET k => \"w\"
        GET none => (nil)
        SET k x NX => (nil)
        SET j x NX => OK => =
        SET q x XX => (nil)
        SET k x xx => OK => =
        SET k v EX => (error) ERR syntax error
        SET k v EX a => (error) ERR value is not an integer or out of range
        SET k v FOO => (error) ERR syntax error
        SETNX k 1 => (integer) 0
        SETNX m 1 => (integer) 1 => =
        APPEND m 23 => (integer) 3 => =
        APPEND n x => (integer) 1 => =
        STRLEN m => (integer) 3
        STRLEN none => (integer) 0
        GETRANGE m 0 1 => \"12\"
        GETRANGE m -2 -1 => \"23\"
        GETRANGE m 5 9 => \"\"
        SETRANGE m 5 x => (integer) 6 => =
        GET m => \"123\\x00\\x00x\"
        SETRANGE m -1 x => (error) ERR offset is out of range
        SETRANGE none 3 '' => (integer) 0
        INCR n => (error) ERR value is not an integer or out of range
        INCR i => (integer) 1 => =
        INCRBY i 10 => (integer) 11 => =
        DECR i => (integer) 10 => =
        DECRBY i 20 => (integer) -10 => =
        SET i 9223372036854775807 => OK => =
        INCR i => (error) ERR increment or decrement would overflow
        INCRBY i x => (error) ERR value is not an integer or out of range
        MSET a 1 b 2 => OK => =
        MGET a none b => 1) \"1\" | 2) (nil) | 3) \"2\"
        MSETNX a 1 z 1 => (integer) 0
        MSETNX y 1 z 1 => (integer) 1 => =
        SETBIT bits 7 1 => (integer) 0 => =
        GETBIT bits 7 => (integer) 1
        BITCOUNT bits => (integer) 1
        GET => (error) ERR wrong number of arguments for 'get' command
        RPUSH l a => (integer) 1 => =
        GET l => (error) WRONGTYPE Operation against a key holding the wrong kind of value
        INCR l => (error) WRONGTYPE Operation against a key holding the wrong kind of value
        APPEND l x => (error) WRONGTYPE Operation against a key holding the wrong kind of value
        SET l v => OK => =",
    );
}

#[test]
fn strings_of_old_and_new_releases() {
    old("SET k v EX 100 => OK => =
        SET k v PX 100 NX => (nil)
        SET k v EX 10 PX 20000 => OK => =
        TTL k => (integer) 20
        SET k v EX 0 => (error) ERR invalid expire time in set
        SETEX k 0 v => (error) ERR invalid expire time in setex
        SETEX k 10 v => OK => =
        PSETEX k 10 v => OK => =
        SET k v NX XX => (nil)
        SET k v GET => (error) ERR syntax error
        SET k v KEEPTTL => (error) ERR syntax error
        SET k v EXAT 99999 => (error) ERR syntax error
        GETSET k w => \"v\" => =
        MSET a => (error) ERR wrong number of arguments for 'mset' command
        MSET a 1 b => (error) ERR wrong number of arguments for MSET
        MSETNX a 1 b => (error) ERR wrong number of arguments for MSET
        INCRBYFLOAT f 0.5 => \"0.5\" => SET f 0.5
        SETBIT b 1 1 => (integer) 0 => =
        SETBIT b 1 1 => (integer) 1 => =
        DECRBY d -9223372036854775808 => (integer) -9223372036854775808 => =
        GETDEL k => (error) ERR unknown command 'GETDEL'
        GETEX k => (error) ERR unknown command 'GETEX'");
    new("SET k v EX 100 => OK => SET k v PXAT 1100000
        SET k w PX 100 XX => OK => SET k w PXAT 1000100
        SET k w EX 10 PX 100 => (error) ERR syntax error
        SET k v KEEPTTL => OK => =
        PTTL k => (integer) 100
        SET k v => OK => =
        TTL k => (integer) -1
        SET k w XX GET => \"v\" => SET k w XX
        SET k w NX GET => \"w\"
        SET none w GET => (nil) => SET none w
        SET k v EXAT 2000 => OK => SET k v PXAT 2000000
        SET k v EX 0 => (error) ERR invalid expire time in 'set' command
        SET k v EX 9223372036854775 => (error) ERR invalid expire time in 'set' command
        SETEX k 10 v => OK => SET k v PXAT 1010000
        PSETEX k 10 v => OK => SET k v PXAT 1000010
        GETSET k w => \"v\" => SET k w
        GETEX k EX 10 => \"w\" => PEXPIREAT k 1010000
        GETEX k => \"w\"
        GETEX k PERSIST => \"w\" => PERSIST k
        GETEX k PERSIST => \"w\"
        GETEX k PXAT 5 => \"w\" => DEL k
        GETEX k => (nil)
        SET k v => OK => =
        GETDEL k => \"v\" => DEL k
        GETDEL k => (nil)
        MSET a 1 b => (error) ERR wrong number of arguments for 'mset' command
        MSETNX a 1 b => (error) ERR wrong number of arguments for 'msetnx' command
        INCRBYFLOAT f 0.5 => \"0.5\" => SET f 0.5 KEEPTTL
        SETBIT b 1 1 => (integer) 0 => =
        SETBIT b 1 1 => (integer) 1
        DECRBY d -9223372036854775808 => (error) ERR decrement would overflow");
}

#[test]
fn keys() {
    both(
        "MSET a 1 b 2 c 3 => OK => =
        DEL a none => (integer) 1 => =
        DEL a => (integer) 0
        EXISTS b b none => (integer) 2
        TYPE b => string
        TYPE none => none
        DBSIZE => (integer) 2
        RENAME b d => OK => =
        RENAME none d => (error) ERR no such key
        RENAMENX d c => (integer) 0
        RENAMENX d e => (integer) 1 => =
        KEYS e* => 1) \"e\"
        @3
        MOVE none 1 => (integer) 0
        SET k v => OK => =
        MOVE k 4 => (integer) 1 => =
        MOVE k x
        @4
        GET k => \"v\"
        MOVE k 4 => (error) ERR source and destination objects are the same
        EXPIRE k -1 => (integer) 1 => DEL k
        EXPIRE k 10 => (integer) 0
        SET k v => OK => =
        EXPIRE k x => (error) ERR value is not an integer or out of range
        PEXPIREAT k 2000000 => (integer) 1 => =
        PTTL k => (integer) 1000000
        TTL k => (integer) 1000
        TTL none => (integer) -2
        PERSIST k => (integer) 1 => =
        PERSIST k => (integer) 0
        TTL k => (integer) -1
        RANDOMKEY => \"k\"
        FLUSHDB => OK => =
        RANDOMKEY => (nil)
        FLUSHALL => OK => =
        FLUSHALL => OK => =
        DBSIZE => (integer) 0
        SCAN x => (error) ERR invalid cursor
        SCAN 0 COUNT 0 => (error) ERR syntax error",
    );
    old("SET k v => OK => =
        EXPIRE k 10 => (integer) 1 => =
        PEXPIRE k 10000 => (integer) 1 => =
        EXPIREAT k 5000 => (integer) 1 => =
        EXPIRE k 10 NX => (error) ERR wrong number of arguments for 'expire' command
        RENAME k k => (error) ERR source and destination objects are the same
        MOVE k 99 => (error) ERR index out of range
        MOVE k x => (error) ERR index out of range
        FLUSHDB => OK => =
        FLUSHDB => OK
        FLUSHDB ASYNC => (error) ERR wrong number of arguments for 'flushdb' command
        UNLINK k => (error) ERR unknown command 'UNLINK'
        OBJECT FOO k => (error) ERR Syntax error. Try OBJECT (refcount|encoding|idletime)
        SCAN 0 => 1) \"0\" | 2) (empty list or set)
        SCAN 0 TYPE string => (error) ERR syntax error");
    new("SET k v => OK => =
        EXPIRE k 10 => (integer) 1 => PEXPIREAT k 1010000
        PEXPIRE k 5 XX => (integer) 1 => PEXPIREAT k 1000005 XX
        EXPIREAT k 2000 GT => (integer) 1 => PEXPIREAT k 2000000 GT
        PEXPIREAT k 1500000 => (integer) 1 => =
        EXPIRE k 10 NX => (integer) 0
        EXPIRE k 9 GT => (integer) 0
        EXPIRE k 10 NX XX => (error) ERR NX and XX, GT or LT options at the same time are not compatible
        EXPIRE k 10 FOO => (error) ERR Unsupported option FOO
        EXPIRE k 9223372036854775807 => (error) ERR invalid expire time in 'expire' command
        EXPIRETIME k => (integer) 1500
        RENAME k k => OK
        MOVE k 99 => (error) ERR DB index is out of range
        COPY k c => (integer) 1 => =
        COPY k c => (integer) 0
        PTTL c => (integer) 500000
        UNLINK c none => (integer) 1 => =
        SWAPDB 0 1 => OK => =
        DBSIZE => (integer) 0
        FLUSHDB => OK => =
        FLUSHDB ASYNC => OK => =
        OBJECT FOO k => (error) ERR unknown subcommand 'FOO'. Try OBJECT HELP.");
}

#[test]
fn lists() {
    both(
        "RPUSH l a b c => (integer) 3 => =
        LPUSH l x y => (integer) 5 => =
        LRANGE l 0 -1 => 1) \"y\" | 2) \"x\" | 3) \"a\" | 4) \"b\" | 5) \"c\"
        LRANGE l 1 2 => 1) \"x\" | 2) \"a\"
        LPOP l => \"y\" => =
        RPOP l => \"c\" => =
        LPOP none => (nil)
        LLEN l => (integer) 3
        LINDEX l -1 => \"b\"
        LINDEX l 9 => (nil)
        LSET l 0 z => OK => =
        LSET l 9 z => (error) ERR index out of range
        LSET none 0 z => (error) ERR no such key
        LINSERT l BEFORE a q => (integer) 4 => =
        LINSERT l AFTER none q => (integer) -1
        LREM l 0 q => (integer) 1 => =
        LREM l 0 q => (integer) 0
        RPUSHX none a => (integer) 0
        LPUSHX l p => (integer) 4 => =
        RPOPLPUSH l m => \"b\" => =
        RPOPLPUSH m m => \"b\" => =
        LTRIM l 1 -2 => OK => =
        LRANGE l 0 -1 => 1) \"z\"
        RPOPLPUSH none m => (nil)
        LPOP l => \"z\" => =
        EXISTS l => (integer) 0
        SET s v => OK => =
        LPUSH s a => (error) WRONGTYPE Operation against a key holding the wrong kind of value
        LRANGE s 0 1 => (error) WRONGTYPE Operation against a key holding the wrong kind of value",
    );
    old("RPUSH l a b
        LPOP l 1 => (error) ERR wrong number of arguments for 'lpop' command
        LTRIM l 0 -1 => OK => =
        RPUSHX l a b => (error) ERR wrong number of arguments for 'rpushx' command
        OBJECT ENCODING l => \"ziplist\"");
    new("RPUSH l a b c d
        LPOP l 2 => 1) \"a\" | 2) \"b\" => =
        LPOP l 0 => (empty array)
        LPOP l -1 => (error) ERR value is out of range, must be positive
        LPOP none 1 => (nil)
        LTRIM l 0 -1 => OK
        RPUSHX l a b => (integer) 4 => =
        LMOVE l m RIGHT LEFT => \"b\" => =
        OBJECT ENCODING l => \"quicklist\"");
}

#[test]
fn hashes_and_sets() {
    both(
        "HSET h a 1 => (integer) 1 => =
        HSET h a 2 => (integer) 0 => =
        HMSET h b 3 c 4 => OK => =
        HGETALL h => 1) \"a\" | 2) \"2\" | 3) \"b\" | 4) \"3\" | 5) \"c\" | 6) \"4\"
        HGET h b => \"3\"
        HGET h none => (nil)
        HMGET h a none => 1) \"2\" | 2) (nil)
        HSETNX h a 9 => (integer) 0
        HSETNX h d 9 => (integer) 1 => =
        HLEN h => (integer) 4
        HKEYS h => 1) \"a\" | 2) \"b\" | 3) \"c\" | 4) \"d\"
        HVALS h => 1) \"2\" | 2) \"3\" | 3) \"4\" | 4) \"9\"
        HEXISTS h a => (integer) 1
        HINCRBY h a 5 => (integer) 7 => =
        HINCRBYFLOAT h a 0.5 => \"7.5\" => HSET h a 7.5
        HINCRBY h a 1 => (error) ERR hash value is not an integer
        HDEL h a none => (integer) 1 => =
        HDEL h a => (integer) 0
        HDEL h b c d => (integer) 3 => =
        EXISTS h => (integer) 0
        SADD s 3 1 2 => (integer) 3 => =
        SADD s 1 => (integer) 0
        SADD s 1 4 => (integer) 1 => =
        SMEMBERS s => 1) \"1\" | 2) \"2\" | 3) \"3\" | 4) \"4\"
        SREM s 9 => (integer) 0
        SREM s 4 9 => (integer) 1 => =
        SISMEMBER s 1 => (integer) 1
        SCARD s => (integer) 3
        SADD t 2 3 5 => (integer) 3 => =
        SINTER s t => 1) \"2\" | 2) \"3\"
        SDIFF s t => 1) \"1\"
        SUNIONSTORE u s t => (integer) 4 => =
        SINTERSTORE u s none => (integer) 0 => =
        SINTERSTORE u s none => (integer) 0
        SMOVE s t 1 => (integer) 1 => =
        SMOVE s t 9 => (integer) 0
        SADD one x => (integer) 1 => =
        SPOP one => \"x\" => SREM one x
        SPOP one => (nil)
        SRANDMEMBER none => (nil)
        OBJECT ENCODING s => \"intset\"
        HGET s a => (error) WRONGTYPE Operation against a key holding the wrong kind of value",
    );
    old("HSET h a 1 b 2 => (error) ERR wrong number of arguments for 'hset' command
        HMSET h a 1 b => (error) ERR wrong number of arguments for HMSET
        SPOP s 1 => (error) ERR wrong number of arguments for 'spop' command");
    new("HSET h a 1 b 2 => (integer) 2 => =
        HSET h a 1 b => (error) ERR wrong number of arguments for 'hset' command
        HMSET h a 1 b => (error) ERR wrong number of arguments for 'hmset' command
        SADD s 1 2
        SPOP s 0 => (empty array)
        SPOP s 9 => 1) \"1\" | 2) \"2\" => DEL s
        SPOP s 9 => (empty array)
        SPOP s -1 => (error) ERR value is out of range, must be positive");
}

#[test]
fn spop_with_a_count_sends_each_member_away() {
    let mut place = Place::of(Era::V7_0);
    place.run("SADD s a b c d e f g h");
    let (reply, stream) = place.run("SPOP s 3");
    let Reply::Array(members) = reply else { panic!("an array") };
    let words: Vec<String> = members.iter().map(|m| format!("SREM s {}", cli::format_raw(m))).collect();
    assert_eq!(stream, words.join("; "));
    assert_eq!(place.run("SCARD s").0, Reply::Int(5));
    let mut replica = Place { replica: true, from_master: true, ..Place::of(Era::V7_0) };
    replica.run("SADD s a b c d e f g h");
    for word in &words {
        replica.run(word);
    }
    assert_eq!(replica.data.digest(), place.data.digest());
}

#[test]
fn sorted_sets() {
    both(
        "ZADD z 1 a 2 b => (integer) 2 => =
        ZADD z 1 a => (integer) 0
        ZADD z 3 a 0.1 c => (integer) 1 => =
        ZADD z x a => (error) ERR value is not a valid float
        ZADD z 1 => (error) ERR wrong number of arguments for 'zadd' command
        ZADD z 1 a 2 => (error) ERR syntax error
        ZADD z NX 9 a => (integer) 0
        ZADD z XX CH 4 a => (integer) 1 => =
        ZADD z INCR 1.5 a => \"5.5\" => =
        ZADD z NX XX 1 a => (error) ERR XX and NX options at the same time are not compatible
        ZRANGE z 0 -1 WITHSCORES => 1) \"c\" | 2) \"0.10000000000000001\" | 3) \"b\" | 4) \"2\" | 5) \"a\" | 6) \"5.5\"
        ZREVRANGE z 0 0 => 1) \"a\"
        ZRANGE z 5 9
        ZRANGE z a 1 => (error) ERR value is not an integer or out of range
        ZSCORE z b => \"2\"
        ZSCORE z none => (nil)
        ZCARD z => (integer) 3
        ZRANK z a => (integer) 2
        ZREVRANK z a => (integer) 0
        ZINCRBY z 0 a => \"5.5\"
        ZINCRBY z -0.5 a => \"5\" => =
        ZRANGEBYSCORE z (0.1 5 => 1) \"b\" | 2) \"a\"
        ZRANGEBYSCORE z -inf +inf LIMIT 1 1 => 1) \"b\"
        ZREVRANGEBYSCORE z 5 2 => 1) \"a\" | 2) \"b\"
        ZCOUNT z 2 inf => (integer) 2
        ZCOUNT z a b => (error) ERR min or max is not a float
        ZREM z none => (integer) 0
        ZREM z c none => (integer) 1 => =
        ZREMRANGEBYRANK z 0 0 => (integer) 1 => =
        ZREMRANGEBYSCORE z 5 5 => (integer) 1 => =
        ZREMRANGEBYSCORE z 5 5 => (integer) 0
        EXISTS z => (integer) 0
        ZADD n inf a => (integer) 1 => =
        ZINCRBY n -inf a => (error) ERR resulting score is not a number (NaN)",
    );
    old("ZADD z 1 a
        ZADD z GT 2 a => (error) ERR syntax error
        ZRANGE z a 1 FOO => (error) ERR value is not an integer or out of range
        ZRANGE z 0 1 REV => (error) ERR syntax error
        OBJECT ENCODING z => \"ziplist\"");
    new("ZADD z 1 a
        ZADD z GT CH 2 a 0 b => (integer) 2 => =
        ZADD z LT 9 a => (integer) 0
        ZRANGE z 0 1 REV => 1) \"a\" | 2) \"b\"
        ZRANGE z a 1 FOO => (error) ERR syntax error
        ZPOPMIN z => 1) \"b\" | 2) \"0\" => =
        OBJECT ENCODING z => \"listpack\"");
}

#[test]
fn a_master_deletes_what_it_finds_expired_before_anything_else() {
    for (command, stream) in [
        ("GET k", "DEL k"),
        ("TTL k", "DEL k"),
        ("EXISTS k", "DEL k"),
        ("SET k v", "DEL k; SET k v"),
        ("APPEND k v", "DEL k; APPEND k v"),
        ("DEL k", "DEL k"),
        ("SCAN 0", "DEL k"),
        ("RANDOMKEY", "DEL k"),
        ("RENAME k j", "DEL k"),
        ("EXPIRE k 5", "DEL k"),
        ("SET k v NX", "DEL k; SET k v NX"),
        ("MSET j 1 k 2", "DEL k; MSET j 1 k 2"),
    ] {
        for era in [Era::V3_0, Era::V7_0] {
            let mut place = Place::of(era);
            place.run("SET k old PX 10");
            place.run("+10");
            assert_eq!(place.run("GET k"), (Reply::bulk("old"), String::new()), "a key lives through its last millisecond");
            place.run("+1");
            assert_eq!(place.run(command).1, stream, "{era} {command}");
        }
    }
    let mut place = Place::of(Era::V7_0);
    verify(&mut place, "SET k old PX 10\n @1\n SET k new\n +11\n MOVE k 0 => (integer) 1 => DEL k @0; MOVE k 0");
    // KEYS deletes in 3.0 and hides in 7.0; PERSIST rescues in 3.0.
    verify(&mut Place::of(Era::V3_0), "SET k v PX 10\n +11\n KEYS * => (empty list or set) => DEL k");
    verify(&mut Place::of(Era::V7_0), "SET k v PX 10\n +11\n KEYS * => (empty array)\n DBSIZE => (integer) 1");
    verify(&mut Place::of(Era::V3_0), "SET k v PX 10\n +11\n PERSIST k => (integer) 1 => =\n GET k => \"v\"");
    verify(&mut Place::of(Era::V7_0), "SET k v PX 10\n +11\n PERSIST k => (integer) 0 => DEL k");
}

#[test]
fn a_replica_waits_for_the_del() {
    // captures k_expiry
    for (era, script) in [
        (Era::V3_0, "GET k => \"v\"\n EXISTS k => (integer) 1\n TTL k => (integer) 0\n TYPE k => string\n OBJECT ENCODING k => \"embstr\""),
        (Era::V3_2, "GET k => (nil)\n EXISTS k => (integer) 1\n TTL k => (integer) -2\n TYPE k => none"),
        (Era::V7_0, "GET k => (nil)\n EXISTS k => (integer) 0\n TTL k => (integer) -2\n TYPE k => none\n OBJECT ENCODING k => (nil)"),
    ] {
        let mut place = Place { replica: true, from_master: true, ..Place::of(era) };
        place.run("SET k v PX 10");
        place.now_ms += 11;
        // The master's commands still find it.
        assert_eq!(place.run("GET k").0, Reply::bulk("v"));
        place.from_master = false;
        verify(&mut place, script);
        verify(&mut place, "DBSIZE => (integer) 1");
        assert_eq!(place.run("KEYS *"), (Reply::Array(vec![]), String::new()));
        assert!(matches!(place.run("SCAN 0"), (Reply::Array(items), _) if items[1] == Reply::Array(vec![])));
        place.from_master = true;
        assert_eq!(
            place.run("EXPIRE k -5").1,
            if era.capabilities().stream_ttl == StreamTtl::Absolute { "PEXPIREAT k 995011" } else { "EXPIRE k -5" },
            "no deletion here"
        );
        assert_eq!(place.run("DEL k").0, Reply::Int(1));
    }
}

#[test]
fn the_active_cycle_takes_the_earliest_first() {
    let mut place = Place::of(Era::V7_0);
    place.run("SET a 1 PX 30");
    place.run("SET b 1 PX 10");
    place.run("@2");
    place.run("SET c 1 PX 20");
    assert_eq!(super::active_expire(&mut place.data, NOW + 20, 10), [(0, Bytes::from_static(b"b"))]);
    assert_eq!(super::active_expire(&mut place.data, NOW + 99, 1), [(0, Bytes::from_static(b"a"))]);
    assert_eq!(super::active_expire(&mut place.data, NOW + 99, 9), [(2, Bytes::from_static(b"c"))]);
    assert!(place.data.is_empty());
}

#[test]
fn scan_meets_every_key_while_others_come_and_go() {
    let mut place = Place::of(Era::V7_0);
    for n in 0..300 {
        place.run(&format!("SET stays:{n} v"));
    }
    let mut cursor = "0".to_string();
    let mut met = alloc::collections::BTreeSet::new();
    for round in 0.. {
        let Reply::Array(reply) = place.run(&format!("SCAN {cursor} COUNT 7 MATCH stays:*")).0 else { panic!("an array") };
        let [Reply::Bulk(next), Reply::Array(keys)] = &reply[..] else { panic!("cursor and keys") };
        met.extend(keys.iter().map(cli::format));
        cursor = String::from_utf8_lossy(next).into_owned();
        if cursor == "0" {
            break;
        }
        place.run(&format!("SET comes:{round} v"));
        place.run(&format!("DEL comes:{}", round / 2));
        assert!(round < 200);
    }
    assert_eq!(met.len(), 300);
}

/// Every command with random words over a few keys: no panic, the sums stay right, and a replica that runs the stream has the same data.
#[test]
fn a_replica_that_runs_the_stream_has_the_same_data() {
    use crate::prng::{Purpose, below, rand};
    const WORDS: &[&str] = &[
        "k1",
        "k2",
        "k3",
        "k4",
        "0",
        "1",
        "-1",
        "2",
        "5",
        "a",
        "b",
        "10.5",
        "x y",
        "EX",
        "NX",
        "XX",
        "GET",
        "100",
        "LEFT",
        "RIGHT",
        "BEFORE",
        "COUNT",
        "MATCH",
        "*",
        "WITHSCORES",
        "LIMIT",
        "INCR",
        "CH",
        "",
        "9223372036854775807",
        "-9223372036854775808",
        "(1",
        "inf",
    ];
    let names: Vec<&str> = super::table().iter().filter(|spec| matches!(spec.run, Run::Data(_))).map(|spec| spec.name).collect();
    for era in Era::ALL {
        let mut master = Place::of(era);
        let mut replica = Place { replica: true, from_master: true, ..Place::of(era) };
        let (mut effects, mut errors) = (0, 0);
        for n in 0..9_000u64 {
            let mut k = n * 64;
            let mut draw = |bound: usize| {
                k += 1;
                below(rand(77, era as u64, Purpose::Swarm, k), bound as u64) as usize
            };
            let name = names[draw(names.len())];
            if ["flushall", "flushdb", "swapdb", "move"].contains(&name) && draw(20) > 0 {
                continue;
            }
            // Before KEEPTTL a replica loses a time to live here: real Redis does so too.
            if name == "incrbyfloat" && !era.capabilities().keepttl {
                continue;
            }
            let Some(spec) = lookup(name.as_bytes(), era) else { continue };
            let arity = spec.arity(era);
            let words = if arity > 0 { arity as usize - 1 } else { arity.unsigned_abs() as usize - 1 + draw(4) };
            let mut line = name.to_string();
            for place in 0..words {
                // Mostly a key where a key belongs.
                let word = if place == 0 && draw(8) > 0 { WORDS[draw(4)] } else { WORDS[draw(WORDS.len())] };
                line.push_str(&format!(" {}", cli::quote(word.as_bytes())));
            }
            master.db = draw(3);
            master.now_ms += draw(3) as i64;
            replica.now_ms = master.now_ms + draw(2) as i64;
            let (reply, _) = master.run(&line);
            errors += usize::from(reply.is_error());
            for (db, words) in core::mem::take(&mut master.stream) {
                effects += 1;
                replica.db = db;
                replica.run(&words.iter().map(|w| cli::quote(w)).collect::<Vec<_>>().join(" "));
            }
            assert_eq!(master.data.digest(), replica.data.digest(), "{era} after {line}");
        }
        assert!(effects > 500 && errors > 500, "{era}: {effects} effects, {errors} errors");
        assert_eq!(master.data.digest(), replica.data.digest(), "{era}");
        assert_eq!(master.data.total_keys(), replica.data.total_keys(), "{era}");
    }
}

/// As servers of 2.8.17, 3.0.5, 6.2.14 and 7.0.15 answered.
#[test]
fn how_a_string_is_held_depends_on_what_wrote_it() {
    for era in [Era::V2_8, Era::V3_0, Era::V6_2, Era::V7_0] {
        let short = if era.has(Era::V3_0) { "embstr" } else { "raw" };
        let script = "SET a hello\n APPEND a x\n OBJECT ENCODING a => \"raw\"\n APPEND b hello\n OBJECT ENCODING b => \"SHORT\"
            APPEND n 12\n OBJECT ENCODING n => \"int\"\n APPEND n 3\n OBJECT ENCODING n => \"raw\"\n OBJECT REFCOUNT n => (integer) 1
            INCR n\n OBJECT ENCODING n => \"int\"\n APPEND n \"\"\n OBJECT ENCODING n => \"raw\"\n GET n => \"124\"
            SETRANGE s 0 hi\n OBJECT ENCODING s => \"raw\"\n SET t abc\n SETRANGE t 0 \"\"\n OBJECT ENCODING t => \"SHORT\"\n SETRANGE t 1 Z
            OBJECT ENCODING t => \"raw\"\n SETBIT u 1 1\n OBJECT ENCODING u => \"raw\"\n SET v abc\n SETBIT v 1 1\n OBJECT ENCODING v => \"raw\"
            INCRBYFLOAT f 5\n OBJECT ENCODING f => \"SHORT\"\n INCRBYFLOAT f 0.5\n OBJECT ENCODING f => \"SHORT\"\n GET f => \"5.5\"
            RENAME t y\n OBJECT ENCODING y => \"raw\"\n GETSET y q\n OBJECT ENCODING y => \"SHORT\"
            SET e \"\"\n OBJECT ENCODING e => \"SHORT\"\n APPEND e \"\"\n OBJECT ENCODING e => \"raw\"\n APPEND none \"\"\n OBJECT ENCODING none => \"SHORT\"";
        verify(&mut Place::of(era), &script.replace("SHORT", short));
    }
    new("SET a b\n APPEND a c\n COPY a z\n OBJECT ENCODING z => \"raw\"");
    // A replica gets INCRBYFLOAT as a SET, which looks for numbers.
    new("SET f 5 KEEPTTL\n OBJECT ENCODING f => \"int\"");
}

/// As above.
#[test]
fn minus_zero_is_a_score_of_its_own_sign() {
    let long = "m".repeat(80);
    for era in [Era::V2_8, Era::V3_0, Era::V6_2, Era::V7_0] {
        let packed = if era.has(Era::V7_0) { "0" } else { "-0" };
        let script = "ZADD k -0 m\n ZSCORE k m => \"PACKED\"\n ZRANGE k 0 -1 WITHSCORES => 1) \"m\" | 2) \"PACKED\"
            ZADD k 0 m => (integer) 0\n ZSCORE k m => \"PACKED\"\n ZINCRBY k -0 m => \"PACKED\"
            ZADD k 0 p\n ZADD k -0 p\n ZSCORE k p => \"0\"
            ZADD big -0 LONG\n ZSCORE big LONG => \"-0\"\n ZINCRBY big 0 LONG => \"0\"\n ZSCORE big LONG => \"-0\"
            ZINCRBY inc -0 a => \"-0\" => ZINCRBY inc -0 a
            ZADD mix 0 b -0 c 0 a\n ZRANGE mix 0 -1 WITHSCORES => 1) \"a\" | 2) \"0\" | 3) \"b\" | 4) \"0\" | 5) \"c\" | 6) \"PACKED\"
            ZUNIONSTORE u 1 mix WEIGHTS -1\n ZSCORE u a => \"PACKED\"\n ZSCORE u c => \"LAST\"\n ZCOUNT mix 0 0 => (integer) 3
            ZADD big 0 x -0 y\n ZSCORE big y => \"-0\"\n ZADD one -0 q\n ZADD one 0 LONG\n ZSCORE one q => \"PACKED\"";
        verify(&mut Place::of(era), &script.replace("PACKED", packed).replace("LONG", &long).replace("LAST", "0"));
    }
}
