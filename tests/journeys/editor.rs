//! The operator's own editor: it gets the terminal, gives it back, and what it wrote is launched byte for byte.

use std::fs;
use std::path::Path;

use rstest::rstest;
use rustix::process::Signal;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
use crate::platform::{Broadcast, Platform};
use crate::terminal::{Size, Terminal};

const WIDE: Size = (120, 40);

/// A script that writes a body into the file it is given, whatever stood there.
fn writes(home: &Home, body: &str) -> String {
    let text = home.script("body.txt", body);
    let editor = format!(
        "#!/bin/sh\ntest \"$1\" = -w || exit 3\ncat '{}' > \"$2\"\n",
        text.display()
    );
    format!("'{}' -w", home.script("my editor", &editor).display())
}

/// Where no valid filter is required.
fn free(home: &Home) -> (Platform, Broadcast) {
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    platform.set(&broadcast, "require_valid_filter", false);
    (platform, broadcast)
}

/// Opens the broadcast with raw JSON for its form.
fn open_raw(console: &mut Terminal) {
    console.open_broadcast().press("f").wait_for("Form of the");
    for _ in 0..4 {
        console.press("down");
    }
    console.press("enter").wait_for("POST raw");
}

/// Files of an edit that are still there.
fn left(home: &Home) -> usize {
    let files = fs::read_dir(home.sandbox()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("edit-")).count()
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn what_the_editor_wrote_is_launched_byte_for_byte(#[case] size: Size) {
    let home = Home::new();
    let (platform, broadcast) = free(&home);
    let written = "{\n\t\"event\": \"spring é\",\n\t\"n\": 1.50,\n\t\"list\": [1, {\"a\": null}],\n\t\"big\": 123456789012345678901\n}\n";
    // White space between tokens goes; every token stays as it was written.
    let body = r#"{"event":"spring é","n":1.50,"list":[1,{"a":null}],"big":123456789012345678901}"#;
    let editor = writes(&home, written);
    let mut console = home.console_with_editor(size, &editor);
    open_raw(&mut console);
    console.press("ctrl-o").wait_for("\"event\"");
    assert!(console.is_raw() && console.screen().is_alternate());
    assert_eq!(left(&home), 0);
    console.wait_for("mistyped name");
    console.review().press("enter").wait_for("● accepted");
    console.press("esc").wait_until_gone("● accepted").quit();
    console.assert_as_it_was();
    let run = platform.only_run(&broadcast);
    assert_eq!(run["body"], body);
    assert_eq!(run["method"], "POST");
}

#[test]
fn an_editor_that_is_not_there_or_fails_is_a_sentence_and_loses_nothing() {
    let home = Home::new();
    let (platform, broadcast) = free(&home);
    let mut console = home.console_with_editor(WIDE, "/nowhere/editor");
    open_raw(&mut console);
    console.press("enter").type_text("[1]").wait_for(", typing");
    console.press("esc").wait_until_gone(", typing");
    console.press("ctrl-o").wait_for("there is no such program");
    console.wait_for("1 [1]").quit();

    let fails = home.script("fails", "#!/bin/sh\nexit 7\n");
    let mut console = home.console_with_editor(WIDE, &fails.display().to_string());
    console.open_raw_again();
    console
        .press("ctrl-o")
        .wait_for("ended with exit status: 7");
    console.wait_for("1 [1]").quit();
    assert_eq!(left(&home), 0);
    assert!(platform.runs(&broadcast).is_empty());
}

impl Terminal {
    /// Opens the broadcast whose draft is raw JSON already.
    fn open_raw_again(&mut self) -> &mut Self {
        self.wait_for(BOT)
            .wait_for("synced just now")
            .press("enter");
        self.wait_for(BROADCAST).press("enter").wait_for("POST raw")
    }
}

/// A script that says that it runs, and goes on until it is ended.
fn waits(home: &Home) -> String {
    let running = home.path("running");
    let editor = format!(
        "#!/bin/sh\n: > '{}'\nprintf 'EDITING %s' \"$1\"\nexec cat\n",
        running.display()
    );
    home.script("waits", &editor).display().to_string()
}

#[rstest]
#[case::termination(Signal::TERM, 143)]
#[case::hang_up(Signal::HUP, 129)]
fn a_signal_ends_the_editor_and_the_program_well(#[case] signal: Signal, #[case] code: u32) {
    let home = Home::new();
    let (_platform, _broadcast) = free(&home);
    let mut console = home.console_with_editor(WIDE, &waits(&home));
    open_raw(&mut console);
    console.press("ctrl-o").wait_for("EDITING");
    assert!(!console.is_raw() && !console.screen().is_alternate());
    assert!(Path::exists(&home.path("running")));
    console.signal(signal);
    assert_eq!(console.exit_code(), code);
    console.assert_as_it_was();
    assert_eq!(left(&home), 0);
}

#[test]
fn keys_typed_into_the_editor_are_its_own() {
    let home = Home::new();
    let (_platform, _broadcast) = free(&home);
    let reads = home.script(
        "reads",
        "#!/bin/sh\nprintf 'TYPE NOW '\nread line\nprintf '%s' \"$line\" > \"$1\"\n",
    );
    let mut console = home.console_with_editor(WIDE, &reads.display().to_string());
    open_raw(&mut console);
    console.press("ctrl-o").wait_for("TYPE NOW");
    console.type_text("[\"q\",\"quit\"]\r");
    console.wait_for("1 [\"q\",\"quit\"]").quit();
}
