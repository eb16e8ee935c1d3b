//! Drafts of plans: one a broadcast, as JSON text.

use jiff::Timestamp;
use rusqlite::{Row, params};

use crate::store::StoreError;
use crate::store::sql::{Time, one};

use super::Cache;

/// A plan that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The key of the bot.
    pub bot_key: String,
    /// The broadcast's id.
    pub broadcast_id: String,
    /// The plan as JSON, finished or not.
    pub plan: String,
    /// When it was saved.
    pub saved_at: Timestamp,
}

impl Cache {
    /// Saves the draft of a broadcast in the place of the one before.
    ///
    /// # Errors
    /// Those of the database.
    pub fn save_draft(&mut self, draft: &Draft) -> Result<(), StoreError> {
        self.write("Saving the draft", |transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO draft (bot, broadcast, plan, saved_at) VALUES (?1, ?2, ?3, ?4)",
                params![draft.bot_key, draft.broadcast_id, draft.plan, Time(draft.saved_at)],
            )?;
            Ok(())
        })
    }

    /// The draft of a broadcast.
    ///
    /// # Errors
    /// Those of the database.
    pub fn draft(&self, bot_key: &str, broadcast_id: &str) -> Result<Option<Draft>, StoreError> {
        self.read("Reading the draft", |connection| {
            one(connection.query_row(
                "SELECT bot, broadcast, plan, saved_at FROM draft WHERE bot = ?1 AND broadcast = ?2",
                [bot_key, broadcast_id],
                draft,
            ))
        })
    }

    /// All drafts, the newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn drafts(&self) -> Result<Vec<Draft>, StoreError> {
        self.read("Reading the drafts", |connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT bot, broadcast, plan, saved_at FROM draft ORDER BY saved_at DESC, bot, broadcast",
                )?
                .query_map([], draft)?
                .collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Deletes the draft of a broadcast; whether there was one.
    ///
    /// # Errors
    /// Those of the database.
    pub fn delete_draft(&mut self, bot_key: &str, broadcast_id: &str) -> Result<bool, StoreError> {
        self.write("Deleting the draft", |transaction| {
            let deleted = transaction.execute(
                "DELETE FROM draft WHERE bot = ?1 AND broadcast = ?2",
                [bot_key, broadcast_id],
            )?;
            Ok(deleted > 0)
        })
    }
}

fn draft(row: &Row<'_>) -> rusqlite::Result<Draft> {
    Ok(Draft {
        bot_key: row.get(0)?,
        broadcast_id: row.get(1)?,
        plan: row.get(2)?,
        saved_at: row.get::<_, Time>(3)?.0,
    })
}
