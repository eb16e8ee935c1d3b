//! The files of a database: made for their owner alone, and looked at before `SQLite` touches them.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::store::StoreError;
use crate::store::guard;

/// Makes folder and file where they are missing.
pub(super) fn create_file(path: &Path) -> Result<(), StoreError> {
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    let created = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match created {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(StoreError::io("Creating", path)(error)),
    }
}

/// Refuses an empty file beside a write-ahead log: SQLite would take it for a new database and delete the log, which
/// may hold all that is left.
pub(super) fn check_not_emptied(path: &Path) -> Result<(), StoreError> {
    let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
    if size(&guard::with_suffix(path, "-wal")) == 0 || size(path) > 0 {
        return Ok(());
    }
    Err(StoreError::Corrupt {
        path: path.to_owned(),
        detail: "it is empty, but its write-ahead log is not".to_owned(),
    })
}

/// Makes a folder (and those above it) for its owner alone; one that is there stays as it is.
///
/// # Errors
/// [`StoreError::Io`].
pub(in crate::store) fn private_folder(folder: &Path) -> Result<(), StoreError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(StoreError::io("Creating the folder", folder))
}

/// Takes others' rights to a file of ours away; returns what is to be said of it.
pub(super) fn make_private(path: &Path) -> Result<Vec<String>, StoreError> {
    let metadata = fs::metadata(path).map_err(StoreError::io("Opening", path))?;
    if metadata.permissions().mode() & 0o077 == 0 {
        return Ok(Vec::new());
    }
    let private = fs::Permissions::from_mode(0o600);
    Ok(match fs::set_permissions(path, private) {
        Ok(()) => vec![format!(
            "{} could be read by others; it is private now",
            path.display()
        )],
        Err(error) => vec![format!(
            "{} can be read by others, and that could not be changed: {error}",
            path.display()
        )],
    })
}

/// Makes log and index of a database writable where it is so itself: `SQLite` gives them the rights that the database
/// has when they are made, and where it could not be written then, they would keep it so for good.
pub(super) fn open_up(path: &Path) {
    let is_closed = |path: &Path| rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_err();
    if is_closed(path) {
        return;
    }
    let beside = ["-wal", "-shm"].map(|suffix| guard::with_suffix(path, suffix));
    for file in beside
        .iter()
        .filter(|file| file.exists() && is_closed(file))
    {
        let opened = fs::set_permissions(file, fs::Permissions::from_mode(0o600));
        if let Err(error) = opened {
            tracing::warn!(%error, "a file beside a database can't be written");
        }
    }
}

/// The first of `<path>.<mark>`, `<path>.<mark>-2` ... that isn't there.
pub(in crate::store) fn free_name(path: &Path, mark: &str) -> PathBuf {
    let with = |suffix: String| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let mut candidate = with(format!(".{mark}"));
    let mut number = 2u32;
    while candidate.exists() {
        candidate = with(format!(".{mark}-{number}"));
        number += 1;
    }
    candidate
}
