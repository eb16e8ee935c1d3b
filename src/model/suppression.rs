//! What is wanted of the suppression list, and the answers.

use std::sync::Arc;

use jiff::Timestamp;

use super::notice::Notice;

/// Something to be done with the suppression list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SuppressionWork {
    /// Read it.
    List,
    /// Put people on it.
    Add {
        /// What names them.
        identities: Vec<String>,
        /// Why.
        reason: String,
    },
    /// Take somebody off it.
    Remove(String),
}

/// The answer about the suppression list.
#[derive(Debug, Clone)]
pub enum SuppressionReply {
    /// The list, the newest first, or why it can't be read.
    Listed(Result<Arc<Vec<SuppressedRow>>, Notice>),
    /// What was changed, or why nothing was.
    Changed(Result<Notice, Notice>),
}

/// Somebody who is never written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppressedRow {
    /// The `user_id` or phone number in its normal form.
    pub identity: String,
    /// Why.
    pub reason: String,
    /// Who put them on the list.
    pub by: String,
    /// When.
    pub at: Timestamp,
}
