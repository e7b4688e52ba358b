//! English: in front of a class.

use crate::i18n::class::{Class, Code, Guide, HandIn, Notes, Presenter, Table};
use crate::keys::ClassKey;
use crate::teach::Step;
use crate::teach::class::handed::Unread;
use crate::teach::class::hands::Advice;
use crate::teach::class::present::Onward;
use crate::teach::class::table::Double;

fn hands(n: u32) -> String {
    if n == 1 { "1 hand".to_owned() } else { format!("{n} hands") }
}

fn does(advice: Advice) -> &'static str {
    match advice {
        Advice::Explain => "explain the parts again, then ask again.",
        Advice::Discuss => "discuss in pairs, then vote again.",
        Advice::GoOn => "go on. One sentence is enough.",
    }
}

pub(crate) static CLASS: Class = Class {
    presenter: Presenter {
        title: "Presenter",
        leave: "Leave",
        answers: "Answers",
        first: |n| format!("first vote, hidden · {}", hands(n)),
        between: |n| format!("first vote closed, hidden · {}", hands(n)),
        second: |n| format!("second vote · {}", hands(n)),
        over_twice: |n| format!("second vote closed · {} · line: first vote", hands(n)),
        over_once: |n| format!("vote closed · {}", hands(n)),
        count: |answer| format!("A hand for: {answer}"),
        hands: |now, before| before.map_or_else(|| hands(now), |before| format!("{}, {before} in the first vote", hands(now))),
        hidden: "hidden",
        is_true: "true of this run",
        zones: ["explain again", "discuss, vote again", "go on"],
        scale: "Share of right hands",
        advice: |percent, advice| format!("{percent} % right: {}", does(advice)),
        both: |before, now, advice| format!("{before} % → {now} % right: {}", does(advice)),
        nobody: "No hand was counted.",
        curtain: "The answer lies behind the curtain",
        lifts: "lifts it",
        onward: |of| match of {
            Onward::Mark => "next event",
            Onward::Step(Step::Symptom) => "symptom",
            Onward::Step(Step::Parts) => "the parts",
            Onward::Step(Step::Bet) => "the bet",
            Onward::Step(Step::See) => "see",
            Onward::Step(Step::Because) => "why?",
            Onward::Step(Step::Twin) => "one thing changed",
            Onward::Step(Step::Transfer) => "another run",
            Onward::Step(Step::Open) => "the sandbox",
            Onward::Close => "close the vote",
            Onward::Again => "second vote",
            Onward::Run => "run it",
            Onward::GoOn => "go on",
            Onward::Skip => "to the moment",
            Onward::Lift => "lift the curtain",
            Onward::Nothing => "the end",
        },
        back: "Back",
        counts: "count a hand",
        keys: "In the presenter",
        does: |key| match key {
            ClassKey::Onward => "on, as the button at the lower right says",
            ClassKey::Backward => "back by one",
            ClassKey::Space => "while hands are counted: on; else play, pause",
            ClassKey::TakeBack => "the last hand was none",
            ClassKey::Curtain => "the curtain up or down",
            ClassKey::Notes => "the speaker's notes, in a window of their own",
            ClassKey::Code => "the code of the present link",
        },
        digits: "while a vote is open: a hand for this answer; else this figure alone",
    },
    hand_in: HandIn {
        title: "Hand in",
        lead: "What you answered in this lesson becomes a link. Send it to your teacher, by whatever way you write to each other; nothing else is sent anywhere.",
        name: "Your name, as your teacher knows it",
        link: "Link to hand in",
        copy: "Copy the link",
        digest: "The link has your name, your answers and how sure you were, what you chose as the because, your goals and the time. Everybody who has it can read it. A digest shows whether it came whole; it is no signature.",
        nothing: "There is nothing to hand in yet: finish a lesson up to its bet.",
        teacher: "Where teachers read such links",
    },
    table: Table {
        title: "What a class has handed in",
        lead: "Paste all links at once, one a line; names or words around them do no harm. Nothing leaves this page.",
        paste: "Links that were handed in",
        heads: ["Line", "Name", "Lesson", "Bet", "Because", "Transfer", "Goals", "When", "Remarks"],
        sum: |rows, near, sure_not| {
            format!(
                "{rows} read. The first bet was as the run had it in {near} of them; {sure_not} were sure, and the run had it otherwise."
            )
        },
        near: "as in the run",
        far: "other than the run",
        sentence: |number| format!("sentence {number}"),
        goals: |reached, of| format!("{reached} of {of}"),
        bent: "the digest does not fit: the link was changed on its way, or by hand",
        double: |double| match double {
            Double::Same(line) => format!("the same link as in line {line}"),
            Double::Again(line) => format!("the same name and lesson as in line {line}"),
        },
        other_engine: |behaviour| format!("played on an engine of behaviour {behaviour}"),
        refused: |count| if count == 1 { "1 line could not be read".to_owned() } else { format!("{count} lines could not be read") },
        line: |line| format!("Line {line}"),
        why: |why| match why {
            Unread::NoLink => "there is no link in it that was handed in",
            Unread::Encoding => "a character of the link was lost or added",
            Unread::TooLong => "the link is longer than any that a lesson makes",
            Unread::Short => "the link ends too early; was it cut off?",
            Unread::Version => "the link was made by a later release of this page",
            Unread::Form => "what the link holds is not of this form",
        },
        left: |lines| format!("{lines} more lines were not looked at: paste them separately."),
        csv: "Save as CSV",
        proves: "A digest that fits says that a link came whole. It does not say who answered, or whether they did so alone, and whoever can program can make one. Right or not is what the page of whoever answered worked out.",
        empty: "The table stands here as soon as there is a line that can be read.",
    },
    code: Code {
        title: "Code for the room",
        lesson: "this lesson",
        run: "this run, at this moment",
        picture: |link| format!("QR code of {link}"),
        too_long: |chars, most| format!("This link has {chars} characters; a code that the last row can read holds {most}."),
        instead: "This is the lesson's short link.",
    },
    guide: Guide {
        teachers: "For teachers",
        title: "Teaching with Resync",
        open: |number| format!("Open {number}"),
        sheet: "sheet to hand out",
        present: "Presenter",
    },
    notes: Notes {
        title: "Speaker's notes",
        waiting: "No presenter is open in this browser: press P in the window that the room sees.",
        over: "The presenter is closed.",
        time: "In class",
        takes: |minutes| format!("this lesson: {minutes} min"),
        how: "How it goes",
        say: "Say or ask",
        lesson: "The lesson",
        next: "Next",
        truth: |answer| format!("True of this run: {answer}"),
        keys: "The presenter's keys work in this window too.",
        blocked: "The browser did not let the window open: allow it for this page, or open the address with #notes in another window.",
    },
};
