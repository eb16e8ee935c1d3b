//! Who must not be written to, however the identity is written.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::BuildHasher;

use super::plan::Target;

/// A text with fewer digits is no phone number.
const PHONE_DIGITS: usize = 7;

/// The normal form of a `user_id` or phone number, by which a suppression list is kept: without blanks at the ends, and
/// what is written as a phone number (digits, blanks, `+ - . ( ) /`) as its digits, without a leading `00`.
///
/// A list without the country code doesn't fit targets with it: normalise phone numbers first where they lack it.
pub fn key(text: &str) -> String {
    normal(text).into_owned()
}

/// As [`key`], without a copy where a text is in its normal form already.
pub fn normal(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let is_mark = |character: char| {
        matches!(
            character,
            ' ' | '\u{a0}' | '+' | '-' | '.' | '(' | ')' | '/'
        )
    };
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits < PHONE_DIGITS {
        return Cow::Borrowed(text);
    }
    if digits == text.len() {
        return Cow::Borrowed(text.strip_prefix("00").unwrap_or(text));
    }
    let is_phone = text
        .chars()
        .all(|character| character.is_ascii_digit() || is_mark(character));
    if !is_phone {
        return Cow::Borrowed(text);
    }
    let mut digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.starts_with("00") {
        digits.drain(..2);
    }
    Cow::Owned(digits)
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
    #[case::case_matters("Ada", "Ada")]
    #[case::a_short_number_is_an_id("00-12", "00-12")]
    #[case::letters("39320123456x", "39320123456x")]
    fn normal_forms(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(key(text), expected);
        assert_eq!(key(expected), expected);
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
