//! The page: one struct component that owns what is selected and shown, and is, with the JavaScript face, the only place that changes the engine.
//!
//! Two rates. Every frame the run advances and packets are painted outside the virtual DOM; at most ten times a second (and at once after an action)
//! the views are made anew and the panels render, while time passes group by group (`turns`).

mod alarming;
mod asked;
mod cards;
mod cases;
mod doing;
mod drilled;
mod drilling;
pub(crate) mod face;
mod fleet;
mod frames;
mod handing;
mod incident;
mod opening;
mod pasting;
mod presenting;
mod recall;
mod sizing;
mod speaking;
mod taught;
mod teaching;
mod ten;
mod turns;
mod windows;

use crate::action::{Action, Course, Figure, Look, Sheet, Tab, Telling, Travel, Way, Written};
use crate::browser;
use crate::caption::Narrator;
use crate::coach::{self, Alone};
use crate::draw::replicas::selected_link;
use crate::files;
use crate::format::grouped;
use crate::i18n::{Strings, size_of};
use crate::keys::{self, ClassKey, Focused, Key};
use crate::lessons::cards::Cards;
use crate::lessons::shelf::{Fault, Next, Shelf};
use crate::lessons::told::Told;
use crate::lessons::{self, Lesson};
use crate::overlay;
use crate::panels::menu::Menu;
use crate::panels::stage::packets::PacketPool;
use crate::panels::words::{pointing, rules};
use crate::prefs::{Kept, Prefs};
use crate::teach::class::present::Present;
use crate::ui::{Effects, Facts, Redraw, Ui};
use gloo_render::{AnimationFrame, request_animation_frame};
use resync_core::view::NodeIx;
use resync_js::api::{Face, Resync};
use resync_js::desk::{Ask, Desk, Lanes, SharedDesk};
use resync_js::inspection::Inspection;
use resync_js::refusal::Refusal;
use resync_js::views::{Shared, Views};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, KeyboardEvent, window};
use yew::{AttrValue, Callback, Component, Context, Html, html};

/// A remark about the runs on the desk stays this long, ms: as long as a dropped one can be brought back.
const REMARK_MS: f64 = 8_000.0;

/// What changes the page.
#[derive(Debug)]
pub enum Msg {
    /// A frame, at this moment of the page's clock, ms.
    Frame(f64),
    /// A wish of a component.
    Do(Action),
    /// A key of the table.
    Key(Key),
    /// A key of the presenter.
    ClassKey(ClassKey),
    /// A key of the window with the speaker's notes, by its name.
    Pass(String),
    /// Another window of the page has said this.
    Heard(String),
    /// The engine was changed through `window.resync`.
    Changed,
    /// The fragment of the address changed.
    Hash,
    /// What became of fetching the lessons' index.
    Index(Result<String, Fault>),
    /// What became of fetching a lesson.
    Lesson(String, Result<String, Fault>),
    /// What became of fetching the refutation cards.
    Cards(Result<String, Fault>),
    /// The engine has graded an item of a result.
    Graded,
    /// Whether the link to a result is in the clipboard; the link.
    Ten(bool, String),
    /// What became of fetching the incidents.
    Incidents(Result<String, Fault>),
    /// What became of reading a file.
    File(Result<String, Refusal>),
    /// What became of the clipboard.
    Copied(Result<usize, String>),
    /// Whether a text of the sheet *Size it* is in the clipboard.
    Sized(bool),
    /// Whether so many bytes of a packet are in the clipboard, and how they are written there.
    Bytes(bool, usize, Written),
}

/// The page.
pub struct App {
    desk: SharedDesk,
    pool: PacketPool,
    views: Shared<Views>,
    inspection: Shared<Inspection>,
    turns: turns::Turns,
    narrator: Narrator,
    /// What is selected, pointed at and open.
    ui: Ui,
    /// When the quiet line goes by itself.
    status_until: Option<f64>,
    lanes: Shared<Lanes>,
    /// The lessons that are here, on their way or lost.
    shelf: Shelf,
    /// The refutation cards that are here, on their way or lost …
    cards: Cards,
    /// … and the one that was asked for.
    card: Option<AttrValue>,
    /// Items that are asked …
    recalling: Option<Box<asked::Recalling>>,
    /// … and a result of the test that the engine grades; it says when it wants the next lesson.
    checking: Option<asked::Graded>,
    on_ten: Callback<()>,
    /// The lesson that the open run is of …
    lesson: Option<Rc<Lesson>>,
    /// … and how it is told.
    telling: Telling,
    /// The words of the open run …
    told: Told,
    /// … and the text that it plays.
    told_of: String,
    /// What the page does if nobody does anything.
    alone: Alone,
    prefs: Prefs,
    /// What is kept of lessons …
    kept: Kept,
    /// … and the one that is open, if it asks; its twin's views where they stand beside the run's.
    teaching: Option<Box<taught::Teaching>>,
    twin: Option<Shared<Views>>,
    /// The incidents, and the one that is open.
    cases: cases::Cases,
    case: Option<Box<cases::Case>>,
    /// The sitting of drills, once its sheet has been opened.
    drills: Option<Box<drilled::Drilling>>,
    /// What somebody pasted, once the sheet of diagnosis has been opened.
    pasting: Option<Box<crate::pasted::Pasting>>,
    /// What the sheet *Size it* has, once it has been opened.
    sizing: Option<Box<crate::sized::Sizing>>,
    /// The alarm lab, once it has been opened.
    alarming: Option<Box<crate::alarm::Lab>>,
    /// A class, where there is one.
    present: Option<Box<Present>>,
    /// The channel between it and the speaker's notes, and the window that shows these.
    speaker: Option<windows::Speaker>,
    listener: Option<windows::Listener>,
    /// The lesson that somebody wrote and opened last: its id, and its link.
    own: Option<(String, String)>,
    /// A link that was handed in and opened.
    opened: AttrValue,
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

/// What a page that cannot show everything shows first: a phone the stage, a wider page, which has it anyway, the handshake.
fn first_figure() -> Figure {
    if browser::narrow() { Figure::Stage } else { Figure::Handshake }
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
        let ask = Ask { node: 0, chosen: false, link: None, lens: None, packet: None, tab: Tab::Guide };
        let (views, inspection) = {
            let desk = desk.borrow();
            (Shared::new(desk.views(&ask)), Shared::new(desk.run().inspection(&ask)))
        };
        let lanes = Shared::new(Lanes::default());
        let turns = turns::Turns::new(&views, &inspection, &lanes);
        let mut app = App {
            desk,
            pool: PacketPool::default(),
            narrator: Narrator::default(),
            views,
            inspection,
            turns,
            ui: Ui::new(first_figure()),
            status_until: None,
            lanes,
            shelf: Shelf::new(Rc::clone(&first)),
            cards: Cards::default(),
            card: None,
            recalling: None,
            checking: None,
            on_ten: ctx.link().callback(|()| Msg::Graded),
            lesson: None,
            telling: Telling::default(),
            told: Told::default(),
            told_of: String::new(),
            alone: Alone::default(),
            prefs,
            kept: Kept::default(),
            teaching: None,
            twin: None,
            cases: cases::Cases::default(),
            case: None,
            drills: None,
            pasting: None,
            sizing: None,
            alarming: None,
            present: None,
            speaker: None,
            listener: None,
            own: None,
            opened: AttrValue::default(),
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
        let hash = browser::fragment();
        app.open_lesson(&first);
        app.go_on(ctx, Next::FetchIndex);
        app.open_fragment(ctx, &hash);
        // What is shown first is the moment at which the scene opens.
        app.refresh(browser::now());
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
                let shows = self.on_frame(at);
                if shows {
                    self.tell_speaker();
                }
                return shows;
            }
            // Looking may change what is lit up alone, and nothing that views are made of.
            Msg::Do(Action::Look(look)) => {
                self.alone.look();
                match self.look(self.roved(look)) {
                    Redraw::Nothing => return false,
                    Redraw::Lit => return true,
                    Redraw::Views => {}
                }
            }
            Msg::Index(text) => {
                let next = self.shelf.index_came(text);
                self.go_on(ctx, next);
                // The text of a link may have been waiting to be recognised.
                if self.lesson.is_none() && self.shelf.opening().is_none() {
                    self.recognise(ctx);
                }
            }
            told => {
                if !self.serve(ctx, told) {
                    return false;
                }
            }
        }
        self.retell(ctx);
        self.want_cards(ctx);
        if self.recalling.is_some() || self.checking.is_some() {
            self.go_on_recalling(ctx);
        }
        if self.ui.sheet == Some(Sheet::Incidents) {
            self.fetch_incidents(ctx);
        }
        self.face.tell();
        self.dirty = true;
        // Anything but a frame shows at once, and everywhere, what it did.
        self.refresh(browser::now());
        self.show_all();
        self.tell_speaker();
        true
    }

    fn view(&self, _ctx: &Context<App>) -> Html {
        if self.listener.is_some()
            && let Some(notes) = self.speakers_page()
        {
            return notes;
        }
        let desk = self.desk.borrow();
        let told = self.told_now();
        face::page(face::Shown {
            views: &self.views,
            dock: &self.turns.dock,
            side: &self.turns.side,
            inspection: &self.turns.inspection,
            lanes: &self.turns.lanes,
            narrator: &self.narrator,
            ui: &self.ui,
            told: &told,
            lesson: self.lesson.as_deref(),
            telling: self.telling,
            seed: desk.run().seed(),
            speed: (desk.player.stop(), desk.player.auto(), desk.player.speed_micro()),
            in_steps: desk.run().opens_paused(),
            advice: self.advice(),
            going_to: self.going_to,
            pool: &self.pool,
            shown: self.teaching.as_ref().and_then(|_| self.lesson_shown()).map(Rc::new),
            case: self.case_shown(),
            alarm: self.alarming.as_ref().and_then(|lab| lab.opened.clone()),
            twin: self.twin.as_ref(),
            wall: self.present.as_ref().and_then(|_| self.wall()).map(Rc::new),
            sheet: self.ui.sheet.map_or_else(Html::default, |sheet| self.sheet(sheet)),
            t: self.t(),
            on: &self.on,
        })
    }
}

impl App {
    /// Does what a message asks for that is neither a frame nor a look. `false`: nothing was done that shows.
    ///
    /// None comes before somebody acts or asks, so all of this is in the part that is loaded behind the first frame.
    #[inline(never)]
    fn serve(&mut self, ctx: &Context<App>, msg: Msg) -> bool {
        match msg {
            // These have their place in `update`.
            Msg::Frame(_) | Msg::Index(_) => return false,
            Msg::Do(action) => self.act(ctx, action),
            // Under the lid nothing is drawn that most keys are about.
            Msg::Key(key) if self.case_closed() && !cases::keeps(key) => return false,
            Msg::Pass(name) => self.pass_on(name),
            Msg::Heard(text) => self.heard(ctx, &text),
            Msg::ClassKey(key) => {
                let action = self.class_press(key);
                self.act(ctx, action);
            }
            Msg::Key(key) => {
                // What lies over the whole page has the keys.
                let asked = self.recalling.is_some() && key != Key::Escape;
                let action = self.recall_key(key).or_else(|| self.class_key(key).map(Action::Class).filter(|_| !asked));
                if let Some(action) = action.or_else(|| self.with_facts(|ui, facts| ui.wish(key, facts)).filter(|_| !asked)) {
                    self.act(ctx, action);
                }
            }
            Msg::Changed => {
                self.alone.act();
                if self.desk.borrow_mut().take_replaced() {
                    self.replaced(None);
                    self.recognise(ctx);
                }
            }
            Msg::Hash => self.open_fragment(ctx, &browser::fragment()),
            Msg::Lesson(id, text) => {
                let next = self.shelf.lesson_came(&id, text);
                self.came_beside(&id);
                self.go_on(ctx, next);
            }
            Msg::Graded => {}
            Msg::Ten(copied, link) => self.shared_ten(copied, &link),
            Msg::Cards(text) => self.cards.came(text),
            Msg::Incidents(text) => self.incidents_came(text),
            Msg::File(Ok(text)) => self.open_text(ctx, &text),
            Msg::File(Err(why)) => self.refuse(&why),
            Msg::Sized(copied) => self.say(if copied { size_of(self.t()).copied } else { self.t().topology.not_copied }.to_owned()),
            Msg::Bytes(copied, bytes, how) => {
                let w = &self.t().topology;
                self.say(if copied { (w.copied)(&grouped(bytes as i64), how) } else { w.not_copied.to_owned() });
            }
            Msg::Copied(result) => {
                let s = &self.t().shell.status;
                self.say(match result {
                    Ok(chars) => (s.copied)(chars),
                    Err(link) => {
                        browser::set_fragment(&link);
                        s.in_address.to_owned()
                    }
                });
            }
        }
        true
    }

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
        // What brought the focus to where it is: the pointer, until the next Tab.
        let by_pointer = Rc::new(Cell::new(false));
        let (link, pointed) = (ctx.link().clone(), Rc::clone(&by_pointer));
        let on_key = Closure::<dyn FnMut(web_sys::Event)>::new(move |e: web_sys::Event| {
            let e: KeyboardEvent = e.unchecked_into();
            if e.key() == "Tab" {
                pointed.set(false);
            }
            if let Some(msg) = wanted(&e, pointed.get()) {
                e.prevent_default();
                if matches!(msg, Msg::Key(Key::NextWord | Key::PreviousWord)) {
                    pointed.set(false);
                }
                link.send_message(msg);
            }
        });
        let pointed = Rc::clone(&by_pointer);
        // Some browsers click a focused button when the space bar is let go.
        let on_key_up = Closure::<dyn FnMut(web_sys::Event)>::new(move |e: web_sys::Event| {
            let e: KeyboardEvent = e.unchecked_into();
            if e.key() == " " && wanted(&e, pointed.get()).is_some() {
                e.prevent_default();
            }
        });
        let on_pointer = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| by_pointer.set(true));
        let link = ctx.link().clone();
        let on_hash = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| link.send_message(Msg::Hash));
        // A file may be dropped anywhere; what else is dragged is none of the page's business.
        let on_drag = Closure::<dyn FnMut(web_sys::Event)>::new(move |e: web_sys::Event| {
            if files::dragged(&e) {
                e.prevent_default();
            }
        });
        let link = ctx.link().clone();
        let on_drop = Closure::<dyn FnMut(web_sys::Event)>::new(move |e: web_sys::Event| {
            if files::dragged(&e) {
                e.prevent_default();
            }
            if let Some(file) = files::dropped(&e) {
                link.send_message(Msg::Do(Action::Course(Course::File(file))));
            }
        });
        let listeners = [
            ("keydown", on_key),
            ("keyup", on_key_up),
            ("pointerdown", on_pointer),
            ("hashchange", on_hash),
            ("dragover", on_drag),
            ("drop", on_drop),
        ];
        for (name, closure) in &listeners {
            let _ = window.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        }
        self.listeners = listeners.into_iter().map(|(_, closure)| closure).collect();
    }

    /// Says why something was not taken.
    fn refuse(&mut self, why: &Refusal) {
        self.say((self.t().shell.status.refused)(&(self.t().refusal)(why)));
    }
    fn say(&mut self, text: String) {
        self.ui.status = Some(text);
        self.status_until = None;
    }

    /// Says something that needs no answer: it goes after a while.
    fn remark(&mut self, text: String) {
        self.say(text);
        self.status_until = Some(browser::now() + REMARK_MS);
    }

    /// What the coach says, if the scene that is open is the first one, as it is written, and its steps still apply.
    fn advice(&self) -> Option<coach::Advice> {
        let first = self.lesson.as_ref().is_some_and(|lesson| self.shelf.is_first(&lesson.id)) && self.telling == Telling::Own;
        (first && coach::applies(&self.views)).then(|| coach::advice(&self.views, self.ui.selection, self.alone.did()))
    }

    /// The sheet that lies over the page.
    #[inline(never)]
    fn sheet(&self, sheet: Sheet) -> Html {
        let (t, on) = (self.t(), &self.on);
        let page = match sheet {
            Sheet::Cards => self.cards_page(),
            Sheet::Recall => self.recall_page(),
            Sheet::Known => self.known_page(),
            Sheet::Ten => self.ten_page(),
            Sheet::Incidents => self.incident_list(),
            Sheet::Drills => self.drills_page(),
            Sheet::Diagnose => self.diagnose_page(),
            Sheet::Size => self.size_page(),
            Sheet::Alarms => self.alarms_page(),
            sheet => self.class_page(sheet),
        };
        html! {
            <Menu {sheet} {page} sitting={self.recalling.as_ref().map(|recalling| recalling.sitting.kind)} rules={rules(&self.views)} lesson={self.lesson.as_ref().map(|lesson| AttrValue::from(lesson.id.clone()))} shelf={self.shelf.clone()} path={self.path(sheet)} told={self.told_now().into_owned()}
                goals={self.goals(sheet)} text={self.desk.borrow().run().scenario_text().to_owned()} draft={self.ui.draft.clone().map(AttrValue::from)}
                refused={self.ui.refused.as_ref().map(|why| AttrValue::from((t.refusal)(why)))}
                scheme={self.prefs.scheme} motion={self.prefs.motion} stored={self.prefs.stored} {t} on={on.clone()} />
        }
    }

    /// Asks the rules of the page's own state, with what they have to know of the run.
    fn with_facts<T>(&mut self, ask: impl FnOnce(&mut Ui, &Facts) -> T) -> T {
        let views = &self.views;
        let facts = Facts {
            nodes: views.nodes.len() as NodeIx,
            links: &views.links,
            link: selected_link(&self.views, self.ui.selection),
            node: views.nodes.get(self.ui.inspected as usize).map(|n| n.name.as_str()),
            playing: self.views.playing,
            end_us: self.desk.borrow().run().end_us(),
            stop: self.desk.borrow().player.stop(),
        };
        ask(&mut self.ui, &facts)
    }

    /// The packet that roving comes to: the next one, or the one before, on the opened packet's link; else the newest on the chosen link.
    fn roved(&self, look: Look) -> Look {
        let Look::Rove(way) = look else { return look };
        let open = self.views.packet.as_ref();
        let link = open.map(|packet| packet.link).or_else(|| self.chosen_link());
        let packets = self.desk.borrow().run().packets();
        let link = link.or_else(|| packets.last().map(|packet| packet.link));
        let all: Vec<u64> = packets.iter().filter(|packet| Some(packet.link) == link).map(|packet| packet.id).collect();
        let to = match (open.map(|packet| packet.id), way) {
            (None, _) => all.last(),
            (Some(id), Way::After) => all.iter().find(|other| **other > id),
            (Some(id), Way::Before) => all.iter().rev().find(|other| **other < id),
        };
        Look::Packet(to.copied().or_else(|| open.map(|packet| packet.id)))
    }

    fn look(&mut self, look: Look) -> Redraw {
        if let Look::ToWord(way) = look {
            pointing::rove(way == Way::After);
        }
        self.look_under_lid(look);
        let Effects { redraw, focus, pause } = self.with_facts(|ui, facts| ui.update(look, facts));
        if let Some(field) = focus {
            browser::focus_soon(self.views.run.dom(field.element()));
        }
        if pause {
            self.travel(Travel::TogglePlay);
        }
        redraw
    }
}

/// The meaning of a key press, unless the focused element wants it for itself; `by_pointer`: whether a click brought the focus there.
fn wanted(e: &KeyboardEvent, by_pointer: bool) -> Option<Msg> {
    if e.ctrl_key() || e.meta_key() || e.alt_key() || e.default_prevented() {
        return None;
    }
    let class = if browser::root_has("data-presents") { keys::in_class(&e.key()).map(Msg::ClassKey) } else { None };
    if browser::root_has("data-notes") {
        return (keys::in_class(&e.key()).is_some() || keys::meaning(&e.key(), e.shift_key()).is_some()).then(|| Msg::Pass(e.key()));
    }
    let msg = class.or_else(|| keys::meaning(&e.key(), e.shift_key()).map(Msg::Key))?;
    let Some(target) = e.target().and_then(|t| t.dyn_into::<Element>().ok()) else { return Some(msg) };
    let tag = target.tag_name().to_ascii_lowercase();
    let (kind, role) = (target.get_attribute("type").unwrap_or_default(), target.get_attribute("role").unwrap_or_default());
    (!Focused { tag: &tag, kind: &kind, role: &role, by_pointer }.keeps(&e.key())).then_some(msg)
}
