//! Times to live of a hash's fields (Redis 7.4, Valkey 9.0; docs/redis.md §4.2a). Both know the same commands; they differ in words and roundings, in what
//! becomes of a field whose time has passed already, and in what the stream gets.

use super::context::{Cx, Done, fail, int, is, read, words, wrote};
use super::errors::{self, SYNTAX};
use super::spec::{Args, Effect, Reply};
use super::strings::{Unit, stored};
use crate::data::value::int_bytes;
use crate::data::{Hash, Value};
use crate::era::Era;
use crate::resp::parse_i64;
use alloc::format;
use alloc::rc::Rc;
use alloc::vec;
use alloc::vec::Vec;
use bytes::Bytes;

/// The last unix millisecond at which a field of Redis's may expire.
const LATEST_MS: i64 = 0x3fff_ffff_ffff;
/// No such field.
const MISSING: i64 = -2;
/// A field without a time to live.
const NO_TIME: i64 = -1;

const NO_FIELDS_WORD: &str = "ERR Mandatory argument FIELDS is missing or not at the right position";
const NOT_AS_MANY: &str = "ERR The `numfields` parameter must match the number of arguments";
const NOT_AS_MANY_VALKEY: &str = "ERR numfields should be greater than 0 and match the provided number of fields";

impl Cx<'_, '_> {
    /// The hash under a key as a command that writes meets it.
    pub(super) fn hash_as_written(&mut self, key: &[u8]) -> Result<Option<Rc<Hash>>, Reply> {
        match self.writing(key) {
            None => Ok(None),
            Some(Value::Hash(hash)) => Ok(Some(hash.clone())),
            Some(_) => Err(errors::wrong_type()),
        }
    }
    /// Whether the time of a field that expires then has passed. What comes from the master is applied to fields as if they lived: it says itself when they go.
    pub(super) fn field_past(&self, when: i64) -> bool {
        !(self.d.replica && self.d.from_master) && when < self.d.judged_ms
    }
    /// The value of a field, unless its time has passed: then it is hidden until its HDEL.
    pub(super) fn living<'h>(&self, hash: &'h Hash, field: &[u8]) -> Option<&'h Bytes> {
        hash.get(field).filter(|_| !hash.time(field).is_some_and(|when| self.field_past(when)))
    }
    /// Takes a field out whose time has passed and which a command is about to write anew: the HDEL that the stream gets before it. A replica that
    /// its callers write to tells nobody, and keeps nothing.
    pub(super) fn drop_expired_field(&mut self, key: &[u8], field: &[u8]) -> Option<Vec<Bytes>> {
        let hash = self.hash_as_written(key).ok()??;
        if hash.get(field).is_none() || self.living(&hash, field).is_some() {
            return None;
        }
        drop(hash);
        self.update_hash(key, |hash| drop(hash.remove(field)));
        Some(words([b"HDEL", key, field]))
    }
    fn redis(&self) -> bool {
        !self.era().capabilities().valkey
    }
}

/// HDELs of fields, as Redis sends them: one each.
fn hdels<'f>(key: &Bytes, fields: impl IntoIterator<Item = &'f Bytes>) -> Effect {
    let list: Vec<Vec<Bytes>> = fields.into_iter().map(|field| words([b"HDEL", key, field])).collect();
    if list.is_empty() { Effect::None } else { Effect::Rewritten(list) }
}
/// One command over several fields.
fn over(head: &[&[u8]], fields: &[Bytes]) -> Effect {
    if fields.is_empty() {
        return Effect::None;
    }
    let mut list: Vec<Bytes> = head.iter().map(|word| Bytes::copy_from_slice(word)).collect();
    list.extend(fields.iter().cloned());
    Effect::Rewritten(vec![list])
}
/// `FIELDS n field …` at this place: the fields. `each`: words that stand for one field.
fn fields<'a>(cx: &Cx<'_, '_>, args: &'a Args, at: usize, each: usize, few: &str) -> Result<&'a [Bytes], Reply> {
    let named = args.get(at).is_some_and(|word| is(word, "fields"));
    if !named && cx.redis() {
        return fail(NO_FIELDS_WORD);
    }
    let given = args.get(at + 2..).unwrap_or_default();
    let Some(number) = args.get(at + 1) else { return fail(SYNTAX) };
    let n = parse_i64(number);
    let fits = n.and_then(|n| usize::try_from(n).ok()).and_then(|n| n.checked_mul(each)) == Some(given.len()) && !given.is_empty();
    match n {
        _ if !cx.redis() && !named => fail(SYNTAX),
        None if !cx.redis() => fail(errors::NOT_AN_INTEGER),
        _ if !cx.redis() => {
            if fits {
                Ok(given)
            } else {
                fail(NOT_AS_MANY_VALKEY)
            }
        }
        None | Some(..=0) => fail(few),
        _ if fits => Ok(given),
        _ => fail(NOT_AS_MANY),
    }
}
/// The unix millisecond that an argument names.
fn moment(cx: &Cx<'_, '_>, name: &str, unit: Unit, arg: &[u8]) -> Result<i64, Reply> {
    let given = int(arg)?;
    if given < 0 && cx.redis() {
        return fail("ERR invalid expire time, must be >= 0");
    }
    let base = if unit.absolute() { 0 } else { cx.d.now_ms };
    let latest = if cx.redis() { LATEST_MS } else { i64::MAX };
    let when = given.checked_mul(if unit.in_seconds() { 1_000 } else { 1 }).and_then(|millis| millis.checked_add(base));
    when.filter(|when| given >= 0 && *when <= latest).ok_or_else(|| errors::invalid_expire(name, cx.era()))
}
/// Whether a moment lies in the past, so that the field goes at once. On a replica none does.
fn over_already(cx: &Cx<'_, '_>, when: i64) -> bool {
    when <= cx.d.now_ms && !cx.d.replica
}
/// Gives fields a time to live, or takes it away. Valkey packs no hash that has such fields.
fn set_times(cx: &mut Cx<'_, '_>, key: &[u8], fields: &[Bytes], when: Option<i64>) {
    let unpacks = when.is_some() && !cx.redis();
    if !fields.is_empty() {
        cx.update_hash(key, |hash| {
            if unpacks {
                hash.unpack();
            }
            for field in fields {
                hash.set_time(field, when);
            }
        });
    }
}
fn remove_fields(cx: &mut Cx<'_, '_>, key: &[u8], fields: &[Bytes]) {
    if !fields.is_empty() {
        cx.update_hash(key, |hash| fields.iter().for_each(|field| drop(hash.remove(field))));
    }
}

/// HEXPIRE key time [NX|XX|GT|LT] FIELDS n field …
fn expire(cx: &mut Cx<'_, '_>, args: &Args, name: &str, unit: Unit) -> Done {
    let key = &args[1];
    cx.hash_to_write(key)?;
    let when = moment(cx, name, unit, &args[2])?;
    let condition = ["nx", "xx", "gt", "lt"].into_iter().find(|word| is(&args[3], word));
    let at = 3 + usize::from(condition.is_some());
    let fields = fields(cx, args, at, 1, "ERR Parameter `numFields` should be greater than 0")?;
    cx.touched(fields.len());
    let missing = Reply::Array(vec![Reply::Int(MISSING); fields.len()]);
    let Some(hash) = cx.hash_as_written(key)? else { return read(missing) };
    let over = over_already(cx, when);
    let (mut replies, mut meant) = (Vec::with_capacity(fields.len()), Vec::new());
    for field in fields {
        let present = hash.time(field);
        let holds = match condition {
            Some("nx") => present.is_none(),
            Some("xx") => present.is_some(),
            Some("gt") => present.is_some_and(|present| when > present),
            Some("lt") => present.is_none_or(|present| when < present),
            _ => true,
        };
        let gone_before = over && meant.contains(field);
        replies.push(Reply::Int(match cx.living(&hash, field) {
            None => MISSING,
            Some(_) if gone_before => MISSING,
            Some(_) if !holds => 0,
            Some(_) => {
                meant.push(field.clone());
                if over { 2 } else { 1 }
            }
        }));
    }
    drop(hash);
    let effect = if over && cx.redis() {
        hdels(key, &meant)
    } else if over {
        self::over(&[b"HDEL", key], &meant)
    } else {
        let number = int_bytes(i64::try_from(meant.len()).unwrap_or(i64::MAX));
        let moment = int_bytes(when);
        let mut head: Vec<&[u8]> = vec![b"HPEXPIREAT", key, &moment];
        head.extend(condition.map(|_| &args[3][..]));
        head.extend([&args[at][..], &number]);
        self::over(&head, &meant)
    };
    if over {
        remove_fields(cx, key, &meant);
    } else {
        set_times(cx, key, &meant, Some(when));
    }
    Ok((Reply::Array(replies), effect))
}
pub(super) fn hexpire(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    expire(cx, args, "hexpire", Unit::Seconds)
}
pub(super) fn hpexpire(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    expire(cx, args, "hpexpire", Unit::Millis)
}
pub(super) fn hexpireat(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    expire(cx, args, "hexpireat", Unit::AtSeconds)
}
pub(super) fn hpexpireat(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    expire(cx, args, "hpexpireat", Unit::AtMillis)
}

/// HTTL key FIELDS n field …, and its like: Redis rounds seconds up, Valkey to the nearest.
fn time_left(cx: &mut Cx<'_, '_>, args: &Args, unit: Unit) -> Done {
    let hash = cx.hash(&args[1])?;
    let fields = fields(cx, args, 2, 1, "ERR Number of fields must be a positive integer")?;
    cx.touched(fields.len());
    let up = if cx.redis() { 999 } else { 500 };
    let left = |field: &Bytes| {
        let Some(hash) = hash.as_ref().filter(|hash| cx.living(hash, field).is_some()) else { return MISSING };
        let Some(when) = hash.time(field) else { return NO_TIME };
        // A packed hash of Redis takes a field for gone a millisecond early here.
        if cx.redis() && hash.packed() && when <= cx.d.now_ms {
            return MISSING;
        }
        let millis = if unit.absolute() { when } else { (when - cx.d.now_ms).max(0) };
        if unit.in_seconds() { (millis + up) / 1_000 } else { millis }
    };
    read(Reply::Array(fields.iter().map(|field| Reply::Int(left(field))).collect()))
}
pub(super) fn httl(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    time_left(cx, args, Unit::Seconds)
}
pub(super) fn hpttl(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    time_left(cx, args, Unit::Millis)
}
pub(super) fn hexpiretime(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    time_left(cx, args, Unit::AtSeconds)
}
pub(super) fn hpexpiretime(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    time_left(cx, args, Unit::AtMillis)
}
/// HPERSIST key FIELDS n field …
pub(super) fn hpersist(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let key = &args[1];
    cx.hash_to_write(key)?;
    let fields = fields(cx, args, 2, 1, "ERR Number of fields must be a positive integer")?;
    cx.touched(fields.len());
    let hash = cx.hash_as_written(key)?;
    let (mut replies, mut meant) = (Vec::with_capacity(fields.len()), Vec::new());
    for field in fields {
        let living = hash.as_ref().filter(|hash| cx.living(hash, field).is_some());
        replies.push(Reply::Int(match living.map(|hash| hash.time(field)) {
            None => MISSING,
            Some(None) => NO_TIME,
            Some(Some(_)) if meant.contains(field) => NO_TIME,
            Some(Some(_)) => {
                meant.push(field.clone());
                1
            }
        }));
    }
    drop(hash);
    set_times(cx, key, &meant, None);
    wrote(Reply::Array(replies), !meant.is_empty())
}

/// The options in front of FIELDS in HSETEX and HGETEX.
#[derive(Default)]
struct Options {
    /// FNX: none of the fields may be there (`true`), FXX: all must be (`false`).
    fresh: Option<bool>,
    /// KEEPTTL or PERSIST.
    bare: bool,
    /// Unit, the place of its word, and the moment.
    time: Option<(Unit, usize, i64)>,
    /// Where FIELDS stands.
    fields_at: usize,
}
impl Options {
    fn read(cx: &Cx<'_, '_>, args: &Args, name: &str, bare: &str, conditions: bool) -> Result<Options, Reply> {
        let mut options = Options { fields_at: 2, ..Options::default() };
        while let Some(word) = args.get(options.fields_at).filter(|word| !is(word, "fields")) {
            let one_time = || match cx.redis() {
                true if conditions => "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified",
                _ => SYNTAX,
            };
            let timed = options.time.is_some() || options.bare;
            if conditions && (is(word, "fnx") || is(word, "fxx")) {
                if options.fresh.is_some() {
                    return fail(if cx.redis() { "ERR Only one of FXX or FNX arguments can be specified" } else { SYNTAX });
                }
                options.fresh = Some(is(word, "fnx"));
            } else if is(word, bare) {
                if timed {
                    return fail(one_time());
                }
                options.bare = true;
            } else if let Some(unit) = Unit::of_option(word, Era::V6_2) {
                let Some(arg) = args.get(options.fields_at + 1) else { return fail(SYNTAX) };
                if timed {
                    return fail(one_time());
                }
                options.time = Some((unit, options.fields_at, moment(cx, name, unit, arg)?));
                options.fields_at += 1;
            } else if cx.redis() && conditions {
                return Err(Reply::Error(format!("ERR unknown argument: {}", alloc::string::String::from_utf8_lossy(word))));
            } else {
                return fail(if cx.redis() { NO_FIELDS_WORD } else { SYNTAX });
            }
            options.fields_at += 1;
        }
        Ok(options)
    }
}

/// HSETEX key [FNX|FXX] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL] FIELDS n field value … (Redis 8.0, Valkey 9.0)
pub(super) fn hsetex(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let key = &args[1];
    let options = Options::read(cx, args, "hsetex", "keepttl", true)?;
    let pairs = fields(cx, args, options.fields_at, 2, "ERR invalid number of fields")
        .map_err(|error| if error == Reply::error(NOT_AS_MANY) { errors::wrong_arity("hsetex") } else { error })?;
    cx.hash_to_write(key)?;
    let hash = cx.hash_as_written(key)?;
    let living = |field: &Bytes| hash.as_ref().is_some_and(|hash| cx.living(hash, field).is_some());
    if options.fresh.is_some_and(|fresh| pairs.chunks_exact(2).any(|pair| living(&pair[0]) == fresh)) {
        return read(Reply::Int(0));
    }
    cx.touched(pairs.len() / 2);
    let names: Vec<Bytes> = pairs.chunks_exact(2).map(|pair| pair[0].clone()).collect();
    let gone: Vec<Bytes> = names.iter().filter(|name| hash.as_ref().is_some_and(|hash| hash.get(name).is_some())).cloned().collect();
    drop(hash);
    if let Some((_, _, when)) = options.time.filter(|(_, _, when)| over_already(cx, *when)) {
        debug_assert!(when <= cx.d.now_ms);
        remove_fields(cx, key, &gone);
        if cx.redis() {
            return Ok((Reply::Int(1), hdels(key, &names)));
        }
        let all = cx.has(Era::Valkey9_1) || gone.len() == names.len();
        return Ok((Reply::Int(i64::from(all)), over(&[b"HDEL", key], &gone)));
    }
    let mut before = Vec::new();
    if options.bare {
        before.extend(names.iter().filter_map(|name| cx.drop_expired_field(key, name)));
    }
    let time = options.time.map(|(_, _, when)| when);
    cx.update_hash(key, |hash| {
        for pair in pairs.chunks_exact(2) {
            let value = stored(&pair[1]);
            if options.bare {
                hash.insert_keeping(&pair[0], value)
            } else {
                hash.insert(&pair[0], value)
            };
        }
    });
    if time.is_some() {
        set_times(cx, key, &names, time);
    }
    let told = hsetex_told(cx, args, &options);
    let effect = match (told, before.is_empty()) {
        (None, true) => Effect::Verbatim,
        (told, _) => {
            before.push(told.unwrap_or_else(|| args.to_vec()));
            Effect::Rewritten(before)
        }
    };
    Ok((Reply::Int(1), effect))
}
/// The words of HSETEX in the stream, if they are not the caller's: times are moments in milliseconds, and Valkey leaves conditions out.
fn hsetex_told(cx: &Cx<'_, '_>, args: &Args, options: &Options) -> Option<Vec<Bytes>> {
    let rewrites_time = options.time.filter(|(unit, ..)| *unit != Unit::AtMillis);
    let drops_condition = options.fresh.is_some() && !cx.redis();
    if rewrites_time.is_none() && !drops_condition {
        return None;
    }
    let mut told = args.to_vec();
    if let Some((_, at, when)) = rewrites_time {
        told[at] = Bytes::from_static(b"PXAT");
        told[at + 1] = int_bytes(when);
    }
    if drops_condition {
        let place = (2..options.fields_at).find(|&at| is(&told[at], "fnx") || is(&told[at], "fxx"));
        place.map(|at| told.remove(at));
    }
    Some(told)
}

/// The values of fields, as HGETEX and HGETDEL answer.
fn values(cx: &Cx<'_, '_>, hash: Option<&Hash>, fields: &[Bytes]) -> Reply {
    let value = |field: &Bytes| hash.and_then(|hash| cx.living(hash, field)).cloned().map_or(Reply::Nil, Reply::Bulk);
    Reply::Array(fields.iter().map(value).collect())
}
/// HGETEX key [EX s|PX ms|EXAT s|PXAT ms|PERSIST] FIELDS n field … (Redis 8.0, Valkey 9.0)
pub(super) fn hgetex(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let key = &args[1];
    cx.hash_to_write(key)?;
    let options = Options::read(cx, args, "hgetex", "persist", false)?;
    let fields = fields(cx, args, options.fields_at, 1, "ERR Number of fields must be a positive integer")?;
    cx.touched(fields.len());
    let hash = cx.hash_as_written(key)?;
    let reply = values(cx, hash.as_deref(), fields);
    let Some(hash) = hash else { return read(reply) };
    let mut meant: Vec<Bytes> = Vec::new();
    for field in fields.iter().filter(|field| cx.living(&hash, field).is_some()) {
        if !meant.contains(field) && (!options.bare || hash.time(field).is_some()) {
            meant.push(field.clone());
        }
    }
    drop(hash);
    let number = int_bytes(i64::try_from(meant.len()).unwrap_or(i64::MAX));
    let effect = match options.time {
        Some((_, _, when)) if over_already(cx, when) => {
            remove_fields(cx, key, &meant);
            if cx.redis() { hdels(key, &meant) } else { over(&[b"HDEL", key], &meant) }
        }
        Some((_, _, when)) => {
            set_times(cx, key, &meant, Some(when));
            over(&[b"HPEXPIREAT", key, &int_bytes(when), b"FIELDS", &number], &meant)
        }
        None if options.bare => {
            set_times(cx, key, &meant, None);
            over(&[b"HPERSIST", key, b"FIELDS", &number], &meant)
        }
        None => Effect::None,
    };
    Ok((reply, effect))
}
/// HGETDEL key FIELDS n field … (Redis 8.0, Valkey 9.1)
pub(super) fn hgetdel(cx: &mut Cx<'_, '_>, args: &Args) -> Done {
    let key = &args[1];
    cx.hash_to_write(key)?;
    let fields = fields(cx, args, 2, 1, "ERR Number of fields must be a positive integer")?;
    cx.touched(fields.len());
    let hash = cx.hash_as_written(key)?;
    let reply = values(cx, hash.as_deref(), fields);
    let there = |field: &&Bytes| hash.as_ref().is_some_and(|hash| cx.living(hash, field).is_some());
    let meant: Vec<Bytes> = fields.iter().filter(there).cloned().collect();
    drop(hash);
    remove_fields(cx, key, &meant);
    let effect = match meant.is_empty() {
        true => Effect::None,
        false if cx.redis() => over(&[b"HDEL", key], fields),
        false => Effect::Verbatim,
    };
    Ok((reply, effect))
}

/// What one cycle of a master takes out of its hashes: fields whose time has passed, with the commands by which they go (docs/redis.md §4.2a). At most
/// `budget` fields. Each list is one batch.
pub fn expire_fields(data: &mut crate::data::Dataset, era: Era, now_ms: i64, budget: usize, lazy: bool) -> Vec<ExpiredFields> {
    let (mut gone, mut left) = (Vec::new(), budget);
    if data.next_field_expiry().is_none_or(|when| now_ms <= when) {
        return gone;
    }
    for db in 0..data.databases() {
        for key in data.with_expired_fields(db, now_ms, left) {
            let fields = data.expire_fields(db, &key, now_ms, left);
            left -= fields.len().min(left);
            let one_by_one = !era.capabilities().valkey;
            let batches = if one_by_one {
                fields.iter().map(|field| vec![words([b"HDEL", &key, field])]).collect()
            } else {
                let mut batch: Vec<Vec<Bytes>> = vec![words([b"HDEL", &key]).into_iter().chain(fields.iter().cloned()).collect()];
                if !data.contains(db, &key) {
                    batch.push(super::context::deletion(lazy, &key));
                }
                vec![batch]
            };
            gone.push(ExpiredFields { db, key, fields: fields.len(), batches });
        }
    }
    gone
}
/// A hash of which fields went because of their times.
pub struct ExpiredFields {
    /// Its database.
    pub db: usize,
    /// Its key.
    pub key: Bytes,
    /// How many fields.
    pub fields: usize,
    /// What the stream gets, batch by batch: more than one command in a batch are a transaction.
    pub batches: Vec<Vec<Vec<Bytes>>>,
}
