//! One contact in full: what it holds, why it matches, and the launches that reached it.

use jiff::Timestamp;

use super::explain::Explanation;
use super::launch::{Named, Outcome, SettledAs};
use super::record::Contact;
use super::text::grouped;

/// What is known of one contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactInFull {
    /// Its fields; those of a cached contact in the order of the table.
    pub contact: Contact,
    /// Whether the cache has it: a target may name somebody who is to be created.
    pub is_cached: bool,
    /// When the contacts of its bot came.
    pub as_of: Option<Timestamp>,
    /// Fields that the contacts of its bot have, of which it isn't known whether this one has them.
    pub unknown: Vec<String>,
    /// The names of the audiences that it is in, of those that were read to their end.
    pub audiences: Vec<String>,
    /// Audiences of the bot of which that is not known.
    pub audiences_not_read: u64,
    /// Why it is on the suppression list; empty where no reason was given.
    pub suppressed: Option<String>,
    /// Why it matches or doesn't; `None` where nothing is asked.
    pub explanation: Option<Explanation>,
    /// The launches that reached it, or may have.
    pub reached: Reached,
}

/// The launches of a bot that were to reach one contact, by the record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reached {
    /// Those of which whom they were to reach is on the record, newest first.
    pub launches: Vec<ReachedBy>,
    /// Launches of the bot that may have arrived and of which it is not: the configured audience, or a raw body, where
    /// nobody here could tell.
    pub not_recorded: u64,
}

impl Reached {
    /// What the record can't say, as a sentence.
    pub fn unrecorded_words(&self) -> String {
        let (launches, whom) = match self.not_recorded {
            1 => ("launch", "whom it reached"),
            _ => ("launches", "whom they reached"),
        };
        format!(
            "Of {} more {launches} of this bot the record doesn't say {whom}: the configured audience, or raw JSON.",
            grouped(self.not_recorded)
        )
    }
}

/// A launch that was to reach a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachedBy {
    /// Its id.
    pub launch: String,
    /// The broadcast.
    pub broadcast: Named,
    /// When it was armed.
    pub at: Timestamp,
    /// What became of the call that the contact was in.
    pub outcome: Outcome,
    /// A person's word, where the launch's outcome is unknown and somebody settled it.
    pub settled: Option<SettledAs>,
}

impl ReachedBy {
    /// Whether the contact has, or may have, got it.
    pub fn may_have_arrived(&self) -> bool {
        match (self.outcome, self.settled) {
            (Outcome::Unknown, Some(settled)) => settled == SettledAs::Sent,
            (outcome, _) => outcome.may_have_arrived(),
        }
    }

    /// What became of it, in a word or two.
    pub fn words(&self) -> String {
        match (self.outcome, self.settled) {
            (Outcome::Unknown, Some(SettledAs::Sent)) => "unknown, settled as sent".to_owned(),
            (Outcome::Unknown, Some(SettledAs::NotSent)) => {
                "unknown, settled as not sent".to_owned()
            }
            (outcome, _) => outcome.word().replace('_', " "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::accepted(Outcome::Accepted, None, true)]
    #[case::rejected(Outcome::Rejected, None, false)]
    #[case::unknown(Outcome::Unknown, None, true)]
    #[case::settled_as_sent(Outcome::Unknown, Some(SettledAs::Sent), true)]
    #[case::settled_as_not_sent(Outcome::Unknown, Some(SettledAs::NotSent), false)]
    #[case::accepted_before_the_unknown_one(Outcome::Accepted, Some(SettledAs::NotSent), true)]
    fn whether_a_contact_may_have_got_it(
        #[case] outcome: Outcome,
        #[case] settled: Option<SettledAs>,
        #[case] expected: bool,
    ) {
        let by = ReachedBy {
            launch: "l".into(),
            broadcast: Named {
                id: "b".into(),
                name: "b".into(),
            },
            at: Timestamp::UNIX_EPOCH,
            outcome,
            settled,
        };
        assert_eq!(by.may_have_arrived(), expected);
    }
}
