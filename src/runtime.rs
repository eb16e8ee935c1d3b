//! The screen at work: the loop, the input, the effects, and the terminal's way back to how it was.
//!
//! ```text
//! input thread ─┐                         ┌─→ effects (tasks, the counting thread)
//! signals ──────┼─→ messages ─→ App ──────┤          │
//! effects ──────┘                         └─→ frame  │
//!        ↑──────────────── answers ──────────────────┘
//! ```
//!
//! Nothing wakes up while nothing happens, but once a minute for the relative times on the screen. Other processes on the
//! same profile are heard of when they write (`watch`).

mod clipboard;
mod count;
mod editor;
mod effects;
mod input;
pub mod mistake;
mod run;
mod signals;
mod terminal;
pub mod watch;

pub use run::{Options, PANICKED, run};
