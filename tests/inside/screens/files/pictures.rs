//! The import as pictures, where there is room and where there is little.

use insta::assert_snapshot;
use mylink_console::audience::ImportProgress;
use mylink_console::model::Reply;
use mylink_console::model::file::{EntryKind, FileReply, Listing, NotWritten};
use rstest::rstest;

use super::{PEOPLE, TWO, entry};
use crate::screens::composing::{drafted, empty};
use crate::screens::console::{Console, Setup};

pub fn file(setup: Setup) -> Console {
    let listing = Listing {
        entries: vec![
            entry("", "people-march.csv", EntryKind::Table, 12_400_000),
            entry("", "people-may.tsv", EntryKind::Table, 812),
            entry("", "exports", EntryKind::Folder, 0),
            entry("", "people.xlsx", EntryKind::Other, 24_000),
        ],
        ..Listing::default()
    };
    let console = empty(setup).press("shift-i");
    console.file(FileReply::Listed(listing)).press("down")
}

pub fn nothing_there(setup: Setup) -> Console {
    let listing = Listing {
        untypable: 2,
        ..Listing::default()
    };
    let console = empty(setup).press("shift-i").type_text("~/exp/");
    console.file(FileReply::Listed(listing))
}

pub fn columns(setup: Setup) -> Console {
    empty(setup).open_file(PEOPLE)
}

pub fn column(setup: Setup) -> Console {
    columns(setup).press("home enter")
}

pub fn without_identity(setup: Setup) -> Console {
    columns(setup).press("home space f5")
}

pub fn reading(setup: Setup) -> Console {
    let console = columns(setup).press("f5");
    let (id, _) = console.file_work();
    let progress = ImportProgress {
        bytes: 61,
        taken: 86_016,
        rejected: 771,
    };
    console.reply(Reply::File(id, FileReply::Reading(progress)))
}

pub fn read(setup: Setup) -> Console {
    drafted(setup, TWO).open_file(PEOPLE).read_file(PEOPLE)
}

pub fn writing(setup: Setup) -> Console {
    let exists = FileReply::Written(Err(NotWritten::Exists(1_200)));
    read(setup).press("w enter").file(exists)
}

type Scene = fn(Setup) -> Console;

#[rstest]
#[case("file", file)]
#[case("nothing_there", nothing_there)]
#[case("columns", columns)]
#[case("column", column)]
#[case("without_identity", without_identity)]
#[case("reading", reading)]
#[case("read", read)]
#[case("writing", writing)]
fn pictures(
    #[case] name: &str,
    #[case] scene: Scene,
    #[values((120, 40), (80, 24))] size: (u16, u16),
) {
    let console = scene(Console::setup().size(size.0, size.1));
    assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), console.screen());
}
