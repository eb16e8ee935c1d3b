//! Which targets of a list may name the same contact, so that they go out in one call.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::domain::identity::normal;
use crate::domain::plan::Places;
use crate::domain::plan::Target;
use crate::domain::variable::is_e164;

/// Targets whose hashes are made before they are noted: the table is then gone through without going to the targets.
const BLOCK: usize = 256;

/// Groups the indexes of targets that may name the same contact: in order of each group's first, each in its own order.
/// A target that shares its names with no other is in no group.
///
/// Whether two targets mean one contact is the platform's to say: it looks contacts up by `user_id`, else by
/// `user_phone_number` `[D]`. So any value in common groups them, whatever the channel: a group that is too large costs
/// nothing, and a contact in two groups would be messaged by two calls.
pub fn groups(targets: &[Target]) -> Vec<Vec<usize>> {
    let mut links = Links::default();
    let mut places = Places::with_capacity(targets.len());
    let mut hashes = Vec::with_capacity(2 * BLOCK);
    for (block, start) in targets.chunks(BLOCK).zip((0..).step_by(BLOCK)) {
        hashes.clear();
        for (target, index) in block.iter().zip(start..) {
            hashes.extend(names_of(target).map(|name| {
                let hash = places.hash(&name);
                (index, name, hash)
            }));
        }
        for (index, name, hash) in &hashes {
            let is_same = |earlier: usize| names_of(&targets[earlier]).any(|other| other == *name);
            if let Some(earlier) = places.note(*hash, *index, is_same) {
                links.join(earlier, *index);
            }
        }
    }
    links.groups()
}

/// Which indexes belong together; those that nothing was joined to aren't known to it.
#[derive(Default)]
struct Links {
    parents: BTreeMap<usize, usize>,
}

impl Links {
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if one != other {
            self.parents.insert(one.max(other), one.min(other));
        }
    }

    /// The first of the group that an index is in.
    fn root(&mut self, index: usize) -> usize {
        let mut root = index;
        while let Some(parent) = self.parents.get(&root) {
            root = *parent;
        }
        if root != index {
            self.parents.insert(index, root);
        }
        root
    }

    fn groups(mut self) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for index in self.parents.keys().copied().collect::<Vec<_>>() {
            let root = self.root(index);
            groups.entry(root).or_insert_with(|| vec![root]).push(index);
        }
        groups.into_values().collect()
    }
}

/// What a target may be found by, in normal form, so that a contact written in two ways is one. A phone number beside a
/// `user_id` counts only where it is one: many lists write the same `0` or `-` for all whose number isn't known.
fn names_of(target: &Target) -> impl Iterator<Item = Cow<'_, str>> {
    let user_id = target.filled("user_id");
    let phone = target
        .filled("user_phone_number")
        .map(normal)
        .filter(|number| user_id.is_none() || is_e164(number));
    user_id
        .map(normal)
        .into_iter()
        .chain(phone)
        .map(without_plus)
}

/// Of a number too short for its normal form to drop it.
fn without_plus(name: Cow<'_, str>) -> Cow<'_, str> {
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(name.strip_prefix('+').unwrap_or(name)),
        Cow::Owned(name) => Cow::Owned(name.strip_prefix('+').map(str::to_owned).unwrap_or(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::strangers(r#"[{"user_id":"1"},{"user_id":"2"}]"#, "[]")]
    #[case::the_same_id(r#"[{"user_id":"1"},{"user_id":"2"},{"user_id":"1"}]"#, "[[0, 2]]")]
    #[case::with_and_without_channel(
        r#"[{"user_id":"1"},{"user_id":"1","bot_channel":"WebChannel"}]"#,
        "[[0, 1]]"
    )]
    #[case::id_and_phone_number(
        r#"[{"user_id":"3932010001"},{"user_phone_number":"+3932010001"}]"#,
        "[[0, 1]]"
    )]
    #[case::zeros_before_the_country_code(
        r#"[{"user_id":"393470000005"},{"user_phone_number":"00393470000005"}]"#,
        "[[0, 1]]"
    )]
    #[case::blanks_and_marks(
        r#"[{"user_id":"393470000005"},{"user_id":"+39 347 000\u20110005"},{"user_id":"\u202a393470000005\u202c"}]"#,
        "[[0, 1, 2]]"
    )]
    #[case::letters_that_differ_in_case(r#"[{"user_id":"a"},{"user_id":"A"}]"#, "[]")]
    #[case::over_a_third(
        r#"[{"user_id":"a"},{"user_phone_number":"3932010001"},{"user_id":"a","user_phone_number":"3932010001"}]"#,
        "[[0, 1, 2]]"
    )]
    #[case::both_names_alike(
        r#"[{"user_id":"3932010001","user_phone_number":"3932010001"},{"user_id":"2"}]"#,
        "[]"
    )]
    #[case::two_pairs_that_a_later_one_joins(
        r#"[{"user_id":"a"},{"user_id":"3932010001"},{"user_id":"a"},{"user_id":"3932010001"},{"user_id":"a","user_phone_number":"3932010001"}]"#,
        "[[0, 1, 2, 3, 4]]"
    )]
    #[case::a_stand_in_is_no_number(
        r#"[{"user_id":"a","user_phone_number":"0"},{"user_id":"b","user_phone_number":"0"}]"#,
        "[]"
    )]
    #[case::nobody(r#"[{"order":"1"},{"order":"1"}]"#, "[]")]
    fn grouped(#[case] json: &str, #[case] expected: &str) {
        let targets: Vec<Target> = serde_json::from_str(json).unwrap();
        let expected: Vec<Vec<usize>> = serde_json::from_str(expected).unwrap();
        assert_eq!(groups(&targets), expected);
    }
}
