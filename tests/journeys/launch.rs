//! The way that matters most: compose, review, launch, and find it on the record.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::json;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
use crate::platform::{Platform, targets};
use crate::terminal::Size;

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn what_was_previewed_is_launched_once_and_stands_in_the_log(#[case] size: Size) {
    let home = Home::new();
    let mut console = home.console(size);
    console.open_broadcast();
    let expected = red_in_mil(&Platform::of(&home.sandbox()));
    console.add_filter("favorite_color", "Equals", "red");
    console.add_filter("city", "StartsWith", "Mil");
    console.add_variable("campaign", "spring");
    console.wait_for(&format!(" {} contacts", expected.len()));
    console.review();
    let count = console.reviewed_count();
    let body = console.reviewed_body();
    console.press("enter").wait_for("● accepted");
    console.press("enter").wait_for_log().wait_for("accepted");
    let row = console.screen().row("● accepted").unwrap();
    assert!(row.contains(&format!(" {count} ")), "{row}");
    console.press("q");
    assert_eq!(console.exit_code(), 0);

    let platform = Platform::of(&home.sandbox());
    let run = platform.only_run(&platform.broadcast(BOT, BROADCAST));
    let expected_body = json!({
        "audience_filters": "favorite_color;city", "audience_criteria": "Equals;StartsWith",
        "audience_values": "red;Mil", "audience_join": "AND",
        "set_variables": "campaign", "set_variables_values": "spring"
    });
    assert_eq!(body, expected_body.to_string());
    assert_eq!(run["body"], body);
    assert_eq!(run["method"], "POST");
    assert_eq!(targets(&run), expected);
    assert_eq!(count, expected.len());
}

/// Those who are meant, found without any code of the program: the sandbox reads without regard to case.
fn red_in_mil(platform: &Platform) -> BTreeSet<String> {
    let broadcast = platform.broadcast(BOT, BROADCAST);
    let expected = platform.ids_of(&broadcast, |of| {
        of("favorite_color") == "red" && of("city").starts_with("mil")
    });
    assert!(expected.len() > 1, "the demo has such contacts");
    expected
}
