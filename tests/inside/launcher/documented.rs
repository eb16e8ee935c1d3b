//! The bodies that the documentation shows come out byte for byte, and the sandbox takes them.

use mylink_console::domain::launch::Outcome;
use rstest::rstest;
use serde_json::{Value, json};

use super::desk::Desk;
use crate::sandbox::harness::{Harness, numbered};

const AUDIENCE: &str = r#"{"audience_filters":"user_id;favorite_color","audience_criteria":"Equals;Equals","audience_values":"3030391;red","audience_join":"AND","set_variables":"new_favorite_color;campaign","set_variables_values":"magenta;spring"}"#;
const TARGETS: &str = r#"{"targets":[{"user_id":"3932010001","bot_channel":"WhatsAppChannel","first_name":"Ada"},{"user_phone_number":"3932010002","bot_channel":"RCSChannel","order":"A-12"}],"delayminutes":5}"#;
const CONVERSATION: &str = r#"{"set_variables":"user_id;bot_channel","set_variables_values":"3932010001;WhatsAppChannel","set_conversation":true}"#;

fn audience() -> Value {
    json!({"form": "audience",
        "filters": [{"field": "user_id", "criterion": "Equals", "value": "3030391"},
            {"join": "AND", "field": "favorite_color", "criterion": "Equals", "value": "red"}],
        "variables": [{"name": "new_favorite_color", "value": "magenta"}, {"name": "campaign", "value": "spring"}]})
}

fn targets() -> Value {
    json!({"form": "targets", "delay_minutes": 5, "targets": [
        {"user_id": "3932010001", "bot_channel": "WhatsAppChannel", "first_name": "Ada"},
        {"user_phone_number": "3932010002", "bot_channel": "RCSChannel", "order": "A-12"}]})
}

fn conversation() -> Value {
    json!({"form": "conversation", "variables": [
        {"name": "user_id", "value": "3932010001"}, {"name": "bot_channel", "value": "WhatsAppChannel"}]})
}

fn filters(rows: &Value) -> Value {
    json!({"form": "audience", "filters": rows})
}

#[rstest]
#[case::audience_and_values(audience(), "", Some(AUDIENCE), &["3030391"])]
#[case::targets(targets(), "", Some(TARGETS), &["3932010001", "3932010002"])]
#[case::delay_as_text(targets(), "delay_as = \"text\"", Some(r#"{"targets":[{"user_id":"3932010001","bot_channel":"WhatsAppChannel","first_name":"Ada"},{"user_phone_number":"3932010002","bot_channel":"RCSChannel","order":"A-12"}],"delayminutes":"5"}"#), &["3932010001", "3932010002"])]
#[case::conversation(conversation(), "", Some(CONVERSATION), &["3932010001"])]
#[case::nothing(json!({"form": "configured"}), "", None, &["1", "2", "3030391"])]
#[case::a_get(json!({"form": "configured", "method": "GET"}), "", None, &["1", "2", "3030391"])]
#[case::a_delay_alone(json!({"form": "configured", "delay_minutes": 0}), "", Some(r#"{"delayminutes":0}"#), &["1", "2", "3030391"])]
#[case::variables_alone(
    json!({"form": "configured", "variables": [{"name": "campaign", "value": "Frühling \"26\""}]}),
    "",
    Some("{\"set_variables\":\"campaign\",\"set_variables_values\":\"Frühling \\\"26\\\"\"}"),
    &["1", "2", "3030391"]
)]
#[case::an_empty_value(
    json!({"form": "configured", "variables": [{"name": "campaign", "value": ""}]}),
    "",
    Some(r#"{"set_variables":"campaign","set_variables_values":""}"#),
    &["1", "2", "3030391"]
)]
#[case::one_filter_without_a_value(
    filters(&json!([{"field": "favorite_color", "criterion": "HasValue"}])),
    "",
    Some(r#"{"audience_filters":"favorite_color","audience_criteria":"HasValue","audience_values":""}"#),
    &["1", "2", "3030391"]
)]
#[case::joins_between_neighbours(
    filters(&json!([{"field": "city", "criterion": "EmptyOrUnset"}, {"join": "AND", "field": "user_id", "criterion": "IsLongerThan", "value": "1"},
        {"join": "OR", "field": "favorite_color", "criterion": "contains", "value": "lu"}])),
    "",
    Some(r#"{"audience_filters":"city;user_id;favorite_color","audience_criteria":"EmptyOrUnset;IsLongerThan;Contains","audience_values":";1;lu","audience_join":"AND;OR"}"#),
    &["1", "3030391"]
)]
#[case::as_the_vendor_prints_it(
    filters(&json!([{"field": "favorite_color", "criterion": "Contains", "value": "lu"}])),
    "contains = \"Cointains\"",
    Some(r#"{"audience_filters":"favorite_color","audience_criteria":"Cointains","audience_values":"lu"}"#),
    &["1"]
)]
#[tokio::test]
async fn the_documented_bodies_come_out_and_are_taken(
    #[case] mut plan: Value,
    #[case] dialect: &str,
    #[case] body: Option<&str>,
    #[case] reached: &[&str],
) {
    let sandbox = Harness::start().await;
    let mut contacts = numbered(2);
    let known =
        json!({"user_id": "3030391", "bot_channel": "WhatsAppChannel", "favorite_color": "red"});
    contacts.as_array_mut().unwrap().push(known);
    sandbox.put_contacts(contacts).await;
    let settings = json!({"allow_get": true, "allow_post": true, "legacy_mode": true, "require_valid_filter": true});
    let broadcast = sandbox.direct(settings).await;
    let desk = Desk::synced(&sandbox, &format!("[profiles.test.dialect]\n{dialect}")).await;
    plan["broadcast"] = json!("Direct");
    let preview = desk.preview(&plan.to_string()).await;
    assert_eq!(preview.calls.len(), 1);
    assert_eq!(preview.calls[0].body.as_deref(), body);
    let launched = desk.launch(&plan.to_string()).await.unwrap();
    assert_eq!(launched.outcome, Outcome::Accepted, "{}", launched.reason);
    let [run] = sandbox.runs(&broadcast).await.try_into().unwrap();
    assert_eq!(run["body"].as_str(), body);
    assert_eq!(
        run["method"],
        plan.get("method").unwrap_or(&json!("POST")).clone()
    );
    assert_eq!(sandbox.reached(&broadcast).await, reached);
    assert_eq!(launched.targets, Some(reached.len() as u64));
}

#[tokio::test]
async fn any_json_goes_out_as_it_is_written_without_its_blanks() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(2)).await;
    let broadcast = sandbox.direct(json!({"require_valid_filter": false})).await;
    let desk = Desk::synced(&sandbox, "").await;
    let plan = r#"{"broadcast":"Direct","form":"raw","body":{ "a" : [1.0, 12345678901234567890123, "\u00e9 x"], "a": null }}"#;
    let launched = desk.launch(plan).await.unwrap();
    assert_eq!(launched.outcome, Outcome::Accepted, "{}", launched.reason);
    let run = &sandbox.runs(&broadcast).await[0];
    assert_eq!(
        run["body"],
        "{\"a\":[1.0,12345678901234567890123,\"é x\"],\"a\":null}"
    );
}

#[tokio::test]
async fn with_the_token_the_sandbox_takes_it_where_direct_mode_is_off() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(2)).await;
    let broadcast = sandbox.direct(json!({"direct_mode": false})).await;
    let desk = Desk::synced(&sandbox, "").await;
    let launched = desk
        .launch(r#"{"broadcast":"Direct","form":"configured"}"#)
        .await
        .unwrap();
    assert_eq!(launched.outcome, Outcome::Accepted, "{}", launched.reason);
    assert!(launched.calls[0].with_token);
    assert_eq!(sandbox.runs(&broadcast).await.len(), 1);
}
