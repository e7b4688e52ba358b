//! Why the desk does not take something. Each human language of a page has its own words for each value; those here are English, as JavaScript gets them.

use crate::ids::RunId;
use crate::share::ShareError;
use resync_core::condition::TextError;
use resync_core::limits::RUNS_MAX;
use resync_core::sim::Stuck;
use resync_core::timeline;
use std::fmt;

/// Why something was not taken. Nothing has changed then.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The run does not take it: the text, the world, the act, or time that does not pass.
    Run(timeline::Refusal),
    /// The link cannot be read.
    Link(ShareError),
    /// A console of a process that is not running.
    NobodyListens,
    /// There is no such run.
    NoRun(RunId),
    /// There are as many runs as there may be.
    TooManyRuns,
    /// The run in focus cannot be dropped.
    InFocus,
    /// No run was dropped of late.
    NothingDropped,
    /// A condition did not come to hold.
    NotHeld {
        /// The condition.
        condition: String,
        /// Until when it was waited for, ms.
        until_ms: u64,
    },
    /// A file holds more than a scenario may.
    TooLarge {
        /// The file.
        name: String,
        /// Its size, bytes.
        bytes: u64,
        /// The most that is read, bytes.
        most: u64,
    },
    /// A text that is meant as a lesson is none: one sentence for each thing that is wrong, with its line, in English.
    Lesson(Vec<String>),
    /// The browser does not do it; in its own words.
    Browser(String),
}
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Run(why) => why.fmt(f),
            Refusal::Link(why) => why.fmt(f),
            Refusal::NobodyListens => f.write_str("nobody listens there: the process is not running"),
            Refusal::NoRun(id) => write!(f, "there is no run {id}"),
            Refusal::TooManyRuns => write!(f, "there are {RUNS_MAX} runs already: drop one first"),
            Refusal::InFocus => f.write_str("the run in focus cannot be dropped: go to another one first"),
            Refusal::NothingDropped => f.write_str("no run was dropped of late"),
            Refusal::NotHeld { condition, until_ms } => write!(f, "{condition} did not hold until {until_ms} ms"),
            Refusal::TooLarge { name, bytes, most } => write!(f, "{name} has {bytes} bytes, a scenario at most {most}"),
            Refusal::Lesson(wrong) => write!(f, "it is no lesson:\n{}", wrong.join("\n")),
            Refusal::Browser(why) => f.write_str(why),
        }
    }
}
impl std::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Refusal::Run(why) => Some(why),
            Refusal::Link(why) => Some(why),
            Refusal::NobodyListens
            | Refusal::NoRun(_)
            | Refusal::TooManyRuns
            | Refusal::InFocus
            | Refusal::NothingDropped
            | Refusal::NotHeld { .. }
            | Refusal::TooLarge { .. }
            | Refusal::Lesson(_)
            | Refusal::Browser(_) => None,
        }
    }
}
impl From<timeline::Refusal> for Refusal {
    fn from(why: timeline::Refusal) -> Refusal {
        Refusal::Run(why)
    }
}
impl From<TextError> for Refusal {
    fn from(why: TextError) -> Refusal {
        Refusal::Run(why.into())
    }
}
impl From<Stuck> for Refusal {
    fn from(why: Stuck) -> Refusal {
        Refusal::Run(why.into())
    }
}
impl From<ShareError> for Refusal {
    fn from(why: ShareError) -> Refusal {
        Refusal::Link(why)
    }
}
