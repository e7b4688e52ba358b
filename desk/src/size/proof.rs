//! The runs that prove it: the engine plays the scene with three sizes, a little at a time.

use super::answer::{Sizes, sizes};
use super::field::Field;
use super::form::Form;
use super::scene::{CUT_S, scale, scene};
use resync_core::note::Note;
use resync_core::repl::psync::{Asked as Request, Ruling};
use resync_core::time::Time;
use resync_core::timeline::{Ran, Timeline};

/// What came of the request after the outage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// When the replica asked, ms after the cut.
    pub at_ms: u64,
    /// How the master replied: `+CONTINUE`, `+FULLRESYNC`.
    pub reply: String,
    /// Bytes that +CONTINUE sent; `None`: everything is sent anew.
    pub sent: Option<u64>,
    /// Bytes that could still have been written before it was too late; negative: so many were too many.
    pub spare: i64,
}
impl Asked {
    /// The same as a time at this rate, ms.
    #[must_use]
    pub fn spare_ms(&self, rate: u64) -> i64 {
        i64::try_from(i128::from(self.spare) * 1_000 / i128::from(rate.max(1))).unwrap_or(i64::MAX)
    }
}

/// A run with one size.
#[derive(Clone, Debug)]
pub struct Run {
    /// `repl-backlog-size`, bytes, as it is recommended and not as it is played.
    pub size: u64,
    /// Its scenario.
    pub text: String,
    /// What came of it; `None` while it is played.
    pub asked: Option<Asked>,
    /// It came to no request: why is not known. Nothing is proved then.
    pub failed: bool,
}

/// The runs, largest size first.
pub struct Proof {
    form: Form,
    /// The runs.
    pub runs: Vec<Run>,
    playing: Option<Timeline>,
}

/// Events that are played without looking up.
const BUDGET: u64 = 2_000;
/// So long after the links have healed the request must have come, s.
const WITHIN_S: u64 = 20;

impl Proof {
    /// The runs of a form; none has begun.
    #[must_use]
    pub fn new(form: &Form) -> Proof {
        let Sizes { backlog, least, smaller, .. } = sizes(form);
        let mut all: Vec<u64> = [Some(backlog), Some(least), smaller].into_iter().flatten().collect();
        all.dedup();
        let run = |size: u64| Run { size, text: scene(form, size), asked: None, failed: false };
        Proof { form: *form, runs: all.into_iter().map(run).collect(), playing: None }
    }
    /// The form that is proved.
    #[must_use]
    pub const fn form(&self) -> &Form {
        &self.form
    }
    /// Whether nothing is left to play.
    #[must_use]
    pub fn over(&self) -> bool {
        self.runs.iter().all(|run| run.asked.is_some() || run.failed)
    }
    /// Plays on while it may; whether a run came to its end.
    pub fn go_on(&mut self, more: &dyn Fn() -> bool) -> bool {
        let Some(run) = self.runs.iter_mut().find(|run| run.asked.is_none() && !run.failed) else { return false };
        if self.playing.is_none() {
            self.playing = Timeline::from_text(&run.text).ok();
        }
        let Some(playing) = &mut self.playing else {
            run.failed = true;
            return true;
        };
        let heals = Time::from_secs(CUT_S + self.form.get(Field::Outage));
        let until = heals + resync_core::time::Span::from_secs(WITHIN_S);
        let scale = scale(&self.form);
        loop {
            let ran = playing.advance(until, BUDGET);
            run.asked = asked(playing, heals, scale);
            run.failed = run.asked.is_none() && ran != Ran::Budget;
            if run.asked.is_some() || run.failed {
                self.playing = None;
                return true;
            }
            if !more() {
                return false;
            }
        }
    }
}

/// The first request after the links have healed.
fn asked(run: &Timeline, heals: Time, scale: u64) -> Option<Asked> {
    if run.now() < heals {
        return None;
    }
    let entries = run.recorder().journal().entries().iter().rev().take_while(|entry| entry.last_at >= heals);
    let verdicts = entries.filter_map(|entry| match &entry.note {
        Note::PsyncVerdict { ruling, .. } if entry.node == 0 => Some((entry.at, ruling)),
        _ => None,
    });
    let (at, ruling) = verdicts.min_by_key(|(at, _)| *at)?;
    let size = run.sim().node(0).info(run.now(), Some("replication"));
    let size = resync_core::info::parse(&size).ok()?.number(resync_core::info::Replication::ReplBacklogSize).ok()?;
    let times = i64::try_from(scale).unwrap_or(i64::MAX);
    Some(Asked {
        at_ms: (at.as_micros() / 1_000).saturating_sub(CUT_S * 1_000),
        reply: ruling.reply().split(' ').next().unwrap_or_default().to_owned(),
        sent: ruling.partial().map(|bytes| bytes.saturating_mul(scale)),
        spare: spare(ruling, size)?.saturating_mul(times),
    })
}

/// Bytes between the one that was asked for and the oldest one that is held, and those that the backlog has yet to fill.
fn spare(ruling: &Ruling, size: i64) -> Option<i64> {
    let Request::Psync { offset: Some(offset), .. } = &ruling.asked else { return None };
    let window = ruling.window?;
    let free = (size - i64::try_from(window.histlen).ok()?).max(0);
    Some(offset - window.first.0 + free)
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_core::era::Era;

    fn proved(form: &Form) -> Vec<Run> {
        let mut proof = Proof::new(form);
        while !proof.over() {
            proof.go_on(&|| true);
        }
        proof.runs
    }

    /// The story: 100 KB/s, 60 s. 12 MB and 6 MB continue, 5 MB does not.
    #[test]
    fn the_first_example_is_proved() {
        let form = Form::default();
        let runs = proved(&form);
        let told = |run: &Run| {
            let asked = run.asked.as_ref().expect("it asked");
            println!("{} MB: {asked:?} {} ms", run.size >> 20, asked.spare_ms(102_400));
            (run.size >> 20, asked.reply.clone(), asked.sent.is_some(), asked.spare > 0)
        };
        let told: Vec<_> = runs.iter().map(told).collect();
        let (continues, full) = ("+CONTINUE".to_owned(), "+FULLRESYNC".to_owned());
        assert_eq!(told, [(12, continues.clone(), true, true), (6, continues, true, true), (5, full, false, false)]);
        // What was away that long is what is sent.
        let asked = runs[0].asked.as_ref().expect("it asked");
        let written = asked.at_ms * 102_400 / 1_000;
        assert!(asked.sent.is_some_and(|sent| sent.abs_diff(written) < 30_000), "{asked:?} of {written}");
        assert_eq!(asked.at_ms / 1_000, 60, "it asks within a second: {asked:?}");
    }

    /// Partial at the recommended size and at the least one, full at the smaller one: over rates, outages, margins, and every release.
    #[test]
    fn what_is_recommended_is_enough_and_what_is_smaller_is_not() {
        let (mut runs, mut smaller) = (0, 0);
        for (n, era) in Era::ALL.into_iter().filter(|era| era.capabilities().psync).enumerate() {
            // Each release sees some of the grid, all of them together all of it.
            let rates = [1 << 10, 5_000, 100 << 10, 3_333_333, 400 << 20];
            let outages = [1, 5, 12, 30, 61];
            for at in [n, n + 2] {
                let (rate, outage) = (rates[at % 5], outages[(at / 2 + n) % 5]);
                let margin = [10, 11, 20, 35][at % 4];
                let form = Form::default().in_era(era).with(Field::Rate, rate).with(Field::Outage, outage).with(Field::Margin, margin);
                let form = form.with(Field::Replicas, 1 + (at as u64) % 2);
                let sizes = sizes(&form);
                for run in proved(&form) {
                    let asked = run.asked.unwrap_or_else(|| panic!("{era} {form:?}: no request in\n{}", run.text));
                    let partial = Some(run.size) != sizes.smaller;
                    assert_eq!(asked.sent.is_some(), partial, "{era} {} of {sizes:?}: {asked:?}\n{}", run.size, run.text);
                    assert!(asked.spare >= 0 || !partial, "{asked:?}");
                    runs += 1;
                    smaller += usize::from(!partial);
                }
            }
        }
        println!("{runs} runs, {smaller} of them with a size that is too small");
        assert!(runs > 70 && smaller > 20, "{runs} {smaller}");
    }
}
