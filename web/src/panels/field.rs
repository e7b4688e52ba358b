//! A field for one quantity: what is typed stays until it is taken, whatever the screen does meanwhile.

use crate::panels::count::rendered;
use web_sys::{FocusEvent, HtmlInputElement, InputEvent, KeyboardEvent};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, classes, component, html, use_state_eq};

/// What a field shows.
#[derive(Clone, PartialEq, Properties)]
pub struct FieldProps {
    /// Accessible name.
    pub name: AttrValue,
    /// The present value.
    pub value: AttrValue,
    /// Further classes.
    #[prop_or_default]
    pub class: &'static str,
    /// There is nothing to set.
    #[prop_or_default]
    pub disabled: bool,
    /// Id of the line that says what is wrong.
    #[prop_or_default]
    pub says: Option<AttrValue>,
    /// Takes what was typed, or does not.
    pub take: Callback<String, bool>,
    /// Told whether what stands in the field is wrong, whenever that may have changed.
    #[prop_or_default]
    pub wrong: Callback<bool>,
}

/// The field. Enter and leaving it hand over what was typed; Escape gives it up. What is not taken stays, and is marked.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    rendered();
    let typed = use_state_eq(|| None::<String>);
    let refused = use_state_eq(|| false);
    let settle = {
        let (typed, refused, told) = (typed.clone(), refused.clone(), props.wrong.clone());
        move |text: Option<String>, wrong: bool| {
            typed.set(text);
            refused.set(wrong);
            told.emit(wrong);
        }
    };
    let hand_over = {
        let (settle, take) = (settle.clone(), props.take.clone());
        move |input: &HtmlInputElement| {
            let text = input.value();
            if take.emit(text.clone()) { settle(None, false) } else { settle(Some(text), true) }
        }
    };
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |e: InputEvent| typed.set(Some(e.target_unchecked_into::<HtmlInputElement>().value())))
    };
    let onblur = {
        let (hand_over, typed) = (hand_over.clone(), typed.clone());
        Callback::from(move |e: FocusEvent| {
            if typed.is_some() {
                hand_over(&e.target_unchecked_into());
            }
        })
    };
    // Keys pressed in a field are not the page's shortcuts.
    let onkeydown = {
        let waits = typed.is_some();
        Callback::from(move |e: KeyboardEvent| {
            e.stop_propagation();
            match e.key().as_str() {
                "Enter" => hand_over(&e.target_unchecked_into()),
                "Escape" if waits => settle(None, false),
                _ => {}
            }
        })
    };
    let value = typed.as_ref().map_or_else(|| props.value.clone(), |text| AttrValue::from(text.clone()));
    html! {
        <input type="text" class={classes!("qty", props.class)} aria-label={props.name.clone()} {value} spellcheck="false" autocomplete="off" inputmode="text"
            disabled={props.disabled} aria-invalid={refused.then_some("true")} aria-describedby={props.says.clone().filter(|_| *refused)}
            {oninput} {onblur} {onkeydown} />
    }
}
