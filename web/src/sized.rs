//! The sheet *Size it*: the form, what was pasted to fill it in, and the runs that prove the answer. It knows neither Yew nor the browser.

use resync_core::diagnose::{Reader, joined, judge, rate};
use resync_core::era::Era;
use resync_desk::size::{Asked, Field, Form, Proof, from_diagnosis, scale};
use std::rc::Rc;

/// What somebody asks for on the sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    /// A field has this value.
    Set(Field, u64),
    /// The point of the figure stands here: outage, s, and margin, tenths.
    Point(u64, u64),
    /// The rate is stated as writes and their size, or as bytes.
    ByWrites(bool),
    /// The release.
    Era(Era),
    /// The boxes for two INFOs are open, or not.
    Infos(bool),
    /// The first (0) or the later (1) INFO is this.
    Text(usize, String),
    /// The first example.
    Example,
    /// The scenario of a run, by its number.
    Open(usize),
    /// A text goes to the clipboard.
    Copy(String),
    /// A link to the sheet with this form goes there.
    Link,
}

/// A run as it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// `repl-backlog-size`.
    pub size: u64,
    /// What came of it, once it is over.
    pub asked: Option<Asked>,
    /// It came to nothing.
    pub failed: bool,
}

/// What is shown.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sized {
    /// The form.
    pub form: Form,
    /// The link could not be read: the field, if it was one.
    pub bad_link: Option<Option<Field>>,
    /// The boxes for two INFOs, if they are open …
    pub texts: Option<[String; 2]>,
    /// … and the rate that they say, bytes a second.
    pub said: Option<u64>,
    /// The runs.
    pub runs: Vec<Shown>,
    /// How many bytes one byte of them stands for.
    pub scale: u64,
    /// How long they took, ms, once all are over.
    pub took_ms: Option<u64>,
}

/// What the sheet has, once it has been opened.
pub struct Sizing {
    /// What is shown.
    pub sized: Rc<Sized>,
    /// The runs.
    proof: Proof,
    /// How long they have been played, ms.
    took_ms: f64,
    /// When the first INFO came, ms of the page's clock.
    came_ms: f64,
    reader: Option<Reader>,
    /// What the address names: a form, if the sheet is open.
    pub named: Option<Form>,
}

impl Default for Sizing {
    fn default() -> Sizing {
        let mut sizing =
            Sizing { sized: Rc::default(), proof: Proof::new(&Form::default()), took_ms: 0.0, came_ms: 0.0, reader: None, named: None };
        sizing.take(Form::default());
        sizing
    }
}

impl Sizing {
    /// The form is this; the runs begin anew if they are of another one.
    pub fn take(&mut self, form: Form) {
        let sized = Rc::make_mut(&mut self.sized);
        sized.form = form;
        if *self.proof.form() != form || sized.runs.is_empty() {
            self.proof = Proof::new(&form);
            self.took_ms = 0.0;
            self.show();
        }
    }
    /// The form of a link.
    pub fn take_link(&mut self, link: &str) {
        if link.is_empty() {
            return;
        }
        let read = Form::of_link(link);
        self.take(read.unwrap_or_default());
        Rc::make_mut(&mut self.sized).bad_link = read.err();
    }
    /// Takes what somebody asks for that concerns the form alone, at a moment of the page's clock.
    pub fn wish(&mut self, wish: &Wish, now_ms: f64) {
        let form = self.sized.form;
        match wish {
            Wish::Set(field, value) => self.take(form.with(*field, *value)),
            Wish::Point(outage, margin) => self.take(form.with(Field::Outage, *outage).with(Field::Margin, *margin)),
            Wish::ByWrites(by) if *by != form.by_writes() => self.take(form.stated(*by)),
            Wish::Era(era) => self.take(form.in_era(*era)),
            Wish::Infos(open) => Rc::make_mut(&mut self.sized).texts = open.then(Default::default),
            Wish::Text(which, text) => self.paste(*which, text, now_ms),
            Wish::Example => self.take(Form::default()),
            _ => {}
        }
        Rc::make_mut(&mut self.sized).bad_link = None;
    }
    /// An INFO: with the other one it says a rate, alone perhaps the release and the replicas.
    fn paste(&mut self, which: usize, text: &str, now_ms: f64) {
        let sized = Rc::make_mut(&mut self.sized);
        let texts = sized.texts.get_or_insert_default();
        if which == 0 && texts[0].is_empty() {
            self.came_ms = now_ms;
        }
        if let Some(own) = texts.get_mut(which) {
            text.clone_into(own);
        }
        let reader = self.reader.get_or_insert_default();
        let apart = (now_ms - self.came_ms).clamp(0.0, 1e9);
        let paste = joined(reader.read(&texts[0], 0), reader.read(&texts[1], 1), (apart >= 1.0).then_some(apart as u64));
        let said = paste.nodes.iter().find_map(rate).and_then(|rate| u64::try_from(rate).ok());
        sized.said = said.filter(|rate| *rate > 0);
        // One INFO says an average since the start: too little to overwrite what somebody states.
        let known = sized.said.and_then(|_| from_diagnosis(sized.form, &judge(paste), None));
        if let Some(form) = known {
            self.take(form);
        }
    }
    /// Plays the runs on; whether that changed what is shown.
    pub fn go_on(&mut self, now: &dyn Fn() -> f64, budget_ms: f64) -> bool {
        if self.proof.over() {
            return false;
        }
        let began = now();
        let changed = self.proof.go_on(&|| now() - began < budget_ms);
        self.took_ms += now() - began;
        if changed {
            self.show();
        }
        changed
    }
    /// The scenario of a run.
    #[must_use]
    pub fn scene(&self, n: usize) -> Option<&str> {
        self.proof.runs.get(n).map(|run| run.text.as_str())
    }
    fn show(&mut self) {
        let took = self.proof.over().then_some(self.took_ms.max(0.0) as u64);
        let sized = Rc::make_mut(&mut self.sized);
        sized.runs = self.proof.runs.iter().map(|run| Shown { size: run.size, asked: run.asked.clone(), failed: run.failed }).collect();
        sized.scale = scale(&sized.form);
        sized.took_ms = took;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn played(sizing: &mut Sizing) {
        for _ in 0..10_000 {
            sizing.go_on(&|| 0.0, 1.0);
        }
    }

    #[test]
    fn the_first_example_is_proved_and_a_change_is_proved_anew() {
        let mut sizing = Sizing::default();
        assert_eq!(sizing.sized.runs.len(), 3);
        assert!(sizing.sized.took_ms.is_none() && sizing.sized.runs.iter().all(|run| run.asked.is_none()));
        played(&mut sizing);
        let sent: Vec<_> =
            sizing.sized.runs.iter().map(|run| (run.size >> 20, run.asked.as_ref().map(|asked| asked.sent.is_some()))).collect();
        assert_eq!((sent, sizing.sized.took_ms.is_some()), (vec![(12, Some(true)), (6, Some(true)), (5, Some(false))], true));
        assert!(sizing.scene(2).is_some_and(|text| text.contains("repl-backlog-size 5mb")) && sizing.scene(3).is_none());
        sizing.wish(&Wish::Set(Field::Outage, 10), 0.0);
        assert!(sizing.sized.runs.iter().all(|run| run.asked.is_none()) && sizing.sized.took_ms.is_none());
    }

    #[test]
    fn two_infos_fill_the_form_in() {
        let mut sizing = Sizing::default();
        sizing.wish(&Wish::Infos(true), 0.0);
        let info = |offset: u64| format!("redis_version:5.0.14\nrole:master\nmaster_repl_offset:{offset}\n");
        sizing.wish(&Wish::Text(0, info(1_000)), 5_000.0);
        assert_eq!((sizing.sized.said, sizing.sized.form), (None, Form::default()));
        sizing.wish(&Wish::Text(1, info(2_001_000)), 9_000.0);
        assert_eq!(sizing.sized.said, Some(500_000));
        assert_eq!((sizing.sized.form.get(Field::Rate), sizing.sized.form.era), (500_000, Era::V5_0));
    }

    #[test]
    fn a_link_that_cannot_be_read_names_the_field() {
        let mut sizing = Sizing::default();
        sizing.take_link(&Form::default().link().replace(".60.", ".99999."));
        assert_eq!((sizing.sized.bad_link, sizing.sized.form), (Some(Some(Field::Outage)), Form::default()));
        sizing.wish(&Wish::Set(Field::Outage, 30), 0.0);
        assert_eq!(sizing.sized.bad_link, None);
        let link = sizing.sized.form.link();
        let mut other = Sizing::default();
        other.take_link(&link);
        assert_eq!(other.sized.form, sizing.sized.form);
    }
}
