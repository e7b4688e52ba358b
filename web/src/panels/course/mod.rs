//! The page of the course: every lesson a box as wide as its minutes, then the path, chapter by chapter. Rows show questions, never titles: several titles
//! would give the answer away.

mod side;
mod strip;

use crate::action::{Action, Course};
use crate::draw::{Size, shape, use_size};
use crate::i18n::{Strings, course_of, memory_of};
use crate::panels::count::rendered;
use crate::panels::lesson::plain;
use crate::recall::Wish;
use crate::teach::Way;
use crate::teach::path::{Path, Row, State};
use std::rc::Rc;
use yew::{Callback, Html, Properties, classes, component, html, use_node_ref, use_state_eq};

/// What the page shows.
#[derive(Clone, PartialEq, Properties)]
pub struct PathProps {
    /// The lessons, and what is known of them.
    pub path: Rc<Path>,
    /// The lesson that is being fetched.
    pub opening: Option<String>,
    /// What stands below the path.
    #[prop_or_default]
    pub children: Html,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The page.
#[component]
pub fn PathPage(props: &PathProps) -> Html {
    rendered();
    let t = &course_of(props.t).page;
    let path = &props.path;
    let frame = use_node_ref();
    let size = use_size(&frame, Size::new(1_100.0, 74.0));
    let present = path.present();
    // The chapter that somebody opened; at first the present one.
    let open = use_state_eq(|| None::<u32>);
    let opened = open.unwrap_or(present);
    let chapters: Vec<u32> = path.chapters();
    let marks = strip::marks(path, size, t);
    html! {
        <div class="course">
            <div class="band">
                <div class="line"><p class="title">{ (t.heading)(path.rows.len()) }</p><p class="muted">{ t.lead }</p></div>
                <div class="figure strip" ref={frame}>
                    <svg viewBox={size.view_box()} role="img" aria-label={format!("{}: {}", t.strip, strip::stand(path, t))}>{ shape::svg(&marks, &props.on) }</svg>
                </div>
                if path.due() > 0 { { due(props) } }
                if path.way.is_none() { { ways(props) } }
            </div>
            <div class="main">
            <ol class="path">
                { for chapters.into_iter().map(|chapter| {
                    let open = open.clone();
                    let onclick = Callback::from(move |_| open.set(Some(if opened == chapter { 0 } else { chapter })));
                    chapter_rows(props, chapter, opened == chapter, onclick)
                }) }
            </ol>
            { props.children.clone() }
            </div>
            { side::side(&side::Seen { path, t: props.t, on: &props.on }) }
        </div>
    }
}

/// What comes back today, and the lesson that it stands before.
fn due(props: &PathProps) -> Html {
    let (t, path) = (&memory_of(props.t).recall, &props.path);
    let next = path.next().and_then(|id| path.rows.iter().find(|row| row.id == id));
    let begin = next.map_or(Action::Recall(Wish::Due), |row| Action::Course(Course::Lesson(row.id.clone())));
    html! {
        <div class="due" role="group" aria-label={(t.due)(path.due())}>
            <svg viewBox="0 0 14 14" aria-hidden="true"><path d="M7 1l6 6l-6 6l-6 -6z" class="fn si w15" /></svg>
            <p><b>{ (t.due)(path.due()) }</b><span class="muted">{ t.due_lead }</span></p>
            <span class="space"></span>
            if let Some(row) = next { <span class="muted">{ (t.then)(row.number, row.minutes) }</span> }
            <button class="primary" onclick={props.on.reform(move |_| begin.clone())}>{ t.begin }</button>
        </div>
    }
}

/// The two ways in, on a first visit.
fn ways(props: &PathProps) -> Html {
    let t = &course_of(props.t).page;
    let first = props.path.rows.first().map(|row| row.id.clone());
    let one = |way: Way| {
        let (on, first) = (props.on.clone(), first.clone());
        let onclick = Callback::from(move |_| {
            on.emit(Action::Course(Course::Way(way)));
            if let Some(id) = first.clone() {
                on.emit(Action::Course(Course::Lesson(id)));
            }
        });
        html! { <button key={(t.way)(way)} {onclick}><b>{ (t.way)(way) }</b><small>{ (t.way_means)(way) }</small></button> }
    };
    html! { <div class="ways" role="group" aria-label={t.way_in}>{ for [Way::Example, Way::Bet].map(one) }</div> }
}

/// A chapter: its row, and below it those of its lessons if it is open.
fn chapter_rows(props: &PathProps, chapter: u32, open: bool, onclick: Callback<yew::MouseEvent>) -> Html {
    let t = &course_of(props.t).page;
    let rows: Vec<&Row> = props.path.rows.iter().filter(|row| row.chapter == chapter).collect();
    let minutes = rows.iter().map(|row| row.minutes).sum();
    let seen = rows.iter().filter(|row| matches!(row.state, State::Seen(_))).count();
    let due: usize = rows.iter().map(|row| row.due).sum();
    let state = if due > 0 {
        format!("◇ {}", (memory_of(props.t).recall.back_of)(due))
    } else if seen == 0 {
        (t.lessons)(rows.len())
    } else {
        (t.seen_of)(seen, rows.len())
    };
    let mini = strip::mini(&rows);
    html! {
        <li key={chapter} class={classes!("chapter", open.then_some("open"))}>
            <button class="plain entry" aria-expanded={open.to_string()} {onclick}>
                <span class="number">{ chapter }</span>
                <span class="question"><b>{ (t.chapter)(chapter) }</b><span class="muted">{ (t.chapter_asks)(chapter) }</span></span>
                <span class="touch muted">
                    if open { { t.touch } } else { <svg viewBox="0 0 128 12" aria-hidden="true">{ shape::svg(&mini, &props.on) }</svg> }
                </span>
                <span class="eras muted">{ if open { "Redis" } else { "" } }</span>
                <span class="minutes">{ (t.minutes)(minutes) }</span>
                <span class="state muted">{ state }</span>
            </button>
            if open { <ol>{ for rows.into_iter().map(|row| lesson_row(props, row)) }</ol> }
        </li>
    }
}

fn lesson_row(props: &PathProps, row: &Row) -> Html {
    let t = &course_of(props.t).page;
    let next = props.path.next() == Some(row.id.as_str());
    let back = row.due > 0;
    let state = match row.state {
        _ if back => memory_of(props.t).recall.back.to_owned(),
        State::New if next => t.next.to_owned(),
        State::New => t.new.to_owned(),
        State::Begun => t.begun.to_owned(),
        State::Seen(days) => (t.days)(days),
    };
    let mark = match row.state {
        _ if next => "▶",
        _ if back => "◇",
        State::New => "○",
        State::Begun => "◐",
        State::Seen(_) => "●",
    };
    let id = row.id.clone();
    html! {
        <li key={row.id.clone()} class={classes!(next.then_some("next"), matches!(row.state, State::Seen(_)).then_some("seen"), back.then_some("back"))}>
            <button class="plain entry" aria-busy={(props.opening.as_deref() == Some(row.id.as_str())).to_string()}
                onclick={props.on.reform(move |_| Action::Course(Course::Lesson(id.clone())))}>
                <span class="number"><i aria-hidden="true">{ mark }</i>{ format!("{:02}", row.number) }</span>
                <span class="question">{ plain(&row.question) }</span>
                <span class="touch muted">{ &row.touches }</span>
                <span class="eras">{ for row.eras.split_whitespace().map(|era| html! { <span key={era.to_owned()} class="era">{ era }</span> }) }</span>
                <span class="minutes">{ (t.minutes)(row.minutes) }</span>
                <span class="state">{ state }</span>
            </button>
        </li>
    }
}
