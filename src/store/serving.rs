//! A mark that somebody serves the launches of a profile that wait: a file that every server holds a shared lock of, as
//! long as it could start one. The system lets go of it when the process dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::StoreError;
use super::guard;
use super::lock::open;
use super::schema::private_folder;

/// Says that this process serves, until it is dropped.
#[derive(Debug)]
#[must_use = "it is said only as long as this is kept"]
pub struct Serves {
    file: File,
    path: PathBuf,
}

impl Serves {
    /// Says so in the folder of a profile's locks (made if need be).
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn begin(folder: &Path) -> Result<Self, StoreError> {
        private_folder(folder)?;
        let path = path_in(folder);
        let file = open(&path)?;
        // Whoever asks holds it for a moment alone.
        file.lock_shared()
            .map_err(StoreError::io("Locking", &path))?;
        Ok(Self { file, path })
    }

    /// Whether it is still said where others ask: the folder may have been put back from elsewhere.
    pub fn is_in_place(&self) -> bool {
        guard::is_at(&self.file, &self.path)
    }
}

impl Drop for Serves {
    /// Closing the file alone would not let go: a child that is being started at this moment has it open too.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// Whether any process serves at this moment.
pub fn is_served(folder: &Path) -> bool {
    let Ok(file) = OpenOptions::new().read(true).open(path_in(folder)) else {
        return false;
    };
    match file.try_lock() {
        Ok(()) => {
            let _ = file.unlock();
            false
        }
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(_)) => false,
    }
}

fn path_in(folder: &Path) -> PathBuf {
    folder.join("serving.lock")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn it_is_served_while_one_of_several_serves() {
        let folder = tempfile::tempdir().unwrap();
        let locks = folder.path().join("locks");
        assert!(!is_served(&locks));
        let one = Serves::begin(&locks).unwrap();
        let other = Serves::begin(&locks).unwrap();
        assert!(is_served(&locks));
        drop(one);
        assert!(is_served(&locks));
        drop(other);
        assert!(!is_served(&locks));
    }

    #[test]
    fn a_mark_in_a_folder_that_was_put_elsewhere_is_not_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let locks = folder.path().join("locks");
        let serves = Serves::begin(&locks).unwrap();
        assert!(serves.is_in_place());
        fs::rename(&locks, folder.path().join("away")).unwrap();
        assert!(!serves.is_in_place());
        let anew = Serves::begin(&locks).unwrap();
        assert!(!serves.is_in_place() && anew.is_in_place());
    }
}
