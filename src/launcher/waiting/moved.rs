//! Another time for a launch that waits: what was confirmed stays, its time alone is another one.

use jiff::{Timestamp, Zoned};

use super::{LaunchError, Launcher, check_time};
use crate::domain::waiting::{Timing, WaitingLaunch};

impl Launcher {
    /// Whether a launch may be given this time instead of its own. Later is harmless; nearer than the hold that its
    /// confirmation asks for is too near to be taken back. All else is asked at its time, as of every launch that waits.
    ///
    /// # Errors
    /// [`LaunchError::Guard`], with what to do: nothing is changed then.
    pub fn check_move(
        &self,
        waiting: &WaitingLaunch,
        due: &Zoned,
        now: Timestamp,
    ) -> Result<(), LaunchError> {
        let asks = self.gate.asks(most(waiting)).map_err(LaunchError::Guard)?;
        // Whoever typed the name was held, however the count is seen now.
        let hold = match waiting.given.name {
            Some(_) => self.gate.hold,
            None => asks.hold,
        };
        if waiting.is_waiting() && !matches!(waiting.timing(now), Timing::Early(_)) {
            return Err(LaunchError::Guard(
                "Its time has come: it is being sent, or was missed. Nothing is changed.".into(),
            ));
        }
        if due.timestamp() == waiting.due_at {
            return Err(LaunchError::Guard(
                "It is due at that time already. Nothing is changed.".into(),
            ));
        }
        check_time(due, now, hold)
    }
}

/// How many it may reach at the most, by all that is on the record of its confirmation.
fn most(waiting: &WaitingLaunch) -> Option<u64> {
    let listed: u64 = waiting.calls.iter().filter_map(|call| call.targets).sum();
    let known = waiting.targets.max(waiting.given.number);
    known.map(|known| known.max(listed))
}
