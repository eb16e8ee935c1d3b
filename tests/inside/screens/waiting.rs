//! Launches that are given a time: in the review, on every screen, in their list, and when the screen is left.

use insta::assert_snapshot;
use jiff::SignedDuration;
use mylink_console::domain::gate::Danger;
use mylink_console::domain::waiting::{WaitingEnd, WaitingLaunch, WaitingState, Warned};
use mylink_console::model::message::{Overview, Waited};
use mylink_console::model::{Effect, Notice, Reply};
use rstest::rstest;

use super::composing::{PLAN, asked};
use super::console::{Console, Setup};
use super::data::waiting::{ID, in_minutes, in_seconds, missed};
use super::data::{self, reviews};
use super::review::{LARGE, live, safe};

fn with(waiting: Vec<WaitingLaunch>) -> Setup {
    Console::setup().data(Overview {
        waiting,
        ..data::overview()
    })
}

/// A review on a safe profile, with a time that is being typed.
fn timed(text: &str) -> Console {
    safe(Console::setup()).press("f4").type_text(text)
}

/// The one effect that lets a launch wait.
fn held(console: &Console) -> &jiff::Zoned {
    match console.effects() {
        [Effect::Hold(_, _, due)] => due,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_time_is_understood_taken_and_confirmed() {
    let console = timed("in 48 min")
        .expect_text("in 48 min")
        .expect_text("Enter take this time")
        .press("enter")
        .expect_text("Enter let it wait")
        .expect_no_effect()
        .press("enter");
    assert_eq!(held(&console).timestamp(), in_minutes(48).due_at);
    console.expect_text("Writing it down");
}

#[test]
fn a_time_that_was_taken_does_not_move_on() {
    let console = timed("in 48 min")
        .press("enter")
        .wait(90_000)
        .press("enter");
    assert_eq!(held(&console).timestamp(), in_minutes(48).due_at);
}

#[test]
fn a_time_that_is_past_when_it_is_confirmed_is_not_taken() {
    timed("in 1 min")
        .press("enter")
        .wait(61_000)
        .press("enter")
        .expect_no_effect()
        .expect_text("is past by now");
}

#[rstest]
#[case::nothing("", "Give a time")]
#[case::no_time("soon", "soon is no time that is understood here")]
#[case::past("2020-01-01 09:00", "is past")]
fn what_is_no_time_to_come_is_said(#[case] typed: &str, #[case] expected: &str) {
    timed(typed)
        .press("enter")
        .expect_no_effect()
        .expect_text(expected);
}

#[test]
fn a_time_can_be_taken_away_again() {
    let console = timed("in 48 min")
        .press("f4")
        .expect_no_text("Send it at")
        .press("enter");
    assert!(matches!(console.effects(), [Effect::Launch(..)]));
}

#[test]
fn a_live_launch_with_a_time_is_typed_out_too_and_its_hold_is_the_waiting() {
    let console = live(Console::setup(), LARGE)
        .press("f4")
        .type_text("tomorrow 9:00")
        .press("enter")
        .press("enter")
        .expect_text("Type the number of contacts that stands above.")
        .type_text("300")
        .press("enter")
        .type_text("Spring offer")
        .press("enter");
    held(&console);
}

#[test]
fn a_paste_confirms_no_time() {
    timed("in 48 min")
        .press("enter")
        .paste("\n")
        .expect_no_effect();
}

#[test]
fn once_it_waits_the_review_is_gone_and_says_until_when() {
    let console = timed("in 48 min").press("enter enter");
    let [Effect::Hold(id, ..)] = console.effects() else {
        panic!("{:?}", console.effects())
    };
    let id = *id;
    console
        .reply(Reply::Held(id, Ok(Box::new(in_minutes(48)))))
        .expect_effect(&Effect::LoadOverview)
        .expect_text("Spring offer waits until")
        .expect_no_text("Writing it down");
}

#[test]
fn what_could_not_be_let_wait_says_why_in_the_review() {
    let console = timed("in 48 min").press("enter enter");
    let [Effect::Hold(id, ..)] = console.effects() else {
        panic!("{:?}", console.effects())
    };
    let id = *id;
    console
        .reply(Reply::Held(id, Err(Notice::error("The disk is full."))))
        .expect_text("not sent")
        .expect_text("The disk is full.");
}

#[test]
fn what_waits_stands_on_every_screen_with_its_countdown() {
    let console = with(vec![in_minutes(48)]).start();
    let line = "sends in 48 min: Spring offer to 312 contacts";
    let console = console.expect_text(line).open_bot().expect_text(line);
    console
        .expect_text("in 48 min")
        .press("2")
        .expect_text(line)
        .expect_text("1 to come");
}

#[test]
fn a_mishap_comes_before_what_waits_and_stays_until_somebody_looks() {
    with(vec![in_minutes(48), missed()])
        .start()
        .expect_text("not sent, missed: Winter sale")
        .press("shift-w down")
        .expect_text("No mylink served this profile")
        .press("x")
        .expect_effect(&Effect::TakeBack(missed().id))
        .reply(Reply::Waiting(vec![in_minutes(48)]))
        .expect_text("sends in 48 min");
}

#[test]
fn a_countdown_wakes_the_screen_only_when_its_words_change() {
    let wakes = |console: &Console| -> Vec<u64> {
        let wake = |effect: &Effect| match effect {
            Effect::Wake(millis) => Some(*millis),
            _ => None,
        };
        console.effects().iter().filter_map(wake).collect()
    };
    // Hours ahead the minute that every screen is woken for is enough.
    assert_eq!(wakes(&with(vec![in_minutes(48)]).start()), [0u64; 0]);
    let console = with(vec![in_seconds(90)]).start();
    assert_eq!(wakes(&console), [30_000]);
    let console = console.wait(10_000);
    assert_eq!(wakes(&console), [0u64; 0]);
    let console = console.wait(30_000).expect_text("sends in 60 s");
    assert_eq!(wakes(&console), [1_000]);
    let console = console.wait(31_000).expect_text("sends in 59 s");
    assert_eq!(wakes(&console), [1_000]);
    assert_eq!(
        wakes(&console.wait(90_000).expect_text("sends now")),
        [0u64; 0]
    );
}

#[test]
fn a_waiting_launch_is_taken_back_by_two_keys() {
    let console = with(vec![in_minutes(48)]).start().press("shift-w x");
    let console = console.expect_no_effect().expect_text("Press x again");
    console
        .press("x")
        .expect_effect(&Effect::TakeBack(ID.to_owned()));
    // Another key in between asks anew.
    let moved = with(vec![in_minutes(48)]).start().press("shift-w x down x");
    moved.expect_no_effect();
}

#[test]
fn a_waiting_launch_is_opened_as_a_draft() {
    with(vec![in_minutes(48)])
        .start()
        .press("shift-w enter")
        .expect_effect(&Effect::LaunchAgain(ID.to_owned()));
}

#[test]
fn the_review_says_the_time_that_is_given_and_its_keys_what_they_do_now() {
    let given = || timed("in 48 min").press("enter");
    safe(Console::setup()).expect_text("at once");
    given()
        .expect_no_text("at once")
        .expect_no_text("Enter launch")
        .expect_text("F4 no time")
        .expect_text("Enter let it wait");
    timed("in 48 min").expect_text("Enter take this time");
    // The body stands under the same keys.
    given()
        .press("f2")
        .expect_text("Enter let it wait")
        .expect_text("in 48 min");
}

#[test]
fn escape_goes_back_to_the_review_without_a_time_and_backspace_edits_it() {
    for console in [timed("in 48 min"), timed("in 48 min").press("enter")] {
        let console = console.press("esc");
        let console = console.expect_no_text("Send it at").expect_text("at once");
        let console = console.press("enter");
        assert!(matches!(console.effects(), [Effect::Launch(..)]));
    }
    let console = timed("in 48 min").press("enter backspace");
    let console = console
        .expect_text("Enter take this time")
        .press("backspace");
    let console = console
        .press("backspace backspace")
        .type_text(" h")
        .press("enter enter");
    assert_eq!(held(&console).timestamp(), in_minutes(48 * 60).due_at);
}

#[test]
fn the_log_lists_what_waits_and_what_was_never_sent() {
    let taken_back = WaitingLaunch {
        id: "0197729e-3000-7000-8000-000000000003".to_owned(),
        end: Some(WaitingEnd {
            state: WaitingState::TakenBack,
            at: data::now(),
            by: "ops@bastion".to_owned(),
            reason: "It was taken back 1 h before its time.".to_owned(),
        }),
        ..in_minutes(60)
    };
    let overview = Overview {
        waiting: vec![in_minutes(48), missed()],
        waited: Box::new(Waited {
            not_sent: vec![taken_back.clone()],
            ..Waited::default()
        }),
        launches: Vec::new(),
        ..data::overview()
    };
    let log = || {
        let setup = Console::setup().data(overview.clone());
        setup.start().open_bot().press("2")
    };
    log()
        .expect_text("1 to come · 2 not sent")
        .expect_no_text("Nothing was launched")
        .expect_text("waiting")
        .expect_text("missed")
        .expect_text("taken back");
    // The one that is to come is first, and opens in the list of what waits.
    log().press("enter").expect_text("Waiting launches");
    log()
        .press("enter enter")
        .expect_effect(&Effect::LaunchAgain(ID.to_owned()));
    log()
        .press("down a")
        .expect_effect(&Effect::LaunchAgain(taken_back.id.clone()));
    log()
        .press("down enter")
        .expect_text("It was taken back 1 h before its time.")
        .press("enter")
        .expect_effect(&Effect::LaunchAgain(taken_back.id));
    log()
        .press("y")
        .expect_no_effect()
        .expect_text("has not been sent");
}

#[rstest]
#[case((120, 40))]
#[case((80, 24))]
fn the_log_with_what_was_not_sent_has_a_picture(#[case] size: (u16, u16)) {
    pictured("log", size, vec![in_minutes(48), missed()], "2");
}

#[test]
fn the_time_that_a_launch_waited_is_no_review() {
    let data = data::overview();
    let launch = data.launches[0].clone();
    let reviewed = launch.started_at - SignedDuration::from_mins(10);
    let mut launches = data.launches.clone();
    launches[0].reviewed_at = Some(reviewed);
    let confirmed = launch.started_at - SignedDuration::from_mins(9);
    let data = Overview {
        launches,
        waited: Box::new(Waited {
            confirmed: [(launch.id, confirmed)].into(),
            ..Waited::default()
        }),
        ..data
    };
    Console::setup()
        .data(data)
        .start()
        .open_bot()
        .press("2")
        .expect_text("1 min 0 s in review   9 min waiting");
}

#[test]
fn the_list_says_what_was_reviewed_and_offers_the_keys_that_work() {
    let mut waiting = in_minutes(48);
    waiting.plan = PLAN.to_owned();
    waiting.reviewed.warnings = vec![Warned {
        code: "stale".to_owned(),
        at: String::new(),
        message: "The contacts are old.".to_owned(),
    }];
    let list = |waiting: Vec<WaitingLaunch>| with(waiting).start().press("shift-w");
    let console = list(vec![waiting]);
    console
        .expect_text("The contacts are old.")
        .expect_text("x take back")
        .expect_text("another launch of its")
        .press("?")
        .expect_text("take the selected launch back,");
    list(vec![missed()])
        .expect_text("x seen it")
        .expect_no_text("x take back");
    list(Vec::new())
        .expect_no_text("x take back")
        .expect_no_text("open as a draft");
}

#[test]
fn a_narrow_screen_keeps_the_number_of_contacts_of_what_waits() {
    let setup = with(vec![in_minutes(48)]).size(80, 24);
    setup
        .start()
        .expect_text("sends in 48 min: Spring offer to 312 contacts");
}

#[test]
fn an_empty_list_says_how_a_launch_is_given_a_time() {
    Console::start()
        .press("shift-w")
        .expect_text("Nothing waits. F4 in a review");
}

#[test]
fn leaving_asks_once_while_something_waits() {
    let quit = |console: Console| console.expect_effect(&Effect::Quit);
    let asked = || with(vec![in_minutes(48)]).start().press("q");
    let told = asked()
        .expect_no_effect()
        .expect_text("1 launch waits: Spring offer in 48 min");
    let told = told.expect_text("nohup mylink --profile sandbox run --pending &");
    quit(told.press("enter"));
    quit(asked().press("ctrl-c"));
    asked()
        .press("esc")
        .expect_no_effect()
        .expect_no_text("nohup");
    // Nothing waits: nothing is asked. A mishap is none of it.
    quit(Console::start().press("q"));
    quit(with(vec![missed()]).start().press("q"));
}

#[test]
fn a_launch_that_waited_is_told_like_any_other() {
    let record = data::overview().launches[1].clone();
    let name = record.broadcast.name.clone();
    with(vec![in_minutes(0)])
        .start()
        .reply(Reply::Launched(0, Ok(Box::new(record))))
        .expect_effect(&Effect::LoadOverview)
        .expect_text(&format!("{name}: "));
}

#[test]
fn a_list_without_one_that_waited_has_the_log_read_again() {
    with(vec![in_minutes(48)])
        .start()
        .reply(Reply::Waiting(Vec::new()))
        .expect_effect(&Effect::LoadOverview)
        .expect_no_text("sends in");
}

#[rstest]
#[case((120, 40))]
#[case((80, 24))]
fn the_list_has_a_picture(#[case] size: (u16, u16)) {
    pictured("list", size, vec![in_seconds(42), missed()], "shift-w down");
}

/// The picture of what waits, after these keys in the broadcasts.
fn pictured(name: &str, (width, height): (u16, u16), waiting: Vec<WaitingLaunch>, keys: &str) {
    let setup = with(waiting).size(width, height);
    let console = setup.start().open_bot().press(keys);
    assert_snapshot!(format!("{name}_{width}"), console.screen());
}

#[rstest]
#[case((120, 40))]
#[case((80, 24))]
fn the_time_in_a_review_has_a_picture(#[case] size: (u16, u16)) {
    let gate = reviews::gate(Danger::Safe);
    let console = asked(Console::setup().size(size.0, size.1), PLAN)
        .reviewed(&gate, |review| review)
        .press("f4");
    assert_snapshot!(format!("review_{}", size.0), console.screen());
}

/// The list with the time of one that waits being typed.
fn moving(typed: &str) -> Console {
    with(vec![in_minutes(48)])
        .start()
        .press("shift-w f4")
        .type_text(typed)
}

#[test]
fn one_that_waits_is_given_another_time_with_two_enters() {
    let console = moving("in 108 min")
        .expect_text("Send Spring offer at:")
        .expect_text("1 h later")
        .press("enter")
        .expect_no_effect()
        .expect_text("Enter move it")
        .wait(90_000)
        .press("enter");
    let [Effect::MoveWaiting { launch, from, to }] = console.effects() else {
        panic!("{:?}", console.effects())
    };
    assert_eq!(launch, ID);
    assert_eq!(*from, in_minutes(48).due_at, "as it was seen");
    assert_eq!(to.timestamp(), in_minutes(108).due_at, "as it was taken");
    console.expect_no_text("Send Spring offer at:");
}

#[test]
fn earlier_is_said_before_it_is_confirmed() {
    moving("in 10 min")
        .expect_text("38 min EARLIER")
        .press("enter esc")
        .expect_text("Send Spring offer at:")
        .press("esc")
        .expect_no_text("Send Spring offer at:")
        .expect_text("Waiting launches");
}

#[rstest]
#[case::no_time("soon", "soon is no time")]
#[case::past("2020-01-01 09:00", "is past")]
#[case::its_own("in 48 min", "It is due at that time already.")]
fn what_can_be_no_other_time_is_said(#[case] typed: &str, #[case] expected: &str) {
    moving(typed)
        .press("enter enter")
        .expect_no_effect()
        .expect_text(expected);
}

#[test]
fn a_paste_moves_nothing() {
    moving("in 10 min")
        .press("enter")
        .paste("\n")
        .expect_no_effect()
        .expect_no_text("Enter move it");
}

#[test]
fn one_that_starts_while_its_time_is_typed_keeps_it() {
    moving("in 10 min")
        .reply(Reply::Waiting(Vec::new()))
        .press("enter")
        .expect_text("It waits no more");
}

#[test]
fn what_would_be_overtaken_is_said() {
    let later = WaitingLaunch {
        id: "0197729e-2000-7000-8000-000000000009".to_owned(),
        confirmed_at: data::now(),
        ..in_minutes(60)
    };
    with(vec![in_minutes(48), later])
        .start()
        .press("shift-w f4")
        .type_text("in 50 min")
        .expect_no_text("would be refused at its time")
        .press("backspace backspace backspace backspace backspace backspace")
        .type_text("2 h")
        .expect_text("would be refused at its time");
}

#[test]
fn only_what_waits_has_another_time() {
    with(vec![missed()])
        .start()
        .press("shift-w f4")
        .expect_text("Only what waits can be given another time.");
}

fn moving_picture(setup: Setup) -> Console {
    setup
        .start()
        .press("shift-w f4")
        .type_text("2026-06-15T10:40+00:00")
        .press("enter")
}

fn moved_picture(setup: Setup) -> Console {
    setup.start().press("shift-w")
}

type MoveScene = fn(Setup) -> Console;

#[rstest]
#[case("moving", moving_picture)]
#[case("moved", moved_picture)]
fn pictures_of_another_time(
    #[case] name: &str,
    #[case] scene: MoveScene,
    #[values((120, 40), (80, 24))] size: (u16, u16),
) {
    let moved = WaitingLaunch {
        moved: Some(mylink_console::domain::waiting::Moved {
            from: in_minutes(30).due_at,
            by: "ada@bastion".to_owned(),
            at: data::now(),
        }),
        given: mylink_console::domain::waiting::Given {
            expect: Some("300..350".parse().unwrap()),
            ..in_minutes(48).given
        },
        ..in_minutes(48)
    };
    let console = scene(with(vec![moved]).size(size.0, size.1));
    let name = format!("{name}_{}x{}", size.0, size.1);
    assert_snapshot!(name, console.screen());
}

/// The range that the one effect lets the count drift within.
fn expected(console: &Console) -> Option<String> {
    match console.effects() {
        [Effect::Hold(_, confirmation, _)] => {
            confirmation.expect.map(|expected| expected.to_string())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_launch_with_a_time_may_say_how_many_it_is_to_reach_then() {
    let console = timed("in 48 min expect 30..100")
        .expect_text("in 48 min; refused then unless it reaches 30 to 100 contacts.")
        .press("enter enter");
    assert_eq!(held(&console).timestamp(), in_minutes(48).due_at);
    assert_eq!(expected(&console), Some("30..100".to_owned()));
    let none = timed("in 48 min").press("enter enter");
    assert_eq!(expected(&none), None);
}

#[rstest]
#[case::no_range("in 48 min expect many", "Behind expect write A..B")]
#[case::nothing("in 48 min expect ", "Behind expect write A..B")]
#[case::not_now("in 48 min expect 1..2", "was expected to be 1 to 2, but it is 90")]
#[case::not_by_the_shown_one("in 48 min expect 30..80", "but it is 90")]
#[case::no_time("expect 1..100", "Give a time")]
fn a_range_that_is_none_or_does_not_hold_now_is_said(#[case] typed: &str, #[case] expected: &str) {
    timed(typed)
        .press("enter enter")
        .expect_no_effect()
        .expect_text(expected);
}

#[test]
fn what_is_expected_and_moved_stands_in_the_log() {
    let waiting = WaitingLaunch {
        moved: Some(mylink_console::domain::waiting::Moved {
            from: in_minutes(30).due_at,
            by: "ada@bastion".to_owned(),
            at: data::now(),
        }),
        given: mylink_console::domain::waiting::Given {
            expect: Some("300..350".parse().unwrap()),
            ..in_minutes(48).given
        },
        ..in_minutes(48)
    };
    with(vec![waiting])
        .start()
        .open_bot()
        .press("2")
        .expect_text("if it is 300 to 350 contacts then   moved by ada@bastion");
}
