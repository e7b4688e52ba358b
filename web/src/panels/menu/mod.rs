//! The sheets over the page: scenes, the scenario's text, files, settings, the keyboard's table, the words of the open scene, what differs from Redis.

use crate::action::{Action, Course, Export, Look, Motion, Page, Scheme, Sheet};
use crate::i18n::Strings;
use crate::keys::{Row, TABLE};
use crate::lessons::{Picture, SCENES};
use web_sys::{HtmlElement, HtmlTextAreaElement, KeyboardEvent};
use yew::{AttrValue, Callback, Html, Properties, classes, component, html, use_effect_with, use_node_ref};

/// What a sheet shows.
#[derive(Clone, PartialEq, Properties)]
pub struct MenuProps {
    /// Which one.
    pub sheet: Sheet,
    /// The open scene, if it is one of the registry.
    pub scene: Option<usize>,
    /// The text that runs.
    pub text: AttrValue,
    /// Why the edited text was not taken.
    #[prop_or_default]
    pub refused: Option<AttrValue>,
    /// Chosen colours.
    pub scheme: Scheme,
    /// Chosen motion.
    pub motion: Motion,
    /// Whether settings can be stored.
    pub stored: bool,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// A sheet: not modal, Esc closes it, and the page behind it plays on.
#[component]
pub fn Menu(props: &MenuProps) -> Html {
    let s = &props.t.shell;
    let node = use_node_ref();
    use_effect_with(props.sheet, {
        let node = node.clone();
        move |_| {
            if let Some(sheet) = node.cast::<HtmlElement>() {
                let _ = sheet.focus();
            }
        }
    });
    let (title, body) = match props.sheet {
        Sheet::Lessons => (s.menu.title, lessons(props)),
        Sheet::Sandbox => (s.menu.sandbox_title, html! { <Editor ..props.clone() /> }),
        Sheet::Export => (s.header.export, export(props)),
        Sheet::Settings => (s.prefs.title, settings(props)),
        Sheet::Keys => (s.keys.title, keyboard(props)),
        Sheet::About => (s.menu.lesson, about(props)),
        Sheet::Differs => (s.differs.title, differs(props.t)),
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
        <div class={classes!("sheet", matches!(props.sheet, Sheet::Lessons | Sheet::Sandbox).then_some("large"))} role="dialog" aria-label={title} tabindex="-1" ref={node} {onkeydown}>
            <div class="sheet-head"><h2>{ title }</h2><span class="space"></span><button onclick={close}>{ s.header.close }</button></div>
            { body }
        </div>
    }
}

fn lessons(props: &MenuProps) -> Html {
    let m = &props.t.shell.menu;
    html! {
        <>
            <p class="muted">{ m.lead }</p>
            <ol class="cards">
                { for SCENES.iter().enumerate().map(|(i, scene)| {
                    let w = scene.words(props.t.lang);
                    let open = props.scene == Some(i);
                    html! {
                        <li key={scene.id} class={classes!("card", open.then_some("on"))}>
                            { picture(scene.picture) }
                            <div>
                                <h3>{ w.title }</h3>
                                <p>{ w.about }</p>
                                <button class={classes!(open.then_some("on"))} onclick={props.on.reform(move |_| Action::Course(Course::Scene(i)))}
                                    aria-label={format!("{} {}", m.open, w.title)}>{ m.open }</button>
                            </div>
                        </li>
                    }
                }) }
            </ol>
        </>
    }
}

fn about(props: &MenuProps) -> Html {
    let m = &props.t.shell.menu;
    let Some(scene) = props.scene.and_then(|i| SCENES.get(i)) else { return html! { <p>{ m.sandbox_try }</p> } };
    let w = scene.words(props.t.lang);
    html! {
        <div class="prose">
            <h3>{ w.title }</h3>
            <p>{ w.about }</p>
            <p><b>{ m.try_this }</b>{ " " }{ w.try_first }</p>
        </div>
    }
}

/// The scenario's text, to be changed and run.
#[component]
fn Editor(props: &MenuProps) -> Html {
    let m = &props.t.shell.menu;
    let area = use_node_ref();
    let run = {
        let area = area.clone();
        props.on.reform(move |_| Action::Course(Course::Text(area.cast::<HtmlTextAreaElement>().map(|a| a.value()).unwrap_or_default())))
    };
    let revert = {
        let (area, text) = (area.clone(), props.text.clone());
        Callback::from(move |_| {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                area.set_value(&text);
            }
        })
    };
    html! {
        <>
            <p class="muted">{ m.scenario_lead }</p>
            <textarea ref={area} class="mono" aria-label={m.scenario} spellcheck="false" rows="16" defaultvalue={props.text.clone()} />
            if let Some(why) = &props.refused {
                <p class="grave" role="alert">{ why }</p>
            }
            <div class="row"><button class="primary" onclick={run}>{ m.run }</button><button onclick={revert}>{ m.revert }</button></div>
        </>
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
    let schemes = Scheme::ALL.into_iter().zip(p.schemes).map(|(s, name)| button(name, s == props.scheme, Page::Scheme(s)));
    let motions = Motion::ALL.into_iter().zip(p.motions).map(|(m, name)| button(name, m == props.motion, Page::Motion(m)));
    html! {
        <>
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
    let row = |(row, does): (&Row, &&'static str)| {
        html! { <tr key={*does}><th scope="row">{ for row.shown.iter().map(|k| html! { <kbd key={*k}>{ *k }</kbd> }) }</th><td>{ *does }</td></tr> }
    };
    html! {
        <>
            <table class="keyboard"><tbody>{ for TABLE.iter().zip(&t.shell.keys.does).map(row) }</tbody></table>
            <div class="row"><button onclick={props.on.reform(|_| Action::Look(Look::Sheet(Some(Sheet::Differs))))}>{ t.shell.differs.title }</button></div>
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

/// A scene's small picture.
fn picture(which: Picture) -> Html {
    let body = match which {
        Picture::Cuts => html! {
            <>
                <path class="s1 w2" d="M6 20H40M52 20H114" /><path class="sf w2" d="M42 14l8 12M50 14l-8 12" />
                <path class="s2 w2 d2" d="M6 44H32" /><rect class="fault-hatch" x="36" y="40" width="54" height="8" /><path class="s2 w2 d2" d="M94 44H114" />
            </>
        },
        Picture::Lag => {
            html! { <><path class="sr w1" d="M8 6V54H114" /><path class="sf w2" d="M8 50H24V44H40V36H56V28H72V20H88V12H112" /><path class="s1 w2" d="M8 50H112" /></> }
        }
        Picture::Steps => html! {
            <>
                <path class="sr w1" d="M30 4V58M90 4V58" />
                <path class="s1 w15" d="M30 10H88M90 19H32M30 28H88M90 37H32M30 46H88" /><path class="s1 w25" d="M90 55H32" />
            </>
        },
        Picture::Rdb => html! {
            <>
                <rect class="fwash" x="8" y="22" width="104" height="18" rx="2" /><rect class="fnew" x="8" y="22" width="66" height="18" rx="2" />
                <path class="si w15" d="M74 14V48" /><path class="s1 w2 d2" d="M8 52H112" />
            </>
        },
        Picture::Good => html! {
            <>
                <circle class="f1" cx="24" cy="31" r="9" /><path class="sw w25" d="M56 20V42M64 20V42" /><path class="sf w25" d="M88 22l16 18M104 22l-16 18" />
            </>
        },
        Picture::Timeouts => html! {
            <>
                <circle class="si w15 fn" cx="34" cy="31" r="20" /><path class="si w2" d="M34 31V17M34 31L44 37" />
                <circle class="si w15 fn" cx="86" cy="31" r="20" /><path class="sf w2" d="M86 31V17M86 31L74 25" />
            </>
        },
        Picture::Loop => {
            html! { <><path class="s1 w2 fn" d="M36 12H84A19 19 0 0 1 84 50H36A19 19 0 0 1 36 12z" /><path class="fi" d="M56 6l10 6-10 6zM66 44l-10 6 10 6z" /></> }
        }
        Picture::Byte => html! {
            <>
                <rect class="snew fn w2" x="12" y="22" width="16" height="18" rx="3" />
                <path class="sf fn w3" d="M36 24l12 14M48 24l-12 14" />
                <rect class="fnew" x="54" y="22" width="14" height="18" /><rect class="fnew" x="71" y="22" width="14" height="18" /><rect class="fnew" x="88" y="22" width="14" height="18" />
            </>
        },
        Picture::Shapes => html! {
            <>
                <circle class="snew fn w6" cx="32" cy="31" r="19" /><path class="fi" d="M32 4l5 10h-10z" />
                <rect class="fnew" x="66" y="22" width="14" height="18" /><rect class="fnew" x="83" y="22" width="14" height="18" /><rect class="fwash" x="100" y="22" width="14" height="18" />
            </>
        },
    };
    html! { <svg class="picture" viewBox="0 0 120 62" aria-hidden="true">{ body }</svg> }
}
