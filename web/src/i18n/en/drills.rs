//! English: drills.

use crate::drill::Mark;
use crate::drill::reason::Reason;
use crate::format::{exact_size, grouped, short_id, short_ids, span_us};
use crate::i18n::drills::{Cards, Drills, Grade, Sit, Steps};
use resync_lessons::play::{Cause, Kind, Sends, Stands};

pub(crate) static DRILLS: Drills = Drills {
    title: "Drills",
    lead: "the engine grades",
    begin: "Begin a sitting",
    kind: |kind| match kind {
        Kind::Master => "Be the master",
        Kind::Replica => "Be the replica",
        Kind::Info => "Read the INFO",
        Kind::Size => "Size it",
    },
    asks: |kind| match kind {
        Kind::Master => "A replica knocks. You are the master.",
        Kind::Replica => "You are the replica. This comes.",
        Kind::Info => "Two servers print INFO. What happened here?",
        Kind::Size => "The link will be down. How large must the backlog be?",
    },
    graded_by: |era| format!("Redis {era} · graded by the engine"),
    fade: |mine| match mine {
        0 => "All three steps are played",
        1 => "Steps 1 and 2 are played, step 3 is yours",
        2 => "Step 1 is played, steps 2 and 3 are yours",
        _ => "All three steps are yours",
    },
    short: |kind, step| match (kind, step) {
        (Kind::Master, 0) => "id",
        (Kind::Master, 1) => "byte",
        (Kind::Master, _) => "reply",
        (Kind::Replica, 0) => "command",
        (Kind::Replica, 1) => "byte",
        (Kind::Replica, _) => "state",
        (Kind::Info, 0) => "link",
        (Kind::Info, 1) => "way back",
        (Kind::Info, _) => "cause",
        (Kind::Size, 0) => "bytes",
        (Kind::Size, 1) => "one size",
        (Kind::Size, _) => "smallest",
    },
    played: "played",
    yours: "yours",
    making: "The engine plays the next one.",
    fault: |why| format!("This drill cannot be played: {why}."),
    steps: Steps {
        go_on_from: |byte| format!("Can you go on from byte {byte}?"),
        is_enough: |size| format!("Is {size} enough?"),
        ask: |kind, step| match (kind, step) {
            (Kind::Master, 0) => "Whose id is it?",
            (Kind::Master, _) => "What do you reply?",
            (Kind::Replica, 0) => "Which command do you send next?",
            (Kind::Replica, 1) => "Which byte do you want next?",
            (Kind::Replica, _) => "In which state are you then?",
            (Kind::Info, 0) => "Is the link up, by the INFO of the replica?",
            (Kind::Info, 1) => "Has the replica come back, and how?",
            (Kind::Info, _) => "What happened?",
            (Kind::Size, 0) => "How many bytes are written meanwhile?",
            (Kind::Size, _) => "Which is the smallest that is enough?",
        },
        yes: "Yes",
        no: "No",
        whose: ["mine", "my second id", "somebody's, or ?", "I do not look: an error"],
        replies: ["and so many bytes", "and an offset", "an error"],
        before_number: ["bytes that follow", "offset"],
        plain_number: "as it goes over the wire, without spaces",
        which_error: "Which error",
        sends: |sends| match sends {
            Sends::Ping => "on a new connection",
            Sends::Introduces => "who I am",
            Sends::Asks => "where I want to go on",
            Sends::Acks => "how far I am",
        },
        stands: |stands| match stands {
            Stands::Dials => "must dial",
            Stands::Waits => "waits for a reply",
            Stands::Receives => "receives an RDB",
            Stands::Follows => "follows the stream",
        },
        no_byte: "−1 for none",
        came: ["by a partial resync", "by a full resync", "it has not come back"],
        cause: |cause| match cause {
            Cause::Cut => "The link is cut",
            Cause::Back => "It was cut for a while; the backlog held what was missed",
            Cause::Window => "It was cut for a while; the backlog had moved on",
            Cause::Silent => "The link is frozen: nothing arrives, nothing is closed",
            Cause::Promoted => "The replica was made a master",
            Cause::Replica => "The replica was started again, without data",
            Cause::Master => "The master was started again",
        },
        bytes: "bytes, to within 2 %",
        not_asked: "not asked",
        number: "Number",
        answer: "Answer",
        play: "Play it for me",
        next: "Next",
        open: "Open this moment",
        say_first: |step| format!("Step {} is still open.", step + 1),
        keys: "answer, then Enter",
        keys_next: "next",
    },
    grade: Grade {
        right: "As the engine decided",
        played: "Played: this is how it goes",
        wrong: |step| format!("Step {} goes another way", step + 1),
        wrote: |said, truth| format!("You wrote {said}. It is {truth}."),
        said: |said| format!("You said: {said}."),
        because,
        holds: "right",
        fails: "another one",
    },
    cards: Cards {
        backlog: "Your backlog",
        no_backlog: "You have no backlog.",
        window: |first, head, asked| format!("The backlog holds {first} to {head}; byte {asked} is asked for."),
        gone: "gone",
        first: "first byte",
        head: "head",
        next: "next",
        held: |bytes| format!("{bytes} bytes"),
        from_here: "still held from here",
        up_to_here: "written up to here",
        shared_up_to: "shared up to here",
        asked: "asked",
        magnified: "magnified to single bytes",
        ids: "Ids, and the door",
        asked_with: "asked",
        mine: "mine",
        second: "my second",
        up_to: |byte| format!("good up to byte {byte}"),
        no_second: |knows| if knows { "none: nobody was promoted" } else { "this release knows one id" },
        door: "door",
        password: |given| match given {
            None => "no password",
            Some(true) => "password wanted, and given",
            Some(false) => "password wanted, not given",
        },
        known: "What you know",
        state: "state",
        stream: "stream",
        applied: "applied up to",
        nothing: "none",
        masterauth: "masterauth",
        before: "The messages before",
        way: |up| if up { "to the master" } else { "from the master" },
        ends: "the connection ends",
        loaded: "the RDB is loaded",
        with: |bytes| format!("{bytes} bytes of the stream come with it"),
        info: ["INFO of the master", "INFO of the replica"],
        rate: |rate, seconds| format!("{rate} bytes a second · the link is down for {seconds}"),
        sizes: "repl-backlog-size",
        missed: |bytes| format!("missed: {bytes} bytes"),
        log: |era| format!("Your log, as Redis {era} prints it"),
        no_log: "Nothing is logged.",
    },
    sitting: Sit {
        heading: "This sitting",
        lead: "kinds mixed, new numbers each time",
        in_a_row: |row, of| format!("right in a row {row} of {of}, over two kinds"),
        heads: ["kind", "you had", "it is"],
        mark: |mark| match mark {
            Mark::Played => "played",
            Mark::Right => "right",
            Mark::Missed => "missed",
            Mark::Shown => "shown",
        },
        now: "now",
        ends: "Three right in a row over two kinds end the sitting, the last with every step yours.",
        one_more: "Three in a row. One with every step yours, and the sitting ends.",
        again: "What you missed comes again in this sitting, with other numbers.",
        over: |right, of| format!("Three in a row. {right} of {of} were right."),
        kept: "What you know of each kind is kept in this browser; the next sitting begins there.",
        another: "Another sitting",
    },
};

/// A reason with its numbers.
fn because(reason: &Reason) -> String {
    let b = |byte: i64| grouped(byte);
    match *reason {
        Reason::Mine { id } => format!("It is mine: {}.", short_id(id)),
        Reason::Second { id, up_to } => {
            format!("{} is my second id, the stream I had before I was promoted. It is good up to byte {}.", short_id(id), b(up_to))
        }
        Reason::Foreign { id } => format!("{} is none of mine: another stream. The byte is not looked at.", short_id(id)),
        Reason::NoId => "? names no stream: it asks for everything.".to_owned(),
        Reason::Loading => "I load my own RDB: PSYNC is refused before any id is looked at.".to_owned(),
        Reason::NoLink => "I am a replica myself, and my own link is down: PSYNC is refused before any id is looked at.".to_owned(),
        Reason::NoPassword => "The connection has not given the password: it is refused before any id is looked at.".to_owned(),
        Reason::Held { first, asked, end } => {
            format!("{} ≤ {} ≤ {}: from the first byte to the one behind the head.", b(first), b(asked), b(end))
        }
        Reason::TooOld { first, asked } => {
            let by = first.saturating_sub(asked);
            format!("{} ≤ {} does not hold: {} {} too old.", b(first), b(asked), b(by), if by == 1 { "byte" } else { "bytes" })
        }
        Reason::TooNew { asked, end } => {
            format!("{} ≤ {} does not hold: it asks beyond the byte behind the head, by {}.", b(asked), b(end), b(asked - end))
        }
        Reason::Parted { asked, up_to } => {
            format!("{} ≤ {} does not hold: behind byte {} the two histories part.", b(asked), b(up_to), b(up_to))
        }
        Reason::NotAsked => "The step before has decided.".to_owned(),
        Reason::Continue { end, asked, bytes } => format!("+CONTINUE, and {} − {} = {} bytes follow.", b(end), b(asked), b(bytes)),
        Reason::Full { head } => {
            format!("+FULLRESYNC names the head, {}: the last byte that the RDB contains.", b(head))
        }
        Reason::Error { reply } => reply.to_owned(),
        Reason::Sends { text, after_ms: 0 } => format!("At once: {}", short_ids(text)),
        Reason::Sends { text, after_ms } => format!("{} later: {}", span_us(after_ms * 1_000), short_ids(text)),
        Reason::NoStream => "I have no stream yet, so I name no byte: ? −1.".to_owned(),
        Reason::After { applied, bytes: 0 } => format!("The byte behind the last one applied: {} + 1 = {}.", b(applied), b(applied + 1)),
        Reason::After { applied, bytes } => {
            format!("{} applied and {} that came; the next one is {}.", b(applied), b(bytes), b(applied + bytes + 1))
        }
        Reason::FromRdb { offset } => {
            format!("The RDB holds everything up to {}; the stream goes on with byte {}.", b(offset), b(offset + 1))
        }
        Reason::Fallback => "Before 4.0 any error means that PSYNC is not known. SYNC follows, and SYNC names no byte: −1.".to_owned(),
        Reason::State { name, stands } => format!("{name}: {}.", (DRILLS.steps.stands)(stands)),
        Reason::Link { line } => format!("The replica prints {line}."),
        Reason::Came { way, full, ok, err } => {
            let counters = format!("sync_full:{full} sync_partial_ok:{ok} sync_partial_err:{err}");
            match way {
                0 => format!("{counters}: the first sync was a full one, this one partial."),
                1 => format!("{counters}: a full resync was served to it."),
                _ => format!("{counters}: nothing has been served since the first sync."),
            }
        }
        Reason::Happened(cause) => happened(cause).to_owned(),
        Reason::Written { rate, away_ms, written } => {
            format!("{} bytes/s × {} = {} bytes.", b(rate), span_us(away_ms * 1_000), b(written))
        }
        Reason::Holds { size, gap, asked_ms } => {
            format!(
                "The replica asks {} after the link is back; by then {} bytes are missing, and {} bytes fit.",
                span_us(asked_ms * 1_000),
                b(gap),
                b(size as i64)
            )
        }
        Reason::Smallest { size, gap } => format!("{} is the first size that holds {} bytes.", exact_size(size), b(gap)),
    }
}

/// How the INFO of both tells it.
fn happened(cause: Cause) -> &'static str {
    match cause {
        Cause::Cut => "The replica knows that its link is down, and since when; the master has dropped it. Nothing has come back yet.",
        Cause::Back => "One more partial resync and no refused one: the backlog still held every byte that was missed.",
        Cause::Window => {
            "sync_partial_err counts a PSYNC that was refused: the byte it asked for had been overwritten. Both uptimes are long."
        }
        Cause::Silent => {
            "Both ends believe in the link, but lag and last io grow together: nothing arrives, and nobody has closed anything."
        }
        Cause::Promoted => "The replica prints role:master. It follows nobody, and the master has lost it.",
        Cause::Replica => "A second full resync, and no PSYNC was refused: it asked with ? −1. Its uptime is the short one.",
        Cause::Master => "The master's uptime is the short one: its counters and its offset began again, and so did its id.",
    }
}
