//! What a person does: to the run, in its time, among the runs, to the page.

use super::{App, Msg};
use crate::action::{Action, Branch, Course, Export, Page, Tab, Travel, Way, Written};
use crate::format::clock_us;
use crate::i18n::{Lang, branches};
use crate::lessons::shelf::Wish;
use crate::panels::packet::written;
use crate::{address, files, overlay};
use resync_core::sim::world::Act;
use resync_js::desk::{Acted, Desk, Made, Run};
use resync_js::ids::RunId;
use resync_js::refusal::Refusal;
use resync_js::{plain, share};
use web_sys::window;
use yew::Context;

impl App {
    pub(super) fn act(&mut self, ctx: &Context<App>, action: Action) {
        match &action {
            Action::Look(_) | Action::Page(_) | Action::Class(_) => self.alone.look(),
            Action::Run(_)
            | Action::Type { .. }
            | Action::Travel(_)
            | Action::Branch(_)
            | Action::Course(_)
            | Action::Lesson(_)
            | Action::Recall(_)
            | Action::Incident(_)
            | Action::Drill(_)
            | Action::Diagnose(_)
            | Action::Size(_)
            | Action::Alarm(_) => {
                self.alone.act();
            }
        }
        match action {
            Action::Look(look) => {
                let look = self.roved(look);
                self.look(look);
            }
            Action::Run(act) => {
                let typed = matches!(act, Act::Command { .. });
                match self.acting(|desk| desk.perform(act)) {
                    Ok(()) => {}
                    // What a node answers stands in its console.
                    Err(_) if typed => self.ui.tab = Tab::Console,
                    Err(why) => self.refuse(&why),
                }
            }
            // A line that cannot be read is answered in the console.
            Action::Type { node, line } => {
                if self.acting(|desk| desk.type_at(&node, &line)).is_err() {
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
            Action::Course(Course::Way(way)) => self.keep_way(way),
            Action::Course(Course::Card(id)) => self.open_card(&id),
            Action::Course(Course::CardsAgain) => self.cards_again(ctx),
            Action::Recall(wish) => self.recall_wish(ctx, wish),
            Action::Course(Course::Incident(id)) => self.want_incident(ctx, &id),
            Action::Lesson(wish) => self.lesson_wish(wish),
            Action::Incident(wish) => self.incident_wish(wish),
            Action::Class(wish) => self.class_wish(ctx, wish),
            Action::Drill(wish) => self.drill_wish(ctx, wish),
            Action::Diagnose(wish) => self.diagnose_wish(ctx, wish),
            Action::Size(wish) => self.size_wish(ctx, wish),
            Action::Alarm(wish) => self.alarm_wish(ctx, wish),
            Action::Course(Course::Text(text)) => self.open_text(ctx, &text),
            Action::Course(Course::File(file)) => {
                let link = ctx.link().clone();
                files::read(&file, move |text| link.send_message(Msg::File(text)));
            }
        }
    }

    pub(super) fn travel(&mut self, travel: Travel) {
        match travel {
            Travel::TogglePlay => {
                self.going_to = None;
                self.desk.borrow_mut().player.toggle();
            }
            Travel::NextStep => {
                self.going_to = None;
                self.desk.borrow_mut().player.play_to_mark();
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

    pub(super) fn go_to_mark(&mut self, way: Way) {
        let now = self.views.now_us;
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
                    self.say((self.t().shell.status.stuck)(&(self.t().refusal)(&why)));
                }
            }
            (None, Way::Before) => {}
        }
    }

    pub(super) fn page(&mut self, ctx: &Context<App>, page: Page) {
        match page {
            Page::Share => self.share(ctx),
            Page::Bytes(how) => self.copy_bytes(ctx, how),
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

    pub(super) fn keep_prefs(&mut self) {
        self.prefs.apply();
        if !self.prefs.stored {
            self.say(self.t().shell.prefs.not_kept.to_owned());
        }
    }

    /// Acts on the run, and says so where that makes a branch.
    pub(super) fn acting(&mut self, act: impl FnOnce(&mut Desk) -> Result<Acted, Refusal>) -> Result<(), Refusal> {
        let acted = act(&mut self.desk.borrow_mut())?;
        if let Some(made) = acted.branch {
            self.say_made(&made);
        }
        Ok(())
    }

    pub(super) fn branch(&mut self, wish: Branch) {
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
    pub(super) fn focus(&mut self, id: RunId, at_us: Option<u64>) {
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
    pub(super) fn say_made(&mut self, made: &Made) {
        let words = &self.t().shell.branches;
        let name = |id: RunId| words.name(id, self.desk.borrow().named(id).ok().and_then(Run::name));
        let gone = made.instead_of.as_ref().map(|(id, own)| words.name(*id, own.as_deref()));
        let said = (words.made)(&branches::Made {
            at: &clock_us(made.branched.at_us),
            branch: &name(made.run),
            kept: &name(made.branched.parent),
            instead_of: gone.as_deref(),
        });
        self.remark(said);
    }

    pub(super) fn share(&mut self, ctx: &Context<App>) {
        let link = share::encode(&self.desk.borrow().run().shared());
        let chars = link.len();
        if chars > share::CHARS_MAX {
            self.say((self.t().shell.status.too_long)(chars));
            return;
        }
        let Some(window) = window() else { return };
        let base = window.location().href().unwrap_or_default();
        let url = address::whole(&base, &link);
        let sender = ctx.link().clone();
        files::copy(&url, move |copied| sender.send_message(Msg::Copied(if copied { Ok(chars) } else { Err(link.clone()) })));
    }

    fn copy_bytes(&mut self, ctx: &Context<App>, how: Written) {
        let Some(packet) = self.views.packet.as_ref() else { return };
        let (text, bytes) = (written(packet, how), packet.bytes.len());
        let sender = ctx.link().clone();
        files::copy(&text, move |copied| sender.send_message(Msg::Bytes(copied, bytes, how)));
    }

    pub(super) fn export(&mut self, kind: Export) {
        let (name, mime, text) = match kind {
            Export::Run => ("run.resync", "text/plain", Ok(self.desk.borrow().run().run_text())),
            Export::Json => ("view.json", "application/json", plain::json(&self.desk.borrow().run().cluster())),
        };
        if let Err(why) = text.and_then(|text| files::download(name, mime, &text)).map_err(Refusal::Browser) {
            self.refuse(&why);
        }
    }
}
