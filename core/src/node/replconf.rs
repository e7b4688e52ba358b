//! REPLCONF, as a master answers it.

use super::conn::{Conn, Filter};
use super::server_commands::integer;
use super::{ConnId, Node, Outbox};
use crate::command::Reply;
use crate::era::Channel;
use crate::repl::master::Phase;
use crate::repl::replica::channel_capa;
use alloc::format;
use alloc::string::String;
use bytes::Bytes;

fn error(text: impl Into<String>) -> Reply {
    Reply::Error(text.into())
}

impl Node {
    pub(super) fn replconf(&mut self, id: ConnId, words: &[Bytes], out: &mut Outbox) -> Reply {
        if words.len().is_multiple_of(2) {
            return error("ERR syntax error");
        }
        for pair in words[1..].chunks_exact(2) {
            let (option, value) = (pair[0].to_ascii_lowercase(), &pair[1]);
            let knows_channel = !matches!(self.ctx.caps.channel, Channel::None);
            let other = match (self.ctx.caps.channel, option.as_slice()) {
                (Channel::Redis, b"main-ch-client-id") => Some(self.awaited_main(value)),
                (Channel::Valkey, b"set-rdb-client-id") => Some(self.pinned_second(value)),
                _ => None,
            };
            if let Some(other) = other {
                let number = match other {
                    Ok(number) => Some(number),
                    Err(refusal) => return refusal,
                };
                let Some(conn) = self.callers.get_mut(id) else { return Reply::None };
                *(if matches!(self.ctx.caps.channel, Channel::Redis) { &mut conn.announced.main } else { &mut conn.announced.second }) =
                    number;
                continue;
            }
            let Some(conn) = self.callers.get_mut(id) else { return Reply::None };
            match option.as_slice() {
                b"listening-port" => match integer(value) {
                    Some(port) => conn.announced.port = port,
                    None => return error("ERR value is not an integer or out of range"),
                },
                b"ip-address" if self.ctx.caps.announced_ip_bytes_max > 0 => {
                    if value.len() > self.ctx.caps.announced_ip_bytes_max {
                        let word = self.ctx.word();
                        return error(format!("ERR REPLCONF ip-address provided by {word} instance is too long: {} bytes", value.len()));
                    }
                    conn.announced.ip = Some(String::from_utf8_lossy(value).into_owned()).filter(|ip| !ip.is_empty());
                }
                b"capa" if self.ctx.caps.capa => {
                    if value.eq_ignore_ascii_case(b"eof") {
                        conn.announced.eof = true;
                    } else if value.eq_ignore_ascii_case(b"psync2") && self.ctx.caps.psync2 {
                        conn.announced.psync2 = true;
                    } else if knows_channel && value.eq_ignore_ascii_case(channel_capa(self.ctx.caps.channel).as_bytes()) {
                        // It counts if the RDB would go over it now.
                        conn.announced.two_connections = self.ctx.conf.two_connections(&self.ctx.caps) && self.ctx.conf.diskless_sync;
                    }
                }
                b"rdb-channel" if knows_channel => match flag(value) {
                    Ok(is) => conn.announced.rdb_channel = is,
                    Err(refusal) => return refusal,
                },
                b"rdb-only" if self.ctx.caps.rdb_only => match flag(value) {
                    Ok(is) => conn.announced.rdb_only = is,
                    Err(refusal) => return refusal,
                },
                b"rdb-no-compress" if self.ctx.caps.rdb_no_compress => match integer(value) {
                    Some(n @ 0..=1) => conn.announced.plain = n == 1,
                    Some(_) => return error("ERR value is out of range, value must between 0 and 1"),
                    None => return error("ERR value is not an integer or out of range"),
                },
                b"version" if self.ctx.caps.valkey => conn.announced.release = Some(String::from_utf8_lossy(value).into_owned()),
                b"rdb-filter-only" if self.ctx.caps.rdb_transmitted => {
                    let Ok(parts) = crate::resp::split_args(&String::from_utf8_lossy(value)) else {
                        return error("ERR Missing rdb-filter-only values");
                    };
                    // What was asked for before an unknown word stays asked for.
                    conn.announced.filter = Some(Filter::Nothing);
                    for part in parts {
                        if !part.eq_ignore_ascii_case(b"functions") {
                            return error(format!("ERR Unsupported rdb-filter-only option: {}", String::from_utf8_lossy(&part)));
                        }
                        conn.announced.filter = Some(Filter::Functions);
                    }
                }
                b"ack" if self.ctx.caps.psync => {
                    if conn.session.is_none() {
                        return Reply::None;
                    }
                    match integer(value) {
                        Some(offset) => {
                            if self.ctx.caps.wait_for_files && words.get(3).is_some_and(|word| word.eq_ignore_ascii_case(b"fack")) {
                                let said = words.get(4).and_then(|word| integer(word)).unwrap_or(0);
                                self.served.file_reaches(id, said, self.callers.conns_mut());
                            }
                            self.ack_heard(id, offset, out);
                        }
                        None => return Reply::None,
                    }
                    return Reply::None;
                }
                b"getack" if self.ctx.caps.wait => {
                    let sent = self.followed.send_ack(&self.ctx, out);
                    return if sent && self.ctx.caps.psync2 { Reply::None } else { Reply::Status("OK") };
                }
                _ => return error(format!("ERR Unrecognized REPLCONF option: {}", String::from_utf8_lossy(&pair[0]))),
            }
        }
        Reply::Status("OK")
    }
    /// The client of this number, if the place of its snapshot is held.
    fn pinned_second(&self, value: &Bytes) -> Result<u64, Reply> {
        let Some(number) = integer(value) else { return Err(error("ERR value is not an integer or out of range")) };
        let held = u64::try_from(number).ok().filter(|client| self.served.holds_place_of(*client));
        held.ok_or_else(|| error(format!("ERR Unrecognized RDB client id {number}")))
    }
    /// The client of this number, if it is a first connection that awaits its second one.
    fn awaited_main(&self, value: &Bytes) -> Result<u64, Reply> {
        let Some(number) = integer(value) else { return Err(error("ERR value is not an integer or out of range")) };
        let awaits = |conn: &&Conn| conn.session.as_ref().is_some_and(|session| matches!(session.phase, Phase::WaitRdbChannel));
        let main = self.callers.conns().values().filter(awaits).find(|conn| i64::try_from(conn.seq) == Ok(number));
        main.map(|conn| conn.seq).ok_or_else(|| error(format!("ERR Unrecognized RDB client id: {number}")))
    }
}

/// 0 or 1.
fn flag(value: &Bytes) -> Result<bool, Reply> {
    match integer(value) {
        Some(n @ 0..=1) => Ok(n == 1),
        Some(_) => Err(error("ERR value is out of range, value must between 0 and 1")),
        None => Err(error("ERR value is not an integer or out of range")),
    }
}
