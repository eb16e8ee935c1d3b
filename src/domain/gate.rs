//! What stands between a reviewed launch and its first byte, graded by danger and size.

use std::time::Duration;

use serde::Deserialize;

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
    /// The number of targets, to be typed.
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

    /// A warning where `count` contacts are more than the factor away from `last`, those of the last launch, either way.
    pub fn compared(&self, count: Option<u64>, last: Option<u64>) -> Option<Problem> {
        let (factor, count, last) = (self.count_factor?, count?, last?);
        let (less, more) = (count.min(last), count.max(last));
        let message = format!(
            "{} now, {} at the last launch: a difference of more than {factor} times. Make sure that the audience is the one you mean.",
            counted(count, "contact"),
            grouped(last),
        );
        (less.saturating_mul(factor) < more).then(|| Problem::new(Code::CountDiffers, "", message))
    }

    /// What confirming a launch of `targets` contacts asks; `None` targets where the number isn't known.
    ///
    /// # Errors
    /// A sentence, where the profile forbids the launch whatever is typed.
    pub fn asks(&self, targets: Option<u64>) -> Result<Asks, String> {
        if self.readonly {
            return Err(
                "This profile is read-only: nothing can be launched or changed.".to_owned(),
            );
        }
        if let Some(targets) = targets.filter(|targets| *targets > self.max_targets) {
            return Err(format!(
                "{} contacts are more than max_targets of this profile, {}. Narrow the audience, or raise the limit in the configuration.",
                super::text::grouped(targets),
                super::text::grouped(self.max_targets)
            ));
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
}
