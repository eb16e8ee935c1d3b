//! Rounds that don't depend on each other, on all cores.

use std::thread;

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

/// Does the rounds in as many lanes as there are cores, each with what it needs of its own; gives what came of each lane.
pub fn in_lanes<T: Send>(rounds: &[usize], work: impl Fn(usize, &[usize]) -> T + Sync) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let each = rounds.len().div_ceil(cores).max(1);
    let work = &work;
    thread::scope(|scope| {
        let lanes: Vec<_> = rounds
            .chunks(each)
            .enumerate()
            .map(|(lane, rounds)| scope.spawn(move || work(lane, rounds)))
            .collect();
        let done = lanes.into_iter().map(thread::ScopedJoinHandle::join);
        done.map(|lane| lane.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
