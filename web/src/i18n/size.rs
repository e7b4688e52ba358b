//! What the sheet *Size it* says. It comes with the module's second part.

use resync_desk::size::{Directive, Field, Form, Sizes};

/// The sheet.
pub struct Size {
    /// Its name.
    pub title: &'static str,
    /// What it is, beside what leads there.
    pub lead: &'static str,
    /// Button: to it.
    pub begin: &'static str,
    /// Button on a finding: to it, with what was pasted filled in.
    pub fill: &'static str,
    /// Heading of the form.
    pub numbers: &'static str,
    /// Headings of its parts: writes, trouble, full resync.
    pub parts: [&'static str; 3],
    /// The name of a field.
    pub field: fn(Field) -> &'static str,
    /// A field's value cannot be: its name, and its bounds.
    pub wrong: fn(name: &str, from: &str, to: &str) -> String,
    /// The way to state the rate, for those who do not see the buttons.
    pub stated: &'static str,
    /// Button: as bytes a second.
    pub by_rate: &'static str,
    /// Button: as writes and their size.
    pub by_writes: &'static str,
    /// Below the rate.
    pub rate_is: &'static str,
    /// Below writes and size: bytes of one in the stream, and the rate.
    pub each_is: fn(bytes: &str, rate: &str) -> String,
    /// The releases.
    pub release: &'static str,
    /// Button: two INFOs.
    pub infos: &'static str,
    /// Above their boxes.
    pub infos_lead: &'static str,
    /// The boxes.
    pub boxes: [&'static str; 2],
    /// What two INFOs say: the rate.
    pub found: fn(rate: &str) -> String,
    /// They do not say it yet.
    pub not_found: &'static str,
    /// Button: the first example.
    pub example: &'static str,
    /// The link's form cannot be read: the field, if it is one.
    pub bad_link: fn(field: Option<&str>) -> String,
    /// Heading of the figure.
    pub question: &'static str,
    /// Beside it.
    pub drag: &'static str,
    /// What stands on either side of the boundary.
    pub sides: [&'static str; 2],
    /// The line of the outage.
    pub cut_for: fn(seconds: u64) -> String,
    /// The size with what is left.
    pub left: fn(size: &str, time: &str) -> String,
    /// The size with what is missing.
    pub late: fn(size: &str, time: &str) -> String,
    /// The figure in words.
    pub figure: fn(rate: &str, least: &str, backlog: &str, outage: u64) -> String,
    /// Heading of the runs.
    pub proof: &'static str,
    /// Beside it: how many there are, and the outage.
    pub runs: fn(runs: usize, outage: u64) -> String,
    /// While one is played.
    pub playing: &'static str,
    /// A run came to no request.
    pub failed: &'static str,
    /// How long they took, s.
    pub took: fn(seconds: &str) -> String,
    /// Button: a run.
    pub open: fn(size: &str) -> String,
    /// So much is to spare.
    pub to_spare: fn(time: &str) -> String,
    /// So much too late.
    pub too_late: fn(time: &str) -> String,
    /// When it asked.
    pub asks_at: fn(time: &str) -> String,
    /// When the byte that it wants is overwritten.
    pub lost_at: fn(time: &str) -> String,
    /// What was sent then.
    pub sent: fn(reply: &str, bytes: &str) -> String,
    /// What is sent anew.
    pub anew: fn(reply: &str, dataset: &str) -> String,
    /// The runs are smaller than the numbers.
    pub scaled: fn(bytes: u64) -> String,
    /// No backlog can be too small.
    pub no_smaller: &'static str,
    /// Heading of the table.
    pub answers: &'static str,
    /// What a directive's formula means.
    pub means: fn(Directive, &Form, &Sizes) -> String,
    /// Heading.
    pub conf: &'static str,
    /// Beside it.
    pub both: &'static str,
    /// Button.
    pub copy: &'static str,
    /// Button.
    pub link: &'static str,
    /// What was copied.
    pub copied: &'static str,
    /// Comments in redis.conf.
    pub comment: fn(Directive, &Form, &Sizes, default: bool) -> String,
    /// Heading.
    pub typed: &'static str,
    /// Heading.
    pub price: &'static str,
    /// What it costs.
    pub prices: fn(&Form, &Sizes) -> Vec<String>,
    /// Heading.
    pub not_needed: &'static str,
    /// What changes nothing.
    pub nothing: &'static [&'static str],
}
