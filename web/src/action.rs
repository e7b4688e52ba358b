//! What a person can do on the screen, as values: every component sends these up, and `app` alone handles them.

use resync_core::view::{LinkIx, NodeIx};

/// The one thing that is selected. It fills inspector, verdict, ladder and link buttons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Selection {
    /// A node.
    Node(NodeIx),
    /// A link.
    Link(LinkIx),
}

/// Something a component asks for.
#[derive(Clone, PartialEq, Debug)]
pub enum Action {
    /// Select this.
    Select(Selection),
    /// Point at a byte of the stream (or at none): lit up everywhere in the same frame.
    Point(Option<i64>),
    /// Point at a moment, µs.
    PointTime(Option<u64>),
    /// One line of scenario text, applied now: `cut master replica-1`, `master: CONFIG SET repl-backlog-size 16384`.
    Act(String),
    /// Play or pause.
    TogglePlay,
    /// One event on.
    Step,
    /// One event back.
    Back,
    /// Go to a moment, µs.
    Seek(u64),
    /// Move the ruler's lens to this offset; `None` follows the head.
    Lens(Option<i64>),
    /// Magnification of the lens in percent (100–40 000).
    Magnify(u32),
}
