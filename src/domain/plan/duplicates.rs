//! Targets that name a contact which an earlier target of the list names already.

use super::Target;
use super::places::Places;
use crate::domain::identity::normal;

/// The contacts that a list of targets named so far.
///
/// Two targets are the same contact where both name it by the same text ([`Target::named_by`]), however it is written
/// ([`crate::domain::identity::normal`]), in the same
/// `bot_channel` or one of them in none: which channel the platform looks in then is nowhere said `[U]`, and reaching
/// somebody once ranks above reaching somebody more. Targets that name nobody are no duplicates.
#[derive(Debug, Default)]
pub struct Seen {
    places: Places,
}

impl Seen {
    /// Makes room for so many targets.
    pub fn with_capacity(targets: usize) -> Self {
        Self {
            places: Places::with_capacity(targets),
        }
    }

    /// Notes the target at `place` of a list whose earlier ones were noted; the place of the one that names the same
    /// contact, if there is one, and then nothing is noted.
    pub fn note(&mut self, targets: &[Target], place: usize) -> Option<usize> {
        let target = targets.get(place)?;
        let hash = self.places.hash(&normal(target.named_by()?));
        let is_same = |earlier: usize| {
            targets
                .get(earlier)
                .is_some_and(|earlier| is_same_contact(earlier, target))
        };
        self.places.note(hash, place, is_same)
    }
}

fn is_same_contact(one: &Target, other: &Target) -> bool {
    let channels = (one.filled("bot_channel"), other.filled("bot_channel"));
    one.named_by().map(normal) == other.named_by().map(normal)
        && match channels {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn duplicates(targets: &[Target]) -> Vec<usize> {
        let mut seen = Seen::default();
        (0..targets.len())
            .filter(|place| seen.note(targets, *place).is_some())
            .collect()
    }

    #[rstest]
    #[case::the_same(r#"[{"user_id":"1"},{"user_id":"2"},{"user_id":"1"}]"#, &[2])]
    #[case::id_and_phone(r#"[{"user_id":"1"},{"user_phone_number":"1"}]"#, &[1])]
    #[case::two_channels(r#"[{"user_id":"1","bot_channel":"A"},{"user_id":"1","bot_channel":"B"}]"#, &[])]
    #[case::a_third_time(r#"[{"user_id":"1","bot_channel":"A"},{"user_id":"1","bot_channel":"B"},{"user_id":"1","bot_channel":"B"}]"#, &[2])]
    #[case::no_channel_after_one(r#"[{"user_id":"1","bot_channel":"A"},{"user_id":"1"}]"#, &[1])]
    #[case::no_channel_before_one(r#"[{"user_id":"1"},{"user_id":"1","bot_channel":"A"}]"#, &[1])]
    #[case::written_otherwise(r#"[{"user_id":"393201234567"},{"user_id":"00393201234567"},{"user_phone_number":"+39 320 1234567"}]"#, &[1, 2])]
    #[case::nobody(r#"[{"x":"1"},{"x":"1"},{"user_id":""}]"#, &[])]
    fn the_same_contact_twice(#[case] json: &str, #[case] expected: &[usize]) {
        let targets: Vec<Target> = serde_json::from_str(json).unwrap();
        assert_eq!(duplicates(&targets), expected);
    }

    proptest! {
        #[test]
        fn a_table_that_grows_finds_what_going_through_the_list_finds(
            names in prop::collection::vec(("[0-9]{1,2}", "[AB]?"), 0..200),
        ) {
            let target = |(id, channel): (String, String)| {
                Target::from_iter([("user_id".to_owned(), id), ("bot_channel".to_owned(), channel)])
            };
            let targets: Vec<Target> = names.into_iter().map(target).collect();
            let mut kept: Vec<usize> = Vec::new();
            let mut seen = Seen::default();
            for place in 0..targets.len() {
                let found = kept.iter().any(|earlier| is_same_contact(&targets[*earlier], &targets[place]));
                prop_assert_eq!(seen.note(&targets, place).is_some(), found);
                if !found {
                    kept.push(place);
                }
            }
        }
    }
}
