//! What the shell around the figures says.

use crate::action::{Figure, Motion, Scheme, Tab};
use crate::keys::Key;
use crate::lessons::shelf::Fault;
use resync_core::view::{Process, Role};

/// Header, menu and preferences.
pub struct Header {
    /// Subtitle of a scene: eras, masters, replicas, seed.
    pub about: fn(eras: &str, masters: usize, replicas: usize, seed: u64) -> String,
    /// Button: the playground without a lesson.
    pub sandbox: &'static str,
    /// Button: the menu of scenes.
    pub lessons: &'static str,
    /// Button: the run as a file.
    pub export: &'static str,
    /// Accessible name of the button that goes on to the next language, which calls itself by its own name; heading of the choice in the settings.
    pub language: &'static str,
    /// Button: copy a link to this run.
    pub share: &'static str,
    /// Button: settings of this page.
    pub settings: &'static str,
    /// Skip link.
    pub skip: &'static str,
    /// Keyboard table.
    pub keys: &'static str,
    /// Close a panel.
    pub close: &'static str,
    /// Where a narrow page chooses its figure.
    pub figures: &'static str,
    /// There: a figure's short name. Six of them stand side by side on a phone.
    pub figure: fn(Figure) -> &'static str,
}

/// Scenes and their words.
pub struct Menu {
    /// Heading of the menu.
    pub title: &'static str,
    /// Sentence below it.
    pub lead: &'static str,
    /// Button of a card.
    pub open: &'static str,
    /// Landmark of the scene's words.
    pub lesson: &'static str,
    /// Before the sentence that says what to try.
    pub try_this: &'static str,
    /// Button: shows the scene's whole text.
    pub more: &'static str,
    /// Title of the playground without a lesson.
    pub sandbox_title: &'static str,
    /// Its sentence.
    pub sandbox_try: &'static str,
    /// Heading of the field with the scenario's text.
    pub scenario: &'static str,
    /// What that field is.
    pub scenario_lead: &'static str,
    /// Button: plays the edited text.
    pub run: &'static str,
    /// Button: back to the text that runs.
    pub revert: &'static str,
    /// Button: chooses a file, which is run.
    pub open_file: &'static str,
    /// Beside it: the other way to open a file.
    pub or_drop: &'static str,
    /// Heading of the list of lines that a scenario may have.
    pub grammar: &'static str,
    /// What that list is.
    pub grammar_lead: &'static str,
    /// Downloads.
    pub export_lead: &'static str,
    /// A run as text.
    pub export_run: &'static str,
    /// Everything on the screen as JSON.
    pub export_json: &'static str,
    /// In place of the lessons' list while that is being fetched.
    pub coming: &'static str,
    /// The lessons' list did not come.
    pub no_index: fn(Fault) -> String,
    /// The lesson that was to be opened did not come.
    pub no_lesson: fn(title: &str, Fault) -> String,
    /// Button behind either of these: fetches it again.
    pub again: &'static str,
    /// Before the sentence that says where to look.
    pub watch: &'static str,
    /// Heading of the list of what is to be brought about.
    pub goals: &'static str,
    /// Before a goal that is reached, for those who do not see its mark.
    pub reached: &'static str,
    /// Before a goal that is not reached yet, likewise.
    pub not_reached: &'static str,
}

/// Settings of the page.
pub struct Prefs {
    /// Heading.
    pub title: &'static str,
    /// Colours.
    pub scheme: &'static str,
    /// A button of that choice.
    pub scheme_name: fn(Scheme) -> &'static str,
    /// Motion.
    pub motion: &'static str,
    /// A button of that choice.
    pub motion_name: fn(Motion) -> &'static str,
    /// Quiet line when storage is refused.
    pub not_kept: &'static str,
}

/// Timeline.
pub struct Bar {
    /// Landmark.
    pub title: &'static str,
    /// Buttons.
    pub play: &'static str,
    /// While it plays.
    pub pause: &'static str,
    /// One event on.
    pub step: &'static str,
    /// One event back.
    pub back: &'static str,
    /// To the start.
    pub start: &'static str,
    /// Slider of the speed.
    pub speed: &'static str,
    /// Toggle: the speed follows what happens.
    pub auto: &'static str,
    /// What auto does.
    pub auto_hint: &'static str,
    /// Slider of the moment.
    pub time: &'static str,
    /// Under the clock.
    pub event: fn(n: u64) -> String,
    /// Words on the scrubber by what happened: cut, frozen, healed, full, partial, crash, refused, lost.
    pub words: Marks,
    /// Long work under way.
    pub working: fn(now: &str, target: &str) -> String,
    /// Cancel it.
    pub cancel: &'static str,
}

/// Words above the scrubber.
pub struct Marks {
    /// Link cut.
    pub cut: &'static str,
    /// Link frozen.
    pub frozen: &'static str,
    /// Link healed or thawed.
    pub healed: &'static str,
    /// Full resync.
    pub full: &'static str,
    /// Partial resync.
    pub partial: &'static str,
    /// Killed or powered off.
    pub crash: &'static str,
    /// Started again.
    pub restart: &'static str,
    /// Paused.
    pub paused: &'static str,
    /// Connection lost by timeout or limit.
    pub lost: &'static str,
    /// Writes refused.
    pub refused: &'static str,
    /// Another master, chosen by sentinels.
    pub failover: &'static str,
}

/// Inspector.
pub struct Inspector {
    /// Landmark.
    pub title: &'static str,
    /// A tab's name; that of the log and of the variables also heads a short form of them below another tab.
    pub tab: fn(Tab) -> &'static str,
    /// Accessible name of the console's input.
    pub console: fn(node: &str) -> String,
    /// Placeholder of the console's input.
    pub console_hint: &'static str,
    /// First lines of an empty console.
    pub console_empty: &'static str,
    /// Below the console's input while it prints what comes and sends nothing.
    pub reads_on: &'static str,
    /// `help` about a command that the node's release does not have here.
    pub no_such_command: fn(name: &str, era: &str) -> String,
    /// `help`, line by line.
    pub console_help: &'static [&'static str],
    /// A command that has no reply yet.
    pub waiting: &'static str,
    /// Node is down: nothing answers.
    pub could_not_connect: fn(ip: &str, port: u16) -> String,
    /// INFO of a process that is not there.
    pub not_running: &'static str,
    /// Heading of the variables.
    pub variables_lead: fn(names: &[&str], more: usize) -> String,
    /// Heading where a node has no other end.
    pub variables_alone: &'static str,
    /// Column of names.
    pub variable: &'static str,
    /// The rows that differ.
    pub differs: &'static str,
    /// Heading of what a master knows of each replica.
    pub sessions_lead: &'static str,
    /// Heading of what a replica knows of its master.
    pub upstream_lead: &'static str,
    /// A master without replicas.
    pub no_sessions: &'static str,
    /// Log of a node without lines.
    pub log_empty: &'static str,
    /// Lines that this era prints.
    pub log_lead: fn(era: &str) -> String,
    /// Keys: how many, equal data or not.
    pub keys_lead: fn(n: u64) -> String,
    /// No keys.
    pub keys_empty: &'static str,
    /// More keys than shown.
    pub keys_more: fn(n: u64) -> String,
    /// Column heads of keys: db, key, type, ttl, value.
    pub keys_heads: [&'static str; 5],
    /// Config: what a row is.
    pub config_lead: &'static str,
    /// Column heads of config: directive, value, default.
    pub config_heads: [&'static str; 3],
    /// Accessible name of a directive's field.
    pub config_set: fn(name: &str) -> String,
    /// Filter of config.
    pub filter: &'static str,
    /// State of a node's process, behind its role in the inspector's head.
    pub process: fn(Process) -> &'static str,
    /// A node's role, there.
    pub role: fn(Role) -> &'static str,
    /// Replica of whom.
    pub replica_of: fn(master: &str) -> String,
    /// Buttons of a node.
    pub pause_process: &'static str,
    /// SIGCONT.
    pub resume_process: &'static str,
    /// kill -9.
    pub crash: &'static str,
    /// Start again.
    pub restart: &'static str,
    /// SLAVEOF NO ONE.
    pub promote: &'static str,
    /// Group of a node's buttons.
    pub actions: fn(node: &str) -> String,
}

/// Knobs under the stage.
pub struct Knobs {
    /// Group's name.
    pub title: &'static str,
    /// Slider of the write rate, visible.
    pub writes: &'static str,
    /// Its accessible name.
    pub writes_name: &'static str,
    /// Writes a second.
    pub per_second: fn(text: &str) -> String,
    /// Writer stopped.
    pub stopped: &'static str,
    /// Slider of the value size, visible.
    pub value: &'static str,
    /// Its accessible name.
    pub value_name: &'static str,
    /// Before release, where a resize throws the past away.
    pub empties: &'static str,
    /// Before release, where it keeps it.
    pub keeps: &'static str,
    /// Asked value and kept value.
    pub kept: fn(asked: &str, kept: &str) -> String,
}

/// Around the caption's sentence, which is [`super::Strings::tell`].
pub struct Caption {
    /// Region's name.
    pub title: &'static str,
    /// Before the sentence about one event, while events are looked at one by one: its number.
    pub event: fn(n: u64) -> String,
    /// Lamps.
    pub lamps: fn(holding: usize, all: usize) -> String,
}

/// Lines that say what became of something the person asked for.
pub struct Status {
    /// Link copied.
    pub copied: fn(chars: usize) -> String,
    /// Clipboard refused: the link stands in the address bar.
    pub in_address: &'static str,
    /// Too long for a link.
    pub too_long: fn(chars: usize) -> String,
    /// A link or text was refused; the scene stays.
    pub refused: fn(why: &str) -> String,
    /// The run was recorded by another release of the engine.
    pub other_behaviour: fn(theirs: u32, ours: u32) -> String,
    /// The run came out differently than its link says.
    pub other_fingerprint: &'static str,
    /// The world does not move on.
    pub stuck: fn(why: &str) -> String,
    /// Closes the line.
    pub dismiss: &'static str,
}

/// Keyboard table. The keys themselves stand in `keys.rs`.
pub struct Keys {
    /// Heading.
    pub title: &'static str,
    /// What a key does: the right column. `Key::Node` stands for all the digits.
    pub does: fn(Key) -> &'static str,
}

/// The glossary around its terms.
pub struct Words {
    /// Heading of the list.
    pub title: &'static str,
    /// Sentence below it.
    pub lead: &'static str,
    /// Field that filters.
    pub search: &'static str,
    /// How many are left, for those who do not see the list.
    pub found: fn(n: usize) -> String,
    /// Button: outlines the thing on the page.
    pub show: &'static str,
    /// Its accessible name.
    pub show_it: fn(word: &str) -> String,
    /// Button on a card: opens the list.
    pub all: &'static str,
}

/// Everything the shell says.
pub struct Shell {
    /// Header.
    pub header: Header,
    /// Scenes.
    pub menu: Menu,
    /// Settings.
    pub prefs: Prefs,
    /// Timeline.
    pub bar: Bar,
    /// Inspector.
    pub inspector: Inspector,
    /// Knobs.
    pub knobs: Knobs,
    /// Caption.
    pub caption: Caption,
    /// Status line.
    pub status: Status,
    /// Keyboard.
    pub keys: Keys,
    /// Glossary.
    pub words: Words,
    /// Branches.
    pub branches: super::branches::Branches,
    /// The first minute.
    pub coach: super::coach::Coach,
    /// Where a node differs from a real server.
    pub differs: super::differs::Differs,
}
