//! Sittings, played by who is right, who is wrong, and who comes back.

use super::*;
use resync_lessons::play::drill;
use std::collections::BTreeSet;

/// A decision of the engine, made where a test needs one; most tests need none.
fn made(asked: Asked) -> Drill {
    *drill(asked.kind, asked.end, asked.seed).unwrap_or_else(|fault| panic!("{fault}"))
}

/// A row without the engine.
fn row(asked: Asked, again: bool, mark: Mark) -> Row {
    let Asked { kind, end, mine, .. } = asked;
    Row { kind, end, mine, again, mark, era: "3.0".into(), had: "PSYNC … 5".into(), truth: "+CONTINUE · 3 B".into() }
}

/// Plays a sitting by who says whether the n-th decision is right, until it is over.
fn played(seed: u64, levels: [usize; 4], right: impl Fn(usize, Asked) -> bool) -> Sitting {
    let mut sitting = Sitting::new(seed, levels);
    while !sitting.over() {
        let asked = sitting.asked();
        let mark = match asked.mine {
            0 => Mark::Played,
            _ if right(sitting.rows.len(), asked) => Mark::Right,
            _ => Mark::Missed,
        };
        let again = sitting.repeats();
        sitting.rows.push(row(asked, again, mark));
    }
    sitting
}

#[test]
fn a_kind_is_played_first_and_fades_from_the_end() {
    for seed in 0..40 {
        let sitting = played(seed, [0; 4], |_, _| true);
        for kind in Kind::ALL {
            let mine: Vec<usize> = sitting.rows.iter().filter(|row| row.kind == kind).map(|row| row.mine).collect();
            assert!(mine.iter().zip([0, 1, 2, 3, 3]).all(|(mine, wanted)| *mine == wanted), "{kind:?}: {mine:?}");
        }
        let last = sitting.rows.last().expect("it has rows");
        assert!(last.mine == 3 && last.mark == Mark::Right, "the last has every step one's own");
        assert!((6..=9).contains(&sitting.rows.len()), "who is right is soon done: {}", sitting.rows.len());
    }
}

#[test]
fn kinds_and_ends_are_mixed_and_none_is_left_out() {
    let (mut kinds, mut ends) = (BTreeSet::new(), BTreeSet::new());
    for seed in 0..20 {
        // Never three in a row.
        let sitting = played(seed, [2; 4], |at, _| at % 3 != 2);
        assert_eq!(sitting.rows.len(), ROWS_MAX);
        assert!(sitting.rows.windows(2).all(|two| two[0].kind != two[1].kind), "never the same kind twice in a row");
        for kind in Kind::ALL {
            let times = sitting.rows.iter().filter(|row| row.kind == kind).count();
            assert!(times >= 5, "{kind:?} comes as often as others: {times}");
            let fresh: Vec<usize> = sitting.rows.iter().filter(|row| row.kind == kind && !row.again).map(|row| row.end).collect();
            let first: BTreeSet<usize> = fresh.iter().take(kind.ends()).copied().collect();
            assert_eq!(first.len(), fresh.len().min(kind.ends()), "each end once before any comes again");
            ends.extend(fresh.iter().map(|end| (kind, *end)));
        }
        kinds.insert(sitting.rows[0].kind);
    }
    assert_eq!(kinds.len(), 4, "who knows them all may begin with any");
    assert_eq!(ends.len(), Kind::ALL.map(Kind::ends).iter().sum::<usize>());
}

#[test]
fn what_was_missed_comes_again_with_other_numbers() {
    for seed in 0..30 {
        let sitting = played(seed, [2; 4], |at, _| at != 1);
        let missed = &sitting.rows[1];
        assert_eq!(missed.mark, Mark::Missed);
        let again: Vec<&Row> = sitting.rows[2..].iter().filter(|row| row.again).collect();
        assert!(again.len() <= 1 && again.iter().all(|row| (row.kind, row.end) == (missed.kind, missed.end)));
        // Three in a row may end it before that; what has not come is asked for no more.
        assert!(again.len() == 1 || sitting.rows.len() <= 5, "{:?}", sitting.rows);
        assert!(sitting.rows.len() > 4, "a miss begins the row anew");
    }
}

#[test]
fn levels_go_on_where_they_were_and_never_beyond_two_at_once() {
    let first = played(3, [0; 4], |_, _| true);
    let levels = first.levels_now();
    assert!(levels.iter().max() == Some(&3) && levels.iter().all(|level| *level <= 3));
    let next = Sitting::new(4, levels);
    assert!(next.levels.iter().zip(levels).all(|(now, was)| *now == was.min(2)));
}

#[test]
fn what_the_engine_says_is_right_and_anything_else_is_not() {
    for kind in Kind::ALL {
        for end in 0..kind.ends() {
            let level = [3; 4];
            let mut sitting = Sitting { seed: 5, levels: level, ..Sitting::default() };
            let drill = made(Asked { kind, end, seed: 9, mine: 3 });
            // The sitting asks for what it asks for; grading looks at the drill that is there.
            for step in 0..3 {
                if let Some(said) = drill.steps[step].right {
                    assert_eq!(sitting.present(&drill), Some(step), "{kind:?} {end}");
                    sitting.give(step, said);
                }
            }
            assert_eq!((sitting.present(&drill), sitting.wrong(&drill)), (None, None), "{kind:?} {end}");
            for step in 0..3 {
                let Some(right) = drill.steps[step].right else { continue };
                let mut other = sitting.clone();
                let said = match right.number.filter(|_| numbered(&drill, step, right.choice)) {
                    Some(number) => Said { number: Some(number + drill.steps[step].near + 1), ..right },
                    None => Said { choice: (right.choice + 1) % drill.steps[step].choices, number: None },
                };
                other.give(step, said);
                assert_eq!(other.wrong(&drill), Some(step), "{kind:?} {end}");
                other.grade(&drill, false);
                assert_eq!(other.rows.last().map(|row| row.mark), Some(Mark::Missed));
                let before = other.clone();
                other.give(step, right);
                assert_eq!(other, before, "what is graded stays");
            }
            sitting.grade(&drill, false);
            assert_eq!(sitting.rows.last().map(|row| row.mark), Some(Mark::Right));
            sitting.grade(&drill, false);
            assert_eq!(sitting.rows.len(), 1, "it is graded once");
        }
    }
}

#[test]
fn a_byte_is_not_asked_for_where_the_id_decides() {
    let drill = made(Asked { kind: Kind::Master, end: 6, seed: 2, mine: 3 });
    let mut sitting = Sitting { seed: 5, levels: [3; 4], ..Sitting::default() };
    sitting.give(0, Said { choice: 2, number: None });
    assert!(!sitting.is_asked(&drill, 1));
    assert_eq!(sitting.present(&drill), Some(2));
    sitting.give(0, Said { choice: 0, number: None });
    assert_eq!(sitting.present(&drill), Some(1), "who takes the id for his own looks at the byte");
}

#[test]
fn a_sitting_is_kept_whole() {
    let mut sitting = played(8, [0, 2, 1, 3], |at, _| at % 2 == 0);
    sitting.rows.truncate(5);
    sitting.given = [Some(Said { choice: 2, number: None }), None, Some(Said { choice: 0, number: Some(-1) })];
    assert_eq!(read(&text(&sitting)), Some(sitting.clone()));
    sitting.graded = true;
    assert_eq!(read(&text(&sitting)), Some(sitting));
}

#[test]
fn a_torn_text_is_a_sitting_still() {
    for odd in ["", "seed=x", "levels=1,2", "<script>"] {
        assert_eq!(read(odd), None, "{odd}");
    }
    let torn = read("seed=7;levels=9,x;given=1,,4:z;graded=1\nmaster\t99,9,1,1\t3.0\ta\tb\nnobody\t1,1,1,1").expect("it has a seed");
    assert_eq!((torn.seed, torn.levels, torn.rows.len()), (7, [3, 0, 0, 0], 1));
    assert!(torn.rows[0].end < Kind::Master.ends() && torn.rows[0].mine == 3);
    assert_eq!((torn.given, torn.graded), ([None; 3], false), "said of a decision that is not asked");
    assert!(!read("seed=7;graded=1").expect("it has a seed").graded, "nothing is graded without a row");
}

#[test]
fn every_reason_has_words_in_every_language_and_numbers_stand_in_them() {
    for kind in Kind::ALL {
        for end in 0..kind.ends() {
            let drill = made(Asked { kind, end, seed: 21, mine: 0 });
            for lang in crate::i18n::Lang::ALL {
                let words = crate::i18n::drills_of(lang.strings());
                for step in 0..3 {
                    let said = (words.grade.because)(&reason::reason(&drill, step));
                    assert!(said.chars().count() > 3, "{kind:?} {end} {step}: {said}");
                }
            }
        }
    }
}
