//! A live profile: set apart on the screen, and asking for more before it launches.

use std::net::TcpListener;
use std::time::Duration;

use rstest::rstest;
use rustix::process::Signal;
use serde_json::json;

use crate::acts::{BOT, BROADCAST};
use crate::home::{Home, PROGRAM};
use crate::platform::Platform;
use crate::terminal::{Size, Terminal};

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn a_wrong_key_is_said_and_what_is_cached_stays(#[case] size: Size) {
    let live = Live::synced(size);
    live.configure(&live.platform.url, "wrong", "");
    let mut console = live.home.console(size);
    console.wait_for(BOT).press("r").wait_for("account key");
    let said = console.screen().text();
    assert!(said.contains("Check it in the profile."), "{said}");
    assert_cached_stays(&mut console);
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn a_platform_that_is_not_there_is_said_and_what_is_cached_stays(#[case] size: Size) {
    let live = Live::synced(size);
    live.configure(&closed_port(), &live.platform.account_key, "");
    let mut console = live.home.console(size);
    console
        .wait_for(BOT)
        .press("r")
        .wait_for("could not be reached");
    let said = console.screen().text();
    assert!(said.contains("check the network"), "{said}");
    assert_cached_stays(&mut console);
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn a_live_launch_wants_the_number_of_targets(#[case] size: Size) {
    let live = Live::synced(size);
    let broadcast = live.platform.broadcast(BOT, BROADCAST);
    let mut console = live.home.console(size);
    console.wait_for(BOT);
    assert_is_live(&mut console);
    console.compose().review();
    assert_is_live(&mut console);
    let count = console.reviewed_count();

    console.press("enter");
    console.type_text(&(count + 1).to_string()).press("enter");
    console.reviewed_body();
    assert_eq!(live.platform.runs(&broadcast).len(), 0);
    for _ in 0..(count + 1).to_string().len() {
        console.press("backspace");
    }
    console.type_text(&count.to_string()).press("enter");
    console.wait_for("● accepted");
    let run = live.platform.only_run(&broadcast);
    assert_eq!(run["targets"].as_array().unwrap().len(), count);
    console.press("esc").wait_until_gone("● accepted");
    console.quit();
}

#[test]
fn a_large_live_launch_wants_the_name_too_and_can_be_taken_back() {
    let size = (120, 40);
    let live = Live::synced(size);
    let broadcast = live.platform.broadcast(BOT, BROADCAST);
    let rules = "confirm_above = 100\nhold_seconds = 3600";
    live.configure(&live.platform.url, &live.platform.account_key, rules);
    let mut console = live.home.console(size);
    console.compose().review();
    let count = console.reviewed_count();
    console.type_text(&count.to_string()).press("enter");
    console.type_text("Winter menu").press("enter");
    console.reviewed_body();
    console.press("f2").wait_for("sha256");
    for _ in 0.."Winter menu".len() {
        console.press("backspace");
    }
    console
        .type_text(BROADCAST)
        .press("enter")
        .wait_for("takes it back");
    console.press("x").wait_for("Taken back");
    assert_eq!(live.platform.runs(&broadcast).len(), 0);
    console.press("esc").wait_until_gone("sha256");
    console.quit();
}

const SIZE: Size = (120, 40);

#[rstest]
#[case::by_the_shell(Signal::TSTP)]
#[case::without_a_word(Signal::STOP)]
fn a_console_that_was_suspended_in_the_hold_sends_nothing(#[case] stop: Signal) {
    let live = Live::synced(SIZE);
    let broadcast = live.platform.broadcast(BOT, BROADCAST);
    let mut console = live.holding(3600);
    console.signal(stop).wait_until_stopped();
    console
        .signal(Signal::CONT)
        .wait_for("The hold was interrupted");
    let said = console.screen().text();
    assert!(
        said.contains("(mylink was suspended), so nothing was sent."),
        "{said}"
    );
    assert_eq!(live.platform.runs(&broadcast).len(), 0);
    console.press("esc").wait_until_gone("sha256");
    console.quit();
}

#[test]
fn a_console_that_slept_through_the_end_of_the_hold_sends_nothing() {
    let live = Live::synced(SIZE);
    let broadcast = live.platform.broadcast(BOT, BROADCAST);
    let mut console = live.holding(2);
    console.signal(Signal::STOP).wait_until_stopped();
    // Nothing else tells the time but the time.
    std::thread::sleep(Duration::from_secs(3));
    console
        .signal(Signal::CONT)
        .wait_for("The hold was interrupted");
    assert_eq!(live.platform.runs(&broadcast).len(), 0);
    console.press("esc").wait_until_gone("sha256");
    console.quit();
}

#[test]
fn ctrl_z_in_the_hold_of_the_verb_takes_the_launch_back() {
    let live = Live::synced(SIZE);
    let broadcast = live.platform.broadcast(BOT, BROADCAST);
    live.rules("confirm_above = 100\nhold_seconds = 3600");
    let plan = json!({"broadcast": BROADCAST, "form": "audience",
        "filters": [{"field": "favorite_color", "criterion": "Equals", "value": "magenta"}]});
    live.home.write("plan.json", &plan.to_string());
    // As a shell of an operator's does it: the job is stopped, and brought back.
    let script = format!(
        "set -m; '{PROGRAM}' launch plan.json --yes --confirm 409 --confirm-name '{BROADCAST}'; echo it is stopped; fg; echo it ended with $?"
    );
    let mut command = live.home.command(&[]);
    *command.get_argv_mut() = ["/bin/sh", "-c", &script].map(Into::into).to_vec();
    let mut shell = Terminal::start(SIZE, command);
    shell.wait_for("ctrl-c takes it back").send(b"\x1a");
    shell.wait_for("it is stopped").wait_for("it ended with 4");
    let said = shell.screen().text();
    let why = "The hold was interrupted (mylink was suspended), so nothing was sent.";
    assert!(said.contains(why), "{said}");
    assert_eq!(live.platform.runs(&broadcast).len(), 0);
}

#[test]
fn a_profile_that_became_stricter_is_so_for_a_console_that_stands_open() {
    let live = Live::synced(SIZE);
    let broadcast = live.platform.broadcast(BOT, BROADCAST);
    let mut console = live.home.console(SIZE);
    console.compose();
    live.rules("max_targets = 10");
    console.review().wait_for("more than max_targets");
    console.press("esc").wait_until_gone("max_targets");

    live.rules("");
    console.review();
    let count = console.reviewed_count();
    live.rules("readonly = true");
    console.type_text(&count.to_string()).press("enter");
    console.wait_for("This profile is read-only");
    console
        .press("esc")
        .wait_until_gone("This profile is read-only");
    console.wait_until("read-only in the header", |screen| {
        screen.rows()[0].contains("read-only")
    });
    console.press("2").wait_for("Enabled").press("space");
    console.wait_for("This profile is read-only: no setting can be changed");

    live.rules("max_targets = \"many\"");
    console.wait_until("nothing of the sort in the header", |screen| {
        !screen.rows()[0].contains("read-only")
    });
    console.press("space");
    console.wait_for("The configuration can't be read any more");
    assert_eq!(live.platform.runs(&broadcast).len(), 0);
    console.quit();
}

/// A profile called `production` whose platform is a sandbox of the journey's own.
struct Live {
    home: Home,
    platform: Platform,
}

impl Live {
    /// With everything synced once.
    fn synced(size: Size) -> Self {
        let home = Home::new();
        let platform = Platform::of(&home.sandbox());
        let live = Self { home, platform };
        live.configure(&live.platform.url, &live.platform.account_key, "");
        let mut console = live.home.console(size);
        console.wait_for("never synced").press("r");
        console.wait_for(BOT).wait_for("synced just now");
        console.quit();
        live
    }

    /// Other rules of the profile.
    fn rules(&self, rules: &str) {
        self.configure(&self.platform.url, &self.platform.account_key, rules);
    }

    /// A console in which everything was confirmed, and the hold of so many seconds runs.
    fn holding(&self, seconds: u64) -> Terminal {
        self.rules(&format!("confirm_above = 100\nhold_seconds = {seconds}"));
        let mut console = self.home.console(SIZE);
        console.compose().review();
        let count = console.reviewed_count();
        console.type_text(&count.to_string()).press("enter");
        console.type_text(BROADCAST).press("enter");
        console.wait_for("takes it back");
        console
    }

    fn configure(&self, url: &str, key: &str, rules: &str) {
        self.home.configure(&format!(
            "profile = \"production\"\n[profiles.production]\nurl = \"{url}\"\nkind = \"live\"\ndanger = \"live\"\naccount_key = \"{key}\"\n{rules}\n"
        ));
    }
}

/// An address at which nobody listens.
fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// The header names the profile, and says what it is.
fn assert_is_live(console: &mut Terminal) {
    let screen = console.screen();
    let header = screen.rows()[0].clone();
    assert!(header.contains("LIVE"), "{screen}");
    assert!(header.to_lowercase().contains("production"), "{screen}");
}

fn assert_cached_stays(console: &mut Terminal) {
    assert_is_live(console);
    console.press("enter").wait_for(BROADCAST);
    console.press("enter").wait_for("+ condition");
    console.add_filter("favorite_color", "Equals", "magenta");
    console.wait_for(" 409 contacts");
    console.quit();
}
