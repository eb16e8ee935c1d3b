//! From a file to a launch: exactly those of its rows that can be reached are targeted, and nobody loses the others.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
use crate::platform::{Platform, targets};

/// Rows of the file.
const ROWS: u32 = 5_000;

/// A file of 5,000 rows as somebody exports it, and the ids of those who can be reached: numbers of Italy without its
/// code, every hundredth too short, others empty, twice, or with a cell too many.
fn people() -> (String, BTreeSet<String>) {
    let mut file = "Mobile;First Name\n".to_owned();
    let mut good = BTreeSet::new();
    for row in 0..ROWS {
        let number = format!("320 {:07}", 1_000_000 + row);
        let line = match row % 100 {
            11 => "0320;short".to_owned(),
            22 => ";nobody".to_owned(),
            33 => format!("320 {:07};twice", 1_000_000 + row - 1),
            44 => format!("{number};a cell;too many"),
            _ => {
                good.insert(format!("39{}", number.replace(' ', "")));
                format!("{number};Ada {row}")
            }
        };
        let _ = writeln!(file, "{line}");
    }
    (file, good)
}

#[test]
fn exactly_the_good_rows_of_a_file_are_launched_to() {
    let home = Home::new();
    let (file, good) = people();
    assert_eq!(good.len(), 4_800);
    home.write("people.csv", &file);
    let mut console = home.console((120, 40));
    console.open_broadcast().press("I").wait_for("people.csv");
    console.type_text("peo").press("tab").press("enter");
    console.wait_for("Taken for").wait_for("user_phone_number");
    // Above the way on: the country of the numbers, and above that the channel.
    console
        .press("up")
        .press("enter")
        .type_text("it")
        .press("enter");
    console
        .press("up")
        .press("enter")
        .type_text("WhatsApp")
        .press("enter");
    console.wait_for("WhatsApp").press("f5");
    console.wait_for("4,800 contacts would be taken");
    console.wait_for("200 rows rejected:");

    console
        .press("w")
        .wait_for("people-rejected.csv")
        .press("enter");
    console.wait_for("200 rejected rows written");
    let rejected = home.read("people-rejected.csv");
    assert_eq!(rejected.lines().count(), 201);
    assert!(rejected.starts_with("rejected_line;rejected_reason;Mobile;First Name\n13;"));

    console.press("enter").wait_for("taken from people.csv");
    console.wait_for("4,800 ");
    console.review().press("enter").wait_for("● accepted");
    console
        .press("esc")
        .wait_until_gone("That is not yet")
        .quit();

    let platform = Platform::of(&home.sandbox());
    let run = platform.only_run(&platform.broadcast(BOT, BROADCAST));
    assert_eq!(targets(&run), good);
}

#[test]
fn an_import_that_is_left_changes_nothing_and_what_was_mapped_is_remembered_once_it_was_taken() {
    let home = Home::new();
    home.write("a.csv", "Kunde,Stadt\n1,Rom\n2,Mailand\n");
    let mut console = home.console((80, 24));
    console.open_broadcast().press("I").wait_for("a.csv");
    console
        .type_text("a.csv")
        .press("enter")
        .wait_for("Taken for");
    // Nothing names a contact yet: the column does once it is said.
    console.press("f5").wait_for("has neither a column");
    console
        .press("up")
        .press("up")
        .press("up")
        .press("up")
        .press("enter");
    console
        .type_text("")
        .send(b"\x15")
        .type_text("user_id")
        .press("enter");
    console.press("f5").wait_for("2 contacts would be taken");
    console.press("esc").wait_for("Taken for");
    console.press("esc").wait_for("Tab complete");
    console.press("esc").wait_for("+ condition");

    console
        .press("I")
        .wait_for("a.csv")
        .type_text("a.csv")
        .press("enter");
    console.wait_for("taken by their names");
    console
        .press("up")
        .press("up")
        .press("up")
        .press("up")
        .press("enter");
    console
        .send(b"\x15")
        .type_text("user_id")
        .press("enter")
        .press("f5");
    console.wait_for("2 contacts would be taken").press("enter");
    console.wait_for("taken from a.csv");

    console
        .press("I")
        .wait_for("a.csv")
        .type_text("a.csv")
        .press("enter");
    console.wait_for("as the last file with these columns");
    console
        .press("esc")
        .wait_for("Tab complete")
        .press("esc")
        .wait_until_gone("Tab complete");
    console.quit();
}
