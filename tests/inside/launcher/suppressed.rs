//! Who is on the suppression list is reached by nothing, whichever of their names a plan or the list knows.

use mylink_console::domain::payload::Share;
use mylink_console::domain::plan::Plan;
use mylink_console::domain::preview::Preview;
use mylink_console::launcher::{LaunchError, Word};
use rstest::rstest;
use serde_json::{Value, json};

use super::desk::{Desk, HOOK, RED, accepting, contact, guarded};
use crate::sandbox::harness::Harness;
use crate::scripted::Scripted;

async fn suppressing(server: &Scripted, identities: &[&str]) -> Desk {
    let desk = Desk::before(server, "").await;
    suppress(&desk, identities).await;
    desk
}

async fn suppress(desk: &Desk, identities: &[&str]) {
    let identities = identities.iter().map(|&text| text.to_owned()).collect();
    desk.session.suppress(identities, "asked").await.unwrap();
}

fn to(targets: &Value) -> String {
    json!({"broadcast": "Offer", "form": "targets", "targets": targets}).to_string()
}

/// The first problem of a code: its place and its sentence.
fn problem<'a>(preview: &'a Preview, code: &str) -> Option<(&'a str, &'a str)> {
    let mut problems = preview.problems.iter();
    let found = problems.find(|problem| problem.code.name() == code)?;
    Some((found.at.as_str(), found.message.as_str()))
}

fn places(preview: &Preview) -> Vec<Vec<usize>> {
    let shares = preview
        .calls
        .iter()
        .filter_map(|call| call.targets.as_ref());
    shares
        .map(|share: &Share| share.places().collect())
        .collect()
}

#[tokio::test]
async fn they_are_in_no_call_of_a_list_and_the_places_stay_those_of_the_plan() {
    let server = accepting().await;
    let desk = suppressing(&server, &["b", "+39 320 1000004"]).await;
    let plan = to(&json!([
        {"user_id": "a", "bot_channel": "WebChannel"},
        {"user_id": "b", "bot_channel": "WebChannel"},
        {"user_id": "c", "bot_channel": "WebChannel"},
        {"user_phone_number": "00393201000004", "bot_channel": "SMSChannel"},
        {"user_phone_number": "nobody", "order": "x"},
    ]));
    let preview = desk.preview(&plan).await;
    assert_eq!(places(&preview), [vec![0, 2, 4]]);
    assert_eq!(preview.who.count(), Some(3));
    assert_eq!(preview.suppressed.count, 2);
    assert_eq!(preview.suppressed.places, [1, 3]);
    assert_eq!(
        preview.who.note.as_deref(),
        Some(
            "2 targets left out, on the suppression list: b, 00393201000004. 2 to be created, 1 that can't be created."
        )
    );
    assert_eq!(
        problem(&preview, "target-not-creatable").map(|(at, _)| at),
        Some("/targets/4"),
        "the plan's place, not the call's"
    );
    desk.launch(&plan).await.unwrap();
    let body: Value = serde_json::from_str(&server.requests()[0].body).unwrap();
    let sent: Vec<&str> = body["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|target| {
            target
                .get("user_id")
                .unwrap_or(&target["user_phone_number"])
                .as_str()
                .unwrap()
        })
        .collect();
    assert_eq!(sent, ["a", "c", "nobody"]);
}

/// The cache knows one contact by `user_id` and phone number; the list knows one of them, the target the other.
#[rstest]
#[case::listed_by_id(&["w1"], json!({"user_phone_number": "+393201000001"}), true)]
#[case::listed_by_id_and_written_otherwise(&["w1"], json!({"user_phone_number": "0039 320 1000001"}), true)]
#[case::listed_by_phone(&["00393201000001"], json!({"user_id": "w1", "bot_channel": "WebChannel"}), true)]
#[case::without_channel(&["00393201000001"], json!({"user_id": "w1"}), true)]
#[case::another_channel(&["00393201000001"], json!({"user_id": "w1", "bot_channel": "TelegramChannel"}), false)]
#[case::another_contact(&["w1"], json!({"user_id": "w2", "bot_channel": "WebChannel"}), false)]
#[tokio::test]
async fn the_other_name_that_the_cache_knows_counts(
    #[case] list: &'static [&'static str],
    #[case] target: Value,
    #[case] is_out: bool,
) {
    let server = accepting().await;
    let desk = suppressing(&server, list).await;
    let known =
        json!({"user_id": "w1", "bot_channel": "WebChannel", "user_phone_number": "+393201000001"});
    let other =
        json!({"user_id": "w2", "bot_channel": "WebChannel", "user_phone_number": "+393201000002"});
    let now = jiff::Timestamp::now();
    desk.import("k1", vec![contact(&known), contact(&other)], now)
        .await;
    let preview = desk.preview(&to(&json!([target]))).await;
    assert_eq!(preview.suppressed.count, u64::from(is_out));
    assert_eq!(problem(&preview, "no-targets").is_some(), is_out);
}

#[tokio::test]
async fn where_nobody_is_left_that_is_said_and_nothing_can_be_sent() {
    let server = accepting().await;
    let desk = suppressing(&server, &["a", "b"]).await;
    let list = to(&json!([{"user_id": "a"}, {"user_id": "b"}, {"user_id": "a"}]));
    let conversation = json!({"broadcast": "Offer", "form": "conversation",
        "variables": [{"name": "user_id", "value": "a"}, {"name": "bot_channel", "value": "WebChannel"}]});
    for (plan, at) in [(list, "/targets"), (conversation.to_string(), "/variables")] {
        let preview = desk.preview(&plan).await;
        let (place, message) = problem(&preview, "no-targets").unwrap();
        assert_eq!(place, at);
        assert!(message.contains("suppression list"), "{message}");
        assert_eq!(
            problem(&preview, "no-match"),
            None,
            "one sentence is enough"
        );
        assert_eq!(preview.who.count(), Some(0));
        let bodies = preview.calls.iter().filter_map(|call| call.body.as_deref());
        assert_eq!(bodies.filter(|body| body.contains("\"a\"")).count(), 0);
        assert!(matches!(
            desk.launch(&plan).await,
            Err(LaunchError::Plan(_))
        ));
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn an_audience_that_holds_one_of_them_is_refused_and_its_frozen_list_leaves_them_out() {
    let server = accepting().await;
    let desk = suppressing(&server, &["2", "3"]).await;
    let preview = desk.preview(RED).await;
    let (at, message) = problem(&preview, "suppressed-contact").unwrap();
    assert_eq!((at, preview.suppressed.count), ("/form", 1));
    assert!(
        message.starts_with("1 contact of those reached is on the suppression list (2)."),
        "{message}"
    );
    assert!(message.contains("mylink plan freeze"), "{message}");
    guarded(desk.launch(RED).await);
    assert_eq!(server.connections(), 0);
    let frozen = desk
        .session
        .freeze(&Plan::from_json(RED).unwrap())
        .await
        .unwrap();
    desk.launch(&frozen.to_json()).await.unwrap();
    assert!(!server.requests()[0].body.contains("\"2\""));
    assert_eq!(server.count(HOOK), 1);
    let blue = desk.preview(&RED.replace("red", "green")).await;
    assert_eq!(problem(&blue, "suppressed-contact"), None);
}

#[tokio::test]
async fn whom_nobody_knows_can_not_be_held_against_the_list_and_that_is_said() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let configured = r#"{"broadcast":"Offer","form":"configured"}"#;
    let raw = r#"{"broadcast":"Offer","form":"raw","body":{"hello":"x"}}"#;
    for plan in [configured, raw] {
        let preview = desk.preview(plan).await;
        assert_eq!(
            problem(&preview, "suppression-not-checked"),
            None,
            "nobody is on the list"
        );
    }
    suppress(&desk, &["2"]).await;
    for (plan, at) in [(configured, "/form"), (raw, "/body")] {
        let preview = desk.preview(plan).await;
        assert_eq!(
            problem(&preview, "suppression-not-checked").map(|(at, _)| at),
            Some(at)
        );
        assert!(!preview.has_errors());
    }
}

/// A raw body is read as the form that it builds.
#[rstest]
#[case::targets(json!({"targets": [{"userId": "2"}, {"user_id": "9"}]}), Some(2), true)]
#[case::audience(json!({"audience_filters": "favorite_color;", "audience_criteria": "equals", "audience_values": "red"}), Some(2), true)]
#[case::nobody_on_the_list(json!({"targets": [{"user_id": "1"}]}), Some(1), false)]
#[case::conversation(json!({"set_conversation": true, "set_variables": "user_id", "set_variables_values": "2"}), Some(1), true)]
#[case::two_forms(json!({"targets": [{"user_id": "2"}], "set_variables": "a", "set_variables_values": "1"}), None, false)]
#[case::no_text(json!({"targets": [{"user_id": 2}]}), None, false)]
#[case::anything(json!(["2"]), None, false)]
#[tokio::test]
async fn a_raw_body_that_names_one_of_them_is_refused(
    #[case] body: Value,
    #[case] count: Option<u64>,
    #[case] is_refused: bool,
) {
    let server = accepting().await;
    let desk = suppressing(&server, &["2"]).await;
    let plan = json!({"broadcast": "Offer", "form": "raw", "body": body}).to_string();
    let preview = desk.preview(&plan).await;
    assert_eq!(preview.who.count(), count);
    let found = problem(&preview, "suppressed-contact");
    assert_eq!(found.map(|(at, _)| at), is_refused.then_some("/body"));
    if is_refused {
        guarded(desk.launch(&plan).await);
        assert_eq!(server.connections(), 0);
    }
}

/// By our reading it goes to the configured audience, which is held against the list; that reading is not certain.
#[rstest]
#[case::one_of_the_audience("3", true)]
#[case::nobody_of_it("2", false)]
#[tokio::test]
async fn raw_json_that_builds_no_form_counts_as_the_configured_audience(
    #[case] suppressed: &str,
    #[case] is_refused: bool,
) {
    let sandbox = Harness::start().await;
    let person = |id: &str, color: &str| json!({"user_id": id, "bot_channel": "WebChannel", "favorite_color": color});
    let people = json!([person("1", "red"), person("2", "blue"), person("3", "red")]);
    sandbox.put_contacts(people).await;
    let audience = json!({"audience_filters": "favorite_color", "audience_criteria": "Equals", "audience_values": "red",
        "audience_join": "", "set_variables": "", "set_variables_values": ""});
    sandbox
        .broadcast(json!({"Name": "Reds", "Enabled": true, "audience": audience, "settings": {}}))
        .await;
    let desk = Desk::synced(&sandbox, "").await;
    suppress(&desk, &[suppressed]).await;
    let plan = json!({"broadcast": "Reds", "form": "raw", "body": {"hello": "world"}}).to_string();
    let preview = desk.preview(&plan).await;
    assert_eq!(preview.who.count(), Some(2));
    let place = |code| problem(&preview, code).map(|(at, _)| at);
    assert_eq!(place("suppressed-contact"), is_refused.then_some("/body"));
    assert_eq!(
        place("suppression-not-checked"),
        (!is_refused).then_some("/body")
    );
}

#[tokio::test]
async fn a_raw_list_counts_like_any_other_for_repeats_and_for_the_most_that_may_be_reached() {
    let server = accepting().await;
    let desk = Desk::before(&server, "max_targets = 2").await;
    let raw = |targets: Value| {
        json!({"broadcast": "Offer", "form": "raw", "body": {"targets": targets}}).to_string()
    };
    desk.launch(&raw(json!([{"user_id": "1"}]))).await.unwrap();
    let preview = desk.preview(RED).await;
    assert!(problem(&preview, "already-launched").is_some());
    let again = desk
        .preview(&raw(json!([{"user_id": "1"}, {"user_id": "7"}])))
        .await;
    let (_, message) = problem(&again, "already-launched").unwrap();
    assert!(message.starts_with("1 of these contacts"), "{message}");
    let three = raw(json!([{"user_id": "4"}, {"user_id": "5"}, {"user_id": "6"}]));
    guarded(desk.launch(&three).await);
    assert_eq!(server.count(HOOK), 1);
}

#[tokio::test]
async fn who_comes_onto_the_list_after_the_review_makes_it_start_again() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let plan = to(&json!([{"user_id": "1"}, {"user_id": "9"}]));
    let reviewed = desk.session.launcher.review(&desk.prepare(&plan).await);
    suppress(&desk.another(), &["9"]).await;
    let word = Word {
        hash: Some(reviewed.hash),
        ..Word::default()
    };
    let message = guarded(desk.launch_with(&plan, word).await);
    assert!(message.contains("review it again"), "{message}");
    assert_eq!(server.connections(), 0);
}

#[rstest]
#[case::a_list(to(&json!([{"user_id": "1"}, {"user_id": "9"}])))]
#[case::an_audience(RED.to_owned())]
#[case::a_raw_list(json!({"broadcast": "Offer", "form": "raw", "body": {"targets": [{"user_id": "1"}]}}).to_string())]
#[tokio::test]
async fn who_comes_onto_the_list_at_the_last_moment_stops_it_under_the_lock(#[case] plan: String) {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let prepared = desk.prepare(&plan).await;
    suppress(&desk.another(), &["77"]).await;
    let unconcerned = desk.prepare(&plan).await;
    suppress(&desk.another(), &["1"]).await;
    for prepared in [prepared, unconcerned] {
        let message = guarded(desk.send(prepared, Word::default()).await);
        assert!(message.contains("suppression list"), "{message}");
    }
    assert_eq!(server.connections(), 0);
    assert!(desk.log().await.is_empty());
}

#[tokio::test]
async fn somebody_else_on_the_list_stops_nothing() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let prepared = desk.prepare(RED).await;
    suppress(&desk, &["77"]).await;
    desk.send(prepared, Word::default()).await.unwrap();
    assert_eq!(server.count(HOOK), 1);
}

#[tokio::test]
async fn a_list_that_can_not_be_read_is_never_taken_for_an_empty_one() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let prepared = desk.prepare(RED).await;
    let notebook = desk.journal().with_file_name("profile.db");
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(notebook.with_file_name(format!("profile.db{end}")));
    }
    std::fs::write(&notebook, "this is no database at all").unwrap();
    let refused = desk.send(prepared, Word::default()).await;
    assert!(matches!(refused, Err(LaunchError::Local(_))), "{refused:?}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_list_that_is_lost_is_never_taken_for_an_empty_one() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    suppress(&desk, &["77"]).await;
    let prepared = desk.prepare(RED).await;
    let notebook = desk.journal().with_file_name("profile.db");
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(notebook.with_file_name(format!("profile.db{end}")));
    }
    let refused = desk.send(prepared, Word::default()).await;
    assert!(matches!(refused, Err(LaunchError::Local(_))), "{refused:?}");
    assert_eq!(server.connections(), 0);
}
