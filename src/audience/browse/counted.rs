//! The different values of some rows with how many of them have each, and the first of them in some order.
//!
//! A million texts in a hash map wait for memory at every step, and so does a sort of all of them where a page is shown.
//! So texts are told apart by sorting pieces of their hashes, and looked at in the order in which they lie in memory.

use std::cmp::Ordering;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{self, AtomicBool};

use crate::audience::column::Data;
use crate::audience::{Column, RowSet};

/// Rows or values between two looks at the stop token.
const PIECE: usize = 1 << 14;

/// A value, and how many rows have it.
pub(super) type Counted<'a> = (&'a str, u64);

/// The different values of some rows with their counts, in no order. `None` as soon as `stop` is set.
pub(super) fn counted<'a>(
    column: &'a Column,
    rows: &RowSet,
    stop: &AtomicBool,
) -> Option<Vec<Counted<'a>>> {
    let Data::Dictionary { values, codes, .. } = &column.data else {
        return told_apart(column, rows, stop);
    };
    let mut counts = vec![0_u64; values.len() + 1];
    each(rows.iter(), stop, |row| {
        counts[codes.get(row as usize)] += 1;
    })?;
    let counted = counts.into_iter().skip(1).enumerate();
    let counted = counted.filter(|(_, count)| *count > 0);
    Some(
        counted
            .map(|(value, count)| (values.get(value), count))
            .collect(),
    )
}

/// As [`counted`], where a text is held a row.
fn told_apart<'a>(
    column: &'a Column,
    rows: &RowSet,
    stop: &AtomicBool,
) -> Option<Vec<Counted<'a>>> {
    // Half of the hash above the row: eight bytes to sort, and rows with equal texts stand together.
    let hasher = RandomState::new();
    let mut hashed = Vec::new();
    each(rows.iter(), stop, |row| {
        if let Some(value) = column.get(row) {
            hashed.push(hasher.hash_one(value) >> 32 << 32 | u64::from(row));
        }
    })?;
    hashed.sort_unstable();
    let mut counts = vec![0_u32; column.rows() as usize];
    let alike = hashed.chunk_by_mut(|one, other| one >> 32 == other >> 32);
    each(alike, stop, |alike| count_alike(column, alike, &mut counts))?;
    let mut counted = Vec::new();
    each(rows.iter(), stop, |row| {
        let count = counts.get(row as usize).copied().unwrap_or_default();
        if let (1.., Some(value)) = (count, column.get(row)) {
            counted.push((value, u64::from(count)));
        }
    })?;
    Some(counted)
}

/// Counts rows of the same half of a hash: nearly always of one text. The count stands at one of the rows that have it.
fn count_alike(column: &Column, alike: &mut [u64], counts: &mut [u32]) {
    let row = |hashed: u64| u32::try_from(hashed & u64::from(u32::MAX)).unwrap_or_default();
    let text = |hashed: u64| column.get(row(hashed));
    if alike.len() > 1 {
        alike.sort_unstable_by(|one, other| text(*one).cmp(&text(*other)));
    }
    for same in alike.chunk_by(|one, other| text(*one) == text(*other)) {
        if let Some(count) = counts.get_mut(row(same[0]) as usize) {
            *count = u32::try_from(same.len()).unwrap_or(u32::MAX);
        }
    }
}

/// The first `most` of some values in an order, and how many more there are, with how many rows. `None` as soon as
/// `stop` is set.
pub(super) fn first<'a>(
    values: impl Iterator<Item = Counted<'a>>,
    most: usize,
    order: impl Fn(&Counted<'a>, &Counted<'a>) -> Ordering,
    stop: &AtomicBool,
) -> Option<(Vec<Counted<'a>>, (u64, u64))> {
    let mut first: Vec<Counted<'a>> = Vec::new();
    let mut more = (0, 0);
    let mut leave = |value: &Counted<'_>| more = (more.0 + 1, more.1 + value.1);
    // From here on nothing is among the first.
    let mut end: Option<Counted<'a>> = None;
    each(values, stop, |value| {
        if end.is_some_and(|end| order(&value, &end) != Ordering::Less) {
            return leave(&value);
        }
        first.push(value);
        if first.len() >= most * 2 {
            end = Some(*first.select_nth_unstable_by(most - 1, &order).1);
            first.drain(most..).for_each(|value| leave(&value));
        }
    })?;
    first.sort_unstable_by(&order);
    let rest = first.drain(first.len().min(most)..);
    rest.for_each(|value| leave(&value));
    Some((first, more))
}

/// Does something with each, in order; `None` as soon as `stop` is set.
fn each<T>(all: impl Iterator<Item = T>, stop: &AtomicBool, mut work: impl FnMut(T)) -> Option<()> {
    for (number, one) in all.enumerate() {
        if number % PIECE == 0 && stop.load(atomic::Ordering::Relaxed) {
            return None;
        }
        work(one);
    }
    Some(())
}
