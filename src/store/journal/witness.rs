//! A witness outside the data folder of how far a journal had come: where journal, copy and cache are put back together
//! from an older backup, they fit each other, and nothing inside the folder can tell.
//!
//! One small file for each journal, named by its id, in the folder for state (`$XDG_STATE_HOME/mylink-console/journals`):
//! the number of its last step. It is written after the step is durable, and not synced: it may fall behind, and then
//! sees less, but is never ahead of a journal that kept its word.
//!
//! What can't be seen even so: a backup that brings the witness back with the rest (a whole home folder, a snapshot of
//! the machine), one that is put back on another machine or under another account, one that is as new as the last launch
//! that was seen here, and anything where there is no folder for state.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The witness of one journal.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    folder: PathBuf,
    file: PathBuf,
}

impl Witness {
    /// That of the journal with this id.
    pub(super) fn of(folder: &Path, id: &str) -> Self {
        // The id is hexadecimal where this program made it, and what else stands there is no name for a file.
        let name: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
        Self {
            folder: folder.to_owned(),
            file: folder.join(name),
        }
    }

    /// Where it lies.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// How many steps it has seen; none where it can't say.
    pub(super) fn seen(&self) -> u64 {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        text.trim().parse().unwrap_or(0)
    }

    /// Takes the number of steps that are durable now. A witness that can't be written sees less, and stops nothing.
    pub(super) fn note(&self, steps: u64) {
        let draft = self.file.with_extension("new");
        let written = fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
            .and_then(|()| {
                fs::OpenOptions::new()
                    .write(true)
                    .create(true)
                    .truncate(true)
                    .mode(0o600)
                    .open(&draft)
            })
            .and_then(|mut file| writeln!(file, "{steps}"))
            .and_then(|()| fs::rename(&draft, &self.file));
        if let Err(error) = written {
            tracing::debug!(%error, "the journal's witness can't be written");
        }
    }
}
