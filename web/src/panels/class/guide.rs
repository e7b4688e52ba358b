//! The teacher's guide on the page: the text of the documents, with the lessons to open.

use crate::action::{Action, Course};
use crate::i18n::{Lang, Strings, class_of};
use crate::panels::count::rendered;
use crate::teach::class::Wish;
use crate::teach::class::guide::{Block, Piece, blocks, pieces, text};
use std::rc::Rc;
use yew::{Callback, Html, Properties, component, html};

/// What the sheet shows.
#[derive(Clone, PartialEq, Properties)]
pub struct GuideProps {
    /// The ids of the lessons that there are.
    pub lessons: Rc<Vec<String>>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The sheet.
#[component]
pub fn Guide(props: &GuideProps) -> Html {
    rendered();
    let t = class_of(props.t);
    html! {
        <div class="guide">
            <div class="row"><button onclick={props.on.reform(|_| Action::Class(Wish::Present))}><kbd aria-hidden="true">{ "P" }</kbd>{ t.guide.present }</button></div>
            { for blocks(text(Lang::of(props.t))).iter().map(|of| block(of, props)) }
        </div>
    }
}

fn line(text: &str) -> Html {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Plain(text) => html! { { text.to_owned() } },
            Piece::Bold(text) => html! { <b>{ text.to_owned() }</b> },
            Piece::Code(text) => html! { <code>{ text.to_owned() }</code> },
        })
        .collect()
}

fn block(block: &Block<'_>, props: &GuideProps) -> Html {
    match block {
        Block::Heading(text) => html! { <h3>{ line(text) }</h3> },
        Block::Paragraph(text) => html! { <p>{ line(text) }</p> },
        Block::List(true, items) => {
            html! { <ol>{ for items.iter().map(|item| html! { <li key={item.clone()}>{ line(item) }</li> }) }</ol> }
        }
        Block::List(false, items) => {
            html! { <ul>{ for items.iter().map(|item| html! { <li key={item.clone()}>{ line(item) }</li> }) }</ul> }
        }
        Block::Table(rows) => table(rows, props),
    }
}

fn table(rows: &[Vec<&str>], props: &GuideProps) -> Html {
    let Some((heads, rows)) = rows.split_first() else { return Html::default() };
    let row = |(at, cells): (usize, &Vec<&str>)| {
        html! { <tr key={at}>{ for cells.iter().enumerate().map(|(column, text)| html! { <td key={column}>{ line(text) }if column == 1 { { lesson(text, props) } }</td> }) }</tr> }
    };
    html! {
        <div class="scrolls">
            <table>
                <thead><tr>{ for heads.iter().map(|head| html! { <th key={*head} scope="col">{ *head }</th> }) }</tr></thead>
                <tbody>{ for rows.iter().enumerate().map(row) }</tbody>
            </table>
        </div>
    }
}

/// The lesson whose number a cell begins with: to be opened, and its sheet.
fn lesson(text: &str, props: &GuideProps) -> Html {
    let t = &class_of(props.t).guide;
    let number = text.split(' ').next().unwrap_or_default();
    let Some(id) = props.lessons.iter().find(|id| id.split('-').next() == Some(number)).cloned() else { return Html::default() };
    let sheet = format!("lessons/{id}.{}.html", props.t.preferred.first().copied().unwrap_or("en"));
    html! {
        <span class="ways-in">
            <button onclick={props.on.reform(move |_| Action::Course(Course::Lesson(id.clone())))}>{ (t.open)(number) }</button>
            <a href={sheet} target="_blank" rel="noopener">{ t.sheet }</a>
        </span>
    }
}
