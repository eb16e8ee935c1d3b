//! One contact held against a plan: whether it is reached, why, and whether that hangs on how the platform reads.

use super::{Explanation, Held, quoted};
use crate::domain::filter::{Filter, Reading};
use crate::domain::record::Contact;
use crate::domain::text::{counted, shown};

/// What is known of one contact and a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactTold {
    /// The contact.
    pub contact: Contact,
    /// Whether the plan reaches it, by the cache; `None` where that isn't known.
    pub reached: Option<bool>,
    /// Whether it is on the suppression list.
    pub is_suppressed: bool,
    /// Why its filters match or don't, under the reading in force; `None` for a plan without filters.
    pub explanation: Option<Explanation>,
    /// The same under the readings that come to another verdict, in the order of [`Reading::ALL`].
    pub otherwise: Vec<Explanation>,
}

impl ContactTold {
    /// A contact and filters; `held` tells what is known of its variable of this name.
    pub fn of_filters(
        contact: Contact,
        filters: &[Filter],
        reading: Reading,
        held: impl Fn(&str) -> Held,
    ) -> Self {
        let explain = |reading| Explanation::new(filters, reading, &held);
        let explanation = explain(reading);
        let all = Reading::ALL.into_iter().map(explain);
        Self {
            contact,
            reached: Some(explanation.matches),
            is_suppressed: false,
            otherwise: all
                .filter(|other| other.matches != explanation.matches)
                .collect(),
            explanation: Some(explanation),
        }
    }

    /// Its channel and id: `WhatsAppChannel 393201234567`; fit to be shown.
    pub fn name(&self) -> String {
        let part = |name| self.contact.get(name).filter(|text| !text.is_empty());
        let parts = [part("bot_channel"), part("user_id")];
        let parts: Vec<_> = parts.into_iter().flatten().map(shown).collect();
        parts.join(" ")
    }

    /// Whether it is reached and why, in sentences; `reason` says it of a plan without filters.
    pub fn sentences(&self, reason: &str) -> Vec<String> {
        let first = self.explanation.as_ref().map(Explanation::sentence);
        let mut sentences = vec![first.unwrap_or_else(|| reason.to_owned())];
        if let Some(other) = self.otherwise.first() {
            let readings: Vec<String> = self
                .otherwise
                .iter()
                .map(|other| other.reading.to_string())
                .collect();
            sentences.push(format!(
                "Read otherwise ({}) the answer is another. {}",
                readings.join(", "),
                other.sentence()
            ));
        }
        if self.is_suppressed {
            let text = "It is on the suppression list, so it is never written to.";
            sentences.push(text.to_owned());
        }
        sentences
    }
}

/// Contacts that somebody asked for by a name, held against a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactsTold {
    /// The id or phone number that was asked for, raw.
    pub asked: String,
    /// The cached contacts of that name; some, where there are many.
    pub found: Vec<ContactTold>,
    /// How many more there are.
    pub more: u64,
    /// Whether the list of the plan names it.
    pub is_named: bool,
    /// What the plan goes by, where it isn't filters: decides the sentence of its contacts.
    pub basis: Basis,
}

/// What decides whether a plan reaches a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Its filters.
    Filters,
    /// The configured audience.
    Configured,
    /// Its list of targets, or its conversation.
    List,
    /// Nobody here can tell.
    NotKnown,
}

impl ContactsTold {
    /// Why there is nothing to explain; `None` where there is.
    pub fn nobody(&self) -> Option<String> {
        if !self.found.is_empty() {
            return None;
        }
        let asked = quoted(&self.asked);
        let named = if self.is_named {
            " The plan names it all the same, so it may be created by the launch."
        } else {
            " Sync, if it should be there."
        };
        Some(format!(
            "{asked} isn't in the cache: no contact of the bot has it as user_id or phone number.{named}"
        ))
    }

    /// Whether a contact is reached and why, in sentences.
    pub fn sentences(&self, told: &ContactTold) -> Vec<String> {
        told.sentences(self.reason(told))
    }

    fn reason(&self, told: &ContactTold) -> &'static str {
        match (self.basis, told.reached) {
            (Basis::Configured, Some(true)) => "Reached: it is in the configured audience.",
            (Basis::Configured, Some(false)) => "Not reached: it isn't in the configured audience.",
            (Basis::List, Some(true)) => "Reached: the plan names it.",
            (Basis::List, Some(false)) => "Not reached: the plan doesn't name it.",
            _ => "Whether it is reached isn't known here: the platform decides.",
        }
    }

    /// How many more contacts have that name, in words.
    pub fn more_words(&self) -> Option<String> {
        (self.more > 0).then(|| {
            format!(
                "{} more have that id: write CHANNEL:ID for one of them.",
                counted(self.more, "contact")
            )
        })
    }
}
