//! What an operator sees before a launch: who, what, and what is wrong.

use jiff::Timestamp;

use super::bounds::Bounds;
use super::explain::Unknown;
use super::filter::Reading;
use super::gate::Asks;
use super::launch::Named;
use super::payload::Payload;
use super::problem::Problem;
use super::record::Contact;
use super::text::grouped;

/// A plan as it would be launched now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The calls, with their exact bodies.
    pub calls: Vec<Payload>,
    /// The hook URL, masked; `None` where the broadcast is not known or has none.
    pub url: Option<String>,
    /// Whom it reaches.
    pub who: Who,
    /// Who of the plan is on the suppression list.
    pub suppressed: Suppressed,
    /// What is wrong, errors first.
    pub problems: Vec<Problem>,
}

/// Contacts of a plan that must not be written to: left out of a list of targets and of a conversation, in the way of
/// everything else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suppressed {
    /// How many: targets of a list, or contacts of an audience.
    pub count: u64,
    /// The first of them, as the plan or the cache names them; not yet fit to be shown.
    pub some: Vec<String>,
    /// Their places in the plan's list, rising; empty for the other forms.
    pub places: Vec<usize>,
}

impl Preview {
    /// Whether it may be launched.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }

    /// Length of all bodies in bytes.
    pub fn bytes(&self) -> u64 {
        self.calls.iter().map(Payload::bytes).sum()
    }
}

/// Whom a plan reaches, by the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// Contacts under each reading, in the order of [`Reading::ALL`]; `None` where that is not known.
    pub counts: Option<[u64; 4]>,
    /// The fewest and the most, by any reading and whatever the cache doesn't hold: what gates are graded by.
    pub bounds: Bounds,
    /// The reading of the single figure.
    pub reading: Reading,
    /// Contacts of the bot in the cache.
    pub of: u64,
    /// When they came.
    pub as_of: Option<Timestamp>,
    /// Some of the contacts.
    pub sample: Vec<Contact>,
    /// For each filter: contacts left when the filters are read up to it.
    pub funnel: Vec<u64>,
    /// Contacts of whom the cache doesn't hold what is asked; `None` where every verdict is sure.
    pub unknown: Option<Unknown>,
    /// Contacts among them that no audience holds that was read, but a file: the platform may not have them. 0 where
    /// nothing can be said.
    pub imported: u64,
    /// Why it isn't known, or where the figure comes from.
    pub note: Option<String>,
    /// What is not there yet; `None` where nothing is missing.
    pub unread: Option<Unread>,
}

/// What is not there yet while contacts are being read: the figures are already those of all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread {
    /// Variables that the sample still lacks.
    pub fields: usize,
    /// Whether contacts have changed since the reading began, so that the figures are those of before.
    pub is_behind: bool,
}

impl Who {
    /// The single figure.
    pub fn count(&self) -> Option<u64> {
        self.counts.map(|counts| counts[self.reading.index()])
    }

    /// The fewest and the most it may be, where it is not sure that it is exactly the single figure.
    pub fn doubt(&self) -> Option<Bounds> {
        let bounds = self.bounds;
        (bounds.exact() != self.count() || self.count().is_none()).then_some(bounds)
    }

    /// What a range that somebody named is held against: the single figure, and the most it may be. That another reading
    /// reaches fewer is warned about, and puts nobody in the wrong.
    pub fn to_expect(&self) -> Bounds {
        Bounds {
            least: self.count().unwrap_or(self.bounds.least),
            ..self.bounds
        }
    }

    /// Says that the platform may not have some of them; `None` where nothing says so.
    pub fn imported_words(&self) -> Option<String> {
        let are = if self.imported == 1 { "is" } else { "are" };
        (self.imported > 0).then(|| {
            format!(
                "{} of them {are} known from a file alone; the platform may not have them.",
                grouped(self.imported)
            )
        })
    }

    /// The least and the most by reading, where they differ.
    pub fn range(&self) -> Option<(u64, u64)> {
        let counts = self.counts?;
        let (least, most) = (counts.iter().min()?, counts.iter().max()?);
        (least != most).then_some((*least, *most))
    }
}

/// A preview that waits for a person's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The hash of everything reviewed: a confirmation is bound to it.
    pub hash: String,
    /// The profile.
    pub profile: String,
    /// Scheme, host and port that will be called.
    pub host: String,
    /// The bot.
    pub bot: Named,
    /// The broadcast.
    pub broadcast: Named,
    /// Minutes of delay.
    pub delay_minutes: Option<u64>,
    /// Whom it reaches, and the exact bytes.
    pub preview: Preview,
    /// What confirming asks; or why it can't be launched.
    pub asks: Result<Asks, String>,
}

impl Review {
    /// The number of contacts that is shown and put on the record; the one that is typed may be larger.
    pub fn targets(&self) -> Option<u64> {
        self.preview.who.count()
    }
}
