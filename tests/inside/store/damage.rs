//! Damage: a cache is set aside and begun anew with the operator's work, a journal is left as it is.

use std::fs;
use std::path::Path;

use mylink_console::domain::launch::Outcome;
use mylink_console::domain::record::AudienceRef;
use mylink_console::domain::settings::{Setting, Settings};
use mylink_console::store::cache::Draft;
use mylink_console::store::{Cache, Journal, SqliteJournal, StoreError};
use rstest::rstest;

use super::{Folder, at, bot, broadcast, launch, launched, web};

const PAGE: usize = 4096;

fn garbage(path: &Path) {
    fs::write(path, "this is no database, and never was one. ".repeat(300)).unwrap();
}

fn garbage_at(path: &Path, from: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[from..].fill(0xa5);
    fs::write(path, bytes).unwrap();
}

fn shortened(path: &Path) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..PAGE + 100]).unwrap();
}

#[rstest]
#[case::garbage(garbage)]
#[case::garbage_inside(|path: &Path| garbage_at(path, 2 * PAGE))]
#[case::shortened(shortened)]
fn a_damaged_journal_refuses_and_is_left_as_it_is(#[case] damage: fn(&Path)) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Outcome::Accepted);
    drop(journal);
    let path = folder.file("journal.db");
    fs::remove_file(folder.file("journal.jsonl")).unwrap();
    damage(&path);
    let before = fs::read(&path).unwrap();
    let error = SqliteJournal::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert!(
        error.to_string().contains("restore it from a copy"),
        "{error}"
    );
    assert_eq!(fs::read(&path).unwrap(), before);
    let beside: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert!(beside.iter().all(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        ["journal.db", "journal.db-wal", "journal.db-shm"].contains(&name.to_str().unwrap())
    }));
}

/// Copies the files of a database in use, as a death of the machine would leave them.
fn copied(folder: &Folder, name: &str) {
    for suffix in ["", "-wal"] {
        let from = folder.file(&format!("{name}{suffix}"));
        fs::copy(from, folder.file(&format!("copy.db{suffix}"))).unwrap();
    }
}

#[test]
fn the_log_of_a_damaged_journal_is_left_as_it_is() {
    let folder = Folder::new();
    drop(folder.journal());
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Outcome::Accepted);
    copied(&folder, "journal.db");
    let (path, log) = (folder.file("copy.db"), folder.file("copy.db-wal"));
    garbage_at(&path, PAGE);
    let before = (fs::read(&path).unwrap(), fs::read(&log).unwrap());
    assert!(matches!(
        SqliteJournal::open(&path),
        Err(StoreError::Corrupt { .. })
    ));
    assert_eq!((fs::read(&path).unwrap(), fs::read(&log).unwrap()), before);
}

#[test]
fn an_emptied_journal_beside_its_log_is_not_taken_for_a_new_one() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Outcome::Accepted);
    copied(&folder, "journal.db");
    let (path, log) = (folder.file("copy.db"), folder.file("copy.db-wal"));
    let before = fs::read(&log).unwrap();
    assert!(!before.is_empty());
    fs::write(&path, "").unwrap();
    assert!(matches!(
        SqliteJournal::open(&path),
        Err(StoreError::Corrupt { .. })
    ));
    assert_eq!(fs::read(&log).unwrap(), before);
    assert!(fs::read(&path).unwrap().is_empty());
}

#[test]
fn what_a_log_alone_holds_is_on_the_record() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    copied(&folder, "journal.db");
    let copy = SqliteJournal::open(&folder.file("copy.db")).unwrap();
    assert_eq!(copy.launch("a").unwrap(), journal.launch("a").unwrap());
}

fn draft() -> Draft {
    Draft {
        bot_key: "k1".to_owned(),
        broadcast_id: "b1".to_owned(),
        plan: "{\"broadcast\":\"b1\"".to_owned(),
        saved_at: at(5),
        mark: String::new(),
        writer: String::new(),
    }
}

/// A cache with the operator's work and enough contacts for damage to hit some.
fn worked_on(folder: &Folder) -> (Settings, AudienceRef) {
    let mut cache = folder.cache();
    let settings: Settings = [(Setting::ALL[0], true), (Setting::ALL[3], false)]
        .into_iter()
        .collect();
    let audience = AudienceRef {
        id: "a1".to_owned(),
        name: "All".to_owned(),
    };
    cache.save_draft(&draft(), "").unwrap();
    cache.replace_broadcasts("k1", &[broadcast("b1")]).unwrap();
    cache.record_settings("k1", "b1", settings).unwrap();
    cache
        .record_configured_audience("k1", "b1", Some(&audience))
        .unwrap();
    cache.set_throttle("audiences", at(6)).unwrap();
    let contacts: Vec<_> = (0..500)
        .map(|n| web(&format!("u{n}"), "city", "Milano"))
        .collect();
    cache
        .import_contacts("k1", "x.csv", &contacts, at(7))
        .unwrap();
    (settings, audience)
}

#[test]
fn a_rebuilt_cache_keeps_drafts_and_what_was_recorded() {
    let folder = Folder::new();
    let (settings, audience) = worked_on(&folder);
    let path = folder.file("cache.db");
    // A schema that can't be read as a whole, with the rows behind it in good order, is found on the first read.
    let whole = fs::read(&path).unwrap();
    garbage_at(&path, whole.len() - 3 * PAGE);
    let mut cache = Cache::rebuild(&path).unwrap();
    assert_eq!(cache.drafts().unwrap(), [draft()]);
    assert_eq!(cache.throttle("audiences").unwrap(), Some(at(6)));
    assert!(cache.bots().unwrap().is_empty());
    cache.replace_bots(&[bot("k1")]).unwrap();
    cache.replace_broadcasts("k1", &[broadcast("b1")]).unwrap();
    let known = cache.broadcasts("k1").unwrap().remove(0);
    assert_eq!(known.settings, settings);
    assert_eq!(known.audience, Some(audience));
    assert_eq!(cache.contact_count("k1").unwrap(), 0);
    let notice = &cache.notices()[0];
    assert!(
        notice.contains("Drafts taken over: 1; recorded settings: 2."),
        "{notice}"
    );
    assert!(folder.file("cache.db.damaged").exists());
}

#[test]
fn a_cache_that_is_no_database_is_set_aside_and_begun_anew() {
    let folder = Folder::new();
    worked_on(&folder);
    let path = folder.file("cache.db");
    for name in ["cache.db.damaged", "cache.db.damaged-2"] {
        garbage(&path);
        let bytes = fs::read(&path).unwrap();
        let cache = Cache::open(&path).unwrap();
        assert!(
            cache.notices()[0].contains("Some could not be read"),
            "{:?}",
            cache.notices()
        );
        assert_eq!(fs::read(folder.file(name)).unwrap(), bytes);
    }
    assert!(Cache::open(&path).unwrap().notices().is_empty());
}

#[test]
fn damage_that_a_read_finds_is_told_as_damage() {
    let folder = Folder::new();
    worked_on(&folder);
    let path = folder.file("cache.db");
    garbage_at(&path, 30 * PAGE);
    let cache = Cache::open(&path).unwrap();
    assert!(cache.check_structure().unwrap_err().is_damage());
}
