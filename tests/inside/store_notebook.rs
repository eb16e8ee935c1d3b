//! The notebook on real files: who must not be written to, saved filters, remembered mappings.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use jiff::Timestamp;
use mylink_console::audience::ColumnMapping;
use mylink_console::store::notebook::{SavedFilter, Suppressed};
use mylink_console::store::{Access, Cache, Notebook, StoreError};
use rusqlite::Connection;
use tempfile::TempDir;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("live/profile.db")
    }

    fn open(&self) -> Notebook {
        Notebook::open(&self.path()).unwrap()
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn person(identity: &str, reason: &str, second: i64) -> Suppressed {
    Suppressed {
        identity: identity.to_owned(),
        reason: reason.to_owned(),
        added_by: "ada@host".to_owned(),
        added_at: at(second),
    }
}

fn names(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn set(texts: &[&str]) -> HashSet<String> {
    names(texts).into_iter().collect()
}

#[test]
fn people_stay_suppressed_however_they_are_written() {
    let place = Place::new();
    let people = [
        person("+39 320 123 4567", "asked to stop", 1),
        person("ada", "left", 2),
        person("  ", "nobody", 3),
        person("0039 3201234567", "again", 4),
    ];
    assert_eq!(place.open().suppress(&people).unwrap(), 2);
    let notebook = place.open();
    assert_eq!(notebook.suppressed_count().unwrap(), 2);
    let first = notebook.suppression("39-320-1234567").unwrap().unwrap();
    assert_eq!(
        first,
        Suppressed {
            identity: "393201234567".to_owned(),
            ..people[0].clone()
        }
    );
    let ada = notebook.suppression("Ada").unwrap();
    assert_eq!(ada.unwrap().identity, "ada", "rather too many are kept out");
    let asked = set(&["393201234567", "Ada", "ada", "bob"]);
    assert_eq!(
        notebook.suppressed_among(&asked).unwrap(),
        set(&["393201234567", "ada"])
    );
}

#[test]
fn many_are_found_as_few_are() {
    let place = Place::new();
    let mut notebook = place.open();
    let people: Vec<Suppressed> = (0..5_000)
        .map(|id| person(&format!("id-{id}"), "", id))
        .collect();
    assert_eq!(notebook.suppress(&people).unwrap(), 5_000);
    let asked: HashSet<String> = (4_000..40_000).map(|id| format!("id-{id}")).collect();
    let found = notebook.suppressed_among(&asked).unwrap();
    let expected: HashSet<String> = (4_000..5_000).map(|id| format!("id-{id}")).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_list_is_read_in_parts_and_people_can_be_taken_off_it() {
    let place = Place::new();
    let mut notebook = place.open();
    let people: Vec<Suppressed> = ["a", "b", "c"]
        .iter()
        .zip(1..)
        .map(|(id, second)| person(id, "r", second))
        .collect();
    notebook.suppress(&people).unwrap();
    let ids = |offset, limit| -> Vec<String> {
        let list = place.open().suppressed(offset, limit).unwrap();
        list.into_iter().map(|person| person.identity).collect()
    };
    assert_eq!(ids(0, 2), ["c", "b"]);
    assert_eq!(ids(2, u64::MAX), ["a"]);
    assert_eq!(notebook.unsuppress(&names(&[" b ", "x"])).unwrap(), 1);
    assert_eq!(ids(0, 9), ["c", "a"]);
}

#[test]
fn filters_are_saved_by_name_for_a_bot() {
    let place = Place::new();
    let mut notebook = place.open();
    let filter = |bot: &str, name: &str, value: &str| SavedFilter {
        bot_key: bot.to_owned(),
        name: name.to_owned(),
        filters: format!(r#"[{{"field":"city","criterion":"Equals","value":"{value}"}}]"#),
        saved_at: at(0),
    };
    for saved in [
        filter("b1", "z", "1"),
        filter("b1", "a", "2"),
        filter("b2", "z", "3"),
        filter("b1", "z", "4"),
    ] {
        notebook.save_filter(&saved).unwrap();
    }
    let notebook_again = place.open();
    assert_eq!(
        notebook_again.filters("b1").unwrap(),
        [filter("b1", "a", "2"), filter("b1", "z", "4")]
    );
    assert_eq!(
        notebook_again.filter("b2", "z").unwrap(),
        Some(filter("b2", "z", "3"))
    );
    assert!(notebook.delete_filter("b1", "z").unwrap());
    assert!(!notebook.delete_filter("b1", "z").unwrap());
    assert_eq!(notebook_again.filter("b1", "z").unwrap(), None);
}

#[test]
fn a_mapping_is_remembered_for_the_same_header_alone() {
    let place = Place::new();
    let columns = names(&["Kunde", "Stadt"]);
    let mapping = ColumnMapping::suggested(&columns)
        .with(&columns, "Kunde", "user_id")
        .unwrap();
    place
        .open()
        .save_mapping(&columns, &mapping, at(0))
        .unwrap();
    let notebook = place.open();
    assert_eq!(notebook.mapping(&columns).unwrap(), Some(mapping));
    for other in [
        &["Stadt", "Kunde"][..],
        &["KundeS", "tadt"],
        &["Kunde"],
        &["Kunde", "Stadt", ""],
    ] {
        assert_eq!(notebook.mapping(&names(other)).unwrap(), None, "{other:?}");
    }
}

#[test]
fn the_file_is_private_and_has_a_write_ahead_log() {
    let place = Place::new();
    let notebook = place.open();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(place.path()), 0o600);
    assert_eq!(mode(place.folder.path().join("live")), 0o700);
    assert_eq!(notebook.access(), Access::ReadWrite);
    assert!(notebook.notices().is_empty());
    notebook.check_structure().unwrap();
    let plain = Connection::open(place.path()).unwrap();
    let mode: String = plain
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
}

#[test]
fn what_is_no_notebook_is_left_alone() {
    let place = Place::new();
    drop(Cache::open(&place.path()).unwrap());
    assert!(matches!(
        Notebook::open(&place.path()),
        Err(StoreError::NotOurs { .. })
    ));
    let damaged = Place::new();
    let mut notebook = damaged.open();
    notebook.suppress(&[person("a", "r", 1)]).unwrap();
    drop(notebook);
    let bytes = vec![b'x'; 8_192];
    fs::write(damaged.path(), &bytes).unwrap();
    let error = Notebook::open(&damaged.path()).unwrap_err();
    assert!(error.is_damage(), "{error}");
    // It isn't begun anew: an empty list would let everybody be reached.
    assert_eq!(fs::read(damaged.path()).unwrap(), bytes);
}

#[test]
fn a_newer_one_can_be_read_and_not_written() {
    let place = Place::new();
    place.open().suppress(&[person("a", "r", 1)]).unwrap();
    let plain = Connection::open(place.path()).unwrap();
    plain.pragma_update(None, "user_version", 99).unwrap();
    drop(plain);
    let mut notebook = place.open();
    assert!(matches!(
        notebook.access(),
        Access::NewerVersion { found: 99, .. }
    ));
    assert_eq!(notebook.suppressed_count().unwrap(), 1);
    let error = notebook.suppress(&[person("b", "r", 1)]).unwrap_err();
    assert!(matches!(error, StoreError::NewerVersion { .. }));
}

#[test]
fn a_lost_notebook_is_not_begun_anew() {
    for is_emptied in [false, true] {
        let place = Place::new();
        place.open().suppress(&[person("a", "r", 1)]).unwrap();
        let mark = place.path().with_extension("mark");
        let mode = fs::metadata(&mark).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        fs::remove_file(place.path()).unwrap();
        if is_emptied {
            fs::write(place.path(), "").unwrap();
        }
        for _ in 0..2 {
            let error = Notebook::open(&place.path()).unwrap_err();
            assert!(matches!(error, StoreError::Gone { .. }), "{error}");
            let sentence = error.to_string();
            assert!(
                sentence.contains("Restore profile.db from a copy"),
                "{sentence}"
            );
            assert!(
                sentence.contains("profile.mark to accept an empty list"),
                "{sentence}"
            );
        }
        assert_eq!(place.path().exists(), is_emptied);
        // Who removes the mark accepts an empty list.
        fs::remove_file(mark).unwrap();
        assert_eq!(place.open().suppressed_count().unwrap(), 0);
    }
}

#[test]
fn a_database_without_tables_beside_a_mark_is_lost_too() {
    let place = Place::new();
    place.open().suppress(&[person("a", "r", 1)]).unwrap();
    fs::remove_file(place.path()).unwrap();
    let plain = Connection::open(place.path()).unwrap();
    plain.pragma_update(None, "user_version", 1).unwrap();
    plain.pragma_update(None, "user_version", 0).unwrap();
    drop(plain);
    assert!(matches!(
        Notebook::open(&place.path()),
        Err(StoreError::Gone { .. })
    ));
}

#[test]
fn the_mark_is_made_when_something_is_written() {
    let place = Place::new();
    let mark = place.path().with_extension("mark");
    drop(place.open());
    assert!(!mark.exists());
    fs::remove_file(place.path()).unwrap();
    place.open().suppress(&[person("a", "r", 1)]).unwrap();
    assert!(mark.exists());
    // A list from before there were marks gets its own when it is opened.
    fs::remove_file(&mark).unwrap();
    assert_eq!(place.open().suppressed_count().unwrap(), 1);
    assert!(mark.exists());
}

#[test]
fn what_an_earlier_version_wrote_keeps_matching() {
    let place = Place::new();
    place.open().suppress(&[person("a", "r", 1)]).unwrap();
    let plain = Connection::open(place.path()).unwrap();
    for old in ["Ada", "\u{202a}+39 320 1234567\u{202c}"] {
        let insert = "INSERT INTO suppressed (identity, reason, added_by, added_at)
                      SELECT ?1, reason, added_by, added_at FROM suppressed WHERE identity = 'a'";
        plain.execute(insert, [old]).unwrap();
    }
    drop(plain);
    let mut notebook = place.open();
    let keys = set(&["a", "ada", "393201234567"]);
    assert_eq!(notebook.suppressed_keys().unwrap(), keys);
    let asked = set(&["ADA", "0039 320 1234567", "bob"]);
    let found = notebook.suppressed_among(&asked).unwrap();
    assert_eq!(found, set(&["ada", "393201234567"]));
    assert!(notebook.suppression("ada").unwrap().is_some());
    let gone = names(&["ada", "+393201234567"]);
    assert_eq!(notebook.unsuppress(&gone).unwrap(), 2);
    assert_eq!(notebook.suppressed_count().unwrap(), 1);
}

#[test]
fn the_columns_of_a_bot_are_remembered_in_their_order() {
    let place = Place::new();
    let names = |names: &[&str]| -> Vec<String> { names.iter().map(|&name| name.into()).collect() };
    let mut notebook = place.open();
    assert_eq!(notebook.columns("k1").unwrap(), None);
    let first = names(&["user_id", "city", "a \"name\""]);
    notebook.save_columns("k1", &first, at(0)).unwrap();
    assert_eq!(notebook.columns("k1").unwrap(), Some(first));
    assert_eq!(notebook.columns("k2").unwrap(), None);
    let second = names(&["city", "user_id"]);
    notebook.save_columns("k1", &second, at(1)).unwrap();
    drop(notebook);
    assert_eq!(place.open().columns("k1").unwrap(), Some(second));
    place.open().save_columns("k1", &[], at(2)).unwrap();
    assert_eq!(place.open().columns("k1").unwrap(), None);
}
