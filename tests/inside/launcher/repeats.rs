//! The same body to the same broadcast within the repeat window.

use mylink_console::domain::launch::{Outcome, SettledAs};
use mylink_console::launcher::Word;
use rstest::rstest;

use super::desk::{Desk, HOOK, RED, RED_NEWS, accepting, guarded, platform};
use crate::scripted::{Reply, Scripted};

/// A server whose hook answers with these statuses, one after the other.
async fn answering(statuses: &'static [u16]) -> Scripted {
    platform(move |_, before| Reply::json(statuses[before], "{}")).await
}

fn again() -> Word {
    Word {
        again: true,
        ..Word::default()
    }
}

#[tokio::test]
async fn the_same_body_is_refused_unless_it_is_meant() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let first = desk.launch(RED).await.unwrap();
    let message = guarded(desk.launch(RED).await);
    assert!(
        message.contains("--again") && message.contains(&first.id),
        "{message}"
    );
    assert_eq!(server.count(HOOK), 1);
    let second = desk.launch_with(RED, again()).await.unwrap();
    assert_eq!(second.outcome, Outcome::Accepted);
    assert_ne!(second.id, first.id);
    assert_eq!(server.count(HOOK), 2);
}

#[tokio::test]
async fn another_console_knows_of_it_too() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    desk.launch(RED).await.unwrap();
    assert!(guarded(desk.another().launch(RED).await).contains("--again"));
}

#[tokio::test]
async fn another_broadcast_and_another_body_are_no_repeat() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    desk.launch(RED).await.unwrap();
    desk.launch(RED_NEWS).await.unwrap();
    desk.launch(&RED.replace("red", "blue")).await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_call_without_a_body_is_the_same_by_both_verbs() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    desk.launch(r#"{"broadcast":"Offer","form":"configured"}"#)
        .await
        .unwrap();
    let get = r#"{"broadcast":"Offer","method":"GET","form":"configured"}"#;
    assert!(guarded(desk.launch(get).await).contains("--again"));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn after_the_window_it_is_no_repeat() {
    let server = accepting().await;
    let desk = Desk::before(&server, "repeat_window = \"0s\"").await;
    desk.launch(RED).await.unwrap();
    desk.launch(RED).await.unwrap();
    assert_eq!(server.count(HOOK), 2);
}

#[tokio::test]
async fn what_was_rejected_is_no_repeat() {
    let server = answering(&[400, 200]).await;
    let desk = Desk::before(&server, "").await;
    assert_eq!(desk.launch(RED).await.unwrap().outcome, Outcome::Rejected);
    assert_eq!(desk.launch(RED).await.unwrap().outcome, Outcome::Accepted);
}

#[tokio::test]
async fn what_failed_is_no_repeat() {
    let server = Scripted::serve(|request, before| {
        let has_key = before > 0 || !request.line.contains("/authorization/");
        Reply::json(if has_key { 200 } else { 404 }, r#"{"token":"t"}"#)
    })
    .await;
    let desk = Desk::before(&server, "").await;
    let fresh = super::desk::broadcast("k1", "b1", "Offer", &server.url);
    desk.put_broadcasts("k1", vec![fresh]).await;
    desk.record(
        "b1",
        &[(mylink_console::domain::settings::Setting::DirectMode, false)],
    )
    .await;
    assert_eq!(desk.launch(RED).await.unwrap().outcome, Outcome::Failed);
    assert_eq!(desk.launch(RED).await.unwrap().outcome, Outcome::Accepted);
    assert_eq!(server.count(HOOK), 1);
}

#[rstest]
#[case::not_sent(SettledAs::NotSent, false)]
#[case::sent(SettledAs::Sent, true)]
#[tokio::test]
async fn an_unknown_one_is_a_repeat_by_what_it_was_settled_as(
    #[case] settled_as: SettledAs,
    #[case] is_repeat: bool,
) {
    let server = answering(&[500, 200]).await;
    let desk = Desk::before(&server, "").await;
    let unknown = desk.launch(RED).await.unwrap();
    desk.settle(&unknown.id, settled_as).await;
    let second = desk.launch(RED).await;
    if is_repeat {
        assert!(guarded(second).contains("--again"));
        assert_eq!(
            desk.launch_with(RED, again()).await.unwrap().outcome,
            Outcome::Accepted
        );
    } else {
        assert_eq!(second.unwrap().outcome, Outcome::Accepted);
    }
    assert_eq!(server.count(HOOK), 2);
}
