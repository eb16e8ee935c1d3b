//! What stands between a reviewed launch and its first byte, graded by danger and size.

use std::time::Duration;

use serde::Deserialize;

use super::bounds::Bounds;
use super::problem::{Code, Problem};
use super::text::{counted, grouped};

/// How much harm a mistake on a profile does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Danger {
    /// Nobody real is reached: Enter confirms.
    Safe,
    /// People are reached: the number of targets is typed.
    Live,
}

/// The limits of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// How much harm a mistake does.
    pub danger: Danger,
    /// Nothing that changes something outside may be done.
    pub readonly: bool,
    /// From this many targets up the broadcast's name is typed as well, and the hold waited out.
    pub confirm_above: u64,
    /// How long a large launch can be taken back.
    pub hold: Duration,
    /// More targets than this are refused.
    pub max_targets: u64,
    /// A count that differs from the last launch's by more than this factor is warned about, and on a live profile
    /// confirmed by the broadcast's name; `None` where nothing is said of it.
    pub count_factor: Option<u64>,
}

/// What confirming a launch asks of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asks {
    /// The number of targets, to be typed: where it is not one number, the most there may be.
    pub number: Option<u64>,
    /// Whether the broadcast's name is typed.
    pub name: bool,
    /// How long any key takes it back; zero for no hold.
    pub hold: Duration,
}

impl Asks {
    /// Whether Enter alone confirms.
    pub fn only_enter(&self) -> bool {
        self.number.is_none() && !self.name
    }
}

impl Gate {
    /// Of each limit the stricter one.
    #[must_use]
    pub fn stricter(&self, other: &Self) -> Self {
        let is_live = [self.danger, other.danger].contains(&Danger::Live);
        Self {
            danger: if is_live { Danger::Live } else { Danger::Safe },
            readonly: self.readonly || other.readonly,
            confirm_above: self.confirm_above.min(other.confirm_above),
            hold: self.hold.max(other.hold),
            max_targets: self.max_targets.min(other.max_targets),
            count_factor: match (self.count_factor, other.count_factor) {
                (Some(own), Some(other)) => Some(own.min(other)),
                (own, other) => own.or(other),
            },
        }
    }

    /// A warning where `now` is more than the factor away from `last`, the contacts of the last launch, either way. Held
    /// against each other are the lower ends and the upper ends; of a number that is not known, what there is at least
    /// with the upper end.
    pub fn compared(&self, now: impl Into<Bounds>, last: impl Into<Bounds>) -> Option<Problem> {
        let (factor, now, last) = (self.count_factor?, now.into(), last.into());
        let last_most = last.most?;
        let is_far = |one: u64, other: u64| {
            let (less, more) = (one.min(other), one.max(other));
            less.saturating_mul(factor) < more
        };
        let differs = match now.most {
            Some(most) => is_far(now.least, last.least) || is_far(most, last_most),
            None => now.least > last_most && is_far(now.least, last_most),
        };
        let now = now.exact().map_or_else(
            || format!("{} contacts", now.words()),
            |count| counted(count, "contact"),
        );
        let message = format!(
            "{now} now, {} at the last launch: a difference of more than {factor} times. Make sure that the audience is the one you mean.",
            last.words(),
        );
        differs.then(|| Problem::new(Code::CountDiffers, "", message))
    }

    /// What confirming a launch of so many contacts asks: graded by the most there may be.
    ///
    /// # Errors
    /// A sentence, where the profile forbids the launch whatever is typed.
    pub fn asks(&self, targets: impl Into<Bounds>) -> Result<Asks, String> {
        let bounds = targets.into();
        let targets = bounds.most;
        if self.readonly {
            return Err(
                "This profile is read-only: nothing can be launched or changed.".to_owned(),
            );
        }
        if targets.unwrap_or(bounds.least) > self.max_targets {
            return Err(self.too_many(bounds));
        }
        let none = Duration::ZERO;
        Ok(match (self.danger, targets) {
            (Danger::Safe, _) => Asks {
                number: None,
                name: false,
                hold: none,
            },
            (Danger::Live, None) => Asks {
                number: None,
                name: true,
                hold: self.hold,
            },
            (Danger::Live, Some(targets)) if targets >= self.confirm_above => Asks {
                number: Some(targets),
                name: true,
                hold: self.hold,
            },
            (Danger::Live, Some(targets)) => Asks {
                number: Some(targets),
                name: false,
                hold: none,
            },
        })
    }

    fn too_many(&self, bounds: Bounds) -> String {
        let least = bounds.least;
        let (who, remedy) = match bounds.most {
            Some(most) if most == least => (
                format!("{} contacts are", grouped(most)),
                "Narrow the audience",
            ),
            Some(most) => (
                format!("{} contacts may be reached, which is", grouped(most)),
                "Narrow the audience, or write the filter and sync so that the count is sure",
            ),
            None => (
                format!(
                    "{} contacts at least, those known here, are",
                    grouped(least)
                ),
                "Narrow the audience",
            ),
        };
        format!(
            "{who} more than max_targets of this profile, {}. {remedy}, or raise the limit in the configuration.",
            grouped(self.max_targets)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn gate(danger: Danger) -> Gate {
        Gate {
            danger,
            readonly: false,
            confirm_above: 1000,
            hold: Duration::from_secs(5),
            max_targets: 100_000,
            count_factor: Some(3),
        }
    }

    #[rstest]
    #[case::the_same(Some(10), Some(10), false)]
    #[case::three_times_as_many(Some(30), Some(10), false)]
    #[case::more_than_that(Some(31), Some(10), true)]
    #[case::a_third(Some(10), Some(30), false)]
    #[case::less_than_that(Some(9), Some(30), true)]
    #[case::nobody_now(Some(0), Some(1), true)]
    #[case::nobody_then(Some(1), Some(0), true)]
    #[case::nobody_ever(Some(0), Some(0), false)]
    #[case::the_largest_there_is(Some(u64::MAX), Some(u64::MAX / 2), false)]
    #[case::not_known_now(None, Some(10), false)]
    #[case::never_launched(Some(10), None, false)]
    fn a_count_is_held_against_the_last_one(
        #[case] count: Option<u64>,
        #[case] last: Option<u64>,
        #[case] differs: bool,
    ) {
        assert_eq!(gate(Danger::Live).compared(count, last).is_some(), differs);
        let off = Gate {
            count_factor: None,
            ..gate(Danger::Live)
        };
        assert_eq!(off.compared(count, last), None);
    }

    #[rstest]
    #[case::safe_is_enter_alone(Danger::Safe, Some(50_000), None, false, 0)]
    #[case::live_types_the_number(Danger::Live, Some(999), Some(999), false, 0)]
    #[case::live_from_the_threshold_up(Danger::Live, Some(1000), Some(1000), true, 5)]
    #[case::live_and_not_known(Danger::Live, None, None, true, 5)]
    fn confirming_is_graded(
        #[case] danger: Danger,
        #[case] targets: Option<u64>,
        #[case] number: Option<u64>,
        #[case] name: bool,
        #[case] hold: u64,
    ) {
        let expected = Asks {
            number,
            name,
            hold: Duration::from_secs(hold),
        };
        assert_eq!(gate(danger).asks(targets), Ok(expected));
    }

    #[test]
    fn a_read_only_profile_and_too_many_targets_are_refused() {
        let readonly = Gate {
            readonly: true,
            ..gate(Danger::Safe)
        };
        assert!(readonly.asks(Some(1)).is_err());
        assert!(gate(Danger::Safe).asks(Some(100_001)).is_err());
        assert!(gate(Danger::Safe).asks(Some(100_000)).is_ok());
    }

    fn bounds(least: u64, most: Option<u64>) -> Bounds {
        Bounds { least, most }
    }

    #[rstest]
    #[case::a_range_is_graded_by_its_end(10, Some(1000), Some(1000), true, 5)]
    #[case::a_range_below_the_threshold(10, Some(999), Some(999), false, 0)]
    #[case::no_number_where_none_is_known(10, None, None, true, 5)]
    fn what_is_not_one_number_is_graded_by_the_most_there_may_be(
        #[case] least: u64,
        #[case] most: Option<u64>,
        #[case] number: Option<u64>,
        #[case] name: bool,
        #[case] hold: u64,
    ) {
        let asks = gate(Danger::Live).asks(bounds(least, most)).unwrap();
        let expected = Asks {
            number,
            name,
            hold: Duration::from_secs(hold),
        };
        assert_eq!(asks, expected);
    }

    #[rstest]
    #[case::the_most_may_be_too_many(5, Some(100_001), Some("100,001 contacts may be reached"))]
    #[case::what_is_known_is_too_many(100_001, None, Some("100,001 contacts at least"))]
    #[case::what_is_known_is_not_too_many(100_000, None, None)]
    fn more_than_the_limit_may_not_even_be_possible(
        #[case] least: u64,
        #[case] most: Option<u64>,
        #[case] refused: Option<&str>,
    ) {
        let asks = gate(Danger::Safe).asks(bounds(least, most));
        match refused {
            Some(words) => assert!(asks.unwrap_err().starts_with(words)),
            None => assert!(asks.is_ok()),
        }
    }

    #[rstest]
    #[case::the_most_is_far_off((10, Some(31)), (10, Some(10)), true)]
    #[case::the_fewest_are_far_off((3, Some(10)), (10, Some(10)), true)]
    #[case::the_same_range((3, Some(10)), (3, Some(10)), false)]
    #[case::it_was_a_range_then((10, Some(10)), (10, Some(31)), true)]
    #[case::so_many_at_least((31, None), (10, Some(10)), true)]
    #[case::few_at_least_say_nothing((1, None), (10, Some(10)), false)]
    fn ranges_are_held_against_each_other(
        #[case] now: (u64, Option<u64>),
        #[case] last: (u64, Option<u64>),
        #[case] differs: bool,
    ) {
        let (now, last) = (bounds(now.0, now.1), bounds(last.0, last.1));
        let found = gate(Danger::Live).compared(now, last);
        assert_eq!(found.is_some(), differs, "{found:?}");
    }
}
