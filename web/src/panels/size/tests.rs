//! The sheet as it is written, in both languages and all releases.

use super::*;
use crate::i18n::Lang;
use crate::panels::tests::{styles, words};
use crate::sized::{Sized, Sizing};
use crate::still::markup as render;
use resync_core::era::Era;
use resync_desk::size::{Field, Form};
use std::path::Path;
use std::rc::Rc;

fn page(sized: &Rc<Sized>, lang: Lang) -> String {
    render::<SizePage>(SizeProps { sized: Rc::clone(sized), t: lang.strings(), on: Callback::noop() })
}
fn proved(form: Form) -> Sizing {
    let mut sizing = Sizing::default();
    sizing.take(form);
    for _ in 0..100_000 {
        sizing.go_on(&|| 0.0, 1.0);
    }
    assert!(sizing.sized.took_ms.is_some(), "every run came to its end");
    sizing
}

#[test]
fn the_first_example_is_proved_in_both_languages() {
    let sizing = proved(Form::default());
    let asked: Vec<_> = sizing.sized.runs.iter().map(|run| run.asked.clone().expect("it is over")).collect();
    for lang in Lang::ALL {
        let t = size_of(lang.strings());
        let html = page(&sizing.sized, lang);
        let text = words(&html);
        for said in [
            "repl-backlog-size 12mb",
            "CONFIG SET repl-backlog-size 12582912",
            "100 KB/s × (60 + 1.2) s = 5.97 MB → 6 MB, × 2",
            "+FULLRESYNC",
            t.not_needed,
            &(t.left)("12 MB", &seconds(&asked[0])),
            &(t.late)("5 MB", &seconds(&asked[2])),
        ] {
            assert!(text.contains(said), "{lang:?} {said}: {text}");
        }
        assert_eq!(html.matches("type=\"range\"").count(), 9, "each quantity has its slider");
        assert_eq!(html.matches("type=\"text\"").count(), 9, "and its field");
        assert!(!html.contains("style="), "nothing inline");
        look(&html, lang);
    }
}

/// `RESYNC_LOOK=<folder>`: the sheet for the eye.
fn look(html: &str, lang: Lang) {
    let Ok(folder) = std::env::var("RESYNC_LOOK") else { return };
    let css = styles::joined(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))).expect("the stylesheets").concat();
    let hatches = render::<Hatches>(());
    let page = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><style>{css}</style><body>{hatches}<div class=\"sheet large all\">{html}</div></body></html>",
        lang.strings().tag
    );
    std::fs::write(format!("{folder}/size-{}.html", lang.strings().tag), page).expect("a page");
}
/// The page's paint.
#[component]
fn Hatches() -> Html {
    rendered();
    crate::draw::mark::hatches()
}
fn seconds(asked: &resync_desk::size::Asked) -> String {
    resync_desk::size::seconds_text(asked.spare_ms(102_400).unsigned_abs())
}

#[test]
fn every_release_and_form_has_its_words() {
    let forms = [
        Form::default(),
        Form::default().stated(true),
        Form::default().with(Field::Rate, 1 << 10),
        Form::default().with(Field::Rate, 1 << 30).with(Field::Outage, 7_200).with(Field::Dataset, 1 << 40),
        Form::default().with(Field::Replicas, 1).with(Field::Outage, 1).with(Field::Rate, 1 << 10),
    ];
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
        for form in forms {
            for lang in Lang::ALL {
                let mut sizing = Sizing::default();
                sizing.take(form.in_era(era));
                let text = words(&page(&sizing.sized, lang));
                let word =
                    if era.capabilities().says_replica { "client-output-buffer-limit replica" } else { "client-output-buffer-limit slave" };
                assert!(text.contains(word) && text.contains(size_of(lang.strings()).playing), "{era} {lang:?}: {text}");
            }
        }
    }
}

#[test]
fn what_is_dragged_is_what_is_stated() {
    let (form, size) = (Form::default(), Size::new(700.0, 300.0));
    let answer = sizes(&form);
    let boundary = Boundary::of(&form, &answer, size);
    let sizing = Sizing::default();
    let marks = boundary.marks(&sizing.sized, size_of(Lang::En.strings()));
    let disc = marks.iter().find_map(|shape| match shape.form {
        shape::Form::Circle { x, y, r: 8.0 } => Some((x, y)),
        _ => None,
    });
    let (x, y) = disc.expect("the point");
    let (outage, margin) = boundary.point(x + 0.01, y - 0.01);
    assert_eq!((outage, margin), (60, 20));
    let (outage, _) = boundary.point(x, y - 60.0);
    assert!(outage > 60, "{outage}");
    assert_eq!(boundary.point(-500.0, 9_999.0), (1, 10), "held within its bounds");
}

/// Nothing of the figure leaves its box, however narrow, in both languages.
#[test]
fn the_figure_stays_in_its_box() {
    let forms = [
        Form::default(),
        Form::default().with(Field::Margin, 10),
        Form::default().with(Field::Rate, 1 << 10),
        Form::default().with(Field::Margin, 100),
    ];
    for form in forms {
        let sizing = proved(form);
        for lang in Lang::ALL {
            for size in [Size::new(700.0, 300.0), Size::new(330.0, 240.0)] {
                let boundary = Boundary::of(&form, &sizes(&form), size);
                for mark in boundary.marks(&sizing.sized, size_of(lang.strings())) {
                    let shape::Form::Text { x, y, text } = &mark.form else { continue };
                    let w = if mark.class.contains('m') && mark.class.starts_with("m ") {
                        crate::draw::mono_width(text, 12.0)
                    } else {
                        crate::draw::sans_width(text, 12.0)
                    };
                    let ends = mark.class.split(' ').any(|class| class == "e");
                    let middle = mark.class.split(' ').any(|class| class == "c");
                    let from = if ends {
                        x - w
                    } else if middle {
                        x - w / 2.0
                    } else {
                        *x
                    };
                    assert!(
                        from >= -1.0 && from + w <= size.w + 12.0 && *y <= size.h && *y >= 10.0,
                        "{form:?} {size:?} {lang:?}: {text} at {from} {y}"
                    );
                }
            }
        }
    }
}
