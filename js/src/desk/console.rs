//! What a run keeps of one node's console.

use crate::inspection::{ConsoleLine, Help};
use resync_core::era::Era;
use resync_core::view::syntax;

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

/// What a console does by itself, without the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Own {
    /// `help`, `?`
    Help(Help),
    /// `clear`
    Clear,
    /// `exit`, `quit`: it hangs up, and connects anew for the next command.
    HangUp,
}
impl Own {
    /// What a line asks of the console itself; `None`: it is for the server.
    pub(super) fn of(line: &str, era: Era) -> Option<Own> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let first = words.first()?.to_ascii_lowercase();
        match (first.as_str(), &words[1..]) {
            ("help" | "?", []) => Some(Own::Help(Help::Console)),
            ("help" | "?", [command, ..]) => {
                Some(Own::Help(syntax::usage(command, era).map_or_else(|| Help::Unknown((*command).to_owned()), Help::Usage)))
            }
            ("clear", []) => Some(Own::Clear),
            ("exit" | "quit", []) => Some(Own::HangUp),
            _ => None,
        }
    }
}

impl Console {
    /// An empty terminal: what was typed is out of sight for good.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
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
        console.clear();
        assert!(steps(&console, u64::MAX).is_empty());
    }

    #[test]
    fn some_lines_are_for_the_console_itself() {
        let of = |line| Own::of(line, Era::V3_0);
        assert_eq!(of("help"), Some(Own::Help(Help::Console)));
        assert_eq!(of("?  wait"), Some(Own::Help(Help::Usage("WAIT numreplicas timeout".into()))));
        assert_eq!(of("HELP unlink"), Some(Own::Help(Help::Unknown("unlink".into()))));
        assert_eq!((of("clear"), of("Exit"), of("quit")), (Some(Own::Clear), Some(Own::HangUp), Some(Own::HangUp)));
        assert_eq!((of(""), of("clear it"), of("INFO")), (None, None, None));
    }
}
