//! What can be read from the journal, over one connection and over two.

use mylink_console::domain::launch::Outcome::{
    Accepted, Failed, Refused, Rejected, Sending, Unknown,
};
use mylink_console::domain::launch::{Named, Outcome, SettledAs, Settlement};
use mylink_console::store::journal::LaunchFilter;
use mylink_console::store::{Journal, SqliteJournal, StoreError};
use rstest::rstest;

use super::{Folder, at, launch, launched, made, person};

fn ids(journal: &SqliteJournal, filter: &LaunchFilter) -> Vec<String> {
    let launches = journal.launches(filter).unwrap();
    launches.into_iter().map(|launch| launch.id).collect()
}

/// Three launches: `a` and `c` of `b1` ("Spring"), `b` of `b2` ("Summer").
fn three(folder: &Folder) -> SqliteJournal {
    let mut journal = folder.journal();
    journal.arm(&launch("a", 10, &["x"])).unwrap();
    let mut other = launch("b", 20, &["x"]);
    other.record.broadcast = Named {
        id: "b2".to_owned(),
        name: "Summer".to_owned(),
    };
    journal.arm(&other).unwrap();
    journal.arm(&launch("c", 30, &["x"])).unwrap();
    journal
}

#[rstest]
#[case::all(None, None, None, &["c", "b", "a"])]
#[case::by_id(Some("b1"), None, None, &["c", "a"])]
#[case::by_name(Some("Summer"), None, None, &["b"])]
#[case::no_such_broadcast(Some("Spr"), None, None, &[])]
#[case::since_is_included(None, Some(20), None, &["c", "b"])]
#[case::limit(None, None, Some(2), &["c", "b"])]
#[case::none_at_all(None, None, Some(0), &[])]
#[case::everything_together(Some("Spring"), Some(10), Some(1), &["c"])]
fn launches_are_listed_newest_first(
    #[case] broadcast: Option<&str>,
    #[case] since: Option<i64>,
    #[case] limit: Option<u32>,
    #[case] expected: &[&str],
) {
    let folder = Folder::new();
    let journal = three(&folder);
    let filter = LaunchFilter {
        broadcast: broadcast.map(str::to_owned),
        since: since.map(at),
        limit,
    };
    assert_eq!(ids(&journal, &filter), expected);
}

#[test]
fn the_order_is_that_of_arming_whatever_the_clock_says() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("late", 900, &["x"])).unwrap();
    journal.arm(&launch("early", 100, &["x"])).unwrap();
    assert_eq!(ids(&journal, &LaunchFilter::default()), ["early", "late"]);
    assert_eq!(journal.last_of("b1").unwrap().unwrap().id, "early");
}

#[test]
fn a_list_has_no_plans_and_bodies_and_one_launch_has_both() {
    let folder = Folder::new();
    let journal = three(&folder);
    let listed = journal
        .launches(&LaunchFilter::default())
        .unwrap()
        .remove(0);
    assert_eq!((listed.plan.as_str(), &listed.calls[0].body), ("", &None));
    let whole = journal.last_of("b1").unwrap().unwrap();
    assert_eq!(whole, launch("c", 30, &["x"]).record);
    assert_eq!(journal.last_of("b9").unwrap(), None);
}

#[test]
fn fractions_of_a_second_keep_their_order() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let mut half = launch("half", 0, &["x"]);
    half.record.started_at = "2027-01-15T08:00:00.5Z".parse().unwrap();
    journal.arm(&half).unwrap();
    let since = |text: &str| LaunchFilter {
        since: Some(text.parse().unwrap()),
        ..LaunchFilter::default()
    };
    assert_eq!(ids(&journal, &since("2027-01-15T08:00:00Z")), ["half"]);
    assert_eq!(ids(&journal, &since("2027-01-15T08:00:00.25Z")), ["half"]);
    assert!(ids(&journal, &since("2027-01-15T08:00:00.75Z")).is_empty());
    assert_eq!(
        journal.launch("half").unwrap().started_at,
        half.record.started_at
    );
}

#[rstest]
#[case::whole("0197a-1", Ok("0197a-1"))]
#[case::whole_that_begins_another("0197a", Ok("0197a"))]
#[case::beginning("0197b", Ok("0197b-1"))]
#[case::capitals("0197B", Ok("0197b-1"))]
#[case::two_begin_so("0197a-", Err(2))]
#[case::all_begin_so("0", Err(4))]
#[case::none_begins_so("9", Err(0))]
#[case::nothing("", Err(0))]
#[case::no_wildcard("%", Err(0))]
#[case::no_wildcard_for_one("0197_", Err(0))]
fn a_launch_is_found_by_the_beginning_of_its_id(
    #[case] prefix: &str,
    #[case] expected: Result<&str, usize>,
) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    for id in ["0197a", "0197a-1", "0197a-2", "0197b-1"] {
        journal.arm(&launch(id, 0, &["x"])).unwrap();
    }
    match (journal.launch(prefix), expected) {
        (Ok(found), Ok(id)) => assert_eq!(found.id, id),
        (Err(StoreError::AmbiguousLaunch { count, .. }), Err(n)) if n > 0 => assert_eq!(count, n),
        (Err(StoreError::NoSuchLaunch { .. }), Err(0)) => {}
        (found, _) => panic!("{found:?}"),
    }
}

fn settle(journal: &mut SqliteJournal, id: &str, settled_as: SettledAs) {
    let settlement = Settlement {
        settled_as,
        by: "bob@h".to_owned(),
        at: at(500),
        reason: "asked".to_owned(),
    };
    journal.settle(id, &settlement).unwrap();
}

#[rstest]
#[case::accepted(Accepted, None, true)]
#[case::rejected(Rejected, None, false)]
#[case::failed(Failed, None, false)]
#[case::refused(Refused, None, false)]
#[case::unknown(Unknown, None, true)]
#[case::unknown_but_sent(Unknown, Some(SettledAs::Sent), true)]
#[case::unknown_but_not_sent(Unknown, Some(SettledAs::NotSent), false)]
fn a_repeat_is_what_arrived_or_may_have(
    #[case] outcome: Outcome,
    #[case] settled_as: Option<SettledAs>,
    #[case] expected: bool,
) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 10, outcome);
    if let Some(settled_as) = settled_as {
        settle(&mut journal, "a", settled_as);
    }
    let reached = journal.may_have_reached("b1", at(10)).unwrap();
    assert_eq!(reached.get(&person("a")).copied(), expected.then(|| at(10)));
    let same = |broadcast: &str, body: &str, since| {
        let found = journal.same_body(broadcast, body, at(since)).unwrap();
        found.map(|launch| launch.id)
    };
    assert_eq!(same("b1", "sha of a", 10).is_some(), expected);
    assert_eq!(same("b1", "sha of a", 11), None);
    assert_eq!(same("b2", "sha of a", 10), None);
    assert_eq!(same("b1", "sha of b", 10), None);
    assert!(journal.may_have_reached("b1", at(11)).unwrap().is_empty());
    assert!(journal.may_have_reached("b2", at(0)).unwrap().is_empty());
}

#[test]
fn of_two_repeats_the_newest_counts() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    for (id, second) in [("a", 10), ("b", 50), ("c", 30)] {
        journal.arm(&launch(id, second, &["x"])).unwrap();
        made(&mut journal, id, 0, Accepted).unwrap();
        journal.finish(id, Accepted, "", at(60)).unwrap();
    }
    let reached = journal.may_have_reached("b1", at(0)).unwrap();
    assert_eq!(
        reached.into_iter().collect::<Vec<_>>(),
        [(person("x"), at(50))]
    );
    assert_eq!(
        journal
            .same_body("b1", "sha of x", at(0))
            .unwrap()
            .unwrap()
            .id,
        "c"
    );
}

#[test]
fn of_a_batch_only_the_calls_that_arrived_count() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal
        .arm(&launch("a", 0, &["one", "two", "three"]))
        .unwrap();
    let names = |journal: &SqliteJournal| {
        let reached = journal.may_have_reached("b1", at(0)).unwrap();
        let mut names: Vec<_> = reached.into_keys().map(|contact| contact.user_id).collect();
        names.sort();
        names
    };
    // While it is on its way, those whose turn is still to come count too.
    assert_eq!(names(&journal), ["one", "three", "two"]);
    made(&mut journal, "a", 0, Accepted).unwrap();
    made(&mut journal, "a", 1, Unknown).unwrap();
    journal.finish("a", Unknown, "", at(60)).unwrap();
    assert_eq!(names(&journal), ["one", "two"]);
    settle(&mut journal, "a", SettledAs::NotSent);
    assert_eq!(names(&journal), ["one"]);
}

#[test]
fn channels_tell_contacts_apart() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let mut armed = launch("a", 0, &["x"]);
    let mut other = person("x");
    other.channel = "SMSChannel".to_owned();
    armed.contacts[0] = vec![person("x"), other.clone(), person("y")];
    journal.arm(&armed).unwrap();
    let reached = journal.may_have_reached("b1", at(0)).unwrap();
    assert_eq!(reached.len(), 3);
    assert!(reached.contains_key(&other));
}

#[test]
fn two_connections_see_each_others_rows() {
    let folder = Folder::new();
    let (mut one, mut two) = (folder.journal(), folder.journal());
    one.arm(&launch("a", 0, &["x"])).unwrap();
    two.begin_call("a", 0, at(99)).unwrap();
    assert_eq!(one.sending().unwrap()[0].calls[0].outcome, Sending);
    assert!(matches!(
        one.begin_call("a", 0, at(99)),
        Err(StoreError::WrongState {
            outcome: Sending,
            ..
        })
    ));
    two.arm(&launch("b", 1, &["y"])).unwrap();
    assert_eq!(ids(&one, &LaunchFilter::default()), ["b", "a"]);
    assert_eq!(one.mark_died("a", at(100)).unwrap(), Some(Unknown));
    assert_eq!(two.unsettled().unwrap()[0].id, "a");
}

#[test]
fn writers_wait_for_each_other() {
    let folder = Folder::new();
    drop(folder.journal());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let folder = &folder;
            scope.spawn(move || {
                let mut journal = folder.journal();
                for number in 0..10 {
                    launched(
                        &mut journal,
                        &format!("{thread}-{number}"),
                        number,
                        Accepted,
                    );
                }
            });
        }
    });
    let launches = folder.journal().launches(&LaunchFilter::default()).unwrap();
    assert_eq!(launches.len(), 40);
    assert!(launches.iter().all(|launch| launch.outcome == Accepted));
}
