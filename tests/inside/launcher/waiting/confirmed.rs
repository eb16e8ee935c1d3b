//! What is asked of a launch when it is confirmed, to wait.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mylink_console::domain::problem::Code;
use mylink_console::launcher::Word;

use super::{again, in_an_hour, launched, one_that_waits, until};
use crate::launcher::desk::{Desk, RED, accepting, hooks};
use crate::launcher::gates::TWICE;

#[tokio::test]
async fn every_gate_is_asked_when_it_is_confirmed() {
    let server = accepting().await;
    let lines = "danger = \"live\"\nconfirm_above = 2\nhold_seconds = 60";
    let desk = Desk::before(&server, lines).await;
    let word = |number, name: Option<&str>| Word {
        number,
        name: name.map(str::to_owned),
        ..Word::default()
    };
    let whole = || word(Some(2), Some("Offer"));
    let soon = Timestamp::now() + SignedDuration::from_secs(30);
    let past = Timestamp::now() - SignedDuration::from_secs(1);
    let cases = [
        (
            word(None, Some("Offer")),
            in_an_hour(),
            "number of targets was not confirmed",
        ),
        (
            word(Some(3), Some("Offer")),
            in_an_hour(),
            "number of targets was not confirmed",
        ),
        (word(Some(2), None), in_an_hour(), "name was not confirmed"),
        (whole(), past, "is past"),
        (whole(), soon, "nearer than the hold of this profile, 60 s"),
    ];
    for (word, due, expected) in cases {
        let error = desk.wait_with(RED, word, until(due)).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert_eq!(desk.all_waiting().await, []);
    let waits = desk.wait_with(RED, whole(), until(in_an_hour())).await;
    waits.unwrap();
}

/// One contact thrice is one contact and three messages: the name is asked and the hold, though the count is below.
#[tokio::test]
async fn a_launch_is_not_moved_nearer_than_the_hold_that_its_confirmation_asked_for() {
    let server = accepting().await;
    let lines = "danger = \"live\"\nconfirm_above = 3\nhold_seconds = 60";
    let desk = Desk::before(&server, lines).await;
    let word = Word {
        number: Some(1),
        name: Some("Offer".to_owned()),
        ..Word::default()
    };
    let waiting = desk.wait_with(TWICE, word, until(in_an_hour())).await;
    let waiting = waiting.unwrap();
    assert_eq!(waiting.targets, Some(1));
    let moved = |seconds| {
        let due = Timestamp::now() + SignedDuration::from_secs(seconds);
        let due = due.to_zoned(TimeZone::UTC);
        let id = waiting.id.clone();
        let session = &desk.session;
        async move { session.move_waiting(&id, &due, None).await }
    };
    let refused = moved(30).await.unwrap_err().to_string();
    assert!(refused.contains("nearer than the hold"), "{refused}");
    assert_eq!(desk.all_waiting().await[0].due_at, waiting.due_at);
    moved(90).await.unwrap();
}

#[tokio::test]
async fn what_waits_counts_as_sent_for_a_repeat_and_is_warned_about() {
    let (server, desk, first) = one_that_waits().await;
    let warned = desk
        .preview(r#"{"broadcast":"Offer","form":"configured"}"#)
        .await;
    let mut problems = warned.problems.iter();
    let warning = problems.find(|problem| problem.code == Code::AlreadyLaunched);
    let message = &warning.unwrap().message;
    assert!(message.contains("to 2 contacts waits for"), "{message}");
    // The same once more, now or later, is refused unless it is meant.
    let now = desk.launch(RED).await.unwrap_err();
    let later = desk.wait_with(RED, Word::default(), until(in_an_hour()));
    let later = later.await.unwrap_err();
    for refused in [now, later] {
        let refused = refused.to_string();
        assert!(refused.contains("The same waits to go"), "{refused}");
    }
    // Meant, both are sent: the second foresaw the first.
    let second = desk.wait_with(RED, again(), until(in_an_hour()));
    let second = second.await.unwrap();
    for waiting in [&first, &second] {
        launched(desk.at_its_time(waiting).await);
    }
    assert_eq!(hooks(&server), 2);
}
