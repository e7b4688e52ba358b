//! A small mutator: keyed, so that a round can be had again by its number.

/// Keyed randomness of one round.
pub struct Rng(u64);
impl Rng {
    /// The draws of round `n` under this seed.
    #[must_use]
    pub fn new(seed: u64, n: u64) -> Rng {
        Rng(resync_core::prng::rand(seed, n, resync_core::prng::Purpose::Swarm, 0) | 1)
    }
    /// The next draw (xorshift64*).
    pub fn draw(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    /// A draw below `n`; 0 if `n` is.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.draw() >> 11) as usize % n }
    }

    /// A draw below a power of two that is itself drawn below this one: mostly small.
    fn short(&mut self, bits: usize) -> usize {
        let bits = self.below(bits);
        self.below(1 << bits)
    }
}

/// The longest input: beyond it mutation only repeats itself.
const LONGEST: usize = 64 * 1024;
/// Numbers at which parsers change their mind.
const EDGES: [i64; 18] =
    [0, 1, -1, 2, 63, 64, 127, 128, 255, 256, 16_383, 16_384, 65_535, 65_536, i32::MAX as i64, u32::MAX as i64, i64::MAX, i64::MIN];

/// One of the seeds, damaged in one to eight ways.
#[must_use]
pub fn mutate(seeds: &[Vec<u8>], words: &[&[u8]], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = if seeds.is_empty() || rng.below(50) == 0 { Vec::new() } else { seeds[rng.below(seeds.len())].clone() };
    let times = 1 << rng.below(4);
    for _ in 0..times {
        let at = rng.below(bytes.len() + 1);
        match rng.below(12) {
            0 if at < bytes.len() => bytes[at] ^= 1 << rng.below(8),
            1 if at < bytes.len() => bytes[at] = rng.draw() as u8,
            2 if at < bytes.len() => bytes[at] = bytes[at].wrapping_add(if rng.below(2) == 0 { 1 } else { 255 }),
            3 => {
                let end = (at + 1 + rng.short(9)).min(bytes.len());
                bytes.drain(at.min(end)..end);
            }
            4 => {
                let end = (at + 1 + rng.short(12)).min(bytes.len());
                let piece = bytes[at.min(end)..end].to_vec();
                bytes.splice(at..at, piece);
            }
            5 => {
                let random: Vec<u8> = (0..=rng.below(16)).map(|_| rng.draw() as u8).collect();
                bytes.splice(at..at, random);
            }
            6 | 7 if !words.is_empty() => {
                let word = words[rng.below(words.len())];
                let end = if rng.below(2) == 0 { at } else { (at + word.len()).min(bytes.len()) };
                bytes.splice(at..end, word.iter().copied());
            }
            8 => {
                // An edge in the place of a number, in one of the ways numbers are written.
                let edge = EDGES[rng.below(EDGES.len())];
                let written = match rng.below(5) {
                    0 => edge.to_string().into_bytes(),
                    1 => edge.to_le_bytes()[..1 << rng.below(4)].to_vec(),
                    2 => edge.to_be_bytes()[8 - (1 << rng.below(4))..].to_vec(),
                    3 => [&[0x80][..], &(edge as u32).to_be_bytes()].concat(),
                    _ => [&[0x81][..], &edge.to_be_bytes()].concat(),
                };
                let end = if rng.below(2) == 0 { at } else { (at + written.len()).min(bytes.len()) };
                bytes.splice(at..end, written);
            }
            9 => bytes.truncate(at),
            10 if !seeds.is_empty() => {
                // Another seed's end behind this one's beginning.
                let other = &seeds[rng.below(seeds.len())];
                bytes.truncate(at);
                bytes.extend_from_slice(&other[rng.below(other.len() + 1)..]);
            }
            _ => {
                // The digits of a number change.
                if let Some(digit) = (at..bytes.len()).find(|&i| bytes[i].is_ascii_digit()) {
                    bytes[digit] = b'0' + rng.below(10) as u8;
                }
            }
        }
        bytes.truncate(LONGEST);
    }
    bytes
}
