//! A lesson that asks: where somebody is in it, how the run follows, and what its column shows.
//!
//! The engine plays the lesson's runs ahead, beside the desk, and says what is true of them; what the person sees is the run on the desk, which is the same
//! one as long as nobody acts in it.

mod column;

use super::App;
use super::taught::{Teaching, kept_as};
use crate::action::{Figure, Tab};
use crate::browser;
use crate::lessons::Lesson;
use crate::teach::ahead::{self, Ahead};
use crate::teach::{Given, Laid, Step, Way, Wish, kept};
use resync_lessons::course::{Ask, Course};
use resync_lessons::play::{self, Reading};
use std::rc::Rc;

/// Script time of a frame in which runs are played ahead, ms.
const AHEAD_MS: f64 = 5.0;
/// Under which name the way in is kept.
const WAY: &str = "resync.way";

impl App {
    /// A lesson has been opened: if it asks, its column is.
    pub(super) fn teach(&mut self, lesson: &Rc<Lesson>) {
        self.teaching = None;
        let Some(course) = &lesson.course else { return };
        let place = kept::read(&self.kept.get(&kept_as(&lesson.id)), course);
        let ahead = Ahead::of(Reading::of_lesson(course, &lesson.text));
        let run = self.desk.borrow().run().id();
        self.desk.borrow_mut().player.pause();
        self.teaching =
            Some(Box::new(Teaching { lesson: Rc::clone(lesson), place, run, ahead, twin: None, transfer: None, differs: None }));
        self.ui.reads = true;
        self.name_window();
        self.arrive();
        self.class_opened();
    }

    /// Somebody goes on in the lesson.
    pub(super) fn lesson_wish(&mut self, wish: Wish) {
        let Some(teaching) = self.teaching.as_mut() else { return };
        match wish {
            Wish::Go(step) => {
                let lesson = Rc::clone(&teaching.lesson);
                let Some(course) = lesson.course.as_deref() else { return };
                if teaching.place.go(step, course) {
                    self.arrive();
                }
            }
            Wish::Give(given) => teaching.round_mut().given = given,
            Wish::Sure(sure) => teaching.round_mut().sure = Some(sure),
            Wish::Lay => self.lay(),
            Wish::GoOn => self.desk.borrow_mut().player.play(),
            Wish::Skip => self.skip(),
            Wish::Again => {
                teaching.round_mut().again();
                if !teaching.in_transfer() {
                    teaching.place.step = Step::Bet;
                }
                self.arrive();
            }
            Wish::Moment => {
                if let Some(at) = teaching.told().and_then(|told| told.moment) {
                    self.seek(at.as_micros());
                }
            }
            Wish::Because(at) => teaching.place.because = Some(at),
            Wish::Differs => {
                if let Some(Some(at)) = teaching.differs {
                    self.seek(at);
                }
            }
            Wish::OwnRun => self.own_run(),
        }
        self.keep_place();
    }

    /// The answer becomes a bet: the run goes on from the moment at which it was asked.
    fn lay(&mut self) {
        let Some(teaching) = self.teaching.as_mut() else { return };
        // An order that was left as it stood is a bet as well.
        if let (Ask::Order { messages }, Given::Nothing) = (&teaching.bet().ask, &teaching.round().given) {
            let count = messages.len();
            teaching.round_mut().given = Given::Order((0..count).collect());
        }
        if teaching.round().given.answers(&teaching.bet().ask) {
            self.run_bet();
        }
    }

    /// From a bet that is made to its moment.
    pub(super) fn run_bet(&mut self) {
        let Some(teaching) = self.teaching.as_mut() else { return };
        teaching.round_mut().laid = Laid::Yes;
        if !teaching.in_transfer() {
            let lesson = Rc::clone(&teaching.lesson);
            if let Some(course) = lesson.course.as_deref() {
                teaching.place.go(Step::See, course);
            }
        }
        if self.acted() {
            self.own_run();
        }
        self.begin_there();
        self.desk.borrow_mut().player.set_auto(true);
        self.desk.borrow_mut().player.play();
    }

    /// To the bet's moment at once.
    fn skip(&mut self) {
        let until = self.teaching.as_ref().and_then(|teaching| teaching.told()).and_then(ahead::until_us);
        if let Some(until) = until {
            self.desk.borrow_mut().player.pause();
            self.seek(until);
        }
    }

    /// The run in focus, at the moment at which it opens.
    fn begin_there(&mut self) {
        let at = self.desk.borrow().run().opens_at_us();
        if self.desk.borrow().run().now_us() != at {
            self.seek(at);
        }
    }

    /// Whether somebody has acted in the run that the step is about, or looks at another.
    fn acted(&self) -> bool {
        let Some(teaching) = &self.teaching else { return false };
        let desk = self.desk.borrow();
        let run = desk.run();
        teaching.place.step < Step::Open && (run.id() != teaching.present() || !run.timeline().inputs().is_empty())
    }

    /// The run and the page as the step wants them.
    pub(super) fn arrive(&mut self) {
        self.desk.borrow_mut().player.pause();
        self.going_to = None;
        self.open_beside();
        let Some(teaching) = &self.teaching else { return };
        let present = teaching.present();
        // Gone for good if somebody dropped it: then the step shows what is there.
        let _ = self.desk.borrow_mut().focus(present);
        let known = teaching.told().and_then(ahead::until_us);
        // Run and twin are both shown where the twin's end has come in each.
        let twin = teaching.twin.as_ref().filter(|_| teaching.twin().is_some()).and_then(|(_, ahead)| ahead.told());
        let end = |told: &play::Told| told.shown.unwrap_or(told.end);
        let both = twin.zip(teaching.ahead.told()).map(|(twin, run)| end(twin).max(end(run)).as_micros());
        let (step, laid) = (teaching.place.step, teaching.round().laid);
        self.ui.figure = figure(teaching.course(), step, self.ui.figure);
        self.look_at_print(step, laid);
        match (step, laid) {
            (Step::Symptom | Step::Parts | Step::Bet, _) | (Step::See | Step::Transfer, Laid::No | Laid::Yes) => self.begin_there(),
            _ => {
                if let Some(until) = known.max(both) {
                    self.seek(until);
                }
            }
        }
    }

    /// The inspector shows the log or INFO of which a step speaks.
    fn look_at_print(&mut self, step: Step, laid: Laid) {
        let Some(teaching) = &self.teaching else { return };
        if !matches!((step, laid), (Step::See | Step::Because, Laid::Told)) {
            return;
        }
        let Some(told) = teaching.told() else { return };
        let found = teaching.course().prints.iter().zip(&told.prints).find(|(_, line)| line.is_some());
        let Some((what, node)) =
            found.and_then(|(print, _)| print.split_once(' ')).and_then(|(what, rest)| Some((what, rest.split(' ').next()?)))
        else {
            return;
        };
        let Some(node) = self.desk.borrow().run().node_named(node) else { return };
        self.ui.inspected = node;
        self.ui.tab = if what == "log" { Tab::Log } else { Tab::Info };
    }

    /// Opens the twin and the transfer beside the run, when somebody comes to them.
    fn open_beside(&mut self) {
        let Some(teaching) = self.teaching.as_mut() else { return };
        let lesson = Rc::clone(&teaching.lesson);
        let Some(course) = lesson.course.as_deref() else { return };
        let mut desk = self.desk.borrow_mut();
        match (teaching.place.step, &course.twin, &course.transfer) {
            (Step::Twin, Some(_), _) if teaching.twin.is_none() => {
                let Ok(text) = play::twin_text(course, &lesson.text) else { return };
                let ahead = Ahead::of(Reading::of_twin(course, &text));
                teaching.twin = desk.open(&text).ok().map(|run| (run, ahead));
            }
            (Step::Transfer, _, Some(transfer)) if teaching.transfer.is_none() => {
                let ahead = Ahead::of(Reading::of_transfer(transfer));
                teaching.transfer = desk.open(&transfer.text).ok().map(|run| (run, ahead));
                if let Some((run, _)) = teaching.transfer
                    && let Ok(run) = desk.named_mut(run)
                {
                    let at = run.opens_at_us();
                    let began = browser::now();
                    let _ = run.seek_some(at, &|| browser::now() - began < 120.0);
                }
            }
            _ => {}
        }
    }

    /// The lesson's own run takes the place of one in which somebody has acted.
    fn own_run(&mut self) {
        let Some(teaching) = self.teaching.as_mut() else { return };
        let text = if teaching.in_transfer() {
            teaching.course().transfer.as_ref().map(|transfer| transfer.text.clone()).unwrap_or_default()
        } else {
            teaching.lesson.text.clone()
        };
        let present = teaching.present();
        let mut desk = self.desk.borrow_mut();
        let whole = desk.named(present).is_ok_and(|run| run.timeline().inputs().is_empty());
        let fresh = if whole { Ok(present) } else { desk.open(&text) };
        drop(desk);
        match fresh {
            Ok(run) => {
                match &mut teaching.transfer {
                    Some((of, _)) if *of == present => *of = run,
                    _ => teaching.run = run,
                }
                self.arrive();
            }
            Err(why) => self.refuse(&why),
        }
    }

    /// A frame: runs are played ahead, the twin follows the run, and the truth is told where its moment has come. `true` if there is something to show.
    pub(super) fn teach_frame(&mut self) -> bool {
        let Some(teaching) = self.teaching.as_mut() else { return false };
        let began = browser::now();
        let in_time = || browser::now() - began < AHEAD_MS;
        let mut news = teaching.work(&in_time);
        if news && teaching.place.step > Step::Bet && self.going_to.is_none() && teaching.round().laid != Laid::Yes {
            // Who came back to a step behind the bet stands at its moment, as soon as that is known.
            self.arrive();
        }
        news |= self.follow(&in_time);
        news | self.tell_truth()
    }

    /// The twin goes where the run is; and when both have been played, it is known where they part.
    fn follow(&mut self, in_time: &dyn Fn() -> bool) -> bool {
        let Some(teaching) = self.teaching.as_mut() else { return false };
        let Some(twin) = teaching.twin() else { return false };
        let mut desk = self.desk.borrow_mut();
        let now = desk.run().now_us();
        let Ok(beside) = desk.named_mut(twin) else { return false };
        let moves = beside.now_us() != now;
        if moves {
            let _ = beside.seek_some(now, in_time);
        }
        drop(desk);
        if teaching.differs.is_none() {
            teaching.differs = teaching.twin.as_ref().and_then(|(_, twin)| teaching.ahead.differs(twin));
            return moves || teaching.differs.is_some();
        }
        moves
    }

    /// Where the run on its way to a bet's moment stops next, µs.
    pub(super) fn teach_stop(&self) -> Option<u64> {
        let teaching = self.teaching.as_ref()?;
        let told = teaching.told().filter(|_| teaching.round().laid == Laid::Yes)?;
        let now = self.desk.borrow().run().now_us();
        if self.acted() {
            return None;
        }
        let pause = ahead::pauses(told, now).first().map(|(at, _)| *at);
        pause.or_else(|| ahead::until_us(told).filter(|until| *until > now))
    }

    /// The bet's moment has come: it is told.
    fn tell_truth(&mut self) -> bool {
        if self.acted() {
            return false;
        }
        let now = self.desk.borrow().run().now_us();
        let Some(teaching) = self.teaching.as_mut() else { return false };
        let Some(told) = teaching.told().filter(|_| teaching.round().laid == Laid::Yes) else { return false };
        if ahead::until_us(told).is_none_or(|until| now < until) {
            return false;
        }
        let near = ahead::near(&teaching.bet().ask, told, &teaching.round().given, teaching.paper()).unwrap_or(false);
        teaching.round_mut().tell(near);
        teaching.place.day = Some(browser::day());
        self.ui.figure = figure(teaching.course(), teaching.place.step, self.ui.figure);
        self.look_at_print(Step::See, Laid::Told);
        self.desk.borrow_mut().player.pause();
        self.keep_place();
        self.name_window();
        true
    }

    /// Keeps where somebody is.
    fn keep_place(&mut self) {
        if let Some(teaching) = self.teaching.as_ref().filter(|_| self.keeps()) {
            let text = kept::text(&teaching.place, teaching.course());
            self.kept.put(&kept_as(&teaching.lesson.id), text);
        }
        self.learnt();
    }

    /// How somebody comes in; nothing if they were not asked yet.
    pub(super) fn way(&self) -> Option<Way> {
        kept::way(&self.kept.get(WAY))
    }
    /// Keeps that.
    pub(super) fn keep_way(&mut self, way: Way) {
        self.kept.put(WAY, kept::way_name(way).to_owned());
    }
}

/// The figure that a step wants beside the inspector: the verdict where a PSYNC decides, the chart where a curve is bet, else what is there.
fn figure(course: &Course, step: Step, now: Figure) -> Figure {
    match step {
        Step::See | Step::Because if course.bet.moment.contains("psync-verdict") => Figure::Verdict,
        Step::See | Step::Because if matches!(course.bet.ask, Ask::Curve { .. }) => Figure::Lag,
        _ => now,
    }
}
