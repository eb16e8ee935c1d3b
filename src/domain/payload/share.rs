//! Which targets of a plan go into which call.
//!
//! Computed from the lengths of the targets alone, here and nowhere else, so that a size shown after an edit and the
//! bodies that are sent can't disagree.

use std::ops::Range;

use super::Frame;

/// The targets of one call: a run of the plan's list, less those that an earlier target stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    range: Range<usize>,
    left_out: Vec<usize>,
    bytes: u64,
}

impl Share {
    /// How many targets the call holds.
    pub fn len(&self) -> usize {
        self.range.len() - self.left_out.len()
    }

    /// Whether it holds none, as that of a plan without targets.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where it begins and ends in the plan's list; those left out lie within.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// The places of the targets within its range that are left out, ascending: duplicates of earlier ones.
    pub fn left_out(&self) -> &[usize] {
        &self.left_out
    }

    /// Length of the call's body in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The places of its targets in the plan's list, in order.
    pub fn places(&self) -> impl Iterator<Item = usize> + '_ {
        let mut left_out = self.left_out.iter().copied().peekable();
        self.range
            .clone()
            .filter(move |place| left_out.next_if_eq(place).is_none())
    }
}

/// Shares targets among calls, keeping their order and taking as many into each as fit.
///
/// `lengths` are those of the targets as JSON. Where all of them fit into one call, they stay as they are. Where they
/// don't, `duplicates` says which are left out (ascending places): one contact is in one call only. A target that is
/// too large even alone gets a call of its own, over the limit. No targets give one call with an empty list.
pub fn shares(
    lengths: &[usize],
    duplicates: impl FnOnce() -> Vec<usize>,
    frame: &Frame,
) -> Vec<Share> {
    let whole = frame.length(lengths.len(), lengths.iter().sum());
    if whole <= frame.limit {
        return vec![Share {
            range: 0..lengths.len(),
            left_out: Vec::new(),
            bytes: whole,
        }];
    }
    let mut duplicates = duplicates().into_iter().peekable();
    let mut shares = Vec::new();
    let mut open = Open::default();
    for (place, length) in lengths.iter().enumerate() {
        if duplicates.next_if_eq(&place).is_some() {
            open.left_out.push(place);
            continue;
        }
        if open.count > 0 && frame.length(open.count + 1, open.sum + length) > frame.limit {
            let next = Open {
                start: place,
                ..Open::default()
            };
            shares.push(std::mem::replace(&mut open, next).close(place, frame));
        }
        open.count += 1;
        open.sum += length;
    }
    shares.push(open.close(lengths.len(), frame));
    shares
}

/// A share that still takes targets.
#[derive(Default)]
struct Open {
    start: usize,
    left_out: Vec<usize>,
    count: usize,
    sum: usize,
}

impl Open {
    fn close(self, end: usize, frame: &Frame) -> Share {
        Share {
            range: self.start..end,
            left_out: self.left_out,
            bytes: frame.length(self.count, self.sum),
        }
    }
}
