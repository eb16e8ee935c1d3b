//! Launches whose outcome nobody knows: they block, until a person settles them; and launches in flight.

use rstest::rstest;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::harness::{Console, coloured, keys};

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_launch_blocks_its_broadcast_until_it_is_settled() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = coloured(&broadcast, "red");
    console
        .sandbox
        .faults(json!([{"on": "hook", "times": 1, "drop": "after"}]))
        .await;
    let result = console.launch(&plan, []).expect(3).json();
    assert_eq!(result["outcome"], "unknown");
    let id = result["launch_id"].as_str().unwrap();
    console
        .launch(&coloured(&broadcast, "blue"), [])
        .expect(4)
        .says(id);
    console.launch(&plan, ["--again"]).expect(4);
    console.plan(&plan, ["launch"]).expect(0).says(id);
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 1);
    let settle = ["settle", id, "not-sent", "--reason", "seen\u{1b}", "--json"];
    let settled = console.run(settle).expect(0).json();
    assert_eq!(settled["outcome"], "unknown");
    let word = &console.log()[0]["settled"];
    assert_eq!(keys(word), ["as", "by", "at", "reason"]);
    assert_eq!(
        (&word["as"], &word["by"]),
        (&json!("not-sent"), &json!("ada@desk"))
    );
    assert_eq!(word["reason"], "seen\u{1b}");
    console.run(settle).expect(4).says("already");
    // It was settled as not sent, so the same body is no repeat.
    console.launch(&plan, []).expect(0);
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_settled_as_sent_counts_as_a_repeat() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = coloured(&broadcast, "red");
    console
        .sandbox
        .faults(json!([{"on": "hook", "times": 1, "status": 500}]))
        .await;
    let id = console.launch(&plan, []).expect(3).json()["launch_id"].clone();
    console
        .run(["settle", id.as_str().unwrap(), "sent", "--reason", "x"])
        .expect(0);
    assert_eq!(console.log()[0]["settled"]["as"], "sent");
    console.launch(&plan, []).expect(4).says("--again");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_unknown_launches_are_settled() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let id = console
        .launch(&coloured(&broadcast, "red"), [])
        .expect(0)
        .json()["launch_id"]
        .clone();
    console
        .run(["settle", id.as_str().unwrap(), "sent", "--reason", "x"])
        .expect(4);
    assert_eq!(console.log()[0]["settled"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_whose_process_was_killed_is_unknown_at_the_next_verb() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console
        .sandbox
        .faults(json!([{"on": "hook", "times": 1, "delay_ms": 20_000}]))
        .await;
    let path = console.file(&coloured(&broadcast, "red"));
    let started = console.spawn(["launch", &path, "--yes", "--json"]);
    console.sandbox.wait_for_runs(&broadcast, 1).await;
    assert_eq!(console.log()[0]["outcome"], "sending");
    let second = console.launch(&coloured(&broadcast, "blue"), []).expect(4);
    let pid = started.child.id().to_string();
    let second = second.says("ada@desk").says(&pid);
    assert_eq!(second.json()["launch_id"], Value::Null);
    started.signal(Signal::KILL);
    started.end().expect(-1);
    let log = console.log();
    assert_eq!(log.len(), 1);
    assert_eq!(
        (&log[0]["outcome"], &log[0]["settled"]),
        (&json!("unknown"), &Value::Null)
    );
    assert_eq!(log[0]["calls"][0]["outcome"], "unknown");
    console.launch(&coloured(&broadcast, "blue"), []).expect(4);
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 1);
}

#[rstest]
#[case::interrupt(Signal::INT)]
#[case::terminate(Signal::TERM)]
#[case::hang_up(Signal::HUP)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_in_flight_ends_nothing_before_the_outcome_stands(#[case] signal: Signal) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console
        .sandbox
        .faults(json!([{"on": "hook", "times": 1, "delay_ms": 1500}]))
        .await;
    let path = console.file(&coloured(&broadcast, "red"));
    let started = console.spawn(["launch", &path, "--yes", "--json"]);
    console.sandbox.wait_for_runs(&broadcast, 1).await;
    started.signal(signal);
    let ran = started.end().expect(0);
    assert_eq!(ran.json()["outcome"], "accepted");
    assert_eq!(console.log()[0]["outcome"], "accepted");
}
