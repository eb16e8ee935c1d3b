//! The HTTP client of the MyLINK Connect public API: authorization, bots, broadcasts, audiences, and the hook.
//!
//! The only user of `reqwest`. It says what was seen on the wire and nothing more: it never follows a redirect, never
//! repeats a call (but a read, once, with a new token), and never decides whether a launch may be called again.
//!
//! ```text
//! Client ─ tokens ─┬─ reads: bots, broadcasts, audiences (a pool only within one audience)
//!                  ├─ writes: enabled, settings of our sandbox
//!                  └─ hook: one fresh connection, evidence at the status line, the body afterwards
//! ```

mod audiences;
mod authorization;
mod bots;
mod broadcasts;
mod client;
mod error;
mod gate;
mod hook;
mod lenient;
mod settings;
mod transport;
mod wire;

pub use audiences::AudienceReader;
pub use client::{Client, ClientOptions, Clock};
pub use error::PlatformError;
pub use hook::{HookAnswer, HookFailure, HookMethod, HookRequest, HookToken, ReadyCall};
pub use settings::SandboxSettings;

/// Installs the cryptography that TLS needs. Called by every [`Client`]; a second call is harmless.
pub fn init() {
    // An error only says that a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
