//! Several callers at once: our server beside a real one, both seen from outside. Replies and what a replica hears must be the same.

mod expired;

use resync_core::command::Reply;
use resync_core::era::Era;
use resync_core::resp::{cli, split_args};
use resync_tests::live::Make;
use resync_tests::redis::Server;
use resync_tests::stories::{ASKED_AGAIN, PASSWORDS, PAUSES};
use resync_tests::wire::{Conn, Listener};
use std::collections::BTreeMap;
use std::time::Duration;

/// Time for a command without a reply to reach its server before the next caller speaks.
const HEARD: Duration = Duration::from_millis(25);

/// Time within which a reply comes that nothing holds back.
const SOON: Duration = Duration::from_millis(150);

/// One of the two servers with its callers.
struct Side {
    server: Server,
    callers: BTreeMap<String, Conn>,
    listener: Listener,
    marks: u32,
}
impl Side {
    fn start(program: &str, arguments: &[&str]) -> Side {
        let server = Server::start_as(program, arguments, None);
        let mut listener = Listener::of(server.port());
        Conn::to(server.port()).line("SET mark begin");
        listener.until_mark("begin");
        Side { server, callers: BTreeMap::new(), listener, marks: 0 }
    }
    fn step(&mut self, who: &str, what: &str) -> String {
        let port = self.server.port();
        let conn = self.callers.entry(who.to_owned()).or_insert_with(|| Conn::to(port));
        if what == "<" {
            // Where an era does not have the command, what would have come later has come as a refusal already.
            return conn.reply_within(Duration::from_secs(3)).map_or_else(|| "silence".to_owned(), |reply| shown(&reply));
        }
        if what == "?" {
            return conn.reply_within(SOON).map_or_else(|| "silence".to_owned(), |reply| shown(&reply));
        }
        if let Some(line) = what.strip_suffix(" &") {
            conn.send(&split_args(line).expect("balanced quotes"));
            std::thread::sleep(HEARD);
            return String::new();
        }
        conn.send(&split_args(what).expect("balanced quotes"));
        conn.reply_within(Duration::from_secs(3)).map_or_else(|| "silence".to_owned(), |reply| shown(&reply))
    }
    /// INFO's count of keys that were deleted at their time.
    fn expired(&self) -> String {
        let Reply::Bulk(text) = Conn::to(self.server.port()).line("INFO stats") else { return "no INFO".to_owned() };
        String::from_utf8_lossy(&text).lines().find(|line| line.starts_with("expired_keys:")).unwrap_or_default().trim().to_owned()
    }
    /// What the stream carried since the last mark.
    fn stream(&mut self) -> String {
        self.marks += 1;
        let mark = self.marks.to_string();
        Conn::to(self.server.port()).line(&format!("SET mark {mark}"));
        // Moments differ from run to run: thirteen digits are one.
        let moment = |word: &str| word.len() == 13 && word.bytes().all(|b| b.is_ascii_digit());
        let stream = String::from_utf8_lossy(&self.listener.until_mark(&mark)).into_owned();
        stream.split("\r\n").map(|word| if moment(word) { "<unix_ms>" } else { word }).collect::<Vec<_>>().join("\r\n")
    }
}
/// A reply as text. What differs from run to run is cut out: the caller's number in HELLO, moment and address in MONITOR.
fn shown(reply: &Reply) -> String {
    let text = cli::format(reply).lines().filter(|line| !line.starts_with(" 8) (integer) ")).collect::<Vec<_>>().join("\n");
    // MONITOR: `1700000000.123456 [0 127.0.0.1:50000] "GET" "k"`.
    match text.split_once(" [") {
        Some((time, rest)) if time.split_once('.').is_some_and(|(a, b)| a.len() == 10 && b.len() == 6) => {
            let (from, words) = rest.split_once("] ").unwrap_or((rest, ""));
            format!("[{}] {words}", from.split(' ').next().unwrap_or_default())
        }
        _ => text,
    }
}

/// Stories: `caller words`, one a line; `&` at the end: nobody waits for the reply; `caller <`: the next reply; `caller ?`: the same, if it comes at once. `-- ms` waits. Empty lines part them.
///
/// What differs comes back as text.
fn compare(real: &mut Side, ours: &mut Side, stories: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for side in [&mut *real, &mut *ours] {
        side.step("z", "DEBUG SET-ACTIVE-EXPIRE 0");
    }
    'stories: for story in stories.trim().split("\n\n") {
        for side in [&mut *real, &mut *ours] {
            side.callers.clear();
            side.step("z", "FLUSHALL");
            side.step("z", "CONFIG RESETSTAT");
            side.stream();
        }
        for line in story.lines().map(str::trim) {
            let (who, what) = line.split_once(' ').expect("a caller and words");
            if who == "--" {
                std::thread::sleep(Duration::from_millis(what.parse().expect("milliseconds")));
                continue;
            }
            let (theirs, mine) = (real.step(who, what), ours.step(who, what));
            if theirs != mine {
                wrong.push(format!("{line}\n{mine}\nis not\n{theirs}\nin\n{story}\n"));
                continue 'stories;
            }
        }
        let (theirs, mine) = (real.stream(), ours.stream());
        if theirs != mine {
            wrong.push(format!("{mine:?}\nis not\n{theirs:?}\nin the stream of\n{story}\n"));
        }
        let (theirs, mine) = (real.expired(), ours.expired());
        if theirs != mine {
            wrong.push(format!("{mine}\nis not\n{theirs}\nafter\n{story}\n"));
        }
    }
    wrong
}

/// All stories, with a real server of this release and ours of this era.
fn stories(release: &'static str, era: Era) {
    let node = env!("CARGO_BIN_EXE_resync-node");
    let (program, _) = Make::Real(release).program();
    let mut quiet = vec!["--repl-ping-slave-period", "3600"];
    if era.has(Era::V3_0) {
        quiet.extend(["--repl-diskless-sync", "no"]);
    }
    let debug: &[&str] = if era.has(Era::V7_0) { &["--enable-debug-command", "local"] } else { &[] };
    let both = || {
        let real = Side::start(&program.to_string_lossy(), &[&quiet[..], debug].concat());
        (real, Side::start(node, &[&quiet[..], &["--era", era.name()]].concat()))
    };
    let (mut real, mut ours) = both();
    let mut wrong = Vec::new();
    for stories in [WAITING, WATCHING, &expired::stories(), PUBSUB, ABOUT_CALLERS, NUMBERS] {
        // Ours is 2.8.24, which hides administrative commands from MONITOR; 2.8.17 shows them.
        let stories = if release == "2.8.17" {
            stories.replace("b CONFIG GET databases\n", "").replace("b CLIENT GETNAME\nb GET k", "b GET k")
        } else {
            stories.to_owned()
        };
        wrong.extend(compare(&mut real, &mut ours, &stories.replace("0.05", if era.has(Era::V6_2) { "0.05" } else { "1" })));
    }
    // Passwords and pauses outlast what goes wrong: each story has servers of its own.
    for story in [PASSWORDS, ASKED_AGAIN, PAUSES].iter().flat_map(|stories| stories.trim().split("\n\n")) {
        let (first, rest) = story.split_once('\n').expect("more than a line");
        let (since, story) = first.strip_prefix("since ").map_or((None, story), |name| (Era::from_name(name), rest));
        if since.is_none_or(|since| era.has(since)) {
            let (mut real, mut ours) = both();
            wrong.extend(compare(&mut real, &mut ours, story));
        }
    }
    assert!(wrong.is_empty(), "{era}, {} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn callers_are_served_as_a_real_server_serves_them() {
    stories("7.0.15", Era::V7_0);
}
#[cfg(feature = "interop")]
#[test]
fn callers_are_served_as_6_2_serves_them() {
    stories("6.2.14", Era::V6_2);
}
#[cfg(feature = "interop")]
#[test]
fn callers_are_served_as_3_0_serves_them() {
    stories("3.0.5", Era::V3_0);
}
#[cfg(feature = "interop")]
#[test]
fn callers_are_served_as_2_8_serves_them() {
    stories("2.8.17", Era::V2_8);
}

const WAITING: &str = "
a BLPOP q 0 &
b RPUSH q x y z
a <
b LRANGE q 0 -1

a BLPOP q 0 &
b BRPOP q 0 &
c RPUSH q x y z
a <
b <
c LRANGE q 0 -1

a BLPOP p q 0 &
b MULTI
b RPUSH q 1
b RPUSH p 2
b EXEC
a <
b LRANGE p 0 -1
b LRANGE q 0 -1

a BLPOP q 0.05 &
a <
b RPUSH q x
b LLEN q

a BLPOP q 0.05 &
a <
a PING

a BRPOPLPUSH q r 0 &
b BLPOP r 0 &
c LPUSH q v
a <
b <
c EXISTS q r

a BRPOPLPUSH q r 0.05 &
a <
a BLMOVE q r LEFT LEFT 0.05 &
a <

a BLMOVE q r RIGHT LEFT 0 &
c RPUSH q 1 2
a <
c LRANGE r 0 -1

c SET r string
a BRPOPLPUSH q r 0 &
c RPUSH q 1 2
a <
c LRANGE q 0 -1

a BLPOP q 0 &
c SET q string
c DEL q
c SADD q m
c DEL q
c RPUSH q e
a <

a BZPOPMIN z 0 &
b BZPOPMAX z 0 &
c ZADD z 1 a 2 b 3 c
a <
b <
c ZRANGE z 0 -1 WITHSCORES

a BLMPOP 0 2 p q LEFT COUNT 2 &
c RPUSH q 1 2 3
a <
b BZMPOP 0 1 z MAX COUNT 5 &
c ZADD z 1 a 2 b
b <

a BLPOP q 0 &
c SELECT 1
c RPUSH q other
c SELECT 0
c RPUSH p x
c RENAME p q
a <

a BLPOP q 0 &
c SELECT 1
c RPUSH q swapped
c SELECT 0
c SWAPDB 0 1
a <
c FLUSHALL

a BLPOP q 0 &
c SELECT 1
c RPUSH q moved
c MOVE q 0
a <
c SELECT 0

a BLPOP q 0 &
c RPUSH p 3 1 2
c SORT p STORE q
a <

a MULTI
a BLPOP q 0
a BRPOPLPUSH q r 0
a BLMOVE q r LEFT LEFT 0
a BZPOPMIN z 0
a BLMPOP 0 1 q LEFT
a EXEC

a BLPOP q q 0 &
c RPUSH q 1 2
a <
c LRANGE q 0 -1

a CLIENT SETNAME waiter
a BLPOP q 0 &
c CLIENT UNBLOCK 999999
c CLIENT KILL TYPE normal SKIPME yes
c RPUSH q stays
c LLEN q

a BLPOP q 0 &
a PING &
c RPUSH q 1
a <
a <
";

const WATCHING: &str = "
a WATCH k
a MULTI
a SET k 1
b SET k 2
a EXEC
a GET k

a WATCH k
b SET k 2
a UNWATCH
a MULTI
a SET k 1
a EXEC

a WATCH k
a SET k 1
a MULTI
a INCR k
a EXEC
a MULTI
a INCR k
a EXEC

a SET k v PX 40
a WATCH k
-- 60
a MULTI
a PING
a EXEC

a SET k v PX 30
-- 50
a WATCH k
b GET k
a MULTI
a SET done 1
a EXEC

a SET k v PX 30
-- 50
a WATCH k
b SET k w
a MULTI
a SET done 1
a EXEC

a WATCH k
b FLUSHALL
a MULTI
a SET done 1
a EXEC

a SET k v
a WATCH k
b FLUSHALL
a MULTI
a SET done 1
a EXEC

a WATCH k
b SELECT 1
b SET k v
b SWAPDB 0 1
a MULTI
a SET done 1
a EXEC
b FLUSHALL

a WATCH k
b SWAPDB 0 1
a MULTI
a SET done 1
a EXEC
b FLUSHALL

a RPUSH l a b
a WATCH l
b LTRIM l 0 -1
a MULTI
a SET done 1
a EXEC

a SADD s a
a WATCH s
b SADD s a
b SREM s nosuch
b DEL nosuch
a MULTI
a SET done 1
a EXEC

a SET k v
a WATCH k other
b PERSIST k
b EXPIRE k 100
a MULTI
a SET done 1
a EXEC

a WATCH d
b SINTERSTORE d nosuch nosuch2
a MULTI
a SET done 1
a EXEC

a SET d 1
a WATCH d
b SINTERSTORE d nosuch nosuch2
a MULTI
a SET done 1
a EXEC

a WATCH k
a MULTI
a WATCH j
a MULTI
a SET k 1
a DISCARD
b SET k 2
a MULTI
a SET k 3
a EXEC

a MULTI
a SET k
a EXEC
a MULTI
a NOSUCH
a SAVE
a EXEC
a EXEC
a DISCARD
a UNWATCH
a WATCH

a MULTI
a XYZ
a DISCARD
a MULTI
a SET k 1
a LPUSH k 1
a INCR k
a EXEC

a MULTI
a SPOP s 2
a GETDEL k
a SET k v PX 100000000
a PERSIST k
a EXEC
a MULTI
a SELECT 3
a SET there 1
a SELECT 0
a EXEC
";

const ABOUT_CALLERS: &str = "
a CLIENT GETNAME
a CLIENT SETNAME me
a CLIENT GETNAME
a CLIENT SETNAME 'a b'
a CLIENT SETNAME ''
a CLIENT GETNAME
a CLIENT FOO
a CLIENT
a CLIENT PAUSE
a CLIENT PAUSE x
a CLIENT PAUSE -1
a CLIENT PAUSE 1 FOO
a CLIENT PAUSE 1 ALL EXTRA
a CLIENT UNPAUSE
a CLIENT KILL
a CLIENT KILL foo
a CLIENT KILL ID -5
a CLIENT KILL ID 999999
a CLIENT KILL TYPE foo
a CLIENT KILL TYPE master
a CLIENT KILL ADDR 1:1 LADDR 1:1
a CLIENT KILL foo bar baz
a CLIENT KILL SKIPME maybe
a CLIENT KILL USER foo
a CLIENT LIST foo
a CLIENT LIST TYPE foo
a CLIENT LIST ID 1 x
a CLIENT LIST ID 999999
a CLIENT REPLY foo
a CLIENT REPLY ON
a CLIENT UNBLOCK 999999
a CLIENT UNBLOCK x
a CLIENT UNBLOCK 999999 foo
a CLIENT NO-EVICT on
a CLIENT NO-EVICT foo
a CLIENT GETREDIR

a CLIENT REPLY SKIP &
a PING &
a ECHO heard
a CLIENT REPLY OFF &
a PING &
a PING &
a CLIENT REPLY ON

a MONITOR
b SELECT 2
b SET k \"v\\x00\\\"\"
b MULTI
b GET k
b CONFIG GET databases
b EXEC
b NOSUCH
b BLPOP q 0.01
a <
a <
a <
a <
a <
a <

a SET k 1
a CLIENT PAUSE 150 WRITE
a GET k
b SET k 2 &
a GET k
b <
a GET k

a SET k 1 PX 30
a CLIENT PAUSE 5000 WRITE
-- 60
a GET k
a DBSIZE
b SET j 1 &
a CLIENT UNPAUSE
b <
a GET k

a CLIENT PAUSE 80
a PING
b GET k

a RESET
a MULTI
a RESET
a EXEC
a SELECT 4
a RESET
a HELLO 2 SETNAME x
a CLIENT GETNAME
a HELLO x
a HELLO 4
a HELLO 2 foo

a COMMAND FOO
a COMMAND COUNT x
a COMMAND GETKEYS get k
a COMMAND GETKEYS mset a 1 b 2
a COMMAND GETKEYS ping
a COMMAND GETKEYS get
a COMMAND GETKEYS nosuch x
a COMMAND GETKEYS ping x
a COMMAND INFO nosuch
a COMMAND DOCS nosuch
a COMMAND LIST FOO
a COMMAND LIST FILTERBY PATTERN setnx
a CONFIG FOO
a CONFIG RESETSTAT x
a CONFIG RESETSTAT
a CONFIG REWRITE
a CONFIG
a CONFIG SET
a CONFIG GET
a DEBUG FOO
a DEBUG SET-ACTIVE-EXPIRE
a DEBUG SET-ACTIVE-EXPIRE 1
a DEBUG OBJECT nosuch
a DEBUG JMAP
a SHUTDOWN FOO
a SHUTDOWN ABORT
a CLUSTER INFO
a READONLY
a UNWATCH
a TIME x
a QUIT
";

/// Subscribers: what they hear, what they may say, what others see of them.
const PUBSUB: &str = r#"
a SUBSCRIBE x y
a <
a SUBSCRIBE x
a PSUBSCRIBE n*
a PSUBSCRIBE n*
b PUBLISH x hello
a <
b PUBLISH news hi
a <
b PUBLISH nobody hi
b PUBSUB CHANNELS x*
b PUBSUB CHANNELS z*
b PUBSUB NUMSUB x z
b PUBSUB NUMSUB
b PUBSUB NUMPAT
a UNSUBSCRIBE x
a PUNSUBSCRIBE q
a UNSUBSCRIBE y
a PUNSUBSCRIBE
a UNSUBSCRIBE
a PUNSUBSCRIBE
a PING
b PUBSUB NUMPAT
b PUBLISH x gone

a SUBSCRIBE x
a GET k
a PING
a PING hello
a PING a b
a ECHO x
a PUBLISH x 1
a SUBSCRIBE
a NOSUCH
a MULTI
a CLIENT LIST
a CONFIG GET port
a RESET
a PING
a UNSUBSCRIBE
a PING

a SUBSCRIBE x
a QUIT

b PUBSUB
b PUBSUB FOO
b PUBSUB NUMPAT a
b PUBSUB CHANNELS a b
b PUBSUB HELP a
b SUBSCRIBE
b PSUBSCRIBE
b PUBLISH x
b PUNSUBSCRIBE a b
b <
b UNSUBSCRIBE a b
b <

a PSUBSCRIBE x*
c PSUBSCRIBE x* y*
c <
b PUBSUB NUMPAT
b PUBLISH xx 1
a <
c <
c SUBSCRIBE xx
b PUBLISH xx 2
a <
c <
c <
b PUBLISH y "a\r\nb\x00"
c <

a SELECT 3
a PSUBSCRIBE *
b PUBLISH any thing
a <
b SELECT 5
b PUBLISH any thing
a <

a MULTI
a SUBSCRIBE x y
a PING
a PUBLISH x in
a PUNSUBSCRIBE
a EXEC
a PING
b PUBLISH x out
a <

a MULTI
a UNSUBSCRIBE
a EXEC

b MULTI
b PUBLISH x 1
b SET k v
b PUBLISH x 2
b EXEC

a CLIENT REPLY OFF &
a SUBSCRIBE x &
b PUBLISH x hey
a <
a PING &
a UNSUBSCRIBE &
a CLIENT REPLY ON

m MONITOR
a SUBSCRIBE x
m <
b PUBLISH x 1
m <
a <
b CLIENT KILL TYPE pubsub
a <
b PUBSUB CHANNELS

m MONITOR
b CLIENT GETNAME
b GET k
m <

a SUBSCRIBE x
b CLIENT SETNAME b
b CLIENT KILL TYPE normal SKIPME yes
b PUBLISH x still
a <

a CONFIG GET notify-keyspace-events
a CONFIG SET notify-keyspace-events ""
a CONFIG GET notify-keyspace-events
"#;

/// Numbers that are no numbers, and the greatest and least there are.
const NUMBERS: &str = r#"
a BLPOP none 9223372036854776
a BLPOP none 1e18
a BLPOP none 9.3e15
a BLPOP none -9223372036854775808
a BLPOP none 18446744073709551615
a BLPOP none nan
a BLPOP none -inf
a BLMOVE a b LEFT LEFT 1e17
a BZPOPMIN z -1
b BLPOP none 9223372036854775

a WAIT 1 -1
a WAIT 9223372036854775807 -9223372036854775808
a WAIT 0 9223372036854775807
a WAIT 1 1e3
a CLIENT PAUSE -1
a CLIENT PAUSE 9223372036854775807
a SET k v
a CLIENT UNPAUSE
a DEBUG SLEEP -1
a DEBUG SLEEP nan
a DEBUG SLEEP abc
a DEBUG SLEEP 0.01x

a SELECT 9223372036854775807
a SELECT -1
a SELECT 99999999999999999999
a CONFIG SET repl-timeout 0
a CONFIG SET repl-timeout x
a CONFIG SET min-slaves-to-write -1
a CONFIG SET min-slaves-max-lag -9223372036854775808
a CONFIG SET repl-backlog-ttl 9223372036854775807
a CONFIG SET repl-backlog-ttl -1
a CONFIG SET slave-priority -1
a CONFIG SET hz -1
a CONFIG SET hz 10
a CONFIG SET maxmemory 1tb
a CONFIG SET maxmemory 0

a CONFIG SET client-output-buffer-limit "slave x 0 0"
a CONFIG SET client-output-buffer-limit "slave 0 -5 0"
a CONFIG SET client-output-buffer-limit "slave 0 0 -1"
a CONFIG SET client-output-buffer-limit "slave 0 0 1x"
a CONFIG SET client-output-buffer-limit "slave 5xb 0 0"
a CONFIG SET client-output-buffer-limit "bad 0 0 0"
a CONFIG SET client-output-buffer-limit "slave 0 0"
a CONFIG SET client-output-buffer-limit ""
a CONFIG SET client-output-buffer-limit "slave 10kb 1mb 1 normal 0 0 0"
a CONFIG GET client-output-buffer-limit
a CONFIG SET client-output-buffer-limit "slave 268435456 67108864 60"

a CONFIG SET save 1
a CONFIG SET save "0 1"
a CONFIG SET save "-1 1"
a CONFIG SET save "1 x"
a CONFIG SET save "9223372036854775807 1"
a SET k v
a CONFIG SET save "3600 1 300 100 60 10000"
a CONFIG SET repl-backlog-size 1xb
a CONFIG SET repl-backlog-size -1
a CONFIG SET repl-backlog-size 16383
a CONFIG GET repl-backlog-size
a CONFIG SET repl-backlog-size 1048576
"#;
