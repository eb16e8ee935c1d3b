//! Files: modes, versions, damage.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use mylink_console::store::{Access, Cache, Journal, Schema, SqliteJournal, StoreError, open};
use rusqlite::Connection;

use super::{Folder, at, bot, launch};

const FIRST: Schema = Schema {
    application_id: 77,
    synchronous: "FULL",
    migrations: &["CREATE TABLE word (text TEXT); INSERT INTO word VALUES ('old');"],
};
const SECOND: Schema = Schema {
    migrations: &[FIRST.migrations[0], "INSERT INTO word VALUES ('new');"],
    ..FIRST
};
const BROKEN: Schema = Schema {
    migrations: &[
        FIRST.migrations[0],
        "INSERT INTO word VALUES ('half'); INSERT INTO nowhere VALUES (1);",
    ],
    ..FIRST
};

fn words(connection: &Connection) -> Vec<String> {
    connection
        .prepare("SELECT text FROM word ORDER BY rowid")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn names(folder: &Folder) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn files_and_folders_are_for_their_owner_alone() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a1", 0, &["{}"])).unwrap();
    let mut cache = folder.cache();
    cache.replace_bots(&[bot("b1")]).unwrap();
    let mode = |name: &str| {
        fs::metadata(folder.path(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(""), 0o700);
    for name in names(&folder) {
        assert_eq!(mode(&name), 0o600, "{name}");
    }
    assert!(names(&folder).contains(&"journal.db-wal".to_owned()));
}

#[test]
fn a_file_that_others_can_read_is_made_private_and_that_is_told() {
    let folder = Folder::new();
    let path = folder.path("cache.db");
    drop(folder.cache());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let cache = folder.cache();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(
        cache.notices()[0].contains("private now"),
        "{:?}",
        cache.notices()
    );
    drop(cache);
    assert!(folder.cache().notices().is_empty());
}

#[test]
fn an_older_database_is_copied_and_upgraded() {
    let folder = Folder::new();
    let path = folder.path("x.db");
    drop(open(&path, &FIRST).unwrap());
    let opened = open(&path, &SECOND).unwrap();
    assert_eq!(words(&opened.connection), ["old", "new"]);
    assert_eq!(opened.access, Access::ReadWrite);
    let copy = folder.path("x.db.version-1");
    assert!(opened.notices[0].contains("x.db.version-1"));
    assert_eq!(
        fs::metadata(&copy).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(words(&Connection::open(&copy).unwrap()), ["old"]);
    drop(opened);
    assert!(open(&path, &SECOND).unwrap().notices.is_empty());
}

#[test]
fn a_migration_that_fails_changes_nothing() {
    let folder = Folder::new();
    let path = folder.path("x.db");
    drop(open(&path, &FIRST).unwrap());
    assert!(matches!(
        open(&path, &BROKEN),
        Err(StoreError::Sqlite { .. })
    ));
    assert_eq!(words(&open(&path, &FIRST).unwrap().connection), ["old"]);
}

#[test]
fn a_database_of_a_newer_version_can_only_be_read() {
    let folder = Folder::new();
    let path = folder.path("x.db");
    drop(open(&path, &SECOND).unwrap());
    let opened = open(&path, &FIRST).unwrap();
    assert_eq!(opened.access, Access::NewerVersion { found: 2, known: 1 });
    assert_eq!(words(&opened.connection), ["old", "new"]);
    assert!(opened.connection.execute("DELETE FROM word", []).is_err());
}

#[test]
fn a_journal_of_a_newer_version_is_read_but_not_written() {
    let folder = Folder::new();
    folder.journal().arm(&launch("a1", 0, &["{}"])).unwrap();
    Connection::open(folder.path("journal.db"))
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let mut journal = folder.journal();
    assert!(matches!(
        journal.access(),
        Access::NewerVersion { found: 99, .. }
    ));
    assert_eq!(journal.launch("a1").unwrap().id, "a1");
    let error = journal.arm(&launch("a2", 0, &["{}"])).unwrap_err();
    assert!(matches!(error, StoreError::NewerVersion { found: 99, .. }));
    assert!(error.to_string().contains("Update mylink"), "{error}");
    assert!(matches!(
        journal.mark_died("a1", at(1)),
        Err(StoreError::NewerVersion { .. })
    ));
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let folder = Folder::new();
    let path = folder.path("journal.db");
    fs::create_dir_all(folder.path("")).unwrap();
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE theirs (x)")
        .unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(
        SqliteJournal::open(&path),
        Err(StoreError::NotOurs { found: 0, .. })
    ));
    assert!(matches!(
        Cache::open(&path),
        Err(StoreError::NotOurs { .. })
    ));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_cache_is_not_taken_for_a_journal() {
    let folder = Folder::new();
    drop(folder.cache());
    let error = SqliteJournal::open(&folder.path("cache.db")).unwrap_err();
    assert!(matches!(error, StoreError::NotOurs { .. }));
}

#[test]
fn a_damaged_cache_is_set_aside_and_begun_anew() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path("")).unwrap();
    fs::write(
        folder.path("cache.db"),
        "no database at all, but long enough to be read as a header of one",
    )
    .unwrap();
    let mut cache = folder.cache();
    assert!(
        cache
            .notices()
            .iter()
            .any(|notice| notice.contains("cache.db.damaged"))
    );
    cache.replace_bots(&[bot("b1")]).unwrap();
    assert_eq!(cache.bots().unwrap().len(), 1);
    assert!(
        fs::read_to_string(folder.path("cache.db.damaged"))
            .unwrap()
            .starts_with("no database")
    );
}

#[test]
fn a_damaged_journal_is_never_set_aside() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path("")).unwrap();
    let path = folder.path("journal.db");
    let text = "no database at all, but long enough to be read as a header of one";
    fs::write(&path, text).unwrap();
    let error = SqliteJournal::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(names(&folder), ["journal.db"]);
}

#[test]
fn a_journal_with_a_damaged_page_is_refused_when_it_is_opened() {
    let folder = Folder::new();
    let path = folder.path("journal.db");
    let mut journal = folder.journal();
    for number in 0..50 {
        journal
            .arm(&launch(&format!("a{number}"), 0, &["{}"]))
            .unwrap();
    }
    drop(journal);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 8192].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    let error = SqliteJournal::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
}

#[test]
fn processes_that_open_a_new_file_together_all_get_it() {
    let folder = Folder::new();
    let path = folder.path("journal.db");
    std::thread::scope(|scope| {
        let opened: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| SqliteJournal::open(&path).map(|journal| journal.mark().unwrap().id))
            })
            .collect();
        let ids: Vec<String> = opened
            .into_iter()
            .map(|thread| thread.join().unwrap().unwrap())
            .collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    });
}
