//! Which targets of a plan go into which call.
//!
//! Computed from the lengths of the targets alone, here and nowhere else, so that a size shown after an edit and the
//! bodies that are sent can't disagree.

use std::collections::HashMap;
use std::ops::Range;

use super::Frame;

/// The targets of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    places: Places,
    bytes: u64,
}

/// Indexes into the plan's list, in the order of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Places {
    /// As they stand there.
    Run(Range<usize>),
    /// With some that were brought together.
    List(Vec<usize>),
}

impl Share {
    /// How many targets the call holds.
    pub fn len(&self) -> usize {
        match &self.places {
            Places::Run(range) => range.len(),
            Places::List(list) => list.len(),
        }
    }

    /// Whether it holds none, as that of a plan without targets.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place of its first target in the plan's list.
    pub fn first(&self) -> Option<usize> {
        self.places().next()
    }

    /// Length of the call's body in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its places are those of a list of which `kept` says where each stands in the plan's: from now on they are the
    /// plan's.
    pub(super) fn moved_to(&mut self, kept: &[usize]) {
        let moved: Vec<usize> = self
            .places()
            .filter_map(|place| kept.get(place).copied())
            .collect();
        let is_run = moved.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        self.places = match (moved.first(), moved.last()) {
            (Some(first), Some(last)) if is_run => Places::Run(*first..last + 1),
            _ => Places::List(moved),
        };
    }

    /// The places of its targets in the plan's list, in the order of the body.
    pub fn places(&self) -> impl Iterator<Item = usize> + '_ {
        let (run, list) = match &self.places {
            Places::Run(range) => (range.clone(), &[][..]),
            Places::List(list) => (0..0, list.as_slice()),
        };
        run.chain(list.iter().copied())
    }
}

/// Shares targets among calls, keeping their order and taking as many into each as fit.
///
/// `lengths` are those of the targets as JSON. Where all of them fit into one call, they stay as they are. Where they
/// don't, `groups` ([`super::same::groups`]) says which may name one contact: those stay together, the later ones move
/// up to the first. What is too large even alone (one target, or those of one contact) gets a call of its own, over
/// the limit. No targets give one call with an empty list.
pub fn shares(
    lengths: &[usize],
    groups: impl FnOnce() -> Vec<Vec<usize>>,
    frame: &Frame,
) -> Vec<Share> {
    let whole = frame.length(lengths.len(), lengths.iter().sum());
    if whole <= frame.limit {
        let all = Share {
            places: Places::Run(0..lengths.len()),
            bytes: whole,
        };
        return vec![all];
    }
    let groups = groups();
    let group_of: HashMap<usize, &[usize]> = groups
        .iter()
        .flat_map(|group| group.iter().map(move |index| (*index, group.as_slice())))
        .collect();
    let mut open = Open::default();
    let mut shares = Vec::new();
    for index in 0..lengths.len() {
        let alone = [index];
        let together = match group_of.get(&index) {
            None => &alone,
            Some(group) if group[0] == index => *group,
            Some(_) => continue,
        };
        let sum = together.iter().map(|index| lengths[*index]).sum();
        if open.is_full(together.len(), sum, frame) {
            shares.push(std::mem::take(&mut open).close(frame));
        }
        open.push(together, sum);
    }
    shares.push(open.close(frame));
    shares
}

/// A share that still takes targets.
#[derive(Default)]
struct Open {
    places: Option<Places>,
    count: usize,
    sum: usize,
}

impl Open {
    /// Whether so many more targets of so many bytes have no room; one that holds none takes anything.
    fn is_full(&self, more: usize, sum: usize, frame: &Frame) -> bool {
        self.count > 0 && frame.length(self.count + more, self.sum + sum) > frame.limit
    }

    fn push(&mut self, indexes: &[usize], sum: usize) {
        self.count += indexes.len();
        self.sum += sum;
        for &index in indexes {
            match &mut self.places {
                None => self.places = Some(Places::Run(index..index + 1)),
                Some(Places::Run(range)) if range.end == index => range.end += 1,
                Some(Places::Run(range)) => {
                    self.places = Some(Places::List(range.clone().chain([index]).collect()));
                }
                Some(Places::List(list)) => list.push(index),
            }
        }
    }

    fn close(self, frame: &Frame) -> Share {
        Share {
            bytes: frame.length(self.count, self.sum),
            places: self.places.unwrap_or(Places::Run(0..0)),
        }
    }
}
