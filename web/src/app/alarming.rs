//! The alarm lab: weathers are played and rules evaluated a little each frame while its sheet is open; a cell's run opens in the playground.

use super::{App, Msg};
use crate::action::Sheet;
use crate::address;
use crate::alarm::{PERIODS_S, Wish, link};
use crate::browser;
use crate::files;
use crate::panels::alarms::AlarmsPage;
use resync_alarms::scrape::Scraper;
use std::rc::Rc;
use web_sys::window;
use yew::{Context, Html, html};

/// Script time of a frame for the lab, ms.
const BUDGET_MS: f64 = 9.0;

impl App {
    /// Opens the lab.
    pub(super) fn open_alarms(&mut self) {
        self.alone.act();
        self.ui.sheet = Some(Sheet::Alarms);
        self.alarming.get_or_insert_default();
    }
    /// The same with the rule of a link; one that is none is not taken.
    pub(super) fn open_alarm(&mut self, fragment: &str) {
        self.open_alarms();
        match link::decode(fragment) {
            Some((text, hold)) => self.alarming.get_or_insert_default().write(text, hold),
            None => self.refuse(&resync_js::refusal::Refusal::Link(resync_js::share::ShareError::Encoding)),
        }
    }
    /// Goes on, if the sheet is open; whether that changed what it shows.
    pub(super) fn alarm_frame(&mut self) -> bool {
        let open = self.ui.sheet == Some(Sheet::Alarms);
        if !open && self.alarming.is_none() {
            return false;
        }
        let lab = self.alarming.get_or_insert_default();
        if lab.named != open {
            lab.named = open;
            let fragment = address::of_lesson(address::ALARMS);
            let here = browser::fragment();
            let own = here == fragment || here.starts_with(&format!("#{}", link::PREFIX));
            match open {
                true if !own => browser::set_fragment(&fragment),
                false if own => browser::set_fragment(""),
                _ => {}
            }
        }
        if !open {
            return false;
        }
        let began = browser::now();
        lab.go_on(&|| browser::now() - began < BUDGET_MS)
    }
    /// The sheet.
    pub(super) fn alarms_page(&self) -> Html {
        let Some(lab) = &self.alarming else { return Html::default() };
        html! { <AlarmsPage shown={Rc::clone(&lab.shown)} t={self.t()} on={self.on.clone()} /> }
    }
    /// What somebody asks for in it.
    pub(super) fn alarm_wish(&mut self, ctx: &Context<App>, wish: Wish) {
        let lab = self.alarming.get_or_insert_default();
        let (text, hold, scraper) = (lab.shown.text.clone(), lab.shown.hold.clone(), lab.shown.scraper);
        match wish {
            Wish::Text(text) => lab.write(text, hold),
            Wish::For(hold) => lab.write(text, hold),
            Wish::Period(s) => {
                let period_ms = s.clamp(PERIODS_S[0], PERIODS_S[1]) * 1_000;
                lab.scrape(Scraper { period_ms, phase_ms: scraper.phase_ms % period_ms });
            }
            Wish::Phase(s) => lab.scrape(Scraper { phase_ms: (s.clamp(0, PERIODS_S[1]) * 1_000) % scraper.period_ms, ..scraper }),
            Wish::Take(id) => lab.take(id),
            Wish::Made(text) => lab.write(text, String::new()),
            Wish::Choose(row, weather) => lab.choose(row, weather),
            Wish::Open => self.open_weather(ctx),
            Wish::Back => self.open_alarms(),
            Wish::Link => self.link_alarm(ctx),
            Wish::Export(what) => {
                if let Some((name, mime, text)) = lab.export(what)
                    && let Err(why) = files::download(&name, mime, &text)
                {
                    self.refuse(&resync_js::refusal::Refusal::Browser(why));
                }
            }
        }
    }
    /// The run of the chosen cell, at the moment that tells most.
    fn open_weather(&mut self, ctx: &Context<App>) {
        let Some(lab) = &self.alarming else { return };
        let shown = Rc::clone(&lab.shown);
        let Some((_, tried)) = shown.tried() else { return };
        let at_us = tried.telling_ms().unsigned_abs() * 1_000;
        self.open_text(ctx, shown.weather().scenario);
        self.desk.borrow_mut().player.pause();
        self.seek(at_us);
        self.ui.reads = true;
        self.alarming.get_or_insert_default().opened = Some(shown);
    }
    /// A link to the rule, into the clipboard; where there is none, into the address.
    fn link_alarm(&mut self, ctx: &Context<App>) {
        let Some(lab) = &self.alarming else { return };
        let fragment = link::encode(&lab.shown.text, &lab.shown.hold);
        let Some(window) = window() else { return };
        let url = address::whole(&window.location().href().unwrap_or_default(), &fragment);
        let (sender, chars) = (ctx.link().clone(), fragment.len());
        files::copy(&url, move |copied| sender.send_message(Msg::Copied(if copied { Ok(chars) } else { Err(fragment.clone()) })));
    }
}
