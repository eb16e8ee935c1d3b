//! When something was last done: throttled calls, by name, and synced parts, by bot. And which journal stood beside
//! the cache, so that a lost one is noticed.

use jiff::Timestamp;
use rusqlite::params;

use crate::store::StoreError;
use crate::store::journal::JournalMark;
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

    /// Notes which journal stands beside the cache; a sentence where it isn't the one of last time, or has fewer
    /// launches: a file that was deleted, replaced or restored.
    ///
    /// # Errors
    /// Those of the database.
    pub fn remember_journal(&mut self, mark: &JournalMark) -> Result<Option<String>, StoreError> {
        self.write("Saving the journal's mark", |transaction| {
            let known =
                one(
                    transaction.query_row("SELECT id, sequence FROM journal", [], |row| {
                        Ok(JournalMark {
                            id: row.get(0)?,
                            sequence: row.get::<_, Count>(1)?.0,
                        })
                    }),
                )?;
            transaction.execute(
                "INSERT OR REPLACE INTO journal (only_row, id, sequence) VALUES (1, ?1, ?2)",
                params![mark.id, Count(mark.sequence)],
            )?;
            Ok(known.and_then(|known| loss(&known, mark)))
        })
    }
}

fn loss(known: &JournalMark, found: &JournalMark) -> Option<String> {
    const ADVICE: &str = "Launches may be missing from the record, so look for repeats yourself";
    if known.id != found.id {
        return Some(format!(
            "The journal is not the one that was here last time, which had counted {} launches. {ADVICE}",
            known.sequence
        ));
    }
    (known.sequence > found.sequence).then(|| {
        format!(
            "The journal had counted {} launches last time, and {} now. {ADVICE}",
            known.sequence, found.sequence
        )
    })
}
