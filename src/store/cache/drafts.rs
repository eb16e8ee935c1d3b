//! Drafts of plans: one a broadcast, as JSON text. Several programs may write the same one: a save replaces only the
//! draft that its writer knew, by its mark. What could not be saved so, or gave way knowingly, is set aside.

use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};

use crate::store::StoreError;
use crate::store::sql::{Count, Time, one};

use super::Cache;

/// Drafts of a broadcast that are set aside at most; the oldest go.
const ASIDE: u64 = 10;

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
    /// What tells this save from all others; empty where an earlier version made it.
    pub mark: String,
    /// Who saved it, in words; empty where an earlier version made it.
    pub writer: String,
}

/// Which draft is kept, without its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftGlance {
    /// Its mark.
    pub mark: String,
    /// The length of its plan in bytes.
    pub bytes: u64,
}

/// A draft that was set aside, without its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftAside {
    /// Its mark.
    pub mark: String,
    /// Who wrote it, in words.
    pub writer: String,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// The length of its plan in bytes.
    pub bytes: u64,
}

impl Cache {
    /// Saves the draft of a broadcast in the place of the one with the mark `on`, or of none; says whether it did. Where
    /// another one is kept by now, nothing is changed, unless that holds the very same plan: then the new mark takes the
    /// place of its mark.
    ///
    /// # Errors
    /// Those of the database.
    pub fn save_draft(&mut self, draft: &Draft, on: &str) -> Result<bool, StoreError> {
        self.write_drafts("Saving the draft", |transaction| {
            let kept = kept(transaction, &draft.bot_key, &draft.broadcast_id)?;
            let may_replace = kept
                .as_ref()
                .is_none_or(|kept| kept.mark == on || kept.plan == draft.plan);
            if may_replace {
                insert(transaction, "draft", draft)?;
            }
            Ok(may_replace)
        })
    }

    /// Sets a draft aside, in the place of the one with its mark; of those of a broadcast the newest ten stay.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_draft_aside(&mut self, draft: &Draft) -> Result<(), StoreError> {
        self.write_drafts("Setting a draft aside", |transaction| {
            set_aside(transaction, draft)
        })
    }

    /// Sets the kept draft of a broadcast aside, if it has this mark, so that another may replace it. What was set aside
    /// under `mine` is forgotten, since that becomes the draft.
    ///
    /// # Errors
    /// Those of the database.
    pub fn give_way(
        &mut self,
        bot_key: &str,
        broadcast_id: &str,
        mark: &str,
        mine: Option<&str>,
    ) -> Result<(), StoreError> {
        self.write_drafts("Setting the draft aside", |transaction| {
            let kept = kept(transaction, bot_key, broadcast_id)?;
            let Some(kept) = kept.filter(|kept| kept.mark == mark) else {
                return Ok(());
            };
            set_aside(transaction, &kept)?;
            transaction.execute(
                "DELETE FROM draft_aside WHERE bot = ?1 AND broadcast = ?2 AND mark = ?3",
                params![bot_key, broadcast_id, mine],
            )?;
            Ok(())
        })
    }

    /// The drafts of a broadcast that were set aside, without their plans, the newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn drafts_aside(
        &self,
        bot_key: &str,
        broadcast_id: &str,
    ) -> Result<Vec<DraftAside>, StoreError> {
        self.read("Reading the drafts set aside", |connection| {
            Ok(connection
                .prepare_cached(
                    "SELECT mark, writer, saved_at, octet_length(plan) FROM draft_aside
                     WHERE bot = ?1 AND broadcast = ?2 ORDER BY saved_at DESC, mark",
                )?
                .query_map([bot_key, broadcast_id], |row| {
                    Ok(DraftAside {
                        mark: row.get(0)?,
                        writer: row.get(1)?,
                        saved_at: row.get::<_, Time>(2)?.0,
                        bytes: row.get::<_, Count>(3)?.0,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?)
        })
    }

    /// A draft of a broadcast that was set aside, by its mark.
    ///
    /// # Errors
    /// Those of the database.
    pub fn draft_aside(
        &self,
        bot_key: &str,
        broadcast_id: &str,
        mark: &str,
    ) -> Result<Option<Draft>, StoreError> {
        self.read("Reading the draft set aside", |connection| {
            one(connection.query_row(
                "SELECT bot, broadcast, plan, saved_at, mark, writer FROM draft_aside
                 WHERE bot = ?1 AND broadcast = ?2 AND mark = ?3",
                [bot_key, broadcast_id, mark],
                draft,
            ))
        })
    }

    /// The draft of a broadcast.
    ///
    /// # Errors
    /// Those of the database.
    pub fn draft(&self, bot_key: &str, broadcast_id: &str) -> Result<Option<Draft>, StoreError> {
        self.read("Reading the draft", |connection| {
            kept(connection, bot_key, broadcast_id)
        })
    }

    /// Which draft of a broadcast is kept, without reading its plan.
    ///
    /// # Errors
    /// Those of the database.
    pub fn draft_glance(
        &self,
        bot_key: &str,
        broadcast_id: &str,
    ) -> Result<Option<DraftGlance>, StoreError> {
        self.read("Looking at the draft", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT mark, octet_length(plan) FROM draft WHERE bot = ?1 AND broadcast = ?2",
            )?;
            one(statement.query_row([bot_key, broadcast_id], |row| {
                let Count(bytes) = row.get(1)?;
                let mark = row.get(0)?;
                Ok(DraftGlance { mark, bytes })
            }))
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
                    "SELECT bot, broadcast, plan, saved_at, mark, writer FROM draft
                     ORDER BY saved_at DESC, bot, broadcast",
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
        self.write_drafts("Deleting the draft", |transaction| {
            let deleted = transaction.execute(
                "DELETE FROM draft WHERE bot = ?1 AND broadcast = ?2",
                [bot_key, broadcast_id],
            )?;
            Ok(deleted > 0)
        })
    }
}

fn kept(
    connection: &Connection,
    bot_key: &str,
    broadcast_id: &str,
) -> Result<Option<Draft>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT bot, broadcast, plan, saved_at, mark, writer FROM draft WHERE bot = ?1 AND broadcast = ?2",
    )?;
    one(statement.query_row([bot_key, broadcast_id], draft))
}

fn set_aside(transaction: &Transaction<'_>, draft: &Draft) -> Result<(), StoreError> {
    insert(transaction, "draft_aside", draft)?;
    transaction.execute(
        "DELETE FROM draft_aside WHERE bot = ?1 AND broadcast = ?2 AND mark NOT IN (
             SELECT mark FROM draft_aside WHERE bot = ?1 AND broadcast = ?2
             ORDER BY saved_at DESC, mark LIMIT ?3)",
        params![draft.bot_key, draft.broadcast_id, Count(ASIDE)],
    )?;
    Ok(())
}

fn insert(transaction: &Transaction<'_>, table: &str, draft: &Draft) -> Result<(), StoreError> {
    transaction
        .prepare_cached(&format!(
            "INSERT OR REPLACE INTO {table} (bot, broadcast, plan, saved_at, mark, writer)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ))?
        .execute(params![
            draft.bot_key,
            draft.broadcast_id,
            draft.plan,
            Time(draft.saved_at),
            draft.mark,
            draft.writer
        ])?;
    Ok(())
}

fn draft(row: &Row<'_>) -> rusqlite::Result<Draft> {
    Ok(Draft {
        bot_key: row.get(0)?,
        broadcast_id: row.get(1)?,
        plan: row.get(2)?,
        saved_at: row.get::<_, Time>(3)?.0,
        mark: row.get(4)?,
        writer: row.get(5)?,
    })
}
