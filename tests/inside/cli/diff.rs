//! `mylink log ID --diff`: a launch against the one of the same broadcast before it.

use serde_json::{Value, json};

use super::harness::{Console, coloured, keys};

fn launched(console: &Console, plan: &Value) -> String {
    let result = console.launch(plan, []).expect(0).json();
    result["launch_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn plan_and_contacts_are_compared() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let first = launched(&console, &coloured(&broadcast, "red"));
    let alone = console
        .run(["log", &first, "--diff", "--json"])
        .expect(0)
        .json();
    assert_eq!(keys(&alone), ["since", "changes", "contacts"]);
    assert_eq!(
        (&alone["since"], &alone["changes"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(alone["contacts"]["added"], 3);
    let mut plan = coloured(&broadcast, "blue");
    plan["variables"] = json!([{"name": "campaign", "value": "a\u{1b}"}]);
    plan["delay_minutes"] = json!(5);
    // How the broadcast is called is no change.
    plan["broadcast"] = json!("Direct");
    let second = launched(&console, &plan);
    let diff = console.run(["log", &second, "--diff", "--json"]).expect(0);
    assert!(!diff.stdout.contains('\u{1b}'));
    let diff = diff.json();
    assert_eq!(diff["since"], json!(first));
    let what: Vec<&str> = diff["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["what"].as_str().unwrap())
        .collect();
    assert_eq!(what, ["part", "filter", "variable"]);
    let expected = ["what", "name", "before", "after", "message"];
    assert_eq!(keys(&diff["changes"][1]), expected);
    assert_eq!(diff["changes"][1]["before"]["value"], "red");
    assert_eq!(diff["changes"][1]["after"]["value"], "blue");
    let contacts = &diff["contacts"];
    let expected = ["added", "gone", "kept", "added_sample", "gone_sample"];
    assert_eq!(keys(contacts), expected);
    assert_eq!(
        (&contacts["added"], &contacts["gone"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(
        contacts["gone_sample"][0],
        json!({"bot_channel": "WhatsAppChannel", "user_id": "2"})
    );
    let human = console.run(["log", &second, "--diff"]).expect(0).stdout;
    assert!(
        human.contains("favorite_color") && human.contains(&first),
        "{human}"
    );
    assert!(!human.contains('\u{1b}'));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_review_says_what_changed_since_the_last_launch() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = coloured(&broadcast, "red");
    let first = console.plan(&plan, ["launch"]).expect(0).stdout;
    assert!(
        first.contains("no launch of this broadcast before"),
        "{first}"
    );
    let id = launched(&console, &plan);
    let other = console
        .plan(&coloured(&broadcast, "blue"), ["launch"])
        .expect(0)
        .stdout;
    assert!(
        other.contains(&id) && other.contains("3 contacts added, 3 gone"),
        "{other}"
    );
    let json = console.plan(&plan, ["launch", "--json"]).expect(0).json();
    assert_eq!(keys(&json), ["request", "calls", "audience", "problems"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_broadcast_is_not_what_it_is_compared_with() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let other = console
        .sandbox
        .broadcast(json!({"Name": "Other", "Enabled": true, "audience": null, "settings": {"direct_mode": true}}))
        .await;
    console.run(["sync"]).expect(0);
    let first = launched(&console, &coloured(&broadcast, "red"));
    launched(&console, &coloured(&other, "blue"));
    let again = console
        .launch(&coloured(&broadcast, "red"), ["--again"])
        .expect(0)
        .json();
    let id = again["launch_id"].as_str().unwrap();
    let diff = console
        .run(["log", id, "--diff", "--json"])
        .expect(0)
        .json();
    assert_eq!(diff["since"], json!(first));
    assert_eq!(diff["changes"], json!([]));
    assert_eq!(
        (&diff["contacts"]["added"], &diff["contacts"]["kept"]),
        (&json!(0), &json!(3))
    );
    console.run(["log", "--diff"]).expect(2);
    console.run(["log", id, "--diff", "--curl"]).expect(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_of_a_body_that_builds_no_form_are_those_of_the_configured_audience() {
    let (console, broadcast) =
        Console::with_broadcast(json!({"require_valid_filter": false})).await;
    let raw = |x: u8| json!({"broadcast": broadcast.id, "form": "raw", "body": {"x": x}});
    launched(&console, &raw(1));
    let second = launched(&console, &raw(2));
    let diff = console
        .run(["log", &second, "--diff", "--json"])
        .expect(0)
        .json();
    let contacts = &diff["contacts"];
    assert_eq!(
        (&contacts["added"], &contacts["gone"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(diff["changes"][0]["what"], "body");
}
