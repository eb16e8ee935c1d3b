//! Filters saved by name, to be used again.

use jiff::Timestamp;
use rusqlite::{Row, params};

use crate::store::StoreError;
use crate::store::sql::{Time, one};

use super::Notebook;

/// A filter that was given a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedFilter {
    /// The key of the bot whose contacts it is for.
    pub bot_key: String,
    /// Its name, unique for the bot.
    pub name: String,
    /// The filters as JSON, as `filters` of a plan.
    pub filters: String,
    /// When it was saved.
    pub saved_at: Timestamp,
}

impl Notebook {
    /// Saves a filter, in the place of the one of that name.
    ///
    /// # Errors
    /// Those of the database.
    pub fn save_filter(&mut self, filter: &SavedFilter) -> Result<(), StoreError> {
        self.write("Saving the filter", |transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO saved_filter (bot, name, filters, saved_at) VALUES (?1, ?2, ?3, ?4)",
                params![filter.bot_key, filter.name, filter.filters, Time(filter.saved_at)],
            )?;
            Ok(())
        })
    }

    /// The filter of a name.
    ///
    /// # Errors
    /// Those of the database.
    pub fn filter(&self, bot_key: &str, name: &str) -> Result<Option<SavedFilter>, StoreError> {
        self.read("Reading the saved filter", |connection| {
            one(connection.query_row(
                "SELECT bot, name, filters, saved_at FROM saved_filter WHERE bot = ?1 AND name = ?2",
                [bot_key, name],
                filter,
            ))
        })
    }

    /// The filters of a bot, by name.
    ///
    /// # Errors
    /// Those of the database.
    pub fn filters(&self, bot_key: &str) -> Result<Vec<SavedFilter>, StoreError> {
        self.read("Reading the saved filters", |connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT bot, name, filters, saved_at FROM saved_filter WHERE bot = ?1 ORDER BY name",
                )?
                .query_map([bot_key], filter)?
                .collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Deletes a filter; whether there was one.
    ///
    /// # Errors
    /// Those of the database.
    pub fn delete_filter(&mut self, bot_key: &str, name: &str) -> Result<bool, StoreError> {
        self.write("Deleting the saved filter", |transaction| {
            let deleted = transaction.execute(
                "DELETE FROM saved_filter WHERE bot = ?1 AND name = ?2",
                [bot_key, name],
            )?;
            Ok(deleted > 0)
        })
    }
}

fn filter(row: &Row<'_>) -> rusqlite::Result<SavedFilter> {
    Ok(SavedFilter {
        bot_key: row.get(0)?,
        name: row.get(1)?,
        filters: row.get(2)?,
        saved_at: row.get::<_, Time>(3)?.0,
    })
}
