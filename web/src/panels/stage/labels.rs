//! Which packets of a lane carry their labels, and where. What decides always does; the others yield to it, the oldest first.
//!
//! Plain geometry without allocation: it runs each frame for each lane.

/// Labels placed on one line at most.
pub(super) const MOST: usize = 24;
/// Room between two labels.
const GAP: f64 = 2.0;

/// A packet that would like its label shown, newest first.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Wish {
    /// Whose: the caller's number.
    pub(super) of: usize,
    /// The middle of the packet.
    pub(super) x: f64,
    /// Width of the whole label.
    pub(super) full: f64,
    /// Width of its first word.
    pub(super) brief: f64,
    /// It must be shown.
    pub(super) decisive: bool,
    /// It is pointed at or opened: all others give way to it.
    pub(super) first: bool,
}

/// A label's place.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Placed {
    pub(super) of: usize,
    /// Its middle.
    pub(super) at: f64,
    pub(super) brief: bool,
}

/// The labels of one line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    placed: [Placed; MOST],
    taken: [(f64, f64); MOST],
    len: usize,
    lo: f64,
    hi: f64,
}

impl Line {
    /// A line between two ends, without labels.
    pub(super) fn new(lo: f64, hi: f64) -> Line {
        Line { placed: [Placed::default(); MOST], taken: [(0.0, 0.0); MOST], len: 0, lo, hi }
    }
    pub(super) fn placed(&self) -> &[Placed] {
        &self.placed[..self.len]
    }
    fn push(&mut self, placed: Placed, width: f64) {
        if self.len < MOST {
            self.placed[self.len] = placed;
            self.taken[self.len] = (placed.at - width * 0.5, placed.at + width * 0.5);
            self.len += 1;
        }
    }
    fn free(&self, from: f64, to: f64) -> bool {
        self.len < MOST && self.taken[..self.len].iter().all(|(a, b)| to <= *a || from >= *b)
    }

    /// The labels that must be shown: side by side where they crowd, shortened to their first words where the line is too short for all, and only the
    /// newest where it is too short for those.
    pub(super) fn must(&mut self, wishes: &[Wish]) {
        let mut chosen = [Wish::default(); MOST];
        let mut count = 0;
        for first in [true, false] {
            for wish in wishes.iter().filter(|wish| wish.first == first && (wish.decisive || wish.first)) {
                if count < MOST {
                    chosen[count] = *wish;
                    count += 1;
                }
            }
        }
        let room = self.hi - self.lo;
        let total = |of: &[Wish], brief: bool| of.iter().map(|w| if brief { w.brief } else { w.full } + GAP).sum::<f64>() - GAP;
        let brief = total(&chosen[..count], false) > room;
        while count > 0 && total(&chosen[..count], brief) > room {
            count -= 1;
        }
        let chosen = &mut chosen[..count];
        // A few, each frame: sorted where they lie.
        for i in 1..chosen.len() {
            let mut at = i;
            while at > 0 && chosen[at].x < chosen[at - 1].x {
                chosen.swap(at, at - 1);
                at -= 1;
            }
        }
        let width = |wish: &Wish| if brief { wish.brief } else { wish.full };
        let mut at = [0.0; MOST];
        let mut floor = self.lo;
        for (wish, at) in chosen.iter().zip(&mut at) {
            let half = width(wish) * 0.5;
            *at = wish.x.clamp(self.lo + half, (self.hi - half).max(self.lo + half)).max(floor + half);
            floor = *at + half + GAP;
        }
        let mut ceiling = self.hi;
        for (wish, at) in chosen.iter().zip(&mut at).rev() {
            let half = width(wish) * 0.5;
            *at = at.min(ceiling - half);
            ceiling = *at - half - GAP;
        }
        for (wish, at) in chosen.iter().zip(at) {
            self.push(Placed { of: wish.of, at, brief }, width(wish));
        }
    }
    /// More labels that must be shown, on a line that has some already: each where it is, whole or by its first word, if that is free.
    pub(super) fn also(&mut self, wishes: &[Wish]) {
        for wish in wishes.iter().filter(|wish| wish.decisive || wish.first) {
            for (width, brief) in [(wish.full, false), (wish.brief, true)] {
                let half = width * 0.5;
                let at = wish.x.clamp(self.lo + half, (self.hi - half).max(self.lo + half));
                if at + half <= self.hi && self.free(at - half, at + half) {
                    self.push(Placed { of: wish.of, at, brief }, width);
                    break;
                }
            }
        }
    }
    /// The others, newest first, each where it is if that is free.
    pub(super) fn may(&mut self, wishes: &[Wish], hi: f64) {
        for wish in wishes.iter().filter(|wish| !wish.decisive && !wish.first) {
            let half = wish.full * 0.5;
            if wish.full > hi - self.lo {
                continue;
            }
            let at = wish.x.clamp(self.lo + half, hi - half);
            if self.free(at - half, at + half) {
                self.push(Placed { of: wish.of, at, brief: false }, wish.full);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(of: usize, x: f64, full: f64, decisive: bool) -> Wish {
        Wish { of, x, full, brief: full * 0.4, decisive, first: false }
    }
    fn clear(line: &Line) {
        for (i, (a, b)) in line.taken[..line.len].iter().enumerate() {
            assert!(*a >= line.lo - 1e-9 && *b <= line.hi + 1e-9, "{line:?}");
            assert!(line.taken[..line.len].iter().skip(i + 1).all(|(c, d)| b <= c || a >= d), "{line:?}");
        }
    }

    #[test]
    fn what_decides_is_always_labelled_and_the_rest_yields() {
        let wishes = [wish(0, 100.0, 80.0, false), wish(1, 110.0, 150.0, true), wish(2, 300.0, 60.0, false), wish(3, 320.0, 60.0, false)];
        let mut line = Line::new(0.0, 400.0);
        line.must(&wishes);
        line.may(&wishes, 400.0);
        let shown: Vec<usize> = line.placed().iter().map(|placed| placed.of).collect();
        assert_eq!(shown, [1, 2], "the older of two that crowd yields, and what stands where something decides");
        clear(&line);
    }

    #[test]
    fn what_decides_moves_aside_then_shortens_and_the_newest_stays() {
        let two = [wish(0, 200.0, 150.0, true), wish(1, 190.0, 150.0, true)];
        let mut line = Line::new(0.0, 400.0);
        line.must(&two);
        clear(&line);
        assert!(line.placed().iter().all(|placed| !placed.brief) && line.placed()[0].of == 1, "order along the way is kept");
        let mut short = Line::new(0.0, 200.0);
        short.must(&two);
        clear(&short);
        assert_eq!(short.placed().iter().map(|placed| placed.brief).collect::<Vec<_>>(), [true, true]);
        let mut least = Line::new(0.0, 70.0);
        least.must(&two);
        clear(&least);
        assert_eq!(least.placed().iter().map(|placed| placed.of).collect::<Vec<_>>(), [0], "the newest");
        let pinned = [two[0], Wish { first: true, decisive: false, ..two[1] }];
        let mut least = Line::new(0.0, 70.0);
        least.must(&pinned);
        assert_eq!(least.placed().iter().map(|placed| placed.of).collect::<Vec<_>>(), [1], "what is pointed at goes first");
        let mut none = Line::new(0.0, 10.0);
        none.must(&two);
        assert!(none.placed().is_empty());
    }

    #[test]
    fn a_line_takes_no_more_than_it_can_hold() {
        let many: Vec<Wish> = (0..MOST).map(|i| wish(i, i as f64 * 3.0, 2.5, i % 2 == 0)).collect();
        let mut line = Line::new(0.0, 1_000.0);
        line.must(&many);
        line.may(&many, 1_000.0);
        line.may(&many, 1_000.0);
        assert!(line.placed().len() <= MOST);
    }
}
