//! The verdict on a PSYNC: both tests with their numbers, the reply, the log line, and what the answer would be now.

use crate::action::{Action, Look, Travel};
use crate::draw::replicas::{by_name, selected_replica};
use crate::draw::{FigureProps, mark};
use crate::format::{clock_us, grouped, short_id};
use crate::i18n::Strings;
use resync_core::view::VerdictView;
use yew::{Callback, Html, MouseEvent, classes, component, html};

/// Whether the two tests are shown with the second first: a failed test comes first, and if both failed the order of Redis stays.
#[must_use]
pub fn second_first(id_ok: bool, window_ok: bool) -> bool {
    id_ok && !window_ok
}

/// ✓ in a circle or ✕ in a square: told apart without hue.
fn sign(ok: bool, first_ever: bool, t: &'static Strings) -> Html {
    let t = &t.figures.verdict;
    if first_ever && !ok {
        // Nothing went wrong: there was nothing to test.
        html! {
            <svg class="tick" viewBox="0 0 14 14" role="img" aria-label={t.fails}>
                <circle cx="7" cy="7" r="6.4" class="fn smu w1" /><path d="M4 7h6" class="fn smu w2" />
            </svg>
        }
    } else if ok {
        html! {
            <svg class="tick" viewBox="0 0 14 14" role="img" aria-label={t.holds}>
                <circle cx="7" cy="7" r="6.4" class="fn s2 w1" /><path d="M4 7.3l2.1 2.2L10.2 5" class="fn s2 w2" />
            </svg>
        }
    } else {
        html! {
            <svg class="tick" viewBox="0 0 14 14" role="img" aria-label={t.fails}>
                <path d="M1 1h12v12H1z" class="fn sf w1" /><path d="M4.2 4.2l5.6 5.6m0 -5.6l-5.6 5.6" class="fn sf w2" />
            </svg>
        }
    }
}

fn id(text: &str, t: &'static Strings) -> Html {
    if text.is_empty() {
        html! { <i>{ t.figures.verdict.empty_id }</i> }
    } else {
        html! { <i class="id" title={text.to_owned()}>{ short_id(text) }</i> }
    }
}

fn unset(id: &str) -> bool {
    id.is_empty() || id.bytes().all(|b| b == b'0')
}

/// `a ≤ b ≤ c` with the side that fails in the colour of a fault.
fn window(first: i64, asked: i64, end: i64) -> Html {
    let bad = |fails: bool| if fails { "cf" } else { "" };
    html! {
        <>
            <span class={bad(asked < first)}>{ grouped(first) }{ if asked < first { " ≰ " } else { " ≤ " } }</span>
            <i>{ grouped(asked) }</i>
            <span class={bad(asked > end)}>{ if asked > end { " ≰ " } else { " ≤ " } }{ grouped(end) }</span>
        </>
    }
}

fn id_test(v: &VerdictView, t: &'static Strings) -> Html {
    let s = &t.figures.verdict;
    let first_ever = v.asked_id == "?";
    let mine = v.asked_id.eq_ignore_ascii_case(&v.my_id);
    let two = !v.my_id2.is_empty();
    let equals = |yes: bool| if yes { " = " } else { " ≠ " };
    html! {
        <div class={classes!("test", (!v.id_ok && !first_ever).then_some("bad"))}>
            { sign(v.id_ok, first_ever, t) }
            <span><b>{ s.mine }</b>{ " " }<span class="muted">{ if two { s.mine_4 } else { s.mine_3 } }</span></span>
            <span class="n">{ id(&v.asked_id, t) }<span class={classes!((!mine).then_some("dim"))}>{ equals(mine) }{ short_id(&v.my_id) }</span></span>
            if two && !mine && !first_ever {
                if unset(&v.my_id2) {
                    <span class="n">{ s.no_second }</span>
                } else {
                    <span class="n">
                        { id(&v.asked_id, t) }{ equals(v.asked_id.eq_ignore_ascii_case(&v.my_id2)) }{ short_id(&v.my_id2) }
                        <span class={if v.asked_offset > v.second_offset { "cf" } else { "" }}>{ ", " }{ grouped(v.asked_offset) }{ if v.asked_offset > v.second_offset { " ≰ " } else { " ≤ " } }{ grouped(v.second_offset) }</span>
                    </span>
                }
            }
            if first_ever { <span class="n words">{ s.first_ever }</span> }
        </div>
    }
}

fn window_test(v: &VerdictView, t: &'static Strings) -> Html {
    let s = &t.figures.verdict;
    html! {
        <div class={classes!("test", (!v.window_ok && v.asked_id != "?").then_some("bad"))}>
            { sign(v.window_ok, v.asked_id == "?", t) }
            <span><b>{ s.held }</b>{ " " }<span class="muted">{ s.held_rule }</span></span>
            if v.asked_id == "?" {
                <span class="n words">{ s.no_offset }</span>
            } else if v.has_backlog {
                <span class="n">{ window(v.window_first, v.asked_offset, v.window_end) }</span>
            } else {
                <span class="n words">{ s.no_backlog }</span>
            }
        </div>
    }
}

/// The panel.
#[component]
pub fn Verdict(props: &FigureProps) -> Html {
    let t = &props.t.figures.verdict;
    let Some(v) = &props.views.verdict else {
        let name = selected_replica(&props.views, props.selection)
            .and_then(|ix| props.views.cluster.nodes.iter().find(|n| n.ix == ix))
            .map(|n| n.name.clone());
        return html! {
            <section class="panel verdict" aria-label={t.name}>
                <div class="head"><h2>{ t.title }</h2></div>
                <p class="empty">{ (t.none)(name.as_deref()) }</p>
            </section>
        };
    };
    let who = by_name(&props.views, &v.replica);
    let seek = props.on.reform({
        let at = v.at_us;
        move |_: MouseEvent| Action::Travel(Travel::Seek(at))
    });
    let point = |p: Option<i64>| -> Callback<MouseEvent> { props.on.reform(move |_| Action::Look(Look::Point(p))) };
    let asked = v.asked_offset;
    let tests = [id_test(v, props.t), window_test(v, props.t)];
    let tests: Html = if second_first(v.id_ok, v.window_ok) { tests.into_iter().rev().collect() } else { tests.into_iter().collect() };
    let gone = v.now.as_ref().is_some_and(|now| !now.3);
    html! {
        <section class="panel verdict" aria-label={t.name}>
            <div class="head">
                <h2>{ t.title }</h2>
                <span class="muted">
                    if let Some(ix) = who { { mark::named(ix, &v.replica) } } else { { v.replica.clone() } }
                    { " " }<button type="button" class="plain at" title={t.seek} onclick={seek}>{ (t.at)(&clock_us(v.at_us)) }</button>
                </span>
            </div>
            <div class="in">
                <div class="ask" title={format!("PSYNC {} {}", v.asked_id, v.asked_offset)} onmouseenter={point((asked > 0).then_some(asked))} onmouseleave={point(None)}>
                    { "PSYNC " }{ id(&v.asked_id, props.t) }{ " " }{ v.asked_offset }
                </div>
                { tests }
                <div class={classes!("rep", (!v.partial && v.asked_id != "?").then_some("bad"))}>
                    <span class="muted">{ t.reply }</span><b class="mono">{ shortened(&v.reply) }</b>
                    <span class="muted">{ if v.partial { (t.and_bytes)(&grouped(v.bytes)) } else { t.and_rdb.to_owned() } }</span>
                </div>
                if !v.log.is_empty() { <div class="log">{ v.log.clone() }</div> }
                if let Some((first, wanted, end, partial)) = &v.now {
                    <div class={classes!("now", gone.then_some("bad"))} onmouseenter={point(Some(*wanted))} onmouseleave={point(None)}>
                        <span class="muted">{ t.now }</span>{ window(*first, *wanted, *end) }
                        if !partial { <span class="cf">{ " " }{ t.now_full }</span> }
                    </div>
                }
            </div>
        </section>
    }
}

/// A reply line with its ids shortened.
#[must_use]
pub fn shortened(line: &str) -> String {
    line.split(' ')
        .map(|word| if word.len() == 40 && word.bytes().all(|b| b.is_ascii_hexdigit()) { short_id(word) } else { word.to_owned() })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_test_comes_first() {
        assert!(second_first(true, false));
        assert!(!second_first(false, false) && !second_first(false, true) && !second_first(true, true));
    }

    #[test]
    fn ids_in_a_line_are_shortened() {
        let id = "8f3c2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad41b";
        assert_eq!(shortened(&format!("PSYNC {id} 23015")), "PSYNC 8f3c2a…d41b 23015");
        assert_eq!(shortened("+CONTINUE"), "+CONTINUE");
    }
}
