//! The builder: what each key does to the draft, and what is asked for it.

mod panes;
pub mod pictures;
mod robust;
pub mod targets;
pub mod why;

use mylink_console::domain::filter::Join;
use mylink_console::domain::plan::{Form, Method, Plan};
use mylink_console::domain::settings::Setting;
use mylink_console::model::effect::Wanted;
use mylink_console::model::{Effect, Notice, Reply};
use rstest::rstest;

use super::composing::{PLAN, composed, drafted, empty, plan};
use super::console::Console;
use super::data;
use super::forms::with;

fn start() -> Console {
    empty(Console::setup())
}

/// The filters of a plan: join, field, criterion, value.
fn filters(plan: &Plan) -> Vec<(&str, &str, &str, &str)> {
    plan.form
        .filters()
        .iter()
        .map(|filter| {
            (
                filter.join.word(),
                filter.field.as_str(),
                filter.criterion.as_str(),
                filter.value.as_deref().unwrap_or("-"),
            )
        })
        .collect()
}

#[test]
fn every_keystroke_is_counted_and_kept() {
    let mut console = start().keys("a");
    for typed in ["c", "ci", "cit"] {
        console = console.type_text(&typed[typed.len() - 1..]);
        let (_, counted) = console.counted();
        assert_eq!(counted, console.kept());
        assert_eq!(filters(&counted), [("AND", typed, "Equals", "")]);
        let (_, wanted) = console.completing();
        let typed = typed.to_owned();
        assert_eq!(wanted, Wanted::Field { typed });
    }
}

#[test]
fn the_tour_of_the_readme_makes_its_plan() {
    let console = start()
        .keys("a")
        .types("fav")
        .keys("tab enter")
        .types("red")
        .keys("enter a")
        .types("city")
        .keys("enter")
        .types("starts")
        .keys("enter")
        .types("Mil")
        .keys("enter tab a")
        .types("campaign")
        .keys("enter")
        .types("sprin")
        .type_text("g");
    let expected = plan(PLAN);
    assert_eq!(console.kept(), expected);
    let reviewed = console.served().keys("enter").press("f5");
    assert_eq!(reviewed.reviewing(), expected);
}

#[test]
fn an_overtaken_count_is_dropped() {
    let console = start().keys("a").type_text("c");
    let (old, plan_then) = console.counted();
    let console = console
        .type_text("ity")
        .press("enter enter")
        .type_text("Roma");
    let (new, plan_now) = console.counted();
    let answer = |plan: &Plan| {
        let preview = data::previewed(&data::overview(), &data::key("spring"), plan, true);
        Box::new(preview)
    };
    console
        .reply(Reply::Evaluated(new, answer(&plan_now)))
        .expect_text("╭ 120 contacts ─")
        .reply(Reply::Evaluated(old, answer(&plan_then)))
        .expect_text("╭ 120 contacts ─");
}

#[test]
fn an_overtaken_suggestion_is_dropped() {
    let console = start().keys("a").type_text("c");
    let (old, _) = console.completing();
    let console = console.type_text("i").served();
    let late = data::candidates(&Wanted::Field {
        typed: "c".to_owned(),
    });
    assert!(late.len() > 1, "the late answer can be told from the other");
    console
        .reply(Reply::Completed(old, late))
        .expect_text("city")
        .expect_no_text("bot_channel");
}

#[rstest]
#[case::enter_takes_what_was_typed("enter esc", "cit")]
#[case::tab_completes("tab esc", "city")]
#[case::a_chosen_suggestion_is_taken("down enter esc", "city")]
#[case::what_was_chosen_can_be_left_again("down up enter esc", "cit")]
#[case::escape_keeps_what_was_typed("esc", "cit")]
fn a_field_is_taken(#[case] keys: &str, #[case] expected: &str) {
    let kept = start()
        .keys("a")
        .types("cit")
        .keys(keys)
        .press("f down enter f up enter")
        .kept();
    assert_eq!(filters(&kept)[0].1, expected);
}

#[test]
fn enter_never_substitutes_a_value() {
    let console = drafted(Console::setup(), PLAN).keys("right right enter");
    let kept = console
        .keys("ctrl-u")
        .types("re")
        .press("enter f down enter f up enter")
        .kept();
    assert_eq!(filters(&kept)[0].3, "re");
}

#[test]
fn a_new_row_into_which_nothing_was_typed_goes_with_escape() {
    let console = start().keys("a").expect_text("Equals").press("esc");
    assert_eq!(filters(&console.kept()), []);
    let console = composed().keys("tab a").press("esc");
    assert_eq!(console.kept(), plan(PLAN));
}

#[test]
fn changes_are_taken_back_and_made_again_one_by_one() {
    let console = composed().keys("a").types("plan").keys("enter enter");
    let console = console.types("gold").keys("enter").press("d");
    assert_eq!(filters(&console.kept()).len(), 2, "the row is gone");
    let console = console.press("u");
    assert_eq!(
        filters(&console.kept())[1],
        ("AND", "plan", "Equals", "gold")
    );
    let console = console.press("u");
    assert_eq!(filters(&console.kept())[1], ("AND", "plan", "Equals", ""));
    let console = console.press("u");
    assert_eq!(console.kept(), plan(PLAN), "no blank row comes back");
    let console = console
        .press("u")
        .expect_text("There is nothing to go back to here.")
        .press("ctrl-r ctrl-r");
    assert_eq!(
        filters(&console.kept())[1],
        ("AND", "plan", "Equals", "gold")
    );
}

#[test]
fn leaving_a_cell_as_it_was_keeps_what_can_be_made_again() {
    let console = composed().keys("d u").press("enter esc ctrl-r");
    assert_eq!(filters(&console.kept()).len(), 1);
}

#[test]
fn keys_change_rows_joins_form_and_verb() {
    let console = composed().press("down space");
    let Form::Audience { filters, .. } = console.kept().form else {
        panic!("another form")
    };
    assert_eq!(filters[1].join, Join::Or);
    let console = console.press("f down enter");
    assert!(matches!(console.kept().form, Form::Configured { .. }));
    let console = console.press("f up enter");
    assert_eq!(
        console.kept().form.filters(),
        filters,
        "they were only set aside"
    );
    let console = console.press("shift-x");
    assert_eq!(filters_left(&console.kept()), 0);
    let bare = r#"{"broadcast":"spring","form":"configured"}"#;
    let console = drafted(with(Setting::AllowGet, None), bare).press("m");
    assert_eq!(console.kept().method, Method::Get);
    assert_eq!(console.press("m").kept().method, Method::Post);
}

#[rstest]
#[case::filters(
    PLAN,
    None,
    "It stays POST: a GET has no body, so it launches the configured audience alone. Press f for that form."
)]
#[case::variables(
    r#"{"broadcast":"spring","form":"configured","variables":[{"name":"a","value":"b"}]}"#,
    None,
    "It stays POST: a GET can't carry variables. Remove them first."
)]
#[case::delay(
    r#"{"broadcast":"spring","form":"configured","delay_minutes":5}"#,
    None,
    "It stays POST: a GET can't carry a delay. Empty it first."
)]
#[case::not_allowed(
    r#"{"broadcast":"spring","form":"configured"}"#,
    Some(false),
    "It stays POST: GET is recorded as not allowed for this broadcast. Switch it in Settings first."
)]
fn what_no_get_can_carry_stays_a_post(
    #[case] json: &str,
    #[case] allows_get: Option<bool>,
    #[case] why: &str,
) {
    let console = drafted(with(Setting::AllowGet, allows_get), json).press("m");
    let saves = |effect: &Effect| matches!(effect, Effect::SaveDraft(..));
    assert!(!console.effects().iter().any(saves), "nothing changes");
    let words = why.split_whitespace().take(8).collect::<Vec<_>>().join(" ");
    console.expect_text(&words);
}

fn filters_left(plan: &Plan) -> usize {
    plan.form.filters().len() + plan.form.variables().len()
}

#[test]
fn the_first_row_has_no_join_to_switch() {
    composed().press("space").expect_no_effect();
}

#[test]
fn a_criterion_without_a_value_clears_it() {
    let console = composed().keys("right enter").types("hasv").press("enter");
    assert_eq!(
        filters(&console.kept())[0],
        ("AND", "favorite_color", "HasValue", "-")
    );
    let console = console.served().keys("enter").types("equ").press("enter");
    assert_eq!(
        filters(&console.kept())[0],
        ("AND", "favorite_color", "Equals", "")
    );
}

#[test]
fn a_paste_into_a_cell_is_one_line_and_kept_raw() {
    let console = composed().keys("right right enter ctrl-u");
    let console = console.paste("two\nlines\u{202e}\u{1b}[2J");
    assert_eq!(filters(&console.kept())[0].3, "two lines\u{202e}\u{1b}[2J");
    let console = console.served().expect_text("two lines‹U+202E›");
    let console = console.keys("esc").expect_text("two lines‹U+202E›");
    // The body is JSON: the escape is one of JSON, the override a placeholder.
    console
        .press("p shift-b")
        .expect_text(r"es‹U+202E›\u001b[2J;Mil");
}

#[test]
fn a_paste_outside_of_a_cell_does_nothing() {
    composed().paste("aaaa\n").expect_no_effect();
}

#[test]
fn a_draft_that_is_loaded_is_the_same_plan() {
    let json = r#"{"broadcast":"spring","bot":"BOT-harbour","method":"POST","form":"audience",
        "filters":[{"field":"a","criterion":"starts","value":"x;y"},
                   {"join":"OR","field":"","criterion":"HasValue"}],
        "variables":[{"name":"","value":"v"}],"delay_minutes":10}"#;
    let console = empty_reply(json);
    assert_eq!(console.counted().1, plan(json));
}

/// The builder as the draft comes in, before anything is answered.
fn empty_reply(json: &str) -> Console {
    let draft = Reply::Draft(data::key("spring"), Some(Box::new(plan(json))));
    Console::start().open_spring("1").reply(draft)
}

#[test]
fn nothing_is_counted_or_kept_before_the_draft_came() {
    Console::start()
        .open_spring("1")
        .press("f5")
        .expect_no_effect()
        .expect_no_text("Launch");
}

#[test]
fn a_draft_that_cannot_be_kept_is_said() {
    let console = composed().press("d");
    let sorry = Notice::error("The draft could not be kept: the disk is full.");
    console
        .reply(Reply::DraftSaved(data::key("spring"), Err(sorry)))
        .expect_text("the disk is full")
        .expect_text("draft NOT saved");
}

#[rstest]
#[case::no_filter("{}", "There is no filter")]
#[case::no_value(
    r#"{"filters":[{"field":"city","criterion":"Equals","value":"Roma"},{"join":"AND","field":"plan","criterion":"Equals","value":""}]}"#,
    "Equals has no value to compare with"
)]
fn f5_goes_to_the_first_error_and_says_it(#[case] rest: &str, #[case] said: &str) {
    let rest = rest.trim_start_matches('{');
    let rest = if rest == "}" {
        r#""filters":[]}"#
    } else {
        rest
    };
    let json = format!(r#"{{"broadcast":"spring","form":"audience",{rest}"#);
    let console = drafted(Console::setup(), &json)
        .press("tab tab f5")
        .expect_no_effect();
    let notice = console.screen();
    let last = notice.lines().rev().nth(1).unwrap().to_owned();
    assert!(last.starts_with(" ✕ ") && last.contains(said), "{last}");
    // What is typed now goes into the cell that is wrong.
    let kept = console.press("enter").type_text("x").kept();
    let filters = filters(&kept);
    let (_, field, _, value) = filters[filters.len() - 1];
    assert!(field == "x" || value == "x", "{filters:?}");
}

#[test]
fn n_goes_round_the_problems() {
    let json = r#"{"broadcast":"spring","form":"audience",
        "filters":[{"field":"","criterion":"Equals","value":"a"},{"join":"AND","field":"city","criterion":"Equals","value":""}],
        "variables":[{"name":"","value":"v"}]}"#;
    let typed_at = |presses: usize| {
        let console = drafted(Console::setup(), json).press("tab tab");
        let console = console.press(&"n ".repeat(presses));
        let plan = console.press("enter").type_text("x").kept();
        let (filters, variables) = (plan.form.filters(), plan.form.variables());
        (
            filters[0].field == "x",
            filters[1].value.as_deref() == Some("x"),
            variables[0].name == "x",
        )
    };
    assert_eq!(typed_at(1), (true, false, false));
    assert_eq!(typed_at(2), (false, true, false));
    assert_eq!(typed_at(3), (false, false, true));
    assert_eq!(typed_at(4), (true, false, false));
}

#[test]
fn n_says_that_there_is_nothing() {
    let json = r#"{"broadcast":"spring","form":"audience","filters":[{"field":"plan","criterion":"Equals","value":"gold"}]}"#;
    drafted(Console::setup(), json)
        .press("n")
        .expect_text("There is no problem to go to.");
}

#[test]
fn p_shows_every_byte_or_lines() {
    composed()
        .expect_text("\"audience_values\": \"red;Mil\"")
        .press("p")
        .expect_text("{\"audience_filters\":\"favorite_color;city\",\"audience_cr")
        .press("p")
        .expect_text("\"audience_values\": \"red;Mil\"");
}

#[test]
fn what_comes_from_a_file_is_launched_as_it_is_and_can_be_left() {
    let json = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"targets","targets":[{"user_id":"1","bot_channel":"WebChannel"}]}"#;
    let console = drafted(Console::setup(), json);
    let console = console.expect_text("Who: 1 target").press("f5");
    assert_eq!(console.reviewing(), plan(json));
    let console = console.press("esc shift-x");
    assert_eq!(filters_left(&console.kept()), 0);
    assert_eq!(console.press("u").kept(), plan(json));
}

#[test]
fn a_count_that_is_quick_leaves_the_figures_alone() {
    let console = composed().expect_text("╭ 90 contacts ─");
    let console = console
        .press("d")
        .expect_effect(&Effect::Wake(250))
        .wait(200)
        .expect_text("╭ 90 contacts ─")
        .expect_text("draft saved");
    console
        .wait(250)
        .expect_text("90 contacts, counting ...")
        .expect_text("saving the draft ...");
}

#[test]
fn answers_to_another_broadcast_change_nothing() {
    let other = Reply::Draft(data::key("order"), Some(Box::new(plan(PLAN))));
    Console::start()
        .open_spring("1")
        .reply(other)
        .expect_no_effect();
}
