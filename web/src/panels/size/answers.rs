//! The formulas, and redis.conf.

use super::props::SizeProps;
use crate::i18n::size::Size as Words;
use crate::i18n::size_of;
use crate::sized::Wish;
use resync_desk::size::{ASKS_MS, Directive, Field, Form, Line, Sizes, bytes_text, conf as lines, config_set, seconds_text};
use yew::{Html, classes, html};

/// A directive's formula, in numbers: no word of any language.
fn formula(directive: Directive, form: &Form, s: &Sizes) -> String {
    let rate = bytes_text(form.get(Field::Rate)) + "/s";
    let margin = Field::Margin.text(form.get(Field::Margin));
    let outage = form.get(Field::Outage);
    match directive {
        Directive::Backlog => {
            let (needed, least) = (bytes_text(s.needed), bytes_text(s.least));
            format!("{rate} × ({outage} + {}.{}) s = {needed} → {least}, {margin}", ASKS_MS / 1_000, ASKS_MS / 100 % 10)
        }
        Directive::Ttl => format!("{outage} s {margin} > 3600 s"),
        Directive::Limit => {
            let parts: Vec<String> = s.full_ms.iter().map(|ms| seconds_text(*ms)).collect();
            format!("{rate} × ({}) = {}, {margin}", parts.join(" + "), bytes_text(s.waits))
        }
        Directive::Timeout => format!("3 × {} s + {} = {}, {margin}", s.ping_s, seconds_text(s.full_ms[0]), seconds_text(s.silent_ms)),
        Directive::Ping => format!("≤ {} s ÷ 3", s.timeout_s),
        Directive::ToWrite => format!("min(1, {} − 1)", form.get(Field::Replicas)),
        Directive::MaxLag => format!("{rate} × {} s = {}", s.max_lag_s, bytes_text(s.at_risk)),
    }
}
/// A directive's value, to be read.
fn value(line: &Line, s: &Sizes) -> String {
    match line.directive {
        Directive::Backlog => bytes_text(s.backlog),
        Directive::Limit => bytes_text(s.limit.0),
        Directive::Ttl | Directive::Timeout | Directive::Ping | Directive::MaxLag => format!("{} s", line.value),
        Directive::ToWrite => line.value.clone(),
    }
}

/// The directives with their formulas.
pub(super) fn table(props: &SizeProps, sizes: &Sizes) -> Html {
    let t = size_of(props.t);
    let form = &props.sized.form;
    let row = |line: &Line| {
        html! {
            <tr key={line.name.clone()} class={classes!((line.directive == Directive::Backlog).then_some("hot"))}>
                <th scope="row" class="mono">{ line.name.clone() }</th>
                <td class="v mono">{ value(line, sizes) }</td>
                <td><p class="mono">{ formula(line.directive, form, sizes) }</p><p class="muted">{ (t.means)(line.directive, form, sizes) }</p></td>
            </tr>
        }
    };
    html! { <table aria-label={t.answers}><tbody>{ for lines(form).iter().map(row) }</tbody></table> }
}

/// redis.conf as it is copied.
fn conf_text(form: &Form, sizes: &Sizes, t: &Words) -> String {
    let mut text = String::new();
    for line in lines(form) {
        let comment = (t.comment)(line.directive, form, sizes, line.default);
        if !comment.is_empty() {
            text += &format!("# {comment}\n");
        }
        text += &format!("{} {}\n", line.name, line.value);
    }
    text
}

/// redis.conf, what is typed, what it costs.
pub(super) fn conf(props: &SizeProps, sizes: &Sizes) -> Html {
    let t = size_of(props.t);
    let form = &props.sized.form;
    let (text, typed) = (conf_text(form, sizes, t), config_set(form).join("\n"));
    let lines = text.lines().map(|line| match line.strip_prefix('#') {
        Some(_) => html! { <span class="muted">{ format!("{line}\n") }</span> },
        None => html! { <>{ format!("{line}\n") }</> },
    });
    html! {
        <section class="conf" aria-label={t.conf}>
            <div class="row"><h3>{ t.conf }</h3><span class="muted">{ format!("{} · {}", form.era, t.both) }</span><span class="space"></span><button onclick={props.wish(Wish::Copy(text.clone()))}>{ t.copy }</button><button onclick={props.wish(Wish::Link)}>{ t.link }</button></div>
            <pre class="mono" tabindex="0" role="group" aria-label={t.conf}>{ for lines }</pre>
            <h3>{ t.typed }</h3>
            <pre class="mono" tabindex="0" role="group" aria-label={t.typed}>{ typed }</pre>
            <h3>{ t.price }</h3>
            { for (t.prices)(form, sizes).into_iter().map(|words| html! { <p>{ words }</p> }) }
            <h3>{ t.not_needed }</h3>
            { for t.nothing.iter().map(|words| html! { <p>{ *words }</p> }) }
        </section>
    }
}
