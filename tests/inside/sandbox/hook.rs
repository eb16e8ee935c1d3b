//! The Launch Web Hook: every documented sentence that is marked `[D]`, and the order of the checks.

use std::collections::HashMap;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::harness::{Harness, answer, numbered};

#[tokio::test]
async fn a_launch_is_answered_with_200_and_scheduled_and_goes_to_the_configured_audience() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(3)).await;
    let broadcast = sandbox
        .broadcast(json!({"Name": "Red ones", "settings": {"direct_mode": true},
            "audience": {"audience_filters": "favorite_color", "audience_criteria": "Equals", "audience_values": "red"}}))
        .await;
    for body in [
        "",
        "{}",
        r#"{"set_variables":"seen;","set_variables_values":"yes;"}"#,
    ] {
        let launched = sandbox.launch(&broadcast, body).await;
        assert_eq!(launched.status, 200);
        assert_eq!(launched.json["Result"], "scheduled");
        assert_eq!(sandbox.reached(&broadcast).await, ["2"]);
    }
    let contacts = sandbox.contacts().await;
    assert_eq!(contacts[1]["seen"], "yes");
    assert_eq!(contacts[0]["seen"], Value::Null);
}

#[tokio::test]
async fn filters_replace_the_configured_audience_and_set_variables_on_every_targeted_contact() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(4)).await;
    let broadcast = sandbox.direct(json!({})).await;
    let body = r#"{"audience_filters":"user_id;favorite_color","audience_criteria":"Equals;Equals","audience_values":"2;red","set_variables":"new_favorite_color;campaign","set_variables_values":"magenta;spring"}"#;
    assert_eq!(sandbox.launch(&broadcast, body).await.status, 200);
    assert_eq!(
        sandbox.reached(&broadcast).await,
        ["2"],
        "the default join is AND"
    );
    let contact = &sandbox.contacts().await[1];
    assert_eq!(
        (&contact["new_favorite_color"], &contact["campaign"]),
        (&json!("magenta"), &json!("spring"))
    );
    assert_eq!(sandbox.runs(&broadcast).await[0]["body"], body);
}

#[tokio::test]
async fn the_cases_of_the_shared_fixture_reach_the_same_contacts() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/filters.json"
    ))
    .unwrap();
    let fixture: Value = serde_json::from_str(&text).unwrap();
    let sandbox = Harness::start().await;
    assert_eq!(
        sandbox
            .put_contacts(fixture["contacts"].clone())
            .await
            .status,
        200
    );
    let broadcast = sandbox.direct(json!({})).await;
    let ids: HashMap<&str, usize> = fixture["contacts"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
        .map(|(index, contact)| (contact["user_id"].as_str().unwrap(), index))
        .collect();
    let mut launched = 0;
    for case in fixture["cases"].as_array().unwrap() {
        let filters = case["filters"].as_array().unwrap();
        let list = |key: &str| -> Vec<&str> {
            filters
                .iter()
                .map(|filter| filter[key].as_str().unwrap_or(""))
                .collect()
        };
        let joins: Vec<&str> = case["joins"]
            .as_array()
            .unwrap()
            .iter()
            .map(|join| join.as_str().unwrap())
            .collect();
        if list("value").iter().any(|value| value.contains(';')) {
            continue;
        }
        let body = json!({"audience_filters": list("field").join(";"), "audience_criteria": list("criterion").join(";"),
            "audience_values": list("value").join(";"), "audience_join": joins.join(";")});
        let answered = sandbox.launch(&broadcast, body.to_string()).await;
        assert_eq!(answered.status, 200, "{case} {answered:?}");
        launched += 1;
        let expected: Vec<usize> = case["matches"]["left_to_right/ignore_case"]
            .as_array()
            .unwrap()
            .iter()
            .map(|index| usize::try_from(index.as_u64().unwrap()).unwrap())
            .collect();
        assert_eq!(answered.json["Targets"], expected.len(), "{case}");
        let runs = sandbox.runs(&broadcast).await;
        let reached: Vec<usize> = runs.last().unwrap()["targets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|target| ids[target["user_id"].as_str().unwrap()])
            .collect();
        assert_eq!(reached, expected, "{case}");
    }
    assert!(launched > 100, "only {launched} cases could be sent");
}

#[tokio::test]
async fn targets_that_are_unknown_are_created_and_known_ones_keep_their_other_variables() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(1)).await;
    let broadcast = sandbox.direct(json!({})).await;
    let body = json!({"targets": [
        {"user_id": "1", "bot_channel": "WhatsAppChannel", "firstName": "Ada"},
        {"user_phone_number": "3932010002", "bot_channel": "RCSChannel", "order": "A-12"},
        {"user_id": "w1", "bot_channel": "WebChannel"},
        {"user_id": "nobody"}], "delayminutes": "1"});
    assert_eq!(
        sandbox.launch(&broadcast, body.to_string()).await.status,
        200
    );
    let contacts = sandbox.contacts().await;
    assert_eq!(
        (&contacts[0]["first_name"], &contacts[0]["favorite_color"]),
        (&json!("Ada"), &json!("blue"))
    );
    assert_eq!(
        (&contacts[1]["user_id"], &contacts[1]["user_phone_number"]),
        (&json!("3932010002"), &json!("3932010002"))
    );
    assert_eq!(contacts.len(), 3);
    sandbox.advance(1).await;
    let targets = sandbox.runs(&broadcast).await[0]["targets"].clone();
    let column = |key: &str| -> Vec<Value> {
        targets
            .as_array()
            .unwrap()
            .iter()
            .map(|target| target[key].clone())
            .collect()
    };
    assert_eq!(
        column("status"),
        ["delivered", "delivered", "failed", "failed"]
    );
    assert_eq!(
        column("created"),
        [json!(false), json!(true), json!(true), json!(false)]
    );
    assert!(targets[3]["reason"].as_str().unwrap().contains("not known"));
}

#[tokio::test]
async fn on_phone_channels_user_id_and_phone_number_find_the_same_contact() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(json!([{"user_id": "39", "bot_channel": "SMSChannel"}, {"user_id": "39", "bot_channel": "WebChannel"}])).await;
    let broadcast = sandbox.direct(json!({})).await;
    for target in [
        json!({"user_phone_number": "39"}),
        json!({"user_id": "39", "bot_channel": "SMSChannel"}),
    ] {
        let body = json!({"targets": [target]});
        assert_eq!(
            sandbox.launch(&broadcast, body.to_string()).await.status,
            200
        );
        assert_eq!(
            sandbox.runs(&broadcast).await.last().unwrap()["targets"][0]["created"],
            false
        );
    }
    let body = json!({"targets": [{"user_id": "39", "bot_channel": "WebChannel", "a": "b"}]});
    sandbox.launch(&broadcast, body.to_string()).await;
    let contacts = sandbox.contacts().await;
    assert_eq!((contacts.len(), &contacts[1]["a"]), (2, &json!("b")));
}

#[rstest]
#[case::found("user_id;mood", "1;glad", &["1"])]
#[case::created("user_phone_number;bot_channel", "77;ViberChannel", &["77"])]
#[case::without_identity("mood", "glad", &[])]
#[tokio::test]
async fn set_conversation_looks_up_creates_or_targets_nobody(
    #[case] names: &str,
    #[case] values: &str,
    #[case] expected: &[&str],
) {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(2)).await;
    let broadcast = sandbox.direct(json!({})).await;
    let body = json!({"set_conversation": true, "set_variables": names, "set_variables_values": values,
        "audience_filters": "user_id", "audience_criteria": "Equals", "audience_values": "2"});
    assert_eq!(
        sandbox.launch(&broadcast, body.to_string()).await.status,
        200
    );
    assert_eq!(
        sandbox.reached(&broadcast).await,
        expected,
        "filters are ignored"
    );
    if names.ends_with("mood") && !expected.is_empty() {
        assert_eq!(sandbox.contacts().await[0]["mood"], "glad");
    }
}

#[tokio::test]
async fn delayminutes_delays_the_whole_launch_and_disabling_does_not_stop_it() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(2)).await;
    let broadcast = sandbox.direct(json!({})).await;
    sandbox.launch(&broadcast, r#"{"delayminutes":10}"#).await;
    sandbox.advance(9).await;
    assert_eq!(
        sandbox.runs(&broadcast).await[0]["targets"][0]["status"],
        "pending"
    );
    let disabled = answer(
        sandbox
            .request(Method::PUT, &format!("/broadcasts/{}/false", broadcast.id))
            .bearer_auth(sandbox.bot_token().await),
    )
    .await;
    assert_eq!(disabled.status, 200);
    assert_eq!(
        sandbox.launch(&broadcast, "").await.status,
        404,
        "not enabled"
    );
    sandbox.advance(1).await;
    assert_eq!(
        sandbox.runs(&broadcast).await[0]["targets"][1]["status"],
        "delivered"
    );
    let listed = sandbox.get("/broadcasts").await.json[0].clone();
    assert_eq!(
        (&listed["Sent"], &listed["Delivered"], &listed["Enabled"]),
        (&json!(2), &json!(2), &json!(false))
    );
    assert_eq!(listed["Opened"], 1);
}

#[tokio::test]
async fn single_contact_targets_one_conversation_whatever_body_or_audience_say() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(5)).await;
    let broadcast = sandbox.direct(json!({"single_contact": true})).await;
    sandbox.launch(&broadcast, "").await;
    assert_eq!(sandbox.reached(&broadcast).await, ["1"]);
    let body = json!({"targets": [{"user_id": "new", "bot_channel": "SMSChannel"}, {"user_id": "4"}, {"user_id": "3"}]});
    sandbox.launch(&broadcast, body.to_string()).await;
    assert_eq!(sandbox.reached(&broadcast).await, ["3"]);
    assert_eq!(sandbox.contacts().await.len(), 5);
}

#[rstest]
#[case::get_off(json!({}), Method::GET, 405, "POST")]
#[case::post_off(json!({"allow_post": false, "allow_get": true}), Method::POST, 405, "GET")]
#[case::other_verb(json!({"allow_get": true}), Method::PUT, 405, "GET, POST")]
#[tokio::test]
async fn a_verb_that_is_off_is_405_with_allow(
    #[case] settings: Value,
    #[case] method: Method,
    #[case] status: u16,
    #[case] allow: &str,
) {
    let sandbox = Harness::start().await;
    let broadcast = sandbox.direct(settings).await;
    let response = sandbox
        .client
        .request(method, &broadcast.url)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["allow"], allow);
}

#[tokio::test]
async fn a_get_launches_where_it_is_allowed() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(2)).await;
    let broadcast = sandbox.direct(json!({"allow_get": true})).await;
    assert_eq!(answer(sandbox.client.get(&broadcast.url)).await.status, 200);
    let run = &sandbox.runs(&broadcast).await[0];
    assert_eq!(
        (
            &run["method"],
            &run["body"],
            run["targets"].as_array().unwrap().len()
        ),
        (&json!("GET"), &Value::Null, 2)
    );
}

#[tokio::test]
async fn without_direct_mode_each_call_needs_this_bots_token() {
    let sandbox = Harness::start().await;
    let other = Harness {
        bot: sandbox.create_bot("Other").await,
        client: sandbox.client.clone(),
        url: sandbox.url.clone(),
        account_key: sandbox.account_key.clone(),
        folder: tempfile::tempdir().unwrap(),
        running: None,
    };
    let guarded = sandbox.broadcast(json!({"Name": "Guarded"})).await;
    let call = |token: String| answer(sandbox.client.post(&guarded.url).bearer_auth(token));
    assert_eq!(
        sandbox.launch(&guarded, "not json").await.status,
        401,
        "before the body is looked at"
    );
    for wrong in [
        "x".to_owned(),
        sandbox.bot.0.clone(),
        sandbox.account_token().await,
        other.bot_token().await,
    ] {
        let refused = call(wrong).await;
        assert_eq!(refused.status, 401);
        assert!(refused.json["Error"].is_string());
    }
    let token = sandbox.bot_token().await;
    assert_eq!(call(token.clone()).await.status, 200);
    sandbox.advance(60).await;
    assert_eq!(call(token).await.status, 401, "about 60 minutes");
    let legacy = sandbox
        .broadcast(json!({"Name": "Legacy", "settings": {"legacy_mode": true}}))
        .await;
    assert_eq!(sandbox.launch(&legacy, "").await.status, 200);
}

#[tokio::test]
async fn a_wrong_id_or_secret_is_404_whatever_else_is_wrong() {
    let sandbox = Harness::start().await;
    let broadcast = sandbox.direct(json!({})).await;
    let path = format!("/broadcasts/{}/wrong/direct", broadcast.id);
    for path in [path.as_str(), "/broadcasts/none/none/direct"] {
        assert_eq!(
            answer(sandbox.request(Method::DELETE, path)).await.status,
            404
        );
    }
}

#[tokio::test]
async fn a_body_may_have_a_million_bytes_and_no_more() {
    let sandbox = Harness::start().await;
    let broadcast = sandbox.direct(json!({"require_valid_filter": false})).await;
    let body = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
    assert_eq!(
        sandbox.launch(&broadcast, body(1_000_000)).await.status,
        200
    );
    assert_eq!(
        sandbox.launch(&broadcast, body(1_000_001)).await.status,
        400
    );
    assert_eq!(sandbox.runs(&broadcast).await.len(), 1);
}

#[rstest]
#[case::duplicate_key(r#"{"delayminutes":0,"delayminutes":9}"#)]
#[case::typo(r#"{"audience_filter":"a"}"#)]
#[case::no_object("[1]")]
#[tokio::test]
async fn an_invalid_filter_is_400_and_forwarded_where_it_is_not_required(
    #[case] body: &'static str,
) {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(2)).await;
    let broadcast = sandbox.direct(json!({})).await;
    assert_eq!(sandbox.launch(&broadcast, body).await.status, 400);
    assert!(sandbox.runs(&broadcast).await.is_empty());
    let open = sandbox.direct(json!({"require_valid_filter": false})).await;
    assert_eq!(sandbox.launch(&open, body).await.status, 200);
    assert_eq!(sandbox.reached(&open).await, ["1", "2"]);
    assert_eq!(sandbox.runs(&open).await[0]["body"], body);
    assert_eq!(
        sandbox.launch(&open, "{").await.status,
        400,
        "cannot be parsed"
    );
}

#[tokio::test]
async fn a_conversation_has_512_variables_at_most_and_a_refused_launch_changes_nothing() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(1)).await;
    let broadcast = sandbox.direct(json!({})).await;
    let target = |count: usize| -> Value {
        let mut target = json!({"user_id": "1"});
        for number in 0..count {
            target[format!("v{number}")] = json!("x");
        }
        target
    };
    let body = json!({"targets": [{"user_id": "new", "bot_channel": "SMSChannel"}, target(510)]});
    assert_eq!(
        sandbox.launch(&broadcast, body.to_string()).await.status,
        400
    );
    assert_eq!(sandbox.contacts().await.len(), 1);
    let body = json!({"targets": [target(509)]});
    assert_eq!(
        sandbox.launch(&broadcast, body.to_string()).await.status,
        200
    );
}
