//! The lines of a sentinel's log, in Redis's words.

use super::Sentinel;
use super::api::{Output, Told};
use super::instance::Who;
use crate::era::Era;
use crate::fact::{Mark, SentinelEvent as Event};
use crate::node::log;
use alloc::format;
use alloc::string::{String, ToString};

const fn mark_of(event: Event) -> Mark {
    match event {
        Event::Slave
        | Event::Sentinel
        | Event::StateSendSlaveofNoOne
        | Event::StateWaitPromotion
        | Event::SlaveReconfSent
        | Event::SlaveReconfInprog
        | Event::SlaveReconfDone
        | Event::SlaveReconfSentTimeout
        | Event::ConvertToSlave
        | Event::FixSlaveConfig
        | Event::Reboot => Mark::Notice,
        Event::RoleChange | Event::NotRoleChange => Mark::Verbose,
        _ => Mark::Warning,
    }
}

impl Sentinel {
    /// `<kind> <name> <ip> <port>`, and for everybody but the master ` @ ` it.
    fn named(&self, who: Who) -> String {
        let (one, watched) = (self.at(who), &self.settings.watched);
        let own = format!("{} {} {} {}", one.kind.word(), one.name(watched), one.address.host, one.address.port);
        if who == Who::Master {
            return own;
        }
        format!("{own} @ {watched} {} {}", self.master.address.host, self.master.address.port)
    }
    /// An event about somebody.
    pub(super) fn tell(&mut self, event: Event, who: Who) {
        let text = format!("{event} {}", self.named(who));
        self.told(Some(event), who, text);
    }
    /// An event about somebody, with more behind it.
    pub(super) fn tell_more(&mut self, event: Event, who: Who, more: &str) {
        let text = format!("{event} {} {more}", self.named(who));
        self.told(Some(event), who, text);
    }
    /// An event with words of its own.
    pub(super) fn tell_only(&mut self, event: Event, who: Who, words: &str) {
        let text = format!("{event} {words}");
        self.told(Some(event), who, text);
    }
    /// A line that is no event.
    pub(super) fn say(&mut self, mark: Mark, text: &str) {
        self.line(None, mark, Who::Master, text.to_string());
    }
    fn told(&mut self, event: Option<Event>, who: Who, text: String) {
        let mark = event.map_or(Mark::Warning, mark_of);
        self.line(event, mark, who, text);
    }
    fn line(&mut self, event: Option<Event>, mark: Mark, who: Who, text: String) {
        // Its loglevel is `notice`.
        if mark == Mark::Verbose {
            return;
        }
        let unix_ms = log::unix_ms(self.settings.epoch_unix_ms, self.now);
        let line = log::line(&Era::V7_0.capabilities(), self.pid, 'X', unix_ms, mark, &text);
        let about = self.at(who).address.clone();
        self.out.push(Output::Told(Told { event, about, epoch: self.current_epoch, mark, text, line }));
    }
}
