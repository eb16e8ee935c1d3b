//! A launch: what may become of it, and which evidence says so.
//!
//! ```text
//! draft ─review→ reviewed ─confirm→ armed ─journal row synced→ sending ─2xx→ accepted
//!                                     │                          ├─the platform says no→ rejected
//!                                     └─taken back in time       ├─certainly never sent→ failed
//!                                                                └─anything else→ unknown ─a person→ settled
//! ```

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What became of a launch, or of one of its calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The journal row stands; the request is on its way, or the process died.
    Sending,
    /// The platform answered 2xx: scheduled, never "delivered" `[D]`.
    Accepted,
    /// The platform said no; nothing was scheduled.
    Rejected,
    /// Certainly never sent.
    Failed,
    /// May have been sent. Stays so for ever; a person settles it.
    Unknown,
    /// A guard of ours said no before anything was sent.
    Refused,
    /// A call of a batch whose turn did not come.
    NotSent,
}

impl Outcome {
    /// The word in tables, files and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
            Self::NotSent => "not_sent",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Sending,
            Self::Accepted,
            Self::Rejected,
            Self::Failed,
            Self::Unknown,
            Self::Refused,
            Self::NotSent,
        ]
        .into_iter()
        .find(|outcome| outcome.word() == word)
    }

    /// Whether the platform has, or may have, got it.
    pub fn may_have_arrived(self) -> bool {
        matches!(self, Self::Sending | Self::Accepted | Self::Unknown)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// What was seen of one call of the hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// The journal row could not be written; no socket was opened.
    NotRecorded,
    /// No token could be had; the hook was not called.
    NoToken,
    /// The request could not be built.
    NotBuilt,
    /// Before the first byte it was not to be sent any more (its time was over, or somebody stopped it), so nothing was.
    HeldBack,
    /// DNS, refused, TLS or connect timeout: no byte of the request left.
    NotConnected,
    /// The status line of the answer was read.
    Status(u16),
    /// Time ran out after connecting.
    TimedOut,
    /// The connection was reset or ended before a status line.
    ConnectionLost,
    /// Something came that is not an HTTP answer.
    Unreadable,
    /// The process died between the journal row and the outcome.
    ProcessDied,
}

impl Evidence {
    /// The one place where evidence becomes an outcome. What is not listed as certain is unknown.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::NotRecorded => Outcome::Refused,
            Self::NoToken | Self::NotBuilt | Self::HeldBack | Self::NotConnected => Outcome::Failed,
            Self::Status(200..=299) => Outcome::Accepted,
            Self::Status(400 | 401 | 403 | 404 | 405 | 413 | 429) => Outcome::Rejected,
            Self::Status(_)
            | Self::TimedOut
            | Self::ConnectionLost
            | Self::Unreadable
            | Self::ProcessDied => Outcome::Unknown,
        }
    }
}

/// How a person settled an unknown launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettledAs {
    /// It did reach the platform.
    Sent,
    /// It did not.
    NotSent,
}

impl SettledAs {
    /// The word in tables and JSON: `sent`, `not_sent`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::NotSent => "not_sent",
        }
    }

    /// Reads the word, with `-` or `_`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "sent" => Some(Self::Sent),
            "not-sent" | "not_sent" => Some(Self::NotSent),
            _ => None,
        }
    }
}

/// A person's word on an unknown launch. The outcome stays `unknown`; this is added to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settlement {
    /// Sent, or not sent.
    #[serde(rename = "as")]
    pub settled_as: SettledAs,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// The id and name of something, as they were at the time of the launch.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Named {
    /// The id (of a bot: its API key).
    pub id: String,
    /// The name.
    pub name: String,
}

/// A launch on the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchRecord {
    /// A UUID (version 7), so that ids sort by time.
    pub id: String,
    /// The bot.
    pub bot: Named,
    /// The broadcast.
    pub broadcast: Named,
    /// Scheme, host and port that were called.
    pub host: String,
    /// Who launched.
    pub operator: String,
    /// The plan as compact JSON.
    pub plan: String,
    /// How many contacts it was to reach; `None` where that is not known.
    pub targets: Option<u64>,
    /// When the review was opened, if it was on screen.
    pub reviewed_at: Option<Timestamp>,
    /// When it was armed.
    pub started_at: Timestamp,
    /// When its outcome stood.
    pub ended_at: Option<Timestamp>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, in a sentence.
    pub reason: String,
    /// A person's word, if the outcome is unknown and somebody settled it.
    pub settled: Option<Settlement>,
    /// Its calls, in order. One, unless targets were split.
    pub calls: Vec<CallRecord>,
}

impl LaunchRecord {
    /// Whether it blocks its broadcast: unknown, and nobody settled it.
    pub fn is_unsettled(&self) -> bool {
        self.outcome == Outcome::Unknown && self.settled.is_none()
    }

    /// Whether contacts have, or may have, got it: a later launch counts as a repeat then.
    pub fn may_have_arrived(&self) -> bool {
        match &self.settled {
            // A person's word is on the unknown call: those accepted before it stay accepted.
            Some(settlement) => {
                settlement.settled_as == SettledAs::Sent
                    || self
                        .calls
                        .iter()
                        .any(|call| call.outcome == Outcome::Accepted)
            }
            None => {
                self.outcome.may_have_arrived()
                    || self
                        .calls
                        .iter()
                        .any(|call| call.outcome.may_have_arrived())
            }
        }
    }
}

/// One call of the hook, on the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// `GET` or `POST`.
    pub method: String,
    /// The hook URL, masked.
    pub url: String,
    /// Whether a bot token went with it.
    pub with_token: bool,
    /// The exact body; `None` for a call without one.
    pub body: Option<String>,
    /// Length of the body in bytes.
    pub bytes: u64,
    /// SHA-256 of the body in hex; of no bytes where there is none.
    pub sha256: String,
    /// How many targets it holds; `None` where that is not known.
    pub targets: Option<u64>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, in a sentence.
    pub reason: String,
    /// The answer's status.
    pub status: Option<u16>,
    /// The answer's body as text, at most 64 kB; never trusted.
    pub answer: Option<String>,
    /// When its request was handed to the network.
    pub sent_at: Option<Timestamp>,
    /// When the status line stood.
    pub answered_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// The rows of the table, by name, each with what it holds and what becomes of it.
    #[rstest]
    #[case::the_journal_row_can_not_be_written("not recorded", &[Evidence::NotRecorded], Outcome::Refused)]
    #[case::certainly_not_sent("not sent", &[Evidence::NoToken, Evidence::NotBuilt, Evidence::HeldBack, Evidence::NotConnected], Outcome::Failed)]
    #[case::any_2xx("accepted", &[Evidence::Status(200), Evidence::Status(204), Evidence::Status(299)], Outcome::Accepted)]
    #[case::the_platform_says_no("rejected", &[Evidence::Status(400), Evidence::Status(401), Evidence::Status(403), Evidence::Status(404), Evidence::Status(405), Evidence::Status(413), Evidence::Status(429)], Outcome::Rejected)]
    #[case::another_status("not certain", &[Evidence::Status(0), Evidence::Status(100), Evidence::Status(199), Evidence::Status(302), Evidence::Status(408), Evidence::Status(409), Evidence::Status(500), Evidence::Status(u16::MAX)], Outcome::Unknown)]
    #[case::no_status_after_connecting("not certain", &[Evidence::TimedOut, Evidence::ConnectionLost, Evidence::Unreadable], Outcome::Unknown)]
    #[case::death_of_the_process("not certain", &[Evidence::ProcessDied], Outcome::Unknown)]
    fn each_row_of_the_table(
        #[case] row: &str,
        #[case] evidence: &[Evidence],
        #[case] expected: Outcome,
    ) {
        for evidence in evidence {
            assert_eq!(row_of(evidence), row, "{evidence:?}");
            assert_eq!(evidence.outcome(), expected, "{evidence:?}");
        }
    }

    /// The row that a piece of evidence belongs to: one that is added later has to be given one.
    fn row_of(evidence: &Evidence) -> &'static str {
        match evidence {
            Evidence::NotRecorded => "not recorded",
            Evidence::NoToken
            | Evidence::NotBuilt
            | Evidence::HeldBack
            | Evidence::NotConnected => "not sent",
            Evidence::Status(200..=299) => "accepted",
            Evidence::Status(400 | 401 | 403 | 404 | 405 | 413 | 429) => "rejected",
            Evidence::Status(_)
            | Evidence::TimedOut
            | Evidence::ConnectionLost
            | Evidence::Unreadable
            | Evidence::ProcessDied => "not certain",
        }
    }

    #[test]
    fn every_status_has_the_outcome_of_the_table() {
        for status in 0..=u16::MAX {
            let expected = match status {
                200..=299 => Outcome::Accepted,
                400 | 401 | 403 | 404 | 405 | 413 | 429 => Outcome::Rejected,
                _ => Outcome::Unknown,
            };
            assert_eq!(
                Evidence::Status(status).outcome(),
                expected,
                "status {status}"
            );
        }
    }

    #[test]
    fn words_read_back() {
        for outcome in [
            Outcome::Sending,
            Outcome::Accepted,
            Outcome::Rejected,
            Outcome::Failed,
            Outcome::Unknown,
            Outcome::Refused,
            Outcome::NotSent,
        ] {
            assert_eq!(Outcome::parse(outcome.word()), Some(outcome));
        }
    }
}
