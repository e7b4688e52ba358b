//! What the person chose for this page: language, colours, motion. Kept in localStorage where the browser allows it.

use crate::action::{Motion, Scheme};
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
    pub scheme: Scheme,
    /// Motion.
    pub motion: Motion,
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
        let scheme = read(SCHEME).map_or(Scheme::System, |text| Scheme::ALL[place(SCHEMES, &text)]);
        let motion = read(MOTION).map_or(Motion::System, |text| Motion::ALL[place(MOTIONS, &text)]);
        Prefs { lang: Lang::from_tag(&lang), scheme, motion, stored: storage.is_some() }
    }

    /// Stores them, and tells the stylesheets through attributes of the root element.
    pub fn apply(&mut self) {
        if let Some(root) = window().and_then(|w| w.document()).and_then(|d| d.document_element()) {
            let _ = root.set_attribute("lang", self.lang.strings().tag);
            match self.scheme {
                Scheme::System => root.remove_attribute("data-scheme"),
                Scheme::Light => root.set_attribute("data-scheme", "light"),
                Scheme::Dark => root.set_attribute("data-scheme", "dark"),
            }
            .unwrap_or_default();
            let _ = root.set_attribute("data-motion", if self.reduced() { "reduced" } else { "full" });
        }
        let write = |s: &Storage| -> Result<(), wasm_bindgen::JsValue> {
            s.set_item(LANG, self.lang.strings().tag)?;
            s.set_item(SCHEME, SCHEMES[self.scheme as usize][0])?;
            s.set_item(MOTION, MOTIONS[self.motion as usize][0])
        };
        self.stored = storage().is_some_and(|s| write(&s).is_ok());
    }

    /// Whether things move in discrete steps.
    #[must_use]
    pub fn reduced(&self) -> bool {
        match self.motion {
            Motion::System => {
                window().and_then(|w| w.match_media("(prefers-reduced-motion: reduce)").ok().flatten()).is_some_and(|query| query.matches())
            }
            Motion::Full => false,
            Motion::Reduced => true,
        }
    }
}

/// What the page keeps of lessons: under names, in the browser's storage where it allows that, and else until the page is closed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Kept {
    here: std::collections::BTreeMap<String, String>,
}

impl Kept {
    /// What is kept under a name; empty if nothing is.
    #[must_use]
    pub fn get(&self, name: &str) -> String {
        let stored = || storage().and_then(|s| s.get_item(name).ok().flatten());
        self.here.get(name).cloned().or_else(stored).unwrap_or_default()
    }
    /// Keeps a text.
    pub fn put(&mut self, name: &str, text: String) {
        if let Some(storage) = storage() {
            // Refused where it is full: then it is kept here.
            let _ = storage.set_item(name, &text);
        }
        self.here.insert(name.to_owned(), text);
    }
}

/// Storage may be switched off, full or forbidden: then there is none.
fn storage() -> Option<Storage> {
    window().and_then(|w| w.local_storage().ok().flatten())
}

/// Stored names of the schemes, in the order of [`Scheme::ALL`]: what is written, and what earlier releases wrote.
const SCHEMES: [[&str; 2]; 3] = [["system", "system"], ["light", "first"], ["dark", "second"]];
/// Those of the motions, in the order of [`Motion::ALL`].
const MOTIONS: [[&str; 2]; 3] = [["system", "system"], ["full", "first"], ["reduced", "second"]];

/// The place of a stored name; an odd one means the system's choice, which is the first.
fn place(names: [[&str; 2]; 3], text: &str) -> usize {
    names.iter().position(|of| of.contains(&text)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_stored_by_name_and_odd_ones_mean_the_system() {
        for scheme in Scheme::ALL {
            assert!(SCHEMES[scheme as usize].iter().all(|name| Scheme::ALL[place(SCHEMES, name)] == scheme));
        }
        for motion in Motion::ALL {
            assert!(MOTIONS[motion as usize].iter().all(|name| Motion::ALL[place(MOTIONS, name)] == motion));
        }
        assert_eq!((place(SCHEMES, "dark"), place(MOTIONS, "reduced"), place(MOTIONS, "<script>")), (2, 2, 0));
    }
}
