//! Words about the runs on the desk: branches, their lanes, dropping and bringing back.

use resync_js::ids::RunId;

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
    /// On the button that opens and closes the drawer, with the key: how many runs there are.
    pub open: fn(count: usize) -> String,
    /// Below the lanes, as long as nothing else stands there.
    pub lead: &'static str,
    /// Under the name of a branch: what it leaves, and when.
    pub from: fn(parent: &str, at: &str) -> String,
    /// Under a name: how far the run was played.
    pub to: fn(at: &str) -> String,
    /// In the row of the run in focus.
    pub here: &'static str,
    /// Button: into focus.
    pub switch: &'static str,
    /// Its accessible name.
    pub switch_to: fn(name: &str) -> String,
    /// Button: another name.
    pub rename: &'static str,
    /// Its accessible name.
    pub rename_it: fn(name: &str) -> String,
    /// Accessible name of the field for the name.
    pub name_of: fn(name: &str) -> String,
    /// Button: off the desk.
    pub drop: &'static str,
    /// Its accessible name.
    pub drop_it: fn(name: &str) -> String,
    /// The quiet line after it.
    pub dropped: fn(name: &str) -> String,
    /// How long it is kept, seconds of the wall clock.
    pub kept_for: fn(seconds: u64) -> String,
    /// Button: back onto the desk.
    pub undo: &'static str,
    /// Its accessible name.
    pub undo_it: fn(name: &str) -> String,
    /// In the caption: a run came back, and another one had to go for it.
    pub instead: fn(gone: &str) -> String,
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
