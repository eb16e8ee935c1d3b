//! `mylink doctor`, and a journal that is refused and made whole again, from outside.

use std::fs;

use rstest::rstest;
use serde_json::{Value, json};

use super::harness::{Console, coloured, keys};

/// The worst state of a check, by its name.
fn state(report: &Value, check: &str) -> String {
    let states: Vec<&str> = report
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["check"] == check)
        .map(|line| line["state"].as_str().unwrap())
        .collect();
    let worst = ["fail", "warn", "ok"];
    let found = worst.iter().find(|word| states.contains(word));
    (*found.unwrap_or_else(|| panic!("no check {check}: {report}"))).to_owned()
}

fn journal(console: &Console, name: &str) -> std::path::PathBuf {
    console.data().join("test").join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_checked_and_well() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.launch(&coloured(&broadcast, "red"), []).expect(0);
    let report = console.run(["doctor", "--json"]).expect(0).json();
    assert_eq!(keys(&report[0]), ["check", "state", "message"]);
    for check in [
        "configuration",
        "data folder",
        "file system",
        "permissions",
        "cache",
        "journal",
        "profile",
        "platform",
        "terminal",
    ] {
        assert_eq!(state(&report, check), "ok", "{report}");
    }
    let text = console.run(["doctor", "--offline"]).expect(0).stdout;
    assert!(text.lines().all(|line| line.starts_with("ok  ")), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_profile_is_well_before_anything_is_opened() {
    let console = Console::start().await;
    let report = console
        .run(["doctor", "--json", "--offline"])
        .expect(0)
        .json();
    assert_eq!(state(&report, "journal"), "ok");
    assert!(!journal(&console, "journal.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_does_not_answer_and_a_file_for_all_are_told() {
    use std::os::unix::fs::PermissionsExt;
    let (console, _) = Console::with_broadcast(json!({})).await;
    console.configure("");
    let config = console.home().join("config/mylink-console/config.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(
        &config,
        text.replace(&console.sandbox.url, "http://127.0.0.1:1/"),
    )
    .unwrap();
    let cache = journal(&console, "locks");
    fs::create_dir_all(&cache).unwrap();
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o755)).unwrap();
    let report = console.run(["doctor", "--json"]).expect(6).json();
    assert_eq!(state(&report, "platform"), "fail");
    assert_eq!(state(&report, "permissions"), "warn");
    assert_eq!(state(&report, "journal"), "ok");
}

#[rstest]
#[case::the_database_is_gone("journal.db", "journal.jsonl")]
#[case::the_copy_is_gone("journal.jsonl", "journal.db")]
#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_lost_its_other_half_refuses_and_is_rebuilt(
    #[case] lost: &str,
    #[case] left: &str,
) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.launch(&coloured(&broadcast, "red"), []).expect(0);
    let before = console.log();
    fs::remove_file(journal(&console, lost)).unwrap();

    let red = coloured(&broadcast, "red");
    console
        .launch(&red, ["--again"])
        .expect(6)
        .says("--rebuild-journal");
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 1);
    assert_eq!(console.log(), before, "the record can be read all the same");
    let report = console
        .run(["doctor", "--json", "--offline"])
        .expect(6)
        .json();
    assert_eq!(state(&report, "journal"), "fail");

    let rebuild = ["doctor", "--rebuild-journal"];
    console.run(rebuild).expect(4).says("--yes");
    console
        .run([rebuild.as_slice(), &["--readonly", "--yes"]].concat())
        .expect(4)
        .says("read-only");
    console
        .run([rebuild.as_slice(), &["--yes"]].concat())
        .expect(0)
        .says(if left == "journal.db" {
            "from the database"
        } else {
            "from the copy"
        });
    assert_eq!(console.log(), before);
    console.launch(&red, []).expect(4).says("--again");
    console.launch(&red, ["--again"]).expect(0);
    let report = console
        .run(["doctor", "--json", "--offline"])
        .expect(0)
        .json();
    let on_record = report.as_array().unwrap().iter().any(|line| {
        line["message"]
            .as_str()
            .unwrap()
            .contains("by ada@desk: Rebuilt from the")
    });
    assert!(on_record, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_both_are_gone_a_person_accepts_a_new_record_by_name() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let red = coloured(&broadcast, "red");
    console.launch(&red, []).expect(0);
    // The cache hears of the launch at the next opening.
    console.log();
    for name in ["journal.db", "journal.jsonl"] {
        fs::remove_file(journal(&console, name)).unwrap();
    }
    let gone = console
        .run(["doctor", "--json", "--offline"])
        .expect(6)
        .json();
    assert!(
        gone.to_string().contains("it had counted 1 launch"),
        "{gone}"
    );
    console.launch(&red, []).expect(6).says("--accept-journal");
    console.launch(&red, []).expect(6).says("--accept-journal");
    let accept = ["doctor", "--accept-journal", "--reason", "the disk is gone"];
    console.run(accept).expect(4).says("--yes");
    console
        .run([accept.as_slice(), &["--yes"]].concat())
        .expect(0);
    console
        .run([accept.as_slice(), &["--yes"]].concat())
        .expect(4)
        .says("nothing to accept");
    console.launch(&red, []).expect(0);
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 2);
    let report = console.run(["doctor", "--offline"]).expect(0).stdout;
    assert!(
        report.contains("by ada@desk: Accepted in the place of"),
        "{report}"
    );
    assert!(report.contains("the disk is gone"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_live_profile_a_count_far_from_the_last_one_is_confirmed_by_name() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let live = "danger = \"live\"\ncount_factor = 2\nhold_seconds = 0";
    console.configure(live);
    let one = json!({"broadcast": broadcast.id, "form": "audience",
        "filters": [{"field": "user_id", "criterion": "Equals", "value": "1"}]});
    console.launch(&one, ["--confirm", "1"]).expect(0);
    let three = coloured(&broadcast, "red");
    let ran = console.launch(&three, ["--confirm", "3"]).expect(4);
    ran.says("--confirm-name");
    let preview = console.plan(&three, ["preview", "--json"]).expect(0).json();
    assert!(
        preview["problems"].to_string().contains("count-differs"),
        "{preview}"
    );
    assert_eq!(console.sandbox.runs(&broadcast).await.len(), 1);
    console
        .launch(&three, ["--confirm", "3", "--confirm-name", "Direct"])
        .expect(0);
    // Safe profiles are warned, and where no factor is named nothing is said.
    console.configure("count_factor = 2");
    console
        .launch(&one, ["--again"])
        .expect(0)
        .says("last launch");
    console.configure("");
    let preview = console.plan(&three, ["preview", "--json"]).expect(0).json();
    assert!(
        !preview["problems"].to_string().contains("count-differs"),
        "{preview}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_folder_put_back_from_a_backup_is_told_and_accepted_by_name() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.launch(&coloured(&broadcast, "red"), []).expect(0);
    let files = ["journal.db", "journal.jsonl", "cache.db"];
    let backup = tempfile::tempdir().unwrap();
    for name in files {
        fs::copy(journal(&console, name), backup.path().join(name)).unwrap();
    }
    console.launch(&coloured(&broadcast, "blue"), []).expect(0);
    for name in files {
        fs::copy(backup.path().join(name), journal(&console, name)).unwrap();
    }
    let blue = coloured(&broadcast, "blue");
    console
        .launch(&blue, [])
        .expect(6)
        .says("older than it was");
    let report = console
        .run(["doctor", "--json", "--offline"])
        .expect(6)
        .json();
    assert!(
        report.to_string().contains("An older backup was put back"),
        "{report}"
    );
    let accept = ["doctor", "--accept-journal", "--reason", "moved", "--yes"];
    console.run(accept).expect(0);
    console.run(accept).expect(4).says("nothing to accept");
    console.launch(&blue, []).expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_deleted_by_hand_is_named_and_restored() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.launch(&coloured(&broadcast, "red"), []).expect(0);
    let before = console.log();
    let rows = rusqlite::Connection::open(journal(&console, "journal.db")).unwrap();
    rows.execute_batch(
        "PRAGMA foreign_keys = OFF; DROP TRIGGER launch_stays; DELETE FROM launch;
         CREATE TRIGGER launch_stays BEFORE DELETE ON launch BEGIN SELECT RAISE(ABORT, 'a launch on the record stays there'); END;",
    )
    .unwrap();
    drop(rows);
    let blue = coloured(&broadcast, "blue");
    console.launch(&blue, []).expect(6).says("its row is gone");
    let report = console
        .run(["doctor", "--json", "--offline"])
        .expect(6)
        .json();
    let id = before[0]["launch_id"].as_str().unwrap();
    assert!(report.to_string().contains(id), "{report}");
    assert!(report.to_string().contains("--rebuild-journal"), "{report}");
    console
        .run(["doctor", "--rebuild-journal", "--yes"])
        .expect(0);
    assert_eq!(console.log(), before);
    console.launch(&blue, []).expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_for_state_that_can_not_be_used_is_told() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.launch(&coloured(&broadcast, "red"), []).expect(0);
    for state in ["/proc/1", "/dev/null"] {
        let mut doctor = console.command(["doctor", "--offline", "--json"]);
        let output = doctor.env("XDG_STATE_HOME", state).output().unwrap();
        let report = String::from_utf8(output.stdout).unwrap();
        assert!(report.contains("may not be noticed"), "{report}");
        assert_eq!(output.status.code(), Some(0), "{report}");
    }
}
