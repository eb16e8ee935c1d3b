//! What a draft can start from, and the answers.

use jiff::Timestamp;

use super::effect::BroadcastKey;
use super::notice::Notice;
use crate::domain::plan::{Plan, PlanFilter};

/// Something to be done with what a draft can start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartWork {
    /// Read the filters that were saved for a broadcast's bot, its audiences, and the broadcast's drafts set aside.
    List(BroadcastKey),
    /// Save filters by a name.
    SaveFilters {
        /// The bot's key.
        bot: String,
        /// The name.
        name: String,
        /// The filters.
        filters: Vec<PlanFilter>,
        /// Whether those of that name are replaced.
        replace: bool,
    },
    /// Give saved filters another name.
    RenameFilters {
        /// The bot's key.
        bot: String,
        /// Their name.
        from: String,
        /// Their new name.
        to: String,
        /// Whether those of the new name are replaced.
        replace: bool,
    },
    /// Delete saved filters.
    DeleteFilters {
        /// The bot's key.
        bot: String,
        /// Their name.
        name: String,
    },
    /// Make a draft that was set aside the draft of its broadcast again.
    Aside {
        /// The broadcast.
        broadcast: BroadcastKey,
        /// The draft's mark.
        mark: String,
    },
    /// Name an audience's contacts as the targets of a draft.
    Audience {
        /// The broadcast.
        broadcast: BroadcastKey,
        /// Its draft: its variables are set on each, its delay stays.
        draft: Box<Plan>,
        /// The audience's id.
        id: String,
        /// The audience's name.
        name: String,
    },
}

/// The answer about what a draft can start from.
#[derive(Debug, Clone)]
pub enum StartReply {
    /// Filters and audiences of a bot, or why they can't be read.
    Listed(Result<Starts, Notice>),
    /// Saved filters were changed.
    Changed(Notice),
    /// There are filters of that name already.
    Exists,
    /// It was not done.
    Failed(Notice),
}

/// What a bot's drafts can start from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Starts {
    /// Filters that were saved by name.
    pub filters: Vec<SavedRow>,
    /// The platform's audiences.
    pub audiences: Vec<AudienceRow>,
    /// Drafts that were set aside, the newest first.
    pub aside: Vec<AsideRow>,
}

/// A draft that was set aside, since another console changed the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsideRow {
    /// What tells it from all others.
    pub mark: String,
    /// Who wrote it, in words.
    pub by: String,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// The length of its plan in bytes.
    pub bytes: u64,
}

/// Filters that were saved by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedRow {
    /// The name.
    pub name: String,
    /// The filters; `None` where they can't be read.
    pub filters: Option<Vec<PlanFilter>>,
    /// When they were saved.
    pub saved_at: Timestamp,
}

/// An audience of the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudienceRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its contacts; `None` where it was never synced to its end.
    pub contacts: Option<u64>,
    /// When it was synced.
    pub synced_at: Option<Timestamp>,
}
