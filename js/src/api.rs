//! The JavaScript face of the engine: `window.resync` on the page, and the npm package.
//!
//! Every method acts on a run at once and tells the page, if there is one, that something changed. The run is the one in focus, unless the last argument
//! names another by its number (`branches()` lists them). Nothing here waits on wall time: `seek` and `until` work as fast as they can, in turns, so that
//! the page stays alive.

use crate::desk::{Desk, Run, SharedDesk, Turn};
use crate::ids::RunId;
use crate::plain::{json, plain};
use crate::share;
use js_sys::{Array, Function, Object, Promise, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsError, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Wall time that a long piece of work takes before it lets the page breathe, ms.
const TURN_MS: f64 = 12.0;

/// Someone who asked to hear of a note.
struct Listener {
    id: u32,
    note: String,
    callback: Function,
}

/// What the page and its face share besides the desk.
#[derive(Clone)]
pub struct Face {
    desk: SharedDesk,
    listeners: Rc<RefCell<Vec<Listener>>>,
    next: Rc<Cell<u32>>,
    changed: Rc<dyn Fn()>,
}
impl std::fmt::Debug for Face {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Face({} listeners)", self.listeners.borrow().len())
    }
}
impl Face {
    /// Tells the listeners what happened since the last time. The desk must not be borrowed.
    pub fn tell(&self) {
        if self.listeners.borrow().is_empty() {
            return;
        }
        let (run, news) = {
            let mut desk = self.desk.borrow_mut();
            (desk.run().id(), desk.run_mut().news())
        };
        for heard in news {
            let name = heard.note.kind().name();
            // Collected first: a callback may call `on` or act.
            let callbacks: Vec<Function> =
                self.listeners.borrow().iter().filter(|l| l.note == name || l.note == "*").map(|l| l.callback.clone()).collect();
            if callbacks.is_empty() {
                continue;
            }
            let event = Object::new();
            let put = |key: &str, value: JsValue| {
                // A fresh object takes every property.
                let _ = Reflect::set(&event, &JsValue::from_str(key), &value);
            };
            put("note", JsValue::from_str(name));
            put("run", JsValue::from(run.0));
            put("node", JsValue::from_str(&heard.node));
            put("at_ms", JsValue::from_f64(heard.at_us as f64 / 1_000.0));
            for (field, value) in heard.note.fields() {
                put(field, plain(&value).unwrap_or(JsValue::NULL));
            }
            for callback in callbacks {
                if let Err(thrown) = callback.call1(&JsValue::NULL, &event) {
                    // The listener's own mistake: it is told to the console, and the run goes on.
                    report(&thrown);
                }
            }
        }
    }
    fn after(&self) {
        self.tell();
        (self.changed)();
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn report(what: &JsValue);
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(then: &Function, ms: i32) -> JsValue;
}

/// The engine, as JavaScript sees it. Times are milliseconds of the run.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Resync {
    face: Face,
}

fn error(message: impl std::fmt::Display) -> JsError {
    JsError::new(&message.to_string())
}

/// Lets everything else have a turn.
async fn breathe() -> Result<(), JsValue> {
    let turn = Promise::new(&mut |done, _| {
        set_timeout(&done, 0);
    });
    JsFuture::from(turn).await.map(drop)
}

/// Works on a run in turns until a piece of work is done; another one that begins meanwhile ends it.
async fn in_turns(face: Face, run: Option<u32>, mut some: impl FnMut(&mut Run, &dyn Fn() -> bool) -> Turn) -> Result<JsValue, JsValue> {
    let (job, id) = {
        let mut desk = face.desk.borrow_mut();
        desk.player.pause();
        (desk.begin_job(), run.map_or(desk.run().id(), RunId))
    };
    loop {
        let began = js_sys::Date::now();
        let (turn, now_us) = {
            let mut desk = face.desk.borrow_mut();
            if !desk.is_job(job) {
                return Err(error("another seek or until began meanwhile, or another run came into focus").into());
            }
            let run = desk.named_mut(id).map_err(error)?;
            (some(run, &|| js_sys::Date::now() - began < TURN_MS), run.now_us())
        };
        face.after();
        match turn {
            Turn::Done => return Ok(JsValue::from_f64(now_us as f64 / 1_000.0)),
            Turn::Failed(why) => return Err(error(why).into()),
            Turn::More => breathe().await?,
        }
    }
}

/// A run of the desk, as `branches()` tells it.
#[derive(serde::Serialize)]
struct Branch<'a> {
    run: u32,
    name: Option<&'a str>,
    parent: Option<u32>,
    branch_us: Option<u64>,
    now_us: u64,
    end_us: u64,
    fingerprint: String,
    focus: bool,
}

#[wasm_bindgen]
impl Resync {
    /// An engine of its own, with a scenario's text.
    ///
    /// # Errors
    /// If the text is no scenario: where, and what was expected.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str) -> Result<Resync, JsError> {
        let desk = Rc::new(RefCell::new(Desk::load(text).map_err(error)?));
        Ok(Resync { face: Face { desk, listeners: Rc::default(), next: Rc::default(), changed: Rc::new(|| {}) } })
    }

    /// Another scenario or run takes the place of this one; it stands at its start, paused.
    ///
    /// # Errors
    /// If the text is no scenario; the old run stays.
    pub fn load(&self, text: &str) -> Result<(), JsError> {
        let fresh = Desk::load(text).map_err(error)?;
        self.face.desk.borrow_mut().replace(fresh);
        self.face.after();
        Ok(())
    }

    /// One line of scenario text, applied now. Returns the reply as redis-cli prints it, or null if there is none or none yet. In the past of the run it is
    /// done in a new branch, which comes into focus if the run was; the run keeps its future.
    ///
    /// # Errors
    /// If the line cannot be read or done, or if there is no such run.
    pub fn act(&self, line: &str, run: Option<u32>) -> Result<Option<String>, JsError> {
        let done = {
            let mut desk = self.face.desk.borrow_mut();
            let run = self.id(&desk, run);
            desk.act_in(run, line).map_err(error)
        };
        self.face.after();
        done.map(|acted| acted.reply)
    }

    /// Time passes.
    pub fn play(&self) {
        self.face.desk.borrow_mut().player.play();
        self.face.after();
    }
    /// Time stands still.
    pub fn pause(&self) {
        self.face.desk.borrow_mut().player.pause();
        self.face.after();
    }
    /// One event on.
    pub fn step(&self) {
        self.face.desk.borrow_mut().step();
        self.face.after();
    }
    /// One event back.
    pub fn back(&self) {
        self.face.desk.borrow_mut().back();
        self.face.after();
    }

    /// To a moment, back or forward. The promise gives the moment reached, in milliseconds.
    ///
    /// # Errors
    /// If `ms` is no moment.
    pub fn seek(&self, ms: f64, run: Option<u32>) -> Result<Promise, JsError> {
        if !(0.0..=9.0e12).contains(&ms) {
            return Err(error(format!("{ms} is no moment of a run, in milliseconds")));
        }
        let to = (ms * 1_000.0).round() as u64;
        Ok(future_to_promise(in_turns(self.face.clone(), run, move |run, in_time| run.seek_some(to, in_time))))
    }

    /// Plays on until a condition holds (`replica-1 online within 30s`). The promise gives the moment, in milliseconds; it is rejected if the time passes
    /// without it (an hour of the run, unless the condition says `within`).
    ///
    /// # Errors
    /// If the text is no condition, or if there is no such run.
    pub fn until(&self, condition: &str, run: Option<u32>) -> Result<Promise, JsError> {
        let mut waiting = self.of(run, |run| run.wait_for(condition).map_err(error))??;
        Ok(future_to_promise(in_turns(self.face.clone(), run, move |run, in_time| run.wait_some(&mut waiting, in_time))))
    }

    /// The text that INFO would give now.
    ///
    /// # Errors
    /// If there is no such node or run, or the node's process is not there.
    #[allow(clippy::needless_pass_by_value, reason = "what comes from JavaScript is owned")]
    pub fn info(&self, node: &str, section: Option<String>, run: Option<u32>) -> Result<String, JsError> {
        self.of(run, |run| {
            let ix = run.node_named(node).ok_or_else(|| error(format!("there is no node {node}")))?;
            run.info(ix, section.as_deref()).map(|text| text.to_string()).ok_or_else(|| error(format!("{node} is not running")))
        })?
    }

    /// The `ClusterView` of this moment as plain objects.
    ///
    /// # Errors
    /// If there is no such run, or a number does not fit a JavaScript number.
    pub fn view(&self, run: Option<u32>) -> Result<JsValue, JsError> {
        self.of(run, |run| plain(&run.cluster()).map_err(error))?
    }

    /// `run`: scenario and inputs as text. `json`: the view of this moment. `link`: the fragment of a link to this moment.
    ///
    /// # Errors
    /// If the kind is none of these, or if there is no such run.
    pub fn export(&self, kind: &str, run: Option<u32>) -> Result<String, JsError> {
        self.of(run, |run| match kind {
            "run" => Ok(run.run_text()),
            "json" => json(&run.cluster()).map_err(error),
            "link" => Ok(share::encode(&run.shared())),
            other => Err(error(format!("`{other}` cannot be exported; `run`, `json` and `link` can"))),
        })?
    }

    /// All runs: number, name (null: none was given), parent and moment of branching (null: none), cursor, furthest moment played, the fingerprint at the
    /// cursor, and which one is in focus. Times in µs, as in views.
    ///
    /// # Errors
    /// If a number does not fit a JavaScript number.
    pub fn branches(&self) -> Result<JsValue, JsError> {
        let desk = self.face.desk.borrow();
        let all: Vec<Branch<'_>> = (desk.runs().iter())
            .map(|run| Branch {
                run: run.id().0,
                name: run.name(),
                parent: run.branched().map(|branched| branched.parent.0),
                branch_us: run.branched().map(|branched| branched.at_us),
                now_us: run.now_us(),
                end_us: run.end_us(),
                fingerprint: format!("{:016x}", run.timeline().sim().fingerprint()),
                focus: run.id() == desk.run().id(),
            })
            .collect();
        plain(&all).map_err(error)
    }
    /// Another run of its own beside those that are there, at its start. Returns its number; the focus stays.
    ///
    /// # Errors
    /// If the text is no scenario, or if there are too many runs.
    pub fn open(&self, text: &str) -> Result<u32, JsError> {
        let opened = self.face.desk.borrow_mut().open(text).map_err(error);
        self.face.after();
        opened.map(|run| run.0)
    }
    /// The page shows this run from now on, where its cursor stands.
    ///
    /// # Errors
    /// If there is no such run.
    pub fn focus(&self, run: u32) -> Result<(), JsError> {
        let done = self.face.desk.borrow_mut().focus(RunId(run)).map_err(error);
        self.face.after();
        done
    }
    /// Gives a run a name; blank takes it away.
    ///
    /// # Errors
    /// If there is no such run.
    pub fn rename(&self, run: u32, name: &str) -> Result<(), JsError> {
        let done = self.face.desk.borrow_mut().rename(RunId(run), name).map_err(error);
        self.face.after();
        done
    }
    /// Takes a run off the desk. `undo_drop` brings it back until another one is dropped, and for eight seconds of frames.
    ///
    /// # Errors
    /// If there is no such run, or if it is the one in focus.
    pub fn drop_run(&self, run: u32) -> Result<(), JsError> {
        let done = self.face.desk.borrow_mut().drop_run(RunId(run)).map_err(error);
        self.face.after();
        done
    }
    /// Brings back the run that was dropped last.
    ///
    /// # Errors
    /// If there is none.
    pub fn undo_drop(&self) -> Result<(), JsError> {
        let done = self.face.desk.borrow_mut().undo_drop().map_err(error);
        self.face.after();
        done.map(drop)
    }

    /// Calls `callback` with each milestone or log line (`log`) of this name (`*`: with all) from now on. Returns a function that ends it.
    ///
    /// # Errors
    /// If no note has this name.
    pub fn on(&self, note: &str, callback: Function) -> Result<Function, JsError> {
        let kinds = resync_core::note::NoteKind::ALL;
        if note != "*" && !kinds.iter().any(|kind| kind.name() == note) {
            let all: Array = kinds.iter().map(|kind| JsValue::from_str(kind.name())).collect();
            return Err(error(format!("no note is called `{note}`; there are {}", String::from(all.join(", ")))));
        }
        // What happened before is not news.
        self.face.tell();
        self.face.desk.borrow_mut().run_mut().news();
        let id = self.face.next.replace(self.face.next.get() + 1);
        self.face.listeners.borrow_mut().push(Listener { id, note: note.to_owned(), callback });
        let listeners = Rc::clone(&self.face.listeners);
        let off = Closure::<dyn FnMut()>::new(move || listeners.borrow_mut().retain(|l| l.id != id));
        Ok(off.into_js_value().unchecked_into())
    }
}

impl Resync {
    fn id(&self, desk: &Desk, run: Option<u32>) -> RunId {
        run.map_or(desk.run().id(), RunId)
    }
    /// Does something with the run in focus, or with this one.
    fn of<T>(&self, run: Option<u32>, with: impl FnOnce(&mut Run) -> T) -> Result<T, JsError> {
        let mut desk = self.face.desk.borrow_mut();
        let id = self.id(&desk, run);
        desk.named_mut(id).map(with).map_err(error)
    }
    /// Makes `window.resync` act on the page's own desk; `changed` is told after each change.
    #[must_use]
    pub fn attach(desk: &SharedDesk, changed: Rc<dyn Fn()>) -> Face {
        let face = Face { desk: Rc::clone(desk), listeners: Rc::default(), next: Rc::default(), changed };
        let resync = JsValue::from(Resync { face: face.clone() });
        // Fails only where there is no global object to set it on.
        let _ = Reflect::set(&js_sys::global(), &JsValue::from_str("resync"), &resync);
        face
    }
}
