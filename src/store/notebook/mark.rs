//! The mark beside a notebook, `profile.mark`: a witness that something was written to it. A notebook that is missing
//! beside its mark was lost, and is not begun anew.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// What a person reads who opens the file.
const TEXT: &str = "The suppression list of this profile is kept in profile.db beside this file. While this file is \
                    here, mylink refuses to launch without profile.db.\n";

fn path_of(notebook: &Path) -> PathBuf {
    notebook.with_extension("mark")
}

/// Whether a notebook has its mark. What can't be looked at counts as a mark.
pub(super) fn is_set(notebook: &Path) -> bool {
    !matches!(fs::symlink_metadata(path_of(notebook)), Err(error) if error.kind() == io::ErrorKind::NotFound)
}

/// Makes the mark, 0600, where it isn't there yet, and syncs it with its folder. That the file is there says all, even
/// if its text is cut off: creating it is the one step that counts, and that is atomic.
///
/// # Errors
/// [`StoreError::Io`].
pub(super) fn set(notebook: &Path) -> Result<(), StoreError> {
    let path = path_of(notebook);
    if is_set(notebook) {
        return Ok(());
    }
    let failed = || StoreError::io("Creating", &path);
    let created = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path);
    let mut file = match created {
        Ok(file) => file,
        // Another process was quicker.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(failed()(error)),
    };
    file.write_all(TEXT.as_bytes()).map_err(failed())?;
    file.sync_all().map_err(failed())?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed())
}
