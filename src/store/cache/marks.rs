//! When something was last done: throttled calls, by name, and synced parts, by bot. And which journal stood beside
//! the cache, so that a lost one is noticed.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use crate::store::StoreError;
use crate::store::journal::{JournalMark, TroubleKind};
use crate::store::sql::{Count, Time, one};

use super::Cache;

impl Cache {
    /// Notes when a throttled call was last made. The platform answers a throttled call with 400 `[D]`, so the next
    /// one isn't made before its time.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_throttle(&mut self, name: &str, at: Timestamp) -> Result<(), StoreError> {
        self.write("Saving the time of a call", |transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO throttle (name, at) VALUES (?1, ?2)",
                params![name, Time(at)],
            )?;
            Ok(())
        })
    }

    /// When a throttled call was last made.
    ///
    /// # Errors
    /// Those of the database.
    pub fn throttle(&self, name: &str) -> Result<Option<Timestamp>, StoreError> {
        self.read("Reading the time of a call", |connection| {
            let at =
                connection.query_row("SELECT at FROM throttle WHERE name = ?1", [name], |row| {
                    row.get::<_, Time>(0)
                });
            Ok(one(at)?.map(|time| time.0))
        })
    }

    /// Notes when a part (`bots`, `broadcasts`, `audiences` ...) of a bot was last synced; an empty key is the account.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_synced(
        &mut self,
        bot_key: &str,
        part: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("Saving the time of a sync", |transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO synced (bot, part, at) VALUES (?1, ?2, ?3)",
                params![bot_key, part, Time(at)],
            )?;
            Ok(())
        })
    }

    /// When a part of a bot was last synced.
    ///
    /// # Errors
    /// Those of the database.
    pub fn synced(&self, bot_key: &str, part: &str) -> Result<Option<Timestamp>, StoreError> {
        self.read("Reading the time of a sync", |connection| {
            let at = connection.query_row(
                "SELECT at FROM synced WHERE bot = ?1 AND part = ?2",
                [bot_key, part],
                |row| row.get::<_, Time>(0),
            );
            Ok(one(at)?.map(|time| time.0))
        })
    }

    /// Holds the journal beside the cache against the one of last time, and notes it where it is that one. Where it
    /// isn't, or has fewer launches (a file that was deleted, replaced or put back), the old mark stays until a person
    /// accepts the new one, and what is wrong comes back.
    ///
    /// # Errors
    /// Those of the database.
    pub fn remember_journal(
        &mut self,
        mark: &JournalMark,
    ) -> Result<Option<TroubleKind>, StoreError> {
        self.write("Saving the journal's mark", |transaction| {
            let loss = known_journal(transaction)?.and_then(|known| known.loss(mark));
            if loss.is_none() {
                note_journal(transaction, mark)?;
            }
            Ok(loss)
        })
    }

    /// The journal that stood beside the cache last time.
    ///
    /// # Errors
    /// Those of the database.
    pub fn known_journal(&self) -> Result<Option<JournalMark>, StoreError> {
        self.read("Reading the journal's mark", known_journal)
    }

    /// Notes the journal beside the cache as the right one, whatever stood there before: a person's word.
    ///
    /// # Errors
    /// Those of the database.
    pub fn accept_journal(&mut self, mark: &JournalMark) -> Result<(), StoreError> {
        self.write("Saving the journal's mark", |transaction| {
            note_journal(transaction, mark)
        })
    }
}

fn note_journal(transaction: &Transaction<'_>, mark: &JournalMark) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT OR REPLACE INTO journal (only_row, id, sequence) VALUES (1, ?1, ?2)",
        params![mark.id, Count(mark.sequence)],
    )?;
    Ok(())
}

fn known_journal(connection: &Connection) -> Result<Option<JournalMark>, StoreError> {
    one(
        connection.query_row("SELECT id, sequence FROM journal", [], |row| {
            Ok(JournalMark {
                id: row.get(0)?,
                sequence: row.get::<_, Count>(1)?.0,
            })
        }),
    )
}
