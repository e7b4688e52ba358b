//! The verdict on a PSYNC: both tests with their numbers, the reply, the log line, and what the answer would be now.

use crate::action::{Action, Look, Travel};
use crate::draw::replicas::{by_name, selected_replica};
use crate::draw::{FigureProps, mark};
use crate::format::{clock_us, grouped, short_id};
use crate::i18n::Strings;
use crate::panels::count::rendered;
use resync_core::repl::ReplId;
use resync_core::repl::psync::{Asked, IdTest, Lineage, Ruling, Window};
use yew::{Callback, Html, MouseEvent, classes, component, html};

/// Whether the two tests are shown with the second first: a failed test comes first, and if both failed the order of Redis stays.
#[must_use]
pub fn second_first(ruling: &Ruling) -> bool {
    ruling.decision().is_some_and(|decision| decision.id.ok() && !decision.window.ok())
}

/// How a test went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Went {
    Holds,
    Fails,
    /// There was nothing to test: nobody claimed a past.
    Untested,
}
impl Went {
    const fn of(ok: bool) -> Went {
        if ok { Went::Holds } else { Went::Fails }
    }
}

/// ✓ in a circle, ✕ in a square, or – in a circle: told apart without hue.
fn sign(went: Went, t: &'static Strings) -> Html {
    let t = &t.figures.verdict;
    match went {
        Went::Untested => html! {
            <svg class="tick" viewBox="0 0 14 14" role="img" aria-label={t.fails}>
                <circle cx="7" cy="7" r="6.4" class="fn smu w1" /><path d="M4 7h6" class="fn smu w2" />
            </svg>
        },
        Went::Holds => html! {
            <svg class="tick" viewBox="0 0 14 14" role="img" aria-label={t.holds}>
                <circle cx="7" cy="7" r="6.4" class="fn s2 w1" /><path d="M4 7.3l2.1 2.2L10.2 5" class="fn s2 w2" />
            </svg>
        },
        Went::Fails => html! {
            <svg class="tick" viewBox="0 0 14 14" role="img" aria-label={t.fails}>
                <path d="M1 1h12v12H1z" class="fn sf w1" /><path d="M4.2 4.2l5.6 5.6m0 -5.6l-5.6 5.6" class="fn sf w2" />
            </svg>
        },
    }
}

fn id(text: &str, t: &'static Strings) -> Html {
    if text.is_empty() {
        html! { <i>{ t.figures.verdict.empty_id }</i> }
    } else {
        html! { <i class="id" title={text.to_owned()}>{ short_id(text) }</i> }
    }
}

/// `a ≤ b ≤ c` with the side that fails in the colour of a fault.
fn window(window: Window, asked: i64) -> Html {
    let (first, end) = (window.first.0, window.end().0);
    let bad = |fails: bool| if fails { "cf" } else { "" };
    html! {
        <>
            <span class={bad(asked < first)}>{ grouped(first) }{ if asked < first { " ≰ " } else { " ≤ " } }</span>
            <i>{ grouped(asked) }</i>
            <span class={bad(asked > end)}>{ if asked > end { " ≰ " } else { " ≤ " } }{ grouped(end) }</span>
        </>
    }
}

/// The first test: whose stream was asked for.
fn id_test(ruling: &Ruling, t: &'static Strings) -> Html {
    let s = &t.figures.verdict;
    let Lineage { id: own, second, .. } = ruling.lineage;
    let test = ruling.decision().map(|decision| decision.id);
    let went = match test {
        None | Some(IdTest::NoId) => Went::Untested,
        Some(test) => Went::of(test.ok()),
    };
    let body = match (&ruling.asked, test) {
        (Asked::Psync { id: asked, offset, .. }, Some(test)) => {
            let mine = test == IdTest::Mine;
            let equals = |yes: bool| if yes { " = " } else { " ≠ " };
            // Against the second id: whether it is that, and the offset against its bound.
            let against = second.filter(|_| matches!(test, IdTest::Second { .. } | IdTest::SecondTooFar { .. } | IdTest::Foreign));
            html! {
                <>
                    <span class="n">{ id(asked, t) }<span class={classes!((!mine).then_some("dim"))}>{ equals(mine) }{ short_id(own.as_str()) }</span></span>
                    if let Some((second, up_to)) = against {
                        if second == ReplId::ZEROS {
                            <span class="n">{ s.no_second }</span>
                        } else {
                            <span class="n">
                                { id(asked, t) }{ equals(test != IdTest::Foreign) }{ short_id(second.as_str()) }
                                if let Some(offset) = *offset {
                                    <span class={if offset > up_to.0 { "cf" } else { "" }}>{ ", " }{ grouped(offset) }{ if offset > up_to.0 { " ≰ " } else { " ≤ " } }{ grouped(up_to.0) }</span>
                                }
                            </span>
                        }
                    }
                    if test == IdTest::NoId { <span class="n words">{ s.first_ever }</span> }
                </>
            }
        }
        _ => html! { <span class="n words">{ s.by_sync }</span> },
    };
    html! {
        <div class={classes!("test", (went == Went::Fails).then_some("bad"))}>
            { sign(went, t) }
            <span><b>{ s.mine }</b>{ " " }<span class="muted">{ if second.is_some() { s.mine_4 } else { s.mine_3 } }</span></span>
            { body }
        </div>
    }
}

/// The second test: whether the byte that was asked for is still held.
fn window_test(ruling: &Ruling, t: &'static Strings) -> Html {
    let s = &t.figures.verdict;
    let (went, body) = match (&ruling.asked, ruling.decision()) {
        (Asked::Psync { offset, .. }, Some(decision)) => {
            let none = decision.id == IdTest::NoId;
            let body = match (*offset, ruling.window) {
                _ if none => html! { <span class="n words">{ s.no_offset }</span> },
                (None, _) => html! { <span class="n words">{ s.no_number }</span> },
                (Some(_), None) => html! { <span class="n words">{ s.no_backlog }</span> },
                (Some(asked), Some(held)) => html! { <span class="n">{ window(held, asked) }</span> },
            };
            (if none { Went::Untested } else { Went::of(decision.window.ok()) }, body)
        }
        _ => (Went::Untested, html! { <span class="n words">{ s.no_offset_at_all }</span> }),
    };
    html! {
        <div class={classes!("test", (went == Went::Fails).then_some("bad"))}>
            { sign(went, t) }
            <span><b>{ s.held }</b>{ " " }<span class="muted">{ s.held_rule }</span></span>
            { body }
        </div>
    }
}

/// The request as it was sent.
fn request(asked: &Asked, t: &'static Strings) -> (String, Html) {
    match asked {
        Asked::Sync => ("SYNC".to_owned(), html! { "SYNC" }),
        Asked::Psync { id: of, offset, .. } => {
            let offset = offset.map_or_else(|| "?".to_owned(), |offset| offset.to_string());
            (format!("PSYNC {of} {offset}"), html! { <>{ "PSYNC " }{ id(of, t) }{ " " }{ offset }</> })
        }
    }
}

/// The panel.
#[component]
pub fn Verdict(props: &FigureProps) -> Html {
    rendered();
    let t = &props.t.figures.verdict;
    let Some(v) = &*props.views.verdict else {
        let name =
            selected_replica(&props.views, props.selection).and_then(|ix| props.views.nodes().find(|n| n.ix == ix)).map(|n| n.name.clone());
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
    let ruling = &v.ruling;
    let (asked, first_ever) = match &ruling.asked {
        Asked::Psync { offset, decision, .. } => (offset.filter(|offset| *offset > 0), decision.id == IdTest::NoId),
        Asked::Sync => (None, true),
    };
    let (spoken, shown) = request(&ruling.asked, props.t);
    let tests = [id_test(ruling, props.t), window_test(ruling, props.t)];
    let tests: Html = if second_first(ruling) { tests.into_iter().rev().collect() } else { tests.into_iter().collect() };
    let now = v.now.as_ref().and_then(|now| match now.asked {
        Asked::Psync { offset: Some(wanted), .. } => Some((now.window, wanted, now.partial().is_some())),
        Asked::Psync { offset: None, .. } | Asked::Sync => None,
    });
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
                <div class="ask" title={spoken} onmouseenter={point(asked)} onmouseleave={point(None)}>
                    { shown }
                </div>
                { tests }
                <div class={classes!("rep", (ruling.partial().is_none() && !first_ever).then_some("bad"))}>
                    <span class="muted">{ t.reply }</span><b class="mono">{ shortened(&ruling.reply()) }</b>
                    <span class="muted">{ ruling.partial().map_or_else(|| t.and_rdb.to_owned(), |bytes| (t.and_bytes)(&grouped(bytes as i64))) }</span>
                </div>
                if let Some(log) = &v.log { <div class="log">{ log.clone() }</div> }
                if let Some((held, wanted, partial)) = now {
                    <div class={classes!("now", (!partial).then_some("bad"))} onmouseenter={point(Some(wanted))} onmouseleave={point(None)}>
                        <span class="muted">{ t.now }</span>{ held.map_or_else(|| html! { <span class="words">{ t.no_backlog }</span> }, |held| window(held, wanted)) }
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
    use resync_core::repl::Offset;
    use resync_core::repl::psync::Request;

    #[test]
    fn a_failed_test_comes_first() {
        let mine = [b'a'; 40];
        let ruling = |id: u8, at: i64| {
            let lineage = Lineage { id: ReplId::from_wire(&mine).expect("forty bytes"), second: None, offset: Offset(50) };
            let window = Window { first: Offset(21), histlen: 30 };
            Ruling::psync(&Request { id: &[id; 40], offset: Some(at) }, lineage, Some(window))
        };
        assert!(second_first(&ruling(b'a', 7)));
        for (id, at) in [(b'x', 7), (b'x', 30), (b'a', 30)] {
            assert!(!second_first(&ruling(id, at)), "{id} {at}");
        }
    }

    #[test]
    fn ids_in_a_line_are_shortened() {
        let id = "8f3c2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad41b";
        assert_eq!(shortened(&format!("PSYNC {id} 23015")), "PSYNC 8f3c2a…d41b 23015");
        assert_eq!(shortened("+CONTINUE"), "+CONTINUE");
    }
}
