//! What is handed in, and the sheets of a class.

use super::presenting::NAME;
use super::{App, Msg};
use crate::action::Sheet;
use crate::lessons::shelf::Index;
use crate::panels::class::{ClassTable, Code, Guide, HandIn};
use crate::teach::class::handed::{self, Answer, Handed};
use crate::teach::{Round, kept};
use crate::{address, files};
use resync_js::share;
use resync_lessons::course::Ask;
use std::rc::Rc;
use web_sys::window;
use yew::{AttrValue, Context, Html, html};

/// The page's own address.
fn page() -> String {
    window().and_then(|w| w.location().href().ok()).unwrap_or_default()
}

/// The first answer to a question; nothing before its truth was told.
fn answer(round: &Round, ask: &Ask) -> Option<Answer> {
    let near = round.first?;
    let (given, sure) = round.opened.clone().unwrap_or_else(|| (round.given.clone(), round.sure));
    Some(Answer { given: kept::given_text(&given, ask), sure, near })
}

impl App {
    /// The open lesson as it is handed in; nothing where none is, before its bet was told, and in front of a class.
    fn handed(&self) -> Option<Handed> {
        let teaching = self.teaching.as_ref().filter(|_| self.keeps())?;
        let (course, place) = (teaching.course(), &teaching.place);
        let because = place.because.and_then(|at| {
            let holds = *teaching.ahead.told()?.sentences.get(at)?;
            Some((u8::try_from(at).ok()?, holds))
        });
        let desk = self.desk.borrow();
        Some(Handed {
            name: self.kept.get(NAME),
            lesson: teaching.lesson.id.clone(),
            behaviour: resync_core::BEHAVIOUR,
            bet: answer(&place.bet, &course.bet.ask)?,
            because,
            transfer: course.transfer.as_ref().and_then(|transfer| answer(&place.transfer, &transfer.bet.ask)),
            goals: teaching.lesson.goals.iter().map(|goal| desk.run().holds(&goal.when)).collect(),
            minute: (js_sys::Date::now() / 60_000.0) as u64,
        })
    }

    fn handed_link(&self) -> Option<String> {
        self.handed().map(|handed| address::whole(&page(), &handed::encode(&handed)))
    }

    pub(super) fn copy_handed(&mut self, ctx: &Context<App>) {
        let Some(link) = self.handed_link() else { return };
        let (sender, chars) = (ctx.link().clone(), link.chars().count());
        let fragment = link.split_once('#').map_or_else(String::new, |(_, rest)| format!("#{rest}"));
        files::copy(&link, move |copied| sender.send_message(Msg::Copied(if copied { Ok(chars) } else { Err(fragment.clone()) })));
    }

    /// The fragment that opens a lesson: its name, or all of it if somebody wrote it.
    fn link_of(&self, id: &str) -> String {
        self.own.as_ref().filter(|(own, _)| own == id).map_or_else(|| address::of_lesson(id), |(_, link)| link.clone())
    }

    /// The sheets of a class.
    pub(super) fn class_page(&self, sheet: Sheet) -> Html {
        let (t, on) = (self.t(), self.on.clone());
        let entries = match self.shelf.index() {
            Index::Here(entries) => entries.as_ref(),
            _ => &[],
        };
        match sheet {
            Sheet::HandIn => html! { <HandIn name={self.kept.get(NAME)} link={self.handed_link().map(AttrValue::from)} {t} {on} /> },
            Sheet::Class => {
                let title = |entry: &crate::lessons::Entry| {
                    (entry.id.clone(), entry.cards.get(t.preferred).map(|card| card.title.clone()).unwrap_or_default())
                };
                let titles = Rc::new(entries.iter().map(title).collect::<Vec<_>>());
                let east = -(js_sys::Date::new_0().get_timezone_offset() as i64);
                html! { <ClassTable key={self.opened.to_string()} pasted={self.opened.clone()} {titles} {east} {t} {on} /> }
            }
            Sheet::Code => {
                let lesson = self.lesson.as_ref().map(|lesson| AttrValue::from(address::whole(&page(), &self.link_of(&lesson.id))));
                let run = AttrValue::from(address::whole(&page(), &share::encode(&self.desk.borrow().run().shared())));
                html! { <Code {lesson} {run} {t} {on} /> }
            }
            Sheet::Guide => {
                html! { <Guide lessons={Rc::new(entries.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>())} {t} {on} /> }
            }
            _ => Html::default(),
        }
    }
}
