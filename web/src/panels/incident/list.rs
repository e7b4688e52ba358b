//! The list of incidents, on its sheet: what was reported, never what it was.

use crate::action::{Action, Course};
use crate::i18n::{Strings, incidents_of};
use crate::panels::count::rendered;
use crate::panels::lesson::plain;
use std::rc::Rc;
use yew::{Callback, Html, Properties, classes, component, html};

/// An incident in the list.
#[derive(Clone, PartialEq, Debug)]
pub struct ListRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What was reported.
    pub symptom: String,
    /// The releases in it.
    pub eras: String,
    /// Its length.
    pub minutes: u32,
    /// With which grade it was mended, in how long, how many days ago.
    pub mended: Option<(usize, String, u32)>,
    /// It is the one that is open.
    pub open: bool,
}

/// How far the list is.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum ListState {
    /// It is being fetched.
    #[default]
    Coming,
    /// It is here.
    Here(Rc<Vec<ListRow>>),
    /// It did not come.
    Lost,
}

/// What the sheet shows.
#[derive(Clone, PartialEq, Properties)]
pub struct ListProps {
    /// The list.
    pub state: ListState,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The list.
#[component]
pub fn List(props: &ListProps) -> Html {
    rendered();
    let t = incidents_of(props.t);
    let open = |id: &str| {
        let id = id.to_owned();
        props.on.reform(move |_| Action::Course(Course::Incident(id.clone())))
    };
    let row = |row: &ListRow| {
        let state = row.mended.as_ref().map_or_else(|| t.open.to_owned(), |(grade, wall, days)| (t.kept)(*grade, wall, *days));
        html! {
            <li key={row.id.clone()} class={classes!("case", row.open.then_some("on"))}>
                <h3><button onclick={open(&row.id)} aria-label={(t.begin)(&row.title)}>{ &row.title }</button></h3>
                <p>{ plain(&row.symptom) }</p>
                <p class="muted">{ (t.about)(&row.eras, row.minutes) }{ " · " }{ state }</p>
            </li>
        }
    };
    html! {
        <>
            <p class="muted">{ t.lead }</p>
            { match &props.state {
                ListState::Coming => html! { <p class="muted" role="status">{ t.coming }</p> },
                ListState::Lost => html! {
                    <div class="row lost" role="alert"><p class="grave">{ t.lost }</p><button onclick={open("")}>{ t.again }</button></div>
                },
                ListState::Here(rows) => html! { <ol class="cases">{ for rows.iter().map(row) }</ol> },
            } }
        </>
    }
}
