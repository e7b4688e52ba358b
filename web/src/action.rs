//! What a person can do on the screen, as values: every component sends these up, and `app` alone handles them.
//!
//! Eight groups: what is done to the run's world ([`Action::Run`], and [`Action::Type`] for what is typed at a console), where one goes in its time
//! ([`Travel`]) and among its branches ([`Branch`]), what one looks at ([`Look`]), the page itself ([`Page`]), what is opened ([`Course`]), how one
//! goes on in a lesson ([`Wish`]), in front of a class ([`class::Wish`]), among items that come back ([`Recalled`]), in an incident ([`Incident`](crate::incident::Wish)) and in drills ([`drill::Wish`]). Scenario text stands in none of them but in
//! what a person typed or loaded: a console's line, a file.

use crate::alarm;
use crate::drill;
use crate::incident;
use crate::pasted;
use crate::recall::Wish as Recalled;
use crate::sized;
use crate::teach::class;
use crate::teach::{Way as In, Wish};
use crate::terms::Explained;
use resync_core::era::Era;
use resync_core::sim::world::Act;
use resync_core::view::{LinkIx, NodeIx, NodeView};
use resync_js::ids::RunId;
pub use resync_js::inspection::Tab;

/// Something a component asks for.
#[derive(Clone, PartialEq, Debug)]
pub enum Action {
    /// Do this to the world, now.
    Run(Act),
    /// Run a line at the console of a node.
    Type {
        /// The node's name.
        node: String,
        /// What was typed.
        line: String,
    },
    /// Move in time.
    Travel(Travel),
    /// Change what runs there are, or which of them is in focus.
    Branch(Branch),
    /// Look at something.
    Look(Look),
    /// Change the page.
    Page(Page),
    /// Open something else.
    Course(Course),
    /// Go on in the lesson that is open.
    Lesson(Wish),
    /// Be asked what comes back, or go on in that.
    Recall(Recalled),
    /// Go on in the incident that is open.
    Incident(incident::Wish),
    /// Something in front of a class.
    Class(class::Wish),
    /// Go on in the sitting of drills.
    Drill(drill::Wish),
    /// Something on the sheet of diagnosis.
    Diagnose(pasted::Wish),
    /// Something on the sheet *Size it*.
    Size(sized::Wish),
    /// Something in the alarm lab.
    Alarm(alarm::Wish),
}
impl Action {
    /// A command at the redis-cli of a node.
    #[must_use]
    pub fn command(node: &str, words: &[&[u8]]) -> Action {
        Action::Run(Act::Command { node: node.to_owned(), args: words.iter().map(|word| word.to_vec().into()).collect() })
    }
    /// A node is told to follow another one, by the word of its era.
    #[must_use]
    pub fn follow(node: &NodeView, master: &NodeView) -> Action {
        Action::command(&node.name, &[follow_word(node.era), master.ip.as_bytes(), master.port.to_string().as_bytes()])
    }
    /// A node is told to follow nobody.
    #[must_use]
    pub fn promote(node: &NodeView) -> Action {
        Action::command(&node.name, &[follow_word(node.era), b"NO", b"ONE"])
    }
    /// `CONFIG SET` at a node.
    #[must_use]
    pub fn config_set(node: &str, directive: &str, value: &[u8]) -> Action {
        Action::command(node, &[b"CONFIG", b"SET", directive.as_bytes(), value])
    }
}

/// The word that an era has for "follow".
fn follow_word(era: Era) -> &'static [u8] {
    if era.capabilities().replicaof { b"REPLICAOF" } else { b"SLAVEOF" }
}

/// Movements in the run's time, and their speed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Travel {
    /// Play or pause.
    TogglePlay,
    /// Play to the next milestone, and stand still there.
    NextStep,
    /// One event on.
    Step,
    /// One event back.
    Back,
    /// Go to a moment, µs.
    Seek(u64),
    /// Go to the milestone beside this moment.
    Mark(Way),
    /// Stop the long seek that is under way.
    Cancel,
    /// A stop of [`resync_js::player::STOPS_MILLI`].
    Speed(usize),
    /// The speed follows what happens, or not.
    Auto(bool),
}

/// What is asked of the runs on the desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Branch {
    /// This run into focus, where its cursor stands.
    Focus(RunId),
    /// This run into focus, at this moment or at its end if that is earlier, µs.
    FocusAt(RunId, u64),
    /// The run after the one in focus, or before it, in the order in which they were made.
    Beside(Way),
    /// Another name; blank takes it away.
    Rename(RunId, String),
    /// Off the desk.
    Drop(RunId),
    /// The dropped one back.
    Undo,
}

/// A direction in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// Towards the start.
    Before,
    /// Towards what comes.
    After,
}

/// What one looks at: handled by [`crate::ui::Ui::update`], which changes nothing of the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// Select this.
    Select(Selection),
    /// Point at a byte of the stream (or at none): lit up everywhere in the same frame.
    Point(Option<i64>),
    /// Point at a moment, µs.
    Moment(Option<u64>),
    /// Open this packet, or close the drawer.
    Packet(Option<u64>),
    /// Open the packet beside the opened one on its link; without one, the newest of the chosen link.
    Rove(Way),
    /// Move the ruler's lens to this offset; `None` follows the head.
    Lens(Option<i64>),
    /// Magnification of the lens in percent (100–40 000).
    Magnify(u32),
    /// Open a tab of the inspector.
    Tab(Tab),
    /// Choose the figure that a page too narrow for all of them shows.
    Figure(Figure),
    /// Open a sheet over the page, or close it.
    Sheet(Option<Sheet>),
    /// Open the keyboard's table, or close it.
    Keyboard,
    /// Open the lanes of all runs below the timeline, or close them.
    Lanes,
    /// Go with the keyboard into a field.
    Focus(Field),
    /// One level up: close, point at nothing, select nothing, pause.
    Up,
    /// On a phone: the text of a lesson, or the figures.
    Text(bool),
    /// Away with the quiet line.
    Dismiss,
    /// Open the card of a term, or close it.
    Word(Option<Explained>),
    /// Open the list of all terms, or close it.
    Words,
    /// With the keyboard onto the next word that is explained where it stands, or onto the one before.
    ToWord(Way),
}

/// The page itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// A link to this run, into the clipboard.
    Share,
    /// The bytes of the opened packet, into the clipboard.
    Bytes(Written),
    /// This run or this moment as a file.
    Export(Export),
    /// A language, by its BCP 47 tag.
    Language(&'static str),
    /// A scheme of colours.
    Scheme(Scheme),
    /// How things move.
    Motion(Motion),
}

/// How bytes are written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    /// In double quotes, as redis-cli prints them: a line for each piece.
    Quoted,
    /// In hexadecimal, eight a line, each line with its offset.
    Hex,
}

/// What is opened in place of the run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Course {
    /// A lesson, by its id.
    Lesson(String),
    /// What did not come when it was asked for: it is fetched again.
    Again,
    /// The open lesson, told so.
    Tell(Telling),
    /// A scenario or run as a person wrote or kept it.
    Text(String),
    /// The same from a file, chosen or dropped.
    File(web_sys::File),
    /// How somebody comes in: kept, and asked once.
    Way(In),
    /// The page of all refutation cards, at the one of this id if there is one.
    Card(String),
    /// The cards did not come: they are fetched again.
    CardsAgain,
    /// An incident, by its id.
    Incident(String),
}

/// The one thing that is selected. It fills inspector, verdict, ladder and link buttons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Selection {
    /// A node.
    Node(NodeIx),
    /// A link.
    Link(LinkIx),
}

/// Fields that a key leads into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// The console of the inspected node.
    Console,
    /// The timeline's scrubber.
    Time,
}
impl Field {
    /// What its element is called; the run that is shown makes an id of it ([`RunId::dom`]).
    #[must_use]
    pub const fn element(self) -> &'static str {
        match self {
            Field::Console => "console-input",
            Field::Time => "time",
        }
    }
}

/// The figures among which a page that is too narrow for all of them chooses. Stage and stream stand beside the others but on a phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "named after the panels")]
pub enum Figure {
    Stage,
    Stream,
    Verdict,
    Handshake,
    Lag,
    Inspector,
}
impl Figure {
    /// All of them, in the order of the tabs.
    pub const ALL: [Figure; 6] = [Figure::Stage, Figure::Stream, Figure::Verdict, Figure::Handshake, Figure::Lag, Figure::Inspector];
    /// The class of the page that shows it.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Figure::Stage => "shows-stage",
            Figure::Stream => "shows-stream",
            Figure::Verdict => "shows-verdict",
            Figure::Handshake => "shows-handshake",
            Figure::Lag => "shows-lag",
            Figure::Inspector => "shows-inspector",
        }
    }
}

/// What may lie over the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sheet {
    /// The scenes.
    Lessons,
    /// The scenario's text.
    Sandbox,
    /// Files of the run.
    Export,
    /// Colours and motion.
    Settings,
    /// The keyboard's table.
    Keys,
    /// The words of the page, each explained.
    Words,
    /// The words of the open scene.
    About,
    /// Where a node differs from a real server.
    Differs,
    /// All refutation cards.
    Cards,
    /// A question that comes back.
    Recall,
    /// What somebody still knows.
    Known,
    /// The ten-item test, and a result of it.
    Ten,
    /// The incidents.
    Incidents,
    /// A finished lesson is handed in.
    HandIn,
    /// What a class has handed in.
    Class,
    /// The code of the present link.
    Code,
    /// How to teach with it.
    Guide,
    /// Drills.
    Drills,
    /// Diagnosis of what somebody pasted.
    Diagnose,
    /// Sizes, and runs that prove them.
    Size,
    /// The alarm lab.
    Alarms,
}
impl Sheet {
    /// How much of the page it takes: a column at the right, most of it, or all below the header.
    #[must_use]
    pub const fn class(self) -> Option<&'static str> {
        match self {
            Sheet::Lessons | Sheet::Sandbox | Sheet::Words | Sheet::Incidents => Some("large"),
            Sheet::Cards
            | Sheet::Recall
            | Sheet::Known
            | Sheet::Ten
            | Sheet::Class
            | Sheet::Guide
            | Sheet::Drills
            | Sheet::Diagnose
            | Sheet::Size
            | Sheet::Alarms => Some("large all"),
            Sheet::Export | Sheet::Settings | Sheet::Keys | Sheet::About | Sheet::Differs | Sheet::HandIn | Sheet::Code => None,
        }
    }
    /// Whether it is a page of the course: one goes back from it to the list of lessons.
    #[must_use]
    pub const fn of_course(self) -> bool {
        matches!(
            self,
            Sheet::Cards
                | Sheet::Known
                | Sheet::Ten
                | Sheet::Incidents
                | Sheet::Class
                | Sheet::Guide
                | Sheet::Drills
                | Sheet::Diagnose
                | Sheet::Size
                | Sheet::Alarms
        )
    }
}

/// Kinds of files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Export {
    /// Scenario and inputs as text.
    Run,
    /// The `ClusterView` of this moment.
    Json,
}

/// Colours of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Scheme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}
impl Scheme {
    /// All of them, in the order of the settings.
    pub const ALL: [Scheme; 3] = [Scheme::System, Scheme::Light, Scheme::Dark];
}

/// How things move.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Motion {
    /// As the system says.
    #[default]
    System,
    /// Smoothly.
    Full,
    /// In discrete steps.
    Reduced,
}
impl Motion {
    /// All of them, in the order of the settings.
    pub const ALL: [Motion; 3] = [Motion::System, Motion::Full, Motion::Reduced];
}

/// Which telling of a scene runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Telling {
    /// As it is written.
    #[default]
    Own,
    /// By one of its variants, by that one's place among them.
    Variant(usize),
}
