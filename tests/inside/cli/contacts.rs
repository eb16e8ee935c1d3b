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
