//! The sandbox's clock: the system's, moved by an offset that is kept.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// Milliseconds of one minute.
pub(super) const MINUTE: i64 = 60_000;

/// A clock that can be moved forward.
#[derive(Debug)]
pub(super) struct Clock(AtomicI64);

impl Clock {
    /// Makes a clock that is ahead of the system's by so many milliseconds.
    pub(super) fn new(offset: i64) -> Self {
        Self(AtomicI64::new(offset))
    }

    /// Now, in milliseconds since 1970.
    pub(super) fn now(&self) -> i64 {
        Timestamp::now()
            .as_millisecond()
            .saturating_add(self.offset())
    }

    /// How far it is ahead of the system's, in milliseconds.
    pub(super) fn offset(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Moves it.
    pub(super) fn set_offset(&self, offset: i64) {
        self.0.store(offset, Ordering::SeqCst);
    }
}

/// A time in RFC 3339, UTC, with milliseconds.
pub(super) fn text(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc_with_milliseconds() {
        assert_eq!(text(1_500), "1970-01-01T00:00:01.500Z");
    }
}
