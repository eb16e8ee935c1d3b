//! Exit codes: what other programs go by.

use crate::launcher::LaunchError;
use crate::session::SessionError;

/// Done.
pub const DONE: u8 = 0;
/// The platform rejected it.
pub const REJECTED: u8 = 1;
/// Wrong usage, or a plan with errors.
pub const USAGE: u8 = 2;
/// The outcome is unknown.
pub const UNKNOWN: u8 = 3;
/// A guard refused it.
pub const GUARD: u8 = 4;
/// The platform could not be reached; nothing was sent.
pub const UNREACHABLE: u8 = 5;
/// A local failure (disk, database); nothing was sent.
pub const LOCAL: u8 = 6;

/// Why a verb did not do what it was asked for.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub code: u8,
    /// A sentence: what, why, what to do.
    pub message: String,
}

impl Failure {
    /// Wrong usage, or a plan with errors.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            code: USAGE,
            message: message.into(),
        }
    }

    /// A guard of ours said no.
    pub fn guard(message: impl Into<String>) -> Self {
        Self {
            code: GUARD,
            message: message.into(),
        }
    }

    /// A local failure.
    pub fn local(message: impl Into<String>) -> Self {
        Self {
            code: LOCAL,
            message: message.into(),
        }
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        let code = match &error {
            SessionError::Config(_) | SessionError::Lookup(_) => USAGE,
            SessionError::Platform(error) if error.is_unreachable() => UNREACHABLE,
            SessionError::Platform(_) => REJECTED,
            SessionError::ReadOnly(_) => GUARD,
            SessionError::Sandbox(_) => UNREACHABLE,
            SessionError::Store(_) | SessionError::Contacts(_) | SessionError::Internal(_) => LOCAL,
        };
        Self {
            code,
            message: error.to_string(),
        }
    }
}

impl From<LaunchError> for Failure {
    fn from(error: LaunchError) -> Self {
        let code = match &error {
            LaunchError::Plan(_) => USAGE,
            LaunchError::Guard(_) => GUARD,
            LaunchError::Local(_) => LOCAL,
        };
        Self {
            code,
            message: error.to_string(),
        }
    }
}
