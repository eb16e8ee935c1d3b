//! What is under way, and when it is spoken of.

use jiff::{SignedDuration, Timestamp};

/// Milliseconds for which nothing is said of a count or a save under way: what stood before stays until then, so that
/// nothing flickers while one types.
pub(super) const PATIENCE: i64 = 250;

/// Something under way, and whether it takes so long that it is spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pending {
    since: Option<Timestamp>,
    /// Whether it is spoken of.
    pub is_slow: bool,
}

impl Pending {
    /// Starts, unless it is under way.
    pub(super) fn start(&mut self, now: Timestamp) {
        self.since.get_or_insert(now);
    }

    /// Ends.
    pub(super) fn end(&mut self) {
        *self = Self::default();
    }

    pub(super) fn tick(&mut self, now: Timestamp) {
        let patience = SignedDuration::from_millis(PATIENCE);
        self.is_slow = self
            .since
            .is_some_and(|since| now.duration_since(since) >= patience);
    }

    /// Whether it is under way.
    pub fn is_under_way(self) -> bool {
        self.since.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_millis(millis)
    }

    #[test]
    fn what_is_quick_is_not_spoken_of() {
        let mut pending = Pending::default();
        pending.start(at(0));
        pending.tick(at(PATIENCE - 1));
        assert!(pending.is_under_way() && !pending.is_slow);
        pending.start(at(200));
        pending.tick(at(PATIENCE));
        assert!(pending.is_slow, "it counts from the first of them");
        pending.end();
        pending.tick(at(10_000));
        assert!(!pending.is_slow && !pending.is_under_way());
    }
}
