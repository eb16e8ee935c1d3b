//! What the record says against a launch until a person has a word on it. Where that word is said differs: on the command
//! line it is a flag or a verb, on the screen a key. The record keeps what stands alone.

use std::fmt::{self, Display, Formatter};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::due::{in_zone, moment};
use crate::domain::launch::LaunchRecord;
use crate::domain::text::shown;
use crate::domain::waiting::WaitingLaunch;

/// Another launch that stands against this one. `Display` says it with the way out on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against {
    launch: String,
    /// When it was made, or is due, in words.
    at: String,
    why: Why,
}

/// What is between the two.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Why {
    /// The outcome of the other one is not known; the broadcast's name.
    Unsettled(String),
    /// The same body went out.
    SameBody,
    /// The same plan went out, in other calls.
    SamePlan,
    /// The same waits for its time.
    Waits,
}

impl Against {
    /// A launch of the broadcast whose outcome nobody knows.
    pub(super) fn unsettled(launch: &LaunchRecord) -> Self {
        let name = shown(&launch.broadcast.name).into_owned();
        Self::of(launch, Why::Unsettled(name))
    }

    /// A launch of the same body.
    pub(super) fn same_body(launch: &LaunchRecord) -> Self {
        Self::of(launch, Why::SameBody)
    }

    /// A launch of the same plan, whatever its calls were.
    pub(super) fn same_plan(launch: &LaunchRecord) -> Self {
        Self::of(launch, Why::SamePlan)
    }

    /// A launch of the same that waits for its time.
    pub(super) fn waits(waiting: &WaitingLaunch) -> Self {
        Self {
            launch: waiting.id.clone(),
            at: moment(&in_zone(waiting.due_at, &waiting.zone)),
            why: Why::Waits,
        }
    }

    fn of(launch: &LaunchRecord, why: Why) -> Self {
        Self {
            launch: launch.id.clone(),
            at: here(launch.started_at),
            why,
        }
    }

    /// What stands against it, wherever it is read.
    pub fn what(&self) -> String {
        let at = &self.at;
        match &self.why {
            Why::Unsettled(name) => format!(
                "The launch of {name} of {at} has an unknown outcome, and blocks this broadcast until it is settled."
            ),
            Why::SameBody => format!("The same body went to this broadcast already, {at}."),
            Why::SamePlan => format!(
                "The same plan went to this broadcast already, all of it or a part, in other calls, {at}."
            ),
            Why::Waits => format!(
                "The same waits to go to this broadcast, {at}. If this one goes out before then, the one that waits will be refused at its time."
            ),
        }
    }

    /// What stands against it, and what to do on the screen. `settle` and `again` are the keys that settle a launch, and
    /// that allow a repeat in the review.
    pub fn on_screen(&self, settle: &str, again: &str) -> String {
        let meant = format!("{again} in the review says that it is meant so.");
        let way_out = match self.why {
            Why::Unsettled(_) => format!("{settle} settles it."),
            Why::SameBody => meant,
            Why::SamePlan => {
                format!("{meant} What a stopped batch has not sent is made a draft in the log.")
            }
            Why::Waits => format!("Take that one back, or {meant}"),
        };
        format!("{} {way_out}", self.what())
    }
}

impl Display for Against {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let id = &self.launch;
        write!(formatter, "{} ", self.what())?;
        match self.why {
            Why::Unsettled(_) => write!(
                formatter,
                "Settle it: mylink settle {id} sent|not-sent --reason TEXT."
            ),
            Why::SameBody => write!(
                formatter,
                "It is launch {id}. If it is meant to go out again, say so: --again."
            ),
            Why::SamePlan => write!(
                formatter,
                "It is launch {id}. If it is meant to go out again, say so: --again. What a stopped batch has not sent goes out by: mylink launch --rest {id}."
            ),
            Why::Waits => write!(
                formatter,
                "It is launch {id}. Take that one back, or say that it is meant so: --again."
            ),
        }
    }
}

impl std::error::Error for Against {}

/// A time to the second where the operator is.
fn here(at: Timestamp) -> String {
    let second = Timestamp::from_second(at.as_second()).unwrap_or(at);
    moment(&second.to_zoned(TimeZone::system()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn against(why: Why) -> Against {
        let at: Timestamp = "2026-06-15T10:30:00.25Z".parse().unwrap();
        Against {
            launch: "0197".to_owned(),
            at: here(at),
            why,
        }
    }

    #[rstest]
    #[case::unsettled(Why::Unsettled("Spring".into()), "! settles it.", "mylink settle 0197 sent|not-sent")]
    #[case::same_body(Why::SameBody, "F3 in the review", "--again")]
    #[case::same_plan(Why::SamePlan, "F3 in the review", "mylink launch --rest 0197")]
    #[case::waits(Why::Waits, "Take that one back, or F3 in the review", "--again")]
    fn the_way_out_is_that_of_the_place_where_it_is_read(
        #[case] why: Why,
        #[case] key: &str,
        #[case] flag: &str,
    ) {
        let against = against(why);
        let (screen, line) = (against.on_screen("!", "F3"), against.to_string());
        assert!(
            screen.contains(key) && line.contains(flag),
            "{screen}\n{line}"
        );
        // On the screen no flag, no id and no time of a machine; on the record neither flag nor key.
        for words in ["--", "mylink", "0197", "T10:30"] {
            assert!(!screen.contains(words), "{screen}");
        }
        for words in ["--", "F3", "mylink"] {
            assert!(!against.what().contains(words), "{}", against.what());
        }
        assert!(screen.contains(" Jun 2026 ") && line.contains(" Jun 2026 "));
    }
}
