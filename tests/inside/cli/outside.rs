//! Every act that changes something outside, tried on a read-only profile: each is refused, and the platform sees none.

use std::fs;
use std::path::{Path, PathBuf};

use mylink_console::domain::act::OutsideAct;
use serde_json::json;

use super::harness::{Console, Ran, coloured};
use crate::sandbox::harness::Broadcast;

fn done(console: &Console, broadcast: &Broadcast, act: OutsideAct) -> Ran {
    match act {
        OutsideAct::Launch => console.launch(&coloured(broadcast, "red"), []),
        OutsideAct::Hold => console.launch(&coloured(broadcast, "red"), ["--at", "+1h"]),
        OutsideAct::TakeBack => console.run(["take-back", &waiting(console)]),
        OutsideAct::Move => console.run(["move", &waiting(console), "--at", "+2h"]),
        OutsideAct::Serve => console.run(["run", "--pending"]),
        OutsideAct::SetEnabled => console.run(["settings", &broadcast.id, "enabled=off"]),
        OutsideAct::ChangeSettings => console.run(["settings", &broadcast.id, "allow_get=on"]),
    }
}

/// The id of the first launch that waits; any, where none does.
fn waiting(console: &Console) -> String {
    let list = console.run(["pending", "--json"]).expect(0).json();
    list[0]["launch_id"].as_str().unwrap_or("0").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_act_is_refused_on_a_read_only_profile() {
    for act in OutsideAct::ALL {
        let (console, broadcast) = Console::with_broadcast(json!({"allow_get": false})).await;
        let settings = || {
            let shown = console.run(["settings", &broadcast.id, "--json"]).expect(0);
            (shown.stdout, console.run(["broadcasts", "--json"]).stdout)
        };
        if matches!(act, OutsideAct::TakeBack | OutsideAct::Move) {
            done(&console, &broadcast, OutsideAct::Hold).expect(0);
        }
        let before = settings();
        let before_waiting = waiting(&console);
        console.configure("readonly = true");
        done(&console, &broadcast, act).expect(4).says("read-only");
        console.configure("");
        assert_eq!(waiting(&console), before_waiting, "{act:?}");
        console.run(["sync"]).expect(0);
        assert_eq!(settings(), before, "{act:?}");
        assert!(console.sandbox.runs(&broadcast).await.is_empty(), "{act:?}");
        // The same act is done where the profile may.
        done(&console, &broadcast, act).expect(0);
    }
}

/// Calls that can change something are made at four places alone: a new one belongs into the table of acts.
#[test]
fn the_platform_is_changed_at_known_places_alone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/platform");
    let mut found = Vec::new();
    for path in files_below(folder) {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let calls = code.matches(&format!("Method::{method}")).count();
            found.extend((0..calls).map(|_| (name.clone(), method)));
        }
    }
    found.sort();
    let expected = [
        ("authorization.rs", "POST"), // a token is made, nothing is changed
        ("broadcasts.rs", "PUT"),     // OutsideAct::SetEnabled
        ("hook.rs", "POST"),          // OutsideAct::Launch
        ("settings.rs", "PATCH"),     // OutsideAct::ChangeSettings
    ];
    let expected = expected.map(|(name, method)| (name.to_owned(), method));
    assert_eq!(found, expected);
}

/// A launcher keeps the gates of the opening; whoever sends or holds something asks for those of now.
#[test]
fn nothing_is_sent_by_the_gates_of_the_opening() {
    let mut asked = 0;
    for path in files_below(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        let code: String = text.split_whitespace().collect();
        for act in ["launch", "hold", "start_waiting"] {
            let by_the_opening = format!(".launcher.{act}(");
            let shown = path.display();
            assert!(!code.contains(&by_the_opening), "{act} in {shown}");
        }
        asked += code.matches(".launcher_now()").count();
    }
    assert!(asked >= 5, "{asked}");
}

/// All files of a folder, and of those in it.
fn files_below(folder: PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let below = paths.map(|path| {
        if path.is_dir() {
            files_below(path)
        } else {
            vec![path]
        }
    });
    below.flatten().collect()
}
