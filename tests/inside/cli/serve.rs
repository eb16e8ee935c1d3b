//! `mylink sandbox`, and the built-in sandbox that verbs serve by themselves.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::harness::{Console, Started, keys};

/// Starts `mylink sandbox`, and reads its first line.
fn serve(console: &Console, more: &[&str]) -> (Started, Value) {
    let arguments = ["sandbox"].into_iter().chain(more.iter().copied());
    let mut started = Started::of(console.command(arguments).stdin(Stdio::null()));
    let mut line = String::new();
    let stdout = started.child.stdout.as_mut().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    (started, serde_json::from_str(&line).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_line_tells_where_it_serves_and_a_signal_ends_it() {
    let console = Console::start().await;
    for signal in [Signal::TERM, Signal::INT] {
        let (started, first) = serve(&console, &["--contacts", "20"]);
        assert_eq!(keys(&first), ["url", "account_api_key", "bots"]);
        assert_eq!(first["bots"].as_array().unwrap().len(), 3);
        assert_eq!(keys(&first["bots"][0]), ["name", "api_key", "api_secret"]);
        let url = format!(
            "{}/authorization/integration",
            first["url"].as_str().unwrap()
        );
        let keys = json!({"AccountAPIKey": first["account_api_key"]});
        let answer = console.sandbox.client.post(url).json(&keys).send().await;
        assert_eq!(answer.unwrap().status(), 200);
        started.signal(signal);
        assert_eq!(started.end().expect(0).stdout, "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_served_once_and_reset_makes_new_keys() {
    let console = Console::start().await;
    let (started, first) = serve(&console, &["--data-dir", "here", "--empty"]);
    assert_eq!(first["bots"], json!([]));
    console
        .run(["sandbox", "--data-dir", "here"])
        .expect(4)
        .says("another process");
    console
        .run(["sandbox", "--data-dir", "here", "--reset"])
        .expect(4);
    started.signal(Signal::TERM);
    started.end().expect(0);
    let (again, second) = serve(&console, &["--data-dir", "here"]);
    assert_eq!(second, first, "the same port, key and no bots");
    again.signal(Signal::TERM);
    again.end().expect(0);
    let (anew, third) = serve(
        &console,
        &["--data-dir", "here", "--reset", "--contacts", "5"],
    );
    assert_ne!(third["account_api_key"], first["account_api_key"]);
    assert_eq!(third["bots"].as_array().unwrap().len(), 3);
    anew.signal(Signal::TERM);
    anew.end().expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_reset_a_sync_brings_the_new_bots() {
    let console = Console::start().await;
    let keys = || {
        let ran = console.run(["--profile", "sandbox", "bots", "--json"]);
        ran.expect(0).json()
    };
    console.run(["--profile", "sandbox", "sync"]).expect(0);
    let before = keys();
    let (started, _) = serve(&console, &["--reset", "--contacts", "5"]);
    let plan = json!({"broadcast": "Milan opening", "form": "configured"});
    let path = console.file(&plan);
    console.run(["--profile", "sandbox", "sync"]).expect(0);
    let after = keys();
    assert_eq!(after.as_array().unwrap().len(), 3);
    assert_ne!(after[0]["api_key"], before[0]["api_key"]);
    console
        .run(["--profile", "sandbox", "launch", &path, "--yes"])
        .expect(0);
    started.signal(Signal::TERM);
    started.end().expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_throttles_unless_told_otherwise() {
    let console = Console::start().await;
    for (more, second) in [(&[][..], 400), (&["--no-throttle"], 200)] {
        let folder = if more.is_empty() { "a" } else { "b" };
        let arguments = [&["--data-dir", folder, "--contacts", "5"], more].concat();
        let (started, first) = serve(&console, &arguments);
        let url = first["url"].as_str().unwrap().to_owned();
        let bot = &first["bots"][0];
        let keys = json!({"AccountAPIKey": first["account_api_key"], "BotAPIKey": bot["api_key"],
            "BotAPISecret": bot["api_secret"]});
        let client = &console.sandbox.client;
        let asked = client
            .post(format!("{url}/authorization/integration"))
            .json(&keys);
        let token: Value =
            serde_json::from_str(&asked.send().await.unwrap().text().await.unwrap()).unwrap();
        let mut statuses = Vec::new();
        for _ in 0..2 {
            let call = client.get(format!("{url}/peoples/audiences/*"));
            let answer = call
                .bearer_auth(token["token"].as_str().unwrap())
                .send()
                .await;
            statuses.push(answer.unwrap().status().as_u16());
        }
        assert_eq!(statuses, [200, second], "{more:?}");
        started.signal(Signal::TERM);
        started.end().expect(0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_configuration_a_verb_serves_the_sandbox_itself() {
    let console = Console::start().await;
    let built_in = |arguments: &[&'static str]| {
        console.run(
            ["--profile", "sandbox"]
                .into_iter()
                .chain(arguments.iter().copied()),
        )
    };
    let plan = json!({"broadcast": "Milan opening", "form": "configured"});
    let path = console.file(&plan);
    let preview = ["--profile", "sandbox", "preview", &path, "--json"];
    let before = console.run(preview).expect(2).json();
    assert_eq!(before["problems"][0]["code"], "unknown-broadcast");
    assert!(
        !console.data().join("sandbox/sandbox.db").exists(),
        "preview starts nothing"
    );
    let synced = built_in(&["sync"]).expect(0);
    assert!(
        synced.stdout.starts_with("3 bots, 12 broadcasts, "),
        "{synced:?}"
    );
    let count = console.run(preview).expect(0).json()["audience"]["count"].clone();
    let launch = ["--profile", "sandbox", "launch", &path, "--yes", "--json"];
    assert_eq!(console.run(launch).expect(0).json()["outcome"], "accepted");
    assert_eq!(
        built_in(&["log", "--json"]).expect(0).json()[0]["targets"],
        count
    );
    // Served elsewhere, at another address: the hooks are read again before the launch.
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = elsewhere.local_addr().unwrap().to_string();
    drop(elsewhere);
    let (started, _) = serve(&console, &["--listen", &address]);
    let again = launch.into_iter().chain(["--again"]);
    let ran = console.run(again).expect(0);
    assert_eq!(ran.json()["outcome"], "accepted");
    let id = ran.json()["launch_id"].as_str().unwrap().to_owned();
    let whole = console
        .run(["--profile", "sandbox", "log", &id, "--json"])
        .json();
    let url = whole["calls"][0]["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("http://{address}/")), "{url}");
    started.signal(Signal::TERM);
    started.end().expect(0);
}
