//! Texts and the wire: each parser must give the same whether its bytes come whole or one by one.

use bytes::Bytes;
use resync_core::command::directives::Config;
use resync_core::era::Era;
use resync_core::info;
use resync_core::resp::{Parser, ReplyParser, cli, split_bytes, write_reply};
use resync_core::scenario;

pub(super) const RESP_WORDS: &[&[u8]] =
    &[b"\r\n", b"\n", b"*", b"$", b"$-1\r\n", b"*-1\r\n", b"*1048577\r\n", b"$536870913\r\n", b"+OK\r\n", b"-ERR x\r\n", b":1\r\n", b"\0"];
pub(super) const INLINE_WORDS: &[&[u8]] = &[b"\r\n", b"\n", b"\"", b"'", b"\\x41", b"\\", b" ", b"\0", b"PING"];
pub(super) const CONF_WORDS: &[&[u8]] = &[
    b"\n",
    b"\"",
    b"'",
    b" ",
    b"kb",
    b"yes",
    b"no",
    b"normal",
    b"replica",
    b"save",
    b"-1",
    b"99999999999999999999",
    b"repl-backlog-size",
    b"client-output-buffer-limit",
    b"replicaof",
    b"slaveof",
];
pub(super) const PASTE_WORDS: &[&[u8]] = &[
    b"role:master\n",
    b"role:slave\n",
    b"slave0:",
    b"state=online",
    b",lag=99",
    b"offset=0",
    b"&lt;",
    b"\\r\\n",
    b"> ",
    b" * ",
    b" # ",
    b"4712:M 12 Mar 14:00:34.204 * ",
    b"Partial resynchronization ",
    b"MASTER <-> ",
    b"PRIMARY <-> REPLICA sync",
    b"1) \"",
    b"master\n",
    b"repl-timeout ",
    b"\x1b[31m",
    b"\xef\xbc\x9a",
    b"=== a ===\n",
    b"Client id=1 flags=S omem=9 cmd=psync ",
];
pub(super) const INFO_WORDS: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r",
    b":",
    b",",
    b"=",
    b"# ",
    b"# Replication\r\n",
    b"role:master",
    b"slave0:",
    b"slave1:ip=::1,port=6379,state=online,offset=1,lag=0",
    b"slave4294967295:h,1,online",
    b"db0:keys=1,expires=0,avg_ttl=0",
    b"master_repl_offset:",
    b"loading_loaded_perc:99.99",
    b"-9223372036854775808",
    b"99999999999999999999",
];
pub(super) const SCENARIO_WORDS: &[&[u8]] = &[
    b"\n",
    b"era ",
    b"node ",
    b"link ",
    b" -> ",
    b"client ",
    b"at ",
    b"until ",
    b"expect ",
    b"(",
    b")",
    b"not ",
    b" and ",
    b" or ",
    b"within ",
    b"ms",
    b"mb/s",
    b"{1..100}",
    b"{n}",
    b"{32 bytes}",
    b"follows",
    b"every",
    b"99999999999999999999",
];

fn pieces(seed: &[u8]) -> impl Iterator<Item = &[u8]> {
    // One by one is slow for long inputs: their first half goes so, the rest in sevens.
    let (short, long) = seed.split_at(seed.len().min(2_000));
    short.chunks(1).chain(long.chunks(7))
}

pub(super) fn resp_seeds() -> Vec<Vec<u8>> {
    [
        &b"*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n"[..],
        b"*1\r\n$4\r\nPING\r\n*0\r\n*-1\r\nPING\r\n\r\n*2\r\n$0\r\n\r\n$1\r\n\r\r\n",
        b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*5\r\n$4\r\nMSET\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$2\r\n\r\n\r\n",
    ]
    .map(<[u8]>::to_vec)
    .to_vec()
}
pub(super) fn inline_seeds() -> Vec<Vec<u8>> {
    [&b"PING\r\nSET key \"va\\x6cue \\n\"\r\nECHO 'it\\'s'\n"[..], b"\n\n\nSET a b\n", b"SET \"a\"b\r\n", b"   GET    x   \r\n"]
        .map(<[u8]>::to_vec)
        .to_vec()
}

/// Requests, whole and in pieces; the greedy newline of old releases depends on pieces and must only not panic.
pub(super) fn resp(input: &[u8]) {
    let all = |greedy: bool, pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut parser = Parser::new().with_greedy_newline(greedy);
        let mut got = Vec::new();
        for piece in pieces {
            parser.feed(&Bytes::copy_from_slice(piece));
            loop {
                match parser.next() {
                    Ok(Some(request)) => got.push(Ok(request.args.to_vec())),
                    Ok(None) => break,
                    Err(error) => {
                        got.push(Err(format!("{error:?}")));
                        return got;
                    }
                }
            }
        }
        got
    };
    let whole = all(false, &mut std::iter::once(input));
    assert_eq!(whole, all(false, &mut pieces(input)), "pieces change nothing");
    all(true, &mut pieces(input));
}
/// The same with words split as an inline command and a line of redis-cli have them.
pub(super) fn inline(input: &[u8]) {
    if let Ok(words) = split_bytes(input) {
        let line: Vec<String> = words.iter().map(|word| cli::quote(word)).collect();
        assert_eq!(split_bytes(line.join(" ").as_bytes()).expect("quoted words are words"), words, "quoting comes back");
    }
    resp(input);
}

pub(super) fn reply_seeds() -> Vec<Vec<u8>> {
    [&b"+PONG\r\n-ERR no\r\n:-12\r\n$5\r\nhello\r\n$-1\r\n*-1\r\n*2\r\n*1\r\n:1\r\n$0\r\n\r\n"[..], b"*3\r\n$7\r\nmessage\r\n*0\r\n+x\r\n"]
        .map(<[u8]>::to_vec)
        .to_vec()
}
/// Replies, whole and in pieces; what was read prints and is written as it came.
pub(super) fn reply(input: &[u8]) {
    let all = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut parser = ReplyParser::new();
        let mut got = Vec::new();
        for piece in pieces {
            parser.feed(piece);
            loop {
                match parser.next() {
                    Ok(Some(reply)) => got.push(Some(reply)),
                    Ok(None) => break,
                    Err(_) => {
                        got.push(None);
                        return got;
                    }
                }
            }
        }
        got
    };
    let whole = all(&mut std::iter::once(input));
    assert_eq!(format!("{whole:?}"), format!("{:?}", all(&mut pieces(input))), "pieces change nothing");
    for reply in whole.iter().flatten() {
        for era in [Era::V2_6, Era::V7_0] {
            let _ = cli::format_era(reply, era);
        }
        write_reply(reply, &mut Vec::new());
    }
}

pub(super) fn conf_seeds() -> Vec<Vec<u8>> {
    [
        &b"\x02port 6379\nslaveof 10.0.0.1 6379\nrepl-backlog-size 16kb\nmin-slaves-to-write 1\nsave 900 1\nmasterauth \"s3 cret\"\n"[..],
        b"\x07port 6380\nreplicaof 10.0.0.1 6379\nclient-output-buffer-limit replica 256mb 64mb 60\nsave \"\"\nrepl-diskless-load swapdb\nmaxmemory-policy allkeys-lru\nhz 10\n",
        b"\x00requirepass x\ntimeout 0\nappendonly yes\nloglevel debug\nrepl-timeout 60\nslave-read-only no\n",
    ]
    .map(<[u8]>::to_vec)
    .to_vec()
}
/// The first byte is the era, the rest a redis.conf; what it sets is given out and set again.
pub(super) fn conf(input: &[u8]) {
    let Some((&era, text)) = input.split_first() else { return };
    let era = Era::ALL[usize::from(era) % Era::ALL.len()];
    let mut lines = Vec::new();
    for line in text.split(|&byte| byte == b'\n') {
        match split_bytes(line) {
            Ok(words) => lines.push(words),
            Err(_) => return,
        }
    }
    let Ok(mut config) = Config::from_lines(era, &lines) else { return };
    for (name, value) in config.get(&[Bytes::from_static(b"*")]) {
        let words = [Bytes::from_static(b"CONFIG"), Bytes::from_static(b"SET"), Bytes::from(name), Bytes::from(value)];
        // Some cannot be set while a server runs, and some may only be set to what they are not.
        let _ = config.set(&words[2..]);
    }
}

pub(super) fn info_seeds() -> Vec<Vec<u8>> {
    [
        &b"# Server\r\nredis_version:7.0.15\r\nhz:10\r\n\r\n# Replication\r\nrole:master\r\nconnected_slaves:2\r\nslave0:ip=10.0.0.2,port=6379,state=online,offset=70814,lag=1\r\nslave1:ip=10.0.0.3,port=6379,state=wait_bgsave,offset=0,lag=0,type=replica\r\nmaster_replid2:0000000000000000000000000000000000000000\r\nmaster_repl_offset:70828\r\nsecond_repl_offset:-1\r\n\r\n# Keyspace\r\ndb0:keys=3,expires=1,avg_ttl=900,subexpiry=0\r\n"[..],
        b"  role:slave  \nmaster_link_status:down\nmaster_sync_perc:12.34\nslave0:10.0.0.9,6381,online\nslave1:lag=0,offset=7,state=online,port=1,ip=h\n# CPU\nused_cpu_sys:0.5\nrole",
        b"role:king\nslave0:ip=h,port=x,state=online\nslave1:h\ndb0:keys=1\nno pair here\nrole:king\n:\n#\n\r",
    ]
    .map(<[u8]>::to_vec)
    .to_vec()
}
/// INFO as pasted; what is read is written as it was, and what can be looked up has a place in the text.
pub(super) fn info(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let Ok(read) = info::parse(&text) else { return };
    assert_eq!(read.to_string(), text, "reading loses nothing");
    let lines = u32::try_from(text.split_inclusive('\n').count()).expect("bounded");
    assert_eq!(read.lines().count(), lines as usize);
    for error in read.complaints() {
        assert!(error.line.is_some_and(|line| (1..=lines).contains(&line)), "{error}");
    }
    for (_, line) in read.replicas() {
        if let Ok(line) = line {
            let again = info::ReplicaLine::read(&line.to_string());
            assert!(line.acked.is_none() || again.as_ref() == Ok(&*line), "{line} comes back as {again:?}");
        }
    }
    for (_, line) in read.databases() {
        if let Ok(line) = line {
            assert_eq!(info::DatabaseLine::read(&line.to_string()).as_ref(), Ok(&*line));
        }
    }
    for (_, name, value) in read.pairs() {
        let shown = value.to_string();
        let parts: Vec<String> = value.parts().into_iter().map(|(name, value)| format!("{name}{value}")).collect();
        assert_eq!(parts.join(","), shown, "{name}");
        assert!(read.named(&name.to_string()).is_some());
        if let info::Name::Field(field) = name {
            let _ = (read.number(*field), read.flag(*field), read.text(*field));
        }
    }
}

pub(super) fn paste_seeds() -> Vec<Vec<u8>> {
    let mut seeds = info_seeds();
    seeds.extend(
        [
            &b"ops@bastion:~$ ssh db1\n> role:master\n> slave0:ip=10.0.0.2,port=6379,state=online,offset=0,lag=734\n4712:M 12 Mar 14:00:34.204 * Slave 10.0.0.2:6379 asks for synchronization\n4712:M 12 Mar 14:00:34.204 * Unable to partial resync with slave 10.0.0.2:6379 for lack of backlog (Slave request was: 353114957).\n"[..],
            b"1) \"slave\"\n2) \"10.0.0.1\"\n3) (integer) 6379\n4) \"sync\"\n5) (integer) -1\n[17] 21 Nov 21:12:04.713 # Unexpected reply to PSYNC from master: -LOADING Redis is loading\nMASTER &lt;-&gt; SLAVE sync: Finished with success\nRetrying with SYNC...\n",
            b"\"# Replication\\r\\nrole:slave\\r\\nmaster_link_status:down\\r\\n\"\n(error) NOREPLICAS Not enough good slaves to write.\nid=4 addr=10.0.0.2:6 fd=7 name= age=97 idle=1 flags=S omem=0 cmd=psync\nrepl-backlog-size\n1mb\nclient-output-buffer-limit slave 1 2 3\n",
        ]
        .map(<[u8]>::to_vec),
    );
    seeds
}
/// A pasted text, read and judged: every place is within it, every finding quotes it, and a text in which nothing was read has none.
pub(super) fn paste(input: &[u8]) {
    use resync_core::diagnose::{Health, Reader, judge};
    static READER: std::sync::OnceLock<Reader> = std::sync::OnceLock::new();
    let text = String::from_utf8_lossy(input);
    let diagnosis = judge(READER.get_or_init(Reader::default).read(&text, 0));
    let within = |place: &resync_core::diagnose::Place| {
        let lines = text.get(..place.from).map(|before| before.matches('\n').count() + 1);
        assert!(place.from <= place.to && text.get(place.from..place.to).is_some(), "{place:?}");
        assert_eq!(lines, Some(place.line as usize), "{place:?}");
        let _ = place.columns(&text);
    };
    diagnosis.paste.unread.iter().for_each(within);
    for finding in &diagnosis.findings {
        assert!(!finding.quotes.is_empty());
        finding.quotes.iter().for_each(within);
        assert!(finding.node.is_none_or(|n| n < diagnosis.paste.nodes.len()));
    }
    assert!(diagnosis.paste.read > 0 || diagnosis.findings.is_empty());
    assert_eq!(diagnosis.health == Health::Unreadable, diagnosis.paste.read == 0);
    for lang in resync_desk::Lang::ALL {
        let said = resync_desk::json(lang, [&text, ""], &diagnosis);
        assert!(serde_json::from_str::<serde_json::Value>(&said).is_ok(), "{said}");
    }
}

pub(super) fn scenario_seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = [
        "era 3.0\nseed 7\ndefault link latency 1ms\nnode master repl-backlog-size 16kb\nnode replica-1 follows master\nlink master replica-1 latency 2ms bandwidth 10mb/s\nclient writer on master: every 20ms SET key:{1..100} {32 bytes}\nat 10s cut master replica-1\nat 16s heal master replica-1\nuntil replica-1 online within 30s\nexpect note replica-1 partial-accepted\nexpect same-data master replica-1\n",
        "era 7.0\nnode a keys 10 size 20\nnode b era 2.6 follows a\nat 1s a: CONFIG SET save \"\"\nuntil (a offset > 5 and not b online) or invariant I4 within 3s\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    let lessons = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/lessons");
    let mut texts: Vec<_> =
        std::fs::read_dir(lessons).into_iter().flatten().flatten().map(|entry| entry.path().join("scene.resync")).collect();
    texts.sort();
    seeds.extend(texts.iter().filter_map(|path| std::fs::read(path).ok()));
    seeds
}
/// A scenario; what is read prints as a text that reads the same.
pub(super) fn scenario(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Ok(read) = scenario::parse(&text) {
        let printed = scenario::world_text(&read);
        let again = scenario::parse(&printed).unwrap_or_else(|why| panic!("{why:?} in what was printed:\n{printed}"));
        assert_eq!(scenario::world_text(&again), printed, "printing settles");
    }
}
