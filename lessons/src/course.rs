//! What makes a scene a lesson: values read from the run, a bet, the because, the twin, the transfer, items that come back.
//!
//! Everything that can be true or false is a condition of the scenario language or a value read from a run; no number stands in a text by hand. A text
//! names values in braces: `{gap}`, `{asked:time}`; what they come to is the engine's to say, in the page and in the tests alike.

use crate::Spoken;

/// One line of a scene that becomes another.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Edit {
    /// The line as it stands in the scene.
    pub line: String,
    /// What stands there instead.
    pub becomes: String,
}

/// A value that is read from the run: `let NAME = …`.
///
/// ```text
/// gap    = replica-1 gap at now >= 5.1s          a field of a node, session, link, client or key when the condition first holds
/// asked  = time of note replica-1 psync-asked    the moment at which a condition first holds, ms
/// bytes  = bytes of note replica-1 transfer-started   a field of the first such note
/// count  = count of note master full-started     how many such notes there are until the bet's moment
/// odd    = count of note r-* sync-fallback       the same of every node whose name begins so
/// took   = asked - dialled                       arithmetic over values named before: + - * / and whole numbers, from left to right
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Value {
    /// Its name in texts: small letters, digits and `_`.
    pub name: String,
    /// Where it comes from, as above.
    pub from: String,
}

/// Where the run stops by itself, so that something decisive is seen. At most three.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pause {
    /// The condition that stops it.
    pub when: String,
    /// What is to be seen: one sentence, with values.
    pub words: Spoken<String>,
}

/// One of the answers that can be chosen, or one message that has its place in an order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choice {
    /// Its name in links and stored answers: never changes.
    pub id: String,
    /// Choose: it is the true one if this holds when the bet's moment has come. Order: it has its place where this first holds.
    pub when: String,
    /// What the button says; may hold values that are known before the run goes on (`{…}` of the bet's beginning).
    pub words: Spoken<String>,
    /// What is said to who chose it: the rule that would make it right, what is different here, this run's numbers. Never just "wrong".
    pub feedback: Spoken<String>,
}

/// What a bet asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    /// Exactly one of two to six answers.
    Choose {
        /// The answers; exactly one holds.
        choices: Vec<Choice>,
    },
    /// A whole number.
    Number {
        /// The value that is the truth.
        value: String,
        /// How far off still counts, in parts of a thousand of the truth.
        near: u32,
        /// What stands behind the field: `B`, `s`, `ms`, or nothing.
        unit: String,
    },
    /// A curve over time.
    Curve {
        /// The field that is drawn, as conditions name it: `replica-2 gap`, `master sees replica-1 lag`.
        field: String,
        /// Where it begins and ends, ms of simulated time.
        from_ms: u64,
        /// See above.
        to_ms: u64,
        /// The value at the upper edge.
        top: u64,
        /// What stands at the axis.
        unit: String,
        /// A level that matters, with its words: the backlog's size, a limit.
        line: Option<(u64, Spoken<String>)>,
        /// How far off a point may be and still count, in parts of a thousand of `top`.
        near: u32,
    },
    /// All of them, in the order in which they come.
    Order {
        /// What is to be put in order; in the lesson's text they stand as the person finds them.
        messages: Vec<Choice>,
    },
}
impl Default for Ask {
    fn default() -> Ask {
        Ask::Choose { choices: Vec::new() }
    }
}

/// A question that the engine answers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Bet {
    /// The question; at most two lines at 1 440 px.
    pub question: Spoken<String>,
    /// What it asks for.
    pub ask: Ask,
    /// The truth is known when this first holds; the run goes that far.
    pub until: String,
    /// The decisive moment: where "show the moment" goes.
    pub moment: String,
    /// Number, curve, order: what is said to who was right and to who was not.
    pub near_words: Spoken<String>,
    /// See above.
    pub far_words: Spoken<String>,
}

/// One sentence of a "because" question: exactly one of them is true of the run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sentence {
    /// It is true if this holds when the bet's moment has come.
    pub when: String,
    /// The sentence, with values.
    pub words: Spoken<String>,
}

/// A row of the table that compares a run with its twin.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// What is compared.
    pub words: Spoken<String>,
    /// A value's name (or arithmetic, as in [`Value::from`]): read in both runs.
    pub value: String,
    /// The row that tells them apart.
    pub decisive: bool,
}

/// The same run with one thing changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Twin {
    /// The lines that change.
    pub edits: Vec<Edit>,
    /// Lines that are added at the end.
    pub adds: String,
    /// What is changed, in a few words: the head of the twin's column.
    pub name: Spoken<String>,
    /// What it shows, with values of both runs: those of the twin as `{twin.gap}`.
    pub words: Spoken<String>,
    /// Both are shown until this holds in each.
    pub until: String,
    /// The table: at most six, exactly one decisive.
    pub rows: Vec<Row>,
}

/// One question on a world of its own, in the form of the later task.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Transfer {
    /// Its scene.
    pub text: String,
    /// Values of its run.
    pub values: Vec<Value>,
    /// The question.
    pub bet: Bet,
}

/// A kind of warm-up item of a lesson: a question of ten seconds that the engine makes afresh from a seed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Item {
    /// Its name in stored answers: never changes.
    pub id: String,
    /// Its scene; `{a..b}` after `item` lines draws a number from the seed (see the tests of items).
    pub text: String,
    /// Values of its run.
    pub values: Vec<Value>,
    /// The question; choose or number.
    pub bet: Bet,
}

/// Everything that makes a scene a lesson.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Course {
    /// How long it takes, minutes.
    pub minutes: u32,
    /// The chapter, by its number from 1.
    pub chapter: u32,
    /// Its place among the lessons of that chapter, from 1; 0: in no order, before the others.
    pub order: u32,
    /// What the person touches, in a few words, for the list.
    pub touches: Spoken<String>,
    /// It begins with two minutes of free tries.
    pub try_first: bool,
    /// What is seen first: the symptom.
    pub symptom: Spoken<String>,
    /// The few parts that matter; a paragraph, at most 60 words.
    pub parts: Spoken<String>,
    /// Who knows SET and GET only sees this played before the first bet of its kind.
    pub example: Spoken<String>,
    /// Values of the run.
    pub values: Vec<Value>,
    /// Where it stops by itself.
    pub pauses: Vec<Pause>,
    /// The bet.
    pub bet: Bet,
    /// The rule, with this run's numbers: "because".
    pub because: Spoken<String>,
    /// The "because" asked as a question, or empty.
    pub sentences: Vec<Sentence>,
    /// The twin.
    pub twin: Option<Twin>,
    /// The transfer.
    pub transfer: Option<Transfer>,
    /// Items that come back on later days.
    pub items: Vec<Item>,
    /// Refutation cards that belong to it, by their names in `web/cards`.
    pub cards: Vec<String>,
    /// What real Redis prints at the end: `LOG replica-1 text` lines and such that are looked for in the run and shown from it.
    pub prints: Vec<String>,
}
