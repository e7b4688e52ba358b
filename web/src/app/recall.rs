//! Items that come back: a warm-up before a lesson, what was missed once more at its end, the ten-item test. The engine makes each afresh and plays it beside
//! the desk, a little each frame; what is learnt is kept in the browser.

use super::asked::{Made, Recalling};
use super::taught::kept_as;
use super::{App, Msg};
use crate::action::{Action, Sheet};
use crate::browser;
use crate::keys::Key;
use crate::lessons::fetch;
use crate::lessons::shelf::{Beside, Index};
use crate::panels::recall::Recall;
use crate::panels::words::rules;
use crate::recall::kept::{memory_text, read_memory, read_sitting, sitting_text};
use crate::recall::shown::{Asked, Item as Shown, Told as Answered};
use crate::recall::ten::Taken;
use crate::recall::{Kind, Sitting, Wish};
use crate::teach::ahead::{self, filled};
use crate::teach::path::State;
use crate::teach::shown::Truth;
use crate::teach::{Given, Step};
use resync_lessons::course::{Ask, Item};
use resync_lessons::memory::Memory;
use resync_lessons::play::Told;
use yew::{Context, Html, html};

/// Script time of a frame in which an item is played, ms: nothing else is to be seen meanwhile.
const MAKE_MS: f64 = 20.0;
/// Under which name the memory is kept …
const MEMORY: &str = "resync.memory";
/// … and the test that is under way.
pub(super) const TEN: &str = "resync.ten";

/// Under which name the sitting of a lesson is kept.
fn sitting_as(lesson: &str) -> String {
    format!("resync.recall.{lesson}")
}

impl App {
    pub(super) fn memory(&self) -> Memory {
        read_memory(&self.kept.get(MEMORY))
    }

    /// A lesson begins: two items of others come first, if their day has come; or what was under way goes on.
    pub(super) fn warm_up(&mut self) {
        let Some(teaching) = &self.teaching else { return };
        let (id, begins) = (teaching.lesson.id.clone(), teaching.place.step <= Step::Parts);
        let today = browser::day();
        let sitting = match read_sitting(&self.kept.get(&sitting_as(&id))) {
            Some(begun) if !begun.over() => Some(begun),
            Some(done) if done.day == today => None,
            _ if begins => Sitting::warm_up(&self.memory(), &id, today),
            _ => None,
        };
        if let Some(sitting) = sitting {
            self.sit(sitting);
        }
    }

    /// The lesson has been played to its end: its items come back from tomorrow on, and what was missed in the warm-up comes once more.
    pub(super) fn learnt(&mut self) {
        let Some(teaching) = &self.teaching else { return };
        if teaching.place.step != Step::Open && teaching.place.transfer.first.is_none() {
            return;
        }
        let (id, at_end) = (teaching.lesson.id.clone(), teaching.place.step == Step::Open);
        let (mut memory, today) = (self.memory(), browser::day());
        let before = memory.all().len();
        memory.learnt(&id, teaching.course().items.iter().map(|item| item.id.as_str()), today);
        if memory.all().len() != before {
            self.kept.put(MEMORY, memory_text(&memory));
        }
        if at_end && let Some(again) = read_sitting(&self.kept.get(&sitting_as(&id))).and_then(|warm| warm.again(&memory, today)) {
            self.sit(again);
        }
    }

    /// Somebody goes on among items.
    pub(super) fn recall_wish(&mut self, ctx: &Context<App>, wish: Wish) {
        match wish {
            Wish::Due => {
                if let Some(sitting) = Sitting::warm_up(&self.memory(), "", browser::day()) {
                    self.sit(sitting);
                }
            }
            Wish::Ten(when) => self.begin_ten(when),
            Wish::Read(link) => self.read_ten(&link),
            Wish::Link(link) => self.share_ten(ctx, link),
            Wish::Sure(sure) => {
                if let Some(recalling) = &mut self.recalling {
                    recalling.sitting.sure = Some(sure);
                }
                self.keep_sitting();
            }
            Wish::Answer(given) => self.answer(given),
            Wish::Next => {
                if let Some(recalling) = &mut self.recalling {
                    recalling.sitting.go_on();
                    recalling.made = None;
                }
                self.keep_sitting();
                self.close_if_over();
            }
            Wish::Skip => self.skip_sitting(),
        }
    }

    /// Shows a sitting.
    pub(super) fn sit(&mut self, sitting: Sitting) {
        self.recalling = Some(Box::new(Recalling { sitting, made: None, fetching: None }));
        self.ui.sheet = Some(Sheet::Recall);
        self.desk.borrow_mut().player.pause();
        self.keep_sitting();
    }

    fn keep_sitting(&mut self) {
        let Some(recalling) = &self.recalling else { return };
        let sitting = &recalling.sitting;
        let name = if matches!(sitting.kind, Kind::Ten(_)) { TEN.to_owned() } else { sitting_as(&sitting.lesson) };
        let text = sitting_text(sitting);
        self.kept.put(&name, text);
    }

    fn answer(&mut self, given: Given) {
        let today = browser::day();
        let Some(recalling) = &mut self.recalling else { return };
        let Some(made) = &recalling.made else { return };
        let fits = given == Given::Nothing || given.answers(&made.item.bet.ask);
        let asked = recalling.sitting.present().is_some_and(|question| question.answer.is_none());
        let Some(right) = made.right(&given).filter(|_| fits && asked) else { return };
        let at = recalling.sitting.at;
        recalling.sitting.answer(given, right);
        if recalling.sitting.at == at {
            let mut memory = read_memory(&self.kept.get(MEMORY));
            recalling.sitting.remember(&mut memory, today);
            self.kept.put(MEMORY, memory_text(&memory));
        } else {
            recalling.made = None;
        }
        self.keep_sitting();
        self.close_if_over();
    }

    /// Behind the last question the page is as it was before, or the test's result is shown.
    fn close_if_over(&mut self) {
        let Some(recalling) = self.recalling.take_if(|recalling| recalling.sitting.over()) else { return };
        let sitting = recalling.sitting;
        self.ui.sheet = match (Taken::of(&sitting), sitting.lesson.is_empty()) {
            (Some(taken), _) => {
                self.kept.put(&format!("{TEN}.{}", taken.when.name()), taken.link());
                self.kept.put(TEN, String::new());
                self.read_ten(&taken.link());
                Some(Sheet::Ten)
            }
            (None, true) => Some(Sheet::Known),
            (None, false) => None,
        };
    }

    fn skip_sitting(&mut self) {
        let Some(recalling) = &mut self.recalling else { return };
        // The test waits where it is.
        if !matches!(recalling.sitting.kind, Kind::Ten(_)) {
            recalling.sitting.skip();
        }
        self.keep_sitting();
        self.recalling = None;
        if self.ui.sheet == Some(Sheet::Recall) {
            self.ui.sheet = None;
        }
    }

    /// Follows what lies over the page: who closes a question does not want it now. And fetches what the present one needs.
    #[inline(never)]
    pub(super) fn go_on_recalling(&mut self, ctx: &Context<App>) {
        if self.recalling.is_some() && self.ui.sheet != Some(Sheet::Recall) {
            self.skip_sitting();
        }
        self.check_ten(ctx);
        let Some(recalling) = &mut self.recalling else { return };
        while let (None, Some(question)) = (&recalling.made, recalling.sitting.present()) {
            match self.shelf.beside(&question.lesson) {
                Beside::Here(lesson) => match Made::of(&lesson, question) {
                    Some(made) => recalling.made = Some(made),
                    None => recalling.sitting.drop_present(),
                },
                Beside::File(file) => {
                    if recalling.fetching.as_deref() != Some(question.lesson.as_str()) {
                        recalling.fetching = Some(question.lesson.clone());
                        fetch_beside(ctx, question.lesson.clone(), &file);
                    }
                    return;
                }
                Beside::Coming => return,
                Beside::Nowhere => recalling.sitting.drop_present(),
            }
        }
        self.close_if_over();
    }

    /// A lesson that was fetched for an item has come, or has not: then it is not asked.
    pub(super) fn came_beside(&mut self, id: &str) {
        let here = matches!(self.shelf.beside(id), Beside::Here(_));
        self.ten_came(id, here);
        let Some(recalling) = self.recalling.as_mut().filter(|recalling| recalling.fetching.as_deref() == Some(id)) else { return };
        recalling.fetching = None;
        if !here {
            recalling.sitting.drop_present();
        }
    }

    /// A frame: the item's run is played ahead. `true` if there is something to show.
    pub(super) fn recall_frame(&mut self) -> bool {
        let began = browser::now();
        let in_time = || browser::now() - began < MAKE_MS;
        let made = self.recalling.as_mut().and_then(|recalling| recalling.made.as_mut());
        let news = made.is_some_and(|made| made.ahead.work(&in_time));
        self.ten_frame(&in_time) | news
    }

    /// What a key means while a question lies over the page; nothing reaches the run behind it.
    pub(super) fn recall_key(&self, key: Key) -> Option<Action> {
        let recalling = self.recalling.as_ref()?;
        let made = recalling.made.as_ref()?;
        match (key, &made.item.bet.ask) {
            (Key::Node(at), Ask::Choose { choices }) if (at as usize) < choices.len() => {
                Some(Action::Recall(Wish::Answer(Given::Choice(at as usize))))
            }
            _ => None,
        }
    }

    /// The question.
    pub(super) fn recall_page(&self) -> Html {
        let Some(asked) = self.asked() else { return Html::default() };
        html! { <Recall {asked} rules={rules(&self.views)} t={self.t()} on={self.on.clone()} /> }
    }

    fn asked(&self) -> Option<Asked> {
        let recalling = self.recalling.as_ref()?;
        let sitting = &recalling.sitting;
        let question = sitting.present()?;
        let test = matches!(sitting.kind, Kind::Ten(_));
        let made = recalling.made.as_ref().and_then(|made| Some((made, made.ahead.told()?)));
        let told = made.zip(question.answer.as_ref()).and_then(|((made, told), answer)| {
            let preferred = self.t().preferred;
            let feedback = ahead::feedback(&made.item.bet, told, &answer.given, None, preferred);
            let kept = self.memory();
            let kept = kept.all().iter().find(|kept| kept.lesson == question.lesson && kept.item == question.item);
            Some(Answered {
                given: answer.given.clone(),
                truth: truth(told)?,
                right: answer.right,
                feedback: feedback.split("\n\n").filter(|words| !words.is_empty()).map(str::to_owned).collect(),
                days: kept.map_or(1, |kept| i64::from(kept.due) - i64::from(browser::day())),
            })
        });
        Some(Asked {
            kind: sitting.kind,
            place: (sitting.at + 1, sitting.questions.len()),
            from: if test { String::new() } else { self.question_of(&question.lesson) },
            lesson: !sitting.lesson.is_empty(),
            item: made.map(|(made, told)| item_words(&made.item, told, self.t().preferred)),
            sure: sitting.sure,
            told,
        })
    }

    /// A lesson's question.
    pub(super) fn question_of(&self, id: &str) -> String {
        let Index::Here(entries) = self.shelf.index() else { return String::new() };
        let entry = entries.iter().find(|entry| entry.id == id);
        entry.and_then(|entry| entry.cards.get(self.t().preferred)).map(|card| card.line.clone()).unwrap_or_default()
    }
    /// How far somebody is in a lesson.
    pub(super) fn state_of(&self, id: &str) -> State {
        State::glance(&self.kept.get(&kept_as(id)), browser::day())
    }
}

/// Fetches a lesson for something in it.
pub(super) fn fetch_beside(ctx: &Context<App>, id: String, file: &str) {
    let link = ctx.link().clone();
    fetch::lesson(file, move |text| link.send_message(Msg::Lesson(id, text)));
}

/// An item in words, with its values.
pub(super) fn item_words(item: &Item, told: &Told, preferred: &[&str]) -> Shown {
    let one = |words: &resync_lessons::Spoken<String>| filled(words.get(preferred).map_or("", String::as_str), &told.values, preferred);
    let (choices, unit) = match &item.bet.ask {
        Ask::Choose { choices } => (choices.iter().map(|choice| one(&choice.words)).collect(), String::new()),
        Ask::Number { unit, .. } => (Vec::new(), unit.clone()),
        Ask::Curve { .. } | Ask::Order { .. } => (Vec::new(), String::new()),
    };
    Shown { question: together(&one(&item.bet.question)), choices, unit }
}

/// A number and its unit stay on one line.
fn together(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for word in text.split(' ') {
        // What follows a unit may be any sign, or Chinese without a space.
        let unit = ["ms", "s", "B", "KB", "MB"].contains(&word.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default());
        let number = out.chars().last().is_some_and(|last| last.is_ascii_digit());
        if !out.is_empty() {
            out.push(if unit && number { '\u{a0}' } else { ' ' });
        }
        out.push_str(word);
    }
    out
}

/// The truth, as an answer would be.
pub(super) fn truth(told: &Told) -> Option<Given> {
    match ahead::truth(told)? {
        Truth::Choice(at) => Some(Given::Choice(at)),
        Truth::Number(number) => Some(Given::Number(number)),
        Truth::Curve(_) | Truth::Order(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_their_units_stay_together() {
        assert_eq!(together("a is 150 ms, b 2 KB; s is 3 s. c 7 seconds"), "a is 150\u{a0}ms, b 2\u{a0}KB; s is 3\u{a0}s. c 7 seconds");
        assert_eq!(together("缓冲区 16 KB。链路从 10 s 断到 30 s，从节点"), "缓冲区 16\u{a0}KB。链路从 10\u{a0}s 断到 30\u{a0}s，从节点");
        assert_eq!(together(""), "");
    }
}
