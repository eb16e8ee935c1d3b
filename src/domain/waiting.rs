//! A launch that was confirmed and waits for its time: the platform can't cancel, so it waits here.
//!
//! ```text
//!             ┌─its time came, all gates passed anew──→ started (the launch has the same id)
//! waiting ────┼─a person, until the last moment───────→ taken back
//!             ├─nobody served at its time─────────────→ missed: never caught up by itself
//!             └─something reviewed changed, a gate────→ refused, with what
//! ```

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::expect::Expected;
use super::launch::Named;
use super::problem::Surface;

/// How late a launch may start. After that it was missed: nobody knows any more whether it is still meant.
pub const GRACE: SignedDuration = SignedDuration::from_secs(30);

/// How far ahead a time may be: what is later is a slip of the finger rather than a plan.
pub const FARTHEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// What became of a launch that was to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingState {
    /// It waits.
    Waiting,
    /// Its time came, and it was armed as a launch of the same id.
    Started,
    /// A person took it back.
    TakenBack,
    /// Nobody served at its time.
    Missed,
    /// At its time a gate said no, or something that was reviewed had changed.
    Refused,
}

impl WaitingState {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Started,
        Self::TakenBack,
        Self::Missed,
        Self::Refused,
    ];

    /// The word in files and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Started => "started",
            Self::TakenBack => "taken_back",
            Self::Missed => "missed",
            Self::Refused => "refused",
        }
    }

    /// The word, as a person writes it.
    pub fn plain(self) -> &'static str {
        match self {
            Self::TakenBack => "taken back",
            other => other.word(),
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether a person has to be told: it was meant to go out, and did not.
    pub fn is_mishap(self) -> bool {
        matches!(self, Self::Missed | Self::Refused)
    }
}

/// A warning that was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warned {
    /// The problem's code.
    pub code: String,
    /// Its place in the plan.
    pub at: String,
    /// Its sentence.
    pub message: String,
}

/// Everything that was reviewed, as hashes: one of the whole, and one of each part, so that what changed has a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// Of the whole.
    pub hash: String,
    /// Of the profile and the launch hook.
    pub address: String,
    /// Of the bot.
    pub bot: String,
    /// Of the broadcast's id and name.
    pub broadcast: String,
    /// Of its settings.
    pub settings: String,
    /// Of verbs and bodies.
    pub calls: String,
    /// Of the contacts one by one, their number under each reading, and those of them who are suppressed.
    pub contacts: String,
    /// The id of the broadcast's newest launch.
    pub last_launch: Option<String>,
    /// The warnings.
    pub warnings: Vec<Warned>,
    /// The launches of the same broadcast that waited already: when they start meanwhile, that was foreseen.
    pub before: Vec<String>,
}

/// The word that was given, to be held against the gates once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The number of targets that was typed.
    pub number: Option<u64>,
    /// The broadcast's name that was typed.
    pub name: Option<String>,
    /// Whether a repeat is meant.
    pub again: bool,
    /// Within this range the count may change meanwhile, and who is in it.
    pub expect: Option<Expected>,
    /// Whether it speaks as an integration.
    pub as_integration: bool,
    /// When the review was opened, if it was on screen.
    pub reviewed_at: Option<Timestamp>,
}

impl Given {
    /// On whose behalf.
    pub fn surface(&self) -> Surface {
        if self.as_integration {
            Surface::Integration
        } else {
            Surface::Console
        }
    }
}

/// Another time for a launch that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTime {
    /// When it is due from now on.
    pub due_at: Timestamp,
    /// The time zone that the time was given in: a name, or an offset.
    pub zone: String,
    /// When it was due until now: where that is another time by then, nothing is changed.
    pub from: Timestamp,
    /// Who gave it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// That a waiting launch was given another time; of several the newest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// When it was due before.
    pub from: Timestamp,
    /// Who gave it the time.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What ended the waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingEnd {
    /// What became of it.
    pub state: WaitingState,
    /// When.
    pub at: Timestamp,
    /// Who: a person, or who served.
    pub by: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// A call as it was reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingCall {
    /// `GET` or `POST`.
    pub method: String,
    /// The exact body; `None` for a call without one, and in lists.
    pub body: Option<String>,
    /// Length of the body in bytes.
    pub bytes: u64,
    /// SHA-256 of the body in hex.
    pub sha256: String,
    /// How many targets it holds; `None` where that is not known.
    pub targets: Option<u64>,
}

/// A launch that waits, or waited, for its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingLaunch {
    /// A UUID (version 7). The launch that it becomes has the same one.
    pub id: String,
    /// The bot.
    pub bot: Named,
    /// The broadcast.
    pub broadcast: Named,
    /// Scheme, host and port that will be called.
    pub host: String,
    /// Who confirmed it.
    pub operator: String,
    /// The plan as compact JSON, of exactly this broadcast; empty in lists.
    pub plan: String,
    /// How many contacts it was to reach when it was confirmed; `None` where that is not known.
    pub targets: Option<u64>,
    /// When it was confirmed.
    pub confirmed_at: Timestamp,
    /// When it is due.
    pub due_at: Timestamp,
    /// The time zone that the time was given in: a name, or an offset.
    pub zone: String,
    /// That its time is another one than was confirmed.
    pub moved: Option<Moved>,
    /// What was reviewed.
    pub reviewed: Reviewed,
    /// The word that was given.
    pub given: Given,
    /// What ended the waiting; `None` while it waits.
    pub end: Option<WaitingEnd>,
    /// Who looked at a mishap, and when.
    pub seen: Option<(String, Timestamp)>,
    /// Its calls, in order.
    pub calls: Vec<WaitingCall>,
}

/// How a waiting launch stands to a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// So long is left.
    Early(SignedDuration),
    /// It is to start now.
    Due,
    /// It is too late for it.
    Late,
}

impl WaitingLaunch {
    /// What became of it.
    pub fn state(&self) -> WaitingState {
        self.end
            .as_ref()
            .map_or(WaitingState::Waiting, |end| end.state)
    }

    /// Whether it waits.
    pub fn is_waiting(&self) -> bool {
        self.end.is_none()
    }

    /// Whether it was missed or refused, and nobody has looked at it.
    pub fn is_unseen(&self) -> bool {
        self.state().is_mishap() && self.seen.is_none()
    }

    /// Where it stands among launches: when it is or was due, or when it was taken back.
    pub fn stands_at(&self) -> Timestamp {
        match &self.end {
            Some(end) if end.state == WaitingState::TakenBack => end.at,
            _ => self.due_at,
        }
    }

    /// How it stands to a moment by the wall clock.
    pub fn timing(&self, now: Timestamp) -> Timing {
        let left = self.due_at.duration_since(now);
        if left.is_positive() {
            Timing::Early(left)
        } else if left.abs() <= GRACE {
            Timing::Due
        } else {
            Timing::Late
        }
    }
}

/// What is left until a moment: whole minutes until the last one, then seconds; both rounded up.
pub fn countdown(left: SignedDuration) -> String {
    let seconds = seconds_up(left);
    if seconds <= 60 {
        return format!("{} s", seconds.max(0));
    }
    let minutes = (seconds + 59) / 60;
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, rest) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

/// Milliseconds until [`countdown`] says something else, at the most a minute: a clock that is set is noticed then.
pub fn until_it_changes(left: SignedDuration) -> u64 {
    let millis = left.as_millis();
    let step = if seconds_up(left) <= 61 { 1000 } else { 60_000 };
    let into = millis.rem_euclid(step);
    let next = if into == 0 { step } else { into };
    u64::try_from(next).unwrap_or(1000)
}

fn seconds_up(left: SignedDuration) -> i64 {
    let is_part = left.subsec_nanos() > 0;
    left.as_secs() + i64::from(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::over(-5_000, "0 s")]
    #[case::part_of_a_second_counts(200, "1 s")]
    #[case::last_minute(60_000, "60 s")]
    #[case::minutes_are_rounded_up(60_001, "2 min")]
    #[case::an_hour(3_600_000, "1 h")]
    #[case::hours(60_480_000, "16 h 48 min")]
    #[case::days(100_800_000, "1 d 4 h")]
    #[case::a_whole_day(86_400_000, "1 d")]
    fn what_is_left(#[case] millis: i64, #[case] expected: &str) {
        assert_eq!(countdown(SignedDuration::from_millis(millis)), expected);
    }

    #[test]
    fn the_shown_text_stays_until_it_is_said_to_change_and_changes_then() {
        for millis in [
            400, 1_000, 59_999, 60_000, 61_500, 119_000, 125_500, 3_599_999,
        ] {
            let left = SignedDuration::from_millis(millis);
            let step = i64::try_from(until_it_changes(left)).unwrap();
            let before = SignedDuration::from_millis(millis - step + 1);
            let after = SignedDuration::from_millis(millis - step);
            assert_eq!(countdown(left), countdown(before), "{millis} before");
            assert_ne!(countdown(left), countdown(after), "{millis} after");
        }
    }

    #[test]
    fn words_read_back() {
        for state in WaitingState::ALL {
            assert_eq!(WaitingState::parse(state.word()), Some(state));
        }
    }
}
