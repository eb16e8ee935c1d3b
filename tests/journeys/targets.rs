//! A list of targets: put together in the grid, launched, and exactly those reached.

use rstest::rstest;
use serde_json::json;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
use crate::platform::{Platform, targets};
use crate::terminal::Size;

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn who_stands_in_the_grid_is_targeted_and_nobody_else(#[case] size: Size) {
    let home = Home::new();
    let mut console = home.console(size);
    console.open_broadcast();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    let contact = platform.contacts(&broadcast).remove(0);
    let of = |name: &str| contact[name].as_str().unwrap().to_owned();
    let (known, channel) = (of("user_id"), of("bot_channel"));

    console.press("f").press("f").wait_for("+ target");
    console
        .press("a")
        .type_text(&known)
        .press("tab")
        .type_text(&channel)
        .press("esc");
    console.wait_for("Who: 1 target ");
    console.press("end").press("down");
    console.paste(
        "user_id\tbot_channel\torder\n3932099001\tSMSChannel\tA-12\n3932099002\tSMSChannel\tA-13\n",
    );
    console.wait_for("Who: 3 targets").wait_for("A-13");
    // The second of those pasted is taken out again.
    console.press("end").press("d").wait_for("Who: 2 targets");
    console.press("f5").wait_for("sha256");
    console.press("enter").wait_for("● accepted");
    console.press("esc").wait_until_gone("● accepted");
    console.quit();

    let run = platform_of(&home).only_run(&broadcast);
    let body = json!({"targets": [
        {"user_id": known, "bot_channel": channel},
        {"user_id": "3932099001", "bot_channel": "SMSChannel", "order": "A-12"}
    ]});
    assert_eq!(run["body"], body.to_string());
    assert_eq!(targets(&run), [known, "3932099001".to_owned()].into());
}

#[test]
fn a_long_list_is_kept_when_the_program_ends_right_after_it() {
    let home = Home::new();
    let mut console = home.console((120, 40));
    console.open_broadcast();
    console.press("f").press("f").wait_for("+ target");
    let rows = (0..3_000).map(|number| format!("393209{number:04}\tSMSChannel\n"));
    let rows: String = rows.collect();
    console.paste(&format!("user_id\tbot_channel\n{rows}"));
    console.wait_for("Who: 3,000 targets");
    console.quit();

    let mut console = home.console((120, 40));
    console
        .wait_for(BOT)
        .wait_for("synced just now")
        .press("enter");
    console.wait_for(BROADCAST).press("enter");
    console
        .wait_for("Who: 3,000 targets")
        .wait_for("3932090000");
    console.quit();
}

fn platform_of(home: &Home) -> Platform {
    Platform::of(&home.sandbox())
}
