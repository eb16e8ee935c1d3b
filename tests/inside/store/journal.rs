//! The journal: nothing is sent twice, nothing is forgotten.

use std::fs;

use mylink_console::domain::launch::{Outcome, SettledAs, Settlement};
use mylink_console::store::journal::{Journal, LaunchFilter, SqliteJournal};
use mylink_console::store::{StoreError, guard};
use rstest::rstest;

use super::{Folder, at, end, id, launch};

fn settlement(settled_as: SettledAs) -> Settlement {
    Settlement {
        settled_as,
        by: "eve@desk".to_owned(),
        at: at(1_000),
        reason: "asked the vendor".to_owned(),
    }
}

/// Arms a launch with one call and lets that end so.
fn launched(journal: &mut SqliteJournal, name: &str, second: i64, body: &str, outcome: Outcome) {
    let mut launch = launch(name, second, &[body]);
    launch.contacts = vec![vec![id("ada"), id(name)]];
    journal.arm(&launch).unwrap();
    journal.begin_call(name, 0, at(second)).unwrap();
    journal.record_call(name, 0, &end(outcome, None)).unwrap();
    journal
        .finish(name, outcome, "done", at(second + 1))
        .unwrap();
}

#[test]
fn a_launch_reads_back_as_it_was_written() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let armed = launch("0190-a", 10, &["{\"a\":1}", "{\"b\":\"ß\u{202e}\"}"]);
    journal.arm(&armed).unwrap();
    assert_eq!(journal.launch("0190-a").unwrap(), armed.record);

    journal.begin_call("0190-a", 0, at(11)).unwrap();
    assert_eq!(
        journal.launch("0190-a").unwrap().calls[0].outcome,
        Outcome::Sending
    );
    journal
        .record_call("0190-a", 0, &end(Outcome::Accepted, Some(200)))
        .unwrap();
    journal
        .record_answer("0190-a", 0, "{\"Result\":\"scheduled\"}")
        .unwrap();
    journal
        .finish("0190-a", Outcome::Accepted, "scheduled", at(12))
        .unwrap();

    let mut expected = armed.record;
    expected.outcome = Outcome::Accepted;
    expected.reason = "scheduled".to_owned();
    expected.ended_at = Some(at(12));
    expected.calls[0].outcome = Outcome::Accepted;
    expected.calls[0].status = Some(200);
    expected.calls[0].reason = "because accepted".to_owned();
    expected.calls[0].sent_at = Some(at(11));
    expected.calls[0].answered_at = Some(at(900));
    expected.calls[0].answer = Some("{\"Result\":\"scheduled\"}".to_owned());
    assert_eq!(folder.journal().launch("0190-a").unwrap(), expected);
}

#[test]
fn lists_are_newest_first_and_without_plans_and_bodies() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    for (name, second) in [("a1", 10), ("a2", 20), ("a3", 30)] {
        journal.arm(&launch(name, second, &["{}"])).unwrap();
    }
    let mut other = launch("a4", 40, &["{}"]);
    other.record.broadcast.id = "x2".to_owned();
    other.record.broadcast.name = "Autumn".to_owned();
    journal.arm(&other).unwrap();

    let ids = |filter: LaunchFilter| -> Vec<String> {
        let launches = journal.launches(&filter).unwrap();
        launches.into_iter().map(|launch| launch.id).collect()
    };
    assert_eq!(ids(LaunchFilter::default()), ["a4", "a3", "a2", "a1"]);
    let broadcast = |text: &str| LaunchFilter {
        broadcast: Some(text.to_owned()),
        ..LaunchFilter::default()
    };
    assert_eq!(ids(broadcast("x2")), ["a4"]);
    assert_eq!(ids(broadcast("Spring")), ["a3", "a2", "a1"]);
    assert_eq!(ids(broadcast("nobody")), Vec::<String>::new());
    let since = LaunchFilter {
        since: Some(at(20)),
        limit: Some(2),
        ..LaunchFilter::default()
    };
    assert_eq!(ids(since), ["a4", "a3"]);
    let listed = journal.launches(&LaunchFilter::default()).unwrap();
    assert_eq!(listed[0].plan, "");
    assert_eq!(
        (listed[0].calls[0].body.as_deref(), listed[0].calls[0].bytes),
        (None, 2)
    );
}

#[test]
fn a_launch_is_found_by_a_beginning_that_no_other_has() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    for name in ["0190aa", "0190ab", "0190"] {
        journal.arm(&launch(name, 0, &["{}"])).unwrap();
    }
    assert_eq!(journal.launch("0190AB").unwrap().id, "0190ab");
    assert_eq!(journal.launch("0190").unwrap().id, "0190");
    assert!(matches!(
        journal.launch("0190a"),
        Err(StoreError::AmbiguousLaunch { count: 2, .. })
    ));
    for nothing in ["", "7", "%", "0190a_"] {
        assert!(
            matches!(
                journal.launch(nothing),
                Err(StoreError::NoSuchLaunch { .. })
            ),
            "{nothing}"
        );
    }
}

#[test]
fn a_call_begins_once() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a1", 0, &["{}"])).unwrap();
    journal.begin_call("a1", 0, at(1)).unwrap();
    for outcome in [Outcome::Sending, Outcome::Accepted] {
        let error = journal.begin_call("a1", 0, at(2)).unwrap_err();
        assert!(matches!(error, StoreError::WrongState { outcome: found, .. } if found == outcome));
        let _ = journal.record_call("a1", 0, &end(Outcome::Accepted, Some(200)));
    }
    assert_eq!(journal.launch("a1").unwrap().calls[0].sent_at, Some(at(1)));
}

#[test]
fn no_call_begins_on_a_launch_that_is_over() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a1", 0, &["{}", "{}"])).unwrap();
    journal
        .finish("a1", Outcome::Rejected, "no", at(1))
        .unwrap();
    assert!(journal.begin_call("a1", 1, at(2)).is_err());
    let second = journal.finish("a1", Outcome::Accepted, "yes", at(3));
    assert!(matches!(
        second,
        Err(StoreError::WrongState {
            outcome: Outcome::Rejected,
            ..
        })
    ));
}

#[rstest]
#[case(Outcome::Failed, true)]
#[case(Outcome::Refused, true)]
#[case(Outcome::Accepted, false)]
#[case(Outcome::Unknown, false)]
#[case(Outcome::Rejected, false)]
fn a_call_that_never_began_can_only_have_not_been_sent(
    #[case] outcome: Outcome,
    #[case] is_possible: bool,
) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a1", 0, &["{}"])).unwrap();
    assert_eq!(
        journal.record_call("a1", 0, &end(outcome, None)).is_ok(),
        is_possible
    );
}

#[test]
fn an_outcome_of_a_call_stays() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a1", 0, "{}", Outcome::Unknown);
    assert!(
        journal
            .record_call("a1", 0, &end(Outcome::Accepted, Some(200)))
            .is_err()
    );
    assert_eq!(
        journal.launch("a1").unwrap().calls[0].outcome,
        Outcome::Unknown
    );
}

#[test]
fn what_is_on_the_record_can_not_be_armed_again() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a1", 0, &["{}"])).unwrap();
    assert!(journal.arm(&launch("a1", 1, &["other"])).is_err());
    assert_eq!(
        journal.launch("a1").unwrap().calls[0].body.as_deref(),
        Some("{}")
    );
    let mut begun = launch("a2", 1, &["{}"]);
    begun.record.calls[0].outcome = Outcome::Sending;
    assert!(matches!(
        journal.arm(&begun),
        Err(StoreError::InvalidLaunch { .. })
    ));
    assert!(matches!(
        journal.launch("a2"),
        Err(StoreError::NoSuchLaunch { .. })
    ));
}

#[test]
fn a_launch_is_settled_once_and_stays_unknown() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a1", 0, "{}", Outcome::Unknown);
    assert_eq!(journal.unsettled().unwrap()[0].id, "a1");
    let first = settlement(SettledAs::NotSent);
    journal.settle("a1", &first).unwrap();
    let error = journal
        .settle("a1", &settlement(SettledAs::Sent))
        .unwrap_err();
    assert!(
        matches!(error, StoreError::AlreadySettled { .. }),
        "{error}"
    );
    let record = folder.journal().launch("a1").unwrap();
    assert_eq!(
        (record.outcome, record.settled),
        (Outcome::Unknown, Some(first))
    );
    assert!(journal.unsettled().unwrap().is_empty());
}

#[test]
fn only_what_is_unknown_can_be_settled() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a1", 0, "{}", Outcome::Accepted);
    let error = journal
        .settle("a1", &settlement(SettledAs::Sent))
        .unwrap_err();
    assert!(matches!(
        error,
        StoreError::NotUnknown {
            outcome: Outcome::Accepted,
            ..
        }
    ));
    assert!(journal.settle("a9", &settlement(SettledAs::Sent)).is_err());
}

#[test]
fn a_launch_whose_process_died_during_a_call_is_unknown() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a1", 0, &["1", "2", "3"])).unwrap();
    journal.begin_call("a1", 0, at(1)).unwrap();
    journal
        .record_call("a1", 0, &end(Outcome::Accepted, Some(200)))
        .unwrap();
    journal.begin_call("a1", 1, at(2)).unwrap();
    drop(journal);

    let mut journal = folder.journal();
    assert_eq!(journal.sending().unwrap()[0].id, "a1");
    assert_eq!(
        journal.mark_died("a1", at(9)).unwrap(),
        Some(Outcome::Unknown)
    );
    let record = journal.launch("a1").unwrap();
    let outcomes: Vec<Outcome> = record.calls.iter().map(|call| call.outcome).collect();
    assert_eq!(
        outcomes,
        [Outcome::Accepted, Outcome::Unknown, Outcome::NotSent]
    );
    assert_eq!(
        (record.outcome, record.ended_at),
        (Outcome::Unknown, Some(at(9)))
    );
    assert!(record.is_unsettled());
    assert!(journal.sending().unwrap().is_empty());
    assert_eq!(journal.mark_died("a1", at(10)).unwrap(), None);
}

#[test]
fn a_launch_whose_process_died_after_the_status_line_keeps_that_outcome() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a1", 0, &["1"])).unwrap();
    journal.begin_call("a1", 0, at(1)).unwrap();
    journal
        .record_call("a1", 0, &end(Outcome::Accepted, Some(200)))
        .unwrap();
    assert_eq!(
        journal.mark_died("a1", at(9)).unwrap(),
        Some(Outcome::Accepted)
    );
}

#[test]
fn a_launch_whose_process_died_before_the_first_call_was_not_sent() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a1", 0, &["1"])).unwrap();
    assert_eq!(
        journal.mark_died("a1", at(9)).unwrap(),
        Some(Outcome::Failed)
    );
    assert!(!journal.launch("a1").unwrap().may_have_arrived());
}

/// What a machine that lost its power leaves: the files as they are on the disk, nothing closed.
#[test]
fn each_step_is_on_the_disk_when_it_returns() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let left_behind = || {
        let after = Folder::new();
        fs::create_dir_all(after.path("")).unwrap();
        for name in ["journal.db", "journal.db-wal"] {
            fs::copy(folder.path(name), after.path(name)).unwrap();
        }
        let record = after.journal().launch("a1").unwrap();
        (record.outcome, record.calls[0].outcome)
    };
    journal.arm(&launch("a1", 0, &["{}"])).unwrap();
    assert_eq!(left_behind(), (Outcome::Sending, Outcome::NotSent));
    journal.begin_call("a1", 0, at(1)).unwrap();
    assert_eq!(left_behind(), (Outcome::Sending, Outcome::Sending));
    let accepted = end(Outcome::Accepted, Some(200));
    journal.record_call("a1", 0, &accepted).unwrap();
    assert_eq!(left_behind(), (Outcome::Sending, Outcome::Accepted));
    journal
        .finish("a1", Outcome::Accepted, "scheduled", at(2))
        .unwrap();
    assert_eq!(left_behind(), (Outcome::Accepted, Outcome::Accepted));
}

#[test]
fn another_console_sees_each_step() {
    let folder = Folder::new();
    let mut here = folder.journal();
    let there = folder.journal();
    assert!(there.launches(&LaunchFilter::default()).unwrap().is_empty());
    here.arm(&launch("a1", 0, &["{}"])).unwrap();
    assert_eq!(there.sending().unwrap().len(), 1);
    here.begin_call("a1", 0, at(1)).unwrap();
    here.record_call("a1", 0, &end(Outcome::Unknown, None))
        .unwrap();
    here.finish("a1", Outcome::Unknown, "timeout", at(2))
        .unwrap();
    assert_eq!(there.unsettled().unwrap()[0].reason, "timeout");
    assert_eq!(
        there.last_of("x1").unwrap().unwrap().calls[0]
            .body
            .as_deref(),
        Some("{}")
    );
    assert_eq!(there.last_of("x2").unwrap(), None);
}

#[test]
fn contacts_that_may_have_been_reached_are_known_with_the_newest_time() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a1", 10, "1", Outcome::Accepted);
    launched(&mut journal, "a2", 20, "2", Outcome::Unknown);
    launched(&mut journal, "a3", 30, "3", Outcome::Rejected);
    launched(&mut journal, "a4", 40, "4", Outcome::Failed);
    launched(&mut journal, "a5", 50, "5", Outcome::Unknown);
    journal
        .settle("a5", &settlement(SettledAs::NotSent))
        .unwrap();

    let reached = journal.may_have_reached("x1", at(0)).unwrap();
    let mut expected = vec![(id("a1"), at(10)), (id("a2"), at(20)), (id("ada"), at(20))];
    expected.sort();
    let mut found: Vec<_> = reached.into_iter().collect();
    found.sort();
    assert_eq!(found, expected);
    let later = journal.may_have_reached("x1", at(15)).unwrap();
    assert_eq!(later.get(&id("a1")), None);
    assert!(journal.may_have_reached("x2", at(0)).unwrap().is_empty());
}

#[test]
fn only_calls_that_were_sent_reach_contacts() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let mut batch = launch("a1", 0, &["1", "2"]);
    batch.contacts = vec![vec![id("first")], vec![id("second")]];
    journal.arm(&batch).unwrap();
    assert_eq!(
        journal.may_have_reached("x1", at(0)).unwrap().len(),
        2,
        "both are on their way"
    );
    journal.begin_call("a1", 0, at(1)).unwrap();
    journal
        .record_call("a1", 0, &end(Outcome::Accepted, Some(200)))
        .unwrap();
    journal
        .finish("a1", Outcome::Failed, "taken back", at(2))
        .unwrap();
    let reached = journal.may_have_reached("x1", at(0)).unwrap();
    assert_eq!(reached.keys().collect::<Vec<_>>(), [&id("first")]);
}

#[rstest]
#[case(Outcome::Accepted, true)]
#[case(Outcome::Unknown, true)]
#[case(Outcome::Rejected, false)]
#[case(Outcome::Failed, false)]
fn the_same_body_is_found_where_it_may_have_arrived(
    #[case] outcome: Outcome,
    #[case] is_found: bool,
) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a1", 10, "body", outcome);
    let find = |hash: &str, since| journal.same_body("x1", hash, at(since)).unwrap();
    assert_eq!(find("hash of body", 10).is_some(), is_found);
    assert_eq!(find("hash of body", 11), None);
    assert_eq!(find("hash of another", 0), None);
}

#[rstest]
#[case::deleted("journal.db", None)]
#[case::replaced("journal.db", Some(""))]
#[case::log_deleted("journal.db-wal", None)]
fn nothing_is_armed_on_a_journal_that_is_not_there_any_more(
    #[case] file: &str,
    #[case] instead: Option<&str>,
) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let path = folder.path(file);
    // The old file is kept elsewhere: its inode must not be given to the new one.
    fs::rename(&path, folder.path("elsewhere")).unwrap();
    if let Some(text) = instead {
        fs::write(&path, text).unwrap();
    }
    let error = journal.arm(&launch("a1", 0, &["{}"])).unwrap_err();
    assert!(matches!(error, StoreError::Replaced { .. }), "{error}");
}

#[test]
fn no_call_begins_on_a_journal_that_is_not_there_any_more() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a1", 0, &["{}"])).unwrap();
    fs::remove_file(folder.path("journal.db")).unwrap();
    assert!(matches!(
        journal.begin_call("a1", 0, at(1)),
        Err(StoreError::Replaced { .. })
    ));
}

#[test]
fn nothing_is_armed_without_space() {
    let folder = Folder::new();
    let mut journal = folder.journal().with_needed_space(u64::MAX);
    let error = journal.arm(&launch("a1", 0, &["{}"])).unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::NoSpace {
                needed: u64::MAX,
                ..
            }
        ),
        "{error}"
    );
    assert!(
        journal
            .launches(&LaunchFilter::default())
            .unwrap()
            .is_empty()
    );
    assert!(guard::check_space(&folder.path("journal.db"), 0).is_ok());
}

#[test]
fn the_mark_tells_a_journal_from_one_in_its_place() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let before = journal.mark().unwrap();
    journal.arm(&launch("a1", 0, &["{}"])).unwrap();
    let after = folder.journal().mark().unwrap();
    assert_eq!(
        (after.id == before.id, before.sequence, after.sequence),
        (true, 0, 1)
    );
    assert_ne!(Folder::new().journal().mark().unwrap().id, before.id);
}

#[test]
fn a_long_answer_is_cut_between_characters() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a1", 0, &["{}"])).unwrap();
    journal
        .record_answer("a1", 0, &format!("x{}", "é".repeat(40_000)))
        .unwrap();
    let answer = journal.launch("a1").unwrap().calls[0]
        .answer
        .clone()
        .unwrap();
    assert_eq!(answer.len(), 63_999);
}
