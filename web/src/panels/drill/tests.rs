//! The sheet as it is written, in both languages: each kind asked, graded right and wrong, and played.

use super::*;
use crate::i18n::Lang;
use crate::panels::tests::words;
use crate::still::markup as render;
use resync_lessons::play::{Kind, Said, drill};

fn shown(kind: Kind, end: usize, mine: usize) -> (Drill, Sitting) {
    let made = *drill(kind, end, 4).unwrap_or_else(|fault| panic!("{fault}"));
    // A sitting whose present decision is of this kind, with so many own steps.
    let mut sitting = (0..500)
        .map(|seed| Sitting { seed, levels: [mine; 4], ..Sitting::default() })
        .find(|sitting| sitting.asked().kind == kind)
        .expect("each kind begins some");
    sitting.rows.clear();
    (made, sitting)
}
fn page(drill: &Drill, sitting: &Sitting, lang: Lang) -> String {
    let shown = Rc::new(Shown { sitting: sitting.clone(), drill: Some(Rc::new(drill.clone())), fault: None });
    render::<DrillPage>(DrillProps { shown, t: lang.strings(), on: Callback::noop() })
}

#[test]
fn every_decision_is_asked_and_graded_in_both_languages() {
    for lang in Lang::ALL {
        let t = drills_of(lang.strings());
        for kind in Kind::ALL {
            for end in 0..kind.ends() {
                let (drill, mut sitting) = shown(kind, end, 3);
                let asked = page(&drill, &sitting, lang);
                assert!(words(&asked).contains((t.asks)(kind)) && asked.contains("aria-disabled=\"true\""), "{kind:?} {end}");
                for step in 0..3 {
                    if let Some(said) = drill.steps[step].right {
                        sitting.give(step, said);
                    }
                }
                assert!(!page(&drill, &sitting, lang).contains("aria-disabled=\"true\""), "everything is said");
                let mut wrong = sitting.clone();
                sitting.grade(&drill, false);
                let right = words(&page(&drill, &sitting, lang));
                assert!(right.contains(t.grade.right), "{kind:?} {end}: {right}");
                let step = if drill.steps[0].choices > 0 {
                    Said { choice: usize::from(drill.steps[0].right.is_some_and(|said| said.choice == 0)), number: None }
                } else {
                    Said { choice: 0, number: Some(1) }
                };
                wrong.give(0, step);
                wrong.give(1, drill.steps[1].right.unwrap_or_default());
                wrong.grade(&drill, false);
                let told = words(&page(&drill, &wrong, lang));
                assert!(told.contains(&(t.grade.wrong)(0)) && told.contains(t.steps.open), "{kind:?} {end}: {told}");
            }
        }
    }
}

#[test]
fn what_is_played_shows_each_reason_and_asks_nothing() {
    // A newcomer's first.
    let sitting = Sitting::default();
    for end in 0..Kind::Master.ends() {
        let (drill, _) = shown(Kind::Master, end, 3);
        let t = drills_of(Lang::En.strings());
        let html = page(&drill, &sitting, Lang::En);
        assert!(words(&html).contains(t.played) && !html.contains("role=\"radio\"") && !html.contains("<input"), "{html}");
        for step in 0..3 {
            let because = (t.grade.because)(&reason(&drill, step)).replace('\u{202f}', " ");
            assert!(words(&html).contains(&because), "{because}: {html}");
        }
    }
}
