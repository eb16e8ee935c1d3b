//! Nothing that comes from outside reaches a cell of the screen as it is, if it could move, hide or reorder text.

use mylink_console::domain::launch::LaunchRecord;
use mylink_console::domain::text::is_dangerous;
use mylink_console::model::message::{Overview, SyncReport};
use mylink_console::model::{Notice, Reply};
use mylink_console::ui::theme::ThemeName;

use super::console::Console;
use super::data;

/// An escape sequence, a bidi override, a mark without width, a C1 control and a tag character.
const EVIL: &str = "\u{1b}[2J\u{202e}x\u{200b}\u{9b}31m\u{e0041}";

fn worsen(text: &mut String) {
    text.push_str(EVIL);
}

fn hostile() -> Overview {
    let mut data = data::overview();
    for row in &mut data.bots {
        worsen(&mut row.bot.name);
        row.bot.channels.iter_mut().for_each(worsen);
    }
    for broadcast in &mut data.broadcasts {
        worsen(&mut broadcast.name);
        broadcast.schedule_date.iter_mut().for_each(worsen);
        broadcast
            .audience
            .iter_mut()
            .for_each(|audience| worsen(&mut audience.name));
    }
    let last = data.broadcasts.len() - 1;
    data.broadcasts[last].hook_error = Some(EVIL.to_owned());
    data.launches.iter_mut().for_each(worsen_launch);
    data
}

fn worsen_launch(launch: &mut LaunchRecord) {
    worsen(&mut launch.broadcast.name);
    worsen(&mut launch.bot.name);
    worsen(&mut launch.operator);
    worsen(&mut launch.host);
    worsen(&mut launch.reason);
    launch.plan = launch.plan.replace("Mil", "\\u001b[2J\\u202e\\u200b");
    if let Some(settlement) = &mut launch.settled {
        worsen(&mut settlement.by);
        worsen(&mut settlement.reason);
    }
    for call in &mut launch.calls {
        worsen(&mut call.url);
        worsen(&mut call.method);
        worsen(&mut call.reason);
        worsen(&mut call.sha256);
        call.body.iter_mut().for_each(worsen);
        call.answer.iter_mut().for_each(worsen);
    }
}

#[track_caller]
fn expect_harmless(console: Console) -> Console {
    for cell in console.buffer().content() {
        assert!(
            !cell.symbol().chars().any(is_dangerous),
            "{:?} is on the screen:\n{}",
            cell.symbol(),
            console.screen()
        );
    }
    console.expect_text("‹U+")
}

fn start() -> Console {
    Console::setup().size(130, 60).data(hostile()).start()
}

#[test]
fn lists_show_placeholders() {
    let console = expect_harmless(start());
    let console = expect_harmless(console.open_bot());
    let console = expect_harmless(console.press("end"));
    let console = expect_harmless(console.press("2"));
    expect_harmless(console.press("end"));
}

#[test]
fn a_broadcast_shows_placeholders() {
    let mut console = start().open_spring("1");
    for tab in ["2", "3", "1"] {
        console = expect_harmless(console.press(tab));
    }
}

#[test]
fn launches_show_placeholders() {
    for (id, downs) in [(data::ACCEPTED, 2), (data::BATCH, 3)] {
        let mut record = data::in_full(id);
        worsen_launch(&mut record);
        let console = start()
            .open_bot()
            .press("2")
            .press(&"down ".repeat(downs))
            .press("enter")
            .reply(Reply::Launch(Box::new(record), EVIL.to_owned()));
        let console = expect_harmless(console);
        expect_harmless(console.press("end"));
    }
}

#[test]
fn what_is_typed_and_pasted_shows_placeholders() {
    expect_harmless(start().press("!").paste(EVIL).press("enter"));
    expect_harmless(start().open_bot().press("2 /").paste(EVIL));
    expect_harmless(start().open_bot().press("2 /").paste(EVIL).press("enter"));
}

#[test]
fn notices_and_progress_show_placeholders() {
    let syncing = Reply::Syncing(EVIL.to_owned());
    let failed = Reply::Synced(SyncReport {
        notes: Vec::new(),
        error: Some(EVIL.to_owned()),
    });
    for reply in [syncing, failed, Reply::Done(Notice::ok(EVIL))] {
        expect_harmless(start().reply(reply));
    }
}

#[test]
fn other_themes_show_placeholders_too() {
    for (theme, ascii) in [(ThemeName::Plain, true), (ThemeName::Light, false)] {
        let setup = Console::setup().theme(theme, ascii).data(hostile());
        expect_harmless(setup.start().open_bot().press("2"));
    }
}
