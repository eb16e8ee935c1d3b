//! Whether a launch under way stood still: suspended, or on a machine that slept. What was confirmed then was confirmed for
//! another moment.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::kept::PATIENCE;
use crate::domain::waiting::GRACE;

/// Looks at both clocks between the steps of a launch, each of which may take so long and no longer.
pub(super) struct Watch {
    most: SignedDuration,
    started: Instant,
    state: Mutex<State>,
}

struct State {
    wall: Timestamp,
    steady: Duration,
    /// For how long it stood still, once it did.
    still: Option<Duration>,
}

impl Watch {
    /// Of steps that take as long as a call may, or as the journal is waited for, and a time of grace.
    pub(super) fn begin(call: Duration) -> Self {
        let call = SignedDuration::try_from(call.max(PATIENCE)).unwrap_or(SignedDuration::MAX);
        Self {
            most: call.saturating_add(GRACE),
            started: Instant::now(),
            state: Mutex::new(State {
                wall: Timestamp::now(),
                steady: Duration::ZERO,
                still: None,
            }),
        }
    }

    /// Looks once more; says for how long it stood still at any time so far, by the clock on the wall.
    pub(super) fn look(&self) -> Option<Duration> {
        self.look_at(Timestamp::now(), self.started.elapsed())
    }

    fn look_at(&self, wall: Timestamp, steady: Duration) -> Option<Duration> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = wall.duration_since(state.wall);
        let counted = steady.saturating_sub(state.steady);
        let counted = SignedDuration::try_from(counted).unwrap_or(SignedDuration::MAX);
        // A clock that was only set back tells nothing; the other one does.
        let passed = passed.max(counted);
        if passed > self.most || passed.saturating_sub(counted) > GRACE {
            let passed = passed.unsigned_abs();
            state.still = Some(state.still.map_or(passed, |still| still.max(passed)));
        }
        (state.wall, state.steady) = (wall, steady);
        state.still
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// A minute for the journal, and half a minute of grace.
    #[rstest]
    #[case::at_once(0, 0, false)]
    #[case::as_long_as_a_step_may_take(90, 90, false)]
    #[case::longer_than_that(91, 91, true)]
    #[case::a_machine_that_slept(31, 0, true)]
    #[case::a_clock_that_was_set_a_little(30, 0, false)]
    #[case::a_clock_that_was_set_back(-3600, 2, false)]
    #[case::a_clock_that_was_set_back_meanwhile(-3600, 100, true)]
    fn a_launch_stood_still_by_either_clock(
        #[case] wall: i64,
        #[case] steady: u64,
        #[case] stood_still: bool,
    ) {
        let watch = Watch::begin(Duration::from_secs(10));
        let start = watch.state.lock().unwrap().wall;
        let then = start + SignedDuration::from_secs(wall);
        let found = watch.look_at(then, Duration::from_secs(steady));
        assert_eq!(found.is_some(), stood_still, "{found:?}");
    }

    #[test]
    fn what_stood_still_once_is_told_at_every_later_look() {
        let watch = Watch::begin(Duration::from_secs(10));
        let start = watch.state.lock().unwrap().wall;
        let later = start + SignedDuration::from_hours(1);
        let hour = Some(Duration::from_hours(1));
        assert_eq!(watch.look_at(later, Duration::from_secs(1)), hour);
        assert_eq!(watch.look_at(later, Duration::from_secs(2)), hour);
    }
}
