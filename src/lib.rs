//! `mylink`: a terminal console for MyLINK Connect's On Demand broadcasts.
//!
//! Layers, each of which may use only those before it (a test reads the `use` lines and holds them to it):
//!
//! ```text
//! domain ─ audience ─┬─ config ──┐
//!                    ├─ platform ┤
//!                    ├─ store ───┼─ launcher ─ session ─┬─ cli
//!                    └─ sandbox ─┘                      │
//!                    model ─ ui ──────────── runtime ───┘
//! ```
//!
//! Beside them stands `fault`, by which tests have a debug build panic at a place that they name.

pub mod audience;
pub mod cli;
pub mod config;
pub mod domain;
mod fault;
pub mod launcher;
pub mod model;
pub mod platform;
pub mod runtime;
pub mod sandbox;
pub mod session;
pub mod store;
pub mod ui;
