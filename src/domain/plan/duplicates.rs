//! Targets that name a contact which an earlier target of the list names already.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::Target;

/// The places of the targets that name the same contact as an earlier one, ascending.
///
/// Two targets are the same contact where both name it by the same text ([`Target::identity`]), in the same
/// `bot_channel` or one of them in none: which channel the platform looks in then is nowhere said `[U]`, and reaching
/// somebody once ranks above reaching somebody more. Targets that name nobody are no duplicates.
pub fn duplicates(targets: &[Target]) -> Vec<usize> {
    let mut seen = Seen {
        first: HashMap::with_capacity(targets.len()),
        further: HashSet::new(),
    };
    let mut found = Vec::new();
    for (index, target) in targets.iter().enumerate() {
        if let Some(text) = target.named_by()
            && !seen.is_new(text, target.filled("bot_channel").unwrap_or_default())
        {
            found.push(index);
        }
    }
    found
}

/// The contacts named so far.
struct Seen<'a> {
    /// By the text that names it: the channel with which it came first.
    first: HashMap<&'a str, &'a str>,
    /// The same text in other channels, which is rare.
    further: HashSet<(&'a str, &'a str)>,
}

impl<'a> Seen<'a> {
    fn is_new(&mut self, text: &'a str, channel: &'a str) -> bool {
        match self.first.entry(text) {
            Entry::Vacant(place) => {
                place.insert(channel);
                true
            }
            Entry::Occupied(first) => {
                let first = *first.get();
                !first.is_empty()
                    && !channel.is_empty()
                    && first != channel
                    && self.further.insert((text, channel))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::the_same(r#"[{"user_id":"1"},{"user_id":"2"},{"user_id":"1"}]"#, &[2])]
    #[case::id_and_phone(r#"[{"user_id":"1"},{"user_phone_number":"1"}]"#, &[1])]
    #[case::two_channels(r#"[{"user_id":"1","bot_channel":"A"},{"user_id":"1","bot_channel":"B"}]"#, &[])]
    #[case::a_third_time(r#"[{"user_id":"1","bot_channel":"A"},{"user_id":"1","bot_channel":"B"},{"user_id":"1","bot_channel":"B"}]"#, &[2])]
    #[case::no_channel_after_one(r#"[{"user_id":"1","bot_channel":"A"},{"user_id":"1"}]"#, &[1])]
    #[case::no_channel_before_one(r#"[{"user_id":"1"},{"user_id":"1","bot_channel":"A"}]"#, &[1])]
    #[case::nobody(r#"[{"x":"1"},{"x":"1"},{"user_id":""}]"#, &[])]
    fn the_same_contact_twice(#[case] json: &str, #[case] expected: &[usize]) {
        let targets: Vec<Target> = serde_json::from_str(json).unwrap();
        assert_eq!(duplicates(&targets), expected);
    }
}
