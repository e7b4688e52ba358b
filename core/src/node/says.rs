//! How a server says something in its log: the frame, `loglevel`, and lines that several of its parts say.

use super::ctx::Ctx;
use super::lines::{Life, LogLine, Saving};
use super::{Node, Outbox, log};
use crate::command::directives::LogLevel;
use crate::fact::Mark;
use crate::note::Note;

impl Ctx {
    /// Says something in the log, if `loglevel` lets it through.
    pub(super) fn log<'a>(&self, line: impl Into<LogLine<'a>>, out: &mut Outbox) {
        self.log_as(self.pid(), if self.is_replica() { 'S' } else { 'M' }, line.into(), out);
    }
    /// A child says something: the letter of its lines is C. So is that of a server before it knows its role.
    pub(super) fn log_child<'a>(&self, pid: u64, line: impl Into<LogLine<'a>>, out: &mut Outbox) {
        self.log_as(pid, 'C', line.into(), out);
    }
    fn log_as(&self, pid: u64, role: char, line: LogLine<'_>, out: &mut Outbox) {
        let mark = line.mark(&self.caps);
        if mark < self.lowest_mark() {
            return;
        }
        let text = line.text(&self.caps);
        let line = log::line(&self.caps, pid, role, self.unix_ms(), mark, &text);
        out.notes.push(Note::Log { mark, text: text.into_owned(), line });
    }
    /// The lowest mark that is logged.
    fn lowest_mark(&self) -> Mark {
        match self.conf.loglevel() {
            LogLevel::Debug | LogLevel::Verbose => Mark::Verbose,
            LogLevel::Notice => Mark::Notice,
            LogLevel::Warning => Mark::Warning,
        }
    }
}

impl Node {
    /// Says something in the log, if `loglevel` lets it through.
    pub(super) fn log<'a>(&self, line: impl Into<LogLine<'a>>, out: &mut Outbox) {
        self.ctx.log(line, out);
    }
    /// The first lines of a process.
    pub(super) fn log_start(&self, out: &mut Outbox) {
        let release = self.ctx.era.release();
        if self.ctx.caps.log_ready_4_0 {
            self.ctx.log_child(self.ctx.pid(), Life::Starting, out);
            self.ctx.log_child(self.ctx.pid(), Life::Version { release, pid: self.ctx.pid() }, out);
            self.ctx.log_child(self.ctx.pid(), Life::ConfigurationLoaded, out);
            self.log(Life::Mode { port: self.ctx.conf.port }, out);
            self.log(Life::Initialized, out);
        } else {
            self.log(Life::Started { release }, out);
        }
    }
    /// The first callers may come.
    pub(super) fn log_ready(&self, out: &mut Outbox) {
        self.log(Life::Ready { port: self.ctx.conf.port }, out);
    }
    /// An RDB could not be written.
    pub(super) fn log_write_error(&self, why: &str, out: &mut Outbox) {
        self.log(Saving::WriteError { why }, out);
    }
}
