//! The launches that were to reach one contact.

use mylink_console::domain::contact::ReachedBy;
use mylink_console::domain::launch::Outcome::{Accepted, NotSent, Rejected, Unknown};
use mylink_console::domain::launch::{Named, SettledAs, Settlement};
use mylink_console::store::Journal;

use super::{Folder, at, launch, launched, made, person};

fn told(found: &[ReachedBy]) -> Vec<(&str, &str)> {
    let told = found.iter();
    told.map(|by| (by.launch.as_str(), by.outcome.word()))
        .collect()
}

#[test]
fn a_contact_knows_its_launches_newest_first_each_with_what_became_of_its_own_call() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "x", 10, Accepted);
    // A batch that stopped at its second call.
    journal.arm(&launch("batch", 20, &["a", "x", "z"])).unwrap();
    made(&mut journal, "batch", 0, Accepted).unwrap();
    made(&mut journal, "batch", 1, Rejected).unwrap();
    journal.finish("batch", Rejected, "no", at(21)).unwrap();
    let x = journal.launches_to("k1", &person("x")).unwrap();
    assert_eq!(
        told(&x.launches),
        [("batch", "rejected"), ("x", "accepted")]
    );
    assert_eq!(x.launches[1].broadcast.name, "Spring");
    assert_eq!(x.launches[1].at, at(10));
    let z = journal.launches_to("k1", &person("z")).unwrap();
    assert_eq!(z.launches[0].outcome, NotSent);
    assert!(!z.launches[0].may_have_arrived());
    let nobody = journal.launches_to("k1", &person("nobody")).unwrap();
    assert!(nobody.launches.is_empty());
}

#[test]
fn somebody_of_the_same_id_elsewhere_is_another() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let mut other = launch("other", 10, &["x"]);
    other.record.bot = Named {
        id: "k2".to_owned(),
        name: "Bot k2".to_owned(),
    };
    journal.arm(&other).unwrap();
    let mut elsewhere = launch("elsewhere", 20, &["x"]);
    elsewhere.contacts[0][0].channel = "SMSChannel".to_owned();
    journal.arm(&elsewhere).unwrap();
    let found = journal.launches_to("k1", &person("x")).unwrap();
    assert!(found.launches.is_empty(), "{found:?}");
}

#[test]
fn a_persons_word_on_an_unknown_launch_is_told_with_it() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "x", 10, Unknown);
    let word = Settlement {
        settled_as: SettledAs::NotSent,
        by: "ada@h".to_owned(),
        at: at(50),
        reason: "asked them".to_owned(),
    };
    journal.settle("x", &word).unwrap();
    let found = journal.launches_to("k1", &person("x")).unwrap();
    assert_eq!(found.launches[0].settled, Some(SettledAs::NotSent));
    assert!(!found.launches[0].may_have_arrived());
}

#[test]
fn launches_of_which_nobody_knows_whom_they_reached_are_counted_where_they_may_have_arrived() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    for (id, outcome) in [("went", Accepted), ("failed", Rejected)] {
        let mut armed = launch(id, 10, &["x"]);
        armed.record.targets = None;
        armed.contacts.clear();
        journal.arm(&armed).unwrap();
        made(&mut journal, id, 0, outcome).unwrap();
        journal.finish(id, outcome, "done", at(11)).unwrap();
    }
    let found = journal.launches_to("k1", &person("x")).unwrap();
    assert!(found.launches.is_empty());
    assert_eq!(found.not_recorded, 1);
    assert_eq!(
        journal
            .launches_to("k2", &person("x"))
            .unwrap()
            .not_recorded,
        0
    );
}

#[test]
fn a_launch_of_which_only_some_are_known_may_have_reached_the_others() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let mut partly = launch("partly", 10, &["x"]);
    partly.record.targets = None;
    journal.arm(&partly).unwrap();
    let x = journal.launches_to("k1", &person("x")).unwrap();
    assert_eq!((x.launches.len(), x.not_recorded), (1, 0));
    made(&mut journal, "partly", 0, Accepted).unwrap();
    let y = journal.launches_to("k1", &person("y")).unwrap();
    assert_eq!((y.launches.len(), y.not_recorded), (0, 1));
}
