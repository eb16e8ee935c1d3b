//! Batches that stop in the middle, on a real sandbox: what is left of them, and that nobody is ever reached twice.

use std::collections::HashSet;

use mylink_console::domain::launch::{LaunchRecord, Outcome, SettledAs};
use mylink_console::domain::plan::Plan;
use mylink_console::domain::problem::Code;
use mylink_console::launcher::{LaunchError, rest};
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

use super::desk::{Desk, RED, accepting, guarded, platform};
use crate::sandbox::harness::{Broadcast, Harness};
use crate::scripted::Reply;

/// So small that two targets of [`ten`] fill a call.
const SMALL: &str = "[profiles.test.dialect]\nlimit_bytes = 130";

/// A sandbox with one broadcast in direct mode, and a desk before it.
async fn rehearsal(lines: &str) -> (Harness, Broadcast, Desk) {
    let sandbox = Harness::start().await;
    let broadcast = sandbox.direct(json!({})).await;
    let desk = Desk::synced(&sandbox, lines).await;
    (sandbox, broadcast, desk)
}

fn list(ids: impl Iterator<Item = usize>) -> String {
    let target = |id: usize| json!({"user_id": format!("u{id}"), "bot_channel": "WebChannel", "n": id.to_string()});
    let targets: Vec<Value> = ids.map(target).collect();
    json!({"broadcast": "Direct", "form": "targets", "targets": targets}).to_string()
}

fn ten() -> String {
    list(0..10)
}

/// Whom each run of the sandbox went to.
async fn runs(sandbox: &Harness, broadcast: &Broadcast) -> Vec<Vec<String>> {
    let runs = sandbox.runs(broadcast).await.into_iter();
    let ids = |run: Value| {
        let targets = run["targets"].as_array().unwrap().iter();
        targets
            .map(|target| target["user_id"].as_str().unwrap().to_owned())
            .collect()
    };
    runs.map(ids).collect()
}

fn outcomes(launch: &LaunchRecord) -> Vec<Outcome> {
    launch.calls.iter().map(|call| call.outcome).collect()
}

/// Two calls go through, the third meets a fault.
#[rstest]
#[case::an_error(json!({"status": 500}), Outcome::Unknown, Some(SettledAs::NotSent))]
#[case::too_often(json!({"status": 429}), Outcome::Rejected, None)]
#[case::invalid(json!({"status": 400}), Outcome::Rejected, None)]
#[case::dropped_before(json!({"drop": "before"}), Outcome::Unknown, Some(SettledAs::NotSent))]
#[case::dropped_after(json!({"drop": "after"}), Outcome::Unknown, Some(SettledAs::Sent))]
#[tokio::test]
async fn five_calls_with_a_fault_on_the_third_are_resumed_and_reach_everybody_once(
    #[case] mut fault: Value,
    #[case] third: Outcome,
    #[case] settled: Option<SettledAs>,
) {
    let (sandbox, broadcast, desk) = rehearsal(SMALL).await;
    fault["on"] = json!("hook");
    let fine = json!({"on": "hook", "times": 2});
    sandbox.faults(json!([fine, fault])).await;
    let launched = desk.launch(&ten()).await.unwrap();
    assert_eq!(launched.outcome, third);
    let (accepted, not_sent) = (Outcome::Accepted, Outcome::NotSent);
    assert_eq!(
        outcomes(&launched),
        [accepted, accepted, third, not_sent, not_sent]
    );
    let mut logged = desk.log().await.remove(0);
    if let Some(settled) = settled {
        assert!(
            matches!(rest(&logged), Err(LaunchError::Guard(_))),
            "it is open"
        );
        guarded(desk.launch(&ten()).await);
        desk.settle(&launched.id, settled).await;
        logged = desk.log().await.remove(0);
    }
    let left = rest(&logged).unwrap();
    let resumed = desk.launch(&left.to_json()).await.unwrap();
    assert_eq!(resumed.outcome, Outcome::Accepted, "{}", resumed.reason);
    let reached = runs(&sandbox, &broadcast).await.concat();
    let expected: Vec<String> = (0..10).map(|id| format!("u{id}")).collect();
    assert_eq!(reached, expected, "each once, in their order");
}

#[tokio::test]
async fn what_was_accepted_since_is_a_repeat_of_the_rest() {
    let (sandbox, broadcast, desk) = rehearsal(SMALL).await;
    sandbox
        .faults(json!([{"on": "hook", "times": 2}, {"on": "hook", "status": 429}]))
        .await;
    desk.launch(&ten()).await.unwrap();
    let logged = desk.log().await.remove(0);
    let left = rest(&logged).unwrap().to_json();
    desk.launch(&left).await.unwrap();
    let message = guarded(desk.launch(&left).await);
    assert!(message.contains("--again"), "{message}");
    assert_eq!(runs(&sandbox, &broadcast).await.len(), 5);
}

/// First by both of its names, which is rejected; then by the number alone, which is accepted.
#[rstest]
#[case::as_it_was("393662220000")]
#[case::written_otherwise("+39 366 222-0000")]
#[tokio::test]
async fn whoever_was_reached_by_another_name_is_a_repeat_of_the_rest(#[case] number: &str) {
    let server = platform(|_, before| Reply::json([400, 200][before], "{}")).await;
    let desk = Desk::before(&server, "").await;
    let plan = |target: Value| {
        let plan = json!({"broadcast": "Offer", "form": "targets", "targets": [target]});
        plan.to_string()
    };
    let both = plan(json!({"user_id": "rr0", "user_phone_number": number}));
    let rejected = desk.launch(&both).await.unwrap();
    assert_eq!(rejected.outcome, Outcome::Rejected);
    let before = desk.session.rest(&rejected.id).await.unwrap();
    assert_eq!(before.repeats, None);
    let by_number = plan(json!({"user_phone_number": "393662220000"}));
    let accepted = desk.launch(&by_number).await.unwrap();
    assert_eq!(accepted.outcome, Outcome::Accepted);

    let rest = desk.session.rest(&rejected.id).await.unwrap();
    let why = rest.repeats.unwrap();
    assert!(why.starts_with("1 of the 1 contacts"), "{why}");
    assert!(why.contains(&accepted.id), "{why}");
    let problems = desk.preview(&both).await.problems;
    let warned = problems
        .iter()
        .any(|problem| problem.code == Code::AlreadyLaunched);
    assert!(warned, "{problems:?}");
    let plan = Plan::from_json(&both).unwrap();
    let (left, taken) = desk.session.without_reached(&plan).await.unwrap();
    assert_eq!((left.form.targets().len(), taken), (0, 1));
}

#[tokio::test]
async fn what_was_left_out_of_a_launch_is_not_in_its_rest() {
    let (sandbox, _, desk) = rehearsal(SMALL).await;
    desk.session
        .suppress(vec!["u9".into()], "asked")
        .await
        .unwrap();
    sandbox.faults(json!([{"on": "hook", "status": 400}])).await;
    desk.launch(&ten()).await.unwrap();
    desk.session.unsuppress(vec!["u9".into()]).await.unwrap();
    let left = rest(&desk.log().await.remove(0)).unwrap();
    assert_eq!(left.form.targets().len(), 9);
}

/// A launch of another form is one call: all of it is left, or nothing.
#[rstest]
#[case::an_audience(RED)]
#[case::configured(
    r#"{"broadcast":"Offer","form":"configured","variables":[{"name":"a","value":"1"}]}"#
)]
#[case::conversation(
    r#"{"broadcast":"Offer","form":"conversation","variables":[{"name":"user_id","value":"1"}]}"#
)]
#[case::raw(r#"{"broadcast":"Offer","form":"raw","body":{"x":[1,2]}}"#)]
#[tokio::test]
async fn a_launch_of_any_form_that_was_rejected_is_left_as_a_whole(#[case] plan: &str) {
    let server = platform(|_, before| Reply::json([400, 200][before], "{}")).await;
    let desk = Desk::before(&server, "").await;
    desk.launch(plan).await.unwrap();
    let rejected = desk.log().await.remove(0);
    let left = rest(&rejected).unwrap();
    assert_eq!(left.broadcast, "b1");
    let resumed = desk.launch(&left.to_json()).await.unwrap();
    assert_eq!(
        resumed.outcome,
        Outcome::Accepted,
        "what was rejected is no repeat"
    );
    assert_eq!(resumed.calls[0].body, rejected.calls[0].body);
    assert!(
        rest(&desk.log().await.remove(0)).is_err(),
        "nothing is left"
    );
}

#[tokio::test]
async fn a_launch_that_failed_before_a_byte_is_left_as_a_whole() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let broken = "http://127.0.0.1:9/".parse().unwrap();
    let moved = super::desk::broadcast("k1", "b1", "Offer", &broken);
    desk.put_broadcasts("k1", vec![moved]).await;
    let plan = json!({"broadcast": "Offer", "form": "targets", "targets": [{"user_id": "1"}]});
    match desk.launch(&plan.to_string()).await {
        Ok(launched) => {
            assert_eq!(launched.outcome, Outcome::Failed);
            let left = rest(&desk.log().await.remove(0)).unwrap();
            assert_eq!(left.form.targets().len(), 1);
        }
        Err(LaunchError::Guard(message)) => assert!(message.contains("another host"), "{message}"),
        Err(other) => panic!("{other:?}"),
    }
}

/// What the sandbox received for each limit: the calls' bytes, every contact once, in order.
#[rstest]
#[case::one_megabyte("", 2)]
#[case::small("[profiles.test.dialect]\nlimit_bytes = 100000", 12)]
#[tokio::test]
async fn twenty_thousand_targets_arrive_byte_for_byte_each_once_and_in_order(
    #[case] lines: &str,
    #[case] at_least: usize,
) {
    let (sandbox, broadcast, desk) = rehearsal(lines).await;
    let launched = desk.launch(&list(0..20_000)).await.unwrap();
    assert_eq!(launched.outcome, Outcome::Accepted);
    assert!(launched.calls.len() >= at_least, "{}", launched.calls.len());
    let received = sandbox.runs(&broadcast).await;
    let bodies: Vec<&str> = received
        .iter()
        .map(|run| run["body"].as_str().unwrap())
        .collect();
    let sent: Vec<&str> = launched
        .calls
        .iter()
        .map(|call| call.body.as_deref().unwrap())
        .collect();
    assert!(bodies == sent, "what was sent is what arrived");
    let bytes: u64 = launched.calls.iter().map(|call| call.bytes).sum();
    assert_eq!(
        bytes,
        bodies.iter().map(|body| body.len() as u64).sum::<u64>()
    );
    let reached = runs(&sandbox, &broadcast).await.concat();
    assert!(
        reached
            .iter()
            .enumerate()
            .all(|(place, id)| *id == format!("u{place}"))
    );
    assert_eq!(reached.len(), 20_000);
}

/// What a call of the hook meets.
fn fault() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({"on": "hook"}),
        json!({"on": "hook", "times": 2}),
        json!({"on": "hook", "status": 500}),
        json!({"on": "hook", "status": 400}),
        json!({"on": "hook", "status": 429}),
        json!({"on": "hook", "drop": "before"}),
        json!({"on": "hook", "drop": "after"}),
        json!({"on": "hook", "truncate": true}),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_becomes_of_the_calls_nobody_is_reached_twice_and_everybody_in_the_end(
        faults in prop::collection::vec(fault(), 1..10),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let reached = runtime.block_on(until_nothing_is_left(faults));
        let once: HashSet<&String> = reached.iter().collect();
        prop_assert_eq!(once.len(), reached.len(), "somebody twice: {:?}", reached);
        prop_assert_eq!(once.len(), 10);
    }
}

/// Launches ten targets and resumes what is left until nothing is, settling by what the sandbox really got; whom it
/// reached.
async fn until_nothing_is_left(faults: Vec<Value>) -> Vec<String> {
    let (sandbox, broadcast, desk) = rehearsal(SMALL).await;
    sandbox.faults(Value::Array(faults)).await;
    let mut plan = ten();
    loop {
        let before = runs(&sandbox, &broadcast).await.len();
        let launched = desk.launch(&plan).await.unwrap();
        if launched.outcome == Outcome::Unknown {
            let accepted = outcomes(&launched)
                .iter()
                .filter(|outcome| **outcome == Outcome::Accepted)
                .count();
            let arrived = runs(&sandbox, &broadcast).await.len() - before;
            let settled = if arrived > accepted {
                SettledAs::Sent
            } else {
                SettledAs::NotSent
            };
            desk.settle(&launched.id, settled).await;
        }
        match rest(&desk.log().await.remove(0)) {
            Ok(left) => plan = left.to_json(),
            Err(_) => return runs(&sandbox, &broadcast).await.concat(),
        }
    }
}
