//! The vocabulary of the screen: keys and what they mean, what happens, and what is wanted done.
//!
//! Plain data. Nothing here draws, waits or asks the time.

pub mod action;
pub mod browse;
pub mod context;
pub mod effect;
pub mod file;
pub mod keymap;
pub mod message;
pub mod notice;
pub mod start;
pub mod suppression;

pub use action::Action;
pub use context::Context;
pub use effect::Effect;
pub use keymap::Keymap;
pub use message::{Message, Reply};
pub use notice::Notice;
