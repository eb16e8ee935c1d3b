//! The notebook of one profile: what operators decided themselves, and nobody can fetch again. Precious as the journal,
//! and apart from it: a note may be changed and deleted, a launch on the record may not.

mod columns;
mod filters;
mod mappings;
mod mark;
mod suppressed;

use std::path::Path;

use rusqlite::{Connection, Transaction};

use super::StoreError;
use super::schema::{self, Access, Opened, Schema};

pub use filters::SavedFilter;
pub use suppressed::Suppressed;

/// What the notebook's file is: `MyLN`.
const SCHEMA: Schema = Schema {
    is_precious: true,
    application_id: 0x4d79_4c4e,
    synchronous: "FULL",
    migrations: &[
        include_str!("../../assets/migrations/notebook/1.sql"),
        include_str!("../../assets/migrations/notebook/2.sql"),
    ],
};

/// The notebook of one profile: `profile.db`, WAL, `synchronous=FULL`, 0600.
#[derive(Debug)]
pub struct Notebook {
    opened: Opened,
}

impl Notebook {
    /// Opens a notebook, or creates it where there never was one. One that is damaged, or that is missing or empty
    /// although something was written to it, is an error: it is never begun anew by itself, since a suppression list
    /// that is silently empty would let everybody be reached. That it was written to is told by its mark, a file
    /// beside it.
    ///
    /// # Errors
    /// [`StoreError::Gone`], [`StoreError::Corrupt`], [`StoreError::NotOurs`], [`StoreError::Io`], [`StoreError::Busy`],
    /// [`StoreError::Sqlite`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let opened = if mark::is_set(path) {
            schema::open_existing(path, &SCHEMA)?
        } else {
            schema::open(path, &SCHEMA)?
        };
        let notebook = Self { opened };
        // One that was written to before there were marks, or whose mark was lost.
        if !mark::is_set(path)
            && notebook.access() == Access::ReadWrite
            && notebook.suppressed_count()? > 0
        {
            mark::set(path)?;
        }
        Ok(notebook)
    }

    /// Whether a notebook was written to at this place, by the word of its mark: the database itself may be gone.
    pub fn was_written(path: &Path) -> bool {
        mark::is_set(path)
    }

    /// Whether it may be written.
    pub fn access(&self) -> Access {
        self.opened.access
    }

    /// What the operator should be told about the opening, in sentences.
    pub fn notices(&self) -> &[String] {
        &self.opened.notices
    }

    /// Checks the whole file's structure.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn check_structure(&self) -> Result<(), StoreError> {
        self.opened.check_structure()
    }

    fn write<R>(
        &mut self,
        action: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        self.opened.check_writable()?;
        // Before what is written: a list without its mark could be lost without a word.
        mark::set(&self.opened.path)?;
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
