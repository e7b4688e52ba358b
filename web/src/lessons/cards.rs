//! The refutation cards as the page has them: one file, fetched when the first card is wanted.

use super::shelf::Fault;
use resync_lessons::cards;
pub use resync_lessons::cards::{Card, Refuted};
use std::rc::Rc;

/// Where the cards are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Cards {
    /// Nobody wanted one yet.
    #[default]
    Away,
    /// They are being fetched.
    Coming,
    /// They are here.
    Here(Rc<[Card]>),
    /// They did not come.
    Lost(Fault),
}

impl Cards {
    /// They are wanted: whether they have to be fetched.
    pub fn want(&mut self) -> bool {
        let away = *self == Cards::Away;
        if away {
            *self = Cards::Coming;
        }
        away
    }
    /// They are asked for once more, after they did not come: whether they have to be fetched.
    pub fn again(&mut self) -> bool {
        if matches!(self, Cards::Lost(_)) {
            *self = Cards::Away;
        }
        self.want()
    }
    /// What became of fetching them.
    pub fn came(&mut self, text: Result<String, Fault>) {
        *self = match text.and_then(|text| cards::read(&text).map_err(|_| Fault::Unreadable)) {
            Ok(cards) => Cards::Here(cards.into()),
            Err(fault) => Cards::Lost(fault),
        };
    }
    /// Those that are here.
    #[must_use]
    pub fn all(&self) -> &[Card] {
        if let Cards::Here(cards) = self { cards } else { &[] }
    }
    /// Those of these names, in their order.
    #[must_use]
    pub fn named(&self, names: &[String]) -> Vec<Card> {
        names.iter().filter_map(|name| self.all().iter().find(|card| card.id == *name)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_fetched_once_and_asked_for_again_where_they_did_not_come() {
        let card = |id: &str| Card { id: id.to_owned(), ..Card::default() };
        let text = cards::packed(&[card("a"), card("b")]);
        let mut all = Cards::default();
        assert!(all.want() && !all.want());
        all.came(Err(Fault::Unreachable));
        assert!(!all.want(), "nobody asks a second time by looking");
        assert!(all.again() && !all.again());
        all.came(Ok("<!doctype html>".to_owned()));
        assert_eq!(all, Cards::Lost(Fault::Unreadable));
        assert!(all.again());
        all.came(Ok(text));
        assert!(!all.want() && !all.again());
        let named: Vec<String> =
            all.named(&["b".to_owned(), "nobody".to_owned(), "a".to_owned()]).into_iter().map(|card| card.id).collect();
        assert_eq!((all.all().len(), named), (2, vec!["b".to_owned(), "a".to_owned()]));
    }
}
