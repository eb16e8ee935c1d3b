//! The columns in which the contacts of a bot are looked through.

use jiff::Timestamp;
use rusqlite::params;

use crate::store::StoreError;
use crate::store::sql::{Time, one};

use super::Notebook;

impl Notebook {
    /// Remembers the columns for the contacts of a bot (by its key), in the place of those before.
    ///
    /// # Errors
    /// Those of the database.
    pub fn save_columns(
        &mut self,
        bot_key: &str,
        names: &[String],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        // Names can't fail to serialise into memory.
        let json = serde_json::to_string(names).unwrap_or_default();
        self.write("Saving the columns", |transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO shown_columns (bot, names, saved_at) VALUES (?1, ?2, ?3)",
                params![bot_key, json, Time(at)],
            )?;
            Ok(())
        })
    }

    /// The columns that were remembered for the contacts of a bot; what can't be read is as if not there, and so is an
    /// empty list.
    ///
    /// # Errors
    /// Those of the database.
    pub fn columns(&self, bot_key: &str) -> Result<Option<Vec<String>>, StoreError> {
        let json = self.read("Reading the columns", |connection| {
            one(connection.query_row(
                "SELECT names FROM shown_columns WHERE bot = ?1",
                [bot_key],
                |row| row.get::<_, String>(0),
            ))
        })?;
        let names = json.and_then(|json| serde_json::from_str::<Vec<String>>(&json).ok());
        Ok(names.filter(|names| !names.is_empty()))
    }
}
