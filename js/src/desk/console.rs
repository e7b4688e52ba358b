//! What a run keeps of one node's console.

use crate::inspection::ConsoleLine;

/// Console lines kept for each node.
const CONSOLE_LINES_MAX: usize = 400;

/// A line of a console, when it was typed, and what it leads to.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    /// Step number right after it.
    pub(super) step: u64,
    pub(super) line: ConsoleLine,
    /// The console's database after it …
    pub(super) database: u32,
    /// … which the process forgets when it ends.
    pub(super) boots: u32,
}

/// The lines of one console, oldest first; the oldest go when there are too many.
#[derive(Clone, Debug, Default)]
pub(super) struct Console(Vec<Typed>);

impl Console {
    /// A line more.
    pub(super) fn push(&mut self, typed: Typed) {
        self.0.push(typed);
        if self.0.len() > CONSOLE_LINES_MAX {
            self.0.remove(0);
        }
    }
    /// From this step on nothing was ever typed.
    pub(super) fn forget_from(&mut self, step: u64) {
        self.0.retain(|typed| typed.step < step);
    }
    /// What had been typed up to this step.
    pub(super) fn until(&self, step: u64) -> impl DoubleEndedIterator<Item = &Typed> {
        self.0.iter().filter(move |typed| typed.step <= step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::Answer;

    #[test]
    fn a_console_keeps_its_newest_lines_and_forgets_a_future_that_never_was() {
        let mut console = Console::default();
        for step in 0..CONSOLE_LINES_MAX as u64 + 3 {
            let line = ConsoleLine { at_us: step, event: step, prompt: String::new(), input: step.to_string(), answer: Answer::Waiting };
            console.push(Typed { step, line, database: 0, boots: 0 });
        }
        let steps = |console: &Console, until| console.until(until).map(|typed| typed.step).collect::<Vec<_>>();
        assert_eq!((steps(&console, 4), steps(&console, u64::MAX).len()), (vec![3, 4], CONSOLE_LINES_MAX));
        console.forget_from(6);
        assert_eq!(steps(&console, u64::MAX), [3, 4, 5]);
    }
}
