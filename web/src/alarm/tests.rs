//! The lab without a page.

use super::*;
use std::cell::Cell as Count;

#[test]
fn the_newest_question_is_answered_first() {
    let mut lab = Lab::default();
    let (row, cut) = (lab.shown.rows.len() - 1, 1);
    lab.choose(row, cut);
    // A slice of time is a slice of work: many are wanted, and after each the page may paint.
    let mut slices = 0;
    while lab.shown.tried().is_none() {
        let asked = Count::new(0);
        lab.go_on(&|| {
            asked.set(asked.get() + 1);
            asked.get() < 2
        });
        slices += 1;
        assert!(slices < 100_000);
    }
    assert!(slices > 3, "{slices}");
    assert_eq!(lab.shown.seen.iter().filter(|seen| seen.is_some()).count(), 1, "only the weather that was asked for was played");
    assert_eq!(lab.shown.ready().0, 1, "and only the rule");

    // A rule that is typed now comes before the others of that weather.
    lab.write("redis_master_link_up == 0".to_owned(), "2m".to_owned());
    let once = Count::new(true);
    lab.go_on(&|| once.replace(false));
    let (_, tried) = lab.shown.tried().expect("it is there");
    assert!(matches!(tried.cell, Cell::Rang(ms) if ms > 120_000), "{tried:?}");
    assert_eq!((lab.shown.own, lab.shown.rows[0].known.map(|known| known.id)), (1, Some("link-down-2m")), "it is one that is published");
    let lines = timeline::lines(lab.shown.tried().expect("there").0, &lab.shown.rows[0].rule, tried);
    assert_eq!((lines.limit, lines.pending.len(), lines.firing.len()), (Some(("==", Some(0.0))), 1, 1));
    assert_eq!(lines.pending[0].1 - lines.pending[0].0, 120_000);
    assert_eq!(lines.firing[0].0, lines.telling_ms);
    assert!(lines.curves[0].points.iter().any(|(_, value)| *value == Some(0.0)));
    assert!(lines.truth.last().is_some_and(|(_, gap)| *gap > 1_000), "a cut replica lacks what was written since");

    // What is written for other tools is of this rule in this weather.
    let (name, _, text) = lab.export(Export::Promtool).expect("it was tried");
    assert!(name == "cut.yml" && text.contains("redis_master_link_up") && text.contains("exp_labels"));
    assert!(lab.export(Export::OpenMetrics).expect("it was tried").2.ends_with("# EOF\n"));
    assert!(lab.export(Export::Rules).expect("it was tried").2.contains("for: 120000ms"));

    // Another scraper: everything is asked anew, and nothing is kept of what was being played.
    let scraper = Scraper { period_ms: 30_000, phase_ms: 1_000 };
    lab.scrape(scraper);
    assert_eq!((lab.shown.ready().0, lab.shown.seen.iter().flatten().count(), lab.shown.scraper), (0, 0, scraper));
}

#[test]
fn a_text_that_is_no_rule_stays_and_the_others_stand() {
    let mut lab = Lab::default();
    let others = lab.shown.rows.len() - 1;
    lab.write("lag >".to_owned(), "2m".to_owned());
    assert_eq!((lab.shown.rows.len(), lab.shown.own, lab.shown.text.as_str()), (others, 0, "lag >"));
    assert!(matches!(&lab.shown.wrong, Some(Wrong::Expr(_))));
    lab.write("lag > 5".to_owned(), "two minutes".to_owned());
    assert_eq!(lab.shown.wrong, Some(Wrong::For("two minutes".to_owned())));
    lab.write(" ".to_owned(), String::new());
    assert_eq!((lab.shown.wrong.clone(), lab.shown.own), (None, 0));
    lab.take("gone");
    assert_eq!((lab.shown.own, lab.shown.hold.as_str()), (1, "15s"));
    lab.take("no such rule");
    assert_eq!(lab.shown.hold, "15s");
    lab.choose(1_000, 1_000);
    assert_eq!(lab.shown.chosen, (others, WEATHERS - 1));
}

#[test]
fn a_file_of_rules_is_several_rows() {
    let mut lab = Lab::default();
    let others = lab.shown.rows.len() - 1;
    let file = "- alert: Lag\n  expr: redis_connected_slave_lag_seconds > 5\n  for: 2m\n- alert: Down\n  expr: redis_up == 0\n  keep_firing_for: 5m\n";
    lab.write(file.to_owned(), String::new());
    assert_eq!((lab.shown.rows.len(), lab.shown.own, lab.shown.file, lab.shown.wrong.clone()), (others + 2, 2, true, None));
    assert_eq!(lab.shown.rows[0].known.map(|known| known.id), Some("lag-5-2m"));
    assert_eq!(short::short(&lab.shown.rows[1].rule, None), "up == 0 keep 5m");
    lab.take("gone");
    assert_eq!((lab.shown.rows.len(), lab.shown.own, lab.shown.file), (others + 1, 1, false));
}

#[test]
fn spans_are_written_as_rules_write_them() {
    for (ms, text) in [(0, "0s"), (15_000, "15s"), (120_000, "2m"), (90_000, "1m30s"), (5_400_000, "1h30m")] {
        assert_eq!(span(ms), text);
    }
}

#[test]
fn rules_are_short() {
    let lab = Lab::default();
    for row in &lab.shown.rows {
        let text = short::short(&row.rule, row.known.map(|known| known.id));
        assert!(text.chars().count() <= 44 && !text.contains("redis_"), "{text}");
    }
}
