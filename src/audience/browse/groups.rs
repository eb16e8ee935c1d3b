//! Which contacts are shown: those that match, and those that don't.

use std::sync::Arc;

use crate::audience::{RowSet, Table};

/// Why contacts belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupKind {
    /// The filters match them, under the reading in force.
    Matching,
    /// Members of the configured audience.
    Configured,
    /// The targets name them, and the cache has them.
    Named,
    /// The targets name them, and they are to be created.
    Created,
    /// The targets name them, and they can be neither found nor created.
    Lost,
    /// They match under some readings, and under others they don't.
    SomeReadings,
    /// Whether they match hangs on what the cache doesn't hold.
    NotKnown,
    /// They are reached, or would be, and are on the suppression list.
    Suppressed,
    /// They don't match, under the reading in force.
    NotMatching,
    /// All of the bot.
    All,
}

impl GroupKind {
    /// Its word where they are chosen, and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Matching => "matching",
            Self::Configured => "configured",
            Self::Named => "named",
            Self::Created => "to-create",
            Self::Lost => "lost",
            Self::SomeReadings => "some-readings",
            Self::NotKnown => "not-known",
            Self::Suppressed => "suppressed",
            Self::NotMatching => "not-matching",
            Self::All => "all",
        }
    }

    /// What it says on screen beside its count.
    pub fn label(self) -> &'static str {
        match self {
            Self::SomeReadings => "not by all readings",
            Self::NotKnown => "not known",
            Self::NotMatching => "not matching",
            Self::Created => "to create",
            other => other.word(),
        }
    }

    /// What these contacts are, as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Matching => "The contacts that the filters match, by the cache.",
            Self::Configured => "The members of the configured audience, by the cache.",
            Self::Named => "The contacts that the targets name and the cache has.",
            Self::Created => {
                "Targets that name nobody in the cache: the platform is to create them."
            }
            Self::Lost => "Targets that name nobody in the cache and lack what creates a contact.",
            Self::SomeReadings => {
                "Contacts that match or don't by how the platform reads AND, OR and letter case."
            }
            Self::NotKnown => {
                "Contacts of whom the cache doesn't hold what is asked: they may match or not."
            }
            Self::Suppressed => "Contacts of this launch that are on the suppression list.",
            Self::NotMatching => "The contacts that the filters don't match, by the cache.",
            Self::All => "All contacts of the bot, by the cache.",
        }
    }
}

/// Contacts that belong together: rows of a table.
#[derive(Debug, Clone)]
pub struct Group {
    /// Why.
    pub kind: GroupKind,
    /// The table that the rows are of; targets that are no contacts yet have one of their own.
    pub table: Arc<Table>,
    /// The rows.
    pub rows: Arc<RowSet>,
}

impl Group {
    /// How many they are.
    pub fn count(&self) -> u64 {
        self.rows.count()
    }
}
