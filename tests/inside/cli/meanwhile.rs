//! Verbs that take their time before anything is sent - a key command that asks a person - and what happens meanwhile.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use super::harness::{Console, Ran, Started, coloured};
use super::rest::{each_once, fail_the_third, id, numbered, two_a_call};

const DEADLINE: Duration = Duration::from_mins(1);

/// A key command that waits until it may go on.
struct SlowKey<'a>(&'a Console);

impl<'a> SlowKey<'a> {
    /// Beside the configuration as it is, one with that command.
    fn of(console: &'a Console) -> Self {
        let key = Self(console);
        let script = format!(
            // It ends with the folder that it lies in, too.
            "#!/bin/sh\n: > {}\nwhile [ -e \"$0\" ] && [ ! -e {} ]; do sleep 0.02; done\necho '{}'\n",
            key.path("asked"),
            key.path("go"),
            console.sandbox.account_key
        );
        fs::write(key.path("key"), script).unwrap();
        fs::set_permissions(key.path("key"), fs::Permissions::from_mode(0o700)).unwrap();
        let file = console.home().join("config/mylink-console/config.toml");
        let plain = fs::read_to_string(file).unwrap();
        let own = format!("account_key = \"{}\"", console.sandbox.account_key);
        assert!(plain.contains(&own));
        let slow = plain.replace(
            &own,
            &format!("account_key_command = \"{}\"", key.path("key")),
        );
        fs::write(key.path("slow.toml"), slow).unwrap();
        fs::set_permissions(key.path("slow.toml"), fs::Permissions::from_mode(0o600)).unwrap();
        key
    }

    fn path(&self, name: &str) -> String {
        self.0.home().join(name).to_str().unwrap().to_owned()
    }

    /// Starts a verb, and waits until it asks for its key.
    fn start(&self, arguments: &[&str]) -> Started {
        let mut command = self.0.command(arguments.iter().copied());
        command.env("MYLINK_CONFIG", self.path("slow.toml"));
        let started = Started::of(&mut command);
        let deadline = Instant::now() + DEADLINE;
        while !self.0.home().join("asked").exists() {
            assert!(Instant::now() < deadline, "it asks for no key");
            std::thread::yield_now();
        }
        started
    }

    fn go_on(&self) {
        fs::write(self.path("go"), "").unwrap();
    }

    fn end(&self, started: Started) -> Ran {
        self.go_on();
        started.end()
    }
}

async fn stopped(console: &Console, plan: &Value) -> String {
    fail_the_third(console, json!({"status": 400})).await;
    id(&console.launch(plan, []).expect(1).json()).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_of_a_batch_that_went_out_in_other_bytes_meanwhile_is_not_sent_again() {
    for more in [&[][..], &["--at", "+1h"]] {
        let (console, broadcast) = two_a_call().await;
        let batch = stopped(&console, &numbered(&broadcast, 10)).await;
        let key = SlowKey::of(&console);
        let words = ["launch", "--rest", &batch, "--yes"];
        let launching = key.start(&[&words, more].concat());
        // Another person's, with a word more for everybody.
        let mut rest = console.run(["plan", "rest", &batch]).expect(0).json();
        for target in rest["targets"].as_array_mut().unwrap() {
            target["n"] = json!("1");
        }
        console.configure("[profiles.test.dialect]\nlimit_bytes = 200");
        console.launch(&rest, []).expect(0);
        key.end(launching).expect(4).says("--again");
        each_once(&console, &broadcast, 10).await;
        let waiting = console.run(["pending", "--json"]).expect(0).json();
        assert_eq!(waiting, json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_takes_a_launch_back_that_is_made_ready() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        for more in [&[][..], &["--at", "+1h"]] {
            let (console, broadcast) = Console::with_broadcast(json!({})).await;
            let plan = console.file(&coloured(&broadcast, "red"));
            let key = SlowKey::of(&console);
            let launching = key.start(&[&["launch", &plan, "--yes"], more].concat());
            launching.signal(signal);
            launching.end().expect(4).says("taken back by a signal");
            key.go_on();
            let waiting = console.run(["pending", "--json"]).expect(0).json();
            assert_eq!(waiting, json!([]));
            assert_eq!(console.log(), Vec::<Value>::new());
            assert!(console.sandbox.runs(&broadcast).await.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_whose_token_is_being_fetched_is_stopped_by_a_signal_and_on_the_record() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console
        .run(["settings", &broadcast.id, "direct_mode=off"])
        .expect(0);
    let plan = console.file(&coloured(&broadcast, "red"));
    // The account's own token may have been fetched for the review.
    let slow = json!([{"on": "authorization", "times": 3, "delay_ms": 3000}]);
    console.sandbox.faults(slow).await;
    let launching = console.spawn(["launch", &plan, "--yes"]);
    let deadline = Instant::now() + DEADLINE;
    while console.log().is_empty() {
        assert!(Instant::now() < deadline, "it is not armed");
    }
    launching.signal(Signal::INT);
    launching.end().expect(4);
    let log = console.log();
    assert_eq!(log[0]["outcome"], "failed", "{log:?}");
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_is_not_settled_on_a_profile_that_became_read_only() {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    let drop = json!([{"on": "hook", "drop": "before"}]);
    console.sandbox.faults(drop).await;
    let launched = console.launch(&coloured(&broadcast, "red"), []).expect(3);
    let unknown = id(&launched.json()).to_owned();
    let settle = || console.run(["settle", &unknown, "not-sent", "--reason", "looked"]);
    console.configure("readonly = true");
    settle().expect(4).says("read-only");
    console.configure("");
    settle().expect(0);
}
