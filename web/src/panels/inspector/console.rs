//! redis-cli of one node: a connection on the node's own machine, with its real prompt and formatting.

use crate::action::{Action, Field};
use crate::i18n::Strings;
use crate::panels::count::rendered;
use resync_core::sim::world::Act;
use resync_js::completion::{self, Known};
use resync_js::inspection::{Answer, ConsoleLine, Help, Inspection};
use resync_js::views::Shared;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::{Element, HtmlInputElement, InputEvent, KeyboardEvent, SubmitEvent};
use yew::{
    AttrValue, Callback, Html, NodeRef, Properties, TargetCast, UseStateHandle, classes, component, html, use_effect_with, use_mut_ref,
    use_node_ref, use_state,
};

/// What the console shows.
#[derive(Clone, PartialEq, Properties)]
pub struct ConsoleProps {
    /// The node's name.
    pub node: AttrValue,
    /// Its address.
    pub ip: AttrValue,
    /// Its port.
    pub port: u16,
    /// Whether its process is there.
    pub up: bool,
    /// Lines so far.
    pub inspection: Shared<Inspection>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// Commands typed before, newest last, and where the arrow keys stand.
#[derive(Debug, Default)]
pub struct History {
    lines: Vec<String>,
    at: usize,
    draft: String,
}

impl History {
    /// Remembers a line, unless it repeats the last one.
    pub fn push(&mut self, line: &str) {
        if self.lines.last().is_none_or(|last| last != line) {
            self.lines.push(line.to_owned());
        }
        self.at = self.lines.len();
        self.draft.clear();
    }
    /// One older (`true`) or newer than what is shown; `shown` is kept as the draft when leaving the newest.
    pub fn go(&mut self, older: bool, shown: &str) -> Option<String> {
        if self.at == self.lines.len() {
            shown.clone_into(&mut self.draft);
        }
        let to = if older { self.at.checked_sub(1)? } else { (self.at < self.lines.len()).then_some(self.at + 1)? };
        self.at = to;
        Some(self.lines.get(to).unwrap_or(&self.draft).clone())
    }
}

/// The console.
#[component]
pub fn Console(props: &ConsoleProps) -> Html {
    rendered();
    let i = &props.t.shell.inspector;
    let history = use_mut_ref(History::default);
    let (input, output) = (use_node_ref(), use_node_ref());
    let lines = &props.inspection.console;
    // The newest line stays in sight.
    use_effect_with((lines.len(), lines.last().map(|l| l.answer.clone())), {
        let output = output.clone();
        move |_| {
            if let Some(output) = output.cast::<Element>() {
                output.set_scroll_top(output.scroll_height());
            }
        }
    });
    let draft = use_state(String::new);
    let offered = use_state(Vec::<String>::new);
    let onsubmit = submit(props, &history, &input, (&draft, &offered));
    let onkeydown = keys(props, &history, (&draft, &offered));
    let oninput = {
        let (draft, offered) = (draft.clone(), offered.clone());
        Callback::from(move |e: InputEvent| {
            draft.set(e.target_unchecked_into::<HtmlInputElement>().value());
            offered.set(Vec::new());
        })
    };
    let click_focus = {
        let input = input.clone();
        Callback::from(move |_| {
            // A click into the output goes on typing, unless it selects text.
            let selecting = web_sys::window().and_then(|w| w.get_selection().ok().flatten()).is_some_and(|s| !s.is_collapsed());
            if let (false, Some(input)) = (selecting, input.cast::<HtmlInputElement>()) {
                let _ = input.focus();
            }
        })
    };
    let reads_on = props.inspection.reads_on;
    let waits = lines.iter().rev().find(|line| !matches!(line.answer, Answer::Help(_))).is_some_and(|line| line.answer == Answer::Waiting);
    let prompt = match (props.up, reads_on) {
        (false, _) => String::from("not connected> "),
        (true, true) => String::new(),
        (true, false) => props.inspection.prompt.clone(),
    };
    // One line, always there: what may follow, or what Tab found, or how to get out.
    let below = match () {
        () if reads_on => String::from(i.reads_on),
        () if !offered.is_empty() => offered.join("  "),
        () => completion::hint(&draft, props.inspection.era),
    };
    let hint_id = props.inspection.run.dom("console-hint");
    html! {
        <div class="console">
            <div class="output" ref={output} onclick={click_focus} tabindex="0" role="log" aria-label={format!("redis-cli {} output", props.node)}>
                if lines.is_empty() {
                    <p class="muted lead">{ i.console_empty }</p>
                }
                { for lines.iter().enumerate().map(|(n, line)| html! {
                    <div class="exchange" key={format!("{} {n}", line.event)}>
                        <pre><span class="muted">{ &line.prompt }</span>{ &line.input }</pre>
                        { answer(line, props) }
                    </div>
                }) }
            </div>
            <form class="line" {onsubmit}>
                <label for="console-input" class="muted">{ prompt }</label>
                <input ref={input} id={props.inspection.run.dom(Field::Console.element())} type="text" class="bare" aria-label={(i.console)(&props.node)} placeholder={if reads_on { "" } else { i.console_hint }} {onkeydown} {oninput}
                    aria-describedby={hint_id.clone()} autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false" enterkeyhint="send" />
                if reads_on || waits {
                    <button type="button" class="interrupt" onclick={interrupt(props)}>{ "Ctrl-C" }</button>
                }
            </form>
            <p id={hint_id} class={classes!("hint", "mono", reads_on.then_some("grave"))}>{ below }</p>
        </div>
    }
}

/// Ctrl-C.
fn interrupt<E>(props: &ConsoleProps) -> Callback<E> {
    let node = props.node.to_string();
    props.on.reform(move |_| Action::Run(Act::Interrupt { node: node.clone() }))
}

/// What is typed and what Tab found, as the line below shows them.
type Typing<'a> = (&'a UseStateHandle<String>, &'a UseStateHandle<Vec<String>>);

/// Enter.
fn submit(props: &ConsoleProps, history: &Rc<RefCell<History>>, input: &NodeRef, (draft, offered): Typing<'_>) -> Callback<SubmitEvent> {
    let (history, input, on, node) = (history.clone(), input.clone(), props.on.clone(), props.node.clone());
    let (draft, offered, reads_on) = (draft.clone(), offered.clone(), props.inspection.reads_on);
    Callback::from(move |e: SubmitEvent| {
        e.prevent_default();
        let Some(input) = input.cast::<HtmlInputElement>() else { return };
        let line = input.value().trim().to_owned();
        // While it reads on nothing is sent, and what was typed stays.
        if line.is_empty() || reads_on {
            return;
        }
        history.borrow_mut().push(&line);
        input.set_value("");
        draft.set(String::new());
        offered.set(Vec::new());
        on.emit(Action::Type { node: node.to_string(), line });
    })
}

/// Arrows, Tab, Ctrl-C, Ctrl-L.
fn keys(props: &ConsoleProps, history: &Rc<RefCell<History>>, (draft, offered): Typing<'_>) -> Callback<KeyboardEvent> {
    let (history, on, node, inspection) = (history.clone(), props.on.clone(), props.node.clone(), props.inspection.clone());
    let (draft, offered) = (draft.clone(), offered.clone());
    let waits = inspection.console.iter().any(|line| line.answer == Answer::Waiting);
    Callback::from(move |e: KeyboardEvent| {
        let field: HtmlInputElement = e.target_unchecked_into();
        let show = |text: &str| {
            field.set_value(text);
            draft.set(text.to_owned());
            offered.set(Vec::new());
        };
        match (e.key().as_str(), e.ctrl_key(), e.shift_key()) {
            ("ArrowUp" | "ArrowDown", false, _) => {
                e.prevent_default();
                if let Some(line) = history.borrow_mut().go(e.key() == "ArrowUp", &field.value()) {
                    show(&line);
                }
            }
            ("Tab", false, false) => {
                let line = field.value();
                let keys: Vec<String> = inspection.keys.iter().map(|key| key.key.clone()).collect();
                let keys: Vec<String> = keys.iter().map(|key| plain(key)).collect();
                let offer = completion::offer(&line, &Known { era: inspection.era, keys: &keys, nodes: &inspection.nodes });
                // With nothing typed or nothing to offer, Tab leads on as everywhere.
                if line.trim().is_empty() || offer.words.is_empty() {
                    return;
                }
                e.prevent_default();
                let alone = offer.words.len() == 1;
                show(&format!("{}{}{}", &line[..offer.from], completion::common(&offer.words), if alone { " " } else { "" }));
                if !alone {
                    offered.set(offer.words);
                }
            }
            ("c", true, _) if field.selection_start() == field.selection_end() => {
                e.prevent_default();
                if inspection.reads_on || waits {
                    on.emit(Action::Run(Act::Interrupt { node: node.to_string() }));
                } else {
                    show("");
                }
            }
            ("l", true, _) => {
                e.prevent_default();
                on.emit(Action::Type { node: node.to_string(), line: String::from("clear") });
            }
            _ => {}
        }
    })
}

/// A key as one types it: without the quotes where it needs none.
fn plain(quoted: &str) -> String {
    let inner = quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let simple = |text: &&str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || ":._-{}".contains(c));
    inner.filter(simple).unwrap_or(quoted).to_owned()
}

fn answer(line: &ConsoleLine, props: &ConsoleProps) -> Html {
    let i = &props.t.shell.inspector;
    match &line.answer {
        Answer::Reply(text) => html! { <pre class="reply">{ for broken_after_commas(text.trim_end_matches('\n')) }</pre> },
        Answer::Waiting => html! { <p class="muted waiting">{ i.waiting }{ " …" }</p> },
        Answer::Refused => html! { <pre class="reply">{ (i.could_not_connect)(&props.ip, props.port) }</pre> },
        Answer::Printed { lines, on } => html! {
            <>
                <pre class="reply">{ lines.join("\n") }</pre>
                if *on {
                    <p class="muted waiting">{ "…" }</p>
                }
            </>
        },
        Answer::Help(Help::Usage(usage)) => html! { <pre class="reply">{ usage }</pre> },
        Answer::Help(Help::Unknown(name)) => {
            html! { <p class="grave">{ (i.no_such_command)(name, &props.inspection.era.to_string()) }</p> }
        }
        Answer::Help(Help::Console) => {
            html! { <ul class="help">{ for i.console_help.iter().map(|line| html! { <li key={*line}>{ *line }</li> }) }</ul> }
        }
        Answer::Nothing => Html::default(),
        Answer::Unreadable(why) => html! { <p class="grave">{ (props.t.refusal)(why) }</p> },
    }
}

/// Text whose lines may break after commas.
fn broken_after_commas(text: &str) -> Vec<Html> {
    text.split_inclusive(',').map(|part| html! { <>{ part }<wbr /></> }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_loses_the_quotes_that_it_does_not_need() {
        assert_eq!((plain("\"key:1\"").as_str(), plain("\"a b\"").as_str(), plain("\"\"").as_str()), ("key:1", "\"a b\"", "\"\""));
    }

    #[test]
    fn history_goes_back_and_returns_to_the_draft() {
        let mut h = History::default();
        assert_eq!(h.go(true, ""), None);
        for line in ["PING", "PING", "INFO"] {
            h.push(line);
        }
        assert_eq!(h.go(true, "SET a"), Some(String::from("INFO")));
        assert_eq!(h.go(true, "INFO"), Some(String::from("PING")));
        assert_eq!(h.go(true, "PING"), None, "a repeated line is kept once");
        assert_eq!(h.go(false, "PING"), Some(String::from("INFO")));
        assert_eq!(h.go(false, "INFO"), Some(String::from("SET a")));
        assert_eq!(h.go(false, "SET a"), None);
    }
}
