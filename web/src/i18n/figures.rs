//! What the figures say: stage, ruler, backlog, verdict, ladder, chart. `title` is what stands on a panel, `name` its accessible name.
//!
//! Sentences with numbers are functions of texts that are formatted already.
#![allow(missing_docs, reason = "a string's field is named after what it says; the two languages beside each other are its documentation")]

/// The figures' strings.
pub struct Figures {
    /// Nodes, links and their tools.
    pub stage: Stage,
    /// The replication stream.
    pub ruler: Ruler,
    /// Ring and blocks.
    pub backlog: Backlog,
    /// The verdict's card.
    pub verdict: Verdict,
    /// The handshake's ladder.
    pub ladder: Ladder,
    /// Lag against offset.
    pub chart: Chart,
}

/// Stage.
pub struct Stage {
    pub title: &'static str,
    pub name: &'static str,
    /// Master's name, replicas.
    pub figure: fn(&str, usize) -> String,
    /// From, to: a link's accessible name.
    pub link: fn(&str, &str) -> String,
    // ---- a node's state; the text is how long
    pub crashed: fn(&str) -> String,
    pub off: fn(&str) -> String,
    pub paused: fn(&str) -> String,
    pub loading: &'static str,
    pub busy: &'static str,
    pub is_master: &'static str,
    pub online_in_info: &'static str,
    // ---- a card
    pub truth: &'static str,
    /// Bytes.
    pub gap: fn(&str) -> String,
    pub never_was: &'static str,
    /// Done, of.
    pub rdb_of: fn(&str, &str) -> String,
    pub loads: &'static str,
    pub waits_for_rdb: &'static str,
    pub no_past: &'static str,
    /// Seconds.
    pub lag: fn(i64) -> String,
    /// Bytes in its output buffer.
    pub buffered: fn(&str) -> String,
    pub no_line: &'static str,
    pub at_the_master: &'static str,
    // ---- the master's frame
    pub size: &'static str,
    pub first: &'static str,
    pub histlen: &'static str,
    pub writes: &'static str,
    pub good: &'static str,
    pub good_off: &'static str,
    /// Have, need.
    pub good_of: fn(u64, u64) -> String,
    pub child: &'static str,
    /// Full, partial, refused, told apart by their order.
    pub syncs: &'static str,
    // ---- a link
    /// Down, up.
    pub two_ways: fn(&str, &str) -> String,
    /// How many, rate.
    pub packets: fn(u32, &str) -> String,
    /// For how long.
    pub frozen: fn(&str) -> String,
    /// Bytes.
    pub kept: fn(&str) -> String,
    pub nobody_told: &'static str,
    pub no_conn: &'static str,
    /// How long ago.
    pub cut: fn(&str) -> String,
    /// Bytes that only the backlog has.
    pub waits: fn(&str) -> String,
    /// Bytes missed that the backlog has lost in part.
    pub lost: fn(&str) -> String,
    pub dials: fn(u32) -> String,
    /// In how long.
    pub next_try: fn(&str) -> String,
    pub closed: &'static str,
    // ---- tools
    pub select_something: &'static str,
    pub link_to: &'static str,
    pub cut_verb: &'static str,
    pub freeze_verb: &'static str,
    pub heal_verb: &'static str,
    pub latency: &'static str,
    /// Button: freeze one direction alone.
    pub freeze_one: fn(from: &str, to: &str) -> String,
    pub bandwidth: &'static str,
}

/// Replication stream.
pub struct Ruler {
    pub title: &'static str,
    pub name: &'static str,
    pub subtitle: &'static str,
    /// From, to.
    pub figure: fn(&str, &str) -> String,
    pub acked: &'static str,
    pub applied: &'static str,
    pub sent: &'static str,
    pub gone: &'static str,
    pub first: &'static str,
    pub head: &'static str,
    /// Bytes.
    pub held: fn(&str) -> String,
    pub none: &'static str,
    pub missed: &'static str,
    pub missed_lost: &'static str,
    pub missed_short: &'static str,
    pub in_flight: &'static str,
    /// Bytes, time.
    pub runway: fn(&str, &str) -> String,
    pub ever: &'static str,
    pub lost: &'static str,
    /// Done, of.
    pub rdb: fn(&str, &str) -> String,
    pub loading: &'static str,
    pub waits: &'static str,
    pub nothing: &'static str,
    /// How many more, the largest gap among them.
    pub others: fn(usize, &str) -> String,
    pub lens: &'static str,
    pub next: &'static str,
    /// Times.
    pub magnified: fn(&str) -> String,
    pub back_to_head: &'static str,
}

/// Backlog.
pub struct Backlog {
    pub name: &'static str,
    pub title: &'static str,
    pub as_memory: &'static str,
    pub next_write: &'static str,
    pub oldest_goes: &'static str,
    pub next_write_free: &'static str,
    /// Bytes never written yet.
    pub free: fn(&str) -> String,
    pub none: &'static str,
    pub none_until: &'static str,
    pub title_blocks: &'static str,
    pub blocks: fn(usize) -> String,
    /// Bytes over its size.
    pub over: fn(&str) -> String,
    /// Bytes held, size.
    pub of_size: fn(&str, &str) -> String,
}

/// Verdict.
pub struct Verdict {
    pub title: &'static str,
    pub name: &'static str,
    /// Of whom, if someone is selected.
    pub none: fn(Option<&str>) -> String,
    /// When.
    pub at: fn(&str) -> String,
    pub seek: &'static str,
    pub holds: &'static str,
    pub fails: &'static str,
    pub mine: &'static str,
    /// Up to 3.2.
    pub mine_3: &'static str,
    /// From 4.0 on.
    pub mine_4: &'static str,
    pub no_second: &'static str,
    pub first_ever: &'static str,
    pub no_offset: &'static str,
    /// SYNC in place of an id.
    pub by_sync: &'static str,
    /// In place of an offset that is no integer.
    pub no_number: &'static str,
    /// SYNC in place of an offset.
    pub no_offset_at_all: &'static str,
    pub empty_id: &'static str,
    pub held: &'static str,
    pub held_rule: &'static str,
    pub no_backlog: &'static str,
    pub reply: &'static str,
    /// Bytes.
    pub and_bytes: fn(&str) -> String,
    pub and_rdb: &'static str,
    pub now: &'static str,
    pub now_full: &'static str,
}

/// Handshake.
pub struct Ladder {
    pub title: &'static str,
    pub name: &'static str,
    pub subtitle: &'static str,
    /// Replica, master.
    pub figure: fn(&str, &str) -> String,
    /// Of whom.
    pub none: fn(Option<&str>) -> String,
    pub bytes: &'static str,
    pub cut: &'static str,
    pub refused: &'static str,
    pub timed_out: &'static str,
}

/// Lag and offset.
pub struct Chart {
    pub title: &'static str,
    pub name: &'static str,
    pub subtitle: &'static str,
    pub lag: &'static str,
    pub gap: &'static str,
    pub stale: &'static str,
    /// Bytes.
    pub limit: fn(&str) -> String,
    /// Bytes.
    pub limit_above: fn(&str) -> String,
    pub no_line: &'static str,
    pub cut: &'static str,
    pub frozen: &'static str,
    pub full: &'static str,
    pub none: &'static str,
    pub window: &'static str,
    pub recent: &'static str,
    pub minutes: &'static str,
    pub all: &'static str,
    pub staleness: &'static str,
    /// Who, lag of INFO if there is a line, gap.
    pub spoken: fn(&str, Option<i64>, &str) -> String,
}
