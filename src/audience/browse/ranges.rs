//! Many numbers or dates as a dozen ranges with round ends.

use jiff::civil::{Date, DateTime, date};

use super::kind::Kind;
use crate::domain::criterion::{instant, number};

/// About so many ranges are made.
const WANTED: f64 = 12.0;

const DAY: i64 = 86_400;

/// From an end on, up to another: that one is not in it, but in the last range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    from: f64,
    to: f64,
}

/// Ends are compared bit by bit; they are never `NaN`.
impl Eq for Bounds {}

impl Bounds {
    /// Whether a value lies between them.
    pub fn hold(self, kind: Kind, value: &str) -> bool {
        place_of(kind, value).is_some_and(|place| self.from <= place && place < self.to)
    }
}

/// A range, and how many contacts have a value in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// Its ends.
    pub bounds: Bounds,
    /// The lower end in words.
    pub from: String,
    /// The upper end in words: values below it.
    pub to: String,
    /// How many contacts.
    pub contacts: u64,
}

/// The ranges, rising, and how many contacts have a value that is in none.
pub(super) fn ranges(kind: Kind, values: &[(&str, u64)]) -> (Vec<Range>, u64) {
    let places = values
        .iter()
        .map(|(value, count)| (place_of(kind, value), *count));
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut placed = Vec::with_capacity(values.len());
    let mut in_none = 0;
    for (place, count) in places {
        match place {
            Some(place) => {
                least = least.min(place);
                most = most.max(place);
                placed.push((place, count));
            }
            None => in_none += count,
        }
    }
    let ends = match kind {
        _ if placed.is_empty() => Vec::new(),
        Kind::Date => date_ends(least, most),
        Kind::Number | Kind::Text => number_ends(least, most),
    };
    let words = |place: f64| match kind {
        Kind::Date => date_words(place),
        Kind::Number | Kind::Text => number_words(place),
    };
    let range = |pair: &[f64]| Range {
        bounds: Bounds {
            from: pair[0],
            to: pair[1],
        },
        from: words(pair[0]),
        to: words(pair[1]),
        contacts: 0,
    };
    let mut found: Vec<Range> = ends.windows(2).map(range).collect();
    for (place, count) in placed {
        let behind = found.partition_point(|range| range.bounds.from <= place);
        match behind.checked_sub(1).and_then(|at| found.get_mut(at)) {
            Some(range) => range.contacts += count,
            // Numbers so large that no other lies beside them have no range.
            None => in_none += count,
        }
    }
    (found, in_none)
}

/// A value as a point of a line; dates by seconds since 1970.
fn place_of(kind: Kind, value: &str) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a date's seconds fit into a double"
    )]
    match kind {
        Kind::Date => instant(value).map(|at| at.seconds() as f64),
        Kind::Number | Kind::Text => number(value),
    }
}

/// Round numbers from below the least to above the most.
fn number_ends(least: f64, most: f64) -> Vec<f64> {
    if most <= least {
        let mut ends = vec![least.floor(), least.floor() + 1.0];
        ends.dedup();
        return ends;
    }
    let rough = (most - least) / WANTED;
    let ten = 10_f64.powf(rough.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * ten);
    let step = round
        .into_iter()
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    let first = (least / step).floor();
    let mut ends = vec![first * step];
    let mut number = 1.0;
    // A span of ten of these steps has no more ends; numbers too large to be told apart may have fewer.
    while ends.last().is_some_and(|last| *last <= most) && ends.len() < 64 {
        ends.push((first + number) * step);
        number += 1.0;
    }
    ends.dedup();
    ends
}

fn number_words(number: f64) -> String {
    let text = format!("{number:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let (whole, rest) = text
        .split_once('.')
        .map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let digits = whole.trim_start_matches('-');
    let sign = if whole.starts_with('-') && text != "-0" {
        "-"
    } else {
        ""
    };
    let grouped = digits
        .parse()
        .map_or_else(|_| digits.to_owned(), crate::domain::text::grouped);
    rest.map_or_else(
        || format!("{sign}{grouped}"),
        |rest| format!("{sign}{grouped}.{rest}"),
    )
}

/// The beginnings of hours, days, weeks, months or years from before the least to behind the most, UTC.
fn date_ends(least: f64, most: f64) -> Vec<f64> {
    #[expect(clippy::cast_possible_truncation, reason = "they were whole seconds")]
    let (least, most) = (least as i64, most as i64);
    let days = (most - least) / DAY;
    let ends = match days {
        0..=1 => steps(least, most, 7_200),
        2..=14 => steps(least, most, DAY),
        15..=110 => steps(least, most, 7 * DAY),
        111..=500 => months(least, most, 1),
        501..=1600 => months(least, most, 3),
        1601..=6000 => months(least, most, 12),
        _ => months(least, most, 120),
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "a date's seconds fit into a double"
    )]
    ends.into_iter().map(|end| end as f64).collect()
}

fn steps(least: i64, most: i64, step: i64) -> Vec<i64> {
    // Weeks begin on Monday; 1970 began on a Thursday.
    let shift = if step == 7 * DAY { 4 * DAY } else { 0 };
    let first = (least - shift).div_euclid(step) * step + shift;
    let mut ends = vec![first];
    while ends.last().is_some_and(|last| *last <= most) && ends.len() < 64 {
        ends.push(first + step * i64::try_from(ends.len()).unwrap_or(i64::MAX / step));
    }
    ends
}

fn months(least: i64, most: i64, step: i32) -> Vec<i64> {
    let first = day_of(least);
    let month = i32::from(first.year()) * 12 + i32::from(first.month()) - 1;
    let mut month = month.div_euclid(step) * step;
    let mut ends = Vec::new();
    while ends.last().is_none_or(|last| *last <= most) && ends.len() < 1_200 {
        let (year, of_year) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        let (Ok(year), Ok(of_year)) = (i16::try_from(year), i8::try_from(of_year)) else {
            break;
        };
        let Ok(start) = Date::new(year, of_year, 1) else {
            break;
        };
        ends.push(seconds_of(start));
        month += step;
    }
    ends
}

fn day_of(seconds: i64) -> Date {
    let days = seconds.div_euclid(DAY);
    date(1970, 1, 1)
        .checked_add(jiff::Span::new().try_days(days).unwrap_or_default())
        .unwrap_or(Date::MAX)
}

fn seconds_of(day: Date) -> i64 {
    let since = day.since((jiff::Unit::Day, date(1970, 1, 1)));
    since.map_or(0, |span| i64::from(span.get_days()) * DAY)
}

fn date_words(seconds: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "they were whole seconds")]
    let seconds = seconds as i64;
    let (day, rest) = (day_of(seconds), seconds.rem_euclid(DAY));
    if rest == 0 {
        return day.to_string();
    }
    let at = DateTime::from(day).checked_add(jiff::Span::new().seconds(rest));
    at.map_or_else(
        |_| day.to_string(),
        |at| at.strftime("%Y-%m-%d %H:%M").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: Kind, values: &[&str]) -> (Vec<(String, String, u64)>, u64) {
        let values: Vec<(&str, u64)> = values.iter().map(|value| (*value, 1)).collect();
        let (ranges, in_none) = ranges(kind, &values);
        let told = ranges
            .into_iter()
            .map(|range| (range.from, range.to, range.contacts));
        (told.collect(), in_none)
    }

    #[test]
    fn numbers_fall_into_ranges_with_round_ends() {
        let (told, in_none) = told(Kind::Number, &["3", "19.5", "20", "104", "x"]);
        assert_eq!(in_none, 1);
        assert_eq!(told[0], ("0".into(), "10".into(), 1));
        assert_eq!(told[1], ("10".into(), "20".into(), 1));
        assert_eq!(told[2], ("20".into(), "30".into(), 1));
        assert_eq!(told.last(), Some(&("100".into(), "110".into(), 1)));
        assert_eq!(told.len(), 11);
    }

    #[test]
    fn negative_and_large_numbers_have_their_ends_in_words() {
        let (told, _) = told(Kind::Number, &["-1500", "12000"]);
        assert_eq!(told[0], ("-2,000".into(), "0".into(), 1));
        assert_eq!(told.last().unwrap().1, "14,000");
    }

    #[test]
    fn dates_fall_into_months_of_a_year() {
        let (told, _) = told(
            Kind::Date,
            &["2025-02-28", "2025-03-01", "2025-12-31T23:59Z"],
        );
        assert_eq!(told[0], ("2025-02-01".into(), "2025-03-01".into(), 1));
        assert_eq!(told[1], ("2025-03-01".into(), "2025-04-01".into(), 1));
        assert_eq!(
            told.last(),
            Some(&("2025-12-01".into(), "2026-01-01".into(), 1))
        );
    }

    #[test]
    fn dates_of_one_day_fall_into_hours() {
        let (told, _) = told(Kind::Date, &["2026-01-05T09:30Z", "2026-01-05T12:00Z"]);
        assert_eq!(told[0].0, "2026-01-05 08:00");
        assert_eq!(told.iter().map(|range| range.2).sum::<u64>(), 2);
    }

    #[test]
    fn one_number_is_a_range_of_its_own() {
        let (told, _) = told(Kind::Number, &["5"]);
        assert_eq!(told.iter().map(|range| range.2).sum::<u64>(), 1);
    }
}
