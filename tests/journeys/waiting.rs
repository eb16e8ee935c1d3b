//! A launch that is given a time: its countdown, taking it back, and who sends it when the screen is left.

use std::process::Stdio;
use std::time::Instant;

use serde_json::Value;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
use crate::platform::Platform;
use crate::terminal::{DEADLINE, Size, Terminal};

const SIZE: Size = (120, 40);

impl Terminal {
    /// Reviews what is composed, gives it a time, and confirms.
    fn give_time(&mut self, time: &str) -> &mut Self {
        self.review().press("f4").wait_for("Send it at");
        self.type_text(time);
        self.press("enter").wait_for("let it wait");
        self.press("enter").wait_for(" waits until ")
    }
}

/// The launches on the record.
fn log(home: &Home) -> Vec<Value> {
    let output = home.verb(&["log", "--json"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_launch_with_a_time_is_shown_with_its_countdown_and_taken_back() {
    let home = Home::new();
    let mut console = home.console(SIZE);
    console.compose().give_time("in 2 hours");
    console.wait_for(&format!("sends in 2 h: {BROADCAST}"));
    console.press("W").wait_for("Waiting launches");
    console.press("x").wait_for("Press x again");
    console
        .press("x")
        .wait_for("Taken back")
        .wait_for("Nothing waits");
    console
        .press("esc")
        .wait_until_gone("Nothing waits")
        .press("q");
    assert_eq!(console.exit_code(), 0);
    console.assert_as_it_was();
    assert!(log(&home).is_empty());
}

#[test]
fn a_launch_that_waits_is_opened_as_a_draft_from_the_list_of_what_waits() {
    let home = Home::new();
    let mut console = home.console(SIZE);
    console.compose().give_time("in 2 hours");
    console.press("W").wait_for("Waiting launches");
    console
        .press("enter")
        .wait_for("The launch is the draft now");
    console
        .wait_until_gone("Waiting launches")
        .wait_for("1 Compose");
    console.press("q").wait_for("1 launch waits").press("enter");
    assert_eq!(console.exit_code(), 0);
    // Once that it was taken back it is no launch either, and can be made again.
    let pending = home.verb(&["pending", "--json"]).output().unwrap();
    let pending: Value = serde_json::from_slice(&pending.stdout).unwrap();
    let id = pending[0]["launch_id"].as_str().unwrap();
    assert!(
        home.verb(&["take-back", id])
            .output()
            .unwrap()
            .status
            .success()
    );
    let mut console = home.console(SIZE);
    console.open_broadcast().press("3");
    console.wait_for("taken back").press("enter");
    console.wait_for("was taken back").press("enter");
    console.wait_for("The launch is the draft now");
    console.press("q");
    assert_eq!(console.exit_code(), 0);
}

#[test]
fn an_open_console_sends_it_at_its_time() {
    let home = Home::new();
    let mut console = home.console(SIZE);
    console.compose().give_time("in 2 s");
    console.wait_for(&format!("{BROADCAST}: accepted."));
    let platform = Platform::of(&home.sandbox());
    platform.only_run(&platform.broadcast(BOT, BROADCAST));
    console.press("q");
    assert_eq!(console.exit_code(), 0);
}

#[test]
fn run_pending_sends_it_after_the_screen_was_left() {
    let home = Home::new();
    let mut console = home.console(SIZE);
    console.compose().give_time("in 4 s");
    console
        .press("q")
        .wait_for("nohup mylink --profile sandbox run --pending &");
    console.press("enter");
    assert_eq!(console.exit_code(), 0);
    console.assert_as_it_was();
    assert!(log(&home).is_empty());
    let served = home.verb(&["run", "--pending", "--json"]).output().unwrap();
    assert!(served.status.success());
    let result: Value = serde_json::from_slice(&served.stdout).unwrap();
    assert_eq!(result["outcome"], "accepted");
    let launches = log(&home);
    assert_eq!(launches.len(), 1);
    assert_eq!(launches[0]["launch_id"], result["launch_id"]);
}

#[test]
fn what_another_process_lets_wait_appears_on_the_screen() {
    let home = Home::new();
    let mut console = home.console(SIZE);
    console.wait_for("synced just now");
    let plan = format!(r#"{{"broadcast":"{BROADCAST}","form":"configured"}}"#);
    home.save_plan("all", &plan);
    let deadline = Instant::now() + DEADLINE;
    let launch = ["launch", "all", "--yes", "--at", "+2h"];
    while !home
        .verb(&launch)
        .stdout(Stdio::null())
        .status()
        .unwrap()
        .success()
    {
        assert!(Instant::now() < deadline, "it can't be let wait");
    }
    console.wait_for("sends in 2 h");
    console.press("q").wait_for("1 launch waits").press("enter");
    assert_eq!(console.exit_code(), 0);
}
