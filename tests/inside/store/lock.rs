//! One launch of a broadcast at a time: over handles of one process, and over processes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use mylink_console::store::lock::Holder;
use mylink_console::store::{BroadcastLock, StoreError};

use super::Folder;
use super::child::{self, Part};

fn take(folder: &Path, broadcast: &str, operator: &str) -> Result<BroadcastLock, StoreError> {
    let holder = Holder::of_this_process(operator, "h");
    BroadcastLock::take(&folder.join("locks"), "k1", broadcast, &holder)
}

fn refusal(folder: &Path) -> String {
    take(folder, "b1", "bob").unwrap_err().to_string()
}

#[test]
fn a_second_handle_is_refused_with_the_holders_name() {
    let folder = Folder::new();
    let path = folder.file("");
    let lock = take(&path, "b1", "ada").unwrap();
    let expected = format!(
        "this broadcast is being launched by ada (process {} on h). Wait until that is done",
        std::process::id()
    );
    assert_eq!(refusal(&path), expected);
    let other = take(&path, "b2", "bob").unwrap();
    drop((lock, other));
    drop(take(&path, "b1", "bob").unwrap());
}

#[test]
fn locks_are_for_their_owner_alone_and_name_nobody_when_free() {
    let folder = Folder::new();
    let lock = take(&folder.file(""), "b1", "ada").unwrap();
    let file = lock.path().to_owned();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    assert!(fs::read_to_string(&file).unwrap().starts_with("ada\n"));
    drop(lock);
    assert_eq!(fs::read_to_string(&file).unwrap(), "");
}

/// The part: takes the lock and keeps it.
#[test]
fn a_process_that_holds_a_lock() {
    let Some(folder) = child::folder_of_the_part() else {
        return;
    };
    let _lock = take(&folder, "b1", "eve").unwrap();
    child::say("lock");
    child::wait_for_the_end();
}

#[test]
fn a_lock_ends_with_its_process() {
    let folder = Folder::new();
    let path = folder.file("");
    let mut part = Part::start("store::lock::a_process_that_holds_a_lock", &path);
    part.until("lock");
    let holder = format!("eve (process {} on h)", part.id());
    assert!(refusal(&path).contains(&holder), "{}", refusal(&path));
    part.kill();
    let lock = take(&path, "b1", "bob").unwrap();
    assert!(
        fs::read_to_string(lock.path())
            .unwrap()
            .starts_with("bob\n")
    );
}
