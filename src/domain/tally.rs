//! How far a launch came: which contacts were sent, which one call is in doubt, and what is certainly left.

use super::launch::{CallRecord, LaunchRecord, Outcome, SettledAs};
use super::text::{counted, grouped};

/// The contacts of a batch by what became of their calls. A person's word on the call in doubt counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// In calls that were accepted, or settled as sent.
    pub sent: u64,
    /// In calls of which nobody knows; while it is being sent, in the one on its way.
    pub unknown: u64,
    /// In calls that certainly, or by a person's word, reached nobody; while it is being sent, in those still to come.
    pub not_sent: u64,
    /// Whether it is being sent.
    pub is_sending: bool,
}

/// The call of which nobody knows, and what stands around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// Its number, from 1.
    pub number: u64,
    /// How many calls the launch has.
    pub of: u64,
    /// Contacts in it; `None` where that is not known.
    pub contacts: Option<u64>,
    /// Contacts in calls that were accepted before it.
    pub accepted: u64,
    /// Contacts in calls that certainly were not sent.
    pub not_sent: u64,
}

impl Tally {
    /// Of a launch of several calls; `None` of any other, and where the contacts of a call are not known.
    pub fn of(launch: &LaunchRecord) -> Option<Self> {
        if launch.calls.len() < 2 {
            return None;
        }
        let mut tally = Self {
            sent: 0,
            unknown: 0,
            not_sent: 0,
            is_sending: launch.outcome == Outcome::Sending,
        };
        for call in &launch.calls {
            let contacts = call.targets?;
            match (call.outcome, settled_as(launch)) {
                (Outcome::Accepted, _) | (Outcome::Unknown, Some(SettledAs::Sent)) => {
                    tally.sent += contacts;
                }
                (Outcome::Unknown | Outcome::Sending, None) => tally.unknown += contacts,
                _ => tally.not_sent += contacts,
            }
        }
        Some(tally)
    }

    /// All of them.
    pub fn all(self) -> u64 {
        self.sent + self.unknown + self.not_sent
    }

    /// `50 of 77`: those that were sent, of all.
    pub fn share(self) -> String {
        format!("{} of {}", grouped(self.sent), grouped(self.all()))
    }
}

/// `50 of 77 sent, 25 unknown, 2 not sent`, and `25 on their way, 2 to come` while it is being sent; what is none is left
/// out.
impl std::fmt::Display for Tally {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} sent", self.share())?;
        let (unknown, not_sent) = if self.is_sending {
            ("on their way", "to come")
        } else {
            ("unknown", "not sent")
        };
        for (count, word) in [(self.unknown, unknown), (self.not_sent, not_sent)] {
            if count > 0 {
                write!(formatter, ", {} {word}", grouped(count))?;
            }
        }
        Ok(())
    }
}

impl Doubt {
    /// Of a batch with a call of which nobody knew, settled or not; `None` of any other launch.
    pub fn of(launch: &LaunchRecord) -> Option<Self> {
        let is_unknown = |call: &CallRecord| call.outcome == Outcome::Unknown;
        let place = launch.calls.iter().position(is_unknown)?;
        let contacts = |which: &dyn Fn(Outcome) -> bool| {
            let calls = launch.calls.iter().filter(|call| which(call.outcome));
            calls.filter_map(|call| call.targets).sum()
        };
        (launch.calls.len() > 1).then(|| Self {
            number: place as u64 + 1,
            of: launch.calls.len() as u64,
            contacts: launch.calls[place].targets,
            accepted: contacts(&|outcome| outcome == Outcome::Accepted),
            not_sent: contacts(&|outcome| {
                !matches!(
                    outcome,
                    Outcome::Accepted | Outcome::Unknown | Outcome::Sending
                )
            }),
        })
    }

    /// `call 2 of 4, 25 contacts`.
    pub fn call(&self) -> String {
        let contacts = self
            .contacts
            .map_or_else(|| "contacts not known".to_owned(), contacts);
        format!(
            "call {} of {}, {contacts}",
            grouped(self.number),
            grouped(self.of)
        )
    }

    /// What is certain: `25 contacts were accepted before it, 27 certainly not sent`.
    pub fn around(&self) -> String {
        let not_sent = match self.not_sent {
            0 => "nothing comes after it".to_owned(),
            count => format!("{} certainly not sent", grouped(count)),
        };
        format!("{} accepted before it, {not_sent}", contacts(self.accepted))
    }

    /// What follows where a person says this of it; `rest` names the way to what is left: `R`, a command.
    pub fn follows(&self, settled_as: SettledAs, rest: &str) -> String {
        let these = match self.contacts {
            Some(1) => "this 1 counts".to_owned(),
            Some(count) => format!("these {} count", grouped(count)),
            None => "its contacts count".to_owned(),
        };
        let number = grouped(self.number);
        let its = self.contacts.map_or_else(
            || format!("the contacts of call {number}"),
            |count| format!("the {} of call {number}", grouped(count)),
        );
        match (settled_as, self.not_sent) {
            (SettledAs::Sent, 0) => format!("{these} as reached; nothing is left"),
            (SettledAs::Sent, left) => format!(
                "{these} as reached; {rest} makes the {} not sent a draft",
                grouped(left)
            ),
            (SettledAs::NotSent, 0) => format!("{rest} makes {its} a draft"),
            (SettledAs::NotSent, left) => format!(
                "{rest} makes {its} and the {} not sent a draft",
                grouped(left)
            ),
        }
    }
}

/// Whether something is left of a launch that can be made a draft: nothing is open, and a call reached nobody.
pub fn has_rest(launch: &LaunchRecord) -> bool {
    let is_open = launch.outcome == Outcome::Sending || launch.is_unsettled();
    !is_open && launch.calls.iter().any(|call| is_undone(call, launch))
}

/// Whether nothing of a call has reached the platform for certain, or by a person's word.
pub fn is_undone(call: &CallRecord, launch: &LaunchRecord) -> bool {
    match call.outcome {
        Outcome::Accepted => false,
        Outcome::Unknown | Outcome::Sending => settled_as(launch) == Some(SettledAs::NotSent),
        Outcome::Rejected | Outcome::Failed | Outcome::Refused | Outcome::NotSent => true,
    }
}

fn settled_as(launch: &LaunchRecord) -> Option<SettledAs> {
    launch.settled.as_ref().map(|settled| settled.settled_as)
}

fn contacts(count: u64) -> String {
    counted(count, "contact")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::launch::{Named, Settlement};
    use jiff::Timestamp;
    use rstest::rstest;

    use Outcome::{Accepted, NotSent, Rejected, Sending, Unknown};

    fn launch(calls: &[(Outcome, u64)], settled_as: Option<SettledAs>) -> LaunchRecord {
        let named = || Named {
            id: String::new(),
            name: String::new(),
        };
        let stopped = calls.iter().find(|(outcome, _)| *outcome != Accepted);
        LaunchRecord {
            id: "l".to_owned(),
            bot: named(),
            broadcast: named(),
            host: String::new(),
            operator: String::new(),
            plan: String::new(),
            targets: None,
            reviewed_at: None,
            started_at: Timestamp::UNIX_EPOCH,
            ended_at: None,
            outcome: stopped.map_or(Accepted, |(outcome, _)| *outcome),
            reason: String::new(),
            settled: settled_as.map(|settled_as| Settlement {
                settled_as,
                by: String::new(),
                at: Timestamp::UNIX_EPOCH,
                reason: String::new(),
            }),
            calls: calls.iter().map(|call| one(*call)).collect(),
        }
    }

    fn one((outcome, contacts): (Outcome, u64)) -> CallRecord {
        CallRecord {
            method: "POST".to_owned(),
            url: String::new(),
            with_token: false,
            body: None,
            bytes: 0,
            sha256: String::new(),
            targets: Some(contacts),
            outcome,
            reason: String::new(),
            status: None,
            answer: None,
            sent_at: None,
            answered_at: None,
        }
    }

    const CUT: [(Outcome, u64); 4] = [(Accepted, 25), (Unknown, 25), (NotSent, 25), (NotSent, 2)];

    #[rstest]
    #[case::open(&CUT, None, "25 of 77 sent, 25 unknown, 27 not sent", false)]
    #[case::sent(&CUT, Some(SettledAs::Sent), "50 of 77 sent, 27 not sent", true)]
    #[case::not_sent(&CUT, Some(SettledAs::NotSent), "25 of 77 sent, 52 not sent", true)]
    #[case::rejected(&[(Rejected, 3), (NotSent, 2)], None, "0 of 5 sent, 5 not sent", true)]
    #[case::all(&[(Accepted, 3), (Accepted, 2)], None, "5 of 5 sent", false)]
    #[case::sending(&[(Accepted, 50), (Sending, 25), (NotSent, 2)], None, "50 of 77 sent, 25 on their way, 2 to come", false)]
    #[case::last(&[(Accepted, 3), (Unknown, 2)], Some(SettledAs::Sent), "5 of 5 sent", false)]
    fn contacts_are_counted_by_what_became_of_their_calls(
        #[case] calls: &[(Outcome, u64)],
        #[case] settled_as: Option<SettledAs>,
        #[case] words: &str,
        #[case] rest: bool,
    ) {
        let launch = launch(calls, settled_as);
        assert_eq!(Tally::of(&launch).unwrap().to_string(), words);
        assert_eq!(has_rest(&launch), rest);
    }

    #[test]
    fn a_single_call_has_no_tally_and_no_doubt() {
        let launch = launch(&[(Unknown, 4)], None);
        assert_eq!(Tally::of(&launch), None);
        assert_eq!(Doubt::of(&launch), None);
    }

    #[test]
    fn the_doubt_is_about_one_call_and_what_follows_about_its_contacts() {
        let doubt = Doubt::of(&launch(&CUT, None)).unwrap();
        assert_eq!(doubt.call(), "call 2 of 4, 25 contacts");
        assert_eq!(
            doubt.around(),
            "25 contacts accepted before it, 27 certainly not sent"
        );
        assert_eq!(
            doubt.follows(SettledAs::Sent, "R"),
            "these 25 count as reached; R makes the 27 not sent a draft"
        );
        assert_eq!(
            doubt.follows(SettledAs::NotSent, "R"),
            "R makes the 25 of call 2 and the 27 not sent a draft"
        );
    }

    #[test]
    fn where_the_last_call_is_in_doubt_nothing_is_left_behind_it() {
        let doubt = Doubt::of(&launch(&[(Accepted, 9), (Unknown, 1)], None)).unwrap();
        assert_eq!(
            doubt.follows(SettledAs::Sent, "R"),
            "this 1 counts as reached; nothing is left"
        );
        assert_eq!(
            doubt.follows(SettledAs::NotSent, "R"),
            "R makes the 1 of call 2 a draft"
        );
    }
}
