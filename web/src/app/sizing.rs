//! The sheet *Size it*: the address follows the form, and the runs that prove it are played a little each frame.

use super::{App, Msg};
use crate::action::Sheet;
use crate::panels::size::SizePage;
use crate::sized::Wish;
use crate::{address, browser, files};
use resync_core::diagnose::Finding;
use resync_desk::size::from_diagnosis;
use std::rc::Rc;
use yew::{Context, Html, html};

/// Script time of a frame for the runs, ms.
const BUDGET_MS: f64 = 8.0;

impl App {
    /// The address follows the form, and the runs go on, while the sheet is open; whether what it shows has changed.
    pub(super) fn size_frame(&mut self) -> bool {
        let open = self.ui.sheet == Some(Sheet::Size);
        if !open && self.sizing.is_none() {
            return false;
        }
        let sizing = self.sizing.get_or_insert_default();
        let named = open.then_some(sizing.sized.form);
        if named != sizing.named {
            match &named {
                Some(form) => browser::set_fragment(&address::of_size(form)),
                None if browser::fragment().starts_with(&address::of_lesson(address::SIZE)) => browser::set_fragment(""),
                None => {}
            }
            sizing.named = named;
            self.dirty = true;
        }
        open && sizing.go_on(&browser::now, BUDGET_MS)
    }
    /// The sheet.
    pub(super) fn size_page(&self) -> Html {
        let sized = self.sizing.as_ref().map(|sizing| Rc::clone(&sizing.sized)).unwrap_or_default();
        html! { <SizePage {sized} t={self.t()} on={self.on.clone()} /> }
    }
    /// It opens, with the form of a link.
    pub(super) fn open_size(&mut self, link: &str) {
        self.alone.act();
        self.sizing.get_or_insert_default().take_link(link);
        self.ui.sheet = Some(Sheet::Size);
    }
    /// It opens, with what a diagnosis knows.
    pub(super) fn size_finding(&mut self, n: usize) {
        let Some(diagnosis) = self.pasting.as_ref().and_then(|pasting| pasting.pasted.diagnosis.clone()) else { return };
        let finding: Option<&Finding> = diagnosis.findings.get(n);
        let sizing = self.sizing.get_or_insert_default();
        if let Some(form) = from_diagnosis(sizing.sized.form, &diagnosis, finding) {
            sizing.take(form);
        }
        self.ui.sheet = Some(Sheet::Size);
    }
    /// What somebody asks for on it.
    pub(super) fn size_wish(&mut self, ctx: &Context<App>, wish: Wish) {
        let sizing = self.sizing.get_or_insert_default();
        match wish {
            Wish::Open(n) => {
                if let Some(text) = sizing.scene(n).map(str::to_owned) {
                    self.open_text(ctx, &text);
                }
            }
            Wish::Copy(text) => {
                let sender = ctx.link().clone();
                files::copy(&text, move |copied| sender.send_message(Msg::Sized(copied)));
            }
            Wish::Link => {
                let page = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
                let link = address::whole(&page, &address::of_size(&sizing.sized.form));
                let sender = ctx.link().clone();
                files::copy(&link, move |copied| sender.send_message(Msg::Sized(copied)));
            }
            wish => sizing.wish(&wish, browser::now()),
        }
    }
}
