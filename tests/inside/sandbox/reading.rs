//! Tokens, bots, broadcasts, audiences, conversations and statistics, with their quirks.

use reqwest::Method;
use serde_json::{Value, json};

use super::harness::{Harness, answer, numbered};

#[tokio::test]
async fn tokens_are_given_for_right_keys_alone() {
    let sandbox = Harness::start().await;
    let (account, (key, secret)) = (&sandbox.account_key, &sandbox.bot);
    for (keys, status) in [
        (json!({}), 400),
        (json!({"AccountAPIKey": account, "BotAPIKey": key}), 400),
        (json!({"AccountAPIKey": "x"}), 404),
        (
            json!({"AccountAPIKey": account, "BotAPIKey": "x", "BotAPISecret": secret}),
            404,
        ),
        (
            json!({"AccountAPIKey": account, "BotAPIKey": key, "BotAPISecret": "x"}),
            404,
        ),
        (
            json!({"AccountAPIKey": account, "BotAPIKey": key, "BotAPISecret": secret}),
            200,
        ),
        (json!({"AccountAPIKey": account}), 200),
    ] {
        let answered = sandbox.token_for(keys.clone()).await;
        assert_eq!(answered.status, status, "{keys}");
        if status == 200 {
            assert_eq!(answered.json["expires"], 60);
        }
    }
}

#[tokio::test]
async fn bots_are_listed_for_an_account_token_alone() {
    let sandbox = Harness::start().await;
    let call = |token: String| answer(sandbox.request(Method::GET, "/bots").bearer_auth(token));
    assert_eq!(call(sandbox.bot_token().await).await.status, 401);
    let listed = call(sandbox.account_token().await).await.json;
    let bot = &listed["Result"][0];
    let keys: Vec<&String> = bot.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "Name",
            "Description",
            "APIKey",
            "APISecret",
            "Avatar",
            "Channels"
        ]
    );
    assert_eq!(
        (&bot["APIKey"], &bot["Channels"]),
        (&json!(sandbox.bot.0), &json!(["WhatsApp"]))
    );
}

#[tokio::test]
async fn broadcasts_have_the_documented_fields_the_misspelt_one_too() {
    let sandbox = Harness::start().await;
    let broadcast = sandbox.direct(json!({})).await;
    let listed = sandbox.get("/broadcasts").await.json[0].clone();
    let keys: Vec<&String> = listed.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "Id",
            "Enabled",
            "NotificationMode",
            "Name",
            "MesasgeType",
            "SchedulingMode",
            "TimeZoneMode",
            "TriggerType",
            "TriggerDelay",
            "TriggerTimeValue",
            "ScheduleDate",
            "IgnoreChatState",
            "Sent",
            "Delivered",
            "Opened",
            "OnDemandHosts",
            "OnDemandUrl"
        ]
    );
    assert_eq!(
        (&listed["Id"], &listed["OnDemandUrl"]),
        (&json!(broadcast.id), &json!(broadcast.url))
    );
    let token = sandbox.bot_token().await;
    let unknown = answer(
        sandbox
            .request(Method::PUT, "/broadcasts/none/true")
            .bearer_auth(token),
    )
    .await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn an_audience_is_read_256_at_a_time_and_past_its_end_is_400() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(600)).await;
    sandbox
        .broadcast(
            json!({"Name": "Red", "audience": {"audience_filters": "favorite_color",
        "audience_criteria": "equals", "audience_values": "red"}}),
        )
        .await;
    let audiences = sandbox.get("/peoples/audiences/*").await.json;
    assert_eq!(
        (&audiences[0]["Name"], &audiences[0]["Type"]),
        (&json!("All contacts"), &json!("broadcast_target"))
    );
    let custom = sandbox.get("/peoples/audiences/custom_filter").await.json;
    assert_eq!(custom, json!([audiences[1]]));
    let all = audiences[0]["Id"].as_str().unwrap();
    let next = format!("/peoples/audiences/{all}/readnext");
    assert_eq!(sandbox.get(&next).await.status, 400, "nobody started");
    let first = sandbox
        .get(&format!(
            "/peoples/audiences/{all}/user_id,nickname,favorite_color"
        ))
        .await
        .json;
    assert_eq!(first.as_array().unwrap().len(), 256);
    assert_eq!(first[0], json!({"user_id": "1", "favorite_color": "blue"}));
    let mut sizes = Vec::new();
    for _ in 0..2 {
        let page = sandbox.get(&next).await.json;
        sizes.push((page.as_array().unwrap().len(), page[0]["user_id"].clone()));
    }
    assert_eq!(sizes, [(256, json!("257")), (88, json!("513"))]);
    assert_eq!(sandbox.get(&next).await.status, 400, "past the end");
    let again = sandbox
        .get(&format!("/peoples/audiences/{all}/*"))
        .await
        .json;
    assert_eq!(
        again[0]["bot_channel"], "WhatsAppChannel",
        "the start call rewinds"
    );
    let red = audiences[1]["Id"].as_str().unwrap();
    let red = sandbox
        .get(&format!("/peoples/audiences/{red}/user_id"))
        .await
        .json;
    assert_eq!(
        (red.as_array().unwrap().len(), &red[255]),
        (256, &json!({"user_id": "512"}))
    );
}

#[tokio::test]
async fn throttled_calls_answer_400_until_their_time() {
    let sandbox = Harness::with(|options| options.throttle = true).await;
    sandbox.put_contacts(numbered(2)).await;
    for (path, minutes) in [
        ("/peoples/audiences/*", 30),
        ("/peoples/conversations/variables/1/*", 15),
        ("/peoples/conversations/1", 2),
        ("/analytics/statistics/dlr/day/7", 30),
    ] {
        assert_eq!(sandbox.get(path).await.status, 200, "{path}");
        assert_eq!(sandbox.get(path).await.status, 400, "{path}");
        sandbox.advance(minutes - 1).await;
        assert_eq!(sandbox.get(path).await.status, 400, "{path}");
        sandbox.advance(1).await;
        assert_eq!(sandbox.get(path).await.status, 200, "{path}");
    }
    assert_eq!(
        sandbox.get("/peoples/conversations/2").await.status,
        200,
        "each conversation for itself"
    );
}

#[tokio::test]
async fn a_conversation_shows_its_variables_and_its_entries() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(2)).await;
    let broadcast = sandbox.direct(json!({})).await;
    sandbox.launch(&broadcast, "").await;
    sandbox.advance(0).await;
    let variables = sandbox
        .get("/peoples/conversations/variables/2/favorite_color,x")
        .await;
    assert_eq!(variables.json, json!({"favorite_color": "red"}));
    let entries = sandbox.get("/peoples/conversations/2").await.json;
    assert_eq!(
        (entries.as_array().unwrap().len(), &entries[0]["Text"]),
        (1, &json!("Direct"))
    );
    assert_eq!(sandbox.get("/peoples/conversations/none").await.status, 404);
    let figures = sandbox.get("/analytics/statistics/dlr/year/1").await.json;
    assert_eq!(
        (
            &figures[0]["Sent"],
            &figures[0]["Delivered"],
            &figures[0]["Failed"]
        ),
        (&json!(2), &json!(2), &json!(0))
    );
    for wrong in [
        "/analytics/statistics/dlr/week/1",
        "/analytics/statistics/dlr/day/31",
    ] {
        assert_eq!(sandbox.get(wrong).await.status, 400);
    }
    assert_eq!(
        sandbox.get("/peoples/audiences/other").await.json["Error"],
        Value::from("the type is broadcast_target, custom_filter or *")
    );
}
