//! English.

use crate::action::{Figure, Motion, Scheme, Tab};
use crate::format::grouped;
use crate::i18n::shell::{Bar, Caption, Header, Inspector, Keys, Knobs, Marks, Menu, Prefs, Shell, Status};
use crate::keys::Key;
use crate::lessons::shelf::Fault;
use resync_core::view::{Process, Role};

pub(crate) const SHELL: Shell = Shell {
    header: Header {
        about: |eras, masters, replicas, seed| {
            let s = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
            format!("Redis {eras} · {}, {} · seed {seed}", s(masters, "master"), s(replicas, "replica"))
        },
        sandbox: "Sandbox",
        lessons: "Lessons",
        export: "Export",
        language: "Language",
        share: "Share",
        settings: "Settings",
        skip: "Skip to the timeline",
        keys: "Keys",
        close: "Close",
        figures: "Figures",
        figure: |of| match of {
            Figure::Stage => "Stage",
            Figure::Stream => "Stream",
            Figure::Verdict => "Verdict",
            Figure::Handshake => "Handshake",
            Figure::Lag => "Lag",
            Figure::Inspector => "Inspector",
        },
    },
    menu: Menu {
        title: "Lessons",
        lead: "Each is a small world that runs on the real engine. Watch, then change something.",
        open: "Open",
        lesson: "Lesson",
        try_this: "Try this:",
        more: "About",
        sandbox_title: "Sandbox",
        sandbox_try: "type at redis-cli, cut and freeze links, crash nodes; the scenario's text is yours to change.",
        scenario: "Scenario",
        scenario_lead: "The world as text. Change it and run it: nodes, links, clients, what happens when.",
        run: "Run",
        revert: "Revert",
        export_lead: "The run holds the scenario and everything you did. Opened again, it plays exactly the same.",
        export_run: "The run as text (.resync)",
        export_json: "What is on the screen now (.json)",
        coming: "The list of lessons is on its way.",
        no_index: |fault| format!("The list of lessons did not come: {}. The run behind this plays on.", fault_text(fault)),
        no_lesson: |title, fault| format!("“{title}” did not come: {}. The run behind this plays on.", fault_text(fault)),
        again: "Try again",
        watch: "Watch:",
        goals: "To bring about",
        reached: "Reached:",
        not_reached: "Not yet:",
    },
    prefs: Prefs {
        title: "Settings",
        scheme: "Colours",
        scheme_name: |of| match of {
            Scheme::System => "System",
            Scheme::Light => "Light",
            Scheme::Dark => "Dark",
        },
        motion: "Motion",
        motion_name: |of| match of {
            Motion::System => "System",
            Motion::Full => "Full",
            Motion::Reduced => "Reduced",
        },
        not_kept: "This browser does not let the page store anything: settings last until the page is closed.",
    },
    bar: Bar {
        title: "Timeline",
        play: "Play",
        pause: "Pause",
        step: "Step",
        back: "Step back",
        start: "Start",
        speed: "Speed",
        auto: "auto",
        auto_hint: "slow while something is under way, fast through silence",
        time: "Time",
        event: |n| format!("event {}", grouped(i64::try_from(n).unwrap_or(i64::MAX))),
        words: Marks {
            cut: "cut",
            frozen: "frozen",
            healed: "healed",
            full: "full resync",
            partial: "partial",
            crash: "killed",
            restart: "restart",
            paused: "paused",
            lost: "lost",
            refused: "refused",
        },
        working: |now, target| format!("Running to {target}: {now} so far"),
        cancel: "Cancel",
    },
    inspector: Inspector {
        title: "Inspector",
        tab: |of| match of {
            Tab::Guide => super::face::FACE.guide.tab,
            Tab::Console => "redis-cli",
            Tab::Info => "INFO",
            Tab::Variables => "Variables",
            Tab::Log => "Log",
            Tab::Keys => "Keys",
            Tab::Config => "Config",
        },
        console: |node| format!("redis-cli {node}"),
        console_hint: "SET greeting hello",
        console_empty: "A connection on the node's own machine. Try INFO replication, ROLE, WAIT 1 500, DEBUG SLEEP 3.",
        waiting: "no reply yet",
        could_not_connect: |ip, port| format!("Could not connect to Redis at {ip}:{port}: Connection refused"),
        not_running: "The process is not running: nobody answers INFO.",
        variables_lead: |a, b| format!("what {a} and {b} know of each other"),
        variables_alone: "what a debugger would show",
        variable: "variable",
        differs: "differs",
        sessions_lead: "what it knows of each replica",
        upstream_lead: "what it knows of its master",
        no_sessions: "No replica is connected.",
        log_empty: "No line yet.",
        log_lead: |era| format!("the lines that Redis {era} prints"),
        keys_lead: |n| if n == 1 { String::from("1 key") } else { format!("{} keys", grouped(i64::try_from(n).unwrap_or(i64::MAX))) },
        keys_empty: "No keys yet: type SET greeting hello at the master's redis-cli.",
        keys_more: |n| format!("and {} more", grouped(i64::try_from(n).unwrap_or(i64::MAX))),
        keys_heads: ["db", "key", "type", "ttl", "value"],
        config_lead: "Enter sends CONFIG SET.",
        config_heads: ["directive", "value", "default"],
        config_set: |name| format!("CONFIG SET {name}"),
        filter: "Filter",
        process: |of| match of {
            Process::Up => "running",
            Process::Busy => "busy",
            Process::Loading => "loading",
            Process::Paused => "paused",
            Process::Down => "not running",
            Process::Off => "power off",
        },
        role: |of| match of {
            Role::Master => "master",
            Role::Replica => "replica",
        },
        replica_of: |master| format!("replica of {master}"),
        pause_process: "Pause process",
        resume_process: "Resume process",
        crash: "Crash",
        restart: "Restart",
        promote: "Promote",
        follow: |master| format!("Follow {master}"),
        actions: |node| format!("Process of {node}"),
    },
    knobs: Knobs {
        title: "Knobs",
        writes: "writes",
        writes_name: "write rate",
        per_second: |n| format!("{n}/s"),
        stopped: "none",
        value: "value",
        value_name: "value size",
        empties: "empties the backlog",
        keeps: "keeps what it holds",
        kept: |asked, kept| format!("{asked} → {kept}, its minimum"),
    },
    caption: Caption {
        title: "Caption",
        event: |n| format!("Event {}:", grouped(i64::try_from(n).unwrap_or(i64::MAX))),
        lamps: |holding, all| format!("{holding} of {all} invariants hold"),
    },
    status: Status {
        copied: |n| {
            format!(
                "The link is copied ({} characters). Whoever opens it sees this run at this moment.",
                grouped(i64::try_from(n).unwrap_or(i64::MAX))
            )
        },
        in_address: "The clipboard is closed to this page: the link now stands in the address bar.",
        too_long: |n| {
            format!(
                "This run would make a link of {} characters, too long for many programs: export it as a file instead.",
                grouped(i64::try_from(n).unwrap_or(i64::MAX))
            )
        },
        refused: |why| format!("Not taken: {why}. The scene stays as it was."),
        other_behaviour: |theirs, ours| {
            format!("This run was recorded with behaviour {theirs} of the engine; it plays by today's, {ours}, and may differ.")
        },
        other_fingerprint: "This run came out differently from what its link recorded.",
        stuck: |why| format!("Time does not move on: {why}."),
        dismiss: "Dismiss",
    },
    keys: Keys {
        title: "Keyboard",
        does: |of| match of {
            Key::TogglePlay => "play, pause",
            Key::Back => "one event back",
            Key::Step => "one event on",
            Key::PreviousMark => "previous event worth seeing",
            Key::NextMark => "next event worth seeing",
            Key::Start => "to the start",
            Key::End => "to the latest moment",
            Key::Slower => "slower",
            Key::Faster => "faster",
            Key::Auto => "speed follows what happens",
            Key::Branches => "branches: their lanes",
            Key::PreviousBranch => "into the branch before",
            Key::NextBranch => "into the branch after",
            Key::Cut => "cut the selected link",
            Key::Freeze => "freeze it",
            Key::Heal => "heal it",
            Key::Crash => "crash the selected node",
            Key::Restart => "restart it",
            Key::Console => "redis-cli of the selected node",
            Key::Node(_) => "select a node",
            Key::Goto => "go to a moment",
            Key::Escape => "one level up: byte, selection, pause",
            Key::Help => "this table",
        },
    },
    branches: super::branches::BRANCHES,
    differs: super::differs::DIFFERS,
};

/// Why something could not be fetched.
fn fault_text(fault: Fault) -> String {
    match fault {
        Fault::Unreachable => String::from("the server cannot be reached"),
        Fault::Status(status) => format!("the server answers {status}; if the page has been published anew, reload it"),
        Fault::Unreadable => String::from("what came cannot be read"),
    }
}
