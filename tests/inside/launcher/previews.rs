//! What an operator is told before a launch: whom, how many, and what is wrong.

use jiff::{SignedDuration, Timestamp};
use mylink_console::domain::plan::Plan;
use mylink_console::domain::preview::Preview;
use mylink_console::domain::problem::Surface;
use mylink_console::domain::record::{AudienceRef, Broadcast};
use mylink_console::domain::settings::Setting::{
    AllowGet, AllowPost, DisableExecutionButton, LegacyMode, RequireValidFilter, SingleContact,
};
use rstest::rstest;
use serde_json::{Value, json};

use super::desk::{Desk, RED, accepting, broadcast, contact};
use crate::sandbox::harness::{Harness, numbered};

/// A desk that never reaches anything: three contacts, and a broadcast for each state that matters.
async fn desk() -> Desk {
    let desk =
        Desk::open("url = \"http://127.0.0.1:9/\"\naccount_key = \"acc\"\ndanger = \"safe\"");
    let url = "http://127.0.0.1:9/".parse().unwrap();
    let named = |name: &str| broadcast("k1", name, name, &url);
    let with = |name: &str, setting, on| {
        let mut broadcast = named(name);
        broadcast.settings.set(setting, Some(on));
        broadcast
    };
    let broadcasts = vec![
        named("Offer"),
        Broadcast {
            enabled: Some(false),
            ..named("disabled")
        },
        Broadcast {
            hook: None,
            ..named("scheduled")
        },
        Broadcast {
            hook: None,
            hook_error: Some("the hook URL holds a fragment".to_owned()),
            ..named("odd")
        },
        Broadcast {
            id: "t1".to_owned(),
            ..named("twin")
        },
        Broadcast {
            id: "t2".to_owned(),
            ..named("twin")
        },
        with("no-post", AllowPost, false),
        with("no-get", AllowGet, false),
        with("no-button", DisableExecutionButton, true),
        with("strict", RequireValidFilter, true),
        with("loose", RequireValidFilter, false),
        with("modern", LegacyMode, false),
        with("one", SingleContact, true),
    ];
    desk.put_broadcasts("k1", broadcasts).await;
    desk.put_unsynced("k2", vec![broadcast("k2", "b2", "Unsynced", &url)])
        .await;
    let old = Timestamp::now() - SignedDuration::from_hours(30);
    desk.put_broadcasts("k3", vec![broadcast("k3", "b3", "Old", &url)])
        .await;
    let red = contact(
        &json!({"user_id": "1", "bot_channel": "WhatsAppChannel", "favorite_color": "red"}),
    );
    desk.import("k3", vec![red], old).await;
    for (id, colour) in [("1", "red"), ("2", "Red"), ("3", "blue")] {
        desk.put_contact(id, colour).await;
    }
    desk
}

fn filters(broadcast: &str, rows: &Value) -> Value {
    json!({"broadcast": broadcast, "form": "audience", "filters": rows})
}

fn row(field: &str, criterion: &str, value: &str) -> Value {
    json!({"field": field, "criterion": criterion, "value": value})
}

fn one(broadcast: &str, row: Value) -> Value {
    filters(broadcast, &Value::Array(vec![row]))
}

fn blue(broadcast: &str) -> Value {
    one(broadcast, row("favorite_color", "Equals", "blue"))
}

fn to(targets: &Value) -> Value {
    json!({"broadcast": "Offer", "form": "targets", "targets": targets})
}

fn setting(variables: &Value) -> Value {
    json!({"broadcast": "Offer", "form": "configured", "variables": variables})
}

fn talk(variables: &Value) -> Value {
    json!({"broadcast": "Offer", "form": "conversation", "variables": variables})
}

fn joined(first: &str, second: &str) -> Value {
    let mut rows = vec![row("favorite_color", "Equals", "blue")];
    for join in [first, second] {
        let mut row = row("favorite_color", "Equals", "blue");
        row["join"] = json!(join);
        rows.push(row);
    }
    filters("Offer", &Value::Array(rows))
}

#[rstest]
#[case::unknown_broadcast(blue("Nothing"), "unknown-broadcast", "error", "/broadcast")]
#[case::unknown_bot(json!({"broadcast": "Offer", "bot": "Nobody", "form": "configured"}), "unknown-broadcast", "error", "/bot")]
#[case::ambiguous_broadcast(blue("twin"), "ambiguous-broadcast", "error", "/broadcast")]
#[case::separator_in_value(
    one("Offer", row("city", "Equals", "a;b")),
    "separator-in-value",
    "error",
    "/filters/0/value"
)]
#[case::separator_in_a_name(
    one("Offer", row("a;b", "Equals", "x")),
    "separator-in-value",
    "error",
    "/filters/0/field"
)]
#[case::separator_in_a_variable(setting(&json!([{"name": "a", "value": "1;2"}])), "separator-in-value", "error", "/variables/0/value")]
#[case::missing_field(
    one("Offer", row("", "Equals", "x")),
    "missing-field",
    "error",
    "/filters/0/field"
)]
#[case::missing_name(setting(&json!([{"name": "", "value": "1"}])), "missing-field", "error", "/variables/0/name")]
#[case::missing_value(one("Offer", json!({"field": "city", "criterion": "Contains"})), "missing-value", "error", "/filters/0/value")]
#[case::unknown_criterion(
    one("Offer", row("city", "Is", "x")),
    "unknown-criterion",
    "error",
    "/filters/0/criterion"
)]
#[case::not_a_length(
    one("Offer", row("city", "IsLongerThan", "-1")),
    "not-a-length",
    "error",
    "/filters/0/value"
)]
#[case::no_filters(filters("Offer", &json!([])), "no-filters", "error", "/filters")]
#[case::no_targets(to(&json!([])), "no-targets", "error", "/targets")]
#[case::no_list_of_targets(json!({"broadcast": "Offer", "form": "targets"}), "no-targets", "error", "/targets")]
#[case::target_not_identified(to(&json!([{"user_id": "1"}, {"first_name": "Ada"}])), "target-not-identified", "error", "/targets/1/user_id")]
#[case::target_with_an_empty_phone(to(&json!([{"user_phone_number": "", "order": "1"}])), "target-not-identified", "error", "/targets/0/user_phone_number")]
#[case::target_with_a_nameless_variable(to(&json!([{"user_id": "1", "": "x"}])), "missing-field", "error", "/targets/0/")]
#[case::target_overruled(to(&json!([{"user_id": "1", "userId": "2"}])), "target-not-identified", "error", "/targets/0/userId")]
#[case::channel_overruled(to(&json!([{"user_id": "1", "Bot-Channel": "SMSChannel"}])), "target-not-identified", "error", "/targets/0/Bot-Channel")]
#[case::conversation_not_identified(talk(&json!([{"name": "first_name", "value": "Ada"}])), "target-not-identified", "error", "/variables")]
#[case::conversation_with_two(talk(&json!([{"name": "user_id", "value": "1"}, {"name": "user_id", "value": "2"}])), "target-not-identified", "error", "/variables/1/name")]
#[case::conversation_overruled(talk(&json!([{"name": "user_id", "value": "1"}, {"name": "User ID", "value": "2"}])), "target-not-identified", "error", "/variables/1/name")]
#[case::too_large_raw(json!({"broadcast": "Offer", "form": "raw", "body": "x".repeat(1_000_000)}), "too-large", "error", "/body")]
#[case::too_large_target(to(&json!([{"user_id": "1", "a": "x".repeat(1_000_000)}])), "too-large", "error", "/targets/0")]
#[case::too_large_audience(one("Offer", row("city", "Equals", &"x".repeat(1_000_000))), "too-large", "error", "")]
#[case::delay_not_whole(json!({"broadcast": "Offer", "form": "configured", "delay_minutes": 1.5}), "delay-not-whole", "error", "/delay_minutes")]
#[case::delay_too_long(json!({"broadcast": "Offer", "form": "configured", "delay_minutes": 5_256_001}), "delay-not-whole", "error", "/delay_minutes")]
#[case::delay_as_text(json!({"broadcast": "Offer", "form": "configured", "delay_minutes": "5"}), "delay-not-whole", "error", "/delay_minutes")]
#[case::invalid_json(json!({"broadcast": "Offer", "form": "raw", "body_text": "{"}), "invalid-json", "error", "/body")]
#[case::delay_beside_raw(json!({"broadcast": "Offer", "form": "raw", "body": {}, "delay_minutes": 5}), "invalid-plan", "error", "/delay_minutes")]
#[case::get_with_a_form({ let mut plan = blue("Offer"); plan["method"] = json!("GET"); plan }, "get-with-body", "error", "/form")]
#[case::get_with_variables({ let mut plan = setting(&json!([{"name": "a", "value": "1"}])); plan["method"] = json!("GET"); plan }, "get-with-body", "error", "/variables")]
#[case::get_with_a_delay(json!({"broadcast": "Offer", "method": "GET", "form": "configured", "delay_minutes": 5}), "get-with-body", "error", "/delay_minutes")]
#[case::post_not_allowed(blue("no-post"), "verb-not-allowed", "error", "/method")]
#[case::get_not_allowed(json!({"broadcast": "no-get", "method": "GET", "form": "configured"}), "verb-not-allowed", "error", "/method")]
#[case::broadcast_disabled(blue("disabled"), "broadcast-disabled", "error", "/broadcast")]
#[case::execution_disabled(blue("no-button"), "execution-disabled", "error", "/broadcast")]
#[case::not_on_demand(blue("scheduled"), "not-on-demand", "error", "/broadcast")]
#[case::hook_not_usable(blue("odd"), "not-on-demand", "error", "/broadcast")]
#[case::raw_not_allowed(json!({"broadcast": "strict", "form": "raw", "body": {}}), "form-not-allowed", "error", "/form")]
#[case::conversation_not_allowed(json!({"broadcast": "modern", "form": "conversation", "variables": [{"name": "user_id", "value": "1"}]}), "form-not-allowed", "error", "/form")]
#[case::unexpected_value(
    one("Offer", row("city", "HasValue", "x")),
    "unexpected-value",
    "warning",
    "/filters/0/value"
)]
#[case::duplicate_variable(setting(&json!([{"name": "a", "value": "1"}, {"name": "a", "value": "2"}])), "duplicate-variable", "warning", "/variables/1/name")]
#[case::duplicate_once_spelled_right(setting(&json!([{"name": "new_color", "value": "1"}, {"name": "newColor", "value": "2"}])), "duplicate-variable", "warning", "/variables/1/name")]
#[case::variable_not_snake_case(setting(&json!([{"name": "newColor", "value": "1"}])), "variable-not-snake-case", "warning", "/variables/0/name")]
#[case::target_not_snake_case(to(&json!([{"user_id": "1", "a/b~c": "1"}])), "variable-not-snake-case", "warning", "/targets/0/a~1b~0c")]
#[case::variable_too_long(setting(&json!([{"name": "a", "value": "x".repeat(64_001)}])), "variable-too-long", "warning", "/variables/0/value")]
#[case::target_too_long(to(&json!([{"user_id": "1", "a": "x".repeat(64_001)}])), "variable-too-long", "warning", "/targets/0/a")]
#[case::too_many_variables(setting(&(0..513).map(|n| json!({"name": format!("a{n}"), "value": "1"})).collect::<Value>()), "too-many-variables", "warning", "/variables")]
#[case::target_not_creatable(to(&json!([{"user_id": "1"}, {"user_id": "77"}])), "target-not-creatable", "warning", "/targets/1")]
#[case::conversation_not_creatable(talk(&json!([{"name": "user_id", "value": "77"}])), "target-not-creatable", "warning", "/variables")]
#[case::duplicate_target_by_another_name(to(&json!([{"user_id": "3930001111", "bot_channel": "WhatsAppChannel"}, {"user_phone_number": "3930001111"}])), "duplicate-target", "warning", "/targets/1")]
#[case::duplicate_target(to(&json!([{"user_id": "1"}, {"user_id": "2"}, {"user_id": "1"}])), "duplicate-target", "warning", "/targets/2")]
#[case::mixed_join(joined("AND", "OR"), "mixed-join", "warning", "/filters")]
#[case::reading_differs(
    one("Offer", row("favorite_color", "Equals", "red")),
    "reading-differs",
    "warning",
    "/filters"
)]
#[case::filter_not_required(blue("loose"), "filter-not-required", "warning", "/form")]
#[case::deprecated_form(talk(&json!([{"name": "user_id", "value": "1"}])), "deprecated-form", "warning", "/form")]
#[case::no_match(
    one("Offer", row("favorite_color", "Equals", "green")),
    "no-match",
    "warning",
    ""
)]
#[case::never_synced(blue("Unsynced"), "stale-contacts", "warning", "")]
#[case::stale_contacts(blue("Old"), "stale-contacts", "warning", "")]
#[case::phone_not_e164(to(&json!([{"user_phone_number": "0039 320", "bot_channel": "SMSChannel"}])), "phone-not-e164", "warning", "/targets/0/user_phone_number")]
#[case::id_not_e164(to(&json!([{"user_id": "abc", "bot_channel": "WhatsAppChannel"}])), "phone-not-e164", "warning", "/targets/0/user_id")]
#[case::single_contact(
    one("one", row("favorite_color", "HasValue", "")),
    "single-contact",
    "warning",
    ""
)]
#[tokio::test]
async fn every_problem_has_its_code_severity_and_place(
    #[case] plan: Value,
    #[case] code: &str,
    #[case] severity: &str,
    #[case] at: &str,
) {
    let desk = desk().await;
    let preview = desk.preview(&plan.to_string()).await;
    let found = problems(&preview);
    let wanted = json!({"code": code, "severity": severity, "at": at});
    assert!(found.contains(&wanted), "{wanted} is not in {found:#?}");
    assert_eq!(
        preview.has_errors(),
        found.iter().any(|problem| problem["severity"] == "error")
    );
    assert!(
        preview
            .problems
            .iter()
            .all(|problem| problem.message.ends_with('.'))
    );
}

/// The problems as JSON, without their sentences.
fn problems(preview: &Preview) -> Vec<Value> {
    let json = serde_json::to_value(&preview.problems).unwrap();
    let mut list = json.as_array().unwrap().clone();
    for problem in &mut list {
        problem.as_object_mut().unwrap().shift_remove("message");
    }
    list
}

fn codes(preview: &Preview) -> Vec<&'static str> {
    preview
        .problems
        .iter()
        .map(|problem| problem.code.name())
        .collect()
}

#[rstest]
#[case::no_json("{", "")]
#[case::no_form(r#"{"broadcast":"Offer"}"#, "")]
#[case::unknown_form(r#"{"broadcast":"Offer","form":"all"}"#, "/form")]
#[case::unknown_key(
    r#"{"broadcast":"Offer","form":"configured","filters":[]}"#,
    "/filters"
)]
#[case::repeated_key(r#"{"broadcast":"Offer","broadcast":"News","form":"configured"}"#, "")]
#[case::number_for_text(
    r#"{"broadcast":"Offer","form":"targets","targets":[{"user_id":1}]}"#,
    "/targets/0"
)]
#[case::repeated_variable(
    r#"{"broadcast":"Offer","form":"targets","targets":[{"user_id":"1","user_id":"2"}]}"#,
    "/targets/0"
)]
#[case::join_on_the_first(r#"{"broadcast":"Offer","form":"audience","filters":[{"join":"OR","field":"a","criterion":"HasValue"}]}"#, "/filters/0/join")]
fn what_is_no_plan_says_where(#[case] text: &str, #[case] at: &str) {
    let problems = Plan::from_json(text).unwrap_err();
    assert_eq!(
        (problems[0].code.name(), problems[0].at.as_str()),
        ("invalid-plan", at)
    );
}

#[rstest]
#[case::by_id_and_channel(json!({"user_id": "1", "bot_channel": "WhatsAppChannel"}))]
#[case::by_id(json!({"user_id": "1"}))]
#[case::by_the_number_that_is_its_id(json!({"user_phone_number": "1"}))]
#[case::by_number_and_channel(json!({"user_phone_number": "1", "bot_channel": "WhatsAppChannel"}))]
#[tokio::test]
async fn a_cached_contact_needs_not_be_creatable(#[case] target: Value) {
    let desk = desk().await;
    let preview = desk.preview(&to(&json!([target])).to_string()).await;
    assert!(
        !codes(&preview).contains(&"target-not-creatable"),
        "{:?}",
        preview.problems
    );
    assert_eq!(preview.who.count(), Some(1));
    let prepared = desk.prepare(&to(&json!([target])).to_string()).await;
    let contacts = prepared.matched.contacts(&prepared.table).concat();
    assert_eq!(
        (contacts[0].channel.as_str(), contacts[0].user_id.as_str()),
        ("WhatsAppChannel", "1")
    );
}

#[tokio::test]
async fn a_contact_of_another_channel_is_not_the_cached_one() {
    let desk = desk().await;
    let preview = desk
        .preview(&to(&json!([{"user_phone_number": "1", "bot_channel": "WebChannel"}])).to_string())
        .await;
    assert!(codes(&preview).contains(&"target-not-creatable"));
}

#[tokio::test]
async fn readings_of_equal_counts_that_match_others_are_told() {
    let desk = desk().await;
    // Without case only contact 3 is "BLUE"; with it only 2, whose capital stands before all small letters, is less.
    let plan = filters(
        "Offer",
        &json!([
            {"field": "favorite_color", "criterion": "Equals", "value": "BLUE"},
            {"join": "OR", "field": "favorite_color", "criterion": "LesserThan", "value": "b"},
        ]),
    );
    let preview = desk.preview(&plan.to_string()).await;
    assert_eq!(preview.who.counts, Some([1; 4]));
    let told = preview
        .problems
        .iter()
        .find(|problem| problem.code.name() == "reading-differs")
        .unwrap();
    assert!(
        told.message.contains("not the same ones"),
        "{}",
        told.message
    );
}

#[tokio::test]
async fn contacts_that_got_it_already_are_told() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    assert!(!codes(&desk.preview(RED).await).contains(&"already-launched"));
    desk.launch(RED).await.unwrap();
    let later = RED.replace("\"form\"", "\"delay_minutes\":7,\"form\"");
    let preview = desk.preview(&later).await;
    let told = preview
        .problems
        .iter()
        .find(|problem| problem.code.name() == "already-launched")
        .unwrap();
    assert_eq!(told.at, "");
    assert!(
        told.message.starts_with(
            "2 of these contacts got, or may have got, this broadcast within the repeat window, last at "
        ),
        "{}",
        told.message
    );
    let advises = |message: &str| message.contains("give a delay");
    assert!(!advises(&told.message), "it has one: {}", told.message);
    let without = desk.preview(RED).await;
    let mut told = without.problems.iter();
    assert!(told.any(|problem| advises(&problem.message)));
    let blue = desk.preview(&RED.replace("red", "blue")).await;
    assert!(!codes(&blue).contains(&"already-launched"));
    let named = to(&json!([{"user_id": "1"}])).to_string();
    assert!(codes(&desk.preview(&named).await).contains(&"already-launched"));
}

#[tokio::test]
async fn a_target_without_channel_is_known_again_once_its_channel_is() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    desk.launch(&to(&json!([{"user_id": "77"}])).to_string())
        .await
        .unwrap();
    desk.put_contact("77", "green").await;
    let preview = desk.preview(&RED.replace("red", "green")).await;
    assert!(codes(&preview).contains(&"already-launched"));
}

#[tokio::test]
async fn the_configured_audience_is_counted_where_it_was_synced_and_not_known_elsewhere() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(7)).await;
    let red = json!({"audience_filters": "favorite_color", "audience_criteria": "Equals", "audience_values": "red"});
    sandbox
        .broadcast(json!({"Name": "Reds", "Enabled": true, "audience": red, "settings": {"direct_mode": true}}))
        .await;
    sandbox
        .broadcast(json!({"Name": "All", "Enabled": true, "audience": null, "settings": {"direct_mode": true}}))
        .await;
    let desk = Desk::synced(&sandbox, "").await;
    let count = async |name: &str| {
        let plan = json!({"broadcast": name, "form": "configured"}).to_string();
        desk.preview(&plan).await.who.counts
    };
    assert_eq!(count("Reds").await, Some([3; 4]));
    assert_eq!(count("All").await, Some([7; 4]));

    let live = super::previews::desk().await;
    let preview = live
        .preview(r#"{"broadcast":"Offer","form":"configured"}"#)
        .await;
    assert_eq!(preview.who.counts, None);
    assert!(preview.who.note.unwrap().contains("not known here"));
}

#[tokio::test]
async fn names_from_outside_are_shown_harmless_in_notes() {
    let desk = desk().await;
    let url = "http://127.0.0.1:9/".parse().unwrap();
    let mut evil = broadcast("k2", "b2", "Unsynced", &url);
    evil.audience = Some(AudienceRef {
        id: "a".to_owned(),
        name: "\u{1b}[2J".to_owned(),
    });
    desk.put_broadcasts("k2", vec![evil]).await;
    let preview = desk
        .preview(r#"{"broadcast":"Unsynced","form":"configured"}"#)
        .await;
    assert!(!format!("{:?}", preview.who.note).contains("u{1b}"));
}

#[rstest]
#[case::audience(blue("Offer"), Some(1))]
#[case::targets(to(&json!([{"user_id": "1"}, {"user_id": "88", "bot_channel": "SMSChannel"}, {"user_id": "1"}])), Some(2))]
#[case::conversation(talk(&json!([{"name": "user_id", "value": "1"}])), Some(1))]
#[case::raw(json!({"broadcast": "Offer", "form": "raw", "body": {"any": 1}}), None)]
#[tokio::test]
async fn every_form_is_counted_where_that_can_be_known(
    #[case] plan: Value,
    #[case] count: Option<u64>,
) {
    let preview = desk().await.preview(&plan.to_string()).await;
    assert_eq!(preview.who.count(), count);
    assert_eq!(preview.who.of, 3);
}

#[tokio::test]
async fn an_integration_may_launch_where_the_button_is_off() {
    let desk = desk().await;
    let plan = Plan::from_json(&blue("no-button").to_string()).unwrap();
    let preview = desk
        .session
        .preview(&plan, Surface::Integration)
        .await
        .unwrap();
    assert!(!preview.has_errors(), "{:?}", preview.problems);
}

#[tokio::test]
async fn a_bot_or_an_id_tells_twins_apart() {
    let desk = desk().await;
    let preview = desk.preview(&blue("t2").to_string()).await;
    assert!(!preview.has_errors(), "{:?}", preview.problems);
    let mut named = blue("Offer");
    named["bot"] = json!("Bot k1");
    assert!(!desk.preview(&named.to_string()).await.has_errors());
    named["bot"] = json!("k2");
    assert_eq!(
        codes(&desk.preview(&named.to_string()).await)[0],
        "unknown-broadcast"
    );
}

#[tokio::test]
async fn a_plan_without_fault_has_no_problem() {
    let preview = desk().await.preview(&blue("Offer").to_string()).await;
    assert_eq!(problems(&preview), Vec::<Value>::new());
}
