//! What is cached, listed: shapes that other programs read, and what a terminal gets.

use serde_json::{Value, json};

use super::harness::{Console, keys};

const SETTINGS: [&str; 8] = [
    "direct_mode",
    "allow_get",
    "allow_post",
    "require_valid_filter",
    "single_contact",
    "disable_execution_button",
    "visible_to_mobile",
    "legacy_mode",
];

#[tokio::test(flavor = "multi_thread")]
async fn bots_are_listed_without_their_secrets() {
    let (console, _) = Console::with_broadcast(json!({})).await;
    let ran = console.run(["bots", "--json"]).expect(0);
    let bots = ran.json();
    let bot = &bots[0];
    let expected = [
        "name",
        "api_key",
        "description",
        "channels",
        "contacts",
        "as_of",
    ];
    assert_eq!(keys(bot), expected);
    assert_eq!(bot["api_key"], console.sandbox.bot.0);
    assert_eq!(bot["channels"], json!(["WhatsApp"]));
    assert_eq!(bot["contacts"], 6);
    let as_of = bot["as_of"].as_str().unwrap();
    assert!(as_of.parse::<jiff::Timestamp>().is_ok() && as_of.ends_with('Z'));
    assert!(!ran.stdout.contains(&console.sandbox.bot.1));
    assert!(
        !console
            .run(["bots"])
            .expect(0)
            .stdout
            .contains(&console.sandbox.bot.1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn broadcasts_are_listed_with_masked_hooks_and_settings() {
    let (console, broadcast) = Console::with_broadcast(json!({"allow_get": true})).await;
    let ran = console.run(["broadcasts", "--json"]).expect(0);
    let listed = &ran.json()[0];
    let expected = [
        "id",
        "name",
        "bot",
        "enabled",
        "on_demand",
        "url",
        "sent",
        "delivered",
        "opened",
        "settings",
        "audience",
    ];
    assert_eq!(keys(listed), expected);
    assert_eq!(listed["id"], broadcast.id);
    assert_eq!(
        listed["bot"],
        json!({"name": "Bot", "api_key": console.sandbox.bot.0})
    );
    assert_eq!(
        (&listed["enabled"], &listed["on_demand"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(keys(&listed["settings"]), SETTINGS);
    assert_eq!(listed["settings"]["allow_get"], true);
    assert_eq!(keys(&listed["audience"]), ["id", "name"]);
    let secret = broadcast.url.rsplit('/').nth(1).unwrap();
    assert!(listed["url"].as_str().unwrap().contains("••••••••"));
    for form in [&["broadcasts", "--json"][..], &["broadcasts"]] {
        let ran = console.run(form.iter().copied()).expect(0);
        assert!(!ran.stdout.contains(secret));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_narrows_the_lists_and_an_unknown_one_is_wrong_usage() {
    let (console, _) = Console::with_broadcast(json!({})).await;
    console.sandbox.create_bot("Other").await;
    console.run(["sync"]).expect(0);
    for verb in ["broadcasts", "contacts"] {
        let of = |bot| console.run([verb, "--json", "--bot", bot]);
        assert_eq!(of("Other").expect(0).json(), json!([]), "{verb}");
        assert_ne!(of("Bot").expect(0).json(), json!([]), "{verb}");
        of("Nobody").expect(2).says("Nobody");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_shown_pushed_and_synced() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let shown = console
        .run(["settings", &broadcast.id, "--json"])
        .expect(0)
        .json();
    assert_eq!(keys(&shown), SETTINGS);
    assert_eq!(shown["single_contact"], false);
    let change = [
        "settings",
        &broadcast.id,
        "single_contact=on",
        "enabled=off",
        "--json",
    ];
    let changed = console.run(change).expect(0).says("Pushed").json();
    assert_eq!(changed["single_contact"], true);
    let path = format!("/broadcasts/{}/settings", broadcast.id);
    let pushed = console
        .sandbox
        .own(reqwest::Method::GET, &path, Value::Null)
        .await;
    assert_eq!(pushed.json["single_contact"], true);
    let list = console.sandbox.get("/broadcasts").await;
    assert_eq!(list.json[0]["Enabled"], false);
    let listed = console.run(["broadcasts", "--json"]).expect(0).json();
    assert_eq!(listed[0]["enabled"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_live_platform_settings_are_recorded_not_pushed() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.configure(&live_beside(&console));
    console.run(["--profile", "live", "sync"]).expect(0);
    let live = |more: &[&'static str]| {
        let arguments = ["--profile", "live", "settings", &broadcast.id, "--json"];
        console.run(arguments.into_iter().chain(more.iter().copied()))
    };
    let before = live(&[]).expect(0).json();
    assert!(SETTINGS.iter().all(|key| before[key].is_null()), "{before}");
    let after = live(&["legacy_mode=on"]).expect(0).says("Recorded").json();
    assert_eq!(
        (&after["legacy_mode"], &after["allow_get"]),
        (&json!(true), &Value::Null)
    );
    let path = format!("/broadcasts/{}/settings", broadcast.id);
    let kept = console
        .sandbox
        .own(reqwest::Method::GET, &path, Value::Null)
        .await;
    assert_eq!(kept.json["legacy_mode"], false);
}

/// A further profile for the same sandbox, as if it were the platform.
fn live_beside(console: &Console) -> String {
    format!(
        "[profiles.live]\nurl = \"{}\"\naccount_key = \"{}\"\n",
        console.sandbox.url, console.sandbox.account_key
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_change_of_settings_names_what_is_known_and_changes_nothing() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let change = |what| console.run(["settings", &broadcast.id, what]);
    change("colour=on").expect(2).says("require_valid_filter");
    change("allow_get=maybe").expect(2).says("on");
    console
        .run(["settings", "nothing"])
        .expect(2)
        .says("nothing");
    let readonly = ["--readonly", "settings", &broadcast.id, "allow_get=on"];
    console.run(readonly).expect(4).says("read-only");
    let shown = console
        .run(["settings", &broadcast.id, "--json"])
        .expect(0)
        .json();
    assert_eq!(shown["allow_get"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_move_no_terminal() {
    let console = Console::start().await;
    let evil = "evil\u{1b}[2J\u{202e}\u{9b}31m";
    let contact = json!([{"user_id": evil, "bot_channel": "WebChannel", "nick": evil}]);
    assert_eq!(console.sandbox.put_contacts(contact).await.status, 200);
    let body =
        json!({"Name": evil, "Enabled": true, "audience": null, "settings": {"direct_mode": true}});
    let broadcast = console.sandbox.broadcast(body).await;
    console.run(["sync"]).expect(0);
    let plan = json!({"broadcast": evil, "form": "audience",
        "filters": [{"field": evil, "criterion": "HasValue"}], "variables": [{"name": "x", "value": evil}]});
    let refused = console.launch(&plan, ["--confirm-name", "other", "--expect", "9"]);
    let ranges = [
        console.plan(&plan, ["preview"]).expect(0),
        console.plan(&plan, ["preview", "--json"]).expect(0),
        console.plan(&plan, ["launch", "--yes"]).expect(0),
        refused.expect(4),
        console.run(["broadcasts"]).expect(0),
        console.run(["broadcasts", "--json"]).expect(0),
        console.run(["contacts"]).expect(0),
        console.run(["contacts", "--json"]).expect(0),
        console.run(["log"]).expect(0),
        console.run(["log", "--json"]).expect(0),
        console.run(["settings", &broadcast.id]).expect(0),
        console.run(["settings", evil, evil]).expect(2),
        console.run(["preview", evil]).expect(2),
    ];
    for ran in ranges {
        let all = format!("{}{}", ran.stdout, ran.stderr);
        let obeyed = |character| matches!(character, '\u{1b}' | '\u{9b}' | '\u{202e}');
        assert!(!all.contains(obeyed), "{ran:?}");
    }
    let read = console.run(["contacts", "--json"]).json();
    assert_eq!(read[0]["nick"], evil);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_pipe_is_no_error() {
    let (console, _) = Console::with_broadcast(json!({})).await;
    for arguments in [
        &["contacts", "--json"][..],
        &["contacts"],
        &["log"],
        &["log", "--json"],
        &["bots"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = console.command(arguments.iter().copied());
        let output = command.stdout(writer).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            (output.status.code(), stderr.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sync_says_what_came_and_why_it_did_not() {
    let (mut console, _) = Console::with_broadcast(json!({})).await;
    let ran = console.run(["sync"]).expect(0);
    assert_eq!(ran.stdout, "1 bot, 1 broadcast, 6 contacts read.\n");
    let key = std::mem::replace(&mut console.sandbox.account_key, "wrong".into());
    console.configure("");
    console.run(["sync"]).expect(1).says("account key");
    console.sandbox.account_key = key;
    console.configure("");
    console.sandbox.running.take().unwrap().shutdown().await;
    let ran = console.run(["sync"]).expect(5).says("could not be reached");
    assert_eq!(ran.stdout, "");
    assert_eq!(
        console.run(["bots", "--json"]).expect(0).json()[0]["contacts"],
        6
    );
}
