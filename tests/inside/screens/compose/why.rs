//! What is said of filters once the count is there, and why contacts match.

use mylink_console::domain::explain::{ContactsTold, Coverage, Unknown};
use mylink_console::domain::gate::Danger;
use mylink_console::domain::plan::Plan;
use mylink_console::domain::preview::Review;
use mylink_console::model::{Effect, Reply};
use rstest::rstest;

use crate::screens::composing::{PLAN, asked, plan};
use crate::screens::console::{Console, Setup};
use crate::screens::data;
use crate::screens::data::reviews;

/// The builder with a plan that was counted and explained.
fn explained(size: (u16, u16), json: &str) -> Console {
    explained_in(Console::setup().size(size.0, size.1), json)
}

fn explained_in(setup: Setup, json: &str) -> Console {
    let draft = Reply::Draft(data::key("spring"), Some(Box::new(plan(json))));
    explain(setup.start().open_spring("1").reply(draft))
}

/// Why the contacts of a plan match.
pub fn why(setup: Setup) -> Console {
    explained_in(setup, PLAN).press("y")
}

/// A contact that was asked for by name.
pub fn asked_for(setup: Setup) -> Console {
    let missed = data::not_matching();
    why(setup).ask_for(missed.get("user_id").unwrap())
}

/// The name of a contact, while it is typed.
pub fn asking(setup: Setup) -> Console {
    why(setup).press("/").type_text("39")
}

/// Answers what the last event wanted counted, as the counting thread does.
fn explain(console: Console) -> Console {
    let (id, plan) = console.counted();
    let preview = data::previewed(&data::overview(), &data::key("spring"), &plan, true);
    console
        .reply(Reply::Evaluated(id, Box::new(preview)))
        .reply(Reply::Explained(id, Box::new(data::insight(&plan))))
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn a_value_that_no_contact_has_is_said_at_its_place(#[case] size: (u16, u16)) {
    let json = r#"{"broadcast":"spring","form":"audience","filters":[{"field":"city","criterion":"Equals","value":"Rma"}]}"#;
    let console = explained(size, json).expect_text("did you mean");
    // At the next key it stays until the next answer, and then it is gone.
    let typing = console.press("n n enter ctrl-u").type_text("Roma");
    explain(typing).expect_no_text("did you mean");
}

const RMA: &str = r#"{"broadcast":"spring","form":"audience","filters":[{"field":"city","criterion":"Equals","value":"Rma"}]}"#;

#[test]
fn a_value_that_may_not_be_finished_is_spoken_of_once_its_cell_is_left() {
    let json = r#"{"broadcast":"spring","form":"audience","filters":[{"field":"city","criterion":"Equals","value":""}]}"#;
    let typing = explained((120, 40), json)
        .press("n n enter")
        .type_text("Rom");
    let typing = explain(typing).expect_no_text("did you mean");
    typing.press("esc").expect_text("did you mean");
}

#[test]
fn a_value_that_nothing_continues_is_spoken_of_while_it_is_typed() {
    let json = r#"{"broadcast":"spring","form":"audience","filters":[{"field":"city","criterion":"Equals","value":""}]}"#;
    let typing = explained((120, 40), json)
        .press("n n enter")
        .type_text("Rma");
    explain(typing).expect_text("did you mean");
}

#[test]
fn one_key_takes_the_suggestion_and_another_takes_that_back() {
    let taken = explained((120, 40), RMA)
        .expect_text("t takes it.")
        .press("t")
        .expect_text("\"Roma\" instead of \"Rma\".");
    assert_eq!(value(&taken), "Roma");
    let back = explain(taken).expect_no_text("did you mean").press("u");
    assert_eq!(value(&back), "Rma");
    explain(back).expect_text("did you mean");
}

#[test]
fn a_suggestion_for_what_stood_there_before_is_not_taken() {
    let typed = explained((120, 40), RMA).press("n n enter").type_text("x");
    assert_eq!(value(&typed), "Rmax");
    // Not answered yet: what is suggested was meant for another text.
    typed
        .press("enter t")
        .expect_text("No name or value is suggested")
        .expect_no_effect();
}

/// The value of the first filter that is to be counted.
fn value(console: &Console) -> String {
    let filters = console.counted().1.filters().unwrap();
    filters[0].value.clone()
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn a_field_that_no_contact_has_is_seen_beside_what_was_meant(#[case] size: (u16, u16)) {
    let json = r#"{"broadcast":"spring","form":"audience","filters":[{"field":"ciyt","criterion":"Equals","value":"Roma"}]}"#;
    let console = explained(size, json).expect_text("ciyt: no contact has it; did you mean city?");
    let kept = console.press("n n enter ctrl-u").type_text("x").kept();
    assert_eq!(kept.form.filters()[0].field, "x", "n goes to it");
}

#[test]
fn a_late_explanation_of_another_plan_is_dropped() {
    let json = r#"{"broadcast":"spring","form":"audience","filters":[{"field":"city","criterion":"Equals","value":"Rma"}]}"#;
    let console = explained((120, 40), PLAN);
    let old = data::insight(&plan(json));
    console
        .reply(Reply::Explained(0, Box::new(old)))
        .expect_no_text("did you mean");
}

#[test]
fn what_each_condition_takes_away_stands_beside_it_where_there_is_room() {
    let json = r#"{"broadcast":"spring","form":"audience","filters":[
        {"field":"city","criterion":"Equals","value":"Roma"},
        {"join":"AND","field":"city","criterion":"HasValue"}]}"#;
    explained((80, 24), json).expect_text("no effect");
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn a_key_shows_why_contacts_match(#[case] size: (u16, u16)) {
    let console = explained(size, PLAN).press("y");
    let console = console
        .expect_text("The filter, row by row")
        .expect_text("so Equals \"red\" holds")
        .expect_text("contact 1 of the first");
    console
        .press("down")
        .expect_text("contact 2 of the first")
        .press("esc")
        .expect_no_text("row by row");
}

#[test]
fn nothing_is_explained_before_there_is_a_condition() {
    let json = r#"{"broadcast":"spring","form":"audience","filters":[]}"#;
    explained((120, 40), json)
        .press("y")
        .expect_text("Only finished conditions that were counted can be explained.");
}

fn told(console: &Console, asked: &str) -> (u64, ContactsTold) {
    let (id, plan, name) = console
        .effects()
        .iter()
        .find_map(|effect| match effect {
            Effect::Explain(id, _, plan, name) => Some((*id, Plan::clone(plan), name.clone())),
            _ => None,
        })
        .expect("nobody is explained");
    assert_eq!(name, asked);
    (id, data::contacts_told(&plan, &name))
}

impl Console {
    /// Asks for a contact by name, and answers as the cache does.
    #[track_caller]
    fn ask_for(self, name: &str) -> Self {
        let asked = self.press("/").type_text(name).press("enter");
        let (id, told) = told(&asked, name);
        asked.reply(Reply::ContactsTold(id, Ok(Box::new(told))))
    }
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn any_contact_is_explained_not_the_sample_alone(#[case] size: (u16, u16)) {
    let missed = data::not_matching();
    let (id, city) = (
        missed.get("user_id").unwrap(),
        missed.get("favorite_color").unwrap(),
    );
    explained(size, PLAN)
        .press("y")
        .ask_for(id)
        .expect_text(id)
        .expect_text("Doesn't match")
        .expect_text(&format!("favorite_color is \"{city}\""))
        .press("esc")
        .expect_text("contact 1 of the first")
        .press("esc")
        .expect_no_text("row by row");
}

#[test]
fn a_contact_that_is_not_cached_is_a_sentence() {
    explained((120, 40), PLAN)
        .press("y")
        .ask_for("nobody-at-all")
        .expect_text("\"nobody-at-all\" isn't in the cache");
}

#[test]
fn a_plan_without_filters_asks_for_the_contact_at_once() {
    let json = r#"{"broadcast":"spring","form":"targets","targets":[{"user_id":"1","bot_channel":"SMSChannel"}]}"#;
    let asking = explained((120, 40), json)
        .press("y")
        .expect_text("CHANNEL:ID");
    asking.press("esc").expect_no_text("CHANNEL:ID");
}

#[test]
fn keys_that_are_typed_into_the_name_do_nothing_else() {
    explained((120, 40), PLAN)
        .press("y /")
        .type_text("qy/j")
        .expect_text("qy/j")
        .press("esc esc")
        .expect_no_text("row by row");
}

#[test]
fn an_answer_about_another_contact_is_dropped() {
    let asked = explained((120, 40), PLAN)
        .press("y /")
        .type_text("x")
        .press("enter");
    let (id, told) = told(&asked, "x");
    asked
        .reply(Reply::ContactsTold(id - 1, Ok(Box::new(told))))
        .expect_text("Looking for \"x\"");
}

/// 1,200 contacts of whom the city isn't held.
fn unknown() -> Unknown {
    Unknown {
        may_match: 1_200,
        may_not_match: 0,
        fields: vec![Coverage {
            field: "city".to_owned(),
            known: 8_800,
            of: 10_000,
        }],
    }
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn contacts_of_whom_the_field_is_not_held_are_counted_apart(#[case] size: (u16, u16)) {
    let mut preview = data::previewed(&data::overview(), &data::key("spring"), &plan(PLAN), true);
    preview.who.unknown = Some(unknown());
    let changed = explained(size, PLAN).press("down space");
    let (id, _) = changed.counted();
    changed
        .reply(Reply::Evaluated(id, Box::new(preview)))
        .press("c")
        .expect_text("1,200 contacts more may match")
        .expect_text("city is known of")
        .expect_text("synced 2 min ago")
        .press("y")
        .expect_text("1,200 contacts more may match");
}

#[test]
fn a_review_says_of_how_many_it_is_not_known_whether_they_match() {
    let gate = reviews::gate(Danger::Safe);
    let with_unknown = |mut review: Review| {
        review.preview.who.unknown = Some(unknown());
        review
    };
    asked(Console::setup(), PLAN)
        .reviewed(&gate, with_unknown)
        .expect_text("1,200 contacts more may match: city is known of 8,800 of 10,000");
}
