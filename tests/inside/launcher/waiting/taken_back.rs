//! Until the last moment it can be taken back, and which came first is told.

use mylink_console::domain::waiting::WaitingState;
use mylink_console::session::Became;
use mylink_console::store::StoreError;

use super::{one_that_waits, running};
use crate::launcher::desk::hooks;

#[tokio::test]
async fn what_is_taken_back_at_the_last_moment_is_not_sent() {
    let (server, desk, waiting) = one_that_waits().await;
    let there = desk.another();
    let back = there.session.launcher.take_back(&waiting.id).await.unwrap();
    assert_eq!(back.state(), WaitingState::TakenBack);
    assert_eq!(back.end.unwrap().by, "ops@here");
    let became = desk.at_its_time(&waiting).await;
    assert!(matches!(became, Became::Elsewhere(_)));
    assert_eq!(hooks(&server), 0);
    let twice = there.session.launcher.take_back(&waiting.id).await;
    assert!(matches!(
        twice,
        Err(StoreError::NotWaiting {
            state: WaitingState::TakenBack,
            ..
        })
    ));
}

#[tokio::test]
async fn what_was_started_can_t_be_taken_back_and_that_is_said() {
    let (server, desk, waiting) = one_that_waits().await;
    desk.at_its_time(&waiting).await;
    let back = desk.session.launcher.take_back(&waiting.id).await;
    let error = back.unwrap_err().to_string();
    assert!(error.contains("it was started by ops@here"), "{error}");
    assert_eq!(hooks(&server), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_take_back_that_races_with_the_start_tells_which_came_first() {
    for _ in 0..10 {
        let (server, desk, waiting) = one_that_waits().await;
        let there = desk.another();
        let id = waiting.id.clone();
        let taking = tokio::spawn(async move { there.session.launcher.take_back(&id).await });
        let became = desk.at_its_time(&waiting).await;
        match (taking.await.unwrap(), became) {
            (Ok(back), Became::Elsewhere(seen)) => {
                assert_eq!(back.state(), WaitingState::TakenBack);
                assert_eq!(seen.state(), WaitingState::TakenBack);
                assert_eq!(hooks(&server), 0);
            }
            (Err(error), Became::Launched(_)) => {
                assert!(error.to_string().contains("it was started"), "{error}");
                assert_eq!(hooks(&server), 1);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn what_was_taken_back_and_is_made_to_wait_again_by_hand_is_found_out_before_it_is_sent() {
    let (server, desk, waiting) = one_that_waits().await;
    desk.session.launcher.take_back(&waiting.id).await.unwrap();
    let by_hand = rusqlite::Connection::open(desk.journal()).unwrap();
    by_hand
        .execute_batch(
            "DROP TRIGGER waiting_ends_once; DROP TRIGGER waiting_step_is_copied;
             UPDATE waiting SET state = 'waiting', ended_at = NULL;",
        )
        .unwrap();
    let looked = desk.look_by(&waiting, running(waiting.due_at, 20)).await;
    assert!(looked.is_err());
    assert_eq!(hooks(&server), 0);
}
