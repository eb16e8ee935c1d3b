//! Reading a table: its header, its targets, one of its columns.

use std::fs::File;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;

use super::path::resolve;
use crate::audience::{
    ColumnMapping, Country, Header, ImportProgress, ImportedTargets, TargetImport,
};
use crate::domain::plan::{Seen, Target};
use crate::domain::text::shown;
use crate::model::Notice;
use crate::model::file::{FileRead, FileStamp, ReadTargets, SuppressColumn};

/// People of a file's column.
pub struct People {
    /// What names them.
    pub identities: Vec<String>,
    /// Rows that were left out.
    pub left_out: u64,
    /// Why the first of those was.
    pub why: String,
}

/// Opens a file. What is no file is not opened: a pipe would be waited for.
fn open(typed: &str) -> Result<(File, FileStamp), Notice> {
    let path = resolve(typed);
    let name = shown(&path.to_string_lossy()).into_owned();
    let failed = |error: std::io::Error| {
        Notice::error(match error.kind() {
            std::io::ErrorKind::NotFound => {
                format!("There is no file {name}. Tab completes names.")
            }
            std::io::ErrorKind::PermissionDenied => format!("You may not read {name}."),
            _ => format!("{name} can't be read: {error}."),
        })
    };
    let metadata = std::fs::metadata(&path).map_err(failed)?;
    if metadata.is_dir() {
        let text = format!("{name} is a folder. Choose a file in it.");
        return Err(Notice::error(text));
    }
    if !metadata.is_file() {
        return Err(Notice::error(format!(
            "{name} is no file, so it isn't read."
        )));
    }
    let file = File::open(&path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    Ok((file, stamp_of(&metadata)))
}

fn stamp_of(metadata: &std::fs::Metadata) -> FileStamp {
    let modified = metadata.modified().ok();
    FileStamp {
        bytes: metadata.len(),
        modified: modified.and_then(|time| Timestamp::try_from(time).ok()),
    }
}

/// The file as it is now.
pub fn stamp(typed: &str) -> std::io::Result<FileStamp> {
    Ok(stamp_of(&std::fs::metadata(resolve(typed))?))
}

/// Reads the beginning of a file.
pub fn header(typed: &str) -> Result<(Header, FileStamp), Notice> {
    let (file, stamp) = open(typed)?;
    let header = Header::read(file).map_err(|error| Notice::error(error.to_string()))?;
    Ok((header, stamp))
}

/// Reads targets; `None` where it was stopped.
pub fn targets(
    work: &ReadTargets,
    progress: &mut impl FnMut(ImportProgress),
    stop: &AtomicBool,
) -> Result<Option<FileRead>, Notice> {
    let channel = work.channel.as_deref();
    let country = work.country.as_deref();
    let Some((read, stamp)) = imported(
        &work.path,
        &work.mapping,
        channel,
        country,
        false,
        progress,
        stop,
    )?
    else {
        return Ok(None);
    };
    let (_, already) = appended(&work.existing, &read.targets);
    Ok(Some(FileRead {
        read: read.into(),
        stamp,
        already,
    }))
}

fn imported(
    path: &str,
    mapping: &ColumnMapping,
    bot_channel: Option<&str>,
    country: Option<&str>,
    is_suppression: bool,
    progress: &mut impl FnMut(ImportProgress),
    stop: &AtomicBool,
) -> Result<Option<(ImportedTargets, FileStamp)>, Notice> {
    let (file, before) = open(path)?;
    let import = TargetImport {
        mapping,
        bot_channel,
        country: country.and_then(Country::parse),
    };
    let read = if is_suppression {
        import.read_suppressed(file, progress, stop)
    } else {
        import.read(file, progress, stop)
    };
    let read = read.map_err(|error| Notice::error(error.to_string()))?;
    let is_same = stamp(path).is_ok_and(|after| after == before);
    match read {
        Some(_) if !is_same => Err(Notice::error(
            "The file was changed while it was read. Read it again once it is finished.",
        )),
        read => Ok(read.map(|read| (read, before))),
    }
}

/// Reads who stands in a column; `None` where it was stopped.
pub fn column(
    work: &SuppressColumn,
    progress: &mut impl FnMut(ImportProgress),
    stop: &AtomicBool,
) -> Result<Option<People>, Notice> {
    let country = work.country.as_deref();
    let read = imported(
        &work.path,
        &work.mapping,
        None,
        country,
        true,
        progress,
        stop,
    )?;
    Ok(read.map(|(read, _)| {
        // Who stands there twice is on the list once: that is nothing to be told.
        let mut problems = read.rejected.rows().iter();
        let is_duplicate = |word| word == "duplicate";
        let counts = read.rejected.counts().iter();
        let left_out = counts
            .filter(|(word, _)| !is_duplicate(**word))
            .map(|(_, count)| count);
        let first = problems.find(|row| !is_duplicate(row.reason.word()));
        let named = read.targets.iter().filter_map(Target::named_by);
        People {
            identities: named.map(str::to_owned).collect(),
            left_out: left_out.sum(),
            why: first.map_or_else(String::new, |row| {
                format!("line {}: {}", row.line, row.reason)
            }),
        }
    }))
}

/// Targets behind others, each contact once: those before them stay as they are. With how many were there already.
pub fn appended(before: &[Target], new: &[Target]) -> (Vec<Target>, u64) {
    let mut all = before.to_vec();
    if before.is_empty() {
        all.extend_from_slice(new);
        return (all, 0);
    }
    let mut seen = Seen::with_capacity(before.len() + new.len());
    for place in 0..before.len() {
        seen.note(&all, place);
    }
    let mut already = 0;
    for target in new {
        all.push(target.clone());
        if seen.note(&all, all.len() - 1).is_some() {
            all.pop();
            already += 1;
        }
    }
    (all, already)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(ids: &[&str]) -> Vec<Target> {
        ids.iter()
            .map(|id| Target::from_iter([("user_id", *id)]))
            .collect()
    }

    #[test]
    fn targets_are_put_behind_others_and_nobody_is_there_twice() {
        let (all, already) = appended(&list(&["1", "2"]), &list(&["2", "3", "1"]));
        assert_eq!((all, already), (list(&["1", "2", "3"]), 2));
        assert_eq!(appended(&[], &list(&["4"])), (list(&["4"]), 0));
    }

    #[test]
    fn what_is_no_file_is_said_so() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().display().to_string();
        let said = |path: &str| open(path).unwrap_err().text;
        assert!(said(&name).contains("is a folder"));
        assert!(said(&format!("{name}/none.csv")).contains("There is no file"));
        assert!(said("/dev/zero").contains("is no file"));
    }
}
