//! What happens to a launch that waits at the very moment when it is due: a clock that runs on, others of the same
//! broadcast, and a configuration that can't be read.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use jiff::{SignedDuration, Timestamp};
use mylink_console::domain::launch::Outcome;
use mylink_console::domain::waiting::{WaitingLaunch, WaitingState};
use mylink_console::launcher::{Stop, Word};
use mylink_console::session::Became;
use mylink_console::store::Journal;

use super::batches::{SMALL, outcomes, targets};
use super::desk::{Desk, RED, accepting, hooks, platform};
use super::waiting::{again, in_an_hour, until};
use crate::scripted::Reply;

const LATE: SignedDuration = SignedDuration::from_secs(31);

impl Desk {
    /// Starts one by a clock.
    async fn start(
        &self,
        waiting: &WaitingLaunch,
        clock: impl Fn() -> Timestamp + Send + Sync,
    ) -> Became {
        let session = &self.session;
        session
            .start_waiting(&waiting.id, &Stop::default(), clock, |_, _| {})
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn whenever_the_clock_finds_it_too_late_not_a_byte_of_it_leaves() {
    let mut connected_in_vain = 0;
    for last in 1.. {
        let server = accepting().await;
        let desk = Desk::before(&server, "").await;
        let waiting = desk.wait(RED).await;
        // In time for so many looks at the clock, and too late from then on.
        let (looks, due) = (AtomicUsize::new(0), waiting.due_at);
        let clock = || {
            let is_late = looks.fetch_add(1, Ordering::SeqCst) >= last;
            due + if is_late { LATE } else { SignedDuration::ZERO }
        };
        let became = desk.start(&waiting, clock).await;
        let connections = server.connections();
        match became {
            Became::Launched(record) if record.outcome == Outcome::Accepted => {
                assert_eq!(hooks(&server), 1);
                break;
            }
            Became::Launched(record) => {
                assert_eq!(record.outcome, Outcome::Failed, "{last}: {record:?}");
                assert!(record.reason.contains("nothing was sent"), "{record:?}");
                connected_in_vain += connections;
            }
            Became::Ended(ended) => {
                assert_eq!(ended.state(), WaitingState::Missed, "{last}");
                assert_eq!(connections, 0, "{last}");
            }
            other => panic!("{last}: {other:?}"),
        }
        assert_eq!(server.requests().len(), 0, "{last}");
        assert!(last < 30, "it never starts");
    }
    assert_eq!(
        connected_in_vain, 1,
        "the last look is behind the connecting"
    );
}

#[tokio::test]
async fn a_batch_that_began_in_time_goes_on_past_the_grace() {
    let late = Arc::new(AtomicI64::new(0));
    let moved = Arc::clone(&late);
    let server = platform(move |_, _| {
        moved.store(60, Ordering::SeqCst);
        Reply::json(200, "{}")
    })
    .await;
    let desk = Desk::before(&server, SMALL).await;
    let waiting = desk.wait(&targets(&["a", "b", "c", "d", "e"])).await;
    assert_eq!(waiting.calls.len(), 3);
    let due = waiting.due_at;
    let clock = || due + SignedDuration::from_secs(late.load(Ordering::SeqCst));
    let Became::Launched(record) = desk.start(&waiting, clock).await else {
        panic!("it did not start");
    };
    assert_eq!(record.outcome, Outcome::Accepted);
    assert_eq!(outcomes(&record), [Outcome::Accepted; 3]);
    assert_eq!(hooks(&server), 3);
}

/// One that is confirmed now, by a process that did not see those that wait already: both were confirmed at once.
async fn held_without_seeing_others(desk: &Desk, confirmed_at: Option<Timestamp>) -> WaitingLaunch {
    let until = until(in_an_hour());
    let seen = desk.wait_with(RED, again(), until).await.unwrap();
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
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let first = desk
        .wait_with(RED, again(), until(in_an_hour()))
        .await
        .unwrap();
    let second = held_without_seeing_others(&desk, None).await;
    for waiting in [&first, &second] {
        let became = desk.look(waiting, SignedDuration::ZERO).await;
        assert!(matches!(became, Became::Launched(_)), "{became:?}");
    }
    assert_eq!(hooks(&server), 2);
}

#[tokio::test]
async fn one_that_was_confirmed_after_it_is_another_launch_meanwhile() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let later = desk
        .wait_with(RED, Word::default(), until(in_an_hour()))
        .await
        .unwrap();
    let before = later.confirmed_at - SignedDuration::from_secs(1);
    let blind = held_without_seeing_others(&desk, Some(before)).await;
    let became = desk.look(&later, SignedDuration::ZERO).await;
    assert!(matches!(became, Became::Launched(_)), "{became:?}");
    let reason = desk.refused(&blind).await;
    assert!(
        reason.contains("another launch of this broadcast was made"),
        "{reason}"
    );
    assert_eq!(hooks(&server), 1);
}

fn configuration(desk: &Desk) -> PathBuf {
    desk.data().parent().unwrap().join("config.toml")
}

#[rstest::rstest]
#[case::no_toml(|file: &PathBuf| fs::write(file, "confirm_above = \"").unwrap(), "The configuration can't be read any more")]
#[case::no_such_key(|file: &PathBuf| {
    let text = fs::read_to_string(file).unwrap();
    fs::write(file, text.replace("danger", "dangre")).unwrap();
}, "The configuration can't be read any more")]
#[case::gone(|file: &PathBuf| fs::remove_file(file).unwrap(), "The configuration can't be read any more")]
#[tokio::test]
async fn a_configuration_that_can_not_be_read_holds_it_up_until_it_is_missed(
    #[case] spoil: fn(&PathBuf),
    #[case] expected: &str,
) {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    spoil(&configuration(&desk));
    let (looks, due) = (AtomicI64::new(0), waiting.due_at);
    let clock = || due + SignedDuration::from_secs(looks.fetch_add(3, Ordering::SeqCst));
    let Became::Ended(ended) = desk.start(&waiting, clock).await else {
        panic!("it did not end");
    };
    assert_eq!(ended.state(), WaitingState::Missed);
    let reason = ended.end.unwrap().reason;
    assert!(reason.contains(expected), "{reason}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_configuration_that_can_be_read_again_in_time_lets_it_start() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let waiting = desk.wait(RED).await;
    let file = configuration(&desk);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, "no configuration").unwrap();
    let (looks, due) = (AtomicI64::new(0), waiting.due_at);
    let clock = || {
        if looks.fetch_add(1, Ordering::SeqCst) == 4 {
            fs::write(&file, &text).unwrap();
        }
        due
    };
    let became = desk.start(&waiting, clock).await;
    assert!(matches!(became, Became::Launched(_)), "{became:?}");
    assert_eq!(hooks(&server), 1);
}
