//! The choice of a form, a conversation, and a raw body in place.

use insta::assert_snapshot;
use mylink_console::domain::plan::{Form, FormKind};
use mylink_console::domain::record::Contact;
use mylink_console::domain::settings::Setting;
use mylink_console::model::message::Overview;
use mylink_console::model::{Effect, Reply};
use rstest::rstest;

use super::composing::{PLAN, drafted, empty};
use super::console::{Console, Setup};
use super::data;

pub const RAW: &str =
    r#"{"broadcast":"spring","bot":"BOT-harbour","form":"raw","body":{"a":[1.50]}}"#;

const CONVERSATION: &str = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"conversation",
    "variables":[{"name":"user_id","value":"3932010001"},{"name":"bot_channel","value":"WhatsAppChannel"}]}"#;

/// Spring offer with a setting on, off, or not recorded.
pub fn with(setting: Setting, on: Option<bool>) -> Setup {
    let mut data: Overview = data::overview();
    let broadcasts = data.broadcasts.iter_mut();
    for broadcast in broadcasts.filter(|broadcast| broadcast.id == "spring") {
        broadcast.settings.set(setting, on);
    }
    Console::setup().data(data)
}

/// Where no valid filter is required.
pub fn free() -> Setup {
    with(Setting::RequireValidFilter, Some(false))
}

/// The kind of the form that the last event had kept.
fn kept(console: &Console) -> FormKind {
    console.kept().form.kind()
}

#[rstest]
#[case::configured("down", FormKind::Configured)]
#[case::targets("down down", FormKind::Targets)]
#[case::and_back("down down up", FormKind::Configured)]
fn a_form_is_chosen(#[case] way: &str, #[case] expected: FormKind) {
    let console = empty(Console::setup()).press("f").press(way).press("enter");
    assert_eq!(kept(&console), expected);
    console.expect_no_text("Form of the launch");
}

#[test]
fn esc_chooses_nothing_and_the_form_one_has_is_no_change() {
    empty(Console::setup())
        .press("f down esc")
        .expect_no_effect()
        .expect_text("POST audience")
        .press("f enter")
        .expect_no_effect();
}

#[rstest]
#[case::raw(Setting::RequireValidFilter, Some(true), "f end", 4, false)]
#[case::raw_where_free(Setting::RequireValidFilter, Some(false), "f", 4, true)]
#[case::raw_where_nobody_knows(Setting::RequireValidFilter, None, "f", 4, true)]
#[case::conversation(Setting::LegacyMode, Some(false), "f", 3, false)]
#[case::conversation_where_legacy(Setting::LegacyMode, Some(true), "f", 3, true)]
#[case::conversation_where_nobody_knows(Setting::LegacyMode, None, "f", 3, true)]
fn what_the_settings_do_not_allow_can_not_be_chosen(
    #[case] setting: Setting,
    #[case] on: Option<bool>,
    #[case] keys: &str,
    #[case] downs: usize,
    #[case] is_taken: bool,
) {
    let console = empty(with(setting, on))
        .press(keys)
        .press(&"down ".repeat(downs))
        .press("enter");
    if is_taken {
        assert!(matches!(
            kept(&console),
            FormKind::Raw | FormKind::Conversation
        ));
    } else {
        console.expect_no_effect().expect_text("Form of the launch");
    }
}

#[test]
fn a_setting_that_nobody_recorded_is_a_note() {
    empty(with(Setting::RequireValidFilter, None))
        .press("f")
        .expect_text("not recorded");
}

#[test]
fn what_was_written_for_one_form_is_found_again() {
    let console = drafted(free(), PLAN).keys("f down down down down enter");
    let console = console.press("enter").type_text("[1]");
    assert!(matches!(console.kept().form, Form::Raw { ref body } if body == "[1]"));
    let console = console.press("esc f up up up up enter");
    assert_eq!(console.kept().form.filters().len(), 2);
    let console = console.press("f down down down down enter");
    assert!(matches!(console.kept().form, Form::Raw { ref body } if body == "[1]"));
}

#[test]
fn a_conversation_is_typed_with_the_standard_names_at_hand() {
    let setup = with(Setting::LegacyMode, Some(true));
    let console = empty(setup).keys("f down down down enter");
    let console = console
        .expect_text("deprecated")
        .expect_text("Nobody: below, give user_id")
        .keys("a")
        .expect_text("user_phone_number")
        .types("bot_ch")
        .keys("tab")
        .types("WebChanne")
        .type_text("l");
    let Form::Conversation { variables } = console.kept().form else {
        panic!("another form")
    };
    assert_eq!(variables[0].name, "bot_channel");
    assert_eq!(variables[0].value, "WebChannel");
}

/// Answers whom the conversation would be with.
fn found(console: Console, contact: Option<Contact>) -> Console {
    let id = console.effects().iter().find_map(|effect| match effect {
        Effect::FindContact(id, ..) => Some(*id),
        _ => None,
    });
    console.reply(Reply::ContactFound(id.unwrap(), contact))
}

fn conversation() -> Console {
    let setup = with(Setting::LegacyMode, Some(true));
    let plan = super::composing::plan(CONVERSATION);
    let draft = Reply::Draft(data::key("spring"), Some(Box::new(plan)));
    setup.start().open_spring("1").reply(draft)
}

#[test]
fn whom_a_conversation_would_be_with_is_said_at_once() {
    let ada = Contact {
        variables: [("user_id", "3932010001"), ("first_name", "A\u{202e}da")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            .collect(),
    };
    conversation().expect_text("Looking into the cache");
    found(conversation(), Some(ada)).expect_text("Found in the cache: 3932010001 · A‹U+202E›da");
    found(conversation(), None).expect_text("Not in the cache: WhatsAppChannel 3932010001");
}

#[test]
fn an_answer_that_was_overtaken_is_dropped() {
    let console = conversation();
    console
        .reply(Reply::ContactFound(0, None))
        .expect_text("Looking into the cache");
}

#[test]
fn a_raw_body_is_typed_in_place_and_its_mistakes_are_told_at_once() {
    let console = drafted(free(), RAW)
        .press("enter ctrl-a")
        .type_text("{\"a\":");
    let console = console
        .served()
        .expect_text("Line 1, column 5: EOF while parsing a value");
    let console = console.press("enter").type_text(" x}").served();
    console
        .expect_text("Line 2, column 2: expected value")
        .press("backspace backspace")
        .type_text("1}")
        .served()
        .expect_text("● JSON")
        .press("esc u")
        .served()
        .expect_text("1 {\"a\":[1.50]}");
}

#[test]
fn letters_typed_into_a_raw_body_are_no_keys() {
    let console = drafted(free(), RAW).press("enter end").type_text("qf!d?1");
    assert!(matches!(console.kept().form, Form::Raw { body } if body.ends_with("}qf!d?1")));
}

#[test]
fn a_raw_body_is_laid_out_and_put_on_one_line_again() {
    let console = drafted(free(), RAW).press("enter ctrl-p").served();
    let console = console.expect_text("2   \"a\": [").press("ctrl-p");
    assert!(matches!(console.kept().form, Form::Raw { body } if body == "{\"a\":[1.50]}"));
}

#[test]
fn a_pasted_raw_body_keeps_what_it_may_not_show() {
    let console = empty(free())
        .keys("f down down down down enter")
        .press("enter");
    let console = console.paste("{\"a\":\"\u{1b}[2J\u{202e}\"}").served();
    let console = console.expect_text("‹U+001B›[2J‹U+202E›");
    let cells = console.buffer().content();
    assert!(
        cells
            .iter()
            .all(|cell| !cell.symbol().contains(['\u{1b}', '\u{202e}']))
    );
    let console = console.type_text(" ");
    assert!(matches!(console.kept().form, Form::Raw { body } if body.contains('\u{202e}')));
}

#[rstest]
#[case::free(Some(false), "with one mistyped name this may")]
#[case::not_recorded(None, "Whether a valid filter is required is not recorded")]
#[case::required(Some(true), "requires a valid filter, so raw JSON")]
fn the_danger_of_raw_json_is_spelled_out(#[case] on: Option<bool>, #[case] words: &str) {
    drafted(with(Setting::RequireValidFilter, on), RAW).expect_text(words);
}

#[test]
fn n_goes_to_where_the_body_stops_being_json() {
    let json = r#"{"broadcast":"spring","form":"raw","body_text":"[1,\n2,\nx]"}"#;
    let console = drafted(free(), json).press("tab n enter").type_text("3");
    assert!(matches!(console.kept().form, Form::Raw { body } if body == "[1,\n2,\n3x]"));
}

pub fn chooser(setup: Setup) -> Console {
    empty(setup).press("f down down down")
}

pub fn raw(setup: Setup) -> Console {
    let json = r#"{"broadcast":"spring","form":"raw","body_text":"{\n  \"order\": \"A-12\",\n  \"lines\": [1, 2,]\n}"}"#;
    drafted(setup, json).press("enter down down end")
}

pub fn partner(setup: Setup) -> Console {
    found(
        {
            let plan = super::composing::plan(CONVERSATION);
            let draft = Reply::Draft(data::key("spring"), Some(Box::new(plan)));
            setup.start().open_spring("1").reply(draft)
        },
        None,
    )
}

type Scene = fn(Setup) -> Console;

#[rstest]
#[case("form_chooser", chooser, Setting::LegacyMode, None)]
#[case("raw", raw, Setting::RequireValidFilter, Some(false))]
#[case("conversation", partner, Setting::LegacyMode, Some(true))]
fn pictures(
    #[case] name: &str,
    #[case] scene: Scene,
    #[case] setting: Setting,
    #[case] on: Option<bool>,
    #[values((120, 40), (80, 24))] size: (u16, u16),
) {
    let console = scene(with(setting, on).size(size.0, size.1));
    assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), console.screen());
}
