//! A list of targets that needs several calls: bodies, reached contacts and warnings say the same.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use mylink_console::audience::{Facts, Matched, Suppression, Table, preview};
use mylink_console::domain::dialect::Dialect;
use mylink_console::domain::payload::Share;
use mylink_console::domain::plan::Plan;
use mylink_console::domain::preview::Preview;
use mylink_console::domain::problem::{Code, Problem, Surface};

const PLAN: &str = r#"{"broadcast":"b","form":"targets","targets":[
    {"user_id":"1","bot_channel":"A"},{"user_id":"2","bot_channel":"A"},
    {"user_id":"1","bot_channel":"A"},{"user_id":"3","bot_channel":"A"},{"user_id":"2","bot_channel":"A"}]}"#;

fn previewed(limit_bytes: u64) -> (Preview, Vec<Vec<String>>) {
    let dialect = Dialect {
        limit_bytes,
        ..Dialect::default()
    };
    let table = Table::from_contacts(&[]).unwrap();
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
        dialect: &dialect,
        surface: Surface::Console,
        reached: &HashMap::new(),
        suppressed: &Suppression::default(),
        touched: &[],
        listed: None,
    };
    let plan = Plan::from_json(PLAN).unwrap();
    let (preview, matched) = preview(&plan, &facts, &AtomicBool::new(false)).unwrap();
    let Matched::Named(calls) = matched else {
        panic!("targets are named, not {matched:?}");
    };
    let ids = calls
        .into_iter()
        .map(|call| call.into_iter().map(|contact| contact.user_id).collect());
    (preview, ids.collect())
}

fn duplicates(preview: &Preview) -> Vec<(&str, &str)> {
    let problems = preview
        .problems
        .iter()
        .filter(|problem| problem.code == Code::DuplicateTarget);
    problems
        .map(|problem| (problem.at.as_str(), problem.message.as_str()))
        .collect()
}

#[test]
fn several_calls_reach_each_contact_in_one_of_them() {
    let (preview, reached) = previewed(90);
    assert_eq!(
        reached,
        [
            vec!["1".to_owned()],
            vec!["2".to_owned()],
            vec!["3".to_owned()]
        ]
    );
    let lengths: Vec<usize> = preview
        .calls
        .iter()
        .map(|call| call.targets.as_ref().map_or(0, Share::len))
        .collect();
    assert_eq!(lengths, [2, 2, 1]);
    let bodies: Vec<&str> = preview
        .calls
        .iter()
        .filter_map(|call| call.body.as_deref())
        .collect();
    assert_eq!(
        bodies[1],
        r#"{"targets":[{"user_id":"2","bot_channel":"A"},{"user_id":"2","bot_channel":"A"}]}"#
    );
    assert_eq!(preview.who.count(), Some(3));
    let told = duplicates(&preview);
    assert_eq!(
        told.iter().map(|(at, _)| *at).collect::<Vec<_>>(),
        ["/targets/2", "/targets/4"]
    );
}

#[test]
fn one_call_holds_what_the_plan_says() {
    let (preview, reached) = previewed(1_000_000);
    assert_eq!(preview.calls[0].targets.as_ref().map(Share::len), Some(5));
    assert_eq!(
        preview.calls[0]
            .body
            .as_ref()
            .unwrap()
            .matches("\"1\"")
            .count(),
        2
    );
    assert_eq!(reached[0], ["1", "2", "3"]);
    assert_eq!(duplicates(&preview).len(), 2);
}
