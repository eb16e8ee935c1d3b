//! One journal in two folders of a machine: of its two ways on, one is gone.

use std::path::Path;
use std::sync::Barrier;
use std::thread;

use mylink_console::domain::launch::Outcome::Accepted;
use mylink_console::store::journal::TroubleKind;
use mylink_console::store::{Journal, SqliteJournal, StoreError};

use super::altered::note;
use super::{Folder, act, launch, launched};

/// A journal with a launch in it, and a copy of its folder.
fn twins(state: &Path) -> [Folder; 2] {
    let (first, second) = (Folder::new(), Folder::new());
    let mut journal = witnessed(&first, state);
    launched(&mut journal, "a", 0, Accepted);
    drop(journal);
    for name in ["journal.db", "journal.jsonl"] {
        std::fs::copy(first.file(name), second.file(name)).unwrap();
    }
    [first, second]
}

fn witnessed(folder: &Folder, state: &Path) -> SqliteJournal {
    folder.journal().witnessed_in(Some(state))
}

fn trouble(armed: Result<(), StoreError>) -> TroubleKind {
    match armed {
        Err(StoreError::Record(trouble)) => trouble.kind,
        other => panic!("{other:?}"),
    }
}

#[test]
fn of_two_copies_that_arm_at_once_one_does() {
    for _ in 0..20 {
        let state = tempfile::tempdir().unwrap();
        let folders = twins(state.path());
        let journals = folders
            .each_ref()
            .map(|folder| witnessed(folder, state.path()));
        let barrier = Barrier::new(2);
        let armed = thread::scope(|scope| {
            let arming = journals.map(|mut journal| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    journal.arm(&launch("b", 10, &["x"]))
                })
            });
            arming.map(|arming| arming.join().unwrap())
        });
        let (done, refused): (Vec<_>, Vec<_>) = armed.into_iter().partition(Result::is_ok);
        assert_eq!(done.len(), 1, "{refused:?}");
        let kind = trouble(refused.into_iter().next().unwrap());
        let seen = matches!(
            kind,
            TroubleKind::OlderThanSeen { .. } | TroubleKind::OtherThanSeen { .. }
        );
        assert!(seen, "{kind:?}");
    }
}

#[test]
fn a_copy_that_has_gone_on_as_far_is_known_for_another_and_can_be_accepted() {
    let state = tempfile::tempdir().unwrap();
    let [first, second] = twins(state.path());
    // Without a witness, as on another machine.
    let mut apart = second.journal();
    apart.arm(&launch("b", 10, &["x"])).unwrap();
    let step = apart.steps().unwrap();
    drop(apart);
    let mut journal = witnessed(&first, state.path());
    journal.arm(&launch("c", 20, &["x"])).unwrap();
    assert_eq!(journal.steps().unwrap(), step, "both have gone on as far");
    drop(journal);

    let mut other = witnessed(&second, state.path());
    let found = other.trouble().unwrap().clone();
    assert_eq!(found.kind, TroubleKind::OtherThanSeen { step });
    assert!(found.to_string().contains("--accept-journal"), "{found}");
    let refused = other.arm(&launch("d", 30, &["x"]));
    assert_eq!(trouble(refused), TroubleKind::OtherThanSeen { step });
    other.accept(&act("the other folder is gone")).unwrap();
    other.arm(&launch("d", 30, &["x"])).unwrap();
    // From now on it is the first one that has gone another way.
    let mut first = witnessed(&first, state.path());
    trouble(first.arm(&launch("e", 40, &["x"])));
}

#[test]
fn a_witness_that_has_only_counted_learns_the_hash() {
    let state = tempfile::tempdir().unwrap();
    let [first, second] = twins(state.path());
    let note = note(state.path());
    let steps = first.journal().steps().unwrap();
    std::fs::write(&note, format!("{steps}\n")).unwrap();
    assert_eq!(witnessed(&first, state.path()).trouble(), None);
    let mut apart = second.journal();
    apart.arm(&launch("b", 10, &["x"])).unwrap();
    drop(apart);
    witnessed(&first, state.path())
        .arm(&launch("c", 20, &["x"]))
        .unwrap();
    let other = witnessed(&second, state.path());
    assert!(other.trouble().is_some());
}

#[test]
fn what_is_no_file_in_the_place_of_a_note_is_not_waited_for() {
    for target in ["/dev/zero", "/dev/full"] {
        let state = tempfile::tempdir().unwrap();
        let [first, _] = twins(state.path());
        let note = note(state.path());
        for name in [note.clone(), note.with_extension("lock")] {
            std::fs::remove_file(&name).unwrap();
            std::os::unix::fs::symlink(target, &name).unwrap();
        }
        let mut journal = witnessed(&first, state.path());
        let told = journal.notices().join(" ");
        assert!(told.contains("can't be read any more"), "{told}");
        journal.arm(&launch("b", 10, &["x"])).unwrap();
    }
}

#[test]
fn a_pipe_in_the_place_of_a_note_is_not_waited_for() {
    let state = tempfile::tempdir().unwrap();
    let [first, _] = twins(state.path());
    let note = note(state.path());
    for name in [note.clone(), note.with_extension("lock")] {
        std::fs::remove_file(&name).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&name).status();
        assert!(made.unwrap().success());
    }
    let mut journal = witnessed(&first, state.path());
    let told = journal.notices().join(" ");
    assert!(told.contains("can't be read any more"), "{told}");
    journal.arm(&launch("b", 10, &["x"])).unwrap();
}

#[test]
fn a_witness_says_why_it_can_keep_nothing() {
    let (folder, state) = (Folder::new(), tempfile::tempdir().unwrap());
    assert_eq!(witnessed(&folder, state.path()).witness_trouble(), None);
    std::fs::write(note(state.path()), "").unwrap();
    let journal = witnessed(&folder, Path::new("/proc/1"));
    assert!(journal.witness_trouble().is_some());
    assert!(
        folder.journal().witness_trouble().is_some(),
        "there is none"
    );
}
