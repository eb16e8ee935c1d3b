//! Launches that are stopped, or left, before their calls are on their way.

use std::sync::Arc;

use mylink_console::domain::launch::{LaunchRecord, Outcome};
use mylink_console::domain::settings::Setting;
use mylink_console::launcher::{Stop, Word};
use rstest::rstest;

use super::batches::{SMALL, outcomes, targets};
use super::desk::{Desk, HOOK, RED, hooks};
use crate::scripted::{Reply, Scripted};

/// A platform that has `meanwhile` done while a token is asked of it.
async fn asked_for_a_token(meanwhile: impl Fn() -> bool + Send + Sync + 'static) -> Scripted {
    Scripted::serve(move |request, _| {
        if request.line.contains("/authorization/") {
            assert!(meanwhile(), "a token is asked for once");
            return Reply::json(200, r#"{"token":"t0k3n","expires":60}"#);
        }
        Reply::json(200, r#"{"Result":"scheduled"}"#)
    })
    .await
}

async fn launched(desk: &Desk, plan: &str, stop: Stop) -> LaunchRecord {
    let word = Word {
        stop,
        ..Word::default()
    };
    let launched = desk.launch_with(plan, word).await.unwrap();
    assert_eq!(desk.log().await[0].outcome, launched.outcome);
    launched
}

#[rstest]
#[case::of_one_call(RED.to_owned(), "")]
#[case::of_a_batch(targets(&["1", "2", "3"]), SMALL)]
#[tokio::test]
async fn a_launch_that_is_stopped_while_its_token_is_fetched_sends_nothing(
    #[case] plan: String,
    #[case] lines: &str,
) {
    let stop = Stop::default();
    let asked = stop.clone();
    let server = asked_for_a_token(move || asked.ask()).await;
    let desk = Desk::before(&server, lines).await;
    desk.record("b1", &[(Setting::DirectMode, false)]).await;
    let launched = launched(&desk, &plan, stop).await;
    assert_eq!(launched.outcome, Outcome::Failed, "{}", launched.reason);
    assert_eq!(launched.reason, "It was stopped by the operator.");
    assert_eq!(hooks(&server), 0);
    // Nothing of it blocks the broadcast or counts as a repeat.
    desk.launch(&plan).await.unwrap();
}

#[tokio::test]
async fn a_launch_of_one_call_that_was_confirmed_is_finished_where_its_console_is_left() {
    let stop = Stop::default();
    let left = stop.clone();
    let server = asked_for_a_token(move || left.leave()).await;
    let desk = Desk::before(&server, "").await;
    desk.record("b1", &[(Setting::DirectMode, false)]).await;
    let launched = launched(&desk, RED, stop).await;
    assert_eq!(launched.outcome, Outcome::Accepted, "{}", launched.reason);
    assert_eq!(server.count(HOOK), 1);
}

#[tokio::test]
async fn a_batch_whose_console_is_left_sends_no_call_that_is_not_on_its_way() {
    let stop = Stop::default();
    let left = stop.clone();
    let server = asked_for_a_token(move || left.leave()).await;
    let desk = Desk::before(&server, SMALL).await;
    desk.record("b1", &[(Setting::DirectMode, false)]).await;
    let launched = launched(&desk, &targets(&["1", "2", "3"]), stop).await;
    assert_eq!(launched.outcome, Outcome::Failed, "{}", launched.reason);
    assert_eq!(outcomes(&launched), [Outcome::Failed, Outcome::NotSent]);
    assert_eq!(hooks(&server), 0);
}

#[tokio::test]
async fn a_call_that_is_on_its_way_is_finished_though_it_is_stopped() {
    let stop = Stop::default();
    let asked = Arc::new(stop.clone());
    let server = Scripted::serve(move |_, _| {
        asked.ask();
        Reply::json(200, r#"{"Result":"scheduled"}"#)
    })
    .await;
    let desk = Desk::before(&server, "").await;
    let launched = launched(&desk, RED, stop).await;
    assert_eq!(launched.outcome, Outcome::Accepted, "{}", launched.reason);
    assert_eq!(server.count(HOOK), 1);
}
