//! Who must not be written to, however the identity is written.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::BuildHasher;

use super::identity;
use super::plan::Target;

/// A text with fewer digits is no phone number.
const PHONE_DIGITS: usize = 7;

/// The form of a `user_id` or phone number by which a suppression list is kept: its normal form
/// ([`identity::normal`]), in small letters, since rather too many are kept out than one too few.
///
/// A list without the country code doesn't fit targets with it: normalise phone numbers first where they lack it.
pub fn key(text: &str) -> String {
    normal(text).into_owned()
}

/// As [`key`], without a copy where a text is in that form already.
pub fn normal(text: &str) -> Cow<'_, str> {
    let normal = identity::normal(text);
    if !normal.chars().any(char::is_uppercase) {
        return normal;
    }
    // Letter by letter: a letter's small form doesn't hang on its neighbours then.
    Cow::Owned(normal.chars().flat_map(char::to_lowercase).collect())
}

/// Why an entry of a suppression list could never match anybody, with what to do; `None` where it can. Such an entry
/// would look as if somebody were kept out.
pub fn never_matches(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.contains([';', ',']) && !identity::is_whole(text) {
        return Some("holds a ; or a comma, so it would match nobody. Give one identity at a time");
    }
    if text.chars().any(char::is_control) {
        return Some("holds a control character, so it would match nobody. Write it anew");
    }
    if identity::is_rounded(text) && text.contains(['.', ',', '+']) {
        return Some(
            "was rounded by a spreadsheet, and its last digits are lost. Export the column as text",
        );
    }
    identity::is_fraction(text)
        .then_some("is a number with a fraction, so it would match nobody. Write its digits alone")
}

/// Whether a text may be a phone number, by its digits.
pub fn may_be_phone(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= PHONE_DIGITS
}

/// The normal forms of all that a target names its contact by: `user_id` and `user_phone_number`.
pub fn keys_of(target: &Target) -> impl Iterator<Item = String> {
    normals_of(target).map(Cow::into_owned)
}

/// As [`keys_of`], without copies of what is in its normal form already.
pub fn normals_of(target: &Target) -> impl Iterator<Item = Cow<'_, str>> {
    let names = ["user_id", "user_phone_number"].into_iter();
    names.filter_map(|name| target.filled(name)).map(normal)
}

/// The normal forms of all that targets name their contacts by, for the suppression list to be asked.
pub fn keys_of_all(targets: &[Target]) -> HashSet<String> {
    targets.iter().flat_map(keys_of).collect()
}

/// Takes the targets out of a list whose `user_id` or phone number is in `suppressed` (normal forms), and returns them
/// with their places before. The others keep their order.
pub fn take_out<S: BuildHasher>(
    targets: &mut Vec<Target>,
    suppressed: &HashSet<String, S>,
) -> Vec<(usize, Target)> {
    let mut out = Vec::new();
    let mut kept = Vec::with_capacity(targets.len());
    for (place, target) in targets.drain(..).enumerate() {
        if normals_of(&target).any(|key| suppressed.contains(&*key)) {
            out.push((place, target));
        } else {
            kept.push(target);
        }
    }
    *targets = kept;
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::digits("393201234567", "393201234567")]
    #[case::plus("+39 320 123-4567", "393201234567")]
    #[case::zeros("0039 (320) 1234567", "393201234567")]
    #[case::blanks_at_the_ends(" ada ", "ada")]
    #[case::case_does_not_matter("Ada", "ada")]
    #[case::marks_that_are_not_seen("\u{202a}+39 320\u{2011}1234567\u{202c}", "393201234567")]
    #[case::a_short_number_is_an_id("00-12", "00-12")]
    #[case::letters("39320123456x", "39320123456x")]
    fn normal_forms(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(key(text), expected);
        assert_eq!(key(expected), expected);
    }

    #[rstest]
    #[case("393201234567;393201234568")]
    #[case("ada,bob")]
    #[case("3.93E+11")]
    #[case("3,93E+11")]
    #[case("3E+11")]
    #[case("ada\u{7}bob")]
    #[case("393201234567.5")]
    fn an_entry_that_matches_nobody_is_told(#[case] text: &str) {
        assert!(never_matches(text).is_some());
    }

    #[rstest]
    #[case("393201234567.0")]
    #[case("393201234567,0")]
    #[case("+39 320 123.45.67")]
    #[case("507e10")]
    #[case("ada.lovelace@example.org")]
    fn other_entries_can_match(#[case] text: &str) {
        assert_eq!(never_matches(text), None);
    }

    #[test]
    fn a_target_is_taken_out_by_either_of_its_names() {
        let list = r#"[{"user_id":"a"},{"user_id":"b","user_phone_number":"+39 320 1234567"},{"x":"1"},{"user_id":"c"}]"#;
        let mut targets: Vec<Target> = serde_json::from_str(list).unwrap();
        let all = keys_of_all(&targets);
        assert_eq!(all.len(), 4);
        let suppressed = HashSet::from(["393201234567".to_owned(), "c".to_owned()]);
        let out = take_out(&mut targets, &suppressed);
        assert_eq!(
            out.iter().map(|(place, _)| *place).collect::<Vec<_>>(),
            [1, 3]
        );
        assert_eq!(targets.len(), 2);
    }
}
