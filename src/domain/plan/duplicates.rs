//! Targets that name a contact which an earlier target of the list names already.

use std::hash::{BuildHasher, RandomState};

use super::Target;

/// Targets whose hashes are made before they are noted: the table is then gone through without going to the targets.
const BLOCK: usize = 256;

/// The places of the targets that name the same contact as an earlier one, ascending.
pub fn duplicates(targets: &[Target]) -> Vec<usize> {
    let mut seen = Seen::with_capacity(targets.len());
    let mut found = Vec::new();
    let mut hashes = Vec::with_capacity(BLOCK);
    for (block, start) in targets.chunks(BLOCK).zip((0..).step_by(BLOCK)) {
        hashes.clear();
        hashes.extend(block.iter().map(|target| seen.hash(target)));
        for (hash, place) in hashes.iter().zip(start..) {
            if let Some(hash) = hash
                && seen.note_hashed(*hash, targets, place).is_some()
            {
                found.push(place);
            }
        }
    }
    found
}

/// The contacts that a list of targets named so far.
///
/// Two targets are the same contact where both name it by the same text ([`Target::named_by`]), in the same
/// `bot_channel` or one of them in none: which channel the platform looks in then is nowhere said `[U]`, and reaching
/// somebody once ranks above reaching somebody more. Targets that name nobody are no duplicates.
#[derive(Debug, Default)]
pub struct Seen {
    /// A hash table without the texts, which stay in the list: places of the list (from 1; 0 is free) in the lower
    /// half, the hash in the upper one. Its length is a power of two, and at least twice the count.
    slots: Vec<u64>,
    count: usize,
    hasher: RandomState,
}

impl Seen {
    /// Makes room for so many targets.
    pub fn with_capacity(targets: usize) -> Self {
        Self {
            slots: vec![0; (2 * targets).next_power_of_two()],
            ..Self::default()
        }
    }

    /// Notes the target at `place` of a list whose earlier ones were noted; the place of the one that names the same
    /// contact, if there is one, and then nothing is noted.
    pub fn note(&mut self, targets: &[Target], place: usize) -> Option<usize> {
        let hash = self.hash(targets.get(place)?)?;
        self.note_hashed(hash, targets, place)
    }

    /// The hash of the text that a target names its contact by, in 32 bits.
    fn hash(&self, target: &Target) -> Option<u64> {
        Some(self.hasher.hash_one(target.named_by()?) >> 32)
    }

    fn note_hashed(&mut self, hash: u64, targets: &[Target], place: usize) -> Option<usize> {
        self.grow();
        let mut slot = self.first_slot(hash);
        while self.slots[slot] != 0 {
            let earlier = place_of(self.slots[slot]);
            if self.slots[slot] >> 32 == hash
                && is_same_contact(targets.get(earlier)?, targets.get(place)?)
            {
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

fn is_same_contact(one: &Target, other: &Target) -> bool {
    let channels = (one.filled("bot_channel"), other.filled("bot_channel"));
    one.named_by() == other.named_by()
        && match channels {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case::the_same(r#"[{"user_id":"1"},{"user_id":"2"},{"user_id":"1"}]"#, &[2])]
    #[case::id_and_phone(r#"[{"user_id":"1"},{"user_phone_number":"1"}]"#, &[1])]
    #[case::two_channels(r#"[{"user_id":"1","bot_channel":"A"},{"user_id":"1","bot_channel":"B"}]"#, &[])]
    #[case::a_third_time(r#"[{"user_id":"1","bot_channel":"A"},{"user_id":"1","bot_channel":"B"},{"user_id":"1","bot_channel":"B"}]"#, &[2])]
    #[case::no_channel_after_one(r#"[{"user_id":"1","bot_channel":"A"},{"user_id":"1"}]"#, &[1])]
    #[case::no_channel_before_one(r#"[{"user_id":"1"},{"user_id":"1","bot_channel":"A"}]"#, &[1])]
    #[case::nobody(r#"[{"x":"1"},{"x":"1"},{"user_id":""}]"#, &[])]
    fn the_same_contact_twice(#[case] json: &str, #[case] expected: &[usize]) {
        let targets: Vec<Target> = serde_json::from_str(json).unwrap();
        assert_eq!(duplicates(&targets), expected);
    }

    proptest! {
        #[test]
        fn a_table_that_grows_finds_what_going_through_the_list_finds(
            names in prop::collection::vec(("[0-9]{1,2}", "[AB]?"), 0..200),
        ) {
            let target = |(id, channel): (String, String)| {
                Target::from_iter([("user_id".to_owned(), id), ("bot_channel".to_owned(), channel)])
            };
            let targets: Vec<Target> = names.into_iter().map(target).collect();
            let mut kept: Vec<usize> = Vec::new();
            let mut seen = Seen::default();
            for place in 0..targets.len() {
                let found = kept.iter().any(|earlier| is_same_contact(&targets[*earlier], &targets[place]));
                prop_assert_eq!(seen.note(&targets, place).is_some(), found);
                if !found {
                    kept.push(place);
                }
            }
        }
    }
}
