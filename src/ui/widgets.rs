//! Small things that screens are made of.

pub mod editor;
pub mod input;
pub mod json;
pub mod judged;
pub mod list;
pub mod long_text;
pub mod outcome;
pub mod pane;
pub mod path;
pub mod pick;
pub mod plan;
pub mod relative;
pub mod scroll;
pub mod since;
pub mod table;
pub mod words;
