//! A list of targets split into bodies that fit.

use std::num::NonZero;
use std::thread::ScopedJoinHandle;

use super::{Frame, Share, TargetSizes, json_text};
use crate::domain::plan::Target;

/// Fewer calls than this are written before a thread has begun.
const CALLS_WORTH_THREADS: usize = 8;

/// Splits targets into bodies of at most the frame's limit in bytes, keeping their order and taking as many into each
/// as fit.
///
/// Where one body would do, every target stands in it as written. Where several are needed, a target that names the
/// same contact as an earlier one ([`crate::domain::plan::duplicates`]) is left out, and its place is told: one contact
/// is in one call only. A target that is too large even alone gets a body of its own, over the limit;
/// [`crate::domain::problem`] refuses it. No targets give one body with an empty list.
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
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    if shares.len() < CALLS_WORTH_THREADS || threads == 1 {
        return shares.iter().map(body).collect();
    }
    std::thread::scope(|scope| {
        let parts = shares.chunks(shares.len().div_ceil(threads));
        let running: Vec<_> = parts
            .map(|part| (part, scope.spawn(move || part.iter().map(body).collect())))
            .collect();
        let written = |(part, thread): (&[Share], ScopedJoinHandle<'_, Vec<String>>)| {
            // A thread that could not finish is made up for here.
            let bodies = thread.join();
            bodies.unwrap_or_else(|_| part.iter().map(body).collect())
        };
        running.into_iter().flat_map(written).collect()
    })
}

fn push_target(body: &mut String, target: &Target) {
    body.push('{');
    for (number, (name, value)) in target.0.iter().enumerate() {
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
    use crate::domain::plan::{Plan, duplicates};
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn every_body_fits_and_could_not_have_taken_the_next_target(
            names in prop::collection::vec("[a-dé\"]{1,3}", 1..60),
            limit in 100u64..300,
            delayed: bool,
        ) {
            let targets: Vec<Target> = names.iter().map(|name| one(name)).collect();
            let delay = delayed.then_some("5");
            let bodies = split(&targets, &frame(limit, delay));
            let kept: Vec<&Target> = if bodies.len() == 1 && bodies[0].0.left_out().is_empty() {
                targets.iter().collect()
            } else {
                let twice = duplicates(&targets);
                let is_kept = |(place, target)| (!twice.contains(&place)).then_some(target);
                targets.iter().enumerate().filter_map(is_kept).collect()
            };
            let mut sent = Vec::new();
            let mut start = 0;
            for (share, body) in &bodies {
                prop_assert!(body.len() as u64 <= limit);
                prop_assert_eq!(body.len() as u64, share.bytes());
                prop_assert_eq!(share.range().start, start);
                start = share.range().end;
                let read: serde_json::Value = serde_json::from_str(body).unwrap();
                let list: Vec<Target> = serde_json::from_value(read["targets"].clone()).unwrap();
                prop_assert_eq!(list.len(), share.len());
                prop_assert_eq!(read.get("delayminutes").is_some(), delayed);
                sent.extend(list);
                if let Some(next) = kept.get(sent.len()) {
                    let larger = body.len() + serde_json::to_string(next).unwrap().len() + 1;
                    prop_assert!(larger as u64 > limit);
                }
            }
            prop_assert_eq!(start, targets.len());
            prop_assert_eq!(sent.iter().collect::<Vec<_>>(), kept);
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
    fn a_contact_that_stands_twice_is_sent_twice_in_one_call_and_once_in_several() {
        let targets = [one("1"), one("2"), one("1"), one("3")];
        let whole =
            r#"{"targets":[{"user_id":"1"},{"user_id":"2"},{"user_id":"1"},{"user_id":"3"}]}"#;
        let bodies = split(&targets, &frame(whole.len() as u64, None));
        assert_eq!(bodies[0].1, whole);
        let bodies = split(&targets, &frame(50, None));
        let texts: Vec<&str> = bodies.iter().map(|(_, body)| body.as_str()).collect();
        assert_eq!(
            texts,
            [
                r#"{"targets":[{"user_id":"1"},{"user_id":"2"}]}"#,
                r#"{"targets":[{"user_id":"3"}]}"#
            ]
        );
        assert_eq!(bodies[0].0.left_out(), [2]);
        assert_eq!((bodies[0].0.range(), bodies[0].0.len()), (0..3, 2));
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
}
