//! A launch that waits is given another time: as long as it waits, from the time that was seen, and on the record.

use std::fs;

use mylink_console::domain::waiting::{Moved, NewTime, WaitingEnd, WaitingLaunch, WaitingState};
use mylink_console::store::journal::{TroubleKind, diagnose};
use mylink_console::store::{Journal, SqliteJournal, StoreError};
use rstest::rstest;

use super::altered::by_hand;
use super::child::{self, Part};
use super::held::{all, altered, waiting};
use super::{Folder, at, call, launch};

/// From second 500, as it was confirmed.
fn to(second: i64) -> NewTime {
    from_to(500, second)
}

fn from_to(from: i64, second: i64) -> NewTime {
    NewTime {
        due_at: at(second),
        zone: "Europe/Rome".to_owned(),
        from: at(from),
        by: "eve@h".to_owned(),
        at: at(20),
    }
}

fn held(folder: &Folder) -> SqliteJournal {
    let mut journal = folder.journal();
    journal.hold(&waiting("w")).unwrap();
    journal
}

fn moved(folder: &Folder) -> SqliteJournal {
    let mut journal = held(folder);
    journal.move_waiting("w", &to(700)).unwrap();
    journal
}

/// How it stands then: all as it was confirmed but for the time.
fn expected(second: i64, from: i64) -> WaitingLaunch {
    WaitingLaunch {
        due_at: at(second),
        zone: "Europe/Rome".to_owned(),
        moved: Some(Moved {
            from: at(from),
            by: "eve@h".to_owned(),
            at: at(20),
        }),
        ..waiting("w")
    }
}

fn end(state: WaitingState, second: i64) -> WaitingEnd {
    WaitingEnd {
        state,
        at: at(second),
        by: "ada@h".to_owned(),
        reason: "So it was".to_owned(),
    }
}

#[test]
fn its_time_alone_is_another_one_and_the_last_move_is_told() {
    let folder = Folder::new();
    let mut journal = moved(&folder);
    assert_eq!(journal.one_waiting("w").unwrap(), expected(700, 500));
    journal.move_waiting("w", &from_to(700, 600)).unwrap();
    assert_eq!(journal.one_waiting("w").unwrap(), expected(600, 700));
    journal.check().unwrap();
    assert!(diagnose(&folder.file("journal.db")).unwrap().is_well());
}

#[test]
fn of_two_that_move_it_at_once_one_does() {
    let folder = Folder::new();
    let (mut one, mut other) = (held(&folder), folder.journal());
    one.move_waiting("w", &to(700)).unwrap();
    let late = other.move_waiting("w", &to(800));
    assert!(
        matches!(&late, Err(StoreError::Moved { due, .. }) if *due == at(700)),
        "{late:?}"
    );
    assert_eq!(other.one_waiting("w").unwrap().due_at, at(700));
}

#[test]
fn one_that_was_moved_is_not_started_for_the_time_before() {
    let folder = Folder::new();
    let (mut mover, mut server) = (held(&folder), folder.journal());
    mover.move_waiting("w", &to(700)).unwrap();
    let calls = launch("w", 500, &["one", "two"]);
    let early = server.arm_waiting(&calls, at(500), "ada@h");
    assert!(matches!(early, Err(StoreError::Moved { .. })), "{early:?}");
    assert!(server.launch("w").is_err(), "nothing is armed");
    server.arm_waiting(&calls, at(700), "ada@h").unwrap();
}

#[rstest]
#[case::started(None)]
#[case::taken_back(Some(WaitingState::TakenBack))]
#[case::missed(Some(WaitingState::Missed))]
#[case::refused(Some(WaitingState::Refused))]
fn one_that_waits_no_more_keeps_its_time(#[case] state: Option<WaitingState>) {
    let folder = Folder::new();
    let mut journal = held(&folder);
    match state {
        Some(state) => journal.end_waiting("w", &end(state, 510)).unwrap(),
        None => journal
            .arm_waiting(&launch("w", 500, &["one", "two"]), at(500), "ada@h")
            .unwrap(),
    }
    let late = journal.move_waiting("w", &to(700));
    assert!(
        matches!(late, Err(StoreError::NotWaiting { .. })),
        "{late:?}"
    );
    assert_eq!(journal.one_waiting("w").unwrap().due_at, at(500));
    let none = journal.move_waiting("nobody", &to(700));
    assert!(
        matches!(none, Err(StoreError::NoSuchLaunch { .. })),
        "{none:?}"
    );
}

#[test]
fn the_rebuild_gives_the_time_that_it_was_moved_to() {
    let folder = Folder::new();
    let mut journal = moved(&folder);
    journal.hold(&waiting("t")).unwrap();
    journal.move_waiting("t", &to(600)).unwrap();
    journal
        .end_waiting("t", &end(WaitingState::TakenBack, 30))
        .unwrap();
    let before = all(&journal);
    drop(journal);
    by_hand(
        &folder,
        "UPDATE waiting SET due_at = '2020-01-01T00:00:00.000000000Z'",
    );
    folder.rebuild_from_copy();
    let mut journal = folder.journal();
    assert_eq!(all(&journal), before);
    assert_eq!(journal.one_waiting("w").unwrap(), expected(700, 500));
    journal
        .arm_waiting(&launch("w", 700, &["one", "two"]), at(700), "ada@h")
        .unwrap();
    assert!(diagnose(&folder.file("journal.db")).unwrap().is_well());
}

#[rstest]
#[case::its_new_time(
    "UPDATE waiting SET due_at = '2020-01-01T00:00:00.000000000Z'",
    "due_at"
)]
#[case::back_to_the_old(
    "UPDATE waiting SET due_at = '2027-01-15T08:08:20.000000000Z'",
    "due_at"
)]
#[case::its_zone("UPDATE waiting SET zone = 'UTC'", "zone")]
#[case::by_whom("UPDATE waiting SET moved_by = 'ada@h'", "moved_by")]
#[case::from_when("UPDATE waiting SET moved_from = NULL", "moved_from")]
fn what_is_changed_by_hand_is_found(#[case] sql: &str, #[case] field: &str) {
    let folder = Folder::new();
    drop(moved(&folder));
    by_hand(&folder, sql);
    let journal = folder.journal();
    let found = journal.trouble().map(|trouble| trouble.kind.clone());
    assert_eq!(found, Some(altered("w", None, field)));
}

#[test]
fn a_move_that_no_step_tells_of_is_found() {
    let folder = Folder::new();
    drop(held(&folder));
    by_hand(
        &folder,
        "UPDATE waiting SET moved_by = 'eve@h', moved_at = due_at, moved_from = due_at",
    );
    let journal = folder.journal();
    let found = journal.trouble().map(|trouble| trouble.kind.clone());
    assert!(
        matches!(found, Some(TroubleKind::RowAltered { .. })),
        "{found:?}"
    );
}

#[test]
fn a_time_is_not_changed_in_the_rows_without_a_move() {
    let folder = Folder::new();
    drop(held(&folder));
    let rows = rusqlite::Connection::open(folder.file("journal.db")).unwrap();
    let changed = rows.execute("UPDATE waiting SET due_at = '2020'", []);
    assert!(changed.is_err(), "the trigger stands");
}

/// The part: no file of it may grow beyond what a file says; it tries to move, and says how that went.
#[test]
fn a_process_without_room_for_a_move() {
    let Some(folder) = child::folder_of_the_part() else {
        return;
    };
    let most = fs::read_to_string(folder.join("most")).unwrap();
    let most = most.parse().unwrap();
    let mut journal = SqliteJournal::open(&folder.join("journal.db")).unwrap();
    child::limit_files(most);
    match journal.move_waiting("w", &to(700)) {
        Err(StoreError::Copy { source, .. }) => child::say(&format!("not moved: {source}")),
        other => child::say(&format!("{other:?}")),
    }
    let stands = journal.one_waiting("w").unwrap().due_at;
    child::say(&format!("due at {stands}"));
    child::wait_for_the_end();
}

#[rstest]
fn a_move_that_does_not_fit_into_the_copy_is_undone(#[values(0, 1, 100)] room: u64) {
    let folder = Folder::new();
    let mut journal = held(&folder);
    // A long body, so that the copy is longer than what else is written.
    let mut armed = launch("a", 0, &["x"]);
    armed.record.calls = vec![call(&"x".repeat(900_000))];
    journal.arm(&armed).unwrap();
    let sent = mylink_console::domain::launch::Outcome::Accepted;
    journal.finish("a", sent, "done", at(1)).unwrap();
    drop(journal);
    let whole = fs::read(folder.file("journal.jsonl")).unwrap();
    let most = whole.len() as u64 + room;
    fs::write(folder.file("most"), most.to_string()).unwrap();
    let name = "store::moved::a_process_without_room_for_a_move";
    let mut part = Part::start_with_limits(name, &folder.file(""));
    let did = part.until(&format!("due at {}", at(500)));
    assert_eq!(did[0], "not moved: File too large (os error 27)");
    part.kill();
    assert_eq!(fs::read(folder.file("journal.jsonl")).unwrap(), whole);
    // The time of before holds for whoever serves it, and the copy catches up where there is room again.
    let mut journal = folder.journal();
    assert_eq!(journal.one_waiting("w").unwrap().due_at, at(500));
    let calls = launch("w", 500, &["one", "two"]);
    let wrong = journal.arm_waiting(&calls, at(700), "ada@h");
    assert!(matches!(wrong, Err(StoreError::Moved { .. })), "{wrong:?}");
    journal.arm_waiting(&calls, at(500), "ada@h").unwrap();
    assert!(diagnose(&folder.file("journal.db")).unwrap().is_well());
}
