//! Plans whose contacts are named by the cache, and rid of those who got the broadcast already.

use mylink_console::domain::plan::Plan;
use mylink_console::session::SessionError;

use serde_json::json;

use super::desk::{Desk, RED, accepting};
use crate::sandbox::harness::Harness;

fn ids(plan: &Plan) -> Vec<&str> {
    let targets = plan.form.targets().iter();
    targets.map(|target| target.named_by().unwrap()).collect()
}

#[tokio::test]
async fn a_frozen_plan_reaches_whom_the_plan_matched() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let plan = Plan::from_json(RED).unwrap();
    let frozen = desk.session.freeze(&plan).await.unwrap();
    assert_eq!(ids(&frozen), ["1", "2"]);
    desk.put_contact("4", "red").await;
    let preview = desk.preview(&frozen.to_json()).await;
    assert_eq!(preview.who.count(), Some(2), "it stays as it was frozen");
    assert_eq!(desk.preview(RED).await.who.count(), Some(3));
}

#[tokio::test]
async fn who_got_it_within_the_repeat_window_is_taken_out_and_counted() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let first = r#"{"broadcast":"Offer","form":"targets","targets":[{"user_phone_number":"1","bot_channel":"WhatsAppChannel"}]}"#;
    desk.launch(first).await.unwrap();
    let plan = Plan::from_json(RED).unwrap();
    let (left, taken) = desk.session.without_reached(&plan).await.unwrap();
    assert_eq!((ids(&left), taken), (vec!["2"], 1));
    desk.launch(&left.to_json()).await.unwrap();
    let (left, taken) = desk.session.without_reached(&plan).await.unwrap();
    assert_eq!((left.form.targets().len(), taken), (0, 2));
    let news = Plan::from_json(super::desk::RED_NEWS).unwrap();
    let (left, taken) = desk.session.without_reached(&news).await.unwrap();
    assert_eq!(
        (left.form.targets().len(), taken),
        (2, 0),
        "another broadcast"
    );
}

#[tokio::test]
async fn an_audience_of_the_platform_becomes_a_list_once_it_is_synced() {
    let sandbox = Harness::start().await;
    let people = json!([
        {"user_id": "1", "bot_channel": "WebChannel", "favorite_color": "red"},
        {"user_id": "2", "bot_channel": "WebChannel", "favorite_color": "blue"},
        {"user_id": "3", "bot_channel": "WebChannel", "favorite_color": "red"},
    ]);
    sandbox.put_contacts(people).await;
    let audience = json!({"audience_filters": "favorite_color", "audience_criteria": "Equals", "audience_values": "red",
        "audience_join": "", "set_variables": "", "set_variables_values": ""});
    sandbox
        .broadcast(json!({"Name": "Reds", "Enabled": true, "audience": audience, "settings": {}}))
        .await;
    let desk = Desk::synced(&sandbox, "").await;
    let broadcasts = desk.session.broadcasts().await.unwrap();
    let audience = broadcasts[0].audience.clone().unwrap();
    let plan = Plan::from_json(
        r#"{"broadcast":"Reds","form":"configured","variables":[{"name":"campaign","value":"spring"}]}"#,
    )
    .unwrap();
    let chosen = desk
        .session
        .freeze_audience(&plan, &audience.id)
        .await
        .unwrap();
    assert_eq!(ids(&chosen), ["1", "3"]);
    assert_eq!(chosen.form.targets()[1].get("campaign"), Some("spring"));
    assert_eq!(desk.session.freeze(&plan).await.unwrap(), chosen);
    let error = desk
        .session
        .freeze_audience(&plan, "none")
        .await
        .unwrap_err();
    assert!(matches!(error, SessionError::Freeze(_)), "{error:?}");
}
