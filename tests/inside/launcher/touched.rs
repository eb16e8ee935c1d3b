//! What the console itself did to contacts after these were read is said where they are counted.

use mylink_console::domain::launch::{Outcome, SettledAs};
use mylink_console::domain::preview::Preview;
use mylink_console::domain::problem::{Code, Problem};
use rstest::rstest;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::desk::{Desk, contact, platform};
use crate::sandbox::harness::{Broadcast, Harness, numbered};
use crate::scripted::Reply;

/// A sandbox with the contacts 1 to 4, and a desk that has just read them.
async fn desk() -> (Harness, Broadcast, Desk) {
    let sandbox = Harness::start().await;
    assert_eq!(sandbox.put_contacts(numbered(4)).await.status, 200);
    let broadcast = sandbox.direct(json!({})).await;
    let desk = Desk::synced(&sandbox, "").await;
    (sandbox, broadcast, desk)
}

fn who(broadcast: &Broadcast, field: &str) -> String {
    json!({"broadcast": broadcast.id, "form": "audience",
        "filters": [{"field": field, "criterion": "HasValue"}]})
    .to_string()
}

fn warnings(preview: &Preview) -> Vec<&Problem> {
    let problems = preview.problems.iter();
    problems
        .filter(|problem| problem.code == Code::StaleContacts)
        .collect()
}

async fn launch(desk: &Desk, broadcast: &Broadcast, mut form: Value) -> jiff::Timestamp {
    form["broadcast"] = json!(broadcast.id);
    desk.launch(&form.to_string()).await.unwrap().started_at
}

/// Sets the variable `color`, which nobody has before.
fn setting(color: &str) -> Value {
    json!({"form": "audience", "variables": [{"name": "color", "value": color}],
        "filters": [{"field": "favorite_color", "criterion": "Equals", "value": "red"}]})
}

#[tokio::test]
async fn a_launch_that_set_what_a_filter_asks_is_told_until_the_next_sync() {
    let (_sandbox, broadcast, desk) = desk().await;
    let before = desk.preview(&who(&broadcast, "color")).await;
    assert!(warnings(&before).is_empty(), "{before:?}");
    let first = launch(&desk, &broadcast, setting("blue")).await;
    let preview = desk.preview(&who(&broadcast, "color")).await;
    let message = format!(
        "A launch of {first:.0} (Direct) set, or may have set, color since the contacts were read, so this count may be another now. Sync first."
    );
    let warned = warnings(&preview);
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert_eq!(
        (warned[0].at.as_str(), &warned[0].message),
        ("/filters", &message)
    );
    // What else a filter asks is as it was.
    let other = desk.preview(&who(&broadcast, "favorite_color")).await;
    assert!(warnings(&other).is_empty(), "{other:?}");
    // The rehearsal goes by the same contacts.
    let prepared = desk.prepare(&who(&broadcast, "color")).await;
    let stop = CancellationToken::new();
    let rehearsed = desk.session.rehearse(&prepared, |_| {}, &stop).await;
    let notes = rehearsed.unwrap().unwrap().notes;
    assert!(notes.contains(&message), "{notes:?}");
    let second = launch(&desk, &broadcast, setting("green")).await;
    let preview = desk.preview(&who(&broadcast, "color")).await;
    let warned = &warnings(&preview)[0].message;
    let start = format!("A launch of {second:.0} (Direct) and 1 more since the contacts were read");
    assert!(warned.starts_with(&start), "{warned}");
    desk.sync().await;
    let synced = desk.preview(&who(&broadcast, "color")).await;
    assert!(warnings(&synced).is_empty(), "{synced:?}");
    assert_eq!(synced.who.count(), Some(2));
}

#[tokio::test]
async fn a_file_that_comes_after_a_launch_does_not_make_the_contacts_newer() {
    let (_sandbox, broadcast, desk) = desk().await;
    launch(&desk, &broadcast, setting("blue")).await;
    let bot = desk.prepare(&who(&broadcast, "color")).await.bot;
    let one = contact(&json!({"user_id": "9", "bot_channel": "WebChannel", "color": "red"}));
    let imported = desk.session.import_contacts(&bot, "x.csv", vec![one]).await;
    imported.unwrap();
    let preview = desk.preview(&who(&broadcast, "color")).await;
    assert_eq!(warnings(&preview).len(), 1, "{preview:?}");
}

#[rstest]
#[case::it_sets_it(json!({"user_id": "1", "bot_channel": "WhatsAppChannel", "color": "red"}), "color", Some("set, or may have set, color since"))]
#[case::it_sets_another(json!({"user_id": "1", "bot_channel": "WhatsAppChannel", "color": "red"}), "favorite_color", None)]
#[case::it_names_somebody_by_it(json!({"user_id": "1", "bot_channel": "WhatsAppChannel"}), "user_id", None)]
#[case::somebody_is_created(json!({"user_id": "9", "bot_channel": "WhatsAppChannel"}), "favorite_color", Some("created, or may have created, contacts since"))]
#[case::somebody_is_created_with_it(json!({"user_id": "9", "bot_channel": "WhatsAppChannel", "color": "red"}), "color", Some("set, or may have set, color, and created contacts since"))]
#[tokio::test]
async fn targets_set_variables_and_create_contacts(
    #[case] target: Value,
    #[case] field: &str,
    #[case] expected: Option<&str>,
) {
    let (_sandbox, broadcast, desk) = desk().await;
    let form = json!({"form": "targets", "targets": [target]});
    launch(&desk, &broadcast, form).await;
    let preview = desk.preview(&who(&broadcast, field)).await;
    let warned = warnings(&preview);
    match (expected, warned.as_slice()) {
        (None, []) => {}
        (Some(words), [one]) => assert!(one.message.contains(words), "{one:?}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_unknown_launch_may_have_set_it_until_a_person_says_that_it_did_not() {
    let server = platform(|_, _| Reply::json(500, "{}")).await;
    let desk = Desk::before(&server, "").await;
    let mut plan = setting("blue");
    plan["broadcast"] = json!("Offer");
    let unknown = desk.launch(&plan.to_string()).await.unwrap();
    assert_eq!(unknown.outcome, Outcome::Unknown);
    let asks = r#"{"broadcast":"Offer","form":"audience","filters":[{"field":"color","criterion":"HasValue"}]}"#;
    let preview = desk.preview(asks).await;
    assert_eq!(warnings(&preview).len(), 1, "{preview:?}");
    desk.settle(&unknown.id, SettledAs::NotSent).await;
    let preview = desk.preview(asks).await;
    assert!(warnings(&preview).is_empty(), "{preview:?}");
}

#[tokio::test]
async fn who_comes_from_a_file_alone_is_counted_where_an_audience_was_read() {
    let (_sandbox, broadcast, desk) = desk().await;
    let plan = who(&broadcast, "favorite_color");
    assert_eq!(desk.preview(&plan).await.who.imported, 0);
    let bot = desk.prepare(&plan).await.bot;
    let people = ["1", "8", "9"].map(|id| {
        let channel = "WhatsAppChannel";
        contact(&json!({"user_id": id, "bot_channel": channel, "favorite_color": "red"}))
    });
    let imported = desk
        .session
        .import_contacts(&bot, "x.csv", people.to_vec())
        .await;
    imported.unwrap();
    let who = desk.preview(&plan).await.who;
    // The contact 1 is in an audience as well.
    assert_eq!((who.count(), who.imported), (Some(6), 2));
    let words = "2 of them are known from a file alone; the platform may not have them.";
    assert_eq!(who.imported_words().as_deref(), Some(words));
    let prepared = desk.prepare(&plan).await;
    let stop = CancellationToken::new();
    let rehearsed = desk.session.rehearse(&prepared, |_| {}, &stop).await;
    let notes = rehearsed.unwrap().unwrap().notes;
    assert!(notes.iter().any(|note| note == words), "{notes:?}");
}
