//! What the page says of the run that is open. A text that speaks for itself is heard first, then the lesson that it is of.

use crate::i18n::Strings;
use resync_core::scenario::{Topic, Words};
use resync_lessons::Lesson;

/// The words of the open run in the page's language; each may be empty.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Told {
    /// Title, for the header and the window.
    pub title: String,
    /// What it is to answer.
    pub question: String,
    /// What is to be seen and what it means, paragraph by paragraph.
    pub about: Vec<String>,
    /// Where to look.
    pub watch: String,
    /// What to try: it goes on behind “Try this:”.
    pub task: String,
}

/// Puts together what a text says by itself and what its lesson says.
#[must_use]
pub fn told(own: &Words, lesson: Option<&Lesson>, t: &Strings) -> Told {
    let preferred = t.preferred;
    let words = lesson.and_then(|lesson| lesson.words.get(preferred));
    let mine = |topic: Topic| own.get(topic, preferred).to_owned();
    let or = |mine: String, theirs: &str| if mine.is_empty() { theirs.to_owned() } else { mine };
    let Some(words) = words else {
        let [title, question, watch, task] = [Topic::Title, Topic::Question, Topic::Watch, Topic::Task].map(mine);
        return Told { title, question, about: Vec::new(), watch, task };
    };
    // A scene carries its lesson's English title, which is no reason to stay English.
    let english = lesson.and_then(|lesson| lesson.words.exactly("en")).map_or("", |words| &words.title);
    let title = mine(Topic::Title);
    Told {
        title: if title == english { words.title.clone() } else { or(title, &words.title) },
        question: or(mine(Topic::Question), &words.line),
        about: words.about.split("\n\n").map(str::to_owned).collect(),
        watch: mine(Topic::Watch),
        task: or(mine(Topic::Task), &words.try_first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::lessons::folders;
    use resync_core::scenario::parse;

    #[test]
    fn a_text_speaks_for_itself_in_the_page_s_language() {
        let text = "title A cut\nwords zh title 断开\nwords en question How long?\nwords en task cut it.\nwords zh task 断开它。\nnode a\n";
        let own = parse(text).expect("a scenario").words;
        let english = told(&own, None, Lang::En.strings());
        assert_eq!((english.title.as_str(), english.question.as_str(), english.task.as_str()), ("A cut", "How long?", "cut it."));
        let chinese = told(&own, None, Lang::Zh.strings());
        assert_eq!((chinese.title.as_str(), chinese.question.as_str(), chinese.task.as_str()), ("断开", "How long?", "断开它。"));
        assert_eq!(told(&Words::default(), None, Lang::En.strings()), Told::default());
    }

    #[test]
    fn the_scene_of_a_lesson_has_the_lesson_s_words() {
        for folder in folders() {
            let own = parse(&folder.lesson.text).expect("a scenario").words;
            for lang in Lang::ALL {
                let said = told(&own, Some(&folder.lesson), lang.strings());
                let words = folder.lesson.words.get(lang.strings().preferred).expect("complete");
                assert_eq!(
                    (&said.title, &said.question, &said.task),
                    (&words.title, &words.line, &words.try_first),
                    "{}",
                    folder.lesson.id
                );
                assert_eq!(said.about.join("\n\n"), words.about);
            }
        }
    }

    #[test]
    fn what_a_person_wrote_into_a_lesson_s_text_is_heard_first() {
        let lesson = folders().remove(0).lesson;
        let text = lesson.text.replace("title Short cut, long cut", "title My own") + "words en task do this.\n";
        let own = parse(&text).expect("a scenario").words;
        let said = told(&own, Some(&lesson), Lang::En.strings());
        assert_eq!((said.title.as_str(), said.task.as_str()), ("My own", "do this."));
        assert!(!said.question.is_empty() && !said.about.is_empty(), "and the rest is the lesson's");
    }
}
