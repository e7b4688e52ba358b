//! What one knows: cards of each kind, and the sitting.

use super::window::Window;
use crate::drill::{Cause, Drill, IN_A_ROW, Knock, Mark, Scene, Sitting, Sizing, Turn};
use crate::format::{exact_size, grouped, short_ids};
use crate::i18n::drills::Drills;
use crate::i18n::{Strings, drills_of};
use yew::{Html, classes, html};

/// The cards of a decision.
pub(super) fn of(drill: &Drill, graded: bool, strings: &'static Strings) -> Html {
    let t = drills_of(strings);
    match &drill.scene {
        Scene::Master(knock) => {
            let held = drill.steps[1].right.map(|said| said.choice == 0).filter(|_| graded);
            html! { <>{ backlog(knock, held, strings) }{ ids(knock, t) }if graded { { log(&drill.era, &knock.log, t) } }</> }
        }
        Scene::Replica(turn) => html! { <>{ known(turn, t) }{ before(turn, t) }if graded { { log(&drill.era, &turn.log, t) } }</> },
        Scene::Info(case) => {
            let (master, replica) = case.cause.tells();
            let lit = |fields: &'static [&'static str]| graded.then_some(fields);
            html! { <div class="both">{ info(t.cards.info[0], &case.master, lit(master)) }{ info(t.cards.info[1], &case.replica, lit(replica)) }</div> }
        }
        Scene::Size(sizing) => sizes(sizing, graded, t),
    }
}

fn card(title: String, note: String, body: Html) -> Html {
    html! {
        <section class="slip">
            <div class="line"><h4>{ title }</h4><span class="muted mono">{ note }</span></div>
            { body }
        </section>
    }
}

fn backlog(knock: &Knock, held: Option<bool>, strings: &'static Strings) -> Html {
    let t = drills_of(strings);
    let note = format!("repl_backlog_size {} · histlen {}", knock.size, knock.histlen);
    let body = if knock.histlen > 0 {
        html! { <Window knock={knock.clone()} {held} t={strings} /> }
    } else {
        html! { <p class="muted">{ t.cards.no_backlog }</p> }
    };
    card(t.cards.backlog.to_owned(), note, body)
}

/// Ids one below the other, and the door.
fn ids(knock: &Knock, t: &Drills) -> Html {
    let c = &t.cards;
    let same = |id: &str| id == knock.asked_id;
    let row = |name: &'static str, id: &str, behind: String| {
        html! {
            <div key={name}><dt>{ name }</dt><dd><span class={classes!("id", same(id).then_some("same"))}>{ id }</span>if !behind.is_empty() { <span class="muted">{ behind }</span> }</dd></div>
        }
    };
    let mut door = vec![format!("loading:{}", u8::from(knock.loading))];
    if let Some(up) = knock.link_up {
        door.push(format!("master_link_status:{}", if up { "up" } else { "down" }));
    }
    let second = match &knock.second {
        Some((id, up_to)) => row(c.second, id, (c.up_to)(&grouped(*up_to))),
        None => html! { <div><dt>{ c.second }</dt><dd class="muted">{ (c.no_second)(knock.knows_second) }</dd></div> },
    };
    card(
        c.ids.to_owned(),
        String::new(),
        html! {
            <dl class="facts">
                { row(c.asked_with, &knock.asked_id, String::new()) }
                { row(c.mine, &knock.my_id, String::new()) }
                { second }
                <div><dt>{ c.door }</dt><dd><span class="mono">{ door.join(" ") }</span><span class="muted">{ (c.password)(knock.password) }</span></dd></div>
            </dl>
        },
    )
}

fn known(turn: &Turn, t: &Drills) -> Html {
    let c = &t.cards;
    let row = |name: &'static str, value: Html| html! { <div key={name}><dt>{ name }</dt><dd>{ value }</dd></div> };
    let mono = |text: String| html! { <span class="mono">{ text }</span> };
    let none = || html! { <span class="muted">{ c.nothing }</span> };
    card(
        c.known.to_owned(),
        String::new(),
        html! {
            <dl class="facts">
                { row(c.state, mono(turn.state.clone())) }
                { row(c.stream, turn.id.as_ref().map_or_else(none, |id| html! { <span class="id">{ id }</span> })) }
                { row(c.applied, turn.applied.map_or_else(none, |applied| mono(applied.to_string()))) }
                { row(c.masterauth, if turn.password { mono("***".to_owned()) } else { none() }) }
            </dl>
        },
    )
}

/// The messages before, and at the end what comes.
fn before(turn: &Turn, t: &Drills) -> Html {
    let row = |(at, (up, text)): (usize, &(bool, String))| {
        let text = short_ids(text);
        html! { <li key={at} class={classes!(up.then_some("up"))}><span aria-hidden="true">{ if *up { "▸" } else { "◂" } }</span><span class="hidden">{ (t.cards.way)(*up) }{ " " }</span><span>{ text }</span></li> }
    };
    card(t.cards.before.to_owned(), String::new(), html! { <ol class="rows mono">{ for turn.rows.iter().enumerate().map(row) }</ol> })
}

/// Lines of INFO; once it is graded those that tell it are lit, and the rest dimmed.
fn info(title: &str, lines: &[String], lit: Option<&[&str]>) -> Html {
    let line = |(at, line): (usize, &String)| {
        let tells = |fields: &[&str]| fields.contains(&line.split(':').next().unwrap_or_default());
        let class = lit.map(|fields| if tells(fields) { "lit" } else { "dim" });
        html! { <span key={at} class={classes!(class)}>{ line }{ "\n" }</span> }
    };
    card(title.to_owned(), String::new(), html! { <pre class="print">{ for lines.iter().enumerate().map(line) }</pre> })
}

fn log(era: &str, lines: &[String], t: &Drills) -> Html {
    let body = if lines.is_empty() {
        html! { <p class="muted">{ t.cards.no_log }</p> }
    } else {
        html! { <pre class="print">{ for lines.iter().enumerate().map(|(at, line)| html! { <span key={at} class="hang">{ line }{ "\n" }</span> }) }</pre> }
    };
    card((t.cards.log)(era), String::new(), body)
}

/// Each size as a bar; once it is graded, the line that it must reach.
fn sizes(sizing: &Sizing, graded: bool, t: &Drills) -> Html {
    const W: u64 = 640;
    let most = sizing.sizes[3].max(1);
    let x = |bytes: u64| 78 + bytes * (W - 90) / most;
    let bar = |(at, size): (usize, &u64)| {
        let y = 20 + 34 * at;
        let class = if graded && at < sizing.smallest { "fwash sr w1" } else { "fnew" };
        html! {
            <g key={at}>
                <text x="70" y={(y + 16).to_string()} class="e">{ exact_size(*size) }</text>
                <rect x="78" y={y.to_string()} width={(x(*size) - 78).to_string()} height="22" {class} opacity="0.7" />
            </g>
        }
    };
    let gap = x(sizing.gap.unsigned_abs());
    let missed = (t.cards.missed)(&grouped(sizing.gap));
    let left = gap > W / 2;
    let label = sizing.sizes.map(exact_size).join(", ");
    let label = if graded { format!("{label}. {missed}") } else { label };
    card(
        t.cards.sizes.to_owned(),
        String::new(),
        html! {
            <div class="figure sizes">
                <svg viewBox={format!("0 0 {W} 172")} role="img" aria-label={label}>
                    { for sizing.sizes.iter().enumerate().map(bar) }
                    if graded {
                        <path d={format!("M{gap} 10V156")} class="sf w2 fn" />
                        <text x={if left { gap - 6 } else { gap + 6 }.to_string()} y="168" class={if left { "e xf b" } else { "xf b" }}>{ missed }</text>
                    }
                </svg>
            </div>
        },
    )
}

/// The sitting: its rows, how many in a row, and what ends it.
pub(super) fn sitting(sitting: &Sitting, drill: Option<&Drill>, t: &Drills) -> Html {
    let s = &t.sitting;
    let row = |(at, row): (usize, &crate::drill::Row)| {
        let current = sitting.graded && at + 1 == sitting.rows.len();
        let truth = if row.truth.is_empty() { Cause::ALL.get(row.end).map_or("", |cause| (t.steps.cause)(*cause)) } else { &row.truth };
        html! {
            <tr key={at} class={classes!(current.then_some("cur"))}>
                <td>{ mark(row.mark, t) }</td>
                <td>{ (t.kind)(row.kind) }<span class="muted era">{ &row.era }</span></td>
                <td class="mono">{ &row.had }</td>
                <td class={classes!((!row.truth.is_empty()).then_some("mono"))}>{ truth.to_owned() }</td>
            </tr>
        }
    };
    let in_a_row = sitting.in_a_row();
    let right = sitting.rows.iter().filter(|row| row.mark == Mark::Right).count();
    let asked = sitting.rows.iter().filter(|row| row.mark != Mark::Played).count();
    let missed = sitting.rows.iter().any(|row| matches!(row.mark, Mark::Missed | Mark::Shown));
    let ends = match () {
        () if sitting.over() => (s.over)(right, asked),
        () if in_a_row >= IN_A_ROW => s.one_more.to_owned(),
        () => s.ends.to_owned(),
    };
    html! {
        <section class="slip sitting">
            <div class="line"><h4>{ s.heading }</h4><span class="muted">{ s.lead }</span><span class="space"></span><span class="muted">{ (s.in_a_row)(in_a_row.min(IN_A_ROW), IN_A_ROW) }</span></div>
            <table>
                <thead><tr><th></th>{ for s.heads.iter().map(|head| html! { <th key={*head} scope="col">{ *head }</th> }) }</tr></thead>
                <tbody>
                    { for sitting.rows.iter().enumerate().map(row).rev().take(8).collect::<Vec<_>>().into_iter().rev() }
                    if !sitting.graded {
                        <tr key="now" class="cur"><td></td><td>{ (t.kind)(sitting.asked().kind) }if let Some(drill) = drill { <span class="muted era">{ &drill.era }</span> }</td><td></td><td class="muted">{ s.now }</td></tr>
                    }
                </tbody>
            </table>
            <p class={classes!((!sitting.over()).then_some("muted"))}>{ ends }</p>
            if sitting.over() { <p class="muted">{ s.kept }</p> } else if missed { <p class="muted">{ s.again }</p> }
        </section>
    }
}

fn mark(mark: Mark, t: &Drills) -> Html {
    let name = (t.sitting.mark)(mark);
    let (ring, sign) = match mark {
        Mark::Right => ("s2", "M4 7.2l2.1 2.1L10 5"),
        Mark::Missed => ("sf", "M4.6 4.6l4.8 4.8M9.4 4.6L4.6 9.4"),
        Mark::Played | Mark::Shown => ("smu", "M5.4 4.4v5.2l4 -2.6z"),
    };
    let class = format!("fn {ring} w15");
    html! {
        <svg class="tick" viewBox="0 0 14 14" role="img" aria-label={name}><circle cx="7" cy="7" r="6" class={class.clone()} /><path d={sign} {class} /></svg>
    }
}
