//! The journal's steps: which follow which, and which are refused.

use std::fs;

use mylink_console::domain::launch::Outcome::{
    Accepted, Failed, NotSent, Refused, Rejected, Sending, Unknown,
};
use mylink_console::domain::launch::{Outcome, SettledAs, Settlement};
use mylink_console::store::journal::{ArmedLaunch, LaunchFilter, Newest};
use mylink_console::store::{Journal, SqliteJournal, StoreError};
use rstest::rstest;

use super::{Folder, at, end, launch, launched, made, person};

fn settlement(settled_as: SettledAs) -> Settlement {
    Settlement {
        settled_as,
        by: "bob@h".to_owned(),
        at: at(500),
        reason: "asked them".to_owned(),
    }
}

fn is_wrong_state(result: &Result<(), StoreError>, expected: Outcome) -> bool {
    matches!(result, Err(StoreError::WrongState { outcome, .. }) if *outcome == expected)
}

#[test]
fn a_launch_is_on_the_record_from_arming_to_its_outcome() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let armed = launch("a", 0, &["one", "two"]);
    journal.arm(&armed).unwrap();
    let mut expected = armed.record.clone();
    assert_eq!(journal.launch("a").unwrap(), expected);

    journal.begin_call("a", 0, at(99)).unwrap();
    expected.calls[0].outcome = Sending;
    expected.calls[0].sent_at = Some(at(99));
    assert_eq!(journal.launch("a").unwrap(), expected);

    journal.record_call("a", 0, &end(Accepted)).unwrap();
    journal.record_answer("a", 0, "{\"ok\":true}").unwrap();
    let first = &mut expected.calls[0];
    first.outcome = Accepted;
    first.status = Some(200);
    first.reason = "it was accepted".to_owned();
    first.answered_at = Some(at(100));
    first.answer = Some("{\"ok\":true}".to_owned());
    assert_eq!(journal.launch("a").unwrap(), expected);

    made(&mut journal, "a", 1, Rejected).unwrap();
    journal
        .finish("a", Rejected, "the second was", at(200))
        .unwrap();
    let found = folder.journal().launch("a").unwrap();
    assert_eq!(
        (found.outcome, found.reason.as_str()),
        (Rejected, "the second was")
    );
    assert_eq!(found.ended_at, Some(at(200)));
    assert_eq!(found.calls[0], expected.calls[0]);
    assert_eq!(found.calls[1].outcome, Rejected);
    assert_eq!(found.calls[1].body.as_deref(), Some("two"));
}

#[rstest]
#[case::an_outcome(|launch: &mut ArmedLaunch| launch.record.outcome = Accepted)]
#[case::no_call(|launch: &mut ArmedLaunch| { launch.record.calls.clear(); launch.contacts.clear(); })]
#[case::a_call_that_began(|launch: &mut ArmedLaunch| launch.record.calls[0].outcome = Sending)]
#[case::contacts_of_no_call(|launch: &mut ArmedLaunch| launch.contacts.push(vec![person("x")]))]
#[case::capitals_in_its_id(|launch: &mut ArmedLaunch| launch.record.id = "A".to_owned())]
#[case::no_id(|launch: &mut ArmedLaunch| launch.record.id.clear())]
fn only_what_is_fresh_is_armed(#[case] spoil: fn(&mut ArmedLaunch)) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let mut armed = launch("a", 0, &["x"]);
    spoil(&mut armed);
    assert!(matches!(
        journal.arm(&armed),
        Err(StoreError::InvalidLaunch { .. })
    ));
    assert!(
        journal
            .launches(&LaunchFilter::default())
            .unwrap()
            .is_empty()
    );
}

#[rstest]
#[case::as_it_was(None, None, true)]
#[case::after_the_one_that_was_seen(Some(Accepted), Some("a"), true)]
#[case::one_came_meanwhile(Some(Accepted), None, false)]
#[case::one_is_under_way(Some(Sending), Some("a"), false)]
#[case::one_is_unknown(Some(Unknown), Some("a"), false)]
#[case::another_one_was_seen(Some(Accepted), Some("z"), false)]
fn a_launch_is_armed_only_where_its_broadcast_stands_as_it_was_checked(
    #[case] before: Option<Outcome>,
    #[case] seen: Option<&str>,
    #[case] is_armed: bool,
) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    match before {
        Some(Sending) => journal.arm(&launch("a", 0, &["x"])).unwrap(),
        Some(outcome) => launched(&mut journal, "a", 0, outcome),
        None => {}
    }
    let armed = ArmedLaunch {
        expects: Some(Newest(seen.map(str::to_owned))),
        ..launch("b", 10, &["x"])
    };
    match journal.arm(&armed) {
        Ok(()) => assert!(is_armed),
        Err(StoreError::Overtaken { other }) => assert!(!is_armed && other == "a"),
        Err(error) => panic!("{error}"),
    }
    assert_eq!(journal.launch("b").is_ok(), is_armed);
}

#[test]
fn an_id_is_armed_once() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let first = launch("a", 0, &["x"]);
    journal.arm(&first).unwrap();
    assert!(journal.arm(&launch("a", 5, &["y"])).is_err());
    assert_eq!(journal.launch("a").unwrap(), first.record);
}

/// A step of the journal by its name, on the launch `a` with its first call.
fn step(journal: &mut SqliteJournal, name: &str) -> Result<(), StoreError> {
    match name {
        "begin" => journal.begin_call("a", 0, at(99)),
        "accepted" => journal.record_call("a", 0, &end(Accepted)),
        "rejected" => journal.record_call("a", 0, &end(Rejected)),
        "failed" => journal.record_call("a", 0, &end(Failed)),
        "unknown" => journal.record_call("a", 0, &end(Unknown)),
        "call sending" => journal.record_call("a", 0, &end(Sending)),
        "call not sent" => journal.record_call("a", 0, &end(NotSent)),
        "answer" => journal.record_answer("a", 0, "text"),
        "finish accepted" => journal.finish("a", Accepted, "", at(200)),
        "finish refused" => journal.finish("a", Refused, "", at(200)),
        "finish unknown" => journal.finish("a", Unknown, "", at(200)),
        "finish sending" => journal.finish("a", Sending, "", at(200)),
        "finish not sent" => journal.finish("a", NotSent, "", at(200)),
        "settle" => journal.settle("a", &settlement(SettledAs::Sent)),
        other => panic!("no step {other}"),
    }
}

#[rstest]
#[case::of_one_that_never_began(&["failed"])]
#[case::with_an_answer(&["begin", "accepted", "answer", "finish accepted"])]
#[case::an_answer_after_the_end(&["begin", "accepted", "finish accepted", "answer"])]
#[case::an_answer_whose_outcome_was_lost(&["begin", "answer", "finish unknown"])]
#[case::refused_before_the_first_call(&["finish refused"])]
#[case::unknown_and_settled(&["begin", "unknown", "finish unknown", "settle"])]
fn steps_in_this_order_are_allowed(#[case] steps: &[&str]) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    for name in steps {
        step(&mut journal, name).unwrap();
    }
}

#[rstest]
#[case::begun_twice(&["begin"], "begin", Sending)]
#[case::begun_after_its_outcome(&["begin", "accepted"], "begin", Accepted)]
#[case::begun_after_it_failed(&["failed"], "begin", Failed)]
#[case::begun_after_the_end(&["finish refused"], "begin", Refused)]
#[case::accepted_without_a_beginning(&[], "accepted", NotSent)]
#[case::rejected_without_a_beginning(&[], "rejected", NotSent)]
#[case::unknown_without_a_beginning(&[], "unknown", NotSent)]
#[case::two_outcomes(&["begin", "accepted"], "rejected", Accepted)]
#[case::failed_after_accepted(&["begin", "accepted"], "failed", Accepted)]
#[case::known_after_unknown(&["begin", "unknown"], "accepted", Unknown)]
#[case::a_call_after_the_end(&["finish refused"], "failed", Refused)]
#[case::two_ends(&["begin", "accepted", "finish accepted"], "finish unknown", Accepted)]
fn a_step_in_the_wrong_state_is_refused_and_changes_nothing(
    #[case] before: &[&str],
    #[case] refused: &str,
    #[case] state: Outcome,
) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    for name in before {
        step(&mut journal, name).unwrap();
    }
    let record = journal.launch("a").unwrap();
    let result = step(&mut journal, refused);
    assert!(is_wrong_state(&result, state), "{result:?}");
    assert_eq!(journal.launch("a").unwrap(), record);
}

#[rstest]
#[case::a_call_is_made_to_look_unsent(&["begin"], "call not sent")]
#[case::a_call_is_sending_for_ever(&["begin"], "call sending")]
#[case::a_launch_is_sending_for_ever(&[], "finish sending")]
#[case::a_launch_is_made_to_look_unsent(&["begin", "unknown"], "finish not sent")]
#[case::an_answer_to_nothing(&[], "answer")]
#[case::accepted_while_a_call_is_on_its_way(&["begin"], "finish accepted")]
#[case::refused_while_a_call_is_on_its_way(&["begin"], "finish refused")]
#[case::accepted_while_a_call_is_unknown(&["begin", "unknown"], "finish accepted")]
fn what_would_hide_a_call_is_refused(#[case] before: &[&str], #[case] refused: &str) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    for name in before {
        step(&mut journal, name).unwrap();
    }
    let record = journal.launch("a").unwrap();
    let error = step(&mut journal, refused).unwrap_err();
    let is_expected = matches!(
        error,
        StoreError::InvalidLaunch { .. } | StoreError::OpenCall { .. }
    );
    assert!(is_expected, "{error}");
    assert_eq!(journal.launch("a").unwrap(), record);
}

#[test]
fn an_unknown_end_leaves_no_call_on_its_way() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x", "y"])).unwrap();
    journal.begin_call("a", 0, at(99)).unwrap();
    journal.finish("a", Unknown, "lost", at(200)).unwrap();
    let calls = journal.launch("a").unwrap().calls;
    assert_eq!((calls[0].outcome, calls[1].outcome), (Unknown, NotSent));
    assert!(!journal.may_have_reached("b1", at(0)).unwrap().is_empty());
    journal
        .settle("a", &settlement(SettledAs::NotSent))
        .unwrap();
    assert!(journal.may_have_reached("b1", at(0)).unwrap().is_empty());
}

#[test]
fn what_is_not_there_is_said_so() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    let results = [
        journal.begin_call("zz", 0, at(1)),
        journal.begin_call("a", 1, at(1)),
        journal.record_call("a", 1, &end(Failed)),
        journal.record_answer("zz", 0, "x"),
        journal.record_answer("a", 1, "x"),
        journal.finish("zz", Accepted, "", at(1)),
        journal.settle("zz", &settlement(SettledAs::Sent)),
        journal.mark_died("zz", at(1)).map(|_| ()),
    ];
    for result in results {
        assert!(
            matches!(result, Err(StoreError::NoSuchLaunch { .. })),
            "{result:?}"
        );
    }
}

#[test]
fn a_long_answer_is_cut_at_a_character() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    made(&mut journal, "a", 0, Accepted).unwrap();
    journal
        .record_answer("a", 0, &format!("x{}", "é".repeat(40_000)))
        .unwrap();
    let answer = journal.launch("a").unwrap().calls[0]
        .answer
        .clone()
        .unwrap();
    assert_eq!(answer.len(), 63_999);
}

#[test]
fn an_unknown_launch_is_settled_once_and_stays_unknown() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Unknown);
    assert_eq!(journal.unsettled().unwrap().len(), 1);
    let word = settlement(SettledAs::NotSent);
    journal.settle("a", &word).unwrap();
    assert!(journal.unsettled().unwrap().is_empty());
    let second = journal
        .settle("a", &settlement(SettledAs::Sent))
        .unwrap_err();
    assert_eq!(
        second.to_string(),
        "the launch a was settled as not sent by bob@h already"
    );
    let found = journal.launch("a").unwrap();
    assert_eq!((found.outcome, found.settled), (Unknown, Some(word)));
}

#[rstest]
fn only_an_unknown_launch_can_be_settled(
    #[values(Accepted, Rejected, Failed, Refused)] outcome: Outcome,
) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, outcome);
    let error = journal
        .settle("a", &settlement(SettledAs::Sent))
        .unwrap_err();
    assert!(matches!(error, StoreError::NotUnknown { outcome: found, .. } if found == outcome));
    assert_eq!(journal.launch("a").unwrap().settled, None);
}

#[test]
fn a_launch_on_its_way_cannot_be_settled() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    assert!(matches!(
        journal.settle("a", &settlement(SettledAs::Sent)),
        Err(StoreError::NotUnknown {
            outcome: Sending,
            ..
        })
    ));
}

#[rstest]
#[case::before_the_first_call(&[], Failed, NotSent)]
#[case::during_the_first(&[Sending], Unknown, Unknown)]
#[case::between_the_two(&[Accepted], Failed, Accepted)]
#[case::during_the_second(&[Accepted, Sending], Unknown, Accepted)]
#[case::after_both(&[Accepted, Accepted], Accepted, Accepted)]
#[case::after_a_rejection(&[Rejected], Rejected, Rejected)]
fn a_death_leaves_what_is_known(
    #[case] calls: &[Outcome],
    #[case] outcome: Outcome,
    #[case] first: Outcome,
) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x", "y"])).unwrap();
    for (number, outcome) in calls.iter().enumerate() {
        journal.begin_call("a", number, at(99)).unwrap();
        if *outcome != Sending {
            journal.record_call("a", number, &end(*outcome)).unwrap();
        }
    }
    drop(journal);
    let mut journal = folder.journal();
    assert_eq!(journal.sending().unwrap().len(), 1);
    assert_eq!(journal.mark_died("a", at(300)).unwrap(), Some(outcome));
    assert_eq!(journal.mark_died("a", at(400)).unwrap(), None);
    let found = journal.launch("a").unwrap();
    assert_eq!((found.outcome, found.ended_at), (outcome, Some(at(300))));
    assert_eq!(found.calls[0].outcome, first);
    assert!(journal.sending().unwrap().is_empty());
    assert_eq!(
        journal.unsettled().unwrap().len(),
        usize::from(outcome == Unknown)
    );
}

#[test]
fn without_the_space_for_it_nothing_is_armed() {
    let folder = Folder::new();
    let mut journal = folder.journal().with_needed_space(u64::MAX);
    let error = journal.arm(&launch("a", 0, &["x"])).unwrap_err();
    assert!(matches!(error, StoreError::NoSpace { .. }), "{error}");
    assert!(error.to_string().contains("Free some space"), "{error}");
    assert!(
        journal
            .launches(&LaunchFilter::default())
            .unwrap()
            .is_empty()
    );
}

#[rstest]
#[case::deleted("journal.db", false)]
#[case::replaced("journal.db", true)]
#[case::log_deleted("journal.db-wal", false)]
#[case::log_replaced("journal.db-wal", true)]
fn on_a_file_that_is_gone_nothing_is_written(#[case] name: &str, #[case] replace: bool) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    let path = folder.file(name);
    let bytes = fs::read(&path).unwrap();
    fs::rename(&path, folder.file("moved")).unwrap();
    if replace {
        fs::write(&path, &bytes).unwrap();
    }
    let error = journal.arm(&launch("b", 1, &["y"])).unwrap_err();
    assert!(matches!(error, StoreError::Replaced { .. }), "{error}");
    let later = journal.begin_call("a", 0, at(99));
    assert!(
        matches!(later, Err(StoreError::Replaced { .. })),
        "{later:?}"
    );
}

#[test]
fn rows_stay_on_the_record() {
    let folder = Folder::new();
    launched(&mut folder.journal(), "a", 0, Accepted);
    let raw = rusqlite::Connection::open(folder.file("journal.db")).unwrap();
    for table in ["launch", "call"] {
        let error = raw
            .execute(&format!("DELETE FROM {table}"), [])
            .unwrap_err();
        assert!(error.to_string().contains("stays there"), "{error}");
    }
}

#[test]
fn the_mark_tells_a_journal_from_one_in_its_place() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let empty = journal.mark().unwrap();
    assert_eq!(empty.sequence, 0);
    launched(&mut journal, "a", 0, Accepted);
    launched(&mut journal, "b", 2, Accepted);
    let mark = folder.journal().mark().unwrap();
    assert_eq!((&mark.id, mark.sequence), (&empty.id, 2));
    assert_ne!(Folder::new().journal().mark().unwrap().id, empty.id);
}
