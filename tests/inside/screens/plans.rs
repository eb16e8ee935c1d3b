//! Plans saved by name, opened, filled in and deleted.

use insta::assert_snapshot;
use mylink_console::domain::plan::FormKind;
use mylink_console::model::message::{NotSaved, PlanRow, PlanSummary};
use mylink_console::model::{Effect, Notice, Reply};
use rstest::rstest;

use super::composing::{PLAN, composed, drafted, plan};
use super::console::{Console, Setup};
use super::data;

const TEMPLATE: &str = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"audience",
    "filters":[{"field":"city","criterion":"Equals","value":"{{city}}"}],
    "variables":[{"name":"campaign","value":"{{city}} {{season}}"}],"delay_minutes":"{{minutes}}"}"#;

fn row(name: &str, content: Result<(FormKind, &[&str]), &str>) -> PlanRow {
    PlanRow {
        name: name.to_owned(),
        saved_at: Some(data::minutes_ago(90)),
        content: content
            .map(|(form, places)| PlanSummary {
                form,
                broadcast: "Spring offer".to_owned(),
                bot: None,
                places: places.iter().map(|place| (*place).to_owned()).collect(),
            })
            .map_err(str::to_owned),
    }
}

fn rows() -> Vec<PlanRow> {
    vec![
        row("broken", Err("The plan is not JSON: EOF at line 1.")),
        row("spring\u{202e}", Ok((FormKind::Audience, &[]))),
        row(
            "town",
            Ok((FormKind::Audience, &["city", "season", "minutes"])),
        ),
    ]
}

pub fn listed(setup: Setup) -> Console {
    drafted(setup, PLAN)
        .press("shift-o")
        .expect_effect(&Effect::ListPlans)
        .reply(Reply::Plans(Ok(rows())))
}

pub fn filling(setup: Setup) -> Console {
    listed(setup)
        .press("end enter")
        .expect_effect(&Effect::OpenPlan("town".to_owned()))
        .reply(Reply::Template("town".to_owned(), TEMPLATE.to_owned()))
}

/// The text that the last event had made a plan of.
#[track_caller]
fn made(console: &Console) -> String {
    let made = console.effects().iter().find_map(|effect| match effect {
        Effect::MakePlan(text) => Some(text.clone()),
        _ => None,
    });
    made.unwrap_or_else(|| {
        panic!(
            "no plan is made: {:?}\n{}",
            console.effects(),
            console.screen()
        )
    })
}

#[test]
fn a_draft_is_saved_by_a_name_with_the_names_of_its_broadcast() {
    let console = composed()
        .press("ctrl-s")
        .type_text("spring a")
        .press("enter");
    let saved = console.effects().iter().find_map(|effect| match effect {
        Effect::SavePlan {
            name,
            text,
            replace,
        } => Some((name.clone(), text.clone(), *replace)),
        _ => None,
    });
    let (name, text, replace) = saved.unwrap();
    assert_eq!((name.as_str(), replace), ("spring a", false));
    assert!(text.contains("\"broadcast\": \"Spring offer\"") && !text.contains("BOT-harbour"));
    console
        .reply(Reply::PlanSaved("spring a".to_owned(), Ok(())))
        .expect_text("Saved as spring a.")
        .expect_no_text("Save the draft");
}

fn replaces(console: &Console) -> bool {
    let mut effects = console.effects().iter();
    effects.any(|effect| matches!(effect, Effect::SavePlan { replace: true, .. }))
}

#[test]
fn a_plan_is_replaced_only_when_that_is_said_twice() {
    let exists = || Reply::PlanSaved("town".to_owned(), Err(NotSaved::Exists));
    let console = composed().press("ctrl-s").type_text("town").press("enter");
    assert!(!replaces(&console));
    let console = console.reply(exists()).expect_text("saved as town already");
    let other = console.type_text("2").press("enter");
    assert!(!replaces(&other), "another name is no yes");
    let console = other
        .press("backspace enter")
        .reply(exists())
        .press("enter");
    assert!(replaces(&console));
}

#[test]
fn a_name_that_can_not_be_one_says_why_and_is_kept() {
    let why = Notice::error("\"../x\" can't be the name of a plan: it holds / or \\.");
    composed()
        .press("ctrl-s")
        .type_text("../x")
        .press("enter")
        .reply(Reply::PlanSaved(
            "../x".to_owned(),
            Err(NotSaved::Failed(why)),
        ))
        .expect_text("can't be the name of a plan")
        .expect_text("Name         ../x");
}

#[test]
fn an_empty_name_saves_nothing() {
    composed().press("ctrl-s enter").expect_no_effect();
}

#[test]
fn a_saved_plan_becomes_the_draft_and_the_one_before_is_one_undo_away() {
    let other = plan(&PLAN.replace("red", "blue"));
    let console = listed(Console::setup())
        .expect_text("spring‹U+202E›")
        .press("down enter")
        .expect_effect(&Effect::OpenPlan("spring\u{202e}".to_owned()))
        .reply(Reply::Planned(
            data::key("spring"),
            Box::new(other.clone()),
            Notice::ok("It is the draft now."),
        ));
    assert_eq!(console.kept(), other);
    let console = console.expect_no_text("Saved plans").press("u");
    assert_eq!(console.kept(), plan(PLAN));
}

#[test]
fn a_plan_that_can_not_be_read_says_why() {
    listed(Console::setup())
        .press("home enter")
        .expect_no_effect()
        .expect_text("The plan is not JSON");
}

#[test]
fn a_plan_is_deleted_only_when_asked_twice() {
    let console = listed(Console::setup()).press("end d").expect_no_effect();
    let console = console.expect_text("Press d again to delete the plan town");
    let console = console.press("up down d").expect_no_effect();
    console
        .press("d")
        .expect_effect(&Effect::DeletePlan("town".to_owned()))
        .reply(Reply::Plans(Ok(Vec::new())))
        .expect_text("No plan is saved yet.");
}

#[test]
fn a_template_asks_for_each_value_and_shows_where_it_goes() {
    let console = filling(Console::setup())
        .expect_text("\"value\": \"{{city}}\"")
        .type_text("Roma \"1\"")
        .press("enter")
        .expect_text("\"value\": \"{{city}} {{season}}\"")
        .expect_no_text("\"value\": \"{{city}}\"")
        .type_text("spring")
        .press("enter")
        .type_text("15")
        .press("enter")
        .expect_no_text("Fill in");
    let text = made(&console);
    let made = plan(&text);
    assert_eq!(made.form.filters()[0].value.as_deref(), Some("Roma \"1\""));
    assert_eq!(made.form.variables()[0].value, "Roma \"1\" spring");
    assert_eq!(made.delay_minutes(), Some(15));
}

#[test]
fn a_value_that_is_missing_is_gone_to() {
    filling(Console::setup())
        .type_text("Roma")
        .press("tab tab enter")
        .expect_no_effect()
        .expect_text("season has no value yet.")
        .type_text("spring")
        .expect_no_text("has no value yet");
}

#[test]
fn hostile_values_stay_texts_and_are_shown_as_placeholders() {
    let evil = "\u{1b}[2J\u{202e}\",\"x\":\"";
    let console = filling(Console::setup()).paste(evil);
    let console = console.expect_text("‹U+001B›[2J‹U+202E›");
    let console = console.press("enter").type_text("s").press("enter");
    let text = made(&console.type_text("1").press("enter"));
    assert_eq!(plan(&text).form.filters()[0].value.as_deref(), Some(evil));
}

#[test]
fn leaving_a_template_makes_nothing() {
    filling(Console::setup())
        .type_text("Roma")
        .press("esc")
        .expect_no_effect()
        .expect_no_text("Fill in");
}

pub fn saving(setup: Setup) -> Console {
    drafted(setup, PLAN)
        .press("ctrl-s")
        .type_text("town")
        .press("enter")
        .reply(Reply::PlanSaved("town".to_owned(), Err(NotSaved::Exists)))
}

pub fn half_filled(setup: Setup) -> Console {
    filling(setup)
        .type_text("Roma")
        .press("enter")
        .type_text("spr")
}

type Scene = fn(Setup) -> Console;

#[rstest]
#[case("saved_plans", listed)]
#[case("save_plan", saving)]
#[case("template", half_filled)]
fn pictures(
    #[case] name: &str,
    #[case] scene: Scene,
    #[values((120, 40), (80, 24))] size: (u16, u16),
) {
    let console = scene(Console::setup().size(size.0, size.1));
    assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), console.screen());
}
