//! The alarm lab: the rules that are tried, the weathers in which they are, and what came of it. It knows neither Yew nor the browser; weathers are played and
//! rules evaluated a little at a time, the newest question first.

pub mod link;
pub mod short;
pub mod timeline;

use resync_alarms::alert::Rule;
use resync_alarms::eval::EvalError;
use resync_alarms::export;
use resync_alarms::expr::{ExprError, span_ms};
use resync_alarms::matrix::{Cell, Coming, Seen, Tried};
use resync_alarms::published::{self, From, Known};
use resync_alarms::rules::{self, RulesError};
use resync_alarms::scrape::Scraper;
use resync_alarms::weather::{self, Weather};
use std::rc::Rc;

/// What somebody asks for on the sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    /// The rule's text is this.
    Text(String),
    /// It has to hold for so long, as somebody wrote it.
    For(String),
    /// Seconds from one scrape to the next.
    Period(i64),
    /// The second of the first scrape.
    Phase(i64),
    /// A rule that is there to try, by its name, into the box.
    Take(&'static str),
    /// An expression that was made of fields, into the box.
    Made(String),
    /// This rule in this weather, by their places.
    Choose(usize, usize),
    /// The run of what is chosen, in the playground.
    Open,
    /// Back from it.
    Back,
    /// A link to the rule, into the clipboard.
    Link,
    /// What was scraped, as a file.
    Export(Export),
}

/// Files that other tools read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Export {
    /// The run as OpenMetrics text.
    OpenMetrics,
    /// The rules, for Prometheus.
    Rules,
    /// Series and what rings when, for `promtool test rules`.
    Promtool,
}

/// Why a text is no rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// The expression cannot be read.
    Expr(ExprError),
    /// `for` is no span of time.
    For(String),
    /// It is a file of rules that cannot be read.
    Rules(RulesError),
}

/// What came of a rule in a weather.
#[derive(Clone, PartialEq, Debug)]
pub enum State {
    /// Not known yet.
    Waits,
    /// It was tried.
    Tried(Rc<Tried>),
    /// It cannot be evaluated there, as Prometheus could not.
    Fails(Rc<EvalError>),
}

impl State {
    /// What came of it, once it is known.
    #[must_use]
    pub fn cell(&self) -> Option<Cell> {
        match self {
            State::Tried(tried) => Some(tried.cell),
            State::Waits | State::Fails(_) => None,
        }
    }
}

/// A rule, and what came of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// The rule.
    pub rule: Rc<Rule>,
    /// Where it stands, if it is one of those that are there to try.
    pub known: Option<Known>,
    /// What came of it in each weather.
    pub cells: Vec<State>,
}

/// How many weathers there are.
pub const WEATHERS: usize = weather::ALL.len();

impl Row {
    fn of(rule: Rule, known: Option<Known>) -> Row {
        Row { rule: Rc::new(rule), known, cells: vec![State::Waits; WEATHERS] }
    }
    /// In how many weathers it did right; nothing before all are known.
    #[must_use]
    pub fn right(&self) -> Option<usize> {
        let mut right = 0;
        for state in &self.cells {
            match state {
                State::Waits => return None,
                State::Tried(tried) => right += usize::from(tried.right()),
                State::Fails(_) => {}
            }
        }
        Some(right)
    }
    /// Whether it is of the set that is proposed: one of several, of which each has its part.
    #[must_use]
    pub fn proposed(&self) -> bool {
        self.known.is_some_and(|known| known.from == From::Proposed)
    }
}

/// Everything that the sheet shows.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The text in the box.
    pub text: String,
    /// How long it has to hold, as somebody wrote it; a file of rules says so itself.
    pub hold: String,
    /// Whether the text is a file of rules.
    pub file: bool,
    /// Why the text is no rule.
    pub wrong: Option<Wrong>,
    /// The rows: somebody's own first, if there is one, then those that are published, then the proposed set.
    pub rows: Vec<Row>,
    /// The first row that is nobody's own.
    pub own: usize,
    /// The rule and the weather that are looked at.
    pub chosen: (usize, usize),
    /// How it is scraped.
    pub scraper: Scraper,
    /// The weathers that were played.
    pub seen: [Option<Rc<Seen>>; WEATHERS],
    /// Why a weather was not.
    pub fault: Option<String>,
    /// How often anything changed.
    turn: u64,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Shown) -> bool {
        self.turn == other.turn
    }
}

impl Shown {
    /// How many cells are known, and how many there are.
    #[must_use]
    pub fn ready(&self) -> (usize, usize) {
        let known = |row: &Row| row.cells.iter().filter(|state| **state != State::Waits).count();
        (self.rows.iter().map(known).sum(), self.rows.len() * WEATHERS)
    }
    /// The row that is looked at.
    #[must_use]
    pub fn row(&self) -> &Row {
        &self.rows[self.chosen.0.min(self.rows.len() - 1)]
    }
    /// The weather that is looked at.
    #[must_use]
    pub fn weather(&self) -> Weather {
        weather::ALL[self.chosen.1.min(WEATHERS - 1)]
    }
    /// What came of it, once that is known.
    #[must_use]
    pub fn tried(&self) -> Option<(&Rc<Seen>, &Rc<Tried>)> {
        let at = self.chosen.1.min(WEATHERS - 1);
        match (&self.seen[at], &self.row().cells[at]) {
            (Some(seen), State::Tried(tried)) => Some((seen, tried)),
            _ => None,
        }
    }
    /// What the proposed set does together in a weather: as the one of its rules that rings first.
    #[must_use]
    pub fn together(&self, weather: usize) -> Option<Cell> {
        let mut all = Vec::new();
        for row in self.rows.iter().filter(|row| row.proposed()) {
            all.push(row.cells[weather].cell()?);
        }
        let rang = all.iter().filter_map(|cell| if let Cell::Rang(ms) = cell { Some(*ms) } else { None }).min();
        let wrong = all.iter().find(|cell| matches!(cell, Cell::False(_)));
        let quiet = || if weather::ALL[weather].wrong { Cell::Never(0) } else { Cell::Quiet };
        Some(wrong.copied().or(rang.map(Cell::Rang)).unwrap_or_else(quiet))
    }
}

/// The lab.
#[derive(Debug)]
pub struct Lab {
    /// What is shown.
    pub shown: Rc<Shown>,
    /// Weathers that are being played.
    coming: [Option<Box<Coming>>; WEATHERS],
    /// Whether the address names the sheet.
    pub named: bool,
    /// What was shown when a run was opened from here: it stands beside that run.
    pub opened: Option<Rc<Shown>>,
}

/// The seed of the first scrape.
const SEED: u64 = 7;

/// The rule that stands in the box at first.
const FIRST: &str = "lag-5-2m";

/// The file of rules that a test for promtool names.
const RULES: &str = "rules.yaml";
/// When the runs begin for other tools, unix seconds.
const EPOCH_S: i64 = 1_700_000_000;
/// The name of a rule that has none.
const OWN: &str = "Alarm";

/// Seconds between scrapes that can be asked for.
pub const PERIODS_S: [i64; 2] = [1, 120];

fn known(id: &str) -> Option<&'static Known> {
    published::ALL.iter().find(|known| known.id == id)
}

impl Default for Lab {
    fn default() -> Lab {
        let rows = published::ALL.iter().filter_map(|known| {
            let rule = Rule::new(known.id, known.text, known.for_s * 1_000).ok()?;
            Some(Row::of(rule, Some(*known)))
        });
        let shown = Shown {
            text: String::new(),
            hold: String::new(),
            file: false,
            wrong: None,
            rows: rows.collect(),
            own: 0,
            chosen: (0, 0),
            scraper: Scraper::usual(SEED),
            seen: Default::default(),
            fault: None,
            turn: 0,
        };
        let mut lab = Lab { shown: Rc::new(shown), coming: Default::default(), named: false, opened: None };
        lab.take(FIRST);
        lab
    }
}

/// A span of time as rules write it.
#[must_use]
pub fn span(ms: i64) -> String {
    let mut rest = ms / 1_000;
    let mut text = String::new();
    for (unit, seconds) in [("h", 3_600), ("m", 60), ("s", 1)] {
        if rest >= seconds {
            text.push_str(&format!("{}{unit}", rest / seconds));
            rest %= seconds;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// The rules of a text: those of a file, or the one that text and span are; none of nothing.
fn read(text: &str, hold: &str) -> Result<Vec<Rule>, Wrong> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    if rules::is_file(text) {
        return rules::read(text).map_err(Wrong::Rules);
    }
    let hold = hold.trim();
    let for_ms = if hold.is_empty() || hold == "0" { Some(0) } else { span_ms(hold) };
    let rule = Rule::new(OWN, text, for_ms.unwrap_or_default()).map_err(Wrong::Expr)?;
    if for_ms.is_none() { Err(Wrong::For(hold.to_owned())) } else { Ok(vec![rule]) }
}

impl Lab {
    fn change(&mut self) -> &mut Shown {
        let shown = Rc::make_mut(&mut self.shown);
        shown.turn += 1;
        shown
    }

    /// A rule that is there to try, into the box; it is looked at.
    pub fn take(&mut self, id: &str) {
        if let Some(known) = known(id) {
            self.write(known.text.to_owned(), span(known.for_s * 1_000));
        }
    }

    /// Text and span of the rule, as somebody wrote them. What cannot be read stays in the box, with the reason.
    pub fn write(&mut self, text: String, hold: String) {
        let weather = self.shown.chosen.1;
        let shown = self.change();
        shown.wrong = None;
        shown.rows.drain(..shown.own);
        shown.own = 0;
        shown.file = rules::is_file(&text);
        match read(&text, &hold) {
            Err(why) => shown.wrong = Some(why),
            Ok(own) => {
                shown.own = own.len();
                for (at, rule) in own.into_iter().enumerate() {
                    let same = |row: &Row| row.rule.expr == rule.expr && (row.rule.for_ms, row.rule.keep_ms) == (rule.for_ms, rule.keep_ms);
                    // What is there to try was tried, perhaps.
                    let known = shown.rows[at..].iter().find(|row| row.known.is_some() && same(row)).cloned();
                    let mut row = Row::of(rule, None);
                    if let Some(known) = known {
                        (row.known, row.cells) = (known.known, known.cells);
                    }
                    shown.rows.insert(at, row);
                }
            }
        }
        shown.chosen = (0, weather);
        (shown.text, shown.hold) = (text, hold);
    }

    /// Another scraper: everything is scraped anew.
    pub fn scrape(&mut self, scraper: Scraper) {
        if scraper == self.shown.scraper {
            return;
        }
        self.coming = Default::default();
        let shown = self.change();
        shown.scraper = scraper;
        shown.seen = Default::default();
        for row in &mut shown.rows {
            row.cells.fill(State::Waits);
        }
    }

    /// Looks at a rule in a weather.
    pub fn choose(&mut self, row: usize, weather: usize) {
        let shown = self.change();
        shown.chosen = (row.min(shown.rows.len() - 1), weather.min(WEATHERS - 1));
    }

    /// What other tools read of the chosen rule in the chosen weather: a file's name, its type, its text; nothing before that is known.
    #[must_use]
    pub fn export(&self, what: Export) -> Option<(String, &'static str, String)> {
        let (seen, tried) = self.shown.tried()?;
        let rule = (*self.shown.row().rule).clone();
        let id = seen.weather.id;
        Some(match what {
            Export::OpenMetrics => (format!("{id}.txt"), "text/plain", export::open_metrics(&seen.store, EPOCH_S)),
            Export::Rules => (RULES.to_owned(), "application/yaml", export::rules_file(&[rule])),
            Export::Promtool => {
                let test = export::rules_test(seen, &[(rule, tried.alerts.clone())], RULES);
                (format!("{id}.yml"), "application/yaml", test)
            }
        })
    }

    /// Goes on while there is time: evaluates what can be, else plays; what is looked at comes first. Whether there is more to show.
    pub fn go_on(&mut self, in_time: &dyn Fn() -> bool) -> bool {
        let before = self.shown.turn;
        while in_time() {
            if let Some((row, weather)) = self.next_cell() {
                let Some(seen) = self.shown.seen[weather].clone() else { break };
                let tried = seen.tried(&self.shown.rows[row].rule);
                self.change().rows[row].cells[weather] = match tried {
                    Ok(tried) => State::Tried(Rc::new(tried)),
                    Err(why) => State::Fails(Rc::new(why)),
                };
            } else if !self.play(in_time) {
                break;
            }
        }
        self.shown.turn != before
    }

    /// The cell to be evaluated next: of the rule that is looked at, then from the top; in a weather that was played.
    fn next_cell(&self) -> Option<(usize, usize)> {
        let shown = &*self.shown;
        let waits = |row: usize, weather: usize| shown.seen[weather].is_some() && shown.rows[row].cells[weather] == State::Waits;
        let of = |row: usize| (0..WEATHERS).find(|weather| waits(row, *weather)).map(|weather| (row, weather));
        let (row, weather) = shown.chosen;
        if waits(row, weather) {
            return Some((row, weather));
        }
        of(row).or_else(|| (0..shown.rows.len()).find_map(of))
    }

    /// Plays on in the weather that is looked at, else in the first that was not played. `false`: there is nothing to play.
    fn play(&mut self, in_time: &dyn Fn() -> bool) -> bool {
        let unseen = |at: &usize| self.shown.seen[*at].is_none();
        let Some(at) = std::iter::once(self.shown.chosen.1).chain(0..WEATHERS).find(unseen).filter(|_| self.shown.fault.is_none()) else {
            return false;
        };
        let begun = match self.coming[at].take() {
            Some(coming) => Ok(coming),
            None => Coming::new(weather::ALL[at], self.shown.scraper).map(Box::new),
        };
        let played = begun.and_then(|mut coming| coming.go_on(in_time).map(|over| (over, coming)));
        match played {
            Ok((true, coming)) => self.change().seen[at] = Some(Rc::new(coming.seen())),
            Ok((false, coming)) => self.coming[at] = Some(coming),
            Err(why) => self.change().fault = Some(format!("{}: {why}", weather::ALL[at].id)),
        }
        true
    }
}

#[cfg(test)]
mod tests;
