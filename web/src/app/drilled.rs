//! The sitting of drills that is open, and its decision in the making.

use crate::drill::Sitting;
use resync_lessons::play::{Drill, Making};
use std::rc::Rc;

/// Steps of the engine between two looks at the clock.
const STEPS: u64 = 250;

/// The sitting, and its present decision.
pub(super) struct Drilling {
    pub(super) sitting: Sitting,
    making: Option<Making>,
    pub(super) drill: Option<Rc<Drill>>,
    pub(super) fault: Option<String>,
    /// Whether the address names the sheet.
    pub(super) named: bool,
}

impl Drilling {
    pub(super) fn of(sitting: Sitting, named: bool) -> Drilling {
        let mut drilling = Drilling { sitting, making: None, drill: None, fault: None, named };
        drilling.begin();
        drilling
    }
    /// The engine begins with the decision that is asked now.
    pub(super) fn begin(&mut self) {
        let asked = self.sitting.asked();
        (self.making, self.drill) = (Some(Making::new(asked.kind, asked.end, asked.seed)), None);
    }
    /// Whether something has come of it.
    pub(super) fn go_on(&mut self, in_time: &dyn Fn() -> bool) -> bool {
        while let Some(making) = &mut self.making {
            match making.go_on(STEPS) {
                Ok(None) if in_time() => continue,
                Ok(None) => return false,
                Ok(Some(drill)) => self.drill = Some(Rc::from(drill)),
                Err(fault) => self.fault = Some(fault.to_string()),
            }
            self.making = None;
            return true;
        }
        false
    }
}
