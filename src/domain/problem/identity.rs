//! Names that the platform turns into one that says who a contact is: it isn't clear any more who is meant.

use crate::domain::plan::Target;
use crate::domain::text::shown;

/// The variables that say who a contact is.
const IDENTITY: [&str; 3] = ["user_id", "user_phone_number", "bot_channel"];

/// The identity that a name becomes as soon as it is forced to `snake_case` `[D]`, where it isn't written so.
///
/// How exactly the platform converts is `[U]`, so any name of the same letters counts: `userId`, `User ID`, `USERID`.
fn becomes(name: &str) -> Option<&'static str> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.bytes().all(is_plain) {
        return None;
    }
    let letters = |text: &str| {
        text.chars()
            .filter(|character| character.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    let written = letters(name);
    IDENTITY
        .into_iter()
        .find(|identity| letters(identity) == written)
}

/// The name of a target that may overrule who it names, and the sentence for it.
pub(super) fn hidden_identity(target: &Target) -> Option<(&str, String)> {
    target
        .iter()
        .find_map(|(name, _)| Some((name, message(name)?)))
}

/// The sentence for one name.
pub(super) fn message(name: &str) -> Option<String> {
    becomes(name).map(|identity| {
        format!(
            "\"{}\" becomes {identity} on the platform, so it isn't clear who is meant. Write it as {identity}, once.",
            shown(name)
        )
    })
}

/// Whether a name says who a contact is.
pub(super) fn is_identity(name: &str) -> bool {
    IDENTITY.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::as_it_is("user_id", None)]
    #[case::another_word("userid", None)]
    #[case::camel("userId", Some("user_id"))]
    #[case::capitals("USERId", Some("user_id"))]
    #[case::blank("user_id ", Some("user_id"))]
    #[case::words("Bot Channel", Some("bot_channel"))]
    #[case::dashes("user-phone-number", Some("user_phone_number"))]
    #[case::unrelated("User", None)]
    fn names(#[case] name: &str, #[case] expected: Option<&str>) {
        assert_eq!(becomes(name), expected);
    }
}
