//! Places of a list, found by the hash of a text that stands there.

use std::hash::{BuildHasher, RandomState};

/// A hash table without the texts, which stay in the list.
#[derive(Debug, Default)]
pub struct Places {
    /// A place (from 1; 0 is free) in the lower half, the hash in the upper one. Its length is a power of two, and at
    /// least twice the count.
    slots: Vec<u64>,
    count: usize,
    hasher: RandomState,
}

impl Places {
    /// Makes room for so many texts.
    pub fn with_capacity(texts: usize) -> Self {
        Self {
            slots: vec![0; (2 * texts).next_power_of_two()],
            ..Self::default()
        }
    }

    /// The hash of a text, in 32 bits.
    pub fn hash(&self, text: &str) -> u64 {
        self.hasher.hash_one(text) >> 32
    }

    /// Notes that a text with this hash stands at `place`; the earlier place that `is_same` says yes to, if there is
    /// one, and then nothing is noted.
    pub fn note(
        &mut self,
        hash: u64,
        place: usize,
        is_same: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        self.grow();
        let mut slot = self.first_slot(hash);
        while self.slots[slot] != 0 {
            let earlier = place_of(self.slots[slot]);
            if self.slots[slot] >> 32 == hash && is_same(earlier) {
                return Some(earlier);
            }
            slot = (slot + 1) % self.slots.len();
        }
        self.slots[slot] = hash << 32 | (place as u64 + 1) & u64::from(u32::MAX);
        self.count += 1;
        None
    }

    fn first_slot(&self, hash: u64) -> usize {
        usize::try_from(hash).unwrap_or_default() & (self.slots.len() - 1)
    }

    /// Makes room for one more.
    fn grow(&mut self) {
        if 2 * (self.count + 1) <= self.slots.len() {
            return;
        }
        let larger = vec![0; (4 * (self.count + 1)).next_power_of_two()];
        for entry in std::mem::replace(&mut self.slots, larger) {
            if entry != 0 {
                let mut slot = self.first_slot(entry >> 32);
                while self.slots[slot] != 0 {
                    slot = (slot + 1) % self.slots.len();
                }
                self.slots[slot] = entry;
            }
        }
    }
}

/// The place that an entry stands for.
fn place_of(entry: u64) -> usize {
    usize::try_from(entry & u64::from(u32::MAX)).unwrap_or_default() - 1
}
