//! What the fragment of the page's address names, and how it is written.

use crate::alarm::link;
use crate::recall::ten;
use crate::teach::class::{handed, own};

/// The names of pages that are no lesson's.
const CLASS: &str = "class";
const GUIDE: &str = "teaching";
/// The speaker's notes.
pub const NOTES: &str = "notes";

/// What a fragment names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Address<'a> {
    /// Nothing.
    Nothing,
    /// A run and a moment of it, as a link carries them: for [`resync_js::share::decode`].
    Run(&'a str),
    /// A refutation card by its id.
    Card(&'a str),
    /// A result of the ten-item test: for [`crate::recall::ten::Taken::read`].
    Ten(&'a str),
    /// A lesson that was handed in, as its link carries it.
    Handed(&'a str),
    /// A lesson that somebody wrote, as its link carries it.
    Own(&'a str),
    /// A rule for the alarm lab, as its link carries it.
    Alarm(&'a str),
    /// What a class has handed in.
    Class,
    /// The teacher's guide.
    Guide,
    /// The speaker's notes of a class in another window.
    Notes,
    /// The sheet *Size it*, with a form as [`resync_desk::size::Form::link`] writes it, or without one.
    Size(&'a str),
    /// A lesson by its id, or a place on the page.
    Name(&'a str),
}

/// What the name of a card begins with.
const CARD: &str = "card-";

/// Reads a fragment, with its `#` or without. A link of a later release is a run as well: its reader says what is wrong with it.
#[must_use]
pub fn read(fragment: &str) -> Address<'_> {
    let name = fragment.strip_prefix('#').unwrap_or(fragment);
    let version = name.strip_prefix('v').and_then(|rest| rest.split_once('.')).map(|(version, _)| version);
    match version {
        Some(version) if !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit()) => Address::Run(fragment),
        _ if name.is_empty() => Address::Nothing,
        _ if name.starts_with(ten::PREFIX) => Address::Ten(name),
        _ if name.starts_with(CARD) => Address::Card(&name[CARD.len()..]),
        _ if name.starts_with(&handed::PREFIX[1..]) => Address::Handed(fragment),
        _ if name.starts_with(&own::PREFIX[1..]) => Address::Own(fragment),
        _ if name.starts_with(link::PREFIX) => Address::Alarm(name),
        _ if name == CLASS => Address::Class,
        _ if name == GUIDE => Address::Guide,
        _ if name == NOTES => Address::Notes,
        _ if name == SIZE => Address::Size(""),
        _ if name.strip_prefix(SIZE).is_some_and(|form| form.starts_with('.')) => Address::Size(&name[SIZE.len() + 1..]),
        _ => Address::Name(name),
    }
}

/// The fragment of the list of incidents, without its `#`.
pub const INCIDENTS: &str = "incidents";

/// The fragment of the sheet of diagnosis, without its `#`.
pub const DIAGNOSE: &str = "diagnose";

/// The fragment of the sheet *Size it*, without its `#` and its form.
pub const SIZE: &str = "size";

/// The fragment of the sheet *Size it* with a form.
#[must_use]
pub fn of_size(form: &resync_desk::size::Form) -> String {
    format!("#{SIZE}.{}", form.link())
}
/// The fragment of the alarm lab, without its `#`.
pub const ALARMS: &str = "alarms";

/// The fragment of the sheet of drills, without its `#`.
pub const DRILLS: &str = "drills";

/// The id of the incident that a name means.
#[must_use]
pub fn incident(name: &str) -> Option<&str> {
    name.strip_prefix("incident-").filter(|id| !id.is_empty())
}

/// The fragment of an incident.
#[must_use]
pub fn of_incident(id: &str) -> String {
    format!("#incident-{id}")
}

/// The fragment of a lesson.
#[must_use]
pub fn of_lesson(id: &str) -> String {
    format!("#{id}")
}

/// The fragment of a refutation card.
#[must_use]
pub fn of_card(id: &str) -> String {
    format!("#{CARD}{id}")
}
/// The id of a card's element on the page of all cards.
#[must_use]
pub fn card_element(id: &str) -> String {
    format!("{CARD}{id}")
}

/// The whole address of a link, from the page's own address and the link's fragment.
#[must_use]
pub fn whole(page: &str, link: &str) -> String {
    format!("{}{link}", page.split('#').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_js::share;

    #[test]
    fn a_fragment_names_a_run_a_lesson_or_nothing() {
        for (fragment, named) in [
            ("", Address::Nothing),
            ("#", Address::Nothing),
            ("#v1.AAECAw", Address::Run("#v1.AAECAw")),
            ("#v2.AAECAw", Address::Run("#v2.AAECAw")),
            ("#08-ring-and-blocks", Address::Name("08-ring-and-blocks")),
            ("#ten1.after.1", Address::Ten("ten1.after.1")),
            ("#card-lag-is-delay", Address::Card("lag-is-delay")),
            ("#timeline", Address::Name("timeline")),
            ("#h1.AAEC", Address::Handed("#h1.AAEC")),
            ("#l1.AAEC", Address::Own("#l1.AAEC")),
            ("#alarms", Address::Name("alarms")),
            ("#alarms.AAEC", Address::Alarm("alarms.AAEC")),
            ("#class", Address::Class),
            ("#teaching", Address::Guide),
            ("#notes", Address::Notes),
            ("#size", Address::Size("")),
            ("#size.7_0.1", Address::Size("7_0.1")),
            ("#sizes", Address::Name("sizes")),
            ("#verdict.of.psync", Address::Name("verdict.of.psync")),
            ("#v.1", Address::Name("v.1")),
        ] {
            assert_eq!(read(fragment), named, "{fragment}");
        }
    }

    #[test]
    fn what_a_run_is_written_as_is_read_as_a_run() {
        assert_eq!(read(&format!("{}AA", share::PREFIX)), Address::Run("#v1.AA"));
    }

    #[test]
    fn what_is_written_is_read_and_takes_the_place_of_what_was_there() {
        assert_eq!(read(&of_lesson("02-b")), Address::Name("02-b"));
        assert_eq!((read(&of_card("a-b")), of_card("a-b")), (Address::Card("a-b"), format!("#{}", card_element("a-b"))));
        assert_eq!(read(&of_incident("02-b")), Address::Name("incident-02-b"));
        assert_eq!((incident("incident-02-b"), incident(INCIDENTS), incident("incident-")), (Some("02-b"), None, None));
        assert_eq!(whole("https://a.example/b/#02-b", "#v1.AA"), "https://a.example/b/#v1.AA");
    }
}
