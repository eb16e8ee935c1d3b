//! Exit codes: what other programs go by.

use crate::launcher::LaunchError;
use crate::platform::PlatformError;
use crate::sandbox::SandboxError;
use crate::session::{PlansError, SessionError};
use crate::store::StoreError;

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

    /// A mistake of the program itself, which has said so by itself. Nothing was sent.
    pub fn mistake() -> Self {
        Self {
            code: LOCAL,
            message: String::new(),
        }
    }

    /// A mistake of the program itself while something may have been on its way.
    pub fn mistake_on_the_way() -> Self {
        Self {
            code: UNKNOWN,
            message: "What was on its way when that happened stands in the record: mylink log. Look there before anything is launched again.".to_owned(),
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
            SessionError::Store(error) => of_store(error),
            SessionError::Platform(error) => of_platform(error),
            SessionError::Sandbox(error) => of_sandbox(error),
            SessionError::Launch(error) => of_launch(error),
            SessionError::Plans(error) => of_plans(error),
            SessionError::Config(_)
            | SessionError::Lookup(_)
            | SessionError::Freeze(_)
            | SessionError::Rehearsal(_) => USAGE,
            SessionError::ReadOnly(_)
            | SessionError::ConfigNow(_)
            | SessionError::Redirected
            | SessionError::Syncing(_) => GUARD,
            SessionError::Contacts(_) | SessionError::Internal(_) => LOCAL,
        };
        Self {
            code,
            message: error.to_string(),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self {
            code: of_store(&error),
            message: error.to_string(),
        }
    }
}

impl From<SandboxError> for Failure {
    fn from(error: SandboxError) -> Self {
        Self {
            code: of_sandbox(&error),
            message: error.to_string(),
        }
    }
}

/// What was named and is not there is wrong usage; what the record forbids is a guard's word; the rest is the disk.
fn of_store(error: &StoreError) -> u8 {
    match error {
        StoreError::NoSuchLaunch { .. }
        | StoreError::AmbiguousLaunch { .. }
        | StoreError::UnknownBot { .. }
        | StoreError::UnknownBroadcast { .. }
        | StoreError::UnknownAudience { .. } => USAGE,
        StoreError::NotUnknown { .. }
        | StoreError::AlreadySettled { .. }
        | StoreError::NotWaiting { .. }
        | StoreError::Moved { .. }
        | StoreError::Overtaken { .. }
        | StoreError::Locked { .. } => GUARD,
        _ => LOCAL,
    }
}

fn of_launch(error: &LaunchError) -> u8 {
    match error {
        LaunchError::Plan(_) => USAGE,
        LaunchError::Guard(_) | LaunchError::Against(_) => GUARD,
        LaunchError::Local(_) => LOCAL,
    }
}

fn of_plans(error: &PlansError) -> u8 {
    match error {
        PlansError::Name { .. } | PlansError::Unknown(_) | PlansError::Invalid(_) => USAGE,
        PlansError::Exists(_) => GUARD,
        PlansError::Io { .. } => LOCAL,
    }
}

impl From<PlansError> for Failure {
    fn from(error: PlansError) -> Self {
        SessionError::from(error).into()
    }
}

/// Without an answer it was not reached; with one it said no.
fn of_platform(error: &PlatformError) -> u8 {
    match error {
        PlatformError::Unreachable { .. }
        | PlatformError::TimedOut { .. }
        | PlatformError::ConnectionLost { .. }
        | PlatformError::Unreadable { .. } => UNREACHABLE,
        PlatformError::BaseUrl(_) | PlatformError::Setup(_) => USAGE,
        _ => REJECTED,
    }
}

fn of_sandbox(error: &SandboxError) -> u8 {
    match error {
        SandboxError::NotLoopback(_) => USAGE,
        SandboxError::InUse(_) => GUARD,
        SandboxError::NoAnswer(_) => UNREACHABLE,
        _ => LOCAL,
    }
}

impl From<LaunchError> for Failure {
    fn from(error: LaunchError) -> Self {
        Self {
            code: of_launch(&error),
            message: error.to_string(),
        }
    }
}
