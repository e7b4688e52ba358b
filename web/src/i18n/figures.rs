//! What the figures say: stage, ruler, backlog, verdict, ladder, chart. `title` is what stands on a panel, `name` its accessible name.
//!
//! Each field says where it stands, for whoever translates it. Sentences with numbers are functions of texts that are formatted already; their arguments
//! come in the order in which the doc names them.

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
    /// Heading of the panel with nodes and links.
    pub title: &'static str,
    /// Accessible name of that panel.
    pub name: &'static str,
    /// Accessible name of the drawing: the master's name, and how many replicas it has.
    pub figure: fn(&str, usize) -> String,
    /// Accessible name of a link, which is a button: from one node to another.
    pub link: fn(&str, &str) -> String,
    /// In place of a card's state, for a killed process: how long ago.
    pub crashed: fn(&str) -> String,
    /// The same for a machine without power: for how long.
    pub off: fn(&str) -> String,
    /// The same for a process that SIGSTOP holds: for how long.
    pub paused: fn(&str) -> String,
    /// The same while the process loads a file and answers -LOADING.
    pub loading: &'static str,
    /// The same while one long piece of work holds the process.
    pub busy: &'static str,
    /// The same for a node that is a replica of nobody but stands in a replica's place.
    pub is_master: &'static str,
    /// The same where the master's INFO says online: “online” is INFO's own word.
    pub online_in_info: &'static str,
    /// On a card, name of the row with what is so, as against INFO.
    pub truth: &'static str,
    /// In that row: so many bytes are missing.
    pub gap: fn(&str) -> String,
    /// In that row, and in a replica's lane of the stream: the data are no state that the master ever had.
    pub never_was: &'static str,
    /// In that row, during a transfer: bytes of the RDB that have come, bytes in all.
    pub rdb_of: fn(&str, &str) -> String,
    /// On a link with two connections, beside the upper lane: what the first one carries.
    pub first_conn: &'static str,
    /// Beside the lower lane: what the second one carries.
    pub second_conn: &'static str,
    /// On a card, in the row of what is so, behind what is said of the RDB: bytes of the stream that are kept beside it.
    pub keeps: fn(&str) -> String,
    /// The same once the RDB is loaded: bytes of that which are still to be applied.
    pub applies_kept: fn(&str) -> String,
    /// In that row: the RDB is being loaded.
    pub loads: &'static str,
    /// In that row: the RDB is not under way yet.
    pub waits_for_rdb: &'static str,
    /// In that row: nothing of the master's stream is here.
    pub no_past: &'static str,
    /// On a card, in the row of INFO: the lag that INFO reports, in seconds.
    pub lag: fn(i64) -> String,
    /// There: INFO has no line for this replica.
    pub no_line: &'static str,
    /// There, at the end of the row: whose INFO this is.
    pub at_the_master: &'static str,
    /// In the master's frame, name of a row: the backlog's size.
    pub size: &'static str,
    /// There: the first byte that the backlog holds.
    pub first: &'static str,
    /// There: how many bytes it holds, by INFO's word.
    pub histlen: &'static str,
    /// There: bytes a second that the stream grows by.
    pub writes: &'static str,
    /// There: good replicas, in the sense of min-replicas-to-write.
    pub good: &'static str,
    /// Value of that row: no such rule is set.
    pub good_off: &'static str,
    /// Value of that row: how many are good, how many it takes.
    pub good_of: fn(u64, u64) -> String,
    /// There: the child that saves the RDB.
    pub child: &'static str,
    /// There: full, partial and refused resynchronisations; the value has three numbers in this order.
    pub syncs: &'static str,
    /// On a link whose ways differ: latency down to the replica, and back.
    pub two_ways: fn(&str, &str) -> String,
    /// On a link: packets under way, and their rate.
    pub packets: fn(u32, &str) -> String,
    /// On a link that swallows everything: for how long.
    pub frozen: fn(&str) -> String,
    /// There: bytes that TCP keeps and sends again.
    pub kept: fn(&str) -> String,
    /// There: neither end has been told, so INFO goes on as before.
    pub nobody_told: &'static str,
    /// On a link without a replication connection.
    pub no_conn: &'static str,
    /// On a link that is cut: how long ago.
    pub cut: fn(&str) -> String,
    /// There: bytes that wait in the backlog and nowhere else.
    pub waits: fn(&str) -> String,
    /// There: bytes missed, some of which the backlog has overwritten.
    pub lost: fn(&str) -> String,
    /// There: how many dials were refused.
    pub dials: fn(u32) -> String,
    /// There: in how long the replica dials again.
    pub next_try: fn(&str) -> String,
    /// There: the master has ended the session.
    pub closed: &'static str,
    /// In the strip below the drawing while no link is chosen.
    pub select_something: &'static str,
    /// There, accessible name of the list of the links of the chosen end.
    pub link_to: &'static str,
    /// There, a button: cuts the link; both ends are told.
    pub cut_verb: &'static str,
    /// There, a button: swallows everything, and nobody is told.
    pub freeze_verb: &'static str,
    /// There, a button: ends either.
    pub heal_verb: &'static str,
    /// There, accessible name of the field with the delay.
    pub latency: &'static str,
    /// There, accessible name of an arrow: freezes this direction alone.
    pub freeze_one: fn(from: &str, to: &str) -> String,
    /// There, accessible name of the field with the bytes a second.
    pub bandwidth: &'static str,
}

/// Replication stream.
pub struct Ruler {
    /// Heading of the panel with the stream.
    pub title: &'static str,
    /// Accessible name of that panel.
    pub name: &'static str,
    /// Beside the heading.
    pub subtitle: &'static str,
    /// Accessible name of the drawing: the offsets between which it is drawn.
    pub figure: fn(&str, &str) -> String,
    /// In the legend: what a replica has acknowledged.
    pub acked: &'static str,
    /// In the legend: what it has received and applied.
    pub applied: &'static str,
    /// In the legend: what the master has sent.
    pub sent: &'static str,
    /// In the bar: bytes that the backlog has overwritten.
    pub gone: &'static str,
    /// At the bar's rule: the first byte held.
    pub first: &'static str,
    /// At the bar's rule: the last byte written.
    pub head: &'static str,
    /// In the bar: how many bytes the backlog holds.
    pub held: fn(&str) -> String,
    /// In the bar while there is no backlog.
    pub none: &'static str,
    /// In a replica's lane, over bytes that it has not got and the backlog holds.
    pub missed: &'static str,
    /// There, where the backlog no longer holds all of them.
    pub missed_lost: &'static str,
    /// There, where the space is short.
    pub missed_short: &'static str,
    /// There, over bytes that are on their way.
    pub in_flight: &'static str,
    /// There, in place of the arrow: the place is overwritten.
    pub lost: &'static str,
    /// There, during a full resync: bytes of the RDB that have come, bytes in all.
    pub rdb: fn(&str, &str) -> String,
    /// There, over two connections: bytes of the RDB that have come, bytes of the stream that are kept beside it.
    pub beside: fn(&str, &str) -> String,
    /// There: the RDB is being loaded; bytes that are kept.
    pub loading_beside: fn(&str) -> String,
    /// There: bytes that are kept reach the limit of the replica, and what comes further waits at the master, in so many bytes of an output buffer.
    pub beside_full: fn(&str, &str) -> String,
    /// There: bytes that were kept and are still to be applied.
    pub applies_kept: fn(&str) -> String,
    /// There: the second connection is being opened.
    pub opens_second: &'static str,
    /// There: the RDB is being loaded.
    pub loading: &'static str,
    /// There: the RDB is not under way yet.
    pub waits: &'static str,
    /// There: nothing of this stream is here.
    pub nothing: &'static str,
    /// Below the lanes: how many replicas are not drawn, how many of them are away, and the largest gap among them; pressing it shows the next one.
    pub others: fn(usize, usize, &str) -> String,
    /// Name of the magnified strip of commands.
    pub lens: &'static str,
    /// In it, where the next byte will be written.
    pub next: &'static str,
    /// Beside it: how many times.
    pub magnified: fn(&str) -> String,
    /// There, a button, with its key: the strip follows the head again.
    pub back_to_head: &'static str,
}

/// Backlog.
pub struct Backlog {
    /// Accessible name of the figure.
    pub name: &'static str,
    /// In the middle of the ring.
    pub title: &'static str,
    /// Below that: the ring is drawn as its bytes lie in memory.
    pub as_memory: &'static str,
    /// At the arrow where the next byte goes …
    pub next_write: &'static str,
    /// … and what it takes the place of.
    pub oldest_goes: &'static str,
    /// At that arrow while the ring has free bytes.
    pub next_write_free: &'static str,
    /// There, below: bytes never written yet.
    pub free: fn(&str) -> String,
    /// In the middle of the ring while there is no backlog …
    pub none: &'static str,
    /// … and what will bring one.
    pub none_until: &'static str,
    /// Heading of the figure from 7.0 on.
    pub title_blocks: &'static str,
    /// Below it: how many blocks there are.
    pub blocks: fn(usize) -> String,
    /// The same where there is little room.
    pub blocks_brief: fn(usize) -> String,
    /// By how many bytes whole blocks are over the size, where there is little room.
    pub over_brief: fn(&str) -> String,
    /// There: bytes above repl-backlog-size, which goes block by block.
    pub over: fn(&str) -> String,
    /// There: bytes held, and the size that is set.
    pub of_size: fn(&str, &str) -> String,
}

/// Verdict.
pub struct Verdict {
    /// Heading of the panel with the master's decision about PSYNC.
    pub title: &'static str,
    /// Accessible name of that panel.
    pub name: &'static str,
    /// In the empty panel: of this replica, or of anybody.
    pub none: fn(Option<&str>) -> String,
    /// Title of that moment, which is a button.
    pub seek: &'static str,
    /// Mark of a test that holds.
    pub holds: &'static str,
    /// Mark of a test that fails.
    pub fails: &'static str,
    /// First test: is the id that was asked for the master's own?
    pub mine: &'static str,
    /// Its rule up to 3.2.
    pub mine_3: &'static str,
    /// Its rule from 4.0 on.
    pub mine_4: &'static str,
    /// In place of the second id where there is none.
    pub no_second: &'static str,
    /// About the id “?”.
    pub first_ever: &'static str,
    /// About the offset −1.
    pub no_offset: &'static str,
    /// In place of an offset that is no integer.
    pub no_number: &'static str,
    /// In place of an id that is empty.
    pub empty_id: &'static str,
    /// Second test: does the backlog still hold the byte that was asked for?
    pub held: &'static str,
    /// Its rule.
    pub held_rule: &'static str,
    /// About it, where there is no backlog.
    pub no_backlog: &'static str,
    /// Heading of what the master answered.
    pub reply: &'static str,
    /// Behind +CONTINUE: how many bytes follow.
    pub and_bytes: fn(&str) -> String,
    /// Behind +FULLRESYNC: an RDB follows.
    pub and_rdb: &'static str,
}

/// Handshake.
pub struct Ladder {
    /// Heading of the panel with the messages between two nodes.
    pub title: &'static str,
    /// Accessible name of that panel.
    pub name: &'static str,
    /// Beside the heading.
    pub subtitle: &'static str,
    /// Accessible name of the drawing: the replica, the master.
    pub figure: fn(&str, &str) -> String,
    /// In the empty panel: of this replica, or of anybody.
    pub none: fn(Option<&str>) -> String,
    /// On the row that stands for bytes of the stream.
    pub bytes: &'static str,
    /// At the left of a row that went over the second of two connections: its number.
    pub second: &'static str,
    /// What a screen reader hears of such a row, behind its text.
    pub over_second: &'static str,
    /// Across the rungs: a connection was reset because its link was cut.
    pub cut: &'static str,
    /// Across them: nobody listened.
    pub refused: &'static str,
    /// Across them: the dial got no answer.
    pub timed_out: &'static str,
}

/// Lag and offset.
pub struct Chart {
    /// Heading of the panel with lag and gap over time.
    pub title: &'static str,
    /// Accessible name of that panel.
    pub name: &'static str,
    /// Beside the heading.
    pub subtitle: &'static str,
    /// Above the upper half: its quantity and unit.
    pub lag: &'static str,
    /// Above the lower half: its quantity and unit.
    pub gap: &'static str,
    /// In place of that, where the lower half shows staleness.
    pub stale: &'static str,
    /// At the line of the backlog's size: beyond so many bytes only a full resync helps.
    pub limit: fn(&str) -> String,
    /// The same where that line lies above what is drawn.
    pub limit_above: fn(&str) -> String,
    /// Where INFO has no line for a replica, behind its mark.
    pub no_line: &'static str,
    /// At the moment of a cut.
    pub cut: &'static str,
    /// At the moment of a freeze.
    pub frozen: &'static str,
    /// At a full resync.
    pub full: &'static str,
    /// In the empty panel.
    pub none: &'static str,
    /// Accessible name of the choice of how much time is shown.
    pub window: &'static str,
    /// There: the last 20 seconds.
    pub recent: &'static str,
    /// There: the last two minutes.
    pub minutes: &'static str,
    /// There: everything.
    pub all: &'static str,
    /// Toggle: the lower half shows how old a replica's data are.
    pub staleness: &'static str,
    /// A value for those who do not see the lines: whose, the lag that INFO reports if it has a line, the gap.
    pub spoken: fn(&str, Option<i64>, &str) -> String,
}
