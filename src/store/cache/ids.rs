//! The contacts of a bot by their numbers in the database, and the rows that these give.

/// Numbers that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    first: i64,
    row: u32,
    length: u32,
}

/// The contacts' numbers in the database, rising: a contact's row is its place among them. Contacts mostly come many at
/// once, so that a million of them are a few runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactIds {
    runs: Vec<Run>,
    rows: u32,
}

impl ContactIds {
    /// Puts a number behind the others; one that isn't above them is left out.
    pub(super) fn push(&mut self, id: i64) {
        let row = self.rows;
        match self.runs.last_mut() {
            Some(run) if run.last() >= id => return,
            Some(run) if run.last() + 1 == id => run.length += 1,
            _ => self.runs.push(Run {
                first: id,
                row,
                length: 1,
            }),
        }
        self.rows += 1;
    }

    /// How many contacts there are.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// The highest number.
    pub(super) fn last(&self) -> Option<i64> {
        self.runs.last().map(Run::last)
    }

    /// The row of a contact.
    pub(super) fn row_of(&self, id: i64) -> Option<u32> {
        let behind = self.runs.partition_point(|run| run.first <= id);
        let run = self.runs.get(behind.checked_sub(1)?)?;
        let place = u32::try_from(id - run.first).ok()?;
        (place < run.length).then(|| run.row + place)
    }

    /// The number of the contact in a row.
    pub(super) fn id_of(&self, row: u32) -> Option<i64> {
        let behind = self.runs.partition_point(|run| run.row <= row);
        let run = self.runs.get(behind.checked_sub(1)?)?;
        let place = row - run.row;
        (place < run.length).then(|| run.first + i64::from(place))
    }

    /// The rows with their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, i64)> + '_ {
        self.runs.iter().flat_map(|run| {
            (0..run.length).map(|place| (run.row + place, run.first + i64::from(place)))
        })
    }

    /// The numbers without some of them (rising).
    pub(super) fn without(&self, removed: &[i64]) -> Self {
        let mut left = Self::default();
        for run in &self.runs {
            let from = removed.partition_point(|id| *id < run.first);
            let to = removed.partition_point(|id| *id <= run.last());
            let mut first = run.first;
            for id in removed[from..to].iter().chain([&(run.last() + 1)]) {
                left.push_run(first, *id);
                first = id + 1;
            }
        }
        left
    }

    /// Puts the numbers from one up to another, which is left out, behind the others.
    fn push_run(&mut self, first: i64, behind: i64) {
        let Ok(length @ 1..) = u32::try_from(behind - first) else {
            return;
        };
        match self.runs.last_mut() {
            Some(run) if run.last() + 1 == first => run.length += length,
            _ => self.runs.push(Run {
                first,
                row: self.rows,
                length,
            }),
        }
        self.rows += length;
    }
}

impl Run {
    fn last(&self) -> i64 {
        self.first + i64::from(self.length) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids(numbers: impl IntoIterator<Item = i64>) -> ContactIds {
        let mut ids = ContactIds::default();
        numbers.into_iter().for_each(|id| ids.push(id));
        ids
    }

    proptest! {
        #[test]
        fn runs_say_the_same_as_a_list(
            numbers in proptest::collection::btree_set(1_i64..60, 0..50),
            removed in proptest::collection::btree_set(0_i64..61, 0..30),
        ) {
            let whole = ids(numbers.iter().copied());
            for (row, id) in (0_u32..).zip(&numbers) {
                prop_assert_eq!(whole.row_of(*id), Some(row));
                prop_assert_eq!(whole.id_of(row), Some(*id));
            }
            prop_assert!((0..61).all(|id| whole.row_of(id).is_some() == numbers.contains(&id)));
            prop_assert_eq!(whole.id_of(whole.rows()), None);
            let gone: Vec<i64> = removed.iter().copied().collect();
            let left = ids(numbers.difference(&removed).copied());
            prop_assert_eq!(whole.without(&gone), left);
        }
    }
}
