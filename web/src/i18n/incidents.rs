//! What the incidents' screens say: their list, the column, what an operator has, the fleet. It comes with the module's second part.

use crate::incident::{Panel, Step};
use resync_js::fleet::{Holds, Source};
use resync_lessons::incidents::Place;

/// Everything about incidents.
pub struct Incidents {
    /// Title of the sheet with their list, and name of the link to it.
    pub title: &'static str,
    /// Beside that title, where it is one of several.
    pub short: &'static str,
    /// Some of them, by id: what was reported.
    pub some: [(&'static str, &'static str); 2],
    /// Button: all of them.
    pub all: &'static str,
    /// What an incident is, above the list.
    pub lead: &'static str,
    /// While the list is being fetched.
    pub coming: &'static str,
    /// It did not come.
    pub lost: &'static str,
    /// Button: fetch it again.
    pub again: &'static str,
    /// A row's releases and length.
    pub about: fn(eras: &str, minutes: u32) -> String,
    /// It was mended, with this grade, in so long by the wall clock, so many days ago.
    pub kept: fn(grade: usize, wall: &str, days: u32) -> String,
    /// The same while nothing is kept.
    pub open: &'static str,
    /// Button of a row, with the incident's name.
    pub begin: fn(title: &str) -> String,
    /// Landmark of the column.
    pub column: &'static str,
    /// Names of the steps.
    pub step: fn(Step) -> &'static str,
    /// The grade.
    pub grade: fn(grade: usize) -> String,
    /// What a grade is: said as the name's title.
    pub grades: &'static str,
    /// The wall clock of whoever works on it, `02:40`.
    pub yours: fn(clock: &str) -> String,
    /// How far the run has come meanwhile, simulated seconds.
    pub theirs: fn(seconds: u64) -> String,
    /// Buttons: the clock away, and back.
    pub hide_clock: &'static str,
    /// See above.
    pub show_clock: &'static str,
    /// Button: the chosen cause is named.
    pub name: &'static str,
    /// Button: a hint for a grade.
    pub hint: &'static str,
    /// Heading of the hints that were given.
    pub hints: &'static str,
    /// Button: the lid goes without a cure.
    pub give_up: &'static str,
    /// Beside a named cause that it is not, and the one that it is.
    pub not_it: &'static str,
    /// See above.
    pub it: &'static str,
    /// Heading of what is to be so in the end.
    pub mend: &'static str,
    /// How that can be done.
    pub mend_how: &'static str,
    /// How long it has been so.
    pub held: fn(held: u64, of: u32) -> String,
    /// It is not so yet.
    pub not_yet: &'static str,
    /// It is mended.
    pub mended: &'static str,
    /// Button: the whole page.
    pub lift: &'static str,
    /// What the lid gives, while it is on.
    pub lid_soon: &'static str,
    /// Heading behind the lid.
    pub lid: &'static str,
    /// What can be done now.
    pub lid_lead: &'static str,
    /// It was given up.
    pub given_up: &'static str,
    /// Buttons behind the lid.
    pub once_more: &'static str,
    /// See above.
    pub close: &'static str,
    /// Heading of the pinned rows.
    pub pinned: &'static str,
    /// Landmark of what an operator has.
    pub desk: &'static str,
    /// Tabs; with the number of errors where it is theirs.
    pub panel: fn(Panel, errors: u64) -> String,
    /// Where a quote stands.
    pub place: fn(whose: &str, Place) -> String,
    /// Group: the node that is looked into.
    pub nodes: &'static str,
    /// Group: what can be done to its process.
    pub process: fn(node: &str) -> String,
    /// A column of the clients' table each: client, node, answered, errors, last error.
    pub clients: [&'static str; 5],
    /// There is no client.
    pub no_clients: &'static str,
    /// The past is played up to the moment at which one is called.
    pub past: fn(percent: u64) -> String,
    /// Buttons: time passes, stands still, goes on by so many seconds.
    pub run: &'static str,
    /// See above.
    pub stand: &'static str,
    /// See above.
    pub ahead: fn(seconds: u64) -> String,
    /// The table of many pairs.
    pub fleet: Fleet,
}

/// The fleet.
pub struct Fleet {
    /// Heading of the raster.
    pub title: fn(pairs: usize) -> String,
    /// How it is read.
    pub lead: &'static str,
    /// How many are chosen.
    pub chosen: fn(usize) -> String,
    /// Buttons: all that look ill, and none.
    pub choose_ill: fn(usize) -> String,
    /// See above.
    pub choose_none: &'static str,
    /// The raster in words, for who does not see it.
    pub raster: fn(pairs: usize) -> String,
    /// The raster's states by their class, in the order of its key.
    pub states: [(&'static str, &'static str); 6],
    /// Name of the table.
    pub table: &'static str,
    /// Its columns; most are what INFO calls them.
    pub columns: [&'static str; 7],
    /// Its keys.
    pub keys: &'static str,
    /// A row's box.
    pub choose: fn(name: &str) -> String,
    /// Label of the field for a line to all chosen pairs.
    pub all_at_once: fn(usize) -> String,
    /// What stands in it while it is empty.
    pub line_hint: &'static str,
    /// Its buttons.
    pub to_replicas: &'static str,
    /// See above.
    pub to_masters: &'static str,
    /// A line was sent to so many.
    pub sent: fn(line: &str, to: usize) -> String,
    /// Heading of the comparison.
    pub common: &'static str,
    /// How many against how many.
    pub common_lead: fn(chosen: usize, others: usize) -> String,
    /// Nothing is chosen, or everything.
    pub common_how: &'static str,
    /// It is being read.
    pub common_reads: &'static str,
    /// It is read when time stands still.
    pub common_moves: &'static str,
    /// Columns of the comparison.
    pub common_columns: [&'static str; 7],
    /// Where a field is said.
    pub source: fn(Source) -> &'static str,
    /// What is so of it.
    pub holds: fn(&Holds) -> String,
    /// Button of a row, and the same once it is pinned.
    pub pin: &'static str,
    /// See above.
    pub pinned: &'static str,
    /// The button's name.
    pub pin_of: fn(name: &str) -> String,
}

#[cfg(test)]
mod tests {
    use crate::i18n::{Lang, incidents_of};

    #[test]
    fn what_is_offered_beside_the_course_is_there() {
        let folders = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("incidents");
        let all = resync_lessons::incidents::read_all(&folders).unwrap_or_else(|why| panic!("{why}"));
        for lang in Lang::ALL {
            for (id, words) in incidents_of(lang.strings()).some {
                assert!(!words.is_empty() && all.iter().any(|folder| folder.incident.id == id), "{id}");
            }
        }
    }
}
