//! The hold before a large launch: some seconds in which any key takes it back.
//!
//! It counts only while somebody could do so. Whoever waits it out looks at it once a second at least and tells it both
//! clocks; where the program or the machine stood still meanwhile, the launch is taken back.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The longest time between two looks, as they are asked for.
const STEP: Duration = Duration::from_secs(1);
/// Two looks further apart than this are none: nobody could take anything back in between.
const TOO_FAR: Duration = Duration::from_secs(2);
/// A look that comes later than this finds keys waiting that were pressed in time: it is not the last one.
const LATE: Duration = Duration::from_millis(250);

/// One moment by both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// The time of day: it can be set, and goes on while a machine sleeps.
    pub wall: Timestamp,
    /// The time since the program started, by a clock that nobody sets; it may stand still while a machine sleeps.
    pub steady: Duration,
}

/// Why a hold counts for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interruption {
    /// The program was suspended (ctrl-Z), or continued after that.
    Suspended,
    /// Something else came over it on the screen: a key was not for the hold any more.
    Covered,
    /// The program stood still for so long.
    StoodStill(Duration),
    /// The wall clock went on by so much while the program did not: the machine slept, or the clock was set.
    ClockMoved(Duration),
}

impl fmt::Display for Interruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The hold was interrupted (")?;
        match self {
            Self::Suspended => f.write_str("mylink was suspended")?,
            Self::Covered => f.write_str("something else came over it")?,
            Self::StoodStill(time) => write!(f, "mylink stood still for {} s", time.as_secs())?,
            Self::ClockMoved(time) => write!(f, "the clock jumped by {} s", time.as_secs())?,
        }
        f.write_str("), so nothing was sent.")
    }
}

/// What a look finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// It goes on: look again after so long.
    Wait(Duration),
    /// It was waited out.
    Over,
    /// It counts for nothing.
    Interrupted(Interruption),
}

/// A hold that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    left: Duration,
    seen: Clocks,
}

impl Hold {
    /// Begins one of this length.
    pub fn begin(length: Duration, now: Clocks) -> Self {
        Self {
            left: length,
            seen: now,
        }
    }

    /// How much of it was left at the last look.
    pub fn left(&self) -> Duration {
        self.left
    }

    /// The same in whole seconds, as a countdown shows it.
    pub fn seconds(&self) -> u64 {
        let millis = u64::try_from(self.left.as_millis()).unwrap_or(u64::MAX);
        millis.div_ceil(1000)
    }

    /// When to look again, at the latest.
    pub fn next(&self) -> Duration {
        self.left.min(STEP)
    }

    /// Looks at it. No look counts for more than a second, however late it comes.
    pub fn look(&mut self, now: Clocks) -> Look {
        if let Some(interruption) = self.interrupted(now) {
            return Look::Interrupted(interruption);
        }
        let passed = now.steady.saturating_sub(self.seen.steady);
        let is_late = passed > self.next() + LATE;
        self.seen = now;
        self.left = self.left.saturating_sub(passed.min(STEP));
        if is_late {
            self.left = self.left.max(LATE);
        }
        if self.left.is_zero() {
            Look::Over
        } else {
            Look::Wait(self.next())
        }
    }

    fn interrupted(&self, now: Clocks) -> Option<Interruption> {
        let passed = now.steady.saturating_sub(self.seen.steady);
        if passed > TOO_FAR {
            return Some(Interruption::StoodStill(passed));
        }
        // A clock that was set back changes nothing: the other one measures.
        let by_the_wall = positive(now.wall.duration_since(self.seen.wall));
        (by_the_wall > TOO_FAR).then_some(Interruption::ClockMoved(by_the_wall))
    }
}

fn positive(duration: SignedDuration) -> Duration {
    Duration::try_from(duration).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn at(steady: u64, wall: i64) -> Clocks {
        Clocks {
            wall: Timestamp::UNIX_EPOCH + SignedDuration::from_millis(1_000_000 + wall),
            steady: Duration::from_millis(steady),
        }
    }

    /// A hold of five seconds after these looks, in milliseconds by both clocks.
    fn looked(looks: &[(u64, i64)]) -> Look {
        let mut hold = Hold::begin(Duration::from_secs(5), at(0, 0));
        let looks = looks
            .iter()
            .map(|(steady, wall)| hold.look(at(*steady, *wall)));
        looks.last().expect("there is a look")
    }

    fn waits(millis: u64) -> Look {
        Look::Wait(Duration::from_millis(millis))
    }

    const FOUR: [(u64, i64); 4] = [(1000, 1000), (2000, 2000), (3000, 3000), (4000, 4000)];

    #[test]
    fn it_is_over_when_its_time_was_waited_out_and_not_before() {
        assert_eq!(looked(&FOUR), waits(1000));
        assert_eq!(looked(&[&FOUR[..], &[(4600, 4600)]].concat()), waits(400));
        assert_eq!(looked(&[&FOUR[..], &[(4999, 4999)]].concat()), waits(1));
        assert_eq!(looked(&[&FOUR[..], &[(5000, 5000)]].concat()), Look::Over);
        assert_eq!(looked(&[&FOUR[..], &[(5200, 5200)]].concat()), Look::Over);
    }

    #[test]
    fn a_hold_without_length_is_over_at_once() {
        let mut hold = Hold::begin(Duration::ZERO, at(0, 0));
        assert_eq!(hold.look(at(0, 0)), Look::Over);
    }

    #[rstest]
    #[case::it_was_stopped(&[(1000, 1000), (9000, 9000)], Interruption::StoodStill(Duration::from_secs(8)))]
    #[case::at_the_first_look(&[(60_000, 60_000)], Interruption::StoodStill(Duration::from_mins(1)))]
    #[case::the_machine_slept(&[(1000, 1000), (2000, 3_602_000)], Interruption::ClockMoved(Duration::from_secs(3601)))]
    #[case::the_clock_was_set_on(&[(1000, 11_000)], Interruption::ClockMoved(Duration::from_secs(11)))]
    #[case::in_the_last_second(&[(1000, 1000), (2000, 2000), (3000, 3000), (4000, 4000), (6100, 6100)], Interruption::StoodStill(Duration::from_millis(2100)))]
    fn nothing_counts_after_a_gap_on_either_clock(
        #[case] looks: &[(u64, i64)],
        #[case] expected: Interruption,
    ) {
        assert_eq!(looked(looks), Look::Interrupted(expected));
    }

    #[test]
    fn a_clock_that_is_set_back_neither_prolongs_nor_shortens_it() {
        let back = [
            (1000, -99_000),
            (2000, -98_000),
            (3000, -97_000),
            (4000, -96_000),
        ];
        assert_eq!(looked(&back), waits(1000));
        assert_eq!(
            looked(&[&back[..], &[(5000, -95_000)]].concat()),
            Look::Over
        );
    }

    #[test]
    fn a_look_that_comes_late_counts_for_a_second_and_is_not_the_last() {
        assert_eq!(looked(&[(1900, 1900)]), waits(1000));
        let late = [&FOUR[..], &[(5900, 5900)]].concat();
        // Whoever pressed a key in the last second is heard first.
        assert_eq!(looked(&late), waits(250));
        assert_eq!(looked(&[&late[..], &[(6150, 6150)]].concat()), Look::Over);
        assert_eq!(looked(&[&late[..], &[(6700, 6700)]].concat()), waits(250));
    }

    #[rstest]
    #[case(5000, 5)]
    #[case(4001, 5)]
    #[case(4000, 4)]
    #[case(1, 1)]
    fn what_is_left_is_told_in_whole_seconds(#[case] millis: u64, #[case] seconds: u64) {
        let hold = Hold::begin(Duration::from_millis(millis), at(0, 0));
        assert_eq!(hold.seconds(), seconds);
    }

    #[test]
    fn an_interruption_is_told_in_a_sentence() {
        assert_eq!(
            Interruption::StoodStill(Duration::from_millis(8400)).to_string(),
            "The hold was interrupted (mylink stood still for 8 s), so nothing was sent."
        );
        assert_eq!(
            Interruption::Suspended.to_string(),
            "The hold was interrupted (mylink was suspended), so nothing was sent."
        );
    }
}
