//! What must hold before a launch is armed: space on the disk, and a file that is still the one that was opened.
//!
//! An insert into a database file that was deleted or replaced returns Ok, and at 0 bytes free even reading may fail;
//! so both are looked at, not assumed.

use std::fs::{self, File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rustix::fs::Access;

use super::StoreError;

/// Bytes that must be free where the journal lies.
pub const NEEDED_SPACE: u64 = 32_000_000;

/// Device and inode of a database and of its write-ahead log, as they were when it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    files: Vec<(PathBuf, u64, u64)>,
}

impl Identity {
    /// Remembers which files stand at `path` and `path-wal` now; a log that isn't there isn't remembered.
    ///
    /// # Errors
    /// [`StoreError::Replaced`] where there is no file.
    pub fn of(path: &Path) -> Result<Self, StoreError> {
        let log = with_suffix(path, "-wal");
        let mut files = vec![identify(path)?];
        files.extend(identify(&log).ok());
        Ok(Self { files })
    }

    /// Checks that the same files are still there.
    ///
    /// # Errors
    /// [`StoreError::Replaced`].
    pub fn check(&self) -> Result<(), StoreError> {
        for file in &self.files {
            if identify(&file.0)? != *file {
                return Err(StoreError::Replaced {
                    path: file.0.clone(),
                });
            }
        }
        Ok(())
    }
}

fn identify(path: &Path) -> Result<(PathBuf, u64, u64), StoreError> {
    let metadata = fs::metadata(path).map_err(|_| StoreError::Replaced {
        path: path.to_owned(),
    })?;
    Ok((path.to_owned(), metadata.dev(), metadata.ino()))
}

/// Whether an open file is the one that stands at `path`: it may have been deleted, or another one put in its place.
pub(super) fn is_at(file: &File, path: &Path) -> bool {
    let of = |metadata: Metadata| (metadata.dev(), metadata.ino());
    let (open, there) = (file.metadata().map(of), fs::metadata(path).map(of));
    matches!((open, there), (Ok(open), Ok(there)) if open == there)
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Checks that at least `needed` bytes are free for us where `path` lies.
///
/// # Errors
/// [`StoreError::NoSpace`], or [`StoreError::Io`] where the file system doesn't say.
pub fn check_space(path: &Path, needed: u64) -> Result<(), StoreError> {
    let space = rustix::fs::statvfs(path)
        .map_err(|error| StoreError::io("Asking for the free space at", path)(error.into()))?;
    let free = space.f_bavail.saturating_mul(space.f_frsize);
    if free < needed {
        return Err(StoreError::NoSpace {
            path: path.to_owned(),
            free,
            needed,
        });
    }
    Ok(())
}

/// Checks that files can be made in a folder: a file system that failed is often read-only from then on.
///
/// # Errors
/// [`StoreError::Io`].
pub fn check_folder(folder: &Path) -> Result<(), StoreError> {
    rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|error| StoreError::io("Writing to", folder)(error.into()))
}

/// Checks the database's structure (`PRAGMA quick_check`).
///
/// # Errors
/// [`StoreError::Corrupt`] with the first finding.
pub fn check_structure(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let finding: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| StoreError::from(error).of_file(path))?;
    if finding == "ok" {
        return Ok(());
    }
    Err(StoreError::Corrupt {
        path: path.to_owned(),
        detail: finding,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_takes_files_until_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        assert!(check_folder(&path).is_ok());
        drop(folder);
        let error = check_folder(&path).unwrap_err();
        assert!(matches!(error, StoreError::Io { .. }), "{error}");
    }
}
