//! Leaving: by key, by signal, by a terminal that goes away. A launch on its way is waited for and recorded.

use std::process::{Command, Stdio};
use std::time::Duration;

use rstest::rstest;
use rustix::process::Signal;
use serde_json::json;

use crate::acts::{BOT, BROADCAST};
use crate::effort::Effort;
use crate::home::{Home, PROGRAM};
use crate::platform::{Broadcast, Platform};
use crate::terminal::{Screen, Size, Terminal};

const SECOND: Duration = Duration::from_secs(1);
const SIZE: Size = (120, 40);

#[rstest]
#[case::by_its_key("q", 0)]
#[case::by_interrupt("ctrl-c", 0)]
fn the_terminal_is_left_as_it_was(#[case] key: &str, #[case] code: u32) {
    let home = Home::new();
    let mut console = home.console(SIZE);
    console.wait_for(BOT);
    assert!(console.is_raw());
    console.press(key);
    assert_eq!(console.exit_code(), code);
    console.assert_as_it_was();
}

#[rstest]
#[case::termination(Signal::TERM, 143)]
#[case::hang_up(Signal::HUP, 129)]
#[case::interrupt(Signal::INT, 130)]
#[case::quit(Signal::QUIT, 131)]
fn a_signal_waits_for_the_launch_on_its_way(#[case] signal: Signal, #[case] code: u32) {
    let journey = Launching::start();
    let mut console = journey.console;
    console.signal(signal);
    assert_eq!(console.exit_code(), code);
    console.assert_as_it_was();
    assert_is_accepted(&journey.home, &journey.platform, &journey.broadcast);
}

#[test]
fn a_terminal_that_is_closed_waits_for_the_launch_on_its_way() {
    let journey = Launching::start();
    let mut console = journey.console;
    console.hang_up();
    assert_eq!(console.exit_code(), 129);
    assert_is_accepted(&journey.home, &journey.platform, &journey.broadcast);
}

#[test]
fn a_signal_waits_for_the_launch_at_the_sandbox_that_ends_with_the_program() {
    let home = Home::new();
    let mut console = home.console(SIZE);
    console.compose();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    launch_and_wait(&mut console, &platform, &broadcast);
    console.signal(Signal::TERM);
    assert_eq!(console.exit_code(), 143);
    console.assert_as_it_was();
    assert_is_accepted(&home, &Platform::of(&home.sandbox()), &broadcast);
}

#[test]
fn quitting_waits_for_the_launch_on_its_way() {
    let journey = Launching::start();
    let mut console = journey.console;
    // The first takes the outcome's place off the screen, the launch goes on.
    console.press("esc").wait_until_gone("Launch").press("q");
    // Whoever waits for the prompt is told why.
    console.wait_for("A launch is on its way");
    assert_eq!(console.exit_code(), 0);
    console.assert_as_it_was();
    assert_is_accepted(&journey.home, &journey.platform, &journey.broadcast);
}

#[test]
fn a_suspended_program_gives_the_terminal_back_and_takes_it_again() {
    let home = Home::new();
    let mut console = home.console(SIZE);
    console.wait_for("synced just now");
    console.signal(Signal::TSTP);
    console.wait_until("screen of before", |screen| !screen.is_alternate());
    console.wait_until_stopped();
    console.signal(Signal::CONT);
    console.wait_until("screen again", |screen| {
        screen.is_alternate() && screen.has(BOT)
    });
    console.wait_until_at_rest().quit();
    console.assert_as_it_was();
}

#[test]
fn a_launch_goes_on_where_the_program_was_suspended_meanwhile() {
    let journey = Launching::start();
    let mut console = journey.console;
    console.signal(Signal::TSTP);
    console.wait_until("screen of before", |screen| !screen.is_alternate());
    console.wait_until_stopped();
    console.signal(Signal::CONT);
    console.wait_for("● accepted");
    console.press("esc").wait_until_gone("● accepted");
    console.wait_until_at_rest().quit();
    console.assert_as_it_was();
    assert_is_accepted(&journey.home, &journey.platform, &journey.broadcast);
}

#[test]
fn a_suspended_program_whose_terminal_is_closed_ends_with_its_launch_on_the_record() {
    let journey = Launching::start();
    let mut console = journey.console;
    console.signal(Signal::TSTP);
    console.wait_until("screen of before", |screen| !screen.is_alternate());
    console.wait_until_stopped();
    console.hang_up_while_stopped();
    assert_eq!(console.exit_code(), 129);
    assert_is_accepted(&journey.home, &journey.platform, &journey.broadcast);
}

#[test]
fn a_terminal_that_takes_nothing_any_more_keeps_no_signal_away() {
    let journey = Launching::start();
    let mut console = journey.console;
    console.fill_up();
    console.signal(Signal::TERM);
    assert_eq!(console.exit_code(), 143);
    assert_is_accepted(&journey.home, &journey.platform, &journey.broadcast);
}

#[test]
fn a_launch_whose_answer_is_held_costs_nothing_while_it_is_waited_for() {
    let home = Home::new();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    let mut console = home.console(SIZE);
    console.compose();
    platform.fail(json!([{"on": "hook", "times": 1, "delay_ms": 60_000}]));
    console.review().press("enter");
    platform.wait_for_run(&broadcast);
    // What is shown of the waiting moves; before and after it was suspended that is all it does.
    let is_little = |spent: Effort| spent.ticks() <= 20;
    let spent = console.spent_in(SECOND);
    assert!(is_little(spent), "{spent:?} in a second");
    console.signal(Signal::TSTP);
    console.wait_until("screen of before", |screen| !screen.is_alternate());
    console.wait_until_stopped().signal(Signal::CONT);
    console.wait_until("screen of the program", Screen::is_alternate);
    let spent = console.spent_in(SECOND);
    assert!(is_little(spent), "{spent:?} in a second");
}

#[test]
fn a_program_at_rest_ends_with_its_terminal() {
    let home = Home::new();
    let mut console = home.console(SIZE);
    console.wait_for("synced just now");
    console.hang_up();
    assert_eq!(console.exit_code(), 129);
}

#[rstest]
#[case::no_input(Stdio::piped(), Stdio::piped())]
#[case::nothing_at_all(Stdio::null(), Stdio::null())]
fn without_a_terminal_there_is_a_sentence(#[case] stdin: Stdio, #[case] stdout: Stdio) {
    let home = Home::new();
    let output = Command::new(PROGRAM)
        .env_clear()
        .envs(home.environment())
        .stdin(stdin)
        .stdout(stdout)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("needs a terminal"), "{said}");
    assert!(!said.contains('\x1b'), "{said:?}");
    assert!(output.stdout.is_empty());
}

/// A launch that has arrived, and whose answer is held.
struct Launching {
    console: Terminal,
    platform: Platform,
    broadcast: Broadcast,
    home: Home,
}

impl Launching {
    fn start() -> Self {
        let home = Home::new();
        let platform = Platform::of(&home.sandbox());
        let broadcast = platform.broadcast(BOT, BROADCAST);
        let mut console = home.console(SIZE);
        console.compose();
        launch_and_wait(&mut console, &platform, &broadcast);
        Self {
            console,
            platform,
            broadcast,
            home,
        }
    }
}

/// Launches, and waits until it has arrived; its answer is held.
fn launch_and_wait(console: &mut Terminal, platform: &Platform, broadcast: &Broadcast) {
    platform.fail(json!([{"on": "hook", "times": 1, "delay_ms": 1500}]));
    console.review().press("enter");
    platform.wait_for_run(broadcast);
}

#[test]
fn the_next_start_opens_on_what_ended_while_nobody_looked_and_says_it_once() {
    let journey = Launching::start();
    let mut console = journey.console;
    console.hang_up();
    assert_eq!(console.exit_code(), 129);
    let told = "Since the screen was last open";
    let mut console = journey.home.console(SIZE);
    console.wait_for(told).wait_for(": accepted.");
    console.press("down").wait_until_gone(told).quit();
    let mut console = journey.home.console(SIZE);
    console.wait_for("synced just now");
    assert!(!console.screen().has(told));
    console.quit();
}

/// The next start finds the launch accepted.
fn assert_is_accepted(home: &Home, platform: &Platform, broadcast: &Broadcast) {
    platform.only_run(broadcast);
    let mut console = home.console(SIZE);
    console.open_log().wait_for("● accepted");
    console.quit();
}
