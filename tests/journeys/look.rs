//! What must be seen whatever the terminal can do: a sentence where there is no room, the selected row without colours.

use rstest::rstest;
use vt100::Color;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
use crate::terminal::{Screen, Size, Terminal};

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn a_terminal_that_is_too_small_says_so_until_it_grows(#[case] size: Size) {
    let home = Home::new();
    let mut console = home.console((50, 12));
    console.wait_for("50x12");
    assert!(!console.screen().has(BOT));
    console.resize(size).wait_for(BOT).wait_for("quit");
    assert!(!console.screen().has("50x12"));
    console.resize((50, 12)).wait_for("50x12");
    console.resize(size).wait_for(BOT);
    console.quit();
}

#[rstest]
#[case::wide((120, 40))]
#[case::narrow((80, 24))]
fn without_colours_the_selected_row_is_seen(#[case] size: Size) {
    let home = Home::new();
    let mut command = home.command(&[]);
    command.env("NO_COLOR", "1");
    let mut console = Terminal::start(size, command);
    console.wait_for(BOT).wait_for("synced just now");
    assert_selected(&console.screen(), BOT);
    console.press("enter").wait_for(BROADCAST);
    assert_selected(&console.screen(), BROADCAST);
    console.press("enter").wait_for("+ condition");
    assert_selected(&console.screen(), "+ condition");
    console.add_filter("favorite_color", "Equals", "magenta");
    assert_selected(&console.screen(), "magenta");
    console.press("2").wait_for("Legacy");
    assert_selected(&console.screen(), "Direct");
    console.press("1").wait_for("+ condition").review();
    assert_colourless(&console.screen());
    console.press("enter").wait_for("● accepted");
    assert_colourless(&console.screen());
    console.press("enter").wait_for("Operator");
    assert_selected(&console.screen(), "accepted");
    console.quit();
}

#[test]
fn with_colours_there_are_some() {
    let home = Home::new();
    let mut console = home.console((80, 24));
    console.wait_for(BOT);
    assert!(coloured(&console.screen()).is_some());
    console.quit();
}

/// The row with this text is the only one that is reversed, and nothing has a colour.
fn assert_selected(screen: &Screen, text: &str) {
    assert_colourless(screen);
    let reversed = screen.cells().filter(|(_, cell)| cell.inverse());
    let mut rows: Vec<u16> = reversed.map(|((row, _), _)| row).collect();
    rows.dedup();
    let texts: Vec<String> = rows
        .iter()
        .map(|row| screen.rows()[usize::from(*row)].clone())
        .collect();
    assert!(
        matches!(texts.as_slice(), [row] if row.contains(text)),
        "reversed: {texts:#?}\n{screen}"
    );
}

fn assert_colourless(screen: &Screen) {
    assert_eq!(coloured(screen), None, "a cell with a colour:\n{screen}");
}

/// The first cell that has a colour of its own.
fn coloured(screen: &Screen) -> Option<(u16, u16)> {
    let is_coloured =
        |cell: &vt100::Cell| cell.fgcolor() != Color::Default || cell.bgcolor() != Color::Default;
    let mut cells = screen.cells().filter(|(_, cell)| is_coloured(cell));
    cells.next().map(|(place, _)| place)
}
