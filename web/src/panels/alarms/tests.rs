//! The sheet as it is written, in both languages.

use super::*;
use crate::alarm::{Lab, State, WEATHERS};
use crate::i18n::Lang;
use crate::panels::tests::words;
use crate::still::markup as render;
use resync_alarms::eval::EvalError;
use resync_alarms::expr::parse;
use resync_alarms::matrix::{Cell, Tried};
use resync_alarms::published;
use resync_alarms::weather;

fn page(lab: &Lab, lang: Lang) -> String {
    render::<AlarmsPage>(AlarmsProps { shown: Rc::clone(&lab.shown), t: lang.strings(), on: Callback::noop() })
}

#[test]
fn every_rule_and_weather_has_words_in_both_languages() {
    for lang in Lang::ALL {
        let t = alarms_of(lang.strings());
        for known in published::ALL {
            assert!((t.why)(known.id).chars().count() > 20, "{}", known.id);
            assert!(!(t.from)(known.from).is_empty());
        }
        assert_eq!((t.why)("no such rule"), "");
        let mut names: Vec<&str> = weather::ALL.iter().map(|weather| (t.weather)(weather.id).0).collect();
        let events: Vec<&str> = weather::ALL.iter().map(|weather| (t.event)(weather.id)).collect();
        assert!(events.iter().all(|event| *event != (t.event)("no such weather")));
        resync_core::order::sort(&mut names);
        names.dedup();
        assert_eq!(names.len(), WEATHERS);
        let html = page(&Lab::default(), lang);
        for weather in weather::ALL {
            assert!(words(&html).contains((t.weather)(weather.id).0), "{}", weather.id);
        }
        assert_eq!(html.matches("role=\"gridcell\"").count(), (published::ALL.len() + 1) * WEATHERS);
        assert_eq!(html.matches("tabindex=\"0\"").count(), 1, "one cell takes the focus, arrows lead to the others");
    }
}

/// As it stands in a document.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[test]
fn what_is_wrong_with_a_rule_is_said_with_its_place_and_the_text_stays() {
    let wrong = [
        ("lag >", "5m"),
        ("lag > > 5", ""),
        ("rate(lag[5m]) > 0 )", ""),
        ("rate(lag[5]) > 0", ""),
        ("rate(lag[5m) > 0", ""),
        ("rate(lag[5m] > 0", ""),
        ("lag[5m", ""),
        ("a{b", ""),
        ("a{b=c}", ""),
        ("a{b=\"c\" d=\"e\"}", ""),
        ("a{=\"c\"}", ""),
        ("sum by lag (a)", ""),
        ("sum by (=) (a)", ""),
        ("sum by (a b) (a)", ""),
        ("sum a", ""),
        ("(a", ""),
        ("a offset x", ""),
        ("histogram_quantile(0.9, a)", ""),
        ("a[5m:1m]", ""),
        ("a @ 5", ""),
        ("\"text\"", ""),
        ("rate(a)", ""),
        ("rate()", ""),
        ("1 > 2", ""),
        ("a + bool b", ""),
        ("{a=\"\"}", ""),
        ("a{b=~\"(\"}", ""),
        ("a{b=\"c", ""),
        ("1.2.3", ""),
        ("a ; b", ""),
        ("lag > 5", "soon"),
    ];
    for (text, hold) in wrong {
        let mut lab = Lab::default();
        lab.write(text.to_owned(), hold.to_owned());
        let why = lab.shown.wrong.clone().unwrap_or_else(|| panic!("{text} is taken"));
        for lang in Lang::ALL {
            let t = alarms_of(lang.strings());
            let said = (t.wrong)(&why, text);
            let html = page(&lab, lang);
            assert!(html.contains("role=\"alert\"") && html.contains(&escaped(&said)), "{text}: {said}");
            if let Wrong::Expr(why) = &why {
                assert_eq!(why.at, parse(text).expect_err(text).at);
                assert!(html.contains("<mark>"), "{text}");
            }
            // In Chinese no English is left but what somebody wrote, and names.
            if lang == Lang::Zh {
                let strange = ["bracket", "wanted", "label", "metric,", "operator", "expression", "quotes", "span", "subquery"];
                assert!(!strange.iter().any(|word| said.contains(word) && !text.contains(word)), "{said}");
            }
        }
        assert_eq!((lab.shown.text.as_str(), lab.shown.own), (text, 0));
    }
    let files = [
        ("groups:\n\t- name: g\n", 2),
        ("groups: []\n", 1),
        ("- alert: A\n  for: 1m\n", 1),
        ("- alert: A\n  expr: |\n    a\n    > > 5\n", 4),
        ("- alert: A\n  expr: a > 1\n  for: soon\n", 3),
        ("- alert: &x A\n  expr: *x\n", 2),
    ];
    for (text, line) in files {
        let mut lab = Lab::default();
        lab.write(text.to_owned(), "2m".to_owned());
        let why = lab.shown.wrong.clone().unwrap_or_else(|| panic!("{text} is taken"));
        assert!(matches!(&why, Wrong::Rules(why) if why.line == line), "{why:?}");
        for (lang, begins) in [(Lang::En, format!("Line {line}: ")), (Lang::Zh, format!("第 {line} 行："))] {
            assert!((alarms_of(lang.strings()).wrong)(&why, text).starts_with(&begins), "{why:?}");
            assert!(page(&lab, lang).contains("role=\"alert\""));
        }
    }
    let two_lines = "lag > 5\n  and )";
    let mut lab = Lab::default();
    lab.write(two_lines.to_owned(), String::new());
    let why = lab.shown.wrong.clone().expect("it is wrong");
    assert!((alarms_of(Lang::En.strings()).wrong)(&why, two_lines).starts_with("Line 2, character 7"), "{why:?}");
    assert!((alarms_of(Lang::Zh.strings()).wrong)(&why, two_lines).starts_with("第 2 行第 7 个字符"));
}

#[test]
fn what_came_of_a_rule_is_said_in_a_sentence() {
    for lang in Lang::ALL {
        let t = alarms_of(lang.strings());
        let cells = [Cell::Rang(14_000), Cell::Never(0), Cell::Never(60_000), Cell::Quiet, Cell::False(-30_000), Cell::False(14_000)];
        let said: Vec<String> = cells.iter().map(|cell| (t.sentence)("lag > 5", "cut", *cell, 120, false)).collect();
        let mut different = said.clone();
        resync_core::order::sort(&mut different);
        different.dedup();
        assert_eq!(different.len(), cells.len(), "{said:?}");
        assert!(said[0].contains("14") && said[2].contains("60") && said[2].contains("120") && said[4].contains("30"), "{said:?}");
        assert_ne!((t.cell)(Cell::Never(0), true), (t.cell)(Cell::Never(0), false));
        let mut lab = Lab::default();
        let shown = Rc::make_mut(&mut lab.shown);
        shown.rows[0].cells[0] = State::Tried(Rc::new(Tried { cell: Cell::Never(60_000), alerts: Vec::new() }));
        shown.rows[0].cells[1] = State::Fails(Rc::new(EvalError::Twice([("a".to_owned(), "b".to_owned())].into())));
        let html = words(&page(&lab, lang));
        assert!(html.contains(&(t.cell)(Cell::Never(60_000), false)) && html.contains(t.refused));
    }
}
