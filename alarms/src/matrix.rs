//! Rules against weathers.

use crate::alert::{Alert, Rule, alerts};
use crate::eval::EvalError;
use crate::scrape::{Scraper, scraped};
use crate::series::Store;
use crate::weather::{BEGINS_MS, ENDS_MS, Weather};

/// What came of a rule in a weather.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell {
    /// It rang where it had to: so long after the beginning, ms.
    Rang(i64),
    /// It did not, and should have; so long it was pending at the most, ms.
    Never(i64),
    /// It did not, and had no reason to.
    Quiet,
    /// It rang where nothing was wrong, or before anything was: so long after the beginning, ms.
    False(i64),
}

/// A weather that was played and scraped.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The weather.
    pub weather: Weather,
    /// Who scraped it.
    pub scraper: Scraper,
    /// What was scraped.
    pub store: Store,
}

/// Plays a weather.
///
/// # Errors
/// As [`scraped`]: a weather that cannot be played is a bug.
pub fn seen(weather: Weather, scraper: Scraper) -> Result<Seen, String> {
    Ok(Seen { weather, scraper, store: scraped(weather.scenario, scraper, ENDS_MS)? })
}

impl Seen {
    /// All alerts of a rule, which is evaluated right behind each scrape.
    ///
    /// # Errors
    /// As [`alerts`].
    pub fn alerts(&self, rule: &Rule) -> Result<Vec<Alert>, EvalError> {
        alerts(rule, &self.store, self.scraper.moments(ENDS_MS))
    }

    /// What came of the rule.
    ///
    /// # Errors
    /// As [`alerts`].
    pub fn cell(&self, rule: &Rule) -> Result<Cell, EvalError> {
        let all = self.alerts(rule)?;
        let early = all.iter().filter_map(|alert| alert.rang_ms).find(|at| *at < BEGINS_MS);
        let rang = all.iter().filter_map(|alert| alert.rang_ms).filter(|at| *at >= BEGINS_MS).min();
        let last = self.scraper.moments(ENDS_MS).last().unwrap_or_default();
        let pending = all.iter().map(|alert| alert.over_ms.unwrap_or(last) - alert.since_ms).max().unwrap_or_default();
        Ok(match (early, rang, self.weather.wrong) {
            (Some(at), ..) | (None, Some(at), false) => Cell::False(at - BEGINS_MS),
            (None, Some(at), true) => Cell::Rang(at - BEGINS_MS),
            (None, None, true) => Cell::Never(pending),
            (None, None, false) => Cell::Quiet,
        })
    }
}
