//! Which number a text has among those that came so far.

use std::hash::{BuildHasher, RandomState};

use super::texts::Texts;

/// Places at the start; always a power of two.
const FIRST_PLACES: usize = 64;

/// Finds the number of a text in [`Texts`], which alone hold it: a million look-ups among a hundred thousand texts wait
/// for memory, so that the less there is of it the better.
#[derive(Debug)]
pub(super) struct Numbering {
    hasher: RandomState,
    places: Vec<Place>,
    taken: usize,
}

/// A text's number, from 1, and a part of its hash; number 0 is a free place.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    hash: u32,
    number: u32,
}

impl Numbering {
    pub(super) fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            places: vec![Place::default(); FIRST_PLACES],
            taken: 0,
        }
    }

    /// The number of a text, from 1; one that is new is put behind the others.
    pub(super) fn number(&mut self, texts: &mut Texts, text: &str) -> u32 {
        if self.taken * 2 >= self.places.len() {
            self.grow();
        }
        // Half of the hash tells two texts apart well enough; the other half is not needed.
        let hash = u32::try_from(self.hasher.hash_one(text) >> 32).unwrap_or_default();
        let mask = self.places.len() - 1;
        let mut at = hash as usize & mask;
        while self.places[at].number != 0 {
            let Place { hash: its, number } = self.places[at];
            if its == hash && texts.get(number as usize - 1) == text {
                return number;
            }
            at = (at + 1) & mask;
        }
        texts.push(text);
        self.taken += 1;
        // A value needs a row, and rows are counted in 32 bits: the number fits.
        let number = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        self.places[at] = Place { hash, number };
        number
    }

    fn grow(&mut self) {
        let mask = self.places.len() * 2 - 1;
        let old = std::mem::replace(&mut self.places, vec![Place::default(); mask + 1]);
        for place in old.into_iter().filter(|place| place.number != 0) {
            let mut at = place.hash as usize & mask;
            while self.places[at].number != 0 {
                at = (at + 1) & mask;
            }
            self.places[at] = place;
        }
    }
}
