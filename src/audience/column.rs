//! One variable of every contact: by dictionary where values repeat, text behind text where they mostly don't.

mod changed;

use super::codes::Codes;
use super::error::{AudienceError, Result};
use super::numbering::Numbering;
use super::prepared::Prepared;
use super::rows::RowSet;
use super::texts::Texts;

pub(super) use changed::ColumnChange;

/// From so many different values on it is asked whether they repeat at all.
const FIRST_LOOK: usize = 4096;

/// One variable's value for every row of a table.
#[derive(Debug)]
pub struct Column {
    name: String,
    rows: u32,
    set: u64,
    pub(super) data: Data,
    pub(super) prepared: Prepared,
}

/// How a column is held.
#[derive(Debug)]
pub(super) enum Data {
    /// The different values, how many rows have each, and a code a row: 0 is unset, `n` is the value `n - 1`.
    Dictionary {
        values: Texts,
        counts: Vec<u32>,
        codes: Codes,
    },
    /// A text a row, and which rows are set.
    Raw { values: Texts, set: RowSet },
}

impl Column {
    /// The variable's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many rows there are, set or not.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// How many contacts have the variable, an empty one included.
    pub fn set_count(&self) -> u64 {
        self.set
    }

    /// The value in a row; `None` where it is not set, or behind the end.
    pub fn get(&self, row: u32) -> Option<&str> {
        let row = row as usize;
        match &self.data {
            Data::Dictionary { values, codes, .. } => {
                codes.get(row).checked_sub(1).map(|value| values.get(value))
            }
            Data::Raw { values, set } => {
                let number = u32::try_from(row).ok()?;
                set.contains(number).then(|| values.get(row))
            }
        }
    }

    /// The values with how many contacts have each: the different ones where values repeat, else one a contact.
    pub(super) fn counted(&self) -> Box<dyn Iterator<Item = (&str, u64)> + '_> {
        match &self.data {
            Data::Dictionary { values, counts, .. } => {
                let counts = counts.iter().enumerate();
                // A value whose last contact changed stays until the column is built anew.
                let alive = counts.filter(|(_, count)| **count > 0);
                Box::new(alive.map(|(number, count)| (values.get(number), u64::from(*count))))
            }
            Data::Raw { values, set } => {
                Box::new(set.iter().map(|row| (values.get(row as usize), 1)))
            }
        }
    }

    /// How many bytes of memory it takes, with what was prepared for filters so far.
    pub fn bytes(&self) -> usize {
        let prepared = self.prepared.bytes();
        prepared
            + match &self.data {
                Data::Dictionary {
                    values,
                    counts,
                    codes,
                } => values.bytes() + counts.capacity() * 4 + codes.bytes(),
                Data::Raw { values, .. } => values.bytes() + self.rows as usize / 8,
            }
    }
}

/// Takes one variable's values in row order.
#[derive(Debug)]
pub struct ColumnBuilder {
    name: String,
    rows: u32,
    next: u32,
    set: u64,
    filling: Filling,
}

#[derive(Debug)]
enum Filling {
    Dictionary {
        numbers: Numbering,
        values: Texts,
        codes: Vec<u32>,
        look_at: usize,
    },
    Raw {
        values: Texts,
        set: Vec<u64>,
    },
}

impl ColumnBuilder {
    /// Starts a variable of a table of `rows` contacts.
    pub fn new(name: &str, rows: u32) -> Self {
        Self {
            name: name.to_owned(),
            rows,
            next: 0,
            set: 0,
            filling: Filling::Dictionary {
                numbers: Numbering::new(),
                values: Texts::new(),
                codes: Vec::new(),
                look_at: FIRST_LOOK,
            },
        }
    }

    /// Takes the value in a row; rows must rise, those left out are unset.
    ///
    /// # Errors
    /// A row that is not above the one before, or that the table does not have.
    pub fn push(&mut self, row: u32, value: &str) -> Result<()> {
        self.check(row)?;
        self.next = row + 1;
        self.set += 1;
        match &mut self.filling {
            Filling::Dictionary {
                numbers,
                values,
                codes,
                ..
            } => {
                codes.resize(row as usize, 0);
                codes.push(numbers.number(values, value));
            }
            Filling::Raw { values, set } => push_raw(values, set, row, value),
        }
        self.look_again();
        Ok(())
    }

    /// Closes the column.
    pub fn finish(self) -> Column {
        let data = match self.filling {
            Filling::Dictionary {
                mut values,
                mut codes,
                numbers,
                ..
            } => {
                drop(numbers);
                codes.resize(self.rows as usize, 0);
                codes.shrink_to_fit();
                values.shrink();
                let counts = counts_of(&codes, values.len());
                let codes = Codes::narrowed(codes, values.len());
                Data::Dictionary {
                    values,
                    counts,
                    codes,
                }
            }
            Filling::Raw { mut values, set } => {
                values.shrink();
                let set = RowSet::from_words(set, self.rows);
                Data::Raw { values, set }
            }
        };
        Column {
            name: self.name,
            rows: self.rows,
            set: self.set,
            data,
            prepared: Prepared::default(),
        }
    }

    fn check(&self, row: u32) -> Result<()> {
        let column = || self.name.clone();
        if row >= self.rows {
            let rows = self.rows;
            return Err(AudienceError::NoSuchRow {
                column: column(),
                row,
                rows,
            });
        }
        if row < self.next {
            return Err(AudienceError::OutOfOrder {
                column: column(),
                row,
            });
        }
        Ok(())
    }

    /// Gives the dictionary up where most values came once: it would only cost memory.
    fn look_again(&mut self) {
        let Filling::Dictionary {
            values,
            codes,
            look_at,
            ..
        } = &mut self.filling
        else {
            return;
        };
        if values.len() < *look_at {
            return;
        }
        *look_at *= 2;
        if !pays(values.len() as u64, self.set, u64::from(self.rows)) {
            self.filling = raw_from(values, codes);
        }
    }
}

/// Whether a dictionary will pay, after so many different values among those of so many contacts, of how many in all:
/// whether a value will come twice on the average.
///
/// Among `n` values drawn from `d` about `n * n / 2d` were there before, so `d` is known long before all were seen.
fn pays(different: u64, seen: u64, rows: u64) -> bool {
    let again = u128::from(seen - different);
    let seen = u128::from(seen);
    u128::from(different) * 2 <= seen || seen * seen <= again * u128::from(rows)
}

fn raw_from(dictionary: &Texts, codes: &[u32]) -> Filling {
    let (mut values, mut set) = (Texts::new(), Vec::new());
    for (code, row) in codes.iter().zip(0_u32..) {
        if let Some(value) = (*code as usize).checked_sub(1) {
            push_raw(&mut values, &mut set, row, dictionary.get(value));
        }
    }
    Filling::Raw { values, set }
}

fn push_raw(values: &mut Texts, set: &mut Vec<u64>, row: u32, value: &str) {
    while values.len() < row as usize {
        values.push("");
    }
    values.push(value);
    set.resize((row as usize / 64 + 1).max(set.len()), 0);
    set[row as usize / 64] |= 1 << (row % 64);
}

fn counts_of(codes: &[u32], values: usize) -> Vec<u32> {
    let mut counts = vec![0; values + 1];
    for code in codes {
        counts[*code as usize] += 1;
    }
    counts.remove(0);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn column(rows: u32, value: impl Fn(u32) -> Option<String>) -> Column {
        let mut builder = ColumnBuilder::new("x", rows);
        for row in 0..rows {
            if let Some(value) = value(row) {
                builder.push(row, &value).unwrap();
            }
        }
        builder.finish()
    }

    #[rstest]
    #[case::one_byte(200, 20_000)]
    #[case::most_of_one_byte(255, 20_000)]
    #[case::two_bytes(256, 20_000)]
    #[case::every_value_once(20_000, 20_000)]
    #[case::four_bytes(70_000, 300_000)]
    fn every_value_comes_back(#[case] different: u32, #[case] rows: u32) {
        let value = |row: u32| (row % 7 != 3).then(|| (row % different).to_string());
        let column = column(rows, value);
        assert!((0..rows).all(|row| column.get(row) == value(row).as_deref()));
        assert_eq!(column.get(rows), None);
        let set = (0..rows).filter(|row| row % 7 != 3).count() as u64;
        assert_eq!(column.set_count(), set);
    }

    #[test]
    fn values_that_never_repeat_are_held_raw() {
        let unique = column(20_000, |row| Some(format!("39320{row}")));
        assert!(matches!(unique.data, Data::Raw { .. }));
        let few = column(20_000, |row| Some((row % 9).to_string()));
        assert!(matches!(
            few.data,
            Data::Dictionary {
                codes: Codes::One(_),
                ..
            }
        ));
    }

    #[test]
    fn rows_that_fall_or_lie_behind_the_end_are_refused() {
        let mut builder = ColumnBuilder::new("city", 3);
        builder.push(1, "Roma").unwrap();
        assert!(matches!(
            builder.push(1, "Roma"),
            Err(AudienceError::OutOfOrder { row: 1, .. })
        ));
        assert!(matches!(
            builder.push(3, "Roma"),
            Err(AudienceError::NoSuchRow {
                row: 3,
                rows: 3,
                ..
            })
        ));
    }
}
