//! The sandbox's `SQLite` file: one connection, so one writer, behind a lock and off the async threads.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::answer::Refusal;
use super::error::SandboxError;

/// The file's name in the data folder.
pub(super) const FILE: &str = "sandbox.db";

/// Each version's statements, in order; only ever added to.
const MIGRATIONS: [&str; 1] = [include_str!("../../assets/migrations/sandbox/001.sql")];

/// The open file.
#[derive(Debug, Clone)]
pub(super) struct Database(Arc<Mutex<Connection>>);

impl Database {
    /// Opens or makes the file, 0600, and brings it to the newest version.
    ///
    /// # Errors
    /// [`SandboxError::Newer`] where a newer program wrote it; otherwise what the system or `SQLite` say.
    pub(super) fn open(folder: &Path) -> Result<Self, SandboxError> {
        let path = folder.join(FILE);
        OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&path)
            .map_err(SandboxError::io(&path))?;
        let mut connection = Connection::open(&path)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;",
        )?;
        connection.set_prepared_statement_cache_capacity(64);
        migrate(&mut connection)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Waits for the disk no more: what is in it is thrown away anyhow.
    ///
    /// # Errors
    /// What `SQLite` says.
    pub(super) fn hurry(&self) -> rusqlite::Result<()> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;")
    }

    /// Works in one write transaction on this thread.
    ///
    /// # Errors
    /// What the work gives, after which nothing is changed; what `SQLite` says.
    pub(super) fn write_here<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = work(&transaction)?;
        transaction.commit()?;
        Ok(answer)
    }

    /// Works in one write transaction on a thread of its own.
    ///
    /// # Errors
    /// What the work gives, after which nothing is changed.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let database = self.clone();
        tokio::task::spawn_blocking(move || database.write_here(work))
            .await
            .map_err(Refusal::internal)?
    }

    /// Reads on a thread of its own.
    ///
    /// # Errors
    /// What the work gives.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let database = self.clone();
        tokio::task::spawn_blocking(move || {
            work(&database.0.lock().unwrap_or_else(PoisonError::into_inner))
        })
        .await
        .map_err(Refusal::internal)?
    }
}

fn migrate(connection: &mut Connection) -> Result<(), SandboxError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let done = usize::try_from(version)
        .ok()
        .filter(|done| *done <= MIGRATIONS.len())
        .ok_or(SandboxError::Newer(version))?;
    for statements in &MIGRATIONS[done..] {
        transaction.execute_batch(statements)?;
    }
    let newest = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    transaction.pragma_update(None, "user_version", newest)?;
    transaction.commit()?;
    Ok(())
}

/// Reads one of the few single values.
pub(super) fn meta(connection: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    connection
        .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
            row.get(0)
        })
        .optional()
}

/// Writes one of the few single values.
pub(super) fn set_meta(connection: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    connection
        .execute(
            "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
            [key, value],
        )
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_of_a_newer_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        Database::open(folder.path()).unwrap();
        let connection = Connection::open(folder.path().join(FILE)).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(
            Database::open(folder.path()),
            Err(SandboxError::Newer(99))
        ));
    }
}
