//! What a copy holds: its lines followed from the first, or from one near the end, to where the chain breaks.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::journal::event::{self, Head};
use crate::store::journal::line::{self, FORMAT, Link};
use crate::store::journal::trouble::TroubleKind;

use super::trouble;

/// A line is never longer: a body is at most 100 MB, and JSON writes a byte as six at the most.
const LONGEST: u64 = 700_000_000;

/// What was found in a copy.
#[derive(Debug)]
pub(in super::super) struct Survey {
    /// The journal that it is of; `None` where the first line doesn't say, or there is none.
    pub(in super::super) journal: Option<String>,
    /// The last whole line.
    pub(in super::super) head: Head,
    /// Bytes up to the end of that.
    pub(in super::super) length: u64,
    /// What stands after it without a line feed.
    pub(in super::super) half: Vec<u8>,
    /// The hash of the line that was asked for, if it was passed.
    pub(in super::super) marked: Option<String>,
    /// The first line that is not as it was written, or not the next.
    pub(in super::super) broken: Option<u64>,
    /// Whether a newer version wrote it.
    pub(in super::super) is_newer: bool,
}

impl Survey {
    /// Holds what was found against the database; what that has more is no trouble.
    pub(super) fn check(&self, connection: &Connection, journal: &Path) -> Result<(), StoreError> {
        let found = |kind| Err(trouble(journal, kind));
        if self.is_newer {
            return found(TroubleKind::CopyNewer);
        }
        if let Some(line) = self.broken {
            return found(TroubleKind::CopyBroken { line });
        }
        if self.head.n == 0 {
            return Ok(());
        }
        let id: String = connection.query_row("SELECT id FROM journal", [], |row| row.get(0))?;
        if self.journal.as_ref().is_some_and(|found| *found != id) {
            return found(TroubleKind::Apart);
        }
        match event::hash_at(connection, self.head.n)? {
            Some(hash) if hash == self.head.hash => Ok(()),
            Some(_) => found(TroubleKind::Apart),
            None => {
                let database = event::head(connection)?;
                if self
                    .marked
                    .as_ref()
                    .is_some_and(|hash| *hash != database.hash)
                {
                    return found(TroubleKind::Apart);
                }
                found(TroubleKind::DatabaseBehind {
                    database: database.n,
                    copy: self.head.n,
                })
            }
        }
    }
}

/// Looks a copy through: all of it, or the last `most` bytes. `mark` is a line whose hash is wanted.
pub(in super::super) fn survey(file: &File, most: Option<u64>, mark: u64) -> io::Result<Survey> {
    let length = file.metadata()?.len();
    let mut reader = BufReader::with_capacity(1 << 16, file);
    reader.seek(SeekFrom::Start(0))?;
    let mut first = Vec::new();
    read_line(&mut reader, &mut first)?;
    let said = first.strip_suffix(b"\n").and_then(line::first);
    let skip = length.saturating_sub(most.unwrap_or(length));
    let (start, from) = if skip > first.len() as u64 {
        after_a_line_feed(&mut reader, skip)?
    } else {
        reader.seek(SeekFrom::Start(0))?;
        (Some(Head::none()), 0)
    };
    let mut survey = chain(reader, start, from, mark)?;
    if survey.head.n == 0 && from > 0 {
        // No line begins so near to the end: the last one is very long.
        reader = BufReader::with_capacity(1 << 16, file);
        reader.seek(SeekFrom::Start(0))?;
        survey = chain(reader, Some(Head::none()), 0, mark)?;
    }
    survey.is_newer = said.as_ref().is_some_and(|said| said.format > FORMAT);
    survey.journal = said.map(|said| said.journal);
    Ok(survey)
}

/// Goes to the first line that begins at `skip` or later; where the chain stands there is not known.
fn after_a_line_feed(reader: &mut BufReader<&File>, skip: u64) -> io::Result<(Option<Head>, u64)> {
    reader.seek(SeekFrom::Start(skip))?;
    let mut rest = Vec::new();
    read_line(reader, &mut rest)?;
    Ok((None, skip + rest.len() as u64))
}

/// As [`survey`], of what follows on `after` alone, `from` that byte on.
pub(super) fn survey_after(file: &File, after: &Head, from: u64, mark: u64) -> io::Result<Survey> {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    reader.seek(SeekFrom::Start(from))?;
    chain(reader, Some(after.clone()), from, mark)
}

/// Follows the chain to its end, or to where it breaks.
fn chain(
    mut reader: BufReader<&File>,
    start: Option<Head>,
    from: u64,
    mark: u64,
) -> io::Result<Survey> {
    let mut survey = Survey {
        journal: None,
        head: start.clone().unwrap_or_else(Head::none),
        length: from,
        half: Vec::new(),
        marked: None,
        broken: None,
        is_newer: false,
    };
    let mut start = start;
    let mut line = Vec::new();
    while read_line(&mut reader, &mut line)? > 0 {
        let Some(whole) = line.strip_suffix(b"\n") else {
            survey.half = line;
            break;
        };
        let link = Link::of(whole).filter(|link| {
            start
                .as_ref()
                .is_none_or(|before| link.follows(before.n, &before.hash))
        });
        let Some(link) = link else {
            survey.broken = Some(survey.head.n + 1);
            break;
        };
        survey.length += line.len() as u64;
        if link.n == mark {
            survey.marked = Some(link.hash.clone());
        }
        survey.head = Head {
            n: link.n,
            hash: link.hash,
        };
        start = Some(survey.head.clone());
    }
    Ok(survey)
}

fn read_line(reader: &mut BufReader<&File>, line: &mut Vec<u8>) -> io::Result<usize> {
    line.clear();
    reader.take(LONGEST).read_until(b'\n', line)
}

/// Calls `with` for every whole line of a copy, without its line feed, up to byte `length`.
///
/// # Errors
/// Those of reading, and of `with`; also where somebody shortens it meanwhile.
pub(in super::super) fn each_line(
    file: &File,
    path: &Path,
    length: u64,
    mut with: impl FnMut(&[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    reader
        .seek(SeekFrom::Start(0))
        .map_err(StoreError::copy(path))?;
    let (mut at, mut line) = (0, Vec::new());
    while at < length {
        let read = read_line(&mut reader, &mut line).map_err(StoreError::copy(path))?;
        if read == 0 {
            return Err(StoreError::copy(path)(io::ErrorKind::UnexpectedEof.into()));
        }
        at += read as u64;
        with(line.strip_suffix(b"\n").unwrap_or(&line))?;
    }
    Ok(())
}
