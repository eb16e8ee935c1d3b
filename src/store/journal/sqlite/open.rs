//! Opening a journal: its structure, its rows and its copy are checked, and what doesn't fit is read alone.

use std::collections::HashSet;
use std::path::Path;

use crate::store::StoreError;
use crate::store::guard::{self, Identity};
use crate::store::journal::copy::CopyFile;
use crate::store::journal::trouble::{Trouble, TroubleKind};
use crate::store::journal::{event, view};
use crate::store::place::FileSystem;
use crate::store::schema::{self, Access, Opened};
use crate::store::sql;

use super::renew::MainFile;
use super::{SCHEMA, SqliteJournal, capitalised, keeps_a_copy};

impl SqliteJournal {
    /// Opens a journal, creates it where there is none, and checks its structure and its copy.
    ///
    /// Where the two don't fit each other it is opened all the same, for reading: [`SqliteJournal::trouble`] says why,
    /// and every write is refused. Where the database is gone or damaged, what is read comes from the copy.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where neither can be read (the files are left as they are), [`StoreError::NotOurs`],
    /// [`StoreError::Io`], [`StoreError::Record`] where the database is gone and the copy of a newer version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if view::is_gone(path) {
            return Self::read_from_copy(path, TroubleKind::DatabaseGone);
        }
        let opened = match schema::open(path, &SCHEMA) {
            Ok(opened) => opened,
            Err(error) if error.is_damage() || matches!(error, StoreError::NotOurs { .. }) => {
                let detail = match &error {
                    StoreError::Corrupt { detail, .. } => detail.clone(),
                    other => other.to_string(),
                };
                let seen = Self::read_from_copy(path, TroubleKind::DatabaseDamaged { detail });
                return seen.map_err(|_| error);
            }
            Err(error) => return Err(error),
        };
        keeps_a_copy(&opened.connection)?;
        let mut journal = Self::of(opened, Some(Identity::of(path)?));
        if journal.access() == Access::ReadWrite
            && let Err(error) = journal.attach_copy()
        {
            let words = error.to_string();
            journal.opened.notices.push(match error {
                StoreError::Record(_) => capitalised(&words),
                _ => format!("{}. Nothing is launched until it can", capitalised(&words)),
            });
        }
        journal.main = MainFile::at(path);
        Ok(journal)
    }

    fn of(opened: Opened, identity: Option<Identity>) -> Self {
        Self {
            lies_on: FileSystem::of(&opened.path),
            main: MainFile::at(&opened.path),
            opened,
            identity,
            copy: None,
            trouble: None,
            allows_network: false,
            needed_space: guard::NEEDED_SPACE,
            distrusted: false,
            compared: None,
            witness: None,
            witnesses: None,
            memory: None,
            own: HashSet::new(),
            openings: 1,
            looked_at: None,
            is_closed: false,
        }
    }

    /// What the copy holds, in memory: for reading alone.
    fn read_from_copy(path: &Path, kind: TroubleKind) -> Result<Self, StoreError> {
        let (connection, broken) = view::of_copy(path)?;
        let kind = match (kind, broken) {
            (TroubleKind::DatabaseGone, Some(line)) => TroubleKind::CopyBroken { line },
            (TroubleKind::DatabaseDamaged { detail }, Some(_)) => {
                let path = path.to_owned();
                return Err(StoreError::Corrupt { path, detail });
            }
            (kind, _) => kind,
        };
        let trouble = Trouble {
            path: path.to_owned(),
            kind,
        };
        let opened = Opened {
            connection,
            path: path.to_owned(),
            access: Access::ReadWrite,
            notices: vec![capitalised(&trouble.to_string())],
        };
        let mut journal = Self::of(opened, None);
        journal.lies_on = path.parent().map_or(FileSystem::Local, FileSystem::of);
        journal.trouble = Some(trouble);
        Ok(journal)
    }

    /// Begins the chain and the copy where they are new, and holds the copy against the database.
    pub(super) fn attach_copy(&mut self) -> Result<(), StoreError> {
        self.look_for_alterations()?;
        let connection = &mut self.opened.connection;
        if event::head(connection)?.n == 0 {
            sql::write(connection, "Beginning the journal's copy", event::begin)?;
        }
        let identity = self.identity.as_ref();
        let copy = match CopyFile::open(&self.opened.path, connection, identity) {
            Ok(copy) => copy,
            Err(StoreError::Record(trouble)) => {
                self.trouble = Some(trouble.clone());
                return Err(StoreError::Record(trouble));
            }
            Err(error) => return Err(error),
        };
        if !event::copy_is_begun(connection)? {
            sql::write(
                connection,
                "Beginning the journal's copy",
                event::begin_copy,
            )?;
        }
        self.copy = Some(copy);
        Ok(())
    }
}
