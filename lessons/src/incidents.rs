//! Incidents: a symptom, the cause to be found with what an operator has, the cure, and then the lid is lifted.
//!
//! ```text
//! web/incidents/02-never-gets-done/   the folder's name is the incident's id: it stands in addresses and never changes; its order is the list's
//!   scene.resync                      the world, as scenario text; `opens at` is the moment at which somebody is called. `each 540: LINE` stands for
//!                                     540 lines (see [`spread`])
//!   incident.toml                     where one looks first, the causes to choose from, the cure, and what the tests hold it to
//!   en.md zh.md …                     the words: `# ` its name, then the sections below
//! ```
//!
//! ```text
//! incident.toml                                         en.md, zh.md
//! minutes = 6                                           ## symptom    a paragraph that is the report, and further ones with what is known
//! node = "master"        whose INFO and log are open    ## cause      the question
//! panel = "log"          fleet, info, log, errors, cli  ### slow: The link is slow.   what is answered to whom names it: the rule, what is different here
//! [fleet]                where it is one of many pairs  ## hints      two paragraphs: each costs a grade
//! pairs = 540                                           ## mend       what is to be so in the end, one sentence
//! masters = "m-{i}"                                     ## lid        what happened, once it is mended
//! replicas = "r-{i}"
//! [[cause]]
//! id = "slow"
//! right = true           of exactly one
//! shows = [              what shows that it is so, or that it is not
//!   "replica-1 info master_link_status:up",             a line of INFO
//!   "master log # Connection with slave",               part of a line of its log
//!   "master config repl-timeout 60",                    a directive and its value
//!   "writer client NOREPLICAS",                         part of the last error that a client got
//!   "replica-1 cli DBSIZE -> (integer) 0",              what a command answers: it must change nothing
//! ]
//! [cure]
//! holds = ["…"]          conditions that are to hold together …
//! each = "…"             … and one for each pair, with `{i}` …
//! seconds = 10           … so long without a break, simulated
//! [proof]                for the tests: see [`Proof`]
//! ```
//!
//! The page fetches all incidents in one file when somebody wants the first; scenes lie in it as they are written, and are spread when one is opened.

use crate::Spoken;
use crate::carried::put;
use crate::packed::{Unreadable, fields};
use std::fmt::Write as _;

const INCIDENTS: &str = "resync-incidents\t1";
/// Lines that one `each` may stand for.
const EACH_MAX: u64 = 1_000;
/// Hints of an incident: each costs one of three grades.
pub const HINTS: usize = 2;

/// An incident in one language. Between backquotes stands what Redis prints or takes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Said {
    /// Its name in the list: no sentence, and no answer.
    pub title: String,
    /// What somebody reports: one sentence.
    pub symptom: String,
    /// What is known besides; paragraphs.
    pub about: String,
    /// The question above the causes.
    pub question: String,
    /// Hints, in the order in which they are given.
    pub hints: Vec<String>,
    /// What is to be so in the end.
    pub mend: String,
    /// What happened; paragraphs.
    pub lid: String,
}

/// Where something is to be seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Place {
    /// A line of INFO.
    #[default]
    Info,
    /// A line of the log.
    Log,
    /// A directive.
    Config,
    /// The last error of a client.
    Client,
    /// What a command answers.
    Cli,
}
impl Place {
    const ALL: [Place; 5] = [Place::Info, Place::Log, Place::Config, Place::Client, Place::Cli];
    /// As `incident.toml` says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Place::Info => "info",
            Place::Log => "log",
            Place::Config => "config",
            Place::Client => "client",
            Place::Cli => "cli",
        }
    }
}

/// Something that can be seen when an incident opens, and that tells causes apart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Quote {
    /// The node, or the client.
    pub whose: String,
    /// Where.
    pub place: Place,
    /// Word for word. At a console the command, ` -> `, and what it prints.
    pub says: String,
}
impl Quote {
    /// `WHOSE PLACE WORDS`.
    #[must_use]
    pub fn read(text: &str) -> Option<Quote> {
        let (whose, rest) = text.split_once(' ')?;
        let (place, says) = rest.split_once(' ')?;
        let place = Place::ALL.into_iter().find(|of| of.name() == place)?;
        (place != Place::Cli || says.contains(" -> ")).then(|| Quote { whose: whose.to_owned(), place, says: says.to_owned() })
    }
    /// The same text again.
    #[must_use]
    pub fn written(&self) -> String {
        format!("{} {} {}", self.whose, self.place.name(), self.says)
    }
}

/// A cause that can be named.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cause {
    /// Its name in files.
    pub id: String,
    /// Whether it is the one.
    pub right: bool,
    /// What shows that it is so, or that it is not.
    pub shows: Vec<Quote>,
    /// What the person says by choosing it: one sentence.
    pub words: Spoken<String>,
    /// What is answered.
    pub answer: Spoken<String>,
}

/// When it is mended.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cure {
    /// Conditions of the scenario language that are to hold together.
    pub holds: Vec<String>,
    /// For how long without a break, simulated seconds.
    pub seconds: u32,
}

/// Many pairs of a master and its replica.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fleet {
    /// How many.
    pub pairs: u32,
    /// The masters' names, with `{i}` for the pair's number.
    pub masters: String,
    /// The replicas' names.
    pub replicas: String,
}
impl Fleet {
    /// The names of a pair's master and replica; pairs are counted from 1.
    #[must_use]
    pub fn pair(&self, i: u32) -> (String, String) {
        let name = |text: &str| numbered(text, u64::from(i), u64::from(self.pairs));
        (name(&self.masters), name(&self.replicas))
    }
}

/// An incident.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Incident {
    /// The folder's name.
    pub id: String,
    /// The scene as it is written: what is played is what [`spread`] makes of it.
    pub scene: String,
    /// How long it takes about, minutes.
    pub minutes: u32,
    /// The releases in its scene, by their names, with a blank between two.
    pub eras: String,
    /// Whose INFO and log are open at first.
    pub node: String,
    /// What is open at first: `fleet`, `info`, `log`, `errors`, `cli`.
    pub panel: String,
    /// The pairs, where it is one of many.
    pub fleet: Option<Fleet>,
    /// The causes, in the order in which they are offered.
    pub causes: Vec<Cause>,
    /// When it is mended.
    pub cure: Cure,
    /// The words.
    pub words: Spoken<Said>,
}
impl Incident {
    /// The text that is played.
    ///
    /// # Errors
    /// The line, from 1, that stands for others in no way that there is.
    pub fn text(&self) -> Result<String, usize> {
        spread(&self.scene)
    }
    /// The cause that it is, by its place.
    #[must_use]
    pub fn right(&self) -> Option<usize> {
        self.causes.iter().position(|cause| cause.right)
    }
}

/// What the tests hold an incident to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "folder", derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct Proof {
    /// A condition that holds when it opens: the symptom is there.
    pub symptom: String,
    /// What mends it: each is lines of script, acts and commands as a person does them from the opening moment on, with `run 2s` between them where time passes.
    pub cures: Vec<String>,
    /// What people try and what does not mend it.
    pub vain: Vec<String>,
    /// How many pairs of a fleet are ill when it opens.
    #[cfg_attr(feature = "folder", serde(default))]
    pub ill: usize,
}

/// An incident's folder.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Folder {
    /// For the page.
    pub incident: Incident,
    /// For the tests.
    pub proof: Proof,
}

/// A scene with its `each N: LINE` lines spread: N lines, in which `{i}` is the line's number from 1 and `{i*37%1000}` the rest of its product, both with
/// as many digits as the largest has. Other braces stay.
///
/// # Errors
/// The number of the line, from 1, that says no number up to 1 000, or nothing behind it.
pub fn spread(scene: &str) -> Result<String, usize> {
    let mut out = String::with_capacity(scene.len());
    for (at, line) in scene.lines().enumerate() {
        let Some(rest) = line.strip_prefix("each ") else {
            let _ = writeln!(out, "{line}");
            continue;
        };
        let (count, line) = rest.split_once(": ").ok_or(at + 1)?;
        let count = count.parse().ok().filter(|count| (1..=EACH_MAX).contains(count)).ok_or(at + 1)?;
        for i in 1..=count {
            let _ = writeln!(out, "{}", numbered(line, i, count));
        }
    }
    Ok(out)
}

/// A line with its numbers put in; `most` is the largest one.
#[must_use]
pub fn numbered(line: &str, i: u64, most: u64) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, inside)) = rest.split_once("{i") {
        out.push_str(before);
        let Some((term, after)) = inside.split_once('}') else {
            out.push_str("{i");
            rest = inside;
            continue;
        };
        let product = || {
            let (by, below) = term.strip_prefix('*')?.split_once('%')?;
            let (by, below): (u64, u64) = (by.parse().ok()?, below.parse().ok()?);
            (below > 0 && by < 1_000_000).then(|| (i * by % below, below - 1))
        };
        match if term.is_empty() { Some((i, most)) } else { product() } {
            Some((number, largest)) => {
                let width = largest.to_string().len();
                let _ = write!(out, "{number:0width$}");
            }
            None => {
                let _ = write!(out, "{{i{term}}}");
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// All incidents in packed form.
#[must_use]
pub fn packed(incidents: &[Incident]) -> String {
    let mut out = format!("{INCIDENTS}\n");
    for incident in incidents {
        put(&mut out, "incident", &incident.id);
        put(&mut out, "scene", &incident.scene);
        put(&mut out, "minutes", &incident.minutes.to_string());
        put(&mut out, "eras", &incident.eras);
        put(&mut out, "node", &incident.node);
        put(&mut out, "panel", &incident.panel);
        if let Some(fleet) = &incident.fleet {
            put(&mut out, "pairs", &fleet.pairs.to_string());
            put(&mut out, "masters", &fleet.masters);
            put(&mut out, "replicas", &fleet.replicas);
        }
        for cause in &incident.causes {
            put(&mut out, if cause.right { "the-cause" } else { "a-cause" }, &cause.id);
            for quote in &cause.shows {
                put(&mut out, "shows", &quote.written());
            }
            for (code, words) in cause.words.iter() {
                put(&mut out, &format!("choice {code}"), words);
            }
            for (code, answer) in cause.answer.iter() {
                put(&mut out, &format!("answer {code}"), answer);
            }
        }
        for condition in &incident.cure.holds {
            put(&mut out, "holds", condition);
        }
        put(&mut out, "seconds", &incident.cure.seconds.to_string());
        for (code, said) in incident.words.iter() {
            put(&mut out, &format!("title {code}"), &said.title);
            put(&mut out, &format!("symptom {code}"), &said.symptom);
            put(&mut out, &format!("about {code}"), &said.about);
            put(&mut out, &format!("question {code}"), &said.question);
            for hint in &said.hints {
                put(&mut out, &format!("hint {code}"), hint);
            }
            put(&mut out, &format!("mend {code}"), &said.mend);
            put(&mut out, &format!("lid {code}"), &said.lid);
        }
    }
    put(&mut out, "end", "");
    out
}

/// Reads what [`packed`] wrote.
///
/// # Errors
/// Says the first line that is not of this form.
pub fn read(text: &str) -> Result<Vec<Incident>, Unreadable> {
    let mut incidents: Vec<Incident> = Vec::new();
    fields(text, INCIDENTS, |name, value| {
        let (name, code) = name.split_once(' ').unwrap_or((name, ""));
        if name == "incident" {
            incidents.push(Incident { id: value, ..Incident::default() });
            return Some(());
        }
        let incident = incidents.last_mut()?;
        match name {
            "scene" => incident.scene = value,
            "minutes" => incident.minutes = value.parse().ok()?,
            "eras" => incident.eras = value,
            "node" => incident.node = value,
            "panel" => incident.panel = value,
            "pairs" => incident.fleet = Some(Fleet { pairs: value.parse().ok()?, ..Fleet::default() }),
            "masters" => incident.fleet.as_mut()?.masters = value,
            "replicas" => incident.fleet.as_mut()?.replicas = value,
            "the-cause" | "a-cause" => incident.causes.push(Cause { id: value, right: name == "the-cause", ..Cause::default() }),
            "shows" => incident.causes.last_mut()?.shows.push(Quote::read(&value)?),
            "choice" => *incident.causes.last_mut()?.words.entry(code) = value,
            "answer" => *incident.causes.last_mut()?.answer.entry(code) = value,
            "holds" => incident.cure.holds.push(value),
            "seconds" => incident.cure.seconds = value.parse().ok()?,
            "title" => incident.words.entry(code).title = value,
            "symptom" => incident.words.entry(code).symptom = value,
            "about" => incident.words.entry(code).about = value,
            "question" => incident.words.entry(code).question = value,
            "hint" => incident.words.entry(code).hints.push(value),
            "mend" => incident.words.entry(code).mend = value,
            "lid" => incident.words.entry(code).lid = value,
            _ => return None,
        }
        Some(())
    })?;
    Ok(incidents)
}

#[cfg(feature = "folder")]
mod folder;
#[cfg(feature = "folder")]
pub use folder::read_all;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stands_for_many_and_other_braces_stay() {
        let scene = "era 2.8\neach 12: at 6{i*37%1000}ms r-{i}: SET k{i}:{1..9} {i/2} {32 bytes}\nnode x\n";
        let text = spread(scene).expect("well formed");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 14);
        assert_eq!(lines[1], "at 6037ms r-01: SET k01:{1..9} {i/2} {32 bytes}");
        assert_eq!((lines[12], lines[13]), ("at 6444ms r-12: SET k12:{1..9} {i/2} {32 bytes}", "node x"));
        for (scene, line) in [("each 0: x", 1), ("a\neach 1001: x", 2), ("each x: y", 1), ("each 3 x", 1), ("each -1: x", 1)] {
            assert_eq!(spread(scene), Err(line), "{scene}");
        }
        assert_eq!(numbered("{i {i*3} {i*1%0} {i}", 7, 7), "{i {i*3} {i*1%0} 7");
        let fleet = Fleet { pairs: 540, masters: "m-{i}".into(), replicas: "r-{i}".into() };
        assert_eq!(fleet.pair(13), ("m-013".to_owned(), "r-013".to_owned()));
    }

    #[test]
    fn what_is_packed_is_read_again_and_half_a_file_is_none() {
        let said = |code: &str| Said {
            title: format!("{code} `lag`"),
            symptom: "It\nfails.".into(),
            about: "a\\b".into(),
            question: "Why?".into(),
            hints: vec!["1".into(), "2".into()],
            mend: "m".into(),
            lid: "l".into(),
        };
        let both =
            |of: &dyn Fn(&str) -> String| ["en", "zh"].into_iter().map(|code| (code.to_owned(), of(code))).collect::<Spoken<String>>();
        let cause = |id: &str, right| Cause {
            id: id.into(),
            right,
            shows: vec![Quote::read("master cli DBSIZE -> (integer) 0").expect("a quote")],
            words: both(&|code| format!("{code} {id}")),
            answer: both(&|code| format!("no, {code}")),
        };
        let whole = Incident {
            id: "01-a".into(),
            scene: "node master\n".into(),
            minutes: 6,
            eras: "2.8 3.2".into(),
            node: "master".into(),
            panel: "fleet".into(),
            fleet: Some(Fleet { pairs: 540, masters: "m-{i}".into(), replicas: "r-{i}".into() }),
            causes: vec![cause("x", false), cause("y", true)],
            cure: Cure { holds: vec!["master good = 2".into(), "now >= 1s".into()], seconds: 10 },
            words: ["en", "zh"].into_iter().map(|code| (code.to_owned(), said(code))).collect(),
        };
        let all = vec![whole, Incident { id: "02-b".into(), ..Incident::default() }];
        let text = packed(&all);
        assert_eq!(read(&text).as_deref(), Ok(&all[..]));
        assert_eq!(all[0].right(), Some(1));
        assert_eq!(read(&text[..text.len() - 5]).map_err(|why| why.line), Err(text.lines().count()));
        assert_eq!(read("resync-incidents\t1\nscene\tx\nend\t\n").map_err(|why| why.line), Err(2), "a scene of no incident");
        assert_eq!(read("resync-lessons\t1\nend\t\n").map_err(|why| why.line), Err(1));
    }

    #[test]
    fn a_quote_says_whose_where_and_what() {
        for text in ["r-013 info master_link_status:up", "writer client NOREPLICAS Not", "m log # Connection with slave x lost."] {
            assert_eq!(Quote::read(text).map(|quote| quote.written()).as_deref(), Some(text));
        }
        for text in ["", "master", "master info", "master disk x", "master cli DBSIZE"] {
            assert_eq!(Quote::read(text), None, "{text}");
        }
    }
}
