//! The header: what runs, and the buttons of the page.

use crate::action::{Action, Course, Look, Page, Sheet, Telling};
use crate::i18n::{Lang, Strings};
use crate::panels::count::rendered;
use yew::{AttrValue, Callback, Html, Properties, component, html};

/// What the header shows.
#[derive(Clone, PartialEq, Properties)]
pub struct HeaderProps {
    /// Title of the scene.
    pub title: AttrValue,
    /// Eras, nodes, seed.
    pub about: AttrValue,
    /// Which sheet is open.
    pub sheet: Option<Sheet>,
    /// The lesson's other tellings, as their buttons call them …
    pub tellings: Vec<AttrValue>,
    /// … and which telling runs now.
    pub telling: Telling,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The header.
#[component]
pub fn Header(props: &HeaderProps) -> Html {
    rendered();
    let t = &props.t.shell.header;
    let next = Lang::of(props.t).next();
    let sheet = |which: Sheet, text: &'static str| {
        let open = props.sheet == Some(which);
        let click = props.on.reform(move |_| Action::Look(Look::Sheet((!open).then_some(which))));
        html! { <button onclick={click} aria-expanded={open.to_string()} aria-haspopup="dialog">{ text }</button> }
    };
    html! {
        <header>
            <h1>{ "Resync" }</h1>
            <section class="scene" aria-label={props.t.shell.menu.lesson}>
                <h2>{ &props.title }</h2>
                <span class="muted">{ &props.about }</span>
                { sheet(Sheet::About, props.t.shell.menu.more) }
                { for props.tellings.iter().enumerate().map(|(i, name)| {
                    let told = props.telling == Telling::Variant(i);
                    let click = props.on.reform(move |_| Action::Course(Course::Tell(if told { Telling::Own } else { Telling::Variant(i) })));
                    html! { <button key={i} aria-pressed={told.to_string()} onclick={click}>{ name }</button> }
                }) }
            </section>
            { sheet(Sheet::Lessons, t.lessons) }
            { sheet(Sheet::Sandbox, t.sandbox) }
            { sheet(Sheet::Export, t.export) }
            <button onclick={props.on.reform(|_| Action::Look(Look::Sheet(Some(Sheet::Settings))))} aria-label={t.settings} aria-haspopup="dialog"
                aria-expanded={(props.sheet == Some(Sheet::Settings)).to_string()} title={t.settings}>
                <svg class="icon" viewBox="0 0 13 13" aria-hidden="true"><path d="M0 2h6v1.4H0zM9.5 2H13v1.4H9.5zM0 9.6h2.5V11H0zM6 9.6h7V11H6zM7.7.5a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4zM4.2 8.1a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4z" /></svg>
            </button>
            <button onclick={props.on.reform(|_| Action::Look(Look::Sheet(Some(Sheet::Keys))))} aria-label={t.keys} aria-haspopup="dialog"
                aria-expanded={(props.sheet == Some(Sheet::Keys)).to_string()} title={t.keys} class="keys-button">{ "?" }</button>
            <button onclick={props.on.reform(move |_| Action::Page(Page::Language(next.strings().tag)))} aria-label={t.language} lang={next.strings().tag} class="language">{ next.strings().name }</button>
            <button class="share" onclick={props.on.reform(|_| Action::Page(Page::Share))}>{ t.share }</button>
        </header>
    }
}
