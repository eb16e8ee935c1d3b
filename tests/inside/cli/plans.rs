//! `mylink plan`: saved plans, templates, plans out of files, and plans wherever one is taken.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rstest::rstest;
use serde_json::{Value, json};

use super::harness::{Console, coloured, keys};
use crate::sandbox::harness::Broadcast;

fn template(broadcast: &Broadcast) -> String {
    let id = &broadcast.id;
    format!(
        r#"{{"broadcast":"{id}","form":"audience","filters":[{{"field":"favorite_color","criterion":"Equals","value":"{{{{color}}}}"}}],"variables":[{{"name":"campaign","value":"{{{{name}}}} {{{{color}}}}"}}],"delay_minutes":"{{{{minutes}}}}"}}"#
    )
}

fn names(console: &Console) -> Vec<String> {
    let list = console.run(["plan", "list", "--json"]).expect(0).json();
    let plans = list.as_array().unwrap().iter();
    plans
        .map(|plan| plan["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_saved_listed_shown_taken_by_name_and_removed() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = coloured(&broadcast, "red");
    let text = format!("{plan:#}\n");
    assert!(names(&console).is_empty());
    console
        .run_with(&text, ["plan", "save", "red ones", "-"])
        .expect(0);
    console
        .run_with(&text, ["plan", "save", "a", "-"])
        .expect(0);
    assert_eq!(names(&console), ["a", "red ones"]);
    let list = console.run(["plan", "list", "--json"]).json();
    let expected = [
        "name",
        "form",
        "broadcast",
        "bot",
        "saved_at",
        "template",
        "problem",
    ];
    assert_eq!(keys(&list[0]), expected);
    assert_eq!(list[1]["form"], "audience");
    assert_eq!(list[1]["broadcast"], json!(broadcast.id));
    assert_eq!(
        (&list[1]["template"], &list[1]["problem"]),
        (&json!([]), &Value::Null)
    );
    let shown = console.run(["plan", "show", "red ones"]).expect(0);
    assert_eq!(shown.stdout, text);
    let preview = console.run(["preview", "red ones", "--json"]).expect(0);
    assert_eq!(preview.json()["audience"]["count"], 3);
    console.run(["launch", "red ones", "--yes"]).expect(0);
    assert_eq!(console.sandbox.reached(&broadcast).await, ["2", "4", "6"]);
    console.run(["plan", "remove", "red ones"]).expect(0);
    assert_eq!(names(&console), ["a"]);
    console.run(["plan", "remove", "red ones"]).expect(2);
    console.run(["plan", "show", "red ones"]).expect(2);
    console.run(["preview", "red ones"]).expect(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_plan_is_private_and_never_half_written() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console
        .plan(&coloured(&broadcast, "red"), ["plan", "save", "x"])
        .expect(2);
    let text = coloured(&broadcast, "red").to_string();
    console
        .run_with(&text, ["plan", "save", "x", "-"])
        .expect(0);
    let folder = console.data().join("test/plans");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(&folder), mode(&folder.join("x.json"))),
        (0o700, 0o600)
    );
    let files: Vec<_> = fs::read_dir(&folder).unwrap().collect();
    assert_eq!(files.len(), 1, "no file is left of the writing");
    let other = coloured(&broadcast, "blue").to_string();
    console
        .run_with(&other, ["plan", "save", "x", "-"])
        .expect(4)
        .says("--replace");
    let replace = ["plan", "save", "x", "-", "--replace"];
    console.run_with("{}", replace).expect(2);
    assert_eq!(fs::read_to_string(folder.join("x.json")).unwrap(), text);
    console.run_with(&other, replace).expect(0);
    assert_eq!(fs::read_to_string(folder.join("x.json")).unwrap(), other);
}

#[rstest]
#[case::a_path("../x")]
#[case::a_folder("a/b")]
#[case::backslash("a\\b")]
#[case::hidden(".x")]
#[case::empty("")]
#[case::control("a\u{1b}[2J")]
#[case::bidi("a\u{202e}b")]
#[case::blank_at_the_end("a ")]
#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_none(#[case] name: &str) {
    let console = Console::start().await;
    let plan = r#"{"broadcast":"b","form":"configured"}"#;
    let ran = console
        .run_with(plan, ["plan", "save", name, "-"])
        .expect(2);
    assert!(
        ran.stderr.contains("can't be the name of a plan"),
        "{ran:?}"
    );
    assert!(!ran.stderr.contains('\x1b'));
    console.run(["plan", "show", name]).expect(2);
    console.run(["plan", "remove", name]).expect(2);
    assert!(names(&console).is_empty());
    let long = "x".repeat(201);
    console
        .run_with(plan, ["plan", "save", &long, "-"])
        .expect(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_listed_with_its_reason_and_hides_no_other() {
    let console = Console::start().await;
    let plan = r#"{"broadcast":"b","form":"configured"}"#;
    console
        .run_with(plan, ["plan", "save", "good", "-"])
        .expect(0);
    let folder = console.data().join("test/plans");
    fs::write(folder.join("cut.json"), r#"{"broadcast":"b","#).unwrap();
    fs::write(folder.join("bytes.json"), [0xff, 0x00]).unwrap();
    fs::write(
        folder.join("key.json"),
        r#"{"broadcast":"b","form":"configured","x\u001b":1}"#,
    )
    .unwrap();
    fs::create_dir(folder.join("folder.json")).unwrap();
    fs::write(folder.join("notes.txt"), "no plan").unwrap();
    let list = console.run(["plan", "list", "--json"]).expect(0).json();
    let problems: Vec<(&str, bool)> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|plan| (plan["name"].as_str().unwrap(), plan["problem"].is_string()))
        .collect();
    let expected = [
        ("bytes", true),
        ("cut", true),
        ("folder", true),
        ("good", false),
        ("key", true),
    ];
    assert_eq!(problems, expected);
    let told = console
        .run(["plan", "list"])
        .expect(0)
        .says("cut is damaged");
    assert!(!told.stderr.contains('\x1b') && told.stdout.contains("good"));
    console.run(["preview", "cut"]).expect(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_filled_in_wherever_a_plan_is_taken() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let text = template(&broadcast);
    console
        .run_with(&text, ["plan", "save", "offer", "-"])
        .expect(0)
        .says("color, name, minutes");
    let list = console.run(["plan", "list", "--json"]).json();
    assert_eq!(list[0]["template"], json!(["color", "name", "minutes"]));
    for verb in [
        &["preview"][..],
        &["launch"],
        &["launch", "--yes"],
        &["plan", "fill"],
    ] {
        let mut words = verb.to_vec();
        words.insert(if verb[0] == "plan" { 2 } else { 1 }, "offer");
        let ran = console.run(words).expect(2);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains("--set color=VALUE"), "{said}");
    }
    let set = [
        "--set",
        "color=red",
        "--set",
        "name=a\"b",
        "--set",
        "minutes=7",
    ];
    let filled = console
        .run(["plan", "fill", "offer"].into_iter().chain(set))
        .expect(0);
    let plan = filled.json();
    assert_eq!(plan["delay_minutes"], 7);
    assert_eq!(plan["variables"][0]["value"], "a\"b red");
    let preview = console
        .run(["preview", "offer", "--json"].into_iter().chain(set))
        .expect(0);
    assert_eq!(preview.json()["audience"]["count"], 3);
    let piped = console
        .run_with(&filled.stdout, ["preview", "-", "--json"])
        .expect(0);
    assert_eq!(piped.json(), preview.json());
    let unused = console.run(["preview", "offer", "--set", "x=1"].into_iter().chain(set));
    assert!(unused.expect(2).stdout.contains("no place for x"));
    console
        .run(
            ["preview", "offer", "--set", "color=blue"]
                .into_iter()
                .chain(set),
        )
        .expect(2)
        .says("twice");
    console
        .run(["launch", "offer", "--yes"].into_iter().chain(set))
        .expect(0);
    assert_eq!(console.sandbox.reached(&broadcast).await, ["2", "4", "6"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_with_mistakes_is_not_saved() {
    let console = Console::start().await;
    let unknown = r#"{"broadcast":"{{b}}","form":"configured","colour":1}"#;
    console
        .run_with(unknown, ["plan", "save", "x", "-"])
        .expect(2)
        .says("colour");
    let outside = r#"{"broadcast":"b","form":"configured","delay_minutes":{{m}}}"#;
    console
        .run_with(outside, ["plan", "save", "x", "-"])
        .expect(2)
        .says("outside of quotes");
    console
        .run_with([0xff], ["plan", "save", "x", "-"])
        .expect(2)
        .says("UTF-8");
    assert!(names(&console).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_before_a_saved_plan_of_its_name() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let count = |console: &Console| {
        let preview = console.run(["preview", "both", "--json"]).expect(0);
        preview.json()["request"]["body"]
            .as_str()
            .unwrap()
            .contains("red")
    };
    let red = coloured(&broadcast, "red").to_string();
    console
        .run_with(&red, ["plan", "save", "both", "-"])
        .expect(0);
    assert!(count(&console));
    // A folder of the name is no plan.
    fs::create_dir(console.home().join("both")).unwrap();
    assert!(count(&console));
    fs::remove_dir(console.home().join("both")).unwrap();
    fs::write(
        console.home().join("both"),
        coloured(&broadcast, "blue").to_string(),
    )
    .unwrap();
    assert!(!count(&console));
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_out_of_a_file_are_a_plan_that_can_be_launched() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let file = "Mobile,first_name\n320 123 4567,Ada\n+39 320 123 4568,Bob\n320,Eve\n";
    let rejected = console.home().join("rejected.csv");
    let words = [
        "plan",
        "targets",
        "-",
        "--broadcast",
        "Direct",
        "--channel",
        "WhatsAppChannel",
        "--country",
        "IT",
        "--delay",
        "5",
        "--rejected",
        rejected.to_str().unwrap(),
    ];
    let ran = console.run_with(file, words).expect(0).says("Line 4");
    let target = |phone: &str, name: &str| json!({"user_phone_number": phone, "first_name": name, "bot_channel": "WhatsAppChannel"});
    let expected = json!({"broadcast": "Direct", "method": "POST", "form": "targets",
        "targets": [target("393201234567", "Ada"), target("393201234568", "Bob")],
        "delay_minutes": 5});
    assert_eq!(ran.json(), expected);
    assert_eq!(fs::read_to_string(&rejected).unwrap().lines().count(), 2);
    console
        .run_with(&ran.stdout, ["launch", "-", "--yes"])
        .expect(0);
    let reached = console.sandbox.reached(&broadcast).await;
    assert_eq!(reached, ["393201234567", "393201234568"]);
    let nobody = ["plan", "targets", "-", "--broadcast", "Direct"];
    let ran = console
        .run_with("user_phone_number\nfoo\n", nobody)
        .expect(2);
    assert_eq!(ran.stdout, "");
    let delay = [
        "plan",
        "targets",
        "-",
        "--broadcast",
        "Direct",
        "--delay",
        "5256001",
    ];
    console.run_with(file, delay).expect(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn stdin_without_a_plan_is_said_to_be_empty() {
    let console = Console::start().await;
    for verb in [&["launch", "-", "--yes"][..], &["plan", "fill", "-"]] {
        for nothing in ["", "\n"] {
            let ran = console.run_with(nothing, verb.iter().copied()).expect(2);
            let lines: Vec<&str> = ran.stderr.lines().collect();
            assert!(
                matches!(lines[..], [one] if one.ends_with(": Nothing came on stdin: no plan.")),
                "{ran:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_frozen_to_the_contacts_it_matches_now() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let mut plan = coloured(&broadcast, "red");
    plan["variables"] = json!([{"name": "campaign", "value": "spring"}]);
    let frozen = console.plan_of(&plan, &["freeze"]).expect(0);
    let targets = frozen.json()["targets"].clone();
    let ids: Vec<&str> = targets
        .as_array()
        .unwrap()
        .iter()
        .map(|target| target["user_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["2", "4", "6"]);
    assert_eq!(targets[0]["campaign"], "spring");
    console
        .run_with(&frozen.stdout, ["launch", "-", "--yes"])
        .expect(0);
    assert_eq!(console.sandbox.reached(&broadcast).await, ["2", "4", "6"]);
    let everybody = ["freeze", "--audience", "All contacts", "--without-reached"];
    let others = console
        .plan_of(&plan, &everybody)
        .expect(0)
        .says("The plan's filter is dropped: the contacts of \"All contacts\" are named")
        .says("3 contacts left out");
    assert_eq!(others.json()["targets"].as_array().unwrap().len(), 3);
    console
        .plan_of(&plan, &["freeze", "--without-reached"])
        .expect(2)
        .says("Nobody is left");
    console
        .plan_of(&plan, &["freeze", "--audience", "Nowhere"])
        .expect(2)
        .says("Nowhere");
    let nobody = console
        .plan_of(&coloured(&broadcast, "green"), &["freeze"])
        .expect(2);
    assert_eq!(nobody.stdout, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_is_made_again_with_the_same_bytes() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let plan = json!({"broadcast": "Direct", "form": "targets",
        "targets": [{"user_id": "2", "bot_channel": "WhatsAppChannel", "n": "{{a}}\u{202e}\u{1b}"}]});
    // Two braces in a text are a place to fill in, unless they are written as escapes.
    let text = plan.to_string().replace("{{", "\\u007b\\u007b");
    let first = console
        .run_with(text, ["launch", "-", "--yes", "--json"])
        .expect(0)
        .json();
    let again = console
        .run(["plan", "again", first["launch_id"].as_str().unwrap()])
        .expect(0);
    assert!(!again.stdout.contains(['\u{202e}', '\u{1b}']));
    assert_eq!(again.json()["targets"], plan["targets"]);
    assert_eq!(again.json()["broadcast"], json!(broadcast.id));
    console
        .run_with(&again.stdout, ["launch", "-", "--yes"])
        .expect(4)
        .says("--again");
    let second = ["launch", "-", "--yes", "--again", "--json"];
    let second = console.run_with(&again.stdout, second).expect(0).json();
    assert_eq!(second["calls"][0]["sha256"], first["calls"][0]["sha256"]);
    console.run(["plan", "again", "ffff"]).expect(2);
}

/// The examples of the platform's page, section 5: the bytes that leave are its own.
#[rstest]
#[case::audience_and_values(
    json!({"form": "audience",
        "filters": [{"field": "user_id", "criterion": "Equals", "value": "3030391"},
            {"join": "AND", "field": "favorite_color", "criterion": "Equals", "value": "red"}],
        "variables": [{"name": "new_favorite_color", "value": "magenta"}, {"name": "campaign", "value": "spring"}]}),
    r#"{"audience_filters":"user_id;favorite_color","audience_criteria":"Equals;Equals","audience_values":"3030391;red","audience_join":"AND","set_variables":"new_favorite_color;campaign","set_variables_values":"magenta;spring"}"#
)]
#[case::targets(
    json!({"form": "targets", "delay_minutes": 5,
        "targets": [{"user_id": "3932010001", "bot_channel": "WhatsAppChannel", "first_name": "Ada"},
            {"user_phone_number": "3932010002", "bot_channel": "RCSChannel", "order": "A-12"}]}),
    r#"{"targets":[{"user_id":"3932010001","bot_channel":"WhatsAppChannel","first_name":"Ada"},{"user_phone_number":"3932010002","bot_channel":"RCSChannel","order":"A-12"}],"delayminutes":5}"#
)]
#[case::conversation(
    json!({"form": "conversation",
        "variables": [{"name": "user_phone_number", "value": "3932010003"}, {"name": "bot_channel", "value": "SMSChannel"}]}),
    r#"{"set_variables":"user_phone_number;bot_channel","set_variables_values":"3932010003;SMSChannel","set_conversation":true}"#
)]
#[tokio::test(flavor = "multi_thread")]
async fn the_pages_examples_arrive_byte_for_byte(#[case] mut plan: Value, #[case] expected: &str) {
    let (console, broadcast) = Console::with_broadcast(json!({"legacy_mode": true})).await;
    plan["broadcast"] = json!(broadcast.id);
    console.launch(&plan, []).expect(0);
    let runs = console.sandbox.runs(&broadcast).await;
    assert_eq!(runs[0]["body"], expected);
}
