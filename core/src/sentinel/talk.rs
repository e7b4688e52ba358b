//! What a sentinel says to each server, when, and what the answers mean.

use super::Sentinel;
use super::api::{HELLO_CHANNEL, INFO_PERIOD, Output, PING_PERIOD, PUBLISH_PERIOD, RECONNECT_PERIOD, State};
use super::instance::{Asked, Kind, Way, Who};
use crate::fact::Mark;
use crate::node::api::{ConnId, Label, Token};
use crate::resp::{self, Reply, ReplyParser};
use crate::time::Span;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

fn command(words: &[&str]) -> Bytes {
    let mut wire = Vec::new();
    resp::write_command(words, &mut wire);
    Bytes::from(wire)
}
/// A reply's text, whatever its kind.
fn text(reply: &Reply) -> String {
    match reply {
        Reply::Bulk(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Reply::Status(text) => String::from(*text),
        Reply::StatusText(text) | Reply::Error(text) => text.clone(),
        _ => String::new(),
    }
}

impl Sentinel {
    // ---- ways

    /// sentinelReconnectInstance: the ways that are missing are dialled, once a second at most. What is said first waits until they stand.
    pub(super) fn reconnect(&mut self, who: Who) {
        if !self.at(who).ways.disconnected || !self.reached(self.at(who).ways.reconnected, PING_PERIOD) {
            return;
        }
        let now = self.now;
        self.at_mut(who).ways.reconnected = Some(now);
        if self.at(who).ways.commands.is_none() {
            let way = self.dial(who);
            self.at_mut(who).ways.commands = Some(way);
            self.set_name(who, false);
            self.ping(who);
        }
        if self.at(who).kind != Kind::Sentinel && self.at(who).ways.hellos.is_none() {
            let way = self.dial(who);
            let ways = &mut self.at_mut(who).ways;
            ways.hellos = Some(way);
            ways.heard = now;
            self.set_name(who, true);
            self.send(who, true, &["SUBSCRIBE", HELLO_CHANNEL], Asked::Other);
        }
        self.at_mut(who).ways.disconnected = false;
    }
    fn dial(&mut self, who: Who) -> Way {
        self.next_token += 1;
        let token = Token(self.next_token);
        self.out.push(Output::Connect { token, to: self.at(who).address.clone() });
        Way { token, conn: None, waiting: Vec::new(), asked: VecDeque::new(), parser: ReplyParser::new(), since: self.now }
    }
    /// The first eight letters of its id and the kind of the way are what CLIENT LIST shows.
    fn set_name(&mut self, who: Who, hellos: bool) {
        let name = format!("sentinel-{}-{}", &self.my_id()[..8], if hellos { "pubsub" } else { "cmd" });
        self.send(who, hellos, &["CLIENT", "SETNAME", &name], Asked::Other);
    }
    /// Sends a command. `hellos`: on the way that listens.
    pub(super) fn send(&mut self, who: Who, hellos: bool, words: &[&str], asked: Asked) {
        let bytes = command(words);
        let label = Label::client(match words {
            ["SENTINEL", _, _, port, epoch, voted] => {
                let asks_vote = if *voted == "*" { "" } else { ", vote for me" };
                format!("is {port} down? epoch {epoch}{asks_vote}")
            }
            ["PUBLISH", ..] => String::from("PUBLISH hello"),
            ["CLIENT", "SETNAME", ..] => String::from("CLIENT SETNAME"),
            words => words.join(" "),
        });
        let ways = &mut self.at_mut(who).ways;
        let Some(way) = (if hellos { ways.hellos.as_mut() } else { ways.commands.as_mut() }) else { return };
        way.asked.push_back(asked);
        match way.conn {
            Some(conn) => self.out.push(Output::Send { conn, bytes, label }),
            None => way.waiting.push((bytes, label)),
        }
    }
    fn way_of(&mut self, is: impl Fn(&Way) -> bool) -> Option<(Who, bool)> {
        self.everybody().find_map(|who| {
            let ways = &self.at(who).ways;
            let on = |way: &Option<Way>| way.as_ref().is_some_and(&is);
            if on(&ways.commands) {
                Some((who, false))
            } else if on(&ways.hellos) {
                Some((who, true))
            } else {
                None
            }
        })
    }
    fn way_mut(&mut self, (who, hellos): (Who, bool)) -> Option<&mut Way> {
        let ways = &mut self.at_mut(who).ways;
        if hellos { ways.hellos.as_mut() } else { ways.commands.as_mut() }
    }
    pub(super) fn connected(&mut self, token: Token, conn: ConnId) {
        let Some(way) = self.way_of(|way| way.token == token).and_then(|at| self.way_mut(at)) else {
            return self.out.push(Output::Close { conn });
        };
        way.conn = Some(conn);
        let waiting = core::mem::take(&mut way.waiting);
        self.out.extend(waiting.into_iter().map(|(bytes, label)| Output::Send { conn, bytes, label }));
    }
    pub(super) fn refused(&mut self, token: Token) {
        if let Some(at) = self.way_of(|way| way.token == token) {
            self.way_lost(at);
        }
    }
    pub(super) fn closed(&mut self, conn: ConnId) {
        self.callers.remove(&conn);
        if let Some(at) = self.way_of(|way| way.conn == Some(conn)) {
            self.way_lost(at);
        }
        self.out.push(Output::Close { conn });
    }
    fn way_lost(&mut self, (who, hellos): (Who, bool)) {
        let ways = &mut self.at_mut(who).ways;
        if hellos {
            ways.hellos = None;
        } else {
            ways.commands = None;
        }
        ways.disconnected = true;
    }
    /// Gives a way up.
    pub(super) fn drop_way(&mut self, who: Who, hellos: bool) {
        let ways = &mut self.at_mut(who).ways;
        let way = if hellos { ways.hellos.take() } else { ways.commands.take() };
        ways.disconnected = true;
        if let Some(way) = way {
            self.out.push(match way.conn {
                Some(conn) => Output::Close { conn },
                None => Output::Cancel { token: way.token },
            });
        }
    }

    // ---- what is said

    pub(super) fn ping(&mut self, who: Who) {
        self.send(who, false, &["PING"], Asked::Ping);
        let now = self.now;
        let ways = &mut self.at_mut(who).ways;
        ways.pinged = Some(now);
        ways.unanswered = ways.unanswered.or(Some(now));
    }
    /// sentinelSendPeriodicCommands: INFO every ten seconds, or every second where something is under way; PING every second; a hello every two.
    pub(super) fn talk(&mut self, who: Who) {
        if self.at(who).ways.disconnected {
            return;
        }
        let one = self.at(who);
        let urgent = one.kind == Kind::Replica
            && (self.master.down() || self.master.agreed_since.is_some() || self.state != State::None || one.link_down > Span::ZERO);
        let info_period = if urgent { PING_PERIOD } else { INFO_PERIOD };
        let ping_period = self.settings.down_after.min(PING_PERIOD);
        if one.kind != Kind::Sentinel && self.passed(one.info_at, info_period) && !self.awaits(who, Asked::Info) {
            self.send(who, false, &["INFO"], Asked::Info);
        }
        let ways = &self.at(who).ways;
        if self.passed(Some(ways.ponged), ping_period) && self.passed(ways.pinged, Span::from_micros(ping_period.as_micros() / 2)) {
            self.ping(who);
        }
        if self.passed(Some(self.at(who).published), PUBLISH_PERIOD) && !self.awaits(who, Asked::Publish) {
            let hello = self.hello();
            self.send(who, false, &["PUBLISH", HELLO_CHANNEL, &hello], Asked::Publish);
        }
    }
    /// Whether this was asked and not answered: a real sentinel asks again with each tick, to no effect.
    fn awaits(&self, who: Who, asked: Asked) -> bool {
        self.at(who).ways.commands.as_ref().is_some_and(|way| way.asked.contains(&asked))
    }
    /// A way on which nothing comes back, or nothing is heard, is given up, unless it is young.
    pub(super) fn give_up_silent_ways(&mut self, who: Who) {
        let half = Span::from_micros(self.settings.down_after.as_micros() / 2);
        let ways = &self.at(who).ways;
        let old = |way: &Option<Way>| way.as_ref().is_some_and(|way| self.passed(Some(way.since), RECONNECT_PERIOD));
        let mute = old(&ways.commands)
            && ways.unanswered.is_some_and(|since| self.passed(Some(since), half))
            && self.passed(Some(ways.ponged), half);
        let deaf = old(&ways.hellos) && self.passed(Some(ways.heard), Span::from_micros(3 * PUBLISH_PERIOD.as_micros()));
        if mute {
            self.drop_way(who, false);
        }
        if deaf {
            self.drop_way(who, true);
        }
    }

    // ---- what is heard

    /// Bytes came: answers, messages, or what another sentinel asks.
    pub(super) fn received(&mut self, conn: ConnId, bytes: &Bytes) {
        if let Some(parser) = self.callers.get_mut(&conn) {
            parser.feed(bytes);
            return self.serve(conn);
        }
        let Some(at) = self.way_of(|way| way.conn == Some(conn)) else { return };
        if let Some(way) = self.way_mut(at) {
            way.parser.feed(bytes);
        }
        loop {
            // What an answer leads to may have closed the way.
            let Some(at) = self.way_of(|way| way.conn == Some(conn)) else { return };
            let Some(way) = self.way_mut(at) else { return };
            match way.parser.next() {
                Ok(Some(reply)) if at.1 => self.message(at.0, &reply),
                Ok(Some(reply)) => {
                    let asked = way.asked.pop_front().unwrap_or(Asked::Other);
                    self.answered(at.0, asked, &reply);
                }
                Ok(None) => return,
                Err(_) => return self.drop_way(at.0, at.1),
            }
        }
    }
    fn answered(&mut self, who: Who, asked: Asked, reply: &Reply) {
        let now = self.now;
        match asked {
            Asked::Ping => {
                let said = text(reply);
                let ways = &mut self.at_mut(who).ways;
                if said == "PONG" || said.starts_with("LOADING") || said.starts_with("MASTERDOWN") {
                    ways.available = now;
                    ways.unanswered = None;
                }
                ways.ponged = now;
            }
            Asked::Info => {
                if let Reply::Bulk(info) = reply {
                    let info = String::from_utf8_lossy(info).into_owned();
                    self.refresh(who, &info);
                }
            }
            Asked::Publish => {
                if !reply.is_error() {
                    self.at_mut(who).published = now;
                }
            }
            Asked::IsMasterDown => self.heard_opinion(who, reply),
            Asked::Other => {}
        }
    }
    /// An opinion of another sentinel: whether the master is down, and whom it votes for.
    fn heard_opinion(&mut self, who: Who, reply: &Reply) {
        let Reply::Array(fields) = reply else { return };
        let [Reply::Int(down), leader, Reply::Int(epoch)] = &fields[..] else { return };
        let (now, leader, epoch) = (self.now, text(leader), epoch.cast_unsigned());
        let watched = self.settings.watched.clone();
        let other = self.at_mut(who);
        other.agreed_at = Some(now);
        other.agrees = *down == 1;
        if leader == "*" {
            return;
        }
        let known = other.leader.as_ref().map(|(_, epoch)| *epoch);
        let name = other.name(&watched);
        other.leader = Some((leader.clone(), epoch));
        if known != Some(epoch) {
            self.say(Mark::Warning, &format!("{name} voted for {leader} {epoch}"));
        }
    }
    fn message(&mut self, who: Who, reply: &Reply) {
        self.at_mut(who).ways.heard = self.now;
        let Reply::Array(fields) = reply else { return };
        let [kind, _, said] = &fields[..] else { return };
        let said = text(said);
        if text(kind) == "message" && !said.contains(&self.my_id()) {
            self.heard_hello(&said);
        }
    }

    // ---- what others ask

    fn serve(&mut self, conn: ConnId) {
        loop {
            let Some(parser) = self.callers.get_mut(&conn) else { return };
            let words: Vec<String> = match parser.next() {
                Ok(Some(request)) => request.args.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect(),
                Ok(None) => return,
                Err(_) => {
                    self.callers.remove(&conn);
                    return self.out.push(Output::Close { conn });
                }
            };
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let (reply, label) = match &words[..] {
                [] => continue,
                ["PING"] => (Reply::Status("PONG"), String::from("+PONG")),
                ["PUBLISH", HELLO_CHANNEL, said] => {
                    self.heard_hello(said);
                    (Reply::Int(1), String::from(":1"))
                }
                ["SENTINEL", "is-master-down-by-addr", ip, port, epoch, run_id] => self.opinion(ip, port, epoch, run_id),
                ["CLIENT", ..] => (Reply::OK, String::from("+OK")),
                _ => (Reply::error("ERR unknown command"), String::from("-ERR")),
            };
            let mut wire = Vec::new();
            resp::write_reply(&reply, &mut wire);
            self.out.push(Output::Send { conn, bytes: Bytes::from(wire), label: Label::client(label) });
        }
    }
    fn opinion(&mut self, ip: &str, port: &str, epoch: &str, run_id: &str) -> (Reply, String) {
        let watched = self.master.address.host == ip && self.master.address.port.to_string() == port;
        let down = watched && self.master.down() && self.tilt_since.is_none();
        let vote = if watched && run_id != "*" { self.vote_for(epoch.parse().unwrap_or(0), run_id) } else { None };
        let label = match (&vote, down) {
            (Some((leader, epoch)), _) if leader == run_id => format!("vote for you, epoch {epoch}"),
            (Some((_, epoch)), _) => format!("vote for another, epoch {epoch}"),
            (None, true) => String::from("down"),
            (None, false) => String::from("not down"),
        };
        let (leader, epoch) = vote.unwrap_or((String::from("*"), 0));
        let reply = Reply::Array(Vec::from([Reply::Int(i64::from(down)), Reply::bulk(leader), Reply::Int(epoch.cast_signed())]));
        (reply, label)
    }
}
