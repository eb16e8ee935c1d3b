//! Serving: what is due is started, what happens is told, and clocks that jump are noticed.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use mylink_console::domain::launch::Outcome;
use mylink_console::domain::waiting::WaitingState;
use mylink_console::session::Became;
use mylink_console::session::serve::{self, Nudge, Serving};
use tokio::sync::mpsc::unbounded_channel;

use super::serving::{launched, serve_out, serving_by};
use super::{desk, late_by, one_that_waits};
use crate::launcher::batches::{SMALL, outcomes, targets};
use crate::launcher::desk::{Desk, RED, accepting, hooks};

/// What serving told, in short.
fn short(serving: &Serving) -> String {
    match serving {
        Serving::List(list) => format!("list {}", list.len()),
        Serving::Starting(_) => "starting".to_owned(),
        Serving::SetBack(_) => "set back".to_owned(),
        Serving::Became(_, Became::Launched(record)) => record.outcome.to_string(),
        Serving::Became(_, Became::Ended(ended)) => ended.state().word().to_owned(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn serving_starts_what_is_due_and_ends_when_nothing_waits() {
    let (_server, desk) = desk().await;
    let waiting = desk.wait_for_a(RED, 300).await;
    let (send, mut told) = unbounded_channel();
    let tell = move |serving| drop(send.send(short(&serving)));
    let left = serve_out(&desk, Timestamp::now, &Nudge::default(), tell).await;
    assert_eq!(left, 0);
    let mut steps: Vec<_> = std::iter::from_fn(|| told.try_recv().ok()).collect();
    steps.retain(|step| step != "list 0" && !step.starts_with("Progress"));
    assert_eq!(steps, ["list 1", "starting", "accepted"]);
    assert_eq!(desk.log().await[0].id, waiting.id);
}

#[tokio::test]
async fn serving_that_is_asked_to_end_leaves_what_waits_waiting() {
    let (server, desk, _waiting) = one_that_waits().await;
    let (asked, nudge) = (async {}, Nudge::default());
    let until = serve::Until::Asked;
    let session = &desk.session;
    let served = session.serve_waiting(until, Timestamp::now, &nudge, asked, |_| {});
    assert_eq!(served.await.unwrap(), 1);
    assert!(desk.all_waiting().await[0].is_waiting());
    assert_eq!(hooks(&server), 0);
}

#[tokio::test]
async fn a_clock_that_is_set_back_lets_it_wait_and_one_that_jumps_past_the_grace_misses_it() {
    let (server, desk, waiting) = one_that_waits().await;
    let ahead = AtomicI64::new(0);
    let clock = || Timestamp::now() + SignedDuration::from_secs(ahead.load(Ordering::SeqCst));
    let (left, ()) = serving_by(&desk, clock, async |running| {
        assert_eq!(short(&running.next().await), "list 1");
        ahead.store(-3_600, Ordering::SeqCst);
        assert_eq!(short(&running.next().await), "set back");
        // As after a night in which the machine slept.
        ahead.store(7_200, Ordering::SeqCst);
        assert_eq!(short(&running.next().await), "missed");
    })
    .await;
    assert_eq!(left, 0);
    assert_eq!(hooks(&server), 0);
    let found = desk.session.waiting_launch(&waiting.id).await.unwrap();
    assert_eq!(found.state(), WaitingState::Missed);
}

#[tokio::test]
async fn what_holds_one_up_is_told_at_once_and_it_counts_as_waiting() {
    let (server, desk, waiting) = one_that_waits().await;
    std::fs::rename(desk.copy(), desk.copy().with_extension("away")).unwrap();
    let due = waiting.due_at;
    // Asked to end while it is held up: it waits, and that is said.
    let served = serving_by(&desk, || due, async |running| running.until_held_up().await);
    let (left, (waits, why)) = served.await;
    assert_eq!(waits.id, waiting.id);
    assert_eq!(left, 1);
    assert!(why.contains("Nothing was sent"), "{why}");
    assert_eq!(hooks(&server), 0);
}

#[tokio::test]
async fn the_reason_is_kept_where_noting_that_it_was_missed_fails_at_first() {
    let (server, desk, waiting) = one_that_waits().await;
    let by_hand = rusqlite::Connection::open(desk.journal()).unwrap();
    let full =
        "CREATE TRIGGER full BEFORE UPDATE ON waiting BEGIN SELECT RAISE(ABORT, 'no space'); END;";
    by_hand.execute_batch(full).unwrap();
    let late = AtomicI64::new(0);
    let clock = late_by(waiting.due_at, &late);
    let served = serving_by(&desk, clock, async |running| {
        let mut held_up = None;
        loop {
            match running.next().await {
                Serving::HeldUp(_, why) => {
                    held_up = Some(why);
                    late.store(31, Ordering::SeqCst);
                }
                Serving::Trouble(_) => by_hand
                    .execute_batch("DROP TRIGGER IF EXISTS full")
                    .unwrap(),
                Serving::Became(_, Became::Ended(ended)) => return (held_up, ended),
                _ => {}
            }
        }
    });
    let limit = std::time::Duration::from_secs(20);
    let (left, (held_up, ended)) = tokio::time::timeout(limit, served).await.unwrap();
    assert_eq!(left, 0);
    assert_eq!(ended.state(), WaitingState::Missed);
    let (reason, held_up) = (ended.end.unwrap().reason, held_up.unwrap());
    assert!(reason.contains(held_up.trim_end_matches('.')), "{reason}");
    assert_eq!(hooks(&server), 0);
}

#[tokio::test]
async fn a_batch_that_is_served_is_stopped_after_the_call_on_its_way() {
    let server = accepting().await;
    let desk = Desk::before(&server, SMALL).await;
    let waiting = desk.wait(&targets(&["a", "b", "c", "d", "e"])).await;
    let nudge = Nudge::default();
    assert!(!nudge.stop(&waiting.id), "nothing of it is under way");
    let due = waiting.due_at;
    let (send, mut told) = unbounded_channel();
    let tell = |serving| {
        if let Serving::Progress(id, 1, _) = &serving {
            assert!(nudge.stop(id), "it is under way");
        }
        drop(send.send(serving));
    };
    assert_eq!(serve_out(&desk, || due, &nudge, tell).await, 0);
    assert_eq!(hooks(&server), 1);
    let record = std::iter::from_fn(|| told.try_recv().ok()).find_map(launched);
    let outcomes = outcomes(&record.unwrap());
    let [first, rest @ ..] = outcomes.as_slice() else {
        panic!("no calls");
    };
    assert_eq!(*first, Outcome::Accepted);
    assert!(!rest.is_empty() && rest.iter().all(|outcome| *outcome == Outcome::NotSent));
    assert!(!nudge.stop(&waiting.id), "it is over");
}
