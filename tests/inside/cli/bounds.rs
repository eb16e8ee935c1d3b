//! What is not one number is never taken for one: each gate against counts that are sure, that hang on the reading of a
//! filter, on fields that were not synced, or on contacts that were never read.

use rstest::rstest;
use serde_json::{Value, json};

use super::harness::{Console, Ran};
use crate::sandbox::harness::Broadcast;

/// How sure the count is.
#[derive(Debug, Clone, Copy)]
enum Count {
    /// 4, for sure.
    Sure,
    /// 3 from left to right, 6 where AND goes before OR.
    ByReading,
    /// 4, and none where letter case counts.
    FewerByCase,
    /// None of the 8 is counted, and each may match: 4 do.
    Unsure,
    /// The audiences could not be read.
    NeverSynced,
}

/// The contacts 1 to 8: those up to 4 speak Italian, those from 4 to 6 live in Milano.
fn people() -> Value {
    let person = |number: usize| {
        json!({"user_id": number.to_string(), "bot_channel": "WebChannel", "first_name": "Ada",
            "language": if number <= 4 { "it" } else { "de" },
            "city": if (4..=6).contains(&number) { "Milano" } else { "Roma" }})
    };
    (1..=8).map(person).collect()
}

/// A console whose count is as sure as that, with these lines in its profile.
async fn desk(count: Count, lines: &str) -> (Console, Broadcast) {
    let console = Console::start().await;
    console.sandbox.put_contacts(people()).await;
    let broadcast = console.sandbox.direct(json!({})).await;
    let fields = match count {
        Count::Unsure => "fields = [\"first_name\"]\n",
        _ => "",
    };
    console.configure(&format!("{fields}hold_seconds = 0\n{lines}"));
    if matches!(count, Count::NeverSynced) {
        let broken = json!([{"on": "audiences", "times": 1000, "status": 500}]);
        console.sandbox.faults(broken).await;
    }
    console.run(["sync"]).expect(0);
    (console, broadcast)
}

fn plan(broadcast: &Broadcast, count: Count) -> Value {
    let equals =
        |field: &str, value: &str| json!({"field": field, "criterion": "Equals", "value": value});
    let joined = |join: &str, field: &str, value: &str| {
        let mut filter = equals(field, value);
        filter["join"] = json!(join);
        filter
    };
    let filters = match count {
        Count::ByReading => json!([
            equals("language", "it"),
            joined("OR", "city", "Milano"),
            joined("AND", "city", "Milano"),
        ]),
        Count::FewerByCase => json!([equals("language", "IT")]),
        _ => json!([equals("language", "it")]),
    };
    json!({"broadcast": broadcast.id, "form": "audience", "filters": filters})
}

const LIVE: &str = "danger = \"live\"";

#[rstest]
// A safe profile asks nothing, but its limits and the caller's own word hold for all that may be reached.
#[case::safe(Count::Sure, "", &[], 0, "")]
#[case::safe_by_reading(Count::ByReading, "", &[], 0, "")]
#[case::safe_unsure(Count::Unsure, "", &[], 0, "")]
#[case::safe_never_synced(Count::NeverSynced, "", &[], 0, "never synced")]
#[case::at_the_most(Count::Sure, "max_targets = 4", &[], 0, "")]
#[case::over_the_most(Count::Sure, "max_targets = 3", &[], 4, "max_targets")]
#[case::at_the_most_by_reading(Count::ByReading, "max_targets = 6", &[], 0, "")]
#[case::over_the_most_by_reading(Count::ByReading, "max_targets = 5", &[], 4, "max_targets")]
#[case::at_the_most_unsure(Count::Unsure, "max_targets = 8", &[], 0, "")]
#[case::over_the_most_unsure(Count::Unsure, "max_targets = 7", &[], 4, "max_targets")]
#[case::typed(Count::Sure, "", &["--confirm", "4"], 0, "")]
#[case::typed_the_shown_one(Count::ByReading, "", &["--confirm", "3"], 4, "--confirm 6")]
#[case::typed_the_most(Count::ByReading, "", &["--confirm", "6"], 0, "")]
#[case::typed_a_nought(Count::Unsure, "", &["--confirm", "0"], 4, "--confirm 8")]
#[case::typed_the_most_unsure(Count::Unsure, "", &["--confirm", "8"], 0, "")]
#[case::typed_what_nobody_knows(Count::NeverSynced, "", &["--confirm", "0"], 4, "not known")]
#[case::expected(Count::Sure, "", &["--expect", "4"], 0, "")]
#[case::expected_the_shown_one(Count::ByReading, "", &["--expect", "3"], 4, "3 to 6")]
#[case::expected_fewer(Count::ByReading, "", &["--expect", "..5"], 4, "3 to 6")]
#[case::expected_more(Count::ByReading, "", &["--expect", "4.."], 4, "3 to 6")]
#[case::expected_where_another_reading_has_fewer(Count::FewerByCase, "", &["--expect", "4"], 0, "")]
#[case::live_where_another_reading_has_fewer(Count::FewerByCase, LIVE, &["--confirm", "4"], 0, "")]
#[case::expected_all(Count::ByReading, "", &["--expect", "3..6"], 0, "")]
#[case::expected_a_nought(Count::Unsure, "", &["--expect", "0..7"], 4, "0 to 8")]
#[case::expected_all_unsure(Count::Unsure, "", &["--expect", "..8"], 0, "")]
#[case::expected_anything(Count::NeverSynced, "", &["--expect", "0.."], 4, "not known")]
// A live one asks for the most there may be, and for the name where nobody can tell.
#[case::live(Count::Sure, LIVE, &["--confirm", "4"], 0, "")]
#[case::live_without_a_word(Count::Sure, LIVE, &[], 4, "the number of targets is confirmed by --confirm 4")]
#[case::live_by_reading(Count::ByReading, LIVE, &["--confirm", "6"], 0, "")]
#[case::live_by_the_shown_one(Count::ByReading, LIVE, &["--confirm", "3"], 4, "--confirm 6")]
#[case::live_by_reading_without_a_word(Count::ByReading, LIVE, &[], 4, "--confirm 6")]
#[case::live_unsure(Count::Unsure, LIVE, &["--confirm", "8"], 0, "")]
#[case::live_by_a_nought(Count::Unsure, LIVE, &["--confirm", "0"], 4, "--confirm 8")]
#[case::live_never_synced(Count::NeverSynced, LIVE, &["--confirm-name", "Direct"], 0, "")]
#[case::live_never_synced_without_a_word(Count::NeverSynced, LIVE, &[], 4, "--confirm-name")]
#[case::live_never_synced_by_a_nought(Count::NeverSynced, LIVE, &["--confirm", "0"], 4, "not known")]
#[case::live_never_synced_by_a_nought_and_the_name(Count::NeverSynced, LIVE, &["--confirm", "0", "--confirm-name", "Direct"], 4, "not known")]
#[case::live_over_the_most(Count::ByReading, "danger = \"live\"\nmax_targets = 5", &["--confirm", "6", "--confirm-name", "Direct"], 4, "max_targets")]
#[case::large(Count::Sure, "danger = \"live\"\nconfirm_above = 4", &["--confirm", "4"], 4, "--confirm-name")]
#[case::large_by_reading(Count::ByReading, "danger = \"live\"\nconfirm_above = 6", &["--confirm", "6"], 4, "--confirm-name")]
#[case::large_by_reading_with_the_name(Count::ByReading, "danger = \"live\"\nconfirm_above = 6", &["--confirm", "6", "--confirm-name", "Direct"], 0, "")]
#[case::not_large_by_reading(Count::ByReading, "danger = \"live\"\nconfirm_above = 7", &["--confirm", "6"], 0, "")]
#[case::large_unsure(Count::Unsure, "danger = \"live\"\nconfirm_above = 8", &["--confirm", "8"], 4, "--confirm-name")]
// One that waits is asked the same before it waits.
#[case::waiting_by_the_shown_one(Count::ByReading, LIVE, &["--at", "+1h", "--confirm", "3"], 4, "--confirm 6")]
#[case::waiting_expected(Count::ByReading, "", &["--at", "+1h", "--expect", "..5"], 4, "3 to 6")]
#[case::waiting_never_synced(Count::NeverSynced, LIVE, &["--at", "+1h", "--confirm", "0"], 4, "not known")]
#[tokio::test(flavor = "multi_thread")]
async fn gates_hold_for_all_that_may_be_reached(
    #[case] count: Count,
    #[case] lines: &str,
    #[case] word: &[&str],
    #[case] code: i32,
    #[case] says: &str,
) {
    let (console, broadcast) = desk(count, lines).await;
    let plan = plan(&broadcast, count);
    console
        .launch(&plan, word.iter().copied())
        .expect(code)
        .says(says);
    let runs = console.sandbox.runs(&broadcast).await.len();
    assert_eq!(runs, usize::from(code == 0));
}

#[rstest]
#[case::sure(Count::Sure, json!({"count": 4}))]
#[case::by_reading(Count::ByReading, json!({"count": 3, "at_least": 3, "at_most": 6}))]
#[case::unsure(Count::Unsure, json!({"count": 0, "at_least": 0, "at_most": 8}))]
#[case::never_synced(Count::NeverSynced, json!({"count": null}))]
#[tokio::test(flavor = "multi_thread")]
async fn a_preview_says_how_sure_its_count_is(#[case] count: Count, #[case] expected: Value) {
    let (console, broadcast) = desk(count, LIVE).await;
    let plan = plan(&broadcast, count);
    let preview = console.plan(&plan, ["preview", "--json"]).expect(0).json();
    let mut said = serde_json::Map::new();
    for key in ["count", "at_least", "at_most"] {
        let value = preview["audience"].get(key).cloned();
        said.extend(value.map(|value| (key.to_owned(), value)));
    }
    assert_eq!(Value::Object(said), expected);
    let codes = codes(&preview);
    assert!(!codes.contains(&"no-match".to_owned()), "{codes:?}");
}

#[rstest]
#[case::sure(Count::Sure, "--confirm 4 launches")]
#[case::by_reading(Count::ByReading, "--confirm 6 (the most it may reach) launches")]
#[case::never_synced(Count::NeverSynced, "--yes --confirm-name NAME launches")]
#[tokio::test(flavor = "multi_thread")]
async fn the_review_says_which_number_is_asked(#[case] count: Count, #[case] words: &str) {
    let (console, broadcast) = desk(count, LIVE).await;
    let plan = plan(&broadcast, count);
    console.plan(&plan, ["launch"]).expect(0).says(words);
}

fn codes(preview: &Value) -> Vec<String> {
    let problems = preview["problems"].as_array().unwrap().iter();
    problems
        .map(|problem| problem["code"].as_str().unwrap().to_owned())
        .collect()
}

/// The contact 1 speaks Italian and lives elsewhere: it matches where AND goes before OR.
fn suppress(console: &Console) -> Ran {
    console.run(["suppress", "add", "1", "--reason", "asked"])
}

#[rstest]
#[case::by_another_reading(Count::ByReading)]
#[case::by_what_the_cache_does_not_hold(Count::Unsure)]
#[tokio::test(flavor = "multi_thread")]
async fn who_may_be_reached_and_must_not_be_stops_a_launch(#[case] count: Count) {
    let (console, broadcast) = desk(count, "").await;
    suppress(&console).expect(0);
    let plan = plan(&broadcast, count);
    let ran = console.launch(&plan, []);
    assert!(ran.code == 2 || ran.code == 4, "{ran:?}");
    assert!(ran.stderr.contains("suppression list"), "{ran:?}");
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_can_not_be_held_against_contacts_nobody_read_is_warned_about() {
    let (console, broadcast) = desk(Count::NeverSynced, "").await;
    suppress(&console).expect(0);
    let plan = plan(&broadcast, Count::NeverSynced);
    let preview = console.plan(&plan, ["preview", "--json"]).expect(0).json();
    let found = codes(&preview);
    assert!(
        found.contains(&"suppression-not-checked".to_owned()),
        "{found:?}"
    );
}

#[rstest]
#[case::by_another_reading(Count::ByReading, Some(3), "3 to 6")]
#[case::by_what_the_cache_does_not_hold(Count::Unsure, Some(0), "0 to 8")]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_have_been_reached_is_on_the_record(
    #[case] count: Count,
    #[case] targets: Option<u64>,
    #[case] range: &str,
) {
    let (console, broadcast) = desk(count, "").await;
    console.launch(&plan(&broadcast, count), []).expect(0);
    let launch = &console.log()[0];
    assert_eq!(launch["targets"], json!(targets));
    let whole = console.run(["log", launch["launch_id"].as_str().unwrap()]);
    assert!(whole.stdout.contains(range), "{whole:?}");
    // The contact 1 was not counted, and got it.
    let to_one = json!({"broadcast": broadcast.id, "form": "targets",
        "targets": [{"user_id": "1", "bot_channel": "WebChannel"}]});
    let preview = console
        .plan(&to_one, ["preview", "--json"])
        .expect(0)
        .json();
    let found = codes(&preview);
    assert!(found.contains(&"already-launched".to_owned()), "{found:?}");
}

/// Who doesn't speak German, as far as the cache knows: nobody's language was asked for.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_named_who_may_not_match() {
    let (console, broadcast) = desk(Count::Unsure, "").await;
    let plan = json!({"broadcast": broadcast.id, "form": "audience",
        "filters": [{"field": "language", "criterion": "Different", "value": "de"}]});
    let ran = console.plan_of(&plan, &["freeze"]).expect(2);
    ran.says("8 cached contacts may match, but of none of them it is known");
    // The one whose language a file tells is named, and what is left open is said.
    let file = console.home().join("people.csv");
    std::fs::write(&file, "user_id,bot_channel,language\n1,WebChannel,it\n").unwrap();
    console.run(["import", file.to_str().unwrap()]).expect(0);
    let frozen = console.plan_of(&plan, &["freeze"]).expect(0);
    let targets = frozen.json()["targets"].clone();
    assert_eq!(
        targets,
        json!([{"user_id": "1", "bot_channel": "WebChannel"}])
    );
    frozen.says("7 of those counted left out");
}
