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
    assert_selected(&mut console, BOT);
    console.press("enter").wait_for(BROADCAST);
    assert_selected(&mut console, BROADCAST);
    console.press("enter").wait_for("+ condition");
    assert_selected(&mut console, "+ condition");
    console.add_filter("favorite_color", "Equals", "magenta");
    assert_selected(&mut console, "magenta");
    console.press("2").wait_for("Legacy");
    assert_selected(&mut console, "Enabled");
    console.press("1").wait_for("+ condition").review();
    assert_colourless(&console.screen());
    console.press("enter").wait_for("● accepted");
    assert_colourless(&console.screen());
    console.press("enter").wait_for_log();
    assert_selected(&mut console, "accepted");
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

/// The row with this text becomes the only one below the header that is reversed, and nothing has a colour.
fn assert_selected(console: &mut Terminal, text: &str) {
    let what = format!("{text:?} as the only row that is reversed");
    console.wait_until(
        &what,
        |screen| matches!(reversed_rows(screen).as_slice(), [row] if row.contains(text)),
    );
    assert_colourless(&console.screen());
}

fn reversed_rows(screen: &Screen) -> Vec<String> {
    let reversed = screen
        .cells()
        .filter(|((row, _), cell)| *row > 0 && cell.inverse());
    let mut places: Vec<u16> = reversed.map(|((row, _), _)| row).collect();
    places.dedup();
    let mut rows = screen.rows();
    let mut take = |place: u16| std::mem::take(&mut rows[usize::from(place)]);
    places.into_iter().map(&mut take).collect()
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
