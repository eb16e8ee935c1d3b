//! What was typed is not lost, and what was not typed at a review confirms nothing.

use rstest::rstest;
use rustix::process::Signal;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
use crate::platform::Platform;
use crate::terminal::Size;

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn a_draft_survives_a_kill_while_it_is_typed(#[case] size: Size) {
    let home = Home::new();
    let mut console = home.console(size);
    console.compose();
    console.press("a").type_text("cit").wait_for("AND cit");
    home.wait_for_draft("\"cit\"");
    console.signal(Signal::KILL);
    console.exit_code();

    let mut console = home.console(size);
    console.open_broadcast();
    console
        .wait_for("favorite_color")
        .wait_for("magenta")
        .wait_for("AND cit");
    console.quit();
}

#[test]
fn a_draft_is_kept_when_the_terminal_goes_away_while_it_is_typed() {
    let home = Home::new();
    let mut console = home.console((120, 40));
    console.compose();
    console.add_filter("city", "StartsWith", "Mil");
    console.hang_up();
    assert_eq!(console.exit_code(), 129);
    let mut console = home.console((120, 40));
    console.open_broadcast().wait_for("StartsWith");
    console.wait_for("magenta").quit();
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn only_a_key_pressed_at_the_review_launches(#[case] size: Size) {
    let home = Home::new();
    let mut console = home.console(size);
    console.compose();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);

    // Typed ahead: all in one write, before the review stands.
    console.send(b"\x1b[15~\r\r").wait_for("sha256");
    console.reviewed_body();
    console.press("f2").wait_for("sha256");
    console.paste("\r").paste("yes\r\n").paste("409");
    // The body comes after the pastes, so they had their chance.
    console.reviewed_body();
    assert!(!console.screen().has("accepted"));
    assert_eq!(platform.runs(&broadcast).len(), 0);

    console.press("enter").wait_for("● accepted");
    platform.only_run(&broadcast);
    console.press("esc").wait_until_gone("● accepted");
    console.quit();
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn a_plan_on_the_command_line_opens_in_the_builder(#[case] size: Size) {
    let home = Home::new();
    let mut console = home.console(size);
    console.compose();
    home.wait_for_draft("magenta");
    console.quit();
    let text = format!(
        r#"{{"broadcast":"{BROADCAST}","form":"audience","filters":[{{"field":"{{{{what}}}}","criterion":"Equals","value":"Roma"}}]}}"#
    );
    home.write("offer.json", &text);
    let mut console = home.console_with(size, &["offer.json", "--set", "what=city"]);
    console.wait_for("Roma").wait_for("city");
    assert!(!console.screen().has("magenta"));
    console.press("u").wait_for("magenta");
    console.quit();
}

/// A second console on the same draft.
fn beside(home: &Home, size: Size) -> crate::terminal::Terminal {
    let mut console = home.console(size);
    console.open_broadcast().wait_for("magenta");
    console
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn what_one_console_types_is_shown_by_the_other_and_can_be_taken_back_there(#[case] size: Size) {
    let home = Home::new();
    let mut one = home.console(size);
    one.compose();
    home.wait_for_draft("magenta");
    let mut other = beside(&home, size);
    one.add_filter("city", "StartsWith", "Mil");
    other
        .wait_for("Changed in another console by")
        .wait_for("StartsWith");
    // Going back is a change of its own, which the first shows in turn.
    other.press("u").wait_until_gone("StartsWith");
    one.wait_for("Changed in another console by")
        .wait_until_gone("StartsWith");
    one.press("u").wait_for("StartsWith");
    other.wait_for("StartsWith").quit();
    one.quit();
}

#[test]
fn two_consoles_that_type_at_once_lose_nothing() {
    let home = Home::new();
    let size = (120, 40);
    let mut one = home.console(size);
    one.compose();
    home.wait_for_draft("magenta");
    let mut other = beside(&home, size);
    // The other has a cell open, so that it doesn't follow.
    other.press("a").type_text("cit").wait_for("AND cit");
    home.wait_for_draft("\"cit\"");
    one.wait_for("Changed in another console by")
        .wait_for("AND cit");
    one.press("a").type_text("plan").wait_for("plan");
    home.wait_for_draft("\"plan\"");
    other.wait_for("changed this draft: leave this field");
    other
        .type_text("y")
        .wait_for("changed this draft too; yours is set aside")
        .wait_for("city");
    // Killed, it keeps what was typed all the same.
    other.signal(Signal::KILL);
    other.exit_code();
    let mut other = beside(&home, size);
    other
        .wait_for("plan")
        .press("o")
        .wait_for("Drafts set aside");
    other
        .press("enter")
        .wait_for("What was set aside is the draft now");
    other.wait_for("city");
    one.wait_for("changed this draft");
    one.press("f7").wait_for("Yours is the draft");
    one.wait_for("plan").press("esc");
    other
        .wait_for("Changed in another console by")
        .wait_for("plan");
    other.quit();
    one.quit();
}
