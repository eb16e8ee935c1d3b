//! A batch that stops in the middle: settled, and resumed from the log. Nobody gets it twice.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::json;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
use crate::platform::{Platform, targets};
use crate::terminal::{Size, Terminal};

/// So small that each call holds one target.
const CONFIG: &str = "[profiles.sandbox.dialect]\nlimit_bytes = 120\n";

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn a_batch_that_stopped_is_settled_and_resumed_and_nobody_is_reached_twice(#[case] size: Size) {
    let home = Home::new();
    home.configure(CONFIG);
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    let everybody: BTreeSet<String> = (1..=5).map(|number| format!("batch-{number}")).collect();
    let list: Vec<_> = everybody
        .iter()
        .map(|id| json!({"user_id": id, "bot_channel": "WebChannel", "note": "spring offer for you"}))
        .collect();
    let plan = json!({"broadcast": BROADCAST, "bot": BOT, "form": "targets", "targets": list});
    home.save_plan("batch", &plan.to_string());

    let mut console = home.console(size);
    console.open_broadcast().press("O").wait_for("batch");
    console.press("enter").wait_for("POST targets");
    platform.fail(json!([
        {"on": "hook", "times": 2, "delay_ms": 1},
        {"on": "hook", "times": 1, "drop": "after"},
    ]));
    console.review().wait_for("5 calls");
    console
        .press("enter")
        .wait_for("2 accepted, 1 unknown, 2 not sent");
    console.press("esc").wait_until_gone("2 accepted");

    // The rest is refused until somebody says what became of the third.
    console.press("3").wait_for_log();
    console.press("R").wait_for("Settle it first");
    console.settle_as_sent("it stands on the platform's page");
    console.press("R").wait_for("2 targets");
    console.wait_for("POST targets");
    console.review().wait_for("2 calls");
    console.press("enter").wait_for("● accepted");
    console.press("esc").wait_until_gone("● accepted");
    assert_nothing_is_left(&mut console);
    console.quit();

    let runs = platform.runs(&broadcast);
    assert_eq!(runs.len(), 5, "{runs:#?}");
    let mut reached = BTreeSet::new();
    for run in &runs {
        for id in targets(run) {
            assert!(reached.insert(id.clone()), "{id} was reached twice");
        }
    }
    assert_eq!(reached, everybody);
}

/// The launch that resumed it has nothing left, and says so.
fn assert_nothing_is_left(console: &mut Terminal) {
    console.press("3").wait_for_log();
    console.press("R").wait_for("can't be resumed");
}

#[test]
fn a_batch_whose_time_came_is_stopped_by_key_and_another_console_says_who_sends_it() {
    let home = Home::new();
    home.configure(CONFIG);
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    let list: Vec<_> = (1..=5)
        .map(|number| json!({"user_id": format!("batch-{number}"), "bot_channel": "WebChannel", "note": "spring offer for you"}))
        .collect();
    let plan = json!({"broadcast": BROADCAST, "bot": BOT, "form": "targets", "targets": list});
    home.save_plan("batch", &plan.to_string());
    let mut console = home.console((120, 40));
    console.open_broadcast().press("O").wait_for("batch");
    console.press("enter").wait_for("POST targets");
    platform.fail(json!([{"on": "hook", "times": 5, "delay_ms": 6_000}]));
    console.review().wait_for("5 calls").press("f4");
    console.type_text("in 1 s").press("enter").press("enter");
    console.wait_for("its time has come");
    // Open before, it might have been the one that starts it.
    let mut other = home.console((120, 40));
    other.open_log().wait_for("sending");
    other
        .press("X")
        .wait_for("Stop Autumn menu?")
        .press("enter");
    other.wait_for("not from here");
    console.press("3").wait_for_log();
    console.press("X").wait_for("Stop Autumn menu?").press("X");
    console
        .wait_for("Stopping after the call that is on its way")
        .wait_for("It was stopped by the operator")
        // The list has it, too.
        .wait_for("✕ failed");
    assert!(platform.runs(&broadcast).len() < 5);
    console.press("X").wait_for("It is not being sent");
    other.quit();
    console.quit();
}
