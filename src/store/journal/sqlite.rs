//! The journal in a `SQLite` file of its own.

use std::collections::HashMap;
use std::path::Path;

use jiff::Timestamp;

use crate::domain::launch::{LaunchRecord, Outcome, Settlement};
use crate::domain::record::ContactId;
use crate::store::StoreError;
use crate::store::guard::{self, Identity};
use crate::store::schema::{self, Access, Opened, Schema};
use crate::store::sql;

use super::{ArmedLaunch, CallEnd, Journal, LaunchFilter, end, read, write};

/// What the journal's file is: `MyLJ`.
const SCHEMA: Schema = Schema {
    application_id: 0x4d79_4c4a,
    synchronous: "FULL",
    is_precious: true,
    migrations: &[include_str!("../../../assets/migrations/journal/1.sql")],
};

/// Tells a journal from another one put in its place, and a shortened one from a whole one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalMark {
    /// Random, made with the journal.
    pub id: String,
    /// How many launches it has counted; never falls.
    pub sequence: u64,
}

/// The journal of one profile: `journal.db`, WAL, `synchronous=FULL`.
#[derive(Debug)]
pub struct SqliteJournal {
    opened: Opened,
    identity: Identity,
    needed_space: u64,
    /// A commit failed: the system may have forgotten pages that it took, and says so only once.
    distrusted: bool,
}

impl SqliteJournal {
    /// Opens a journal, creates it where there is none, and checks its structure.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] (the file is left as it is), [`StoreError::NotOurs`], [`StoreError::Io`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let opened = schema::open(path, &SCHEMA)?;
        Ok(Self {
            identity: Identity::of(path)?,
            opened,
            needed_space: guard::NEEDED_SPACE,
            distrusted: false,
        })
    }

    /// Asks for another amount of free space before arming, in bytes.
    #[must_use]
    pub fn with_needed_space(mut self, bytes: u64) -> Self {
        self.needed_space = bytes;
        self
    }

    /// Whether it may be written.
    pub fn access(&self) -> Access {
        self.opened.access
    }

    /// What the operator should be told about the opening, in sentences.
    pub fn notices(&self) -> &[String] {
        &self.opened.notices
    }

    /// The journal's mark: kept in the cache, it shows at the next start that the journal was lost.
    ///
    /// # Errors
    /// Those of the database.
    pub fn mark(&self) -> Result<JournalMark, StoreError> {
        read::mark(&self.opened.connection)
    }

    /// Checks what must hold before a launch is armed.
    ///
    /// # Errors
    /// [`StoreError::NewerVersion`], [`StoreError::Distrusted`], [`StoreError::Replaced`], [`StoreError::NoSpace`].
    pub fn check(&self) -> Result<(), StoreError> {
        self.opened.check_writable()?;
        if self.distrusted {
            return Err(StoreError::Distrusted {
                path: self.opened.path.clone(),
            });
        }
        self.identity.check()?;
        guard::check_space(&self.opened.path, self.needed_space)
    }

    /// Writes in one durable commit, to the file that is still the one that was opened.
    fn write<R>(
        &mut self,
        action: &'static str,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        self.opened.check_writable()?;
        self.identity.check()?;
        let result = sql::write(&mut self.opened.connection, action, work);
        self.distrusted |= matches!(result, Err(StoreError::Commit { .. }));
        let result = result.map_err(|error| error.of_file(&self.opened.path))?;
        self.identity.check()?;
        Ok(result)
    }

    fn read<R>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        work(&self.opened.connection).map_err(|error| {
            error
                .during("Reading the journal")
                .of_file(&self.opened.path)
        })
    }
}

impl Journal for SqliteJournal {
    fn arm(&mut self, launch: &ArmedLaunch) -> Result<(), StoreError> {
        self.check()?;
        self.write("Arming the launch", |transaction| {
            write::arm(transaction, launch)
        })
    }

    fn begin_call(
        &mut self,
        launch: &str,
        number: usize,
        sent_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("Beginning the call", |transaction| {
            write::begin_call(transaction, launch, number, sent_at)
        })
    }

    fn record_call(
        &mut self,
        launch: &str,
        number: usize,
        end: &CallEnd,
    ) -> Result<(), StoreError> {
        self.write("Recording the call's outcome", |transaction| {
            write::record_call(transaction, launch, number, end)
        })
    }

    fn record_answer(
        &mut self,
        launch: &str,
        number: usize,
        answer: &str,
    ) -> Result<(), StoreError> {
        self.write("Recording the answer", |transaction| {
            write::record_answer(transaction, launch, number, answer)
        })
    }

    fn finish(
        &mut self,
        launch: &str,
        outcome: Outcome,
        reason: &str,
        ended_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("Recording the launch's outcome", |transaction| {
            end::finish(transaction, launch, outcome, reason, ended_at)
        })
    }

    fn settle(&mut self, launch: &str, settlement: &Settlement) -> Result<(), StoreError> {
        self.write("Settling the launch", |transaction| {
            end::settle(transaction, launch, settlement)
        })
    }

    fn mark_died(&mut self, launch: &str, at: Timestamp) -> Result<Option<Outcome>, StoreError> {
        self.write("Closing a launch whose process died", |transaction| {
            end::mark_died(transaction, launch, at)
        })
    }

    fn launches(&self, filter: &LaunchFilter) -> Result<Vec<LaunchRecord>, StoreError> {
        self.read(|connection| read::launches(connection, filter))
    }

    fn launch(&self, id: &str) -> Result<LaunchRecord, StoreError> {
        self.read(|connection| read::launch(connection, id))
    }

    fn unsettled(&self) -> Result<Vec<LaunchRecord>, StoreError> {
        self.read(|connection| {
            read::with_condition(
                connection,
                "outcome IN ('sending', 'unknown') AND outcome = 'unknown' AND settled_as IS NULL",
            )
        })
    }

    fn sending(&self) -> Result<Vec<LaunchRecord>, StoreError> {
        self.read(|connection| {
            read::with_condition(
                connection,
                "outcome IN ('sending', 'unknown') AND outcome = 'sending'",
            )
        })
    }

    fn last_of(&self, broadcast_id: &str) -> Result<Option<LaunchRecord>, StoreError> {
        self.read(|connection| read::last_of(connection, broadcast_id))
    }

    fn before(&self, launch: &str) -> Result<Option<LaunchRecord>, StoreError> {
        self.read(|connection| read::before(connection, launch))
    }

    fn contacts(&self, launch: &str) -> Result<Vec<Vec<ContactId>>, StoreError> {
        self.read(|connection| read::contacts(connection, launch))
    }

    fn may_have_reached(
        &self,
        broadcast_id: &str,
        since: Timestamp,
    ) -> Result<HashMap<ContactId, Timestamp>, StoreError> {
        self.read(|connection| read::may_have_reached(connection, broadcast_id, since))
    }

    fn same_body(
        &self,
        broadcast_id: &str,
        sha256: &str,
        since: Timestamp,
    ) -> Result<Option<LaunchRecord>, StoreError> {
        self.read(|connection| read::same_body(connection, broadcast_id, sha256, since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_commit_is_synced() {
        let folder = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(&folder.path().join("journal.db")).unwrap();
        let connection = &journal.opened.connection;
        let synchronous: i64 = connection
            .query_row("PRAGMA synchronous", [], |row| row.get(0))
            .unwrap();
        let mode: String = connection
            .query_row("PRAGMA journal_mode", [], |row| row.get(0))
            .unwrap();
        assert_eq!((synchronous, mode.as_str()), (2, "wal"));
    }

    #[test]
    fn nothing_is_armed_after_a_commit_that_could_not_be_confirmed() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = SqliteJournal::open(&folder.path().join("journal.db")).unwrap();
        // A reference to nothing, looked at only in COMMIT, makes that fail.
        let error = journal.write("Testing", |transaction| {
            transaction.pragma_update(None, "defer_foreign_keys", true)?;
            Ok(transaction.execute("INSERT INTO plan (launch, text) VALUES (9, '')", [])?)
        });
        assert!(matches!(error, Err(StoreError::Commit { .. })));
        assert!(matches!(
            journal.check(),
            Err(StoreError::Distrusted { .. })
        ));
    }
}
