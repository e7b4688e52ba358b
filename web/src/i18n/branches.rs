//! Words about the runs on the desk: branches, their lanes, dropping and bringing back.

use crate::desk::RunId;

/// A branch that was made, for its sentence.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    /// The moment, as the clock shows it.
    pub at: &'a str,
    /// The new branch.
    pub branch: &'a str,
    /// The run that was left, whose future is kept.
    pub kept: &'a str,
    /// The run that had to go for it.
    pub instead_of: Option<&'a str>,
}

/// Strings about branches.
pub struct Branches {
    /// Heading of the lanes, and the noun on the button that opens them, before their number.
    pub title: &'static str,
    /// The first run of a desk, as long as nobody named it.
    pub main: &'static str,
    /// A later one.
    pub nth: fn(n: u32) -> String,
    /// In the caption: a branch was made by acting in the past.
    pub made: fn(made: &Made<'_>) -> String,
    /// In the caption: another run came into focus, at this moment.
    pub switched: fn(name: &str, at: &str) -> String,
}

impl Branches {
    /// What a run is called: its own name, else by its number.
    #[must_use]
    pub fn name(&self, id: RunId, own: Option<&str>) -> String {
        match (own, id.0) {
            (Some(name), _) => name.to_owned(),
            (None, 0) => self.main.to_owned(),
            (None, n) => (self.nth)(n),
        }
    }
}

pub(super) const EN: Branches = Branches {
    title: "Branches",
    main: "main",
    nth: |n| format!("branch {n}"),
    made: |made| {
        let Made { at, branch, kept, .. } = made;
        let gone = made.instead_of.map(|gone| format!(" {gone} had to go: no more are kept at a time.")).unwrap_or_default();
        format!("You acted in the past: from {at} on this is {branch}. What came after is kept as {kept}.{gone}")
    },
    switched: |name, at| format!("This is {name}, at {at}."),
};

pub(super) const ZH: Branches = Branches {
    title: "分支",
    main: "主线",
    nth: |n| format!("分支 {n}"),
    made: |made| {
        let Made { at, branch, kept, .. } = made;
        let gone = made.instead_of.map(|gone| format!("能同时保留的已满，“{gone}”被移除。")).unwrap_or_default();
        format!("你在过去操作：从 {at} 起，这里是“{branch}”；原来的后续保留为“{kept}”。{gone}")
    },
    switched: |name, at| format!("现在是“{name}”，时刻 {at}。"),
};
