//! What the page says in the alarm lab. It comes with the module's second part.

use crate::alarm::{Export, Wrong};
use resync_alarms::eval::EvalError;
use resync_alarms::matrix::Cell;
use resync_alarms::published::From;

/// Everything of it.
pub struct Alarms {
    /// Its name.
    pub title: &'static str,
    /// What it is, beside what leads there.
    pub lead: &'static str,
    /// Button: to it.
    pub begin: &'static str,
    /// Heading of the rule.
    pub rule: &'static str,
    /// The box for the expression.
    pub text: &'static str,
    /// The field for how long it has to hold.
    pub hold: &'static str,
    /// Below the box: it was read.
    pub read: fn(hold: &str) -> String,
    /// The same of a file of rules: how many alert.
    pub read_file: fn(usize) -> String,
    /// Below the box: it is empty.
    pub empty: &'static str,
    /// Why the text is no rule; the whole text.
    pub wrong: fn(&Wrong, text: &str) -> String,
    /// Why a rule cannot be evaluated.
    pub fails: fn(&EvalError) -> String,
    /// Rules by fields, as other tools have them.
    pub fields: Fields,
    /// Heading of the scraper.
    pub scraper: &'static str,
    /// Its period.
    pub period: &'static str,
    /// Its first scrape.
    pub phase: &'static str,
    /// Button: a link to the rule.
    pub link: &'static str,
    /// Heading of the matrix.
    pub matrix: &'static str,
    /// Above its rows.
    pub head: &'static str,
    /// Row: whether it should ring.
    pub should: &'static str,
    /// It should.
    pub yes: &'static str,
    /// It should not.
    pub no: &'static str,
    /// Above the last column.
    pub right: &'static str,
    /// In so many of so many weathers it did right.
    pub of: fn(usize, usize) -> String,
    /// It is one of several.
    pub part: &'static str,
    /// How many cells are ready.
    pub ready: fn(usize, usize) -> String,
    /// A weather: its name, and a few words beside it.
    pub weather: fn(&str) -> (&'static str, &'static str),
    /// What happens at its moment zero.
    pub event: fn(&str) -> &'static str,
    /// What came of a rule; whether it is one of several.
    pub cell: fn(Cell, part: bool) -> String,
    /// A cell that is not known yet.
    pub waits: &'static str,
    /// A cell that cannot be evaluated.
    pub refused: &'static str,
    /// The row of somebody's own rule.
    pub own: &'static str,
    /// The row of the proposed set together.
    pub together: &'static str,
    /// Where a rule stands.
    pub from: fn(From) -> String,
    /// What is to be said of a rule that is there to try.
    pub why: fn(&str) -> &'static str,
    /// Heading above that.
    pub why_head: &'static str,
    /// Button: a rule of the matrix into the box.
    pub take: &'static str,
    /// What came of a rule in a weather, as a sentence.
    pub sentence: fn(rule: &str, weather: &str, cell: Cell, held_s: i64, part: bool) -> String,
    /// Beside the heading of the figure.
    pub beside: &'static str,
    /// The figure's rows.
    pub figure: Figure,
    /// Button: the run of the cell.
    pub open: &'static str,
    /// Button: back to the lab.
    pub back: &'static str,
    /// The column beside an opened run.
    pub column: &'static str,
    /// On a refutation card: to its alarm.
    pub of_card: &'static str,
    /// Files.
    pub export: fn(Export) -> &'static str,
}

/// Rules by fields.
pub struct Fields {
    /// What opens them.
    pub title: &'static str,
    /// The tool.
    pub tool: &'static str,
    /// The item or metric.
    pub metric: &'static str,
    /// The function or statistic.
    pub function: &'static str,
    /// The span or period, s.
    pub span: &'static str,
    /// The comparison.
    pub op: &'static str,
    /// The threshold.
    pub threshold: &'static str,
    /// In so many …
    pub datapoints: &'static str,
    /// … of so many periods.
    pub of: &'static str,
    /// Button: as an expression into the box.
    pub make: &'static str,
}

/// What stands at the figure.
pub struct Figure {
    /// The scrapes.
    pub scrape: &'static str,
    /// What the rule compares.
    pub compares: &'static str,
    /// The rule's state.
    pub state: &'static str,
    /// The truth.
    pub truth: &'static str,
    /// Its unit.
    pub lacks: &'static str,
    /// A span in which it was pending, s.
    pub pending: fn(i64) -> String,
    /// A span in which it rang.
    pub firing: &'static str,
    /// It was never pending.
    pub nothing: &'static str,
    /// There is nothing that it could compare.
    pub no_series: &'static str,
    /// The moment of the run.
    pub now: &'static str,
}
