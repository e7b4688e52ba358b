//! A drill in the making: its worlds are played piece by piece.

use super::made::{Drill, Kind};
use super::plan::{Next, Plan};
use super::{info, master, replica, size};
use crate::play::fault::Fault;
use resync_core::time::Time;
use resync_core::timeline::{Ran, Timeline};

/// A drill that is being made: its worlds are played piece by piece.
pub struct Making {
    plan: Box<dyn Plan>,
    run: Option<Timeline>,
    until: Time,
    begun: bool,
}

impl std::fmt::Debug for Making {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Making").field("until", &self.until).finish_non_exhaustive()
    }
}

impl Making {
    /// Draws a world of this kind for this end (modulo [`Kind::ends`]) from a seed. Nothing is played yet.
    #[must_use]
    pub fn new(kind: Kind, end: usize, seed: u64) -> Making {
        let end = end % kind.ends();
        let plan: Box<dyn Plan> = match kind {
            Kind::Master => Box::new(master::Plan::new(end, seed)),
            Kind::Replica => Box::new(replica::Plan::new(end, seed)),
            Kind::Info => Box::new(info::Plan::new(end, seed)),
            Kind::Size => Box::new(size::Plan::new(end, seed)),
        };
        Making { plan, run: None, until: Time::ZERO, begun: false }
    }
    /// Plays on, at most so many steps of the engine and then what is read at a moment; the drill, once it is made.
    ///
    /// # Errors
    /// If the world cannot be played, which no seed is known to do.
    pub fn go_on(&mut self, steps: u64) -> Result<Option<Box<Drill>>, Fault> {
        if let Some(run) = &mut self.run {
            match run.advance(self.until, steps) {
                Ran::Reached | Ran::Held => {}
                Ran::Budget => return Ok(None),
                Ran::Stuck(why) => return Err(Fault::new("drill", 0, why.to_string())),
            }
        } else if self.begun {
            return Ok(None);
        }
        self.begun = true;
        match self.plan.next(self.run.as_mut())? {
            Next::World(text, until) => {
                self.run = Some(Timeline::from_text(&text).map_err(|why| Fault::new("drill", 0, format!("{why}\n{text}")))?);
                self.until = until;
            }
            Next::Until(until) => self.until = until,
            Next::Made(drill) => {
                self.run = None;
                return Ok(Some(drill));
            }
        }
        Ok(None)
    }
}

/// Draws and plays a whole drill.
///
/// # Errors
/// As [`Making::go_on`].
pub fn drill(kind: Kind, end: usize, seed: u64) -> Result<Box<Drill>, Fault> {
    let mut making = Making::new(kind, end, seed);
    loop {
        if let Some(drill) = making.go_on(u64::MAX)? {
            return Ok(drill);
        }
    }
}
