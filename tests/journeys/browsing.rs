//! From the builder into its contacts: sorted, searched, written to a file, and the launch that reached one of them.

use crate::home::Home;

#[test]
fn contacts_are_looked_through_and_written_and_know_what_reached_them() {
    let home = Home::new();
    let mut console = home.console((120, 40));
    console.compose();
    console.press("b").wait_for("not matching");
    let matching = console.screen().row("not matching").unwrap();
    let count: usize = matching
        .split("matching ")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|count| count.replace(',', "").parse().ok())
        .unwrap();
    assert!(count > 0, "{matching}");
    console
        .press("right")
        .press("right")
        .press("s")
        .wait_for(" ↑");
    console.press("s").wait_for(" ↓");
    console
        .press("/")
        .type_text("nobody is called so")
        .wait_for("no hit");
    console.press("esc").wait_until_gone("no hit");

    console.press("e").wait_for("Write as CSV").press("enter");
    console.wait_for("written to");
    let text = home.read("contacts-autumn-menu-matching.csv");
    assert_eq!(text.lines().count(), count + 1, "{text}");
    assert!(text.starts_with("user_id,favorite_color,"), "{text}");
    console.press("e").wait_for("Write as CSV").press("enter");
    console.wait_for("is there already");
    // Each Esc is waited for: with the next key behind it, it would be that key with Alt.
    console.press("esc").wait_until_gone("Write as CSV");

    console.press("esc").wait_until_gone("not matching");
    console.review().press("enter").wait_for("● accepted");
    console.press("esc").wait_until_gone("That is not yet");
    console.press("b").wait_for("not matching").press("enter");
    console.wait_for("Why it matches").wait_for("accepted");
    console.press("enter").wait_for("Launch of Autumn menu");
    console
        .press("esc")
        .wait_until_gone("Launch of Autumn menu");
    console.press("esc").wait_until_gone("Why it matches");
    console.press("esc").wait_until_gone("not matching");
    console.quit();
}
