//! Paths as they are typed: `~`, quotes around a dropped file, and what continues them.

use std::cmp::Reverse;
use std::ffi::OsStr;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use crate::model::file::{Entry, EntryKind, Listing};

/// Names that are listed at most.
const MOST: usize = 500;

/// The path that is meant: without blanks and quotes around it, `~` as the operator's home.
pub fn resolve(typed: &str) -> PathBuf {
    let typed = typed.trim();
    let quoted = ['\'', '"'].into_iter().find_map(|quote| {
        let inner = typed.strip_prefix(quote)?.strip_suffix(quote)?;
        Some(inner)
    });
    let typed = quoted.unwrap_or(typed);
    let home = || std::env::var_os("HOME").map(PathBuf::from);
    match (typed.strip_prefix('~'), home()) {
        (Some(""), Some(home)) => home,
        (Some(rest), Some(home)) if rest.starts_with('/') => {
            home.join(rest.trim_start_matches('/'))
        }
        _ => PathBuf::from(typed),
    }
}

/// The last part of a path.
pub fn name(typed: &str) -> String {
    let path = resolve(typed);
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// Lists what continues a path: tables first, then folders, then the rest; hidden ones only where a dot is typed.
pub fn list(typed: &str) -> Listing {
    if typed.trim() == "~" {
        return list("~/");
    }
    let (folder, start) = typed
        .rsplit_once('/')
        .map_or(("", typed), |(folder, start)| {
            (&typed[..=folder.len()], start)
        });
    let path = if folder.is_empty() {
        PathBuf::from(".")
    } else {
        resolve(folder)
    };
    let entries = match std::fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) => {
            let problem = format!("The folder can't be listed: {error}.");
            return Listing {
                problem: Some(problem),
                ..Listing::default()
            };
        }
    };
    let mut listing = Listing::default();
    let mut found: Vec<(EntryKind, String)> = Vec::new();
    for entry in entries.flatten() {
        match typable(&entry.file_name()) {
            Some(name) if continues(&name, start) => found.push((kind(&entry, &name), name)),
            Some(_) => {}
            None => listing.untypable += 1,
        }
    }
    found.sort_by_cached_key(|(kind, name)| {
        (*kind, Reverse(name.starts_with(start)), name.to_lowercase())
    });
    found.truncate(MOST);
    let entries = found
        .into_iter()
        .map(|(kind, name)| entry(folder, &path, kind, name));
    listing.entries = entries.collect();
    listing
}

/// A name that can stand in a line that is typed.
fn typable(name: &OsStr) -> Option<String> {
    let name = name.to_str()?;
    (!name.contains(['\n', '\r', '\t'])).then(|| name.to_owned())
}

fn continues(name: &str, start: &str) -> bool {
    let is_hidden = name.starts_with('.') && !start.starts_with('.');
    !is_hidden && name.to_lowercase().starts_with(&start.to_lowercase())
}

fn kind(entry: &DirEntry, name: &str) -> EntryKind {
    let is_folder = match entry.file_type() {
        Ok(kind) if kind.is_symlink() => entry.path().is_dir(),
        Ok(kind) => kind.is_dir(),
        Err(_) => false,
    };
    let extension = Path::new(name)
        .extension()
        .and_then(OsStr::to_str)
        .unwrap_or_default();
    let is_table = ["csv", "tsv", "txt"]
        .iter()
        .any(|table| extension.eq_ignore_ascii_case(table));
    match (is_folder, is_table) {
        (true, _) => EntryKind::Folder,
        (false, true) => EntryKind::Table,
        (false, false) => EntryKind::Other,
    }
}

fn entry(folder: &str, path: &Path, kind: EntryKind, name: String) -> Entry {
    let slash = if kind == EntryKind::Folder { "/" } else { "" };
    let bytes = match kind {
        EntryKind::Folder => 0,
        _ => path
            .join(&name)
            .metadata()
            .map_or(0, |metadata| metadata.len()),
    };
    Entry {
        path: format!("{folder}{name}{slash}"),
        name,
        kind,
        bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_as_it_is_meant() {
        assert_eq!(resolve(" '/tmp/a b.csv' "), Path::new("/tmp/a b.csv"));
        assert_eq!(resolve("a~b"), Path::new("a~b"));
        let home = std::env::var_os("HOME")
            .map(PathBuf::from)
            .unwrap_or_default();
        assert_eq!(resolve("~/x.csv"), home.join("x.csv"));
    }

    #[test]
    fn a_folder_lists_tables_then_folders_then_the_rest_and_says_what_cannot_be_typed() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str| std::fs::write(folder.path().join(name), "12").unwrap();
        for name in [
            "b.bin",
            "people.CSV",
            "\u{1b}[2J.tsv",
            ".hidden.csv",
            "line\nbreak.csv",
        ] {
            make(name);
        }
        std::fs::create_dir(folder.path().join("parts")).unwrap();
        let typed = format!("{}/", folder.path().display());
        let listing = list(&typed);
        let names: Vec<&str> = listing
            .entries
            .iter()
            .map(|entry| entry.name.as_str())
            .collect();
        assert_eq!(names, ["\u{1b}[2J.tsv", "people.CSV", "parts", "b.bin"]);
        assert_eq!(listing.entries[2].path, format!("{typed}parts/"));
        assert_eq!((listing.entries[1].bytes, listing.untypable), (2, 1));
        let peo = list(&format!("{typed}PEO"));
        assert_eq!(peo.entries.len(), 1);
        assert_eq!(peo.entries[0].path, format!("{typed}people.CSV"));
        assert!(list(&format!("{typed}none/x")).problem.is_some());
    }
}
