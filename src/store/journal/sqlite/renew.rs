//! A journal whose files were rebuilt, restored or replaced while they are open: noticed, and opened anew with the checks
//! of a start.
//!
//! ```text
//! as it was opened ──files are others, or it is in trouble──→ closed ──→ opened: structure, rows, copy, witness, cache
//!        ↑                                                                  │ whole            │ not
//!        ╰──────────────────────────────────────────────────────────────────╯      in trouble: read, if that can be
//! ```
//!
//! The old connection is closed before the new one is opened. `SQLite` keeps locks and the index of the log by process
//! and by file: where a database was put in the place of another beside the same log, two connections of one process
//! would take each other's locks away. Where nothing stands in their place the old files stay open, so that the past can
//! still be read.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::guard::with_suffix;
use crate::store::journal::copy::path_of;
use crate::store::journal::trouble::TroubleKind;
use crate::store::journal::witness::Witness;
use crate::store::schema;

use super::{JournalMark, SqliteJournal};

/// In trouble the files are looked at again after so long, though none of them has changed.
const AGAIN: Duration = Duration::from_mins(1);

/// How many of the files that are looked at opening writes to itself.
const WRITTEN: usize = 2;

/// How many of them are the journal's own.
const OWN: usize = 4;

/// What could not be opened at all is tried again after so long: another process may only have been writing to it.
const SOON: Duration = Duration::from_secs(5);

/// Device, inode, length, and the times of the last change of content and of the file itself.
type Stamp = Option<(u64, u64, u64, (i64, i64), (i64, i64))>;

/// Holds a journal's mark against what is remembered, and remembers it where it fits.
type Ask = dyn Fn(&JournalMark) -> Result<Option<TroubleKind>, StoreError> + Send + Sync;

/// What says whether a journal is the one of last time: the cache's memory of it.
#[derive(Clone)]
pub struct Memory {
    file: PathBuf,
    ask: Arc<Ask>,
}

impl Memory {
    /// One that is asked on the journal's thread; `file` is the database that it lies in.
    pub fn new(
        file: &Path,
        ask: impl Fn(&JournalMark) -> Result<Option<TroubleKind>, StoreError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            file: file.to_owned(),
            ask: Arc::new(ask),
        }
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Memory").field(&self.file).finish()
    }
}

/// The files of a journal as they were when they were last found in trouble.
#[derive(Debug)]
pub(super) struct LookedAt {
    files: Vec<Stamp>,
    at: Instant,
}

/// The database's file itself, which only changes where the log is written into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MainFile(Stamp);

impl MainFile {
    pub(super) fn at(path: &Path) -> Self {
        Self(stamp(path))
    }
}

impl SqliteJournal {
    /// Has a journal that is opened anew held against what is remembered of it.
    #[must_use]
    pub fn remembered_by(mut self, memory: Memory) -> Self {
        self.memory = Some(memory);
        self
    }

    /// How often it was opened: what was read of it holds for one opening.
    pub fn openings(&self) -> u64 {
        self.openings
    }

    /// As [`SqliteJournal::check`]; but where the files are others than those that were opened, or something is wrong with
    /// them, what stands in their place is opened first, with every check of a start. It is for whoever looks at the
    /// record again and again: a launch that was prepared on one record is not armed on another by itself.
    ///
    /// # Errors
    /// Those of [`SqliteJournal::check`].
    pub fn check_anew(&mut self) -> Result<(), StoreError> {
        let is_replaced = self.is_replaced();
        let found = if is_replaced {
            let path = self.path().to_owned();
            Err(StoreError::Replaced { path })
        } else {
            self.check()
        };
        let Err(error) = found else {
            self.looked_at = None;
            return Ok(());
        };
        let before = self.stamps();
        if may_be_mended(&error) && self.take_anew(&before) {
            let checked = self.check();
            self.looked_at = checked.is_err().then(|| self.look(&before));
            return checked;
        }
        if is_replaced {
            // Nothing stands in its place, or nothing is opened any more: that is to be said.
            self.check()?;
        }
        Err(error)
    }

    /// Whether the files at the paths are others than those that are open, or were written by another program.
    fn is_replaced(&self) -> bool {
        let Some(identity) = &self.identity else {
            return false;
        };
        let is_written = self.main != MainFile::at(self.path());
        let copy = self.copy.as_ref();
        is_written || identity.check().is_err() || copy.is_some_and(|copy| !copy.is_in_place())
    }

    /// Opens what stands at the journal's path now; says whether there was anything new to open. A new journal is not
    /// begun in the place of one that vanished; and none is opened after a commit that could not be confirmed, since that
    /// would be forgotten.
    fn take_anew(&mut self, before: &[Stamp]) -> bool {
        let is_there = |path: &Path| fs::metadata(path).is_ok_and(|file| file.len() > 0);
        let path = self.path().to_owned();
        if self.distrusted || !(is_there(&path) || is_there(&path_of(&path))) {
            return false;
        }
        if self.was_looked_at(before) || self.close().is_err() {
            return false;
        }
        let opened = Self::open(&path).map(|journal| {
            let network = self.allows_network;
            let journal = journal
                .allowing_network_files(network)
                .with_needed_space(self.needed_space)
                .witnessed_in(self.witnesses.as_deref());
            Self {
                memory: self.memory.clone(),
                ..journal
            }
        });
        match opened.and_then(Self::held_against_memory) {
            Ok(fresh) => self.become_it(fresh),
            Err(error) => self.can_not_be_opened(&error),
        }
        self.openings += 1;
        tracing::info!(trouble = ?self.trouble, "the journal was opened anew");
        true
    }

    /// Lets go of the files, and leaves them as they are: what stands there may be what somebody puts back.
    fn close(&mut self) -> Result<(), StoreError> {
        let nothing = Connection::open_in_memory()?;
        let _ = schema::leave_as_it_is(&self.opened.connection, true);
        self.opened.connection = nothing;
        self.copy = None;
        self.identity = None;
        Ok(())
    }

    fn become_it(&mut self, fresh: Self) {
        let (openings, own) = (self.openings, std::mem::take(&mut self.own));
        *self = Self {
            own,
            openings,
            ..fresh
        };
    }

    /// Neither the database nor its copy can be read: nothing of the old one is left open either.
    fn can_not_be_opened(&mut self, error: &StoreError) {
        let kind = match error {
            StoreError::Record(trouble) => trouble.kind.clone(),
            other => TroubleKind::CannotBeOpened {
                detail: other.to_string(),
            },
        };
        self.trouble = Some(self.trouble_of(kind));
        self.is_closed = true;
    }

    /// What is wrong with it by what is remembered. Another process may launch, and have that remembered, between a look
    /// at the journal and the question: then both are looked at again.
    ///
    /// # Errors
    /// Those of the database, and of the question.
    pub fn lost(
        &self,
        mut ask: impl FnMut(&JournalMark) -> Result<Option<TroubleKind>, StoreError>,
    ) -> Result<Option<TroubleKind>, StoreError> {
        let mut mark = self.mark()?;
        loop {
            let loss = ask(&mark)?;
            let now = self.mark()?;
            if loss.is_none() || now == mark {
                return Ok(loss);
            }
            mark = now;
        }
    }

    /// Refuses every write where the cache remembers another journal, or more launches.
    fn held_against_memory(mut self) -> Result<Self, StoreError> {
        let Some(memory) = self.memory.clone().filter(|_| self.trouble.is_none()) else {
            return Ok(self);
        };
        if let Some(loss) = self.lost(|mark| (memory.ask)(mark))? {
            self.refuse(loss);
        }
        Ok(self)
    }

    /// Whether the files were found in trouble as they are. The cache is written to all the time: it counts where it is what
    /// remembers more than the journal has.
    fn was_looked_at(&self, now: &[Stamp]) -> bool {
        let trouble = self.trouble.as_ref();
        let counts_memory = trouble.is_some_and(|trouble| trouble.kind.can_be_accepted());
        let counted = if counts_memory { now.len() } else { OWN };
        let rest = if self.is_closed { SOON } else { AGAIN };
        self.looked_at.as_ref().is_some_and(|known| {
            known.files[..counted] == now[..counted] && known.at.elapsed() < rest
        })
    }

    /// Database and log are taken as they are after the opening, which writes to them, and the others as they were before:
    /// who mends a journal writes to those last.
    fn look(&self, before: &[Stamp]) -> LookedAt {
        let mut files = self.stamps();
        files[WRITTEN..].clone_from_slice(&before[WRITTEN..]);
        LookedAt {
            files,
            at: Instant::now(),
        }
    }

    /// First those that opening writes to, then the journal's others, then those of the memory.
    fn stamps(&self) -> Vec<Stamp> {
        let path = self.path();
        let witness = self.witness.as_ref().map(Witness::file);
        let memory = |suffix| {
            let memory = self.memory.as_ref();
            memory.and_then(|memory| stamp(&with_suffix(&memory.file, suffix)))
        };
        vec![
            stamp(path),
            stamp(&with_suffix(path, "-wal")),
            stamp(&path_of(path)),
            witness.and_then(stamp),
            memory(""),
            memory("-wal"),
        ]
    }
}

/// Whether other files would help, or the same ones once a person has mended them.
fn may_be_mended(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Record(_)
            | StoreError::Replaced { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Copy { .. }
            | StoreError::Sqlite { .. }
    )
}

fn stamp(path: &Path) -> Stamp {
    let file = fs::metadata(path).ok()?;
    Some((
        file.dev(),
        file.ino(),
        file.len(),
        (file.mtime(), file.mtime_nsec()),
        (file.ctime(), file.ctime_nsec()),
    ))
}
