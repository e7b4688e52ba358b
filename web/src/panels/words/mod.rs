//! The words of the page: terms with a dotted underline, the card that explains one and points at the thing, and the list of all of them.

pub(crate) mod pointing;

use crate::action::{Action, Look};
use crate::draw::pointer;
use crate::draw::replicas::top;
use crate::i18n::Strings;
use crate::i18n::glossary::{Rules, Term, entry, pieces};
use crate::panels::count::rendered;
use crate::terms::Explained;
use gloo_timers::callback::Timeout;
use pointing::Pointing;
use resync_core::era::Era;
use resync_js::views::Views;
use web_sys::{HtmlElement, HtmlInputElement, InputEvent, KeyboardEvent, MouseEvent};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, component, html, use_effect_with, use_node_ref, use_state_eq};

/// After so long what was opened for a term is drawn, ms.
const SETTLED_MS: u32 = 60;

/// What a word hears: a click or tap, and Enter or Space where the keyboard stands on it.
fn asking(of: Term, on: &Callback<Action>) -> (Callback<MouseEvent>, Callback<KeyboardEvent>) {
    let look = move || Action::Look(Look::Word(Some(Explained { term: of, shown: false })));
    let onclick = on.reform(move |event: MouseEvent| {
        event.stop_propagation();
        event.prevent_default();
        pointing::asked(&event);
        look()
    });
    let onkeydown = {
        let on = on.clone();
        Callback::from(move |event: KeyboardEvent| {
            if !pointer::is_press(&event.key()) {
                return;
            }
            event.stop_propagation();
            event.prevent_default();
            pointing::asked(&event);
            on.emit(look());
            // Who came by keyboard goes on in the card.
            Timeout::new(0, pointing::into_card).forget();
        })
    };
    (onclick, onkeydown)
}

/// A word of the page that is explained when it is clicked or tapped. It is no stop of the Tab key: T leads from word to word.
pub fn term(of: Term, text: &str, t: &'static Strings, rules: Rules, on: &Callback<Action>) -> Html {
    let (onclick, onkeydown) = asking(of, on);
    html! {
        <span class="term" data-term={of.key()} title={entry(t, of, rules).text} role="term" tabindex="-1" {onclick} {onkeydown}>{ text.to_owned() }</span>
    }
}

/// The same within the words of a figure.
pub fn word(of: Term, text: impl Into<AttrValue>, on: &Callback<Action>) -> Html {
    let (onclick, onkeydown) = asking(of, on);
    html! { <tspan class="term" data-term={of.key()} role="term" tabindex="-1" {onclick} {onkeydown}>{ text.into() }</tspan> }
}

/// A text of a figure that begins with a word, or names none.
pub fn begins(of: Option<Term>, text: &str, word_len: usize, on: &Callback<Action>) -> Html {
    match (of, text.split_at_checked(word_len)) {
        (Some(of), Some((first, rest))) => html! { <>{ word(of, first.to_owned(), on) }{ rest.to_owned() }</> },
        _ => html! { { text.to_owned() } },
    }
}

/// A text in which every term is such a word.
pub fn marked(text: &str, t: &'static Strings, rules: Rules, on: &Callback<Action>) -> Html {
    let piece = |piece: crate::i18n::glossary::Piece<'_>| match piece.term {
        Some(of) => term(of, piece.text, t, rules, on),
        None => html! { { piece.text.to_owned() } },
    };
    pieces(text, t, rules).into_iter().map(piece).collect()
}

/// The release whose words are explained: that of the node whose stream is shown.
#[must_use]
pub fn rules(views: &Views) -> Rules {
    Rules::of(top(views).map_or(Era::V7_0, |node| node.era))
}

/// What the card and the list need.
#[derive(Clone, PartialEq, Properties)]
pub struct WordsProps {
    /// The release whose words they are.
    pub rules: Rules,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// All terms, each with its sentence and a button that points at it.
#[component]
pub fn Glossary(props: &WordsProps) -> Html {
    rendered();
    let filter = use_state_eq(String::new);
    let field = use_node_ref();
    use_effect_with((), {
        let field = field.clone();
        move |()| {
            if let Some(field) = field.cast::<HtmlElement>() {
                let _ = field.focus();
            }
        }
    });
    let w = &props.t.shell.words;
    let oninput = {
        let filter = filter.clone();
        Callback::from(move |event: InputEvent| filter.set(event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let wanted = filter.to_ascii_lowercase();
    let fits = |term: &&Term| {
        let entry = entry(props.t, **term, props.rules);
        let has = |text: &str| text.to_ascii_lowercase().contains(&wanted);
        has(entry.word) || entry.forms.iter().any(|form| has(form)) || has(entry.text)
    };
    let found: Vec<Term> = Term::ALL.iter().filter(fits).copied().collect();
    let row = |term: Term| {
        let entry = entry(props.t, term, props.rules);
        let show = props.on.reform(move |_: MouseEvent| Action::Look(Look::Word(Some(Explained { term, shown: true }))));
        html! {
            <div class="entry" key={term.key()}>
                <dt>{ entry.word }</dt>
                <dd>{ entry.text }{ " " }<button type="button" class="plain" onclick={show} aria-label={(w.show_it)(entry.word)}>{ w.show }</button></dd>
            </div>
        }
    };
    // Keys typed into the field are not the page's shortcuts; Escape is.
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        if event.key() != "Escape" {
            event.stop_propagation();
        }
    });
    html! {
        <>
            <p class="muted">{ w.lead }</p>
            <input ref={field} type="search" aria-label={w.search} placeholder={w.search} value={(*filter).clone()} {oninput} {onkeydown} />
            <p class="hidden" role="status">{ (w.found)(found.len()) }</p>
            <dl class="glossary">{ for found.into_iter().map(row) }</dl>
        </>
    }
}

/// What the card shows.
#[derive(Clone, PartialEq, Properties)]
pub struct CardProps {
    /// The term.
    pub open: Explained,
    /// The release whose words they are.
    pub rules: Rules,
    /// Changes when what is on the page may have moved.
    pub moved: u64,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The card of one term, beside the word or beside the thing, which has a ring around it then.
#[component]
pub fn Card(props: &CardProps) -> Html {
    rendered();
    let (card, ring) = (use_node_ref(), use_node_ref());
    use_effect_with((props.open, props.moved), {
        let (card, ring, open, t) = (card.clone(), ring.clone(), props.open, props.t);
        move |_| {
            Pointing { open, t }.place(&card, &ring);
            // A tab or figure that was opened for this is drawn a moment later.
            let later = Timeout::new(SETTLED_MS, move || Pointing { open, t }.place(&card, &ring));
            move || drop(later)
        }
    });
    // The keyboard comes along when the thing is shown, and stays where it was when a word was clicked.
    use_effect_with(props.open, {
        let (card, open) = (card.clone(), props.open);
        move |_| {
            if open.shown
                && let Some(card) = card.cast::<HtmlElement>()
            {
                let _ = card.focus();
            }
        }
    });
    // Where the keyboard was in it, it goes back to the word.
    use_effect_with((), |()| {
        || {
            Timeout::new(0, pointing::back_to_word).forget();
        }
    });
    let w = &props.t.shell.words;
    let of = entry(props.t, props.open.term, props.rules);
    let term = props.open.term;
    let look = |look: Look| props.on.reform(move |_: MouseEvent| Action::Look(look));
    html! {
        <>
            <svg class="ring" aria-hidden="true"><rect ref={ring} rx="6" class="fn" /></svg>
            <div class="explained" role="dialog" aria-label={of.word} tabindex="-1" ref={card}>
                <p><b>{ of.word }</b>{ " " }<span>{ AttrValue::from(of.text) }</span></p>
                <div class="row">
                    if !props.open.shown {
                        <button type="button" class="primary" onclick={look(Look::Word(Some(Explained { term, shown: true })))} aria-label={(w.show_it)(of.word)}>{ w.show }</button>
                    }
                    <button type="button" onclick={look(Look::Sheet(Some(crate::action::Sheet::Words)))}>{ w.all }</button>
                    <span class="space"></span>
                    <button type="button" onclick={look(Look::Word(None))}>{ props.t.shell.header.close }</button>
                </div>
            </div>
        </>
    }
}
