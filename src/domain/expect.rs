//! How many contacts a caller thinks a launch reaches: `A..B`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::bounds::Bounds;
use super::text::grouped;

/// A range of counts, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    least: u64,
    most: u64,
}

impl Expected {
    /// Says no where the count is outside, may be outside, or is not known.
    ///
    /// # Errors
    /// A sentence.
    pub fn check(self, count: impl Into<Bounds>) -> Result<(), String> {
        let count = count.into();
        let is_inside = |most| count.least >= self.least && most <= self.most;
        if count.most.is_some_and(is_inside) {
            return Ok(());
        }
        let may_be = match count.most {
            Some(most) if most != count.least => "it may be",
            _ => "it is",
        };
        Err(format!(
            "The number of targets was expected to be {}, but {may_be} {}. Nothing was sent.",
            self.words(),
            count.words()
        ))
    }

    /// In words: `900 to 1,100`, `900 at least`, `900`.
    pub fn words(self) -> String {
        let Self { least, most } = self;
        match (least, most) {
            (least, u64::MAX) => format!("{} at least", grouped(least)),
            (least, most) if least == most => grouped(least),
            (least, most) => format!("{} to {}", grouped(least), grouped(most)),
        }
    }
}

impl fmt::Display for Expected {
    /// As it is written: `300..350`, `300..`, `..350`, `300`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (least, u64::MAX) => write!(formatter, "{least}.."),
            (least, most) if least == most => write!(formatter, "{least}"),
            (0, most) => write!(formatter, "..{most}"),
            (least, most) => write!(formatter, "{least}..{most}"),
        }
    }
}

impl FromStr for Expected {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write A..B, A.., ..B or N with whole numbers, the smaller first".to_owned();
        let number = |digits: &str, open: u64| match digits {
            "" => Ok(open),
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| wrong())
            }
            _ => Err(wrong()),
        };
        let (least, most) = match text.split_once("..") {
            Some(("", "")) => return Err(wrong()),
            Some((least, most)) => (number(least, 0)?, number(most, u64::MAX)?),
            None if text.is_empty() => return Err(wrong()),
            None => (number(text, 0)?, number(text, 0)?),
        };
        if least > most {
            return Err(wrong());
        }
        Ok(Self { least, most })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::both_ends("3..5", 3, true)]
    #[case::the_last_is_in("3..5", 5, true)]
    #[case::below("3..5", 2, false)]
    #[case::above("3..5", 6, false)]
    #[case::at_least("3..", 1_000_000, true)]
    #[case::at_least_not("3..", 2, false)]
    #[case::at_most("..3", 0, true)]
    #[case::at_most_not("..3", 4, false)]
    #[case::exactly("3", 3, true)]
    #[case::exactly_not("3", 4, false)]
    fn a_count_is_inside_or_outside(#[case] text: &str, #[case] count: u64, #[case] fits: bool) {
        let expected: Expected = text.parse().unwrap();
        assert_eq!(expected.check(Some(count)).is_ok(), fits);
    }

    #[rstest]
    #[case::both_ends("3..5")]
    #[case::at_least("3..")]
    #[case::at_most("..3")]
    #[case::exactly("3")]
    #[case::none("0")]
    fn it_is_written_as_it_is_read(#[case] text: &str) {
        assert_eq!(text.parse::<Expected>().unwrap().to_string(), text);
    }

    #[test]
    fn a_count_that_is_not_known_never_fits() {
        let expected: Expected = "0..".parse().unwrap();
        assert!(expected.check(None).unwrap_err().contains("not known"));
    }

    #[rstest]
    #[case::inside("3..5", 3, Some(5), true)]
    #[case::may_be_fewer("3..5", 2, Some(5), false)]
    #[case::may_be_more("3..5", 3, Some(6), false)]
    #[case::so_many_at_least_is_no_number("3..", 4, None, false)]
    fn all_that_it_may_be_has_to_fit(
        #[case] text: &str,
        #[case] least: u64,
        #[case] most: Option<u64>,
        #[case] fits: bool,
    ) {
        let expected: Expected = text.parse().unwrap();
        assert_eq!(expected.check(Bounds { least, most }).is_ok(), fits);
    }

    #[rstest]
    #[case::nothing("")]
    #[case::no_numbers("..")]
    #[case::backwards("5..3")]
    #[case::words("a..b")]
    #[case::sign("+1..2")]
    #[case::three_dots("1...2")]
    #[case::too_large("99999999999999999999")]
    fn anything_else_is_wrong_usage(#[case] text: &str) {
        assert!(text.parse::<Expected>().is_err());
    }
}
