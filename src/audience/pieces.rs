//! Rows and texts in pieces, done by two threads; and sixty-four verdicts as the bits of a word.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;

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

/// Does each job and hands what comes of it to `take`, in no order; `None` as soon as `stop` is set.
///
/// Where it pays a second thread helps. It is never waited for: where other programs keep the cores busy it may come
/// late or be held up, and then what it has not brought is done here. So it shares nothing that is borrowed.
pub(super) fn share<R: Send + 'static>(
    jobs: usize,
    cost: Cost,
    stop: &AtomicBool,
    work: impl Fn(usize) -> R + Send + Sync + 'static,
    mut take: impl FnMut(usize, R),
) -> Option<()> {
    let shared = Arc::new((AtomicUsize::new(0), work));
    let (sender, receiver) = std::sync::mpsc::channel();
    if jobs >= cost.shared_from() {
        let shared = Arc::clone(&shared);
        // Without a thread all is done here.
        let _ = std::thread::Builder::new().spawn(move || help(jobs, &shared, &sender));
    }
    let (next, work) = &*shared;
    let mut is_done = vec![false; jobs];
    let mut left = 0..;
    loop {
        while let Ok((job, result)) = receiver.try_recv() {
            is_done[job] = true;
            take(job, result);
        }
        // When all are given out, those that the other thread has in hand are done once more.
        let fresh = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|job| *job < jobs);
        let Some(job) = fresh.or_else(|| left.find(|job| *job >= jobs || !is_done[*job])) else {
            return Some(());
        };
        if stop.load(Ordering::Relaxed) {
            next.store(jobs, Ordering::Relaxed);
            return None;
        }
        if job >= jobs {
            return Some(());
        }
        is_done[job] = true;
        take(job, work(job));
    }
}

fn help<R>(
    jobs: usize,
    (next, work): &(AtomicUsize, impl Fn(usize) -> R),
    sender: &Sender<(usize, R)>,
) {
    loop {
        let job = next.fetch_add(1, Ordering::Relaxed);
        if job >= jobs || sender.send((job, work(job))).is_err() {
            return;
        }
    }
}

/// Makes 64 bits of 64 bytes that are 0 or 1.
///
/// Bit `n` of byte `m` of the sum is byte `8 * n + m`: an eight by eight square of bits, turned over its diagonal.
pub(super) fn pack(bytes: &[u8; 64]) -> u64 {
    let (eights, _) = bytes.as_chunks::<8>();
    let eights = eights.iter().map(|eight| u64::from_le_bytes(*eight));
    let square = eights
        .zip(0..)
        .fold(0, |sum, (eight, place)| sum | eight << place);
    let square = swap(square, 7, 0x00aa_00aa_00aa_00aa);
    let square = swap(square, 14, 0x0000_cccc_0000_cccc);
    swap(square, 28, 0x0000_0000_f0f0_f0f0)
}

/// Swaps the bits of the mask with those that lie so far above them.
fn swap(square: u64, distance: u32, mask: u64) -> u64 {
    let different = (square ^ square >> distance) & mask;
    square ^ different ^ different << distance
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

    proptest! {
        #[test]
        fn bytes_become_bits(word in any::<u64>()) {
            let bytes = std::array::from_fn(|place| u8::from(word >> place & 1 == 1));
            prop_assert_eq!(pack(&bytes), word);
        }
    }

    #[test]
    fn every_job_brings_one_result() {
        for (jobs, cost) in [
            (0, Cost::Large),
            (11, Cost::Large),
            (5000, Cost::Large),
            (399, Cost::Small),
            (400, Cost::Small),
        ] {
            let mut results = vec![Vec::new(); jobs];
            let ended = share(
                jobs,
                cost,
                &AtomicBool::new(false),
                |job| job * 2,
                |job, result| results[job].push(result),
            );
            assert_eq!(ended, Some(()));
            assert!((0..jobs).all(|job| results[job].iter().all(|result| *result == job * 2)));
            // The last job of the other thread may be done twice.
            let twice = results.iter().filter(|results| results.len() != 1).count();
            assert!(twice <= 1 && results.iter().all(|results| !results.is_empty()));
        }
    }

    #[test]
    fn nothing_is_begun_after_the_stop() {
        let stop = AtomicBool::new(false);
        let mut taken = 0;
        let ended = share(
            100_000,
            Cost::Large,
            &stop,
            |job| job,
            |_, _| {
                taken += 1;
                stop.fetch_or(taken == 20, Ordering::Relaxed);
            },
        );
        assert_eq!(ended, None);
    }
}
