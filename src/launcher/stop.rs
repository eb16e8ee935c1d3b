//! A launch that is to end early: after the call that is on its way, before the next one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const GOES_ON: u8 = 0;
const LEFT: u8 = 1;
const STOPPED: u8 = 2;

/// Asks a launch to make no further call. Every clone asks the same launch.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicU8>);

impl Stop {
    /// Asks for it by a person's word: no call is made that isn't on its way, the first one neither. Says whether this
    /// was the first time.
    pub fn ask(&self) -> bool {
        self.0.fetch_max(STOPPED, Ordering::SeqCst) < STOPPED
    }

    /// Asks for it since whoever launches is left (a connection that ends, a program that is quit): of a batch no further
    /// call is made, and a launch of one call, which was confirmed as a whole, is finished. Says whether this was the
    /// first time.
    pub fn leave(&self) -> bool {
        self.0.fetch_max(LEFT, Ordering::SeqCst) < LEFT
    }

    /// Whether either was asked for.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::SeqCst) > GOES_ON
    }

    /// Whether it was only left, by nobody's word.
    pub fn is_left(&self) -> bool {
        self.0.load(Ordering::SeqCst) == LEFT
    }

    /// Whether the next call of a launch of so many calls is not to be made.
    pub fn holds_back(&self, calls: usize) -> bool {
        match self.0.load(Ordering::SeqCst) {
            GOES_ON => false,
            LEFT => calls > 1,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stops_every_call_and_leaving_the_rest_of_a_batch() {
        let stop = Stop::default();
        assert!(!stop.is_asked() && !stop.holds_back(1) && !stop.holds_back(2));
        assert!(stop.leave());
        assert!(!stop.leave(), "it was left before");
        assert!(stop.is_asked() && !stop.holds_back(1) && stop.holds_back(2));
        assert!(stop.ask());
        assert!(!stop.ask() && !stop.leave(), "there is nothing to add");
        assert!(stop.holds_back(1) && stop.holds_back(2));
    }
}
