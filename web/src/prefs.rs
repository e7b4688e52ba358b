//! What the person chose for this page: language, colours, motion. Kept in localStorage where the browser allows it.

use crate::action::Choice;
use crate::i18n::Lang;
use web_sys::{Storage, window};

const LANG: &str = "resync.lang";
const SCHEME: &str = "resync.scheme";
const MOTION: &str = "resync.motion";

/// The choices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prefs {
    /// Language; at first the browser's.
    pub lang: Lang,
    /// Colours.
    pub scheme: Choice,
    /// Motion.
    pub motion: Choice,
    /// Whether the browser lets the page store them.
    pub stored: bool,
}

impl Prefs {
    /// Reads what is stored; whatever is missing or odd is as the system says.
    #[must_use]
    pub fn load() -> Prefs {
        let storage = storage();
        let read = |key: &str| storage.as_ref().and_then(|s| s.get_item(key).ok().flatten());
        let lang = read(LANG).or_else(|| window().and_then(|w| w.navigator().language())).unwrap_or_default();
        let choice = |key: &str| read(key).map_or(Choice::System, |text| choice_from(&text));
        Prefs { lang: Lang::from_tag(&lang), scheme: choice(SCHEME), motion: choice(MOTION), stored: storage.is_some() }
    }

    /// Stores them, and tells the stylesheets through attributes of the root element.
    pub fn apply(&mut self) {
        if let Some(root) = window().and_then(|w| w.document()).and_then(|d| d.document_element()) {
            let _ = root.set_attribute("lang", self.lang.tag());
            let scheme = [None, Some("light"), Some("dark")][self.scheme as usize];
            match scheme {
                Some(scheme) => root.set_attribute("data-scheme", scheme),
                None => root.remove_attribute("data-scheme"),
            }
            .unwrap_or_default();
            let _ = root.set_attribute("data-motion", if self.reduced() { "reduced" } else { "full" });
        }
        let write = |s: &Storage| -> Result<(), wasm_bindgen::JsValue> {
            s.set_item(LANG, self.lang.tag())?;
            s.set_item(SCHEME, choice_name(self.scheme))?;
            s.set_item(MOTION, choice_name(self.motion))
        };
        self.stored = storage().is_some_and(|s| write(&s).is_ok());
    }

    /// Whether things move in discrete steps.
    #[must_use]
    pub fn reduced(&self) -> bool {
        match self.motion {
            Choice::System => {
                window().and_then(|w| w.match_media("(prefers-reduced-motion: reduce)").ok().flatten()).is_some_and(|query| query.matches())
            }
            Choice::First => false,
            Choice::Second => true,
        }
    }
}

/// Storage may be switched off, full or forbidden: then there is none.
fn storage() -> Option<Storage> {
    window().and_then(|w| w.local_storage().ok().flatten())
}

fn choice_name(choice: Choice) -> &'static str {
    ["system", "first", "second"][choice as usize]
}

fn choice_from(text: &str) -> Choice {
    Choice::ALL.into_iter().find(|c| choice_name(*c) == text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_stored_by_name_and_odd_ones_mean_the_system() {
        for choice in Choice::ALL {
            assert_eq!(choice_from(choice_name(choice)), choice);
        }
        assert_eq!(choice_from("<script>"), Choice::System);
    }
}
