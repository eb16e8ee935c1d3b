//! The grid of targets: what each key does to the list.

mod paste;
pub mod pictures;
mod scale;

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use mylink_console::domain::plan::Plan;
use mylink_console::model::effect::{BroadcastKey, Wanted};
use mylink_console::model::{Effect, Message, Notice, Reply};
use rstest::rstest;

use crate::screens::composing::{PLAN, drafted, plan};
use crate::screens::console::{Console, Setup};
use crate::screens::data;

/// Three contacts: all with `user_id` and `bot_channel`, the first with a name, the last with a city.
pub const TARGETS: &str = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"targets","targets":[
    {"user_id":"3932000001","bot_channel":"WhatsAppChannel","first_name":"Ada"},
    {"user_id":"3932000002","bot_channel":"WhatsAppChannel"},
    {"city":"Roma","user_id":"3932000003","bot_channel":"WhatsAppChannel"}]}"#;

/// A draft of targets without one.
const NONE: &str = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"targets","targets":[]}"#;

/// The builder with nobody in the grid.
pub fn nobody(setup: Setup) -> Console {
    drafted(setup, NONE)
}

/// The builder with the three contacts.
pub fn three(setup: Setup) -> Console {
    drafted(setup, TARGETS)
}

fn start() -> Console {
    three(Console::setup())
}

/// The targets of a plan as JSON, one a line.
pub fn lines(plan: &Plan) -> Vec<String> {
    let targets = plan.form.targets().iter();
    targets
        .map(|target| serde_json::to_string(target).unwrap())
        .collect()
}

/// The values of a variable in all targets.
fn values(plan: &Plan, name: &str) -> Vec<String> {
    let value =
        |target: &mylink_console::domain::plan::Target| target.get(name).unwrap_or("-").to_owned();
    plan.form.targets().iter().map(value).collect()
}

#[test]
fn a_list_is_typed_cell_by_cell() {
    let console = nobody(Console::setup())
        .keys("a")
        .types("3932000007")
        .keys("tab")
        .types("SMSChannel")
        .keys("esc a")
        .types("3932000008")
        .keys("esc shift-a")
        .types("order")
        .keys("enter up enter")
        .types("A-1")
        .keys("enter enter")
        .types("A-")
        .type_text("2");
    assert_eq!(
        lines(&console.kept()),
        [
            r#"{"user_id":"3932000007","bot_channel":"SMSChannel","order":"A-1"}"#,
            r#"{"user_id":"3932000008","order":"A-2"}"#
        ]
    );
}

#[test]
fn every_keystroke_in_a_cell_is_counted_and_kept() {
    let mut console = start().keys("right right down enter");
    for typed in ["Z", "Zo", "Zoë"] {
        let last = typed.chars().last().unwrap();
        console = console.type_text(&last.to_string());
        let (_, counted) = console.counted();
        assert_eq!(counted, console.kept());
        assert_eq!(values(&counted, "first_name"), ["Ada", typed, "-"]);
        let (field, typed) = ("first_name".to_owned(), typed.to_owned());
        assert_eq!(console.completing().1, Wanted::Value { field, typed });
    }
}

#[test]
fn emptying_a_cell_takes_the_variable_out() {
    let kept = start().keys("$ left enter").press("ctrl-u").kept();
    assert_eq!(
        lines(&kept)[0],
        r#"{"user_id":"3932000001","bot_channel":"WhatsAppChannel"}"#
    );
}

#[test]
fn a_new_row_into_which_nothing_was_typed_goes_with_escape() {
    let console = start().keys("a").expect_text("Who: 4 targets").press("esc");
    assert_eq!(console.kept(), plan(TARGETS));
    let console = console.served().keys("end a").press("enter");
    assert_eq!(console.kept(), plan(TARGETS));
}

#[test]
fn enter_goes_on_from_an_added_row_to_another_and_never_into_a_contact_that_is_there() {
    let console = start()
        .keys("a")
        .types("3932000007")
        .keys("tab")
        .types("SMSChannel")
        .keys("enter")
        .expect_text("row 3 of 5, column 1 of 4")
        .types("3932000008")
        .press("m");
    let ids = [
        "3932000001",
        "3932000007",
        "3932000008m",
        "3932000002",
        "3932000003",
    ];
    assert_eq!(values(&console.kept(), "user_id"), ids);
    let console = console.served().keys("enter").press("enter");
    assert_eq!(
        values(&console.kept(), "user_id"),
        ids,
        "the empty row went"
    );
    let console = console.served().press("d");
    assert_eq!(
        values(&console.kept(), "user_id").len(),
        4,
        "d is a command again"
    );
}

#[test]
fn tab_behind_the_last_cell_of_an_added_row_begins_another() {
    let console = nobody(Console::setup())
        .keys("a")
        .types("3932000007")
        .keys("tab")
        .types("SMSChannel")
        .keys("tab")
        .type_text("4");
    assert_eq!(values(&console.kept(), "user_id"), ["3932000007", "4"]);
}

#[rstest]
#[case::enter("down enter", "enter", 3, 1)]
#[case::enter_in_the_last_row("end enter", "enter", 3, 1)]
#[case::tab_behind_the_last_cell("$ enter", "tab", 2, 1)]
fn in_a_row_that_was_there_the_typing_ends(
    #[case] keys: &str,
    #[case] key: &str,
    #[case] row: usize,
    #[case] column: usize,
) {
    let console = start().keys(keys).types("x").press(key);
    let console = console.expect_text(&format!("row {row} of 3, column {column} of 4"));
    let rows = console.press("d").kept().form.targets().len();
    assert_eq!(rows, 2, "d is a command again");
}

#[test]
fn tab_never_puts_in_a_contact_that_was_not_chosen() {
    let console = nobody(Console::setup())
        .keys("a")
        .types("3932")
        .press("tab");
    let console = console
        .served()
        .types("x")
        .press("esc")
        .press("f up enter f down enter");
    assert_eq!(values(&console.kept(), "user_id"), ["3932"]);
}

#[test]
fn a_chosen_contact_is_taken() {
    let console = nobody(Console::setup()).keys("a").types("393200001");
    let kept = console.press("down tab").kept();
    let chosen = &values(&kept, "user_id")[0];
    assert!(
        chosen.starts_with("393200001") && chosen.len() == 10,
        "{chosen} is a contact"
    );
}

#[test]
fn the_channels_are_suggested_by_their_class_names() {
    nobody(Console::setup())
        .keys("a tab")
        .expect_text("WhatsAppChannel   600")
        .expect_text("RCSChannel")
        .types("tele")
        .expect_no_text("RCSChannel")
        .expect_text("TelegramChannel");
}

#[test]
fn columns_are_added_completed_renamed_and_removed() {
    let console = start()
        .keys("shift-a")
        .types("fav")
        .keys("tab enter")
        .type_text("red");
    assert_eq!(values(&console.kept(), "favorite_color"), ["red", "-", "-"]);
    let console = console
        .served()
        .keys("esc shift-r ctrl-u")
        .types("colour")
        .press("enter");
    assert_eq!(values(&console.kept(), "colour"), ["red", "-", "-"]);
    assert_eq!(values(&console.kept(), "favorite_color"), ["-", "-", "-"]);
    let console = console.served().keys("0").press("right shift-d");
    assert_eq!(values(&console.kept(), "bot_channel"), ["-", "-", "-"]);
    let console = console
        .served()
        .expect_text("bot_channel removed from 3 rows")
        .press("u");
    assert_eq!(
        values(&console.kept(), "bot_channel"),
        ["WhatsAppChannel"; 3]
    );
}

#[test]
fn a_column_is_not_renamed_onto_another() {
    let console = start().keys("shift-r ctrl-u").types("city").press("enter");
    console
        .expect_no_effect()
        .expect_text("There is a column city already, so nothing was renamed.");
}

#[test]
fn a_value_is_filled_down_to_the_end_or_within_the_marked_rows() {
    let console = start().keys("right right").press("ctrl-d");
    assert_eq!(values(&console.kept(), "first_name"), ["Ada", "Ada", "Ada"]);
    let console = console.expect_text("first_name is Ada in 2 rows more; u takes it back.");
    let console = console.served().press("u");
    assert_eq!(console.kept(), plan(TARGETS));
    let console = console
        .served()
        .keys("v down")
        .expect_text("2 rows marked: 1 to 2");
    let console = console.press("ctrl-d");
    assert_eq!(values(&console.kept(), "first_name"), ["Ada", "Ada", "-"]);
}

#[test]
fn an_empty_cell_is_not_filled_down_over_what_stands_below() {
    start()
        .keys("$")
        .press("ctrl-d")
        .expect_no_effect()
        .expect_text("The cell is empty: nothing to fill down.")
        .expect_text("Roma");
}

#[test]
fn who_a_contact_is_is_never_filled_down() {
    start()
        .press("ctrl-d")
        .expect_no_effect()
        .expect_text("user_id says who a contact is");
}

#[test]
fn marked_rows_are_removed_together() {
    let console = start().keys("down v down").press("d");
    assert_eq!(values(&console.kept(), "user_id"), ["3932000001"]);
    let console = console.expect_text("2 rows removed").served().press("u");
    assert_eq!(console.kept(), plan(TARGETS));
}

#[test]
fn escape_leaves_a_marked_range_before_the_broadcast() {
    let console = start().keys("v down esc").expect_no_text("marked");
    console
        .expect_text("Who: 3 targets")
        .keys("esc")
        .expect_no_text("Who: 3 targets");
}

#[test]
fn changes_are_taken_back_one_cell_at_a_time() {
    let console = start()
        .keys("down right right enter")
        .types("Bea")
        .keys("enter enter")
        .types("Cleo");
    let console = console.keys("esc").press("u");
    assert_eq!(values(&console.kept(), "first_name"), ["Ada", "Bea", "-"]);
    let console = console.served().press("u");
    assert_eq!(console.kept(), plan(TARGETS));
    let console = console.served().keys("ctrl-r").press("ctrl-r");
    assert_eq!(
        values(&console.kept(), "first_name"),
        ["Ada", "Bea", "Cleo"]
    );
}

#[rstest]
#[case::the_first("/", "rom", 3, 4)]
#[case::the_next("/", "whats enter", 2, 2)]
#[case::the_one_before("/", "whats up", 3, 2)]
fn a_text_is_found(
    #[case] key: &str,
    #[case] typed: &str,
    #[case] row: usize,
    #[case] column: usize,
) {
    let (text, keys) = typed.split_once(' ').unwrap_or((typed, ""));
    start()
        .keys(key)
        .types(text)
        .keys(keys)
        .expect_text(&format!("row {row} of 3, column {column} of 4"));
}

#[test]
fn a_click_goes_to_a_cell_and_a_second_one_into_it() {
    let console = start();
    let screen = console.screen();
    let (y, line) = (0u16..)
        .zip(screen.lines())
        .find(|(_, line)| line.contains("3932000003"))
        .unwrap();
    let x = line.chars().position(|letter| letter == 'W').unwrap();
    let click = || {
        Message::Input(Event::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column: u16::try_from(x).unwrap(),
            row: y,
            modifiers: KeyModifiers::NONE,
        }))
    };
    let console = console
        .send(click())
        .expect_text("row 3 of 3, column 2 of 4");
    let kept = console.send(click()).type_text("X").kept();
    assert_eq!(values(&kept, "bot_channel")[2], "WhatsAppChannelX");
}

#[test]
fn what_stands_nowhere_is_said_and_changes_nothing() {
    start()
        .keys("/")
        .type_text("Napoli")
        .expect_text("No cell holds that.")
        .press("esc")
        .expect_no_effect();
}

#[test]
fn a_problem_leads_to_its_cell() {
    let json = TARGETS.replace("\"3932000003\"", "\"0393 03\"");
    let console = drafted(Console::setup(), &json).keys("right right n");
    console
        .expect_text("row 3 of 3, column 1 of 4")
        .expect_text("▌▲");
}

#[test]
fn a_row_that_names_nobody_stands_in_the_way_of_a_launch() {
    let json = TARGETS.replace("\"user_id\":\"3932000002\",", "");
    drafted(Console::setup(), &json)
        .press("f5")
        .expect_no_effect()
        .expect_text("row 2 of 3")
        .expect_text("▌✕");
}

#[test]
fn the_contacts_are_held_against_the_cache() {
    let json = TARGETS.replace("3932000003", "3939999999");
    drafted(Console::setup(), &json).expect_text("2 known to the cache, 1 to be created.");
}

fn key() -> BroadcastKey {
    data::key("spring")
}

/// The plan that an effect of the last event is to make targets of.
fn made_from(console: &Console) -> Plan {
    let made = console.effects().iter().find_map(|effect| match effect {
        Effect::Freeze(_, of, plan) | Effect::WithoutReached(_, of, plan) if *of == key() => {
            Some(Plan::clone(plan))
        }
        _ => None,
    });
    made.unwrap_or_else(|| panic!("no targets are made: {:?}", console.effects()))
}

#[test]
fn whom_filters_match_is_frozen_and_can_be_taken_back() {
    let console = drafted(Console::setup(), PLAN).press("shift-f");
    assert_eq!(made_from(&console), plan(PLAN));
    let notice = Notice::ok("3 contacts frozen as targets; u takes it back.");
    let console = console.reply(Reply::Planned(key(), Box::new(plan(TARGETS)), notice));
    assert_eq!(console.kept(), plan(TARGETS));
    let console = console.served().expect_text("3 contacts frozen as targets");
    assert_eq!(console.press("u").kept(), plan(PLAN));
}

#[rstest]
#[case::of_targets(TARGETS, "These are targets already")]
#[case::of_nobody(
    r#"{"broadcast":"spring","bot":"BOT-harbour","form":"audience","filters":[]}"#,
    "there is nobody to freeze"
)]
#[case::of_raw_json(
    r#"{"broadcast":"spring","bot":"BOT-harbour","form":"raw","body":{}}"#,
    "Only contacts that filters match can be frozen"
)]
fn what_cannot_be_frozen_says_why(#[case] json: &str, #[case] words: &str) {
    drafted(Console::setup(), json)
        .press("shift-f")
        .expect_no_effect()
        .expect_text(words);
}

#[test]
fn those_who_were_reached_are_taken_out() {
    let console = start().press("shift-t");
    assert_eq!(made_from(&console), plan(TARGETS));
}
