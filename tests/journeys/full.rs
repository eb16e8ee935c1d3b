//! A disk that is full under an open screen: what is typed stays on it, with a sentence, and is kept once there is space.

use std::process::Command;

use portable_pty::CommandBuilder;

use crate::acts::{BOT, BROADCAST};
use crate::home::{Home, PROGRAM};
use crate::platform::Platform;
use crate::room::Room;
use crate::terminal::{Size, Terminal};

const SIZE: Size = (120, 40);
/// More than a launch wants free, and a little for the files.
const ROOM: u64 = 32_000_000 + 16_000_000;

/// The program with its data in the room.
fn words(room: &Room) -> Vec<String> {
    let mut words = room.entrance();
    words.push(PROGRAM.to_owned());
    words
}

fn console(home: &Home, room: &Room) -> Terminal {
    let words = words(room);
    let mut command = CommandBuilder::new(&words[0]);
    command.args(&words[1..]);
    command.env_clear();
    command.cwd(home.path(""));
    command.env("PATH", "/usr/bin:/bin");
    for (name, value) in home.environment() {
        command.env(name, value);
    }
    command.env("XDG_DATA_HOME", room.path().join("data"));
    Terminal::start(SIZE, command)
}

fn verb(home: &Home, room: &Room, arguments: &[&str]) -> Command {
    let words = words(room);
    let mut verb = Command::new(&words[0]);
    verb.args(&words[1..])
        .args(arguments)
        .env_clear()
        .envs(home.environment())
        .env("PATH", "/usr/bin:/bin")
        .env("XDG_DATA_HOME", room.path().join("data"));
    verb
}

fn open(console: &mut Terminal) -> &mut Terminal {
    console
        .wait_for(BOT)
        .wait_for("synced just now")
        .press("enter");
    console.wait_for(BROADCAST).press("enter");
    console.wait_for("+ condition")
}

#[test]
fn a_draft_outlasts_a_full_disk_under_an_open_screen() {
    let room = match Room::of(ROOM) {
        Ok(room) => room,
        Err(why) => return eprintln!("not looked at: {why}"),
    };
    let home = Home::new();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    home.configure(&format!(
        "profile = \"test\"\n[profiles.test]\nkind = \"sandbox\"\nurl = \"{}\"\naccount_key = \"{}\"\n",
        platform.url, platform.account_key
    ));
    let synced = verb(&home, &room, &["sync"]).output().unwrap();
    assert!(synced.status.success(), "{synced:?}");
    let mut console = console(&home, &room);
    open(&mut console).add_filter("favorite_color", "Equals", "magenta");
    console.wait_for("draft saved");
    room.fill(0);
    console
        .add_filter("city", "StartsWith", "M")
        .wait_for("draft NOT saved");
    console.add_variable("campaign", "spring");
    // Nobody can be put on the suppression list either, and nothing is launched.
    let add = ["suppress", "add", "3932010105", "--reason", "asked"];
    let refused = verb(&home, &room, &add).output().unwrap();
    assert_eq!(refused.status.code(), Some(6), "{refused:?}");
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("mylink: ") && said.contains("full"), "{said}");
    assert!(platform.runs(&broadcast).is_empty());

    room.free();
    // The pane has the focus still.
    console.press("a").type_text("season").press("enter");
    console
        .type_text("autumn")
        .press("enter")
        .wait_for("autumn");
    console.wait_for("draft saved");
    console.quit();
    console.assert_as_it_was();
    let mut console = self::console(&home, &room);
    open(&mut console);
    for text in ["magenta", "StartsWith", "campaign", "season"] {
        console.wait_for(text);
    }
    console.review().press("enter").wait_for("● accepted");
    console.press("esc").wait_until_gone("● accepted").quit();
    platform.only_run(&broadcast);
}
