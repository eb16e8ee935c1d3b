//! What can go wrong with a store, in sentences for an operator: what, why, what to do.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a store could not do what it was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file or folder could not be used.
    #[error("{action} {} failed: {source}. Check that it exists and belongs to you", path.display())]
    Io {
        /// What was tried: `Opening`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// `SQLite` said no.
    #[error("{action} failed: {source}. Run `mylink doctor` to check the databases")]
    Sqlite {
        /// What was tried: `Reading the bots`.
        action: &'static str,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
    /// `SQLite` could not read or write one of a database's files.
    #[error("{action} failed: {} or a file beside it could not be read or written ({source}). Check the disk, its free space, and that file and folder belong to you", path.display())]
    Disk {
        /// What was tried: `Reading the bots`.
        action: &'static str,
        /// The database file.
        path: PathBuf,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
    /// The commit itself failed: what was written may be there after a restart, or may not.
    #[error(
        "{action} could not be confirmed: {source}. It may or may not be on the disk; look at the record before trying again"
    )]
    Commit {
        /// What was tried: `Arming the launch`.
        action: &'static str,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
    /// Another process kept the database locked for longer than the busy timeout.
    #[error(
        "{action} failed: another mylink is writing to the same database. Try again in a moment"
    )]
    Busy {
        /// What was tried.
        action: &'static str,
    },
    /// The database is damaged.
    #[error("{} is damaged ({detail}). Keep the file, restore it from a copy, and run `mylink doctor`", path.display())]
    Corrupt {
        /// The database file.
        path: PathBuf,
        /// What `SQLite` said.
        detail: String,
    },
    /// A notebook that was written to before is missing or empty, and with it the suppression list.
    #[error("{} is missing or empty, but there was a suppression list in it: {} beside it says so. Nothing is launched without that list. Restore {} from a copy, or remove {} to accept an empty list", path.display(), mark_name(path), file_name(path), path.with_extension("mark").display())]
    Gone {
        /// The database file.
        path: PathBuf,
    },
    /// The file is a database of another program.
    #[error("{} is not a database of this program (application id {found:#010x}). Move it away", path.display())]
    NotOurs {
        /// The database file.
        path: PathBuf,
        /// The application id that it holds.
        found: i32,
    },
    /// The database was written by a newer version of this program; it can be read, not written.
    #[error("{} was written by a newer mylink (format {found}, this one knows {known}), so it can only be read. Update mylink to launch or sync here", path.display())]
    NewerVersion {
        /// The database file.
        path: PathBuf,
        /// The version of its format.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// Less space than a launch needs to be recorded safely.
    #[error("only {} are free where {} lies, and a launch is recorded only with at least {}. Free some space", crate::domain::text::size(*free), path.display(), crate::domain::text::size(*needed))]
    NoSpace {
        /// The database file.
        path: PathBuf,
        /// Bytes that are free.
        free: u64,
        /// Bytes that have to be.
        needed: u64,
    },
    /// The database file was deleted or replaced while it was open: what is written goes nowhere.
    #[error("{} was deleted or replaced while mylink had it open, so nothing can be recorded in it. Try again in a moment, or restart mylink", path.display())]
    Replaced {
        /// The file.
        path: PathBuf,
    },
    /// The journal's copy could not be read or written; a step that isn't in both is not durable.
    #[error("the journal's copy {} could not be read or written: {source}. Check the disk, its free space, and that the file belongs to you", path.display())]
    Copy {
        /// The copy's file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Journal and copy don't fit each other, or the journal isn't the one of last time.
    #[error("{0}")]
    Record(super::journal::Trouble),
    /// The journal lies on a network file system, whose locks and syncs can't be relied on.
    #[error("the journal {} lies on a network file system ({kind}), whose locks and syncs can't be relied on, so nothing is launched. Set XDG_DATA_HOME (or MYLINK_DATA_DIR) to a folder on a local disk, or allow_network_files = true in the configuration if one machine alone uses it", path.display())]
    NetworkFiles {
        /// The journal file.
        path: PathBuf,
        /// Which: `NFS`.
        kind: String,
    },
    /// A rebuild that would have to guess which of the two is right.
    #[error("{why}")]
    CannotRebuild {
        /// Why, and what to do.
        why: String,
    },
    /// A commit failed earlier on this connection, after which the disk's word can't be trusted.
    #[error("an earlier write to {} could not be confirmed, so no launch is armed on it. Check the disk and restart mylink", path.display())]
    Distrusted {
        /// The journal file.
        path: PathBuf,
    },
    /// No bot with this key is in the cache.
    #[error("the bot {key} is not in the cache. Run `mylink sync`")]
    UnknownBot {
        /// The Bot API Key, made fit to be shown.
        key: String,
    },
    /// No such audience is in the cache.
    #[error("the audience {id} is not in the cache. Run `mylink sync`")]
    UnknownAudience {
        /// The audience's id, made fit to be shown.
        id: String,
    },
    /// No broadcast with this id is in the cache.
    #[error("the broadcast {id} is not in the cache. Run `mylink sync`")]
    UnknownBroadcast {
        /// The broadcast's id, made fit to be shown.
        id: String,
    },
    /// No launch has this id.
    #[error("no launch has an id that begins with {id}. See `mylink log`")]
    NoSuchLaunch {
        /// The id or its beginning, made fit to be shown.
        id: String,
    },
    /// Several launches have an id that begins so.
    #[error("{count} launches have an id that begins with {prefix}. Give more of it")]
    AmbiguousLaunch {
        /// The beginning, made fit to be shown.
        prefix: String,
        /// How many there are.
        count: usize,
    },
    /// A launch whose outcome isn't unknown can't be settled.
    #[error("the launch {id} is {outcome}, and only an unknown one can be settled")]
    NotUnknown {
        /// The launch.
        id: String,
        /// Its outcome.
        outcome: crate::domain::launch::Outcome,
    },
    /// Somebody settled the launch before; the first word stands.
    #[error("the launch {id} was settled as {settled_as} by {by} already")]
    AlreadySettled {
        /// The launch.
        id: String,
        /// `sent` or `not_sent`.
        settled_as: &'static str,
        /// Who, made fit to be shown.
        by: String,
    },
    /// A launch or call isn't in the state that the step needs; nothing was changed, and nothing may be sent.
    #[error(
        "{step} of launch {id} is not possible: it is {outcome} already. See `mylink log {id}`"
    )]
    WrongState {
        /// The step: `Beginning call 1`.
        step: String,
        /// The launch.
        id: String,
        /// The outcome that is on the record.
        outcome: crate::domain::launch::Outcome,
    },
    /// A launch can't end so while it isn't known what became of one of its calls.
    #[error(
        "{step} of launch {id} is not possible: one of its calls is {call}, so the launch counts as unknown. See `mylink log {id}`"
    )]
    OpenCall {
        /// The step: `Recording it as accepted`.
        step: String,
        /// The launch.
        id: String,
        /// `sending` or `unknown`.
        call: crate::domain::launch::Outcome,
    },
    /// A launch waits no more: it was started, taken back, missed or refused; nothing was changed.
    #[error("the launch {id} waits no more: {} by {by} at {at:.0}. See `mylink log {id}`", became(*state))]
    NotWaiting {
        /// The launch.
        id: String,
        /// What became of it.
        state: crate::domain::waiting::WaitingState,
        /// Who, made fit to be shown.
        by: String,
        /// When.
        at: jiff::Timestamp,
    },
    /// The launch waits, and was given another time than it was seen with.
    #[error("the launch {id} was given another time meanwhile: it is due {due} now")]
    Moved {
        /// The launch.
        id: String,
        /// When it is due.
        due: jiff::Timestamp,
    },
    /// Another launch of the broadcast stands on the record that wasn't there when this one was checked.
    #[error(
        "another launch of this broadcast ({other}) was made meanwhile, or is still under way. See `mylink log {other}`, and review this one again"
    )]
    Overtaken {
        /// That launch.
        other: String,
    },
    /// A launch that can't be recorded as it was given.
    #[error("the launch can't be recorded: {why}")]
    InvalidLaunch {
        /// Why.
        why: &'static str,
    },
    /// Another process is launching the same broadcast.
    #[error("this broadcast is being launched by {holder}. Wait until that is done")]
    Locked {
        /// Who holds it, in words.
        holder: String,
    },
    /// The store's thread did not answer: it has ended, or failed on the way.
    #[error(
        "the store's thread ({name}) failed or has ended, so it is not known what it did. Restart mylink"
    )]
    WorkerGone {
        /// The thread's name.
        name: String,
    },
}

impl StoreError {
    /// Says what was being done, where `SQLite`'s own error doesn't.
    pub(super) fn during(self, doing: &'static str) -> Self {
        match self {
            Self::Sqlite { source, .. } if is_busy(&source) => Self::Busy { action: doing },
            Self::Sqlite { source, .. } => Self::Sqlite {
                action: doing,
                source,
            },
            other => other,
        }
    }

    /// Turns `SQLite`'s "corrupt" and "not a database" into [`StoreError::Corrupt`], and what the disk says into
    /// [`StoreError::Disk`], which name the file.
    pub(super) fn of_file(self, path: &Path) -> Self {
        match self {
            Self::Sqlite { source, .. } if is_damage(&source) => Self::Corrupt {
                path: path.to_owned(),
                detail: source.to_string(),
            },
            Self::Sqlite { action, source } if is_of_disk(&source) => Self::Disk {
                action,
                path: path.to_owned(),
                source,
            },
            other => other,
        }
    }

    /// Wraps an error of the file system.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// Wraps an error of the journal's copy.
    pub(super) fn copy(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Copy { path, source }
    }

    /// Whether the database itself is damaged.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Corrupt { .. } => true,
            Self::Sqlite { source, .. } | Self::Commit { source, .. } => is_damage(source),
            _ => false,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Sqlite {
            action: "Using the database",
            source,
        }
    }
}

fn became(state: crate::domain::waiting::WaitingState) -> String {
    format!("it was {}", state.word().replace('_', " "))
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn mark_name(path: &Path) -> String {
    file_name(&path.with_extension("mark"))
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
    )
}

/// Whether it is not the database that is wrong, but what it lies on: the disk, its space, the rights on the files.
fn is_of_disk(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            rusqlite::ErrorCode::DiskFull
                | rusqlite::ErrorCode::SystemIoFailure
                | rusqlite::ErrorCode::ReadOnly
                | rusqlite::ErrorCode::CannotOpen
                | rusqlite::ErrorCode::PermissionDenied
        )
    )
}

pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
    )
}
