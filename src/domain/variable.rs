//! The rules for a variable's name and value.

/// Bytes that a value may have at most: "64 kB" `[D]`, read as 64,000, the smaller reading `[U]`.
pub const MAX_VALUE_BYTES: usize = 64_000;

/// Variables that a conversation may have at most `[D]`.
pub const MAX_VARIABLES: usize = 512;

/// Whether the platform takes a name as it is: names are forced to `snake_case` `[D]`.
pub fn is_snake_case(name: &str) -> bool {
    !name.is_empty() && snake_case(name) == name
}

/// A name as the platform will spell it: lower case, words joined by `_`.
///
/// How exactly the platform converts is `[U]`. Ours: a capital after a small letter or a digit starts a word, every run
/// of anything but letters and digits becomes one `_`, and none stands at an end, but for the leading ones of a name
/// that had them.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut before_is_small = false;
    for character in name.trim().chars() {
        if character.is_alphanumeric() {
            if character.is_uppercase() && before_is_small {
                snake.push('_');
            }
            before_is_small = !character.is_uppercase();
            snake.extend(character.to_lowercase());
        } else if character == '_' || !snake.ends_with('_') {
            snake.push('_');
            before_is_small = false;
        }
    }
    snake
}

/// Whether a phone number is written as E.164 asks: at most 15 digits, no leading zero, with or without the `+`.
pub fn is_e164(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or(number);
    (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::already("favorite_color", "favorite_color")]
    #[case::camel("favoriteColor", "favorite_color")]
    #[case::pascal("FavoriteColor", "favorite_color")]
    #[case::blanks("favorite color", "favorite_color")]
    #[case::hyphen("Favorite-Color 2", "favorite_color_2")]
    #[case::capitals("CRM", "crm")]
    #[case::other_scripts("città", "città")]
    fn names_as_the_platform_will_spell_them(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(snake_case(name), expected);
        assert_eq!(is_snake_case(name), name == expected);
    }

    #[rstest]
    #[case::digits("3932010001", true)]
    #[case::plus("+3932010001", true)]
    #[case::blanks("+39 320 10001", false)]
    #[case::leading_zero("03932010001", false)]
    #[case::too_long("1234567890123456", false)]
    #[case::empty("", false)]
    fn e164(#[case] number: &str, #[case] expected: bool) {
        assert_eq!(is_e164(number), expected);
    }
}
