//! A contact's variables: names in snake case, what identifies it, and the limits of one conversation.

use indexmap::IndexMap;

use crate::domain::record::is_phone_channel;

/// Variables by name, all text, in the order in which they came.
pub(super) type Variables = IndexMap<String, String>;

/// The most variables of one conversation `[D]`.
pub(super) const MAX_VARIABLES: usize = 512;

/// Forces a name to snake case `[D]`: `favoriteColor`, `Favorite Color` and `favorite-color` are `favorite_color`.
pub(super) fn snake_case(name: &str) -> String {
    if name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    {
        return name.to_owned();
    }
    let characters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (index, &character) in characters.iter().enumerate() {
        if !character.is_alphanumeric() {
            separate(&mut snake);
            continue;
        }
        let before = index.checked_sub(1).map(|index| characters[index]);
        let next_is_lower = characters
            .get(index + 1)
            .is_some_and(|next| next.is_lowercase());
        if character.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_numeric()
                    || (before.is_uppercase() && next_is_lower)
            })
        {
            separate(&mut snake);
        }
        snake.extend(character.to_lowercase());
    }
    snake.trim_end_matches('_').to_owned()
}

fn separate(snake: &mut String) {
    if !snake.is_empty() && !snake.ends_with('_') {
        snake.push('_');
    }
}

/// What a contact is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// The `bot_channel`; empty where none is given.
    pub(super) channel: String,
    /// The `user_id`, where one is given or follows from the phone number.
    pub(super) user_id: Option<String>,
    /// The `user_phone_number`, where one is given or follows from the `user_id`.
    pub(super) phone: Option<String>,
}

impl Identity {
    /// Reads it from variables. On `WhatsApp`, SMS and RCS either of `user_id` and phone number gives both `[D]`.
    pub(super) fn of(variables: &Variables) -> Self {
        let text = |name: &str| {
            variables
                .get(name)
                .filter(|value| !value.is_empty())
                .cloned()
        };
        let channel = text("bot_channel").unwrap_or_default();
        let (mut user_id, mut phone) = (text("user_id"), text("user_phone_number"));
        if is_phone_channel(&channel) {
            user_id = user_id.or_else(|| phone.clone());
            phone = phone.or_else(|| user_id.clone());
        }
        Self {
            channel,
            user_id,
            phone,
        }
    }

    /// Whether a contact can be created from it.
    pub(super) fn is_creatable(&self) -> bool {
        !self.channel.is_empty() && self.user_id.is_some()
    }
}

/// Whether a contact that a launch created can't be reached: these channels refuse unsolicited messages.
pub(super) fn refuses_strangers(channel: &str) -> bool {
    let name = channel.strip_suffix("Channel").unwrap_or(channel);
    ["Telegram", "Facebook", "Instagram", "Web"]
        .iter()
        .any(|refusing| refusing.eq_ignore_ascii_case(name))
}

/// Sets variables on a known contact, whose identity stays: `user_id`, `bot_channel`, and on a phone channel the number.
///
/// Says whether anything changed.
pub(super) fn merge(known: &mut Variables, new: &Variables) -> bool {
    let phone = known
        .get("bot_channel")
        .is_some_and(|channel| is_phone_channel(channel));
    let mut changed = false;
    for (name, value) in new {
        let fixed = match name.as_str() {
            "user_id" | "bot_channel" => true,
            "user_phone_number" => phone,
            _ => false,
        };
        if !fixed && known.get(name) != Some(value) {
            known.insert(name.clone(), value.clone());
            changed = true;
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::already("favorite_color", "favorite_color")]
    #[case::camel("favoriteColor", "favorite_color")]
    #[case::words("Favorite Color", "favorite_color")]
    #[case::hyphen("favorite-color", "favorite_color")]
    #[case::acronym("userID", "user_id")]
    #[case::acronym_first("URLPath", "url_path")]
    #[case::digits("line2Text", "line2_text")]
    #[case::other_scripts("Любимый Цвет", "любимый_цвет")]
    #[case::only_marks("--", "")]
    fn names_are_forced_to_snake_case(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(snake_case(name), expected);
    }

    #[rstest]
    #[case::phone_for_id("SMSChannel", None, Some("39"), Some("39"), Some("39"))]
    #[case::id_for_phone("WhatsApp", Some("39"), None, Some("39"), Some("39"))]
    #[case::other_channel("WebChannel", None, Some("39"), None, Some("39"))]
    fn on_phone_channels_either_sets_both(
        #[case] channel: &str,
        #[case] user_id: Option<&str>,
        #[case] phone: Option<&str>,
        #[case] expected_id: Option<&str>,
        #[case] expected_phone: Option<&str>,
    ) {
        let mut variables = Variables::new();
        variables.insert("bot_channel".into(), channel.into());
        for (name, value) in [("user_id", user_id), ("user_phone_number", phone)] {
            if let Some(value) = value {
                variables.insert(name.into(), value.into());
            }
        }
        let identity = Identity::of(&variables);
        assert_eq!(identity.user_id.as_deref(), expected_id);
        assert_eq!(identity.phone.as_deref(), expected_phone);
    }

    #[test]
    fn merging_keeps_the_others_and_the_identity() {
        let variables = |pairs: &[(&str, &str)]| -> Variables {
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect()
        };
        let mut known = variables(&[("user_id", "1"), ("bot_channel", "WebChannel"), ("a", "x")]);
        assert!(merge(
            &mut known,
            &variables(&[("user_id", "2"), ("b", "y")])
        ));
        let expected = [
            ("user_id", "1"),
            ("bot_channel", "WebChannel"),
            ("a", "x"),
            ("b", "y"),
        ];
        assert_eq!(known, variables(&expected));
        assert!(!merge(&mut known, &variables(&[("b", "y")])));
    }
}
