//! The values that contacts have and that continue what was typed.

use std::cmp::Reverse;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};

use super::ValueCount;
use crate::audience::column::{Column, Data};
use crate::audience::rows::bits;
use crate::audience::table::Table;
use crate::domain::criterion::Criterion;
use crate::domain::filter::{Case, Filter, Join};

/// Values looked at between two looks at the stop token.
const BETWEEN: usize = 4096;

/// How a value stands among others: whether what was typed isn't its beginning, its contacts, its text.
type Ranked<'a> = (bool, Reverse<u64>, &'a str);

impl Table {
    /// At most `limit` values of a variable that hold what was typed, case ignored: those that begin with it first,
    /// the most frequent first among these, then by text. Empty values are left out.
    pub fn values(&self, field: &str, typed: &str, limit: usize) -> Vec<ValueCount> {
        let never = AtomicBool::new(false);
        self.values_until(field, typed, limit, &never)
            .unwrap_or_default()
    }

    /// As [`Table::values`]; `None` as soon as `stop` is set.
    pub fn values_until(
        &self,
        field: &str,
        typed: &str,
        limit: usize,
        stop: &AtomicBool,
    ) -> Option<Vec<ValueCount>> {
        let Some(column) = self.column(field) else {
            return Some(Vec::new());
        };
        let mut best = Best::new(typed, limit);
        if let Data::Dictionary { .. } = &column.data {
            for (number, (value, contacts)) in column.counted().enumerate() {
                if number % BETWEEN == 0 && stop.load(Ordering::Relaxed) {
                    return None;
                }
                best.take(value, contacts);
            }
        } else {
            let holding = self.rows_holding(field, typed, stop)?;
            each_once(column, holding, stop, |value, contacts| {
                best.take(value, contacts);
            })?;
        }
        Some(best.values())
    }

    /// The rows whose value holds what was typed, found as for a filter: bytes are compared, no text is copied.
    fn rows_holding(&self, field: &str, typed: &str, stop: &AtomicBool) -> Option<Vec<u32>> {
        let filter = Filter {
            join: Join::And,
            field: field.to_owned(),
            criterion: Criterion::Contains,
            value: typed.to_owned(),
        };
        let judged = self.judge(&[&filter], stop)?;
        let words = judged.first()?.of(Case::IgnoreCase);
        let rows = words.iter().zip(0_u32..);
        let rows = rows.flat_map(|(word, place)| bits(*word).map(move |bit| place * 64 + bit));
        Some(rows.filter(|row| *row < self.rows()).collect())
    }
}

/// Hands each different value of some rows to `take`, with how many of them have it. Eight bytes a row: most values come
/// once, so that a map of them would be larger than the column.
fn each_once<'a>(
    column: &'a Column,
    rows: Vec<u32>,
    stop: &AtomicBool,
    mut take: impl FnMut(&'a str, u64),
) -> Option<()> {
    let hasher = RandomState::new();
    let mut hashed: Vec<(u32, u32)> = Vec::with_capacity(rows.len());
    for (number, row) in rows.into_iter().enumerate() {
        if number % BETWEEN == 0 && stop.load(Ordering::Relaxed) {
            return None;
        }
        if let Some(value) = column.get(row) {
            let hash = hasher.hash_one(value) >> 32;
            hashed.push((u32::try_from(hash).unwrap_or_default(), row));
        }
    }
    hashed.sort_unstable();
    for (number, alike) in hashed.chunk_by(|one, other| one.0 == other.0).enumerate() {
        if number % BETWEEN == 0 && stop.load(Ordering::Relaxed) {
            return None;
        }
        // Of one hash there is hardly ever more than one value.
        let mut values: Vec<&str> = alike
            .iter()
            .filter_map(|(_, row)| column.get(*row))
            .collect();
        values.sort_unstable();
        for same in values.chunk_by(|one, other| one == other) {
            take(same[0], same.len() as u64);
        }
    }
    Some(())
}

/// The first of many values.
struct Best<'a> {
    typed: String,
    limit: usize,
    found: Vec<Ranked<'a>>,
}

impl<'a> Best<'a> {
    fn new(typed: &str, limit: usize) -> Self {
        Self {
            typed: typed.to_lowercase(),
            limit,
            found: Vec::new(),
        }
    }

    fn take(&mut self, value: &'a str, contacts: u64) {
        let Some(is_within) = self.is_within(value).filter(|_| !value.is_empty()) else {
            return;
        };
        self.found.push((is_within, Reverse(contacts), value));
        if self.found.len() >= self.limit * 4 + BETWEEN {
            self.cut();
        }
    }

    /// Whether what was typed stands within a value and not at its beginning; `None` where the value doesn't hold it.
    fn is_within(&self, value: &str) -> Option<bool> {
        let typed = self.typed.as_bytes();
        if value.is_ascii() {
            let bytes = value.as_bytes();
            if typed.is_empty() {
                return Some(false);
            }
            let mut parts = bytes.windows(typed.len());
            let place = parts.position(|part| part.eq_ignore_ascii_case(typed));
            return place.map(|place| place > 0);
        }
        value
            .to_lowercase()
            .find(&self.typed)
            .map(|place| place > 0)
    }

    fn cut(&mut self) {
        if self.found.len() > self.limit && self.limit > 0 {
            self.found.select_nth_unstable(self.limit - 1);
        }
        self.found.truncate(self.limit);
    }

    fn values(mut self) -> Vec<ValueCount> {
        self.cut();
        self.found.sort_unstable();
        let value = |(_, contacts, value): Ranked<'_>| ValueCount {
            value: value.to_owned(),
            contacts: contacts.0,
        };
        self.found.into_iter().map(value).collect()
    }
}
