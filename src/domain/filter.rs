//! An audience filter, and the ways in which it can be read.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::criterion::Criterion;

/// How a filter is joined to what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Join {
    /// Both must hold; the default `[D]`.
    #[default]
    And,
    /// One is enough.
    Or,
}

impl Join {
    /// The word on the wire: `AND` or `OR`.
    pub fn word(self) -> &'static str {
        match self {
            Self::And => "AND",
            Self::Or => "OR",
        }
    }

    /// Reads the word in any case.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::And, Self::Or]
            .into_iter()
            .find(|join| join.word().eq_ignore_ascii_case(word))
    }
}

/// One condition on a contact's variable.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filter {
    /// How it is joined to the filters before it; without meaning on the first.
    pub join: Join,
    /// The name of the variable.
    pub field: String,
    /// What must hold between the variable and the value.
    pub criterion: Criterion,
    /// The text compared with; empty for the two criteria that take none. Never trimmed.
    pub value: String,
}

/// The order in which AND and OR are read: nowhere documented `[U]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precedence {
    /// `a OR b AND c` is `(a OR b) AND c`: the default, and the sandbox's way.
    LeftToRight,
    /// `a OR b AND c` is `a OR (b AND c)`.
    AndBeforeOr,
}

/// Whether letter case matters: nowhere documented `[U]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// Both sides are lower-cased (`str::to_lowercase`): the default, and the sandbox's way.
    IgnoreCase,
    /// Texts are compared as they are.
    MatchCase,
}

/// One of the four ways in which the platform may read a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reading {
    /// The order of AND and OR.
    pub precedence: Precedence,
    /// Whether letter case matters.
    pub case: Case,
}

impl Reading {
    /// All four, the default first, in the order of the preview's JSON.
    pub const ALL: [Self; 4] = [
        Self {
            precedence: Precedence::LeftToRight,
            case: Case::IgnoreCase,
        },
        Self {
            precedence: Precedence::LeftToRight,
            case: Case::MatchCase,
        },
        Self {
            precedence: Precedence::AndBeforeOr,
            case: Case::IgnoreCase,
        },
        Self {
            precedence: Precedence::AndBeforeOr,
            case: Case::MatchCase,
        },
    ];

    /// Its place in [`Reading::ALL`].
    pub fn index(self) -> usize {
        usize::from(self.precedence == Precedence::AndBeforeOr) * 2
            + usize::from(self.case == Case::MatchCase)
    }
}

impl fmt::Display for Reading {
    /// `left_to_right/ignore_case`, as in the preview's JSON.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let precedence = match self.precedence {
            Precedence::LeftToRight => "left_to_right",
            Precedence::AndBeforeOr => "and_before_or",
        };
        let case = match self.case {
            Case::IgnoreCase => "ignore_case",
            Case::MatchCase => "match_case",
        };
        write!(formatter, "{precedence}/{case}")
    }
}

/// Joins the verdicts of the single filters into one; `verdicts` gives each filter's join and verdict, the first join
/// is ignored. No filter at all matches everyone.
pub fn combine(precedence: Precedence, verdicts: impl IntoIterator<Item = (Join, bool)>) -> bool {
    let mut verdicts = verdicts.into_iter();
    let Some((_, first)) = verdicts.next() else {
        return true;
    };
    match precedence {
        Precedence::LeftToRight => verdicts.fold(first, |left, (join, right)| match join {
            Join::And => left && right,
            Join::Or => left || right,
        }),
        Precedence::AndBeforeOr => {
            let (any, group) =
                verdicts.fold((false, first), |(any, group), (join, right)| match join {
                    Join::And => (any, group && right),
                    Join::Or => (any || group, right),
                });
            any || group
        }
    }
}

/// Whether a contact matches, row by row: the plain evaluator against which the fast one is tested.
///
/// `value_of` gives the contact's value of a field, `None` where it is not set.
pub fn matches<'a>(
    filters: &[Filter],
    reading: Reading,
    value_of: impl Fn(&str) -> Option<&'a str>,
) -> bool {
    combine(
        reading.precedence,
        filters.iter().map(|filter| {
            let predicate =
                super::criterion::Predicate::new(filter.criterion, &filter.value, reading.case);
            (filter.join, predicate.holds(value_of(&filter.field)))
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::or_then_and_left_to_right(Precedence::LeftToRight, [true, false, false], false)]
    #[case::or_then_and_by_precedence(Precedence::AndBeforeOr, [true, false, false], true)]
    #[case::last_group_decides(Precedence::AndBeforeOr, [false, true, true], true)]
    fn a_or_b_and_c(
        #[case] precedence: Precedence,
        #[case] verdicts: [bool; 3],
        #[case] expected: bool,
    ) {
        let joins = [Join::And, Join::Or, Join::And];
        assert_eq!(
            combine(precedence, joins.into_iter().zip(verdicts)),
            expected
        );
    }

    #[test]
    fn the_first_join_has_no_meaning() {
        for precedence in [Precedence::LeftToRight, Precedence::AndBeforeOr] {
            assert!(!combine(precedence, [(Join::Or, false)]));
        }
    }

    #[test]
    fn each_reading_knows_its_place() {
        for (index, reading) in Reading::ALL.into_iter().enumerate() {
            assert_eq!(reading.index(), index);
        }
    }
}
