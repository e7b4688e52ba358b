//! English: the sheet of diagnosis.

use crate::i18n::diagnose::Diagnose;

pub(crate) static DIAGNOSE: Diagnose = Diagnose {
    title: "Diagnose",
    lead: "Paste what your Redis says: INFO, ROLE, CONFIG GET, log lines, a client's error, of one node or several, as messy as it comes.",
    begin: "Paste something",
    pasted: "What you pasted",
    first: "INFO, log lines, errors",
    second: "The same, some seconds later",
    again: "Paste the same again in ten seconds: two samples tell slow from stuck.",
    private: "It stays in this page: nothing is sent and nothing is kept.",
    example: "Example",
    clear: "Clear",
    lines: "Lines, with what findings quote",
    passed_over: "not read",
    nodes: "Nodes",
    master: "master",
    replica: "replica",
    node: "a node",
    of: |eras, infos, lines| format!("Redis {eras} · INFO × {infos} · log lines: {lines}"),
    read: |read, unread| format!("Lines read: {read}; passed over: {unread}."),
    too_long: "It is too long: not all of it was looked at.",
    why: "Why",
    cost: "What it costs",
    next: "Look next",
    change: "Change",
    open: "Open as a scenario",
};
