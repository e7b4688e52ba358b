//! Where a term's card and ring stand: beside what they point at, within the window.

use crate::i18n::Strings;
use crate::i18n::glossary::place;
use crate::terms::Explained;
use wasm_bindgen::JsCast;
use web_sys::{Document, DomRect, Element, HtmlElement, window};
use yew::NodeRef;

/// Between a ring and what it is around, px.
const AIR: f64 = 4.0;
/// Between a card and what it points at, px.
const APART: f64 = 10.0;
/// Between a card and the window's edge, px.
const EDGE: f64 = 8.0;

/// The mark of the word that somebody asked about: the same word may stand in several places.
const ASKED: &str = "data-asked";

fn document() -> Option<Document> {
    window()?.document()
}

/// Marks the word that an event is about.
pub(super) fn asked(event: &web_sys::Event) {
    let word =
        event.target().and_then(|target| target.dyn_into::<Element>().ok()).and_then(|element| element.closest(".term").ok().flatten());
    let (Some(word), Some(document)) = (word, document()) else { return };
    if let Ok(Some(before)) = document.query_selector(&format!("[{ASKED}]")) {
        let _ = before.remove_attribute(ASKED);
    }
    let _ = word.set_attribute(ASKED, "");
}

/// Gives the card the focus.
pub(super) fn into_card() {
    focus(".explained");
}

/// Gives the word that was asked about the focus, if nothing else has it.
pub(super) fn back_to_word() {
    if document().and_then(|document| document.active_element()).is_none_or(|active| active.tag_name() == "BODY") {
        focus(&format!("[{ASKED}]"));
    }
}

fn focus(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(found) = found {
        // An element of SVG takes the focus as well.
        let _ = found.unchecked_into::<HtmlElement>().focus();
    }
}

/// The next word that is drawn, or the one before, from where the keyboard stands on, takes the focus.
pub(crate) fn rove(on: bool) {
    let Some(document) = document() else { return };
    let Ok(found) = document.query_selector_all(".term") else { return };
    let words: Vec<Element> = (0..found.length()).filter_map(|at| found.item(at)?.dyn_into::<Element>().ok()).filter(drawn).collect();
    let Some(last) = words.len().checked_sub(1) else { return };
    let active = document.active_element();
    let at = active.and_then(|active| words.iter().position(|word| *word == active));
    let to = match (at, on) {
        (None, true) => 0,
        (None, false) => last,
        (Some(at), true) => (at + 1) % words.len(),
        (Some(at), false) => at.checked_sub(1).unwrap_or(last),
    };
    let word: HtmlElement = words[to].clone().unchecked_into();
    let _ = word.focus();
}

/// A card that points.
pub(super) struct Pointing {
    pub(super) open: Explained,
    pub(super) t: &'static Strings,
}

impl Pointing {
    /// Puts the card and the ring where they belong now.
    pub(super) fn place(&self, card: &NodeRef, ring: &NodeRef) {
        let Some(window) = window() else { return };
        let (Some(document), Some(card)) = (window.document(), card.cast::<HtmlElement>()) else { return };
        let side = |side: Result<wasm_bindgen::JsValue, _>| side.ok().and_then(|value| value.as_f64()).unwrap_or(0.0);
        let (wide, high) = (side(window.inner_width()), side(window.inner_height()));
        let at = self.target(&document).map(|of| of.get_bounding_client_rect());
        if let Some(ring) = ring.cast::<Element>() {
            let shown = at.as_ref().filter(|_| self.open.shown);
            for (name, value) in around(shown) {
                let _ = ring.set_attribute(name, &format!("{value:.1}"));
            }
        }
        let own = card.get_bounding_client_rect();
        let (left, top) = beside(at.as_ref(), own.width(), own.height(), wide, high);
        let style = card.style();
        let _ = style.set_property("left", &format!("{left:.0}px"));
        let _ = style.set_property("top", &format!("{top:.0}px"));
    }

    /// What is pointed at: the thing, or the word.
    fn target(&self, document: &Document) -> Option<Element> {
        if !self.open.shown {
            let word = format!("[data-term='{}']", self.open.term.key());
            return first_seen(document, &format!("{word}[{ASKED}]"), None).or_else(|| first_seen(document, &word, None));
        }
        let place = place(self.open.term);
        let says = place.says.map(|says| says(self.t));
        let exact = says.and_then(|says| place.within.iter().find_map(|within| first_seen(document, within, Some(says))));
        exact.or_else(|| place.within.iter().find_map(|within| first_seen(document, within, None)))
    }
}

/// The first element of these that is drawn, or within it the smallest one that says these words.
fn first_seen(document: &Document, selector: &str, says: Option<&str>) -> Option<Element> {
    let found = document.query_selector_all(selector).ok()?;
    let elements = (0..found.length()).filter_map(|at| found.item(at)?.dyn_into::<Element>().ok());
    elements.filter(drawn).find_map(|element| match says {
        Some(says) => smallest(&element, says),
        None => Some(element),
    })
}

fn drawn(element: &Element) -> bool {
    let at = element.get_bounding_client_rect();
    at.width() > 0.0 && at.height() > 0.0
}

/// The innermost drawn element that says these words.
fn smallest(within: &Element, says: &str) -> Option<Element> {
    if !within.text_content().is_some_and(|text| text.contains(says)) {
        return None;
    }
    let children = within.children();
    let inner = (0..children.length()).filter_map(|at| children.item(at)).find_map(|child| smallest(&child, says));
    inner.or_else(|| drawn(within).then(|| within.clone()))
}

/// The ring around a place; of no size around none.
fn around(at: Option<&DomRect>) -> [(&'static str, f64); 4] {
    let [x, y, width, height] = at.map_or([0.0; 4], |at| [at.x() - AIR, at.y() - AIR, at.width() + 2.0 * AIR, at.height() + 2.0 * AIR]);
    [("x", x), ("y", y), ("width", width), ("height", height)]
}

/// Where a card of this size stands: below what it points at if there is room, else above it, else over it; never beyond the window.
fn beside(at: Option<&DomRect>, w: f64, h: f64, wide: f64, high: f64) -> (f64, f64) {
    let Some(at) = at else { return within(wide, high, w, h, (wide - w) * 0.5, (high - h) * 0.5) };
    let below = at.bottom() + APART;
    let above = at.top() - APART - h;
    let top = if below + h <= high - EDGE { below } else { above };
    within(wide, high, w, h, at.left(), top)
}

fn within(wide: f64, high: f64, w: f64, h: f64, left: f64, top: f64) -> (f64, f64) {
    (left.min(wide - w - EDGE).max(EDGE), top.min(high - h - EDGE).max(EDGE))
}
