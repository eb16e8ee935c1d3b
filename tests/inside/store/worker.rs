//! The store's thread: in order, to the end, and whole after a panic.

use std::sync::mpsc;

use mylink_console::store::{StoreError, Worker};

#[test]
fn jobs_run_in_their_order_and_answer() {
    let worker = Worker::start("test", Vec::new()).unwrap();
    for number in 0..100 {
        drop(worker.run(move |list: &mut Vec<u32>| {
            list.push(number);
            Ok(())
        }));
    }
    let list = worker.run_blocking(|list| Ok(list.clone())).unwrap();
    assert_eq!(list, (0..100).collect::<Vec<_>>());
}

#[test]
fn what_is_queued_is_done_before_the_worker_is_gone() {
    let (sender, done) = mpsc::channel();
    let (open, gate) = mpsc::channel::<()>();
    let worker = Worker::start("test", ()).unwrap();
    drop(worker.run(move |()| {
        gate.recv().unwrap();
        Ok(())
    }));
    for number in 0..50 {
        let sender = sender.clone();
        drop(worker.run(move |()| {
            sender.send(number).unwrap();
            Ok(())
        }));
    }
    open.send(()).unwrap();
    drop(worker);
    assert_eq!(
        done.try_iter().collect::<Vec<_>>(),
        (0..50).collect::<Vec<_>>()
    );
}

#[test]
fn a_job_that_panics_fails_for_its_caller_alone() {
    let worker = Worker::start("journal", 1).unwrap();
    let result = worker.run_blocking(|_| -> Result<(), StoreError> { panic!("on purpose") });
    assert!(
        matches!(&result, Err(StoreError::WorkerGone { name }) if name == "journal"),
        "{result:?}"
    );
    assert_eq!(worker.run_blocking(|number| Ok(*number)).unwrap(), 1);
}

#[tokio::test]
async fn an_awaited_job_that_panics_does_not_hang() {
    let worker = Worker::start("journal", 1).unwrap();
    let panicking = worker.run(|_| -> Result<(), StoreError> { panic!("on purpose") });
    let next = worker.run(|number: &mut i32| Ok(*number + 1));
    assert!(matches!(
        panicking.await,
        Err(StoreError::WorkerGone { .. })
    ));
    assert_eq!(next.await.unwrap(), 2);
}

#[test]
fn a_transaction_that_panics_is_taken_back() {
    let folder = super::Folder::new();
    let worker = Worker::start("cache", folder.cache()).unwrap();
    let contacts = |cache: &mut mylink_console::store::Cache| {
        let view = cache.contacts("k1")?;
        assert_ne!(view.rows(), 0, "on purpose, within a transaction");
        Ok(())
    };
    assert!(worker.run_blocking(contacts).is_err());
    let saved = worker.run_blocking(|cache| {
        cache.import_contacts(
            "k1",
            "x.csv",
            &[super::web("u", "city", "Milano")],
            super::at(1),
        )
    });
    assert_eq!(saved.unwrap().saved, 1);
}
