//! What was scraped: series of samples, each with its labels.

use std::collections::BTreeMap;

/// Labels by their names, the metric's own under [`NAME`].
pub type Labels = BTreeMap<String, String>;

/// The label that holds a metric's name.
pub const NAME: &str = "__name__";

/// A sample: when, ms, and what; nothing where the series had ended by then.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sample {
    /// When it was scraped, ms of the run.
    pub at_ms: i64,
    /// What it was; `None` marks the first scrape from which the series was missing.
    pub value: Option<f64>,
}

/// All series of a run.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Store {
    series: BTreeMap<Labels, Vec<Sample>>,
}

impl Store {
    /// One scrape of one target: what it showed. A series of this target that is not among it ends here, as Prometheus has it.
    ///
    /// `target` are the labels that all series of the target have. Scrapes of one target come in the order of their times.
    pub fn scraped(&mut self, at_ms: i64, target: &Labels, samples: impl IntoIterator<Item = (Labels, f64)>) {
        for (labels, value) in samples {
            self.series.entry(labels).or_default().push(Sample { at_ms, value: Some(value) });
        }
        for (labels, series) in &mut self.series {
            let of_target = target.iter().all(|(name, value)| labels.get(name) == Some(value));
            if of_target && series.last().is_some_and(|last| last.at_ms < at_ms && last.value.is_some()) {
                series.push(Sample { at_ms, value: None });
            }
        }
    }

    /// All series with their samples, oldest first.
    pub fn all(&self) -> impl Iterator<Item = (&Labels, &[Sample])> {
        self.series.iter().map(|(labels, samples)| (labels, samples.as_slice()))
    }

    /// When the newest sample was scraped, ms.
    #[must_use]
    pub fn newest_ms(&self) -> Option<i64> {
        self.series.values().filter_map(|series| series.last()).map(|last| last.at_ms).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_series_that_is_missing_from_a_scrape_ends_and_may_begin_again() {
        let target = labels(&[("instance", "a")]);
        let (up, lag) = (labels(&[(NAME, "up"), ("instance", "a")]), labels(&[(NAME, "lag"), ("instance", "a")]));
        let other = labels(&[(NAME, "up"), ("instance", "b")]);
        let mut store = Store::default();
        store.scraped(0, &target, [(up.clone(), 1.0), (lag.clone(), 3.0)]);
        store.scraped(2, &labels(&[("instance", "b")]), [(other.clone(), 1.0)]);
        store.scraped(15, &target, [(up.clone(), 1.0)]);
        store.scraped(30, &target, [(up, 1.0)]);
        store.scraped(45, &target, [(lag.clone(), 4.0)]);
        let of = |wanted: &Labels| {
            store.all().find(|(labels, _)| *labels == wanted).map(|(_, all)| all.iter().map(|s| (s.at_ms, s.value)).collect::<Vec<_>>())
        };
        assert_eq!(of(&lag), Some(vec![(0, Some(3.0)), (15, None), (45, Some(4.0))]), "it ends once");
        assert_eq!(of(&other), Some(vec![(2, Some(1.0))]), "another target's goes on");
        assert_eq!(store.newest_ms(), Some(45));
    }
}
