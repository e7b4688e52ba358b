//! A figure's marks as values: what a layout says is there, before anything is drawn. One function makes SVG of them; tests compare them as they are.

use super::{Mark, hue_of, n};
use crate::action::{Action, Look, Selection};
use crate::i18n::glossary::Term;
use crate::panels::words::word;
use resync_core::view::NodeIx;
use yew::{Callback, Html, MouseEvent, html};

/// One mark. Lengths are in the figure's units; `class` holds words of the drawings' stylesheet.
#[derive(Clone, PartialEq, Debug)]
pub struct Shape {
    /// What it is and where.
    pub form: Form,
    /// Its classes, separated by spaces.
    pub class: String,
    /// Its opacity, if it is not whole.
    pub opacity: Option<&'static str>,
    /// What a click on it selects.
    pub selects: Option<Selection>,
    /// Of words: the term of the glossary that they name, and with which bytes.
    pub explains: Option<(Term, &'static str)>,
}

/// What a mark is, and where.
#[derive(Clone, PartialEq, Debug)]
pub enum Form {
    /// A path: SVG's `d`.
    Path(String),
    /// A box.
    Rect {
        /// Left.
        x: f64,
        /// Top.
        y: f64,
        /// Width.
        w: f64,
        /// Height.
        h: f64,
        /// Radius of its corners.
        round: f64,
    },
    /// A circle.
    Circle {
        /// Centre.
        x: f64,
        /// Centre.
        y: f64,
        /// Radius.
        r: f64,
    },
    /// A line of words.
    Text {
        /// Where it is anchored.
        x: f64,
        /// Its baseline.
        y: f64,
        /// The words.
        text: String,
    },
    /// Marks that belong together.
    Group(Vec<Shape>),
}

impl Shape {
    fn new(form: Form, class: impl Into<String>) -> Shape {
        Shape { form, class: class.into(), opacity: None, selects: None, explains: None }
    }
    /// A path.
    pub fn path(d: impl Into<String>, class: impl Into<String>) -> Shape {
        Shape::new(Form::Path(d.into()), class)
    }
    /// A box with sharp corners.
    pub fn rect(x: f64, y: f64, w: f64, h: f64, class: impl Into<String>) -> Shape {
        Shape::new(Form::Rect { x, y, w, h, round: 0.0 }, class)
    }
    /// A box with rounded corners.
    pub fn plate(x: f64, y: f64, w: f64, h: f64, round: f64, class: impl Into<String>) -> Shape {
        Shape::new(Form::Rect { x, y, w, h, round }, class)
    }
    /// A circle.
    pub fn circle(x: f64, y: f64, r: f64, class: impl Into<String>) -> Shape {
        Shape::new(Form::Circle { x, y, r }, class)
    }
    /// A line of words.
    pub fn text(x: f64, y: f64, text: impl Into<String>, class: impl Into<String>) -> Shape {
        Shape::new(Form::Text { x, y, text: text.into() }, class)
    }
    /// Marks that belong together.
    pub fn group(shapes: Vec<Shape>, class: impl Into<String>) -> Shape {
        Shape::new(Form::Group(shapes), class)
    }
    /// A node's filled glyph.
    #[must_use]
    pub fn glyph(ix: NodeIx, x: f64, y: f64, r: f64) -> Shape {
        Shape::path(Mark::of(ix).path(x, y, r), hue_of(ix).fill())
    }
    /// The same, seen through.
    #[must_use]
    pub fn opacity(self, opacity: &'static str) -> Shape {
        Shape { opacity: Some(opacity), ..self }
    }
    /// The same; a click on it selects this, and nothing below it hears of the click.
    #[must_use]
    pub fn selects(self, what: Selection) -> Shape {
        Shape { selects: Some(what), ..self }
    }
    /// The same words; this part of them is explained when it is clicked.
    #[must_use]
    pub fn explains(self, of: Term, part: &'static str) -> Shape {
        Shape { explains: Some((of, part)), ..self }
    }
}

/// Words of which a part is explained.
fn explained(text: &str, explains: Option<(Term, &'static str)>, on: &Callback<Action>) -> Html {
    match explains.and_then(|(of, part)| Some((of, part, text.find(part)?))) {
        Some((of, part, at)) => html! { <>{ text[..at].to_owned() }{ word(of, part, on) }{ text[at + part.len()..].to_owned() }</> },
        None => html! { { text.to_owned() } },
    }
}

/// The words of a picture, in the order in which they are drawn.
#[must_use]
pub fn words(shapes: &[Shape]) -> Vec<&str> {
    shapes
        .iter()
        .flat_map(|shape| match &shape.form {
            Form::Text { text, .. } => vec![text.as_str()],
            Form::Group(inner) => words(inner),
            _ => Vec::new(),
        })
        .collect()
}

/// The marks as SVG, in their order.
pub fn svg(shapes: &[Shape], on: &Callback<Action>) -> Html {
    shapes.iter().map(|shape| one(shape, on)).collect()
}

fn one(shape: &Shape, on: &Callback<Action>) -> Html {
    let class = (!shape.class.is_empty()).then(|| shape.class.clone());
    let opacity = shape.opacity;
    let onclick = shape.selects.map(|what| {
        on.reform(move |event: MouseEvent| {
            event.stop_propagation();
            Action::Look(Look::Select(what))
        })
    });
    match &shape.form {
        Form::Path(d) => html! { <path d={d.clone()} {class} {opacity} {onclick} /> },
        Form::Rect { x, y, w, h, round } => {
            let rx = (*round > 0.0).then(|| n(*round));
            html! { <rect x={n(*x)} y={n(*y)} width={n(*w)} height={n(*h)} {rx} {class} {opacity} {onclick} /> }
        }
        Form::Circle { x, y, r } => html! { <circle cx={n(*x)} cy={n(*y)} r={n(*r)} {class} {opacity} {onclick} /> },
        Form::Text { x, y, text } => {
            html! { <text x={n(*x)} y={n(*y)} {class} {opacity} {onclick}>{ explained(text, shape.explains, on) }</text> }
        }
        Form::Group(inner) => html! { <g {class} {opacity} {onclick}>{ svg(inner, on) }</g> },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_the_order_of_drawing() {
        let picture = [
            Shape::text(0.0, 0.0, "a", ""),
            Shape::group(vec![Shape::path("M0 0", ""), Shape::text(0.0, 0.0, "b", "")], "plot"),
            Shape::text(0.0, 0.0, "c", ""),
        ];
        assert_eq!(words(&picture), ["a", "b", "c"]);
    }

    #[test]
    fn a_mark_is_one_element_with_what_it_has() {
        let drawn = |shape: Shape| format!("{:?}", one(&shape, &Callback::noop()));
        assert!(drawn(Shape::rect(0.0, 1.0, 2.0, 3.0, "ff").opacity(".8")).contains("opacity"));
        let glyph = Shape::glyph(2, 10.0, 10.0, 4.0);
        assert_eq!((glyph.class.as_str(), glyph.selects), ("f2", None));
        assert_eq!(Shape::path("M0 0", "").selects(Selection::Node(1)).selects, Some(Selection::Node(1)));
    }
}
