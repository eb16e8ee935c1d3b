//! Phone numbers as people write them, brought into the form that the platform's examples have: E.164 digits without
//! the `+`.

use std::fmt;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region};

use crate::domain::identity::{is_fraction, is_rounded, stands_between, undressed};
use crate::domain::text::shown;

/// Characters of a text at most that is looked at as a phone number: 15 digits, and room for how people space them.
const LONGEST: usize = 40;

/// The country whose numbers may be written without its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country(Region);

impl Country {
    /// Reads a code of two letters (ISO 3166-1), in any case: `IT`; `None` where no country has it.
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return None;
        }
        let region = Region::from_code(&code).ok()?;
        // Two letters that no country has are a region to the library, but one without a calling code.
        let calling_code = PHONE_NUMBER_UTIL.get_country_code_for_region(region);
        calling_code
            .is_some_and(|code| code > 0)
            .then_some(Self(region))
    }
}

/// Why a text is no phone number that can be reached from anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BadPhone {
    /// `3.93201E+11`: a spreadsheet rounded it, and the digits are lost.
    Rounded,
    /// `393201234567.5`: a number with a fraction, which no phone number has.
    Fraction,
    /// It holds something else than digits and what stands between them.
    NotANumber,
    /// It has no country code, and no country is given.
    NoCountry,
    /// It has too few or too many digits for its country, or no country has its code.
    NotPossible,
}

impl fmt::Display for BadPhone {
    /// The end of a sentence: what is wrong, and what to do.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Rounded => "was rounded by a spreadsheet, and its last digits are lost. Export the column as text",
            Self::Fraction => "has a fraction, so which number was meant can't be told. Export the column as text",
            Self::NotANumber => "is no phone number. Write digits, with the country code",
            Self::NoCountry => "has no country code. Write it with one, or give a default country",
            Self::NotPossible => "has the wrong number of digits, or no country's code. Correct it",
        })
    }
}

impl BadPhone {
    /// The sentence about a text.
    pub fn about(self, text: &str) -> String {
        let start: String = text.chars().take(LONGEST).collect();
        format!("\"{}\" {self}.", shown(&start))
    }
}

/// Brings a phone number into E.164 digits: `+39 320 123 4567`, `0039 320...` and, with `country` Italy, `320 1234567`
/// become `393201234567`.
///
/// What has the right number of digits is taken: which numbers are given out changes faster than a program. Without
/// `country`, digits alone are read as beginning with the country code. A number that could be read both ways is the
/// country's, if that is one in use.
///
/// # Errors
/// Why it can't be one.
pub fn normalised(text: &str, country: Option<Country>) -> Result<String, BadPhone> {
    let digits = digits(text)?;
    let international = digits.strip_prefix('+');
    let readings = match (international, country) {
        (Some(_), _) => [read(&digits, None), None],
        (None, Some(Country(region))) => [
            read(&digits, Some(region)),
            read(&format!("+{digits}"), None),
        ],
        (None, None) => [read(&format!("+{digits}"), None), None],
    };
    let is_used = |number: &&PhoneNumber| number.is_valid();
    let readings = || readings.iter().flatten();
    let Some(number) = readings().find(is_used).or_else(|| readings().next()) else {
        let without_code = international.is_none() && country.is_none();
        return Err(if without_code && digits.starts_with('0') {
            BadPhone::NoCountry
        } else {
            BadPhone::NotPossible
        });
    };
    let text = number.format_as(PhoneNumberFormat::E164);
    Ok(text.trim_start_matches('+').to_owned())
}

/// Reads digits, and keeps the number if one can have so many.
fn read(digits: &str, region: Option<Region>) -> Option<PhoneNumber> {
    let number = PHONE_NUMBER_UTIL.parse(digits, region).ok()?;
    PHONE_NUMBER_UTIL
        .is_possible_number(&number)
        .then_some(number)
}

/// The digits of a text, after a `+` where they begin with a country code for certain.
fn digits(text: &str) -> Result<String, BadPhone> {
    let text = &*undressed(text);
    if is_rounded(text) {
        return Err(BadPhone::Rounded);
    }
    if is_fraction(text) {
        return Err(BadPhone::Fraction);
    }
    let mut digits = String::with_capacity(20);
    for (place, character) in text.chars().enumerate() {
        match character {
            _ if place >= LONGEST => return Err(BadPhone::NotANumber),
            '0'..='9' => digits.push(character),
            '+' if digits.is_empty() => digits.push('+'),
            _ if stands_between(character) => {}
            _ => return Err(BadPhone::NotANumber),
        }
    }
    if !digits.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(BadPhone::NotANumber);
    }
    Ok(match digits.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None => digits,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    // Numbers of the ranges that the countries' plans give to mobiles (Italy 3xx, Germany 15x), of the fixed line of
    // Rome (06), and the North American one that is kept free for fiction (555-01xx).
    #[rstest]
    #[case::plus("+39 320 123 4567", None, "393201234567")]
    #[case::zeros("0039-320-1234567", None, "393201234567")]
    #[case::bare_with_code("393201234567", None, "393201234567")]
    #[case::national("320 1234567", Some("IT"), "393201234567")]
    #[case::bare_with_code_and_country("393201234567", Some("IT"), "393201234567")]
    #[case::fixed_line_keeps_its_zero("06 1234 5678", Some("it"), "390612345678")]
    #[case::trunk_zero_goes("0151 23456789", Some("DE"), "4915123456789")]
    #[case::trunk_zero_in_brackets("+49 (0)151 23456789", None, "4915123456789")]
    #[case::trunk_zero_of_an_italian_mobile("+39(0)320 1234567", None, "393201234567")]
    #[case::zero_of_a_fixed_line_in_brackets("+39 (0)6 12345678", None, "390612345678")]
    #[case::a_number_with_a_fraction("393201234567.0", None, "393201234567")]
    #[case::a_number_with_cents("39320123456.00", None, "39320123456")]
    #[case::marks_of_direction(
        "\u{202d}+39\u{202f}320\u{2011}1234567\u{202e}",
        None,
        "393201234567"
    )]
    #[case::wide_digits("３９３２０１２３４５６７", None, "393201234567")]
    #[case::a_link("tel:+393201234567", None, "393201234567")]
    #[case::another_country("+1 (202) 555-0173", Some("IT"), "12025550173")]
    #[case::foreign_without_plus("12025550173", Some("DE"), "12025550173")]
    #[case::spreadsheet_mark("'+39 320 123 4567", None, "393201234567")]
    #[case::of_the_platforms_page("3932010001", None, "3932010001")]
    fn numbers_as_people_write_them(
        #[case] text: &str,
        #[case] country: Option<&str>,
        #[case] expected: &str,
    ) {
        let country = country.map(|code| Country::parse(code).unwrap());
        assert_eq!(normalised(text, country).as_deref(), Ok(expected));
        // What was brought into form once stays so.
        assert_eq!(
            normalised(&format!("+{expected}"), None).as_deref(),
            Ok(expected)
        );
    }

    #[rstest]
    #[case::rounded("3.93201E+11", BadPhone::Rounded)]
    #[case::rounded_with_comma("3,93201E+11", BadPhone::Rounded)]
    #[case::fraction("393201234567.5", BadPhone::Fraction)]
    #[case::letters("1-800-FLOWERS", BadPhone::NotANumber)]
    #[case::word("unknown", BadPhone::NotANumber)]
    #[case::two_numbers("+393201234567; +393201234568", BadPhone::NotANumber)]
    #[case::empty("", BadPhone::NotANumber)]
    #[case::plus_inside("39+320", BadPhone::NotANumber)]
    #[case::national_without_country("0151 23456789", BadPhone::NoCountry)]
    #[case::too_short("+39 12", BadPhone::NotPossible)]
    #[case::too_long("+39 320 123 4567 8901 2345", BadPhone::NotPossible)]
    #[case::no_such_code("+999 123456789", BadPhone::NotPossible)]
    fn what_is_no_number(#[case] text: &str, #[case] expected: BadPhone) {
        assert_eq!(normalised(text, None), Err(expected));
    }

    #[rstest]
    #[case("XX")]
    #[case("ITA")]
    #[case("")]
    #[case("é")]
    fn no_country(#[case] code: &str) {
        assert_eq!(Country::parse(code), None);
    }
}
