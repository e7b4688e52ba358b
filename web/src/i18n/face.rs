//! What stands on the page's face: the strip of tools under the nodes, the tall lane of the stream, the head of the verdict, the guide.
//!
//! Each field says where it stands. Arguments are texts that are formatted already, in the order in which the doc names them.

/// The face's strings.
pub struct Face {
    /// Sliders and the tools of a link.
    pub strip: Strip,
    /// The tall lane.
    pub lane: Lane,
    /// The verdict.
    pub verdict: Verdict,
    /// The guide in the inspector.
    pub guide: Guide,
    /// The chart.
    pub chart: Chart,
}

/// Sliders and the tools of a link.
pub struct Strip {
    /// Before the name of the far end of the chosen link: the near end.
    pub link: fn(&str) -> String,
    /// Above the field with the delay.
    pub delay: &'static str,
    /// Above the field with the bytes a second.
    pub rate: &'static str,
    /// Under the size of the backlog: how long a time of writes it holds.
    pub holds: fn(&str) -> String,
    /// The same while nothing is written.
    pub holds_all: &'static str,
    /// Behind either: a change throws away what it holds.
    pub empties: &'static str,
    /// Behind either: a change keeps what it holds.
    pub keeps: &'static str,
    /// Under the size of a value: bytes of the stream that one write takes.
    pub a_write: fn(&str) -> String,
    /// In place of a knob's price where there is no writer.
    pub no_writer: &'static str,
    /// What was typed is no size.
    pub no_size: &'static str,
    /// What was typed is no size of a value: the largest there is.
    pub no_value: fn(&str) -> String,
    /// What was typed is no rate of writes: the highest there is.
    pub no_rate: fn(&str) -> String,
    /// What was typed is no delay.
    pub no_delay: &'static str,
    /// What was typed is no rate of a link.
    pub no_bandwidth: &'static str,
}

/// The tall lane.
pub struct Lane {
    /// Under the name of a replica whose link has been down: for how long.
    pub away: fn(&str) -> String,
    /// Beside the large number before a cut.
    pub if_cut: &'static str,
    /// Below that: bytes that may still be written.
    pub lives: fn(&str) -> String,
    /// Beside the large number after a cut.
    pub runway: &'static str,
    /// Below that: bytes that may still be written.
    pub then_full: fn(&str) -> String,
    /// The same while nothing is written.
    pub while_quiet: &'static str,
    /// The master's process is gone, and its backlog with it.
    pub master_gone: &'static str,
    /// Below that.
    pub backlog_died: &'static str,
    /// The master has another id than the one this replica knows.
    pub other_id: &'static str,
    /// In the lane of a replica whose data are of another history, and on its card.
    pub other_history: &'static str,
    /// The byte that it wants is overwritten: the byte.
    pub overwritten: fn(&str) -> String,
    /// The byte that it wants was never written under this id: the byte.
    pub ahead: fn(&str) -> String,
    /// In the bar, while the master's process is gone.
    pub no_process: &'static str,
    /// In the middle of the ring then, in two lines.
    pub ring_gone: [&'static str; 2],
    /// After a partial resync: by how much time it came in time.
    pub in_time: fn(&str) -> String,
    /// Below that: the byte that was still held.
    pub was_held: fn(&str) -> String,
}

/// The verdict.
pub struct Verdict {
    /// Beside the heading, while the replica is there.
    pub before: &'static str,
    /// Beside it, while it is away.
    pub away: &'static str,
    /// Beside it, right after it was answered.
    pub answered: &'static str,
    /// Above the request that it would make if the link were cut now.
    pub if_cut: &'static str,
    /// Above the request that it would make now.
    pub if_asked: &'static str,
    /// Above the request that it made: when.
    pub asked_at: fn(&str) -> String,
    /// Below a reply that would be +CONTINUE: for how long.
    pub holds_for: fn(&str) -> String,
    /// The same before a cut: for how long after it.
    pub holds_after: fn(&str) -> String,
    /// The same while nothing is written.
    pub holds_ever: &'static str,
    /// Before the last request: when.
    pub last: fn(&str) -> String,
    /// Behind its reply: it was the first contact.
    pub first_contact: &'static str,
    /// Behind its reply: why it was refused.
    pub no_backlog_for_it: &'static str,
    /// The same: the id was another.
    pub foreign: &'static str,
    /// The same: it was ahead of its master.
    pub ahead: &'static str,
    /// Nobody is there to ask.
    pub nobody: &'static str,
    /// On the card of a SYNC: it has neither id nor offset.
    pub sync_asks: &'static str,
    /// On it: there is nothing to test.
    pub sync_tests: &'static str,
    /// On it: the answer is the file at once, without a line before it.
    pub sync_reply: &'static str,
    /// On it: such a replica never acknowledges.
    pub sync_after: &'static str,
}

/// The guide.
pub struct Guide {
    /// The tab, and its heading above.
    pub tab: &'static str,
    /// Heading of the inspector while the guide is open.
    pub title: &'static str,
    /// Beside it.
    pub lead: &'static str,
    /// At the mark of a write on its way.
    pub write: &'static str,
    /// At the mark of an ACK.
    pub ack: &'static str,
    /// At the age ramp: how many bytes the backlog holds at most.
    pub backlog: fn(&str) -> String,
    /// At the arrow.
    pub runway: &'static str,
    /// At the torn link.
    pub cut: &'static str,
    /// Heading of why all this matters.
    pub why_title: &'static str,
    /// The answer.
    pub why: &'static str,
    /// Heading while a replica is away.
    pub now_title: &'static str,
    /// What happens then: bytes a second.
    pub now: fn(&str) -> String,
    /// The same, once only a full resync helps.
    pub too_late: &'static str,
    /// Heading after an answer.
    pub saw_title: &'static str,
    /// After a partial resync: the bytes that were sent, and the size of the backlog.
    pub saw_partial: fn(&str, &str) -> String,
    /// After a full resync.
    pub saw_full: &'static str,
    /// Heading of the list.
    pub try_title: &'static str,
    /// Its three items.
    pub tries: [&'static str; 3],
    /// Before an item that was done, for who does not see the mark.
    pub done: &'static str,
}

/// The chart.
pub struct Chart {
    /// At the dashed line before a cut.
    pub if_cut: &'static str,
}
