//! The sandbox's own endpoints, and who may call.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::harness::{Harness, answer, numbered};

#[tokio::test]
async fn all_of_them_need_the_account_key() {
    let sandbox = Harness::start().await;
    for (method, path) in [
        (Method::POST, "/sandbox/bots"),
        (Method::GET, "/sandbox/bots/x/contacts"),
        (Method::PUT, "/sandbox/bots/x/contacts"),
        (Method::POST, "/sandbox/bots/x/broadcasts"),
        (Method::GET, "/sandbox/broadcasts/x/settings"),
        (Method::PATCH, "/sandbox/broadcasts/x/settings"),
        (Method::GET, "/sandbox/broadcasts/x/runs"),
        (Method::PUT, "/sandbox/faults"),
        (Method::DELETE, "/sandbox/faults"),
        (Method::POST, "/sandbox/clock"),
    ] {
        let wrong = sandbox
            .request(method.clone(), path)
            .bearer_auth(sandbox.account_token().await);
        assert_eq!(answer(wrong).await.status, 401, "{method} {path}");
        assert_eq!(
            answer(sandbox.request(method.clone(), path)).await.status,
            401,
            "{method} {path}"
        );
    }
}

#[rstest]
#[case::another_host("Host", "example.com")]
#[case::another_port("Host", "127.0.0.1:1")]
#[case::a_page("Origin", "http://127.0.0.1")]
#[tokio::test]
async fn calls_for_another_host_or_from_a_page_are_refused(
    #[case] name: &str,
    #[case] value: &str,
) {
    let sandbox = Harness::start().await;
    assert_eq!(
        answer(sandbox.request(Method::GET, "/bots").header(name, value))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn settings_are_read_and_changed() {
    let sandbox = Harness::start().await;
    let broadcast = sandbox.direct(json!({})).await;
    let path = format!("/broadcasts/{}/settings", broadcast.id);
    let before = sandbox.own(Method::GET, &path, Value::Null).await.json;
    assert_eq!(
        (
            &before["direct_mode"],
            &before["legacy_mode"],
            &before["audience_name"]
        ),
        (&json!(true), &json!(false), &json!("All contacts"))
    );
    let changed = sandbox
        .own(
            Method::PATCH,
            &path,
            json!({"direct_mode": false, "allow_get": true}),
        )
        .await;
    assert_eq!(changed.status, 200);
    let after = sandbox.own(Method::GET, &path, Value::Null).await.json;
    assert_eq!(
        (
            &after["direct_mode"],
            &after["allow_get"],
            &after["allow_post"]
        ),
        (&json!(false), &json!(true), &json!(true))
    );
    assert_eq!(
        sandbox
            .own(Method::PATCH, &path, json!({"speed": true}))
            .await
            .status,
        400
    );
    assert_eq!(
        sandbox
            .own(Method::GET, "/broadcasts/none/settings", Value::Null)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn contacts_are_replaced_all_or_none() {
    let sandbox = Harness::start().await;
    assert_eq!(
        sandbox.put_contacts(numbered(3)).await.json,
        json!({"total": 3})
    );
    for wrong in [
        json!([{"user_id": "9"}, {"name": "nobody"}]),
        json!([{"user_id": 9}]),
        json!({}),
        json!([{"user_id": "9"}, {"user_id": "9"}]),
    ] {
        assert_eq!(
            sandbox.put_contacts(wrong.clone()).await.status,
            400,
            "{wrong}"
        );
    }
    let path = format!("/bots/{}/contacts?offset=1&limit=1", sandbox.bot.0);
    let part = sandbox.own(Method::GET, &path, Value::Null).await.json;
    assert_eq!(
        (
            &part["total"],
            &part["contacts"][0]["user_id"],
            part["contacts"].as_array().unwrap().len()
        ),
        (&json!(3), &json!("2"), 1)
    );
    assert_eq!(
        sandbox.put_contacts(json!([])).await.json,
        json!({"total": 0})
    );
}

#[rstest]
#[case::unknown_setting(json!({"Name": "x", "settings": {"speed": true}}))]
#[case::bad_audience(json!({"Name": "x", "audience": {"audience_filters": "a"}}))]
#[case::targets_for_audience(json!({"Name": "x", "audience": {"targets": [{"user_id": "1"}]}}))]
#[tokio::test]
async fn a_broadcast_that_makes_no_sense_is_refused(#[case] body: Value) {
    let sandbox = Harness::start().await;
    let path = format!("/bots/{}/broadcasts", sandbox.bot.0);
    assert_eq!(sandbox.own(Method::POST, &path, body).await.status, 400);
}

#[tokio::test]
async fn headers_have_16_kilobytes_at_most() {
    let sandbox = Harness::start().await;
    for (bytes, status) in [(8_000, 401), (17_000, 431)] {
        let request = sandbox
            .request(Method::GET, "/bots")
            .header("x-filler", "x".repeat(bytes));
        assert_eq!(answer(request).await.status, status, "{bytes} bytes");
    }
}

#[tokio::test]
async fn the_demo_has_three_bots_a_dozen_broadcasts_and_as_many_contacts_as_asked_for() {
    let sandbox = Harness::with(|options| {
        options.empty = false;
        options.contacts = 300;
    })
    .await;
    let bots = sandbox.running.as_ref().unwrap().bots().to_vec();
    let (mut broadcasts, mut hooks, mut contacts) = (0, 0, 0);
    for bot in bots {
        let keys = json!({"AccountAPIKey": sandbox.account_key, "BotAPIKey": bot.api_key, "BotAPISecret": bot.api_secret.expose()});
        let token = sandbox.token_for(keys).await.json["token"]
            .as_str()
            .unwrap()
            .to_owned();
        let listed = answer(
            sandbox
                .request(Method::GET, "/broadcasts")
                .bearer_auth(token),
        )
        .await;
        let listed = listed.json.as_array().unwrap().clone();
        broadcasts += listed.len();
        hooks += listed.iter().filter(|one| one["OnDemandUrl"] != "").count();
        let path = format!("/bots/{}/contacts", bot.api_key);
        let list = sandbox.own(Method::GET, &path, Value::Null).await.json;
        contacts += list["total"].as_u64().unwrap();
    }
    assert_eq!((broadcasts, hooks, contacts), (12, 10, 300));
}
