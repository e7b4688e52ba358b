//! COMMAND: the table as clients read it. Flags and categories are those that servers of each era list; tips, key specifications and subcommands (7.0)
//! are left empty, and there are no documents.

use super::errors;
use super::spec::{Args, Reply, Run, Spec};
use super::{glob, lookup, table};
use crate::era::Era::{self, V2_8, V3_0, V3_2, V6_2, V7_0, V7_2};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// A word for each letter of a row's flags, in the order in which servers list them.
const FLAGS: [(char, &str); 22] = [
    ('w', "write"),
    ('r', "readonly"),
    ('m', "denyoom"),
    ('a', "admin"),
    ('p', "pubsub"),
    ('s', "noscript"),
    ('b', "blocking"),
    ('l', "loading"),
    ('t', "stale"),
    ('M', "skip_monitor"),
    ('u', "skip_slowlog"),
    ('k', "asking"),
    ('F', "fast"),
    ('N', "no_auth"),
    ('P', "may_replicate"),
    ('n', "no_mandatory_keys"),
    ('x', "no_async_loading"),
    ('X', "no_multi"),
    ('v', "movablekeys"),
    ('y', "allow_busy"),
    ('R', "random"),
    ('S', "sort_for_script"),
];
/// The same for categories.
const CATEGORIES: [(char, &str); 17] = [
    ('k', "@keyspace"),
    ('r', "@read"),
    ('w', "@write"),
    ('e', "@set"),
    ('z', "@sortedset"),
    ('l', "@list"),
    ('h', "@hash"),
    ('s', "@string"),
    ('b', "@bitmap"),
    ('p', "@pubsub"),
    ('a', "@admin"),
    ('f', "@fast"),
    ('o', "@slow"),
    ('B', "@blocking"),
    ('d', "@dangerous"),
    ('c', "@connection"),
    ('t', "@transaction"),
];

/// Letters by era: the last whose era is reached count.
type ByEra = &'static [(Era, &'static str)];
/// The part of COMMAND's answer that is not in the command's row of the table.
struct Row {
    name: &'static str,
    flags: ByEra,
    categories: ByEra,
}
const fn row(name: &'static str, flags: ByEra, categories: ByEra) -> Row {
    Row { name, flags, categories }
}
fn letters(by_era: ByEra, era: Era) -> &'static str {
    by_era.iter().rev().find(|(first, _)| era.has(*first)).map_or("", |(_, letters)| letters)
}

/// Keys that COMMAND gives otherwise in older eras: up to and without this one.
const KEYS_BEFORE: [(&str, Era, (i32, i32, i32)); 7] = [
    ("brpop", V3_2, (1, 1, 1)),
    ("exists", V3_0, (1, 1, 1)),
    ("object", V3_2, (2, 2, 2)),
    ("object", V7_0, (2, 2, 1)),
    ("touch", V6_2, (1, 1, 1)),
    ("zinterstore", V6_2, (0, 0, 0)),
    ("zunionstore", V6_2, (0, 0, 0)),
];

fn status_list(letters: &str, names: &[(char, &'static str)]) -> Reply {
    let word = |letter: char| names.iter().find(|(known, _)| *known == letter).map(|(_, word)| Reply::Status(word));
    Reply::Array(letters.chars().filter_map(word).collect())
}
fn row_of(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}
/// First key, last key and step as COMMAND of the era gives them.
fn keys(spec: &Spec, era: Era) -> (i32, i32, i32) {
    // A command that only has subcommands has no keys itself.
    if spec.name == "object" && era.has(V7_0) {
        return (0, 0, 0);
    }
    KEYS_BEFORE.iter().find(|(name, until, _)| *name == spec.name && !era.has(*until)).map_or(spec.keys, |(.., keys)| *keys)
}
/// One command as COMMAND lists it.
fn entry(spec: &Spec, era: Era) -> Reply {
    let (first, last, step) = keys(spec, era);
    let row = row_of(spec.name);
    let mut fields = Vec::from([
        Reply::bulk(spec.name),
        Reply::Int(i64::from(spec.arity(era))),
        status_list(row.map_or("", |row| letters(row.flags, era)), &FLAGS),
        Reply::Int(i64::from(first)),
        Reply::Int(i64::from(last)),
        Reply::Int(i64::from(step)),
    ]);
    if era.has(V6_2) {
        fields.push(status_list(row.map_or("", |row| letters(row.categories, era)), &CATEGORIES));
    }
    if era.has(V7_0) {
        fields.extend([Reply::Array(Vec::new()), Reply::Array(Vec::new()), Reply::Array(Vec::new())]);
    }
    Reply::Array(fields)
}
/// Whether a command is refused by a server that uses more than `maxmemory`. 2.6 lists no flags; they are those of 2.8.
#[must_use]
pub fn denied_without_memory(spec: &Spec, era: Era) -> bool {
    row_of(spec.name).is_some_and(|row| letters(row.flags, era.max(V2_8)).contains('m'))
}
fn all(era: Era) -> impl Iterator<Item = &'static Spec> {
    table().iter().filter(move |spec| spec.there(era))
}

/// The keys among a command's words.
fn keys_among(spec: &Spec, args: &Args) -> Vec<Bytes> {
    let counted = |at: usize| -> Vec<Bytes> {
        let n = args.get(at).and_then(|n| crate::resp::parse_i64(n)).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        args.iter().skip(at + 1).take(n).cloned().collect()
    };
    let with_target = |at| args.get(1).cloned().into_iter().chain(counted(at)).collect();
    match spec.name {
        "lmpop" | "zmpop" | "sintercard" | "zintercard" | "zunion" | "zinter" | "zdiff" => return counted(1),
        "blmpop" | "bzmpop" => return counted(2),
        "zunionstore" | "zinterstore" | "zdiffstore" => return with_target(2),
        "sort" => {
            let store = args.windows(2).skip(2).rev().find(|pair| pair[0].eq_ignore_ascii_case(b"store")).map(|pair| pair[1].clone());
            return args.get(1).cloned().into_iter().chain(store).collect();
        }
        _ => {}
    }
    let (first, last, step) = spec.keys;
    let last = if last < 0 { args.len() as i32 + last } else { last };
    let mut found = Vec::new();
    let mut at = first;
    while first > 0 && step > 0 && at <= last {
        found.extend(args.get(at as usize).cloned());
        at += step;
    }
    found
}
fn get_keys(args: &Args, era: Era) -> Reply {
    let Some(spec) = args.first().and_then(|name| lookup(name, era)) else { return Reply::error("ERR Invalid command specified") };
    let takes_keys =
        spec.keys.0 > 0 || matches!(spec.run, Run::Data(_)) && row_of(spec.name).is_some_and(|row| letters(row.flags, era).contains('v'));
    if !takes_keys {
        return if era.has(V3_2) { Reply::error("ERR The command has no key arguments") } else { Reply::Array(Vec::new()) };
    }
    if !spec.takes(era, args.len()) {
        return Reply::error("ERR Invalid number of arguments specified for command");
    }
    let keys = keys_among(spec, args);
    if keys.is_empty() {
        return Reply::error("ERR Invalid arguments specified for command");
    }
    Reply::Array(keys.into_iter().map(Reply::Bulk).collect())
}
/// COMMAND LIST [FILTERBY ACLCAT category|PATTERN pattern|MODULE name]
fn list(args: &Args, era: Era) -> Reply {
    let named =
        |fits: &dyn Fn(&Spec) -> bool| Reply::Array(all(era).filter(|spec| fits(spec)).map(|spec| Reply::bulk(spec.name)).collect());
    let is = |word: &Bytes, text: &str| word.eq_ignore_ascii_case(text.as_bytes());
    match args {
        [] => named(&|_| true),
        [filter, kind, what] if is(filter, "filterby") && is(kind, "pattern") => {
            named(&|spec| glob::matches(what, spec.name.as_bytes(), true))
        }
        [filter, kind, what] if is(filter, "filterby") && is(kind, "aclcat") => {
            let letter = CATEGORIES.iter().find(|(_, name)| is(what, &name[1..])).map(|(letter, _)| *letter);
            named(&|spec| letter.is_some_and(|letter| row_of(spec.name).is_some_and(|row| letters(row.categories, era).contains(letter))))
        }
        [filter, kind, _] if is(filter, "filterby") && is(kind, "module") => Reply::Array(Vec::new()),
        _ => Reply::error(errors::SYNTAX),
    }
}

/// COMMAND and its subcommands: `args` are all words.
#[must_use]
pub fn command(args: &Args, era: Era) -> Reply {
    let Some(sub) = args.get(1) else { return Reply::Array(all(era).map(|spec| entry(spec, era)).collect()) };
    let is = |text: &str| sub.eq_ignore_ascii_case(text.as_bytes());
    let info =
        |names: &Args| Reply::Array(names.iter().map(|name| lookup(name, era).map_or(Reply::NilArray, |spec| entry(spec, era))).collect());
    // Each form: its word, since when, the fewest and the most words.
    let forms = [
        ("count", V2_8, 2, 2),
        ("info", V2_8, 2, usize::MAX),
        ("getkeys", V3_0, if era.has(V7_0) { 4 } else { 3 }, usize::MAX),
        ("list", V7_0, 2, 5),
        ("docs", V7_0, 2, usize::MAX),
    ];
    let form = forms.iter().find(|(word, since, ..)| is(word) && era.has(*since));
    match form {
        Some((word, _, least, most)) if (*least..=*most).contains(&args.len()) => match *word {
            "count" => Reply::Int(all(era).count() as i64),
            "info" if args.len() == 2 && era.has(V7_0) => command(&args[..1], era),
            "info" => info(&args[2..]),
            "getkeys" => get_keys(&args[2..], era),
            "list" => list(&args[2..], era),
            // Nothing is documented here: the answer for an unknown command.
            _ => Reply::Array(Vec::new()),
        },
        _ => Reply::Error(if era.has(V7_0) {
            match form {
                Some((word, ..)) => format!("ERR wrong number of arguments for 'command|{word}' command"),
                None => format!("ERR unknown subcommand '{}'. Try COMMAND HELP.", String::from_utf8_lossy(sub)),
            }
        } else if era.has(Era::V5_0) {
            format!("ERR Unknown subcommand or wrong number of arguments for '{}'. Try COMMAND HELP.", String::from_utf8_lossy(sub))
        } else {
            "ERR Unknown subcommand or wrong number of arguments.".into()
        }),
    }
}

/// The lists of real servers, by name. 3.2 to 5.0 are those of 5.0.
static ROWS: &[Row] = &[
    row("failover", &[(V6_2, "ast")], &[(V6_2, "aod")]),
    row("get", &[(V2_8, "rF")], &[(V6_2, "rsf")]),
    row("set", &[(V2_8, "wm")], &[(V6_2, "wso")]),
    row("setnx", &[(V2_8, "wmF")], &[(V6_2, "wsf")]),
    row("setex", &[(V2_8, "wm")], &[(V6_2, "wso")]),
    row("psetex", &[(V2_8, "wm")], &[(V6_2, "wso")]),
    row("append", &[(V2_8, "wm"), (V6_2, "wmF")], &[(V6_2, "wsf")]),
    row("strlen", &[(V2_8, "rF")], &[(V6_2, "rsf")]),
    row("setrange", &[(V2_8, "wm")], &[(V6_2, "wso")]),
    row("getrange", &[(V2_8, "r")], &[(V6_2, "rso")]),
    row("substr", &[(V2_8, "r")], &[(V6_2, "rso")]),
    row("incr", &[(V2_8, "wmF")], &[(V6_2, "wsf")]),
    row("decr", &[(V2_8, "wmF")], &[(V6_2, "wsf")]),
    row("incrby", &[(V2_8, "wmF")], &[(V6_2, "wsf")]),
    row("decrby", &[(V2_8, "wmF")], &[(V6_2, "wsf")]),
    row("incrbyfloat", &[(V2_8, "wmF")], &[(V6_2, "wsf")]),
    row("setbit", &[(V2_8, "wm")], &[(V6_2, "wbo")]),
    row("getbit", &[(V2_8, "rF")], &[(V6_2, "rbf")]),
    row("bitcount", &[(V2_8, "r")], &[(V6_2, "rbo")]),
    row("getset", &[(V2_8, "wm"), (V6_2, "wmF")], &[(V6_2, "wsf")]),
    row("getdel", &[(V6_2, "wF")], &[(V6_2, "wsf")]),
    row("getex", &[(V6_2, "wF")], &[(V6_2, "wsf")]),
    row("mget", &[(V2_8, "r"), (V3_2, "rF")], &[(V6_2, "rsf")]),
    row("mset", &[(V2_8, "wm")], &[(V6_2, "wso")]),
    row("msetnx", &[(V2_8, "wm")], &[(V6_2, "wso")]),
    row("del", &[(V2_8, "w")], &[(V6_2, "kwo")]),
    row("unlink", &[(V3_2, "wF")], &[(V6_2, "kwf")]),
    row("exists", &[(V2_8, "rF")], &[(V6_2, "krf")]),
    row("touch", &[(V3_2, "rF")], &[(V6_2, "krf")]),
    row("type", &[(V2_8, "rF")], &[(V6_2, "krf")]),
    row("keys", &[(V2_8, "rS"), (V7_0, "r")], &[(V6_2, "krod")]),
    row("scan", &[(V2_8, "rR"), (V7_0, "r")], &[(V6_2, "kro")]),
    row("randomkey", &[(V2_8, "rR"), (V7_0, "r")], &[(V6_2, "kro")]),
    row("dbsize", &[(V2_8, "rF")], &[(V6_2, "krf")]),
    row("rename", &[(V2_8, "w")], &[(V6_2, "kwo")]),
    row("renamenx", &[(V2_8, "wF")], &[(V6_2, "kwf")]),
    row("move", &[(V2_8, "wF")], &[(V6_2, "kwf")]),
    row("copy", &[(V6_2, "wm")], &[(V6_2, "kwo")]),
    row("expire", &[(V2_8, "wF")], &[(V6_2, "kwf")]),
    row("pexpire", &[(V2_8, "wF")], &[(V6_2, "kwf")]),
    row("expireat", &[(V2_8, "wF")], &[(V6_2, "kwf")]),
    row("pexpireat", &[(V2_8, "wF")], &[(V6_2, "kwf")]),
    row("ttl", &[(V2_8, "rF"), (V3_2, "rRF"), (V7_0, "rF")], &[(V6_2, "krf")]),
    row("pttl", &[(V2_8, "rF"), (V3_2, "rRF"), (V7_0, "rF")], &[(V6_2, "krf")]),
    row("expiretime", &[(V7_0, "rF")], &[(V7_0, "krf")]),
    row("pexpiretime", &[(V7_0, "rF")], &[(V7_0, "krf")]),
    row("persist", &[(V2_8, "wF")], &[(V6_2, "kwf")]),
    row("flushdb", &[(V2_8, "w")], &[(V6_2, "kwod")]),
    row("flushall", &[(V2_8, "w")], &[(V6_2, "kwod")]),
    row("swapdb", &[(V3_2, "wF")], &[(V6_2, "kwfd")]),
    row("object", &[(V2_8, "r"), (V3_2, "rR"), (V7_0, "")], &[(V6_2, "kro"), (V7_0, "o")]),
    row("sort", &[(V2_8, "wm"), (V3_0, "wmv")], &[(V6_2, "wezlod")]),
    row("sort_ro", &[(V7_0, "rv")], &[(V7_0, "rezlod")]),
    row("lpush", &[(V2_8, "wmF")], &[(V6_2, "wlf")]),
    row("rpush", &[(V2_8, "wmF")], &[(V6_2, "wlf")]),
    row("lpushx", &[(V2_8, "wmF")], &[(V6_2, "wlf")]),
    row("rpushx", &[(V2_8, "wmF")], &[(V6_2, "wlf")]),
    row("lpop", &[(V2_8, "wF")], &[(V6_2, "wlf")]),
    row("rpop", &[(V2_8, "wF")], &[(V6_2, "wlf")]),
    row("llen", &[(V2_8, "rF")], &[(V6_2, "rlf")]),
    row("lrange", &[(V2_8, "r")], &[(V6_2, "rlo")]),
    row("lindex", &[(V2_8, "r")], &[(V6_2, "rlo")]),
    row("lset", &[(V2_8, "wm")], &[(V6_2, "wlo")]),
    row("ltrim", &[(V2_8, "w")], &[(V6_2, "wlo")]),
    row("lrem", &[(V2_8, "w")], &[(V6_2, "wlo")]),
    row("linsert", &[(V2_8, "wm")], &[(V6_2, "wlo")]),
    row("rpoplpush", &[(V2_8, "wm")], &[(V6_2, "wlo")]),
    row("lmove", &[(V6_2, "wm")], &[(V6_2, "wlo")]),
    row("lpos", &[(V6_2, "r")], &[(V6_2, "rlo")]),
    row("lmpop", &[(V7_0, "wv")], &[(V7_0, "wlo")]),
    row("blpop", &[(V2_8, "ws"), (V7_0, "wsb")], &[(V6_2, "wloB")]),
    row("brpop", &[(V2_8, "ws"), (V7_0, "wsb")], &[(V6_2, "wloB")]),
    row("brpoplpush", &[(V2_8, "wms"), (V7_0, "wmsb")], &[(V6_2, "wloB")]),
    row("blmove", &[(V6_2, "wms"), (V7_0, "wmsb")], &[(V6_2, "wloB")]),
    row("blmpop", &[(V7_0, "wbv")], &[(V7_0, "wloB")]),
    row("hset", &[(V2_8, "wmF")], &[(V6_2, "whf")]),
    row("hmset", &[(V2_8, "wm"), (V3_2, "wmF")], &[(V6_2, "whf")]),
    row("hsetnx", &[(V2_8, "wmF")], &[(V6_2, "whf")]),
    row("hget", &[(V2_8, "rF")], &[(V6_2, "rhf")]),
    row("hmget", &[(V2_8, "r"), (V3_2, "rF")], &[(V6_2, "rhf")]),
    row("hgetall", &[(V2_8, "r"), (V3_2, "rR"), (V7_0, "r")], &[(V6_2, "rho")]),
    row("hkeys", &[(V2_8, "rS"), (V7_0, "r")], &[(V6_2, "rho")]),
    row("hvals", &[(V2_8, "rS"), (V7_0, "r")], &[(V6_2, "rho")]),
    row("hdel", &[(V2_8, "wF")], &[(V6_2, "whf")]),
    row("hlen", &[(V2_8, "rF")], &[(V6_2, "rhf")]),
    row("hexists", &[(V2_8, "rF")], &[(V6_2, "rhf")]),
    row("hstrlen", &[(V3_2, "rF")], &[(V6_2, "rhf")]),
    row("hincrby", &[(V2_8, "wmF")], &[(V6_2, "whf")]),
    row("hexpire", &[(V7_2, "wmF")], &[(V7_2, "whf")]),
    row("hpexpire", &[(V7_2, "wmF")], &[(V7_2, "whf")]),
    row("hexpireat", &[(V7_2, "wmF")], &[(V7_2, "whf")]),
    row("hpexpireat", &[(V7_2, "wmF")], &[(V7_2, "whf")]),
    row("httl", &[(V7_2, "rF")], &[(V7_2, "rhf")]),
    row("hpttl", &[(V7_2, "rF")], &[(V7_2, "rhf")]),
    row("hexpiretime", &[(V7_2, "rF")], &[(V7_2, "rhf")]),
    row("hpexpiretime", &[(V7_2, "rF")], &[(V7_2, "rhf")]),
    row("hpersist", &[(V7_2, "wF")], &[(V7_2, "whf")]),
    row("hsetex", &[(V7_2, "wmF")], &[(V7_2, "whf")]),
    row("hgetex", &[(V7_2, "wF")], &[(V7_2, "whf")]),
    row("hgetdel", &[(V7_2, "wF")], &[(V7_2, "whf")]),
    row("hincrbyfloat", &[(V2_8, "wmF")], &[(V6_2, "whf")]),
    row("hrandfield", &[(V6_2, "rR"), (V7_0, "r")], &[(V6_2, "rho")]),
    row("hscan", &[(V2_8, "rR"), (V7_0, "r")], &[(V6_2, "rho")]),
    row("sadd", &[(V2_8, "wmF")], &[(V6_2, "wef")]),
    row("srem", &[(V2_8, "wF")], &[(V6_2, "wef")]),
    row("smembers", &[(V2_8, "rS"), (V7_0, "r")], &[(V6_2, "reo")]),
    row("sismember", &[(V2_8, "rF")], &[(V6_2, "ref")]),
    row("smismember", &[(V6_2, "rF")], &[(V6_2, "ref")]),
    row("scard", &[(V2_8, "rF")], &[(V6_2, "ref")]),
    row("spop", &[(V2_8, "wsRF"), (V3_2, "wRF"), (V7_0, "wF")], &[(V6_2, "wef")]),
    row("srandmember", &[(V2_8, "rR"), (V7_0, "r")], &[(V6_2, "reo")]),
    row("smove", &[(V2_8, "wF")], &[(V6_2, "wef")]),
    row("sinter", &[(V2_8, "rS"), (V7_0, "r")], &[(V6_2, "reo")]),
    row("sunion", &[(V2_8, "rS"), (V7_0, "r")], &[(V6_2, "reo")]),
    row("sdiff", &[(V2_8, "rS"), (V7_0, "r")], &[(V6_2, "reo")]),
    row("sinterstore", &[(V2_8, "wm")], &[(V6_2, "weo")]),
    row("sunionstore", &[(V2_8, "wm")], &[(V6_2, "weo")]),
    row("sdiffstore", &[(V2_8, "wm")], &[(V6_2, "weo")]),
    row("sintercard", &[(V7_0, "rv")], &[(V7_0, "reo")]),
    row("sscan", &[(V2_8, "rR"), (V7_0, "r")], &[(V6_2, "reo")]),
    row("zadd", &[(V2_8, "wmF")], &[(V6_2, "wzf")]),
    row("zincrby", &[(V2_8, "wmF")], &[(V6_2, "wzf")]),
    row("zrem", &[(V2_8, "wF")], &[(V6_2, "wzf")]),
    row("zscore", &[(V2_8, "rF")], &[(V6_2, "rzf")]),
    row("zmscore", &[(V6_2, "rF")], &[(V6_2, "rzf")]),
    row("zcard", &[(V2_8, "rF")], &[(V6_2, "rzf")]),
    row("zrank", &[(V2_8, "rF")], &[(V6_2, "rzf")]),
    row("zrevrank", &[(V2_8, "rF")], &[(V6_2, "rzf")]),
    row("zrange", &[(V2_8, "r")], &[(V6_2, "rzo")]),
    row("zrevrange", &[(V2_8, "r")], &[(V6_2, "rzo")]),
    row("zrangebyscore", &[(V2_8, "r")], &[(V6_2, "rzo")]),
    row("zrevrangebyscore", &[(V2_8, "r")], &[(V6_2, "rzo")]),
    row("zcount", &[(V2_8, "rF")], &[(V6_2, "rzf")]),
    row("zremrangebyrank", &[(V2_8, "w")], &[(V6_2, "wzo")]),
    row("zremrangebyscore", &[(V2_8, "w")], &[(V6_2, "wzo")]),
    row("zpopmin", &[(V3_2, "wF")], &[(V6_2, "wzf")]),
    row("zpopmax", &[(V3_2, "wF")], &[(V6_2, "wzf")]),
    row("zrangebylex", &[(V2_8, "r")], &[(V6_2, "rzo")]),
    row("zrevrangebylex", &[(V2_8, "r")], &[(V6_2, "rzo")]),
    row("zlexcount", &[(V2_8, "rF")], &[(V6_2, "rzf")]),
    row("zremrangebylex", &[(V2_8, "w")], &[(V6_2, "wzo")]),
    row("zrangestore", &[(V6_2, "wm")], &[(V6_2, "wzo")]),
    row("zrandmember", &[(V6_2, "rR"), (V7_0, "r")], &[(V6_2, "rzo")]),
    row("zmpop", &[(V7_0, "wv")], &[(V7_0, "wzo")]),
    row("bzpopmin", &[(V3_2, "wsF"), (V7_0, "wsbF")], &[(V6_2, "wzfB")]),
    row("bzpopmax", &[(V3_2, "wsF"), (V7_0, "wsbF")], &[(V6_2, "wzfB")]),
    row("bzmpop", &[(V7_0, "wbv")], &[(V7_0, "wzoB")]),
    row("zunionstore", &[(V2_8, "wmv")], &[(V6_2, "wzo")]),
    row("zinterstore", &[(V2_8, "wmv")], &[(V6_2, "wzo")]),
    row("zdiffstore", &[(V6_2, "wmv")], &[(V6_2, "wzo")]),
    row("zunion", &[(V6_2, "rv")], &[(V6_2, "rzo")]),
    row("zinter", &[(V6_2, "rv")], &[(V6_2, "rzo")]),
    row("zdiff", &[(V6_2, "rv")], &[(V6_2, "rzo")]),
    row("zintercard", &[(V7_0, "rv")], &[(V7_0, "rzo")]),
    row("zscan", &[(V2_8, "rR"), (V7_0, "r")], &[(V6_2, "rzo")]),
    row("ping", &[(V2_8, "rtF"), (V3_2, "tF"), (V7_0, "F")], &[(V6_2, "fc")]),
    row("echo", &[(V2_8, "rF"), (V3_2, "F"), (V7_0, "ltF")], &[(V6_2, "fc")]),
    row("select", &[(V2_8, "rlF"), (V3_2, "lF"), (V6_2, "ltF")], &[(V6_2, "kf"), (V7_0, "fc")]),
    row("auth", &[(V2_8, "rsltF"), (V3_2, "sltMF"), (V6_2, "sltFN"), (V7_0, "sltFNy")], &[(V6_2, "fc")]),
    row("multi", &[(V2_8, "rsF"), (V3_2, "sF"), (V6_2, "sltF"), (V7_0, "sltFy")], &[(V6_2, "ft")]),
    row("exec", &[(V2_8, "sM"), (V6_2, "sltu")], &[(V6_2, "ot")]),
    row("discard", &[(V2_8, "rsF"), (V3_2, "sF"), (V6_2, "sltF"), (V7_0, "sltFy")], &[(V6_2, "ft")]),
    row("watch", &[(V2_8, "rsF"), (V3_2, "sF"), (V6_2, "sltF"), (V7_0, "sltFy")], &[(V6_2, "ft")]),
    row("unwatch", &[(V2_8, "rsF"), (V3_2, "sF"), (V6_2, "sltF"), (V7_0, "sltFy")], &[(V6_2, "ft")]),
    row("monitor", &[(V2_8, "ras"), (V3_2, "as"), (V6_2, "aslt")], &[(V6_2, "aod")]),
    row("hello", &[(V6_2, "sltFN"), (V7_0, "sltFNy")], &[(V6_2, "fc")]),
    row("reset", &[(V6_2, "sltF"), (V7_0, "sltFNy")], &[(V6_2, "fc")]),
    row("info", &[(V2_8, "rlt"), (V3_2, "Rlt"), (V7_0, "lt")], &[(V6_2, "od")]),
    row("role", &[(V2_8, "aslt"), (V3_0, "slt"), (V6_2, "sltF")], &[(V6_2, "fd"), (V7_0, "afd")]),
    row("config", &[(V2_8, "rat"), (V3_2, "aslt"), (V7_0, "")], &[(V6_2, "aod"), (V7_0, "o")]),
    row("slaveof", &[(V2_8, "ast"), (V7_0, "astx")], &[(V6_2, "aod")]),
    row("replicaof", &[(V3_2, "ast"), (V7_0, "astx")], &[(V6_2, "aod")]),
    row("replconf", &[(V2_8, "raslt"), (V3_2, "aslt"), (V7_0, "aslty")], &[(V6_2, "aod")]),
    row("sync", &[(V2_8, "ras"), (V6_2, "as"), (V7_0, "asxX")], &[(V6_2, "aod")]),
    row("psync", &[(V2_8, "ras"), (V6_2, "as"), (V7_0, "asxX")], &[(V6_2, "aod")]),
    row("waitaof", &[(V7_2, "sb")], &[(V7_2, "oBc")]),
    row("msetex", &[(V7_2, "wmv")], &[(V7_2, "wso")]),
    row("delex", &[(V7_2, "wF")], &[(V7_2, "wsf")]),
    row("wait", &[(V3_0, "rs"), (V3_2, "s")], &[(V6_2, "ko"), (V7_0, "oc")]),
    row("debug", &[(V2_8, "as"), (V6_2, "aslt")], &[(V6_2, "aod")]),
    row("client", &[(V2_8, "ras"), (V3_0, "rs"), (V3_2, "as"), (V6_2, "asRlt"), (V7_0, "")], &[(V6_2, "aodc"), (V7_0, "o")]),
    row("time", &[(V2_8, "rRF"), (V3_2, "RF"), (V6_2, "RltF"), (V7_0, "ltF")], &[(V6_2, "f")]),
    row("command", &[(V2_8, "rlt"), (V3_2, "Rlt"), (V7_0, "lt")], &[(V6_2, "oc")]),
    row("lastsave", &[(V2_8, "rRF"), (V3_2, "RF"), (V6_2, "RltF"), (V7_0, "ltF")], &[(V6_2, "afd")]),
    row("save", &[(V2_8, "ras"), (V3_2, "as"), (V7_0, "asxX")], &[(V6_2, "aod")]),
    row("bgrewriteaof", &[(V2_8, "ra"), (V3_2, "as"), (V7_0, "asx")], &[(V6_2, "aod")]),
    row("bgsave", &[(V2_8, "ra"), (V3_2, "as"), (V7_0, "asx")], &[(V6_2, "aod")]),
    row("shutdown", &[(V2_8, "ralt"), (V3_2, "aslt"), (V7_0, "asltXy")], &[(V6_2, "aod")]),
    row("publish", &[(V2_8, "rpltF"), (V3_2, "pltF"), (V6_2, "pltFP"), (V7_0, "pltF")], &[(V6_2, "pf")]),
    row("subscribe", &[(V2_8, "rpslt"), (V3_2, "pslt")], &[(V6_2, "po")]),
    row("psubscribe", &[(V2_8, "rpslt"), (V3_2, "pslt")], &[(V6_2, "po")]),
    row("unsubscribe", &[(V2_8, "rpslt"), (V3_2, "pslt")], &[(V6_2, "po")]),
    row("punsubscribe", &[(V2_8, "rpslt"), (V3_2, "pslt")], &[(V6_2, "po")]),
    row("pubsub", &[(V2_8, "rpRlt"), (V3_2, "pRlt"), (V7_0, "")], &[(V6_2, "po"), (V7_0, "o")]),
    row("quit", &[(V7_0, "sltFNy")], &[(V7_0, "fc")]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::{cli, split_args};

    fn run(line: &str, era: Era) -> String {
        cli::format_era(&command(&split_args(line).expect("balanced"), era), era).replace('\n', " | ")
    }

    #[test]
    fn every_command_of_the_table_is_listed_with_letters_that_mean_something() {
        for spec in table() {
            let row = row_of(spec.name).unwrap_or_else(|| panic!("{} is not listed", spec.name));
            assert!(row.flags.is_sorted_by_key(|(era, _)| *era) && row.categories.is_sorted_by_key(|(era, _)| *era));
            for (_, text) in row.flags {
                assert!(text.chars().all(|letter| FLAGS.iter().any(|(known, _)| *known == letter)), "{} {text}", row.name);
            }
            for (_, text) in row.categories {
                assert!(text.chars().all(|letter| CATEGORIES.iter().any(|(known, _)| *known == letter)), "{} {text}", row.name);
            }
        }
    }

    #[test]
    fn subcommands_by_era() {
        assert_eq!(
            run("COMMAND INFO get nosuch", Era::V3_0),
            "1) 1) \"get\" |    2) (integer) 2 |    3) 1) readonly |       2) fast |    4) (integer) 1 |    5) (integer) 1 |    6) (integer) 1 | 2) (nil)"
        );
        assert_eq!(run("COMMAND GETKEYS get k", V3_0), "1) \"k\"");
        assert_eq!(run("COMMAND GETKEYS mset a 1 b 2", V7_0), "1) \"a\" | 2) \"b\"");
        assert_eq!(run("COMMAND GETKEYS zunionstore d 2 a b WEIGHTS 1 2", V7_0), "1) \"d\" | 2) \"a\" | 3) \"b\"");
        assert_eq!(run("COMMAND GETKEYS sort l ALPHA STORE d", V7_0), "1) \"l\" | 2) \"d\"");
        assert_eq!(run("COMMAND GETKEYS ping x", V7_0), "(error) ERR The command has no key arguments");
        assert_eq!(run("COMMAND GETKEYS nosuch x", V7_0), "(error) ERR Invalid command specified");
        assert_eq!(run("COMMAND COUNT x", V2_8), "(error) ERR Unknown subcommand or wrong number of arguments.");
        assert_eq!(
            run("COMMAND FOO", Era::V5_0),
            "(error) ERR Unknown subcommand or wrong number of arguments for 'FOO'. Try COMMAND HELP."
        );
        assert_eq!(run("COMMAND FOO", V7_0), "(error) ERR unknown subcommand 'FOO'. Try COMMAND HELP.");
        assert_eq!(run("COMMAND COUNT x", V7_0), "(error) ERR wrong number of arguments for 'command|count' command");
        assert_eq!(run("COMMAND LIST FILTERBY PATTERN lp*", V7_0), "1) \"lpush\" | 2) \"lpushx\" | 3) \"lpop\" | 4) \"lpos\"");
        let Reply::Array(all) = command(&[Bytes::from_static(b"COMMAND")], V7_0) else { panic!("an array") };
        assert_eq!(command(&split_args("COMMAND COUNT").expect("words"), V7_0), Reply::Int(all.len() as i64));
    }
}
