//! What is opened in place of the run: lessons and their tellings, texts, what the address names.

use super::{App, Msg};
use crate::action::{Sheet, Telling};
use crate::address::{self, Address};
use crate::lessons::shelf::{Next, Wish};
use crate::lessons::told::{Told, told};
use crate::lessons::{self, Lesson, fetch};
use crate::teach::class::own;
use crate::ui::Opening;
use crate::{browser, overlay};
use resync_js::desk::{Desk, Logged};
use resync_js::refusal::Refusal;
use resync_js::share::{self, ShareError};
use resync_lessons::joined;
use std::borrow::Cow;
use std::rc::Rc;
use web_sys::window;
use yew::{AttrValue, Context};

/// Script time that coming in may take before the page is shown, ms: a lesson's past is played well within it, a long one's in turns.
const OPEN_BUDGET_MS: f64 = 120.0;

impl App {
    /// Does what the shelf asks for.
    pub(super) fn go_on(&mut self, ctx: &Context<App>, next: Next) {
        let link = ctx.link().clone();
        match next {
            Next::Rest => {}
            Next::FetchIndex => fetch::index(move |text| link.send_message(Msg::Index(text))),
            Next::Fetch { id, file } => fetch::lesson(&file, move |text| link.send_message(Msg::Lesson(id, text))),
            Next::Have(lesson, Wish::Open) => {
                self.open_lesson(&lesson);
                self.ui.sheet = None;
                self.recalling = None;
                self.warm_up();
            }
            Next::Have(lesson, Wish::Words) => {
                self.lesson = Some(lesson);
                self.name_page();
            }
            Next::Show => self.ui.sheet = Some(Sheet::Lessons),
        }
    }

    /// A lesson's scene takes the place of the run that is open.
    pub(super) fn open_lesson(&mut self, lesson: &Rc<Lesson>) {
        match Desk::load(&lesson.text) {
            Ok(desk) => {
                self.replace(desk, Some(lesson));
                self.come_in();
                self.teach(lesson);
                // What opens without a name in the address needs none.
                let named = if self.shelf.is_first(&lesson.id) { String::new() } else { address::of_lesson(&lesson.id) };
                if !named.is_empty() || !browser::fragment().is_empty() {
                    browser::set_fragment(&named);
                }
            }
            Err(why) => self.refuse(&why),
        }
    }

    /// A text takes the place of the run that is open; one that is not taken stays in the sandbox's box, with the reason below it.
    pub(super) fn open_text(&mut self, ctx: &Context<App>, text: &str) {
        if joined::is_one(text) {
            return self.open_own(text);
        }
        match Desk::load(text) {
            Ok(desk) => {
                self.alone.act();
                self.replace(desk, None);
                self.come_in();
                self.recognise(ctx);
                browser::set_fragment("");
                self.ui.sheet = None;
            }
            Err(why) => {
                self.ui.sheet = Some(Sheet::Sandbox);
                self.ui.refused = Some(why);
                self.ui.draft = Some(text.to_owned());
            }
        }
    }

    /// A lesson that somebody wrote takes the place of the run; one that is not taken stays in the sandbox's box, with everything that is wrong with it.
    fn open_own(&mut self, text: &str) {
        let read = joined::read(text).map_err(Refusal::Lesson);
        match read.and_then(|lesson| Desk::load(&lesson.text).map(|_| lesson)) {
            Ok(lesson) => {
                self.alone.act();
                self.ui.sheet = None;
                self.own = Some((lesson.id.clone(), own::encode(text)));
                self.open_lesson(&Rc::new(lesson));
                browser::set_fragment("");
            }
            Err(why) => {
                self.ui.sheet = Some(Sheet::Sandbox);
                self.ui.refused = Some(why);
                self.ui.draft = Some(text.to_owned());
            }
        }
    }

    /// The open run came as a text: if it is one of a lesson, that lesson's words and other tellings belong to it.
    pub(super) fn recognise(&mut self, ctx: &Context<App>) {
        let id = {
            let desk = self.desk.borrow();
            let words = desk.run().words();
            let titled = || self.shelf.titled(words.title()).unwrap_or_default();
            if words.lesson().is_empty() { titled() } else { words.lesson() }.to_owned()
        };
        if !id.is_empty() {
            let next = self.shelf.want(&id, Wish::Words);
            self.go_on(ctx, next);
        }
    }

    /// The open lesson, told in one of its ways.
    pub(super) fn tell(&mut self, telling: Telling) {
        let Some(lesson) = self.lesson.clone() else { return };
        let text = match telling {
            Telling::Own => Some(lesson.text.clone()),
            Telling::Variant(i) => lesson.variants.get(i).map(|variant| lesson.telling(variant)),
        };
        if let Some(Ok(desk)) = text.map(|text| Desk::load(&text)) {
            self.replace(desk, Some(&lesson));
            self.telling = telling;
            self.come_in();
        }
    }

    /// What the open lesson asks a person to bring about, and whether it has come true; for the sheet that shows it.
    pub(super) fn goals(&self, sheet: Sheet) -> Vec<(AttrValue, bool)> {
        let Some(lesson) = self.lesson.as_ref().filter(|_| sheet == Sheet::About) else { return Vec::new() };
        let desk = self.desk.borrow();
        let words = |goal: &lessons::Goal| goal.words.get(self.t().preferred).cloned().unwrap_or_default();
        lesson.goals.iter().map(|goal| (AttrValue::from(words(goal)), desk.run().holds(&goal.when))).collect()
    }

    /// A run or a scene that the address names.
    pub(super) fn open_fragment(&mut self, ctx: &Context<App>, hash: &str) {
        let link = match address::read(hash) {
            Address::Nothing => return,
            Address::Class => return self.ui.sheet = Some(Sheet::Class),
            Address::Guide => return self.ui.sheet = Some(Sheet::Guide),
            Address::Own(link) => {
                return match own::decode(link) {
                    Some(text) => self.open_text(ctx, &text),
                    None => self.refuse(&Refusal::Link(ShareError::Encoding)),
                };
            }
            Address::Notes => return self.listen_to_class(ctx),
            Address::Handed(link) => {
                self.opened = AttrValue::from(format!("{link}\n"));
                return self.ui.sheet = Some(Sheet::Class);
            }
            Address::Name(address::DRILLS) => {
                self.alone.act();
                self.ui.sheet = Some(Sheet::Drills);
                return;
            }
            Address::Name(address::DIAGNOSE) => {
                self.alone.act();
                self.ui.sheet = Some(Sheet::Diagnose);
                return;
            }
            Address::Size(link) => return self.open_size(link),
            Address::Name(address::ALARMS) => return self.open_alarms(),
            Address::Alarm(link) => return self.open_alarm(link),
            Address::Name(address::INCIDENTS) => {
                self.alone.act();
                self.ui.sheet = Some(Sheet::Incidents);
                return self.fetch_incidents(ctx);
            }
            Address::Name(name) if address::incident(name).is_some() => {
                self.alone.act();
                return self.want_incident(ctx, address::incident(name).unwrap_or_default());
            }
            // Not a place on the page, as the skip link names one: perhaps a lesson.
            Address::Name(name) if browser::element(name).is_none() => {
                self.alone.act();
                let next = self.shelf.want(name, Wish::Open);
                return self.go_on(ctx, next);
            }
            Address::Name(_) => return,
            Address::Ten(link) => {
                self.alone.act();
                return self.read_ten(link);
            }
            Address::Card(id) => {
                self.alone.act();
                return self.open_card(id);
            }
            Address::Run(link) => link,
        };
        let opened = share::decode(link).map_err(Refusal::from).and_then(|run| Ok((Desk::load(&run.text)?, run)));
        match opened {
            Ok((desk, run)) => {
                self.alone.act();
                self.replace(desk, None);
                self.recognise(ctx);
                self.desk.borrow_mut().player.pause();
                self.desk
                    .borrow_mut()
                    .run_mut()
                    .expect_fingerprint(run.at_us, run.fingerprint.filter(|_| run.behaviour == resync_core::BEHAVIOUR));
                self.seek(run.at_us);
                // 0: written by the overlay, which knows no engine.
                if run.behaviour != 0 && run.behaviour != resync_core::BEHAVIOUR {
                    self.say((self.t().shell.status.other_behaviour)(run.behaviour, resync_core::BEHAVIOUR));
                }
            }
            Err(why) => self.refuse(&why),
        }
    }

    /// Another run takes the place of this one, and plays.
    pub(super) fn replace(&mut self, desk: Desk, lesson: Option<&Rc<Lesson>>) {
        {
            let mut own = self.desk.borrow_mut();
            own.replace(desk);
            own.log_to(overlay::log);
            own.take_replaced();
            // Nothing moves by itself for who wants no motion.
            if !self.prefs.reduced() {
                own.player.play();
            }
        }
        self.replaced(lesson);
    }

    /// To the moment at which the text of the open run says that one comes in; what lies before it is its past.
    pub(super) fn come_in(&mut self) {
        let (at, paused) = {
            let desk = self.desk.borrow();
            (desk.run().opens_at_us(), desk.run().opens_paused())
        };
        if paused {
            self.desk.borrow_mut().player.pause();
        }
        self.seek_within(at, OPEN_BUDGET_MS);
    }

    /// What was selected, pointed at and said belonged to the old run.
    pub(super) fn replaced(&mut self, lesson: Option<&Rc<Lesson>>) {
        overlay::clear();
        for run in self.desk.borrow().runs() {
            overlay::log(&Logged::Begun { run: run.id(), text: run.scenario_text() });
        }
        self.lesson = lesson.cloned();
        self.telling = Telling::default();
        self.teaching = None;
        self.case = None;
        if let Some(lab) = &mut self.alarming {
            lab.opened = None;
        }
        self.going_to = None;
        let opening = lesson.map_or_else(Opening::default, |lesson| Opening::of(&self.desk.borrow(), lesson, self.ui.tab));
        self.ui.open(opening);
        self.name_page();
    }

    /// The run in focus may be one of another scenario than before, opened beside it: the words are that one's then.
    pub(super) fn retell(&mut self, ctx: &Context<App>) {
        let own = self.teaching.as_ref().is_some_and(|teaching| teaching.owns(self.desk.borrow().run().id()));
        if !own && self.desk.borrow().run().scenario_text() != self.told_of {
            self.lesson = None;
            self.telling = Telling::default();
            self.name_page();
            self.recognise(ctx);
        }
    }

    /// Says what is open, in the page's language.
    pub(super) fn name_page(&mut self) {
        self.desk.borrow().run().scenario_text().clone_into(&mut self.told_of);
        let mut told = told(self.desk.borrow().run().words(), self.lesson.as_deref(), self.t());
        let menu = &self.t().shell.menu;
        for (said, otherwise) in [(&mut told.title, menu.sandbox_title), (&mut told.task, menu.sandbox_try)] {
            if said.is_empty() {
                otherwise.clone_into(said);
            }
        }
        if let Some(title) = self.case_title() {
            told.title = title;
        }
        self.told = told;
        self.name_window();
    }

    /// The window's title.
    pub(super) fn name_window(&self) {
        if let Some(document) = window().and_then(|w| w.document()) {
            document.set_title(&format!("{} · Resync", self.told_now().title));
        }
    }

    /// The words of the open run as they may be shown now: those of a lesson give its answer away before its bet is told.
    pub(super) fn told_now(&self) -> Cow<'_, Told> {
        match self.veil() {
            None => Cow::Borrowed(&self.told),
            Some(veiled) => Cow::Owned(Told {
                title: veiled.title,
                question: self.told.question.clone(),
                about: vec![veiled.words.to_owned()],
                ..Told::default()
            }),
        }
    }
}
