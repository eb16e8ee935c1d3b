//! A live profile: set apart on the screen, and asking for more before it launches.

use std::net::TcpListener;

use rstest::rstest;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
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
