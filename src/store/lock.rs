//! One launch of a broadcast at a time, over all processes of a machine.
//!
//! A file per broadcast, locked from arming to the stored outcome. The system lets go of the lock when the process
//! dies; the file stays, since deleting it would let two processes lock two files of one name.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::domain::text;

use super::StoreError;
use super::guard;
use super::schema::private_folder;

/// How often a lock's file is opened anew where it vanishes meanwhile.
const ATTEMPTS: usize = 10;

/// Who holds a lock: told to whoever finds it taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The operator on the record.
    pub operator: String,
    /// The process id.
    pub pid: u32,
    /// The machine.
    pub host: String,
}

impl Holder {
    /// This process.
    pub fn of_this_process(operator: &str, host: &str) -> Self {
        Self {
            operator: operator.to_owned(),
            pid: std::process::id(),
            host: host.to_owned(),
        }
    }

    fn write(&self) -> String {
        let line = |text: &str| text.replace(['\n', '\r'], " ");
        format!(
            "{}\n{}\n{}\n",
            line(&self.operator),
            self.pid,
            line(&self.host)
        )
    }

    fn describe(text: &str) -> String {
        let mut lines = text.lines();
        match (lines.next(), lines.next(), lines.next()) {
            (Some(operator), Some(pid), Some(host)) => format!(
                "{} (process {} on {})",
                text::shown(operator),
                text::shown(pid),
                text::shown(host)
            ),
            _ => "another process".to_owned(),
        }
    }
}

/// The right to launch one broadcast, until it is dropped.
#[derive(Debug)]
#[must_use = "the broadcast is locked only as long as this is kept"]
pub struct BroadcastLock {
    file: File,
    path: PathBuf,
}

impl BroadcastLock {
    /// Takes the lock of a broadcast in `folder` (made if need be), without waiting.
    ///
    /// # Errors
    /// [`StoreError::Locked`] with the holder in words; [`StoreError::Io`].
    pub fn take(
        folder: &Path,
        bot_key: &str,
        broadcast_id: &str,
        holder: &Holder,
    ) -> Result<Self, StoreError> {
        private_folder(folder)?;
        let path = folder.join(file_name(bot_key, broadcast_id));
        for _ in 0..ATTEMPTS {
            let mut lock = Self::of_file(&path)?;
            // Where the file was taken away in between, others lock another one of the same name.
            if lock.is_in_its_place() {
                lock.write(&holder.write())?;
                return Ok(lock);
            }
        }
        Err(StoreError::Replaced { path })
    }

    fn of_file(path: &Path) -> Result<Self, StoreError> {
        let mut file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self {
                file,
                path: path.to_owned(),
            }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked {
                holder: read_holder(&mut file),
            }),
            Err(TryLockError::Error(error)) => Err(StoreError::io("Locking", path)(error)),
        }
    }

    /// Whether the locked file is the one that has the name.
    pub fn is_in_its_place(&self) -> bool {
        guard::is_at(&self.file, &self.path)
    }

    /// Who holds the lock of a broadcast, in words; `None` where nobody does, or that can't be seen.
    pub fn holder(folder: &Path, bot_key: &str, broadcast_id: &str) -> Option<String> {
        let mut file = File::open(folder.join(file_name(bot_key, broadcast_id))).ok()?;
        // A shared lock is let go of at once, and keeps nobody out for longer than that.
        let is_held = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
        is_held.then(|| read_holder(&mut file))
    }

    /// Whether somebody holds a lock, in whatever process; where that can't be seen, nobody does.
    pub fn is_held(folder: &Path, bot_key: &str, broadcast_id: &str) -> bool {
        Self::holder(folder, bot_key, broadcast_id).is_some()
    }

    /// The locked file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write(&mut self, text: &str) -> Result<(), StoreError> {
        self.file
            .set_len(0)
            .and_then(|()| self.file.seek(SeekFrom::Start(0)))
            .and_then(|_| self.file.write_all(text.as_bytes()))
            .map_err(StoreError::io("Writing", &self.path))
    }
}

impl Drop for BroadcastLock {
    /// Takes the name off the file, and lets go of the lock. Closing the file alone would not: a child that is being
    /// started at this moment has it open too.
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

fn read_holder(file: &mut File) -> String {
    let mut bytes = Vec::new();
    let _ = file.take(4096).read_to_end(&mut bytes);
    Holder::describe(&String::from_utf8_lossy(&bytes))
}

/// Ids may hold anything, so the name is a hash of bot and broadcast.
fn file_name(bot_key: &str, broadcast_id: &str) -> String {
    let mut hash = Sha256::new();
    hash.update((bot_key.len() as u64).to_be_bytes());
    hash.update(bot_key);
    hash.update(broadcast_id);
    format!("{}.lock", text::hex(&hash.finalize()[..16]))
}

/// Opens the file of a lock, and makes it where it is missing: for its owner alone.
pub(super) fn open(path: &Path) -> Result<File, StoreError> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(StoreError::io("Opening", path))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_name_is_safe_and_tells_broadcasts_apart() {
        let name = file_name("../bot", "a/b\0");
        assert!(
            name.trim_end_matches(".lock")
                .bytes()
                .all(|b| b.is_ascii_hexdigit())
        );
        assert_ne!(file_name("ab", "c"), file_name("a", "bc"));
    }

    #[test]
    fn a_lock_whose_file_was_taken_away_is_not_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let holder = Holder::of_this_process("ada", "h");
        let lock = BroadcastLock::take(folder.path(), "k", "b", &holder).unwrap();
        assert!(lock.is_in_its_place());
        fs::remove_file(lock.path()).unwrap();
        assert!(!lock.is_in_its_place());
        let other = BroadcastLock::take(folder.path(), "k", "b", &holder).unwrap();
        assert!(other.is_in_its_place());
        assert!(!lock.is_in_its_place());
    }

    #[test]
    fn a_holder_is_told_without_its_escape_sequences() {
        let holder = Holder {
            operator: "ada\x1b[2J\nx".to_owned(),
            pid: 7,
            host: "h".to_owned(),
        };
        assert_eq!(
            Holder::describe(&holder.write()),
            "ada‹U+001B›[2J x (process 7 on h)"
        );
        assert_eq!(Holder::describe("half"), "another process");
    }
}
