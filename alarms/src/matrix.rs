//! Rules against weathers.

use crate::alert::{Alert, Rule, alerts};
use crate::eval::EvalError;
use crate::scrape::{Playing, Scraper, Truth};
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
    /// What was true.
    pub truth: Vec<Truth>,
}

/// A weather that is being played.
#[derive(Debug)]
pub struct Coming {
    weather: Weather,
    scraper: Scraper,
    playing: Playing,
}

impl Coming {
    /// A weather at its beginning.
    ///
    /// # Errors
    /// As [`Playing::new`]: a weather that cannot be played is a bug.
    pub fn new(weather: Weather, scraper: Scraper) -> Result<Coming, String> {
        Ok(Coming { weather, scraper, playing: Playing::new(weather.scenario, scraper, ENDS_MS)? })
    }
    /// Plays on while there is time; whether it is at its end.
    ///
    /// # Errors
    /// As [`Playing::go_on`].
    pub fn go_on(&mut self, in_time: &dyn Fn() -> bool) -> Result<bool, String> {
        self.playing.go_on(in_time)
    }
    /// What was seen up to here.
    #[must_use]
    pub fn seen(self) -> Seen {
        Seen { weather: self.weather, scraper: self.scraper, store: self.playing.store, truth: self.playing.truth }
    }
}

/// Plays a weather.
///
/// # Errors
/// As [`Playing::go_on`]: a weather that cannot be played is a bug.
pub fn seen(weather: Weather, scraper: Scraper) -> Result<Seen, String> {
    let mut coming = Coming::new(weather, scraper)?;
    while !coming.go_on(&|| true)? {}
    Ok(coming.seen())
}

/// What came of a rule in a weather, with what led to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Tried {
    /// In a word.
    pub cell: Cell,
    /// When it was pending, and when it rang.
    pub alerts: Vec<Alert>,
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
        Ok(self.tried(rule)?.cell)
    }

    /// What came of the rule, with its alerts.
    ///
    /// # Errors
    /// As [`alerts`].
    pub fn tried(&self, rule: &Rule) -> Result<Tried, EvalError> {
        let all = self.alerts(rule)?;
        let early = all.iter().filter_map(|alert| alert.rang_ms).find(|at| *at < BEGINS_MS);
        let rang = all.iter().filter_map(|alert| alert.rang_ms).filter(|at| *at >= BEGINS_MS).min();
        let last = self.scraper.moments(ENDS_MS).last().unwrap_or_default();
        let pending = all.iter().map(|alert| alert.over_ms.unwrap_or(last) - alert.since_ms).max().unwrap_or_default();
        let cell = match (early, rang, self.weather.wrong) {
            (Some(at), ..) | (None, Some(at), false) => Cell::False(at - BEGINS_MS),
            (None, Some(at), true) => Cell::Rang(at - BEGINS_MS),
            (None, None, true) => Cell::Never(pending),
            (None, None, false) => Cell::Quiet,
        };
        Ok(Tried { cell, alerts: all })
    }
}

/// How long after the beginning one looks where nothing told of a moment, ms: by then a good set of rules has rung.
const LATER_MS: i64 = 90_000;

impl Tried {
    /// The moment that tells most, ms of the run: when it rang; where it did not, when it ceased to be pending.
    #[must_use]
    pub fn telling_ms(&self) -> i64 {
        match self.cell {
            Cell::Rang(ms) | Cell::False(ms) => BEGINS_MS + ms,
            Cell::Never(_) | Cell::Quiet => {
                let longest = self
                    .alerts
                    .iter()
                    .filter(|alert| alert.since_ms >= BEGINS_MS)
                    .max_by_key(|alert| alert.over_ms.unwrap_or(ENDS_MS) - alert.since_ms);
                longest.map_or(BEGINS_MS + LATER_MS, |alert| alert.over_ms.unwrap_or(ENDS_MS))
            }
        }
    }
    /// Whether the rule did what it should.
    #[must_use]
    pub const fn right(&self) -> bool {
        matches!(self.cell, Cell::Rang(_) | Cell::Quiet)
    }
}
