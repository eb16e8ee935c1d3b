//! Every size, every key, every theme: nothing panics, and what is selected can be seen.

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use mylink_console::model::message::Overview;
use mylink_console::model::{Message, Reply};
use mylink_console::ui::theme::ThemeName;
use proptest::prelude::*;
use ratatui::style::{Color, Modifier};
use rstest::rstest;

use super::console::{Console, Setup};
use super::data;

/// The way to every screen, in keys from the start.
const WAYS: [&str; 9] = [
    "",
    "enter",
    "enter 2",
    "enter enter",
    "enter enter 2",
    "enter enter 3",
    "!",
    "?",
    "enter 2 down down enter",
];

fn go(setup: Setup, way: &str) -> Console {
    setup.start().press(way).reply(Reply::Launch(
        Box::new(data::in_full(data::ACCEPTED)),
        String::new(),
    ))
}

#[rstest]
fn every_width_can_be_drawn(#[values(5, 15, 16, 24, 40)] height: u16) {
    for way in WAYS {
        let mut console = go(Console::setup(), way);
        for width in (1..60).step_by(9).chain(60..=130) {
            console = console.resize(width, height);
        }
    }
}

#[rstest]
#[case::bots("")]
#[case::broadcasts("enter")]
#[case::log("enter 2")]
#[case::settings("enter enter 2")]
fn the_selected_row_can_be_seen_without_colours(#[case] way: &str) {
    let console = go(Console::setup().theme(ThemeName::Plain, true), way).press("down");
    let buffer = console.buffer();
    let inside = 2..buffer.area.width - 2;
    // The first rows hold the profile's name, which is reversed as well.
    let reversed: Vec<u16> = (5..buffer.area.height)
        .filter(|y| {
            inside
                .clone()
                .all(|x| buffer[(x, *y)].modifier.contains(Modifier::REVERSED))
        })
        .collect();
    assert_eq!(reversed.len(), 1, "{}", console.screen());
    assert_eq!(buffer[(2, reversed[0])].symbol(), ">");
}

#[test]
fn what_lies_under_an_overlay_has_no_selected_row() {
    for theme in [ThemeName::Plain, ThemeName::Dark] {
        let console = Console::setup().theme(theme, true).start().press("?");
        let row = console.screen();
        let place = row.lines().position(|line| line.contains("Harbour Coffee"));
        let y = u16::try_from(place.unwrap()).unwrap();
        let cell = &console.buffer()[(4, y)];
        assert!(!cell.modifier.contains(Modifier::REVERSED), "{theme:?}");
        assert_eq!(cell.bg, Color::Reset, "{theme:?}");
    }
}

#[test]
fn marks_of_ascii_alone_leave_no_other_marks() {
    for way in WAYS {
        let screen = go(Console::setup().theme(ThemeName::Plain, true), way).screen();
        for mark in ["●", "▲", "✕", "◌", "▌", "◉", "○", "╭", "│"] {
            assert!(!screen.contains(mark), "{mark} on {way:?}:\n{screen}");
        }
    }
}

#[test]
fn an_empty_account_can_be_looked_at() {
    for way in WAYS {
        go(Console::setup().data(Overview::default()), way).press("down enter space y / esc");
    }
}

/// Something that a person, a terminal or the program may do.
#[derive(Debug, Clone)]
enum Act {
    Press(String),
    Type(String),
    Paste(String),
    Resize(u16, u16),
    Click(u16, u16),
    Data(usize),
}

fn acts() -> impl Strategy<Value = Act> {
    let keys = [
        "enter",
        "esc",
        "tab",
        "up",
        "down",
        "left",
        "right",
        "pageup",
        "pagedown",
        "home",
        "end",
        "space",
        "backspace",
        "delete",
        "/",
        "!",
        "?",
        "1",
        "2",
        "3",
        "[",
        "]",
        "e",
        "s",
        "o",
        "y",
        "j",
        "k",
        "l",
        "r",
        "shift-l",
        "ctrl-n",
        "ctrl-u",
        "f2",
        "f5",
    ];
    prop_oneof![
        8 => prop::sample::select(keys.to_vec()).prop_map(|key| Act::Press(key.to_owned())),
        1 => "\\PC{1,3}".prop_map(Act::Type),
        1 => ".{0,12}".prop_map(Act::Paste),
        1 => (1u16..140, 1u16..50).prop_map(|(width, height)| Act::Resize(width, height)),
        1 => (0u16..140, 0u16..50).prop_map(|(column, row)| Act::Click(column, row)),
        1 => (0usize..10).prop_map(Act::Data),
    ]
}

fn perform(console: Console, act: Act) -> Console {
    match act {
        Act::Press(key) => console.press(&key),
        Act::Type(text) => console.type_text(&text),
        Act::Paste(text) => console.paste(&text),
        Act::Resize(width, height) => console.resize(width, height),
        Act::Click(column, row) => console.send(Message::Input(Event::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column,
            row,
            modifiers: KeyModifiers::NONE,
        }))),
        Act::Data(count) => {
            let mut data = data::overview();
            data.launches.truncate(count);
            data.broadcasts.truncate(count);
            data.bots.truncate(count);
            console.reply(Reply::Overview(data))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_keys_on_any_screen_panic(
        way in prop::sample::select(WAYS.to_vec()),
        acts in prop::collection::vec(acts(), 1..40),
    ) {
        let console = go(Console::setup(), way);
        acts.into_iter().fold(console, perform);
    }
}
