//! The sheets over the page: scenes, the scenario's text, files, settings, the keyboard's table, the words of the open scene, what differs from Redis.

mod sandbox;

use crate::action::{Action, Course, Export, Look, Motion, Page, Scheme, Sheet};
use crate::format::after;
use crate::i18n::glossary::Rules;
use crate::i18n::{Lang, Strings};
use crate::i18n::{alarms_of, class_of, course_of, diagnose_of, drills_of, incidents_of, memory_of, size_of};
use crate::keys::{CLASS, Row, TABLE};
use crate::lessons::Entry;
use crate::lessons::shelf::{Index, Shelf};
use crate::lessons::told::Told;
use crate::panels::count::rendered;
use crate::panels::course::PathPage;
use crate::panels::words::{Glossary, marked};
use crate::recall::Kind;
use crate::teach::path::Path;
use sandbox::Editor;
use std::rc::Rc;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::{AttrValue, Callback, Html, Properties, classes, component, html, use_effect_with, use_node_ref};

/// What a sheet shows.
#[derive(Clone, PartialEq, Properties)]
pub struct MenuProps {
    /// Which one.
    pub sheet: Sheet,
    /// The id of the open lesson, if a lesson is open.
    pub lesson: Option<AttrValue>,
    /// The lessons that are here, on their way or lost.
    pub shelf: Shelf,
    /// The course: its lessons, and how far somebody is in each; for the sheet that lists them.
    pub path: Option<Rc<Path>>,
    /// The words of the open run.
    pub told: Told,
    /// What its lesson asks a person to bring about, and whether that has come true by now.
    pub goals: Vec<(AttrValue, bool)>,
    /// The text that runs.
    pub text: AttrValue,
    /// The text that was not taken: it stays in the box.
    #[prop_or_default]
    pub draft: Option<AttrValue>,
    /// Why the edited text was not taken.
    #[prop_or_default]
    pub refused: Option<AttrValue>,
    /// What stands on a page that the page itself puts together.
    #[prop_or_default]
    pub page: Html,
    /// What the sitting is for that is shown there.
    #[prop_or_default]
    pub sitting: Option<Kind>,
    /// Chosen colours.
    pub scheme: Scheme,
    /// Chosen motion.
    pub motion: Motion,
    /// Whether settings can be stored.
    pub stored: bool,
    /// The release whose words the glossary explains.
    pub rules: Rules,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// A sheet: not modal, Esc closes it, and the page behind it plays on.
#[component]
pub fn Menu(props: &MenuProps) -> Html {
    rendered();
    let s = &props.t.shell;
    let node = use_node_ref();
    use_effect_with(props.sheet, {
        let node = node.clone();
        move |sheet: &Sheet| {
            // The list of words has a field that wants it.
            if *sheet == Sheet::Words {
                return;
            }
            if let Some(sheet) = node.cast::<HtmlElement>() {
                let _ = sheet.focus();
            }
        }
    });
    let (title, body) = match props.sheet {
        Sheet::Lessons => (s.menu.title, lessons(props)),
        Sheet::Sandbox => (
            s.menu.sandbox_title,
            html! { <Editor text={props.text.clone()} draft={props.draft.clone()} refused={props.refused.clone()} t={props.t} on={props.on.clone()} /> },
        ),
        Sheet::Export => (s.header.export, export(props)),
        Sheet::Settings => (s.prefs.title, settings(props)),
        Sheet::Keys => (s.keys.title, keyboard(props)),
        Sheet::Words => (s.words.title, html! { <Glossary rules={props.rules} t={props.t} on={props.on.clone()} /> }),
        Sheet::About => (s.menu.lesson, about(props)),
        Sheet::Differs => (s.differs.title, differs(props.t)),
        Sheet::Cards => (memory_of(props.t).cards.title, props.page.clone()),
        Sheet::Known => (memory_of(props.t).known.title, props.page.clone()),
        Sheet::Ten => (memory_of(props.t).ten.title, props.page.clone()),
        Sheet::Recall => ((memory_of(props.t).recall.title)(props.sitting.unwrap_or_default()), props.page.clone()),
        Sheet::Incidents => (incidents_of(props.t).title, props.page.clone()),
        Sheet::Drills => (drills_of(props.t).title, props.page.clone()),
        Sheet::Diagnose => (diagnose_of(props.t).title, props.page.clone()),
        Sheet::Size => (size_of(props.t).title, props.page.clone()),
        Sheet::Alarms => (alarms_of(props.t).title, props.page.clone()),
        Sheet::HandIn => (class_of(props.t).hand_in.title, props.page.clone()),
        Sheet::Class => (class_of(props.t).table.title, props.page.clone()),
        Sheet::Code => (class_of(props.t).code.title, props.page.clone()),
        Sheet::Guide => (class_of(props.t).guide.title, props.page.clone()),
    };
    let close = props.on.reform(|_| Action::Look(Look::Sheet(None)));
    let onkeydown = {
        let on = props.on.clone();
        Callback::from(move |e: KeyboardEvent| {
            if e.key() == "Escape" {
                e.stop_propagation();
                on.emit(Action::Look(Look::Sheet(None)));
            }
        })
    };
    html! {
        <div class={classes!("sheet", props.sheet.class(), path(props).map(|_| "all"))} role="dialog" aria-label={title} tabindex="-1" ref={node} {onkeydown}>
            <div class="sheet-head"><h2>{ title }</h2><span class="space"></span>{ to_course(props) }<button onclick={close}>{ if props.sheet == Sheet::Recall { memory_of(props.t).recall.skip } else { s.header.close } }</button></div>
            { body }
        </div>
    }
}

/// Back to the list of lessons, on the pages that one comes to from there.
fn to_course(props: &MenuProps) -> Html {
    if !props.sheet.of_course() {
        return Html::default();
    }
    html! { <button onclick={props.on.reform(|_| Action::Look(Look::Sheet(Some(Sheet::Lessons))))}>{ course_of(props.t).lesson.all_lessons }</button> }
}

/// The course, on its sheet, if there is one.
fn path(props: &MenuProps) -> Option<&Rc<Path>> {
    props.path.as_ref().filter(|path| props.sheet == Sheet::Lessons && !path.rows.is_empty())
}

fn lessons(props: &MenuProps) -> Html {
    let m = &props.t.shell.menu;
    let entries = match props.shelf.index() {
        Index::Here(entries) => entries,
        Index::Coming => return html! { <p class="muted" role="status">{ m.coming }</p> },
        Index::Lost(fault) => return lost(props, (m.no_index)(*fault)),
    };
    let preferred = props.t.preferred;
    let title =
        |id: &str| entries.iter().find(|entry| entry.id == id).and_then(|entry| entry.cards.get(preferred)).map_or("", |card| &card.title);
    let card = |entry: &Entry| {
        let card = entry.cards.get(preferred)?;
        let open = props.lesson.as_deref() == Some(entry.id.as_str());
        let opening = props.shelf.opening() == Some(entry.id.as_str());
        let id = entry.id.clone();
        Some(html! {
            <li key={entry.id.clone()} class={classes!("card", open.then_some("on"))}>
                // Checked by the build against a list of what a picture may have.
                <div class="picture" aria-hidden="true">{ Html::from_html_unchecked(entry.picture.clone().into()) }</div>
                <div>
                    <h3>{ &card.title }</h3>
                    <p>{ &card.line }</p>
                    <button class={classes!(open.then_some("on"))} onclick={props.on.reform(move |_| Action::Course(Course::Lesson(id.clone())))}
                        aria-busy={opening.to_string()} aria-label={format!("{} {}", m.open, card.title)}>{ m.open }</button>
                </div>
            </li>
        })
    };
    html! {
        <>
            if let Some((id, fault)) = props.shelf.lost() {
                { lost(props, (m.no_lesson)(title(id), fault)) }
            }
            if let Some(path) = path(props) {
                <PathPage path={Rc::clone(path)} opening={props.shelf.opening().map(str::to_owned)} t={props.t} on={props.on.clone()}>
                    <h3 class="scenes-head">{ course_of(props.t).page.scenes }</h3>
                    <p class="muted">{ course_of(props.t).page.scenes_lead }</p>
                    <ol class="cards">{ for entries.iter().filter(|entry| entry.course.is_none()).filter_map(card) }</ol>
                </PathPage>
            } else {
                <p class="muted">{ m.lead }</p>
                <ol class="cards">{ for entries.iter().filter_map(card) }</ol>
            }
        </>
    }
}

/// Says what did not come, and offers to fetch it again.
fn lost(props: &MenuProps, what: String) -> Html {
    html! {
        <div class="row lost" role="alert">
            <p class="grave">{ what }</p>
            <button onclick={props.on.reform(|_| Action::Course(Course::Again))}>{ props.t.shell.menu.again }</button>
        </div>
    }
}

/// What the open run says of itself.
fn about(props: &MenuProps) -> Html {
    let m = &props.t.shell.menu;
    let told = &props.told;
    let labelled = |label: &'static str, text: &str| {
        if text.is_empty() {
            Html::default()
        } else {
            html! { <p><b>{ label }</b>{ after(label) }{ marked(text, props.t, props.rules, &props.on) }</p> }
        }
    };
    html! {
        <div class="prose">
            <h3>{ &told.title }</h3>
            if !told.question.is_empty() {
                <p class="question">{ &told.question }</p>
            }
            { for told.about.iter().map(|text| html! { <p key={text.clone()}>{ marked(text, props.t, props.rules, &props.on) }</p> }) }
            { labelled(m.watch, &told.watch) }
            { labelled(m.try_this, &told.task) }
            if !props.goals.is_empty() {
                <h4>{ m.goals }</h4>
                <ul class="goals">{ for props.goals.iter().map(|(words, reached)| {
                    let (mark, spoken) = if *reached { ("✓", m.reached) } else { ("○", m.not_reached) };
                    html! {
                        <li key={words.to_string()} class={classes!(reached.then_some("on"))}>
                            <span class="mark" aria-hidden="true">{ mark }</span><span class="hidden">{ spoken }{ after(spoken) }</span>{ words }
                        </li>
                    }
                }) }</ul>
            }
        </div>
    }
}

fn export(props: &MenuProps) -> Html {
    let m = &props.t.shell.menu;
    let on = &props.on;
    html! {
        <>
            <p class="muted">{ m.export_lead }</p>
            <div class="column">
                <button onclick={on.reform(|_| Action::Page(Page::Export(Export::Run)))}>{ m.export_run }</button>
                <button onclick={on.reform(|_| Action::Page(Page::Export(Export::Json)))}>{ m.export_json }</button>
            </div>
        </>
    }
}

fn settings(props: &MenuProps) -> Html {
    let p = &props.t.shell.prefs;
    let button = |name: &'static str, on: bool, page: Page| {
        html! { <button key={name} aria-pressed={on.to_string()} onclick={props.on.reform(move |_| Action::Page(page))}>{ name }</button> }
    };
    let choice = |title: &'static str, buttons: Vec<Html>| {
        html! { <div class="choice" role="group" aria-label={title}><span>{ title }</span>{ for buttons }</div> }
    };
    let schemes = Scheme::ALL.into_iter().map(|s| button((p.scheme_name)(s), s == props.scheme, Page::Scheme(s)));
    let motions = Motion::ALL.into_iter().map(|m| button((p.motion_name)(m), m == props.motion, Page::Motion(m)));
    let languages = Lang::ALL.iter().map(|lang| {
        let strings = lang.strings();
        let choose = props.on.reform(|_| Action::Page(Page::Language(strings.tag)));
        html! { <button key={strings.tag} lang={strings.tag} aria-pressed={(strings == props.t).to_string()} onclick={choose}>{ strings.name }</button> }
    });
    html! {
        <>
            { choice(props.t.shell.header.language, languages.collect()) }
            { choice(p.scheme, schemes.collect()) }
            { choice(p.motion, motions.collect()) }
            if !props.stored {
                <p class="muted">{ p.not_kept }</p>
            }
        </>
    }
}

fn keyboard(props: &MenuProps) -> Html {
    let t = props.t;
    let row = |row: &Row| {
        let does = (t.shell.keys.does)(row.key);
        html! { <tr key={does}><th scope="row">{ for row.shown.iter().map(|k| html! { <kbd key={*k}>{ *k }</kbd> }) }</th><td>{ does }</td></tr> }
    };
    html! {
        <>
            <table class="keyboard"><tbody>{ for TABLE.iter().map(row) }</tbody></table>
            { class_keys(t) }
            <div class="row">
                <button onclick={props.on.reform(|_| Action::Look(Look::Sheet(Some(Sheet::Words))))}>{ t.shell.words.title }</button>
                <button onclick={props.on.reform(|_| Action::Look(Look::Sheet(Some(Sheet::Differs))))}>{ t.shell.differs.title }</button>
            </div>
        </>
    }
}

/// The keys in front of a class.
fn class_keys(t: &'static Strings) -> Html {
    let words = &class_of(t).presenter;
    let row = |keys: &'static [&'static str], does: &'static str| {
        html! { <tr key={does}><th scope="row">{ for keys.iter().map(|k| html! { <kbd key={*k}>{ *k }</kbd> }) }</th><td>{ does }</td></tr> }
    };
    html! {
        <>
            <h3>{ words.keys }</h3>
            <table class="keyboard"><tbody>{ for CLASS.iter().map(|(keys, key)| row(keys, (words.does)(*key))) }{ row(&["1–7"], words.digits) }</tbody></table>
        </>
    }
}

fn differs(t: &'static Strings) -> Html {
    let d = &t.shell.differs;
    html! {
        <div class="prose">
            <p class="muted">{ d.lead }</p>
            <ul class="differences">{ for d.list.iter().map(|item| html! { <li key={*item}>{ *item }</li> }) }</ul>
        </div>
    }
}
