//! The lessons that the page has, is fetching, or could not fetch. Pure: each call says what is to be done next, and the page does it.

use resync_lessons::{Entry, Lesson, packed};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Why something did not arrive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The server cannot be reached, or the connection broke off.
    Unreachable,
    /// The server answers with this status instead.
    Status(u16),
    /// What came is no lesson and no index.
    Unreadable,
}

/// What a lesson is wanted for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    /// Its scene is to take the place of the run that is open.
    Open,
    /// The run that is open is of it: its words and other tellings belong on the page. Nobody is told if they do not come.
    Words,
}

/// What the page is to do next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Next {
    /// Nothing.
    Rest,
    /// Fetch the index, then call [`Shelf::index_came`].
    FetchIndex,
    /// Fetch this file, then call [`Shelf::lesson_came`].
    Fetch {
        /// Whose it is.
        id: String,
        /// Where it lies, beside the index.
        file: String,
    },
    /// Do with this lesson what it was wanted for.
    Have(Rc<Lesson>, Wish),
    /// Show the shelf: something that a person asked for did not come.
    Show,
}

/// Where a lesson is that is not to be opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Beside {
    /// Here.
    Here(Rc<Lesson>),
    /// In this file, beside the index: fetch it, then call [`Shelf::lesson_came`].
    File(String),
    /// The index is on its way.
    Coming,
    /// In no place that this page knows.
    Nowhere,
}

/// The index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Index {
    /// It is being fetched.
    Coming,
    /// It is here.
    Here(Rc<[Entry]>),
    /// It did not come.
    Lost(Fault),
}

/// The shelf. A clone is cheap, and it is what the menu shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shelf {
    first: String,
    index: Index,
    read: BTreeMap<String, Rc<Lesson>>,
    wanted: Option<(String, Wish)>,
    lost: Option<(String, Fault)>,
}

impl Shelf {
    /// A shelf with the lesson that is compiled in; the index is to be fetched.
    #[must_use]
    pub fn new(first: Rc<Lesson>) -> Shelf {
        let id = first.id.clone();
        let mut read = BTreeMap::new();
        read.insert(id.clone(), first);
        Shelf { first: id, index: Index::Coming, read, wanted: None, lost: None }
    }
    /// Whether this is the lesson that the page opens with.
    #[must_use]
    pub fn is_first(&self, id: &str) -> bool {
        self.first == id
    }
    /// What the menu lists.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }
    /// The lesson that is to be opened as soon as it is here.
    #[must_use]
    pub fn opening(&self) -> Option<&str> {
        self.wanted.as_ref().filter(|(_, wish)| *wish == Wish::Open).map(|(id, _)| id.as_str())
    }
    /// The lesson that was to be opened and did not come, and why.
    #[must_use]
    pub fn lost(&self) -> Option<(&str, Fault)> {
        self.lost.as_ref().map(|(id, fault)| (id.as_str(), *fault))
    }
    /// The lesson with this title in any language: how links of earlier releases name theirs.
    #[must_use]
    pub fn titled(&self, title: &str) -> Option<&str> {
        let Index::Here(entries) = &self.index else { return None };
        entries.iter().find(|entry| entry.cards.iter().any(|(_, card)| card.title == title)).map(|entry| entry.id.as_str())
    }

    /// Where a lesson is that is wanted for something in it, whatever is open.
    #[must_use]
    pub fn beside(&self, id: &str) -> Beside {
        match (self.read.get(id), &self.index) {
            (Some(lesson), _) => Beside::Here(Rc::clone(lesson)),
            (None, Index::Here(entries)) => match entries.iter().find(|entry| entry.id == id) {
                Some(entry) => Beside::File(entry.file.clone()),
                None => Beside::Nowhere,
            },
            (None, Index::Coming) => Beside::Coming,
            (None, Index::Lost(_)) => Beside::Nowhere,
        }
    }

    /// A lesson is wanted. What was wanted before is forgotten.
    pub fn want(&mut self, id: &str, wish: Wish) -> Next {
        let under_way = self.wanted.as_ref().is_some_and(|(wanted, _)| wanted == id) && matches!(self.index, Index::Here(_));
        self.wanted = None;
        self.lost = None;
        if let Some(lesson) = self.read.get(id) {
            return Next::Have(Rc::clone(lesson), wish);
        }
        let file = match &self.index {
            // An address that names none, or a text of another page's lesson.
            Index::Here(entries) => match entries.iter().find(|entry| entry.id == id) {
                Some(entry) => Some(entry.file.clone()),
                None => return Next::Rest,
            },
            Index::Coming | Index::Lost(_) => None,
        };
        self.wanted = Some((id.to_owned(), wish));
        match (file, &self.index) {
            (Some(_), _) if under_way => Next::Rest,
            (Some(file), _) => Next::Fetch { id: id.to_owned(), file },
            (None, Index::Lost(_)) => {
                self.index = Index::Coming;
                Next::FetchIndex
            }
            (None, _) => Next::Rest,
        }
    }
    /// The person asks for what did not come again.
    pub fn again(&mut self) -> Next {
        if let Some((id, _)) = self.lost.take() {
            return self.want(&id, Wish::Open);
        }
        if matches!(self.index, Index::Lost(_)) {
            self.index = Index::Coming;
            return Next::FetchIndex;
        }
        Next::Rest
    }
    /// What became of fetching the index.
    pub fn index_came(&mut self, text: Result<String, Fault>) -> Next {
        match text.and_then(|text| packed::read_index(&text).map_err(|_| Fault::Unreadable)) {
            Ok(entries) => {
                self.index = Index::Here(entries.into());
                match self.wanted.take() {
                    Some((id, wish)) => self.want(&id, wish),
                    None => Next::Rest,
                }
            }
            Err(fault) => {
                self.index = Index::Lost(fault);
                self.give_up(fault)
            }
        }
    }
    /// What became of fetching a lesson.
    pub fn lesson_came(&mut self, id: &str, text: Result<String, Fault>) -> Next {
        let lesson = text.and_then(|text| packed::read_lesson(&text).map_err(|_| Fault::Unreadable));
        let wanted = self.wanted.as_ref().is_some_and(|(wanted, _)| wanted == id);
        match lesson.and_then(|lesson| if lesson.id == id { Ok(Rc::new(lesson)) } else { Err(Fault::Unreadable) }) {
            Ok(lesson) => {
                self.read.insert(id.to_owned(), Rc::clone(&lesson));
                // Somebody may have asked for another one meanwhile.
                match self.wanted.take_if(|_| wanted) {
                    Some((_, wish)) => Next::Have(lesson, wish),
                    None => Next::Rest,
                }
            }
            Err(fault) if wanted => self.give_up(fault),
            Err(_) => Next::Rest,
        }
    }
    /// What is wanted does not come.
    fn give_up(&mut self, fault: Fault) -> Next {
        match self.wanted.take() {
            Some((id, Wish::Open)) => {
                self.lost = Some((id, fault));
                Next::Show
            }
            Some((_, Wish::Words)) | None => Next::Rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::folders;

    /// A shelf as it is when the page opens, and the index and the lessons as they lie beside it.
    fn opened() -> (Shelf, String, Vec<(Rc<Lesson>, String)>) {
        let folders = folders();
        let index = packed::index(&folders.iter().map(resync_lessons::folder::Folder::entry).collect::<Vec<_>>());
        let lessons: Vec<_> = folders.into_iter().map(|folder| (Rc::new(folder.lesson.clone()), packed::lesson(&folder.lesson))).collect();
        (Shelf::new(Rc::clone(&lessons[0].0)), index, lessons)
    }

    #[test]
    fn the_first_lesson_is_there_and_others_are_fetched_once() {
        let (mut shelf, index, lessons) = opened();
        let (first, other) = (&lessons[0].0, &lessons[1].0);
        assert_eq!(shelf.want(&first.id, Wish::Open), Next::Have(Rc::clone(first), Wish::Open), "without an index");
        assert_eq!(shelf.index_came(Ok(index)), Next::Rest);
        let Next::Fetch { id, file } = shelf.want(&other.id, Wish::Open) else { panic!("{shelf:?}") };
        assert!(id == other.id && file.starts_with(&id), "{file}");
        assert_eq!(shelf.opening(), Some(other.id.as_str()));
        assert_eq!(shelf.want(&other.id, Wish::Open), Next::Rest, "it is under way");
        assert_eq!(shelf.lesson_came(&id, Ok(lessons[1].1.clone())), Next::Have(Rc::clone(other), Wish::Open));
        assert_eq!(shelf.opening(), None);
        assert_eq!(shelf.want(&other.id, Wish::Words), Next::Have(Rc::clone(other), Wish::Words));
        assert_eq!(shelf.want("no-such-lesson", Wish::Open), Next::Rest);
        // For something in it, nothing is opened and nothing forgotten.
        let third = &lessons[2];
        assert!(matches!(shelf.beside(&third.0.id), Beside::File(file) if file.starts_with(&third.0.id)));
        assert_eq!(shelf.lesson_came(&third.0.id, Ok(third.1.clone())), Next::Rest);
        assert_eq!((shelf.beside(&third.0.id), shelf.beside("no-such-lesson")), (Beside::Here(Rc::clone(&third.0)), Beside::Nowhere));
    }

    #[test]
    fn an_address_may_ask_before_the_index_is_there() {
        let (mut shelf, index, lessons) = opened();
        let last = &lessons.last().expect("a lesson").0;
        assert_eq!(shelf.want(&last.id, Wish::Open), Next::Rest);
        assert!(matches!(shelf.index_came(Ok(index)), Next::Fetch { id, .. } if id == last.id));
        assert_eq!(shelf.titled(&last.words.exactly("zh").expect("complete").title), Some(last.id.as_str()));
    }

    #[test]
    fn what_does_not_come_is_said_and_asked_for_again() {
        let (mut shelf, index, lessons) = opened();
        let (other, text) = &lessons[1];
        // The index first.
        shelf.want(&other.id, Wish::Open);
        assert_eq!(shelf.index_came(Err(Fault::Unreachable)), Next::Show);
        assert_eq!((shelf.index(), shelf.lost()), (&Index::Lost(Fault::Unreachable), Some((other.id.as_str(), Fault::Unreachable))));
        assert_eq!((shelf.again(), shelf.index()), (Next::FetchIndex, &Index::Coming));
        // Then the lesson, in every way.
        assert!(matches!(shelf.index_came(Ok(index)), Next::Fetch { .. }), "the wish is not forgotten");
        for (came, fault) in [
            (Err(Fault::Status(404)), Fault::Status(404)),
            (Ok("<!doctype html>".to_owned()), Fault::Unreadable),
            (Ok(lessons[0].1.clone()), Fault::Unreadable),
        ] {
            assert_eq!(shelf.lesson_came(&other.id, came), Next::Show);
            assert_eq!((shelf.lost(), shelf.opening()), (Some((other.id.as_str(), fault)), None));
            assert!(matches!(shelf.again(), Next::Fetch { .. }));
        }
        assert_eq!(shelf.lesson_came(&other.id, Ok(text.clone())), Next::Have(Rc::clone(other), Wish::Open));
        assert_eq!(shelf.lost(), None);
        assert_eq!(shelf.again(), Next::Rest);
    }

    #[test]
    fn an_index_that_nobody_waits_for_is_lost_quietly() {
        let (mut shelf, index, lessons) = opened();
        assert_eq!(shelf.index_came(Ok("resync-lessons\t2\n".into())), Next::Rest);
        assert_eq!(shelf.index(), &Index::Lost(Fault::Unreadable));
        assert_eq!(shelf.want(&lessons[1].0.id, Wish::Words), Next::FetchIndex);
        assert!(matches!(shelf.index_came(Ok(index)), Next::Fetch { .. }));
        assert_eq!(shelf.lesson_came(&lessons[1].0.id, Err(Fault::Unreachable)), Next::Rest, "words that do not come are no news");
        assert_eq!(shelf.lost(), None);
    }

    #[test]
    fn who_changes_their_mind_gets_the_last_wish() {
        let (mut shelf, index, lessons) = opened();
        let _ = shelf.index_came(Ok(index));
        let (slow, fast) = (&lessons[1], &lessons[2]);
        let _ = shelf.want(&slow.0.id, Wish::Open);
        let _ = shelf.want(&fast.0.id, Wish::Open);
        assert_eq!(shelf.lesson_came(&fast.0.id, Ok(fast.1.clone())), Next::Have(Rc::clone(&fast.0), Wish::Open));
        assert_eq!(shelf.lesson_came(&slow.0.id, Ok(slow.1.clone())), Next::Rest);
        assert_eq!(shelf.want(&slow.0.id, Wish::Open), Next::Have(Rc::clone(&slow.0), Wish::Open), "it is kept all the same");
    }
}
