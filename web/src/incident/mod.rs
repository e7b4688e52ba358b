//! An incident that somebody works on: where they are in it, what they named, whether it is mended. No Yew, no browser, no engine.

pub mod shown;

use resync_lessons::incidents::{HINTS, Incident};

/// Steps of an incident.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Step {
    /// The cause is looked for.
    #[default]
    Cause,
    /// It is known, and not mended yet.
    Mend,
    /// It is mended: the whole page lies open.
    Lid,
}
impl Step {
    /// All of them, in their order.
    pub const ALL: [Step; 3] = [Step::Cause, Step::Mend, Step::Lid];
}

/// What is open of what an operator has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "named after what they show")]
pub enum Panel {
    Fleet,
    Info,
    Log,
    Errors,
    Cli,
}
impl Panel {
    /// All of them, in the order of the tabs.
    pub const ALL: [Panel; 5] = [Panel::Fleet, Panel::Info, Panel::Log, Panel::Errors, Panel::Cli];
    /// As `incident.toml` names it.
    #[must_use]
    pub fn named(name: &str) -> Option<Panel> {
        Panel::ALL.into_iter().find(|panel| panel.name() == name)
    }
    /// Its name in files and ids.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Panel::Fleet => "fleet",
            Panel::Info => "info",
            Panel::Log => "log",
            Panel::Errors => "errors",
            Panel::Cli => "cli",
        }
    }
}

/// What somebody asks of the incident that is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    /// Open this panel.
    Panel(Panel),
    /// Choose this cause, by its place.
    Choose(usize),
    /// Name the chosen cause.
    Name,
    /// A hint, for a grade.
    Hint,
    /// Lift the lid, before it is mended or behind that.
    Lift,
    /// From the beginning: the same run again, with everything forgotten.
    Again,
    /// Time passes up to this moment, µs, as fast as it can: the cure is looked at all the way.
    Ahead(u64),
    /// The clock shown, or not.
    Clock(bool),
    /// Away with it; the run stays.
    Close,
    /// Something in the fleet.
    Fleet(Among),
}

/// What is done in the fleet's table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Among {
    /// This pair is looked at, by its place among the pairs.
    Look(usize),
    /// This pair is chosen, or not any more.
    Choose(usize),
    /// All that look ill are chosen.
    Ill,
    /// None is chosen.
    None,
    /// This row of the comparison is pinned, or not any more, by its key.
    Pin(String),
    /// The same line at the replicas of all chosen pairs.
    Replicas(String),
    /// The same line at their masters.
    Masters(String),
}

/// How much of an incident somebody found without help, at most.
pub const GRADES: usize = 1 + HINTS;

/// Where somebody is in an incident.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// The step.
    pub step: Step,
    /// The cause that is chosen.
    pub chosen: Option<usize>,
    /// Causes that were named, in the order in which they were; the right one is the last, if it is among them.
    pub named: Vec<usize>,
    /// Hints that were given.
    pub hints: usize,
    /// The lid was lifted before it was mended.
    pub given_up: bool,
    /// Since when the cure holds, simulated µs.
    pub holds_since: Option<u64>,
    /// When it was mended, simulated µs.
    pub mended_at: Option<u64>,
    /// What of the comparison is pinned.
    pub pins: Vec<String>,
}

impl Place {
    /// The chosen cause is named. `true` if it is the one.
    pub fn name(&mut self, incident: &Incident) -> bool {
        let Some(at) = self.chosen.filter(|at| self.step == Step::Cause && *at < incident.causes.len()) else { return false };
        if !self.named.contains(&at) {
            self.named.push(at);
        }
        let right = incident.causes[at].right;
        if right {
            self.step = Step::Mend;
            self.holds_since = None;
        }
        right
    }
    /// A hint more, if there is one left.
    pub fn hint(&mut self) {
        if self.step == Step::Cause {
            self.hints = (self.hints + 1).min(HINTS);
        }
    }
    /// Of [`GRADES`]: each hint and each wrong cause costs one, and one is left.
    #[must_use]
    pub fn grade(&self, incident: &Incident) -> usize {
        let wrong = self.named.iter().filter(|at| !incident.causes[**at].right).count();
        GRADES.saturating_sub(self.hints + wrong).max(1)
    }
    /// The run stands at `now_us` and the cure holds there, or not. `true` when that has been so for long enough; once.
    pub fn see(&mut self, now_us: u64, holds: bool, seconds: u32) -> bool {
        if self.step != Step::Mend || self.mended_at.is_some() {
            return false;
        }
        if !holds {
            self.holds_since = None;
            return false;
        }
        // Who has gone back in time counts anew.
        let since = self.holds_since.filter(|since| *since <= now_us).unwrap_or(now_us);
        self.holds_since = Some(since);
        let mended = now_us - since >= u64::from(seconds) * 1_000_000;
        if mended {
            self.mended_at = Some(now_us);
        }
        mended
    }
    /// Whole seconds for which the cure has held at this moment.
    #[must_use]
    pub fn held_s(&self, now_us: u64) -> u64 {
        self.holds_since.map_or(0, |since| now_us.saturating_sub(since) / 1_000_000)
    }
    /// The lid goes: behind the cure, or because somebody gives up.
    pub fn lift(&mut self) {
        self.given_up |= self.mended_at.is_none();
        self.step = Step::Lid;
    }
    /// A row of the comparison is pinned, or not any more.
    pub fn pin(&mut self, key: &str) {
        match self.pins.iter().position(|pinned| pinned == key) {
            Some(at) => {
                self.pins.remove(at);
            }
            None => self.pins.push(key.to_owned()),
        }
    }
}

/// What is kept of an incident that was worked on to its end: `grade=3;wall=160;day=20787;`, or nothing that can be read.
#[must_use]
pub fn kept_text(grade: usize, wall_s: u64, day: u32) -> String {
    format!("grade={grade};wall={wall_s};day={day};")
}

/// Reads that: the grade, wall seconds, and the day.
#[must_use]
pub fn kept(text: &str) -> Option<(usize, u64, u32)> {
    let field = |name: &str| text.split(';').filter_map(|field| field.split_once('=')).find(|(of, _)| *of == name).map(|(_, value)| value);
    let grade = field("grade")?.parse().ok().filter(|grade| (1..=GRADES).contains(grade))?;
    Some((grade, field("wall")?.parse().ok()?, field("day")?.parse().ok()?))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use resync_lessons::incidents::{Cause, Cure};

    pub(crate) fn incident() -> Incident {
        let cause = |id: &str, right| Cause { id: id.into(), right, ..Cause::default() };
        Incident {
            id: "01-x".into(),
            causes: vec![cause("a", false), cause("b", true), cause("c", false)],
            cure: Cure { holds: vec!["master good = 1".into()], seconds: 5 },
            ..Incident::default()
        }
    }

    #[test]
    fn hints_and_wrong_causes_cost_a_grade_each_and_one_is_left() {
        let incident = incident();
        let mut place = Place::default();
        assert_eq!((place.grade(&incident), place.name(&incident)), (3, false), "nothing is chosen");
        place.chosen = Some(0);
        assert!(!place.name(&incident) && place.step == Step::Cause);
        assert!(!place.name(&incident));
        assert_eq!(place.grade(&incident), 2, "the same wrong cause costs once");
        place.hint();
        place.hint();
        place.hint();
        assert_eq!((place.hints, place.grade(&incident)), (2, 1));
        place.chosen = Some(1);
        assert!(place.name(&incident));
        assert_eq!((place.step, place.named.as_slice()), (Step::Mend, &[0, 1][..]));
        place.hint();
        assert!(!place.name(&incident), "it is known");
    }

    #[test]
    fn it_is_mended_when_the_cure_has_held_without_a_break() {
        let mut place = Place { step: Step::Mend, ..Place::default() };
        let s = 1_000_000;
        for (now, holds, mended, held) in [
            (10 * s, false, false, 0),
            (11 * s, true, false, 0),
            (15 * s, true, false, 4),
            (15 * s + 1, false, false, 0),
            (16 * s, true, false, 0),
            (12 * s, true, false, 0),
            (17 * s, true, true, 5),
            (18 * s, true, false, 6),
        ] {
            assert_eq!((place.see(now, holds, 5), place.held_s(now)), (mended, held), "{now}");
        }
        assert_eq!(place.mended_at, Some(17 * s));
        place.lift();
        assert_eq!((place.step, place.given_up), (Step::Lid, false));
        let mut place = Place::default();
        assert!(!place.see(20 * s, true, 0), "before the cause is named nothing counts");
        place.lift();
        assert!(place.given_up);
    }

    #[test]
    fn what_is_kept_is_read_again_and_other_texts_are_none() {
        assert_eq!(kept(&kept_text(3, 160, 20_787)), Some((3, 160, 20_787)));
        for odd in ["", "grade=4;wall=1;day=1;", "grade=0;wall=1;day=1;", "grade=2;day=1;", "<script>"] {
            assert_eq!(kept(odd), None, "{odd}");
        }
    }

    #[test]
    fn rows_are_pinned_and_let_go_and_panels_have_names() {
        let mut place = Place::default();
        for key in ["a", "b", "a"] {
            place.pin(key);
        }
        assert_eq!(place.pins, ["b"]);
        assert!(Panel::ALL.into_iter().all(|panel| Panel::named(panel.name()) == Some(panel)));
        assert_eq!(Panel::named("stage"), None);
    }
}
