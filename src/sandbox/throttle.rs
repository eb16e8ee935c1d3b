//! Which calls may be made how often `[D]`, and the cursors of readers: what the server remembers between calls.

use std::collections::HashMap;

use super::answer::Refusal;
use super::clock::MINUTE;

/// A call that may be made once in a while.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Throttled {
    /// The list of a bot's audiences: once in 30 minutes.
    Audiences(i64),
    /// The variables of a conversation: once in 15 minutes.
    Variables(i64),
    /// The entries of a conversation: once in 2 minutes.
    Entries(i64),
    /// The delivery statistics of a bot: once in 30 minutes.
    Statistics(i64),
}

impl Throttled {
    fn minutes(&self) -> i64 {
        match self {
            Self::Audiences(_) | Self::Statistics(_) => 30,
            Self::Variables(_) => 15,
            Self::Entries(_) => 2,
        }
    }
}

/// When each throttled call was last let through.
#[derive(Debug)]
pub(super) struct Throttle {
    on: bool,
    last: HashMap<Throttled, i64>,
}

impl Throttle {
    /// Makes a throttle; one that is off lets everything through.
    pub(super) fn new(on: bool) -> Self {
        Self {
            on,
            last: HashMap::new(),
        }
    }

    /// Lets a call through, or refuses it with 400, not 429 `[D]`.
    ///
    /// # Errors
    /// The refusal, where the last such call is too recent.
    pub(super) fn pass(&mut self, call: Throttled, now: i64) -> Result<(), Refusal> {
        if !self.on {
            return Ok(());
        }
        let minutes = call.minutes();
        self.last
            .retain(|call, at| now - *at < call.minutes() * MINUTE);
        if self.last.contains_key(&call) {
            return Err(Refusal::invalid(format!(
                "this call is allowed once in {minutes} minutes"
            )));
        }
        self.last.insert(call, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_call_waits_for_its_time() {
        let mut throttle = Throttle::new(true);
        assert!(throttle.pass(Throttled::Entries(1), 0).is_ok());
        assert!(throttle.pass(Throttled::Entries(2), 0).is_ok());
        assert!(
            throttle
                .pass(Throttled::Entries(1), 2 * MINUTE - 1)
                .is_err()
        );
        assert!(throttle.pass(Throttled::Entries(1), 2 * MINUTE).is_ok());
    }

    #[test]
    fn a_throttle_that_is_off_lets_everything_through() {
        let mut throttle = Throttle::new(false);
        for _ in 0..3 {
            assert!(throttle.pass(Throttled::Audiences(1), 0).is_ok());
        }
    }
}
