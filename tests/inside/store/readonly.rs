//! A journal that the system doesn't let this process write: it can't be armed, and is left as it is.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};

use mylink_console::store::{Journal, SqliteJournal};

use super::child::{self, Part};
use super::{Folder, launch};

/// An account without rights: the system asks nobody else for permissions but the superuser.
const NOBODY: u32 = 65_534;

/// The part: tries to arm, and says how that went.
#[test]
fn a_process_that_may_not_write() {
    let Some(folder) = child::folder_of_the_part() else {
        return;
    };
    let armed = SqliteJournal::open(&folder.join("journal.db"))
        .and_then(|mut journal| journal.arm(&launch("a", 0, &["x"])));
    match armed {
        Ok(()) => child::say("arm"),
        Err(error) => child::say(&format!("not arm: {error}")),
    }
    child::say("the end");
    child::wait_for_the_end();
}

#[test]
fn on_a_file_that_may_not_be_written_nothing_is_armed() {
    let folder = Folder::new();
    drop(folder.journal());
    let path = folder.file("journal.db");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    if rustix::process::getuid().is_root() {
        chown(folder.file(""), Some(NOBODY), Some(NOBODY)).unwrap();
        for name in ["journal.db", "journal.jsonl"] {
            chown(folder.file(name), Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    let before = fs::read(&path).unwrap();
    let name = "store::readonly::a_process_that_may_not_write";
    let Some(mut part) = Part::start_as(name, &folder.file(""), NOBODY) else {
        eprintln!("not tried: this binary lies where no other account may read it");
        return;
    };
    let did = part.until("the end");
    let expected = "not arm: Arming the launch failed: ";
    assert!(did[0].starts_with(expected), "{did:?}");
    let named = format!("{} or a file beside it", path.display());
    for words in [named.as_str(), "attempt to write a readonly database"] {
        assert!(did[0].contains(words), "{did:?}");
    }
    assert_eq!(fs::read(&path).unwrap(), before);
}
