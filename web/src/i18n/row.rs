//! A row of a language's glossary: how a term is written, and what it means in a release.

use resync_core::era::{BacklogKind, Channel, Era};

/// What a language says about a term.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The term.
    pub word: &'static str,
    /// How it stands in sentences of the page, longest first, besides the term itself.
    pub forms: &'static [&'static str],
    /// One sentence.
    pub text: &'static str,
}

/// Whether something holds of a release.
type Holds = fn(Rules) -> bool;

/// A row of a language's glossary.
pub struct Row {
    /// The term's name in attributes.
    pub(super) key: &'static str,
    pub(super) entry: Entry,
    /// Another wording, for the releases of which this holds.
    pub(super) other: Option<(Holds, Entry)>,
}
impl Row {
    /// Another wording, for the releases of which this holds.
    #[must_use]
    pub const fn where_it_holds(self, holds: Holds, word: &'static str, forms: &'static [&'static str], text: &'static str) -> Row {
        Row { other: Some((holds, Entry { word, forms, text })), ..self }
    }
}

/// What of a release the sentences depend on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// 4.0: two ids, replication ids instead of run ids.
    pub psync2: bool,
    /// 7.0: blocks instead of a ring.
    pub blocks: bool,
    /// 5.0: `replica` in the directives' names.
    pub replica: bool,
    /// A refused PSYNC of any kind is taken for one that is not understood.
    pub falls_back: bool,
    /// An RDB may have a connection of its own.
    pub second: bool,
}
impl Rules {
    /// Those of a release.
    #[must_use]
    pub fn of(era: Era) -> Rules {
        let caps = era.capabilities();
        Rules {
            psync2: caps.psync2,
            blocks: caps.backlog == BacklogKind::Blocks,
            replica: caps.replicaof,
            falls_back: !caps.psync2,
            second: caps.channel != Channel::None,
        }
    }
}
