//! redis-cli of one node: a connection on the node's own machine, with its real prompt and formatting.

use crate::action::{Action, Field};
use crate::i18n::Strings;
use crate::panels::count::rendered;
use resync_js::inspection::{Answer, ConsoleLine, Inspection};
use resync_js::views::Shared;
use web_sys::{Element, HtmlInputElement, KeyboardEvent, SubmitEvent};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, component, html, use_effect_with, use_mut_ref, use_node_ref};

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
    let onsubmit = {
        let (history, input, on, node) = (history.clone(), input.clone(), props.on.clone(), props.node.clone());
        Callback::from(move |e: SubmitEvent| {
            e.prevent_default();
            let Some(input) = input.cast::<HtmlInputElement>() else { return };
            let line = input.value().trim().to_owned();
            if !line.is_empty() {
                history.borrow_mut().push(&line);
                input.set_value("");
                on.emit(Action::Type { node: node.to_string(), line });
            }
        })
    };
    let onkeydown = Callback::from(move |e: KeyboardEvent| {
        let older = match e.key().as_str() {
            "ArrowUp" => true,
            "ArrowDown" => false,
            _ => return,
        };
        e.prevent_default();
        let field: HtmlInputElement = e.target_unchecked_into();
        if let Some(line) = history.borrow_mut().go(older, &field.value()) {
            field.set_value(&line);
        }
    });
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
    let prompt = if props.up { props.inspection.prompt.clone() } else { String::from("not connected> ") };
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
                <input ref={input} id={props.inspection.run.dom(Field::Console.element())} type="text" class="bare" aria-label={(i.console)(&props.node)} placeholder={i.console_hint} {onkeydown}
                    autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false" enterkeyhint="send" />
            </form>
        </div>
    }
}

fn answer(line: &ConsoleLine, props: &ConsoleProps) -> Html {
    let i = &props.t.shell.inspector;
    match &line.answer {
        Answer::Reply(text) => html! { <pre class="reply">{ for broken_after_commas(text.trim_end_matches('\n')) }</pre> },
        Answer::Waiting => html! { <p class="muted waiting">{ i.waiting }{ " …" }</p> },
        Answer::Refused => html! { <pre class="reply">{ (i.could_not_connect)(&props.ip, props.port) }</pre> },
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
