//! One sentence about this moment: what just happened if it matters, else what is going on. Facts first ([`said`]), words by the language.
//!
//! While time passes, an outcome stays until the next one or for six seconds of the wall clock; what comes round again and again is one sentence
//! ([`rounds`]). While it stands still, the sentence speaks of the event at the cursor, as soon as somebody has moved that.

mod event;
mod moment;
mod names;
mod rounds;
pub mod said;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod truth;
mod weight;

pub use moment::going_on;
pub use names::{by_address, name, subject};
pub use said::Said;

use crate::i18n::Strings;
use resync_core::view::NodeIx;
use resync_js::ids::RunId;
use resync_js::views::Views;
use weight::{OUTCOME, newest};

/// An outcome keeps the caption this long, ms of the wall clock, unless another one comes.
const OUTCOME_MS: f64 = 6_000.0;
/// What is only a step on the way keeps it this long.
const STEP_MS: f64 = 3_000.0;
/// And nothing gives way sooner than this to something that weighs less: time to read.
const READ_MS: f64 = 1_000.0;
/// Numbers in a sentence that goes on saying the same are renewed this often.
const NUMBERS_MS: f64 = 1_000.0;
/// The live region speaks at most this often …
const SPEAK_MS: f64 = 2_000.0;
/// … and of mere steps only after so long a silence.
const QUIET_MS: f64 = 6_000.0;
/// While it plays the live region says at most so much …
const SPOKEN: usize = 9;
/// … in so long, ms: who listens hears a film to its end. What comes too soon waits, and the newest is said then.
const BREATH_MS: f64 = 30_000.0;
/// Simulated time that a refresh may have passed, as a multiple of what the wall clock and the speed say; what lies further back is no news: the cursor leapt.
const LEAP: u64 = 3;

/// A sentence and what it is about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sentence {
    /// Before it, where it speaks of one event: which.
    pub lead: String,
    /// The words.
    pub text: String,
    /// Something is broken or lost.
    pub grave: bool,
}

/// Something that happened, while it has the caption.
#[derive(Clone, Debug)]
struct Held {
    said: Said,
    weight: u8,
    /// When it was said first, ms.
    at: f64,
}
impl Held {
    fn until(&self) -> f64 {
        self.at + if self.weight >= OUTCOME { OUTCOME_MS } else { STEP_MS }
    }
}

/// Chooses what to say, and keeps it for as long as it takes to read. Its clock is the caller's: ms that only grow.
#[derive(Clone, Debug, Default)]
pub struct Narrator {
    run: RunId,
    /// The event up to which it knows what happened.
    seen: u64,
    /// When it looked last.
    looked: Option<f64>,
    held: Option<Held>,
    /// What comes when the one that is held has been read.
    next: Option<Held>,
    /// Time goes by hops from one event to the next, and each is told.
    hops: bool,
    /// At the last look it played.
    played: bool,
    /// The cursor was moved while nothing played: what is held speaks of its event.
    stepped: bool,
    said: Option<Said>,
    about: String,
    tag: &'static str,
    told_at: f64,
    sentence: Sentence,
    spoken: String,
    spoken_about: String,
    /// When it last spoke, oldest first: the last [`SPOKEN`] times.
    spoken_at: Vec<f64>,
}

impl Narrator {
    /// With reduced motion time hops from event to event: then each of them is told, as nothing else on the page moves.
    pub fn set_hops(&mut self, on: bool) {
        self.hops = on;
    }
    /// What is said now.
    #[must_use]
    pub fn said(&self) -> Option<&Said> {
        self.said.as_ref()
    }
    /// It in words.
    #[must_use]
    pub fn sentence(&self) -> &Sentence {
        &self.sentence
    }
    /// What the live region says.
    #[must_use]
    pub fn spoken(&self) -> &str {
        &self.spoken
    }
    /// When something that is held goes by itself, ms: then it is time to look again though nothing moves.
    #[must_use]
    pub fn due(&self) -> Option<f64> {
        self.held.as_ref().filter(|_| !self.stepped).map(Held::until)
    }

    /// Looks at a moment. `chosen` is the selected replica, which goes before others that are away.
    pub fn look(&mut self, views: &Views, chosen: Option<NodeIx>, t: &Strings, now: f64) {
        let leapt = self.run != views.run || views.event < self.seen || self.looked.is_none();
        let moved = leapt || views.event > self.seen;
        if self.run != views.run {
            (self.held, self.next, self.stepped) = (None, None, false);
        }
        // The first look after a pause brings what had still happened before it: that is no step.
        let played = core::mem::replace(&mut self.played, views.playing);
        if views.playing || (played && !leapt) {
            self.playing(views, leapt, now);
        } else if moved {
            // The run that opens stands where it stands; later, somebody led the cursor here.
            let said = if self.looked.is_some() && self.run == views.run { event::at_cursor(views) } else { None };
            self.stepped = said.is_some();
            self.held = said.map(|(said, weight)| Held { said, weight, at: now });
            self.next = None;
        } else if !self.stepped && self.held.as_ref().is_some_and(|held| now >= held.until()) {
            self.held = None;
        }
        (self.run, self.seen, self.looked) = (views.run, views.event, Some(now));
        // A loop that begins to be told as one takes the place of its rounds.
        if views.playing && self.held.as_ref().is_some_and(|held| weight::part_of_round(views, &held.said)) {
            let state = going_on(views, chosen);
            if matches!(state, Said::Round(_)) {
                self.held = None;
            }
        }
        let said = self.held.as_ref().map_or_else(|| going_on(views, chosen), |held| held.said.clone());
        self.tell(said, views, t, now, moved && !views.playing);
    }

    fn playing(&mut self, views: &Views, leapt: bool, now: f64) {
        if self.stepped {
            (self.held, self.stepped) = (None, false);
        }
        let passed_us = self.looked.map_or(0.0, |at| (now - at).max(0.0) * 1_000.0) as u64;
        let reach_us = (passed_us.saturating_mul(views.speed_milli) / 1_000).saturating_mul(LEAP).max(100_000);
        let since_us = views.now_us.saturating_sub(reach_us);
        let fresh = if leapt && self.run != views.run { None } else { newest(views, if leapt { 0 } else { self.seen }, since_us) };
        if let Some((said, weight)) = fresh {
            let fresh = Held { said, weight, at: now };
            let read = self.held.as_ref().is_none_or(|held| now - held.at >= READ_MS);
            match &self.held {
                _ if self.hops => (self.held, self.next) = (Some(fresh), None),
                // A step waits until an outcome has had its time.
                Some(held) if held.weight >= OUTCOME && weight < OUTCOME && now < held.until() => {}
                Some(held) if weight < held.weight && !read => self.next = Some(fresh),
                _ => (self.held, self.next) = (Some(fresh), None),
            }
        }
        if self.next.is_some() && self.held.as_ref().is_none_or(|held| now - held.at >= READ_MS) {
            self.held = self.next.take().map(|next| Held { at: now, ..next });
        }
        if self.held.as_ref().is_some_and(|held| now >= held.until()) {
            self.held = None;
        }
    }

    fn tell(&mut self, said: Said, views: &Views, t: &Strings, now: f64, at_once: bool) {
        let about = said.about();
        let anew = about != self.about || self.tag != t.tag || at_once || !views.playing;
        if anew || now - self.told_at >= NUMBERS_MS {
            let lead = if self.stepped { (t.shell.caption.event)(views.event) } else { String::new() };
            self.sentence = Sentence { lead, text: (t.tell)(&said), grave: said.grave() };
            (self.told_at, self.tag) = (now, t.tag);
        }
        let quiet = self.spoken_at.last().map_or(f64::INFINITY, |at| now - at);
        let breathless = self.spoken_at.len() == SPOKEN && now - self.spoken_at[0] < BREATH_MS && views.playing;
        let step = self.held.as_ref().is_some_and(|held| held.weight < OUTCOME) && !self.stepped;
        if about != self.spoken_about && !breathless && quiet >= if step { QUIET_MS } else { SPEAK_MS } {
            self.spoken = self.sentence.text.clone();
            self.spoken_about.clone_from(&about);
            if self.spoken_at.len() == SPOKEN {
                self.spoken_at.remove(0);
            }
            self.spoken_at.push(now);
        }
        (self.about, self.said) = (about, Some(said));
    }
}
