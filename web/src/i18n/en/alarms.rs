//! English: the alarm lab.

use crate::alarm::{Export, Wrong};
use crate::i18n::alarms::{Alarms, Fields, Figure};
use resync_alarms::eval::EvalError;
use resync_alarms::matrix::Cell;
use resync_alarms::published::From;
use resync_alarms::rules::Wrong as InFile;

pub(crate) static ALARMS: Alarms = Alarms {
    title: "Alarm lab",
    lead: "Would your alarm ring? Paste a rule: it is tried in eight weathers, as Prometheus would evaluate it, beside the truth.",
    begin: "Try an alarm",
    rule: "Rule",
    text: "An expression over redis_exporter's names, or a file of Prometheus rules",
    hold: "for",
    read: |hold| format!("Read. It rings once this has held for {hold} without a gap."),
    read_file: |alerts| if alerts == 1 { "Read: one alert.".to_owned() } else { format!("Read: {alerts} alerts.") },
    empty: "Paste an expression or a file of rules, or choose a rule from the table.",
    wrong,
    fails: |why| match why {
        EvalError::Many(_) => format!("Prometheus refuses it too: {why}"),
        EvalError::Twice(_) => format!("Prometheus refuses it too: {why}"),
    },
    fields: Fields {
        title: "As in Zabbix or CloudWatch",
        tool: "Tool",
        metric: "Metric",
        function: "Function",
        span: "Span, s",
        op: "Comparison",
        threshold: "Threshold",
        datapoints: "Datapoints",
        of: "of periods",
        make: "As an expression, into the box",
    },
    scraper: "Scraper",
    period: "every, s",
    phase: "first at, s",
    link: "Link to this rule",
    matrix: "Rules and weathers",
    head: "Rule",
    should: "should it ring?",
    yes: "yes",
    no: "no",
    right: "right",
    of: |right, all| format!("{right} of {all}"),
    part: "part",
    ready: |ready, all| format!("Cells ready: {ready} of {all}"),
    weather: |id| match id {
        "freeze" => ("freeze", "link silent"),
        "cut" => ("cut", "for good"),
        "slow" => ("slow replica", "½ the rate"),
        "sync-replica" => ("SYNC replica", "never ACKs"),
        "loop" => ("resync loop", "full, 3 min"),
        "partition" => ("partition", "2 of 4 gone"),
        "restart" => ("restart", "planned, 20 s"),
        "first-sync" => ("first sync", "150 s long"),
        _ => ("?", ""),
    },
    event: |id| match id {
        "freeze" => "the link falls silent",
        "cut" => "the link is cut",
        "slow" => "the link carries half of what is written",
        "sync-replica" => "the master restarts, and a replica falls back to SYNC",
        "loop" => "a cut of 2 s begins a loop of full resyncs",
        "partition" => "the network falls apart",
        "restart" => "a replica is shut down for its care",
        "first-sync" => "a new replica begins its first sync",
        _ => "it begins",
    },
    cell: |cell, part| match cell {
        Cell::Rang(ms) => format!("rang, {} s", ms / 1_000),
        Cell::Never(_) if part => "not its part".to_owned(),
        Cell::Never(_) => "never".to_owned(),
        Cell::Quiet => "quiet".to_owned(),
        Cell::False(ms) if ms < 0 => "false, before".to_owned(),
        Cell::False(ms) => format!("false, {} s", ms / 1_000),
    },
    waits: "not yet known",
    refused: "refused",
    own: "in the box",
    together: "The proposed set together",
    from: |from| match from {
        From::Files(1) => "one published file".to_owned(),
        From::Files(n) => format!("{n} published files"),
        From::Samber => "awesome-prometheus-alerts".to_owned(),
        From::Zabbix => "Zabbix' template".to_owned(),
        From::Netdata => "netdata".to_owned(),
        From::Cloud => "a cloud".to_owned(),
        From::Blog => "a blog".to_owned(),
        From::Proposed => "proposed here".to_owned(),
    },
    why,
    why_head: "Why",
    take: "Into the box",
    sentence,
    beside: "what the rule sees at each scrape, and the truth beside it",
    figure: Figure {
        scrape: "scrapes",
        compares: "compared",
        state: "the rule",
        truth: "the truth",
        lacks: "bytes that the replica lacks which lacks most",
        pending: |s| format!("pending, {s} s"),
        firing: "rings",
        nothing: "never pending",
        no_series: "nothing there that it could compare",
        now: "now",
    },
    open: "Open this run",
    back: "Back to the alarm lab",
    column: "An alarm and its run",
    of_card: "Try its alarm",
    export: |file| match file {
        Export::OpenMetrics => "Series (OpenMetrics)",
        Export::Rules => "Rules (Prometheus)",
        Export::Promtool => "Test (promtool)",
    },
};

/// Where in a text, as people count.
fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let character = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
    if text.contains('\n') { format!("Line {line}, character {character}") } else { format!("Character {character}") }
}

fn wrong(wrong: &Wrong, text: &str) -> String {
    match wrong {
        Wrong::Expr(why) => {
            let said = why.to_string();
            let what = said.split_once(": ").map_or(said.as_str(), |(_, what)| what);
            format!("{}: {what}.", place(text, why.at))
        }
        Wrong::Rules(why) => {
            let said = match &why.why {
                // The place within the expression tells less than the line in the file.
                InFile::Expr(name, expr) => format!("{name}: {}", expr.to_string().split_once(": ").map_or("", |(_, what)| what)),
                _ => why.to_string().split_once(": ").map_or_else(String::new, |(_, what)| what.to_owned()),
            };
            format!("Line {}: {said}.", why.line)
        }
        Wrong::For(span) => format!("for: “{span}” is no span of time; 30s, 5m and 1h30m are."),
    }
}

fn sentence(rule: &str, weather: &str, cell: Cell, held_s: i64, part: bool) -> String {
    match cell {
        Cell::Rang(ms) => format!("In “{weather}”, {rule} rings after {} s.", ms / 1_000),
        Cell::Never(_) if part => format!("In “{weather}”, {rule} stays quiet: others of the set ring."),
        Cell::Never(0) => format!("In “{weather}”, {rule} never holds, and never rings."),
        Cell::Never(ms) => {
            format!("In “{weather}”, {rule} is pending for {} s of the {held_s} s that it wants, and never rings.", ms / 1_000)
        }
        Cell::Quiet => format!("In “{weather}”, {rule} stays quiet, as it should."),
        Cell::False(ms) if ms < 0 => format!("In “{weather}”, {rule} rings while all is well, {} s before anything happens.", -ms / 1_000),
        Cell::False(ms) => format!("In “{weather}”, {rule} rings after {} s, and nothing is wrong.", ms / 1_000),
    }
}

fn why(id: &str) -> &'static str {
    match id {
        "lag-5-2m" | "lag-10-1m" | "lag-10-2m" | "lag-10-5m" | "lag-30-2m" => {
            "lag is the whole seconds since the last ACK. Of a silent replica it counts to 60; then the master drops the replica, and the row leaves INFO before the minutes are over. A slow replica sends its ACK each second: its lag is 0 or 1 for ever."
        }
        "lag-30" => {
            "Without `for` it rings while the lag of a silent replica goes from 30 to 60. Then the row is gone, and the alarm ends by itself."
        }
        "lag-60" => {
            "Above 60 s the row is gone: there is nothing left to compare. It rings for a SYNC replica alone, whose data may be whole."
        }
        "last-io-min-30" | "last-io-30-2m" | "last-io-10-5m" => {
            "last_io is the silence of the master as the replica sees it. After 60 s the replica gives the link up, and last_io is −1: below every threshold. No failure lasts long enough above it."
        }
        "last-io-30" => {
            "It rings while the silence goes from 30 to 60 s; then last_io is −1 and the alarm ends. Where the link is cut, last_io is −1 at once."
        }
        "link-down-2m" => "A good signal, two minutes late. Of a slow replica and of a SYNC replica the link is up.",
        "link-down" => {
            "A good signal without delay, which rings at each first sync as well: it wants `and redis_master_sync_in_progress == 0`."
        }
        "replica-lost" => {
            "The right moment; but a planned restart rings, and after a minute the alarm is over though the replica stays away."
        }
        "replicas-missing" => "Right for one master. Two masters in one sum leave one replica too few, and it rings for ever.",
        "flapping" => "A link that is back within a second is down in no scrape. `sync_partial_ok` and `sync_full` count it.",
        "many-masters" => "Right for one shard. Two masters that should be there ring for ever.",
        "gap-64mb" => "Bytes are the right quantity. The number is one cloud's: yours is the backlog, or half of the output limit.",
        "gap-1mib" => {
            "1 MiB is the default backlog, so it says: a cut now would cost a full resync. Slow replicas of slow masters stay below it."
        }
        "gap-1000" => "A thousand bytes are a few commands under way: it rings at each burst.",
        "offsets-differ" => {
            "It reads `master_repl_offset` on replicas, which before 4.0 is their own and not the stream's; and 100 MB are far."
        }
        "partial-denied" => {
            "One denial within five minutes rings. From 4.0 on a server that was a master asks with its own id and is denied once, though nothing was lost."
        }
        "gone" => "A number that you write down: so many replicas have to be there. It rings when one is dropped, not before.",
        "stuck" => "A sync that lasts longer than twice the last one. In the loop each sync ends before: `again` rings there.",
        "silent" => "At once, without `for`: the row is gone after 60 s. `gone` takes over then.",
        "behind" => "Bytes behind divided by bytes a second: the seconds that a reader is behind. It sees a slow replica, whose lag is 0.",
        "again" => "Full resyncs are counted: more than two in ten minutes are a loop.",
        "sync-replica" => {
            "Offset 0 and online and a lag that grows: a replica that came by SYNC and never sends an ACK. Stop waiting for its lag to fall."
        }
        _ => "",
    }
}
