//! Launches of which nobody knows whether they were sent: said everywhere, blocked, and settled by a person alone.

use rstest::rstest;
use rustix::process::Signal;
use serde_json::json;

use crate::acts::{BOT, BROADCAST, has_standing_line};
use crate::home::Home;
use crate::platform::Platform;
use crate::terminal::{Size, Terminal};

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn an_unknown_launch_stands_on_every_screen_and_blocks_until_it_is_settled(#[case] size: Size) {
    let home = Home::new();
    let mut console = home.console(size);
    console.compose();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    platform.fail(json!([{"on": "hook", "times": 1, "drop": "after"}]));
    console.review().press("enter").wait_for("? unknown");
    platform.only_run(&broadcast);

    console.press("esc").wait_until_gone("? unknown");
    assert_on_every_screen(&mut console);

    console.press("enter").wait_for("+ condition").review();
    // The review says so, and is no way past it.
    console.wait_for("blocks this broadcast");
    console.press("enter").press("f3").press("enter");
    console.press("esc").wait_until_gone("blocks this");
    platform.only_run(&broadcast);

    console.settle_as_sent("seen on its page");
    console
        .press("3")
        .wait_for("settled sent")
        .wait_for("seen on its page");
    platform.only_run(&broadcast);
    console.quit();
}

/// Walks from composing to the list of bots and back to the broadcasts.
fn assert_on_every_screen(console: &mut Terminal) {
    console.wait_for("+ condition").wait_for_standing_line();
    console
        .press("2")
        .wait_for("Legacy")
        .wait_for_standing_line();
    console.press("3").wait_for_log().wait_for_standing_line();
    console
        .press("esc")
        .wait_for("Last launch")
        .wait_for_standing_line();
    console.press("2").wait_for_log().wait_for_standing_line();
    console
        .press("esc")
        .wait_for("Synced")
        .wait_for_standing_line();
    console
        .press("?")
        .wait_for("╭ Keys ")
        .wait_for_standing_line();
    console.press("esc").wait_until_gone("╭ Keys ");
    console.press("enter").wait_for("Last launch");
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn a_launch_that_was_killed_on_its_way_is_unknown_at_the_next_start(#[case] size: Size) {
    let home = Home::new();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    let mut console = home.console(size);
    console.compose();
    platform.fail(json!([{"on": "hook", "times": 1, "delay_ms": 60_000}]));
    console.review().press("enter");
    platform.wait_for_run(&broadcast);
    console.signal(Signal::KILL);
    console.exit_code();

    let mut console = home.console(size);
    console.wait_for("synced just now").wait_for_standing_line();
    console.settle_as_sent("it arrived");
    console.open_log().wait_for("settled sent");
    assert!(!has_standing_line(&console.screen()));
    console.quit();
    platform.only_run(&broadcast);
}
