//! Small things that screens are made of.

pub mod input;
pub mod json;
pub mod list;
pub mod outcome;
pub mod pane;
pub mod relative;
pub mod table;
