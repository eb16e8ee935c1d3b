//! `mylink launch`: outcomes and exit codes, and what the journal keeps of them.

use reqwest::Method;
use serde_json::{Value, json};

use super::harness::{Console, coloured, keys};

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_launch_reaches_whom_the_preview_named() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = coloured(&broadcast, "red");
    let preview = console.plan(&plan, ["preview", "--json"]).json();
    let ran = console.launch(&plan, []).expect(0);
    let result = ran.json();
    assert_eq!(ran.stdout.lines().count(), 1);
    assert_eq!(keys(&result), ["launch_id", "outcome", "reason", "calls"]);
    assert_eq!(result["outcome"], "accepted");
    let call = &result["calls"][0];
    assert_eq!(keys(call), ["status", "bytes", "sha256", "outcome"]);
    assert_eq!(
        (&call["status"], &call["outcome"]),
        (&json!(200), &json!("accepted"))
    );
    assert_eq!(call["bytes"], preview["request"]["bytes"]);
    let runs = console.sandbox.runs(&broadcast).await;
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0]["body"], preview["request"]["body"]);
    assert_eq!(console.sandbox.reached(&broadcast).await, ["2", "4", "6"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_keeps_what_was_sent() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = json!({"broadcast": broadcast.id, "form": "targets",
        "targets": [{"user_id": "2", "bot_channel": "WhatsAppChannel", "n": "a\u{202e}'b"}]});
    let id = console.launch(&plan, []).expect(0).json()["launch_id"].clone();
    let id = id.as_str().unwrap();
    let log = console.log();
    let listed = [
        "launch_id",
        "broadcast",
        "outcome",
        "settled",
        "operator",
        "started_at",
        "ended_at",
        "targets",
        "calls",
    ];
    assert_eq!(keys(&log[0]), listed);
    assert_eq!(log[0]["launch_id"], id);
    assert_eq!(
        log[0]["broadcast"],
        json!({"id": broadcast.id, "name": "Direct"})
    );
    assert_eq!(
        (&log[0]["operator"], &log[0]["targets"]),
        (&json!("ada@desk"), &json!(1))
    );
    assert_eq!(log[0]["settled"], Value::Null);
    assert_eq!(
        keys(&log[0]["calls"][0]),
        ["status", "bytes", "sha256", "outcome", "answer"]
    );
    assert!(
        log[0]["calls"][0]["answer"]
            .as_str()
            .unwrap()
            .contains("scheduled")
    );
    let whole = console.run(["log", id, "--json"]).expect(0).json();
    let mut more = keys(&whole);
    more.sort_unstable();
    let mut expected = [&listed[..], &["plan", "reason"]].concat();
    expected.sort_unstable();
    assert_eq!(more, expected);
    assert_eq!(whole["plan"]["targets"], plan["targets"]);
    let runs = console.sandbox.runs(&broadcast).await;
    let call = &whole["calls"][0];
    assert_eq!(call["body"], runs[0]["body"]);
    assert_eq!(call["method"], "POST");
    let secret = broadcast.url.rsplit('/').nth(1).unwrap();
    assert!(!whole.to_string().contains(secret));
    let prefix = console
        .run(["log", &id[..id.len() - 1], "--json"])
        .expect(0);
    assert_eq!(prefix.json()["launch_id"], id);
    let curl = console.run(["log", id, "--curl"]).expect(0).stdout;
    assert!(
        curl.starts_with("curl ") && curl.contains("\"$MYLINK_HOOK\""),
        "{curl}"
    );
    assert!(!curl.contains(secret) && !curl.contains('\u{202e}'));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_narrowed_newest_first() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    for color in ["red", "blue"] {
        console.launch(&coloured(&broadcast, color), []).expect(0);
    }
    let log = console.log();
    assert!(log[0]["started_at"].as_str() > log[1]["started_at"].as_str());
    let count = |arguments: &[&str]| {
        let all = ["log", "--json"]
            .into_iter()
            .chain(arguments.iter().copied());
        console.run(all).expect(0).json().as_array().unwrap().len()
    };
    assert_eq!(count(&["--since", "1h"]), 2);
    assert_eq!(
        count(&["--since", log[0]["started_at"].as_str().unwrap()]),
        1
    );
    assert_eq!(count(&["--since", "2999-01-01T00:00:00Z"]), 0);
    assert_eq!(count(&["--broadcast", "Direct"]), 2);
    assert_eq!(count(&["--broadcast", &broadcast.id]), 2);
    assert_eq!(count(&["--broadcast", "Other"]), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_a_raw_body_survive_the_journal() {
    let (console, broadcast) =
        Console::with_broadcast(json!({"require_valid_filter": false})).await;
    let plan = format!(
        r#"{{"broadcast":"{}","form":"raw","body":{{"n": 123456789012345678901234567890.10, "a":1, "a":2}}}}"#,
        broadcast.id
    );
    let ran = console
        .run_with(&plan, ["launch", "-", "--yes", "--json"])
        .expect(0);
    let id = ran.json()["launch_id"].as_str().unwrap().to_owned();
    let whole = console.run(["log", &id, "--json"]).expect(0).stdout;
    let exact = r#""body":{"n":123456789012345678901234567890.10,"a":1,"a":2}"#;
    assert!(whole.contains(exact), "{whole}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_yes_nothing_is_sent() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = coloured(&broadcast, "red");
    let ran = console
        .plan(&plan, ["launch", "--json"])
        .expect(0)
        .says("Nothing was sent");
    assert_eq!(ran.json()["audience"]["count"], 3);
    console.plan(&plan, ["launch"]).expect(0).says("--yes");
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
    assert!(console.log().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_with_errors_is_2_and_a_broadcast_in_the_wrong_state_is_4() {
    let (console, broadcast) = Console::with_broadcast(json!({"allow_post": false})).await;
    let wrong = coloured(&broadcast, "a;b");
    console.plan(&wrong, ["launch"]).expect(2);
    let refused = console.launch(&wrong, []).expect(2).json();
    assert_eq!(
        (&refused["outcome"], &refused["launch_id"]),
        (&json!("refused"), &Value::Null)
    );
    let state = coloured(&broadcast, "red");
    console.plan(&state, ["launch"]).expect(4);
    let refused = console.launch(&state, []).expect(4).json();
    assert_eq!(keys(&refused), ["launch_id", "outcome", "reason", "calls"]);
    assert!(refused["reason"].as_str().unwrap().contains("POST"));
    assert_eq!(refused["calls"], json!([]));
    assert!(console.log().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_launch_is_exit_1() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let path = format!("/broadcasts/{}/settings", broadcast.id);
    let changed = console
        .sandbox
        .own(Method::PATCH, &path, json!({"allow_post": false}));
    assert_eq!(changed.await.status, 200);
    let result = console
        .launch(&coloured(&broadcast, "red"), [])
        .expect(1)
        .json();
    assert_eq!(result["outcome"], "rejected");
    assert_eq!(result["calls"][0]["status"], 405);
    assert_eq!(console.log()[0]["outcome"], "rejected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_out_of_reach_is_exit_5() {
    let (mut console, broadcast) = Console::with_broadcast(json!({})).await;
    console.sandbox.running.take().unwrap().shutdown().await;
    let plan = coloured(&broadcast, "red");
    let result = console.launch(&plan, []).expect(5).json();
    assert_eq!(result["outcome"], "failed");
    assert_eq!(result["calls"][0]["status"], Value::Null);
    assert_eq!(console.log()[0]["outcome"], "failed");
    console.sandbox.start_again().await;
    console.launch(&plan, []).expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_nothing_is_sent() {
    let console = Console::start().await;
    let body = json!({"Name": "Closed", "Enabled": true, "audience": null, "settings": {}});
    let broadcast = console.sandbox.broadcast(body).await;
    console.run(["sync"]).expect(0);
    let plan = json!({"broadcast": "Closed", "form": "configured"});
    console
        .sandbox
        .faults(json!([{"on": "authorization", "times": 1, "status": 500}]))
        .await;
    let result = console.launch(&plan, []).expect(5).json();
    assert_eq!(result["outcome"], "failed");
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
    console.launch(&plan, []).expect(0);
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_cannot_be_written_is_exit_6_and_nothing_is_sent() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let journal = console.data().join("test/journal.db");
    std::fs::remove_file(&journal).unwrap();
    std::fs::create_dir(&journal).unwrap();
    let refused = console
        .launch(&coloured(&broadcast, "red"), [])
        .expect(6)
        .json();
    assert_eq!(
        (&refused["outcome"], &refused["launch_id"]),
        (&json!("refused"), &Value::Null)
    );
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
    console.run(["log"]).expect(6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_answer_of_an_accepted_launch_is_accepted() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console
        .sandbox
        .faults(json!([{"on": "hook", "times": 1, "truncate": true}]))
        .await;
    let result = console
        .launch(&coloured(&broadcast, "red"), [])
        .expect(0)
        .json();
    assert_eq!(result["outcome"], "accepted");
    assert!(
        result["reason"]
            .as_str()
            .unwrap()
            .contains("could not be read")
    );
}
