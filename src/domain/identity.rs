//! How a contact is named: one form for all the ways in which people and spreadsheets write the same `user_id` or phone
//! number. A suppression list, a list of targets and an import take the same form, so that what one drops the others
//! don't keep.

use std::borrow::Cow;

/// A text with fewer digits is no phone number.
const PHONE_DIGITS: usize = 7;

/// The normal form of a `user_id` or phone number: without blanks at the ends and without marks that aren't seen, and
/// what is written as a phone number as its digits, without a leading `00`. The case of letters stays.
///
/// Quick for what is in its normal form already, as most are: letters and digits that don't begin with `00`; and for
/// digits behind a `+`.
pub fn normal(text: &str) -> Cow<'_, str> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_plain && !text.starts_with("00") {
        return Cow::Borrowed(text);
    }
    let is_long = |digits: &&str| digits.len() >= PHONE_DIGITS && all_digits(digits);
    let behind = text.strip_prefix('+').filter(is_long);
    if let Some(digits) = behind.filter(|digits| !digits.starts_with('0')) {
        return Cow::Borrowed(digits);
    }
    let bare = seen(text);
    match phone_digits(&undressed(&bare)) {
        Some(digits) => Cow::Owned(digits),
        None => bare,
    }
}

/// The digits of what is written as a phone number, without a leading `00`; `None` for anything else.
fn phone_digits(text: &str) -> Option<String> {
    let is_phone = |character: char| {
        character.is_ascii_digit() || character == '+' || stands_between(character)
    };
    if !text.chars().all(is_phone) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= PHONE_DIGITS).then(|| digits.trim_start_matches("00").to_owned())
}

/// A phone number without what comes along with it: marks that aren't seen, the `'` by which a spreadsheet marks a
/// text, `tel:`, wide digits, the fraction `.0` of a number that a spreadsheet counted with, and the `(0)` behind a
/// country code, which is dialled at home alone.
pub fn undressed(text: &str) -> Cow<'_, str> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain {
        return Cow::Borrowed(text);
    }
    let bare = seen(text);
    let text = bare.strip_prefix('\'').unwrap_or(&bare);
    let text = match text.get(..4) {
        Some(start) if start.eq_ignore_ascii_case("tel:") => &text[4..],
        _ => text,
    };
    let narrow: String = text.trim().chars().map(narrow).collect();
    let whole = match fraction(&narrow) {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole.to_owned(),
        _ => narrow,
    };
    Cow::Owned(without_trunk_zero(whole))
}

/// Whether a text is a phone number with a fraction that is not only zeros: which number was meant can't be told.
pub fn is_fraction(text: &str) -> bool {
    fraction(text).is_some_and(|(_, fraction)| fraction.bytes().any(|byte| byte != b'0'))
}

/// Whether a text is a phone number with a fraction of zeros alone: `393201234567.0`.
pub fn is_whole(text: &str) -> bool {
    fraction(text).is_some_and(|(_, fraction)| fraction.bytes().all(|byte| byte == b'0'))
}

/// `3.93201E+11`, with a comma in other languages.
pub fn is_rounded(text: &str) -> bool {
    let Some((number, power)) = text.split_once(['E', 'e']) else {
        return false;
    };
    all_digits(power.trim_start_matches('+')) && all_digits(&number.replace([',', '.'], ""))
}

/// What people write between digits, and the blanks and marks of direction that come along out of an address book or a
/// web page.
pub fn stands_between(character: char) -> bool {
    is_unseen(character)
        || matches!(
            character,
            ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}'
        )
        || matches!(
            character,
            '\u{205f}' | '\u{3000}' | '\u{2010}'..='\u{2015}' | '\u{2212}'
        )
}

/// Marks that take no place on paper: of direction, of where a line may break, and that of a file's beginning.
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
    ) || matches!(character, '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A text without what isn't seen of it.
fn seen(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text.trim());
    }
    let seen: String = text.chars().filter(|one| !is_unseen(*one)).collect();
    Cow::Owned(seen.trim().to_owned())
}

/// A wide digit or `+` of East Asian writing as the usual one.
fn narrow(character: char) -> char {
    match character {
        '\u{ff10}'..='\u{ff19}' => {
            char::from_u32(u32::from(character) - 0xff10 + 0x30).unwrap_or(character)
        }
        '\u{ff0b}' => '+',
        other => other,
    }
}

/// The two sides of the only `.` or `,` of a number that is long enough for a phone number without its fraction.
fn fraction(text: &str) -> Option<(&str, &str)> {
    let (whole, fraction) = text.split_once(['.', ','])?;
    let digits = whole.strip_prefix('+').unwrap_or(whole);
    let is_number = all_digits(digits) && all_digits(fraction) && digits.len() >= PHONE_DIGITS;
    is_number.then_some((whole, fraction))
}

/// Takes the `(0)` behind a country code out of a number. Italy's fixed lines keep their zero abroad: theirs stays.
fn without_trunk_zero(text: String) -> String {
    let Some((before, after)) = text.split_once("(0)") else {
        return text;
    };
    let code: String = before.chars().filter(char::is_ascii_digit).collect();
    let code = code.trim_start_matches("00");
    if code.is_empty() || code.len() > 3 || code.starts_with('0') {
        return text;
    }
    let first = after.chars().find(char::is_ascii_digit);
    if code == "39" && first != Some('3') {
        return text;
    }
    format!("{before}{after}")
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_form_however_it_is_written() {
        for text in [
            "393660000019",
            "+393660000019",
            "00393660000019",
            " +39 366 000-0019 ",
            "0039 (366) 000/0019",
            "\u{202a}+39 366 0000019\u{202c}",
            "\u{202d}393660000019\u{202e}",
            "+39\u{2011}366\u{2013}0000019",
            "+39\u{202f}366\u{2009}0000\u{200b}019",
            "３９３６６０００００１９",
            "\u{ff0b}393660000019",
            "tel:+393660000019",
            "TEL: +39 366 0000019",
            "'393660000019",
            "+39(0)366 0000019",
            "0039 (0) 366 0000019".replace("(0) ", "(0)").as_str(),
            "39(0)3660000019",
            "393660000019.0",
            "393660000019.00",
            "393660000019,0",
        ] {
            assert_eq!(normal(text), "393660000019", "{text:?}");
        }
        // A fixed line of Rome keeps its zero.
        assert_eq!(normal("+39 (0)6 12345678"), "390612345678");
        assert_eq!(normal("+49 (0)151 23456789"), "4915123456789");
    }

    #[test]
    fn what_is_no_number_stays_but_for_what_is_not_seen() {
        for (text, expected) in [
            (" ada ", "ada"),
            ("Ada", "Ada"),
            ("ada\u{200b}", "ada"),
            ("ada.lovelace@example.org", "ada.lovelace@example.org"),
            ("00-12", "00-12"),
            ("39320123456x", "39320123456x"),
            ("3.93201E+11", "3.93201E+11"),
            ("", ""),
        ] {
            assert_eq!(normal(text), expected, "{text:?}");
            assert_eq!(normal(expected), expected, "{text:?}");
        }
    }

    #[test]
    fn a_fraction_of_zeros_is_none() {
        assert!(is_fraction("393660000019.5"));
        assert!(is_fraction("393660000019.05"));
        for text in [
            "393660000019.0",
            "393660000019",
            "0151.23456789",
            "06.12.34",
            "a.5",
        ] {
            assert!(!is_fraction(text), "{text}");
        }
    }
}
