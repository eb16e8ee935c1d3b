//! Numbers and dates as variables hold them: the grammar of our reading `[I]`.

/// A point in time to compare by: seconds since 1970 in UTC, and nanoseconds within the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    seconds: i64,
    nanoseconds: u32,
}

impl Instant {
    /// Seconds since 1970 in UTC; less than 0 before.
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds within the second, from 0 to 999,999,999.
    pub fn nanoseconds(self) -> u32 {
        self.nanoseconds
    }
}

/// Reads a decimal number: `[+-]?[0-9]+(\.[0-9]+)?`, as an IEEE double.
///
/// `-0` is 0. Exponents, separators, blanks and names (`1e3`, `1,000`, `NaN`) are no numbers.
pub fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits
        .split_once('.')
        .map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    if !all_digits(whole) || fraction.is_some_and(|fraction| !all_digits(fraction)) {
        return None;
    }
    let fraction = fraction.unwrap_or_default();
    let number = if whole.len() + fraction.len() <= EXACT_DIGITS {
        let size = of_few_digits(whole, fraction);
        Some(if text.starts_with('-') { -size } else { size })
    } else {
        text.parse::<f64>().ok()
    };
    // Adding 0 turns -0 into 0, so that a total order is the order of numbers.
    number.map(|number| number + 0.0)
}

/// Whole numbers of so many digits, and this power of ten, are doubles without rounding.
const EXACT_DIGITS: usize = 15;

/// A million contacts are read this way: the quotient of two exact doubles is rounded once, as the standard library's
/// reading is.
#[expect(
    clippy::cast_precision_loss,
    reason = "fifteen digits fit into a double"
)]
fn of_few_digits(whole: &str, fraction: &str) -> f64 {
    let digits = whole.bytes().chain(fraction.bytes());
    let digits = digits.fold(0, |number: u64, digit| {
        number * 10 + u64::from(digit - b'0')
    });
    let ten = fraction.bytes().fold(1, |ten: u64, _| ten * 10);
    digits as f64 / ten as f64
}

/// Reads a date `YYYY-MM-DD` (its midnight) or a date-time `YYYY-MM-DDThh:mm[:ss[.f]][Z|±hh:mm]`; without a zone: UTC.
///
/// Capital `T` and `Z`, 1 to 9 digits of `f`, a real calendar date, hours 00-23, seconds 00-59.
pub fn instant(text: &str) -> Option<Instant> {
    let (date, rest) = text.split_at_checked(10)?;
    let day = days_since_1970(date)?;
    let Some(time) = rest.strip_prefix('T') else {
        return rest.is_empty().then_some(Instant {
            seconds: day * 86_400,
            nanoseconds: 0,
        });
    };
    let (clock, offset) = split_zone(time)?;
    let (seconds, nanoseconds) = clock_time(clock)?;
    Some(Instant {
        seconds: day * 86_400 + seconds - offset,
        nanoseconds,
    })
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn two_digits(text: &str, most: i64) -> Option<i64> {
    (text.len() == 2 && all_digits(text))
        .then(|| text.parse().ok())
        .flatten()
        .filter(|number| *number <= most)
}

fn days_since_1970(date: &str) -> Option<i64> {
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || !all_digits(year) {
        return None;
    }
    let date = jiff::civil::Date::new(
        year.parse().ok()?,
        i8::try_from(two_digits(month, 12)?).ok()?,
        i8::try_from(two_digits(day, 31)?).ok()?,
    )
    .ok()?;
    let since = date
        .since((jiff::Unit::Day, jiff::civil::date(1970, 1, 1)))
        .ok()?;
    Some(i64::from(since.get_days()))
}

/// Splits the zone off a time; its offset is in seconds east of UTC.
fn split_zone(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix('Z') {
        return Some((clock, 0));
    }
    let Some(start) = time.rfind(['+', '-']) else {
        return Some((time, 0));
    };
    let (clock, zone) = time.split_at(start);
    let (hours, minutes) = zone[1..].split_once(':')?;
    let offset = two_digits(hours, 23)? * 3600 + two_digits(minutes, 59)? * 60;
    Some((
        clock,
        if zone.starts_with('-') {
            -offset
        } else {
            offset
        },
    ))
}

fn clock_time(clock: &str) -> Option<(i64, u32)> {
    let mut parts = clock.splitn(3, ':');
    let hours = two_digits(parts.next()?, 23)?;
    let minutes = two_digits(parts.next()?, 59)?;
    let (seconds, nanoseconds) = parts.next().map_or(Some((0, 0)), seconds_and_fraction)?;
    Some((hours * 3600 + minutes * 60 + seconds, nanoseconds))
}

fn seconds_and_fraction(text: &str) -> Option<(i64, u32)> {
    let Some((seconds, fraction)) = text.split_once('.') else {
        return Some((two_digits(text, 59)?, 0));
    };
    if !all_digits(fraction) || fraction.len() > 9 {
        return None;
    }
    Some((
        two_digits(seconds, 59)?,
        format!("{fraction:0<9}").parse().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::whole("12", Some(12.0))]
    #[case::leading_zero("012", Some(12.0))]
    #[case::signed("+7.50", Some(7.5))]
    #[case::negative("-4", Some(-4.0))]
    #[case::exponent("1e3", None)]
    #[case::no_fraction("1.", None)]
    #[case::no_whole(".5", None)]
    #[case::separator("1,000", None)]
    #[case::blank(" 1", None)]
    #[case::name("NaN", None)]
    #[case::empty("", None)]
    #[case::sign_alone("-", None)]
    fn decimal_numbers(#[case] text: &str, #[case] expected: Option<f64>) {
        assert_eq!(number(text), expected);
    }

    proptest::proptest! {
        #[test]
        fn numbers_are_read_as_the_standard_library_reads_them(
            text in "[+-]?([0-9]{1,18}|[0-9]{1,9}\\.[0-9]{1,9})",
        ) {
            proptest::prop_assert_eq!(number(&text), Some(text.parse::<f64>().unwrap() + 0.0));
        }
    }

    #[rstest]
    #[case::date_is_its_midnight("2026-01-31", "2026-01-31T00:00:00Z")]
    #[case::no_zone_is_utc("2026-01-31T10:00", "2026-01-31T10:00:00Z")]
    #[case::offset("2026-02-01T01:00:00+01:00", "2026-02-01T00:00:00Z")]
    #[case::fraction("2025-12-31T23:59:59.5Z", "2025-12-31T23:59:59.500000000Z")]
    fn equal_instants(#[case] left: &str, #[case] right: &str) {
        assert!(instant(left).is_some());
        assert_eq!(instant(left), instant(right));
    }

    #[rstest]
    #[case::not_in_the_calendar("2026-02-30")]
    #[case::lower_t("2026-01-31t10:00")]
    #[case::lower_z("2026-01-31T10:00z")]
    #[case::hour_24("2026-01-31T24:00")]
    #[case::second_60("2026-01-31T23:59:60")]
    #[case::ten_digits_of_fraction("2026-01-31T23:59:59.0123456789Z")]
    #[case::zone_without_colon("2026-01-31T10:00+0100")]
    #[case::hour_alone("2026-01-31T10")]
    #[case::blank_instead_of_t("2026-01-31 10:00")]
    #[case::two_digit_year("26-01-31")]
    #[case::multi_byte_at_the_cut("2026-01-3€")]
    #[case::word("yesterday")]
    fn not_instants(#[case] text: &str) {
        assert_eq!(instant(text), None);
    }
}
