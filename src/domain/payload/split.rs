//! A list of targets split into bodies that fit.

use std::ops::Range;

use crate::domain::plan::Target;

const HEAD: &str = "{\"targets\":[";

/// Splits targets into bodies of at most `limit` bytes each, keeping their order and taking as many into each as fit.
///
/// `tail` follows each list (`,"delayminutes":5`). A target that is too large even alone gets a body of its own, over
/// the limit; [`crate::domain::problem`] refuses it. No targets give one body with an empty list.
pub fn split(targets: &[Target], tail: &str, limit: u64) -> Vec<(Range<usize>, String)> {
    let frame = HEAD.len() + "]".len() + tail.len() + "}".len();
    let mut bodies = Vec::new();
    let mut list = String::new();
    let mut start = 0;
    for (index, target) in targets.iter().enumerate() {
        // A map of texts can't fail to serialise into memory.
        let json = serde_json::to_string(target).unwrap_or_default();
        let grown = frame + list.len() + usize::from(!list.is_empty()) + json.len();
        if grown as u64 > limit && !list.is_empty() {
            bodies.push((start..index, close(&list, tail)));
            list.clear();
            start = index;
        }
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(&json);
    }
    bodies.push((start..targets.len(), close(&list, tail)));
    bodies
}

fn close(list: &str, tail: &str) -> String {
    format!("{HEAD}{list}]{tail}}}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_body_fits_and_could_not_have_taken_the_next_target(
            names in prop::collection::vec("[a-zé\"]{1,12}", 1..60),
            limit in 100u64..300,
            delayed: bool,
        ) {
            let targets: Vec<Target> = names
                .iter()
                .map(|name| Target::from_iter([("user_id".to_owned(), name.clone())]))
                .collect();
            let tail = if delayed { ",\"delayminutes\":5" } else { "" };
            let bodies = split(&targets, tail, limit);
            let mut next = 0;
            for (range, body) in &bodies {
                prop_assert_eq!(range.start, next);
                prop_assert!(!range.is_empty());
                prop_assert!(body.len() as u64 <= limit);
                if range.end < targets.len() {
                    let (_, larger) = &split(&targets[range.start..=range.end], tail, u64::MAX)[0];
                    prop_assert!(larger.len() as u64 > limit);
                }
                let read: serde_json::Value = serde_json::from_str(body).unwrap();
                prop_assert_eq!(read["targets"].as_array().unwrap().len(), range.len());
                next = range.end;
            }
            prop_assert_eq!(next, targets.len());
        }
    }

    #[test]
    fn exactly_the_limit_fits_and_one_byte_less_does_not() {
        let targets = vec![Target::from_iter([("user_id".to_owned(), "1".to_owned())]); 2];
        let whole = r#"{"targets":[{"user_id":"1"},{"user_id":"1"}]}"#;
        assert_eq!(
            split(&targets, "", whole.len() as u64),
            [(0..2, whole.to_owned())]
        );
        assert_eq!(split(&targets, "", whole.len() as u64 - 1).len(), 2);
    }
}
