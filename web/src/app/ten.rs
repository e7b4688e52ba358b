//! The ten-item test on the page: when it is taken, and its result, which the engine grades from the link.

use super::asked::{Checking, Made};
use super::recall::{TEN, fetch_beside, item_words, truth};
use super::{App, Msg};
use crate::action::Sheet;
use crate::format::grouped;
use crate::i18n::memory_of;
use crate::lessons::shelf::{Beside, Index};
use crate::panels::known::KnownPage;
use crate::panels::ten::TenPage;
use crate::panels::words::rules;
use crate::recall::Kind;
use crate::recall::kept::read_sitting;
use crate::recall::known::known;
use crate::recall::shown::{Graded, Item as Shown, Known, Outcome, Read, State, Ten, Time};
use crate::recall::ten::{IDEAS, LATER_DAYS, Taken, sitting};
use crate::recall::when::When;
use crate::teach::Given;
use crate::teach::ahead;
use crate::teach::path;
use crate::{address, browser, files};
use web_sys::window;
use yew::{Context, Html, html};

impl App {
    /// Begins the test, or goes on with the one that is under way.
    pub(super) fn begin_ten(&mut self, when: When) {
        let begun = read_sitting(&self.kept.get(TEN)).filter(|begun| begun.kind == Kind::Ten(when) && !begun.over());
        let today = browser::day();
        let fresh = || sitting(when, today, &mut || (js_sys::Math::random() * 4_294_967_296.0) as u32);
        let sitting = begun.unwrap_or_else(fresh);
        self.checking = None;
        self.sit(sitting);
    }

    /// Shows a result: the engine grades it.
    pub(super) fn read_ten(&mut self, link: &str) {
        self.ui.sheet = Some(Sheet::Ten);
        self.checking = Some(Taken::read(link).map(|taken| Box::new(Checking { taken, done: Vec::new(), made: None, fetching: None })));
    }

    /// A link to a result, into the clipboard.
    pub(super) fn share_ten(&mut self, ctx: &Context<App>, link: String) {
        let base = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
        let sender = ctx.link().clone();
        files::copy(&address::whole(&base, &link), move |copied| sender.send_message(Msg::Ten(copied, link.clone())));
    }
    /// What became of that.
    pub(super) fn shared_ten(&mut self, copied: bool, link: &str) {
        let t = &memory_of(self.t()).ten;
        let said = if copied { t.copied } else { t.in_address };
        if !copied {
            browser::set_fragment(link);
        }
        self.remark(said.to_owned());
    }

    /// Fetches what the next idea needs.
    pub(super) fn check_ten(&mut self, ctx: &Context<App>) {
        let Some(Ok(checking)) = &mut self.checking else { return };
        while let (None, Some(question)) = (&checking.made, checking.question()) {
            match self.shelf.beside(&question.lesson) {
                Beside::Here(lesson) => match Made::of(&lesson, &question) {
                    Some(made) => checking.made = Some(made),
                    None => checking.done.push(None),
                },
                Beside::File(file) => {
                    if checking.fetching.as_ref() != Some(&question.lesson) {
                        checking.fetching = Some(question.lesson.clone());
                        fetch_beside(ctx, question.lesson, &file);
                    }
                    return;
                }
                Beside::Coming => return,
                Beside::Nowhere => checking.done.push(None),
            }
        }
    }
    /// A lesson has come that it waits for, or has not.
    pub(super) fn ten_came(&mut self, id: &str, here: bool) {
        let Some(Ok(checking)) = &mut self.checking else { return };
        if checking.fetching.as_deref() == Some(id) {
            checking.fetching = None;
            if !here {
                checking.done.push(None);
            }
        }
    }
    /// A frame: the present idea is played. `true` if it is graded.
    pub(super) fn ten_frame(&mut self, in_time: &dyn Fn() -> bool) -> bool {
        let Some(Ok(checking)) = &mut self.checking else { return false };
        let Some(made) = &mut checking.made else { return false };
        if !made.ahead.work(in_time) {
            return false;
        }
        let told = made.ahead.told().cloned();
        if let Some(made) = checking.made.take() {
            checking.done.push(told.map(|told| (made.item, Box::new(told))));
        }
        // The next one wants what a frame has not: it is asked for like a wish.
        self.on_ten.emit(());
        true
    }

    /// The page of the test.
    pub(super) fn ten_page(&self) -> Html {
        let ten = Ten { times: self.times(), result: self.outcome() };
        html! { <TenPage {ten} rules={rules(&self.views)} t={self.t()} on={self.on.clone()} /> }
    }

    /// The three times.
    pub(super) fn times(&self) -> Vec<Time> {
        let taken = |when: When| Some(self.kept.get(&format!("{TEN}.{}", when.name()))).filter(|link| Taken::read(link).is_ok());
        let begun = read_sitting(&self.kept.get(TEN)).filter(|begun| !begun.over()).map(|begun| begun.kind);
        let (seen, all) = self.seen();
        let today = browser::day();
        let of = |when: When| {
            if let Some(link) = taken(when) {
                return State::Taken(link);
            }
            if begun == Some(Kind::Ten(when)) {
                return State::Begun;
            }
            match when {
                When::Before | When::Late => State::Now,
                When::After if seen > 0 && seen == all => State::Now,
                When::Later => match taken(When::After).and_then(|link| Taken::read(&link).ok()) {
                    Some(after) if after.day + LATER_DAYS <= today => State::Now,
                    Some(after) => State::In(after.day + LATER_DAYS - today),
                    None => State::ToCome,
                },
                _ => State::ToCome,
            }
        };
        // In place of the first one stands what can be had of it still: its time is over with the first lesson.
        let early = taken(When::Before).is_some() || begun == Some(Kind::Ten(When::Before)) || seen == 0;
        let first = if early { When::Before } else { When::Late };
        [first, When::After, When::Later].into_iter().map(|when| Time { when, state: of(when) }).collect()
    }

    /// Lessons that were seen to their end, and all that ask.
    fn seen(&self) -> (usize, usize) {
        let Index::Here(entries) = self.shelf.index() else { return (0, 0) };
        let all: Vec<_> = entries.iter().filter(|entry| entry.course.is_some()).collect();
        let seen = all.iter().filter(|entry| matches!(self.state_of(&entry.id), path::State::Seen(_))).count();
        (seen, all.len())
    }

    fn outcome(&self) -> Option<Outcome> {
        Some(match self.checking.as_ref()? {
            Err(why) => Outcome::Unread(*why),
            Ok(checking) => {
                let taken = &checking.taken;
                Outcome::Read(Box::new(Read {
                    when: taken.when,
                    day: browser::iso(taken.day),
                    other: Some(taken.behaviour).filter(|behaviour| *behaviour != resync_core::BEHAVIOUR),
                    rows: (0..checking.done.len()).map(|at| self.graded(checking, at)).collect(),
                    whole: checking.done.len() == IDEAS.len(),
                    link: taken.link(),
                }))
            }
        })
    }

    fn graded(&self, checking: &Checking, at: usize) -> Graded {
        let preferred = self.t().preferred;
        let (_, given, sure) = &checking.taken.answers[at];
        let lesson = IDEAS[at].0.to_owned();
        let empty = |right| Graded {
            lesson: lesson.clone(),
            question: String::new(),
            given: String::new(),
            truth: String::new(),
            sure: *sure,
            right,
            feedback: Vec::new(),
        };
        let Some((item, told)) = &checking.done[at] else { return empty(None) };
        let words = item_words(item, told, preferred);
        let so = truth(told);
        let right = ahead::near(&item.bet.ask, told, given, None).unwrap_or(false);
        let spoken = |given: &Given| said(given, &words);
        // Before the first lesson the answers are the lessons' to give.
        let feedback = if matches!(checking.taken.when, When::Before | When::Late) {
            String::new()
        } else {
            ahead::feedback(&item.bet, told, given, None, preferred)
        };
        Graded {
            question: words.question.clone(),
            given: spoken(given),
            truth: so.as_ref().map(spoken).unwrap_or_default(),
            right: Some(right),
            feedback: feedback.split("\n\n").filter(|words| !words.is_empty()).map(str::to_owned).collect(),
            ..empty(None)
        }
    }

    /// What somebody still knows.
    pub(super) fn known_page(&self) -> Html {
        let known = known(&self.memory(), browser::day());
        let rows = self.whole_path().map(|path| path.rows).unwrap_or_default();
        let one = |row: &path::Row| {
            let days = known.iter().find(|known| known.lesson == row.id)?.days.clone();
            Some(Known { id: row.id.clone(), number: row.number, question: row.question.clone(), days })
        };
        let all: Vec<Known> = rows.iter().filter_map(one).collect();
        html! { <KnownPage {all} t={self.t()} on={self.on.clone()} /> }
    }
}

/// An answer in words.
fn said(given: &Given, words: &Shown) -> String {
    match given {
        Given::Choice(at) => words.choices.get(*at).cloned().unwrap_or_default(),
        Given::Number(number) => format!("{} {}", grouped(*number), words.unit).trim_end().to_owned(),
        _ => String::new(),
    }
}
