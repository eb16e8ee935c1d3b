//! What the panes say: where there is nothing, too much, or nothing that is known.

use mylink_console::domain::filter::Join;
use mylink_console::domain::preview::Unread;
use mylink_console::model::message::{Overview, SyncReport};
use mylink_console::model::{Effect, Reply};
use mylink_console::ui::theme::ThemeName;
use ratatui::style::Modifier;
use rstest::rstest;

use crate::screens::composing::{PLAN, composed, drafted, empty, plan};
use crate::screens::console::{Console, Setup};
use crate::screens::data;

const CONFIGURED: &str = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"configured"}"#;

#[test]
fn an_empty_builder_says_what_to_do_first() {
    empty(Console::setup())
        .expect_text("a adds a condition, such as city Equals Milano")
        .expect_text("f takes another form, such as targets")
        .expect_text("Nothing to send yet.")
        .expect_no_text("No body")
        .expect_no_text("not known");
}

#[test]
fn that_nobody_matches_says_nothing_while_the_plan_is_unfinished() {
    empty(Console::setup())
        .keys("a")
        .types("city")
        .expect_no_text("nobody would be reached")
        .keys("enter enter")
        .types("Romaa")
        .expect_text("nobody would be reached");
}

fn without_audience() -> Overview {
    let mut data = data::overview();
    data.broadcasts[0].audience = None;
    data
}

#[rstest]
#[case((120, 40))]
#[case((80, 24))]
fn an_audience_that_nobody_recorded_is_not_known_here(#[case] size: (u16, u16)) {
    let setup = Console::setup().live().size(size.0, size.1);
    let console = setup.data(without_audience()).start().open_spring("1");
    let draft = Reply::Draft(data::key("spring"), Some(Box::new(plan(CONFIGURED))));
    let console = console.reply(draft);
    let (id, plan) = console.counted();
    let preview = data::previewed(&without_audience(), &data::key("spring"), &plan, true);
    console
        .reply(Reply::Evaluated(id, Box::new(preview)))
        .expect_text("the configured audience, not known here")
        .expect_text("which is not known here");
}

#[test]
fn a_broadcast_that_is_not_on_demand_says_so_first() {
    let mut data = data::overview();
    data.broadcasts[0].hook = None;
    let console = Console::setup().data(data).start().open_bot();
    let console = console.press("/").type_text("spring").press("enter s");
    let draft = Reply::Draft(data::key("spring"), None);
    let said = "Spring offer has no launch hook";
    let console = console.press("1").reply(draft).expect_text(said);
    let screen = console.screen();
    let (state, filter) = (screen.find(said), screen.find("There is no filter"));
    assert!(state < filter, "the worst stands first:\n{screen}");
    let console = console.press("f5").expect_no_effect();
    let screen = console.screen();
    let notice = screen.lines().rev().nth(1).unwrap().to_owned();
    assert!(notice.contains("has no launch hook"), "{notice}");
}

#[test]
fn contacts_that_were_never_synced_say_why_and_what_to_do() {
    let start = || {
        let draft = Reply::Draft(data::key("spring"), Some(Box::new(plan(PLAN))));
        let console = Console::setup().live().start().open_spring("1");
        console.reply(draft).served_unsynced()
    };
    start()
        .expect_text("Press r to sync.")
        .expect_text("╭ contacts never synced ─")
        .expect_no_text("nobody would be reached");
    let console = start()
        .press("r")
        .expect_effect(&Effect::Sync)
        .expect_text("A sync is under way.");
    console
        .reply(Reply::Synced(SyncReport {
            notes: Vec::new(),
            error: Some("The host could not be reached.".to_owned()),
        }))
        .press("left")
        .expect_text("The last sync failed");
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn keys_go_straight_to_the_panes(#[case] size: (u16, u16)) {
    let console = drafted(Console::setup().size(size.0, size.1), PLAN);
    let console = console.press("c").expect_text("favorite_color  city");
    let console = console
        .press("shift-b")
        .expect_text("\"audience_join\": \"AND\"");
    let kept = console.press("w down space").kept();
    assert_eq!(kept.form.filters()[1].join, Join::Or);
}

#[test]
fn count_size_and_problems_stay_in_sight_on_every_page() {
    let console = drafted(Console::setup().size(80, 24), PLAN);
    let status = "90 contacts (30 to 90)   191 B   ▲ 1 warning";
    let console = console.expect_text(status);
    let console = console.press("c").expect_text(status);
    let console = console.press("shift-b").expect_text(status);
    console.press("w a").served().expect_text("✕ 2 errors");
}

#[test]
fn problems_can_be_read_to_the_end_where_there_is_little_room() {
    let json = r#"{"broadcast":"spring","form":"audience","filters":[{"field":"plan","criterion":"sounds like","value":"a"}],
        "variables":[{"name":"a","value":"1"},{"name":"b","value":"2"},{"name":"c","value":"3"}]}"#;
    drafted(Console::setup().size(80, 24), json)
        .expect_no_text("IsShorterThan.")
        .press("tab tab tab")
        .expect_text("IsShorterThan.")
        .press("tab")
        .expect_text("contacts not known");
}

#[test]
fn contacts_and_body_scroll_to_their_ends_and_back() {
    let console = composed().expect_text("1-13 of 50");
    let console = console.press("c end").expect_text("38-50 of 50");
    let console = console.press("up").expect_text("37-49 of 50");
    let console = console.press("home").expect_text("1-13 of 50");
    let lines = r#"{"broadcast":"spring","form":"targets","targets":["#.to_owned()
        + &vec![r#"{"user_id":"1","bot_channel":"WebChannel"}"#; 60].join(",")
        + "]}";
    drop(console);
    drafted(Console::setup(), &lines)
        .press("shift-b end")
        .expect_text("  ]")
        .press("up up up up up up up up up up up up up up up up up up up up")
        .expect_no_text("  ]")
        .press("home")
        .expect_text("\"targets\": [");
}

#[test]
fn long_and_wide_texts_stay_in_their_columns() {
    let long = "x".repeat(150);
    let wide = "東京都".repeat(60);
    let json = format!(
        r#"{{"broadcast":"spring","form":"audience","filters":[{{"field":"{long}","criterion":"DoesNotStartWith","value":"{wide}"}}],"variables":[{{"name":"{wide}","value":"{long}"}}]}}"#
    );
    for (width, height) in [(120, 40), (80, 24), (60, 16)] {
        let console = drafted(Console::setup().size(width, height), &json);
        let screen = console.screen();
        let row = screen
            .lines()
            .find(|row| row.contains("DoesNotStart"))
            .unwrap();
        assert!(row.contains("x…") && row.contains('…'), "{screen}");
        assert!(row.contains('│'), "the border stands:\n{screen}");
    }
}

/// The rows of suggestions, and the row of the cell that is typed into.
fn popup(console: &Console) -> (Vec<u16>, u16) {
    let buffer = console.buffer();
    let has_cursor = |y: &u16| {
        (0..buffer.area.width).any(|x| {
            let modifier = buffer[(x, *y)].modifier;
            modifier.contains(Modifier::REVERSED) && *y > 3
        })
    };
    let cursor = (0..buffer.area.height).find(has_cursor).unwrap();
    let overlay = ratatui::style::Color::from_u32(0x0012_161c);
    let rows = (0..buffer.area.height)
        .filter(|y| (0..buffer.area.width).any(|x| buffer[(x, *y)].bg == overlay))
        .collect();
    (rows, cursor)
}

#[rstest]
fn suggestions_never_cover_their_cell_nor_leave_the_page(
    #[values((120, 40), (80, 24), (60, 16))] size: (u16, u16),
    #[values(0, 3, 9)] rows: usize,
    #[values("a", "a enter", "a enter enter", "tab a", "tab a enter")] keys: &str,
) {
    let filter = |row| match row {
        0 => r#"{"field":"city","criterion":"Equals","value":"Roma"}"#,
        _ => r#"{"join":"AND","field":"city","criterion":"Equals","value":"Roma"}"#,
    };
    let filters: Vec<&str> = (0..rows).map(filter).collect();
    let variable = r#"{"name":"city","value":"x"}"#;
    let json = format!(
        r#"{{"broadcast":"spring","form":"audience","filters":[{}],"variables":[{}]}}"#,
        filters.join(","),
        vec![variable; rows].join(","),
    );
    let console = drafted(Console::setup().size(size.0, size.1), &json);
    let console = console.keys("end").keys(keys);
    let (popup, cursor) = popup(&console);
    assert!(!popup.contains(&cursor), "{}", console.screen());
    let last = size.1 - 1 - u16::from(size.0 < 100);
    let page = 3..last;
    assert!(
        popup.iter().all(|row| page.contains(row)),
        "{}",
        console.screen()
    );
    if keys != "tab a enter" && keys != "a enter enter" {
        assert!(
            popup.len() > 2,
            "there is room for some:\n{}",
            console.screen()
        );
    }
}

#[test]
fn a_profile_that_is_read_only_composes_and_says_why_it_cannot_launch() {
    let console = drafted(Console::setup().readonly(), PLAN).press("f5");
    let gate = mylink_console::domain::gate::Gate {
        readonly: true,
        ..data::reviews::gate(mylink_console::domain::gate::Danger::Safe)
    };
    let console = console
        .reviewed(&gate, |review| review)
        .expect_text("This profile is read-only: nothing can be launched or changed.")
        .expect_no_text("Enter");
    let console = console.press("enter");
    assert_eq!(console.launches(), 0);
}

fn plain() -> Setup {
    Console::setup().theme(ThemeName::Plain, false)
}

#[test]
fn the_focused_pane_can_be_told_without_colours() {
    let corner = |console: &Console| {
        let screen = console.screen();
        let of = |title: &str| {
            let row = screen.lines().find(|row| row.contains(title)).unwrap();
            let start = row.find(title).unwrap();
            row[..start].trim_end().chars().last().unwrap()
        };
        (of(" Who "), of(" Set on everyone "))
    };
    let console = drafted(plain(), PLAN);
    assert_eq!(corner(&console), ('┏', '╭'));
    assert_eq!(corner(&console.press("tab")), ('╭', '┏'));
}

#[rstest]
#[case::under_the_cursor("")]
#[case::typed_into("enter")]
fn the_cell_of_the_cursor_can_be_told_without_colours(#[case] keys: &str) {
    let console = drafted(plain(), PLAN).keys("right right").keys(keys);
    let buffer = console.buffer();
    let screen = console.screen();
    let y = screen
        .lines()
        .position(|row| row.contains("favorite_color"))
        .unwrap();
    let row = screen.lines().nth(y).unwrap();
    let x = row[..row.find("red").unwrap()].chars().count();
    let at = |x: usize| {
        let (x, y) = (u16::try_from(x).unwrap(), u16::try_from(y).unwrap());
        buffer[(x, y)].modifier
    };
    assert!(at(8).contains(Modifier::REVERSED), "the row is marked");
    assert!(!at(x).contains(Modifier::REVERSED), "the cell stands out");
    assert!(
        !at(x).contains(Modifier::UNDERLINED),
        "names are full of underscores"
    );
    let cursor = at(x + "red".len());
    assert_eq!(cursor.contains(Modifier::REVERSED), !keys.is_empty());
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn while_fields_are_still_being_read_it_is_said_what_is_partial(#[case] size: (u16, u16)) {
    let setup = Console::setup().size(size.0, size.1);
    let console = setup.start().open_spring("1");
    let draft = Reply::Draft(data::key("spring"), Some(Box::new(plan(PLAN))));
    let console = console.reply(draft);
    let (id, plan) = console.counted();
    let whole = data::previewed(&data::overview(), &data::key("spring"), &plan, true);
    let mut first = whole.clone();
    first.who.unread = Some(Unread {
        fields: 5,
        is_behind: false,
    });
    let mut behind = first.clone();
    behind.who.unread = Some(Unread {
        fields: 1,
        is_behind: true,
    });
    let said = "Still being read";
    let console = console
        .reply(Reply::Evaluated(id, Box::new(first)))
        .press("c")
        .expect_text(said);
    insta::assert_snapshot!(
        format!("compose_unread_{}x{}", size.0, size.1),
        console.screen()
    );
    console
        .reply(Reply::Evaluated(id, Box::new(behind)))
        .expect_text("this count is of before.")
        .reply(Reply::Evaluated(id, Box::new(whole)))
        .expect_no_text(said);
}
