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
mod effort;
mod home;
mod keys;
mod platform;
#[allow(dead_code, reason = "nothing here looks into it from outside")]
#[path = "../proofs/room.rs"]
mod room;
mod terminal;

mod batches;
mod browsing;
mod consoles;
mod drafts;
mod editor;
mod full;
mod imports;
mod launch;
mod leaving;
mod live;
mod look;
mod mishaps;
mod mistakes;
mod pipes;
mod rehearse;
mod rights;
mod targets;
mod typing;
mod unknown;
mod waiting;
