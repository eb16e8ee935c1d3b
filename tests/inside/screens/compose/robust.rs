//! Builder and review at every size and under any keys: nothing panics, and one review launches once at most.

use std::collections::HashSet;

use mylink_console::domain::gate::Danger;
use mylink_console::domain::text::is_dangerous;
use mylink_console::model::{Effect, Reply};
use proptest::prelude::*;
use rstest::rstest;

use crate::screens::composing::{PLAN, asked, drafted, plan};
use crate::screens::console::Console;
use crate::screens::data::{self, reviews};

/// The large review: number, name and hold.
const LARGE: &str = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"audience","filters":[{"field":"favorite_color","criterion":"Equals","value":"red"}]}"#;

fn live() -> Console {
    let gate = reviews::gate(Danger::Live);
    asked(Console::setup().live(), LARGE).reviewed(&gate, |review| review)
}

fn held() -> Console {
    let console = live().type_text("300").press("enter");
    console.type_text("Spring offer").press("enter")
}

fn scenes() -> Vec<Console> {
    let composed = || drafted(Console::setup(), PLAN);
    let mut scenes = vec![composed().keys("right enter"), live(), held()];
    scenes.extend(
        [
            "a",
            "c",
            "b",
            "w end enter",
            "tab a",
            "tab tab enter",
            "f",
            "f down enter",
        ]
        .map(|keys| composed().keys(keys)),
    );
    scenes.push(live().press("f2"));
    scenes
}

#[rstest]
fn every_size_can_be_drawn(#[values(16, 17, 19, 22, 24, 26, 31, 38, 45)] height: u16) {
    for mut console in scenes() {
        for width in (60..=130).step_by(7) {
            console = console.resize(width, height);
        }
    }
}

#[test]
fn hostile_values_show_placeholders_everywhere() {
    let evil = "\u{1b}[2J\u{202e}x\u{200b}\u{9b}31m\u{e0041}";
    let mut plan = plan(PLAN);
    if let mylink_console::domain::plan::Form::Audience { filters, variables } = &mut plan.form {
        filters[0].field = evil.to_owned();
        filters[1].value = Some(evil.to_owned());
        variables[0].name = evil.to_owned();
        variables[0].value = evil.to_owned();
    }
    let draft = || {
        let draft = Reply::Draft(data::key("spring"), Some(Box::new(plan.clone())));
        Console::start().open_spring("1").reply(draft).served()
    };
    let gate = reviews::gate(Danger::Safe);
    let reviewed = || draft().press("f5").reviewed(&gate, |review| review);
    let mut seen = vec![
        reviewed(),
        reviewed().press("f2"),
        draft().press("p shift-b end"),
    ];
    seen.extend(
        ["enter", "down right right enter", "tab enter", "n"].map(|keys| draft().keys(keys)),
    );
    for console in seen {
        for cell in console.buffer().content() {
            let is_harmless = !cell.symbol().chars().any(is_dangerous);
            assert!(is_harmless, "{:?}\n{}", cell.symbol(), console.screen());
        }
        console.expect_text("‹U+");
    }
    // What is edited beside it is kept raw.
    let kept = draft().press("tab tab enter").type_text("5").kept();
    assert_eq!(kept.form, plan.form);
}

/// What may happen while one composes or reviews.
#[derive(Debug, Clone)]
enum Act {
    Press(&'static str),
    Type(String),
    Paste(String),
    Resize(u16, u16),
    Wait(i64),
    Serve,
    Answer,
}

fn acts() -> impl Strategy<Value = Act> {
    let keys = vec![
        "enter",
        "enter",
        "enter",
        "esc",
        "tab",
        "backtab",
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
        "space",
        "a",
        "d",
        "u",
        "f",
        "m",
        "n",
        "p",
        "w",
        "c",
        "b",
        "i",
        "shift-x",
        "ctrl-r",
        "ctrl-o",
        "ctrl-s",
        "shift-o",
        "shift-e",
        "ctrl-p",
        "ctrl-z",
        "ctrl-u",
        "ctrl-w",
        "delete",
        "backspace",
        "f2",
        "f3",
        "f5",
        "f5",
        "1",
        "2",
        "3",
        "?",
        "r",
    ];
    prop_oneof![
        10 => prop::sample::select(keys).prop_map(Act::Press),
        2 => "\\PC{1,3}".prop_map(Act::Type),
        2 => prop::sample::select(vec!["300", "90", "Spring offer", "city", "red"])
            .prop_map(|text| Act::Type(text.to_owned())),
        1 => ".{0,12}".prop_map(Act::Paste),
        1 => (55u16..140, 14u16..50).prop_map(|(width, height)| Act::Resize(width, height)),
        1 => (0i64..9_000).prop_map(Act::Wait),
        3 => Just(Act::Serve),
        2 => Just(Act::Answer),
    ]
}

fn perform(console: Console, act: Act) -> Console {
    match act {
        Act::Press(key) => console.press(key),
        Act::Type(text) => console.type_text(&text),
        Act::Paste(text) => console.paste(&text),
        Act::Resize(width, height) => console.resize(width, height),
        Act::Wait(millis) => console.wait(millis),
        Act::Serve => console.served(),
        Act::Answer => match console.effects().iter().find_map(reply_to) {
            Some(reply) => console.reply(reply),
            None => console,
        },
    }
}

fn reply_to(effect: &Effect) -> Option<Reply> {
    match effect {
        Effect::Review(id, key, plan) if key.id == "spring" => {
            let gate = reviews::gate(Danger::Live);
            let review = reviews::review(&data::overview(), plan, &gate);
            Some(Reply::Reviewed(*id, Ok(Box::new(review))))
        }
        Effect::Launch(id, _) => Some(Reply::Launched(*id, Ok(Box::new(reviews::outcome(2))))),
        _ => None,
    }
}

/// Performs acts, and counts reviews that were asked for and launches: each by the number of its request, since the
/// effects of one act stay in sight until the next gives others.
fn count(console: Console, acts: Vec<Act>, reviews: usize) {
    let (mut asked, mut launched) = (HashSet::new(), HashSet::new());
    let mut console = console;
    for act in acts {
        console = perform(console, act);
        for effect in console.effects() {
            match effect {
                Effect::Review(id, ..) => {
                    asked.insert(*id);
                }
                Effect::Launch(id, _) => {
                    launched.insert(*id);
                }
                _ => {}
            }
        }
        let (launches, reviews) = (launched.len(), reviews + asked.len());
        assert!(
            launches <= reviews,
            "{launches} launches of {reviews} reviews"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_keys_in_the_builder_panic(acts in prop::collection::vec(acts(), 1..60)) {
        count(drafted(Console::setup(), PLAN), acts, 0);
    }

    #[test]
    fn no_keys_on_a_review_launch_it_twice(
        is_held in any::<bool>(),
        acts in prop::collection::vec(acts(), 1..60),
    ) {
        count(if is_held { held() } else { live() }, acts, 1);
    }
}
