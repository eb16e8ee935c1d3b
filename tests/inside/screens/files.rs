//! Importing targets on the screen: a path, the columns, the dry run, the draft - and the way back from each.

pub mod pictures;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mylink_console::audience::{ColumnUse, Country, Header, ImportProgress, TargetImport};
use mylink_console::domain::plan::{Plan, Target};
use mylink_console::domain::text::is_dangerous;
use mylink_console::model::effect::RequestId;
use mylink_console::model::file::{
    Entry, EntryKind, FileRead, FileReply, FileStamp, FileWork, Listing, NotWritten, OpenedFile,
    ReadTargets,
};
use mylink_console::model::message::Candidate;
use mylink_console::model::{Effect, Notice, Reply};
use rstest::rstest;

use super::composing::{drafted, empty};
use super::console::{Console, Setup};
use super::data;

/// A file of five rows, three of which can be taken.
pub const PEOPLE: &str = "Mobile;First Name;Loyalty Points\n\
    320 1234567;Ada;12\n\
    ;Bruno;7\n\
    0320;Carla;=1+1\n\
    +39 333 1234567;Dora;3\n\
    +39 347 1234567;Emil;\n";

/// A draft of two targets; the second stands in [`PEOPLE`] too.
pub const TWO: &str = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"targets",
    "targets":[{"user_phone_number":"391"},{"user_phone_number":"393331234567"}],
    "delay_minutes":10}"#;

fn stamp(text: &str) -> FileStamp {
    FileStamp {
        bytes: text.len() as u64,
        modified: Some(data::minutes_ago(90)),
    }
}

/// What the worker answers when a file with this text is opened.
pub fn opened(text: &str) -> FileReply {
    let header = Header::read(text.as_bytes()).unwrap();
    let known = [("first_name", 4_812), ("user_phone_number", 5_000)];
    let variables = known.map(|(name, contacts)| Candidate {
        text: name.to_owned(),
        contacts,
    });
    FileReply::Opened(Ok(Box::new(OpenedFile {
        mapping: header.mapping(),
        header,
        is_remembered: false,
        stamp: stamp(text),
        variables: variables.to_vec(),
        channels: vec![Candidate {
            text: "WhatsAppChannel".to_owned(),
            contacts: 4_100,
        }],
        country: Some("IT".to_owned()),
    })))
}

/// What the worker answers when a file with this text is read.
fn read(work: &ReadTargets, text: &str) -> FileReply {
    let import = TargetImport {
        mapping: &work.mapping,
        bot_channel: work.channel.as_deref(),
        country: work.country.as_deref().and_then(Country::parse),
    };
    let read = import.read(text.as_bytes(), |_| {}, &AtomicBool::new(false));
    let read = read.unwrap().unwrap();
    let is_there = |target: &&Target| {
        let same = |other: &Target| other.named_by() == target.named_by();
        work.existing.iter().any(same)
    };
    FileReply::Read(Ok(Some(FileRead {
        already: read.targets.iter().filter(is_there).count() as u64,
        read: Arc::new(read),
        stamp: stamp(text),
    })))
}

pub fn entry(folder: &str, name: &str, kind: EntryKind, bytes: u64) -> Entry {
    let slash = if kind == EntryKind::Folder { "/" } else { "" };
    Entry {
        path: format!("{folder}{name}{slash}"),
        name: name.to_owned(),
        kind,
        bytes,
    }
}

impl Console {
    /// The work on files that the last event wanted.
    #[track_caller]
    pub fn file_work(&self) -> (RequestId, FileWork) {
        let work = self.effects().iter().find_map(|effect| match effect {
            Effect::File(id, work) => Some((*id, work.clone())),
            _ => None,
        });
        work.unwrap_or_else(|| panic!("nothing is wanted: {:?}\n{}", self.effects(), self.screen()))
    }

    /// Answers the work on files that the last event wanted.
    #[track_caller]
    pub fn file(self, reply: FileReply) -> Self {
        let (id, _) = self.file_work();
        self.reply(Reply::File(id, reply))
    }

    /// Opens a file with this text in the import.
    pub fn open_file(self, text: &str) -> Self {
        self.press("shift-i")
            .type_text("people.csv")
            .press("enter")
            .file(opened(text))
    }

    /// Reads the file with this text.
    #[track_caller]
    pub fn read_file(self, text: &str) -> Self {
        let console = self.press("f5");
        let (_, work) = console.file_work();
        let FileWork::Read(work) = work else {
            panic!("it is not read: {work:?}");
        };
        console.file(read(&work, text))
    }
}

fn start(setup: Setup) -> Console {
    empty(setup)
}

fn people() -> Console {
    start(Console::setup()).open_file(PEOPLE)
}

#[test]
fn the_last_row_of_the_columns_reads_the_file_and_its_key_says_so() {
    let console = drafted(Console::setup(), TWO).open_file(PEOPLE);
    let console = console.expect_text("Enter read it").press("home");
    let console = console
        .expect_text("Enter edit")
        .press("end")
        .expect_text("Enter read it")
        .expect_no_text("Enter edit")
        .press("enter");
    assert!(matches!(console.file_work().1, FileWork::Read(_)));
}

#[test]
fn a_name_is_completed_and_a_folder_is_gone_into() {
    let entries = vec![
        entry("", "people-march.csv", EntryKind::Table, 12_000),
        entry("", "people-may.csv", EntryKind::Table, 9),
        entry("", "people/", EntryKind::Folder, 0),
    ];
    let listing = |entries: &[Entry]| {
        FileReply::Listed(Listing {
            entries: entries.to_vec(),
            ..Listing::default()
        })
    };
    let console = start(Console::setup()).press("shift-i").type_text("pe");
    assert_eq!(console.file_work().1, FileWork::List("pe".to_owned()));
    let console = console.file(listing(&entries)).press("tab");
    assert_eq!(console.file_work().1, FileWork::List("people".to_owned()));
    let console = console.file(listing(&entries)).press("tab down enter");
    let open = FileWork::Open {
        path: "people-may.csv".to_owned(),
        bot: Some(data::BOT.to_owned()),
    };
    assert_eq!(console.file_work().1, open);
    let folder = [entry("", "old", EntryKind::Folder, 0)];
    let console = start(Console::setup())
        .press("shift-i")
        .file(listing(&folder));
    let console = console.press("down enter");
    assert_eq!(console.file_work().1, FileWork::List("old/".to_owned()));
}

#[test]
fn an_overtaken_listing_is_dropped() {
    let console = start(Console::setup()).press("shift-i");
    let (first, _) = console.file_work();
    let late = Listing {
        entries: vec![entry("", "late.csv", EntryKind::Table, 1)],
        ..Listing::default()
    };
    console
        .type_text("x")
        .reply(Reply::File(first, FileReply::Listed(late)))
        .expect_no_text("late.csv");
}

#[test]
fn a_file_that_cannot_be_opened_is_said_so_and_the_name_stays() {
    let wrong = FileReply::Opened(Err(Notice::error("There is no file nobody.csv.")));
    start(Console::setup())
        .press("shift-i")
        .type_text("nobody.csv")
        .press("enter")
        .file(wrong)
        .expect_text("There is no file nobody.csv.")
        .expect_text("File         nobody.csv");
}

#[test]
fn columns_are_read_as_they_are_mapped_on_screen() {
    // The cursor is on the way on: country and channel are above it, then the last column.
    let console = people()
        .press("up up enter")
        .type_text("WhatsApp")
        .press("enter up enter ctrl-u")
        .type_text("Points")
        .press("enter up space f5");
    let (_, FileWork::Read(work)) = console.file_work() else {
        panic!("{:?}", console.effects());
    };
    assert_eq!(
        work.mapping.0,
        [
            ColumnUse::Variable("user_phone_number".to_owned()),
            ColumnUse::Ignored,
            ColumnUse::Variable("points".to_owned()),
        ]
    );
    // The class name, as the platform wants it.
    assert_eq!(work.channel.as_deref(), Some("WhatsAppChannel"));
    assert_eq!(work.country.as_deref(), Some("IT"));
    assert_eq!(work.path, "people.csv");
}

#[rstest]
#[case::a_known_variable("first", "first_name")]
#[case::an_identity("user_id", "user_id")]
#[case::in_snake_case("Points of May", "points_of_may")]
fn a_column_is_taken_for_what_is_chosen(#[case] typed: &str, #[case] expected: &str) {
    let console = people()
        .press("up up up enter ctrl-u")
        .type_text(typed)
        .press("tab");
    // Where two columns are the same variable the second is named.
    console.expect_text(expected);
}

#[rstest]
#[case::nobody_can_be_told_apart("home space", "The file has neither a column `user_id`")]
#[case::no_such_country("end up enter ctrl-u q q enter", "No country has this code")]
fn what_cannot_be_read_so_is_said_before_it_is_read(#[case] keys: &str, #[case] said: &str) {
    people()
        .press(keys)
        .press("f5")
        .expect_no_effect()
        .expect_text(said);
}

#[test]
fn the_dry_run_says_who_would_be_taken_and_changes_nothing() {
    let console = people().read_file(PEOPLE);
    console
        .expect_text("3 contacts would be taken")
        .expect_text("2 rows rejected: 1 bad phone number, 1 without identity")
        .expect_text("Line 3: It has neither a user_id nor a user_phone_number")
        .press("down")
        .expect_text("Line 4: \"0320\" has the wrong number of digits")
        .expect_no_effect();
}

/// The targets that taking would put before those of the file.
fn taken(console: &Console) -> (Vec<Target>, Option<String>, usize) {
    match console.file_work().1 {
        FileWork::Take(work) => {
            let targets = work.read.targets.len();
            (work.behind.to_vec(), work.delay, targets)
        }
        other => panic!("nothing is taken: {other:?}"),
    }
}

#[test]
fn targets_replace_those_of_the_draft_or_stand_behind_them() {
    let read = || {
        drafted(Console::setup(), TWO)
            .open_file(PEOPLE)
            .read_file(PEOPLE)
    };
    read()
        .expect_text("instead of the draft's 2 targets")
        .expect_text("behind them: 2 new, 1 there already, 4 then");
    let (behind, delay, targets) = taken(&read().press("enter"));
    assert_eq!((behind.len(), targets), (0, 3));
    assert_eq!(delay.as_deref(), Some("10"), "the draft's delay stays");
    let (behind, ..) = taken(&read().press("tab enter"));
    let ids: Vec<_> = behind.iter().filter_map(Target::named_by).collect();
    assert_eq!(ids, ["391", "393331234567"]);
}

#[test]
fn a_draft_without_targets_is_offered_no_choice() {
    let console = people()
        .read_file(PEOPLE)
        .expect_no_text("instead of the draft");
    let (behind, ..) = taken(&console.press("tab enter"));
    assert!(behind.is_empty());
}

#[test]
fn what_was_taken_becomes_the_draft_and_can_be_taken_back() {
    let plan = Plan::from_json(TWO).unwrap();
    let console = people().read_file(PEOPLE).press("enter");
    let planned = Reply::Planned(data::key("spring"), Box::new(plan), Notice::ok("3 taken."));
    let console = console.reply(planned);
    assert_eq!(console.kept().form.targets().len(), 2);
    let console = console
        .expect_text("3 taken.")
        .expect_no_text("Import targets")
        .keys("u");
    assert!(
        console
            .expect_text("+ condition")
            .screen()
            .contains("nobody yet")
    );
}

#[rstest]
#[case::at_the_file("shift-i", "esc")]
#[case::at_the_columns("", "esc esc")]
#[case::while_a_cell_is_typed_into("enter", "esc esc esc")]
fn escape_leaves_the_draft_as_it_was(#[case] keys: &str, #[case] escapes: &str) {
    let before = drafted(Console::setup(), TWO).screen();
    let mut console = drafted(Console::setup(), TWO);
    console = if keys == "shift-i" {
        console.press(keys)
    } else {
        console.open_file(PEOPLE).press("up").press(keys)
    };
    for escape in escapes.split_whitespace() {
        console = console.press(escape).expect_no_effect();
    }
    assert_eq!(console.screen(), before);
}

#[test]
fn escape_after_the_dry_run_leaves_the_draft_as_it_was() {
    let before = drafted(Console::setup(), TWO).screen();
    let console = drafted(Console::setup(), TWO)
        .open_file(PEOPLE)
        .read_file(PEOPLE);
    let console = console
        .press("esc")
        .expect_text("Taken for")
        .press("esc esc");
    assert_eq!(console.expect_no_effect().screen(), before);
}

#[test]
fn reading_is_stopped_at_once_and_what_comes_late_is_dropped() {
    let console = people().press("f5");
    let (id, FileWork::Read(work)) = console.file_work() else {
        panic!("{:?}", console.effects());
    };
    let progress = ImportProgress {
        bytes: 60,
        taken: 1_024,
        rejected: 3,
    };
    let console = console
        .reply(Reply::File(id, FileReply::Reading(progress)))
        .expect_text("1,024")
        .press("esc")
        .expect_text("Reading was stopped; nothing was taken.");
    assert_eq!(console.file_work().1, FileWork::Stop);
    console
        .reply(Reply::File(id, read(&work, PEOPLE)))
        .expect_no_text("contacts would be taken")
        .expect_text("Taken for");
}

#[test]
fn a_file_that_changed_meanwhile_is_read_again() {
    people()
        .read_file(PEOPLE)
        .press("enter")
        .file(FileReply::Changed)
        .expect_text("The file was changed since it was read; nothing was taken.")
        .read_file(PEOPLE)
        .expect_text("3 contacts would be taken");
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_columns() {
    people()
        .press("f5")
        .file(FileReply::Read(Err(Notice::error(
            "The file can't be read: gone.",
        ))))
        .expect_text("The file can't be read: gone.")
        .expect_text("Taken for");
}

#[test]
fn nobody_is_taken_from_a_file_of_which_nobody_can_be() {
    let nobody = "user_id\n\"\"\n";
    start(Console::setup())
        .open_file(nobody)
        .read_file(nobody)
        .expect_text("0 contacts would be taken")
        .press("enter")
        .expect_no_effect()
        .expect_text("There is nobody to take.");
}

#[test]
fn rejected_rows_are_written_beside_the_file_and_replace_another_only_when_told() {
    let console = people().read_file(PEOPLE).press("w");
    let console = console
        .expect_text("Write to     people-rejected.csv")
        .press("f3");
    let console = console.expect_no_effect().press("enter");
    let (
        _,
        FileWork::WriteRejected {
            path,
            source,
            read,
            replace,
        },
    ) = console.file_work()
    else {
        panic!("{:?}", console.effects());
    };
    assert_eq!(
        (path.as_str(), source.as_str()),
        ("people-rejected.csv", "people.csv")
    );
    assert_eq!((read.rejected.count(), replace), (2, false));
    let console = console
        .file(FileReply::Written(Err(NotWritten::Exists(1_200))))
        .expect_text("A file of that name is there already (1.2 kB). F3 replaces it");
    // Another name is another file: it isn't replaced unasked either.
    let other = console.press("backspace").press("f3").expect_no_effect();
    let other = other.type_text("v").press("enter");
    assert!(matches!(
        other.file_work().1,
        FileWork::WriteRejected { replace: false, .. }
    ));
    let written = other
        .file(FileReply::Written(Err(NotWritten::Exists(1_200))))
        .press("f3");
    assert!(matches!(
        written.file_work().1,
        FileWork::WriteRejected { replace: true, .. }
    ));
    written
        .file(FileReply::Written(Ok(Notice::ok(
            "2 rejected rows written.",
        ))))
        .expect_text("2 rejected rows written.")
        .expect_no_text("Write to")
        .press("enter")
        .file_work();
}

/// An escape sequence, a bidi override, a mark without width, a C1 control and a tag character.
const EVIL: &str = "\u{1b}[2J\u{202e}x\u{200b}\u{9b}31m\u{e0041}";

#[track_caller]
fn expect_harmless(console: Console) -> Console {
    for cell in console.buffer().content() {
        let is_harmless = !cell.symbol().chars().any(is_dangerous);
        assert!(
            is_harmless,
            "{:?} is on the screen:\n{}",
            cell.symbol(),
            console.screen()
        );
    }
    console.expect_text("‹U+")
}

#[test]
fn hostile_names_and_contents_show_placeholders() {
    let text = format!("user_id,{EVIL},Mobile\n{EVIL},{EVIL},{EVIL}\n,{EVIL},\n1,2,{EVIL}9\n");
    let listing = Listing {
        entries: vec![
            entry("", EVIL, EntryKind::Table, 1),
            entry("", EVIL, EntryKind::Folder, 0),
        ],
        ..Listing::default()
    };
    let console = start(Console::setup())
        .press("shift-i")
        .file(FileReply::Listed(listing));
    let console = expect_harmless(expect_harmless(console).press("down"));
    let failed = console.press("enter");
    let console = failed.file(FileReply::Opened(Err(Notice::error(EVIL))));
    let console = expect_harmless(console).press("enter").file(opened(&text));
    let console = expect_harmless(console)
        .press("up up up up enter")
        .paste(EVIL);
    let console = expect_harmless(console).press("enter");
    let console = expect_harmless(console).press("space").read_file(&text);
    let console = expect_harmless(console).press("down w").paste(EVIL);
    let console = expect_harmless(console).press("enter");
    let why = NotWritten::Failed(Notice::error(EVIL));
    expect_harmless(console.file(FileReply::Written(Err(why))));
}
