//! A journal whose files become others while it is open: nothing goes to the old ones, and what stands in their place is
//! taken with every check of a start.

use std::fs;
use std::path::PathBuf;

use mylink_console::domain::launch::Outcome::{Accepted, Sending};
use mylink_console::domain::waiting::{WaitingEnd, WaitingState};
use mylink_console::store::journal::{LaunchFilter, Memory, TroubleKind};
use mylink_console::store::{Cache, Journal, SqliteJournal, StoreError};
use rstest::rstest;

use super::altered::by_hand;
use super::held::waiting;
use super::{Folder, act, at, launch, launched};

/// The files of a journal, as bytes; a log that isn't there is none.
struct Files(Vec<(PathBuf, Option<Vec<u8>>)>);

impl Files {
    fn of(folder: &Folder) -> Self {
        let names = ["journal.db", "journal.db-wal", "journal.jsonl"];
        let read = |name| (folder.file(name), fs::read(folder.file(name)).ok());
        Self(names.into_iter().map(read).collect())
    }

    /// As `mv` does: other files of the same names.
    fn moved_in(&self) {
        for (path, bytes) in &self.0 {
            match bytes {
                Some(bytes) => {
                    let beside = path.with_extension("beside");
                    fs::write(&beside, bytes).unwrap();
                    fs::rename(&beside, path).unwrap();
                }
                None => drop(fs::remove_file(path)),
            }
        }
    }

    /// As `cp` does: the same files with other bytes.
    fn copied_over(&self) {
        for (path, bytes) in &self.0 {
            match bytes {
                Some(bytes) => fs::write(path, bytes).unwrap(),
                None => drop(fs::remove_file(path)),
            }
        }
    }

    fn only(&self, name: &str) -> Self {
        let files = self.0.iter();
        Self(
            files
                .filter(|(path, _)| path.ends_with(name))
                .cloned()
                .collect(),
        )
    }
}

fn ids(journal: &SqliteJournal) -> Vec<String> {
    let launches = journal.launches(&LaunchFilter::default()).unwrap();
    launches.into_iter().map(|launch| launch.id).collect()
}

fn trouble(result: Result<(), StoreError>) -> TroubleKind {
    match result {
        Err(StoreError::Record(trouble)) => trouble.kind,
        other => panic!("no trouble: {other:?}"),
    }
}

/// Somebody changes the rows, and rebuilds the journal from its copy.
fn rebuild_from_copy(folder: &Folder) {
    by_hand(folder, "UPDATE launch SET reason = 'eve' WHERE id = 'a'");
    folder.rebuild_from_copy();
}

#[test]
fn one_that_was_rebuilt_is_read_and_written_anew() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Accepted);
    rebuild_from_copy(&folder);
    let mut other = folder.journal();
    launched(&mut other, "b", 5, Accepted);
    // Who prepared a launch on the old one does not arm it on the new one by itself.
    let refused = journal.arm(&launch("c", 9, &["x"])).unwrap_err();
    assert!(matches!(refused, StoreError::Replaced { .. }), "{refused}");
    journal.check_anew().unwrap();
    assert_eq!(
        (ids(&journal), journal.openings()),
        (vec!["b".to_owned(), "a".to_owned()], 2)
    );
    assert_eq!(journal.launch("a").unwrap().reason, "done");
    assert!(journal.own().contains("a") && !journal.own().contains("b"));
    launched(&mut journal, "c", 9, Accepted);
    other.check_anew().unwrap();
    assert_eq!((ids(&other).len(), other.openings()), (3, 1));
}

#[test]
fn what_was_taken_back_in_the_one_that_was_rebuilt_does_not_start_from_the_old_one() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Accepted);
    for id in ["w", "t"] {
        journal.hold(&waiting(id)).unwrap();
    }
    rebuild_from_copy(&folder);
    let taken_back = WaitingEnd {
        state: WaitingState::TakenBack,
        at: at(10),
        by: "eve@h".to_owned(),
        reason: String::new(),
    };
    folder.journal().end_waiting("t", &taken_back).unwrap();
    assert!(journal.one_waiting("t").unwrap().is_waiting(), "the past");
    let start = |journal: &mut SqliteJournal, id| {
        journal.arm_waiting(&launch(id, 500, &["one", "two"]), super::at(500), "ada@h")
    };
    assert!(start(&mut journal, "t").is_err());
    journal.check_anew().unwrap();
    let late = start(&mut journal, "t").unwrap_err();
    assert!(matches!(late, StoreError::NotWaiting { .. }), "{late}");
    start(&mut journal, "w").unwrap();
}

#[test]
fn a_launch_on_its_way_is_kept_where_the_new_one_knows_it_and_told_where_it_does_not() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Accepted);
    drop(journal);
    let older = Files::of(&folder);
    let mut journal = folder.journal();
    journal.arm(&launch("b", 5, &["x"])).unwrap();
    journal.begin_call("b", 0, at(6)).unwrap();
    rebuild_from_copy(&folder);
    let lost = journal
        .record_call("b", 0, &super::end(Accepted))
        .unwrap_err();
    assert!(matches!(lost, StoreError::Replaced { .. }), "{lost}");
    journal.check_anew().unwrap();
    journal.record_call("b", 0, &super::end(Accepted)).unwrap();
    journal.finish("b", Accepted, "done", at(8)).unwrap();
    // One that is older has never heard of the next.
    journal.arm(&launch("c", 9, &["x"])).unwrap();
    older.moved_in();
    journal.check_anew().unwrap();
    let unknown = journal.begin_call("c", 0, at(10)).unwrap_err();
    assert!(
        matches!(unknown, StoreError::NoSuchLaunch { .. }),
        "{unknown}"
    );
}

#[rstest]
#[case::moved(Files::moved_in)]
#[case::copied(Files::copied_over)]
fn an_older_database_in_its_place_is_trouble_until_the_right_one_is_back(#[case] put: fn(&Files)) {
    let folder = Folder::new();
    launched(&mut folder.journal(), "a", 0, Accepted);
    let older = Files::of(&folder).only("journal.db");
    launched(&mut folder.journal(), "b", 5, Accepted);
    let newer = Files::of(&folder).only("journal.db");
    let mut journal = folder.journal();
    journal.check_anew().unwrap();
    put(&older);
    let found = trouble(journal.check_anew());
    assert_eq!(
        found,
        TroubleKind::DatabaseBehind {
            database: 7,
            copy: 13
        }
    );
    assert!(!journal.is_writable());
    assert!(journal.arm(&launch("c", 9, &["x"])).is_err());
    // What is there is shown, and looked at once.
    assert_eq!(
        (ids(&journal), journal.openings()),
        (vec!["a".to_owned()], 2)
    );
    assert_eq!(trouble(journal.check_anew()), found);
    assert_eq!(journal.openings(), 2);
    put(&newer);
    journal.check_anew().unwrap();
    assert_eq!(ids(&journal).len(), 2);
    launched(&mut journal, "c", 9, Accepted);
}

/// What is done to the copy under an open journal, and what that is.
#[rstest]
#[case::deleted(|copy: &PathBuf| fs::remove_file(copy).unwrap())]
#[case::emptied(|copy: &PathBuf| fs::write(copy, "").unwrap())]
#[case::changed(|copy: &PathBuf| {
    let mut bytes = fs::read(copy).unwrap();
    bytes[300] ^= 1;
    fs::write(copy, bytes).unwrap();
})]
#[case::of_another(|copy: &PathBuf| {
    let other = Folder::new();
    launched(&mut other.journal(), "z", 0, Accepted);
    fs::copy(other.file("journal.jsonl"), copy).unwrap();
})]
fn a_copy_that_is_whole_again_lets_it_go_on(
    #[case] spoil: fn(&PathBuf),
    #[values(Files::moved_in, Files::copied_over)] put: fn(&Files),
) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Accepted);
    let copy = Files::of(&folder).only("journal.jsonl");
    spoil(&folder.file("journal.jsonl"));
    trouble(journal.check_anew());
    trouble(journal.check_anew());
    assert!(journal.arm(&launch("b", 5, &["x"])).is_err());
    put(&copy);
    journal.check_anew().unwrap();
    launched(&mut journal, "b", 5, Accepted);
    assert_eq!(folder.journal().trouble(), None);
}

#[test]
fn where_neither_can_be_read_nothing_is_read_until_one_is_back() {
    let folder = Folder::new();
    launched(&mut folder.journal(), "a", 0, Accepted);
    let whole = Files::of(&folder);
    let mut journal = folder.journal();
    fs::write(folder.file("journal.jsonl"), "no line\n").unwrap();
    fs::write(folder.file("beside"), "no database").unwrap();
    fs::rename(folder.file("beside"), folder.file("journal.db")).unwrap();
    let found = trouble(journal.check_anew());
    assert!(
        matches!(found, TroubleKind::CannotBeOpened { .. }),
        "{found:?}"
    );
    let read = journal.launches(&LaunchFilter::default()).unwrap_err();
    assert!(read.to_string().contains("can't be opened"), "{read}");
    assert!(journal.arm(&launch("b", 5, &["x"])).is_err());
    whole.moved_in();
    journal.check_anew().unwrap();
    assert_eq!(ids(&journal), ["a"]);
    launched(&mut journal, "b", 5, Accepted);
}

#[test]
fn in_the_place_of_one_that_vanished_none_is_begun() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Accepted);
    drop(journal);
    let whole = Files::of(&folder);
    let mut journal = folder.journal();
    journal.arm(&launch("b", 5, &["x"])).unwrap();
    for name in [
        "journal.db",
        "journal.db-wal",
        "journal.db-shm",
        "journal.jsonl",
    ] {
        fs::remove_file(folder.file(name)).unwrap();
    }
    let gone = journal.check_anew().unwrap_err();
    assert!(matches!(gone, StoreError::Replaced { .. }), "{gone}");
    assert!(!folder.file("journal.db").exists());
    // The past can still be read.
    assert_eq!(journal.launch("b").unwrap().outcome, Sending);
    whole.moved_in();
    journal.check_anew().unwrap();
    assert_eq!(ids(&journal), ["a"]);
}

#[test]
fn one_that_lost_launches_is_refused_by_what_the_cache_remembers_until_it_is_accepted() {
    let folder = Folder::new();
    launched(&mut folder.journal(), "a", 0, Accepted);
    let older = Files::of(&folder);
    let mut journal = folder.journal();
    launched(&mut journal, "b", 5, Accepted);
    let file = folder.file("cache.db");
    let mut cache = Cache::open(&file).unwrap();
    cache.remember_journal(&journal.mark().unwrap()).unwrap();
    let asked = file.clone();
    let memory = Memory::new(&file, move |mark| {
        Cache::open(&asked)?.remember_journal(mark)
    });
    let mut journal = journal.remembered_by(memory);
    older.moved_in();
    let found = trouble(journal.check_anew());
    let lost = TroubleKind::NotTheOneOfLastTime {
        counted: 2,
        is_another: false,
    };
    assert_eq!(found, lost);
    assert!(journal.arm(&launch("c", 9, &["x"])).is_err());
    // A person takes it, elsewhere: first on the record, then in the cache.
    let mut accepted = folder.journal();
    accepted.refuse(lost);
    accepted.accept(&act("")).unwrap();
    trouble(journal.check_anew());
    cache.accept_journal(&accepted.mark().unwrap()).unwrap();
    journal.check_anew().unwrap();
    launched(&mut journal, "c", 9, Accepted);
}

#[test]
fn a_witness_that_has_seen_more_is_believed_under_an_open_journal_too() {
    let folder = Folder::new();
    let witnesses = folder.file("witnesses");
    let open = || folder.journal().witnessed_in(Some(&witnesses));
    launched(&mut open(), "a", 0, Accepted);
    let older = Files::of(&folder);
    let mut journal = open();
    launched(&mut journal, "b", 5, Accepted);
    older.moved_in();
    let found = trouble(journal.check_anew());
    assert_eq!(found, TroubleKind::OlderThanSeen { seen: 13, there: 7 });
    let mut accepted = open();
    accepted.accept(&act("")).unwrap();
    journal.check_anew().unwrap();
    launched(&mut journal, "c", 9, Accepted);
}

#[test]
fn a_launch_of_another_process_between_a_look_and_the_question_is_no_loss() {
    let folder = Folder::new();
    let (journal, mut other, mut cache) = (folder.journal(), folder.journal(), folder.cache());
    let mut asked = 0;
    let loss = journal.lost(|mark| {
        asked += 1;
        if asked == 1 {
            launched(&mut other, "a", 0, Accepted);
            assert_eq!(cache.remember_journal(&other.mark()?)?, None);
        }
        cache.remember_journal(mark)
    });
    assert_eq!((loss.unwrap(), asked), (None, 2));
}
