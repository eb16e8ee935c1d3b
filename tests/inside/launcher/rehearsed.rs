//! Rehearsals: what a throw-away sandbox does is what was previewed, and nobody else hears of it.

use mylink_console::domain::payload::Payload;
use mylink_console::domain::plan::Plan;
use mylink_console::domain::problem::Surface;
use mylink_console::domain::rehearsal::{People, Rehearsal, RehearsalStep};
use mylink_console::domain::settings::Setting;
use mylink_console::session::SessionError;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::desk::{Desk, RED, RED_BODY, accepting, broadcast, contact};
use super::laws::{contacts, filters, picked, targets};
use crate::sandbox::harness::Harness;

async fn rehearse(desk: &Desk, plan: &str) -> Rehearsal {
    let prepared = desk.prepare(plan).await;
    let stop = CancellationToken::new();
    let rehearsed = desk.session.rehearse(&prepared, |_| {}, &stop).await;
    rehearsed.unwrap().unwrap()
}

fn ids(people: &People) -> Vec<&str> {
    let ids = people.some.iter().map(|person| person.user_id.as_deref());
    ids.map(Option::unwrap).collect()
}

/// A desk whose platform is nowhere: with these contacts, and the broadcast `Offer` of which nothing is recorded.
async fn desk_with(contacts: &[Value], more: &str) -> Desk {
    let nowhere = "http://127.0.0.1:9/".parse().unwrap();
    let desk = Desk::open(&format!(
        "url = \"{nowhere}\"\naccount_key = \"acc\"\n{more}"
    ));
    desk.put_broadcasts("k1", vec![broadcast("k1", "b1", "Offer", &nowhere)])
        .await;
    let contacts = contacts.iter().map(contact).collect();
    desk.import("k1", contacts, jiff::Timestamp::now()).await;
    desk
}

/// The law: every call is accepted, and the targets are the contacts of the preview. Says how many they are.
async fn as_previewed(contacts: &[Value], plan: &Value, more: &str) -> u64 {
    let desk = desk_with(contacts, more).await;
    let preview = desk.preview(&plan.to_string()).await;
    let rehearsal = rehearse(&desk, &plan.to_string()).await;
    assert!(rehearsal.is_accepted(), "{plan}: {rehearsal:?}");
    let difference = rehearsal.difference.as_ref().unwrap();
    assert!(!difference.is_any(), "{plan}: {rehearsal:?}");
    assert_eq!(Some(rehearsal.targets.count), preview.who.count(), "{plan}");
    assert_eq!(rehearsal.contacts, contacts.len() as u64);
    let sent: Vec<String> = preview.calls.iter().map(Payload::sha256).collect();
    let rehearsed: Vec<&str> = rehearsal
        .calls
        .iter()
        .map(|call| call.sha256.as_str())
        .collect();
    assert_eq!(rehearsed, sent, "the very same bytes");
    rehearsal.targets.count
}

/// The same bytes, written as raw JSON.
async fn as_raw(contacts: &[Value], plan: &Value) -> Value {
    let calls = desk_with(contacts, "")
        .await
        .preview(&plan.to_string())
        .await
        .calls;
    let body: Value = serde_json::from_str(calls[0].body.as_deref().unwrap()).unwrap();
    json!({"broadcast": "Offer", "form": "raw", "body": body})
}

const CASES: u32 = 25;

/// Holds a law, which says whether its case was one that tells something; of the cases so many must be.
fn hold<S: Strategy>(strategy: &S, telling: u32, law: &impl AsyncFn(S::Value) -> bool) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 100,
        ..Config::default()
    };
    let told = std::cell::Cell::new(0);
    TestRunner::new(config)
        .run(strategy, |case| {
            let tells = runtime.block_on(law(case));
            told.set(told.get() + u32::from(tells));
            Ok(())
        })
        .unwrap();
    let told = told.get();
    assert!(
        told >= telling,
        "only {told} of {CASES} cases tell something"
    );
}

/// Some of the contacts, not all, are what a filter is for.
#[test]
fn a_rehearsed_filter_targets_whom_the_preview_showed() {
    hold(&(contacts(), filters()), 1, &async |(contacts, filters)| {
        let plan = json!({"broadcast": "Offer", "form": "audience", "filters": filters});
        let count = as_previewed(&contacts, &plan, "").await;
        let raw = as_raw(&contacts, &plan).await;
        assert_eq!(as_previewed(&contacts, &raw, "").await, count, "{raw}");
        count > 0 && count < contacts.len() as u64
    });
}

#[test]
fn rehearsed_targets_are_those_that_the_preview_showed() {
    hold(&(contacts(), targets()), 3, &async |(contacts, picks)| {
        let targets = picked(&contacts, &picks);
        let plan = json!({"broadcast": "Offer", "form": "targets", "targets": targets});
        let count = as_previewed(&contacts, &plan, "").await;
        let raw = as_raw(&contacts, &plan).await;
        assert_eq!(as_previewed(&contacts, &raw, "").await, count, "{raw}");
        let small = "[profiles.test.dialect]\nlimit_bytes = 400";
        assert_eq!(
            as_previewed(&contacts, &plan, small).await,
            count,
            "in several calls"
        );
        count > 1
    });
}

#[test]
fn a_rehearsed_conversation_is_with_whom_the_preview_showed() {
    hold(&(contacts(), targets()), 3, &async |(contacts, picks)| {
        let picked = picked(&contacts, &picks);
        let Some(target) = picked.first().and_then(Value::as_object) else {
            return false;
        };
        let variables: Vec<Value> = target
            .iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        let plan = json!({"broadcast": "Offer", "form": "conversation", "variables": variables});
        as_previewed(&contacts, &plan, "").await > 0
    });
}

#[tokio::test]
async fn nobody_hears_of_a_rehearsal_and_nothing_is_left_of_it() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let rehearsal = rehearse(&desk, RED).await;
    assert_eq!(
        rehearsal.verdict(),
        "Accepted: 2 contacts targeted, exactly those of the preview."
    );
    assert!(rehearsal.is_as_previewed());
    assert_eq!(ids(&rehearsal.targets), ["1", "2"]);
    assert_eq!(rehearsal.calls[0].bytes, RED_BODY.len() as u64);
    assert!(rehearsal.calls[0].answer.contains("scheduled"));
    assert_eq!(server.count(""), 0, "the platform was asked nothing");
    assert!(desk.log().await.is_empty());
    let left: Vec<_> = std::fs::read_dir(desk.data())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["test"], "the profile's folder alone");
}

#[tokio::test]
async fn a_rehearsal_goes_on_step_by_step() {
    let desk = desk_with(&[json!({"user_id": "1", "bot_channel": "WebChannel"})], "").await;
    let plan = r#"{"broadcast":"Offer","form":"audience","filters":[{"field":"user_id","criterion":"HasValue"}]}"#;
    let prepared = desk.prepare(plan).await;
    let steps = Mutex::new(Vec::new());
    let tell = |step| steps.lock().unwrap().push(step);
    let stop = CancellationToken::new();
    desk.session.rehearse(&prepared, tell, &stop).await.unwrap();
    assert_eq!(
        *steps.lock().unwrap(),
        [
            RehearsalStep::Copying(0, 1),
            RehearsalStep::Calling(0, 1),
            RehearsalStep::Comparing
        ]
    );
}

#[tokio::test]
async fn a_rehearsal_that_is_stopped_at_any_step_leaves_nothing() {
    let contacts: Vec<Value> = (0..3)
        .map(|id| json!({"user_id": id.to_string(), "bot_channel": "WebChannel"}))
        .collect();
    let desk = desk_with(&contacts, "").await;
    let plan = r#"{"broadcast":"Offer","form":"audience","filters":[{"field":"user_id","criterion":"HasValue"}]}"#;
    let prepared = desk.prepare(plan).await;
    for at in [None, Some("copying"), Some("calling")] {
        let stop = CancellationToken::new();
        if at.is_none() {
            stop.cancel();
        }
        let tell = |step| match (at, step) {
            (Some("copying"), RehearsalStep::Copying(..))
            | (Some("calling"), RehearsalStep::Calling(..)) => stop.cancel(),
            _ => {}
        };
        let rehearsed = desk.session.rehearse(&prepared, tell, &stop).await.unwrap();
        assert_eq!(rehearsed, None, "stopped {at:?}");
        assert!(!desk.data().join(".rehearsals").exists(), "stopped {at:?}");
    }
}

#[tokio::test]
async fn what_is_not_recorded_is_assumed_and_said() {
    let desk = desk_with(&[], "").await;
    desk.record(
        "b1",
        &[(Setting::AllowPost, true), (Setting::LegacyMode, false)],
    )
    .await;
    let plan = r#"{"broadcast":"Offer","form":"targets","targets":[{"user_id":"1","bot_channel":"SMSChannel"}]}"#;
    let rehearsal = rehearse(&desk, plan).await;
    assert!(rehearsal.is_accepted(), "with a token: {rehearsal:?}");
    assert_eq!(
        rehearsal.notes,
        [
            "Not recorded, so assumed: direct_mode off, allow_get off, require_valid_filter on, single_contact off, disable_execution_button off, visible_to_mobile off."
        ]
    );
}

#[tokio::test]
async fn what_the_recorded_settings_refuse_is_refused_in_the_rehearsal() {
    let desk = desk_with(&[], "").await;
    desk.record(
        "b1",
        &[(Setting::AllowPost, false), (Setting::DirectMode, true)],
    )
    .await;
    let plan = r#"{"broadcast":"Offer","form":"targets","targets":[{"user_id":"1","bot_channel":"SMSChannel"}]}"#;
    let rehearsal = rehearse(&desk, plan).await;
    assert_eq!(rehearsal.calls[0].status, Some(405));
    assert_eq!(rehearsal.verdict(), "NOT accepted: 0 of 1 call.");
    assert_eq!((rehearsal.targets.count, rehearsal.difference), (0, None));
}

#[tokio::test]
async fn who_is_created_and_who_cannot_be_reached_is_told_with_the_reason() {
    let known = json!({"user_id": "1", "bot_channel": "TelegramChannel"});
    let desk = desk_with(&[known], "").await;
    let plan = json!({"broadcast": "Offer", "form": "targets", "delay_minutes": 5, "targets": [
        {"user_id": "1", "bot_channel": "TelegramChannel"},
        {"user_id": "2", "bot_channel": "TelegramChannel"},
        {"user_id": "3", "bot_channel": "WhatsAppChannel"},
        {"user_id": "4"}
    ]});
    let rehearsal = rehearse(&desk, &plan.to_string()).await;
    assert_eq!(ids(&rehearsal.targets), ["1", "2", "3", "4"]);
    assert_eq!(ids(&rehearsal.created), ["2", "3"]);
    let unreached: Vec<(&str, Vec<&str>)> = rehearsal
        .unreached
        .iter()
        .map(|some| (some.reason.as_str(), ids(&some.who)))
        .collect();
    let [(refused, strangers), (unknown, nameless)] = unreached.as_slice() else {
        panic!("{unreached:?}");
    };
    assert!(
        refused.contains("refuses unsolicited messages"),
        "{refused}"
    );
    assert_eq!(*strangers, ["2"]);
    assert!(unknown.contains("can't be created"), "{unknown}");
    assert_eq!(*nameless, ["4"]);
    assert!(!rehearsal.difference.unwrap().is_any());
    let notes = rehearsal.notes.join(" ");
    assert!(notes.contains("Delayed by 5 minutes"), "{notes}");
}

#[tokio::test]
async fn a_batch_is_rehearsed_call_by_call() {
    let desk = desk_with(&[], "[profiles.test.dialect]\nlimit_bytes = 300").await;
    let targets: Vec<Value> = (0..20)
        .map(|id| json!({"user_id": id.to_string(), "bot_channel": "SMSChannel"}))
        .collect();
    let plan = json!({"broadcast": "Offer", "form": "targets", "targets": targets}).to_string();
    let calls = desk.preview(&plan).await.calls;
    assert!(calls.len() > 2);
    let rehearsal = rehearse(&desk, &plan).await;
    let bytes: Vec<u64> = rehearsal.calls.iter().map(|call| call.bytes).collect();
    let previewed: Vec<u64> = calls.iter().map(Payload::bytes).collect();
    assert_eq!(bytes, previewed);
    assert_eq!(
        rehearsal.verdict(),
        "Accepted: 20 contacts targeted, exactly those of the preview."
    );
}

#[tokio::test]
async fn one_contact_of_many_is_a_difference_with_its_reason() {
    let contacts: Vec<Value> = (0..3)
        .map(|id| json!({"user_id": id.to_string(), "bot_channel": "WebChannel"}))
        .collect();
    let desk = desk_with(&contacts, "").await;
    desk.record(
        "b1",
        &[(Setting::SingleContact, true), (Setting::AllowPost, true)],
    )
    .await;
    let plan = r#"{"broadcast":"Offer","form":"audience","filters":[{"field":"user_id","criterion":"HasValue"}]}"#;
    let rehearsal = rehearse(&desk, plan).await;
    assert_eq!(rehearsal.targets.count, 1);
    let difference = rehearsal.difference.as_ref().unwrap();
    assert_eq!(ids(&difference.only_in_preview), ["1", "2"]);
    let notes = rehearsal.notes.join(" ");
    assert!(notes.contains("single_contact is on"), "{notes}");
}

#[tokio::test]
async fn a_configured_audience_that_is_not_known_is_said_and_reaches_nobody() {
    let contact = json!({"user_id": "1", "bot_channel": "WebChannel"});
    let desk = desk_with(&[contact], "").await;
    let rehearsal = rehearse(&desk, r#"{"broadcast":"Offer","form":"configured"}"#).await;
    assert!(rehearsal.is_accepted());
    assert_eq!((rehearsal.targets.count, &rehearsal.difference), (0, &None));
    let notes = rehearsal.notes.join(" ");
    assert!(
        notes.contains("configured audience is not known"),
        "{notes}"
    );
}

#[tokio::test]
async fn a_configured_audience_that_is_known_is_rehearsed_with_its_members() {
    let sandbox = Harness::start().await;
    let contacts: Vec<Value> = ["1", "5", "9"]
        .map(|id| json!({"user_id": id, "bot_channel": "SMSChannel", "amount": id}))
        .to_vec();
    sandbox.put_contacts(json!(contacts)).await;
    let audience = json!({"audience_filters": "amount", "audience_criteria": "GreaterThan", "audience_values": "2"});
    sandbox
        .broadcast(json!({"Name": "Large", "Enabled": true, "audience": audience}))
        .await;
    let desk = Desk::synced(&sandbox, "").await;
    let rehearsal = rehearse(&desk, r#"{"broadcast":"Large","form":"configured"}"#).await;
    assert_eq!(ids(&rehearsal.targets), ["5", "9"]);
    assert!(rehearsal.is_as_previewed(), "{rehearsal:?}");
}

#[tokio::test]
async fn a_broadcast_without_a_hook_is_not_rehearsed() {
    let desk = desk_with(&[], "").await;
    let nowhere = "http://127.0.0.1:9/".parse().unwrap();
    let mut scheduled = broadcast("k1", "b1", "Offer", &nowhere);
    scheduled.hook = None;
    desk.put_broadcasts("k1", vec![scheduled]).await;
    let plan = Plan::from_json(r#"{"broadcast":"Offer","form":"configured"}"#).unwrap();
    let prepared = desk.session.prepare(plan, Surface::Console).await.unwrap();
    let stop = CancellationToken::new();
    let refused = desk.session.rehearse(&prepared, |_| {}, &stop).await;
    assert!(
        matches!(refused, Err(SessionError::Rehearsal(_))),
        "{refused:?}"
    );
}
