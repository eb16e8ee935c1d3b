//! Several programs on one profile: what the others do appears here without a key.

use std::fs;
use std::time::{Duration, Instant};

use rstest::rstest;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
use crate::platform::Platform;
use crate::terminal::{Size, Terminal};

const SIZE: Size = (120, 40);

/// Runs a verb to its end; gives what it printed.
fn run(home: &Home, arguments: &[&str]) -> String {
    let mut verb = Terminal::start(SIZE, home.command(arguments));
    assert_eq!(verb.exit_code(), 0);
    verb.screen().text()
}

/// A console at rest on the launches of the bot.
fn resting(home: &Home) -> Terminal {
    let mut console = home.console(SIZE);
    console
        .wait_for(BOT)
        .wait_for("synced just now")
        .press("enter");
    console.wait_for(BROADCAST).press("2");
    console.wait_for("Nothing was launched from this machine yet");
    console
}

#[test]
fn a_launch_in_another_console_appears_in_this_one() {
    let home = Home::new();
    let mut resting = resting(&home);
    let mut other = home.console(SIZE);
    other
        .compose()
        .review()
        .press("enter")
        .wait_for("● accepted");
    resting
        .wait_for("launched Autumn menu to")
        .wait_for("● accepted");
    other.press("esc").wait_until_gone("● accepted").quit();
    // Whoever launched is told nothing of it; whoever looks on is told once.
    resting
        .press("1")
        .wait_until_gone("launched Autumn menu to");
    resting.quit();
}

#[test]
fn launches_and_settlements_of_verbs_appear_on_the_screen() {
    let home = Home::new();
    let mut resting = resting(&home);
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    platform.fail(serde_json::json!([{"on": "hook", "times": 1, "drop": "after"}]));
    home.write(
        "plan.json",
        &format!(r#"{{"broadcast":"{}","form":"configured"}}"#, broadcast.id),
    );
    let mut verb = Terminal::start(SIZE, home.command(&["launch", "plan.json", "--yes"]));
    resting.wait_for_standing_line().wait_for(": unknown.");
    assert_eq!(verb.exit_code(), 3);
    let printed = verb.screen().text();
    let id = printed.split("launch ").nth(1).unwrap();
    let id = id.split_whitespace().next().unwrap();
    run(&home, &["settle", id, "sent", "--reason", "seen"]);
    resting
        .wait_for("settled Autumn menu as sent")
        .wait_until_gone("unknown outcome");
    resting.quit();
}

#[test]
fn contacts_that_another_program_imports_are_counted_here() {
    let home = Home::new();
    let mut console = home.console(SIZE);
    console.open_broadcast().add_filter("city", "Equals", "Ys");
    console.wait_for("No cached contact matches");
    home.write(
        "more.csv",
        "bot_channel,user_id,city\nWeb,w-1,Ys\nWeb,w-2,Ys\n",
    );
    run(&home, &["import", "more.csv", "--bot", BOT]);
    console
        .wait_until_gone("No cached contact matches")
        .wait_until("two contacts", |screen| {
            screen.row("Equals").is_some_and(|row| row.contains("  2 "))
        });
    console.quit();
}

/// A long sync is counted again and again while it lasts; the end of a short one is there at once.
#[test]
fn contacts_that_another_console_syncs_are_counted_here_at_once() {
    let home = Home::new();
    let mut resting = home.console(SIZE);
    resting.wait_for("synced just now").wait_for("3,600");
    let mut other = home.console(SIZE);
    other.wait_for("synced just now").wait_for("3,600");
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    platform.add_contacts(&broadcast, &["new-1", "new-2"]);
    other.press("r").wait_for("3,602");
    let synced = Instant::now();
    resting.wait_for("3,602");
    // About a second, and what a busy machine adds; without the news it would be looked at once a minute.
    let late = synced.elapsed();
    assert!(late < Duration::from_secs(5), "{late:?}");
    other.quit();
    resting.quit();
}

#[test]
fn whoever_is_left_serves_the_sandbox_when_its_owner_is_killed() {
    let home = Home::new();
    let mut owner = home.console(SIZE);
    owner.wait_for("synced just now");
    let mut left = home.console(SIZE);
    left.compose();
    owner.signal(rustix::process::Signal::KILL);
    owner.exit_code();
    left.wait_until_at_rest();
    left.review().press("enter").wait_for("● accepted");
    left.press("esc").wait_until_gone("● accepted");
    left.wait_until_at_rest();
    let platform = Platform::of(&home.sandbox());
    platform.only_run(&platform.broadcast(BOT, BROADCAST));
    left.quit();
    left.assert_as_it_was();
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn a_journal_that_loses_its_copy_is_told_until_it_is_rebuilt(#[case] size: Size) {
    let home = Home::new();
    let mut console = home.console(size);
    console
        .compose()
        .review()
        .press("enter")
        .wait_for("● accepted");
    console.press("esc").wait_until_gone("● accepted");
    let copy = home.sandbox().join("journal.jsonl");
    fs::remove_file(&copy).unwrap();
    console.wait_for("mylink doctor --rebuild-journal");
    run(&home, &["doctor", "--rebuild-journal", "--yes"]);
    console.wait_until_gone("mylink doctor --rebuild-journal");
    // And it launches again.
    console
        .review()
        .press("f3")
        .press("enter")
        .wait_for("● accepted");
    console.press("esc").wait_until_gone("● accepted").quit();
}

#[test]
fn a_journal_that_was_changed_by_hand_is_told_at_the_start_and_restored_beside_the_screen() {
    let home = Home::new();
    let mut console = home.console(SIZE);
    console
        .compose()
        .review()
        .press("enter")
        .wait_for("● accepted");
    console.press("esc").wait_until_gone("● accepted").quit();
    let rows = rusqlite::Connection::open(home.sandbox().join("journal.db")).unwrap();
    rows.execute_batch("DROP TRIGGER launch_step_is_copied; UPDATE launch SET outcome = 'failed'")
        .unwrap();
    drop(rows);
    let mut console = home.console(SIZE);
    console.wait_for("Nothing can be launched: the journal was changed by hand");
    run(&home, &["doctor", "--rebuild-journal", "--yes"]);
    console.wait_until_gone("Nothing can be launched");
    console.open_log().wait_for("● accepted");
    console.quit();
}

#[test]
fn a_review_is_not_launched_once_another_program_changed_whom_it_reaches() {
    let home = Home::new();
    let mut console = home.console(SIZE);
    console.compose().review();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    home.write(
        "more.csv",
        "bot_channel,user_id,favorite_color\nWeb,w-1,magenta\n",
    );
    run(&home, &["import", "more.csv", "--bot", BOT]);
    console
        .press("enter")
        .wait_for("What was reviewed has changed");
    assert!(platform.runs(&broadcast).is_empty());
    console.press("esc").wait_until_gone("What was reviewed");
    console.review().press("enter").wait_for("● accepted");
    platform.only_run(&broadcast);
    console.press("esc").wait_until_gone("● accepted").quit();
}

#[test]
fn a_review_is_made_again_when_another_program_launches_the_same_meanwhile() {
    let home = Home::new();
    let mut console = home.console(SIZE);
    console.compose().review();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    home.write(
        "plan.json",
        &format!(
            r#"{{"broadcast":"{}","form":"audience","filters":[{{"field":"favorite_color","criterion":"Equals","value":"magenta"}}]}}"#,
            broadcast.id
        ),
    );
    run(&home, &["launch", "plan.json", "--yes"]);
    console
        .wait_for("launched Autumn menu to")
        .wait_for("got, or may have got, this broadcast");
    console.press("enter").wait_for("not sent");
    platform.only_run(&broadcast);
    console.press("esc").wait_until_gone("not sent").quit();
}
