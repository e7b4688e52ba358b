//! English: the first minute.

use crate::coach::{Advice, Stage, Step};
use crate::i18n::coach::Coach;

pub(crate) const COACH: Coach = Coach {
    title: "First steps",
    step: |step| match step {
        Step::Cut => "Cut",
        Step::Watch => "watch the runway",
        Step::Heal => "Heal before 0",
    },
    says: |Advice { stage, replica, by_page }| {
        let by_page = if *by_page { "Nobody cut it, so the page did. " } else { "" };
        match stage {
            Stage::Cut if replica.is_empty() => {
                "Click a replica, then press Cut: its link breaks, and the master goes on writing.".to_owned()
            }
            Stage::Cut => format!("Press Cut: the link to {replica} breaks, and the master goes on writing."),
            Stage::Watch => format!(
                "{by_page}The arrow in the lane of {replica} is its runway: what may still be written until its next byte is overwritten."
            ),
            Stage::Heal => format!("{by_page}Press Heal before the runway is at 0: then {replica} gets only what it missed."),
            Stage::Late => format!("The next byte of {replica} is overwritten. Heal: now only a full resync helps."),
            Stage::Asks => format!("{replica} dials again and asks: the run id it knows, and the next byte it wants."),
            Stage::Partial => format!("+CONTINUE: {replica} got only what it missed. Cut again, and wait until the runway is gone."),
            Stage::Full => format!("+FULLRESYNC: {replica} gets everything anew. Cut again, and heal sooner."),
        }
    },
    done: "done",
    next_step: "Next step",
};
