//! A column after some contacts came, went or changed: what is the same is copied in large pieces, so that it costs
//! hardly more than reading what is new.

use std::collections::HashMap;

use super::{Column, ColumnBuilder, Data, FIRST_LOOK, pays};
use crate::audience::codes::Codes;
use crate::audience::pieces::PIECE;
use crate::audience::prepared::Prepared;
use crate::audience::rows::{RowSet, staying};
use crate::audience::texts::Texts;

/// What became of a column's rows.
#[derive(Debug, Clone, Copy)]
pub(in crate::audience) struct ColumnChange<'a> {
    /// Rows that are gone, rising, by the numbers of before.
    pub(in crate::audience) removed: &'a [u32],
    /// How many rows there are now; what came stands behind the others.
    pub(in crate::audience) rows: u32,
    /// Values by row, rising, by the numbers of now.
    pub(in crate::audience) values: &'a [(u32, Option<&'a str>)],
}

impl Column {
    /// The column as it is after a change; this one stays as it is.
    pub(in crate::audience) fn changed(&self, change: ColumnChange<'_>) -> Self {
        let before = |row: u32| self.get(old_row(row, change.removed, self.rows)?);
        let gained = |value: Option<&str>| i64::from(value.is_some());
        let gone: i64 = change
            .removed
            .iter()
            .map(|row| gained(self.get(*row)))
            .sum();
        let values = change.values.iter();
        let more: i64 = values
            .map(|(row, value)| gained(*value) - gained(before(*row)))
            .sum();
        let (data, prepared) = match &self.data {
            Data::Dictionary {
                values,
                counts,
                codes,
            } => self.changed_codes(values, counts, codes, change),
            Data::Raw { values, set } => {
                let (data, is_same) = changed_texts(values, set, change);
                let texts = change.rows as usize;
                let is_same = |piece: usize| is_same.get(piece) == Some(&true);
                (data, self.prepared.carried(texts, is_same))
            }
        };
        let column = Self {
            name: self.name.clone(),
            rows: change.rows,
            set: self.set.saturating_add_signed(more - gone),
            data,
            prepared,
        };
        if column.has_outgrown(self) {
            column.anew()
        } else {
            column
        }
    }

    fn changed_codes(
        &self,
        values: &Texts,
        counts: &[u32],
        codes: &Codes,
        change: ColumnChange<'_>,
    ) -> (Data, Prepared) {
        let (numbers, new) = numbers_of(values, change.values);
        let (mut values, mut counts) = (values.clone(), counts.to_vec());
        let known = values.len();
        for value in new {
            values.push(value);
            counts.push(0);
        }
        let mut count = |code: usize, more: bool| {
            if let Some(count) = code.checked_sub(1).and_then(|value| counts.get_mut(value)) {
                *count = if more {
                    *count + 1
                } else {
                    count.saturating_sub(1)
                };
            }
        };
        for row in change.removed {
            count(codes.get(*row as usize), false);
        }
        let mut moved = codes.moved(change.removed, change.rows, values.len());
        for (row, value) in change.values {
            let code = value.and_then(|value| numbers.get(value)).copied();
            let code = code.unwrap_or_default();
            count(moved.get(*row as usize), false);
            count(code as usize, true);
            moved.set(*row as usize, code);
        }
        // Values are only put behind the others, so whole pieces of them are the same.
        let is_same = |piece: usize| (piece + 1) * PIECE <= known || values.len() == known;
        let prepared = self.prepared.carried(values.len(), is_same);
        let data = Data::Dictionary {
            counts,
            codes: moved,
            values,
        };
        (data, prepared)
    }

    /// Whether a dictionary holds so much that nobody has any more, or so much that comes once, that it doesn't pay. Asked
    /// whenever it has doubled, as while a column is filled.
    fn has_outgrown(&self, before: &Self) -> bool {
        let (Data::Dictionary { values, counts, .. }, Data::Dictionary { values: old, .. }) =
            (&self.data, &before.data)
        else {
            return false;
        };
        let steps = |length: usize| (length / FIRST_LOOK).checked_ilog2();
        if steps(values.len()) == steps(old.len()) {
            return false;
        }
        let alive = counts.iter().filter(|count| **count > 0).count();
        alive * 2 < values.len() || !pays(alive as u64, self.set, u64::from(self.rows))
    }

    /// The same column, built from its values.
    fn anew(self) -> Self {
        let mut builder = ColumnBuilder::new(&self.name, self.rows);
        for row in 0..self.rows {
            if let Some(value) = self.get(row)
                && builder.push(row, value).is_err()
            {
                return self;
            }
        }
        builder.finish()
    }
}

/// The row that a row had before; `None` for one that came.
fn old_row(row: u32, removed: &[u32], before: u32) -> Option<u32> {
    // So many rows stay before the one that is removed at a place.
    let staying = |place: usize| removed[place] as usize - place;
    let (mut gone, mut most) = (0, removed.len());
    while gone < most {
        let middle = usize::midpoint(gone, most);
        if staying(middle) <= row as usize {
            gone = middle + 1;
        } else {
            most = middle;
        }
    }
    let old = row.checked_add(u32::try_from(gone).ok()?)?;
    (old < before).then_some(old)
}

/// The code of each value of a change, and those values that are new, in the order of their codes.
fn numbers_of<'a>(
    values: &Texts,
    changed: &[(u32, Option<&'a str>)],
) -> (HashMap<&'a str, u32>, Vec<&'a str>) {
    let wanted = changed.iter().filter_map(|(_, value)| *value);
    let mut numbers: HashMap<&str, u32> = wanted.map(|value| (value, 0)).collect();
    let mut missing = numbers.len();
    for (number, code) in (0..values.len()).zip(1..) {
        if missing == 0 {
            break;
        }
        if let Some(place) = numbers.get_mut(values.get(number)) {
            *place = code;
            missing -= 1;
        }
    }
    let mut new = Vec::new();
    for (_, value) in changed {
        if let Some(value) = value
            && let Some(place) = numbers.get_mut(value)
            && *place == 0
        {
            new.push(*value);
            *place = u32::try_from(values.len() + new.len()).unwrap_or(u32::MAX);
        }
    }
    (numbers, new)
}

/// The texts after a change, and for each piece of them whether it is the same as before.
fn changed_texts(values: &Texts, set: &RowSet, change: ColumnChange<'_>) -> (Data, Vec<bool>) {
    let mut moved = Texts::new();
    let more: usize = change
        .values
        .iter()
        .map(|(_, value)| value.map_or(0, str::len))
        .sum();
    moved.reserve(change.rows as usize, values.length() + more);
    let mut is_same = vec![change.removed.is_empty(); (change.rows as usize).div_ceil(PIECE)];
    let mut changed = change.values.iter().peekable();
    for stay in staying(set.of_rows(), change.removed) {
        let mut from = stay.start as usize;
        while from < stay.end as usize {
            // Up to the next row that has another value now.
            let here = moved.len();
            let next = changed.peek().map_or(usize::MAX, |(row, _)| *row as usize);
            let to = from.saturating_add(next - here).min(stay.end as usize);
            moved.extend(values, from..to);
            while moved.len() < here + (to - from) {
                moved.push("");
            }
            from = to;
            if from < stay.end as usize
                && let Some((row, value)) = changed.next()
            {
                moved.push(value.unwrap_or_default());
                is_same[*row as usize / PIECE] = false;
                from += 1;
            }
        }
    }
    let before = moved.len();
    for (row, value) in changed {
        while moved.len() < *row as usize {
            moved.push("");
        }
        moved.push(value.unwrap_or_default());
    }
    while moved.len() < change.rows as usize {
        moved.push("");
    }
    // A piece that was not full has more texts now, or other ones.
    if moved.len() != values.len() {
        let full = before.min(values.len()) / PIECE;
        is_same.iter_mut().skip(full).for_each(|is| *is = false);
    }
    let set_now = change
        .values
        .iter()
        .map(|(row, value)| (*row, value.is_some()));
    let set = set.moved(change.removed, change.rows).with(set_now);
    let data = Data::Raw { values: moved, set };
    (data, is_same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_is_found_where_it_was(
            before in 0_u32..60,
            removed in proptest::collection::btree_set(0_u32..60, 0..30),
        ) {
            let removed: Vec<u32> = removed.into_iter().filter(|row| *row < before).collect();
            let staying: Vec<u32> = (0..before).filter(|row| !removed.contains(row)).collect();
            for row in 0..before + 3 {
                let expected = staying.get(row as usize).copied();
                prop_assert_eq!(old_row(row, &removed, before), expected);
            }
        }
    }
}
