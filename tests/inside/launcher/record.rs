//! No record, no launch.

use std::fs;
use std::sync::Arc;

use mylink_console::domain::launch::Outcome;
use mylink_console::launcher::LaunchError;
use mylink_console::store::{SqliteJournal, Worker};
use rstest::rstest;

use super::desk::{Desk, RED, accepting};

fn delete(desk: &mut Desk) {
    fs::remove_file(desk.journal()).unwrap();
}

fn replace(desk: &mut Desk) {
    let copy = desk.journal().with_extension("copy");
    fs::copy(desk.journal(), &copy).unwrap();
    fs::rename(&copy, desk.journal()).unwrap();
}

/// Written by a newer program, so it is opened to be read alone: what `chmod` would do, but for root too.
fn only_read(desk: &mut Desk) {
    let raw = rusqlite::Connection::open(desk.journal()).unwrap();
    raw.pragma_update(None, "user_version", 999).unwrap();
    drop(raw);
    let journal = SqliteJournal::open(&desk.journal()).unwrap();
    desk.session.launcher.journal = Arc::new(Worker::start("journal", journal).unwrap());
}

fn fill_the_disk(desk: &mut Desk) {
    let journal = SqliteJournal::open(&desk.journal())
        .unwrap()
        .with_needed_space(u64::MAX);
    desk.session.launcher.journal = Arc::new(Worker::start("journal", journal).unwrap());
}

#[rstest]
#[case::deleted(delete, "deleted or replaced")]
#[case::replaced(replace, "deleted or replaced")]
#[case::only_readable(only_read, "only be read")]
#[case::no_space(fill_the_disk, "are free")]
#[tokio::test]
async fn what_can_not_be_recorded_is_not_sent(
    #[case] spoil: fn(&mut Desk),
    #[case] expected: &str,
) {
    let server = accepting().await;
    let mut desk = Desk::before(&server, "").await;
    spoil(&mut desk);
    let error = desk.launch(RED).await.unwrap_err();
    assert!(matches!(error, LaunchError::Local(_)), "{error:?}");
    let message = error.to_string();
    assert!(message.contains(expected), "{message}");
    assert!(message.ends_with(". Nothing was sent."), "{message}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn what_was_accepted_and_could_not_be_kept_is_unknown_as_the_record_has_it() {
    let path = Arc::new(std::sync::Mutex::new(std::path::PathBuf::new()));
    let shared = Arc::clone(&path);
    let server = super::desk::platform(move |_, _| {
        fs::remove_file(shared.lock().unwrap().as_path()).unwrap();
        crate::scripted::Reply::json(200, "{}")
    })
    .await;
    let desk = Desk::before(&server, "").await;
    *path.lock().unwrap() = desk.journal();
    let launched = desk.launch(RED).await.unwrap();
    assert_eq!(launched.outcome, Outcome::Unknown);
    assert_eq!(launched.calls[0].status, Some(200));
    for words in ["accepted and scheduled it (200)", "journal could not keep"] {
        assert!(launched.reason.contains(words), "{}", launched.reason);
    }
    assert_eq!(server.count(super::desk::HOOK), 1);
}

#[tokio::test]
async fn an_outcome_waits_until_another_process_has_written() {
    let path = Arc::new(std::sync::Mutex::new(std::path::PathBuf::new()));
    let shared = Arc::clone(&path);
    let server = super::desk::platform(move |_, _| {
        let other = rusqlite::Connection::open(shared.lock().unwrap().as_path()).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        // Longer than one attempt waits: it is a process that was stopped, and goes on.
        std::thread::spawn(move || {
            let (_keep, never) = std::sync::mpsc::channel::<()>();
            let _ = never.recv_timeout(std::time::Duration::from_secs(7));
            other.execute_batch("COMMIT").unwrap();
        });
        crate::scripted::Reply::json(200, "{}")
    })
    .await;
    let desk = Desk::before(&server, "").await;
    *path.lock().unwrap() = desk.journal();
    assert_eq!(desk.launch(RED).await.unwrap().outcome, Outcome::Accepted);
    assert_eq!(desk.log().await[0].outcome, Outcome::Accepted);
}

#[tokio::test]
async fn a_journal_that_was_lost_with_its_copy_between_two_starts_launches_nothing() {
    let server = accepting().await;
    let desk = Desk::before(&server, "danger = \"safe\"").await;
    desk.launch(RED).await.unwrap();
    let lost = "Launches may be missing from the record";
    let told = || desk.another().session.notices.join(" ");
    assert!(!told().contains(lost), "{}", told());
    for name in [
        "journal.db",
        "journal.db-wal",
        "journal.db-shm",
        "journal.jsonl",
    ] {
        let file = desk.journal().with_file_name(name);
        if file.exists() {
            fs::remove_file(file).unwrap();
        }
    }
    let told = desk.another().session.notices.join(" ");
    assert!(
        told.contains("Launches may be missing from the record"),
        "{told}"
    );
    let refused = desk.another().launch(RED).await.unwrap_err();
    assert!(matches!(refused, LaunchError::Local(_)), "{refused}");
    assert!(
        refused.to_string().contains("--accept-journal"),
        "{refused}"
    );
    assert_eq!(server.count(super::desk::HOOK), 1);
}
