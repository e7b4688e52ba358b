//! The speaker's notes: put together beside the presenter, shown in another window of the same browser, whose keys drive the presenter.

use super::windows::{Listener, Speaker};
use super::{App, Msg};
use crate::i18n::{Lang, class_of, course_of};
use crate::keys;
use crate::panels::class::SpeakersNotes;
use crate::panels::presenter::standing;
use crate::teach::ahead;
use crate::teach::class::guide;
use crate::teach::class::notes::{self, Message, Notes};
use crate::teach::class::wall::Wall;
use crate::teach::{Given, Laid, Step};
use crate::{address, browser};
use resync_lessons::Spoken;
use resync_lessons::course::Ask;
use std::rc::Rc;
use web_sys::window;
use yew::{Context, Html, html};

/// One end of the channel, whose other ends speak to the page.
pub(super) fn speaker(ctx: &Context<App>) -> Speaker {
    let link = ctx.link().clone();
    Speaker::new(move |text| link.send_message(Msg::Heard(text)))
}

impl App {
    /// This window shows the notes of a class in another one, and nothing else.
    pub(super) fn listen_to_class(&mut self, ctx: &Context<App>) {
        browser::set_fragment(&format!("#{}", address::NOTES));
        browser::mark_root("data-notes", true);
        self.desk.borrow_mut().player.pause();
        self.listener = Some(Listener::default());
        let mut speaker = speaker(ctx);
        speaker.say(&Message::Hello);
        self.speaker = Some(speaker);
    }

    /// Opens that window.
    pub(super) fn open_notes(&mut self) {
        let Some(window) = window() else { return };
        let page = window.location().href().unwrap_or_default();
        let url = address::whole(&page, &format!("#{}", address::NOTES));
        let opened = window.open_with_url_and_target_and_features(&url, "resync-notes", "popup,width=760,height=860");
        if !matches!(opened, Ok(Some(_))) {
            self.say(class_of(self.t()).notes.blocked.to_owned());
        }
    }

    /// Another window has said something.
    pub(super) fn heard(&mut self, ctx: &Context<App>, text: &str) {
        match (notes::read(text), &mut self.listener) {
            (Some(Message::Notes(notes)), Some(listener)) => *listener = Listener { notes: Some(Rc::from(notes)), over: false },
            (Some(Message::Over), Some(listener)) => listener.over = true,
            (Some(Message::Hello), None) => {
                if let Some(speaker) = &mut self.speaker {
                    speaker.again();
                }
            }
            (Some(Message::Key(name)), None) if self.present.is_some() => {
                let class = keys::in_class(&name).map(Msg::ClassKey);
                if let Some(msg) = class.or_else(|| keys::meaning(&name, false).map(Msg::Key)) {
                    ctx.link().send_message(msg);
                }
            }
            _ => {}
        }
    }

    /// A key was pressed in the window with the notes.
    pub(super) fn pass_on(&mut self, name: String) {
        if let Some(speaker) = &mut self.speaker {
            speaker.say(&Message::Key(name));
            speaker.again();
        }
    }

    /// Tells the notes' window where the class is, if that has changed.
    pub(super) fn tell_speaker(&mut self) {
        if self.listener.is_some() || self.present.is_none() {
            return;
        }
        let Some(notes) = self.wall().map(|wall| self.notes(&wall)) else { return };
        if let Some(speaker) = &mut self.speaker {
            speaker.say(&Message::Notes(Box::new(notes)));
        }
    }

    /// The window of the notes; nothing in any other.
    #[inline(never)]
    pub(super) fn speakers_page(&self) -> Option<Html> {
        let listener = self.listener.as_ref()?;
        Some(html! { <SpeakersNotes notes={listener.notes.clone()} over={listener.over} t={self.t()} /> })
    }

    #[inline(never)]
    fn notes(&self, wall: &Wall) -> Notes {
        let t = class_of(self.t());
        let text = guide::text(Lang::of(self.t()));
        let hands = wall.vote.as_ref();
        let counted = hands.is_some_and(|hands| !hands.vote.open());
        let advice = hands.and_then(|hands| hands.verdict).map(|(percent, advice)| (t.presenter.advice)(percent, advice));
        let id = self.lesson.as_ref().map_or("", |lesson| lesson.id.as_str());
        let course = self.teaching.as_ref().map(|teaching| teaching.course());
        Notes {
            tag: self.t().tag.to_owned(),
            step: wall.step.map_or_else(|| self.told.title.clone(), |step| (course_of(self.t()).lesson.step)(step).to_owned()),
            title: wall.title.clone(),
            vote: hands.map(|hands| standing(hands, &t.presenter)).unwrap_or_default(),
            advice: advice.unwrap_or_default(),
            how: wall.step.and_then(|step| guide::step(text, step, counted)).unwrap_or_default(),
            say: guide::lesson(text, id).unwrap_or_default(),
            lines: self.lesson_lines(wall.step),
            next: (t.presenter.onward)(wall.onward).to_owned(),
            began_ms: self.present.as_ref().map_or(0, |present| present.began_ms as u64),
            minutes: course.map_or(0, |course| course.minutes),
        }
    }

    /// What the lesson says at a step, the answer among it: whoever stands in front of a class may know it before the curtain is up.
    fn lesson_lines(&self, step: Option<Step>) -> Vec<String> {
        let (Some(teaching), Some(step)) = (&self.teaching, step) else { return Vec::new() };
        let (course, told, preferred) = (teaching.course(), teaching.told(), self.t().preferred);
        let said = |spoken: &Spoken<String>| {
            let text = spoken.get(preferred).cloned().unwrap_or_default();
            told.map_or_else(|| text.clone(), |told| ahead::filled(&text, &told.values, preferred))
        };
        let paragraphs = |text: String| -> Vec<String> { text.split("\n\n").filter(|text| !text.is_empty()).map(str::to_owned).collect() };
        match step {
            Step::Symptom => paragraphs(said(&course.symptom)),
            Step::Parts => paragraphs(said(&course.parts)),
            Step::Bet | Step::See | Step::Transfer => {
                let bet = teaching.bet();
                let (Some(told), Some(right)) = (told, self.right()) else { return Vec::new() };
                let Ask::Choose { choices } = &bet.ask else { return Vec::new() };
                let truth = choices.get(right).map(|choice| said(&choice.words)).unwrap_or_default();
                let feedback = ahead::feedback(bet, told, &Given::Choice(right), teaching.paper(), preferred);
                let mut lines = vec![(class_of(self.t()).notes.truth)(&truth)];
                if step != Step::Bet || teaching.round().laid > Laid::No {
                    lines.extend(paragraphs(feedback));
                }
                lines
            }
            Step::Because => paragraphs(said(&course.because)),
            Step::Twin => paragraphs(self.twin_words()),
            Step::Open => teaching.lesson.goals.iter().map(|goal| said(&goal.words)).collect(),
        }
    }
}
