//! Locks and workers.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex, mpsc};

use mylink_console::store::lock::Holder;
use mylink_console::store::{BroadcastLock, Journal, StoreError, Worker};

use super::{Folder, launch};

fn holder(operator: &str) -> Holder {
    Holder::of_this_process(operator, "desk")
}

#[test]
fn a_broadcast_is_launched_by_one_at_a_time_and_the_loser_is_told_who() {
    let folder = Folder::new();
    let locks = folder.path("locks");
    let lock = BroadcastLock::take(&locks, "b1", "x1", &holder("ada@desk")).unwrap();
    let error = BroadcastLock::take(&locks, "b1", "x1", &holder("eve@desk")).unwrap_err();
    let StoreError::Locked { holder: told } = error else {
        panic!("{error}")
    };
    assert_eq!(
        told,
        format!("ada@desk (process {} on desk)", std::process::id())
    );
    let other = BroadcastLock::take(&locks, "b1", "x2", &holder("eve@desk"));
    assert!(other.is_ok(), "another broadcast is free");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&locks), mode(lock.path())), (0o700, 0o600));
    drop(lock);
    let lock = BroadcastLock::take(&locks, "b1", "x1", &holder("eve@desk")).unwrap();
    assert!(
        fs::read_to_string(lock.path())
            .unwrap()
            .starts_with("eve@desk\n")
    );
}

#[test]
fn a_worker_does_what_it_is_asked_in_order_and_gives_results() {
    let worker = Worker::start("numbers", Vec::new()).unwrap();
    for number in 0..3 {
        worker
            .run_blocking(move |numbers| {
                numbers.push(number);
                Ok(())
            })
            .unwrap();
    }
    let numbers = worker.run_blocking(|numbers| Ok(numbers.clone())).unwrap();
    assert_eq!(numbers, [0, 1, 2]);
}

#[tokio::test]
async fn what_was_asked_is_done_though_nobody_waits() {
    let done = Arc::new(Mutex::new(Vec::new()));
    let (release, held) = mpsc::channel::<()>();
    let worker = Worker::start("drain", Arc::clone(&done)).unwrap();
    drop(worker.run(move |_| {
        let _ = held.recv();
        Ok(())
    }));
    for number in 0..3 {
        drop(worker.run(move |done| {
            done.lock().unwrap().push(number);
            Ok(())
        }));
    }
    assert!(
        done.lock().unwrap().is_empty(),
        "the first one is still at work"
    );
    release.send(()).unwrap();
    drop(worker);
    assert_eq!(*done.lock().unwrap(), [0, 1, 2]);
}

#[tokio::test]
async fn a_journal_works_on_a_thread_of_its_own() {
    let folder = Folder::new();
    let worker = Worker::start("journal", folder.journal()).unwrap();
    worker
        .run(|journal| journal.arm(&launch("a1", 0, &["{}"])))
        .await
        .unwrap();
    let error = worker
        .run(|journal| journal.launch("a9"))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::NoSuchLaunch { .. }));
    assert_eq!(folder.journal().sending().unwrap().len(), 1);
}

#[tokio::test]
async fn a_worker_that_panicked_is_gone_and_says_so() {
    let worker = Worker::start("fragile", ()).unwrap();
    let first = worker
        .run(|()| -> Result<(), StoreError> { panic!("on purpose") })
        .await;
    assert!(matches!(first, Err(StoreError::WorkerGone { .. })));
    let second = worker.run(|()| Ok(())).await;
    assert!(matches!(second, Err(StoreError::WorkerGone { name }) if name == "fragile"));
}
