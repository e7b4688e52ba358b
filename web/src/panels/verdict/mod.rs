//! The verdict on a PSYNC: both tests with their numbers, the reply, the log line, and what the answer would be now.

use crate::action::{Action, Look, Travel};
use crate::draw::replicas::{by_name, selected_replica};
use crate::draw::{FigureProps, mark};
use crate::format::{clock_us, grouped, promise_ms, short_id};
use crate::i18n::Strings;
use crate::i18n::glossary::Term;
use crate::panels::count::rendered;
use crate::panels::words::{rules, term};
use resync_core::repl::ReplId;
use resync_core::repl::psync::{Asked, IdTest, Lineage, Reason, Ruling, Verdict as Decided, Window};
use resync_core::view::{Process, Runway, VerdictView};
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
        _ => Html::default(),
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
        _ => (Went::Untested, Html::default()),
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

/// The answer stands first so long after it was given, µs; then comes the answer that would be given now.
const FRESH_US: u64 = 8_000_000;

/// The question that stands first on the card.
enum Question<'a> {
    /// The one that was asked.
    Asked,
    /// The one that a replica which is away would ask now.
    Away(&'a Ruling),
    /// The one that a replica would ask if its link were cut now.
    IfCut(&'a Ruling),
}
impl Question<'_> {
    fn of(v: &VerdictView, now_us: u64) -> Question<'_> {
        match (&v.now, &v.if_cut) {
            (Some(now), _) => Question::Away(now),
            (None, Some(if_cut)) if now_us.saturating_sub(v.at_us) >= FRESH_US => Question::IfCut(if_cut),
            _ => Question::Asked,
        }
    }
}

/// The byte that a request asks for.
fn wanted(ruling: &Ruling) -> Option<i64> {
    match &ruling.asked {
        Asked::Psync { offset, .. } => offset.filter(|offset| *offset > 0),
        Asked::Sync => None,
    }
}

/// A request with both tests and the reply to it. A SYNC names nothing that could be tested.
fn judged(ruling: &Ruling, props: &FigureProps) -> Html {
    let (t, face) = (&props.t.figures.verdict, &props.t.face.verdict);
    let (spoken, shown) = request(&ruling.asked, props.t);
    let Some(decision) = ruling.decision() else {
        return html! {
            <>
                <div class="ask" title={spoken}>{ shown }</div>
                <p>{ face.sync_asks }</p>
                <p class="muted">{ face.sync_tests }</p>
                <div class="rep"><span class="muted">{ t.reply }</span><b>{ face.sync_reply }</b></div>
                <p class="muted">{ face.sync_after }</p>
            </>
        };
    };
    let tests = [id_test(ruling, props.t), window_test(ruling, props.t)];
    let tests: Html = if second_first(ruling) { tests.into_iter().rev().collect() } else { tests.into_iter().collect() };
    let point = |p: Option<i64>| -> Callback<MouseEvent> { props.on.reform(move |_| Action::Look(Look::Point(p))) };
    let bad = ruling.partial().is_none() && decision.id != IdTest::NoId;
    html! {
        <>
            <div class="ask" title={spoken} onmouseenter={point(wanted(ruling))} onmouseleave={point(None)}>{ shown }</div>
            { tests }
            <div class={classes!("rep", bad.then_some("bad"))}>
                <b class="mono">{ shortened(&ruling.reply()) }</b>
                <span>{ ruling.partial().map_or_else(|| t.and_rdb.to_owned(), |bytes| (t.and_bytes)(&grouped(bytes as i64))) }</span>
            </div>
        </>
    }
}

/// The last real question in two short lines: when and what, the reply and why.
fn last(v: &VerdictView, props: &FigureProps) -> Html {
    let face = &props.t.face.verdict;
    let (spoken, shown) = request(&v.ruling.asked, props.t);
    let why = match v.ruling.decision().map(|decision| decision.verdict) {
        None => face.sync_reply.to_owned(),
        Some(Decided::Partial { bytes, .. }) => (props.t.figures.verdict.and_bytes)(&grouped(bytes as i64)),
        Some(Decided::Full(Reason::Asked)) => face.first_contact.to_owned(),
        Some(Decided::Full(Reason::Foreign | Reason::SecondTooFar)) => face.foreign.to_owned(),
        Some(Decided::Full(Reason::Ahead)) => face.ahead.to_owned(),
        Some(Decided::Full(Reason::Lack | Reason::NotANumber)) => face.no_backlog_for_it.to_owned(),
    };
    let reply = v.ruling.decision().map(|_| shortened(&v.ruling.reply()));
    html! {
        <div class="last">
            <span class="muted">{ (face.last)(&clock_us(v.at_us)) }</span>{ " " }
            <span class="mono" title={spoken}>{ shown }</span>
            <div>{ reply.map(|reply| html! { <><b class="mono">{ reply }</b>{ " " }</> }).unwrap_or_default() }<span class="muted">{ why }</span></div>
        </div>
    }
}

/// How long the answer stays what it would be.
fn promise(runway: Option<Runway>, after_a_cut: bool, t: &'static Strings) -> Html {
    let face = &t.face.verdict;
    let Some(runway) = runway.filter(|runway| runway.partial_now && runway.bytes >= 0) else { return Html::default() };
    match runway.ms.map(promise_ms) {
        None => html! { <p class="for muted">{ face.holds_ever }</p> },
        Some(span) if after_a_cut => html! { <p class="for muted">{ (face.holds_after)(&span) }</p> },
        Some(span) => html! { <p class="for cf">{ (face.holds_for)(&span) }</p> },
    }
}

/// The panel.
#[component]
pub fn Verdict(props: &FigureProps) -> Html {
    rendered();
    let (t, face) = (&props.t.figures.verdict, &props.t.face.verdict);
    let Some(v) = &*props.views.verdict else {
        let name =
            selected_replica(&props.views, props.selection).and_then(|ix| props.views.nodes().find(|n| n.ix == ix)).map(|n| n.name.clone());
        return html! {
            <section class="panel verdict" aria-label={t.name}>
                <div class="head"><h2>{ term(Term::Verdict, t.title, props.t, rules(&props.views), &props.on) }</h2></div>
                <p class="empty">{ (t.none)(name.as_deref()) }</p>
            </section>
        };
    };
    let who = by_name(&props.views, &v.replica);
    let truth = who.and_then(|ix| props.views.nodes().find(|n| n.ix == ix)).and_then(|n| n.truth.as_ref());
    // With the process of its master the one who would answer is gone.
    let nobody = v.if_cut.is_none() && props.views.nodes().any(|n| n.name == v.master && matches!(n.process, Process::Down | Process::Off));
    let question = Question::of(v, props.views.now_us);
    let (state, body) = match question {
        _ if nobody => (face.away, html! { <><p>{ face.nobody }</p>{ last(v, props) }</> }),
        Question::Away(ruling) => {
            let promise = promise(truth.and_then(|truth| truth.runway), false, props.t);
            (face.away, html! { <><h3>{ face.if_asked }</h3>{ judged(ruling, props) }{ promise }{ last(v, props) }</> })
        }
        Question::IfCut(ruling) => {
            let promise = promise(truth.and_then(|truth| truth.if_cut), true, props.t);
            (face.before, html! { <><h3>{ face.if_cut }</h3>{ judged(ruling, props) }{ promise }{ last(v, props) }</> })
        }
        Question::Asked => {
            let asked = html! { <h3>{ (face.asked_at)(&clock_us(v.at_us)) }</h3> };
            let log = v.log.as_ref().map(|log| html! { <div class="log">{ log.clone() }</div> }).unwrap_or_default();
            (face.answered, html! { <>{ asked }{ judged(&v.ruling, props) }{ log }</> })
        }
    };
    let at = v.at_us;
    let seek = props.on.reform(move |_: MouseEvent| Action::Travel(Travel::Seek(at)));
    let clock = clock_us(at);
    // Whatever the card says below, the way to the moment of the question stands at its corner.
    html! {
        <section class="panel verdict" aria-label={t.name}>
            <div class="head">
                <h2>{ term(Term::Verdict, t.title, props.t, rules(&props.views), &props.on) }</h2>
                if let Some(ix) = who { { mark::named(ix, &v.replica) } } else { <b>{ v.replica.clone() }</b> }
                <span class="muted state">{ state }</span>
                <span class="space"></span>
                <button type="button" class="plain at" title={t.seek} aria-label={format!("{}: {}", (face.last)(&clock), t.seek)} onclick={seek}>{ clock.clone() }</button>
            </div>
            <div class="in">{ body }</div>
        </section>
    }
}

/// A reply line with its ids shortened.
#[must_use]
pub fn shortened(line: &str) -> String {
    let word = |word: &str| {
        let id = word.trim_matches(['"', ',', '}']);
        let known = id.len() == 40 && id.bytes().all(|b| b.is_ascii_hexdigit());
        if known { word.replace(id, &short_id(id)) } else { word.to_owned() }
    };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
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
