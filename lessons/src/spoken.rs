//! What is said in several languages.

/// Languages that every lesson speaks. A page in another language shows what a lesson has in that one, and otherwise falls back.
pub const COMPLETE: [&str; 2] = ["en", "zh"];

/// Something said in several languages, by their codes (`en`, `zh`): those of the words' file names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spoken<T>(Vec<(String, T)>);

impl<T> Default for Spoken<T> {
    fn default() -> Spoken<T> {
        Spoken(Vec::new())
    }
}
impl<T> FromIterator<(String, T)> for Spoken<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(all: I) -> Spoken<T> {
        Spoken(all.into_iter().collect())
    }
}
impl<T> Spoken<T> {
    /// What is said in the first of the `preferred` languages that is spoken here, or else in the one that stands first; nothing if none is.
    #[must_use]
    pub fn get(&self, preferred: &[&str]) -> Option<&T> {
        preferred.iter().find_map(|code| self.exactly(code)).or_else(|| self.0.first().map(|(_, said)| said))
    }
    /// What is said in this language.
    #[must_use]
    pub fn exactly(&self, code: &str) -> Option<&T> {
        self.0.iter().find(|(spoken, _)| spoken == code).map(|(_, said)| said)
    }
    /// Every language with what is said in it.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(code, said)| (code.as_str(), said))
    }
    /// What is said in this language, made if it is not there yet.
    pub(crate) fn entry(&mut self, code: &str) -> &mut T
    where
        T: Default,
    {
        let at = self.0.iter().position(|(spoken, _)| spoken == code).unwrap_or_else(|| {
            self.0.push((code.to_owned(), T::default()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }
}
