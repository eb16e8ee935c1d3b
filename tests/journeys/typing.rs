//! More keys at once than a program reads at once.

use rstest::rstest;
use rustix::process::Signal;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
use crate::platform::Platform;
use crate::terminal::{Size, Terminal};

#[test]
fn keys_that_come_faster_than_they_are_read_are_all_taken_and_then_the_program_rests() {
    let home = Home::new();
    let mut console = home.console((120, 40));
    console.compose().wait_for("94 of 1,000,000 B");
    console
        .press("tab")
        .press("a")
        .type_text("n")
        .press("enter");
    // A terminal that knows no bracketed paste passes one on as keys.
    console.type_text(&"x".repeat(3_000));
    console.wait_until_at_rest().press("enter");
    // What a variable adds to the body without its name and value is 45 bytes.
    console.wait_for("3,140 of 1,000,000 B");
    console.wait_until_at_rest().quit();
    console.assert_as_it_was();
}

#[test]
fn a_key_behind_a_resize_is_acted_on_at_once() {
    let home = Home::new();
    let mut console = home.console((120, 40));
    console.open_broadcast();
    for (size, key, shown) in [
        ((100, 35), "3", "Nothing was launched"),
        ((90, 30), "1", "+ condition"),
        ((110, 38), "?", "Keys"),
    ] {
        console.resize(size).press(key).wait_for(shown);
    }
    console.wait_until_at_rest();
}

const LIVE: &str = "[profiles.sandbox]\ndanger = \"live\"\nconfirm_above = 1\nhold_seconds = 8\n";

#[rstest]
#[case::too_small_to_show_anything((20, 5))]
#[case::too_low((100, 15))]
#[case::of_another_size((100, 30))]
fn any_key_takes_a_launch_back_whatever_became_of_the_terminal_in_the_hold(#[case] size: Size) {
    let home = Home::new();
    home.configure(LIVE);
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    let mut console = holding(&home);
    console.resize(size);
    console.press("x").resize((120, 40));
    console.wait_for("Taken back");
    console.press("esc").wait_for("+ condition").quit();
    assert!(platform.runs(&broadcast).is_empty());
}

#[rstest]
#[case::of_a_key(b"\x1b[?")]
#[case::of_the_mouse(b"\x1b[<")]
#[case::of_a_paste(b"\x1b[200~a")]
#[case::of_a_character(b"\xe2\x82")]
fn half_of_something_takes_a_launch_back_too(#[case] half: &[u8]) {
    let home = Home::new();
    home.configure(LIVE);
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    let mut console = holding(&home);
    console.send(half).wait_for("Taken back");
    // No key is heard behind it; a signal is.
    console.signal(Signal::TERM);
    assert_eq!(console.exit_code(), 143);
    console.assert_as_it_was();
    assert!(platform.runs(&broadcast).is_empty());
}

/// A console whose launch goes out by itself in some seconds.
fn holding(home: &Home) -> Terminal {
    let mut console = home.console((120, 40));
    console.compose().review();
    console.type_text("409").press("enter");
    console.type_text(BROADCAST).press("enter");
    console.wait_for("Any key takes it back");
    console
}
