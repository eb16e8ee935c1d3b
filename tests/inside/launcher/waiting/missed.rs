//! A time that went by is never caught up, and why it went by is on the record.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;
use mylink_console::domain::launch::Outcome;
use mylink_console::domain::settings::Setting;
use mylink_console::domain::waiting::{GRACE, WaitingLaunch, WaitingState};
use mylink_console::session::Became;
use mylink_console::store::BroadcastLock;
use mylink_console::store::journal::WaitingFilter;
use mylink_console::store::lock::Holder;
use mylink_console::store::serving::Serves;

use super::serving::{Running, serving_by};
use super::{desk, late_by, launched, missed, one_that_waits, running};
use crate::launcher::desk::{Desk, RED, RED_NEWS, hooks};
use crate::scripted::{Reply, Scripted};

/// Why the first of those that were missed was.
fn reason(missed: &[WaitingLaunch]) -> &str {
    &missed[0].end.as_ref().unwrap().reason
}

#[tokio::test]
async fn a_time_that_nobody_served_is_missed_and_never_caught_up() {
    let (server, desk, waiting) = one_that_waits().await;
    let later = GRACE + SignedDuration::from_secs(1);
    let reason = missed(desk.look(&waiting, later).await);
    assert!(reason.contains("No mylink served"));
    // A clock that is set back brings it to life no more.
    let at_its_time = desk.at_its_time(&waiting).await;
    assert!(matches!(at_its_time, Became::Elsewhere(_)));
    assert_eq!(hooks(&server), 0);
    // It is shown until somebody has looked, and gives its plan back.
    let shown = async || desk.session.waiting(WaitingFilter::default()).await;
    assert_eq!(shown().await.unwrap().len(), 1);
    desk.session.launcher.take_back(&waiting.id).await.unwrap();
    assert_eq!(shown().await.unwrap(), []);
    assert_eq!(desk.all_waiting().await[0].state(), WaitingState::Missed);
    let plan = desk.session.again(&waiting.id).await.unwrap();
    assert_eq!(plan.plan.broadcast, "b1");
}

#[tokio::test]
async fn whoever_opens_the_journal_notes_what_was_missed() {
    let (_server, desk) = desk().await;
    let (late, soon) = (desk.wait(RED).await, desk.wait(RED_NEWS).await);
    let now = late.due_at + GRACE + SignedDuration::from_millis(1);
    assert!(soon.due_at > late.due_at);
    let missed = desk.session.mark_missed(now).await.unwrap();
    assert_eq!(missed.len(), 1);
    assert_eq!(missed[0].id, late.id);
    assert_eq!(desk.session.mark_missed(now).await.unwrap(), []);
}

#[tokio::test]
async fn what_somebody_serves_is_left_to_them_to_note_and_nobody_says_that_nobody_served() {
    let (_server, desk, waiting) = one_that_waits().await;
    let there = desk.another();
    let serves = Serves::begin(&desk.session.launcher.locks).unwrap();
    let over = waiting.due_at + GRACE;
    let soon = over + SignedDuration::from_secs(29);
    assert_eq!(there.session.mark_missed(soon).await.unwrap(), []);
    let later = over + SignedDuration::from_secs(31);
    let missed = there.session.mark_missed(later).await.unwrap();
    let reason = reason(&missed);
    assert!(
        reason.starts_with("A mylink serves this profile now, but none started it"),
        "{reason}"
    );
    drop(serves);
}

#[tokio::test]
async fn why_one_is_held_up_here_is_the_reason_whoever_of_this_program_notes_it() {
    let (_server, desk, waiting) = one_that_waits().await;
    let copy = desk.copy();
    std::fs::rename(&copy, copy.with_extension("away")).unwrap();
    let due = waiting.due_at;
    let held_up = async |running: &mut Running| running.until_held_up().await;
    let (left, _) = serving_by(&desk, || due, held_up).await;
    assert_eq!(left, 1);
    std::fs::rename(copy.with_extension("away"), &copy).unwrap();
    assert_eq!(desk.session.record_trouble_now().await, None);
    // The screen looks for what was missed, too.
    let later = due + GRACE + SignedDuration::from_secs(1);
    let missed = desk.session.mark_missed(later).await.unwrap();
    let reason = reason(&missed);
    assert!(
        reason.contains("could not start in time: the journal"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_broadcast_that_is_being_launched_is_waited_for_within_the_grace() {
    let (server, desk, waiting) = one_that_waits().await;
    let holder = Holder::of_this_process("eve", "there");
    let locks = &desk.session.launcher.locks;
    let lock = BroadcastLock::take(locks, "k1", "b1", &holder).unwrap();
    let clock = running(waiting.due_at, 20);
    let reason = missed(desk.look_by(&waiting, clock).await.unwrap());
    drop(lock);
    assert!(reason.contains("being launched by eve"), "{reason}");
    assert_eq!(hooks(&server), 0);
}

#[tokio::test]
async fn what_takes_too_long_before_it_is_armed_is_missed() {
    let (server, desk, waiting) = one_that_waits().await;
    // In time at first, and too late by the time it holds the lock.
    let clock = running(waiting.due_at, 16);
    let reason = missed(desk.look_by(&waiting, clock).await.unwrap());
    assert!(reason.contains("took too long"), "{reason}");
    assert_eq!((hooks(&server), desk.log().await.len()), (0, 0));
}

#[tokio::test]
async fn a_token_that_comes_too_late_leads_to_no_call() {
    let late = Arc::new(AtomicI64::new(0));
    let moved = Arc::clone(&late);
    let server = Scripted::serve(move |request, _| {
        if request.line.contains("/authorization/") {
            moved.store(31, Ordering::SeqCst);
            return Reply::json(200, r#"{"token":"t0k3n","expires":60}"#);
        }
        Reply::json(200, "{}")
    })
    .await;
    let desk = Desk::before(&server, "").await;
    desk.record("b1", &[(Setting::DirectMode, false)]).await;
    let waiting = desk.wait(RED).await;
    let clock = late_by(waiting.due_at, &late);
    let record = launched(desk.look_by(&waiting, clock).await.unwrap());
    assert_eq!(late.load(Ordering::SeqCst), 31, "a token was asked for");
    assert_eq!(hooks(&server), 0);
    assert_eq!(record.outcome, Outcome::Failed);
    let reason = &record.reason;
    assert!(reason.contains("nothing was sent"), "{reason}");
    assert_eq!(desk.log().await[0].outcome, Outcome::Failed);
    assert!(!desk.log().await[0].is_unsettled());
}
