//! Why the sandbox could not be started, told to an operator.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use thiserror::Error;

/// Why the sandbox could not be opened, started or reset.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// The address is reachable from other machines.
    #[error(
        "the sandbox can't listen on {0}: only loopback addresses are allowed, use 127.0.0.1 or [::1]"
    )]
    NotLoopback(SocketAddr),
    /// Another process holds the data folder.
    #[error("another process serves the sandbox in {0}: use that one, or stop it first")]
    InUse(PathBuf),
    /// The process that holds the data folder does not answer.
    #[error("the process that serves the sandbox in {0} doesn't answer: stop it, then try again")]
    NoAnswer(PathBuf),
    /// A file or folder can't be used.
    #[error("the sandbox can't use {path}: {source}; check that the folder exists and is yours")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The port can't be had.
    #[error("the sandbox can't listen on {address}: {source}; choose another port, or 0 for any")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The database can't be opened or read.
    #[error(
        "the sandbox's database can't be used: {0}; start over with `mylink sandbox --reset` if it stays so"
    )]
    Database(#[from] rusqlite::Error),
    /// The database was written by a newer version.
    #[error(
        "the sandbox's database is of version {0}, newer than this program: update the program, or start over with `mylink sandbox --reset`"
    )]
    Newer(i64),
    /// The demo data that come with the program can't be read.
    #[error("the sandbox's demo data can't be read: {0}; this is a defect of the program")]
    Demo(#[from] serde_json::Error),
}

impl SandboxError {
    /// Adds the path to what the system said.
    pub(super) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
