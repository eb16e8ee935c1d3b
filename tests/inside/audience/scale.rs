//! Long and odd lists: what they are split into, and that what is wrong with them is said in a few sentences.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use mylink_console::audience::{Facts, Matched, Suppression, Table, preview};
use mylink_console::domain::dialect::Dialect;
use mylink_console::domain::payload::Share;
use mylink_console::domain::plan::{Form, Plan, Target};
use mylink_console::domain::preview::Preview;
use mylink_console::domain::problem::{Code, Problem, Surface};

const MANY: usize = 200_000;

fn previewed(targets: Vec<Target>, limit_bytes: u64, suppressed: &[&str]) -> (Preview, Matched) {
    let table = Table::from_contacts(&[]).unwrap();
    let keys: HashSet<String> = suppressed.iter().map(|&key| key.to_owned()).collect();
    let facts = Facts {
        broadcast: Err(Problem::new(
            Code::UnknownBroadcast,
            "/broadcast",
            "There is none.",
        )),
        channels: &[],
        table: &table,
        configured: None,
        as_of: None,
        is_whole: true,
        now: Timestamp::UNIX_EPOCH,
        dialect: &Dialect {
            limit_bytes,
            ..Dialect::default()
        },
        surface: Surface::Console,
        reached: &HashMap::new(),
        suppressed: &Suppression::new(keys, &table),
        touched: &[],
        listed: None,
    };
    let plan = Plan {
        form: Form::Targets { targets },
        ..Plan::default()
    };
    preview(&plan, &facts, &AtomicBool::new(false)).unwrap()
}

fn named(id: &str) -> Target {
    [("user_id", id), ("bot_channel", "WebChannel")]
        .into_iter()
        .collect()
}

fn at(preview: &Preview, code: Code) -> Vec<&str> {
    let problems = preview.problems.iter();
    let found = problems.filter(|problem| problem.code == code);
    found.map(|problem| problem.at.as_str()).collect()
}

fn lengths(preview: &Preview) -> Vec<usize> {
    let shares = preview
        .calls
        .iter()
        .filter_map(|call| call.targets.as_ref());
    shares.map(Share::len).collect()
}

#[test]
fn many_times_one_contact_is_one_contact_and_too_large_for_a_call() {
    let (preview, matched) = previewed(vec![named("1"); MANY], 1_000_000, &[]);
    assert_eq!(preview.who.count(), Some(1));
    assert_eq!(matched.counts(), [1]);
    assert_eq!(lengths(&preview), [MANY]);
    assert_eq!(at(&preview, Code::TooLarge), ["/targets/0"]);
    let told = at(&preview, Code::DuplicateTarget);
    assert_eq!((told.len(), told[0]), (20, "/targets/1"));
    let last = preview
        .problems
        .iter()
        .rfind(|problem| problem.code == Code::DuplicateTarget);
    let last = &last.unwrap().message;
    assert!(last.ends_with("199,979 more like this."), "{last}");
}

#[test]
fn many_of_whom_all_are_suppressed_leave_an_empty_list_and_an_error() {
    let ids = ["1", "2", "3"];
    let targets = (0..MANY).map(|place| named(ids[place % 3])).collect();
    let (preview, matched) = previewed(targets, 1_000_000, &ids);
    assert_eq!(preview.suppressed.count, MANY as u64);
    assert_eq!(preview.suppressed.some, ["1", "2", "3", "1", "2"]);
    assert_eq!(at(&preview, Code::NoTargets), ["/targets"]);
    assert_eq!(lengths(&preview), [0]);
    assert_eq!(matched.counts(), [0]);
}

#[test]
fn one_byte_too_few_makes_two_calls() {
    let targets = vec![named("1"), named("2"), named("3")];
    let (whole, _) = previewed(targets.clone(), 1_000_000, &[]);
    let bytes = whole.bytes();
    assert_eq!(lengths(&previewed(targets.clone(), bytes, &[]).0), [3]);
    assert_eq!(lengths(&previewed(targets, bytes - 1, &[]).0), [2, 1]);
}

#[test]
fn one_huge_target_is_pointed_at_among_the_others() {
    let huge = named("2").with("note", &"x".repeat(2_000_000));
    let targets = vec![named("1"), huge, named("3")];
    let (preview, _) = previewed(targets, 1_000_000, &[]);
    assert_eq!(at(&preview, Code::TooLarge), ["/targets/1"]);
    assert_eq!(lengths(&preview), [1, 1, 1]);
}

#[test]
fn the_places_of_a_split_list_without_the_suppressed_are_those_of_the_plan() {
    let ids: Vec<String> = (0..60).map(|id| id.to_string()).collect();
    let targets: Vec<Target> = ids.iter().map(|id| named(id)).collect();
    let (preview, matched) = previewed(targets.clone(), 300, &["0", "17", "18", "59"]);
    let places: Vec<usize> = preview
        .calls
        .iter()
        .filter_map(|call| call.targets.as_ref())
        .flat_map(Share::places)
        .collect();
    let expected: Vec<usize> = (0..60)
        .filter(|place| ![0, 17, 18, 59].contains(place))
        .collect();
    assert_eq!(places, expected);
    assert_eq!(preview.suppressed.places, [0, 17, 18, 59]);
    for (call, contacts) in preview
        .calls
        .iter()
        .zip(matched.contacts(&Table::default()))
    {
        let share = call.targets.as_ref().unwrap();
        let body: serde_json::Value = serde_json::from_str(call.body.as_ref().unwrap()).unwrap();
        let held: Vec<Target> = serde_json::from_value(body["targets"].clone()).unwrap();
        assert_eq!(
            held,
            share
                .places()
                .map(|place| targets[place].clone())
                .collect::<Vec<_>>()
        );
        let names: Vec<&str> = contacts
            .iter()
            .map(|contact| contact.user_id.as_str())
            .collect();
        assert_eq!(
            names,
            held.iter()
                .map(|target| target.named_by().unwrap())
                .collect::<Vec<_>>()
        );
        assert_eq!(
            (call.bytes(), share.bytes()),
            (call.body.as_ref().unwrap().len() as u64, call.bytes())
        );
    }
}

#[test]
fn nobody_at_all_is_said() {
    let (preview, matched) = previewed(Vec::new(), 1_000_000, &["1"]);
    assert_eq!(at(&preview, Code::NoTargets), ["/targets"]);
    assert_eq!((preview.who.count(), matched.counts()), (Some(0), vec![0]));
}
