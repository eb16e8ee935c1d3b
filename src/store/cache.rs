//! The cache of one profile: what the platform said, what was recorded of it, contacts, drafts.
//!
//! Can be thrown away: a damaged one is set aside and begun anew. Secrets and unmasked hook URLs are here alone.

mod asked;
mod audiences;
mod bots;
mod broadcasts;
mod changes;
mod columns;
mod contacts;
mod drafts;
mod ids;
mod marks;
mod salvage;

use std::fs;
use std::path::Path;

use rusqlite::{Connection, Transaction};

use crate::domain::text;

use super::StoreError;
use super::guard::with_suffix;
use super::schema::{self, Access, Opened, Schema};
use super::sql;

pub use audiences::Members;
pub use changes::{Known, Update};
pub use columns::ContactView;
pub use contacts::Merged;
pub use drafts::{Draft, DraftAside, DraftGlance};
pub use ids::ContactIds;

/// What the cache's file is: `MyLC`.
const SCHEMA: Schema = Schema {
    application_id: 0x4d79_4c43,
    synchronous: "NORMAL",
    is_precious: false,
    migrations: &[
        include_str!("../../assets/migrations/cache/1.sql"),
        include_str!("../../assets/migrations/cache/2.sql"),
        include_str!("../../assets/migrations/cache/3.sql"),
        include_str!("../../assets/migrations/cache/4.sql"),
    ],
};

/// The cache of one profile: `cache.db`, WAL, `synchronous=NORMAL`.
#[derive(Debug)]
pub struct Cache {
    opened: Opened,
    /// How often this one wrote anything but drafts.
    writes: i64,
}

impl Cache {
    /// Opens a cache, creates it where there is none; sets a damaged one aside and begins anew, with a notice.
    ///
    /// # Errors
    /// [`StoreError::NotOurs`], [`StoreError::Io`], [`StoreError::Busy`], [`StoreError::Sqlite`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        match schema::open(path, &SCHEMA) {
            Ok(opened) => Ok(Self::over(opened)),
            Err(error) if error.is_damage() => Self::rebuild(path),
            Err(error) => Err(error),
        }
    }

    /// Sets a cache aside, of which a read or write said that it is damaged, and begins anew. The operator's own work
    /// is taken over as far as it can be read: drafts, recorded settings and audiences, and the times of throttled calls.
    ///
    /// # Errors
    /// As [`Cache::open`].
    pub fn rebuild(path: &Path) -> Result<Self, StoreError> {
        let aside = schema::free_name(path, "damaged");
        for suffix in ["-wal", "-shm"] {
            let file = with_suffix(path, suffix);
            if file.exists() {
                let target = with_suffix(&aside, suffix);
                fs::rename(&file, target).map_err(StoreError::io("Setting aside", &file))?;
            }
        }
        fs::rename(path, &aside).map_err(StoreError::io("Setting aside", path))?;
        let opened = schema::open(path, &SCHEMA)?;
        let mut cache = Self::over(opened);
        let saved = salvage::take_over(&mut cache, &aside)?;
        cache.opened.notices.push(format!(
            "The cache was damaged and is begun anew; the old one is kept as {}. {saved} Run `mylink sync`",
            aside.display()
        ));
        Ok(cache)
    }

    /// The same cache over a connection of its own, for reading beside this one.
    ///
    /// # Errors
    /// Those of the database.
    pub fn reader(&self) -> Result<Self, StoreError> {
        Ok(Self::over(schema::open_reader(&self.opened)?))
    }

    /// Whether it may be written.
    pub fn access(&self) -> Access {
        self.opened.access
    }

    /// What the operator should be told about the opening, in sentences.
    pub fn notices(&self) -> &[String] {
        &self.opened.notices
    }

    /// Checks the whole file's structure; takes a while on a large cache.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn check_structure(&self) -> Result<(), StoreError> {
        self.opened.check_structure()
    }

    fn over(opened: Opened) -> Self {
        Self { opened, writes: 0 }
    }

    /// A number that is another one after every write of another process, but for those of drafts, and stays the same
    /// after this one's.
    ///
    /// # Errors
    /// Those of the database.
    pub fn writes_elsewhere(&self) -> Result<i64, StoreError> {
        if self.access() != Access::ReadWrite {
            return self.read("Asking for changes of the cache", |connection| {
                Ok(connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
            });
        }
        let all: i64 = self.read("Asking for changes of the cache", |connection| {
            let mut statement = connection.prepare_cached("SELECT writes FROM written")?;
            Ok(statement.query_row([], |row| row.get(0))?)
        })?;
        Ok(all - self.writes)
    }

    fn write<R>(
        &mut self,
        action: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        let result = self.opened.write(action, |transaction| {
            let result = work(transaction)?;
            transaction
                .prepare_cached("UPDATE written SET writes = writes + 1")?
                .execute([])?;
            Ok(result)
        })?;
        self.writes += 1;
        Ok(result)
    }

    /// Writes drafts: whoever shows what is cached need not look at all of it again.
    fn write_drafts<R>(
        &mut self,
        action: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        self.opened.write(action, work)
    }

    fn read<'a, R>(
        &'a self,
        action: &'static str,
        work: impl FnOnce(&'a Connection) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        self.opened.read(action, work)
    }
}

/// The row number of a bot, listed or not.
fn bot_id(connection: &Connection, key: &str) -> Result<i64, StoreError> {
    let id = connection
        .prepare_cached("SELECT id FROM bot WHERE key = ?1")?
        .query_row([key], |row| row.get(0));
    sql::one(id)?.ok_or_else(|| StoreError::UnknownBot {
        key: text::shown(key).into_owned(),
    })
}

/// The row number of an audience.
fn audience_number(connection: &Connection, bot: i64, id: &str) -> Result<i64, StoreError> {
    let number = connection
        .prepare_cached("SELECT number FROM audience WHERE bot = ?1 AND id = ?2")?
        .query_row((bot, id), |row| row.get(0));
    sql::one(number)?.ok_or_else(|| StoreError::UnknownAudience {
        id: text::shown(id).into_owned(),
    })
}
