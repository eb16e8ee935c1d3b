//! What is wanted of files (looked for, opened, read, written), and the answers.

use std::sync::Arc;

use jiff::Timestamp;

use super::effect::BroadcastKey;
use super::message::Candidate;
use super::notice::Notice;
use crate::audience::{ColumnMapping, Header, ImportProgress, ImportedTargets};
use crate::domain::plan::Target;

/// Something to be done with files. Paths are as they were typed: `~` is the operator's home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileWork {
    /// List what continues a path.
    List(String),
    /// Read the beginning of a CSV or TSV file.
    Open {
        /// The path.
        path: String,
        /// The key of the bot whose contacts it is for, if it is for one's.
        bot: Option<String>,
    },
    /// Read targets, without taking them.
    Read(Box<ReadTargets>),
    /// Stop reading.
    Stop,
    /// Write the rejected rows to a file.
    WriteRejected {
        /// The path.
        path: String,
        /// The file that they come from, which is never written over.
        source: String,
        /// What was read.
        read: Arc<ImportedTargets>,
        /// Whether a file of that name is replaced.
        replace: bool,
    },
    /// Make what was read the targets of a broadcast's draft.
    Take(Box<TakeTargets>),
    /// Put everybody of a file's column on the suppression list.
    Suppress(Box<SuppressColumn>),
}

/// How a file is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadTargets {
    /// The path.
    pub path: String,
    /// What each column is taken for.
    pub mapping: ColumnMapping,
    /// The channel of rows without one.
    pub channel: Option<String>,
    /// The country of phone numbers without its code, two letters.
    pub country: Option<String>,
    /// The targets that the draft has, to say how many of the file's are among them.
    pub existing: Arc<Vec<Target>>,
}

/// What was read, to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeTargets {
    /// The path.
    pub path: String,
    /// The file as it was when it was read.
    pub stamp: FileStamp,
    /// The broadcast.
    pub broadcast: BroadcastKey,
    /// What was read.
    pub read: Arc<ImportedTargets>,
    /// What each column was taken for: remembered for files with these columns.
    pub mapping: ColumnMapping,
    /// The targets before them; none where they are replaced.
    pub behind: Arc<Vec<Target>>,
    /// The draft's delay, which stays.
    pub delay: Option<String>,
}

/// A column of a file, whose people must not be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppressColumn {
    /// The path.
    pub path: String,
    /// The column's use in the whole mapping: all others are ignored.
    pub mapping: ColumnMapping,
    /// The country of phone numbers without its code, two letters.
    pub country: Option<String>,
    /// Why.
    pub reason: String,
}

/// What tells whether a file is still what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp {
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was changed last, if the system says so.
    pub modified: Option<Timestamp>,
}

/// The answer about files.
#[derive(Debug, Clone)]
pub enum FileReply {
    /// What continues a path.
    Listed(Listing),
    /// The beginning of a file, or why it can't be read.
    Opened(Result<Box<OpenedFile>, Notice>),
    /// How far a file is read.
    Reading(ImportProgress),
    /// What was read, or why it can't be; `None` where it was stopped.
    Read(Result<Option<FileRead>, Notice>),
    /// Rejected rows were written.
    Written(Result<Notice, NotWritten>),
    /// The file is not what was read any more.
    Changed,
    /// People were put on the suppression list, or why not.
    Suppressed(Result<Notice, Notice>),
}

/// What continues a path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Tables first, then folders, then the rest.
    pub entries: Vec<Entry>,
    /// Names that can't be typed here, since they are no UTF-8 or hold line breaks.
    pub untypable: usize,
    /// Why there is nothing.
    pub problem: Option<String>,
}

/// A file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path as it would be typed; a folder's ends with `/`.
    pub path: String,
    /// Its own name, raw.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
    /// Its size in bytes; 0 for a folder.
    pub bytes: u64,
}

/// What a name in a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// `.csv`, `.tsv`, `.txt`.
    Table,
    /// A folder.
    Folder,
    /// Any other file.
    Other,
}

/// The beginning of a file.
#[derive(Debug, Clone)]
pub struct OpenedFile {
    /// Columns, first rows, encoding, delimiter.
    pub header: Header,
    /// What the columns are taken for to begin with.
    pub mapping: ColumnMapping,
    /// Whether that was remembered from a file with the same columns.
    pub is_remembered: bool,
    /// Size and time.
    pub stamp: FileStamp,
    /// The variables of the bot's contacts.
    pub variables: Vec<Candidate>,
    /// The profile's country of phone numbers.
    pub country: Option<String>,
}

/// What was read of a file.
#[derive(Debug, Clone)]
pub struct FileRead {
    /// Targets and rejected rows.
    pub read: Arc<ImportedTargets>,
    /// The file as it was.
    pub stamp: FileStamp,
    /// How many of the targets the draft has already.
    pub already: u64,
}

/// Why rejected rows were not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotWritten {
    /// There is a file of that name; this large, in bytes.
    Exists(u64),
    /// It can't be written there.
    Failed(Notice),
}
