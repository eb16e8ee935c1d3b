//! The twelve audience criteria, and what each means.
//!
//! The vendor prints the names alone `[D]`; the meanings are our reading `[I]`, and this is the one place where they
//! stand. Preview and sandbox both ask [`Predicate`].

mod value;

pub use value::{Instant, instant, number};

use super::dialect::{ContainsSpelling, Dialect};
use super::filter::Case;

/// What must hold between a contact's variable and a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Criterion {
    /// Equals the text.
    Equals,
    /// The complement of `Equals`: unset is different.
    Different,
    /// Is greater: as numbers if both are, else as dates if both are, else as text. Unset never matches.
    GreaterThan,
    /// Is less, in the same way.
    LesserThan,
    /// Holds the text.
    Contains,
    /// The complement of `Contains`.
    DoesNotContain,
    /// Begins with the text.
    StartsWith,
    /// The complement of `StartsWith`.
    DoesNotStartWith,
    /// Is set and not empty. Takes no value.
    HasValue,
    /// The complement of `HasValue`. Takes no value.
    EmptyOrUnset,
    /// Has more characters than the whole number. Unset counts as length 0.
    IsLongerThan,
    /// Has fewer characters than the whole number.
    IsShorterThan,
}

impl Criterion {
    /// All twelve in the vendor's order.
    pub const ALL: [Self; 12] = [
        Self::Equals,
        Self::Different,
        Self::GreaterThan,
        Self::LesserThan,
        Self::Contains,
        Self::DoesNotContain,
        Self::StartsWith,
        Self::DoesNotStartWith,
        Self::HasValue,
        Self::EmptyOrUnset,
        Self::IsLongerThan,
        Self::IsShorterThan,
    ];

    /// Its name, in plans and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equals => "Equals",
            Self::Different => "Different",
            Self::GreaterThan => "GreaterThan",
            Self::LesserThan => "LesserThan",
            Self::Contains => "Contains",
            Self::DoesNotContain => "DoesNotContain",
            Self::StartsWith => "StartsWith",
            Self::DoesNotStartWith => "DoesNotStartWith",
            Self::HasValue => "HasValue",
            Self::EmptyOrUnset => "EmptyOrUnset",
            Self::IsLongerThan => "IsLongerThan",
            Self::IsShorterThan => "IsShorterThan",
        }
    }

    /// Its name on the wire: which spelling of `Contains` the platform wants is `[U]`, so the dialect says.
    pub fn wire_name(self, dialect: &Dialect) -> &'static str {
        match (self, dialect.contains) {
            (Self::Contains, ContainsSpelling::Cointains) => "Cointains",
            _ => self.name(),
        }
    }

    /// Reads a name in any case `[I]`, `Contains` in both spellings.
    pub fn parse(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("Cointains") {
            return Some(Self::Contains);
        }
        Self::ALL
            .into_iter()
            .find(|criterion| criterion.name().eq_ignore_ascii_case(name))
    }

    /// Whether a value stands beside it.
    pub fn takes_value(self) -> bool {
        !matches!(self, Self::HasValue | Self::EmptyOrUnset)
    }

    /// Whether its value is a whole number of characters.
    pub fn takes_length(self) -> bool {
        matches!(self, Self::IsLongerThan | Self::IsShorterThan)
    }

    /// Our reading of it in words, for the screen.
    pub fn reading(self) -> &'static str {
        match self {
            Self::Equals => "is exactly this text",
            Self::Different => "is anything else, or not set",
            Self::GreaterThan => "is greater: as number, else date, else text",
            Self::LesserThan => "is less: as number, else date, else text",
            Self::Contains => "holds this text somewhere",
            Self::DoesNotContain => "doesn't hold this text, or is not set",
            Self::StartsWith => "begins with this text",
            Self::DoesNotStartWith => "begins otherwise, or is not set",
            Self::HasValue => "is set and not empty",
            Self::EmptyOrUnset => "is empty, or not set",
            Self::IsLongerThan => "has more characters than this",
            Self::IsShorterThan => "has fewer characters, or is not set",
        }
    }
}

/// A criterion with its value, prepared once to be asked of many contacts.
#[derive(Debug, Clone)]
pub struct Predicate {
    criterion: Criterion,
    case: Case,
    /// The value, lower-cased where case is ignored.
    text: String,
    number: Option<f64>,
    instant: Option<Instant>,
    /// The length of the two that take one; `None` where the value is no whole number, which matches nobody.
    length: Option<u128>,
}

impl Predicate {
    /// Prepares a criterion. Numbers and dates are recognised in the value as it is, lengths as whole numbers from 0.
    pub fn new(criterion: Criterion, value: &str, case: Case) -> Self {
        Self {
            criterion,
            case,
            text: fold(value, case).into_owned(),
            number: number(value),
            instant: instant(value),
            length: length(value),
        }
    }

    /// Whether letter case can change the verdict on some contact.
    ///
    /// It can't where no text is compared, nor where the value has only characters that stand before the capital
    /// letters (digits, most punctuation): lower-casing yields none of these, and keeps letters behind them.
    pub fn depends_on_case(&self) -> bool {
        let compares_text = !matches!(
            self.criterion,
            Criterion::HasValue
                | Criterion::EmptyOrUnset
                | Criterion::IsLongerThan
                | Criterion::IsShorterThan
        );
        compares_text && self.text.bytes().any(|byte| byte >= b'A')
    }

    /// Whether it holds for a contact's value, `None` being a variable that is not set.
    pub fn holds(&self, value: Option<&str>) -> bool {
        match self.criterion {
            Criterion::Equals => self.equals(value),
            Criterion::Different => !self.equals(value),
            Criterion::GreaterThan => value.is_some_and(|value| self.compare(value).is_gt()),
            Criterion::LesserThan => value.is_some_and(|value| self.compare(value).is_lt()),
            Criterion::Contains => self.contains(value),
            Criterion::DoesNotContain => !self.contains(value),
            Criterion::StartsWith => self.starts(value),
            Criterion::DoesNotStartWith => !self.starts(value),
            Criterion::HasValue => has_value(value),
            Criterion::EmptyOrUnset => !has_value(value),
            Criterion::IsLongerThan => self.length.is_some_and(|length| characters(value) > length),
            Criterion::IsShorterThan => {
                self.length.is_some_and(|length| characters(value) < length)
            }
        }
    }

    fn equals(&self, value: Option<&str>) -> bool {
        value.is_some_and(|value| match self.case {
            Case::IgnoreCase if value.is_ascii() => value.eq_ignore_ascii_case(&self.text),
            case => fold(value, case) == self.text,
        })
    }

    fn contains(&self, value: Option<&str>) -> bool {
        value.is_some_and(|value| fold(value, self.case).contains(&self.text))
    }

    fn starts(&self, value: Option<&str>) -> bool {
        let length = self.text.len();
        value.is_some_and(|value| match self.case {
            Case::IgnoreCase if value.is_ascii() => value
                .get(..length)
                .is_some_and(|start| start.eq_ignore_ascii_case(&self.text)),
            case => fold(value, case).starts_with(&self.text),
        })
    }

    /// How the contact's value stands to ours. Numbers may be equal though their texts differ; `NaN` can't come up,
    /// the grammar has none.
    fn compare(&self, value: &str) -> std::cmp::Ordering {
        if let (Some(ours), Some(theirs)) = (self.number, number(value)) {
            return theirs.total_cmp(&ours);
        }
        if let (Some(ours), Some(theirs)) = (self.instant, instant(value)) {
            return theirs.cmp(&ours);
        }
        fold(value, self.case).as_ref().cmp(self.text.as_str())
    }
}

/// The whole number from 0 that a length is given as, saturating where it is absurdly large.
pub fn length(text: &str) -> Option<u128> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(u128::MAX))
}

fn characters(value: Option<&str>) -> u128 {
    value.map_or(0, |value| value.chars().count() as u128)
}

fn has_value(value: Option<&str>) -> bool {
    value.is_some_and(|value| !value.is_empty())
}

fn fold(text: &str, case: Case) -> std::borrow::Cow<'_, str> {
    use std::borrow::Cow;
    match case {
        Case::MatchCase => Cow::Borrowed(text),
        Case::IgnoreCase
            if text
                .bytes()
                .all(|b| b.is_ascii() && !b.is_ascii_uppercase()) =>
        {
            Cow::Borrowed(text)
        }
        Case::IgnoreCase => Cow::Owned(text.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::equals_without_case(Criterion::Equals, "red", Some("RED"), [true, false])]
    #[case::equals_folds_no_sharp_s(Criterion::Equals, "strasse", Some("Straße"), [false, false])]
    #[case::equals_lower_cases_beyond_ascii(Criterion::Equals, "MÜNCHEN", Some("münchen"), [true, false])]
    #[case::dotted_i_lower_cases_to_two(Criterion::Equals, "İ", Some("i\u{307}"), [true, false])]
    #[case::kelvin_sign_is_a_k(Criterion::Equals, "\u{212a}", Some("K"), [true, false])]
    #[case::no_normalisation(Criterion::Equals, "é", Some("e\u{301}"), [false, false])]
    #[case::equals_is_text_not_number(Criterion::Equals, "12", Some("012"), [false, false])]
    #[case::nothing_is_trimmed(Criterion::Equals, "red", Some(" red"), [false, false])]
    #[case::empty_equals_empty(Criterion::Equals, "", Some(""), [true, true])]
    #[case::unset_is_not_empty(Criterion::Equals, "", None, [false, false])]
    #[case::unset_is_different(Criterion::Different, "red", None, [true, true])]
    #[case::different_is_the_complement(Criterion::Different, "red", Some("RED"), [false, true])]
    #[case::greater_as_number(Criterion::GreaterThan, "9", Some("10"), [true, true])]
    #[case::equal_numbers_of_other_looks(Criterion::GreaterThan, "12", Some("012.0"), [false, false])]
    #[case::minus_nought_is_nought(Criterion::LesserThan, "0", Some("-0"), [false, false])]
    #[case::greater_as_text_if_one_is_no_number(Criterion::GreaterThan, "10", Some("9a"), [true, true])]
    #[case::an_exponent_is_text(Criterion::GreaterThan, "500", Some("1e3"), [false, false])]
    #[case::greater_as_instant(Criterion::GreaterThan, "2026-01-31T23:30Z", Some("2026-02-01T00:00:00+00:15"), [true, true])]
    #[case::a_date_is_its_midnight(Criterion::LesserThan, "2026-01-31T00:00:00.1", Some("2026-01-31"), [true, true])]
    #[case::no_real_date_is_text(Criterion::GreaterThan, "2026-02-28T23:00-05:00", Some("2026-02-30"), [true, true])]
    #[case::text_by_scalar_value(Criterion::GreaterThan, "\u{ffff}", Some("\u{10000}"), [true, true])]
    #[case::capitals_stand_first_with_case(Criterion::LesserThan, "a", Some("B"), [false, true])]
    #[case::empty_is_less(Criterion::LesserThan, "a", Some(""), [true, true])]
    #[case::unset_is_never_less(Criterion::LesserThan, "a", None, [false, false])]
    #[case::unset_is_never_greater(Criterion::GreaterThan, "", None, [false, false])]
    #[case::contains(Criterion::Contains, "RED", Some("dark red"), [true, false])]
    #[case::nothing_is_contained_in_a_value(Criterion::Contains, "", Some(""), [true, true])]
    #[case::unset_contains_nothing(Criterion::Contains, "", None, [false, false])]
    #[case::unset_does_not_contain(Criterion::DoesNotContain, "", None, [true, true])]
    #[case::starts(Criterion::StartsWith, "mi", Some("Milano"), [true, false])]
    #[case::shorter_than_the_start(Criterion::StartsWith, "milano", Some("Mil"), [false, false])]
    #[case::unset_does_not_start(Criterion::DoesNotStartWith, "mi", None, [true, true])]
    #[case::empty_has_no_value(Criterion::HasValue, "", Some(""), [false, false])]
    #[case::a_blank_is_a_value(Criterion::HasValue, "", Some(" "), [true, true])]
    #[case::unset_is_empty(Criterion::EmptyOrUnset, "", None, [true, true])]
    #[case::characters_not_bytes(Criterion::IsLongerThan, "2", Some("東京"), [false, false])]
    #[case::characters_not_graphemes(Criterion::IsLongerThan, "1", Some("e\u{301}"), [true, true])]
    #[case::unset_is_shorter_than_one(Criterion::IsShorterThan, "1", None, [true, true])]
    #[case::nothing_is_shorter_than_nought(Criterion::IsShorterThan, "0", None, [false, false])]
    #[case::a_huge_length_is_no_error(Criterion::IsShorterThan, "99999999999999999999999999999999999999999", Some("a"), [true, true])]
    #[case::no_whole_number_matches_nobody(Criterion::IsLongerThan, "-1", Some("abc"), [false, false])]
    fn meanings(
        #[case] criterion: Criterion,
        #[case] ours: &str,
        #[case] theirs: Option<&str>,
        #[case] expected: [bool; 2],
    ) {
        let found = [Case::IgnoreCase, Case::MatchCase]
            .map(|case| Predicate::new(criterion, ours, case).holds(theirs));
        assert_eq!(found, expected);
    }

    #[rstest]
    #[case::as_printed("Cointains", Some(Criterion::Contains))]
    #[case::as_the_sample_sends_it("equals", Some(Criterion::Equals))]
    #[case::unknown("Equal", None)]
    #[case::blank(" Equals", None)]
    fn names(#[case] name: &str, #[case] expected: Option<Criterion>) {
        assert_eq!(Criterion::parse(name), expected);
    }
}
