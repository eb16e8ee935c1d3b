//! Killed at any moment, a process leaves a journal that can be read and has every row that it was told is kept.

use mylink_console::domain::launch::Outcome;
use mylink_console::domain::launch::Outcome::{Accepted, Failed, NotSent, Sending, Unknown};
use mylink_console::store::journal::diagnose;
use mylink_console::store::{Journal, SqliteJournal};
use rstest::rstest;

use super::child::{self, Part};
use super::{Folder, at, end, launch};

const STEPS: [&str; 5] = ["arm", "begin", "record", "answer", "finish"];

/// The part: one launch, step by step, each said after it; then the next, until it is killed.
#[test]
fn a_process_that_launches() {
    let Some(folder) = child::folder_of_the_part() else {
        return;
    };
    let mut journal = SqliteJournal::open(&folder.join("journal.db")).unwrap();
    for number in 0.. {
        let id = format!("l{number:06}");
        for step in STEPS {
            match step {
                "arm" => journal.arm(&launch(&id, number, &["x"])),
                "begin" => journal.begin_call(&id, 0, at(99)),
                "record" => journal.record_call(&id, 0, &end(Accepted)),
                "answer" => journal.record_answer(&id, 0, "yes"),
                _ => journal.finish(&id, Accepted, "done", at(200)),
            }
            .unwrap();
            child::say(&format!("{id} {step}"));
        }
    }
}

/// The part: one launch up to a step that a file names, then nothing more.
#[test]
fn a_process_that_stops_in_a_launch() {
    let Some(folder) = child::folder_of_the_part() else {
        return;
    };
    let last = std::fs::read_to_string(folder.join("last")).unwrap();
    let mut journal = SqliteJournal::open(&folder.join("journal.db")).unwrap();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    if last != "arm" {
        journal.begin_call("a", 0, at(99)).unwrap();
    }
    if last == "record" {
        journal.record_call("a", 0, &end(Accepted)).unwrap();
    }
    child::say(&last);
    child::wait_for_the_end();
}

#[rstest]
#[case::armed("arm", NotSent, Failed, NotSent)]
#[case::begun("begin", Sending, Unknown, Unknown)]
#[case::recorded("record", Accepted, Accepted, Accepted)]
fn killed_between_two_steps(
    #[case] last: &str,
    #[case] call: Outcome,
    #[case] outcome: Outcome,
    #[case] call_after: Outcome,
) {
    let folder = Folder::new();
    std::fs::write(folder.file("last"), last).unwrap();
    let path = folder.file("");
    let mut part = Part::start("store::kill::a_process_that_stops_in_a_launch", &path);
    part.until(last);
    part.kill();
    let mut journal = folder.journal();
    let found = journal.launch("a").unwrap();
    assert_eq!((found.outcome, found.calls[0].outcome), (Sending, call));
    assert_eq!(found.calls[0].body.as_deref(), Some("x"));
    assert_eq!(journal.mark_died("a", at(300)).unwrap(), Some(outcome));
    assert_eq!(journal.launch("a").unwrap().calls[0].outcome, call_after);
}

/// Whether a launch stands where `step` leaves it, or further on.
fn has_done(journal: &SqliteJournal, id: &str, step: &str) -> bool {
    let Ok(launch) = journal.launch(id) else {
        return false;
    };
    let call = &launch.calls[0];
    match step {
        "arm" => launch.plan == format!("{{\"broadcast\":\"{id}\"}}"),
        "begin" => call.sent_at == Some(at(99)),
        "record" => call.outcome == Accepted,
        "answer" => call.answer.as_deref() == Some("yes"),
        _ => launch.outcome == Accepted,
    }
}

#[rstest]
fn killed_at_any_moment(#[values(1, 2, 3, 5, 8, 13)] steps: usize) {
    let folder = Folder::new();
    let mut part = Part::start("store::kill::a_process_that_launches", &folder.file(""));
    let last = format!("l{:06} {}", steps / STEPS.len(), STEPS[steps % STEPS.len()]);
    let mut done = part.until(&last);
    done.extend(part.kill());
    assert!(done.len() > steps, "{done:?}");
    let mut journal = folder.journal();
    for line in &done {
        let (id, step) = line.split_once(' ').unwrap();
        assert!(has_done(&journal, id, step), "{line}");
    }
    // At most the one that was under way is open, and what is left of it can be ended.
    let open = journal.sending().unwrap();
    assert!(open.len() <= 1, "{open:?}");
    for launch in open {
        assert!(journal.mark_died(&launch.id, at(300)).unwrap().is_some());
    }
    journal.arm(&launch("after", 400, &["x"])).unwrap();
    drop(journal);
    let found = diagnose(&folder.file("journal.db")).unwrap();
    assert!(found.is_well(), "{found:?}");
}
