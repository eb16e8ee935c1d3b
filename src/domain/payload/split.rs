//! A list of targets split into bodies that fit.

use super::same;
use crate::domain::plan::Target;

const HEAD: &str = "{\"targets\":[";

/// Splits targets into bodies of at most `limit` bytes each, keeping their order and taking as many into each as fit.
/// Returned are the targets of each body, by their indexes, and the body.
///
/// `tail` follows each list (`,"delayminutes":5`). Targets that may name the same contact stay together, so that no
/// contact is in two calls: where a list is split, the later ones move up to the first. What is too large even alone
/// (one target, or those of one contact) gets a body of its own, over the limit; [`crate::domain::problem`] refuses it.
/// No targets give one body with an empty list.
pub fn split(targets: &[Target], tail: &str, limit: u64) -> Vec<(Vec<usize>, String)> {
    let frame = HEAD.len() + "]".len() + tail.len() + "}".len();
    // A map of texts can't fail to serialise into memory.
    let texts: Vec<String> = targets
        .iter()
        .map(|target| serde_json::to_string(target).unwrap_or_default())
        .collect();
    let length = |list: &[usize]| {
        list.iter().map(|index| texts[*index].len()).sum::<usize>() + list.len().saturating_sub(1)
    };
    let close = |list: Vec<usize>| {
        let parts: Vec<&str> = list.iter().map(|index| texts[*index].as_str()).collect();
        let body = format!("{HEAD}{}]{tail}}}", parts.join(","));
        (list, body)
    };
    let all: Vec<usize> = (0..targets.len()).collect();
    if (frame + length(&all)) as u64 <= limit {
        return vec![close(all)];
    }
    let mut bodies = Vec::new();
    let (mut list, mut filled): (Vec<usize>, usize) = (Vec::new(), 0);
    for group in same::groups(targets) {
        let more = length(&group);
        if !list.is_empty() && (frame + filled + 1 + more) as u64 > limit {
            bodies.push(close(std::mem::take(&mut list)));
        }
        filled = if list.is_empty() {
            more
        } else {
            filled + 1 + more
        };
        list.extend(group);
    }
    bodies.push(close(list));
    bodies
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    proptest! {
        #[test]
        fn every_body_fits_and_could_not_have_taken_the_next_target(
            names in prop::collection::vec("[a-zé\"]{1,12}", 1..60),
            limit in 100u64..300,
            delayed: bool,
        ) {
            let names: HashSet<String> = names.into_iter().collect();
            let targets: Vec<Target> = names
                .iter()
                .map(|name| Target::from_iter([("user_id".to_owned(), name.clone())]))
                .collect();
            let tail = if delayed { ",\"delayminutes\":5" } else { "" };
            let bodies = split(&targets, tail, limit);
            let mut next = 0;
            for (list, body) in &bodies {
                prop_assert!(!list.is_empty());
                prop_assert!(body.len() as u64 <= limit);
                prop_assert_eq!(list, &(next..next + list.len()).collect::<Vec<_>>());
                let read: serde_json::Value = serde_json::from_str(body).unwrap();
                prop_assert_eq!(&read["targets"], &serde_json::to_value(&targets[next..next + list.len()]).unwrap());
                let start = next;
                next += list.len();
                if next < targets.len() {
                    let (_, larger) = &split(&targets[start..=next], tail, u64::MAX)[0];
                    prop_assert!(larger.len() as u64 > limit);
                }
            }
            prop_assert_eq!(next, targets.len());
        }

        #[test]
        fn every_target_is_sent_once_and_no_contact_in_two_calls(
            ids in prop::collection::vec("[a-e]", 1..60),
            limit in 150u64..300,
        ) {
            let targets: Vec<Target> = ids
                .iter()
                .enumerate()
                .map(|(index, id)| {
                    Target::from_iter([("user_id".to_owned(), id.clone()), ("order".to_owned(), index.to_string())])
                })
                .collect();
            let calls = split(&targets, "", limit);
            let mut sent: Vec<usize> = calls.iter().flat_map(|(list, _)| list.clone()).collect();
            let mut seen = HashSet::new();
            for (list, _) in &calls {
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

    fn targets(ids: &[&str]) -> Vec<Target> {
        ids.iter()
            .map(|id| Target::from_iter([("user_id".to_owned(), (*id).to_owned())]))
            .collect()
    }

    #[test]
    fn exactly_the_limit_fits_and_one_byte_less_does_not() {
        let whole = r#"{"targets":[{"user_id":"1"},{"user_id":"2"}]}"#;
        let targets = targets(&["1", "2"]);
        assert_eq!(
            split(&targets, "", whole.len() as u64),
            [(vec![0, 1], whole.to_owned())]
        );
        assert_eq!(split(&targets, "", whole.len() as u64 - 1).len(), 2);
    }

    #[test]
    fn a_list_that_fits_keeps_its_order_and_one_that_does_not_brings_a_contact_together() {
        let targets = targets(&["1", "2", "3", "1"]);
        let [(whole, body)] = split(&targets, "", 1_000).try_into().unwrap();
        assert_eq!(whole, [0, 1, 2, 3]);
        let lists: Vec<Vec<usize>> = split(&targets, "", body.len() as u64 - 1)
            .into_iter()
            .map(|(list, _)| list)
            .collect();
        assert_eq!(lists, [vec![0, 3, 1], vec![2]]);
    }
}
