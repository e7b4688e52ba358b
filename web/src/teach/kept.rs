//! What is kept of a lesson, as text: a line of `name=value;` fields. What cannot be read is as if it had never been kept.

use super::{Given, Laid, Place, Round, Step, Sure, Way};
use resync_lessons::course::{Ask, Choice, Course};

/// The text of a place.
#[must_use]
pub fn text(place: &Place, course: &Course) -> String {
    let mut out = String::new();
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            out.push_str(name);
            out.push('=');
            out.push_str(value);
            out.push(';');
        }
    };
    put("step", place.step.name());
    put("far", place.furthest.name());
    for (prefix, round, ask) in rounds(place, course) {
        put(&format!("{prefix}given"), &given_text(&round.given, ask));
        put(&format!("{prefix}sure"), round.sure.map_or("", Sure::name));
        put(&format!("{prefix}laid"), ["", "yes", "told"][round.laid as usize]);
        let opened = round.opened.as_ref();
        put(&format!("{prefix}opened"), &opened.map_or_else(String::new, |(given, _)| given_text(given, ask)));
        put(&format!("{prefix}opened-sure"), opened.and_then(|(_, sure)| *sure).map_or("", Sure::name));
        put(&format!("{prefix}first"), round.first.map_or("", |near| if near { "near" } else { "far" }));
    }
    put("because", &place.because.map_or_else(String::new, |at| at.to_string()));
    put("day", &place.day.map_or_else(String::new, |day| day.to_string()));
    out
}

fn rounds<'a>(place: &'a Place, course: &'a Course) -> impl Iterator<Item = (&'static str, &'a Round, &'a Ask)> {
    let transfer = course.transfer.as_ref().map(|transfer| ("t-", &place.transfer, &transfer.bet.ask));
    std::iter::once(("", &place.bet, &course.bet.ask)).chain(transfer)
}

/// Reads such a text for a lesson; what does not fit it any more is left out.
#[must_use]
pub fn read(text: &str, course: &Course) -> Place {
    let mut place = Place::default();
    let field = |name: &str| text.split(';').filter_map(|field| field.split_once('=')).find(|(of, _)| *of == name).map(|(_, value)| value);
    let step = |name: &str| Step::ALL.into_iter().find(|step| Some(step.name()) == field(name)).filter(|step| step.is_in(course));
    let round = |prefix: &str, ask: &Ask| {
        let field = |name: &str| field(&format!("{prefix}{name}"));
        let given = field("given").map_or(Given::Nothing, |text| read_given(text, ask));
        let laid = match field("laid") {
            _ if !given.answers(ask) => Laid::No,
            Some("told") => Laid::Told,
            Some("yes") => Laid::Yes,
            _ => Laid::No,
        };
        let sure = |name: &str| Sure::ALL.into_iter().find(|sure| Some(sure.name()) == field(name));
        let opened = field("opened").map(|text| read_given(text, ask)).filter(|given| given.answers(ask));
        let opened = opened.map(|given| (given, sure("opened-sure")));
        Round { given, sure: sure("sure"), laid, first: field("first").map(|near| near == "near"), opened }
    };
    place.bet = round("", &course.bet.ask);
    if let Some(transfer) = &course.transfer {
        place.transfer = round("t-", &transfer.bet.ask);
    }
    place.because = field("because").and_then(|at| at.parse().ok()).filter(|at| *at < course.sentences.len());
    place.day = field("day").and_then(|day| day.parse().ok());
    place.furthest = step("far").unwrap_or_default();
    if let Some(step) = step("step")
        && !place.go(step, course)
    {
        place.step = Step::Bet;
    }
    place
}

pub(crate) fn given_text(given: &Given, ask: &Ask) -> String {
    let id = |choices: &[Choice], at: usize| choices.get(at).map_or_else(String::new, |choice| choice.id.clone());
    match (given, ask) {
        (Given::Choice(at), Ask::Choose { choices }) => id(choices, *at),
        (Given::Number(number), Ask::Number { .. }) => number.to_string(),
        (Given::Curve(points), Ask::Curve { .. }) => points.iter().map(|(ms, value)| format!("{ms}:{value}")).collect::<Vec<_>>().join(","),
        (Given::Order(order), Ask::Order { messages }) => order.iter().map(|at| id(messages, *at)).collect::<Vec<_>>().join(","),
        _ => String::new(),
    }
}

fn read_given(text: &str, ask: &Ask) -> Given {
    let place = |choices: &[Choice], id: &str| choices.iter().position(|choice| choice.id == id);
    let given = match ask {
        Ask::Choose { choices } => place(choices, text).map(Given::Choice),
        Ask::Number { .. } => text.parse().ok().map(Given::Number),
        Ask::Curve { .. } => {
            let point = |text: &str| text.split_once(':').and_then(|(ms, value)| Some((ms.parse().ok()?, value.parse().ok()?)));
            text.split(',').map(point).collect::<Option<Vec<(u64, i64)>>>().map(Given::Curve)
        }
        Ask::Order { messages } => text.split(',').map(|id| place(messages, id)).collect::<Option<Vec<usize>>>().map(Given::Order),
    };
    given.filter(|given| given.answers(ask)).unwrap_or_default()
}

/// The name of a way in, as it is kept.
#[must_use]
pub const fn way_name(way: Way) -> &'static str {
    match way {
        Way::Example => "example",
        Way::Bet => "bet",
    }
}
/// The way of this name.
#[must_use]
pub fn way(name: &str) -> Option<Way> {
    [Way::Example, Way::Bet].into_iter().find(|way| way_name(*way) == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::teach::tests::course;
    use resync_lessons::course::{Bet, Sentence, Transfer, Twin};

    fn whole(ask: Ask) -> Course {
        Course {
            twin: Some(Twin::default()),
            transfer: Some(Transfer { bet: Bet { ask, ..Bet::default() }, ..Transfer::default() }),
            sentences: vec![Sentence::default(); 4],
            ..course(3)
        }
    }
    fn messages() -> Vec<Choice> {
        ["psync", "sync", "rdb"].map(|id| Choice { id: id.into(), ..Choice::default() }).into()
    }

    #[test]
    fn a_place_is_kept_whole() {
        for (ask, given) in [
            (Ask::Number { value: "x".into(), near: 10, unit: String::new() }, Given::Number(-12_000)),
            (Ask::Order { messages: messages() }, Given::Order(vec![2, 0, 1])),
            (
                Ask::Curve { field: String::new(), from_ms: 0, to_ms: 9, top: 9, unit: String::new(), line: None, near: 1 },
                Given::Curve(vec![(3, 4), (9, 0)]),
            ),
        ] {
            let course = whole(ask);
            let round = |given: Given| Round {
                opened: Some((given.clone(), Some(Sure::Sure))),
                given,
                sure: Some(Sure::Guess),
                laid: Laid::Told,
                first: Some(false),
            };
            let place = Place {
                step: Step::Twin,
                furthest: Step::Transfer,
                bet: round(Given::Choice(2)),
                because: Some(3),
                transfer: round(given),
                day: Some(20_787),
            };
            assert_eq!(read(&text(&place, &course), &course), place);
        }
        let course = whole(Ask::default());
        assert_eq!(read(&text(&Place::default(), &course), &course), Place::default());
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let course = course(2);
        for odd in [
            "",
            "step",
            "step=because;",
            "step=twin;far=twin;given=c7;laid=told;because=9;day=x;",
            "<script>",
            "given=c1,c0;laid=yes;step=see",
        ] {
            let place = read(odd, &course);
            assert!(place.bet.laid == Laid::No && place.step <= Step::Bet && place.because.is_none(), "{odd}: {place:?}");
        }
    }

    #[test]
    fn ways_are_kept_by_name() {
        assert_eq!([Way::Example, Way::Bet].map(|of| way(way_name(of))), [Some(Way::Example), Some(Way::Bet)]);
        assert_eq!(way("x"), None);
    }
}
