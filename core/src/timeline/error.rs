//! Why a run takes something not.

use crate::condition::{TextError, span_text};
use crate::sim::{ActError, Stuck, WorldError};
use crate::time::Span;
use alloc::string::String;
use core::fmt;

/// Why a run does not take a text, an act or a wait. The run is as it was, but for a wait, which has played.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The text cannot be read: where, and what was expected.
    Text(TextError),
    /// The text can be read, but there is no such world.
    World(WorldError),
    /// The act cannot be done now.
    Act(ActError),
    /// Time does not pass any more.
    Stuck(Stuck),
    /// The condition did not come to hold in that time.
    NotHeld {
        /// The condition, as text.
        condition: String,
        /// For how long it was waited for.
        within: Span,
    },
}
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Text(why) => why.fmt(f),
            Refusal::World(why) => why.fmt(f),
            Refusal::Act(why) => why.fmt(f),
            Refusal::Stuck(why) => why.fmt(f),
            Refusal::NotHeld { condition, within } => write!(f, "{condition} did not hold within {}", span_text(*within)),
        }
    }
}
impl core::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Refusal::Text(why) => Some(why),
            Refusal::World(why) => Some(why),
            Refusal::Act(why) => Some(why),
            Refusal::Stuck(why) => Some(why),
            Refusal::NotHeld { .. } => None,
        }
    }
}

macro_rules! from {
    ($($kind:ident: $of:ty),*) => {
        $(impl From<$of> for Refusal {
            fn from(why: $of) -> Refusal {
                Refusal::$kind(why)
            }
        })*
    };
}
from!(Text: TextError, World: WorldError, Act: ActError, Stuck: Stuck);
