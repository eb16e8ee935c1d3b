//! The journal's copy: a file of lines that is only ever added to, `journal.jsonl` beside `journal.db`.
//!
//! ```text
//! step ──→ committed in the database ──→ its lines added to the copy, synced ──→ done
//!                         ╰─ a death here: the next writer adds them, from the rows
//! ```
//!
//! Under the lock of the file (advisory; several processes share a journal) the database has, at the least, every step
//! that the file has: lines are added after their commit. So the file is looked at first, and the database then.

mod cut;
mod survey;

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::guard::{self, Identity};

use super::event::{self, Head};
use super::trouble::{Trouble, TroubleKind};

pub use cut::Cut;
use survey::survey_after;
pub(super) use survey::{Survey, each_line, survey};

/// How long a write waits for another process that adds lines.
const BUSY: Duration = Duration::from_secs(5);
/// Bytes of a long copy that are looked at when a journal is opened: the last ones. `mylink doctor` looks at all.
const LOOKED_AT: u64 = 32_000_000;

/// The copy's name beside a journal.
pub(super) fn path_of(journal: &Path) -> PathBuf {
    journal.with_extension("jsonl")
}

/// How far the file was found whole.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    head: Head,
    length: u64,
    changed: (i64, i64),
}

/// The file of the copy, open.
#[derive(Debug)]
pub(super) struct CopyFile {
    journal: PathBuf,
    path: PathBuf,
    file: File,
    seen: Seen,
    /// What was found at the opening, and is to be told.
    pub(super) cut: Option<Cut>,
}

/// The lock of the file, until it is dropped.
#[must_use = "it is held as long as this is kept"]
pub(super) struct Locked<'a>(&'a File);

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Takes the lock of a copy's file, or waits for it a while.
///
/// # Errors
/// [`StoreError::Busy`], [`StoreError::Copy`].
pub(super) fn lock<'a>(file: &'a File, path: &Path) -> Result<Locked<'a>, StoreError> {
    match lock_in_time(file) {
        Ok(true) => Ok(Locked(file)),
        Ok(false) => Err(StoreError::Busy {
            action: "Writing the journal's copy",
        }),
        Err(error) => Err(StoreError::copy(path)(error)),
    }
}

/// Locks a file, or waits for that as long as for a database that is busy; says whether it is locked.
///
/// # Errors
/// What the system says.
pub(super) fn lock_in_time(file: &File) -> io::Result<bool> {
    let deadline = Instant::now() + BUSY;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// A place in the file to write on from. Lines go to where they belong, not to wherever the file ends by then: who puts a
/// copy back while it is open asks for no lock, and shortens the file before it is whole again.
struct Place<'a> {
    file: &'a File,
    at: u64,
}

impl Write for Place<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write_at(bytes, self.at)?;
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl CopyFile {
    /// Opens the copy of a journal, begins it where there never was one, looks it through, and adds what the database
    /// has more.
    ///
    /// # Errors
    /// [`StoreError::Record`] where it doesn't fit the database; [`StoreError::Copy`].
    pub(super) fn open(
        journal: &Path,
        connection: &Connection,
        database: Option<&Identity>,
    ) -> Result<Self, StoreError> {
        let path = path_of(journal);
        let is_begun = event::copy_is_begun(connection)?;
        let length = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
        if is_begun && length == 0 {
            return Err(trouble(journal, TroubleKind::CopyGone));
        }
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .truncate(false)
            .create(!is_begun)
            .mode(0o600)
            .open(&path)
            .and_then(for_its_owner_alone)
            .map_err(StoreError::copy(&path))?;
        let mut copy = Self {
            journal: journal.to_owned(),
            path,
            file,
            seen: Seen {
                head: Head::none(),
                length: 0,
                changed: (0, 0),
            },
            cut: None,
        };
        copy.look_through(connection, database)?;
        Ok(copy)
    }

    /// Holds the whole file (of a long one the end) against the database.
    fn look_through(
        &mut self,
        connection: &Connection,
        database: Option<&Identity>,
    ) -> Result<(), StoreError> {
        let known = event::head(connection)?;
        self.locked(database, |copy| {
            let survey = survey(&copy.file, Some(LOOKED_AT), known.n)
                .map_err(StoreError::copy(&copy.path))?;
            survey.check(connection, &copy.journal)?;
            if survey.head.n > 0 {
                copy.cut = cut::cut_after(connection, &survey.head)?;
            }
            copy.seen.head = survey.head;
            copy.seen.length = survey.length;
            copy.add(connection, &survey.half, false)
        })
    }

    /// Adds the lines of all steps that the file doesn't have, and syncs it.
    ///
    /// # Errors
    /// [`StoreError::Record`] where the file is not as it was left; [`StoreError::Copy`], [`StoreError::Busy`]: the
    /// steps are not durable in both then.
    pub(super) fn catch_up(
        &mut self,
        connection: &Connection,
        database: Option<&Identity>,
    ) -> Result<(), StoreError> {
        self.bring_up(connection, database, true)
    }

    /// As [`CopyFile::catch_up`], where nothing is to be confirmed: the disk is asked only if lines were added.
    ///
    /// # Errors
    /// As [`CopyFile::catch_up`].
    pub(super) fn check(
        &mut self,
        connection: &Connection,
        database: Option<&Identity>,
    ) -> Result<(), StoreError> {
        self.bring_up(connection, database, false)
    }

    /// Adds what is missing; where nothing is, the disk is asked only if `confirm` says so.
    fn bring_up(
        &mut self,
        connection: &Connection,
        database: Option<&Identity>,
        confirm: bool,
    ) -> Result<(), StoreError> {
        self.locked(database, |copy| {
            copy.check_identity()?;
            let half = copy.look_at_the_end(connection)?;
            copy.add(connection, &half, confirm)
        })
    }

    /// Does something under the lock of the file, while the database is the one that its lines are of.
    fn locked(
        &mut self,
        database: Option<&Identity>,
        work: impl FnOnce(&mut Self) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let file = self
            .file
            .try_clone()
            .map_err(StoreError::copy(&self.path))?;
        let _lock = lock(&file, &self.path)?;
        still_there(database)?;
        work(self)
    }

    /// The file at the path is the one that is open.
    fn check_identity(&self) -> Result<(), StoreError> {
        if self.is_in_place() {
            return Ok(());
        }
        Err(trouble(&self.journal, TroubleKind::CopyReplaced))
    }

    /// Whether the file at the path is the one that is open.
    pub(super) fn is_in_place(&self) -> bool {
        guard::is_at(&self.file, &self.path)
    }

    /// Looks at what others added since; at all of it where the file was changed otherwise. Returns a half line.
    fn look_at_the_end(&mut self, connection: &Connection) -> Result<Vec<u8>, StoreError> {
        let metadata = self.file.metadata().map_err(StoreError::copy(&self.path))?;
        if metadata.len() == self.seen.length && changed(&metadata) == self.seen.changed {
            return Ok(Vec::new());
        }
        let known = event::head(connection)?;
        let survey = if metadata.len() > self.seen.length {
            survey_after(&self.file, &self.seen.head, self.seen.length, known.n)
        } else {
            survey(&self.file, Some(LOOKED_AT), known.n)
        }
        .map_err(StoreError::copy(&self.path))?;
        if survey.length < self.seen.length && survey.broken.is_none() {
            return Err(trouble(
                &self.journal,
                TroubleKind::CopyBroken {
                    line: survey.head.n + 1,
                },
            ));
        }
        survey.check(connection, &self.journal)?;
        self.seen.head = survey.head;
        self.seen.length = survey.length;
        Ok(survey.half)
    }

    /// Adds what the database has more, in the place of `half` a line that a death or a full disk left.
    fn add(&mut self, connection: &Connection, half: &[u8], sync: bool) -> Result<(), StoreError> {
        let before = self.seen.length;
        if !half.is_empty() {
            self.cut_half(connection, half)?;
        }
        let mut head = self.seen.head.clone();
        let place = Place {
            file: &self.file,
            at: before,
        };
        let mut out = BufWriter::with_capacity(1 << 16, place);
        let mut added = 0;
        let written = event::lines_after(
            connection,
            &self.journal,
            &self.seen.head,
            None,
            |line, at| {
                out.write_all(line.as_bytes())
                    .map_err(StoreError::copy(&self.path))?;
                out.write_all(b"\n").map_err(StoreError::copy(&self.path))?;
                added += line.len() as u64 + 1;
                head = at.clone();
                Ok(())
            },
        )
        .and_then(|()| out.flush().map_err(StoreError::copy(&self.path)));
        drop(out);
        let synced = written.and_then(|()| {
            if added == 0 && !sync {
                return Ok(());
            }
            self.file.sync_all().map_err(StoreError::copy(&self.path))?;
            if before == 0 {
                self.sync_folder()
            } else {
                Ok(())
            }
        });
        if let Err(error) = synced {
            // What may not be on the disk is taken back, so that nobody takes it for durable: the rows still have it.
            let _ = self.file.set_len(before);
            return Err(error);
        }
        let metadata = self.file.metadata().map_err(StoreError::copy(&self.path))?;
        if metadata.len() < before + added {
            // Cut meanwhile, by somebody who asks for no lock.
            let line = self.seen.head.n + 1;
            return Err(trouble(&self.journal, TroubleKind::CopyBroken { line }));
        }
        self.seen = Seen {
            head,
            length: before + added,
            changed: changed(&metadata),
        };
        Ok(())
    }

    /// Takes half a line away, if it is the beginning of the line that the database has next.
    fn cut_half(&self, connection: &Connection, half: &[u8]) -> Result<(), StoreError> {
        let mut next = None;
        let with = |line: &str, _: &Head| {
            next = Some(line.as_bytes().starts_with(half));
            Ok(())
        };
        event::lines_after(connection, &self.journal, &self.seen.head, Some(1), with)?;
        let Some(is_ours) = next else {
            return Err(trouble(
                &self.journal,
                TroubleKind::DatabaseBehind {
                    database: self.seen.head.n,
                    copy: self.seen.head.n + 1,
                },
            ));
        };
        if !is_ours {
            let line = self.seen.head.n + 1;
            return Err(trouble(&self.journal, TroubleKind::CopyBroken { line }));
        }
        self.file
            .set_len(self.seen.length)
            .map_err(StoreError::copy(&self.path))
    }

    /// A new file's name is durable only with its folder.
    fn sync_folder(&self) -> Result<(), StoreError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(StoreError::copy(&self.path))
    }
}

/// The database is still the one that the lines are of: who rebuilds it holds the lock of the copy meanwhile, and a step
/// of the old one must not follow on those that the new one was made from.
fn still_there(database: Option<&Identity>) -> Result<(), StoreError> {
    database.map_or(Ok(()), Identity::check)
}

fn for_its_owner_alone(file: File) -> io::Result<File> {
    if file.metadata()?.mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

fn changed(metadata: &std::fs::Metadata) -> (i64, i64) {
    (metadata.mtime(), metadata.mtime_nsec())
}

fn trouble(journal: &Path, kind: TroubleKind) -> StoreError {
    StoreError::Record(Trouble {
        path: journal.to_owned(),
        kind,
    })
}
