//! Keys that have expired, met at every door: what is answered, what the stream carries of it, and what INFO counts.

/// One story a line: what is done before a key's time passes, and behind the bar what is done after it.
const LOOKS: &str = "
SET k v PX 20 | GET k
SET k v PX 20 | SET k w
SET k v PX 20 | SET k w NX
SET k v PX 20 | SET k w XX
SET k v PX 20 | GETSET k w
SET k v PX 20 | APPEND k w
SET k v PX 20 | SETRANGE k 2 x
SET k v PX 20 | SETBIT k 2 1
SET k v PX 20 | SETNX k x
SET k v PX 20 | SETEX k 100 x
SET k v PX 20 | PSETEX k 100000 x
SET k v PX 20 | SET k x EX 100
SET k v PX 20 | DEL k
SET k v PX 20 | UNLINK k
SET k v PX 20 | EXISTS k
SET k v PX 20 | TYPE k
SET k v PX 20 | TTL k
SET k v PX 20 | PTTL k
SET k v PX 20 | EXPIRETIME k
SET k v PX 20 | PERSIST k
SET k v PX 20 | EXPIRE k 100
SET k v PX 20 | EXPIREAT k 1
SET k v PX 20 | OBJECT ENCODING k
SET k v PX 20 | OBJECT REFCOUNT k
SET k v PX 20 | KEYS *
SET k v PX 20 | KEYS z*
SET k v PX 20 | SCAN 0 COUNT 100
SET k v PX 20 | SCAN 0 MATCH z* COUNT 100
SET k v PX 20 | SCAN 0 TYPE list COUNT 100
SET k v PX 20 | RENAME k z
SET k v PX 20 | RENAME k k
SET k v PX 20 | MOVE k 3
SET k v PX 20 | COPY k z
SET k v PX 20 | GETEX k
SET k v PX 20 | GETDEL k
SET k v PX 20 | TOUCH k
SET k v PX 20 | STRLEN k
SET k v PX 20 | BITCOUNT k
SET k v PX 20 | SINTERSTORE k n1 n2
SET k v PX 20 | SUNIONSTORE k n1 n2
SET k v PX 20 | SDIFFSTORE k n1
SET k v PX 20 | ZUNIONSTORE k 1 n1
SET k v PX 20 | ZINTERSTORE k 1 n1
SET k v PX 20 | SORT n1 STORE k
SET k v PX 20 | ZRANGESTORE k n1 0 -1
SET k v PX 20 | ZDIFFSTORE k 1 n1
SET k v PX 20 ; SET k2 v PX 20 | MGET k k2
SET k v PX 20 ; SET k2 v PX 20 | MSET k 1 k2 2
SET k v PX 20 ; SET k2 v PX 20 | MSETNX k 1 k2 2
SET k v PX 20 ; SET k2 v | MSETNX k 1 k2 2
SET k v PX 20 ; SET a b | RENAME a k
SET k v PX 20 ; SET a b | RENAMENX a k
SELECT 3 ; SET k v PX 20 ; SELECT 0 ; SET k new | MOVE k 3
SET k v PX 20 ; SET a b | COPY a k
SET k v PX 20 ; SET a b | COPY a k REPLACE
SELECT 3 ; SET k v PX 20 ; SELECT 0 ; SET a b | COPY a k DB 3
SET k v PX 20 ; SADD s a ; SADD t a | SINTERSTORE k s t
SET k v PX 20 ; SADD s a | SUNIONSTORE k s
SADD s a ; SADD t a ; SET d x ; PEXPIRE s 20 | SINTERSTORE d s t
SET k v PX 20 ; ZADD s 1 a | ZUNIONSTORE k 1 s
SET k v PX 20 ; ZADD s 1 a | ZRANGESTORE k s 0 -1
SET k v PX 20 ; RPUSH s 1 | SORT s STORE k
RPUSH s a b ; SET w_b 2 ; SET w_a 1 PX 20 | SORT s BY w_* ALPHA
SADD s a ; SADD t b ; PEXPIRE t 20 | SMOVE s t a
RPUSH a 1 ; RPUSH b 2 ; PEXPIRE b 20 | RPOPLPUSH a b
RPUSH k f ; PEXPIRE k 20 | RPOPLPUSH k d
RPUSH k x ; PEXPIRE k 20 | LPOP k
RPUSH k x ; PEXPIRE k 20 | LPUSH k y
RPUSH k x ; PEXPIRE k 20 | LPUSHX k y
RPUSH k x ; PEXPIRE k 20 | LRANGE k 0 -1
RPUSH k x ; PEXPIRE k 20 | LTRIM k 0 1
RPUSH k x ; PEXPIRE k 20 | LSET k 0 1
RPUSH k y ; RPUSH k2 x ; PEXPIRE k 20 | BRPOP k k2 1
RPUSH k y ; RPUSH k2 x ; PEXPIRE k 20 | LMPOP 2 k k2 LEFT
RPUSH d y ; RPUSH k x ; PEXPIRE d 20 | BRPOPLPUSH k d 1
RPUSH d y ; RPUSH k x ; PEXPIRE d 20 | BLMOVE k d left left 1
HSET k f 1 ; PEXPIRE k 20 | HSET k f 2
HSET k f 1 ; PEXPIRE k 20 | HGETALL k
SADD k f ; PEXPIRE k 20 | SADD k g
SADD k f ; PEXPIRE k 20 | SPOP k
ZADD k 1 f ; PEXPIRE k 20 | ZADD k 1 g
ZADD k 1 f ; PEXPIRE k 20 | ZPOPMIN k
SET k 1 PX 20 | INCR k
SET k 1 PX 20 | INCRBYFLOAT k 1
SET k v PX 20 ; SET k2 v PX 20 | MULTI ; GET k ; EXEC
SET k v PX 20 ; SET k2 v PX 20 | MULTI ; GET k ; SET a b ; EXEC
SET k v PX 20 ; SET k2 v PX 20 | MULTI ; SET a b ; GET k ; EXEC
SET k v PX 20 ; SET k2 v PX 20 | MULTI ; SET k w ; EXEC
SET k v PX 20 ; SET k2 v PX 20 | MULTI ; GET k ; GET k2 ; EXEC
SET k v PX 20 ; SET k2 v PX 20 | MULTI ; BLPOP k 1 ; EXEC
SET k v PX 20 ; SET k2 v PX 20 | MULTI ; EXISTS k ; EXEC
SET k v PX 20 ; SET k2 v PX 20 | MULTI ; DEBUG SLEEP 0 ; GET k ; EXEC
SET k v PX 20 | WATCH k ; MULTI ; SET a b ; EXEC
SET k v PX 20 | FLUSHDB
CONFIG SET lazyfree-lazy-expire yes ; SET a b ; SET k v PX 20 | GET k ; CONFIG SET lazyfree-lazy-expire no
CONFIG SET lazyfree-lazy-expire yes ; SET a b ; SET k v PX 20 | SET k w ; CONFIG SET lazyfree-lazy-expire no
CONFIG SET lazyfree-lazy-expire yes ; SET a b ; SET k v PX 20 | EXPIRE a -1 ; CONFIG SET lazyfree-lazy-expire no
CONFIG SET lazyfree-lazy-expire yes ; SET a b ; SET k v PX 20 | GETEX a PXAT 1 ; CONFIG SET lazyfree-lazy-expire no
CONFIG SET lazyfree-lazy-expire yes ; SET a b ; SET k v PX 20 | GETDEL a ; CONFIG SET lazyfree-lazy-expire no
SET a b | EXPIRE a -1
SET a b | GETEX a PXAT 1
SET a b | SET a c PXAT 1
";

/// What takes more than one caller, or its own time.
const CALLERS: &str = "
a SET k v PX 600
a WATCH k
-- 700
a MULTI
a SET a b
a EXEC

a MULTI
a SET k v PX 100
a DEBUG SLEEP 0.2
a GET k
a EXISTS k
a EXEC
a GET k

b BRPOP k 0 &
a MULTI
a RPUSH k x y
a PEXPIRE k 20
a DEBUG SLEEP 0.05
a EXEC
a DBSIZE

b BRPOP k 0 &
c BLPOP k 0 &
a MULTI
a RPUSH k x y
a PEXPIRE k 20
a DEBUG SLEEP 0.05
a EXEC
a RPUSH k z
b <

b BRPOPLPUSH k d 0 &
a MULTI
a RPUSH k x
a PEXPIRE k 20
a DEBUG SLEEP 0.05
a EXEC
a DBSIZE

b BZPOPMIN k 0 &
a MULTI
a ZADD k 1 x
a PEXPIRE k 20
a DEBUG SLEEP 0.05
a EXEC
a DBSIZE

b SELECT 2
b BRPOP k 0 &
a SELECT 2
a MULTI
a RPUSH k x
a PEXPIRE k 20
a DEBUG SLEEP 0.05
a EXEC
a DBSIZE

a CONFIG SET lazyfree-lazy-expire yes
b BRPOP k 0 &
a MULTI
a RPUSH k x
a PEXPIRE k 20
a DEBUG SLEEP 0.05
a EXEC
a CONFIG SET lazyfree-lazy-expire no

b BRPOP k 0 &
a MULTI
a RPUSH k x
a SET k string PX 20
a DEBUG SLEEP 0.05
a EXEC
a DBSIZE

b BRPOP k 0 &
a MULTI
a SET k string PX 20
a DEBUG SLEEP 0.05
a EXEC
a DBSIZE

b BRPOP k 0 &
a RPUSH e x
a MULTI
a RENAME e k
a PEXPIRE k 20
a DEBUG SLEEP 0.05
a EXEC
a DBSIZE

b BRPOPLPUSH k d 0 &
a RPUSH d y
a PEXPIRE d 20
-- 50
a RPUSH k x
b <
a LRANGE d 0 -1

b BLMOVE k d left left 0 &
a RPUSH d y
a PEXPIRE d 20
-- 50
a RPUSH k x
a LRANGE d 0 -1

a SELECT 1
a RPUSH k x
a PEXPIRE k 20
a SELECT 0
b BRPOP k 0 &
-- 50
a SWAPDB 0 1
a DBSIZE

a SELECT 1
a SET k x PX 20
a SELECT 0
b BRPOP k 0 &
-- 50
a SWAPDB 0 1
a DBSIZE
";

/// All of them as stories of callers.
pub(super) fn stories() -> String {
    let line = |line: &str| {
        let (before, after) = line.split_once(" | ").expect("a bar");
        let said = |words: &str| words.split(" ; ").map(|words| format!("a {words}\n")).collect::<String>();
        format!("{}-- 50\n{}a DBSIZE", said(before), said(after))
    };
    let looks: Vec<String> = LOOKS.trim().lines().map(line).collect();
    looks.join("\n\n") + "\n\n" + CALLERS.trim()
}
