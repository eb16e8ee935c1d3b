//! How long a proof runs, and where it says what it found.

/// So many rounds: the first number in an ordinary run, the second one with `MYLINK_PROOFS=long`.
///
/// Another number in `MYLINK_PROOFS` is that many rounds.
pub fn rounds(short: usize, long: usize) -> usize {
    match std::env::var("MYLINK_PROOFS").as_deref() {
        Ok("long") => long,
        Ok(text) => text.parse().unwrap_or(short),
        Err(_) => short,
    }
}

/// Says a figure, for whoever runs with `--nocapture`.
pub fn say(figures: &str) {
    eprintln!("PROOF {figures}");
}

/// Numbers that look random, and are the same for the same seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) % limit.max(1)
    }
}
