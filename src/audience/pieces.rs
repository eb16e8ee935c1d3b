//! Rows and texts in pieces, shared by two threads; and sixty-four verdicts as the bits of a word.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Words of 64 rows or texts in a piece: what is done between two looks at the stop token.
pub(super) const PIECE_WORDS: usize = 128;

/// Rows or texts in a piece.
pub(super) const PIECE: usize = PIECE_WORDS * 64;

/// What a job costs, which tells from how many on two threads share them: to start a thread takes as long as a dozen
/// large jobs, and where other programs keep the cores busy much longer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cost {
    /// Tens of microseconds: texts are read.
    Large,
    /// A few microseconds: bits and codes.
    Small,
}

impl Cost {
    fn shared_from(self) -> usize {
        match self {
            Self::Large => 12,
            Self::Small => 400,
        }
    }
}

/// Does each job once, in no order; `None` as soon as `stop` is set, with jobs left undone.
///
/// Each thread takes the next job when it is done with its last, so one that other programs hold up leaves more to the
/// other.
pub(super) fn share<J: Send>(
    jobs: impl ExactSizeIterator<Item = J> + Send,
    cost: Cost,
    stop: &AtomicBool,
    work: impl Fn(J) + Sync,
) -> Option<()> {
    let is_shared = jobs.len() >= cost.shared_from();
    let queue = Mutex::new(jobs);
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let run = || {
        while !stop.load(Ordering::Relaxed) {
            let Some(job) = next() else { return };
            work(job);
        }
    };
    if is_shared {
        std::thread::scope(|scope| {
            scope.spawn(run);
            run();
        });
    } else {
        run();
    }
    (!stop.load(Ordering::Relaxed)).then_some(())
}

/// Makes 64 bits of 64 bytes of which the lowest bit counts, the others being 0.
pub(super) fn pack(bytes: &[u8; 64]) -> u64 {
    let (eights, _) = bytes.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |word, (place, eight)| {
        word | gather(u64::from_le_bytes(*eight)) << (place * 8)
    })
}

/// The lowest bits of eight bytes side by side: the product moves the bit of byte `n` to place `56 + n`.
pub(super) fn gather(eight: u64) -> u64 {
    (eight & 0x0101_0101_0101_0101).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Sets one bit.
pub(super) fn set(words: &mut [u64], bit: usize) {
    words[bit / 64] |= 1 << (bit % 64);
}

/// Sets or clears one bit.
pub(super) fn put(words: &mut [u64], bit: usize, is_set: bool) {
    words[bit / 64] &= !(1 << (bit % 64));
    words[bit / 64] |= u64::from(is_set) << (bit % 64);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::atomic::AtomicUsize;

    proptest! {
        #[test]
        fn bytes_become_bits(word in any::<u64>()) {
            let bytes = std::array::from_fn(|place| u8::from(word >> place & 1 == 1));
            prop_assert_eq!(pack(&bytes), word);
        }
    }

    #[test]
    fn every_job_is_done_once() {
        for (jobs, cost) in [(0, Cost::Large), (11, Cost::Large), (1000, Cost::Large), (399, Cost::Small), (400, Cost::Small)] {
            let (done, sum) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let ended = share(0..jobs, cost, &AtomicBool::new(false), |job| {
                done.fetch_add(1, Ordering::Relaxed);
                sum.fetch_add(job, Ordering::Relaxed);
            });
            assert_eq!(ended, Some(()));
            assert_eq!(done.into_inner(), jobs);
            assert_eq!(sum.into_inner(), jobs * jobs.saturating_sub(1) / 2);
        }
    }

    #[test]
    fn nothing_is_begun_after_the_stop() {
        let stop = AtomicBool::new(false);
        let done = AtomicUsize::new(0);
        let ended = share(0..1000, Cost::Large, &stop, |job| {
            done.fetch_add(1, Ordering::Relaxed);
            stop.fetch_or(job == 20, Ordering::Relaxed);
        });
        assert_eq!(ended, None);
        // The other thread may be in the middle of one.
        assert!((21..1000).contains(&done.into_inner()));
    }
}
