//! How figures are measured and told.

/// One measured figure.
#[derive(Clone, PartialEq, Debug)]
pub struct Figure {
    /// What it is, with its unit.
    pub name: String,
    /// The figure.
    pub value: f64,
}

/// Seconds since some fixed moment.
pub type Clock<'a> = &'a dyn Fn() -> f64;

/// What is to be measured, and who hears of it.
pub struct Report<'a> {
    pub(crate) clock: Clock<'a>,
    pub(crate) only: &'a str,
    pub(crate) tell: &'a mut dyn FnMut(&Figure),
}
impl Report<'_> {
    /// Measures one figure and tells it, if it was asked for.
    pub(crate) fn say(&mut self, name: &str, measure: impl FnOnce(Clock<'_>) -> f64) {
        if name.contains(self.only) {
            let value = measure(self.clock);
            (self.tell)(&Figure { name: name.into(), value });
        }
    }
}

/// The best of five rounds: seconds that `round` takes.
pub(crate) fn best(clock: Clock<'_>, mut round: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let begun = clock();
        round();
        best = best.min(clock() - begun);
    }
    best
}
