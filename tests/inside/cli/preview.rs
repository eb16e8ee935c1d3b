//! `mylink preview`: its JSON to the letter, by the cache alone.

use rstest::rstest;
use serde_json::{Value, json};

use super::harness::{Console, coloured, keys};

fn codes(preview: &Value) -> Vec<&str> {
    let problems = preview["problems"].as_array().unwrap();
    problems
        .iter()
        .map(|problem| problem["code"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_has_the_documented_shape() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let preview = console
        .plan(&coloured(&broadcast, "red"), ["preview", "--json"])
        .expect(0)
        .json();
    assert_eq!(keys(&preview), ["request", "calls", "audience", "problems"]);
    let body = r#"{"audience_filters":"favorite_color","audience_criteria":"Equals","audience_values":"red"}"#;
    let request = &preview["request"];
    assert_eq!(
        keys(request),
        ["method", "url", "bytes", "limit_bytes", "body"]
    );
    assert_eq!(request["method"], "POST");
    assert_eq!(request["body"], body);
    assert_eq!(request["bytes"], body.len());
    assert_eq!(request["limit_bytes"], 1_000_000);
    assert!(request["url"].as_str().unwrap().contains("••••••••"));
    assert_eq!(
        preview["calls"],
        json!([{"bytes": body.len(), "targets": 3}])
    );
    let audience = &preview["audience"];
    assert_eq!(
        keys(audience),
        ["count", "of", "as_of", "readings", "sample"]
    );
    assert_eq!(
        (&audience["count"], &audience["of"]),
        (&json!(3), &json!(6))
    );
    assert!(audience["as_of"].as_str().unwrap().ends_with('Z'));
    let readings = json!({"left_to_right/ignore_case": 3, "left_to_right/match_case": 3,
        "and_before_or/ignore_case": 3, "and_before_or/match_case": 3});
    assert_eq!(audience["readings"], readings);
    assert_eq!(audience["sample"].as_array().unwrap().len(), 3);
    assert_eq!(audience["sample"][0]["favorite_color"], "red");
    assert_eq!(preview["problems"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_opens_no_socket() {
    let (mut console, broadcast) = Console::with_broadcast(json!({})).await;
    console.sandbox.running.take().unwrap().shutdown().await;
    let preview = console
        .plan(&coloured(&broadcast, "red"), ["preview", "--json"])
        .expect(0);
    assert_eq!(preview.json()["audience"]["count"], 3);
    console
        .plan(&coloured(&broadcast, "red"), ["launch"])
        .expect(0)
        .says("Nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_has_code_severity_place_and_sentence() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let preview = console
        .plan(&coloured(&broadcast, "a;b"), ["preview", "--json"])
        .expect(2)
        .json();
    let problem = &preview["problems"][0];
    assert_eq!(keys(problem), ["code", "severity", "at", "message"]);
    assert_eq!(problem["code"], "separator-in-value");
    assert_eq!(problem["severity"], "error");
    assert_eq!(problem["at"], "/filters/0/value");
    let human = console
        .plan(&coloured(&broadcast, "a;b"), ["preview"])
        .expect(2);
    assert!(human.stdout.contains("separator-in-value"));
}

#[rstest]
#[case::not_json("{\"broadcast\":")]
#[case::unknown_key("{\"broadcast\":\"x\",\"form\":\"configured\",\"colour\":1}")]
#[case::empty("")]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_plan_is_told_as_json_all_the_same(#[case] text: &str) {
    let console = Console::start().await;
    for verb in ["preview", "launch"] {
        let ran = console
            .run_with(text, [verb, "-", "--json"])
            .expect(2)
            .json();
        assert_eq!(keys(&ran), ["request", "calls", "audience", "problems"]);
        assert_eq!(ran["request"], Value::Null);
        assert_eq!(ran["calls"], json!([]));
        assert_eq!(ran["audience"], Value::Null);
        assert_eq!(codes(&ran)[0], "invalid-plan");
    }
    let bytes = console
        .run_with([0x7b, 0xff], ["preview", "-", "--json"])
        .expect(2);
    assert_eq!(codes(&bytes.json()), ["invalid-plan"]);
    let refused = console
        .run_with(text, ["launch", "-", "--yes", "--json"])
        .expect(2)
        .json();
    assert_eq!(refused["outcome"], "refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_broadcast_nothing_is_counted() {
    let (console, _) = Console::with_broadcast(json!({})).await;
    let plan = json!({"broadcast": "nothing", "form": "audience",
        "filters": [{"field": "x", "criterion": "HasValue"}]});
    let preview = console.plan(&plan, ["preview", "--json"]).expect(2).json();
    assert_eq!(codes(&preview), ["unknown-broadcast"]);
    assert_eq!(preview["audience"]["count"], Value::Null);
    assert_eq!(preview["audience"]["readings"], Value::Null);
    assert_eq!(preview["request"]["url"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_calls_are_listed_and_the_first_is_shown() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.configure("[profiles.test.dialect]\nlimit_bytes = 90");
    let target =
        |number: usize| json!({"user_id": number.to_string(), "bot_channel": "WhatsAppChannel"});
    let targets: Vec<Value> = (1..=3).map(target).collect();
    let plan = json!({"broadcast": broadcast.id, "form": "targets", "targets": targets});
    let preview = console.plan(&plan, ["preview", "--json"]).expect(0).json();
    let first = r#"{"targets":[{"user_id":"1","bot_channel":"WhatsAppChannel"}]}"#;
    assert_eq!(preview["request"]["body"], first);
    assert_eq!(preview["request"]["bytes"], first.len());
    let call = json!({"bytes": first.len(), "targets": 1});
    assert_eq!(preview["calls"], json!([call, call, call]));
    let launched = console.launch(&plan, []).expect(0).json();
    assert_eq!(launched["calls"].as_array().unwrap().len(), 3);
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_integration_may_launch_where_the_button_is_off() {
    let (console, broadcast) =
        Console::with_broadcast(json!({"disable_execution_button": true})).await;
    let plan = coloured(&broadcast, "red");
    let preview = console.plan(&plan, ["preview", "--json"]).expect(2).json();
    assert_eq!(codes(&preview), ["execution-disabled"]);
    console.plan(&plan, ["launch"]).expect(4);
    console.launch(&plan, []).expect(4);
    console
        .plan(&plan, ["preview", "--as-integration"])
        .expect(0);
    console.launch(&plan, ["--as-integration"]).expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_is_added_to_the_preview_and_nothing_is_launched() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let preview = console
        .plan(
            &coloured(&broadcast, "red"),
            ["preview", "--rehearse", "--json"],
        )
        .expect(0)
        .json();
    assert_eq!(
        keys(&preview),
        ["request", "calls", "audience", "problems", "rehearsal"]
    );
    let rehearsal = &preview["rehearsal"];
    assert_eq!(rehearsal["contacts"], 6);
    assert_eq!(rehearsal["calls"][0]["status"], 200);
    assert_eq!(rehearsal["calls"][0]["bytes"], preview["request"]["bytes"]);
    assert_eq!(rehearsal["targets"]["count"], 3);
    let nobody = json!({"count": 0, "some": []});
    assert_eq!(
        rehearsal["difference"],
        json!({"only_in_preview": nobody, "only_in_rehearsal": nobody})
    );
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
    assert!(console.log().is_empty());
    assert!(!console.data().join(".rehearsals").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_is_told_in_words_without_the_platform() {
    let (mut console, broadcast) = Console::with_broadcast(json!({})).await;
    console.sandbox.running.take().unwrap().shutdown().await;
    let ran = console
        .plan(&coloured(&broadcast, "red"), ["preview", "--rehearse"])
        .expect(0);
    let verdict = "rehearsed Accepted: 3 contacts targeted, exactly those of the preview.";
    assert!(ran.stdout.contains(verdict), "{ran:?}");
    assert!(ran.stdout.contains("nobody was messaged"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_with_an_error_is_rehearsed_and_its_code_stays() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let preview = console
        .plan(
            &coloured(&broadcast, "a;b"),
            ["preview", "--rehearse", "--json"],
        )
        .expect(2)
        .json();
    assert_eq!(preview["rehearsal"]["calls"][0]["status"], 400, "{preview}");
    let unknown = json!({"broadcast": "nowhere", "form": "configured"});
    let preview = console
        .plan(&unknown, ["preview", "--rehearse", "--json"])
        .expect(2)
        .json();
    assert_eq!(preview["rehearsal"], Value::Null);
    assert_eq!(codes(&preview), ["unknown-broadcast"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_contact_is_explained_by_its_own_values() {
    let (mut console, broadcast) = Console::with_broadcast(json!({})).await;
    console.sandbox.running.take().unwrap().shutdown().await;
    let plan = coloured(&broadcast, "red");
    let explain = |id: &str| {
        let id = format!("--explain={id}");
        let ran = console.plan(&plan, ["preview", "--json", &id]).expect(0);
        ran.json()["explain"].clone()
    };
    let sample = console.plan(&plan, ["preview", "--json"]).expect(0).json();
    let red = sample["audience"]["sample"][0]["user_id"].as_str().unwrap();
    let told = explain(red);
    assert_eq!(keys(&told), ["asked", "message", "contacts", "more"]);
    let contact = &told["contacts"][0];
    assert_eq!(
        keys(contact),
        [
            "contact",
            "reached",
            "suppressed",
            "sure",
            "sentences",
            "readings",
            "rows"
        ]
    );
    assert_eq!(
        (&contact["reached"], &contact["suppressed"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        contact["sentences"],
        json!(["Matches: favorite_color is \"red\", so Equals \"red\" holds."])
    );
    assert_eq!(
        contact["rows"],
        json!([{"field": "favorite_color", "criterion": "Equals", "value": "red",
            "held": "red", "known": true, "holds": true, "decides": true}])
    );
    let nobody = explain("nobody-at-all");
    assert_eq!(nobody["contacts"], json!([]));
    assert_eq!(
        nobody["message"],
        "\"nobody-at-all\" isn't in the cache: no contact of the bot has it as user_id or phone number. Sync, if it should be there."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_readings_differ_for_a_contact_it_says_so() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let first = &console.sandbox.contacts().await[0];
    let id = first["user_id"].as_str().unwrap();
    let colour = first["favorite_color"].as_str().unwrap().to_uppercase();
    let plan = coloured(&broadcast, &colour);
    let told = console
        .plan(&plan, ["preview", "--json", "--explain", id])
        .expect(0)
        .json();
    let readings = json!({"left_to_right/ignore_case": true, "left_to_right/match_case": false,
        "and_before_or/ignore_case": true, "and_before_or/match_case": false});
    assert_eq!(told["explain"]["contacts"][0]["readings"], readings);
    let words = console
        .plan(&plan, ["preview", "--explain", id])
        .expect(0)
        .stdout;
    let differ = "Read otherwise (left_to_right/match_case, and_before_or/match_case) the answer is another. Doesn't match";
    assert!(words.contains(differ), "{words}");
    assert!(words.contains("(letter case is ignored)"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_without_filters_is_explained_by_what_it_goes_by() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let contacts = console.sandbox.contacts().await;
    let id = |place: usize| contacts[place]["user_id"].as_str().unwrap();
    let channel = &contacts[0]["bot_channel"];
    let plan = json!({"broadcast": broadcast.id, "form": "targets",
        "targets": [{"user_id": id(0), "bot_channel": channel}, {"user_id": "stranger", "bot_channel": channel}]});
    let says = |name: &str, words: &str| {
        let ran = console
            .plan(&plan, ["preview", "--explain", name])
            .expect(0);
        assert!(ran.stdout.contains(words), "{ran:?}");
    };
    says(id(0), "Reached: the plan names it.");
    says(id(1), "Not reached: the plan doesn't name it.");
    says("stranger", "The plan names it all the same");
    console
        .plan(&plan, ["preview", "--explain", " "])
        .expect(2)
        .says("is nobody's");
}

/// A console whose cache holds the colour of nobody.
async fn without_colours() -> (Console, crate::sandbox::harness::Broadcast) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    std::fs::remove_file(console.data().join("test/cache.db")).unwrap();
    console.configure("fields = [\"first_name\"]");
    console.run(["sync"]).expect(0);
    (console, broadcast)
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_of_whom_the_field_is_not_held_are_counted_apart() {
    let (console, broadcast) = without_colours().await;
    let plan = coloured(&broadcast, "red");
    let audience = console.plan(&plan, ["preview", "--json"]).expect(0).json()["audience"].clone();
    assert_eq!(
        (&audience["count"], &audience["unknown"]),
        (&json!(0), &json!(6))
    );
    assert_eq!(
        audience["coverage"],
        json!([{"field": "favorite_color", "known": 0, "of": 6}])
    );
    let words = "6 contacts more may match: favorite_color is known of 0 of 6 contacts. Sync with these fields";
    for verb in ["preview", "launch"] {
        let ran = console.plan(&plan, [verb]).expect(0);
        assert!(ran.stdout.contains(words), "{verb}: {ran:?}");
    }
    let told = console
        .plan(&plan, ["preview", "--json", "--explain", "2"])
        .expect(0)
        .json();
    let contact = &told["explain"]["contacts"][0];
    assert_eq!(
        (&contact["sure"], &contact["rows"][0]["known"]),
        (&json!(false), &json!(false))
    );
    let sentence = contact["sentences"][0].as_str().unwrap();
    assert!(
        sentence.ends_with("It may, since the cache doesn't hold everything that is asked."),
        "{sentence}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_launch_set_since_the_sync_is_warned_about() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let mut setting = coloured(&broadcast, "red");
    setting["variables"] = json!([{"name": "favorite_color", "value": "blue"}]);
    console.launch(&setting, []).expect(0);
    let plan = coloured(&broadcast, "blue");
    let preview = console.plan(&plan, ["preview", "--json"]).expect(0).json();
    assert_eq!(codes(&preview), ["stale-contacts"]);
    let problem = &preview["problems"][0];
    assert_eq!(problem["severity"], "warning");
    let message = problem["message"].as_str().unwrap();
    let words = "(Direct) set, or may have set, favorite_color since the contacts were read";
    assert!(message.contains(words), "{message}");
    assert_eq!(preview["audience"]["count"], 3, "by the cache, as before");
    console.run(["sync"]).expect(0);
    let preview = console.plan(&plan, ["preview", "--json"]).expect(0).json();
    // Those who were red got the broadcast, and are blue now.
    assert_eq!(codes(&preview), ["already-launched"]);
    assert_eq!(preview["audience"]["count"], 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_known_from_a_file_alone_is_counted_apart() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let file = "user_id,bot_channel,favorite_color\n\
                1,WhatsAppChannel,red\n393201234567,WhatsAppChannel,red\n";
    console.run_with(file, ["import", "-"]).expect(0);
    let plan = coloured(&broadcast, "red");
    let preview = console.plan(&plan, ["preview", "--json"]).expect(0).json();
    let audience = &preview["audience"];
    assert_eq!(
        keys(audience),
        ["count", "of", "as_of", "readings", "imported", "sample"]
    );
    assert_eq!(audience["imported"], 1);
    let words = console.plan(&plan, ["preview"]).expect(0).stdout;
    let line = "1 of them is known from a file alone; the platform may not have them.";
    assert!(words.contains(line), "{words}");
}
