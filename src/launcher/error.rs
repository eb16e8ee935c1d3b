//! Why nothing was sent, and nothing is on the record.

use std::fmt::Display;

use thiserror::Error;

use super::Against;

/// A launch that did not begin.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LaunchError {
    /// The plan has errors: exit code 2.
    #[error("{0}")]
    Plan(String),
    /// A guard of ours said no: exit code 4.
    #[error("{0}")]
    Guard(String),
    /// Another launch stands against it, until a person has a word on that: exit code 4.
    #[error("{0}")]
    Against(#[from] Against),
    /// The journal can't be written or read: exit code 6. What it said, without a full stop.
    #[error("{0}. Nothing was sent.")]
    Local(String),
}

impl LaunchError {
    /// Whether a guard said no, of ours or of the record's.
    pub fn is_guard(&self) -> bool {
        matches!(self, Self::Guard(_) | Self::Against(_))
    }

    /// Something of ours that failed.
    pub(super) fn local(error: impl Display) -> Self {
        Self::Local(error.to_string())
    }
}
