//! What comes back when: items of lessons, spaced over days.
//!
//! An item that was answered right comes again after 1, 5 and 30 days, and then every 30; one that was missed begins anew, and comes once more at the end of the same
//! lesson. Days are counted by the caller, from whatever it likes; nothing here knows a clock. Nothing is lost by staying away: what was due stays due, and
//! no day counts against anybody.

/// Days until an item comes again, by how often in a row it was right.
const STEPS: [u32; 3] = [1, 5, 30];

/// Items of a warm-up.
pub const WARM_UP: usize = 2;

/// How sure somebody was of an answer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sure {
    /// A guess.
    Guess,
    /// Thinks so.
    Think,
    /// Sure.
    Sure,
}

impl Sure {
    /// All, from a guess to sure.
    pub const ALL: [Sure; 3] = [Sure::Guess, Sure::Think, Sure::Sure];
    /// Its name in stored answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Sure::Guess => "guess",
            Sure::Think => "think",
            Sure::Sure => "sure",
        }
    }
}

/// What is remembered of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// The lesson's id.
    pub lesson: String,
    /// The item's id in it.
    pub item: String,
    /// The day on which it is due.
    pub due: u32,
    /// How often in a row it was right.
    pub right: u32,
    /// Missed the last time, and how sure the person was; nothing if it was right.
    pub missed: Option<Sure>,
    /// How often it was asked: its next seed.
    pub asked: u32,
}

/// An answer to an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answered {
    /// Whether it was right.
    pub right: bool,
    /// How sure the person was.
    pub sure: Sure,
}

/// Everything that is remembered.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Memory(Vec<Kept>);

impl Memory {
    /// A memory of these; of two of the same item the first stays.
    #[must_use]
    pub fn of(all: impl IntoIterator<Item = Kept>) -> Memory {
        let mut memory = Memory::default();
        for kept in all {
            if memory.find(&kept.lesson, &kept.item).is_none() {
                memory.0.push(kept);
            }
        }
        memory
    }
    /// All of it, in the order in which it was learnt.
    #[must_use]
    pub fn all(&self) -> &[Kept] {
        &self.0
    }
    fn find(&self, lesson: &str, item: &str) -> Option<usize> {
        self.0.iter().position(|kept| kept.lesson == lesson && kept.item == item)
    }
    /// A lesson was played to its end on this day: its items come back from the next one on. Those that are known already keep their days.
    pub fn learnt<'a>(&mut self, lesson: &str, items: impl IntoIterator<Item = &'a str>, day: u32) {
        for item in items {
            if self.find(lesson, item).is_none() {
                let due = day.saturating_add(STEPS[0]);
                self.0.push(Kept { lesson: lesson.to_owned(), item: item.to_owned(), due, right: 0, missed: None, asked: 0 });
            }
        }
    }
    /// What is due on this day: missed ones first, of them those of which somebody was surest; then those that have waited longest. Of what is equally
    /// urgent, one lesson's items do not follow each other as long as there are others.
    #[must_use]
    pub fn due(&self, day: u32) -> Vec<&Kept> {
        let due: Vec<(usize, &Kept)> = self.0.iter().enumerate().filter(|(_, kept)| kept.due <= day).collect();
        // How many items of the same lesson stand before it, and as urgent.
        let urgent = |kept: &Kept| (kept.missed.is_none(), kept.missed.map(std::cmp::Reverse), kept.due);
        let before: Vec<usize> = due
            .iter()
            .map(|(at, kept)| due.iter().filter(|(other, of)| other < at && of.lesson == kept.lesson && urgent(of) == urgent(kept)).count())
            .collect();
        let mut order: Vec<usize> = (0..due.len()).collect();
        order.sort_by_key(|at| (urgent(due[*at].1), before[*at], due[*at].0));
        order.into_iter().map(|at| due[at].1).collect()
    }
    /// The warm-up of a lesson that begins on this day: two items of other lessons whose day has come.
    #[must_use]
    pub fn warm_up(&self, lesson: &str, day: u32) -> Vec<&Kept> {
        self.due(day).into_iter().filter(|kept| kept.lesson != lesson).take(WARM_UP).collect()
    }
    /// The seed from which an item is made this time: another one each time that it is asked, the same after a reload.
    #[must_use]
    pub fn seed(kept: &Kept) -> u64 {
        // FNV-1a over both names and how often it was asked.
        let bytes = kept.lesson.bytes().chain([0]).chain(kept.item.bytes()).chain(kept.asked.to_le_bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }
    /// An item was answered on this day. Whether it comes again at the end of the lesson that is under way: if it was missed.
    pub fn answered(&mut self, lesson: &str, item: &str, answer: Answered, day: u32) -> bool {
        let Some(at) = self.find(lesson, item) else { return false };
        let kept = &mut self.0[at];
        kept.asked = kept.asked.saturating_add(1);
        if answer.right {
            // A second right answer on a day on which it was missed does not undo the miss: it comes tomorrow.
            let again = kept.missed.is_some() && kept.right == 0 && kept.due == day.saturating_add(STEPS[0]);
            if !again {
                kept.right = kept.right.saturating_add(1);
                kept.missed = None;
                // The first day is that of the lesson's end: the first right answer waits for five.
                let step = STEPS[(kept.right as usize).min(STEPS.len() - 1)];
                kept.due = day.saturating_add(step);
            }
            return false;
        }
        kept.right = 0;
        kept.missed = Some(answer.sure);
        kept.due = day.saturating_add(STEPS[0]);
        true
    }
    /// What comes again at the end of a lesson: those that were missed in it, surest first, in the order in which they were missed.
    #[must_use]
    pub fn again(missed: &[(Kept, Sure)]) -> Vec<&Kept> {
        let mut order: Vec<&(Kept, Sure)> = missed.iter().collect();
        order.sort_by_key(|(_, sure)| std::cmp::Reverse(*sure));
        order.into_iter().map(|(kept, _)| kept).collect()
    }
    /// What somebody still knows of a lesson on this day: for how many days from now on nothing of it is due; below zero it waits since so many days. Nothing
    /// if it was never learnt.
    #[must_use]
    pub fn days_left(&self, lesson: &str, day: u32) -> Option<i64> {
        let of = self.0.iter().filter(|kept| kept.lesson == lesson);
        of.map(|kept| i64::from(kept.due) - i64::from(day)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: Answered = Answered { right: true, sure: Sure::Sure };
    fn wrong(sure: Sure) -> Answered {
        Answered { right: false, sure }
    }
    fn names(due: &[&Kept]) -> Vec<String> {
        due.iter().map(|kept| format!("{}/{}", kept.lesson, kept.item)).collect()
    }

    #[test]
    fn an_item_comes_after_one_five_and_thirty_days() {
        let mut memory = Memory::default();
        memory.learnt("a", ["x"], 10);
        let mut days = Vec::new();
        for day in 10..120 {
            if !memory.due(day).is_empty() {
                days.push(day);
                assert!(!memory.answered("a", "x", RIGHT, day));
            }
        }
        assert_eq!(days, [11, 16, 46, 76, 106]);
    }

    #[test]
    fn missed_ones_come_first_and_those_of_which_one_was_sure_before_all() {
        let mut memory = Memory::default();
        memory.learnt("a", ["guessed", "sure", "right", "waits"], 0);
        assert!(memory.answered("a", "guessed", wrong(Sure::Guess), 1));
        assert!(memory.answered("a", "sure", wrong(Sure::Sure), 1));
        assert!(!memory.answered("a", "right", RIGHT, 1));
        assert_eq!(names(&memory.due(2)), ["a/sure", "a/guessed", "a/waits"]);
        // Right at the end of the lesson in which it was missed: it still comes on the next day, and first.
        assert!(!memory.answered("a", "sure", RIGHT, 1));
        assert_eq!(names(&memory.due(2))[0], "a/sure");
        assert!(!memory.answered("a", "sure", RIGHT, 2));
        assert_eq!(memory.all()[1].due, 7);
        assert!(!memory.answered("a", "nobody knows it", RIGHT, 2));
        let missed = [(memory.all()[0].clone(), Sure::Guess), (memory.all()[1].clone(), Sure::Sure)];
        assert_eq!(names(&Memory::again(&missed)), ["a/sure", "a/guessed"]);
    }

    #[test]
    fn a_warm_up_is_two_of_other_lessons() {
        let mut memory = Memory::default();
        memory.learnt("a", ["x", "y"], 0);
        memory.learnt("b", ["z"], 0);
        assert_eq!(names(&memory.warm_up("b", 1)), ["a/x", "a/y"]);
        assert_eq!(names(&memory.warm_up("c", 1)), ["a/x", "b/z"], "one lesson's items do not follow each other");
        assert_eq!(names(&memory.warm_up("c", 0)), [""; 0]);
        assert_eq!((memory.days_left("a", 0), memory.days_left("a", 9), memory.days_left("c", 9)), (Some(1), Some(-8), None));
    }

    #[test]
    fn each_time_has_its_own_seed() {
        let mut memory = Memory::default();
        memory.learnt("a", ["x", "y"], 0);
        let first = memory.all().iter().map(Memory::seed).collect::<Vec<_>>();
        memory.answered("a", "x", RIGHT, 1);
        let second = memory.all().iter().map(Memory::seed).collect::<Vec<_>>();
        assert!(first[0] != first[1] && first[0] != second[0] && first[1] == second[1]);
    }

    /// A month of somebody who plays a lesson a day, is away for a week, and misses every third item of which they are sure half the time.
    #[test]
    fn thirty_days_are_played() {
        let mut memory = Memory::default();
        let (mut asked, mut missed, mut at_the_end) = (0_u32, 0_u32, 0_u32);
        let mut worst_wait = 0;
        for day in 0..30 {
            if (12..19).contains(&day) {
                continue;
            }
            let lesson = format!("lesson-{day:02}");
            let warm_up: Vec<Kept> = memory.warm_up(&lesson, day).into_iter().cloned().collect();
            assert!(warm_up.len() <= WARM_UP && (day == 0 || warm_up.len() == WARM_UP), "day {day}: {warm_up:?}");
            let due = memory.due(day);
            let first_missed = due.iter().position(|kept| kept.missed.is_none()).unwrap_or(due.len());
            assert!(due[first_missed..].iter().all(|kept| kept.missed.is_none()), "day {day}: missed ones stand first");
            let mut again = Vec::new();
            for kept in &warm_up {
                assert!(kept.due <= day && kept.lesson != lesson);
                worst_wait = worst_wait.max(day - kept.due);
                asked += 1;
                let answer = if asked.is_multiple_of(3) { wrong([Sure::Sure, Sure::Guess][(asked / 3 % 2) as usize]) } else { RIGHT };
                if memory.answered(&kept.lesson, &kept.item, answer, day) {
                    missed += 1;
                    again.push((kept.clone(), answer.sure));
                }
            }
            for kept in Memory::again(&again) {
                at_the_end += 1;
                assert!(!memory.answered(&kept.lesson, &kept.item, RIGHT, day));
                let now = memory.all().iter().find(|now| (&now.lesson, &now.item) == (&kept.lesson, &kept.item)).expect("it is kept");
                assert_eq!(
                    (now.due, now.missed.is_some()),
                    (day + 1, true),
                    "what was missed comes tomorrow, though it was right at the end"
                );
            }
            memory.learnt(&lesson, ["a", "b", "c", "d"], day);
            // Nobody is punished for staying away: all that was learnt is there, with its day.
            assert_eq!(memory.all().len(), 4 * if day < 12 { day as usize + 1 } else { day as usize + 1 - 7 });
        }
        assert_eq!((asked, missed, at_the_end), (44, 14, 14));
        assert!(memory.all().iter().any(|kept| kept.right >= 2), "something was right twice in a row");
        assert!(worst_wait >= 7, "the week away was waited for");
        let again = Memory::of(memory.all().iter().cloned().chain(memory.all().iter().cloned()));
        assert_eq!(again, memory, "what is stored is read back");
    }
}
