//! What was previewed is what is sent: the same contacts, and the same bytes.

use std::collections::BTreeSet;

use mylink_console::domain::criterion::Criterion;
use mylink_console::domain::filter::Reading;
use mylink_console::domain::launch::Outcome;
use mylink_console::launcher::Word;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::desk::Desk;
use crate::sandbox::harness::{Broadcast, Harness};

const FIELDS: [&str; 5] = ["color", "amount", "since", "user_id", "user_phone_number"];
const CHANNELS: [&str; 4] = [
    "WhatsAppChannel",
    "SMSChannel",
    "TelegramChannel",
    "WebChannel",
];
const TEXTS: [&str; 22] = [
    "",
    "a",
    "A",
    "ab",
    "AB",
    "b",
    "ß",
    "İ",
    "é",
    "1",
    "2",
    "10",
    "010",
    "-1",
    "1.50",
    "1e3",
    "2026-01-31",
    "2026-02-01T00:00:00+00:15",
    "2026-01-31T23:45Z",
    "2026-02-30",
    " ",
    "東京",
];

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(TEXTS.to_vec()).prop_map(str::to_owned)
}

/// A contact without its `user_id`, each variable perhaps unset.
fn contact() -> impl Strategy<Value = Value> {
    let channel = prop::sample::select(CHANNELS.to_vec());
    let variables = [(); 3].map(|()| prop::option::of(text()));
    (channel, variables).prop_map(|(channel, variables)| {
        let mut contact = json!({"bot_channel": channel});
        for (name, value) in FIELDS.iter().zip(variables) {
            if let Some(value) = value {
                contact[*name] = json!(value);
            }
        }
        contact
    })
}

pub(super) fn contacts() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(contact(), 0..25).prop_map(|mut contacts| {
        for (index, contact) in contacts.iter_mut().enumerate() {
            contact["user_id"] = json!(index.to_string());
        }
        contacts
    })
}

fn filter() -> impl Strategy<Value = Value> {
    let field = prop::sample::select([&FIELDS[..], &["unset"]].concat());
    let criterion = prop::sample::select(Criterion::ALL.to_vec());
    let length = prop::sample::select(vec!["0", "1", "2", "9"]);
    (field, criterion, text(), length).prop_map(|(field, criterion, text, length)| {
        let value = match criterion {
            _ if !criterion.takes_value() => {
                return json!({"field": field, "criterion": criterion.name()});
            }
            _ if criterion.takes_length() => length,
            _ if text.is_empty() => "a",
            _ => &text,
        };
        json!({"field": field, "criterion": criterion.name(), "value": value})
    })
}

pub(super) fn filters() -> impl Strategy<Value = Value> {
    let joined = (prop::sample::select(vec!["AND", "OR"]), filter());
    prop::collection::vec(joined, 1..5).prop_map(|rows| {
        let rows = rows
            .into_iter()
            .enumerate()
            .map(|(index, (join, mut row))| {
                if index > 0 {
                    row["join"] = json!(join);
                }
                row
            });
        rows.collect()
    })
}

/// Targets: some of the contacts, by one of their names, and strangers that can be created.
pub(super) fn targets() -> impl Strategy<Value = Vec<(usize, bool, bool)>> {
    prop::collection::vec((0usize..35, any::<bool>(), any::<bool>()), 1..12)
}

/// The targets that were picked, as a plan lists them.
pub(super) fn picked(contacts: &[Value], picks: &[(usize, bool, bool)]) -> Vec<Value> {
    let target = |(index, with_channel, by_phone): &(usize, bool, bool)| {
        let known = contacts.get(*index);
        let channel = known.map_or("SMSChannel", |known| known["bot_channel"].as_str().unwrap());
        let is_phone = matches!(channel, "SMSChannel" | "WhatsAppChannel");
        let name = if *by_phone && is_phone {
            "user_phone_number"
        } else {
            "user_id"
        };
        let mut target = json!({name: index.to_string(), "order": "x"});
        if *with_channel || known.is_none() {
            target["bot_channel"] = json!(channel);
        }
        target
    };
    picks.iter().map(target).collect()
}

/// A sandbox and a desk, for all cases of a law.
struct Bench {
    sandbox: Harness,
    broadcast: Broadcast,
    desk: Desk,
}

impl Bench {
    async fn start() -> Self {
        let sandbox = Harness::start().await;
        let broadcast = sandbox.direct(json!({})).await;
        let desk = Desk::synced(&sandbox, "").await;
        Self {
            sandbox,
            broadcast,
            desk,
        }
    }

    /// Puts contacts, previews, launches, and compares what was previewed with what the sandbox got.
    async fn check(&self, contacts: &[Value], plan: &Value) {
        let put = self.sandbox.put_contacts(json!(contacts)).await;
        assert_eq!(put.status, 200, "{put:?}");
        self.desk.sync().await;
        self.launch_as_previewed(&plan.to_string()).await;
    }

    async fn launch_as_previewed(&self, plan: &str) -> Value {
        let preview = self.desk.preview(plan).await;
        assert!(!preview.has_errors(), "{plan}: {:?}", preview.problems);
        let prepared = self.desk.prepare(plan).await;
        let contacts = prepared.matched.contacts(&prepared.table).concat();
        let previewed: BTreeSet<String> = contacts
            .into_iter()
            .map(|contact| contact.user_id)
            .collect();
        assert_eq!(preview.who.count(), Some(previewed.len() as u64));
        let again = Word {
            again: true,
            ..Word::default()
        };
        let launched = self.desk.send(prepared, again).await.unwrap();
        assert_eq!(
            launched.outcome,
            Outcome::Accepted,
            "{plan}: {}",
            launched.reason
        );
        let run = self.sandbox.runs(&self.broadcast).await.pop().unwrap();
        let targets = run["targets"].as_array().unwrap();
        let reached: BTreeSet<String> = targets
            .iter()
            .map(|target| target["user_id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(reached, previewed, "{plan}");
        assert_eq!(run["body"].as_str(), preview.calls[0].body.as_deref());
        run
    }
}

/// Runs a law in one sandbox, 40 cases.
fn hold<S: Strategy>(strategy: &S, law: &impl AsyncFn(&Bench, S::Value))
where
    S::Value: Clone,
{
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bench = runtime.block_on(Bench::start());
    let config = Config {
        cases: 40,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    runner
        .run(strategy, |case| {
            runtime.block_on(law(&bench, case));
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_filter_reaches_whom_the_preview_showed() {
    hold(
        &(contacts(), filters()),
        &async |bench, (contacts, filters)| {
            let plan = json!({"broadcast": "Direct", "form": "audience", "filters": filters});
            bench.check(&contacts, &plan).await;
        },
    );
}

#[test]
fn targets_reach_whom_the_preview_showed() {
    hold(
        &(contacts(), targets()),
        &async |bench, (contacts, picks)| {
            let targets = picked(&contacts, &picks);
            let plan = json!({"broadcast": "Direct", "form": "targets", "targets": targets});
            bench.check(&contacts, &plan).await;
        },
    );
}

#[test]
fn a_configured_audience_reaches_whom_the_preview_showed() {
    hold(&contacts(), &async |bench, contacts| {
        let plan = json!({"broadcast": "Direct", "form": "configured", "variables": [{"name": "campaign", "value": "x"}]});
        bench.check(&contacts, &plan).await;
    });
}

#[tokio::test]
async fn a_configured_filter_reaches_whom_the_preview_showed() {
    let mut bench = Bench::start().await;
    let contacts: Vec<Value> = TEXTS
        .iter()
        .enumerate()
        .map(|(index, text)| json!({"user_id": index.to_string(), "bot_channel": "SMSChannel", "amount": text}))
        .collect();
    bench.sandbox.put_contacts(json!(contacts)).await;
    let audience = json!({"audience_filters": "amount", "audience_criteria": "GreaterThan", "audience_values": "2"});
    bench.broadcast = bench
        .sandbox
        .broadcast(json!({"Name": "Large", "Enabled": true, "audience": audience, "settings": {"direct_mode": true}}))
        .await;
    bench.desk.sync().await;
    let run = bench
        .launch_as_previewed(r#"{"broadcast":"Large","form":"configured"}"#)
        .await;
    assert!(!run["targets"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn every_case_of_the_shared_fixture_is_previewed_under_every_reading_and_launched() {
    let fixture: Value = serde_json::from_str(include_str!("../../fixtures/filters.json")).unwrap();
    let contacts = fixture["contacts"].as_array().unwrap();
    let bench = Bench::start().await;
    assert_eq!(
        bench.sandbox.put_contacts(json!(contacts)).await.status,
        200
    );
    bench.desk.sync().await;
    let ids = |matches: &Value| -> BTreeSet<String> {
        let indexes = matches.as_array().unwrap().iter();
        indexes
            .map(|index| {
                contacts[usize::try_from(index.as_u64().unwrap()).unwrap()]["user_id"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    };
    for case in fixture["cases"].as_array().unwrap() {
        let joins = case["joins"].as_array().unwrap();
        let mut rows = case["filters"].as_array().unwrap().clone();
        for (row, join) in rows
            .iter_mut()
            .skip(1)
            .zip(joins.iter().chain(std::iter::repeat(&json!("AND"))))
        {
            row["join"] = join.clone();
        }
        let plan = json!({"broadcast": "Direct", "form": "audience", "filters": rows}).to_string();
        let counts =
            Reading::ALL.map(|reading| ids(&case["matches"][reading.to_string()]).len() as u64);
        let preview = bench.desk.preview(&plan).await;
        assert_eq!(preview.who.counts, Some(counts), "{case}");
        let all = Reading::ALL.map(|reading| ids(&case["matches"][reading.to_string()]));
        let differs = preview
            .problems
            .iter()
            .any(|problem| problem.code.name() == "reading-differs");
        assert_eq!(differs, all.iter().any(|other| *other != all[0]), "{case}");
        let run = bench.launch_as_previewed(&plan).await;
        let reached: BTreeSet<String> = run["targets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|target| target["user_id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(
            reached,
            ids(&case["matches"]["left_to_right/ignore_case"]),
            "{case}"
        );
    }
}

#[tokio::test]
async fn what_the_platform_unset_is_unset_by_the_next_sync() {
    let bench = Bench::start().await;
    let with = json!({"user_id": "1", "bot_channel": "WebChannel", "color": "a"});
    let without = json!({"user_id": "1", "bot_channel": "WebChannel"});
    let filters = json!([{"field": "color", "criterion": "HasValue"}]);
    let plan = json!({"broadcast": "Direct", "form": "audience", "filters": filters});
    bench.check(&[with], &plan).await;
    bench.check(&[without], &plan).await;
    let preview = bench.desk.preview(&plan.to_string()).await;
    assert_eq!(preview.who.count(), Some(0));
}
