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
        value.is_some_and(|value| fold(value, self.case) == self.text)
    }

    fn contains(&self, value: Option<&str>) -> bool {
        value.is_some_and(|value| fold(value, self.case).contains(&self.text))
    }

    fn starts(&self, value: Option<&str>) -> bool {
        value.is_some_and(|value| fold(value, self.case).starts_with(&self.text))
    }

    /// How the contact's value stands to ours. Numbers may be equal though their texts differ; `NaN` can't come up,
    /// the grammar has none.
    fn compare(&self, value: &str) -> std::cmp::Ordering {
        if let (Some(ours), Some(theirs)) = (self.number, number(value)) {
            return theirs.total_cmp(&ours).then(std::cmp::Ordering::Equal);
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
