//! What the sheet of diagnosis says beside the findings, whose sentences are those of `resync_desk`. It comes with the module's second part.

/// The sheet.
pub struct Diagnose {
    /// Its name.
    pub title: &'static str,
    /// What it is, beside what leads there, and where nothing was pasted yet.
    pub lead: &'static str,
    /// Button: to it.
    pub begin: &'static str,
    /// Heading of the paste.
    pub pasted: &'static str,
    /// The first box.
    pub first: &'static str,
    /// The second box.
    pub second: &'static str,
    /// Above the second box.
    pub again: &'static str,
    /// Where the text goes: nowhere.
    pub private: &'static str,
    /// Button.
    pub example: &'static str,
    /// Button.
    pub clear: &'static str,
    /// The lines of the paste, for those who do not see them.
    pub lines: &'static str,
    /// Of a line that was not read.
    pub passed_over: &'static str,
    /// The list of nodes.
    pub nodes: &'static str,
    /// A master.
    pub master: &'static str,
    /// A replica.
    pub replica: &'static str,
    /// Neither is known.
    pub node: &'static str,
    /// Of a node: its releases, INFOs, log lines.
    pub of: fn(eras: &str, infos: usize, lines: usize) -> String,
    /// How many lines were read and how many were not.
    pub read: fn(read: u32, unread: usize) -> String,
    /// The text is too long.
    pub too_long: &'static str,
    /// Heading.
    pub why: &'static str,
    /// Heading.
    pub cost: &'static str,
    /// Heading.
    pub next: &'static str,
    /// Heading.
    pub change: &'static str,
    /// Button.
    pub open: &'static str,
}
