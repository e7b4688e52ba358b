//! English: cards, items that come back, what is still known, the ten-item test.

use crate::i18n::memory::{Cards, Known, Memory, Recall, Ten};
use crate::recall::Kind;
use crate::recall::ten::{IDEAS, TenError};
use crate::recall::when::When;
use crate::teach::Sure;

pub(crate) static MEMORY: Memory = Memory {
    cards: Cards {
        title: "People say",
        short: "claims, each beside a recording",
        some: &[("bigger-backlog-less-lag", "A bigger backlog reduces the lag"), ("lag-is-delay", "Lag says how far the data are behind")],
        lead: "Sentences that are passed on about replication, and what real servers did instead. Each card quotes a recording.",
        coming: "The cards are on their way.",
        lost: "The cards could not be fetched.",
        say: "People say",
        not_so: "It is not so",
        because: "Because",
        look: "Look",
        shown: "Recorded",
        recorded: |master, replica, name| match replica {
            Some(replica) => format!("Redis {master} with a replica of {replica}, recording {name}"),
            None => format!("Redis {master}, recording {name}"),
        },
        lesson: |question| format!("See it: {question}"),
        link: "Link to this card",
        all: "All cards",
    },
    recall: Recall {
        title: |kind| match kind {
            Kind::WarmUp => "Warm-up",
            Kind::Again => "Once more, with new numbers",
            Kind::Ten(_) => "Ten questions",
        },
        place: |at, all| format!("{at} of {all}"),
        from: |question| format!("It comes back from: {question}"),
        making: "The engine plays a new run for it.",
        keys: |choices| format!("Keys 1–{choices} answer. Esc: not now."),
        keys_number: "Type a number, Enter answers. Esc: not now.",
        answer: "Answer",
        unknown: "I do not know",
        skip: "Not now",
        next: "Next question",
        done: |lesson| if lesson { "To the lesson" } else { "Done" },
        right: |days| format!("It comes back in {days} {}.", if days == 1 { "day" } else { "days" }),
        missed: |at_the_end| {
            if at_the_end { "It comes once more at the end of this lesson, and tomorrow." } else { "It comes back tomorrow." }
        },
        is_so: "it is so",
        yours: "your answer",
        typed: |given, truth| format!("You typed {given}. It is {truth}."),
        due: |n| if n == 1 { "1 item comes back today".to_owned() } else { format!("{n} items come back today") },
        due_lead: "Two at a time, with new numbers: one key each.",
        then: |number, minutes| format!("Then lesson {number:02}, {minutes} min"),
        begin: "Begin",
        back: "comes back",
        back_of: |n| if n == 1 { "1 comes back".to_owned() } else { format!("{n} come back") },
    },
    known: Known {
        title: "What I still know",
        short: "days, not ticks",
        all: "All days",
        lead: "Each lesson leaves four questions. They come back after 1, 5 and 30 days, with new numbers from the engine. Nothing is lost by staying away.",
        nothing: "No lesson has been played to its end yet. Play one, and its questions come back tomorrow.",
        due: |due, all| format!("{due} of {all} questions are due today"),
        ask: "Ask me two now",
        days: |days| match days {
            1 => "for 1 more day".to_owned(),
            days if days > 1 => format!("for {days} more days"),
            0 => "comes back today".to_owned(),
            -1 => "waiting for 1 day".to_owned(),
            days => format!("waiting for {} days", -days),
        },
        picture: "Its questions, by the day on which they come back",
        axis: |days| if days == 0 { "today".to_owned() } else { format!("in {days} days") },
        heads: ["Lesson", "Its questions come back", "Known"],
        kept: "This is kept in this browser alone.",
    },
    ten: Ten {
        title: "Ten questions, three times",
        lead: "The same ten ideas, with new numbers from the engine each time: before the first lesson, after the last, and 30 days later. Nothing is said before the end. The result stays in this browser; its link hands it on.",
        when: |when| match when {
            When::Before => "Before lesson 01",
            When::Late => "Before lesson 01, taken late: you have seen lessons",
            When::After => "After the last lesson",
            When::Later => "30 days later",
        },
        to_come: "to come",
        late: "late",
        ten: |when| match when {
            When::Before | When::Late => "Ten questions, before lesson 01",
            When::After => "After the last lesson",
            When::Later => "And 30 days later",
        },
        taken: "taken",
        now: "now",
        in_days: |days| format!("in {days} {}", if days == 1 { "day" } else { "days" }),
        score: |right, all| format!("{right} of {all}"),
        begin: "Begin",
        go_on: "Go on",
        show: "Show",
        result: |when, day| {
            let when = match when {
                When::Before => "before the first lesson",
                When::Late => "late, with lessons already seen",
                When::After => "after the last lesson",
                When::Later => "30 days after the last lesson",
            };
            format!("Ten questions {when}, on {day}")
        },
        checking: |done| format!("The engine makes the questions again from the link and grades them: {done} of {}.", IDEAS.len()),
        checked: "The link holds seeds and answers. The engine has made the questions again from them and graded the answers.",
        other_behaviour: |made, here| {
            format!("The questions were made by an engine of behaviour {made}; this one has {here}. Some numbers may be others now.")
        },
        mark: |right| if right { "right" } else { "not yet" },
        said: |given| format!("answered: {given}"),
        passed: "not answered",
        is_so: |truth| format!("It is: {truth}."),
        sure: |sure, right, all| {
            let sure = match sure {
                Sure::Sure => "Sure",
                Sure::Think => "Thought so",
                Sure::Guess => "Guessed",
            };
            format!("{sure}: {right} of {all} right")
        },
        link: "Copy a link to this result",
        copied: "The link is in the clipboard.",
        in_address: "The clipboard was refused; the link is in the address bar.",
        lesson: "Its lesson",
        lost: "This question could not be made.",
        unread: |why| match why {
            TenError::Form(part) => format!("This is no result of the ten questions: part {part} of the link cannot be read."),
            TenError::Count(n) => format!("The link has {n} answers; there are {} questions.", IDEAS.len()),
            TenError::Digest => "The link was cut off or changed on its way: its digest does not fit.".to_owned(),
        },
    },
};
