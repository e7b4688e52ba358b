//! Everything the page says, once for each language. A string that one language lacks does not compile.
//!
//! One sub-struct a room. Sentences with numbers in them are functions, so that each language orders its own words. What Redis itself prints
//! (wire, INFO, log lines, directives) is never here.
//!
//! A language is a folder beside this file and its `mod` line below; the build makes the list of them. One that is not whole yet takes what it lacks from another by struct update
//! (`Header { lessons: "Lektionen", ..en::shell::SHELL.header }`) and says so in its `preferred`, by which lessons fall back as well.

pub mod alarms;
pub mod branches;
pub mod class;
pub mod coach;
pub mod course;
pub mod diagnose;
pub mod differs;
pub mod drills;
mod en;
#[cfg(test)]
mod every_note;
#[cfg(test)]
mod every_refusal;
pub mod face;
pub mod figures;
pub mod glossary;
pub mod grammar;
pub mod incidents;
pub mod memory;
mod row;
pub mod shell;
pub mod size;
mod strings;
pub mod topology;
mod zh;

pub use figures::Figures;
pub use shell::Shell;
pub use strings::{Say, Strings};

/// What the list of languages, which the build reads from the folders beside this file, yields.
macro_rules! languages {
    ($($lang:ident $folder:ident,)+) => {
        /// A language of the page.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs, reason = "each is named after its language, and its strings say how that calls itself")]
        pub enum Lang {
            $($lang,)+
        }
        impl Lang {
            /// Every language, in the order in which the page offers them. The first is for whoever speaks none of them.
            pub const ALL: [Lang; [$(Lang::$lang,)+].len()] = [$(Lang::$lang,)+];

            /// The language's strings.
            #[must_use]
            pub const fn strings(self) -> &'static Strings {
                match self {
                    $(Lang::$lang => &$folder::STRINGS,)+
                }
            }
            /// What the language says of lessons: apart from the rest, so that it comes with what needs it.
            #[must_use]
            const fn course(self) -> &'static course::Course {
                match self {
                    $(Lang::$lang => &$folder::course::COURSE,)+
                }
            }
            /// What it says of what is remembered: apart as well.
            #[must_use]
            const fn memory(self) -> &'static memory::Memory {
                match self {
                    $(Lang::$lang => &$folder::memory::MEMORY,)+
                }
            }
            /// What it says of drills.
            #[must_use]
            const fn drills(self) -> &'static drills::Drills {
                match self {
                    $(Lang::$lang => &$folder::drills::DRILLS,)+
                }
            }
            /// What it says on the sheet of diagnosis.
            #[must_use]
            const fn diagnose(self) -> &'static diagnose::Diagnose {
                match self {
                    $(Lang::$lang => &$folder::diagnose::DIAGNOSE,)+
                }
            }
            /// What it says on the sheet *Size it*.
            #[must_use]
            const fn size(self) -> &'static size::Size {
                match self {
                    $(Lang::$lang => &$folder::size::SIZE,)+
                }
            }
            /// What it says in the alarm lab.
            #[must_use]
            const fn alarms(self) -> &'static alarms::Alarms {
                match self {
                    $(Lang::$lang => &$folder::alarms::ALARMS,)+
                }
            }
            /// What the language says of incidents.
            #[must_use]
            const fn incidents(self) -> &'static incidents::Incidents {
                match self {
                    $(Lang::$lang => &$folder::incidents::INCIDENTS,)+
                }
            }
            /// What it says in front of a class; apart for the same reason.
            #[must_use]
            const fn class(self) -> &'static class::Class {
                match self {
                    $(Lang::$lang => &$folder::class::CLASS,)+
                }
            }
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// What the language of these strings says of lessons.
#[must_use]
#[inline(never)]
pub fn course_of(strings: &Strings) -> &'static course::Course {
    Lang::of(strings).course()
}

/// What the language of these strings says of what is remembered.
#[must_use]
#[inline(never)]
pub fn memory_of(strings: &Strings) -> &'static memory::Memory {
    Lang::of(strings).memory()
}

/// What the language of these strings says of drills.
#[must_use]
#[inline(never)]
pub fn drills_of(strings: &Strings) -> &'static drills::Drills {
    Lang::of(strings).drills()
}

/// What the language of these strings says on the sheet of diagnosis.
#[must_use]
#[inline(never)]
pub fn diagnose_of(strings: &Strings) -> &'static diagnose::Diagnose {
    Lang::of(strings).diagnose()
}

/// What the language of these strings says on the sheet *Size it*.
#[must_use]
#[inline(never)]
pub fn size_of(strings: &Strings) -> &'static size::Size {
    Lang::of(strings).size()
}

/// What the language of these strings says in the alarm lab.
#[must_use]
#[inline(never)]
pub fn alarms_of(strings: &Strings) -> &'static alarms::Alarms {
    Lang::of(strings).alarms()
}

/// What the language of these strings says of incidents.
#[must_use]
#[inline(never)]
pub fn incidents_of(strings: &Strings) -> &'static incidents::Incidents {
    Lang::of(strings).incidents()
}

/// What the language of these strings says in front of a class.
#[must_use]
#[inline(never)]
pub fn class_of(strings: &Strings) -> &'static class::Class {
    Lang::of(strings).class()
}

impl Lang {
    /// The one after this in the list, and after the last the first: what the Language button goes on to.
    #[must_use]
    pub fn next(self) -> Lang {
        Lang::ALL[(self as usize + 1) % Lang::ALL.len()]
    }
    /// The language of these strings.
    #[must_use]
    pub fn of(strings: &Strings) -> Lang {
        Lang::ALL.into_iter().find(|lang| lang.strings() == strings).unwrap_or(Lang::ALL[0])
    }
    /// The language that a BCP 47 tag asks for: the one with this tag, or else one of the same family (`zh-Hant` is content with `zh-CN`), or else the
    /// first of the list.
    #[must_use]
    pub fn from_tag(tag: &str) -> Lang {
        let family = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let exact = Lang::ALL.into_iter().find(|lang| lang.strings().tag.eq_ignore_ascii_case(tag));
        let near = || Lang::ALL.into_iter().find(|lang| family(lang.strings().tag) == family(tag));
        exact.or_else(near).unwrap_or(Lang::ALL[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_is_reached_from_every_other_and_told_apart() {
        let mut seen = vec![Lang::ALL[0]];
        while seen.len() < Lang::ALL.len() {
            seen.push(seen.last().expect("not empty").next());
        }
        assert_eq!(seen, Lang::ALL);
        assert_eq!(seen.last().expect("not empty").next(), seen[0]);
        for lang in Lang::ALL {
            let strings = lang.strings();
            assert_eq!((Lang::of(strings), Lang::from_tag(strings.tag)), (lang, lang));
            assert!(!strings.name.is_empty() && !strings.preferred.is_empty());
        }
    }

    #[test]
    fn a_tag_finds_its_language_or_one_of_its_family_or_the_first() {
        for (tag, lang) in
            [("zh", Lang::Zh), ("zh-Hant-TW", Lang::Zh), ("ZH-cn", Lang::Zh), ("en-GB", Lang::En), ("tlh", Lang::En), ("", Lang::En)]
        {
            assert_eq!(Lang::from_tag(tag), lang, "{tag}");
        }
    }
}
