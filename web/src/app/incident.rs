//! The incident that is open: its run on the desk, what somebody does about it, and what column and desk show.

use super::cases::{Case, Cases};
use super::{App, Msg};
use crate::action::{Field, Look, Selection, Sheet, Tab};
use crate::address;
use crate::browser;
use crate::format::wall;
use crate::incident::shown::{Choice, Desk as Held, Shown};
use crate::incident::{Panel, Place, Step, Wish, kept, kept_text};
use crate::lessons::fetch;
use crate::lessons::shelf::Fault;
use crate::panels::incident::{List, ListRow, ListState};
use resync_core::condition::Condition;
use resync_core::view::NodeIx;
use resync_js::desk::{Desk, Turn};
use resync_lessons::incidents::{self, Incident};
use std::rc::Rc;
use yew::{Context, Html, html};

/// The player's stop at which simulated time passes as fast as the wall clock's.
const REAL_TIME: usize = 9;
/// How often the cure is looked at while time passes by itself, µs.
const LOOK_US: u64 = 100_000;
/// Script time of a frame in which it does, ms.
const AHEAD_MS: f64 = 20.0;
/// Under which name it is kept whether the clock is shown.
const CLOCK: &str = "resync.incident-clock";

/// Under which name it is kept that an incident was mended.
fn kept_as(id: &str) -> String {
    format!("resync.incident.{id}")
}

impl App {
    /// Whether an incident is open whose lid is on.
    pub(super) fn case_closed(&self) -> bool {
        self.case.as_ref().is_some_and(|case| case.closed())
    }
    /// Whether its past is being played, up to the moment at which somebody is called.
    pub(super) fn case_coming(&self) -> bool {
        self.going_to.is_some() && self.case.as_ref().is_some_and(|case| case.began.is_none())
    }
    /// What the open incident is called.
    pub(super) fn case_title(&self) -> Option<String> {
        self.case.as_ref().map(|case| case.said(self.t().preferred).title)
    }

    /// Fetches the incidents, if nobody has yet.
    pub(super) fn fetch_incidents(&mut self, ctx: &Context<App>) {
        if matches!(self.cases, Cases::Unasked) {
            self.cases = Cases::Coming(None);
            let link = ctx.link().clone();
            fetch::incidents(move |text| link.send_message(Msg::Incidents(text)));
        }
    }

    /// Opens an incident, as soon as they are here; without a name it shows their list.
    pub(super) fn want_incident(&mut self, ctx: &Context<App>, id: &str) {
        if matches!(self.cases, Cases::Lost) {
            self.cases = Cases::Unasked;
        }
        self.fetch_incidents(ctx);
        match &mut self.cases {
            Cases::Here(all) => match all.iter().find(|incident| incident.id == id).cloned() {
                Some(incident) => self.open_incident(&incident),
                None => self.ui.sheet = Some(Sheet::Incidents),
            },
            Cases::Coming(wanted) => *wanted = Some(id.to_owned()).filter(|id| !id.is_empty()),
            Cases::Unasked | Cases::Lost => {}
        }
    }

    /// What became of fetching them.
    pub(super) fn incidents_came(&mut self, text: Result<String, Fault>) {
        let wanted = if let Cases::Coming(wanted) = &mut self.cases { wanted.take() } else { None };
        let read = text.and_then(|text| incidents::read(&text).map_err(|_| Fault::Unreadable));
        match read {
            Ok(all) => {
                let all: Rc<[Rc<Incident>]> = all.into_iter().map(Rc::new).collect();
                let found = wanted.as_deref().and_then(|id| all.iter().find(|incident| incident.id == id)).cloned();
                self.cases = Cases::Here(all);
                match (found, wanted) {
                    (Some(incident), _) => self.open_incident(&incident),
                    (None, Some(_)) => self.ui.sheet = Some(Sheet::Incidents),
                    (None, None) => {}
                }
            }
            Err(_) => {
                self.cases = Cases::Lost;
                self.ui.sheet = Some(Sheet::Incidents);
            }
        }
    }

    /// An incident's run takes the place of the one that is open, and stands at the moment at which somebody is called.
    fn open_incident(&mut self, incident: &Rc<Incident>) {
        let Ok(text) = incident.text() else { return };
        let desk = match Desk::load(&text) {
            Ok(desk) => desk,
            Err(why) => return self.refuse(&why),
        };
        let cure = incident.cure.holds.iter().filter_map(|text| Condition::parse(text).ok()).collect();
        let opened_us = desk.run().opens_at_us();
        self.replace(desk, None);
        let panel = Panel::named(&incident.panel).unwrap_or(Panel::Info);
        let clock = self.kept.get(CLOCK) != "off";
        let node = self.desk.borrow().run().node_named(&incident.node).unwrap_or(0);
        self.case = Some(Box::new(Case {
            incident: Rc::clone(incident),
            place: Place::default(),
            panel,
            cure,
            fleet: None,
            began: None,
            took_s: None,
            opened_us,
            second: 0,
            clock,
            ahead_to: None,
        }));
        if let Some(of) = &incident.fleet {
            self.begin_fleet(of);
        }
        self.ui.inspected = node;
        self.ui.reads = true;
        self.open_panel(panel);
        {
            let mut desk = self.desk.borrow_mut();
            desk.player.set_stop(REAL_TIME);
            desk.player.pause();
        }
        self.come_in();
        self.desk.borrow_mut().player.pause();
        self.ui.sheet = None;
        self.name_page();
        browser::set_fragment(&address::of_incident(&incident.id));
    }

    /// What a look at the inspector means while a lid is on: the console is a panel there.
    pub(super) fn look_under_lid(&mut self, look: Look) {
        if look == Look::Focus(Field::Console) && self.case_closed() {
            self.open_panel(Panel::Cli);
        }
    }

    /// The tab of the inspector whose content a panel shows.
    fn open_panel(&mut self, panel: Panel) {
        if let Some(case) = &mut self.case {
            case.panel = panel;
            self.ui.tab = match panel {
                Panel::Info => Tab::Info,
                Panel::Cli => Tab::Console,
                Panel::Fleet | Panel::Log | Panel::Errors => Tab::Log,
            };
        }
    }

    /// Somebody goes on in the incident that is open.
    pub(super) fn incident_wish(&mut self, wish: Wish) {
        let Some(case) = self.case.as_mut() else { return };
        match wish {
            Wish::Panel(panel) => self.open_panel(panel),
            Wish::Choose(at) => case.place.chosen = Some(at),
            Wish::Name => {
                case.place.name(&Rc::clone(&case.incident));
            }
            Wish::Hint => case.place.hint(),
            Wish::Lift => self.lift(),
            Wish::Again => {
                let incident = Rc::clone(&case.incident);
                self.open_incident(&incident);
            }
            Wish::Ahead(to) => {
                case.ahead_to = Some(to);
                self.desk.borrow_mut().player.pause();
            }
            Wish::Clock(on) => {
                case.clock = on;
                self.kept.put(CLOCK, if on { "on" } else { "off" }.to_owned());
            }
            Wish::Close => {
                self.case = None;
                browser::set_fragment("");
                self.name_page();
            }
            Wish::Fleet(among) => self.among(among),
        }
    }

    /// The whole page opens at this very state.
    fn lift(&mut self) {
        let Some(case) = self.case.as_mut() else { return };
        case.place.lift();
        self.ui.selection = Some(Selection::Node(self.ui.inspected));
        self.ui.status = None;
        let mut desk = self.desk.borrow_mut();
        desk.player.pause();
        desk.player.set_auto(true);
    }

    /// A frame: the moment at which one is called may have come, a second may have passed, the cure may hold. `true` if there is something to show.
    pub(super) fn case_frame(&mut self) -> bool {
        let Some(case) = self.case.as_mut() else { return false };
        if self.going_to.is_some() {
            return false;
        }
        case.began.get_or_insert_with(browser::now);
        let read = self.fleet_frame();
        let Some(case) = self.case.as_mut() else { return false };
        let second = case.wall_s();
        let clock = std::mem::replace(&mut case.second, second) != second && case.clock && case.closed();
        self.pass_ahead() | self.see_cure() | read | clock
    }

    /// Time passes by itself as far as somebody asked for, in steps between which the cure is looked at.
    fn pass_ahead(&mut self) -> bool {
        let Some(to) = self.case.as_ref().and_then(|case| case.ahead_to) else { return false };
        let began = browser::now();
        let in_time = || browser::now() - began < AHEAD_MS;
        while in_time() {
            let now = self.desk.borrow().run().now_us();
            let next = (now + LOOK_US).min(to);
            let turn = if next > now { self.desk.borrow_mut().run_mut().seek_some(next, &in_time) } else { Turn::Done };
            let over = match turn {
                Turn::More => break,
                Turn::Done => next >= to,
                _ => true,
            };
            self.see_cure();
            let mended = self.case.as_ref().is_some_and(|case| case.place.step == Step::Mend && case.place.mended_at == Some(next));
            if over || mended {
                if let Some(case) = self.case.as_mut() {
                    case.ahead_to = None;
                }
                break;
            }
        }
        true
    }

    /// Looks whether the cure holds now. `true` if there is something new to say of it.
    fn see_cure(&mut self) -> bool {
        let Some(case) = self.case.as_mut().filter(|case| case.place.step == Step::Mend && case.place.mended_at.is_none()) else {
            return false;
        };
        let desk = self.desk.borrow();
        let run = desk.run();
        let now = run.now_us();
        let holds = case.cure.iter().all(|condition| run.timeline().holds(condition));
        let before = (case.place.holds_since.is_some(), case.place.held_s(now));
        let mended = case.place.see(now, holds, case.incident.cure.seconds);
        let news = mended || before != (case.place.holds_since.is_some(), case.place.held_s(now));
        drop(desk);
        if mended {
            case.took_s = Some(case.wall_s());
            let text = kept_text(case.place.grade(&case.incident), case.wall_s(), browser::day());
            let name = kept_as(&case.incident.id);
            self.kept.put(&name, text);
            self.desk.borrow_mut().player.pause();
        }
        news
    }

    /// Column and desk, if an incident is open; the desk while the lid is on.
    pub(super) fn case_shown(&self) -> Option<(Rc<Shown>, Option<Rc<Held>>)> {
        let case = self.case.as_deref()?;
        let shown = Rc::new(self.column_of(case));
        Some((shown, case.closed().then(|| Rc::new(self.held_of(case)))))
    }

    #[inline(never)]
    fn column_of(&self, case: &Case) -> Shown {
        let preferred = self.t().preferred;
        let said = case.said(preferred);
        let place = &case.place;
        let now = self.desk.borrow().run().now_us();
        let paragraphs = |text: &str| text.split("\n\n").filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let choice = |(at, cause): (usize, &incidents::Cause)| Choice {
            words: cause.words.get(preferred).cloned().unwrap_or_default(),
            answered: place.named.contains(&at).then(|| (cause.answer.get(preferred).cloned().unwrap_or_default(), cause.shows.clone())),
            right: cause.right && place.named.contains(&at),
        };
        Shown {
            id: case.incident.id.clone(),
            step: place.step,
            about: paragraphs(&said.about),
            symptom: said.symptom,
            question: said.question,
            choices: case.incident.causes.iter().enumerate().map(choice).collect(),
            chosen: place.chosen,
            hints: said.hints.iter().take(place.hints).cloned().collect(),
            more_hints: place.hints < said.hints.len(),
            mend: said.mend,
            held: (place.held_s(now).min(u64::from(case.incident.cure.seconds)), case.incident.cure.seconds),
            mended: place.mended_at.is_some(),
            lid: paragraphs(&said.lid),
            given_up: place.given_up,
            grade: place.grade(&case.incident),
            wall_s: case.clock.then(|| case.wall_s()),
            run_s: now.saturating_sub(case.opened_us) / 1_000_000,
            pins: self.pins(case),
        }
    }

    #[inline(never)]
    fn held_of(&self, case: &Case) -> Held {
        let desk = self.desk.borrow();
        let run = desk.run();
        let all = (0..run.node_count()).map(|ix| (ix, self.views.name(ix).to_owned()));
        let nodes: Vec<(NodeIx, String)> = match &case.incident.fleet {
            // Of many pairs the one that is looked at.
            Some(_) => self.ends_of_look(),
            None => all.collect(),
        };
        let coming = self.going_to.filter(|_| self.case_coming()).map(|to| run.now_us() * 100 / to.max(1));
        let clients = Rc::new(if case.incident.fleet.is_some() { self.ill_clients() } else { (*self.views.clients).clone() });
        let errors = self.views.clients.iter().map(|client| client.refused).sum();
        let fleet = case.incident.fleet.is_some();
        let table = if case.panel == Panel::Fleet && coming.is_none() { self.fleet_shown() } else { None };
        Held { panel: case.panel, fleet, table, nodes, clients, errors, coming }
    }

    /// Clients that got errors: of many that is all there is to say.
    fn ill_clients(&self) -> Vec<resync_core::view::ClientView> {
        self.views.clients.iter().filter(|client| client.refused > 0 || client.failing).take(100).cloned().collect()
    }

    /// The list of incidents, for the sheet that shows it.
    pub(super) fn incident_list(&self) -> Html {
        let preferred = self.t().preferred;
        let today = browser::day();
        let row = |incident: &Rc<Incident>| {
            let said = incident.words.get(preferred).cloned().unwrap_or_default();
            let mended = kept(&self.kept.get(&kept_as(&incident.id)));
            ListRow {
                id: incident.id.clone(),
                title: said.title,
                symptom: said.symptom,
                eras: incident.eras.clone(),
                minutes: incident.minutes,
                mended: mended.map(|(grade, wall_s, day)| (grade, wall(wall_s), today.saturating_sub(day))),
                open: self.case.as_ref().is_some_and(|case| case.incident.id == incident.id),
            }
        };
        let state = match &self.cases {
            Cases::Unasked | Cases::Coming(_) => ListState::Coming,
            Cases::Here(all) => ListState::Here(Rc::new(all.iter().map(row).collect())),
            Cases::Lost => ListState::Lost,
        };
        html! { <List {state} t={self.t()} on={self.on.clone()} /> }
    }
}
