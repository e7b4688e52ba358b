//! The first picture: the page as it opens, drawn natively by the build and written into `index.html`. It is there before the engine is.
//!
//! The same components draw it from the same scene at the same moment as the page that then takes its place; nothing in it is drawn by hand.

use crate::action::{Figure, Tab};
use crate::app::face::{Shown, page};
use crate::caption::Narrator;
use crate::coach;
use crate::draw::Size;
use crate::draw::replicas::selected_replica;
use crate::draw::size::drawn_to;
use crate::i18n::Lang;
use crate::lessons::{self, told::told};
use crate::panels::stage::packets::PacketPool;
use crate::ui::{Opening, Ui};
use resync_js::desk::{Ask, Desk, Lanes, Turn};
use resync_js::views::Shared;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use yew::{BaseComponent, Callback, Html, LocalServerRenderer, Properties, component};

/// A picture of the page.
#[derive(Clone, PartialEq, Properties)]
pub struct StillProps {
    /// In this language.
    pub lang: Lang,
    /// As a phone shows it first.
    pub narrow: bool,
}

#[component]
fn Still(props: &StillProps) -> Html {
    let t = props.lang.strings();
    let lesson = lessons::first();
    let mut desk = Desk::load(&lesson.text).expect("a test reads every scene");
    desk.player.play();
    let at = desk.run().opens_at_us();
    assert_eq!(desk.run_mut().seek_some(at, &|| true), Turn::Done, "a test plays every scene");
    let mut ui = Ui::new(if props.narrow { Figure::Stage } else { Figure::Handshake });
    ui.open(Opening::of(&desk, &lesson, Tab::Guide));
    let views = Shared::new(desk.views(&Ask { node: ui.inspected, chosen: false, link: None, lens: None, packet: None, tab: ui.tab }));
    ui.greet(&views.links);
    let inspection =
        Shared::new(desk.run().inspection(&Ask { node: ui.inspected, chosen: false, link: None, lens: None, packet: None, tab: ui.tab }));
    let mut narrator = Narrator::default();
    narrator.look(&views, selected_replica(&views, ui.selection), t, 0.0);
    page(Shown {
        views: &views,
        dock: &views,
        side: &views,
        inspection: &inspection,
        lanes: &Shared::new(Lanes::default()),
        narrator: &narrator,
        ui: &ui,
        told: &told(desk.run().words(), Some(&lesson), t),
        lesson: Some(&lesson),
        telling: Default::default(),
        seed: desk.run().seed(),
        speed: (desk.player.stop(), desk.player.auto(), desk.player.speed_micro()),
        in_steps: desk.run().opens_paused(),
        advice: Some(coach::advice(&views, ui.selection, false)),
        shown: None,
        case: None,
        alarm: None,
        twin: None,
        going_to: None,
        pool: &PacketPool::default(),
        wall: None,
        sheet: Html::default(),
        t,
        on: &Callback::noop(),
    })
}

/// A figure's box as it starts, which is that of a window of 1 440 × 900, and as a phone of 390 × 844 has it. In other windows the picture is scaled to its
/// box.
const PHONE: [(Size, Size); 4] = [
    (Size::new(1068.0, 186.0), Size::new(316.9, 262.4)),
    (Size::new(1068.0, 191.0), Size::new(316.9, 268.1)),
    (Size::new(321.0, 220.0), Size::new(316.9, 268.1)),
    (Size::new(880.0, 56.0), Size::new(248.6, 53.6)),
];

/// The markup of a component. It waits for nothing from outside.
pub(crate) fn markup<C: BaseComponent>(props: C::Properties) -> String {
    let mut rendered = pin!(LocalServerRenderer::<C>::with_props(props).hydratable(false).render());
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(markup) = rendered.as_mut().poll(&mut cx) {
            return markup;
        }
    }
}

/// A template for each language and each of the two shapes of the page, for `web/first.js` to choose from.
#[must_use]
pub fn templates() -> String {
    let mut all = String::new();
    for lang in Lang::ALL {
        for narrow in [false, true] {
            let (tag, shape) = (lang.strings().tag, if narrow { "narrow" } else { "wide" });
            drawn_to(if narrow { &PHONE } else { &[] });
            all.push_str(&format!(
                "<template lang=\"{tag}\" class=\"{shape}\">{}</template>\n",
                markup::<Still>(StillProps { lang, narrow })
            ));
        }
    }
    drawn_to(&[]);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_picture_is_the_first_scene_in_every_language_and_keeps_the_policy() {
        for lang in Lang::ALL {
            for narrow in [false, true] {
                let html = markup::<Still>(StillProps { lang, narrow });
                let t = lang.strings();
                let title = &lessons::first().words.get(t.preferred).expect("complete").title.clone();
                for part in [title.as_str(), t.figures.stage.title, t.figures.ruler.title, "replica-1", "<svg"] {
                    assert!(html.contains(part), "{} lacks {part}", t.tag);
                }
                for forbidden in [" style=", "<script", "://", " onclick="] {
                    assert!(!html.contains(forbidden), "{} has {forbidden}", t.tag);
                }
            }
        }
    }

    #[test]
    fn it_is_the_same_every_time() {
        let all = templates();
        assert_eq!(all, templates());
        // Each figure has the box of its window: stage and timeline are in every one.
        for size in [PHONE[0].0, PHONE[0].1, PHONE[3].0, PHONE[3].1] {
            assert!(all.contains(&format!("viewBox=\"{}\"", size.view_box())), "{size:?}");
        }
    }
}
