//! `--since`: a time, or how long ago.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::config::parse_duration;

/// The earliest time that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since(Timestamp);

impl Since {
    /// The time.
    pub fn time(self) -> Timestamp {
        self.0
    }

    fn read(text: &str, now: Timestamp) -> Option<Self> {
        if let Ok(ago) = parse_duration(text) {
            let ago = SignedDuration::try_from(ago).ok()?;
            return now.checked_sub(ago).ok().map(Self);
        }
        text.parse().ok().map(Self)
    }
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::read(text, Timestamp::now())
            .ok_or_else(|| "write a time such as 2026-11-01T00:00:00Z, or 24h, 30m, 7d".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::hours("24h", "2026-11-22T12:00:00Z")]
    #[case::days("7d", "2026-11-16T12:00:00Z")]
    #[case::utc("2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z")]
    #[case::with_an_offset("2026-11-01T02:00:00+02:00", "2026-11-01T00:00:00Z")]
    fn a_time_is_read(#[case] text: &str, #[case] expected: &str) {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let expected = Since(expected.parse().unwrap());
        assert_eq!(Since::read(text, now), Some(expected));
    }

    #[rstest]
    #[case::words("yesterday")]
    #[case::no_zone("2026-11-01T00:00:00")]
    #[case::nothing("")]
    fn anything_else_is_wrong_usage(#[case] text: &str) {
        assert!(text.parse::<Since>().is_err());
    }
}
