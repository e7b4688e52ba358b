//! What the page looks like at one moment: pure in what it is given, so that the build can draw it as well (`still`).

use crate::action::{Action, Figure, Telling};
use crate::alarm::Shown as Alarm;
use crate::caption::Narrator;
use crate::coach::Advice;
use crate::draw::replicas::parent;
use crate::draw::{FigureProps, mark};
use crate::format::after;
use crate::i18n::Strings;
use crate::i18n::glossary::Rules;
use crate::incident::shown::{Desk as CaseDesk, Shown as CaseColumn};
use crate::lessons::told::Told;
use crate::lessons::{Lesson, Variant};
use crate::panels;
use crate::panels::alarms::AlarmColumn;
use crate::panels::caption::Caption;
use crate::panels::coach::Coach;
use crate::panels::figures::Figures;
use crate::panels::header::Header;
use crate::panels::incident::{Incident as IncidentColumn, IncidentDesk};
use crate::panels::inspector::Inspector;
use crate::panels::knobs::Knobs;
use crate::panels::lesson::{Lesson as LessonColumn, PairFigures};
use crate::panels::packet::Packet;
use crate::panels::presenter;
use crate::panels::ruler::Ruler;
use crate::panels::stage::Stage;
use crate::panels::stage::packets::PacketPool;
use crate::panels::timeline::Timeline;
use crate::panels::words::{Card, rules};
use crate::teach::Step;
use crate::teach::class::present::PANELS;
use crate::teach::class::wall::Wall;
use crate::teach::shown::{Body, Pair, Question, Shown as Column};
use crate::ui::Ui;
use resync_core::order;
use resync_core::view::Role;
use resync_js::desk::Lanes;
use resync_js::inspection::Inspection;
use resync_js::views::{Shared, Views};
use std::rc::Rc;
use yew::{AttrValue, Callback, Classes, Html, classes, html};

/// Everything that the page shows.
pub(crate) struct Shown<'a> {
    /// What stream and stage show …
    pub(crate) views: &'a Shared<Views>,
    /// … the dock …
    pub(crate) dock: &'a Shared<Views>,
    /// … timeline and inspector: the same, or for a frame or two what was so before.
    pub(crate) side: &'a Shared<Views>,
    pub(crate) inspection: &'a Shared<Inspection>,
    pub(crate) lanes: &'a Shared<Lanes>,
    pub(crate) narrator: &'a Narrator,
    pub(crate) ui: &'a Ui,
    pub(crate) told: &'a Told,
    pub(crate) lesson: Option<&'a Lesson>,
    pub(crate) telling: Telling,
    pub(crate) seed: u64,
    /// The stop of the speed, whether it is chosen by the page, and the speed itself, in millionths of real time.
    pub(crate) speed: (usize, bool, u64),
    /// The scene is one to go through step by step.
    pub(crate) in_steps: bool,
    /// What the coach says, in a scene that has one.
    pub(crate) advice: Option<Advice>,
    /// The column of the lesson, where one asks …
    pub(crate) shown: Option<Rc<Column>>,
    /// … and the twin beside the run.
    pub(crate) twin: Option<&'a Shared<Views>>,
    /// The column of the incident that is open, and what an operator has of it while its lid is on.
    pub(crate) case: Option<(Rc<CaseColumn>, Option<Rc<CaseDesk>>)>,
    /// The alarm whose run is open.
    pub(crate) alarm: Option<Rc<Alarm>>,
    pub(crate) going_to: Option<u64>,
    pub(crate) pool: &'a PacketPool,
    /// What stands on the wall, in front of a class.
    pub(crate) wall: Option<Rc<Wall>>,
    /// The sheet that lies over the page, or nothing.
    pub(crate) sheet: Html,
    pub(crate) t: &'static Strings,
    pub(crate) on: &'a Callback<Action>,
}

/// Eras, nodes, seed.
fn about(views: &Views, seed: u64, t: &Strings) -> String {
    let mut eras: Vec<String> = views.nodes().map(|n| n.era.to_string()).collect();
    order::sort(&mut eras);
    eras.dedup();
    let replicas = views.nodes().filter(|n| n.role == Role::Replica).count();
    (t.shell.header.about)(&eras.join(", "), views.nodes.len() - replicas, replicas, seed)
}

/// Classes of a page on which a lesson asks.
fn taught(shown: &Shown<'_>, ui: &Ui) -> Classes {
    let column = shown.shown.as_deref();
    let twin = column.is_some_and(|column| column.step == Step::Twin && shown.twin.is_some());
    // On a phone the text has one figure beside it, unless it draws one itself.
    let draws = |column: &Column| match &column.body {
        Body::Ask(asked) => matches!(asked.question, Question::Curve(_)),
        Body::Told(told) => matches!(told.question, Question::Curve(_) | Question::Number(_)),
        _ => column.step > Step::Because,
    };
    let figured = column.is_some_and(|column| !draws(column));
    let case = shown.case.as_ref();
    let beside = column.is_some() || case.is_some() || shown.alarm.is_some();
    classes!(
        beside.then_some("teaches"),
        (beside && ui.reads).then_some("reads"),
        case.and_then(|(_, held)| held.as_ref()).map(|_| "incident-on"),
        figured.then_some("figured"),
        twin.then_some("at-twin")
    )
}

/// What tells the run and its twin apart, where they stand side by side.
fn pair(shown: &Shown<'_>) -> Option<Rc<Pair>> {
    match &shown.shown.as_deref()?.body {
        Body::Pair(pair) => Some(Rc::new((**pair).clone())),
        _ => None,
    }
}

/// The page.
pub(crate) fn page(mut shown: Shown<'_>) -> Html {
    let advice = shown.advice.take();
    let Shown { views, ui, t, on, told, .. } = shown;
    if let Some(wall) = shown.wall.clone() {
        return presented(&shown, &wall);
    }
    let (selection, pointed, moment) = (ui.selection, ui.pointed, ui.moment);
    let name = |variant: &Variant| AttrValue::from(variant.words.get(t.preferred).cloned().unwrap_or_default());
    let tellings: Vec<AttrValue> = shown.lesson.map_or_else(Vec::new, |lesson| lesson.variants.iter().map(name).collect());
    let rules = rules(views);
    let (class, pair) = (taught(&shown, ui), pair(&shown));
    let (stop, auto, speed_micro) = shown.speed;
    // What to try belongs to the sandbox: before, it would give the answer away.
    let asks = shown.shown.as_ref().is_some_and(|column| column.step != Step::Open);
    let hint = advice.as_ref().map_or_else(
        || if asks { String::new() } else { format!("{}{}{}", t.shell.menu.try_this, after(t.shell.menu.try_this), told.task) },
        |advice| (t.shell.coach.says)(advice),
    );
    let steps = advice.map_or_else(Html::default, |advice| html! { <Coach {advice} {t} /> });
    let next = shown.in_steps && !asks && !views.playing;
    // In a scene with many replicas the stream has a higher row: for their lanes.
    let many = views.nodes().filter(|node| node.ix != views.top && parent(views, node) == Some(views.top)).count() > 3;
    let lit = shown.shown.as_ref().map(|column| Rc::new(column.lit.clone())).unwrap_or_default();
    let decided = lit.moment_us.filter(|at| *at <= views.now_us);
    let dock = FigureProps {
        views: shown.dock.clone(),
        selection,
        pointed,
        moment: moment.or(decided),
        lit: decided.is_some(),
        t,
        on: on.clone(),
    };
    html! {
        <div class={classes!("app", ui.figure.class(), ui.lanes.then_some("with-lanes"), many.then_some("many"), class)}>
            <a class="skip button" href="#timeline">{ t.shell.header.skip }</a>
            { mark::hatches() }
            <Header title={told.title.clone()} about={about(views, shown.seed, t)} sheet={ui.sheet} {tellings} telling={shown.telling} {t} on={on.clone()} />
            if shown.case.is_some() || shown.shown.is_some() || shown.alarm.is_some() {
                { columns(&shown, rules) }
            }
            if let Some(held) = shown.case.as_ref().and_then(|(_, held)| held.as_ref()) {
                { under_the_lid(&shown, held) }
            } else {
            <>
            <Figures shown={ui.figure} lesson={shown.shown.is_some() || shown.case.is_some() || shown.alarm.is_some()} {t} on={on.clone()} />
            <main>
                if let (Some(pair), Some(_)) = (&pair, shown.twin) {
                    { beside_its_twin(&shown, pair) }
                } else {
                <>
                <Ruler views={views.clone()} {selection} {pointed} lens={ui.lens} magnify={ui.magnify} {t} on={on.clone()} />
                <Stage views={views.clone()} {selection} {pointed} packet={ui.packet} {hint} coach={steps} pool={shown.pool.clone()} {t} on={on.clone()}>
                    <Knobs views={views.clone()} {t} on={on.clone()} />
                </Stage>
                <div class="dock">
                    { panels::dock(&dock) }
                </div>
                </>
                }
            </main>
            <Caption views={views.clone()} {rules} sentence={shown.narrator.sentence().clone()} spoken={AttrValue::from(shown.narrator.spoken().to_owned())} status={ui.status.clone().map(AttrValue::from)} {next} {t} on={on.clone()} />
            <Timeline views={shown.side.clone()} {stop} {auto} {speed_micro} {moment} lanes={shown.lanes.clone()} open={ui.lanes} going_to={shown.going_to} {t} on={on.clone()} />
            <Inspector views={shown.side.clone()} inspection={shown.inspection.clone()} lit={Rc::clone(&lit)} {t} on={on.clone()} />
            </>
            }
            if let Some(packet) = views.packet.as_ref().filter(|packet| Some(packet.id) == ui.packet) {
                <Packet key={packet.id.to_string()} views={views.clone()} {pointed} {t} on={on.clone()} />
            }
            { shown.sheet }
            if let Some(open) = ui.word {
                <Card {open} {rules} moved={views.now_us} {t} on={on.clone()} />
            }
        </div>
    }
}

/// The column of the incident, or that of the lesson. These and what follows stand in functions of their own: the first picture needs none of them.
#[inline(never)]
fn columns(shown: &Shown<'_>, rules: Rules) -> Html {
    let (t, on) = (shown.t, shown.on);
    html! {
        <>
        if let Some((column, _)) = &shown.case {
            <IncidentColumn shown={Rc::clone(column)} {rules} {t} on={on.clone()} />
        }
        if let Some(alarm) = &shown.alarm {
            <AlarmColumn shown={Rc::clone(alarm)} now_ms={(shown.views.now_us / 1_000) as i64} {t} on={on.clone()} />
        }
        if let Some(column) = &shown.shown {
            <LessonColumn shown={Rc::clone(column)} {rules} {t} on={on.clone()} />
        }
        </>
    }
}

/// What an operator has while the lid of an incident is on.
#[inline(never)]
fn under_the_lid(shown: &Shown<'_>, held: &Rc<CaseDesk>) -> Html {
    let (t, on, held) = (shown.t, shown.on, Rc::clone(held));
    html! { <IncidentDesk {held} views={shown.side.clone()} inspection={shown.inspection.clone()} status={shown.ui.status.clone().map(AttrValue::from)} {t} on={on.clone()} /> }
}

/// The run and its twin.
#[inline(never)]
fn beside_its_twin(shown: &Shown<'_>, pair: &Rc<Pair>) -> Html {
    let (ui, t, on) = (shown.ui, shown.t, shown.on);
    html! { <PairFigures pair={Rc::clone(pair)} run={shown.views.clone()} twin={shown.twin.cloned()} selection={ui.selection} pointed={ui.pointed} moment={ui.moment} {t} on={on.clone()} /> }
}

/// The page in front of a class: fewer things, larger.
#[inline(never)]
fn presented(shown: &Shown<'_>, wall: &Rc<Wall>) -> Html {
    let (views, ui, t, on) = (shown.views, shown.ui, shown.t, shown.on);
    let (selection, pointed, moment) = (ui.selection, ui.pointed, ui.moment);
    let rules = rules(views);
    let lit = shown.shown.as_ref().map(|column| Rc::new(column.lit.clone())).unwrap_or_default();
    let decided = lit.moment_us.is_some_and(|at| at <= views.now_us);
    let figure = FigureProps { views: shown.dock.clone(), selection, pointed, moment, lit: decided, t, on: on.clone() };
    let sentence = shown.narrator.sentence().clone();
    let alone = wall.panel.and_then(|at| PANELS.get(at));
    let stream = || html! { <Ruler views={views.clone()} {selection} {pointed} lens={ui.lens} magnify={ui.magnify} {t} on={on.clone()} /> };
    let stage =
        || html! { <Stage views={views.clone()} {selection} {pointed} packet={ui.packet} pool={shown.pool.clone()} {t} on={on.clone()} /> };
    let figures = match (alone, &wall.pair) {
        (Some(Some(Figure::Stream)), _) => stream(),
        (Some(Some(Figure::Stage)), _) => stage(),
        (Some(Some(Figure::Verdict)), _) => html! { <panels::verdict::Verdict ..figure /> },
        (Some(Some(Figure::Handshake)), _) => html! { <panels::handshake::Handshake ..figure /> },
        (Some(Some(Figure::Lag)), _) => html! { <panels::lag::Lag ..figure /> },
        (Some(Some(Figure::Inspector)), _) => {
            html! { <Inspector views={shown.side.clone()} inspection={shown.inspection.clone()} {t} on={on.clone()} /> }
        }
        (Some(None), _) => {
            let (stop, auto, speed_micro) = shown.speed;
            html! { <Timeline views={shown.side.clone()} {stop} {auto} {speed_micro} {moment} lanes={shown.lanes.clone()} open=true going_to={shown.going_to} {t} on={on.clone()} /> }
        }
        (None, Some(pair)) if wall.curtain == Some(true) && shown.twin.is_some() => {
            html! { <PairFigures pair={Rc::clone(pair)} run={views.clone()} twin={shown.twin.cloned()} {selection} {pointed} {moment} {t} on={on.clone()} /> }
        }
        (None, _) => html! { <>{ stream() }{ stage() }</> },
    };
    html! {
        <div class={classes!("app", "presents", alone.map_or("two", |_| "alone"), wall.step.map(|step| format!("at-{}", step.name())))}>
            { mark::hatches() }
            <presenter::Presenter wall={Rc::clone(wall)} title={shown.told.title.clone()} about={about(views, shown.seed, t)} {rules} {t} on={on.clone()}>
                <main>{ figures }</main>
            </presenter::Presenter>
            <Caption views={views.clone()} {rules} {sentence} spoken={AttrValue::from(shown.narrator.spoken().to_owned())} status={ui.status.clone().map(AttrValue::from)} {t} on={on.clone()} />
            { shown.sheet.clone() }
            if let Some(open) = ui.word {
                <Card {open} {rules} moved={views.now_us} {t} on={on.clone()} />
            }
        </div>
    }
}
