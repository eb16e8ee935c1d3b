//! Names that mean the same: spelled the American or the British way, with other separators, or with other words.

/// Endings and pieces that differ between British and American English, the former first. Applied to both names, so
/// that what they make of other words doesn't matter.
const SPELLINGS: [(&str, &str); 12] = [
    ("our", "or"),
    ("isation", "ization"),
    ("ise", "ize"),
    ("yse", "yze"),
    ("tre", "ter"),
    ("ogue", "og"),
    ("ence", "ense"),
    ("lled", "led"),
    ("lling", "ling"),
    ("grey", "gray"),
    ("cheque", "check"),
    ("programme", "program"),
];

/// Words for the same thing, as fields of contacts are named; parts are separated by blanks.
const SAME: [&[&str]; 12] = [
    &[
        "phone number",
        "phone",
        "mobile",
        "mobile number",
        "cell",
        "cell phone",
        "telephone",
        "tel",
    ],
    &["last name", "surname", "family name"],
    &["first name", "given name", "forename"],
    &["city", "town"],
    &["zip", "zip code", "post code", "postcode", "postal code"],
    &["email", "e mail", "mail", "email address"],
    &[
        "birthday",
        "birth date",
        "birthdate",
        "date of birth",
        "dob",
    ],
    &["gender", "sex"],
    &["language", "lang", "locale"],
    &["country", "nation"],
    &["plan", "subscription", "tier"],
    &["company", "organization", "firm"],
];

/// The words of a name as they are spelled in one way, in the order of the alphabet: `FavouriteColour` and
/// `color_favorite` are the same.
pub fn spelled(name: &str) -> String {
    let mut words: Vec<String> = words(name).iter().map(|word| american(word)).collect();
    words.sort_unstable();
    words.join(" ")
}

/// What a name means, where that is known.
pub fn meant(name: &str) -> Option<usize> {
    let name: Vec<String> = words(name).iter().map(|word| american(word)).collect();
    let name = name.join(" ");
    let name = name.strip_prefix("user ").unwrap_or(&name);
    SAME.iter().position(|names| names.contains(&name))
}

/// The words of a name in lower case: separated by anything that is no letter or digit, or by a capital behind a small
/// letter.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for character in name.chars() {
        let is_new = !character.is_alphanumeric() || (was_small && character.is_uppercase());
        if is_new {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
        was_small = character.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn american(word: &str) -> String {
    let spelled =
        |word: String, (british, american): &(&str, &str)| word.replace(british, american);
    SPELLINGS.iter().fold(word.to_owned(), spelled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::british("favourite_colour", "favorite_color")]
    #[case::separators("Favorite Color", "favorite-color")]
    #[case::camel_case("favoriteColor", "favorite_color")]
    #[case::order("name_first", "first_name")]
    #[case::organisation("organisation", "organization")]
    #[case::centre("shopping_centre", "shopping_center")]
    fn spelled_otherwise(#[case] one: &str, #[case] other: &str) {
        assert_eq!(spelled(one), spelled(other));
    }

    #[rstest]
    #[case::surname("surname", "last_name", true)]
    #[case::town("Town", "city", true)]
    #[case::phone("mobile", "user_phone_number", true)]
    #[case::other("town", "country", false)]
    #[case::not_listed("amount", "amount", false)]
    fn other_words_for_the_same(#[case] one: &str, #[case] other: &str, #[case] same: bool) {
        assert_eq!(meant(one).is_some() && meant(one) == meant(other), same);
    }
}
