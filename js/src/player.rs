//! How simulated time follows the wall clock: the speed on a log scale, *auto*, and what one frame may do.
//!
//! Knows no engine, no Yew and no browser: facts go in, a plan comes out.

/// Stops of the speed slider in thousandths of real time, 1/1000× to 60×.
pub const STOPS_MILLI: [u64; 15] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000];
/// The longest wall time that one frame stands for, µs: after a hidden tab or a long pause, time goes on from where it was.
pub const GAP_US_MAX: u64 = 50_000;
/// Wall time that a packet of a handshake, an RDB or a reset takes to cross its link under *auto*, µs.
const DECISIVE_CROSSING_US: u64 = 650_000;
/// Wall time that the stream's everyday packets take, µs.
const EVERYDAY_CROSSING_US: u64 = 260_000;
/// Auto is never slower than this, so that a link of 1 µs does not stop the world.
const AUTO_MILLI_MIN: u64 = 1;
/// Auto's speed where only the stream flows.
const STREAM_MILLI: (u64, u64) = (250, 1_000);
/// Auto's speed where nothing is under way.
const SILENCE_MILLI: u64 = 4_000;
/// How fast auto may rise, in percent of the speed a frame; it falls at once, so that nothing begins unseen.
const RISE_PERCENT: u64 = 108;
/// Reduced motion: wall time between two steps of playing, µs.
const HOP_EVERY_US: u64 = 900_000;

/// What is under way at this moment, as far as the speed is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// One-way delay of the slowest lane on which a decisive packet travels (handshake, reply, RDB, reset), µs.
    pub decisive_us: Option<u64>,
    /// The same for everyday packets (stream, PING, ACK).
    pub everyday_us: Option<u64>,
    /// Some replica is away: what matters is the clock and the backlog, not each packet.
    pub someone_away: bool,
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
    auto: bool,
    stop: usize,
    /// Present speed of *auto*.
    auto_milli: u64,
    /// Fractions of a µs that frames left over, in thousandths.
    rest_milli_us: u64,
    /// Discrete steps instead of motion.
    reduced: bool,
    since_hop_us: u64,
}

impl Default for Player {
    fn default() -> Player {
        Player { playing: false, auto: true, stop: 9, auto_milli: 1_000, rest_milli_us: 0, reduced: false, since_hop_us: HOP_EVERY_US }
    }
}

impl Player {
    /// Whether it plays.
    #[must_use]
    pub fn playing(&self) -> bool {
        self.playing
    }
    /// Whether the speed follows what happens.
    #[must_use]
    pub fn auto(&self) -> bool {
        self.auto
    }
    /// The slider's stop; under *auto* the one nearest to the present speed.
    #[must_use]
    pub fn stop(&self) -> usize {
        if self.auto { nearest_stop(self.auto_milli) } else { self.stop }
    }
    /// Present speed in thousandths of real time.
    #[must_use]
    pub fn speed_milli(&self) -> u64 {
        if self.auto { self.auto_milli } else { STOPS_MILLI[self.stop] }
    }
    /// Starts.
    pub fn play(&mut self) {
        self.playing = true;
        self.since_hop_us = HOP_EVERY_US;
    }
    /// Stops.
    pub fn pause(&mut self) {
        self.playing = false;
        self.rest_milli_us = 0;
    }
    /// One or the other.
    pub fn toggle(&mut self) {
        if self.playing { self.pause() } else { self.play() }
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
            self.auto_milli = STOPS_MILLI[self.stop];
        } else if !on && self.auto {
            self.stop = nearest_stop(self.auto_milli);
        }
        self.auto = on;
    }
    /// Switches discrete steps.
    pub fn set_reduced(&mut self, on: bool) {
        self.reduced = on;
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
        let target = auto_target(facts);
        let risen = (self.auto_milli * RISE_PERCENT).div_ceil(100).max(self.auto_milli + 1);
        self.auto_milli = target.min(risen);
        let milli_us = wall_us * self.speed_milli() + self.rest_milli_us;
        self.rest_milli_us = milli_us % 1_000;
        Plan::Advance(milli_us / 1_000)
    }
}

/// The speed that *auto* wants.
fn auto_target(facts: &Facts) -> u64 {
    let crossing = |latency_us: u64, wall_us: u64| (latency_us * 1_000 / wall_us).clamp(AUTO_MILLI_MIN, STREAM_MILLI.1);
    if let Some(us) = facts.decisive_us {
        crossing(us, DECISIVE_CROSSING_US)
    } else if facts.someone_away {
        STREAM_MILLI.1
    } else if let Some(us) = facts.everyday_us {
        crossing(us, EVERYDAY_CROSSING_US).max(STREAM_MILLI.0)
    } else {
        SILENCE_MILLI
    }
}

/// The stop nearest to a speed, by ratio.
fn nearest_stop(milli: u64) -> usize {
    let milli = milli.max(1);
    let ratio = |stop: u64| if stop > milli { stop * 1_000 / milli } else { milli * 1_000 / stop };
    (0..STOPS_MILLI.len()).min_by_key(|i| ratio(STOPS_MILLI[*i])).unwrap_or(0)
}

/// A speed as text: `1/20 ×`, `5 ×`.
#[must_use]
pub fn speed_text(milli: u64) -> String {
    match milli {
        0 => String::from("0 ×"),
        // 1.5 and more of them in a second are a fraction; 0.7 of real time and above read as real time.
        1..667 => format!("1/{} ×", (1_000 + milli / 2) / milli),
        667..1_000 => String::from("1 ×"),
        _ if milli % 1_000 < 50 => format!("{} ×", milli / 1_000),
        _ => format!("{}.{} ×", milli / 1_000, milli % 1_000 / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(stop: usize) -> Player {
        let mut p = Player::default();
        p.set_stop(stop);
        p.play();
        p
    }

    #[test]
    fn a_frame_advances_by_its_speed_and_loses_no_fraction() {
        let mut p = fixed(0);
        let total: u64 = (0..1_000).map(|_| if let Plan::Advance(us) = p.frame(16_667, &Facts::default()) { us } else { 0 }).sum();
        assert_eq!(total, 16_667, "1/1000 of 16.667 s");
        assert_eq!(fixed(9).frame(16_000, &Facts::default()), Plan::Advance(16_000));
        assert_eq!(fixed(14).frame(16_000, &Facts::default()), Plan::Advance(960_000));
    }

    #[test]
    fn a_hidden_tab_does_not_leap() {
        assert_eq!(fixed(9).frame(3_600_000_000, &Facts::default()), Plan::Advance(GAP_US_MAX));
    }

    #[test]
    fn paused_rests() {
        assert_eq!(Player::default().frame(16_000, &Facts::default()), Plan::Rest);
    }

    #[test]
    fn auto_slows_at_once_and_rises_gently() {
        let mut p = Player::default();
        p.play();
        for _ in 0..200 {
            p.frame(16_000, &Facts::default());
        }
        assert_eq!(p.speed_milli(), SILENCE_MILLI);
        let handshake = Facts { decisive_us: Some(20_000), everyday_us: Some(20_000), someone_away: false };
        p.frame(16_000, &handshake);
        assert_eq!(p.speed_milli(), 30, "20 ms of link take 0.65 s of wall");
        p.frame(16_000, &Facts::default());
        assert!(p.speed_milli() < 40, "no jump: {}", p.speed_milli());
    }

    #[test]
    fn auto_orders_what_it_sees() {
        let stream = Facts { everyday_us: Some(80_000), ..Facts::default() };
        let away = Facts { someone_away: true, ..stream };
        let handshake = Facts { decisive_us: Some(80_000), ..away };
        assert!(auto_target(&handshake) < auto_target(&stream));
        assert!(auto_target(&stream) < auto_target(&away));
        assert!(auto_target(&away) < auto_target(&Facts::default()));
        assert_eq!(auto_target(&Facts { decisive_us: Some(1), ..Facts::default() }), AUTO_MILLI_MIN, "never zero");
    }

    #[test]
    fn leaving_auto_keeps_the_speed() {
        let mut p = Player::default();
        p.play();
        p.frame(16_000, &Facts { decisive_us: Some(32_500), ..Facts::default() });
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
        for (milli, text) in [
            (1, "1/1000 ×"),
            (50, "1/20 ×"),
            (1_000, "1 ×"),
            (1_500, "1.5 ×"),
            (60_000, "60 ×"),
            (333, "1/3 ×"),
            (666, "1/2 ×"),
            (999, "1 ×"),
        ] {
            assert_eq!(speed_text(milli), text);
        }
        assert!(STOPS_MILLI.is_sorted());
    }
}
