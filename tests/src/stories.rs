//! Stories of several callers that a real server and ours are told side by side: passwords that come and go, EXEC that is asked again, pauses.
//!
//! A line is `caller words`; the test `callers` says what its signs mean. A story may begin with `since ERA`.

/// A password that is set, changed and cleared while callers are there. Each story leaves none.
pub const PASSWORDS: &str = "
a PING
b MULTI
b SET k 1
m CONFIG SET requirepass pw
a PING
m PING
b GET k
b AUTH pw
b EXEC
b DISCARD
b EXEC
c PING
c EXEC
c NOSUCH
c SET k
c AUTH wrong
c AUTH pw
c PING
c AUTH wrong
c PING
m AUTH pw
m CONFIG SET requirepass \"\"
a PING
b PING
c PING
c AUTH pw
m CONFIG SET requirepass other
m PING
c PING
a GET k
n AUTH other
n CONFIG SET requirepass \"\"
n PING

m CONFIG SET requirepass pw
m AUTH pw
c PING
m CONFIG SET requirepass \"\"
c PING
c HELLO 2
c MULTI
c SET k 1
m CONFIG SET requirepass again
c GET k
c EXEC
c EXEC
c AUTH default again
c PING
c RESET
c PING
m AUTH again
m CONFIG SET requirepass \"\"
m GET k

m CONFIG SET requirepass pw
m AUTH pw
c PING
m CONFIG SET requirepass \"\"
c MULTI
m CONFIG SET requirepass pw
c SAVE
c EXEC
m CONFIG SET requirepass \"\"

a BLPOP q 0 &
b WATCH q
m CONFIG SET requirepass pw
m AUTH pw
m RPUSH q x
a <
a PING
b PING
m CONFIG SET requirepass \"\"
b MULTI
b PING
b EXEC
";

/// EXEC, when what held while commands were queued holds no more.
pub const ASKED_AGAIN: &str = "
a MULTI
a SET x 1
m CONFIG SET min-slaves-to-write 9
a EXEC
a EXEC
a GET x
a MULTI
a GET x
a EXEC
a MULTI
a SET x 2
a EXEC
a MULTI
m CONFIG SET min-slaves-to-write 0
a SET x 3
m CONFIG SET min-slaves-to-write 9
a NOSUCH
a SET x 4
a EXEC
m CONFIG SET min-slaves-to-write 0

a WATCH x
m SET x 9
a MULTI
a SET x 1
m CONFIG SET min-slaves-to-write 9
a EXEC
m CONFIG SET min-slaves-to-write 0
m SET x 10
a MULTI
a GET x
a EXEC

a WATCH x
a MULTI
a SET x 1
m SET x 9
m CONFIG SET min-slaves-to-write 9
a EXEC
m CONFIG SET min-slaves-to-write 0

a WATCH x
a MULTI
a SET x 1
m CONFIG SET min-slaves-to-write 9
a EXEC
m CONFIG SET min-slaves-to-write 0
m SET x 10
a MULTI
a GET x
a EXEC

a EXEC 1
a MULTI
a EXEC 1
a EXEC
a MULTI
a DISCARD 1
a EXEC
a DISCARD

w MONITOR
w GET x
w SET x 1
w PUBLISH c m
w KEYS *
";

/// CLIENT PAUSE. Each story waits until it is over.
pub const PAUSES: &str = "
since 3.0
m SET l x
a PING
b PING
m CLIENT PAUSE 2000
b APPEND l b &
a APPEND l a &
c NOSUCH &
c ?
d SET l &
d ?
a ?
-- 2200
b ?
a ?
c ?
d ?
m GET l

since 6.2
m CLIENT PAUSE 2000 WRITE
a GET l &
a ?
b SET l &
b ?
c SET l x &
c ?
d PUBLISH c m &
d ?
e MULTI &
e ?
e GET l &
e ?
e EXEC &
e ?
f MULTI &
f ?
f PUBLISH c m &
f ?
-- 2200
c ?
d ?
f ?
f EXEC
m GET l

since 6.2
a MULTI
a SET l x
b MULTI
b GET l
m CLIENT PAUSE 1500 WRITE
b EXEC &
b ?
a EXEC &
a ?
-- 1700
a ?
b ?

since 6.2
m CLIENT PAUSE 2000
a SET k 1 &
a ?
m CLIENT UNPAUSE &
m ?
-- 2200
a ?
m ?

since 6.2
m CLIENT PAUSE 60000 WRITE
a SET k 1 &
b SET k 2 &
a ?
m CLIENT UNPAUSE
a ?
b ?
m GET k
m CLIENT PAUSE 300 ALL
m CLIENT PAUSE 100 WRITE &
-- 600
m ?

since 6.2
m CLIENT PAUSE 1500 WRITE
a SET k 1 &
b CONFIG SET min-slaves-to-write 9
c SET k 1 &
c ?
-- 1700
a ?
m CONFIG SET min-slaves-to-write 0

since 3.0
m MULTI
m CLIENT PAUSE 900
m PING
m EXEC &
m ?
m PING &
m ?
-- 1000
m ?

since 3.0
m CLIENT PAUSE -1
m CLIENT PAUSE x
m CLIENT PAUSE 1 SOME
m CLIENT PAUSE 1 WRITE y
m CLIENT PAUSE 0
m PING
";
