//! What is found at the opening of a journal that doesn't fit its copy, and how it becomes whole again.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use mylink_console::domain::launch::Outcome::{
    self, Accepted, Failed, Refused, Rejected, Sending, Unknown,
};
use mylink_console::domain::launch::{LaunchRecord, SettledAs, Settlement};
use mylink_console::domain::text::hex;
use mylink_console::store::journal::{
    JournalAct, LaunchFilter, Source, TroubleKind, diagnose, rebuild,
};
use mylink_console::store::{Journal, SqliteJournal, StoreError};
use proptest::prelude::*;
use rstest::rstest;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::{Folder, at, end, launch, launched, made};

fn act() -> JournalAct {
    super::act("the disk was full")
}

fn settlement() -> Settlement {
    Settlement {
        settled_as: SettledAs::NotSent,
        by: "bob@h".to_owned(),
        at: at(500),
        reason: "asked them".to_owned(),
    }
}

/// Every record with all that belongs to it.
fn records(journal: &SqliteJournal) -> Vec<(LaunchRecord, Vec<String>)> {
    let launches = journal.launches(&LaunchFilter::default()).unwrap();
    launches
        .iter()
        .map(|launch| {
            let contacts = journal.contacts(&launch.id).unwrap();
            let names = contacts.concat().into_iter().map(|contact| contact.user_id);
            (journal.launch(&launch.id).unwrap(), names.collect())
        })
        .collect()
}

/// One launch of every kind: accepted, unknown, settled, under way; and a copy of the database as it was after the
/// first, in `older.db`.
fn worked_on(folder: &Folder) -> Vec<(LaunchRecord, Vec<String>)> {
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Accepted);
    journal.record_answer("a", 0, "{\"ok\":true}").unwrap();
    drop(journal);
    fs::copy(folder.file("journal.db"), folder.file("older.db")).unwrap();
    fs::copy(folder.file("journal.jsonl"), folder.file("older.jsonl")).unwrap();
    let mut journal = folder.journal();
    journal.arm(&launch("b", 10, &["one", "two"])).unwrap();
    made(&mut journal, "b", 0, Accepted).unwrap();
    made(&mut journal, "b", 1, Unknown).unwrap();
    journal.finish("b", Unknown, "cut", at(12)).unwrap();
    launched(&mut journal, "c", 20, Unknown);
    journal.settle("c", &settlement()).unwrap();
    journal.arm(&launch("d", 30, &["x"])).unwrap();
    journal.begin_call("d", 0, at(31)).unwrap();
    let before = records(&journal);
    drop(journal);
    before
}

fn database(folder: &Folder) -> PathBuf {
    folder.file("journal.db")
}

fn copy(folder: &Folder) -> PathBuf {
    folder.file("journal.jsonl")
}

fn put(from: &str, to: &str) -> impl Fn(&Folder) {
    move |folder: &Folder| {
        fs::copy(folder.file(from), folder.file(to)).unwrap();
    }
}

fn change(path: &Path, at: u64) {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 1], at).unwrap();
}

fn add(path: &Path, text: &str) {
    let mut file = OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn delete(path: PathBuf) {
    fs::remove_file(path).unwrap();
}

/// Whether a trouble is of a kind, by its name alone.
fn is(kind: &TroubleKind, name: &str) -> bool {
    format!("{kind:?}").split([' ', '{']).next() == Some(name)
}

#[rstest]
#[case::the_database_is_deleted(|f: &Folder| delete(database(f)), "DatabaseGone", Source::Copy)]
#[case::the_database_is_emptied(|f: &Folder| fs::write(database(f), "").unwrap(), "DatabaseGone", Source::Copy)]
#[case::the_database_is_garbage(|f: &Folder| fs::write(database(f), "no database".repeat(900)).unwrap(), "DatabaseDamaged", Source::Copy)]
#[case::the_database_is_cut(|f: &Folder| { let bytes = fs::read(database(f)).unwrap(); fs::write(database(f), &bytes[..5000]).unwrap(); }, "DatabaseDamaged", Source::Copy)]
#[case::an_older_database_is_put_back(|f: &Folder| put("older.db", "journal.db")(f), "DatabaseBehind", Source::Copy)]
#[case::the_copy_holds_a_line_more(|f: &Folder| add(&copy(f), "{\"hash\":\"ab"), "DatabaseBehind", Source::Copy)]
#[case::the_copy_is_deleted(|f: &Folder| delete(copy(f)), "CopyGone", Source::Database)]
#[case::the_copy_is_emptied(|f: &Folder| fs::write(copy(f), "").unwrap(), "CopyGone", Source::Database)]
#[case::the_copy_is_garbage(|f: &Folder| fs::write(copy(f), "no lines\nat all\n").unwrap(), "CopyBroken", Source::Database)]
#[case::a_byte_of_the_copy_is_changed(|f: &Folder| change(&copy(f), 700), "CopyBroken", Source::Database)]
#[case::a_line_of_the_copy_is_missing(|f: &Folder| {
    let text = fs::read_to_string(copy(f)).unwrap();
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    fs::write(copy(f), [&lines[..3], &lines[4..]].concat().concat()).unwrap();
}, "CopyBroken", Source::Database)]
#[case::another_empty_journal_stands_there(|f: &Folder| {
    delete(database(f));
    drop(SqliteJournal::open(&f.file("new.db")).unwrap());
    fs::rename(f.file("new.db"), database(f)).unwrap();
}, "Apart", Source::Copy)]
fn what_does_not_fit_is_read_and_launches_nothing_until_it_is_rebuilt(
    #[case] spoil: fn(&Folder),
    #[case] kind: &str,
    #[case] from: Source,
) {
    let folder = Folder::new();
    let before = worked_on(&folder);
    spoil(&folder);
    let spoilt = (
        fs::read(database(&folder)).ok(),
        fs::read(copy(&folder)).ok(),
    );

    let mut journal = folder.journal();
    let trouble = journal.trouble().unwrap().clone();
    assert!(is(&trouble.kind, kind), "{trouble:?}");
    assert!(
        trouble.to_string().contains("--rebuild-journal"),
        "{trouble}"
    );
    assert!(journal.notices().concat().contains("--rebuild-journal"));
    if kind != "Apart" {
        assert_eq!(journal.launch("a").unwrap(), before[3].0);
    }
    let refused = |result: Result<(), StoreError>| matches!(result, Err(StoreError::Record(_)));
    assert!(refused(journal.arm(&launch("e", 50, &["x"]))));
    assert!(refused(journal.begin_call("d", 0, at(60))));
    assert!(refused(journal.settle("b", &settlement())));
    drop(journal);

    let rebuilt = rebuild(&database(&folder), None, &act()).unwrap();
    assert_eq!((rebuilt.from, rebuilt.launches), (from, 4));
    let mut journal = folder.journal();
    assert_eq!(journal.trouble(), None);
    assert_eq!(records(&journal), before);
    assert_eq!(journal.unsettled().unwrap()[0].id, "b");
    assert_eq!(journal.acts().unwrap()[0].by, "ada@h");
    journal.arm(&launch("e", 50, &["x"])).unwrap();
    drop(journal);
    assert!(diagnose(&database(&folder)).unwrap().is_well());
    // What was there before is there still, under another name.
    let kept: Vec<Vec<u8>> = rebuilt
        .kept
        .iter()
        .map(|path| fs::read(path).unwrap())
        .collect();
    let replaced = match from {
        Source::Copy => spoilt.0,
        Source::Database => spoilt.1,
    };
    if let Some(replaced) = replaced {
        assert!(kept.contains(&replaced), "{:?}", rebuilt.kept);
    }
}

#[test]
fn half_a_line_is_cut_off_said_and_kept() {
    let folder = Folder::new();
    worked_on(&folder);
    let half = "{\"hash\":\"0123";
    add(&copy(&folder), half);
    delete(database(&folder));
    let rebuilt = rebuild(&database(&folder), None, &act()).unwrap();
    assert_eq!(rebuilt.cut, half.len() as u64);
    let kept: Vec<_> = rebuilt
        .kept
        .iter()
        .map(|path| fs::read(path).unwrap())
        .collect();
    assert!(
        kept.contains(&half.as_bytes().to_vec()),
        "{:?}",
        rebuilt.kept
    );
}

#[test]
fn a_shorter_copy_is_no_trouble_the_rows_have_the_rest() {
    let folder = Folder::new();
    let before = worked_on(&folder);
    let whole = fs::read(copy(&folder)).unwrap();
    put("older.jsonl", "journal.jsonl")(&folder);
    let journal = folder.journal();
    assert_eq!(journal.trouble(), None);
    assert_eq!(records(&journal), before);
    assert_eq!(fs::read(copy(&folder)).unwrap(), whole);
}

#[test]
fn both_gone_is_a_new_journal_with_another_mark() {
    let folder = Folder::new();
    worked_on(&folder);
    let mark = folder.journal().mark().unwrap();
    delete(database(&folder));
    delete(copy(&folder));
    let journal = folder.journal();
    assert_eq!(journal.trouble(), None);
    assert!(matches!(
        mark.loss(&journal.mark().unwrap()),
        Some(TroubleKind::NotTheOneOfLastTime {
            counted: 4,
            is_another: true
        })
    ));
}

#[test]
fn both_put_back_from_a_backup_have_fewer_launches_than_the_mark() {
    let folder = Folder::new();
    worked_on(&folder);
    let mark = folder.journal().mark().unwrap();
    put("older.db", "journal.db")(&folder);
    put("older.jsonl", "journal.jsonl")(&folder);
    let mut journal = folder.journal();
    assert_eq!(journal.trouble(), None);
    let loss = mark.loss(&journal.mark().unwrap()).unwrap();
    assert_eq!(
        loss,
        TroubleKind::NotTheOneOfLastTime {
            counted: 4,
            is_another: false
        }
    );
    journal.refuse(loss);
    let error = journal.arm(&launch("e", 50, &["x"])).unwrap_err();
    assert!(error.to_string().contains("--accept-journal"), "{error}");
    journal.accept(&act()).unwrap();
    journal.arm(&launch("e", 50, &["x"])).unwrap();
    assert_eq!(folder.journal().acts().unwrap(), [act()]);
}

#[test]
fn two_journals_with_launches_are_for_a_person_to_choose_from() {
    for from in [Source::Database, Source::Copy] {
        let folder = Folder::new();
        let before = worked_on(&folder);
        delete(database(&folder));
        let mut other = SqliteJournal::open(&folder.file("other.db")).unwrap();
        launched(&mut other, "z", 0, Rejected);
        drop(other);
        fs::rename(folder.file("other.db"), database(&folder)).unwrap();
        let path = database(&folder);
        let error = rebuild(&path, None, &act()).unwrap_err();
        assert!(matches!(error, StoreError::CannotRebuild { .. }), "{error}");
        assert!(error.to_string().contains("--from copy"), "{error}");
        rebuild(&path, Some(from), &act()).unwrap();
        let journal = folder.journal();
        assert_eq!(journal.trouble(), None);
        match from {
            Source::Copy => assert_eq!(records(&journal), before),
            Source::Database => assert_eq!(journal.launch("z").unwrap().outcome, Rejected),
        }
    }
}

#[test]
fn where_neither_can_be_read_nothing_is_touched() {
    let folder = Folder::new();
    worked_on(&folder);
    fs::write(database(&folder), "no database".repeat(900)).unwrap();
    fs::write(copy(&folder), "no lines").unwrap();
    let files = || {
        (
            fs::read(database(&folder)).unwrap(),
            fs::read(copy(&folder)).unwrap(),
        )
    };
    let before = files();
    let opened = SqliteJournal::open(&database(&folder));
    assert!(matches!(opened, Err(StoreError::Corrupt { .. })));
    let error = rebuild(&database(&folder), None, &act()).unwrap_err();
    assert!(error.to_string().contains("from a backup"), "{error}");
    assert_eq!(files(), before);
}

#[test]
fn a_database_that_is_gone_beside_a_broken_copy_gives_what_is_whole_of_it() {
    let folder = Folder::new();
    worked_on(&folder);
    let length = fs::metadata(copy(&folder)).unwrap().len();
    change(&copy(&folder), length - 200);
    delete(database(&folder));
    let journal = folder.journal();
    assert!(is(&journal.trouble().unwrap().kind, "CopyBroken"));
    assert_eq!(journal.launch("a").unwrap().outcome, Accepted);
    drop(journal);
    let path = database(&folder);
    let error = rebuild(&path, None, &act()).unwrap_err();
    assert!(error.to_string().contains("--from copy"), "{error}");
    let rebuilt = rebuild(&path, Some(Source::Copy), &act()).unwrap();
    assert!(rebuilt.cut > 200, "{rebuilt:?}");
    // What began stays begun, so that it becomes unknown and is not forgotten.
    let journal = folder.journal();
    assert_eq!(journal.launch("d").unwrap().outcome, Sending);
    assert!(
        journal
            .unsettled()
            .unwrap()
            .iter()
            .any(|launch| launch.id == "b")
    );
}

#[test]
fn what_lost_steps_can_not_be_named_to_rebuild_from() {
    let folder = Folder::new();
    let before = worked_on(&folder);
    let path = database(&folder);
    let whole = fs::read(&path).unwrap();
    put("older.db", "journal.db")(&folder);
    assert!(rebuild(&path, Some(Source::Database), &act()).is_err());
    fs::write(&path, whole).unwrap();
    put("older.jsonl", "journal.jsonl")(&folder);
    assert!(rebuild(&path, Some(Source::Copy), &act()).is_err());
    assert_eq!(records(&folder.journal()), before);
}

#[test]
fn what_is_whole_is_not_rebuilt() {
    let folder = Folder::new();
    worked_on(&folder);
    let error = rebuild(&database(&folder), None, &act()).unwrap_err();
    assert!(error.to_string().contains("nothing to rebuild"), "{error}");
}

#[test]
fn no_byte_of_the_copy_can_be_another() {
    let folder = Folder::new();
    worked_on(&folder);
    let whole = fs::read(copy(&folder)).unwrap();
    for at in (0..whole.len()).step_by(61) {
        change(&copy(&folder), at as u64);
        let found = diagnose(&database(&folder)).unwrap();
        assert!(!found.is_well(), "byte {at}: {found:?}");
        fs::write(copy(&folder), &whole).unwrap();
    }
    assert!(diagnose(&database(&folder)).unwrap().is_well());
}

#[test]
fn a_row_that_was_changed_behind_the_journal_is_found() {
    let folder = Folder::new();
    worked_on(&folder);
    let rows = Connection::open(database(&folder)).unwrap();
    rows.execute_batch("DROP TRIGGER body_is_fixed; UPDATE body SET text = 'other'")
        .unwrap();
    drop(rows);
    let found = diagnose(&database(&folder)).unwrap();
    assert_eq!(found.from, Some(Source::Copy), "{found:?}");
    assert!(
        found.database.contains("not as it was recorded"),
        "{found:?}"
    );
}

#[test]
fn a_copy_of_a_newer_mylink_is_not_written_to() {
    let folder = Folder::new();
    worked_on(&folder);
    let text = fs::read_to_string(copy(&folder)).unwrap();
    let first = text.lines().next().unwrap();
    let rest = first
        .split_once("\",")
        .unwrap()
        .1
        .replace("\"format\":1", "\"format\":2");
    let newer = format!("{{\"hash\":\"{}\",{rest}\n", sha256(&rest));
    fs::write(copy(&folder), &newer).unwrap();
    let mut journal = folder.journal();
    assert!(is(&journal.trouble().unwrap().kind, "CopyNewer"));
    assert!(journal.arm(&launch("e", 50, &["x"])).is_err());
    assert_eq!(fs::read_to_string(copy(&folder)).unwrap(), newer);
}

fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text))
}

/// A journal as it was before there was a copy.
fn older_journal(folder: &Folder) {
    let first = include_str!("../../../assets/migrations/journal/1.sql");
    let rows = Connection::open(database(folder)).unwrap();
    rows.execute_batch(first).unwrap();
    rows.execute_batch(
        "PRAGMA application_id = 0x4d794c4a; PRAGMA user_version = 1; PRAGMA journal_mode = WAL;
         INSERT INTO launch VALUES (3, 'a', 'k1', 'B', 'b1', 'Spring', 'h', 'ada', 2, NULL,
             '2027-01-15T08:00:00.000000000Z', '2027-01-15T08:00:01.000000000Z', 'unknown', 'cut', NULL, NULL, NULL, NULL),
             (4, 'b', 'k1', 'B', 'b1', 'Spring', 'h', 'ada', NULL, NULL,
             '2027-01-15T09:00:00.000000000Z', NULL, 'sending', '', NULL, NULL, NULL, NULL),
             (7, 'c', 'k1', 'B', 'b1', 'Spring', 'h', 'ada', 1, NULL, '2027-01-15T09:30:00.000000000Z',
             '2027-01-15T09:31:00.000000000Z', 'unknown', '', 'sent', 'bob', '2027-01-15T10:00:00.000000000Z', 'seen');
         INSERT INTO plan VALUES (3, '{}'), (4, '{}'), (7, '{}');
         INSERT INTO call VALUES (3, 0, 'POST', 'u', 1, 1, 's', 1, 'accepted', 'yes', 200,
             '2027-01-15T08:00:00.000000000Z', '2027-01-15T08:00:01.000000000Z', 'ok'),
             (3, 1, 'POST', 'u', 1, 1, 's', 1, 'unknown', 'cut', NULL, '2027-01-15T08:00:01.000000000Z', NULL, NULL),
             (4, 0, 'GET', 'u', 0, 0, 's', NULL, 'not_sent', '', NULL, NULL, NULL, NULL),
             (7, 0, 'POST', 'u', 1, 1, 's', 1, 'unknown', 'x', 503, '2027-01-15T09:30:00.000000000Z',
             '2027-01-15T09:31:00.000000000Z', NULL);
         INSERT INTO body VALUES (3, 0, 'x'), (3, 1, 'y'), (7, 0, 'z');
         INSERT INTO channel VALUES (5, 'WebChannel'), (9, 'Other');
         INSERT INTO reached VALUES (3, 0, 9, 'u1'), (3, 1, 5, 'u2'), (7, 0, 5, 'u1');",
    )
    .unwrap();
}

#[test]
fn a_journal_from_before_the_copy_gets_its_lines_at_the_first_opening() {
    let folder = Folder::new();
    older_journal(&folder);
    let journal = folder.journal();
    assert!(journal.notices().concat().contains("journal.db.version-1"));
    assert_eq!(journal.trouble(), None);
    let before = records(&journal);
    assert_eq!(before.len(), 3);
    let mark = journal.mark().unwrap();
    drop(journal);
    delete(database(&folder));
    rebuild(&database(&folder), None, &act()).unwrap();
    let mut journal = folder.journal();
    assert_eq!(records(&journal), before);
    assert_eq!(journal.mark().unwrap(), mark);
    assert_eq!(journal.mark_died("b", at(0)).unwrap(), Some(Failed));
    assert_eq!(journal.unsettled().unwrap()[0].id, "a");
}

/// A step on one of three launches; many are refused, and leave nothing then.
#[derive(Debug, Clone)]
enum Step {
    Arm(u8),
    Begin(u8, usize),
    Record(u8, usize, Outcome),
    Answer(u8, usize),
    Finish(u8, Outcome),
    Settle(u8),
    Died(u8),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let outcome = prop::sample::select(vec![Accepted, Rejected, Failed, Unknown, Refused]);
    prop_oneof![
        2 => (0..3u8).prop_map(Step::Arm),
        3 => (0..3u8, 0..2usize).prop_map(|(l, c)| Step::Begin(l, c)),
        3 => (0..3u8, 0..2usize, outcome.clone()).prop_map(|(l, c, o)| Step::Record(l, c, o)),
        1 => (0..3u8, 0..2usize).prop_map(|(l, c)| Step::Answer(l, c)),
        1 => (0..3u8, outcome).prop_map(|(l, o)| Step::Finish(l, o)),
        1 => (0..3u8).prop_map(Step::Settle),
        1 => (0..3u8).prop_map(Step::Died),
        1 => Just(Step::Reopen),
    ]
}

fn take(journal: &mut SqliteJournal, step: &Step) -> Result<(), StoreError> {
    let id = |number: &u8| format!("l{number}");
    match step {
        Step::Arm(l) => journal.arm(&launch(&id(l), i64::from(*l), &["x", "ÿ\u{1}"])),
        Step::Begin(l, c) => journal.begin_call(&id(l), *c, at(99)),
        Step::Record(l, c, outcome) => journal.record_call(&id(l), *c, &end(*outcome)),
        Step::Answer(l, c) => journal.record_answer(&id(l), *c, "an\nswer"),
        Step::Finish(l, outcome) => journal.finish(&id(l), *outcome, "why", at(200)),
        Step::Settle(l) => journal.settle(&id(l), &settlement()),
        Step::Died(l) => journal.mark_died(&id(l), at(300)).map(drop),
        Step::Reopen => Ok(()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_done_the_copy_gives_the_same_records(steps in prop::collection::vec(step(), 1..30)) {
        let folder = Folder::new();
        let mut journal = folder.journal();
        for step in &steps {
            if let Step::Reopen = step {
                journal = folder.journal();
            }
            let _ = take(&mut journal, step);
        }
        let (before, mark) = (records(&journal), journal.mark().unwrap());
        drop(journal);
        prop_assert!(diagnose(&database(&folder)).unwrap().is_well());
        delete(database(&folder));
        prop_assert_eq!(&records(&folder.journal()), &before);
        rebuild(&database(&folder), None, &act()).unwrap();
        let journal = folder.journal();
        prop_assert_eq!(records(&journal), before);
        prop_assert_eq!(journal.mark().unwrap(), mark);
    }
}
