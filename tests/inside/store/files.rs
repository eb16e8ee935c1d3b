//! Opening: new files, foreign ones, older and newer ones, and who may read them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;

use mylink_console::store::journal::LaunchFilter;
use mylink_console::store::{Access, Cache, Journal, Schema, SqliteJournal, StoreError, open};
use rstest::rstest;
use rusqlite::Connection;

use super::{Folder, launch};

const FIRST: &str = "CREATE TABLE thing (name TEXT); INSERT INTO thing VALUES ('old');";
const SECOND: &str = "ALTER TABLE thing ADD COLUMN size INTEGER NOT NULL DEFAULT 7;";
const BROKEN: &str = "CREATE TABLE other (x); INSERT INTO nowhere VALUES (1);";

fn schema(migrations: &'static [&'static str]) -> Schema {
    Schema {
        application_id: 0x1234,
        synchronous: "FULL",
        is_precious: true,
        migrations,
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn number(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn new_files_and_their_folders_are_for_their_owner_alone() {
    let folder = Folder::new();
    let path = folder.file("a/b/journal.db");
    let journal = SqliteJournal::open(&path).unwrap();
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    assert_eq!(mode(path.parent().unwrap().parent().unwrap()), 0o700);
    for name in [
        "journal.db",
        "journal.db-wal",
        "journal.db-shm",
        "journal.jsonl",
    ] {
        assert_eq!(mode(&path.with_file_name(name)), 0o600, "{name}");
    }
    assert!(journal.notices().is_empty());
    assert_eq!(journal.access(), Access::ReadWrite);
    drop(journal);
    let raw = Connection::open(&path).unwrap();
    assert_eq!(number(&raw, "PRAGMA application_id"), 0x4d79_4c4a);
    assert_eq!(number(&raw, "PRAGMA user_version"), 4);
}

#[test]
fn a_file_of_ours_that_others_can_read_is_made_private() {
    let folder = Folder::new();
    drop(folder.cache());
    let path = folder.file("cache.db");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let cache = Cache::open(&path).unwrap();
    assert_eq!(mode(&path), 0o600);
    assert!(
        cache.notices()[0].contains("private now"),
        "{:?}",
        cache.notices()
    );
}

#[test]
fn an_empty_file_becomes_a_database() {
    let folder = Folder::new();
    fs::write(folder.file("journal.db"), "").unwrap();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
}

#[rstest]
#[case::another_mark("PRAGMA application_id = 77; CREATE TABLE theirs (x);")]
#[case::no_mark("CREATE TABLE theirs (x);")]
#[case::the_cache("PRAGMA application_id = 0x4d794c43;")]
fn a_database_of_another_program_is_left_as_it_is(#[case] theirs: &str) {
    let folder = Folder::new();
    let path = folder.file("journal.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch(theirs)
        .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let before = fs::read(&path).unwrap();
    let error = SqliteJournal::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::NotOurs { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(mode(&path), 0o644);
}

#[test]
fn the_log_of_another_program_is_not_written_into_its_database() {
    let folder = Folder::new();
    let live = folder.file("live.db");
    let connection = Connection::open(&live).unwrap();
    connection
        .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE theirs (x);")
        .unwrap();
    let path = folder.file("journal.db");
    for suffix in ["", "-wal"] {
        let from = folder.file(&format!("live.db{suffix}"));
        fs::copy(from, folder.file(&format!("journal.db{suffix}"))).unwrap();
    }
    let before = fs::read(&path).unwrap();
    assert!(matches!(
        SqliteJournal::open(&path),
        Err(StoreError::NotOurs { .. })
    ));
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(folder.file("journal.db-wal").exists());
}

#[test]
fn an_older_database_is_copied_and_then_upgraded() {
    let folder = Folder::new();
    let path = folder.file("thing.db");
    drop(open(&path, &schema(&[FIRST])).unwrap());
    let opened = open(&path, &schema(&[FIRST, SECOND])).unwrap();
    assert_eq!(number(&opened.connection, "SELECT size FROM thing"), 7);
    assert_eq!(number(&opened.connection, "PRAGMA user_version"), 2);
    let copy = folder.file("thing.db.version-1");
    assert!(
        opened.notices[0].contains("thing.db.version-1"),
        "{:?}",
        opened.notices
    );
    assert_eq!(mode(&copy), 0o600);
    let old = Connection::open(&copy).unwrap();
    assert_eq!(
        number(&old, "SELECT count(*) FROM thing WHERE name = 'old'"),
        1
    );
    assert_eq!(number(&old, "PRAGMA user_version"), 1);
}

#[test]
fn an_upgrade_that_fails_changes_nothing() {
    let folder = Folder::new();
    let path = folder.file("thing.db");
    drop(open(&path, &schema(&[FIRST])).unwrap());
    assert!(open(&path, &schema(&[FIRST, BROKEN])).is_err());
    let opened = open(&path, &schema(&[FIRST])).unwrap();
    assert_eq!(opened.access, Access::ReadWrite);
    assert_eq!(
        number(&opened.connection, "SELECT count(*) FROM sqlite_schema"),
        1
    );
}

#[test]
fn a_newer_journal_can_be_read_and_not_armed() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    drop(journal);
    Connection::open(folder.file("journal.db"))
        .unwrap()
        .execute_batch("PRAGMA user_version = 9")
        .unwrap();
    let mut journal = folder.journal();
    assert_eq!(
        journal.access(),
        Access::NewerVersion { found: 9, known: 4 }
    );
    assert_eq!(journal.launch("a").unwrap().plan, "{\"broadcast\":\"a\"}");
    let error = journal.arm(&launch("b", 1, &["x"])).unwrap_err();
    assert!(matches!(
        error,
        StoreError::NewerVersion {
            found: 9,
            known: 4,
            ..
        }
    ));
    assert!(error.to_string().contains("Update mylink"), "{error}");
    assert!(
        journal
            .finish(
                "a",
                mylink_console::domain::launch::Outcome::Unknown,
                "",
                super::at(1)
            )
            .is_err()
    );
    assert_eq!(journal.launches(&LaunchFilter::default()).unwrap().len(), 1);
}

#[test]
fn a_newer_cache_can_be_read_and_not_written() {
    let folder = Folder::new();
    drop(folder.cache());
    let path = folder.file("cache.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch("PRAGMA user_version = 9")
        .unwrap();
    let mut cache = Cache::open(&path).unwrap();
    assert_eq!(cache.bots().unwrap().len(), 2);
    assert!(matches!(
        cache.replace_bots(&[]),
        Err(StoreError::NewerVersion { .. })
    ));
}

#[test]
fn many_can_create_one_database_together() {
    for _ in 0..10 {
        let folder = Folder::new();
        let path = folder.file("journal.db");
        let open = || SqliteJournal::open(&path).map(|journal| journal.mark().unwrap().id);
        let marks: Vec<String> = thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap().unwrap())
                .collect()
        });
        assert!(marks.iter().all(|mark| *mark == marks[0]), "{marks:?}");
    }
}
