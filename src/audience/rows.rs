//! A set of rows of the table, as a bitmap.

use std::ops::Range;

/// Rows of a table of a known length; one bit a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSet {
    words: Vec<u64>,
    rows: u32,
    count: u64,
}

impl RowSet {
    /// No row of a table of `rows` rows.
    pub fn none(rows: u32) -> Self {
        Self::from_words(vec![0; words_for(rows)], rows)
    }

    /// Every row of a table of `rows` rows.
    pub fn all(rows: u32) -> Self {
        Self::from_words(vec![u64::MAX; words_for(rows)], rows)
    }

    /// The rows named; those behind the table's end are left out.
    pub fn of(rows: u32, named: impl IntoIterator<Item = u32>) -> Self {
        let mut words = vec![0; words_for(rows)];
        for row in named.into_iter().filter(|row| *row < rows) {
            words[row as usize / 64] |= 1 << (row % 64);
        }
        Self::from_words(words, rows)
    }

    /// Takes words of 64 rows each, the lowest bit first; bits behind the end are cleared, missing words are 0.
    pub(super) fn from_words(mut words: Vec<u64>, rows: u32) -> Self {
        words.resize(words_for(rows), 0);
        if let Some(last) = words.last_mut() {
            *last &= valid_bits(rows, words_for(rows) - 1);
        }
        let count = words.iter().map(|word| u64::from(word.count_ones())).sum();
        Self { words, rows, count }
    }

    /// Takes words that end with the table, and how many bits are set in them.
    pub(super) fn counted(words: Vec<u64>, rows: u32, count: u64) -> Self {
        Self { words, rows, count }
    }

    /// The words of 64 rows each, the lowest bit first.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// The same contacts in a table from which these rows (rising) are gone, and behind whose end others came, which
    /// aren't in the set.
    #[must_use]
    pub fn moved(&self, removed: &[u32], rows: u32) -> Self {
        if removed.is_empty() && rows == self.rows {
            return self.clone();
        }
        Self::from_words(cut(&self.words, self.rows, removed), rows)
    }

    /// The same set with these rows put in or taken out.
    #[must_use]
    pub fn with(mut self, changed: impl IntoIterator<Item = (u32, bool)>) -> Self {
        for (row, is_in) in changed.into_iter().filter(|(row, _)| *row < self.rows) {
            let (word, bit) = (row as usize / 64, row % 64);
            self.words[word] = self.words[word] & !(1 << bit) | u64::from(is_in) << bit;
        }
        Self::from_words(self.words, self.rows)
    }

    /// How many rows are in the set.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether no row is in it.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many rows the table has.
    pub fn of_rows(&self) -> u32 {
        self.rows
    }

    /// Whether a row is in the set.
    pub fn contains(&self, row: u32) -> bool {
        row < self.rows && self.words[row as usize / 64] >> (row % 64) & 1 == 1
    }

    /// The rows in creation order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words
            .iter()
            .zip(0_u32..)
            .flat_map(|(word, index)| bits(*word).map(move |bit| index * 64 + bit))
    }

    /// The page of at most `limit` rows that starts after `offset` rows of the set, in creation order.
    pub fn sample(&self, offset: u64, limit: usize) -> Vec<u32> {
        let mut skipped = 0;
        let start = self.words.iter().position(|word| {
            let here = u64::from(word.count_ones());
            let found = skipped + here > offset;
            skipped += if found { 0 } else { here };
            found
        });
        let Some(start) = start else {
            return Vec::new();
        };
        let within = usize::try_from(offset - skipped).unwrap_or(usize::MAX);
        self.words[start..]
            .iter()
            .zip(u32::try_from(start).unwrap_or(u32::MAX)..)
            .flat_map(|(word, index)| bits(*word).map(move |bit| index * 64 + bit))
            .skip(within)
            .take(limit)
            .collect()
    }

    /// The rows that are in both; the shorter table's rows.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.zip_with(other, self.rows.min(other.rows), |left, right| left & right)
    }

    /// The rows that are in one of them; the longer table's rows.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.zip_with(other, self.rows.max(other.rows), |left, right| left | right)
    }

    /// The rows of this set that are not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.zip_with(other, self.rows, |left, right| left & !right)
    }

    /// The rows of the table that are not in the set.
    #[must_use]
    pub fn complement(&self) -> Self {
        Self::all(self.rows).difference(self)
    }

    fn zip_with(&self, other: &Self, rows: u32, operation: impl Fn(u64, u64) -> u64) -> Self {
        let word = |set: &Self, index| set.words.get(index).copied().unwrap_or(0);
        let words = (0..words_for(rows))
            .map(|index| operation(word(self, index), word(other, index)))
            .collect();
        Self::from_words(words, rows)
    }
}

/// How many words hold so many rows.
pub(super) fn words_for(rows: u32) -> usize {
    (rows as usize).div_ceil(64)
}

/// The bits of these rows without those that are removed (rising), moved together.
pub(super) fn cut(words: &[u64], rows: u32, removed: &[u32]) -> Vec<u64> {
    let mut moved = Vec::with_capacity(words.len());
    let mut length = 0;
    for stay in staying(rows, removed) {
        let mut from = stay.start as usize;
        while from < stay.end as usize {
            // What is left of a word of the source and of one of the target, whichever is less.
            let (source, target) = (from % 64, length % 64);
            let bits = (64 - source.max(target)).min(stay.end as usize - from);
            let mask = u64::MAX >> (64 - bits);
            let word = words.get(from / 64).copied().unwrap_or(0) >> source & mask;
            if target == 0 {
                moved.push(word);
            } else if let Some(last) = moved.last_mut() {
                *last |= word << target;
            }
            from += bits;
            length += bits;
        }
    }
    moved
}

/// The ranges of rows that stay where some are removed (rising).
pub(super) fn staying(rows: u32, removed: &[u32]) -> impl Iterator<Item = Range<u32>> + '_ {
    let starts = std::iter::once(0).chain(removed.iter().map(|row| row + 1));
    let ends = removed.iter().copied().chain(std::iter::once(rows));
    starts
        .zip(ends)
        .map(|(start, end)| start..end)
        .filter(|stay| !stay.is_empty())
}

/// The bits of a word that stand for rows of the table.
pub(super) fn valid_bits(rows: u32, word: usize) -> u64 {
    match (rows as usize).saturating_sub(word * 64) {
        0 => 0,
        left if left >= 64 => u64::MAX,
        left => (1 << left) - 1,
    }
}

/// The places of a word's set bits, lowest first.
pub(super) fn bits(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        (word != 0).then(|| {
            let bit = word.trailing_zeros();
            word &= word - 1;
            bit
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_row_set_is_a_set_of_rows(
            rows in 0_u32..300,
            left in proptest::collection::btree_set(0_u32..300, 0..80),
            right in proptest::collection::btree_set(0_u32..300, 0..80),
            offset in 0_usize..100,
            limit in 0_usize..100,
        ) {
            let keep = |set: BTreeSet<u32>| -> BTreeSet<u32> { set.into_iter().filter(|row| *row < rows).collect() };
            let (a, b) = (RowSet::of(rows, left.clone()), RowSet::of(rows, right.clone()));
            let (left, right) = (keep(left), keep(right));
            let list = |set: &RowSet| set.iter().collect::<BTreeSet<_>>();
            prop_assert_eq!(a.count(), left.len() as u64);
            prop_assert_eq!(list(&a.intersection(&b)), &left & &right);
            prop_assert_eq!(list(&a.union(&b)), &left | &right);
            prop_assert_eq!(list(&a.difference(&b)), &left - &right);
            prop_assert_eq!(a.complement().count(), u64::from(rows) - a.count());
            let page: Vec<u32> = left.iter().copied().skip(offset).take(limit).collect();
            prop_assert_eq!(a.sample(offset as u64, limit), page);
            prop_assert!((0..310).all(|row| a.contains(row) == left.contains(&row)));
        }
    }

    proptest! {
        #[test]
        fn what_stays_moves_together(
            rows in 0_u32..300,
            set in proptest::collection::btree_set(0_u32..300, 0..80),
            removed in proptest::collection::btree_set(0_u32..300, 0..80),
            more in 0_u32..130,
        ) {
            let removed: Vec<u32> = removed.into_iter().filter(|row| *row < rows).collect();
            let staying: Vec<u32> = (0..rows).filter(|row| !removed.contains(row)).collect();
            let length = u32::try_from(staying.len()).unwrap() + more;
            let moved = RowSet::of(rows, set.clone()).moved(&removed, length);
            let expected = (0_u32..).zip(&staying).filter(|(_, old)| set.contains(old)).map(|(new, _)| new);
            prop_assert_eq!(moved, RowSet::of(length, expected));
        }
    }

    #[test]
    fn rows_are_put_in_and_taken_out() {
        let set = RowSet::of(70, [1, 65]).with([(1, false), (2, true), (65, true), (70, true)]);
        assert_eq!(set, RowSet::of(70, [2, 65]));
    }

    #[test]
    fn all_rows_end_with_the_table() {
        for rows in [0, 1, 63, 64, 65, 128] {
            assert_eq!(RowSet::all(rows).count(), u64::from(rows));
            assert!(RowSet::none(rows).is_empty());
        }
    }
}
