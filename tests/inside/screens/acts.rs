//! What keys do: on the log, the settings, and while a launch is settled.

use mylink_console::domain::launch::SettledAs;
use mylink_console::domain::settings::Setting;
use mylink_console::model::Effect;
use mylink_console::model::message::Overview;
use rstest::rstest;

use super::console::Console;
use super::data;

fn log() -> Console {
    Console::start().open_bot().press("2")
}

#[test]
fn the_selected_launch_is_opened_and_copied() {
    log()
        .press("down down y")
        .expect_effect(&Effect::CopyCurl(data::ACCEPTED.to_owned(), 0))
        .press("enter")
        .expect_effect(&Effect::LoadLaunch(data::ACCEPTED.to_owned()))
        .expect_text("Launch of Spring offer")
        .expect_text("Reading plan, bodies and answers");
}

#[rstest]
#[case::broadcast("winter", 1)]
#[case::operator("night@", 4)]
#[case::outcome("unknown", 3)]
#[case::settled("settled", 2)]
#[case::id("000000000006", 1)]
#[case::two_words("spring accepted", 1)]
#[case::nothing("pelican", 0)]
fn a_filter_narrows_the_log(#[case] typed: &str, #[case] expected: usize) {
    let console = log().press("/").type_text(typed).press("enter");
    console
        .expect_text(&format!("─ {expected} ╮"))
        .expect_text(&format!("filter {typed}"));
}

#[test]
fn a_filter_that_matches_nothing_says_how_to_clear_it() {
    log()
        .press("/")
        .type_text("pelican")
        .press("enter")
        .expect_text("No launches match. Esc clears the filter.")
        .press("esc")
        .expect_no_text("filter pelican")
        .expect_text("─ 9 ╮");
}

#[test]
fn while_a_filter_is_typed_the_keys_are_those_of_a_filter() {
    let typing = || log().press("/").type_text("q");
    typing()
        .expect_text("Enter keep   Esc clear")
        .expect_no_text("quit");
    typing()
        .press("down")
        .expect_text("filter q")
        .expect_text("Esc clear filter");
    typing()
        .press("esc")
        .expect_no_text("filter q")
        .expect_text("─ 9 ╮");
}

#[test]
fn an_empty_log_says_what_to_do_next() {
    let nothing = Overview {
        launches: Vec::new(),
        ..data::overview()
    };
    let setup = || Console::setup().data(nothing.clone());
    setup()
        .start()
        .open_bot()
        .press("2 enter")
        .expect_no_effect()
        .expect_text("Press 1 for the broadcasts");
    setup()
        .start()
        .open_spring("3")
        .expect_text("Press 1 to compose the first launch.");
}

#[test]
fn the_log_of_a_broadcast_holds_its_own_launches_alone() {
    Console::start()
        .open_spring("3")
        .expect_text("─ 2 ╮")
        .expect_no_text("Winter farewell");
}

#[test]
fn the_log_keeps_a_row_selected_when_it_becomes_shorter() {
    let mut fewer = data::overview();
    fewer.launches.truncate(3);
    log()
        .press("end")
        .reply(mylink_console::model::Reply::Overview(fewer))
        .press("y")
        .expect_effect(&Effect::CopyCurl(data::ACCEPTED.to_owned(), 0));
}

#[rstest]
#[case::enabled("g", Effect::SetEnabled(data::key("spring"), false))]
#[case::on_goes_off(
    "down",
    Effect::SetSetting(data::key("spring"), Setting::DirectMode, false)
)]
#[case::off_goes_on(
    "end",
    Effect::SetSetting(data::key("spring"), Setting::LegacyMode, true)
)]
fn a_setting_is_switched(#[case] way: &str, #[case] expected: Effect) {
    for key in ["space", "enter"] {
        Console::start()
            .open_spring("2")
            .press(way)
            .press(key)
            .expect_effect(&expected);
    }
}

#[test]
fn what_nobody_recorded_is_recorded_as_on_first() {
    let stamps = || {
        Console::start()
            .open_bot()
            .press("/")
            .type_text("stamp")
            .press("enter s")
    };
    let single = Effect::SetSetting(data::key("stamps"), Setting::SingleContact, true);
    stamps()
        .expect_text("? not recorded")
        .press("down down down down down space")
        .expect_effect(&single);
    stamps()
        .expect_text("? not known")
        .press("space")
        .expect_effect(&Effect::SetEnabled(data::key("stamps"), true));
}

#[test]
fn a_filter_finds_a_setting() {
    Console::start()
        .open_spring("2 /")
        .type_text("legacy")
        .press("enter")
        .expect_no_text("Allow GET API verb")
        .press("space")
        .expect_effect(&Effect::SetSetting(
            data::key("spring"),
            Setting::LegacyMode,
            true,
        ));
}

#[test]
fn a_read_only_profile_changes_no_setting_and_says_so() {
    Console::setup()
        .readonly()
        .start()
        .open_spring("2")
        .press("space")
        .expect_no_effect()
        .expect_text("This profile is read-only");
}

#[test]
fn on_a_live_profile_a_broadcast_is_enabled_or_disabled_only_when_asked_twice() {
    let console = Console::setup().live().start().open_bot();
    let console = console.press("e").expect_no_effect();
    let console = console.expect_text("Press e again to disable");
    let console = console.press("down up e").expect_no_effect();
    console
        .press("e")
        .expect_effect(&Effect::SetEnabled(data::key("anniversary"), false));
}

#[test]
fn going_up_again_finds_the_list_as_it_was_left() {
    let console = Console::start().open_bot().press("down down");
    let before = console.screen();
    let console = console.press("s").expect_text("Settings").press("esc");
    assert_eq!(console.screen(), before);
}

#[test]
fn a_small_terminal_says_in_short_that_a_setting_is_recorded_here() {
    Console::setup()
        .live()
        .size(60, 16)
        .start()
        .open_spring("2")
        .expect_text("recorded here, flipped in the vendor's web page");
}

#[test]
fn where_settings_cannot_be_pushed_a_sentence_stands() {
    let sentence = "flipped in the vendor's web page";
    Console::setup()
        .live()
        .start()
        .open_spring("2")
        .expect_text(sentence)
        .press("down")
        .expect_text(sentence);
    Console::start().open_spring("2").expect_no_text(sentence);
}

fn settled(settled_as: SettledAs, reason: &str) -> Effect {
    Effect::Settle {
        launch: data::UNKNOWN.to_owned(),
        settled_as,
        reason: reason.to_owned(),
    }
}

#[test]
fn settling_asks_for_a_choice_and_a_reason() {
    Console::start()
        .press("! enter")
        .expect_no_effect()
        .expect_text("Choose one of the two: Tab.")
        .press("tab")
        .expect_no_text("Choose one of the two")
        .press("enter")
        .expect_no_effect()
        .expect_text("Say how you know")
        .type_text(" quiet ")
        .expect_no_text("Say how you know")
        .press("enter")
        .expect_effect(&settled(SettledAs::Sent, "quiet"))
        .expect_no_text("Settle a launch");
}

#[test]
fn the_selected_launch_is_settled_before_an_older_one() {
    let mut data = data::overview();
    data.launches[7].settled = None;
    let older = data.launches[7].id.clone();
    let settle = |console: Console| {
        console
            .press("! tab")
            .type_text("seen")
            .press("enter")
            .expect_no_text("Settle a launch")
    };
    let log = || {
        Console::setup()
            .data(data.clone())
            .start()
            .open_bot()
            .press("2")
    };
    settle(log().press("down")).expect_effect(&settled(SettledAs::Sent, "seen"));
    settle(log()).expect_effect(&Effect::Settle {
        launch: older,
        settled_as: SettledAs::Sent,
        reason: "seen".to_owned(),
    });
}

#[test]
fn the_key_that_settles_stays_in_sight_beside_a_long_name() {
    let mut data = data::overview();
    data.launches[1].broadcast.name = "Order ready ".repeat(20);
    for width in [60, 80, 120] {
        let setup = Console::setup().size(width, 24).data(data.clone());
        setup.start().expect_text("…, ").expect_text("! settle it");
    }
}

#[test]
fn blanks_are_no_reason() {
    Console::start()
        .press("! tab")
        .type_text("   ")
        .press("enter")
        .expect_no_effect()
        .expect_text("Say how you know");
}

#[rstest]
#[case("tab tab")]
#[case("down up")]
#[case("right left")]
fn the_choice_is_swapped_and_the_reason_can_be_pasted(#[case] keys: &str) {
    Console::start()
        .press("!")
        .press(keys)
        .paste("no\nSent")
        .press("enter")
        .expect_effect(&settled(SettledAs::NotSent, "no Sent"));
}

#[test]
fn settling_is_left_without_a_word() {
    Console::start()
        .press("! tab")
        .type_text("q!?")
        .expect_text("q!?")
        .press("esc")
        .expect_no_effect()
        .expect_no_text("Settle a launch");
}

#[test]
fn help_is_left_as_it_is_opened_and_scrolls_by_pages() {
    let console = Console::setup().size(80, 16).start().press("?");
    let top = console.screen();
    assert!(top.contains("─ 1-"), "{top}");
    console
        .press("pagedown")
        .expect_no_text("─ 1-")
        .press("end")
        .expect_text("end the program")
        .press("home")
        .expect_text("─ 1-")
        .press("?")
        .expect_no_text("Keys");
}
