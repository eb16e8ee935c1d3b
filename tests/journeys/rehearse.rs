//! A launch rehearsed in a terminal: the same bytes go to a sandbox that is thrown away, and nobody hears of it.

use std::fs;
use std::path::PathBuf;

use rstest::rstest;
use rustix::process::Signal;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
use crate::platform::Platform;
use crate::terminal::{Size, Terminal};

fn composed(home: &Home, size: Size) -> Terminal {
    let mut console = home.console(size);
    console.open_broadcast();
    console.add_filter("favorite_color", "Equals", "red");
    console.wait_for(" contacts");
    console
}

/// Where rehearsals have their folders while they last.
fn stages(home: &Home) -> PathBuf {
    let sandbox = home.sandbox();
    assert!(
        sandbox.join("sandbox.db").exists(),
        "beside the profile's own"
    );
    sandbox.parent().unwrap().join(".rehearsals")
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn one_key_rehearses_and_neither_platform_nor_journal_hear_of_it(#[case] size: Size) {
    let home = Home::new();
    let mut console = composed(&home, size);
    console.press("H").wait_for("Rehearsal of");
    console.wait_for("exactly those of the preview");
    assert!(!stages(&home).exists(), "the sandbox is gone with its copy");
    console.press("esc").wait_until_gone("Rehearsal of");
    console.press("q");
    assert_eq!(console.exit_code(), 0);
    let platform = Platform::of(&home.sandbox());
    assert!(
        platform
            .runs(&platform.broadcast(BOT, BROADCAST))
            .is_empty()
    );
}

#[test]
fn a_rehearsal_is_of_the_draft_as_it_stands_now() {
    let home = Home::new();
    let mut console = composed(&home, (120, 40));
    console.press("H").wait_for("exactly those of the preview");
    let first = verdict(&mut console);
    console.press("esc").wait_until_gone("Rehearsal of");
    console.add_filter("city", "StartsWith", "Mil");
    console.press("H").wait_for("exactly those of the preview");
    assert_ne!(verdict(&mut console), first, "fewer are reached now");
    console.press("esc").wait_until_gone("Rehearsal of");
    console.press("q");
    assert_eq!(console.exit_code(), 0);
}

fn verdict(console: &mut Terminal) -> String {
    console.screen().row("contacts targeted").unwrap()
}

#[rstest]
#[case::terminated(Signal::TERM)]
#[case::interrupted(Signal::INT)]
fn a_signal_in_the_middle_leaves_nothing_of_it(#[case] signal: Signal) {
    let home = Home::new();
    let mut console = composed(&home, (120, 40));
    console.press("H").wait_for("Rehearsal of");
    console.signal(signal);
    console.exit_code();
    let left = fs::read_dir(stages(&home)).map(Iterator::count);
    assert!(left.is_err(), "{left:?}");
}
