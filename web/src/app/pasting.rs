//! The sheet of diagnosis: the texts are read as they are pasted. They are kept nowhere but here.

use super::App;
use crate::action::Sheet;
use crate::address;
use crate::browser;
use crate::panels::diagnose::DiagnosePage;
use crate::pasted::Wish;
use resync_core::diagnose::scene;
use std::rc::Rc;
use yew::{Context, Html, html};

impl App {
    /// The address follows the sheet.
    pub(super) fn diagnose_frame(&mut self) {
        let open = self.ui.sheet == Some(Sheet::Diagnose);
        if open == self.pasting.as_ref().is_some_and(|pasting| pasting.named) {
            return;
        }
        let fragment = address::of_lesson(address::DIAGNOSE);
        match open {
            true => browser::set_fragment(&fragment),
            false if browser::fragment() == fragment => browser::set_fragment(""),
            false => {}
        }
        self.pasting.get_or_insert_default().named = open;
        self.dirty = true;
    }
    /// The sheet.
    pub(super) fn diagnose_page(&self) -> Html {
        let pasted = self.pasting.as_ref().map(|pasting| Rc::clone(&pasting.pasted)).unwrap_or_default();
        html! { <DiagnosePage {pasted} t={self.t()} on={self.on.clone()} /> }
    }
    /// What somebody asks for on it.
    pub(super) fn diagnose_wish(&mut self, ctx: &Context<App>, wish: Wish) {
        let pasting = self.pasting.get_or_insert_default();
        match wish {
            Wish::Text(which, text) => {
                let reader = pasting.reader.get_or_insert_default();
                Rc::make_mut(&mut pasting.pasted).take(which, text, browser::now(), reader);
            }
            Wish::Size(n) => self.size_finding(n),
            Wish::Clear => pasting.pasted = Rc::default(),
            Wish::Open(n) => {
                let diagnosis = pasting.pasted.diagnosis.as_ref();
                let text = diagnosis.and_then(|diagnosis| scene(diagnosis, diagnosis.findings.get(n)?));
                if let Some(text) = text {
                    self.open_text(ctx, &text);
                }
            }
        }
    }
}
