//! Rows that are pasted into the grid.

use mylink_console::domain::text::is_dangerous;
use rstest::rstest;

use super::{lines, nobody, start, three, values};
use crate::screens::composing::{PLAN, drafted};
use crate::screens::console::Console;

fn empty() -> Console {
    nobody(Console::setup())
}

#[test]
fn a_header_names_the_columns() {
    let console =
        empty().paste("user_id\tcity\tplan\n3932000001\tRoma\tgold\n3932000002\t\tfree\n");
    assert_eq!(
        lines(&console.kept()),
        [
            r#"{"user_id":"3932000001","city":"Roma","plan":"gold"}"#,
            r#"{"user_id":"3932000002","plan":"free"}"#
        ]
    );
    console.expect_text(
        "Pasted 2 rows, first line taken as header: user_id, city, plan. u takes it back.",
    );
}

#[test]
fn a_header_is_recognised_as_an_import_does() {
    let console =
        empty().paste("Mobile\tNome\tCittà\n+39 320 000 0001\tAda\tRoma\n3200000002\tBea\tMilano");
    assert_eq!(
        lines(&console.kept()),
        [
            r#"{"user_phone_number":"+39 320 000 0001","nome":"Ada","città":"Roma"}"#,
            r#"{"user_phone_number":"3200000002","nome":"Bea","città":"Milano"}"#
        ]
    );
    console.expect_text("first line taken as header: user_phone_number, nome, città.");
}

#[test]
fn a_header_is_recognised_in_a_row_that_was_just_added() {
    let console = empty().keys("a").paste("Handy\tOrt\n3200000002\tBern\n");
    assert_eq!(
        lines(&console.kept()),
        [r#"{"user_phone_number":"3200000002","ort":"Bern"}"#]
    );
}

#[test]
fn in_a_list_with_somebody_a_header_names_its_columns_in_any_spelling() {
    let console = start()
        .keys("end down")
        .paste("User ID\tCity\tFirst Name\n3932000004\tPisa\tDora\n");
    let kept = console.kept();
    assert_eq!(kept.form.targets().len(), 4);
    assert_eq!(
        lines(&kept)[3],
        r#"{"user_id":"3932000004","city":"Pisa","first_name":"Dora"}"#
    );
}

#[test]
fn rows_without_a_header_go_into_the_columns_from_the_cursor_on() {
    let console = start()
        .keys("down right right")
        .paste("Bea,Milano\rCleo,Napoli");
    assert_eq!(
        values(&console.kept(), "first_name"),
        ["Ada", "Bea", "Cleo"]
    );
    assert_eq!(values(&console.kept(), "city"), ["-", "Milano", "Napoli"]);
    console
        .expect_text("Pasted 2 rows without a header: first_name, city.")
        .expect_text("2 rows filled over, 0 added.");
}

#[test]
fn columns_behind_the_last_get_a_name() {
    let console = empty().paste("3932000001\tSMSChannel\tA-12\n");
    assert_eq!(
        lines(&console.kept()),
        [r#"{"user_id":"3932000001","bot_channel":"SMSChannel","column_3":"A-12"}"#]
    );
    console.expect_text("Columns without a name have one made up");
}

#[test]
fn behind_the_last_row_they_are_added() {
    let console = start()
        .keys("end down")
        .paste("user_id\n3932000004\n3932000005\n");
    assert_eq!(console.kept().form.targets().len(), 5);
    assert_eq!(console.press("u").kept().form.targets().len(), 3);
}

#[test]
fn one_text_goes_into_the_cell_that_is_typed_into_and_rows_do_not() {
    let console = start().keys("right right down enter").paste("Bea\n");
    assert_eq!(values(&console.kept(), "first_name"), ["Ada", "Bea", "-"]);
    let console = console.served().paste("Cleo\nDora\n");
    assert_eq!(
        values(&console.kept(), "first_name"),
        ["Ada", "Cleo", "Dora"]
    );
}

#[test]
fn a_million_lines_are_for_the_import_and_take_nothing() {
    empty()
        .paste(&"3932000001\n".repeat(1_000_000))
        .expect_no_effect()
        .expect_text("1,000,000 lines are too many for a paste")
        .expect_text("Who: 0 targets");
}

#[rstest]
#[case::the_body("shift-b")]
#[case::the_contacts("c")]
#[case::the_problems("tab tab")]
fn rows_that_are_pasted_in_another_pane_go_behind_the_last(#[case] keys: &str) {
    let console = start()
        .keys("down right")
        .keys(keys)
        .paste("3932000004\tSMSChannel\n3932000005\tSMSChannel\n");
    let kept = console.kept();
    assert_eq!(
        values(&kept, "user_id"),
        [
            "3932000001",
            "3932000002",
            "3932000003",
            "3932000004",
            "3932000005"
        ]
    );
    assert_eq!(values(&kept, "bot_channel")[3..], ["SMSChannel"; 2]);
    console
        .expect_text("Pasted 2 rows")
        .expect_text("row 4 of 5, column 1 of 4");
}

#[test]
fn a_paste_that_goes_nowhere_says_so() {
    start()
        .press("shift-b")
        .paste("Milano")
        .expect_no_effect()
        .expect_text("Nothing was pasted: here is no cell for it.");
    drafted(Console::setup(), PLAN)
        .paste("1\t2\n3\t4\n")
        .expect_no_effect()
        .expect_text("Nothing was pasted: no cell is typed into.");
}

#[test]
fn hostile_cells_and_names_show_placeholders() {
    let evil = "\u{1b}[2J\u{202e}x\u{200b}\u{9b}31m";
    let rows = format!("user_id\t{evil}\n{evil}\t{evil}{evil}{evil}\n");
    for size in [(120, 40), (80, 24), (60, 16)] {
        let console = three(Console::setup().size(size.0, size.1))
            .keys("end")
            .paste(&rows);
        let console = console.served();
        for keys in ["", "right", "enter", "esc shift-r", "esc c", "b", "w /"] {
            let console = console_with(&rows, size).keys(keys);
            let screen = console.screen();
            assert!(
                !screen.chars().any(|c| c != '\n' && is_dangerous(c)),
                "{screen}"
            );
        }
        console.expect_text("‹U+");
    }
}

fn console_with(rows: &str, size: (u16, u16)) -> Console {
    three(Console::setup().size(size.0, size.1))
        .keys("end")
        .paste(rows)
        .served()
}
