//! A table after contacts came, went or changed.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use super::Table;
use crate::audience::asked::AskedGroup;
use crate::audience::column::{Column, ColumnBuilder, ColumnChange};

/// What became of a table's contacts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableChange {
    /// Rows that are gone, rising, by the numbers of before.
    pub removed: Vec<u32>,
    /// How many contacts came; they stand behind those that stay.
    pub added: u32,
    /// The rows that have other values and those that came, rising, by the numbers of now.
    pub rows: Vec<u32>,
    /// The names that the contacts of these rows were read with; `None` for all of them.
    pub asked: Vec<Option<Arc<BTreeSet<String>>>>,
    /// All variables in the order that they have now, each with its value in every one of these rows.
    pub columns: Vec<(String, Vec<Option<String>>)>,
}

/// Which rows a change is of, without what they hold now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowChange {
    /// Rows that are gone, rising, by the numbers of before.
    pub removed: Vec<u32>,
    /// The rows that have other values and those that came, rising, by the numbers of now.
    pub rows: Vec<u32>,
}

impl TableChange {
    /// Its rows.
    pub fn into_rows(self) -> RowChange {
        RowChange {
            removed: self.removed,
            rows: self.rows,
        }
    }

    /// How many rows a table has after it, of so many before.
    pub fn rows_after(&self, before: u32) -> u32 {
        let removed = u32::try_from(self.removed.len()).unwrap_or(u32::MAX);
        before.saturating_sub(removed).saturating_add(self.added)
    }
}

impl Table {
    /// The table as it is after a change; this one stays as it is. What is the same is shared or copied in one piece,
    /// and what was kept of filters stays for the rows that are the same.
    #[must_use]
    pub fn changed(&self, change: &TableChange) -> Self {
        let rows = change.rows_after(self.rows);
        let columns = change.columns.iter();
        let columns = columns.map(|(name, values)| self.changed_column(name, values, change, rows));
        let mut table = Self {
            rows,
            columns: columns.collect(),
            index: Arc::default(),
            kept: Arc::default(),
            asked: Arc::default(),
        };
        table = table.asked_in(self.changed_groups(change, rows));
        table.kept = Arc::new(self.kept.carried(change, self.rows, &table));
        if let Some(index) = self.index.get() {
            let moved = index.changed(&change.removed, &change.rows, &table);
            table.index = Arc::new(OnceLock::from(moved));
        }
        table
    }

    fn changed_column(
        &self,
        name: &str,
        values: &[Option<String>],
        change: &TableChange,
        rows: u32,
    ) -> Arc<Column> {
        let values = change.rows.iter().zip(values);
        let values: Vec<(u32, Option<&str>)> = values
            .map(|(row, value)| (*row, value.as_deref()))
            .collect();
        let Some(column) = self.column(name) else {
            return Arc::new(new_column(name, &values, rows));
        };
        let moves = !change.removed.is_empty() || rows != column.rows();
        let is_same = |(row, value): &(u32, Option<&str>)| column.get(*row) == *value;
        if !moves && values.iter().all(is_same) {
            return Arc::clone(column);
        }
        Arc::new(column.changed(ColumnChange {
            removed: &change.removed,
            rows,
            values: &values,
        }))
    }

    /// The groups of contacts that were read with some names alone.
    fn changed_groups(&self, change: &TableChange, rows: u32) -> Vec<AskedGroup> {
        let mut found: HashMap<&BTreeSet<String>, Vec<u32>> = HashMap::new();
        for (row, names) in change.rows.iter().zip(&change.asked) {
            if let Some(names) = names {
                found.entry(names).or_default().push(*row);
            }
        }
        let out = || change.rows.iter().map(|row| (*row, false));
        let mut groups = Vec::new();
        for group in self.asked.groups() {
            let moved = group.rows.moved(&change.removed, rows).with(out());
            let more = found.remove(&group.names).unwrap_or_default();
            groups.push(AskedGroup {
                names: group.names.clone(),
                rows: moved.with(more.into_iter().map(|row| (row, true))),
            });
        }
        let new = found.into_iter().map(|(names, of)| AskedGroup {
            names: names.clone(),
            rows: crate::audience::rows::RowSet::of(rows, of),
        });
        groups.extend(new);
        groups.sort_by(|one, other| one.names.cmp(&other.names));
        groups
    }
}

fn new_column(name: &str, values: &[(u32, Option<&str>)], rows: u32) -> Column {
    let mut builder = ColumnBuilder::new(name, rows);
    for (row, value) in values {
        // They rise and lie within the table: a change that was made of a table's own rows.
        if let Some(value) = value
            && builder.push(*row, value).is_err()
        {
            break;
        }
    }
    builder.finish()
}
