//! The form: for each quantity a slider and a field, and a line that says what is wrong with what was typed.

use super::props::SizeProps;
use crate::action::Action;
use crate::i18n::size::Size;
use crate::i18n::{Strings, size_of};
use crate::panels::count::rendered;
use crate::panels::field::Field as Typed;
use crate::panels::steady::steady;
use crate::sized::Wish;
use resync_core::era::Era;
use resync_desk::size::{Field, Form, bytes_text};
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::{AttrValue, Callback, Event, Html, InputEvent, Properties, TargetCast, component, html, use_state_eq};

/// The element that has the focus first.
pub(super) const FIRST: &str = "size-numbers";

/// The form.
pub(super) fn form(props: &SizeProps) -> Html {
    let t = size_of(props.t);
    let form = props.sized.form;
    let by = form.by_writes();
    let fields = |fields: &[Field]| fields.iter().map(|field| row(props, *field)).collect::<Html>();
    let stated = |writes: bool, name: &'static str| {
        html! { <button type="button" class="plain small" aria-pressed={(by == writes).to_string()} onclick={props.wish(Wish::ByWrites(writes))}>{ steady(name) }</button> }
    };
    let infos = props.sized.texts.is_some();
    html! {
        <section class="numbers" aria-label={t.numbers} id={FIRST} tabindex="-1">
            <div class="row">
                <h3>{ t.numbers }</h3><span class="space"></span>
                <button aria-expanded={infos.to_string()} onclick={props.wish(Wish::Infos(!infos))}>{ t.infos }</button>
                <button onclick={props.wish(Wish::Example)}>{ t.example }</button>
            </div>
            if let Some(field) = props.sized.bad_link {
                <p class="grave" role="alert">{ (t.bad_link)(field.map(t.field)) }</p>
            }
            { pasted(props, t) }
            <h4>{ t.parts[0] }</h4>
            <div class="row" role="group" aria-label={t.stated}>{ stated(false, t.by_rate) }{ stated(true, t.by_writes) }</div>
            { if by { fields(&[Field::Writes, Field::Value]) } else { fields(&[Field::Rate]) } }
            <p class="muted">{ rate_line(&form, t) }</p>
            <h4>{ t.parts[1] }</h4>
            { fields(&[Field::Outage, Field::Margin]) }
            <h4>{ t.parts[2] }</h4>
            { fields(&[Field::Dataset, Field::Disk, Field::Network, Field::Load, Field::Fork, Field::Replicas]) }
            { releases(props, t) }
        </section>
    }
}

/// What the rate is, or what it comes to.
fn rate_line(form: &Form, t: &Size) -> String {
    if !form.by_writes() {
        return t.rate_is.to_owned();
    }
    let rate = form.get(Field::Rate);
    let bytes = rate.checked_div(form.get(Field::Writes)).unwrap_or(0);
    (t.each_is)(&format!("{bytes} B"), &(bytes_text(rate) + "/s"))
}

/// The boxes for two INFOs.
fn pasted(props: &SizeProps, t: &'static Size) -> Html {
    let Some(texts) = &props.sized.texts else { return Html::default() };
    let text_box = |which: usize| {
        let oninput = props.on.reform(move |e: InputEvent| {
            let text = e.target_dyn_into::<HtmlTextAreaElement>().map(|area| area.value()).unwrap_or_default();
            Action::Size(Wish::Text(which, text))
        });
        html! { <textarea class="mono" rows="3" spellcheck="false" aria-label={t.boxes[which]} placeholder={t.boxes[which]} value={texts[which].clone()} {oninput} /> }
    };
    let said = props.sized.said.map_or_else(|| t.not_found.to_owned(), |rate| (t.found)(&(bytes_text(rate) + "/s")));
    html! {
        <div class="infos">
            <p class="muted">{ t.infos_lead }</p>
            { text_box(0) }{ text_box(1) }
            <p role="status">{ said }</p>
        </div>
    }
}

/// The releases that know PSYNC.
fn releases(props: &SizeProps, t: &Size) -> Html {
    let known = || Era::ALL.into_iter().filter(|era| era.capabilities().psync);
    let onchange = props.on.reform(|e: Event| {
        let at = e.target_dyn_into::<HtmlSelectElement>().map_or(0, |select| select.selected_index());
        let mut known = Era::ALL.into_iter().filter(|era| era.capabilities().psync);
        Action::Size(Wish::Era(known.nth(usize::try_from(at).unwrap_or(0)).unwrap_or(Era::V7_0)))
    });
    let option = |era: Era| html! { <option selected={era == props.sized.form.era}>{ era.to_string() }</option> };
    html! { <label class="row release"><span class="muted">{ t.release }</span><span class="space"></span><select {onchange}>{ for known().map(option) }</select></label> }
}

/// One quantity.
fn row(props: &SizeProps, field: Field) -> Html {
    html! { <Quantity key={format!("{field:?}")} {field} value={props.sized.form.get(field)} t={props.t} on={props.on.clone()} /> }
}

#[derive(Clone, PartialEq, Properties)]
struct QuantityProps {
    field: Field,
    value: u64,
    t: &'static Strings,
    on: Callback<Action>,
}

/// A slider and a field for one quantity.
#[component]
fn Quantity(props: &QuantityProps) -> Html {
    rendered();
    let t = size_of(props.t);
    let field = props.field;
    let name = (t.field)(field);
    let wrong = use_state_eq(|| false);
    let stops = field.stops();
    let text = field.text(props.value);
    let says = AttrValue::from(format!("size-{field:?}").to_ascii_lowercase());
    let take = {
        let on = props.on.clone();
        Callback::from(move |typed: String| match field.read(&typed) {
            Some(value) => {
                on.emit(Action::Size(Wish::Set(field, value)));
                true
            }
            None => false,
        })
    };
    let oninput = {
        let (on, stops) = (props.on.clone(), stops.clone());
        Callback::from(move |e: InputEvent| {
            let at = e.target_dyn_into::<HtmlInputElement>().map_or(0.0, |input| input.value_as_number());
            if let Some(value) = stops.get(at as usize) {
                on.emit(Action::Size(Wish::Set(field, *value)));
            }
        })
    };
    let (from, to) = field.bounds();
    let told = {
        let wrong = wrong.clone();
        Callback::from(move |is: bool| wrong.set(is))
    };
    html! {
        <div class="quantity">
            <span class="muted">{ name }</span>
            <div class="dial">
                <input type="range" min="0" max={(stops.len() - 1).to_string()} step="1" value={field.stop(props.value).to_string()} aria-label={name} aria-valuetext={text.clone()} {oninput} />
                <Typed name={name} value={text} {take} says={says.clone()} wrong={told} />
            </div>
            <p class="grave" id={says} role="status">{ if *wrong { (t.wrong)(name, &field.text(from), &field.text(to)) } else { String::new() } }</p>
        </div>
    }
}
