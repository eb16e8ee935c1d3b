//! Which variables contacts were read with.
//!
//! A contact keeps every name it was ever read with: what an earlier read or import told of it is still there. Contacts
//! share their sets of names, of which there are few.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rusqlite::{Transaction, params};

use crate::audience::{AskedGroup, RowSet};
use crate::store::StoreError;

use super::columns::ContactView;

/// Sets of names by their numbers, with the rows of the contacts that have them.
type Sets = HashMap<i64, (Arc<BTreeSet<String>>, Vec<u32>)>;

/// Where contacts come from, and with which variables.
#[derive(Debug, Clone, Copy)]
pub(super) enum Read<'a> {
    /// The platform was asked for these variables, `*` for all; none where that isn't known.
    Asked(&'a [String]),
    /// A file has these columns.
    File(&'a [String]),
}

impl<'a> Read<'a> {
    /// The names that the platform was asked for: what a contact lacks of them is unset.
    pub(super) fn asked(self) -> &'a [String] {
        match self {
            Self::Asked(names) => names,
            Self::File(_) => &[],
        }
    }
}

/// Notes what contacts were read with, in one write.
pub(super) struct Notes<'a> {
    transaction: &'a Transaction<'a>,
    bot: i64,
    read: Read<'a>,
    /// The set that a contact has from now on, by the one that it has.
    next: HashMap<Option<i64>, i64>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(transaction: &'a Transaction<'a>, bot: i64, read: Read<'a>) -> Self {
        Self {
            transaction,
            bot,
            read,
            next: HashMap::new(),
        }
    }

    /// Notes it of a contact that has this set of names; whether that is another set now.
    pub(super) fn note(
        &mut self,
        contact: i64,
        has: Option<i64>,
        is_new: bool,
    ) -> Result<bool, StoreError> {
        let names = match self.read {
            // Of an older contact nothing was noted: a file says nothing of what it was read with before.
            Read::File(_) if has.is_none() && !is_new => return Ok(false),
            Read::Asked(names) | Read::File(names) => names,
        };
        if names.is_empty() {
            return Ok(false);
        }
        let next = if let Some(next) = self.next.get(&has) {
            *next
        } else {
            let next = self.union(has, names)?;
            self.next.insert(has, next);
            next
        };
        if has != Some(next) {
            self.transaction
                .prepare_cached("UPDATE contact SET asked = ?1 WHERE id = ?2")?
                .execute([next, contact])?;
        }
        Ok(has != Some(next))
    }

    /// The number of a set together with these names.
    fn union(&self, has: Option<i64>, names: &[String]) -> Result<i64, StoreError> {
        let mut union: BTreeSet<String> = names.iter().cloned().collect();
        if let Some(has) = has {
            let text: String = self.transaction.query_row(
                "SELECT names FROM asked WHERE id = ?1",
                [has],
                |row| row.get(0),
            )?;
            union.extend(names_of(&text));
        }
        if union.contains("*") {
            union.retain(|name| name == "*");
        }
        let text = serde_json::json!(union).to_string();
        self.transaction.execute(
            "INSERT OR IGNORE INTO asked (bot, names) VALUES (?1, ?2)",
            params![self.bot, text],
        )?;
        Ok(self.transaction.query_row(
            "SELECT id FROM asked WHERE bot = ?1 AND names = ?2",
            params![self.bot, text],
            |row| row.get(0),
        )?)
    }
}

impl ContactView<'_> {
    /// The contacts that were read with some variables alone, by these.
    ///
    /// # Errors
    /// Those of the database.
    pub fn asked(&self) -> Result<Vec<AskedGroup>, StoreError> {
        let sets = self.sets_in_part()?.into_iter();
        let mut rows_of: Sets = sets
            .map(|(number, names)| (number, (names, Vec::new())))
            .collect();
        if rows_of.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = self.transaction.prepare_cached(
            "SELECT id, asked FROM contact NOT INDEXED WHERE bot = ?1 AND asked IS NOT NULL ORDER BY id",
        )?;
        let mut found = statement.query([self.bot])?;
        let mut ids = self.ids.iter().peekable();
        while let Some(row) = found.next()? {
            let (contact, asked): (i64, i64) = (row.get(0)?, row.get(1)?);
            while ids.next_if(|(_, id)| *id < contact).is_some() {}
            if let Some((index, _)) = ids.next_if(|(_, id)| *id == contact)
                && let Some((_, rows)) = rows_of.get_mut(&asked)
            {
                rows.push(index);
            }
        }
        let count = self.rows();
        let groups = rows_of
            .into_values()
            .filter(|(_, rows)| !rows.is_empty())
            .map(|(names, rows)| AskedGroup {
                names: BTreeSet::clone(&names),
                rows: RowSet::of(count, rows),
            });
        let mut groups: Vec<AskedGroup> = groups.collect();
        groups.sort_by(|one, other| one.names.cmp(&other.names));
        Ok(groups)
    }

    /// The sets of names that aren't all names, by their numbers.
    pub(super) fn sets_in_part(&self) -> Result<HashMap<i64, Arc<BTreeSet<String>>>, StoreError> {
        let mut statement = self
            .transaction
            .prepare_cached("SELECT id, names FROM asked WHERE bot = ?1")?;
        let mut rows = statement.query([self.bot])?;
        let mut sets = HashMap::new();
        while let Some(row) = rows.next()? {
            let text: String = row.get(1)?;
            let names: BTreeSet<String> = names_of(&text).into_iter().collect();
            if !names.contains("*") {
                sets.insert(row.get(0)?, Arc::new(names));
            }
        }
        Ok(sets)
    }
}

/// Written here alone; of a text that is none of ours nothing is known to be held.
fn names_of(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}
