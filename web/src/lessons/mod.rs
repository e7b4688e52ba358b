//! Lessons on the page, and what the page says of the run that is open: the words of its lesson, or its text's own.
//!
//! Each lesson is a folder of `web/lessons` (see [`resync_lessons`]). The build packs them into files beside the page, which fetches their index when it
//! opens and a lesson when somebody opens that. Only the first one is compiled in, from the same folder: the first paint waits for nothing.

pub mod cards;
pub mod fetch;
pub mod shelf;
pub mod told;

pub use resync_lessons::{Entry, Goal, Lesson, Variant};

/// The first lesson of the menu: what a new visitor sees.
#[must_use]
pub fn first() -> Lesson {
    const PACKED: &str = include_str!(concat!(env!("OUT_DIR"), "/first-lesson.txt"));
    resync_lessons::packed::read_lesson(PACKED).expect("the build packed it")
}

/// Every folder, for tests.
#[cfg(test)]
pub(crate) fn folders() -> Vec<resync_lessons::folder::Folder> {
    let lessons = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
    resync_lessons::folder::read_all(&lessons).unwrap_or_else(|why| panic!("{why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Tab;
    use crate::i18n::Lang;

    #[test]
    fn the_page_knows_what_every_lesson_asks_it_to_open() {
        for folder in folders() {
            let look = &folder.lesson.look;
            assert!(Tab::named(&look.tab).is_some(), "{}: there is no tab {}", folder.lesson.id, look.tab);
        }
    }

    #[test]
    fn lessons_are_complete_in_every_language_that_falls_back_on_none() {
        let preferred = Lang::ALL.iter().map(|lang| lang.strings().preferred);
        let complete: Vec<&str> = preferred.filter(|codes| codes.len() == 1).map(|codes| codes[0]).collect();
        assert_eq!(complete, resync_lessons::COMPLETE);
    }

    #[test]
    fn the_lesson_that_is_compiled_in_is_the_first_folder() {
        assert_eq!(first(), folders()[0].lesson);
    }
}
