//! Commands that Redis has and Resync has not.

use crate::era::Era::{self, V2_6, V2_8, V3_0, V3_2, V4_0, V5_0, V6_2, V7_0, V8_0, V8_2, Valkey9_0};
use crate::resp::Reply;
use alloc::format;

/// Names by the era that brought them: scripts, functions, streams, sharded Pub/Sub, clusters, modules, hyperloglogs, places on the earth, bit
/// fields, serialised values, and what is told about memory and slow commands.
const ABSENT: &[(Era, &[&str])] = &[
    (V2_6, &["bitop", "dump", "eval", "evalsha", "migrate", "restore", "script", "slowlog"]),
    (V2_8, &["bitpos", "latency", "pfadd", "pfcount", "pfdebug", "pfmerge", "pfselftest"]),
    (V3_0, &["restore-asking"]),
    (
        V3_2,
        &["bitfield", "geoadd", "geodist", "geohash", "geopos", "georadius", "georadius_ro", "georadiusbymember", "georadiusbymember_ro"],
    ),
    (V4_0, &["memory", "module"]),
    (
        V5_0,
        &[
            "lolwut",
            "xack",
            "xadd",
            "xclaim",
            "xdel",
            "xgroup",
            "xinfo",
            "xlen",
            "xpending",
            "xrange",
            "xread",
            "xreadgroup",
            "xrevrange",
            "xsetid",
            "xtrim",
        ],
    ),
    (V6_2, &["acl", "bitfield_ro", "geosearch", "geosearchstore", "stralgo", "xautoclaim"]),
    (V7_0, &["eval_ro", "evalsha_ro", "fcall", "fcall_ro", "function", "lcs", "spublish", "ssubscribe", "sunsubscribe"]),
    (V8_0, &["vadd", "vrem", "vsetattr"]),
    (V8_2, &["xackdel", "xdelex"]),
    (Valkey9_0, &["delifeq"]),
];
/// Words of DEBUG that tests of replication use, by the era that brought them: no append-only file is read, and a process does not end and begin by itself.
const ABSENT_DEBUG: &[(Era, &[&str])] = &[(V2_6, &["loadaof"]), (V3_2, &["crash-and-recover", "restart"])];
/// Commands of a cluster (3.0): a server that is in none says so.
const CLUSTER: [&str; 4] = ["asking", "cluster", "readonly", "readwrite"];

/// The refusal of a command that the era has and this engine has not.
#[must_use]
pub(super) fn absent(name: &[u8], era: Era) -> Option<Reply> {
    let is = |known: &&str| name.eq_ignore_ascii_case(known.as_bytes());
    if era.has(V3_0) && CLUSTER.iter().any(is) {
        return Some(Reply::error("ERR This instance has cluster support disabled"));
    }
    let known = ABSENT.iter().filter(|(since, _)| era.has(*since)).flat_map(|(_, names)| names.iter()).find(|known| is(known));
    known.map(|known| Reply::Error(format!("ERR Resync does not have the command '{known}'")))
}

/// The refusal of a word of DEBUG that the era has and this engine has not.
#[must_use]
pub(crate) fn absent_debug(word: &[u8], era: Era) -> Option<Reply> {
    let mut all = ABSENT_DEBUG.iter().filter(|(since, _)| era.has(*since)).flat_map(|(_, words)| words.iter());
    let known = all.find(|known| word.eq_ignore_ascii_case(known.as_bytes()))?;
    Some(Reply::Error(format!("ERR Resync does not have the command 'debug|{known}'")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_by_name_and_era() {
        assert_eq!(absent(b"XADD", V7_0), Some(Reply::error("ERR Resync does not have the command 'xadd'")));
        assert_eq!(absent(b"xadd", V4_0), None);
        assert_eq!(absent(b"Eval", V2_6), Some(Reply::error("ERR Resync does not have the command 'eval'")));
        assert_eq!(absent(b"cluster", V3_0), Some(Reply::error("ERR This instance has cluster support disabled")));
        assert_eq!(absent(b"cluster", V2_8), None);
        assert_eq!(absent(b"nosuch", V7_0), None);
        assert_eq!(absent_debug(b"LOADAOF", V2_6), Some(Reply::error("ERR Resync does not have the command 'debug|loadaof'")));
        assert_eq!(absent_debug(b"restart", V3_2), Some(Reply::error("ERR Resync does not have the command 'debug|restart'")));
        assert_eq!((absent_debug(b"restart", V3_0), absent_debug(b"nosuch", V7_0)), (None, None));
        for (since, names) in ABSENT {
            assert!(names.iter().all(|name| crate::command::lookup(name.as_bytes(), *since).is_none()), "{names:?}");
        }
    }
}
