//! The platform's stand-in: an HTTP server on loopback over its own `SQLite` file.
//!
//! It serves the paths, names, codes and quirks that the platform documents, so that the console runs without an account, an
//! operator can rehearse, and tests have something real to talk to. What the documentation says `[D]` it obeys; where
//! it is silent, the choices stand beside the code, marked `[U]`. It never prints, never listens beyond loopback, and knows nothing of
//! the console.
//!
//! ```text
//! serve (hyper loop, faults) ─ api (axum handlers) ─ launch ─┬─ body (pure)
//!                                                            ├─ rows, contact, audience
//!                                       scheduler ───────────┴─ database (one SQLite connection)
//! ```

mod answer;
mod api;
mod app;
mod audience;
mod body;
mod clock;
mod contact;
mod database;
mod demo;
mod endpoint;
mod error;
mod faults;
mod json;
mod launch;
mod resolve;
mod rows;
mod running;
mod scheduler;
mod serve;
mod staged;
mod throttle;
mod token;

pub use endpoint::Endpoint;
pub use error::SandboxError;
pub use running::{BotKeys, Options, Running, Served, attach_or_start, reset};
pub use staged::{Scene, Staged};

/// The server itself: [`Sandbox::start`] is the only thing to do with it.
#[derive(Debug, Clone, Copy)]
pub struct Sandbox;

impl Sandbox {
    /// Takes the data folder, opens or makes its database, and serves until [`Running::shutdown`].
    ///
    /// # Errors
    /// [`SandboxError::InUse`] where another process serves the folder; see [`SandboxError`] for the rest.
    pub async fn start(options: Options) -> Result<Running, SandboxError> {
        Running::start(options).await
    }
}
