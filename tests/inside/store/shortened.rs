//! A copy that lacks steps: what a death leaves is completed without a word, what a hand took away is told.

use std::fs;

use mylink_console::domain::launch::Outcome::{Accepted, Refused};
use mylink_console::store::Journal;
use mylink_console::store::journal::Cut;
use rstest::rstest;

use super::held::waiting;
use super::{Folder, at, end, launch, launched};

/// Leaves this many lines of the copy, and opens the journal; gives what is told, and whether the copy is whole again.
fn opened_with(folder: &Folder, lines: usize) -> (Option<Cut>, bool) {
    let path = folder.file("journal.jsonl");
    let whole = fs::read_to_string(&path).unwrap();
    let kept: String = whole.split_inclusive('\n').take(lines).collect();
    fs::write(&path, kept).unwrap();
    let journal = folder.journal();
    assert_eq!(journal.trouble(), None);
    (journal.cut(), fs::read_to_string(&path).unwrap() == whole)
}

/// `journal`, then `armed call contacts begun called ended`, twice.
#[rstest]
#[case::nothing(13, None)]
#[case::the_end(12, None)]
#[case::the_outcome(11, None)]
#[case::the_beginning_of_a_call_with_its_outcome(10, Some((11, 3)))]
#[case::a_launch(7, Some((8, 6)))]
#[case::most_of_it(1, Some((2, 12)))]
fn what_stood_there_before_a_call_was_made_is_not_lost_by_a_crash(
    #[case] lines: usize,
    #[case] told: Option<(u64, u64)>,
) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Accepted);
    launched(&mut journal, "b", 5, Accepted);
    drop(journal);
    let told = told.map(|(from, steps)| Cut { from, steps });
    assert_eq!(opened_with(&folder, lines), (told, true));
    // It is told once, and the copy is whole from then on.
    assert_eq!(folder.journal().cut(), None);
}

#[test]
fn a_call_that_could_not_be_copied_was_not_made_and_is_no_loss() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    journal.begin_call("a", 0, at(1)).unwrap();
    journal.record_call("a", 0, &end(Refused)).unwrap();
    journal.finish("a", Refused, "no copy", at(2)).unwrap();
    drop(journal);
    // As where the copy took nothing more once it was armed.
    assert_eq!(opened_with(&folder, 4), (None, true));
}

#[rstest]
#[case::that_was_only_confirmed(false, None)]
#[case::that_was_started(true, Some(Cut { from: 2, steps: 7 }))]
fn a_launch_that_waited(#[case] starts: bool, #[case] told: Option<Cut>) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.hold(&waiting("w")).unwrap();
    if starts {
        let bodies = &["one"];
        journal
            .arm_waiting(&launch("w", 500, bodies), super::at(500), "ada@h")
            .unwrap();
    }
    drop(journal);
    assert_eq!(opened_with(&folder, 1), (told, true));
}

#[test]
fn what_was_lost_is_put_on_the_record_with_a_name() {
    let folder = Folder::new();
    launched(&mut folder.journal(), "a", 0, Accepted);
    let path = folder.file("journal.jsonl");
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        whole.split_inclusive('\n').take(2).collect::<String>(),
    )
    .unwrap();
    let mut journal = folder.journal();
    let cut = journal.note_cut("ada@h", at(9)).unwrap();
    assert_eq!(cut, Some(Cut { from: 3, steps: 5 }));
    assert_eq!(journal.note_cut("ada@h", at(10)).unwrap(), None);
    let acts = folder.journal().acts().unwrap();
    assert_eq!(acts.len(), 1);
    assert_eq!((&*acts[0].by, acts[0].at), ("ada@h", at(9)));
    assert!(acts[0].note.contains("5 steps from step 3 on"), "{acts:?}");
}
