//! Texts that look the same: what remains of them without letter case, accents, blanks, and what doesn't show.

use icu_normalizer::DecomposingNormalizerBorrowed;

use crate::domain::text::is_dangerous;

/// A text without letter case, accents and blanks, without characters that don't show, in one Unicode form.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        let seen = text
            .chars()
            .filter(|character| !character.is_whitespace() && !is_dangerous(*character));
        return seen
            .map(|character| character.to_ascii_lowercase())
            .collect();
    }
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let letters = apart.chars().filter(|character| {
        !is_mark(*character) && !character.is_whitespace() && !is_dangerous(*character)
    });
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether two texts that are the same when folded, are; `None` where they are one text anyhow.
pub fn difference(one: &str, other: &str) -> Option<&'static str> {
    if one == other {
        return None;
    }
    let form = DecomposingNormalizerBorrowed::new_nfkd();
    let same = |keep: &dyn Fn(char) -> bool, lower: bool| {
        let text = |text| {
            let kept = form.normalize(text).into_owned();
            let kept: String = kept.chars().filter(|character| keep(*character)).collect();
            if lower { kept.to_lowercase() } else { kept }
        };
        text(one) == text(other)
    };
    Some(if same(&|_| true, false) {
        "their Unicode form"
    } else if same(&|_| true, true) {
        "letter case"
    } else if same(&|character| !character.is_whitespace(), true) {
        "blanks"
    } else if same(&|character| !is_dangerous(character), true) {
        "characters that don't show"
    } else if same(&|character| !is_mark(character), true) {
        "accents"
    } else {
        "accents, blanks or letter case"
    })
}

/// A mark that stands over or under the letter before it.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::case("MILANO", "Milano", "letter case")]
    #[case::trailing_blank("Milano ", "Milano", "blanks")]
    #[case::no_break_space("San\u{a0}Remo", "San Remo", "their Unicode form")]
    #[case::two_blanks("San  Remo", "San Remo", "blanks")]
    #[case::accent("Zurich", "Zürich", "accents")]
    #[case::unicode_form("Zu\u{308}rich", "Zürich", "their Unicode form")]
    #[case::wide_letters("Ｍｉｌａｎｏ", "Milano", "their Unicode form")]
    #[case::not_shown("Mila\u{200b}no", "Milano", "characters that don't show")]
    #[case::several("zurich ", "ZÜRICH", "accents, blanks or letter case")]
    fn what_looks_the_same_is_the_same_when_folded(
        #[case] one: &str,
        #[case] other: &str,
        #[case] differ: &str,
    ) {
        assert_eq!(folded(one), folded(other));
        assert_eq!(difference(one, other), Some(differ));
    }

    #[test]
    fn other_letters_stay_apart() {
        assert_ne!(folded("Milano"), folded("Mila no 2"));
        assert_eq!(difference("a", "a"), None);
    }
}
