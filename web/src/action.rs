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
    /// The milestone before (false) or after (true) this moment.
    Mark(bool),
    /// A stop of [`crate::player::STOPS_MILLI`].
    Speed(usize),
    /// The speed follows what happens, or not.
    Auto(bool),
    /// A tab of the inspector.
    Tab(Tab),
    /// The figure that a page too narrow for all of them shows.
    Figure(Figure),
    /// A sheet over the page, or none.
    Sheet(Option<Sheet>),
    /// A scene of the registry, by its place there.
    Scene(usize),
    /// The open scene's other telling, or back to the first.
    Retell,
    /// A scenario or run as text.
    LoadText(String),
    /// A link to this run, into the clipboard.
    Share,
    /// This run or this moment as a file.
    Export(Export),
    /// The other language.
    Language,
    /// A scheme of colours.
    Scheme(Choice),
    /// Motion: `First` full, `Second` reduced.
    Motion(Choice),
    /// Away with the quiet line.
    Dismiss,
    /// Stop the long seek that is under way.
    Cancel,
}

/// Tabs of the inspector, in their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "named after what they show")]
pub enum Tab {
    Console,
    Info,
    Variables,
    Log,
    Keys,
    Config,
}
impl Tab {
    /// All of them.
    pub const ALL: [Tab; 6] = [Tab::Console, Tab::Info, Tab::Variables, Tab::Log, Tab::Keys, Tab::Config];
}

/// The figures among which a page that is too narrow for all of them chooses. Stage and stream stand beside the others but on a phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "named after the panels")]
pub enum Figure {
    Stage,
    Stream,
    Verdict,
    Handshake,
    Lag,
    Inspector,
}
impl Figure {
    /// All of them, in the order of the tabs.
    pub const ALL: [Figure; 6] = [Figure::Stage, Figure::Stream, Figure::Verdict, Figure::Handshake, Figure::Lag, Figure::Inspector];
    /// The class of the page that shows it.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Figure::Stage => "shows-stage",
            Figure::Stream => "shows-stream",
            Figure::Verdict => "shows-verdict",
            Figure::Handshake => "shows-handshake",
            Figure::Lag => "shows-lag",
            Figure::Inspector => "shows-inspector",
        }
    }
}

/// What may lie over the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sheet {
    /// The scenes.
    Lessons,
    /// The scenario's text.
    Sandbox,
    /// Files of the run.
    Export,
    /// Colours and motion.
    Settings,
    /// The keyboard's table.
    Keys,
    /// The words of the open scene.
    About,
    /// Where a node differs from a real server.
    Differs,
}

/// Kinds of files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Export {
    /// Scenario and inputs as text.
    Run,
    /// The `ClusterView` of this moment.
    Json,
}

/// What the system prefers, or one of two.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Choice {
    /// As the system says.
    #[default]
    System,
    /// Light; full motion.
    First,
    /// Dark; reduced motion.
    Second,
}
impl Choice {
    /// All of them, in the order of the settings.
    pub const ALL: [Choice; 3] = [Choice::System, Choice::First, Choice::Second];
}
