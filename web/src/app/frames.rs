//! Frames: the run advances, packets are painted, and now and then the views are made anew; and long seeks, which take several frames.

use super::App;
use super::turns::Turns;
use crate::action::Selection;
use crate::draw::replicas::{selected_link, selected_replica};
use crate::panels::stage::packets;
use crate::{browser, overlay};
use resync_js::desk::{Ask, Turn};
use resync_js::player::{GAP_US_MAX, Plan};
use resync_js::views::Shared;

/// Views are made at most this often while it plays, ms.
const VIEWS_EVERY_MS: f64 = 100.0;
/// Script time that one frame may spend in the engine, ms.
const FRAME_BUDGET_MS: f64 = 7.0;
/// The same while an incident's past is played up to the moment at which somebody is called.
const COMING_BUDGET_MS: f64 = 60.0;
/// The last good moment is told to the overlay this often, ms.
const GOOD_EVERY_MS: f64 = 1_000.0;

/// Everything that moves on the stage.
fn under_way(run: &resync_js::desk::Run) -> Vec<resync_core::view::PacketView> {
    let mut all = run.packets();
    all.extend(run.sentinel_packets());
    all
}

impl App {
    /// One frame: advance, paint, and now and then make the views anew.
    pub(super) fn on_frame(&mut self, at: f64) -> bool {
        let wall_us = self.last_frame.map_or(0.0, |last| (at - last).max(0.0) * 1_000.0) as u64;
        self.last_frame = Some(at);
        let began = browser::now();
        // While nothing but a count is to be seen, the past may have the whole frame.
        let budget = if self.case_coming() { COMING_BUDGET_MS } else { FRAME_BUDGET_MS };
        let in_time = || browser::now() - began < budget;
        if self.status_until.is_some_and(|until| at > until) {
            self.ui.status = None;
            self.status_until = None;
            self.dirty = true;
        }
        // What has been said long enough goes, though nothing moves.
        self.dirty |= self.narrator.due().is_some_and(|due| at >= due);
        let stop = self.teach_stop();
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
                desk.stop_at(stop);
                match desk.frame(wall_us, &in_time) {
                    Ok(plan) => plan != Plan::Rest,
                    Err(why) => {
                        desk.player.pause();
                        drop(desk);
                        self.say((self.t().shell.status.stuck)(&(self.t().refusal)(&why)));
                        true
                    }
                }
            }
        };
        self.pass_alone(wall_us);
        if self.has_beside() {
            self.dirty |= self.beside_frame();
        }
        if moved {
            self.dirty = true;
            self.face.tell();
        }
        // What is pointed at, and where lanes stand, may have changed while time stood still.
        if !self.case_closed() && (moved || self.pool.take_stale()) {
            let desk = self.desk.borrow();
            packets::paint(&self.pool, &under_way(desk.run()), desk.run().now_us());
        }
        if moved && at - self.last_good > GOOD_EVERY_MS {
            self.last_good = at;
            let desk = self.desk.borrow();
            overlay::good(desk.run().id(), desk.run().now_us());
        }
        if self.dirty && at - self.last_views >= VIEWS_EVERY_MS {
            self.refresh(at);
            if self.views.playing {
                self.turns.wait();
            } else {
                self.show_all();
            }
            return true;
        }
        self.turns.next(&self.views, &self.inspection, &self.lanes)
    }

    /// Whether anything lies beside the run.
    fn has_beside(&self) -> bool {
        self.teaching.is_some()
            || self.case.is_some()
            || self.drills.is_some()
            || self.pasting.is_some()
            || self.sizing.is_some()
            || self.alarming.is_some()
            || self.recalling.is_some()
            || self.checking.is_some()
            || self.ui.sheet.is_some()
    }

    /// A frame's work for what lies beside the run: a lesson, an incident, what somebody is asked.
    #[inline(never)]
    fn beside_frame(&mut self) -> bool {
        self.diagnose_frame();
        self.teach_frame() | self.recall_frame() | self.case_frame() | self.drill_frame() | self.size_frame() | self.alarm_frame()
    }

    /// Every panel shows what was read last.
    pub(super) fn show_all(&mut self) {
        self.turns = Turns::new(&self.views, &self.inspection, &self.lanes);
    }

    /// Wall time passes without anybody doing anything: at last the page does it.
    fn pass_alone(&mut self, wall_us: u64) {
        let plays = self.desk.borrow().player.playing()
            && self.going_to.is_none()
            && self.ui.sheet.is_none()
            && !self.prefs.reduced()
            && self.lesson.as_ref().is_some_and(|lesson| self.shelf.is_first(&lesson.id));
        if let Some(act) = self.alone.pass(wall_us.min(GAP_US_MAX), plays, selected_link(&self.views, self.ui.selection)) {
            // Like any act: it stands in the run. It is refused only if the link has gone meanwhile.
            let _ = self.acting(|desk| desk.perform(act));
            self.dirty = true;
        }
    }

    /// Makes everything anew that panels read.
    pub(super) fn refresh(&mut self, at: f64) {
        self.dirty = false;
        self.last_views = at;
        {
            let desk = self.desk.borrow();
            let nodes = desk.run().node_count();
            self.ui.clamp(nodes);
            self.pool.set_still(self.prefs.reduced());
            let ask = Ask {
                node: self.ui.inspected,
                chosen: self.ui.selection == Some(Selection::Node(self.ui.inspected)),
                link: self.chosen_link(),
                lens: self.ui.lens,
                packet: self.ui.packet,
                tab: self.ui.tab,
            };
            // Parts that are what they were are the very same values: where all are, no panel has anything to do.
            self.views.renew(desk.views(&ask));
            self.ui.greet(&self.views.links);
            self.lanes.renew(desk.lanes(self.ui.lanes));
            self.inspection.renew(desk.run().inspection(&ask));
            let twin = self.teaching.as_ref().and_then(|teaching| teaching.twin()).and_then(|twin| desk.named(twin).ok());
            match (twin, &mut self.twin) {
                (Some(run), Some(views)) => views.renew(run.views(&ask, &desk.player)),
                (Some(run), none) => *none = Some(Shared::new(run.views(&ask, &desk.player))),
                (None, views) => *views = None,
            }
            packets::paint(&self.pool, &under_way(desk.run()), desk.run().now_us());
        }
        let chosen = selected_replica(&self.views, self.ui.selection);
        let t = self.t();
        self.narrator.set_hops(self.prefs.reduced());
        self.narrator.look(&self.views, chosen, t, at);
    }

    /// The link whose handshake and verdict are shown: the selected one, or the one where something happened last.
    pub(super) fn chosen_link(&self) -> Option<u32> {
        selected_link(&self.views, self.ui.selection).map(|l| l.ix)
    }

    pub(super) fn seek(&mut self, to: u64) {
        self.seek_within(to, FRAME_BUDGET_MS * 2.0);
    }
    /// To a moment: at once if that takes no longer than this, ms, else in turns.
    pub(super) fn seek_within(&mut self, to: u64, budget_ms: f64) {
        let began = browser::now();
        let turn = {
            let mut desk = self.desk.borrow_mut();
            desk.begin_job();
            desk.run_mut().seek_some(to, &|| browser::now() - began < budget_ms)
        };
        self.seek_turn(to, turn);
    }

    pub(super) fn seek_turn(&mut self, to: u64, turn: Turn) {
        self.going_to = matches!(turn, Turn::More).then_some(to);
        let verified = if turn == Turn::Done { self.desk.borrow_mut().run_mut().take_verification() } else { None };
        if let Turn::Failed(why) = turn {
            self.say((self.t().shell.status.stuck)(&(self.t().refusal)(&why)));
        } else if verified == Some(false) {
            self.say(self.t().shell.status.other_fingerprint.to_owned());
        }
    }
}
