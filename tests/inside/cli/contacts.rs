//! `mylink contacts`.

use serde_json::json;

use super::harness::Console;

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_flat_objects_with_what_is_set() {
    let console = Console::start().await;
    let contacts = json!([
        {"user_id": "1", "bot_channel": "WebChannel", "city": "東京"},
        {"user_id": "2", "bot_channel": "WebChannel", "empty": ""}
    ]);
    assert_eq!(
        console.sandbox.put_contacts(contacts.clone()).await.status,
        200
    );
    console.run(["sync"]).expect(0);
    let listed = console.run(["contacts", "--json"]).expect(0).json();
    let list = listed.as_array().unwrap();
    assert_eq!(list.len(), 2);
    assert_eq!(list[0]["city"], "東京");
    assert!(list[1].get("city").is_none());
    assert_eq!(list[1]["empty"], "");
    let table = console.run(["contacts"]).expect(0).stdout;
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.lines().nth(1).unwrap().contains("東京"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_sync_the_lists_are_empty_and_say_so() {
    let console = Console::start().await;
    for verb in ["bots", "broadcasts"] {
        let ran = console.run([verb, "--json"]).expect(0).says("mylink sync");
        assert_eq!(ran.json(), json!([]));
    }
    assert_eq!(
        console.run(["contacts", "--json"]).expect(0).json(),
        json!([])
    );
}

/// Six contacts, a broadcast, and a plan for the three of Milano.
async fn with_cities() -> (Console, serde_json::Value) {
    let console = Console::start().await;
    let city = |number: usize| {
        if number.is_multiple_of(2) {
            "Milano"
        } else {
            "Roma"
        }
    };
    let contact = |number: usize| {
        json!({"user_id": format!("{number}"), "bot_channel": "WebChannel", "city": city(number),
            "age": format!("{}", number * 7), "note": if number == 2 { "=1+1" } else { "" }})
    };
    let contacts: Vec<_> = (1..=6).map(contact).collect();
    assert_eq!(
        console.sandbox.put_contacts(json!(contacts)).await.status,
        200
    );
    let broadcast = console.sandbox.direct(json!({})).await;
    console.run(["sync"]).expect(0);
    let plan = json!({"broadcast": broadcast.id, "form": "audience",
        "filters": [{"field": "city", "criterion": "Equals", "value": "Milano"}]});
    (console, plan)
}

fn ids(list: &serde_json::Value) -> Vec<&str> {
    let list = list.as_array().unwrap().iter();
    list.map(|contact| contact["user_id"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contacts_of_a_plan_are_listed_sorted_and_with_some_columns() {
    let (console, plan) = with_cities().await;
    let plan = console.file(&plan);
    let run = |more: &[&str]| {
        let all = [&["contacts", "--plan", plan.as_str()], more].concat();
        console.run(all)
    };
    assert_eq!(ids(&run(&["--json"]).expect(0).json()), ["2", "4", "6"]);
    let falling = run(&["--json", "--sort", "age:desc"]).expect(0).json();
    assert_eq!(ids(&falling), ["6", "4", "2"]);
    let others = run(&["--json", "--which", "not-matching"]).expect(0).json();
    assert_eq!(ids(&others), ["1", "3", "5"]);
    let some = run(&["--json", "--columns", "age,user_id", "--search", "28"]).expect(0);
    assert_eq!(some.stdout, "[{\"age\":\"28\",\"user_id\":\"4\"}]\n");
    let table = run(&["--columns", "user_id,age"]).expect(0).stdout;
    assert_eq!(
        table,
        "user_id  age\n2        14\n4        28\n6        42\n"
    );
    run(&["--columns", "ciyt"])
        .expect(2)
        .says("Did you mean city?");
    run(&["--which", "to-create"])
        .expect(2)
        .says("It has: matching, not-matching, all.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_reads_back_what_was_listed_and_is_never_replaced_unasked() {
    let (console, plan) = with_cities().await;
    let plan = console.file(&plan);
    let file = console.home().join("out.csv");
    let path = file.to_str().unwrap();
    let arguments = [
        "contacts",
        "--plan",
        &plan,
        "--csv",
        path,
        "--columns",
        "user_id,note,city",
    ];
    let ran = console.run(arguments).expect(0);
    assert!(ran.stdout.is_empty(), "{ran:?}");
    let ran = ran
        .says("3 contacts written to")
        .says("readable by you alone");
    assert!(
        ran.stderr
            .contains("1 cell that a spreadsheet would take for a formula"),
        "{ran:?}"
    );
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        text,
        "user_id,note,city\n2,'=1+1,Milano\n4,,Milano\n6,,Milano\n"
    );
    console.run(arguments).expect(2).says("--replace");
    let again = [&arguments[..], &["--replace"]].concat();
    console.run(again).expect(0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    let stdout = console.run([
        "contacts",
        "--plan",
        &plan,
        "--csv",
        "-",
        "--columns",
        "city",
    ]);
    assert_eq!(stdout.expect(0).stdout, "city\nMilano\nMilano\nMilano\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_values_of_a_field_are_counted() {
    let (console, _) = with_cities().await;
    let values = console
        .run(["contacts", "--values", "city", "--json"])
        .expect(0)
        .json();
    assert_eq!(values["contacts"], 6);
    assert_eq!(
        values["values"][0],
        json!({"value": "Milano", "contacts": 3})
    );
    assert_eq!(values["values"][1], json!({"value": "Roma", "contacts": 3}));
    let table = console
        .run(["contacts", "--values", "city"])
        .expect(0)
        .stdout;
    assert_eq!(table, "CONTACTS  VALUE\n3         Milano\n3         Roma\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_contact_is_told_in_full_with_why_and_what_reached_it() {
    let (console, plan) = with_cities().await;
    let file = console.file(&plan);
    console.launch(&plan, []).expect(0);
    let full = console
        .run(["contacts", "2", "--plan", &file, "--json"])
        .expect(0)
        .json();
    assert_eq!(full["contact"]["city"], "Milano");
    assert_eq!(full["matches"], true);
    assert_eq!(full["launches"][0]["outcome"], "accepted");
    assert_eq!(full["launches"].as_array().unwrap().len(), 1);
    let id = full["launches"][0]["launch_id"].as_str().unwrap();
    assert_eq!(console.log()[0]["launch_id"], id);
    let other = console
        .run(["contacts", "3", "--plan", &file, "--json"])
        .expect(0)
        .json();
    assert_eq!(other["matches"], false);
    assert_eq!(other["launches"], json!([]));
    let text = console.run(["contacts", "2"]).expect(0).stdout;
    for words in ["city", "Milano", "accepted", id] {
        assert!(text.contains(words), "no {words:?} in {text}");
    }
    console
        .run(["contacts", "77"])
        .expect(2)
        .says("No cached contact has the user_id");
}
