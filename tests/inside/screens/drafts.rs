//! One draft in two consoles: what the other changes is shown, and nothing is overwritten or lost without a word.

use insta::assert_snapshot;
use mylink_console::domain::gate::Danger;
use mylink_console::model::message::OtherDraft;
use mylink_console::model::start::{AsideRow, StartReply, StartWork, Starts};
use mylink_console::model::{Effect, Reply};
use rstest::rstest;

use super::composing::{PLAN, asked, composed, drafted, plan};
use super::console::{Console, Setup};
use super::data;
use super::data::reviews;

/// What the other console made of [`PLAN`].
const THEIRS: &str = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"audience",
    "filters":[{"field":"plan","criterion":"Equals","value":"gold"}],
    "variables":[{"name":"campaign","value":"spring"}]}"#;

fn other(json: &str, mark: &str, is_conflict: bool) -> Reply {
    let other = OtherDraft {
        plan: plan(json),
        mark: mark.to_owned(),
        by: "ada@bastion (process 4711)".to_owned(),
        is_conflict,
    };
    Reply::DraftElsewhere(data::key("spring"), Box::new(other))
}

fn taken(mark: &str, gives_way: bool) -> Effect {
    Effect::TakeDraft {
        broadcast: data::key("spring"),
        mark: mark.to_owned(),
        gives_way,
    }
}

fn conflict(setup: Setup) -> Console {
    drafted(setup, PLAN)
        .keys("tab a")
        .types("wave")
        .press("esc")
        .reply(other(THEIRS, "m1", true))
}

#[test]
fn what_another_console_changes_is_shown_by_itself_and_one_undo_takes_it_back() {
    let console = composed().reply(other(THEIRS, "m1", false));
    let console = console
        .expect_text("Changed in another console by ada@bastion (process 4711).")
        .expect_effect(&taken("m1", false))
        .expect_text("gold")
        .expect_no_text("favorite_color");
    assert!(
        !console
            .effects()
            .iter()
            .any(|effect| matches!(effect, Effect::SaveDraft(..))),
        "what is theirs is kept by them: {:?}",
        console.effects()
    );
    let console = console.served().press("u");
    assert_eq!(console.kept(), plan(PLAN));
    let console = console.served().press("ctrl-r");
    assert_eq!(console.kept(), plan(THEIRS));
}

#[test]
fn several_changes_of_theirs_are_one_step_back() {
    let more = THEIRS.replace("gold", "silver");
    let console = composed()
        .reply(other(THEIRS, "m1", false))
        .served()
        .reply(other(&more, "m2", false))
        .expect_effect(&taken("m2", false))
        .served()
        .press("u");
    assert_eq!(console.kept(), plan(PLAN));
}

#[test]
fn the_cursor_stays_in_its_pane_and_row() {
    let more = PLAN.replace("red", "blue");
    composed()
        .keys("down right right")
        .reply(other(&more, "m1", false))
        .served()
        .press("enter")
        .type_text("x")
        .expect_text("Milx");
}

#[test]
fn the_same_plan_from_another_console_is_not_worth_a_word() {
    composed()
        .reply(other(PLAN, "m1", false))
        .expect_effect(&taken("m1", false))
        .expect_no_text("another console");
}

#[test]
fn nothing_is_pulled_from_under_a_cell_that_is_typed_into() {
    let console = composed()
        .keys("enter")
        .reply(other(THEIRS, "m1", false))
        .expect_no_effect()
        .expect_text("leave this field to see it")
        .expect_text("favorite_color");
    console
        .press("esc")
        .expect_effect(&taken("m1", false))
        .expect_text("gold");
}

#[test]
fn what_is_typed_before_theirs_is_shown_makes_it_a_conflict() {
    composed()
        .keys("enter")
        .reply(other(THEIRS, "m1", false))
        .types("x")
        .press("esc")
        .expect_text("changed this draft too")
        .expect_text("favorite_color");
}

#[test]
fn a_save_that_is_under_way_when_theirs_comes_makes_it_a_conflict() {
    // What was typed is not answered yet.
    composed()
        .press("d")
        .reply(other(THEIRS, "m1", false))
        .expect_text("changed this draft too")
        .expect_no_text("gold");
}

#[test]
fn taking_theirs_leaves_ours_one_undo_away() {
    let console = conflict(Console::setup())
        .press("f6")
        .expect_effect(&Effect::KeepDrafts)
        .expect_effect(&taken("m1", false))
        .expect_text("gold")
        .expect_no_text("changed this draft too");
    let console = console.served().press("u");
    assert!(console.kept().to_json().contains("wave"));
}

#[test]
fn keeping_ours_sets_theirs_aside_and_leaves_it_one_undo_away() {
    let console = conflict(Console::setup()).press("f7");
    let effects = console.effects();
    let place = |wanted: &dyn Fn(&Effect) -> bool| effects.iter().position(wanted);
    let gives_way = place(&|effect| *effect == taken("m1", true));
    let saves = place(&|effect| matches!(effect, Effect::SaveDraft(..)));
    assert!(
        gives_way.is_some() && gives_way < saves,
        "theirs gives way before ours is kept: {effects:?}"
    );
    assert!(console.kept().to_json().contains("wave"));
    let console = console
        .expect_text("is set aside: o lists it")
        .served()
        .press("u");
    assert_eq!(console.kept(), plan(THEIRS));
}

#[test]
fn a_conflict_can_be_ended_while_a_cell_is_typed_into() {
    composed()
        .keys("enter")
        .types("x")
        .reply(other(THEIRS, "m1", true))
        .press("f6")
        .expect_text("gold")
        .press("down")
        .expect_no_text("changed this draft too");
}

#[test]
fn what_they_change_further_stands_in_the_place_of_the_first() {
    let more = THEIRS.replace("gold", "silver");
    conflict(Console::setup())
        .reply(other(&more, "m2", false))
        .expect_text("changed this draft too")
        .press("f6")
        .expect_effect(&taken("m2", false))
        .expect_text("silver");
}

#[test]
fn without_another_console_there_is_nothing_to_choose() {
    composed()
        .press("f6")
        .expect_text("No other console changed this draft")
        .expect_no_effect();
}

#[test]
fn a_draft_of_another_broadcast_is_not_shown_here() {
    let console = composed().reply(Reply::DraftElsewhere(
        data::key("order"),
        Box::new(OtherDraft {
            plan: plan(THEIRS),
            mark: "m1".to_owned(),
            by: "ada".to_owned(),
            is_conflict: false,
        }),
    ));
    console.expect_no_effect().expect_text("favorite_color");
}

#[test]
fn leaving_a_conflict_says_where_ours_is() {
    conflict(Console::setup())
        .press("esc")
        .expect_text("Your draft is set aside");
}

fn reviewing(setup: Setup) -> Console {
    asked(setup, PLAN)
        .reviewed(&reviews::gate(Danger::Safe), |review| review)
        .reply(other(THEIRS, "m1", false))
}

#[test]
fn a_review_stays_as_it_is_and_says_that_the_draft_changed() {
    let console = reviewing(Console::setup())
        .expect_no_effect()
        .expect_text("changed the draft meanwhile");
    let launching = console.press("enter");
    let launched = launching.effects().iter().find_map(|effect| match effect {
        Effect::Launch(_, confirmation) => Some(confirmation.plan.clone()),
        _ => None,
    });
    assert_eq!(launched, Some(plan(PLAN)), "what was reviewed");
    // Once it is closed, the other's is shown.
    launching
        .press("esc")
        .expect_effect(&taken("m1", false))
        .expect_text("Changed in another console by");
}

#[test]
fn a_name_from_outside_moves_no_terminal() {
    let hostile = OtherDraft {
        plan: plan(THEIRS),
        mark: "m1".to_owned(),
        by: "eve\u{1b}[2J\u{202e}".to_owned(),
        is_conflict: true,
    };
    let key = data::key("spring");
    composed()
        .reply(Reply::DraftElsewhere(key, Box::new(hostile)))
        .expect_text("eve‹")
        .expect_no_text("\u{1b}")
        .expect_no_text("\u{202e}");
}

#[test]
fn drafts_set_aside_are_listed_with_what_a_draft_can_start_from() {
    let console = composed().press("o");
    let id = console
        .effects()
        .iter()
        .find_map(|effect| match effect {
            Effect::Start(id, StartWork::List(_)) => Some(*id),
            _ => None,
        })
        .unwrap();
    let starts = Starts {
        aside: vec![AsideRow {
            mark: "m7".to_owned(),
            by: "ada@bastion (process 4711)".to_owned(),
            saved_at: data::minutes_ago(3),
            bytes: 1_234,
        }],
        ..Starts::default()
    };
    let console = console
        .reply(Reply::Start(id, StartReply::Listed(Ok(starts))))
        .expect_text("Drafts set aside")
        .expect_text("ada@bastion (process 4711)")
        .press("enter");
    let wanted = StartWork::Aside {
        broadcast: data::key("spring"),
        mark: "m7".to_owned(),
    };
    assert!(
        matches!(console.effects(), [Effect::Start(_, work)] if *work == wanted),
        "{:?}",
        console.effects()
    );
}

type Scene = fn(Setup) -> Console;

fn shown(setup: Setup) -> Console {
    drafted(setup, PLAN)
        .reply(other(THEIRS, "m1", false))
        .served()
}

fn waiting(setup: Setup) -> Console {
    drafted(setup, PLAN)
        .keys("enter")
        .reply(other(THEIRS, "m1", false))
}

#[rstest]
#[case("shown", shown)]
#[case("waiting", waiting)]
#[case("conflict", conflict)]
#[case("reviewing", reviewing)]
fn pictures(
    #[case] name: &str,
    #[case] scene: Scene,
    #[values((120, 40), (80, 24))] size: (u16, u16),
) {
    let console = scene(Console::setup().size(size.0, size.1));
    let name = format!("{name}_{}x{}", size.0, size.1);
    assert_snapshot!(name, console.screen());
}
