//! Where whoever watches comes in: `opens at TIME [paused]`. The run is the same; what lies before that moment is its past.

use crate::condition::lexer::Lexer;
use crate::condition::{Expected, TextError, Wrong, quantity, span_text};
use crate::limits;
use crate::time::Time;
use alloc::string::String;
use core::fmt::Write;

/// The moment that a page shows first. Without a line that says so: the first instant, in which every node starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Opening {
    /// The moment.
    pub at: Time,
    /// Time stands still there until somebody lets it pass.
    pub paused: bool,
}

impl Opening {
    /// The rest of an `opens` line that began at `column`; `twice`: there was one before.
    pub(super) fn read(lexer: &mut Lexer<'_>, column: u32, twice: bool) -> Result<Opening, TextError> {
        const AT: &Expected = &Expected::OneOf(&["at TIME"]);
        const PAUSED: &Expected = &Expected::OneOf(&["paused"]);
        if twice {
            return Err(lexer.error(column, &Expected::OneOpening, Wrong::OpensTwice));
        }
        let word = lexer.word(AT)?;
        if !word.is("at") {
            return Err(lexer.wrong(&word, AT));
        }
        let word = lexer.word(&Expected::Time("16s"))?;
        let at = quantity::span(word.text()).ok_or_else(|| lexer.wrong(&word, &Expected::Time("16s")))?;
        if at > limits::OPENS_MAX {
            return Err(lexer.wrong(&word, &Expected::TimeUpTo));
        }
        let paused = if lexer.is_empty() {
            false
        } else {
            let word = lexer.word(PAUSED)?;
            if !word.is("paused") {
                return Err(lexer.wrong(&word, PAUSED));
            }
            true
        };
        Ok(Opening { at: Time::ZERO + at, paused })
    }

    /// The line that [`super::parse`] reads back; nothing where there need be none.
    pub(super) fn print(self, text: &mut String) {
        if self != Opening::default() {
            let _ = writeln!(text, "opens at {}{}", span_text(self.at - Time::ZERO), if self.paused { " paused" } else { "" });
        }
    }
}
