//! Whether a launch under way stood still: suspended, or on a machine that slept. What was confirmed then was confirmed for
//! another moment.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::task::AbortHandle;

/// How often it is looked at the clocks at the least.
const TICK: Duration = Duration::from_secs(1);
/// Looks further apart than this were kept from looking; a machine with much to do is that for a while.
const STILL: SignedDuration = SignedDuration::from_secs(10);

/// Looks at both clocks as long as a launch is under way.
pub(super) struct Watch {
    looks: Arc<Looks>,
    ticking: AbortHandle,
}

struct Looks {
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
    /// Begins to look.
    pub(super) fn begin() -> Self {
        let looks = Arc::new(Looks::begin());
        let ticking = Arc::clone(&looks);
        let ticking = tokio::spawn(async move {
            loop {
                tokio::time::sleep(TICK).await;
                ticking.look();
            }
        });
        Self {
            looks,
            ticking: ticking.abort_handle(),
        }
    }

    /// Looks once more; says for how long it stood still at any time so far.
    pub(super) fn look(&self) -> Option<Duration> {
        self.looks.look()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.ticking.abort();
    }
}

impl Looks {
    fn begin() -> Self {
        Self {
            started: Instant::now(),
            state: Mutex::new(State {
                wall: Timestamp::now(),
                steady: Duration::ZERO,
                still: None,
            }),
        }
    }

    fn look(&self) -> Option<Duration> {
        self.look_at(Timestamp::now(), self.started.elapsed())
    }

    /// The clock on the wall goes on while a machine sleeps, and may be set; the other one may stand still with the
    /// machine. The one that tells more is believed.
    fn look_at(&self, wall: Timestamp, steady: Duration) -> Option<Duration> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = steady.saturating_sub(state.steady);
        let counted = SignedDuration::try_from(counted).unwrap_or(SignedDuration::MAX);
        let passed = wall.duration_since(state.wall).max(counted);
        if passed > STILL {
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

    #[rstest]
    #[case::at_once(0, 0, false)]
    #[case::a_machine_with_much_to_do(10, 10, false)]
    #[case::suspended(11, 11, true)]
    #[case::a_machine_that_slept(11, 0, true)]
    #[case::a_clock_that_was_set_a_little(9, 1, false)]
    #[case::a_clock_that_was_set_back(-3600, 2, false)]
    #[case::a_clock_that_was_set_back_meanwhile(-3600, 100, true)]
    fn a_launch_stood_still_by_either_clock(
        #[case] wall: i64,
        #[case] steady: u64,
        #[case] stood_still: bool,
    ) {
        let looks = Looks::begin();
        let start = looks.state.lock().unwrap().wall;
        let then = start + SignedDuration::from_secs(wall);
        let found = looks.look_at(then, Duration::from_secs(steady));
        assert_eq!(found.is_some(), stood_still, "{found:?}");
    }

    #[test]
    fn what_stood_still_once_is_told_at_every_later_look() {
        let looks = Looks::begin();
        let start = looks.state.lock().unwrap().wall;
        let later = start + SignedDuration::from_hours(1);
        let hour = Some(Duration::from_hours(1));
        assert_eq!(looks.look_at(later, Duration::from_secs(1)), hour);
        assert_eq!(looks.look_at(later, Duration::from_secs(2)), hour);
    }
}
