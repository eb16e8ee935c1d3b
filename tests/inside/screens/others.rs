//! What others do while this screen is open, and what keeps everybody from launching: seen without a key.

use insta::assert_snapshot;
use mylink_console::domain::gate::{Danger, Gate};
use mylink_console::domain::launch::{LaunchRecord, Outcome, SettledAs, Settlement};
use mylink_console::domain::plan::Plan;
use mylink_console::domain::standing::RecordTrouble;
use mylink_console::model::message::Overview;
use mylink_console::model::{Effect, Reply};
use rstest::rstest;

use super::console::{Console, Setup};
use super::data;
use super::data::reviews;
use super::review;

/// The data with another launch of Spring offer, by somebody else.
fn with(change: impl Fn(&mut LaunchRecord)) -> Overview {
    let mut data = data::overview();
    let like = data
        .launches
        .iter()
        .find(|launch| launch.id == data::ACCEPTED);
    let mut launch = LaunchRecord {
        id: "0197729e-1000-7000-8000-000000000009".to_owned(),
        operator: "ada@bastion".to_owned(),
        targets: Some(1_204),
        ..like.unwrap().clone()
    };
    change(&mut launch);
    data.launches.insert(0, launch);
    data
}

fn told(data: Overview) -> Console {
    Console::start()
        .open_bot()
        .press("2")
        .reply(Reply::Overview(data))
}

#[test]
fn a_launch_of_another_console_is_listed_and_told() {
    told(with(|_| {}))
        .expect_text("ada@bastion launched Spring offer to 1,204 targets: accepted.")
        .expect_text("1,204");
}

#[test]
fn one_that_is_on_its_way_is_told_when_it_begins_and_when_it_ends() {
    let begun = with(|launch| launch.outcome = Outcome::Sending);
    told(begun)
        .expect_text("ada@bastion is launching Spring offer to 1,204 targets.")
        .reply(Reply::Overview(with(|launch| {
            launch.outcome = Outcome::Rejected;
        })))
        .expect_text("ada@bastion launched Spring offer to 1,204 targets: rejected.");
}

#[test]
fn an_unknown_one_of_another_console_stands_on_the_screen_at_once() {
    told(with(|launch| launch.outcome = Outcome::Unknown))
        .expect_text("ada@bastion launched Spring offer to 1,204 targets: unknown.")
        .expect_text("2 launches with unknown outcome");
}

#[test]
fn a_settlement_of_another_console_is_told() {
    let mut data = data::overview();
    let unknown = data
        .launches
        .iter_mut()
        .find(|launch| launch.id == data::UNKNOWN);
    unknown.unwrap().settled = Some(Settlement {
        settled_as: SettledAs::NotSent,
        by: "ada@bastion".to_owned(),
        at: data::now(),
        reason: "asked".to_owned(),
    });
    told(data)
        .expect_text("ada@bastion settled Order ready as not sent.")
        .expect_no_text("unknown outcome");
}

#[test]
fn several_are_told_in_one_sentence() {
    let mut data = with(|_| {});
    let other = LaunchRecord {
        id: "0197729e-1000-7000-8000-00000000000a".to_owned(),
        ..data.launches[0].clone()
    };
    data.launches.insert(0, other);
    told(data).expect_text("accepted. 1 launch more changed: the log has them.");
}

#[test]
fn what_was_done_here_and_what_was_there_at_the_start_is_not_told() {
    let mut data = with(|_| {});
    data.own.insert(data.launches[0].id.clone());
    told(data).expect_no_text("ada@bastion launched");
    Console::setup()
        .data(with(|_| {}))
        .start()
        .expect_no_text("ada@bastion launched");
}

#[test]
fn a_name_from_outside_is_told_without_moving_the_terminal() {
    let hostile = with(|launch| {
        launch.operator = "eve\u{1b}[2J@h".to_owned();
        launch.broadcast.name = "Sp\u{202e}ring".to_owned();
    });
    told(hostile)
        .expect_no_text("\u{1b}")
        .expect_no_text("\u{202e}")
        .expect_text("eve‹");
}

#[test]
fn a_review_is_made_again_when_somebody_else_launches_meanwhile() {
    let console = review::typed(Console::setup());
    let console = console.reply(Reply::Overview(with(|_| {})));
    let (id, plan) = review_asked(&console).unwrap();
    let review = |hash: &str| {
        let mut review = reviews::review(&data::overview(), &plan, &reviews::gate(Danger::Live));
        hash.clone_into(&mut review.hash);
        Reply::Reviewed(id, Ok(Box::new(review)))
    };
    // What was typed was typed for another review.
    console
        .reply(review("h-2"))
        .press("enter")
        .expect_no_effect()
        .expect_no_text("Any key takes it back");
}

#[test]
fn a_review_that_comes_out_the_same_keeps_what_was_typed() {
    let console = review::typed(Console::setup()).reply(Reply::Overview(with(|_| {})));
    let (id, plan) = review_asked(&console).unwrap();
    let review = reviews::review(&data::overview(), &plan, &reviews::gate(Danger::Live));
    let again = Reply::Reviewed(id, Ok(Box::new(review)));
    let console = console.reply(again).press("enter");
    assert!(
        matches!(console.effects(), [Effect::Wake(_)]),
        "the hold: {:?}",
        console.effects()
    );
}

#[test]
fn a_launch_that_was_confirmed_is_not_reviewed_again() {
    let console = review::safe(Console::setup())
        .press("enter")
        .reply(Reply::Overview(with(|_| {})));
    assert_eq!(review_asked(&console), None);
}

/// The review that was asked for.
fn review_asked(console: &Console) -> Option<(u64, Plan)> {
    console.effects().iter().find_map(|effect| match effect {
        Effect::Review(id, _, plan) => Some((*id, Plan::clone(plan))),
        _ => None,
    })
}

fn trouble(what: &str, way_out: &str) -> RecordTrouble {
    RecordTrouble {
        what: what.to_owned(),
        way_out: way_out.to_owned(),
    }
}

pub fn in_trouble(setup: Setup) -> Console {
    let data = Overview {
        trouble: Some(trouble(
            "the journal is behind its copy",
            "mylink doctor --rebuild-journal",
        )),
        ..data::overview()
    };
    setup.data(data).start()
}

#[rstest]
#[case::wide("trouble_120x40", (120, 40))]
#[case::usual("trouble_80x24", (80, 24))]
#[case::small("trouble_60x16", (60, 16))]
fn trouble_with_the_record_stands_above_the_unknown_launch(
    #[case] name: &str,
    #[case] (width, height): (u16, u16),
) {
    let console = in_trouble(Console::setup().size(width, height)).open_bot();
    assert_snapshot!(name, console.screen());
}

#[test]
fn trouble_stands_on_every_screen_until_it_is_mended() {
    let stands = |console: Console| console.expect_text("the journal is behind its copy");
    let console = stands(in_trouble(Console::setup()));
    let console = stands(console.open_bot());
    let console = stands(console.press("2"));
    let console = stands(console.press("1").press("enter"));
    let console = stands(console.press("2"));
    let console = stands(console.press("?"));
    let console = stands(console.press("esc").press("!"));
    console
        .press("esc")
        .reply(Reply::Overview(data::overview()))
        .expect_no_text("the journal is behind its copy")
        .expect_text("unknown outcome");
}

#[test]
fn the_way_out_stays_in_sight_whatever_is_wrong() {
    for width in [60, 72, 80, 96, 120] {
        let data = Overview {
            trouble: Some(trouble(
                &"very ".repeat(60),
                "mylink doctor --rebuild-journal",
            )),
            ..data::overview()
        };
        let console = Console::setup().size(width, 20).data(data).start();
        console
            .expect_text("mylink doctor --rebuild-journal")
            .expect_text("No launches: very");
    }
}

/// A batch of two calls that is being sent, by whomever.
fn sending() -> Overview {
    with(|launch| {
        launch.outcome = Outcome::Sending;
        let call = launch.calls[0].clone();
        launch.calls = vec![call.clone(), call];
        launch.calls[1].outcome = Outcome::NotSent;
    })
}

#[test]
fn a_batch_that_is_being_sent_is_stopped_once_that_was_asked_for_twice() {
    let console = Console::setup()
        .data(sending())
        .start()
        .open_bot()
        .press("2")
        .expect_text("X stop sending")
        .press("shift-x")
        .expect_no_effect()
        .expect_text("Stop Spring offer? 1 of 2 calls were accepted")
        .press("shift-x");
    assert!(
        matches!(
            console.effects(),
            [Effect::StopSending { launch, broadcast }]
                if launch.ends_with('9') && *broadcast == data::key("spring")
        ),
        "{:?}",
        console.effects()
    );
    console
        .press("enter")
        .press("shift-x esc")
        .expect_no_effect();
}

#[test]
fn a_batch_that_is_being_sent_can_be_stopped_from_the_list_of_what_waits() {
    let console = Console::setup().data(sending()).start().press("shift-w");
    let console = console
        .expect_text("Spring offer is being sent.  X stops it")
        .press("shift-x")
        .expect_text("Stop Spring offer?")
        .press("enter");
    assert!(matches!(console.effects(), [Effect::StopSending { .. }]));
}

#[test]
fn what_is_over_and_what_is_one_call_is_not_stopped() {
    Console::setup()
        .data(with(|_| {}))
        .start()
        .open_bot()
        .press("2")
        .expect_no_text("stop sending")
        .press("shift-x")
        .expect_no_effect()
        .expect_text("It is not being sent");
    Console::setup()
        .data(with(|launch| {
            launch.outcome = Outcome::Sending;
            launch.calls.truncate(1);
        }))
        .start()
        .open_bot()
        .press("2 shift-x")
        .expect_no_effect()
        .expect_text("nobody can take it back");
}

#[test]
fn a_batch_that_ends_while_it_is_asked_about_leaves_nothing_to_stop() {
    let console = Console::setup()
        .data(sending())
        .start()
        .open_bot()
        .press("2 shift-x")
        .expect_text("Enter stop it   Esc let it go on")
        .reply(Reply::Overview(with(|_| {})))
        .expect_text("Spring offer is not being sent any more")
        .expect_no_text("Enter stop it")
        .expect_no_text("can't be taken back");
    let console = console.press("enter").expect_no_effect();
    console.press("esc").expect_no_text("not being sent");
}

/// The data once the profile became stricter.
fn stricter(change: impl Fn(&mut Gate)) -> Overview {
    let mut gate = reviews::gate(Danger::Safe);
    change(&mut gate);
    Overview {
        gate: Some(Box::new(gate)),
        ..data::overview()
    }
}

#[test]
fn a_profile_that_became_read_only_is_so_on_every_screen() {
    let header = |console: &Console| console.screen().lines().next().unwrap().to_owned();
    let console = Console::start().open_bot();
    assert!(!header(&console).contains("read-only"));
    let console = console
        .expect_text("e enable, disable")
        .reply(Reply::Overview(stricter(|gate| gate.readonly = true)))
        .expect_no_text("e enable, disable");
    assert!(header(&console).contains("read-only"));
    // What the program was started with stays, though the configuration is less strict by now.
    let console = Console::setup().readonly().start();
    let console = console.reply(Reply::Overview(stricter(|_| {})));
    assert!(header(&console).contains("read-only"));
}

#[test]
fn a_profile_that_became_live_is_shown_as_live() {
    let header = |console: &Console| console.screen().lines().next().unwrap().to_owned();
    let live = stricter(|gate| gate.danger = Danger::Live);
    let console = Console::start().reply(Reply::Overview(live));
    assert!(header(&console).contains(" LIVE SANDBOX "));
    let console = Console::setup().live().start();
    let console = console.reply(Reply::Overview(stricter(|_| {})));
    assert!(header(&console).contains(" LIVE PRODUCTION "));
}

#[rstest]
#[case((120, 40))]
#[case((80, 24))]
fn the_question_before_a_batch_is_stopped_has_a_picture(#[case] size: (u16, u16)) {
    let console = Console::setup()
        .size(size.0, size.1)
        .data(sending())
        .start()
        .open_bot()
        .press("2 shift-x");
    assert_snapshot!(format!("stop_{}x{}", size.0, size.1), console.screen());
}
