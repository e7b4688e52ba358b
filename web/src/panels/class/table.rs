//! What a class has handed in: many links at once, as a table and as a file.

use crate::action::Action;
use crate::files;
use crate::i18n::class::Table as Words;
use crate::i18n::{Strings, class_of, course_of};
use crate::panels::count::rendered;
use crate::teach::class::handed::Answer;
use crate::teach::class::table::{self, Row, Table};
use resync_lessons::play::Sure;
use std::rc::Rc;
use web_sys::{HtmlTextAreaElement, InputEvent};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, classes, component, html, use_memo, use_state_eq};

/// What the sheet shows.
#[derive(Clone, PartialEq, Properties)]
pub struct ClassTableProps {
    /// What stands in the box at first: a link that was opened.
    pub pasted: AttrValue,
    /// The lessons by their ids, with their titles.
    pub titles: Rc<Vec<(String, String)>>,
    /// Minutes east of Greenwich.
    pub east: i64,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The sheet.
#[component]
pub fn ClassTable(props: &ClassTableProps) -> Html {
    rendered();
    let t = &class_of(props.t).table;
    let text = use_state_eq(|| props.pasted.clone());
    let table = use_memo((*text).clone(), |text| table::read(text));
    let oninput = {
        let text = text.clone();
        Callback::from(move |e: InputEvent| text.set(AttrValue::from(e.target_unchecked_into::<HtmlTextAreaElement>().value())))
    };
    let save = {
        let (table, props) = (Rc::clone(&table), props.clone());
        Callback::from(move |_| {
            let heads = t.heads.iter().map(|head| (*head).to_owned()).collect();
            let rows: Vec<Vec<String>> = std::iter::once(heads).chain(table.rows.iter().map(|row| cells(row, &props))).collect();
            // Refused only where the browser makes no files: then the table is still here.
            let _ = files::download("resync-class.csv", "text/csv", &table::csv(&rows));
        })
    };
    html! {
        <div class="handed">
            <p class="muted">{ t.lead }</p>
            <textarea class="mono" rows="6" spellcheck="false" aria-label={t.paste} value={(*text).clone()} {oninput} />
            if table.rows.is_empty() && table.refused.is_empty() { <p class="muted">{ t.empty }</p> }
            if !table.rows.is_empty() {
                <div class="row"><p role="status">{ sum(&table, t) }</p><span class="space"></span><button class="primary" onclick={save}>{ t.csv }</button></div>
                <div class="scrolls" tabindex="0" role="group" aria-label={t.title}>
                    <table>
                        <thead><tr>{ for t.heads.iter().map(|head| html! { <th key={*head} scope="col">{ *head }</th> }) }</tr></thead>
                        <tbody>{ for table.rows.iter().enumerate().map(|(at, row)| shown(at, row, props)) }</tbody>
                    </table>
                </div>
            }
            if !table.refused.is_empty() {
                <h3>{ (t.refused)(table.refused.len()) }</h3>
                <ul class="refused">{ for table.refused.iter().enumerate().map(|(at, refused)| html! {
                    <li key={at}><b>{ (t.line)(refused.line) }</b>{ " · " }{ (t.why)(refused.why) }<code>{ &refused.text }</code></li>
                }) }</ul>
            }
            if table.left > 0 { <p class="grave" role="alert">{ (t.left)(table.left) }</p> }
            <p class="muted">{ t.proves }</p>
        </div>
    }
}

fn sum(table: &Table, t: &Words) -> String {
    let count = |of: &dyn Fn(&Row) -> bool| table.rows.iter().filter(|row| of(row)).count();
    (t.sum)(
        table.rows.len(),
        count(&|row| row.handed.bet.near),
        count(&|row| !row.handed.bet.near && row.handed.bet.sure == Some(Sure::Sure)),
    )
}

/// A row as texts, in the order of the heads.
fn cells(row: &Row, props: &ClassTableProps) -> Vec<String> {
    let t = &class_of(props.t).table;
    let handed = &row.handed;
    let held = |near: bool| if near { t.near } else { t.far };
    let answer = |answer: &Answer| {
        let sure = answer.sure.map(|sure| (course_of(props.t).lesson.sure)(sure));
        let parts: Vec<&str> = [Some(answer.given.as_str()), sure, Some(held(answer.near))].into_iter().flatten().collect();
        parts.join(" · ")
    };
    let title = props.titles.iter().find(|(id, _)| *id == handed.lesson).map_or(handed.lesson.clone(), |(id, title)| {
        let number = id.split('-').next().unwrap_or_default();
        format!("{number} {title}")
    });
    let reached = handed.goals.iter().filter(|reached| **reached).count();
    vec![
        row.line.to_string(),
        handed.name.clone(),
        title,
        answer(&handed.bet),
        handed.because.map_or_else(|| "–".to_owned(), |(at, holds)| format!("{} · {}", (t.sentence)(usize::from(at) + 1), held(holds))),
        handed.transfer.as_ref().map_or_else(|| "–".to_owned(), answer),
        (t.goals)(reached, handed.goals.len()),
        table::when(handed.minute, props.east),
        remarks(row, t).join("; "),
    ]
}

fn remarks(row: &Row, t: &Words) -> Vec<String> {
    let bent = (!row.fits).then(|| t.bent.to_owned());
    let double = row.double.map(t.double);
    let behaviour = row.handed.behaviour;
    let other = (behaviour != resync_core::BEHAVIOUR).then(|| (t.other_engine)(behaviour));
    [bent, double, other].into_iter().flatten().collect()
}

fn shown(at: usize, row: &Row, props: &ClassTableProps) -> Html {
    let texts = cells(row, props);
    let sure_not = !row.handed.bet.near && row.handed.bet.sure == Some(Sure::Sure);
    let cell = |(column, text): (usize, &String)| match column {
        // A name may be written from right to left.
        1 => html! { <th key={column} scope="row"><bdi>{ text }</bdi></th> },
        3 => html! { <td key={column} class={classes!(sure_not.then_some("sure-not"))}>{ text }</td> },
        8 => html! { <td key={column} class="grave">{ text }</td> },
        _ => html! { <td key={column}>{ text }</td> },
    };
    html! { <tr key={at} class={classes!((!row.fits).then_some("bent"))}>{ for texts.iter().enumerate().map(cell) }</tr> }
}
