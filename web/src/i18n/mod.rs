//! Everything the page says, once for each language. A string that one language lacks does not compile.
//!
//! One sub-struct a room. Sentences with numbers in them are functions, so that each language orders its own words. What Redis itself prints
//! (wire, INFO, log lines, directives) is never here.

pub mod branches;
pub mod differs;
mod en;
#[cfg(test)]
mod every_note;
pub mod figures;
pub mod shell;
mod zh;

pub use figures::Figures;
pub use shell::Shell;

use resync_core::note::Note;

/// Says what happened: the note, whose it is, and how an `ip:port` is called.
pub type Say = fn(note: &Note, who: &str, name_of: &dyn Fn(&str) -> String) -> String;

/// A language of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lang {
    /// English.
    En,
    /// 简体中文.
    Zh,
}
impl Lang {
    /// Every language.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// The language's strings.
    #[must_use]
    pub const fn strings(self) -> &'static Strings {
        match self {
            Lang::En => &EN,
            Lang::Zh => &ZH,
        }
    }
    /// The codes of the languages to look for where not everything is said in every one, best first.
    #[must_use]
    pub const fn preferred(self) -> &'static [&'static str] {
        match self {
            Lang::En => &["en"],
            Lang::Zh => &["zh"],
        }
    }
    /// The other one: what the Language button switches to.
    #[must_use]
    pub const fn other(self) -> Lang {
        match self {
            Lang::En => Lang::Zh,
            Lang::Zh => Lang::En,
        }
    }
    /// BCP 47 tag for `<html lang>`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh-CN",
        }
    }
    /// The language that a BCP 47 tag asks for: Chinese for `zh…`, otherwise English.
    #[must_use]
    pub fn from_tag(tag: &str) -> Lang {
        if tag.to_ascii_lowercase().starts_with("zh") { Lang::Zh } else { Lang::En }
    }
}

/// Everything the page says in one language.
pub struct Strings {
    /// Which language this is.
    pub lang: Lang,
    /// Stage, ruler, backlog, verdict, ladder, chart.
    pub figures: Figures,
    /// Header, menu, timeline, inspector, knobs, caption.
    pub shell: Shell,
    /// Every note as a sentence.
    pub say: Say,
}
impl PartialEq for Strings {
    /// There is one value a language, so comparing props costs one byte.
    fn eq(&self, other: &Strings) -> bool {
        self.lang == other.lang
    }
}
impl std::fmt::Debug for Strings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Strings({})", self.lang.tag())
    }
}

static EN: Strings = Strings { lang: Lang::En, figures: en::figures::FIGURES, shell: en::shell::SHELL, say: en::notes::say };
static ZH: Strings = Strings { lang: Lang::Zh, figures: zh::figures::FIGURES, shell: zh::shell::SHELL, say: zh::notes::say };
