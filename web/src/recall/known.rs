//! What somebody still knows: for each lesson that was learnt, the days until its items come back.

use resync_lessons::memory::{Kept, Memory};

/// A lesson that was learnt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// Its id.
    pub lesson: String,
    /// For each of its items, in how many days it comes back; below zero it has waited so long.
    pub days: Vec<i64>,
}

impl Known {
    /// The item that comes back first.
    #[must_use]
    pub fn first(&self) -> i64 {
        self.days.iter().copied().min().unwrap_or(0)
    }
    /// Items whose day has come.
    #[must_use]
    pub fn due(&self) -> usize {
        self.days.iter().filter(|days| **days <= 0).count()
    }
}

/// All lessons that were learnt, in the order in which they were.
#[must_use]
pub fn known(memory: &Memory, day: u32) -> Vec<Known> {
    let mut all: Vec<Known> = Vec::new();
    for kept in memory.all() {
        let days = left(kept, day);
        match all.iter_mut().find(|known| known.lesson == kept.lesson) {
            Some(known) => known.days.push(days),
            None => all.push(Known { lesson: kept.lesson.clone(), days: vec![days] }),
        }
    }
    all
}

fn left(kept: &Kept, day: u32) -> i64 {
    i64::from(kept.due) - i64::from(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recall::Sitting;
    use crate::teach::{Given, Sure};

    #[test]
    fn days_are_told_and_nothing_is_counted_up() {
        let mut memory = Memory::default();
        memory.learnt("a", ["x", "y"], 10);
        memory.learnt("b", ["z"], 12);
        let at = |day: u32| known(&memory, day).iter().map(|known| (known.first(), known.due())).collect::<Vec<_>>();
        assert_eq!(at(10), [(1, 0), (3, 0)]);
        assert_eq!(at(13), [(-2, 2), (0, 1)]);
    }

    /// A month as the page lives it: a lesson a day, its warm-up, what was missed once more at its end, and everything stored and read in between.
    #[test]
    fn thirty_days_of_sittings_are_played_and_survive_every_reload() {
        use crate::recall::kept::{memory_text, read_memory, read_sitting, sitting_text};
        let mut stored = String::new();
        let (mut asked, mut again) = (0, 0);
        for day in 100..130_u32 {
            let lesson = format!("lesson-{day}");
            let mut memory = read_memory(&stored);
            let warm = Sitting::warm_up(&memory, &lesson, day);
            assert_eq!(warm.is_some(), day > 100, "from the second day on something is due");
            let mut over = warm.clone().unwrap_or_default();
            while let Some(question) = over.present() {
                assert_ne!(question.lesson, lesson);
                asked += 1;
                over.sure = Some(Sure::ALL[asked % 3]);
                over.answer(Given::Choice(0), asked % 4 != 0);
                over.remember(&mut memory, day);
                over.go_on();
                over = read_sitting(&sitting_text(&over)).expect("kept");
                memory = read_memory(&memory_text(&memory));
            }
            if let Some(mut missed) = over.again(&memory, day) {
                while !missed.over() {
                    again += 1;
                    missed.answer(Given::Choice(0), true);
                    missed.remember(&mut memory, day);
                    missed.go_on();
                }
            }
            memory.learnt(&lesson, ["a", "b", "c", "d"], day);
            stored = memory_text(&memory);
        }
        let all = known(&read_memory(&stored), 130);
        assert_eq!((asked, again, all.len()), (58, 14, 30));
        assert!(all.iter().any(|known| known.days.iter().any(|days| *days > 5)), "something is known for longer than five days");
        assert!(all.iter().all(|known| known.days.len() == 4));
    }
}
