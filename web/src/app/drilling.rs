//! The sitting of drills: decisions are made a little each frame while the sheet is open, and the sitting is kept in the browser.

use super::App;
use super::drilled::Drilling;
use crate::action::Sheet;
use crate::address;
use crate::browser;
use crate::drill::{self, Shown, Sitting, Wish};
use crate::panels::drill::DrillPage;
use std::rc::Rc;
use yew::{Context, Html, html};

/// Where the sitting is kept.
const KEPT: &str = "resync.drills";
/// Script time of a frame for making a decision, ms.
const BUDGET_MS: f64 = 6.0;

impl App {
    /// Makes the present decision, if the sheet is open; whether that changed what it shows.
    pub(super) fn drill_frame(&mut self) -> bool {
        let open = self.ui.sheet == Some(Sheet::Drills);
        if let Some(drilling) = self.drills.as_mut().filter(|drilling| drilling.named != open) {
            drilling.named = open;
            let fragment = address::of_lesson(address::DRILLS);
            match open {
                true => browser::set_fragment(&fragment),
                false if browser::fragment() == fragment => browser::set_fragment(""),
                false => {}
            }
        }
        if !open {
            return false;
        }
        let began = browser::now();
        if let Some(drilling) = &mut self.drills {
            return drilling.go_on(&|| browser::now() - began < BUDGET_MS);
        }
        let kept = drill::read(&self.kept.get(KEPT)).unwrap_or_else(|| Sitting::new(browser::moment(), [0; 4]));
        self.drills = Some(Box::new(Drilling::of(kept, false)));
        self.keep_drills();
        true
    }
    /// Its sheet; nothing before it is there.
    pub(super) fn drills_page(&self) -> Html {
        let Some(drilling) = &self.drills else { return Html::default() };
        let shown = Shown { sitting: drilling.sitting.clone(), drill: drilling.drill.clone(), fault: drilling.fault.clone() };
        html! { <DrillPage shown={Rc::new(shown)} t={self.t()} on={self.on.clone()} /> }
    }
    /// What somebody asks for in the sitting.
    pub(super) fn drill_wish(&mut self, ctx: &Context<App>, wish: Wish) {
        let Some(drilling) = &mut self.drills else { return };
        let Drilling { sitting, drill, .. } = &mut **drilling;
        match (wish, drill) {
            (Wish::Give(step, said), Some(_)) => sitting.give(step, said),
            (Wish::Answer, Some(drill)) if sitting.present(drill).is_none() => sitting.grade(drill, false),
            (Wish::Play, Some(drill)) => sitting.grade(drill, true),
            (Wish::Next, Some(drill)) => {
                // One that was played has nothing to be graded.
                if sitting.asked().mine == 0 {
                    sitting.grade(drill, false);
                }
                if sitting.graded {
                    sitting.go_on();
                    drilling.begin();
                }
            }
            (Wish::Again, _) if sitting.over() => **drilling = Drilling::of(Sitting::new(browser::moment(), sitting.levels_now()), true),
            (Wish::Open, Some(drill)) => {
                let text = drill.text.clone();
                return self.open_text(ctx, &text);
            }
            _ => {}
        }
        self.keep_drills();
    }
    fn keep_drills(&mut self) {
        if let Some(drilling) = &self.drills {
            self.kept.put(KEPT, drill::text(&drilling.sitting));
        }
    }
}
