//! The journal out of its copy, or the copy out of the journal: whichever of the two is whole. Nothing is deleted; what
//! is replaced stays beside it under another name.

mod look;

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::guard::with_suffix;
use crate::store::schema::{self, free_name};
use crate::store::sql;

use super::JournalAct;
use super::copy::{Survey, lock, path_of};
use super::event::{self, Head};
use super::replay::replay;
use super::sqlite::{SCHEMA, SqliteJournal, keeps_a_copy};

use look::{Choice, Copy, Database, choose, look_at_copy, look_at_database};

/// Which of the two the other is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// `journal.db`.
    Database,
    /// `journal.jsonl`.
    Copy,
}

impl Source {
    fn word(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Copy => "copy",
        }
    }
}

/// What was found in both, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What the database is, in words.
    pub database: String,
    /// What the copy is, in words.
    pub copy: String,
    /// What a rebuild would start from; `None` where nothing is wrong.
    pub from: Option<Source>,
    /// Why a rebuild can't choose by itself, or can't be done.
    pub obstacle: Option<String>,
}

impl Diagnosis {
    /// Whether database and copy are whole and tell the same.
    pub fn is_well(&self) -> bool {
        self.from.is_none() && self.obstacle.is_none()
    }
}

/// What a rebuild did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// What it started from.
    pub from: Source,
    /// Files that were set aside.
    pub kept: Vec<PathBuf>,
    /// Steps on the record now.
    pub steps: u64,
    /// Launches on the record now.
    pub launches: u64,
    /// Bytes that were cut off the end of the copy.
    pub cut: u64,
}

/// Looks at all of a journal and its copy, and changes neither (but for the upgrade of an older journal).
///
/// # Errors
/// [`StoreError::Copy`], [`StoreError::Io`]: what could not even be looked at.
pub fn diagnose(path: &Path) -> Result<Diagnosis, StoreError> {
    let database = look_at_database(path)?;
    let copy = look_at_copy(path, &database)?;
    let (from, obstacle) = match choose(&database, &copy)? {
        Choice::Nothing => (None, None),
        Choice::From(source) => (Some(source), None),
        Choice::Person(why) | Choice::Impossible(why) => (None, Some(why)),
    };
    Ok(Diagnosis {
        database: database.words(),
        copy: copy.words(),
        from,
        obstacle,
    })
}

/// Makes the one from the other: by itself where it is clear which is whole, else from what a person names.
///
/// # Errors
/// [`StoreError::CannotRebuild`]; those of the files. The old ones are there then, under their names or beside them.
pub fn rebuild(path: &Path, from: Option<Source>, act: &JournalAct) -> Result<Rebuilt, StoreError> {
    // Nobody adds lines from now on: what would be added after the look would be cut off, or missing.
    let open = File::open(path_of(path)).ok();
    let locked = open.as_ref().map(|file| lock(file, path)).transpose()?;
    let database = look_at_database(path)?;
    let copy = look_at_copy(path, &database)?;
    let source = match (choose(&database, &copy)?, from) {
        (Choice::Impossible(why), _) | (Choice::Person(why), None) => {
            return Err(StoreError::CannotRebuild { why });
        }
        (Choice::From(clear), Some(named)) if clear != named => {
            let why = format!(
                "the {} is the one that is whole, and what was named has lost steps. Rebuild without --from",
                clear.word()
            );
            return Err(StoreError::CannotRebuild { why });
        }
        (Choice::Nothing, _) => {
            let why = "the journal and its copy are whole: there is nothing to rebuild".into();
            return Err(StoreError::CannotRebuild { why });
        }
        (Choice::From(source), None) | (_, Some(source)) => source,
    };
    let (mut kept, cut) = match (source, database, copy) {
        (Source::Database, Database::Whole { connection, .. }, _) => {
            (copy_from_database(path, &connection)?, 0)
        }
        (Source::Copy, database, Copy::Found { survey, .. }) if survey.head.n > 0 => {
            drop(database);
            database_from_copy(path, &survey)?
        }
        _ => {
            let why = "what was named to rebuild from is not there, or can't be read".into();
            return Err(StoreError::CannotRebuild { why });
        }
    };
    drop(locked);
    kept.sort();
    let mut journal = SqliteJournal::open(path)?;
    let note = format!("{} Rebuilt from the {}.", act.note, source.word());
    journal.note_rebuilt(&JournalAct {
        note: note.trim().to_owned(),
        ..act.clone()
    })?;
    let (steps, launches) = journal.size()?;
    Ok(Rebuilt {
        from: source,
        kept,
        steps,
        launches,
        cut,
    })
}

/// Writes the copy anew beside the old one, and puts it in its place.
fn copy_from_database(path: &Path, connection: &Connection) -> Result<Vec<PathBuf>, StoreError> {
    let copy = path_of(path);
    let new = fresh(&copy)?;
    let file = private(&new)?;
    let mut out = BufWriter::with_capacity(1 << 16, &file);
    event::lines_after(connection, path, &Head::none(), None, |line, _| {
        out.write_all(line.as_bytes())
            .and_then(|()| out.write_all(b"\n"))
            .map_err(StoreError::copy(&new))
    })?;
    out.flush()
        .and_then(|()| file.sync_all())
        .map_err(StoreError::copy(&new))?;
    let kept = set_aside(&copy, &[""])?;
    fs::rename(&new, &copy).map_err(StoreError::copy(&copy))?;
    sync_folder(&copy)?;
    connection.execute("UPDATE copied SET begun = 1", [])?;
    Ok(kept)
}

/// Plays the copy into a new database, and puts it in the place of the old one.
fn database_from_copy(path: &Path, survey: &Survey) -> Result<(Vec<PathBuf>, u64), StoreError> {
    let copy = path_of(path);
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&copy)
        .map_err(StoreError::copy(&copy))?;
    let new = fresh(path)?;
    play_into(&new, &file, &copy, survey.length)?;
    let mut kept = set_aside(path, &["", "-wal", "-shm"])?;
    fs::rename(&new, path).map_err(StoreError::io("Putting in its place", path))?;
    sync_folder(path)?;
    let length = file.metadata().map_err(StoreError::copy(&copy))?.len();
    let cut = length - survey.length;
    if cut > 0 {
        kept.push(keep_the_rest(&file, &copy, survey.length)?);
    }
    Ok((kept, cut))
}

fn play_into(new: &Path, file: &File, copy: &Path, length: u64) -> Result<(), StoreError> {
    let mut opened = schema::open(new, &SCHEMA)?;
    keeps_a_copy(&opened.connection)?;
    sql::write(
        &mut opened.connection,
        "Rebuilding the journal",
        |transaction| {
            replay(transaction, file, copy, length)?;
            event::begin_copy(transaction)
        },
    )?;
    opened
        .connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    opened
        .connection
        .close()
        .map_err(|(_, error)| StoreError::from(error))?;
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(with_suffix(new, suffix));
    }
    File::open(new)
        .and_then(|file| file.sync_all())
        .map_err(StoreError::io("Writing", new))
}

/// Keeps what stands behind the whole lines in a file of its own, and cuts it off.
fn keep_the_rest(mut file: &File, copy: &Path, length: u64) -> Result<PathBuf, StoreError> {
    let aside = free_name(copy, "cut");
    let mut kept = private(&aside)?;
    file.seek(SeekFrom::Start(length))
        .and_then(|_| {
            let mut rest = Vec::new();
            file.read_to_end(&mut rest)?;
            kept.write_all(&rest)
        })
        .and_then(|()| kept.sync_all())
        .and_then(|()| file.set_len(length))
        .and_then(|()| file.sync_all())
        .map_err(StoreError::copy(copy))?;
    Ok(aside)
}

/// The name of a file to be made, where one that was left half done is taken away.
fn fresh(path: &Path) -> Result<PathBuf, StoreError> {
    let new = with_suffix(path, ".new");
    for suffix in ["", "-wal", "-shm"] {
        let left = with_suffix(&new, suffix);
        if left.exists() {
            fs::remove_file(&left).map_err(StoreError::io("Taking away", &left))?;
        }
    }
    Ok(new)
}

fn private(path: &Path) -> Result<File, StoreError> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(StoreError::io("Creating", path))
}

/// Gives files another name; those that are not there are left out.
fn set_aside(path: &Path, suffixes: &[&str]) -> Result<Vec<PathBuf>, StoreError> {
    let aside = free_name(path, "before-rebuild");
    let mut kept = Vec::new();
    for suffix in suffixes {
        let file = with_suffix(path, suffix);
        if file.exists() {
            let target = with_suffix(&aside, suffix);
            fs::rename(&file, &target).map_err(StoreError::io("Setting aside", &file))?;
            kept.push(target);
        }
    }
    Ok(kept)
}

fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(StoreError::io("Syncing the folder of", path))
}
