//! Durations as people write them: `90s`, `30m`, `24h`, `7d`, `1h30m`.

use std::time::Duration;

use super::ConfigError;

/// Reads one or more of whole number and unit (`s`, `m`, `h`, `d`) without blanks, or a bare `0`. At most 10 years.
///
/// # Errors
/// [`ConfigError::Duration`].
pub fn parse_duration(text: &str) -> Result<Duration, ConfigError> {
    const TEN_YEARS: u64 = 3_660 * 86_400;
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    seconds(text)
        .filter(|seconds| *seconds <= TEN_YEARS)
        .map(Duration::from_secs)
        .ok_or_else(|| ConfigError::Duration(text.to_owned()))
}

fn seconds(text: &str) -> Option<u64> {
    let mut total = None;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|character: char| !character.is_ascii_digit())?;
        let number: u64 = rest[..end].parse().ok()?;
        let unit = match rest.as_bytes()[end] {
            b's' => 1,
            b'm' => 60,
            b'h' => 3_600,
            b'd' => 86_400,
            _ => return None,
        };
        total = Some(number.checked_mul(unit)?.checked_add(total.unwrap_or(0))?);
        rest = &rest[end + 1..];
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0", 0)]
    #[case("90s", 90)]
    #[case("30m", 1_800)]
    #[case("24h", 86_400)]
    #[case("7d", 604_800)]
    #[case("1h30m", 5_400)]
    fn durations_are_read(#[case] text: &str, #[case] expected: u64) {
        assert_eq!(parse_duration(text).unwrap(), Duration::from_secs(expected));
    }

    #[rstest]
    #[case::empty("")]
    #[case::no_unit("24")]
    #[case::no_number("h")]
    #[case::negative("-1h")]
    #[case::blank("24 h")]
    #[case::fraction("1.5h")]
    #[case::unknown_unit("3w")]
    #[case::not_ascii("3é")]
    #[case::overflow("99999999999999999999s")]
    #[case::more_than_ten_years("4000d")]
    fn anything_else_is_refused(#[case] text: &str) {
        assert!(matches!(
            parse_duration(text),
            Err(ConfigError::Duration(_))
        ));
    }
}
