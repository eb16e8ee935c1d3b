//! Launches that wait whose rows another hand changed, deleted or put in: named, refused, and restored.

use jiff::Timestamp;
use mylink_console::domain::launch::Named;
use mylink_console::domain::launch::Outcome::Accepted;
use mylink_console::domain::waiting::{WaitingCall, WaitingEnd, WaitingLaunch, WaitingState};
use mylink_console::store::journal::{TroubleKind, WaitingFilter, diagnose};
use mylink_console::store::{Journal, SqliteJournal, StoreError};
use rstest::rstest;

use super::altered::by_hand;
use super::{Folder, at, launch, launched};
use crate::screens::data::waiting::of_nothing;

/// Two calls, due at second 500.
pub fn waiting(id: &str) -> WaitingLaunch {
    let named = |id: &str| Named {
        id: id.to_owned(),
        name: format!("The {id}"),
    };
    let call = |body: &str| WaitingCall {
        method: "POST".to_owned(),
        body: Some(body.to_owned()),
        bytes: body.len() as u64,
        sha256: "22b4".to_owned(),
        targets: Some(2),
    };
    WaitingLaunch {
        bot: named("k1"),
        broadcast: named("b1"),
        host: "http://127.0.0.1".to_owned(),
        operator: "ada@h".to_owned(),
        plan: "{\"broadcast\":\"b1\"}".to_owned(),
        targets: Some(2),
        calls: vec![call("one"), call("two")],
        ..of_nothing(id, at(1), at(500))
    }
}

fn end(state: WaitingState, at: Timestamp) -> WaitingEnd {
    WaitingEnd {
        state,
        at,
        by: "eve@h".to_owned(),
        reason: "So it was".to_owned(),
    }
}

/// One that waits, `w`, one that was taken back, `t`, and one that was missed and nobody looked at, `m`.
fn waited_for(folder: &Folder) -> Vec<WaitingLaunch> {
    let mut journal = folder.journal();
    for id in ["w", "t", "m"] {
        journal.hold(&waiting(id)).unwrap();
    }
    let taken_back = end(WaitingState::TakenBack, at(2));
    journal.end_waiting("t", &taken_back).unwrap();
    let missed = end(WaitingState::Missed, at(3));
    journal.end_waiting("m", &missed).unwrap();
    all(&journal)
}

/// As many launches since then that the newest steps tell nothing of what waits.
fn long_ago(folder: &Folder) {
    let mut journal = folder.journal();
    for number in 0..110 {
        launched(&mut journal, &format!("l{number}"), 10 + number, Accepted);
    }
}

/// Those that wait or waited, whole.
pub fn all(journal: &SqliteJournal) -> Vec<WaitingLaunch> {
    let filter = WaitingFilter {
        with_ended: true,
        ..WaitingFilter::default()
    };
    let all = journal.all_waiting(&filter).unwrap();
    let whole = |one: &WaitingLaunch| journal.one_waiting(&one.id).unwrap();
    all.iter().map(whole).collect()
}

pub fn altered(launch: &str, call: Option<i64>, field: &str) -> TroubleKind {
    TroubleKind::RowAltered {
        launch: launch.to_owned(),
        call,
        field: field.to_owned(),
    }
}

fn added(launch: &str, call: Option<i64>) -> TroubleKind {
    let launch = launch.to_owned();
    TroubleKind::RowAdded { launch, call }
}

const SOONER: &str = "UPDATE waiting SET due_at = '2020-01-01T00:00:00.000000000Z' WHERE id = 'w'";
const OTHER_PLAN: &str = "UPDATE waiting SET plan = '{}' WHERE id = 'w'";
const OTHER_BODY: &str = "UPDATE waiting_call SET body = 'eve' WHERE waiting = 1 AND number = 1";
const WAITS_AGAIN: &str = "UPDATE waiting SET state = 'waiting', ended_at = NULL, ended_by = NULL, reason = NULL WHERE id = 't'";
const PUT_IN: &str = "INSERT INTO waiting SELECT 9, 'x', bot_id, bot_name, broadcast_id, broadcast_name, host, operator, targets,
        confirmed_at, due_at, zone, reviewed, given, plan, state, ended_at, ended_by, reason, seen_at, seen_by,
        moved_from, moved_at, moved_by
    FROM waiting WHERE id = 'w'";

#[rstest]
#[case::its_time(SOONER, altered("w", None, "due_at"))]
#[case::its_zone(
    "UPDATE waiting SET zone = 'Europe/Rome' WHERE id = 'w'",
    altered("w", None, "zone")
)]
#[case::whom_it_was_for(
    "UPDATE waiting SET targets = 9 WHERE id = 'w'",
    altered("w", None, "targets")
)]
#[case::what_was_reviewed(
    "UPDATE waiting SET reviewed = '{}' WHERE id = 't'",
    altered("t", None, "reviewed")
)]
#[case::its_plan(OTHER_PLAN, altered("w", None, "plan"))]
#[case::a_body(OTHER_BODY, altered("w", Some(1), "body"))]
#[case::a_body_that_is_gone(
    "UPDATE waiting_call SET body = NULL WHERE waiting = 1 AND number = 0",
    altered("w", Some(0), "body")
)]
#[case::a_body_of_another_type(
    "UPDATE waiting_call SET body = x'00' WHERE waiting = 1 AND number = 0",
    altered("w", Some(0), "body")
)]
#[case::a_hash(
    "UPDATE waiting_call SET sha256 = '00' WHERE waiting = 1 AND number = 0",
    altered("w", Some(0), "sha256")
)]
#[case::one_taken_back_by_nobody(
    "UPDATE waiting SET state = 'taken_back' WHERE id = 'w'",
    altered("w", None, "state")
)]
#[case::one_taken_back_that_waits_again(WAITS_AGAIN, altered("t", None, ""))]
#[case::a_reason_for_nothing(
    "UPDATE waiting SET reason = 'so' WHERE id = 'w'",
    altered("w", None, "reason")
)]
#[case::one_that_nobody_looked_at(
    "UPDATE waiting SET seen_by = 'eve' WHERE id = 'm'",
    altered("m", None, "seen_by")
)]
#[case::one_that_was_put_in(PUT_IN, added("x", None))]
#[case::a_call_that_was_put_in(
    "INSERT INTO waiting_call VALUES (1, 2, 'POST', 3, '00', 2, 'eve')",
    added("w", Some(2))
)]
#[case::a_row_that_is_gone(
    "DELETE FROM waiting_call WHERE waiting = 1 AND number = 1",
    TroubleKind::RowMissing { launch: "w".to_owned(), call: Some(1) }
)]
#[case::a_launch_that_is_gone(
    "DELETE FROM waiting_call WHERE waiting = 3; DELETE FROM waiting WHERE id = 'm'",
    TroubleKind::RowMissing { launch: "m".to_owned(), call: None }
)]
fn what_waits_and_was_changed_is_named_refused_and_restored(
    #[case] sql: &str,
    #[case] kind: TroubleKind,
) {
    let folder = Folder::new();
    let before = waited_for(&folder);
    by_hand(&folder, sql);
    let mut journal = folder.journal();
    let found = journal.trouble().map(|trouble| trouble.kind.clone());
    assert!(is_named(found.as_ref(), &kind), "{found:?}");
    assert_all_is_refused(&mut journal);
    drop(journal);
    assert_is_restored(&folder, &before);
}

/// Where several fields or rows were changed, any of them may be named.
fn is_named(found: Option<&TroubleKind>, kind: &TroubleKind) -> bool {
    use TroubleKind::{RowAltered, RowMissing};
    match (found, kind) {
        (
            Some(RowAltered { launch, .. }),
            RowAltered {
                launch: of, field, ..
            },
        ) if field.is_empty() => launch == of,
        (
            Some(RowMissing { launch, .. }),
            RowMissing {
                launch: of,
                call: None,
            },
        ) => launch == of,
        (found, kind) => found == Some(kind),
    }
}

#[rstest]
#[case::its_time(SOONER, "due_at of the launch w")]
#[case::its_plan(OTHER_PLAN, "plan of the launch w")]
#[case::a_body(OTHER_BODY, "body of call 2 of the launch w")]
#[case::one_taken_back_that_waits_again(WAITS_AGAIN, "of the launch t")]
#[case::one_that_was_put_in(PUT_IN, "the launch x waits, and was never confirmed")]
fn what_is_yet_to_be_sent_is_held_against_its_steps_however_old_they_are(
    #[case] sql: &str,
    #[case] words: &str,
) {
    let folder = Folder::new();
    let before = waited_for(&folder);
    long_ago(&folder);
    by_hand(&folder, sql);
    let mut journal = folder.journal();
    let trouble = journal.trouble().unwrap().to_string();
    assert!(trouble.contains(words), "{trouble}");
    assert_all_is_refused(&mut journal);
    drop(journal);
    let found = diagnose(&folder.file("journal.db")).unwrap();
    assert!(found.database.contains(words), "{found:?}");
    assert_is_restored(&folder, &before);
}

#[test]
fn of_what_ended_long_ago_the_whole_look_finds_what_was_changed_or_deleted() {
    for sql in [
        "UPDATE waiting SET ended_by = 'eve' WHERE id = 't'",
        "DELETE FROM waiting_call WHERE waiting = 2; DELETE FROM waiting WHERE id = 't'",
    ] {
        let folder = Folder::new();
        let before = waited_for(&folder);
        long_ago(&folder);
        by_hand(&folder, sql);
        let found = diagnose(&folder.file("journal.db")).unwrap();
        assert!(found.database.contains("the launch t"), "{found:?}");
        // A start looks back far enough for most records.
        let told = folder.journal().trouble().unwrap().to_string();
        assert!(told.contains("the launch t"), "{told}");
        assert_is_restored(&folder, &before);
    }
}

#[rstest]
#[case::its_time(SOONER)]
#[case::its_plan(OTHER_PLAN)]
#[case::a_body(OTHER_BODY)]
fn what_is_changed_while_the_journal_is_open_neither_starts_nor_ends(#[case] sql: &str) {
    let folder = Folder::new();
    waited_for(&folder);
    // So many steps since then that a launch doesn't look back to it for its own sake.
    long_ago(&folder);
    for starts in [true, false] {
        let mut journal = folder.journal();
        journal.check().unwrap();
        by_hand(&folder, sql);
        let refused = if starts {
            journal.arm_waiting(&launch("w", 500, &["one", "two"]), at(500), "ada@h")
        } else {
            journal.end_waiting("w", &end(WaitingState::Missed, at(501)))
        };
        assert!(matches!(refused, Err(StoreError::Record(_))), "{refused:?}");
        assert!(journal.launch("w").is_err());
        assert!(journal.one_waiting("w").unwrap().is_waiting());
        drop(journal);
        folder.rebuild_from_copy();
    }
}

#[test]
fn what_is_held_started_ended_and_seen_here_and_elsewhere_is_no_alteration() {
    let folder = Folder::new();
    waited_for(&folder);
    let (mut one, mut other) = (folder.journal(), folder.journal());
    one.hold(&waiting("a")).unwrap();
    other.hold(&waiting("b")).unwrap();
    other.see_waiting("m", "ada@h", at(4)).unwrap();
    one.arm_waiting(&launch("w", 500, &["one", "two"]), at(500), "ada@h")
        .unwrap();
    other
        .end_waiting("a", &end(WaitingState::Refused, at(501)))
        .unwrap();
    one.see_waiting("a", "ada@h", at(502)).unwrap();
    for mut journal in [one, other, folder.journal()] {
        journal.check().unwrap();
    }
    assert!(diagnose(&folder.file("journal.db")).unwrap().is_well());
}

/// Neither a launch of now nor the one that waits is started, and no other waits from now on.
fn assert_all_is_refused(journal: &mut SqliteJournal) {
    let armed = journal.arm(&launch("d", 50, &["x"]));
    let started = journal.arm_waiting(&launch("w", 500, &["one", "two"]), at(500), "ada@h");
    let held = journal.hold(&waiting("n"));
    for refused in [armed, started, held] {
        assert!(matches!(refused, Err(StoreError::Record(_))), "{refused:?}");
    }
}

/// The rebuild brings back what was confirmed, and it can be started.
fn assert_is_restored(folder: &Folder, before: &[WaitingLaunch]) {
    folder.rebuild_from_copy();
    let mut journal = folder.journal();
    assert_eq!(all(&journal), before);
    journal
        .arm_waiting(&launch("w", 500, &["one", "two"]), at(500), "ada@h")
        .unwrap();
    assert!(diagnose(&folder.file("journal.db")).unwrap().is_well());
}
