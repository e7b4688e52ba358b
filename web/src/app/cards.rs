//! Refutation cards: fetched when one is wanted, on their page and at the end of lessons.

use super::{App, Msg};
use crate::action::Sheet;
use crate::lessons::fetch;
use crate::lessons::shelf::Index;
use crate::panels::cards::{CardsPage, questions};
use crate::panels::words::rules;
use crate::teach::Step;
use yew::{AttrValue, Context, Html, html};

impl App {
    /// Opens the page of all cards, at the one of this name if there is one.
    pub(super) fn open_card(&mut self, name: &str) {
        self.ui.sheet = Some(Sheet::Cards);
        self.card = Some(AttrValue::from(name.to_owned())).filter(|_| !name.is_empty());
    }

    /// Fetches the cards, if what is open shows some and nobody has fetched them yet.
    pub(super) fn want_cards(&mut self, ctx: &Context<App>) {
        let page = self.ui.sheet == Some(Sheet::Cards);
        let lesson =
            || self.teaching.as_ref().is_some_and(|teaching| teaching.place.step == Step::Open && !teaching.course().cards.is_empty());
        if (page || lesson()) && self.cards.want() {
            self.fetch_cards(ctx);
        }
    }
    /// Fetches what did not come once more.
    pub(super) fn cards_again(&mut self, ctx: &Context<App>) {
        if self.cards.again() {
            self.fetch_cards(ctx);
        }
    }
    fn fetch_cards(&self, ctx: &Context<App>) {
        let link = ctx.link().clone();
        fetch::cards(move |text| link.send_message(Msg::Cards(text)));
    }

    /// The page of all cards.
    pub(super) fn cards_page(&self) -> Html {
        let questions = if let Index::Here(entries) = self.shelf.index() { questions(entries, self.t()) } else { Vec::new() };
        html! {
            <CardsPage cards={self.cards.clone()} named={self.card.clone()} {questions} rules={rules(&self.views)} t={self.t()} on={self.on.clone()} />
        }
    }
}
