//! Mistakes of the program itself: a panic in any of its threads and tasks gives the terminal back, says what happened,
//! and takes no launch with it.

use std::fs;

use rstest::rstest;
use serde_json::json;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
use crate::platform::Platform;
use crate::terminal::{Size, Terminal};

use mylink_console::store::Cache;

const SIZE: Size = (120, 40);

/// The screen, which panics at a place once [`set_off`] was called.
fn console(home: &Home, place: &str) -> Terminal {
    let mut command = home.command(&[]);
    let file = home.path("now");
    command.env("MYLINK_PANIC_AT", format!("{place}:{}", file.display()));
    Terminal::start(SIZE, command)
}

/// Has every place passed: a key for the loop, and another process's write for the effects and the counting.
fn set_off(home: &Home, console: &mut Terminal) {
    home.write("now", "");
    let mut cache = Cache::open(&home.sandbox().join("cache.db")).unwrap();
    cache
        .set_throttle("a write of another process", jiff::Timestamp::now())
        .unwrap();
    console.press("left");
}

#[rstest]
#[case::of_the_loop("loop", "accepted")]
#[case::of_the_counting_thread("count", "accepted")]
#[case::of_an_effect("effect", "accepted")]
#[case::of_the_launch_itself("launch", "accepted")]
fn a_panic_gives_the_terminal_back_and_leaves_the_launch_on_the_record(
    #[case] place: &str,
    #[case] outcome: &str,
) {
    let home = Home::new();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    let mut console = console(&home, place);
    console.compose();
    platform.fail(json!([{"on": "hook", "times": 1, "delay_ms": 1500}]));
    console.review().press("enter");
    platform.wait_for_run(&broadcast);
    set_off(&home, &mut console);
    assert_eq!(console.exit_code(), 101);
    console.assert_as_it_was();
    // The terminal breaks the line anywhere.
    let said = console.screen().rows().concat();
    for words in [
        "mylink has made a mistake of its own",
        &format!("a fault on purpose in {place}"),
        "src/runtime/",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let log = fs::read_to_string(home.path("data/mylink-console/mylink.log")).unwrap();
    assert!(
        log.contains(&format!("a fault on purpose in {place}")),
        "{log}"
    );

    platform.only_run(&broadcast);
    let mut console = home.console(SIZE);
    console.open_log().wait_for(&format!("● {outcome}"));
    console.quit();
    platform.only_run(&broadcast);
}
