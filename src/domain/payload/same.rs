//! Which targets of a list may name the same contact, so that they go out in one call.

use std::collections::HashMap;

use crate::domain::plan::Target;
use crate::domain::variable::is_e164;

/// Groups the indexes of targets that may name the same contact: in order of each group's first, each in its own order.
///
/// Whether two targets mean one contact is the platform's to say: it looks contacts up by `user_id`, else by
/// `user_phone_number` `[D]`. So any value in common groups them, whatever the channel: a group that is too large costs
/// nothing, and a contact in two groups would be messaged by two calls.
pub fn groups(targets: &[Target]) -> Vec<Vec<usize>> {
    let mut parents: Vec<usize> = (0..targets.len()).collect();
    let mut first_with: HashMap<&str, usize> = HashMap::with_capacity(targets.len());
    for (index, target) in targets.iter().enumerate() {
        for name in names_of(target) {
            let first = *first_with.entry(name).or_insert(index);
            let (one, other) = (root(&mut parents, first), root(&mut parents, index));
            parents[one.max(other)] = one.min(other);
        }
    }
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); targets.len()];
    for index in 0..targets.len() {
        let root = root(&mut parents, index);
        members[root].push(index);
    }
    members.retain(|group| !group.is_empty());
    members
}

/// What a target may be found by. A phone number beside a `user_id` counts only where it is one: many lists write the
/// same `0` or `-` for all whose number isn't known.
fn names_of(target: &Target) -> impl Iterator<Item = &str> {
    let user_id = target.filled("user_id");
    let phone = target
        .filled("user_phone_number")
        .filter(|number| user_id.is_none() || is_e164(number));
    user_id
        .into_iter()
        .chain(phone)
        .map(|name| name.strip_prefix('+').unwrap_or(name))
}

/// The first of the group that an index is in; the way to it is shortened.
fn root(parents: &mut [usize], mut index: usize) -> usize {
    while parents[index] != index {
        parents[index] = parents[parents[index]];
        index = parents[index];
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::strangers(r#"[{"user_id":"1"},{"user_id":"2"}]"#, "[[0], [1]]")]
    #[case::the_same_id(
        r#"[{"user_id":"1"},{"user_id":"2"},{"user_id":"1"}]"#,
        "[[0, 2], [1]]"
    )]
    #[case::with_and_without_channel(
        r#"[{"user_id":"1"},{"user_id":"1","bot_channel":"WebChannel"}]"#,
        "[[0, 1]]"
    )]
    #[case::id_and_phone_number(
        r#"[{"user_id":"3932010001"},{"user_phone_number":"+3932010001"}]"#,
        "[[0, 1]]"
    )]
    #[case::over_a_third(
        r#"[{"user_id":"a"},{"user_phone_number":"3932010001"},{"user_id":"a","user_phone_number":"3932010001"}]"#,
        "[[0, 1, 2]]"
    )]
    #[case::a_stand_in_is_no_number(
        r#"[{"user_id":"a","user_phone_number":"0"},{"user_id":"b","user_phone_number":"0"}]"#,
        "[[0], [1]]"
    )]
    #[case::nobody(r#"[{"order":"1"},{"order":"1"}]"#, "[[0], [1]]")]
    fn grouped(#[case] json: &str, #[case] expected: &str) {
        let targets: Vec<Target> = serde_json::from_str(json).unwrap();
        let expected: Vec<Vec<usize>> = serde_json::from_str(expected).unwrap();
        assert_eq!(groups(&targets), expected);
    }
}
