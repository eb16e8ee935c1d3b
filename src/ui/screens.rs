//! The places one can be: bots, the broadcasts of a bot, and what a broadcast holds.

pub mod bots;
pub mod broadcasts;
pub mod compose;
pub mod log;
pub mod settings;
