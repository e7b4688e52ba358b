//! Plain pages: each lesson as a page that needs no script, in each language, for search engines, for people without JavaScript, and for paper.
//!
//! The build writes them from the same folders and the same runs as the live lessons (`lessons/<id>.<language>.html`, and a list of all,
//! `lessons/index.<language>.html`). Questions come first; what happened begins a page of its own when it is printed.

mod words;

use crate::action::{Figure, Tab};
use crate::address;
use crate::draw::size::drawn_to;
use crate::draw::{FigureProps, Size, mark};
use crate::i18n::Lang;
use crate::panels::handshake::Handshake;
use crate::panels::ruler::Ruler;
use crate::still::markup;
use crate::ui::{Opening, Ui};
use resync_js::desk::{Ask, Desk, Turn};
use resync_js::views::{Shared, Views};
use resync_lessons::cards::{self, Refuted};
use resync_lessons::course::{self, Bet, Choice, Course};
use resync_lessons::folder::{self, Folder};
use resync_lessons::play::{Reading, Told, Truth, together, twin_text};
use resync_lessons::tell::{Form, Seen, Values, fill};
use std::fmt::Write as _;
use std::path::Path;
use words::{ALL, Words, said};
use yew::{Callback, Html, Properties, component, html};

/// Writes every page below `to`; `sheets` are the addresses of the stylesheets, as seen from there.
///
/// # Errors
/// One line for each thing that is wrong with a lesson or a card, or with writing.
pub fn write(web: &Path, to: &Path, sheets: &[String]) -> Result<(), String> {
    let lessons = folder::read_all(&web.join("lessons"))?;
    let cards = cards::read_all(&web.join("cards"))?;
    let put = |name: &str, text: String| std::fs::write(to.join(name), text).map_err(|why| format!("{name}: {why}"));
    let runs: Vec<Option<Runs>> = lessons
        .iter()
        .map(|folder| folder.lesson.course.as_deref().map(|course| Runs::of(folder, course)).transpose())
        .collect::<Result<_, _>>()?;
    for words in &ALL {
        put(&format!("index.{}.html", words.code), list(words, &lessons, sheets))?;
        put(&format!("cards.{}.html", words.code), all_cards(words, &cards, &lessons, sheets))?;
        for (folder, runs) in lessons.iter().zip(&runs) {
            put(&format!("{}.{}.html", folder.lesson.id, words.code), page(words, folder, runs.as_ref(), &cards, sheets))?;
        }
    }
    Ok(())
}

/// What came of a lesson's runs.
struct Runs {
    own: Told,
    /// The lesson's values and those of its twin.
    values: Values,
    twin: Option<Told>,
    transfer: Option<Told>,
}

impl Runs {
    fn of(folder: &Folder, course: &Course) -> Result<Runs, String> {
        let text = &folder.lesson.text;
        let wrong = |why: resync_lessons::play::Fault| format!("{}: {why}", folder.lesson.id);
        let own = Reading::of_lesson(course, text).map_err(wrong)?.whole();
        let twin = match &course.twin {
            Some(_) => Some(Reading::of_twin(course, &twin_text(course, text).map_err(wrong)?).map_err(wrong)?.whole()),
            None => None,
        };
        let transfer = match &course.transfer {
            Some(transfer) => Some(Reading::of_transfer(transfer).map_err(wrong)?.whole()),
            None => None,
        };
        let values = twin.as_ref().map_or_else(|| own.values.clone(), |twin| together(&own, twin));
        Ok(Runs { own, values, twin, transfer })
    }
}

/// Text as HTML: what is between backquotes as code.
fn text(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len());
    let mut code = false;
    for c in plain.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '`' => {
                out.push_str(if code { "</code>" } else { "<code>" });
                code = !code;
            }
            c => out.push(c),
        }
    }
    if code {
        out.push_str("</code>");
    }
    out
}

/// Paragraphs with values.
fn paragraphs(out: &mut String, plain: &str, values: &Values, words: &Words) {
    for paragraph in plain.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        let _ = writeln!(out, "<p>{}</p>", text(&fill(paragraph, values, words.code)));
    }
}

/// The head of a page and what stands above it.
fn head(words: &Words, title: &str, line: &str, sheets: &[String], other: &dyn Fn(&Words) -> String) -> String {
    let mut out = format!("<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n", words.tag);
    out.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'\">\n",
    );
    out.push_str(
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n",
    );
    let _ = writeln!(out, "<meta name=\"description\" content=\"{}\">\n<title>{} · Resync</title>", text(line), text(title));
    for sheet in sheets {
        let _ = writeln!(out, "<link rel=\"stylesheet\" href=\"{sheet}\">");
    }
    for one in &ALL {
        let _ = writeln!(out, "<link rel=\"alternate\" hreflang=\"{}\" href=\"{}\">", one.tag, other(one));
    }
    out.push_str("</head>\n<body class=\"plain\">\n<nav>");
    let _ = write!(out, "<a href=\"../\">Resync</a> <a href=\"index.{}.html\">{}</a>", words.code, words.all);
    for one in ALL.iter().filter(|one| one.code != words.code) {
        let name = Lang::ALL.iter().map(|lang| lang.strings()).find(|t| t.tag == one.tag).map_or(one.code, |t| t.name);
        let _ = write!(out, " <a href=\"{}\" lang=\"{}\">{name}</a>", other(one), one.tag);
    }
    out.push_str("</nav>\n<main>\n");
    out
}

/// The list of all lessons.
fn list(words: &Words, lessons: &[Folder], sheets: &[String]) -> String {
    let mut out = head(words, words.list_title, words.list_line, sheets, &|one| format!("index.{}.html", one.code));
    let _ = writeln!(out, "<h1>{}</h1>\n<p>{}</p>\n<ol>", words.list_title, words.list_line);
    for folder in lessons {
        let said = folder.lesson.words.get(&[words.code]).cloned().unwrap_or_default();
        let _ =
            writeln!(out, "<li><a href=\"{}.{}.html\">{}</a> {}</li>", folder.lesson.id, words.code, text(&said.title), text(&said.line));
    }
    let _ = writeln!(out, "</ol>\n<p><a href=\"cards.{}.html\">{}</a></p>", words.code, words.cards_title);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// All refutation cards on one page, each with its recording, its lesson and its place on the live page.
fn all_cards(words: &Words, cards: &[cards::Card], lessons: &[Folder], sheets: &[String]) -> String {
    let mut out = head(words, words.cards_title, words.cards_line, sheets, &|one| format!("cards.{}.html", one.code));
    let _ = writeln!(out, "<h1>{}</h1>\n<p>{}</p>", words.cards_title, words.cards_line);
    for card in cards {
        let _ = writeln!(out, "<section id=\"{}\">", address::card_element(&card.id));
        if let Some(refuted) = card.words.get(&[words.code]) {
            self::card(&mut out, words, refuted);
        }
        for shown in &card.shows {
            let (name, master, replica) = shown.servers();
            let quote = text(&shown.prints).replace("<code>", "`").replace("</code>", "`");
            let _ = writeln!(out, "<pre>{quote}</pre>\n<p class=\"made\">{}</p>", text(&(words.recorded)(master, replica, name)));
        }
        let lesson = lessons.iter().find(|folder| folder.lesson.id == card.lesson);
        let line = lesson.and_then(|folder| folder.lesson.words.get(&[words.code])).map_or("", |said| &said.line);
        let _ = writeln!(
            out,
            "<p><a href=\"{}.{}.html\">{}</a> · <a href=\"../{}\">{}</a></p>\n</section>",
            card.lesson,
            words.code,
            text(line),
            address::of_card(&card.id),
            words.live
        );
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// A lesson's page.
fn page(words: &Words, folder: &Folder, runs: Option<&Runs>, cards: &[cards::Card], sheets: &[String]) -> String {
    let lesson = &folder.lesson;
    let told = lesson.words.get(&[words.code]).cloned().unwrap_or_default();
    let mut out = head(words, &told.title, &told.line, sheets, &|one| format!("{}.{}.html", lesson.id, one.code));
    let era = lesson.text.lines().find_map(|line| line.strip_prefix("era ")).unwrap_or("7.0");
    let minutes = lesson.course.as_deref().map(|course| format!(" · {}", (words.minutes)(course.minutes))).unwrap_or_default();
    let _ = writeln!(
        out,
        "<p class=\"of\">{} · Redis {era}{minutes} · <a href=\"../#{}\">{}</a></p>",
        text(&told.title),
        lesson.id,
        words.live
    );
    let _ = writeln!(out, "<h1>{}</h1>\n<figure class=\"picture\">{}</figure>", text(&told.line), folder.picture);
    match lesson.course.as_deref().zip(runs) {
        None => paragraphs(&mut out, &told.about, &Values::new(), words),
        Some((course, runs)) => {
            asked(&mut out, words, course, runs);
            let _ = writeln!(out, "<p class=\"sure\">{}</p>\n<section class=\"answers\">\n<h2>{}</h2>", words.sure, words.answers);
            answered(&mut out, words, &course.bet, &runs.own, &runs.values);
            figures(&mut out, words, folder, &runs.own);
            why(&mut out, words, course, runs, cards);
            out.push_str("</section>\n");
        }
    }
    let _ = writeln!(out, "<p class=\"made\">{}</p>\n</main>\n</body>\n</html>", words.made);
    out
}

/// What is seen first, the parts, and the question.
fn asked(out: &mut String, words: &Words, course: &Course, runs: &Runs) {
    paragraphs(out, said(words, &course.symptom), &runs.values, words);
    paragraphs(out, said(words, &course.parts), &runs.values, words);
    let _ = writeln!(out, "<h2>{}</h2>", words.question);
    question(out, words, &course.bet, &runs.values);
}

/// A question with its answers to choose from.
fn question(out: &mut String, words: &Words, bet: &Bet, values: &Values) {
    paragraphs(out, said(words, &bet.question), values, words);
    let row = |out: &mut String, choice: &Choice| {
        let _ = writeln!(out, "<li>{}</li>", text(&fill(said(words, &choice.words), values, words.code)));
    };
    match &bet.ask {
        course::Ask::Choose { choices } | course::Ask::Order { messages: choices } => {
            out.push_str("<ul class=\"choices\">\n");
            choices.iter().for_each(|choice| row(out, choice));
            out.push_str("</ul>\n");
        }
        course::Ask::Number { unit, .. } => {
            let _ = writeln!(out, "<p class=\"blank\">__________ {}</p>", text(unit));
        }
        course::Ask::Curve { .. } => out.push_str("<div class=\"grid\"></div>\n"),
    }
}

/// The truth of a bet, and what is said to who found it.
fn answered(out: &mut String, words: &Words, bet: &Bet, told: &Told, values: &Values) {
    let of = |choice: &Choice| fill(said(words, &choice.words), values, words.code);
    let (truth, feedback) = match (&bet.ask, &told.truth) {
        (course::Ask::Choose { choices }, Some(Truth::Choose(at))) => (of(&choices[*at]), &choices[*at].feedback),
        (course::Ask::Order { messages }, Some(Truth::Order(order))) => {
            let list: Vec<String> = order.iter().map(|at| of(&messages[*at])).collect();
            ((words.order)(&list.join(" → ")), &bet.near_words)
        }
        (course::Ask::Number { unit, .. }, Some(Truth::Number(number))) => {
            (format!("{} {unit}", Form::Plain.told(&Seen::Number(*number), words.code)), &bet.near_words)
        }
        (course::Ask::Curve { unit, .. }, Some(Truth::Curve(curve))) => {
            let level = |at: Option<&(u64, Option<i64>)>| {
                at.and_then(|(_, level)| *level).map_or_else(|| "…".to_owned(), |level| Form::Plain.told(&Seen::Number(level), words.code))
            };
            let (first, last) = (level(curve.first()), level(curve.last()));
            ((words.curve)(&first, &format!("{last} {unit}")), &bet.near_words)
        }
        _ => return,
    };
    let _ = writeln!(out, "<p>{} <strong>{}</strong></p>", words.so, text(truth.trim()));
    paragraphs(out, said(words, feedback), values, words);
}

/// Because, the twin, the transfer, what Redis prints, the cards.
fn why(out: &mut String, words: &Words, course: &Course, runs: &Runs, cards: &[cards::Card]) {
    let _ = writeln!(out, "<h2>{}</h2>", words.because);
    paragraphs(out, said(words, &course.because), &runs.values, words);
    if let Some((twin, seen)) = course.twin.as_ref().zip(runs.twin.as_ref()) {
        let name = text(said(words, &twin.name));
        let _ = writeln!(out, "<h2>{}: {name}</h2>", words.twin);
        paragraphs(out, said(words, &twin.words), &runs.values, words);
        if !twin.rows.is_empty() {
            let _ = writeln!(out, "<table>\n<tr><td></td><th scope=\"col\">{}</th><th scope=\"col\">{name}</th></tr>", words.this_run);
            for (row, (own, other)) in twin.rows.iter().zip(runs.own.rows.iter().zip(&seen.rows)) {
                let cell =
                    |seen: &Option<Seen>| seen.as_ref().map_or_else(|| "–".to_owned(), |seen| text(&Form::Plain.told(seen, words.code)));
                let class = if row.decisive { " class=\"decisive\"" } else { "" };
                let _ = writeln!(
                    out,
                    "<tr{class}><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>",
                    text(said(words, &row.words)),
                    cell(own),
                    cell(other)
                );
            }
            out.push_str("</table>\n");
        }
    }
    if let Some((transfer, told)) = course.transfer.as_ref().zip(runs.transfer.as_ref()) {
        let _ = writeln!(out, "<h2>{}</h2>", words.transfer);
        question(out, words, &transfer.bet, &told.values);
        answered(out, words, &transfer.bet, told, &told.values);
    }
    let printed: Vec<&String> = runs.own.prints.iter().flatten().collect();
    if !printed.is_empty() {
        let _ = writeln!(out, "<h2>{}</h2>\n<pre>", words.prints);
        for line in printed {
            let _ = writeln!(out, "{}", text(line).replace("<code>", "`").replace("</code>", "`"));
        }
        out.push_str("</pre>\n");
    }
    for card in cards.iter().filter(|card| course.cards.contains(&card.id)) {
        if let Some(refuted) = card.words.get(&[words.code]) {
            self::card(out, words, refuted);
        }
    }
}

/// A refutation card.
fn card(out: &mut String, words: &Words, refuted: &Refuted) {
    let _ = writeln!(
        out,
        "<aside>\n<h2>{}: {}</h2>\n<p><strong>{}.</strong> {}</p>\n<p>{}</p>\n<p><strong>{}:</strong> {}</p>\n</aside>",
        words.say,
        text(&refuted.claim),
        words.not_so,
        text(&refuted.not_so),
        text(&refuted.because),
        words.look,
        text(&refuted.look)
    );
}

#[derive(Clone, PartialEq, Properties)]
struct DrawnProps {
    views: Shared<Views>,
    lang: Lang,
}

/// The stream and the ladder at one moment, by the page's own components.
#[component]
fn Drawn(props: &DrawnProps) -> Html {
    let (views, t, on) = (props.views.clone(), props.lang.strings(), Callback::noop());
    let figure = FigureProps { views: views.clone(), selection: None, pointed: None, moment: None, lit: false, t, on: on.clone() };
    html! {
        <div class="drawn" inert={true}>
            { mark::hatches() }
            <Ruler {views} {t} {on} />
            <Handshake ..figure />
        </div>
    }
}

/// The box in which the stream is drawn where nobody measures, and that of a page's column.
const RULER: Size = Size::new(1068.0, 191.0);
const COLUMN: Size = Size::new(704.0, 200.0);

/// The stream and the ladder at the lesson's decisive moment.
fn figures(out: &mut String, words: &Words, folder: &Folder, told: &Told) {
    let Some(at) = told.moment.or(told.until) else { return };
    let Some(lang) = Lang::ALL.into_iter().find(|lang| lang.strings().tag == words.tag) else { return };
    let mut desk = Desk::load(&folder.lesson.text).expect("it was read a moment ago");
    while desk.run_mut().seek_some(at.as_micros(), &|| true) != Turn::Done {}
    desk.player.pause();
    let mut ui = Ui::new(Figure::Handshake);
    ui.open(Opening::of(&desk, &folder.lesson, Tab::Guide));
    let ask = Ask { node: ui.inspected, chosen: false, link: None, lens: None, packet: None, tab: Tab::Guide };
    let views = Shared::new(desk.views(&ask));
    drawn_to(&[(RULER, COLUMN)]);
    let drawn = markup::<Drawn>(DrawnProps { views, lang });
    drawn_to(&[]);
    let clock = Form::Clock.told(&Seen::Number(i64::try_from(at.as_millis()).unwrap_or(i64::MAX)), words.code);
    let _ = writeln!(out, "<figure>{drawn}<figcaption>{}</figcaption></figure>", (words.moment)(&clock));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A lesson with a course, its runs and the cards.
    fn taught() -> Vec<(Folder, Runs)> {
        let taught = crate::lessons::folders().into_iter().filter(|folder| folder.lesson.course.is_some());
        taught
            .take(2)
            .map(|folder| {
                let runs = Runs::of(&folder, folder.lesson.course.as_deref().expect("filtered")).expect("it plays");
                (folder, runs)
            })
            .collect()
    }

    #[test]
    fn a_page_asks_first_answers_from_the_run_and_keeps_the_policy() {
        let cards = cards::read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cards")).expect("cards");
        for (folder, runs) in taught() {
            for words in &ALL {
                let html = page(words, &folder, Some(&runs), &cards, &["x.css".to_owned()]);
                let id = &folder.lesson.id;
                for forbidden in ["<script", " style=", "://", "onclick", "{", "…</p>"] {
                    assert!(!html.contains(forbidden), "{id}.{}: {forbidden}", words.code);
                }
                let at = |part: &str| html.find(part).unwrap_or_else(|| panic!("{id}.{}: no {part}", words.code));
                assert!(at(words.question) < at(words.answers) && at(words.answers) < at(words.because));
                assert!(html.contains(&format!("href=\"../#{id}\"")) && html.contains("<svg"), "{id}");
                assert_eq!(html.matches("<code>").count(), html.matches("</code>").count(), "{id}");
            }
        }
    }

    #[test]
    fn every_card_has_its_place_its_quote_and_its_lesson() {
        let web = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (cards, lessons) = (cards::read_all(&web.join("cards")).expect("cards"), crate::lessons::folders());
        for words in &ALL {
            let html = all_cards(words, &cards, &lessons, &["x.css".to_owned()]);
            for forbidden in ["<script", " style=", "://", "onclick"] {
                assert!(!html.contains(forbidden), "{}: {forbidden}", words.code);
            }
            for card in &cards {
                assert!(
                    html.contains(&format!("id=\"card-{}\"", card.id)) && html.contains(&format!("href=\"../#card-{}\"", card.id)),
                    "{}",
                    card.id
                );
                assert!(html.contains(&format!("href=\"{}.{}.html\">", card.lesson, words.code)), "{}", card.id);
                assert!(!html.contains(".html\"></a>"), "a link without words");
            }
            assert_eq!(html.matches("<pre>").count(), cards.iter().map(|card| card.shows.len()).sum::<usize>());
        }
    }

    #[test]
    fn a_stranger_s_text_stays_text() {
        assert_eq!(text("<b>\"&`lag`"), "&lt;b&gt;&quot;&amp;<code>lag</code>");
        assert_eq!(text("a ` b"), "a <code> b</code>");
    }
}
