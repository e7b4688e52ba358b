//! The JavaScript face of the engine: `window.resync` on the page, and the npm package where the feature `page` is off.
//!
//! Every method acts on the run at once and tells the page, if there is one, that something changed. Nothing here waits on wall time: `seek` and `until`
//! work as fast as they can, in turns, so that the page stays alive.

use crate::desk::{Desk, SharedDesk, Turn};
use crate::plain::{json, plain};
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
        let news = self.desk.borrow_mut().news();
        for heard in news {
            let name = heard.note.name();
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

/// Works in turns until a piece of work is done; another one that begins meanwhile ends it.
async fn in_turns(face: Face, mut some: impl FnMut(&mut Desk, &dyn Fn() -> bool) -> Turn) -> Result<JsValue, JsValue> {
    let job = {
        let mut desk = face.desk.borrow_mut();
        desk.player.pause();
        desk.begin_job()
    };
    loop {
        let began = js_sys::Date::now();
        let turn = {
            let mut desk = face.desk.borrow_mut();
            if !desk.is_job(job) {
                return Err(error("another seek or until began meanwhile").into());
            }
            some(&mut desk, &|| js_sys::Date::now() - began < TURN_MS)
        };
        face.after();
        match turn {
            Turn::Done => return Ok(JsValue::from_f64(face.desk.borrow().now_us() as f64 / 1_000.0)),
            Turn::Failed(why) => return Err(error(why).into()),
            Turn::More => breathe().await?,
        }
    }
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

    /// One line of scenario text, applied now. Returns the reply as redis-cli prints it, or null if there is none or none yet.
    ///
    /// # Errors
    /// If the line cannot be read or done.
    pub fn act(&self, line: &str) -> Result<Option<String>, JsError> {
        let done = self.face.desk.borrow_mut().act(line).map_err(error);
        self.face.after();
        done
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
    pub fn seek(&self, ms: f64) -> Result<Promise, JsError> {
        if !(0.0..=9.0e12).contains(&ms) {
            return Err(error(format!("{ms} is no moment of a run, in milliseconds")));
        }
        let to = (ms * 1_000.0).round() as u64;
        Ok(future_to_promise(in_turns(self.face.clone(), move |desk, in_time| desk.seek_some(to, in_time))))
    }

    /// Plays on until a condition holds (`replica-1 online within 30s`). The promise gives the moment, in milliseconds; it is rejected if the time passes
    /// without it (an hour of the run, unless the condition says `within`).
    ///
    /// # Errors
    /// If the text is no condition.
    pub fn until(&self, condition: &str) -> Result<Promise, JsError> {
        let mut waiting = self.face.desk.borrow_mut().wait_for(condition).map_err(error)?;
        Ok(future_to_promise(in_turns(self.face.clone(), move |desk, in_time| desk.wait_some(&mut waiting, in_time))))
    }

    /// The text that INFO would give now.
    ///
    /// # Errors
    /// If there is no such node, or its process is not there.
    #[allow(clippy::needless_pass_by_value, reason = "what comes from JavaScript is owned")]
    pub fn info(&self, node: &str, section: Option<String>) -> Result<String, JsError> {
        let desk = self.face.desk.borrow();
        let ix = desk.node_named(node).ok_or_else(|| error(format!("there is no node {node}")))?;
        desk.info(ix, section.as_deref()).map(|text| text.to_string()).ok_or_else(|| error(format!("{node} is not running")))
    }

    /// The `ClusterView` of this moment as plain objects.
    ///
    /// # Errors
    /// If a number does not fit a JavaScript number.
    pub fn view(&self) -> Result<JsValue, JsError> {
        plain(&self.face.desk.borrow().cluster()).map_err(error)
    }

    /// `run`: scenario and inputs as text. `json`: the view of this moment.
    ///
    /// # Errors
    /// If the kind is neither.
    pub fn export(&self, kind: &str) -> Result<String, JsError> {
        let desk = self.face.desk.borrow();
        match kind {
            "run" => Ok(desk.run_text()),
            "json" => json(&desk.cluster()).map_err(error),
            other => Err(error(format!("`{other}` cannot be exported; `run` and `json` can"))),
        }
    }

    /// Calls `callback` with each milestone of this name (`*`: with all) from now on. Returns a function that ends it.
    ///
    /// # Errors
    /// If no note has this name.
    pub fn on(&self, note: &str, callback: Function) -> Result<Function, JsError> {
        let names = resync_core::note::Note::TABLE;
        if note != "*" && !names.iter().any(|(name, _)| *name == note) {
            let all: Array = names.iter().map(|(name, _)| JsValue::from_str(name)).collect();
            return Err(error(format!("no note is called `{note}`; there are {}", String::from(all.join(", ")))));
        }
        // What happened before is not news.
        self.face.tell();
        self.face.desk.borrow_mut().news();
        let id = self.face.next.replace(self.face.next.get() + 1);
        self.face.listeners.borrow_mut().push(Listener { id, note: note.to_owned(), callback });
        let listeners = Rc::clone(&self.face.listeners);
        let off = Closure::<dyn FnMut()>::new(move || listeners.borrow_mut().retain(|l| l.id != id));
        Ok(off.into_js_value().unchecked_into())
    }
}

impl Resync {
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
