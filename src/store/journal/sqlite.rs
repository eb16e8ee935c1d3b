//! The journal in a `SQLite` file of its own.

mod acts;
mod open;
mod renew;
mod shared;
mod steps;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::store::StoreError;
use crate::store::guard::{self, Identity};
use crate::store::place::FileSystem;
use crate::store::schema::{Access, Opened, Schema};
use crate::store::sql;

use super::copy::CopyFile;
use super::trouble::{Trouble, TroubleKind};
use super::witness::Witness;
use super::{event, read};
use renew::{LookedAt, MainFile};

pub use renew::Memory;

/// What the journal's file is: `MyLJ`.
pub(super) const SCHEMA: Schema = Schema {
    application_id: 0x4d79_4c4a,
    synchronous: "FULL",
    is_precious: true,
    migrations: &[
        include_str!("../../../assets/migrations/journal/1.sql"),
        include_str!("../../../assets/migrations/journal/2.sql"),
        include_str!("../../../assets/migrations/journal/3.sql"),
        include_str!("../../../assets/migrations/journal/4.sql"),
    ],
};

/// Tells a journal from another one put in its place, and a shortened one from a whole one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalMark {
    /// Random, made with the journal.
    pub id: String,
    /// How many launches it has counted; never falls.
    pub sequence: u64,
}

impl JournalMark {
    /// What is wrong where `found` stands in the place of this one: another journal, or fewer launches.
    pub fn loss(&self, found: &Self) -> Option<TroubleKind> {
        let is_another = self.id != found.id;
        (is_another || self.sequence > found.sequence).then_some(TroubleKind::NotTheOneOfLastTime {
            counted: self.sequence,
            is_another,
        })
    }
}

/// The journal of one profile: `journal.db`, WAL, `synchronous=FULL`, and its copy `journal.jsonl`.
#[derive(Debug)]
pub struct SqliteJournal {
    opened: Opened,
    /// `None` where the database is gone or damaged, and what is read comes from the copy.
    identity: Option<Identity>,
    /// `None` where it can't be used (yet), or may not be written.
    copy: Option<CopyFile>,
    trouble: Option<Trouble>,
    lies_on: FileSystem,
    allows_network: bool,
    needed_space: u64,
    /// A commit failed: the system may have forgotten pages that it took, and says so only once.
    distrusted: bool,
    /// What the rows were like when they were held against their steps: [`SqliteJournal::writes_elsewhere`] then.
    compared: Option<i64>,
    /// Who else knows how far it has come.
    witness: Option<Witness>,
    /// Where such files lie.
    witnesses: Option<PathBuf>,
    /// What else says whether it is the one of last time.
    memory: Option<Memory>,
    /// Launches that were armed or settled here, by their ids.
    own: HashSet<String>,
    /// The database's file as it was when this wrote to it last.
    main: MainFile,
    openings: u64,
    /// `None` where nothing is wrong.
    looked_at: Option<LookedAt>,
    /// What took its place could not be opened: there is nothing to read.
    is_closed: bool,
}

impl SqliteJournal {
    /// Asks for another amount of free space before arming, in bytes.
    #[must_use]
    pub fn with_needed_space(mut self, bytes: u64) -> Self {
        self.needed_space = bytes;
        self
    }

    /// Takes it that the journal lies elsewhere than where it does.
    #[must_use]
    pub fn lying_on(mut self, files: FileSystem) -> Self {
        self.lies_on = files;
        self
    }

    /// Arms on a network file system too: where one machine alone uses it, and its syncs can be relied on.
    #[must_use]
    pub fn allowing_network_files(mut self, allowed: bool) -> Self {
        self.allows_network = allowed;
        self
    }

    /// Whether it may be written.
    pub fn access(&self) -> Access {
        self.opened.access
    }

    /// Whether it takes writes: it is of this version, and nothing is wrong with it.
    pub fn is_writable(&self) -> bool {
        self.trouble.is_none() && self.access() == Access::ReadWrite
    }

    /// What is wrong with it, found at its opening: it can be read, and not written.
    pub fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        &self.opened.path
    }

    /// Refuses every write: what the cache remembers says that this is not the record of last time.
    pub fn refuse(&mut self, kind: TroubleKind) {
        let trouble = self.trouble_of(kind);
        self.opened.notices.push(capitalised(&trouble.to_string()));
        self.trouble.get_or_insert(trouble);
    }

    fn trouble_of(&self, kind: TroubleKind) -> Trouble {
        let path = self.opened.path.clone();
        Trouble { path, kind }
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
        self.read(read::mark)
    }

    /// How many steps it has taken, in all processes: what is read of it stays true as long as this does.
    ///
    /// # Errors
    /// Those of the database.
    pub fn steps(&self) -> Result<u64, StoreError> {
        self.read(read::steps)
    }

    /// The launches of a bot (by its key) that have, or may have, arrived, and of which no outcome stood before a time:
    /// their ids, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn arrived(&self, bot: &str, since: Timestamp) -> Result<Vec<String>, StoreError> {
        self.read(|connection| read::arrived(connection, bot, since))
    }

    /// Steps and launches on the record.
    pub(super) fn size(&self) -> Result<(u64, u64), StoreError> {
        let steps = event::head(&self.opened.connection)?.n;
        Ok((steps, self.mark()?.sequence))
    }

    /// Checks what must hold before a launch is armed.
    ///
    /// # Errors
    /// [`StoreError::NewerVersion`], [`StoreError::Record`], [`StoreError::Distrusted`], [`StoreError::NetworkFiles`],
    /// [`StoreError::Replaced`], [`StoreError::NoSpace`], [`StoreError::Copy`].
    pub fn check(&mut self) -> Result<(), StoreError> {
        self.check_may_write()?;
        self.check_trusted()?;
        if let FileSystem::Network(kind) = &self.lies_on
            && !self.allows_network
        {
            return Err(StoreError::NetworkFiles {
                path: self.opened.path.clone(),
                kind: kind.clone(),
            });
        }
        guard::check_folder(self.opened.path.parent().unwrap_or(Path::new(".")))?;
        guard::check_space(&self.opened.path, self.needed_space)?;
        self.look_for_alterations()?;
        match &mut self.copy {
            Some(copy) => copy.check(&self.opened.connection, self.identity.as_ref()),
            None => self.attach_copy(),
        }
    }

    /// Whether every commit was confirmed so far: after one that wasn't, nothing new is sent. What became of what was sent
    /// is written even so.
    fn check_trusted(&self) -> Result<(), StoreError> {
        if self.distrusted {
            return Err(StoreError::Distrusted {
                path: self.opened.path.clone(),
            });
        }
        Ok(())
    }

    /// Whether rows can be written at all, to the file that is still the one that was opened.
    fn check_may_write(&self) -> Result<(), StoreError> {
        self.opened.check_writable()?;
        if let Some(trouble) = &self.trouble {
            return Err(StoreError::Record(trouble.clone()));
        }
        self.identity.as_ref().map_or(Ok(()), Identity::check)?;
        self.hold_against_witness()
    }

    /// Writes in one durable commit.
    fn commit<R>(
        &mut self,
        action: &'static str,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        self.check_may_write()?;
        let before = MainFile::at(&self.opened.path);
        let result = sql::write(&mut self.opened.connection, action, work);
        if before == self.main {
            // This commit may have written the log into it.
            self.main = MainFile::at(&self.opened.path);
        }
        self.distrusted |= matches!(result, Err(StoreError::Commit { .. }));
        let result = result.map_err(|error| error.of_file(&self.opened.path))?;
        self.check_may_write()?;
        Ok(result)
    }

    /// Writes what is to be kept whatever becomes of the copy: the record is in the database then, and the next
    /// writer adds it to the copy.
    fn write<R>(
        &mut self,
        action: &'static str,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        let result = self.commit(action, work)?;
        match self.copy_on() {
            // It was replaced since the commit: what was written is in nothing that anybody reads.
            Err(error @ StoreError::Replaced { .. }) => return Err(error),
            Err(error) => tracing::error!(%error, action, "the journal's copy is behind"),
            Ok(()) => {}
        }
        Ok(result)
    }

    /// Writes what must stand in the database and in the copy before anything is sent.
    fn write_both<R>(
        &mut self,
        action: &'static str,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        let result = self.commit(action, work)?;
        self.copy_on()?;
        Ok(result)
    }

    fn copy_on(&mut self) -> Result<(), StoreError> {
        if self.copy.is_none() {
            self.attach_copy()?;
        }
        match &mut self.copy {
            Some(copy) => copy.catch_up(&self.opened.connection, self.identity.as_ref()),
            None => Ok(()),
        }
    }

    fn read<R>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        if self.is_closed {
            self.check_may_write()?;
        }
        work(&self.opened.connection).map_err(|error| {
            error
                .during("Reading the journal")
                .of_file(&self.opened.path)
        })
    }
}

/// Tells the triggers of the journal that its steps are copied: a mylink from before that can't write.
pub(super) fn keeps_a_copy(connection: &Connection) -> Result<(), StoreError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
    Ok(connection.create_scalar_function("mylink_keeps_a_copy", 0, flags, |_| Ok(true))?)
}

/// A sentence of its own out of one that followed on another.
fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Journal as _;

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
        assert!(matches!(
            journal.begin_call("a", 0, Timestamp::UNIX_EPOCH),
            Err(StoreError::Distrusted { .. })
        ));
    }
}
