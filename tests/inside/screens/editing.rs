//! What comes back from the operator's own editor.

use mylink_console::domain::plan::{Form, Plan};
use mylink_console::model::{Effect, Notice, Reply};
use rstest::rstest;

use super::composing::{PLAN, composed, drafted, plan};
use super::console::Console;
use super::forms::{RAW, free};

impl Console {
    /// The text that the last event handed to the editor, and its request.
    #[track_caller]
    fn handed_over(&self) -> (u64, String) {
        let text = self.effects().iter().find_map(|effect| match effect {
            Effect::EditText(id, text) => Some((*id, text.clone())),
            _ => None,
        });
        text.unwrap_or_else(|| panic!("nothing is edited: {:?}\n{}", self.effects(), self.screen()))
    }

    /// Answers with what the operator made of it.
    #[track_caller]
    fn edited(self, text: &str) -> Self {
        let (id, _) = self.handed_over();
        self.reply(Reply::Edited(id, Ok(text.to_owned())))
    }
}

#[rstest]
#[case::moving("ctrl-o")]
#[case::typing("enter ctrl-o")]
fn a_raw_body_goes_to_the_editor_and_comes_back(#[case] keys: &str) {
    let console = drafted(free(), RAW).press(keys);
    assert_eq!(console.handed_over().1, "{\"a\":[1.50]}");
    let console = console.edited("{\n\t\"b\": 2\n}\n");
    assert!(matches!(console.kept().form, Form::Raw { body } if body == "{\n\t\"b\": 2\n}"));
}

#[test]
fn what_is_no_json_is_kept_as_it_was_typed_and_the_place_is_told() {
    let console = drafted(free(), RAW).press("ctrl-o").edited("{\n\"b\" 2}\n");
    assert!(matches!(console.kept().form, Form::Raw { body } if body == "{\n\"b\" 2}"));
    console
        .served()
        .expect_text("Line 2, column 5: expected `:`");
}

#[test]
fn an_editor_that_failed_changes_nothing_and_says_so() {
    let console = drafted(free(), RAW).press("ctrl-o");
    let (id, _) = console.handed_over();
    let said = "The editor ended with exit status: 1. The text is as it was.";
    console
        .reply(Reply::Edited(id, Err(Notice::error(said))))
        .expect_no_effect()
        .expect_text(said)
        .expect_text("1 {\"a\":[1.50]}");
}

#[test]
fn an_answer_to_an_older_errand_is_dropped() {
    let console = drafted(free(), RAW).press("ctrl-o");
    let (id, _) = console.handed_over();
    let console = console.press("ctrl-o");
    console
        .reply(Reply::Edited(id, Ok("[]".to_owned())))
        .expect_no_effect();
}

#[test]
fn the_whole_plan_goes_to_the_editor_with_names_that_a_person_knows() {
    let console = composed().press("shift-e");
    let (_, text) = console.handed_over();
    assert!(text.contains("\"broadcast\": \"Spring offer\""), "{text}");
    assert!(text.contains("\"bot\": \"Harbour Coffee\""), "{text}");
    assert_eq!(Plan::from_json(&text).unwrap().form, plan(PLAN).form);
    let console = console.edited(&text.replace("\"red\"", "\"blue\""));
    assert_eq!(
        console.kept().form.filters()[0].value.as_deref(),
        Some("blue")
    );
    assert_eq!(console.press("u").kept(), plan(PLAN));
}

#[test]
fn a_plan_that_was_not_changed_is_no_change() {
    let console = composed().press("ctrl-o");
    let (_, text) = console.handed_over();
    console.edited(&text).expect_no_effect();
}

#[rstest]
#[case::no_json("{", "not JSON")]
#[case::unknown_key(
    r#"{"broadcast":"spring","form":"configured","filter":[]}"#,
    "/filter: The key \"filter\" is not known here"
)]
#[case::control(
    "{\"broadcast\":\"b\",\"form\":\"configured\",\"a\\u001b[31m\":1}",
    "‹U+001B›"
)]
fn a_plan_that_can_not_be_read_is_not_lost(#[case] text: &str, #[case] why: &str) {
    let console = composed().press("shift-e").edited(text);
    let console = console
        .expect_no_effect()
        .expect_text("The draft is as it was.")
        .expect_text(why)
        .press("shift-e");
    assert_eq!(console.handed_over().1, text);
}

#[test]
fn a_plan_of_another_broadcast_stays_with_this_one_and_says_so() {
    let text = PLAN.replace("\"broadcast\":\"spring\"", "\"broadcast\":\"winter\"");
    let console = composed()
        .press("shift-e")
        .edited(&text.replace("red", "blue"));
    assert_eq!(console.kept().broadcast, "spring");
    console.expect_text("The draft stays with this broadcast");
}
