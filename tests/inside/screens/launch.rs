//! One launch in full: what stands there, and that a large one is as quick as a small one.

use crossterm::event::{Event, KeyModifiers, MouseEvent, MouseEventKind};
use mylink_console::model::{Effect, Message, Notice, Reply};
use rstest::rstest;

use super::console::Console;
use super::data;

fn opened(id: &str, downs: usize) -> Console {
    Console::start()
        .open_bot()
        .press("2")
        .press(&"down ".repeat(downs))
        .press("enter")
        .expect_effect(&Effect::LoadLaunch(id.to_owned()))
}

fn reply(record: mylink_console::domain::launch::LaunchRecord) -> Reply {
    Reply::Launch(Box::new(record), "curl".to_owned())
}

#[rstest]
#[case::outcome("● accepted")]
#[case::answered("+ 412 ms")]
#[case::filter("AND city StartsWith \"Mil\"")]
#[case::variable("campaign = \"spring\"")]
#[case::delay("after 10 minutes")]
#[case::hook("POST https://publicapi.xenioo.com/broadcasts/Sp2x…/••••••••/direct")]
#[case::hash("9f2c41aa07d3e6b85c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516273")]
#[case::body("\"audience_filters\": \"favorite_color;city\",")]
#[case::answer("\"RunId\": \"r-1\"")]
fn it_holds(#[case] text: &str) {
    opened(data::ACCEPTED, 2)
        .reply(reply(data::in_full(data::ACCEPTED)))
        .resize(120, 60)
        .expect_text(text);
}

#[test]
fn an_answer_that_is_no_json_is_shown_as_text() {
    opened(data::BATCH, 3)
        .reply(reply(data::in_full(data::BATCH)))
        .resize(120, 110)
        .expect_text("Call 2/3")
        .expect_text("Request Entity Too Large")
        .press("right")
        .expect_text("Call 3/3")
        .expect_no_text("Request Entity Too Large")
        .expect_text("Its turn did not come.");
}

#[test]
fn another_launch_is_not_shown_here() {
    opened(data::ACCEPTED, 2)
        .reply(reply(data::in_full(data::BATCH)))
        .expect_text("Reading plan, bodies and answers");
}

#[test]
fn an_unsettled_launch_is_settled_from_here_and_seen_settled_at_once() {
    let mut settled = data::overview();
    let word = settled.launches[7].settled.clone();
    opened(data::UNKNOWN, 1)
        .expect_text("it blocks its broadcast until")
        .press("!")
        .expect_text("Settle a launch")
        .press("esc")
        .reply({
            settled.launches[1].settled = word;
            Reply::Overview(settled)
        })
        .expect_text("unknown, settled as sent");
}

#[test]
fn keys_that_work_everywhere_work_over_a_launch_and_leave_the_tabs_alone() {
    opened(data::ACCEPTED, 2)
        .press("1")
        .expect_text("Launch of Spring offer")
        .press("y")
        .expect_effect(&Effect::CopyCurl(data::ACCEPTED.to_owned(), 0))
        .press("?")
        .expect_text("A launch")
        .press("esc")
        .expect_text("Launch of Spring offer")
        .press("r")
        .expect_effect(&Effect::Sync)
        .press("esc")
        .expect_text("Launches")
        .press("q")
        .expect_effect(&Effect::Quit);
}

#[test]
fn pages_go_to_the_end_and_back() {
    opened(data::ACCEPTED, 2)
        .reply(reply(data::in_full(data::ACCEPTED)))
        .resize(80, 24)
        .expect_text("1-17 of")
        .press("pagedown")
        .expect_text("17-33 of")
        .press("end")
        .expect_text("RunId")
        .press("home")
        .expect_text("1-17 of");
}

#[test]
fn a_notice_is_seen_beside_a_launch() {
    let text = "The call was handed to the terminal's clipboard.";
    opened(data::ACCEPTED, 2)
        .reply(reply(data::in_full(data::ACCEPTED)))
        .resize(80, 24)
        .press("y")
        .reply(Reply::Done(Notice::ok(text)))
        .expect_text(text)
        .press("down")
        .expect_no_text(text);
}

#[test]
fn the_wheel_scrolls_a_launch() {
    let wheel = |kind| {
        Message::Input(Event::Mouse(MouseEvent {
            kind,
            column: 40,
            row: 10,
            modifiers: KeyModifiers::NONE,
        }))
    };
    opened(data::ACCEPTED, 2)
        .reply(reply(data::in_full(data::ACCEPTED)))
        .resize(80, 24)
        .send(wheel(MouseEventKind::ScrollDown))
        .expect_text("2-18 of")
        .send(wheel(MouseEventKind::ScrollUp))
        .expect_text("1-17 of");
}
