//! The command table against real servers: what they put into the stream, recorded; and a live one of the installed release, command by command.

use bytes::Bytes;
use resync_core::command::{Reply, command_info, lookup, unknown_command};
use resync_core::era::Era;
use resync_core::prng::{Purpose, actor, below, rand};
use resync_core::resp::{cli, split_args};
use resync_tests::commands::Keyspace;
use resync_tests::live::Make;
use resync_tests::redis::Server;
use resync_tests::wire::{Conn, Listener};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant, SystemTime};

fn unescape(text: &str) -> String {
    text.replace("\\r", "\r").replace("\\n", "\n")
}
/// Moments differ from run to run: thirteen digits are one.
fn without_moments(wire: &[u8]) -> String {
    String::from_utf8_lossy(wire)
        .split("\r\n")
        .map(|word| if word.len() == 13 && word.bytes().all(|b| b.is_ascii_digit()) { "<unix_ms>" } else { word })
        .collect::<Vec<_>>()
        .join("\r\n")
}

/// Steps of the recording that the table has nothing to say to: they need a node (transactions, WAIT, PING, DEBUG) or a family of commands that
/// is not here.
const ELSEWHERE: [&str; 17] = [
    "MULTI", "EVAL", "EVALSHA", "SCRIPT", "PUBLISH", "WAIT", "PING", "DEBUG", "CONFIG", "RESTORE", "XADD", "XGROUP", "XDEL", "FUNCTION",
    "FCALL", "SORT", "BLPOP",
];

#[test]
fn the_stream_carries_what_recorded_servers_sent() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/stream_table_by_version.json");
    let recorded: Json = serde_json::from_slice(&std::fs::read(file).expect("the recording")).expect("valid JSON");
    for era in [Era::V3_0, Era::V7_0] {
        let mut keys = Keyspace::new(era);
        // The recording begins on a stream whose first SELECT has gone.
        keys.line("SET before 1");
        keys.line("DEL before");
        let mut compared = 0;
        for step in recorded["steps"].as_array().expect("steps") {
            let row =
                step["by_version"].as_array().expect("rows").iter().find(|row| {
                    row["versions"].as_array().expect("versions").iter().any(|version| version.as_str() == Some(era.release()))
                });
            let Some(row) = row else { continue };
            let commands: Vec<&str> = step["commands"].as_array().expect("commands").iter().filter_map(Json::as_str).collect();
            if commands.iter().any(|command| ELSEWHERE.iter().any(|other| command.split(' ').next() == Some(other))) {
                // Their effect on the data, where later steps build on it.
                for command in commands.iter().filter(|command| command.starts_with("SET ")) {
                    keys.line(command);
                }
                if commands[0] == "MULTI" && commands.iter().any(|command| command.starts_with("SELECT 4")) {
                    // What the recorded stream stands in afterwards differs by era; the steps behind it say so.
                    keys.line("SELECT 0");
                }
                continue;
            }
            let expect = unescape(row["wire_m2r"].as_str().expect("bytes"));
            let mut wire = Vec::new();
            for command in &commands {
                wire.extend(keys.line(command).1);
            }
            let got = without_moments(&wire);
            if commands[0].starts_with("SPOP")
                || (commands[0] == "SADD set b" || commands[0] == "RPUSH bl x y" || commands[0] == "SET after multi")
            {
                // A random member; a member that may be gone by that; a push that wakes a waiter; the SELECT after a transaction.
                assert_eq!(got.is_empty(), expect.is_empty(), "{era} {commands:?}: {got:?}");
                continue;
            }
            assert_eq!(got, expect, "{era} {commands:?}");
            let delta = row["offset_delta"].as_u64().expect("a number") as usize;
            assert_eq!(wire.len(), delta, "{era} {commands:?}");
            compared += 1;
        }
        assert!(compared >= 25, "{era}: {compared} steps compared");
    }
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_millis() as i64
}

/// A real 7.0.15 beside our table: each line goes to both, and replies and stream must agree.
struct Beside {
    /// Ends with this.
    _server: Server,
    conn: Conn,
    listener: Listener,
    keys: Keyspace,
    marks: u32,
    history: Vec<String>,
}
impl Beside {
    fn start(make: &Make, era: Era) -> Beside {
        let (program, _) = make.program();
        let mut words = vec!["--repl-ping-slave-period", "3600", "--databases", "16"];
        if era.has(Era::V7_0) {
            words.extend(["--enable-debug-command", "local"]);
        }
        if era.has(Era::V3_0) {
            words.extend(["--repl-diskless-sync", "no"]);
        }
        let server = Server::start_as(&program.to_string_lossy(), &words, None);
        let mut conn = Conn::to(server.port());
        assert_eq!(conn.line("DEBUG SET-ACTIVE-EXPIRE 0"), Reply::StatusText("OK".into()));
        let mut listener = Listener::of(server.port());
        let mut keys = Keyspace::new(era);
        conn.line("SET first 1");
        keys.line("SET first 1");
        conn.line("SET mark begin");
        listener.until_mark("begin");
        Beside { _server: server, conn, listener, keys, marks: 0, history: Vec::new() }
    }
    /// Whether both answer the same and send the same.
    ///
    /// # Errors
    /// What differs, with what went before.
    fn verify(&mut self, line: &str) -> Result<(), String> {
        // Hash order is each server's own.
        let name = line.split(' ').next().unwrap_or_default();
        let unordered =
            ["KEYS", "SMEMBERS", "SINTER", "SUNION", "SDIFF", "HGETALL", "HKEYS", "HVALS", "SCAN", "SSCAN", "SPOP", "SRANDMEMBER"]
                .contains(&name);
        self.history.push(line.to_owned());
        let before = self.history[self.history.len().saturating_sub(12)..].to_vec();
        let args = split_args(line).expect("balanced quotes");
        self.keys.now_ms = now_ms();
        let theirs = self.conn.run(&args);
        let (ours, wire) = self.keys.args(&args);
        let (theirs, ours) = (plain(theirs, unordered), plain(ours, unordered));
        // Whole seconds are rounded at moments a little apart.
        let near = matches!((name, &ours, &theirs), ("TTL", Reply::Int(a), Reply::Int(b)) if *a > 1 && (a - b).abs() <= 1);
        let mut wrong = String::new();
        if !near && ours != theirs {
            wrong = format!("{}\nis not\n{}\nfor {line} after {before:?}\n", cli::format(&ours), cli::format(&theirs));
        }
        self.marks += 1;
        let (mark, db) = (self.marks.to_string(), self.keys.db);
        self.conn.line(&format!("SET mark {mark}"));
        self.keys.line("SET mark 0");
        let stream = self.listener.until_mark(&mark);
        // A change of database is said before the mark if the command itself said nothing.
        let select = |wire: Vec<u8>| {
            String::from_utf8_lossy(&wire).replace(&format!("*2\r\n$6\r\nSELECT\r\n${}\r\n{db}\r\n", db.to_string().len()), "")
        };
        let (ours, theirs) = (without_moments(select(wire).as_bytes()), without_moments(select(stream).as_bytes()));
        if ours != theirs {
            wrong.push_str(&format!("{ours:?}\nis not\n{theirs:?}\nin the stream of {line} after {before:?}\n"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}
/// Statuses as one kind; arrays sorted where order is the server's own business.
fn plain(reply: Reply, unordered: bool) -> Reply {
    match reply {
        Reply::Status(text) => Reply::StatusText(text.into()),
        Reply::Array(items) => {
            let mut items: Vec<Reply> = items.into_iter().map(|item| plain(item, unordered)).collect();
            if unordered {
                items.sort_by_key(cli::format);
            }
            Reply::Array(items)
        }
        other => other,
    }
}

#[test]
fn one_by_one_as_a_real_server_answers() {
    assert_eq!(differing(&Make::Real("7.0.15"), Era::V7_0), None);
}
/// Every line goes to older servers too: what they do not know they refuse in their own words.
#[cfg(feature = "interop")]
#[test]
fn one_by_one_as_real_servers_of_other_releases_answer() {
    let others = [("6.2.14", Era::V6_2), ("3.0.5", Era::V3_0), ("2.8.17", Era::V2_8)];
    let wrong: Vec<String> = others.iter().filter_map(|(release, era)| differing(&Make::Real(release), *era)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
/// Goes through all cases; what differs, as text.
fn differing(make: &Make, era: Era) -> Option<String> {
    let mut both = Beside::start(make, era);
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut wrong = Vec::new();
    for case in CASES.trim().split("\n\n") {
        for line in std::iter::once("FLUSHALL").chain(case.split(" ;").map(str::trim).filter(|line| !line.is_empty())) {
            if let Err(text) = both.verify(line) {
                wrong.push(text);
            }
        }
        assert!(Instant::now() < deadline);
    }
    (!wrong.is_empty()).then(|| format!("{era}, {} lines:\n{}", wrong.len(), wrong.join("\n")))
}

/// Command sequences, each from empty databases: commands between ` ; `, sequences between empty lines.
const CASES: &str = r#"
SET k v ; GET k ; GET nokey ; get k ; SET k ; GET ; GET a b ; NOSUCH a 'b c' ; NOSUCH ; TYPE k ; TYPE nokey ; SET k v NX ;
SET k w NX ; SET k w XX ; SET n w XX ; SET k v NX XX ; SET k v xx get ; SET k v GET ; SET q v GET ; SET q w NX GET

SET k v EX 100 ; SET k v EX 0 ; SET k v EX -1 ; SET k v EX a ; SET k v EX ; SET k v EX 9223372036854775807 ;
SET k v PX 9223372036854775807

SET k v PX 100000 ; SET k w KEEPTTL ; SET k v EX 10 KEEPTTL ; SET k v KEEPTTL EX 10 ; SET k v EX 10 PX 10 ; SET k v foo ;
SET k v EX 100 GET

SET k v EXAT 99999999999 ; SET k v PXAT 99999999999000 ; SET k v EXAT 0 ; SET k w PXAT 9999999999999 NX ;
SET k w PXAT 9999999999999 XX

SETEX k 100 v ; SETEX k 0 v ; PSETEX k 100000 v ; PSETEX k -5 v ; SETEX k a v ; SETNX k v ; SETNX j v ; GETSET k 2 ; GETSET z 1 ;
TTL k

RPUSH l a ; GET l ; SET l v GET ; GETSET l v ; APPEND l x ; INCR l ; STRLEN l ; SETRANGE l 0 x ; GETRANGE l 0 1 ; MGET l x ;
GETDEL l ; GETEX l

APPEND k abc ; APPEND k def ; STRLEN k ; GETRANGE k 0 -1 ; GETRANGE k -3 -1 ; GETRANGE k 4 100 ; GETRANGE k 5 1 ;
GETRANGE k -1 -5 ; GETRANGE k -100 1

GETRANGE k 0 a ; SETRANGE k 5 x ; GET k ; SETRANGE k -1 x ; SETRANGE k 0 '' ; SETRANGE nokey 0 '' ; SETRANGE k 0 yyy ;
SUBSTR k 0 2 ; GETRANGE k 0 -100

INCR n ; INCRBY n 10 ; DECR n ; DECRBY n 5 ; INCRBY n a ; SET n 9223372036854775807 ; INCR n ; DECRBY n -1 ;
DECRBY n -9223372036854775808 ; SET n ' 1' ; INCR n ; SET n 01 ; INCR n

MSET a 1 b 2 ; MGET a b c ; MSET a ; MSET a 1 b ; MSETNX a 1 d 2 ; MSETNX e 1 f 2 ; MSETNX a ; MSETNX a 1 b ; MGET a b d e f

SET k v ; DEL k ; DEL k ; SET a 1 ; SET b 1 ; DEL a b c ; SET a 1 ; UNLINK a x ; UNLINK a ; EXISTS a a ; SET a 1 ; EXISTS a a b ;
TOUCH a b ; DEL

SET k v ; EXPIRE k 100 ; TTL k ; PERSIST k ; PERSIST k ; TTL k ; TTL nokey ; PTTL nokey ; PTTL k ; EXPIRE nokey 10 ;
PEXPIRE k 100000 ; EXPIREAT k 99999999999 ; PEXPIREAT k 99999999999000 ; EXPIRETIME k ; PEXPIRETIME k ; EXPIRETIME nokey

SET k v ; EXPIRE k -1 ; EXISTS k ; SET k v ; EXPIREAT k 1 ; SET k v ; PEXPIREAT k 1 ; SET k v ; PEXPIRE k 0 ; EXPIRE k 10 ;
EXPIRE k a ; EXPIRE k ; EXPIRE k 9223372036854775807 ; PEXPIRE k 9223372036854775807 ; EXPIRE k 10 FOO

SET k v ; EXPIRE k 100 XX ; EXPIRE k 100 GT ; EXPIRE k 100 NX ; EXPIRE k 100 NX ; EXPIRE k 50 GT ; EXPIRE k 200 GT ;
EXPIRE k 300 LT ; EXPIRE k 10 lt ; EXPIRE k 100 NX XX ; EXPIRE k 100 GT LT ; EXPIRE k 100 xx gt ; PEXPIREAT k 9999999999999 XX ;
EXPIRE k -1 NX

SET k v ; GETEX k ; GETEX k EX 100 ; GETEX k PX 100000 ; GETEX k EXAT 99999999999 ; GETEX k PXAT 9999999999999 ; GETEX k PERSIST ;
GETEX k PERSIST ; GETEX k EX 0 ; GETEX k EX ; GETEX k EX 10 PERSIST ; GETEX nokey EX 10 ; GETEX k PXAT 1 ; EXISTS k ; SET k v ;
GETDEL k ; GETDEL k

SET a 1 ; RENAME a b ; GET b ; RENAME a b ; RENAME b b ; RENAMENX b b ; SET a 2 ; RENAMENX a b ; RENAMENX a c ; RENAME b c ;
GET c ; SET t 1 EX 100 ; RENAME t c ; PERSIST c

SET a 1 ; MOVE a 1 ; MOVE a 1 ; SELECT 1 ; GET a ; MOVE a 0 ; MOVE a 1 ; MOVE a 99 ; MOVE a x ; SET a 2 ; SELECT 0 ; MOVE a 1 ;
SWAPDB 0 1 ; GET a ; SWAPDB 0 0 ; SWAPDB a 1 ; SWAPDB 0 b ; SWAPDB 0 99 ; SWAPDB 0 -1

SET a 1 ; COPY a b ; COPY a b ; COPY a b REPLACE ; COPY a a ; COPY a a DB 1 ; COPY a c DB 99 ; COPY a c DB x ; COPY a c FOO ;
COPY nokey c ; SELECT 1 ; GET a ; SELECT 0

DBSIZE ; SET a 1 ; DBSIZE ; KEYS * ; KEYS b* ; FLUSHDB ; FLUSHDB ; FLUSHDB ASYNC ; FLUSHDB SYNC ; FLUSHDB FOO ; FLUSHALL ASYNC ;
FLUSHALL FOO ; FLUSHALL ASYNC SYNC ; RANDOMKEY

SET k v ; EXPIRE k 9223372036854775807 ; EXPIRE k -9223372036854775808 ; EXPIREAT k 9223372036854775807 ; EXPIREAT k -9223372036854775808 ;
SETEX k 9223372036854775807 v ; PSETEX k 9223372036854775807 v ; GETEX k EX 9223372036854775807 ; DEL k ; SET k v ; EXPIREAT k 9223372036854775 ;
PEXPIREAT k 9223372036854775000 ; PERSIST k ; PEXPIRE k -9223372036854775808 ; EXISTS k

RPUSH l a b c ; LTRIM l -9223372036854775808 9223372036854775807 ; LRANGE l 9223372036854775807 -1 ;
LREM l -9223372036854775808 a ; LREM l 9223372036854775807 b ;
LPOS l a RANK -9223372036854775807 ; LPOS l c RANK 9223372036854775807 COUNT 9223372036854775807 MAXLEN 9223372036854775807 ;
LPOP l 9223372036854775807 ; SET k v ; GETRANGE k 9223372036854775807 9223372036854775807 ; GETRANGE k -9223372036854775808 9223372036854775807

SADD s a b ; SRANDMEMBER s 9223372036854775807 ; SPOP s 9223372036854775807 ; ZADD z 1 a 2 b ;
ZRANGE z -9223372036854775808 9223372036854775807 ; ZREVRANGE z 9223372036854775807 -9223372036854775808 ;
ZRANGEBYSCORE z -inf +inf LIMIT 9223372036854775807 9223372036854775807 ; ZRANGEBYSCORE z -inf +inf LIMIT -1 -9223372036854775808 ;
ZREMRANGEBYRANK z 9223372036854775807 -9223372036854775808 ; ZPOPMIN z 9223372036854775807 ; ZUNIONSTORE d 9223372036854775807 a ;
ZUNIONSTORE d -1 a ; RPUSH l a b c ; SORT l ALPHA LIMIT 9223372036854775807 9223372036854775807 ;
SORT l ALPHA LIMIT -9223372036854775808 9223372036854775807 ; SORT l ALPHA LIMIT 1 9223372036854775807 ; SORT l ALPHA LIMIT 1 -1

SET n -1 ; DECRBY n -9223372036854775807 ; DECRBY n 9223372036854775807 ; HINCRBY h f 9223372036854775807 ; HINCRBY h f 1 ;
HINCRBY h g -9223372036854775808 ; HINCRBY h g -1 ; MOVE n 9223372036854775807 ; COPY n m DB 9223372036854775807 ;
SWAPDB 0 9223372036854775807 ; SCAN 99999999999999999999

SCAN 0 ; SET a 1 ; SCAN 0 ; SCAN 0 COUNT 0 ; SCAN 0 COUNT a ; SCAN 0 COUNT ; SCAN a ; SCAN 0 MATCH b* ; SCAN 0 TYPE string ;
SCAN 0 TYPE list ; SCAN 0 FOO bar ; SCAN 18446744073709551616

RPUSH l a b c ; LPUSH l x y ; LRANGE l 0 -1 ; LLEN l ; LINDEX l 0 ; LINDEX l -1 ; LINDEX l 99 ; LINDEX l a ; LINDEX nokey a ;
LPOP l ; RPOP l ; LRANGE l 1 1 ; LRANGE l -2 -1 ; LRANGE l 5 10 ; LRANGE l a b ; LPUSHX l q r ; RPUSHX nokey q ; LLEN nokey

RPUSH l a b c d e ; LPOP l 2 ; RPOP l 2 ; LPOP l 0 ; LPOP l -1 ; LPOP l a ; LPOP nokey 2 ; LPOP nokey ; LPOP l 1 2 ; LPOP l 99 ;
EXISTS l ; RPOP l 1 2 ; SET s v ; LPOP s ; LPOP s 1 ; RPUSH s a ; LLEN s ; LRANGE s 0 1 ; LPUSHX s a

RPUSH l a b c d e a ; LSET l 0 z ; LSET l -1 y ; LSET l 99 x ; LSET l a x ; LSET nokey 0 x ; LTRIM l 1 -2 ; LRANGE l 0 -1 ;
LTRIM l 0 -1 ; LTRIM l 0 a ; LTRIM nokey 0 1 ; LTRIM l 5 1 ; EXISTS l ; SET s v ; LTRIM s 0 1 ; LSET s 0 x

RPUSH l a b a c a ; LREM l 1 a ; LRANGE l 0 -1 ; LREM l -1 a ; LRANGE l 0 -1 ; LREM l 0 zz ; LREM l 0 a ; LREM l a a ;
LINSERT l BEFORE c x ; LINSERT l after c y ; LINSERT l AFTER zz y ; LINSERT l FOO c y ; LINSERT nokey AFTER c y ; LRANGE l 0 -1 ;
LREM nokey 0 a

RPUSH l a b c ; RPOPLPUSH l m ; RPOPLPUSH l l ; RPOPLPUSH nokey l ; LMOVE l m LEFT RIGHT ; LMOVE l m FOO RIGHT ; LRANGE m 0 -1 ;
SET s v ; RPOPLPUSH l s ; RPOPLPUSH s l ; LMOVE l m RIGHT LEFT ; EXISTS l

HSET h a 1 ; HSET h a 2 ; HSET h b 1 c 2 a 3 ; HSET h a ; HSET h a 1 b ; HMSET h x 1 y 2 ; HMSET h x ; HMSET h x 1 y ; HGET h a ;
HGET h zz ; HGET nokey a ; HGETALL h ; HGETALL nokey ; HKEYS h ; HVALS h ; HLEN h ; HEXISTS h a ; HEXISTS h zz ; HMGET h a zz b ;
HMGET nokey a b

HSET h a 1 ; HSETNX h a 2 ; HSETNX h b 2 ; HDEL h zz ; HDEL h a zz b ; EXISTS h ; HDEL h a ; HINCRBY h n 5 ; HINCRBY h n a ;
HSET h s x ; HINCRBY h s 1 ; HSET h m 9223372036854775807 ; HINCRBY h m 1 ; HSTRLEN h s ; HSTRLEN h zz ; SET s v ; HSET s a 1 ;
HGET s a ; HGETALL s ; HDEL s a ; HLEN s ; HSCAN h 0

SADD s 3 1 2 ; SMEMBERS s ; SADD s 1 ; SADD s 4 1 ; SREM s 9 ; SREM s 1 9 ; SISMEMBER s 2 ; SISMEMBER s 9 ; SISMEMBER nokey 9 ;
SMISMEMBER s 2 9 ; SCARD s ; SCARD nokey ; SMEMBERS nokey ; SSCAN s 0 ; SREM s 2 3 4 ; EXISTS s ; SET k v ; SADD k a ; SMEMBERS k ;
SREM k a ; SPOP k ; SRANDMEMBER k ; SCARD k

SADD s 1 ; SPOP s ; SPOP s ; SADD s 1 2 ; SPOP s 2 ; EXISTS s ; SPOP s 2 ; SADD s 1 ; SPOP s 0 ; SPOP s -1 ; SPOP s a ;
SPOP s 1 2 ; DEL s ; SADD s 1 ; SRANDMEMBER s ; SRANDMEMBER s 5 ; SRANDMEMBER s -3 ; SRANDMEMBER s 0 ; SRANDMEMBER nokey ; SRANDMEMBER nokey 5 ;
SRANDMEMBER s a ; SRANDMEMBER s 1 2

SADD a 1 2 3 ; SADD b 2 3 4 ; SINTER a b ; SUNION a b ; SDIFF a b ; SDIFF a b a ; SINTER a nokey ; SDIFF nokey a ;
SINTERSTORE c a b ; SUNIONSTORE c a b ; SDIFFSTORE c a b ; SMEMBERS c ; SINTERSTORE c a nokey ; EXISTS c ; SINTERSTORE c a nokey ;
SMOVE a b 1 ; SMOVE a b 9 ; SMOVE nokey b 1 ; SMOVE a a 2 ; SET s v ; SMOVE a s 2 ; SMOVE s a 2 ; SINTER a s ; SUNIONSTORE s a b

ZADD z 1 a 2 b ; ZADD z 1 a ; ZADD z 3 a ; ZADD z CH 4 a 1 c ; ZADD z NX 9 a 9 d ; ZADD z XX 5 a 5 e ; ZADD z INCR 2 a ;
ZADD z NX INCR 2 a ; ZADD z GT 1 a ; ZADD z LT 1 a ; ZADD z GT CH 100 a ; ZADD z XX NX 1 a ; ZADD z GT LT 1 a ; ZADD z GT NX 1 a ;
ZADD z INCR 1 a 2 b ; ZADD z 1 ; ZADD z foo a ; ZADD z 1 a 2 ; ZADD z nan a ; ZADD z inf i ; ZADD z INCR -inf i ;
ZRANGE z 0 -1 WITHSCORES

ZADD z 1 a 2 b 3 c ; ZSCORE z a ; ZSCORE z zz ; ZSCORE nokey a ; ZMSCORE z a zz ; ZMSCORE nokey a ; ZCARD z ; ZCARD nokey ;
ZRANK z b ; ZREVRANK z b ; ZRANK z zz ; ZRANK nokey a ; ZINCRBY z 1.5 a ; ZINCRBY z 0.1 a ; ZINCRBY z 0 a ; ZINCRBY z a a ;
ZINCRBY n 3.3 a ; ZREM z zz ; ZREM z a zz ; ZREM z b c ; EXISTS z ; ZREM z b

ZADD z 1 a 2 b 3 c 4 d ; ZRANGE z 0 1 ; ZRANGE z 0 -1 withscores ; ZRANGE z 0 -1 foo ; ZRANGE z a 1 ; ZRANGE z 5 9 ;
ZRANGE nokey 0 1 ; ZREVRANGE z 0 1 WITHSCORES ; ZREVRANGE z 0 1 foo ; ZRANGE z 2 3 BYSCORE ; ZRANGE z 3 2 BYSCORE REV ;
ZRANGE z (1 3 BYSCORE LIMIT 1 1 ; ZRANGE z 0 1 LIMIT 0 1 ; ZRANGE z 0 -1 REV ; ZRANGE z 0 1 LIMIT a 1

ZADD z 1 a 2 b 3 c 4 d ; ZRANGEBYSCORE z 2 3 ; ZRANGEBYSCORE z (2 +inf WITHSCORES ; ZRANGEBYSCORE z -inf inf LIMIT 1 2 ;
ZRANGEBYSCORE z -inf inf LIMIT -1 2 ; ZRANGEBYSCORE z -inf inf LIMIT 1 -1 ; ZRANGEBYSCORE z a b ; ZRANGEBYSCORE z 1 2 foo ;
ZRANGEBYSCORE z 1 2 LIMIT 1 ; ZREVRANGEBYSCORE z 3 2 ; ZREVRANGEBYSCORE z 3 (1 LIMIT 1 1 WITHSCORES ; ZCOUNT z 2 3 ;
ZCOUNT z (2 (3 ; ZCOUNT z a b ; ZCOUNT nokey 1 2

ZADD z 1 a 2 b 3 c 4 d 5 e ; ZREMRANGEBYRANK z 0 0 ; ZREMRANGEBYSCORE z 3 3 ; ZREMRANGEBYRANK z 9 9 ; ZREMRANGEBYSCORE z (9 9 ;
ZREMRANGEBYRANK z a b ; ZREMRANGEBYSCORE z a b ; ZPOPMIN z ; ZPOPMAX z 1 ; ZPOPMIN z 0 ; ZPOPMIN z -1 ; ZPOPMIN z a ; ZPOPMIN z 9 ;
ZPOPMIN z ; EXISTS z ; ZADD z 1 a ; ZREMRANGEBYRANK z 0 -1 ; EXISTS z ; SET s v ; ZADD s 1 a ; ZRANGE s 0 1 ; ZSCORE s a ;
ZREM s a ; ZINCRBY s 1 a ; ZSCAN s 0

ZADD z 0.1 a 3.3 b 1e20 c 1e-7 d 1e17 f 123456789.123 g ; ZRANGE z 0 -1 WITHSCORES ; ZSCORE z a ; ZADD z 1e400 a ;
ZADD z 0x10 h ; ZSCORE z h ; ZADD z +1 i ; ZSCORE z i ; ZADD z 1. j ; ZSCORE z j ; ZADD z ' 1' k ; ZADD z '' k ; ZSCAN z 0

SET k 1 ; OBJECT ENCODING k ; SET k abc ; OBJECT ENCODING k ; SET k aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ;
OBJECT ENCODING k ; RPUSH l a ; OBJECT ENCODING l ; SADD s 1 ; OBJECT ENCODING s ; SADD s a ; OBJECT ENCODING s ; HSET h a 1 ;
OBJECT ENCODING h ; ZADD z 1 a ; OBJECT ENCODING z ; OBJECT ENCODING nokey ; OBJECT FOO k ; OBJECT ENCODING

RPUSH l a b c a b a ; LPOS l a ; LPOS l a RANK 2 ; LPOS l a RANK -1 ; LPOS l a COUNT 0 ; LPOS l a COUNT 2 RANK -1 ; LPOS l a MAXLEN 1 ;
LPOS l b MAXLEN 1 ; LPOS l zz ; LPOS l zz COUNT 1 ; LPOS nokey a ; LPOS nokey a COUNT 1 ; LPOS l a RANK 0 ; LPOS l a COUNT -1 ;
LPOS l a MAXLEN -1 ; LPOS l a RANK ; LPOS l a FOO 1 ; LPOS l a RANK -9223372036854775808 ; LPOS l a RANK x ; SET s v ; LPOS s a ;
LPOS l a RANK -2 COUNT 0 MAXLEN 3 ; LPOS l a RANK 9 COUNT 0

RPUSH l a b c d ; LMPOP 1 l LEFT ; LMPOP 2 nokey l RIGHT COUNT 2 ; LMPOP 1 nokey LEFT ; LMPOP 0 l LEFT ; LMPOP x l LEFT ; LMPOP 2 l LEFT ;
LMPOP 1 l FOO ; LMPOP 1 l LEFT COUNT 0 ; LMPOP 1 l LEFT COUNT 9 ; EXISTS l ; SET s v ; LMPOP 1 s LEFT ; LMPOP 1 l LEFT FOO 1

RPUSH l a b c ; BLPOP l 0 ; BRPOP nokey l 1 ; BLPOP l x ; BLPOP l -1 ; BLPOP l 1e30 ; BLPOP l ; SET s v ; BLPOP nokey s 0 ; BRPOPLPUSH l m 0 ;
RPUSH l a b ; BRPOPLPUSH l l 0 ; BLMOVE l m LEFT RIGHT 0 ; BLMOVE l m LEFT FOO 0 ; BLMOVE l m LEFT RIGHT x ; BRPOPLPUSH m s 0 ;
BRPOPLPUSH s m 0 ; BLMPOP 0 1 m LEFT COUNT 5 ; BLMPOP x 1 m LEFT ; BLMPOP 0 0 m LEFT ; BLPOP m 0.01 ; BRPOPLPUSH m l 0.01 ;
BLMPOP 0.01 2 m q LEFT

ZADD z 1 a 2 b 3 c 4 d 5 e ; BZPOPMIN z 0 ; BZPOPMAX nokey z 0 ; BZPOPMIN z x ; ZMPOP 1 z MIN ; ZMPOP 2 nokey z MAX COUNT 5 ; EXISTS z ;
ZMPOP 1 z MIN ; ZMPOP 0 z MIN ; ZMPOP 1 z FOO ; ZMPOP 1 z MIN COUNT 0 ; ZADD z 1 a ; BZMPOP 0 1 z MAX ; BZMPOP x 1 z MAX ; BZPOPMIN z 0.01 ;
BZMPOP 0.01 1 z MIN COUNT 2 ; RPUSH l a ; BZPOPMIN l 0 ; ZMPOP 1 l MIN

ZADD a 1 x 2 y 3 z ; ZADD b 10 y 20 z 30 w ; SADD s x w ; ZUNIONSTORE c 2 a b ; ZRANGE c 0 -1 WITHSCORES ; ZINTERSTORE c 2 a b WEIGHTS 2 0.5 ;
ZRANGE c 0 -1 WITHSCORES ; ZUNIONSTORE c 3 a b s AGGREGATE MAX ; ZRANGE c 0 -1 WITHSCORES ; ZINTERSTORE c 2 a b AGGREGATE MIN ;
ZRANGE c 0 -1 WITHSCORES ; ZINTERSTORE c 2 a nokey ; EXISTS c ; ZINTERSTORE c 2 a nokey ; ZUNIONSTORE c 0 a ; ZUNIONSTORE c 5 a b ;
ZUNIONSTORE c x a ; ZUNIONSTORE c 2 a b WEIGHTS 1 ; ZUNIONSTORE c 2 a b WEIGHTS 1 x ; ZUNIONSTORE c 2 a b AGGREGATE FOO ;
ZUNIONSTORE c 2 a b WITHSCORES ; ZUNION 2 a b ; ZUNION 2 a b WITHSCORES ; ZINTER 2 a b WITHSCORES ; ZDIFF 2 a b WITHSCORES ; ZDIFF 1 a WEIGHTS 1 ;
ZDIFFSTORE c 2 a b ; ZDIFFSTORE c 2 a a ; EXISTS c ; ZINTERCARD 2 a b ; ZINTERCARD 2 a b LIMIT 1 ; ZINTERCARD 2 a b LIMIT -1 ;
ZINTERCARD 0 a ; ZINTERCARD 2 a b LIMIT x ; SINTERCARD 2 s s ; SINTERCARD 2 s s LIMIT 1 ; SINTERCARD 0 s ; SINTERCARD 3 s s ;
SINTERCARD 1 s LIMIT -1 ; SINTERCARD 1 s FOO ; SET k v ; ZUNIONSTORE c 2 a k ; ZDIFF 0 a ; ZUNION 1 nokey

ZADD a inf x 1 y ; ZADD b -inf x 1 y ; ZUNIONSTORE c 2 a b ; ZRANGE c 0 -1 WITHSCORES ; ZUNIONSTORE c 1 a WEIGHTS 0 ; ZRANGE c 0 -1 WITHSCORES

ZADD z 0 a 0 b 0 c 0 d 0 e ; ZRANGEBYLEX z - + ; ZRANGEBYLEX z [b (d ; ZRANGEBYLEX z (b [d LIMIT 1 1 ; ZREVRANGEBYLEX z + - ;
ZREVRANGEBYLEX z [d (b ; ZRANGEBYLEX z b d ; ZRANGEBYLEX z - + WITHSCORES ; ZLEXCOUNT z - + ; ZLEXCOUNT z [b [d ; ZLEXCOUNT z (b (c ;
ZLEXCOUNT z x y ; ZREMRANGEBYLEX z [b [c ; ZRANGE z - + BYLEX ; ZRANGE z + - BYLEX REV LIMIT 0 2 ; ZRANGE z - + BYLEX WITHSCORES ;
ZREMRANGEBYLEX z x y ; ZRANGEBYLEX z + - ; ZRANGESTORE d z 0 1 ; ZRANGE d 0 -1 ; ZRANGESTORE d z [d + BYLEX ; ZRANGE d 0 -1 ;
ZRANGESTORE d z (0 1 BYSCORE ; EXISTS d ; ZRANGESTORE d nokey 0 -1 ; ZRANGESTORE d z 0 1 WITHSCORES ; ZRANGESTORE d z 0 1 LIMIT 0 1 ;
ZRANGESTORE d z 0 0 REV ; ZRANGE d 0 -1 ; ZREMRANGEBYLEX z - + ; EXISTS z ; ZRANGEBYLEX nokey - +

HSET h a 1 ; HRANDFIELD h ; HRANDFIELD h 5 ; HRANDFIELD h -2 ; HRANDFIELD h 1 WITHVALUES ; HRANDFIELD h -2 withvalues ; HRANDFIELD h 0 ;
HRANDFIELD nokey ; HRANDFIELD nokey 1 ; HRANDFIELD h x ; HRANDFIELD h 1 FOO ; HRANDFIELD h -9223372036854775808 ;
HRANDFIELD h 9223372036854775807 WITHVALUES ; ZADD z 1 a ; ZRANDMEMBER z ; ZRANDMEMBER z 3 ; ZRANDMEMBER z -2 WITHSCORES ; ZRANDMEMBER nokey ;
ZRANDMEMBER nokey 2 ; ZRANDMEMBER z x ; ZRANDMEMBER z 1 FOO ; HRANDFIELD z

RPUSH l 3 1 2 ; SORT l ; SORT l DESC ; SORT l ALPHA ; SORT l LIMIT 1 1 ; SORT l LIMIT -5 2 ; SORT l LIMIT 0 -1 ; SORT l LIMIT 9 1 ; SORT l LIMIT 1 ;
SORT l STORE d ; LRANGE d 0 -1 ; SET w1 30 ; SET w2 20 ; SET w3 10 ; SORT l BY w* ; SORT l BY w* GET # GET w* ; SORT l BY nosort ;
SORT l BY nosort DESC ; SORT l BY nosort LIMIT 1 1 ; SORT l GET x* ; SORT l GET x* STORE d ; LRANGE d 0 -1 ; HSET h1 f 5 ; HSET h2 f 4 ;
HSET h3 f 6 ; SORT l BY h*->f ; SORT l BY h*->f GET h*->f DESC ; SORT l GET nostar ; SORT nokey ; SORT nokey STORE d ; EXISTS d ;
SORT nokey STORE d ; SET s v ; SORT s ; SORT h1 ; SORT l FOO ; SORT l STORE ; SORT_RO l DESC ; SORT_RO l STORE d ; RPUSH l x ; SORT l ;
SORT l ALPHA DESC ; SADD st 3 1 2 ; SORT st ; SORT st DESC LIMIT 0 2 ; SORT st BY nosort STORE d ; LRANGE d 0 -1 ; ZADD z 3 a 1 b 2 c ;
SORT z ALPHA ; SORT z BY nosort ; SORT z BY nosort DESC LIMIT 0 2 ; SORT z ; SORT l BY w* ALPHA

SET k 5 ; OBJECT REFCOUNT k ; SET k 10000 ; OBJECT REFCOUNT k ; SET k abc ; OBJECT REFCOUNT k ; OBJECT FREQ k ; OBJECT FREQ nokey ; OBJECT HELP ;
OBJECT HELP x ; OBJECT IDLETIME nokey ; OBJECT REFCOUNT ; OBJECT refcount a b

SET "\x00\xff" "\r\n" ; GET "\x00\xff" ; SET '' '' ; GET '' ; STRLEN '' ; KEYS '' ; APPEND '' x ; HSET '' '' '' ; DEL ''
"#;

/// A line of a random command over few keys, so that commands meet what others left.
fn random_line(seed: u64, n: u64) -> String {
    let me = actor("commands");
    let mut k = 0;
    let mut draw = |bound: u64| {
        k += 1;
        below(rand(seed, me, Purpose::Swarm, n * 64 + k), bound)
    };
    const FORMS: &str = "\
        SET K V; SET K V; SET K V NX; SET K V XX; SET K V EX 1000; SET K V PX T; SET K V KEEPTTL; SET K V GET; \
        SETNX K V; SETEX K 1000 V; GET K; GETSET K V; GETDEL K; GETEX K; GETEX K PX T; GETEX K PERSIST; APPEND K V; \
        STRLEN K; SETRANGE K N V; GETRANGE K I I; INCR K; INCRBY K I; DECR K; DECRBY K N; MSET K V K V; MSETNX K V K V; \
        MGET K K K; DEL K; DEL K K K; UNLINK K K; EXISTS K K; TYPE K; RENAME K K; RENAMENX K K; COPY K K; \
        COPY K K REPLACE; EXPIRE K 1000; EXPIRE K -1; EXPIRE K 2000 GT; EXPIRE K 500 LT; EXPIRE K 700 NX; \
        EXPIRE K 700 XX; PEXPIRE K T; PEXPIRE K T; PERSIST K; TTL K; RPUSH K V V; LPUSH K V; RPUSHX K V; LPOP K; \
        RPOP K; LPOP K N; LLEN K; LRANGE K I I; LINDEX K I; LSET K I V; LTRIM K I I; LREM K I V; LINSERT K BEFORE V V; \
        RPOPLPUSH K K; LMOVE K K LEFT RIGHT; HSET K V V; HSET K V V V V; HMSET K V V; HSETNX K V V; HGET K V; \
        HMGET K V V; HGETALL K; HDEL K V V; HLEN K; HEXISTS K V; HINCRBY K V I; HINCRBYFLOAT K V F; HKEYS K; HVALS K; \
        SADD K V V; SADD K N N N; SREM K V V; SMEMBERS K; SISMEMBER K V; SCARD K; SMOVE K K V; SINTER K K; SUNION K K; \
        SDIFF K K; SUNIONSTORE K K K; SINTERSTORE K K K; SDIFFSTORE K K K; ZADD K N V N V; ZADD K F V; ZADD K NX N V; \
        ZADD K XX CH N V; ZADD K GT N V; ZADD K INCR I V; ZINCRBY K F V; ZREM K V V; ZRANGE K I I WITHSCORES; \
        ZREVRANGE K I I; ZSCORE K V; ZCARD K; ZRANK K V; ZREVRANK K V; ZRANGEBYSCORE K I N; \
        ZRANGEBYSCORE K (I N LIMIT 1 2 WITHSCORES; ZREVRANGEBYSCORE K N I; ZCOUNT K I N; ZREMRANGEBYRANK K I I; \
        ZREMRANGEBYSCORE K I N; ZPOPMIN K; ZPOPMAX K N; DBSIZE; LPOS K V; LPOS K V RANK I COUNT N; LMPOP 2 K K LEFT COUNT 2; \
        BLPOP K K 0.01; BRPOP K 0.01; BRPOPLPUSH K K 0.01; BLMOVE K K RIGHT RIGHT 0.01; ZUNIONSTORE K 2 K K WEIGHTS N I; \
        ZINTERSTORE K 2 K K AGGREGATE MAX; ZUNION 2 K K WITHSCORES; ZINTER 2 K K; ZDIFF 2 K K WITHSCORES; ZDIFFSTORE K 2 K K; \
        ZINTERCARD 2 K K; SINTERCARD 2 K K LIMIT N; ZRANGEBYLEX K [a [c; ZLEXCOUNT K - (b; ZREMRANGEBYLEX K (b [hello; \
        ZRANGESTORE K K I I; ZMPOP 1 K MIN COUNT 2; BZPOPMAX K K 0.01; SORT K; SORT K ALPHA DESC LIMIT I N; SORT K BY k* STORE K; \
        SORT K ALPHA STORE K; HSTRLEN K V; SMISMEMBER K V V; ZMSCORE K V V; TOUCH K K; KEYS *; SELECT D; MOVE K D; SWAPDB D D; FLUSHDB";
    let forms: Vec<&str> = FORMS.split(';').map(str::trim).collect();
    let form = loop {
        let form = forms[draw(forms.len() as u64) as usize];
        if (form != "FLUSHDB" && !form.starts_with("SWAPDB")) || draw(8) == 0 {
            break form;
        }
    };
    form.split(' ')
        .map(|word| match word.strip_prefix('(').unwrap_or(word) {
            "K" => format!("k{}", draw(6)),
            "V" => ["a", "b", "c", "10", "-3", "7", "hello", "''"][draw(8) as usize].to_owned(),
            "N" => draw(6).to_string(),
            "I" => (draw(9) as i64 - 4).to_string(),
            "F" => format!("{}.{}", draw(5) as i64 - 2, draw(1_000)),
            "T" => [SHORT_MS, "1000000"][draw(2) as usize].to_owned(),
            "D" => draw(3).to_string(),
            _ => word.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn at_random_as_a_real_server_answers() {
    at_random(&Make::Real("7.0.15"), Era::V7_0, 12_000);
}
#[cfg(feature = "interop")]
#[test]
fn at_random_as_real_servers_of_other_releases_answer() {
    for (release, era) in [("6.2.14", Era::V6_2), ("3.0.5", Era::V3_0), ("2.8.17", Era::V2_8)] {
        at_random(&Make::Real(release), era, 6_000);
    }
}
/// A short life: longer than this machine may pause between two commands, as the second server would no longer find the key.
const SHORT_MS: &str = "64";

fn at_random(make: &Make, era: Era, lines: u64) {
    let mut both = Beside::start(make, era);
    for n in 0..lines {
        let line = random_line(20, n);
        // A time that is compared with an earlier one must not be of the same millisecond at one of the two alone.
        if line.ends_with(" GT") || line.ends_with(" LT") {
            std::thread::sleep(Duration::from_millis(2));
        }
        both.verify(&line).unwrap_or_else(|wrong| panic!("{wrong}"));
        // A key of some milliseconds is there while both are asked, and gone for both before the next command.
        if line.ends_with(&format!(" PX {SHORT_MS}")) || line.starts_with("PEXPIRE ") && line.ends_with(&format!(" {SHORT_MS}")) {
            std::thread::sleep(Duration::from_millis(66));
        }
        both.verify(&format!("TTL k{}", n % 6)).unwrap_or_else(|wrong| panic!("{wrong}"));
    }
}

/// An entry of COMMAND: name, arity, flags, first key, last key, step, categories; flags and categories sorted. What follows (tips, key
/// specifications, subcommands) is left empty here on purpose.
fn entry(reply: Reply) -> (String, Vec<Reply>) {
    let Reply::Array(mut fields) = plain(reply, false) else { panic!("an array") };
    assert_eq!(fields.len(), 10);
    fields.truncate(7);
    for field in &mut fields {
        if let Reply::Array(words) = field {
            words.sort_by_key(cli::format);
        }
    }
    (cli::format(&fields[0]), fields)
}

#[test]
fn the_table_agrees_with_the_real_one() {
    let server = Server::start(&[], None);
    let mut conn = Conn::to(server.port());
    let Reply::Array(theirs) = conn.line("COMMAND") else { panic!("an array") };
    let theirs: BTreeMap<String, Vec<Reply>> = theirs.into_iter().map(entry).collect();
    let Reply::Array(ours) = command_info(&[Bytes::from_static(b"COMMAND")], Era::V7_0) else { panic!("an array") };
    let mut wrong = Vec::new();
    for (name, mine) in ours.into_iter().map(entry) {
        match theirs.get(&name) {
            None => wrong.push(format!("{name} is unknown there")),
            Some(other) if *other != mine => wrong.push(format!("{name}: {mine:?}\nis not {other:?}")),
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // What the gate asks for is what is listed; flags of commands with subcommands stand there.
    let (mut compared, mut refused) = (0, Vec::new());
    for (name, fields) in &theirs {
        let name = name.trim_matches('"');
        let Some(spec) = lookup(name.as_bytes(), Era::V7_0) else {
            refused.push(name.to_owned());
            continue;
        };
        let Reply::Array(flags) = &fields[2] else { panic!("flags") };
        let flags: BTreeSet<String> = flags.iter().map(cli::format).collect();
        if !["config", "client", "object", "pubsub"].contains(&name) {
            let ours = (spec.flags)(Era::V7_0);
            for (word, flag) in [
                ("write", ours.write),
                ("readonly", ours.readonly),
                ("loading", ours.loading),
                ("stale", ours.stale),
                ("admin", ours.admin),
                ("no_auth", ours.no_auth),
                ("blocking", ours.waits),
            ] {
                assert_eq!(flags.contains(word), flag, "{name} {word}");
            }
        }
        compared += 1;
    }
    assert!(compared > 150, "{compared} commands");
    // The others are refused by name, each.
    for name in refused {
        let reply = unknown_command(&[Bytes::from(name.clone())], Era::V7_0);
        let Reply::Error(text) = &reply else { panic!("an error") };
        assert!(text.contains("Resync does not have") || text.contains("cluster support disabled"), "{name}: {text}");
    }
}

#[test]
fn replies_are_printed_as_redis_cli_prints_them() {
    let server = Server::start(&["--enable-debug-command", "local"], None);
    let mut conn = Conn::to(server.port());
    for line in
        ["SET k v", "RPUSH l a b c d e f g h i j k", "HSET h f \"a\\x00\\\"\\\\\\n\\xff\" g ''", "SADD s 1 2 3", "INCR l", "ZADD z 1 a 2 b"]
    {
        conn.line(line);
    }
    for line in [
        "GET k",
        "GET none",
        "SET k v",
        "INCR n",
        "INCR l",
        "NOSUCH a b",
        "LRANGE l 0 -1",
        "LRANGE none 0 -1",
        "HGETALL h",
        "ZRANGE z 0 -1 WITHSCORES",
        "SCAN 0 MATCH none*",
        "COMMAND INFO get",
        "ROLE",
        "LPOP none 3",
        "INFO replication",
        "CLIENT LIST",
        "CONFIG GET repl-backlog-size",
    ] {
        let words = split_args(line).expect("balanced");
        let printed = std::process::Command::new("redis-cli")
            .args(["--no-raw", "-p", &server.port().to_string()])
            .args(line.split(' '))
            .output()
            .expect("redis-cli is installed (apt-get install redis-tools)");
        let theirs = String::from_utf8_lossy(&printed.stdout).into_owned();
        let ours = cli::format_for(&words, &conn.run(&words), Era::V7_0);
        if line == "INCR n" {
            assert!(theirs.starts_with("(integer) ") && ours.starts_with("(integer) "));
        } else if line == "CLIENT LIST" {
            assert!(theirs.starts_with("id=") && ours.starts_with("id="), "raw: {theirs}");
        } else {
            assert_eq!(ours.trim_end(), theirs.trim_end(), "{line}");
        }
    }
}
