//! Contacts as a CSV file: as a whole or not at all, for its owner alone, and never over another file unasked.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use thiserror::Error;

use crate::audience::{Table, WrittenCsv, write_csv_while};
use crate::domain::text::{counted, shown};

/// Why contacts were not written.
#[derive(Debug, Error)]
pub enum NotExported {
    /// There is a file of that name; this large, in bytes.
    #[error("a file of that name is there already ({0} bytes)")]
    Exists(u64),
    /// What is there is no file.
    #[error("it is no file")]
    NoFile,
    /// The system said no.
    #[error("{0}")]
    Failed(io::Error),
}

/// Writes rows of a table with some of its columns to a file: first beside it under another name, which then becomes
/// its own. `go_on` is told every few thousand rows how many are written, and says whether there are to be more;
/// `None` where it said no, and then nothing is left.
///
/// # Errors
/// A file of that name, unless it is to be replaced; whatever stops the writing.
pub fn export(
    path: &Path,
    replace: bool,
    table: &Table,
    rows: &[u32],
    columns: &[&str],
    go_on: impl FnMut(u64) -> bool,
) -> Result<Option<WrittenCsv>, NotExported> {
    check(path, replace)?;
    let draft = beside(path).ok_or(NotExported::NoFile)?;
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .map_err(NotExported::Failed)?;
    let written = fill(&file, table, rows, columns, go_on).and_then(|written| {
        if written.is_whole {
            put(&draft, path, replace)?;
        }
        Ok(written)
    });
    if !written
        .as_ref()
        .is_ok_and(|written| written.is_whole && replace)
    {
        // Where it was linked to its own name, this one goes.
        let _ = fs::remove_file(&draft);
    }
    match written {
        Ok(written) => Ok(written.is_whole.then_some(written)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(NotExported::Exists(size_of(path)))
        }
        Err(error) => Err(NotExported::Failed(error)),
    }
}

/// What is said of contacts that were written.
pub fn words(written: WrittenCsv, path: &Path) -> String {
    let contacts = counted(written.contacts, "contact");
    let path = path.to_string_lossy();
    let formulas = match written.neutralised {
        0 => String::new(),
        cells => format!(
            " {} that a spreadsheet would take for a formula got a ' in front.",
            counted(cells, "cell")
        ),
    };
    format!(
        "{contacts} written to {}, readable by you alone: they are personal data.{formulas}",
        shown(&path)
    )
}

fn check(path: &Path, replace: bool) -> Result<(), NotExported> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => Err(NotExported::NoFile),
        Ok(found) if !replace => Err(NotExported::Exists(found.len())),
        _ => Ok(()),
    }
}

fn size_of(path: &Path) -> u64 {
    fs::symlink_metadata(path).map_or(0, |found| found.len())
}

/// A hidden name in the same folder that nobody else uses.
fn beside(path: &Path) -> Option<std::path::PathBuf> {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name()?);
    name.push(format!(".{}.writing", uuid::Uuid::now_v7()));
    Some(path.with_file_name(name))
}

fn fill(
    file: &File,
    table: &Table,
    rows: &[u32],
    columns: &[&str],
    go_on: impl FnMut(u64) -> bool,
) -> io::Result<WrittenCsv> {
    let out = BufWriter::with_capacity(1 << 18, file);
    let rows = rows.iter().copied();
    let written = write_csv_while(out, table, rows, columns, go_on).map_err(io::Error::other)?;
    if written.is_whole {
        file.sync_all()?;
    }
    Ok(written)
}

/// Gives the file its name. A link fails where somebody made a file of that name meanwhile; where the file system has
/// none, it is looked for once more.
fn put(draft: &Path, path: &Path, replace: bool) -> io::Result<()> {
    if replace {
        return fs::rename(draft, path);
    }
    match fs::hard_link(draft, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            if fs::symlink_metadata(path).is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            fs::rename(draft, path)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::audience::TableBuilder;

    fn table() -> Table {
        let mut builder = TableBuilder::new(3);
        for (row, (id, note)) in [("1", "=1+1"), ("2", "a,\"b\"\nc"), ("+39320", "東京")]
            .into_iter()
            .enumerate()
        {
            let row = u32::try_from(row).unwrap();
            builder.column("user_id").push(row, id).unwrap();
            builder.column("note").push(row, note).unwrap();
        }
        builder.finish()
    }

    #[test]
    fn contacts_are_written_as_a_whole_for_their_owner_and_never_over_a_file_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let write = |replace| {
            export(
                &path,
                replace,
                &table(),
                &[2, 0, 1],
                &["user_id", "note"],
                |_| true,
            )
        };
        let written = write(false).unwrap().unwrap();
        assert_eq!((written.contacts, written.neutralised), (3, 1));
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let text = fs::read_to_string(&path).unwrap();
        let expected = "user_id,note\n+39320,東京\n1,'=1+1\n2,\"a,\"\"b\"\"\nc\"\n";
        assert_eq!(text, expected);
        fs::write(&path, "mine").unwrap();
        assert!(matches!(write(false), Err(NotExported::Exists(4))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        write(true).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_stopped_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let mut builder = TableBuilder::new(10_000);
        for row in 0..10_000 {
            builder.column("user_id").push(row, "1").unwrap();
        }
        let rows: Vec<u32> = (0..10_000).collect();
        let mut told = Vec::new();
        let stopped = export(
            &path,
            false,
            &builder.finish(),
            &rows,
            &["user_id"],
            |done| {
                told.push(done);
                false
            },
        );
        assert!(matches!(stopped, Ok(None)), "{stopped:?}");
        assert_eq!(told, [4096]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_is_not_there_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none/out.csv");
        let failed = export(&path, false, &table(), &[0], &["user_id"], |_| true);
        assert!(matches!(failed, Err(NotExported::Failed(_))), "{failed:?}");
    }
}
