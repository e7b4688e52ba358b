//! In front of a class: one key leads through the lesson, hands are counted, and what stands on the wall is put together.

use super::App;
use super::speaking::speaker;
use crate::action::{Action, Look, Sheet, Travel, Way};
use crate::browser;
use crate::keys::{ClassKey, Key};
use crate::teach::ahead;
use crate::teach::class::Wish;
use crate::teach::class::handed;
use crate::teach::class::notes::Message;
use crate::teach::class::present::{Onward, Present, Round, onward};
use crate::teach::class::wall::{Hands, Wall};
use crate::teach::shown::{Body, Question, Truth};
use crate::teach::{Given, Laid, Place, Step, Wish as LessonWish};
use resync_lessons::course::Ask;
use std::rc::Rc;
use yew::Context;

/// Under which name somebody's name is kept.
pub(super) const NAME: &str = "resync.name";

impl App {
    /// What a key of the page asks for in front of a class, where that is something else.
    pub(super) fn class_key(&self, key: Key) -> Option<Wish> {
        let present = self.present.as_ref()?;
        match key {
            Key::Node(at) => Some(present.digit(at as usize, self.answers(), self.at_transfer())),
            _ => None,
        }
    }

    /// A key of the presenter.
    pub(super) fn class_press(&self, key: ClassKey) -> Action {
        Action::Class(match key {
            ClassKey::Onward => Wish::Onward,
            ClassKey::Backward => Wish::Backward,
            ClassKey::Space if !matches!(self.class_round(), Round::Asked(1..)) => return Action::Travel(Travel::TogglePlay),
            ClassKey::Space => Wish::Onward,
            ClassKey::TakeBack => Wish::TakeBack,
            ClassKey::Curtain => Wish::Curtain,
            ClassKey::Notes => Wish::Notes,
            ClassKey::Code => return Action::Look(Look::Sheet((self.ui.sheet != Some(Sheet::Code)).then_some(Sheet::Code))),
        })
    }

    /// Something in front of a class.
    pub(super) fn class_wish(&mut self, ctx: &Context<App>, wish: Wish) {
        let transfer = self.at_transfer();
        match (wish, &mut self.present) {
            (Wish::Name(name), _) => self.kept.put(NAME, handed::name(&name)),
            (Wish::HandIn, _) => self.copy_handed(ctx),
            (Wish::Present, None) => self.begin_class(ctx),
            (Wish::Present, Some(_)) => self.end_class(),
            (_, None) => {}
            (Wish::Onward, _) => self.class_onward(),
            (Wish::Backward, _) => self.class_backward(),
            (Wish::Hand(answer), Some(present)) => present.vote_mut(transfer).count(answer),
            (Wish::TakeBack, Some(present)) => present.vote_mut(transfer).take_back(),
            (Wish::Curtain, Some(present)) => {
                let lifted = !present.lifted;
                self.curtain(lifted);
            }
            (Wish::Panel(at), Some(present)) => present.show(at),
            (Wish::Notes, Some(_)) => self.open_notes(),
        }
    }

    fn begin_class(&mut self, ctx: &Context<App>) {
        self.speaker = Some(speaker(ctx));
        let before = self.teaching.as_ref().map(|teaching| teaching.place.clone());
        self.present = Some(Box::new(Present::new(js_sys::Date::now(), before)));
        self.ui.sheet = None;
        browser::mark_root("data-presents", true);
        self.class_lesson();
    }

    fn end_class(&mut self) {
        let before = self.present.take().and_then(|present| present.before);
        if let Some(mut speaker) = self.speaker.take() {
            speaker.say(&Message::Over);
        }
        browser::mark_root("data-presents", false);
        if let (Some(teaching), Some(before)) = (self.teaching.as_mut(), before) {
            teaching.place = before;
            self.arrive();
        }
    }

    /// A lesson has been opened in front of a class: what the class bets is not what its teacher has bet.
    pub(super) fn class_opened(&mut self) {
        let before = self.teaching.as_ref().map(|teaching| teaching.place.clone());
        if let Some(present) = &mut self.present {
            present.again(before);
            self.class_lesson();
        }
    }

    /// The class begins where its teacher stands, and with no bet; behind a bet, at the beginning.
    fn class_lesson(&mut self) {
        if let Some(teaching) = &mut self.teaching {
            let step = if teaching.place.step > Step::Bet { Step::Symptom } else { teaching.place.step };
            teaching.place = Place { step, ..Place::default() };
            self.arrive();
        }
    }

    fn at_transfer(&self) -> bool {
        self.teaching.as_ref().is_some_and(|teaching| teaching.in_transfer())
    }

    /// How many answers hands are counted for; none where the question is no choice, or not asked.
    fn answers(&self) -> usize {
        match self.class_round() {
            Round::Asked(answers) => answers,
            _ => 0,
        }
    }

    fn class_round(&self) -> Round {
        let Some(teaching) = &self.teaching else { return Round::Told };
        if !matches!(teaching.place.step, Step::Bet | Step::See | Step::Transfer) {
            return Round::Told;
        }
        match (teaching.round().laid, &teaching.bet().ask) {
            (Laid::No, Ask::Choose { choices }) => Round::Asked(choices.len()),
            (Laid::No, _) => Round::Asked(0),
            (Laid::Yes, _) => Round::Running { paused: !self.desk.borrow().player.playing() },
            (Laid::Told, _) => Round::Told,
        }
    }

    /// The true answer of a choice, by its place: known ahead of the class.
    pub(super) fn right(&self) -> Option<usize> {
        match self.teaching.as_ref()?.told().and_then(ahead::truth)? {
            Truth::Choice(at) => Some(at),
            _ => None,
        }
    }

    fn next_act(&self) -> Onward {
        let (Some(present), Some(teaching)) = (&self.present, &self.teaching) else { return Onward::Mark };
        let step = teaching.place.step;
        // A bet is behind both its steps.
        let from = if step == Step::Bet && self.class_round() == Round::Told { Step::See } else { step };
        onward(present, step, from.after(teaching.course()), self.class_round(), self.right())
    }

    fn class_onward(&mut self) {
        let (transfer, right) = (self.at_transfer(), self.right());
        match self.next_act() {
            Onward::Mark => self.travel(Travel::Mark(Way::After)),
            Onward::Step(step) => self.class_go(step),
            Onward::Close | Onward::Again => {
                if let Some(present) = &mut self.present {
                    present.vote_mut(transfer).onward(right);
                }
            }
            Onward::Run => self.run_for_class(),
            Onward::GoOn => self.lesson_wish(LessonWish::GoOn),
            Onward::Skip => self.lesson_wish(LessonWish::Skip),
            Onward::Lift => self.curtain(true),
            Onward::Nothing => {}
        }
    }

    fn class_backward(&mut self) {
        let transfer = self.at_transfer();
        let asked = matches!(self.class_round(), Round::Asked(_));
        let Some(present) = &mut self.present else { return };
        let Some(teaching) = &mut self.teaching else { return self.travel(Travel::Mark(Way::Before)) };
        let step = teaching.place.step;
        if present.lifted {
            self.curtain(false);
        } else if asked && present.vote_mut(transfer).backward() {
        } else if !asked && matches!(step, Step::Bet | Step::See | Step::Transfer) {
            self.lesson_wish(LessonWish::Again);
        } else {
            let before = step.before(teaching.course());
            self.class_go(before);
        }
    }

    fn class_go(&mut self, step: Step) {
        self.lesson_wish(LessonWish::Go(step));
        self.curtain(false);
    }

    /// The curtain up or down. Behind it the true one of a because's sentences is the one that is chosen.
    fn curtain(&mut self, lifted: bool) {
        if let Some(present) = &mut self.present {
            present.lifted = lifted;
        }
        if let Some(teaching) = &mut self.teaching {
            let holds = teaching.told().and_then(|told| told.sentences.iter().position(|holds| *holds));
            teaching.place.because = if lifted && teaching.place.step == Step::Because { holds } else { None };
        }
    }

    /// The class has bet: on most of its hands, or as it was drawn. The run goes to the bet's moment.
    fn run_for_class(&mut self) {
        let most = self.present.as_ref().map_or(0, |present| present.vote(self.at_transfer()).most());
        if let Some(teaching) = &mut self.teaching {
            if matches!(teaching.bet().ask, Ask::Choose { .. }) {
                teaching.round_mut().given = Given::Choice(most);
            }
            teaching.round_mut().sure = None;
            self.run_bet();
        }
    }

    /// What stands on the wall; nothing outside the presenter.
    #[inline(never)]
    pub(super) fn wall(&self) -> Option<Wall> {
        let present = self.present.as_ref()?;
        let mut wall = Wall { title: self.told.title.clone(), panel: present.panel, onward: self.next_act(), ..Wall::default() };
        let Some((teaching, shown)) = self.teaching.as_ref().zip(self.lesson_shown()) else { return Some(wall) };
        wall.step = Some(shown.step);
        wall.title = shown.title;
        if matches!(shown.step, Step::Bet | Step::See | Step::Transfer) {
            self.bet_on_wall(&mut wall, present);
        }
        let paragraphs = |text: &str| text.split("\n\n").filter(|text| !text.is_empty()).map(str::to_owned).collect();
        match shown.body {
            Body::Words { text, .. } => wall.words = paragraphs(&text),
            Body::Because { sentences, text, .. } => {
                wall.curtain = Some(present.lifted);
                wall.sentences = sentences;
                wall.words = if present.lifted { paragraphs(&text) } else { Vec::new() };
            }
            Body::Pair(pair) => {
                wall.curtain = Some(present.lifted);
                wall.pair = Some(Rc::new(*pair));
            }
            Body::Open { goals, .. } => wall.goals = goals,
            Body::Ask(asked) if !matches!(asked.question, Question::Choose(_)) => wall.asked = Some(asked),
            Body::Told(told) if present.lifted && teaching.round().given != Given::Nothing && wall.vote.is_none() => {
                wall.told = Some(Rc::new(*told));
            }
            _ => {}
        }
        Some(wall)
    }

    /// A bet: the question stays on top, whatever came of it; hands where it is a choice; behind the curtain what is true.
    fn bet_on_wall(&self, wall: &mut Wall, present: &Present) {
        let Some(teaching) = &self.teaching else { return };
        let told = teaching.told();
        let preferred = self.t().preferred;
        let said = |spoken: &resync_lessons::Spoken<String>| {
            let text = spoken.get(preferred).cloned().unwrap_or_default();
            told.map_or_else(|| text.clone(), |told| ahead::filled(&text, &told.values, preferred))
        };
        let bet = teaching.bet();
        wall.title = said(&bet.question);
        let (transfer, right) = (teaching.in_transfer(), self.right());
        let told_round = teaching.round().laid == Laid::Told;
        let lifted = told_round && present.lifted;
        if let Ask::Choose { choices } = &bet.ask {
            let vote = present.vote(transfer).clone();
            wall.vote = Some(Hands {
                choices: choices.iter().map(|choice| said(&choice.words)).collect(),
                verdict: vote.verdict(right),
                before: vote.verdict_before(right),
                right: right.filter(|_| lifted),
                asked: teaching.round().laid == Laid::No,
                vote,
            });
        }
        if told_round {
            wall.curtain = Some(present.lifted);
        }
        if let (true, Some(told)) = (lifted, told) {
            let truth = right.map_or_else(|| teaching.round().given.clone(), Given::Choice);
            let words = ahead::feedback(bet, told, &truth, teaching.paper(), preferred);
            wall.words = words.split("\n\n").filter(|text| !text.is_empty()).map(str::to_owned).collect();
        }
    }

    /// Whether what somebody does in a lesson is kept: a class's bets are not its teacher's.
    pub(super) fn keeps(&self) -> bool {
        self.present.is_none()
    }
}
