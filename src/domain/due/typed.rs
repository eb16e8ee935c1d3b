//! The ways in which a time may be written.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::AmbiguousOffset;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use super::Due;
use crate::domain::text::shown;

/// What is said of a text that is no time.
pub(super) fn not_understood(typed: &str) -> String {
    let what = if typed.is_empty() {
        "Give a time".to_owned()
    } else {
        format!("{} is no time that is understood here", shown(typed))
    };
    format!(
        "{what}: write 09:00, tomorrow 9:00, fri 18:30, in 30 min, +1h30m, 2026-11-24 09:00 or 2026-11-24T09:00+01:00."
    )
}

/// A time as it was read, or what is wrong with it; `None` where it is written in another way.
type Read = Option<Result<Due, String>>;

/// `+30m`, `in 30 min`, `in 1 h 30 min`.
pub(super) fn from_now(words: &str, now: &Zoned) -> Read {
    let rest = words
        .strip_prefix('+')
        .or_else(|| words.strip_prefix("in "))?;
    let wait = duration(rest)?;
    let at = now.checked_add(wait).ok()?;
    Some(Ok(Due { at, note: None }))
}

/// Numbers with their units, in any order, each unit once.
fn duration(text: &str) -> Option<SignedDuration> {
    let mut rest = text.trim();
    let mut seconds: i64 = 0;
    let mut seen = Vec::new();
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: i64 = rest.get(..digits)?.parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_alphabetic())
                .len();
        let unit = match &rest[..letters] {
            "s" | "sec" | "secs" | "second" | "seconds" => 1,
            "m" | "min" | "mins" | "minute" | "minutes" => 60,
            "h" | "hour" | "hours" => 3600,
            "d" | "day" | "days" => 86_400,
            _ => return None,
        };
        if seen.contains(&unit) {
            return None;
        }
        seen.push(unit);
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        rest = rest[letters..].trim_start();
    }
    (!seen.is_empty()).then(|| SignedDuration::from_secs(seconds))
}

/// A date and a time, with an offset or a zone or without.
pub(super) fn absolute(typed: &str, now: &Zoned) -> Read {
    let is_date = typed.len() >= 10
        && typed.as_bytes()[..4].iter().all(u8::is_ascii_digit)
        && typed.as_bytes()[4] == b'-';
    if !is_date {
        return None;
    }
    if let Some((wall, _)) = typed.split_once('[') {
        return Some(in_brackets(typed, wall));
    }
    if let Ok(at) = typed.parse::<Timestamp>() {
        let at = at.to_zoned(now.time_zone().clone());
        return Some(Ok(Due { at, note: None }));
    }
    let (day, time) = typed.split_once(['T', 't', ' '])?;
    let day: Date = day.parse().ok()?;
    Some(local(
        day.to_datetime(clock(&time.to_ascii_lowercase())?),
        now,
    ))
}

/// A date and a time in a zone of its own. An offset that stands there too has to be that zone's at that time: of two
/// that contradict each other, nobody knows which is meant.
fn in_brackets(typed: &str, wall: &str) -> Result<Due, String> {
    let Ok(at) = typed.parse::<Zoned>() else {
        return Err(format!(
            "{} is no time that is understood here: either the zone is not known, or its clocks don't have that offset then. Write one of the two alone: 2026-11-24T09:00[Europe/Rome] or 2026-11-24T09:00+01:00.",
            shown(typed)
        ));
    };
    let has_offset = wall.parse::<Timestamp>().is_ok();
    match wall.parse::<DateTime>() {
        Ok(wall) if !has_offset => local(wall, &at),
        _ => Ok(Due { at, note: None }),
    }
}

/// `09:00`, `today 9:00`, `tomorrow at 9am`, `fri 18:30`.
pub(super) fn named_day(words: &str, now: &Zoned) -> Read {
    let (first, rest) = words.split_once(' ').unwrap_or((words, ""));
    let rest = rest.trim_start().strip_prefix("at ").unwrap_or(rest).trim();
    let today = now.date();
    let (day, may_be_next) = match first {
        "today" => (today, None),
        "tomorrow" => (today.tomorrow().ok()?, None),
        _ => match weekday(first) {
            Some(day) => {
                let ahead = i64::from(today.weekday().until(day));
                (today.checked_add(ahead.days()).ok()?, Some(7))
            }
            None => return today_or_tomorrow(words, now),
        },
    };
    let time = clock(rest)?;
    let due = local(day.to_datetime(time), now);
    match (&due, may_be_next) {
        (Ok(found), Some(days)) if found.timestamp() <= now.timestamp() => {
            let next = day.checked_add(i64::from(days).days()).ok()?;
            Some(local(next.to_datetime(time), now))
        }
        _ => Some(due),
    }
}

/// A time alone is the next one that comes.
fn today_or_tomorrow(words: &str, now: &Zoned) -> Read {
    let time = clock(words.strip_prefix("at ").unwrap_or(words))?;
    let due = local(now.date().to_datetime(time), now);
    match &due {
        Ok(found) if found.timestamp() <= now.timestamp() => {
            let tomorrow = now.date().tomorrow().ok()?;
            Some(local(tomorrow.to_datetime(time), now))
        }
        _ => Some(due),
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let found = NAMES
        .iter()
        .find(|(name, _)| word.len() >= 3 && name.starts_with(word));
    found.map(|(_, day)| *day)
}

/// `9:00`, `09:00:30`, `9am`, `9:30 pm`.
fn clock(text: &str) -> Option<Time> {
    let text = text.trim();
    let (digits, is_afternoon) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(rest), _) => (rest.trim_end(), Some(false)),
        (_, Some(rest)) => (rest.trim_end(), Some(true)),
        _ => (text, None),
    };
    let mut parts = digits.split(':').map(|part| {
        let is_number = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse::<i8>().ok()).flatten()
    });
    let hour = parts.next()??;
    let (minute, has_minute) = match parts.next() {
        Some(minute) => (minute?, true),
        None => (0, false),
    };
    let second = match parts.next() {
        Some(second) => second?,
        None => 0,
    };
    // A number alone is no time: it may be meant as minutes.
    if parts.next().is_some() || (!has_minute && is_afternoon.is_none()) {
        return None;
    }
    let hour = match is_afternoon {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    Time::new(hour, minute, second, 0).ok()
}

/// A time on the wall in the operator's zone. One that a clock change leaves out moves on by what it left out; of one
/// that comes twice the first is meant. Both are said.
fn local(at: DateTime, now: &Zoned) -> Result<Due, String> {
    let zone = now.time_zone().clone();
    let ambiguous = zone.to_ambiguous_zoned(at);
    let offset = ambiguous.offset();
    let wall = at.strftime("%H:%M");
    let found = ambiguous
        .compatible()
        .map_err(|_| format!("{at} is no date that can be used here."))?;
    let note = match offset {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Gap { .. } => Some(format!(
            "There is no {wall} on that day, since the clocks go forward: {} is meant",
            found.strftime("%H:%M")
        )),
        AmbiguousOffset::Fold { after, .. } => Some(format!(
            "{wall} comes twice on that day, since the clocks go back: the first is meant. The second is {}{after}",
            at.strftime("%Y-%m-%dT%H:%M")
        )),
    };
    Ok(Due { at: found, note })
}
