//! The time that a launch is given, as a person types it: `09:00`, `tomorrow 9:00`, `fri 18:30`, `in 30 min`, `+1h30m`,
//! `2026-11-24 09:00`, `2026-11-24T09:00+01:00`. What was understood is said before anything is confirmed.

mod typed;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::waiting::{FARTHEST, countdown};
use typed::{absolute, from_now, named_day, not_understood};

/// A time in the future, as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The moment, in the time zone that it is meant in.
    pub at: Zoned,
    /// What is to be said of it besides: a clock change on that day.
    pub note: Option<String>,
}

impl Due {
    /// The moment.
    pub fn timestamp(&self) -> Timestamp {
        self.at.timestamp()
    }

    /// Weekday, date, time, zone and what is left: `Tue 24 Nov 2026 09:00 CET (Europe/Rome), in 16 h 48 min`.
    pub fn words(&self, now: Timestamp) -> String {
        let left = countdown(self.timestamp().duration_since(now));
        let note = self
            .note
            .as_deref()
            .map_or(String::new(), |note| format!(". {note}"));
        format!("{}, in {left}{note}", moment(&self.at))
    }
}

/// A moment in words: `Tue 24 Nov 2026 09:00 CET (Europe/Rome)`, with its seconds where it has some.
pub fn moment(at: &Zoned) -> String {
    let format = if at.second() == 0 {
        "%a %-d %b %Y %H:%M"
    } else {
        "%a %-d %b %Y %H:%M:%S"
    };
    let (short, name) = (at.strftime("%Z").to_string(), zone(at));
    let shown_zone = if name.rsplit('/').next() == Some(short.as_str()) {
        short
    } else {
        format!("{short} ({name})")
    };
    format!("{} {shown_zone}", at.strftime(format))
}

/// A moment in the zone that was stored with it, or in UTC where that is not known here.
pub fn in_zone(at: Timestamp, zone: &str) -> Zoned {
    let zone = format!("{at}[{zone}]").parse::<Zoned>();
    zone.unwrap_or_else(|_| at.to_zoned(TimeZone::UTC))
}

/// The zone's name, or its offset where it has none.
pub fn zone(at: &Zoned) -> String {
    let zone = at.time_zone();
    zone.iana_name()
        .map_or_else(|| at.strftime("%:z").to_string(), str::to_owned)
}

/// Reads a time. `now` tells the moment and the operator's time zone.
///
/// # Errors
/// A sentence: not understood, past, or farther ahead than [`FARTHEST`].
pub fn read(text: &str, now: &Zoned) -> Result<Due, String> {
    let typed = text.trim();
    let words = typed.to_ascii_lowercase();
    let due = from_now(&words, now)
        .or_else(|| absolute(typed, now))
        .or_else(|| named_day(&words, now))
        .unwrap_or_else(|| Err(not_understood(typed)))?;
    let left = due.timestamp().duration_since(now.timestamp());
    if !left.is_positive() {
        return Err(format!(
            "{} is past: it is {} now. Give a time to come.",
            moment(&due.at),
            now.strftime("%H:%M")
        ));
    }
    if left > FARTHEST {
        return Err(format!(
            "{} is more than a year ahead. Give a time within the next 366 days.",
            moment(&due.at)
        ));
    }
    Ok(due)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// Monday, 23 November 2026, 16:12 in Rome, by its rule, so that no database of zones is needed.
    fn now() -> Zoned {
        at("2026-11-23T15:12:00Z")
    }

    fn at(text: &str) -> Zoned {
        let rome = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        text.parse::<Timestamp>().unwrap().to_zoned(rome)
    }

    #[rstest]
    #[case::later_today("18:30", "2026-11-23T17:30:00Z")]
    #[case::already_over_today("09:00", "2026-11-24T08:00:00Z")]
    #[case::one_digit("9:00", "2026-11-24T08:00:00Z")]
    #[case::seconds("18:30:15", "2026-11-23T17:30:15Z")]
    #[case::today("today 18:30", "2026-11-23T17:30:00Z")]
    #[case::tomorrow("tomorrow 9:00", "2026-11-24T08:00:00Z")]
    #[case::with_at("Tomorrow at 9am", "2026-11-24T08:00:00Z")]
    #[case::afternoon("9:30 pm", "2026-11-23T20:30:00Z")]
    #[case::noon("tomorrow 12pm", "2026-11-24T11:00:00Z")]
    #[case::midnight("12am", "2026-11-23T23:00:00Z")]
    #[case::a_weekday("fri 18:30", "2026-11-27T17:30:00Z")]
    #[case::the_same_weekday_later("monday 18:30", "2026-11-23T17:30:00Z")]
    #[case::the_same_weekday_next_week("monday 9:00", "2026-11-30T08:00:00Z")]
    #[case::in_minutes("in 30 min", "2026-11-23T15:42:00Z")]
    #[case::in_hours_and_minutes("in 1 hour 30 minutes", "2026-11-23T16:42:00Z")]
    #[case::plus("+1h30m", "2026-11-23T16:42:00Z")]
    #[case::plus_seconds("+90s", "2026-11-23T15:13:30Z")]
    #[case::plus_days("+2d", "2026-11-25T15:12:00Z")]
    #[case::date_and_time("2026-11-24 09:00", "2026-11-24T08:00:00Z")]
    #[case::iso("2026-11-24T09:00", "2026-11-24T08:00:00Z")]
    #[case::with_offset("2026-11-24T09:00+05:30", "2026-11-24T03:30:00Z")]
    #[case::in_utc("2026-11-24T09:00:00Z", "2026-11-24T09:00:00Z")]
    #[case::with_a_zone("2026-11-24T09:00[UTC]", "2026-11-24T09:00:00Z")]
    #[case::summer("2027-06-01 09:00", "2027-06-01T07:00:00Z")]
    #[case::blanks("  18:30 ", "2026-11-23T17:30:00Z")]
    fn a_time_is_understood(#[case] text: &str, #[case] expected: &str) {
        let due = read(text, &now()).unwrap();
        assert_eq!(due.timestamp(), expected.parse::<Timestamp>().unwrap());
    }

    #[rstest]
    #[case::nothing("", "Give a time")]
    #[case::a_number_may_be_anything("9", "no time")]
    #[case::no_hour("25:00", "no time")]
    #[case::no_minute("9:60", "no time")]
    #[case::words("soon", "no time")]
    #[case::no_unit("+30", "no time")]
    #[case::a_unit_twice("+1h1h", "no time")]
    #[case::nothing_after_in("in ", "no time")]
    #[case::thirteen_in_the_afternoon("13pm", "no time")]
    #[case::a_date_alone("2026-11-24", "no time")]
    #[case::no_such_day("2026-11-31 09:00", "no time")]
    #[case::a_day_alone("tomorrow", "no time")]
    #[case::past_today("today 9:00", "is past")]
    #[case::past("2026-11-23T16:11", "is past")]
    #[case::now("2026-11-23T16:12", "is past")]
    #[case::at_once("+0s", "is past")]
    #[case::too_far("2028-11-24 09:00", "more than a year ahead")]
    #[case::too_far_by_span("+400d", "more than a year ahead")]
    #[case::an_offset_against_its_zone("2026-11-24T09:00+05:00[Europe/Rome]", "have that offset")]
    #[case::an_offset_against_utc("2026-11-24T09:00+05:00[UTC]", "have that offset")]
    #[case::no_such_zone("2026-11-24T09:00[Nowhere/There]", "the zone is not known")]
    #[case::out_of_range("+99999999999999999d", "no time")]
    #[case::not_for_a_terminal("\u{1b}[31m", "no time")]
    fn a_time_is_refused_with_a_sentence(#[case] text: &str, #[case] expected: &str) {
        let error = read(text, &now()).unwrap_err();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains('\u{1b}'));
    }

    #[test]
    fn a_time_that_a_clock_change_leaves_out_moves_on_and_says_so() {
        let due = read("2027-03-28 02:30", &now()).unwrap();
        assert_eq!(due.timestamp(), "2027-03-28T01:30:00Z".parse().unwrap());
        assert!(
            due.words(now().timestamp()).contains("There is no 02:30"),
            "{due:?}"
        );
    }

    #[test]
    fn of_a_time_that_comes_twice_the_first_is_meant_and_the_second_can_be_said() {
        let before = at("2026-10-24T10:00:00Z");
        let due = read("2026-10-25 02:30", &before).unwrap();
        assert_eq!(due.timestamp(), "2026-10-25T00:30:00Z".parse().unwrap());
        let note = due.note.unwrap();
        assert!(note.contains("2026-10-25T02:30+01"), "{note}");
        let second = read("2026-10-25T02:30+01:00", &before).unwrap();
        assert_eq!(second.timestamp(), "2026-10-25T01:30:00Z".parse().unwrap());
    }

    #[test]
    fn a_clock_change_is_said_of_a_zone_in_brackets_too_unless_its_offset_tells() {
        let before = at("2026-10-24T10:00:00Z");
        let twice = read("2026-10-25T02:30[Europe/Rome]", &before).unwrap();
        assert_eq!(twice.timestamp(), "2026-10-25T00:30:00Z".parse().unwrap());
        assert!(twice.note.unwrap().contains("comes twice"));
        let second = read("2026-10-25T02:30+01:00[Europe/Rome]", &before).unwrap();
        assert_eq!(second.timestamp(), "2026-10-25T01:30:00Z".parse().unwrap());
        assert_eq!(second.note, None);
        let left_out = read("2027-03-28T02:30[Europe/Rome]", &before).unwrap();
        assert_eq!(
            left_out.timestamp(),
            "2027-03-28T01:30:00Z".parse().unwrap()
        );
        assert!(left_out.note.unwrap().contains("There is no 02:30"));
    }

    #[test]
    fn what_was_understood_is_said_with_weekday_zone_and_countdown() {
        let due = read("tomorrow 9:00", &now()).unwrap();
        assert_eq!(
            due.words(now().timestamp()),
            "Tue 24 Nov 2026 09:00 CET (+01:00), in 16 h 48 min"
        );
    }

    #[test]
    fn a_stored_zone_is_read_back() {
        let at: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
        assert_eq!(in_zone(at, "+01:00").strftime("%H:%M").to_string(), "09:00");
        assert_eq!(in_zone(at, "no zone").timestamp(), at);
    }
}
