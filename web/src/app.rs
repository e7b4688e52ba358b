//! The page: one struct component that owns what is selected and shown, and is, with the JavaScript face, the only place that changes the engine.
//!
//! Two rates. Every frame the run advances and packets are painted outside the virtual DOM; at most ten times a second (and at once after an action)
//! the views are made anew and the panels render.

use crate::action::{Action, Branch, Course, Export, Figure, Look, Page, Sheet, Tab, Telling, Travel, Way};
use crate::caption::{self, Sentence};
use crate::draw::mark;
use crate::draw::replicas::{selected_link, selected_replica};
use crate::export;
use crate::format::clock_us;
use crate::i18n::{Lang, Strings, branches};
use crate::keys::{self, Key};
use crate::lessons::shelf::{Fault, Next, Shelf, Wish};
use crate::lessons::told::{Told, told};
use crate::lessons::{self, Lesson, fetch};
use crate::overlay;
use crate::panels::caption::Caption;
use crate::panels::figures::Figures;
use crate::panels::handshake::Handshake;
use crate::panels::header::Header;
use crate::panels::inspector::Inspector;
use crate::panels::knobs::Knobs;
use crate::panels::lag::Lag;
use crate::panels::menu::Menu;
use crate::panels::ruler::Ruler;
use crate::panels::stage::Stage;
use crate::panels::stage::packets::{self, PacketPool};
use crate::panels::timeline::Timeline;
use crate::panels::verdict::Verdict;
use crate::prefs::Prefs;
use crate::ui::{Effects, Facts, Opening, Redraw, Ui};
use gloo_render::{AnimationFrame, request_animation_frame};
use resync_core::sim::world::Act;
use resync_core::view::NodeIx;
use resync_js::api::{Face, Resync};
use resync_js::desk::{Acted, Ask, Desk, Lanes, Logged, Made, Run, SharedDesk, Turn};
use resync_js::ids::RunId;
use resync_js::inspection::Inspection;
use resync_js::plain;
use resync_js::player::Plan;
use resync_js::share;
use resync_js::views::{Shared, Views};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, KeyboardEvent, window};
use yew::{AttrValue, Callback, Component, Context, Html, classes, html};

/// Views are made at most this often while it plays, ms.
const VIEWS_EVERY_MS: f64 = 100.0;
/// Script time that one frame may spend in the engine, ms.
const FRAME_BUDGET_MS: f64 = 7.0;
/// The live region speaks at most this often, ms.
const SPEAK_EVERY_MS: f64 = 2_000.0;
/// A remark about the runs on the desk stays this long, ms: as long as a dropped one can be brought back.
const REMARK_MS: f64 = 8_000.0;
/// The last good moment is told to the overlay this often, ms.
const GOOD_EVERY_MS: f64 = 1_000.0;

/// What changes the page.
#[derive(Debug)]
pub enum Msg {
    /// A frame, at this moment of the page's clock, ms.
    Frame(f64),
    /// A wish of a component.
    Do(Action),
    /// A key of the table.
    Key(Key),
    /// The engine was changed through `window.resync`.
    Changed,
    /// The fragment of the address changed.
    Hash,
    /// What became of fetching the lessons' index.
    Index(Result<String, Fault>),
    /// What became of fetching a lesson.
    Lesson(String, Result<String, Fault>),
    /// What became of the clipboard.
    Copied(Result<usize, String>),
}

/// The page.
pub struct App {
    desk: SharedDesk,
    pool: PacketPool,
    views: Shared<Views>,
    inspection: Shared<Inspection>,
    sentence: Sentence,
    spoken: AttrValue,
    spoken_about: String,
    spoken_at: f64,
    /// What is selected, pointed at and open.
    ui: Ui,
    /// When the quiet line goes by itself.
    status_until: Option<f64>,
    lanes: Shared<Lanes>,
    /// The lessons that are here, on their way or lost.
    shelf: Shelf,
    /// The lesson that the open run is of …
    lesson: Option<Rc<Lesson>>,
    /// … and how it is told.
    telling: Telling,
    /// The words of the open run.
    told: Told,
    prefs: Prefs,
    going_to: Option<u64>,
    dirty: bool,
    last_frame: Option<f64>,
    last_views: f64,
    last_good: f64,
    frame: Option<AnimationFrame>,
    on: Callback<Action>,
    face: Face,
    listeners: Vec<Closure<dyn FnMut(web_sys::Event)>>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("title", &self.told.title).finish_non_exhaustive()
    }
}

fn page_now() -> f64 {
    window().and_then(|w| w.performance()).map_or(0.0, |p| p.now())
}

/// What a page that cannot show everything shows first: a phone the stage, a wider page, which has it anyway, the handshake.
fn first_figure() -> Figure {
    let narrow = window().and_then(|w| w.inner_width().ok()).and_then(|w| w.as_f64()).is_some_and(|w| w <= 640.0);
    if narrow { Figure::Stage } else { Figure::Handshake }
}

fn fragment() -> String {
    window().and_then(|w| w.location().hash().ok()).unwrap_or_default()
}

fn set_fragment(hash: &str) {
    if let Some(history) = window().and_then(|w| w.history().ok()) {
        // Fails in a sandboxed frame, where there is no address to write to.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(if hash.is_empty() { "#" } else { hash }));
    }
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<App>) -> App {
        overlay::watch();
        let mut prefs = Prefs::load();
        prefs.apply();
        let first = Rc::new(lessons::first());
        let desk: SharedDesk = Rc::new(RefCell::new(Desk::load(&first.text).expect("a test reads every scene")));
        let link = ctx.link().clone();
        let face = Resync::attach(&desk, Rc::new(move || link.send_message(Msg::Changed)));
        let ask = Ask { node: 0, link: None, lens: None, tab: Tab::Console };
        let (views, inspection) = {
            let desk = desk.borrow();
            (Shared::new(desk.views(&ask)), Shared::new(desk.run().inspection(&ask)))
        };
        let mut app = App {
            desk,
            pool: PacketPool::default(),
            sentence: Sentence { text: String::new(), about: String::new(), grave: false },
            views,
            inspection,
            spoken: AttrValue::default(),
            spoken_about: String::new(),
            spoken_at: 0.0,
            ui: Ui::new(first_figure()),
            status_until: None,
            lanes: Shared::new(Lanes::default()),
            shelf: Shelf::new(Rc::clone(&first)),
            lesson: None,
            telling: Telling::default(),
            told: Told::default(),
            prefs,
            going_to: None,
            dirty: true,
            last_frame: None,
            last_views: 0.0,
            last_good: 0.0,
            frame: None,
            on: ctx.link().callback(Msg::Do),
            face,
            listeners: Vec::new(),
        };
        // Opening the first scene clears an address that names one.
        let hash = fragment();
        app.open_lesson(&first);
        app.go_on(ctx, Next::FetchIndex);
        app.open_fragment(ctx, &hash);
        app
    }

    fn rendered(&mut self, ctx: &Context<App>, first: bool) {
        if first {
            self.listen(ctx);
            self.arm(ctx);
        }
    }

    fn update(&mut self, ctx: &Context<App>, msg: Msg) -> bool {
        match msg {
            Msg::Frame(at) => {
                self.arm(ctx);
                return self.on_frame(at);
            }
            // Looking may change what is lit up alone, and nothing that views are made of.
            Msg::Do(Action::Look(look)) => match self.look(look) {
                Redraw::Nothing => return false,
                Redraw::Lit => return true,
                Redraw::Views => {}
            },
            Msg::Do(action) => self.act(ctx, action),
            Msg::Key(key) => {
                if let Some(action) = self.with_facts(|ui, facts| ui.wish(key, facts)) {
                    self.act(ctx, action);
                }
            }
            Msg::Changed => {
                if self.desk.borrow_mut().take_replaced() {
                    self.replaced(None);
                    self.recognise(ctx);
                }
            }
            Msg::Hash => self.open_fragment(ctx, &fragment()),
            Msg::Index(text) => {
                let next = self.shelf.index_came(text);
                self.go_on(ctx, next);
                // The text of a link may have been waiting to be recognised.
                if self.lesson.is_none() && self.shelf.opening().is_none() {
                    self.recognise(ctx);
                }
            }
            Msg::Lesson(id, text) => {
                let next = self.shelf.lesson_came(&id, text);
                self.go_on(ctx, next);
            }
            Msg::Copied(result) => {
                let s = &self.t().shell.status;
                self.say(match result {
                    Ok(chars) => (s.copied)(chars),
                    Err(link) => {
                        set_fragment(&link);
                        s.in_address.to_owned()
                    }
                });
            }
        }
        self.face.tell();
        self.dirty = true;
        // Anything but a frame shows at once what it did.
        self.refresh(page_now());
        true
    }

    fn view(&self, _ctx: &Context<App>) -> Html {
        let t = self.t();
        let (views, on) = (&self.views, &self.on);
        let ui = &self.ui;
        let (selection, pointed, moment) = (ui.selection, ui.pointed, ui.moment);
        let hint = &self.told.task;
        let preferred = self.t().preferred;
        let lesson = self.lesson.as_deref();
        let name = |variant: &lessons::Variant| AttrValue::from(variant.words.get(preferred).cloned().unwrap_or_default());
        let tellings: Vec<AttrValue> = lesson.map_or_else(Vec::new, |lesson| lesson.variants.iter().map(name).collect());
        let (stop, auto) = {
            let desk = self.desk.borrow();
            (desk.player.stop(), desk.player.auto())
        };
        html! {
            <div class={classes!("app", ui.figure.class(), ui.lanes.then_some("with-lanes"))}>
                <a class="skip button" href="#timeline">{ t.shell.header.skip }</a>
                { mark::hatches() }
                <Header title={self.told.title.clone()} about={self.about()} sheet={ui.sheet} {tellings} telling={self.telling} {t} on={on.clone()} />
                <Figures shown={ui.figure} {t} on={on.clone()} />
                <main>
                    <Ruler views={views.clone()} {selection} {pointed} lens={ui.lens} magnify={ui.magnify} {t} on={on.clone()} />
                    <Stage views={views.clone()} {selection} {pointed} hint={format!("{} {hint}", t.shell.menu.try_this)} pool={self.pool.clone()} {t} on={on.clone()}>
                        <Knobs views={views.clone()} {t} on={on.clone()} />
                    </Stage>
                    <div class="dock">
                        <Verdict views={views.clone()} {selection} {pointed} {t} on={on.clone()} />
                        <Handshake views={views.clone()} {selection} {pointed} {moment} {t} on={on.clone()} />
                        <Lag views={views.clone()} {selection} {pointed} {moment} {t} on={on.clone()} />
                    </div>
                </main>
                <Caption views={views.clone()} sentence={self.sentence.clone()} spoken={self.spoken.clone()} status={ui.status.clone().map(AttrValue::from)} {t} on={on.clone()} />
                <Timeline views={views.clone()} {stop} {auto} {moment} lanes={self.lanes.clone()} open={ui.lanes} going_to={self.going_to} {t} on={on.clone()} />
                <Inspector views={views.clone()} inspection={self.inspection.clone()} {t} on={on.clone()} />
                if let Some(sheet) = ui.sheet {
                    <Menu {sheet} lesson={lesson.map(|lesson| AttrValue::from(lesson.id.clone()))} shelf={self.shelf.clone()} told={self.told.clone()}
                        goals={self.goals(sheet)} text={self.desk.borrow().run().scenario_text().to_owned()} refused={ui.refused.clone().map(AttrValue::from)}
                        scheme={self.prefs.scheme} motion={self.prefs.motion} stored={self.prefs.stored} {t} on={on.clone()} />
                }
            </div>
        }
    }
}

impl App {
    fn t(&self) -> &'static Strings {
        self.prefs.lang.strings()
    }

    fn arm(&mut self, ctx: &Context<App>) {
        let link = ctx.link().clone();
        // One loop in one slot: the old handle is dropped, which cancels it.
        self.frame = Some(request_animation_frame(move |at| link.send_message(Msg::Frame(at))));
    }

    /// Keys and the address, for the page's whole life.
    fn listen(&mut self, ctx: &Context<App>) {
        let Some(window) = window() else { return };
        let link = ctx.link().clone();
        let on_key = Closure::<dyn FnMut(web_sys::Event)>::new(move |e: web_sys::Event| {
            let e: KeyboardEvent = e.unchecked_into();
            if let Some(key) = wanted(&e) {
                e.prevent_default();
                link.send_message(Msg::Key(key));
            }
        });
        let link = ctx.link().clone();
        let on_hash = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| link.send_message(Msg::Hash));
        for (name, closure) in [("keydown", &on_key), ("hashchange", &on_hash)] {
            let _ = window.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        }
        self.listeners = vec![on_key, on_hash];
    }

    /// One frame: advance, paint, and now and then make the views anew.
    fn on_frame(&mut self, at: f64) -> bool {
        let wall_us = self.last_frame.map_or(0.0, |last| (at - last).max(0.0) * 1_000.0) as u64;
        self.last_frame = Some(at);
        let began = page_now();
        let in_time = || page_now() - began < FRAME_BUDGET_MS;
        if self.status_until.is_some_and(|until| at > until) {
            self.ui.status = None;
            self.status_until = None;
            self.dirty = true;
        }
        let moved = {
            let mut desk = self.desk.borrow_mut();
            self.dirty |= desk.pass(wall_us);
            if let Some(target) = self.going_to {
                let turn = desk.run_mut().seek_some(target, &in_time);
                drop(desk);
                self.seek_turn(target, turn);
                true
            } else {
                desk.set_reduced(self.prefs.reduced());
                match desk.frame(wall_us, &in_time) {
                    Ok(plan) => plan != Plan::Rest,
                    Err(why) => {
                        desk.player.pause();
                        drop(desk);
                        self.say((self.t().shell.status.stuck)(&why));
                        true
                    }
                }
            }
        };
        if moved {
            self.dirty = true;
            self.face.tell();
            let desk = self.desk.borrow();
            packets::paint(&self.pool, &desk.run().packets(), desk.run().now_us());
        }
        if moved && at - self.last_good > GOOD_EVERY_MS {
            self.last_good = at;
            let desk = self.desk.borrow();
            overlay::good(desk.run().id(), desk.run().now_us());
        }
        if self.dirty && at - self.last_views >= VIEWS_EVERY_MS {
            self.refresh(at);
            return true;
        }
        false
    }

    /// Makes everything anew that panels read.
    fn refresh(&mut self, at: f64) {
        self.dirty = false;
        self.last_views = at;
        {
            let desk = self.desk.borrow();
            let nodes = desk.run().node_count();
            self.ui.clamp(nodes);
            self.pool.set_still(self.prefs.reduced());
            let ask = Ask { node: self.ui.inspected, link: self.chosen_link(), lens: self.ui.lens, tab: self.ui.tab };
            self.views = Shared::new(desk.views(&ask));
            self.ui.greet(&self.views.cluster.links);
            let lanes = desk.lanes(self.ui.lanes);
            if *self.lanes != lanes {
                self.lanes = Shared::new(lanes);
            }
            let inspection = desk.run().inspection(&ask);
            if *self.inspection != inspection {
                self.inspection = Shared::new(inspection);
            }
            packets::paint(&self.pool, &desk.run().packets(), desk.run().now_us());
        }
        self.sentence = caption::sentence(&self.views, selected_replica(&self.views, self.ui.selection), self.t());
        if self.sentence.about != self.spoken_about && at - self.spoken_at >= SPEAK_EVERY_MS {
            self.spoken_about.clone_from(&self.sentence.about);
            self.spoken_at = at;
            self.spoken = AttrValue::from(self.sentence.text.clone());
        }
    }

    /// The link whose handshake and verdict are shown: the selected one, or the one where something happened last.
    fn chosen_link(&self) -> Option<u32> {
        selected_link(&self.views, self.ui.selection).map(|l| l.ix)
    }

    fn say(&mut self, text: String) {
        self.ui.status = Some(text);
        self.status_until = None;
    }
    /// Says something that needs no answer: it goes after a while.
    fn remark(&mut self, text: String) {
        self.say(text);
        self.status_until = Some(page_now() + REMARK_MS);
    }

    fn about(&self) -> String {
        let cluster = &self.views.cluster;
        let mut eras: Vec<String> = cluster.nodes.iter().map(|n| n.era.to_string()).collect();
        eras.sort();
        eras.dedup();
        let replicas = cluster.nodes.iter().filter(|n| n.role == resync_core::view::Role::Replica).count();
        (self.t().shell.header.about)(&eras.join(", "), cluster.nodes.len() - replicas, replicas, self.desk.borrow().run().seed())
    }

    /// Asks the rules of the page's own state, with what they have to know of the run.
    fn with_facts<T>(&mut self, ask: impl FnOnce(&mut Ui, &Facts) -> T) -> T {
        let cluster = &self.views.cluster;
        let facts = Facts {
            nodes: cluster.nodes.len() as NodeIx,
            links: &cluster.links,
            link: selected_link(&self.views, self.ui.selection),
            node: cluster.nodes.get(self.ui.inspected as usize).map(|n| n.name.as_str()),
            playing: self.views.playing,
            end_us: self.desk.borrow().run().end_us(),
            stop: self.desk.borrow().player.stop(),
        };
        ask(&mut self.ui, &facts)
    }

    fn look(&mut self, look: Look) -> Redraw {
        let Effects { redraw, focus, pause } = self.with_facts(|ui, facts| ui.update(look, facts));
        if let Some(field) = focus {
            focus_soon(self.views.run.dom(field.element()));
        }
        if pause {
            self.travel(Travel::TogglePlay);
        }
        redraw
    }

    fn act(&mut self, ctx: &Context<App>, action: Action) {
        match action {
            Action::Look(look) => {
                self.look(look);
            }
            Action::Run(act) => {
                let typed = matches!(act, Act::Command { .. });
                match self.acting(|desk| desk.perform(act)) {
                    Ok(()) => {}
                    // What a node answers stands in its console.
                    Err(_) if typed => self.ui.tab = Tab::Console,
                    Err(why) => self.say((self.t().shell.status.refused)(&why)),
                }
            }
            // A line that cannot be read is answered in the console.
            Action::Type { node, line } => {
                if self.acting(|desk| desk.act(&format!("{node}: {line}"))).is_err() {
                    self.ui.tab = Tab::Console;
                }
            }
            Action::Travel(travel) => self.travel(travel),
            Action::Branch(branch) => self.branch(branch),
            Action::Page(page) => self.page(ctx, page),
            Action::Course(Course::Lesson(id)) => {
                let next = self.shelf.want(&id, Wish::Open);
                self.go_on(ctx, next);
            }
            Action::Course(Course::Again) => {
                let next = self.shelf.again();
                self.go_on(ctx, next);
            }
            Action::Course(Course::Tell(telling)) => self.tell(telling),
            Action::Course(Course::Text(text)) => match Desk::load(&text) {
                Ok(desk) => {
                    self.replace(desk, None);
                    self.recognise(ctx);
                    set_fragment("");
                    self.ui.sheet = None;
                }
                Err(why) => self.ui.refused = Some(why),
            },
        }
    }

    fn travel(&mut self, travel: Travel) {
        match travel {
            Travel::TogglePlay => {
                self.going_to = None;
                self.desk.borrow_mut().player.toggle();
            }
            Travel::Step => self.desk.borrow_mut().step(),
            Travel::Back => self.desk.borrow_mut().back(),
            Travel::Seek(to) => self.seek(to),
            Travel::Mark(way) => self.go_to_mark(way),
            Travel::Cancel => self.going_to = None,
            Travel::Speed(stop) => self.desk.borrow_mut().player.set_stop(stop),
            Travel::Auto(on) => self.desk.borrow_mut().player.set_auto(on),
        }
    }

    fn go_to_mark(&mut self, way: Way) {
        let now = self.views.cluster.now_us;
        let to = match way {
            Way::Before => self.desk.borrow().run().mark_before(now),
            Way::After => self.desk.borrow().run().mark_after(now),
        };
        match (to, way) {
            (Some(to), _) => self.seek(to),
            // Nothing is recorded beyond: play on to the next one.
            (None, Way::After) => {
                let mut desk = self.desk.borrow_mut();
                desk.player.pause();
                let hopped = desk.run_mut().hop(&|| true);
                drop(desk);
                if let Err(why) = hopped {
                    self.say((self.t().shell.status.stuck)(&why));
                }
            }
            (None, Way::Before) => {}
        }
    }

    fn page(&mut self, ctx: &Context<App>, page: Page) {
        match page {
            Page::Share => self.share(ctx),
            Page::Export(kind) => self.export(kind),
            Page::Language(tag) => {
                self.prefs.lang = Lang::from_tag(tag);
                self.keep_prefs();
                self.name_page();
            }
            Page::Scheme(scheme) => {
                self.prefs.scheme = scheme;
                self.keep_prefs();
            }
            Page::Motion(motion) => {
                self.prefs.motion = motion;
                self.keep_prefs();
            }
        }
    }

    fn keep_prefs(&mut self) {
        self.prefs.apply();
        if !self.prefs.stored {
            self.say(self.t().shell.prefs.not_kept.to_owned());
        }
    }

    /// Acts on the run, and says so where that makes a branch.
    fn acting(&mut self, act: impl FnOnce(&mut Desk) -> Result<Acted, String>) -> Result<(), String> {
        let acted = act(&mut self.desk.borrow_mut())?;
        if let Some(made) = acted.branch {
            self.say_made(&made);
        }
        Ok(())
    }

    fn branch(&mut self, wish: Branch) {
        match wish {
            Branch::Focus(id) => self.focus(id, None),
            Branch::FocusAt(id, at_us) => self.focus(id, Some(at_us)),
            Branch::Beside(way) => {
                let id = self.desk.borrow().neighbour(way == Way::After);
                self.focus(id, None);
            }
            Branch::Rename(id, name) => {
                // Refused only for a run that has gone meanwhile.
                let _ = self.desk.borrow_mut().rename(id, &name);
            }
            Branch::Drop(id) => {
                // Refused only for a run that has gone, or come into focus, meanwhile.
                let _ = self.desk.borrow_mut().drop_run(id);
            }
            Branch::Undo => {
                let undone = self.desk.borrow_mut().undo_drop();
                if let Ok(Some((id, own))) = undone {
                    let words = &self.t().shell.branches;
                    self.remark((words.instead)(&words.name(id, own.as_deref())));
                }
            }
        }
    }
    /// A run comes into focus, at its own moment or at this one: what was pointed at belonged to the other. What is selected stays.
    fn focus(&mut self, id: RunId, at_us: Option<u64>) {
        let before = self.desk.borrow().run().id();
        if self.desk.borrow_mut().focus(id).is_err() {
            return;
        }
        self.going_to = None;
        self.ui.pointed = None;
        self.ui.moment = None;
        if let Some(at_us) = at_us {
            let end = self.desk.borrow().run().end_us();
            self.seek(at_us.min(end));
        }
        if id == before {
            return;
        }
        let said = {
            let desk = self.desk.borrow();
            let run = desk.run();
            overlay::good(run.id(), run.now_us());
            let words = &self.t().shell.branches;
            (words.switched)(&words.name(run.id(), run.name()), &clock_us(self.going_to.unwrap_or(run.now_us())))
        };
        self.remark(said);
    }

    /// Says which branch was made, and what is kept beside it.
    fn say_made(&mut self, made: &Made) {
        let words = &self.t().shell.branches;
        let name = |id: RunId| words.name(id, self.desk.borrow().named(id).ok().and_then(Run::name));
        let gone = made.instead_of.as_ref().map(|(id, own)| words.name(*id, own.as_deref()));
        let said = (words.made)(&branches::Made {
            at: &clock_us(made.fork.at_us),
            branch: &name(made.run),
            kept: &name(made.fork.parent),
            instead_of: gone.as_deref(),
        });
        self.remark(said);
    }

    fn seek(&mut self, to: u64) {
        let began = page_now();
        let turn = {
            let mut desk = self.desk.borrow_mut();
            desk.begin_job();
            desk.run_mut().seek_some(to, &|| page_now() - began < FRAME_BUDGET_MS * 2.0)
        };
        self.seek_turn(to, turn);
    }

    fn seek_turn(&mut self, to: u64, turn: Turn) {
        self.going_to = matches!(turn, Turn::More).then_some(to);
        let verified = if turn == Turn::Done { self.desk.borrow_mut().run_mut().take_verification() } else { None };
        if let Turn::Failed(why) = turn {
            self.say((self.t().shell.status.stuck)(&why));
        } else if verified == Some(false) {
            self.say(self.t().shell.status.other_fingerprint.to_owned());
        }
    }

    /// Does what the shelf asks for.
    fn go_on(&mut self, ctx: &Context<App>, next: Next) {
        let link = ctx.link().clone();
        match next {
            Next::Rest => {}
            Next::FetchIndex => fetch::index(move |text| link.send_message(Msg::Index(text))),
            Next::Fetch { id, file } => fetch::lesson(&file, move |text| link.send_message(Msg::Lesson(id, text))),
            Next::Have(lesson, Wish::Open) => {
                self.open_lesson(&lesson);
                self.ui.sheet = None;
            }
            Next::Have(lesson, Wish::Words) => {
                self.lesson = Some(lesson);
                self.name_page();
            }
            Next::Show => self.ui.sheet = Some(Sheet::Lessons),
        }
    }

    /// A lesson's scene takes the place of the run that is open.
    fn open_lesson(&mut self, lesson: &Rc<Lesson>) {
        match Desk::load(&lesson.text) {
            Ok(desk) => {
                self.replace(desk, Some(lesson));
                // What opens without a name in the address needs none.
                let named = if self.shelf.is_first(&lesson.id) { String::new() } else { format!("#{}", lesson.id) };
                if !named.is_empty() || !fragment().is_empty() {
                    set_fragment(&named);
                }
            }
            Err(why) => self.say((self.t().shell.status.refused)(&why)),
        }
    }

    /// The open run came as a text: if it is one of a lesson, that lesson's words and other tellings belong to it.
    fn recognise(&mut self, ctx: &Context<App>) {
        let id = {
            let desk = self.desk.borrow();
            let words = desk.run().words();
            let titled = || self.shelf.titled(words.title()).unwrap_or_default();
            if words.lesson().is_empty() { titled() } else { words.lesson() }.to_owned()
        };
        if !id.is_empty() {
            let next = self.shelf.want(&id, Wish::Words);
            self.go_on(ctx, next);
        }
    }

    /// The open lesson, told in one of its ways.
    fn tell(&mut self, telling: Telling) {
        let Some(lesson) = self.lesson.clone() else { return };
        let text = match telling {
            Telling::Own => Some(lesson.text.clone()),
            Telling::Variant(i) => lesson.variants.get(i).map(|variant| lesson.telling(variant)),
        };
        if let Some(Ok(desk)) = text.map(|text| Desk::load(&text)) {
            self.replace(desk, Some(&lesson));
            self.telling = telling;
        }
    }

    /// What the open lesson asks a person to bring about, and whether it has come true; for the sheet that shows it.
    fn goals(&self, sheet: Sheet) -> Vec<(AttrValue, bool)> {
        let Some(lesson) = self.lesson.as_ref().filter(|_| sheet == Sheet::About) else { return Vec::new() };
        let desk = self.desk.borrow();
        let words = |goal: &lessons::Goal| goal.words.get(self.t().preferred).cloned().unwrap_or_default();
        lesson.goals.iter().map(|goal| (AttrValue::from(words(goal)), desk.run().holds(&goal.when))).collect()
    }

    /// A run or a scene that the address names.
    fn open_fragment(&mut self, ctx: &Context<App>, hash: &str) {
        let name = hash.trim_start_matches('#');
        if name.starts_with("v1.") || name.starts_with("v") && name.contains('.') {
            let opened = share::decode(hash).map_err(|e| e.to_string()).and_then(|run| Ok((Desk::load(&run.text)?, run)));
            match opened {
                Ok((desk, run)) => {
                    self.replace(desk, None);
                    self.recognise(ctx);
                    self.desk.borrow_mut().player.pause();
                    self.desk
                        .borrow_mut()
                        .run_mut()
                        .expect_fingerprint(run.at_us, run.fingerprint.filter(|_| run.behaviour == resync_core::BEHAVIOUR));
                    self.seek(run.at_us);
                    // 0: written by the overlay, which knows no engine.
                    if run.behaviour != 0 && run.behaviour != resync_core::BEHAVIOUR {
                        self.say((self.t().shell.status.other_behaviour)(run.behaviour, resync_core::BEHAVIOUR));
                    }
                }
                Err(why) => self.say((self.t().shell.status.refused)(&why)),
            }
        } else if !name.is_empty() && element(name).is_none() {
            // Not a place on the page, as the skip link names one: perhaps a lesson.
            let next = self.shelf.want(name, Wish::Open);
            self.go_on(ctx, next);
        }
    }

    /// Another run takes the place of this one, and plays.
    fn replace(&mut self, desk: Desk, lesson: Option<&Rc<Lesson>>) {
        {
            let mut own = self.desk.borrow_mut();
            own.replace(desk);
            own.log_to(overlay::log);
            own.take_replaced();
            // Nothing moves by itself for who wants no motion.
            if !self.prefs.reduced() {
                own.player.play();
            }
        }
        self.replaced(lesson);
    }

    /// What was selected, pointed at and said belonged to the old run.
    fn replaced(&mut self, lesson: Option<&Rc<Lesson>>) {
        overlay::clear();
        for run in self.desk.borrow().runs() {
            overlay::log(&Logged::Begun { run: run.id(), text: run.scenario_text() });
        }
        self.lesson = lesson.cloned();
        self.telling = Telling::default();
        self.going_to = None;
        let named = |name: &str| self.desk.borrow().run().node_named(name);
        let look = lesson.map(|lesson| (named(&lesson.look.node).unwrap_or(0), Tab::named(&lesson.look.tab).unwrap_or(self.ui.tab)));
        let link_to = lesson.and_then(|lesson| named(&lesson.look.link));
        self.ui.open(Opening { look, link_to });
        self.name_page();
    }

    /// Says what is open, in the page's language.
    fn name_page(&mut self) {
        let mut told = told(self.desk.borrow().run().words(), self.lesson.as_deref(), self.t());
        let menu = &self.t().shell.menu;
        for (said, otherwise) in [(&mut told.title, menu.sandbox_title), (&mut told.task, menu.sandbox_try)] {
            if said.is_empty() {
                otherwise.clone_into(said);
            }
        }
        self.told = told;
        if let Some(document) = window().and_then(|w| w.document()) {
            document.set_title(&format!("{} · Resync", self.told.title));
        }
    }

    fn share(&mut self, ctx: &Context<App>) {
        let link = share::encode(&self.desk.borrow().run().shared());
        let chars = link.len();
        if chars > share::CHARS_MAX {
            self.say((self.t().shell.status.too_long)(chars));
            return;
        }
        let Some(window) = window() else { return };
        let base = window.location().href().unwrap_or_default();
        let url = format!("{}{link}", base.split('#').next().unwrap_or_default());
        let sender = ctx.link().clone();
        export::copy(&url, move |copied| sender.send_message(Msg::Copied(if copied { Ok(chars) } else { Err(link.clone()) })));
    }

    fn export(&mut self, kind: Export) {
        let (name, mime, text) = match kind {
            Export::Run => ("run.resync", "text/plain", Ok(self.desk.borrow().run().run_text())),
            Export::Json => ("view.json", "application/json", plain::json(&self.views.cluster)),
        };
        if let Err(why) = text.and_then(|text| export::download(name, mime, &text)) {
            self.say((self.t().shell.status.refused)(&why));
        }
    }
}

/// The meaning of a key press, unless the focused element wants it for itself.
fn wanted(e: &KeyboardEvent) -> Option<Key> {
    if e.ctrl_key() || e.meta_key() || e.alt_key() || e.default_prevented() {
        return None;
    }
    let key = keys::meaning(&e.key(), e.shift_key())?;
    let Some(target) = e.target().and_then(|t| t.dyn_into::<Element>().ok()) else { return Some(key) };
    let name = target.tag_name().to_ascii_lowercase();
    let kind = target.get_attribute("type").unwrap_or_default();
    let role = target.get_attribute("role").unwrap_or_default();
    let writes = matches!(name.as_str(), "textarea" | "select") || name == "input" && kind != "range";
    let slides = name == "input" && kind == "range" || role == "slider";
    let presses = matches!(name.as_str(), "button" | "a" | "summary") || matches!(role.as_str(), "button" | "tab");
    let wants = match e.key().as_str() {
        "Escape" => false,
        _ if writes => true,
        "ArrowLeft" | "ArrowRight" | "Home" | "End" => slides,
        " " => presses,
        _ => false,
    };
    (!wants).then_some(key)
}

fn element(id: &str) -> Option<Element> {
    window()?.document()?.get_element_by_id(id)
}

/// Focuses an element after the render that is about to happen.
fn focus_soon(id: String) {
    gloo_timers::callback::Timeout::new(0, move || {
        if let Some(element) = element(&id) {
            let _ = element.unchecked_into::<HtmlElement>().focus();
        }
    })
    .forget();
}
