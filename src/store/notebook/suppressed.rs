//! Who must not be written to.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::domain::suppression;
use crate::store::StoreError;
use crate::store::sql::{Count, Time, one};

use super::Notebook;

/// Somebody who must not be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// The `user_id` or phone number; kept in its normal form ([`suppression::key`]).
    pub identity: String,
    /// Why.
    pub reason: String,
    /// Who put them on the list.
    pub added_by: String,
    /// When.
    pub added_at: Timestamp,
}

impl Notebook {
    /// Puts people on the list, all or none of them. Who is on it stays as before, with the first reason; identities
    /// without a text are left out. Returns how many came in.
    ///
    /// # Errors
    /// Those of the database.
    pub fn suppress(&mut self, people: &[Suppressed]) -> Result<u64, StoreError> {
        self.write("Adding to the suppression list", |transaction| {
            let mut insert = transaction.prepare_cached(
                "INSERT OR IGNORE INTO suppressed (identity, reason, added_by, added_at) VALUES (?1, ?2, ?3, ?4)",
            )?;
            let mut added = 0;
            for person in people {
                let key = suppression::key(&person.identity);
                if !key.is_empty() {
                    let time = Time(person.added_at);
                    added += insert.execute(params![key, person.reason, person.added_by, time])?;
                }
            }
            Ok(added as u64)
        })
    }

    /// Takes people off the list, all or none of them. Returns how many were on it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unsuppress(&mut self, identities: &[String]) -> Result<u64, StoreError> {
        self.write("Removing from the suppression list", |transaction| {
            let mut delete =
                transaction.prepare_cached("DELETE FROM suppressed WHERE identity = ?1")?;
            let keys: HashSet<String> = identities
                .iter()
                .map(|text| suppression::key(text))
                .collect();
            let mut removed = 0;
            for identity in kept_as(transaction, &keys)? {
                removed += delete.execute([identity])?;
            }
            Ok(removed as u64)
        })
    }

    /// How many people are on the list.
    ///
    /// # Errors
    /// Those of the database.
    pub fn suppressed_count(&self) -> Result<u64, StoreError> {
        self.read("Reading the suppression list", |connection| {
            let count =
                connection.query_row("SELECT count(*) FROM suppressed", [], |row| row.get(0));
            Ok(count.map(|Count(count)| count)?)
        })
    }

    /// Everybody on the list, in their normal form.
    ///
    /// # Errors
    /// Those of the database.
    pub fn suppressed_keys(&self) -> Result<HashSet<String>, StoreError> {
        self.read("Reading the suppression list", |connection| {
            Ok(connection
                .prepare_cached("SELECT identity FROM suppressed")?
                .query_map([], |row| Ok(suppression::key(row.get_ref(0)?.as_str()?)))?
                .collect::<rusqlite::Result<_>>()?)
        })
    }

    /// A mark of the notebook's state: while it is the same, nobody has written to it, here or in another process.
    ///
    /// # Errors
    /// Those of the database.
    pub fn revision(&self) -> Result<(i64, i64), StoreError> {
        self.read("Looking for changes of the notebook", |connection| {
            let others = connection.query_row("PRAGMA data_version", [], |row| row.get(0))?;
            let ours = connection.query_row("SELECT total_changes()", [], |row| row.get(0))?;
            Ok((others, ours))
        })
    }

    /// The list, the newest first and then by identity: `limit` of them after the first `offset`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn suppressed(&self, offset: u64, limit: u64) -> Result<Vec<Suppressed>, StoreError> {
        self.read("Reading the suppression list", |connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT identity, reason, added_by, added_at FROM suppressed
                     ORDER BY added_at DESC, identity LIMIT ?1 OFFSET ?2",
                )?
                .query_map(params![Count(limit), Count(offset)], suppressed)?
                .collect::<rusqlite::Result<_>>()?)
        })
    }

    /// What the list says of one identity.
    ///
    /// # Errors
    /// Those of the database.
    pub fn suppression(&self, identity: &str) -> Result<Option<Suppressed>, StoreError> {
        self.read("Reading the suppression list", |connection| {
            let keys = HashSet::from([suppression::key(identity)]);
            let Some(identity) = kept_as(connection, &keys)?.pop() else {
                return Ok(None);
            };
            one(connection.query_row(
                "SELECT identity, reason, added_by, added_at FROM suppressed WHERE identity = ?1",
                [identity],
                suppressed,
            ))
        })
    }

    /// Which of the identities are on the list, in their normal form: what [`suppression::take_out`] wants. Quick for
    /// hundreds of thousands.
    ///
    /// # Errors
    /// Those of the database.
    pub fn suppressed_among(
        &self,
        identities: &HashSet<String>,
    ) -> Result<HashSet<String>, StoreError> {
        self.read("Reading the suppression list", |connection| {
            let keys: HashSet<String> = identities
                .iter()
                .map(|text| suppression::key(text))
                .collect();
            let kept = kept_as(connection, &keys)?;
            Ok(kept.iter().map(|text| suppression::key(text)).collect())
        })
    }
}

/// Who of the list has one of these forms, as the list has them. All of it is read: what earlier versions wrote may be
/// in a form that is none any more.
fn kept_as(connection: &Connection, keys: &HashSet<String>) -> Result<Vec<String>, StoreError> {
    let mut all = connection.prepare_cached("SELECT identity FROM suppressed")?;
    let mut rows = all.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let identity = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        if keys.contains(&*suppression::normal(identity)) {
            found.push(identity.to_owned());
        }
    }
    Ok(found)
}

fn suppressed(row: &Row<'_>) -> rusqlite::Result<Suppressed> {
    Ok(Suppressed {
        identity: row.get(0)?,
        reason: row.get(1)?,
        added_by: row.get(2)?,
        added_at: row.get::<_, Time>(3)?.0,
    })
}
