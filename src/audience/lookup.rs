//! Finding a contact by what identifies it.

use std::sync::Arc;

use crate::domain::record::ContactId;

use super::column::Column;
use super::table::Table;

/// The rows sorted by `user_id` and by `user_phone_number`: built at the first question, four bytes a row each.
#[derive(Debug)]
pub(super) struct Index {
    by_user_id: Vec<u32>,
    by_phone: Vec<u32>,
}

impl Index {
    /// The index of a table that was made of another by a change: what is the same stays in order, and what came or
    /// changed is put in its place.
    pub(super) fn changed(&self, removed: &[u32], changed: &[u32], table: &Table) -> Self {
        let moved = |sorted: &[u32], name| {
            let column = table.column(name);
            merged(&moved(sorted, removed, changed), changed, column)
        };
        Self {
            by_user_id: moved(&self.by_user_id, "user_id"),
            by_phone: moved(&self.by_phone, "user_phone_number"),
        }
    }
}

impl Table {
    /// The rows whose `user_id` this is, in creation order: one a channel at most, if the platform keeps its word `[D]`.
    pub fn rows_of_user_id(&self, user_id: &str) -> &[u32] {
        self.find("user_id", &self.index().by_user_id, user_id)
    }

    /// The rows whose `user_phone_number` this is, in creation order.
    pub fn rows_of_phone(&self, phone: &str) -> &[u32] {
        self.find("user_phone_number", &self.index().by_phone, phone)
    }

    /// The row of a contact; the first, should there be several.
    pub fn row_of(&self, id: &ContactId) -> Option<u32> {
        let channel = |row: u32| self.value(row, "bot_channel").unwrap_or_default();
        let rows = self.rows_of_user_id(&id.user_id);
        rows.iter().copied().find(|row| channel(*row) == id.channel)
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index {
            by_user_id: sorted(self.column("user_id"), self.rows()),
            by_phone: sorted(self.column("user_phone_number"), self.rows()),
        })
    }

    fn find<'a>(&self, column: &str, sorted: &'a [u32], wanted: &str) -> &'a [u32] {
        let value = |row: &u32| self.value(*row, column).unwrap_or_default();
        let start = sorted.partition_point(|row| value(row) < wanted);
        let length = sorted[start..].partition_point(|row| value(row) == wanted);
        &sorted[start..start + length]
    }
}

fn sorted(column: Option<&Arc<Column>>, rows: u32) -> Vec<u32> {
    let Some(column) = column else {
        return Vec::new();
    };
    let mut sorted: Vec<u32> = (0..rows.min(column.rows()))
        .filter(|row| column.get(*row).is_some())
        .collect();
    sorted.sort_unstable_by(|a, b| column.get(*a).cmp(&column.get(*b)).then(a.cmp(b)));
    sorted
}

/// Rows by the numbers of now, without those that are removed and those that changed.
fn moved(sorted: &[u32], removed: &[u32], changed: &[u32]) -> Vec<u32> {
    let now = |row: u32| match removed.binary_search(&row) {
        Ok(_) => None,
        Err(gone) => row.checked_sub(u32::try_from(gone).ok()?),
    };
    let rows = sorted.iter().filter_map(|row| now(*row));
    rows.filter(|row| changed.binary_search(row).is_err())
        .collect()
}

/// Sorted rows with others between them.
fn merged(sorted: &[u32], others: &[u32], column: Option<&Arc<Column>>) -> Vec<u32> {
    let Some(column) = column else {
        return Vec::new();
    };
    let key = |row: u32| (column.get(row), row);
    let mut others: Vec<u32> = others.to_vec();
    others.retain(|row| column.get(*row).is_some());
    others.sort_unstable_by_key(|row| key(*row));
    let mut merged = Vec::with_capacity(sorted.len() + others.len());
    let mut left = sorted;
    for other in others {
        let before = left.partition_point(|row| key(*row) < key(other));
        merged.extend_from_slice(&left[..before]);
        merged.push(other);
        left = &left[before..];
    }
    merged.extend_from_slice(left);
    merged
}
