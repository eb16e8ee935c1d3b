//! The footer names the way out, and no key that does nothing.

use mylink_console::model::{Action, Effect};
use rstest::rstest;

use crokey::KeyCombination;
use mylink_console::model::Keymap;
use mylink_console::model::keymap::name_of;

use super::console::{Console, Setup};
use super::gallery::{SCENES, Scene};

/// The keys that the footer names, as they are pressed, with their words.
fn named(console: &Console) -> Vec<(String, String)> {
    let buffer = console.buffer();
    let footer = (0..buffer.area.width).map(|x| buffer[(x, buffer.area.height - 1)].symbol());
    let footer: String = footer.collect();
    let entries = footer.trim().split("   ").map(str::trim);
    entries
        .filter_map(|entry| entry.split_once(' '))
        .map(|(key, words)| (pressed(key), words.to_owned()))
        .collect()
}

/// The key that the footer writes so.
fn pressed(name: &str) -> String {
    let is_capital = |name: &str| name.len() == 1 && name.chars().all(char::is_uppercase);
    match name {
        "↑" => "up".to_owned(),
        "↓" => "down".to_owned(),
        "←" => "left".to_owned(),
        "→" => "right".to_owned(),
        "PgUp" => "pageup".to_owned(),
        "PgDn" => "pagedown".to_owned(),
        "Del" => "delete".to_owned(),
        control if control.starts_with('^') => format!("ctrl-{}", control[1..].to_lowercase()),
        capital if is_capital(capital) => format!("shift-{}", capital.to_lowercase()),
        other => other.to_lowercase(),
    }
}

/// Keys that say once more what stands on the screen already: what is missing, or that no other cell holds the text.
const SAID_BEFORE: &[(&str, &str)] = &[
    ("settle_without_a_choice", "enter"),
    ("wrong_name", "enter"),
    ("without_identity", "f5"),
    ("suppressing", "enter"),
    ("finding", "enter"),
    ("finding", "up"),
];

/// The keys that the footer names although nothing happens when they are pressed.
fn idle_keys(scene: Scene, setup: fn() -> Setup) -> Vec<(String, String)> {
    let console = scene(setup());
    let before = console.buffer().clone();
    let does_nothing = |key: &str| {
        let after = scene(setup()).press(key);
        let wants = |effect: &&Effect| !matches!(effect, Effect::Wake(_));
        after.effects().iter().filter(wants).count() == 0 && *after.buffer() == before
    };
    let named = named(&console).into_iter();
    named.filter(|(key, _)| does_nothing(key)).collect()
}

fn wide() -> Setup {
    Console::setup().size(160, 30)
}

fn narrow() -> Setup {
    Console::setup().size(80, 24)
}

#[rstest]
#[case::wide(wide)]
#[case::narrow(narrow)]
fn every_key_that_a_footer_names_does_something(#[case] setup: fn() -> Setup) {
    let idle = SCENES.iter().flat_map(|(name, scene)| {
        let idle = idle_keys(*scene, setup).into_iter();
        let is_new = |(key, _): &(String, String)| !SAID_BEFORE.contains(&(*name, &**key));
        idle.filter(is_new)
            .map(move |(key, words)| format!("{name}: {key} {words}"))
    });
    let idle: Vec<String> = idle.collect();
    assert!(idle.is_empty(), "{}", idle.join("\n"));
}

/// The keys of the footer's table that it does not name, although they do more than to say why not.
fn unnamed_keys(scene: Scene) -> Vec<String> {
    let setup = || Console::setup().size(260, 24);
    let console = scene(setup());
    let named: Vec<String> = named(&console).into_iter().map(|(key, _)| key).collect();
    let keymap = Keymap::shipped().unwrap();
    let contexts = console.contexts();
    let bindings = contexts.iter().flat_map(|one| keymap.in_context(*one));
    let keys = bindings
        // What is left of a launch, or why that can't be sent, its record alone can say.
        .filter(|binding| binding.in_footer && binding.action != Action::LaunchRest)
        .map(|binding| binding.keys[0]);
    let is_live = |key: &KeyCombination| {
        let key = pressed(&name_of(*key));
        if named.contains(&key) {
            return false;
        }
        let after = scene(setup()).press(&key);
        let wants = |effect: &&Effect| !matches!(effect, Effect::Wake(_));
        let does = after.effects().iter().any(|effect| wants(&effect));
        does || after.contexts() != contexts
    };
    keys.filter(is_live).map(name_of).collect()
}

#[test]
fn a_key_that_a_footer_leaves_out_does_nothing() {
    let live = SCENES.iter().flat_map(|(name, scene)| {
        let live = unnamed_keys(*scene).into_iter();
        live.map(move |key| format!("{name}: {key}"))
    });
    let live: Vec<String> = live.collect();
    assert!(live.is_empty(), "{}", live.join("\n"));
}

#[test]
fn the_way_out_and_the_help_stay_where_there_is_little_room_and_quit_goes_first() {
    for (name, scene) in SCENES {
        let all = named(&scene(Console::setup().size(260, 24)));
        for width in [60, 80] {
            let some = named(&scene(Console::setup().size(width, 24)));
            for kept in ["esc", "?"] {
                let is_there = |keys: &[(String, String)]| keys.iter().any(|(key, _)| key == kept);
                assert_eq!(
                    is_there(&all),
                    is_there(&some),
                    "{kept} on {name} at {width}"
                );
            }
            let names_quit = some.iter().any(|(_, words)| words == "quit");
            assert!(
                !names_quit || some.len() == all.len(),
                "{name} at {width}: {some:?}"
            );
        }
    }
}

#[test]
fn on_a_read_only_profile_no_footer_names_what_it_refuses() {
    let everywhere = [
        "enable, disable",
        "switch",
        "review and launch",
        "take back",
    ];
    let of_the_list = ["add", "remove", "import"];
    for (name, scene) in SCENES {
        let keys = named(&scene(Console::setup().size(260, 24).readonly()));
        let is_refused = |words: &str| {
            let is_of_the_list = *name == "suppressed" && of_the_list.contains(&words);
            everywhere.contains(&words) || is_of_the_list
        };
        let named: Vec<_> = keys.iter().filter(|(_, words)| is_refused(words)).collect();
        assert!(named.is_empty(), "{name}: {named:?}");
    }
}
