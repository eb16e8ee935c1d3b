//! Rows of a journal that another hand changed or deleted, the triggers taken away: named, refused, and restored.

use mylink_console::domain::launch::LaunchRecord;
use mylink_console::domain::launch::Outcome::{Accepted, Unknown};
use mylink_console::store::journal::{LaunchFilter, Source, TroubleKind, diagnose};
use mylink_console::store::{Journal, SqliteJournal, StoreError};
use rstest::rstest;
use rusqlite::Connection;

use super::{Folder, act, at, launch, launched, made};

/// An accepted launch `a` with an answer, an unknown one `b` of two calls, and one under way, `c`.
fn worked_on(folder: &Folder) -> Vec<LaunchRecord> {
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Accepted);
    journal.record_answer("a", 0, "{\"ok\":true}").unwrap();
    journal.arm(&launch("b", 10, &["one", "two"])).unwrap();
    made(&mut journal, "b", 0, Accepted).unwrap();
    made(&mut journal, "b", 1, Unknown).unwrap();
    journal.finish("b", Unknown, "cut", at(12)).unwrap();
    journal.arm(&launch("c", 30, &["x"])).unwrap();
    journal.begin_call("c", 0, at(31)).unwrap();
    records(&journal)
}

fn records(journal: &SqliteJournal) -> Vec<LaunchRecord> {
    let launches = journal.launches(&LaunchFilter::default()).unwrap();
    let whole = |launch: &LaunchRecord| journal.launch(&launch.id).unwrap();
    launches.iter().map(whole).collect()
}

/// Takes the triggers away, does something, and puts them back.
pub fn by_hand(folder: &Folder, sql: &str) {
    let journal = Connection::open(folder.file("journal.db")).unwrap();
    let triggers: Vec<(String, String)> = journal
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for (name, _) in &triggers {
        journal
            .execute(&format!("DROP TRIGGER {name}"), [])
            .unwrap();
    }
    journal.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    journal.execute_batch(sql).unwrap();
    for (_, text) in &triggers {
        journal.execute(text, []).unwrap();
    }
}

fn altered(launch: &str, call: Option<i64>, field: &str) -> TroubleKind {
    TroubleKind::RowAltered {
        launch: launch.to_owned(),
        call,
        field: field.to_owned(),
    }
}

#[rstest]
#[case::an_outcome(
    "UPDATE launch SET outcome = 'accepted' WHERE id = 'b'",
    altered("b", None, "outcome")
)]
#[case::whom_it_was_for(
    "UPDATE launch SET targets = 12345 WHERE id = 'a'",
    altered("a", None, "targets")
)]
#[case::who_launched(
    "UPDATE launch SET operator = 'eve@h' WHERE id = 'a'",
    altered("a", None, "operator")
)]
#[case::a_time(
    "UPDATE launch SET ended_at = NULL WHERE id = 'a'",
    altered("a", None, "ended_at")
)]
#[case::a_time_of_another_type(
    "UPDATE launch SET ended_at = x'00' WHERE id = 'a'",
    altered("a", None, "ended_at")
)]
#[case::one_under_way(
    "UPDATE launch SET outcome = 'failed' WHERE id = 'c'",
    altered("c", None, "outcome")
)]
#[case::a_settlement(
    "UPDATE launch SET settled_as = 'not_sent', settled_by = 'eve', settled_at = '2026-01-01T00:00:00.000000000Z', settled_reason = '' WHERE id = 'b'",
    altered("b", None, "settled_as")
)]
#[case::a_call(
    "UPDATE call SET outcome = 'not_sent' WHERE number = 1",
    altered("b", Some(1), "outcome")
)]
#[case::a_hash(
    "UPDATE call SET sha256 = '00' WHERE launch = 1",
    altered("a", Some(0), "sha256")
)]
#[case::an_answer(
    "UPDATE call SET answer = 'no' WHERE launch = 1",
    altered("a", Some(0), "answer")
)]
#[case::an_answer_that_never_came(
    "UPDATE call SET answer = 'yes' WHERE launch = 2 AND number = 0",
    altered("b", Some(0), "answer")
)]
fn a_row_that_was_changed_is_named_refused_and_restored(
    #[case] sql: &str,
    #[case] kind: TroubleKind,
) {
    let folder = Folder::new();
    let before = worked_on(&folder);
    by_hand(&folder, sql);
    let TroubleKind::RowAltered { launch, field, .. } = &kind else {
        panic!("{kind:?}")
    };
    let names = [format!("launch {launch}"), field.clone()];
    assert_is_refused_and_restored(&folder, &before, &kind, &names);
}

#[rstest]
#[case::a_launch("DELETE FROM launch WHERE id = 'b'", None)]
#[case::a_launch_with_all_of_it(
    "DELETE FROM call WHERE launch = 2; DELETE FROM plan WHERE launch = 2; DELETE FROM body WHERE launch = 2; DELETE FROM reached WHERE launch = 2; DELETE FROM launch WHERE id = 'b'",
    None
)]
#[case::a_call("DELETE FROM call WHERE launch = 2 AND number = 1", Some(1))]
fn a_row_that_was_deleted_is_named_refused_and_restored(
    #[case] sql: &str,
    #[case] call: Option<i64>,
) {
    let folder = Folder::new();
    let before = worked_on(&folder);
    by_hand(&folder, sql);
    let mut journal = folder.journal();
    let found = journal.trouble().cloned();
    assert!(found.is_some_and(
        |found| matches!(found.kind, TroubleKind::RowMissing { launch, .. } if launch == "b")
    ));
    assert!(matches!(journal.check(), Err(StoreError::Record(_))));
    drop(journal);
    let found = diagnose(&folder.file("journal.db")).unwrap();
    assert!(found.database.contains("the launch b"), "{found:?}");
    let call = call.map_or(String::new(), |call| format!("call {}", call + 1));
    assert!(found.database.contains(&call), "{found:?}");
    assert_is_restored(&folder, &before);
}

#[test]
fn a_launch_deleted_with_its_steps_leaves_a_gap() {
    let folder = Folder::new();
    let before = worked_on(&folder);
    by_hand(
        &folder,
        "DELETE FROM event WHERE launch = 'b'; DELETE FROM launch WHERE id = 'b'",
    );
    let kind = TroubleKind::StepMissing { n: 9 };
    let names = ["step 9 is gone".to_owned()];
    assert_is_refused_and_restored(&folder, &before, &kind, &names);
}

#[test]
fn triggers_that_are_gone_are_missed() {
    let folder = Folder::new();
    let before = worked_on(&folder);
    Connection::open(folder.file("journal.db"))
        .unwrap()
        .execute_batch("DROP TRIGGER launch_stays")
        .unwrap();
    let names = ["triggers".to_owned()];
    assert_is_refused_and_restored(&folder, &before, &TroubleKind::Unguarded, &names);
}

#[rstest]
#[case::a_plan("UPDATE plan SET text = '{}' WHERE launch = 1")]
#[case::a_body("UPDATE body SET text = 'other' WHERE launch = 2 AND number = 1")]
#[case::a_contact("UPDATE reached SET user_id = 'eve' WHERE rowid = 1")]
#[case::a_plan_that_is_gone("DELETE FROM plan WHERE launch = 1")]
fn what_the_chain_holds_is_found_by_the_whole_look(#[case] sql: &str) {
    let folder = Folder::new();
    let before = worked_on(&folder);
    by_hand(&folder, sql);
    let found = diagnose(&folder.file("journal.db")).unwrap();
    assert!(found.database.contains("step"), "{found:?}");
    assert_eq!(found.from, Some(Source::Copy));
    assert_is_restored(&folder, &before);
}

#[test]
fn a_row_that_is_changed_while_the_journal_is_open_keeps_the_next_launch_from_being_armed() {
    let folder = Folder::new();
    worked_on(&folder);
    let mut journal = folder.journal();
    journal.check().unwrap();
    by_hand(
        &folder,
        "UPDATE launch SET outcome = 'accepted' WHERE id = 'b'",
    );
    let refused = journal.arm(&launch("d", 50, &["x"]));
    assert!(matches!(refused, Err(StoreError::Record(_))), "{refused:?}");
    assert!(journal.launch("d").is_err());
}

#[test]
fn what_is_written_here_and_elsewhere_is_no_alteration() {
    let folder = Folder::new();
    worked_on(&folder);
    let mut one = folder.journal();
    let mut other = folder.journal();
    for turn in 0..5 {
        launched(&mut one, &format!("d{turn}"), 40 + turn, Accepted);
        launched(&mut other, &format!("e{turn}"), 40 + turn, Unknown);
        assert_eq!((one.check().is_ok(), other.check().is_ok()), (true, true));
    }
}

#[test]
fn changed_rows_beside_a_copy_that_lacks_steps_are_for_a_person_to_decide() {
    let folder = Folder::new();
    worked_on(&folder);
    let copy = folder.file("journal.jsonl");
    let text = std::fs::read_to_string(&copy).unwrap();
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    std::fs::write(&copy, lines[..lines.len() - 2].concat()).unwrap();
    by_hand(
        &folder,
        "UPDATE launch SET operator = 'eve@h' WHERE id = 'a'",
    );
    let found = diagnose(&folder.file("journal.db")).unwrap();
    assert_eq!(found.from, None);
    assert!(found.obstacle.unwrap().contains("lacks its last 2 steps"));
}

fn assert_is_refused_and_restored(
    folder: &Folder,
    before: &[LaunchRecord],
    kind: &TroubleKind,
    names: &[String],
) {
    let mut journal = folder.journal();
    assert_eq!(journal.trouble().map(|trouble| &trouble.kind), Some(kind));
    let refused = journal.arm(&launch("d", 50, &["x"]));
    assert!(matches!(refused, Err(StoreError::Record(_))), "{refused:?}");
    drop(journal);
    let found = diagnose(&folder.file("journal.db")).unwrap();
    for name in names {
        assert!(found.database.contains(name), "{name}: {found:?}");
    }
    assert_is_restored(folder, before);
}

/// The rebuild brings back what was there.
fn assert_is_restored(folder: &Folder, before: &[LaunchRecord]) {
    folder.rebuild_from_copy();
    let mut journal = folder.journal();
    assert_eq!(records(&journal), before);
    journal.check().unwrap();
    journal.arm(&launch("d", 50, &["x"])).unwrap();
    assert!(diagnose(&folder.file("journal.db")).unwrap().is_well());
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Where in a folder for state it is noted how far its one journal had come.
pub fn note(state: &std::path::Path) -> std::path::PathBuf {
    let mut notes = files(state);
    notes.retain(|file| file.extension().is_none());
    notes.remove(0)
}

/// Puts a journal and its copy back as they were before its last launch.
fn put_back_older(folder: &Folder, state: &std::path::Path) {
    let mut journal = folder.journal().witnessed_in(Some(state));
    launched(&mut journal, "a", 0, Accepted);
    drop(journal);
    let names = ["journal.db", "journal.jsonl"];
    for name in names {
        std::fs::copy(folder.file(name), folder.file(&format!("{name}.backup"))).unwrap();
    }
    let mut journal = folder.journal().witnessed_in(Some(state));
    launched(&mut journal, "b", 10, Accepted);
    drop(journal);
    for name in names {
        std::fs::rename(folder.file(&format!("{name}.backup")), folder.file(name)).unwrap();
    }
}

#[test]
fn a_journal_put_back_with_its_copy_is_known_for_older_by_what_was_noted_elsewhere() {
    let (folder, state) = (Folder::new(), tempfile::tempdir().unwrap());
    put_back_older(&folder, state.path());
    let mut journal = folder.journal().witnessed_in(Some(state.path()));
    let trouble = journal.trouble().unwrap().clone();
    assert!(
        matches!(trouble.kind, TroubleKind::OlderThanSeen { seen, there } if seen > there),
        "{trouble:?}"
    );
    assert!(
        trouble.to_string().contains("--accept-journal"),
        "{trouble}"
    );
    let refused = journal.arm(&launch("d", 50, &["x"]));
    assert!(matches!(refused, Err(StoreError::Record(_))), "{refused:?}");
    journal.accept(&act("the disk was replaced")).unwrap();
    drop(journal);
    let mut journal = folder.journal().witnessed_in(Some(state.path()));
    assert_eq!(journal.trouble(), None);
    journal.arm(&launch("d", 50, &["x"])).unwrap();
}

/// Files of an older journal that are put back under a program that has them open: all it can see of that is that it
/// has come less far than was noted.
#[test]
fn an_open_journal_that_has_come_less_far_than_was_noted_writes_nothing_and_leaves_the_note() {
    let (folder, state) = (Folder::new(), tempfile::tempdir().unwrap());
    let mut journal = folder.journal().witnessed_in(Some(state.path()));
    launched(&mut journal, "a", 0, Accepted);
    let note = note(state.path());
    let steps = journal.steps().unwrap();
    std::fs::write(&note, format!("{}\n", steps + 3)).unwrap();
    let refused = journal.arm(&launch("d", 50, &["x"]));
    let Err(StoreError::Record(trouble)) = refused else {
        panic!("{refused:?}");
    };
    let (seen, there) = (steps + 3, steps);
    assert_eq!(trouble.kind, TroubleKind::OlderThanSeen { seen, there });
    assert_eq!(std::fs::read_to_string(&note).unwrap(), format!("{seen}\n"));
    assert_eq!(journal.steps().unwrap(), steps);
}

#[test]
fn where_nothing_is_noted_elsewhere_an_older_journal_can_not_be_known() {
    let (folder, state) = (Folder::new(), tempfile::tempdir().unwrap());
    put_back_older(&folder, state.path());
    assert_eq!(folder.journal().trouble(), None);
    let other = tempfile::tempdir().unwrap();
    let journal = folder.journal().witnessed_in(Some(other.path()));
    assert_eq!(journal.trouble(), None);
}

#[test]
fn what_is_noted_elsewhere_is_for_its_owner_alone_and_one_that_can_not_be_written_stops_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, state) = (Folder::new(), tempfile::tempdir().unwrap());
    let notes = state.path().join("journals");
    launched(
        &mut folder.journal().witnessed_in(Some(&notes)),
        "a",
        0,
        Accepted,
    );
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let files = files(&notes);
    assert_eq!(mode(&notes), 0o700);
    assert_eq!(
        files.len(),
        2,
        "the note, and the lock beside it: {files:?}"
    );
    for file in files {
        assert_eq!(mode(&file), 0o600, "{file:?}");
    }
    let no_folder = folder.file("journal.db");
    let mut journal = folder.journal().witnessed_in(Some(&no_folder));
    launched(&mut journal, "b", 10, Accepted);
    assert_eq!(journal.trouble(), None);
}
