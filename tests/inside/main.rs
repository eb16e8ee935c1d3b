//! Everything that can be tested inside one process: HTTP on loopback, `SQLite` on real files, screens as snapshots.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test says what is wrong by failing"
)]

mod audience;
mod cli;
mod config;
mod faulty;
mod launcher;
mod layers;
mod platform;
#[allow(dead_code, reason = "nothing here is ever skipped")]
#[path = "../proofs/length.rs"]
mod proofs;
mod sandbox;
mod screens;
mod scripted;
mod session;
mod store;
mod store_notebook;
