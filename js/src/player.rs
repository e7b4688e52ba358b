//! How simulated time follows the wall clock: the speed on a log scale, *auto*, and what one frame may do.
//!
//! Knows no engine, no Yew and no browser: facts go in, a plan comes out.
//!
//! *Auto* is a film of the run. What decides is slow the first time and faster each time it comes again, until it is passed over; for that
//! [`Facts`] say how novel things are. Between two such things the speed begins at one that suits what goes on, and doubles again and again as long as
//! nothing new happens: so a wait of any length takes seconds. It falls at once where something sets out, and rises by a bounded factor.

/// Stops of the speed slider in thousandths of real time, 1/1000× to 60×.
pub const STOPS_MILLI: [u64; 15] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000];
/// The longest wall time that one frame stands for, µs. A page under load draws every quarter of a second and keeps its pace; a hidden tab goes on from
/// where it was.
pub const GAP_US_MAX: u64 = 250_000;
/// Auto rises, and falls where nothing has set out, by its own size in this much wall time, µs: twofold in 0.11 s.
pub const RISE_US: u64 = 160_000;
/// Real time, in the millionths that auto counts.
const REAL: u64 = 1_000_000;
/// Auto's speed just after something happened: long enough to see what.
const DWELL: u64 = REAL / 4;
/// Wall time in which a whole runway passes the first time, µs: an arrow that the eye can follow.
const RUNWAY_US: u64 = 12_000_000;
/// Wall time that the stream's packets take to cross their link, µs, …
const STREAM_CROSSING_US: u64 = 260_000;
/// … unless that were slower or faster than this …
const STREAM: (u64, u64) = (REAL / 4, REAL);
/// … or they cross so fast that no speed of these shows them on their way, µs of the run.
const UNSEEN_US: u64 = 25_000;
/// How long the stream counts as flowing after its last packet, µs of wall time.
const STREAM_LASTS_US: u64 = 1_000_000;
/// Auto's greatest speed …
const MOST: u64 = 16 * REAL;
/// … and where what has been seen often still goes on: a loop is passed over, yet it can be counted.
const MOST_IN_LOOP: u64 = 4 * REAL;
/// How long a loop counts as going on after its last round was noticed, µs of wall time.
const LOOP_LASTS_US: u64 = 4_000_000;
/// Reduced motion: wall time between two steps of playing, µs.
const HOP_EVERY_US: u64 = 900_000;

/// What goes on between the packets and notes that decide.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Situation {
    /// Nothing but heartbeats.
    #[default]
    Silence,
    /// The stream flows; the one-way delay of its slowest packet, µs.
    Stream(u64),
    /// A replica is away, a link or a process stands still: the clock is what matters.
    Waiting,
    /// An RDB is on its way, or is loaded.
    Working,
    /// A replica may come back in time: the whole runway lasts so long, µs.
    Runway(u64),
}
impl Situation {
    /// Where the speed begins, the wall time in which it doubles, µs, and where that ends.
    const fn course(self) -> (u64, u64, u64) {
        match self {
            Situation::Silence => (REAL, 2_000_000, MOST),
            Situation::Stream(delay_us) if delay_us < UNSEEN_US => (REAL, 3_000_000, 4 * REAL),
            Situation::Stream(delay_us) => (within(crossing(delay_us, STREAM_CROSSING_US), STREAM), 8_000_000, REAL),
            Situation::Waiting => (REAL, 2_500_000, MOST),
            Situation::Working => (REAL / 2, 1_200_000, MOST),
            Situation::Runway(whole_us) => (within(crossing(whole_us, RUNWAY_US), (REAL / 4, MOST)), 8_000_000, MOST),
        }
    }
}
const fn within(speed: u64, (least, most): (u64, u64)) -> u64 {
    if speed < least {
        least
    } else if speed > most {
        most
    } else {
        speed
    }
}

/// The speed at which `us` of the run take `wall_us` of the wall clock, in millionths of real time.
#[must_use]
pub const fn crossing(us: u64, wall_us: u64) -> u64 {
    let speed = us.saturating_mul(REAL) / if wall_us == 0 { 1 } else { wall_us };
    if speed == 0 { 1 } else { speed }
}

/// What is under way at this moment, as far as the speed is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// The speed at which every packet that decides can be followed, millionths of real time; none is under way, or all have been seen often enough.
    pub decisive: Option<u64>,
    /// Something happened since the last frame: for how long it wants to be looked at, µs of wall time.
    pub news_us: u64,
    /// What happened, or sets out, is the first of its kind: what goes on is looked at anew.
    pub first: bool,
    /// Something happened that has been seen often.
    pub again: bool,
    /// What goes on otherwise.
    pub situation: Situation,
}

/// What one frame should do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Plan {
    /// Nothing moves.
    Rest,
    /// Go this far, µs of the run.
    Advance(u64),
    /// Reduced motion: go on to the next thing that changes something on the screen.
    Hop,
}

/// Speed and play state.
#[derive(Clone, PartialEq, Debug)]
pub struct Player {
    playing: bool,
    /// It plays to the next milestone and stops there.
    stepping: bool,
    auto: bool,
    stop: usize,
    /// Present speed of *auto*, millionths of real time.
    speed: u64,
    /// Wall time since something new happened, µs.
    calm_us: u64,
    /// Wall time for which what happened is still looked at, µs.
    dwell_us: u64,
    /// The stream that flowed last, and for how long it still counts as flowing, µs of wall time.
    stream: (u64, u64),
    /// For how long a loop still counts as going on, µs of wall time.
    loop_us: u64,
    /// Fractions of a µs that frames left over, in millionths.
    rest: u64,
    /// Discrete steps instead of motion.
    reduced: bool,
    since_hop_us: u64,
}

impl Default for Player {
    fn default() -> Player {
        Player {
            playing: false,
            stepping: false,
            auto: true,
            stop: 9,
            speed: DWELL,
            calm_us: 0,
            dwell_us: 0,
            stream: (0, 0),
            loop_us: 0,
            rest: 0,
            reduced: false,
            since_hop_us: HOP_EVERY_US,
        }
    }
}

impl Player {
    /// Whether it plays.
    #[must_use]
    pub fn playing(&self) -> bool {
        self.playing
    }
    /// Whether it stops by itself at the next milestone.
    #[must_use]
    pub fn stepping(&self) -> bool {
        self.playing && self.stepping
    }
    /// Whether the speed follows what happens.
    #[must_use]
    pub fn auto(&self) -> bool {
        self.auto
    }
    /// The slider's stop; under *auto* the one nearest to the present speed.
    #[must_use]
    pub fn stop(&self) -> usize {
        if self.auto { nearest_stop(self.speed_milli()) } else { self.stop }
    }
    /// Present speed in millionths of real time.
    #[must_use]
    pub fn speed_micro(&self) -> u64 {
        if self.auto { self.speed } else { STOPS_MILLI[self.stop] * 1_000 }
    }
    /// Present speed in thousandths of real time; never 0.
    #[must_use]
    pub fn speed_milli(&self) -> u64 {
        (self.speed_micro() / 1_000).max(1)
    }
    /// Starts.
    pub fn play(&mut self) {
        self.playing = true;
        self.stepping = false;
        self.since_hop_us = HOP_EVERY_US;
    }
    /// Starts, and stops at the next milestone.
    pub fn play_to_mark(&mut self) {
        self.play();
        self.stepping = true;
    }
    /// Stops.
    pub fn pause(&mut self) {
        self.playing = false;
        self.stepping = false;
        self.rest = 0;
    }
    /// One or the other.
    pub fn toggle(&mut self) {
        if self.playing { self.pause() } else { self.play() }
    }
    /// Another run is played: what was seen of the last one does not count.
    pub fn begin(&mut self) {
        (self.speed, self.calm_us, self.dwell_us, self.stream, self.loop_us, self.rest) = (DWELL, 0, 0, (0, 0), 0, 0);
    }
    /// A fixed speed: the slider was moved.
    pub fn set_stop(&mut self, stop: usize) {
        self.stop = stop.min(STOPS_MILLI.len() - 1);
        self.auto = false;
    }
    /// One stop slower or faster than now.
    pub fn shift(&mut self, faster: bool) {
        let now = self.stop();
        self.set_stop(if faster { now + 1 } else { now.saturating_sub(1) });
    }
    /// Switches *auto*.
    pub fn set_auto(&mut self, on: bool) {
        if on && !self.auto {
            self.speed = STOPS_MILLI[self.stop] * 1_000;
            self.calm_us = 0;
        } else if !on && self.auto {
            self.stop = nearest_stop(self.speed_milli());
        }
        self.auto = on;
    }
    /// Switches discrete steps.
    pub fn set_reduced(&mut self, on: bool) {
        self.reduced = on;
    }
    /// Whether it moves in discrete steps.
    #[must_use]
    pub fn reduced(&self) -> bool {
        self.reduced
    }

    /// One frame: `wall_us` since the last one.
    pub fn frame(&mut self, wall_us: u64, facts: &Facts) -> Plan {
        if !self.playing {
            return Plan::Rest;
        }
        let wall_us = wall_us.min(GAP_US_MAX);
        if self.reduced {
            self.since_hop_us += wall_us;
            if self.since_hop_us < HOP_EVERY_US {
                return Plan::Rest;
            }
            self.since_hop_us = 0;
            return Plan::Hop;
        }
        self.follow(wall_us, facts);
        let done = wall_us * self.speed_micro() + self.rest;
        self.rest = done % REAL;
        Plan::Advance(done / REAL)
    }

    /// Lets the speed of *auto* follow what happens.
    fn follow(&mut self, wall_us: u64, facts: &Facts) {
        self.stream = match facts.situation {
            Situation::Stream(delay_us) => (delay_us, STREAM_LASTS_US),
            _ => (self.stream.0, self.stream.1.saturating_sub(wall_us)),
        };
        let situation = match facts.situation {
            Situation::Silence if self.stream.1 > 0 => Situation::Stream(self.stream.0),
            other => other,
        };
        self.dwell_us = self.dwell_us.saturating_sub(wall_us).max(facts.news_us);
        let new = facts.decisive.is_some() || facts.news_us > 0;
        if facts.first {
            self.calm_us = 0;
        } else if !new && self.dwell_us == 0 {
            self.calm_us += wall_us;
        }
        let (begins, doubles_us, most) = situation.course();
        self.loop_us = if facts.again { LOOP_LASTS_US } else { self.loop_us.saturating_sub(wall_us) };
        let most = if self.loop_us > 0 { most.min(MOST_IN_LOOP) } else { most };
        let mut wanted = grown(begins, self.calm_us, doubles_us).min(most);
        if self.dwell_us > 0 {
            wanted = wanted.min(DWELL);
        }
        wanted = facts.decisive.map_or(wanted, |speed| wanted.min(speed)).max(1);
        let step = (self.speed.saturating_mul(wall_us) / RISE_US).max(1);
        // Nothing begins unseen; between two ways of waiting nothing jumps.
        let least = if new { 1 } else { self.speed.saturating_sub(step) };
        self.speed = wanted.clamp(least.max(1), self.speed.saturating_add(step));
    }
}

/// A speed that doubles every `doubles_us`, after `us`: straight between two doublings.
fn grown(begins: u64, us: u64, doubles_us: u64) -> u64 {
    let times = u32::try_from(us / doubles_us).unwrap_or(u32::MAX).min(24);
    let whole = begins.saturating_mul(1 << times);
    whole.saturating_add(whole.saturating_mul(us % doubles_us) / doubles_us)
}

/// The stop nearest to a speed, by ratio.
fn nearest_stop(milli: u64) -> usize {
    let milli = milli.max(1);
    let ratio = |stop: u64| if stop > milli { stop * 1_000 / milli } else { milli * 1_000 / stop };
    (0..STOPS_MILLI.len()).min_by_key(|i| ratio(STOPS_MILLI[*i])).unwrap_or(0)
}

/// A speed as text: `1/20 ×`, `5 ×`. In millionths of real time.
#[must_use]
pub fn speed_text(micro: u64) -> String {
    match micro {
        0 => String::from("0 ×"),
        // 1.5 and more of them in a second are a fraction; 0.7 of real time and above read as real time.
        1..666_667 => {
            let parts = (REAL + micro / 2) / micro;
            // Two figures of a very small one: it is not read closer than that.
            let round = match parts {
                0..1_000 => 1,
                1_000..10_000 => 100,
                _ => 1_000,
            };
            format!("1/{} ×", (parts + round / 2) / round * round)
        }
        666_667..1_000_000 => String::from("1 ×"),
        _ if micro % REAL < 50_000 => format!("{} ×", micro / REAL),
        _ => format!("{}.{} ×", micro / REAL, micro % REAL / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: u64 = 16_667;

    fn fixed(stop: usize) -> Player {
        let mut p = Player::default();
        p.set_stop(stop);
        p.play();
        p
    }
    fn playing() -> Player {
        let mut p = Player::default();
        p.play();
        p
    }
    fn advanced(plan: Plan) -> u64 {
        if let Plan::Advance(us) = plan { us } else { panic!("{plan:?}") }
    }
    fn going(situation: Situation) -> Facts {
        Facts { situation, ..Facts::default() }
    }

    #[test]
    fn a_frame_advances_by_its_speed_and_loses_no_fraction() {
        let mut p = fixed(0);
        let total: u64 = (0..1_000).map(|_| advanced(p.frame(16_667, &Facts::default()))).sum();
        assert_eq!(total, 16_667, "1/1000 of 16.667 s");
        assert_eq!(fixed(9).frame(16_000, &Facts::default()), Plan::Advance(16_000));
        assert_eq!(fixed(14).frame(16_000, &Facts::default()), Plan::Advance(960_000));
    }

    #[test]
    fn a_hidden_tab_does_not_leap_and_a_slow_machine_does_not_lag() {
        assert_eq!(fixed(9).frame(3_600_000_000, &Facts::default()), Plan::Advance(GAP_US_MAX));
        let mut slow = fixed(9);
        let total: u64 = (0..40).map(|_| advanced(slow.frame(125_000, &Facts::default()))).sum();
        assert_eq!(total, 5_000_000, "eight frames a second, and five seconds are five");
    }

    #[test]
    fn paused_rests() {
        assert_eq!(Player::default().frame(16_000, &Facts::default()), Plan::Rest);
    }

    /// Frames of all lengths, facts of all kinds in any order: time never goes back nor stands still for good, and no frame is faster than the one before
    /// by more than the rise.
    #[test]
    fn auto_never_jumps_up_and_time_never_goes_back() {
        // A small generator of its own: any numbers will do, and the same each time.
        let draw = |n: u64, i: u64| {
            let mut x = (n / 40 * 8 + i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x ^ x >> 31
        };
        let mut p = playing();
        let (mut before, mut total) = (p.speed_micro(), 0);
        for n in 0..200_000 {
            let us = 10 * 10_u64.pow((draw(n, 1) % 6) as u32);
            let facts = Facts {
                again: draw(n, 7).is_multiple_of(2),
                first: draw(n, 6).is_multiple_of(2),
                decisive: draw(n, 2).is_multiple_of(3).then(|| crossing(us, 650_000)),
                news_us: if n.is_multiple_of(40) { draw(n, 3) % 900_000 } else { 0 },
                situation: match draw(n, 4) % 5 {
                    0 => Situation::Silence,
                    1 => Situation::Stream(us),
                    2 => Situation::Waiting,
                    3 => Situation::Working,
                    _ => Situation::Runway(us * 100),
                },
            };
            let wall = 1_000 + draw(n, 5) % 200_000;
            total += advanced(p.frame(wall, &facts));
            let now = p.speed_micro();
            assert!(now <= before + (before * wall / RISE_US).max(1), "frame {n}: from {before} to {now} in {wall} µs");
            assert!((1..=MOST.max(before)).contains(&now));
            if let Some(most) = facts.decisive {
                assert!(now <= most.max(1), "frame {n}: {now} with a packet that wants {most}");
            }
            before = now;
        }
        assert!(total > 0);
    }

    #[test]
    fn any_wait_takes_seconds() {
        for situation in [Situation::Silence, Situation::Waiting, Situation::Working, Situation::Runway(600_000_000)] {
            for (sim_s, wall_s) in [(10_u64, 9), (60, 15), (600, 60)] {
                let mut p = playing();
                let (mut sim, mut frames) = (0, 0);
                while sim < sim_s * 1_000_000 {
                    sim += advanced(p.frame(FRAME, &going(situation)));
                    frames += 1;
                }
                assert!(frames * FRAME < wall_s * 1_000_000, "{situation:?}: {sim_s} s took {} ms", frames * FRAME / 1_000);
            }
        }
    }

    #[test]
    fn a_runway_is_followed_by_eye_whatever_it_lasts() {
        for (whole_ms, least_s, most_s) in [(3_000_u64, 6.0, 12.5), (12_800, 8.0, 13.5), (60_000, 8.0, 13.5), (190_000, 8.0, 14.5)] {
            let mut p = playing();
            let (mut sim, mut frames) = (0, 0);
            while sim < whole_ms * 1_000 {
                sim += advanced(p.frame(FRAME, &going(Situation::Runway(whole_ms * 1_000))));
                frames += 1;
            }
            let wall = (frames * FRAME) as f64 / 1e6;
            assert!((least_s..most_s).contains(&wall), "{whole_ms} ms of runway took {wall:.1} s");
        }
    }

    #[test]
    fn auto_slows_at_once_and_rises_gently() {
        let mut p = playing();
        for _ in 0..2_000 {
            p.frame(FRAME, &Facts::default());
        }
        assert_eq!(p.speed_micro(), MOST);
        let handshake = Facts { decisive: Some(crossing(20_000, 650_000)), ..Facts::default() };
        p.frame(FRAME, &handshake);
        assert_eq!(p.speed_milli(), 30, "20 ms of link take 0.65 s of wall");
        p.frame(FRAME, &Facts::default());
        assert!(p.speed_milli() < 40, "no jump: {}", p.speed_milli());
        let news = Facts { news_us: 700_000, ..Facts::default() };
        for _ in 0..200 {
            p.frame(FRAME, &Facts::default());
        }
        p.frame(FRAME, &news);
        let slow = (0..).take_while(|_| {
            p.frame(FRAME, &Facts::default());
            p.speed_micro() <= DWELL
        });
        assert!((38..=43).contains(&slow.count()), "it is looked at for 0.7 s");
    }

    #[test]
    fn a_stream_in_drops_is_a_stream() {
        let mut p = playing();
        let mut speeds = Vec::new();
        for n in 0..480 {
            let flows = n % 12 == 0;
            p.frame(FRAME, &going(if flows { Situation::Stream(8_000) } else { Situation::Silence }));
            speeds.push(p.speed_micro());
        }
        assert!(speeds.is_sorted() && speeds.last() == Some(&(4 * REAL)), "it does not swing: {speeds:?}");
    }

    #[test]
    fn leaving_auto_keeps_the_speed() {
        let mut p = playing();
        p.frame(FRAME, &Facts { decisive: Some(crossing(32_500, 650_000)), ..Facts::default() });
        p.shift(true);
        assert!(!p.auto());
        assert_eq!(p.speed_milli(), 100, "one stop above 1/20");
        p.shift(false);
        assert_eq!(p.speed_milli(), 50);
    }

    #[test]
    fn reduced_motion_hops() {
        let mut p = Player::default();
        p.set_reduced(true);
        p.play();
        assert_eq!(p.frame(16_000, &Facts::default()), Plan::Hop, "the first at once");
        assert_eq!(p.frame(16_000, &Facts::default()), Plan::Rest);
        let hops = (0..100).filter(|_| p.frame(50_000, &Facts::default()) == Plan::Hop).count();
        assert_eq!(hops, 5, "five seconds of wall hold five hops");
    }

    #[test]
    fn speeds_read_as_fractions() {
        for (micro, text) in [
            (15, "1/67000 ×"),
            (650, "1/1500 ×"),
            (1_000, "1/1000 ×"),
            (50_000, "1/20 ×"),
            (1_000_000, "1 ×"),
            (1_500_000, "1.5 ×"),
            (60_000_000, "60 ×"),
            (333_000, "1/3 ×"),
            (666_000, "1/2 ×"),
            (999_000, "1 ×"),
        ] {
            assert_eq!(speed_text(micro), text);
        }
        assert!(STOPS_MILLI.is_sorted());
    }
}
