//! The suppression list on the screen: adding, removing, a file's column, and its pictures.

use std::sync::Arc;

use insta::assert_snapshot;
use mylink_console::domain::text::is_dangerous;
use mylink_console::model::effect::RequestId;
use mylink_console::model::file::{FileReply, FileWork};
use mylink_console::model::suppression::{SuppressedRow, SuppressionReply, SuppressionWork};
use mylink_console::model::{Effect, Notice, Reply};
use rstest::rstest;

use super::console::{Console, Setup};
use super::data;
use super::files::opened;

fn row(identity: &str, reason: &str, minutes: i64) -> SuppressedRow {
    SuppressedRow {
        identity: identity.to_owned(),
        reason: reason.to_owned(),
        by: "ops@bastion".to_owned(),
        at: data::minutes_ago(minutes),
    }
}

fn listed(rows: Vec<SuppressedRow>) -> SuppressionReply {
    SuppressionReply::Listed(Ok(Arc::new(rows)))
}

fn three() -> Vec<SuppressedRow> {
    vec![
        row("393201234567", "asked by mail", 3),
        row("web-8841", "complaint of March", 2_000),
        row("393331234567", "asked by mail", 90_000),
    ]
}

impl Console {
    /// The work on the suppression list that the last event wanted.
    #[track_caller]
    fn list_work(&self) -> (RequestId, SuppressionWork) {
        let work = self.effects().iter().find_map(|effect| match effect {
            Effect::Suppression(id, work) => Some((*id, work.clone())),
            _ => None,
        });
        work.unwrap_or_else(|| panic!("nothing is wanted: {:?}\n{}", self.effects(), self.screen()))
    }

    /// Answers the work on the suppression list that the last event wanted.
    #[track_caller]
    fn list(self, reply: SuppressionReply) -> Self {
        let (id, _) = self.list_work();
        self.reply(Reply::Suppression(id, reply))
    }
}

fn open(setup: Setup, rows: Vec<SuppressedRow>) -> Console {
    setup.start().press("shift-s").list(listed(rows))
}

fn start() -> Console {
    open(Console::setup(), three())
}

#[test]
fn it_is_reached_from_every_place() {
    let places = ["", "enter", "enter 2", "enter enter", "enter enter 2"];
    for place in places {
        let console = Console::start().press(place).press("shift-s");
        assert_eq!(
            console.list_work().1,
            SuppressionWork::List,
            "from {place:?}"
        );
        console
            .expect_text("Never written to")
            .press("esc")
            .expect_no_text("Never written to");
    }
}

#[test]
fn somebody_is_added_with_a_reason() {
    let console = start().press("a").type_text("+39 347 123-4567");
    let console = console
        .expect_text("kept as 393471234567")
        .press("enter")
        .expect_no_effect();
    let console = console.press("enter").expect_no_effect();
    let console = console
        .expect_text("Say why")
        .type_text("asked")
        .press("enter");
    let added = SuppressionWork::Add {
        identities: vec!["393471234567".to_owned()],
        reason: "asked".to_owned(),
    };
    assert_eq!(console.list_work().1, added);
    let console = console.list(SuppressionReply::Changed(Ok(Notice::ok(
        "1 contact put on it.",
    ))));
    assert!(
        console.effects().contains(&Effect::LoadOverview),
        "whom drafts reach is counted anew"
    );
    console
        .expect_text("1 contact put on it.")
        .list(listed(three()))
        .expect_text("web-8841");
}

#[test]
fn pasted_lines_are_a_contact_each_and_once() {
    let console = start()
        .press("a")
        .paste("+39 320 111 2222\r\nweb-1\n\n393201112222\n");
    let console = console
        .expect_text("2 contacts: 393201112222, web-1")
        .press("tab");
    let console = console.type_text("asked").press("enter");
    let added = SuppressionWork::Add {
        identities: vec!["393201112222".to_owned(), "web-1".to_owned()],
        reason: "asked".to_owned(),
    };
    assert_eq!(console.list_work().1, added);
}

#[test]
fn pasted_lines_of_several_cells_are_not_taken_as_somebody() {
    start()
        .press("a")
        .paste("393201112222\n393201112223;Ada\n")
        .expect_text("Line 2 of what was pasted holds several cells")
        .expect_no_text("Pasted ")
        .press("enter")
        .expect_no_effect();
}

#[test]
fn what_cannot_be_added_leaves_what_was_typed() {
    let refused = Notice::error("The profile is read-only.");
    start()
        .press("a")
        .type_text("web-1")
        .press("enter")
        .type_text("asked")
        .press("enter")
        .list(SuppressionReply::Changed(Err(refused)))
        .expect_text("The profile is read-only.")
        .expect_text("kept as web-1");
}

#[test]
fn nobody_is_taken_off_the_list_unasked() {
    let console = start().press("down d").expect_no_effect();
    let console = console.expect_text("Launches of this profile reach them again");
    let kept = console
        .press("esc")
        .expect_no_effect()
        .expect_no_text("reach them again");
    let console = kept.press("d enter");
    let removed = SuppressionWork::Remove("web-8841".to_owned());
    assert_eq!(console.list_work().1, removed);
}

#[test]
fn a_filter_finds_who_why_and_by_whom_and_the_row_it_shows_is_the_one_removed() {
    let console = start().press("/").type_text("march").press("enter");
    let console = console
        .expect_text("1 of 3")
        .expect_no_text("393201234567")
        .press("d enter");
    let removed = SuppressionWork::Remove("web-8841".to_owned());
    assert_eq!(console.list_work().1, removed);
    let console = console.list(SuppressionReply::Changed(Ok(Notice::ok("Off."))));
    let console = console
        .list(listed(vec![row("1", "x", 1)]))
        .expect_text("Nobody matches.");
    console
        .press("esc")
        .expect_text("Never written to")
        .expect_no_text("Nobody matches.");
}

const FILE: &str = "Customer;Phone\n17;320 1234567\n18;+39 333 1234567\n";

pub fn column(setup: Setup) -> Console {
    open(setup, three())
        .press("shift-i")
        .type_text("out.csv")
        .press("enter")
        .file(opened(FILE))
}

#[test]
fn a_files_column_is_put_on_the_list() {
    let console = column(Console::setup());
    let console = console.expect_text("those without their country's code are of IT");
    let console = console
        .press("enter")
        .expect_no_effect()
        .expect_text("Type why");
    let console = console.type_text("opt-outs").press("enter");
    let (_, FileWork::Suppress(work)) = console.file_work() else {
        panic!("{:?}", console.effects());
    };
    assert_eq!(work.mapping.variables(), [None, Some("user_phone_number")]);
    assert_eq!(
        (work.path.as_str(), work.reason.as_str()),
        ("out.csv", "opt-outs")
    );
    assert_eq!(work.country.as_deref(), Some("IT"));
    let done = FileReply::Suppressed(Ok(Notice::ok("2 contacts put on it.")));
    let console = console.file(done).expect_text("2 contacts put on it.");
    assert_eq!(console.list_work().1, SuppressionWork::List);
}

#[test]
fn ids_are_taken_as_they_stand() {
    let console = column(Console::setup())
        .press("up")
        .type_text("x")
        .press("enter");
    let (_, FileWork::Suppress(work)) = console.file_work() else {
        panic!("{:?}", console.effects());
    };
    assert_eq!(work.mapping.variables(), [Some("user_id"), None]);
    assert_eq!(work.country, None);
}

#[test]
fn a_file_that_is_read_can_be_stopped() {
    let console = column(Console::setup()).type_text("x").press("enter esc");
    assert_eq!(console.file_work().1, FileWork::Stop);
    console.expect_text("the list is as it was");
}

#[test]
fn hostile_rows_and_pastes_show_placeholders() {
    const EVIL: &str = "\u{1b}[2J\u{202e}x\u{200b}\u{9b}31m\u{e0041}";
    let mut evil = row(EVIL, EVIL, 3);
    EVIL.clone_into(&mut evil.by);
    let console = open(Console::setup(), vec![evil]);
    let check = |console: Console| {
        let mut symbols = console
            .buffer()
            .content()
            .iter()
            .map(ratatui::buffer::Cell::symbol);
        assert!(!symbols.any(|symbol| symbol.chars().any(is_dangerous)));
        console.expect_text("‹U+")
    };
    let console = check(check(console).press("d"))
        .press("esc a")
        .paste(&format!("{EVIL}\n{EVIL}1"))
        .expect_text("holds a control character")
        .paste("\u{e0041}x\n\u{e0041}y");
    let console = check(console).press("tab").paste(EVIL);
    check(console.press("enter")).list(SuppressionReply::Changed(Err(Notice::error(EVIL))));
}

pub fn rows(setup: Setup) -> Console {
    open(setup, three())
}

pub fn nobody(setup: Setup) -> Console {
    open(setup, Vec::new())
}

pub fn adding(setup: Setup) -> Console {
    rows(setup)
        .press("a")
        .paste("393201112222\nweb-1\n393201112223")
        .type_text("+39 347 1234567")
        .press("enter enter")
}

pub fn removing(setup: Setup) -> Console {
    rows(setup).press("d")
}

type Scene = fn(Setup) -> Console;

#[rstest]
#[case("rows", rows)]
#[case("nobody", nobody)]
#[case("adding", adding)]
#[case("removing", removing)]
#[case("column", column)]
fn pictures(
    #[case] name: &str,
    #[case] scene: Scene,
    #[values((120, 40), (80, 24))] size: (u16, u16),
) {
    let console = scene(Console::setup().size(size.0, size.1));
    assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), console.screen());
}
