//! At its time it starts, by one process.

use std::sync::Arc;

use jiff::SignedDuration;
use mylink_console::domain::launch::Outcome;
use mylink_console::domain::waiting::{GRACE, WaitingState};
use mylink_console::session::{Became, SessionError};

use super::{launched, one_that_waits};
use crate::launcher::desk::{HOOK, RED_BODY, hooks};

#[tokio::test]
async fn a_launch_waits_on_the_record_and_starts_at_its_time_under_the_same_id() {
    let (server, desk, waiting) = one_that_waits().await;
    assert_eq!(hooks(&server), 0);
    assert_eq!(desk.log().await, []);
    assert_eq!(waiting.calls[0].body.as_deref(), Some(RED_BODY));
    assert_eq!((waiting.targets, &*waiting.operator), (Some(2), "ops@here"));
    // Another process reads the same.
    let there = desk.another();
    let beginning = &waiting.id[..13];
    let read = there.session.waiting_launch(beginning).await;
    assert_eq!(read.unwrap(), waiting);
    let early = there.look(&waiting, SignedDuration::from_millis(-1)).await;
    assert_eq!(early, Became::NotYet);
    assert_eq!(hooks(&server), 0);
    let record = launched(there.at_its_time(&waiting).await);
    assert_eq!(
        (&record.id, record.outcome),
        (&waiting.id, Outcome::Accepted)
    );
    assert_eq!(server.requests()[0].body, RED_BODY);
    assert_eq!(desk.log().await[0].id, waiting.id);
    // Whoever looks once more finds it started, and nothing is sent again.
    let Became::Elsewhere(over) = desk.at_its_time(&waiting).await else {
        panic!("it was not over");
    };
    assert_eq!(over.state(), WaitingState::Started);
    assert_eq!(hooks(&server), 1);
}

#[tokio::test]
async fn a_launch_may_be_a_little_late() {
    let (_server, desk, waiting) = one_that_waits().await;
    let record = launched(desk.look(&waiting, GRACE).await);
    assert_eq!(record.outcome, Outcome::Accepted);
}

#[tokio::test]
async fn a_read_only_profile_serves_nothing_and_changes_nothing() {
    let (server, desk, waiting) = one_that_waits().await;
    let mut there = desk.another();
    there.session.profile.readonly = true;
    let at = waiting.due_at;
    let looked = there.look_by(&waiting, || at).await;
    assert!(matches!(looked, Err(SessionError::ReadOnly(_))));
    assert!(desk.all_waiting().await[0].is_waiting());
    assert_eq!(hooks(&server), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_that_serve_one_launch_one_sends() {
    for _ in 0..5 {
        let (server, desk, waiting) = one_that_waits().await;
        let waiting = Arc::new(waiting);
        let servers: Vec<_> = (0..8).map(|_| desk.another()).collect();
        let looks = servers.into_iter().map(|desk| {
            let waiting = Arc::clone(&waiting);
            tokio::spawn(async move { desk.at_its_time(&waiting).await })
        });
        let mut sent = 0;
        for look in looks.collect::<Vec<_>>() {
            match look.await.unwrap() {
                Became::Launched(record) => {
                    assert_eq!(record.outcome, Outcome::Accepted);
                    sent += 1;
                }
                Became::Elsewhere(over) => assert_eq!(over.state(), WaitingState::Started),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((sent, server.count(HOOK)), (1, 1));
        assert_eq!(desk.log().await.len(), 1);
    }
}
