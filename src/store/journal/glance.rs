//! Whether anybody took a step in a journal: a look at its copy's length and time, which costs one call of the system
//! and opens nothing.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::copy::path_of;

/// Tells when a journal changed, whichever process wrote to it.
#[derive(Debug)]
pub struct Glance {
    copy: PathBuf,
    seen: Option<Mark>,
}

/// File, length, and time in seconds and nanoseconds.
type Mark = Option<(u64, u64, i64, i64)>;

impl Glance {
    /// Watches the journal with this database.
    pub fn at(journal: &Path) -> Self {
        Self {
            copy: path_of(journal),
            seen: None,
        }
    }

    /// Whether it changed since the last look; the first look says so too.
    pub fn changed(&mut self) -> bool {
        let found = std::fs::metadata(&self.copy).ok();
        let mark = found.map(|file| (file.ino(), file.len(), file.mtime(), file.mtime_nsec()));
        self.seen.replace(mark) != Some(mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_seen_once() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal.db");
        let mut glance = Glance::at(&journal);
        assert!(glance.changed());
        assert!(!glance.changed());
        std::fs::write(folder.path().join("journal.jsonl"), "a line").unwrap();
        assert!(glance.changed());
        assert!(!glance.changed());
    }
}
