//! What the figures say: stage, ruler, backlog, verdict, ladder, chart.

/// The figures' strings. `*_title` are the panels' visible headings, `*_name` their accessible names.
pub struct Figures {
    /// Accessible name and heading of the stage.
    pub stage_title: &'static str,
}
