//! Several launches of one broadcast that wait: which goes first, and which of them were foreseen.

use jiff::{SignedDuration, Timestamp};
use mylink_console::domain::launch::Outcome;
use mylink_console::domain::waiting::WaitingLaunch;
use mylink_console::session::serve::Nudge;
use mylink_console::store::Journal;

use super::serving::serve_out;
use super::{desk, in_an_hour, launched, one_that_waits};
use crate::launcher::desk::{Desk, RED, hooks};

/// What is said of one where another went before that nobody saw.
const ANOTHER: &str = "another launch of this broadcast was made";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn launches_of_one_broadcast_go_as_they_are_due_then_as_they_were_confirmed() {
    let (server, desk) = desk().await;
    let soon = Timestamp::now() + SignedDuration::from_millis(700);
    // One that is due a little later comes last, though two processes serve and see them all at once.
    let last = soon + SignedDuration::from_millis(5);
    let mut expected = Vec::new();
    for due in [soon, soon, soon, soon, last] {
        expected.push(desk.wait_until(RED, due).await.id);
    }
    let there = desk.another();
    let nudge = Nudge::default();
    let (one, two) = tokio::join!(
        serve_out(&desk, Timestamp::now, &nudge, |_| {}),
        serve_out(&there, Timestamp::now, &nudge, |_| {}),
    );
    assert_eq!((one, two), (0, 0));
    let mut log = desk.log().await;
    log.reverse();
    let outcomes: Vec<_> = log.iter().map(|launch| launch.outcome).collect();
    assert_eq!(outcomes, [Outcome::Accepted; 5]);
    let ids: Vec<_> = log.into_iter().map(|launch| launch.id).collect();
    assert_eq!(ids, expected);
    assert_eq!(hooks(&server), 5);
}

#[tokio::test]
async fn one_confirmed_later_that_is_due_before_was_not_foreseen() {
    let (server, desk) = desk().await;
    let first = desk.wait_until(RED, in_an_hour()).await;
    let sooner = first.due_at - SignedDuration::from_secs(60);
    let second = desk.wait_until(RED, sooner).await;
    launched(desk.at_its_time(&second).await);
    let reason = desk.refused(&first).await;
    assert!(reason.contains(ANOTHER), "{reason}");
    assert_eq!(hooks(&server), 1);
}

/// One that is confirmed now, by a process that did not see those that wait already: both were confirmed at once.
async fn held_without_seeing_others(desk: &Desk, confirmed_at: Option<Timestamp>) -> WaitingLaunch {
    let seen = desk.wait_until(RED, in_an_hour()).await;
    let mut blind = seen.clone();
    blind.id = seen.id.replace('-', "a");
    blind.reviewed.before = Vec::new();
    blind.confirmed_at = confirmed_at.unwrap_or(seen.confirmed_at);
    desk.session.launcher.take_back(&seen.id).await.unwrap();
    let kept = blind.clone();
    let journal = &desk.session.launcher.journal;
    journal
        .run(move |journal| journal.hold(&kept))
        .await
        .unwrap();
    blind
}

#[tokio::test]
async fn one_that_was_confirmed_before_goes_first_though_nobody_saw_it_then() {
    let (server, desk) = desk().await;
    let first = desk.wait_until(RED, in_an_hour()).await;
    let second = held_without_seeing_others(&desk, None).await;
    for waiting in [&first, &second] {
        launched(desk.at_its_time(waiting).await);
    }
    assert_eq!(hooks(&server), 2);
}

#[tokio::test]
async fn one_that_was_confirmed_after_it_is_another_launch_meanwhile() {
    let (server, desk, later) = one_that_waits().await;
    let before = later.confirmed_at - SignedDuration::from_secs(1);
    let blind = held_without_seeing_others(&desk, Some(before)).await;
    launched(desk.at_its_time(&later).await);
    let reason = desk.refused(&blind).await;
    assert!(reason.contains(ANOTHER), "{reason}");
    assert_eq!(hooks(&server), 1);
}
