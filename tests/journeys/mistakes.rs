//! Mistakes of the program itself: a panic in any of its threads and tasks gives the terminal back, says what happened,
//! and takes neither a launch nor a draft with it.

use std::fs;

use rstest::rstest;
use rustix::process::Signal;
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

/// Has every place passed: a key for the loop, the input and the picture, a signal, and another process's write for the
/// effects, the counting, the stores' threads and what watches the files.
fn set_off(home: &Home, console: &mut Terminal) {
    home.write("now", "");
    let mut cache = Cache::open(&home.sandbox().join("cache.db")).unwrap();
    cache
        .set_throttle("a write of another process", jiff::Timestamp::now())
        .unwrap();
    console.signal(Signal::WINCH).press("left");
}

/// It has ended, its terminal is as it was, and one sentence says what happened and where the details lie.
fn assert_says_so(home: &Home, console: &mut Terminal, place: &str) {
    assert_eq!(console.exit_code(), 101);
    console.assert_as_it_was();
    // The terminal breaks the line anywhere, at a space too.
    let solid = |text: &str| text.split_whitespace().collect::<String>();
    let said = solid(&console.screen().rows().concat());
    let log = home.path("data/mylink-console/mylink.log");
    for words in [
        "mylink has made a mistake of its own",
        &format!("a fault on purpose in {place}"),
        ", at src/",
        "mylink log",
        log.to_str().unwrap(),
    ] {
        assert!(said.contains(&solid(words)), "{words}: {said}");
    }
    assert!(!said.contains("panicked"), "{said}");
    let log = fs::read_to_string(log).unwrap();
    let fault = format!("a fault on purpose in {place}");
    assert!(log.contains(&fault), "{log}");
}

#[rstest]
#[case::of_the_loop("loop")]
#[case::of_the_picture("draw")]
#[case::of_the_input_thread("input")]
#[case::of_a_signals_task("signal")]
#[case::of_the_counting_thread("count")]
#[case::of_an_effect("effect")]
#[case::of_the_launch_behind_its_outcome("launch")]
#[case::of_what_serves_waiting_launches("serve")]
#[case::of_what_watches_the_files("watch")]
#[case::of_the_journals_thread("journal")]
#[case::of_the_caches_thread("cache")]
#[case::of_the_lookups_thread("lookups")]
fn a_panic_gives_the_terminal_back_and_leaves_the_launch_on_the_record(#[case] place: &str) {
    let home = Home::new();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    let mut console = console(&home, place);
    console.compose();
    platform.fail(json!([{"on": "hook", "times": 1, "delay_ms": 1500}]));
    console.review().press("enter");
    platform.wait_for_run(&broadcast);
    set_off(&home, &mut console);
    assert_says_so(&home, &mut console, place);

    platform.only_run(&broadcast);
    let mut console = home.console(SIZE);
    console.open_log().wait_for("● accepted");
    console.quit();
    platform.only_run(&broadcast);
}

#[rstest]
#[case::before_its_first_call("armed", 0, false)]
#[case::before_the_first_byte("sending", 0, true)]
#[case::before_its_outcome_is_kept("answered", 1, true)]
fn a_panic_of_the_launch_itself_leaves_what_is_certain_on_the_record(
    #[case] place: &str,
    #[case] arrived: usize,
    #[case] is_unknown: bool,
) {
    let home = Home::new();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    let mut console = console(&home, place);
    home.write("now", "");
    console.compose().review().press("enter");
    assert_says_so(&home, &mut console, place);
    assert_eq!(platform.runs(&broadcast).len(), arrived);

    // It has its outcome before anybody looks.
    let log = home.verb(&["log", "--json"]).output().unwrap();
    let log: serde_json::Value = serde_json::from_slice(&log.stdout).unwrap();
    let outcome = if is_unknown { "unknown" } else { "failed" };
    assert_eq!(log[0]["outcome"], outcome);
    let mut console = home.console(SIZE);
    console.wait_for("synced just now");
    if is_unknown {
        console.wait_for_standing_line();
        console.settle_as_sent("looked at it");
    }
    console.quit();
    assert_eq!(platform.runs(&broadcast).len(), arrived);
}

#[rstest]
#[case::of_the_input_thread("input")]
#[case::of_an_effect("effect")]
#[case::of_the_caches_thread("cache")]
#[case::of_the_journals_thread("journal")]
#[case::of_the_built_in_sandbox("sandbox")]
fn a_panic_keeps_the_draft(#[case] place: &str) {
    let home = Home::new();
    let mut console = console(&home, place);
    console.compose();
    console.add_variable("campaign", "spring");
    // A sync may go over a connection that stands: one more is opened, for the sandbox that the program serves.
    let platform = Platform::of(&home.sandbox());
    set_off(&home, &mut console);
    drop(platform.connect());
    assert_says_so(&home, &mut console, place);
    let mut console = home.console(SIZE);
    console.open_broadcast();
    console.wait_for("magenta").wait_for("campaign").quit();
}

#[test]
fn a_panic_while_contacts_are_read_ends_the_screen_too() {
    let home = Home::new();
    let mut console = console(&home, "load");
    home.write("now", "");
    console
        .wait_for(BOT)
        .wait_for("synced just now")
        .press("enter");
    console.wait_for(BROADCAST).press("enter");
    assert_says_so(&home, &mut console, "load");
}
