//! Batches that stop, and what is left of them: every contact at most once, as the sandbox saw it.

use std::collections::HashMap;

use rstest::rstest;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::harness::{Console, Ran};
use crate::sandbox::harness::Broadcast;

/// A console whose calls hold two targets each.
pub async fn two_a_call() -> (Console, Broadcast) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.configure("[profiles.test.dialect]\nlimit_bytes = 120");
    (console, broadcast)
}

/// A plan for the contacts `1` to `count`.
pub fn numbered(broadcast: &Broadcast, count: usize) -> Value {
    let target =
        |number: usize| json!({"user_id": number.to_string(), "bot_channel": "WhatsAppChannel"});
    let targets: Vec<Value> = (1..=count).map(target).collect();
    json!({"broadcast": broadcast.id, "form": "targets", "targets": targets})
}

/// Lets two calls of the hook pass, and the third fail.
pub async fn fail_the_third(console: &Console, fault: Value) {
    let mut third = json!({"on": "hook", "times": 1});
    for (key, value) in fault.as_object().unwrap() {
        third[key] = value.clone();
    }
    let faults = json!([{"on": "hook", "times": 2, "delay_ms": 0}, third]);
    console.sandbox.faults(faults).await;
}

fn outcomes(result: &Value) -> Vec<&str> {
    let calls = result["calls"].as_array().unwrap();
    calls
        .iter()
        .map(|call| call["outcome"].as_str().unwrap())
        .collect()
}

/// How often the sandbox has got each contact.
async fn times(console: &Console, broadcast: &Broadcast) -> HashMap<String, usize> {
    let mut times = HashMap::new();
    for run in console.sandbox.runs(broadcast).await {
        for target in run["targets"].as_array().unwrap() {
            let id = target["user_id"].as_str().unwrap().to_owned();
            *times.entry(id).or_default() += 1;
        }
    }
    times
}

pub async fn each_once(console: &Console, broadcast: &Broadcast, count: usize) {
    let times = times(console, broadcast).await;
    assert_eq!(times.len(), count, "{times:?}");
    assert!(times.values().all(|times| *times == 1), "{times:?}");
}

pub fn id(result: &Value) -> &str {
    result["launch_id"].as_str().unwrap()
}

fn launch_rest(console: &Console, id: &str, more: &[&str]) -> Ran {
    let words = ["launch", "--rest", id, "--yes", "--json"];
    console.run(words.iter().chain(more).copied())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_third_of_five_calls_stops_the_batch_and_the_rest_is_launched_once() {
    let (console, broadcast) = two_a_call().await;
    fail_the_third(&console, json!({"status": 400})).await;
    let stopped = console
        .launch(&numbered(&broadcast, 10), [])
        .expect(1)
        .json();
    let expected = ["accepted", "accepted", "rejected", "not_sent", "not_sent"];
    assert_eq!(outcomes(&stopped), expected);
    each_once(&console, &broadcast, 4).await;
    let review = console.run(["launch", "--rest", id(&stopped)]).expect(0);
    assert!(review.stdout.contains("6 contacts"), "{review:?}");
    let rest = console.run(["plan", "rest", id(&stopped)]).expect(0).json();
    assert_eq!(rest["targets"].as_array().unwrap().len(), 6);
    assert_eq!(rest["targets"][0]["user_id"], "5");
    let resumed = launch_rest(&console, id(&stopped), &["--expect", "6"])
        .expect(0)
        .json();
    assert_eq!(outcomes(&resumed), ["accepted"; 3]);
    each_once(&console, &broadcast, 10).await;
    // Now nothing of it may go out by itself once more, in whatever bytes.
    launch_rest(&console, id(&stopped), &[])
        .expect(4)
        .says(id(&resumed));
    console
        .run(["plan", "rest", id(&stopped)])
        .expect(4)
        .says("--again");
    console
        .run_with(rest.to_string(), ["launch", "-", "--yes"])
        .expect(4);
    console.configure("repeat_window = \"0s\"\n[profiles.test.dialect]\nlimit_bytes = 70");
    launch_rest(&console, id(&stopped), &[])
        .expect(4)
        .says("6 of the 6");
    each_once(&console, &broadcast, 10).await;
    launch_rest(&console, id(&resumed), &[])
        .expect(4)
        .says("Nothing of it is left");
    launch_rest(&console, id(&stopped), &["--again"]).expect(0);
    assert_eq!(times(&console, &broadcast).await["5"], 2, "as it was meant");
}

#[rstest]
#[case::interrupt(Signal::INT)]
#[case::terminate(Signal::TERM)]
#[case::quit(Signal::QUIT)]
#[case::hang_up(Signal::HUP)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_stops_a_batch_behind_the_call_that_is_on_its_way(#[case] signal: Signal) {
    let (console, broadcast) = two_a_call().await;
    fail_the_third(&console, json!({"delay_ms": 1500})).await;
    let path = console.file(&numbered(&broadcast, 10));
    let started = console.spawn(["launch", &path, "--yes", "--json"]);
    console.sandbox.wait_for_runs(&broadcast, 3).await;
    started.signal(signal);
    let ran = started.end().expect(4).says("Stopping after this call");
    let stopped = ran.json();
    let expected = ["accepted", "accepted", "accepted", "not_sent", "not_sent"];
    assert_eq!(outcomes(&stopped), expected);
    assert_eq!(stopped["outcome"], "failed");
    let reason = stopped["reason"].as_str().unwrap();
    let by = match signal {
        Signal::HUP => "stopped since mylink was quit, or its connection ended",
        _ => "stopped by the operator",
    };
    assert!(reason.contains(by), "{reason}");
    assert!(reason.contains("3 of 5 calls were accepted"), "{reason}");
    assert_eq!(console.log()[0]["outcome"], "failed");
    launch_rest(&console, id(&stopped), &[]).expect(0);
    each_once(&console, &broadcast, 10).await;
}

#[rstest]
#[case::it_had_arrived("after", "sent", 4)]
#[case::it_had_not("before", "not-sent", 6)]
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_third_call_is_settled_first(
    #[case] drop: &str,
    #[case] word: &str,
    #[case] left: usize,
) {
    let (console, broadcast) = two_a_call().await;
    fail_the_third(&console, json!({"drop": drop})).await;
    let stopped = console
        .launch(&numbered(&broadcast, 10), [])
        .expect(3)
        .json();
    let expected = ["accepted", "accepted", "unknown", "not_sent", "not_sent"];
    assert_eq!(outcomes(&stopped), expected);
    launch_rest(&console, id(&stopped), &[])
        .expect(4)
        .says("Settle it first");
    console.run(["plan", "rest", id(&stopped)]).expect(4);
    let settle = [
        "settle",
        id(&stopped),
        word,
        "--reason",
        "seen on the platform",
    ];
    let settled = console.run(settle).expect(0).stdout;
    assert!(settled.contains("call 3 of 5, 2 contacts"), "{settled}");
    let around = "4 contacts accepted before it, 4 certainly not sent";
    assert!(settled.contains(around), "{settled}");
    let tally = format!("({} of 10 sent, {left} not sent)", 10 - left);
    let log = console.run(["log"]).expect(0).stdout;
    assert!(log.contains(&tally), "{log}");
    let rest = console.run(["plan", "rest", id(&stopped)]).expect(0);
    assert_eq!(rest.json()["targets"].as_array().unwrap().len(), left);
    // What is piped is what --rest launches.
    let piped = console
        .run_with(&rest.stdout, ["launch", "-", "--yes", "--json"])
        .expect(0);
    assert_eq!(outcomes(&piped.json()), vec!["accepted"; left / 2]);
    each_once(&console, &broadcast, 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rest_that_stops_too_leaves_its_own_rest() {
    let (console, broadcast) = two_a_call().await;
    fail_the_third(&console, json!({"status": 400})).await;
    let first = console
        .launch(&numbered(&broadcast, 10), [])
        .expect(1)
        .json();
    fail_the_third(&console, json!({"status": 413})).await;
    let second = launch_rest(&console, id(&first), &[]).expect(1).json();
    assert_eq!(outcomes(&second), ["accepted", "accepted", "rejected"]);
    launch_rest(&console, id(&first), &[])
        .expect(4)
        .says(id(&second));
    launch_rest(&console, id(&second), &[]).expect(0);
    each_once(&console, &broadcast, 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_gates_stand_before_a_rest() {
    let (console, broadcast) = two_a_call().await;
    fail_the_third(&console, json!({"status": 400})).await;
    let stopped = console
        .launch(&numbered(&broadcast, 10), [])
        .expect(1)
        .json();
    console.configure(
        "danger = \"live\"\nhold_seconds = 0\n[profiles.test.dialect]\nlimit_bytes = 120",
    );
    launch_rest(&console, id(&stopped), &[])
        .expect(4)
        .says("--confirm 6");
    console.configure("readonly = true\n[profiles.test.dialect]\nlimit_bytes = 120");
    launch_rest(&console, id(&stopped), &[])
        .expect(4)
        .says("read-only");
    each_once(&console, &broadcast, 4).await;
    let both = ["launch", "plan.json", "--rest", id(&stopped)];
    console.run(both).expect(2);
    console.run(["launch"]).expect(2);
    launch_rest(&console, "ffff", &[]).expect(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_form_is_left_whole_or_not_at_all() {
    let (console, broadcast) =
        Console::with_broadcast(json!({"require_valid_filter": false})).await;
    // Whom these reach: three contacts, and nobody knows.
    let plans = [
        super::harness::coloured(&broadcast, "red"),
        json!({"broadcast": broadcast.id, "form": "raw", "body": {"x": 1}}),
    ];
    for plan in plans {
        console
            .sandbox
            .faults(json!([{"on": "hook", "times": 1, "status": 400}]))
            .await;
        let rejected = console.launch(&plan, []).expect(1).json();
        let left = console
            .run(["plan", "rest", id(&rejected)])
            .expect(0)
            .json();
        assert_eq!(
            (&left["form"], &left["body"]),
            (&plan["form"], &plan["body"])
        );
        let runs = console.sandbox.runs(&broadcast).await.len();
        // It was rejected, so it is no repeat.
        let resumed = launch_rest(&console, id(&rejected), &[]).expect(0).json();
        assert_eq!(console.sandbox.runs(&broadcast).await.len(), runs + 1);
        // Once it went out it is one, however long ago that is.
        console.configure("repeat_window = \"0s\"");
        launch_rest(&console, id(&rejected), &[])
            .expect(4)
            .says(id(&resumed));
        assert_eq!(console.sandbox.runs(&broadcast).await.len(), runs + 1);
        launch_rest(&console, id(&resumed), &[]).expect(4);
        console.configure("");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_refused_before_the_hold() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = numbered(&broadcast, 2);
    console.launch(&plan, []).expect(0);
    // Ten minutes: a test that waits for them is killed.
    console.configure("danger = \"live\"\nconfirm_above = 1\nhold_seconds = 600");
    let confirmed = ["--confirm", "2", "--confirm-name", "Direct"];
    let repeat = console.launch(&plan, confirmed).expect(4).says("--again");
    assert!(!repeat.stderr.contains("takes it back"));
    console.configure("");
    console
        .sandbox
        .faults(json!([{"on": "hook", "times": 1, "drop": "after"}]))
        .await;
    console.launch(&numbered(&broadcast, 3), []).expect(3);
    console.configure("danger = \"live\"\nconfirm_above = 1\nhold_seconds = 600");
    let other = numbered(&broadcast, 1);
    let confirmed = ["--confirm", "1", "--confirm-name", "Direct"];
    let blocked = console.launch(&other, confirmed).expect(4).says("settled");
    assert!(!blocked.stderr.contains("takes it back"));
}
