//! Audiences and the reading of their contacts.
//!
//! ```text
//! start_reading ─→ append_page ... ─→ finish_reading: members and time are replaced, contacts that are left go
//!                       └─ broken off: the contacts that came are kept, the members stay those of the last whole read
//! ```

use jiff::Timestamp;
use rusqlite::{Row, Transaction, params};

use crate::domain::record::{Audience, Contact};
use crate::store::StoreError;
use crate::store::sql::{Count, Time};

use super::asked::Read;
use super::contacts::{Merged, merge, remove_left_over, touch};
use super::{Cache, audience_number, bot_id, changes};

impl Cache {
    /// Takes over a bot's list of audiences; members and times of those that stay are kept.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn replace_audiences(
        &mut self,
        bot_key: &str,
        audiences: &[Audience],
    ) -> Result<(), StoreError> {
        self.write("Saving the audiences", |transaction| {
            let bot = bot_id(transaction, bot_key)?;
            transaction.execute("UPDATE audience SET position = -1 WHERE bot = ?1", [bot])?;
            let mut insert = transaction.prepare(
                "INSERT INTO audience (bot, id, position, name, kind) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (bot, id) DO UPDATE SET position = excluded.position, name = excluded.name,
                     kind = excluded.kind",
            )?;
            for (position, audience) in audiences.iter().enumerate() {
                let position = Count(position as u64);
                insert.execute(params![bot, audience.id, position, audience.name, audience.kind])?;
            }
            remove_vanished(transaction, bot)
        })
    }

    /// The audiences of a bot, in the platform's order.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`].
    pub fn audiences(&self, bot_key: &str) -> Result<Vec<Audience>, StoreError> {
        self.read("Reading the audiences", |connection| {
            let bot = bot_id(connection, bot_key)?;
            let read = |row: &Row<'_>| {
                Ok(Audience {
                    id: row.get(0)?,
                    bot_key: bot_key.to_owned(),
                    name: row.get(1)?,
                    kind: row.get(2)?,
                    synced_at: row.get::<_, Option<Time>>(3)?.map(|time| time.0),
                })
            };
            Ok(connection
                .prepare_cached(
                    "SELECT id, name, kind, synced_at FROM audience WHERE bot = ?1 ORDER BY position",
                )?
                .query_map([bot], read)?
                .collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Begins to read an audience's contacts; what a read before left unfinished is forgotten.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`], [`StoreError::UnknownAudience`].
    pub fn start_reading(&mut self, bot_key: &str, audience_id: &str) -> Result<(), StoreError> {
        self.write("Beginning to read an audience", |transaction| {
            let bot = bot_id(transaction, bot_key)?;
            let audience = audience_number(transaction, bot, audience_id)?;
            transaction.execute(
                "DELETE FROM audience_reading WHERE audience = ?1",
                [audience],
            )?;
            Ok(())
        })
    }

    /// Saves a page of contacts: new values win, others stay.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`], [`StoreError::UnknownAudience`].
    pub fn append_page(
        &mut self,
        bot_key: &str,
        audience_id: &str,
        contacts: &[Contact],
    ) -> Result<Merged, StoreError> {
        self.append_page_asked(bot_key, audience_id, contacts, &[])
    }

    /// Saves a page of contacts that were asked for these variables, `*` for all: new values win, and what a contact
    /// doesn't have any more is unset. Others stay, and so does what was imported.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`], [`StoreError::UnknownAudience`].
    pub fn append_page_asked(
        &mut self,
        bot_key: &str,
        audience_id: &str,
        contacts: &[Contact],
        asked: &[String],
    ) -> Result<Merged, StoreError> {
        self.write("Saving contacts", |transaction| {
            let bot = bot_id(transaction, bot_key)?;
            let audience = audience_number(transaction, bot, audience_id)?;
            let mut position: i64 = transaction.query_row(
                "SELECT coalesce(max(position) + 1, 0) FROM audience_reading WHERE audience = ?1",
                [audience],
                |row| row.get(0),
            )?;
            let mut insert = transaction.prepare_cached(
                "INSERT INTO audience_reading (audience, position, contact) VALUES (?1, ?2, ?3)",
            )?;
            merge(transaction, bot, contacts, Read::Asked(asked), |contact| {
                insert.execute(params![audience, position, contact])?;
                position += 1;
                Ok(())
            })
        })
    }

    /// Ends a read that came to the audience's end: its members are those that were read (once each: a contact that
    /// moves between pages comes twice), and contacts that are in no audience and no import any more are removed.
    /// Returned is how many members it had, and how many it has now.
    ///
    /// # Errors
    /// [`StoreError::UnknownBot`], [`StoreError::UnknownAudience`].
    pub fn finish_reading(
        &mut self,
        bot_key: &str,
        audience_id: &str,
        at: Timestamp,
    ) -> Result<Members, StoreError> {
        self.write("Saving an audience", |transaction| {
            let bot = bot_id(transaction, bot_key)?;
            let audience = audience_number(transaction, bot, audience_id)?;
            changes::note_members(transaction, bot, audience)?;
            let before = transaction.execute(
                "DELETE FROM audience_member WHERE audience = ?1",
                [audience],
            )?;
            let now = transaction.execute(
                "INSERT INTO audience_member (audience, position, contact)
                 SELECT audience, min(position), contact FROM audience_reading WHERE audience = ?1
                 GROUP BY contact ORDER BY min(position)",
                [audience],
            )?;
            transaction.execute(
                "DELETE FROM audience_reading WHERE audience = ?1",
                [audience],
            )?;
            transaction.execute(
                "UPDATE audience SET synced_at = ?2 WHERE number = ?1",
                params![audience, Time(at)],
            )?;
            remove_left_over(transaction, bot)?;
            touch(transaction, bot, Some(at))?;
            Ok(Members { before, now })
        })
    }
}

/// How many members an audience has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Members {
    /// Before it was read.
    pub before: usize,
    /// As it was read.
    pub now: usize,
}

fn remove_vanished(transaction: &Transaction<'_>, bot: i64) -> Result<(), StoreError> {
    let vanished = "SELECT number FROM audience WHERE bot = ?1 AND position = -1";
    let count: i64 = transaction.query_row(
        &format!("SELECT count(*) FROM ({vanished})"),
        [bot],
        |row| row.get(0),
    )?;
    if count == 0 {
        return Ok(());
    }
    for table in ["audience_member", "audience_reading", "member_change"] {
        transaction.execute(
            &format!("DELETE FROM {table} WHERE audience IN ({vanished})"),
            [bot],
        )?;
    }
    transaction.execute(
        "DELETE FROM audience WHERE bot = ?1 AND position = -1",
        [bot],
    )?;
    remove_left_over(transaction, bot)?;
    touch(transaction, bot, None)
}
