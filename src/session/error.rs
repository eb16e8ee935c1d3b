//! Why something could not be done with a profile. The kinds are those of the exit codes.

use thiserror::Error;

use super::plans::PlansError;
use crate::audience::FreezeError;
use crate::config::ConfigError;
use crate::domain::problem::Problem;
use crate::launcher::LaunchError;
use crate::platform::PlatformError;
use crate::sandbox::SandboxError;
use crate::store::StoreError;

/// What went wrong, in a sentence.
#[derive(Debug, Error)]
pub enum SessionError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The configuration, which could be read when the profile was opened.
    #[error("The configuration can't be read any more: {0}. Nothing was sent or changed.")]
    ConfigNow(ConfigError),
    /// The profile leads elsewhere by now.
    #[error(
        "The profile's url, proxy or hook_hosts were changed since mylink was started, so nothing is sent: start it anew."
    )]
    Redirected,
    /// Cache or journal.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The platform.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// The built-in sandbox.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The profile allows no change.
    #[error("The profile {0} is read-only: nothing can be launched or changed.")]
    ReadOnly(String),
    /// Something that was named is not in the cache, or not once.
    #[error("{}", .0.message)]
    Lookup(Problem),
    /// The contacts of a plan can't be named.
    #[error(transparent)]
    Freeze(#[from] FreezeError),
    /// A launch on the record gives no plan.
    #[error(transparent)]
    Launch(#[from] LaunchError),
    /// Plans saved by name.
    #[error(transparent)]
    Plans(#[from] PlansError),
    /// Cached contacts could not be made a table.
    #[error("The cached contacts could not be read: {0}. Sync again.")]
    Contacts(String),
    /// There is nothing to rehearse.
    #[error("{0}")]
    Rehearsal(String),
    /// Another process syncs this profile.
    #[error(
        "{0} syncs this profile at this moment. What it reads will be in the cache; sync again later."
    )]
    Syncing(String),
    /// A thread of ours ended.
    #[error("A part of the program ended unexpectedly: {0}.")]
    Internal(String),
}
