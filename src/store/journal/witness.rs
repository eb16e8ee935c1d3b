//! A witness outside the data folder of how far a journal had come: where journal, copy and cache are put back together
//! from an older backup, or a data folder is there twice, they fit each other, and nothing inside the folder can tell.
//!
//! One small file for each journal, named by its id, in the folder for state (`$XDG_STATE_HOME/mylink-console/journals`):
//! the number and the hash of its last step. It is written after the step is durable, and not synced: it may fall behind,
//! and then sees less, but is never ahead of a journal that kept its word. Whoever arms a launch has its turn there, so
//! that of two copies of one journal on this machine one goes on, and the other finds that it has gone another way.
//!
//! What can't be seen even so: a backup that brings the witness back with the rest (a whole home folder, a snapshot of
//! the machine), one that is put back on another machine or under another account, one that is as new as the last launch
//! that was seen here, and anything where there is no folder for state.

use std::fs::{self, File};
use std::io::{self, Read as _, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::store::StoreError;

use super::copy::lock_in_time;

/// No note is nearly as long, in bytes.
const LONGEST: u64 = 1_000;

/// Opens what is a file; a pipe or a device is not waited for.
fn regular(options: &mut fs::OpenOptions, path: &Path) -> io::Result<File> {
    let nonblocking = rustix::fs::OFlags::NONBLOCK.bits();
    let file = options
        .custom_flags(i32::try_from(nonblocking).unwrap_or_default())
        .open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("it is no file"))
    }
}

/// The witness of one journal.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    folder: PathBuf,
    file: PathBuf,
}

/// What a witness has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// How many steps; none where it can't say.
    pub(super) steps: u64,
    /// The hash of the last of them, where it was noted.
    pub(super) hash: Option<String>,
}

/// Whoever holds it arms alone, of all processes that use a copy of this journal on this machine.
#[must_use = "it is held as long as this is kept"]
pub(super) struct Turn(File);

impl Drop for Turn {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
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

    /// What it has seen.
    pub(super) fn seen(&self) -> Seen {
        let text = self.read().unwrap_or_default();
        let mut words = text.split_whitespace();
        let steps = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        let hash = words.next().map(str::to_owned);
        Seen { steps, hash }
    }

    /// Its text. What is no file, or one that is longer than any of ours, is none: nothing is waited for there.
    fn read(&self) -> io::Result<String> {
        let mut text = String::new();
        let file = regular(fs::OpenOptions::new().read(true), &self.file)?;
        file.take(LONGEST).read_to_string(&mut text)?;
        Ok(text)
    }

    /// Why it can't keep anything, if that is so: then an older backup may go unnoticed.
    pub(super) fn why_not(&self) -> Option<String> {
        let written = self.make_folder().and_then(|()| {
            let probe = self.draft();
            fs::write(&probe, "?\n").and_then(|()| fs::remove_file(&probe))
        });
        let place = self.folder.display();
        written.err().map(|error| format!("{place}: {error}"))
    }

    /// Whether something stands in its place that can't be what was noted.
    pub(super) fn is_damaged(&self) -> bool {
        fs::symlink_metadata(&self.file).is_ok() && self.seen() == Seen::default()
    }

    fn draft(&self) -> PathBuf {
        // Of its own, so that two who note at once don't write into each other's.
        self.file
            .with_extension(format!("{}.new", std::process::id()))
    }

    /// Takes a turn, or waits for it a while. Where a witness can't be written there is none, and that stops nothing.
    ///
    /// # Errors
    /// [`StoreError::Busy`].
    pub(super) fn turn(&self) -> Result<Option<Turn>, StoreError> {
        let opened = self.make_folder().and_then(|()| {
            let mut options = fs::OpenOptions::new();
            options.write(true).create(true).truncate(false).mode(0o600);
            regular(&mut options, &self.file.with_extension("lock"))
        });
        let Ok(file) = opened else {
            return Ok(None);
        };
        match lock_in_time(&file) {
            Ok(true) => Ok(Some(Turn(file))),
            Ok(false) => Err(StoreError::Busy {
                action: "Arming a launch",
            }),
            Err(error) => {
                tracing::debug!(%error, "the journal's witness can't be locked");
                Ok(None)
            }
        }
    }

    /// Takes the number of steps that are durable now, and the hash of the last. A witness that can't be written sees
    /// less, and stops nothing.
    pub(super) fn note(&self, steps: u64, hash: &str) {
        let draft = self.draft();
        let written = self
            .make_folder()
            .and_then(|()| {
                fs::OpenOptions::new()
                    .write(true)
                    .create(true)
                    .truncate(true)
                    .mode(0o600)
                    .open(&draft)
            })
            .and_then(|mut file| writeln!(file, "{steps} {hash}"))
            .and_then(|()| fs::rename(&draft, &self.file));
        if let Err(error) = written {
            let _ = fs::remove_file(&draft);
            tracing::debug!(%error, "the journal's witness can't be written");
        }
    }

    fn make_folder(&self) -> io::Result<()> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
    }
}
