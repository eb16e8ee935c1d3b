//! Which variables the contacts were read with: of a contact that was read without one, its absence says nothing.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::rows::RowSet;
use super::table::Table;

/// Always held: they tell contacts apart.
const OWN: [&str; 2] = ["user_id", "bot_channel"];

/// Contacts that were read with some variables alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedGroup {
    /// The names that were ever asked for; `*` for all.
    pub names: BTreeSet<String>,
    /// The contacts.
    pub rows: RowSet,
}

/// What is known of it for a table, and what was worked out by now.
#[derive(Debug, Default)]
pub(super) struct Asked {
    groups: Vec<AskedGroup>,
    unknown: Mutex<HashMap<String, Option<Arc<RowSet>>>>,
}

impl Asked {
    /// The contacts that were read with some variables alone.
    pub(super) fn groups(&self) -> &[AskedGroup] {
        &self.groups
    }

    /// The same, with nothing worked out: for a table that has other columns.
    pub(super) fn anew(&self) -> Self {
        Self {
            groups: self.groups.clone(),
            unknown: Mutex::default(),
        }
    }
}

impl Table {
    /// The same table, in which contacts of these groups have only what they were asked for. Those of no group are
    /// known in full.
    #[must_use]
    pub fn asked_in(mut self, groups: Vec<AskedGroup>) -> Self {
        let in_part = |group: &AskedGroup| !group.names.contains("*") && !group.rows.is_empty();
        self.asked = Arc::new(Asked {
            groups: groups.into_iter().filter(in_part).collect(),
            unknown: Mutex::default(),
        });
        self
    }

    /// The contacts of whom it isn't known whether they have a variable: read without it, and no value came otherwise.
    /// `None` where there are none.
    pub fn unknown(&self, field: &str) -> Option<Arc<RowSet>> {
        if self.asked.groups.is_empty() || OWN.contains(&field) {
            return None;
        }
        let mut unknown = self
            .asked
            .unknown
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(rows) = unknown.get(field) {
            return rows.clone();
        }
        let rows = self.without(field);
        let rows = (!rows.is_empty()).then(|| Arc::new(rows));
        // Names that are being typed are many; columns are few.
        if self.column(field).is_some() {
            unknown.insert(field.to_owned(), rows.clone());
        }
        rows
    }

    fn without(&self, field: &str) -> RowSet {
        let groups = self.asked.groups.iter();
        let lacking = groups.filter(|group| !group.names.contains(field));
        let rows = lacking.fold(RowSet::none(self.rows()), |rows, group| {
            rows.union(&group.rows)
        });
        match self.column(field) {
            Some(column) => {
                let unset = rows.iter().filter(|row| !column.is_set(*row));
                RowSet::of(self.rows(), unset)
            }
            None => rows,
        }
    }
}
