//! Journeys of an operator: the real program in a real terminal, against a sandbox of its own.
//!
//! What stands on the screen is read from the rows of a terminal emulator; what happened at the platform is asked of
//! the sandbox. Nothing leaves the machine, and nothing of a journey outlives it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what is wrong by failing"
)]

mod acts;
mod home;
mod keys;
mod platform;
mod terminal;

mod batches;
mod browsing;
mod consoles;
mod drafts;
mod editor;
mod imports;
mod launch;
mod leaving;
mod live;
mod look;
mod mishaps;
mod mistakes;
mod rehearse;
mod rights;
mod targets;
mod unknown;
mod waiting;
