//! Terminals that are too small: a sentence instead of a screen that hides something, and nothing goes out unseen.

use mylink_console::domain::gate::Danger;
use mylink_console::model::{Effect, Reply};
use rstest::rstest;

use super::composing::asked;
use super::console::{Console, Setup};
use super::data::{self, reviews};
use super::gallery::SCENES;
use super::review::{SMALL, pictures::hold, safe};

/// The words on the screen, whatever its lines.
fn words(console: &Console) -> String {
    let screen = console.screen();
    screen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[rstest]
fn what_a_terminal_is_too_small_for_is_said_in_a_sentence(
    #[values((20, 5), (40, 10), (60, 15))] (width, height): (u16, u16),
) {
    for (name, scene) in SCENES {
        let console = scene(Console::setup()).resize(width, height);
        let said = words(&console);
        let sentence = format!("{width}x{height} is too small: enlarge it to 60x16.");
        assert!(said.contains(&sentence), "{name}: {said}");
        // A key takes a launch back that is about to go out, and confirms nothing.
        if !said.starts_with("Any key takes the launch back.") {
            console.press("enter x").expect_no_effect().resize(120, 40);
        }
    }
}

#[test]
fn what_is_not_seen_is_not_confirmed() {
    let tiny = safe(Console::setup()).resize(40, 10);
    let tiny = tiny.press("enter").expect_no_effect();
    let seen = tiny.resize(120, 40).press("enter");
    assert!(matches!(seen.effects(), [Effect::Launch(..)]));
}

#[test]
fn a_review_that_came_unseen_is_to_be_seen_before_it_is_confirmed() {
    let gate = reviews::gate(Danger::Safe);
    let open = asked(Console::setup(), SMALL);
    let (id, plan) = (open.request(), open.reviewing());
    let review = reviews::review(&data::overview(), &plan, &gate);
    let review = Reply::Reviewed(id, Ok(Box::new(review)));
    let tiny = open.resize(40, 10).reply(review);
    let seen = tiny.press("enter").expect_no_effect().resize(120, 40);
    assert!(matches!(
        seen.press("enter").effects(),
        [Effect::Launch(..)]
    ));
}

#[test]
fn a_launch_that_is_about_to_go_out_is_taken_back_by_any_key_however_small_the_terminal() {
    let tiny = hold(Console::setup()).resize(20, 5);
    assert!(words(&tiny).starts_with("Any key takes the launch back."));
    let taken = tiny.press("x").resize(120, 40);
    taken.expect_text("Taken back: nothing was sent.");
}

/// What has to be in sight at the least size.
#[rstest]
#[case("safe", "90 contacts")]
#[case("number", "Type")]
#[case("refused", "read-only")]
#[case("sending", "Sending")]
#[case("accepted", "accepted")]
#[case("unknown", "unknown")]
#[case("settle", "not sent")]
#[case("composed", "contacts")]
#[case("waiting", "48 min")]
#[case("contact", "user_id")]
#[case("rehearsing", "Copying")]
#[case("leaving", "Enter leaves")]
fn the_line_that_matters_most_is_in_sight_at_the_least_size(
    #[case] name: &str,
    #[case] line: &str,
) {
    let scene = SCENES.iter().find(|(known, _)| *known == name).unwrap().1;
    scene(setup()).expect_text(line);
}

fn setup() -> Setup {
    Console::setup().size(60, 16)
}
