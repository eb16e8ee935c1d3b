//! More keys at once than a program reads at once.

use crate::home::Home;

#[test]
fn keys_that_come_faster_than_they_are_read_are_all_taken_and_then_the_program_rests() {
    let home = Home::new();
    let mut console = home.console((120, 40));
    console.compose().wait_for("94 of 1,000,000 B");
    console.press("tab").press("a").type_text("n").press("enter");
    // A terminal that knows no bracketed paste passes one on as keys.
    console.type_text(&"x".repeat(3_000));
    console.wait_until_at_rest().press("enter");
    // What a variable adds to the body without its name and value is 45 bytes.
    console.wait_for("3,140 of 1,000,000 B");
    console.wait_until_at_rest().quit();
    console.assert_as_it_was();
}
