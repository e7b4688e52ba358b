//! Two runs side by side: a lesson's and its twin's.

use super::fault::Fault;
use super::reading::Told;
use crate::course::Course;
use crate::tell::Values;
use resync_core::time::Time;
use resync_core::timeline::Timeline;

/// The text of a lesson's twin: `text` (the scene, or what a run says of itself) with the twin's lines changed and added. The same text without a twin.
///
/// # Errors
/// Names the line that is to change and does not stand there: somebody has changed the scene.
pub fn twin_text(course: &Course, text: &str) -> Result<String, Fault> {
    let Some(twin) = &course.twin else { return Ok(text.to_owned()) };
    let mut lines: Vec<&str> = text.lines().collect();
    for edit in &twin.edits {
        let Some(at) = lines.iter().position(|line| *line == edit.line) else {
            return Err(Fault::new("twin", 0, format!("the line `{}` does not stand in this run's text", edit.line)));
        };
        lines[at] = &edit.becomes;
    }
    Ok(lines.join("\n") + "\n" + &twin.adds)
}

/// The values of a run and, as `twin.NAME`, those of its twin: for the words that compare both.
#[must_use]
pub fn together(told: &Told, twin: &Told) -> Values {
    let of_twin = twin.values.iter().map(|(name, seen)| (format!("twin.{name}"), seen.clone()));
    told.values.clone().into_iter().chain(of_twin).collect()
}

/// Where two runs part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The moment of the first milestone that only one of them has.
    pub at: Time,
    /// Its number in the first run's journal, if it is that run's.
    pub a: Option<u64>,
    /// The same for the second run.
    pub b: Option<u64>,
}

/// The moment at which the journals of two runs first differ; nothing as far as they are the same.
#[must_use]
pub fn first_difference(a: &Timeline, b: &Timeline) -> Option<Difference> {
    // Milestones one by one, those that were folded too, in the order in which they came.
    let all = |run: &Timeline| {
        let entries = run.recorder().journal().entries().iter().enumerate();
        let mut all: Vec<(Time, u64, usize)> =
            entries.flat_map(|(ix, entry)| entry.occurrences().map(move |(event, at)| (at, event, ix))).collect();
        all.sort_unstable();
        all
    };
    let (of_a, of_b) = (all(a), all(b));
    let entry = |run: &'_ Timeline, ix: usize| run.recorder().journal().entries()[ix].clone();
    let same = of_a.iter().zip(&of_b).take_while(|(here, there)| {
        let (one, other) = (entry(a, here.2), entry(b, there.2));
        here.0 == there.0 && one.node == other.node && one.note == other.note
    });
    let parted = same.count();
    let seq = |run: &Timeline, one: &(Time, u64, usize)| run.recorder().journal().entries()[one.2].seq;
    match (of_a.get(parted), of_b.get(parted)) {
        (None, None) => None,
        (Some(one), None) => Some(Difference { at: one.0, a: Some(seq(a, one)), b: None }),
        (None, Some(other)) => Some(Difference { at: other.0, a: None, b: Some(seq(b, other)) }),
        (Some(one), Some(other)) => Some(Difference {
            at: one.0.min(other.0),
            a: (one.0 <= other.0).then(|| seq(a, one)),
            b: (other.0 <= one.0).then(|| seq(b, other)),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::{Edit, Twin};
    use crate::tell::Seen;

    const SCENE: &str = "era 3.0\nseed 11\nnode master\nnode replica-1 follows master\nat 5s master: SET greeting hello\n";

    #[test]
    fn a_twin_is_the_text_with_its_lines_changed() {
        let twin = Twin {
            edits: vec![Edit { line: "seed 11".into(), becomes: "seed 12".into() }],
            adds: "at 4s cut master replica-1\n".into(),
            ..Twin::default()
        };
        let course = Course { twin: Some(twin), ..Course::default() };
        let text = twin_text(&course, SCENE).expect("the line stands there");
        assert_eq!(text, SCENE.replace("11", "12") + "at 4s cut master replica-1\n");
        assert!(twin_text(&course, "node master\n").is_err_and(|fault| fault.why.contains("`seed 11`")));
        assert_eq!(twin_text(&Course::default(), SCENE).as_deref(), Ok(SCENE));
    }

    #[test]
    fn two_runs_part_at_the_first_milestone_that_only_one_has() {
        let play = |text: &str, s| {
            let mut run = Timeline::from_text(text).expect("well formed");
            run.advance(Time::from_secs(s), u64::MAX);
            run
        };
        let cut = format!("{SCENE}at 4s cut master replica-1\n");
        let (a, b) = (play(SCENE, 3), play(&cut, 3));
        assert_eq!(first_difference(&a, &b), None);
        let (a, b) = (play(SCENE, 9), play(&cut, 9));
        let difference = first_difference(&a, &b).expect("one is cut");
        assert_eq!((difference.at, difference.a), (Time::from_secs(4), None));
        let entry = b.recorder().journal().get(difference.b.expect("it is the twin's")).expect("it is there");
        assert_eq!(entry.at, Time::from_secs(4));
        assert_eq!(first_difference(&b, &a).map(|other| (other.at, other.a)), Some((difference.at, difference.b)));
    }

    #[test]
    fn values_of_both_stand_side_by_side() {
        let told = |gap| Told { values: [("gap".to_owned(), Seen::Number(gap))].into(), ..Told::default() };
        let both = together(&told(61), &told(0));
        assert_eq!((both.get("gap"), both.get("twin.gap")), (Some(&Seen::Number(61)), Some(&Seen::Number(0))));
    }
}
