//! What happens to a launch that waits at the very moment when it is due: a clock that runs on, and a configuration that
//! can't be read.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use jiff::SignedDuration;
use mylink_console::domain::launch::Outcome;
use mylink_console::domain::waiting::WaitingState;
use mylink_console::session::Became;
use rstest::rstest;

use super::{late_by, launched, missed, one_that_waits, running};
use crate::launcher::batches::{SMALL, outcomes, targets};
use crate::launcher::desk::{Desk, hooks, platform};
use crate::scripted::Reply;

const LATE: SignedDuration = SignedDuration::from_secs(31);

#[tokio::test]
async fn whenever_the_clock_finds_it_too_late_not_a_byte_of_it_leaves() {
    let mut connected_in_vain = 0;
    for last in 1.. {
        let (server, desk, waiting) = one_that_waits().await;
        // In time for so many looks at the clock, and too late from then on.
        let (looks, due) = (AtomicUsize::new(0), waiting.due_at);
        let clock = || {
            let is_late = looks.fetch_add(1, Ordering::SeqCst) >= last;
            due + if is_late { LATE } else { SignedDuration::ZERO }
        };
        let became = desk.look_by(&waiting, clock).await.unwrap();
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
    let clock = late_by(waiting.due_at, &late);
    let record = launched(desk.look_by(&waiting, clock).await.unwrap());
    assert_eq!(record.outcome, Outcome::Accepted);
    assert_eq!(outcomes(&record), [Outcome::Accepted; 3]);
    assert_eq!(hooks(&server), 3);
}

#[rstest]
#[case::no_toml(|file: &PathBuf| fs::write(file, "confirm_above = \"").unwrap())]
#[case::no_such_key(|file: &PathBuf| {
    let text = fs::read_to_string(file).unwrap();
    fs::write(file, text.replace("danger", "dangre")).unwrap();
})]
#[case::gone(|file: &PathBuf| fs::remove_file(file).unwrap())]
#[tokio::test]
async fn a_configuration_that_can_not_be_read_holds_it_up_until_it_is_missed(
    #[case] spoil: fn(&PathBuf),
) {
    let (server, desk, waiting) = one_that_waits().await;
    spoil(&desk.configuration());
    let clock = running(waiting.due_at, 3);
    let reason = missed(desk.look_by(&waiting, clock).await.unwrap());
    let expected = "The configuration can't be read any more";
    assert!(reason.contains(expected), "{reason}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_configuration_that_can_be_read_again_in_time_lets_it_start() {
    let (server, desk, waiting) = one_that_waits().await;
    let file = desk.configuration();
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, "no configuration").unwrap();
    let (looks, due) = (AtomicI64::new(0), waiting.due_at);
    let clock = || {
        if looks.fetch_add(1, Ordering::SeqCst) == 4 {
            fs::write(&file, &text).unwrap();
        }
        due
    };
    launched(desk.look_by(&waiting, clock).await.unwrap());
    assert_eq!(hooks(&server), 1);
}
