//! A list of targets split into bodies that fit.

use super::{Frame, Share, TargetSizes, json_text};
use crate::domain::parts::in_parts;
use crate::domain::plan::Target;

/// Fewer calls than this are written before a thread has begun.
const CALLS_WORTH_THREADS: usize = 8;

/// Splits targets into bodies of at most the frame's limit in bytes, keeping their order and taking as many into each
/// as fit.
///
/// Targets that may name the same contact stay together, so that no contact is in two calls: where a list is split, the
/// later ones move up to the first. What is too large even alone (one target, or those of one contact) gets a body of
/// its own, over the limit; [`crate::domain::problem`] refuses it. No targets give one body with an empty list.
pub fn split(targets: &[Target], frame: &Frame) -> Vec<(Share, String)> {
    let shares = TargetSizes::of(targets).shares(targets, frame);
    let bodies = bodies(&shares, targets, frame);
    shares.into_iter().zip(bodies).collect()
}

/// Writes the bodies; those of many calls on all cores.
fn bodies(shares: &[Share], targets: &[Target], frame: &Frame) -> Vec<String> {
    let body = |share: &Share| {
        let items = share.places().filter_map(|place| targets.get(place));
        frame.body(share.bytes(), items, push_target)
    };
    in_parts(shares, CALLS_WORTH_THREADS, |part| {
        part.iter().map(body).collect()
    })
}

fn push_target(body: &mut String, target: &Target) {
    body.push('{');
    for (number, (name, value)) in target.iter().enumerate() {
        if number > 0 {
            body.push(',');
        }
        json_text::push(body, name);
        body.push(':');
        json_text::push(body, value);
    }
    body.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dialect::Dialect;
    use crate::domain::plan::Plan;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn frame(limit_bytes: u64, delay: Option<&str>) -> Frame {
        let plan = Plan {
            delay: delay.map(str::to_owned),
            ..Plan::default()
        };
        let dialect = Dialect {
            limit_bytes,
            ..Dialect::default()
        };
        Frame::of(&plan, &dialect)
    }

    fn one(name: &str) -> Target {
        Target::from_iter([("user_id".to_owned(), name.to_owned())])
    }

    /// The targets that each body holds, and the body.
    fn calls(targets: &[Target], frame: &Frame) -> Vec<(Vec<usize>, String)> {
        let calls = split(targets, frame).into_iter();
        calls
            .map(|(share, body)| {
                assert_eq!(
                    (share.len(), share.bytes()),
                    (share.places().count(), body.len() as u64)
                );
                (share.places().collect(), body)
            })
            .collect()
    }

    proptest! {
        #[test]
        fn every_body_fits_and_could_not_have_taken_the_next_target(
            names in prop::collection::hash_set("[a-zé\"]{1,12}", 1..60),
            limit in 100u64..300,
            delayed: bool,
        ) {
            let targets: Vec<Target> = names.iter().map(|name| one(name)).collect();
            let frame = frame(limit, delayed.then_some("5"));
            let mut next = 0;
            for (list, body) in calls(&targets, &frame) {
                prop_assert!(body.len() as u64 <= limit);
                prop_assert_eq!(&list, &(next..next + list.len()).collect::<Vec<_>>());
                let read: serde_json::Value = serde_json::from_str(&body).unwrap();
                prop_assert_eq!(&read["targets"], &serde_json::to_value(&targets[next..next + list.len()]).unwrap());
                prop_assert_eq!(read.get("delayminutes").is_some(), delayed);
                next += list.len();
                if let Some(more) = targets.get(next) {
                    let larger = body.len() + serde_json::to_string(more).unwrap().len() + 1;
                    prop_assert!(larger as u64 > limit);
                }
            }
            prop_assert_eq!(next, targets.len());
        }

        #[test]
        fn every_target_is_sent_once_and_no_contact_in_two_calls(
            ids in prop::collection::vec("[a-e]", 1..60),
            limit in 150u64..300,
        ) {
            let target = |(index, id): (usize, &String)| {
                Target::from_iter([("user_id".to_owned(), id.clone()), ("order".to_owned(), index.to_string())])
            };
            let targets: Vec<Target> = ids.iter().enumerate().map(target).collect();
            let calls = calls(&targets, &frame(limit, None));
            let mut sent: Vec<usize> = calls.iter().flat_map(|(list, _)| list.clone()).collect();
            let mut seen = HashSet::new();
            for (list, body) in &calls {
                let read: serde_json::Value = serde_json::from_str(body).unwrap();
                let held: Vec<Target> = serde_json::from_value(read["targets"].clone()).unwrap();
                prop_assert_eq!(held, list.iter().map(|index| targets[*index].clone()).collect::<Vec<_>>());
                let contacts: HashSet<&String> = list.iter().map(|index| &ids[*index]).collect();
                for contact in contacts {
                    prop_assert!(seen.insert(contact), "{contact} is in two calls");
                }
                for (place, index) in list.iter().enumerate() {
                    let later = &list[place + 1..];
                    prop_assert!(later.iter().all(|other| ids[*other] != ids[*index] || other > index));
                }
            }
            sent.sort_unstable();
            prop_assert_eq!(sent, (0..targets.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn exactly_the_limit_fits_and_one_byte_less_does_not() {
        let targets = [one("1"), one("2")];
        let whole = r#"{"targets":[{"user_id":"1"},{"user_id":"2"}]}"#;
        let bodies = split(&targets, &frame(whole.len() as u64, None));
        assert_eq!(bodies.len(), 1);
        assert_eq!(bodies[0].1, whole);
        assert_eq!(
            split(&targets, &frame(whole.len() as u64 - 1, None)).len(),
            2
        );
    }

    #[test]
    fn a_target_that_is_too_large_alone_has_a_body_to_itself() {
        let targets = [one("1"), one(&"x".repeat(100)), one("2")];
        let bodies = split(&targets, &frame(60, None));
        let lengths: Vec<usize> = bodies.iter().map(|(share, _)| share.len()).collect();
        assert_eq!(lengths, [1, 1, 1]);
    }

    #[test]
    fn no_targets_are_an_empty_list() {
        let bodies = split(&[], &frame(1_000, Some("5")));
        assert_eq!(bodies[0].1, r#"{"targets":[],"delayminutes":5}"#);
        assert!(bodies[0].0.is_empty());
    }

    #[test]
    fn a_list_that_fits_keeps_its_order_and_one_that_does_not_brings_a_contact_together() {
        let targets = [one("1"), one("2"), one("3"), one("1")];
        let [(whole, body)] = calls(&targets, &frame(1_000, None)).try_into().unwrap();
        assert_eq!(whole, [0, 1, 2, 3]);
        let lists: Vec<Vec<usize>> = calls(&targets, &frame(body.len() as u64 - 1, None))
            .into_iter()
            .map(|(list, _)| list)
            .collect();
        assert_eq!(lists, [vec![0, 3, 1], vec![2]]);
    }
}
