//! The lines of a server's log as values: what there is to say, how loud, and in which words of which era.
//!
//! The machines of `node` say *what* happened; the words, with the differences between releases, stand here alone, in one table for each subject.
//! A text is made only if the server's `loglevel` lets the line through. Recordings of real servers hold the texts (`tests/captures`).

mod aof;
mod channel;
mod failover;
mod life;
mod load;
mod pattern;
mod saving;
mod sessions;
mod table;
mod upstream;

pub(super) use aof::Aof;
pub(super) use channel::Channel;
pub(super) use failover::Failover;
pub(super) use life::Life;
pub(super) use load::Load;
pub use pattern::{Pattern, Piece};
pub(super) use saving::Saving;
pub(super) use sessions::Sessions;
pub(super) use upstream::{Dial, Upstream};

use crate::era::Capabilities;
use crate::fact::Mark;
use alloc::borrow::Cow;

/// Makes the line out of the subjects.
macro_rules! subjects {
    ($( $(#[$doc:meta])+ $subject:ident ),+) => {
        /// A line of the log.
        #[derive(Clone, Copy, Debug)]
        pub(super) enum LogLine<'a> {
            $( $(#[$doc])+ $subject($subject<'a>) ),+
        }
        impl LogLine<'_> {
            /// How loud it is.
            pub(super) fn mark(&self, caps: &Capabilities) -> Mark {
                match self { $( LogLine::$subject(line) => line.mark(caps) ),+ }
            }
            /// Its text in this era, without the frame that [`super::log::line`] puts around it.
            pub(super) fn text(&self, caps: &Capabilities) -> Cow<'static, str> {
                match self { $( LogLine::$subject(line) => line.text(caps) ),+ }
            }
            /// One of each with its name and its fields' names: [`table::Sample`]'s values of a variant.
            fn samples(variant: usize) -> alloc::vec::Vec<(&'static str, &'static [&'static str], LogLine<'static>)> {
                let mut all = alloc::vec::Vec::new();
                $( all.extend($subject::samples(variant).into_iter().map(|(name, fields, line)| (name, fields, LogLine::from(line)))); )+
                all
            }
            /// One of each.
            #[cfg(test)]
            fn each() -> alloc::vec::Vec<LogLine<'static>> {
                let mut all = alloc::vec::Vec::new();
                $( all.extend($subject::each().into_iter().map(LogLine::from)); )+
                all
            }
        }
        $(
            impl<'a> From<$subject<'a>> for LogLine<'a> {
                fn from(line: $subject<'a>) -> LogLine<'a> {
                    LogLine::$subject(line)
                }
            }
        )+
    };
}

subjects! {
    /// The process: its start, its configuration, its end.
    Life,
    /// RDBs for the disk, and the children that write them.
    Saving,
    /// The append-only file.
    Aof,
    /// Reading an RDB.
    Load,
    /// The way to a master.
    Upstream,
    /// The replicas of this server, and what its stream is.
    Sessions,
    /// A full resynchronisation over two connections.
    Channel,
    /// FAILOVER.
    Failover
}

/// The tables turned round: every text that a server of any era here logs, with holes where its fields stand. Texts that several eras share stand once; a line
/// that is nothing but a hole is none.
#[must_use]
pub fn patterns() -> alloc::vec::Vec<Pattern> {
    let mut all: alloc::vec::Vec<Pattern> = alloc::vec::Vec::new();
    let mut known = alloc::collections::BTreeMap::new();
    for era in crate::era::Era::ALL {
        let caps = era.capabilities();
        for (line, fields, said) in (0..3).flat_map(LogLine::samples) {
            let pieces = pattern::pieces(&said.text(&caps), fields);
            if pieces.iter().all(|piece| matches!(piece, Piece::Field(_))) {
                continue;
            }
            let at = *known.entry((line, pieces.clone())).or_insert_with(|| {
                all.push(Pattern { line, pieces, eras: alloc::vec::Vec::new() });
                all.len() - 1
            });
            if !all[at].eras.contains(&era) {
                all[at].eras.push(era);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::era::Era;
    use alloc::collections::BTreeSet;
    use alloc::format;
    use alloc::vec::Vec;

    #[test]
    fn each_line_has_a_text_of_one_line_in_every_era() {
        for era in Era::ALL {
            let caps = era.capabilities();
            for line in LogLine::each() {
                let text = line.text(&caps);
                assert!(!text.trim().is_empty(), "{era}: {line:?}");
                // Redis 8.0 ends one of its lines with a blank.
                let ends = matches!(line, LogLine::Sessions(Sessions::FullRequested { .. })) || text.trim() == text;
                assert!(!text.contains(['\r', '\n']) && ends, "{era}: {line:?}: {text:?}");
                assert!(line.mark(&caps) > Mark::Verbose, "{era}: {line:?} is said at the default loglevel");
            }
        }
    }

    #[test]
    fn each_field_stands_in_some_text() {
        for line in LogLine::each() {
            let shown = format!("{line:?}");
            let said: Vec<_> = Era::ALL.iter().map(|era| line.text(&era.capabilities())).collect();
            for value in ["example", "4242", "4243", "4244", "4245", "4246", "4247"].iter().filter(|value| shown.contains(**value)) {
                // Some bytes are printed as MiB, milliseconds as seconds.
                let told = said.iter().any(|text| text.contains(*value)) || shown.contains("_bytes") || shown.contains("ms:");
                assert!(told, "{shown} never says {value}: {said:?}");
            }
        }
    }

    #[test]
    fn no_two_lines_say_the_same() {
        let caps = Era::V7_0.capabilities();
        let all = LogLine::each();
        let texts: BTreeSet<_> = all.iter().map(|line| line.text(&caps)).collect();
        let twice: Vec<_> =
            all.iter().filter(|line| all.iter().filter(|other| other.text(&caps) == line.text(&caps)).count() > 1).collect();
        assert_eq!(texts.len(), all.len(), "{twice:?}");
    }

    /// Some lines as recordings of real servers have them.
    #[test]
    fn lines_are_those_of_real_servers() {
        let say = |line: LogLine<'_>, era: Era| format!("{} {}", line.mark(&era.capabilities()), line.text(&era.capabilities()));
        let name = "127.0.0.1:6380";
        let ask = Sessions::AsksForSync { replica: name };
        assert_eq!(say(ask.into(), Era::V2_6), "* Slave ask for synchronization");
        assert_eq!(say(ask.into(), Era::V3_0), "* Slave 127.0.0.1:6380 asks for synchronization");
        assert_eq!(say(ask.into(), Era::V7_0), "* Replica 127.0.0.1:6380 asks for synchronization");
        let lost = Upstream::TimedOutStream;
        assert_eq!(say(lost.into(), Era::V2_6), "# MASTER time out: no data nor PING received...");
        assert_eq!(say(lost.into(), Era::V4_0), "# MASTER timeout: no data nor PING received...");
        let done = Load::Done { keys: 3, expired: 0, skipped: 0 };
        assert_eq!(say(done.into(), Era::V6_2), "# Done loading RDB, keys loaded: 3, keys expired: 0.");
        assert_eq!(say(done.into(), Era::V7_0), "* Done loading RDB, keys loaded: 3, keys expired: 0.");
        assert_eq!(say(Life::Ready { port: 6379 }.into(), Era::V3_0), "* The server is now ready to accept connections on port 6379");
    }
}
