//! Writing rejected rows: into a file that is the operator's alone, and never over another unasked.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::path::resolve;
use crate::audience::{ImportedTargets, write_rejected};
use crate::domain::text::{counted, grouped, shown};
use crate::model::Notice;
use crate::model::file::NotWritten;

/// Writes the rejected rows with their reasons.
pub fn rejected(
    typed: &str,
    source: &str,
    read: &ImportedTargets,
    replace: bool,
) -> Result<Notice, NotWritten> {
    let path = resolve(typed);
    let name = shown(&path.to_string_lossy()).into_owned();
    let failed = |error: String| {
        NotWritten::Failed(Notice::error(format!("{name} can't be written: {error}.")))
    };
    if is_same_file(&path, &resolve(source)) {
        return Err(failed("it is the file that is imported".to_owned()));
    }
    match std::fs::symlink_metadata(&path) {
        Ok(found) if !found.is_file() => return Err(failed("it is no file".to_owned())),
        Ok(found) if !replace => return Err(NotWritten::Exists(found.len())),
        _ => {}
    }
    write(&path, read, replace).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => NotWritten::Exists(0),
        _ => failed(error.to_string()),
    })?;
    let rows = counted(read.rejected.rows().len() as u64, "rejected row");
    let mut said = format!("{rows} written to {name}, with the reason of each.");
    if read.rejected.not_kept() > 0 {
        let left = grouped(read.rejected.not_kept());
        said = format!(
            "{said} {left} more were counted, but not kept: correct these and read the file again."
        );
        return Ok(Notice::warning(said));
    }
    Ok(Notice::ok(said))
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// Writes the file: as a whole, or not at all.
fn write(path: &Path, read: &ImportedTargets, replace: bool) -> io::Result<()> {
    let draft = match path.file_name() {
        Some(name) if replace => {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            hidden.push(".writing");
            path.with_file_name(hidden)
        }
        _ => path.to_owned(),
    };
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    let written = fill(&file, read).and_then(|()| {
        if replace {
            std::fs::rename(&draft, path)
        } else {
            Ok(())
        }
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&draft);
    }
    written
}

fn fill(file: &File, read: &ImportedTargets) -> io::Result<()> {
    let out = BufWriter::new(file);
    write_rejected(out, &read.columns, read.delimiter, read.rejected.rows())
        .map_err(io::Error::other)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::audience::{ColumnMapping, TargetImport};

    fn read() -> ImportedTargets {
        let columns = ["user_id".to_owned(), "note".to_owned()];
        let import = TargetImport {
            mapping: &ColumnMapping::suggested(&columns),
            bot_channel: None,
            country: None,
        };
        let text = "user_id,note\n1,a\n,=cmd()\n";
        let read = import.read(text.as_bytes(), |_| {}, &AtomicBool::new(false));
        read.unwrap().unwrap()
    }

    #[test]
    fn rejected_rows_are_the_operators_alone_and_never_written_over_a_file_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bad.csv");
        let typed = path.display().to_string();
        let write = |replace| rejected(&typed, "people.csv", &read(), replace);
        assert!(
            write(false)
                .unwrap()
                .text
                .contains("1 rejected row written")
        );
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("rejected_line,rejected_reason,user_id,note\n3,"),
            "{text}"
        );
        assert!(text.trim_end().ends_with(",,'=cmd()"), "{text}");
        std::fs::write(&path, "mine").unwrap();
        assert_eq!(write(false), Err(NotWritten::Exists(4)));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
        assert!(write(true).is_ok());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_file_that_is_imported_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        std::fs::write(&path, "user_id\n").unwrap();
        let typed = path.display().to_string();
        let written = rejected(&typed, &typed, &read(), true);
        assert!(matches!(written, Err(NotWritten::Failed(_))), "{written:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "user_id\n");
    }
}
