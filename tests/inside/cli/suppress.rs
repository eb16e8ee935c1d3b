//! `mylink suppress`: who must not be written to.

use rstest::rstest;
use serde_json::{Value, json};

use super::harness::{Console, keys};

fn identities(console: &Console) -> Vec<String> {
    let list = console.run(["suppress", "list", "--json"]).expect(0).json();
    let mut found: Vec<String> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["identity"].as_str().unwrap().to_owned())
        .collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_added_listed_and_removed() {
    let console = Console::start().await;
    assert!(identities(&console).is_empty());
    let add = [
        "suppress",
        "add",
        "+39 320 123-4567",
        "ada",
        "--reason",
        "asked\u{1b}",
    ];
    console.run(add).expect(0);
    let list = console.run(["suppress", "list", "--json"]).expect(0);
    assert!(!list.stdout.contains('\u{1b}'));
    let list = list.json();
    assert_eq!(
        keys(&list[0]),
        ["identity", "reason", "added_by", "added_at"]
    );
    assert_eq!(
        (&list[0]["reason"], &list[0]["added_by"]),
        (&json!("asked\u{1b}"), &json!("ada@desk"))
    );
    assert_eq!(identities(&console), ["393201234567", "ada"]);
    let again = console
        .run(["suppress", "add", "0039 320 1234567", "bob"])
        .expect(0);
    assert!(
        again.stderr.contains("1 was on the list already"),
        "{again:?}"
    );
    let human = console.run(["suppress", "list"]).expect(0).stdout;
    assert!(human.contains("393201234567") && !human.contains('\u{1b}'));
    console
        .run(["suppress", "remove", "(39) 320 1234567", "nobody"])
        .expect(0)
        .says("1 was not on the list");
    assert_eq!(identities(&console), ["ada", "bob"]);
    console.run(["suppress", "remove", "nobody"]).expect(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_that_nobody_has_is_added_and_said() {
    let console = Console::start().await;
    let contacts = json!([{"user_id": "ada", "bot_channel": "WebChannel"}]);
    assert_eq!(console.sandbox.put_contacts(contacts).await.status, 200);
    console.run(["sync"]).expect(0);
    let known = console
        .run(["suppress", "add", "ada", "+39 320 123 4567"])
        .expect(0);
    assert_eq!(known.stderr, "");
    let strange = console.run(["suppress", "add", "d", "abc,1", "ada"]);
    let strange = strange.expect(0).says("\"d\" is neither");
    assert!(!strange.stderr.contains("\"ada\""), "{strange:?}");
    strange.says("\"abc,1\" is neither a phone number nor");
    assert_eq!(
        identities(&console),
        ["393201234567", "abc,1", "ada", "d"],
        "a list is rather too long than too short"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_national_number_needs_its_country() {
    let console = Console::start().await;
    let add = ["suppress", "add", "320 123 4567", "--country", "IT"];
    console.run(add).expect(0);
    assert_eq!(identities(&console), ["393201234567"]);
    console
        .run(["suppress", "add", "ada", "--country", "IT"])
        .expect(2)
        .says("no phone number");
    console.run(["suppress", "add", " "]).expect(2);
    assert_eq!(identities(&console).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_added_and_what_can_not_be_read_is_said_and_where_that_is_all_it_fails() {
    let console = Console::start().await;
    let file = "Kunde,Mobile\n7,+39 320 123 4567\n8,\n7,+39 320 123 4568\n";
    let import = [
        "suppress",
        "import",
        "-",
        "--map",
        "Kunde=user_id",
        "--reason",
        "March",
    ];
    console.run_with(file, import).expect(0);
    // Who stands in the file twice is left out with both numbers.
    let expected = ["393201234567", "393201234568", "7", "8"];
    assert_eq!(identities(&console), expected);
    let wrong = "Kunde,Mobile\n9,\n,\n,foo\n";
    console
        .run_with(wrong, import)
        .expect(0)
        .says("2 rows of the file could not be read")
        .says("NOT on the list");
    assert!(
        identities(&console).contains(&"9".to_owned()),
        "the others are on it"
    );
    for nobody in ["Kunde,Mobile\n,\n,foo\n", "Kunde,Mobile\n"] {
        let ran = console.run_with(nobody, import);
        ran.expect(2).says("No row of the file can be used");
    }
    console
        .run_with("city\nRoma\n", ["suppress", "import", "-"])
        .expect(2);
}

#[rstest]
#[case::add(&["suppress", "add", "bob"])]
#[case::remove(&["suppress", "remove", "ada"])]
#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_profile_shows_the_list_and_changes_nothing(#[case] change: &[&str]) {
    let console = Console::start().await;
    console.run(["suppress", "add", "ada"]).expect(0);
    console.configure("readonly = true");
    console
        .run(change.iter().copied())
        .expect(4)
        .says("read-only");
    assert_eq!(identities(&console), ["ada"]);
    let file = "user_id\nbob\n";
    console
        .run_with(file, ["suppress", "import", "-"])
        .expect(4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_list_is_never_an_empty_one() {
    let console = Console::start().await;
    console.run(["suppress", "add", "ada"]).expect(0);
    let file = console.data().join("test/profile.db");
    for name in ["profile.db-wal", "profile.db-shm"] {
        let _ = std::fs::remove_file(file.with_file_name(name));
    }
    std::fs::write(&file, vec![0x5a; 8192]).unwrap();
    let ran = console.run(["suppress", "list", "--json"]).expect(6);
    assert_eq!(ran.stdout, "");
    // The log needs no notebook.
    assert_eq!(
        console.run(["log", "--json"]).expect(0).json(),
        Value::Array(Vec::new())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_list_is_never_an_empty_one() {
    let console = Console::start().await;
    console.run(["suppress", "add", "ada"]).expect(0);
    let file = console.data().join("test/profile.db");
    for name in ["profile.db", "profile.db-wal", "profile.db-shm"] {
        let _ = std::fs::remove_file(file.with_file_name(name));
    }
    for _ in 0..2 {
        let ran = console.run(["suppress", "list", "--json"]).expect(6);
        assert_eq!(ran.stdout, "");
        ran.says("profile.mark");
        console.run(["suppress", "add", "bob"]).expect(6);
    }
    assert!(!file.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_could_match_nobody_is_refused() {
    let console = Console::start().await;
    for entry in [
        "393201234567;393201234568",
        "ada,bob",
        "3.93E+11",
        "393201234567.5",
    ] {
        console
            .run(["suppress", "add", entry])
            .expect(2)
            .says("Nothing was changed");
    }
    let file = "user_id\n393660000019.0\n3.93E+11\n";
    console
        .run_with(file, ["suppress", "import", "-"])
        .expect(2)
        .says("is NOT on the list");
    assert_eq!(identities(&console), ["393660000019"]);
}
