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
        let asks = self
            .gate
            .asks(waiting.targets)
            .map_err(LaunchError::Guard)?;
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
        check_time(due, now, asks.hold)
    }
}
