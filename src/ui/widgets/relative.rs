//! Times for a person: relative in lists, absolute in details. They move once a minute at most.

use jiff::Timestamp;

/// How long ago a time was: `just now`, `2 min ago`, `3 h ago`, `yesterday`, `5 days ago`, then the date.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(at).as_secs() / 60;
    match minutes {
        ..=0 => "just now".to_owned(),
        1..=59 => format!("{minutes} min ago"),
        60..=1439 => format!("{} h ago", minutes / 60),
        1440..=2879 => "yesterday".to_owned(),
        2880..=20159 => format!("{} days ago", minutes / 1440),
        _ => local(at).strftime("%Y-%m-%d").to_string(),
    }
}

/// The clock time of today, else date and time, in the operator's time zone.
pub fn clock(at: Timestamp, now: Timestamp) -> String {
    let (at, now) = (local(at), local(now));
    let format = if at.date() == now.date() {
        "%H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    at.strftime(format).to_string()
}

/// Date and time to the second, in the operator's time zone, with its name.
pub fn exact(at: Timestamp) -> String {
    local(at).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

/// A sentence whose times of machines (`2026-06-15T10:30:00Z`) are told as [`exact`] ones: sentences are the same for the
/// command line and the record.
pub fn told_here(sentence: &str) -> String {
    const DATE: usize = "2026-06-15".len();
    let mut told = String::with_capacity(sentence.len());
    let mut written = 0;
    for (place, _) in sentence.match_indices('T') {
        let begin = place.saturating_sub(DATE);
        let end = sentence[place..]
            .find('Z')
            .map_or(place, |end| place + end + 1);
        let text = sentence.get(begin..end).filter(|_| begin >= written);
        if let Some(at) = text.and_then(|text| text.parse().ok()) {
            told.push_str(&sentence[written..begin]);
            told.push_str(&exact(at));
            written = end;
        }
    }
    told.push_str(&sentence[written..]);
    told
}

/// The time between two moments: `310 ms`, `22.4 s`, `3 min 20 s`; words where the clock was set back.
pub fn between(from: Timestamp, to: Timestamp) -> String {
    match to.duration_since(from).as_millis() {
        ..0 => "clock set back".to_owned(),
        millis @ 0..1000 => format!("{millis} ms"),
        millis @ 1000..60_000 => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
        millis => format!("{} min {} s", millis / 60_000, millis % 60_000 / 1000),
    }
}

fn local(at: Timestamp) -> jiff::Zoned {
    at.to_zoned(jiff::tz::TimeZone::system())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::seconds(30, "just now")]
    #[case::clock_went_back(-90, "just now")]
    #[case::minutes(150, "2 min ago")]
    #[case::hours(2 * 3600, "2 h ago")]
    #[case::a_day(30 * 3600, "yesterday")]
    #[case::days(3 * 86_400, "3 days ago")]
    fn relative_times(#[case] seconds: i64, #[case] expected: &str) {
        let now: Timestamp = "2026-06-15T12:00:00Z".parse().unwrap();
        assert_eq!(
            ago(now - jiff::SignedDuration::from_secs(seconds), now),
            expected
        );
    }

    #[rstest]
    #[case::one("last at 2026-06-15T10:30:00Z. Leave", "last at {}. Leave")]
    #[case::two("2026-06-15T10:30:00Z 2026-06-15T10:30:00Z", "{} {}")]
    #[case::another_word("The Zebra, 2026-06-15T10:30:00Z", "The Zebra, {}")]
    #[case::no_time("2026-99-15T10:30:00Z, T and Z", "2026-99-15T10:30:00Z, T and Z")]
    #[case::other_letters("日本T2026Z", "日本T2026Z")]
    #[case::nothing("", "")]
    fn times_in_a_sentence_are_told_where_the_operator_is(
        #[case] sentence: &str,
        #[case] expected: &str,
    ) {
        let at = exact("2026-06-15T10:30:00Z".parse().unwrap());
        assert_eq!(told_here(sentence), expected.replace("{}", &at));
    }

    #[rstest]
    #[case::set_back(-1, "clock set back")]
    #[case::nothing(0, "0 ms")]
    #[case::milliseconds(310, "310 ms")]
    #[case::seconds(22_480, "22.4 s")]
    #[case::minutes(200_000, "3 min 20 s")]
    fn times_between(#[case] millis: i64, #[case] expected: &str) {
        let from: Timestamp = "2026-06-15T12:00:00Z".parse().unwrap();
        assert_eq!(
            between(from, from + jiff::SignedDuration::from_millis(millis)),
            expected
        );
    }
}
